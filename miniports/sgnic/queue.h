/* SPDX-License-Identifier: MIT */
/*
 * queue.h - what is done with a queue for every frame, section 4
 *
 * Expanded where it is used: a call costs more than most of these. What the device writes is copied
 * once and checked before it is used, and the driver keeps its own books instead of reading
 * descriptors back. The caller holds the queue's lock.
 *
 * Little endian: NT runs on nothing else.
 */
#ifndef SGNIC_QUEUE_H
#define SGNIC_QUEUE_H

#include "sgnic.h"

/* Descriptors that can be filled. */
SGNIC_INLINE ULONG sgnic_queue_room(const struct sgnic_queue *queue)
{
	return queue->size - (queue->producer - queue->released);
}

/* Fills the next descriptor, which must be free. The device does not see it yet. */
SGNIC_INLINE VOID sgnic_queue_post(struct sgnic_queue *queue, ULONG64 logical, ULONG length,
					 ULONG tag)
{
	struct sgnic_descriptor *descriptor =
		&queue->descriptors[queue->producer & (queue->size - 1)];

	descriptor->address = logical;
	descriptor->length = length;
	descriptor->flags = 0;
	descriptor->tag = (USHORT)tag;
	queue->producer++;
}

/* Section 5, steps 1 and 2, and section 4.1: shows the device all filled descriptors. */
SGNIC_INLINE VOID sgnic_queue_publish(struct sgnic_adapter *adapter,
					    struct sgnic_queue *queue)
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

SGNIC_INLINE volatile struct sgnic_completion *
sgnic_queue_entry(const struct sgnic_queue *queue, ULONG number)
{
	return (volatile struct sgnic_completion *)(PVOID)
		(queue->completions + (number & (queue->size - 1)) * queue->completion_size);
}

/* Has the device written completion `number`, at most a ring ahead of the consumer? */
SGNIC_INLINE BOOLEAN sgnic_queue_written(const struct sgnic_queue *queue, ULONG number)
{
	BOOLEAN is_odd_pass = (number & queue->size) != 0;	/* a size is a power of two */
	BOOLEAN phase = (sgnic_queue_entry(queue, number)->flags & SGNIC_COMPLETION_PHASE) != 0;

	return phase != is_odd_pass;
}

/* Section 4.3: copies the next completion out. It stays next until it is accepted. */
SGNIC_INLINE enum sgnic_next sgnic_queue_next(const struct sgnic_queue *queue,
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
SGNIC_INLINE VOID sgnic_queue_details(const struct sgnic_queue *queue,
					    struct sgnic_rx_completion *completion)
{
	*completion = *(volatile struct sgnic_rx_completion *)(volatile VOID *)
		sgnic_queue_entry(queue, queue->consumer);
}

SGNIC_INLINE VOID sgnic_queue_accept(struct sgnic_queue *queue,
					   const struct sgnic_completion *completion)
{
	queue->released += completion->count;
	queue->consumer++;
}

/*
 * Section 7: asks a running device for an interrupt with completion `number`, the next or a later one. TRUE
 * if it has come already, in which case there may be no interrupt for it.
 */
SGNIC_INLINE BOOLEAN sgnic_queue_arm(struct sgnic_queue *queue, ULONG number)
{
	queue->record->interrupt_event = number;
	KeMemoryBarrier();
	return sgnic_queue_written(queue, number);
}

/* Section 7: asks for no interrupt. Holds for half of all numbers. */
SGNIC_INLINE VOID sgnic_queue_disarm(struct sgnic_queue *queue)
{
	if (queue->running)
		queue->record->interrupt_event = queue->consumer + 0x80000000u;
}

#endif /* SGNIC_QUEUE_H */
