/* SPDX-License-Identifier: MIT */
/*
 * logical_space.h - which logical addresses of an adapter are free
 *
 * Used while an adapter is set up or torn down, never per transfer: slots,
 * common buffers and the arena take a range and keep it.  First fit over a
 * sorted list.  Never handed out: page 0 (drivers read address 0 as "none"), the
 * platform's holes (the message window among them), and ranges that would cross a
 * multiple of 4 GiB.
 */
#ifndef DMA_LOGICAL_SPACE_H
#define DMA_LOGICAL_SPACE_H

#include "platform/platform.h"

struct logical_space {
	struct logical_range *free;
	unsigned int count;
	unsigned int capacity;
	unsigned int address_bits;
};

/**
 * logical_space_init() - everything the platform offers below 2^address_bits
 *
 * With 64 bits, addresses above 4 GiB are handed out first, so that a driver
 * that drops the high half of an address is caught at once.
 *
 * Return: 0, -ENOSPC nothing usable, -ENOMEM.
 */
int logical_space_init(struct logical_space *space, struct platform *platform,
		       unsigned int address_bits);

/** logical_space_release() - free the bookkeeping. */
void logical_space_release(struct logical_space *space);

/** logical_space_take() - @length bytes, a multiple of the page size.  Return: 0, -EINVAL, -ENOSPC, -ENOMEM. */
int logical_space_take(struct logical_space *space, uint64_t length, logical_t *logical);

/** logical_space_take_below() - likewise, below 2^@address_bits, for a space with room for more bits. */
int logical_space_take_below(struct logical_space *space, uint64_t length,
			     unsigned int address_bits, logical_t *logical);

/** logical_space_give() - put a taken range back.  Return: 0, -EINVAL it is free already, -ENOMEM. */
int logical_space_give(struct logical_space *space, logical_t logical, uint64_t length);

#endif /* DMA_LOGICAL_SPACE_H */
