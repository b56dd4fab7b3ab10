/* SPDX-License-Identifier: MIT */
/*
 * vfio.h - the platform of a Linux guest: one PCI device behind an IOMMU
 *
 * The device must be bound to vfio-pci (platform/linux/pci_bind.h does it) and
 * have its IOMMU group to itself.  The kernel programs the IOMMU through a
 * VFIO container of type 1 version 2: version 1 would let an unmap of part of
 * a mapping end all of it, or nothing, and report success.
 *
 * The platform keeps what platform.h promises, and in addition:
 *
 *   memory      locked, never shared with a child process
 *   registers   memory BARs the kernel lets a program map have a pointer; port
 *               I/O and BARs the kernel wants to filter do not
 *   interrupts  an eventfd in the event loop; INTx is masked by the kernel when
 *               it fires
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

/**
 * vfio_platform_open() - open a device that is bound to vfio-pci
 * @bdf: PCI address, 0000:00:03.0 or 00:03.0.
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
 * kernel is too old; -errno of the call that failed.
 */
int vfio_platform_open(const char *bdf, struct event_loop *loop, struct platform **out, char *error,
		       size_t error_size);

#ifdef __cplusplus
}
#endif

#endif /* PLATFORM_VFIO_VFIO_H */
