/* SPDX-License-Identifier: MIT */
/*
 * huge_pages.c - see huge_pages.h
 *
 * The pages belong to a file without a name, so that each can be mapped again, at the place that
 * its physical address gives it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/linux/huge_pages.h"
#include "platform/linux/memory.h"

#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB (21u << 26)
#endif

/* One page of the file, and where it is. */
struct located {
	uint64_t physical;
	off_t offset;
};

static int compare(const void *left, const void *right)
{
	const struct located *a = left;
	const struct located *b = right;

	return a->physical < b->physical ? -1 : a->physical > b->physical;
}

/* As many as there are: the kernel refuses to map more than are free. */
static void *map_file(int file, unsigned int *count)
{
	for (*count = HUGE_PAGES_MOST; *count; --*count) {
		void *va;

		if (ftruncate(file, (off_t)(*count * HUGE_PAGE_SIZE)) < 0)
			continue;
		va = mmap(NULL, *count * HUGE_PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_POPULATE, file, 0);
		if (va != MAP_FAILED)
			return va;
	}
	return NULL;
}

static int locate(const unsigned char *va, struct located *pages, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		frame_t frame;
		int result = linux_memory_frame(NULL, va + i * HUGE_PAGE_SIZE, &frame);

		if (result < 0)
			return result;
		pages[i].physical = frame.number << PLATFORM_PAGE_SHIFT;
		pages[i].offset = (off_t)(i * HUGE_PAGE_SIZE);
	}
	qsort(pages, count, sizeof(*pages), compare);
	return 0;
}

/* A huge page is mapped at multiples of its size only: the room is cut down to begin at one. */
static int map_sorted(struct huge_pages *pages, int file, const struct located *located,
		      unsigned int count)
{
	size_t length = count * HUGE_PAGE_SIZE;
	unsigned char *room = mmap(NULL, length + HUGE_PAGE_SIZE, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t before;
	unsigned int i;

	if (room == MAP_FAILED)
		return -errno;
	before = -(uintptr_t)room & (HUGE_PAGE_SIZE - 1);
	if (before)
		munmap(room, before);
	if (HUGE_PAGE_SIZE - before)
		munmap(room + before + length, HUGE_PAGE_SIZE - before);
	pages->va = room + before;
	pages->count = count;
	for (i = 0; i < count; i++) {
		if (mmap(pages->va + i * HUGE_PAGE_SIZE, HUGE_PAGE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_POPULATE, file,
			 located[i].offset) == MAP_FAILED)
			return -errno;
		pages->physical[i] = located[i].physical;
	}
	return madvise(pages->va, length, MADV_DONTFORK) < 0 ? -errno : 0;
}

static int open_file(struct huge_pages *pages, int file, struct explanation *why)
{
	struct located located[HUGE_PAGES_MOST];
	unsigned int count;
	unsigned char *va = map_file(file, &count);
	int result;

	if (!va)
		return explain(why, -ENOMEM,
			       "no huge page of 2 MiB is free: reserve some, as root: "
			       "'echo %u >/proc/sys/vm/nr_hugepages', best soon after the boot",
			       HUGE_PAGES_MOST);
	result = locate(va, located, count);
	if (result < 0)
		explain(why, result,
			"this process may not see physical addresses in /proc/self/pagemap (%s): "
			"run it as root",
			strerror(-result));
	if (result == 0) {
		result = map_sorted(pages, file, located, count);
		if (result < 0)
			explain(why, result, "cannot map %u huge pages in order: %s", count,
				strerror(-result));
	}
	munmap(va, count * HUGE_PAGE_SIZE);
	return result;
}

int huge_pages_open(struct huge_pages *pages, struct explanation *why)
{
	int file = memfd_create("dma", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);
	int result;

	memset(pages, 0, sizeof(*pages));
	if (file < 0)
		return explain(why, -errno, "this kernel gives no huge pages of 2 MiB: %s",
			       strerror(errno));
	result = open_file(pages, file, why);
	close(file);
	if (result < 0)
		huge_pages_close(pages);
	return result;
}

void huge_pages_close(struct huge_pages *pages)
{
	if (pages->va)
		munmap(pages->va, pages->count * HUGE_PAGE_SIZE);
	pages->va = NULL;
	pages->count = 0;
}
