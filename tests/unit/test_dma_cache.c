/* SPDX-License-Identifier: MIT */
/* Policy cached: hits, misses, eviction, memory that is freed; register files and extension. */
#include <errno.h>
#include <string.h>

#include "dma_fixture.h"

#define ENTRIES		512
#define MAX_RUNS	16

static void set_up(struct dma_fixture *f, gconstpointer data)
{
	struct dma_options options = {(enum dma_policy)GPOINTER_TO_INT(data), DMA_FRAGMENT_NONE,
				      DMA_DEFAULT_COPYBREAK, false};

	dma_fixture_open(f, &options, 2 * ENTRIES);
}

static void tear_down(struct dma_fixture *f, gconstpointer data)
{
	(void)data;
	dma_fixture_close(f);
}

static logical_t map_one(struct dma_slot *slot, void *va, size_t length)
{
	struct dma_region region = {va, length};
	struct dma_run run;
	unsigned int count;

	g_assert_cmpint(dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, &run, 1, &count),
			==, 0);
	g_assert_cmpuint(run.length, ==, length);
	return run.logical;
}

static void expect_read(struct dma_fixture *f, logical_t logical, const unsigned char *expected)
{
	unsigned char byte;

	g_assert_cmpint(fake_device_read(f->platform, logical, &byte, 1), ==, 0);
	g_assert_cmpuint(byte, ==, *expected);
}

static void test_hit_costs_no_platform_call(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_slot *slot;
	logical_t first, again;
	uint64_t maps;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 2, 2, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	first = map_one(slot, f->heap + 100, 1514);
	dma_slot_unmap(slot);
	maps = fake_counts(f->platform)->maps;
	again = map_one(slot, f->heap + 200, 1000);
	g_assert_cmpuint(again.value, ==, first.value + 100);
	g_assert_cmpuint(fake_counts(f->platform)->maps, ==, maps);
	g_assert_cmpuint(f->statistics->cache_hits, ==, 1);
	g_assert_cmpuint(f->statistics->cache_misses, ==, 1);
	expect_read(f, again, f->heap + 200);
	dma_slot_unmap(slot);
	/* A longer buffer on the same first page is another entry. */
	again = map_one(slot, f->heap + 100, 5000);
	expect_read(f, (logical_t){again.value + 4999}, f->heap + 5099);
	dma_slot_unmap(slot);
	g_assert_cmpuint(f->statistics->cache_entries, ==, 2);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_directions_do_not_mix(struct dma_fixture *f, gconstpointer data)
{
	struct dma_region region = {f->heap, 100};
	struct dma_slots *slots;
	struct dma_slot *slot;
	struct dma_run run;
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 2, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	map_one(slot, f->heap, 100);
	dma_slot_unmap(slot);
	g_assert_cmpint(dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_WRITES, &run, 1, &count),
			==, 0);
	g_assert_cmpint(fake_device_write(f->platform, run.logical, "xyz", 3), ==, 0);
	g_assert_cmpmem(f->heap, 3, "xyz", 3);
	g_assert_cmpuint(f->statistics->cache_misses, ==, 2);
	dma_slot_unmap(slot);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_least_recently_used_goes(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_slot *slot;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 1, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	for (unsigned int i = 0; i < ENTRIES; i++) {
		map_one(slot, f->heap + i * PAGE, 64);
		dma_slot_unmap(slot);
	}
	g_assert_cmpuint(f->statistics->cache_entries, ==, ENTRIES);
	/* Page 0 is used again, so page 1 is the oldest. */
	map_one(slot, f->heap, 64);
	dma_slot_unmap(slot);
	map_one(slot, f->heap + ENTRIES * PAGE, 64);
	dma_slot_unmap(slot);
	g_assert_cmpuint(f->statistics->cache_evictions, ==, 1);
	map_one(slot, f->heap, 64);
	dma_slot_unmap(slot);
	g_assert_cmpuint(f->statistics->cache_hits, ==, 2);
	map_one(slot, f->heap + PAGE, 64);
	dma_slot_unmap(slot);
	g_assert_cmpuint(f->statistics->cache_evictions, ==, 2);
	g_assert_cmpuint(f->statistics->cache_entries, ==, ENTRIES);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_full_cache_falls_back_to_remap(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	logical_t logical;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, ENTRIES + 1, 1, &slots), ==, 0);
	for (unsigned int i = 0; i < ENTRIES; i++)
		map_one(dma_slots_at(slots, i), f->heap + i * PAGE, 64);
	logical = map_one(dma_slots_at(slots, ENTRIES), f->heap + ENTRIES * PAGE + 9, 64);
	expect_read(f, logical, f->heap + ENTRIES * PAGE + 9);
	g_assert_cmpuint(f->statistics->mappings[DMA_POLICY_REMAP], ==, 1);
	for (unsigned int i = 0; i <= ENTRIES; i++)
		g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, i)), ==, 0);
	g_assert_false(fake_is_mapped(f->platform, logical));
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_forget(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_slot *slot;
	logical_t idle, busy;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 2, 2, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	idle = map_one(slot, f->heap, 64);
	dma_slot_unmap(slot);
	busy = map_one(slot, f->heap + 2 * PAGE, 64);
	g_assert_cmpint(dma_adapter_forget(f->adapter, f->heap + PAGE, PAGE), ==, 0);
	g_assert_true(fake_is_mapped(f->platform, idle));
	g_assert_cmpint(dma_adapter_forget(f->adapter, f->heap + 4095, 1), ==, 0);
	g_assert_false(fake_is_mapped(f->platform, idle));
	g_assert_cmpint(dma_adapter_forget(f->adapter, f->heap + 2 * PAGE, 1), ==, -EBUSY);
	expect_read(f, busy, f->heap + 2 * PAGE);
	dma_slot_unmap(slot);
	g_assert_false(fake_is_mapped(f->platform, busy));
	g_assert_cmpuint(f->statistics->cache_entries, ==, 0);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_extension(struct dma_fixture *f, gconstpointer data)
{
	struct dma_region regions[2] = {{f->heap + 4000, 200}, {f->heap + 3 * PAGE + 10, 300}};
	struct dma_slots *slots;
	struct dma_slot *slot;
	struct dma_run run[2];
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 4, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	g_assert_cmpint(dma_slot_extend(slot, &regions[0], 1, PLATFORM_DEVICE_READS, true,
					&run[0], 1, &count), ==, 0);
	g_assert_cmpuint(dma_slot_pages_left(slot), ==, 2);
	g_assert_cmpint(dma_slot_extend(slot, &regions[1], 1, PLATFORM_DEVICE_WRITES, true,
					&run[1], 1, &count), ==, -EINVAL);
	g_assert_cmpint(dma_slot_extend(slot, &regions[1], 1, PLATFORM_DEVICE_READS, true,
					&run[1], 1, &count), ==, 0);
	g_assert_cmpuint(dma_slot_pages_left(slot), ==, 1);
	g_assert_cmpint(dma_slot_extend(slot, &regions[0], 1, PLATFORM_DEVICE_READS, true,
					&run[1], 1, &count), ==, -EMSGSIZE);
	expect_read(f, run[0].logical, f->heap + 4000);
	expect_read(f, (logical_t){run[0].logical.value + 199}, f->heap + 4199);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpuint(dma_slot_pages_left(slot), ==, 4);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_register_file(struct dma_fixture *f, gconstpointer data)
{
	struct dma_register_file *file;
	struct dma_slot *a, *b, *c;

	(void)data;
	g_assert_cmpint(dma_register_file_create(f->adapter, 0, &file), ==, -EINVAL);
	g_assert_cmpint(dma_register_file_create(f->adapter, 8, &file), ==, 0);
	g_assert_null(dma_register_file_take(file, 0));
	g_assert_null(dma_register_file_take(file, 9));
	a = dma_register_file_take(file, 3);
	b = dma_register_file_take(file, 3);
	g_assert_null(dma_register_file_take(file, 3));
	c = dma_register_file_take(file, 2);
	g_assert_cmpuint(dma_slot_pages(c), ==, 2);
	expect_read(f, map_one(b, f->heap + 4090, 4200), f->heap + 4090);
	g_assert_cmpint(dma_register_file_give(file, b), ==, -EBUSY);
	g_assert_cmpint(dma_slot_unmap(b), ==, 0);
	g_assert_cmpint(dma_register_file_give(file, b), ==, 0);
	g_assert_cmpint(dma_register_file_give(file, b), ==, -EINVAL);
	g_assert_cmpint(dma_register_file_give(file, a), ==, 0);
	/* Holes join: six adjacent registers are free again. */
	g_assert_nonnull(dma_register_file_take(file, 6));
	map_one(c, f->heap, 10);
	g_assert_cmpuint(dma_register_file_destroy(file), ==, 2);
	g_assert_cmpuint(f->statistics->map_registers_mapped, ==, 0);
}

static void test_contiguous_chain(struct dma_fixture *f, gconstpointer data)
{
	struct dma_region chain[3] = {{f->heap + 5, 1000}, {f->heap + 9000, 24}, {f->heap, 5}};
	unsigned char seen[1029];
	struct dma_register_file *file;
	struct dma_slot *slot;
	struct dma_run run;
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_register_file_create(f->adapter, 4, &file), ==, 0);
	slot = dma_register_file_take(file, 4);
	g_assert_cmpint(dma_slot_extend(slot, chain, 3, PLATFORM_DEVICE_READS, true, &run, 1,
					&count), ==, 0);
	g_assert_cmpuint(count, ==, 1);
	g_assert_cmpuint(run.length, ==, 1029);
	g_assert_cmpint(fake_device_read(f->platform, run.logical, seen, sizeof(seen)), ==, 0);
	g_assert_true(!memcmp(seen, f->heap + 5, 1000));
	g_assert_true(!memcmp(seen + 1000, f->heap + 9000, 24));
	g_assert_true(!memcmp(seen + 1024, f->heap, 5));
	dma_slot_unmap(slot);
	dma_register_file_give(file, slot);
	g_assert_cmpuint(dma_register_file_destroy(file), ==, 0);
}

#define ADD(name, policy, function) \
	g_test_add("/dma-cache/" name, struct dma_fixture, GINT_TO_POINTER(policy), set_up, function, \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("hit", DMA_POLICY_CACHED, test_hit_costs_no_platform_call);
	ADD("directions", DMA_POLICY_CACHED, test_directions_do_not_mix);
	ADD("least-recently-used", DMA_POLICY_CACHED, test_least_recently_used_goes);
	ADD("full", DMA_POLICY_CACHED, test_full_cache_falls_back_to_remap);
	ADD("forget", DMA_POLICY_CACHED, test_forget);
	ADD("extension/remap", DMA_POLICY_REMAP, test_extension);
	ADD("extension/copy", DMA_POLICY_COPY, test_extension);
	ADD("extension/cached", DMA_POLICY_CACHED, test_extension);
	ADD("register-file/remap", DMA_POLICY_REMAP, test_register_file);
	ADD("register-file/copy", DMA_POLICY_COPY, test_register_file);
	ADD("register-file/cached", DMA_POLICY_CACHED, test_register_file);
	ADD("contiguous/remap", DMA_POLICY_REMAP, test_contiguous_chain);
	ADD("contiguous/cached", DMA_POLICY_CACHED, test_contiguous_chain);
	ADD("contiguous/auto", DMA_POLICY_AUTO, test_contiguous_chain);
	return g_test_run();
}
