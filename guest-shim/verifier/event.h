/* SPDX-License-Identifier: MIT */
/*
 * event.h - a call that made or ended an object
 */
#ifndef VERIFIER_EVENT_H
#define VERIFIER_EVENT_H

#include <stdint.h>

/**
 * struct verifier_event - @call NULL: it did not happen
 * @caller: return address into the code that called it, or NULL.
 * @time: event_loop_now().
 */
struct verifier_event {
	const char *call;
	const void *caller;
	uint64_t time;
	unsigned int irql;
};

/** verifier_event_now() - any level: an event of this moment. */
struct verifier_event verifier_event_now(const char *call, const void *caller);

#endif /* VERIFIER_EVENT_H */
