/* SPDX-License-Identifier: MIT */
/*
 * mapping_limit.c - dma/ at the limit of mappings of VFIO's type 1 (dma_entry_limit)
 *
 * The module's parameter is for containers that are opened from then on.  Policies that map what
 * they are given fail at the limit, and no mapping is left of the attempt; policy cached makes room.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "dma/dma.h"
#include "platform/linux/explain.h"
#include "platform/vfio/vfio.h"
#include "vfio_platform_test.h"

#define PARAMETER "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"
#define LIMIT	  8u
#define PAGES	  (4 * LIMIT)

static unsigned int change_limit(unsigned int limit)
{
	unsigned int before = 0;
	FILE *file = fopen(PARAMETER, "r+");

	if (!file)
		return 0;
	if (fscanf(file, "%u", &before) != 1)
		before = 0;
	rewind(file);
	fprintf(file, "%u\n", limit);
	return fclose(file) == 0 ? before : 0;
}

static int map(struct dma_slots *slots, unsigned int index, unsigned char *memory)
{
	const struct dma_region region = {memory, 100};
	unsigned int count = 99;
	struct dma_run run;
	int result = dma_slot_map(dma_slots_at(slots, index), &region, 1, PLATFORM_DEVICE_READS,
				  &run, 1, &count);

	return result == 0 && count != 1 ? -EPROTO : result != 0 && count != 0 ? -EPROTO : result;
}

/* Maps a page per slot.  Return: how many were mapped before @error; -1: something else went wrong. */
static int map_all(struct dma_slots *slots, unsigned char *memory, int error)
{
	for (unsigned int i = 0; i < dma_slots_count(slots); i++) {
		int result = map(slots, i, memory + i * PLATFORM_PAGE_SIZE);

		if (result)
			return result == error ? (int)i : -1;
	}
	return (int)dma_slots_count(slots);
}

static struct dma_adapter *open_adapter(struct platform *p, enum dma_policy policy)
{
	const struct dma_options options = {.policy = policy};
	struct dma_adapter *adapter = NULL;

	check(dma_adapter_create(p, &options, 32, &adapter) == 0, "policy %s",
	      dma_policy_name(policy));
	return adapter;
}

static void check_remap(struct platform *p, unsigned char *memory)
{
	struct dma_adapter *adapter = open_adapter(p, DMA_POLICY_REMAP);
	struct dma_slots *slots = NULL;

	check(dma_slots_create(adapter, 2 * LIMIT, 1, &slots) == 0, "slots");
	for (unsigned int round = 0; round < 2; round++) {
		check(map_all(slots, memory, -ENOSPC) == (int)LIMIT, "%u mappings and no more",
		      LIMIT);
		check(dma_slot_unmap(dma_slots_at(slots, 3)) == 0 &&
			      map(slots, LIMIT, memory) == 0 &&
			      map(slots, LIMIT + 1, memory) == -ENOSPC,
		      "one ends, one more can be made");
		for (unsigned int i = 0; i <= LIMIT; i++) {
			if (dma_slot_is_mapped(dma_slots_at(slots, i)))
				dma_slot_unmap(dma_slots_at(slots, i));
		}
	}
	check(dma_slots_destroy(slots) == 0 && dma_adapter_destroy(adapter) == 0,
	      "nothing is left mapped");
}

static void check_copy(struct platform *p)
{
	struct dma_adapter *adapter = open_adapter(p, DMA_POLICY_COPY);
	struct dma_slots *slots = NULL;

	check(dma_slots_create(adapter, LIMIT + 1, 1, &slots) == -ENOSPC,
	      "%u slots with bounce pages are too many", LIMIT + 1);
	check(dma_slots_create(adapter, LIMIT, 1, &slots) == 0, "%u are not", LIMIT);
	check(dma_slots_destroy(slots) == 0 && dma_adapter_destroy(adapter) == 0, "they go");
}

static void check_cached(struct platform *p, unsigned char *memory)
{
	struct dma_adapter *adapter = open_adapter(p, DMA_POLICY_CACHED);
	const struct dma_statistics *statistics = dma_adapter_statistics(adapter);
	struct dma_slots *slots = NULL;
	unsigned int good = 0;

	check(dma_slots_create(adapter, 1, 1, &slots) == 0, "a slot");
	for (unsigned int i = 0; i < PAGES; i++) {
		good += map(slots, 0, memory + i * PLATFORM_PAGE_SIZE) == 0;
		dma_slot_unmap(dma_slots_at(slots, 0));
	}
	check(good == PAGES && statistics->cache_entries == LIMIT,
	      "%u buffers one after the other, %u of them kept", good,
	      (unsigned int)statistics->cache_entries);
	check(dma_slots_destroy(slots) == 0 && dma_adapter_destroy(adapter) == 0, "they go");
}

void test_mapping_limit(struct event_loop *loop, const char *address)
{
	unsigned int before = change_limit(LIMIT);
	char message[EXPLAIN_SIZE] = "";
	struct platform *p = NULL;
	void *memory = NULL;
	int result;

	check(before > LIMIT, "dma_entry_limit was %u", before);
	result = vfio_platform_open(address, VFIO_WAY_TYPE1, loop, &p, message, sizeof(message));
	check(result == 0, "open it with a limit of %u%s%s", LIMIT, result ? ": " : "", message);
	if (result == 0) {
		check(p->capabilities.map_limit == LIMIT, "the platform tells a limit of %u",
		      p->capabilities.map_limit);
		check(platform_memory_allocate(p, PAGES * PLATFORM_PAGE_SIZE, &memory) == 0,
		      "allocate %u pages", PAGES);
		check_remap(p, memory);
		check_copy(p);
		check_cached(p, memory);
		platform_memory_free(p, memory, PAGES * PLATFORM_PAGE_SIZE);
		platform_close(p);
	}
	check(change_limit(before) == LIMIT, "give the limit back");
}
