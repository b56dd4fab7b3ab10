/* SPDX-License-Identifier: MIT */
/*
 * segments.c - segments of a TCP packet over IPv4, for a miniport that does not make them
 */
#include <string.h>

#include "ndisrun/segments.h"

#define IP_LENGTH	  2
#define IP_IDENTIFICATION 4
#define IP_CHECKSUM	  10
#define TCP_SEQUENCE	  4
#define TCP_FLAGS	  13
#define TCP_LAST_ONLY	  0x09 /* FIN, PSH */
#define TCP_FIRST_ONLY	  0x80 /* CWR */

void segments_begin(struct segments *segments, const uint8_t *frame, size_t length, size_t size)
{
	segments->frame = frame;
	segments->length = length;
	segments->size = size;
	segments->next = 0;
	headers_parse(frame, length, &segments->headers);
}

bool segments_left(const struct segments *segments)
{
	return segments->headers.data + segments->next * segments->size < segments->length;
}

static void write_ip(const struct segments *segments, uint8_t *ip, size_t length)
{
	size_t size = segments->headers.transport - segments->headers.network;

	headers_put16(ip + IP_LENGTH, (unsigned int)length);
	headers_put16(ip + IP_IDENTIFICATION,
		      (headers_get16(ip + IP_IDENTIFICATION) + segments->next) & 0xffff);
	headers_put16(ip + IP_CHECKSUM, 0);
	headers_put16(ip + IP_CHECKSUM, ~headers_sum(ip, size, 0) & 0xffff);
}

static void write_tcp(const struct segments *segments, uint8_t *segment, size_t length,
		      bool is_last)
{
	const struct headers *headers = &segments->headers;
	uint8_t *tcp = segment + headers->transport;
	size_t size = length - headers->transport;

	headers_put32(tcp + TCP_SEQUENCE, headers_get32(tcp + TCP_SEQUENCE) +
						  (uint32_t)(segments->next * segments->size));
	if (!is_last)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_LAST_ONLY;
	if (segments->next)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_FIRST_ONLY;
	headers_put16(tcp + HEADERS_TCP_OFFSET, 0);
	headers_put16(tcp + HEADERS_TCP_OFFSET,
		      ~headers_sum(tcp, size, headers_pseudo_sum(segment, headers, size)) & 0xffff);
}

size_t segments_make(struct segments *segments, uint8_t *to)
{
	const struct headers *headers = &segments->headers;
	size_t start = headers->data + segments->next * segments->size;
	size_t data = segments->length - start;
	bool is_last = data <= segments->size;
	size_t length;

	if (!is_last)
		data = segments->size;
	length = headers->data + data;
	memcpy(to, segments->frame, headers->data);
	memcpy(to + headers->data, segments->frame + start, data);
	write_ip(segments, to + headers->network, length - headers->network);
	write_tcp(segments, to, length, is_last);
	segments->next++;
	return length;
}
