/* SPDX-License-Identifier: MIT */
/*
 * isa.h - the platform of an ISA device in a Linux guest
 *
 * Linux hands ISA devices to no program, so their owner says which resources they have, and the
 * platform takes them from the processor's side.  docs/isa.md shows how.
 *
 *   ports       ioperm(): those of the device and, with a DMA channel, those of the system DMA
 *               controller; both are BAR 0 and platform_port_*()
 *   low memory  what memmap=SIZE$START on the kernel's command line keeps from the kernel, below
 *               16 MiB, through /dev/mem
 *   interrupts  Linux delivers none to a program: the handler is called by a timer, 20
 *               microseconds after the last activity and then more and more rarely, down to
 *               once a millisecond (polls_interrupt)
 *   mappings    none: the device is not behind an IOMMU
 *   memory      of this process, locked
 *
 * A resource that a driver of the kernel or another ndisrun has is refused.
 */
#ifndef PLATFORM_ISA_ISA_H
#define PLATFORM_ISA_ISA_H

#include <stddef.h>

#include "platform/event_loop.h"
#include "platform/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * isa_platform_open() - take the resources of an ISA device
 * @resources: copied.
 * @loop: polls the device; must outlive the platform.
 * @out: the platform, to be closed with platform_close().  Written on success only.
 * @error: out, on failure: one complete message that says what to do, without newline.  May be
 * NULL.
 * @error_size: bytes of @error; EXPLAIN_SIZE (platform/linux/explain.h) holds every message.
 *
 * With a channel, all channels that no driver of the kernel has are masked: a process that was
 * killed may have left one running.  No port of the device is accessed: whether it is there is for
 * its driver to find out.
 *
 * Return: 0; -EINVAL no resources of a PC; -EBUSY somebody has a port or the channel; -ENOSPC no
 * memory is reserved below 16 MiB; -EPERM, -EACCES not root, or the kernel forbids it; -errno of
 * the call that failed.
 */
int isa_platform_open(const struct platform_isa *resources, struct event_loop *loop,
		      struct platform **out, char *error, size_t error_size);

#ifdef __cplusplus
}
#endif

#endif /* PLATFORM_ISA_ISA_H */
