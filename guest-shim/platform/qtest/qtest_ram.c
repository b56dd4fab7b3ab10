/* SPDX-License-Identifier: MIT */
/*
 * qtest_ram.c - the guest's RAM, mapped in this process, and who has which page of it
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "platform/platform.h"
#include "platform/qtest/qtest_ram.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

#define LOW_FIRST ((size_t)1 << 20)
#define LOW_END	  ((size_t)16 << 20)

int qtest_ram_open(struct qtest_ram *ram, int file, size_t size, struct explanation *why)
{
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	if (base == MAP_FAILED)
		return explain(why, -errno, "cannot map the guest's RAM of %zu MiB: %s", size >> 20,
			       strerror(errno));
	ram->base = base;
	ram->size = size;
	ram->pages = (size - LOW_END) >> PLATFORM_PAGE_SHIFT;
	ram->next = 0;
	ram->taken = calloc(ram->pages, 1);
	if (!ram->taken)
		return explain(why, -ENOMEM, "out of memory");
	ASAN_POISON_MEMORY_REGION(base, size);
	return 0;
}

void qtest_ram_close(struct qtest_ram *ram)
{
	if (ram->base) {
		ASAN_UNPOISON_MEMORY_REGION(ram->base, ram->size);
		munmap(ram->base, ram->size);
	}
	free(ram->taken);
	memset(ram, 0, sizeof(*ram));
}

/* Return: first of @count free pages at @from or behind, or ram->pages. */
static size_t find(const struct qtest_ram *ram, size_t from, size_t count)
{
	size_t page = from;
	size_t run = 0;

	for (; page < ram->pages; page++) {
		run = ram->taken[page] ? 0 : run + 1;
		if (run == count)
			return page + 1 - count;
	}
	return ram->pages;
}

static unsigned char *page_address(const struct qtest_ram *ram, size_t page)
{
	return ram->base + LOW_END + (page << PLATFORM_PAGE_SHIFT);
}

int qtest_ram_allocate(struct qtest_ram *ram, size_t length, void **va)
{
	size_t count = length >> PLATFORM_PAGE_SHIFT;
	size_t first;

	if (!length || length & PLATFORM_PAGE_MASK)
		return -EINVAL;
	if (count >= ram->pages)
		return -ENOMEM;
	/* The page before is free too: it is the one behind its neighbour. */
	first = find(ram, ram->next, count + 2);
	if (first == ram->pages)
		first = find(ram, 0, count + 2);
	if (first == ram->pages)
		return -ENOMEM;
	first++;
	memset(ram->taken + first, 1, count);
	ram->next = first + count;
	*va = page_address(ram, first);
	ASAN_UNPOISON_MEMORY_REGION(*va, length);
	memset(*va, 0, length);
	return 0;
}

void qtest_ram_free(struct qtest_ram *ram, void *va, size_t length)
{
	uint64_t physical;

	if (qtest_ram_physical(ram, va, length, &physical) < 0 || physical < LOW_END)
		return;
	memset(ram->taken + ((physical - LOW_END) >> PLATFORM_PAGE_SHIFT), 0,
	       length >> PLATFORM_PAGE_SHIFT);
	ASAN_POISON_MEMORY_REGION(va, length);
}

int qtest_ram_physical(const struct qtest_ram *ram, const void *va, size_t length,
		       uint64_t *physical)
{
	uintptr_t offset = (uintptr_t)va - (uintptr_t)ram->base;

	if (offset >= ram->size || length > ram->size - offset)
		return -EFAULT;
	*physical = offset;
	return 0;
}

int qtest_ram_low(struct qtest_ram *ram, size_t length, void **va, uint32_t *physical)
{
	if (!length || length & PLATFORM_PAGE_MASK)
		return -EINVAL;
	if (length > LOW_END - LOW_FIRST)
		return -ENOSPC;
	*va = ram->base + LOW_FIRST;
	*physical = LOW_FIRST;
	ASAN_UNPOISON_MEMORY_REGION(*va, length);
	return 0;
}
