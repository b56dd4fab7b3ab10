/* SPDX-License-Identifier: MIT */
/*
 * log.c - see log.h
 */
#include <string.h>

#include "include/ndis_shim.h"
#include "support/log.h"

/* Process wide because a message need not belong to an adapter. */
static FILE *stream;

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
	fprintf(log_stream(), "ndis-shim: %s: %.*s\n", level_name[level], (int)length, text);
	fflush(log_stream());
}

void log_text(const char *text, size_t length)
{
	fwrite(text, 1, length, log_stream());
	fflush(log_stream());
}
