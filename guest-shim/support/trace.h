/* SPDX-License-Identifier: MIT */
/*
 * trace.h - calls between the library and a driver, as they happen
 *
 * Three readers, each switched on alone:
 *
 *	shim_trace_to()         a line of text for every call
 *	shim_trace_events_to()  the Trace Event format (trace_events.c, docs/tracing.md)
 *	shim_history()          the last calls are remembered, for the report on a driver that
 *				ended badly (trace_history.c); mappings only if they go the
 *				general way, because the short one is as short as a record of it,
 *				and no spin locks and queries of packets and buffers
 *
 * A line of text holds the time in seconds since the trace began, the IRQL, the call with
 * its arguments and, behind "->", its results:
 *
 *	    0.001234 irql 2 NdisMStartBufferPhysicalMapping(adapter 0x..., ...) -> 1 run: ...
 *
 * A function of the library is traced once, when its results are known; TRACE_SCOPE at its
 * beginning tells the Trace Event format how long it took.  A function of the miniport is traced
 * before the call (">") and after it ("<"), because calls of the library happen in between.
 *
 * When nobody reads, a traced call costs one load and one branch, a scope two branches.
 */
#ifndef SUPPORT_TRACE_H
#define SUPPORT_TRACE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "support/compiler.h"

/** enum trace_reader - bits of trace_readers */
enum trace_reader {
	TRACE_TEXT = 1,
	TRACE_EVENTS = 2,
	TRACE_HISTORY = 4,
};

/* Who reads.  Read through trace_is_on(). */
extern unsigned int trace_readers HIDDEN;

static inline bool trace_is_on(void)
{
	return unlikely(trace_readers != 0);
}

/** trace_is_complete() - a reader wants every call, also those of the short ways of mappings; the
 * history does not. */
static inline bool trace_is_complete(void)
{
	return unlikely(trace_readers & (TRACE_TEXT | TRACE_EVENTS));
}

static inline bool trace_has_events(void)
{
	return unlikely(trace_readers & TRACE_EVENTS);
}

/** trace_write() - a call; used through the macros below.  @mark is ' ', '>' or '<'. */
void trace_write(char mark, const char *name, const char *format, ...) PRINTF_FORMAT(3, 4);

/** TRACE() - a call of the library: name, then printf arguments for "arguments) -> results". */
#define TRACE(name, ...) TRACE_CALL(' ', name, __VA_ARGS__)

/** TRACE_SHORT() - the same, of a call that is shorter than remembering it: the history, too, leaves
 * it out. */
#define TRACE_SHORT(name, ...)                                                                     \
	do {                                                                                       \
		if (trace_is_complete())                                                           \
			trace_write(' ', name, __VA_ARGS__);                                       \
	} while (0)

/** TRACE_ENTER() - a function of the miniport is about to be called. */
#define TRACE_ENTER(name, ...) TRACE_CALL('>', name, __VA_ARGS__)

/** TRACE_LEAVE() - a function of the miniport has returned. */
#define TRACE_LEAVE(name, ...) TRACE_CALL('<', name, __VA_ARGS__)

/* The format is a literal.  Arguments have no side effects: each reader evaluates them. */
#define TRACE_CALL(mark, name, ...)                                                                \
	do {                                                                                       \
		if (trace_is_on()) {                                                               \
			if (trace_readers & TRACE_HISTORY) {                                       \
				static struct trace_site trace_site = {                            \
					.format = TRACE_FORMAT(__VA_ARGS__, )};                    \
				const uint64_t trace_words[] = {TRACE_WORDS(__VA_ARGS__)};         \
                                                                                                   \
				trace_history_call(&trace_site, mark, name, trace_words);          \
			}                                                                          \
			if (trace_is_complete())                                                   \
				trace_write(mark, name, __VA_ARGS__);                              \
		}                                                                                  \
	} while (0)

/** TRACE_SCOPE() - a declaration: the function of the library that is named lasts to the end of the
 * block. */
#define TRACE_SCOPE(name)                                                                          \
	__attribute__((cleanup(trace_scope_end), unused)) const char *trace_scope =                \
		trace_has_events() ? trace_events_enter(name) : NULL

/* ---- Trace Event format: trace_events.c -------------------------------------------------- */

/** trace_events_call() - trace_write() for this reader. */
void trace_events_call(char mark, const char *name, const char *format, va_list arguments)
	PRINTF_FORMAT(3, 0);

/** trace_events_enter() - a slice begins.  Return: @name; NULL: too deep, and nothing began. */
const char *trace_events_enter(const char *name);

/** trace_events_leave() - the slice ends, with what TRACE() told of it. */
void trace_events_leave(const char *name);

static inline void trace_scope_end(const char **name)
{
	if (unlikely(*name != NULL))
		trace_events_leave(*name);
}

/** trace_events_irql() - the processor has another IRQL. */
void trace_events_irql(unsigned int level);

/** trace_events_begin(), trace_events_end() - a span that is nobody's slice, from here to there
 * @name: kind of span; it and @id are those of its end.
 */
void trace_events_begin(const char *name, const void *id, const char *format, ...)
	PRINTF_FORMAT(3, 4);
void trace_events_end(const char *name, const void *id);

/** trace_events_flush() - the processor goes to sleep: write what is collected. */
void trace_events_flush(void);

#define TRACE_BEGIN(...)                                                                           \
	do {                                                                                       \
		if (trace_has_events())                                                            \
			trace_events_begin(__VA_ARGS__);                                           \
	} while (0)

#define TRACE_END(name, id)                                                                        \
	do {                                                                                       \
		if (trace_has_events())                                                            \
			trace_events_end(name, id);                                                \
	} while (0)

/* ---- the last calls: trace_history.c ------------------------------------------------------ */

/* Arguments that a traced call may have. */
#define TRACE_ARGUMENTS 10u

/**
 * struct trace_site - a traced call in the source
 * @is_known: the rest is; it is found out when the call is made for the first time.
 * @count: arguments that @format takes.
 * @texts: bit i: argument i is a text.
 */
struct trace_site {
	const char *format;
	bool is_known;
	unsigned char count;
	unsigned short texts;
};

/** trace_history_call() - trace_write() for this reader: remembers the arguments, formats nothing.
 * @words: the arguments of @site->format, each as it is converted to an integer.
 */
void trace_history_call(struct trace_site *site, char mark, const char *name,
			const uint64_t *words);

/* A format and its arguments: the format; the arguments as words. */
#define TRACE_FORMAT(format, ...) format
#define TRACE_WORD(argument)	  (uint64_t)(uintptr_t)(argument)
#define TRACE_WORDS(...)                                                                           \
	TRACE_TWELFTH(__VA_ARGS__, TRACE_WORDS_10, TRACE_WORDS_9, TRACE_WORDS_8, TRACE_WORDS_7,     \
		      TRACE_WORDS_6, TRACE_WORDS_5, TRACE_WORDS_4, TRACE_WORDS_3, TRACE_WORDS_2,   \
		      TRACE_WORDS_1, TRACE_WORDS_0, )                                              \
	(__VA_ARGS__)
#define TRACE_TWELFTH(a, b, c, d, e, f, g, h, i, j, k, l, ...) l
#define TRACE_WORDS_0(format)	     0
#define TRACE_WORDS_1(format, a)     TRACE_WORD(a)
#define TRACE_WORDS_2(format, a, ...) TRACE_WORD(a), TRACE_WORDS_1(format, __VA_ARGS__)
#define TRACE_WORDS_3(format, a, ...) TRACE_WORD(a), TRACE_WORDS_2(format, __VA_ARGS__)
#define TRACE_WORDS_4(format, a, ...) TRACE_WORD(a), TRACE_WORDS_3(format, __VA_ARGS__)
#define TRACE_WORDS_5(format, a, ...) TRACE_WORD(a), TRACE_WORDS_4(format, __VA_ARGS__)
#define TRACE_WORDS_6(format, a, ...) TRACE_WORD(a), TRACE_WORDS_5(format, __VA_ARGS__)
#define TRACE_WORDS_7(format, a, ...) TRACE_WORD(a), TRACE_WORDS_6(format, __VA_ARGS__)
#define TRACE_WORDS_8(format, a, ...) TRACE_WORD(a), TRACE_WORDS_7(format, __VA_ARGS__)
#define TRACE_WORDS_9(format, a, ...) TRACE_WORD(a), TRACE_WORDS_8(format, __VA_ARGS__)
#define TRACE_WORDS_10(format, a, ...) TRACE_WORD(a), TRACE_WORDS_9(format, __VA_ARGS__)

#endif /* SUPPORT_TRACE_H */
