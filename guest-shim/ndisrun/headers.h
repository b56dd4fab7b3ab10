/* SPDX-License-Identifier: MIT */
/*
 * headers.h - the headers of a frame, as far as somebody leaves work on them to somebody else
 */
#ifndef NDISRUN_HEADERS_H
#define NDISRUN_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEADERS_ETHERNET   14u
#define HEADERS_TAG	   4u
#define HEADERS_TYPE_VLAN  0x8100
#define HEADERS_TCP	   6
#define HEADERS_UDP	   17
#define HEADERS_TCP_OFFSET 16u /* of the checksum in its header */
#define HEADERS_UDP_OFFSET 6u

/**
 * struct headers
 * @version: of IP.
 * @protocol: behind IP; that of an IPv6 extension header, if there is one.
 * @network, @transport: where the headers begin, in bytes from the frame's begin.
 * @data: where the data of TCP begins; 0: the frame is not TCP, or ends before.
 * @ip_options, @tcp_options: the headers have some.
 */
struct headers {
	unsigned int version;
	unsigned int protocol;
	size_t network;
	size_t transport;
	size_t data;
	bool ip_options;
	bool tcp_options;
};

/** headers_get16(), headers_put16(), headers_get32(), headers_put32() - in the network's order. */
static inline unsigned int headers_get16(const uint8_t *bytes)
{
	return (unsigned int)bytes[0] << 8 | bytes[1];
}

static inline void headers_put16(uint8_t *bytes, unsigned int value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static inline uint32_t headers_get32(const uint8_t *bytes)
{
	return (uint32_t)headers_get16(bytes) << 16 | headers_get16(bytes + 2);
}

static inline void headers_put32(uint8_t *bytes, uint32_t value)
{
	headers_put16(bytes, value >> 16);
	headers_put16(bytes + 2, value & 0xffff);
}

/**
 * headers_parse() - @length bytes of a frame from its destination address on; not trusted
 *
 * Return: it is an IP packet, and no fragment.  With 20 bytes of an IP header it may still end
 * anywhere behind.
 */
bool headers_parse(const uint8_t *frame, size_t length, struct headers *headers);

/**
 * headers_sum() - add @length bytes to a sum of 16-bit words
 * @sum: of the words before, an even number of bytes.
 *
 * Return: the sum, folded into 16 bits; not complemented.
 */
unsigned int headers_sum(const uint8_t *bytes, size_t length, unsigned int sum);

/** headers_pseudo_sum() - of TCP over IPv4: addresses, protocol, and @length bytes of TCP. */
unsigned int headers_pseudo_sum(const uint8_t *frame, const struct headers *headers, size_t length);

#endif /* NDISRUN_HEADERS_H */
