/* SPDX-License-Identifier: MIT */
/*
 * sgnic_packet.h - frames that carry IP, and the Toeplitz hash by its definition
 */
#ifndef SGNIC_PACKET_H
#define SGNIC_PACKET_H

#include "sgnic_wire.h"

#define PACKET_TCP 6
#define PACKET_UDP 17

/**
 * struct packet - what a frame to the device under test carries.
 * @source, @destination: addresses in their usual notation, of IPv4 or both of IPv6.
 * @protocol:             PACKET_TCP, PACKET_UDP or another one of IP.
 * @ports:                source and destination port.
 * @tags:                 VLAN tags before the type; of two, the outer one has type 0x88a8.
 * @options:              bytes of options in an IPv4 header, 0 to 40.
 * @extensions:           IPv6 extension headers of 8 bytes each.
 * @fragment:             with IPv6, add a fragment header.
 * @fragment_offset:      in units of 8 bytes.
 * @more:                 fragments follow.
 */
struct packet {
	const char *source;
	const char *destination;
	uint8_t protocol;
	uint16_t ports[2];
	unsigned int tags;
	unsigned int options;
	unsigned int extensions;
	bool fragment;
	uint16_t fragment_offset;
	bool more;
};

/** packet_fill() - build the frame; checksums are 0. */
void packet_fill(struct frame *frame, const struct packet *packet);

/**
 * packet_toeplitz() - the hash over addresses and ports, bit by bit.
 * @key: 40 bytes.
 */
uint32_t packet_toeplitz(const uint8_t *key, const struct packet *packet);

#endif /* SGNIC_PACKET_H */
