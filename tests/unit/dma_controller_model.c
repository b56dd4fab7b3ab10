/* SPDX-License-Identifier: MIT */
/*
 * dma_controller_model.c - see dma_controller_model.h
 */
#include "dma_controller_model.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* Which channel a page port belongs to, by port - 0x81; -1: none. */
static const int page_channel[] = {2, 3, 1, -1, -1, -1, 0, -1, 6, 7, 5};

static struct model_channel *page_register(struct dma_controller_model *model, uint16_t port)
{
	g_assert_cmphex(port, >=, 0x81);
	g_assert_cmphex(port, <, 0x81 + G_N_ELEMENTS(page_channel));
	g_assert_cmpint(page_channel[port - 0x81], >=, 0);
	return &model->channel[page_channel[port - 0x81]];
}

/* Controller, and register within it; false for a page register. */
static bool decode(uint16_t port, unsigned int *controller, unsigned int *index)
{
	if (port < 0x10) {
		*controller = 0;
		*index = port;
		return true;
	}
	if (port >= 0xc0 && port < 0xe0) {
		g_assert_cmpuint(port % 2, ==, 0);
		*controller = 1;
		*index = (port - 0xc0u) / 2;
		return true;
	}
	return false;
}

static void set_half(uint16_t *value, bool high, uint8_t byte)
{
	*value = (uint16_t)(high ? (*value & 0x00ff) | byte << 8 : (*value & 0xff00) | byte);
}

static void write_pair(struct dma_controller_model *model, unsigned int controller,
		       unsigned int index, uint8_t byte)
{
	struct model_channel *channel = &model->channel[4 * controller + index / 2];
	bool high = model->flip_flop[controller];

	model->flip_flop[controller] = !high;
	g_assert_true(channel->masked);
	set_half(index & 1 ? &channel->base_count : &channel->base_address, high, byte);
	channel->count = channel->base_count;
	channel->address = channel->base_address;
}

static int model_write(void *context, uint16_t port, uint32_t value, unsigned int width)
{
	struct dma_controller_model *model = context;
	unsigned int controller, index;
	uint8_t byte = (uint8_t)value;

	g_assert_cmpuint(width, ==, 1);
	g_assert_cmphex(value >> 8, ==, 0);
	model->writes++;
	if (port == model->fail_port)
		return -EIO;
	if (!decode(port, &controller, &index)) {
		page_register(model, port)->page = byte;
		return 0;
	}
	if (index < 8)
		write_pair(model, controller, index, byte);
	else if (index == 10)
		model->channel[4 * controller + (byte & 3)].masked = byte & 4;
	else if (index == 11)
		model->channel[4 * controller + (byte & 3)].mode = byte;
	else if (index == 12)
		model->flip_flop[controller] = false;
	else
		g_error("write of 0x%02x to port 0x%02x", byte, port);
	return 0;
}

/* One unit; the memory it goes to.  Return: false when the channel has stopped. */
static unsigned char *step(struct dma_controller_model *model, unsigned int number)
{
	struct model_channel *channel = &model->channel[number];
	uint32_t unit = number > 3 ? 2 : 1;
	uint32_t physical = number > 3
				    ? (uint32_t)(channel->page & 0xfe) << 16 | channel->address * 2u
				    : (uint32_t)channel->page << 16 | channel->address;

	if (channel->masked)
		return NULL;
	g_assert_cmphex(physical, >=, MODEL_LOW_ADDRESS);
	g_assert_cmphex(physical + unit, <=, MODEL_LOW_ADDRESS + MODEL_LOW_LENGTH);
	channel->address++;
	if (channel->count-- == 0) {
		channel->terminal = true;
		if (channel->mode & 0x10) {
			channel->address = channel->base_address;
			channel->count = channel->base_count;
		} else {
			channel->masked = true;
		}
	}
	return model->memory + (physical - MODEL_LOW_ADDRESS);
}

static int model_read(void *context, uint16_t port, uint32_t *value, unsigned int width)
{
	struct dma_controller_model *model = context;
	unsigned int controller, index;
	struct model_channel *channel;
	bool high;

	g_assert_cmpuint(width, ==, 1);
	g_assert_true(decode(port, &controller, &index) && index < 8);
	channel = &model->channel[4 * controller + index / 2];
	high = model->flip_flop[controller];
	model->flip_flop[controller] = !high;
	*value = index & 1 ? channel->count : channel->address;
	*value = high ? *value >> 8 : *value & 0xff;
	for (unsigned int i = 0; i < model->steps_per_read && !high; i++)
		step(model, 4 * controller + index / 2);
	return 0;
}

void model_attach(struct dma_controller_model *model, struct platform *platform)
{
	const struct fake_ports ports = {model_read, model_write, model};

	memset(model, 0, sizeof(*model));
	model->fail_port = MODEL_NO_PORT;
	for (unsigned int i = 0; i < 8; i++)
		model->channel[i].masked = true;
	/* Somebody has left the flip-flops in the middle of a word. */
	model->flip_flop[0] = true;
	model->flip_flop[1] = true;
	model->memory = fake_set_low_memory(platform, MODEL_LOW_ADDRESS, MODEL_LOW_LENGTH);
	fake_set_ports(platform, &ports);
}

size_t model_transfer(struct dma_controller_model *model, unsigned int channel, void *bytes,
		      size_t length, bool device_reads)
{
	size_t unit = channel > 3 ? 2 : 1;
	size_t moved = 0;

	g_assert_cmphex(model->channel[channel].mode & 0x0c, ==, device_reads ? 0x08 : 0x04);
	while (moved + unit <= length) {
		unsigned char *memory = step(model, channel);

		if (!memory)
			break;
		if (device_reads)
			memcpy((char *)bytes + moved, memory, unit);
		else
			memcpy(memory, (char *)bytes + moved, unit);
		moved += unit;
	}
	return moved;
}
