/* SPDX-License-Identifier: MIT */
/*
 * kernel_object.c - see kernel_object.h; and waiting, in which everything else runs
 */
#include "ke/kernel_object.h"

#include <ddk/kernel_event.h>

#include "ke/clock.h"
#include "ke/level.h"
#include "ke/queue.h"
#include "platform/event_loop.h"
#include "support/log.h"

#define INITIALISED 0x4A424F4Bu

/**
 * struct wait
 * @next: one that began later.
 * @is_over: the objects are taken, and those of no others any more.
 * @taken: the first that was signaled.
 */
struct wait {
	struct wait *next;
	bool is_over;
	struct kernel_object **objects;
	ULONG count;
	bool all;
	ULONG taken;
};

/* The waits of the thread that have begun, the oldest first. */
static _Thread_local struct wait *waits;

void kernel_object_make(void *object, enum kernel_object_type type, LONG state)
{
	*(struct kernel_object *)object = (struct kernel_object){type, state, INITIALISED};
}

struct kernel_object *kernel_object_find(const char *call, const char *name, const char *kind,
					 void *object, enum kernel_object_type first,
					 enum kernel_object_type last)
{
	struct kernel_object *found = object;

	if (!ke_is_given(call, name, object))
		return NULL;
	if (found->initialised == INITIALISED && found->type >= (ULONG)first &&
	    found->type <= (ULONG)last)
		return found;
	log_error("%s: %s %p is not; rule: %s is initialised before it is used", call, name, object,
		  kind);
	return NULL;
}

int64_t ke_time_from_now(int64_t units)
{
	uint64_t rest = 0 - (uint64_t)units;
	int64_t now;

	if (units > 0) {
		now = ke_system_time();
		rest = units > now ? (uint64_t)(units - now) : 0;
	}

	return rest > INT64_MAX / 100 ? INT64_MAX : (int64_t)rest * 100;
}

/* A mutex that is held is held by this thread: all drivers run on it. */
static bool is_signaled(const struct kernel_object *object)
{
	return object->type == KERNEL_MUTEX || object->state > 0;
}

/* What the end of a wait does to the object. */
static void take(struct kernel_object *object)
{
	switch (object->type) {
	case KERNEL_SYNCHRONIZATION_EVENT:
	case KERNEL_SYNCHRONIZATION_TIMER:
		object->state = 0;
		break;
	case KERNEL_MUTEX:
		if (object->state == 1)
			ke_processor()->mutexes++;
		object->state--;
		break;
	case KERNEL_SEMAPHORE:
		object->state--;
		break;
	default:
		break;
	}
}

/* Takes what is waited for, if it is there.  Return: it was; the wait is over. */
static bool try_to_end(struct wait *wait)
{
	ULONG i = 0;

	while (i < wait->count && is_signaled(wait->objects[i]) == wait->all)
		i++;
	wait->is_over = wait->all ? i == wait->count : i < wait->count;
	if (!wait->is_over)
		return false;
	wait->taken = wait->all ? 0 : i;
	if (!wait->all)
		take(wait->objects[i]);
	for (i = 0; wait->all && i < wait->count; i++)
		take(wait->objects[i]);
	return true;
}

void kernel_object_signal(struct kernel_object *object, LONG state)
{
	object->state = state;
	for (struct wait *wait = waits; wait; wait = wait->next) {
		if (!wait->is_over)
			try_to_end(wait);
	}
}

static bool is_over(void *context)
{
	return ((const struct wait *)context)->is_over;
}

/* Waits end in the reverse order of their beginnings: the later ones run within the earlier. */
static bool wait_for(struct wait *wait, int64_t timeout)
{
	struct wait **end = &waits;
	bool result;

	if (try_to_end(wait))
		return true;
	if (!timeout)
		return false;
	while (*end)
		end = &(*end)->next;
	*end = wait;
	result = ke_wait(is_over, wait, timeout);
	*end = NULL;
	return result;
}

bool kernel_object_wait(struct kernel_object *object, int64_t timeout)
{
	struct wait wait = {.objects = &object, .count = 1};

	return wait_for(&wait, timeout);
}

static NTSTATUS wait_until(const char *call, struct wait *wait, PLARGE_INTEGER limit)
{
	int64_t timeout = limit ? ke_time_from_now(limit->QuadPart) : -1;

	if (timeout && !ke_irql_at_most(call, KE_PASSIVE_LEVEL))
		timeout = 0;
	return wait_for(wait, timeout) ? STATUS_WAIT_0 + (NTSTATUS)wait->taken : STATUS_TIMEOUT;
}

static struct kernel_object *any_object(const char *call, void *object)
{
	return kernel_object_find(call, "Object", "an event, timer, mutex or semaphore", object,
				  KERNEL_NOTIFICATION_EVENT, KERNEL_SYNCHRONIZATION_TIMER);
}

NTSTATUS NTAPI KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason,
				     KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				     PLARGE_INTEGER Timeout)
{
	static const char call[] = "KeWaitForSingleObject";
	struct kernel_object *object = any_object(call, Object);
	struct wait wait = {.objects = &object, .count = 1};

	return object ? wait_until(call, &wait, Timeout) : STATUS_INVALID_PARAMETER;
}

NTSTATUS NTAPI KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
					KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
					BOOLEAN Alertable, PLARGE_INTEGER Timeout,
					PKWAIT_BLOCK WaitBlockArray)
{
	static const char call[] = "KeWaitForMultipleObjects";
	struct kernel_object *objects[MAXIMUM_WAIT_OBJECTS];
	struct wait wait = {.objects = objects, .count = Count, .all = WaitType == WaitAll};

	if (!ke_is_given(call, "Object", Object))
		return STATUS_INVALID_PARAMETER;
	if (!Count || Count > MAXIMUM_WAIT_OBJECTS ||
	    (Count > THREAD_WAIT_OBJECTS && !WaitBlockArray)) {
		log_error("%s: Count is %u; rule: it is 1 to %u, and above %u WaitBlockArray is "
			  "given",
			  call, Count, MAXIMUM_WAIT_OBJECTS, THREAD_WAIT_OBJECTS);
		return STATUS_INVALID_PARAMETER;
	}
	for (ULONG i = 0; i < Count; i++) {
		objects[i] = any_object(call, Object[i]);
		if (!objects[i])
			return STATUS_INVALID_PARAMETER;
	}
	return wait_until(call, &wait, Timeout);
}

NTSTATUS NTAPI KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				      PLARGE_INTEGER Interval)
{
	static const char call[] = "KeDelayExecutionThread";

	if (!ke_is_given(call, "Interval", Interval))
		return STATUS_INVALID_PARAMETER;
	if (ke_irql_at_most(call, KE_PASSIVE_LEVEL))
		ke_sleep((uint64_t)ke_time_from_now(Interval->QuadPart));
	return STATUS_SUCCESS;
}
