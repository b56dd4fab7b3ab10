/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_SPINLOCK_H
#define NDIS_HEADERS_DDK_SPINLOCK_H

/*
 * Kernel spin locks.
 *
 * A spin lock protects data that code at DISPATCH_LEVEL touches. Its holder runs at DISPATCH_LEVEL,
 * must not wait, and gives the lock back soon. A lock cannot be taken twice by one thread, and
 * several are taken in one fixed order and released in the reverse. The library detects a second
 * acquisition by the holder and a release by another thread, and stops with a bug check.
 */

#include "irql.h"

/* The lock: a pointer-sized word of nonpaged memory. Its contents are the library's. */
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;

/* A place in the queue for a lock, and with it the caller's level before. 24 bytes. */
typedef struct _KSPIN_LOCK_QUEUE {
	struct _KSPIN_LOCK_QUEUE *volatile Next;
	PKSPIN_LOCK volatile Lock;
} KSPIN_LOCK_QUEUE, *PKSPIN_LOCK_QUEUE;

typedef struct _KLOCK_QUEUE_HANDLE {
	KSPIN_LOCK_QUEUE LockQueue;
	KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

EXTERN_C_START

/*
 * Makes `SpinLock` a free lock. Nothing has to be undone later. IRQL: any.
 */
NTKERNELAPI VOID NTAPI KeInitializeSpinLock(OUT PKSPIN_LOCK SpinLock);

/*
 * Raises the caller to DISPATCH_LEVEL, takes the lock, and returns the former level for
 * KeReleaseSpinLock. IRQL: <=DISPATCH; =DISPATCH after return.
 */
NTKERNELAPI KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(IN OUT PKSPIN_LOCK SpinLock);

/* The usual spelling: the former level goes to `*(OldIrql)`. */
#define KeAcquireSpinLock(SpinLock, OldIrql) \
	((void)(*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock)))

/*
 * Releases the lock and lowers the caller to `NewIrql`, the level before the acquisition. IRQL:
 * =DISPATCH.
 */
NTKERNELAPI VOID NTAPI KeReleaseSpinLock(IN OUT PKSPIN_LOCK SpinLock, IN KIRQL NewIrql);

/*
 * Takes and releases the lock without changing the level, for callers that know that they run at
 * DISPATCH_LEVEL. The two belong together. IRQL: =DISPATCH.
 */
NTKERNELAPI VOID NTAPI KeAcquireSpinLockAtDpcLevel(IN OUT PKSPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI KeReleaseSpinLockFromDpcLevel(IN OUT PKSPIN_LOCK SpinLock);

/*
 * Take and release a lock for which those who want it queue up: as KeAcquireSpinLock, with the
 * former level and the place in the queue kept in `*LockHandle`, an object on the caller's stack.
 * IRQL: <=DISPATCH; =DISPATCH between the two. The forms with DpcLevel leave the level alone, for
 * callers that know that they run at DISPATCH_LEVEL.
 */
NTKERNELAPI VOID FASTCALL KeAcquireInStackQueuedSpinLock(IN OUT PKSPIN_LOCK SpinLock,
							 OUT PKLOCK_QUEUE_HANDLE LockHandle);
NTKERNELAPI VOID FASTCALL KeReleaseInStackQueuedSpinLock(IN PKLOCK_QUEUE_HANDLE LockHandle);
NTKERNELAPI VOID FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(
	IN OUT PKSPIN_LOCK SpinLock, OUT PKLOCK_QUEUE_HANDLE LockHandle);
NTKERNELAPI VOID FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(
	IN PKLOCK_QUEUE_HANDLE LockHandle);

EXTERN_C_END

#endif
