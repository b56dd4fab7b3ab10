/* SPDX-License-Identifier: MIT */
/*
 * offload_tap.c - a device on a TAP interface, whose kernel takes and gives unfinished frames
 */
#include "offload_tap.h"

struct offload_tap *offload_tap_open(uint32_t features, const char *properties, bool hub)
{
	struct tap *tap = tap_open();
	struct offload_tap *f;

	if (!tap)
		return NULL;
	f = g_new0(struct offload_tap, 1);
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

void offload_tap_close(struct offload_tap *f)
{
	nic_expect_no_error(f->nic);
	nic_stop(f->nic);
	tap_close(f->tap);
	g_free(f->frame);
	g_free(f->other);
	g_free(f);
}

void offload_tap_expect_header(const struct virtio_net_hdr *header, uint8_t flags, uint8_t type,
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

void offload_tap_expect_plain(struct offload_tap *f, const struct sgnic_offload *offload,
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
	offload_tap_expect_header(&header, 0, 0, 0, 0, 0);
	g_assert_cmpuint(got->length, ==, MAX(expected->length, (size_t)60));
	nic_same_bytes(got->bytes, expected->bytes, expected->length);
	nic_same_bytes(got->bytes + expected->length, zeroes, got->length - expected->length);
	queue_expect(&f->tx, SGNIC_STATUS_OK, 1, (uint32_t)frame->length, count);
	f->nic->ram_next = 0x200000;
	g_free(got);
}

uint64_t offload_tap_host_sends(struct offload_tap *f, const struct ip_packet *packet,
				uint32_t size)
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
