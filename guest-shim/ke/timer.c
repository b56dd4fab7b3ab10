/* SPDX-License-Identifier: MIT */
/*
 * timer.c - a list of timers in the order of their deadlines
 */
#include "ke/queue.h"

static void insert(struct ke_timer *timer)
{
	struct ke_timer **link = &ke_processor()->timers;

	while (*link && (*link)->deadline <= timer->deadline)
		link = &(*link)->next;
	timer->next = *link;
	timer->armed = true;
	*link = timer;
}

bool ke_timer_set(struct ke_timer *timer, uint64_t delay, uint64_t period, ke_routine routine,
		  void *context)
{
	bool was_armed = ke_timer_cancel(timer);

	timer->deadline = event_loop_now() + delay;
	timer->period = period;
	timer->routine = routine;
	timer->context = context;
	insert(timer);
	return was_armed;
}

bool ke_timer_cancel(struct ke_timer *timer)
{
	struct ke_timer **link = &ke_processor()->timers;

	/* The list decides, not timer->armed: the driver may never have initialised the memory. */
	while (*link && *link != timer)
		link = &(*link)->next;
	if (!*link)
		return false;
	*link = timer->next;
	timer->armed = false;
	return true;
}

int64_t ke_time_to_next_timer(void)
{
	struct ke_timer *timer = ke_processor()->timers;
	uint64_t now;

	if (!timer)
		return -1;
	now = event_loop_now();
	return timer->deadline > now ? (int64_t)(timer->deadline - now) : 0;
}

int ke_run_timers(void)
{
	struct ke_processor *processor = ke_processor();
	uint64_t now;
	int count = 0;

	if (!processor->timers)
		return 0;
	now = event_loop_now();
	while (processor->timers && processor->timers->deadline <= now) {
		struct ke_timer *timer = processor->timers;
		unsigned int irql;

		processor->timers = timer->next;
		timer->armed = false;
		if (timer->period) {
			/* Missed periods are dropped: a driver wants the next tick, not a burst. */
			timer->deadline += timer->period;
			if (timer->deadline <= now)
				timer->deadline = now + timer->period;
			insert(timer);
		}
		irql = ke_raise_irql(KE_DISPATCH_LEVEL);
		timer->routine(timer->context);
		ke_lower_irql(irql);
		count++;
	}
	return count;
}

unsigned int ke_forget_timers(const void *va, size_t length)
{
	unsigned int count = 0;

	for (struct ke_timer **link = &ke_processor()->timers; *link;) {
		if (ke_is_within(*link, va, length)) {
			(*link)->armed = false;
			*link = (*link)->next;
			count++;
		} else {
			link = &(*link)->next;
		}
	}
	return count;
}

void *ke_timer_find(ke_routine routine, ke_matcher matches, const void *key)
{
	const struct ke_timer *timer = ke_processor()->timers;

	while (timer && (timer->routine != routine || !matches(timer->context, key)))
		timer = timer->next;
	return timer ? timer->context : NULL;
}
