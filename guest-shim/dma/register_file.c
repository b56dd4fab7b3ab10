/* SPDX-License-Identifier: MIT */
/*
 * register_file.c - map registers handed out in groups of any size
 *
 * One long slot is cut into groups of adjacent pages, first fit.  The slot
 * structure of a group is that of its first page, so nothing is allocated.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dma/dma_internal.h"

struct dma_register_file {
	struct dma_register_file *next;
	struct dma_adapter *adapter;
	struct dma_window window;
	struct dma_slot whole;
	unsigned int pages;
	bool *taken;
	struct dma_slot group[];
};

int dma_register_file_create(struct dma_adapter *adapter, unsigned int pages,
			     struct dma_register_file **file)
{
	struct dma_register_file *created;
	int result;

	if (!pages || pages > DMA_MOST_PAGES)
		return -EINVAL;
	created = calloc(1, sizeof(*created) + pages * sizeof(created->group[0]));
	if (!created)
		return -ENOMEM;
	created->taken = calloc(pages, sizeof(*created->taken));
	if (!created->taken) {
		free(created);
		return -ENOMEM;
	}
	created->adapter = adapter;
	created->pages = pages;
	/* A device without scatter/gather needs one range, for which any data may have to be copied. */
	result = dma_window_open(adapter, &created->window, &created->whole, 1, pages, pages);
	if (result) {
		free(created->taken);
		free(created);
		return result;
	}
	created->next = adapter->register_files;
	adapter->register_files = created;
	adapter->statistics.map_registers_allocated += pages;
	*file = created;
	return 0;
}

static void release(struct dma_register_file *file, const struct dma_slot *slot)
{
	memset(&file->taken[slot - file->group], 0, slot->pages * sizeof(*file->taken));
}

unsigned int dma_register_file_destroy(struct dma_register_file *file)
{
	struct dma_adapter *adapter = file->adapter;
	struct dma_register_file **link = &adapter->register_files;
	unsigned int groups = 0;
	bool lost = false;

	for (unsigned int i = 0; i < file->pages; i++) {
		struct dma_slot *slot = &file->group[i];

		if (!file->taken[i])
			continue;
		if (dma_slot_is_mapped(slot) && dma_slot_unmap(slot))
			lost = true;
		release(file, slot);
		groups++;
	}
	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	adapter->statistics.map_registers_allocated -= file->pages;
	dma_window_close(adapter, &file->window, &file->whole, lost);
	free(file->taken);
	free(file);
	return groups;
}

/* First of @pages adjacent free registers, or the number of all if there are none. */
static unsigned int find(const struct dma_register_file *file, unsigned int pages)
{
	unsigned int run = 0;

	for (unsigned int i = 0; i < file->pages; i++) {
		run = file->taken[i] ? 0 : run + 1;
		if (run == pages)
			return i + 1 - pages;
	}
	return file->pages;
}

struct dma_slot *dma_register_file_take(struct dma_register_file *file, unsigned int pages)
{
	unsigned int first = pages ? find(file, pages) : file->pages;
	uint64_t offset = (uint64_t)first << PLATFORM_PAGE_SHIFT;
	struct dma_slot *slot = &file->group[first];

	if (first == file->pages)
		return NULL;
	memset(&file->taken[first], 1, pages * sizeof(*file->taken));
	*slot = (struct dma_slot){
		.adapter = file->adapter,
		.file = file,
		.window = {file->whole.window.value + offset},
		.bounce = {file->whole.bounce.value + offset},
		.bounce_memory = file->whole.bounce_memory + offset,
		.pages = pages,
		.bounce_pages = pages,
		.pieces = file->window.pieces + first,
		.extents = file->window.extents ? file->window.extents + first : NULL,
	};
	return slot;
}

int dma_register_file_give(struct dma_register_file *file, struct dma_slot *slot)
{
	if (slot < file->group || slot >= file->group + file->pages || slot->file != file)
		return -EINVAL;
	if (dma_slot_is_mapped(slot))
		return -EBUSY;
	release(file, slot);
	slot->file = NULL;
	return 0;
}
