/* SPDX-License-Identifier: MIT */
/*
 * transfer.c - a request becomes a command
 *
 *   IoAllocateAdapterChannel
 *   IoMapTransfer, again and again until all is mapped    addresses of pages in the command
 *   the command, and its completion
 *   IoFlushAdapterBuffers, once for all
 *   IoFreeMapRegisters
 */
#include "nvme_private.h"

static BOOLEAN nvme_is_write(const struct nvme_request *request)
{
	return request->operation == NVME_WRITE;
}

static PVOID nvme_start_of(const struct nvme_request *request)
{
	return (PUCHAR)MmGetMdlVirtualAddress(request->mdl) + request->offset;
}

/*
 * Section 4.3: the first address may be in the midst of a page, all others begin one. The second is
 * in the command, or a list takes its place.
 */
static VOID nvme_add_pages(struct nvme *nvme, struct nvme_command *command, ULONG *count,
			   ULONG logical, ULONG length)
{
	ULONG *list = (ULONG *)(PVOID)nvme_page(nvme, NVME_PAGE_LIST);
	ULONG done, piece;

	for (done = 0; done < length; done += piece) {
		ULONG address = logical + done;

		piece = NVME_PAGE - address % NVME_PAGE;
		if (piece > length - done)
			piece = length - done;
		if (*count == 0) {
			command->prp1_low = address;
		} else {
			list[2 * (*count - 1)] = address;
			list[2 * (*count - 1) + 1] = 0;
		}
		*count += 1;
	}
	if (*count == 2)
		command->prp2_low = list[0];
	else if (*count > 2)
		command->prp2_low = nvme_logical(nvme, NVME_PAGE_LIST);
}

/* FALSE: not all of it could be mapped. @mapped: bytes that are. */
static BOOLEAN nvme_map(struct nvme *nvme, struct nvme_command *command, ULONG *mapped)
{
	const struct nvme_request *request = nvme->first;
	ULONG count = 0;

	for (*mapped = 0; *mapped < request->length;) {
		ULONG length = request->length - *mapped;
		PHYSICAL_ADDRESS logical;

		logical = IoMapTransfer(nvme->adapter, request->mdl, nvme->base,
					(PUCHAR)nvme_start_of(request) + *mapped, &length,
					nvme_is_write(request));
		if (logical.QuadPart == 0)
			return FALSE;
		nvme_add_pages(nvme, command, &count, logical.LowPart, length);
		*mapped += length;
	}
	return TRUE;
}

static VOID nvme_flush_buffers(struct nvme *nvme, ULONG length)
{
	const struct nvme_request *request = nvme->first;

	if (length)
		IoFlushAdapterBuffers(nvme->adapter, request->mdl, nvme->base,
				      nvme_start_of(request), length, nvme_is_write(request));
}

static VOID nvme_command_for(struct nvme *nvme, struct nvme_command *command)
{
	static const ULONG opcodes[] = {
		[NVME_READ] = NVME_COMMAND_READ,
		[NVME_WRITE] = NVME_COMMAND_WRITE,
		[NVME_FLUSH] = NVME_COMMAND_FLUSH,
	};
	const struct nvme_request *request = nvme->first;

	RtlZeroMemory(command, sizeof(*command));
	command->head = opcodes[request->operation];
	command->namespace_id = NVME_NAMESPACE;
	if (request->operation == NVME_FLUSH)
		return;
	command->parameters[0] = (ULONG)request->block;
	command->parameters[1] = (ULONG)(request->block >> 32);
	command->parameters[2] = request->length / nvme->block_size - 1;
}

/* A bus master keeps its registers, but not the channel. */
static IO_ALLOCATION_ACTION NTAPI nvme_got_channel(PDEVICE_OBJECT device, PIRP irp, PVOID base,
						   PVOID context)
{
	struct nvme *nvme = context;
	struct nvme_command command;
	ULONG mapped;

	(void)device;
	(void)irp;
	nvme->base = base;
	nvme_command_for(nvme, &command);
	if (nvme_map(nvme, &command, &mapped)) {
		nvme_issue(nvme, &nvme->io, &command);
		return DeallocateObjectKeepRegisters;
	}
	nvme_flush_buffers(nvme, mapped);
	nvme->base = NULL;
	nvme_finish(nvme, STATUS_INSUFFICIENT_RESOURCES);
	return DeallocateObject;
}

static VOID nvme_begin(struct nvme *nvme)
{
	const struct nvme_request *request = nvme->first;
	struct nvme_command command;
	NTSTATUS status;

	nvme->is_busy = TRUE;
	if (request->operation == NVME_FLUSH) {
		nvme_command_for(nvme, &command);
		nvme_issue(nvme, &nvme->io, &command);
		return;
	}
	nvme->registers = ADDRESS_AND_SIZE_TO_SPAN_PAGES(nvme_start_of(request), request->length);
	KeFlushIoBuffers(request->mdl, !nvme_is_write(request), TRUE);
	status = IoAllocateAdapterChannel(nvme->adapter, nvme->device, nvme->registers,
					  nvme_got_channel, nvme);
	if (!NT_SUCCESS(status))
		nvme_finish(nvme, status);
}

/* Nobody else has map registers of this adapter object, so no request waits for any. */
VOID nvme_serve(struct nvme *nvme)
{
	while (nvme->first && !nvme->is_busy && !nvme->is_stopping)
		nvme_begin(nvme);
}

VOID nvme_finish(struct nvme *nvme, NTSTATUS status)
{
	struct nvme_request *request = nvme->first;

	if (nvme->base) {
		nvme_flush_buffers(nvme, request->length);
		IoFreeMapRegisters(nvme->adapter, nvme->base, nvme->registers);
	}
	nvme->base = NULL;
	nvme->is_busy = FALSE;
	KeAcquireSpinLockAtDpcLevel(&nvme->lock);
	nvme->first = request->next;
	KeReleaseSpinLockFromDpcLevel(&nvme->lock);
	request->done(request, status);
}
