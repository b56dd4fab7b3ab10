/* SPDX-License-Identifier: MIT */
/* Slots, common buffers and adapters: misuse, injected failures, leaks. */
#include <errno.h>
#include <string.h>

#include "dma_fixture.h"

#define MAX_RUNS	32

static void set_up(struct dma_fixture *f, gconstpointer data)
{
	struct dma_options options = {(enum dma_policy)GPOINTER_TO_INT(data), DMA_FRAGMENT_NONE,
				      DMA_DEFAULT_COPYBREAK, false};

	dma_fixture_open(f, &options, 64);
	memset(f->heap, 0x5a, 64 * PAGE);
}

static void tear_down(struct dma_fixture *f, gconstpointer data)
{
	(void)data;
	dma_fixture_close(f);
}

static int map(struct dma_slot *slot, void *va, size_t length, unsigned int capacity,
	       unsigned int *count)
{
	struct dma_region region = {va, length};
	static struct dma_run runs[MAX_RUNS];

	return dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, runs, capacity, count);
}

static void test_states(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_slot *slot;
	unsigned int count = 99;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 3, 2, &slots), ==, 0);
	g_assert_cmpuint(dma_slots_count(slots), ==, 3);
	g_assert_null(dma_slots_at(slots, 3));
	g_assert_null(dma_slots_at(slots, UINT32_MAX));
	slot = dma_slots_at(slots, 2);
	g_assert_nonnull(slot);
	g_assert_cmpint(dma_slot_unmap(slot), ==, -EINVAL);
	g_assert_cmpint(map(slot, f->heap, 100, MAX_RUNS, &count), ==, 0);
	g_assert_cmpuint(count, ==, 1);
	g_assert_cmpint(map(slot, f->heap, 100, MAX_RUNS, &count), ==, -EBUSY);
	g_assert_cmpuint(count, ==, 0);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpint(dma_slot_unmap(slot), ==, -EINVAL);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_span_is_enforced(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	struct dma_slot *slot;
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 2, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	g_assert_cmpint(map(slot, f->heap, 2 * PAGE, MAX_RUNS, &count), ==, 0);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpint(map(slot, f->heap + 1, 2 * PAGE, MAX_RUNS, &count), ==, -EMSGSIZE);
	g_assert_cmpint(map(slot, f->heap, 2 * PAGE + 1, MAX_RUNS, &count), ==, -EMSGSIZE);
	g_assert_cmpint(map(slot, f->heap, SIZE_MAX / 2, MAX_RUNS, &count), ==, -EMSGSIZE);
	g_assert_cmpint(map(slot, f->heap, SIZE_MAX, MAX_RUNS, &count), ==, -EINVAL);
	g_assert_false(dma_slot_is_mapped(slot));
	g_assert_cmpint(map(slot, f->heap + 1, 0, MAX_RUNS, &count), ==, 0);
	g_assert_cmpuint(count, ==, 0);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpint(map(slot, f->heap, 10, 0, &count), ==, -ENOBUFS);
	g_assert_false(dma_slot_is_mapped(slot));
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->failures, ==, 5);
}

static void test_destroy_while_mapped(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 4, 2, &slots), ==, 0);
	map(dma_slots_at(slots, 0), f->heap, 100, MAX_RUNS, &count);
	map(dma_slots_at(slots, 3), f->heap, 100, MAX_RUNS, &count);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 2);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_mapped, ==, 0);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_allocated, ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
}

static void test_leaks_are_counted_and_freed(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	logical_t logical;
	unsigned int count;
	void *va;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 4, 2, &slots), ==, 0);
	map(dma_slots_at(slots, 1), f->heap, 100, MAX_RUNS, &count);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 100, &va, &logical), ==, 0);
	g_assert_cmpint(dma_pool_reserve(f->adapter, PAGE, &va), ==, 0);
	/* The set, its mapped slot and the common buffer; the arena belongs to the adapter. */
	g_assert_cmpuint(dma_adapter_destroy(f->adapter), ==, 3);
	f->adapter = NULL;
}

static void test_map_failure_leaves_nothing(struct dma_fixture *f, gconstpointer data)
{
	struct dma_region regions[3] = {
		{f->heap, 100}, {f->heap + PAGE, 100}, {f->heap + 2 * PAGE, 100},
	};
	struct dma_run runs[MAX_RUNS];
	struct dma_slots *slots;
	struct dma_slot *slot;
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 4, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	for (unsigned int successes = 0; successes < 3; successes++) {
		fake_fail_map(f->platform, successes, -ENOSPC);
		g_assert_cmpint(dma_slot_map(slot, regions, 3, PLATFORM_DEVICE_READS, runs,
					     MAX_RUNS, &count), ==, -ENOSPC);
		g_assert_cmpuint(count, ==, 0);
		g_assert_false(dma_slot_is_mapped(slot));
		g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	}
	/* Not enough room for the runs: everything mapped so far is undone. */
	g_assert_cmpint(dma_slot_map(slot, regions, 3, PLATFORM_DEVICE_READS, runs, 2, &count),
			==, -ENOBUFS);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	g_assert_cmpint(dma_slot_map(slot, regions, 3, PLATFORM_DEVICE_READS, runs, 3, &count),
			==, 0);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_short_unmap_is_an_error(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots;
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 2, &slots), ==, 0);
	g_assert_cmpint(map(dma_slots_at(slots, 0), f->heap, 100, MAX_RUNS, &count), ==, 0);
	fake_short_unmap(f->platform, PAGE);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 0)), ==, -EIO);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_slot_set_failures(struct dma_fixture *f, gconstpointer data)
{
	struct dma_slots *slots = NULL;

	(void)data;
	g_assert_cmpint(dma_slots_create(f->adapter, 0, 2, &slots), ==, -EINVAL);
	g_assert_cmpint(dma_slots_create(f->adapter, 2, 0, &slots), ==, -EINVAL);
	g_assert_cmpint(dma_slots_create(f->adapter, 1 << 20, 1 << 20, &slots), ==, -ENOSPC);
	fake_fail_memory(f->platform, 0, -ENOMEM);
	g_assert_cmpint(dma_slots_create(f->adapter, 2, 2, &slots), ==, -ENOMEM);
	fake_fail_map(f->platform, 5, -ENOSPC);
	g_assert_cmpint(dma_slots_create(f->adapter, 8, 2, &slots), ==, -ENOSPC);
	g_assert_null(slots);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->memory_allocations, ==, 0);
}

static void test_common_buffer(struct dma_fixture *f, gconstpointer data)
{
	unsigned char *bytes, seen[5000];
	logical_t logical, other;
	void *va, *next;

	(void)data;
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 0, &va, &logical), ==, -EINVAL);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, SIZE_MAX, &va, &logical), ==,
			-EINVAL);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 5000, &va, &logical), ==, 0);
	g_assert_cmpuint((uintptr_t)va % PAGE, ==, 0);
	g_assert_cmpuint(logical.value % PAGE, ==, 0);
	bytes = va;
	for (size_t i = 0; i < 5000; i++) {
		g_assert_cmpuint(bytes[i], ==, 0);
		bytes[i] = (unsigned char)(3 * i);
	}
	g_assert_cmpint(fake_device_read(f->platform, logical, seen, 5000), ==, 0);
	g_assert_cmpmem(seen, 5000, bytes, 5000);
	g_assert_cmpint(fake_device_write(f->platform, (logical_t){logical.value + 7}, "abc", 3),
			==, 0);
	g_assert_cmpmem(bytes + 7, 3, "abc", 3);
	g_assert_cmpint(fake_device_read(f->platform, (logical_t){logical.value + 2 * PAGE},
					 seen, 1), ==, -EFAULT);

	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 1, &next, &other), ==, 0);
	g_assert_cmpint(dma_common_buffer_free(f->adapter, 4999, va, logical), ==, -EINVAL);
	g_assert_cmpint(dma_common_buffer_free(f->adapter, 5000, va, other), ==, -EINVAL);
	g_assert_cmpint(dma_common_buffer_free(f->adapter, 5000, f->heap, logical), ==, -ENOENT);
	g_assert_cmpint(dma_common_buffer_free(f->adapter, 5000, va, logical), ==, 0);
	g_assert_cmpint(dma_common_buffer_free(f->adapter, 5000, va, logical), ==, -ENOENT);
	g_assert_false(fake_is_mapped(f->platform, logical));
	g_assert_true(fake_is_mapped(f->platform, other));
	g_assert_cmpint(dma_common_buffer_free(f->adapter, 1, next, other), ==, 0);
}

static void test_common_buffer_failures(struct dma_fixture *f, gconstpointer data)
{
	logical_t logical = {1};
	void *va = f;

	(void)data;
	fake_fail_memory(f->platform, 0, -ENOMEM);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 10, &va, &logical), ==, -ENOMEM);
	fake_fail_map(f->platform, 0, -ENOSPC);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, 10, &va, &logical), ==, -ENOSPC);
	g_assert_cmpint(dma_common_buffer_allocate(f->adapter, (size_t)1 << 33, &va, &logical),
			==, -ENOSPC);
	g_assert_true(va == f);
	g_assert_cmpuint(logical.value, ==, 1);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->common_bytes, ==, 0);
}

static void test_arenas_are_two_and_read_only(struct dma_fixture *f, gconstpointer data)
{
	void *va, *second, *again;
	char bytes[4];
	struct dma_slots *slots;
	struct dma_region region;
	struct dma_run run;
	unsigned int count;

	(void)data;
	g_assert_cmpint(dma_pool_reserve(f->adapter, 3 * PAGE, &va), ==, 0);
	g_assert_cmpint(dma_pool_reserve(f->adapter, 2 * PAGE, &second), ==, 0);
	g_assert_cmpint(dma_pool_reserve(f->adapter, PAGE, &again), ==, -EBUSY);
	g_assert_cmpint(dma_slots_create(f->adapter, 1, 2, &slots), ==, 0);
	region = (struct dma_region){va, 64};
	g_assert_cmpint(dma_slot_map(dma_slots_at(slots, 0), &region, 1, PLATFORM_DEVICE_READS,
				     &run, 1, &count), ==, 0);
	g_assert_cmpint(fake_device_write(f->platform, run.logical, "x", 1), ==, -EFAULT);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 0)), ==, 0);
	/* the other one, its last bytes */
	memcpy((char *)second + 2 * PAGE - 4, "last", 4);
	region = (struct dma_region){(char *)second + 2 * PAGE - 4, 4};
	g_assert_cmpint(dma_slot_map(dma_slots_at(slots, 0), &region, 1, PLATFORM_DEVICE_READS,
				     &run, 1, &count), ==, 0);
	g_assert_cmpint(fake_device_read(f->platform, run.logical, bytes, 4), ==, 0);
	g_assert_cmpmem(bytes, 4, "last", 4);
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 0)), ==, 0);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

static void test_adapter_arguments(void)
{
	struct dma_options options = {DMA_POLICY_AUTO, DMA_FRAGMENT_NONE, 0, false};
	static const struct logical_range high = {(uint64_t)1 << 33, ((uint64_t)1 << 34) - 1};
	struct event_loop *loop = event_loop_create();
	struct platform *platform = fake_platform_create(loop, NULL, true);
	struct dma_adapter *adapter = NULL;
	enum dma_policy policy;

	g_assert_cmpint(dma_adapter_create(platform, &options, 31, &adapter), ==, -EINVAL);
	options.policy = DMA_POLICY_COUNT;
	g_assert_cmpint(dma_adapter_create(platform, &options, 32, &adapter), ==, -EINVAL);
	options.policy = DMA_POLICY_COPY;
	fake_set_ranges(platform, &high, 1);
	g_assert_cmpint(dma_adapter_create(platform, &options, 32, &adapter), ==, -ENOSPC);
	g_assert_null(adapter);
	g_assert_cmpint(dma_adapter_create(platform, &options, 64, &adapter), ==, 0);
	g_assert_cmpuint(dma_adapter_address_bits(adapter), ==, 64);
	g_assert_cmpuint(dma_adapter_destroy(adapter), ==, 0);

	g_assert_cmpint(dma_policy_from_name("remap", &policy), ==, 0);
	g_assert_cmpint(policy, ==, DMA_POLICY_REMAP);
	g_assert_cmpint(dma_policy_from_name("Remap", &policy), ==, -EINVAL);
	g_assert_cmpint(dma_policy_from_name("", &policy), ==, -EINVAL);
	g_assert_cmpstr(dma_policy_name(DMA_POLICY_POOL), ==, "pool");
	g_assert_cmpstr(dma_policy_name((enum dma_policy)77), ==, "?");
	platform_close(platform);
	event_loop_destroy(loop);
}

#define ADD(name, policy, function) \
	g_test_add("/dma-slots/" name, struct dma_fixture, GINT_TO_POINTER(policy), set_up, function, \
		   tear_down)

static void test_siblings_share_the_logical_addresses(struct dma_fixture *f, gconstpointer data)
{
	static const unsigned int bits[] = {64, 24, 32, 24};
	struct dma_adapter *sibling[G_N_ELEMENTS(bits)];
	struct logical {
		uint64_t first;
		void *va;
	} got[2 * G_N_ELEMENTS(bits)];
	logical_t logical;

	(void)data;
	g_assert_cmpint(dma_adapter_create_sibling(f->adapter, 31, &sibling[0]), ==, -EINVAL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(bits); i++) {
		g_assert_cmpint(dma_adapter_create_sibling(f->adapter, bits[i], &sibling[i]), ==, 0);
		g_assert_cmpuint(dma_adapter_address_bits(sibling[i]), ==, bits[i]);
		/* No address twice: the platform would refuse it. */
		for (unsigned int j = 0; j < 2; j++) {
			g_assert_cmpint(dma_common_buffer_allocate(sibling[i], PAGE, &got[2 * i + j].va,
								   &logical), ==, 0);
			got[2 * i + j].first = logical.value;
			if (bits[i] < 64)
				g_assert_cmphex(logical.value >> bits[i], ==, 0);
		}
	}
	/* The first of the family may go first. */
	g_assert_cmpuint(dma_adapter_destroy(f->adapter), ==, 0);
	f->adapter = NULL;
	for (unsigned int i = 0; i < 2 * G_N_ELEMENTS(bits); i++)
		g_assert_cmpint(dma_common_buffer_free(sibling[i / 2], PAGE, got[i].va,
						       (logical_t){got[i].first}), ==, 0);
	for (unsigned int i = 0; i < G_N_ELEMENTS(bits); i++)
		g_assert_cmpuint(dma_adapter_destroy(sibling[i]), ==, 0);
}

static void test_sync_brings_part_of_the_data(struct dma_fixture *f, gconstpointer data)
{
	struct dma_region regions[2] = {{f->heap + 10, 100}, {f->heap + PAGE, 200}};
	struct dma_run runs[MAX_RUNS];
	struct dma_slots *slots;
	struct dma_slot *slot;
	unsigned int count;

	g_assert_cmpint(dma_slots_create(f->adapter, 1, 4, &slots), ==, 0);
	slot = dma_slots_at(slots, 0);
	for (unsigned int i = 0; i < 2; i++) {
		g_assert_cmpint(dma_slot_extend(slot, &regions[i], 1, PLATFORM_DEVICE_WRITES, true, runs + i,
						1, &count), ==, 0);
		g_assert_cmpint(fake_device_write(f->platform, runs[i].logical, "device", 6), ==, 0);
	}
	dma_slot_sync(slot, &regions[0]);
	g_assert_cmpmem(f->heap + 10, 6, "device", 6);
	/* What the CPU writes after it is not overwritten at the end. */
	if (GPOINTER_TO_INT(data) == DMA_POLICY_COPY)
		g_assert_cmphex(f->heap[PAGE], ==, 0x5a);
	memcpy(f->heap + 10, "driver", 6);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpmem(f->heap + 10, 6, "driver", 6);
	g_assert_cmpmem(f->heap + PAGE, 6, "device", 6);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("states/remap", DMA_POLICY_REMAP, test_states);
	ADD("states/copy", DMA_POLICY_COPY, test_states);
	ADD("span/remap", DMA_POLICY_REMAP, test_span_is_enforced);
	ADD("span/copy", DMA_POLICY_COPY, test_span_is_enforced);
	ADD("span/pool", DMA_POLICY_POOL, test_span_is_enforced);
	ADD("span/auto", DMA_POLICY_AUTO, test_span_is_enforced);
	ADD("destroy-while-mapped/remap", DMA_POLICY_REMAP, test_destroy_while_mapped);
	ADD("destroy-while-mapped/auto", DMA_POLICY_AUTO, test_destroy_while_mapped);
	ADD("leaks/remap", DMA_POLICY_REMAP, test_leaks_are_counted_and_freed);
	ADD("leaks/copy", DMA_POLICY_COPY, test_leaks_are_counted_and_freed);
	ADD("map-failure", DMA_POLICY_REMAP, test_map_failure_leaves_nothing);
	ADD("short-unmap", DMA_POLICY_REMAP, test_short_unmap_is_an_error);
	ADD("set-failures", DMA_POLICY_COPY, test_slot_set_failures);
	ADD("common-buffer", DMA_POLICY_AUTO, test_common_buffer);
	ADD("common-buffer-failures", DMA_POLICY_AUTO, test_common_buffer_failures);
	ADD("arena/pool", DMA_POLICY_POOL, test_arenas_are_two_and_read_only);
	ADD("arena/auto", DMA_POLICY_AUTO, test_arenas_are_two_and_read_only);
	ADD("siblings", DMA_POLICY_AUTO, test_siblings_share_the_logical_addresses);
	ADD("sync/copy", DMA_POLICY_COPY, test_sync_brings_part_of_the_data);
	ADD("sync/remap", DMA_POLICY_REMAP, test_sync_brings_part_of_the_data);
	g_test_add_func("/dma-slots/adapter-arguments", test_adapter_arguments);
	return g_test_run();
}
