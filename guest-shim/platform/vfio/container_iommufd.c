/* SPDX-License-Identifier: MIT */
/*
 * container_iommufd.c - the IOMMU by an address space of an iommufd
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "platform/vfio/iommufd_abi.h"
#include "platform/vfio/vfio_private.h"

/* The device's own node: it is opened without its group, and does nothing before it is bound. */
static int open_device(struct vfio_platform *vfio, struct explanation *why)
{
	char name[VFIO_NODE_SIZE];
	int result = vfio_device_node(&vfio->environment, vfio->address, name, why);

	if (result < 0)
		return result;
	vfio->device = vfio_open_node(vfio->environment.dev, name);
	if (vfio->device < 0)
		return vfio_explain_node(&vfio->environment, vfio->device, vfio->address, name,
					 why);
	return 0;
}

static int open_iommufd(struct vfio_platform *vfio, struct explanation *why)
{
	vfio->container = vfio_open_node(vfio->environment.iommufd, NULL);
	if (vfio->container < 0)
		return vfio_explain_iommufd(&vfio->environment, vfio->container, why);
	return 0;
}

static int bind_device(struct vfio_platform *vfio, struct explanation *why)
{
	struct iommufd_bind bind = {.size = sizeof(bind), .iommufd = vfio->container};

	if (ioctl(vfio->device, IOMMUFD_BIND, &bind) < 0)
		return vfio_explain_bind(&vfio->environment, -errno, vfio->address,
					 vfio->group_number, why);
	return 0;
}

static int attach_device(struct vfio_platform *vfio, struct explanation *why)
{
	struct iommufd_allocate allocate = {.size = sizeof(allocate)};
	struct iommufd_attach attach = {.size = sizeof(attach)};

	if (ioctl(vfio->container, IOMMUFD_ALLOCATE, &allocate) < 0)
		return explain(why, -errno, "iommufd makes no address space: %s", strerror(errno));
	vfio->space_id = allocate.space_id;
	attach.space_id = allocate.space_id;
	if (ioctl(vfio->device, IOMMUFD_ATTACH, &attach) < 0)
		return explain(why, -errno,
			       "iommufd cannot use the IOMMU for PCI device %s: %s; 'dmesg' may "
			       "tell more",
			       vfio->address, strerror(errno));
	return 0;
}

static int iommufd_open(struct vfio_platform *vfio, struct explanation *why)
{
	int result = open_device(vfio, why);

	if (result == 0)
		result = open_iommufd(vfio, why);
	if (result == 0)
		result = bind_device(vfio, why);
	if (result == 0)
		result = attach_device(vfio, why);
	return result;
}

/* The device is closed already, which has detached it; the address space goes with its iommufd. */
static void iommufd_close(struct vfio_platform *vfio)
{
	if (vfio->container >= 0)
		close(vfio->container);
	vfio->container = -1;
	vfio_mappings_clear(&vfio->mappings);
}

/* EMSGSIZE: there are more ranges than asked for; those that were asked for are there. */
static int iommufd_describe(struct vfio_platform *vfio, struct explanation *why)
{
	struct iommufd_range list[VFIO_RANGES];
	struct iommufd_ranges ranges = {
		.size = sizeof(ranges),
		.space_id = vfio->space_id,
		.count = VFIO_RANGES,
		.ranges = (uintptr_t)list,
	};
	unsigned int i;

	if (ioctl(vfio->container, IOMMUFD_RANGES, &ranges) < 0 && errno != EMSGSIZE)
		return explain(why, -errno,
			       "iommufd does not describe the IOMMU of PCI device %s: %s",
			       vfio->address, strerror(errno));
	if (ranges.alignment > PLATFORM_PAGE_SIZE)
		return vfio_explain_no_small_pages(vfio->address, why);
	for (i = 0; i < ranges.count && i < VFIO_RANGES; i++)
		vfio->ranges[i] = (struct logical_range){list[i].first, list[i].last};
	vfio->range_count = i;
	return 0;
}

static int iommufd_map(struct vfio_platform *vfio, logical_t logical, void *va, size_t length,
		       enum platform_access access)
{
	struct iommufd_map map = {
		.size = sizeof(map),
		.flags = IOMMUFD_MAP_FIXED,
		.space_id = vfio->space_id,
		.va = (uintptr_t)va,
		.length = length,
		.logical = logical.value,
	};
	uint64_t last = logical.value + (length - 1);
	int result = vfio_mappings_add(&vfio->mappings, logical.value, last);

	if (result < 0)
		return result;
	if (access & PLATFORM_DEVICE_READS)
		map.flags |= IOMMUFD_MAP_READ;
	if (access & PLATFORM_DEVICE_WRITES)
		map.flags |= IOMMUFD_MAP_WRITE;
	if (ioctl(vfio->container, IOMMUFD_MAP, &map) < 0) {
		result = -errno;
		vfio_mappings_remove(&vfio->mappings, logical.value, last);
	}
	return result;
}

/*
 * The kernel ends mapping after mapping until it meets one that the range cuts,
 * and has the same answer for that as for a range without any.  Type 1 looks at
 * the ends of the range first; so is it done here.
 */
static int64_t iommufd_unmap(struct vfio_platform *vfio, logical_t logical, size_t length)
{
	struct iommufd_unmap unmap = {
		.size = sizeof(unmap),
		.space_id = vfio->space_id,
		.logical = logical.value,
		.length = length,
	};
	uint64_t last = logical.value + (length - 1);

	if (vfio_mappings_cut(&vfio->mappings, logical.value, last))
		return -EINVAL;
	if (ioctl(vfio->container, IOMMUFD_UNMAP, &unmap) < 0)
		return errno == ENOENT ? 0 : -errno;
	vfio_mappings_remove(&vfio->mappings, logical.value, last);
	return (int64_t)unmap.length;
}

const struct vfio_container_ops vfio_container_iommufd = {
	.name = "iommufd",
	.open = iommufd_open,
	.close = iommufd_close,
	.describe = iommufd_describe,
	.map = iommufd_map,
	.unmap = iommufd_unmap,
};
