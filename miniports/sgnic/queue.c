/* SPDX-License-Identifier: MIT */
/*
 * queue.c - the rings and the record of one queue, section 4
 *
 * Memory of a queue, one block: the record (64 bytes), the descriptors, the completions, in that
 * order and all on 64-byte boundaries. What the device writes is copied once and checked before it
 * is used, and the driver keeps its own books instead of reading descriptors back.
 *
 * Little endian: NT runs on nothing else.
 */
#include "sgnic.h"

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

/* Descriptors that can be filled. */
ULONG sgnic_queue_room(const struct sgnic_queue *queue)
{
	return queue->size - (queue->producer - queue->released);
}

/* Fills the next descriptor, which must be free. The device does not see it yet. */
struct sgnic_descriptor *sgnic_queue_post(struct sgnic_queue *queue, ULONG64 logical, ULONG length,
					  ULONG tag)
{
	struct sgnic_descriptor *descriptor =
		&queue->descriptors[queue->producer & (queue->size - 1)];

	descriptor->address = logical;
	descriptor->length = length;
	descriptor->flags = 0;
	descriptor->tag = (USHORT)tag;
	queue->producer++;
	return descriptor;
}

/* Section 5, steps 1 and 2, and section 4.1: shows the device all filled descriptors. */
VOID sgnic_queue_publish(struct sgnic_adapter *adapter, struct sgnic_queue *queue)
{
	ULONG old = queue->published;
	ULONG new = queue->producer;

	if (old == new || !queue->running)
		return;
	KeMemoryBarrier();	/* the descriptors before the index */
	queue->record->producer = new;
	queue->published = new;
	KeMemoryBarrier();	/* the index before the question whether the device sleeps */
	if ((ULONG)(new - queue->record->kick_event - 1) < (ULONG)(new - old))
		sgnic_write(adapter, queue->doorbell, 0);
}

static volatile struct sgnic_completion *sgnic_queue_entry(const struct sgnic_queue *queue,
							   ULONG number)
{
	return (volatile struct sgnic_completion *)(PVOID)
		(queue->completions + (number & (queue->size - 1)) * queue->completion_size);
}

/* Has the device written completion `number`, at most a ring ahead of the consumer? */
BOOLEAN sgnic_queue_written(const struct sgnic_queue *queue, ULONG number)
{
	ULONG phase = (number / queue->size) & 1 ? 0 : SGNIC_COMPLETION_PHASE;

	return (sgnic_queue_entry(queue, number)->flags & SGNIC_COMPLETION_PHASE) == phase;
}

/* Section 4.3: copies the next completion out. It stays next until it is accepted. */
enum sgnic_next sgnic_queue_next(const struct sgnic_queue *queue,
				 struct sgnic_completion *completion)
{
	if (!queue->running || !sgnic_queue_written(queue, queue->consumer))
		return SGNIC_NEXT_NONE;
	KeMemoryBarrier();	/* the phase before the rest of the entry */
	*completion = *sgnic_queue_entry(queue, queue->consumer);

	if (completion->count == 0 || completion->count > queue->published - queue->released ||
	    completion->next != queue->released + completion->count ||
	    completion->status > SGNIC_STATUS_BAD_OFFLOAD)
		return SGNIC_NEXT_BROKEN;
	return SGNIC_NEXT_VALID;
}

/* The completion that is next on a receive queue, whole. */
VOID sgnic_queue_details(const struct sgnic_queue *queue, struct sgnic_rx_completion *completion)
{
	*completion = *(volatile struct sgnic_rx_completion *)(volatile VOID *)
		sgnic_queue_entry(queue, queue->consumer);
}

VOID sgnic_queue_accept(struct sgnic_queue *queue, const struct sgnic_completion *completion)
{
	queue->released += completion->count;
	queue->consumer++;
}

/*
 * Section 7: asks for an interrupt with the next completion. TRUE if it has come already, in which
 * case there may be no interrupt for it.
 */
BOOLEAN sgnic_queue_arm(struct sgnic_queue *queue)
{
	if (!queue->running)
		return FALSE;
	queue->record->interrupt_event = queue->consumer;
	KeMemoryBarrier();
	return sgnic_queue_written(queue, queue->consumer);
}
