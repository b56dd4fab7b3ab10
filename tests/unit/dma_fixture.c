/* SPDX-License-Identifier: MIT */
/*
 * dma_fixture.c - see dma_fixture.h
 */
#include "dma_fixture.h"

#include <stdlib.h>

void dma_fixture_open(struct dma_fixture *f, const struct dma_options *options, size_t heap_pages)
{
	f->loop = event_loop_create();
	f->platform = fake_platform_create(f->loop, NULL, true);
	g_assert_cmpint(dma_adapter_create(f->platform, options, 32, &f->adapter), ==, 0);
	f->statistics = dma_adapter_statistics(f->adapter);
	f->heap = aligned_alloc(PAGE, heap_pages * PAGE);
	for (size_t i = 0; i < heap_pages * PAGE; i++)
		f->heap[i] = (unsigned char)(i * 13 + i / 241);
}

void dma_fixture_close(struct dma_fixture *f)
{
	if (f->adapter)
		g_assert_cmpuint(dma_adapter_destroy(f->adapter), ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->memory_allocations, ==, 0);
	platform_close(f->platform);
	event_loop_destroy(f->loop);
	free(f->heap);
}
