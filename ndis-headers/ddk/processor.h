/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_PROCESSOR_H
#define NDIS_HEADERS_DDK_PROCESSOR_H

/*
 * Numbers of processors, and clocks.
 *
 * The library simulates one processor, number 0 of group 0. Groups came with Windows 7; drivers of
 * NDIS 5 that run there ask for them. Source: the kernel's reference pages.
 */

#include "../ntstatus.h"
#include "irql.h"

/* A processor: its group and its number in the group. 4 bytes. */
typedef struct _PROCESSOR_NUMBER {
	USHORT Group;
	UCHAR Number;
	UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

/* A thread, to which drivers have pointers alone. */
typedef struct _KTHREAD *PKTHREAD;
typedef struct _ETHREAD *PETHREAD;
typedef struct _EPROCESS *PEPROCESS;

/* No system of NDIS 5 has more processors: for arrays with an element for each. */
#define MAXIMUM_PROCESSORS 64

/* All groups together, where a function takes the number of a group. */
#define ALL_PROCESSOR_GROUPS 0xFFFF

EXTERN_C_START

/*
 * Return the number of the processor that runs the caller, 0. The second form stores its group and
 * its number in the group, too, if ProcNumber is not NULL. IRQL: any.
 */
NTKERNELAPI ULONG NTAPI KeGetCurrentProcessorNumber(VOID);
NTKERNELAPI ULONG NTAPI KeGetCurrentProcessorNumberEx(OUT PPROCESSOR_NUMBER ProcNumber OPTIONAL);

/*
 * Stores group and number of the processor with the number `ProcIndex` of the whole system.
 *
 * Returns STATUS_SUCCESS, or STATUS_INVALID_PARAMETER if there is none of that number. IRQL: any.
 */
NTKERNELAPI NTSTATUS NTAPI KeGetProcessorNumberFromIndex(IN ULONG ProcIndex,
							 OUT PPROCESSOR_NUMBER ProcNumber);

/*
 * Return how many processors there are: in all, storing a bit for each in `*ActiveProcessors` if
 * that is not NULL; and in a group or ALL_PROCESSOR_GROUPS, 0 for a group that does not exist. IRQL:
 * any.
 */
NTKERNELAPI ULONG NTAPI KeQueryActiveProcessorCount(OUT KAFFINITY *ActiveProcessors OPTIONAL);
NTKERNELAPI ULONG NTAPI KeQueryActiveProcessorCountEx(IN USHORT GroupNumber);

/* Returns a bit for each processor, bit 0 alone. IRQL: any. */
NTKERNELAPI KAFFINITY NTAPI KeQueryActiveProcessors(VOID);

/*
 * Bind the calling thread to the processors whose bits are set in `Affinity`, one of which exists, and
 * end that. IRQL: =PASSIVE.
 */
NTKERNELAPI VOID NTAPI KeSetSystemAffinityThread(IN KAFFINITY Affinity);
NTKERNELAPI VOID NTAPI KeRevertToUserAffinityThread(VOID);

/* Returns what stands for the calling thread. IRQL: <=DISPATCH. */
NTKERNELAPI PKTHREAD NTAPI KeGetCurrentThread(VOID);

/*
 * Keep what could suspend the calling thread away from it, and let it in again: nothing does here. IRQL:
 * <=APC.
 */
NTKERNELAPI VOID NTAPI KeEnterCriticalRegion(VOID);
NTKERNELAPI VOID NTAPI KeLeaveCriticalRegion(VOID);

/* Lets writes to devices pass those to memory, in order. IRQL: any. */
NTKERNELAPI VOID NTAPI KeFlushWriteBuffer(VOID);

/*
 * The clock counts ticks of KeQueryTimeIncrement() units of 100 ns: 10000, a millisecond. The other
 * stores in `*TickCount` how many it has counted since the system started. IRQL: any.
 */
NTKERNELAPI ULONG NTAPI KeQueryTimeIncrement(VOID);
NTKERNELAPI VOID NTAPI KeQueryTickCount(OUT PLARGE_INTEGER TickCount);

/*
 * Returns the time since the system started in units of 100 ns. IRQL: any.
 */
NTKERNELAPI ULONGLONG NTAPI KeQueryInterruptTime(VOID);

/*
 * Stores in `*CurrentTime` the time since 1 January 1601, UTC, in units of 100 ns. IRQL: any.
 */
NTKERNELAPI VOID NTAPI KeQuerySystemTime(OUT PLARGE_INTEGER CurrentTime);

/*
 * Returns the value of a counter that never goes back, and stores in `*PerformanceFrequency`, if
 * that is not NULL, how often it counts in a second. IRQL: any.
 */
NTKERNELAPI LARGE_INTEGER NTAPI KeQueryPerformanceCounter(
	OUT PLARGE_INTEGER PerformanceFrequency OPTIONAL);

/*
 * Keeps the processor busy for at least `MicroSeconds` microseconds, at most 50 by convention. IRQL:
 * any.
 */
NTKERNELAPI VOID NTAPI KeStallExecutionProcessor(IN ULONG MicroSeconds);

EXTERN_C_END

#endif
