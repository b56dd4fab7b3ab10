/* SPDX-License-Identifier: MIT */
/*
 * test_event_loop.c - the event loop on epoll
 */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include "platform/event_loop.h"

#define MILLISECOND 1000000

/* An eventfd in a loop, and what happened to it. */
struct watched {
	struct event_loop *loop;
	struct event_source *source;
	int descriptor;
	unsigned int calls;
	struct watched *other;
};

static void signal_event(const struct watched *watched)
{
	uint64_t one = 1;

	g_assert_cmpint(write(watched->descriptor, &one, sizeof(one)), ==, sizeof(one));
}

static void take_event(struct watched *watched)
{
	uint64_t count;

	g_assert_cmpint(read(watched->descriptor, &count, sizeof(count)), ==, sizeof(count));
	watched->calls++;
}

static void on_event(void *context)
{
	take_event(context);
}

static void watch(struct watched *watched, struct event_loop *loop, event_handler handler)
{
	*watched = (struct watched){.loop = loop, .descriptor = eventfd(0, EFD_NONBLOCK)};
	watched->source = event_loop_add(loop, watched->descriptor, handler, watched);
	g_assert_nonnull(watched->source);
}

static void unwatch(struct watched *watched)
{
	event_loop_remove(watched->loop, watched->source);
	close(watched->descriptor);
}

static void test_delivers(void)
{
	struct event_loop *loop = event_loop_create();
	struct watched first;
	struct watched second;
	unsigned int i;

	watch(&first, loop, on_event);
	watch(&second, loop, on_event);
	g_assert_cmpint(event_loop_run_once(loop, 0), ==, 0);
	for (i = 0; i < 3; i++)
		signal_event(&second);
	g_assert_cmpint(event_loop_run_once(loop, -1), ==, 1);
	g_assert_cmpint(event_loop_run_once(loop, 0), ==, 0);
	g_assert_cmpuint(first.calls, ==, 0);
	g_assert_cmpuint(second.calls, ==, 1);
	signal_event(&first);
	signal_event(&second);
	while (event_loop_run_once(loop, 0) > 0)
		;
	g_assert_cmpuint(first.calls, ==, 1);
	g_assert_cmpuint(second.calls, ==, 2);
	unwatch(&first);
	unwatch(&second);
	event_loop_destroy(loop);
}

static void ignore_event(void *context)
{
	struct watched *watched = context;

	watched->calls++;
}

/* A handler that does not read is called again; the other source still gets its turn. */
static void test_level_triggered_and_fair(void)
{
	struct event_loop *loop = event_loop_create();
	struct watched noisy;
	struct watched quiet;
	unsigned int i;

	watch(&noisy, loop, ignore_event);
	watch(&quiet, loop, on_event);
	signal_event(&noisy);
	signal_event(&quiet);
	for (i = 0; i < 4; i++)
		g_assert_cmpint(event_loop_run_once(loop, 0), ==, 1);
	g_assert_cmpuint(quiet.calls, ==, 1);
	g_assert_cmpuint(noisy.calls, ==, 3);
	unwatch(&noisy);
	unwatch(&quiet);
	event_loop_destroy(loop);
}

static void remove_both(void *context)
{
	struct watched *watched = context;

	watched->calls++;
	event_loop_remove(watched->loop, watched->source);
	event_loop_remove(watched->loop, watched->other->source);
	watched->source = NULL;
	watched->other->source = NULL;
}

/* Two ready sources, each of which removes both: whichever comes first is the last. */
static void on_edge(void *context)
{
	struct watched *watched = context;

	watched->calls++;
}

/* Each write is told once, though nobody reads. */
static void test_edge(void)
{
	struct event_loop *loop = event_loop_create();
	struct watched watched = {.loop = loop, .descriptor = eventfd(0, EFD_NONBLOCK)};

	watched.source = event_loop_add_edge(loop, watched.descriptor, on_edge, &watched);
	g_assert_nonnull(watched.source);
	g_assert_cmpint(event_loop_run_once(loop, 0), ==, 0);
	for (unsigned int i = 1; i <= 3; i++) {
		signal_event(&watched);
		g_assert_cmpint(event_loop_run_once(loop, -1), ==, 1);
		g_assert_cmpint(event_loop_run_once(loop, 0), ==, 0);
		g_assert_cmpuint(watched.calls, ==, i);
	}
	unwatch(&watched);
	event_loop_destroy(loop);
}

/* Whether an event comes before, while or after it is looked for: it is delivered once. */
static void test_polling(void)
{
	struct event_loop *loop = event_loop_create();
	struct watched watched;

	watch(&watched, loop, on_event);
	event_loop_set_polling(loop, MILLISECOND);
	signal_event(&watched);
	g_assert_cmpint(event_loop_run_once(loop, -1), ==, 1);
	g_assert_cmpint(event_loop_run_once(loop, MILLISECOND / 2), ==, 0);
	g_assert_cmpint(event_loop_run_once(loop, 2 * MILLISECOND), ==, 0);
	signal_event(&watched);
	g_assert_cmpint(event_loop_run_once(loop, 0), ==, 1);
	g_assert_cmpint(event_loop_run_once(loop, 0), ==, 0);
	g_assert_cmpuint(watched.calls, ==, 2);
	unwatch(&watched);
	event_loop_destroy(loop);
}

static void test_remove_in_handler(void)
{
	struct event_loop *loop = event_loop_create();
	struct watched first;
	struct watched second;

	watch(&first, loop, remove_both);
	watch(&second, loop, remove_both);
	first.other = &second;
	second.other = &first;
	signal_event(&first);
	signal_event(&second);
	while (event_loop_run_once(loop, 0) > 0)
		;
	g_assert_cmpuint(first.calls + second.calls, ==, 1);
	close(first.descriptor);
	close(second.descriptor);
	event_loop_destroy(loop);
}

static void run_nested(void *context)
{
	struct watched *watched = context;

	take_event(watched);
	signal_event(watched->other);
	g_assert_cmpint(event_loop_run_once(watched->loop, -1), ==, 1);
}

static void test_nested(void)
{
	struct event_loop *loop = event_loop_create();
	struct watched outer;
	struct watched inner;

	watch(&outer, loop, run_nested);
	watch(&inner, loop, on_event);
	outer.other = &inner;
	signal_event(&outer);
	g_assert_cmpint(event_loop_run_once(loop, 0), ==, 1);
	g_assert_cmpuint(outer.calls, ==, 1);
	g_assert_cmpuint(inner.calls, ==, 1);
	g_assert_cmpint(event_loop_run_once(loop, 0), ==, 0);
	unwatch(&outer);
	unwatch(&inner);
	event_loop_destroy(loop);
}

static void test_timeout(void)
{
	struct event_loop *loop = event_loop_create();
	uint64_t begin = event_loop_now();

	g_assert_cmpint(event_loop_run_once(loop, 3 * MILLISECOND), ==, 0);
	g_assert_cmpuint(event_loop_now() - begin, >=, 3 * MILLISECOND);
	event_loop_destroy(loop);
}

static void on_alarm(int number)
{
}

static void test_signal(void)
{
	const struct sigaction action = {.sa_handler = on_alarm};
	const struct itimerval soon = {.it_value.tv_usec = 2000};
	struct event_loop *loop = event_loop_create();

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	g_assert_cmpint(event_loop_run_once(loop, -1), ==, -EINTR);
	event_loop_destroy(loop);
}

static void test_bad_descriptors(void)
{
	struct event_loop *loop = event_loop_create();
	struct watched watched;

	errno = 0;
	g_assert_null(event_loop_add(loop, -1, on_event, NULL));
	g_assert_cmpint(errno, ==, EBADF);
	watch(&watched, loop, on_event);
	g_assert_null(event_loop_add(loop, watched.descriptor, on_event, NULL));
	g_assert_cmpint(errno, ==, EEXIST);
	event_loop_remove(loop, NULL);
	close(watched.descriptor);
	/* Sources that are left are freed with the loop, descriptors of theirs closed or not. */
	event_loop_destroy(loop);
	event_loop_destroy(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/event_loop/delivers", test_delivers);
	g_test_add_func("/event_loop/level_triggered_and_fair", test_level_triggered_and_fair);
	g_test_add_func("/event_loop/edge", test_edge);
	g_test_add_func("/event_loop/polling", test_polling);
	g_test_add_func("/event_loop/remove_in_handler", test_remove_in_handler);
	g_test_add_func("/event_loop/nested", test_nested);
	g_test_add_func("/event_loop/timeout", test_timeout);
	g_test_add_func("/event_loop/signal", test_signal);
	g_test_add_func("/event_loop/bad_descriptors", test_bad_descriptors);
	return g_test_run();
}
