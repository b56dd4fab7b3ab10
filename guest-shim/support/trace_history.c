/* SPDX-License-Identifier: MIT */
/*
 * trace_history.c - the last calls between the library and a driver
 *
 * A ring that is written by every call and read when a driver has ended badly, perhaps from a
 * signal handler of another thread.  To remember a call must cost little, because ndisrun remembers
 * every one: arguments are copied as words, texts as their first bytes, and are formatted when they
 * are read; what arguments a format takes is found out once.
 */
#include <stddef.h>
#include <string.h>

#include "include/ndis_shim.h"
#include "ke/processor.h"
#include "platform/event_loop.h"
#include "support/trace.h"

#define CALLS	   128u
#define ARGUMENTS  10u
#define TEXT_BYTES 72u
#define LAYOUTS	   512u /* a power of two, far more than there are formats */

/**
 * struct remembered_call
 * @time: event_loop_now(); 0: none yet.
 * @repeats: that the same call with the same arguments was made before, without another one between.
 * @words: arguments, @word_count of them; of a text the offset in @text.
 * @text_used: bytes of @text.
 */
struct remembered_call {
	uint64_t time;
	const char *name;
	const char *format;
	unsigned char irql;
	char mark;
	unsigned char word_count;
	unsigned char text_used;
	uint64_t repeats;
	uint64_t words[ARGUMENTS];
	char text[TEXT_BYTES];
};

/* Process wide, as the trace is: a traced call need not know its adapter. */
static struct remembered_call calls[CALLS];
static unsigned int next_call;

enum argument_kind { ARGUMENT_NARROW, ARGUMENT_WIDE, ARGUMENT_TEXT };

/**
 * struct layout - the arguments that a format takes
 * @format: a literal of this library, so that its address says which; NULL: none yet.
 * @kinds: enum argument_kind, @count of them.
 */
struct layout {
	const char *format;
	unsigned char count;
	unsigned char kinds[ARGUMENTS];
};

/* Each where its format's address leads; another one in its place is overwritten. */
static struct layout layouts[LAYOUTS];

SHIM_EXPORT void shim_history(bool on)
{
	trace_readers =
		on ? trace_readers | TRACE_HISTORY : trace_readers & ~(unsigned int)TRACE_HISTORY;
}

/**
 * struct conversion - one of a format
 * @begin, @end: its '%', and behind its letter.
 * @wide: the argument has 64 bits.
 */
struct conversion {
	const char *begin;
	const char *end;
	char letter;
	bool wide;
};

/* The next conversion from *@format on; "%%" is none.  Return: whether there is one. */
static bool next_conversion(const char **format, struct conversion *conversion)
{
	const char *position = *format;

	for (;;) {
		position = strchr(position, '%');
		if (!position)
			return false;
		if (position[1] != '%')
			break;
		position += 2;
	}
	conversion->begin = position++;
	position += strspn(position, "-+ #0123456789.");
	conversion->wide =
		*position == 'l' || *position == 'z' || *position == 'j' || *position == 't';
	position += strspn(position, "hlzjt");
	conversion->letter = *position;
	conversion->wide |= *position == 'p' || *position == 's';
	conversion->end = *position ? position + 1 : position;
	*format = conversion->end;
	return *position != '\0';
}

static const struct layout *layout_of(const char *format)
{
	uintptr_t address = (uintptr_t)format;
	struct layout *layout = &layouts[(address >> 3 ^ address >> 12) % LAYOUTS];
	struct conversion conversion;
	const char *rest = format;

	if (likely(layout->format == format))
		return layout;
	layout->format = format;
	for (layout->count = 0; layout->count < ARGUMENTS && next_conversion(&rest, &conversion);
	     layout->count++)
		layout->kinds[layout->count] = conversion.letter == 's' ? ARGUMENT_TEXT
					       : conversion.wide	? ARGUMENT_WIDE
									: ARGUMENT_NARROW;
	return layout;
}

static uint64_t copy_text(struct remembered_call *call, const char *text)
{
	uint64_t offset = call->text_used;
	size_t room = TEXT_BYTES - 1 - (size_t)offset;
	size_t length = strnlen(text ? text : "(null)", room);

	memcpy(call->text + offset, text ? text : "(null)", length);
	call->text[offset + length] = '\0';
	call->text_used = (unsigned char)(offset + length + (length < room));
	return offset;
}

static bool is_same(const struct remembered_call *one, const struct remembered_call *other)
{
	return one->time && one->format == other->format && one->name == other->name &&
	       one->mark == other->mark && one->irql == other->irql &&
	       memcmp(one->words, other->words, one->word_count * sizeof(one->words[0])) == 0 &&
	       one->text_used == other->text_used &&
	       memcmp(one->text, other->text, one->text_used) == 0;
}

void trace_history_call(char mark, const char *name, const char *format, va_list arguments)
{
	unsigned int number = __atomic_load_n(&next_call, __ATOMIC_RELAXED);
	struct remembered_call *call = &calls[number % CALLS];
	const struct layout *layout = layout_of(format);

	call->word_count = layout->count;
	call->text_used = 0;
	call->repeats = 0;
	call->name = name;
	call->format = format;
	call->mark = mark;
	call->irql = (unsigned char)ke_current_irql();
	for (unsigned int i = 0; i < layout->count; i++) {
		if (layout->kinds[i] == ARGUMENT_TEXT)
			call->words[i] = copy_text(call, va_arg(arguments, const char *));
		else if (layout->kinds[i] == ARGUMENT_WIDE)
			call->words[i] = va_arg(arguments, uint64_t);
		else
			call->words[i] = va_arg(arguments, unsigned int);
	}
	call->time = event_loop_now();
	/* A driver that waits for a register in a loop would leave nothing but that. */
	if (is_same(&calls[(number - 1) % CALLS], call)) {
		calls[(number - 1) % CALLS].repeats++;
		calls[(number - 1) % CALLS].time = call->time;
		return;
	}
	__atomic_store_n(&next_call, number + 1, __ATOMIC_RELAXED);
}

/* One argument in the way that its conversion wants it. */
static int print_word(char *text, size_t size, const struct remembered_call *call,
		      const struct conversion *conversion, uint64_t word)
{
	char format[24];
	size_t length = (size_t)(conversion->end - conversion->begin);

	if (length >= sizeof(format))
		return 0;
	memcpy(format, conversion->begin, length);
	format[length] = '\0';
	/* The format is one of this library's own, taken apart. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (conversion->letter == 's')
		return snprintf(text, size, format, call->text + word % TEXT_BYTES);
	if (conversion->wide)
		return snprintf(text, size, format, word);
	return snprintf(text, size, format, (unsigned int)word);
#pragma GCC diagnostic pop
}

static void print_call(const struct remembered_call *call, char *text, size_t size)
{
	struct conversion conversion;
	const char *position = call->format;
	const char *rest = call->format;
	size_t used = strlen(text);

	for (unsigned int i = 0;
	     i < ARGUMENTS && used < size && next_conversion(&rest, &conversion); i++) {
		int length = snprintf(text + used, size - used, "%.*s",
				      (int)(conversion.begin - position), position);

		used += (size_t)length;
		if (used < size)
			used += (size_t)print_word(text + used, size - used, call, &conversion,
						   call->words[i]);
		position = conversion.end;
	}
	if (used < size)
		snprintf(text + used, size - used, "%s", position);
}

SHIM_EXPORT bool shim_history_line(unsigned int back, char *line, size_t size)
{
	unsigned int last = __atomic_load_n(&next_call, __ATOMIC_RELAXED) - 1;
	const struct remembered_call *call = &calls[(last - back) % CALLS];
	uint64_t age;

	if (back >= CALLS - 1 || !call->time || !size)
		return false;
	age = event_loop_now() - call->time;
	snprintf(line, size, "%6llu.%06llu s ago, IRQL %-2u %c %s(",
		 (unsigned long long)(age / 1000000000u),
		 (unsigned long long)(age / 1000u % 1000000u), call->irql, call->mark, call->name);
	print_call(call, line, size);
	if (call->repeats)
		snprintf(line + strlen(line), size - strlen(line), ", and %llu times before",
			 (unsigned long long)call->repeats);
	return true;
}
