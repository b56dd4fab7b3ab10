/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_KERNEL_EVENT_H
#define NDIS_HEADERS_DDK_KERNEL_EVENT_H

/*
 * The kernel's events, waiting for them, and delays.
 *
 * An event is signaled or not. Who waits for one lets everything else run meanwhile: interrupts,
 * timers, work items. NDIS has its own (ndis/event.h), which are of the kind that stays signaled.
 * Source: the kernel's reference pages.
 */

#include "../ntstatus.h"
#include "irql.h"

/*
 * Kinds of event: one that stays signaled until it is cleared and releases all who wait, and one
 * that releases a single waiter and is cleared by that.
 */
typedef enum _EVENT_TYPE {
	NotificationEvent = 0,
	SynchronizationEvent = 1
} EVENT_TYPE;

/* An event in memory of the driver; its members are the library's. 24 bytes. */
typedef struct _KEVENT {
	ULONG Type;
	LONG SignalState;
	ULONG_PTR Reserved[2];
} KEVENT, *PKEVENT, *PRKEVENT;

/* How much the priority of a released thread is raised; 0 here, where all run on one thread. */
typedef LONG KPRIORITY;
#define IO_NO_INCREMENT 0
#define IO_NETWORK_INCREMENT 2

/* On whose behalf a thread waits. Drivers wait on their own, KernelMode. */
typedef CCHAR KPROCESSOR_MODE;
typedef enum _MODE {
	KernelMode = 0,
	UserMode = 1,
	MaximumMode = 2
} MODE;

/* Why a thread waits. Drivers say Executive. */
typedef enum _KWAIT_REASON {
	Executive = 0,
	FreePage = 1,
	PageIn = 2,
	PoolAllocation = 3,
	DelayExecution = 4,
	Suspended = 5,
	UserRequest = 6
} KWAIT_REASON;

/* What KeWaitForMultipleObjects waits for, and how many objects there may be. */
typedef enum _WAIT_TYPE {
	WaitAll = 0,
	WaitAny = 1
} WAIT_TYPE;

#define MAXIMUM_WAIT_OBJECTS 64
#define THREAD_WAIT_OBJECTS 3

/* Memory for one object of a wait; its members are the library's. */
typedef struct _KWAIT_BLOCK {
	ULONG_PTR Reserved[6];
} KWAIT_BLOCK, *PKWAIT_BLOCK;

EXTERN_C_START

/*
 * Makes `Event` an event of the kind `Type`, signaled if `State` is TRUE; must precede every other
 * use. Nothing has to be undone before the memory is freed, provided nobody waits. IRQL: any.
 */
NTKERNELAPI VOID NTAPI KeInitializeEvent(OUT PRKEVENT Event, IN EVENT_TYPE Type, IN BOOLEAN State);

/*
 * Signals an event. Who waits for it already is released, even if it is cleared at once.
 *
 * Event       the event.
 * Increment   IO_NO_INCREMENT.
 * Wait        FALSE.
 *
 * Returns the state before, nonzero if it was signaled. IRQL: <=DISPATCH.
 */
NTKERNELAPI LONG NTAPI KeSetEvent(IN OUT PRKEVENT Event, IN KPRIORITY Increment, IN BOOLEAN Wait);

/*
 * Ends the signaled state; KeResetEvent returns the state before. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI KeClearEvent(IN OUT PRKEVENT Event);
NTKERNELAPI LONG NTAPI KeResetEvent(IN OUT PRKEVENT Event);

/* Returns the state of the event, nonzero if it is signaled. IRQL: <=DISPATCH. */
NTKERNELAPI LONG NTAPI KeReadStateEvent(IN PRKEVENT Event);

/*
 * Waits until an object is signaled: an event, a timer (ddk/kernel_timer.h), a mutex or a semaphore
 * (ddk/kernel_lock.h).
 *
 * Object       a PKEVENT, PKTIMER, PKMUTEX or PKSEMAPHORE that is initialised; others are refused with
 *              STATUS_INVALID_PARAMETER.
 * WaitReason   Executive.
 * WaitMode     KernelMode.
 * Alertable    FALSE.
 * Timeout      NULL: without end. Otherwise units of 100 ns: a negative number of them from now, 0
 *              to look without waiting, a positive number as the time of day (KeQuerySystemTime).
 *
 * Returns STATUS_SUCCESS, STATUS_TIMEOUT, or STATUS_INVALID_PARAMETER. IRQL: =PASSIVE; <=DISPATCH
 * with a Timeout of 0.
 */
NTKERNELAPI NTSTATUS NTAPI KeWaitForSingleObject(IN PVOID Object, IN KWAIT_REASON WaitReason,
						 IN KPROCESSOR_MODE WaitMode, IN BOOLEAN Alertable,
						 IN PLARGE_INTEGER Timeout OPTIONAL);

/*
 * Waits until one of several objects is signaled, or until all are at the same time.
 *
 * Count            how many, 1..64.
 * Object           the objects, as above.
 * WaitType         WaitAny or WaitAll.
 * WaitReason,      as above.
 * WaitMode,
 * Alertable,
 * Timeout
 * WaitBlockArray   Count elements in memory of the driver; NULL for up to 3 objects.
 *
 * Returns, with WaitAny, STATUS_WAIT_0 plus the number of the first object that is signaled, which is
 * the one that the wait takes; with WaitAll, STATUS_SUCCESS; STATUS_TIMEOUT; STATUS_INVALID_PARAMETER.
 * IRQL: =PASSIVE; <=DISPATCH with a Timeout of 0.
 */
NTKERNELAPI NTSTATUS NTAPI KeWaitForMultipleObjects(IN ULONG Count, IN PVOID Object[],
						    IN WAIT_TYPE WaitType,
						    IN KWAIT_REASON WaitReason,
						    IN KPROCESSOR_MODE WaitMode,
						    IN BOOLEAN Alertable,
						    IN PLARGE_INTEGER Timeout OPTIONAL,
						    OUT PKWAIT_BLOCK WaitBlockArray OPTIONAL);

/*
 * Lets the caller wait while others run.
 *
 * WaitMode    KernelMode.
 * Alertable   FALSE.
 * Interval    as Timeout above; not NULL.
 *
 * Returns STATUS_SUCCESS. IRQL: =PASSIVE.
 */
NTKERNELAPI NTSTATUS NTAPI KeDelayExecutionThread(IN KPROCESSOR_MODE WaitMode, IN BOOLEAN Alertable,
						  IN PLARGE_INTEGER Interval);

EXTERN_C_END

#endif
