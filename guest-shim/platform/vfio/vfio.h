/* SPDX-License-Identifier: MIT */
/*
 * vfio.h - the platform of a Linux guest: one PCI device behind an IOMMU
 *
 * The device must be bound to vfio-pci (platform/linux/pci_bind.h does it) and
 * have its IOMMU group to itself.  The kernel programs the IOMMU, and there are
 * two ways to ask it to; what platform.h promises is the same on both:
 *
 *   iommufd     the device's own node, /dev/vfio/devices/vfioN, and an address
 *               space of /dev/iommu; Linux 6.6 or newer, built with
 *               CONFIG_IOMMUFD and CONFIG_VFIO_DEVICE_CDEV
 *   type1       the node of the device's group, /dev/vfio/N, and a container of
 *               type 1 version 2, /dev/vfio/vfio
 *
 * The platform keeps what platform.h promises, and in addition:
 *
 *   memory      locked, never shared with a child process
 *   registers   memory BARs the kernel lets a program map have a pointer; port
 *               I/O and BARs the kernel wants to filter do not
 *   interrupts  an eventfd in the event loop; INTx is masked by the kernel when
 *               it fires
 *   removal     the kernel's request for the device, which it repeats every ten
 *               seconds until the platform is closed
 *   faults      the kernel's own reports about this device since the open; they
 *               arrive some milliseconds after the access, and the kernel
 *               limits their rate
 *   close       interrupts off, bus mastering off, device reset if it can be,
 *               all mappings ended
 */
#ifndef PLATFORM_VFIO_VFIO_H
#define PLATFORM_VFIO_VFIO_H

#include <stddef.h>

#include "platform/event_loop.h"
#include "platform/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

/** enum vfio_way - how the kernel is asked; AUTO is iommufd if its two nodes are there, else type1.
 */
enum vfio_way {
	VFIO_WAY_AUTO,
	VFIO_WAY_IOMMUFD,
	VFIO_WAY_TYPE1,
};

/**
 * vfio_platform_open() - open a device that is bound to vfio-pci
 * @bdf: PCI address, 0000:00:03.0 or 00:03.0.
 * @way: another way than this one is not tried.
 * @loop: delivers the interrupts; must outlive the platform.
 * @out: the platform, to be closed with platform_close().  Written on success only.
 * @error: out, on failure: one complete message that says what to do, without newline.  May be
 * NULL.
 * @error_size: bytes of @error; EXPLAIN_SIZE (platform/linux/explain.h) holds every message.
 *
 * Bus mastering and memory decoding are on when it returns; the device has been reset if it
 * can be.
 *
 * Return: 0; -EINVAL malformed address; -ENODEV no such device, or no IOMMU group;
 * -ENXIO not bound to vfio-pci; -ENOENT a kernel module is missing; -EPERM, -EACCES not
 * allowed, or unsafe interrupts; -EBUSY the group is not viable or in use; -ENOTSUP the
 * kernel is too old, or has no such @way; -errno of the call that failed.
 */
int vfio_platform_open(const char *bdf, enum vfio_way way, struct event_loop *loop,
		       struct platform **out, char *error, size_t error_size);

/** vfio_platform_way() - "iommufd" or "type1": how @p, a platform of vfio_platform_open(), reaches
 * the IOMMU. */
const char *vfio_platform_way(struct platform *p);

#ifdef __cplusplus
}
#endif

#endif /* PLATFORM_VFIO_VFIO_H */
