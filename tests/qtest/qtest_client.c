/* SPDX-License-Identifier: MIT */
/*
 * qtest_client.c - the qtest line protocol and QMP
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

/* Interrupt reports may come before any answer. */
static bool take_interrupt(struct qtest *qemu, const char *line)
{
	unsigned int number;
	char verb[8];

	if (sscanf(line, "IRQ %7s %u", verb, &number) != 2)
		return false;
	g_assert_cmpuint(number, <, G_N_ELEMENTS(qemu->lines));
	qemu->lines[number] = strcmp(verb, "raise") == 0;
	return true;
}

/* Returns what follows "OK"; the caller frees it. */
static char *request(struct qtest *qemu, const char *format, ...) G_GNUC_PRINTF(2, 3);

static char *request(struct qtest *qemu, const char *format, ...)
{
	va_list values;
	char *command;
	char *line;
	char *answer;

	va_start(values, format);
	command = g_strdup_vprintf(format, values);
	va_end(values);
	qtest_channel_send(qemu, &qemu->protocol, command);
	line = qtest_channel_line(qemu, &qemu->protocol);
	while (take_interrupt(qemu, line)) {
		g_free(line);
		line = qtest_channel_line(qemu, &qemu->protocol);
	}
	if (!g_str_has_prefix(line, "OK"))
		qtest_fail(qemu, "QEMU answered '%s' to '%.200s'", line, g_strchomp(command));
	answer = g_strdup(g_strstrip(line + strlen("OK")));
	g_free(line);
	g_free(command);
	return answer;
}

static uint64_t number(char *answer)
{
	uint64_t value = g_ascii_strtoull(answer, NULL, 0);

	g_free(answer);
	return value;
}

static char suffix(unsigned int size)
{
	switch (size) {
	case 1:
		return 'b';
	case 2:
		return 'w';
	case 4:
		return 'l';
	default:
		g_assert_cmpuint(size, ==, 8);
		return 'q';
	}
}

uint32_t qtest_in(struct qtest *qemu, uint16_t port, unsigned int size)
{
	return (uint32_t)number(request(qemu, "in%c 0x%x\n", suffix(size), port));
}

void qtest_out(struct qtest *qemu, uint16_t port, unsigned int size, uint32_t value)
{
	g_free(request(qemu, "out%c 0x%x 0x%x\n", suffix(size), port, value));
}

uint64_t qtest_read(struct qtest *qemu, uint64_t address, unsigned int size)
{
	return number(request(qemu, "read%c 0x%" PRIx64 "\n", suffix(size), address));
}

void qtest_write(struct qtest *qemu, uint64_t address, unsigned int size, uint64_t value)
{
	g_free(request(qemu, "write%c 0x%" PRIx64 " 0x%" PRIx64 "\n", suffix(size), address,
		       value));
}

void qtest_read_bytes(struct qtest *qemu, uint64_t address, void *data, size_t length)
{
	char *text = request(qemu, "b64read 0x%" PRIx64 " 0x%zx\n", address, length);
	gsize decoded;
	guchar *bytes = g_base64_decode(text, &decoded);

	g_assert_cmpuint(decoded, ==, length);
	memcpy(data, bytes, length);
	g_free(bytes);
	g_free(text);
}

void qtest_write_bytes(struct qtest *qemu, uint64_t address, const void *data, size_t length)
{
	char *text = g_base64_encode(data, length);

	g_free(request(qemu, "b64write 0x%" PRIx64 " 0x%zx %s\n", address, length, text));
	g_free(text);
}

void qtest_memset(struct qtest *qemu, uint64_t address, uint8_t value, size_t length)
{
	g_free(request(qemu, "memset 0x%" PRIx64 " 0x%zx 0x%x\n", address, length, value));
}

int64_t qtest_clock_step(struct qtest *qemu, int64_t nanoseconds)
{
	return (int64_t)number(request(qemu, "clock_step %" PRId64 "\n", nanoseconds));
}

void qtest_intercept(struct qtest *qemu, const char *path)
{
	g_free(request(qemu, "irq_intercept_in %s\n", path));
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
