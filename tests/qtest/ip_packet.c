/* SPDX-License-Identifier: MIT */
/*
 * ip_packet.c - frames with IP packets in them, and the tests' own checksums and hashes
 */
#include <arpa/inet.h>
#include <string.h>

#include "ip_packet.h"

#define ETHERNET       14u
#define TAG	       4u
#define IP4	       20u
#define IP6	       40u
#define EXTENSION      8u
#define TCP	       20u
#define UDP	       8u
#define PROTO_FRAGMENT 44
#define PROTO_DEST     60

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
	return packet->protocol ? packet->protocol : PACKET_TCP;
}

uint32_t ip_packet_checksum_offset(const struct ip_packet *packet)
{
	return protocol(packet) == PACKET_TCP ? 16 : 6;
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

static bool is_ip6(const struct ip_packet *packet)
{
	return packet->source ? strchr(packet->source, ':') != NULL : packet->ip6;
}

/* Writes source and destination one behind the other; returns the length of both. */
static size_t put_addresses(const struct ip_packet *packet, uint8_t *to)
{
	static const uint8_t fixed[32] = {0xfd, 0x12, 0x34, 1,	2,  3,	  4,	5,    6,    7,	 8,
					  9,	10,   11,   12, 13, 0xfd, 0x55, 0xaa, 1,    9,	 8,
					  7,	6,    5,    4,	3,  2,	  254,	0xf1, 0xf2, 0xf3};
	bool ip6 = is_ip6(packet);
	int family = ip6 ? AF_INET6 : AF_INET;
	size_t length = ip6 ? 16 : 4;

	if (!packet->source) {
		memcpy(to, ip6 ? fixed : fixed + 12, 2 * length);
		return 2 * length;
	}
	g_assert_cmpint(inet_pton(family, packet->source, to), ==, 1);
	g_assert_cmpint(inet_pton(family, packet->destination, to + length), ==, 1);
	return 2 * length;
}

static void build_ip4(const struct ip_packet *packet, struct frame *frame)
{
	uint8_t *ip = frame->bytes + packet->network;

	ip[0] = (uint8_t)(0x40 | (IP4 + packet->ip_options) / 4);
	put16(ip + 2, (uint32_t)(frame->length - packet->network));
	put16(ip + 4, 0xfff0 + packet->seed % 16);
	put16(ip + 6, packet->fragment ? packet->fragment_offset | packet->more << 13 : 0x4000);
	ip[8] = 64;
	ip[9] = protocol(packet);
	put_addresses(packet, ip + 12);
	memset(ip + IP4, 1, packet->ip_options);
}

/* Type of the header at @index behind that of IPv6 */
static uint8_t next_header(const struct ip_packet *packet, uint32_t index)
{
	/* hop by hop, destination options, routing */
	static const uint8_t extension_types[] = {0, PROTO_DEST, 43, PROTO_DEST};

	if (packet->ip_options && index-- == 0)
		return PROTO_DEST;
	if (index < packet->extensions)
		return extension_types[index % G_N_ELEMENTS(extension_types)];
	if (packet->fragment && index == packet->extensions)
		return PROTO_FRAGMENT;
	return protocol(packet);
}

static void build_ip6(const struct ip_packet *packet, struct frame *frame)
{
	uint8_t *ip = frame->bytes + packet->network;
	uint8_t *at = ip + IP6;
	uint32_t index = 0;

	put32(ip, 0x60000000);
	put16(ip + 4, (uint32_t)(frame->length - packet->network - IP6));
	ip[6] = next_header(packet, 0);
	ip[7] = 64;
	put_addresses(packet, ip + 8);
	memset(at, 0, packet->transport - packet->network - IP6);
	while (at < frame->bytes + packet->transport) {
		uint32_t length = packet->ip_options && !index ? packet->ip_options : EXTENSION;

		if (next_header(packet, index) == PROTO_FRAGMENT) {
			put16(at + 2, (uint32_t)packet->fragment_offset << 3 | packet->more);
		} else if (next_header(packet, index) == PROTO_DEST) {
			at[1] = (uint8_t)(length / 8 - 1);
			at[2] = 1;
			at[3] = (uint8_t)(length - 4);
		}
		at[0] = next_header(packet, ++index);
		at += length;
	}
}

static void build_transport(const struct ip_packet *packet, struct frame *frame)
{
	uint8_t *header = frame->bytes + packet->transport;

	put16(header, packet->ports[0]);
	put16(header + 2, packet->ports[1]);
	if (protocol(packet) != PACKET_TCP) {
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

static void set_offsets(struct ip_packet *packet)
{
	packet->ip6 = is_ip6(packet);
	packet->network = ETHERNET + TAG * packet->tags;
	packet->transport = packet->network + packet->ip_options;
	if (packet->ip6)
		packet->transport += IP6 + EXTENSION * (packet->extensions + packet->fragment);
	else
		packet->transport += IP4;
	packet->payload = packet->transport;
	packet->payload += protocol(packet) == PACKET_TCP ? TCP + packet->tcp_options : UDP;
}

void ip_packet_build(struct ip_packet *packet, struct frame *frame, const uint8_t *destination)
{
	uint8_t *type;
	uint32_t i;

	set_offsets(packet);
	frame_fill(frame, destination, packet->payload + packet->data, packet->seed);
	type = frame->bytes + PACKET_TYPE;
	for (i = packet->tags; i > 0; i--, type += TAG) {
		put16(type, i > 1 ? 0x88a8 : 0x8100);
		put16(type + 2, i > 1 ? 0x2000 | i : packet->tag);
	}
	put16(type, packet->ip6 ? 0x86dd : 0x0800);
	if (packet->ip6)
		build_ip6(packet, frame);
	else
		build_ip4(packet, frame);
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

uint32_t ip_packet_toeplitz(const struct ip_packet *packet, const uint8_t *key)
{
	uint8_t input[36];
	uint32_t hash = 0;
	size_t length = put_addresses(packet, input);
	size_t bit;
	size_t i;

	for (i = 0; i < 2; i++, length += 2)
		put16(input + length, packet->ports[i]);
	for (bit = 0; bit < 8 * length; bit++) {
		if (!(input[bit / 8] >> (7 - bit % 8) & 1))
			continue;
		/* the 32 bits of the key from there on */
		for (i = 0; i < 32; i++)
			if (key[(bit + i) / 8] >> (7 - (bit + i) % 8) & 1)
				hash ^= 0x80000000u >> i;
	}
	return hash;
}
