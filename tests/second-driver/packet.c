/* SPDX-License-Identifier: MIT */
/*
 * packet.c - TCP and UDP packets over IPv4, as they are to look on the wire
 */
#include <string.h>

#include "packet.h"

#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17

void packet_put16(unsigned char *at, unsigned int value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

void packet_put32(unsigned char *at, uint32_t value)
{
	packet_put16(at, value >> 16);
	packet_put16(at + 2, value & 0xffff);
}

static unsigned int get16(const unsigned char *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

static uint32_t get32(const unsigned char *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static unsigned int fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static unsigned int sum16(const unsigned char *bytes, size_t length, uint32_t sum)
{
	size_t i;

	for (i = 0; i < length; i++)
		sum = fold(sum + (i & 1 ? bytes[i] : (uint32_t)bytes[i] << 8));
	return sum;
}

/* Source, destination, protocol and length of what follows the IPv4 header. */
static unsigned int pseudo(const unsigned char *frame, size_t length)
{
	return sum16(frame + PACKET_IP + 12, 8,
		     (uint32_t)(frame[PACKET_IP + 9] + length - PACKET_L4));
}

static uint16_t checksum_offset(const unsigned char *frame)
{
	return frame[PACKET_IP + 9] == PROTOCOL_TCP ? 16 : 6;
}

uint16_t packet_pseudo(unsigned char *frame, size_t length)
{
	uint16_t offset = checksum_offset(frame);

	packet_put16(frame + PACKET_L4 + offset, pseudo(frame, length));
	return offset;
}

void packet_finish(unsigned char *frame, size_t length)
{
	unsigned char *ip = frame + PACKET_IP;
	unsigned char *at = frame + PACKET_L4 + checksum_offset(frame);
	unsigned int sum;

	packet_put16(ip + 2, (unsigned int)length - PACKET_IP);
	packet_put16(ip + 10, 0);
	packet_put16(ip + 10, ~sum16(ip, 20, 0));
	if (ip[9] == PROTOCOL_UDP)
		packet_put16(frame + PACKET_L4 + 4, (unsigned int)length - PACKET_L4);
	packet_put16(at, 0);
	sum = ~sum16(frame + PACKET_L4, length - PACKET_L4, pseudo(frame, length)) & 0xffff;
	packet_put16(at, sum ? sum : 0xffff);
}

static void begin(unsigned char *frame, size_t length, const unsigned char destination[6],
		  unsigned int number, unsigned char protocol)
{
	unsigned char *ip = frame + PACKET_IP;
	size_t i;

	for (i = 0; i < length; i++)
		frame[i] = (unsigned char)((number + i) * 31 + i / 251);
	memcpy(frame, destination, 6);
	memset(frame + 6, 0, 6);
	frame[6] = 0x02;
	packet_put16(frame + 12, 0x0800);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	packet_put16(ip + 4, 0xfffe + number);
	ip[8] = 64;
	ip[9] = protocol;
	packet_put32(ip + 12, 0x0a000001 + number * 7);
	packet_put32(ip + 16, 0x0a0000fe);
	packet_put16(frame + PACKET_L4, 1024 + number);
	packet_put16(frame + PACKET_L4 + 2, 4321);
}

void packet_udp(unsigned char *frame, size_t length, const unsigned char destination[6],
		unsigned int number)
{
	begin(frame, length, destination, number, PROTOCOL_UDP);
	packet_finish(frame, length);
}

void packet_tcp(unsigned char *frame, size_t length, const unsigned char destination[6],
		unsigned int number)
{
	begin(frame, length, destination, number, PROTOCOL_TCP);
	packet_put32(frame + PACKET_L4 + 4, 0xfffffff0 + number);
	frame[PACKET_L4 + 12] = 0x50;
	frame[PACKET_L4 + 13] = PACKET_FIN | PACKET_PSH | PACKET_ACK;
	packet_finish(frame, length);
}

size_t packet_segment(unsigned char *segment, const unsigned char *frame, size_t data,
		      size_t offset, size_t piece, unsigned int number)
{
	memcpy(segment, frame, PACKET_TCP);
	memcpy(segment + PACKET_TCP, frame + PACKET_TCP + offset, piece);
	packet_put16(segment + PACKET_IP + 4, get16(frame + PACKET_IP + 4) + number);
	packet_put32(segment + PACKET_L4 + 4, get32(frame + PACKET_L4 + 4) + (uint32_t)offset);
	if (offset + piece < data)
		segment[PACKET_L4 + 13] &= (unsigned char)~(PACKET_FIN | PACKET_PSH);
	packet_finish(segment, PACKET_TCP + piece);
	return PACKET_TCP + piece;
}

size_t packet_insert_tag(unsigned char *frame, size_t length, uint16_t tag)
{
	memmove(frame + 16, frame + 12, length - 12);
	packet_put16(frame + 12, 0x8100);
	packet_put16(frame + 14, tag);
	return length + 4;
}

uint32_t packet_hash(const unsigned char *frame, const unsigned char key[40])
{
	unsigned char input[12];
	uint32_t window = get32(key);
	uint32_t hash = 0;
	unsigned int bit;

	memcpy(input, frame + PACKET_IP + 12, 8);
	memcpy(input + 8, frame + PACKET_L4, 4);
	for (bit = 0; bit < 8 * sizeof(input); bit++) {
		unsigned int next = bit + 32;

		if (input[bit / 8] >> (7 - bit % 8) & 1)
			hash ^= window;
		window = window << 1 | (key[next / 8] >> (7 - next % 8) & 1);
	}
	return hash;
}
