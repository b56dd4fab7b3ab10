/* SPDX-License-Identifier: MIT */
/* dma_internal.h - shared by the files of dma/, included by nobody else */
#ifndef DMA_INTERNAL_H
#define DMA_INTERNAL_H

#include "dma/dma.h"
#include "dma/logical_space.h"
#include "dma/simple.h"
#include "support/compiler.h"

/* Slots of a set and pages of a slot at most, so that no sum of them overflows. */
#define DMA_MOST_SLOTS	(1u << 20)
#define DMA_MOST_PAGES	(1u << 20)

struct cache_entry;
struct dma_request;

/** struct common_buffer - one allocation of dma_common_buffer_allocate() or the arena */
struct common_buffer {
	struct common_buffer *next;
	void *va;
	logical_t logical;
	size_t length;		/* as asked */
	size_t mapped;		/* whole pages */
	size_t guard;		/* bytes before and behind those pages that only the CPU can reach */
};

/**
 * struct shared_space - the logical addresses of a device, shared by its adapters
 * @lowest: the first that can be mapped.
 */
struct shared_space {
	unsigned int users;
	uint64_t lowest;
	struct logical_space space;
};

/**
 * struct dma_piece - one region of a MAPPED slot that needs work when it ends
 * @region: the memory.
 * @bounce: copy: where its data lies in the slot's bounce pages.
 * @entry: cached: the cache entry it holds, else NULL.
 */
struct dma_piece {
	struct dma_region region;
	unsigned char *bounce;
	struct cache_entry *entry;
};

/**
 * struct dma_extent - guard: what one mapping takes of the bounce pages of a slot
 * @start, @length: bytes from the start of the bounce pages.
 * @region: the first region that was copied there; @whole: it was the only one.
 */
struct dma_extent {
	size_t start;
	size_t length;
	struct dma_region region;
	bool whole;
};

/**
 * struct dma_window - logical addresses, bounce memory and pieces behind some slots
 * @count, @pages: slots, and map registers of each.
 * @bounce_pages: of each; 0: none.
 */
struct dma_window {
	unsigned int count;
	unsigned int pages;
	unsigned int bounce_pages;
	logical_t logical;
	uint64_t logical_length;
	void *bounce_memory;
	size_t bounce_length;
	struct dma_piece *pieces;
	struct dma_extent *extents;
};

struct dma_slots {
	struct dma_slots *next;
	struct dma_adapter *adapter;
	struct dma_window window;
	unsigned int count;
	struct dma_slot slot[];
};

/** dma_simple_choose() - PASSIVE: the fields of @adapter for the short ways, by its options and arenas. */
void dma_simple_choose(struct dma_adapter *adapter);

/** dma_window_open() - PASSIVE: take what @slots (@count of them) need and lay it out.  Return: 0 or -errno. */
int dma_window_open(struct dma_adapter *adapter, struct dma_window *window, struct dma_slot *slots,
		    unsigned int count, unsigned int pages, unsigned int bounce_pages);

/** dma_window_close() - PASSIVE: @lost: something may still be mapped, so the addresses are never used again. */
void dma_window_close(struct dma_adapter *adapter, struct dma_window *window,
		      struct dma_slot *slots, bool lost);

/** dma_bounce_pages() - bounce pages that a slot of @pages needs under the adapter's policy. */
unsigned int dma_bounce_pages(const struct dma_adapter *adapter, unsigned int pages);

/** dma_guard_fill() - PASSIVE: new bounce pages or padding. */
void dma_guard_fill(unsigned char *memory, size_t length);

/** dma_guard_common() - guard bytes around a new common buffer, dma_options.guard only. */
void dma_guard_common(const struct common_buffer *buffer);

/** dma_guard_check_common() - note damage around a common buffer and repair it. */
void dma_guard_check_common(struct dma_adapter *adapter, const struct common_buffer *buffer);

/**
 * dma_guard_begin() - data are about to be copied into the bounce pages of a slot
 *
 * Notes damage that was done to them while they were free, and puts tags around the place.
 */
void dma_guard_begin(struct dma_slot *slot, const struct dma_request *request, size_t start);

/** dma_guard_end() - the data of a slot are where they belong: note damage, make its bounce pages as new. */
void dma_guard_end(struct dma_slot *slot);

/**
 * struct dma_request - one mapping on its way through a policy
 * @contiguous: only one run will do.
 * @cut: no run crosses a page.
 * @length, @pages: of all regions.
 * @run_count: runs emitted so far.
 */
struct dma_request {
	const struct dma_region *regions;
	unsigned int region_count;
	enum platform_access access;
	bool contiguous;
	bool cut;
	size_t length;
	size_t pages;
	struct dma_run *runs;
	unsigned int capacity;
	unsigned int run_count;
};

/** dma_simple_general() - dma_slot_map_simple() of what has no short way. */
struct dma_simple_run dma_simple_general(struct dma_slot *slot, void *va, size_t length,
					 enum platform_access access);

/** dma_simple_cached() - the same under policy cached, of a region that touches @pages pages. */
struct dma_simple_run dma_simple_cached(struct dma_slot *slot, void *va, size_t length,
					unsigned int pages, enum platform_access access);

/**
 * struct dma_policy_ops - one mechanism
 * @fits: can this request be served?  0; -EMSGSIZE not in what is left of the slot;
 *	-EOPNOTSUPP not by this mechanism.
 * @map: serve it behind slot->used: emit the runs, advance slot->used, keep
 *	pieces that need work at the end.  On failure all but the runs is undone; -EAGAIN: only
 *	another mechanism can serve it now.
 */
struct dma_policy_ops {
	int (*fits)(const struct dma_slot *slot, const struct dma_request *request);
	int (*map)(struct dma_slot *slot, struct dma_request *request);
};

extern const struct dma_policy_ops dma_policy_remap;
extern const struct dma_policy_ops dma_policy_copy;
extern const struct dma_policy_ops dma_policy_pool;
extern const struct dma_policy_ops dma_policy_cached;

/** dma_cache_create() - PASSIVE: the mapping cache of an adapter, for entries of up to @pages pages. */
int dma_cache_create(struct dma_adapter *adapter, unsigned int pages);

/** dma_cache_destroy() - PASSIVE: all entries are unmapped.  NULL is ignored. */
void dma_cache_destroy(struct dma_adapter *adapter);

/** dma_cache_release() - <= DISPATCH: a transfer that used the entry is over.  Return: 0 or -EIO. */
int dma_cache_release(struct dma_adapter *adapter, struct cache_entry *entry);

/**
 * dma_memory_take() - PASSIVE: memory of the platform and logical addresses for it, not mapped yet
 * @length: bytes, whole pages.
 * @guard: bytes before and behind, whole pages or 0.
 * @va, @logical: out: of the first of @length bytes, zeroed.  The page behind them is not to be mapped.
 *
 * Where logical addresses are physical ones, the address decides which memory it is.
 *
 * Return: 0; -ENOSPC; -ENOMEM; -EINVAL.
 */
int dma_memory_take(struct dma_adapter *adapter, size_t length, size_t guard, void **va,
		    logical_t *logical);

/** dma_memory_give() - PASSIVE: what dma_memory_take() gave; it must not be mapped any more. */
void dma_memory_give(struct dma_adapter *adapter, size_t length, size_t guard, void *va,
		     logical_t logical);

/** dma_logical_take() - PASSIVE: logical addresses below the adapter's limit.  Return: of logical_space_take(). */
int dma_logical_take(struct dma_adapter *adapter, uint64_t length, logical_t *logical);

/** dma_logical_give() - PASSIVE. */
void dma_logical_give(struct dma_adapter *adapter, logical_t logical, uint64_t length);

/** dma_is_platform_memory() - all regions lie in memory of the platform. */
bool dma_is_platform_memory(const struct dma_adapter *adapter, const struct dma_request *request);

/** dma_can_map() - platform_map() accepts the pages of all regions. */
static inline bool dma_can_map(const struct dma_adapter *adapter, const struct dma_request *request)
{
	return likely(adapter->platform->capabilities.any_memory) ||
	       dma_is_platform_memory(adapter, request);
}

/** dma_emit_pages() - dma_emit_run() of a request whose runs are cut. */
int dma_emit_pages(struct dma_request *request, uint64_t logical, size_t length);

/** dma_emit_run() - append a run of one byte or more, cut at pages if the request is.  Return: 0 or -ENOBUFS. */
static inline int dma_emit_run(struct dma_request *request, uint64_t logical, size_t length)
{
	if (unlikely(request->cut))
		return dma_emit_pages(request, logical, length);
	if (unlikely(request->run_count == request->capacity))
		return -ENOBUFS;
	request->runs[request->run_count++] = (struct dma_run){{logical}, length};
	return 0;
}

/** dma_region_pages() - map registers that one region takes. */
static inline size_t dma_region_pages(const struct dma_region *region)
{
	return (dma_page_offset(region->va) + region->length + PLATFORM_PAGE_MASK) >>
	       PLATFORM_PAGE_SHIFT;
}

static inline size_t dma_pages(size_t bytes)
{
	return (bytes + PLATFORM_PAGE_MASK) >> PLATFORM_PAGE_SHIFT;
}

#endif /* DMA_INTERNAL_H */
