/* SPDX-License-Identifier: MIT */
/*
 * Policy pool: the buffer lies in the adapter's arena, which the device can read
 * for the adapter's life.  Mapping is a subtraction.
 */
#include <errno.h>

#include "dma/dma_internal.h"

/* The arena in which a region lies as a whole, or NULL. */
static const struct dma_arena *arena_of(const struct dma_adapter *adapter,
					const struct dma_region *region)
{
	for (unsigned int i = 0; i < DMA_ARENAS; i++) {
		const struct dma_arena *arena = &adapter->arenas[i];
		uintptr_t offset = (uintptr_t)region->va - arena->first;

		if (offset < arena->length && region->length <= arena->length - offset)
			return arena;
	}
	return NULL;
}

static int pool_fits(const struct dma_slot *slot, const struct dma_request *request)
{
	if (request->access != PLATFORM_DEVICE_READS)
		return -EOPNOTSUPP;
	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];

		if (region->length && !arena_of(slot->adapter, region))
			return -EOPNOTSUPP;
	}
	/* Registers are charged as for a remap, so that a slot holds the same under every policy. */
	return request->pages <= slot->pages - slot->used ? 0 : -EMSGSIZE;
}

static int pool_map(struct dma_slot *slot, struct dma_request *request)
{
	int result = 0;

	for (unsigned int i = 0; i < request->region_count && !result; i++) {
		const struct dma_region *region = &request->regions[i];
		const struct dma_arena *arena = arena_of(slot->adapter, region);

		if (!region->length)
			continue;
		result = dma_emit_run(request,
				      arena->logical.value + ((uintptr_t)region->va - arena->first),
				      region->length);
	}
	if (!result)
		slot->used += (unsigned int)request->pages;
	return result;
}

const struct dma_policy_ops dma_policy_pool = {
	.fits = pool_fits,
	.map = pool_map,
};
