/* SPDX-License-Identifier: MIT */
/*
 * segments.h - segments of a TCP packet over IPv4, for a miniport that does not make them
 */
#ifndef NDISRUN_SEGMENTS_H
#define NDISRUN_SEGMENTS_H

#include "ndisrun/headers.h"

/**
 * struct segments - a frame that is being cut up
 * @frame, @length: bytes; stays as it is.
 * @headers: of @frame: IPv4, TCP with data.
 * @size: bytes of data in each segment but the last.
 * @next: number of the next segment.
 */
struct segments {
	const uint8_t *frame;
	size_t length;
	struct headers headers;
	size_t size;
	unsigned int next;
};

/** segments_begin() - @frame has passed offload_transmit(), and outlives the cutting. */
void segments_begin(struct segments *segments, const uint8_t *frame, size_t length, size_t size);

/** segments_left() - there is a next one. */
bool segments_left(const struct segments *segments);

/**
 * segments_make() - write the next segment
 * @to: room for the headers and segments.size bytes.
 *
 * IPv4 length, identification and checksum, TCP sequence number, flags and checksum are its own.
 * Return: bytes.
 */
size_t segments_make(struct segments *segments, uint8_t *to);

#endif /* NDISRUN_SEGMENTS_H */
