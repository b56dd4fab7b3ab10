/* SPDX-License-Identifier: MIT */
/*
 * sgnic_packet.c - frames that carry IP, and the Toeplitz hash by its definition
 */
#include <arpa/inet.h>
#include <string.h>

#include "sgnic_packet.h"

#define PAYLOAD 40

static const uint8_t extension_types[] = {0, 60, 43, 60}; /* hop by hop, options, routing */

static void put(struct frame *frame, const void *data, size_t length)
{
	g_assert_cmpuint(frame->length + length, <=, FRAME_MAX);
	memcpy(frame->bytes + frame->length, data, length);
	frame->length += length;
}

static void put8(struct frame *frame, unsigned int value)
{
	uint8_t byte = (uint8_t)value;

	put(frame, &byte, 1);
}

static void put16(struct frame *frame, unsigned int value)
{
	put8(frame, value >> 8);
	put8(frame, value);
}

/* Returns the length, 4 or 16. */
static size_t parse(const char *text, uint8_t *address)
{
	bool v6 = strchr(text, ':');

	g_assert_cmpint(inet_pton(v6 ? AF_INET6 : AF_INET, text, address), ==, 1);
	return v6 ? 16 : 4;
}

static void put_address(struct frame *frame, const char *text)
{
	uint8_t address[16];

	put(frame, address, parse(text, address));
}

static void put_ipv4(struct frame *frame, const struct packet *packet)
{
	unsigned int length = 20 + packet->options;

	put8(frame, 0x40 | length / 4);
	put8(frame, 0);
	put16(frame, length + 4 + PAYLOAD);
	put16(frame, 0x1234);
	put16(frame, packet->fragment_offset | (packet->more ? 0x2000 : 0));
	put8(frame, 64);
	put8(frame, packet->protocol);
	put16(frame, 0);
	put_address(frame, packet->source);
	put_address(frame, packet->destination);
	for (length = 0; length < packet->options; length++)
		put8(frame, 1);
}

/* Type of extension header @index, or what follows the last one */
static unsigned int next_header(const struct packet *packet, unsigned int index)
{
	unsigned int count = packet->extensions + packet->fragment;

	if (index >= count)
		return packet->protocol;
	if (packet->fragment && index == count - 1)
		return 44;
	return extension_types[index % G_N_ELEMENTS(extension_types)];
}

static void put_ipv6(struct frame *frame, const struct packet *packet)
{
	unsigned int count = packet->extensions + packet->fragment;
	unsigned int i;

	put16(frame, 0x6000);
	put16(frame, 0);
	put16(frame, 8 * count + 4 + PAYLOAD);
	put8(frame, next_header(packet, 0));
	put8(frame, 64);
	put_address(frame, packet->source);
	put_address(frame, packet->destination);
	for (i = 0; i < count; i++) {
		bool fragment = packet->fragment && i == count - 1;

		put8(frame, next_header(packet, i + 1));
		put8(frame, 0);
		put16(frame, fragment ? packet->fragment_offset << 3 | packet->more : 0);
		put16(frame, 0);
		put16(frame, 0);
	}
}

void packet_fill(struct frame *frame, const struct packet *packet)
{
	static const uint8_t station[] = {0x02, 0, 0, 0, 0, 0x01};
	static const uint8_t payload[PAYLOAD] = {0x5a};
	bool v6 = strchr(packet->source, ':');
	unsigned int i;

	frame->length = 0;
	put(frame, address_nic, 6);
	put(frame, station, 6);
	for (i = packet->tags; i > 0; i--) {
		put16(frame, i > 1 ? 0x88a8 : 0x8100);
		put16(frame, 0x2000 | i);
	}
	put16(frame, v6 ? 0x86dd : 0x0800);
	if (v6)
		put_ipv6(frame, packet);
	else
		put_ipv4(frame, packet);
	put16(frame, packet->ports[0]);
	put16(frame, packet->ports[1]);
	put(frame, payload, sizeof(payload));
}

uint32_t packet_toeplitz(const uint8_t *key, const struct packet *packet)
{
	uint8_t input[36];
	uint32_t hash = 0;
	size_t length;
	size_t bit;
	size_t i;

	length = parse(packet->source, input);
	length += parse(packet->destination, input + length);
	for (i = 0; i < 2; i++) {
		input[length++] = (uint8_t)(packet->ports[i] >> 8);
		input[length++] = (uint8_t)packet->ports[i];
	}
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
