/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the checksums of IP packets in a frame
 */
#ifndef SGNIC_CHECKSUM_H
#define SGNIC_CHECKSUM_H

#include "sgnic_packet.h"

/*
 * Returns whether the packet is a whole TCP segment or UDP datagram whose
 * checksum can be told; then transport and end are the bytes it covers.
 */
bool sgnic_checksum_find(const uint8_t *frame, SgnicPacket *p);

/* Offset of the checksum in the header of TCP or UDP */
uint32_t sgnic_checksum_offset(uint8_t protocol);

/* The sum of the pseudo header of a packet with "length" transport bytes */
uint32_t sgnic_checksum_pseudo(const uint8_t *network, uint8_t version,
                               uint8_t protocol, uint32_t length);

/* A sum as a header holds it before the checksum is completed */
uint16_t sgnic_checksum_fold(uint32_t sum);

/* Section 4.2, NEEDS_CHECKSUM */
void sgnic_checksum_complete(uint8_t *frame, size_t size, uint32_t start,
                             uint32_t offset);

/* Section 4.3, IP_GOOD and TRANSPORT_GOOD */
bool sgnic_checksum_ip_good(const uint8_t *frame, const SgnicPacket *p);
bool sgnic_checksum_transport_good(const uint8_t *frame,
                                   const SgnicPacket *p);

#endif /* SGNIC_CHECKSUM_H */
