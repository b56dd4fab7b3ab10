// SPDX-License-Identifier: MIT
/*
 * offload_transmit_test.c - checksums, segmentation and VLAN tags, made by the device
 *
 * The far end of the wire takes no header, so the device does all of it itself. Every frame
 * on the wire is compared with one the test made.
 */
#include <string.h>

#include "ip_packet.h"
#include "sgnic_queue.h"

#define TRANSMIT (SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION | SGNIC_FEATURE_VLAN_INSERT)

static struct nic *start(struct nic_queue *tx, uint32_t features, uint32_t frame_size)
{
	struct nic *nic = nic_start(NULL);

	nic_set(nic, SGNIC_FEATURES_ENABLED, features);
	nic_set(nic, SGNIC_FRAME_SIZE, frame_size);
	queue_open(tx, nic, false, 64);
	return nic;
}

static struct sgnic_offload checksum_offload(const struct ip_packet *packet)
{
	return (struct sgnic_offload){
		.checksum = SGNIC_NEEDS_CHECKSUM,
		.checksum_start = (uint16_t)packet->transport,
		.checksum_offset = (uint16_t)ip_packet_checksum_offset(packet),
	};
}

static struct sgnic_offload large_offload(const struct ip_packet *packet, uint32_t size)
{
	struct sgnic_offload offload = checksum_offload(packet);

	offload.segmentation = packet->ip6 ? SGNIC_SEGMENTATION_TCP_IPV6
					   : SGNIC_SEGMENTATION_TCP_IPV4;
	offload.header_length = (uint16_t)packet->payload;
	offload.segment_size = (uint16_t)size;
	return offload;
}

/* Posts a frame behind its offload descriptor; returns the number of descriptors. */
static uint16_t post(struct nic_queue *tx, const struct sgnic_offload *offload,
		     const struct frame *frame, uint32_t cut, uint16_t tag)
{
	queue_post_offload(tx, offload);
	return (uint16_t)(1 + queue_post_frame(tx, frame, cut, tx->posted % 13, tag));
}

static void checksum_one(struct nic_queue *tx, struct ip_packet packet, uint32_t cut)
{
	struct frame *frame = g_new(struct frame, 1);
	struct frame *expected = g_new(struct frame, 1);
	struct sgnic_offload offload;
	uint16_t count;

	ip_packet_build(&packet, expected, address_other);
	memcpy(frame, expected, sizeof(*frame));
	ip_packet_leave(&packet, frame);
	offload = checksum_offload(&packet);
	count = post(tx, &offload, frame, cut, 0xc4e4);
	queue_kick(tx);
	wire_expect(tx->nic, expected);
	queue_expect(tx, SGNIC_STATUS_OK, 0xc4e4, (uint32_t)frame->length, count);
	tx->nic->ram_next = 0x200000;
	g_free(expected);
	g_free(frame);
}

/* TCP and UDP, IPv4 and IPv6, options, tags, even and odd lengths, one and many elements. */
static void test_checksum(void)
{
	static const uint32_t lengths[] = {0, 1, 2, 5, 63, 64, 511, 1000, 1399, 1400};
	struct nic_queue tx;
	struct nic *nic = start(&tx, SGNIC_FEATURE_CHECKSUM, 1518);
	uint32_t sent = 0;
	uint32_t kind;
	size_t i;

	for (kind = 0; kind < 16; kind++)
		for (i = 0; i < G_N_ELEMENTS(lengths); i++, sent++)
			checksum_one(
				&tx,
				(struct ip_packet){.ip6 = kind & 1,
						   .protocol = kind & 2 ? PACKET_UDP : PACKET_TCP,
						   .tags = kind >> 2 & 1,
						   .tag = 0x2123,
						   .ip_options = kind & 8 ? 16 : 0,
						   .tcp_options = kind & 8 ? 12 : 0,
						   .data = lengths[i],
						   .seed = sent},
				sent % 3 == 0	? 5000
				: sent % 3 == 1 ? 37
						: 200);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_CHECKSUM), ==, sent);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, sent);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_LARGE), ==, 0);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* A sum of 0 goes out as all ones; the sum may be anywhere in the frame. */
static void test_checksum_anywhere(void)
{
	static const struct {
		uint16_t start, offset;
	} places[] = {{0, 0}, {0, 98}, {12, 2}, {13, 3}, {33, 60}, {98, 0}, {97, 1}, {60, 7}};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, SGNIC_FEATURE_CHECKSUM, 1518);
	struct sgnic_offload offload = {.checksum = SGNIC_NEEDS_CHECKSUM};
	uint32_t sum;
	size_t i, at;

	for (i = 0; i < G_N_ELEMENTS(places); i++) {
		frame_fill(frame, address_other, 100, (uint32_t)i);
		offload.checksum_start = places[i].start;
		offload.checksum_offset = places[i].offset;
		post(&tx, &offload, frame, 100, 1);
		queue_kick(&tx);
		for (sum = 0, at = places[i].start; at < 100; at++)
			sum += (uint32_t)frame->bytes[at] << ((at - places[i].start) & 1 ? 0 : 8);
		while (sum >> 16)
			sum = (sum & 0xffff) + (sum >> 16);
		at = (size_t)places[i].start + places[i].offset;
		frame->bytes[at] = (uint8_t)(~sum >> 8);
		frame->bytes[at + 1] = (uint8_t)~sum;
		wire_expect(nic, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, 1, 100, 2);
	}
	frame_fill(frame, address_other, 100, 5);
	memset(frame->bytes + 60, 0xff, 40);
	offload = (struct sgnic_offload){.checksum = SGNIC_NEEDS_CHECKSUM, .checksum_start = 60};
	post(&tx, &offload, frame, 100, 1);
	queue_kick(&tx);
	wire_expect(nic, frame);
	queue_expect(&tx, SGNIC_STATUS_OK, 1, 100, 2);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

static void large_one(struct nic_queue *tx, struct ip_packet packet, uint32_t size, uint32_t cut,
		      const uint16_t *tag)
{
	struct frame *frame = g_new(struct frame, 1);
	struct frame *segment = g_new(struct frame, 1);
	struct sgnic_offload offload;
	uint32_t number = 0;
	uint16_t count;
	bool last;

	ip_packet_build(&packet, frame, address_other);
	/* lengths and checksums of the large frame are the device's business */
	memset(frame->bytes + packet.transport + 16, 0x77, 2);
	memset(frame->bytes + packet.network + (packet.ip6 ? 4 : 2), 0x55, 2);
	offload = large_offload(&packet, size);
	if (packet.flags & PACKET_CWR)
		offload.segmentation |= SGNIC_SEGMENTATION_ECN;
	if (tag) {
		offload.flags = SGNIC_DESCRIPTOR_VLAN;
		offload.vlan_tag = *tag;
	}
	count = post(tx, &offload, frame, cut, 0x1a46);
	queue_kick(tx);
	do {
		last = ip_packet_segment(&packet, frame, size, number++, segment);
		if (tag)
			ip_packet_insert_tag(segment, *tag);
		wire_expect(tx->nic, segment);
	} while (!last);
	queue_expect(tx, SGNIC_STATUS_OK, 0x1a46, (uint32_t)frame->length, count);
	tx->nic->ram_next = 0x200000;
	g_free(segment);
	g_free(frame);
}

/* Segments from one byte on, one segment alone, a short last one, flags, options, tags. */
static void test_segmentation(void)
{
	static const uint32_t sizes[][2] = {{1, 100},	  {1, 1},	{2, 33},     {536, 536},
					    {536, 537},	  {536, 1072},	{999, 5000}, {1460, 20000},
					    {1400, 1},	  {1300, 60000}};
	static const uint8_t flags[] = {PACKET_ACK, PACKET_ACK | PACKET_PSH | PACKET_FIN,
					PACKET_ACK | PACKET_CWR,
					PACKET_ACK | PACKET_CWR | PACKET_PSH};
	struct nic_queue tx;
	struct nic *nic = start(&tx, TRANSMIT, 1518);
	uint16_t tag = 0xa00f;
	uint32_t sent = 0;
	uint64_t bytes = 0;
	uint32_t kind;
	size_t i;

	for (kind = 0; kind < 8; kind++)
		for (i = 0; i < G_N_ELEMENTS(sizes); i++, sent++) {
			struct ip_packet packet = {.ip6 = kind & 1,
						   .tags = kind >> 1 & 1,
						   .tag = 0x0456,
						   .ip_options = kind & 4 && !(kind & 1) ? 8 : 0,
						   .tcp_options = kind & 4 && i < 7 ? 20 : 0,
						   .flags = flags[sent % 4],
						   .data = sizes[i][1],
						   .seed = sent};
			uint32_t size = sizes[i][0] - (sizes[i][0] > 1300 ? 64 : 0);

			large_one(&tx, packet, size, sent % 2 ? 65535 : 1111,
				  sent % 3 ? NULL : &tag);
			bytes += sizes[i][1] + 54 + (kind & 1 ? 20 : 0) + (kind & 2 ? 4 : 0) +
				 packet.ip_options + packet.tcp_options;
		}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_LARGE), ==, sent);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_CHECKSUM), ==, sent);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, sent);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_BYTES), ==, bytes);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* The longest packet IP knows, in one element and in many, with the longest frames. */
static void test_longest(void)
{
	struct nic_queue tx;
	struct nic *nic = start(&tx, TRANSMIT, 9234);
	uint16_t tag = 1;

	large_one(&tx, (struct ip_packet){.data = 65535 - 40}, 9000, 65000, NULL);
	large_one(&tx, (struct ip_packet){.data = 65535 - 40}, 8960, 2000, &tag);
	large_one(&tx, (struct ip_packet){.ip6 = true, .data = 65535 - 60}, 9160, 1055, NULL);
	large_one(&tx, (struct ip_packet){.ip6 = true, .tags = 1, .data = 65535 - 60}, 8000, 65535,
		  NULL);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* A segment size of one byte for 60000 bytes: the device must not stop for anything else. */
static void test_many_segments(void)
{
	enum { DATA = 3000 };
	struct ip_packet packet = {.data = DATA, .seed = 9};
	struct frame *frame = g_new(struct frame, 1);
	struct frame *segment = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, TRANSMIT, 1518);
	struct sgnic_offload offload;
	uint32_t number;

	ip_packet_build(&packet, frame, address_other);
	offload = large_offload(&packet, 1);
	post(&tx, &offload, frame, 65535, 1);
	queue_kick(&tx);
	for (number = 0; number < DATA; number++) {
		ip_packet_segment(&packet, frame, 1, number, segment);
		wire_expect(nic, segment);
		if (number % 500 == 0)
			g_assert_cmphex(nic_get(nic, SGNIC_ID), ==, SGNIC_ID_VALUE);
	}
	queue_expect(&tx, SGNIC_STATUS_OK, 1, (uint32_t)frame->length, 2);
	wire_expect_silence(nic);
	nic_stop(nic);
	g_free(segment);
	g_free(frame);
}

/* A tag is inserted with and without a checksum; the padding comes after it. */
static void test_vlan(void)
{
	static const uint32_t lengths[] = {14, 15, 41, 42, 55, 56, 57, 60, 100, 1513, 1514};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, SGNIC_FEATURE_VLAN_INSERT, 1518);
	struct sgnic_offload offload = {.flags = SGNIC_DESCRIPTOR_VLAN};
	struct ip_packet packet = {.protocol = PACKET_UDP, .data = 77};
	uint16_t count;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
		frame_fill(frame, address_other, lengths[i], (uint32_t)i);
		offload.vlan_tag = (uint16_t)(0xffff - 257 * i);
		count = post(&tx, &offload, frame, i % 2 ? 100 : 5000, 3);
		queue_kick(&tx);
		ip_packet_insert_tag(frame, offload.vlan_tag);
		wire_expect(nic, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, 3, lengths[i], count);
	}
	queue_disable(&tx);
	nic_set(nic, SGNIC_FEATURES_ENABLED, TRANSMIT);
	queue_enable(&tx);
	ip_packet_build(&packet, frame, address_other);
	ip_packet_leave(&packet, frame);
	offload = checksum_offload(&packet);
	offload.flags = SGNIC_DESCRIPTOR_VLAN;
	offload.vlan_tag = 0;
	post(&tx, &offload, frame, 5000, 3);
	queue_kick(&tx);
	ip_packet_seal(&packet, frame);
	ip_packet_insert_tag(frame, 0);
	wire_expect(nic, frame);
	queue_expect(&tx, SGNIC_STATUS_OK, 3, (uint32_t)frame->length - 4, 2);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* FRAME_SIZE is the limit of plain frames; the shortest and the longest go through. */
static void test_jumbo(void)
{
	static const uint32_t sizes[] = {1518, 1519, 4096, 9000, 9234};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = nic_start(NULL);
	uint16_t count;
	size_t i;

	queue_prepare(&tx, nic, false, 64);
	for (i = 0; i < G_N_ELEMENTS(sizes); i++) {
		nic_set(nic, SGNIC_FRAME_SIZE, sizes[i]);
		queue_enable(&tx);
		frame_fill(frame, address_other, sizes[i], (uint32_t)i);
		count = (uint16_t)queue_post_frame(&tx, frame, 700, 9, 5);
		queue_kick(&tx);
		wire_expect(nic, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, 5, sizes[i], count);
		frame_fill(frame, address_other, sizes[i] + 1, (uint32_t)i);
		queue_post_frame(&tx, frame, 10000, 9, 6);
		queue_kick(&tx);
		queue_expect_failure(&tx, SGNIC_STATUS_FRAME_TOO_LONG, 6, 0, 1);
		nic_expect_logged(nic, sizes[i] + 1);
		nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, NIC_ANY);
		nic_set(nic, SGNIC_FRAME_SIZE, 2000);
		nic_expect_error(nic, SGNIC_ERROR_BUSY, NIC_ANY, SGNIC_FRAME_SIZE, 2000);
		queue_disable(&tx);
	}
	wire_expect_silence(nic);
	nic_stop(nic);
	g_free(frame);
}

/* A frame without an offload descriptor goes out untouched, whatever is enabled. */
static void test_plain(void)
{
	struct nic_queue tx;
	struct nic *nic = start(&tx, 0xff, 9234);
	int i;

	for (i = 0; i < 40; i++)
		queue_expect_transmits(&tx);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_CHECKSUM), ==, 0);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/offload-transmit/checksum", test_checksum);
	g_test_add_func("/offload-transmit/checksum-anywhere", test_checksum_anywhere);
	g_test_add_func("/offload-transmit/segmentation", test_segmentation);
	g_test_add_func("/offload-transmit/longest", test_longest);
	g_test_add_func("/offload-transmit/many-segments", test_many_segments);
	g_test_add_func("/offload-transmit/vlan", test_vlan);
	g_test_add_func("/offload-transmit/jumbo", test_jumbo);
	g_test_add_func("/offload-transmit/plain", test_plain);
	return g_test_run();
}
