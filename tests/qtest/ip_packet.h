/* SPDX-License-Identifier: MIT */
/*
 * ip_packet.h - frames with IP packets in them, and the tests' own checksums
 *
 * Nothing here is shared with the device: a checksum or a segment that the device makes
 * is compared with what these functions make.
 */
#ifndef IP_PACKET_H
#define IP_PACKET_H

#include "sgnic_wire.h"

/** Positions of a tag or a type in an Ethernet frame. */
#define PACKET_TYPE 12
#define PACKET_TAG  14

/** TCP flags. */
#define PACKET_FIN 0x01
#define PACKET_PSH 0x08
#define PACKET_ACK 0x10
#define PACKET_CWR 0x80

/**
 * struct ip_packet - what a frame is to hold, and where it then is; zero gives a TCP segment
 * over IPv4 without data.
 * @ip6, @udp:     the other protocols.
 * @tagged, @tag:  with a VLAN tag, and its tag control information.
 * @ip_options:    bytes of IPv4 options, or of an IPv6 destination header; times of 4 or 8.
 * @tcp_options:   bytes, a multiple of 4.
 * @flags:         TCP flags; 0 for ACK.
 * @data:          bytes behind the last header.
 * @seed:          selects the data.
 * @network, @transport, @payload: set by ip_packet_build(): offsets in the frame.
 */
struct ip_packet {
	bool ip6;
	bool udp;
	bool tagged;
	uint16_t tag;
	uint32_t ip_options;
	uint32_t tcp_options;
	uint8_t flags;
	uint32_t data;
	uint32_t seed;
	uint32_t network;
	uint32_t transport;
	uint32_t payload;
};

/** ip_packet_build() - make the frame, to @destination, with right lengths and checksums. */
void ip_packet_build(struct ip_packet *packet, struct frame *frame, const uint8_t *destination);

/** ip_packet_checksum_offset() - offset of the TCP or UDP checksum in its header. */
uint32_t ip_packet_checksum_offset(const struct ip_packet *packet);

/**
 * ip_packet_seal() - recompute IPv4 header and transport checksum of a frame that was changed.
 * ip_packet_leave() - put the folded sum of the pseudo header where the checksum belongs.
 */
void ip_packet_seal(const struct ip_packet *packet, struct frame *frame);
void ip_packet_leave(const struct ip_packet *packet, struct frame *frame);

/**
 * ip_packet_segment() - make segment @number of a large frame.
 * @large: the frame as given to the device.
 * @size:  TCP data bytes of each segment.
 * Return: whether it is the last one.
 */
bool ip_packet_segment(const struct ip_packet *packet, const struct frame *large, uint32_t size,
		    uint32_t number, struct frame *segment);

/** ip_packet_insert_tag() - put a VLAN tag behind the addresses. */
void ip_packet_insert_tag(struct frame *frame, uint16_t tag);

/** ip_packet_remove_tag() - take out the VLAN tag behind the addresses. */
void ip_packet_remove_tag(struct frame *frame);

#endif /* IP_PACKET_H */
