/* SPDX-License-Identifier: MIT */
/*
 * kernel_event.c - the kernel's events
 */
#include <ddk/kernel_event.h>

#include "ke/kernel_object.h"
#include "ke/level.h"
#include "support/log.h"

C_ASSERT(sizeof(struct kernel_object) <= sizeof(KEVENT));

static struct kernel_object *find(const char *call, PRKEVENT event)
{
	return kernel_object_find(call, "Event", "an event", event, KERNEL_NOTIFICATION_EVENT,
				  KERNEL_SYNCHRONIZATION_EVENT);
}

VOID NTAPI KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
	static const char call[] = "KeInitializeEvent";

	if (!ke_is_given(call, "Event", Event))
		return;
	if (Type != NotificationEvent && Type != SynchronizationEvent)
		log_error("%s: Type is %u; rule: it is NotificationEvent (0) or "
			  "SynchronizationEvent (1)",
			  call, Type);
	else
		kernel_object_make(Event, (enum kernel_object_type)Type, State != FALSE);
}

static LONG set(const char *call, PRKEVENT event, LONG state)
{
	struct kernel_object *object = find(call, event);
	LONG before;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!object)
		return 0;
	before = object->state;
	if (state)
		kernel_object_signal(object, state);
	else
		object->state = 0;
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
	const struct kernel_object *object = find("KeReadStateEvent", Event);

	return object ? object->state : 0;
}
