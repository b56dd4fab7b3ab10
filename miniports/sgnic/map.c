/* SPDX-License-Identifier: MIT */
/*
 * map.c - from a packet to transmit descriptors, and back
 *
 * A packet reaches the device in one of three ways:
 *
 *   mapped      each buffer through a base map register of its own (the normal way)
 *   list        the scatter/gather list that NDIS made (UseScatterGather)
 *   copied      into a staging buffer, if it is in more pieces than either way can take
 *
 * Every function: the caller holds transmit.lock, DISPATCH_LEVEL.
 */
#include "queue.h"

static PNDIS_BUFFER sgnic_next_filled(PNDIS_BUFFER buffer)
{
	while (buffer && NdisBufferLength(buffer) == 0)
		NdisGetNextBuffer(buffer, &buffer);
	return buffer;
}

static PNDIS_BUFFER sgnic_after(PNDIS_BUFFER buffer)
{
	NdisGetNextBuffer(buffer, &buffer);
	return sgnic_next_filled(buffer);
}

static struct sgnic_frame *sgnic_next_frame(struct sgnic_transmit *transmit)
{
	return &transmit->frames[transmit->posted & (transmit->queue.size - 1)];
}

/* Descriptors for so many bytes that lie together: one takes SGNIC_MAX_BUFFER_LENGTH. */
static ULONG sgnic_elements_of(ULONG length)
{
	return (length + SGNIC_MAX_BUFFER_LENGTH - 1) / SGNIC_MAX_BUFFER_LENGTH;
}

/* A piece of the frame that is being built. The frame's number travels as the tag. */
SGNIC_INLINE VOID sgnic_add_piece(struct sgnic_transmit *transmit, struct sgnic_frame *frame,
			    ULONG64 logical, ULONG length)
{
	ULONG part;

	if (frame->length == 0 && length >= SGNIC_MIN_FRAME) {
		frame->logical = logical;
		frame->length = length;
	}
	for (; length; length -= part, logical += part) {
		part = min(length, SGNIC_MAX_BUFFER_LENGTH);
		sgnic_queue_post(&transmit->queue, logical, part,
				 transmit->posted & (transmit->queue.size - 1));
		frame->descriptors++;
	}
}

/* The offload descriptor, if the packet needs one, is the first of the frame. */
static VOID sgnic_add_offload(struct sgnic_transmit *transmit, struct sgnic_frame *frame)
{
	struct sgnic_queue *queue = &transmit->queue;

	if (!frame->is_offloaded)
		return;
	NdisMoveMemory(&queue->descriptors[queue->producer & (queue->size - 1)], &frame->offload,
		       sizeof(frame->offload));
	queue->producer++;
	frame->descriptors++;
}

/* The frame is complete: marks the last element. The device sees nothing before the publication. */
static VOID sgnic_end_frame(struct sgnic_transmit *transmit)
{
	struct sgnic_queue *queue = &transmit->queue;

	queue->descriptors[(queue->producer - 1) & (queue->size - 1)].flags = SGNIC_DESCRIPTOR_END;
	transmit->posted++;
}

/* The register after this one. */
static ULONG sgnic_next_register(const struct sgnic_transmit *transmit, ULONG number)
{
	return number + 1 == transmit->map_registers ? 0 : number + 1;
}

/* Ends the mappings of a frame's buffers. */
SGNIC_INLINE VOID sgnic_unmap(struct sgnic_adapter *adapter, const struct sgnic_frame *frame)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	PNDIS_BUFFER buffer = frame->buffer;
	ULONG number = frame->first_register;
	ULONG left;

	for (left = frame->map_registers; left; left--) {
		NdisMCompleteBufferPhysicalMapping(adapter->handle, buffer, number);
		number = sgnic_next_register(transmit, number);
		if (left > 1)
			buffer = sgnic_after(buffer);
	}
	transmit->used_registers -= frame->map_registers;
	adapter->statistics.map_registers_used = transmit->used_registers;
}

/* Maps one buffer and adds its pieces. FALSE: NDIS could not map it (and holds no mapping). */
SGNIC_INLINE BOOLEAN sgnic_map_buffer(struct sgnic_adapter *adapter, struct sgnic_frame *frame,
				PNDIS_BUFFER buffer)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	NDIS_PHYSICAL_ADDRESS_UNIT units[SGNIC_BUFFER_PAGES];
	UINT count = 0;
	UINT i;

	NdisMStartBufferPhysicalMapping(adapter->handle, buffer, transmit->next_register, TRUE,
					units, &count);
	if (count == 0)
		return FALSE;
	for (i = 0; i < count; i++)
		sgnic_add_piece(transmit, frame, (ULONG64)units[i].PhysicalAddress.QuadPart,
				units[i].Length);
	NdisFlushBuffer(buffer, TRUE);

	transmit->next_register = sgnic_next_register(transmit, transmit->next_register);
	transmit->used_registers++;
	frame->map_registers++;
	return TRUE;
}

static NDIS_STATUS sgnic_post_mapped(struct sgnic_adapter *adapter, struct sgnic_frame *frame)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_driver_statistics *statistics = &adapter->statistics;
	PNDIS_BUFFER buffer;

	frame->first_register = transmit->next_register;
	sgnic_add_offload(transmit, frame);
	for (buffer = frame->buffer; buffer; buffer = sgnic_after(buffer)) {
		if (sgnic_map_buffer(adapter, frame, buffer))
			continue;
		/* Nothing was published, so the descriptors can simply be taken back. */
		sgnic_unmap(adapter, frame);
		transmit->next_register = frame->first_register;
		transmit->queue.producer -= frame->descriptors;
		statistics->map_failures++;
		return NDIS_STATUS_FAILURE;
	}
	sgnic_end_frame(transmit);

	statistics->frames_mapped++;
	statistics->map_registers_used = transmit->used_registers;
	if (transmit->used_registers > statistics->map_registers_peak)
		statistics->map_registers_peak = transmit->used_registers;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS sgnic_post_list(struct sgnic_adapter *adapter, struct sgnic_frame *frame,
				   PSCATTER_GATHER_LIST list)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	ULONG i;

	sgnic_add_offload(transmit, frame);
	for (i = 0; i < list->NumberOfElements; i++)
		sgnic_add_piece(transmit, frame, (ULONG64)list->Elements[i].Address.QuadPart,
				list->Elements[i].Length);
	sgnic_end_frame(transmit);
	adapter->statistics.frames_mapped++;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS sgnic_post_copied(struct sgnic_adapter *adapter, struct sgnic_frame *frame,
				     ULONG length)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	ULONG offset = transmit->next_staging * transmit->staging_size;
	PUCHAR to = (PUCHAR)transmit->staging.va + offset;
	PNDIS_BUFFER buffer;
	ULONG copied = 0;

	if (transmit->used_staging == transmit->staging_count ||
	    sgnic_queue_room(&transmit->queue) < frame->is_offloaded + sgnic_elements_of(length))
		return NDIS_STATUS_RESOURCES;
	for (buffer = frame->buffer; buffer; buffer = sgnic_after(buffer)) {
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
	sgnic_add_offload(transmit, frame);
	sgnic_add_piece(transmit, frame, (ULONG64)transmit->staging.logical.QuadPart + offset,
			length);
	frame->length = 0;	/* a staging buffer stays mapped: a replay would show nothing */
	sgnic_end_frame(transmit);

	frame->is_copied = TRUE;
	transmit->next_staging = (transmit->next_staging + 1) % transmit->staging_count;
	transmit->used_staging++;
	adapter->statistics.frames_copied++;
	return NDIS_STATUS_SUCCESS;
}

/* Does none of a frame's buffers touch more pages than a register has? */
static BOOLEAN sgnic_are_short(const struct sgnic_frame *frame)
{
	PNDIS_BUFFER buffer;

	for (buffer = frame->buffer; buffer; buffer = sgnic_after(buffer)) {
		UINT pages;

		NdisGetBufferPhysicalArraySize(buffer, &pages);
		if (pages > SGNIC_BUFFER_PAGES)
			return FALSE;
	}
	return TRUE;
}

/* For a frame of so many buffers and pages, which it takes at most; FALSE: it is better copied. */
static BOOLEAN sgnic_can_map(const struct sgnic_transmit *transmit, const struct sgnic_frame *frame,
			     ULONG buffers, ULONG pages)
{
	return buffers <= SGNIC_FRAME_BUFFERS && buffers <= transmit->map_registers &&
	       pages + frame->is_offloaded <= transmit->max_elements &&
	       (pages <= SGNIC_BUFFER_PAGES || sgnic_are_short(frame));
}

/* Descriptors that a list takes; 0: there is none. */
static ULONG sgnic_list_elements(const SCATTER_GATHER_LIST *list)
{
	ULONG elements = 0;
	ULONG i;

	for (i = 0; list && i < list->NumberOfElements; i++)
		elements += sgnic_elements_of(list->Elements[i].Length);
	return elements;
}

static NDIS_STATUS sgnic_post_listed(struct sgnic_adapter *adapter, struct sgnic_frame *frame,
				     ULONG length)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	PSCATTER_GATHER_LIST list = (PSCATTER_GATHER_LIST)
		NDIS_PER_PACKET_INFO_FROM_PACKET(frame->packet, ScatterGatherListPacketInfo);
	ULONG elements = sgnic_list_elements(list);

	if (elements == 0 || elements + frame->is_offloaded > transmit->max_elements)
		return sgnic_post_copied(adapter, frame, length);
	if (elements + frame->is_offloaded > sgnic_queue_room(&transmit->queue))
		return NDIS_STATUS_RESOURCES;
	return sgnic_post_list(adapter, frame, list);
}

/*
 * Turns a packet into descriptors. NDIS_STATUS_RESOURCES: not now, frames must complete first.
 * Another error: never.
 */
NDIS_STATUS sgnic_post_packet(struct sgnic_adapter *adapter, PNDIS_PACKET packet)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_frame *frame = sgnic_next_frame(transmit);
	UINT pages, buffers, length;
	NDIS_STATUS status;

	if (sgnic_queue_room(&transmit->queue) == 0)
		return NDIS_STATUS_RESOURCES;	/* the frame is still that of the oldest packet */
	NdisZeroMemory(frame, sizeof(*frame));
	frame->packet = packet;
	NdisQueryPacket(packet, &pages, &buffers, &frame->buffer, &length);
	frame->buffer = sgnic_next_filled(frame->buffer);
	status = sgnic_offload_of(adapter, packet, &frame->offload, &frame->is_offloaded);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	if (length < SGNIC_MIN_FRAME ||
	    length > (frame->offload.segmentation ? adapter->segment_limit
						  : adapter->settings.frame_length))
		return NDIS_STATUS_INVALID_PACKET;

	if (adapter->has_scatter_gather)
		return sgnic_post_listed(adapter, frame, length);
	if (!sgnic_can_map(transmit, frame, buffers, pages))
		return sgnic_post_copied(adapter, frame, length);
	if (pages + frame->is_offloaded > sgnic_queue_room(&transmit->queue) ||
	    buffers > transmit->map_registers - transmit->used_registers)
		return NDIS_STATUS_RESOURCES;
	return sgnic_post_mapped(adapter, frame);
}

/* The device holds no frame, so nothing else can be mapped at the old address. */
VOID sgnic_post_replay(struct sgnic_adapter *adapter)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_frame *frame = sgnic_next_frame(transmit);

	transmit->replay_logical = transmit->last_logical;
	/* What was made segments of is too long to be sent by itself. */
	transmit->replay_length = min(transmit->last_length, adapter->settings.frame_length);
	NdisZeroMemory(frame, sizeof(*frame));
	sgnic_add_piece(transmit, frame, transmit->replay_logical, transmit->replay_length);
	sgnic_end_frame(transmit);
}

/* The device is done with the frame: gives back what it occupied. */
VOID sgnic_release_frame(struct sgnic_adapter *adapter, struct sgnic_frame *frame)
{
	struct sgnic_transmit *transmit = &adapter->transmit;

	if (frame->map_registers)
		sgnic_unmap(adapter, frame);
	if (frame->is_copied)
		transmit->used_staging--;
}
