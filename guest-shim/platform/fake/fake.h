/* SPDX-License-Identifier: MIT */
/*
 * fake.h - the platform of the unit tests
 *
 * In process and deterministic.  It keeps a page table of its own: every
 * mapping is recorded, and a test that plays the device reads and writes memory
 * only through fake_device_read() and fake_device_write(), which refuse what an
 * IOMMU would refuse and record a fault.  Failures can be injected.  Registers and
 * interrupts are callbacks, so that a test can be a small device.
 */
#ifndef PLATFORM_FAKE_H
#define PLATFORM_FAKE_H

#include "platform/event_loop.h"
#include "platform/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAKE_BAR_SIZE	0x10000

/** FAKE_PHYSICAL_SIZE - bytes of memory that platform_use_physical() sets aside. */
#define FAKE_PHYSICAL_SIZE ((size_t)8 << 20)

/**
 * struct fake_device - what the test does when registers are accessed
 * @read, @write: register access on BAR @index; NULL: plain memory of
 *	FAKE_BAR_SIZE bytes.
 */
struct fake_device {
	uint64_t (*read)(void *context, unsigned int index, uint64_t offset, unsigned int width);
	void (*write)(void *context, unsigned int index, uint64_t offset, uint64_t value,
		      unsigned int width);
	void *context;
};

/** struct fake_counts - calls made so far, and what is alive */
struct fake_counts {
	uint64_t maps;
	uint64_t unmaps;
	uint64_t mappings;		/* alive */
	uint64_t mapped_pages;
	uint64_t memory_allocations;	/* alive */
	uint64_t interrupts_delivered;
	uint64_t rearms;
};

/**
 * fake_platform_create() - a device with one 64 KiB memory BAR and vendor/device 1af4:10f0
 * @loop: delivers interrupts.
 * @direct_registers: BARs have a pointer (then @device callbacks are not used).
 *
 * Return: the platform, to be closed with platform_close(); NULL without memory.
 */
struct platform *fake_platform_create(struct event_loop *loop, const struct fake_device *device,
				      bool direct_registers);

/** fake_set_ranges() - what platform_logical_ranges() tells, instead of 0-2^39 without the message window. */
void fake_set_ranges(struct platform *p, const struct logical_range *ranges, unsigned int count);

/** fake_fail_map() - the map call after @successes more successful ones returns @error, once. */
void fake_fail_map(struct platform *p, unsigned int successes, int error);

/** fake_limit_mappings() - so many mappings may exist at once, the next fails with -ENOSPC; 0: no limit. */
void fake_limit_mappings(struct platform *p, uint32_t limit);

/**
 * fake_restrict_memory() - capabilities.any_memory is false from now on
 *
 * Only memory of platform_memory_allocate() and platform_low_memory() can be mapped and has frame numbers.
 */
void fake_restrict_memory(struct platform *p);

/** fake_fail_memory() - likewise for platform_memory_allocate(). */
void fake_fail_memory(struct platform *p, unsigned int successes, int error);

/** fake_short_unmap() - the next unmap reports @missing bytes less than it unmapped, once. */
void fake_short_unmap(struct platform *p, size_t missing);

/** fake_device_read() - DMA by the device.  Return: 0, or -EFAULT: nothing after the first bad page was read, a fault is recorded. */
int fake_device_read(struct platform *p, logical_t logical, void *buffer, size_t length);

/** fake_device_write() - see fake_device_read(). */
int fake_device_write(struct platform *p, logical_t logical, const void *buffer, size_t length);

/** fake_is_mapped() - some access is allowed to the page of @logical. */
bool fake_is_mapped(struct platform *p, logical_t logical);

/** fake_raise_interrupt() - the device raises its interrupt; delivered by the event loop. */
void fake_raise_interrupt(struct platform *p);

/** fake_ask_back() - the device is asked back, and with @gone no longer there. */
void fake_ask_back(struct platform *p, bool gone);

/**
 * struct fake_ports - what the test does when I/O ports are accessed
 * @read, @write: Return: 0 or -errno, which platform_port_*() pass on.
 */
struct fake_ports {
	int (*read)(void *context, uint16_t port, uint32_t *value, unsigned int width);
	int (*write)(void *context, uint16_t port, uint32_t value, unsigned int width);
	void *context;
};

/** fake_set_ports() - the platform has ports from now on; without it platform_port_*() return -ENOTSUP. */
void fake_set_ports(struct platform *p, const struct fake_ports *ports);

/**
 * fake_set_low_memory() - the platform has @length bytes at @physical for platform_low_memory()
 *
 * Without it that returns -ENOTSUP.  Return: the memory, as the device sees it; NULL without memory.
 */
unsigned char *fake_set_low_memory(struct platform *p, uint32_t physical, size_t length);

/** fake_config() - the 4 KiB of configuration space, to be changed by the test. */
unsigned char *fake_config(struct platform *p);

/** fake_counts() - counters, valid as long as the platform. */
const struct fake_counts *fake_counts(struct platform *p);

#ifdef __cplusplus
}
#endif

#endif /* PLATFORM_FAKE_H */
