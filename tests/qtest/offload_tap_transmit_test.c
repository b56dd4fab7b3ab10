/* SPDX-License-Identifier: MIT */
/*
 * offload_tap_transmit_test.c - checksums and segmentation left to a backend that takes them
 */
#include <string.h>

#include "offload_tap.h"

static void test_plain(gconstpointer features)
{
	struct offload_tap *f = offload_tap_open(GPOINTER_TO_UINT(features), NULL, false);
	size_t length;

	if (!f)
		return;
	for (length = 14; length < 9234; length += 1 + length / 3) {
		frame_fill(f->frame, address_other, length, (uint32_t)length);
		offload_tap_expect_plain(f, NULL, f->frame, f->frame);
	}
	tap_expect_silence(f->nic, f->tap);
	offload_tap_close(f);
}

/* The header tells the kernel where the checksum is; the frame goes out as it is. */
static void test_checksum(void)
{
	struct offload_tap *f = offload_tap_open(OFFLOAD_TAP_TRANSMIT, NULL, false);
	struct sgnic_offload offload;
	struct virtio_net_hdr header;
	uint32_t bits;

	if (!f)
		return;
	for (bits = 0; bits < 16; bits++) {
		struct ip_packet packet = {.ip6 = bits & 1,
					   .protocol = bits & 2 ? PACKET_UDP : PACKET_TCP,
					   .tags = bits >> 2 & 1,
					   .tag = 0x2123,
					   .data = 501,
					   .seed = bits};
		uint32_t inserted = bits & 8 ? 4 : 0;
		uint16_t count;

		ip_packet_build(&packet, f->frame, address_other);
		ip_packet_leave(&packet, f->frame);
		offload = (struct sgnic_offload){
			.checksum = SGNIC_NEEDS_CHECKSUM,
			.checksum_start = (uint16_t)packet.transport,
			.checksum_offset = (uint16_t)ip_packet_checksum_offset(&packet),
			.vlan_tag = inserted ? 0xb001 : 0,
			.flags = inserted ? SGNIC_DESCRIPTOR_VLAN : 0};
		queue_post_offload(&f->tx, &offload);
		count = (uint16_t)(1 + queue_post_frame(&f->tx, f->frame, 77, 3, 1));
		queue_kick(&f->tx);
		tap_receive(f->tap, &header, f->other);
		offload_tap_expect_header(&header, VIRTIO_NET_HDR_F_NEEDS_CSUM, 0, 0,
					  packet.transport + inserted, offload.checksum_offset);
		queue_expect(&f->tx, SGNIC_STATUS_OK, 1, (uint32_t)f->frame->length, count);
		if (inserted)
			ip_packet_insert_tag(f->frame, offload.vlan_tag);
		g_assert_cmpuint(f->other->length, ==, f->frame->length);
		nic_same_bytes(f->other->bytes, f->frame->bytes, f->frame->length);
	}
	offload_tap_close(f);
}

/* Hosts refuse a checksum that starts in the Ethernet header: the device makes it. */
static void test_checksum_elsewhere(void)
{
	struct sgnic_offload offload = {
		.checksum = SGNIC_NEEDS_CHECKSUM, .checksum_start = 14, .checksum_offset = 10};
	struct ip_packet packet = {.protocol = PACKET_UDP, .data = 100};
	struct offload_tap *f = offload_tap_open(OFFLOAD_TAP_TRANSMIT, NULL, false);

	if (!f)
		return;
	ip_packet_build(&packet, f->other, address_other);
	memcpy(f->frame, f->other, sizeof(*f->frame));
	/* the sum over a good IPv4 header and a good UDP datagram: the rest is 0 */
	memset(f->frame->bytes + 24, 0, 2);
	memset(f->other->bytes + packet.transport, 0, f->other->length - packet.transport);
	memset(f->frame->bytes + packet.transport, 0, f->frame->length - packet.transport);
	offload_tap_expect_plain(f, &offload, f->frame, f->other);
	offload_tap_close(f);
}

/* One large frame, with the headers that the kernel's segmentation expects. */
static void test_segmentation(void)
{
	struct offload_tap *f = offload_tap_open(OFFLOAD_TAP_TRANSMIT, NULL, false);
	struct virtio_net_hdr header;
	struct sgnic_offload offload;
	uint32_t bits;

	if (!f)
		return;
	for (bits = 0; bits < 16; bits++) {
		struct ip_packet packet = {.ip6 = bits & 1,
					   .tags = bits >> 1 & 1,
					   .tag = 0x123,
					   .tcp_options = 12,
					   .flags = bits & 8 ? PACKET_CWR | PACKET_ACK : PACKET_ACK,
					   .data = 30001,
					   .seed = bits};
		uint32_t inserted = bits & 4 ? 4 : 0;

		ip_packet_build(&packet, f->frame, address_other);
		ip_packet_leave(&packet, f->frame);
		memcpy(f->other, f->frame, sizeof(*f->frame));
		/* what the driver leaves in these fields does not matter */
		memset(f->other->bytes + packet.transport + 16, 0x77, 2);
		memset(f->other->bytes + packet.network + (packet.ip6 ? 4 : 2), 0x55, 2);
		offload = (struct sgnic_offload){
			.checksum = SGNIC_NEEDS_CHECKSUM,
			.segmentation = (packet.ip6 ? SGNIC_SEGMENTATION_TCP_IPV6
						    : SGNIC_SEGMENTATION_TCP_IPV4) |
					(bits & 8 ? SGNIC_SEGMENTATION_ECN : 0),
			.header_length = (uint16_t)packet.payload,
			.segment_size = 1448,
			.checksum_start = (uint16_t)packet.transport,
			.checksum_offset = 16,
			.vlan_tag = inserted ? 0xb001 : 0,
			.flags = inserted ? SGNIC_DESCRIPTOR_VLAN : 0};
		queue_post_offload(&f->tx, &offload);
		queue_post_frame(&f->tx, f->other, 5000, 3, 1);
		queue_kick(&f->tx);
		tap_receive(f->tap, &header, f->other);
		offload_tap_expect_header(&header, VIRTIO_NET_HDR_F_NEEDS_CSUM,
					  (uint8_t)offload.segmentation, 1448,
					  packet.transport + inserted, 16);
		queue_expect(&f->tx, SGNIC_STATUS_OK, 1, (uint32_t)f->frame->length, 8);
		if (inserted)
			ip_packet_insert_tag(f->frame, offload.vlan_tag);
		g_assert_cmpuint(f->other->length, ==, f->frame->length);
		nic_same_bytes(f->other->bytes, f->frame->bytes, f->frame->length);
		f->nic->ram_next = 0x200000;
	}
	g_assert_cmpuint(nic_statistic(f->nic, SGNIC_STAT_TX_LARGE), ==, 16);
	tap_expect_silence(f->nic, f->tap);
	offload_tap_close(f);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/offload-tap/plain", GUINT_TO_POINTER(0), test_plain);
	g_test_add_data_func("/offload-tap/plain/enabled", GUINT_TO_POINTER(0xff), test_plain);
	g_test_add_func("/offload-tap/checksum", test_checksum);
	g_test_add_func("/offload-tap/checksum-elsewhere", test_checksum_elsewhere);
	g_test_add_func("/offload-tap/segmentation", test_segmentation);
	return g_test_run();
}
