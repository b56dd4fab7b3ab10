/* SPDX-License-Identifier: MIT */
/*
 * ip_packet.c - frames with IP packets in them, and the tests' own checksums
 */
#include <string.h>

#include "ip_packet.h"

#define ETHERNET   14u
#define TAG	   4u
#define IP4	   20u
#define IP6	   40u
#define TCP	   20u
#define UDP	   8u
#define PROTO_TCP  6
#define PROTO_UDP  17
#define PROTO_DEST 60

static void put16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static uint32_t get16(const uint8_t *from)
{
	return (uint32_t)from[0] << 8 | from[1];
}

static void put32(uint8_t *to, uint32_t value)
{
	put16(to, value >> 16);
	put16(to + 2, value & 0xffff);
}

static uint32_t get32(const uint8_t *from)
{
	return get16(from) << 16 | get16(from + 2);
}

/* The ones' complement sum of RFC 1071, folded. */
static uint16_t sum_bytes(const uint8_t *bytes, size_t length, uint64_t sum)
{
	size_t i;

	for (i = 0; i + 1 < length; i += 2)
		sum += get16(bytes + i);
	if (i < length)
		sum += (uint64_t)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static uint8_t protocol(const struct ip_packet *packet)
{
	return packet->udp ? PROTO_UDP : PROTO_TCP;
}

uint32_t ip_packet_checksum_offset(const struct ip_packet *packet)
{
	return packet->udp ? 6 : 16;
}

static uint16_t pseudo_header(const struct ip_packet *packet, const struct frame *frame)
{
	size_t transport = frame->length - packet->transport;
	uint64_t sum = protocol(packet) + transport;

	if (packet->ip6)
		return sum_bytes(frame->bytes + packet->network + 8, 32, sum);
	return sum_bytes(frame->bytes + packet->network + 12, 8, sum);
}

static void seal_ip4(const struct ip_packet *packet, struct frame *frame)
{
	uint8_t *ip = frame->bytes + packet->network;

	if (packet->ip6)
		return;
	put16(ip + 10, 0);
	put16(ip + 10, (uint16_t)~sum_bytes(ip, packet->transport - packet->network, 0));
}

void ip_packet_leave(const struct ip_packet *packet, struct frame *frame)
{
	put16(frame->bytes + packet->transport + ip_packet_checksum_offset(packet),
	      pseudo_header(packet, frame));
}

void ip_packet_seal(const struct ip_packet *packet, struct frame *frame)
{
	uint8_t *checksum = frame->bytes + packet->transport + ip_packet_checksum_offset(packet);
	uint16_t sum;

	seal_ip4(packet, frame);
	ip_packet_leave(packet, frame);
	sum = (uint16_t)~sum_bytes(frame->bytes + packet->transport,
				   frame->length - packet->transport, 0);
	put16(checksum, sum ? sum : 0xffff);
}

static void build_ip(const struct ip_packet *packet, struct frame *frame)
{
	static const uint8_t addresses[32] = {0xfd, 0x12, 0x34, 1, 2,	3,    4,    5,
					      6,    7,	  8,	9, 10,	11,   12,   13,
					      0xfd, 0x55, 0xaa, 1, 9,	8,    7,    6,
					      5,    4,	  3,	2, 254, 0xf1, 0xf2, 0xf3};
	uint8_t *ip = frame->bytes + packet->network;
	size_t length = frame->length - packet->network;

	if (!packet->ip6) {
		ip[0] = (uint8_t)(0x40 | (IP4 + packet->ip_options) / 4);
		put16(ip + 2, (uint32_t)length);
		put16(ip + 4, 0xfff0 + packet->seed % 16);
		put16(ip + 6, 0x4000);
		ip[8] = 64;
		ip[9] = protocol(packet);
		memcpy(ip + 12, addresses + 12, 8);
		memset(ip + IP4, 1, packet->ip_options);
		return;
	}
	ip[0] = 0x60;
	ip[1] = ip[2] = ip[3] = 0;
	put16(ip + 4, (uint32_t)(length - IP6));
	ip[6] = packet->ip_options ? PROTO_DEST : protocol(packet);
	ip[7] = 64;
	memcpy(ip + 8, addresses, 32);
	if (packet->ip_options) {
		memset(ip + IP6, 0, packet->ip_options);
		ip[IP6] = protocol(packet);
		ip[IP6 + 1] = (uint8_t)(packet->ip_options / 8 - 1);
		ip[IP6 + 2] = 1;
		ip[IP6 + 3] = (uint8_t)(packet->ip_options - 4);
	}
}

static void build_transport(const struct ip_packet *packet, struct frame *frame)
{
	uint8_t *header = frame->bytes + packet->transport;

	put16(header, 0xc001);
	put16(header + 2, 80);
	if (packet->udp) {
		put16(header + 4, UDP + packet->data);
		return;
	}
	put32(header + 4, 0xfffffc00 + packet->seed);
	put32(header + 8, 0x01020304);
	header[12] = (uint8_t)((TCP + packet->tcp_options) / 4 << 4);
	header[13] = packet->flags ? packet->flags : PACKET_ACK;
	put16(header + 14, 0x4000);
	put16(header + 18, 0);
	memset(header + TCP, 1, packet->tcp_options);
}

void ip_packet_build(struct ip_packet *packet, struct frame *frame, const uint8_t *destination)
{
	uint32_t type = packet->ip6 ? 0x86dd : 0x0800;

	packet->network = ETHERNET + (packet->tagged ? TAG : 0);
	packet->transport = packet->network + (packet->ip6 ? IP6 : IP4) + packet->ip_options;
	packet->payload =
		packet->transport + (packet->udp ? UDP : TCP) + (packet->udp ? 0 : packet->tcp_options);
	frame_fill(frame, destination, packet->payload + packet->data, packet->seed);
	if (packet->tagged) {
		put16(frame->bytes + PACKET_TYPE, 0x8100);
		put16(frame->bytes + PACKET_TAG, packet->tag);
	}
	put16(frame->bytes + packet->network - 2, type);
	build_ip(packet, frame);
	build_transport(packet, frame);
	ip_packet_seal(packet, frame);
}

bool ip_packet_segment(const struct ip_packet *packet, const struct frame *large, uint32_t size,
		    uint32_t number, struct frame *segment)
{
	size_t offset = packet->payload + (size_t)number * size;
	size_t data = MIN((size_t)size, large->length - offset);
	bool last = offset + data == large->length;
	uint8_t *ip = segment->bytes + packet->network;
	uint8_t *tcp = segment->bytes + packet->transport;

	g_assert_cmpuint(offset, <, large->length);
	segment->length = packet->payload + data;
	memcpy(segment->bytes, large->bytes, packet->payload);
	memcpy(segment->bytes + packet->payload, large->bytes + offset, data);
	if (packet->ip6) {
		put16(ip + 4, (uint32_t)(segment->length - packet->network - IP6));
	} else {
		put16(ip + 2, (uint32_t)(segment->length - packet->network));
		put16(ip + 4, get16(ip + 4) + number);
	}
	put32(tcp + 4, get32(tcp + 4) + number * size);
	if (!last)
		tcp[13] &= (uint8_t) ~(PACKET_FIN | PACKET_PSH);
	if (number)
		tcp[13] &= (uint8_t)~PACKET_CWR;
	ip_packet_seal(packet, segment);
	return last;
}

void ip_packet_insert_tag(struct frame *frame, uint16_t tag)
{
	uint8_t *at = frame->bytes + PACKET_TYPE;

	memmove(at + TAG, at, frame->length - PACKET_TYPE);
	put16(at, 0x8100);
	put16(at + 2, tag);
	frame->length += TAG;
}

void ip_packet_remove_tag(struct frame *frame)
{
	uint8_t *at = frame->bytes + PACKET_TYPE;

	frame->length -= TAG;
	memmove(at, at + TAG, frame->length - PACKET_TYPE);
}
