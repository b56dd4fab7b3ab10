/* SPDX-License-Identifier: MIT */
/*
 * exports.c - the names under which drivers know IRQL, spin locks and bug checks
 */
#include <ddk/debug.h>
#include <ddk/irql.h>
#include <ddk/rtl.h>
#include <ddk/spinlock.h>

#include "ke/bug_check.h"
#include "ke/processor.h"
#include "ke/spin_lock.h"
#include "support/log.h"

C_ASSERT(PASSIVE_LEVEL == KE_PASSIVE_LEVEL);
C_ASSERT(DISPATCH_LEVEL == KE_DISPATCH_LEVEL);
C_ASSERT(HIGH_LEVEL == KE_HIGH_LEVEL);

KIRQL NTAPI KeGetCurrentIrql(VOID)
{
	return (KIRQL)ke_current_irql();
}

VOID NTAPI KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql)
{
	*OldIrql = (KIRQL)ke_raise_irql(NewIrql);
}

VOID NTAPI KeLowerIrql(KIRQL NewIrql)
{
	ke_lower_irql(NewIrql);
}

KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID)
{
	return (KIRQL)ke_raise_irql(KE_DISPATCH_LEVEL);
}

VOID NTAPI KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
	*SpinLock = 0;
}

KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
	KIRQL old = (KIRQL)ke_raise_irql(KE_DISPATCH_LEVEL);

	ke_spin_lock_acquire(SpinLock);
	return old;
}

VOID NTAPI KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
	ke_spin_lock_release(SpinLock);
	ke_lower_irql(NewIrql);
}

static void check_level(const char *call)
{
	if (ke_current_irql() < KE_DISPATCH_LEVEL)
		log_error("%s: called at IRQL %u; rule: the function must be called at "
			  "DISPATCH_LEVEL (2) or above",
			  call, ke_current_irql());
}

VOID NTAPI KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	check_level("KeAcquireSpinLockAtDpcLevel");
	ke_spin_lock_acquire(SpinLock);
}

VOID NTAPI KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
	check_level("KeReleaseSpinLockFromDpcLevel");
	ke_spin_lock_release(SpinLock);
}

VOID FASTCALL KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
	LockHandle->LockQueue.Next = NULL;
	LockHandle->LockQueue.Lock = SpinLock;
	LockHandle->OldIrql = KeAcquireSpinLockRaiseToDpc(SpinLock);
}

VOID FASTCALL KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
{
	KeReleaseSpinLock(LockHandle->LockQueue.Lock, LockHandle->OldIrql);
}

VOID FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
						       PKLOCK_QUEUE_HANDLE LockHandle)
{
	check_level("KeAcquireInStackQueuedSpinLockAtDpcLevel");
	LockHandle->LockQueue.Next = NULL;
	LockHandle->LockQueue.Lock = SpinLock;
	LockHandle->OldIrql = DISPATCH_LEVEL;
	ke_spin_lock_acquire(SpinLock);
}

VOID FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
{
	check_level("KeReleaseInStackQueuedSpinLockFromDpcLevel");
	ke_spin_lock_release(LockHandle->LockQueue.Lock);
}

VOID NTAPI KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
			ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3,
			ULONG_PTR BugCheckParameter4)
{
	ke_bug_check(BugCheckCode, BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
		     BugCheckParameter4);
}

VOID NTAPI KeBugCheck(ULONG BugCheckCode)
{
	ke_bug_check(BugCheckCode, 0, 0, 0, 0);
}

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
	size_t length = 0;

	/* Longer strings cannot be counted in 16 bits of bytes. */
	while (SourceString && SourceString[length] && length < 32766)
		length++;
	DestinationString->Buffer = (PWSTR)SourceString;
	DestinationString->Length = (USHORT)(length * sizeof(WCHAR));
	DestinationString->MaximumLength =
		(USHORT)(SourceString ? (length + 1) * sizeof(WCHAR) : 0);
}
