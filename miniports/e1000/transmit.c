/* SPDX-License-Identifier: MIT */
/*
 * transmit.c - packets on their way to the device and back to NDIS (3.3)
 *
 *   e1000_send_packets --> waiting --(e1000_post_packet)--> descriptors, frames[] --> device
 *   NdisMSendComplete  <-- done    <--(e1000_transmit_poll)-- DONE in the last    <--
 *
 * Packets leave the waiting list in order, as soon as there is room. NDIS is told with no lock
 * held, because a protocol may send again from its completion function.
 */
#include "e1000.h"

static VOID e1000_list_add(struct e1000_packet_list *list, PNDIS_PACKET packet, NDIS_STATUS status)
{
	E1000_LINK(packet)->next = NULL;
	E1000_LINK(packet)->status = status;
	if (list->tail)
		E1000_LINK(list->tail)->next = packet;
	else
		list->head = packet;
	list->tail = packet;
}

static PNDIS_PACKET e1000_list_remove(struct e1000_packet_list *list)
{
	PNDIS_PACKET packet = list->head;

	if (!packet)
		return NULL;
	list->head = E1000_LINK(packet)->next;
	if (!list->head)
		list->tail = NULL;
	return packet;
}

/* Without locks. Each packet belongs to the protocol again once NDIS is told. */
static VOID e1000_complete_packets(struct e1000_adapter *adapter, struct e1000_packet_list *done)
{
	PNDIS_PACKET packet;

	while ((packet = e1000_list_remove(done)) != NULL)
		NdisMSendComplete(adapter->handle, packet, E1000_LINK(packet)->status);
}

NDIS_STATUS e1000_transmit_allocate(struct e1000_adapter *adapter)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	NDIS_STATUS status;

	transmit->size = adapter->settings.transmit_descriptors;
	transmit->frames = e1000_allocate(transmit->size * (ULONG)sizeof(*transmit->frames));
	if (!transmit->frames)
		return NDIS_STATUS_RESOURCES;
	status = e1000_shared_allocate(adapter, transmit->size * (ULONG)sizeof(*transmit->ring),
				       &transmit->memory);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	transmit->ring = transmit->memory.va;
	return e1000_shared_allocate(adapter, E1000_COPY_BUFFERS * E1000_BUFFER_SIZE,
				     &transmit->copies);
}

VOID e1000_transmit_free(struct e1000_adapter *adapter)
{
	e1000_shared_free(adapter, &adapter->transmit.copies);
	e1000_shared_free(adapter, &adapter->transmit.memory);
	e1000_free(adapter->transmit.frames);
	adapter->transmit.frames = NULL;
}

/* 14.5. The driver holds all packets. */
VOID e1000_transmit_start(struct e1000_adapter *adapter)
{
	struct e1000_transmit *transmit = &adapter->transmit;

	NdisAcquireSpinLock(&transmit->lock);
	transmit->produced = 0;
	transmit->released = 0;
	e1000_write_address(adapter, E1000_TDBAL, (ULONG64)transmit->memory.logical.QuadPart);
	e1000_write(adapter, E1000_TDLEN, transmit->size * (ULONG)sizeof(*transmit->ring));
	e1000_write(adapter, E1000_TDH, 0);
	e1000_write(adapter, E1000_TDT, 0);
	e1000_write(adapter, E1000_TIDV, 0);
	e1000_write(adapter, E1000_TADV, 0);
	e1000_write(adapter, E1000_TIPG, E1000_TIPG_COPPER);
	e1000_write(adapter, E1000_TCTL, E1000_TCTL_ENABLE | E1000_TCTL_PAD |
		    E1000_TCTL_COLLISIONS(15) | E1000_TCTL_DISTANCE(64));
	transmit->running = TRUE;
	NdisReleaseSpinLock(&transmit->lock);
}

VOID e1000_transmit_stop(struct e1000_adapter *adapter)
{
	NdisAcquireSpinLock(&adapter->transmit.lock);
	adapter->transmit.running = FALSE;
	NdisReleaseSpinLock(&adapter->transmit.lock);
}

/* Turns the packet into descriptors, which the device sees with the next TDT. Lock held. */
static NDIS_STATUS e1000_post_packet(struct e1000_adapter *adapter, PNDIS_PACKET packet)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	struct e1000_frame *frame = &transmit->frames[transmit->posted & (transmit->size - 1)];
	volatile struct e1000_transmit_descriptor *descriptor;
	struct e1000_piece pieces[E1000_FRAME_PIECES];
	NDIS_STATUS status;
	ULONG count;
	ULONG i;

	if (!adapter->link_up)
		return NDIS_STATUS_NO_CABLE;
	status = e1000_map_packet(adapter, packet, frame, pieces, &count);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (i = 0; i < count; i++) {
		descriptor = &transmit->ring[(transmit->produced + i) & (transmit->size - 1)];
		descriptor->address = pieces[i].logical;
		descriptor->length = (USHORT)pieces[i].length;
		descriptor->checksum_offset = 0;
		descriptor->command = E1000_TRANSMIT_INSERT_CRC;
		descriptor->status = 0;
		descriptor->checksum_start = 0;
		descriptor->special = 0;
		if (i == count - 1)
			descriptor->command |= E1000_TRANSMIT_END | E1000_TRANSMIT_REPORT;
	}
	transmit->produced += count;
	transmit->posted++;
	frame->descriptors = count;
	frame->last = transmit->produced - 1;
	return NDIS_STATUS_SUCCESS;
}

/* Posts waiting packets until something runs out. Those that cannot be sent go to `done`. Lock held. */
static VOID e1000_post_waiting(struct e1000_adapter *adapter, struct e1000_packet_list *done)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	ULONG old = transmit->produced;
	NDIS_STATUS status;

	if (!transmit->running)
		return;
	while (transmit->waiting.head) {
		status = e1000_post_packet(adapter, transmit->waiting.head);
		if (status == NDIS_STATUS_RESOURCES)
			break;
		if (status == NDIS_STATUS_SUCCESS)
			e1000_list_remove(&transmit->waiting);
		else
			e1000_list_add(done, e1000_list_remove(&transmit->waiting), status);
	}
	if (transmit->produced == old)
		return;
	KeMemoryBarrier();	/* the descriptors before the index */
	e1000_write(adapter, E1000_TDT, transmit->produced & (transmit->size - 1));
}

/* MiniportSendPackets. <= DISPATCH_LEVEL. */
VOID e1000_send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count)
{
	struct e1000_adapter *adapter = context;
	struct e1000_transmit *transmit = &adapter->transmit;
	struct e1000_packet_list done = { NULL, NULL };
	UINT i;

	NdisAcquireSpinLock(&transmit->lock);
	for (i = 0; i < count; i++) {
		if (adapter->is_halting || adapter->is_down)
			e1000_list_add(&done, packets[i], NDIS_STATUS_ADAPTER_NOT_READY);
		else
			e1000_list_add(&transmit->waiting, packets[i], NDIS_STATUS_PENDING);
	}
	e1000_post_waiting(adapter, &done);
	NdisReleaseSpinLock(&transmit->lock);
	e1000_complete_packets(adapter, &done);
}

/* MiniportCancelSendPackets: drops what waits here; the device sends what it has. <= DISPATCH_LEVEL. */
VOID e1000_cancel_send_packets(NDIS_HANDLE context, PVOID cancel_id)
{
	struct e1000_adapter *adapter = context;
	struct e1000_transmit *transmit = &adapter->transmit;
	struct e1000_packet_list kept = { NULL, NULL };
	struct e1000_packet_list done = { NULL, NULL };
	PNDIS_PACKET packet;

	NdisAcquireSpinLock(&transmit->lock);
	while ((packet = e1000_list_remove(&transmit->waiting)) != NULL) {
		if (NdisGetPacketCancelId(packet) == cancel_id)
			e1000_list_add(&done, packet, NDIS_STATUS_REQUEST_ABORTED);
		else
			e1000_list_add(&kept, packet, NDIS_STATUS_PENDING);
	}
	transmit->waiting = kept;
	NdisReleaseSpinLock(&transmit->lock);
	e1000_complete_packets(adapter, &done);
}

/* The oldest frame, if the device is done with it. Lock held. */
static struct e1000_frame *e1000_next_done(struct e1000_transmit *transmit, NDIS_STATUS *status)
{
	struct e1000_frame *frame = &transmit->frames[transmit->completed & (transmit->size - 1)];
	UCHAR written;

	if (transmit->completed == transmit->posted)
		return NULL;
	written = transmit->ring[frame->last & (transmit->size - 1)].status;
	if (!(written & E1000_TRANSMIT_DONE))
		return NULL;
	*status = written & E1000_TRANSMIT_ERRORS ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
	return frame;
}

static VOID e1000_retire(struct e1000_adapter *adapter, struct e1000_frame *frame,
			 NDIS_STATUS status, struct e1000_packet_list *done)
{
	struct e1000_transmit *transmit = &adapter->transmit;

	e1000_unmap_frame(adapter, frame);
	transmit->released += frame->descriptors;
	transmit->completed++;
	e1000_list_add(done, frame->packet, status);
}

/* From MiniportHandleInterrupt, and after a start: completes what was sent, posts what waits. */
VOID e1000_transmit_poll(struct e1000_adapter *adapter)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	struct e1000_packet_list done = { NULL, NULL };
	struct e1000_frame *frame;
	NDIS_STATUS status;

	NdisAcquireSpinLock(&transmit->lock);
	while (transmit->running && (frame = e1000_next_done(transmit, &status)) != NULL)
		e1000_retire(adapter, frame, status, &done);
	e1000_post_waiting(adapter, &done);
	NdisReleaseSpinLock(&transmit->lock);
	e1000_complete_packets(adapter, &done);
}

/* The device is stopped: gives every packet back unsent. */
VOID e1000_transmit_abort(struct e1000_adapter *adapter)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	struct e1000_packet_list done = { NULL, NULL };
	struct e1000_frame *frame;

	NdisAcquireSpinLock(&transmit->lock);
	while (transmit->completed != transmit->posted) {
		frame = &transmit->frames[transmit->completed & (transmit->size - 1)];
		e1000_retire(adapter, frame, NDIS_STATUS_REQUEST_ABORTED, &done);
	}
	while (transmit->waiting.head)
		e1000_list_add(&done, e1000_list_remove(&transmit->waiting),
			       NDIS_STATUS_REQUEST_ABORTED);
	NdisReleaseSpinLock(&transmit->lock);
	e1000_complete_packets(adapter, &done);
}
