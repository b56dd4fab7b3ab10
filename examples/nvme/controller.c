/* SPDX-License-Identifier: MIT */
/*
 * controller.c - the controller is brought up and shut down; queues
 */
#include "nvme_private.h"

#define NVME_ALL_ONES	0xFFFFFFFFu	/* what the bus answers for a device that is gone */

C_ASSERT(sizeof(struct nvme_command) == 64);
C_ASSERT(sizeof(struct nvme_completion) == 16);

/* ---- queues ------------------------------------------------------------------------------- */

static VOID nvme_empty_queue(struct nvme *nvme, struct nvme_queue *queue, ULONG number,
			     enum nvme_page commands, enum nvme_page completions)
{
	RtlZeroMemory(nvme_page(nvme, commands), NVME_PAGE);
	RtlZeroMemory(nvme_page(nvme, completions), NVME_PAGE);
	queue->number = number;
	queue->commands = (struct nvme_command *)(PVOID)nvme_page(nvme, commands);
	queue->completions =
		(volatile struct nvme_completion *)(PVOID)nvme_page(nvme, completions);
	queue->tail = 0;
	queue->head = 0;
	queue->phase = 1;
}

VOID nvme_issue(struct nvme *nvme, struct nvme_queue *queue, struct nvme_command *command)
{
	queue->identifier++;
	command->head |= (ULONG)queue->identifier << 16;
	queue->commands[queue->tail] = *command;
	queue->tail = (queue->tail + 1) % NVME_ENTRIES;
	KeMemoryBarrier();
	nvme_write(nvme, NVME_DOORBELL + 2 * queue->number * nvme->stride, queue->tail);
}

BOOLEAN nvme_take(struct nvme *nvme, struct nvme_queue *queue, USHORT *status)
{
	volatile struct nvme_completion *completion = &queue->completions[queue->head];
	USHORT word = completion->status;

	if ((word & 1) != queue->phase)
		return FALSE;
	KeMemoryBarrier();
	*status = word >> 1;
	/* With one command at a time there is no other that could be answered. */
	if (completion->identifier != queue->identifier)
		*status = 0x7FFF;
	queue->head = (queue->head + 1) % NVME_ENTRIES;
	queue->phase ^= queue->head == 0;
	nvme_write(nvme, NVME_DOORBELL + (2 * queue->number + 1) * nvme->stride, queue->head);
	return TRUE;
}

/* An admin command from its issue to its end. */
static NTSTATUS nvme_administer(struct nvme *nvme, struct nvme_command *command)
{
	ULONG waited = 0;
	USHORT status;

	nvme_issue(nvme, &nvme->admin, command);
	while (!nvme_take(nvme, &nvme->admin, &status)) {
		if (waited++ >= nvme->timeout)
			return STATUS_DEVICE_NOT_READY;
		nvme->bus.wait(nvme->bus.context);
	}
	return status ? STATUS_IO_DEVICE_ERROR : STATUS_SUCCESS;
}

static NTSTATUS nvme_create_queue(struct nvme *nvme, ULONG opcode, enum nvme_page page,
				  ULONG parameter)
{
	struct nvme_command command;

	RtlZeroMemory(&command, sizeof(command));
	command.head = opcode;
	command.prp1_low = nvme_logical(nvme, page);
	command.parameters[0] = (NVME_ENTRIES - 1) << 16 | 1;
	command.parameters[1] = parameter;
	return nvme_administer(nvme, &command);
}

/* ---- life --------------------------------------------------------------------------------- */

/* FALSE: CSTS did not become so in time, or says that nothing will. */
static BOOLEAN nvme_wait_status(struct nvme *nvme, ULONG mask, ULONG value)
{
	ULONG waited;

	for (waited = 0; waited <= nvme->timeout; waited++) {
		ULONG status = nvme_read(nvme, NVME_CSTS);

		if (status == NVME_ALL_ONES)
			return FALSE;
		if ((status & mask) == value)
			return TRUE;
		if (value && status & NVME_CSTS_FATAL)
			return FALSE;
		nvme->bus.wait(nvme->bus.context);
	}
	return FALSE;
}

NTSTATUS nvme_check(struct nvme *nvme)
{
	ULONG low = nvme_read(nvme, NVME_CAP_LOW);
	ULONG high = nvme_read(nvme, NVME_CAP_HIGH);

	if (low == NVME_ALL_ONES || !NVME_CAP_NVM(high) || NVME_CAP_PAGE_MIN(high) != 0 ||
	    NVME_CAP_ENTRIES(low) < NVME_ENTRIES)
		return STATUS_NO_SUCH_DEVICE;
	nvme->timeout = (NVME_CAP_TIMEOUT(low) + 1) * 500;
	nvme->stride = 4u << NVME_CAP_STRIDE(high);
	return STATUS_SUCCESS;
}

static ULONG nvme_answer(const struct nvme *nvme, ULONG offset)
{
	const UCHAR *at = nvme_page(nvme, NVME_PAGE_ANSWER) + offset;

	return at[0] | (ULONG)at[1] << 8 | (ULONG)at[2] << 16 | (ULONG)at[3] << 24;
}

/* Section 5.15.2.1: number of blocks, and their size in the format that is in use. */
static NTSTATUS nvme_identify(struct nvme *nvme)
{
	struct nvme_command command;
	NTSTATUS status;
	ULONG format;

	RtlZeroMemory(&command, sizeof(command));
	command.head = NVME_IDENTIFY;
	command.namespace_id = NVME_NAMESPACE;
	command.prp1_low = nvme_logical(nvme, NVME_PAGE_ANSWER);
	command.parameters[0] = NVME_IDENTIFY_NAMESPACE;
	status = nvme_administer(nvme, &command);
	if (!NT_SUCCESS(status))
		return status;
	nvme->blocks = nvme_answer(nvme, 0) | (ULONG64)nvme_answer(nvme, 4) << 32;
	format = nvme_answer(nvme, 128 + 4 * (nvme_answer(nvme, 26) & 0xF));
	if (!nvme->blocks || (format >> 16 & 0xFF) < 9 || (format >> 16 & 0xFF) > 12)
		return STATUS_NOT_SUPPORTED;
	nvme->block_size = 1u << (format >> 16 & 0xFF);
	return STATUS_SUCCESS;
}

NTSTATUS nvme_enable(struct nvme *nvme)
{
	NTSTATUS status;

	nvme_write(nvme, NVME_CC, 0);
	if (!nvme_wait_status(nvme, NVME_CSTS_READY, 0))
		return STATUS_DEVICE_NOT_READY;
	nvme_empty_queue(nvme, &nvme->admin, 0, NVME_PAGE_ADMIN_COMMANDS,
			 NVME_PAGE_ADMIN_COMPLETIONS);
	nvme_empty_queue(nvme, &nvme->io, 1, NVME_PAGE_COMMANDS, NVME_PAGE_COMPLETIONS);
	nvme_write(nvme, NVME_AQA, (NVME_ENTRIES - 1) << 16 | (NVME_ENTRIES - 1));
	nvme_write(nvme, NVME_ASQ, nvme_logical(nvme, NVME_PAGE_ADMIN_COMMANDS));
	nvme_write(nvme, NVME_ASQ + 4, 0);
	nvme_write(nvme, NVME_ACQ, nvme_logical(nvme, NVME_PAGE_ADMIN_COMPLETIONS));
	nvme_write(nvme, NVME_ACQ + 4, 0);
	nvme_write(nvme, NVME_CC, NVME_CC_ENTRIES | NVME_CC_ENABLE);
	if (!nvme_wait_status(nvme, NVME_CSTS_READY, NVME_CSTS_READY))
		return STATUS_DEVICE_NOT_READY;
	status = nvme_identify(nvme);
	/* One piece of memory, with interrupts; for the commands: answered in queue 1. */
	if (NT_SUCCESS(status))
		status = nvme_create_queue(nvme, NVME_CREATE_COMPLETION, NVME_PAGE_COMPLETIONS, 3);
	if (NT_SUCCESS(status))
		status = nvme_create_queue(nvme, NVME_CREATE_SUBMISSION, NVME_PAGE_COMMANDS,
					   1u << 16 | 1);
	return status;
}

/* It is shut down while it is enabled. One that is not would be enabled by that. */
VOID nvme_disable(struct nvme *nvme)
{
	ULONG configuration = nvme_read(nvme, NVME_CC);

	if (configuration & NVME_CC_ENABLE) {
		nvme_write(nvme, NVME_CC, configuration | NVME_CC_SHUTDOWN);
		nvme_wait_status(nvme, NVME_CSTS_SHUTDOWN, NVME_CSTS_SHUT_DOWN);
	}
	nvme_write(nvme, NVME_CC, 0);
	nvme_wait_status(nvme, NVME_CSTS_READY, 0);
}
