/* SPDX-License-Identifier: MIT */
/*
 * log.c - see log.h
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "include/ndis_shim.h"
#include "support/log.h"

/* Process wide because a message need not belong to an adapter. */
static FILE *stream;
static atomic_bool line_is_open; /* the driver's text did not end its line */

static const char *const level_name[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_NOTICE] = "notice",
	[LOG_LEVEL_DEBUG] = "debug",
};

static FILE *log_stream(void)
{
	return stream ? stream : stderr;
}

SHIM_EXPORT void shim_log_to(FILE *file)
{
	stream = file;
	line_is_open = false;
}

SHIM_EXPORT void shim_log_end_line(void)
{
	if (!atomic_exchange(&line_is_open, false))
		return;
	fputc('\n', log_stream());
	fflush(log_stream());
}

void log_message(enum log_level level, const char *format, ...)
{
	va_list arguments;
	char text[1024];
	size_t length;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	length = strcspn(text, "\n");
	fprintf(log_stream(), "%sndis-shim: %s: %.*s\n",
		atomic_exchange(&line_is_open, false) ? "\n" : "", level_name[level], (int)length,
		text);
	fflush(log_stream());
}

void log_text(const char *text, size_t length)
{
	if (length == 0)
		return;
	fwrite(text, 1, length, log_stream());
	line_is_open = text[length - 1] != '\n';
	fflush(log_stream());
}
