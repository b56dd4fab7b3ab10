/* SPDX-License-Identifier: MIT */
/*
 * trace.c - see trace.h
 */
#include <stdarg.h>
#include <stdint.h>

#include "include/ndis_shim.h"
#include "ke/processor.h"
#include "platform/event_loop.h"
#include "support/trace.h"

FILE *trace_stream;

static uint64_t trace_begin;

SHIM_EXPORT void shim_trace_to(FILE *file)
{
	trace_stream = file;
	trace_begin = file ? event_loop_now() : 0;
}

void trace_write(const char *mark, const char *name, const char *format, ...)
{
	uint64_t elapsed = event_loop_now() - trace_begin;
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(trace_stream, "%6llu.%06llu irql %-2u %s %s(%s\n",
		(unsigned long long)(elapsed / 1000000000u),
		(unsigned long long)(elapsed / 1000u % 1000000u), ke_current_irql(), mark, name,
		text);
}
