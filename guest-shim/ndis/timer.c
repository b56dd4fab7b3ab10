/* SPDX-License-Identifier: MIT */
/*
 * timer.c - timers of drivers, delays, time
 */
#include <string.h>
#include <time.h>

#include "ke/clock.h"
#include "ndis/memory.h"
#include "ndis/miniport_call.h"
#include "ndis/timer.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/trace.h"

#define NANOSECONDS_PER_MILLISECOND 1000000ull

/* The library's part of a timer; an NDIS_TIMER is a timer without adapter. */
struct timer_state {
	struct ke_timer timer;
	const void *owner; /* adapter or driver that initialised it */
	uint32_t initialised;
} MAY_ALIAS;

static const char timer_name[] = "timer";

#define TIMER_INITIALISED 0x54494D45u

C_ASSERT(sizeof(struct timer_state) <=
	 sizeof(NDIS_MINIPORT_TIMER) - offsetof(NDIS_MINIPORT_TIMER, Reserved));

static struct timer_state *state_of(PNDIS_MINIPORT_TIMER timer)
{
	return (struct timer_state *)(void *)timer->Reserved;
}

static void call_function(PNDIS_MINIPORT_TIMER timer)
{
	TRACE_ENTER("MiniportTimer", "%p, context %p)", (void *)timer, timer->MiniportTimerContext);
	timer->MiniportTimerFunction(NULL, timer->MiniportTimerContext, NULL, NULL);
	/* The function may have freed the timer. */
	TRACE_LEAVE("MiniportTimer", "%p)", (void *)timer);
}

static void on_timer(void *context)
{
	PNDIS_MINIPORT_TIMER timer = context;
	struct shim_adapter *adapter = timer->Miniport;
	struct miniport_call call;

	if (!adapter) {
		const void *owner = ndis_set_current_owner(state_of(timer)->owner);

		call_function(timer);
		ndis_set_current_owner(owner);
		return;
	}
	ndis_enter_miniport(adapter, "MiniportTimer", KE_DISPATCH_LEVEL, &call);
	call_function(timer);
	ndis_leave_miniport(adapter, &call);
}

static void initialise(const char *call, PNDIS_MINIPORT_TIMER timer, struct shim_adapter *adapter,
		       PNDIS_TIMER_FUNCTION function, PVOID context, const void *caller)
{
	if (!ndis_is_given(call, "Timer", timer))
		return;
	/* Found by address, because the memory need not have been a timer before. */
	if (ke_timer_cancel(&state_of(timer)->timer))
		ndis_violation(adapter, call,
			       "a timer that runs is cancelled before it is initialised",
			       "timer %p was running", (void *)timer);
	memset(timer, 0, sizeof(*timer));
	timer->Miniport = adapter;
	timer->MiniportTimerFunction = function;
	timer->MiniportTimerContext = context;
	state_of(timer)->owner = adapter ? adapter : ndis_current_owner();
	state_of(timer)->initialised = TIMER_INITIALISED;
	ndis_verify_gone(adapter, timer_name, timer, call, NULL);
	ndis_verify_made(adapter, timer_name, timer, call, caller);
}

VOID NTAPI NdisMInitializeTimer(PNDIS_MINIPORT_TIMER Timer, NDIS_HANDLE MiniportAdapterHandle,
				PNDIS_TIMER_FUNCTION TimerFunction, PVOID FunctionContext)
{
	static const char call[] = "NdisMInitializeTimer";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "%p, adapter %p, context %p)", (void *)Timer, (void *)adapter, FunctionContext);
	if (!adapter)
		return;
	ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL);
	initialise(call, Timer, adapter, TimerFunction, FunctionContext,
		   __builtin_return_address(0));
}

VOID NTAPI NdisInitializeTimer(PNDIS_TIMER Timer, PNDIS_TIMER_FUNCTION TimerFunction,
			       PVOID FunctionContext)
{
	TRACE("NdisInitializeTimer", "%p, context %p)", (void *)Timer, FunctionContext);
	initialise("NdisInitializeTimer", Timer, NULL, TimerFunction, FunctionContext,
		   __builtin_return_address(0));
}

static bool is_usable(const char *call, PNDIS_MINIPORT_TIMER timer)
{
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "Timer", timer))
		return false;
	if (state_of(timer)->initialised == TIMER_INITIALISED && timer->MiniportTimerFunction)
		return true;
	/* Nothing in the timer can be trusted, its adapter included. */
	ndis_violation(NULL, call, "a timer is initialised before it is used", "timer %p is not",
		       (void *)timer);
	return false;
}

static void start(const char *call, PNDIS_MINIPORT_TIMER timer, UINT delay, UINT period)
{
	TRACE(call, "%p, %u ms, every %u ms)", (void *)timer, delay, period);
	ke_timer_set(&state_of(timer)->timer, delay * NANOSECONDS_PER_MILLISECOND,
		     period * NANOSECONDS_PER_MILLISECOND, on_timer, timer);
}

static void set(const char *call, PNDIS_MINIPORT_TIMER timer, UINT delay, UINT period)
{
	if (is_usable(call, timer))
		start(call, timer, delay, period);
}

VOID NTAPI NdisMSetTimer(PNDIS_MINIPORT_TIMER Timer, UINT MillisecondsToDelay)
{
	set("NdisMSetTimer", Timer, MillisecondsToDelay, 0);
}

VOID NTAPI NdisSetTimer(PNDIS_TIMER Timer, UINT MillisecondsToDelay)
{
	set("NdisSetTimer", Timer, MillisecondsToDelay, 0);
}

static void set_periodic(const char *call, PNDIS_MINIPORT_TIMER timer, UINT period)
{
	if (!period) {
		ndis_violation(NULL, call, "a period is at least 1 millisecond",
			       "MillisecondsPeriod is 0");
		return;
	}
	set(call, timer, period, period);
}

VOID NTAPI NdisMSetPeriodicTimer(PNDIS_MINIPORT_TIMER Timer, UINT MillisecondsPeriod)
{
	set_periodic("NdisMSetPeriodicTimer", Timer, MillisecondsPeriod);
}

VOID NTAPI NdisSetPeriodicTimer(PNDIS_TIMER NdisTimer, UINT MillisecondsPeriod)
{
	set_periodic("NdisSetPeriodicTimer", NdisTimer, MillisecondsPeriod);
}

VOID NTAPI NdisSetTimerEx(PNDIS_TIMER NdisTimer, UINT MillisecondsToDelay, PVOID FunctionContext)
{
	static const char call[] = "NdisSetTimerEx";

	if (!is_usable(call, NdisTimer))
		return;
	NdisTimer->MiniportTimerContext = FunctionContext;
	start(call, NdisTimer, MillisecondsToDelay, 0);
}

static void cancel(const char *call, PNDIS_MINIPORT_TIMER timer, PBOOLEAN cancelled)
{
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "TimerCancelled", cancelled))
		return;
	*cancelled = FALSE;
	if (!ndis_is_given(call, "Timer", timer))
		return;
	*cancelled = ke_timer_cancel(&state_of(timer)->timer);
	TRACE(call, "%p) -> %u", (void *)timer, *cancelled);
}

VOID NTAPI NdisMCancelTimer(PNDIS_MINIPORT_TIMER Timer, PBOOLEAN TimerCancelled)
{
	cancel("NdisMCancelTimer", Timer, TimerCancelled);
}

VOID NTAPI NdisCancelTimer(PNDIS_TIMER Timer, PBOOLEAN TimerCancelled)
{
	cancel("NdisCancelTimer", Timer, TimerCancelled);
}

static bool belongs_to(const void *timer, const void *owner)
{
	const struct timer_state *state =
		(const void *)((const NDIS_MINIPORT_TIMER *)timer)->Reserved;

	return state->owner == owner;
}

unsigned int ndis_timer_release(struct shim_adapter *adapter, const char *call, const void *owner)
{
	unsigned int count = 0;
	PNDIS_MINIPORT_TIMER timer;

	while ((timer = ke_timer_find(on_timer, belongs_to, owner))) {
		ndis_violation_code(
			adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = timer), call,
			"NdisMCancelTimer stops every timer before this function returns",
			"timer %p is running", (void *)timer);
		ke_timer_cancel(&state_of(timer)->timer);
		count++;
	}
	return count;
}

VOID NTAPI NdisMSleep(ULONG MicrosecondsToSleep)
{
	static const char call[] = "NdisMSleep";
	TRACE_SCOPE(call);

	TRACE(call, "%u us)", MicrosecondsToSleep);
	if (ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
		ke_sleep(MicrosecondsToSleep * 1000ull);
}

VOID NTAPI NdisStallExecution(UINT MicrosecondsToStall)
{
	TRACE("NdisStallExecution", "%u us)", MicrosecondsToStall);
	ke_stall(MicrosecondsToStall);
}

VOID NTAPI NdisGetCurrentSystemTime(PLARGE_INTEGER CurrentTime)
{
	if (!ndis_is_given("NdisGetCurrentSystemTime", "CurrentTime", CurrentTime))
		return;
	CurrentTime->QuadPart = ke_system_time();
	TRACE("NdisGetCurrentSystemTime", ") -> %lld", CurrentTime->QuadPart);
}

VOID NTAPI NdisGetSystemUpTime(PULONG SystemUpTime)
{
	if (!ndis_is_given("NdisGetSystemUpTime", "SystemUpTime", SystemUpTime))
		return;
	*SystemUpTime = (ULONG)(event_loop_now() / NANOSECONDS_PER_MILLISECOND);
	TRACE("NdisGetSystemUpTime", ") -> %u ms", *SystemUpTime);
}
