/* SPDX-License-Identifier: MIT */
/* Memory, timers, events, work items, locks, strings: the objects of drivers. */
#include <string.h>

#include "ndis_fixture.h"

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static void test_memory(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS highest = {.QuadPart = -1};
	PVOID va = f;

	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 100, 'abcd'), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint((uintptr_t)va % 16, ==, 0);
	NdisFreeMemory(va, 0, 0);
	g_assert_cmpint(NdisAllocateMemory(&va, 5000, 0, highest), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint((uintptr_t)va % PAGE, ==, 0);
	NdisFreeMemory(va, 5000, 0);
	NdisFreeMemory(va, 5000, 0);
	fixture_expect_violation(f, "no memory of a driver begins at");
	g_assert_cmpint(NdisAllocateMemory(&va, 10, 0, highest), ==, NDIS_STATUS_SUCCESS);
	NdisFreeMemory((PUCHAR)va + 1, 10, 0);
	fixture_expect_violation(f, "no memory of a driver begins at");
	NdisFreeMemory(va, 11, 0);
	fixture_expect_violation(f, "Length is 11, the memory at");
	g_assert_cmpint(NdisAllocateMemory(&va, 0, 0, highest), ==, NDIS_STATUS_FAILURE);
	g_assert_null(va);
	fixture_expect_violation(f, "Length is 0");
	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 0, 'abcd'), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "Length is 0");

	va = ExAllocatePoolWithTag(NonPagedPool, 100, 'abcd');
	g_assert_nonnull(va);
	ExFreePoolWithTag(va, 'abce');
	fixture_expect_violation(f, "the tag is ecba, not dcba");
	va = ExAllocatePoolWithTag(PagedPool, 100, 'abcd');
	ExFreePool(va);
	ExFreePool(va);
	fixture_expect_violation(f, "no memory of a driver begins at");
	ExFreePoolWithTag(f, 'abcd');
	fixture_expect_violation(f, "ExFreePoolWithTag: no memory");
}

static void test_levels(struct ndis_fixture *f, gconstpointer data)
{
	PVOID va;
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	va = ExAllocatePoolWithTag(PagedPool, 100, 'abcd');
	fixture_expect_violation(f, "called at IRQL 2");
	ExFreePool(va);
	NdisMSleep(1000);
	fixture_expect_violation(f, "NdisMSleep: called at IRQL 2");
	KeLowerIrql(irql);
	KeRaiseIrql(HIGH_LEVEL, &irql);
	NdisAllocateMemoryWithTag(&va, 100, 'abcd');
	fixture_expect_violation(f, "called at IRQL 15");
	KeLowerIrql(irql);
	NdisFreeMemory(va, 100, 0);
}

static void test_lookaside(struct ndis_fixture *f, gconstpointer data)
{
	NPAGED_LOOKASIDE_LIST list;
	PVOID blocks[100];

	NdisInitializeNPagedLookasideList(&list, NULL, NULL, 0, 200, 'look', 0);
	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < 100; i++) {
			blocks[i] = NdisAllocateFromNPagedLookasideList(&list);
			g_assert_nonnull(blocks[i]);
			memset(blocks[i], 0x5A, 200);
		}
		for (unsigned int i = 0; i < 100; i++)
			NdisFreeToNPagedLookasideList(&list, blocks[i]);
	}
	NdisDeleteNPagedLookasideList(&list);
}

static unsigned int fired;

static VOID on_timer(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_assert_true(context == &fired);
	fired++;
}

static void test_timers(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_MINIPORT_TIMER timer;
	NDIS_TIMER plain;
	BOOLEAN cancelled;
	PNDIS_MINIPORT_TIMER in_memory;

	fired = 0;
	memset(&timer, 0xEE, sizeof(timer));
	NdisMSetTimer(&timer, 1);
	fixture_expect_violation(f, "a timer is initialised before it is used");
	NdisMInitializeTimer(&timer, f->handle, on_timer, &fired);
	NdisInitializeTimer(&plain, on_timer, &fired);
	NdisMSetTimer(&timer, 5);
	NdisSetTimer(&plain, 10);
	NdisMSleep(30000);
	g_assert_cmpuint(fired, ==, 2);
	NdisMCancelTimer(&timer, &cancelled);
	g_assert_false(cancelled);
	NdisMSetPeriodicTimer(&timer, 5);
	NdisSetTimer(&plain, 1000);
	NdisMSleep(50000);
	NdisMCancelTimer(&timer, &cancelled);
	g_assert_true(cancelled);
	NdisCancelTimer(&plain, &cancelled);
	g_assert_true(cancelled);
	g_assert_cmpuint(fired, >=, 5);
	NdisMSetPeriodicTimer(&timer, 0);
	fixture_expect_violation(f, "MillisecondsPeriod is 0");
	NdisMSetTimer(&timer, 1000);
	NdisMInitializeTimer(&timer, f->handle, on_timer, &fired);
	fixture_expect_violation(f, "was running");

	/* Freed while it runs: it would have run in freed memory. */
	NdisAllocateMemoryWithTag((PVOID *)&in_memory, sizeof(*in_memory), 'emit');
	NdisMInitializeTimer(in_memory, f->handle, on_timer, &fired);
	NdisMSetTimer(in_memory, 1);
	NdisFreeMemory(in_memory, sizeof(*in_memory), 0);
	fixture_expect_violation(f, "1 of them are still queued");
	NdisMSleep(5000);
}

static PVOID last_context;

static VOID keep_context(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	fired++;
	last_context = context;
}

/* Timers of no adapter run periodically, too, and with another context from one start to the next. */
static void test_plain_timers(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_TIMER timer;
	BOOLEAN cancelled;
	int first, second;

	memset(&timer, 0, sizeof(timer));
	NdisSetTimerEx(&timer, 1, &first);
	NdisSetPeriodicTimer(&timer, 1);
	fixture_expect_violations(f, 2, "NdisSetPeriodicTimer: timer");
	NdisInitializeTimer(&timer, keep_context, &first);
	fired = 0;
	NdisSetPeriodicTimer(&timer, 5);
	NdisMSleep(50000);
	g_assert_cmpuint(fired, >=, 3);
	g_assert_true(last_context == &first);
	NdisCancelTimer(&timer, &cancelled);
	g_assert_true(cancelled);
	fired = 0;
	/* The second start takes the place of the first. */
	NdisSetTimerEx(&timer, 1000, &first);
	NdisSetTimerEx(&timer, 1, &second);
	NdisMSleep(30000);
	g_assert_cmpuint(fired, ==, 1);
	g_assert_true(last_context == &second);
	NdisSetTimer(&timer, 1);
	NdisMSleep(30000);
	g_assert_cmpuint(fired, ==, 2);
	g_assert_true(last_context == &second);
	NdisSetPeriodicTimer(&timer, 0);
	fixture_expect_violation(f, "NdisSetPeriodicTimer: MillisecondsPeriod is 0");
}

static VOID set_event(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	NdisSetEvent(context);
}

static void test_events(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_EVENT event;
	NDIS_TIMER timer;
	KIRQL irql;

	memset(&event, 0, sizeof(event));
	g_assert_false(NdisWaitEvent(&event, 1));
	fixture_expect_violation(f, "an event is initialised before it is used");
	NdisInitializeEvent(&event);
	g_assert_false(NdisWaitEvent(&event, 5));
	NdisInitializeTimer(&timer, set_event, &event);
	NdisSetTimer(&timer, 5);
	g_assert_true(NdisWaitEvent(&event, 0));
	g_assert_true(NdisWaitEvent(&event, 1));
	NdisResetEvent(&event);
	g_assert_false(NdisWaitEvent(&event, 1));
	NdisSetEvent(&event);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	g_assert_true(NdisWaitEvent(&event, 1000));
	KeLowerIrql(irql);
	fixture_expect_violation(f, "NdisWaitEvent: called at IRQL 2");
}

static VOID count_work(PNDIS_WORK_ITEM item, PVOID context)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	if (++*(unsigned int *)context < 3)
		NdisScheduleWorkItem(item);
}

static void test_work_items(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_WORK_ITEM item;
	unsigned int count = 0;
	KIRQL irql;

	memset(&item, 0, sizeof(item));
	g_assert_cmpint(NdisScheduleWorkItem(&item), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "Routine of work item");
	NdisInitializeWorkItem(&item, count_work, &count);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	g_assert_cmpint(NdisScheduleWorkItem(&item), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpint(NdisScheduleWorkItem(&item), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "is waiting");
	KeLowerIrql(irql);
	g_assert_cmpuint(count, ==, 0);
	fixture_settle(f);
	g_assert_cmpuint(count, ==, 3);
}

static void test_spin_locks(struct ndis_fixture *f, gconstpointer data)
{
	LIST_ENTRY head, entries[2];
	NDIS_SPIN_LOCK lock;
	ULONG value = 5;

	NdisAllocateSpinLock(&lock);
	NdisAcquireSpinLock(&lock);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	NdisFreeSpinLock(&lock);
	fixture_expect_violation(f, "is held");
	NdisReleaseSpinLock(&lock);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	NdisDprAcquireSpinLock(&lock);
	fixture_expect_violation(f, "NdisDprAcquireSpinLock: called at IRQL 0");
	NdisDprReleaseSpinLock(&lock);
	fixture_expect_violation(f, "NdisDprReleaseSpinLock: called at IRQL 0");
	g_assert_cmpuint(NdisInterlockedAddUlong(&value, 3, &lock), ==, 5);
	g_assert_cmpuint(value, ==, 8);
	NdisInitializeListHead(&head);
	g_assert_null(NdisInterlockedInsertTailList(&head, &entries[0], &lock));
	g_assert_true(NdisInterlockedInsertHeadList(&head, &entries[1], &lock) == &entries[0]);
	g_assert_true(NdisInterlockedRemoveHeadList(&head, &lock) == &entries[1]);
	g_assert_true(NdisInterlockedRemoveHeadList(&head, &lock) == &entries[0]);
	g_assert_null(NdisInterlockedRemoveHeadList(&head, &lock));
	NdisFreeSpinLock(&lock);
}

static void test_strings(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_STRING a, b = NDIS_STRING_CONST("media"), c = NDIS_STRING_CONST("Median");

	NdisInitializeString(&a, (PUCHAR) "Media");
	g_assert_cmpuint(a.Length, ==, 10);
	g_assert_cmpuint(a.MaximumLength, ==, 12);
	g_assert_true(NdisEqualString(&a, &b, TRUE));
	g_assert_false(NdisEqualString(&a, &b, FALSE));
	g_assert_false(NdisEqualString(&a, &c, TRUE));
	NdisFreeString(a);
}

static void test_misc(struct ndis_fixture *f, gconstpointer data)
{
	LARGE_INTEGER before, after;
	ULONG up;

	g_assert_cmphex(NdisGetVersion(), ==, 0x00050001);
	g_assert_cmpint(NdisSystemProcessorCount(), ==, 1);
	NdisGetCurrentSystemTime(&before);
	NdisStallExecution(1000);
	NdisGetCurrentSystemTime(&after);
	g_assert_cmpint(after.QuadPart - before.QuadPart, >=, 9000);
	NdisGetSystemUpTime(&up);
	g_assert_cmpuint(up, >, 0);
	NdisWriteErrorLogEntry(f->handle, NDIS_ERROR_CODE_HARDWARE_FAILURE, 2, 0x11, 0x22);
	fixture_expect_log(f, "0xc000138a hardware failure, values 0x00000011 0x00000022");
	NdisWriteErrorLogEntry(f->handle, 0x12345678, 0);
	fixture_expect_log(f, "0x12345678 error of the driver's own");
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/objects/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("memory", test_memory);
	ADD("levels", test_levels);
	ADD("lookaside", test_lookaside);
	ADD("timers", test_timers);
	ADD("plain-timers", test_plain_timers);
	ADD("events", test_events);
	ADD("work-items", test_work_items);
	ADD("spin-locks", test_spin_locks);
	ADD("strings", test_strings);
	ADD("misc", test_misc);
	return g_test_run();
}
