/* SPDX-License-Identifier: MIT */
/*
 * device.c - the device starts and stops, interrupts, takes requests
 */
#include "nvme_private.h"

static NTSTATUS nvme_get_adapter(struct nvme *nvme)
{
	DEVICE_DESCRIPTION description;
	ULONG registers = 0;

	RtlZeroMemory(&description, sizeof(description));
	description.Version = DEVICE_DESCRIPTION_VERSION;
	description.Master = TRUE;
	description.ScatterGather = TRUE;
	description.Dma32BitAddresses = TRUE;
	description.BusNumber = nvme->bus.number;
	description.InterfaceType = PCIBus;
	description.MaximumLength = NVME_TRANSFER_MAX;
	nvme->adapter = HalGetAdapter(&description, &registers);
	/* A transfer that begins in the midst of a page touches one page more than it fills. */
	if (!nvme->adapter || registers < NVME_TRANSFER_MAX / PAGE_SIZE + 1)
		return STATUS_INSUFFICIENT_RESOURCES;
	nvme->common = HalAllocateCommonBuffer(nvme->adapter, NVME_PAGES * NVME_PAGE,
					       &nvme->logical, FALSE);
	return nvme->common ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/* An adapter object of HalGetAdapter is never given back. */
static VOID nvme_release(struct nvme *nvme)
{
	if (nvme->common)
		HalFreeCommonBuffer(nvme->adapter, NVME_PAGES * NVME_PAGE, nvme->logical,
				    nvme->common, FALSE);
	nvme->device->DeviceExtension = NULL;
	ExFreePoolWithTag(nvme, NVME_POOL_TAG);
}

NTSTATUS nvme_start(PDEVICE_OBJECT device, const struct nvme_bus *bus)
{
	struct nvme *nvme = ExAllocatePoolWithTag(NonPagedPool, sizeof(*nvme), NVME_POOL_TAG);
	NTSTATUS status;

	if (!nvme)
		return STATUS_INSUFFICIENT_RESOURCES;
	RtlZeroMemory(nvme, sizeof(*nvme));
	nvme->device = device;
	nvme->bus = *bus;
	KeInitializeSpinLock(&nvme->lock);
	device->DeviceExtension = nvme;
	status = nvme_check(nvme);
	if (NT_SUCCESS(status))
		status = nvme_get_adapter(nvme);
	if (NT_SUCCESS(status)) {
		status = nvme_enable(nvme);
		if (!NT_SUCCESS(status))
			nvme_disable(nvme);
	}
	if (!NT_SUCCESS(status))
		nvme_release(nvme);
	return status;
}

VOID nvme_stop(PDEVICE_OBJECT device)
{
	struct nvme *nvme = device->DeviceExtension;
	KIRQL old;

	nvme->is_stopping = TRUE;
	nvme_disable(nvme);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	while (nvme->first)
		nvme_finish(nvme, STATUS_CANCELLED);
	KeLowerIrql(old);
	nvme_release(nvme);
}

VOID nvme_geometry(PDEVICE_OBJECT device, PULONG block_size, ULONG64 *blocks)
{
	const struct nvme *nvme = device->DeviceExtension;

	*block_size = nvme->block_size;
	*blocks = nvme->blocks;
}

static BOOLEAN nvme_is_possible(const struct nvme *nvme, const struct nvme_request *request)
{
	ULONG bytes, count;

	if (request->operation == NVME_FLUSH)
		return TRUE;
	if ((request->operation != NVME_READ && request->operation != NVME_WRITE) ||
	    request->length == 0 || request->length > NVME_TRANSFER_MAX ||
	    request->length % nvme->block_size || request->offset % 4 ||
	    (ULONG_PTR)MmGetMdlVirtualAddress(request->mdl) % 4)
		return FALSE;
	bytes = MmGetMdlByteCount(request->mdl);
	count = request->length / nvme->block_size;
	return request->length <= bytes && request->offset <= bytes - request->length &&
	       count <= nvme->blocks && request->block <= nvme->blocks - count;
}

NTSTATUS nvme_submit(PDEVICE_OBJECT device, struct nvme_request *request)
{
	struct nvme *nvme = device->DeviceExtension;
	KIRQL old;

	if (nvme->is_stopping)
		return STATUS_DEVICE_NOT_READY;
	if (!nvme_is_possible(nvme, request))
		return STATUS_INVALID_PARAMETER;
	request->next = NULL;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireSpinLockAtDpcLevel(&nvme->lock);
	if (nvme->first)
		nvme->last->next = request;
	else
		nvme->first = request;
	nvme->last = request;
	KeReleaseSpinLockFromDpcLevel(&nvme->lock);
	nvme_serve(nvme);
	KeLowerIrql(old);
	return STATUS_PENDING;
}

/* Taking the completion is what silences the pin. */
BOOLEAN nvme_isr(PDEVICE_OBJECT device)
{
	struct nvme *nvme = device->DeviceExtension;
	USHORT status;

	if (!nvme_take(nvme, &nvme->io, &status))
		return FALSE;
	nvme->status = status;
	nvme->is_over = TRUE;
	return TRUE;
}

VOID nvme_dpc(PDEVICE_OBJECT device)
{
	struct nvme *nvme = device->DeviceExtension;

	if (nvme->is_over && nvme->is_busy) {
		nvme->is_over = FALSE;
		nvme_finish(nvme, nvme->status ? STATUS_IO_DEVICE_ERROR : STATUS_SUCCESS);
	}
	nvme_serve(nvme);
}
