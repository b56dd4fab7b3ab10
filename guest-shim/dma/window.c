/* SPDX-License-Identifier: MIT */
/*
 * window.c - what slots need before they can map: logical addresses, bounce
 * pages that are mapped for good, and room to note pieces
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dma/dma_internal.h"

unsigned int dma_bounce_pages(const struct dma_adapter *adapter, unsigned int pages)
{
	const struct dma_options *options = &adapter->options;
	size_t needed;

	/* Any buffer may turn out to be one that cannot be mapped. */
	if (!adapter->platform->capabilities.any_memory)
		return pages;
	if (options->policy == DMA_POLICY_REMAP || options->policy == DMA_POLICY_CACHED)
		return 0;
	if (options->policy != DMA_POLICY_AUTO)
		return pages;
	/* A buffer of copybreak bytes at the worst offset. */
	needed = dma_pages(options->copybreak) + 1;
	return needed < pages ? (unsigned int)needed : pages;
}

/* False when the device may still reach some of the pages. */
static bool unmap_bounce(struct dma_adapter *adapter, const struct dma_slot *slots,
			 unsigned int count)
{
	bool gone = true;

	for (unsigned int i = 0; i < count; i++) {
		size_t length = (size_t)slots[i].bounce_pages << PLATFORM_PAGE_SHIFT;

		if (platform_unmap(adapter->platform, slots[i].bounce, length) !=
		    (int64_t)length)
			gone = false;
	}
	return gone;
}

static int map_bounce(struct dma_adapter *adapter, const struct dma_slot *slots,
		      unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		int result = platform_map(adapter->platform, slots[i].bounce,
					  slots[i].bounce_memory,
					  (size_t)slots[i].bounce_pages << PLATFORM_PAGE_SHIFT,
					  PLATFORM_DEVICE_BOTH);

		if (result) {
			unmap_bounce(adapter, slots, i);
			return result;
		}
	}
	return 0;
}

/* Map registers, and the page behind them; with physical addresses no buffer is mapped. */
static uint64_t window_bytes(const struct dma_adapter *adapter, unsigned int pages)
{
	if (adapter->platform->capabilities.physical)
		return 0;
	return ((uint64_t)pages + 1) << PLATFORM_PAGE_SHIFT;
}

static void lay_out(struct dma_adapter *adapter, const struct dma_window *window,
		    struct dma_slot *slots)
{
	bool physical = adapter->platform->capabilities.physical;
	uint64_t next = window->logical.value;
	unsigned char *memory = window->bounce_memory;

	for (unsigned int i = 0; i < window->count; i++) {
		struct dma_slot *slot = &slots[i];

		slot->adapter = adapter;
		slot->pages = window->pages;
		slot->pieces = window->pieces + (size_t)i * window->pages;
		slot->window.value = next;
		next += window_bytes(adapter, window->pages);
		if (!window->bounce_pages)
			continue;
		slot->bounce_pages = window->bounce_pages;
		slot->bounce_most = ((size_t)window->bounce_pages << PLATFORM_PAGE_SHIFT) -
				    PLATFORM_PAGE_MASK;
		slot->bounce.value = next;
		next += ((uint64_t)window->bounce_pages + 1) << PLATFORM_PAGE_SHIFT;
		slot->bounce_memory = physical ? platform_memory_at(adapter->platform, slot->bounce)
					       : memory;
		memory += (size_t)window->bounce_pages << PLATFORM_PAGE_SHIFT;
		if (window->extents)
			slot->extents = window->extents + (size_t)i * window->pages;
	}
}

/* All of it in one piece; with physical addresses, the page behind each slot's is between them. */
static int allocate_bounce(struct dma_adapter *adapter, struct dma_window *window)
{
	if (adapter->platform->capabilities.physical) {
		window->bounce_length = (size_t)window->logical_length;
		window->bounce_memory = platform_memory_at(adapter->platform, window->logical);
		memset(window->bounce_memory, 0, window->bounce_length);
		return 0;
	}
	window->bounce_length = ((size_t)window->count * window->bounce_pages)
				<< PLATFORM_PAGE_SHIFT;
	return platform_memory_allocate(adapter->platform, window->bounce_length,
					&window->bounce_memory);
}

static void free_bounce(struct dma_adapter *adapter, const struct dma_window *window)
{
	if (!adapter->platform->capabilities.physical)
		platform_memory_free(adapter->platform, window->bounce_memory,
				     window->bounce_length);
}

static int open_bounce(struct dma_adapter *adapter, struct dma_window *window,
		       struct dma_slot *slots)
{
	int result = allocate_bounce(adapter, window);

	if (result)
		return result;
	if (window->extents)
		dma_guard_fill(window->bounce_memory, window->bounce_length);
	lay_out(adapter, window, slots);
	result = map_bounce(adapter, slots, window->count);
	if (result)
		free_bounce(adapter, window);
	return result;
}

/* Addresses, memory and mappings of the slots themselves. */
static int open_window(struct dma_adapter *adapter, struct dma_window *window,
		       struct dma_slot *slots, unsigned int count, unsigned int pages,
		       unsigned int bounce_pages)
{
	bool guarded = bounce_pages && adapter->options.guard;
	uint64_t bounce_bytes = bounce_pages ? ((uint64_t)bounce_pages + 1) << PLATFORM_PAGE_SHIFT
					     : 0;
	int result;

	*window = (struct dma_window){
		.count = count,
		.pages = pages,
		.bounce_pages = bounce_pages,
		.logical_length = count * (window_bytes(adapter, pages) + bounce_bytes),
	};
	result = dma_logical_take(adapter, window->logical_length, &window->logical);
	if (result)
		return result;
	window->pieces = calloc((size_t)count * pages, sizeof(*window->pieces));
	if (guarded)
		window->extents = calloc((size_t)count * pages, sizeof(*window->extents));
	if (!window->pieces || (guarded && !window->extents)) {
		result = -ENOMEM;
	} else if (bounce_pages) {
		result = open_bounce(adapter, window, slots);
	} else {
		lay_out(adapter, window, slots);
	}
	if (result) {
		free(window->extents);
		free(window->pieces);
		dma_logical_give(adapter, window->logical, window->logical_length);
	}
	return result;
}

int dma_window_open(struct dma_adapter *adapter, struct dma_window *window, struct dma_slot *slots,
		    unsigned int count, unsigned int pages, unsigned int bounce_pages)
{
	int result = open_window(adapter, window, slots, count, pages, bounce_pages);

	if (result || adapter->options.policy != DMA_POLICY_CACHED)
		return result;
	/* The cache takes what is left, so it comes last. */
	result = dma_cache_create(adapter, pages);
	if (result)
		dma_window_close(adapter, window, slots, false);
	return result;
}

void dma_window_close(struct dma_adapter *adapter, struct dma_window *window,
		      struct dma_slot *slots, bool lost)
{
	if (window->bounce_pages) {
		if (unmap_bounce(adapter, slots, window->count))
			free_bounce(adapter, window);
		else
			lost = true;
	}
	if (!lost)
		dma_logical_give(adapter, window->logical, window->logical_length);
	free(window->extents);
	free(window->pieces);
}
