/* SPDX-License-Identifier: MIT */
/*
 * migration_rings_test.c - migration with a full receive ring, a blocked transmit queue and
 * completions that are not written yet (device specification, section 9.3)
 */
#include "sgnic_migration.h"
#include "sgnic_property.h"
#include "sgnic_queue.h"

#define RING   16
#define LENGTH 1400
#define ROUNDS 5

/* A machine that moves, with both queues. */
struct trip {
	struct nic *nic;
	struct nic_queue tx;
	struct nic_queue rx;
	struct frame frame;
	uint64_t buffers[RING];
	uint32_t sent;	   /* frames handed to the device */
	uint32_t seen;	   /* of them on a wire */
	uint32_t injected; /* frames put on the wire */
};

static struct trip *trip_start(int wire_buffer)
{
	struct trip *trip = g_new0(struct trip, 1);

	trip->nic = nic_start(&(struct nic_options){.wire_buffer = wire_buffer});
	queue_open(&trip->tx, trip->nic, false, 64);
	queue_open(&trip->rx, trip->nic, true, RING);
	nic_set(trip->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	return trip;
}

static void take_from_wire(struct trip *trip)
{
	while (trip->seen < trip->sent) {
		frame_fill(&trip->frame, address_other, LENGTH, trip->seen);
		wire_expect(trip->nic, &trip->frame);
		trip->seen++;
	}
}

/* What the source has put on its wire, as far as it came. */
static void drain(struct trip *trip)
{
	trip->seen += wire_drain(trip->nic);
}

static void trip_move(struct trip *trip)
{
	struct nic *source = trip->nic;
	int stream = migration_save(source);

	drain(trip);
	trip->nic = migration_move(source, stream);
	trip->tx.nic = trip->nic;
	trip->rx.nic = trip->nic;
	migration_resume(trip->nic);
	migration_retire(source, stream);
}

static void post_buffers(struct trip *trip, uint32_t count)
{
	while (count--) {
		uint64_t *buffer = &trip->buffers[trip->rx.posted % RING];

		if (!*buffer)
			*buffer = nic_allocate(trip->nic, LENGTH, 64);
		queue_post(&trip->rx, *buffer, LENGTH, 0, (uint16_t)trip->rx.posted);
	}
	queue_kick(&trip->rx);
}

static void inject(struct trip *trip)
{
	frame_fill(&trip->frame, address_nic, LENGTH, trip->injected++);
	wire_send(trip->nic, &trip->frame);
}

static void expect_received(struct trip *trip, uint32_t number)
{
	uint32_t slot = trip->rx.reaped % RING;

	frame_fill(&trip->frame, address_nic, LENGTH, number);
	queue_expect(&trip->rx, SGNIC_STATUS_OK, (uint16_t)trip->rx.reaped, LENGTH, 1);
	nic_same_bytes(nic_pointer(trip->nic, trip->buffers[slot], LENGTH), trip->frame.bytes,
		       LENGTH);
}

static void trip_stop(struct trip *trip)
{
	nic_expect_no_error(trip->nic);
	nic_stop(trip->nic);
	g_free(trip);
}

/* Every buffer is filled, every completion unread, and more frames wait. */
static void test_full_receive_ring(void)
{
	struct trip *trip = trip_start(0);
	uint32_t first = 0;
	int round;
	uint32_t i;

	for (round = 0; round < ROUNDS; round++) {
		first = trip->injected;
		post_buffers(trip, RING);
		for (i = 0; i < RING + 3; i++)
			inject(trip);
		nic_wait_statistic(trip->nic, SGNIC_STAT_RX_FRAMES, (uint64_t)RING * (round + 1));
		nic_settle(trip->nic);
		g_assert_cmpuint(nic_member(trip->nic, "rx0", "consumed"), ==, trip->rx.posted);
		trip_move(trip);
		g_assert_cmpuint(nic_statistic(trip->nic, SGNIC_STAT_RX_FRAMES), ==,
				 (uint64_t)RING * (round + 1));
		queue_expect_transmits(&trip->tx);
		for (i = 0; i < RING; i++)
			expect_received(trip, first + i);
		queue_expect_idle(&trip->rx);
	}
	post_buffers(trip, RING);
	first = trip->injected;
	inject(trip);
	expect_received(trip, first);
	trip_stop(trip);
}

/* The backend is busy at the first move; no frame is lost, doubled or out of order. */
static void test_blocked_transmit(void)
{
	struct trip *trip = trip_start(8192);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t consumed = 0;
	int round;
	uint32_t i;

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < 32; i++) {
			frame_fill(frame, address_other, LENGTH, trip->sent);
			queue_post_frame(&trip->tx, frame, LENGTH, 0, (uint16_t)trip->sent++);
		}
		queue_kick(&trip->tx);
		nic_settle(trip->nic);
		/* only the first wire is so short */
		if (round == 0)
			g_assert_cmpuint(nic_member(trip->nic, "tx0", "waits-for-backend"), ==, 1);
		trip_move(trip);
		take_from_wire(trip);
		while (consumed < trip->sent)
			queue_expect(&trip->tx, SGNIC_STATUS_OK, (uint16_t)consumed++, LENGTH, 1);
		wire_expect_silence(trip->nic);
		g_assert_cmpuint(nic_statistic(trip->nic, SGNIC_STAT_TX_FRAMES), ==, trip->sent);
	}
	trip_stop(trip);
	g_free(frame);
}

/*
 * The machine is stopped at once: what the device has done it has told, and what it has not
 * done is done by the destination.
 */
static void test_pending_completions(void)
{
	struct trip *trip = trip_start(0);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t consumed = 0;
	uint32_t received;
	int round;
	uint32_t i;

	for (round = 0; round < ROUNDS; round++) {
		post_buffers(trip, RING - (trip->rx.posted - trip->rx.consumed));
		for (i = 0; i < 8; i++) {
			frame_fill(frame, address_other, LENGTH, trip->sent);
			queue_post_frame(&trip->tx, frame, LENGTH, 0, (uint16_t)trip->sent++);
			inject(trip);
		}
		queue_kick(&trip->tx);
		trip_move(trip);
		take_from_wire(trip);
		while (consumed < trip->sent)
			queue_expect(&trip->tx, SGNIC_STATUS_OK, (uint16_t)consumed++, LENGTH, 1);
		/* Frames that the backend had not given to the device are lost with it. */
		received = 0;
		while (queue_ready(&trip->rx)) {
			expect_received(trip, trip->injected - 8 + received);
			received++;
		}
		g_assert_cmpuint(nic_statistic(trip->nic, SGNIC_STAT_RX_FRAMES), ==, trip->rx.reaped);
		g_assert_cmpuint(nic_statistic(trip->nic, SGNIC_STAT_TX_FRAMES), ==, trip->sent);
		queue_expect_idle(&trip->rx);
	}
	trip_stop(trip);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/migration-rings/full-receive-ring", test_full_receive_ring);
	g_test_add_func("/migration-rings/blocked-transmit", test_blocked_transmit);
	g_test_add_func("/migration-rings/pending-completions", test_pending_completions);
	return g_test_run();
}
