/* SPDX-License-Identifier: MIT */
/*
 * vfio_platform_test.h - what the parts of the program share
 */
#ifndef VFIO_PLATFORM_TEST_H
#define VFIO_PLATFORM_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/event_loop.h"
#include "platform/platform.h"

/* Where edu's DMA engine sees the device's own buffer of 4 KiB, and its directions. */
#define EDU_BUFFER	  0x40000
#define EDU_BUFFER_SIZE	  4096
#define EDU_DMA_TO_DEVICE 0
#define EDU_DMA_TO_MEMORY 2

/** check() - one TAP line. */
void check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** edu_dma() - move @count bytes; runs the event loop until the engine is idle. */
void edu_dma(struct platform *p, uint32_t source, uint32_t destination, uint32_t count,
	     uint32_t direction);

/**
 * test_memory_from_outside() - bytes at the physical addresses that an MDL names
 * @host_port: serial port of host_memory_open().
 */
void test_memory_from_outside(struct platform *p, const char *host_port);

/** test_hal_driver() - the edu example. */
void test_hal_driver(struct platform *p);

/** test_mapping_limit() - what happens when VFIO's type 1 takes no more mappings; opens the device. */
void test_mapping_limit(struct event_loop *loop, const char *address);

/**
 * test_bypass() - a device that the IOMMU does not see, with physical addresses; opens the device.
 * @address: QEMU's "virtio-rng-pci,disable-modern=on".
 */
void test_bypass(struct event_loop *loop, const char *address, const char *host_port);

#endif /* VFIO_PLATFORM_TEST_H */
