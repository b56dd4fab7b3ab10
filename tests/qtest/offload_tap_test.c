// SPDX-License-Identifier: MIT
/*
 * offload_tap_test.c - checksums and large frames left to a backend that takes them
 */
#include <string.h>

#include "ip_packet.h"
#include "sgnic_queue.h"
#include "tap.h"

#define TRANSMIT (SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION | SGNIC_FEATURE_VLAN_INSERT)
#define RECEIVE	 (SGNIC_FEATURE_RX_CHECKSUM | SGNIC_FEATURE_PARTIAL | SGNIC_FEATURE_LARGE_RECEIVE)
#define GOOD	 (SGNIC_COMPLETION_IP_GOOD | SGNIC_COMPLETION_TRANSPORT_GOOD)
#define GOOD6	 SGNIC_COMPLETION_TRANSPORT_GOOD

/* The pieces every test needs, or NULL if the test is skipped. */
struct fixture {
	struct tap *tap;
	struct nic *nic;
	struct nic_queue tx;
	struct nic_queue rx;
	struct frame *frame;
	struct frame *other;
};

static struct fixture *fixture_open(uint32_t features, const char *properties, bool hub)
{
	struct tap *tap = tap_open();
	struct fixture *f;

	if (!tap)
		return NULL;
	f = g_new0(struct fixture, 1);
	f->tap = tap;
	f->nic = tap_start(tap, properties, hub);
	f->frame = g_new0(struct frame, 1);
	f->other = g_new0(struct frame, 1);
	nic_set(f->nic, SGNIC_FEATURES_ENABLED, features);
	nic_set(f->nic, SGNIC_FRAME_SIZE, 9234);
	nic_set(f->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	queue_open(&f->tx, f->nic, false, 64);
	queue_open(&f->rx, f->nic, true, 64);
	f->rx.features = true;
	return f;
}

static void fixture_close(struct fixture *f)
{
	nic_expect_no_error(f->nic);
	nic_stop(f->nic);
	tap_close(f->tap);
	g_free(f->frame);
	g_free(f->other);
	g_free(f);
}

static void expect_header(const struct virtio_net_hdr *header, uint8_t flags, uint8_t type,
			  uint32_t size, uint32_t start, uint32_t offset)
{
	g_assert_cmphex(header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM, ==, flags);
	g_assert_cmphex(header->gso_type, ==, type);
	g_assert_cmpuint(header->gso_size, ==, size);
	if (flags) {
		g_assert_cmpuint(header->csum_start, ==, start);
		g_assert_cmpuint(header->csum_offset, ==, offset);
	}
}

/* Sends a frame; the kernel gets @expected with nothing left to do. */
static void expect_plain(struct fixture *f, const struct sgnic_offload *offload,
			 const struct frame *frame, const struct frame *expected)
{
	static const uint8_t zeroes[60];
	struct frame *got = g_new(struct frame, 1);
	struct virtio_net_hdr header;
	uint16_t count = 0;

	if (offload) {
		queue_post_offload(&f->tx, offload);
		count++;
	}
	count = (uint16_t)(count + queue_post_frame(&f->tx, frame, 400, 3, 1));
	queue_kick(&f->tx);
	tap_receive(f->tap, &header, got);
	expect_header(&header, 0, 0, 0, 0, 0);
	g_assert_cmpuint(got->length, ==, MAX(expected->length, (size_t)60));
	nic_same_bytes(got->bytes, expected->bytes, expected->length);
	nic_same_bytes(got->bytes + expected->length, zeroes, got->length - expected->length);
	queue_expect(&f->tx, SGNIC_STATUS_OK, 1, (uint32_t)frame->length, count);
	f->nic->ram_next = 0x200000;
	g_free(got);
}

static void test_plain(gconstpointer features)
{
	struct fixture *f = fixture_open(GPOINTER_TO_UINT(features), NULL, false);
	size_t length;

	if (!f)
		return;
	for (length = 14; length < 9234; length += 1 + length / 3) {
		frame_fill(f->frame, address_other, length, (uint32_t)length);
		expect_plain(f, NULL, f->frame, f->frame);
	}
	tap_expect_silence(f->nic, f->tap);
	fixture_close(f);
}

/* The header tells the kernel where the checksum is; the frame goes out as it is. */
static void test_checksum(void)
{
	struct fixture *f = fixture_open(TRANSMIT, NULL, false);
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
		expect_header(&header, VIRTIO_NET_HDR_F_NEEDS_CSUM, 0, 0,
			      packet.transport + inserted, offload.checksum_offset);
		queue_expect(&f->tx, SGNIC_STATUS_OK, 1, (uint32_t)f->frame->length, count);
		if (inserted)
			ip_packet_insert_tag(f->frame, offload.vlan_tag);
		g_assert_cmpuint(f->other->length, ==, f->frame->length);
		nic_same_bytes(f->other->bytes, f->frame->bytes, f->frame->length);
	}
	fixture_close(f);
}

/* Hosts refuse a checksum that starts in the Ethernet header: the device makes it. */
static void test_checksum_elsewhere(void)
{
	struct sgnic_offload offload = {.checksum = SGNIC_NEEDS_CHECKSUM,
					.checksum_start = 14,
					.checksum_offset = 10};
	struct ip_packet packet = {.protocol = PACKET_UDP, .data = 100};
	struct fixture *f = fixture_open(TRANSMIT, NULL, false);

	if (!f)
		return;
	ip_packet_build(&packet, f->other, address_other);
	memcpy(f->frame, f->other, sizeof(*f->frame));
	/* the sum over a good IPv4 header and a good UDP datagram: the rest is 0 */
	memset(f->frame->bytes + 24, 0, 2);
	memset(f->other->bytes + packet.transport, 0, f->other->length - packet.transport);
	memset(f->frame->bytes + packet.transport, 0, f->frame->length - packet.transport);
	expect_plain(f, &offload, f->frame, f->other);
	fixture_close(f);
}

/* One large frame, with the headers that the kernel's segmentation expects. */
static void test_segmentation(void)
{
	struct fixture *f = fixture_open(TRANSMIT, NULL, false);
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
		expect_header(&header, VIRTIO_NET_HDR_F_NEEDS_CSUM,
			      (uint8_t)offload.segmentation, 1448, packet.transport + inserted,
			      16);
		queue_expect(&f->tx, SGNIC_STATUS_OK, 1, (uint32_t)f->frame->length, 8);
		if (inserted)
			ip_packet_insert_tag(f->frame, offload.vlan_tag);
		g_assert_cmpuint(f->other->length, ==, f->frame->length);
		nic_same_bytes(f->other->bytes, f->frame->bytes, f->frame->length);
		f->nic->ram_next = 0x200000;
	}
	g_assert_cmpuint(nic_statistic(f->nic, SGNIC_STAT_TX_LARGE), ==, 16);
	tap_expect_silence(f->nic, f->tap);
	fixture_close(f);
}

/* Sends a frame that the kernel left unfinished, into a ring of one large buffer. */
static uint64_t host_sends(struct fixture *f, const struct ip_packet *packet, uint32_t size)
{
	uint64_t buffer = queue_buffer(f->nic, 65535, 0);
	struct virtio_net_hdr header = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					.hdr_len = (uint16_t)packet->payload,
					.csum_start = (uint16_t)packet->transport,
					.csum_offset = (uint16_t)ip_packet_checksum_offset(packet)};

	if (size) {
		header.gso_type = packet->ip6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		header.gso_size = (uint16_t)size;
	}
	queue_post(&f->rx, buffer, 65535, 0, 0);
	queue_kick(&f->rx);
	tap_send(f->tap, &header, f->frame);
	return buffer;
}

/* With the features the driver gets a frame of this host as the host's stack made it. */
static void test_partial(void)
{
	struct fixture *f = fixture_open(RECEIVE | SGNIC_FEATURE_VLAN_STRIP, NULL, false);
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
		buffer = host_sends(f, &packet, 0);
		if (stripped)
			ip_packet_remove_tag(f->frame);
		queue_expect_received(&f->rx, (uint32_t)f->frame->length,
				      (uint16_t)((bits & 1 ? GOOD6 : GOOD) |
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
	fixture_close(f);
}

static void test_large(void)
{
	struct fixture *f = fixture_open(RECEIVE | SGNIC_FEATURE_VLAN_STRIP, NULL, false);
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
		buffer = host_sends(f, &packet, 1400);
		if (stripped)
			ip_packet_remove_tag(f->frame);
		queue_expect_received(&f->rx, (uint32_t)f->frame->length,
				      (uint16_t)((bits & 1 ? GOOD6 : GOOD) |
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
	fixture_close(f);
}

/* Without the features frames arrive finished: by the kernel, or by the device. */
static void test_finished(gconstpointer features)
{
	struct fixture *f = fixture_open(GPOINTER_TO_UINT(features), NULL, false);
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
		buffer = host_sends(f, &packet, 0);
		ip_packet_seal(&packet, f->frame);
		queue_expect_received(&f->rx, (uint32_t)f->frame->length,
				      (uint16_t)(!status ? 0 : bits & 1 ? GOOD6 : GOOD));
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
		buffers[0] = host_sends(f, &packet, 1400);
		for (i = 1; i < 4; i++) {
			buffers[i] = queue_buffer(f->nic, 2000, 0);
			queue_post(&f->rx, buffers[i], 2000, 0, 0);
		}
		queue_kick(&f->rx);
		for (i = 0; i < 4; i++) {
			ip_packet_segment(&packet, f->frame, 1400, i, segment);
			queue_expect_received(&f->rx, (uint32_t)segment->length,
					      (uint16_t)(!status ? 0 : bits & 1 ? GOOD6 : GOOD));
			queue_check_buffer(f->nic, buffers[i], i ? 2000 : 65535, segment->bytes,
					   (uint32_t)segment->length);
		}
		f->nic->ram_next = 0x200000;
	}
	g_assert_cmpuint(nic_statistic(f->nic, SGNIC_STAT_RX_LARGE), ==, 0);
	fixture_close(f);
}

/* Frames the kernel queued while more was enabled: finished, or dropped if large. */
static void test_disabled_meanwhile(void)
{
	struct fixture *f = fixture_open(RECEIVE, NULL, false);
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
		 &(struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					  .csum_start = 34,
					  .csum_offset = 16},
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
	fixture_close(f);
}

/* A reset takes back what the features allowed the kernel to leave undone. */
static void test_reset(void)
{
	struct fixture *f = fixture_open(RECEIVE, NULL, false);
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
	buffers[0] = host_sends(f, &packet, 1400);
	buffers[1] = queue_buffer(f->nic, 65535, 0);
	queue_post(&f->rx, buffers[1], 65535, 0, 0);
	queue_kick(&f->rx);
	for (i = 0; i < 2; i++) {
		ip_packet_segment(&packet, f->frame, 1400, i, f->other);
		queue_expect_received(&f->rx, (uint32_t)f->other->length, 0);
		queue_check_buffer(f->nic, buffers[i], 65535, f->other->bytes,
				   (uint32_t)f->other->length);
	}
	fixture_close(f);
}

/* A hub takes no header: frames go through it finished, both ways. */
static void test_hub(void)
{
	struct fixture *f = fixture_open(0xff & ~SGNIC_FEATURE_VLAN_FILTER, NULL, true);
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
	expect_plain(f, &offload, f->frame, f->other);
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
	buffer = host_sends(f, &packet, 0);
	ip_packet_seal(&packet, f->frame);
	queue_expect_received(&f->rx, (uint32_t)f->frame->length, GOOD);
	queue_check_buffer(f->nic, buffer, 65535, f->frame->bytes, (uint32_t)f->frame->length);
	fixture_close(f);
}

/* offload=off and vlan=off: nothing is offered, and the backend's header is dealt with. */
static void test_off(void)
{
	struct fixture *f = fixture_open(0, "offload=off,vlan=off", false);
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
	expect_plain(f, NULL, f->frame, f->frame);
	ip_packet_build(&packet, f->frame, address_nic);
	ip_packet_leave(&packet, f->frame);
	buffer = host_sends(f, &packet, 0);
	ip_packet_seal(&packet, f->frame);
	queue_expect_received(&f->rx, (uint32_t)f->frame->length, 0);
	queue_check_buffer(f->nic, buffer, 65535, f->frame->bytes, (uint32_t)f->frame->length);
	fixture_close(f);
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
	g_test_add_func("/offload-tap/partial", test_partial);
	g_test_add_func("/offload-tap/large", test_large);
	g_test_add_data_func("/offload-tap/finished", GUINT_TO_POINTER(0), test_finished);
	g_test_add_data_func("/offload-tap/finished/status",
			     GUINT_TO_POINTER(SGNIC_FEATURE_RX_CHECKSUM), test_finished);
	g_test_add_func("/offload-tap/disabled-meanwhile", test_disabled_meanwhile);
	g_test_add_func("/offload-tap/reset", test_reset);
	g_test_add_func("/offload-tap/hub", test_hub);
	g_test_add_func("/offload-tap/off", test_off);
	return g_test_run();
}
