/* SPDX-License-Identifier: MIT */
/*
 * vfio_physical.c - logical addresses that are physical ones
 */
#include <errno.h>
#include <inttypes.h>

#include "platform/vfio/vfio_private.h"

/* Huge pages that the IOMMU translates at their own address, neighbours as one range. */
static void note_ranges(struct vfio_platform *vfio)
{
	const struct huge_pages *pages = &vfio->huge_pages;
	unsigned int i;

	for (i = 0; i < pages->count; i++) {
		uint64_t first = pages->physical[i];
		uint64_t last = first + (HUGE_PAGE_SIZE - 1);

		if (!vfio_ranges_contain(vfio->ranges, vfio->range_count, first, last))
			continue;
		if (vfio->physical_count &&
		    vfio->physical[vfio->physical_count - 1].last + 1 == first)
			vfio->physical[vfio->physical_count - 1].last = last;
		else
			vfio->physical[vfio->physical_count++] =
				(struct logical_range){first, last};
	}
}

int vfio_physical_use(struct platform *p, char *error, size_t error_size)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	struct explanation why = {.text = error, .size = error_size};
	int result = huge_pages_open(&vfio->huge_pages, &why);

	if (result < 0)
		return result;
	note_ranges(vfio);
	if (!vfio->physical_count)
		return explain(&why, -ENOSPC,
			       "the IOMMU of PCI device %s translates none of the addresses of "
			       "the %u huge pages that are free, the first at 0x%" PRIx64,
			       vfio->address, vfio->huge_pages.count,
			       vfio->huge_pages.physical[0]);
	p->capabilities.physical = true;
	return 0;
}

void *vfio_physical_memory(struct platform *p, logical_t logical)
{
	const struct huge_pages *pages = &vfio_platform_from(p)->huge_pages;
	unsigned int i;

	for (i = 0; i < pages->count; i++) {
		uint64_t offset = logical.value - pages->physical[i];

		if (offset < HUGE_PAGE_SIZE)
			return pages->va + i * HUGE_PAGE_SIZE + offset;
	}
	return NULL;
}
