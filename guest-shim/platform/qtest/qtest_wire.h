/* SPDX-License-Identifier: MIT */
/*
 * qtest_wire.h - QEMU's qtest protocol over a connected socket
 *
 * One request is one line, and so is its answer: "OK", "OK 0x1234", "FAIL ...".  Between them,
 * and at any other time, QEMU may report that an intercepted interrupt line changed: "IRQ raise
 * 20", "IRQ lower 20".  QEMU documents the protocol under "QTest Protocol".
 *
 * Requests are synchronous.  QEMU carries a request out in its main loop and answers; what a
 * device does in a bottom half happens after the answer.  A failure of the connection is
 * final: an answer that comes too late would be taken for that of the next request, so every later
 * call returns the first error again.
 *
 * libc only, and nothing of the rest of the platform: any test can use it.
 */
#ifndef PLATFORM_QTEST_QTEST_WIRE_H
#define PLATFORM_QTEST_QTEST_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** QTEST_WIRE_INPUT - bytes of the longest line QEMU may send. */
#define QTEST_WIRE_INPUT 4096

/**
 * struct qtest_wire - one connection
 * @socket: connected; belongs to the caller.
 * @deadline: milliseconds to wait for an answer.
 * @error: 0, or what ended the connection: -EPIPE QEMU closed it, -ETIMEDOUT, -EPROTO, -errno.
 * @on_line: an intercepted line changed; called from any function below that reads, so it must
 *	not make a request.  NULL: nobody wants to know.
 * @input, @used: what has arrived and is not a whole line yet.
 */
struct qtest_wire {
	int socket;
	int deadline;
	int error;
	void (*on_line)(void *context, unsigned int line, bool level);
	void *context;
	size_t used;
	char input[QTEST_WIRE_INPUT];
};

/** qtest_wire_init() - begin to use @socket; @deadline in milliseconds. */
void qtest_wire_init(struct qtest_wire *wire, int socket, int deadline);

/**
 * qtest_wire_in(), qtest_wire_out() - access an I/O port
 * @width: 1, 2 or 4 bytes.
 *
 * Return: 0; -EINVAL bad width; -EREMOTEIO QEMU refused; else the connection failed.
 * On failure @value reads as ones.
 */
int qtest_wire_in(struct qtest_wire *wire, uint16_t port, unsigned int width, uint32_t *value);
int qtest_wire_out(struct qtest_wire *wire, uint16_t port, unsigned int width, uint32_t value);

/**
 * qtest_wire_read(), qtest_wire_write() - access physical memory with one access
 * @width: 1, 2, 4 or 8 bytes.
 *
 * Return: as qtest_wire_in().
 */
int qtest_wire_read(struct qtest_wire *wire, uint64_t address, unsigned int width, uint64_t *value);
int qtest_wire_write(struct qtest_wire *wire, uint64_t address, unsigned int width, uint64_t value);

/** qtest_wire_read_bytes() - read physical memory, of any length.  Return: as qtest_wire_in(). */
int qtest_wire_read_bytes(struct qtest_wire *wire, uint64_t address, void *data, size_t length);

/**
 * qtest_wire_write_bytes(), qtest_wire_fill() - write physical memory, of any length, with bytes
 * or with one value.  Return: as qtest_wire_in().
 */
int qtest_wire_write_bytes(struct qtest_wire *wire, uint64_t address, const void *data,
			   size_t length);
int qtest_wire_fill(struct qtest_wire *wire, uint64_t address, uint8_t value, size_t length);

/**
 * qtest_wire_clock_step() - advance the virtual clock, which moves in no other way
 * @step: nanoseconds.
 * @now: out, the new time in nanoseconds; 0 on failure.
 *
 * Return: as qtest_wire_in().
 */
int qtest_wire_clock_step(struct qtest_wire *wire, int64_t step, int64_t *now);

/**
 * qtest_wire_intercept() - have changes of the input lines of a device reported
 * @path: of the device in QEMU's object tree, or its last part: "ioapic".
 *
 * QEMU has no way back.  Only changes after the call are reported.  Return: as qtest_wire_in().
 */
int qtest_wire_intercept(struct qtest_wire *wire, const char *path);

/**
 * qtest_wire_poll() - take the reports that have arrived, without waiting
 *
 * Return: 0; or what ended the connection.
 */
int qtest_wire_poll(struct qtest_wire *wire);

#endif /* PLATFORM_QTEST_QTEST_WIRE_H */
