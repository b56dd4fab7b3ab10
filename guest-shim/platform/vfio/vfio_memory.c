/* SPDX-License-Identifier: MIT */
/*
 * vfio_memory.c - mappings
 */
#include <errno.h>

#include "platform/vfio/vfio_private.h"

static bool is_whole_pages(size_t length)
{
	return length != 0 && (length & PLATFORM_PAGE_MASK) == 0;
}

static bool is_mappable(const struct vfio_platform *vfio, logical_t logical, size_t length)
{
	uint64_t last = logical.value + (length - 1);

	return is_whole_pages(length) && (logical.value & PLATFORM_PAGE_MASK) == 0 &&
	       last >= logical.value &&
	       vfio_ranges_contain(vfio->ranges, vfio->range_count, logical.value, last);
}

int vfio_memory_map(struct platform *p, logical_t logical, void *va, size_t length,
		    enum platform_access access)
{
	struct vfio_platform *vfio = vfio_platform_from(p);

	if (!is_mappable(vfio, logical, length) || (uintptr_t)va & PLATFORM_PAGE_MASK ||
	    !(access & PLATFORM_DEVICE_BOTH))
		return -EINVAL;
	return vfio->container_ops->map(vfio, logical, va, length, access);
}

int64_t vfio_memory_unmap(struct platform *p, logical_t logical, size_t length)
{
	struct vfio_platform *vfio = vfio_platform_from(p);

	if (!is_mappable(vfio, logical, length))
		return -EINVAL;
	return vfio->container_ops->unmap(vfio, logical, length);
}
