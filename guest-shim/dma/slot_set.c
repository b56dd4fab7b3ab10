/* SPDX-License-Identifier: MIT */
/* slot_set.c - the slots behind NDIS base registers: all alike, numbered from 0 */
#include <errno.h>
#include <stdlib.h>

#include "dma/dma_internal.h"

int dma_slots_create(struct dma_adapter *adapter, unsigned int count, unsigned int pages,
		     struct dma_slots **slots)
{
	struct dma_slots *created;
	int result;

	if (!count || !pages || count > DMA_MOST_SLOTS || pages > DMA_MOST_PAGES)
		return -EINVAL;
	created = calloc(1, sizeof(*created) + count * sizeof(created->slot[0]));
	if (!created)
		return -ENOMEM;
	created->adapter = adapter;
	created->count = count;
	result = dma_window_open(adapter, &created->window, created->slot, count, pages,
				 dma_bounce_pages(adapter, pages));
	if (result) {
		free(created);
		return result;
	}
	created->next = adapter->slot_sets;
	adapter->slot_sets = created;
	adapter->statistics.map_registers_allocated += (uint64_t)count * pages;
	*slots = created;
	return 0;
}

unsigned int dma_slots_destroy(struct dma_slots *slots)
{
	struct dma_adapter *adapter = slots->adapter;
	struct dma_slots **link = &adapter->slot_sets;
	unsigned int mapped = 0;
	bool lost = false;

	for (unsigned int i = 0; i < slots->count; i++) {
		if (!dma_slot_is_mapped(&slots->slot[i]))
			continue;
		if (dma_slot_unmap(&slots->slot[i]))
			lost = true;
		mapped++;
	}
	while (*link != slots)
		link = &(*link)->next;
	*link = slots->next;
	adapter->statistics.map_registers_allocated -=
		(uint64_t)slots->count * slots->window.pages;
	dma_window_close(adapter, &slots->window, slots->slot, lost);
	free(slots);
	return mapped;
}

struct dma_slot *dma_slots_at(struct dma_slots *slots, unsigned int index)
{
	return index < slots->count ? &slots->slot[index] : NULL;
}

unsigned int dma_slots_count(const struct dma_slots *slots)
{
	return slots->count;
}
