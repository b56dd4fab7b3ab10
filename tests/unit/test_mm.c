/* SPDX-License-Identifier: MIT */
/* Page spans by brute force, MDLs in NT's layout, pools. */
#include <errno.h>
#include <string.h>

#include <glib.h>
#include <ntddk.h>

#include "mm/mdl.h"
#include "mm/pool.h"
#include "mm/span.h"
#include "platform/fake/fake.h"

#define PAGE PLATFORM_PAGE_SIZE

/* Pages touched, counted one byte at a time. */
static unsigned int count_pages(uintptr_t va, size_t length)
{
	unsigned int pages = 0;
	uintptr_t last = UINTPTR_MAX;

	for (size_t i = 0; i < length; i++) {
		if ((va + i) >> PLATFORM_PAGE_SHIFT == last)
			continue;
		last = (va + i) >> PLATFORM_PAGE_SHIFT;
		pages++;
	}
	return pages;
}

static void test_spans(void)
{
	static const size_t lengths[] = {1,    2,    63,   64,	 1514, 4094, 4095,
					 4096, 4097, 4098, 8191, 8192, 8193, 8194};
	const uintptr_t base = 0x7f0000000000;

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		unsigned int worst = 0;

		for (uintptr_t offset = 0; offset < PAGE; offset++) {
			unsigned int counted = count_pages(base + offset, lengths[i]);
			const void *va = (const void *)(base + offset);

			g_assert_cmpuint(mm_span_pages(va, lengths[i]), ==, counted);
			g_assert_cmpuint(ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, lengths[i]), ==,
					 counted);
			worst = MAX(worst, counted);
		}
		g_assert_cmpuint(mm_worst_span_pages(lengths[i]), ==, worst);
	}
	/* Every length at the offsets where something changes. */
	for (size_t length = 1; length <= 3 * PAGE; length++) {
		static const uintptr_t offsets[] = {0, 1, 2, 2048, 4094, 4095};

		for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++)
			g_assert_cmpuint(mm_span_pages((void *)(base + offsets[i]), length), ==,
					 (base + offsets[i] + length - 1) / PAGE -
						 (base + offsets[i]) / PAGE + 1);
	}
	g_assert_cmpuint(mm_span_pages((void *)base, 0), ==, 0);
	g_assert_cmpuint(mm_span_pages((void *)(base + 1), 0), ==, 1);
}

/* The table of ndis-hal-dma.md section 3.3. */
static void test_worst_spans(void)
{
	static const struct {
		uint64_t length, pages;
	} table[] = {
		{0, 1},
		{1, 1},
		{2, 2},
		{256, 2},
		{1512, 2},
		{1514, 2},
		{4096, 2},
		{4097, 2},
		{4098, 3},
		{8192, 3},
		{8193, 3},
		{8194, 4},
		{16384, 5},
		{65535, 17},
		{65536, 17},
		{65537, 17},
		{65538, 18},
		{131072, 33},
		{0xffffffff, 1048577},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		g_assert_cmpuint(mm_worst_span_pages(table[i].length), ==, table[i].pages);
}

static void test_mdl_layout(void)
{
	g_assert_cmpuint(sizeof(MDL), ==, 48);
	g_assert_cmpuint(offsetof(MDL, Next), ==, 0);
	g_assert_cmpuint(offsetof(MDL, Size), ==, 8);
	g_assert_cmpuint(offsetof(MDL, MdlFlags), ==, 10);
	g_assert_cmpuint(offsetof(MDL, Process), ==, 16);
	g_assert_cmpuint(offsetof(MDL, MappedSystemVa), ==, 24);
	g_assert_cmpuint(offsetof(MDL, StartVa), ==, 32);
	g_assert_cmpuint(offsetof(MDL, ByteCount), ==, 40);
	g_assert_cmpuint(offsetof(MDL, ByteOffset), ==, 44);
}

/* A platform whose frames are not where the virtual pages are. */
static int moved_frame(struct platform *p, const void *va, frame_t *frame)
{
	frame->number = ((uintptr_t)va >> PLATFORM_PAGE_SHIFT) ^ 0xABC;
	return 0;
}

static int forbidden_frame(struct platform *p, const void *va, frame_t *frame)
{
	return -EPERM;
}

static void test_mdl(void)
{
	struct event_loop *loop = event_loop_create();
	struct platform *platform = fake_platform_create(loop, NULL, true);
	const struct platform_ops *original = platform->ops;
	struct platform_ops ops = *original;
	unsigned char *memory = g_malloc(16 * PAGE);
	unsigned char *va = memory + 100;
	MDL *mdl = g_malloc(mm_mdl_size(va, 2 * PAGE));
	uint64_t pages = mm_span_pages(va, 2 * PAGE);

	g_assert_cmpuint(mm_mdl_size(va, 2 * PAGE), ==, sizeof(MDL) + pages * sizeof(PFN_NUMBER));
	platform->ops = &ops;
	ops.frame_number = moved_frame;
	mm_mdl_build(mdl, va, 2 * PAGE, platform);
	g_assert_null(mdl->Next);
	g_assert_cmpint(mdl->Size, ==, (CSHORT)mm_mdl_size(va, 2 * PAGE));
	g_assert_true(mdl->MappedSystemVa == va);
	g_assert_true(MmGetMdlVirtualAddress(mdl) == (void *)va);
	g_assert_true(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == (void *)va);
	g_assert_cmpuint(mdl->ByteOffset, ==, (uintptr_t)va % PAGE);
	g_assert_cmpuint(mdl->ByteCount, ==, 2 * PAGE);
	g_assert_cmpint(mdl->MdlFlags, ==, MDL_SOURCE_IS_NONPAGED_POOL);
	for (uint64_t i = 0; i < pages; i++)
		g_assert_cmpuint(MmGetMdlPfnArray(mdl)[i], ==, ((uintptr_t)va / PAGE + i) ^ 0xABC);

	ops.frame_number = forbidden_frame;
	mm_mdl_build(mdl, va, 2 * PAGE, platform);
	g_assert_cmpuint(MmGetMdlPfnArray(mdl)[1], ==, (uintptr_t)va / PAGE + 1);
	mm_mdl_build(mdl, va, 2 * PAGE, NULL);
	g_assert_cmpuint(MmGetMdlPfnArray(mdl)[1], ==, (uintptr_t)va / PAGE + 1);

	platform->ops = original;
	platform_close(platform);
	event_loop_destroy(loop);
	g_free(mdl);
	g_free(memory);
}

static void test_mdl_limit(void)
{
	g_assert_cmpuint(MM_MDL_MAX_PAGES, ==, 4089);
	g_assert_cmpuint(mm_mdl_size(NULL, 4089 * PAGE), ==,
			 sizeof(MDL) + 4089 * sizeof(PFN_NUMBER));
	g_assert_cmpuint(mm_mdl_size(NULL, 4089 * PAGE + 1), ==, 0);
	g_assert_cmpuint(mm_mdl_size((void *)1, 4089 * PAGE), ==, 0);
	g_assert_cmpuint(mm_mdl_size((void *)1, UINT32_MAX), ==, 0);
}

static unsigned int reports;

static void report(void *context, const struct mm_block *block)
{
	char text[5];

	g_assert_true(context == &reports);
	g_assert_cmpstr(mm_pool_tag_text(block->tag, text), ==, "abcd");
	reports++;
}

static void test_pool(void)
{
	const struct mm_block mine = {.tag = 0x64636261, .kind = "memory", .owner = "me"};
	const struct mm_block other = {.kind = "memory", .owner = "you"};
	struct mm_block *blocks[100];
	struct mm_block *kept;

	for (unsigned int i = 0; i < 100; i++) {
		blocks[i] = mm_pool_allocate(i * 97, &mine);
		g_assert_true(mm_pool_find(blocks[i]->va) == blocks[i]);
		g_assert_cmpuint((uintptr_t)blocks[i]->va % 16, ==, 0);
		if (i * 97 >= PAGE)
			g_assert_cmpuint((uintptr_t)blocks[i]->va % PAGE, ==, 0);
		memset(blocks[i]->va, 0xEE, i * 97);
	}
	kept = mm_pool_allocate(10, &other);
	for (unsigned int i = 0; i < 90; i++) {
		void *va = blocks[i]->va;

		mm_pool_free(blocks[i]);
		g_assert_null(mm_pool_find(va));
	}
	g_assert_null(mm_pool_find(NULL));
	g_assert_null(mm_pool_find((char *)kept->va + 1));
	g_assert_cmpuint(mm_pool_release("me", report, &reports), ==, 10);
	g_assert_cmpuint(reports, ==, 10);
	g_assert_true(mm_pool_find(kept->va) == kept);
	mm_pool_free(kept);
	g_assert_null(mm_pool_allocate(SIZE_MAX - 10, &mine));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mm/spans", test_spans);
	g_test_add_func("/mm/worst-spans", test_worst_spans);
	g_test_add_func("/mm/mdl-layout", test_mdl_layout);
	g_test_add_func("/mm/mdl", test_mdl);
	g_test_add_func("/mm/mdl-limit", test_mdl_limit);
	g_test_add_func("/mm/pool", test_pool);
	return g_test_run();
}
