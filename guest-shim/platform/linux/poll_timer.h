/* SPDX-License-Identifier: MIT */
/*
 * poll_timer.h - look at something that wakes nobody, often while it is busy and rarely otherwise
 *
 * The first look comes 20 microseconds after something happened, then each interval is twice the
 * one before, up to a millisecond.
 */
#ifndef PLATFORM_LINUX_POLL_TIMER_H
#define PLATFORM_LINUX_POLL_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/event_loop.h"

/** poll_timer_look - Return: there was something, so look again soon.  May stop the timer. */
typedef bool (*poll_timer_look)(void *context);

/**
 * struct poll_timer
 * @descriptor: -1 when stopped.
 * @interval: nanoseconds until the next look.
 */
struct poll_timer {
	struct event_loop *loop;
	struct event_source *source;
	int descriptor;
	uint64_t interval;
	poll_timer_look look;
	void *context;
};

/** poll_timer_init() - a stopped timer. */
void poll_timer_init(struct poll_timer *timer);

/** poll_timer_start() - call @look(@context) from @loop from now on.  Return: 0; -errno. */
int poll_timer_start(struct poll_timer *timer, struct event_loop *loop, poll_timer_look look,
		     void *context);

/** poll_timer_hurry() - something happens: look soon.  Harmless when stopped. */
void poll_timer_hurry(struct poll_timer *timer);

/** poll_timer_stop() - no look after return.  Harmless when stopped. */
void poll_timer_stop(struct poll_timer *timer);

#endif /* PLATFORM_LINUX_POLL_TIMER_H */
