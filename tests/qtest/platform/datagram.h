/* SPDX-License-Identifier: MIT */
/*
 * datagram.h - frames of each kind whose checksums a NIC can compute
 */
#ifndef TESTS_QTEST_PLATFORM_DATAGRAM_H
#define TESTS_QTEST_PLATFORM_DATAGRAM_H

#include <stdbool.h>

#define DATAGRAM_ETHERNET 14u
#define DATAGRAM_SIZE	  1514u

/**
 * struct datagram - a frame of a kind
 * @network, @transport: offsets of the headers.
 * @length: bytes.
 */
struct datagram {
	bool ip6;
	bool udp;
	unsigned int network, transport, length;
	unsigned char bytes[DATAGRAM_SIZE];
};

/** datagram_make() - one with right checksums, to the broadcast address. */
void datagram_make(struct datagram *d, bool ip6, bool udp);

/** datagram_checksum() - where the TCP or UDP checksum is. */
unsigned char *datagram_checksum(struct datagram *d);

/** datagram_pseudo_header() - its sum: what the field holds before the NIC computes the checksum.
 */
unsigned int datagram_pseudo_header(const struct datagram *d);

/** datagram_sum() - of the Internet checksum, from @sum on. */
unsigned int datagram_sum(const unsigned char *bytes, unsigned int length, unsigned int sum);

/** datagram_put16() - a number, in the order of the network. */
void datagram_put16(unsigned char *to, unsigned int value);

#endif /* TESTS_QTEST_PLATFORM_DATAGRAM_H */
