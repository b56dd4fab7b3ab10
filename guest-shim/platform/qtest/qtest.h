/* SPDX-License-Identifier: MIT */
/*
 * qtest.h - the platform of a host process: a device of QEMU, without a guest
 *
 * QEMU runs as a child with the qtest accelerator: its processor executes nothing,
 * and this process does what a guest would, through QEMU's qtest socket.  Nothing
 * boots, so a miniport starts in a fraction of a second and can be run under gdb,
 * valgrind or a sanitizer.  docs/qtest-platform.md shows how.
 *
 *   this process                                        QEMU
 *   shim, miniport --registers, config, ports--socket-->  device
 *        |                                                  | DMA
 *        |                                                VT-d
 *        +------- guest RAM: one shared file ---------------+
 *
 * The platform keeps what platform.h promises, and in addition:
 *
 *   memory      platform_memory_allocate() returns guest RAM, which is mapped here: only
 *               that can be mapped (any_memory is false).  platform_frame_number()
 *               gives the page-frame number the machine knows it by.  With
 *               AddressSanitizer, guest RAM that is not allocated is poisoned.
 *   mappings    the platform programs VT-d: root, context and second-level tables in
 *               guest RAM, queued invalidation.  Unmapping part of a mapping is refused.
 *   registers   through the socket (direct_registers is false)
 *   ISA         BAR 0 is the ports of qtest_options.isa; the interrupt is reported as INTX
 *   interrupts  a message (MSI, MSI-X) is a write of the device to a page of guest RAM,
 *               through VT-d like all its DMA; the page is looked at by a timer, 20
 *               microseconds after the last activity and then more and more rarely, down
 *               to once a millisecond.  INTx arrives as a report on the socket.
 *   faults      records of VT-d, complete when the access is; its one record holds the
 *               first refused access since the last look
 *   ports       all of the machine's
 *   low memory  guest RAM from 1 MiB to 16 MiB
 *   removal     QEMU is gone, or the vendor ID reads as ones; told once, and never as a request:
 *               devices on the root bus of q35 cannot be unplugged
 *   close       interrupts off, bus mastering off, VT-d off, QEMU ended
 *
 * When QEMU is gone registers read as ones and every call that needs it returns -EIO;
 * no call waits for ever (qtest_options.deadline).
 */
#ifndef PLATFORM_QTEST_QTEST_H
#define PLATFORM_QTEST_QTEST_H

#include <stddef.h>
#include <stdint.h>

#include "platform/event_loop.h"
#include "platform/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct qtest_options - what to start, or what to attach to; zero is a default for each
 *
 * Start QEMU: @qemu and @device are set.
 *
 * @qemu: program; without '/' it is looked for in PATH.  It must be a build with the
 *	qtest accelerator.
 * @device: argument of QEMU's -device: type and properties.  "id", "bus" and "addr" are the
 *	platform's to give.
 * @arguments: further arguments of QEMU, ended by NULL; NULL for none.
 * @inherited: descriptors QEMU keeps under the same numbers, for example of a network
 *	backend.  @inherited_count: their number.
 * @log: descriptor for QEMU's standard error, 0: that of this process.
 * @memory_megabytes: guest RAM, 32 to 1024; 0: 256.
 *
 * Attach to a running QEMU: @socket is set.  QEMU must have been started with the arguments
 * that docs/qtest-platform.md lists, and no guest or other client may have touched its IOMMU.
 *
 * @socket: path of a Unix socket where QEMU listens for qtest.
 * @memory_file: file that is all of QEMU's RAM, shared.
 * @address: PCI address of the device on the root bus, "04.0" or "00:04.0".
 *
 * Both:
 *
 * @isa: NULL; or the device is an ISA one, with these resources; they are to be in @device, too.
 * @deadline: seconds to wait for an answer of QEMU; 0: 30.
 */
struct qtest_options {
	const char *qemu;
	const char *device;
	const char *const *arguments;
	const int *inherited;
	unsigned int inherited_count;
	int log;
	unsigned int memory_megabytes;
	const char *socket;
	const char *memory_file;
	const char *address;
	const struct platform_isa *isa;
	unsigned int deadline;
};

/**
 * qtest_platform_open() - start QEMU, or attach to it, and take its device
 * @options: copied where needed.
 * @loop: delivers the interrupts; must outlive the platform.
 * @out: the platform, to be closed with platform_close().  Written on success only.
 * @error: out, on failure: one complete message that says what to do, without newline.  May be
 * NULL.
 * @error_size: bytes of @error; EXPLAIN_SIZE (platform/linux/explain.h) holds every message.
 *
 * On return BARs are assigned, decoding and bus mastering are on, and VT-d translates: the
 * device reaches nothing until something is mapped.  QEMU ends when the platform is closed
 * and when the calling thread ends, however it does.
 *
 * Return: 0; -EINVAL an option; -ENOENT no such program, file or socket; -ENODEV the device or
 * VT-d is not there; -EBUSY VT-d is in use; -EIO QEMU ended or did not answer; -errno of
 * the call that failed.
 */
int qtest_platform_open(const struct qtest_options *options, struct event_loop *loop,
			struct platform **out, char *error, size_t error_size);

/**
 * qtest_platform_check() - whether QEMU still is there
 * @platform: opened by qtest_platform_open().
 *
 * Return: 0; -EIO QEMU ended, closed the connection, or broke the protocol.
 */
int qtest_platform_check(struct platform *platform);

/**
 * qtest_platform_physical() - look at physical memory as the machine's processor does
 * @address: physical address.
 * @data: out.
 * @length: bytes.
 *
 * The bytes come from QEMU over the socket, not from this process's mapping of the RAM: what
 * is read here is what a page-frame number really names.
 *
 * Return: 0; -EIO.
 */
int qtest_platform_physical(struct platform *platform, uint64_t address, void *data, size_t length);

/**
 * qtest_platform_advance() - move the machine's clock at once
 * @nanoseconds: what passes for the device, up to INT64_MAX; its timers that are due run before the return.
 *
 * The event loop moves the clock with the time of this machine, in steps of up to a millisecond
 * or so; who does not want to wait moves it further.
 *
 * Return: 0; -EINVAL; -EIO.
 */
int qtest_platform_advance(struct platform *platform, uint64_t nanoseconds);

#ifdef __cplusplus
}
#endif

#endif /* PLATFORM_QTEST_QTEST_H */
