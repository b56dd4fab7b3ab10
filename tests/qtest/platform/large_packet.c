/* SPDX-License-Identifier: MIT */
/*
 * large_packet.c - see large_packet.h
 */
#include <string.h>

#include "ip_packet.h"
#include "large_packet.h"

#define SEGMENT_LIMIT 1600u
#define SHORTEST      60u

G_STATIC_ASSERT(LARGE_PACKET_FIN == PACKET_FIN && LARGE_PACKET_PSH == PACKET_PSH &&
		LARGE_PACKET_ACK == PACKET_ACK && LARGE_PACKET_CWR == PACKET_CWR);

static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static struct ip_packet describe(const struct large_packet *packet)
{
	return (struct ip_packet){
		.ip6 = packet->ip6,
		.protocol = packet->udp ? PACKET_UDP : PACKET_TCP,
		.tags = packet->tagged,
		.tag = 0x2fff,
		.ip_options = packet->ip_options,
		.tcp_options = packet->tcp_options,
		.flags = (uint8_t)packet->flags,
		.data = packet->data,
		.seed = packet->seed,
	};
}

void large_packet_build(struct large_packet *packet)
{
	struct ip_packet ip = describe(packet);
	struct frame *frame = g_new0(struct frame, 1);

	ip_packet_build(&ip, frame, broadcast);
	g_assert_cmpuint(frame->length, <=, LARGE_PACKET_SIZE);
	memcpy(packet->bytes, frame->bytes, frame->length);
	packet->length = (unsigned int)frame->length;
	packet->transport = ip.transport;
	packet->payload = ip.payload;
	g_free(frame);
}

size_t large_packet_segment(const struct large_packet *packet, unsigned int size,
			    unsigned int number, unsigned int wire_tag, unsigned char *bytes,
			    bool *last)
{
	struct ip_packet ip = describe(packet);
	struct frame *frames = g_new0(struct frame, 2);
	size_t length;

	ip_packet_build(&ip, &frames[0], broadcast);
	*last = ip_packet_segment(&ip, &frames[0], size, number, &frames[1]);
	if (wire_tag)
		ip_packet_insert_tag(&frames[1], (uint16_t)wire_tag);
	length = MAX(frames[1].length, SHORTEST);
	g_assert_cmpuint(length, <=, SEGMENT_LIMIT);
	memcpy(bytes, frames[1].bytes, length);
	g_free(frames);
	return length;
}
