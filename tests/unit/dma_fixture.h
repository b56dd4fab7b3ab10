/* SPDX-License-Identifier: MIT */
/*
 * dma_fixture.h - an adapter of the DMA layer on the fake platform, and memory to map
 */
#ifndef DMA_FIXTURE_H
#define DMA_FIXTURE_H

#include <glib.h>

#include "dma/dma.h"
#include "platform/fake/fake.h"

#define PAGE PLATFORM_PAGE_SIZE

/**
 * struct dma_fixture - what a test has
 * @statistics: of @adapter.
 * @heap: memory outside of the pool, of which no byte equals its neighbour.
 */
struct dma_fixture {
	struct event_loop *loop;
	struct platform *platform;
	struct dma_adapter *adapter;
	const struct dma_statistics *statistics;
	unsigned char *heap;
};

/** dma_fixture_open() - an adapter of 32 bits. */
void dma_fixture_open(struct dma_fixture *f, const struct dma_options *options, size_t heap_pages);

/**
 * dma_fixture_close() - end all that is there; nothing may be mapped or allocated afterwards
 *
 * A test that has destroyed the adapter itself sets it to NULL.
 */
void dma_fixture_close(struct dma_fixture *f);

#endif /* DMA_FIXTURE_H */
