/* SPDX-License-Identifier: MIT */
/* simple.c - see simple.h */
#include <errno.h>

#include "dma/dma_internal.h"

/*
 * dma_slot_map_simple() ends in jumps to the others, so that it needs no stack: they are not to be
 * merged into it.
 */
#define OF_ITS_OWN __attribute__((noinline))

bool dma_adapter_maps_simply(const struct dma_adapter *adapter)
{
	return adapter->options.fragment == DMA_FRAGMENT_NONE && !adapter->options.guard;
}

void dma_simple_choose(struct dma_adapter *adapter)
{
	const struct dma_arena *arena = &adapter->arenas[0];
	enum dma_policy policy = adapter->options.policy;
	bool pooled = policy == DMA_POLICY_AUTO || policy == DMA_POLICY_POOL;

	adapter->pool_first = INTPTR_MAX;
	if (!dma_adapter_maps_simply(adapter))
		return;
	if (pooled && arena->length) {
		adapter->pool_first = (intptr_t)arena->first;
		adapter->pool_end = arena->first + arena->length;
		adapter->pool_offset = arena->logical.value - arena->first;
	}
	if (policy == DMA_POLICY_AUTO)
		adapter->simple_copy = adapter->options.copybreak;
	else if (policy == DMA_POLICY_COPY || policy == DMA_POLICY_POOL)
		adapter->simple_copy = SIZE_MAX;
	adapter->copy_most = pooled && adapter->arenas[1].length ? 0 : adapter->simple_copy;
	/* Where not all memory can be mapped, each buffer has to be looked at. */
	if ((policy == DMA_POLICY_REMAP || policy == DMA_POLICY_CACHED) &&
	    adapter->platform->capabilities.any_memory)
		adapter->simple_pages = policy;
}

OF_ITS_OWN struct dma_simple_run
dma_simple_general(struct dma_slot *slot, void *va, size_t length, enum platform_access access)
{
	const struct dma_region region = {va, length};
	struct dma_run run = {{0}, 0};
	unsigned int count;
	int result = dma_slot_map(slot, &region, 1, access, &run, 1, &count);

	return (struct dma_simple_run){run.logical.value, result};
}

static bool lies_in(const struct dma_arena *arena, const void *va, size_t length)
{
	uintptr_t offset = (uintptr_t)va - arena->first;

	return offset < arena->length && length <= arena->length - offset;
}

static OF_ITS_OWN struct dma_simple_run remap(struct dma_slot *slot, void *va, size_t length,
				   unsigned int pages, enum platform_access access)
{
	size_t offset = dma_page_offset(va);
	size_t bytes = (size_t)pages << PLATFORM_PAGE_SHIFT;
	int result = -EINVAL;

	if (likely((uintptr_t)va <= UINTPTR_MAX - length))
		result = platform_map(slot->adapter->platform, slot->window, (char *)va - offset,
				      bytes, access);
	if (unlikely(result)) {
		slot->adapter->statistics.failures++;
		return (struct dma_simple_run){0, result};
	}
	dma_slot_take(slot, DMA_POLICY_REMAP, va, length, access, DMA_SLOT_MAPPED);
	slot->used = pages;
	slot->remapped = bytes;
	return (struct dma_simple_run){slot->window.value + offset, 0};
}

struct dma_simple_run dma_slot_map_simple(struct dma_slot *slot, void *va, size_t length,
					  enum platform_access access)
{
	const struct dma_adapter *adapter = slot->adapter;
	const struct dma_arena *arena = &adapter->arenas[1];
	size_t pages = (dma_page_offset(va) + length + PLATFORM_PAGE_MASK) >> PLATFORM_PAGE_SHIFT;
	uint64_t logical;

	if (unlikely(pages > slot->pages))
		return dma_simple_general(slot, va, length, access);
	if (adapter->simple_pages == DMA_POLICY_CACHED)
		return dma_simple_cached(slot, va, length, (unsigned int)pages, access);
	if (adapter->simple_pages == DMA_POLICY_REMAP)
		return remap(slot, va, length, (unsigned int)pages, access);
	if (access != PLATFORM_DEVICE_READS || !adapter->pool_end || !lies_in(arena, va, length))
		return dma_simple_general(slot, va, length, access);
	dma_slot_take(slot, DMA_POLICY_POOL, va, length, access, DMA_SLOT_SIMPLE);
	logical = arena->logical.value + ((uintptr_t)va - arena->first);
	return (struct dma_simple_run){logical, 0};
}
