/* SPDX-License-Identifier: MIT */
/*
 * property_slave.h - slave transfers, as HAL drivers and miniports make them, for
 * test_dma_api_property.c
 *
 * The device behind a channel moves a few units at a time; what has moved is what the counter tells
 * and what is in memory at the end.
 */
#ifndef PROPERTY_SLAVE_H
#define PROPERTY_SLAVE_H

#include "dma_controller_model.h"
#include "property.h"
#include "property_hal.h"

/** struct slave_transfer - @length 0: none; @moved bytes of it by the device */
struct slave_transfer {
	struct property_buffer buffer;
	unsigned int offset;
	unsigned int length;
	bool to_device;
	unsigned int moved;
};

/** slave_choose() - a buffer and a part of it.  Return: false without room. */
bool slave_choose(struct property_memory *memory, struct slave_transfer *t);

/** slave_move() - the device moves some units. */
void slave_move(struct dma_controller_model *controller, unsigned int channel,
		struct slave_transfer *t);

/** slave_end() - the transfer is over: the bytes are compared, the buffer is free. */
void slave_end(struct slave_transfer *t);

/** struct slave_model - an adapter object of the HAL for one channel, on the platform of @hal */
struct slave_model {
	struct hal_model *hal;
	struct dma_controller_model controller;
	unsigned int channel;
	unsigned int maximum;
	PDMA_ADAPTER adapter;
	PVOID base;
	bool held;
	PMDL mdl;
	struct slave_transfer transfer;
	unsigned int transfers;
};

/** slave_model_open() - after hal_model_open() */
void slave_model_open(struct slave_model *m, struct hal_model *hal);

/** slave_model_step() - one call, or the device moves.  Return: false when there was nothing to do.
 */
bool slave_model_step(struct slave_model *m);

/** slave_model_close() - before hal_model_close() */
void slave_model_close(struct slave_model *m);

#endif /* PROPERTY_SLAVE_H */
