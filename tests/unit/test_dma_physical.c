/* SPDX-License-Identifier: MIT */
/*
 * Logical addresses that are physical ones: what the device reaches at an address is the memory that
 * has it, whichever way it was handed out.
 */
#include <glib.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dma_fixture.h"

struct scene {
	struct event_loop *loop;
	struct platform *platform;
	struct dma_adapter *adapter;
};

static void open_scene(struct scene *s, bool guard)
{
	const struct dma_options options = {DMA_POLICY_AUTO, DMA_FRAGMENT_NONE, PAGE, guard};

	s->loop = event_loop_create();
	s->platform = fake_platform_create(s->loop, NULL, true);
	g_assert_cmpint(platform_use_physical(s->platform, NULL, 0), ==, 0);
	g_assert_true(s->platform->capabilities.physical);
	g_assert_cmpint(dma_adapter_create(s->platform, &options, 64, &s->adapter), ==, 0);
}

static void close_scene(struct scene *s)
{
	g_assert_cmpuint(dma_adapter_destroy(s->adapter), ==, 0);
	g_assert_cmpuint(fake_counts(s->platform)->mapped_pages, ==, 0);
	platform_close(s->platform);
	event_loop_destroy(s->loop);
}

static uint64_t physical_of(struct scene *s, const void *va)
{
	frame_t frame;

	g_assert_cmpint(platform_frame_number(s->platform, va, &frame), ==, 0);
	return (frame.number << PLATFORM_PAGE_SHIFT) + ((uintptr_t)va & PLATFORM_PAGE_MASK);
}

static void test_common_buffers(gconstpointer data)
{
	const size_t lengths[] = {1, PAGE, 5 * PAGE + 3};
	struct scene s;

	open_scene(&s, data != NULL);
	for (unsigned int round = 0; round < 200; round++) {
		for (unsigned int i = 0; i < G_N_ELEMENTS(lengths); i++) {
			unsigned char *bytes;
			logical_t logical;
			void *va;

			g_assert_cmpint(dma_common_buffer_allocate(s.adapter, lengths[i], &va,
								   &logical), ==, 0);
			bytes = va;
			g_assert_cmphex(logical.value, ==, physical_of(&s, va));
			for (size_t at = 0; at < lengths[i]; at++)
				g_assert_cmpuint(bytes[at], ==, 0);
			memset(va, 0x5a, lengths[i]);
			g_assert_cmpint(dma_common_buffer_free(s.adapter, lengths[i], va, logical),
					==, 0);
		}
	}
	close_scene(&s);
}

/* A buffer of the process lies where it lies: its copy has the address. */
static void test_slots(gconstpointer data)
{
	unsigned char *buffer = g_malloc(3 * PAGE);
	struct dma_slots *slots;
	struct scene s;

	open_scene(&s, data != NULL);
	g_assert_cmpint(dma_slots_create(s.adapter, 8, 4, &slots), ==, 0);
	memset(buffer, 0x11, 3 * PAGE);
	for (unsigned int i = 0; i < 8; i++) {
		struct dma_region region = {buffer + i, 2 * PAGE};
		unsigned char seen[16];
		unsigned int count;
		struct dma_run run;

		g_assert_cmpint(dma_slot_map(dma_slots_at(slots, i), &region, 1,
					     PLATFORM_DEVICE_WRITES, &run, 1, &count), ==, 0);
		memset(seen, (int)(0x20 + i), sizeof(seen));
		g_assert_cmpint(fake_device_write(s.platform, run.logical, seen, sizeof(seen)), ==, 0);
		g_assert_cmpmem(platform_memory_at(s.platform, run.logical), sizeof(seen), seen,
				sizeof(seen));
		g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, i)), ==, 0);
		g_assert_cmpmem(buffer + i, sizeof(seen), seen, sizeof(seen));
	}
	g_assert_cmpuint(dma_adapter_statistics(s.adapter)->mappings[DMA_POLICY_COPY], ==, 8);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
	close_scene(&s);
	g_free(buffer);
}

static void test_pool(void)
{
	struct dma_slots *slots;
	struct dma_region region;
	unsigned int count;
	struct dma_run run;
	struct scene s;
	void *va;

	open_scene(&s, false);
	g_assert_cmpint(dma_pool_reserve(s.adapter, 4 * PAGE, &va), ==, 0);
	g_assert_cmpint(dma_slots_create(s.adapter, 1, 4, &slots), ==, 0);
	region = (struct dma_region){(char *)va + 100, 3 * PAGE};
	g_assert_cmpint(dma_slot_map(dma_slots_at(slots, 0), &region, 1, PLATFORM_DEVICE_READS, &run,
				     1, &count), ==, 0);
	g_assert_cmphex(run.logical.value, ==, physical_of(&s, region.va));
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(slots, 0)), ==, 0);
	g_assert_cmpuint(dma_slots_destroy(slots), ==, 0);
	close_scene(&s);
}

static void test_refused(void)
{
	struct dma_options options = {DMA_POLICY_REMAP, DMA_FRAGMENT_NONE, PAGE, false};
	struct dma_adapter *adapter;
	logical_t logical;
	struct scene s;
	void *va;

	open_scene(&s, false);
	g_assert_cmpint(dma_adapter_create(s.platform, &options, 64, &adapter), ==, -EINVAL);
	options.policy = DMA_POLICY_CACHED;
	g_assert_cmpint(dma_adapter_create(s.platform, &options, 64, &adapter), ==, -EINVAL);
	options.policy = DMA_POLICY_COPY;
	/* Memory of this process lies far above 16 MiB. */
	g_assert_cmpint(dma_adapter_create(s.platform, &options, 24, &adapter), ==, -ENOSPC);
	g_assert_cmpint(dma_common_buffer_allocate(s.adapter, FAKE_PHYSICAL_SIZE, &va, &logical), ==,
			-ENOSPC);
	close_scene(&s);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/dma-physical/common-buffers", NULL, test_common_buffers);
	g_test_add_data_func("/dma-physical/common-buffers/guard", "guard", test_common_buffers);
	g_test_add_data_func("/dma-physical/slots", NULL, test_slots);
	g_test_add_data_func("/dma-physical/slots/guard", "guard", test_slots);
	g_test_add_func("/dma-physical/pool", test_pool);
	g_test_add_func("/dma-physical/refused", test_refused);
	return g_test_run();
}
