/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "dma/dma_internal.h"

/* Memory, logical addresses and a mapping between them, for the life of the buffer. */
static int create(struct dma_adapter *adapter, size_t length, enum platform_access access,
		  size_t guard, struct common_buffer **created)
{
	struct common_buffer *buffer;
	int result;

	if (!length || length > SIZE_MAX - PLATFORM_PAGE_MASK - 2 * guard)
		return -EINVAL;
	buffer = calloc(1, sizeof(*buffer));
	if (!buffer)
		return -ENOMEM;
	buffer->length = length;
	buffer->mapped = dma_pages(length) << PLATFORM_PAGE_SHIFT;
	buffer->guard = guard;

	result = dma_memory_take(adapter, buffer->mapped, guard, &buffer->va, &buffer->logical);
	if (result)
		goto free_buffer;
	if (guard)
		dma_guard_common(buffer);
	result = platform_map(adapter->platform, buffer->logical, buffer->va, buffer->mapped,
			      access);
	if (result)
		goto give_memory;

	buffer->next = adapter->common_buffers;
	adapter->common_buffers = buffer;
	adapter->statistics.common_bytes += buffer->mapped;
	*created = buffer;
	return 0;

give_memory:
	dma_memory_give(adapter, buffer->mapped, guard, buffer->va, buffer->logical);
free_buffer:
	free(buffer);
	return result;
}

int dma_common_buffer_allocate(struct dma_adapter *adapter, size_t length, void **va,
			       logical_t *logical)
{
	struct common_buffer *buffer;
	int result = create(adapter, length, PLATFORM_DEVICE_BOTH,
			    adapter->options.guard ? PLATFORM_PAGE_SIZE : 0, &buffer);

	if (result)
		return result;
	*va = buffer->va;
	*logical = buffer->logical;
	return 0;
}

int dma_common_buffer_free(struct dma_adapter *adapter, size_t length, void *va,
			   logical_t logical)
{
	struct common_buffer **link = &adapter->common_buffers;
	struct common_buffer *buffer;
	bool gone;

	while (*link && (*link)->va != va)
		link = &(*link)->next;
	buffer = *link;
	if (!buffer)
		return -ENOENT;
	if (buffer->length != length || buffer->logical.value != logical.value)
		return -EINVAL;

	if (buffer->guard)
		dma_guard_check_common(adapter, buffer);
	*link = buffer->next;
	adapter->statistics.common_bytes -= buffer->mapped;
	gone = platform_unmap(adapter->platform, buffer->logical, buffer->mapped) ==
	       (int64_t)buffer->mapped;
	/* Memory the device may still reach is never reused. */
	if (gone)
		dma_memory_give(adapter, buffer->mapped, buffer->guard, buffer->va,
				buffer->logical);
	free(buffer);
	return gone ? 0 : -EIO;
}

int dma_pool_reserve(struct dma_adapter *adapter, size_t length, void **va)
{
	struct common_buffer *buffer;
	unsigned int number = 0;
	int result;

	while (number < DMA_ARENAS && adapter->arenas[number].length)
		number++;
	if (number == DMA_ARENAS)
		return -EBUSY;
	result = create(adapter, length, PLATFORM_DEVICE_READS, 0, &buffer);
	if (result)
		return result;
	adapter->arenas[number] = (struct dma_arena){(uintptr_t)buffer->va, buffer->mapped,
						     buffer->logical};
	dma_simple_choose(adapter);
	*va = buffer->va;
	return 0;
}
