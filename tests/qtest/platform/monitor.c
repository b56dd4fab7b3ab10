/* SPDX-License-Identifier: MIT */
/*
 * monitor.c - see monitor.h
 */
#include <string.h>
#include <sys/socket.h>

#include "monitor.h"

/* The next line that is no event. */
static char *read_line(struct fixture *fixture)
{
	GString *line = g_string_new(NULL);
	char c;

	for (;;) {
		g_assert_cmpint(recv(fixture->monitor, &c, 1, 0), ==, 1);
		if (c != '\n') {
			g_string_append_c(line, c);
			continue;
		}
		if (!strstr(line->str, "\"event\": "))
			return g_string_free(line, FALSE);
		g_string_truncate(line, 0);
	}
}

static char *exchange(struct fixture *fixture, const char *command)
{
	size_t length = strlen(command);

	g_assert_cmpint(send(fixture->monitor, command, length, 0), ==, (gssize)length);
	g_assert_cmpint(send(fixture->monitor, "\n", 1, 0), ==, 1);
	return read_line(fixture);
}

static char *ask(struct fixture *fixture, const char *format, va_list arguments)
{
	char *command = g_strdup_vprintf(format, arguments);
	char *answer;

	if (!fixture->greeted) {
		g_free(read_line(fixture));
		g_free(exchange(fixture, "{\"execute\": \"qmp_capabilities\"}"));
		fixture->greeted = true;
	}
	answer = exchange(fixture, command);
	g_free(command);
	return answer;
}

char *monitor_ask(struct fixture *fixture, const char *format, ...)
{
	va_list arguments;
	char *answer;

	va_start(arguments, format);
	answer = ask(fixture, format, arguments);
	va_end(arguments);
	return answer;
}

void monitor_execute(struct fixture *fixture, const char *format, ...)
{
	va_list arguments;
	char *answer;

	va_start(arguments, format);
	answer = ask(fixture, format, arguments);
	va_end(arguments);
	if (!strstr(answer, "\"return\": "))
		g_error("%s: %s", format, answer);
	g_free(answer);
}
