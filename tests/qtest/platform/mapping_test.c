/* SPDX-License-Identifier: MIT */
/*
 * mapping_test.c - what the device reaches through VT-d, and what it does not
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define PAGE PLATFORM_PAGE_SIZE
#define AT   0x12345000u

static int map(struct fixture *f, uint64_t logical, void *va, size_t pages,
	       enum platform_access access)
{
	return platform_map(f->platform, (logical_t){logical}, va, pages * PAGE, access);
}

static int64_t unmap(struct fixture *f, uint64_t logical, size_t pages)
{
	return platform_unmap(f->platform, (logical_t){logical}, pages * PAGE);
}

static struct fixture *open_nic(void)
{
	struct fixture *f = fixture_open(NULL);

	fixture_open_rings(f);
	return f;
}

static void close_nic(struct fixture *f)
{
	fixture_close_rings(f);
	fixture_close(f);
}

static void test_read(void)
{
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, 3, 1);

	g_assert_cmpint(map(f, AT, memory, 3, PLATFORM_DEVICE_READS), ==, 0);
	fixture_same_physical(f, memory, memory, 3 * PAGE);
	g_assert_cmpuint(fixture_transmit(f, AT + 4000, 1514), ==, SGNIC_STATUS_OK);
	fixture_sent(f, memory + 4000, 1514);
	g_assert_cmpuint(fixture_transmit(f, AT + 3 * PAGE - 60, 60), ==, SGNIC_STATUS_OK);
	fixture_sent(f, memory + 3 * PAGE - 60, 60);
	fixture_expect_no_fault(f);
	g_assert_cmpint(unmap(f, AT, 3), ==, 3 * PAGE);
	close_nic(f);
}

static void test_write(void)
{
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, 2, 2);
	unsigned char before[2 * PAGE];
	unsigned char frame[1000];

	memcpy(before, memory, sizeof(before));
	fixture_frame(frame, sizeof(frame), 3);
	g_assert_cmpint(map(f, AT, memory, 2, PLATFORM_DEVICE_WRITES), ==, 0);
	g_assert_cmpuint(fixture_receive(f, AT + PAGE - 500, frame, sizeof(frame)), ==,
			 SGNIC_STATUS_OK);
	memcpy(before + PAGE - 500, frame, sizeof(frame));
	fixture_same(memory, before, sizeof(before));
	fixture_same_physical(f, memory, before, sizeof(before));
	fixture_expect_no_fault(f);
	g_assert_cmpint(unmap(f, AT, 2), ==, 2 * PAGE);
	close_nic(f);
}

/* Neighbours for the device that are none in physical memory, in the opposite order. */
static void test_scattered(void)
{
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, 5, 4);
	unsigned char expected[1400];

	g_assert_cmpint(map(f, AT, memory + 4 * PAGE, 1, PLATFORM_DEVICE_READS), ==, 0);
	g_assert_cmpint(map(f, AT + PAGE, memory, 1, PLATFORM_DEVICE_READS), ==, 0);
	memcpy(expected, memory + 5 * PAGE - 700, 700);
	memcpy(expected + 700, memory, 700);
	g_assert_cmpuint(fixture_transmit(f, AT + PAGE - 700, 1400), ==, SGNIC_STATUS_OK);
	fixture_sent(f, expected, sizeof(expected));
	g_assert_cmpint(unmap(f, AT, 2), ==, 2 * PAGE);
	close_nic(f);
}

static void test_aliases(void)
{
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, 1, 5);
	struct logical_range ranges[4];
	unsigned int count = platform_logical_ranges(f->platform, ranges, 4);
	uint64_t top = ranges[count - 1].last + 1 - PAGE;

	g_assert_cmpuint(count, ==, 2);
	g_assert_cmpint(map(f, PAGE, memory, 1, PLATFORM_DEVICE_READS), ==, 0);
	g_assert_cmpint(map(f, top, memory, 1, PLATFORM_DEVICE_BOTH), ==, 0);
	g_assert_cmpuint(fixture_transmit(f, PAGE, 64), ==, SGNIC_STATUS_OK);
	fixture_sent(f, memory, 64);
	g_assert_cmpuint(fixture_transmit(f, top + 100, 64), ==, SGNIC_STATUS_OK);
	fixture_sent(f, memory + 100, 64);
	g_assert_cmpint(unmap(f, PAGE, 1), ==, PAGE);
	g_assert_cmpuint(fixture_transmit(f, top, 64), ==, SGNIC_STATUS_OK);
	fixture_sent(f, memory, 64);
	g_assert_cmpuint(fixture_transmit(f, PAGE, 64), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, PAGE, false);
	g_assert_cmpint(unmap(f, top, 1), ==, PAGE);
	close_nic(f);
}

static void test_unmapped(void)
{
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, 1, 6);
	unsigned char before[PAGE];
	unsigned char frame[100];

	fixture_frame(frame, sizeof(frame), 7);
	g_assert_cmpuint(fixture_transmit(f, AT, 100), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT, false);
	g_assert_cmpuint(fixture_receive(f, AT + 8, frame, 100), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT, true);

	g_assert_cmpint(map(f, AT, memory, 1, PLATFORM_DEVICE_BOTH), ==, 0);
	g_assert_cmpuint(fixture_transmit(f, AT, 100), ==, SGNIC_STATUS_OK);
	fixture_sent(f, memory, 100);
	g_assert_cmpuint(fixture_receive(f, AT, frame, 100), ==, SGNIC_STATUS_OK);
	fixture_same(memory, frame, 100);
	fixture_expect_no_fault(f);

	/* VT-d has the page in its cache now: only the invalidation can end its use. */
	g_assert_cmpint(unmap(f, AT, 1), ==, PAGE);
	memcpy(before, memory, PAGE);
	fixture_frame(frame, sizeof(frame), 8);
	g_assert_cmpuint(fixture_transmit(f, AT, 100), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT, false);
	g_assert_cmpuint(fixture_receive(f, AT, frame, 100), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT, true);
	fixture_same(memory, before, PAGE);
	close_nic(f);
}

static void test_permissions(void)
{
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, 2, 9);
	unsigned char before[2 * PAGE];
	unsigned char frame[60];

	fixture_frame(frame, sizeof(frame), 10);
	memcpy(before, memory, sizeof(before));
	g_assert_cmpint(map(f, AT, memory, 1, PLATFORM_DEVICE_READS), ==, 0);
	g_assert_cmpint(map(f, AT + PAGE, memory + PAGE, 1, PLATFORM_DEVICE_WRITES), ==, 0);
	g_assert_cmpuint(fixture_receive(f, AT, frame, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT, true);
	g_assert_cmpuint(fixture_transmit(f, AT + PAGE + 16, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT + PAGE, false);
	g_assert_cmpuint(fixture_transmit(f, AT, 60), ==, SGNIC_STATUS_OK);
	fixture_sent(f, memory, 60);
	/* QEMU refuses an access that an entry in its translation cache forbids, but records none.
	 */
	g_assert_cmpuint(fixture_receive(f, AT, frame, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_same(memory, before, sizeof(before));
	g_assert_cmpint(unmap(f, AT, 2), ==, 2 * PAGE);
	close_nic(f);
}

/* The page behind a mapping is reached by nobody. */
static void test_overrun(void)
{
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, 2, 11);

	g_assert_cmpint(map(f, AT, memory, 1, PLATFORM_DEVICE_READS), ==, 0);
	g_assert_cmpuint(fixture_transmit(f, AT + PAGE - 30, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT + PAGE, false);
	g_assert_cmpint(unmap(f, AT, 1), ==, PAGE);
	close_nic(f);
}

static void test_whole_mappings(void)
{
	struct fixture *f = fixture_open(NULL);
	unsigned char *memory = fixture_pages(f, 8, 12);

	g_assert_cmpint(map(f, AT, memory, 4, PLATFORM_DEVICE_BOTH), ==, 0);
	g_assert_cmpint(unmap(f, AT, 1), ==, -EINVAL);
	g_assert_cmpint(unmap(f, AT + PAGE, 2), ==, -EINVAL);
	g_assert_cmpint(unmap(f, AT + 3 * PAGE, 1), ==, -EINVAL);
	g_assert_cmpint(unmap(f, AT - PAGE, 3), ==, -EINVAL);
	g_assert_cmpint(unmap(f, AT + 2 * PAGE, 9), ==, -EINVAL);
	g_assert_cmpint(map(f, AT + 3 * PAGE, memory, 2, PLATFORM_DEVICE_READS), ==, -EEXIST);
	g_assert_cmpint(map(f, AT - PAGE, memory, 6, PLATFORM_DEVICE_READS), ==, -EEXIST);
	g_assert_cmpint(unmap(f, AT - PAGE, 1), ==, 0);
	g_assert_cmpint(map(f, AT + 6 * PAGE, memory, 2, PLATFORM_DEVICE_READS), ==, 0);
	g_assert_cmpint(unmap(f, AT - PAGE, 20), ==, 6 * PAGE);
	g_assert_cmpint(unmap(f, AT - PAGE, 20), ==, 0);
	g_assert_cmpint(unmap(f, PAGE, 0x60000), ==, 0);
	g_assert_cmpint(map(f, AT, memory, 8, PLATFORM_DEVICE_BOTH), ==, 0);
	g_assert_cmpint(unmap(f, 0, 0x80000), ==, 8 * PAGE);
	fixture_close(f);
}

static void test_refused(void)
{
	struct fixture *f = fixture_open(NULL);
	unsigned char *memory = fixture_pages(f, 1, 13);
	void *foreign = aligned_alloc(PAGE, PAGE);
	struct logical_range ranges[2];
	frame_t frame;

	platform_logical_ranges(f->platform, ranges, 2);
	g_assert_false(f->platform->capabilities.any_memory);
	g_assert_false(f->platform->capabilities.direct_registers);
	g_assert_true(f->platform->capabilities.reports_faults);
	g_assert_cmpint(map(f, AT, foreign, 1, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(platform_frame_number(f->platform, foreign, &frame), ==, -EFAULT);
	g_assert_cmpint(map(f, AT + 1, memory, 1, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(map(f, AT, memory + 1, 1, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(map(f, AT, memory, 0, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(map(f, AT, memory, 1, 0), ==, -EINVAL);
	g_assert_cmpint(map(f, AT, memory, (size_t)1 << 40, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(map(f, ranges[0].last + 1, memory, 1, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(map(f, 0xfee00000, memory, 1, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(map(f, ranges[1].last + 1, memory, 1, PLATFORM_DEVICE_READS), ==, -EINVAL);
	g_assert_cmpint(map(f, UINT64_MAX - PAGE + 1, memory, 1, PLATFORM_DEVICE_READS), ==,
			-EINVAL);
	g_assert_cmpint(platform_unmap(f->platform, (logical_t){AT}, 100), ==, -EINVAL);
	g_assert_cmpint(unmap(f, AT, 0), ==, -EINVAL);
	g_assert_cmpint(unmap(f, ranges[1].last + 1, 1), ==, -EINVAL);
	g_assert_cmpint(unmap(f, AT, (size_t)1 << 40), ==, -EINVAL);
	free(foreign);
	fixture_close(f);
}

static void test_memory(void)
{
	struct fixture *f = fixture_open(NULL);
	GPtrArray *all = g_ptr_array_new();
	size_t length = 64 * PAGE;
	void *memory;
	unsigned int first = 0;
	unsigned int round;
	int result;

	g_assert_cmpint(platform_memory_allocate(f->platform, 0, &memory), ==, -EINVAL);
	g_assert_cmpint(platform_memory_allocate(f->platform, PAGE + 1, &memory), ==, -EINVAL);
	g_assert_cmpint(platform_memory_allocate(f->platform, (size_t)1 << 40, &memory), ==,
			-ENOMEM);
	for (round = 0; round < 3; round++) {
		while ((result = platform_memory_allocate(f->platform, length, &memory)) == 0) {
			g_assert_cmpuint((uintptr_t)memory & PLATFORM_PAGE_MASK, ==, 0);
			g_assert_cmpuint(*(uint64_t *)memory, ==, 0);
			memset(memory, 0xaa, length);
			g_ptr_array_add(all, memory);
		}
		g_assert_cmpint(result, ==, -ENOMEM);
		if (!round)
			first = all->len;
		g_assert_cmpuint(all->len, ==, first);
		while (all->len)
			platform_memory_free(f->platform, g_ptr_array_steal_index_fast(all, 0),
					     length);
	}
	g_assert_cmpuint(first, >, 700);
	g_ptr_array_unref(all);
	fixture_close(f);
}

/* Random mappings against a model: which page leads where, and where mappings begin. */
static void test_random(void)
{
	enum { SLOTS = 64, STEPS = 3000 };
	struct fixture *f = open_nic();
	unsigned char *memory = fixture_pages(f, SLOTS, 14);
	struct {
		unsigned int pages;
		unsigned int source;
	} model[SLOTS] = {{0}};
	bool used[SLOTS] = {false};
	unsigned int step;

	for (step = 0; step < STEPS; step++) {
		unsigned int slot = (unsigned int)g_test_rand_int_range(0, SLOTS);
		unsigned int pages =
			(unsigned int)g_test_rand_int_range(1, (gint32)MIN(6, SLOTS - slot) + 1);
		unsigned int source = (unsigned int)g_test_rand_int_range(0, SLOTS - 6);
		uint64_t logical = AT + slot * PAGE;
		bool free_range = true;
		unsigned int i;

		for (i = 0; i < pages; i++)
			free_range = free_range && !used[slot + i];
		if (model[slot].pages) {
			g_assert_cmpint(unmap(f, logical, model[slot].pages), ==,
					(gint64)(model[slot].pages * PAGE));
			memset(&used[slot], 0, model[slot].pages);
			model[slot].pages = 0;
			continue;
		}
		g_assert_cmpint(
			map(f, logical, memory + source * PAGE, pages, PLATFORM_DEVICE_READS), ==,
			free_range ? 0 : -EEXIST);
		if (!free_range)
			continue;
		memset(&used[slot], 1, pages);
		model[slot].pages = pages;
		model[slot].source = source;
		if (step % 8)
			continue;
		i = (unsigned int)g_test_rand_int_range(0, (gint32)pages);
		g_assert_cmpuint(fixture_transmit(f, logical + i * PAGE, 60), ==, SGNIC_STATUS_OK);
		fixture_sent(f, memory + (source + i) * PAGE, 60);
	}
	fixture_expect_no_fault(f);
	close_nic(f);
}

/* The one record of QEMU's VT-d keeps the first of several faults. */
static void test_many_faults(void)
{
	struct fixture *f = open_nic();
	unsigned int i;

	for (i = 0; i < 8; i++)
		g_assert_cmpuint(fixture_transmit(f, AT + i * PAGE, 60), ==,
				 SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT, false);
	g_assert_cmpuint(fixture_transmit(f, AT + 9 * PAGE, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, AT + 9 * PAGE, false);
	close_nic(f);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/mapping/read", test_read);
	g_test_add_func("/qtest-platform/mapping/write", test_write);
	g_test_add_func("/qtest-platform/mapping/scattered", test_scattered);
	g_test_add_func("/qtest-platform/mapping/aliases", test_aliases);
	g_test_add_func("/qtest-platform/mapping/unmapped", test_unmapped);
	g_test_add_func("/qtest-platform/mapping/permissions", test_permissions);
	g_test_add_func("/qtest-platform/mapping/overrun", test_overrun);
	g_test_add_func("/qtest-platform/mapping/whole-mappings", test_whole_mappings);
	g_test_add_func("/qtest-platform/mapping/refused", test_refused);
	g_test_add_func("/qtest-platform/mapping/memory", test_memory);
	g_test_add_func("/qtest-platform/mapping/random", test_random);
	g_test_add_func("/qtest-platform/mapping/many-faults", test_many_faults);
	return g_test_run();
}
