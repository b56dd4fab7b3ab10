/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_KERNEL_LOCK_H
#define NDIS_HEADERS_DDK_KERNEL_LOCK_H

/*
 * Mutexes and semaphores, for code at PASSIVE_LEVEL; at DISPATCH_LEVEL there are spin locks.
 *
 * All drivers run on one thread here. While a driver holds a mutex and waits for something, interrupts,
 * DPCs and timers run, NDIS completes what it was asked for, and work items of drivers do not run: they
 * would find it held by what waits for them. A driver that holds one when it is unloaded is reported.
 * Source: the kernel's reference pages.
 */

#include "kernel_event.h"

/* A mutex in memory of the driver; its members are the library's. 56 bytes. */
typedef struct _KMUTEX {
	ULONG Type;
	LONG SignalState;
	ULONG_PTR Reserved[6];
} KMUTEX, *PKMUTEX, *PRKMUTEX;

/* A semaphore in memory of the driver; its members are the library's. 32 bytes. */
typedef struct _KSEMAPHORE {
	ULONG Type;
	LONG SignalState;
	ULONG_PTR Reserved[2];
	LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;

/* A fast mutex in memory of the driver; its members are the library's. 56 bytes. */
typedef struct _FAST_MUTEX {
	volatile LONG Count;
	PVOID Owner;
	ULONG Contention;
	KEVENT Event;
	ULONG OldIrql;
} FAST_MUTEX, *PFAST_MUTEX;

EXTERN_C_START

/*
 * Makes `Mutex` a mutex that nobody has; `Level` is 0. It is taken with KeWaitForSingleObject, by its
 * holder as often as it likes. IRQL: any.
 */
NTKERNELAPI VOID NTAPI KeInitializeMutex(OUT PRKMUTEX Mutex, IN ULONG Level);

/*
 * Gives a mutex back that was taken; `Wait` is FALSE. A mutex that nobody has is reported.
 *
 * Returns the state before: 1 for a free mutex, 0 for one that is taken, -1 for one that is taken twice,
 * and so on. IRQL: <=DISPATCH.
 */
NTKERNELAPI LONG NTAPI KeReleaseMutex(IN OUT PRKMUTEX Mutex, IN BOOLEAN Wait);

/* Returns the state of a mutex. IRQL: <=DISPATCH. */
NTKERNELAPI LONG NTAPI KeReadStateMutex(IN PRKMUTEX Mutex);

/*
 * Makes `Semaphore` a semaphore with the count `Count`, which never exceeds `Limit`: 0 <= Count <=
 * Limit. It is signaled while the count is not 0; a wait that ends takes 1 away. Values that cannot be
 * are reported, and it is none. IRQL: any.
 */
NTKERNELAPI VOID NTAPI KeInitializeSemaphore(OUT PRKSEMAPHORE Semaphore, IN LONG Count,
					     IN LONG Limit);

/*
 * Adds to the count of a semaphore.
 *
 * Semaphore    the semaphore.
 * Increment    IO_NO_INCREMENT.
 * Adjustment   what is added, at least 1. More than the limit allows is reported, and nothing is
 *              added.
 * Wait         FALSE.
 *
 * Returns the count before. IRQL: <=DISPATCH.
 */
NTKERNELAPI LONG NTAPI KeReleaseSemaphore(IN OUT PRKSEMAPHORE Semaphore, IN KPRIORITY Increment,
					  IN LONG Adjustment, IN BOOLEAN Wait);

/* Returns the count of a semaphore. IRQL: any. */
NTKERNELAPI LONG NTAPI KeReadStateSemaphore(IN PRKSEMAPHORE Semaphore);

/* Makes `FastMutex` a fast mutex that nobody has. IRQL: <=DISPATCH. */
NTKERNELAPI VOID NTAPI ExInitializeFastMutex(OUT PFAST_MUTEX FastMutex);

/*
 * Take a fast mutex. One that is held already is held by the caller, who would wait for ever: the first
 * stops with the bug check MUTEX_ALREADY_OWNED, the second returns FALSE. The level of the caller stays
 * as it is. IRQL: =PASSIVE.
 */
NTKERNELAPI VOID FASTCALL ExAcquireFastMutex(IN OUT PFAST_MUTEX FastMutex);
NTKERNELAPI BOOLEAN FASTCALL ExTryToAcquireFastMutex(IN OUT PFAST_MUTEX FastMutex);

/* Gives a fast mutex back. One that nobody has is reported. IRQL: =PASSIVE. */
NTKERNELAPI VOID FASTCALL ExReleaseFastMutex(IN OUT PFAST_MUTEX FastMutex);

EXTERN_C_END

#endif
