/* SPDX-License-Identifier: MIT */
/*
 * kernel_object.h - what drivers can wait for: events, timers, mutexes, semaphores
 */
#ifndef KE_KERNEL_OBJECT_H
#define KE_KERNEL_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <ntdef.h>

#include "support/compiler.h"

/* Values of kernel_object.type; the first two are those of EVENT_TYPE. */
enum kernel_object_type {
	KERNEL_NOTIFICATION_EVENT = 0,
	KERNEL_SYNCHRONIZATION_EVENT = 1,
	KERNEL_MUTEX = 2,
	KERNEL_SEMAPHORE = 5,
	KERNEL_NOTIFICATION_TIMER = 8,
	KERNEL_SYNCHRONIZATION_TIMER = 9,
};

/**
 * struct kernel_object - the beginning of KEVENT, KTIMER, KMUTEX and KSEMAPHORE
 * @type: enum kernel_object_type.
 * @state: positive: signaled.
 * @initialised: tells that it is one.
 */
struct kernel_object {
	ULONG type;
	LONG state;
	ULONG_PTR initialised;
} MAY_ALIAS;

/** kernel_object_make() - write the beginning of an object. */
void kernel_object_make(void *object, enum kernel_object_type type, LONG state);

/**
 * kernel_object_find() - check that an argument is an object of the types @first to @last
 * @name: of the argument.
 * @kind: for the message: "an event".
 *
 * Return: NULL after a message.
 */
struct kernel_object *kernel_object_find(const char *call, const char *name, const char *kind,
					 void *object, enum kernel_object_type first,
					 enum kernel_object_type last);

/**
 * kernel_object_signal() - @object has the positive @state from now on
 *
 * Those who wait take it in the order in which they began to, and their waits are over: whatever becomes
 * of the object before they run again.
 */
void kernel_object_signal(struct kernel_object *object, LONG state);

/**
 * kernel_object_wait() - PASSIVE: wait for @object, and take it
 * @timeout: ns; negative: without limit.
 *
 * Return: false at the time limit.
 */
bool kernel_object_wait(struct kernel_object *object, int64_t timeout);

/** ke_time_from_now() - ns to an NT time: negative from now, positive of the day. */
int64_t ke_time_from_now(int64_t units);

#endif /* KE_KERNEL_OBJECT_H */
