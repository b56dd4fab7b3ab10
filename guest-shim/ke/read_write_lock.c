/* SPDX-License-Identifier: MIT */
/*
 * read_write_lock.c - see read_write_lock.h
 */
#include "ke/bug_check.h"
#include "ke/queue.h"
#include "ke/read_write_lock.h"
#include "ke/spin_lock.h"

/* The place of a processor, or a free one for 0; NULL: there is none. */
static struct ke_reader *find_reader(struct ke_read_write_lock *lock, uintptr_t processor)
{
	for (unsigned int i = 0; i < KE_READERS; i++) {
		if (lock->readers[i].processor == processor)
			return &lock->readers[i];
	}
	return NULL;
}

static bool has_readers(const struct ke_read_write_lock *lock)
{
	for (unsigned int i = 0; i < KE_READERS; i++) {
		if (lock->readers[i].processor)
			return true;
	}
	return false;
}

static bool try_to_read(struct ke_read_write_lock *lock, uintptr_t self)
{
	struct ke_reader *reader = find_reader(lock, self);

	if (!reader) {
		if (lock->writer || lock->waiting)
			return false;
		reader = find_reader(lock, 0);
		if (!reader)
			return false;
		reader->processor = self;
	}
	reader->count++;
	return true;
}

static bool try_to_write(struct ke_read_write_lock *lock, uintptr_t self)
{
	if (lock->writer || has_readers(lock))
		return false;
	lock->writer = self;
	lock->depth = 1;
	return true;
}

enum ke_access ke_read_write_lock_acquire(struct ke_read_write_lock *lock, bool write)
{
	uintptr_t self = (uintptr_t)ke_processor();
	bool has, waits = false;

	do {
		ke_spin_lock_acquire(&lock->guard);
		if (lock->writer == self) {
			lock->depth++;
			ke_spin_lock_release(&lock->guard);
			return KE_ACCESS_WRITE;
		}
		if (write && find_reader(lock, self))
			ke_bug_check(SPIN_LOCK_ALREADY_OWNED, (uintptr_t)lock, ke_current_irql(), 0,
				     0);
		has = write ? try_to_write(lock, self) : try_to_read(lock, self);
		if (write && has == waits) {
			lock->waiting += has ? -1u : 1u;
			waits = !has;
		}
		ke_spin_lock_release(&lock->guard);
	} while (!has);
	return write ? KE_ACCESS_WRITE : KE_ACCESS_READ;
}

void ke_read_write_lock_release(struct ke_read_write_lock *lock, enum ke_access access)
{
	uintptr_t self = (uintptr_t)ke_processor();
	struct ke_reader *reader;

	ke_spin_lock_acquire(&lock->guard);
	reader = access == KE_ACCESS_READ ? find_reader(lock, self) : NULL;
	if (access == KE_ACCESS_READ ? !reader : lock->writer != self)
		ke_bug_check(SPIN_LOCK_NOT_OWNED, (uintptr_t)lock, ke_current_irql(), 0, 0);
	if (reader && !--reader->count)
		reader->processor = 0;
	if (!reader && !--lock->depth)
		lock->writer = 0;
	ke_spin_lock_release(&lock->guard);
}
