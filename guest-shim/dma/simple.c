/* SPDX-License-Identifier: MIT */
/*
 * simple.c - the transfer that nearly all are: one region that the device reads, and that is in an
 * arena or is copied
 *
 * What dma_slot_map() would do for it, without a request that goes from function to function.
 */
#include <string.h>

#include "dma/dma_internal.h"

bool dma_adapter_maps_simply(const struct dma_adapter *adapter)
{
	enum dma_policy policy = adapter->options.policy;

	return (policy == DMA_POLICY_AUTO || policy == DMA_POLICY_POOL ||
		policy == DMA_POLICY_COPY) &&
	       adapter->options.fragment == DMA_FRAGMENT_NONE && !adapter->options.guard;
}

void dma_simple_choose(struct dma_adapter *adapter)
{
	enum dma_policy policy = adapter->options.policy;

	adapter->simple_pool = 0;
	adapter->simple_copy = 0;
	if (!dma_adapter_maps_simply(adapter))
		return;
	if (policy != DMA_POLICY_COPY)
		adapter->simple_pool = adapter->arenas[0].length;
	adapter->simple_copy = policy == DMA_POLICY_AUTO ? adapter->options.copybreak : SIZE_MAX;
}

/* Most mappings are no peak. */
static inline void count_registers(struct dma_statistics *statistics, unsigned int pages)
{
	statistics->map_registers_mapped += pages;
	if (unlikely(statistics->map_registers_mapped > statistics->map_registers_peak))
		statistics->map_registers_peak = statistics->map_registers_mapped;
}

static inline void take(struct dma_slot *slot, enum dma_policy mechanism, void *va, size_t length,
			unsigned int pages)
{
	struct dma_statistics *statistics = &slot->adapter->statistics;

	statistics->mappings[mechanism]++;
	statistics->bytes[mechanism] += length;
	count_registers(statistics, slot->pages);
	slot->mapped = true;
	slot->access = PLATFORM_DEVICE_READS;
	slot->used = pages;
	slot->first = (struct dma_region){va, length};
}

static SELDOM uint64_t refuse(void)
{
	return DMA_NOT_SIMPLE;
}

/* The region is not in the first arena. */
static uint64_t map_elsewhere(struct dma_slot *slot, void *va, size_t length, unsigned int pages)
{
	const struct dma_arena *arena = &slot->adapter->arenas[1];
	uintptr_t offset = (uintptr_t)va - arena->first;
	size_t start = dma_page_offset(va);

	if (slot->adapter->simple_pool && offset < arena->length &&
	    length <= arena->length - offset) {
		take(slot, DMA_POLICY_POOL, va, length, pages);
		return arena->logical.value + offset;
	}
	if (length - 1 >= slot->adapter->simple_copy || pages > slot->bounce_pages)
		return refuse();
	take(slot, DMA_POLICY_COPY, va, length, pages);
	memcpy(slot->bounce_memory + start, va, length);
	return slot->bounce.value + start;
}

bool dma_slot_unmap_simple(struct dma_slot *slot, const void *va, size_t length)
{
	if (unlikely(!slot->mapped || slot->first.va != va || slot->first.length != length ||
		     slot->remapped | slot->piece_count | slot->extent_count))
		return false;
	slot->mapped = false;
	slot->used = 0;
	slot->adapter->statistics.map_registers_mapped -= slot->pages;
	return true;
}

uint64_t dma_slot_map_simple(struct dma_slot *slot, void *va, size_t length, unsigned int pages)
{
	const struct dma_adapter *adapter = slot->adapter;
	const struct dma_arena *arena = adapter->arenas;
	uintptr_t offset = (uintptr_t)va - arena->first;

	/* No pages at all: there is nothing to map, and no run. */
	if (unlikely(slot->mapped || pages - 1 >= slot->pages))
		return refuse();
	if (offset >= adapter->simple_pool || length > adapter->simple_pool - offset)
		return map_elsewhere(slot, va, length, pages);
	take(slot, DMA_POLICY_POOL, va, length, pages);
	return arena->logical.value + offset;
}
