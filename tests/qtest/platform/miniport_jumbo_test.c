/* SPDX-License-Identifier: MIT */
/*
 * miniport_jumbo_test.c - frames longer than 1514 bytes, both ways, by every way of mapping
 */
#include <errno.h>
#include <sys/socket.h>

#include <ndis.h>

#include "session.h"

#define LONGEST 9230u

/* Around the sizes of pages, buffers and frames. */
static const unsigned int lengths[] = {60,   1514, 1515, 1664, 2044, 2045, 4095,   4096,
				       4097, 8192, 8193, 9000, 9014, 9229, LONGEST};

struct scene {
	const char *name;
	enum dma_policy policy;
	enum dma_fragment fragment;
	unsigned int header_bytes;
	bool scatter_gather;
};

static uint32_t number(struct session *s, uint32_t oid)
{
	uint32_t value = 0;

	g_assert_cmpint(shim_query(s->adapter, oid, &value, sizeof(value)), ==, sizeof(value));
	return value;
}

static void start(struct session *s, const struct scene *scene, const char *size)
{
	const struct shim_parameter parameters[] = {
		{"MaximumFrameSize", size},
		{"UseScatterGather", scene->scatter_gather ? "1" : "0"}};
	struct shim_adapter_options options = session_options();

	options.parameters = parameters;
	options.parameter_count = G_N_ELEMENTS(parameters);
	options.dma.policy = scene->policy;
	options.dma.fragment = scene->fragment;
	options.header_bytes = scene->header_bytes;
	session_start(s, NULL, &options);
}

static void test_frames(gconstpointer data)
{
	struct shim_statistics statistics;
	struct session s;
	unsigned int i;

	start(&s, data, "9230");
	for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
		session_send(&s, i, lengths[i]);
		session_receive(&s, 100 + i, lengths[i]);
	}
	/* more than the rings hold, so that every buffer is used */
	for (i = 0; i < 300; i++) {
		session_send(&s, i, 9000 + i % 231);
		session_receive(&s, i, 9000 + i % 231);
	}
	shim_adapter_statistics(s.adapter, &statistics);
	g_assert_cmpuint(statistics.send_failures, ==, 0);
	session_stop(&s);
}

/* What the protocol is told, and what follows from it. */
static void test_limits(void)
{
	static const struct scene scene = {.policy = DMA_POLICY_REMAP};
	unsigned char bytes[LONGEST + 8];
	struct shim_frame *frame;
	struct session s;
	size_t capacity;
	void *data;

	start(&s, &scene, "9014");
	g_assert_cmpuint(number(&s, OID_GEN_MAXIMUM_FRAME_SIZE), ==, 9000);
	g_assert_cmpuint(number(&s, OID_GEN_MAXIMUM_TOTAL_SIZE), ==, 9014);
	g_assert_cmpuint(number(&s, OID_GEN_MAXIMUM_LOOKAHEAD), ==, 9000);
	g_assert_cmpuint(fixture_get(s.f, SGNIC_FRAME_SIZE), ==, 9018);
	frame = shim_frame_allocate(s.adapter, &data, &capacity);
	g_assert_nonnull(frame);
	g_assert_cmpuint(capacity, >=, 9018);
	shim_frame_free(s.adapter, frame);
	/* one byte too many fails, and is dropped by the device */
	fixture_frame(bytes, 9015, 1);
	session_submit_bytes(&s, bytes, 9015, NULL);
	session_run_until(&s, &s.failed, 1);
	session_send(&s, 2, 9014);
	fixture_frame(bytes, 9019, 3);
	g_assert_cmpint(send(s.f->wire, bytes, 9019, 0), ==, 9019);
	session_receive(&s, 4, 9018);
	session_stop(&s);
}

/* The same after a reset: the device has forgotten FRAME_SIZE. */
static void test_reset(void)
{
	static const struct scene scene = {.policy = DMA_POLICY_REMAP};
	struct session s;

	start(&s, &scene, "9230");
	session_send(&s, 1, LONGEST);
	g_assert_cmpint(shim_reset(s.adapter), ==, 0);
	g_assert_cmpuint(fixture_get(s.f, SGNIC_FRAME_SIZE), ==, SGNIC_MAX_JUMBO_FRAME);
	session_send(&s, 2, LONGEST);
	session_receive(&s, 3, LONGEST);
	session_stop(&s);
}

static void test_refused(void)
{
	static const char *const wrong[] = {"1513", "9231", "0", "4294967295"};
	struct shim_parameter parameter = {"MaximumFrameSize", NULL};
	struct shim_adapter_options options = session_options();
	struct session s;
	unsigned int i;

	options.parameters = &parameter;
	options.parameter_count = 1;
	session_load(&s, fixture_open(NULL), "SGNIC_MINIPORT", "sgnic");
	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		char *words = g_strdup_printf("MaximumFrameSize is %s, must be a number from 1514 "
					      "to 9230",
					      wrong[i]);

		parameter.value = wrong[i];
		g_assert_cmpint(session_initialize(&s, &options), ==, -EIO);
		session_logged(&s, words);
		g_free(words);
	}
	session_stop(&s);
}

int main(int argc, char **argv)
{
	static const struct scene scenes[] = {
		{.name = "remap", .policy = DMA_POLICY_REMAP},
		{.name = "copy", .policy = DMA_POLICY_COPY, .fragment = DMA_FRAGMENT_PAGE},
		{.name = "pool", .policy = DMA_POLICY_POOL},
		{.name = "cached", .policy = DMA_POLICY_CACHED},
		{.name = "two-buffers",
		 .policy = DMA_POLICY_REMAP,
		 .header_bytes = 14,
		 .fragment = DMA_FRAGMENT_PAGE},
		{.name = "scatter-gather",
		 .policy = DMA_POLICY_REMAP,
		 .header_bytes = 1500,
		 .fragment = DMA_FRAGMENT_PAGE,
		 .scatter_gather = true},
	};
	int status;
	size_t i;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(scenes); i++) {
		char *path = g_strdup_printf("/qtest-platform/miniport-jumbo/%s", scenes[i].name);

		g_test_add_data_func(path, &scenes[i], test_frames);
		g_free(path);
	}
	g_test_add_func("/qtest-platform/miniport-jumbo/limits", test_limits);
	g_test_add_func("/qtest-platform/miniport-jumbo/reset", test_reset);
	g_test_add_func("/qtest-platform/miniport-jumbo/refused", test_refused);
	return g_test_run();
}
