/* SPDX-License-Identifier: MIT */
/*
 * large_packet.h - TCP packets to make segments of, and the segments that the tests make of them
 *
 * Made by ip_packet.h, whose headers do not go together with those of the library.
 */
#ifndef TESTS_QTEST_PLATFORM_LARGE_PACKET_H
#define TESTS_QTEST_PLATFORM_LARGE_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#define LARGE_PACKET_SIZE 65553u

/** TCP flags. */
#define LARGE_PACKET_FIN 0x01
#define LARGE_PACKET_PSH 0x08
#define LARGE_PACKET_ACK 0x10
#define LARGE_PACKET_CWR 0x80

/**
 * struct large_packet - zero gives TCP over IPv4 to the broadcast address, without options
 * @ip6, @udp: another kind, which is not to be cut.
 * @tagged: with a VLAN tag.
 * @ip_options, @tcp_options: bytes, multiples of 4.
 * @flags: of TCP; 0: ACK.
 * @data: bytes; @seed: selects them.
 * @transport, @payload, @length, @bytes: set by large_packet_build().
 */
struct large_packet {
	bool ip6;
	bool udp;
	bool tagged;
	unsigned int ip_options, tcp_options;
	unsigned int flags;
	unsigned int data;
	unsigned int seed;
	unsigned int transport, payload, length;
	unsigned char bytes[LARGE_PACKET_SIZE];
};

/** large_packet_build() - with right lengths and checksums. */
void large_packet_build(struct large_packet *packet);

/**
 * large_packet_segment() - segment @number, of @size bytes of data if it is not the last
 * @wire_tag: a further tag behind the addresses, or 0.
 * @bytes: out: 1600 bytes.
 * @last: out.
 *
 * Return: bytes, 60 at least, as the device pads it.
 */
size_t large_packet_segment(const struct large_packet *packet, unsigned int size,
			    unsigned int number, unsigned int wire_tag, unsigned char *bytes,
			    bool *last);

#endif /* TESTS_QTEST_PLATFORM_LARGE_PACKET_H */
