/* SPDX-License-Identifier: MIT */
/*
 * frame.c - the frames that the host program sends
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mm/mdl.h"
#include "mm/span.h"
#include "ndis/dma.h"
#include "ndis/frame.h"
#include "ndis/packet.h"
#include "ndis/request.h"
#include "support/log.h"

#define DEFAULT_FRAMES 256u
#define LARGE_FRAMES   32u

C_ASSERT(offsetof(struct frame_packet, extension) ==
	 offsetof(struct frame_packet, oob) + sizeof(NDIS_PACKET_OOB_DATA));
C_ASSERT(offsetof(struct frame_list, elements) == offsetof(SCATTER_GATHER_LIST, Elements));
C_ASSERT(FRAME_STRIDE % FRAME_UNIT == 0 && FRAME_STRIDE_LIMIT % FRAME_UNIT == 0);
C_ASSERT(FRAME_LARGE_STRIDE % FRAME_UNIT == 0);

/* Frames lie in mapped memory only if the policy makes use of that; otherwise no mapping outlives a
 * send. */
static bool wants_pool(const struct shim_adapter *adapter)
{
	enum dma_policy policy = adapter->options.dma.policy;

	return adapter->dma.adapter && (policy == DMA_POLICY_POOL || policy == DMA_POLICY_AUTO);
}

/* As large as the miniport's frames, and as this library's at most. */
static size_t choose_stride(struct shim_adapter *adapter)
{
	uint32_t total = 0;
	size_t stride;

	if (ndis_query(adapter, OID_GEN_MAXIMUM_TOTAL_SIZE, &total, sizeof(total)) != sizeof(total))
		return FRAME_STRIDE;
	stride = ((size_t)total + FRAME_TAG + FRAME_UNIT - 1) / FRAME_UNIT * FRAME_UNIT;
	if (stride > FRAME_STRIDE_LIMIT)
		stride = FRAME_STRIDE_LIMIT;
	return stride > FRAME_STRIDE ? stride : FRAME_STRIDE;
}

static int reserve_arena(struct shim_adapter *adapter, struct frame_set *set)
{
	size_t length = (size_t)set->count * set->stride;
	int result = -ENOSPC;

	set->arena_length = (length + PLATFORM_PAGE_MASK) & ~PLATFORM_PAGE_MASK;
	if (wants_pool(adapter)) {
		result = dma_pool_reserve(adapter->dma.adapter, set->arena_length, &set->arena);
		set->arena_is_pooled = result == 0;
		if (result)
			log_warning("%zu bytes for transmit frames cannot be mapped for good (%s): "
				    "every "
				    "frame will be copied or mapped",
				    set->arena_length,
				    dma_error_text(adapter->dma.adapter, result));
	}
	if (result)
		result = platform_memory_allocate(adapter->platform, set->arena_length,
						  &set->arena);
	return result;
}

/* Where buffer @number begins in a frame. */
static size_t buffer_start(const struct shim_adapter *adapter, unsigned int number)
{
	const struct shim_adapter_options *options = &adapter->options;

	if (!options->header_bytes)
		return (size_t)number * options->buffer_bytes;
	return number ? options->header_bytes + (size_t)(number - 1) * options->buffer_bytes : 0;
}

/* Buffers of a frame of @stride bytes. */
static unsigned int count_buffers(const struct shim_adapter *adapter, size_t stride)
{
	unsigned int most = adapter->options.buffer_bytes   ? FRAME_BUFFERS
			    : adapter->options.header_bytes ? 2
							    : 1;
	unsigned int count = 1;

	while (count < most && buffer_start(adapter, count) < stride)
		count++;
	return count;
}

/* Memory of a constant size; at once, compilers would rather repeat an instruction. */
static EXPANDED void clear(void *memory, size_t length)
{
	const size_t part = 32;
	unsigned char *bytes = memory;

	for (; length > part; length -= part, bytes += part)
		memset(bytes, 0, part);
	memset(bytes, 0, length);
}

static MDL *buffer_at(const struct shim_frame *frame, unsigned int number)
{
	return (MDL *)(void *)(frame->buffers + number * frame->set->descriptor);
}

/* The descriptors are as long as the frames may be, until a frame has a length. */
static void initialise_frame(struct shim_adapter *adapter, struct frame_set *set,
			     unsigned int index)
{
	struct shim_frame *frame = &set->frames[index];
	size_t list = sizeof(struct frame_list) + set->runs * sizeof(SCATTER_GATHER_ELEMENT);

	frame->set = set;
	frame->data = (char *)set->arena + (size_t)index * set->stride;
	frame->buffers = set->descriptors + ((size_t)index << set->descriptors_shift);
	frame->list = (struct frame_list *)(void *)(set->lists + index * list);
	ndis_packet_initialise(&frame->packet.packet, offsetof(struct frame_packet, oob), NULL);
	for (unsigned int i = 0; i < set->buffers_each; i++) {
		size_t start = buffer_start(adapter, i);
		size_t end = i + 1 < set->buffers_each ? buffer_start(adapter, i + 1) : set->stride;

		mm_mdl_build(buffer_at(frame, i), (char *)frame->data + start, end - start,
			     adapter->platform);
	}
	if (adapter->options.header_bytes)
		buffer_at(frame, 0)->MdlFlags |= MDL_NETWORK_HEADER;
}

static void destroy_set(struct shim_adapter *adapter, struct frame_set *set)
{
	if (set->slots)
		dma_slots_destroy(set->slots);
	if (set->arena)
		ndis_dma_forget("shim_adapter_stop", set->arena, set->arena_length);
	if (set->arena && !set->arena_is_pooled)
		platform_memory_free(adapter->platform, set->arena, set->arena_length);
	free(set->frames);
	free(set->descriptors);
	free(set->lists);
	memset(set, 0, sizeof(*set));
}

/* Arrays and memory of a set whose count and stride are chosen. */
static int allocate_set(struct shim_adapter *adapter, struct frame_set *set)
{
	unsigned int pages =
		(unsigned int)((set->stride + PLATFORM_PAGE_SIZE - 2) / PLATFORM_PAGE_SIZE + 1);

	set->buffers_each = count_buffers(adapter, set->stride);
	set->descriptor = sizeof(MDL) + pages * sizeof(PFN_NUMBER);
	set->runs = pages + set->buffers_each - 1;
	set->frames = calloc(set->count, sizeof(*set->frames));
	while ((size_t)1 << set->descriptors_shift < set->buffers_each * set->descriptor)
		set->descriptors_shift++;
	set->descriptors_length = (size_t)set->count << set->descriptors_shift;
	set->descriptors = calloc(1, set->descriptors_length);
	set->lists = calloc(set->count, sizeof(struct frame_list) +
						set->runs * sizeof(SCATTER_GATHER_ELEMENT));
	if (!set->frames || !set->descriptors || !set->lists)
		return -ENOMEM;
	return reserve_arena(adapter, set);
}

static int create_set(struct shim_adapter *adapter, struct frame_set *set, unsigned int count,
		      size_t stride)
{
	int result;

	set->count = count;
	set->stride = stride;
	result = allocate_set(adapter, set);
	if (!result) {
		for (unsigned int i = count; i-- > 0;) {
			initialise_frame(adapter, set, i);
			set->frames[i].next = set->free;
			set->free = &set->frames[i];
		}
		result = ndis_scatter_gather_prepare(adapter, set);
	}
	if (result)
		destroy_set(adapter, set);
	return result;
}

int ndis_frames_create(struct shim_adapter *adapter)
{
	return create_set(adapter, &adapter->send.ordinary,
			  adapter->options.frames ? adapter->options.frames : DEFAULT_FRAMES,
			  choose_stride(adapter));
}

int ndis_frames_create_large(struct shim_adapter *adapter)
{
	if (adapter->send.large.count)
		return 0;
	return create_set(adapter, &adapter->send.large, LARGE_FRAMES, FRAME_LARGE_STRIDE);
}

void ndis_frames_destroy(struct shim_adapter *adapter)
{
	destroy_set(adapter, &adapter->send.ordinary);
	destroy_set(adapter, &adapter->send.large);
	memset(&adapter->send, 0, sizeof(adapter->send));
}

/* The bytes over several buffers.  Return: the last. */
static MDL *chain_buffers(const struct shim_adapter *adapter, const struct shim_frame *frame,
			  size_t length)
{
	unsigned int last = frame->set->buffers_each - 1;

	while (last && buffer_start(adapter, last) >= length)
		last--;
	for (unsigned int i = 0; i <= last; i++) {
		size_t end = i < last ? buffer_start(adapter, i + 1) : length;

		buffer_at(frame, i)->ByteCount = (ULONG)(end - buffer_start(adapter, i));
		buffer_at(frame, i)->Next = i < last ? buffer_at(frame, i + 1) : NULL;
	}
	return buffer_at(frame, last);
}

void ndis_frame_prepare(struct shim_adapter *adapter, struct shim_frame *frame, size_t length)
{
	NDIS_PACKET_PRIVATE *private = &frame->packet.packet.Private;
	MDL *first = (MDL *)(void *)frame->buffers;

	frame->length = length;
	private->Head = first;
	private->Tail = first;
	private->TotalLength = (UINT)length;
	private->Flags = 0;
	private->ValidCounts = FALSE;
	clear(&frame->packet.oob, sizeof(frame->packet.oob));
	if (frame->set->buffers_each > 1) {
		private->Tail = chain_buffers(adapter, frame, length);
		return;
	}
	first->ByteCount = (ULONG)length;
	first->Next = NULL;
	private->PhysicalCount = (UINT)mm_span_pages(frame->data, length);
	private->Count = 1;
	private->ValidCounts = TRUE;
}

static EXPANDED struct shim_frame *allocate(struct frame_set *set, void **data, size_t *capacity)
{
	struct shim_frame *frame = set->free;

	if (!frame)
		return NULL;
	set->free = frame->next;
	frame->state = FRAME_WITH_HOST;
	frame->segment_size = 0;
	clear(&frame->packet.extension, sizeof(frame->packet.extension));
	*data = frame->data;
	*capacity = set->stride;
	return frame;
}

SHIM_EXPORT struct shim_frame *shim_frame_allocate(struct shim_adapter *adapter, void **data,
						   size_t *capacity)
{
	return allocate(&adapter->send.ordinary, data, capacity);
}

SHIM_EXPORT struct shim_frame *shim_frame_allocate_large(struct shim_adapter *adapter, void **data,
							 size_t *capacity)
{
	return adapter->send.large_send.MaxOffLoadSize
		       ? allocate(&adapter->send.large, data, capacity)
		       : NULL;
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
	NDIS_SET_PACKET_CANCEL_ID(packet, information->cancel_id);
	frame->segment_size = information->segment_size;
	frame->header_length = information->header_length;
}

SHIM_EXPORT void shim_frame_free(struct shim_adapter *adapter, struct shim_frame *frame)
{
	if (frame->state != FRAME_WITH_HOST) {
		log_error("shim_frame_free: frame %p is not the host program's", (void *)frame);
		return;
	}
	ndis_frame_free(frame);
}
