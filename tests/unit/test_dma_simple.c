/* SPDX-License-Identifier: MIT */
/* The short ways of dma/simple.h do what dma_slot_map() does, under every policy and for any memory. */
#include <errno.h>
#include <string.h>

#include "dma/simple.h"
#include "dma_fixture.h"

#define SLOT_PAGES 3u
#define COPYBREAK  2000u

struct memory {
	const char *name;
	unsigned char *va;
};

static struct dma_slots *slots;
static struct memory places[3]; /* arena, second arena, heap */

static void open(struct dma_fixture *f, enum dma_policy policy, bool restricted)
{
	const struct dma_options options = {policy, DMA_FRAGMENT_NONE, COPYBREAK, false};
	void *va;

	dma_fixture_open(f, &options, 16);
	if (restricted)
		fake_restrict_memory(f->platform);
	if (restricted) {
		/* What may be mapped is asked when the adapter is made. */
		g_assert_cmpuint(dma_adapter_destroy(f->adapter), ==, 0);
		g_assert_cmpint(dma_adapter_create(f->platform, &options, 32, &f->adapter), ==, 0);
		f->statistics = dma_adapter_statistics(f->adapter);
	}
	g_assert_cmpint(dma_slots_create(f->adapter, 2, SLOT_PAGES, &slots), ==, 0);
	places[2] = (struct memory){"heap", f->heap};
	for (unsigned int i = 0; i < 2; i++) {
		g_assert_cmpint(dma_pool_reserve(f->adapter, 8 * PAGE, &va), ==, 0);
		memcpy(va, f->heap + (i + 1) * PAGE, 8 * PAGE);
		places[i] = (struct memory){i ? "second arena" : "arena", va};
	}
}

static void close_all(struct dma_fixture *f)
{
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
	dma_fixture_close(f);
}

/* As a caller of simple.h does it */
static int map_shortly(struct dma_slot *slot, void *va, size_t length, enum platform_access access,
		       uint64_t *logical)
{
	bool fits = (uintptr_t)va % PAGE + length <= SLOT_PAGES * PAGE;
	struct dma_simple_run run;

	if (access == PLATFORM_DEVICE_READS && fits && dma_slot_map_pool(slot, va, length, logical))
		return 0;
	if (access == PLATFORM_DEVICE_READS && dma_slot_map_copy(slot, va, length, logical)) {
		dma_slot_copy(slot, va, length);
		return 0;
	}
	run = dma_slot_map_simple(slot, va, length, access);
	*logical = run.logical;
	return run.result;
}

static void end(struct dma_slot *slot)
{
	if (dma_slot_is_simple(slot))
		dma_slot_free(slot);
	else
		g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_false(dma_slot_is_mapped(slot));
	g_assert_cmpuint(dma_slot_pages_left(slot), ==, SLOT_PAGES);
	g_assert_cmpint(dma_slot_unmap(slot), ==, -EINVAL);
}

static void expect_same_device_view(struct dma_fixture *f, uint64_t logical, unsigned char *va,
				    size_t length, enum platform_access access)
{
	unsigned char seen[SLOT_PAGES * PAGE];

	if (access == PLATFORM_DEVICE_READS) {
		g_assert_cmpint(fake_device_read(f->platform, (logical_t){logical}, seen, length),
				==, 0);
		g_assert_true(!memcmp(seen, va, length));
	} else {
		g_assert_cmpint(fake_device_write(f->platform,
						  (logical_t){logical + length - 1}, "w", 1),
				==, 0);
	}
}

/* One slot the short way, another the long way: the same mechanism, offset and data. */
static void compare(struct dma_fixture *f, const struct memory *place, size_t offset, size_t length,
		    enum platform_access access)
{
	struct dma_slot *slot = dma_slots_at(slots, 0), *other = dma_slots_at(slots, 1);
	struct dma_region region = {place->va + offset, length};
	struct dma_statistics first = *f->statistics, second, third;
	unsigned int count;
	struct dma_run run;
	uint64_t logical;
	int result = map_shortly(slot, region.va, length, access, &logical);

	second = *f->statistics;
	g_assert_cmpint(dma_slot_map(other, &region, 1, access, &run, 1, &count), ==, result);
	third = *f->statistics;
	g_assert_cmpuint(second.failures - first.failures, ==, third.failures - second.failures);
	for (unsigned int i = 0; i < DMA_POLICY_COUNT; i++) {
		g_assert_cmpuint(second.mappings[i] - first.mappings[i], ==,
				 third.mappings[i] - second.mappings[i]);
		g_assert_cmpuint(second.bytes[i] - first.bytes[i], ==,
				 third.bytes[i] - second.bytes[i]);
	}
	if (result) {
		g_assert_cmpint(result, ==, -EMSGSIZE);
		g_assert_false(dma_slot_is_mapped(slot));
		return;
	}
	g_assert_cmpuint(second.map_registers_mapped, ==, SLOT_PAGES);
	g_assert_cmpuint(third.map_registers_peak, ==, 2 * SLOT_PAGES);
	g_assert_cmpuint(logical % PAGE, ==, run.logical.value % PAGE);
	g_assert_cmpuint(dma_slot_pages_left(slot), ==, dma_slot_pages_left(other));
	g_assert_true(dma_slot_maps(slot, region.va, length));
	g_assert_true(dma_slot_region(slot).va == region.va);
	g_assert_cmpint(dma_slot_access(slot), ==, access);
	expect_same_device_view(f, logical, region.va, length, access);
	end(other);
	end(slot);
	if (access == PLATFORM_DEVICE_WRITES)
		g_assert_cmpuint(place->va[offset + length - 1], ==, 'w');
	g_assert_cmpuint(f->statistics->map_registers_mapped, ==, 0);
}

static void test_same(gconstpointer data)
{
	static const size_t offsets[] = {0, 100, PAGE - 1};
	static const size_t lengths[] = {1,	      1514,	    COPYBREAK, COPYBREAK + 1,
					 2 * PAGE, 3 * PAGE - 1, 3 * PAGE};
	unsigned int variant = GPOINTER_TO_UINT(data);
	struct dma_fixture f;

	open(&f, (enum dma_policy)(variant / 2), variant % 2);
	for (unsigned int i = 0; i < G_N_ELEMENTS(offsets) * G_N_ELEMENTS(lengths); i++) {
		for (unsigned int p = 0; p < G_N_ELEMENTS(places); p++) {
			size_t offset = offsets[i / G_N_ELEMENTS(lengths)];
			size_t length = lengths[i % G_N_ELEMENTS(lengths)];

			compare(&f, &places[p], offset, length, PLATFORM_DEVICE_READS);
			/* Twice: what is cached is found. */
			compare(&f, &places[p], offset, length, PLATFORM_DEVICE_READS);
			compare(&f, &places[p], offset, length, PLATFORM_DEVICE_WRITES);
		}
	}
	close_all(&f);
}

/* What the short way has mapped can be extended, and ends as a whole. */
static void test_extend(gconstpointer data)
{
	struct dma_fixture f;
	struct dma_region more;
	struct dma_slot *slot;
	unsigned int count;
	uint64_t logical;
	struct dma_run run;

	open(&f, (enum dma_policy)GPOINTER_TO_UINT(data), false);
	slot = dma_slots_at(slots, 0);
	for (unsigned int i = 0; i < 2 * G_N_ELEMENTS(places); i++) {
		unsigned char *va = places[i / 2].va + 100;

		more = (struct dma_region){va + PAGE, 300};
		g_assert_cmpint(map_shortly(slot, va, 700, PLATFORM_DEVICE_READS, &logical), ==, 0);
		g_assert_cmpint(dma_slot_map(slot, &more, 1, PLATFORM_DEVICE_READS, &run, 1, &count),
				==, -EBUSY);
		g_assert_cmpint(dma_slot_extend(slot, &more, 1, PLATFORM_DEVICE_READS, false, &run, 1,
						&count),
				==, 0);
		g_assert_false(dma_slot_is_simple(slot));
		g_assert_cmpuint(dma_slot_pages_left(slot), ==, SLOT_PAGES - 2);
		expect_same_device_view(&f, logical, va, 700, PLATFORM_DEVICE_READS);
		expect_same_device_view(&f, run.logical.value, more.va, 300,
					PLATFORM_DEVICE_READS);
		end(slot);
		g_assert_cmpint(dma_adapter_forget(f.adapter, va, 2 * PAGE), ==, 0);
		g_assert_cmpuint(f.statistics->map_registers_mapped, ==, 0);
	}
	close_all(&f);
}

/* Several regions, in the arena or copied into one run; they count and can be extended like one. */
static void test_several(gconstpointer data)
{
	bool copied = GPOINTER_TO_UINT(data) == DMA_POLICY_COPY;
	struct dma_region first, second, more;
	uint64_t logical[2] = {0, 0};
	unsigned char *to = NULL;
	struct dma_fixture f;
	struct dma_slot *slot;
	unsigned int count;
	struct dma_run run;

	open(&f, (enum dma_policy)GPOINTER_TO_UINT(data), false);
	slot = dma_slots_at(slots, 0);
	first = (struct dma_region){places[0].va + 100, 300};
	second = (struct dma_region){places[0].va + PAGE + 7, 500};
	more = (struct dma_region){places[0].va + 2 * PAGE, 200};
	for (unsigned int i = 0; i < 2; i++) {
		if (copied) {
			g_assert_true(dma_slot_map_copies(slot, first, 800, logical, &to));
			memcpy(to, first.va, 300);
			memcpy(to + 300, second.va, 500);
			logical[1] = logical[0] + 300;
		} else {
			g_assert_true(dma_arena_logical(slot, first.va, 300, &logical[0]));
			g_assert_true(dma_arena_logical(slot, second.va, 500, &logical[1]));
			dma_slot_take_arena(slot, first, 800, 2);
		}
		g_assert_true(dma_slot_is_simple(slot));
		g_assert_cmpuint(dma_slot_pages_left(slot), ==, SLOT_PAGES - (copied ? 1 : 2));
		g_assert_true(dma_slot_maps(slot, first.va, 300));
		g_assert_cmpuint(f.statistics->bytes[copied ? DMA_POLICY_COPY : DMA_POLICY_POOL], ==,
				 i ? 1600 : 800);
		if (i)
			g_assert_cmpint(dma_slot_extend(slot, &more, 1, PLATFORM_DEVICE_READS, false,
							&run, 1, &count),
					==, 0);
		expect_same_device_view(&f, logical[0], first.va, 300, PLATFORM_DEVICE_READS);
		expect_same_device_view(&f, logical[1], second.va, 500, PLATFORM_DEVICE_READS);
		end(slot);
	}
	close_all(&f);
}

/* A mapping that is found keeps its memory until its end. */
static void test_forget_while_found(void)
{
	struct dma_fixture f;
	struct dma_slot *slot;
	uint64_t logical;

	open(&f, DMA_POLICY_CACHED, false);
	slot = dma_slots_at(slots, 0);
	for (unsigned int i = 0; i < 2; i++) {
		g_assert_cmpint(map_shortly(slot, f.heap, 9, PLATFORM_DEVICE_READS, &logical), ==, 0);
		if (!i)
			end(slot);
	}
	g_assert_cmpuint(f.statistics->cache_hits, ==, 1);
	g_assert_cmpint(dma_adapter_forget(f.adapter, f.heap, 9), ==, -EBUSY);
	g_assert_true(fake_is_mapped(f.platform, (logical_t){logical}));
	end(slot);
	g_assert_false(fake_is_mapped(f.platform, (logical_t){logical}));
	close_all(&f);
}

static void test_failures(void)
{
	struct dma_fixture f;
	struct dma_slot *slot;
	uint64_t logical;

	open(&f, DMA_POLICY_REMAP, false);
	slot = dma_slots_at(slots, 0);
	fake_fail_map(f.platform, 0, -ENOSPC);
	g_assert_cmpint(map_shortly(slot, f.heap, 9, PLATFORM_DEVICE_READS, &logical), ==, -ENOSPC);
	g_assert_cmpuint(f.statistics->failures, ==, 1);
	g_assert_false(dma_slot_is_mapped(slot));
	g_assert_cmpint(map_shortly(slot, (void *)(UINTPTR_MAX - 99), 1000, PLATFORM_DEVICE_READS,
				    &logical),
			==, -EINVAL);
	g_assert_false(dma_slot_is_mapped(slot));
	g_assert_cmpint(map_shortly(slot, f.heap, 9, PLATFORM_DEVICE_READS, &logical), ==, 0);
	fake_short_unmap(f.platform, PAGE);
	g_assert_cmpint(dma_slot_unmap(slot), ==, -EIO);
	close_all(&f);
}

/* Where runs are cut or guarded there is no short way. */
static void test_not_simple(void)
{
	struct dma_fixture f;

	for (unsigned int i = 0; i < 2; i++) {
		const struct dma_options options = {DMA_POLICY_POOL,
						    i ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE,
						    COPYBREAK, !i};
		struct dma_slot *slot;
		uint64_t logical;
		void *va;

		dma_fixture_open(&f, &options, 16);
		g_assert_false(dma_adapter_maps_simply(f.adapter));
		g_assert_cmpint(dma_pool_reserve(f.adapter, PAGE, &va), ==, 0);
		g_assert_cmpint(dma_slots_create(f.adapter, 2, SLOT_PAGES, &slots), ==, 0);
		slot = dma_slots_at(slots, 0);
		g_assert_false(dma_slot_map_pool(slot, va, 100, &logical));
		g_assert_false(dma_slot_map_copy(slot, f.heap, 100, &logical));
		close_all(&f);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned int policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		const char *name = dma_policy_name((enum dma_policy)policy);
		g_autofree char *any = g_strdup_printf("/dma-simple/same/%s", name);
		g_autofree char *own = g_strdup_printf("/dma-simple/same/%s/own-memory", name);
		g_autofree char *extend = g_strdup_printf("/dma-simple/extend/%s", name);

		g_test_add_data_func(any, GUINT_TO_POINTER(2 * policy), test_same);
		g_test_add_data_func(own, GUINT_TO_POINTER(2 * policy + 1), test_same);
		g_test_add_data_func(extend, GUINT_TO_POINTER(policy), test_extend);
	}
	g_test_add_data_func("/dma-simple/several/pool", GUINT_TO_POINTER(DMA_POLICY_POOL),
			     test_several);
	g_test_add_data_func("/dma-simple/several/copy", GUINT_TO_POINTER(DMA_POLICY_COPY),
			     test_several);
	g_test_add_func("/dma-simple/forget-while-found", test_forget_while_found);
	g_test_add_func("/dma-simple/failures", test_failures);
	g_test_add_func("/dma-simple/not-simple", test_not_simple);
	return g_test_run();
}
