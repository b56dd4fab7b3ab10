/* SPDX-License-Identifier: MIT */
/*
 * transmit_test.c - frames from guest memory to the wire, byte by byte
 * (device specification, sections 4 and 5)
 */
#include <string.h>

#include "sgnic_queue.h"

/* One frame from descriptor to wire to completion. */
static void send_one(struct nic_queue *tx, size_t length, uint32_t cut, size_t offset)
{
	struct frame *frame = g_new(struct frame, 1);
	uint16_t tag = (uint16_t)(0x4000 + tx->reaped);
	uint64_t mark = tx->nic->ram_next;
	uint32_t elements;

	frame_fill(frame, address_other, length, tx->posted + 1);
	elements = queue_post_frame(tx, frame, cut, offset, tag);
	queue_kick(tx);
	wire_expect(tx->nic, frame);
	queue_expect(tx, SGNIC_STATUS_OK, tag, (uint32_t)length, (uint16_t)elements);
	tx->nic->ram_next = mark;
	g_free(frame);
}

static void test_lengths(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	uint64_t frames = 0;
	uint64_t bytes = 0;
	size_t length;

	queue_open(&tx, nic, false, 64);
	for (length = SGNIC_MIN_FRAME; length <= SGNIC_MAX_FRAME; length++) {
		send_one(&tx, length, 65535, length % 61);
		frames++;
		bytes += length;
		if (length == 130)
			length = 1500;
	}
	wire_expect_silence(nic);
	queue_expect_idle(&tx);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, frames);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_BYTES), ==, bytes);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), ==, 0);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_CONSUMED)), ==, frames);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_COMPLETED)), ==, frames);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* 1 to 64 elements, so that every element length from 1 byte up occurs. */
static void test_elements(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	uint32_t elements;
	uint32_t cut;

	queue_open(&tx, nic, false, 128);
	for (elements = 1; elements <= SGNIC_MAX_ELEMENTS; elements++) {
		cut = (SGNIC_MAX_FRAME + elements - 1) / elements;
		send_one(&tx, SGNIC_MAX_FRAME, cut, elements % 17);
		send_one(&tx, elements + SGNIC_MIN_FRAME,
			 1 + SGNIC_MIN_FRAME / elements + (SGNIC_MIN_FRAME % elements != 0), 4095);
	}
	send_one(&tx, SGNIC_MAX_ELEMENTS, 1, 3);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* Elements of unequal length that start and end at every place around a page boundary. */
static void test_page_straddles(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	size_t offset;

	queue_open(&tx, nic, false, 64);
	for (offset = 4096 - 40; offset < 4096; offset++) {
		send_one(&tx, 1514, 2000, offset);
		send_one(&tx, 200, 37, offset);
	}
	send_one(&tx, 1514, 2000, 4096 - 1513);
	send_one(&tx, 1514, 2000, 4096 - 1514);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* Rings of the smallest and largest size go round; the phase bit follows. */
static void test_wrap(gconstpointer data)
{
	uint32_t size = GPOINTER_TO_UINT(data);
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint64_t address;
	uint32_t sent;
	uint32_t batch;
	uint32_t i;

	queue_open(&tx, nic, false, size);
	frame_fill(frame, address_other, 64, 0);
	address = nic_place(nic, frame->bytes, frame->length, 0);
	for (sent = 0; sent < 5 * size + 3; sent += batch) {
		batch = MIN(1 + sent % MIN(size, 40u), 5 * size + 3 - sent);
		for (i = 0; i < batch; i++)
			queue_post(&tx, address, 64, SGNIC_DESCRIPTOR_END, (uint16_t)(sent + i));
		queue_kick(&tx);
		for (i = 0; i < batch; i++) {
			wire_expect(nic, frame);
			queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)(sent + i), 64, 1);
		}
	}
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_CONSUMED)), ==, sent);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_COMPLETED)), ==, sent);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* A frame of 3 elements in a ring of 16 meets the end of the ring in every position. */
static void test_frame_across_wrap(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 16);
	for (i = 0; i < 40; i++)
		send_one(&tx, 300, 100, i);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* As many frames as fit, published at once, are sent in order. */
static void test_batch(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 256);
	for (i = 0; i < 64; i++) {
		frame_fill(frame, address_other, 60 + 20 * i, i);
		g_assert_cmpuint(queue_post_frame(&tx, frame, 400, i, (uint16_t)i), <=, 4);
	}
	g_assert_true(queue_kick(&tx));
	for (i = 0; i < 64; i++) {
		frame_fill(frame, address_other, 60 + 20 * i, i);
		wire_expect(nic, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)i, 60 + 20 * i,
			     (uint16_t)((60 + 20 * i + 399) / 400));
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, 1);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Section 5, rule 3: without END nothing is sent; the frame is read again from its start. */
static void test_late_end(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint64_t address;

	queue_open(&tx, nic, false, 16);
	frame_fill(frame, address_other, 120, 9);
	address = nic_place(nic, frame->bytes, 120, 0);
	queue_post(&tx, address, 40, 0, 1);
	queue_kick(&tx);
	queue_expect_idle(&tx);
	queue_post(&tx, address + 40, 40, 0, 2);
	queue_kick(&tx);
	queue_expect_idle(&tx);
	wire_expect_silence(nic);
	g_assert_cmpuint(queue_memory(&tx)->kick_event, ==, 2);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_CONSUMED)), ==, 0);

	/* elements may still change: the device must read them again */
	frame_fill(frame, address_other, 120, 10);
	memcpy(nic_pointer(nic, address, 120), frame->bytes, 120);
	queue_descriptor(&tx, 0)->length = GUINT32_TO_LE(80);
	queue_descriptor(&tx, 1)->length = GUINT32_TO_LE(39);
	queue_descriptor(&tx, 1)->address = GUINT64_TO_LE(address + 80);
	queue_post(&tx, address + 119, 1, SGNIC_DESCRIPTOR_END, 3);
	g_assert_true(queue_kick(&tx));
	wire_expect(nic, frame);
	queue_expect(&tx, SGNIC_STATUS_OK, 3, 120, 3);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Sections 4.1 and 5: ringing only when kick_event asks loses nothing. */
static void test_kick_event(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint64_t rung = 0;
	uint32_t i;

	queue_open(&tx, nic, false, 256);
	g_assert_cmpuint(queue_memory(&tx)->kick_event, ==, 0);
	for (i = 0; i < 200; i++) {
		frame_fill(frame, address_other, 60 + i, i);
		queue_post_frame(&tx, frame, 2000, 0, (uint16_t)i);
		rung += queue_kick(&tx);
		if (i % 7 == 0)
			nic_settle(nic);
		if (i % 50 == 49)
			for (nic_settle(nic); queue_ready(&tx);)
				queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)tx.reaped,
					     60 + tx.reaped, 1);
	}
	while (tx.reaped < 200)
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)tx.reaped, 60 + tx.reaped, 1);
	nic_settle(nic);
	g_assert_cmpuint(queue_memory(&tx)->kick_event, ==, 200);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, rung);
	g_assert_cmpuint(wire_drain(nic), ==, 200);

	/* ringing more often than needed is allowed and does nothing */
	queue_ring(&tx);
	queue_ring(&tx);
	queue_expect_idle(&tx);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, rung + 2);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

static void test_statistics(void)
{
	struct nic *nic = nic_start(NULL);
	const uint8_t *const destinations[] = {address_other, address_group,	 address_broadcast,
					       address_group, address_broadcast, address_broadcast};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 16);
	for (i = 0; i < G_N_ELEMENTS(destinations); i++) {
		frame_fill(frame, destinations[i], 20 + i, i);
		queue_post_frame(&tx, frame, 7, 0, 0);
		queue_kick(&tx);
		wire_expect(nic, frame);
		queue_reap(&tx);
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, 6);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_BYTES), ==, 20 + 21 + 22 + 23 + 24 + 25);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_MULTICAST), ==, 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_BROADCAST), ==, 3);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), ==, 0);
	nic_stop(nic);
	g_free(frame);
}

/*
 * Section 5, rules 4 and 5: a busy backend delays frames and loses none, and a completed
 * frame's buffer belongs to the driver even while the bytes are still on their way.
 */
static void test_busy_backend(void)
{
	enum { FRAMES = 48, LENGTH = 1400 };
	struct nic *nic = nic_start(&(struct nic_options){.wire_buffer = 8192});
	struct frame *frame = g_new(struct frame, 1);
	uint64_t buffers[FRAMES];
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 64);
	for (i = 0; i < FRAMES; i++) {
		frame_fill(frame, address_other, LENGTH, i);
		buffers[i] = nic_place(nic, frame->bytes, LENGTH, i);
		queue_post(&tx, buffers[i], LENGTH, SGNIC_DESCRIPTOR_END, (uint16_t)i);
	}
	queue_kick(&tx);
	nic_settle(nic);
	/* a doorbell meanwhile must not send the waiting frame twice */
	queue_ring(&tx);
	nic_settle(nic);
	while (queue_ready(&tx)) {
		memset(nic_pointer(nic, buffers[tx.reaped], LENGTH), 0xee, LENGTH);
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)tx.reaped, LENGTH, 1);
	}
	g_assert_cmpuint(tx.reaped, >, 0);
	g_assert_cmpuint(tx.reaped, <, FRAMES);
	for (i = 0; i < FRAMES; i++) {
		frame_fill(frame, address_other, LENGTH, i);
		wire_expect(nic, frame);
	}
	while (tx.reaped < FRAMES)
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)tx.reaped, LENGTH, 1);
	wire_expect_silence(nic);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, FRAMES);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Status 8 and sections 6 and 9.2. */
static void test_link_down(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;

	queue_open(&tx, nic, false, 16);
	frame_fill(frame, address_other, 100, 1);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": false}}");
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, 0);
	queue_post_frame(&tx, frame, 50, 0, 0x1111);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_LINK_DOWN, 0x1111, 0, 2);
	wire_expect_silence(nic);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, 0);

	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": true}}");
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	send_one(&tx, 100, 30, 0);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

static void test_everywhere(gconstpointer options)
{
	struct nic *nic = nic_start(options);
	struct nic_queue tx;

	queue_open(&tx, nic, false, 16);
	send_one(&tx, 1514, 300, 4090);
	send_one(&tx, 14, 3, 1);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	static const struct nic_options port = {.root_port = true}, pci = {.machine = "pc"};
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transmit/lengths", test_lengths);
	g_test_add_func("/transmit/elements", test_elements);
	g_test_add_func("/transmit/page-straddles", test_page_straddles);
	g_test_add_data_func("/transmit/wrap/16", GUINT_TO_POINTER(16), test_wrap);
	g_test_add_data_func("/transmit/wrap/1024", GUINT_TO_POINTER(1024), test_wrap);
	g_test_add_data_func("/transmit/wrap/4096", GUINT_TO_POINTER(4096), test_wrap);
	g_test_add_func("/transmit/frame-across-wrap", test_frame_across_wrap);
	g_test_add_func("/transmit/batch", test_batch);
	g_test_add_func("/transmit/late-end", test_late_end);
	g_test_add_func("/transmit/kick-event", test_kick_event);
	g_test_add_func("/transmit/statistics", test_statistics);
	g_test_add_func("/transmit/busy-backend", test_busy_backend);
	g_test_add_func("/transmit/link-down", test_link_down);
	g_test_add_data_func("/transmit/behind-root-port", &port, test_everywhere);
	g_test_add_data_func("/transmit/conventional-pci", &pci, test_everywhere);
	return g_test_run();
}
