/* SPDX-License-Identifier: MIT */
/*
 * Policy cached: pages are mapped when they are first used and stay mapped
 * until their place is needed, their memory is freed, or the adapter goes.
 *
 * Every entry has a fixed range of logical addresses, so a miss is one
 * platform_map() after at most one platform_unmap(); nothing is allocated.  Entries are
 * found by the number of their first page through a hash with chains, and
 * evicted least recently used first; an entry in use by a transfer stays.
 */
#include <errno.h>
#include <stdlib.h>

#include "dma/dma_internal.h"

#define WANTED_ENTRIES	512u
#define LEAST_ENTRIES	8u
#define BUCKETS		1024u

struct cache_entry {
	struct cache_entry *chain;	/* same bucket */
	struct cache_entry *newer;	/* order of use */
	struct cache_entry *older;
	uintptr_t first;		/* first page; 0: empty */
	unsigned int pages;
	unsigned int users;
	bool stale;			/* memory freed while in use */
	enum platform_access access;
	logical_t logical;
};

struct dma_cache {
	unsigned int entry_count;
	unsigned int entry_pages;
	logical_t logical;
	uint64_t logical_length;
	struct cache_entry *bucket[BUCKETS];
	struct cache_entry order;	/* order.newer: oldest, order.older: newest */
	bool lost;			/* the platform did not unmap an entry: it is never used again */
	struct cache_entry entry[];
};

static uintptr_t page_of(const void *va)
{
	return (uintptr_t)va & ~(uintptr_t)PLATFORM_PAGE_MASK;
}

static struct cache_entry **bucket_of(struct dma_cache *cache, uintptr_t first)
{
	uint64_t page = first >> PLATFORM_PAGE_SHIFT;

	return &cache->bucket[(page ^ page >> 10) % BUCKETS];
}

static void order_remove(struct cache_entry *entry)
{
	entry->older->newer = entry->newer;
	entry->newer->older = entry->older;
}

static void order_add_newest(struct dma_cache *cache, struct cache_entry *entry)
{
	entry->newer = &cache->order;
	entry->older = cache->order.older;
	entry->older->newer = entry;
	cache->order.older = entry;
}

static void order_add_oldest(struct dma_cache *cache, struct cache_entry *entry)
{
	entry->older = &cache->order;
	entry->newer = cache->order.newer;
	entry->newer->older = entry;
	cache->order.newer = entry;
}

/* ---- life ---------------------------------------------------------------------------------- */

static int take_logical(struct dma_adapter *adapter, struct dma_cache *cache, unsigned int pages)
{
	uint64_t stride = ((uint64_t)pages + 1) << PLATFORM_PAGE_SHIFT;
	int result = -ENOSPC;

	for (cache->entry_count = WANTED_ENTRIES; cache->entry_count >= LEAST_ENTRIES;
	     cache->entry_count /= 2) {
		cache->logical_length = cache->entry_count * stride;
		/* Half of what is below 16 MiB is enough; slots and shared memory come, too. */
		if (adapter->address_bits == 24 && cache->logical_length > (8u << 20))
			continue;
		result = dma_logical_take(adapter, cache->logical_length,
					    &cache->logical);
		if (!result)
			break;
	}
	return result;
}

int dma_cache_create(struct dma_adapter *adapter, unsigned int pages)
{
	struct dma_cache *cache;
	int result;

	if (adapter->cache)
		return 0;
	cache = calloc(1, sizeof(*cache) + WANTED_ENTRIES * sizeof(cache->entry[0]));
	if (!cache)
		return -ENOMEM;
	result = take_logical(adapter, cache, pages);
	if (result) {
		free(cache);
		return result;
	}
	cache->entry_pages = pages;
	cache->order.newer = &cache->order;
	cache->order.older = &cache->order;
	for (unsigned int i = 0; i < cache->entry_count; i++) {
		cache->entry[i].logical.value = cache->logical.value +
			(((uint64_t)pages + 1) << PLATFORM_PAGE_SHIFT) * i;
		order_add_newest(cache, &cache->entry[i]);
	}
	adapter->cache = cache;
	return 0;
}

/* Ends the mapping of an entry nobody uses.  Return: 0 or -EIO. */
static int empty(struct dma_adapter *adapter, struct cache_entry *entry)
{
	struct cache_entry **link = bucket_of(adapter->cache, entry->first);
	int64_t bytes = (int64_t)entry->pages << PLATFORM_PAGE_SHIFT;

	while (*link != entry)
		link = &(*link)->chain;
	*link = entry->chain;
	entry->first = 0;
	entry->stale = false;
	order_remove(entry);
	adapter->statistics.cache_entries--;
	if (platform_unmap(adapter->platform, entry->logical, (size_t)bytes) != bytes) {
		adapter->cache->lost = true;
		return -EIO;
	}
	order_add_oldest(adapter->cache, entry);
	return 0;
}

void dma_cache_destroy(struct dma_adapter *adapter)
{
	struct dma_cache *cache = adapter->cache;

	if (!cache)
		return;
	for (unsigned int i = 0; i < cache->entry_count; i++) {
		if (cache->entry[i].first)
			empty(adapter, &cache->entry[i]);
	}
	if (!cache->lost)
		dma_logical_give(adapter, cache->logical, cache->logical_length);
	adapter->cache = NULL;
	free(cache);
}

/* ---- use ----------------------------------------------------------------------------------- */

static inline struct cache_entry *lookup(struct dma_cache *cache, uintptr_t first, unsigned int pages,
				  enum platform_access access)
{
	struct cache_entry *entry = *bucket_of(cache, first);

	while (entry && (entry->first != first || entry->pages < pages ||
			 entry->access != access || entry->stale))
		entry = entry->chain;
	return entry;
}

/* Entries that are empty come first. */
static struct cache_entry *oldest_unused(struct dma_cache *cache, bool mapped)
{
	struct cache_entry *entry = cache->order.newer;

	while (entry != &cache->order && (entry->users || (mapped && !entry->first)))
		entry = entry->newer;
	return entry == &cache->order ? NULL : entry;
}

static int evict(struct dma_adapter *adapter, struct cache_entry *entry)
{
	adapter->statistics.cache_evictions++;
	return empty(adapter, entry);
}

/* Where the platform has no room for one mapping more, the oldest makes room. */
static int map_pages(struct dma_adapter *adapter, logical_t logical, void *first, size_t bytes,
		     enum platform_access access)
{
	int result = platform_map(adapter->platform, logical, first, bytes, access);
	struct cache_entry *oldest;

	if (likely(result != -ENOSPC))
		return result;
	oldest = oldest_unused(adapter->cache, true);
	if (!oldest)
		return result;
	result = evict(adapter, oldest);
	return result ? result : platform_map(adapter->platform, logical, first, bytes, access);
}

static int fill(struct dma_adapter *adapter, uintptr_t first, unsigned int pages,
		enum platform_access access, struct cache_entry **filled)
{
	struct dma_cache *cache = adapter->cache;
	struct cache_entry *entry = oldest_unused(cache, false);
	struct cache_entry **bucket = bucket_of(cache, first);
	int result;

	if (!entry)
		return -EAGAIN;
	if (entry->first) {
		result = evict(adapter, entry);
		if (result)
			return result;
	}
	result = map_pages(adapter, entry->logical, (void *)first,
			   (size_t)pages << PLATFORM_PAGE_SHIFT, access);
	if (result)
		return result;
	entry->first = first;
	entry->pages = pages;
	entry->access = access;
	entry->chain = *bucket;
	*bucket = entry;
	adapter->statistics.cache_entries++;
	*filled = entry;
	return 0;
}

static void use(struct dma_cache *cache, struct cache_entry *entry)
{
	entry->users++;
	if (cache->order.older == entry)
		return;
	order_remove(entry);
	order_add_newest(cache, entry);
}

static inline struct cache_entry *find(struct dma_adapter *adapter, const void *va,
				       unsigned int pages, enum platform_access access)
{
	struct dma_cache *cache = adapter->cache;
	struct cache_entry *entry = lookup(cache, page_of(va), pages, access);

	if (likely(entry)) {
		adapter->statistics.cache_hits++;
		use(cache, entry);
	}
	return entry;
}

struct dma_simple_run dma_simple_cached(struct dma_slot *slot, void *va, size_t length,
					unsigned int pages, enum platform_access access)
{
	struct cache_entry *entry = find(slot->adapter, va, pages, access);

	if (unlikely(!entry))
		return dma_simple_general(slot, va, length, access);
	dma_slot_take(slot, DMA_POLICY_CACHED, va, length, access, DMA_SLOT_ENTRY);
	slot->pieces[0].entry = entry;
	return (struct dma_simple_run){entry->logical.value + dma_page_offset(va), 0};
}

static int hold(struct dma_adapter *adapter, const struct dma_region *region,
		enum platform_access access, struct cache_entry **held)
{
	unsigned int pages = (unsigned int)dma_region_pages(region);
	int result;

	*held = find(adapter, region->va, pages, access);
	if (*held)
		return 0;
	adapter->statistics.cache_misses++;
	result = fill(adapter, page_of(region->va), pages, access, held);
	if (!result)
		use(adapter->cache, *held);
	return result;
}

int dma_cache_release(struct dma_adapter *adapter, struct cache_entry *entry)
{
	entry->users--;
	return entry->stale && !entry->users ? empty(adapter, entry) : 0;
}

int dma_adapter_forget(struct dma_adapter *adapter, const void *va, size_t length)
{
	struct dma_cache *cache = adapter->cache;
	uintptr_t first = (uintptr_t)va & ~(uintptr_t)PLATFORM_PAGE_MASK;
	uintptr_t last = (uintptr_t)va + length - 1;
	int result = 0;

	if (!cache || !length || !adapter->statistics.cache_entries)
		return 0;
	for (unsigned int i = 0; i < cache->entry_count; i++) {
		struct cache_entry *entry = &cache->entry[i];

		if (!entry->first || entry->first > last ||
		    entry->first + ((uintptr_t)entry->pages << PLATFORM_PAGE_SHIFT) <= first)
			continue;
		entry->stale = true;
		if (entry->users)
			result = result ? result : -EBUSY;
		else if (empty(adapter, entry))
			result = -EIO;
	}
	return result;
}

/* ---- policy -------------------------------------------------------------------------------- */

static int cached_fits(const struct dma_slot *slot, const struct dma_request *request)
{
	if (!slot->adapter->cache || !dma_can_map(slot->adapter, request))
		return -EOPNOTSUPP;
	for (unsigned int i = 0; i < request->region_count; i++) {
		if (dma_region_pages(&request->regions[i]) > slot->adapter->cache->entry_pages)
			return -EOPNOTSUPP;
	}
	/* A piece is kept for every region. */
	if (request->region_count > slot->pages - slot->piece_count)
		return -EMSGSIZE;
	return request->pages <= slot->pages - slot->used ? 0 : -EMSGSIZE;
}

static void undo(struct dma_slot *slot, unsigned int used, unsigned int piece_count)
{
	while (slot->piece_count > piece_count)
		dma_cache_release(slot->adapter, slot->pieces[--slot->piece_count].entry);
	slot->used = used;
}

static int cached_map(struct dma_slot *slot, struct dma_request *request)
{
	unsigned int used = slot->used;
	unsigned int piece_count = slot->piece_count;

	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];
		struct cache_entry *entry;
		int result;

		if (!region->length)
			continue;
		result = hold(slot->adapter, region, request->access, &entry);
		if (!result) {
			slot->pieces[slot->piece_count++] =
				(struct dma_piece){*region, NULL, entry};
			slot->used += (unsigned int)dma_region_pages(region);
			result = dma_emit_run(request,
					      entry->logical.value + dma_page_offset(region->va),
					      region->length);
		}
		if (result) {
			undo(slot, used, piece_count);
			return result;
		}
	}
	return 0;
}

const struct dma_policy_ops dma_policy_cached = {
	.fits = cached_fits,
	.map = cached_map,
};
