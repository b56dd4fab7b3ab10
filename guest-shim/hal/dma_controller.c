/* SPDX-License-Identifier: MIT */
/*
 * dma_controller.c - see dma_controller.h
 */
#include "hal/dma_controller.h"

/* Offsets within a controller, in its units: 1 port on the first, 2 on the second. */
#define REGISTER_SINGLE_MASK 10u
#define REGISTER_MODE	     11u
#define REGISTER_FLIP_FLOP   12u

#define SECOND_CONTROLLER 0xc0u
#define MASK_SET	  0x04u

/* How often a counter is read before its last value is believed. */
#define COUNTER_READS 64u

/* Ports of the page registers; channel 4 has none. */
static const uint8_t page_port[] = {0x87, 0x83, 0x81, 0x82, 0, 0x8b, 0x89, 0x8a};

static uint16_t port_of(unsigned int channel, unsigned int index)
{
	return (uint16_t)(channel < 4 ? index : SECOND_CONTROLLER + 2 * index);
}

static int put(struct platform *platform, uint16_t port, unsigned int value)
{
	uint8_t byte = (uint8_t)value;

	return platform_port_write(platform, port, &byte, 1);
}

static int get(struct platform *platform, uint16_t port, unsigned int *value)
{
	uint8_t byte = 0xff;
	int result = platform_port_read(platform, port, &byte, 1);

	*value = byte;
	return result;
}

static int reset_flip_flop(struct platform *platform, unsigned int channel)
{
	return put(platform, port_of(channel, REGISTER_FLIP_FLOP), 0);
}

static int put_word(struct platform *platform, uint16_t port, uint32_t value)
{
	int result = put(platform, port, value);

	return result ? result : put(platform, port, value >> 8);
}

int dma_controller_mask(struct platform *platform, unsigned int channel, bool masked)
{
	return put(platform, port_of(channel, REGISTER_SINGLE_MASK),
		   (masked ? MASK_SET : 0) | (channel & 3));
}

int dma_controller_mode(struct platform *platform, unsigned int channel, unsigned int mode)
{
	return put(platform, port_of(channel, REGISTER_MODE), mode | (channel & 3));
}

int dma_controller_load(struct platform *platform, unsigned int channel, uint32_t physical,
			uint32_t length)
{
	bool words = channel > 3;
	uint32_t address = words ? physical >> 1 : physical;
	uint32_t count = (words ? length >> 1 : length) - 1;
	uint32_t page = physical >> 16 & (words ? 0xfe : 0xff);
	int result = reset_flip_flop(platform, channel);

	if (!result)
		result = put_word(platform, port_of(channel, 2 * (channel & 3)), address);
	if (!result)
		result = put(platform, page_port[channel], page);
	if (!result)
		result = put_word(platform, port_of(channel, 2 * (channel & 3) + 1), count);
	return result;
}

static int read_count(struct platform *platform, unsigned int channel, unsigned int *count)
{
	uint16_t port = port_of(channel, 2 * (channel & 3) + 1);
	unsigned int low, high;
	int result = get(platform, port, &low);

	if (!result)
		result = get(platform, port, &high);
	if (!result)
		*count = high << 8 | low;
	return result;
}

int dma_controller_remaining(struct platform *platform, unsigned int channel, uint32_t *remaining)
{
	unsigned int count, before;
	int result = reset_flip_flop(platform, channel);

	if (!result)
		result = read_count(platform, channel, &count);
	/* A borrow between the two reads shows as another high byte. */
	for (unsigned int i = 0; i < COUNTER_READS && !result; i++) {
		before = count;
		result = read_count(platform, channel, &count);
		if (before >> 8 == count >> 8)
			break;
	}
	if (!result)
		*remaining = ((count + 1) & 0xffff) << (channel > 3);
	return result;
}
