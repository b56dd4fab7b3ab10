/* SPDX-License-Identifier: MIT */
/*
 * Policy remap: the pages of the buffer appear in the slot's window for the
 * time of the transfer, and only then.  Page-exact protection.
 */
#include <errno.h>

#include "dma/dma_internal.h"

static size_t span(const struct dma_region *region)
{
	return dma_pages(dma_page_offset(region->va) + region->length);
}

static int remap_fits(const struct dma_slot *slot, const struct dma_request *request)
{
	size_t pages = 0;

	for (unsigned int i = 0; i < request->region_count; i++) {
		if (request->regions[i].length)
			pages += span(&request->regions[i]);
	}
	return pages <= slot->pages ? 0 : -EMSGSIZE;
}

static int remap_unmap(struct dma_slot *slot)
{
	int64_t unmapped;

	if (!slot->mapped_bytes)
		return 0;
	unmapped = platform_unmap(slot->adapter->platform, slot->window, slot->mapped_bytes);
	return unmapped == (int64_t)slot->mapped_bytes ? 0 : -EIO;
}

static int remap_map(struct dma_slot *slot, struct dma_request *request)
{
	int result = 0;

	slot->mapped_bytes = 0;
	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];
		size_t offset = dma_page_offset(region->va);
		uint64_t logical = slot->window.value + slot->mapped_bytes;
		size_t bytes;

		if (!region->length)
			continue;
		bytes = span(region) << PLATFORM_PAGE_SHIFT;
		result = dma_map_pages(slot->adapter, logical, (char *)region->va - offset, bytes,
				       request->access);
		if (result)
			break;
		slot->mapped_bytes += bytes;
		result = dma_emit_run(slot->adapter, request, logical + offset, region->length);
		if (result)
			break;
	}
	if (result && remap_unmap(slot))
		result = -EIO;
	return result;
}

const struct dma_policy_ops dma_policy_remap = {
	.fits = remap_fits,
	.map = remap_map,
	.unmap = remap_unmap,
};
