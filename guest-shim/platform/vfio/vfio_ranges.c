/* SPDX-License-Identifier: MIT */
/*
 * vfio_ranges.c - logical addresses that can be mapped, and how many mappings
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

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

/* The kernel says how much room the answer needs; ask again with that. */
static struct vfio_iommu_type1_info *get_info(int container)
{
	struct vfio_iommu_type1_info *info = NULL;
	uint32_t size = sizeof(*info);
	int attempt;

	for (attempt = 0; attempt < 3; attempt++) {
		free(info);
		info = calloc(1, size);
		if (!info)
			return NULL;
		info->argsz = size;
		if (ioctl(container, VFIO_IOMMU_GET_INFO, info) < 0)
			break;
		if (info->argsz <= size) {
			info->argsz = size;
			return info;
		}
		size = info->argsz;
	}
	free(info);
	return NULL;
}

static int read_windows(struct vfio_platform *vfio, const struct vfio_iommu_type1_info *info,
			struct explanation *why)
{
	struct vfio_iommu_type1_info_cap_iova_range list;
	struct vfio_iova_range range;
	const char *next;
	size_t room;
	unsigned int i;

	room = vfio_capability_copy(info, info->argsz, info->cap_offset,
				    VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, &list, sizeof(list));
	if (!room)
		return explain(why, -ENOTSUP,
			       "this kernel does not tell which addresses the IOMMU translates: "
			       "Linux 5.4 or newer is needed");
	next = (const char *)info + info->argsz - room + sizeof(list);
	room = (room - sizeof(list)) / sizeof(range);
	for (i = 0; i < list.nr_iovas && i < room && i < VFIO_RANGES; i++) {
		memcpy(&range, next + i * sizeof(range), sizeof(range));
		vfio->ranges[i] = (struct logical_range){range.start, range.end};
	}
	vfio->range_count = vfio_ranges_exclude(vfio->ranges, i, VFIO_RANGES, message_window);
	return 0;
}

int vfio_ranges_read(struct vfio_platform *vfio, struct explanation *why)
{
	struct vfio_iommu_type1_info_dma_avail available;
	struct vfio_iommu_type1_info *info = get_info(vfio->container);
	int result;

	if (!info)
		return explain(why, -EIO, "VFIO does not describe the IOMMU of PCI device %s: %s",
			       vfio->address, strerror(errno));
	if (!(info->flags & VFIO_IOMMU_INFO_CAPS))
		info->cap_offset = 0;
	result = read_windows(vfio, info, why);
	if (result == 0 && info->flags & VFIO_IOMMU_INFO_PGSIZES &&
	    !(info->iova_pgsizes & PLATFORM_PAGE_SIZE))
		result = explain(why, -ENOTSUP,
				 "the IOMMU of PCI device %s cannot map single pages of %zu bytes",
				 vfio->address, PLATFORM_PAGE_SIZE);
	if (vfio_capability_copy(info, info->argsz, info->cap_offset,
				 VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, &available, sizeof(available)))
		vfio->base.capabilities.map_limit = available.avail;
	free(info);
	return result;
}
