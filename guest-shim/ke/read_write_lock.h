/* SPDX-License-Identifier: MIT */
/*
 * read_write_lock.h - locks for several readers or one writer, that know who they are
 */
#ifndef KE_READ_WRITE_LOCK_H
#define KE_READ_WRITE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#define KE_READERS 31u

/** struct ke_reader - @processor: 0 in a free place; @count: acquisitions that it holds */
struct ke_reader {
	uintptr_t processor;
	uint32_t count;
};

/**
 * struct ke_read_write_lock - zero when free
 * @guard: spin lock over the rest.
 * @writer: processor that may write, or 0.
 * @depth: acquisitions that the writer holds, to read or to write.
 * @waiting: processors that want to write; no new reader comes before them.
 */
struct ke_read_write_lock {
	volatile uintptr_t guard;
	uintptr_t writer;
	struct ke_reader readers[KE_READERS];
	uint32_t depth;
	uint32_t waiting;
};

/** enum ke_access - what an acquisition gave */
enum ke_access {
	KE_ACCESS_READ = 0x5201,
	KE_ACCESS_WRITE = 0x5202,
};

/**
 * ke_read_write_lock_acquire() - at DISPATCH: wait for access, and have it
 *
 * A processor that has access gets the same kind again at once, and the writer may read.  A reader
 * that wants to write would wait for itself: bug check SPIN_LOCK_ALREADY_OWNED.
 * Return: what to give to ke_read_write_lock_release().
 */
enum ke_access ke_read_write_lock_acquire(struct ke_read_write_lock *lock, bool write);

/** ke_read_write_lock_release() - Bug check SPIN_LOCK_NOT_OWNED without such an access. */
void ke_read_write_lock_release(struct ke_read_write_lock *lock, enum ke_access access);

#endif /* KE_READ_WRITE_LOCK_H */
