/* SPDX-License-Identifier: MIT */
/*
 * frame_rate.h - what the two ways of moving frames have in common
 */
#ifndef FRAME_RATE_H
#define FRAME_RATE_H

#include <stdint.h>

#include "dma/dma.h"
#include "platform/platform.h"

enum rate_mode {
	RATE_TRANSMIT,	/* send as fast as possible */
	RATE_RECEIVE,	/* count what comes */
	RATE_REFLECT,	/* send one frame for each that comes */
};

/**
 * struct rate_options - one measurement
 * @length: bytes of a frame to send, without frame check sequence.
 * @to: address the frames are sent to.
 * @elements: descriptors of a frame to send (raw).
 * @queues, @ring: pairs of queues, descriptors of each ring (raw).
 * @nanoseconds: how long.
 * @miniport, @dma: file of the driver, and how it maps (ndis).
 * @polling: nanoseconds for which the event loop polls before it sleeps (ndis).
 * @registers: its keyword MapRegisters; NULL: as it likes (ndis).
 */
struct rate_options {
	enum rate_mode mode;
	unsigned int length;
	uint8_t to[6];
	unsigned int elements;
	unsigned int queues;
	unsigned int ring;
	uint64_t nanoseconds;
	const char *miniport;
	struct dma_options dma;
	uint64_t polling;
	const char *registers;
};

/**
 * struct rate_result - what was counted
 * @frames: sent and completed, or received.
 * @errors: frames completed with another status than success.
 * @nanoseconds: that it took; to receive, from the first frame to the last.
 * @doorbells, @interrupts: of the device, while it ran.
 */
struct rate_result {
	uint64_t frames;
	uint64_t errors;
	uint64_t nanoseconds;
	uint64_t doorbells;
	uint64_t interrupts;
};

/**
 * struct rate_span - when the first and the last frame came
 * @frames: as of the last call of rate_mark().
 */
struct rate_span {
	uint64_t frames;
	uint64_t first;
	uint64_t last;
};

/** rate_mark() - @frames have come so far. */
void rate_mark(struct rate_span *span, uint64_t frames);

/** rate_die() - say why, and end the program with status 1. */
void rate_die(const char *what, const char *why) __attribute__((noreturn));

/** rate_make_frame() - a frame as @options say, from @station. */
void rate_make_frame(unsigned char *frame, const struct rate_options *options,
		     const uint8_t station[6]);

/** rate_raw() - measure on the platform layer; ends the program on errors. */
void rate_raw(struct platform *platform, const struct rate_options *options,
	      struct rate_result *result);

/** rate_ndis() - measure through a miniport; ends the program on errors. */
void rate_ndis(struct platform *platform, const struct rate_options *options,
	       struct rate_result *result);

#endif /* FRAME_RATE_H */
