/* SPDX-License-Identifier: MIT */
/*
 * virtio_iommu.h - QEMU's virtio-iommu, driven from outside
 *
 * Section 5.13 of the virtio specification, over PCI (section 4.1).  Requests are answered before
 * the functions return, and an answer other than success fails the test.
 */
#ifndef VIRTIO_IOMMU_H
#define VIRTIO_IOMMU_H

#include "sgnic_harness.h"

/** The "-device" that nic_options.iommu wants. */
#define VIRTIO_IOMMU_DEVICE "virtio-iommu-pci,addr=3.0"

/** Address of a device of the root bus for the IOMMU. */
#define VIRTIO_IOMMU_ENDPOINT(slot) ((uint32_t)(slot) << 3)

enum { VIRTIO_IOMMU_READ = 1, VIRTIO_IOMMU_WRITE = 2 };

/**
 * struct virtio_iommu - what is known of it
 * @common, @notify: bus addresses of its registers.
 * @queue: guest memory of its request queue, of @size descriptors; @sent: requests so far.
 */
struct virtio_iommu {
	struct nic *nic;
	struct pci_device pci;
	uint64_t common;
	uint64_t notify;
	uint64_t queue;
	uint32_t size;
	uint16_t sent;
};

/** virtio_iommu_open() - find it, give it a request queue, and start it. */
void virtio_iommu_open(struct virtio_iommu *iommu, struct nic *nic);

/** virtio_iommu_attach(), virtio_iommu_detach() - an endpoint to @domain, and from it. */
void virtio_iommu_attach(struct virtio_iommu *iommu, uint32_t domain, uint32_t endpoint);
void virtio_iommu_detach(struct virtio_iommu *iommu, uint32_t domain, uint32_t endpoint);

/** virtio_iommu_map() - [@iova, @iova + @length) of @domain is memory at @physical. */
void virtio_iommu_map(struct virtio_iommu *iommu, uint32_t domain, uint64_t iova, uint64_t length,
		      uint64_t physical, uint32_t rights);

/** virtio_iommu_unmap() - what was mapped in [@iova, @iova + @length), whole. */
void virtio_iommu_unmap(struct virtio_iommu *iommu, uint32_t domain, uint64_t iova,
			uint64_t length);

#endif /* VIRTIO_IOMMU_H */
