/* SPDX-License-Identifier: MIT */
/* The simulated processor: levels, deferred work, timers, waits, locks, bug checks, DbgPrint. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <ntddk.h>

#include "include/ndis_shim.h"
#include "ke/bug_check.h"
#include "ke/clock.h"
#include "ke/processor.h"
#include "ke/spin_lock.h"
#include "support/log.h"

#define MS 1000000ull

static GString *events;

static void note(void *context)
{
	g_string_append_printf(events, "%s@%u ", (const char *)context, ke_current_irql());
}

static void expect(const char *text)
{
	g_assert_cmpstr(events->str, ==, text);
	g_string_truncate(events, 0);
}

static void test_irql(void)
{
	unsigned int old = ke_raise_irql(KE_DISPATCH_LEVEL);

	g_assert_cmpuint(old, ==, KE_PASSIVE_LEVEL);
	g_assert_cmpuint(ke_raise_irql(KE_DEVICE_LEVEL), ==, KE_DISPATCH_LEVEL);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, KE_DEVICE_LEVEL);
	ke_lower_irql(KE_DISPATCH_LEVEL);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	ke_lower_irql(old);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
}

static void test_dpcs(void)
{
	struct ke_dpc a = {0}, b = {0}, c = {0};

	ke_raise_irql(KE_DEVICE_LEVEL);
	g_assert_true(ke_dpc_queue(&a, note, "a"));
	g_assert_true(ke_dpc_queue(&b, note, "b"));
	g_assert_true(ke_dpc_queue(&c, note, "c"));
	g_assert_false(ke_dpc_queue(&a, note, "again"));
	g_assert_true(ke_dpc_cancel(&c));
	g_assert_false(ke_dpc_cancel(&c));
	ke_lower_irql(KE_DISPATCH_LEVEL);
	expect("");
	ke_lower_irql(KE_PASSIVE_LEVEL);
	expect("a@2 b@2 ");
	/* The queue is intact after its last element was cancelled. */
	ke_raise_irql(KE_DISPATCH_LEVEL);
	ke_dpc_queue(&c, note, "c");
	ke_dpc_queue(&a, note, "a");
	ke_lower_irql(KE_PASSIVE_LEVEL);
	expect("c@2 a@2 ");
}

static void requeue(void *context)
{
	static int left = 3;

	note("r");
	if (--left)
		ke_dpc_queue(context, requeue, context);
}

static void test_dpc_queues_itself(void)
{
	struct ke_dpc dpc = {0};

	ke_raise_irql(KE_DISPATCH_LEVEL);
	ke_dpc_queue(&dpc, requeue, &dpc);
	ke_lower_irql(KE_PASSIVE_LEVEL);
	expect("r@2 r@2 r@2 ");
}

static void test_timers(void)
{
	struct ke_timer a = {0}, b = {0}, c = {0};
	uint64_t begin = event_loop_now();

	g_assert_false(ke_timer_set(&a, 20 * MS, 0, note, "a"));
	g_assert_false(ke_timer_set(&b, 10 * MS, 0, note, "b"));
	g_assert_false(ke_timer_set(&c, 5 * MS, 0, note, "c"));
	g_assert_true(ke_timer_cancel(&c));
	g_assert_false(ke_timer_cancel(&c));
	g_assert_true(ke_timer_set(&a, 15 * MS, 0, note, "a"));
	ke_sleep(40 * MS);
	expect("b@2 a@2 ");
	g_assert_cmpuint(event_loop_now() - begin, >=, 40 * MS);
	g_assert_false(ke_timer_cancel(&a));
}

static struct ke_timer periodic;
static int ticks;

static void tick(void *context)
{
	if (++ticks == 3)
		g_assert_true(ke_timer_cancel(&periodic));
}

static void test_periodic_timer(void)
{
	ke_timer_set(&periodic, 2 * MS, 2 * MS, tick, NULL);
	while (ticks < 3)
		ke_run_once(-1);
	ke_sleep(10 * MS);
	g_assert_cmpint(ticks, ==, 3);
	/* Periods that were missed do not come as a burst. */
	ke_timer_set(&periodic, 1 * MS, 1 * MS, tick, NULL);
	ticks = 10;
	ke_stall(20000);
	ke_run_once(0);
	g_assert_cmpint(ticks, <=, 12);
	ke_timer_cancel(&periodic);
}

static void test_work_items(void)
{
	struct ke_work_item a = {0}, b = {0};

	ke_raise_irql(KE_DISPATCH_LEVEL);
	g_assert_true(ke_work_item_queue(&a, note, "a"));
	g_assert_true(ke_work_item_queue(&b, note, "b"));
	g_assert_false(ke_work_item_queue(&b, note, "b"));
	ke_lower_irql(KE_PASSIVE_LEVEL);
	expect("");
	g_assert_cmpint(ke_run_once(0), ==, 2);
	expect("a@0 b@0 ");
	ke_work_item_queue(&a, note, "a");
	g_assert_true(ke_work_item_cancel(&a));
	g_assert_cmpint(ke_run_once(0), ==, 0);
	expect("");
}

static void test_waiting_at_dispatch(void)
{
	char *log;
	size_t length;
	FILE *stream = open_memstream(&log, &length);

	shim_log_to(stream);
	ke_raise_irql(KE_DISPATCH_LEVEL);
	g_assert_cmpint(ke_run_once(-1), ==, -EDEADLK);
	ke_lower_irql(KE_PASSIVE_LEVEL);
	fflush(stream);
	g_assert_nonnull(strstr(log, "waiting at IRQL 2"));
	shim_log_to(NULL);
	fclose(stream);
	free(log);
}

static void set_flag(void *context)
{
	*(bool *)context = true;
}

static bool flag_is_set(void *context)
{
	return *(bool *)context;
}

static void wait_inside(void *context)
{
	struct ke_timer timer = {0};
	bool flag = false;

	ke_timer_set(&timer, 2 * MS, 0, set_flag, &flag);
	g_assert_true(ke_wait(flag_is_set, &flag, 1000 * MS));
	set_flag(context);
}

static void test_waits(void)
{
	struct ke_timer timer = {0};
	struct ke_work_item item = {0};
	bool flag = false;
	uint64_t begin = event_loop_now();

	g_assert_false(ke_wait(flag_is_set, &flag, 10 * MS));
	g_assert_cmpuint(event_loop_now() - begin, >=, 10 * MS);
	ke_timer_set(&timer, 5 * MS, 0, set_flag, &flag);
	g_assert_true(ke_wait(flag_is_set, &flag, -1));
	flag = false;
	ke_work_item_queue(&item, wait_inside, &flag);
	g_assert_true(ke_wait(flag_is_set, &flag, 1000 * MS));
	/* Nobody could ever end this wait. */
	flag = false;
	g_assert_false(ke_wait(flag_is_set, &flag, -1));
}

static void test_event_loop(void)
{
	struct event_loop *loop = event_loop_create();
	struct event_loop *other = event_loop_create();

	g_assert_cmpint(ke_attach_event_loop(loop), ==, 0);
	g_assert_cmpint(ke_attach_event_loop(loop), ==, 0);
	g_assert_cmpint(ke_attach_event_loop(other), ==, -EBUSY);
	ke_detach_event_loop();
	g_assert_cmpint(ke_attach_event_loop(other), ==, -EBUSY);
	g_assert_cmpint(ke_run_once(1), ==, 0);
	ke_detach_event_loop();
	g_assert_cmpint(ke_attach_event_loop(other), ==, 0);
	ke_detach_event_loop();
	event_loop_destroy(loop);
	event_loop_destroy(other);
}

static void test_forget_memory(void)
{
	struct {
		struct ke_timer timer;
		struct ke_dpc dpc;
		struct ke_work_item item;
	} *inside = g_malloc0(sizeof(*inside)), *outside = g_malloc0(sizeof(*outside));

	ke_raise_irql(KE_DISPATCH_LEVEL);
	ke_timer_set(&inside->timer, 0, 0, note, "inside");
	ke_timer_set(&outside->timer, 0, 0, note, "timer");
	ke_dpc_queue(&inside->dpc, note, "inside");
	ke_dpc_queue(&outside->dpc, note, "dpc");
	ke_work_item_queue(&inside->item, note, "inside");
	ke_work_item_queue(&outside->item, note, "item");
	g_assert_cmpuint(ke_forget_memory(inside, sizeof(*inside)), ==, 3);
	g_assert_cmpuint(ke_forget_memory(inside, sizeof(*inside)), ==, 0);
	g_free(inside);
	ke_lower_irql(KE_PASSIVE_LEVEL);
	ke_run_once(0);
	expect("dpc@2 timer@2 item@0 ");
	g_free(outside);
}

static void test_spin_lock(void)
{
	KSPIN_LOCK lock = 77;
	KIRQL old;

	KeInitializeSpinLock(&lock);
	KeAcquireSpinLock(&lock, &old);
	g_assert_cmpuint(old, ==, PASSIVE_LEVEL);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	KeReleaseSpinLock(&lock, old);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeLowerIrql(old);
}

static void hook(void *context)
{
	fprintf(stderr, "the hook ran with %s\n", (const char *)context);
	fflush(stderr);
}

static void die_of_recursion(void)
{
	KSPIN_LOCK lock = 0;

	shim_on_bug_check(hook, "its context");
	ke_raise_irql(KE_DISPATCH_LEVEL);
	ke_spin_lock_acquire(&lock);
	ke_spin_lock_acquire(&lock);
}

static void die_of_release(void)
{
	KSPIN_LOCK lock = 0;

	ke_spin_lock_release(&lock);
}

static void die_of_raising(void)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeRaiseIrql(PASSIVE_LEVEL, &old);
}

static void die_of_lowering(void)
{
	KeLowerIrql(DISPATCH_LEVEL);
}

static void die_of_driver(void)
{
	KeBugCheckEx(0xC2, 1, 2, 3, 0xABCD);
}

static void expect_death(const char *path, const char *pattern)
{
	g_test_trap_subprocess(path, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr(pattern);
}

static void test_bug_checks(void)
{
	expect_death("/ke/bug-checks/subprocess/recursion",
		     "*bug check 0x0000000f SPIN_LOCK_ALREADY_OWNED at IRQL 2*address of the lock*"
		     "the hook ran with its context*");
	expect_death("/ke/bug-checks/subprocess/release", "*0x00000010 SPIN_LOCK_NOT_OWNED*");
	expect_death("/ke/bug-checks/subprocess/raising", "*0x00000009 IRQL_NOT_GREATER_OR_EQUAL*");
	expect_death("/ke/bug-checks/subprocess/lowering", "*0x0000000a IRQL_NOT_LESS_OR_EQUAL*");
	expect_death("/ke/bug-checks/subprocess/driver",
		     "*0x000000c2 BAD_POOL_CALLER*parameter 1: 0x1*parameter 4: 0xabcd*");
}

static void test_clock(void)
{
	uint64_t begin = event_loop_now();
	/* 1 January 2020 and 2100 in NT's time. */
	int64_t now = ke_system_time();

	g_assert_cmpint(now, >, 132223104000000000ll);
	g_assert_cmpint(now, <, 157469184000000000ll);
	ke_stall(200);
	g_assert_cmpuint(event_loop_now() - begin, >=, 200000);
}

static void test_debug_print(void)
{
	UNICODE_STRING wide = RTL_CONSTANT_STRING(L"wide");
	ANSI_STRING narrow = {3, 8, (PCHAR) "narrow"};
	char *log;
	size_t length;
	FILE *stream = open_memstream(&log, &length);

	shim_log_to(stream);
	DbgPrint("%d %u %x %08lX %ld|", -5, 5u, 255u, 0xABCDu, -7);
	DbgPrint("%I64d %I64x %llu %Ix|", -9ll, 0x123456789ABCull, 18446744073709551615ull,
		 (ULONG_PTR)0xFFFFFFFFFFull);
	DbgPrint("%hd %hx %c %% %5s|%-5s|%.2s|", 70000, 0x12345, 'c', "ab", "cd", "efgh");
	DbgPrint("%ws %S %ls %wZ %Z %s|", L"one", L"two", L"three", &wide, &narrow, (char *)NULL);
	DbgPrint("%*d|%-4d|%+d|%p|", 4, 1, 2, 3, (PVOID)0x1234);
	fflush(stream);
	g_assert_cmpstr(log, ==,
			"-5 5 ff 0000ABCD -7|"
			"-9 123456789abc 18446744073709551615 ffffffffff|"
			"4464 2345 c %    ab|cd   |ef|"
			"one two three wide nar (null)|"
			"   1|2   |+3|0000000000001234|");
	/* A message does not begin in the middle of the driver's line. */
	fseek(stream, 0, SEEK_SET);
	DbgPrint("open");
	log_notice("message");
	DbgPrint("");
	log_notice("message");
	DbgPrint("closed\n");
	shim_log_end_line();
	DbgPrint("open");
	shim_log_end_line();
	shim_log_end_line();
	fflush(stream);
	g_assert_true(g_str_has_prefix(log, "open\nndis-shim: notice: message\n"
					    "ndis-shim: notice: message\nclosed\nopen\n4 2345"));
	/* A message is cut after 512 bytes. */
	fseek(stream, 0, SEEK_SET);
	DbgPrint("%600s", "x");
	fflush(stream);
	g_assert_cmpuint(length, ==, 512);
	shim_log_to(NULL);
	fclose(stream);
	free(log);
}

int main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	events = g_string_new(NULL);
	g_test_add_func("/ke/irql", test_irql);
	g_test_add_func("/ke/dpcs", test_dpcs);
	g_test_add_func("/ke/dpc-queues-itself", test_dpc_queues_itself);
	g_test_add_func("/ke/timers", test_timers);
	g_test_add_func("/ke/periodic-timer", test_periodic_timer);
	g_test_add_func("/ke/work-items", test_work_items);
	g_test_add_func("/ke/waiting-at-dispatch", test_waiting_at_dispatch);
	g_test_add_func("/ke/waits", test_waits);
	g_test_add_func("/ke/event-loop", test_event_loop);
	g_test_add_func("/ke/forget-memory", test_forget_memory);
	g_test_add_func("/ke/spin-lock", test_spin_lock);
	g_test_add_func("/ke/bug-checks", test_bug_checks);
	g_test_add_func("/ke/bug-checks/subprocess/recursion", die_of_recursion);
	g_test_add_func("/ke/bug-checks/subprocess/release", die_of_release);
	g_test_add_func("/ke/bug-checks/subprocess/raising", die_of_raising);
	g_test_add_func("/ke/bug-checks/subprocess/lowering", die_of_lowering);
	g_test_add_func("/ke/bug-checks/subprocess/driver", die_of_driver);
	g_test_add_func("/ke/clock", test_clock);
	g_test_add_func("/ke/debug-print", test_debug_print);
	result = g_test_run();
	g_string_free(events, TRUE);
	return result;
}
