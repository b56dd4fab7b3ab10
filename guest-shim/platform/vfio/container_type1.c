/* SPDX-License-Identifier: MIT */
/*
 * container_type1.c - the IOMMU by a VFIO container of type 1 version 2
 *
 * Version 1 would let an unmap of part of a mapping end all of it, or nothing,
 * and report success.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

static int open_container(struct vfio_platform *vfio, struct explanation *why)
{
	int descriptor = vfio_open_node(vfio->environment.dev, "vfio");
	int version;

	if (descriptor < 0)
		return vfio_explain_container(&vfio->environment, descriptor, why);
	vfio->container = descriptor;
	version = ioctl(descriptor, VFIO_GET_API_VERSION);
	if (version != VFIO_API_VERSION)
		return explain(why, -ENOTSUP, "this kernel's VFIO has interface version %d, not %d",
			       version, VFIO_API_VERSION);
	if (ioctl(descriptor, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) <= 0)
		return vfio_explain_no_type1(why);
	return 0;
}

static int open_group(struct vfio_platform *vfio, struct explanation *why)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	char name[16];
	int descriptor;

	snprintf(name, sizeof(name), "%d", vfio->group_number);
	descriptor = vfio_open_node(vfio->environment.dev, name);
	if (descriptor < 0)
		return vfio_explain_group(&vfio->environment, descriptor, vfio->address,
					  vfio->group_number, why);
	vfio->group = descriptor;
	if (ioctl(descriptor, VFIO_GROUP_GET_STATUS, &status) < 0)
		return explain(why, -errno, "cannot read the state of IOMMU group %d: %s",
			       vfio->group_number, strerror(errno));
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return vfio_explain_not_viable(&vfio->environment, vfio->address,
					       vfio->group_number, why);
	return 0;
}

static int join(struct vfio_platform *vfio, struct explanation *why)
{
	if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container) < 0)
		return explain(why, -errno, "cannot add IOMMU group %d to a VFIO container: %s",
			       vfio->group_number, strerror(errno));
	if (ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) < 0)
		return vfio_explain_set_iommu(-errno, vfio->address, why);
	return 0;
}

static int open_device(struct vfio_platform *vfio, struct explanation *why)
{
	vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, vfio->address);
	if (vfio->device < 0)
		return explain(why, -errno,
			       "VFIO does not open PCI device %s: %s; 'dmesg' may tell "
			       "more",
			       vfio->address, strerror(errno));
	return 0;
}

static int type1_open(struct vfio_platform *vfio, struct explanation *why)
{
	int result = open_container(vfio, why);

	if (result == 0)
		result = open_group(vfio, why);
	if (result == 0)
		result = join(vfio, why);
	if (result == 0)
		result = open_device(vfio, why);
	return result;
}

/* The last reference to the group leaves the container, which ends every mapping. */
static void type1_close(struct vfio_platform *vfio)
{
	if (vfio->group >= 0)
		close(vfio->group);
	if (vfio->container >= 0)
		close(vfio->container);
	vfio->group = -1;
	vfio->container = -1;
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
	vfio->range_count = i;
	return 0;
}

static int type1_describe(struct vfio_platform *vfio, struct explanation *why)
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
		result = vfio_explain_no_small_pages(vfio->address, why);
	if (vfio_capability_copy(info, info->argsz, info->cap_offset,
				 VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, &available, sizeof(available)))
		vfio->base.capabilities.map_limit = available.avail;
	free(info);
	return result;
}

static int type1_map(struct vfio_platform *vfio, logical_t logical, void *va, size_t length,
		     enum platform_access access)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.vaddr = (uintptr_t)va,
		.iova = logical.value,
		.size = length,
	};

	if (access & PLATFORM_DEVICE_READS)
		map.flags |= VFIO_DMA_MAP_FLAG_READ;
	if (access & PLATFORM_DEVICE_WRITES)
		map.flags |= VFIO_DMA_MAP_FLAG_WRITE;
	return ioctl(vfio->container, VFIO_IOMMU_MAP_DMA, &map) < 0 ? -errno : 0;
}

static int64_t type1_unmap(struct vfio_platform *vfio, logical_t logical, size_t length)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = logical.value,
		.size = length,
	};

	if (ioctl(vfio->container, VFIO_IOMMU_UNMAP_DMA, &unmap) < 0)
		return -errno;
	return (int64_t)unmap.size;
}

const struct vfio_container_ops vfio_container_type1 = {
	.name = "type1",
	.open = type1_open,
	.close = type1_close,
	.describe = type1_describe,
	.map = type1_map,
	.unmap = type1_unmap,
};
