/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_TIMER_H
#define NDIS_HEADERS_NDIS_TIMER_H

/*
 * Timers, delays and the time of day.
 *
 * A timer runs its function at DISPATCH_LEVEL, once after a time or periodically. It lives in
 * memory of the driver, must be cancelled before that memory is freed, and its function may be
 * running while the cancellation is: NdisMCancelTimer says whether it came in time. The precision
 * is that of the system's clock, a millisecond or so.
 */

#include "status.h"

/*
 * Function of a timer. `FunctionContext` is what the initialisation was given; the other three are
 * the library's. IRQL: =DISPATCH. For serialised miniports it runs under the adapter's lock if
 * the timer was made with NdisMInitializeTimer.
 */
typedef VOID (NTAPI NDIS_TIMER_FUNCTION)(IN PVOID SystemSpecific1, IN PVOID FunctionContext,
					 IN PVOID SystemSpecific2, IN PVOID SystemSpecific3);
typedef NDIS_TIMER_FUNCTION *PNDIS_TIMER_FUNCTION;

/*
 * Timers in memory of the driver. All members are the library's: function, context and adapter as
 * they were given, and room for the rest. 128 bytes each, NDIS_TIMER being one without adapter.
 */
typedef struct _NDIS_MINIPORT_TIMER {
	PNDIS_TIMER_FUNCTION MiniportTimerFunction;
	PVOID MiniportTimerContext;
	NDIS_HANDLE Miniport;
	ULONG_PTR Reserved[13];
} NDIS_MINIPORT_TIMER, *PNDIS_MINIPORT_TIMER;

typedef NDIS_MINIPORT_TIMER NDIS_TIMER, *PNDIS_TIMER;

EXTERN_C_START

/*
 * Prepares a timer of an adapter.
 *
 * Timer                   OUT. Memory of the driver.
 * MiniportAdapterHandle   the adapter.
 * TimerFunction           function to be run.
 * FunctionContext         what it gets.
 *
 * IRQL: =PASSIVE; usually from MiniportInitialize. Must precede every other use.
 */
NDISAPI VOID NTAPI NdisMInitializeTimer(OUT PNDIS_MINIPORT_TIMER Timer,
					IN NDIS_HANDLE MiniportAdapterHandle,
					IN PNDIS_TIMER_FUNCTION TimerFunction,
					IN PVOID FunctionContext);

/*
 * Starts a timer that runs once. A timer that is running already starts over.
 *
 * Timer                 an initialised timer.
 * MillisecondsToDelay   time until the function runs; 0 as soon as possible.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMSetTimer(IN OUT PNDIS_MINIPORT_TIMER Timer, IN UINT MillisecondsToDelay);

/*
 * Starts a timer that runs every MillisecondsPeriod milliseconds, at least 1, until it is
 * cancelled. A run that is due while the last one has not ended is dropped. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMSetPeriodicTimer(IN OUT PNDIS_MINIPORT_TIMER Timer,
					 IN UINT MillisecondsPeriod);

/*
 * Stops a timer.
 *
 * Timer            an initialised timer.
 * TimerCancelled   OUT. TRUE if the timer was running and its function will not be called; FALSE if
 *                  it was not running, in particular if the function is about to run or running. A
 *                  driver that frees the timer's memory waits for the function in that case.
 *
 * IRQL: <=DISPATCH; =PASSIVE in MiniportHalt.
 */
NDISAPI VOID NTAPI NdisMCancelTimer(IN OUT PNDIS_MINIPORT_TIMER Timer, OUT PBOOLEAN TimerCancelled);

/*
 * The same for a timer that belongs to no adapter and runs under no adapter's lock. Parameters
 * and rules as above.
 */
NDISAPI VOID NTAPI NdisInitializeTimer(OUT PNDIS_TIMER Timer, IN PNDIS_TIMER_FUNCTION TimerFunction,
				       IN PVOID FunctionContext);
NDISAPI VOID NTAPI NdisSetTimer(IN OUT PNDIS_TIMER Timer, IN UINT MillisecondsToDelay);
NDISAPI VOID NTAPI NdisSetPeriodicTimer(IN OUT PNDIS_TIMER NdisTimer, IN UINT MillisecondsPeriod);
NDISAPI VOID NTAPI NdisCancelTimer(IN OUT PNDIS_TIMER Timer, OUT PBOOLEAN TimerCancelled);

/*
 * As NdisSetTimer; from now on the function gets `FunctionContext` instead of what it got before.
 */
NDISAPI VOID NTAPI NdisSetTimerEx(IN OUT PNDIS_TIMER NdisTimer, IN UINT MillisecondsToDelay,
				  IN PVOID FunctionContext);

/*
 * Lets the caller wait for at least `MicrosecondsToSleep` microseconds while others run. IRQL:
 * =PASSIVE; for delays during initialisation, reset and halt.
 */
NDISAPI VOID NTAPI NdisMSleep(IN ULONG MicrosecondsToSleep);

/*
 * Keeps the processor busy for at least `MicrosecondsToStall` microseconds, at most 50 by
 * convention. For the gap that hardware needs between two register accesses. IRQL: any.
 */
NDISAPI VOID NTAPI NdisStallExecution(IN UINT MicrosecondsToStall);

/*
 * Stores in `*CurrentTime` the time since 1 January 1601, UTC, in units of 100 ns. IRQL: any.
 */
NDISAPI VOID NTAPI NdisGetCurrentSystemTime(OUT PLARGE_INTEGER CurrentTime);

/*
 * Stores in `*SystemUpTime` the milliseconds since the system started, modulo 2^32. IRQL: any.
 */
NDISAPI VOID NTAPI NdisGetSystemUpTime(OUT PULONG SystemUpTime);

EXTERN_C_END

#endif
