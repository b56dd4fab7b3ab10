/* SPDX-License-Identifier: MIT */
/*
 * spin_lock.c - NDIS's spin locks, and lists protected by them
 */
#include "ke/spin_lock.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/trace.h"

VOID NTAPI NdisAllocateSpinLock(PNDIS_SPIN_LOCK SpinLock)
{
	if (!ndis_is_given("NdisAllocateSpinLock", "SpinLock", SpinLock))
		return;
	SpinLock->SpinLock = 0;
	SpinLock->OldIrql = PASSIVE_LEVEL;
	TRACE("NdisAllocateSpinLock", "%p)", (void *)SpinLock);
	/* Initialised again: one lock all the same. */
	ndis_verify_gone(NULL, NDIS_SPIN_LOCK_NAME, SpinLock, "NdisAllocateSpinLock", NULL);
	ndis_verify_made(NULL, NDIS_SPIN_LOCK_NAME, SpinLock, "NdisAllocateSpinLock",
			 __builtin_return_address(0));
}

VOID NTAPI NdisFreeSpinLock(PNDIS_SPIN_LOCK SpinLock)
{
	TRACE("NdisFreeSpinLock", "%p)", (void *)SpinLock);
	if (!ndis_is_given("NdisFreeSpinLock", "SpinLock", SpinLock))
		return;
	if (SpinLock->SpinLock)
		ndis_violation(NULL, "NdisFreeSpinLock", "a lock is released before it is freed",
			       "lock %p is held", (void *)SpinLock);
	ndis_verify_gone(NULL, NDIS_SPIN_LOCK_NAME, SpinLock, "NdisFreeSpinLock",
			 __builtin_return_address(0));
}

VOID NTAPI NdisAcquireSpinLock(PNDIS_SPIN_LOCK SpinLock)
{
	unsigned int irql = ke_current_irql();

	TRACE_SHORT("NdisAcquireSpinLock", "%p)", (void *)SpinLock);
	if (!ndis_is_given("NdisAcquireSpinLock", "SpinLock", SpinLock))
		return;
	if (ndis_irql_at_most(NULL, "NdisAcquireSpinLock", KE_DISPATCH_LEVEL))
		ke_raise_irql(KE_DISPATCH_LEVEL);
	ke_spin_lock_acquire(&SpinLock->SpinLock);
	SpinLock->OldIrql = (KIRQL)irql;
}

VOID NTAPI NdisReleaseSpinLock(PNDIS_SPIN_LOCK SpinLock)
{
	KIRQL irql;

	TRACE_SHORT("NdisReleaseSpinLock", "%p)", (void *)SpinLock);
	if (!ndis_is_given("NdisReleaseSpinLock", "SpinLock", SpinLock))
		return;
	irql = SpinLock->OldIrql;
	ke_spin_lock_release(&SpinLock->SpinLock);
	ke_lower_irql(irql);
}

VOID NTAPI NdisDprAcquireSpinLock(PNDIS_SPIN_LOCK SpinLock)
{
	TRACE_SHORT("NdisDprAcquireSpinLock", "%p)", (void *)SpinLock);
	ndis_irql_is_dispatch(NULL, "NdisDprAcquireSpinLock");
	if (!ndis_is_given("NdisDprAcquireSpinLock", "SpinLock", SpinLock))
		return;
	ke_spin_lock_acquire(&SpinLock->SpinLock);
	SpinLock->OldIrql = DISPATCH_LEVEL;
}

VOID NTAPI NdisDprReleaseSpinLock(PNDIS_SPIN_LOCK SpinLock)
{
	TRACE_SHORT("NdisDprReleaseSpinLock", "%p)", (void *)SpinLock);
	ndis_irql_is_dispatch(NULL, "NdisDprReleaseSpinLock");
	if (!ndis_is_given("NdisDprReleaseSpinLock", "SpinLock", SpinLock))
		return;
	ke_spin_lock_release(&SpinLock->SpinLock);
}

ULONG NTAPI NdisInterlockedAddUlong(PULONG Addend, ULONG Increment, PNDIS_SPIN_LOCK SpinLock)
{
	static const char call[] = "NdisInterlockedAddUlong";
	ULONG before;

	if (!ndis_is_given(call, "Addend", Addend) || !ndis_is_given(call, "SpinLock", SpinLock))
		return 0;
	NdisAcquireSpinLock(SpinLock);
	before = *Addend;
	*Addend = before + Increment;
	NdisReleaseSpinLock(SpinLock);
	return before;
}

PLIST_ENTRY NTAPI NdisInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
						PNDIS_SPIN_LOCK SpinLock)
{
	static const char call[] = "NdisInterlockedInsertHeadList";
	PLIST_ENTRY first;

	if (!ndis_is_given(call, "ListHead", ListHead) ||
	    !ndis_is_given(call, "ListEntry", ListEntry) ||
	    !ndis_is_given(call, "SpinLock", SpinLock))
		return NULL;
	NdisAcquireSpinLock(SpinLock);
	first = IsListEmpty(ListHead) ? NULL : ListHead->Flink;
	InsertHeadList(ListHead, ListEntry);
	NdisReleaseSpinLock(SpinLock);
	return first;
}

PLIST_ENTRY NTAPI NdisInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
						PNDIS_SPIN_LOCK SpinLock)
{
	static const char call[] = "NdisInterlockedInsertTailList";
	PLIST_ENTRY last;

	if (!ndis_is_given(call, "ListHead", ListHead) ||
	    !ndis_is_given(call, "ListEntry", ListEntry) ||
	    !ndis_is_given(call, "SpinLock", SpinLock))
		return NULL;
	NdisAcquireSpinLock(SpinLock);
	last = IsListEmpty(ListHead) ? NULL : ListHead->Blink;
	InsertTailList(ListHead, ListEntry);
	NdisReleaseSpinLock(SpinLock);
	return last;
}

PLIST_ENTRY NTAPI NdisInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PNDIS_SPIN_LOCK SpinLock)
{
	static const char call[] = "NdisInterlockedRemoveHeadList";
	PLIST_ENTRY first;

	if (!ndis_is_given(call, "ListHead", ListHead) ||
	    !ndis_is_given(call, "SpinLock", SpinLock))
		return NULL;
	NdisAcquireSpinLock(SpinLock);
	first = IsListEmpty(ListHead) ? NULL : RemoveHeadList(ListHead);
	NdisReleaseSpinLock(SpinLock);
	return first;
}
