/* SPDX-License-Identifier: MIT */
/*
 * kernel_lock.c - mutexes, fast mutexes and semaphores
 *
 * All drivers run on one thread, work items within what waits: whoever would have to wait for a
 * mutex would wait for what is below on the stack.  So drivers' work items wait while a mutex is held.
 */
#include <ddk/kernel_lock.h>
#include <ddk/processor.h>

#include "ke/bug_check.h"
#include "ke/kernel_object.h"
#include "ke/level.h"
#include "ke/queue.h"
#include "support/log.h"

C_ASSERT(sizeof(struct kernel_object) <= sizeof(KMUTEX));
C_ASSERT(sizeof(struct kernel_object) <= offsetof(KSEMAPHORE, Limit));

/* A mutex of this driver may have been forgotten with those of another. */
static void let_go(void)
{
	if (ke_processor()->mutexes)
		ke_processor()->mutexes--;
}

VOID NTAPI KeInitializeMutex(PRKMUTEX Mutex, ULONG Level)
{
	if (ke_is_given("KeInitializeMutex", "Mutex", Mutex))
		kernel_object_make(Mutex, KERNEL_MUTEX, 1);
}

LONG NTAPI KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait)
{
	static const char call[] = "KeReleaseMutex";
	struct kernel_object *mutex =
		kernel_object_find(call, "Mutex", "a mutex", Mutex, KERNEL_MUTEX, KERNEL_MUTEX);
	LONG before;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!mutex)
		return 0;
	before = mutex->state;
	if (before == 1) {
		log_error(
			"%s: mutex %p is free; rule: who has a mutex releases it, as often as the "
			"wait for it has ended",
			call, (void *)Mutex);
		return before;
	}
	mutex->state++;
	if (mutex->state == 1)
		let_go();
	return before;
}

LONG NTAPI KeReadStateMutex(PRKMUTEX Mutex)
{
	const struct kernel_object *mutex = kernel_object_find(
		"KeReadStateMutex", "Mutex", "a mutex", Mutex, KERNEL_MUTEX, KERNEL_MUTEX);

	return mutex ? mutex->state : 0;
}

VOID NTAPI KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
	static const char call[] = "KeInitializeSemaphore";

	if (!ke_is_given(call, "Semaphore", Semaphore))
		return;
	*Semaphore = (KSEMAPHORE){0};
	if (Count < 0 || Limit < 1 || Count > Limit) {
		log_error("%s: Count is %d, Limit %d; rule: 0 <= Count <= Limit, and Limit is 1 or "
			  "more",
			  call, Count, Limit);
		return;
	}
	kernel_object_make(Semaphore, KERNEL_SEMAPHORE, Count);
	Semaphore->Limit = Limit;
}

static struct kernel_object *find_semaphore(const char *call, PRKSEMAPHORE semaphore)
{
	return kernel_object_find(call, "Semaphore", "a semaphore", semaphore, KERNEL_SEMAPHORE,
				  KERNEL_SEMAPHORE);
}

LONG NTAPI KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment,
			      BOOLEAN Wait)
{
	static const char call[] = "KeReleaseSemaphore";
	struct kernel_object *semaphore = find_semaphore(call, Semaphore);
	LONG before;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!semaphore)
		return 0;
	before = semaphore->state;
	if (Adjustment < 1 || Adjustment > Semaphore->Limit - before)
		log_error("%s: Adjustment is %d, the count %d, Limit %d; rule: Adjustment is 1 or "
			  "more, "
			  "and the count does not exceed Limit",
			  call, Adjustment, before, Semaphore->Limit);
	else
		kernel_object_signal(semaphore, before + Adjustment);
	return before;
}

LONG NTAPI KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
	const struct kernel_object *semaphore = find_semaphore("KeReadStateSemaphore", Semaphore);

	return semaphore ? semaphore->state : 0;
}

VOID NTAPI ExInitializeFastMutex(PFAST_MUTEX FastMutex)
{
	if (!ke_is_given("ExInitializeFastMutex", "FastMutex", FastMutex))
		return;
	*FastMutex = (FAST_MUTEX){.Count = 1};
	KeInitializeEvent(&FastMutex->Event, SynchronizationEvent, FALSE);
}

BOOLEAN FASTCALL ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	static const char call[] = "ExTryToAcquireFastMutex";

	if (!ke_is_given(call, "FastMutex", FastMutex) ||
	    !ke_irql_at_most(call, KE_PASSIVE_LEVEL) || FastMutex->Count != 1)
		return FALSE;
	FastMutex->Count = 0;
	ke_processor()->mutexes++;
	return TRUE;
}

VOID FASTCALL ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	static const char call[] = "ExAcquireFastMutex";

	if (!ke_is_given(call, "FastMutex", FastMutex) || !ke_irql_at_most(call, KE_PASSIVE_LEVEL))
		return;
	if (!ExTryToAcquireFastMutex(FastMutex))
		ke_bug_check(MUTEX_ALREADY_OWNED, (uintptr_t)KeGetCurrentThread(),
			     (uintptr_t)FastMutex, 0, 0);
}

VOID FASTCALL ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
	static const char call[] = "ExReleaseFastMutex";

	if (!ke_is_given(call, "FastMutex", FastMutex))
		return;
	if (FastMutex->Count == 1) {
		log_error("%s: fast mutex %p is free; rule: who has a fast mutex releases it, once",
			  call, (void *)FastMutex);
		return;
	}
	FastMutex->Count = 1;
	let_go();
}

unsigned int ke_forget_mutexes(void)
{
	unsigned int held = ke_processor()->mutexes;

	ke_processor()->mutexes = 0;
	return held;
}
