/* SPDX-License-Identifier: MIT */
/*
 * map.c - from a packet to pieces that the device can read, and back
 *
 * A packet reaches the device in one of three ways:
 *
 *   list      the scatter/gather list that NDIS made
 *   mapped    each buffer through a base map register of its own, where NDIS makes no lists
 *   copied    into a copy buffer, if it is in more pieces than a frame may have
 *
 * Every function: the caller holds transmit.lock, DISPATCH_LEVEL.
 */
#include "e1000.h"

static PNDIS_BUFFER e1000_next_filled(PNDIS_BUFFER buffer)
{
	while (buffer && NdisBufferLength(buffer) == 0)
		NdisGetNextBuffer(buffer, &buffer);
	return buffer;
}

static PNDIS_BUFFER e1000_after(PNDIS_BUFFER buffer)
{
	NdisGetNextBuffer(buffer, &buffer);
	return e1000_next_filled(buffer);
}

static PNDIS_BUFFER e1000_first(PNDIS_PACKET packet)
{
	PNDIS_BUFFER buffer;

	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	return e1000_next_filled(buffer);
}

/* Ends the mappings of the first `count` buffers of the frame's packet. */
static VOID e1000_unmap_buffers(struct e1000_adapter *adapter, const struct e1000_frame *frame,
				ULONG count)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	PNDIS_BUFFER buffer = e1000_first(frame->packet);
	ULONG i;

	for (i = 0; i < count && buffer; i++) {
		NdisMCompleteBufferPhysicalMapping(adapter->handle, buffer,
						   (frame->first_register + i) %
						   transmit->map_registers);
		buffer = e1000_after(buffer);
	}
	transmit->used_registers -= count;
}

/* FALSE: NDIS could not map it, and holds no mapping. */
static BOOLEAN e1000_map_buffer(struct e1000_adapter *adapter, PNDIS_BUFFER buffer,
				struct e1000_piece *pieces, ULONG *count)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	NDIS_PHYSICAL_ADDRESS_UNIT units[E1000_FRAME_PIECES];
	UINT unit_count = 0;
	UINT i;

	NdisMStartBufferPhysicalMapping(adapter->handle, buffer, transmit->next_register, TRUE,
					units, &unit_count);
	if (unit_count == 0)
		return FALSE;
	NdisFlushBuffer(buffer, TRUE);
	for (i = 0; i < unit_count; i++) {
		pieces[*count].logical = (ULONG64)units[i].PhysicalAddress.QuadPart;
		pieces[*count].length = units[i].Length;
		*count += 1;
	}
	transmit->next_register = (transmit->next_register + 1) % transmit->map_registers;
	transmit->used_registers++;
	return TRUE;
}

static NDIS_STATUS e1000_map_buffers(struct e1000_adapter *adapter, struct e1000_frame *frame,
				     struct e1000_piece *pieces, ULONG *count)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	PNDIS_BUFFER buffer;

	frame->first_register = transmit->next_register;
	for (buffer = e1000_first(frame->packet); buffer; buffer = e1000_after(buffer)) {
		if (!e1000_map_buffer(adapter, buffer, pieces, count)) {
			e1000_unmap_buffers(adapter, frame, frame->map_registers);
			transmit->next_register = frame->first_register;
			return NDIS_STATUS_FAILURE;
		}
		frame->map_registers++;
	}
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS e1000_copy(struct e1000_adapter *adapter, struct e1000_frame *frame,
			      ULONG length, struct e1000_piece *piece)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	ULONG offset = transmit->next_copy * E1000_BUFFER_SIZE;
	PUCHAR to = (PUCHAR)transmit->copies.va + offset;
	PNDIS_BUFFER buffer;
	ULONG copied = 0;

	if (transmit->used_copies == E1000_COPY_BUFFERS)
		return NDIS_STATUS_RESOURCES;
	for (buffer = e1000_first(frame->packet); buffer; buffer = e1000_after(buffer)) {
		PVOID from;
		UINT part;

		NdisQueryBufferSafe(buffer, &from, &part, NormalPagePriority);
		if (!from || part > length - copied)
			return NDIS_STATUS_INVALID_PACKET;
		NdisMoveMemory(to + copied, from, part);
		copied += part;
	}
	if (copied != length)
		return NDIS_STATUS_INVALID_PACKET;
	piece->logical = (ULONG64)transmit->copies.logical.QuadPart + offset;
	piece->length = length;
	frame->is_copied = TRUE;
	transmit->next_copy = (transmit->next_copy + 1) % E1000_COPY_BUFFERS;
	transmit->used_copies++;
	return NDIS_STATUS_SUCCESS;
}

/* What the packet takes at most; FALSE: it is better copied. */
static BOOLEAN e1000_can_map(const struct e1000_transmit *transmit, PNDIS_PACKET packet,
			     ULONG *buffers, ULONG *pieces)
{
	PNDIS_BUFFER buffer;

	*buffers = 0;
	*pieces = 0;
	for (buffer = e1000_first(packet); buffer; buffer = e1000_after(buffer)) {
		UINT pages;

		NdisGetBufferPhysicalArraySize(buffer, &pages);
		*buffers += 1;
		*pieces += pages;
	}
	return *buffers <= transmit->map_registers && *pieces <= E1000_FRAME_PIECES;
}

static ULONG e1000_room(const struct e1000_transmit *transmit)
{
	return transmit->size - 1 - (transmit->produced - transmit->released);
}

/*
 * Fills frame and pieces. There is room for them in the ring. NDIS_STATUS_RESOURCES: not now, frames
 * must complete first. Another error: never.
 */
NDIS_STATUS e1000_map_packet(struct e1000_adapter *adapter, PNDIS_PACKET packet,
			     struct e1000_frame *frame, struct e1000_piece *pieces, ULONG *count)
{
	struct e1000_transmit *transmit = &adapter->transmit;
	ULONG room = e1000_room(transmit);
	PSCATTER_GATHER_LIST list = NULL;
	ULONG buffers = 0;
	UINT length;
	ULONG i;

	NdisQueryPacketLength(packet, &length);
	if (length < E1000_FRAME_HEADER || length > E1000_FRAME_LENGTH)
		return NDIS_STATUS_INVALID_PACKET;
	NdisZeroMemory(frame, sizeof(*frame));
	frame->packet = packet;
	*count = 1;

	if (adapter->has_scatter_gather) {
		list = (PSCATTER_GATHER_LIST)
			NDIS_PER_PACKET_INFO_FROM_PACKET(packet, ScatterGatherListPacketInfo);
		if (list && list->NumberOfElements && list->NumberOfElements <= E1000_FRAME_PIECES)
			*count = list->NumberOfElements;
		else
			list = NULL;
	} else if (!e1000_can_map(transmit, packet, &buffers, count)) {
		buffers = 0;
		*count = 1;
	}
	if (*count > room || buffers > transmit->map_registers - transmit->used_registers)
		return NDIS_STATUS_RESOURCES;

	if (list) {
		for (i = 0; i < *count; i++) {
			pieces[i].logical = (ULONG64)list->Elements[i].Address.QuadPart;
			pieces[i].length = list->Elements[i].Length;
		}
		return NDIS_STATUS_SUCCESS;
	}
	if (buffers) {
		*count = 0;
		return e1000_map_buffers(adapter, frame, pieces, count);
	}
	return e1000_copy(adapter, frame, length, pieces);
}

/* The device is done with the frame: gives back what it occupied. */
VOID e1000_unmap_frame(struct e1000_adapter *adapter, const struct e1000_frame *frame)
{
	if (frame->map_registers)
		e1000_unmap_buffers(adapter, frame, frame->map_registers);
	if (frame->is_copied)
		adapter->transmit.used_copies--;
}
