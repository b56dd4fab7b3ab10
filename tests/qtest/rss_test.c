/* SPDX-License-Identifier: MIT */
/*
 * rss_test.c - receive-side scaling (device specification, section 3.9)
 *
 * The hashes are those that Microsoft publishes to verify an implementation ("Verifying the
 * RSS Hash Calculation").
 */
#include <string.h>

#include "ip_packet.h"
#include "sgnic_queue.h"

#define NO_HASH  0xff
#define IPV4	 0
#define TCP_IPV4 1
#define UDP_IPV4 2
#define IPV6	 3
#define TCP_IPV6 4
#define UDP_IPV6 5
#define TYPE(n)	 (1u << (n))

static const uint8_t key[4 * SGNIC_RSS_KEY_WORDS] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

struct vector {
	struct ip_packet packet;
	uint32_t addresses; /* hash over them */
	uint32_t ports;	    /* and over the ports, too */
};

static const struct vector vectors[] = {
	{{.source = "66.9.149.187", .destination = "161.142.100.80", .ports = {2794, 1766}},
	 0x323e8fc2,
	 0x51ccc178},
	{{.source = "199.92.111.2", .destination = "65.69.140.83", .ports = {14230, 4739}},
	 0xd718262a,
	 0xc626b0ea},
	{{.source = "24.19.198.95", .destination = "12.22.207.184", .ports = {12898, 38024}},
	 0xd2d0a5de,
	 0x5c2b394a},
	{{.source = "38.27.205.30", .destination = "209.142.163.6", .ports = {48228, 2217}},
	 0x82989176,
	 0xafc7327f},
	{{.source = "153.39.163.191", .destination = "202.188.127.2", .ports = {44251, 1303}},
	 0x5d1809c5,
	 0x10e828a2},
	{{.source = "3ffe:2501:200:1fff::7",
	  .destination = "3ffe:2501:200:3::1",
	  .ports = {2794, 1766}},
	 0x2cc18cd5,
	 0x40207d3d},
	{{.source = "3ffe:501:8::260:97ff:fe40:efab",
	  .destination = "ff02::1",
	  .ports = {14230, 4739}},
	 0x0f0c461c,
	 0xdde51bbf},
	{{.source = "3ffe:1900:4545:3:200:f8ff:fe21:67cf",
	  .destination = "fe80::200:f8ff:fe21:67cf",
	  .ports = {44251, 38024}},
	 0x4b61e985,
	 0x02d1feef},
};

/* A device with receive queues that run, and buffers in them */
struct setup {
	struct nic *nic;
	struct nic_queue rx[SGNIC_QUEUE_MAX];
	struct frame frame;
};

static void post(struct nic_queue *rx)
{
	queue_post(rx, nic_allocate(rx->nic, 512, 64), 512, 0, (uint16_t)rx->index);
	queue_kick(rx);
}

static struct setup *setup_start(uint32_t queues, uint32_t types)
{
	g_autofree char *properties = g_strdup_printf("queues=%u", queues);
	struct setup *setup = g_new0(struct setup, 1);
	struct nic *nic = nic_start(&(struct nic_options){.properties = properties});
	uint32_t word;
	uint32_t i;

	setup->nic = nic;
	nic_set(nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RSS);
	nic_set(nic, SGNIC_RSS_TYPES, types);
	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++) {
		memcpy(&word, key + 4 * i, 4);
		nic_set(nic, SGNIC_RSS_KEY(i), GUINT32_FROM_LE(word));
	}
	for (i = 0; i < queues; i++) {
		queue_open_at(&setup->rx[i], nic, true, i, 512);
		post(&setup->rx[i]);
	}
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	return setup;
}

static void setup_stop(struct setup *setup)
{
	nic_expect_no_error(setup->nic);
	nic_stop(setup->nic);
	g_free(setup);
}

static void set_entry(struct nic *nic, uint32_t entry, uint32_t queue)
{
	uint32_t shift = 8 * (entry % 4);
	uint32_t word = nic_get(nic, SGNIC_RSS_TABLE(entry / 4)) & ~(0xffu << shift);

	nic_set(nic, SGNIC_RSS_TABLE(entry / 4), word | queue << shift);
}

/* setup->frame arrives at RX @queue, with the hash or, for type NO_HASH, without one. */
static void expect_at(struct setup *setup, uint32_t queue, uint8_t type, uint32_t hash)
{
	struct nic_queue *rx = &setup->rx[queue];
	struct sgnic_rx_completion *got = &rx->details;

	wire_send(setup->nic, &setup->frame);
	queue_expect(rx, SGNIC_STATUS_OK, (uint16_t)queue, (uint32_t)setup->frame.length, 1);
	g_assert_cmpint(!!(got->c.flags & SGNIC_COMPLETION_HASH), ==, type != NO_HASH);
	if (type != NO_HASH) {
		g_assert_cmphex(got->hash, ==, hash);
		g_assert_cmpuint(got->hash_type, ==, type);
	}
	post(rx);
}

static void expect_packet(struct setup *setup, struct ip_packet *packet, uint8_t type,
			  uint32_t hash)
{
	ip_packet_build(packet, &setup->frame, address_nic);
	expect_at(setup, 0, type, hash);
}

/* Every set of types, with TCP, UDP and another protocol */
static void test_vectors(void)
{
	static const uint8_t protocols[] = {PACKET_TCP, PACKET_UDP, 1};
	struct setup *setup = setup_start(1, 0);
	uint32_t types;
	uint32_t i;
	uint32_t j;

	for (types = 0; types <= SGNIC_RSS_TYPES_MASK; types++) {
		nic_set(setup->nic, SGNIC_RSS_TYPES, types);
		/* all vectors with all types, two for each other set */
		for (i = 0; i < G_N_ELEMENTS(vectors); i++) {
			for (j = 0; j < G_N_ELEMENTS(protocols); j++) {
				struct ip_packet packet = vectors[i].packet;
				uint8_t base = strchr(packet.source, ':') ? IPV6 : IPV4;
				uint8_t type = (uint8_t)(base + j + 1);

				if (types != SGNIC_RSS_TYPES_MASK && i != types % 5 &&
				    i != 5 + types % 3)
					continue;
				packet.protocol = protocols[j];
				if (j < 2 && (types & TYPE(type)))
					expect_packet(setup, &packet, type, vectors[i].ports);
				else if (types & TYPE(base))
					expect_packet(setup, &packet, base, vectors[i].addresses);
				else
					expect_packet(setup, &packet, NO_HASH, 0);
			}
		}
	}
	setup_stop(setup);
}

/* Tags are skipped, up to two; options and extension headers, too. */
static void test_headers(void)
{
	const struct vector *v4 = &vectors[0];
	const struct vector *v6 = &vectors[6];
	struct ip_packet p4 = v4->packet;
	struct ip_packet p6 = v6->packet;
	struct setup *setup = setup_start(1, SGNIC_RSS_TYPES_MASK);
	uint32_t i;

	p4.protocol = PACKET_TCP;
	p6.protocol = PACKET_UDP;
	for (p4.tags = 0; p4.tags <= 2; p4.tags++)
		expect_packet(setup, &p4, TCP_IPV4, v4->ports);
	expect_packet(setup, &p4, NO_HASH, 0); /* three */
	p4.tags = 1;
	for (p4.ip_options = 4; p4.ip_options <= 40; p4.ip_options += 4)
		expect_packet(setup, &p4, TCP_IPV4, v4->ports);

	for (p6.tags = 0; p6.tags <= 2; p6.tags++)
		for (p6.extensions = 0; p6.extensions <= 8; p6.extensions++)
			expect_packet(setup, &p6, UDP_IPV6, v6->ports);
	p6.tags = 0;
	expect_packet(setup, &p6, IPV6, v6->addresses); /* nine are too many */
	p6.extensions = 0;

	/* other protocols, and those that only look like IP */
	for (i = 0; i < 0x10000; i += 257) {
		if (i == 0x0800 || i == 0x86dd || i == 0x8100 || i == 0x88a8)
			continue;
		ip_packet_build(&p4, &setup->frame, address_nic);
		setup->frame.bytes[16] = (uint8_t)(i >> 8);
		setup->frame.bytes[17] = (uint8_t)i;
		expect_at(setup, 0, NO_HASH, 0);
	}
	p4.tags = 0;
	ip_packet_build(&p4, &setup->frame, address_nic);
	setup->frame.bytes[14] = 0x65; /* version 6 in an IPv4 frame */
	expect_at(setup, 0, NO_HASH, 0);
	setup->frame.bytes[14] = 0x44; /* header of 16 bytes */
	expect_at(setup, 0, NO_HASH, 0);
	setup->frame.bytes[14] = 0x4f; /* header longer than the packet */
	setup->frame.bytes[17] = 59;
	expect_at(setup, 0, NO_HASH, 0);
	ip_packet_build(&p6, &setup->frame, address_nic);
	setup->frame.bytes[14] = 0x45;
	expect_at(setup, 0, NO_HASH, 0);
	setup_stop(setup);
}

/* A fragment has no ports, the first one included; a whole packet has. */
static void test_fragments(void)
{
	static const struct {
		uint16_t offset;
		bool more;
	} fragments[] = {{0, true}, {1, true}, {185, false}, {8191, false}};
	struct setup *setup = setup_start(1, SGNIC_RSS_TYPES_MASK);
	struct ip_packet p4 = vectors[1].packet;
	struct ip_packet p6 = vectors[7].packet;
	size_t i;

	p4.protocol = p6.protocol = PACKET_TCP;
	for (i = 0; i < G_N_ELEMENTS(fragments); i++) {
		p4.fragment = p6.fragment = true;
		p4.fragment_offset = p6.fragment_offset = fragments[i].offset;
		p4.more = p6.more = fragments[i].more;
		expect_packet(setup, &p4, IPV4, vectors[1].addresses);
		expect_packet(setup, &p6, IPV6, vectors[7].addresses);
		nic_set(setup->nic, SGNIC_RSS_TYPES, TYPE(TCP_IPV4) | TYPE(TCP_IPV6));
		expect_packet(setup, &p4, NO_HASH, 0);
		expect_packet(setup, &p6, NO_HASH, 0);
		nic_set(setup->nic, SGNIC_RSS_TYPES, SGNIC_RSS_TYPES_MASK);
	}
	p4.fragment_offset = p6.fragment_offset = 0;
	p4.more = p6.more = false;
	expect_packet(setup, &p4, TCP_IPV4, vectors[1].ports);
	expect_packet(setup, &p6, TCP_IPV6, vectors[7].ports);
	setup_stop(setup);
}

/* A frame cut anywhere has as much of a hash as it has headers. */
static void test_truncated(void)
{
	struct setup *setup = setup_start(1, SGNIC_RSS_TYPES_MASK);
	struct ip_packet p4 = vectors[2].packet;
	struct ip_packet p6 = vectors[5].packet;
	size_t length;
	size_t whole;

	p4.protocol = PACKET_TCP;
	ip_packet_build(&p4, &setup->frame, address_nic);
	whole = setup->frame.length;
	for (length = 14; length <= whole; length++) {
		setup->frame.length = length;
		if (length < 34)
			expect_at(setup, 0, NO_HASH, 0);
		else if (length < 38)
			expect_at(setup, 0, IPV4, vectors[2].addresses);
		else
			expect_at(setup, 0, TCP_IPV4, vectors[2].ports);
	}
	p6.protocol = PACKET_UDP;
	p6.extensions = 2;
	ip_packet_build(&p6, &setup->frame, address_nic);
	whole = setup->frame.length;
	for (length = 14; length <= whole; length++) {
		setup->frame.length = length;
		if (length < 54)
			expect_at(setup, 0, NO_HASH, 0);
		else if (length < 54 + 2 * 8 + 4)
			expect_at(setup, 0, IPV6, vectors[5].addresses);
		else
			expect_at(setup, 0, UDP_IPV6, vectors[5].ports);
	}
	/* the length in the header counts, too: what follows it is padding */
	ip_packet_build(&p4, &setup->frame, address_nic);
	setup->frame.bytes[17] = 23;
	expect_at(setup, 0, IPV4, vectors[2].addresses);
	setup->frame.bytes[17] = 24;
	expect_at(setup, 0, TCP_IPV4, vectors[2].ports);
	setup_stop(setup);
}

/* Without the feature, or without types, everything goes to RX 0 and has no hash. */
static void test_off(void)
{
	struct setup *setup = setup_start(2, 0);
	struct ip_packet packet = vectors[0].packet;
	uint32_t i;

	packet.protocol = PACKET_TCP;
	for (i = 0; i < 128; i++)
		set_entry(setup->nic, i, 1);
	expect_packet(setup, &packet, NO_HASH, 0);
	nic_set(setup->nic, SGNIC_RSS_TYPES, SGNIC_RSS_TYPES_MASK);
	expect_at(setup, 1, TCP_IPV4, vectors[0].ports);

	for (i = 0; i < 2; i++)
		queue_disable(&setup->rx[i]);
	nic_set(setup->nic, SGNIC_FEATURES_ENABLED, 0);
	for (i = 0; i < 2; i++) {
		queue_enable(&setup->rx[i]);
		post(&setup->rx[i]);
	}
	expect_at(setup, 0, NO_HASH, 0);
	setup_stop(setup);
}

/* Every entry of the table, for each number of entries in use */
static void test_table(void)
{
	struct setup *setup = setup_start(8, TYPE(TCP_IPV4));
	struct ip_packet packet = vectors[0].packet;
	uint32_t seen[SGNIC_QUEUE_MAX] = {0};
	uint32_t entry;
	uint32_t log2;
	uint32_t hash;
	uint32_t i;

	packet.protocol = PACKET_TCP;
	for (i = 0; i < 128; i++)
		set_entry(setup->nic, i, i * 5 % 8);
	for (i = 0; i < 300; i++) {
		struct nic_queue *rx;
		uint32_t queue;

		log2 = i % 8;
		nic_set(setup->nic, SGNIC_RSS_TABLE_LOG2, log2);
		packet.ports[0] = (uint16_t)(i * 7919);
		ip_packet_build(&packet, &setup->frame, address_nic);
		hash = ip_packet_toeplitz(&packet, key);
		entry = hash & ((1u << log2) - 1);
		queue = entry * 5 % 8;
		rx = &setup->rx[queue];
		wire_send(setup->nic, &setup->frame);
		queue_expect(rx, SGNIC_STATUS_OK, (uint16_t)queue, (uint32_t)setup->frame.length,
			     1);
		g_assert_cmphex(rx->details.hash, ==, hash);
		seen[queue]++;
		post(rx);
	}
	for (i = 0; i < SGNIC_QUEUE_MAX; i++)
		g_assert_cmpuint(nic_get(setup->nic, queue_register(&setup->rx[i],
								    SGNIC_QUEUE_FRAMES_LOW)),
				 ==, seen[i]);
	setup_stop(setup);
}

/* A new key counts from the next frame on, for every byte of the key. */
static void test_key(void)
{
	struct setup *setup = setup_start(1, TYPE(TCP_IPV6));
	struct ip_packet packet = vectors[6].packet;
	uint8_t changed[sizeof(key)];
	uint32_t word;
	uint32_t i;

	packet.protocol = PACKET_TCP;
	ip_packet_build(&packet, &setup->frame, address_nic);
	memcpy(changed, key, sizeof(key));
	for (i = 0; i < sizeof(key); i++) {
		changed[i] ^= (uint8_t)(1 << i % 8 | 0x40);
		memcpy(&word, changed + i / 4 * 4, 4);
		nic_set(setup->nic, SGNIC_RSS_KEY(i / 4), GUINT32_FROM_LE(word));
		expect_at(setup, 0, TCP_IPV6, ip_packet_toeplitz(&packet, changed));
	}
	setup_stop(setup);
}

/* A frame whose queue does not run is dropped while another one runs, else it waits. */
static void test_no_queue(void)
{
	struct setup *setup = setup_start(3, TYPE(TCP_IPV4));
	struct nic *nic = setup->nic;
	struct ip_packet packet = vectors[0].packet;
	uint32_t i;

	packet.protocol = PACKET_TCP;
	ip_packet_build(&packet, &setup->frame, address_nic);
	for (i = 0; i < 4; i++)
		set_entry(nic, i, 1);
	queue_disable(&setup->rx[1]);
	wire_send(nic, &setup->frame);
	nic_wait_statistic(nic, SGNIC_STAT_RX_NO_QUEUE, 1);
	queue_expect_idle(&setup->rx[0]);
	queue_expect_idle(&setup->rx[2]);

	/* ERROR is not running either */
	queue_enable(&setup->rx[1]);
	queue_memory(&setup->rx[1])->producer = GUINT32_TO_LE(5000);
	queue_ring(&setup->rx[1]);
	wire_send(nic, &setup->frame);
	nic_expect_error(nic, SGNIC_ERROR_PRODUCER, queue_number(&setup->rx[1]), NIC_ANY, 5000);
	g_assert_cmpuint(queue_state(&setup->rx[1]), ==, SGNIC_QUEUE_ERROR);
	wire_send(nic, &setup->frame);
	nic_wait_statistic(nic, SGNIC_STAT_RX_NO_QUEUE, 3);

	for (i = 0; i < 3; i++)
		queue_disable(&setup->rx[i]);
	wire_send(nic, &setup->frame);
	nic_settle(nic);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_NO_QUEUE), ==, 3);
	queue_enable(&setup->rx[1]);
	post(&setup->rx[1]);
	queue_expect(&setup->rx[1], SGNIC_STATUS_OK, 1, (uint32_t)setup->frame.length, 1);
	setup_stop(setup);
}

/*
 * A frame waits for a queue without buffers, and others behind it.  They go on when the
 * queue gets buffers, when it is disabled, and when the table sends the frame elsewhere.
 */
static void test_waiting(void)
{
	struct setup *setup = setup_start(2, TYPE(TCP_IPV4));
	struct nic *nic = setup->nic;
	struct ip_packet packet = vectors[0].packet;
	int round;

	packet.protocol = PACKET_TCP;
	ip_packet_build(&packet, &setup->frame, address_nic);
	set_entry(nic, 0, 1);
	expect_at(setup, 1, TCP_IPV4, vectors[0].ports);
	wire_send(nic, &setup->frame); /* takes the last buffer */
	queue_expect(&setup->rx[1], SGNIC_STATUS_OK, 1, (uint32_t)setup->frame.length, 1);

	for (round = 0; round < 3; round++) {
		ip_packet_build(&packet, &setup->frame, address_nic);
		wire_send(nic, &setup->frame);
		queue_expect_idle(&setup->rx[0]);
		queue_expect_idle(&setup->rx[1]);
		frame_fill(&setup->frame, address_nic, 80, 1); /* not IP: RX 0 */
		wire_send(nic, &setup->frame);
		queue_expect_idle(&setup->rx[0]);
		ip_packet_build(&packet, &setup->frame, address_nic);
		if (round == 0) {
			post(&setup->rx[1]);
			queue_expect(&setup->rx[1], SGNIC_STATUS_OK, 1,
				     (uint32_t)setup->frame.length, 1);
		} else if (round == 1) {
			set_entry(nic, 0, 0);
			queue_expect(&setup->rx[0], SGNIC_STATUS_OK, 0,
				     (uint32_t)setup->frame.length, 1);
			post(&setup->rx[0]);
			set_entry(nic, 0, 1);
		} else {
			queue_disable(&setup->rx[1]);
			nic_wait_statistic(nic, SGNIC_STAT_RX_NO_QUEUE, 1);
		}
		queue_expect(&setup->rx[0], SGNIC_STATUS_OK, 0, 80, 1);
		post(&setup->rx[0]);
	}
	setup_stop(setup);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rss/vectors", test_vectors);
	g_test_add_func("/rss/headers", test_headers);
	g_test_add_func("/rss/fragments", test_fragments);
	g_test_add_func("/rss/truncated", test_truncated);
	g_test_add_func("/rss/off", test_off);
	g_test_add_func("/rss/table", test_table);
	g_test_add_func("/rss/key", test_key);
	g_test_add_func("/rss/no-queue", test_no_queue);
	g_test_add_func("/rss/waiting", test_waiting);
	return g_test_run();
}
