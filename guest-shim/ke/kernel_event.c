/* SPDX-License-Identifier: MIT */
/*
 * kernel_event.c - the kernel's events and delays: who waits lets everything else run
 */
#include <ddk/kernel_event.h>

#include "ke/clock.h"
#include "ke/level.h"
#include "platform/event_loop.h"
#include "support/log.h"

/* KEVENT.Reserved[0] of an initialised event. */
#define EVENT_INITIALISED 0x544E5645u

static bool is_event(const char *call, const KEVENT *event)
{
	if (!ke_is_given(call, "Event", event))
		return false;
	if (event->Reserved[0] == EVENT_INITIALISED && event->Type <= SynchronizationEvent)
		return true;
	log_error("%s: event %p is not; rule: an event is initialised before it is used", call,
		  (const void *)event);
	return false;
}

VOID NTAPI KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
	if (!ke_is_given("KeInitializeEvent", "Event", Event))
		return;
	*Event = (KEVENT){.Type = Type, .SignalState = State != FALSE,
			  .Reserved = {EVENT_INITIALISED}};
}

static LONG set(const char *call, PRKEVENT event, LONG state)
{
	LONG before;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!is_event(call, event))
		return 0;
	before = event->SignalState;
	event->SignalState = state;
	return before;
}

LONG NTAPI KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
	return set("KeSetEvent", Event, 1);
}

VOID NTAPI KeClearEvent(PRKEVENT Event)
{
	set("KeClearEvent", Event, 0);
}

LONG NTAPI KeResetEvent(PRKEVENT Event)
{
	return set("KeResetEvent", Event, 0);
}

LONG NTAPI KeReadStateEvent(PRKEVENT Event)
{
	return is_event("KeReadStateEvent", Event) ? Event->SignalState : 0;
}

/* Nanoseconds from now of an NT time: negative from now, positive of the day. */
static int64_t time_from_now(int64_t units)
{
	int64_t rest = units <= 0 ? -units : units - ke_system_time();

	if (rest <= 0)
		return 0;
	return rest > INT64_MAX / 100 ? INT64_MAX : rest * 100;
}

static bool is_signaled(void *context)
{
	return ((const KEVENT *)context)->SignalState != 0;
}

NTSTATUS NTAPI KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason,
				     KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				     PLARGE_INTEGER Timeout)
{
	static const char call[] = "KeWaitForSingleObject";
	PKEVENT event = Object;
	int64_t timeout = Timeout ? time_from_now(Timeout->QuadPart) : -1;

	if (!is_event(call, event))
		return STATUS_INVALID_PARAMETER;
	if (timeout && !ke_irql_at_most(call, KE_PASSIVE_LEVEL))
		timeout = 0;
	if (!is_signaled(event) && (!timeout || !ke_wait(is_signaled, event, timeout)))
		return STATUS_TIMEOUT;
	if (event->Type == SynchronizationEvent)
		event->SignalState = 0;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				      PLARGE_INTEGER Interval)
{
	static const char call[] = "KeDelayExecutionThread";

	if (!ke_is_given(call, "Interval", Interval))
		return STATUS_INVALID_PARAMETER;
	if (ke_irql_at_most(call, KE_PASSIVE_LEVEL))
		ke_sleep((uint64_t)time_from_now(Interval->QuadPart));
	return STATUS_SUCCESS;
}
