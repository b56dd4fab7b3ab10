/* SPDX-License-Identifier: MIT */
/*
 * span.h - how many pages a buffer touches
 *
 * Source: ndis-hal-dma.md sections 3.1 and 3.2.  Everything is computed in 64
 * bits, so that no length of 32 bits overflows.
 */
#ifndef MM_SPAN_H
#define MM_SPAN_H

#include <stdint.h>

#include "platform/platform.h"

/**
 * mm_span_pages() - pages that @length bytes at @va touch; for 0 bytes 0 on a page boundary,
 * else 1.
 */
static inline uint64_t mm_span_pages(const void *va, uint64_t length)
{
	return (((uintptr_t)va & PLATFORM_PAGE_MASK) + length + PLATFORM_PAGE_MASK) >>
	       PLATFORM_PAGE_SHIFT;
}

/** mm_worst_span_pages() - pages that @length bytes can touch at the worst place; at least 1. */
static inline uint64_t mm_worst_span_pages(uint64_t length)
{
	return length <= 1 ? 1 : ((length - 2) >> PLATFORM_PAGE_SHIFT) + 2;
}

#endif /* MM_SPAN_H */
