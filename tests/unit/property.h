/* SPDX-License-Identifier: MIT */
/*
 * property.h - what the models of test_dma_api_property.c have in common: chance, memory, transfers
 *
 * A model is plain: it keeps what a driver could know from the documentation, and a copy of every
 * byte of memory as it must be.  It never looks into the library.
 */
#ifndef PROPERTY_H
#define PROPERTY_H

#include <glib.h>

#include "dma/dma.h"
#include "platform/fake/fake.h"

#define PROPERTY_RUNS 32u

/** struct property_variant - what a sequence of calls is run with; @restricted: see
 * fake_restrict_memory() */
struct property_variant {
	struct dma_options dma;
	unsigned int bits;
	bool restricted;
};

/** property_seed() - the numbers that follow are those of @sequence under the seed of the program.
 */
void property_seed(unsigned int sequence);

/** property_below() - 0 to @limit - 1. */
unsigned int property_below(unsigned int limit);

/** property_one_in() - true once in @count times. */
bool property_one_in(unsigned int count);

/* ---- the log of the library ---------------------------------------------------------------- */

/** property_log_begin() - keep what the library logs from now on, nothing that was before. */
void property_log_begin(void);

/** property_log_end() - forget it. */
void property_log_end(void);

/** property_log() - the last of what was logged. */
const char *property_log(void);

/** property_expect_violations() - the library has counted as many as the model; fails with the log.
 */
void property_expect_violations(uint64_t counted, uint64_t expected);

/* ---- memory -------------------------------------------------------------------------------- */

#define PROPERTY_PLOT  6000u /* no multiple of a page: neighbours share pages */
#define PROPERTY_PLOTS 24u
#define PROPERTY_MOST  (4 * PROPERTY_PLOT)

/** struct property_area - @bytes, and @shadow as they must be, divided in plots of one user each */
struct property_area {
	unsigned char *bytes;
	unsigned char *shadow;
	bool taken[PROPERTY_PLOTS];
};

/** struct property_memory - memory of the platform, and memory of the process */
struct property_memory {
	struct platform *platform;
	struct property_area area[2];
};

/** struct property_buffer - @length bytes at @va that nobody else uses; @area NULL: none */
struct property_buffer {
	struct property_area *area;
	unsigned int plot;
	unsigned int plots;
	bool own;
	unsigned char *va;
	size_t length;
};

void property_memory_open(struct property_memory *memory, struct platform *platform);
void property_memory_close(struct property_memory *memory);

/**
 * property_buffer_take() - a buffer of 1 to @most bytes, at any offset, with some new content
 *
 * Return: false when there is no room.
 */
bool property_buffer_take(struct property_memory *memory, size_t most,
			  struct property_buffer *buffer);

/** property_buffer_give() - the bytes are as they must be, also those around the buffer. */
void property_buffer_give(struct property_buffer *buffer);

/** property_buffer_check() - likewise, of part of the buffer. */
void property_buffer_check(const struct property_buffer *buffer, size_t offset, size_t length);

/** property_shadow() - where the model keeps the bytes at @va of a buffer. */
unsigned char *property_shadow(const struct property_buffer *buffer, const unsigned char *va);

/* ---- transfers ----------------------------------------------------------------------------- */

/**
 * struct property_piece - part of a transfer in one region
 * @shadow: the bytes that the device must find, or leaves.
 */
struct property_piece {
	unsigned char *shadow;
	size_t length;
};

/**
 * struct property_transfer - a mapping, as its user knows it
 * @mechanism: how the library made it.
 */
struct property_transfer {
	const struct property_variant *variant;
	bool to_device;
	enum dma_policy mechanism;
	struct property_piece pieces[4];
	unsigned int piece_count;
	struct dma_run runs[PROPERTY_RUNS];
	unsigned int run_count;
};

/**
 * property_mechanism() - how a transfer is made
 * @own: all of it is memory of the platform; @pooled: it lies in the arena.
 * @one_run: several regions must become one run.
 */
enum dma_policy property_mechanism(const struct property_variant *variant, bool own, bool pooled,
				   bool to_device, size_t length, bool one_run);

/**
 * property_mechanism_used() - by the one mapping that was made between two looks at the counters
 *
 * Fails unless it is @expected; where all entries of the cache may be in use, remap will do.
 */
enum dma_policy property_mechanism_used(const struct dma_statistics *before,
					const struct dma_statistics *after,
					enum dma_policy expected);

/**
 * property_transfer_check() - the runs: below the limit, not in page 0, no 4 GiB line crossed, as
 * long as the pieces together; of fragment page none crosses a page
 */
void property_transfer_check(const struct property_transfer *transfer, bool one_run);

/**
 * property_transfer_device() - the device reads or writes somewhere in the runs, or tries what it
 * may not
 */
void property_transfer_device(struct platform *platform, const struct property_transfer *transfer);

/** property_transfer_over() - what the device reaches of it now is what the mechanism promises. */
void property_transfer_over(struct platform *platform, const struct property_transfer *transfer);

/** property_refused() - the device cannot read at @logical. */
void property_refused(struct platform *platform, uint64_t logical);

/** property_map_fails() - the next mapping that the platform is asked for fails; false: none does.
 */
void property_map_fails(struct platform *platform, bool fails);

/** property_allocation_fails() - likewise, the next memory or mapping. */
void property_allocation_fails(struct platform *platform, bool fails);

#endif /* PROPERTY_H */
