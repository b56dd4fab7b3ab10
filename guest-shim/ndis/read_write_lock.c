/* SPDX-License-Identifier: MIT */
/*
 * read_write_lock.c - locks for several readers or one writer, in memory of drivers
 */
#include <string.h>

#include "ke/read_write_lock.h"
#include "ndis/violation.h"
#include "support/trace.h"

#define RELEASED 0u

C_ASSERT(sizeof(struct ke_read_write_lock) <= sizeof(NDIS_RW_LOCK));

static struct ke_read_write_lock *state_of(PNDIS_RW_LOCK lock)
{
	return (struct ke_read_write_lock *)(void *)lock;
}

VOID NTAPI NdisInitializeReadWriteLock(PNDIS_RW_LOCK Lock)
{
	TRACE("NdisInitializeReadWriteLock", "%p)", (void *)Lock);
	if (ndis_is_given("NdisInitializeReadWriteLock", "Lock", Lock))
		memset(Lock, 0, sizeof(*Lock));
}

VOID NTAPI NdisAcquireReadWriteLock(PNDIS_RW_LOCK Lock, BOOLEAN fWrite, PLOCK_STATE LockState)
{
	static const char call[] = "NdisAcquireReadWriteLock";
	unsigned int irql = ke_current_irql();

	TRACE(call, "%p, %s)", (void *)Lock, fWrite ? "write" : "read");
	if (!ndis_is_given(call, "Lock", Lock) || !ndis_is_given(call, "LockState", LockState))
		return;
	if (ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL))
		ke_raise_irql(KE_DISPATCH_LEVEL);
	LockState->LockState = (USHORT)ke_read_write_lock_acquire(state_of(Lock), fWrite);
	LockState->OldIrql = (KIRQL)irql;
}

VOID NTAPI NdisReleaseReadWriteLock(PNDIS_RW_LOCK Lock, PLOCK_STATE LockState)
{
	static const char call[] = "NdisReleaseReadWriteLock";
	USHORT access;

	TRACE(call, "%p)", (void *)Lock);
	if (!ndis_is_given(call, "Lock", Lock) || !ndis_is_given(call, "LockState", LockState))
		return;
	ndis_irql_is_dispatch(NULL, call);
	access = LockState->LockState;
	if (access != KE_ACCESS_READ && access != KE_ACCESS_WRITE) {
		ndis_violation(NULL, call,
			       "LockState is what NdisAcquireReadWriteLock filled, once",
			       "LockState %p is 0x%x", (void *)LockState, access);
		return;
	}
	LockState->LockState = RELEASED;
	ke_read_write_lock_release(state_of(Lock), access);
	ke_lower_irql(LockState->OldIrql);
}
