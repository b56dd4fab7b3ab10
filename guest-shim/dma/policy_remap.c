/* SPDX-License-Identifier: MIT */
/*
 * Policy remap: the pages of the buffer appear in the slot's window for the
 * time of the transfer, and only then.  Page-exact protection.
 */
#include <errno.h>

#include "dma/dma_internal.h"

static int remap_fits(const struct dma_slot *slot, const struct dma_request *request)
{
	if (!dma_can_map(slot->adapter, request))
		return -EOPNOTSUPP;
	return request->pages <= slot->pages - slot->used ? 0 : -EMSGSIZE;
}

/* Back to @used pages.  Return: 0 or -EIO. */
static int undo(struct dma_slot *slot, unsigned int used, size_t remapped)
{
	uint64_t logical = slot->window.value + ((uint64_t)used << PLATFORM_PAGE_SHIFT);
	size_t bytes = slot->remapped - remapped;
	int64_t unmapped = 0;

	if (bytes)
		unmapped = platform_unmap(slot->adapter->platform, (logical_t){logical}, bytes);
	slot->used = used;
	slot->remapped = remapped;
	return unmapped == (int64_t)bytes ? 0 : -EIO;
}

static int remap_region(struct dma_slot *slot, struct dma_request *request,
			const struct dma_region *region)
{
	size_t offset = dma_page_offset(region->va);
	size_t pages = dma_region_pages(region);
	size_t bytes = pages << PLATFORM_PAGE_SHIFT;
	uint64_t logical = slot->window.value + ((uint64_t)slot->used << PLATFORM_PAGE_SHIFT);
	int result = platform_map(slot->adapter->platform, (logical_t){logical},
				  (char *)region->va - offset, bytes, request->access);

	if (result)
		return result;
	slot->used += (unsigned int)pages;
	slot->remapped += bytes;
	return dma_emit_run(request, logical + offset, region->length);
}

static int remap_map(struct dma_slot *slot, struct dma_request *request)
{
	unsigned int used = slot->used;
	size_t remapped = slot->remapped;

	for (unsigned int i = 0; i < request->region_count; i++) {
		int result;

		if (!request->regions[i].length)
			continue;
		result = remap_region(slot, request, &request->regions[i]);
		if (result)
			return undo(slot, used, remapped) ? -EIO : result;
	}
	return 0;
}

const struct dma_policy_ops dma_policy_remap = {
	.fits = remap_fits,
	.map = remap_map,
};
