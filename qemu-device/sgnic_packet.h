/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: where the headers of a frame are
 */
#ifndef SGNIC_PACKET_H
#define SGNIC_PACKET_H

/* Offsets are from the destination address on. */
typedef struct SgnicPacket {
    uint8_t tags;               /* VLAN tags, at most two are looked through */
    uint8_t version;            /* of IP: 4, 6; 0 for another protocol */
    uint8_t protocol;           /* behind IP and its extension headers */
    bool fragment;              /* any but a whole packet */
    bool whole;                 /* all of the packet is in the frame */
    bool routed;                /* the IP header has not the last address */
    uint16_t network;           /* offset of the IP header */
    uint32_t transport;         /* offset behind it; 0 if not in the frame */
    uint32_t end;               /* offset of what follows the IP packet */
} SgnicPacket;

/* Returns false, and version 0, if there is no whole IP header. */
bool sgnic_packet_parse(const uint8_t *frame, size_t size, SgnicPacket *p);

#endif /* SGNIC_PACKET_H */
