/* SPDX-License-Identifier: MIT */
/*
 * kernel_timer.c - the kernel's timers, each of the adapter or driver that set it
 */
#include <string.h>

#include <ddk/kernel_timer.h>

#include "ke/clock.h"
#include "ke/kernel_object.h"
#include "ke/level.h"
#include "ndis/memory.h"
#include "ndis/timer.h"
#include "ndis/violation.h"

#define NANOSECONDS_PER_MILLISECOND 1000000ull

/** struct kernel_timer - KTIMER as the library sees it */
struct kernel_timer {
	struct kernel_object object;
	struct ke_timer timer;
	PKDPC dpc;
	const void *owner;
} MAY_ALIAS;

C_ASSERT(sizeof(struct kernel_timer) <= sizeof(KTIMER));

static struct kernel_timer *find(const char *call, PKTIMER timer)
{
	return (struct kernel_timer *)kernel_object_find(call, "Timer", "a timer", timer,
							 KERNEL_NOTIFICATION_TIMER,
							 KERNEL_SYNCHRONIZATION_TIMER);
}

VOID NTAPI KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
	static const char call[] = "KeInitializeTimerEx";
	struct kernel_timer *timer = (PVOID)Timer;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!ke_is_given(call, "Timer", Timer))
		return;
	/* Found by address, because the memory need not have been a timer before. */
	ke_timer_cancel(&timer->timer);
	memset(Timer, 0, sizeof(*Timer));
	kernel_object_make(Timer,
			   Type == SynchronizationTimer ? KERNEL_SYNCHRONIZATION_TIMER
							: KERNEL_NOTIFICATION_TIMER,
			   0);
}

VOID NTAPI KeInitializeTimer(PKTIMER Timer)
{
	KeInitializeTimerEx(Timer, NotificationTimer);
}

static void on_time(void *context)
{
	struct kernel_timer *timer = context;
	LARGE_INTEGER now = {.QuadPart = ke_system_time()};

	const void *owner = ndis_set_current_owner(timer->owner);

	kernel_object_signal(&timer->object, 1);
	if (timer->dpc)
		KeInsertQueueDpc(timer->dpc, UlongToPtr(now.u.LowPart), LongToPtr(now.u.HighPart));
	ndis_set_current_owner(owner);
}

static BOOLEAN set(const char *call, PKTIMER memory, LARGE_INTEGER due, LONG period, PKDPC dpc)
{
	struct kernel_timer *timer = find(call, memory);

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!timer)
		return FALSE;
	if (period < 0) {
		ndis_violation(NULL, call, "a period is 0 or more milliseconds", "Period is %d",
			       period);
		return FALSE;
	}
	timer->object.state = 0;
	timer->dpc = dpc;
	timer->owner = ndis_current_owner();
	return ke_timer_set(&timer->timer, (uint64_t)ke_time_from_now(due.QuadPart),
			    (ULONG)period * NANOSECONDS_PER_MILLISECOND, on_time, timer);
}

BOOLEAN NTAPI KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
	return set("KeSetTimer", Timer, DueTime, 0, Dpc);
}

BOOLEAN NTAPI KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
	return set("KeSetTimerEx", Timer, DueTime, Period, Dpc);
}

BOOLEAN NTAPI KeCancelTimer(PKTIMER Timer)
{
	static const char call[] = "KeCancelTimer";
	struct kernel_timer *timer = find(call, Timer);

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	return timer && ke_timer_cancel(&timer->timer);
}

BOOLEAN NTAPI KeReadStateTimer(PKTIMER Timer)
{
	const struct kernel_timer *timer = find("KeReadStateTimer", Timer);

	return timer && timer->object.state > 0;
}

static bool belongs_to(const void *timer, const void *owner)
{
	return ((const struct kernel_timer *)timer)->owner == owner;
}

unsigned int ndis_kernel_timer_release(struct shim_adapter *adapter, const char *call,
				       const void *owner)
{
	struct kernel_timer *timer;
	unsigned int count = 0;

	while ((timer = ke_timer_find(on_time, belongs_to, owner))) {
		ndis_violation(adapter, call,
			       "KeCancelTimer stops every timer before this function returns",
			       "timer %p is running", (void *)timer);
		ke_timer_cancel(&timer->timer);
		count++;
	}
	return count;
}
