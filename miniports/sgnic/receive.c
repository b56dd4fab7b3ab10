/* SPDX-License-Identifier: MIT */
/*
 * receive.c - frames from the device to the protocols, and buffers back
 *
 *   posted --> device writes a frame --> sgnic_receive_poll --> NdisMIndicateReceivePacket
 *     ^                                                             |
 *     +---- sgnic_return_packet (lent) <----------------------------+
 *     +---- at once, when indicated with NDIS_STATUS_RESOURCES (kept) <----+
 *
 * Every receive buffer has a packet and an NDIS buffer of its own for life, so that an indication
 * allocates nothing. A frame fits into one buffer, so each completion is for one descriptor.
 */
#include "queue.h"

static ULONG sgnic_buffer_number(const struct sgnic_buffer *buffer)
{
	return buffer->block->index * SGNIC_BLOCK_BUFFERS +
	       (ULONG)(buffer - buffer->block->buffers);
}

/* MiniportReserved of a receive packet holds a pointer to its buffer. */
static struct sgnic_buffer *sgnic_buffer_of(PNDIS_PACKET packet)
{
	return *(struct sgnic_buffer **)(PVOID)packet->MiniportReserved;
}

static NDIS_STATUS sgnic_allocate_pools(struct sgnic_receive *receive, ULONG count)
{
	NDIS_STATUS status;

	NdisAllocatePacketPool(&status, &receive->packet_pool, count,
			       PROTOCOL_RESERVED_SIZE_IN_PACKET);
	if (status != NDIS_STATUS_SUCCESS) {
		receive->packet_pool = NULL;
		return status;
	}
	NdisAllocateBufferPool(&status, &receive->buffer_pool, count);
	if (status != NDIS_STATUS_SUCCESS)
		receive->buffer_pool = NULL;
	return status;
}

NDIS_STATUS sgnic_receive_allocate(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_queue *queue = &receive->queue;
	NDIS_STATUS status;

	queue->registers = (ULONG)SGNIC_RX_QUEUE(0);
	queue->doorbell = (ULONG)SGNIC_RX_DOORBELL(0);
	queue->size = adapter->settings.receive_descriptors;
	queue->completion_size = (ULONG)sizeof(struct sgnic_rx_completion);
	receive->block_limit = adapter->settings.max_receive_buffers / SGNIC_BLOCK_BUFFERS;
	receive->initial_blocks = adapter->settings.receive_buffers / SGNIC_BLOCK_BUFFERS;

	receive->posted = sgnic_allocate(queue->size * (ULONG)sizeof(PVOID));
	receive->blocks = sgnic_allocate(receive->block_limit * (ULONG)sizeof(PVOID));
	if (!receive->posted || !receive->blocks)
		return NDIS_STATUS_RESOURCES;
	status = sgnic_allocate_pools(receive, adapter->settings.max_receive_buffers);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_queue_allocate(adapter, queue);
	while (status == NDIS_STATUS_SUCCESS && receive->block_count < receive->initial_blocks)
		status = sgnic_block_create(adapter);
	return status;
}

/* All buffers are idle, or a protocol never gave one back: its block and the pools then stay. */
VOID sgnic_receive_free(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	BOOLEAN kept = FALSE;
	ULONG i;

	for (i = 0; receive->blocks && i < receive->block_limit; i++) {
		struct sgnic_block *block = receive->blocks[i];

		if (!block)
			continue;
		if (block->busy)
			kept = TRUE;
		else
			sgnic_block_free(adapter, block);
	}
	sgnic_shared_free(adapter, &receive->queue.memory);
	if (receive->buffer_pool && !kept)
		NdisFreeBufferPool(receive->buffer_pool);
	if (receive->packet_pool && !kept)
		NdisFreePacketPool(receive->packet_pool);
	sgnic_free(receive->blocks);
	sgnic_free(receive->posted);
	receive->blocks = NULL;
	receive->posted = NULL;
}

/* Gives an idle buffer to the device, from the next publication on. Lock held. */
VOID sgnic_buffer_post(struct sgnic_adapter *adapter, struct sgnic_buffer *buffer)
{
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_queue *queue = &receive->queue;

	if (!queue->running || receive->retiring == buffer->block)
		return;
	receive->posted[queue->producer & (queue->size - 1)] = buffer;
	sgnic_queue_post(queue, buffer->logical, adapter->buffer_size, sgnic_buffer_number(buffer));
	buffer->state = SGNIC_BUFFER_POSTED;
	buffer->block->busy++;
}

static VOID sgnic_buffer_idle(struct sgnic_buffer *buffer)
{
	buffer->state = SGNIC_BUFFER_IDLE;
	buffer->block->busy--;
}

/* The queue has just been started. Lock held. */
VOID sgnic_receive_post_all(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	ULONG i, j;

	for (i = 0; i < receive->block_limit; i++) {
		struct sgnic_block *block = receive->blocks[i];

		for (j = 0; block && j < SGNIC_BLOCK_BUFFERS; j++)
			if (block->buffers[j].state == SGNIC_BUFFER_IDLE)
				sgnic_buffer_post(adapter, &block->buffers[j]);
	}
	sgnic_queue_publish(adapter, &receive->queue);
}

/* The queue is stopped: takes back what the device had. Lent buffers come back by themselves. */
VOID sgnic_receive_reclaim(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	ULONG i, j;

	NdisAcquireSpinLock(&receive->lock);
	for (i = 0; i < receive->block_limit; i++) {
		struct sgnic_block *block = receive->blocks ? receive->blocks[i] : NULL;

		for (j = 0; block && j < SGNIC_BLOCK_BUFFERS; j++)
			if (block->buffers[j].state == SGNIC_BUFFER_POSTED)
				sgnic_buffer_idle(&block->buffers[j]);
	}
	NdisReleaseSpinLock(&receive->lock);
	sgnic_block_free_retired(adapter);
}

/*
 * The buffer that a completion is for, or NULL if it is none that was posted. A frame can only lie
 * in the oldest posted buffer and must have a possible length.
 */
static struct sgnic_buffer *sgnic_receive_check(const struct sgnic_adapter *adapter,
						const struct sgnic_completion *completion)
{
	const struct sgnic_receive *receive = &adapter->receive;
	const struct sgnic_queue *queue = &receive->queue;
	struct sgnic_buffer *buffer = receive->posted[queue->released & (queue->size - 1)];

	if (completion->count != 1 || completion->tag != sgnic_buffer_number(buffer))
		return NULL;
	if (completion->status == SGNIC_STATUS_OK &&
	    (completion->length < SGNIC_MIN_FRAME ||
	     completion->length > adapter->settings.frame_length + SGNIC_FRAME_TAG))
		return NULL;
	return buffer;
}

/*
 * Makes the packet of a filled buffer ready to be indicated. When the device is about to run dry
 * the protocols must copy the frame instead of keeping the buffer.
 */
static PNDIS_PACKET sgnic_receive_prepare(struct sgnic_adapter *adapter,
					  struct sgnic_buffer *buffer,
					  const struct sgnic_rx_completion *completion)
{
	struct sgnic_receive *receive = &adapter->receive;
	BOOLEAN is_short = receive->queue.producer - receive->queue.released <= SGNIC_LOW_WATER;

	NdisAdjustBufferLength(buffer->buffer, completion->c.length);
	NdisRecalculatePacketCounts(buffer->packet);
	sgnic_describe_packet(adapter, buffer->packet, completion,
			      (PUCHAR)buffer->block->memory.va +
			      (ULONG)(buffer - buffer->block->buffers) * adapter->buffer_size);
	NDIS_SET_PACKET_HEADER_SIZE(buffer->packet, SGNIC_FRAME_HEADER);
	NDIS_SET_PACKET_STATUS(buffer->packet,
			       is_short ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS);
	buffer->state = SGNIC_BUFFER_INDICATED;
	receive->indicated++;
	adapter->statistics.frames_received++;
	if (is_short)
		adapter->statistics.frames_received_short++;
	return buffer->packet;
}

/* A buffer comes back from the protocols. Lock held. */
static VOID sgnic_receive_take_back(struct sgnic_adapter *adapter, PNDIS_PACKET packet)
{
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_buffer *buffer = sgnic_buffer_of(packet);

	receive->indicated--;
	sgnic_buffer_idle(buffer);
	sgnic_buffer_post(adapter, buffer);
}

/* Are there, or were there when the device wrote last, only few buffers for it? Lock held. */
static BOOLEAN sgnic_receive_is_short(const struct sgnic_queue *queue)
{
	ULONG posted = queue->producer - queue->released;

	return queue->running &&
	       (posted <= SGNIC_LOW_WATER ||
		sgnic_queue_written(queue, queue->consumer + posted - SGNIC_LOW_WATER - 1));
}

/*
 * Collects up to SGNIC_INDICATE_COUNT frames. Returns the number of completions read, 0 if there
 * were none; *count is the number of packets, *is_short whether the device lacks buffers. Lock held.
 */
static ULONG sgnic_receive_collect(struct sgnic_adapter *adapter, ULONG budget,
				   PNDIS_PACKET *packets, UINT *count, BOOLEAN *is_short)
{
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_queue *queue = &receive->queue;
	struct sgnic_rx_completion details;
	struct sgnic_completion completion;
	struct sgnic_buffer *buffer;
	enum sgnic_next next;
	ULONG done = 0;

	*count = 0;
	while (done < budget && *count < SGNIC_INDICATE_COUNT) {
		next = sgnic_queue_next(queue, &completion);
		if (next == SGNIC_NEXT_NONE)
			break;
		buffer = NULL;
		if (next == SGNIC_NEXT_VALID)
			buffer = sgnic_receive_check(adapter, &completion);
		if (!buffer) {
			queue->running = FALSE;
			sgnic_fault(adapter, SGNIC_LOG_RX_COMPLETION,
				    (ULONG)completion.tag << 16 | completion.count);
			break;
		}
		sgnic_queue_details(queue, &details);
		details.c = completion;		/* as it was checked */
		sgnic_queue_accept(queue, &completion);
		done++;
		if (completion.status == SGNIC_STATUS_OK) {
			packets[(*count)++] = sgnic_receive_prepare(adapter, buffer, &details);
		} else {
			sgnic_buffer_idle(buffer);
			sgnic_buffer_post(adapter, buffer);
		}
	}
	*is_short = sgnic_receive_is_short(queue);
	receive->was_short |= *is_short;
	receive->is_indicating = *count != 0;
	sgnic_queue_publish(adapter, queue);
	return done;
}

/* The packets from `first` on were only shown to the protocols. Publishes all that came back. No lock held. */
static VOID sgnic_receive_indicated(struct sgnic_adapter *adapter, PNDIS_PACKET *packets,
				    UINT first, UINT count)
{
	struct sgnic_receive *receive = &adapter->receive;
	BOOLEAN is_retired;

	NdisDprAcquireSpinLock(&receive->lock);
	while (first < count)
		sgnic_receive_take_back(adapter, packets[first++]);
	receive->is_indicating = FALSE;
	sgnic_queue_publish(adapter, &receive->queue);
	is_retired = sgnic_block_is_retired(receive);
	NdisDprReleaseSpinLock(&receive->lock);
	if (is_retired)
		sgnic_block_free_retired(adapter);
}

/* From MiniportHandleInterrupt, DISPATCH_LEVEL: indicates up to `budget` frames; returns how many it handled. */
ULONG sgnic_receive_poll(struct sgnic_adapter *adapter, ULONG budget)
{
	struct sgnic_receive *receive = &adapter->receive;
	PNDIS_PACKET packets[SGNIC_INDICATE_COUNT];
	UINT count, lent;
	BOOLEAN is_short;
	ULONG handled = 0;
	ULONG step;

	do {
		NdisDprAcquireSpinLock(&receive->lock);
		step = sgnic_receive_collect(adapter, budget - handled, packets, &count,
					     &is_short);
		NdisDprReleaseSpinLock(&receive->lock);
		handled += step;

		/* Lent packets may be back, and in use again, before the call returns. */
		for (lent = 0; lent < count; lent++)
			if (NDIS_GET_PACKET_STATUS(packets[lent]) == NDIS_STATUS_RESOURCES)
				break;
		if (count) {
			NdisMIndicateReceivePacket(adapter->handle, packets, count);
			sgnic_receive_indicated(adapter, packets, lent, count);
		}
		if (is_short)
			sgnic_grow(adapter);
	} while (step && handled < budget);
	return handled;
}

BOOLEAN sgnic_receive_arm(struct sgnic_adapter *adapter)
{
	struct sgnic_queue *queue = &adapter->receive.queue;
	BOOLEAN more;

	NdisDprAcquireSpinLock(&adapter->receive.lock);
	more = queue->running && sgnic_queue_arm(queue, queue->consumer);
	NdisDprReleaseSpinLock(&adapter->receive.lock);
	return more;
}

/* MiniportReturnPacket. <= DISPATCH_LEVEL. */
VOID NTAPI sgnic_return_packet(NDIS_HANDLE context, PNDIS_PACKET packet)
{
	struct sgnic_adapter *adapter = context;
	struct sgnic_receive *receive = &adapter->receive;
	BOOLEAN is_retired;

	NdisAcquireSpinLock(&receive->lock);
	sgnic_receive_take_back(adapter, packet);
	if (!receive->is_indicating)
		sgnic_queue_publish(adapter, &receive->queue);
	is_retired = sgnic_block_is_retired(receive);
	NdisReleaseSpinLock(&receive->lock);
	if (is_retired)
		sgnic_block_free_retired(adapter);
}
