/* SPDX-License-Identifier: MIT */
/* dma_internal.h - shared by the files of dma/, included by nobody else */
#ifndef DMA_INTERNAL_H
#define DMA_INTERNAL_H

#include "dma/dma.h"
#include "dma/logical_space.h"

/** struct common_buffer - one allocation of dma_common_buffer_allocate() or the arena */
struct common_buffer {
	struct common_buffer *next;
	void *va;
	logical_t logical;
	size_t length;		/* as asked */
	size_t mapped;		/* whole pages */
};

/** struct dma_arena - memory of policy pool; length 0: none */
struct dma_arena {
	uintptr_t first;
	size_t length;
	logical_t logical;
};

struct dma_adapter {
	struct platform *platform;
	struct dma_options options;
	unsigned int address_bits;
	struct logical_space space;
	struct dma_arena arena;
	struct dma_statistics statistics;
	struct common_buffer *common_buffers;
	struct dma_slots *slot_sets;
};

/**
 * struct dma_slot
 * @window: @pages logical pages where remap puts the buffer, followed by one
 *	that is never mapped, so that a device that runs past a buffer faults.
 * @bounce: @bounce_pages logical pages that are mapped to @bounce_memory for the
 *	slot's life; 0 pages when the policy never copies.
 * @mechanism: how the slot is mapped now; DMA_POLICY_AUTO: FREE.
 * @mapped_bytes: remap: bytes platform_unmap() must report.
 * @regions: the memory mapped now, @region_capacity elements; copy needs it to
 *	bring data back.
 */
struct dma_slot {
	struct dma_adapter *adapter;
	logical_t window;
	logical_t bounce;
	unsigned char *bounce_memory;
	unsigned int pages;
	unsigned int bounce_pages;
	enum dma_policy mechanism;
	enum platform_access access;
	size_t mapped_bytes;
	size_t bounce_offset;
	struct dma_region first;
	struct dma_region *regions;
	unsigned int region_count;
};

struct dma_slots {
	struct dma_slots *next;
	struct dma_adapter *adapter;
	logical_t logical;
	uint64_t logical_length;
	void *bounce_memory;
	size_t bounce_length;
	struct dma_region *regions;
	unsigned int count;
	struct dma_slot slot[];
};

/**
 * struct dma_request - one dma_slot_map() call on its way through a policy
 * @length: bytes of all regions.
 * @run_count: runs emitted so far.
 */
struct dma_request {
	const struct dma_region *regions;
	unsigned int region_count;
	enum platform_access access;
	size_t length;
	struct dma_run *runs;
	unsigned int capacity;
	unsigned int run_count;
};

/**
 * struct dma_policy_ops - one mechanism
 * @fits: can this request be served?  0, -EMSGSIZE or -EOPNOTSUPP.
 * @map: serve it: emit the runs; undo everything on failure.
 * @unmap: end it.
 */
struct dma_policy_ops {
	int (*fits)(const struct dma_slot *slot, const struct dma_request *request);
	int (*map)(struct dma_slot *slot, struct dma_request *request);
	int (*unmap)(struct dma_slot *slot);
};

extern const struct dma_policy_ops dma_policy_remap;
extern const struct dma_policy_ops dma_policy_copy;
extern const struct dma_policy_ops dma_policy_pool;

/** dma_emit_run() - append a run, cut at pages if the adapter asks for it.  Return: 0 or -ENOBUFS. */
int dma_emit_run(const struct dma_adapter *adapter, struct dma_request *request,
		 uint64_t logical, size_t length);

/** dma_map_pages() - platform_map() that counts nothing and takes a raw address. */
static inline int dma_map_pages(struct dma_adapter *adapter, uint64_t logical, void *va,
				size_t length, enum platform_access access)
{
	return platform_map(adapter->platform, (logical_t){logical}, va, length, access);
}

static inline size_t dma_page_offset(const void *va)
{
	return (uintptr_t)va & PLATFORM_PAGE_MASK;
}

static inline size_t dma_pages(size_t bytes)
{
	return (bytes + PLATFORM_PAGE_MASK) >> PLATFORM_PAGE_SHIFT;
}

#endif /* DMA_INTERNAL_H */
