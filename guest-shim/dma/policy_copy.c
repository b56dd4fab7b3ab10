/* SPDX-License-Identifier: MIT */
/*
 * Policy copy: the classic map register of a machine without an IOMMU.  The
 * transfer goes through pages of the slot's own, at the buffer's offset within
 * its page.  Byte-exact protection: the device never sees the rest of the page.
 */
#include <errno.h>
#include <string.h>

#include "dma/dma_internal.h"

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
	size_t room = (size_t)slot->bounce_pages << PLATFORM_PAGE_SHIFT;

	if (request->length > room || start_offset(request) + request->length > room)
		return -EMSGSIZE;
	/* Only what is kept can be filled at the end. */
	if (request->access == PLATFORM_DEVICE_WRITES && request->region_count > slot->pages)
		return -EMSGSIZE;
	return 0;
}

static int copy_map(struct dma_slot *slot, struct dma_request *request)
{
	unsigned char *bounce = slot->bounce_memory + start_offset(request);
	int result;

	slot->bounce_offset = start_offset(request);
	result = dma_emit_run(slot->adapter, request, slot->bounce.value + slot->bounce_offset,
			      request->length);
	if (result)
		return result;
	if (request->access == PLATFORM_DEVICE_WRITES) {
		/* What the device leaves alone must not change, nor leak an earlier transfer. */
		memcpy(slot->regions, request->regions,
		       request->region_count * sizeof(*slot->regions));
		slot->region_count = request->region_count;
	}
	for (unsigned int i = 0; i < request->region_count; i++) {
		if (!request->regions[i].length)
			continue;
		memcpy(bounce, request->regions[i].va, request->regions[i].length);
		bounce += request->regions[i].length;
	}
	return 0;
}

static int copy_unmap(struct dma_slot *slot)
{
	const unsigned char *bounce = slot->bounce_memory + slot->bounce_offset;

	if (slot->access != PLATFORM_DEVICE_WRITES)
		return 0;
	for (unsigned int i = 0; i < slot->region_count; i++) {
		if (!slot->regions[i].length)
			continue;
		memcpy(slot->regions[i].va, bounce, slot->regions[i].length);
		bounce += slot->regions[i].length;
	}
	return 0;
}

const struct dma_policy_ops dma_policy_copy = {
	.fits = copy_fits,
	.map = copy_map,
	.unmap = copy_unmap,
};
