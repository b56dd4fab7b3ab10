/* SPDX-License-Identifier: MIT */
/*
 * queue.c - the rings and the record of one queue: memory, start, stop, section 4
 *
 * Memory of a queue, one block: the record (64 bytes), the descriptors, the completions, in that
 * order and all on 64-byte boundaries.
 */
#include "queue.h"

static VOID sgnic_queue_lay_out(struct sgnic_queue *queue)
{
	ULONG64 logical = (ULONG64)queue->memory.logical.QuadPart;
	ULONG skip = (ULONG)(-logical & (SGNIC_RING_ALIGNMENT - 1));
	PUCHAR va = (PUCHAR)queue->memory.va + skip;

	queue->logical = logical + skip;
	queue->record = (volatile struct sgnic_record *)(PVOID)va;
	queue->descriptors = (struct sgnic_descriptor *)(PVOID)(va + sizeof(struct sgnic_record));
	queue->completions = (PUCHAR)(queue->descriptors + queue->size);
}

/* registers, doorbell, size and completion_size are filled in. PASSIVE_LEVEL. */
NDIS_STATUS sgnic_queue_allocate(struct sgnic_adapter *adapter, struct sgnic_queue *queue)
{
	ULONG length = (ULONG)sizeof(struct sgnic_record) + SGNIC_RING_ALIGNMENT +
		       queue->size * ((ULONG)sizeof(struct sgnic_descriptor) +
				      queue->completion_size);
	NDIS_STATUS status;

	status = sgnic_shared_allocate(adapter, length, &queue->memory);
	if (status == NDIS_STATUS_SUCCESS)
		sgnic_queue_lay_out(queue);
	return status;
}

static VOID sgnic_queue_write_address(struct sgnic_adapter *adapter, ULONG offset,
				      ULONG64 logical)
{
	sgnic_write(adapter, offset, (ULONG)logical);
	sgnic_write(adapter, offset + 4, (ULONG)(logical >> 32));
}

/* Section 3.7. The device must be reset or the queue stopped. */
NDIS_STATUS sgnic_queue_start(struct sgnic_adapter *adapter, struct sgnic_queue *queue)
{
	ULONG64 logical = queue->logical;
	ULONG state;

	NdisZeroMemory(queue->memory.va, queue->memory.length);
	queue->producer = 0;
	queue->published = 0;
	queue->released = 0;
	queue->consumer = 0;

	sgnic_write(adapter, queue->registers + SGNIC_QUEUE_RING_SIZE, queue->size);
	sgnic_queue_write_address(adapter, queue->registers + SGNIC_QUEUE_RECORD_LOW, logical);
	logical += sizeof(struct sgnic_record);
	sgnic_queue_write_address(adapter, queue->registers + SGNIC_QUEUE_DESCRIPTORS_LOW,
				  logical);
	logical += queue->size * sizeof(struct sgnic_descriptor);
	sgnic_queue_write_address(adapter, queue->registers + SGNIC_QUEUE_COMPLETIONS_LOW,
				  logical);
	KeMemoryBarrier();
	sgnic_write(adapter, queue->registers + SGNIC_QUEUE_CONTROL, SGNIC_QUEUE_ENABLE);

	state = sgnic_read(adapter, queue->registers + SGNIC_QUEUE_STATE);
	if (state != SGNIC_QUEUE_RUNNING) {
		sgnic_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, SGNIC_LOG_QUEUE,
			  sgnic_read(adapter, SGNIC_ERROR_CODE));
		return NDIS_STATUS_DEVICE_FAILED;
	}
	queue->running = TRUE;
	return NDIS_STATUS_SUCCESS;
}

/* When the write completes the device has let go of the queue's memory (section 3.7). */
VOID sgnic_queue_stop(struct sgnic_adapter *adapter, struct sgnic_queue *queue)
{
	queue->running = FALSE;
	sgnic_write(adapter, queue->registers + SGNIC_QUEUE_CONTROL, 0);
	(VOID)sgnic_read(adapter, queue->registers + SGNIC_QUEUE_STATE);
}
