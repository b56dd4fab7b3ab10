/* SPDX-License-Identifier: MIT */
/*
 * Policy pool: the buffer lies in the adapter's arena, which the device can read
 * for the adapter's life.  Mapping is a subtraction.
 */
#include <errno.h>

#include "dma/dma_internal.h"

static bool inside(const struct dma_arena *arena, const struct dma_region *region)
{
	uintptr_t offset = (uintptr_t)region->va - arena->first;

	return offset <= arena->length && region->length <= arena->length - offset;
}

static int pool_fits(const struct dma_slot *slot, const struct dma_request *request)
{
	if (request->access != PLATFORM_DEVICE_READS)
		return -EOPNOTSUPP;
	for (unsigned int i = 0; i < request->region_count; i++) {
		if (request->regions[i].length &&
		    !inside(&slot->adapter->arena, &request->regions[i]))
			return -EOPNOTSUPP;
	}
	/* Registers are charged as for a remap, so that a slot holds the same under every policy. */
	return dma_request_pages(request) <= slot->pages - slot->used ? 0 : -EMSGSIZE;
}

static int pool_map(struct dma_slot *slot, struct dma_request *request)
{
	const struct dma_arena *arena = &slot->adapter->arena;
	int result = 0;

	for (unsigned int i = 0; i < request->region_count && !result; i++) {
		const struct dma_region *region = &request->regions[i];
		uint64_t offset = (uintptr_t)region->va - arena->first;

		result = dma_emit_run(slot->adapter, request, arena->logical.value + offset,
				      region->length);
	}
	if (!result)
		slot->used += (unsigned int)dma_request_pages(request);
	return result;
}

const struct dma_policy_ops dma_policy_pool = {
	.fits = pool_fits,
	.map = pool_map,
};
