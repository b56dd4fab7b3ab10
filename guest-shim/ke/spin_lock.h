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

/**
 * ke_spin_lock_acquire() - at DISPATCH or above: own the lock
 * @lock: 0 when free.
 *
 * Bug check SPIN_LOCK_ALREADY_OWNED when the calling processor owns it.
 */
void ke_spin_lock_acquire(volatile uintptr_t *lock);

/** ke_spin_lock_release() - Bug check SPIN_LOCK_NOT_OWNED when the caller does not own it. */
void ke_spin_lock_release(volatile uintptr_t *lock);

#endif /* KE_SPIN_LOCK_H */
