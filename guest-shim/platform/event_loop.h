/* SPDX-License-Identifier: MIT */
/*
 * event_loop.h - where a processor of the shim sleeps
 *
 * One event loop is one simulated processor: interrupts, timers and the
 * program's own descriptors are delivered by the thread that runs it, one at a
 * time.  ke/ builds IRQL, DPCs and timers on it and never sees a Linux header.
 */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct event_loop;
struct event_source;

/** event_handler - called when the descriptor is readable; may add and remove sources, its own included. */
typedef void (*event_handler)(void *context);

/** event_loop_create() - Return: a loop, or NULL with errno set. */
struct event_loop *event_loop_create(void);

/** event_loop_destroy() - frees the loop and its sources; does not close descriptors. */
void event_loop_destroy(struct event_loop *loop);

/**
 * event_loop_add() - call @handler(@context) whenever @descriptor is readable
 *
 * Level triggered: the handler must read.  Return: the source, or NULL with errno set.
 */
struct event_source *event_loop_add(struct event_loop *loop, int descriptor,
				    event_handler handler, void *context);

/**
 * event_loop_add_edge() - the same, but @handler(@context) is called each time that @descriptor is written
 * to or becomes readable, and need not read
 *
 * For an eventfd whose count nobody wants: a system call less for each event.
 */
struct event_source *event_loop_add_edge(struct event_loop *loop, int descriptor,
					 event_handler handler, void *context);

/**
 * event_loop_set_polling() - look for events for so many @nanoseconds before going to sleep
 *
 * What comes meanwhile is delivered without the time that it takes to wake the processor up; the thread keeps
 * its processor busy for that. 0, as at first: go to sleep at once.
 */
void event_loop_set_polling(struct event_loop *loop, uint64_t nanoseconds);

/** event_loop_remove() - no call of the handler after return.  NULL is ignored. */
void event_loop_remove(struct event_loop *loop, struct event_source *source);

/** event_loop_now() - monotonic time in nanoseconds. */
uint64_t event_loop_now(void);

/**
 * event_loop_run_once() - wait for, and deliver, at least one event
 * @timeout: nanoseconds to wait at most; 0 polls, negative waits without limit.
 *
 * May be called from a handler (nested), which is how a wait at PASSIVE_LEVEL
 * lets interrupts in.  Return: handlers called, or -errno (-EINTR on a signal).
 */
int event_loop_run_once(struct event_loop *loop, int64_t timeout);

/**
 * event_loop_turns() - a counter that changes whenever the loop begins or ends waiting
 *
 * Odd while it waits.  Any thread may read it, atomically, as long as the loop exists: when it is even and
 * does not change, a handler, or what runs between two waits, does not return.
 */
const uint64_t *event_loop_turns(const struct event_loop *loop);

#ifdef __cplusplus
}
#endif

#endif /* EVENT_LOOP_H */
