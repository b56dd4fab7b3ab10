/* SPDX-License-Identifier: MIT */
/*
 * packet.h - TCP and UDP packets over IPv4, as they are to look on the wire
 *
 * Made independently of tests/qtest/ip_packet.c, as everything here is of the other tests.
 *
 * Frames begin with 14 bytes of Ethernet, 20 of IPv4 without options, and 8 of UDP or 20 of TCP.
 */
#ifndef TESTS_SECOND_DRIVER_PACKET_H
#define TESTS_SECOND_DRIVER_PACKET_H

#include <stddef.h>
#include <stdint.h>

#define PACKET_IP  14
#define PACKET_L4  34
#define PACKET_TCP 54
#define PACKET_FIN 0x01
#define PACKET_PSH 0x08
#define PACKET_ACK 0x10

/** packet_put16(), packet_put32() - in network order. */
void packet_put16(unsigned char *at, unsigned int value);
void packet_put32(unsigned char *at, uint32_t value);

/** packet_udp() - a whole packet of @length bytes, its checksums right; addresses, ports and data
 * follow from @number. */
void packet_udp(unsigned char *frame, size_t length, const unsigned char destination[6],
		unsigned int number);

/** packet_tcp() - as packet_udp(), with FIN, PSH and ACK set. */
void packet_tcp(unsigned char *frame, size_t length, const unsigned char destination[6],
		unsigned int number);

/** packet_finish() - fill in lengths and both checksums for a frame of @length bytes. */
void packet_finish(unsigned char *frame, size_t length);

/** packet_pseudo() - put the folded sum of the pseudo header where the checksum will be. Return:
 * the checksum's offset from PACKET_L4. */
uint16_t packet_pseudo(unsigned char *frame, size_t length);

/** packet_segment() - make the TCP segment at @offset of the data of @frame that has @piece bytes
 * of its @data, and is the number'th. Return: its length. */
size_t packet_segment(unsigned char *segment, const unsigned char *frame, size_t data,
		      size_t offset, size_t piece, unsigned int number);

/** packet_insert_tag() - an 802.1Q tag behind the addresses of a frame. Return: the new length. */
size_t packet_insert_tag(unsigned char *frame, size_t length, uint16_t tag);

/** packet_hash() - the Toeplitz hash of addresses and ports. */
uint32_t packet_hash(const unsigned char *frame, const unsigned char key[40]);

#endif /* TESTS_SECOND_DRIVER_PACKET_H */
