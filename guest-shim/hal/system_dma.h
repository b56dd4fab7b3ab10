/* SPDX-License-Identifier: MIT */
/*
 * system_dma.h - the system DMA controller of a PC: two 8237 with page registers
 *
 * Used by slave adapter objects of hal/ and by the slave family of ndis/.  Channels 0-3 move
 * bytes, 5-7 16-bit words; 4 connects the two controllers.  The controller drives 24 address
 * lines and wraps at 64 KiB (bytes) or 128 KiB (words), and it does not go through the IOMMU.
 * Every channel therefore has bounce memory of its own below 16 MiB, from
 * platform_low_memory(); memory that was taken with system_dma_memory_take() is used in place.
 * All other memory is bounced: only the reserved memory is known to stay where it is.
 *
 * Source: ndis-hal-dma.md section 7.6.  One thread, <= DISPATCH unless it says PASSIVE; 0/-errno.
 */
#ifndef HAL_SYSTEM_DMA_H
#define HAL_SYSTEM_DMA_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/platform.h"

#define SYSTEM_DMA_CHANNELS 8u

/**
 * struct system_dma_setup - how a channel is to be used
 * @channel: number.
 * @words: 16 bits per transfer.
 * @demand: demand mode, otherwise single mode.
 * @auto_initialize: start over at the end of the buffer.
 * @ignore_count: the counter cannot be trusted.
 * @cascade: an ISA bus master uses the channel to get the bus; nothing else of this applies.
 * @exclusive: nobody else may open the channel.
 * @maximum: bytes of the longest transfer; more than the channel's limit: the limit.
 */
struct system_dma_setup {
	unsigned int channel;
	bool words;
	bool demand;
	bool auto_initialize;
	bool ignore_count;
	bool cascade;
	bool exclusive;
	uint32_t maximum;
};

struct system_dma;

/**
 * system_dma_check() - Return: NULL, or the rule that @setup breaks, as a sentence without full
 * stop.
 */
const char *system_dma_check(const struct system_dma_setup *setup);

/** system_dma_may_share() - two callers of one channel mean the same, whatever their @maximum. */
bool system_dma_may_share(const struct system_dma_setup *a, const struct system_dma_setup *b);

/**
 * system_dma_open() - PASSIVE: claim a channel
 *
 * A channel that is open with an equal setup on the same platform, both not exclusive, is shared.
 *
 * Return: 0; -EINVAL system_dma_check() objects; -EBUSY somebody else has the channel; -ENOTSUP,
 * -EACCES, -EIO the platform gives no access to the controller; -ENOSPC no memory below 16 MiB;
 * -ENOMEM.
 */
int system_dma_open(struct platform *platform, const struct system_dma_setup *setup,
		    struct system_dma **channel);

/**
 * system_dma_close() - PASSIVE: a transfer is aborted, the channel masked, the memory given back.
 */
void system_dma_close(struct system_dma *channel);

/** system_dma_limit() - bytes of the longest transfer; less than asked for when memory is short. */
uint32_t system_dma_limit(const struct system_dma *channel);

/**
 * system_dma_start() - program the controller and let the channel run
 * @va, @length: the memory, 1 byte at least; both even for memory used in place, @length even on a
 *	16-bit channel.
 *
 * Return: 0; -EBUSY a transfer is set up; -EMSGSIZE longer than the limit; -EINVAL length 0 or odd;
 * errors of platform_port_write().
 */
int system_dma_start(struct system_dma *channel, void *va, uint32_t length, bool to_device);

/**
 * system_dma_stop() - mask the channel; bring what the device has written into the memory
 *
 * Without auto-initialise and ignore_count that is as much as the counter says.
 * Return: 0; -EINVAL no transfer is set up; errors of platform_port_*(): the transfer has ended all
 * the same, and everything was copied.
 */
int system_dma_stop(struct system_dma *channel);

/** system_dma_is_active() - a transfer is set up. */
bool system_dma_is_active(const struct system_dma *channel);

/** system_dma_counter() - bytes left of the transfer; 0 without one. */
uint32_t system_dma_counter(struct system_dma *channel);

/**
 * system_dma_memory_take() - PASSIVE: memory that transfers of the channel use in place, zeroed
 * @physical: out: address that the controller puts on the bus.
 *
 * Return: 0; -EMSGSIZE longer than the controller can address; -ENOSPC; -ENOMEM.
 */
int system_dma_memory_take(struct system_dma *channel, uint32_t length, void **va,
			   uint32_t *physical);

/** system_dma_memory_give() - @va as taken; the channel may be closed. */
void system_dma_memory_give(struct platform *platform, void *va);

#endif /* HAL_SYSTEM_DMA_H */
