/* SPDX-License-Identifier: MIT */
/*
 * huge_pages.h - memory of this process whose physical addresses are known
 */
#ifndef PLATFORM_LINUX_HUGE_PAGES_H
#define PLATFORM_LINUX_HUGE_PAGES_H

#include <stdint.h>

#include "platform/linux/explain.h"
#include "platform/platform.h"

#define HUGE_PAGE_SIZE	((size_t)2 << 20)
#define HUGE_PAGES_MOST 16

/**
 * struct huge_pages - huge pages of 2 MiB, in the order of their physical addresses
 * @va: all of them, in one piece; NULL: none.
 * @count: at most HUGE_PAGES_MOST.
 * @physical: address of each, ascending: what is contiguous in physical memory is so in virtual space.
 */
struct huge_pages {
	unsigned char *va;
	unsigned int count;
	uint64_t physical[HUGE_PAGES_MOST];
};

/**
 * huge_pages_open() - take free huge pages that the administrator has reserved
 *
 * Zeroed, resident, not shared with children.
 * Return: 0; -ENOMEM none is free; -EPERM physical addresses are hidden; -errno; explained.
 */
int huge_pages_open(struct huge_pages *pages, struct explanation *why);

/** huge_pages_close() - harmless when not open. */
void huge_pages_close(struct huge_pages *pages);

#endif /* PLATFORM_LINUX_HUGE_PAGES_H */
