/* SPDX-License-Identifier: MIT */
/*
 * memory.c - memory of this process that stays where it is
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/linux/memory.h"

#define PAGEMAP_PRESENT	   ((uint64_t)1 << 63)
#define PAGEMAP_FRAME_MASK (((uint64_t)1 << 55) - 1)

int linux_memory_allocate(struct platform *p, size_t length, void **va)
{
	void *memory;

	if (!length || length & PLATFORM_PAGE_MASK)
		return -EINVAL;
	memory = mmap(NULL, length, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	/*
	 * After a fork the first write to a private page copies it, and the
	 * device would go on using the other copy: keep children out.
	 */
	if (mlock(memory, length) < 0 || madvise(memory, length, MADV_DONTFORK) < 0) {
		munmap(memory, length);
		return -ENOMEM;
	}
	*va = memory;
	return 0;
}

void linux_memory_free(struct platform *p, void *va, size_t length)
{
	munmap(va, length);
}

int linux_memory_frame(struct platform *p, const void *va, frame_t *frame)
{
	off_t position = (off_t)((uintptr_t)va >> PLATFORM_PAGE_SHIFT) * (off_t)sizeof(uint64_t);
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;
	ssize_t length;

	if (pagemap < 0)
		return -EPERM;
	length = pread(pagemap, &entry, sizeof(entry), position);
	close(pagemap);
	if (length != sizeof(entry) || !(entry & PAGEMAP_PRESENT))
		return -EFAULT;
	/* Without CAP_SYS_ADMIN the kernel shows every frame as 0. */
	if ((entry & PAGEMAP_FRAME_MASK) == 0)
		return -EPERM;
	frame->number = entry & PAGEMAP_FRAME_MASK;
	return 0;
}
