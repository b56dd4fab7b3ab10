/* SPDX-License-Identifier: MIT */
/*
 * pcnet_test.c - the pcnet miniport on QEMU's pcnet, behind VT-d: traffic, rings, filter, requests
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "ndis/status.h"
#include "pcnet_session.h"

#define FRAMES 40

static const struct pcnet_scene plain = {.name = "plain"};

static const struct pcnet_scene scenes[] = {
	{.name = "plain"},
	{.name = "remap-page", .options.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}},
	{.name = "copy", .options.dma.policy = DMA_POLICY_COPY},
	{.name = "pool", .options.dma.policy = DMA_POLICY_POOL},
	{.name = "cached", .options.dma.policy = DMA_POLICY_CACHED},
	{.name = "24-bits", .options.max_address_bits = 24},
	{.name = "two-buffers",
	 .options = {.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}, .header_bytes = 14},
	 .keywords = {{"TransmitDescriptors", "8"}, {"ReceiveDescriptors", "4"}}},
	{.name = "one-map-register",
	 .options.header_bytes = 54,
	 .keywords = {{"MapRegisters", "1"}, {"TransmitDescriptors", "512"},
		      {"ReceiveDescriptors", "512"}}},
	{.name = "all-map-registers",
	 .keywords = {{"MapRegisters", "64"}, {"Lookahead", "1500"}}},
	{.name = "least-lookahead", .keywords = {{"Lookahead", "18"}}},
};

/* ---- traffic ------------------------------------------------------------------------------ */

static void check_scene(struct pcnet_session *p, const struct pcnet_scene *scene)
{
	struct pcnet_driver_statistics statistics = pcnet_statistics(p);
	bool copies = !strcmp(scene->name, "one-map-register");

	g_assert_cmpuint(copies ? statistics.frames_copied : statistics.frames_mapped, ==, FRAMES);
	g_assert_cmpuint(statistics.map_registers_used, ==, 0);
	g_assert_cmpuint(statistics.map_failures, ==, 0);
	g_assert_cmpuint(statistics.frames_received, ==, FRAMES);
	if (!strcmp(scene->name, "all-map-registers"))
		g_assert_cmpuint(statistics.frames_transferred, ==, 0);
	if (!strcmp(scene->name, "least-lookahead"))
		g_assert_cmpuint(statistics.frames_transferred, ==, FRAMES);
	g_assert_cmpuint(statistics.resets + statistics.faults, ==, 0);
}

/* One by one, since some scenes have no room for a second frame. */
static void run_scene(struct pcnet_session *p, const struct pcnet_scene *scene)
{
	unsigned int i;

	for (i = 0; i < FRAMES; i++) {
		session_send(&p->s, i, session_exchange_length(i, FRAMES));
		session_receive(&p->s, 1000 + i, session_exchange_length(i, FRAMES));
	}
	check_scene(p, scene);
}

/* All scenes in one QEMU, one adapter after the other. */
static void run_scenes(const struct pcnet_scene *first, size_t count,
		       void (*run)(struct pcnet_session *p, const struct pcnet_scene *scene))
{
	struct pcnet_session p;
	size_t i;

	pcnet_open(&p);
	for (i = 0; i < count; i++) {
		g_test_message("%s", first[i].name);
		pcnet_begin(&p, &first[i]);
		run(&p, &first[i]);
		g_assert_cmpuint(session_halt(&p.s), ==, 0);
	}
	pcnet_close(&p);
}

static void test_traffic(void)
{
	run_scenes(scenes, G_N_ELEMENTS(scenes), run_scene);
}

/* What the descriptors of a frame name is what the machine has there. */
static void check_pieces(struct pcnet_session *p, const unsigned char *frame, unsigned int length,
			 unsigned int pieces)
{
	volatile struct pcnet_descriptor *ring = pcnet_transmit_ring(p);
	unsigned int done = 0;
	unsigned int i;

	for (i = 0; i < pieces; i++) {
		unsigned int bytes = PCNET_LENGTH_MAX - (ring[i].length & 0xfffu);

		g_assert_cmphex(ring[i].length & 0xf000, ==, 0xf000);
		g_assert_cmphex(ring[i].flags, ==, (i == 0 ? PCNET_STP : 0) |
							   (i == pieces - 1 ? PCNET_ENP : 0));
		g_assert_cmpuint(done + bytes, <=, length);
		fixture_same_physical(p->s.f, interposer_memory(&p->chip, ring[i].address),
				      frame + done, bytes);
		done += bytes;
	}
	g_assert_cmpuint(done, ==, length);
	g_assert_cmphex(ring[pieces].flags, ==, 0);
}

static void test_physical(void)
{
	struct pcnet_scene scene = {.options.header_bytes = 30};
	unsigned char frame[1000];
	struct pcnet_session p;

	pcnet_start(&p, &scene);
	g_assert_cmpmem(pcnet_block(&p)->address, 6, ((uint8_t[]){0x52, 0x54, 0, 0x12, 0x34, 0x56}),
			6);
	fixture_frame(frame, sizeof(frame), 7);
	session_submit(&p.s, 7, sizeof(frame));
	session_expect_on_wire(&p.s, 7, sizeof(frame));
	/* The chip is done, the driver has not heard of it: the mappings are there. */
	check_pieces(&p, frame, sizeof(frame), 2);
	session_run_until(&p.s, &p.s.completed, 1);

	pcnet_inject(&p, 8, sizeof(frame));
	pcnet_wait_back(&p, 0);
	fixture_frame(frame, sizeof(frame), 8);
	fixture_same_physical(p.s.f, interposer_memory(&p.chip, pcnet_receive_ring(&p)->address),
			      frame, sizeof(frame));
	p.s.expected_number = 8;
	p.s.expected_length = sizeof(frame);
	session_run_until(&p.s, &p.s.received, 1);
	pcnet_close(&p);
}

/* More than the chip, the map registers or the copies hold: the library waits with the others. */
static void run_burst(struct pcnet_session *p, const struct pcnet_scene *scene)
{
	unsigned int i;

	p->s.completed = 0;
	for (i = 0; i < 100; i++)
		session_submit(&p->s, i, 60 + 7 * i);
	for (i = 0; i < 100; i++) {
		while (p->s.completed < i + 1)
			g_assert_cmpint(shim_run_once(1000000000), >, 0);
		session_expect_on_wire(&p->s, i, 60 + 7 * i);
	}
	g_assert_cmpuint(p->s.failed, ==, 0);
	g_assert_cmpuint(pcnet_statistics(p).sends_refused, >, 0);
}

static const struct pcnet_scene bursts[] = {
	{.name = "ring",
	 .options = {.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}, .header_bytes = 14},
	 .keywords = {{"TransmitDescriptors", "8"}}},
	{.name = "map-registers", .keywords = {{"MapRegisters", "3"}}},
	{.name = "copies", .options.header_bytes = 14, .keywords = {{"MapRegisters", "1"}}},
};

static void test_burst(void)
{
	run_scenes(bursts, G_N_ELEMENTS(bursts), run_burst);
}

/* A buffer that cannot be mapped is copied. */
static void test_map_failure(void)
{
	struct pcnet_scene scene = {.options = {.dma.policy = DMA_POLICY_REMAP, .header_bytes = 20}};
	struct pcnet_session p;
	int i;

	pcnet_start(&p, &scene);
	for (i = 0; i < 2; i++) {
		p.chip.map_successes = i;
		session_send(&p.s, (unsigned int)i, 700);
		g_assert_cmpint(p.chip.map_successes, ==, -1);
	}
	g_assert_cmpuint(pcnet_statistics(&p).map_failures, ==, 2);
	g_assert_cmpuint(pcnet_statistics(&p).frames_copied, ==, 2);
	g_assert_cmpuint(pcnet_statistics(&p).map_registers_used, ==, 0);
	session_send(&p.s, 3, 700);
	g_assert_cmpuint(pcnet_statistics(&p).frames_mapped, ==, 1);
	pcnet_close(&p);
}

/* Frames of bad lengths do not go to the chip. */
static void test_lengths(void)
{
	static const unsigned int lengths[] = {1, 13, 1515, 1536};
	unsigned char bytes[1536] = {0};
	struct pcnet_session p;
	unsigned int i;

	pcnet_start(&p, &plain);
	for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
		session_submit_bytes(&p.s, bytes, lengths[i], NULL);
		g_assert_cmpuint(p.s.failed, ==, i + 1);
		g_assert_cmphex(p.s.status, ==, NDIS_STATUS_INVALID_PACKET);
	}
	session_send(&p.s, 1, 60);
	session_send(&p.s, 2, 1514);
	pcnet_close(&p);
}

/* ---- filter ------------------------------------------------------------------------------- */

static const unsigned char station[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
static const unsigned char group[6] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};
static const unsigned char others[6] = {0x52, 0x54, 0x00, 0x99, 0x99, 0x99};
static const unsigned char everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* The hash of an address by long division, for a group address with that of @group. */
static unsigned int hash_of(const unsigned char *address)
{
	uint32_t remainder = 0xffffffff;
	unsigned int bit;

	for (bit = 0; bit < 48; bit++) {
		uint32_t one = (address[bit / 8] >> bit % 8 & 1) ^ (remainder >> 31);

		remainder = remainder << 1 ^ (one ? 0x04c11db7 : 0);
	}
	/* The chip counts the remainder's bits from the other end. */
	return (remainder & 1) << 5 | (remainder & 2) << 3 | (remainder & 4) << 1 |
	       (remainder & 8) >> 1 | (remainder & 16) >> 3 | (remainder & 32) >> 5;
}

static void same_hash(unsigned char *address)
{
	memcpy(address, group, 6);
	do {
		if (++address[5] == 0)
			address[4]++;
	} while (hash_of(address) != hash_of(group));
}

struct filter_case {
	uint32_t filter;
	const unsigned char *destination;
	bool passes;
};

/* A frame that does not pass is followed by one that does, in promiscuous mode. */
static void try_filter(struct pcnet_session *p, const struct filter_case *c)
{
	unsigned char bytes[100];

	session_set_filter(&p->s, c->filter);
	fixture_frame(bytes, sizeof(bytes), 1);
	memcpy(bytes, c->destination, 6);
	if (c->passes) {
		session_receive_bytes(&p->s, bytes, sizeof(bytes), bytes, sizeof(bytes));
		return;
	}
	g_assert_cmpint(send(p->s.f->wire, bytes, sizeof(bytes), 0), ==, sizeof(bytes));
	/* The same socket, in order: the chip has seen the first when the second arrives. */
	if (c->filter == 0) {
		g_usleep(50000);
		session_run(&p->s);
		return;
	}
	memcpy(bytes, c->filter & NDIS_PACKET_TYPE_BROADCAST ? everybody :
		      c->filter & NDIS_PACKET_TYPE_DIRECTED  ? station :
							       group, 6);
	session_receive_bytes(&p->s, bytes, sizeof(bytes), bytes, sizeof(bytes));
}

static void test_filter(void)
{
	unsigned char similar[6];
	const struct filter_case cases[] = {
		{NDIS_PACKET_TYPE_DIRECTED, station, true},
		{NDIS_PACKET_TYPE_DIRECTED, everybody, false},
		{NDIS_PACKET_TYPE_DIRECTED, group, false},
		{NDIS_PACKET_TYPE_DIRECTED, others, false},
		{NDIS_PACKET_TYPE_BROADCAST, everybody, true},
		{NDIS_PACKET_TYPE_BROADCAST, station, false},
		{NDIS_PACKET_TYPE_BROADCAST, group, false},
		{NDIS_PACKET_TYPE_MULTICAST, group, true},
		{NDIS_PACKET_TYPE_MULTICAST, similar, false},
		{NDIS_PACKET_TYPE_MULTICAST, station, false},
		{NDIS_PACKET_TYPE_ALL_MULTICAST, similar, true},
		{NDIS_PACKET_TYPE_ALL_MULTICAST, everybody, false},
		{NDIS_PACKET_TYPE_PROMISCUOUS, others, true},
		{NDIS_PACKET_TYPE_PROMISCUOUS, similar, true},
		{0, everybody, false},
	};
	struct pcnet_session p;
	unsigned int i;

	same_hash(similar);
	pcnet_start(&p, &plain);
	g_assert_cmpint(shim_set(p.s.adapter, OID_802_3_MULTICAST_LIST, group, 6), ==, 6);
	for (i = 0; i < G_N_ELEMENTS(cases); i++)
		try_filter(&p, &cases[i]);
	/* The group address with the same hash, and the broadcast that the full hash let in. */
	g_assert_cmpuint(pcnet_statistics(&p).frames_filtered, ==, 2);
	pcnet_close(&p);
}

static void test_address(void)
{
	struct pcnet_scene scene = {.keywords = {{"NetworkAddress", "020304050607"}}};
	static const unsigned char address[6] = {2, 3, 4, 5, 6, 7};
	unsigned char answer[6];
	unsigned char bytes[60];
	struct pcnet_session p;

	pcnet_start(&p, &scene);
	g_assert_cmpint(shim_query(p.s.adapter, OID_802_3_PERMANENT_ADDRESS, answer, 6), ==, 6);
	g_assert_cmpmem(answer, 6, station, 6);
	g_assert_cmpint(shim_query(p.s.adapter, OID_802_3_CURRENT_ADDRESS, answer, 6), ==, 6);
	g_assert_cmpmem(answer, 6, address, 6);
	session_set_filter(&p.s, NDIS_PACKET_TYPE_DIRECTED);
	fixture_frame(bytes, sizeof(bytes), 1);
	memcpy(bytes, address, 6);
	session_receive_bytes(&p.s, bytes, sizeof(bytes), bytes, sizeof(bytes));
	pcnet_close(&p);
}

/* ---- requests ----------------------------------------------------------------------------- */

static void check_refusals(struct pcnet_session *p)
{
	uint8_t list[33 * 6];
	uint32_t value;
	size_t i;

	for (i = 0; i < sizeof(list); i++)
		list[i] = (uint8_t)(i % 6 ? i : 1);
	g_assert_cmpint(shim_set(p->s.adapter, OID_802_3_MULTICAST_LIST, list, sizeof(list)), <, 0);
	g_assert_cmpint(shim_set(p->s.adapter, OID_802_3_MULTICAST_LIST, list, 7), <, 0);
	g_assert_cmpint(shim_set(p->s.adapter, OID_802_3_MULTICAST_LIST, list, 32 * 6), ==, 32 * 6);
	value = 0x40;
	g_assert_cmpint(shim_set(p->s.adapter, OID_GEN_CURRENT_PACKET_FILTER, &value, 4), <, 0);
	g_assert_cmpint(shim_set(p->s.adapter, OID_GEN_CURRENT_PACKET_FILTER, &value, 2), <, 0);
	value = 1501;
	g_assert_cmpint(shim_set(p->s.adapter, OID_GEN_CURRENT_LOOKAHEAD, &value, 4), <, 0);
	value = 1000;
	g_assert_cmpint(shim_set(p->s.adapter, OID_GEN_CURRENT_LOOKAHEAD, &value, 4), ==, 4);
	g_assert_cmpint(shim_query(p->s.adapter, OID_GEN_CURRENT_LOOKAHEAD, &value, 4), ==, 4);
	g_assert_cmpuint(value, ==, 1000);
	g_assert_cmpint(shim_query(p->s.adapter, 0xff999999, &value, 4), ==, -ENOTSUP);
	g_assert_cmpint(shim_set(p->s.adapter, 0xff999999, &value, 4), ==, -ENOTSUP);
}

static uint64_t counter(struct pcnet_session *p, uint32_t oid)
{
	uint64_t value;

	g_assert_cmpint(shim_query(p->s.adapter, oid, &value, sizeof(value)), ==, sizeof(value));
	return value;
}

static void test_requests(void)
{
	struct pcnet_session p;
	uint32_t oids[128];
	uint8_t answer[512];
	int length;
	int i;

	pcnet_start(&p, &plain);
	session_send(&p.s, 1, 60);
	session_receive(&p.s, 2, 60);
	length = shim_query(p.s.adapter, OID_GEN_SUPPORTED_LIST, oids, sizeof(oids));
	g_assert_cmpint(length, >, 40 * 4);
	for (i = 0; i < length / 4; i++) {
		int size = shim_query(p.s.adapter, oids[i], answer, sizeof(answer));

		g_assert_cmpint(size, >=, oids[i] == OID_802_3_MULTICAST_LIST ? 0 : 1);
		if (size > 8)
			g_assert_cmpint(shim_query(p.s.adapter, oids[i], answer, (size_t)size - 1),
					==, -EMSGSIZE);
	}
	g_assert_cmpuint(counter(&p, OID_GEN_XMIT_OK), ==, 1);
	g_assert_cmpuint(counter(&p, OID_GEN_BROADCAST_FRAMES_XMIT), ==, 1);
	g_assert_cmpuint(counter(&p, OID_GEN_RCV_OK), ==, 1);
	g_assert_cmpuint(counter(&p, OID_GEN_BROADCAST_FRAMES_RCV), ==, 1);
	check_refusals(&p);
	pcnet_close(&p);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/pcnet/traffic", test_traffic);
	g_test_add_func("/qtest-platform/pcnet/burst", test_burst);
	g_test_add_func("/qtest-platform/pcnet/physical", test_physical);
	g_test_add_func("/qtest-platform/pcnet/map-failure", test_map_failure);
	g_test_add_func("/qtest-platform/pcnet/lengths", test_lengths);
	g_test_add_func("/qtest-platform/pcnet/filter", test_filter);
	g_test_add_func("/qtest-platform/pcnet/address", test_address);
	g_test_add_func("/qtest-platform/pcnet/requests", test_requests);
	return g_test_run();
}
