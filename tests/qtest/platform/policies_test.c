/* SPDX-License-Identifier: MIT */
/*
 * policies_test.c - what the device reaches of a buffer before, during and after its mapping, for
 * every policy, fragment setting and DMA width; the buffer is memory of the platform, or of the
 * process, which this platform cannot map
 *
 * docs/dma-policies.md says what each policy protects; here the device tries.
 */
#include <stdlib.h>
#include <string.h>

#include "dma/dma.h"
#include "fixture.h"

#define PAGE	    PLATFORM_PAGE_SIZE
#define SLOT_PAGES  4
#define ARENA_PAGES 8
#define OFFSET	    (PAGE - 300)
#define LENGTH	    700
#define RUNS	    4
/* A slot: its window, its bounce pages, and behind each a page that is never mapped. */
#define SLOT_STRIDE ((SLOT_PAGES + 1) * 2 * PAGE)
#define ENTRY_STRIDE ((SLOT_PAGES + 1) * PAGE)

struct scene {
	struct fixture *f;
	struct dma_adapter *adapter;
	struct dma_slots *slots;
	struct dma_options options;
	unsigned int bits;
	bool process;	       /* the buffer is memory of the process */
	unsigned char *own;    /* pages of the platform */
	unsigned char *memory; /* holds the buffer, two pages and more */
	unsigned char *arena;
};

/* How the device reaches a buffer that it reads. */
static enum dma_policy mechanism(const struct scene *s)
{
	if (s->process)
		return DMA_POLICY_COPY;
	return s->options.policy == DMA_POLICY_AUTO ? DMA_POLICY_POOL : s->options.policy;
}

static void open_scene(struct scene *s)
{
	void *arena;

	g_assert_cmpint(dma_adapter_create(s->f->platform, &s->options, s->bits, &s->adapter), ==,
			0);
	g_assert_cmpint(dma_pool_reserve(s->adapter, ARENA_PAGES * PAGE, &arena), ==, 0);
	g_assert_cmpint(dma_slots_create(s->adapter, 2, SLOT_PAGES, &s->slots), ==, 0);
	s->arena = arena;
	s->own = fixture_pages(s->f, 3, s->bits);
	s->memory = s->own;
	if (s->process)
		s->memory = aligned_alloc(PAGE, 3 * PAGE);
	else if (mechanism(s) == DMA_POLICY_POOL)
		s->memory = s->arena;
	if (s->memory != s->own)
		memcpy(s->memory, s->own, 3 * PAGE);
}

static void close_scene(struct scene *s)
{
	if (s->process)
		free(s->memory);
	g_assert_cmpuint(dma_slots_destroy(s->slots), ==, 0);
	g_assert_cmpuint(dma_adapter_destroy(s->adapter), ==, 0);
	platform_memory_free(s->f->platform, s->own, 3 * PAGE);
}

static unsigned int map(struct scene *s, unsigned int slot, unsigned char *buffer,
			enum platform_access access, struct dma_run *runs)
{
	const struct dma_region region = {buffer, LENGTH};
	unsigned int count;
	size_t total = 0;
	unsigned int i;

	g_assert_cmpint(
		dma_slot_map(dma_slots_at(s->slots, slot), &region, 1, access, runs, RUNS, &count),
		==, 0);
	g_assert_cmpuint(count, ==, s->options.fragment == DMA_FRAGMENT_PAGE ? 2 : 1);
	for (i = 0; i < count; i++) {
		uint64_t last = runs[i].logical.value + runs[i].length - 1;

		if (s->bits < 64)
			g_assert_cmphex(last, <, (uint64_t)1 << s->bits);
		if (s->options.fragment == DMA_FRAGMENT_PAGE)
			g_assert_cmphex(runs[i].logical.value / PAGE, ==, last / PAGE);
		total += runs[i].length;
	}
	g_assert_cmpuint(total, ==, LENGTH);
	return count;
}

static void unmap(struct scene *s, unsigned int slot)
{
	g_assert_cmpint(dma_slot_unmap(dma_slots_at(s->slots, slot)), ==, 0);
}

static void expect_readable(struct scene *s, const struct dma_run *runs, unsigned int count,
			    const unsigned char *expected)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		g_assert_cmpuint(
			fixture_transmit(s->f, runs[i].logical.value, (uint32_t)runs[i].length), ==,
			SGNIC_STATUS_OK);
		fixture_sent(s->f, expected, runs[i].length);
		expected += runs[i].length;
	}
	fixture_expect_no_fault(s->f);
}

static void expect_fault(struct scene *s, uint64_t logical)
{
	g_assert_cmpuint(fixture_transmit(s->f, logical, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(s->f, logical, false);
}

static void expect_faults(struct scene *s, const struct dma_run *runs, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		expect_fault(s, runs[i].logical.value);
}

static void invert(unsigned char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		bytes[i] = (unsigned char)~bytes[i];
}

/* After the mapping: nothing, the copy that was made then, or what the memory holds now. */
static void check_after(struct scene *s, const struct dma_run *runs, unsigned int count,
			const unsigned char *then)
{
	unsigned char *buffer = s->memory + OFFSET;

	invert(buffer, LENGTH);
	switch (mechanism(s)) {
	case DMA_POLICY_REMAP:
		expect_faults(s, runs, count);
		break;
	case DMA_POLICY_COPY:
		expect_readable(s, runs, count, then);
		break;
	case DMA_POLICY_CACHED:
		expect_readable(s, runs, count, buffer);
		g_assert_cmpint(dma_adapter_forget(s->adapter, buffer, LENGTH), ==, 0);
		expect_faults(s, runs, count);
		break;
	default:
		expect_readable(s, runs, count, buffer);
	}
	invert(buffer, LENGTH);
}

/*
 * Where the next buffer will be, before its Start: refused, or not its bytes yet; with a pool its
 * bytes, whenever the device asks.
 */
static void check_before(struct scene *s, const struct dma_run *runs)
{
	static const unsigned char zeros[LENGTH];
	unsigned char *buffer = s->memory + PAGE + OFFSET;
	struct dma_run next[RUNS] = {runs[0]};
	struct dma_run later[RUNS];
	unsigned int count;

	next[0].length = 60;
	switch (mechanism(s)) {
	case DMA_POLICY_REMAP:
		next[0].logical.value += SLOT_STRIDE;
		expect_fault(s, next[0].logical.value);
		break;
	case DMA_POLICY_CACHED:
		next[0].logical.value += ENTRY_STRIDE;
		expect_fault(s, next[0].logical.value);
		break;
	case DMA_POLICY_COPY:
		next[0].logical.value += SLOT_STRIDE;
		expect_readable(s, next, 1, zeros);
		break;
	default:
		next[0].logical.value += PAGE;
		expect_readable(s, next, 1, buffer);
	}
	count = map(s, 1, buffer, PLATFORM_DEVICE_READS, later);
	g_assert_cmphex(later[0].logical.value, ==, next[0].logical.value);
	expect_readable(s, later, count, buffer);
	unmap(s, 1);
}

/* The page behind what the mapping leads to. */
static uint64_t behind(const struct scene *s, const struct dma_run *runs)
{
	uint64_t page = runs[0].logical.value & ~(uint64_t)PLATFORM_PAGE_MASK;

	switch (mechanism(s)) {
	case DMA_POLICY_POOL:
		return page + ARENA_PAGES * PAGE;
	case DMA_POLICY_COPY:
		return page + SLOT_PAGES * PAGE;
	default:
		return page + 2 * PAGE;
	}
}

static void check_device_writes(struct scene *s)
{
	bool remapped = mechanism(s) == DMA_POLICY_REMAP;
	unsigned char expected[3 * PAGE];
	struct dma_run runs[RUNS];
	unsigned char frame[200];

	/* The pool is for what the device reads: the buffer is copied. */
	memcpy(expected, s->memory, sizeof(expected));
	fixture_frame(frame, sizeof(frame), 99);
	map(s, 0, s->memory + OFFSET, PLATFORM_DEVICE_WRITES, runs);
	g_assert_cmpuint(fixture_receive(s->f, runs[0].logical.value + 50, frame, sizeof(frame)),
			 ==, SGNIC_STATUS_OK);
	unmap(s, 0);
	memcpy(expected + OFFSET + 50, frame, sizeof(frame));
	/* What the device left alone in a copied buffer is not told from what it wrote. */
	if (remapped || mechanism(s) == DMA_POLICY_CACHED)
		fixture_same_physical(s->f, s->memory, expected, sizeof(expected));
	fixture_same(s->memory, expected, OFFSET);
	fixture_same(s->memory + OFFSET + 50, frame, sizeof(frame));
	fixture_same(s->memory + OFFSET + LENGTH, expected + OFFSET + LENGTH,
		     sizeof(expected) - OFFSET - LENGTH);
	if (!remapped)
		return;
	g_assert_cmpuint(fixture_receive(s->f, runs[0].logical.value, frame, sizeof(frame)), ==,
			 SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(s->f, runs[0].logical.value, true);
	fixture_same(s->memory, expected, sizeof(expected));
}

static void check_direction(struct scene *s, const struct dma_run *runs)
{
	unsigned char before[3 * PAGE];
	unsigned char frame[60];

	if (mechanism(s) == DMA_POLICY_COPY)
		return;
	memcpy(before, s->memory, sizeof(before));
	fixture_frame(frame, sizeof(frame), 100);
	g_assert_cmpuint(fixture_receive(s->f, runs[0].logical.value, frame, sizeof(frame)), ==,
			 SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(s->f, runs[0].logical.value, true);
	fixture_same(s->memory, before, sizeof(before));
}

static void check(struct scene *s)
{
	unsigned char then[LENGTH];
	struct dma_run runs[RUNS];
	struct platform_fault fault;
	unsigned int count;

	g_test_message("fragment %u, %u bits", s->options.fragment, s->bits);
	open_scene(s);
	memcpy(then, s->memory + OFFSET, LENGTH);
	count = map(s, 0, s->memory + OFFSET, PLATFORM_DEVICE_READS, runs);
	if (!s->process)
		fixture_same_physical(s->f, s->memory + OFFSET, then, LENGTH);
	/* First: QEMU records no fault for a page whose translation it has cached. */
	check_direction(s, runs);
	expect_readable(s, runs, count, then);
	expect_fault(s, behind(s, runs));
	check_before(s, runs);
	unmap(s, 0);
	check_after(s, runs, count, then);
	check_device_writes(s);
	while (platform_next_fault(s->f->platform, &fault) == 1)
		continue;
	close_scene(s);
	expect_faults(s, runs, count);
}

/* One QEMU for all fragment settings and widths. */
static void test_policy(gconstpointer data)
{
	static const unsigned int widths[] = {24, 32, 64};
	struct scene s = *(const struct scene *)data;
	unsigned int i;

	s.f = fixture_open(NULL);
	fixture_open_rings(s.f);
	for (i = 0; i < 2 * G_N_ELEMENTS(widths); i++) {
		s.options.fragment = i & 1 ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE;
		s.bits = widths[i / 2];
		check(&s);
	}
	fixture_close_rings(s.f);
	fixture_close(s.f);
}

static void add(enum dma_policy policy, bool process)
{
	struct scene *scene = g_new0(struct scene, 1);
	char *path = g_strdup_printf("/qtest-platform/policies/%s/%s",
				     process ? "process-memory" : "platform-memory",
				     dma_policy_name(policy));

	scene->options.policy = policy;
	scene->options.copybreak = DMA_DEFAULT_COPYBREAK;
	scene->process = process;
	g_test_add_data_func_full(path, scene, test_policy, g_free);
	g_free(path);
}

int main(int argc, char **argv)
{
	unsigned int policy;
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		add((enum dma_policy)policy, false);
		add((enum dma_policy)policy, true);
	}
	return g_test_run();
}
