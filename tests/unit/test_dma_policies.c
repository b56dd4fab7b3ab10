/* SPDX-License-Identifier: MIT */
/*
 * Every policy, fragment setting and address width: what the device reads and
 * writes through the runs of a slot, before, during and after the mapping.
 */
#include <glib.h>
#include <errno.h>
#include <string.h>

#include "dma/dma.h"
#include "platform/fake/fake.h"

#define PAGE		PLATFORM_PAGE_SIZE
#define MAX_RUNS	64

struct fixture {
	struct event_loop *loop;
	struct platform *platform;
	struct dma_adapter *adapter;
	struct dma_slots *slots;
	unsigned char *arena;
	unsigned char *heap;
	unsigned int bits;
	enum dma_fragment fragment;
};

struct variant {
	enum dma_policy policy;
	enum dma_fragment fragment;
	unsigned int bits;
};

static void set_up(struct fixture *f, gconstpointer data)
{
	const struct variant *variant = data;
	struct dma_options options = {variant->policy, variant->fragment, 2048, false};
	void *va;

	f->bits = variant->bits;
	f->fragment = variant->fragment;
	f->loop = event_loop_create();
	f->platform = fake_platform_create(f->loop, NULL, true);
	g_assert_cmpint(dma_adapter_create(f->platform, &options, f->bits, &f->adapter), ==, 0);
	g_assert_cmpint(dma_slots_create(f->adapter, 4, 4, &f->slots), ==, 0);
	g_assert_cmpint(dma_pool_reserve(f->adapter, 16 * PAGE, &va), ==, 0);
	f->arena = va;
	f->heap = aligned_alloc(PAGE, 16 * PAGE);
	for (size_t i = 0; i < 16 * PAGE; i++) {
		f->arena[i] = (unsigned char)(i * 7 + i / 251);
		f->heap[i] = (unsigned char)(i * 13 + i / 241);
	}
}

static void tear_down(struct fixture *f, gconstpointer data)
{
	(void)data;
	g_assert_cmpuint(dma_slots_destroy(f->slots), ==, 0);
	g_assert_cmpuint(dma_adapter_destroy(f->adapter), ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->memory_allocations, ==, 0);
	platform_close(f->platform);
	event_loop_destroy(f->loop);
	free(f->heap);
}

static void check_runs(struct fixture *f, const struct dma_run *runs, unsigned int count,
		       size_t length)
{
	size_t total = 0;

	for (unsigned int i = 0; i < count; i++) {
		uint64_t first = runs[i].logical.value;
		uint64_t last = first + runs[i].length - 1;

		g_assert_cmpuint(runs[i].length, >, 0);
		g_assert_cmpuint(first, >=, PAGE);
		if (f->bits < 64)
			g_assert_cmpuint(last >> f->bits, ==, 0);
		g_assert_cmpuint(first >> 32, ==, last >> 32);
		if (f->fragment == DMA_FRAGMENT_PAGE)
			g_assert_cmpuint(first / PAGE, ==, last / PAGE);
		total += runs[i].length;
	}
	g_assert_cmpuint(total, ==, length);
}

static void device_gather(struct fixture *f, const struct dma_run *runs, unsigned int count,
			  unsigned char *into)
{
	for (unsigned int i = 0; i < count; i++) {
		g_assert_cmpint(fake_device_read(f->platform, runs[i].logical, into,
						 runs[i].length), ==, 0);
		into += runs[i].length;
	}
}

static void transmit(struct fixture *f, unsigned char *memory, size_t offset, size_t length)
{
	struct dma_slot *slot = dma_slots_at(f->slots, (unsigned int)(offset + length) % 4);
	struct dma_region region = {memory + offset, length};
	unsigned char seen[4 * PAGE];
	struct dma_run runs[MAX_RUNS];
	unsigned int count;

	g_assert_cmpint(dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, runs, MAX_RUNS,
				     &count), ==, 0);
	g_assert_true(dma_slot_is_mapped(slot));
	g_assert_true(dma_slot_region(slot).va == region.va);
	check_runs(f, runs, count, length);
	device_gather(f, runs, count, seen);
	g_assert_true(!memcmp(seen, memory + offset, length));
	for (unsigned int i = 0; i < count; i++) {
		bool cut = i && f->fragment == DMA_FRAGMENT_PAGE;

		g_assert_cmpuint(runs[i].logical.value % PAGE, ==,
				 (cut ? 0 : (uintptr_t)region.va % PAGE));
	}
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_false(dma_slot_is_mapped(slot));
}

static void test_transmit_every_offset(struct fixture *f, gconstpointer data)
{
	static const size_t lengths[] = {1, 2, 14, 60, 1513, 1514, 4095, 4096, 4097, 8192, 12288};
	static const size_t offsets[] = {0, 1, 2, 63, 2048, 2582, 2583, 4094, 4095};

	(void)data;
	for (size_t l = 0; l < G_N_ELEMENTS(lengths); l++) {
		for (size_t o = 0; o < G_N_ELEMENTS(offsets); o++) {
			transmit(f, f->heap, offsets[o], lengths[l]);
			transmit(f, f->arena, PAGE + offsets[o], lengths[l]);
		}
	}
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_mapped, ==, 0);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_peak, ==, 4);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_allocated, ==, 16);
}

static void test_receive_comes_back(struct fixture *f, gconstpointer data)
{
	struct dma_slot *slot = dma_slots_at(f->slots, 1);
	struct dma_region regions[2] = {{f->heap + 4000, 1000}, {f->heap + 9001, 515}};
	unsigned char sent[1515], before[16 * PAGE];
	struct dma_run runs[MAX_RUNS];
	unsigned int count;
	size_t done = 0;

	(void)data;
	memcpy(before, f->heap, sizeof(before));
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (unsigned char)(0xa5 ^ i);
	g_assert_cmpint(dma_slot_map(slot, regions, 2, PLATFORM_DEVICE_WRITES, runs, MAX_RUNS,
				     &count), ==, 0);
	check_runs(f, runs, count, 1515);
	for (unsigned int i = 0; i < count; i++) {
		g_assert_cmpint(fake_device_write(f->platform, runs[i].logical, sent + done,
						  runs[i].length), ==, 0);
		done += runs[i].length;
	}
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpmem(f->heap + 4000, 1000, sent, 1000);
	g_assert_cmpmem(f->heap + 9001, 515, sent + 1000, 515);
	memcpy(before + 4000, sent, 1000);
	memcpy(before + 9001, sent + 1000, 515);
	g_assert_cmpmem(f->heap, sizeof(before), before, sizeof(before));
}

static void test_gather_of_many_regions(struct fixture *f, gconstpointer data)
{
	struct dma_slot *slot = dma_slots_at(f->slots, 0);
	struct dma_region regions[4] = {
		{f->arena + 100, 14}, {f->arena + 5000, 0}, {f->arena + 4090, 20},
		{f->arena + 3 * PAGE, 1400},
	};
	unsigned char seen[1434], expected[1434];
	struct dma_run runs[MAX_RUNS];
	unsigned int count;

	(void)data;
	memcpy(expected, f->arena + 100, 14);
	memcpy(expected + 14, f->arena + 4090, 20);
	memcpy(expected + 34, f->arena + 3 * PAGE, 1400);
	g_assert_cmpint(dma_slot_map(slot, regions, 4, PLATFORM_DEVICE_READS, runs, MAX_RUNS,
				     &count), ==, 0);
	check_runs(f, runs, count, sizeof(seen));
	device_gather(f, runs, count, seen);
	g_assert_cmpmem(seen, sizeof(seen), expected, sizeof(expected));
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
}

static void test_after_unmap(struct fixture *f, gconstpointer data)
{
	const struct variant *variant = data;
	struct dma_slot *slot = dma_slots_at(f->slots, 2);
	struct dma_region region = {f->heap + 100, 9000};
	struct dma_run runs[MAX_RUNS];
	struct platform_fault fault;
	unsigned char byte;
	unsigned int count;

	g_assert_cmpint(dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, runs, MAX_RUNS,
				     &count), ==, 0);
	if (variant->policy == DMA_POLICY_REMAP || variant->policy == DMA_POLICY_AUTO) {
		/* Read only, and nothing beyond the buffer's pages. */
		g_assert_cmpint(fake_device_write(f->platform, runs[0].logical, "x", 1), ==,
				-EFAULT);
		g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, 1);
		g_assert_true(fault.is_write);
	}
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	if (variant->policy == DMA_POLICY_REMAP || variant->policy == DMA_POLICY_AUTO) {
		g_assert_cmpint(fake_device_read(f->platform, runs[0].logical, &byte, 1), ==,
				-EFAULT);
		g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, 1);
		g_assert_cmpuint(fault.address.value, ==, runs[0].logical.value);
	} else if (variant->policy == DMA_POLICY_CACHED) {
		/* Until the memory is freed. */
		g_assert_cmpint(fake_device_read(f->platform, runs[0].logical, &byte, 1), ==, 0);
		g_assert_cmpint(dma_adapter_forget(f->adapter, f->heap + 9000, 1), ==, 0);
		g_assert_cmpint(fake_device_read(f->platform, runs[0].logical, &byte, 1), ==,
				-EFAULT);
		g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, 1);
	} else {
		/* The slot's own pages are still there, the buffer is out of reach. */
		f->heap[100] ^= 0xff;
		g_assert_cmpint(fake_device_read(f->platform, runs[0].logical, &byte, 1), ==, 0);
		g_assert_cmpuint(byte, !=, f->heap[100]);
	}
	g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, 0);
}

static void test_overrun_of_a_slot_faults(struct fixture *f, gconstpointer data)
{
	struct dma_slot *slot = dma_slots_at(f->slots, 0);
	struct dma_slot *neighbour = dma_slots_at(f->slots, 1);
	struct dma_region region = {f->heap, 4 * PAGE};
	struct dma_run runs[MAX_RUNS], neighbour_runs[MAX_RUNS];
	unsigned int count, neighbour_count;
	logical_t end;
	unsigned char byte;

	(void)data;
	g_assert_cmpint(dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, runs, MAX_RUNS,
				     &count), ==, 0);
	g_assert_cmpint(dma_slot_map(neighbour, &region, 1, PLATFORM_DEVICE_READS,
				     neighbour_runs, MAX_RUNS, &neighbour_count), ==, 0);
	end.value = runs[count - 1].logical.value + runs[count - 1].length;
	g_assert_cmpint(fake_device_read(f->platform, end, &byte, 1), ==, -EFAULT);
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpint(dma_slot_unmap(neighbour), ==, 0);
}

static void expect_mechanism(struct fixture *f, unsigned char *memory, size_t length,
			     enum dma_policy expected)
{
	const struct dma_statistics *statistics = dma_adapter_statistics(f->adapter);
	struct dma_statistics before = *statistics;

	transmit(f, memory, 10, length);
	for (unsigned int i = 0; i < DMA_POLICY_COUNT; i++) {
		g_assert_cmpuint(statistics->mappings[i] - before.mappings[i], ==, i == expected);
		g_assert_cmpuint(statistics->bytes[i] - before.bytes[i], ==,
				 i == expected ? length : 0);
	}
}

/* The rule of `auto`: arena, else copy up to copybreak (2048 here), else remap. */
static void test_mechanism_of_each_policy(struct fixture *f, gconstpointer data)
{
	const struct variant *variant = data;
	bool is_auto = variant->policy == DMA_POLICY_AUTO;
	bool uses_arena = is_auto || variant->policy == DMA_POLICY_POOL;
	enum dma_policy outside = variant->policy == DMA_POLICY_REMAP ||
				  variant->policy == DMA_POLICY_CACHED ? variant->policy
								       : DMA_POLICY_COPY;

	expect_mechanism(f, f->heap, 2048, outside);
	expect_mechanism(f, f->heap, 2049, is_auto ? DMA_POLICY_REMAP : outside);
	expect_mechanism(f, f->arena, 1514, uses_arena ? DMA_POLICY_POOL : outside);
	/* The buffer that ends on the arena's last byte is still in it. */
	expect_mechanism(f, f->arena + 16 * PAGE - 10 - 1514, 1514,
			 uses_arena ? DMA_POLICY_POOL : outside);
}

static void add(const char *name, const struct variant *variant,
		void (*test)(struct fixture *, gconstpointer))
{
	static const char *const fragments[] = {"whole", "page"};
	g_autofree char *path = g_strdup_printf("/dma-policies/%s/%s/%u-bits/%s",
						dma_policy_name(variant->policy),
						fragments[variant->fragment], variant->bits, name);

	g_test_add(path, struct fixture, variant, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	static const unsigned int widths[] = {24, 32, 64};
	static struct variant variants[DMA_POLICY_COUNT * 2 * 3];
	unsigned int count = 0;

	g_test_init(&argc, &argv, NULL);
	for (unsigned int p = 0; p < DMA_POLICY_COUNT; p++) {
		for (unsigned int f = 0; f < 2; f++) {
			for (unsigned int w = 0; w < 3; w++) {
				struct variant *v = &variants[count++];

				*v = (struct variant){(enum dma_policy)p, (enum dma_fragment)f,
						      widths[w]};
				add("transmit-every-offset", v, test_transmit_every_offset);
				add("receive-comes-back", v, test_receive_comes_back);
				add("gather", v, test_gather_of_many_regions);
				add("after-unmap", v, test_after_unmap);
				add("overrun-faults", v, test_overrun_of_a_slot_faults);
				add("mechanism", v, test_mechanism_of_each_policy);
			}
		}
	}
	return g_test_run();
}
