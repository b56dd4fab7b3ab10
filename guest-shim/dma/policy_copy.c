/* SPDX-License-Identifier: MIT */
/*
 * Policy copy: the classic map register of a machine without an IOMMU.  The
 * transfer goes through pages of the slot's own, at the buffer's offset within
 * its page.  Byte-exact protection: the device never sees the rest of the page.
 */
#include <errno.h>
#include <string.h>

#include "dma/dma_internal.h"
#include "support/compiler.h"

/* The offset that the first byte of the transfer keeps within its page. */
static size_t start_offset(const struct dma_request *request)
{
	for (unsigned int i = 0; i < request->region_count; i++) {
		if (request->regions[i].length)
			return dma_page_offset(request->regions[i].va);
	}
	return 0;
}

static int copy_fits(const struct dma_slot *slot, const struct dma_request *request)
{
	unsigned int free_pages = slot->bounce_pages > slot->used
					  ? slot->bounce_pages - slot->used : 0;
	size_t room = (size_t)free_pages << PLATFORM_PAGE_SHIFT;

	if (request->length > room || start_offset(request) + request->length > room)
		return -EMSGSIZE;
	/* Only what is noted can be filled at the end. */
	if (request->access == PLATFORM_DEVICE_WRITES &&
	    request->region_count > slot->pages - slot->piece_count)
		return -EMSGSIZE;
	return 0;
}

static int copy_map(struct dma_slot *slot, struct dma_request *request)
{
	size_t start = ((size_t)slot->used << PLATFORM_PAGE_SHIFT) + start_offset(request);
	unsigned char *bounce = slot->bounce_memory + start;
	int result;

	if (!request->length)
		return 0;
	result = dma_emit_run(request, slot->bounce.value + start, request->length);
	if (result)
		return result;
	if (unlikely(slot->extents))
		dma_guard_begin(slot, request, start);
	for (unsigned int i = 0; i < request->region_count; i++) {
		const struct dma_region *region = &request->regions[i];

		if (!region->length)
			continue;
		/* Also for device writes: what the device leaves alone must not change. */
		memcpy(bounce, region->va, region->length);
		if (request->access == PLATFORM_DEVICE_WRITES)
			slot->pieces[slot->piece_count++] =
				(struct dma_piece){*region, bounce, NULL};
		bounce += region->length;
	}
	slot->used += (unsigned int)dma_pages(start_offset(request) + request->length);
	return 0;
}

const struct dma_policy_ops dma_policy_copy = {
	.fits = copy_fits,
	.map = copy_map,
};
