/* SPDX-License-Identifier: MIT */
/*
 * offload_tap_finished_test.c - frames finished, because driver, device or backend takes no others
 */
#include <string.h>

#include "offload_tap.h"

/* Without the features frames arrive finished: by the kernel, or by the device. */
static void test_finished(gconstpointer features)
{
	struct offload_tap *f = offload_tap_open(GPOINTER_TO_UINT(features), NULL, false);
	bool status = GPOINTER_TO_UINT(features) & SGNIC_FEATURE_RX_CHECKSUM;
	struct frame *segment;
	uint64_t buffers[8];
	uint64_t buffer;
	uint32_t bits, i;

	if (!f)
		return;
	for (bits = 0; bits < 4; bits++) {
		struct ip_packet packet = {.ip6 = bits & 1,
					   .protocol = bits & 2 ? PACKET_UDP : PACKET_TCP,
					   .data = 700,
					   .seed = bits};

		ip_packet_build(&packet, f->frame, address_nic);
		ip_packet_leave(&packet, f->frame);
		buffer = offload_tap_host_sends(f, &packet, 0);
		ip_packet_seal(&packet, f->frame);
		queue_expect_received(&f->rx, (uint32_t)f->frame->length,
				      (uint16_t)(!status    ? 0
						 : bits & 1 ? OFFLOAD_TAP_GOOD6
							    : OFFLOAD_TAP_GOOD));
		queue_check_buffer(f->nic, buffer, 65535, f->frame->bytes,
				   (uint32_t)f->frame->length);
		f->nic->ram_next = 0x200000;
	}
	/* and large ones in segments */
	segment = f->other;
	for (bits = 0; bits < 2; bits++) {
		struct ip_packet packet = {.ip6 = bits & 1, .data = 5000, .seed = bits};

		ip_packet_build(&packet, f->frame, address_nic);
		ip_packet_leave(&packet, f->frame);
		buffers[0] = offload_tap_host_sends(f, &packet, 1400);
		for (i = 1; i < 4; i++) {
			buffers[i] = queue_buffer(f->nic, 2000, 0);
			queue_post(&f->rx, buffers[i], 2000, 0, 0);
		}
		queue_kick(&f->rx);
		for (i = 0; i < 4; i++) {
			ip_packet_segment(&packet, f->frame, 1400, i, segment);
			queue_expect_received(&f->rx, (uint32_t)segment->length,
					      (uint16_t)(!status    ? 0
							 : bits & 1 ? OFFLOAD_TAP_GOOD6
								    : OFFLOAD_TAP_GOOD));
			queue_check_buffer(f->nic, buffers[i], i ? 2000 : 65535, segment->bytes,
					   (uint32_t)segment->length);
		}
		f->nic->ram_next = 0x200000;
	}
	g_assert_cmpuint(nic_statistic(f->nic, SGNIC_STAT_RX_LARGE), ==, 0);
	offload_tap_close(f);
}

/* Frames the kernel queued while more was enabled: finished, or dropped if large. */
static void test_disabled_meanwhile(void)
{
	struct offload_tap *f = offload_tap_open(OFFLOAD_TAP_RECEIVE, NULL, false);
	struct ip_packet packet = {.data = 800};
	uint64_t buffer;

	if (!f)
		return;
	ip_packet_build(&packet, f->frame, address_nic);
	ip_packet_leave(&packet, f->frame);
	queue_disable(&f->rx);
	tap_send(f->tap,
		 &(struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					  .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
					  .gso_size = 100,
					  .hdr_len = 54,
					  .csum_start = 34,
					  .csum_offset = 16},
		 f->frame);
	tap_send(f->tap,
		 &(struct virtio_net_hdr){
			 .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = 16},
		 f->frame);
	nic_settle(f->nic);
	queue_disable(&f->tx);
	nic_set(f->nic, SGNIC_FEATURES_ENABLED, 0);
	queue_enable(&f->rx);
	buffer = queue_buffer(f->nic, 2000, 0);
	queue_post(&f->rx, buffer, 2000, 0, 0);
	queue_kick(&f->rx);
	ip_packet_seal(&packet, f->frame);
	queue_expect_received(&f->rx, (uint32_t)f->frame->length, 0);
	queue_check_buffer(f->nic, buffer, 2000, f->frame->bytes, (uint32_t)f->frame->length);
	nic_wait_statistic(f->nic, SGNIC_STAT_RX_OVERSIZE, 1);
	offload_tap_close(f);
}

/* A reset takes back what the features allowed the kernel to leave undone. */
static void test_reset(void)
{
	struct offload_tap *f = offload_tap_open(OFFLOAD_TAP_RECEIVE, NULL, false);
	struct ip_packet packet = {.data = 2000};
	uint64_t buffers[2];
	uint32_t i;

	if (!f)
		return;
	nic_set(f->nic, SGNIC_RESET, SGNIC_RESET_NOW);
	nic_set(f->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	queue_open(&f->rx, f->nic, true, 64);
	ip_packet_build(&packet, f->frame, address_nic);
	ip_packet_leave(&packet, f->frame);
	buffers[0] = offload_tap_host_sends(f, &packet, 1400);
	buffers[1] = queue_buffer(f->nic, 65535, 0);
	queue_post(&f->rx, buffers[1], 65535, 0, 0);
	queue_kick(&f->rx);
	for (i = 0; i < 2; i++) {
		ip_packet_segment(&packet, f->frame, 1400, i, f->other);
		queue_expect_received(&f->rx, (uint32_t)f->other->length, 0);
		queue_check_buffer(f->nic, buffers[i], 65535, f->other->bytes,
				   (uint32_t)f->other->length);
	}
	offload_tap_close(f);
}

/* A hub takes no header: frames go through it finished, both ways. */
static void test_hub(void)
{
	struct offload_tap *f = offload_tap_open(0xff & ~SGNIC_FEATURE_VLAN_FILTER, NULL, true);
	struct ip_packet packet = {.data = 600};
	struct sgnic_offload offload = {
		.checksum = SGNIC_NEEDS_CHECKSUM, .checksum_start = 34, .checksum_offset = 16};
	struct virtio_net_hdr header;
	uint64_t buffer;
	uint32_t i;

	if (!f)
		return;
	ip_packet_build(&packet, f->other, address_other);
	memcpy(f->frame, f->other, sizeof(*f->frame));
	ip_packet_leave(&packet, f->frame);
	offload_tap_expect_plain(f, &offload, f->frame, f->other);
	offload.segmentation = SGNIC_SEGMENTATION_TCP_IPV4;
	offload.header_length = 54;
	offload.segment_size = 250;
	queue_post_offload(&f->tx, &offload);
	queue_post_frame(&f->tx, f->frame, 5000, 0, 1);
	queue_kick(&f->tx);
	for (i = 0; i < 3; i++) {
		struct frame *segment = g_new(struct frame, 1);

		ip_packet_segment(&packet, f->frame, 250, i, segment);
		tap_receive(f->tap, &header, f->other);
		g_assert_cmpuint(f->other->length, ==, segment->length);
		nic_same_bytes(f->other->bytes, segment->bytes, segment->length);
		g_free(segment);
	}
	queue_expect(&f->tx, SGNIC_STATUS_OK, 1, (uint32_t)f->frame->length, 2);
	ip_packet_build(&packet, f->frame, address_nic);
	ip_packet_leave(&packet, f->frame);
	buffer = offload_tap_host_sends(f, &packet, 0);
	ip_packet_seal(&packet, f->frame);
	queue_expect_received(&f->rx, (uint32_t)f->frame->length, OFFLOAD_TAP_GOOD);
	queue_check_buffer(f->nic, buffer, 65535, f->frame->bytes, (uint32_t)f->frame->length);
	offload_tap_close(f);
}

/* offload=off and vlan=off: nothing is offered, and the backend's header is dealt with. */
static void test_off(void)
{
	struct offload_tap *f = offload_tap_open(0, "offload=off,vlan=off", false);
	struct ip_packet packet = {.protocol = PACKET_UDP, .data = 100};
	uint64_t buffer;

	if (!f)
		return;
	g_assert_cmphex(nic_get(f->nic, SGNIC_FEATURES_OFFERED) & 0xff, ==, 0);
	queue_disable(&f->tx);
	queue_disable(&f->rx);
	nic_set(f->nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_CHECKSUM);
	nic_expect_error(f->nic, SGNIC_ERROR_BAD_VALUE, NIC_ANY, SGNIC_FEATURES_ENABLED, 1);
	nic_set(f->nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_VLAN_STRIP);
	nic_expect_error(f->nic, SGNIC_ERROR_BAD_VALUE, NIC_ANY, SGNIC_FEATURES_ENABLED, 0x40);
	queue_enable(&f->tx);
	queue_enable(&f->rx);
	ip_packet_build(&packet, f->frame, address_other);
	offload_tap_expect_plain(f, NULL, f->frame, f->frame);
	ip_packet_build(&packet, f->frame, address_nic);
	ip_packet_leave(&packet, f->frame);
	buffer = offload_tap_host_sends(f, &packet, 0);
	ip_packet_seal(&packet, f->frame);
	queue_expect_received(&f->rx, (uint32_t)f->frame->length, 0);
	queue_check_buffer(f->nic, buffer, 65535, f->frame->bytes, (uint32_t)f->frame->length);
	offload_tap_close(f);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/offload-tap/finished", GUINT_TO_POINTER(0), test_finished);
	g_test_add_data_func("/offload-tap/finished/status",
			     GUINT_TO_POINTER(SGNIC_FEATURE_RX_CHECKSUM), test_finished);
	g_test_add_func("/offload-tap/disabled-meanwhile", test_disabled_meanwhile);
	g_test_add_func("/offload-tap/reset", test_reset);
	g_test_add_func("/offload-tap/hub", test_hub);
	g_test_add_func("/offload-tap/off", test_off);
	return g_test_run();
}
