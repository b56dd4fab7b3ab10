/* SPDX-License-Identifier: MIT */
/*
 * ways_test.c - what the device reaches of a driver's buffer before, during and after its mapping,
 * by each of the calls with which a driver maps it
 *
 * One QEMU for each way and policy, and in it every fragment setting, DMA width and kind of memory.
 * The device is told to read and write the addresses that the calls return; a refused access is a
 * fault record of VT-d.  Where a policy lets the device in by design, it finds exactly what
 * docs/dma-policies.md says.
 */
#include <stdlib.h>
#include <string.h>

#include "ways.h"

#define PAGE   PLATFORM_PAGE_SIZE
#define OFFSET (PAGE - 300)
#define LENGTH 700

static const struct way_ops *const ways[] = {
	&way_ndis_buffer, &way_ndis_packet, &way_ndis_list, &way_hal_transfer, &way_hal_list,
};

struct scene {
	const struct way_ops *ops;
	struct fixture *f;
	struct way way;
	bool process;	       /* the memory is the process's, not the platform's */
	unsigned char *memory; /* 3 pages */
	unsigned char *buffer; /* what is mapped */
	struct way before;     /* the runs of the adapter that was there before */
};

/* How the device reaches the buffer. */
static enum dma_policy mechanism(const struct scene *s)
{
	enum dma_policy policy = s->way.dma.policy;

	if (s->process)
		return DMA_POLICY_COPY;
	if (policy == DMA_POLICY_POOL || policy == DMA_POLICY_AUTO)
		return s->ops->sends ? DMA_POLICY_POOL : DMA_POLICY_COPY;
	return policy;
}

static void expect_bytes(struct scene *s, const struct way *w, const unsigned char *expected)
{
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		g_assert_cmpuint(fixture_transmit(s->f, w->runs[i].logical.value,
						  (uint32_t)w->runs[i].length),
				 ==, SGNIC_STATUS_OK);
		fixture_sent(s->f, expected, w->runs[i].length);
		expected += w->runs[i].length;
	}
	fixture_expect_no_fault(s->f);
}

static void expect_fault(struct scene *s, uint64_t logical)
{
	g_assert_cmpuint(fixture_transmit(s->f, logical, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(s->f, logical, false);
}

static void expect_faults(struct scene *s, const struct way *w)
{
	unsigned int i;

	for (i = 0; i < w->count; i++)
		expect_fault(s, w->runs[i].logical.value);
}

static void check_runs(const struct scene *s)
{
	const struct way *w = &s->way;
	size_t total = 0;
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		uint64_t first = w->runs[i].logical.value;
		uint64_t last = first + w->runs[i].length - 1;

		g_assert_cmphex(first, >=, PAGE);
		if (w->bits < 64)
			g_assert_cmphex(last >> w->bits, ==, 0);
		if (w->dma.fragment == DMA_FRAGMENT_PAGE)
			g_assert_cmphex(first / PAGE, ==, last / PAGE);
		total += w->runs[i].length;
	}
	g_assert_cmpuint(total, ==, LENGTH);
	if (w->dma.fragment == DMA_FRAGMENT_NONE)
		g_assert_cmpuint(w->count, ==, 1);
}

/* ---- one adapter after the other ----------------------------------------------------------- */

static void open_way(struct scene *s)
{
	s->ops->open(&s->way);
	s->buffer = s->memory + OFFSET;
	if (s->ops->prepare)
		s->buffer = s->ops->prepare(&s->way, s->memory + OFFSET, LENGTH);
}

static void start(struct scene *s, bool to_device)
{
	s->ops->start(&s->way, s->buffer, LENGTH, to_device);
	check_runs(s);
}

/* Where the last adapter had the buffer, the next will, too. */
static void check_before(struct scene *s)
{
	static const unsigned char zeros[LENGTH];

	switch (mechanism(s)) {
	case DMA_POLICY_REMAP:
	case DMA_POLICY_CACHED:
		expect_faults(s, &s->before);
		break;
	case DMA_POLICY_COPY:
		expect_bytes(s, &s->before, zeros);
		break;
	default:
		expect_bytes(s, &s->before, s->buffer);
	}
}

/* QEMU records no fault for a page whose translation it has cached, as it has after check_before().
 */
static void check_direction(struct scene *s)
{
	bool is_cached = s->before.count && mechanism(s) == DMA_POLICY_POOL;
	unsigned char frame[60];

	if (mechanism(s) == DMA_POLICY_COPY)
		return;
	fixture_frame(frame, sizeof(frame), 7);
	g_assert_cmpuint(fixture_receive(s->f, s->way.runs[0].logical.value, frame, sizeof(frame)),
			 ==, SGNIC_STATUS_DMA_ERROR);
	if (!is_cached)
		fixture_expect_fault(s->f, s->way.runs[0].logical.value, true);
	fixture_expect_no_fault(s->f);
}

static void check_during(struct scene *s, const unsigned char *then)
{
	const struct dma_run *last = &s->way.runs[s->way.count - 1];

	if (!s->process)
		fixture_same_physical(s->f, s->buffer, then, LENGTH);
	check_direction(s);
	expect_bytes(s, &s->way, then);
	if (mechanism(s) == DMA_POLICY_REMAP || mechanism(s) == DMA_POLICY_CACHED)
		expect_fault(s, (last->logical.value + last->length + PAGE - 1) & ~(PAGE - 1));
}

static void invert(unsigned char *bytes)
{
	unsigned int i;

	for (i = 0; i < LENGTH; i++)
		bytes[i] = (unsigned char)~bytes[i];
}

/* Nothing; the copy that was made; or what lies in the memory now. */
static void check_after(struct scene *s, const unsigned char *then)
{
	invert(s->buffer);
	switch (mechanism(s)) {
	case DMA_POLICY_REMAP:
		expect_faults(s, &s->way);
		break;
	case DMA_POLICY_COPY:
		expect_bytes(s, &s->way, then);
		break;
	default:
		expect_bytes(s, &s->way, s->buffer);
	}
	invert(s->buffer);
}

static void check_device_reads(struct scene *s)
{
	unsigned char then[LENGTH];

	memcpy(then, s->memory + OFFSET, LENGTH);
	start(s, true);
	if (s->before.count)
		g_assert_cmphex(s->way.runs[0].logical.value, ==, s->before.runs[0].logical.value);
	check_during(s, then);
	s->ops->complete(&s->way);
	check_after(s, then);
}

static void check_device_writes(struct scene *s)
{
	unsigned char expected[3 * PAGE];
	unsigned char frame[200];

	memcpy(expected, s->memory, sizeof(expected));
	fixture_frame(frame, sizeof(frame), 99);
	start(s, false);
	g_assert_cmpuint(
		fixture_receive(s->f, s->way.runs[0].logical.value + 50, frame, sizeof(frame)), ==,
		SGNIC_STATUS_OK);
	s->ops->complete(&s->way);
	memcpy(expected + OFFSET + 50, frame, sizeof(frame));
	fixture_same(s->memory, expected, sizeof(expected));
	if (!s->process)
		fixture_same_physical(s->f, s->memory, expected, sizeof(expected));
	if (mechanism(s) != DMA_POLICY_REMAP)
		return;
	g_assert_cmpuint(fixture_receive(s->f, s->way.runs[0].logical.value, frame, sizeof(frame)),
			 ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(s->f, s->way.runs[0].logical.value, true);
	fixture_same(s->memory, expected, sizeof(expected));
}

static void check(struct scene *s)
{
	unsigned int round;

	g_test_message("fragment %u, %u bits, memory of the %s", s->way.dma.fragment, s->way.bits,
		       s->process ? "process" : "platform");
	s->before.count = 0;
	for (round = 0; round < 2; round++) {
		open_way(s);
		if (round)
			check_before(s);
		check_device_reads(s);
		s->before = s->way;
		if (!s->ops->sends)
			check_device_writes(s);
		s->ops->close(&s->way);
		expect_faults(s, &s->before);
	}
}

/* ---- the tests ----------------------------------------------------------------------------- */

static void test_way(gconstpointer data)
{
	static const unsigned int widths[] = {24, 32, 64};
	struct scene s = *(const struct scene *)data;
	unsigned char *own;
	unsigned char *process = aligned_alloc(PAGE, 3 * PAGE);
	unsigned int i;

	s.f = fixture_open(NULL);
	fixture_open_rings(s.f);
	s.way.platform = s.f->platform;
	own = fixture_pages(s.f, 3, 5);
	memcpy(process, own, 3 * PAGE);
	/* Frames lie in memory of the library's: there is no choice. */
	for (i = 0; i < (s.ops->sends ? 6 : 12); i++) {
		s.way.dma.fragment = i & 1 ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE;
		s.way.bits = widths[i / 2 % 3];
		s.process = i >= 6;
		s.memory = s.process ? process : own;
		check(&s);
	}
	free(process);
	platform_memory_free(s.f->platform, own, 3 * PAGE);
	fixture_close_rings(s.f);
	fixture_close(s.f);
}

static void add(const struct way_ops *ops, enum dma_policy policy)
{
	struct scene *scene = g_new0(struct scene, 1);
	char *path =
		g_strdup_printf("/qtest-platform/ways/%s/%s", ops->name, dma_policy_name(policy));

	scene->ops = ops;
	scene->way.dma.policy = policy;
	scene->way.dma.copybreak = DMA_DEFAULT_COPYBREAK;
	g_test_add_data_func_full(path, scene, test_way, g_free);
	g_free(path);
}

int main(int argc, char **argv)
{
	unsigned int policy;
	unsigned int i;
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(ways); i++)
		for (policy = 0; policy < DMA_POLICY_COUNT; policy++)
			add(ways[i], (enum dma_policy)policy);
	return g_test_run();
}
