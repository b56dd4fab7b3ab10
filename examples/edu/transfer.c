/* SPDX-License-Identifier: MIT */
/*
 * transfer.c - the three ways of DMA
 *
 *                     begin                       each run                  end
 *   common buffer     copy                        the whole                 copy back
 *   list              GetScatterGatherList        one element               PutScatterGatherList
 *   channel           AllocateAdapterChannel      MapTransfer, and          FreeMapRegisters
 *                                                 FlushAdapterBuffers
 *
 * The engine takes one contiguous range at a time and interrupts when it is through.
 */
#include "edu_private.h"

static PVOID edu_current(const struct edu *edu)
{
	const struct edu_request *request = edu->first;

	return (PUCHAR)MmGetMdlVirtualAddress(request->mdl) + request->offset + edu->moved;
}

/* Where the bytes are for the processor; NULL: they cannot be had. */
static PUCHAR edu_bytes(const struct edu_request *request)
{
	PUCHAR bytes = MmGetSystemAddressForMdlSafe(request->mdl, NormalPagePriority);

	return bytes ? bytes + request->offset : NULL;
}

static VOID edu_run(struct edu *edu, PHYSICAL_ADDRESS logical, ULONG length)
{
	const struct edu_request *request = edu->first;
	ULONG own = EDU_MEMORY + request->device_offset + edu->moved;

	edu->run = length;
	edu_write(edu, EDU_DMA_SOURCE, request->to_device ? logical.LowPart : own);
	edu_write(edu, EDU_DMA_DESTINATION, request->to_device ? own : logical.LowPart);
	edu_write(edu, EDU_DMA_COUNT, length);
	edu_write(edu, EDU_DMA_COMMAND, EDU_DMA_RUN | EDU_DMA_INTERRUPT |
		  (request->to_device ? 0 : EDU_DMA_TO_MEMORY));
}

/* ---- common buffer ------------------------------------------------------------------------ */

static VOID edu_begin_common(struct edu *edu)
{
	const struct edu_request *request = edu->first;
	PUCHAR bytes = edu_bytes(request);

	if (!bytes) {
		edu_finish(edu, STATUS_INSUFFICIENT_RESOURCES);
		return;
	}
	if (request->to_device)
		RtlCopyMemory(edu->common, bytes, request->length);
	edu_run(edu, edu->common_logical, request->length);
}

/* ---- scatter/gather list ------------------------------------------------------------------ */

static VOID edu_run_element(struct edu *edu)
{
	const SCATTER_GATHER_ELEMENT *element = &edu->list->Elements[edu->element++];

	edu_run(edu, element->Address, element->Length);
}

static VOID NTAPI edu_got_list(PDEVICE_OBJECT device, PIRP irp, PSCATTER_GATHER_LIST list,
			       PVOID context)
{
	struct edu *edu = context;

	(void)device;
	(void)irp;
	edu->list = list;
	edu->element = 0;
	if (list->NumberOfElements)
		edu_run_element(edu);
	else
		edu_finish(edu, STATUS_INSUFFICIENT_RESOURCES);
}

static VOID edu_begin_list(struct edu *edu)
{
	const struct edu_request *request = edu->first;
	NTSTATUS status;

	status = edu->adapter->DmaOperations->GetScatterGatherList(
		edu->adapter, edu->device, request->mdl, edu_current(edu), request->length,
		edu_got_list, edu, request->to_device);
	if (!NT_SUCCESS(status))
		edu_finish(edu, status);
}

/* ---- adapter channel ---------------------------------------------------------------------- */

/* FALSE: nothing could be mapped. */
static BOOLEAN edu_run_mapped(struct edu *edu)
{
	const struct edu_request *request = edu->first;
	ULONG length = request->length - edu->moved;
	PHYSICAL_ADDRESS logical;

	logical = edu->adapter->DmaOperations->MapTransfer(edu->adapter, request->mdl, edu->base,
							   edu_current(edu), &length,
							   request->to_device);
	if (logical.QuadPart == 0)
		return FALSE;
	edu_run(edu, logical, length);
	return TRUE;
}

/* A bus master keeps its registers, but not the channel. */
static IO_ALLOCATION_ACTION NTAPI edu_got_channel(PDEVICE_OBJECT device, PIRP irp, PVOID base,
						  PVOID context)
{
	struct edu *edu = context;

	(void)device;
	(void)irp;
	edu->base = base;
	if (edu_run_mapped(edu))
		return DeallocateObjectKeepRegisters;
	edu->base = NULL;
	edu_finish(edu, STATUS_INSUFFICIENT_RESOURCES);
	return DeallocateObject;
}

static VOID edu_begin_channel(struct edu *edu)
{
	const struct edu_request *request = edu->first;
	NTSTATUS status;

	edu->registers = ADDRESS_AND_SIZE_TO_SPAN_PAGES(edu_current(edu), request->length);
	KeFlushIoBuffers(request->mdl, !request->to_device, TRUE);
	status = edu->adapter->DmaOperations->AllocateAdapterChannel(
		edu->adapter, edu->device, edu->registers, edu_got_channel, edu);
	if (!NT_SUCCESS(status))
		edu_finish(edu, status);
}

/* The data are in memory, and the mapping is over. */
static VOID edu_flush(struct edu *edu)
{
	const struct edu_request *request = edu->first;

	edu->adapter->DmaOperations->FlushAdapterBuffers(edu->adapter, request->mdl, edu->base,
							 edu_current(edu), edu->run,
							 request->to_device);
}

/* ---- all ---------------------------------------------------------------------------------- */

static VOID edu_begin(struct edu *edu)
{
	edu->is_busy = TRUE;
	edu->moved = 0;
	switch (edu->first->way) {
	case EDU_COMMON_BUFFER:
		edu_begin_common(edu);
		break;
	case EDU_LIST:
		edu_begin_list(edu);
		break;
	case EDU_CHANNEL:
		edu_begin_channel(edu);
		break;
	}
}

/* Nobody else has map registers of this adapter object, so no request waits for any. */
VOID edu_serve(struct edu *edu)
{
	while (edu->first && !edu->is_busy && !edu->is_stopping)
		edu_begin(edu);
}

VOID edu_run_done(struct edu *edu)
{
	const struct edu_request *request = edu->first;

	if (edu->base)
		edu_flush(edu);
	edu->moved += edu->run;
	edu->run = 0;
	if (edu->moved == request->length)
		edu_finish(edu, STATUS_SUCCESS);
	else if (edu->list)
		edu_run_element(edu);
	else if (!edu_run_mapped(edu))
		edu_finish(edu, STATUS_INSUFFICIENT_RESOURCES);
}

VOID edu_finish(struct edu *edu, NTSTATUS status)
{
	struct edu_request *request = edu->first;

	if (edu->base) {
		if (edu->run)
			edu_flush(edu);
		edu->adapter->DmaOperations->FreeMapRegisters(edu->adapter, edu->base,
							      edu->registers);
	} else if (edu->list) {
		edu->adapter->DmaOperations->PutScatterGatherList(edu->adapter, edu->list,
								  request->to_device);
	} else if (request->way == EDU_COMMON_BUFFER && !request->to_device &&
		   NT_SUCCESS(status)) {
		RtlCopyMemory(edu_bytes(request), edu->common, request->length);
	}
	edu->base = NULL;
	edu->list = NULL;
	edu->run = 0;
	edu->is_busy = FALSE;
	KeAcquireSpinLockAtDpcLevel(&edu->lock);
	edu->first = request->next;
	KeReleaseSpinLockFromDpcLevel(&edu->lock);
	request->done(request, status);
}
