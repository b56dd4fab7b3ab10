/* SPDX-License-Identifier: MIT */
/*
 * driver_test.c - proves that docs/device-specification.md is enough to write a driver from
 *
 * driver.c was written from that document and sgnic_regs.h alone. Here it passes traffic behind
 * VT-d, with every byte compared on the wire and in memory: frames of several elements into and
 * out of two pairs of queues whose rings wrap many times, polled and with each kind of interrupt;
 * scaling over the queues by the hash; checksums, VLAN tags and a large send; bad descriptors and
 * a queue in ERROR; and doorbells only where kick_event asks for them.
 */
#include <string.h>
#include <sys/socket.h>

#include "../qtest/platform/fixture.h"
#include "driver.h"
#include "packet.h"

#define FRAMES	     300
#define RING	     16
#define TAGS	     32
#define TAG_MEMORY   8192
#define LONGEST	     1518
#define WAIT_SECONDS 120

static const unsigned char key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};
static const unsigned char table[8] = {0, 1, 1, 0, 1, 0, 0, 1};

/* struct expected - what is to arrive somewhere, as it is to look. */
struct expected {
	unsigned char bytes[LONGEST + 4];
	size_t length;
	bool hashed;
	uint32_t hash;
	uint16_t flags;
	uint16_t vlan_tag;
};

/*
 * struct traffic - one driver and both ends of its wire
 * @to_wire, @to_driver: what is under way, of each queue in order.
 * @busy: tags that the device has; the frame's elements are in that part of @elements.
 * @status: how many transmit completions had it; @element: of the last that was not OK.
 * @refused: receive completions with a status other than OK, @refused_status the last.
 */
struct traffic {
	struct fixture *f;
	struct driver *driver;
	struct memory elements;
	GQueue to_wire[DRIVER_PAIRS];
	GQueue to_driver[DRIVER_PAIRS];
	bool busy[TAGS];
	unsigned int status[16];
	unsigned int element;
	unsigned int refused;
	unsigned int refused_status;
	unsigned int seen;
	unsigned int received;
	GRand *random;
};

static void on_sent(void *context, unsigned int queue, const struct sgnic_completion *c)
{
	struct traffic *t = context;

	(void)queue;
	g_assert_cmpuint(c->tag, <, TAGS);
	g_assert_true(t->busy[c->tag]);
	g_assert_cmpuint(c->status, <, G_N_ELEMENTS(t->status));
	t->busy[c->tag] = false;
	t->status[c->status]++;
	if (c->status != SGNIC_STATUS_OK) {
		g_assert_cmpuint(c->length, ==, 0);
		t->element = c->element;
	}
}

static void on_received(void *context, unsigned int queue, const struct sgnic_rx_completion *c,
			const unsigned char *frame)
{
	struct traffic *t = context;
	struct expected *e;

	if (!frame) {
		t->refused++;
		t->refused_status = c->c.status;
		return;
	}
	e = g_queue_pop_head(&t->to_driver[queue]);
	g_assert_nonnull(e);
	g_assert_cmpuint(c->c.length, ==, e->length);
	fixture_same(frame, e->bytes, e->length);
	g_assert_cmphex(c->c.flags & ~SGNIC_COMPLETION_PHASE & 0xffff, ==,
			e->flags | (e->hashed ? SGNIC_COMPLETION_HASH : 0));
	g_assert_cmphex(c->hash, ==, e->hash);
	g_assert_cmpuint(c->hash_type, ==, e->hashed ? 2 : 0);
	g_assert_cmphex(c->vlan_tag, ==, e->vlan_tag);
	t->received++;
	g_free(e);
}

static void start(struct traffic *t, const char *properties, const struct driver_options *options)
{
	struct driver_options all = *options;
	unsigned int i;

	memset(t, 0, sizeof(*t));
	t->random = g_rand_new_with_seed(1);
	t->f = fixture_open(properties);
	t->driver = g_new0(struct driver, 1);
	for (i = 0; i < DRIVER_PAIRS; i++) {
		g_queue_init(&t->to_wire[i]);
		g_queue_init(&t->to_driver[i]);
	}
	all.sent = on_sent;
	all.received = on_received;
	all.context = t;
	all.filter = SGNIC_FILTER_DIRECTED | SGNIC_FILTER_BROADCAST;
	g_assert_cmpint(driver_start(t->driver, t->f->platform, &all), ==, 0);
	g_assert_cmpint(
		driver_memory(t->driver, TAGS * TAG_MEMORY, PLATFORM_DEVICE_READS, &t->elements),
		==, 0);
}

static void stop(struct traffic *t)
{
	unsigned int i;

	for (i = 0; i < DRIVER_PAIRS; i++) {
		g_assert_true(g_queue_is_empty(&t->to_wire[i]));
		g_assert_true(g_queue_is_empty(&t->to_driver[i]));
	}
	g_assert_cmpint(driver_stop(t->driver), ==, 0);
	g_assert_cmpuint(driver_read(t->driver, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_STATE), ==,
			 SGNIC_QUEUE_DISABLED);
	fixture_expect_no_fault(t->f);
	fixture_close(t->f);
	g_free(t->driver);
	g_rand_free(t->random);
}

static uint64_t statistic(struct traffic *t, enum sgnic_statistic n)
{
	uint64_t low = driver_read(t->driver, SGNIC_STATISTIC((uint32_t)n));

	return low | (uint64_t)driver_read(t->driver, SGNIC_STATISTIC((uint32_t)n) + 4) << 32;
}

/* ---- moving things ------------------------------------------------------------------------ */

/* The queue a frame was sent by is the last byte of its source address. */
static bool look_at_wire(struct traffic *t)
{
	unsigned char frame[LONGEST + 5];
	ssize_t got = recv(t->f->wire, frame, sizeof(frame), MSG_DONTWAIT);
	struct expected *e;

	if (got < 0)
		return false;
	g_assert_cmpint(got, >=, 60);
	g_assert_cmpuint(frame[11], <, DRIVER_PAIRS);
	e = g_queue_pop_head(&t->to_wire[frame[11]]);
	g_assert_nonnull(e);
	g_assert_cmpint(got, ==, (gssize)e->length);
	fixture_same(frame, e->bytes, e->length);
	g_free(e);
	t->seen++;
	return true;
}

static void work(struct traffic *t)
{
	if (t->driver->options.interrupt == PLATFORM_INTERRUPT_AUTO)
		driver_poll(t->driver);
	else
		event_loop_run_once(t->f->loop, 1000000);
	g_assert_cmpstr(t->driver->broken, ==, NULL);
}

static bool all_done(struct traffic *t)
{
	unsigned int i;
	bool done = true;

	for (i = 0; i < DRIVER_PAIRS; i++)
		done = done && g_queue_is_empty(&t->to_wire[i]) &&
		       g_queue_is_empty(&t->to_driver[i]);
	for (i = 0; i < TAGS; i++)
		done = done && !t->busy[i];
	return done;
}

static void settle(struct traffic *t)
{
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;

	while (!all_done(t)) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		work(t);
		while (look_at_wire(t))
			;
	}
}

static void expect_on_wire(struct traffic *t, unsigned int queue, const unsigned char *bytes,
			   size_t length)
{
	struct expected *e = g_new0(struct expected, 1);

	g_assert_cmpuint(length, <=, sizeof(e->bytes));
	memcpy(e->bytes, bytes, length);
	e->length = MAX(length, 60);
	g_queue_push_tail(&t->to_wire[queue], e);
}

/* Send @bytes in @count elements of any size, with gaps between them, if there is room. */
static bool submit(struct traffic *t, unsigned int queue, const struct sgnic_offload *offload,
		   const unsigned char *bytes, uint32_t length, unsigned int count)
{
	struct part parts[8];
	uint32_t done = 0;
	uint16_t tag = 0;
	unsigned int i;

	g_assert_cmpuint(count, <=, G_N_ELEMENTS(parts));
	while (tag < TAGS && t->busy[tag])
		tag++;
	if (tag == TAGS)
		return false;
	for (i = 0; i < count; i++) {
		uint32_t left = length - done - (count - i - 1);
		uint32_t piece =
			i + 1 == count ? left
				       : (uint32_t)g_rand_int_range(t->random, 1, (gint32)left + 1);
		uint32_t offset = tag * TAG_MEMORY + done + 5 * i;

		memcpy(t->elements.va + offset, bytes + done, piece);
		parts[i] = (struct part){t->elements.logical + offset, piece};
		done += piece;
	}
	t->busy[tag] = true;
	if (driver_send(t->driver, queue, offload, parts, count, tag) == 0)
		return true;
	t->busy[tag] = false;
	return false;
}

static bool put_on_wire(struct traffic *t, const unsigned char *bytes, size_t length)
{
	return send(t->f->wire, bytes, length, MSG_DONTWAIT) == (ssize_t)length;
}

static void expect_by_driver(struct traffic *t, unsigned int queue, const struct expected *expected)
{
	struct expected *e = g_new(struct expected, 1);

	*e = *expected;
	g_queue_push_tail(&t->to_driver[queue], e);
}

/* ---- plain traffic ------------------------------------------------------------------------ */

static bool transmit_one(struct traffic *t, unsigned int number, unsigned int pairs)
{
	uint32_t length = number < 50 ? 14 + number : 14 + number * 997 % (LONGEST - 13);
	unsigned int queue = number % pairs;
	unsigned char frame[LONGEST];

	fixture_frame(frame, length, number);
	frame[11] = (unsigned char)queue;
	if (!submit(t, queue, NULL, frame, length, 1 + number % 6))
		return false;
	expect_on_wire(t, queue, frame, length);
	return true;
}

/* By turns: two packets to us, one broadcast that is no packet, one to somebody else. */
static bool receive_one(struct traffic *t, unsigned int number, unsigned int pairs)
{
	struct expected e = {.length = 60 + number * 991 % (LONGEST - 59)};
	unsigned int queue = 0;

	if (number % 4 < 2) {
		packet_udp(e.bytes, e.length, t->driver->station, number);
		if (pairs > 1) {
			e.hashed = true;
			e.hash = packet_hash(e.bytes, key);
			queue = table[e.hash % sizeof(table)];
		}
	} else {
		fixture_frame(e.bytes, e.length, number);
		if (number % 4 == 3)
			e.bytes[0] = 0x02;
	}
	if (!put_on_wire(t, e.bytes, e.length))
		return false;
	if (number % 4 != 3)
		expect_by_driver(t, queue, &e);
	return true;
}

static void exchange(struct traffic *t, unsigned int pairs)
{
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;
	unsigned int out = 0;
	unsigned int in = 0;

	while (out < FRAMES || in < FRAMES) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		while (out < FRAMES && transmit_one(t, out, pairs))
			out++;
		while (in < FRAMES && receive_one(t, in, pairs))
			in++;
		work(t);
		while (look_at_wire(t))
			;
	}
	settle(t);
}

static void check_counters(struct traffic *t, unsigned int pairs)
{
	uint64_t doorbells[2] = {0, 0};
	uint32_t queues = 0;
	unsigned int i;

	for (i = 0; i < pairs; i++) {
		struct queue *tx = &t->driver->tx[i];
		struct queue *rx = &t->driver->rx[i];

		g_assert_cmpuint(tx->consumed, >, 4 * RING);
		g_assert_cmpuint(rx->consumed, >, 4 * RING);
		g_assert_cmpuint(driver_read(t->driver, tx->registers + SGNIC_QUEUE_COMPLETED), ==,
				 tx->completed);
		g_assert_cmpuint(driver_read(t->driver, rx->registers + SGNIC_QUEUE_CONSUMED), ==,
				 rx->consumed);
		doorbells[0] += tx->doorbells;
		doorbells[1] += rx->doorbells;
		queues |= SGNIC_CAUSE_TX(i) | SGNIC_CAUSE_RX(i);
	}
	g_assert_cmpuint(statistic(t, SGNIC_STAT_TX_DOORBELLS), ==, doorbells[0]);
	g_assert_cmpuint(statistic(t, SGNIC_STAT_RX_DOORBELLS), ==, doorbells[1]);
	g_assert_cmpuint(statistic(t, SGNIC_STAT_TX_FRAMES), ==, FRAMES);
	g_assert_cmpuint(statistic(t, SGNIC_STAT_TX_BROADCAST), ==, FRAMES);
	g_assert_cmpuint(statistic(t, SGNIC_STAT_RX_FRAMES), ==, FRAMES * 3 / 4);
	g_assert_cmpuint(statistic(t, SGNIC_STAT_RX_FILTERED), ==, FRAMES / 4);
	g_assert_cmpuint(statistic(t, SGNIC_STAT_GUEST_ERRORS), ==, 0);
	if (t->driver->options.interrupt == PLATFORM_INTERRUPT_AUTO) {
		g_assert_cmphex(driver_read(t->driver, SGNIC_INTERRUPT_PENDING) & queues, ==, 0);
		g_assert_cmpuint(statistic(t, SGNIC_STAT_INTERRUPTS), ==, 0);
	} else {
		g_assert_cmpuint(t->driver->interrupts, >, 0);
		g_assert_cmpuint(statistic(t, SGNIC_STAT_INTERRUPTS), >=, t->driver->interrupts);
	}
}

static void test_traffic(gconstpointer data)
{
	enum platform_interrupt kind = GPOINTER_TO_INT(data);
	unsigned int pairs = kind == PLATFORM_INTERRUPT_AUTO ? 1 : 2;
	struct traffic t;

	start(&t, pairs == 1 ? "dma-width=24" : "queues=2",
	      &(struct driver_options){.interrupt = kind,
				       .pairs = pairs,
				       .ring_size = RING,
				       .buffer_size = 200,
				       .frame_size = LONGEST,
				       .features = pairs > 1 ? SGNIC_FEATURE_RSS : 0});
	if (pairs > 1)
		driver_set_scaling(t.driver, SGNIC_RSS_UDP_IPV4, key, table, 3);
	exchange(&t, pairs);
	g_assert_cmpuint(t.status[SGNIC_STATUS_OK], ==, FRAMES);
	check_counters(&t, pairs);
	stop(&t);
}

/* 5, step 6: while the backend is busy the device will look again anyway, and asks for nothing. */
static void test_doorbells(void)
{
	struct traffic t;
	unsigned int frames = 0;
	unsigned int rung;

	start(&t, NULL,
	      &(struct driver_options){
		      .pairs = 1, .ring_size = RING, .buffer_size = 2048, .frame_size = LONGEST});
	for (;;) {
		work(&t);
		if (!transmit_one(&t, frames, 1))
			break;
		frames++;
	}
	rung = t.driver->tx[0].doorbells;
	g_assert_cmpuint(rung, <, frames);
	settle(&t);
	g_assert_cmpuint(t.status[SGNIC_STATUS_OK], ==, frames);
	/* The device answers registers only when it has finished its last look. */
	g_assert_cmpuint(statistic(&t, SGNIC_STAT_TX_FRAMES), ==, frames);
	g_assert_true(transmit_one(&t, frames, 1));
	g_assert_cmpuint(t.driver->tx[0].doorbells, ==, rung + 1);
	settle(&t);
	stop(&t);
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
	unsigned char frame[LONGEST + 4];
	unsigned char expected[LONGEST + 4];
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
	g_assert_true(submit(t, 0, &offload, frame, (uint32_t)length, 1 + number % 4));
	expect_on_wire(t, 0, expected,
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

		expect_on_wire(t, 0, segment, packet_insert_tag(segment, length, TAG_OUT));
	}
	packet_put16(frame + PACKET_IP + 2, 0);
	packet_put16(frame + PACKET_IP + 10, 0x5555);
	packet_put16(frame + PACKET_L4 + 16, 0xaaaa);
	g_assert_true(submit(t, 0, &offload, frame, sizeof(frame), 7));
}

/* @damage: the byte to spoil, or 0; @flags: what the completion says of it. */
static void receive_packet(struct traffic *t, size_t damage, uint16_t flags, bool tagged)
{
	struct expected e = {.length = 700, .flags = flags};
	unsigned char frame[LONGEST];
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
	expect_by_driver(t, 0, &e);
	g_assert_true(put_on_wire(t, frame, length));
}

static void test_features(void)
{
	struct traffic t;
	unsigned int i;

	start(&t, NULL,
	      &(struct driver_options){.interrupt = PLATFORM_INTERRUPT_MSIX,
				       .pairs = 1,
				       .ring_size = RING,
				       .buffer_size = 512,
				       .frame_size = LONGEST,
				       .features = FEATURES});
	for (i = 0; i < 40; i++) {
		send_with_checksum(&t, i, i % 3 == 0);
		settle(&t);
	}
	g_assert_cmpuint(statistic(&t, SGNIC_STAT_TX_CHECKSUM), ==, 40);
	send_large(&t);
	settle(&t);
	g_assert_cmpuint(statistic(&t, SGNIC_STAT_TX_LARGE), ==, 1);
	g_assert_cmpuint(t.status[SGNIC_STATUS_OK], ==, 41);
	for (i = 0; i < 2; i++) {
		receive_packet(&t, 0, GOOD_PACKET, i);
		receive_packet(&t, 600, SGNIC_COMPLETION_IP_GOOD | SGNIC_COMPLETION_TRANSPORT_BAD,
			       i);
		receive_packet(&t, PACKET_IP + 8,
			       SGNIC_COMPLETION_IP_BAD | SGNIC_COMPLETION_TRANSPORT_GOOD, i);
	}
	settle(&t);
	g_assert_cmpuint(statistic(&t, SGNIC_STAT_RX_CHECKSUM_BAD), ==, 4);
	stop(&t);
}

/* ---- errors ------------------------------------------------------------------------------- */

static void wait_for(struct traffic *t, const unsigned int *counter, unsigned int wanted)
{
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;

	while (*counter < wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		work(t);
	}
	g_assert_cmpuint(*counter, ==, wanted);
}

/* A frame of three elements, the second bad, between two good frames. */
static void send_bad(struct traffic *t, struct part bad, uint8_t status, uint32_t code)
{
	unsigned int before = t->status[status];
	uint32_t slot;

	g_assert_true(transmit_one(t, 100, 1));
	slot = (t->driver->tx[0].producer + 1) % RING;
	t->busy[TAGS - 1] = true;
	g_assert_cmpint(driver_send(t->driver, 0, NULL,
				    (const struct part[]){{t->elements.logical, 30},
							  bad,
							  {t->elements.logical, 30}},
				    3, TAGS - 1),
			==, 0);
	g_assert_true(transmit_one(t, 101, 1));
	settle(t);
	g_assert_cmpuint(t->status[status], ==, before + 1);
	g_assert_cmpuint(t->element, ==, 1);
	while (t->driver->error_code != code)
		work(t);
	g_assert_cmphex(t->driver->error_queue, ==, 0);
	g_assert_cmphex(t->driver->error_address, ==,
			code == SGNIC_ERROR_DESCRIPTOR
				? t->driver->tx[0].descriptors.logical +
					  slot * sizeof(struct sgnic_descriptor)
				: bad.logical);
	g_assert_cmphex(t->driver->error_value, ==,
			code == SGNIC_ERROR_DESCRIPTOR ? 0 : bad.length);
	t->driver->error_code = 0;
}

static void test_transmit_errors(struct traffic *t)
{
	unsigned char frame[60] = {0};
	uint64_t nothing = t->driver->end_logical - PLATFORM_PAGE_SIZE;
	unsigned int sent = t->seen;

	send_bad(t, (struct part){t->elements.logical, 0}, SGNIC_STATUS_BAD_LENGTH,
		 SGNIC_ERROR_DESCRIPTOR);
	send_bad(t, (struct part){nothing, 40}, SGNIC_STATUS_DMA_ERROR, SGNIC_ERROR_DMA_READ);
	fixture_expect_fault(t->f, nothing, false);
	g_assert_true(submit(t, 0, NULL, frame, 13, 2));
	settle(t);
	g_assert_cmpuint(t->status[SGNIC_STATUS_FRAME_TOO_SHORT], ==, 1);
	g_assert_true(submit(t, 0, &(struct sgnic_offload){0}, frame, sizeof(frame), 2));
	settle(t);
	g_assert_cmpuint(t->status[SGNIC_STATUS_RESERVED_FLAGS], ==, 1);
	g_assert_cmpuint(t->element, ==, 0);
	g_assert_cmpuint(statistic(t, SGNIC_STAT_TX_ERRORS), ==, 4);
	g_assert_cmpuint(t->seen - sent, ==, 4);
}

/* Frames of several buffers; the bad ones come back, first in a frame or not, and no frame is lost.
 */
static void test_receive_errors(struct traffic *t)
{
	unsigned int i;

	t->driver->spoil = 5;
	for (i = 0; i < 40; i++) {
		while (!receive_one(t, i, 1))
			work(t);
		settle(t);
	}
	wait_for(t, &t->refused, 5);
	g_assert_cmpuint(t->refused_status, ==, SGNIC_STATUS_BAD_LENGTH);
	while (t->driver->error_code != SGNIC_ERROR_DESCRIPTOR)
		work(t);
	g_assert_cmphex(t->driver->error_queue, ==, SGNIC_ERROR_QUEUE_RX);
}

/* 4.1: a producer that runs ahead stops the queue, and the driver starts it again. */
static void test_queue_error(struct traffic *t)
{
	struct queue *queue = &t->driver->tx[0];
	uint32_t wrong = queue->consumed + RING + 1;

	__atomic_store_n(&queue->record->producer, wrong, __ATOMIC_SEQ_CST);
	driver_write(t->driver, queue->doorbell, 1);
	wait_for(t, &queue->restarts, 1);
	g_assert_cmpuint(t->driver->error_code, ==, SGNIC_ERROR_PRODUCER);
	g_assert_cmpuint(t->driver->error_value, ==, wrong);
	g_assert_cmphex(t->driver->error_address, ==, queue->record_memory.logical);
	g_assert_cmphex(driver_read(t->driver, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
}

static void test_errors(gconstpointer data)
{
	struct traffic t;

	start(&t, NULL,
	      &(struct driver_options){.interrupt = GPOINTER_TO_INT(data),
				       .pairs = 1,
				       .ring_size = RING,
				       .buffer_size = 400,
				       .frame_size = LONGEST});
	test_transmit_errors(&t);
	test_receive_errors(&t);
	test_queue_error(&t);
	exchange(&t, 1);
	stop(&t);
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
	g_test_add_func("/second-driver/features", test_features);
	g_test_add_data_func("/second-driver/errors", GINT_TO_POINTER(PLATFORM_INTERRUPT_MSIX),
			     test_errors);
	return g_test_run();
}
