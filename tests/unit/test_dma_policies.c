/* SPDX-License-Identifier: MIT */
/*
 * Every policy, fragment setting and address width: what the device reads and
 * writes through the runs of a slot, before, during and after the mapping; on a platform
 * that maps any memory and on one that maps only its own.
 */
#include <glib.h>
#include <errno.h>
#include <string.h>

#include "dma/dma.h"
#include "platform/fake/fake.h"

#define PAGE		PLATFORM_PAGE_SIZE
#define MAX_RUNS	64
#define COPYBREAK	2048

struct fixture {
	struct event_loop *loop;
	struct platform *platform;
	struct dma_adapter *adapter;
	struct dma_slots *slots;
	unsigned char *arena;
	unsigned char *heap;	/* of the process */
	unsigned char *own;	/* of the platform */
	unsigned int bits;
	enum dma_fragment fragment;
};

struct variant {
	enum dma_policy policy;
	enum dma_fragment fragment;
	unsigned int bits;
	bool restricted;
};

/* What becomes of memory of the process: it is copied where it cannot be mapped. */
static enum dma_policy mechanism_of(const struct variant *variant, size_t length)
{
	if (variant->policy == DMA_POLICY_POOL || variant->restricted)
		return DMA_POLICY_COPY;
	if (variant->policy == DMA_POLICY_AUTO)
		return length > COPYBREAK ? DMA_POLICY_REMAP : DMA_POLICY_COPY;
	return variant->policy;
}

static void set_up(struct fixture *f, gconstpointer data)
{
	const struct variant *variant = data;
	struct dma_options options = {variant->policy, variant->fragment, COPYBREAK, false};
	void *va;

	f->bits = variant->bits;
	f->fragment = variant->fragment;
	f->loop = event_loop_create();
	f->platform = fake_platform_create(f->loop, NULL, true);
	if (variant->restricted)
		fake_restrict_memory(f->platform);
	g_assert_cmpint(dma_adapter_create(f->platform, &options, f->bits, &f->adapter), ==, 0);
	g_assert_cmpint(dma_slots_create(f->adapter, 4, 4, &f->slots), ==, 0);
	g_assert_cmpint(dma_pool_reserve(f->adapter, 16 * PAGE, &va), ==, 0);
	f->arena = va;
	g_assert_cmpint(platform_memory_allocate(f->platform, 16 * PAGE, &va), ==, 0);
	f->own = va;
	f->heap = aligned_alloc(PAGE, 16 * PAGE);
	for (size_t i = 0; i < 16 * PAGE; i++) {
		f->arena[i] = (unsigned char)(i * 7 + i / 251);
		f->heap[i] = (unsigned char)(i * 13 + i / 241);
		f->own[i] = (unsigned char)(i * 11 + i / 239);
	}
}

static void tear_down(struct fixture *f, gconstpointer data)
{
	(void)data;
	g_assert_cmpuint(dma_slots_destroy(f->slots), ==, 0);
	g_assert_cmpuint(dma_adapter_destroy(f->adapter), ==, 0);
	platform_memory_free(f->platform, f->own, 16 * PAGE);
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
			transmit(f, f->own, offsets[o], lengths[l]);
			transmit(f, f->arena, PAGE + offsets[o], lengths[l]);
		}
	}
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_mapped, ==, 0);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_peak, ==, 4);
	g_assert_cmpuint(dma_adapter_statistics(f->adapter)->map_registers_allocated, ==, 16);
}

static void receive(struct fixture *f, unsigned char *memory)
{
	struct dma_slot *slot = dma_slots_at(f->slots, 1);
	struct dma_region regions[2] = {{memory + 4000, 1000}, {memory + 9001, 515}};
	unsigned char sent[1515], before[16 * PAGE];
	struct dma_run runs[MAX_RUNS];
	unsigned int count;
	size_t done = 0;

	memcpy(before, memory, sizeof(before));
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
	g_assert_cmpmem(memory + 4000, 1000, sent, 1000);
	g_assert_cmpmem(memory + 9001, 515, sent + 1000, 515);
	memcpy(before + 4000, sent, 1000);
	memcpy(before + 9001, sent + 1000, 515);
	g_assert_cmpmem(memory, sizeof(before), before, sizeof(before));
}

static void test_receive_comes_back(struct fixture *f, gconstpointer data)
{
	(void)data;
	receive(f, f->heap);
	receive(f, f->own);
}

/* What cannot be mapped makes a copy of the whole transfer necessary. */
static void test_gather_of_mixed_memory(struct fixture *f, gconstpointer data)
{
	const struct variant *variant = data;
	struct dma_slot *slot = dma_slots_at(f->slots, 3);
	struct dma_region regions[2] = {{f->own + 4090, 500}, {f->heap + 77, 1000}};
	const struct dma_statistics *statistics = dma_adapter_statistics(f->adapter);
	unsigned char seen[1500], expected[1500];
	struct dma_run runs[MAX_RUNS];
	unsigned int count;

	memcpy(expected, regions[0].va, 500);
	memcpy(expected + 500, regions[1].va, 1000);
	g_assert_cmpint(dma_slot_map(slot, regions, 2, PLATFORM_DEVICE_READS, runs, MAX_RUNS,
				     &count), ==, 0);
	check_runs(f, runs, count, sizeof(seen));
	device_gather(f, runs, count, seen);
	g_assert_cmpmem(seen, sizeof(seen), expected, sizeof(expected));
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	g_assert_cmpuint(statistics->mappings[mechanism_of(variant, 1500)], ==, 1);
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
	enum dma_policy mechanism = mechanism_of(data, 9000);
	struct dma_slot *slot = dma_slots_at(f->slots, 2);
	struct dma_region region = {f->heap + 100, 9000};
	struct dma_run runs[MAX_RUNS];
	struct platform_fault fault;
	unsigned char byte;
	unsigned int count;

	g_assert_cmpint(dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, runs, MAX_RUNS,
				     &count), ==, 0);
	if (mechanism == DMA_POLICY_REMAP) {
		/* Read only, and nothing beyond the buffer's pages. */
		g_assert_cmpint(fake_device_write(f->platform, runs[0].logical, "x", 1), ==,
				-EFAULT);
		g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, 1);
		g_assert_true(fault.is_write);
	}
	g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	if (mechanism == DMA_POLICY_REMAP) {
		g_assert_cmpint(fake_device_read(f->platform, runs[0].logical, &byte, 1), ==,
				-EFAULT);
		g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, 1);
		g_assert_cmpuint(fault.address.value, ==, runs[0].logical.value);
	} else if (mechanism == DMA_POLICY_CACHED) {
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
	bool uses_arena =
		variant->policy == DMA_POLICY_AUTO || variant->policy == DMA_POLICY_POOL;
	const struct variant open = {variant->policy, variant->fragment, variant->bits, false};
	enum dma_policy outside = mechanism_of(&open, 1514);

	expect_mechanism(f, f->heap, COPYBREAK, mechanism_of(variant, COPYBREAK));
	expect_mechanism(f, f->heap, COPYBREAK + 1, mechanism_of(variant, COPYBREAK + 1));
	expect_mechanism(f, f->own, COPYBREAK, mechanism_of(&open, COPYBREAK));
	expect_mechanism(f, f->own, COPYBREAK + 1, mechanism_of(&open, COPYBREAK + 1));
	expect_mechanism(f, f->arena, 1514, uses_arena ? DMA_POLICY_POOL : outside);
	/* The buffer that ends on the arena's last byte is still in it. */
	expect_mechanism(f, f->arena + 16 * PAGE - 10 - 1514, 1514,
			 uses_arena ? DMA_POLICY_POOL : outside);
}

static void add(const char *name, const struct variant *variant,
		void (*test)(struct fixture *, gconstpointer))
{
	static const char *const fragments[] = {"whole", "page"};
	g_autofree char *path = g_strdup_printf("/dma-policies/%s/%s/%s/%u-bits/%s",
						variant->restricted ? "own-memory" : "any-memory",
						dma_policy_name(variant->policy),
						fragments[variant->fragment], variant->bits, name);

	g_test_add(path, struct fixture, variant, set_up, test, tear_down);
}

static void add_all(const struct variant *variant)
{
	add("transmit-every-offset", variant, test_transmit_every_offset);
	add("receive-comes-back", variant, test_receive_comes_back);
	add("gather", variant, test_gather_of_many_regions);
	add("gather-mixed", variant, test_gather_of_mixed_memory);
	add("after-unmap", variant, test_after_unmap);
	add("overrun-faults", variant, test_overrun_of_a_slot_faults);
	add("mechanism", variant, test_mechanism_of_each_policy);
}

int main(int argc, char **argv)
{
	static const unsigned int widths[] = {24, 32, 64};
	static struct variant variants[DMA_POLICY_COUNT * 2 * 3 * 2];

	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(variants); i++) {
		variants[i] = (struct variant){
			.policy = (enum dma_policy)(i / 12),
			.fragment = (enum dma_fragment)(i / 6 % 2),
			.bits = widths[i / 2 % 3],
			.restricted = i % 2,
		};
		add_all(&variants[i]);
	}
	return g_test_run();
}
