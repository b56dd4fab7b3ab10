/* SPDX-License-Identifier: MIT */
/*
 * system_dma.c - see system_dma.h
 */
#include "hal/system_dma.h"

#include <stdlib.h>
#include <string.h>

#include <wdm.h>

#include "hal/dma_controller.h"
#include "hal/low_memory.h"

struct system_dma {
	struct platform *platform;
	struct system_dma_setup setup;
	unsigned int users;
	uint32_t limit;
	unsigned char *bounce;
	uint32_t bounce_physical;
	bool active;
	bool bounced;
	bool to_device;
	unsigned char *memory;
	uint32_t length;
};

/* The machine has one controller pair, whichever platform reaches it. */
static _Thread_local struct system_dma *channels[SYSTEM_DMA_CHANNELS];

const char *system_dma_check(const struct system_dma_setup *setup)
{
	if (setup->channel >= SYSTEM_DMA_CHANNELS)
		return "the system DMA controller has channels 0 to 3 and 5 to 7";
	if (setup->channel == 4)
		return "channel 4 connects the two DMA controllers and cannot be assigned";
	if (!setup->cascade && setup->words != (setup->channel > 4))
		return setup->words ? "channels 0 to 3 transfer 8 bits (Width8Bits)"
				    : "channels 5 to 7 transfer 16 bits (Width16Bits)";
	if (!setup->cascade && setup->maximum == 0)
		return "the longest transfer has at least one byte";
	return NULL;
}

bool system_dma_may_share(const struct system_dma_setup *a, const struct system_dma_setup *b)
{
	return a->channel == b->channel && a->words == b->words && a->demand == b->demand &&
	       a->auto_initialize == b->auto_initialize && a->ignore_count == b->ignore_count &&
	       a->cascade == b->cascade && !a->exclusive && !b->exclusive;
}

/* Bytes at whose multiples the controller wraps, which is also the longest transfer. */
static uint32_t boundary(const struct system_dma *channel)
{
	return channel->setup.channel > 3 ? 128u << 10 : 64u << 10;
}

static int take_bounce(struct system_dma *channel)
{
	void *va;
	int result;

	channel->limit = channel->setup.maximum < boundary(channel) ? channel->setup.maximum
								    : boundary(channel);
	if (channel->setup.words && channel->limit & 1)
		channel->limit++;
	for (;;) {
		result = low_memory_take(channel->platform, channel->limit, boundary(channel), &va,
					 &channel->bounce_physical);
		if (!result)
			channel->bounce = va;
		if (result != -ENOSPC || channel->limit <= PLATFORM_PAGE_SIZE)
			return result;
		channel->limit = (channel->limit / 2 + (uint32_t)PLATFORM_PAGE_MASK) &
				 ~(uint32_t)PLATFORM_PAGE_MASK;
	}
}

static int prepare(struct system_dma *channel)
{
	unsigned int number = channel->setup.channel;
	int result = dma_controller_mask(channel->platform, number, true);

	if (result || !channel->setup.cascade)
		return result ? result : take_bounce(channel);
	result = dma_controller_mode(channel->platform, number, DMA_CONTROLLER_CASCADE);
	return result ? result : dma_controller_mask(channel->platform, number, false);
}

int system_dma_open(struct platform *platform, const struct system_dma_setup *setup,
		    struct system_dma **channel)
{
	struct system_dma *created;
	int result;

	if (system_dma_check(setup))
		return -EINVAL;
	created = channels[setup->channel];
	if (created) {
		if (created->platform != platform || !system_dma_may_share(&created->setup, setup))
			return -EBUSY;
		created->users++;
		*channel = created;
		return 0;
	}
	created = calloc(1, sizeof(*created));
	if (!created)
		return -ENOMEM;
	created->platform = platform;
	created->setup = *setup;
	created->users = 1;
	result = prepare(created);
	if (result) {
		free(created);
		return result;
	}
	channels[setup->channel] = created;
	*channel = created;
	return 0;
}

void system_dma_close(struct system_dma *channel)
{
	if (--channel->users)
		return;
	if (channel->active)
		system_dma_stop(channel);
	dma_controller_mask(channel->platform, channel->setup.channel, true);
	if (channel->bounce)
		low_memory_give(channel->platform, channel->bounce);
	channels[channel->setup.channel] = NULL;
	free(channel);
}

uint32_t system_dma_limit(const struct system_dma *channel)
{
	return channel->limit;
}

bool system_dma_is_active(const struct system_dma *channel)
{
	return channel->active;
}

static int program(struct system_dma *channel, uint32_t physical)
{
	const struct system_dma_setup *setup = &channel->setup;
	unsigned int mode = setup->demand ? DMA_CONTROLLER_DEMAND : DMA_CONTROLLER_SINGLE;
	int result = dma_controller_mask(channel->platform, setup->channel, true);

	mode |= channel->to_device ? DMA_CONTROLLER_FROM_MEMORY : DMA_CONTROLLER_TO_MEMORY;
	if (setup->auto_initialize)
		mode |= DMA_CONTROLLER_AUTO_INITIALIZE;
	if (!result)
		result = dma_controller_mode(channel->platform, setup->channel, mode);
	if (!result)
		result = dma_controller_load(channel->platform, setup->channel, physical,
					     channel->length);
	if (!result)
		result = dma_controller_mask(channel->platform, setup->channel, false);
	return result;
}

int system_dma_start(struct system_dma *channel, void *va, uint32_t length, bool to_device)
{
	uint32_t physical = low_memory_physical(channel->platform, va, length);
	int result;

	if (channel->active)
		return -EBUSY;
	if (!length || (channel->setup.words && length & 1))
		return -EINVAL;
	if (length > channel->limit && (!physical || length > boundary(channel)))
		return -EMSGSIZE;
	/* In place only where the controller neither wraps nor loses the lowest bit. */
	channel->bounced = !physical || (channel->setup.words && physical & 1) ||
			   (physical ^ (physical + length - 1)) & ~(boundary(channel) - 1);
	if (channel->bounced) {
		if (length > channel->limit)
			return -EMSGSIZE;
		/* Also for device writes: what the device leaves alone must not change. */
		memcpy(channel->bounce, va, length);
		physical = channel->bounce_physical;
	}
	channel->to_device = to_device;
	channel->memory = va;
	channel->length = length;
	/* The data are in memory before the device may ask for them. */
	KeMemoryBarrier();
	result = program(channel, physical);
	if (result) {
		dma_controller_mask(channel->platform, channel->setup.channel, true);
		return result;
	}
	channel->active = true;
	return 0;
}

/* Bytes that the device has moved, as far as anybody can tell. */
static int moved(struct system_dma *channel, uint32_t *bytes)
{
	uint32_t remaining = 0;
	int result;

	*bytes = channel->length;
	if (channel->setup.auto_initialize || channel->setup.ignore_count)
		return 0;
	result = dma_controller_remaining(channel->platform, channel->setup.channel, &remaining);
	if (!result && remaining <= channel->length)
		*bytes -= remaining;
	return result;
}

int system_dma_stop(struct system_dma *channel)
{
	uint32_t bytes;
	int result, count_result;

	if (!channel->active)
		return -EINVAL;
	result = dma_controller_mask(channel->platform, channel->setup.channel, true);
	count_result = moved(channel, &bytes);
	KeMemoryBarrier();
	if (channel->bounced && !channel->to_device)
		memcpy(channel->memory, channel->bounce, bytes);
	channel->active = false;
	return result ? result : count_result;
}

uint32_t system_dma_counter(struct system_dma *channel)
{
	uint32_t remaining = 0;

	if (!channel->active ||
	    dma_controller_remaining(channel->platform, channel->setup.channel, &remaining))
		return 0;
	return remaining;
}

int system_dma_memory_take(struct system_dma *channel, uint32_t length, void **va,
			   uint32_t *physical)
{
	if (length > boundary(channel))
		return -EMSGSIZE;
	return low_memory_take(channel->platform, length, boundary(channel), va, physical);
}

void system_dma_memory_give(struct platform *platform, void *va)
{
	low_memory_give(platform, va);
}
