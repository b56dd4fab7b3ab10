/* SPDX-License-Identifier: MIT */
/*
 * receive.c - frames from the device to the protocols, and buffers back (3.2)
 *
 *   posted --> device writes a frame --> e1000_receive_poll --> NdisMIndicateReceivePacket
 *     ^                                                             |
 *     +---- e1000_return_packet (lent) <----------------------------+
 *     +---- at once, when indicated with NDIS_STATUS_RESOURCES (kept) <----+
 */
#include "e1000.h"

/* MiniportReserved of a receive packet holds a pointer to its buffer. */
static struct e1000_buffer *e1000_buffer_of(PNDIS_PACKET packet)
{
	return *(struct e1000_buffer **)(PVOID)packet->MiniportReserved;
}

static NDIS_STATUS e1000_allocate_pools(struct e1000_receive *receive)
{
	NDIS_STATUS status;

	NdisAllocatePacketPool(&status, &receive->packet_pool, receive->size - 1,
			       PROTOCOL_RESERVED_SIZE_IN_PACKET);
	if (status != NDIS_STATUS_SUCCESS) {
		receive->packet_pool = NULL;
		return status;
	}
	NdisAllocateBufferPool(&status, &receive->buffer_pool, receive->size - 1);
	if (status != NDIS_STATUS_SUCCESS)
		receive->buffer_pool = NULL;
	return status;
}

static NDIS_STATUS e1000_buffer_create(struct e1000_receive *receive, ULONG index)
{
	struct e1000_buffer *buffer = &receive->buffers[index];
	ULONG offset = index * E1000_BUFFER_SIZE;
	NDIS_STATUS status;

	buffer->logical = (ULONG64)receive->area.logical.QuadPart + offset;
	NdisAllocateBuffer(&status, &buffer->buffer, receive->buffer_pool,
			   (PUCHAR)receive->area.va + offset, E1000_BUFFER_SIZE);
	if (status != NDIS_STATUS_SUCCESS) {
		buffer->buffer = NULL;
		return status;
	}
	NdisAllocatePacket(&status, &buffer->packet, receive->packet_pool);
	if (status != NDIS_STATUS_SUCCESS) {
		buffer->packet = NULL;
		return status;
	}
	NdisChainBufferAtFront(buffer->packet, buffer->buffer);
	*(struct e1000_buffer **)(PVOID)buffer->packet->MiniportReserved = buffer;
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS e1000_receive_allocate(struct e1000_adapter *adapter)
{
	struct e1000_receive *receive = &adapter->receive;
	NDIS_STATUS status;
	ULONG i;

	receive->size = adapter->settings.receive_descriptors;
	receive->posted = e1000_allocate(receive->size * (ULONG)sizeof(PVOID));
	receive->buffers = e1000_allocate(receive->size * (ULONG)sizeof(*receive->buffers));
	if (!receive->posted || !receive->buffers)
		return NDIS_STATUS_RESOURCES;
	status = e1000_shared_allocate(adapter, receive->size * (ULONG)sizeof(*receive->ring),
				       &receive->memory);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_shared_allocate(adapter, (receive->size - 1) * E1000_BUFFER_SIZE,
					       &receive->area);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_allocate_pools(receive);
	receive->ring = receive->memory.va;
	for (i = 0; i < receive->size - 1 && status == NDIS_STATUS_SUCCESS; i++)
		status = e1000_buffer_create(receive, i);
	return status;
}

/* What protocols still hold, and what it hangs on, stays. */
VOID e1000_receive_free(struct e1000_adapter *adapter)
{
	struct e1000_receive *receive = &adapter->receive;
	ULONG i;

	e1000_shared_free(adapter, &receive->memory);
	e1000_free(receive->posted);
	receive->posted = NULL;
	if (receive->lent)
		return;
	for (i = 0; receive->buffers && i < receive->size - 1; i++) {
		if (receive->buffers[i].packet)
			NdisFreePacket(receive->buffers[i].packet);
		if (receive->buffers[i].buffer)
			NdisFreeBuffer(receive->buffers[i].buffer);
	}
	if (receive->buffer_pool)
		NdisFreeBufferPool(receive->buffer_pool);
	if (receive->packet_pool)
		NdisFreePacketPool(receive->packet_pool);
	e1000_shared_free(adapter, &receive->area);
	e1000_free(receive->buffers);
	receive->buffers = NULL;
}

/* Gives an idle buffer to the device, from the next RDT on. Lock held. */
static VOID e1000_buffer_post(struct e1000_receive *receive, struct e1000_buffer *buffer)
{
	ULONG slot = receive->produced & (receive->size - 1);
	volatile struct e1000_receive_descriptor *descriptor = &receive->ring[slot];

	buffer->state = E1000_BUFFER_IDLE;
	if (!receive->running)
		return;
	descriptor->address = buffer->logical;
	descriptor->length = 0;
	descriptor->checksum = 0;
	descriptor->status = 0;
	descriptor->errors = 0;
	descriptor->special = 0;
	receive->posted[slot] = buffer;
	receive->produced++;
	buffer->state = E1000_BUFFER_POSTED;
}

/* Shows the device all filled descriptors. Lock held. */
static VOID e1000_publish(struct e1000_adapter *adapter)
{
	struct e1000_receive *receive = &adapter->receive;

	if (!receive->running)
		return;
	KeMemoryBarrier();	/* the descriptors before the index */
	e1000_write(adapter, E1000_RDT, receive->produced & (receive->size - 1));
}

/* 14.4, but for the filter. The device has no buffers. */
VOID e1000_receive_start(struct e1000_adapter *adapter)
{
	struct e1000_receive *receive = &adapter->receive;
	ULONG i;

	NdisAcquireSpinLock(&receive->lock);
	receive->produced = 0;
	receive->released = 0;
	receive->is_skipping = FALSE;
	receive->running = TRUE;
	e1000_write_address(adapter, E1000_RDBAL, (ULONG64)receive->memory.logical.QuadPart);
	e1000_write(adapter, E1000_RDLEN, receive->size * (ULONG)sizeof(*receive->ring));
	e1000_write(adapter, E1000_RDH, 0);
	e1000_write(adapter, E1000_RDT, 0);
	e1000_write(adapter, E1000_RDTR, 0);
	e1000_write(adapter, E1000_RADV, 0);
	for (i = 0; i < receive->size - 1; i++)
		if (receive->buffers[i].state == E1000_BUFFER_IDLE)
			e1000_buffer_post(receive, &receive->buffers[i]);
	e1000_publish(adapter);
	NdisReleaseSpinLock(&receive->lock);
}

/* Takes back what the device has; the caller makes it let go. Lent buffers come back by themselves. */
VOID e1000_receive_stop(struct e1000_adapter *adapter)
{
	struct e1000_receive *receive = &adapter->receive;
	ULONG i;

	NdisAcquireSpinLock(&receive->lock);
	receive->running = FALSE;
	for (i = 0; receive->buffers && i < receive->size - 1; i++)
		if (receive->buffers[i].state == E1000_BUFFER_POSTED)
			receive->buffers[i].state = E1000_BUFFER_IDLE;
	NdisReleaseSpinLock(&receive->lock);
}

/* The length of a frame that is whole and good; 0: it is neither, or only a part of one. */
static ULONG e1000_receive_check(struct e1000_receive *receive,
				 const volatile struct e1000_receive_descriptor *descriptor)
{
	BOOLEAN is_end = (descriptor->status & E1000_RECEIVE_END) != 0;
	BOOLEAN is_whole = is_end && !receive->is_skipping;
	ULONG length = descriptor->length;

	receive->is_skipping = !is_end;
	if (is_whole && !(descriptor->errors & E1000_RECEIVE_ERRORS) &&
	    length >= E1000_FRAME_HEADER && length <= E1000_FRAME_RECEIVED)
		return length;
	if (is_end)
		receive->bad_frames++;
	return 0;
}

/*
 * Makes the packet of a filled buffer ready to be indicated. When the device is about to run dry the
 * protocols must copy the frame instead of keeping the buffer.
 */
static PNDIS_PACKET e1000_receive_prepare(struct e1000_receive *receive,
					  struct e1000_buffer *buffer, ULONG length)
{
	BOOLEAN is_short = receive->produced - receive->released <= E1000_LOW_WATER;

	NdisAdjustBufferLength(buffer->buffer, length);
	NdisRecalculatePacketCounts(buffer->packet);
	NDIS_SET_PACKET_HEADER_SIZE(buffer->packet, E1000_FRAME_HEADER);
	NDIS_SET_PACKET_STATUS(buffer->packet,
			       is_short ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS);
	buffer->state = E1000_BUFFER_LENT;
	receive->lent++;
	return buffer->packet;
}

/* A buffer comes back from the protocols. Lock held. */
static VOID e1000_take_back(struct e1000_receive *receive, PNDIS_PACKET packet)
{
	struct e1000_buffer *buffer = e1000_buffer_of(packet);

	receive->lent--;
	NdisAdjustBufferLength(buffer->buffer, E1000_BUFFER_SIZE);
	e1000_buffer_post(receive, buffer);
}

/* Gathers packets for one indication; returns how many buffers the device has given back. Lock held. */
static ULONG e1000_receive_collect(struct e1000_adapter *adapter, ULONG budget,
				   PPNDIS_PACKET packets, UINT *count)
{
	struct e1000_receive *receive = &adapter->receive;
	volatile struct e1000_receive_descriptor *descriptor;
	struct e1000_buffer *buffer;
	ULONG length, slot;
	ULONG done;

	*count = 0;
	for (done = 0; done < budget && *count < E1000_INDICATE_COUNT; done++) {
		slot = receive->released & (receive->size - 1);
		descriptor = &receive->ring[slot];
		if (!receive->running || receive->released == receive->produced ||
		    !(descriptor->status & E1000_RECEIVE_DONE))
			break;
		KeMemoryBarrier();	/* DONE before the rest of the descriptor */
		buffer = receive->posted[slot];
		length = e1000_receive_check(receive, descriptor);
		receive->released++;
		if (length)
			packets[(*count)++] = e1000_receive_prepare(receive, buffer, length);
		else
			e1000_buffer_post(receive, buffer);
	}
	if (done > *count)
		e1000_publish(adapter);
	return done;
}

/* From MiniportHandleInterrupt: indicates up to `budget` frames; returns how many it handled. */
ULONG e1000_receive_poll(struct e1000_adapter *adapter, ULONG budget)
{
	struct e1000_receive *receive = &adapter->receive;
	PNDIS_PACKET packets[E1000_INDICATE_COUNT];
	UINT count, lent, i;
	ULONG handled = 0;
	ULONG step;

	do {
		NdisAcquireSpinLock(&receive->lock);
		step = e1000_receive_collect(adapter, budget - handled, packets, &count);
		NdisReleaseSpinLock(&receive->lock);
		handled += step;

		/* Lent packets may be back, and in use again, before the call returns. */
		for (lent = 0; lent < count; lent++)
			if (NDIS_GET_PACKET_STATUS(packets[lent]) == NDIS_STATUS_RESOURCES)
				break;
		if (count)
			NdisMIndicateReceivePacket(adapter->handle, packets, count);
		if (lent < count) {
			NdisAcquireSpinLock(&receive->lock);
			for (i = lent; i < count; i++)
				e1000_take_back(receive, packets[i]);
			e1000_publish(adapter);
			NdisReleaseSpinLock(&receive->lock);
		}
	} while (step && handled < budget);
	return handled;
}

/* MiniportReturnPacket. <= DISPATCH_LEVEL. */
VOID e1000_return_packet(NDIS_HANDLE context, PNDIS_PACKET packet)
{
	struct e1000_adapter *adapter = context;

	NdisAcquireSpinLock(&adapter->receive.lock);
	e1000_take_back(&adapter->receive, packet);
	e1000_publish(adapter);
	NdisReleaseSpinLock(&adapter->receive.lock);
}
