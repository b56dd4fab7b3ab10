/* SPDX-License-Identifier: MIT */
/*
 * vfio_ranges.c - logical addresses that can be mapped
 */
#include <string.h>

#include "platform/vfio/vfio_private.h"

/* A write there is an interrupt message on every x86, whatever the IOMMU would map. */
static const struct logical_range message_window = {.first = 0xfee00000, .last = 0xfeefffff};

unsigned int vfio_ranges_exclude(struct logical_range *ranges, unsigned int count,
				 unsigned int capacity, struct logical_range hole)
{
	struct logical_range pieces[2 * VFIO_RANGES];
	unsigned int kept = 0;
	unsigned int i;

	for (i = 0; i < count && i < VFIO_RANGES; i++) {
		struct logical_range range = ranges[i];

		if (range.last < hole.first || range.first > hole.last) {
			pieces[kept++] = range;
			continue;
		}
		if (range.first < hole.first)
			pieces[kept++] = (struct logical_range){range.first, hole.first - 1};
		if (range.last > hole.last)
			pieces[kept++] = (struct logical_range){hole.last + 1, range.last};
	}
	if (kept > capacity)
		kept = capacity;
	memcpy(ranges, pieces, kept * sizeof(*ranges));
	return kept;
}

bool vfio_ranges_contain(const struct logical_range *ranges, unsigned int count, uint64_t first,
			 uint64_t last)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (ranges[i].first <= first && last <= ranges[i].last)
			return true;
	return false;
}

int vfio_ranges_read(struct vfio_platform *vfio, struct explanation *why)
{
	int result = vfio->container_ops->describe(vfio, why);

	if (result == 0)
		vfio->range_count = vfio_ranges_exclude(vfio->ranges, vfio->range_count,
							VFIO_RANGES, message_window);
	return result;
}
