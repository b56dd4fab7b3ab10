/* SPDX-License-Identifier: MIT */
/*
 * packet.h - packets inside the library
 */
#ifndef NDIS_PACKET_INTERNAL_H
#define NDIS_PACKET_INTERNAL_H

#include <ndis.h>

/**
 * ndis_packet_initialise() - make an empty packet out of memory
 * @oob_offset: bytes from the packet to its out-of-band data, behind which the
 *	extension lies.
 * @pool: pool it belongs to, or NULL.
 */
void ndis_packet_initialise(NDIS_PACKET *packet, size_t oob_offset, void *pool);

#endif /* NDIS_PACKET_INTERNAL_H */
