/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_KERNEL_TIMER_H
#define NDIS_HEADERS_DDK_KERNEL_TIMER_H

/*
 * The kernel's timers: objects that are signaled when a time has come, and that queue a DPC. NDIS has
 * its own (ndis/timer.h).
 *
 * A timer lives in memory of the driver, and is cancelled before that is freed; one that runs when the
 * driver is unloaded, or its adapter halted, is reported. Source: the kernel's reference pages.
 */

#include "dpc.h"
#include "kernel_event.h"

/* Kinds of timer, as the kinds of event. */
typedef enum _TIMER_TYPE {
	NotificationTimer = 0,
	SynchronizationTimer = 1
} TIMER_TYPE;

/* A timer in memory of the driver; its members are the library's. 88 bytes. */
typedef struct _KTIMER {
	ULONG Type;
	LONG SignalState;
	ULONG_PTR Reserved[10];
} KTIMER, *PKTIMER, *PRKTIMER;

EXTERN_C_START

/*
 * Make `Timer` a timer that does not run and is not signaled; the first makes a NotificationTimer. IRQL:
 * <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI KeInitializeTimer(OUT PKTIMER Timer);
NTKERNELAPI VOID NTAPI KeInitializeTimerEx(OUT PKTIMER Timer, IN TIMER_TYPE Type);

/*
 * Start a timer. One that runs starts over; it is not signaled until its time has come.
 *
 * Timer     an initialised timer.
 * DueTime   units of 100 ns: a negative number of them from now, otherwise the time of day
 *           (KeQuerySystemTime).
 * Period    milliseconds from one time to the next; 0: it runs once.
 * Dpc       a DPC that is queued each time, or NULL. Its SystemArguments are the low and the high half
 *           of the time.
 *
 * Return TRUE if the timer was running. IRQL: <=DISPATCH.
 */
NTKERNELAPI BOOLEAN NTAPI KeSetTimer(IN OUT PKTIMER Timer, IN LARGE_INTEGER DueTime,
				     IN PKDPC Dpc OPTIONAL);
NTKERNELAPI BOOLEAN NTAPI KeSetTimerEx(IN OUT PKTIMER Timer, IN LARGE_INTEGER DueTime,
				       IN LONG Period OPTIONAL, IN PKDPC Dpc OPTIONAL);

/*
 * Stops a timer; a DPC that it has queued stays queued. Returns TRUE if the timer was running. IRQL:
 * <=DISPATCH.
 */
NTKERNELAPI BOOLEAN NTAPI KeCancelTimer(IN OUT PKTIMER Timer);

/* Returns TRUE if the timer is signaled. IRQL: any. */
NTKERNELAPI BOOLEAN NTAPI KeReadStateTimer(IN PKTIMER Timer);

EXTERN_C_END

#endif
