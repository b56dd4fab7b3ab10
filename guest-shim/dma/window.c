/* SPDX-License-Identifier: MIT */
/*
 * window.c - what slots need before they can map: logical addresses, bounce
 * pages that are mapped for good, and room to note pieces
 */
#include <errno.h>
#include <stdlib.h>

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

static void lay_out(struct dma_adapter *adapter, const struct dma_window *window,
		    struct dma_slot *slots)
{
	uint64_t next = window->logical.value;
	unsigned char *memory = window->bounce_memory;

	for (unsigned int i = 0; i < window->count; i++) {
		struct dma_slot *slot = &slots[i];

		slot->adapter = adapter;
		slot->pages = window->pages;
		slot->pieces = window->pieces + (size_t)i * window->pages;
		slot->window.value = next;
		next += ((uint64_t)window->pages + 1) << PLATFORM_PAGE_SHIFT;
		if (!window->bounce_pages)
			continue;
		slot->bounce_pages = window->bounce_pages;
		slot->bounce_most = ((size_t)window->bounce_pages << PLATFORM_PAGE_SHIFT) -
				    PLATFORM_PAGE_MASK;
		slot->bounce.value = next;
		next += ((uint64_t)window->bounce_pages + 1) << PLATFORM_PAGE_SHIFT;
		slot->bounce_memory = memory;
		memory += (size_t)window->bounce_pages << PLATFORM_PAGE_SHIFT;
		if (window->extents)
			slot->extents = window->extents + (size_t)i * window->pages;
	}
}

static int open_bounce(struct dma_adapter *adapter, struct dma_window *window,
		       struct dma_slot *slots)
{
	int result;

	window->bounce_length = ((size_t)window->count * window->bounce_pages)
				<< PLATFORM_PAGE_SHIFT;
	result = platform_memory_allocate(adapter->platform, window->bounce_length,
					  &window->bounce_memory);
	if (result)
		return result;
	if (window->extents)
		dma_guard_fill(window->bounce_memory, window->bounce_length);
	lay_out(adapter, window, slots);
	result = map_bounce(adapter, slots, window->count);
	if (result)
		platform_memory_free(adapter->platform, window->bounce_memory,
				     window->bounce_length);
	return result;
}

/* Addresses, memory and mappings of the slots themselves. */
static int open_window(struct dma_adapter *adapter, struct dma_window *window,
		       struct dma_slot *slots, unsigned int count, unsigned int pages,
		       unsigned int bounce_pages)
{
	bool guarded = bounce_pages && adapter->options.guard;
	uint64_t stride = (uint64_t)pages + 1 + (bounce_pages ? (uint64_t)bounce_pages + 1 : 0);
	int result;

	*window = (struct dma_window){
		.count = count,
		.pages = pages,
		.bounce_pages = bounce_pages,
		.logical_length = (count * stride) << PLATFORM_PAGE_SHIFT,
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
			platform_memory_free(adapter->platform, window->bounce_memory,
					     window->bounce_length);
		else
			lost = true;
	}
	if (!lost)
		dma_logical_give(adapter, window->logical, window->logical_length);
	free(window->extents);
	free(window->pieces);
}
