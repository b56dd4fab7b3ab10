/* SPDX-License-Identifier: MIT */
/*
 * dma_controller_model.h - two 8237 with page registers behind the ports of the fake platform
 *
 * Written from the data sheet's point of view, independently of hal/: a test that plays the device
 * raises its request and moves units; the model decides where they go.
 */
#ifndef DMA_CONTROLLER_MODEL_H
#define DMA_CONTROLLER_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/fake/fake.h"

#define MODEL_LOW_ADDRESS 0x00208000u /* neither at a 64 KiB nor at a 128 KiB line */
#define MODEL_LOW_LENGTH  0x00080000u
#define MODEL_NO_PORT	  0xffffu

struct model_channel {
	uint16_t base_address, base_count;
	uint16_t address, count;
	uint8_t page;
	uint8_t mode;
	bool masked;
	bool terminal; /* terminal count since the status was read */
};

/**
 * struct dma_controller_model
 * @flip_flop: per controller.
 * @memory: physical memory from MODEL_LOW_ADDRESS on.
 * @fail_port: writes to it fail with -EIO; MODEL_NO_PORT: none.
 * @steps_per_read: the running channel moves on by so many units with every read of a counter's low
 * byte.
 */
struct dma_controller_model {
	struct model_channel channel[8];
	bool flip_flop[2];
	unsigned char *memory;
	uint16_t fail_port;
	unsigned int steps_per_read;
	unsigned int writes;
};

/** model_attach() - reset, and put ports and low memory behind the platform. */
void model_attach(struct dma_controller_model *model, struct platform *platform);

/**
 * model_transfer() - the device holds its request until @length bytes are moved or the channel
 * stops
 * @bytes: to be moved to or from the device; a buffer that the model fills when memory is read.
 *
 * Return: bytes moved.
 */
size_t model_transfer(struct dma_controller_model *model, unsigned int channel, void *bytes,
		      size_t length, bool device_reads);

#endif /* DMA_CONTROLLER_MODEL_H */
