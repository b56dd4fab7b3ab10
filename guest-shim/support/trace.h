/* SPDX-License-Identifier: MIT */
/*
 * trace.h - one line for every call between the library and a driver
 *
 * Switched on with shim_trace_to().  A line holds the time in seconds since the
 * trace began, the IRQL, the call with its arguments and, behind "->", its
 * results:
 *
 *	    0.001234 irql 2 NdisMStartBufferPhysicalMapping(adapter 0x..., ...) -> 1 run: ...
 *
 * A function of the library is traced once, when its results are known.  A
 * function of the miniport is traced before the call (">") and after it ("<"),
 * because calls of the library happen in between.
 *
 * When no trace is wanted a traced call costs one load and one branch.
 */
#ifndef SUPPORT_TRACE_H
#define SUPPORT_TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "support/compiler.h"

/* Not NULL while tracing.  Read through trace_is_on(). */
extern FILE *trace_stream;

static inline bool trace_is_on(void)
{
	return unlikely(trace_stream != NULL);
}

/** trace_write() - write a line; called through the macros below. */
void trace_write(const char *mark, const char *name, const char *format, ...) PRINTF_FORMAT(3, 4);

/** TRACE() - a call of the library: name, then printf arguments for "arguments) -> results". */
#define TRACE(name, ...)                                                                           \
	do {                                                                                       \
		if (trace_is_on())                                                                 \
			trace_write(" ", name, __VA_ARGS__);                                       \
	} while (0)

/** TRACE_ENTER() - a function of the miniport is about to be called. */
#define TRACE_ENTER(name, ...)                                                                     \
	do {                                                                                       \
		if (trace_is_on())                                                                 \
			trace_write(">", name, __VA_ARGS__);                                       \
	} while (0)

/** TRACE_LEAVE() - a function of the miniport has returned. */
#define TRACE_LEAVE(name, ...)                                                                     \
	do {                                                                                       \
		if (trace_is_on())                                                                 \
			trace_write("<", name, __VA_ARGS__);                                       \
	} while (0)

#endif /* SUPPORT_TRACE_H */
