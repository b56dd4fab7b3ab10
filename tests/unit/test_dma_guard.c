/* SPDX-License-Identifier: MIT */
/* Guard bytes of the DMA layer: who writes past a transfer or a common buffer is found, nobody else. */
#include <stdlib.h>
#include <string.h>

#include "dma_fixture.h"

struct fixture {
	struct dma_fixture dma;
	struct dma_slots *slots;
	struct dma_slot *slot;
	struct dma_run run;
};

static void set_up(struct fixture *f, gconstpointer data)
{
	const struct dma_options options = {
		.policy = DMA_POLICY_COPY,
		.copybreak = DMA_DEFAULT_COPYBREAK,
		.guard = true,
	};

	dma_fixture_open(&f->dma, &options, 4);
	g_assert_cmpint(dma_slots_create(f->dma.adapter, 2, 4, &f->slots), ==, 0);
	f->slot = dma_slots_at(f->slots, 1);
}

static void expect_none(struct fixture *f)
{
	struct dma_guard_damage damage;

	g_assert_false(dma_adapter_next_damage(f->dma.adapter, &damage));
}

static void tear_down(struct fixture *f, gconstpointer data)
{
	expect_none(f);
	dma_slots_destroy(f->slots);
	dma_fixture_close(&f->dma);
}

static void map(struct fixture *f, size_t offset, size_t length, enum platform_access access)
{
	const struct dma_region region = {f->dma.heap + offset, length};
	unsigned int count;

	g_assert_cmpint(dma_slot_map(f->slot, &region, 1, access, &f->run, 1, &count), ==, 0);
	g_assert_cmpuint(count, ==, 1);
}

static void unmap(struct fixture *f)
{
	g_assert_cmpint(dma_slot_unmap(f->slot), ==, 0);
}

/* The device writes @length bytes at @offset from the start of the transfer. */
static void device_writes(struct fixture *f, int64_t offset, size_t length)
{
	g_autofree unsigned char *bytes = g_malloc(length);

	memset(bytes, 0xEE, length);
	g_assert_cmpint(fake_device_write(f->dma.platform,
					  (logical_t){f->run.logical.value + (uint64_t)offset},
					  bytes, length),
			==, 0);
}

static void expect(struct fixture *f, enum dma_guard_area area, int64_t offset, size_t count)
{
	struct dma_guard_damage damage;

	g_assert_true(dma_adapter_next_damage(f->dma.adapter, &damage));
	g_assert_cmpint(damage.area, ==, area);
	g_assert_cmpint(damage.offset, ==, offset);
	g_assert_cmpuint(damage.count, ==, count);
	if (area != DMA_GUARD_DATA)
		g_assert_cmphex(damage.found, ==, 0xEE);
}

static void test_clean(struct fixture *f, gconstpointer data)
{
	static const size_t offsets[] = {0, 1, 7, 8, 9, 100, 4088, 4095};
	static const size_t lengths[] = {1, 8, 1514, 4096, 8000};

	for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(lengths); j++) {
			map(f, offsets[i], lengths[j], PLATFORM_DEVICE_WRITES);
			device_writes(f, 0, lengths[j]);
			unmap(f);
			g_assert_cmphex(f->dma.heap[offsets[i]], ==, 0xEE);
			g_assert_cmphex(f->dma.heap[offsets[i] + lengths[j] - 1], ==, 0xEE);
			map(f, offsets[i], lengths[j], PLATFORM_DEVICE_READS);
			unmap(f);
			expect_none(f);
		}
	}
}

static void test_around(struct fixture *f, gconstpointer data)
{
	map(f, 100, 1000, PLATFORM_DEVICE_WRITES);
	device_writes(f, -1, 1);
	unmap(f);
	expect(f, DMA_GUARD_TAG_BEFORE, -1, 1);
	map(f, 100, 1000, PLATFORM_DEVICE_WRITES);
	device_writes(f, 1000, 3);
	unmap(f);
	expect(f, DMA_GUARD_TAG_AFTER, 1000, 3);
	map(f, 100, 1000, PLATFORM_DEVICE_WRITES);
	device_writes(f, -100, 5);
	device_writes(f, 1008, 7);
	unmap(f);
	expect(f, DMA_GUARD_FILL_BEFORE, -100, 5);
	expect(f, DMA_GUARD_FILL_AFTER, 1008, 7);
	/* Damage is told once. */
	map(f, 100, 1000, PLATFORM_DEVICE_WRITES);
	unmap(f);
}

static void test_free_register(struct fixture *f, gconstpointer data)
{
	uint64_t bounce;

	map(f, 0, 100, PLATFORM_DEVICE_READS);
	bounce = f->run.logical.value;
	device_writes(f, 2 * PAGE + 5, 4);
	unmap(f);
	expect(f, DMA_GUARD_FREE_REGISTER, 2 * PAGE + 5, 4);
	/* After the end of the transfer: found by the next one. */
	device_writes(f, 10, 2);
	map(f, 50, 100, PLATFORM_DEVICE_READS);
	g_assert_cmphex(f->run.logical.value, ==, bounce + 50);
	expect(f, DMA_GUARD_FREE_REGISTER, 10, 2);
	unmap(f);
}

static void test_data(struct fixture *f, gconstpointer data)
{
	map(f, 10, 100, PLATFORM_DEVICE_READS);
	device_writes(f, 3, 1);
	unmap(f);
	expect(f, DMA_GUARD_DATA, 3, 1);
	map(f, 10, 100, PLATFORM_DEVICE_READS);
	f->dma.heap[15] ^= 1;
	unmap(f);
	expect(f, DMA_GUARD_DATA, 5, 1);
	map(f, 10, 100, PLATFORM_DEVICE_WRITES);
	f->dma.heap[15] ^= 1;
	unmap(f);
}

/* Several mappings of one group, each with its own surroundings. */
static void test_extend(struct fixture *f, gconstpointer data)
{
	const struct dma_region first = {f->dma.heap + 50, 100}, second = {f->dma.heap + PAGE, 4096};
	struct dma_register_file *file;
	struct dma_slot *slot;
	struct dma_run runs[2];
	unsigned int count;

	g_assert_cmpint(dma_register_file_create(f->dma.adapter, 8, &file), ==, 0);
	g_assert_nonnull(dma_register_file_take(file, 3));
	slot = dma_register_file_take(file, 3);
	for (unsigned int round = 0; round < 2; round++) {
		g_assert_cmpint(dma_slot_extend(slot, &first, 1, PLATFORM_DEVICE_WRITES, true,
						&runs[0], 1, &count),
				==, 0);
		g_assert_cmpint(dma_slot_extend(slot, &second, 1, PLATFORM_DEVICE_WRITES, true,
						&runs[1], 1, &count),
				==, 0);
		if (round)
			g_assert_cmpint(fake_device_write(f->dma.platform,
							  (logical_t){runs[1].logical.value - 2},
							  "\xEE\xEE", 2),
					==, 0);
		g_assert_cmpint(dma_slot_unmap(slot), ==, 0);
	}
	/* In the padding behind the first transfer. */
	expect(f, DMA_GUARD_FILL_AFTER, PAGE - 50 - 2, 2);
	g_assert_cmpuint(dma_register_file_destroy(file), ==, 2);
}

static void test_common(struct fixture *f, gconstpointer data)
{
	static const size_t lengths[] = {1, 100, 4090, 4096, 5000};

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		size_t length = lengths[i];
		struct dma_guard_damage damage;
		logical_t logical;
		unsigned char *bytes;
		void *va;

		g_assert_cmpint(dma_common_buffer_allocate(f->dma.adapter, length, &va, &logical), ==, 0);
		bytes = va;
		for (size_t j = 0; j < length; j++)
			g_assert_cmpuint(bytes[j], ==, 0);
		memset(bytes, 0xEE, length);
		dma_adapter_check_common_buffers(f->dma.adapter);
		expect_none(f);
		bytes[-1] = 0xEE;
		bytes[length] = 0xEE;
		bytes[-4096] = 0xEE;
		bytes[length + 8] = 0xEE;
		dma_adapter_check_common_buffers(f->dma.adapter);
		expect(f, DMA_GUARD_TAG_BEFORE, -1, 1);
		g_assert_true(dma_adapter_next_damage(f->dma.adapter, &damage));
		g_assert_cmpint(damage.area, ==, DMA_GUARD_TAG_AFTER);
		g_assert_true(damage.common);
		g_assert_true(damage.region.va == va);
		g_assert_cmphex(damage.logical.value, ==,
				length == 4096 ? 0 : logical.value + length);
		expect(f, DMA_GUARD_FILL_BEFORE, -4096, 1);
		expect(f, DMA_GUARD_FILL_AFTER, (int64_t)length + 8, 1);
		dma_adapter_check_common_buffers(f->dma.adapter);
		expect_none(f);
		bytes[length + 1] = 0xEE;
		g_assert_cmpint(dma_common_buffer_free(f->dma.adapter, length, va, logical), ==, 0);
		expect(f, DMA_GUARD_TAG_AFTER, (int64_t)length + 1, 1);
	}
}

#define ADD(name, function)                                                                        \
	g_test_add("/dma/guard/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("clean", test_clean);
	ADD("around", test_around);
	ADD("free-register", test_free_register);
	ADD("data", test_data);
	ADD("extend", test_extend);
	ADD("common", test_common);
	return g_test_run();
}
