/* SPDX-License-Identifier: MIT */
/* What a wait in the kernel sees of what happens meanwhile, and whose the DPCs are that it runs. */
#include <string.h>

#include "ndis_fixture.h"

#include <wdm.h>

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static const LARGE_INTEGER now = {.QuadPart = 0};

static LARGE_INTEGER after(unsigned int milliseconds)
{
	return (LARGE_INTEGER){.QuadPart = -10000ll * milliseconds};
}

static NTSTATUS wait_for(void *object, unsigned int milliseconds)
{
	LARGE_INTEGER limit = after(milliseconds);

	return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &limit);
}

static VOID NTAPI set_event(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			    PVOID SystemArgument2)
{
	KeSetEvent(DeferredContext, IO_NO_INCREMENT, FALSE);
}

/* The longest time there is: it never comes. */
static void test_endless(struct ndis_fixture *f, gconstpointer data)
{
	LARGE_INTEGER endless = {.QuadPart = G_MININT64};
	KTIMER timer, never;
	KEVENT event;
	KDPC dpc;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	KeInitializeDpc(&dpc, set_event, &event);
	KeInitializeTimer(&never);
	KeInitializeTimer(&timer);
	KeSetTimer(&never, endless, NULL);
	KeSetTimer(&timer, after(3), &dpc);
	g_assert_cmpint(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &endless), ==,
			STATUS_SUCCESS);
	g_assert_false(KeReadStateTimer(&never));
	g_assert_true(KeCancelTimer(&never));
}

static KTIMER left;
static KDPC left_dpc;
static unsigned int calls;

/* As drivers do that look at their device now and then. */
static VOID NTAPI set_again(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			    PVOID SystemArgument2)
{
	PVOID memory;

	if (!calls++)
		NdisAllocateMemoryWithTag(&memory, 8, 'kaeL');
	KeSetTimer(&left, after(calls < 3 ? 1 : 60000), &left_dpc);
}

static NDIS_STATUS start_again(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	KeInitializeDpc(&left_dpc, set_again, NULL);
	KeInitializeTimer(&left);
	KeSetTimer(&left, after(1), &left_dpc);
	return NDIS_STATUS_SUCCESS;
}

/* What a DPC sets and allocates is its adapter's. */
static void test_left_by_dpc(struct ndis_fixture *f, gconstpointer data)
{
	fixture_stop(f);
	f->hooks.initialize = start_again;
	calls = 0;
	g_assert_cmpint(fixture_start(f), ==, 0);
	while (calls < 3)
		shim_run_once(-1);
	g_assert_cmpuint(fixture_stop(f), ==, 2);
	g_assert_nonnull(strstr(fixture_log(f), "with tag Leak is not freed"));
	fixture_expect_log(f, "KeCancelTimer stops every timer");
	g_assert_false(KeCancelTimer(&left));
}

static VOID NTAPI set_for_a_moment(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
				   PVOID SystemArgument2)
{
	KeSetEvent(DeferredContext, IO_NO_INCREMENT, FALSE);
	KeClearEvent(DeferredContext);
}

static VOID NTAPI set_ndis_event_for_a_moment(PKDPC Dpc, PVOID DeferredContext,
					      PVOID SystemArgument1, PVOID SystemArgument2)
{
	NdisSetEvent(DeferredContext);
	NdisResetEvent(DeferredContext);
}

/* Who waits already is released by what is signaled, even if that ends before it can run. */
static void test_moments(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_EVENT ndis_event;
	KTIMER timer;
	KEVENT event;
	KDPC dpc;

	KeInitializeTimer(&timer);
	KeInitializeEvent(&event, NotificationEvent, FALSE);
	KeInitializeDpc(&dpc, set_for_a_moment, &event);
	KeSetTimer(&timer, after(1), &dpc);
	g_assert_cmpint(wait_for(&event, 60000), ==, STATUS_SUCCESS);
	g_assert_cmpint(wait_for(&event, 0), ==, STATUS_TIMEOUT);
	NdisInitializeEvent(&ndis_event);
	KeInitializeDpc(&dpc, set_ndis_event_for_a_moment, &ndis_event);
	KeSetTimer(&timer, after(1), &dpc);
	g_assert_true(NdisWaitEvent(&ndis_event, 60000));
	/* The DPC of the timer sets it again, and so it is not signaled any more. */
	start_again(f, NULL);
	calls = 2;
	g_assert_cmpint(wait_for(&left, 50000), ==, STATUS_SUCCESS);
	g_assert_false(KeReadStateTimer(&left));
	g_assert_true(KeCancelTimer(&left));
}

static NTSTATUS wait_for_three(KEVENT *events, WAIT_TYPE type, unsigned int milliseconds)
{
	PVOID objects[] = {&events[0], &events[1], &events[2]};
	LARGE_INTEGER limit = after(milliseconds);

	return KeWaitForMultipleObjects(3, objects, type, Executive, KernelMode, FALSE, &limit,
					NULL);
}

static void test_several(struct ndis_fixture *f, gconstpointer data)
{
	PVOID many[MAXIMUM_WAIT_OBJECTS + 1];
	KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];
	LARGE_INTEGER limit = now;
	KEVENT events[3];
	KTIMER timer;

	memset(events, 0, sizeof(events));
	KeInitializeEvent(&events[0], (EVENT_TYPE)2, FALSE);
	fixture_expect_log(f, "KeInitializeEvent: Type is 2");
	g_assert_cmpint(KeSetEvent(&events[0], 0, FALSE), ==, 0);
	fixture_expect_log(f, "KeSetEvent: Event");
	for (unsigned int i = 0; i < 3; i++)
		KeInitializeEvent(&events[i], i == 2 ? NotificationEvent : SynchronizationEvent,
				  FALSE);
	g_assert_cmpint(wait_for_three(events, WaitAny, 1), ==, STATUS_TIMEOUT);
	KeSetEvent(&events[1], 0, FALSE);
	KeSetEvent(&events[2], 0, FALSE);
	g_assert_cmpint(wait_for_three(events, WaitAll, 1), ==, STATUS_TIMEOUT);
	g_assert_cmpint(KeReadStateEvent(&events[1]), ==, 1);
	g_assert_cmpint(wait_for_three(events, WaitAny, 0), ==, STATUS_WAIT_0 + 1);
	/* The one that was taken is clear, the other as it was. */
	g_assert_cmpint(wait_for_three(events, WaitAny, 0), ==, STATUS_WAIT_0 + 2);
	KeSetEvent(&events[0], 0, FALSE);
	KeSetEvent(&events[1], 0, FALSE);
	g_assert_cmpint(wait_for_three(events, WaitAll, 0), ==, STATUS_SUCCESS);
	g_assert_cmpint(KeReadStateEvent(&events[0]) + KeReadStateEvent(&events[1]), ==, 0);
	KeInitializeTimer(&timer);
	KeSetTimer(&timer, after(2), NULL);
	for (unsigned int i = 0; i <= MAXIMUM_WAIT_OBJECTS; i++)
		many[i] = i == 40 ? (PVOID)&timer : &events[0];
	g_assert_cmpint(KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, many, WaitAny, Executive,
						 KernelMode, FALSE, NULL, blocks),
			==, STATUS_WAIT_0 + 40);
	g_assert_cmpint(KeWaitForMultipleObjects(4, many, WaitAny, Executive, KernelMode, FALSE,
						 &limit, NULL),
			==, STATUS_INVALID_PARAMETER);
	fixture_expect_log(f, "Count is 4");
	g_assert_cmpint(KeWaitForMultipleObjects(65, many, WaitAny, Executive, KernelMode, FALSE,
						 &limit, blocks),
			==, STATUS_INVALID_PARAMETER);
	fixture_expect_log(f, "Count is 65");
}

#define ADD(name, function)                                                                        \
	g_test_add("/kernel-waits/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("endless", test_endless);
	ADD("left-by-dpc", test_left_by_dpc);
	ADD("moments", test_moments);
	ADD("several", test_several);
	return g_test_run();
}
