/* SPDX-License-Identifier: MIT */
/*
 * qtest_clock.c - the virtual clock follows the time of this machine
 *
 * In a QEMU that executes nothing the clock stands still until it is told to move, and with it
 * every timer of a device.  A timer of the event loop, a millisecond apart when nothing is to be
 * hurried, moves it by what has passed; so it stands while the program does, at a breakpoint.
 */
#include <errno.h>
#include <string.h>

#include "platform/qtest/qtest.h"
#include "platform/qtest/qtest_private.h"
#include "support/compiler.h"

/* What one look makes up for; a program that stood for longer has stopped the machine, too. */
#define STEP_MAXIMUM 10000000

static bool tick(void *context)
{
	struct qtest_platform *q = context;
	uint64_t now = event_loop_now();
	uint64_t step = now - q->clock.last;
	int64_t reached;

	q->clock.last = now;
	if (step > STEP_MAXIMUM)
		step = STEP_MAXIMUM;
	if (qtest_wire_clock_step(&q->wire, (int64_t)step, &reached) < 0)
		poll_timer_stop(&q->clock.timer);
	return false;
}

int qtest_clock_start(struct qtest_platform *q, struct explanation *why)
{
	int result;

	q->clock.last = event_loop_now();
	result = poll_timer_start(&q->clock.timer, q->base.loop, tick, q);
	if (result < 0)
		return explain(why, result, "cannot make the timer of the machine's clock: %s",
			       strerror(-result));
	return 0;
}

void qtest_clock_stop(struct qtest_platform *q)
{
	poll_timer_stop(&q->clock.timer);
}

SHIM_EXPORT int qtest_platform_advance(struct platform *platform, uint64_t nanoseconds)
{
	struct qtest_platform *q = qtest_platform_from(platform);
	int64_t reached;

	if (nanoseconds > INT64_MAX)
		return -EINVAL;
	return qtest_wire_clock_step(&q->wire, (int64_t)nanoseconds, &reached) < 0 ? -EIO : 0;
}
