/* SPDX-License-Identifier: MIT */
/*
 * logical_space.h - which logical addresses of a device are free
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
};

/** logical_space_init() - everything the platform offers.  Return: 0, -ENOSPC nothing usable, -ENOMEM. */
int logical_space_init(struct logical_space *space, struct platform *platform);

/** logical_space_release() - free the bookkeeping. */
void logical_space_release(struct logical_space *space);

/**
 * logical_space_take() - @length bytes, a multiple of the page size, below 2^@address_bits
 *
 * What only few can use is left to them: with 64 bits, addresses above 4 GiB are handed out first,
 * which also catches a driver that drops the high half of an address at once; then, and
 * with 32 bits, those above 16 MiB.
 *
 * Return: 0, -EINVAL, -ENOSPC, -ENOMEM.
 */
int logical_space_take(struct logical_space *space, uint64_t length, unsigned int address_bits,
		       logical_t *logical);

/** logical_space_give() - put a taken range back.  Return: 0, -EINVAL it is free already, -ENOMEM. */
int logical_space_give(struct logical_space *space, logical_t logical, uint64_t length);

#endif /* DMA_LOGICAL_SPACE_H */
