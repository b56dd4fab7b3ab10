/* SPDX-License-Identifier: MIT */
/*
 * low_memory.c - see low_memory.h: first fit, in order of address
 */
#include "hal/low_memory.h"

#include <stdlib.h>
#include <string.h>

struct low_block {
	struct low_block *next;
	struct platform *platform;
	unsigned char *va;
	uint32_t physical;
	uint32_t length;
};

/* Ascending per platform. */
static _Thread_local struct low_block *blocks;

static uint32_t skip_boundary(uint32_t physical, uint32_t length, uint32_t boundary)
{
	if ((physical ^ (physical + length - 1)) & ~(boundary - 1))
		return (physical | (boundary - 1)) + 1;
	return physical;
}

static struct low_block **find_gap(struct platform *platform, uint32_t length, uint32_t boundary,
				   uint32_t *physical)
{
	struct low_block **link = &blocks;

	*physical = skip_boundary(*physical, length, boundary);
	for (; *link; link = &(*link)->next) {
		struct low_block *block = *link;

		if (block->platform != platform)
			continue;
		if (*physical + length <= block->physical)
			break;
		*physical = skip_boundary(block->physical + block->length, length, boundary);
	}
	return link;
}

int low_memory_take(struct platform *platform, uint32_t length, uint32_t boundary, void **va,
		    uint32_t *physical)
{
	struct low_block **link;
	struct low_block *block;
	uint32_t base, place;
	void *base_va;
	int result;

	length = (length + (uint32_t)PLATFORM_PAGE_MASK) & ~(uint32_t)PLATFORM_PAGE_MASK;
	result = platform_low_memory(platform, PLATFORM_PAGE_SIZE, &base_va, &base);
	if (result)
		return result;
	place = base;
	link = find_gap(platform, length, boundary, &place);
	/* Every call tells the same address: this one asks whether there is so much of it. */
	result = platform_low_memory(platform, place - base + length, &base_va, &base);
	if (result)
		return result;
	block = malloc(sizeof(*block));
	if (!block)
		return -ENOMEM;
	*block = (struct low_block){*link, platform, (unsigned char *)base_va + (place - base),
				    place, length};
	*link = block;
	memset(block->va, 0, length);
	*va = block->va;
	*physical = place;
	return 0;
}

void low_memory_give(struct platform *platform, void *va)
{
	struct low_block **link = &blocks;
	struct low_block *block;

	while ((*link)->platform != platform || (*link)->va != va)
		link = &(*link)->next;
	block = *link;
	*link = block->next;
	free(block);
}

uint32_t low_memory_physical(struct platform *platform, const void *va, uint32_t length)
{
	for (const struct low_block *block = blocks; block; block = block->next) {
		uintptr_t offset = (uintptr_t)va - (uintptr_t)block->va;

		if (block->platform == platform && offset < block->length &&
		    length <= block->length - offset)
			return block->physical + (uint32_t)offset;
	}
	return 0;
}
