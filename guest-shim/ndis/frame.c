/* SPDX-License-Identifier: MIT */
/*
 * frame.c - the frames that the host program sends
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mm/mdl.h"
#include "ndis/dma.h"
#include "ndis/frame.h"
#include "ndis/packet.h"
#include "ndis/request.h"
#include "support/log.h"

#define DEFAULT_FRAMES 256u

C_ASSERT(offsetof(struct frame_packet, extension) ==
	 offsetof(struct frame_packet, oob) + sizeof(NDIS_PACKET_OOB_DATA));
C_ASSERT(offsetof(struct frame_list, elements) == offsetof(SCATTER_GATHER_LIST, Elements));
C_ASSERT(FRAME_STRIDE_LIMIT + PLATFORM_PAGE_SIZE - 1 <= FRAME_PAGES * PLATFORM_PAGE_SIZE);
C_ASSERT(FRAME_STRIDE % FRAME_UNIT == 0 && FRAME_STRIDE_LIMIT % FRAME_UNIT == 0);

/* Frames lie in mapped memory only if the policy makes use of that; otherwise no mapping outlives a
 * send. */
static bool wants_pool(const struct shim_adapter *adapter)
{
	enum dma_policy policy = adapter->options.dma.policy;

	return adapter->dma.adapter && (policy == DMA_POLICY_POOL || policy == DMA_POLICY_AUTO);
}

/* As large as the miniport's frames, and as this library's at most. */
static void choose_stride(struct shim_adapter *adapter)
{
	uint32_t total = 0;
	size_t stride;

	adapter->send.stride = FRAME_STRIDE;
	if (ndis_query(adapter, OID_GEN_MAXIMUM_TOTAL_SIZE, &total, sizeof(total)) != sizeof(total))
		return;
	stride = ((size_t)total + FRAME_TAG + FRAME_UNIT - 1) / FRAME_UNIT * FRAME_UNIT;
	if (stride > FRAME_STRIDE_LIMIT)
		stride = FRAME_STRIDE_LIMIT;
	if (stride > FRAME_STRIDE)
		adapter->send.stride = stride;
}

static int reserve_arena(struct shim_adapter *adapter)
{
	struct adapter_send *send = &adapter->send;
	size_t length = (size_t)send->frame_count * send->stride;
	int result = -ENOSPC;

	send->arena_length = (length + PLATFORM_PAGE_MASK) & ~PLATFORM_PAGE_MASK;
	if (wants_pool(adapter)) {
		result = dma_pool_reserve(adapter->dma.adapter, send->arena_length, &send->arena);
		send->arena_is_pooled = result == 0;
		if (result)
			log_warning("%zu bytes for transmit frames cannot be mapped for good (%s): "
				    "every "
				    "frame will be copied or mapped",
				    send->arena_length,
				    dma_error_text(adapter->dma.adapter, result));
	}
	if (result)
		result = platform_memory_allocate(adapter->platform, send->arena_length,
						  &send->arena);
	return result;
}

static void initialise_frame(struct shim_adapter *adapter, struct shim_frame *frame, void *data)
{
	unsigned int header = adapter->options.header_bytes;

	frame->data = data;
	ndis_packet_initialise(&frame->packet.packet, offsetof(struct frame_packet, oob), NULL);
	if (header) {
		mm_mdl_build(&frame->buffers[0].mdl, data, header, adapter->platform);
		mm_mdl_build(&frame->buffers[1].mdl, (char *)data + header,
			     adapter->send.stride - header, adapter->platform);
		frame->buffers[0].mdl.MdlFlags |= MDL_NETWORK_HEADER;
	} else {
		mm_mdl_build(&frame->buffers[0].mdl, data, adapter->send.stride, adapter->platform);
	}
}

int ndis_frames_create(struct shim_adapter *adapter)
{
	struct adapter_send *send = &adapter->send;
	int result;

	send->frame_count = adapter->options.frames ? adapter->options.frames : DEFAULT_FRAMES;
	send->frames = calloc(send->frame_count, sizeof(*send->frames));
	if (!send->frames)
		return -ENOMEM;
	choose_stride(adapter);
	result = reserve_arena(adapter);
	if (result) {
		free(send->frames);
		send->frames = NULL;
		send->frame_count = 0;
		return result;
	}
	for (unsigned int i = send->frame_count; i-- > 0;) {
		struct shim_frame *frame = &send->frames[i];

		initialise_frame(adapter, frame, (char *)send->arena + (size_t)i * send->stride);
		frame->next = send->free;
		send->free = frame;
	}
	return ndis_scatter_gather_prepare(adapter);
}

void ndis_frames_destroy(struct shim_adapter *adapter)
{
	struct adapter_send *send = &adapter->send;

	if (adapter->dma.packet_slots)
		dma_slots_destroy(adapter->dma.packet_slots);
	adapter->dma.packet_slots = NULL;
	if (send->arena)
		ndis_dma_forget("shim_adapter_stop", send->arena, send->arena_length);
	if (send->arena && !send->arena_is_pooled)
		platform_memory_free(adapter->platform, send->arena, send->arena_length);
	free(send->frames);
	memset(send, 0, sizeof(*send));
}

void ndis_frame_prepare(struct shim_adapter *adapter, struct shim_frame *frame, size_t length)
{
	unsigned int header = adapter->options.header_bytes;
	NDIS_PACKET_PRIVATE *private = &frame->packet.packet.Private;
	MDL *first = &frame->buffers[0].mdl;
	MDL *second = &frame->buffers[1].mdl;

	frame->length = length;
	private->Head = first;
	private->TotalLength = (UINT)length;
	private->ValidCounts = FALSE;
	private->Flags = 0;
	if (header && length > header) {
		first->ByteCount = header;
		first->Next = second;
		second->ByteCount = (ULONG)(length - header);
		second->Next = NULL;
		private->Tail = second;
	} else {
		first->ByteCount = (ULONG)length;
		first->Next = NULL;
		private->Tail = first;
	}
	memset(&frame->packet.oob, 0, sizeof(frame->packet.oob));
}

void ndis_frame_free(struct shim_adapter *adapter, struct shim_frame *frame)
{
	frame->state = FRAME_FREE;
	frame->generation++;
	frame->next = adapter->send.free;
	adapter->send.free = frame;
}

struct shim_frame *ndis_frame_of_packet(struct shim_adapter *adapter, const NDIS_PACKET *packet)
{
	size_t offset = (uintptr_t)packet - (uintptr_t)adapter->send.frames;
	size_t index = offset / sizeof(struct shim_frame);

	if (index >= adapter->send.frame_count ||
	    &adapter->send.frames[index].packet.packet != packet)
		return NULL;
	return &adapter->send.frames[index];
}

SHIM_EXPORT struct shim_frame *shim_frame_allocate(struct shim_adapter *adapter, void **data,
						   size_t *capacity)
{
	struct shim_frame *frame = adapter->send.free;

	if (!frame)
		return NULL;
	adapter->send.free = frame->next;
	frame->state = FRAME_WITH_HOST;
	memset(&frame->packet.extension, 0, sizeof(frame->packet.extension));
	*data = frame->data;
	*capacity = adapter->send.stride;
	return frame;
}

SHIM_EXPORT void shim_frame_describe(struct shim_adapter *adapter, struct shim_frame *frame,
				     const struct shim_packet_information *information)
{
	NDIS_PACKET *packet = &frame->packet.packet;

	if (frame->state != FRAME_WITH_HOST) {
		log_error("shim_frame_describe: frame %p is not the host program's", (void *)frame);
		return;
	}
	NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpIpChecksumPacketInfo) =
		(PVOID)(uintptr_t)information->checksum;
	NDIS_PER_PACKET_INFO_FROM_PACKET(packet, Ieee8021QInfo) =
		(PVOID)(uintptr_t)information->tag;
}

SHIM_EXPORT void shim_frame_free(struct shim_adapter *adapter, struct shim_frame *frame)
{
	if (frame->state != FRAME_WITH_HOST) {
		log_error("shim_frame_free: frame %p is not the host program's", (void *)frame);
		return;
	}
	ndis_frame_free(adapter, frame);
}
