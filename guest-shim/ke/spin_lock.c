/* SPDX-License-Identifier: MIT */
/*
 * spin_lock.c - see spin_lock.h
 */
#include "ke/bug_check.h"
#include "ke/queue.h"
#include "ke/spin_lock.h"
#include "support/compiler.h"

void ke_spin_lock_acquire(volatile uintptr_t *lock)
{
	uintptr_t self = (uintptr_t)ke_processor();
	uintptr_t owner = 0;

	while (unlikely(!__atomic_compare_exchange_n(lock, &owner, self, false, __ATOMIC_ACQUIRE,
						     __ATOMIC_RELAXED))) {
		if (owner == self)
			ke_bug_check(SPIN_LOCK_ALREADY_OWNED, (uintptr_t)lock, ke_current_irql(), 0,
				     0);
		owner = 0;
	}
}

void ke_spin_lock_release(volatile uintptr_t *lock)
{
	if (unlikely(*lock != (uintptr_t)ke_processor()))
		ke_bug_check(SPIN_LOCK_NOT_OWNED, (uintptr_t)lock, ke_current_irql(), 0, 0);
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}
