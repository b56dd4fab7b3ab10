/* SPDX-License-Identifier: MIT */
/*
 * headers.c - the headers of a frame, as far as somebody leaves work on them to somebody else
 */
#include <string.h>

#include "ndisrun/headers.h"

#define TYPE_IP4     0x0800
#define TYPE_IP6     0x86dd
#define IP4_HEADER   20u
#define IP4_FRAGMENT 0x3fff /* more fragments, or an offset */
#define IP6_HEADER   40u
#define TCP_HEADER   20u

static bool parse_ip4(const uint8_t *ip, struct headers *headers, size_t *size)
{
	*size = (ip[0] & 0xfu) * 4;
	headers->protocol = ip[9];
	headers->ip_options = *size > IP4_HEADER;
	return ip[0] >> 4 == 4 && *size >= IP4_HEADER && !(headers_get16(ip + 6) & IP4_FRAGMENT);
}

static void parse_tcp(const uint8_t *frame, size_t length, struct headers *headers)
{
	size_t size;

	if (length < headers->transport + TCP_HEADER)
		return;
	size = (frame[headers->transport + 12] >> 4) * 4u;
	headers->tcp_options = size > TCP_HEADER;
	if (size >= TCP_HEADER && length >= headers->transport + size)
		headers->data = headers->transport + size;
}

bool headers_parse(const uint8_t *frame, size_t length, struct headers *headers)
{
	size_t network = HEADERS_ETHERNET;
	unsigned int type;
	size_t size;

	memset(headers, 0, sizeof(*headers));
	if (length >= network + HEADERS_TAG &&
	    headers_get16(frame + network - 2) == HEADERS_TYPE_VLAN)
		network += HEADERS_TAG;
	if (length < network + IP4_HEADER)
		return false;
	type = headers_get16(frame + network - 2);
	if (type == TYPE_IP4) {
		headers->version = 4;
		if (!parse_ip4(frame + network, headers, &size))
			return false;
	} else if (type == TYPE_IP6 && frame[network] >> 4 == 6) {
		headers->version = 6;
		headers->protocol = frame[network + 6];
		size = IP6_HEADER;
	} else {
		return false;
	}
	headers->network = network;
	headers->transport = network + size;
	if (headers->protocol == HEADERS_TCP)
		parse_tcp(frame, length, headers);
	return true;
}

unsigned int headers_sum(const uint8_t *bytes, size_t length, unsigned int sum)
{
	uint64_t total = sum;
	size_t i;

	for (i = 0; i < length; i++)
		total += (uint64_t)bytes[i] << (i & 1 ? 0 : 8);
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return (unsigned int)total;
}

unsigned int headers_pseudo_sum(const uint8_t *frame, const struct headers *headers, size_t length)
{
	return headers_sum(frame + headers->network + 12, 8,
			   headers->protocol + (unsigned int)length);
}
