/* SPDX-License-Identifier: MIT */
/*
 * sgnic_harness.h - an sgnic device on a bus, with a wire and guest memory
 *
 * What a driver's probe routine does, done by the test: find the function, map its BARs,
 * enable memory and bus mastering.  Nothing of the device itself is programmed; it is in
 * the state after power-on.
 *
 * The other end of the Ethernet is a datagram socket: one datagram is one frame without
 * frame check sequence, so bytes are compared exactly in both directions.
 *
 * Every line QEMU logs must be accounted for: nic_expect_error() consumes the log of one
 * mistake, and nic_stop() fails if unexplained text is left.
 */
#ifndef SGNIC_HARNESS_H
#define SGNIC_HARNESS_H

#include "../../qemu-device/sgnic_regs.h"
#include "pci_device.h"

/** Bus addresses the harness gives to the two BARs. */
#define NIC_REGISTERS  0xe0000000u
#define NIC_MSIX_TABLE 0xe0010000u

/** Permanent address of the device under test. */
#define NIC_MAC "52:54:00:a1:b2:c3"

/** "Do not compare" for nic_expect_error(). */
#define NIC_ANY UINT64_MAX

/**
 * struct nic_options - where and how the device is created; zero gives the default.
 * @machine:     "q35" (default, Express endpoint) or "pc" (conventional PCI).
 * @properties:  appended to "-device sgnic,", for example "dma-width=24".
 * @root_port:   behind an Express root port instead of on the root bus.
 * @wire_buffer: bytes QEMU may have in flight on the wire before it is busy.
 * @incoming:    wait for a migration stream; the harness does not touch the device.
 * @wire_arguments: QEMU arguments that make a netdev "wire" other than the datagram socket,
 *               ended by NULL; struct nic then has no wire.
 * @wire_peer:   the file descriptor they name; it stays the caller's.
 * @iommu:       the "-device" of an IOMMU, which comes before the other devices.
 * @another:     a second sgnic at 5.0, with these properties ("": none); only on the root bus.
 */
struct nic_options {
	const char *machine;
	const char *properties;
	bool root_port;
	int wire_buffer;
	bool incoming;
	const char *const *wire_arguments;
	int wire_peer;
	const char *iommu;
	const char *another;
};

/** struct nic - one QEMU with one sgnic; members are for reading. */
struct nic {
	struct qtest *qemu;
	struct pci_device pci;
	uint8_t *ram;	   /* guest memory, see qtest_ram() */
	uint64_t ram_next; /* first guest address not given out by nic_allocate() */
	int wire;	   /* our end of the Ethernet, or -1 */
	size_t log_seen;   /* bytes of QEMU's log that are accounted for */
	uint32_t queues;   /* pairs, as LIMIT_QUEUES says when the device is probed */
	uint64_t registers; /* where BAR 0 is, NIC_REGISTERS but for nic_another() */
};

/** nic_start() - run QEMU with the device and make it reachable; NULL for the defaults. */
struct nic *nic_start(const struct nic_options *options);

/** nic_stop() - end QEMU; fails if it logged anything no test asked for. */
void nic_stop(struct nic *nic);

/**
 * nic_another() - the second sgnic of nic_options.another, probed
 *
 * It has guest memory of its own, from 8 MiB on, and no wire. What it logs is for @nic to account
 * for. It ends with @nic; the memory is g_free()'s.
 */
struct nic *nic_another(struct nic *nic);

/** nic_probe() - find the function, assign its BARs, enable memory and bus mastering. */
void nic_probe(struct nic *nic);

/** nic_get(), nic_set() - access the 32-bit register at @offset of BAR 0. */
uint32_t nic_get(struct nic *nic, uint32_t offset);
void nic_set(struct nic *nic, uint32_t offset, uint32_t value);

/** nic_statistic() - one 64-bit counter of section 3.6. */
uint64_t nic_statistic(struct nic *nic, enum sgnic_statistic counter);

/** nic_wait_statistic() - wait until a counter has exactly @value; fails if it passes it. */
void nic_wait_statistic(struct nic *nic, enum sgnic_statistic counter, uint64_t value);

/** nic_wait_register() - wait until register @offset reads @value. */
void nic_wait_register(struct nic *nic, uint32_t offset, uint32_t value);

/** nic_settle() - let QEMU finish everything it can do without a further stimulus. */
void nic_settle(struct nic *nic);

/**
 * nic_expect_logged() - the log since the last accounted error names @number, in
 * hexadecimal with 0x or in decimal.  Call it before nic_expect_error().
 */
void nic_expect_logged(struct nic *nic, uint64_t number);

/**
 * nic_check_error() - wait for an error and check how it is kept (section 3.5).
 * @code:    enum sgnic_error.
 * @queue:   ERROR_QUEUE, or NIC_ANY.
 * @address: ERROR_ADDRESS, or NIC_ANY.
 * @value:   ERROR_VALUE, or NIC_ANY.
 */
void nic_check_error(struct nic *nic, uint32_t code, uint64_t queue, uint64_t address,
		     uint64_t value);

/** nic_clear_error() - account for the log, which must not be empty; clear the registers. */
void nic_clear_error(struct nic *nic);

/**
 * nic_expect_error() - nic_check_error() and nic_clear_error(); between the two the log
 * must name @address for a DMA error and @value for the others, @address if @value is
 * NIC_ANY.
 */
void nic_expect_error(struct nic *nic, uint32_t code, uint64_t queue, uint64_t address,
		      uint64_t value);

/** nic_expect_no_error() - ERROR_CODE is 0 and QEMU logged nothing new. */
void nic_expect_no_error(struct nic *nic);

/** nic_ignore_log() - account for everything logged so far, unread. */
void nic_ignore_log(struct nic *nic);

/**
 * nic_allocate() - zeroed guest memory, @alignment a power of two.
 *
 * Addresses grow from 1 MiB and stay below 16 MiB in all tests that use 24 bits.
 */
uint64_t nic_allocate(struct nic *nic, size_t size, size_t alignment);

/** nic_pointer() - where guest address @address, of at least @size bytes, is mapped. */
void *nic_pointer(struct nic *nic, uint64_t address, size_t size);

/** nic_same_bytes() - fails with the first difference if @actual is not @expected. */
void nic_same_bytes(const uint8_t *actual, const uint8_t *expected, size_t length);

/** nic_place() - copy @data to fresh guest pages, @offset bytes into the first page. */
uint64_t nic_place(struct nic *nic, const void *data, size_t size, size_t offset);

#endif /* SGNIC_HARNESS_H */
