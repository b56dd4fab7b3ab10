/* SPDX-License-Identifier: MIT */
/*
 * driver_memory.c - memory that the device reaches, and its addresses
 *
 * Section numbers are those of docs/device-specification.md.
 */
#include "driver_memory.h"

#define LOWEST_LOGICAL 0x100000u
#define PAGE	       PLATFORM_PAGE_SIZE

int driver_memory(struct driver *driver, size_t length, enum platform_access access,
		  struct memory *memory)
{
	struct memory *m = &driver->memories[driver->memory_count];
	void *va;
	int ret;

	length = (length + PAGE - 1) & ~(PAGE - 1);
	if (driver->memory_count == DRIVER_MEMORIES ||
	    length + PAGE > driver->end_logical - driver->next_logical)
		return -ENOMEM;
	ret = platform_memory_allocate(driver->platform, length, &va);
	if (ret)
		return ret;
	*m = (struct memory){.va = va, .logical = driver->next_logical, .length = length};
	ret = platform_map(driver->platform, (logical_t){m->logical}, va, length, access);
	if (ret) {
		platform_memory_free(driver->platform, va, length);
		return ret;
	}
	driver->next_logical += length + PAGE;
	driver->memory_count++;
	*memory = *m;
	return 0;
}

int driver_free_memory(struct driver *driver)
{
	int ret = 0;

	while (driver->memory_count) {
		struct memory *m = &driver->memories[--driver->memory_count];

		if (platform_unmap(driver->platform, (logical_t){m->logical}, m->length) !=
		    (int64_t)m->length)
			ret = -EIO;
		platform_memory_free(driver->platform, m->va, m->length);
	}
	return ret;
}

/* 3.2 */
int driver_choose_addresses(struct driver *driver)
{
	uint32_t width = driver_read(driver, SGNIC_DMA_WIDTH);
	struct logical_range range;

	if (!platform_logical_ranges(driver->platform, &range, 1))
		return -ENOMEM;
	if (width > 32)
		width = 32;
	driver_write(driver, SGNIC_DMA_WIDTH, width);
	driver->next_logical = range.first > LOWEST_LOGICAL ? range.first : LOWEST_LOGICAL;
	driver->next_logical = (driver->next_logical + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	driver->end_logical = (uint64_t)1 << width;
	if (driver->end_logical > range.last)
		driver->end_logical = range.last;
	return driver_read(driver, SGNIC_DMA_WIDTH) == width ? 0 : -EPROTO;
}
