/* SPDX-License-Identifier: MIT */
/*
 * event_loop.c - the event loop on epoll
 *
 * epoll_wait() is asked for one event at a time.  A batch would go stale as
 * soon as its first handler runs the loop nested, closes a descriptor or
 * removes a source of the same batch; one at a time, every event is true when
 * it is delivered, and the kernel moves a delivered source to the end of its
 * ready list, so that no source starves another.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "platform/event_loop.h"
#include "support/compiler.h"

#define NANOSECONDS_PER_SECOND 1000000000

struct event_source {
	struct event_source *next;
	struct event_source *previous;
	event_handler handler;
	void *context;
	int descriptor;
};

/* @is_old: the kernel, or valgrind in its place, has no epoll_pwait2(); @polling: in nanoseconds. */
struct event_loop {
	int epoll;
	bool is_old;
	uint64_t turns;
	uint64_t polling;
	struct event_source *sources;
};

SHIM_EXPORT struct event_loop *event_loop_create(void)
{
	struct event_loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return NULL;
	}
	return loop;
}

SHIM_EXPORT void event_loop_destroy(struct event_loop *loop)
{
	if (!loop)
		return;
	while (loop->sources)
		event_loop_remove(loop, loop->sources);
	close(loop->epoll);
	free(loop);
}

static struct event_source *add(struct event_loop *loop, int descriptor, uint32_t events,
				event_handler handler, void *context)
{
	struct event_source *source = calloc(1, sizeof(*source));
	struct epoll_event event = {.events = events, .data.ptr = source};

	if (!source)
		return NULL;
	source->handler = handler;
	source->context = context;
	source->descriptor = descriptor;
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, descriptor, &event) < 0) {
		free(source);
		return NULL;
	}
	source->next = loop->sources;
	if (source->next)
		source->next->previous = source;
	loop->sources = source;
	return source;
}

SHIM_EXPORT struct event_source *event_loop_add(struct event_loop *loop, int descriptor,
						event_handler handler, void *context)
{
	return add(loop, descriptor, EPOLLIN, handler, context);
}

SHIM_EXPORT struct event_source *event_loop_add_edge(struct event_loop *loop, int descriptor,
						     event_handler handler, void *context)
{
	return add(loop, descriptor, EPOLLIN | EPOLLET, handler, context);
}

SHIM_EXPORT void event_loop_set_polling(struct event_loop *loop, uint64_t nanoseconds)
{
	loop->polling = nanoseconds;
}

SHIM_EXPORT void event_loop_remove(struct event_loop *loop, struct event_source *source)
{
	if (!source)
		return;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->descriptor, NULL);
	if (source->next)
		source->next->previous = source->previous;
	if (source->previous)
		source->previous->next = source->next;
	else
		loop->sources = source->next;
	free(source);
}

SHIM_EXPORT uint64_t event_loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)now.tv_nsec;
}

SHIM_EXPORT const uint64_t *event_loop_turns(const struct event_loop *loop)
{
	return &loop->turns;
}

/* One event, within @limit; NULL: without limit. */
static int wait_one(struct event_loop *loop, struct epoll_event *event,
		    const struct timespec *limit)
{
	struct pollfd entry = {.fd = loop->epoll, .events = POLLIN};
	int count;

	if (!loop->is_old) {
		count = epoll_pwait2(loop->epoll, event, 1, limit, NULL);
		if (count >= 0 || errno != ENOSYS)
			return count;
		loop->is_old = true;
	}
	count = ppoll(&entry, 1, limit, NULL);
	return count > 0 ? epoll_wait(loop->epoll, event, 1, 0) : count;
}

/* Without sleeping, up to @end. */
static int poll_one(struct event_loop *loop, struct epoll_event *event, uint64_t end)
{
	const struct timespec none = {0};
	int count;

	do
		count = wait_one(loop, event, &none);
	while (count == 0 && event_loop_now() < end);
	return count;
}

SHIM_EXPORT int event_loop_run_once(struct event_loop *loop, int64_t timeout)
{
	struct event_source *source;
	struct epoll_event event;
	struct timespec limit;
	int count = 0;

	__atomic_store_n(&loop->turns, loop->turns + 1, __ATOMIC_RELAXED);
	if (loop->polling && timeout) {
		uint64_t polling = loop->polling;

		if (timeout > 0 && (uint64_t)timeout < polling)
			polling = (uint64_t)timeout;
		count = poll_one(loop, &event, event_loop_now() + polling);
		if (timeout > 0)
			timeout -= (int64_t)polling;
	}
	limit.tv_sec = timeout / NANOSECONDS_PER_SECOND;
	limit.tv_nsec = timeout % NANOSECONDS_PER_SECOND;
	if (count == 0)
		count = wait_one(loop, &event, timeout < 0 ? NULL : &limit);
	__atomic_store_n(&loop->turns, loop->turns + 1, __ATOMIC_RELAXED);
	if (count < 0)
		return -errno;
	if (count == 0)
		return 0;
	source = event.data.ptr;
	source->handler(source->context);
	return 1;
}
