/* SPDX-License-Identifier: MIT */
/* The allocator of logical addresses: limits, holes, lines, random take and give. */
#include <glib.h>
#include <errno.h>

#include "dma/logical_space.h"
#include "platform/fake/fake.h"

#define PAGE	PLATFORM_PAGE_SIZE
#define GIB4	((uint64_t)1 << 32)

static struct event_loop *loop;
static struct platform *platform;

static void set_up(void)
{
	loop = event_loop_create();
	g_assert_nonnull(loop);
	platform = fake_platform_create(loop, NULL, true);
	g_assert_nonnull(platform);
}

static void tear_down(void)
{
	platform_close(platform);
	event_loop_destroy(loop);
}

static void test_never_page_zero_nor_message_window(void)
{
	struct logical_space space;
	logical_t taken;
	uint64_t pages = 0;

	set_up();
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	while (!logical_space_take(&space, 16 << 20, 32, &taken)) {
		g_assert_cmpuint(taken.value, >=, PAGE);
		g_assert_cmpuint(taken.value + (16 << 20), <=, GIB4);
		g_assert_true(taken.value + (16 << 20) <= 0xfee00000u ||
			      taken.value >= 0xfef00000u);
		pages++;
	}
	g_assert_cmpuint(pages, >=, 250);
	logical_space_release(&space);
	tear_down();
}

static void test_24_bits_stay_below_16_mib(void)
{
	struct logical_space space;
	logical_t taken;
	unsigned int pages = 0;

	set_up();
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	while (!logical_space_take(&space, PAGE, 24, &taken)) {
		g_assert_cmpuint(taken.value + PAGE, <=, 1 << 24);
		pages++;
	}
	g_assert_cmpuint(pages, ==, 4095);
	logical_space_release(&space);
	tear_down();
}

static void test_64_bits_prefer_above_4_gib(void)
{
	static const struct logical_range low = {0, 0xffffff};
	struct logical_space space;
	logical_t taken;

	set_up();
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	g_assert_cmpint(logical_space_take(&space, PAGE, 64, &taken), ==, 0);
	g_assert_cmpuint(taken.value, >=, GIB4);
	logical_space_release(&space);

	fake_set_ranges(platform, &low, 1);
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	g_assert_cmpint(logical_space_take(&space, PAGE, 64, &taken), ==, 0);
	g_assert_cmpuint(taken.value, <, GIB4);
	logical_space_release(&space);
	tear_down();
}

/* What a device with 24 bits can use is left to it while there is anything else. */
static void test_32_bits_prefer_above_16_mib(void)
{
	static const struct logical_range few = {0, (16 << 20) + 2 * PAGE - 1};
	struct logical_space space;
	logical_t taken;

	set_up();
	fake_set_ranges(platform, &few, 1);
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	g_assert_cmpint(logical_space_take(&space, PAGE, 32, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, 16 << 20);
	g_assert_cmpint(logical_space_take(&space, PAGE, 64, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, (16 << 20) + PAGE);
	g_assert_cmpint(logical_space_take(&space, PAGE, 32, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, PAGE);
	g_assert_cmpint(logical_space_take(&space, PAGE, 24, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, 2 * PAGE);
	logical_space_release(&space);
	tear_down();
}

static void test_no_range_crosses_4_gib(void)
{
	static const struct logical_range across = {GIB4 - 4 * PAGE, GIB4 + 4 * PAGE - 1};
	struct logical_space space;
	logical_t taken;

	set_up();
	fake_set_ranges(platform, &across, 1);
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	g_assert_cmpint(logical_space_take(&space, 5 * PAGE, 64, &taken), ==, -ENOSPC);
	g_assert_cmpint(logical_space_take(&space, 4 * PAGE, 64, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, GIB4);
	g_assert_cmpint(logical_space_take(&space, 4 * PAGE, 64, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, GIB4 - 4 * PAGE);
	g_assert_cmpint(logical_space_take(&space, PAGE, 64, &taken), ==, -ENOSPC);
	logical_space_release(&space);
	tear_down();
}

static void test_odd_platform_ranges_are_clipped(void)
{
	static const struct logical_range odd[] = {
		{0, 0x10}, {0x1800, 0x37ff}, {0x5000, 0x5fff}, {0x7001, 0x7ffe},
	};
	struct logical_space space;
	logical_t taken;

	set_up();
	fake_set_ranges(platform, odd, G_N_ELEMENTS(odd));
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	g_assert_cmpint(logical_space_take(&space, PAGE, 32, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, 0x2000);
	g_assert_cmpint(logical_space_take(&space, PAGE, 32, &taken), ==, 0);
	g_assert_cmpuint(taken.value, ==, 0x5000);
	g_assert_cmpint(logical_space_take(&space, PAGE, 32, &taken), ==, -ENOSPC);
	logical_space_release(&space);

	fake_set_ranges(platform, odd, 1);
	g_assert_cmpint(logical_space_init(&space, platform), ==, -ENOSPC);
	tear_down();
}

static void test_bad_arguments(void)
{
	struct logical_space space;
	logical_t taken = {7};

	set_up();
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	g_assert_cmpint(logical_space_take(&space, 0, 32, &taken), ==, -EINVAL);
	g_assert_cmpint(logical_space_take(&space, 100, 32, &taken), ==, -EINVAL);
	g_assert_cmpuint(taken.value, ==, 7);
	g_assert_cmpint(logical_space_give(&space, (logical_t){PAGE}, PAGE), ==, -EINVAL);
	g_assert_cmpint(logical_space_give(&space, (logical_t){100}, PAGE), ==, -EINVAL);
	logical_space_release(&space);
	tear_down();
}

/* A bitmap is the plain model. */
static void test_random_take_and_give(void)
{
	static const struct logical_range ranges[] = {{0, 0x3fffff}, {0x500000, 0x8fffff}};
	enum { PAGES = 0x900, HELD = 64, STEPS = 20000 };
	g_autofree unsigned char *model = g_malloc0(PAGES);
	struct { uint64_t first, length; } held[HELD] = {{0, 0}};
	struct logical_space space;

	set_up();
	fake_set_ranges(platform, ranges, 2);
	g_assert_cmpint(logical_space_init(&space, platform), ==, 0);
	for (int step = 0; step < STEPS; step++) {
		int i = g_test_rand_int_range(0, HELD);
		logical_t taken;

		if (held[i].length) {
			g_assert_cmpint(logical_space_give(&space, (logical_t){held[i].first},
							   held[i].length), ==, 0);
			memset(model + held[i].first / PAGE, 0, held[i].length / PAGE);
			held[i].length = 0;
			continue;
		}
		held[i].length = PAGE * (uint64_t)g_test_rand_int_range(1, 80);
		if (logical_space_take(&space, held[i].length, 24, &taken)) {
			held[i].length = 0;
			continue;
		}
		held[i].first = taken.value;
		g_assert_cmpuint(taken.value, >=, PAGE);
		for (uint64_t page = taken.value / PAGE;
		     page < (taken.value + held[i].length) / PAGE; page++) {
			g_assert_cmpuint(page, <, PAGES);
			g_assert_true(page < 0x400 || page >= 0x500);
			g_assert_cmpuint(model[page], ==, 0);
			model[page] = 1;
		}
	}
	for (int i = 0; i < HELD; i++) {
		if (held[i].length)
			logical_space_give(&space, (logical_t){held[i].first}, held[i].length);
	}
	g_assert_cmpuint(space.count, ==, 2);
	logical_space_release(&space);
	tear_down();
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/logical-space/never-page-zero-nor-message-window",
			test_never_page_zero_nor_message_window);
	g_test_add_func("/logical-space/24-bits-below-16-mib", test_24_bits_stay_below_16_mib);
	g_test_add_func("/logical-space/64-bits-prefer-high", test_64_bits_prefer_above_4_gib);
	g_test_add_func("/logical-space/32-bits-prefer-above-16-mib",
			test_32_bits_prefer_above_16_mib);
	g_test_add_func("/logical-space/no-range-crosses-4-gib", test_no_range_crosses_4_gib);
	g_test_add_func("/logical-space/odd-ranges-clipped", test_odd_platform_ranges_are_clipped);
	g_test_add_func("/logical-space/bad-arguments", test_bad_arguments);
	g_test_add_func("/logical-space/random", test_random_take_and_give);
	return g_test_run();
}
