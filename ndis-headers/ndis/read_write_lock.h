/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_READ_WRITE_LOCK_H
#define NDIS_HEADERS_NDIS_READ_WRITE_LOCK_H

/*
 * Read/write locks: many threads may read at once what one at a time may write.
 *
 * They are for data that are read often and seldom written, such as a table of addresses. The holder
 * runs at DISPATCH_LEVEL and gives the lock back soon, as with spin locks. No new reader comes before
 * a writer that waits.
 *
 * A thread that has access may take the same kind again, and one that may write may also read; each
 * acquisition has a LOCK_STATE of its own and a release of its own, in reverse order. A reader
 * must not ask for write access: it would wait for itself, which is the bug check
 * SPIN_LOCK_ALREADY_OWNED. Data that MiniportISR touches cannot be protected so: that is what
 * NdisMSynchronizeWithInterrupt is for. Source: the NDIS 5.1 reference pages.
 */

#include "../ddk/spinlock.h"
#include "types.h"

/* A lock in resident memory of the driver. All of it is the library's. 528 bytes. */
typedef struct _NDIS_RW_LOCK {
	KSPIN_LOCK SpinLock;
	PVOID Context;
	ULONG_PTR Reserved[64];
} NDIS_RW_LOCK, *PNDIS_RW_LOCK;

/*
 * One acquisition, usually on the caller's stack: which access it gave, and the level before. It is
 * the library's from the acquisition to the release.
 */
typedef struct _LOCK_STATE {
	USHORT LockState;
	KIRQL OldIrql;
} LOCK_STATE, *PLOCK_STATE;

EXTERN_C_START

/*
 * Makes `Lock` a free lock; must precede every other use. Nothing has to be undone later. NULL is
 * reported. IRQL: any.
 */
NDISAPI VOID NTAPI NdisInitializeReadWriteLock(OUT PNDIS_RW_LOCK Lock);

/*
 * Waits for access, and raises the caller to DISPATCH_LEVEL.
 *
 * Lock        an initialised lock.
 * fWrite      TRUE: the caller wants to write and have nobody else there; FALSE: to read, next to
 *             other readers.
 * LockState   OUT. To be given to the release; not in use for another acquisition.
 *
 * NULL is reported, and nothing is acquired. More than 31 threads do not read at once: the next waits
 * for one of them. IRQL: <=DISPATCH; =DISPATCH after return.
 */
NDISAPI VOID NTAPI NdisAcquireReadWriteLock(IN OUT PNDIS_RW_LOCK Lock, IN BOOLEAN fWrite,
					    OUT PLOCK_STATE LockState);

/*
 * Gives access back and returns the caller to its level before the acquisition.
 *
 * Lock        the lock.
 * LockState   of the acquisition that this ends. One that NdisAcquireReadWriteLock did not fill, or
 *             that was released already, is reported and nothing is released.
 *
 * A release by a thread that has no access is the bug check SPIN_LOCK_NOT_OWNED. IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisReleaseReadWriteLock(IN OUT PNDIS_RW_LOCK Lock, IN PLOCK_STATE LockState);

EXTERN_C_END

#endif
