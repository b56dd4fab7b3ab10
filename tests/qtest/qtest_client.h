/* SPDX-License-Identifier: MIT */
/*
 * qtest_client.h - one QEMU process under test
 *
 * qtest_start() runs QEMU with the qtest accelerator: no guest code executes, the
 * virtual clock stands still, and every guest access is made by the test through
 * the line protocol that QEMU documents under "QTest Protocol".  Three channels
 * lead to the process, all of them inherited socket pairs, so nothing is created
 * in the file system:
 *
 *   qtest    port and memory accesses, interrupt levels, the virtual clock
 *   QMP      QEMU's JSON control protocol: link state, hot plug, migration
 *   RAM      the guest's memory is a shared anonymous file that the test maps too:
 *            a store through qtest_ram() is a store into guest memory
 *
 * QEMU's standard error, with the guest errors it logs, goes to an anonymous file
 * that qtest_log() reads.
 *
 * Failure convention: the happy path of a test needs no error handling.  A function
 * that cannot do what it promises prints what QEMU wrote and aborts the test program;
 * QEMU is then killed by the kernel.  Every wait ends after QTEST_DEADLINE_SECONDS.
 *
 * Environment: SGNIC_QEMU names the QEMU binary.  SGNIC_QEMU_OPTIONAL, if set, turns
 * a missing binary from a failure into a skipped test.  QEMU's sanitizers, if built
 * in, are told to end QEMU with a failure, leaks included, whatever else ASAN_OPTIONS, LSAN_OPTIONS and
 * UBSAN_OPTIONS say.
 */
#ifndef QTEST_CLIENT_H
#define QTEST_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <glib.h>

/** Longest wait for any answer of QEMU, in seconds: sanitized builds on busy machines are slow. */
#define QTEST_DEADLINE_SECONDS 120

/** Bytes of guest memory, at guest-physical address 0. */
#define QTEST_RAM_SIZE ((size_t)64 << 20)

struct qtest;

/**
 * struct qtest_options - what to start.
 * @machine:   QEMU machine type, "q35" or "pc".
 * @arguments: further QEMU arguments, ended by NULL; NULL for none.
 * @inherited: a file descriptor QEMU keeps under the same number, or -1.
 */
struct qtest_options {
	const char *machine;
	const char *const *arguments;
	int inherited;
};

/**
 * qtest_program() - decide whether this test program can run.
 *
 * Call it first in main(), before g_test_init().
 *
 * Return: true if SGNIC_QEMU is an executable file.  Otherwise false, after a TAP line
 * that skips the program (SGNIC_QEMU_OPTIONAL set; *status is then 0) or after a
 * message that says what to do (*status is then 1).
 */
bool qtest_program(int *status);

/**
 * qtest_qemu_since() - whether QEMU's release is @major.@minor or later.
 *
 * A test that takes a feature which an older QEMU lacks skips itself, with the feature's name.
 */
bool qtest_qemu_since(unsigned int major, unsigned int minor);

/**
 * qtest_add() - add a test with data under a path that is put together.
 */
void qtest_add(GTestDataFunc test, gconstpointer data, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/**
 * qtest_socket_pair() - a connection that QEMU can inherit
 * @type: SOCK_STREAM or SOCK_DGRAM.
 * @ours: out, the test's end; reads and writes on it fail after QTEST_DEADLINE_SECONDS.
 *
 * Return: QEMU's end.
 */
int qtest_socket_pair(int type, int *ours);

/**
 * qtest_start() - run QEMU and wait until it answers on both channels.
 *
 * Return: the process; end it with qtest_end().
 */
struct qtest *qtest_start(const struct qtest_options *options);

/**
 * qtest_refused() - run QEMU with arguments it must refuse at start.
 *
 * Return: what it wrote to standard error; the caller frees it with g_free().  Fails
 * if QEMU starts, or ends with status 0 or by a signal.
 */
char *qtest_refused(const struct qtest_options *options);

/**
 * qtest_end() - stop QEMU and release everything.
 *
 * Sends SIGTERM, so that devices are torn down and sanitizers report.  Fails if QEMU
 * does not end in time or ends with any status but 0.
 */
void qtest_end(struct qtest *qemu);

/** qtest_pid() - the process, for what only /proc tells. */
pid_t qtest_pid(const struct qtest *qemu);

/** qtest_ram() - the guest's memory, QTEST_RAM_SIZE bytes, valid until qtest_end(). */
uint8_t *qtest_ram(struct qtest *qemu);

/** qtest_log() - everything QEMU wrote to standard error so far; free with g_free(). */
char *qtest_log(struct qtest *qemu);

/** qtest_fail() - print QEMU's log and the message, and abort the test program. */
void qtest_fail(struct qtest *qemu, const char *format, ...) G_GNUC_PRINTF(2, 3) G_GNUC_NORETURN;

/**
 * qtest_in(), qtest_out() - access an I/O port.
 * @size: 1, 2 or 4 bytes.
 */
uint32_t qtest_in(struct qtest *qemu, uint16_t port, unsigned int size);
void qtest_out(struct qtest *qemu, uint16_t port, unsigned int size, uint32_t value);

/**
 * qtest_read(), qtest_write() - access guest-physical memory as a processor does.
 * @size: 1, 2, 4 or 8 bytes; @address need not be aligned.
 *
 * This is how registers are reached.  Bulk data should go through qtest_ram().
 */
uint64_t qtest_read(struct qtest *qemu, uint64_t address, unsigned int size);
void qtest_write(struct qtest *qemu, uint64_t address, unsigned int size, uint64_t value);

/**
 * qtest_read_bytes(), qtest_write_bytes(), qtest_memset() - move @length bytes over the
 * socket.  They see what the processor sees, device memory included.
 */
void qtest_read_bytes(struct qtest *qemu, uint64_t address, void *data, size_t length);
void qtest_write_bytes(struct qtest *qemu, uint64_t address, const void *data, size_t length);
void qtest_memset(struct qtest *qemu, uint64_t address, uint8_t value, size_t length);

/** qtest_clock_step() - advance the virtual clock; returns the new time in nanoseconds. */
int64_t qtest_clock_step(struct qtest *qemu, int64_t nanoseconds);

/** qtest_intercept() - report the input lines of the device at @path, e.g. "ioapic". */
void qtest_intercept(struct qtest *qemu, const char *path);

/** qtest_line() - level of intercepted line @number (0-255) after QEMU's last answer. */
bool qtest_line(struct qtest *qemu, unsigned int number);

/**
 * qtest_qmp() - execute one QMP command given as JSON text.
 *
 * Return: QEMU's answer, {"return": ...} or {"error": ...}; free with g_free().
 */
char *qtest_qmp(struct qtest *qemu, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** qtest_qmp_ok() - as qtest_qmp(), but fails unless the command succeeds. */
void qtest_qmp_ok(struct qtest *qemu, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** qtest_wait_event() - wait for the QMP event @name, and forget earlier ones. */
void qtest_wait_event(struct qtest *qemu, const char *name);

#endif /* QTEST_CLIENT_H */
