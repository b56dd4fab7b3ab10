/* SPDX-License-Identifier: MIT */
/* The model's queues: descriptors, completions, transmit and receive. */
#include "sgnic_model_private.h"

static bool within_width(struct model *model, uint64_t where, uint64_t length)
{
	uint32_t width = *model_word(model, SGNIC_DMA_WIDTH);

	return width == 64 || (where < 1ull << width && length <= (1ull << width) - where);
}

static void record_read(struct model *model, struct model_queue *queue, size_t field,
			uint32_t *value)
{
	logical_t where = {model_address(model, queue->base + SGNIC_QUEUE_RECORD_LOW) + field};

	g_assert_cmpint(fake_device_read(model->platform, where, value, sizeof(*value)), ==, 0);
}

void model_kick_event(struct model *model, struct model_queue *queue, uint32_t value)
{
	logical_t where = {model_address(model, queue->base + SGNIC_QUEUE_RECORD_LOW) +
			   offsetof(struct sgnic_record, kick_event)};

	g_assert_cmpint(fake_device_write(model->platform, where, &value, sizeof(value)), ==, 0);
}

static struct sgnic_descriptor descriptor(struct model *model, struct model_queue *queue,
					  uint32_t index)
{
	uint32_t size = *model_word(model, queue->base + SGNIC_QUEUE_RING_SIZE);
	logical_t where = {model_address(model, queue->base + SGNIC_QUEUE_DESCRIPTORS_LOW) +
			   (index & (size - 1)) * sizeof(struct sgnic_descriptor)};
	struct sgnic_descriptor read;

	g_assert_cmpint(fake_device_read(model->platform, where, &read, sizeof(read)), ==, 0);
	return read;
}

static void complete(struct model *model, struct model_queue *queue,
		     struct sgnic_completion completion)
{
	uint32_t size = *model_word(model, queue->base + SGNIC_QUEUE_RING_SIZE);
	uint32_t number = queue->completed;
	logical_t where = {model_address(model, queue->base + SGNIC_QUEUE_COMPLETIONS_LOW) +
			   (uint64_t)(number & (size - 1)) * queue->completion_size};
	uint32_t event;

	completion.flags = (uint16_t)((number / size) & 1 ? 0 : SGNIC_COMPLETION_PHASE);
	if (queue->hook)
		queue->hook(&completion);
	queue->hook = NULL;
	g_assert_cmpint(fake_device_write(model->platform, where, &completion, sizeof(completion)),
			==, 0);
	queue->completed++;
	record_read(model, queue, offsetof(struct sgnic_record, interrupt_event), &event);
	if (event == number)
		model_raise(model, queue->cause);
}

bool model_is_running(struct model *model, struct model_queue *queue)
{
	return *model_word(model, queue->base + SGNIC_QUEUE_STATE) == SGNIC_QUEUE_RUNNING;
}

/* ---- transmit (section 5) ------------------------------------------------------------------ */

static uint8_t gather(struct model *model, const struct sgnic_descriptor *element, uint8_t *frame,
		      uint32_t *length)
{
	logical_t where = {element->address};

	if (element->length == 0 || element->length > SGNIC_MAX_BUFFER_LENGTH)
		return SGNIC_STATUS_BAD_LENGTH;
	if (!within_width(model, element->address, element->length))
		return SGNIC_STATUS_DMA_WIDTH;
	if (*length + element->length > SGNIC_MAX_FRAME)
		return SGNIC_STATUS_FRAME_TOO_LONG;
	if (fake_device_read(model->platform, where, frame + *length, element->length) != 0) {
		model->statistics[SGNIC_STAT_DMA_ERRORS]++;
		model_report(model, SGNIC_ERROR_DMA_READ, 0, element->address, element->length);
		return SGNIC_STATUS_DMA_ERROR;
	}
	*length += element->length;
	return SGNIC_STATUS_OK;
}

static bool send_one(struct model *model, uint32_t producer)
{
	struct model_queue *queue = &model->transmit;
	struct sgnic_completion completion = {0};
	struct sgnic_descriptor element = {0};
	uint8_t frame[SGNIC_MAX_FRAME];
	uint32_t index = queue->consumed;
	uint32_t length = 0;

	while (index != producer && !(element.flags & SGNIC_DESCRIPTOR_END)) {
		uint8_t status;

		element = descriptor(model, queue, index++);
		if (completion.count == 0) {
			model->last_address = element.address;
			model->last_length = element.length;
		}
		completion.count++;
		if (completion.status != SGNIC_STATUS_OK)
			continue;
		status = gather(model, &element, frame, &length);
		if (status != SGNIC_STATUS_OK)
			completion.element = (uint8_t)(completion.count - 1);
		completion.status = status;
	}
	if (!(element.flags & SGNIC_DESCRIPTOR_END))
		return false;
	if (completion.status == SGNIC_STATUS_OK && length < SGNIC_MIN_FRAME)
		completion.status = SGNIC_STATUS_FRAME_TOO_SHORT;
	if (completion.status == SGNIC_STATUS_OK &&
	    !(*model_word(model, SGNIC_STATUS) & SGNIC_STATUS_LINK_UP))
		completion.status = SGNIC_STATUS_LINK_DOWN;
	if (completion.status == SGNIC_STATUS_OK) {
		g_queue_push_tail(&model->sent, g_bytes_new(frame, length));
		model->statistics[SGNIC_STAT_TX_FRAMES]++;
		model->statistics[SGNIC_STAT_TX_BYTES] += length;
		completion.length = length;
	} else {
		model->statistics[SGNIC_STAT_TX_ERRORS]++;
	}
	queue->consumed = index;
	completion.next = index;
	completion.tag = element.tag;
	complete(model, queue, completion);
	return true;
}

void model_transmit(struct model *model)
{
	struct model_queue *queue = &model->transmit;
	uint32_t producer;

	if (model->held || !queue->kicked || !model_is_running(model, queue))
		return;
	queue->kicked = false;
	do {
		record_read(model, queue, offsetof(struct sgnic_record, producer), &producer);
		g_assert_cmpuint(producer - queue->consumed, <=,
				 *model_word(model, queue->base + SGNIC_QUEUE_RING_SIZE));
	} while (producer != queue->consumed && send_one(model, producer));
	model_kick_event(model, queue, producer);
}

void model_hold(struct model *model, bool hold)
{
	model->held = hold;
	model_transmit(model);
}

/* ---- receive (section 6) ------------------------------------------------------------------- */

bool model_receive(struct model *model, const void *frame, size_t length)
{
	struct model_queue *queue = &model->receive;
	struct sgnic_completion completion = {0};
	struct sgnic_descriptor buffer;
	logical_t where;
	uint32_t producer;

	if (!model_is_running(model, queue))
		return false;
	record_read(model, queue, offsetof(struct sgnic_record, producer), &producer);
	if (producer == queue->consumed) {
		model_kick_event(model, queue, producer);
		return false;
	}
	buffer = descriptor(model, queue, queue->consumed);
	g_assert_cmpuint(buffer.length, >=, length);
	g_assert_true(within_width(model, buffer.address, buffer.length));
	where.value = buffer.address;
	if (fake_device_write(model->platform, where, frame, length) != 0) {
		completion.status = SGNIC_STATUS_DMA_ERROR;
		model_report(model, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_RX, buffer.address,
			     (uint32_t)length);
	} else {
		completion.length = (uint32_t)length;
		model->statistics[SGNIC_STAT_RX_FRAMES]++;
		model->statistics[SGNIC_STAT_RX_BYTES] += length;
	}
	completion.next = ++queue->consumed;
	completion.tag = buffer.tag;
	completion.count = 1;
	complete(model, queue, completion);
	return true;
}
