/* SPDX-License-Identifier: MIT */
/*
 * poll_timer.c - look at something that wakes nobody
 */
#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "platform/linux/poll_timer.h"

#define INTERVAL_MINIMUM 20000
#define INTERVAL_MAXIMUM 1000000

static void look_after(struct poll_timer *timer, uint64_t nanoseconds)
{
	const struct itimerspec when = {.it_value.tv_nsec = (long)nanoseconds};

	timer->interval = nanoseconds;
	timerfd_settime(timer->descriptor, 0, &when, NULL);
}

static void expire(void *context)
{
	struct poll_timer *timer = context;
	uint64_t expirations;

	if (read(timer->descriptor, &expirations, sizeof(expirations)) != sizeof(expirations))
		return;
	look_after(timer,
		   2 * timer->interval < INTERVAL_MAXIMUM ? 2 * timer->interval : INTERVAL_MAXIMUM);
	if (timer->look(timer->context))
		poll_timer_hurry(timer);
}

void poll_timer_init(struct poll_timer *timer)
{
	memset(timer, 0, sizeof(*timer));
	timer->descriptor = -1;
}

int poll_timer_start(struct poll_timer *timer, struct event_loop *loop, poll_timer_look look,
		     void *context)
{
	int result;

	timer->descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (timer->descriptor < 0)
		return -errno;
	timer->loop = loop;
	timer->look = look;
	timer->context = context;
	timer->source = event_loop_add(loop, timer->descriptor, expire, timer);
	if (!timer->source) {
		result = -errno;
		poll_timer_stop(timer);
		return result;
	}
	look_after(timer, INTERVAL_MINIMUM);
	return 0;
}

void poll_timer_hurry(struct poll_timer *timer)
{
	if (timer->descriptor >= 0 && timer->interval > INTERVAL_MINIMUM)
		look_after(timer, INTERVAL_MINIMUM);
}

void poll_timer_stop(struct poll_timer *timer)
{
	event_loop_remove(timer->loop, timer->source);
	if (timer->descriptor >= 0)
		close(timer->descriptor);
	poll_timer_init(timer);
}
