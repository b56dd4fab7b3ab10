/* SPDX-License-Identifier: MIT */
/*
 * merge.h - received segments of one TCP stream over IPv4, made one packet again
 *
 * What follows on each other in one indication reaches Linux by one system call, and wakes its reader
 * once.  Linux makes the same segments of the packet again if it forwards it.
 *
 * Merged are frames whose checksum the miniport has found good, with data, without IP options, of
 * which only the length, the IPv4 identification, the sequence number and the checksums differ: the
 * addresses, ports, acknowledgement, window and options are the same.  Segments are as long as the
 * first, but for the last; one with PSH is the last.
 */
#ifndef NDISRUN_MERGE_H
#define NDISRUN_MERGE_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ndisrun/headers.h"

/** MERGE_LIMIT - bytes of a packet, IP header included. */
#define MERGE_LIMIT 65535u

/**
 * struct merge - a packet that is being put together; zeroed: none
 * @count: segments in it.
 * @length: bytes of the frame so far.
 * @size: bytes of data in each segment but the last.
 * @next: sequence number of the next segment.
 * @is_whole: the last segment is in it.
 * @headers: of @frame.
 */
struct merge {
	unsigned int count;
	size_t length;
	size_t size;
	uint32_t next;
	bool is_whole;
	struct headers headers;
	uint8_t frame[HEADERS_ETHERNET + MERGE_LIMIT];
};

/**
 * merge_add() - copy a received frame, if it may be the first or the next of a packet
 * @frame, @length: whose checksum of TCP is right; not trusted otherwise.
 *
 * Return: it is in the packet; else nothing has changed, and it is another one's.
 */
bool merge_add(struct merge *merge, const uint8_t *frame, size_t length);

/**
 * merge_end() - the packet is complete as it is: its headers, and a description for Linux
 * @merge: with one segment or more.  Its frame and length are valid until merge_add() is called
 *	again, which begins a new packet.
 * @header: out.
 *
 * A packet of one segment is as it came.
 */
void merge_end(struct merge *merge, struct virtio_net_hdr *header);

#endif /* NDISRUN_MERGE_H */
