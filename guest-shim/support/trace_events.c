/* SPDX-License-Identifier: MIT */
/*
 * trace_events.c - the Trace Event format: a JSON array of events, as Perfetto and chrome://tracing
 * open it
 *
 * The events go to the file as they come; only a page is kept here.  Readers accept an array that
 * is not closed, so the file is good at any time, also after SIGKILL: each write ends with an event
 * and, because the kernel may stop a write of a dying process between two pages, lies in one page
 * of the file.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "include/ndis_shim.h"
#include "ke/processor.h"
#include "platform/event_loop.h"
#include "support/trace.h"

#define PAGE	   4096u
#define EVENT_SIZE 1536u
#define DEPTH	   32u
#define TEXT_SIZE  256u

/**
 * struct slice - an open slice of the thread
 * @text: "arguments) -> results" of TRACE(), empty before.
 */
struct slice {
	const char *name;
	char text[TEXT_SIZE];
};

/* Process wide, as a traced call need not know its adapter. @page_used counts from the start of a
 * page of the file, @written of it are in the file. */
static FILE *stream;
static uint64_t trace_begin;
static char page[PAGE];
static size_t page_used;
static size_t page_written;
static unsigned int threads;
static bool busy;

static _Thread_local unsigned int thread_number;
/* DEPTH of them, as long as one is open: a program that loads the library while it runs has room
 * for few thread-local variables. */
static _Thread_local struct slice *slices;
static _Thread_local unsigned int depth;
static _Thread_local unsigned int shown_irql;
static _Thread_local uint64_t thread_trace;

static void lock(void)
{
	while (__atomic_exchange_n(&busy, true, __ATOMIC_ACQUIRE))
		;
}

static void unlock(void)
{
	__atomic_store_n(&busy, false, __ATOMIC_RELEASE);
}

static void write_out(void)
{
	if (page_used > page_written) {
		fwrite(page + page_written, 1, page_used - page_written, stream);
		fflush(stream);
	}
	page_written = page_used % PAGE;
	page_used = page_written;
}

static void append(const char *event, size_t length)
{
	if (page_used + length > PAGE) {
		memset(page + page_used, ' ', PAGE - page_used);
		page_used = PAGE;
		write_out();
	}
	memcpy(page + page_used, event, length);
	page_used += length;
	if (page_used == PAGE)
		write_out();
}

/* Text as the inside of a JSON string.  Bytes beyond ASCII are Latin 1. */
static size_t escape(char *out, size_t size, const char *text, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length && used + 7 < size; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte == '"' || byte == '\\') {
			out[used++] = '\\';
			out[used++] = (char)byte;
		} else if (byte < ' ' || byte > '~') {
			used += (size_t)snprintf(out + used, size - used, "\\u%04x", byte);
		} else {
			out[used++] = (char)byte;
		}
	}
	out[used] = '\0';
	return used;
}

/* "a 1, b 2) -> R" as members of "args". */
static void describe(char *out, size_t size, const char *text)
{
	const char *arrow = strstr(text, ") -> ");
	size_t length = arrow ? (size_t)(arrow - text) : strlen(text);
	size_t used;

	if (!arrow && length && text[length - 1] == ')')
		length--;
	used = (size_t)snprintf(out, size, "\"arguments\":\"");
	used += escape(out + used, size - used - 2, text, length);
	used += (size_t)snprintf(out + used, size - used, "\"");
	if (arrow && used + 16 < size) {
		used += (size_t)snprintf(out + used, size - used, ",\"result\":\"");
		used += escape(out + used, size - used - 2, arrow + 5, strlen(arrow + 5));
		snprintf(out + used, size - used, "\"");
	}
}

static uint64_t now(void)
{
	return event_loop_now() - trace_begin;
}

/* Names the thread when it shows up in a trace for the first time. */
static void introduce(void)
{
	char event[256];
	int length;

	if (thread_trace == trace_begin)
		return;
	thread_trace = trace_begin;
	depth = 0;
	shown_irql = ~0u;
	thread_number = ++threads;
	length = snprintf(event, sizeof(event),
			  "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":%u,"
			  "\"args\":{\"name\":\"processor %u\"}},\n",
			  thread_number, thread_number);
	append(event, (size_t)length);
}

/* @rest: further members, with their commas before them. */
static void emit(char phase, const char *name, const char *rest)
{
	char event[EVENT_SIZE];
	uint64_t time;
	int length;

	lock();
	if (stream) {
		introduce();
		time = now();
		length = snprintf(event, sizeof(event),
				  "{\"ph\":\"%c\",\"name\":\"%s\",\"pid\":1,\"tid\":%u,"
				  "\"ts\":%" PRIu64 ".%03u%s},\n",
				  phase, name, thread_number, time / 1000u,
				  (unsigned int)(time % 1000u), rest);
		append(event, (size_t)length);
	}
	unlock();
}

SHIM_EXPORT void shim_trace_events_to(FILE *file)
{
	static const char head[] = "[\n{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":0,"
				   "\"args\":{\"name\":\"NDIS\"}},\n";
	static const char tail[] =
		"{\"ph\":\"M\",\"name\":\"end\",\"pid\":1,\"tid\":0,\"args\":{}}\n]\n";

	lock();
	if (stream) {
		append(tail, sizeof(tail) - 1);
		write_out();
	}
	stream = file;
	trace_begin = event_loop_now();
	page_used = 0;
	page_written = 0;
	threads = 0;
	if (file)
		append(head, sizeof(head) - 1);
	trace_readers =
		file ? trace_readers | TRACE_EVENTS : trace_readers & ~(unsigned int)TRACE_EVENTS;
	unlock();
}

/* Before the first event of a thread there is no open slice; a former trace leaves none behind. */
static bool has_slices(void)
{
	return thread_trace == trace_begin && depth > 0;
}

static bool has_room(void)
{
	if (!slices)
		slices = malloc(DEPTH * sizeof(*slices));
	return slices && !(has_slices() && depth == DEPTH);
}

/* After its event: the first one of a thread sets the depth. */
static void open_slice(const char *name)
{
	slices[depth].name = name;
	slices[depth++].text[0] = '\0';
}

const char *trace_events_enter(const char *name)
{
	if (!has_room())
		return NULL;
	emit('B', name, "");
	open_slice(name);
	return name;
}

void trace_events_leave(const char *name)
{
	char rest[EVENT_SIZE - 256];
	char text[EVENT_SIZE - 512];

	if (!has_slices() || slices[depth - 1].name != name)
		return;
	depth--;
	describe(text, sizeof(text), slices[depth].text);
	if (!depth) {
		free(slices);
		slices = NULL;
	}
	snprintf(rest, sizeof(rest), ",\"args\":{%s}", text);
	emit('E', name, rest);
}

void trace_events_call(char mark, const char *name, const char *format, va_list arguments)
{
	char line[TEXT_SIZE];
	char text[EVENT_SIZE - 512];
	char rest[EVENT_SIZE - 256];
	struct slice *slice;

	vsnprintf(line, sizeof(line), format, arguments);
	if (mark == '<' || (mark == ' ' && has_slices() && slices[depth - 1].name == name)) {
		slice = has_slices() ? &slices[depth - 1] : NULL;
		if (slice && slice->name == name)
			snprintf(slice->text, sizeof(slice->text), "%s", line);
		if (mark == '<')
			trace_events_leave(name);
		return;
	}
	describe(text, sizeof(text), line);
	snprintf(rest, sizeof(rest), "%s,\"args\":{\"irql\":%u,%s}",
		 mark == ' ' ? ",\"dur\":0" : "", ke_current_irql(), text);
	if (mark == ' ') {
		emit('X', name, rest);
		return;
	}
	if (!has_room())
		return;
	emit('B', name, rest);
	open_slice(name);
}

void trace_events_irql(unsigned int level)
{
	char rest[64];

	if (level == shown_irql && thread_trace == trace_begin)
		return;
	snprintf(rest, sizeof(rest), ",\"id\":\"%u\",\"args\":{\"level\":%u}",
		 thread_number ? thread_number : 1, level);
	emit('C', "IRQL", rest);
	shown_irql = level;
}

void trace_events_begin(const char *name, const void *id, const char *format, ...)
{
	char text[EVENT_SIZE - 512];
	char rest[EVENT_SIZE - 256];
	char line[TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	describe(text, sizeof(text), line);
	snprintf(rest, sizeof(rest), ",\"cat\":\"%s\",\"id\":\"%p\",\"args\":{%s}", name, id, text);
	emit('b', name, rest);
}

void trace_events_end(const char *name, const void *id)
{
	char rest[256];

	snprintf(rest, sizeof(rest), ",\"cat\":\"%s\",\"id\":\"%p\",\"args\":{}", name, id);
	emit('e', name, rest);
}

void trace_events_flush(void)
{
	lock();
	if (stream)
		write_out();
	unlock();
}
