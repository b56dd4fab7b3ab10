/* SPDX-License-Identifier: MIT */
/*
 * spin_lock.h - spin locks that know their owner
 *
 * On one processor a spin lock excludes only by its IRQL; the lock word holds
 * the owner, so that taking a lock twice is found at once instead of hanging.
 * Between processors (threads) it spins like any other lock.
 */
#ifndef KE_SPIN_LOCK_H
#define KE_SPIN_LOCK_H

#include <stdint.h>

#include "ke/processor.h"
#include "support/compiler.h"

/* What a lock holds that the calling processor owns. */
static inline uintptr_t ke_spin_lock_owner(void)
{
	return (uintptr_t)&ke_irql;
}

/** ke_spin_lock_wait() - slow part of the next function: the lock is not free. */
void ke_spin_lock_wait(volatile uintptr_t *lock);

/** ke_spin_lock_not_owned() - the bug check of ke_spin_lock_release(). */
void ke_spin_lock_not_owned(volatile uintptr_t *lock);

/**
 * ke_spin_lock_acquire() - at DISPATCH or above: own the lock
 * @lock: 0 when free.
 *
 * Bug check SPIN_LOCK_ALREADY_OWNED when the calling processor owns it.
 */
static inline void ke_spin_lock_acquire(volatile uintptr_t *lock)
{
	uintptr_t free = 0;

	if (unlikely(!__atomic_compare_exchange_n(lock, &free, ke_spin_lock_owner(), false,
						  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		ke_spin_lock_wait(lock);
}

/** ke_spin_lock_release() - Bug check SPIN_LOCK_NOT_OWNED when the caller does not own it. */
static inline void ke_spin_lock_release(volatile uintptr_t *lock)
{
	if (unlikely(*lock != ke_spin_lock_owner()))
		ke_spin_lock_not_owned(lock);
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

#endif /* KE_SPIN_LOCK_H */
