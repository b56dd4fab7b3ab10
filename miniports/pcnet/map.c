/* SPDX-License-Identifier: MIT */
/*
 * map.c - from a packet to transmit descriptors, and back
 *
 * A packet reaches the chip mapped, each buffer through a base map register of its own, or copied
 * into shared memory: when it is in many pieces, or a piece cannot be mapped.
 */
#include "pcnet.h"

static PNDIS_BUFFER pcnet_next_filled(PNDIS_BUFFER buffer)
{
	while (buffer && NdisBufferLength(buffer) == 0)
		NdisGetNextBuffer(buffer, &buffer);
	return buffer;
}

static PNDIS_BUFFER pcnet_after(PNDIS_BUFFER buffer)
{
	NdisGetNextBuffer(buffer, &buffer);
	return pcnet_next_filled(buffer);
}

static PNDIS_BUFFER pcnet_first(PNDIS_PACKET packet)
{
	PNDIS_BUFFER buffer;

	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	return pcnet_next_filled(buffer);
}

static struct pcnet_frame *pcnet_next_frame(struct pcnet_transmit *transmit)
{
	return &transmit->frames[transmit->posted & (transmit->size - 1)];
}

static struct pcnet_descriptor *pcnet_transmit_descriptor(struct pcnet_transmit *transmit,
							  ULONG number)
{
	struct pcnet_descriptor *ring = (struct pcnet_descriptor *)(PVOID)transmit->ring.va;

	return &ring[number & (transmit->size - 1)];
}

/* One piece of the frame that is being built. It stays the driver's until pcnet_end_frame(). */
static VOID pcnet_add_piece(struct pcnet_transmit *transmit, struct pcnet_frame *frame,
			    ULONG logical, ULONG length)
{
	struct pcnet_descriptor *descriptor;

	descriptor = pcnet_transmit_descriptor(transmit, transmit->producer++);
	descriptor->address = logical;
	descriptor->length = PCNET_LENGTH(length);
	descriptor->result = 0;
	descriptor->flags = frame->descriptors == 0 ? PCNET_STP : 0;
	frame->descriptors++;
}

/* The first descriptor is given away last, so that the chip never finds half a frame. */
static VOID pcnet_end_frame(struct pcnet_transmit *transmit)
{
	struct pcnet_frame *frame = pcnet_next_frame(transmit);
	ULONG number = transmit->producer;
	ULONG i;

	pcnet_transmit_descriptor(transmit, number - 1)->flags |= PCNET_ENP;
	for (i = 1; i < frame->descriptors; i++)
		pcnet_transmit_descriptor(transmit, number - i)->flags |= PCNET_OWN;
	KeMemoryBarrier();
	pcnet_transmit_descriptor(transmit, number - i)->flags |= PCNET_OWN;
	KeMemoryBarrier();
	transmit->posted++;
}

/* The chip has given the frame back, or was never given it: what it occupies is free again. */
VOID pcnet_unmap_frame(struct pcnet_adapter *adapter, struct pcnet_frame *frame)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	PNDIS_BUFFER buffer = pcnet_first(frame->packet);
	ULONG i;

	for (i = 0; i < frame->map_registers; i++) {
		NdisMCompleteBufferPhysicalMapping(adapter->handle, buffer,
						   (frame->first_register + i) %
						   transmit->map_registers);
		buffer = pcnet_after(buffer);
	}
	transmit->used_registers -= frame->map_registers;
	adapter->statistics.map_registers_used = transmit->used_registers;
	if (frame->is_copied)
		transmit->used_copies--;
	frame->map_registers = 0;
	frame->is_copied = FALSE;
}

/* FALSE: NDIS could not map the buffer, and holds no mapping of it. */
static BOOLEAN pcnet_map_buffer(struct pcnet_adapter *adapter, struct pcnet_frame *frame,
				PNDIS_BUFFER buffer)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	NDIS_PHYSICAL_ADDRESS_UNIT units[PCNET_BUFFER_UNITS];
	UINT count = 0;
	UINT i;

	NdisMStartBufferPhysicalMapping(adapter->handle, buffer, transmit->next_register, TRUE,
					units, &count);
	if (count == 0)
		return FALSE;
	for (i = 0; i < count; i++)
		pcnet_add_piece(transmit, frame, units[i].PhysicalAddress.LowPart,
				units[i].Length);
	NdisFlushBuffer(buffer, TRUE);
	transmit->next_register = (transmit->next_register + 1) % transmit->map_registers;
	transmit->used_registers++;
	frame->map_registers++;
	return TRUE;
}

/* FALSE: a buffer could not be mapped; everything is as before. */
static BOOLEAN pcnet_post_mapped(struct pcnet_adapter *adapter, struct pcnet_frame *frame)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	struct pcnet_driver_statistics *statistics = &adapter->statistics;
	PNDIS_BUFFER buffer;

	frame->first_register = transmit->next_register;
	for (buffer = pcnet_first(frame->packet); buffer; buffer = pcnet_after(buffer)) {
		if (pcnet_map_buffer(adapter, frame, buffer))
			continue;
		pcnet_unmap_frame(adapter, frame);
		transmit->next_register = frame->first_register;
		transmit->producer -= frame->descriptors;
		frame->descriptors = 0;
		statistics->map_failures++;
		return FALSE;
	}
	pcnet_end_frame(transmit);
	statistics->frames_mapped++;
	statistics->map_registers_used = transmit->used_registers;
	statistics->map_registers_peak = max(statistics->map_registers_peak,
					     transmit->used_registers);
	return TRUE;
}

static NDIS_STATUS pcnet_post_copied(struct pcnet_adapter *adapter, struct pcnet_frame *frame,
				     ULONG length)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	ULONG offset = transmit->next_copy * PCNET_BUFFER_SIZE;
	PNDIS_BUFFER buffer;
	ULONG copied = 0;

	if (transmit->used_copies == PCNET_COPIES)
		return NDIS_STATUS_RESOURCES;
	for (buffer = pcnet_first(frame->packet); buffer; buffer = pcnet_after(buffer)) {
		PVOID from;
		UINT part;

		NdisQueryBufferSafe(buffer, &from, &part, NormalPagePriority);
		if (!from)
			return NDIS_STATUS_FAILURE;
		if (part > length - copied)
			return NDIS_STATUS_INVALID_PACKET;
		NdisMoveMemory(transmit->copies.va + offset + copied, from, part);
		copied += part;
	}
	if (copied != length)
		return NDIS_STATUS_INVALID_PACKET;
	pcnet_add_piece(transmit, frame, transmit->copies.logical.LowPart + offset, length);
	pcnet_end_frame(transmit);
	frame->is_copied = TRUE;
	transmit->next_copy = (transmit->next_copy + 1) % PCNET_COPIES;
	transmit->used_copies++;
	adapter->statistics.frames_copied++;
	return NDIS_STATUS_SUCCESS;
}

/* What a packet takes at most; FALSE: it is better copied. */
static BOOLEAN pcnet_can_map(const struct pcnet_transmit *transmit, PNDIS_PACKET packet,
			     ULONG *buffers, ULONG *pieces)
{
	PNDIS_BUFFER buffer;

	*buffers = 0;
	*pieces = 0;
	for (buffer = pcnet_first(packet); buffer; buffer = pcnet_after(buffer)) {
		UINT pages;

		NdisGetBufferPhysicalArraySize(buffer, &pages);
		if (pages > PCNET_BUFFER_UNITS)
			return FALSE;
		*buffers += 1;
		*pieces += pages;
	}
	return *buffers <= PCNET_FRAME_BUFFERS && *buffers <= transmit->map_registers;
}

/*
 * Turns a packet into descriptors. NDIS_STATUS_RESOURCES: not now, frames must complete first.
 * Another error: never.
 */
NDIS_STATUS pcnet_post_packet(struct pcnet_adapter *adapter, PNDIS_PACKET packet, ULONG length)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	struct pcnet_frame *frame = pcnet_next_frame(transmit);
	ULONG room = transmit->size - (transmit->producer - transmit->released);
	ULONG buffers, pieces;

	if (room == 0)
		return NDIS_STATUS_RESOURCES;
	NdisZeroMemory(frame, sizeof(*frame));
	frame->packet = packet;
	if (pcnet_can_map(transmit, packet, &buffers, &pieces)) {
		if (pieces > room || buffers > transmit->map_registers - transmit->used_registers)
			return NDIS_STATUS_RESOURCES;
		if (pcnet_post_mapped(adapter, frame))
			return NDIS_STATUS_SUCCESS;
	}
	return pcnet_post_copied(adapter, frame, length);
}
