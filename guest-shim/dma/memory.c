/* SPDX-License-Identifier: MIT */
/*
 * memory.c - memory and logical addresses that belong together for the life of a buffer
 */
#include <errno.h>
#include <string.h>

#include "dma/dma_internal.h"

/* One page more than is mapped: running past the end must fault. */
static uint64_t addresses_of(size_t length)
{
	return (uint64_t)length + PLATFORM_PAGE_SIZE;
}

/* The address says which memory it is, that of the guard bytes too. */
static int take_physical(struct dma_adapter *adapter, size_t length, size_t guard, void **va,
			 logical_t *logical)
{
	int result = dma_logical_take(adapter, addresses_of(length + 2 * guard), logical);
	char *memory;

	if (result)
		return result;
	memory = platform_memory_at(adapter->platform, *logical);
	memset(memory, 0, length + 2 * guard);
	*va = memory + guard;
	logical->value += guard;
	return 0;
}

int dma_memory_take(struct dma_adapter *adapter, size_t length, size_t guard, void **va,
		    logical_t *logical)
{
	void *memory;
	int result;

	if (adapter->platform->capabilities.physical)
		return take_physical(adapter, length, guard, va, logical);
	result = dma_logical_take(adapter, addresses_of(length), logical);
	if (result)
		return result;
	result = platform_memory_allocate(adapter->platform, length + 2 * guard, &memory);
	if (result) {
		dma_logical_give(adapter, *logical, addresses_of(length));
		return result;
	}
	*va = (char *)memory + guard;
	return 0;
}

void dma_memory_give(struct dma_adapter *adapter, size_t length, size_t guard, void *va,
		     logical_t logical)
{
	if (adapter->platform->capabilities.physical) {
		logical.value -= guard;
		dma_logical_give(adapter, logical, addresses_of(length + 2 * guard));
		return;
	}
	dma_logical_give(adapter, logical, addresses_of(length));
	platform_memory_free(adapter->platform, (char *)va - guard, length + 2 * guard);
}
