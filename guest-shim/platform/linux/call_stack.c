/* SPDX-License-Identifier: MIT */
/*
 * call_stack.c - see call_stack.h
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unwind.h>

#include "platform/call_stack.h"
#include "platform/linux/elf_function.h"
#include "support/compiler.h"

/** struct walk - @skip: frames that are not wanted. */
struct walk {
	void **frames;
	unsigned int capacity;
	unsigned int count;
	unsigned int skip;
};

static _Unwind_Reason_Code note(struct _Unwind_Context *context, void *argument)
{
	struct walk *walk = argument;

	if (walk->skip) {
		walk->skip--;
		return _URC_NO_REASON;
	}
	if (walk->count == walk->capacity || !_Unwind_GetIP(context))
		return _URC_END_OF_STACK;
	walk->frames[walk->count++] = (void *)_Unwind_GetIP(context);
	return _URC_NO_REASON;
}

/* backtrace() would load the unwinder's library only when it is called, and without it, as in a
 * small guest, silently find nothing. */
SHIM_EXPORT unsigned int call_stack(void **frames, unsigned int capacity)
{
	struct walk walk = {.frames = frames, .capacity = capacity, .skip = 1};

	_Unwind_Backtrace(note, &walk);
	return walk.count;
}

SHIM_EXPORT void call_stack_text(const void *address, bool returns, char *text, size_t size)
{
	uintptr_t inside = (uintptr_t)address - returns;
	uint64_t offset, begin;
	char function[128];
	const char *file;
	Dl_info info;

	if (!dladdr((const void *)inside, &info) || !info.dli_fname) {
		snprintf(text, size, "%p", address);
		return;
	}
	file = strrchr(info.dli_fname, '/');
	file = file ? file + 1 : info.dli_fname;
	offset = (uintptr_t)address - (uintptr_t)info.dli_fbase;
	/* The main program may be known by a name that is no path. */
	if (elf_function_find(info.dli_fname, offset - returns, function, sizeof(function),
			      &begin) == 0)
		snprintf(text, size, "%s: %s+0x%llx (offset 0x%llx)", file, function,
			 (unsigned long long)(offset - begin), (unsigned long long)offset);
	else if (info.dli_sname)
		snprintf(text, size, "%s: %s+0x%llx (offset 0x%llx)", file, info.dli_sname,
			 (unsigned long long)((uintptr_t)address - (uintptr_t)info.dli_saddr),
			 (unsigned long long)offset);
	else
		snprintf(text, size, "%s (offset 0x%llx)", file, (unsigned long long)offset);
}
