/* SPDX-License-Identifier: MIT */
/*
 * malformed_transmit_test.c - every wrong transmit descriptor
 * (device specification, sections 4.3, 5 and 8)
 *
 * After each mistake a good frame must still be sent.
 */
#include <string.h>

#include "sgnic_queue.h"

#define END SGNIC_DESCRIPTOR_END

/* Not a guest address: the element gets fresh memory. */
#define MEMORY UINT64_MAX

struct element {
	uint64_t address;
	uint32_t length;
	uint16_t flags;
};

/* One malformed frame and how it must be reported. */
struct mistake {
	const char *name;
	struct element elements[4]; /* up to the one with END */
	uint8_t status;
	uint8_t bad;	 /* element the completion names */
	uint64_t logged; /* number the log must name */
};

static const struct mistake mistakes[] = {
	{"empty", {{MEMORY, 0, END}}, SGNIC_STATUS_BAD_LENGTH, 0, 0},
	{"empty-middle",
	 {{MEMORY, 50, 0}, {MEMORY, 0, 0}, {MEMORY, 50, END}},
	 SGNIC_STATUS_BAD_LENGTH,
	 1,
	 0},
	{"empty-end", {{MEMORY, 100, 0}, {MEMORY, 0, END}}, SGNIC_STATUS_BAD_LENGTH, 1, 0},
	{"65536", {{MEMORY, 65536, END}}, SGNIC_STATUS_BAD_LENGTH, 0, 65536},
	{"4-gigabyte",
	 {{MEMORY, 20, 0}, {MEMORY, 0xffffffff, END}},
	 SGNIC_STATUS_BAD_LENGTH,
	 1,
	 0xffffffff},
	{"sum-wraps",
	 {{MEMORY, 0x80000000, 0}, {MEMORY, 0x80000064, END}},
	 SGNIC_STATUS_BAD_LENGTH,
	 0,
	 0x80000000},
	{"flag-on-first",
	 {{MEMORY, 50, 0x0002}, {MEMORY, 50, END}},
	 SGNIC_STATUS_RESERVED_FLAGS,
	 0,
	 0x0002},
	{"flag-on-last",
	 {{MEMORY, 50, 0}, {MEMORY, 50, 0x8000 | END}},
	 SGNIC_STATUS_RESERVED_FLAGS,
	 1,
	 0x8001},
	{"all-flags", {{MEMORY, 60, 0xffff}}, SGNIC_STATUS_RESERVED_FLAGS, 0, 0xffff},
	{"too-short-13", {{MEMORY, 13, END}}, SGNIC_STATUS_FRAME_TOO_SHORT, 0, 13},
	{"too-short-1", {{MEMORY, 1, END}}, SGNIC_STATUS_FRAME_TOO_SHORT, 0, 1},
	{"too-short-pieces",
	 {{MEMORY, 6, 0}, {MEMORY, 6, 0}, {MEMORY, 1, END}},
	 SGNIC_STATUS_FRAME_TOO_SHORT,
	 0,
	 13},
	{"too-long-1519", {{MEMORY, 1519, END}}, SGNIC_STATUS_FRAME_TOO_LONG, 0, 1519},
	{"too-long-pieces",
	 {{MEMORY, 1518, 0}, {MEMORY, 1, END}},
	 SGNIC_STATUS_FRAME_TOO_LONG,
	 1,
	 1519},
	{"too-long-65535",
	 {{MEMORY, 65535, 0}, {MEMORY, 65535, 0}, {MEMORY, 65535, END}},
	 SGNIC_STATUS_FRAME_TOO_LONG,
	 0,
	 65535},
};

static void post_mistake(struct nic_queue *tx, const struct mistake *mistake, uint16_t tag)
{
	const struct element *element = mistake->elements;
	uint64_t address;
	bool last;

	do {
		last = element->flags & END;
		address = element->address;
		if (address == MEMORY)
			address = nic_allocate(tx->nic, MIN(element->length, 65536u), 64);
		queue_post(tx, address, element->length, element->flags, last ? tag : 0xdead);
		element++;
	} while (!last);
}

/* A good frame right behind, published together with the bad one. */
static void expect_good_frame(struct nic_queue *tx, const struct frame *frame)
{
	wire_expect(tx->nic, frame);
	queue_expect(tx, SGNIC_STATUS_OK, 0x600d, (uint32_t)frame->length, 2);
	queue_expect_idle(tx);
	wire_expect_silence(tx->nic);
	g_assert_cmpuint(queue_state(tx), ==, SGNIC_QUEUE_RUNNING);
}

/* After everything wrong, a good frame. */
static void send_good_frame(struct nic_queue *tx, struct frame *frame)
{
	frame_fill(frame, address_other, 80, 1);
	queue_post_frame(tx, frame, 40, 0, 0x600d);
	queue_kick(tx);
	expect_good_frame(tx, frame);
}

static void test_mistake(gconstpointer data)
{
	const struct mistake *mistake = data;
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint16_t count;

	queue_open(&tx, nic, false, 16);
	frame_fill(frame, address_other, 200, 1);
	post_mistake(&tx, mistake, 0xbad0);
	count = (uint16_t)tx.posted;
	queue_post_frame(&tx, frame, 100, 0, 0x600d);
	queue_kick(&tx);
	queue_expect_failure(&tx, mistake->status, 0xbad0, mistake->bad, count);
	expect_good_frame(&tx, frame);

	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_BYTES), ==, 200);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, 1);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING) & SGNIC_CAUSE_ERROR, !=, 0);
	nic_expect_logged(nic, mistake->logged);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY,
			 mistake->status == SGNIC_STATUS_RESERVED_FLAGS
				 ? mistake->elements[mistake->bad].flags
				 : NIC_ANY);
	nic_stop(nic);
	g_free(frame);
}

/* Reaps completions of one discarded frame: any number of them, @count descriptors. */
static void expect_discarded(struct nic_queue *tx, uint32_t count)
{
	uint32_t end = tx->consumed + count;

	while (tx->consumed != end) {
		g_assert_cmpuint(queue_reap(tx).status, ==, SGNIC_STATUS_TOO_MANY_ELEMENTS);
		g_assert_cmpuint(end - tx->consumed, <, count);
	}
}

/* @total elements, the last of them with END, in a ring of @size. */
static void too_many(uint32_t size, uint32_t total)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t memory = nic_allocate(nic, 64, 64);
	uint32_t limit = MIN(size, (uint32_t)SGNIC_MAX_ELEMENTS);
	struct nic_queue tx;
	uint32_t done = 0;
	uint32_t part;

	queue_open(&tx, nic, false, size);
	while (done < total) {
		part = MIN(limit, total - done);
		for (; part; part--, done++)
			queue_post(&tx, memory, 2, done + 1 == total ? END : 0, (uint16_t)done);
		if (size - (tx.posted - tx.consumed) >= limit && done < total)
			continue;
		queue_kick(&tx);
		expect_discarded(&tx, tx.posted - tx.consumed);
	}
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, NIC_ANY);
	send_good_frame(&tx, frame);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), >, 0);
	nic_stop(nic);
	g_free(frame);
}

static void test_too_many_elements(void)
{
	too_many(128, 65);
	too_many(256, 128);
	too_many(256, 129);
	too_many(16, 17);
	too_many(16, 100);
	too_many(64, 65);
	too_many(64, 1000);
}

/* 64 descriptors without END end the frame at once, before an END is posted. */
static void test_too_many_without_end(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t memory = nic_allocate(nic, 64, 64);
	struct nic_queue tx;

	queue_open(&tx, nic, false, 128);
	while (tx.posted < 63)
		queue_post(&tx, memory, 1, 0, 0);
	queue_kick(&tx);
	queue_expect_idle(&tx);
	queue_post(&tx, memory, 1, 0, 0);
	queue_kick(&tx);
	expect_discarded(&tx, 64);
	queue_expect_idle(&tx);
	queue_post(&tx, memory, 1, 0, 0);
	queue_post(&tx, memory, 1, END, 0);
	frame_fill(frame, address_other, 60, 1);
	queue_post_frame(&tx, frame, 30, 0, 0x600d);
	queue_kick(&tx);
	expect_discarded(&tx, 2);
	expect_good_frame(&tx, frame);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, NIC_ANY);
	nic_stop(nic);
	g_free(frame);
}

/* Many bad frames in one publication, good ones between: each gets its own status. */
static void test_alternating(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 128);
	for (i = 0; i < G_N_ELEMENTS(mistakes); i++) {
		post_mistake(&tx, &mistakes[i], (uint16_t)i);
		frame_fill(frame, address_other, 100 + i, i);
		queue_post_frame(&tx, frame, 70, 0, 0x600d);
	}
	queue_kick(&tx);
	for (i = 0; i < G_N_ELEMENTS(mistakes); i++) {
		struct sgnic_completion entry = queue_reap(&tx);

		g_assert_cmpuint(entry.status, ==, mistakes[i].status);
		g_assert_cmpuint(entry.tag, ==, i);
		queue_expect(&tx, SGNIC_STATUS_OK, 0x600d, 100 + i, 2);
		frame_fill(frame, address_other, 100 + i, i);
		wire_expect(nic, frame);
	}
	wire_expect_silence(nic);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, G_N_ELEMENTS(mistakes));
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), ==, G_N_ELEMENTS(mistakes));
	nic_ignore_log(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Rings full of noise: whatever it means to the device, it survives and restarts. */
static void test_noise(void)
{
	enum { SIZE = 256, ROUNDS = 12 };
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint64_t mark;
	uint32_t round;
	uint32_t i;

	queue_prepare(&tx, nic, false, SIZE);
	mark = nic->ram_next;
	for (round = 0; round < ROUNDS; round++) {
		queue_enable(&tx);
		for (i = 0; i < SIZE; i++) {
			frame_fill(frame, address_other, 16, round * SIZE + i);
			memcpy(queue_descriptor(&tx, i), frame->bytes + 100, 16);
			/* plausible lengths and addresses in most rounds, to get further */
			if (round % 3 != 0)
				queue_descriptor(&tx, i)->length &= GUINT32_TO_LE(0x3ff);
			if (round % 3 == 2)
				queue_descriptor(&tx, i)->address &= GUINT64_TO_LE(0x3ffffff);
			if (round % 2)
				queue_descriptor(&tx, i)->flags &= GUINT16_TO_LE(1);
		}
		tx.posted = SIZE;
		queue_kick(&tx);
		for (nic_settle(nic); tx.consumed != SIZE && queue_ready(&tx); nic_settle(nic)) {
			queue_reap(&tx);
			wire_drain(nic);
		}
		wire_drain(nic);
		g_assert_cmpuint(queue_state(&tx), ==, SGNIC_QUEUE_RUNNING);
		queue_disable(&tx);
		wire_drain(nic);
		nic->ram_next = mark;
	}
	nic_ignore_log(nic);
	queue_enable(&tx);
	send_good_frame(&tx, frame);
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
		qtest_add(test_mistake, &mistakes[i], "/malformed-transmit/%s", mistakes[i].name);
	g_test_add_func("/malformed-transmit/too-many-elements", test_too_many_elements);
	g_test_add_func("/malformed-transmit/too-many-without-end", test_too_many_without_end);
	g_test_add_func("/malformed-transmit/alternating", test_alternating);
	g_test_add_func("/malformed-transmit/noise", test_noise);
	return g_test_run();
}
