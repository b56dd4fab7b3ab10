/* SPDX-License-Identifier: MIT */
/*
 * simple.h - the short way of a transfer: one region that comes out as one run, or several of the
 * arena
 *
 * What dma_slot_map() would do for it, without a request that goes from function to
 * function.  Policies pool and copy map right in the caller; the structures are here for
 * that.  Outside of dma/ nobody uses their fields.
 */
#ifndef DMA_SIMPLE_H
#define DMA_SIMPLE_H

#include <string.h>

#include "dma/dma.h"
#include "support/compiler.h"

struct dma_cache;
struct shared_space;

/* Pieces of memory of policy pool that an adapter may have. */
#define DMA_ARENAS 2

/** struct dma_arena - memory of policy pool; length 0: none */
struct dma_arena {
	uintptr_t first;
	size_t length;
	logical_t logical;
};

/** struct dma_guard - damage that nobody has taken yet */
struct dma_guard {
	struct dma_guard_damage damage[8];
	unsigned int count;
};

/**
 * struct dma_adapter
 * @pool_first, @pool_end: the arena of dma_slot_map_pool(); INTPTR_MAX and 0: none.
 * @pool_offset: from its memory to its logical addresses.
 * @copy_most: bytes that dma_slot_map_copy() may copy at most; 0: none.
 * @simple_copy: the same of dma_slot_map_simple(), which looks for the second arena before.
 * @simple_pages: what is not copied: REMAP or CACHED map it; AUTO: dma_slot_map() decides.
 */
struct dma_adapter {
	intptr_t pool_first;
	uintptr_t pool_end;
	uint64_t pool_offset;
	size_t copy_most;
	struct dma_statistics statistics;
	struct dma_arena arenas[DMA_ARENAS];
	size_t simple_copy;
	enum dma_policy simple_pages;
	struct platform *platform;
	struct dma_options options;
	unsigned int address_bits;
	struct shared_space *space;
	struct common_buffer *common_buffers;
	struct dma_slots *slot_sets;
	struct dma_register_file *register_files;
	struct dma_cache *cache;
	struct dma_guard guard;
};

/**
 * enum dma_slot_state
 * @DMA_SLOT_SIMPLE: MAPPED by one call; its end leaves nothing to do: no pages to unmap, no piece,
 *	no extent.
 * @DMA_SLOT_ENTRY: MAPPED by one region, whose only piece holds a cache entry.
 */
enum dma_slot_state {
	DMA_SLOT_FREE,
	DMA_SLOT_SIMPLE,
	DMA_SLOT_ENTRY,
	DMA_SLOT_MAPPED,
};

/**
 * struct dma_slot
 * @used: pages that the mappings so far take; 0 while only @first is mapped, and the state is SIMPLE or
 *	ENTRY.
 * @first: the first region.
 * @file: the register file it is a group of, or NULL: it belongs to a set.
 * @window: @pages logical pages where remap puts buffers.  A set has a page that is never mapped
 *	behind each, so that a device that runs past a buffer faults.
 * @bounce: @bounce_pages logical pages that are mapped to @bounce_memory for the
 *	slot's life; 0 pages when nothing is ever copied.
 * @bounce_most: bytes that fit there wherever in its page a region begins.
 * @remapped: bytes that platform_unmap() must report.
 * @pieces: @pages elements, @piece_count in use.
 * @extents: @pages elements, @extent_count in use; NULL without guard bytes.
 */
struct dma_slot {
	struct dma_adapter *adapter;
	enum dma_slot_state state;
	enum platform_access access;
	unsigned int pages;
	unsigned int used;
	struct dma_region first;
	size_t remapped;
	unsigned int piece_count;
	unsigned int extent_count;
	struct dma_piece *pieces;
	struct dma_extent *extents;
	logical_t window;
	logical_t bounce;
	unsigned char *bounce_memory;
	size_t bounce_most;
	unsigned int bounce_pages;
	struct dma_register_file *file;
};

static inline size_t dma_page_offset(const void *va)
{
	return (uintptr_t)va & PLATFORM_PAGE_MASK;
}

/* A FREE slot maps one region; what its end takes is in @state. */
static inline void dma_slot_take(struct dma_slot *slot, enum dma_policy mechanism, void *va,
				 size_t length, enum platform_access access,
				 enum dma_slot_state state)
{
	struct dma_statistics *statistics = &slot->adapter->statistics;

	statistics->mappings[mechanism]++;
	statistics->bytes[mechanism] += length;
	statistics->map_registers_mapped += slot->pages;
	/* Most mappings are no peak. */
	if (unlikely(statistics->map_registers_mapped > statistics->map_registers_peak))
		statistics->map_registers_peak = statistics->map_registers_mapped;
	slot->state = state;
	slot->access = access;
	slot->first = (struct dma_region){va, length};
}

/** dma_adapter_maps_simply() - the functions of this header may be called: a region is one run. */
bool dma_adapter_maps_simply(const struct dma_adapter *adapter);

/** dma_arena_logical() - where a device finds memory of the first arena; false: it lies elsewhere. */
static inline bool dma_arena_logical(const struct dma_slot *slot, const void *va, size_t length,
				     uint64_t *logical)
{
	const struct dma_adapter *adapter = slot->adapter;

	/* Signed, so that the sum does not overflow. */
	if ((intptr_t)va < adapter->pool_first || (uintptr_t)va + length > adapter->pool_end)
		return false;
	*logical = adapter->pool_offset + (uintptr_t)va;
	return true;
}

/**
 * dma_slot_map_pool() - <= DISPATCH: map a region that the device reads and that lies in the first arena
 * @slot: FREE.
 * @va, @length: the region; 1 byte to 4 GiB, touching no more pages than the slot has.
 * @logical: out: of the only run.
 *
 * Return: true, the slot is MAPPED; false: nothing is done.
 */
static inline bool dma_slot_map_pool(struct dma_slot *slot, void *va, size_t length,
				     uint64_t *logical)
{
	if (!dma_arena_logical(slot, va, length, logical))
		return false;
	dma_slot_take(slot, DMA_POLICY_POOL, va, length, PLATFORM_DEVICE_READS, DMA_SLOT_SIMPLE);
	return true;
}

/**
 * dma_slot_take_arena() - <= DISPATCH: a FREE slot maps regions of which dma_arena_logical() was true
 * @first: the first of them.
 * @length, @pages: of all, 1 byte or more; no more pages than the slot has.
 */
static inline void dma_slot_take_arena(struct dma_slot *slot, struct dma_region first, size_t length,
				       unsigned int pages)
{
	dma_slot_take(slot, DMA_POLICY_POOL, first.va, length, PLATFORM_DEVICE_READS,
		      DMA_SLOT_SIMPLE);
	slot->first.length = first.length;
	slot->used = pages;
}

/** dma_slot_copies() - dma_slot_map_copy() would copy @length bytes. */
static inline bool dma_slot_copies(const struct dma_slot *slot, size_t length)
{
	return length <= slot->adapter->copy_most && length <= slot->bounce_most;
}

/**
 * dma_slot_map_copy() - <= DISPATCH: map the slot's bounce pages for a region that is to be copied
 *
 * As dma_slot_map_pool(), which has returned false.  dma_slot_copy() is next.
 */
static inline bool dma_slot_map_copy(struct dma_slot *slot, void *va, size_t length,
				     uint64_t *logical)
{
	if (!dma_slot_copies(slot, length))
		return false;
	dma_slot_take(slot, DMA_POLICY_COPY, va, length, PLATFORM_DEVICE_READS, DMA_SLOT_SIMPLE);
	*logical = slot->bounce.value + dma_page_offset(va);
	return true;
}

/**
 * dma_slot_map_copies() - <= DISPATCH: the same for regions that follow each other in one run
 * @first: the first of them, not empty.
 * @length: of all.
 * @to: out: where their data go.
 */
static inline bool dma_slot_map_copies(struct dma_slot *slot, struct dma_region first,
				       size_t length, uint64_t *logical, unsigned char **to)
{
	if (!dma_slot_map_copy(slot, first.va, length, logical))
		return false;
	slot->first.length = first.length;
	slot->used = (unsigned int)((dma_page_offset(first.va) + length + PLATFORM_PAGE_MASK) >>
				    PLATFORM_PAGE_SHIFT);
	*to = slot->bounce_memory + dma_page_offset(first.va);
	return true;
}

/** dma_slot_copy() - the data come to where dma_slot_map_copy() wants them. */
static inline void dma_slot_copy(const struct dma_slot *slot, const void *va, size_t length)
{
	memcpy(slot->bounce_memory + dma_page_offset(va), va, length);
}

/** struct dma_simple_run - @result: as that of dma_slot_map(); @logical: if that is 0 */
struct dma_simple_run {
	uint64_t logical;
	int result;
};

/**
 * dma_slot_map_simple() - <= DISPATCH: dma_slot_map() of one region, of 1 byte or more, by a FREE slot
 *
 * Not while trace_has_events(): spans of mappings do not begin here.
 */
struct dma_simple_run dma_slot_map_simple(struct dma_slot *slot, void *va, size_t length,
					  enum platform_access access);

/** dma_slot_is_simple() - the slot is MAPPED and dma_slot_free() ends that. */
static inline bool dma_slot_is_simple(const struct dma_slot *slot)
{
	return slot->state == DMA_SLOT_SIMPLE;
}

/** dma_slot_maps() - the first region of a MAPPED slot is this one. */
static inline bool dma_slot_maps(const struct dma_slot *slot, const void *va, size_t length)
{
	return slot->first.va == va && slot->first.length == length;
}

/** dma_slot_free() - dma_slot_unmap() of a slot of which dma_slot_is_simple() is true */
static inline void dma_slot_free(struct dma_slot *slot)
{
	slot->state = DMA_SLOT_FREE;
	slot->used = 0;
	slot->adapter->statistics.map_registers_mapped -= slot->pages;
}

#endif /* DMA_SIMPLE_H */
