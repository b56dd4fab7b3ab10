/* SPDX-License-Identifier: MIT */
/*
 * ip_packet.h - frames with IP packets in them, and the tests' own checksums and hashes
 *
 * Nothing here is shared with the device: a checksum, a hash or a segment that the device
 * makes is compared with what these functions make.
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

#define PACKET_TCP 6
#define PACKET_UDP 17

/**
 * struct ip_packet - what a frame is to hold, and where it then is; zero gives a TCP segment
 * over IPv4 without data.
 * @source, @destination: addresses in their usual notation, both of IPv4 or both of IPv6; NULL
 *                   for a fixed pair.
 * @ip6:             the other version; ip_packet_build() sets it if there are addresses.
 * @protocol:        PACKET_TCP, also if 0, or PACKET_UDP; another one of IP has UDP's header.
 * @ports:           source and destination port.
 * @tags, @tag:      number of VLAN tags, and the tag control information of the innermost one;
 *                   those before it have type 0x88a8.
 * @ip_options:      bytes of IPv4 options, or of an IPv6 destination header; times of 4 or 8.
 * @extensions:      further IPv6 extension headers, of 8 bytes each.
 * @fragment:        a fragment, with IPv6 by a header behind the extension headers.
 * @fragment_offset: in units of 8 bytes.
 * @more:            fragments follow.
 * @tcp_options:     bytes, a multiple of 4.
 * @flags:           TCP flags; 0 for ACK.
 * @data:            bytes behind the last header.
 * @seed:            selects the data.
 * @network, @transport, @payload: set by ip_packet_build(): offsets in the frame.
 */
struct ip_packet {
	const char *source;
	const char *destination;
	bool ip6;
	uint8_t protocol;
	uint16_t ports[2];
	uint32_t tags;
	uint16_t tag;
	uint32_t ip_options;
	uint32_t extensions;
	bool fragment;
	uint16_t fragment_offset;
	bool more;
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

/**
 * ip_packet_toeplitz() - the Toeplitz hash over addresses and ports, bit by bit.
 * @packet: need not be built yet.
 * @key: 40 bytes.
 */
uint32_t ip_packet_toeplitz(const struct ip_packet *packet, const uint8_t *key);

/** ip_packet_insert_tag() - put a VLAN tag behind the addresses. */
void ip_packet_insert_tag(struct frame *frame, uint16_t tag);

/** ip_packet_remove_tag() - take out the VLAN tag behind the addresses. */
void ip_packet_remove_tag(struct frame *frame);

#endif /* IP_PACKET_H */
