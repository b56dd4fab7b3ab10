/* SPDX-License-Identifier: MIT */
/*
 * malformed_receive_test.c - wrong receive buffers and producer indexes
 * (device specification, sections 4.1, 6.4 and 8)
 *
 * A bad buffer never costs a frame that fits into the good ones; a frame that is lost is
 * counted; the next frame is received.
 */
#include <string.h>

#include "sgnic_queue.h"

enum { BUFFER = 256, LENGTH = 200 };

struct mistake {
	const char *name;
	uint64_t address; /* 0: guest memory */
	uint32_t length;
	uint16_t flags;
	uint8_t status;
	uint64_t logged;
};

static const struct mistake mistakes[] = {
	{"empty", 0, 0, 0, SGNIC_STATUS_BAD_LENGTH, 0},
	{"65536", 0, 65536, 0, SGNIC_STATUS_BAD_LENGTH, 65536},
	{"4-gigabyte", 0, 0xffffffff, 0, SGNIC_STATUS_BAD_LENGTH, 0xffffffff},
	{"end-flag", 0, BUFFER, 0x0001, SGNIC_STATUS_RESERVED_FLAGS, 0x0001},
	{"all-flags", 0, BUFFER, 0xffff, SGNIC_STATUS_RESERVED_FLAGS, 0xffff},
	{"address-wraps", 0xffffffffffffff80, 0x100, 0, SGNIC_STATUS_DMA_WIDTH, 0xffffffffffffff80},
};

static void post_mistake(struct nic_queue *rx, const struct mistake *mistake, uint16_t tag)
{
	uint64_t address = mistake->address;

	if (!address)
		address = nic_allocate(rx->nic, MIN(mistake->length, 65536u), 64);
	queue_post(rx, address, mistake->length, mistake->flags, tag);
}

static uint64_t post_good(struct nic_queue *rx, uint32_t length, uint16_t tag)
{
	uint64_t buffer = queue_buffer(rx->nic, length, 0);

	queue_post(rx, buffer, length, 0, tag);
	return buffer;
}

static struct nic *start_receiving(struct nic_queue *rx, uint32_t size)
{
	struct nic *nic = nic_start(NULL);

	queue_open(rx, nic, true, size);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	return nic;
}

/* Sends a frame and checks that it lands in @buffer with @tag. */
static void expect_frame(struct nic_queue *rx, uint64_t buffer, uint16_t tag)
{
	struct frame *frame = g_new(struct frame, 1);

	frame_fill(frame, address_nic, LENGTH, tag);
	wire_send(rx->nic, frame);
	queue_expect(rx, SGNIC_STATUS_OK, tag, LENGTH, 1);
	queue_check_buffer(rx->nic, buffer, BUFFER, frame->bytes, LENGTH);
	g_free(frame);
}

/* The bad buffer comes back alone; the frame goes into the good one behind it. */
static void test_mistake(gconstpointer data)
{
	const struct mistake *mistake = data;
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);
	bool width = mistake->status == SGNIC_STATUS_DMA_WIDTH;
	uint64_t good[2];

	post_mistake(&rx, mistake, 0xbad0);
	good[0] = post_good(&rx, BUFFER, 1);
	good[1] = post_good(&rx, BUFFER, 2);
	queue_kick(&rx);
	frame_fill(frame, address_nic, LENGTH, 1);
	wire_send(nic, frame);
	queue_expect_failure(&rx, mistake->status, 0xbad0, 0, 1);
	queue_expect(&rx, SGNIC_STATUS_OK, 1, LENGTH, 1);
	queue_check_buffer(nic, good[0], BUFFER, frame->bytes, LENGTH);
	nic_expect_logged(nic, mistake->logged);
	nic_expect_error(nic, width ? SGNIC_ERROR_DMA_WIDTH : SGNIC_ERROR_DESCRIPTOR,
			 SGNIC_ERROR_QUEUE_RX, width ? mistake->address : NIC_ANY,
			 width		  ? mistake->length
			 : mistake->flags ? mistake->flags
					  : NIC_ANY);
	expect_frame(&rx, good[1], 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_ERRORS), ==, 0);
	g_assert_cmpuint(
		nic_statistic(nic, width ? SGNIC_STAT_DMA_WIDTH_ERRORS : SGNIC_STAT_GUEST_ERRORS),
		==, 1);
	nic_stop(nic);
	g_free(frame);
}

/* Bad buffers only, as many as the ring has: all come back, the frame waits. */
static void test_nothing_but_bad(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);
	uint64_t good;
	uint32_t i;

	for (i = 0; i < 16; i++)
		post_mistake(&rx, &mistakes[i % G_N_ELEMENTS(mistakes)], (uint16_t)i);
	queue_kick(&rx);
	frame_fill(frame, address_nic, LENGTH, 1);
	wire_send(nic, frame);
	for (i = 0; i < 16; i++)
		queue_expect_failure(&rx, mistakes[i % G_N_ELEMENTS(mistakes)].status, (uint16_t)i,
				     0, 1);
	queue_expect_idle(&rx);
	nic_ignore_log(nic);
	good = post_good(&rx, BUFFER, 0x77);
	queue_kick(&rx);
	queue_expect(&rx, SGNIC_STATUS_OK, 0x77, LENGTH, 1);
	queue_check_buffer(nic, good, BUFFER, frame->bytes, LENGTH);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, 1);
	nic_stop(nic);
	g_free(frame);
}

/* A bad buffer where the frame needs a second one: the frame goes behind it, whole. */
static void test_bad_second_buffer(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);
	struct sgnic_completion entry;
	uint64_t good[3];

	post_good(&rx, 100, 1);
	post_mistake(&rx, &mistakes[0], 2);
	good[0] = post_good(&rx, 80, 3);
	good[1] = post_good(&rx, 80, 4);
	good[2] = post_good(&rx, 80, 5);
	queue_kick(&rx);
	frame_fill(frame, address_nic, LENGTH, 1);
	wire_send(nic, frame);
	entry = queue_reap(&rx);
	g_assert_cmpuint(entry.status, ==, SGNIC_STATUS_BAD_LENGTH);
	g_assert_cmpuint(rx.consumed, ==, 2);
	g_assert_cmpuint(entry.element, ==, entry.count - 1);
	queue_expect(&rx, SGNIC_STATUS_OK, 3, LENGTH, 3);
	queue_check_buffer(nic, good[0], 80, frame->bytes, 80);
	queue_check_buffer(nic, good[1], 80, frame->bytes + 80, 80);
	queue_check_buffer(nic, good[2], 80, frame->bytes + 160, LENGTH - 160);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, SGNIC_ERROR_QUEUE_RX, NIC_ANY, NIC_ANY);
	nic_stop(nic);
	g_free(frame);
}

/* Section 4.1: an index that ran ahead, or back, stops the queue and nothing else. */
static void test_producer(gconstpointer data)
{
	static const uint32_t ahead[] = {17, 18, 0x1000, 0x80000000, 0xffffffff};
	bool receive = GPOINTER_TO_INT(data);
	struct nic *nic = nic_start(NULL);
	struct nic_queue queue;
	size_t i;

	queue_prepare(&queue, nic, receive, 16);
	for (i = 0; i < G_N_ELEMENTS(ahead); i++) {
		queue_enable(&queue);
		g_assert_cmpuint(queue_state(&queue), ==, SGNIC_QUEUE_RUNNING);
		nic_settle(nic);
		queue_memory(&queue)->producer = GUINT32_TO_LE(ahead[i]);
		queue_ring(&queue);
		if (receive) {
			struct frame *frame = g_new(struct frame, 1);

			frame_fill(frame, address_nic, 60, 1);
			nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
			wire_send(nic, frame);
			g_free(frame);
		}
		nic_wait_register(nic, queue_register(&queue, SGNIC_QUEUE_STATE),
				  SGNIC_QUEUE_ERROR);
		g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==,
				SGNIC_STATUS_LINK_UP | SGNIC_STATUS_QUEUE_ERROR);
		nic_expect_error(nic, SGNIC_ERROR_PRODUCER, queue_number(&queue), NIC_ANY,
				 ahead[i]);
		queue_expect_idle(&queue);
		queue_ring(&queue);
		nic_expect_error(nic, SGNIC_ERROR_DOORBELL, queue_number(&queue), NIC_ANY, NIC_ANY);
		g_assert_cmpuint(nic_get(nic, queue_register(&queue, SGNIC_QUEUE_CONTROL)), ==, 1);
		queue_disable(&queue);
		g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, 2 * G_N_ELEMENTS(ahead));
	nic_stop(nic);
}

/* Exactly RING_SIZE ahead is allowed; moving back behind what was read is not. */
static void test_producer_moves_back(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 16);
	frame_fill(frame, address_other, 60, 1);
	for (i = 0; i < 16; i++)
		queue_post_frame(&tx, frame, 60, 0, (uint16_t)i);
	queue_kick(&tx);
	for (i = 0; i < 16; i++)
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)i, 60, 1);
	nic_expect_no_error(nic);
	nic_settle(nic);
	queue_memory(&tx)->producer = GUINT32_TO_LE(15);
	queue_ring(&tx);
	nic_expect_error(nic, SGNIC_ERROR_PRODUCER, 0, NIC_ANY, 15);
	g_assert_cmpuint(queue_state(&tx), ==, SGNIC_QUEUE_ERROR);
	nic_stop(nic);
	g_free(frame);
}

/* Rings full of noise under a stream of frames: the device survives and restarts. */
static void test_noise(void)
{
	enum { SIZE = 128, ROUNDS = 10 };
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = nic_start(NULL);
	uint64_t noise = 0x2000000;
	uint32_t round;
	uint32_t i;

	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	queue_prepare(&rx, nic, true, SIZE);
	for (round = 0; round < ROUNDS; round++) {
		queue_enable(&rx);
		for (i = 0; i < SIZE; i++) {
			struct sgnic_descriptor *descriptor = queue_descriptor(&rx, i);

			frame_fill(frame, address_nic, 16, round * SIZE + i);
			memcpy(descriptor, frame->bytes + 100, 16);
			/* what is writable must not be the rings themselves */
			descriptor->address &= GUINT64_TO_LE(round % 2 ? ~0ull : 0xffffff);
			descriptor->address |= GUINT64_TO_LE(noise);
			if (round % 3)
				descriptor->length &= GUINT32_TO_LE(0xff);
			if (round % 4)
				descriptor->flags = 0;
		}
		rx.posted = SIZE;
		queue_kick(&rx);
		for (i = 0; i < 30; i++) {
			frame_fill(frame, address_nic, 14 + 50 * i, i);
			wire_send(nic, frame);
			nic_settle(nic);
			while (rx.consumed != SIZE && queue_ready(&rx))
				queue_reap(&rx);
		}
		g_assert_cmpuint(queue_state(&rx), ==, SGNIC_QUEUE_RUNNING);
		nic_set(nic, SGNIC_RECEIVE_FILTER, 0);
		queue_disable(&rx);
		queue_enable(&rx);
		wire_wait_taken(nic);
		queue_disable(&rx);
		nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	}
	nic_ignore_log(nic);
	queue_enable(&rx);
	post_good(&rx, BUFFER, 9);
	queue_kick(&rx);
	frame_fill(frame, address_nic, LENGTH, 1);
	wire_send(nic, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 9, LENGTH, 1);
	nic_stop(nic);
	g_free(frame);
}

int main(int argc, char **argv)
{
	size_t i;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(mistakes); i++)
		qtest_add(test_mistake, &mistakes[i], "/malformed-receive/%s", mistakes[i].name);
	g_test_add_func("/malformed-receive/nothing-but-bad", test_nothing_but_bad);
	g_test_add_func("/malformed-receive/bad-second-buffer", test_bad_second_buffer);
	g_test_add_data_func("/malformed-receive/producer/transmit", GINT_TO_POINTER(0),
			     test_producer);
	g_test_add_data_func("/malformed-receive/producer/receive", GINT_TO_POINTER(1),
			     test_producer);
	g_test_add_func("/malformed-receive/producer/moves-back", test_producer_moves_back);
	g_test_add_func("/malformed-receive/noise", test_noise);
	return g_test_run();
}
