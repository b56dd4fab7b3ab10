/* SPDX-License-Identifier: MIT */
/*
 * driver_test.c - proves that docs/device-specification.md is enough to write a driver from
 *
 * driver.c was written from that document and sgnic_regs.h alone. Here it passes traffic behind
 * VT-d, with every byte compared on the wire and in memory: frames of several elements into and
 * out of two pairs of queues whose rings wrap many times, polled and with each kind of interrupt;
 * scaling over the queues by the hash; checksums, VLAN tags and a large send; bad descriptors and
 * a queue in ERROR; doorbells only where kick_event asks for them; and a stop with frames and
 * buffers under way.
 */
#include <string.h>

#include "packet.h"
#include "traffic.h"

static void check_counters(struct traffic *t, unsigned int pairs)
{
	uint64_t doorbells[2] = {0, 0};
	uint32_t queues = 0;
	unsigned int i;

	for (i = 0; i < pairs; i++) {
		struct queue *tx = &t->driver->tx[i];
		struct queue *rx = &t->driver->rx[i];

		g_assert_cmpuint(tx->consumed, >, 4 * TRAFFIC_RING);
		g_assert_cmpuint(rx->consumed, >, 4 * TRAFFIC_RING);
		g_assert_cmpuint(driver_read(t->driver, tx->registers + SGNIC_QUEUE_COMPLETED), ==,
				 tx->completed);
		g_assert_cmpuint(driver_read(t->driver, rx->registers + SGNIC_QUEUE_CONSUMED), ==,
				 rx->consumed);
		doorbells[0] += tx->doorbells;
		doorbells[1] += rx->doorbells;
		queues |= SGNIC_CAUSE_TX(i) | SGNIC_CAUSE_RX(i);
	}
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_TX_DOORBELLS), ==, doorbells[0]);
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_RX_DOORBELLS), ==, doorbells[1]);
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_TX_FRAMES), ==, TRAFFIC_FRAMES);
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_TX_BROADCAST), ==, TRAFFIC_FRAMES);
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_RX_FRAMES), ==, TRAFFIC_FRAMES * 3 / 4);
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_RX_FILTERED), ==, TRAFFIC_FRAMES / 4);
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_GUEST_ERRORS), ==, 0);
	if (t->driver->options.interrupt == PLATFORM_INTERRUPT_AUTO) {
		g_assert_cmphex(driver_read(t->driver, SGNIC_INTERRUPT_PENDING) & queues, ==, 0);
		g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_INTERRUPTS), ==, 0);
	} else {
		g_assert_cmpuint(t->driver->interrupts, >, 0);
		g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_INTERRUPTS), >=,
				 t->driver->interrupts);
	}
}

static void test_traffic(gconstpointer data)
{
	enum platform_interrupt kind = GPOINTER_TO_INT(data);
	unsigned int pairs = kind == PLATFORM_INTERRUPT_AUTO ? 1 : 2;
	struct traffic t;

	traffic_start(&t, pairs == 1 ? "dma-width=24" : "queues=2",
		      &(struct driver_options){.interrupt = kind,
					       .pairs = pairs,
					       .ring_size = TRAFFIC_RING,
					       .buffer_size = 200,
					       .frame_size = TRAFFIC_LONGEST,
					       .features = pairs > 1 ? SGNIC_FEATURE_RSS : 0});
	if (pairs > 1)
		traffic_set_scaling(&t);
	traffic_exchange(&t, pairs);
	g_assert_cmpuint(t.status[SGNIC_STATUS_OK], ==, TRAFFIC_FRAMES);
	check_counters(&t, pairs);
	traffic_stop(&t);
}

/* Until the wire, which nobody looks at, takes no more, and the ring neither. Return: frames. */
static unsigned int transmit_until_full(struct traffic *t)
{
	struct queue *queue = &t->driver->tx[0];
	unsigned int frames = 0;

	for (;;) {
		traffic_work(t);
		if (traffic_transmit(t, frames, 1)) {
			frames++;
			continue;
		}
		/* 3.8: a doorbell is noticed before a statistic is read. */
		traffic_statistic(t, SGNIC_STAT_TX_FRAMES);
		if (driver_read(t->driver, queue->registers + SGNIC_QUEUE_COMPLETED) ==
		    queue->completed)
			return frames;
	}
}

/* 5, step 6: while the backend is busy the device will look again anyway, and asks for nothing. */
static void test_doorbells(void)
{
	struct traffic t;
	unsigned int frames;
	unsigned int rung;

	traffic_start(&t, NULL,
		      &(struct driver_options){.pairs = 1,
					       .ring_size = TRAFFIC_RING,
					       .buffer_size = 2048,
					       .frame_size = TRAFFIC_LONGEST});
	frames = transmit_until_full(&t);
	rung = t.driver->tx[0].doorbells;
	g_assert_cmpuint(rung, <, frames);
	traffic_settle(&t);
	g_assert_cmpuint(t.status[SGNIC_STATUS_OK], ==, frames);
	/* The device answers registers only when it has finished its last look. */
	g_assert_cmpuint(traffic_statistic(&t, SGNIC_STAT_TX_FRAMES), ==, frames);
	g_assert_true(traffic_transmit(&t, frames, 1));
	g_assert_cmpuint(t.driver->tx[0].doorbells, ==, rung + 1);
	traffic_settle(&t);
	traffic_stop(&t);
}

static void drop(gpointer data, gpointer user_data)
{
	(void)user_data;
	g_free(data);
}

/*
 * 3.7: with frames and buffers under way, a stop ends everything at once: frames that have no
 * completion are not sent, and memory that is given back is not touched. Then all begins again.
 */
static void test_stop(void)
{
	static const struct driver_options options = {
		.interrupt = PLATFORM_INTERRUPT_MSIX,
		.pairs = 1,
		.ring_size = TRAFFIC_RING,
		.buffer_size = 2048,
		.frame_size = TRAFFIC_LONGEST,
	};
	static const unsigned char to_others[60] = {0x02, 0x03};
	struct traffic t;
	uint32_t completed;
	unsigned int i;

	traffic_start(&t, NULL, &options);
	transmit_until_full(&t);
	traffic_stop_driver(&t);
	completed = driver_read(t.driver, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_COMPLETED);
	driver_write(t.driver, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	for (i = 0; i < 3; i++) {
		g_assert_true(traffic_put_on_wire(&t, to_others, sizeof(to_others)));
		while (traffic_look_at_wire(&t))
			;
		driver_read(t.driver, SGNIC_STATUS);
	}
	g_assert_cmpuint(t.seen, ==, completed);
	g_assert_cmpuint(g_queue_get_length(&t.to_wire[0]), >, 0);
	fixture_expect_no_fault(t.f);
	g_queue_foreach(&t.to_wire[0], drop, NULL);
	g_queue_clear(&t.to_wire[0]);
	memset(t.busy, 0, sizeof(t.busy));
	traffic_start_driver(&t, &options);
	traffic_exchange(&t, 1);
	/* 6: what waited in the backend was not lost, but meets the filter of today. */
	g_assert_cmpuint(traffic_statistic(&t, SGNIC_STAT_RX_FILTERED), ==, TRAFFIC_FRAMES / 4 + i);
	traffic_stop(&t);
}

/* ---- what the device does to frames ------------------------------------------------------- */

#define FEATURES                                                                                   \
	(SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION | SGNIC_FEATURE_RX_CHECKSUM |         \
	 SGNIC_FEATURE_VLAN_INSERT | SGNIC_FEATURE_VLAN_STRIP)
#define TAG_OUT	    0x6123
#define TAG_IN	    0xb007
#define LARGE	    5000
#define SEGMENT	    1400
#define GOOD_PACKET (SGNIC_COMPLETION_IP_GOOD | SGNIC_COMPLETION_TRANSPORT_GOOD)

static void send_with_checksum(struct traffic *t, unsigned int number, bool tagged)
{
	struct sgnic_offload offload = {.checksum = SGNIC_NEEDS_CHECKSUM,
					.checksum_start = PACKET_L4};
	unsigned char frame[TRAFFIC_LONGEST + 4];
	unsigned char expected[TRAFFIC_LONGEST + 4];
	size_t length = 80 + number * 131 % 1400;

	if (number & 1)
		packet_udp(frame, length, t->driver->station, number);
	else
		packet_tcp(frame, length, t->driver->station, number);
	memcpy(expected, frame, length);
	offload.checksum_offset = packet_pseudo(frame, length);
	if (tagged) {
		offload.flags = SGNIC_DESCRIPTOR_VLAN;
		offload.vlan_tag = TAG_OUT;
	}
	g_assert_true(traffic_submit(t, 0, &offload, frame, (uint32_t)length, 1 + number % 4));
	traffic_expect_on_wire(t, 0, expected,
			       tagged ? packet_insert_tag(expected, length, TAG_OUT) : length);
}

/* The driver leaves lengths and checksums as they happen to be. */
static void send_large(struct traffic *t)
{
	static const struct sgnic_offload offload = {
		.checksum = SGNIC_NEEDS_CHECKSUM,
		.segmentation = SGNIC_SEGMENTATION_TCP_IPV4,
		.header_length = PACKET_TCP,
		.segment_size = SEGMENT,
		.checksum_start = PACKET_L4,
		.checksum_offset = 16,
		.vlan_tag = TAG_OUT,
		.flags = SGNIC_DESCRIPTOR_VLAN,
	};
	unsigned char frame[PACKET_TCP + LARGE];
	unsigned char segment[PACKET_TCP + SEGMENT + 4];
	unsigned int number = 0;
	size_t offset;

	packet_tcp(frame, sizeof(frame), t->driver->station, 0);
	for (offset = 0; offset < LARGE; offset += SEGMENT) {
		size_t length = packet_segment(segment, frame, LARGE, offset,
					       MIN(SEGMENT, LARGE - offset), number++);

		traffic_expect_on_wire(t, 0, segment, packet_insert_tag(segment, length, TAG_OUT));
	}
	packet_put16(frame + PACKET_IP + 2, 0);
	packet_put16(frame + PACKET_IP + 10, 0x5555);
	packet_put16(frame + PACKET_L4 + 16, 0xaaaa);
	g_assert_true(traffic_submit(t, 0, &offload, frame, sizeof(frame), 7));
}

/* @damage: the byte to spoil, or 0; @flags: what the completion says of it. */
static void receive_packet(struct traffic *t, size_t damage, uint16_t flags, bool tagged)
{
	struct expected e = {.length = 700, .flags = flags};
	unsigned char frame[TRAFFIC_LONGEST];
	size_t length = e.length;

	packet_udp(e.bytes, e.length, t->driver->station, (unsigned int)damage + tagged);
	if (damage)
		e.bytes[damage] ^= 0x10;
	memcpy(frame, e.bytes, length);
	if (tagged) {
		length = packet_insert_tag(frame, length, TAG_IN);
		e.flags |= SGNIC_COMPLETION_VLAN;
		e.vlan_tag = TAG_IN;
	}
	traffic_expect_by_driver(t, 0, &e);
	g_assert_true(traffic_put_on_wire(t, frame, length));
}

static void test_features(void)
{
	struct traffic t;
	unsigned int i;

	traffic_start(&t, NULL,
		      &(struct driver_options){.interrupt = PLATFORM_INTERRUPT_MSIX,
					       .pairs = 1,
					       .ring_size = TRAFFIC_RING,
					       .buffer_size = 512,
					       .frame_size = TRAFFIC_LONGEST,
					       .features = FEATURES});
	for (i = 0; i < 40; i++) {
		send_with_checksum(&t, i, i % 3 == 0);
		traffic_settle(&t);
	}
	g_assert_cmpuint(traffic_statistic(&t, SGNIC_STAT_TX_CHECKSUM), ==, 40);
	send_large(&t);
	traffic_settle(&t);
	g_assert_cmpuint(traffic_statistic(&t, SGNIC_STAT_TX_LARGE), ==, 1);
	g_assert_cmpuint(t.status[SGNIC_STATUS_OK], ==, 41);
	for (i = 0; i < 2; i++) {
		receive_packet(&t, 0, GOOD_PACKET, i);
		receive_packet(&t, 600, SGNIC_COMPLETION_IP_GOOD | SGNIC_COMPLETION_TRANSPORT_BAD,
			       i);
		receive_packet(&t, PACKET_IP + 8,
			       SGNIC_COMPLETION_IP_BAD | SGNIC_COMPLETION_TRANSPORT_GOOD, i);
	}
	traffic_settle(&t);
	g_assert_cmpuint(traffic_statistic(&t, SGNIC_STAT_RX_CHECKSUM_BAD), ==, 4);
	traffic_stop(&t);
}

/* ---- errors ------------------------------------------------------------------------------- */

static void wait_error(struct traffic *t, uint32_t code)
{
	traffic_wait(t, &t->driver->error_code, code);
	t->driver->error_code = 0;
}

/* A frame of three elements, the second bad, between two good frames. */
static void send_bad(struct traffic *t, struct part bad, uint8_t status, uint32_t code)
{
	unsigned int before = t->status[status];
	uint32_t slot;

	g_assert_true(traffic_transmit(t, 100, 1));
	slot = (t->driver->tx[0].producer + 1) % TRAFFIC_RING;
	t->busy[TRAFFIC_TAGS - 1] = true;
	g_assert_cmpint(driver_send(t->driver, 0, NULL,
				    (const struct part[]){{t->elements.logical, 30},
							  bad,
							  {t->elements.logical, 30}},
				    3, TRAFFIC_TAGS - 1),
			==, 0);
	g_assert_true(traffic_transmit(t, 101, 1));
	traffic_settle(t);
	g_assert_cmpuint(t->status[status], ==, before + 1);
	g_assert_cmpuint(t->element, ==, 1);
	wait_error(t, code);
	g_assert_cmphex(t->driver->error_queue, ==, 0);
	g_assert_cmphex(t->driver->error_address, ==,
			code == SGNIC_ERROR_DESCRIPTOR
				? t->driver->tx[0].descriptors.logical +
					  slot * sizeof(struct sgnic_descriptor)
				: bad.logical);
	g_assert_cmphex(t->driver->error_value, ==,
			code == SGNIC_ERROR_DESCRIPTOR ? 0 : bad.length);
}

static void test_transmit_errors(struct traffic *t)
{
	unsigned char frame[60] = {0};
	uint64_t nothing = t->driver->end_logical - PLATFORM_PAGE_SIZE;
	uint64_t end = t->elements.logical + t->elements.length;
	unsigned int sent = t->seen;

	send_bad(t, (struct part){t->elements.logical, 0}, SGNIC_STATUS_BAD_LENGTH,
		 SGNIC_ERROR_DESCRIPTOR);
	send_bad(t, (struct part){nothing, 40}, SGNIC_STATUS_DMA_ERROR, SGNIC_ERROR_DMA_READ);
	fixture_expect_fault(t->f, nothing, false);
	send_bad(t, (struct part){end - 10, 40}, SGNIC_STATUS_DMA_ERROR, SGNIC_ERROR_DMA_READ);
	fixture_expect_fault(t->f, end, false);
	g_assert_true(traffic_submit(t, 0, NULL, frame, 13, 2));
	traffic_settle(t);
	g_assert_cmpuint(t->status[SGNIC_STATUS_FRAME_TOO_SHORT], ==, 1);
	wait_error(t, SGNIC_ERROR_DESCRIPTOR);
	g_assert_true(traffic_submit(t, 0, &(struct sgnic_offload){0}, frame, sizeof(frame), 2));
	traffic_settle(t);
	g_assert_cmpuint(t->status[SGNIC_STATUS_RESERVED_FLAGS], ==, 1);
	wait_error(t, SGNIC_ERROR_DESCRIPTOR);
	g_assert_cmpuint(t->element, ==, 0);
	g_assert_cmpuint(traffic_statistic(t, SGNIC_STAT_TX_ERRORS), ==, 5);
	g_assert_cmpuint(t->seen - sent, ==, 6);
}

/* Frames of several buffers; the bad ones come back, first in a frame or not, and no frame is lost.
 */
static void test_receive_errors(struct traffic *t)
{
	unsigned int i;

	t->driver->spoil = 5;
	for (i = 0; i < 40; i++) {
		while (!traffic_receive(t, i, 1))
			traffic_work(t);
		traffic_settle(t);
	}
	traffic_wait(t, &t->refused, 5);
	g_assert_cmpuint(t->refused_status, ==, SGNIC_STATUS_BAD_LENGTH);
	wait_error(t, SGNIC_ERROR_DESCRIPTOR);
	/* 6, step 1: frames never waited for buffers, and so nobody for a doorbell. */
	g_assert_cmpuint(t->driver->rx[0].doorbells, ==, 1);
	g_assert_cmphex(t->driver->error_queue, ==, SGNIC_ERROR_QUEUE_RX);
}

/* 4.1: a producer that runs ahead stops the queue, and the driver starts it again. */
static void test_queue_error(struct traffic *t)
{
	struct queue *queue = &t->driver->tx[0];
	uint32_t wrong = queue->consumed + TRAFFIC_RING + 1;

	__atomic_store_n(&queue->record->producer, wrong, __ATOMIC_SEQ_CST);
	driver_write(t->driver, queue->doorbell, 1);
	traffic_wait(t, &queue->restarts, 1);
	g_assert_cmpuint(t->driver->error_code, ==, SGNIC_ERROR_PRODUCER);
	g_assert_cmpuint(t->driver->error_value, ==, wrong);
	g_assert_cmphex(t->driver->error_address, ==, queue->record_memory.logical);
	g_assert_cmphex(driver_read(t->driver, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
}

static void test_errors(gconstpointer data)
{
	struct traffic t;

	traffic_start(&t, NULL,
		      &(struct driver_options){.interrupt = GPOINTER_TO_INT(data),
					       .pairs = 1,
					       .ring_size = TRAFFIC_RING,
					       .buffer_size = 400,
					       .frame_size = TRAFFIC_LONGEST});
	test_transmit_errors(&t);
	test_receive_errors(&t);
	test_queue_error(&t);
	traffic_exchange(&t, 1);
	traffic_stop(&t);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/second-driver/traffic/polled",
			     GINT_TO_POINTER(PLATFORM_INTERRUPT_AUTO), test_traffic);
	g_test_add_data_func("/second-driver/traffic/msix",
			     GINT_TO_POINTER(PLATFORM_INTERRUPT_MSIX), test_traffic);
	g_test_add_data_func("/second-driver/traffic/msi", GINT_TO_POINTER(PLATFORM_INTERRUPT_MSI),
			     test_traffic);
	g_test_add_data_func("/second-driver/traffic/intx",
			     GINT_TO_POINTER(PLATFORM_INTERRUPT_INTX), test_traffic);
	g_test_add_func("/second-driver/doorbells", test_doorbells);
	g_test_add_func("/second-driver/stop", test_stop);
	g_test_add_func("/second-driver/features", test_features);
	g_test_add_data_func("/second-driver/errors", GINT_TO_POINTER(PLATFORM_INTERRUPT_MSIX),
			     test_errors);
	return g_test_run();
}
