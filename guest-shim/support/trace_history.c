/* SPDX-License-Identifier: MIT */
/*
 * trace_history.c - the last calls between the library and a driver
 *
 * A ring that is written by every call and read when a driver has ended badly, perhaps from a
 * signal handler of another thread.  To remember a call must cost little, because ndisrun remembers
 * every one: arguments are copied as words, texts as their first bytes, and are formatted when they
 * are read; what arguments a format takes is found out once, and time is the processor's counter.
 */
#include <stddef.h>
#include <string.h>

#include "include/ndis_shim.h"
#include "ke/processor.h"
#include "platform/event_loop.h"
#include "support/trace.h"

#define CALLS	   128u
#define TEXT_BYTES 72u

/**
 * struct remembered_call
 * @site: NULL: none yet.
 * @time: time_stamp().
 * @repeats: that the same call with the same arguments was made before, without another one between.
 * @words: arguments, as many as @site takes; of a text the offset in @text.
 * @text_used: bytes of @text.
 */
struct remembered_call {
	const struct trace_site *site;
	const char *name;
	uint64_t time;
	unsigned char irql;
	char mark;
	unsigned char text_used;
	uint64_t repeats;
	uint64_t words[TRACE_ARGUMENTS];
	char text[TEXT_BYTES];
};

/* Process wide, as the trace is: a traced call need not know its adapter. */
static struct remembered_call calls[CALLS];
static unsigned int next_call;

/** struct moment - by both clocks: the time that the system tells costs a call */
struct moment {
	uint64_t time;
	uint64_t stamp;
};

/* When shim_history() began. */
static struct moment first;

static uint64_t time_stamp(void)
{
	return __builtin_ia32_rdtsc();
}

/* Of some attempts the one between whose two clocks the thread waited least for a processor. */
static struct moment this_moment(void)
{
	uint64_t least = UINT64_MAX;
	struct moment best = {0};

	for (unsigned int i = 0; i < 8; i++) {
		uint64_t stamp = time_stamp();
		uint64_t time = event_loop_now();
		uint64_t taken = time_stamp() - stamp;

		if (taken < least) {
			least = taken;
			best = (struct moment){time, stamp};
		}
	}
	return best;
}

SHIM_EXPORT void shim_history(bool on)
{
	first = this_moment();
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

static SELDOM void get_to_know(struct trace_site *site)
{
	const char *rest = site->format;
	struct conversion conversion;
	unsigned int texts = 0;
	unsigned int count;

	for (count = 0; count < TRACE_ARGUMENTS && next_conversion(&rest, &conversion); count++)
		if (conversion.letter == 's')
			texts |= 1u << count;
	site->count = (unsigned char)count;
	site->texts = (unsigned short)texts;
	__atomic_store_n(&site->is_known, true, __ATOMIC_RELEASE);
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

/* The words of texts become offsets. */
static __attribute__((noinline)) void copy_texts(struct remembered_call *call, unsigned int texts)
{
	for (; texts; texts &= texts - 1) {
		uint64_t *word = &call->words[__builtin_ctz(texts)];

		*word = copy_text(call, (const char *)(uintptr_t)*word);
	}
}

static __attribute__((noinline)) bool is_same(const struct remembered_call *one,
					       const struct remembered_call *other)
{
	return one->name == other->name && one->mark == other->mark && one->irql == other->irql &&
	       memcmp(one->words, other->words, one->site->count * sizeof(one->words[0])) == 0 &&
	       one->text_used == other->text_used &&
	       memcmp(one->text, other->text, one->text_used) == 0;
}

void trace_history_call(struct trace_site *site, char mark, const char *name,
			const uint64_t *words)
{
	unsigned int number = __atomic_load_n(&next_call, __ATOMIC_RELAXED);
	struct remembered_call *before = &calls[(number - 1) % CALLS];
	struct remembered_call *call = &calls[number % CALLS];

	if (unlikely(!__atomic_load_n(&site->is_known, __ATOMIC_ACQUIRE)))
		get_to_know(site);
	call->site = site;
	call->name = name;
	call->time = time_stamp();
	call->irql = (unsigned char)ke_current_irql();
	call->mark = mark;
	call->text_used = 0;
	call->repeats = 0;
	for (unsigned int i = 0; i < site->count; i++)
		call->words[i] = words[i];
	if (site->texts)
		copy_texts(call, site->texts);
	/* A driver that waits for a register in a loop would leave nothing but that. */
	if (before->site == site && is_same(before, call)) {
		before->repeats++;
		before->time = call->time;
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
	const char *position = call->site->format;
	const char *rest = call->site->format;
	size_t used = strlen(text);

	for (unsigned int i = 0;
	     i < TRACE_ARGUMENTS && used < size && next_conversion(&rest, &conversion); i++) {
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

/* In nanoseconds: as much of the time since shim_history() as of the stamps. */
static uint64_t age_of(const struct remembered_call *call)
{
	struct moment now = this_moment();

	/* Processors' counters may differ by little. */
	if (call->time < first.stamp || call->time >= now.stamp)
		return 0;
	return (uint64_t)((double)(now.time - first.time) * (double)(now.stamp - call->time) /
			  (double)(now.stamp - first.stamp));
}

SHIM_EXPORT bool shim_history_line(unsigned int back, char *line, size_t size)
{
	unsigned int last = __atomic_load_n(&next_call, __ATOMIC_RELAXED) - 1;
	const struct remembered_call *call = &calls[(last - back) % CALLS];
	uint64_t age;

	if (back >= CALLS - 1 || !call->site || !size)
		return false;
	age = age_of(call);
	snprintf(line, size, "%6llu.%06llu s ago, IRQL %-2u %c %s(",
		 (unsigned long long)(age / 1000000000u),
		 (unsigned long long)(age / 1000u % 1000000u), call->irql, call->mark, call->name);
	print_call(call, line, size);
	if (call->repeats)
		snprintf(line + strlen(line), size - strlen(line), ", and %llu times before",
			 (unsigned long long)call->repeats);
	return true;
}
