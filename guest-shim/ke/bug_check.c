/* SPDX-License-Identifier: MIT */
/*
 * bug_check.c - see bug_check.h
 */
#include <stdbool.h>
#include <stdlib.h>

#include "include/ndis_shim.h"
#include "ke/bug_check.h"
#include "ke/bug_check_callback.h"
#include "ke/processor.h"
#include "platform/call_stack.h"
#include "support/compiler.h"
#include "support/log.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct bug_check_description {
	uint32_t code;
	const char *name;
	const char *meaning;
	const char *parameters[4];
};

static const struct bug_check_description descriptions[] = {
	{IRQL_NOT_GREATER_OR_EQUAL,
	 "IRQL_NOT_GREATER_OR_EQUAL",
	 "KeRaiseIrql must go to the current level or a higher one, at most HIGH_LEVEL",
	 {"level asked for", "current level"}},
	{IRQL_NOT_LESS_OR_EQUAL,
	 "IRQL_NOT_LESS_OR_EQUAL",
	 "KeLowerIrql must go to the current level or a lower one",
	 {"level asked for", "current level"}},
	{SPIN_LOCK_ALREADY_OWNED,
	 "SPIN_LOCK_ALREADY_OWNED",
	 "this processor already holds the lock and would wait for itself for ever",
	 {"address of the lock", "current level"}},
	{SPIN_LOCK_NOT_OWNED,
	 "SPIN_LOCK_NOT_OWNED",
	 "a lock was released that this processor does not hold",
	 {"address of the lock", "current level"}},
	{MUTEX_ALREADY_OWNED,
	 "MUTEX_ALREADY_OWNED",
	 "this thread already holds the fast mutex and would wait for itself for ever",
	 {"address of the thread", "address of the mutex"}},
	{BUGCODE_NDIS_DRIVER, "BUGCODE_NDIS_DRIVER", "a miniport broke a rule", {"which rule"}},
	{BUGCODE_ID_DRIVER, "BUGCODE_ID_DRIVER", "a miniport broke a rule", {NULL}},
	{BAD_POOL_CALLER,
	 "BAD_POOL_CALLER",
	 "memory was allocated or freed wrongly",
	 {"which rule"}},
	{DRIVER_VERIFIER_DETECTED_VIOLATION,
	 "DRIVER_VERIFIER_DETECTED_VIOLATION",
	 "a driver broke a rule",
	 {"which rule"}},
	{DRIVER_VERIFIER_DMA_VIOLATION,
	 "DRIVER_VERIFIER_DMA_VIOLATION",
	 "a driver broke a rule of DMA",
	 {"which rule"}},
	{BUG_CHECK_IOMMU_STATE_UNKNOWN,
	 "IOMMU_STATE_UNKNOWN",
	 "ending a mapping unmapped another number of bytes than were mapped: the device may "
	 "still reach memory that is about to be reused",
	 {"handle of the adapter", "map register", "buffer", "result of the unmap"}},
};

static const struct bug_check_description unknown = {0, "?", "", {NULL}};

/* Process wide: a bug check ends the process, whichever thread runs into it. */
static void (*host_hook)(void *context);
static void *host_context;

SHIM_EXPORT void shim_on_bug_check(void (*hook)(void *context), void *context)
{
	host_hook = hook;
	host_context = context;
}

/* The devices belong to the thread of their adapters. */
static _Thread_local void (*silence_devices)(void);

void ke_on_bug_check(void (*routine)(void))
{
	silence_devices = routine;
}

static const struct bug_check_description *describe(uint32_t code)
{
	for (size_t i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
		if (descriptions[i].code == code)
			return &descriptions[i];
	}
	return &unknown;
}

static void print_call_chain(void)
{
	void *frames[32];
	unsigned int count = call_stack(frames, ARRAY_SIZE(frames));
	char text[256];

	for (unsigned int i = 0; i < count; i++) {
		call_stack_text(frames[i], true, text, sizeof(text));
		log_error("    %s", text);
	}
}

_Noreturn void ke_bug_check(uint32_t code, uintptr_t first, uintptr_t second, uintptr_t third,
			    uintptr_t fourth)
{
	const struct bug_check_description *description = describe(code);
	uintptr_t values[4] = {first, second, third, fourth};
	static bool in_progress;

	log_error("bug check 0x%08x %s at IRQL %u: %s", code, description->name, ke_current_irql(),
		  description->meaning);
	for (int i = 0; i < 4; i++) {
		log_error("    parameter %d: 0x%llx%s%s", i + 1, (unsigned long long)values[i],
			  description->parameters[i] ? "  " : "",
			  description->parameters[i] ? description->parameters[i] : "");
	}
	print_call_chain();
	if (!in_progress) {
		in_progress = true;
		if (ke_current_irql() < KE_HIGH_LEVEL)
			ke_raise_irql(KE_HIGH_LEVEL);
		if (silence_devices)
			silence_devices();
		ke_call_bug_check_callbacks();
		if (host_hook)
			host_hook(host_context);
	}
	abort();
}
