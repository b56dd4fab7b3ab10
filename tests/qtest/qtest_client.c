/* SPDX-License-Identifier: MIT */
/*
 * qtest_client.c - QEMU's qtest protocol and QMP, for tests
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "qtest_process.h"

void qtest_channel_send(struct qtest *qemu, struct qtest_channel *channel, const char *text)
{
	size_t left = strlen(text);
	ssize_t sent;

	while (left) {
		sent = send(channel->fd, text, left, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
			qtest_fail(qemu, "QEMU ended or closed the connection");
		if (sent < 0)
			qtest_fail(qemu, "cannot send to QEMU: %s", g_strerror(errno));
		text += sent;
		left -= (size_t)sent;
	}
}

char *qtest_channel_line(struct qtest *qemu, struct qtest_channel *channel)
{
	char buffer[4096];
	char *line;
	char *end;
	ssize_t got;

	while (!(end = strchr(channel->input->str, '\n'))) {
		got = recv(channel->fd, buffer, sizeof(buffer), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			qtest_fail(qemu, "QEMU ended or closed the connection");
		if (got < 0 && errno == EAGAIN)
			qtest_fail(qemu, "no answer from QEMU within %d seconds",
				   QTEST_DEADLINE_SECONDS);
		if (got < 0)
			qtest_fail(qemu, "cannot receive from QEMU: %s", g_strerror(errno));
		g_string_append_len(channel->input, buffer, got);
	}
	line = g_strndup(channel->input->str, (gsize)(end - channel->input->str));
	g_strchomp(line);
	g_string_erase(channel->input, 0, end + 1 - channel->input->str);
	return line;
}

static void set_line(void *context, unsigned int line, bool level)
{
	struct qtest *qemu = context;

	g_assert_cmpuint(line, <, G_N_ELEMENTS(qemu->lines));
	qemu->lines[line] = level;
}

void qtest_protocol_open(struct qtest *qemu, int socket)
{
	qtest_wire_init(&qemu->protocol, socket, QTEST_DEADLINE_SECONDS * 1000);
	qemu->protocol.on_line = set_line;
	qemu->protocol.context = qemu;
}

/* Fails the test unless a request succeeded. */
static void expect(struct qtest *qemu, int result, const char *request, uint64_t address)
{
	switch (result) {
	case 0:
		break;
	case -EPIPE:
		qtest_fail(qemu, "QEMU ended or closed the connection");
	case -ETIMEDOUT:
		qtest_fail(qemu, "no answer from QEMU within %d seconds", QTEST_DEADLINE_SECONDS);
	default:
		qtest_fail(qemu, "QEMU did not carry out '%s' at 0x%" PRIx64 ": %s", request,
			   address, g_strerror(-result));
	}
}

uint32_t qtest_in(struct qtest *qemu, uint16_t port, unsigned int size)
{
	uint32_t value;

	expect(qemu, qtest_wire_in(&qemu->protocol, port, size, &value), "in", port);
	return value;
}

void qtest_out(struct qtest *qemu, uint16_t port, unsigned int size, uint32_t value)
{
	expect(qemu, qtest_wire_out(&qemu->protocol, port, size, value), "out", port);
}

uint64_t qtest_read(struct qtest *qemu, uint64_t address, unsigned int size)
{
	uint64_t value;

	expect(qemu, qtest_wire_read(&qemu->protocol, address, size, &value), "read", address);
	return value;
}

void qtest_write(struct qtest *qemu, uint64_t address, unsigned int size, uint64_t value)
{
	expect(qemu, qtest_wire_write(&qemu->protocol, address, size, value), "write", address);
}

void qtest_read_bytes(struct qtest *qemu, uint64_t address, void *data, size_t length)
{
	expect(qemu, qtest_wire_read_bytes(&qemu->protocol, address, data, length), "read bytes",
	       address);
}

void qtest_write_bytes(struct qtest *qemu, uint64_t address, const void *data, size_t length)
{
	expect(qemu, qtest_wire_write_bytes(&qemu->protocol, address, data, length), "write bytes",
	       address);
}

void qtest_memset(struct qtest *qemu, uint64_t address, uint8_t value, size_t length)
{
	expect(qemu, qtest_wire_fill(&qemu->protocol, address, value, length), "memset", address);
}

int64_t qtest_clock_step(struct qtest *qemu, int64_t nanoseconds)
{
	int64_t now;

	expect(qemu, qtest_wire_clock_step(&qemu->protocol, nanoseconds, &now), "clock_step",
	       (uint64_t)nanoseconds);
	return now;
}

void qtest_intercept(struct qtest *qemu, const char *path)
{
	expect(qemu, qtest_wire_intercept(&qemu->protocol, path), path, 0);
}

bool qtest_line(struct qtest *qemu, unsigned int line)
{
	g_assert_cmpuint(line, <, G_N_ELEMENTS(qemu->lines));
	return qemu->lines[line];
}

/* An answer has one member, so QEMU's unordered dictionaries cannot hide it. */
static bool is_answer(const char *line)
{
	return g_str_has_prefix(line, "{\"return\"") || g_str_has_prefix(line, "{\"error\"");
}

static char *qmp_request(struct qtest *qemu, const char *format, va_list values)
{
	char *command = g_strdup_vprintf(format, values);
	char *line;

	qtest_channel_send(qemu, &qemu->monitor, command);
	qtest_channel_send(qemu, &qemu->monitor, "\n");
	g_free(command);
	line = qtest_channel_line(qemu, &qemu->monitor);
	while (!is_answer(line)) {
		g_ptr_array_add(qemu->events, line);
		line = qtest_channel_line(qemu, &qemu->monitor);
	}
	return line;
}

char *qtest_qmp(struct qtest *qemu, const char *format, ...)
{
	va_list values;
	char *line;

	va_start(values, format);
	line = qmp_request(qemu, format, values);
	va_end(values);
	return line;
}

void qtest_qmp_ok(struct qtest *qemu, const char *format, ...)
{
	va_list values;
	char *line;

	va_start(values, format);
	line = qmp_request(qemu, format, values);
	va_end(values);
	if (!g_str_has_prefix(line, "{\"return\""))
		qtest_fail(qemu, "QMP command '%s' failed: %s", format, line);
	g_free(line);
}

void qtest_wait_event(struct qtest *qemu, const char *name)
{
	char *wanted = g_strdup_printf("\"event\": \"%s\"", name);
	char *line;
	bool found;

	do {
		if (qemu->events->len)
			line = g_ptr_array_steal_index(qemu->events, 0);
		else
			line = qtest_channel_line(qemu, &qemu->monitor);
		found = strstr(line, wanted) != NULL;
		g_free(line);
	} while (!found);
	g_free(wanted);
}

void qtest_monitor_greet(struct qtest *qemu)
{
	char *greeting = qtest_channel_line(qemu, &qemu->monitor);

	g_assert_nonnull(strstr(greeting, "\"QMP\""));
	g_free(greeting);
	qtest_qmp_ok(qemu, "{\"execute\": \"qmp_capabilities\"}");
}

void qtest_add(GTestDataFunc test, gconstpointer data, const char *format, ...)
{
	g_autofree char *path = NULL;
	va_list values;

	va_start(values, format);
	path = g_strdup_vprintf(format, values);
	va_end(values);
	g_test_add_data_func(path, data, test);
}
