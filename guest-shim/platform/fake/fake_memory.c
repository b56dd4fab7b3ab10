/* SPDX-License-Identifier: MIT */
/* fake_memory.c - memory that belongs to the fake platform */
#include "platform/fake/fake_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fake_memory_allocate(struct platform *p, size_t length, void **va)
{
	struct fake_platform *f = fake(p);
	int result = fake_fails(&f->memory_failure);
	struct fake_memory *memory;

	if (!length || length & PLATFORM_PAGE_MASK)
		return -EINVAL;
	if (result)
		return result;
	memory = malloc(sizeof(*memory));
	*va = aligned_alloc(PLATFORM_PAGE_SIZE, length);
	if (!memory || !*va) {
		free(memory);
		free(*va);
		return -ENOMEM;
	}
	memset(*va, 0, length);
	*memory = (struct fake_memory){f->memory, *va, length};
	f->memory = memory;
	f->counts.memory_allocations++;
	return 0;
}

/* Freeing what was not allocated, or with another length, ends the test. */
void fake_memory_free(struct platform *p, void *va, size_t length)
{
	struct fake_platform *f = fake(p);
	struct fake_memory **link = &f->memory;
	struct fake_memory *memory;

	while (*link && (*link)->va != va)
		link = &(*link)->next;
	memory = *link;
	if (!memory || memory->length != length)
		abort();
	*link = memory->next;
	f->counts.memory_allocations--;
	free(memory);
	free(va);
}

static bool contains(const unsigned char *first, size_t size, const void *va, size_t length)
{
	uintptr_t offset = (uintptr_t)va - (uintptr_t)first;

	return first && offset < size && length <= size - offset;
}

bool fake_may_map(const struct fake_platform *f, const void *va, size_t length)
{
	const struct fake_memory *memory = f->memory;

	if (f->platform.capabilities.any_memory || contains(f->low_memory, f->low_length, va, length))
		return true;
	while (memory && !contains(memory->va, memory->length, va, length))
		memory = memory->next;
	return memory != NULL;
}

int fake_frame_number(struct platform *p, const void *va, frame_t *frame)
{
	if (!fake_may_map(fake(p), va, 1))
		return -EFAULT;
	frame->number = (uintptr_t)va >> PLATFORM_PAGE_SHIFT;
	return 0;
}

/* Physical addresses are here what they are for frame numbers: those of the process. */
int fake_use_physical(struct platform *p, char *error, size_t error_size)
{
	struct logical_range range;
	void *va;
	int result = fake_memory_allocate(p, FAKE_PHYSICAL_SIZE, &va);

	if (result) {
		if (error)
			snprintf(error, error_size, "no memory with physical addresses");
		return result;
	}
	range = (struct logical_range){(uintptr_t)va, (uintptr_t)va + FAKE_PHYSICAL_SIZE - 1};
	fake_set_ranges(p, &range, 1);
	p->capabilities.physical = true;
	return 0;
}

void *fake_memory_at(struct platform *p, logical_t logical)
{
	const struct logical_range *range = &fake(p)->ranges[0];

	if (logical.value < range->first || logical.value > range->last)
		return NULL;
	return (void *)(uintptr_t)logical.value;
}

void fake_restrict_memory(struct platform *p)
{
	p->capabilities.any_memory = false;
}

void fake_fail_memory(struct platform *p, unsigned int successes, int error)
{
	fake(p)->memory_failure = (struct injected_failure){true, successes, error};
}

void fake_memory_close(struct fake_platform *f)
{
	while (f->memory) {
		struct fake_memory *next = f->memory->next;

		free(f->memory->va);
		free(f->memory);
		f->memory = next;
	}
}
