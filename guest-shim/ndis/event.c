/* SPDX-License-Identifier: MIT */
/*
 * event.c - events: waiting at PASSIVE_LEVEL lets everything else run
 */
#include "ke/kernel_object.h"
#include "ndis/violation.h"
#include "support/trace.h"

#define EVENT_INITIALISED 0x4556454Eu

/** struct ndis_event - NDIS_EVENT as the library sees it */
struct ndis_event {
	struct kernel_object object;
	ULONG_PTR mark;
} MAY_ALIAS;

C_ASSERT(sizeof(struct ndis_event) <= sizeof(NDIS_EVENT));

/* Return: NULL after a report. */
static struct kernel_object *find(const char *call, PNDIS_EVENT event)
{
	struct ndis_event *found = (PVOID)event;

	if (found && found->mark == EVENT_INITIALISED)
		return &found->object;
	ndis_violation(NULL, call, "an event is initialised before it is used", "event %p is not",
		       (void *)event);
	return NULL;
}

VOID NTAPI NdisInitializeEvent(PNDIS_EVENT Event)
{
	struct ndis_event *event = (PVOID)Event;

	if (!ndis_is_given("NdisInitializeEvent", "Event", Event))
		return;
	kernel_object_make(&event->object, KERNEL_NOTIFICATION_EVENT, 0);
	event->mark = EVENT_INITIALISED;
	TRACE("NdisInitializeEvent", "%p)", (void *)Event);
}

VOID NTAPI NdisSetEvent(PNDIS_EVENT Event)
{
	struct kernel_object *object;

	TRACE("NdisSetEvent", "%p)", (void *)Event);
	ndis_irql_at_most(NULL, "NdisSetEvent", KE_DISPATCH_LEVEL);
	object = find("NdisSetEvent", Event);
	if (object)
		kernel_object_signal(object, 1);
}

VOID NTAPI NdisResetEvent(PNDIS_EVENT Event)
{
	struct kernel_object *object;

	TRACE("NdisResetEvent", "%p)", (void *)Event);
	ndis_irql_at_most(NULL, "NdisResetEvent", KE_DISPATCH_LEVEL);
	object = find("NdisResetEvent", Event);
	if (object)
		object->state = 0;
}

BOOLEAN NTAPI NdisWaitEvent(PNDIS_EVENT Event, UINT MsToWait)
{
	static const char call[] = "NdisWaitEvent";
	TRACE_SCOPE(call);
	struct kernel_object *object = find(call, Event);
	int64_t timeout = MsToWait ? MsToWait * 1000000ll : -1;
	BOOLEAN result = FALSE;

	if (object && !ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
		timeout = 0;
	if (object)
		result = kernel_object_wait(object, timeout);
	TRACE(call, "%p, %u ms) -> %u", (void *)Event, MsToWait, result);
	return result;
}
