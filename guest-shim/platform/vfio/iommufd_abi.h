/* SPDX-License-Identifier: MIT */
/*
 * iommufd_abi.h - the part of the kernel's iommufd interface that is used here
 *
 * The headers of a build machine may be older than the kernel the program runs
 * on: Linux 6.1 has neither <linux/iommufd.h> nor the requests below.  Numbers
 * and layouts are those of include/uapi/linux/iommufd.h (since Linux 6.2) and
 * include/uapi/linux/vfio.h (VFIO_DEVICE_BIND_IOMMUFD, since Linux 6.6), which
 * Documentation/userspace-api/{iommufd,vfio}.rst explain.  They never change.
 *
 * Every block begins with its own size.
 */
#ifndef PLATFORM_VFIO_IOMMUFD_ABI_H
#define PLATFORM_VFIO_IOMMUFD_ABI_H

#include <linux/vfio.h>
#include <stdint.h>

/** struct iommufd_bind - IOMMUFD_BIND, on a device: hand its DMA to an iommufd. */
struct iommufd_bind {
	uint32_t size;
	uint32_t flags;
	int32_t iommufd;
	uint32_t device_id;
};

/** struct iommufd_attach - IOMMUFD_ATTACH, on a device: let it use an address space. */
struct iommufd_attach {
	uint32_t size;
	uint32_t flags;
	uint32_t space_id;
};

/** struct iommufd_allocate - IOMMUFD_ALLOCATE: make an address space (IOAS). */
struct iommufd_allocate {
	uint32_t size;
	uint32_t flags;
	uint32_t space_id;
};

/** struct iommufd_range - both ends inclusive. */
struct iommufd_range {
	uint64_t first;
	uint64_t last;
};

/**
 * struct iommufd_ranges - IOMMUFD_RANGES: what can be mapped
 * @count: in: room at @ranges; out: ranges that exist.
 * @ranges: address of an array of struct iommufd_range, filled as far as it goes.
 * @alignment: out: of every mapping.
 */
struct iommufd_ranges {
	uint32_t size;
	uint32_t space_id;
	uint32_t count;
	uint32_t reserved;
	uint64_t ranges;
	uint64_t alignment;
};

#define IOMMUFD_MAP_FIXED 1u
#define IOMMUFD_MAP_WRITE 2u
#define IOMMUFD_MAP_READ  4u

/** struct iommufd_map - IOMMUFD_MAP. */
struct iommufd_map {
	uint32_t size;
	uint32_t flags;
	uint32_t space_id;
	uint32_t reserved;
	uint64_t va;
	uint64_t length;
	uint64_t logical;
};

/** struct iommufd_unmap - IOMMUFD_UNMAP; @length: in: asked for; out: unmapped. */
struct iommufd_unmap {
	uint32_t size;
	uint32_t space_id;
	uint64_t logical;
	uint64_t length;
};

#define IOMMUFD_BIND	 _IO(VFIO_TYPE, VFIO_BASE + 18)
#define IOMMUFD_ATTACH	 _IO(VFIO_TYPE, VFIO_BASE + 19)
#define IOMMUFD_ALLOCATE _IO(';', 0x81)
#define IOMMUFD_RANGES	 _IO(';', 0x84)
#define IOMMUFD_MAP	 _IO(';', 0x85)
#define IOMMUFD_UNMAP	 _IO(';', 0x86)

#endif /* PLATFORM_VFIO_IOMMUFD_ABI_H */
