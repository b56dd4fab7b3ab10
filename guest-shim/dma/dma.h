/* SPDX-License-Identifier: MIT */
/*
 * dma.h - map-register slots and mapping policies
 *
 * The one place that decides how memory reaches a device.  NDIS (an index per
 * base register) and HAL (a map-register base) are both thin over it.
 *
 * A *slot* is a fixed range of logical addresses, some pages long, below the
 * limit of the adapter's DMA width.  It is FREE or MAPPED; mapping needs no
 * allocator and no lock, and nothing is searched for but by policy cached.
 *
 *   logical address space of one adapter (below 2^bits)
 *   +------+-----------------+-----------------+-----+---------------+------+
 *   |  0   | slot 0          | slot 1          | ... | common buffers| pool |
 *   | never| window | bounce | window | bounce |     | (shared mem.) | arena|
 *   +------+-----------------+-----------------+-----+---------------+------+
 *            remap    copy: mapped once
 *
 * Policies (docs/dma-policies.md):
 *   remap   map the pages of the buffer into the slot's window; unmap at the end
 *   copy    copy into the slot's bounce pages, which are mapped for good
 *   pool    the buffer lies in an arena of the adapter, mapped for good: arithmetic;
 *           any other buffer is copied
 *   cached  map the pages the first time, keep the mapping for the next time
 *   auto    pool if the buffer lies in an arena, else copy up to
 *           dma_options.copybreak bytes, else remap
 *
 * Where the platform maps only memory of its own (platform_capabilities.any_memory),
 * remap and cached copy what it cannot map; every slot has bounce pages then.
 *
 * Where logical addresses are physical ones (platform_capabilities.physical), slots have no
 * window: remap and cached are refused, auto is pool.
 *
 * All functions: single-threaded per adapter, 0/-errno.  "PASSIVE" functions
 * allocate; dma_slot_map() and dma_slot_unmap() do not and may run at
 * DISPATCH_LEVEL.  Errors are returned, never logged: the caller knows the name
 * of the call that failed.
 */
#ifndef DMA_H
#define DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

enum dma_policy {
	DMA_POLICY_AUTO,
	DMA_POLICY_REMAP,
	DMA_POLICY_COPY,
	DMA_POLICY_POOL,
	DMA_POLICY_CACHED,
	DMA_POLICY_COUNT,
};

enum dma_fragment {
	DMA_FRAGMENT_NONE,	/* one run for memory contiguous in virtual space */
	DMA_FRAGMENT_PAGE,	/* a run never crosses a page */
};

/** dma_policy_from_name() - "auto", "remap", "copy", "pool", "cached".  Return: 0 or -EINVAL. */
int dma_policy_from_name(const char *name, enum dma_policy *policy);

/** dma_policy_name() - Return: the name, or "?" for a value outside the enum. */
const char *dma_policy_name(enum dma_policy policy);

#define DMA_DEFAULT_COPYBREAK	((size_t)128 << 10)

/**
 * struct dma_options - choices of one adapter
 * @policy: how dma_slot_map() reaches memory.
 * @fragment: how runs are cut.
 * @copybreak: bytes up to which `auto` copies; see docs/dma-policies.md for the measurement.
 * @guard: common buffers and bounce pages carry guard bytes, see dma_adapter_next_damage().
 */
struct dma_options {
	enum dma_policy policy;
	enum dma_fragment fragment;
	size_t copybreak;
	bool guard;
};

/**
 * struct dma_statistics - counters of one adapter, since its creation
 * @map_registers_allocated: pages of all slots that exist.
 * @map_registers_mapped: pages of the slots that are MAPPED now.
 * @map_registers_peak: highest value of @map_registers_mapped.
 * @mappings: successful dma_slot_map() calls per mechanism really used
 *	(REMAP, COPY, POOL, CACHED; AUTO stays 0).
 * @bytes: bytes of those mappings.
 * @failures: dma_slot_map() calls that failed.
 * @common_bytes: bytes of common buffers that exist now.
 * @cache_entries: policy cached: buffers that are mapped now, in use or not.
 * @cache_hits, @cache_misses, @cache_evictions: policy cached: what looking a
 *	buffer up led to.
 */
struct dma_statistics {
	uint64_t map_registers_allocated;
	uint64_t map_registers_mapped;
	uint64_t map_registers_peak;
	uint64_t mappings[DMA_POLICY_COUNT];
	uint64_t bytes[DMA_POLICY_COUNT];
	uint64_t failures;
	uint64_t common_bytes;
	uint64_t cache_entries;
	uint64_t cache_hits;
	uint64_t cache_misses;
	uint64_t cache_evictions;
};

struct dma_adapter;

/**
 * struct dma_region - memory contiguous in virtual space
 * @va: first byte.
 * @length: bytes.
 */
struct dma_region {
	void *va;
	size_t length;
};

/**
 * struct dma_run - a piece of a mapping that is contiguous for the device
 * @logical: first byte.
 * @length: bytes.
 */
struct dma_run {
	logical_t logical;
	size_t length;
};

/**
 * dma_adapter_create() - PASSIVE: DMA state of one device
 * @address_bits: width of addresses the device can drive: 24, 32 or 64.
 * @adapter: out.
 *
 * Return: 0; -EINVAL for a bad width or option; -ENOSPC when the platform has
 * no address below 2^@address_bits; -ENOMEM.
 */
int dma_adapter_create(struct platform *platform, const struct dma_options *options,
		       unsigned int address_bits, struct dma_adapter **adapter);

/**
 * dma_adapter_create_sibling() - PASSIVE: a further DMA state of the device of @sibling
 *
 * For a device with several adapter objects: they share its logical addresses.  The
 * widths may differ; platform and options are those of @sibling.
 *
 * Return: 0; -EINVAL; -ENOSPC as dma_adapter_create(); -ENOMEM.
 */
int dma_adapter_create_sibling(const struct dma_adapter *sibling, unsigned int address_bits,
			       struct dma_adapter **adapter);

/**
 * dma_adapter_destroy() - PASSIVE: end every mapping and free everything left
 *
 * Return: 0, or the number of objects (mapped slots, slot sets, common
 * buffers) the caller had leaked; they are freed all the same.
 */
unsigned int dma_adapter_destroy(struct dma_adapter *adapter);

/** dma_adapter_statistics() - any level: the counters, valid as long as the adapter. */
const struct dma_statistics *dma_adapter_statistics(const struct dma_adapter *adapter);

/** dma_statistics_add() - add the counters of @part to those of @sum. */
void dma_statistics_add(struct dma_statistics *sum, const struct dma_statistics *part);

/**
 * dma_error_text() - any level: what a result of dma/ means, for a message
 * @adapter: whose; NULL when it could not be created.
 *
 * Return: valid until the next call on this thread.
 */
const char *dma_error_text(const struct dma_adapter *adapter, int result);

/** dma_adapter_address_bits() - any level: 24, 32 or 64 as given at creation. */
unsigned int dma_adapter_address_bits(const struct dma_adapter *adapter);

/**
 * dma_adapter_forget() - <= DISPATCH: memory is about to be freed or given another content of pages
 * @va, @length: the memory.
 *
 * Under policy cached its mappings outlive the transfers; they must not outlive
 * the memory.  Whoever frees memory that may have been mapped calls this before.
 *
 * Return: 0; -EBUSY a transfer still uses part of it (the mapping ends with the
 * transfer); -EIO as dma_slot_unmap().
 */
int dma_adapter_forget(struct dma_adapter *adapter, const void *va, size_t length);

/* ---- guard bytes ------------------------------------------------------------------------- */

/**
 * enum dma_guard_area - what was overwritten
 *
 * Numbered like parameter 2 of Windows' DMA verification code 0x0F.  DATA: a transfer that the device
 * reads, where the buffer and the bounce pages differ at the end.
 */
enum dma_guard_area {
	DMA_GUARD_DATA = 0,
	DMA_GUARD_TAG_BEFORE = 1,
	DMA_GUARD_TAG_AFTER = 2,
	DMA_GUARD_FREE_REGISTER = 3,
	DMA_GUARD_FILL_BEFORE = 4,
	DMA_GUARD_FILL_AFTER = 5,
};

/** DMA_GUARD_TAG - the eight bytes next to what is guarded; DMA_GUARD_FILL follows. */
#define DMA_GUARD_TAG	"DmaVrfy0"
#define DMA_GUARD_FILL	0x0F

/**
 * struct dma_guard_damage - guard bytes that have another value than they were given
 * @area: which.
 * @common: of a common buffer, not of a bounced transfer.
 * @region: the common buffer, or the buffer that was bounced; NULL, 0 for a free register.
 * @offset: first damaged byte, counted from the start of @region; negative before it.
 * @count: damaged bytes of the area.
 * @logical: where a device finds the first damaged byte, 0 where no device can reach it.
 * @expected, @found: that byte.
 */
struct dma_guard_damage {
	enum dma_guard_area area;
	bool common;
	struct dma_region region;
	int64_t offset;
	size_t count;
	logical_t logical;
	unsigned char expected;
	unsigned char found;
};

/**
 * dma_adapter_next_damage() - <= DISPATCH: take the oldest damage that was found
 *
 * With dma_options.guard a common buffer has a page of guard bytes on both sides, which the device
 * cannot reach, and guard bytes in the rest of its last page, which it can.  Bounce pages hold guard
 * bytes wherever no transfer lies.  They are looked at by dma_slot_unmap(), by the next mapping of
 * the slot, by dma_common_buffer_free() and by dma_adapter_check_common_buffers(), and are
 * as new afterwards: damage is found once.  Eight are kept.
 *
 * Return: false when there is none.
 */
bool dma_adapter_next_damage(struct dma_adapter *adapter, struct dma_guard_damage *damage);

/** dma_adapter_check_common_buffers() - <= DISPATCH: look at the guard bytes of all of them. */
void dma_adapter_check_common_buffers(struct dma_adapter *adapter);

/**
 * struct dma_guard_zone - whole pages that are not a common buffer of a DMA adapter: memory below 16 MiB
 * @va: page aligned.
 * @length: bytes in use; the rest of the last page is for guard bytes.
 * @logical: where a device finds it.
 */
struct dma_guard_zone {
	void *va;
	size_t length;
	logical_t logical;
};

/** DMA_GUARD_ZONE_DAMAGE - most that one check can find. */
#define DMA_GUARD_ZONE_DAMAGE 2u

/** dma_guard_zone_write() - any level: guard bytes behind new memory. */
void dma_guard_zone_write(const struct dma_guard_zone *zone);

/**
 * dma_guard_zone_check() - any level: what was done to them; they are as new afterwards
 * @damage: out: DMA_GUARD_ZONE_DAMAGE elements.
 *
 * Return: elements written.
 */
unsigned int dma_guard_zone_check(const struct dma_guard_zone *zone,
				  struct dma_guard_damage *damage);

/* ---- common buffers (shared memory) ------------------------------------------------------- */

/**
 * dma_common_buffer_allocate() - PASSIVE: memory for CPU and device at once
 * @length: bytes, not 0; whole pages are used.
 * @va: out, page aligned, zeroed.
 * @logical: out, page aligned, contiguous, below the adapter's limit.
 *
 * Return: 0; -EINVAL length 0; -ENOSPC no logical addresses; -ENOMEM; what
 * platform_map() returned.  Outputs are only written on success.
 */
int dma_common_buffer_allocate(struct dma_adapter *adapter, size_t length, void **va,
			       logical_t *logical);

/**
 * dma_common_buffer_free() - PASSIVE: give back exactly what was allocated
 *
 * Return: 0; -ENOENT @va is no common buffer of this adapter (double free,
 * foreign address); -EINVAL @length or @logical differ from the allocation: nothing is
 * freed; -EIO as dma_slot_unmap(): the memory is never used again.
 */
int dma_common_buffer_free(struct dma_adapter *adapter, size_t length, void *va,
			   logical_t logical);

/**
 * dma_pool_reserve() - PASSIVE: an arena of the adapter, device-readable for good
 * @length: bytes; an adapter has two arenas at most.
 * @va: out: page aligned.  Lives until dma_adapter_destroy().
 *
 * Return: 0; -EBUSY there are two already; otherwise as a common buffer.
 */
int dma_pool_reserve(struct dma_adapter *adapter, size_t length, void **va);

/* ---- slots ------------------------------------------------------------------------------- */

struct dma_slot;
struct dma_slots;

/**
 * dma_slots_create() - PASSIVE: @count slots of @pages pages each
 * @count: 1 or more.
 * @pages: map registers per slot: the longest span that will be mapped.
 * @slots: out: array handle for dma_slots_at().
 *
 * Return: 0; -EINVAL; -ENOSPC no logical addresses; -ENOMEM.
 */
int dma_slots_create(struct dma_adapter *adapter, unsigned int count, unsigned int pages,
		     struct dma_slots **slots);

/**
 * dma_slots_destroy() - PASSIVE
 *
 * Return: 0, or the number of slots that were still MAPPED; they are unmapped.
 */
unsigned int dma_slots_destroy(struct dma_slots *slots);

/** dma_slots_at() - any level: slot @index, or NULL when @index is out of range. */
struct dma_slot *dma_slots_at(struct dma_slots *slots, unsigned int index);

/** dma_slots_count() - any level: number of slots. */
unsigned int dma_slots_count(const struct dma_slots *slots);

/** dma_slot_is_mapped() - any level. */
bool dma_slot_is_mapped(const struct dma_slot *slot);

/**
 * dma_slot_map() - <= DISPATCH: let the device reach memory through a slot
 * @regions: one or more pieces, in transfer order; empty pieces are skipped.
 * @access: what the device will do: PLATFORM_DEVICE_READS or PLATFORM_DEVICE_WRITES.
 * @runs: out: array of @capacity elements.
 * @run_count: out: runs written, in transfer order; their lengths add up to
 *	the regions'.
 *
 * With policy copy the data is copied here (device reads) or in
 * dma_slot_unmap() (device writes).  The memory must stay allocated, and
 * unmodified for device reads, until dma_slot_unmap().
 *
 * Return: 0; -EBUSY the slot is MAPPED; -EMSGSIZE the regions span more pages
 * than the slot has; -ENOBUFS more than @capacity runs; -ENOSPC the IOMMU has no room for
 * another mapping; -EINVAL; what else platform_map() returned; -EIO as dma_slot_unmap().  On
 * failure the slot stays FREE, nothing is mapped and *@run_count is 0.
 */
int dma_slot_map(struct dma_slot *slot, const struct dma_region *regions,
		 unsigned int region_count, enum platform_access access, struct dma_run *runs,
		 unsigned int capacity, unsigned int *run_count);

/**
 * dma_slot_extend() - <= DISPATCH: map more memory behind what a slot maps already
 * @access: must be that of the first call while the slot is MAPPED.
 * @contiguous: the regions must come out as one run, whatever the fragment
 *	setting; they are copied if that takes it.
 *
 * dma_slot_map() is this on a FREE slot.  Every call starts on a map register of its own,
 * so it costs span pages of the slot; all calls together cannot take more than the
 * slot has.  dma_slot_unmap() ends all of them.
 *
 * Return: as dma_slot_map(), and -EINVAL when @access changed; on failure earlier calls' mappings stay.
 */
int dma_slot_extend(struct dma_slot *slot, const struct dma_region *regions,
		    unsigned int region_count, enum platform_access access, bool contiguous,
		    struct dma_run *runs, unsigned int capacity, unsigned int *run_count);

/**
 * dma_slot_sync() - <= DISPATCH: what the device has written into part of a mapping is in the memory now
 * @region: the regions of dma_slot_map() and dma_slot_extend() that lie in it as a whole are
 *	copied if dma_slot_unmap() was to copy them, which then leaves them alone.
 */
void dma_slot_sync(struct dma_slot *slot, const struct dma_region *region);

/** dma_slot_pages_left() - any level: map registers of the slot that no mapping uses yet. */
unsigned int dma_slot_pages_left(const struct dma_slot *slot);

/**
 * dma_slot_unmap() - <= DISPATCH: end the mapping of a slot
 *
 * When it returns 0 the device cannot reach the memory through this slot
 * (policy pool: the arena stays mapped) and, for device writes, the data is in
 * the caller's memory.
 *
 * Return: 0; -EINVAL the slot is FREE; -EIO the platform unmapped another
 * number of bytes than were mapped: the IOMMU's state is unknown and the caller must stop.
 */
int dma_slot_unmap(struct dma_slot *slot);

/* ---- register files ---------------------------------------------------------------------- */

struct dma_register_file;

/**
 * dma_register_file_create() - PASSIVE: map registers that are handed out in groups of any size
 * @pages: map registers in all.
 *
 * What HAL adapters use: IoAllocateAdapterChannel takes a group, IoFreeMapRegisters gives it back.
 * Return: 0; -EINVAL; -ENOSPC; -ENOMEM.
 */
int dma_register_file_create(struct dma_adapter *adapter, unsigned int pages,
			     struct dma_register_file **file);

/** dma_register_file_destroy() - PASSIVE.  Return: groups that were not given back; they are unmapped. */
unsigned int dma_register_file_destroy(struct dma_register_file *file);

/**
 * dma_register_file_take() - <= DISPATCH: a group of @pages registers, as a FREE slot
 *
 * Return: the slot; NULL when there are not so many adjacent free registers, or @pages is 0.
 */
struct dma_slot *dma_register_file_take(struct dma_register_file *file, unsigned int pages);

/**
 * dma_register_file_give() - <= DISPATCH: the whole group back; the slot pointer is dead
 *
 * Return: 0; -EINVAL the slot is not a group of this file; -EBUSY it is MAPPED: nothing happens.
 */
int dma_register_file_give(struct dma_register_file *file, struct dma_slot *slot);

/** dma_slot_pages() - any level: map registers of a slot. */
unsigned int dma_slot_pages(const struct dma_slot *slot);

/** dma_slot_access() - any level: of a MAPPED slot, as given to dma_slot_map(). */
enum platform_access dma_slot_access(const struct dma_slot *slot);

/** dma_slot_region() - any level: the first region of a MAPPED slot, as given to dma_slot_map(). */
struct dma_region dma_slot_region(const struct dma_slot *slot);

#ifdef __cplusplus
}
#endif

#endif /* DMA_H */
