/* SPDX-License-Identifier: MIT */
/*
 * processor.c - IRQL and the order in which deferred work runs
 */
#include <errno.h>
#include <time.h>

#include "ke/bug_check.h"
#include "ke/processor.h"
#include "ke/queue.h"
#include "support/compiler.h"
#include "support/log.h"
#include "support/trace.h"

_Thread_local unsigned int ke_irql;
static _Thread_local struct ke_processor current;

struct ke_processor *ke_processor(void)
{
	return &current;
}

unsigned int ke_irql_to_higher(unsigned int level)
{
	unsigned int old = ke_irql;

	if (unlikely(level < old || level > KE_HIGH_LEVEL))
		ke_bug_check(IRQL_NOT_GREATER_OR_EQUAL, level, old, 0, 0);
	ke_irql = level;
	if (trace_has_events())
		trace_events_irql(level);
	return old;
}

void ke_irql_to_lower(unsigned int level)
{
	if (unlikely(level > ke_irql))
		ke_bug_check(IRQL_NOT_LESS_OR_EQUAL, level, ke_irql, 0, 0);
	if (level < KE_DISPATCH_LEVEL && current.dpcs.head) {
		ke_irql = KE_DISPATCH_LEVEL;
		if (trace_has_events())
			trace_events_irql(KE_DISPATCH_LEVEL);
		ke_run_dpcs();
	}
	ke_irql = level;
	if (trace_has_events())
		trace_events_irql(level);
}

int ke_attach_event_loop(struct event_loop *loop)
{
	if (current.loop_users && current.loop != loop)
		return -EBUSY;
	current.loop = loop;
	current.loop_users++;
	return 0;
}

void ke_detach_event_loop(void)
{
	if (--current.loop_users == 0)
		current.loop = NULL;
}

/* Everything that is due without waiting: expired timers, DPCs, work items. */
static int run_due(void)
{
	int count = ke_run_timers();

	if (current.dpcs.head) {
		ke_raise_irql(KE_DISPATCH_LEVEL);
		count += ke_run_dpcs();
		ke_lower_irql(KE_PASSIVE_LEVEL);
	}
	return count + ke_run_queued_work_items();
}

static int sleep_without_loop(int64_t timeout)
{
	struct timespec request = {
		.tv_sec = timeout / 1000000000,
		.tv_nsec = timeout % 1000000000,
	};

	if (timeout < 0)
		return -EDEADLK;
	return nanosleep(&request, NULL) ? -errno : 0;
}

int ke_run_once(int64_t timeout)
{
	int64_t until_timer;
	int due, delivered;

	if (ke_irql != KE_PASSIVE_LEVEL) {
		log_error("waiting at IRQL %u: only code at PASSIVE_LEVEL may wait", ke_irql);
		return -EDEADLK;
	}
	due = run_due();
	if (due)
		timeout = 0;
	until_timer = ke_time_to_next_timer();
	if (until_timer >= 0 && (timeout < 0 || until_timer < timeout))
		timeout = until_timer;
	if (timeout && trace_has_events())
		trace_events_flush();
	if (current.loop)
		delivered = event_loop_run_once(current.loop, timeout);
	else
		delivered = sleep_without_loop(timeout);
	if (delivered < 0 && due == 0)
		return delivered;
	return due + (delivered > 0 ? delivered : 0) + run_due();
}

bool ke_wait(bool (*condition)(void *context), void *context, int64_t timeout)
{
	uint64_t deadline = event_loop_now() + (uint64_t)timeout;

	while (!condition(context)) {
		int64_t rest = timeout < 0 ? -1 : (int64_t)(deadline - event_loop_now());
		int result;

		if (timeout >= 0 && rest <= 0)
			return false;
		result = ke_run_once(rest);
		if (result < 0 && result != -EINTR)
			return condition(context);
	}
	return true;
}

static bool never(void *context)
{
	return false;
}

void ke_sleep(uint64_t duration)
{
	ke_wait(never, NULL, (int64_t)duration);
}
