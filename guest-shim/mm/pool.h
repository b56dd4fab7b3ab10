/* SPDX-License-Identifier: MIT */
/*
 * pool.h - memory of drivers, with a record of who holds what
 *
 * Every block has a tag, a kind and an owner, so that a leak can be reported with
 * its size and origin, and a pointer that is no block is found instead of
 * followed.  The records are kept apart from the blocks: a driver that writes
 * past its memory cannot damage them, and AddressSanitizer sees each block as it
 * is.  Blocks of a page or more begin on a page.  The records belong to the
 * processor, that is, to the calling thread.
 */
#ifndef MM_POOL_H
#define MM_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "verifier/event.h"

/**
 * struct mm_block - one allocation
 * @va, @length: the memory.
 * @tag: four characters that the driver chose, or 0.
 * @kind: what it is, for messages: "memory", "buffer descriptor".
 * @owner: whom a leak is charged to.
 * @parent: the pool the block was taken from, or NULL.
 * @made: by whom, in the checking mode.
 */
struct mm_block {
	struct mm_block *next;
	void *va;
	size_t length;
	uint32_t tag;
	const char *kind;
	const void *owner;
	void *parent;
	struct verifier_event made;
};

/**
 * mm_pool_allocate() - a new block, its bytes not initialised
 * @length: bytes; 0 is treated as 1.
 * @template: kind, tag, owner, parent and made are taken from it.
 *
 * Return: the block, or NULL.
 */
struct mm_block *mm_pool_allocate(size_t length, const struct mm_block *template);

/** mm_pool_find() - the block that begins at @va, or NULL. */
struct mm_block *mm_pool_find(const void *va);

/** mm_pool_free() - free a block and its record. */
void mm_pool_free(struct mm_block *block);

/**
 * mm_pool_release() - free every block of @owner, after @report(@context, block) for each
 *
 * Return: how many there were.
 */
unsigned int mm_pool_release(const void *owner,
			     void (*report)(void *context, const struct mm_block *block),
			     void *context);

/**
 * mm_pool_tag_text() - @tag as text of four characters for messages; @text has 5 bytes.
 * Return: @text.
 */
const char *mm_pool_tag_text(uint32_t tag, char *text);

#endif /* MM_POOL_H */
