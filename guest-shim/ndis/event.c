/* SPDX-License-Identifier: MIT */
/*
 * event.c - events: waiting at PASSIVE_LEVEL lets everything else run
 */
#include "ndis/violation.h"
#include "support/trace.h"

/* Words of NDIS_EVENT.Reserved. */
#define EVENT_MARK   0
#define EVENT_IS_SET 1

#define EVENT_INITIALISED 0x4556454Eu

static bool is_event(const char *call, PNDIS_EVENT event)
{
	if (event && event->Reserved[EVENT_MARK] == EVENT_INITIALISED)
		return true;
	ndis_violation(NULL, call, "an event is initialised before it is used", "event %p is not",
		       (void *)event);
	return false;
}

VOID NTAPI NdisInitializeEvent(PNDIS_EVENT Event)
{
	if (!ndis_is_given("NdisInitializeEvent", "Event", Event))
		return;
	Event->Reserved[EVENT_MARK] = EVENT_INITIALISED;
	Event->Reserved[EVENT_IS_SET] = FALSE;
	TRACE("NdisInitializeEvent", "%p)", (void *)Event);
}

VOID NTAPI NdisSetEvent(PNDIS_EVENT Event)
{
	TRACE("NdisSetEvent", "%p)", (void *)Event);
	ndis_irql_at_most(NULL, "NdisSetEvent", KE_DISPATCH_LEVEL);
	if (is_event("NdisSetEvent", Event))
		Event->Reserved[EVENT_IS_SET] = TRUE;
}

VOID NTAPI NdisResetEvent(PNDIS_EVENT Event)
{
	TRACE("NdisResetEvent", "%p)", (void *)Event);
	ndis_irql_at_most(NULL, "NdisResetEvent", KE_DISPATCH_LEVEL);
	if (is_event("NdisResetEvent", Event))
		Event->Reserved[EVENT_IS_SET] = FALSE;
}

static bool is_set(void *context)
{
	const NDIS_EVENT *event = context;

	return event->Reserved[EVENT_IS_SET] != FALSE;
}

BOOLEAN NTAPI NdisWaitEvent(PNDIS_EVENT Event, UINT MsToWait)
{
	static const char call[] = "NdisWaitEvent";
	TRACE_SCOPE(call);
	BOOLEAN result = FALSE;

	if (is_event(call, Event)) {
		if (ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
			result = ke_wait(is_set, Event, MsToWait ? MsToWait * 1000000ll : -1);
		else
			result = is_set(Event);
	}
	TRACE(call, "%p, %u ms) -> %u", (void *)Event, MsToWait, result);
	return result;
}
