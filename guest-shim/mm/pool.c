/* SPDX-License-Identifier: MIT */
/*
 * pool.c - see pool.h: a hash table of blocks by their address
 */
#include <stdbool.h>
#include <stdlib.h>

#include "mm/pool.h"
#include "platform/platform.h"

#define BUCKETS 1024u

/* The table exists as long as a block does: a program that loads the library while it runs has room
 * for few thread-local variables. */
static _Thread_local struct mm_block **buckets;
static _Thread_local size_t blocks;

static struct mm_block **bucket_of(const void *va)
{
	/* Neighbouring blocks differ in these bits of the address. */
	return &buckets[((uintptr_t)va >> 4 ^ (uintptr_t)va >> 14) % BUCKETS];
}

static struct mm_block **link_to(const void *va)
{
	struct mm_block **link = bucket_of(va);

	while (*link && (*link)->va != va)
		link = &(*link)->next;
	return link;
}

struct mm_block *mm_pool_find(const void *va)
{
	return buckets ? *link_to(va) : NULL;
}

static bool has_table(void)
{
	if (!buckets)
		buckets = calloc(BUCKETS, sizeof(struct mm_block *));
	return buckets;
}

static void free_table_if_empty(void)
{
	if (blocks)
		return;
	free(buckets);
	buckets = NULL;
}

static void *allocate_memory(size_t length)
{
	if (length < PLATFORM_PAGE_SIZE)
		return malloc(length ? length : 1);
	if (length > SIZE_MAX - PLATFORM_PAGE_MASK)
		return NULL;
	return aligned_alloc(PLATFORM_PAGE_SIZE,
			     (length + PLATFORM_PAGE_MASK) & ~PLATFORM_PAGE_MASK);
}

struct mm_block *mm_pool_allocate(size_t length, const struct mm_block *template)
{
	struct mm_block *block = malloc(sizeof(*block));
	struct mm_block **link;

	if (!block)
		return NULL;
	*block = *template;
	block->length = length;
	block->va = allocate_memory(length);
	if (!block->va || !has_table()) {
		free(block->va);
		free(block);
		return NULL;
	}
	blocks++;
	link = bucket_of(block->va);
	block->next = *link;
	*link = block;
	return block;
}

void mm_pool_free(struct mm_block *block)
{
	*link_to(block->va) = block->next;
	free(block->va);
	free(block);
	blocks--;
	free_table_if_empty();
}

unsigned int mm_pool_release(const void *owner,
			     void (*report)(void *context, const struct mm_block *block),
			     void *context)
{
	unsigned int count = 0;

	for (unsigned int i = 0; buckets && i < BUCKETS; i++) {
		struct mm_block *next;

		for (struct mm_block *block = buckets[i]; block; block = next) {
			next = block->next;
			if (block->owner != owner)
				continue;
			report(context, block);
			mm_pool_free(block);
			count++;
		}
	}
	return count;
}

const char *mm_pool_tag_text(uint32_t tag, char *text)
{
	for (unsigned int i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)(tag >> 8 * i);

		text[i] = (char)(c >= ' ' && c <= '~' ? c : '.');
	}
	text[4] = '\0';
	return text;
}
