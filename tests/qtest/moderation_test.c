/* SPDX-License-Identifier: MIT */
/*
 * moderation_test.c - interrupts held back by time and by count (device specification,
 * section 7)
 *
 * The virtual clock stands still but for qtest_clock_step(), so a wait is exact to the
 * nanosecond.
 */
#include "sgnic_queue.h"

#define MICROSECOND 1000
#define TX(q)	    SGNIC_CAUSE_TX(q)
#define RX(q)	    SGNIC_CAUSE_RX(q)

struct setup {
	struct nic *nic;
	struct nic_queue tx[2];
	struct nic_queue rx[2];
};

static void setup_open(struct setup *setup)
{
	uint32_t i;

	for (i = 0; i < 2; i++) {
		queue_open_at(&setup->tx[i], setup->nic, false, i, 64);
		queue_open_at(&setup->rx[i], setup->nic, true, i, 64);
	}
	nic_set(setup->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
}

static struct setup *setup_start(void)
{
	struct setup *setup = g_new0(struct setup, 1);

	setup->nic = nic_start(&(struct nic_options){.properties = "queues=2"});
	setup_open(setup);
	return setup;
}

static void setup_stop(struct setup *setup)
{
	nic_expect_no_error(setup->nic);
	nic_stop(setup->nic);
	g_free(setup);
}

static void moderate(struct nic_queue *queue, uint32_t microseconds, uint32_t count)
{
	nic_set(queue->nic, queue_register(queue, SGNIC_QUEUE_MODERATION_TIME), microseconds);
	nic_set(queue->nic, queue_register(queue, SGNIC_QUEUE_MODERATION_COUNT), count);
}

/* @frames frames in one publication, so that their completions are one move */
static void transmit(struct nic_queue *tx, uint32_t frames)
{
	struct frame *frame = g_new(struct frame, 1);
	uint32_t i;

	frame_fill(frame, address_other, 60, 1);
	for (i = 0; i < frames; i++)
		queue_post_frame(tx, frame, 60, 0, 0);
	queue_kick(tx);
	for (i = 0; i < frames; i++) {
		wire_expect(tx->nic, frame);
		queue_reap(tx);
	}
	nic_settle(tx->nic);
	g_free(frame);
}

static void expect_pending(struct setup *setup, uint32_t causes)
{
	nic_settle(setup->nic);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_PENDING), ==, causes);
}

static void step(struct setup *setup, int64_t nanoseconds)
{
	qtest_clock_step(setup->nic->qemu, nanoseconds);
}

/* Takes what is pending, which is @causes. */
static void take(struct setup *setup, uint32_t causes)
{
	expect_pending(setup, causes);
	nic_set(setup->nic, SGNIC_INTERRUPT_MASK, causes);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_CAUSE), ==, causes);
	expect_pending(setup, 0);
}

/* Asks for an interrupt with the next completion, as a driver that has read all. */
static void arm(struct nic_queue *queue)
{
	queue_set_event(queue, queue->reaped);
}

static void test_time(void)
{
	static const uint32_t times[] = {1, 100, 12345, 1000000};
	struct setup *setup = setup_start();
	struct nic_queue *tx = &setup->tx[0];
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(times); i++) {
		int64_t whole = times[i] * (int64_t)MICROSECOND;

		moderate(tx, times[i], 0);
		arm(tx);
		transmit(tx, 1);
		step(setup, whole / 2);
		expect_pending(setup, 0);
		/* later completions neither extend the time nor start another one */
		transmit(tx, 3);
		step(setup, whole - whole / 2 - 1);
		expect_pending(setup, 0);
		step(setup, 1);
		take(setup, TX(0));
		transmit(tx, 2);
		step(setup, 3 * whole);
		expect_pending(setup, 0);
	}
	/* a driver that polls is left alone */
	queue_set_event(tx, tx->reaped - 1);
	transmit(tx, 5);
	step(setup, 2000000ll * MICROSECOND);
	expect_pending(setup, 0);
	/* without a time there is no wait, whatever the count */
	moderate(tx, 0, 4000);
	arm(tx);
	transmit(tx, 1);
	take(setup, TX(0));
	setup_stop(setup);
}

static void test_count(void)
{
	struct setup *setup = setup_start();
	struct nic_queue *tx = &setup->tx[0];
	uint32_t first;
	uint32_t count;

	for (count = 1; count <= 8; count++) {
		moderate(tx, 1000, count);
		/* one at a time */
		arm(tx);
		for (first = 1; first < count; first++) {
			transmit(tx, 1);
			expect_pending(setup, 0);
		}
		transmit(tx, 1);
		take(setup, TX(0));
		step(setup, 5000 * MICROSECOND);
		expect_pending(setup, 0);
		/* together */
		arm(tx);
		transmit(tx, count);
		take(setup, TX(0));
		/* those before the crossing do not count */
		for (first = 0; first < 4; first++) {
			queue_set_event(tx, tx->reaped + first);
			transmit(tx, first + count - 1);
			expect_pending(setup, 0);
			transmit(tx, 1);
			take(setup, TX(0));
		}
		/* fewer: the time decides */
		if (count > 1) {
			arm(tx);
			transmit(tx, count - 1);
			step(setup, 999 * MICROSECOND);
			expect_pending(setup, 0);
			step(setup, 1 * MICROSECOND);
			take(setup, TX(0));
		}
	}
	setup_stop(setup);
}

/* Two transmit queues and a receive queue, each with its own time */
static void test_independent(void)
{
	struct setup *setup = setup_start();
	uint32_t all = 0;

	moderate(&setup->tx[0], 10, 0);
	moderate(&setup->tx[1], 20, 0);
	moderate(&setup->rx[0], 30, 0);
	transmit(&setup->tx[0], 1);
	transmit(&setup->tx[1], 1);
	queue_expect_receives(&setup->rx[0]);
	expect_pending(setup, 0);
	step(setup, 10 * MICROSECOND);
	expect_pending(setup, all |= TX(0));
	step(setup, 10 * MICROSECOND);
	expect_pending(setup, all |= TX(1));
	step(setup, 10 * MICROSECOND);
	expect_pending(setup, all |= RX(0));
	take(setup, all);
	setup_stop(setup);
}

/* Writing a register sets the cause of a crossing that waits; a refused write does not. */
static void test_written(void)
{
	static const uint32_t registers[] = {SGNIC_QUEUE_MODERATION_TIME,
					     SGNIC_QUEUE_MODERATION_COUNT};
	struct setup *setup = setup_start();
	struct nic_queue *tx = &setup->tx[1];
	uint32_t offset;
	uint32_t i;

	for (i = 0; i < G_N_ELEMENTS(registers); i++) {
		offset = queue_register(tx, registers[i]);
		moderate(tx, 500, 4000);
		arm(tx);
		transmit(tx, 1);
		nic_set(setup->nic, offset, 0xfffffff0);
		nic_expect_error(setup->nic, SGNIC_ERROR_BAD_VALUE, 1, offset, 0xfffffff0);
		take(setup, SGNIC_CAUSE_ERROR);
		nic_set(setup->nic, offset, nic_get(setup->nic, offset));
		take(setup, TX(1));
		step(setup, 10000 * MICROSECOND);
		expect_pending(setup, 0);
		/* nothing waits: nothing is set */
		nic_set(setup->nic, offset, 7);
		expect_pending(setup, 0);
	}
	setup_stop(setup);
}

/* Disabling and every reset forget a crossing that waits; ERROR signals it. */
static void test_ends(void)
{
	struct setup *setup = setup_start();
	struct nic *nic = setup->nic;
	struct nic_queue *tx = &setup->tx[0];
	int round;

	for (round = 0; round < 3; round++) {
		moderate(tx, 50, 0);
		arm(tx);
		transmit(tx, 1);
		expect_pending(setup, 0);
		if (round == 0) {
			queue_disable(tx);
			step(setup, 100 * MICROSECOND);
			expect_pending(setup, 0);
			queue_enable(tx);
			g_assert_cmpuint(
				nic_get(nic, queue_register(tx, SGNIC_QUEUE_MODERATION_TIME)), ==,
				50);
			continue;
		}
		if (round == 1) {
			nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
		} else {
			pci_function_reset(&nic->pci);
			nic_probe(nic);
		}
		step(setup, 100 * MICROSECOND);
		expect_pending(setup, 0);
		g_assert_cmpuint(nic_get(nic, queue_register(tx, SGNIC_QUEUE_MODERATION_TIME)), ==,
				 0);
		setup_open(setup);
	}
	moderate(tx, 50, 0);
	arm(tx);
	transmit(tx, 1);
	queue_memory(tx)->producer = GUINT32_TO_LE(7777);
	queue_ring(tx);
	nic_expect_error(nic, SGNIC_ERROR_PRODUCER, 0, NIC_ANY, 7777);
	take(setup, TX(0) | SGNIC_CAUSE_ERROR);
	step(setup, 100 * MICROSECOND);
	expect_pending(setup, 0);
	setup_stop(setup);
}

/* The machine stops while a crossing waits. */
static void test_stop(void)
{
	struct setup *setup = setup_start();
	struct nic_queue *tx = &setup->tx[0];

	moderate(tx, 50, 0);
	transmit(tx, 1);
	qtest_qmp_ok(setup->nic->qemu, "{\"execute\": \"stop\"}");
	expect_pending(setup, 0);
	qtest_qmp_ok(setup->nic->qemu, "{\"execute\": \"cont\"}");
	step(setup, 49 * MICROSECOND);
	expect_pending(setup, 0);
	step(setup, 1 * MICROSECOND);
	take(setup, TX(0));
	setup_stop(setup);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/moderation/time", test_time);
	g_test_add_func("/moderation/count", test_count);
	g_test_add_func("/moderation/independent", test_independent);
	g_test_add_func("/moderation/written", test_written);
	g_test_add_func("/moderation/ends", test_ends);
	g_test_add_func("/moderation/stop", test_stop);
	return g_test_run();
}
