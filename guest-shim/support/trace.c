/* SPDX-License-Identifier: MIT */
/*
 * trace.c - see trace.h
 */
#include "include/ndis_shim.h"
#include "ke/processor.h"
#include "platform/event_loop.h"
#include "support/trace.h"

unsigned int trace_readers;

static FILE *stream;
static uint64_t trace_begin;

SHIM_EXPORT void shim_trace_to(FILE *file)
{
	stream = file;
	trace_begin = file ? event_loop_now() : 0;
	trace_readers =
		file ? trace_readers | TRACE_TEXT : trace_readers & ~(unsigned int)TRACE_TEXT;
}

static void PRINTF_FORMAT(3, 0)
	write_line(char mark, const char *name, const char *format, va_list arguments)
{
	uint64_t elapsed = event_loop_now() - trace_begin;
	char text[512];

	vsnprintf(text, sizeof(text), format, arguments);
	fprintf(stream, "%6llu.%06llu irql %-2u %c %s(%s\n",
		(unsigned long long)(elapsed / 1000000000u),
		(unsigned long long)(elapsed / 1000u % 1000000u), ke_current_irql(), mark, name,
		text);
}

SHIM_EXPORT void shim_trace_flush(void)
{
	if (trace_readers & TRACE_TEXT)
		fflush(stream);
	if (trace_readers & TRACE_EVENTS)
		trace_events_flush();
}

void trace_write(char mark, const char *name, const char *format, ...)
{
	va_list arguments;

	if (trace_readers & TRACE_TEXT) {
		va_start(arguments, format);
		write_line(mark, name, format, arguments);
		va_end(arguments);
	}
	if (trace_readers & TRACE_EVENTS) {
		va_start(arguments, format);
		trace_events_call(mark, name, format, arguments);
		va_end(arguments);
	}
}
