/* SPDX-License-Identifier: MIT */
/* The model's registers, and the test's side of it. */
#include "sgnic_model_private.h"

#include <string.h>

#define DEFINED_CAUSES 0x00070101u
#define GONE	       0xffffffffu

void model_raise(struct model *model, uint32_t causes)
{
	bool was_active = model->pending & model->mask;

	model->pending |= causes;
	if (!was_active && model->pending & model->mask)
		fake_raise_interrupt(model->platform);
}

void model_report(struct model *model, uint32_t code, uint32_t queue, uint64_t where,
		  uint32_t value)
{
	*model_word(model, SGNIC_ERROR_CODE) = code;
	*model_word(model, SGNIC_ERROR_QUEUE) = queue;
	*model_word(model, SGNIC_ERROR_ADDRESS_LOW) = (uint32_t)where;
	*model_word(model, SGNIC_ERROR_ADDRESS_HIGH) = (uint32_t)(where >> 32);
	*model_word(model, SGNIC_ERROR_VALUE) = value;
	model_raise(model, SGNIC_CAUSE_ERROR);
}

void model_guest_error(struct model *model, uint32_t code, uint32_t offset, uint32_t value)
{
	model->guest_errors++;
	model->statistics[SGNIC_STAT_GUEST_ERRORS]++;
	model_report(model, code, SGNIC_ERROR_QUEUE_NONE, offset, value);
}

/* Section 9.1. Identity, limits, permanent address and link stay. */
static void reset(struct model *model)
{
	uint32_t link = *model_word(model, SGNIC_STATUS) & SGNIC_STATUS_LINK_UP;
	uint32_t segment = *model_word(model, SGNIC_LIMIT_SEGMENT);

	memset(model_word(model, SGNIC_STATUS), 0, SGNIC_REGISTER_BAR_SIZE - SGNIC_STATUS);
	*model_word(model, SGNIC_STATUS) = link;
	*model_word(model, SGNIC_LIMIT_SEGMENT) = segment;
	*model_word(model, SGNIC_DMA_WIDTH) = 64;
	*model_word(model, SGNIC_FRAME_SIZE) = SGNIC_MAX_FRAME;
	*model_word(model, SGNIC_PERMANENT_LOW) = 0x12005452;
	*model_word(model, SGNIC_PERMANENT_HIGH) = 0x5634;
	*model_word(model, SGNIC_STATION_LOW) = 0x12005452;
	*model_word(model, SGNIC_STATION_HIGH) = 0x5634;
	*model_word(model, SGNIC_ERROR_QUEUE) = SGNIC_ERROR_QUEUE_NONE;
	memset(model->statistics, 0, sizeof(model->statistics));
	model->pending = 0;
	model->mask = 0;
	model->transmit.kicked = false;
}

/* ---- registers ----------------------------------------------------------------------------- */

static void doorbell(struct model *model, struct model_queue *queue, uint32_t offset)
{
	if (!model_is_running(model, queue)) {
		model_guest_error(model, SGNIC_ERROR_DOORBELL, offset, 0);
		return;
	}
	if (queue->is_broken) {
		queue->is_broken = false;
		*model_word(model, queue->base + SGNIC_QUEUE_STATE) = SGNIC_QUEUE_ERROR;
		*model_word(model, SGNIC_STATUS) |= SGNIC_STATUS_QUEUE_ERROR;
		model_report(model, SGNIC_ERROR_DMA_READ, 0, offset, 0);
		return;
	}
	queue->kicked = true;
	if (queue == &model->transmit)
		model_transmit(model);
}

static void control(struct model *model, struct model_queue *queue, uint32_t value)
{
	uint32_t *state = model_word(model, queue->base + SGNIC_QUEUE_STATE);
	uint32_t size = *model_word(model, queue->base + SGNIC_QUEUE_RING_SIZE);

	if (!value) {
		*state = SGNIC_QUEUE_DISABLED;
		*model_word(model, SGNIC_STATUS) &= ~SGNIC_STATUS_QUEUE_ERROR;
		return;
	}
	if (*state != SGNIC_QUEUE_DISABLED || size == 0 || model->refuses_enable) {
		model_guest_error(model, SGNIC_ERROR_BAD_VALUE, queue->base, value);
		return;
	}
	*state = SGNIC_QUEUE_RUNNING;
	queue->consumed = 0;
	queue->completed = 0;
	queue->kicked = false;
	model_kick_event(model, queue, 0);
}

static void write_queue(struct model *model, struct model_queue *queue, uint32_t offset,
			uint32_t value)
{
	uint32_t within = offset - queue->base;

	if (within == SGNIC_QUEUE_CONTROL)
		control(model, queue, value);
	else if (model_is_running(model, queue))
		model_guest_error(model, SGNIC_ERROR_BUSY, offset, value);
	else if (within == SGNIC_QUEUE_RING_SIZE &&
		 (value & (value - 1) || value < SGNIC_RING_MIN || value > SGNIC_RING_MAX))
		model_guest_error(model, SGNIC_ERROR_BAD_VALUE, offset, value);
	else if (within >= SGNIC_QUEUE_DESCRIPTORS_LOW && !(within & 4) &&
		 value % SGNIC_RING_ALIGNMENT)
		model_guest_error(model, SGNIC_ERROR_BAD_VALUE, offset, value);
	else if (within > SGNIC_QUEUE_RECORD_HIGH)
		model_guest_error(model, SGNIC_ERROR_REGISTER, offset, value);
	else
		*model_word(model, offset) = value;
}

static bool is_plain(uint32_t offset)
{
	return offset == SGNIC_FEATURES_ENABLED || offset == SGNIC_DMA_WIDTH ||
	       offset == SGNIC_FRAME_SIZE ||
	       offset == SGNIC_STATION_LOW || offset == SGNIC_STATION_HIGH ||
	       offset == SGNIC_RECEIVE_FILTER || offset == SGNIC_MULTICAST_COUNT ||
	       offset == SGNIC_ERROR_CODE ||
	       (offset >= SGNIC_MULTICAST_LOW(0) &&
		offset < SGNIC_MULTICAST_LOW(SGNIC_MULTICAST_MAX));
}

static void write_register(void *context, unsigned int index, uint64_t at, uint64_t value64,
			   unsigned int width)
{
	struct model *model = context;
	uint32_t offset = (uint32_t)at;
	uint32_t value = (uint32_t)value64;

	g_assert_cmpuint(index, ==, 0);
	g_assert_cmpuint(width, ==, 4);
	if (model->gone)
		return;
	if (offset == SGNIC_RESET && value == SGNIC_RESET_NOW)
		reset(model);
	else if (offset == SGNIC_INTERRUPT_MASK && !(value & ~DEFINED_CAUSES)) {
		bool was_active = model->pending & model->mask;

		model->mask = value;
		if (!was_active && model->pending & value)
			fake_raise_interrupt(model->platform);
	} else if (offset == SGNIC_INTERRUPT_RAISE && !(value & ~DEFINED_CAUSES))
		model_raise(model, value);
	else if (offset == SGNIC_TX_DOORBELL(0))
		doorbell(model, &model->transmit, offset);
	else if (offset == SGNIC_RX_DOORBELL(0))
		doorbell(model, &model->receive, offset);
	else if (offset >= SGNIC_TX_QUEUE(0) && offset < SGNIC_TX_QUEUE(1))
		write_queue(model, &model->transmit, offset, value);
	else if (offset >= SGNIC_RX_QUEUE(0) && offset < SGNIC_RX_QUEUE(1))
		write_queue(model, &model->receive, offset, value);
	else if (offset == SGNIC_FRAME_SIZE &&
		 (value < SGNIC_MAX_FRAME || value > *model_word(model, SGNIC_LIMIT_FRAME)))
		model_guest_error(model, SGNIC_ERROR_BAD_VALUE, offset, value);
	else if (is_plain(offset))
		*model_word(model, offset) = value;
	else
		model_guest_error(model, SGNIC_ERROR_REGISTER, offset, value);
}

static uint32_t read_cause(struct model *model)
{
	uint32_t causes = model->pending & model->mask;

	if (causes) {
		model->pending &= ~causes;
		model->mask = 0;
	}
	return causes;
}

static uint64_t read_register(void *context, unsigned int index, uint64_t at, unsigned int width)
{
	struct model *model = context;
	uint32_t offset = (uint32_t)at;
	uint32_t first = SGNIC_STATISTIC(0);

	g_assert_cmpuint(index, ==, 0);
	g_assert_cmpuint(width, ==, 4);
	if (model->gone)
		return GONE;
	if (offset >= first && offset < SGNIC_STATISTIC(SGNIC_STAT_COUNT)) {
		uint64_t counter = model->statistics[(offset - first) / 8];

		if (offset & 4)
			return model->latched_high;
		model->latched_high = (uint32_t)(counter >> 32);
		return (uint32_t)counter;
	}
	switch (offset) {
	case SGNIC_INTERRUPT_CAUSE:
		return read_cause(model);
	case SGNIC_INTERRUPT_MASK:
		return model->mask;
	case SGNIC_INTERRUPT_PENDING:
		return model->pending;
	case SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_COMPLETED:
		return model->transmit.completed;
	case SGNIC_RX_QUEUE(0) + SGNIC_QUEUE_COMPLETED:
		return model->receive.completed;
	default:
		return *model_word(model, offset);
	}
}

/* ---- the test's side ----------------------------------------------------------------------- */

struct model *model_create(struct event_loop *loop)
{
	static const uint8_t id[] = {0xf4, 0x1a, 0xf0, 0x10};
	struct model *model = g_new0(struct model, 1);
	struct fake_device device = {read_register, write_register, model};

	model->platform = fake_platform_create(loop, &device, false);
	memcpy(fake_config(model->platform), id, sizeof(id));
	model->transmit = (struct model_queue){.base = SGNIC_TX_QUEUE(0),
					       .cause = SGNIC_CAUSE_TX(0),
					       .completion_size = sizeof(struct sgnic_completion)};
	model->receive =
		(struct model_queue){.base = SGNIC_RX_QUEUE(0),
				     .cause = SGNIC_CAUSE_RX(0),
				     .completion_size = sizeof(struct sgnic_rx_completion)};
	*model_word(model, SGNIC_ID) = SGNIC_ID_VALUE;
	*model_word(model, SGNIC_VERSION) = SGNIC_VERSION_VALUE;
	*model_word(model, SGNIC_LIMIT_QUEUES) = 0x00030101;
	*model_word(model, SGNIC_LIMIT_RING) = 0x00400c04;
	*model_word(model, SGNIC_LIMIT_FRAME) = SGNIC_MAX_FRAME;
	*model_word(model, SGNIC_STATUS) = SGNIC_STATUS_LINK_UP;
	g_queue_init(&model->sent);
	reset(model);
	return model;
}

void model_free(struct model *model)
{
	GBytes *frame;

	while ((frame = g_queue_pop_head(&model->sent)) != NULL)
		g_bytes_unref(frame);
	platform_close(model->platform);
	g_free(model);
}

struct platform *model_platform(struct model *model)
{
	return model->platform;
}

GQueue *model_sent(struct model *model)
{
	return &model->sent;
}

void model_corrupt(struct model *model, bool is_receive, model_hook hook)
{
	(is_receive ? &model->receive : &model->transmit)->hook = hook;
}

void model_set_link(struct model *model, bool up)
{
	*model_word(model, SGNIC_STATUS) &= ~SGNIC_STATUS_LINK_UP;
	*model_word(model, SGNIC_STATUS) |= up ? SGNIC_STATUS_LINK_UP : 0;
	model_raise(model, SGNIC_CAUSE_LINK);
}

void model_remove(struct model *model, bool gone)
{
	model->gone = gone;
}

void model_break_queue(struct model *model, bool is_receive)
{
	(is_receive ? &model->receive : &model->transmit)->is_broken = true;
}

void model_refuse_enable(struct model *model, bool refuse)
{
	model->refuses_enable = refuse;
}

void model_set_register(struct model *model, uint32_t offset, uint32_t value)
{
	*model_word(model, offset) = value;
}

uint32_t model_register(struct model *model, uint32_t offset)
{
	return *model_word(model, offset);
}

unsigned int model_guest_errors(struct model *model)
{
	return model->guest_errors;
}

void model_last_transmit(struct model *model, uint64_t *where, uint32_t *length)
{
	*where = model->last_address;
	*length = model->last_length;
}
