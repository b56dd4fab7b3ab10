/* SPDX-License-Identifier: MIT */
/* Frames through the sgnic miniport in both directions, under load. */
#include "harness.h"

#define SUCCESS		0
#define NO_CABLE	((int32_t)0xC001001F)
#define WIDTH_24	(1u << 24)

static const struct setting plain = {.policy = DMA_POLICY_REMAP};
static const struct setting pieces = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE, 54, {NULL}};
static const struct setting pool = {.policy = DMA_POLICY_POOL};
static const struct setting copy = {.policy = DMA_POLICY_COPY};
static const struct setting scatter_gather = {
	DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE, 54, {"UseScatterGather=1"}};
static const struct setting small = {
	DMA_POLICY_REMAP, DMA_FRAGMENT_NONE, 54,
	{"TransmitDescriptors=16", "ReceiveDescriptors=32", "ReceiveBuffers=32",
	 "MaxReceiveBuffers=32", "MapRegisters=3"}};
static const struct setting one_register = {
	DMA_POLICY_REMAP, DMA_FRAGMENT_NONE, 54, {"MapRegisters=1"}};
static const struct setting narrow = {DMA_POLICY_REMAP, DMA_FRAGMENT_NONE, 0, {"DmaSize=24"}};

static void receive_frames(struct harness *h, unsigned int first, unsigned int count,
			   size_t length)
{
	uint8_t frame[FRAME_BUFFER];

	for (unsigned int i = 0; i < count; i++) {
		make_frame(frame, length, first + i);
		g_assert_true(model_receive(h->model, frame, length));
	}
}

/* Far more frames than either ring has entries, in lengths around the edges. */
static void test_both_ways(struct harness *h, gconstpointer data)
{
	static const size_t lengths[] = {14, 59, 60, 61, 590, 1513, 1514};

	for (unsigned int round = 0; round < 70; round++) {
		size_t length = lengths[round % G_N_ELEMENTS(lengths)];

		send_frames(h, round, 16, length);
		receive_frames(h, round, 16, length);
		settle(h);
		expect_statuses(h, 16, SUCCESS);
		expect_frames(model_sent(h->model), round, 16, length);
		expect_frames(&h->received, round, 16, length);
	}
}

/* The device holds everything: as much as map registers allow is posted, the rest waits. */
static void test_waiting(struct harness *h, gconstpointer data)
{
	const struct setting *setting = data;
	unsigned int per_frame = setting->header_bytes ? 2 : 1;
	struct sgnic_driver_statistics statistics;

	model_hold(h->model, true);
	send_frames(h, 0, 100, 1514);
	settle(h);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.map_registers_used, ==,
			 statistics.map_registers / per_frame * per_frame);
	g_assert_cmpuint(statistics.frames_waiting, ==,
			 100 - statistics.map_registers / per_frame);
	expect_statuses(h, 0, SUCCESS);

	model_hold(h->model, false);
	settle(h);
	expect_statuses(h, 100, SUCCESS);
	expect_frames(model_sent(h->model), 0, 100, 1514);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.map_registers_used, ==, 0);
	g_assert_cmpuint(statistics.frames_waiting, ==, 0);
	g_assert_cmpuint(statistics.frames_mapped, ==, 100);
	g_assert_cmpuint(statistics.frames_copied, ==, 0);
}

static uint64_t count_interrupts(struct harness *h)
{
	struct shim_statistics statistics;

	shim_adapter_statistics(h->adapter, &statistics);
	return statistics.interrupts;
}

/* A device that sends while the doorbell is rung never interrupts; one that takes its time does so when
 * it is through, or half through while packets wait. */
static void test_interrupts(struct harness *h, gconstpointer data)
{
	uint64_t before = count_interrupts(h);

	send_frames(h, 0, 100, 1514);
	expect_statuses(h, 100, SUCCESS);
	settle(h);
	g_assert_cmpuint(count_interrupts(h), ==, before);

	model_hold(h->model, true);
	send_frames(h, 100, 16, 1514);
	settle(h);
	expect_statuses(h, 0, SUCCESS);
	model_hold(h->model, false);
	settle(h);
	g_assert_cmpuint(count_interrupts(h), ==, before + 1);
	expect_statuses(h, 16, SUCCESS);

	model_hold(h->model, true);
	send_frames(h, 116, 100, 1514);
	settle(h);
	model_hold(h->model, false);
	settle(h);
	g_assert_cmpuint(count_interrupts(h), ==, before + 2);
	expect_statuses(h, 100, SUCCESS);
	expect_frames(model_sent(h->model), 0, 216, 1514);
}

/* Two buffers and one map register: the frames are copied, 16 at a time. */
static void test_copied(struct harness *h, gconstpointer data)
{
	struct sgnic_driver_statistics statistics;

	model_hold(h->model, true);
	send_frames(h, 0, 40, 1000);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.frames_waiting, ==, 40 - 16);
	model_hold(h->model, false);
	settle(h);
	expect_statuses(h, 40, SUCCESS);
	expect_frames(model_sent(h->model), 0, 40, 1000);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.frames_copied, ==, 40);
	g_assert_cmpuint(statistics.frames_mapped, ==, 0);
}

static void test_address_width(struct harness *h, gconstpointer data)
{
	uint64_t address;
	uint32_t length;

	g_assert_cmpuint(model_register(h->model, SGNIC_DMA_WIDTH), ==, 24);
	send_frames(h, 0, 64, 1514);
	settle(h);
	expect_frames(model_sent(h->model), 0, 64, 1514);
	model_last_transmit(h->model, &address, &length);
	g_assert_cmpuint(address + length, <=, WIDTH_24);
}

static void test_bad_frames(struct harness *h, gconstpointer data)
{
	send_frames(h, 0, 1, 13);
	send_frames(h, 0, 1, 1515);
	settle(h);
	expect_statuses(h, 2, (int32_t)0xC001000F);
	send_frames(h, 0, 1, 14);
	settle(h);
	expect_statuses(h, 1, SUCCESS);
	expect_frames(model_sent(h->model), 0, 1, 14);
}

static void test_link(struct harness *h, gconstpointer data)
{
	model_set_link(h->model, false);
	settle(h);
	g_assert_cmpint(h->link_changes, ==, 1);
	g_assert_false(h->link_up);
	send_frames(h, 0, 3, 100);
	settle(h);
	expect_statuses(h, 3, NO_CABLE);
	model_set_link(h->model, true);
	settle(h);
	g_assert_cmpint(h->link_changes, ==, 2);
	g_assert_true(h->link_up);
}

/* A change that a reset of the device swallows is reported all the same. */
static void test_link_across_reset(struct harness *h, gconstpointer data)
{
	model_set_register(h->model, SGNIC_STATUS, 0);
	g_assert_cmpint(shim_reset(h->adapter), ==, 0);
	settle(h);
	g_assert_cmpint(h->link_changes, ==, 1);
	g_assert_false(h->link_up);
}

/* The device fills every buffer before the driver looks: the receive area grows to its limit. */
static void test_growth(struct harness *h, gconstpointer data)
{
	struct sgnic_driver_statistics statistics;
	uint8_t frame[100];
	unsigned int rounds = 0;

	make_frame(frame, sizeof(frame), 0);
	do {
		while (model_receive(h->model, frame, sizeof(frame)))
			;
		settle(h);
		query_driver(h, &statistics);
	} while (statistics.receive_buffers < 256 && ++rounds < 100);
	g_assert_cmpuint(statistics.receive_buffers, ==, 256);
	g_assert_cmpuint(statistics.receive_posted, ==, 256);
	g_assert_cmpuint(statistics.blocks_added, ==, 6);
	g_assert_cmpuint(statistics.blocks_refused, ==, 0);
	g_assert_cmpuint(statistics.budgets_exhausted, >, 0);
	g_assert_cmpuint(g_queue_get_length(&h->received), ==, statistics.frames_received);
}

/* No memory: the driver carries on with what it has, and tries again later. */
static void test_growth_refused(struct harness *h, gconstpointer data)
{
	struct sgnic_driver_statistics statistics;
	uint8_t frame[100];

	make_frame(frame, sizeof(frame), 0);
	fake_fail_memory(model_platform(h->model), 0, -12);
	while (model_receive(h->model, frame, sizeof(frame)))
		;
	settle(h);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.receive_buffers, ==, 64);
	g_assert_cmpuint(statistics.blocks_refused, ==, 1);
	g_assert_cmpuint(statistics.receive_posted, ==, 64);
	run_for(h, 2500);
	while (model_receive(h->model, frame, sizeof(frame)))
		;
	settle(h);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.receive_buffers, >, 64);
}

/* After ten quiet seconds the area shrinks as frames pass, down to where it began. */
static void test_shrinking(struct harness *h, gconstpointer data)
{
	struct sgnic_driver_statistics statistics;
	uint8_t frame[100];

	make_frame(frame, sizeof(frame), 0);
	while (model_receive(h->model, frame, sizeof(frame)))
		;
	settle(h);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.receive_buffers, ==, 96);
	run_for(h, 13000);
	for (unsigned int i = 0; i < 100; i++) {
		receive_frames(h, i, 1, 100);
		settle(h);
	}
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.receive_buffers, ==, 64);
	g_assert_cmpuint(statistics.blocks_freed, ==, 1);
	g_assert_cmpuint(statistics.receive_posted, ==, 64);
}

/* One more or less frame than the ring holds: wrap of descriptors, completions and phases. */
static void test_wrap(struct harness *h, gconstpointer data)
{
	for (unsigned int round = 0; round < 200; round++) {
		unsigned int count = 1 + round % 17;

		send_frames(h, round, count, 60 + round);
		settle(h);
		expect_statuses(h, count, SUCCESS);
		expect_frames(model_sent(h->model), round, count, 60 + round);
		receive_frames(h, round, count, 60 + round);
		settle(h);
		expect_frames(&h->received, round, count, 60 + round);
	}
}

#define ADD(name, setting, function) \
	g_test_add("/sgnic/traffic/" name, struct harness, &setting, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("both-ways/remap", plain, test_both_ways);
	ADD("both-ways/pieces", pieces, test_both_ways);
	ADD("both-ways/pool", pool, test_both_ways);
	ADD("both-ways/copy", copy, test_both_ways);
	ADD("both-ways/scatter-gather", scatter_gather, test_both_ways);
	ADD("both-ways/small-rings", small, test_both_ways);
	ADD("both-ways/one-register", one_register, test_both_ways);
	ADD("wrap", small, test_wrap);
	ADD("waiting/one-buffer", plain, test_waiting);
	ADD("waiting/two-buffers", pieces, test_waiting);
	ADD("interrupts", plain, test_interrupts);
	ADD("copied", one_register, test_copied);
	ADD("address-width", narrow, test_address_width);
	ADD("bad-frames", plain, test_bad_frames);
	ADD("link", plain, test_link);
	ADD("link-across-reset", plain, test_link_across_reset);
	ADD("growth", plain, test_growth);
	ADD("growth-refused", plain, test_growth_refused);
	ADD("shrinking", plain, test_shrinking);
	return g_test_run();
}
