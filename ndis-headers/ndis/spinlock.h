/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_SPINLOCK_H
#define NDIS_HEADERS_NDIS_SPINLOCK_H

/*
 * Spin locks, and operations on shared counters and lists.
 *
 * The rules of ddk/spinlock.h hold: the holder runs at DISPATCH_LEVEL, does not wait, does not take
 * the lock again, and releases several in reverse order.
 */

#include "../ddk/interlocked.h"
#include "../ddk/interlocked_list.h"
#include "../ddk/list.h"
#include "../ddk/memory_barrier.h"
#include "../ddk/spinlock.h"
#include "status.h"

/*
 * A lock in memory of the driver. All members are the library's: SpinLock is the lock itself,
 * OldIrql the level to which its release returns, Reserved room for its checks. 32 bytes.
 */
typedef struct _NDIS_SPIN_LOCK {
	KSPIN_LOCK SpinLock;
	KIRQL OldIrql;
	ULONG_PTR Reserved[2];
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;

EXTERN_C_START

/*
 * Makes `SpinLock` a free lock; must precede every other use. The memory stays the driver's.
 * IRQL: any.
 */
NDISAPI VOID NTAPI NdisAllocateSpinLock(OUT PNDIS_SPIN_LOCK SpinLock);

/*
 * Ends the use of a lock that nobody holds. The library reports one that is held. IRQL: any.
 */
NDISAPI VOID NTAPI NdisFreeSpinLock(IN OUT PNDIS_SPIN_LOCK SpinLock);

/*
 * Takes the lock, waiting for its holder, and raises the caller to DISPATCH_LEVEL. IRQL:
 * <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisAcquireSpinLock(IN OUT PNDIS_SPIN_LOCK SpinLock);

/*
 * Releases the lock and returns the caller to its level before NdisAcquireSpinLock. IRQL:
 * =DISPATCH, by the holder.
 */
NDISAPI VOID NTAPI NdisReleaseSpinLock(IN OUT PNDIS_SPIN_LOCK SpinLock);

/*
 * Take and release a lock without changing the level, for callers that know that they run at
 * DISPATCH_LEVEL: MiniportHandleInterrupt, timer functions, sends of serialised miniports. A lock
 * taken with one form is released with its own counterpart. IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisDprAcquireSpinLock(IN OUT PNDIS_SPIN_LOCK SpinLock);
NDISAPI VOID NTAPI NdisDprReleaseSpinLock(IN OUT PNDIS_SPIN_LOCK SpinLock);

/*
 * Adds under a lock.
 *
 * Addend      the variable.
 * Increment   what to add, modulo 2^32.
 * SpinLock    lock that protects the variable; not held by the caller.
 *
 * Returns the value before. IRQL: <=DISPATCH.
 */
NDISAPI ULONG NTAPI NdisInterlockedAddUlong(IN OUT PULONG Addend, IN ULONG Increment,
					    IN OUT PNDIS_SPIN_LOCK SpinLock);

/*
 * Put an entry before the first, or behind the last, entry of a list under a lock.
 *
 * ListHead    the list, initialised.
 * ListEntry   in no list.
 * SpinLock    lock that protects the list; not held by the caller.
 *
 * Returns the entry that was first (last) before, or NULL if the list was empty. IRQL: <=DISPATCH.
 */
NDISAPI PLIST_ENTRY NTAPI NdisInterlockedInsertHeadList(IN OUT PLIST_ENTRY ListHead,
							IN OUT PLIST_ENTRY ListEntry,
							IN OUT PNDIS_SPIN_LOCK SpinLock);
NDISAPI PLIST_ENTRY NTAPI NdisInterlockedInsertTailList(IN OUT PLIST_ENTRY ListHead,
							IN OUT PLIST_ENTRY ListEntry,
							IN OUT PNDIS_SPIN_LOCK SpinLock);

/*
 * Takes the first entry of a list under a lock.
 *
 * ListHead   the list.
 * SpinLock   lock that protects the list; not held by the caller.
 *
 * Returns the entry, or NULL if the list is empty. IRQL: <=DISPATCH.
 */
NDISAPI PLIST_ENTRY NTAPI NdisInterlockedRemoveHeadList(IN OUT PLIST_ENTRY ListHead,
							IN OUT PNDIS_SPIN_LOCK SpinLock);

EXTERN_C_END

/* NDIS's names for the atomic operations of ddk/interlocked.h. `Addend` is a PLONG. */
#define NdisInterlockedIncrement(Addend) InterlockedIncrement(Addend)
#define NdisInterlockedDecrement(Addend) InterlockedDecrement(Addend)

/*
 * NDIS's names for the stacks of ddk/interlocked_list.h. `Lock` is a PNDIS_SPIN_LOCK: that of the
 * stack, not held by the caller, for stacks of SINGLE_LIST_ENTRY; without meaning, but not NULL, for
 * those with an SLIST_HEADER.
 */
#define NdisInterlockedPushEntryList(ListHead, ListEntry, Lock) \
	ExInterlockedPushEntryList(ListHead, ListEntry, &(Lock)->SpinLock)
#define NdisInterlockedPopEntryList(ListHead, Lock) \
	ExInterlockedPopEntryList(ListHead, &(Lock)->SpinLock)
#define NdisInitializeSListHead(SListHead) ExInitializeSListHead(SListHead)
#define NdisQueryDepthSList(SListHead) ExQueryDepthSList(SListHead)
#define NdisInterlockedPushEntrySList(SListHead, SListEntry, Lock) \
	ExInterlockedPushEntrySList(SListHead, SListEntry, &(Lock)->SpinLock)
#define NdisInterlockedPopEntrySList(SListHead, Lock) \
	ExInterlockedPopEntrySList(SListHead, &(Lock)->SpinLock)
#define NdisInterlockedFlushSList(SListHead) ExInterlockedFlushSList(SListHead)

/* Makes `ListHead` an empty list. */
#define NdisInitializeListHead(ListHead) InitializeListHead(ListHead)

#endif
