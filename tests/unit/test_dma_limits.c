/* SPDX-License-Identifier: MIT */
/*
 * What runs out: logical addresses, mappings of the IOMMU, bounce pages, room for pieces.  Every
 * failure has a defined result, leaves no mapping behind, and is over when there is room again.
 */
#include <glib.h>
#include <errno.h>
#include <string.h>

#include "dma/dma.h"
#include "platform/fake/fake.h"

#define PAGE	   PLATFORM_PAGE_SIZE
#define HEAP_PAGES 32

struct fixture {
	struct event_loop *loop;
	struct platform *platform;
	struct dma_adapter *adapter;
	const struct dma_statistics *statistics;
	unsigned char *heap;
};

static void set_up(struct fixture *f, gconstpointer data)
{
	struct dma_options options = {(enum dma_policy)GPOINTER_TO_INT(data), DMA_FRAGMENT_NONE,
				      100, false};

	f->loop = event_loop_create();
	f->platform = fake_platform_create(f->loop, NULL, true);
	g_assert_cmpint(dma_adapter_create(f->platform, &options, 24, &f->adapter), ==, 0);
	f->statistics = dma_adapter_statistics(f->adapter);
	f->heap = aligned_alloc(PAGE, HEAP_PAGES * PAGE);
	for (size_t i = 0; i < HEAP_PAGES * PAGE; i++)
		f->heap[i] = (unsigned char)(i + i / 253);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
	g_assert_cmpuint(dma_adapter_destroy(f->adapter), ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->memory_allocations, ==, 0);
	platform_close(f->platform);
	event_loop_destroy(f->loop);
	free(f->heap);
}

static int map(struct dma_slot *slot, void *va, size_t length, struct dma_run *run)
{
	struct dma_region region = {va, length};
	unsigned int count = 99;
	int result = dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, run, 1, &count);

	g_assert_cmpuint(count, ==, result ? 0 : 1);
	g_assert_cmpint(dma_slot_is_mapped(slot), ==, !result);
	return result;
}

static void expect_read(struct fixture *f, struct dma_run run, const unsigned char *expected)
{
	unsigned char byte;

	g_assert_cmpint(fake_device_read(f->platform, run.logical, &byte, 1), ==, 0);
	g_assert_cmphex(byte, ==, *expected);
}

/* 16 MiB are 4095 pages without page 0; what is taken twice is only there once. */
static void test_logical_addresses(struct fixture *f, gconstpointer data)
{
	struct dma_register_file *file = NULL;
	struct dma_slots *first, *second = NULL;
	logical_t logical = {7};
	void *va = f;

	g_assert_cmpint(dma_slots_create(f->adapter, 64, 60, &first), ==, 0);
	g_assert_cmpint(dma_slots_create(f->adapter, 64, 60, &second), ==, -ENOSPC);
	g_assert_null(second);
	g_assert_cmpint(dma_register_file_create(f->adapter, 3900, &file), ==, -ENOSPC);
	g_assert_null(file);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 3900 * PAGE, &va, &logical), ==,
			-ENOSPC);
	g_assert_cmpint(dma_pool_reserve(f->adapter, 3900 * PAGE, &va), ==, -ENOSPC);
	g_assert_true(va == f);
	g_assert_cmphex(logical.value, ==, 7);
	g_assert_cmpuint(f->statistics->map_registers_allocated, ==, 64 * 60);
	g_assert_cmpuint(f->statistics->common_bytes, ==, 0);
	g_assert_cmpuint(dma_slots_destroy(first), ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 0);
	g_assert_cmpint(dma_slots_create(f->adapter, 64, 60, &second), ==, 0);
	g_assert_cmpuint(dma_slots_destroy(second), ==, 0);
}

/* Down to the last page: every page of the range, but never one twice. */
static void test_last_page(struct fixture *f, gconstpointer data)
{
	enum { PAGES = 4095 };
	logical_t *logical = g_new(logical_t, PAGES);
	void **va = g_new(void *, PAGES);
	unsigned int count = 0;
	int result;

	while (!(result = dma_common_buffer_allocate(f->adapter, 1, &va[count], &logical[count])))
		count++;
	g_assert_cmpint(result, ==, -ENOSPC);
	/* Behind each page lies one that is never mapped. */
	g_assert_cmpuint(count, ==, PAGES / 2);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, count);
	while (count--)
		g_assert_cmpint(dma_common_buffer_free(f->adapter, 1, va[count], logical[count]),
				==, 0);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, PAGES / 2 * PAGE, va, logical), ==,
			0);
	g_assert_cmpint(dma_common_buffer_free(f->adapter, PAGES / 2 * PAGE, va[0], logical[0]), ==,
			0);
	g_free(logical);
	g_free(va);
}

static void test_mappings_of_remap(struct fixture *f, gconstpointer data)
{
	struct dma_region regions[2] = {{f->heap, 10}, {f->heap + PAGE, 10}};
	struct dma_slots *slots;
	struct dma_run runs[2];
	unsigned int count;
	logical_t logical;
	void *va;

	g_assert_cmpint(dma_slots_create(f->adapter, 4, 2, &slots), ==, 0);
	fake_limit_mappings(f->platform, 2);
	g_assert_cmpint(map(dma_slots_at(slots, 0), f->heap, 200, runs), ==, 0);
	/* The second region is one too many: the first is undone. */
	g_assert_cmpint(dma_slot_map(dma_slots_at(slots, 1), regions, 2, PLATFORM_DEVICE_READS,
				     runs, 2, &count),
			==, -ENOSPC);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 1);
	g_assert_cmpint(map(dma_slots_at(slots, 1), f->heap, 200, runs), ==, 0);
	g_assert_cmpint(map(dma_slots_at(slots, 2), f->heap, 200, runs), ==, -ENOSPC);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 1, &va, &logical), ==, -ENOSPC);
	g_assert_cmpuint(f->statistics->failures, ==, 2);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 0)), ==, 0);
	g_assert_cmpint(map(dma_slots_at(slots, 2), f->heap, 200, runs), ==, 0);
	expect_read(f, runs[0], f->heap);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 1)), ==, 0);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 2)), ==, 0);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

/* What copies asks for mappings when slots are made, never when they are used. */
static void test_mappings_of_copy(struct fixture *f, gconstpointer data)
{
	struct dma_register_file *file = NULL;
	struct dma_slots *slots = NULL;
	struct dma_run run;

	fake_limit_mappings(f->platform, 3);
	g_assert_cmpint(dma_slots_create(f->adapter, 4, 2, &slots), ==, -ENOSPC);
	g_assert_null(slots);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 0);
	g_assert_cmpint(dma_slots_create(f->adapter, 3, 2, &slots), ==, 0);
	g_assert_cmpint(dma_register_file_create(f->adapter, 2, &file), ==, -ENOSPC);
	g_assert_null(file);
	for (unsigned int i = 0; i < 3; i++) {
		g_assert_cmpint(map(dma_slots_at(slots, i), f->heap + i, 200, &run), ==, 0);
		expect_read(f, run, f->heap + i);
	}
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 3);
}

/* A cache is there to be emptied; a buffer in use is not. */
static void test_mappings_of_cached(struct fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_run run, kept;

	g_assert_cmpint(dma_slots_create(f->adapter, 3, 1, &slots), ==, 0);
	fake_limit_mappings(f->platform, 2);
	g_assert_cmpint(map(dma_slots_at(slots, 0), f->heap, 10, &kept), ==, 0);
	for (unsigned int i = 1; i < HEAP_PAGES; i++) {
		g_assert_cmpint(map(dma_slots_at(slots, 1), f->heap + i * PAGE, 10, &run), ==, 0);
		expect_read(f, run, f->heap + i * PAGE);
		g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 1)), ==, 0);
	}
	expect_read(f, kept, f->heap);
	g_assert_cmpuint(f->statistics->cache_evictions, ==, HEAP_PAGES - 2);
	g_assert_cmpuint(f->statistics->cache_entries, ==, 2);
	g_assert_cmpint(map(dma_slots_at(slots, 1), f->heap + PAGE, 10, &run), ==, 0);
	g_assert_cmpint(map(dma_slots_at(slots, 2), f->heap + 2 * PAGE, 10, &run), ==, -ENOSPC);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 1)), ==, 0);
	g_assert_cmpint(map(dma_slots_at(slots, 2), f->heap + 2 * PAGE, 10, &run), ==, 0);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 2);
}

/* The cache takes addresses, too: without them nothing of the file stays mapped. */
static void test_no_addresses_for_the_cache(struct fixture *f, gconstpointer data)
{
	static const struct logical_range few = {PAGE, 51 * PAGE - 1};
	const struct dma_options options = {DMA_POLICY_CACHED, DMA_FRAGMENT_NONE, 0, false};
	struct dma_register_file *file = NULL;
	struct dma_slots *slots = NULL;
	struct dma_adapter *adapter;

	fake_set_ranges(f->platform, &few, 1);
	g_assert_cmpint(dma_adapter_create(f->platform, &options, 32, &adapter), ==, 0);
	g_assert_cmpint(dma_register_file_create(adapter, 8, &file), ==, -ENOSPC);
	g_assert_cmpint(dma_slots_create(adapter, 1, 8, &slots), ==, -ENOSPC);
	g_assert_null(file);
	g_assert_null(slots);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 0);
	g_assert_cmpint(dma_register_file_create(adapter, 2, &file), ==, 0);
	g_assert_cmpuint(dma_register_file_destroy(file), ==, 0);
	g_assert_cmpuint(dma_adapter_destroy(adapter), ==, 0);
}

/* A cache of a device with 32 bits takes 2 GiB, but nothing of what 24 bits reach. */
static void test_24_bits_beside_a_large_cache(struct fixture *f, gconstpointer data)
{
	struct dma_register_file *large = NULL, *small = NULL;
	struct dma_adapter *wide;

	g_assert_cmpint(dma_adapter_create_sibling(f->adapter, 32, &wide), ==, 0);
	g_assert_cmpint(dma_register_file_create(wide, 1024, &large), ==, 0);
	g_assert_cmpint(dma_register_file_create(f->adapter, 128, &small), ==, 0);
	g_assert_cmpuint(dma_register_file_destroy(small), ==, 0);
	g_assert_cmpuint(dma_register_file_destroy(large), ==, 0);
	g_assert_cmpuint(dma_adapter_destroy(wide), ==, 0);
}

/* An entry that may still be mapped is never used again, nor are its addresses. */
static void test_entry_lost(struct fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_run run, again;

	g_assert_cmpint(dma_slots_create(f->adapter, 1, 1, &slots), ==, 0);
	g_assert_cmpint(map(dma_slots_at(slots, 0), f->heap, 10, &run), ==, 0);
	g_assert_cmpint(dma_adapter_forget(f->adapter, f->heap, 1), ==, -EBUSY);
	fake_short_unmap(f->platform, PAGE);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 0)), ==, -EIO);
	for (unsigned int i = 0; i < HEAP_PAGES; i++) {
		g_assert_cmpint(map(dma_slots_at(slots, 0), f->heap + i * PAGE, 10, &again), ==, 0);
		g_assert_cmphex(again.logical.value, !=, run.logical.value);
		g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 0)), ==, 0);
	}
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

/* Pieces of a copy are noted per region, map registers counted per page: neither may overflow. */
static void test_pieces(struct fixture *f, gconstpointer data)
{
	enum { PAGES = 4 };
	struct dma_region regions[3];
	struct dma_run runs[3];
	struct dma_slots *slots;
	struct dma_slot *slot;
	unsigned int count;
	void *own;

	fake_restrict_memory(f->platform);
	g_assert_cmpint(platform_memory_allocate(f->platform, 3 * PAGE, &own), ==, 0);
	g_assert_cmpint(dma_slots_create(f->adapter, 1, PAGES, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	for (unsigned int i = 0; i < 3; i++)
		regions[i] = (struct dma_region){f->heap + 100 * i, 50};
	g_assert_cmpint(
		dma_slot_extend(slot, regions, 3, PLATFORM_DEVICE_WRITES, false, runs, 3, &count),
		==, 0);
	g_assert_cmpuint(dma_slot_pages_left(slot), ==, PAGES - 1);
	for (unsigned int i = 0; i < 3; i++)
		regions[i] = (struct dma_region){(char *)own + i * PAGE, 50};
	g_assert_cmpint(
		dma_slot_extend(slot, regions, 3, PLATFORM_DEVICE_WRITES, false, runs, 3, &count),
		==, 0);
	/* There are pages for three more regions, but no room to note them. */
	g_assert_cmpuint(f->statistics->mappings[DMA_POLICY_COPY], ==, 1);
	g_assert_cmpuint(f->statistics->mappings[DMA_POLICY_REMAP], ==, 1);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
	platform_memory_free(f->platform, own, 3 * PAGE);
}

/* Memory that has to be copied, and no bounce page left: one result under every policy. */
static void test_no_room_to_copy(struct fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_run run;

	fake_restrict_memory(f->platform);
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 2, &slots), ==, 0);
	g_assert_cmpint(map(dma_slots_at(slots, 0), f->heap + 1, 2 * PAGE, &run), ==, -EMSGSIZE);
	g_assert_cmpint(map(dma_slots_at(slots, 0), f->heap, 2 * PAGE, &run), ==, 0);
	expect_read(f, run, f->heap);
	g_assert_cmpuint(f->statistics->mappings[DMA_POLICY_COPY], ==, 1);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 1);
}

#define ADD(name, policy, function)                                                                \
	g_test_add("/dma-limits/" name, struct fixture, GINT_TO_POINTER(policy), set_up, function, \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("logical-addresses", DMA_POLICY_REMAP, test_logical_addresses);
	ADD("last-page", DMA_POLICY_REMAP, test_last_page);
	ADD("mappings/remap", DMA_POLICY_REMAP, test_mappings_of_remap);
	ADD("mappings/copy", DMA_POLICY_COPY, test_mappings_of_copy);
	ADD("mappings/cached", DMA_POLICY_CACHED, test_mappings_of_cached);
	ADD("no-addresses-for-the-cache", DMA_POLICY_CACHED, test_no_addresses_for_the_cache);
	ADD("24-bits-beside-a-large-cache", DMA_POLICY_CACHED, test_24_bits_beside_a_large_cache);
	ADD("entry-lost", DMA_POLICY_CACHED, test_entry_lost);
	ADD("pieces/remap", DMA_POLICY_REMAP, test_pieces);
	ADD("pieces/cached", DMA_POLICY_CACHED, test_pieces);
	ADD("no-room-to-copy/remap", DMA_POLICY_REMAP, test_no_room_to_copy);
	ADD("no-room-to-copy/cached", DMA_POLICY_CACHED, test_no_room_to_copy);
	ADD("no-room-to-copy/auto", DMA_POLICY_AUTO, test_no_room_to_copy);
	ADD("no-room-to-copy/pool", DMA_POLICY_POOL, test_no_room_to_copy);
	return g_test_run();
}
