/* SPDX-License-Identifier: MIT */
/*
 * sgnic_model_private.h - what the parts of the model share
 */
#ifndef SGNIC_MODEL_PRIVATE_H
#define SGNIC_MODEL_PRIVATE_H

#include "sgnic_model.h"

#define MODEL_WORDS (SGNIC_REGISTER_BAR_SIZE / 4)

struct model_queue {
	uint32_t base;
	uint32_t completion_size;
	uint32_t cause;
	uint32_t consumed;
	uint32_t completed;
	bool kicked;
	bool is_broken;
	model_hook hook;
};

struct model {
	struct platform *platform;
	struct model_queue transmit;
	struct model_queue receive;
	uint32_t words[MODEL_WORDS];
	uint64_t statistics[SGNIC_STAT_COUNT];
	uint32_t pending;
	uint32_t mask;
	uint32_t latched_high;
	bool held;
	bool gone;
	bool refuses_enable;
	unsigned int guest_errors;
	uint64_t last_address;
	uint32_t last_length;
	GQueue sent;
};

/** model_word(), model_address() - a register, and two that hold an address. */
static inline uint32_t *model_word(struct model *model, uint32_t offset)
{
	return &model->words[offset / 4];
}

static inline uint64_t model_address(struct model *model, uint32_t offset)
{
	return *model_word(model, offset) | (uint64_t)*model_word(model, offset + 4) << 32;
}

/** model_raise() - set causes; the interrupt follows if they are enabled. */
void model_raise(struct model *model, uint32_t causes);

/** model_report() - fill the error registers. */
void model_report(struct model *model, uint32_t code, uint32_t queue, uint64_t where,
		  uint32_t value);

/** model_guest_error() - the driver did what it must not. */
void model_guest_error(struct model *model, uint32_t code, uint32_t offset, uint32_t value);

/** model_is_running() - whether a queue is. */
bool model_is_running(struct model *model, struct model_queue *queue);

/** model_kick_event() - write the number at which the driver is to ring again. */
void model_kick_event(struct model *model, struct model_queue *queue, uint32_t value);

/** model_transmit() - send what was posted, unless the model is held or was not told. */
void model_transmit(struct model *model);

#endif /* SGNIC_MODEL_PRIVATE_H */
