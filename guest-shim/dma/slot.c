/* SPDX-License-Identifier: MIT */
/*
 * slot.c - one transfer: choose a mechanism, map, unmap.  The hot path:
 *
 *	dma_slot_map() -> serve() -> try_mechanisms() -> fits() and map() of a policy_*.c
 *	dma_slot_unmap() -> platform_unmap(), finish_pieces()
 *
 * Nothing here allocates or locks.
 */
#include <errno.h>
#include <string.h>

#include "dma/dma_internal.h"
#include "support/compiler.h"
#include "support/trace.h"

static const char mapping_span[] = "mapping";

static const struct dma_policy_ops *const mechanisms[DMA_POLICY_COUNT] = {
	[DMA_POLICY_REMAP] = &dma_policy_remap,
	[DMA_POLICY_COPY] = &dma_policy_copy,
	[DMA_POLICY_POOL] = &dma_policy_pool,
	[DMA_POLICY_CACHED] = &dma_policy_cached,
};

/* Memory of the platform is contiguous in virtual space: the ends tell for what lies between. */
bool dma_is_platform_memory(const struct dma_adapter *adapter, const struct dma_request *request)
{
	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];
		const char *first = region->va;
		frame_t frame;

		if (region->length &&
		    (platform_frame_number(adapter->platform, first, &frame) ||
		     platform_frame_number(adapter->platform, first + region->length - 1, &frame)))
			return false;
	}
	return true;
}

int dma_emit_pages(struct dma_request *request, uint64_t logical, size_t length)
{
	while (length) {
		size_t piece = PLATFORM_PAGE_SIZE - (logical & PLATFORM_PAGE_MASK);

		if (piece > length)
			piece = length;
		if (request->run_count == request->capacity)
			return -ENOBUFS;
		request->runs[request->run_count++] = (struct dma_run){{logical}, piece};
		logical += piece;
		length -= piece;
	}
	return 0;
}

/* The mechanisms of each policy, best first; AUTO ends a list. */
#define CHOICES 4
static const enum dma_policy choices[DMA_POLICY_COUNT][CHOICES] = {
	[DMA_POLICY_AUTO] = {DMA_POLICY_POOL, DMA_POLICY_COPY, DMA_POLICY_REMAP},
	[DMA_POLICY_REMAP] = {DMA_POLICY_REMAP, DMA_POLICY_COPY},
	[DMA_POLICY_COPY] = {DMA_POLICY_COPY},
	[DMA_POLICY_POOL] = {DMA_POLICY_POOL, DMA_POLICY_COPY},
	[DMA_POLICY_CACHED] = {DMA_POLICY_CACHED, DMA_POLICY_REMAP, DMA_POLICY_COPY},
};
static const enum dma_policy choices_beyond_copybreak[CHOICES] = {
	DMA_POLICY_POOL,
	DMA_POLICY_REMAP,
	DMA_POLICY_COPY,
};

static const enum dma_policy *choices_for(const struct dma_slot *slot,
					  const struct dma_request *request)
{
	const struct dma_options *options = &slot->adapter->options;

	/* Only copying makes one run of several regions. */
	if (request->contiguous && request->region_count > 1)
		return choices[DMA_POLICY_COPY];
	if (options->policy == DMA_POLICY_AUTO && request->length > options->copybreak)
		return choices_beyond_copybreak;
	return choices[options->policy];
}

/* Whether another mechanism may succeed where this one could not even try. */
static bool goes_on(const struct dma_slot *slot, int result)
{
	if (result == -EMSGSIZE)
		return slot->adapter->options.policy != DMA_POLICY_REMAP;
	return result == -EOPNOTSUPP || result == -EAGAIN;
}

static int try_mechanisms(struct dma_slot *slot, struct dma_request *request,
			  enum dma_policy *mechanism)
{
	const enum dma_policy *choice = choices_for(slot, request);
	int result;

	do {
		*mechanism = *choice++;
		request->run_count = 0;
		result = mechanisms[*mechanism]->fits(slot, request);
		if (likely(!result))
			result = mechanisms[*mechanism]->map(slot, request);
	} while (unlikely(result) && *choice != DMA_POLICY_AUTO && goes_on(slot, result));
	/* It could only have been copied, and there was no room for that. */
	return result == -EOPNOTSUPP ? -EMSGSIZE : result;
}

static int check_request(const struct dma_slot *slot, struct dma_request *request)
{
	if (request->access != PLATFORM_DEVICE_READS && request->access != PLATFORM_DEVICE_WRITES)
		return -EINVAL;
	if (slot->state && request->access != slot->access)
		return -EINVAL;
	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];

		if ((uintptr_t)region->va > UINTPTR_MAX - region->length ||
		    region->length > SIZE_MAX / 2 - request->length)
			return -EINVAL;
		request->length += region->length;
		if (region->length)
			request->pages += dma_region_pages(region);
	}
	return 0;
}

static void account(struct dma_slot *slot, enum dma_policy mechanism, size_t length)
{
	struct dma_statistics *statistics = &slot->adapter->statistics;

	statistics->mappings[mechanism]++;
	statistics->bytes[mechanism] += length;
	if (slot->state)
		return;
	statistics->map_registers_mapped += slot->pages;
	if (statistics->map_registers_mapped > statistics->map_registers_peak)
		statistics->map_registers_peak = statistics->map_registers_mapped;
}

static int serve(struct dma_slot *slot, struct dma_request *request)
{
	enum dma_policy mechanism;
	int result = check_request(slot, request);

	if (likely(!result))
		result = try_mechanisms(slot, request, &mechanism);
	if (unlikely(result)) {
		slot->adapter->statistics.failures++;
		return result;
	}
	account(slot, mechanism, request->length);
	if (!slot->state) {
		TRACE_BEGIN(mapping_span, slot,
			    "%zu bytes for the device to %s, policy %s, %u runs "
			    "from 0x%llx)",
			    request->length,
			    request->access == PLATFORM_DEVICE_READS ? "read" : "write",
			    dma_policy_name(mechanism), request->run_count,
			    request->run_count ? (unsigned long long)request->runs[0].logical.value
					       : 0);
		slot->access = request->access;
		slot->first = request->region_count ? request->regions[0] : (struct dma_region){0};
	}
	slot->state = DMA_SLOT_MAPPED;
	return 0;
}

static unsigned int used_pages(const struct dma_slot *slot)
{
	if (slot->used || !slot->state)
		return slot->used;
	return (unsigned int)dma_region_pages(&slot->first);
}

/* A slot that was mapped the short way is as if dma_slot_map() had mapped it. */
static void settle(struct dma_slot *slot)
{
	slot->used = used_pages(slot);
	if (slot->state == DMA_SLOT_ENTRY) {
		slot->pieces[0] =
			(struct dma_piece){slot->first, NULL, slot->pieces[0].entry};
		slot->piece_count = 1;
	}
	slot->state = DMA_SLOT_MAPPED;
}

int dma_slot_extend(struct dma_slot *slot, const struct dma_region *regions,
		    unsigned int region_count, enum platform_access access, bool contiguous,
		    struct dma_run *runs, unsigned int capacity, unsigned int *run_count)
{
	struct dma_request request = {
		.regions = regions,
		.region_count = region_count,
		.access = access,
		.contiguous = contiguous,
		.cut = slot->adapter->options.fragment == DMA_FRAGMENT_PAGE && !contiguous,
		.runs = runs,
		.capacity = capacity,
	};
	int result;

	if (slot->state && slot->state != DMA_SLOT_MAPPED)
		settle(slot);
	result = serve(slot, &request);
	*run_count = result ? 0 : request.run_count;
	return result;
}

int dma_slot_map(struct dma_slot *slot, const struct dma_region *regions, unsigned int region_count,
		 enum platform_access access, struct dma_run *runs, unsigned int capacity,
		 unsigned int *run_count)
{
	if (slot->state) {
		slot->adapter->statistics.failures++;
		*run_count = 0;
		return -EBUSY;
	}
	return dma_slot_extend(slot, regions, region_count, access, false, runs, capacity,
			       run_count);
}

static int finish_pieces(struct dma_slot *slot)
{
	int result = 0;

	for (unsigned int i = 0; i < slot->piece_count; i++) {
		struct dma_piece *piece = &slot->pieces[i];

		if (piece->entry)
			result |= dma_cache_release(slot->adapter, piece->entry);
		else if (piece->bounce)
			memcpy(piece->region.va, piece->bounce, piece->region.length);
	}
	slot->piece_count = 0;
	return result;
}

void dma_slot_sync(struct dma_slot *slot, const struct dma_region *region)
{
	for (unsigned int i = 0; i < slot->piece_count; i++) {
		struct dma_piece *piece = &slot->pieces[i];
		uintptr_t offset = (uintptr_t)piece->region.va - (uintptr_t)region->va;

		if (!piece->bounce || offset > region->length ||
		    piece->region.length > region->length - offset)
			continue;
		memcpy(piece->region.va, piece->bounce, piece->region.length);
		piece->bounce = NULL;
	}
}

/* What was mapped for this transfer, or is to be copied back, or is guarded */
static __attribute__((noinline)) int undo(struct dma_slot *slot)
{
	int64_t unmapped = 0;
	int64_t expected = (int64_t)slot->remapped;
	int result;

	if (slot->remapped)
		unmapped = platform_unmap(slot->adapter->platform, slot->window,
					  (size_t)slot->used << PLATFORM_PAGE_SHIFT);
	result = finish_pieces(slot);
	if (unlikely(slot->extent_count))
		dma_guard_end(slot);
	slot->used = 0;
	slot->remapped = 0;
	return likely(unmapped == expected) ? result : -EIO;
}

int dma_slot_unmap(struct dma_slot *slot)
{
	if (unlikely(!slot->state))
		return -EINVAL;
	TRACE_END(mapping_span, slot);
	if (slot->state == DMA_SLOT_ENTRY) {
		dma_slot_free(slot);
		return dma_cache_release(slot->adapter, slot->pieces[0].entry);
	}
	slot->state = DMA_SLOT_FREE;
	slot->adapter->statistics.map_registers_mapped -= slot->pages;
	if (slot->remapped || slot->piece_count || slot->extent_count)
		return undo(slot);
	slot->used = 0;
	return 0;
}

bool dma_slot_is_mapped(const struct dma_slot *slot)
{
	return slot->state != DMA_SLOT_FREE;
}

unsigned int dma_slot_pages(const struct dma_slot *slot)
{
	return slot->pages;
}

unsigned int dma_slot_pages_left(const struct dma_slot *slot)
{
	return slot->pages - used_pages(slot);
}

enum platform_access dma_slot_access(const struct dma_slot *slot)
{
	return slot->access;
}

struct dma_region dma_slot_region(const struct dma_slot *slot)
{
	return slot->state ? slot->first : (struct dma_region){0};
}
