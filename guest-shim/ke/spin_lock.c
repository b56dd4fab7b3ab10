/* SPDX-License-Identifier: MIT */
/*
 * spin_lock.c - see spin_lock.h
 */
#include "ke/bug_check.h"
#include "ke/spin_lock.h"

void ke_spin_lock_wait(volatile uintptr_t *lock)
{
	uintptr_t owner = 0;

	while (!__atomic_compare_exchange_n(lock, &owner, ke_spin_lock_owner(), false,
					    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		if (owner == ke_spin_lock_owner())
			ke_bug_check(SPIN_LOCK_ALREADY_OWNED, (uintptr_t)lock, ke_current_irql(), 0,
				     0);
		owner = 0;
	}
}

void ke_spin_lock_not_owned(volatile uintptr_t *lock)
{
	ke_bug_check(SPIN_LOCK_NOT_OWNED, (uintptr_t)lock, ke_current_irql(), 0, 0);
}
