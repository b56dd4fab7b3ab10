/* SPDX-License-Identifier: MIT */
/*
 * vfio_memory.c - memory and mappings
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

#define PAGEMAP_PRESENT	   ((uint64_t)1 << 63)
#define PAGEMAP_FRAME_MASK (((uint64_t)1 << 55) - 1)

static bool is_whole_pages(size_t length)
{
	return length != 0 && (length & PLATFORM_PAGE_MASK) == 0;
}

int vfio_memory_allocate(struct platform *p, size_t length, void **va)
{
	void *memory;

	if (!is_whole_pages(length))
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

void vfio_memory_free(struct platform *p, void *va, size_t length)
{
	munmap(va, length);
}

static bool is_mappable(const struct vfio_platform *vfio, logical_t logical, size_t length)
{
	uint64_t last = logical.value + (length - 1);

	return is_whole_pages(length) && (logical.value & PLATFORM_PAGE_MASK) == 0 &&
	       last >= logical.value &&
	       vfio_ranges_contain(vfio->ranges, vfio->range_count, logical.value, last);
}

int vfio_memory_map(struct platform *p, logical_t logical, void *va, size_t length,
		    enum platform_access access)
{
	struct vfio_platform *vfio = vfio_platform_from(p);

	if (!is_mappable(vfio, logical, length) || (uintptr_t)va & PLATFORM_PAGE_MASK ||
	    !(access & PLATFORM_DEVICE_BOTH))
		return -EINVAL;
	return vfio->container_ops->map(vfio, logical, va, length, access);
}

int64_t vfio_memory_unmap(struct platform *p, logical_t logical, size_t length)
{
	struct vfio_platform *vfio = vfio_platform_from(p);

	if (!is_mappable(vfio, logical, length))
		return -EINVAL;
	return vfio->container_ops->unmap(vfio, logical, length);
}

int vfio_memory_frame(struct platform *p, const void *va, frame_t *frame)
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
