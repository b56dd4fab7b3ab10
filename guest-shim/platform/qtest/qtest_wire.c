/* SPDX-License-Identifier: MIT */
/*
 * qtest_wire.c - QEMU's qtest protocol over a connected socket
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "platform/qtest/qtest_wire.h"

/* Two characters for each byte, with room for "OK 0x" and the newline. */
#define PIECE	     1024
#define REQUEST_SIZE (2 * PIECE + 128)

void qtest_wire_init(struct qtest_wire *wire, int socket, int deadline)
{
	memset(wire, 0, sizeof(*wire));
	wire->socket = socket;
	wire->deadline = deadline;
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int fail(struct qtest_wire *wire, int error)
{
	if (!wire->error)
		wire->error = error;
	return wire->error;
}

/* Waits until the socket is ready for @events or the time @until has come. */
static int wait_for(struct qtest_wire *wire, short events, int64_t until)
{
	struct pollfd entry = {.fd = wire->socket, .events = events};

	for (;;) {
		int64_t left = until - milliseconds();
		int result = poll(&entry, 1, left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);

		if (result > 0)
			return 0;
		if (result == 0)
			return fail(wire, -ETIMEDOUT);
		if (errno != EINTR)
			return fail(wire, -errno);
	}
}

static int send_text(struct qtest_wire *wire, const char *text, int64_t until)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t sent = send(wire->socket, text, left, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0) {
			text += sent;
			left -= (size_t)sent;
		} else if (errno == EAGAIN) {
			if (wait_for(wire, POLLOUT, until) < 0)
				return wire->error;
		} else if (errno == ECONNRESET) {
			return fail(wire, -EPIPE);
		} else if (errno != EINTR) {
			return fail(wire, -errno);
		}
	}
	return 0;
}

/* Return: 1 something arrived, 0 nothing is there, or what ended the connection. */
static int receive_some(struct qtest_wire *wire)
{
	ssize_t got;

	if (wire->used == sizeof(wire->input))
		return fail(wire, -EPROTO);
	got = recv(wire->socket, wire->input + wire->used, sizeof(wire->input) - wire->used,
		   MSG_DONTWAIT);
	if (got > 0) {
		wire->used += (size_t)got;
		return 1;
	}
	if (got == 0 || errno == ECONNRESET)
		return fail(wire, -EPIPE);
	return errno == EAGAIN || errno == EINTR ? 0 : fail(wire, -errno);
}

/* Return: true when @line, of QTEST_WIRE_INPUT bytes, holds the oldest complete line. */
static bool take_line(struct qtest_wire *wire, char *line)
{
	char *end = memchr(wire->input, '\n', wire->used);
	size_t length;

	if (!end)
		return false;
	length = (size_t)(end - wire->input);
	memcpy(line, wire->input, length);
	line[length] = '\0';
	wire->used -= length + 1;
	memmove(wire->input, end + 1, wire->used);
	return true;
}

/* A report may come at any time, before an answer too. */
static bool take_report(struct qtest_wire *wire, const char *line)
{
	unsigned int number;
	char verb[8];

	if (sscanf(line, "IRQ %7s %u", verb, &number) != 2)
		return false;
	if (wire->on_line)
		wire->on_line(wire->context, number, strcmp(verb, "raise") == 0);
	return true;
}

/* What has arrived while no request waits for its answer can only be reports. */
static int take_reports(struct qtest_wire *wire)
{
	char line[QTEST_WIRE_INPUT];

	while (take_line(wire, line))
		if (!take_report(wire, line))
			return fail(wire, -EPROTO);
	return 0;
}

static int take_answer(struct qtest_wire *wire, char *line, int64_t until)
{
	for (;;) {
		while (take_line(wire, line))
			/* Reports that came with the answer would wake nobody if they stayed. */
			if (!take_report(wire, line))
				return take_reports(wire);
		if (receive_some(wire) < 0 ||
		    (!memchr(wire->input, '\n', wire->used) && wait_for(wire, POLLIN, until) < 0))
			return wire->error;
	}
}

/* @answer: QTEST_WIRE_INPUT bytes; out: what follows "OK", without leading space. */
static int request(struct qtest_wire *wire, char *answer, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int request(struct qtest_wire *wire, char *answer, const char *format, ...)
{
	int64_t until = milliseconds() + wire->deadline;
	char text[REQUEST_SIZE];
	const char *rest;
	va_list arguments;
	int length;

	if (wire->error)
		return wire->error;
	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof(text))
		return -EINVAL;
	if (send_text(wire, text, until) < 0 || take_answer(wire, answer, until) < 0)
		return wire->error;
	if (strncmp(answer, "FAIL", 4) == 0 || strncmp(answer, "ERR", 3) == 0)
		return -EREMOTEIO;
	if (strncmp(answer, "OK", 2) != 0 || (answer[2] && answer[2] != ' '))
		return fail(wire, -EPROTO);
	rest = answer + (answer[2] ? 3 : 2);
	memmove(answer, rest, strlen(rest) + 1);
	return 0;
}

static int number(struct qtest_wire *wire, const char *answer, uint64_t *value)
{
	uint64_t got;
	char *end;

	errno = 0;
	got = strtoull(answer, &end, 0);
	if (errno || end == answer || *end)
		return fail(wire, -EPROTO);
	*value = got;
	return 0;
}

static char suffix(unsigned int width)
{
	switch (width) {
	case 1:
		return 'b';
	case 2:
		return 'w';
	case 4:
		return 'l';
	case 8:
		return 'q';
	default:
		return 0;
	}
}

int qtest_wire_in(struct qtest_wire *wire, uint16_t port, unsigned int width, uint32_t *value)
{
	char answer[QTEST_WIRE_INPUT];
	uint64_t got = 0;
	int result;

	*value = UINT32_MAX;
	if (!suffix(width) || width == 8)
		return -EINVAL;
	result = request(wire, answer, "in%c 0x%x\n", suffix(width), port);
	if (result == 0)
		result = number(wire, answer, &got);
	if (result == 0)
		*value = (uint32_t)got;
	return result;
}

int qtest_wire_out(struct qtest_wire *wire, uint16_t port, unsigned int width, uint32_t value)
{
	char answer[QTEST_WIRE_INPUT];

	if (!suffix(width) || width == 8)
		return -EINVAL;
	return request(wire, answer, "out%c 0x%x 0x%" PRIx32 "\n", suffix(width), port, value);
}

int qtest_wire_read(struct qtest_wire *wire, uint64_t address, unsigned int width, uint64_t *value)
{
	char answer[QTEST_WIRE_INPUT];
	uint64_t got = 0;
	int result;

	*value = UINT64_MAX;
	if (!suffix(width))
		return -EINVAL;
	result = request(wire, answer, "read%c 0x%" PRIx64 "\n", suffix(width), address);
	if (result == 0)
		result = number(wire, answer, &got);
	if (result == 0)
		*value = got;
	return result;
}

int qtest_wire_write(struct qtest_wire *wire, uint64_t address, unsigned int width, uint64_t value)
{
	char answer[QTEST_WIRE_INPUT];

	if (!suffix(width))
		return -EINVAL;
	return request(wire, answer, "write%c 0x%" PRIx64 " 0x%" PRIx64 "\n", suffix(width),
		       address, value);
}

static int digit(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	return -1;
}

static int decode(struct qtest_wire *wire, const char *text, unsigned char *bytes, size_t length)
{
	size_t i;

	if (strncmp(text, "0x", 2) != 0 || strlen(text + 2) != 2 * length)
		return fail(wire, -EPROTO);
	text += 2;
	for (i = 0; i < length; i++) {
		int high = digit(text[2 * i]);
		int low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return fail(wire, -EPROTO);
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

int qtest_wire_read_bytes(struct qtest_wire *wire, uint64_t address, void *data, size_t length)
{
	unsigned char *bytes = data;
	char answer[QTEST_WIRE_INPUT];

	while (length) {
		size_t piece = length < PIECE ? length : PIECE;
		int result = request(wire, answer, "read 0x%" PRIx64 " 0x%zx\n", address, piece);

		if (result == 0)
			result = decode(wire, answer, bytes, piece);
		if (result < 0)
			return result;
		address += piece;
		bytes += piece;
		length -= piece;
	}
	return 0;
}

int qtest_wire_write_bytes(struct qtest_wire *wire, uint64_t address, const void *data,
			   size_t length)
{
	const unsigned char *bytes = data;
	char answer[QTEST_WIRE_INPUT];
	char digits[2 * PIECE + 1];

	while (length) {
		size_t piece = length < PIECE ? length : PIECE;
		int result;
		size_t i;

		for (i = 0; i < piece; i++)
			snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
		result = request(wire, answer, "write 0x%" PRIx64 " 0x%zx 0x%s\n", address, piece,
				 digits);
		if (result < 0)
			return result;
		address += piece;
		bytes += piece;
		length -= piece;
	}
	return 0;
}

int qtest_wire_fill(struct qtest_wire *wire, uint64_t address, uint8_t value, size_t length)
{
	char answer[QTEST_WIRE_INPUT];

	return request(wire, answer, "memset 0x%" PRIx64 " 0x%zx 0x%x\n", address, length, value);
}

int qtest_wire_clock_step(struct qtest_wire *wire, int64_t step, int64_t *now)
{
	char answer[QTEST_WIRE_INPUT];
	uint64_t got = 0;
	int result = request(wire, answer, "clock_step %" PRId64 "\n", step);

	if (result == 0)
		result = number(wire, answer, &got);
	*now = (int64_t)got;
	return result;
}

int qtest_wire_intercept(struct qtest_wire *wire, const char *path)
{
	char answer[QTEST_WIRE_INPUT];

	return request(wire, answer, "irq_intercept_in %s\n", path);
}

int qtest_wire_poll(struct qtest_wire *wire)
{
	int got = wire->error ? wire->error : 1;

	while (got > 0) {
		got = receive_some(wire);
		if (take_reports(wire) < 0)
			break;
	}
	return wire->error;
}
