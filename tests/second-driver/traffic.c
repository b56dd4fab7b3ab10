/* SPDX-License-Identifier: MIT */
/*
 * traffic.c - one driver and both ends of its wire, every byte compared
 */
#include <string.h>
#include <sys/socket.h>

#include "packet.h"
#include "traffic.h"

#define TAG_MEMORY   8192
#define WAIT_SECONDS 120

static const unsigned char key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};
static const unsigned char table[8] = {0, 1, 1, 0, 1, 0, 0, 1};
static void on_sent(void *context, unsigned int queue, const struct sgnic_completion *c)
{
	struct traffic *t = context;

	(void)queue;
	g_assert_cmpuint(c->tag, <, TRAFFIC_TAGS);
	g_assert_true(t->busy[c->tag]);
	g_assert_cmpuint(c->status, <, G_N_ELEMENTS(t->status));
	t->busy[c->tag] = false;
	t->status[c->status]++;
	g_assert_cmpuint(c->length, ==, c->status == SGNIC_STATUS_OK ? t->length[c->tag] : 0);
	if (c->status != SGNIC_STATUS_OK)
		t->element = c->element;
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

void traffic_start_driver(struct traffic *t, const struct driver_options *options)
{
	struct driver_options all = *options;

	all.sent = on_sent;
	all.received = on_received;
	all.context = t;
	all.filter = SGNIC_FILTER_DIRECTED | SGNIC_FILTER_BROADCAST;
	g_assert_cmpint(driver_start(t->driver, t->f->platform, &all), ==, 0);
	g_assert_cmpint(driver_memory(t->driver, TRAFFIC_TAGS * TAG_MEMORY, PLATFORM_DEVICE_READS,
				      &t->elements),
			==, 0);
}

void traffic_start(struct traffic *t, const char *properties, const struct driver_options *options)
{
	unsigned int i;

	memset(t, 0, sizeof(*t));
	t->random = g_rand_new_with_seed(1);
	t->f = fixture_open(properties);
	t->driver = g_new0(struct driver, 1);
	for (i = 0; i < DRIVER_PAIRS; i++) {
		g_queue_init(&t->to_wire[i]);
		g_queue_init(&t->to_driver[i]);
	}
	traffic_start_driver(t, options);
}

void traffic_stop_driver(struct traffic *t)
{
	g_assert_cmpint(driver_stop(t->driver), ==, 0);
	g_assert_cmpuint(driver_read(t->driver, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_STATE), ==,
			 SGNIC_QUEUE_DISABLED);
	g_assert_cmpuint(driver_read(t->driver, SGNIC_RX_QUEUE(0) + SGNIC_QUEUE_STATE), ==,
			 SGNIC_QUEUE_DISABLED);
	fixture_expect_no_fault(t->f);
}

void traffic_stop(struct traffic *t)
{
	unsigned int i;

	for (i = 0; i < DRIVER_PAIRS; i++) {
		g_assert_true(g_queue_is_empty(&t->to_wire[i]));
		g_assert_true(g_queue_is_empty(&t->to_driver[i]));
	}
	traffic_stop_driver(t);
	fixture_close(t->f);
	g_free(t->driver);
	g_rand_free(t->random);
}

void traffic_set_scaling(struct traffic *t)
{
	driver_set_scaling(t->driver, SGNIC_RSS_UDP_IPV4, key, table, 3);
}

uint64_t traffic_statistic(struct traffic *t, enum sgnic_statistic n)
{
	uint64_t low = driver_read(t->driver, SGNIC_STATISTIC((uint32_t)n));

	return low | (uint64_t)driver_read(t->driver, SGNIC_STATISTIC((uint32_t)n) + 4) << 32;
}

/* ---- moving things ------------------------------------------------------------------------ */

/* The queue a frame was sent by is the last byte of its source address. */
bool traffic_look_at_wire(struct traffic *t)
{
	unsigned char frame[TRAFFIC_LONGEST + 5];
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

void traffic_work(struct traffic *t)
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
	for (i = 0; i < TRAFFIC_TAGS; i++)
		done = done && !t->busy[i];
	return done;
}

void traffic_settle(struct traffic *t)
{
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;

	while (!all_done(t)) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		traffic_work(t);
		while (traffic_look_at_wire(t))
			;
	}
}

void traffic_expect_on_wire(struct traffic *t, unsigned int queue, const unsigned char *bytes,
			    size_t length)
{
	struct expected *e = g_new0(struct expected, 1);

	g_assert_cmpuint(length, <=, sizeof(e->bytes));
	memcpy(e->bytes, bytes, length);
	e->length = MAX(length, 60);
	g_queue_push_tail(&t->to_wire[queue], e);
}

/* Send @bytes in @count elements of any size, with gaps between them, if there is room. */
bool traffic_submit(struct traffic *t, unsigned int queue, const struct sgnic_offload *offload,
		    const unsigned char *bytes, uint32_t length, unsigned int count)
{
	struct part parts[8];
	uint32_t done = 0;
	uint16_t tag = 0;
	unsigned int i;

	g_assert_cmpuint(count, <=, G_N_ELEMENTS(parts));
	while (tag < TRAFFIC_TAGS && t->busy[tag])
		tag++;
	if (tag == TRAFFIC_TAGS)
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
	t->length[tag] = length;
	if (driver_send(t->driver, queue, offload, parts, count, tag) == 0)
		return true;
	t->busy[tag] = false;
	return false;
}

bool traffic_put_on_wire(struct traffic *t, const unsigned char *bytes, size_t length)
{
	return send(t->f->wire, bytes, length, MSG_DONTWAIT) == (ssize_t)length;
}

void traffic_expect_by_driver(struct traffic *t, unsigned int queue,
			      const struct expected *expected)
{
	struct expected *e = g_new(struct expected, 1);

	*e = *expected;
	g_queue_push_tail(&t->to_driver[queue], e);
}

void traffic_wait(struct traffic *t, const unsigned int *counter, unsigned int wanted)
{
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;

	while (*counter < wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		traffic_work(t);
	}
	g_assert_cmpuint(*counter, ==, wanted);
}

/* ---- plain traffic ------------------------------------------------------------------------ */

bool traffic_transmit(struct traffic *t, unsigned int number, unsigned int pairs)
{
	uint32_t length = number < 50 ? 14 + number : 14 + number * 997 % (TRAFFIC_LONGEST - 13);
	unsigned int queue = number % pairs;
	unsigned char frame[TRAFFIC_LONGEST];

	fixture_frame(frame, length, number);
	frame[11] = (unsigned char)queue;
	if (!traffic_submit(t, queue, NULL, frame, length, 1 + number % 6))
		return false;
	traffic_expect_on_wire(t, queue, frame, length);
	return true;
}

/* By turns: two packets to us, one broadcast that is no packet, one to somebody else. */
bool traffic_receive(struct traffic *t, unsigned int number, unsigned int pairs)
{
	struct expected e = {.length = 60 + number * 991 % (TRAFFIC_LONGEST - 59)};
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
	if (!traffic_put_on_wire(t, e.bytes, e.length))
		return false;
	if (number % 4 != 3)
		traffic_expect_by_driver(t, queue, &e);
	return true;
}

void traffic_exchange(struct traffic *t, unsigned int pairs)
{
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;
	unsigned int out = 0;
	unsigned int in = 0;

	while (out < TRAFFIC_FRAMES || in < TRAFFIC_FRAMES) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		while (out < TRAFFIC_FRAMES && traffic_transmit(t, out, pairs))
			out++;
		while (in < TRAFFIC_FRAMES && traffic_receive(t, in, pairs))
			in++;
		traffic_work(t);
		while (traffic_look_at_wire(t))
			;
	}
	traffic_settle(t);
}
