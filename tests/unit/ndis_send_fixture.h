/* SPDX-License-Identifier: MIT */
/*
 * ndis_send_fixture.h - a miniport that keeps the packets it is given, for tests of sending
 */
#ifndef NDIS_SEND_FIXTURE_H
#define NDIS_SEND_FIXTURE_H

#include "ndis_fixture.h"

/* The packets kept now, how often hold() was called, and how many it keeps before it refuses. */
extern PNDIS_PACKET held[64];
extern unsigned int held_count;
extern unsigned int calls;
extern unsigned int capacity;

void set_up(struct ndis_fixture *f, gconstpointer data);
void tear_down(struct ndis_fixture *f, gconstpointer data);

/* The bytes of a packet, as a miniport sees them, are those of fill() with @seed. */
void expect_bytes(PNDIS_PACKET packet, size_t length, unsigned int seed);

/* MiniportSend: keeps the packet until `capacity` is reached. */
NDIS_STATUS hold(struct ndis_fixture *f, PNDIS_PACKET packet);

/* Completes the packet kept at @index. */
void complete(struct ndis_fixture *f, unsigned int index, NDIS_STATUS status);

#endif /* NDIS_SEND_FIXTURE_H */
