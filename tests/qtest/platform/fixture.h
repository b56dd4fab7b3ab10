/* SPDX-License-Identifier: MIT */
/*
 * fixture.h - a device on the qtest platform; the functions of rings: an sgnic driven by hand
 *
 * The tests of this directory use the platform as the shim does, and play the driver: one transmit
 * and one receive ring in guest RAM, mapped for good.  With them the device can be told to read
 * or write any logical address, which is how mappings are tested.  The other end of the wire is
 * a datagram socket.
 *
 * A function that cannot do what it promises fails the test.  Register and descriptor numbers
 * are those of docs/device-specification.md.
 */
#ifndef TESTS_QTEST_PLATFORM_FIXTURE_H
#define TESTS_QTEST_PLATFORM_FIXTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "../../../qemu-device/sgnic_regs.h"
#include "platform/platform.h"
#include "platform/qtest/qtest.h"

/** FIXTURE_RINGS - logical address of the rings; no test maps anything in the 1 MiB from here. */
#define FIXTURE_RINGS 0x7f000000u

/** FIXTURE_RING_SIZE - entries of each ring. */
#define FIXTURE_RING_SIZE 16

/** enum ring_page - what lies in the pages of struct fixture's rings, and of FIXTURE_RINGS. */
enum ring_page {
	TX_DESCRIPTORS,
	TX_COMPLETIONS,
	TX_RECORD,
	RX_DESCRIPTORS,
	RX_COMPLETIONS,
	RX_RECORD,
	RING_PAGES,
};

/**
 * struct fixture - members are for reading
 * @loop: event loop of @platform.
 * @wire: our end of the Ethernet, -1: none.
 * @monitor: our end of QMP, -1: none; monitor.h speaks it.  @greeted: it has begun.
 * @path: of the sgnic in QEMU, known to property.c.
 * @log: file with QEMU's standard error.
 * @expects_guest_errors: the test breaks the device's rules, so QEMU may log that; to be set by it.
 * @rings: memory of the rings, NULL until fixture_open_rings().
 */
struct fixture {
	struct event_loop *loop;
	struct platform *platform;
	int wire;
	int monitor;
	bool greeted;
	char *path;
	int log;
	bool expects_guest_errors;
	unsigned char *rings;
	uint32_t sent;
	uint32_t received;
};

/**
 * fixture_program() - whether SGNIC_QEMU names a QEMU; call it first in main()
 *
 * Return: true; or false after the TAP line that skips the program (SGNIC_QEMU_OPTIONAL is set;
 * *status is 0) or fails it (*status is 1).
 */
bool fixture_program(int *status);

/** struct fixture_test - a test without data, and what it is called in its group. */
struct fixture_test {
	const char *name;
	GTestFunc function;
};

/** fixture_add_tests() - add @count tests as /qtest-platform/@group/name. */
void fixture_add_tests(const char *group, const struct fixture_test *tests, size_t count);

/** fixture_open() - QEMU with "sgnic" and @properties, or none (NULL). */
struct fixture *fixture_open(const char *properties);

/** fixture_open_nic() - QEMU with any PCI NIC: type and properties, as for -device, without netdev. */
struct fixture *fixture_open_nic(const char *device);

/** fixture_open_global() - QEMU with "sgnic", and a property of another device as for -global. */
struct fixture *fixture_open_global(const char *global);

/** fixture_open_isa() - QEMU with "isa-dma-nic", whose resources are @device, on a platform that is
 * told @resources. */
struct fixture *fixture_open_isa(const struct platform_isa *device,
				 const struct platform_isa *resources);

/** fixture_open_device() - QEMU with any device, without a wire. */
struct fixture *fixture_open_device(const struct qtest_options *options);

/** fixture_close() - fails when QEMU logged more than VT-d's own words about faults. */
void fixture_close(struct fixture *fixture);

/** fixture_set_link() - connect or cut the cable; the device hears of it some time later. */
void fixture_set_link(struct fixture *fixture, bool up);

/** fixture_advance() - so much time passes for the device at once; its timers run. */
void fixture_advance(struct fixture *fixture, unsigned int milliseconds);

/** fixture_get(), fixture_set() - a 32-bit register of the device. */
uint32_t fixture_get(struct fixture *fixture, uint32_t offset);
void fixture_set(struct fixture *fixture, uint32_t offset, uint32_t value);

/** fixture_open_rings() - map and enable both rings. */
void fixture_open_rings(struct fixture *fixture);

/** fixture_close_rings() - disable and unmap them. */
void fixture_close_rings(struct fixture *fixture);

/**
 * fixture_transmit() - have the device read @length bytes at @logical and send them
 *
 * Return: status of the completion, enum sgnic_status.
 */
uint8_t fixture_transmit(struct fixture *fixture, uint64_t logical, uint32_t length);

/** fixture_sent() - the frame that fixture_transmit() sent equals @length bytes at @expected. */
void fixture_sent(struct fixture *fixture, const void *expected, size_t length);

/**
 * fixture_receive() - have the device write a frame of @length bytes at @logical
 *
 * Return: status of the completion.
 */
uint8_t fixture_receive(struct fixture *fixture, uint64_t logical, const void *frame,
			uint32_t length);

/** fixture_expect_fault() - VT-d recorded exactly one refused access, in the page of @logical. */
void fixture_expect_fault(struct fixture *fixture, uint64_t logical, bool is_write);

/** fixture_expect_no_fault() - VT-d recorded nothing. */
void fixture_expect_no_fault(struct fixture *fixture);

/** fixture_same_physical() - physical memory behind @va holds @length bytes as at @expected; asks
 * the machine, page by page of what platform_frame_number() names. */
void fixture_same_physical(struct fixture *fixture, const void *va, const void *expected,
			   size_t length);

/** fixture_pages() - memory of the platform, @count pages, filled with what @seed begins. */
unsigned char *fixture_pages(struct fixture *fixture, size_t count, unsigned int seed);

/** fixture_frame() - fill @frame with a broadcast frame that @seed begins. */
void fixture_frame(unsigned char *frame, size_t length, unsigned int seed);

/** fixture_same() - fails at the first byte that differs. */
void fixture_same(const void *actual, const void *expected, size_t length);

#endif /* TESTS_QTEST_PLATFORM_FIXTURE_H */
