/* SPDX-License-Identifier: MIT */
#include "sgnic_model.h"

#include <string.h>

#define WORDS		(SGNIC_REGISTER_BAR_SIZE / 4)
#define DEFINED_CAUSES	0x00070101u
#define GONE		0xffffffffu

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
	uint32_t words[WORDS];
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

static uint32_t *word(struct model *model, uint32_t offset)
{
	return &model->words[offset / 4];
}

static uint64_t address(struct model *model, uint32_t offset)
{
	return *word(model, offset) | (uint64_t)*word(model, offset + 4) << 32;
}

static void raise_causes(struct model *model, uint32_t causes)
{
	bool was_active = model->pending & model->mask;

	model->pending |= causes;
	if (!was_active && model->pending & model->mask)
		fake_raise_interrupt(model->platform);
}

static void report(struct model *model, uint32_t code, uint32_t queue, uint64_t where,
		   uint32_t value)
{
	*word(model, SGNIC_ERROR_CODE) = code;
	*word(model, SGNIC_ERROR_QUEUE) = queue;
	*word(model, SGNIC_ERROR_ADDRESS_LOW) = (uint32_t)where;
	*word(model, SGNIC_ERROR_ADDRESS_HIGH) = (uint32_t)(where >> 32);
	*word(model, SGNIC_ERROR_VALUE) = value;
	raise_causes(model, SGNIC_CAUSE_ERROR);
}

static void guest_error(struct model *model, uint32_t code, uint32_t offset, uint32_t value)
{
	model->guest_errors++;
	model->statistics[SGNIC_STAT_GUEST_ERRORS]++;
	report(model, code, SGNIC_ERROR_QUEUE_NONE, offset, value);
}

/* Section 9.1. Identity, limits, permanent address and link stay. */
static void reset(struct model *model)
{
	uint32_t link = *word(model, SGNIC_STATUS) & SGNIC_STATUS_LINK_UP;

	memset(word(model, SGNIC_STATUS), 0, SGNIC_REGISTER_BAR_SIZE - SGNIC_STATUS);
	*word(model, SGNIC_STATUS) = link;
	*word(model, SGNIC_DMA_WIDTH) = 64;
	*word(model, SGNIC_PERMANENT_LOW) = 0x12005452;
	*word(model, SGNIC_PERMANENT_HIGH) = 0x5634;
	*word(model, SGNIC_STATION_LOW) = 0x12005452;
	*word(model, SGNIC_STATION_HIGH) = 0x5634;
	*word(model, SGNIC_ERROR_QUEUE) = SGNIC_ERROR_QUEUE_NONE;
	memset(model->statistics, 0, sizeof(model->statistics));
	model->pending = 0;
	model->mask = 0;
	model->transmit.kicked = false;
}

/* ---- memory of the queues ------------------------------------------------------------------ */

static bool within_width(struct model *model, uint64_t where, uint64_t length)
{
	uint32_t width = *word(model, SGNIC_DMA_WIDTH);

	return width == 64 || (where < 1ull << width && length <= (1ull << width) - where);
}

static void record_read(struct model *model, struct model_queue *queue, size_t field,
			uint32_t *value)
{
	logical_t where = {address(model, queue->base + SGNIC_QUEUE_RECORD_LOW) + field};

	g_assert_cmpint(fake_device_read(model->platform, where, value, sizeof(*value)), ==, 0);
}

static void record_kick_event(struct model *model, struct model_queue *queue, uint32_t value)
{
	logical_t where = {address(model, queue->base + SGNIC_QUEUE_RECORD_LOW) +
			   offsetof(struct sgnic_record, kick_event)};

	g_assert_cmpint(fake_device_write(model->platform, where, &value, sizeof(value)), ==, 0);
}

static struct sgnic_descriptor descriptor(struct model *model, struct model_queue *queue,
					  uint32_t index)
{
	uint32_t size = *word(model, queue->base + SGNIC_QUEUE_RING_SIZE);
	logical_t where = {address(model, queue->base + SGNIC_QUEUE_DESCRIPTORS_LOW) +
			   (index & (size - 1)) * sizeof(struct sgnic_descriptor)};
	struct sgnic_descriptor read;

	g_assert_cmpint(fake_device_read(model->platform, where, &read, sizeof(read)), ==, 0);
	return read;
}

static void complete(struct model *model, struct model_queue *queue,
		     struct sgnic_completion completion)
{
	uint32_t size = *word(model, queue->base + SGNIC_QUEUE_RING_SIZE);
	uint32_t number = queue->completed;
	logical_t where = {address(model, queue->base + SGNIC_QUEUE_COMPLETIONS_LOW) +
			   (uint64_t)(number & (size - 1)) * queue->completion_size};
	uint32_t event;

	completion.flags = (uint16_t)((number / size) & 1 ? 0 : SGNIC_COMPLETION_PHASE);
	if (queue->hook)
		queue->hook(&completion);
	queue->hook = NULL;
	g_assert_cmpint(fake_device_write(model->platform, where, &completion,
					  sizeof(completion)), ==, 0);
	queue->completed++;
	record_read(model, queue, offsetof(struct sgnic_record, interrupt_event), &event);
	if (event == number)
		raise_causes(model, queue->cause);
}

static bool is_running(struct model *model, struct model_queue *queue)
{
	return *word(model, queue->base + SGNIC_QUEUE_STATE) == SGNIC_QUEUE_RUNNING;
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
		report(model, SGNIC_ERROR_DMA_READ, 0, element->address, element->length);
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
	    !(*word(model, SGNIC_STATUS) & SGNIC_STATUS_LINK_UP))
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

static void transmit(struct model *model)
{
	struct model_queue *queue = &model->transmit;
	uint32_t producer;

	if (model->held || !queue->kicked || !is_running(model, queue))
		return;
	queue->kicked = false;
	do {
		record_read(model, queue, offsetof(struct sgnic_record, producer), &producer);
		g_assert_cmpuint(producer - queue->consumed, <=,
				 *word(model, queue->base + SGNIC_QUEUE_RING_SIZE));
	} while (producer != queue->consumed && send_one(model, producer));
	record_kick_event(model, queue, producer);
}

void model_hold(struct model *model, bool hold)
{
	model->held = hold;
	transmit(model);
}

/* ---- receive (section 6) ------------------------------------------------------------------- */

bool model_receive(struct model *model, const void *frame, size_t length)
{
	struct model_queue *queue = &model->receive;
	struct sgnic_completion completion = {0};
	struct sgnic_descriptor buffer;
	logical_t where;
	uint32_t producer;

	if (!is_running(model, queue))
		return false;
	record_read(model, queue, offsetof(struct sgnic_record, producer), &producer);
	if (producer == queue->consumed) {
		record_kick_event(model, queue, producer);
		return false;
	}
	buffer = descriptor(model, queue, queue->consumed);
	g_assert_cmpuint(buffer.length, >=, length);
	g_assert_true(within_width(model, buffer.address, buffer.length));
	where.value = buffer.address;
	if (fake_device_write(model->platform, where, frame, length) != 0) {
		completion.status = SGNIC_STATUS_DMA_ERROR;
		report(model, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_RX, buffer.address,
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

/* ---- registers ----------------------------------------------------------------------------- */

static void doorbell(struct model *model, struct model_queue *queue, uint32_t offset)
{
	if (!is_running(model, queue)) {
		guest_error(model, SGNIC_ERROR_DOORBELL, offset, 0);
		return;
	}
	if (queue->is_broken) {
		queue->is_broken = false;
		*word(model, queue->base + SGNIC_QUEUE_STATE) = SGNIC_QUEUE_ERROR;
		*word(model, SGNIC_STATUS) |= SGNIC_STATUS_QUEUE_ERROR;
		report(model, SGNIC_ERROR_DMA_READ, 0, offset, 0);
		return;
	}
	queue->kicked = true;
	if (queue == &model->transmit)
		transmit(model);
}

static void control(struct model *model, struct model_queue *queue, uint32_t value)
{
	uint32_t *state = word(model, queue->base + SGNIC_QUEUE_STATE);
	uint32_t size = *word(model, queue->base + SGNIC_QUEUE_RING_SIZE);

	if (!value) {
		*state = SGNIC_QUEUE_DISABLED;
		*word(model, SGNIC_STATUS) &= ~SGNIC_STATUS_QUEUE_ERROR;
		return;
	}
	if (*state != SGNIC_QUEUE_DISABLED || size == 0 || model->refuses_enable) {
		guest_error(model, SGNIC_ERROR_BAD_VALUE, queue->base, value);
		return;
	}
	*state = SGNIC_QUEUE_RUNNING;
	queue->consumed = 0;
	queue->completed = 0;
	queue->kicked = false;
	record_kick_event(model, queue, 0);
}

static void write_queue(struct model *model, struct model_queue *queue, uint32_t offset,
			uint32_t value)
{
	uint32_t within = offset - queue->base;

	if (within == SGNIC_QUEUE_CONTROL)
		control(model, queue, value);
	else if (is_running(model, queue))
		guest_error(model, SGNIC_ERROR_BUSY, offset, value);
	else if (within == SGNIC_QUEUE_RING_SIZE &&
		 (value & (value - 1) || value < SGNIC_RING_MIN || value > SGNIC_RING_MAX))
		guest_error(model, SGNIC_ERROR_BAD_VALUE, offset, value);
	else if (within >= SGNIC_QUEUE_DESCRIPTORS_LOW && !(within & 4) &&
		 value % SGNIC_RING_ALIGNMENT)
		guest_error(model, SGNIC_ERROR_BAD_VALUE, offset, value);
	else if (within > SGNIC_QUEUE_RECORD_HIGH)
		guest_error(model, SGNIC_ERROR_REGISTER, offset, value);
	else
		*word(model, offset) = value;
}

static bool is_plain(uint32_t offset)
{
	return offset == SGNIC_DMA_WIDTH || offset == SGNIC_STATION_LOW ||
	       offset == SGNIC_STATION_HIGH || offset == SGNIC_RECEIVE_FILTER ||
	       offset == SGNIC_MULTICAST_COUNT || offset == SGNIC_ERROR_CODE ||
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
		raise_causes(model, value);
	else if (offset == SGNIC_TX_DOORBELL(0))
		doorbell(model, &model->transmit, offset);
	else if (offset == SGNIC_RX_DOORBELL(0))
		doorbell(model, &model->receive, offset);
	else if (offset >= SGNIC_TX_QUEUE(0) && offset < SGNIC_TX_QUEUE(1))
		write_queue(model, &model->transmit, offset, value);
	else if (offset >= SGNIC_RX_QUEUE(0) && offset < SGNIC_RX_QUEUE(1))
		write_queue(model, &model->receive, offset, value);
	else if (is_plain(offset))
		*word(model, offset) = value;
	else
		guest_error(model, SGNIC_ERROR_REGISTER, offset, value);
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
	default:
		return *word(model, offset);
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
	model->transmit = (struct model_queue){
		.base = SGNIC_TX_QUEUE(0), .cause = SGNIC_CAUSE_TX(0),
		.completion_size = sizeof(struct sgnic_completion)};
	model->receive = (struct model_queue){
		.base = SGNIC_RX_QUEUE(0), .cause = SGNIC_CAUSE_RX(0),
		.completion_size = sizeof(struct sgnic_rx_completion)};
	*word(model, SGNIC_ID) = SGNIC_ID_VALUE;
	*word(model, SGNIC_VERSION) = SGNIC_VERSION_VALUE;
	*word(model, SGNIC_LIMIT_QUEUES) = 0x00030101;
	*word(model, SGNIC_LIMIT_RING) = 0x00400c04;
	*word(model, SGNIC_LIMIT_FRAME) = SGNIC_MAX_FRAME;
	*word(model, SGNIC_STATUS) = SGNIC_STATUS_LINK_UP;
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
	*word(model, SGNIC_STATUS) &= ~SGNIC_STATUS_LINK_UP;
	*word(model, SGNIC_STATUS) |= up ? SGNIC_STATUS_LINK_UP : 0;
	raise_causes(model, SGNIC_CAUSE_LINK);
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
	*word(model, offset) = value;
}

uint32_t model_register(struct model *model, uint32_t offset)
{
	return *word(model, offset);
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
