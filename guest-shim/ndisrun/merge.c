/* SPDX-License-Identifier: MIT */
/*
 * merge.c - received segments of one TCP stream over IPv4, made one packet again
 */
#include <string.h>

#include "ndisrun/merge.h"

#define IP_LENGTH	   2
#define IP_IDENTIFICATION  4
#define IP_FLAGS	   6
#define IP_CHECKSUM	   10
#define IP_ADDRESSES	   12
#define IP_DO_NOT_FRAGMENT 0x4000
#define TCP_SEQUENCE	   4
#define TCP_ACKNOWLEDGE	   8
#define TCP_FLAGS	   13
#define TCP_WINDOW	   14
#define TCP_OPTIONS	   20
#define TCP_ACK		   0x10
#define TCP_PSH		   0x08

/* Return: the frame is nothing but a segment with data. */
static bool is_segment(const uint8_t *frame, size_t length, struct headers *headers)
{
	const uint8_t *ip = frame + HEADERS_ETHERNET;
	unsigned int flags;

	if (length > HEADERS_ETHERNET + MERGE_LIMIT || !headers_parse(frame, length, headers) ||
	    headers->network != HEADERS_ETHERNET || headers->version != 4 || headers->ip_options ||
	    headers->protocol != HEADERS_TCP || !headers->data || headers->data == length ||
	    headers_get16(ip + IP_LENGTH) != length - headers->network ||
	    headers_sum(ip, headers->transport - headers->network, 0) != 0xffff)
		return false;
	flags = frame[headers->transport + TCP_FLAGS];
	return (flags & ~(unsigned int)TCP_PSH) == TCP_ACK;
}

/* Identifications count up, or mean nothing because the packet may not be cut. */
static bool identification_follows(const struct merge *merge, const uint8_t *ip)
{
	const uint8_t *first = merge->frame + HEADERS_ETHERNET;
	unsigned int wanted = headers_get16(first + IP_IDENTIFICATION) + merge->count;

	return headers_get16(ip + IP_FLAGS) & IP_DO_NOT_FRAGMENT ||
	       headers_get16(ip + IP_IDENTIFICATION) == (wanted & 0xffff);
}

static bool follows(const struct merge *merge, const uint8_t *frame, size_t length,
		    const struct headers *headers)
{
	const struct headers *own = &merge->headers;
	const uint8_t *ip = frame + own->network, *first_ip = merge->frame + own->network;
	const uint8_t *tcp = frame + own->transport, *first_tcp = merge->frame + own->transport;
	size_t data = length - headers->data;

	return !merge->is_whole && headers->data == own->data && data <= merge->size &&
	       merge->length + data <= sizeof(merge->frame) &&
	       headers_get32(tcp + TCP_SEQUENCE) == merge->next &&
	       memcmp(frame, merge->frame, HEADERS_ETHERNET + IP_LENGTH) == 0 &&
	       memcmp(ip + IP_FLAGS, first_ip + IP_FLAGS, IP_CHECKSUM - IP_FLAGS) == 0 &&
	       memcmp(ip + IP_ADDRESSES, first_ip + IP_ADDRESSES, 8) == 0 &&
	       identification_follows(merge, ip) && memcmp(tcp, first_tcp, TCP_SEQUENCE) == 0 &&
	       memcmp(tcp + TCP_ACKNOWLEDGE, first_tcp + TCP_ACKNOWLEDGE,
		      TCP_FLAGS - TCP_ACKNOWLEDGE) == 0 &&
	       memcmp(tcp + TCP_WINDOW, first_tcp + TCP_WINDOW, 2) == 0 &&
	       memcmp(tcp + TCP_OPTIONS, first_tcp + TCP_OPTIONS,
		      own->data - own->transport - TCP_OPTIONS) == 0;
}

static void append(struct merge *merge, const uint8_t *frame, size_t length)
{
	size_t data = length - merge->headers.data;
	unsigned int push = frame[merge->headers.transport + TCP_FLAGS] & TCP_PSH;

	memcpy(merge->frame + merge->length, frame + merge->headers.data, data);
	merge->frame[merge->headers.transport + TCP_FLAGS] |= (uint8_t)push;
	merge->length += data;
	merge->next += (uint32_t)data;
	merge->is_whole = push || data < merge->size;
	merge->count++;
}

bool merge_add(struct merge *merge, const uint8_t *frame, size_t length)
{
	struct headers headers;

	if (!is_segment(frame, length, &headers))
		return false;
	if (!merge->count) {
		memcpy(merge->frame, frame, headers.data);
		merge->headers = headers;
		merge->length = headers.data;
		merge->size = length - headers.data;
		merge->next = headers_get32(frame + headers.transport + TCP_SEQUENCE);
	} else if (!follows(merge, frame, length, &headers)) {
		return false;
	}
	append(merge, frame, length);
	return true;
}

void merge_end(struct merge *merge, struct virtio_net_hdr *header)
{
	const struct headers *headers = &merge->headers;
	uint8_t *ip = merge->frame + headers->network;
	unsigned int count = merge->count;

	memset(header, 0, sizeof(*header));
	merge->count = 0;
	if (count < 2) {
		header->flags = VIRTIO_NET_HDR_F_DATA_VALID;
		return;
	}
	headers_put16(ip + IP_LENGTH, (unsigned int)(merge->length - headers->network));
	headers_put16(ip + IP_CHECKSUM, 0);
	headers_put16(ip + IP_CHECKSUM,
		      ~headers_sum(ip, headers->transport - headers->network, 0) & 0xffff);
	headers_put16(merge->frame + headers->transport + HEADERS_TCP_OFFSET,
		      headers_pseudo_sum(merge->frame, headers,
					 merge->length - headers->transport));
	header->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	header->gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	header->hdr_len = (uint16_t)headers->data;
	header->gso_size = (uint16_t)merge->size;
	header->csum_start = (uint16_t)headers->transport;
	header->csum_offset = HEADERS_TCP_OFFSET;
}
