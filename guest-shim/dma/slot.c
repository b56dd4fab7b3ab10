/* SPDX-License-Identifier: MIT */
/*
 * Slots: the map registers of an adapter, and the choice of a mechanism for
 * each transfer.  dma_slot_map() and dma_slot_unmap() are the hot path.
 */
#include <errno.h>
#include <stdlib.h>

#include "dma/dma_internal.h"

static const struct dma_policy_ops *const mechanisms[DMA_POLICY_COUNT] = {
	[DMA_POLICY_REMAP] = &dma_policy_remap,
	[DMA_POLICY_COPY] = &dma_policy_copy,
	[DMA_POLICY_POOL] = &dma_policy_pool,
};

/* ---- transfer ---------------------------------------------------------------------------- */

int dma_emit_run(const struct dma_adapter *adapter, struct dma_request *request,
		 uint64_t logical, size_t length)
{
	while (length) {
		size_t piece = length;

		if (adapter->options.fragment == DMA_FRAGMENT_PAGE) {
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

/* The mechanism for this request, or -errno in *error. */
static enum dma_policy choose(const struct dma_slot *slot, const struct dma_request *request,
			      int *error)
{
	const struct dma_options *options = &slot->adapter->options;
	enum dma_policy policy = options->policy;

	if (policy == DMA_POLICY_AUTO || policy == DMA_POLICY_POOL) {
		if (!dma_policy_pool.fits(slot, request))
			return DMA_POLICY_POOL;
		if (policy == DMA_POLICY_POOL || request->length <= options->copybreak)
			policy = DMA_POLICY_COPY;
		else
			policy = DMA_POLICY_REMAP;
	}
	*error = mechanisms[policy]->fits(slot, request);
	if (*error && options->policy == DMA_POLICY_AUTO) {
		policy = policy == DMA_POLICY_COPY ? DMA_POLICY_REMAP : DMA_POLICY_COPY;
		*error = mechanisms[policy]->fits(slot, request);
	}
	return policy;
}

static int check_request(struct dma_request *request)
{
	if (request->access != PLATFORM_DEVICE_READS && request->access != PLATFORM_DEVICE_WRITES)
		return -EINVAL;
	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];

		if ((uintptr_t)region->va > UINTPTR_MAX - region->length ||
		    region->length > SIZE_MAX - request->length)
			return -EINVAL;
		request->length += region->length;
	}
	return 0;
}

static void account_mapped(struct dma_slot *slot, enum dma_policy mechanism, size_t length)
{
	struct dma_statistics *statistics = &slot->adapter->statistics;

	statistics->mappings[mechanism]++;
	statistics->bytes[mechanism] += length;
	statistics->map_registers_mapped += slot->pages;
	if (statistics->map_registers_mapped > statistics->map_registers_peak)
		statistics->map_registers_peak = statistics->map_registers_mapped;
}

int dma_slot_map(struct dma_slot *slot, const struct dma_region *regions,
		 unsigned int region_count, enum platform_access access, struct dma_run *runs,
		 unsigned int capacity, unsigned int *run_count)
{
	struct dma_request request = {
		.regions = regions,
		.region_count = region_count,
		.access = access,
		.runs = runs,
		.capacity = capacity,
	};
	enum dma_policy mechanism = DMA_POLICY_AUTO;
	int result = -EBUSY;

	*run_count = 0;
	if (slot->mechanism == DMA_POLICY_AUTO) {
		result = check_request(&request);
		if (!result)
			mechanism = choose(slot, &request, &result);
		if (!result) {
			slot->access = access;
			result = mechanisms[mechanism]->map(slot, &request);
		}
	}
	if (result) {
		slot->adapter->statistics.failures++;
		return result;
	}
	slot->mechanism = mechanism;
	slot->first = region_count ? regions[0] : (struct dma_region){0};
	account_mapped(slot, mechanism, request.length);
	*run_count = request.run_count;
	return 0;
}

int dma_slot_unmap(struct dma_slot *slot)
{
	enum dma_policy mechanism = slot->mechanism;

	if (mechanism == DMA_POLICY_AUTO)
		return -EINVAL;
	slot->mechanism = DMA_POLICY_AUTO;
	slot->adapter->statistics.map_registers_mapped -= slot->pages;
	return mechanisms[mechanism]->unmap(slot);
}

bool dma_slot_is_mapped(const struct dma_slot *slot)
{
	return slot->mechanism != DMA_POLICY_AUTO;
}

struct dma_region dma_slot_region(const struct dma_slot *slot)
{
	return dma_slot_is_mapped(slot) ? slot->first : (struct dma_region){0};
}

/* ---- life of a set ----------------------------------------------------------------------- */

static unsigned int bounce_pages(const struct dma_options *options, unsigned int pages)
{
	size_t needed;

	if (options->policy == DMA_POLICY_REMAP)
		return 0;
	if (options->policy != DMA_POLICY_AUTO)
		return pages;
	/* A buffer of copybreak bytes at the worst offset. */
	needed = dma_pages(options->copybreak) + 1;
	return needed < pages ? (unsigned int)needed : pages;
}

/* False when the device may still reach some of the pages. */
static bool unmap_bounce(struct dma_slots *slots, unsigned int count)
{
	bool gone = true;

	for (unsigned int i = 0; i < count; i++) {
		struct dma_slot *slot = &slots->slot[i];
		size_t length = (size_t)slot->bounce_pages << PLATFORM_PAGE_SHIFT;

		if (platform_unmap(slots->adapter->platform, slot->bounce, length) !=
		    (int64_t)length)
			gone = false;
	}
	return gone;
}

static int map_bounce(struct dma_slots *slots)
{
	for (unsigned int i = 0; i < slots->count; i++) {
		struct dma_slot *slot = &slots->slot[i];
		int result = platform_map(slots->adapter->platform, slot->bounce,
					  slot->bounce_memory,
					  (size_t)slot->bounce_pages << PLATFORM_PAGE_SHIFT,
					  PLATFORM_DEVICE_BOTH);

		if (result) {
			unmap_bounce(slots, i);
			return result;
		}
	}
	return 0;
}

static void lay_out(struct dma_slots *slots, unsigned int pages, unsigned int bounced)
{
	uint64_t next = slots->logical.value;
	unsigned char *memory = slots->bounce_memory;

	for (unsigned int i = 0; i < slots->count; i++) {
		struct dma_slot *slot = &slots->slot[i];

		slot->adapter = slots->adapter;
		slot->pages = pages;
		slot->regions = slots->regions + (size_t)i * pages;
		slot->window.value = next;
		next += ((uint64_t)pages + 1) << PLATFORM_PAGE_SHIFT;
		if (!bounced)
			continue;
		slot->bounce_pages = bounced;
		slot->bounce.value = next;
		next += ((uint64_t)bounced + 1) << PLATFORM_PAGE_SHIFT;
		slot->bounce_memory = memory;
		memory += (size_t)bounced << PLATFORM_PAGE_SHIFT;
	}
}

static int reserve(struct dma_slots *slots, unsigned int pages, unsigned int bounced)
{
	struct dma_adapter *adapter = slots->adapter;
	uint64_t stride = (uint64_t)pages + 1 + (bounced ? (uint64_t)bounced + 1 : 0);
	int result;

	slots->logical_length = (slots->count * stride) << PLATFORM_PAGE_SHIFT;
	result = logical_space_take(&adapter->space, slots->logical_length, &slots->logical);
	if (result)
		return result;
	slots->regions = calloc((size_t)slots->count * pages, sizeof(*slots->regions));
	if (!slots->regions) {
		result = -ENOMEM;
		goto give;
	}
	if (!bounced) {
		lay_out(slots, pages, 0);
		return 0;
	}
	slots->bounce_length = ((size_t)slots->count * bounced) << PLATFORM_PAGE_SHIFT;
	result = platform_memory_allocate(adapter->platform, slots->bounce_length,
					  &slots->bounce_memory);
	if (result)
		goto free_regions;
	lay_out(slots, pages, bounced);
	result = map_bounce(slots);
	if (!result)
		return 0;
	platform_memory_free(adapter->platform, slots->bounce_memory, slots->bounce_length);
free_regions:
	free(slots->regions);
give:
	logical_space_give(&adapter->space, slots->logical, slots->logical_length);
	return result;
}

int dma_slots_create(struct dma_adapter *adapter, unsigned int count, unsigned int pages,
		     struct dma_slots **slots)
{
	struct dma_slots *created;
	int result;

	if (!count || !pages || count > (1u << 20) || pages > (1u << 20))
		return -EINVAL;
	created = calloc(1, sizeof(*created) + count * sizeof(created->slot[0]));
	if (!created)
		return -ENOMEM;
	created->adapter = adapter;
	created->count = count;
	result = reserve(created, pages, bounce_pages(&adapter->options, pages));
	if (result) {
		free(created);
		return result;
	}
	created->next = adapter->slot_sets;
	adapter->slot_sets = created;
	adapter->statistics.map_registers_allocated += (uint64_t)count * pages;
	*slots = created;
	return 0;
}

unsigned int dma_slots_destroy(struct dma_slots *slots)
{
	struct dma_adapter *adapter = slots->adapter;
	struct dma_slots **link = &adapter->slot_sets;
	unsigned int mapped = 0;
	bool gone = true;

	for (unsigned int i = 0; i < slots->count; i++) {
		if (!dma_slot_is_mapped(&slots->slot[i]))
			continue;
		if (dma_slot_unmap(&slots->slot[i]))
			gone = false;
		mapped++;
	}
	while (*link != slots)
		link = &(*link)->next;
	*link = slots->next;
	adapter->statistics.map_registers_allocated -=
		(uint64_t)slots->count * slots->slot[0].pages;
	if (slots->bounce_length) {
		if (unmap_bounce(slots, slots->count))
			platform_memory_free(adapter->platform, slots->bounce_memory,
					     slots->bounce_length);
		else
			gone = false;
	}
	/* Addresses that may still be mapped are never handed out again. */
	if (gone)
		logical_space_give(&adapter->space, slots->logical, slots->logical_length);
	free(slots->regions);
	free(slots);
	return mapped;
}

struct dma_slot *dma_slots_at(struct dma_slots *slots, unsigned int index)
{
	return index < slots->count ? &slots->slot[index] : NULL;
}

unsigned int dma_slots_count(const struct dma_slots *slots)
{
	return slots->count;
}
