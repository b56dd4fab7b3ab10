/* SPDX-License-Identifier: MIT */
/*
 * device.c - the device starts and stops, interrupts, takes requests, computes
 */
#include "edu_private.h"

#define EDU_ALL_ONES	0xFFFFFFFFu	/* what the bus answers for a device that is gone */
#define EDU_PATTERN	0x5A3C0FF1u

static NTSTATUS edu_identify(struct edu *edu)
{
	if ((edu_read(edu, EDU_ID) & EDU_ID_MASK) != EDU_ID_VALUE)
		return STATUS_NO_SUCH_DEVICE;
	edu_write(edu, EDU_LIVENESS, EDU_PATTERN);
	/* While the engine runs, for whoever had the device before, its registers cannot be set. */
	if (edu_read(edu, EDU_LIVENESS) != ~EDU_PATTERN ||
	    edu_read(edu, EDU_DMA_COMMAND) & EDU_DMA_RUN)
		return STATUS_DEVICE_NOT_READY;
	return STATUS_SUCCESS;
}

static NTSTATUS edu_get_adapter(struct edu *edu, enum edu_reach reach)
{
	DEVICE_DESCRIPTION description;
	ULONG registers = 0;

	RtlZeroMemory(&description, sizeof(description));
	description.Version = DEVICE_DESCRIPTION_VERSION;
	description.Master = TRUE;
	description.ScatterGather = reach == EDU_REACH_32;
	description.Dma32BitAddresses = reach == EDU_REACH_32;
	description.InterfaceType = PCIBus;
	description.MaximumLength = EDU_MEMORY_SIZE;
	edu->adapter = IoGetDmaAdapter(edu->device, &description, &registers);
	/* A transfer that begins in the midst of a page touches one page more than it fills. */
	if (!edu->adapter || registers < EDU_MEMORY_SIZE / PAGE_SIZE + 1)
		return STATUS_INSUFFICIENT_RESOURCES;
	edu->common = edu->adapter->DmaOperations->AllocateCommonBuffer(
		edu->adapter, EDU_MEMORY_SIZE, &edu->common_logical, FALSE);
	return edu->common ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static VOID edu_release(struct edu *edu)
{
	if (edu->common)
		edu->adapter->DmaOperations->FreeCommonBuffer(
			edu->adapter, EDU_MEMORY_SIZE, edu->common_logical, edu->common, FALSE);
	if (edu->adapter)
		edu->adapter->DmaOperations->PutDmaAdapter(edu->adapter);
	edu->device->DeviceExtension = NULL;
	ExFreePoolWithTag(edu, EDU_POOL_TAG);
}

NTSTATUS edu_start(PDEVICE_OBJECT device, const struct edu_bus *bus, enum edu_reach reach)
{
	struct edu *edu = ExAllocatePoolWithTag(NonPagedPool, sizeof(*edu), EDU_POOL_TAG);
	NTSTATUS status;

	if (!edu)
		return STATUS_INSUFFICIENT_RESOURCES;
	RtlZeroMemory(edu, sizeof(*edu));
	edu->device = device;
	edu->bus = *bus;
	KeInitializeSpinLock(&edu->lock);
	device->DeviceExtension = edu;
	status = edu_identify(edu);
	if (NT_SUCCESS(status))
		status = edu_get_adapter(edu, reach);
	if (NT_SUCCESS(status))
		edu_write(edu, EDU_STATUS, EDU_STATUS_INTERRUPT);
	else
		edu_release(edu);
	return status;
}

VOID edu_stop(PDEVICE_OBJECT device)
{
	struct edu *edu = device->DeviceExtension;
	KIRQL old;

	edu_write(edu, EDU_STATUS, 0);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	edu->is_stopping = TRUE;
	/* The engine cannot be stopped. What it was told to reach is not mapped any more. */
	while (edu->first)
		edu_finish(edu, STATUS_CANCELLED);
	KeLowerIrql(old);
	edu_release(edu);
}

static BOOLEAN edu_is_possible(const struct edu_request *request)
{
	ULONG bytes = request->mdl ? MmGetMdlByteCount(request->mdl) : 0;

	return (ULONG)request->way <= EDU_CHANNEL && request->length && request->length <= EDU_MEMORY_SIZE &&
	       request->device_offset <= EDU_MEMORY_SIZE - request->length &&
	       request->length <= bytes && request->offset <= bytes - request->length;
}

NTSTATUS edu_submit(PDEVICE_OBJECT device, struct edu_request *request)
{
	struct edu *edu = device->DeviceExtension;
	KIRQL old;

	if (edu->is_stopping)
		return STATUS_DEVICE_NOT_READY;
	if (!edu_is_possible(request))
		return STATUS_INVALID_PARAMETER;
	request->next = NULL;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireSpinLockAtDpcLevel(&edu->lock);
	if (edu->first)
		edu->last->next = request;
	else
		edu->first = request;
	edu->last = request;
	KeReleaseSpinLockFromDpcLevel(&edu->lock);
	edu_serve(edu);
	KeLowerIrql(old);
	return STATUS_PENDING;
}

NTSTATUS edu_compute(PDEVICE_OBJECT device, ULONG number, VOID (*done)(PVOID context, ULONG result),
		     PVOID context)
{
	struct edu *edu = device->DeviceExtension;

	if (edu->computed)
		return STATUS_DEVICE_NOT_READY;
	edu->computed = done;
	edu->computed_context = context;
	edu_write(edu, EDU_FACTORIAL, number);
	return STATUS_PENDING;
}

BOOLEAN edu_isr(PDEVICE_OBJECT device)
{
	struct edu *edu = device->DeviceExtension;
	ULONG cause = edu_read(edu, EDU_CAUSE);

	if (cause == 0 || cause == EDU_ALL_ONES)
		return FALSE;
	edu_write(edu, EDU_ACKNOWLEDGE, cause);
	InterlockedOr(&edu->cause, (LONG)cause);
	return TRUE;
}

VOID edu_dpc(PDEVICE_OBJECT device)
{
	struct edu *edu = device->DeviceExtension;
	/* Another processor may be in edu_isr() now. */
	ULONG cause = (ULONG)InterlockedExchange(&edu->cause, 0);

	if (cause & EDU_CAUSE_FACTORIAL && edu->computed) {
		VOID (*computed)(PVOID context, ULONG result) = edu->computed;

		edu->computed = NULL;
		computed(edu->computed_context, edu_read(edu, EDU_FACTORIAL));
	}
	if (cause & EDU_CAUSE_DMA && edu->run && !(edu_read(edu, EDU_DMA_COMMAND) & EDU_DMA_RUN))
		edu_run_done(edu);
	edu_serve(edu);
}
