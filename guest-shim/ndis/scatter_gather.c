/* SPDX-License-Identifier: MIT */
/*
 * scatter_gather.c - DMA in which the library maps whole packets
 *
 * Source: ndis-hal-dma.md section 6.
 */
#include <errno.h>

#include "dma/simple.h"
#include "ke/bug_check.h"
#include "mm/span.h"
#include "ndis/dma.h"
#include "ndis/frame.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static NDIS_STATUS initialize(struct shim_adapter *adapter, const char *call, BOOLEAN wide,
			      ULONG maximum)
{
	if (!ndis_may_set_up_dma(adapter, call))
		return NDIS_STATUS_NOT_SUPPORTED;
	if (adapter->driver->version < NDIS_VERSION(5, 0)) {
		ndis_violation(adapter, call, "scatter/gather DMA needs a miniport of NDIS 5",
			       "the miniport registered with version %u.%u",
			       adapter->driver->version >> 8, adapter->driver->version & 0xFF);
		return NDIS_STATUS_NOT_SUPPORTED;
	}
	if (adapter->dma.scatter_gather || adapter->dma.registers) {
		ndis_violation(
			adapter, call,
			"a driver chooses its kind of DMA once: map registers or scatter/gather",
			"the adapter already has %s",
			adapter->dma.registers ? "map registers" : "scatter/gather DMA");
		return NDIS_STATUS_NOT_SUPPORTED;
	}
	if (maximum == 0) {
		ndis_violation(adapter, call, "the largest packet has at least one byte",
			       "MaximumPhysicalMapping is 0");
		return NDIS_STATUS_RESOURCES;
	}
	if (adapter->options.refuse_scatter_gather)
		return NDIS_STATUS_NOT_SUPPORTED;
	if (!ndis_dma_open(adapter, call, wide ? 64 : 32))
		return NDIS_STATUS_RESOURCES;
	adapter->dma.scatter_gather = true;
	adapter->dma.wide = wide;
	adapter->dma.maximum_packet = maximum;
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI NdisMInitializeScatterGatherDma(NDIS_HANDLE MiniportAdapterHandle,
						  BOOLEAN Dma64BitAddresses,
						  ULONG MaximumPhysicalMapping)
{
	static const char call[] = "NdisMInitializeScatterGatherDma";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_NOT_SUPPORTED;

	if (adapter)
		status = initialize(adapter, call, Dma64BitAddresses, MaximumPhysicalMapping);
	TRACE(call, "adapter %p, 64 bits %u, %u bytes) -> %s", (void *)adapter, Dma64BitAddresses,
	      MaximumPhysicalMapping, ndis_status_text(status));
	return status;
}

int ndis_scatter_gather_prepare(struct shim_adapter *adapter, struct frame_set *set)
{
	int result;

	if (!adapter->dma.scatter_gather)
		return 0;
	result = dma_slots_create(adapter->dma.adapter, set->count, set->runs, &set->slots);
	if (result)
		return result;
	for (unsigned int i = 0; i < set->count; i++)
		set->frames[i].slot = dma_slots_at(set->slots, i);
	adapter->dma.simple_lists = !adapter->verifier && !adapter->options.single_element &&
				    dma_adapter_maps_simply(adapter->dma.adapter);
	return 0;
}

/*
 * The pieces of a packet's buffers; those that follow each other in memory as one, if @joined.
 * Return: how many; 0 after a report.
 */
static unsigned int collect(struct shim_adapter *adapter, const struct shim_frame *frame,
			    struct dma_region *regions, bool joined)
{
	PNDIS_BUFFER buffer = frame->packet.packet.Private.Head;
	unsigned int left = frame->set->buffers_each;
	unsigned int count = 0;

	for (; buffer && left; buffer = buffer->Next, left--) {
		struct dma_region *last = count ? &regions[count - 1] : NULL;

		if (joined && last && (char *)last->va + last->length == buffer->MappedSystemVa) {
			last->length += buffer->ByteCount;
			continue;
		}
		regions[count].va = buffer->MappedSystemVa;
		regions[count].length = buffer->ByteCount;
		count++;
	}
	if (likely(count && !buffer))
		return count;
	ndis_violation(adapter, "MiniportSend",
		       "a packet that is refused has the buffers that it came with",
		       "packet %p has %s, %u at most are right",
		       (const void *)&frame->packet.packet, count ? "more buffers" : "no buffer",
		       frame->set->buffers_each);
	return 0;
}

static SELDOM int report_failure(const struct shim_adapter *adapter, const struct shim_frame *frame,
				 int result)
{
	log_error("scatter/gather list of a frame of %zu bytes: %s", frame->length,
		  dma_error_text(adapter->dma.adapter, result));
	if (result == -EIO)
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, ~(uintptr_t)0,
			     (uintptr_t)&frame->packet.packet, (uintptr_t)(intptr_t)result);
	return result;
}

static inline void set_element(struct shim_frame *frame, unsigned int index, uint64_t logical,
			       size_t length)
{
	frame->list->elements[index].Address.QuadPart = (LONGLONG)logical;
	frame->list->elements[index].Length = (ULONG)length;
}

static inline void hand_over(struct shim_frame *frame, unsigned int count)
{
	frame->list->count = count;
	NDIS_PER_PACKET_INFO_FROM_PACKET(&frame->packet.packet, ScatterGatherListPacketInfo) =
		frame->list;
}

/* All buffers, if they lie in the arena.  Return: false, nothing is mapped. */
static bool map_arena(struct shim_frame *frame)
{
	const MDL *first = frame->packet.packet.Private.Head;
	struct dma_slot *slot = frame->slot;
	unsigned int count = 0, pages = 0;
	size_t length = 0;

	for (const MDL *buffer = first; buffer; buffer = buffer->Next) {
		uint64_t logical;

		if (count == frame->set->buffers_each || !buffer->ByteCount ||
		    !dma_arena_logical(slot, buffer->MappedSystemVa, buffer->ByteCount, &logical))
			return false;
		set_element(frame, count++, logical, buffer->ByteCount);
		pages += (unsigned int)mm_span_pages(buffer->MappedSystemVa, buffer->ByteCount);
		length += buffer->ByteCount;
	}
	if (!count || pages > slot->pages)
		return false;
	dma_slot_take_arena(slot, (struct dma_region){first->MappedSystemVa, first->ByteCount},
			    length, pages);
	hand_over(frame, count);
	return true;
}

/* All buffers, if they are copied: they become one element.  Return: false, nothing is mapped. */
static bool map_copies(struct shim_frame *frame)
{
	const MDL *first = frame->packet.packet.Private.Head;
	unsigned int count = 0;
	unsigned char *to;
	uint64_t logical;
	size_t length = 0;

	for (const MDL *buffer = first; buffer; buffer = buffer->Next) {
		if (count++ == frame->set->buffers_each)
			return false;
		length += buffer->ByteCount;
	}
	if (!first || !first->ByteCount ||
	    !dma_slot_map_copies(frame->slot,
				 (struct dma_region){first->MappedSystemVa, first->ByteCount},
				 length, &logical, &to))
		return false;
	for (const MDL *buffer = first; buffer; buffer = buffer->Next) {
		memcpy(to, buffer->MappedSystemVa, buffer->ByteCount);
		to += buffer->ByteCount;
	}
	set_element(frame, 0, logical, length);
	hand_over(frame, 1);
	return true;
}

static int map_one(struct shim_adapter *adapter, struct shim_frame *frame)
{
	const MDL *buffer = frame->packet.packet.Private.Head;
	struct dma_simple_run run = dma_slot_map_simple(frame->slot, buffer->MappedSystemVa,
							buffer->ByteCount, PLATFORM_DEVICE_READS);

	if (unlikely(run.result))
		return report_failure(adapter, frame, run.result);
	set_element(frame, 0, run.logical, buffer->ByteCount);
	hand_over(frame, 1);
	return 0;
}

/* Any buffers, however their mapping is to be cut, and with a watcher told of it */
static __attribute__((noinline)) int map_generally(struct shim_adapter *adapter,
						   struct shim_frame *frame)
{
	struct dma_region regions[FRAME_BUFFERS];
	struct dma_run runs[FRAME_RUNS];
	unsigned int count = collect(adapter, frame, regions, adapter->options.single_element);
	int result;

	if (unlikely(!count))
		return -EINVAL;
	result = dma_slot_map(frame->slot, regions, count, PLATFORM_DEVICE_READS, runs, FRAME_RUNS,
			      &count);
	if (unlikely(result))
		return report_failure(adapter, frame, result);
	for (unsigned int i = 0; i < count; i++)
		set_element(frame, i, runs[i].logical.value, runs[i].length);
	hand_over(frame, count);
	if (unlikely(adapter->verifier))
		ndis_verify_list(adapter, frame, runs, count);
	return 0;
}

int ndis_scatter_gather_map(struct shim_adapter *adapter, struct shim_frame *frame)
{
	const MDL *first = frame->packet.packet.Private.Head;

	if (unlikely(frame->length > adapter->dma.maximum_packet)) {
		log_error("scatter/gather list of a frame of %zu bytes: MaximumPhysicalMapping of "
			  "NdisMInitializeScatterGatherDma is %u",
			  frame->length, adapter->dma.maximum_packet);
		return -EMSGSIZE;
	}
	if (unlikely(!adapter->dma.simple_lists || trace_is_complete()))
		return map_generally(adapter, frame);
	if (likely(map_arena(frame)) ||
	    (dma_slot_copies(frame->slot, frame->length) && map_copies(frame)))
		return 0;
	if (!first || first->Next || !first->ByteCount)
		return map_generally(adapter, frame);
	return map_one(adapter, frame);
}

void ndis_scatter_gather_unmap(struct shim_adapter *adapter, struct shim_frame *frame)
{
	int result;

	/* None was handed over that a watcher would have to be told of: see simple_lists. */
	if (likely(dma_slot_is_simple(frame->slot))) {
		dma_slot_free(frame->slot);
		NDIS_PER_PACKET_INFO_FROM_PACKET(&frame->packet.packet,
						 ScatterGatherListPacketInfo) = NULL;
		return;
	}
	if (!dma_slot_is_mapped(frame->slot))
		return;
	NDIS_PER_PACKET_INFO_FROM_PACKET(&frame->packet.packet, ScatterGatherListPacketInfo) = NULL;
	result = dma_slot_unmap(frame->slot);
	if (unlikely(result))
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, ~(uintptr_t)0,
			     (uintptr_t)&frame->packet.packet, (uintptr_t)(intptr_t)result);
	if (unlikely(adapter->verifier))
		ndis_verify_list_end(adapter, frame);
}
