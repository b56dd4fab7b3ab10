/* SPDX-License-Identifier: MIT */
/*
 * slot.c - one transfer: choose a mechanism, map, unmap.  The hot path.
 */
#include <errno.h>
#include <string.h>

#include "dma/dma_internal.h"
#include "support/compiler.h"

static const struct dma_policy_ops *const mechanisms[DMA_POLICY_COUNT] = {
	[DMA_POLICY_REMAP] = &dma_policy_remap,
	[DMA_POLICY_COPY] = &dma_policy_copy,
	[DMA_POLICY_POOL] = &dma_policy_pool,
	[DMA_POLICY_CACHED] = &dma_policy_cached,
};

int dma_emit_run(const struct dma_adapter *adapter, struct dma_request *request,
		 uint64_t logical, size_t length)
{
	bool cut = adapter->options.fragment == DMA_FRAGMENT_PAGE && !request->contiguous;

	while (length) {
		size_t piece = length;

		if (cut) {
			size_t rest = PLATFORM_PAGE_SIZE - (logical & PLATFORM_PAGE_MASK);

			if (piece > rest)
				piece = rest;
		}
		if (request->run_count == request->capacity)
			return -ENOBUFS;
		request->runs[request->run_count++] = (struct dma_run){{logical}, piece};
		logical += piece;
		length -= piece;
	}
	return 0;
}

/* What the policy would like for this request, before it is asked whether it fits. */
static enum dma_policy prefer(const struct dma_slot *slot, const struct dma_request *request)
{
	const struct dma_options *options = &slot->adapter->options;

	if (request->contiguous && request->region_count > 1)
		return DMA_POLICY_COPY;
	switch (options->policy) {
	case DMA_POLICY_AUTO:
		if (!dma_policy_pool.fits(slot, request))
			return DMA_POLICY_POOL;
		return request->length <= options->copybreak ? DMA_POLICY_COPY : DMA_POLICY_REMAP;
	case DMA_POLICY_POOL:
		return dma_policy_pool.fits(slot, request) ? DMA_POLICY_COPY : DMA_POLICY_POOL;
	case DMA_POLICY_CACHED:
		return dma_policy_cached.fits(slot, request) ? DMA_POLICY_REMAP
							     : DMA_POLICY_CACHED;
	default:
		return options->policy;
	}
}

static enum dma_policy choose(const struct dma_slot *slot, const struct dma_request *request,
			      int *error)
{
	enum dma_policy policy = prefer(slot, request);

	*error = mechanisms[policy]->fits(slot, request);
	if (*error && slot->adapter->options.policy == DMA_POLICY_AUTO && !request->contiguous) {
		policy = policy == DMA_POLICY_COPY ? DMA_POLICY_REMAP : DMA_POLICY_COPY;
		*error = mechanisms[policy]->fits(slot, request);
	}
	return policy;
}

static int check_request(const struct dma_slot *slot, struct dma_request *request)
{
	if (request->access != PLATFORM_DEVICE_READS && request->access != PLATFORM_DEVICE_WRITES)
		return -EINVAL;
	if (slot->mapped && request->access != slot->access)
		return -EINVAL;
	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];

		if ((uintptr_t)region->va > UINTPTR_MAX - region->length ||
		    region->length > SIZE_MAX / 2 - request->length)
			return -EINVAL;
		request->length += region->length;
	}
	return 0;
}

static void account(struct dma_slot *slot, enum dma_policy mechanism, size_t length)
{
	struct dma_statistics *statistics = &slot->adapter->statistics;

	statistics->mappings[mechanism]++;
	statistics->bytes[mechanism] += length;
	if (slot->mapped)
		return;
	statistics->map_registers_mapped += slot->pages;
	if (statistics->map_registers_mapped > statistics->map_registers_peak)
		statistics->map_registers_peak = statistics->map_registers_mapped;
}

static int serve(struct dma_slot *slot, struct dma_request *request)
{
	enum dma_policy mechanism = DMA_POLICY_AUTO;
	int result = check_request(slot, request);

	if (!result)
		mechanism = choose(slot, request, &result);
	if (!result)
		result = mechanisms[mechanism]->map(slot, request);
	if (result == -EAGAIN) {
		/* Every entry of the cache is in use. */
		mechanism = DMA_POLICY_REMAP;
		request->run_count = 0;
		result = dma_policy_remap.map(slot, request);
	}
	if (result) {
		slot->adapter->statistics.failures++;
		return result;
	}
	account(slot, mechanism, request->length);
	if (!slot->mapped) {
		slot->mapped = true;
		slot->access = request->access;
		slot->first = request->region_count ? request->regions[0] : (struct dma_region){0};
	}
	return 0;
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
		.runs = runs,
		.capacity = capacity,
	};
	int result = serve(slot, &request);

	*run_count = result ? 0 : request.run_count;
	return result;
}

int dma_slot_map(struct dma_slot *slot, const struct dma_region *regions,
		 unsigned int region_count, enum platform_access access, struct dma_run *runs,
		 unsigned int capacity, unsigned int *run_count)
{
	if (slot->mapped) {
		slot->adapter->statistics.failures++;
		*run_count = 0;
		return -EBUSY;
	}
	return dma_slot_extend(slot, regions, region_count, access, false, runs, capacity,
			       run_count);
}

static void finish_pieces(struct dma_slot *slot)
{
	for (unsigned int i = 0; i < slot->piece_count; i++) {
		struct dma_piece *piece = &slot->pieces[i];

		if (piece->entry)
			dma_cache_release(slot->adapter, piece->entry);
		else if (piece->bounce)
			memcpy(piece->region.va, piece->bounce, piece->region.length);
	}
	slot->piece_count = 0;
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

int dma_slot_unmap(struct dma_slot *slot)
{
	int64_t unmapped = 0;
	int64_t expected = (int64_t)slot->remapped;

	if (!slot->mapped)
		return -EINVAL;
	if (slot->remapped)
		unmapped = platform_unmap(slot->adapter->platform, slot->window,
					  (size_t)slot->used << PLATFORM_PAGE_SHIFT);
	finish_pieces(slot);
	if (unlikely(slot->extent_count))
		dma_guard_end(slot);
	slot->mapped = false;
	slot->used = 0;
	slot->remapped = 0;
	slot->adapter->statistics.map_registers_mapped -= slot->pages;
	return unmapped == expected ? 0 : -EIO;
}

bool dma_slot_is_mapped(const struct dma_slot *slot)
{
	return slot->mapped;
}

unsigned int dma_slot_pages(const struct dma_slot *slot)
{
	return slot->pages;
}

unsigned int dma_slot_pages_left(const struct dma_slot *slot)
{
	return slot->pages - slot->used;
}

enum platform_access dma_slot_access(const struct dma_slot *slot)
{
	return slot->access;
}

struct dma_region dma_slot_region(const struct dma_slot *slot)
{
	return slot->mapped ? slot->first : (struct dma_region){0};
}
