/* SPDX-License-Identifier: MIT */
/*
 * offload_tap_receive_test.c - frames that a backend gives without checksums, or large
 */
#include "offload_tap.h"

/* With the features the driver gets a frame of this host as the host's stack made it. */
static void test_partial(void)
{
	struct offload_tap *f =
		offload_tap_open(OFFLOAD_TAP_RECEIVE | SGNIC_FEATURE_VLAN_STRIP, NULL, false);
	uint64_t buffer;
	uint32_t bits;

	if (!f)
		return;
	for (bits = 0; bits < 8; bits++) {
		struct ip_packet packet = {.ip6 = bits & 1,
					   .protocol = bits & 2 ? PACKET_UDP : PACKET_TCP,
					   .tags = bits >> 2 & 1,
					   .tag = 0x1234,
					   .data = 700,
					   .seed = bits};
		uint32_t stripped = bits & 4 ? 4 : 0;

		ip_packet_build(&packet, f->frame, address_nic);
		ip_packet_leave(&packet, f->frame);
		buffer = offload_tap_host_sends(f, &packet, 0);
		if (stripped)
			ip_packet_remove_tag(f->frame);
		queue_expect_received(&f->rx, (uint32_t)f->frame->length,
				      (uint16_t)((bits & 1 ? OFFLOAD_TAP_GOOD6 : OFFLOAD_TAP_GOOD) |
						 SGNIC_COMPLETION_PARTIAL |
						 (stripped ? SGNIC_COMPLETION_VLAN : 0)));
		queue_check_buffer(f->nic, buffer, 65535, f->frame->bytes,
				   (uint32_t)f->frame->length);
		f->nic->ram_next = 0x200000;
		g_assert_cmpuint(f->rx.details.checksum_start, ==, packet.transport - stripped);
		g_assert_cmpuint(f->rx.details.checksum_offset, ==,
				 ip_packet_checksum_offset(&packet));
		g_assert_cmpuint(f->rx.details.segmentation, ==, 0);
		g_assert_cmphex(f->rx.details.vlan_tag, ==, stripped ? 0x1234 : 0);
	}
	offload_tap_close(f);
}

static void test_large(void)
{
	struct offload_tap *f =
		offload_tap_open(OFFLOAD_TAP_RECEIVE | SGNIC_FEATURE_VLAN_STRIP, NULL, false);
	uint64_t buffer;
	uint32_t bits;

	if (!f)
		return;
	for (bits = 0; bits < 8; bits++) {
		struct ip_packet packet = {.ip6 = bits & 1,
					   .tags = bits >> 1 & 1,
					   .tag = 0x1234,
					   .tcp_options = 12,
					   .data = bits & 4 ? 60000 : 5000,
					   .seed = bits};
		uint32_t stripped = bits & 2 ? 4 : 0;

		ip_packet_build(&packet, f->frame, address_nic);
		ip_packet_leave(&packet, f->frame);
		buffer = offload_tap_host_sends(f, &packet, 1400);
		if (stripped)
			ip_packet_remove_tag(f->frame);
		queue_expect_received(&f->rx, (uint32_t)f->frame->length,
				      (uint16_t)((bits & 1 ? OFFLOAD_TAP_GOOD6 : OFFLOAD_TAP_GOOD) |
						 SGNIC_COMPLETION_PARTIAL | SGNIC_COMPLETION_LARGE |
						 (stripped ? SGNIC_COMPLETION_VLAN : 0)));
		queue_check_buffer(f->nic, buffer, 65535, f->frame->bytes,
				   (uint32_t)f->frame->length);
		f->nic->ram_next = 0x200000;
		g_assert_cmpuint(f->rx.details.segmentation, ==,
				 bits & 1 ? SGNIC_SEGMENTATION_TCP_IPV6
					  : SGNIC_SEGMENTATION_TCP_IPV4);
		g_assert_cmpuint(f->rx.details.segment_size, ==, 1400);
		g_assert_cmpuint(f->rx.details.header_length, ==, packet.payload - stripped);
		g_assert_cmpuint(f->rx.details.checksum_start, ==, packet.transport - stripped);
		g_assert_cmpuint(f->rx.details.checksum_offset, ==, 16);
	}
	g_assert_cmpuint(nic_statistic(f->nic, SGNIC_STAT_RX_LARGE), ==, 8);
	g_assert_cmpuint(nic_statistic(f->nic, SGNIC_STAT_RX_OVERSIZE), ==, 0);
	offload_tap_close(f);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/offload-tap/partial", test_partial);
	g_test_add_func("/offload-tap/large", test_large);
	return g_test_run();
}
