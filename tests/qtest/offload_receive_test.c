// SPDX-License-Identifier: MIT
/*
 * offload_receive_test.c - checksum status, VLAN tags and long frames, found by the device
 *
 * The far end of the wire says nothing about its frames, so the device finds out itself.
 */
#include <string.h>

#include "ip_packet.h"
#include "sgnic_queue.h"

#define IP_GOOD	       SGNIC_COMPLETION_IP_GOOD
#define IP_BAD	       SGNIC_COMPLETION_IP_BAD
#define TRANSPORT_GOOD SGNIC_COMPLETION_TRANSPORT_GOOD
#define TRANSPORT_BAD  SGNIC_COMPLETION_TRANSPORT_BAD

static struct nic *start(struct nic_queue *rx, uint32_t features, uint32_t frame_size)
{
	struct nic *nic = nic_start(NULL);

	nic_set(nic, SGNIC_FEATURES_ENABLED, features);
	nic_set(nic, SGNIC_FRAME_SIZE, frame_size);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	queue_open(rx, nic, true, 64);
	rx->features = true;
	return nic;
}

/* Puts a frame on the wire and expects it as @delivered, which has @flags. */
static void expect_delivered(struct nic_queue *rx, const struct frame *sent,
			     const struct frame *delivered, uint16_t flags)
{
	uint32_t length = (uint32_t)delivered->length + 100;
	uint64_t buffer = queue_buffer(rx->nic, length, 0);

	queue_post(rx, buffer, length, 0, 0);
	queue_kick(rx);
	wire_send(rx->nic, sent);
	queue_expect_received(rx, (uint32_t)delivered->length, flags);
	queue_check_buffer(rx->nic, buffer, length, delivered->bytes,
			   (uint32_t)delivered->length);
	rx->nic->ram_next = 0x200000;
}

static void expect_flags(struct nic_queue *rx, const struct frame *frame, uint16_t flags)
{
	expect_delivered(rx, frame, frame, flags);
}

static struct ip_packet kind(uint32_t bits, uint32_t data)
{
	return (struct ip_packet){.ip6 = bits & 1,
				  .protocol = bits & 2 ? PACKET_UDP : PACKET_TCP,
				  .tags = bits >> 2 & 1,
				  .tag = 0x3abc,
				  .ip_options = bits & 8 ? 24 : 0,
				  .tcp_options = bits & 8 ? 8 : 0,
				  .data = data,
				  .seed = bits * 7 + data};
}

/* Right and wrong, for each protocol, with options, tags, odd lengths and padding. */
static void test_checksum(void)
{
	static const uint32_t lengths[] = {0, 1, 8, 99, 1300};
	struct frame *frame = g_new(struct frame, 1);
	uint64_t bad = 0, good = 0;
	struct ip_packet packet;
	struct nic_queue rx;
	struct nic *nic = start(&rx, SGNIC_FEATURE_RX_CHECKSUM, 1518);
	uint16_t ip_good, ip_bad;
	uint32_t bits;
	size_t i;

	for (bits = 0; bits < 16; bits++)
		for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
			ip_good = bits & 1 ? 0 : IP_GOOD;
			ip_bad = bits & 1 ? 0 : IP_BAD;
			packet = kind(bits, lengths[i]);
			ip_packet_build(&packet, frame, address_nic);
			expect_flags(&rx, frame, ip_good | TRANSPORT_GOOD);
			frame->bytes[frame->length - 1] ^= 0x10;
			expect_flags(&rx, frame, ip_good | TRANSPORT_BAD);
			frame->bytes[frame->length - 1] ^= 0x10;
			/* the source address is in both sums, the hop limit in one */
			frame->bytes[packet.network + 15] ^= 1;
			expect_flags(&rx, frame, ip_bad | TRANSPORT_BAD);
			frame->bytes[packet.network + 15] ^= 1;
			frame->bytes[packet.network + 8 - (bits & 1)] ^= 1;
			expect_flags(&rx, frame, ip_bad | TRANSPORT_GOOD);
			frame->bytes[packet.network + 8 - (bits & 1)] ^= 1;
			memset(frame->bytes + frame->length, 0xee, 8);
			frame->length += 8;
			expect_flags(&rx, frame, ip_good | TRANSPORT_GOOD);
			bad += 2 + !(bits & 1);
			good += 5;
		}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_CHECKSUM_BAD), ==, bad);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, good);
	nic_stop(nic);
	g_free(frame);
}

/* Frames about which nothing, or not everything, can be said. */
static void test_no_statement(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct ip_packet packet;
	struct nic_queue rx;
	struct nic *nic = start(&rx, SGNIC_FEATURE_RX_CHECKSUM, 1518);
	size_t length;

	frame_fill(frame, address_nic, 200, 1);
	expect_flags(&rx, frame, 0);

	/* UDP: no checksum is none over IPv4 and wrong over IPv6 */
	packet = kind(2, 50);
	ip_packet_build(&packet, frame, address_nic);
	memset(frame->bytes + packet.transport + 6, 0, 2);
	expect_flags(&rx, frame, IP_GOOD);
	packet = kind(3, 50);
	ip_packet_build(&packet, frame, address_nic);
	memset(frame->bytes + packet.transport + 6, 0, 2);
	expect_flags(&rx, frame, TRANSPORT_BAD);

	/* fragments, first and later */
	packet = kind(0, 50);
	ip_packet_build(&packet, frame, address_nic);
	frame->bytes[packet.network + 6] = 0x20;
	ip_packet_seal(&packet, frame);
	expect_flags(&rx, frame, IP_GOOD);
	frame->bytes[packet.network + 6] = 0;
	frame->bytes[packet.network + 7] = 9;
	ip_packet_seal(&packet, frame);
	expect_flags(&rx, frame, IP_GOOD);
	packet = kind(9, 50);
	ip_packet_build(&packet, frame, address_nic);
	frame->bytes[packet.network + 6] = 44;
	expect_flags(&rx, frame, 0);

	/* another protocol; a route that is not at its end */
	packet = kind(0, 50);
	ip_packet_build(&packet, frame, address_nic);
	frame->bytes[packet.network + 9] = 1;
	ip_packet_seal(&packet, frame);
	expect_flags(&rx, frame, IP_GOOD);
	packet = kind(9, 50);
	ip_packet_build(&packet, frame, address_nic);
	frame->bytes[packet.network + 6] = 43;
	frame->bytes[packet.network + 43] = 1;
	expect_flags(&rx, frame, 0);

	/* UDP lengths below the header and beyond the packet */
	packet = kind(2, 50);
	ip_packet_build(&packet, frame, address_nic);
	frame->bytes[packet.transport + 5] = 7;
	expect_flags(&rx, frame, IP_GOOD);
	frame->bytes[packet.transport + 5] = 59;
	expect_flags(&rx, frame, IP_GOOD);

	/* cut off anywhere: no part of the packet is believed */
	for (packet = kind(13, 40), length = 14; length < 118; length++) {
		ip_packet_build(&packet, frame, address_nic);
		frame->length = length;
		expect_flags(&rx, frame, 0);
	}
	for (packet = kind(8, 0), length = 14; length < 80; length++) {
		ip_packet_build(&packet, frame, address_nic);
		frame->length = length;
		expect_flags(&rx, frame, 0);
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_CHECKSUM_BAD), ==, 1);
	nic_stop(nic);
	g_free(frame);
}

/* A tag is taken out and reported; with a second tag only the outer one. */
static void test_strip(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct frame *stripped = g_new(struct frame, 1);
	struct ip_packet packet;
	struct nic_queue rx;
	struct nic *nic =
		start(&rx, SGNIC_FEATURE_VLAN_STRIP | SGNIC_FEATURE_RX_CHECKSUM, 1518);
	uint32_t bits;
	size_t length;

	for (length = 14; length <= 70; length++) {
		frame_fill(frame, address_nic, length, (uint32_t)length);
		memcpy(stripped, frame, sizeof(*frame));
		ip_packet_insert_tag(frame, (uint16_t)(0xf000 + length));
		expect_delivered(&rx, frame, stripped, SGNIC_COMPLETION_VLAN);
		g_assert_cmphex(rx.details.vlan_tag, ==, 0xf000 + length);
		expect_flags(&rx, stripped, 0);
		g_assert_cmphex(rx.details.vlan_tag, ==, 0);
	}
	for (bits = 0; bits < 8; bits++) {
		packet = kind(bits | 4, 1000);
		ip_packet_build(&packet, frame, address_nic);
		memcpy(stripped, frame, sizeof(*frame));
		ip_packet_remove_tag(stripped);
		expect_delivered(&rx, frame, stripped,
				 SGNIC_COMPLETION_VLAN | TRANSPORT_GOOD | (bits & 1 ? 0 : IP_GOOD));
		g_assert_cmphex(rx.details.vlan_tag, ==, 0x3abc);
		memcpy(stripped, frame, sizeof(*frame));
		ip_packet_insert_tag(frame, 7);
		expect_delivered(&rx, frame, stripped,
				 SGNIC_COMPLETION_VLAN | TRANSPORT_GOOD | (bits & 1 ? 0 : IP_GOOD));
		g_assert_cmphex(rx.details.vlan_tag, ==, 7);
	}
	/* another type is no 802.1Q tag, and a tag with nothing behind it none either */
	frame_fill(frame, address_nic, 100, 3);
	ip_packet_insert_tag(frame, 7);
	frame->bytes[12] = 0x88;
	frame->bytes[13] = 0xa8;
	expect_flags(&rx, frame, 0);
	frame->bytes[12] = 0x81;
	frame->bytes[13] = 0;
	frame->length = 17;
	expect_flags(&rx, frame, 0);
	nic_stop(nic);
	g_free(stripped);
	g_free(frame);
}

static void set_vlan(struct nic *nic, uint32_t vlan, bool on)
{
	uint32_t word = nic_get(nic, SGNIC_VLAN_TABLE(vlan / 32));

	nic_set(nic, SGNIC_VLAN_TABLE(vlan / 32),
		on ? word | 1u << vlan % 32 : word & ~(1u << vlan % 32));
}

static void expect_vlan(struct nic_queue *rx, uint32_t tag, bool passes)
{
	uint64_t filtered = nic_statistic(rx->nic, SGNIC_STAT_RX_FILTERED);
	struct frame *frame = g_new(struct frame, 1);

	frame_fill(frame, address_nic, 100, tag);
	ip_packet_insert_tag(frame, (uint16_t)tag);
	if (passes) {
		expect_flags(rx, frame, 0);
	} else {
		wire_send(rx->nic, frame);
		nic_wait_statistic(rx->nic, SGNIC_STAT_RX_FILTERED, filtered + 1);
		queue_expect_idle(rx);
	}
	g_free(frame);
}

/* Every VLAN has its bit; priority bits do not matter; PROMISCUOUS does not lift it. */
static void test_filter(void)
{
	static const uint32_t vlans[] = {0, 1, 31, 32, 33, 100, 2047, 2048, 4094, 4095};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start(&rx, SGNIC_FEATURE_VLAN_FILTER, 1518);
	uint32_t promiscuous;
	size_t i;

	for (promiscuous = 0; promiscuous < 2; promiscuous++) {
		for (i = 0; i < G_N_ELEMENTS(vlans); i++) {
			expect_vlan(&rx, vlans[i], false);
			set_vlan(nic, vlans[i], true);
			expect_vlan(&rx, vlans[i], true);
			expect_vlan(&rx, vlans[i] | 0xf000, true);
			expect_vlan(&rx, (vlans[i] + 2) % 4096, false);
			set_vlan(nic, vlans[i], false);
		}
		frame_fill(frame, address_nic, 100, 1);
		expect_flags(&rx, frame, 0);
		nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	}
	/* the other rules of the filter come first */
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_BROADCAST);
	set_vlan(nic, 5, true);
	expect_vlan(&rx, 5, false);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* FRAME_SIZE counts the tag, also one that is taken out. */
static void test_jumbo(void)
{
	static const uint32_t sizes[] = {1518, 2000, 9234};
	struct frame *frame = g_new(struct frame, 1);
	struct frame *stripped = g_new(struct frame, 1);
	struct nic *nic = nic_start(NULL);
	struct nic_queue rx;
	size_t i;

	nic_set(nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_VLAN_STRIP);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	queue_prepare(&rx, nic, true, 64);
	rx.features = true;
	for (i = 0; i < G_N_ELEMENTS(sizes); i++) {
		nic_set(nic, SGNIC_FRAME_SIZE, sizes[i]);
		queue_enable(&rx);
		frame_fill(frame, address_nic, sizes[i], 7);
		expect_flags(&rx, frame, 0);
		frame_fill(frame, address_nic, sizes[i] - 4, 7);
		memcpy(stripped, frame, sizeof(*frame));
		ip_packet_insert_tag(frame, 99);
		expect_delivered(&rx, frame, stripped, SGNIC_COMPLETION_VLAN);
		frame_fill(frame, address_nic, sizes[i] - 3, 7);
		ip_packet_insert_tag(frame, 99);
		wire_send(nic, frame);
		frame_fill(frame, address_nic, sizes[i] + 1, 7);
		wire_send(nic, frame);
		nic_wait_statistic(nic, SGNIC_STAT_RX_OVERSIZE, 2 * i + 2);
		queue_expect_idle(&rx);
		queue_disable(&rx);
	}
	nic_stop(nic);
	g_free(stripped);
	g_free(frame);
}

/* A jumbo frame in many buffers: each is filled, the rest stays untouched. */
static void test_buffers(void)
{
	enum { LENGTH = 9000, PIECE = 333, COUNT = LENGTH / PIECE + 1 };
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start(&rx, SGNIC_FEATURE_RX_CHECKSUM | SGNIC_FEATURE_VLAN_STRIP, 9234);
	uint64_t buffers[COUNT];
	struct ip_packet packet = {.tags = 1, .tag = 5, .data = LENGTH - 54};
	uint32_t done;
	int i;

	for (i = 0; i < COUNT; i++) {
		buffers[i] = queue_buffer(nic, PIECE, (size_t)i);
		queue_post(&rx, buffers[i], PIECE, 0, (uint16_t)(100 + i));
	}
	queue_kick(&rx);
	ip_packet_build(&packet, frame, address_nic);
	wire_send(nic, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 100, LENGTH, COUNT);
	g_assert_cmphex(rx.details.c.flags & ~SGNIC_COMPLETION_PHASE, ==,
			SGNIC_COMPLETION_VLAN | IP_GOOD | TRANSPORT_GOOD);
	ip_packet_remove_tag(frame);
	for (i = 0, done = 0; i < COUNT; i++, done += PIECE)
		queue_check_buffer(nic, buffers[i], PIECE, frame->bytes + done,
				   MIN((uint32_t)PIECE, LENGTH - done));
	nic_stop(nic);
	g_free(frame);
}

/* Frames of every short length, tagged or not, with everything enabled. */
static void test_short(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start(&rx, 0xff, 9234);
	uint64_t buffer = nic_allocate(nic, 4096, 4096);
	uint64_t frames = 0, errors = 0;
	size_t length;
	int type;

	set_vlan(nic, 0x45, true);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	for (length = 1; length <= 64; length++)
		for (type = 0; type < 4; type++) {
			static const uint8_t types[4][6] = {{0x81, 0, 0, 0x45, 8, 0},
							    {0x81, 0, 0, 0x45, 0x81, 0},
							    {8, 0, 0x45, 0, 0, 50},
							    {0x86, 0xdd, 0x60, 0, 0, 0}};

			frame_fill(frame, address_nic, length, (uint32_t)length);
			memcpy(frame->bytes + 12, types[type], 6);
			if (rx.posted == rx.consumed) {
				queue_post(&rx, buffer, 4096, 0, 0);
				queue_kick(&rx);
			}
			wire_send(nic, frame);
			if (length < 14) {
				nic_wait_statistic(nic, SGNIC_STAT_RX_ERRORS, ++errors);
				continue;
			}
			frames++;
			queue_reap(&rx);
		}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, frames);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/offload-receive/checksum", test_checksum);
	g_test_add_func("/offload-receive/no-statement", test_no_statement);
	g_test_add_func("/offload-receive/strip", test_strip);
	g_test_add_func("/offload-receive/filter", test_filter);
	g_test_add_func("/offload-receive/jumbo", test_jumbo);
	g_test_add_func("/offload-receive/buffers", test_buffers);
	g_test_add_func("/offload-receive/short", test_short);
	return g_test_run();
}
