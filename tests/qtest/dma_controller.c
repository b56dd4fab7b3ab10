/* SPDX-License-Identifier: MIT */
/*
 * dma_controller.c - the two 8237 DMA controllers of a PC
 */
#include "dma_controller.h"

/* Register numbers of one controller; those of the second are two ports apart. */
enum {
	REGISTER_STATUS = 8,
	REGISTER_SINGLE_MASK = 10,
	REGISTER_MODE = 11,
	REGISTER_CLEAR_FLIP_FLOP = 12,
};

#define SECOND_CONTROLLER 0xc0
#define MASK_BIT	  0x04

static uint16_t port(unsigned int channel, unsigned int number)
{
	return (uint16_t)(channel < 4 ? number : SECOND_CONTROLLER + 2 * number);
}

static uint16_t address_port(unsigned int channel)
{
	return port(channel, 2 * (channel & 3));
}

static uint16_t count_port(unsigned int channel)
{
	return port(channel, 2 * (channel & 3) + 1);
}

static uint16_t page_port(unsigned int channel)
{
	static const uint16_t pages[8] = {0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89, 0x8a};

	return pages[channel];
}

static void clear_flip_flop(struct qtest *qemu, unsigned int channel)
{
	qtest_out(qemu, port(channel, REGISTER_CLEAR_FLIP_FLOP), 1, 0);
}

static void write_word(struct qtest *qemu, uint16_t to, uint32_t value)
{
	qtest_out(qemu, to, 1, value & 0xff);
	qtest_out(qemu, to, 1, value >> 8 & 0xff);
}

unsigned int dma_unit(unsigned int channel)
{
	return channel < 4 ? 1 : 2;
}

void dma_mask(struct qtest *qemu, unsigned int channel)
{
	qtest_out(qemu, port(channel, REGISTER_SINGLE_MASK), 1, MASK_BIT | (channel & 3));
}

void dma_unmask(struct qtest *qemu, unsigned int channel)
{
	qtest_out(qemu, port(channel, REGISTER_SINGLE_MASK), 1, channel & 3);
}

void dma_program(struct qtest *qemu, unsigned int channel, uint32_t address, uint32_t bytes,
		 uint8_t mode)
{
	uint32_t unit = dma_unit(channel);
	uint32_t count = (bytes + unit - 1) / unit;

	g_assert_cmpuint(channel, <, 8);
	g_assert_cmphex(address, <, 1u << 24);
	g_assert_cmpuint(address % unit, ==, 0);
	g_assert_cmpuint(count, >=, 1);
	g_assert_cmpuint(count, <=, 65536);
	dma_mask(qemu, channel);
	clear_flip_flop(qemu, channel);
	qtest_out(qemu, port(channel, REGISTER_MODE), 1, mode | (channel & 3));
	write_word(qemu, address_port(channel), address / unit);
	qtest_out(qemu, page_port(channel), 1, address >> 16 & (unit == 2 ? 0xfe : 0xff));
	write_word(qemu, count_port(channel), count - 1);
}

void dma_start(struct qtest *qemu, unsigned int channel, uint32_t address, uint32_t bytes,
	       uint8_t mode)
{
	dma_program(qemu, channel, address, bytes, mode);
	dma_unmask(qemu, channel);
}

uint32_t dma_residual(struct qtest *qemu, unsigned int channel)
{
	uint32_t count;

	clear_flip_flop(qemu, channel);
	count = qtest_in(qemu, count_port(channel), 1);
	count |= qtest_in(qemu, count_port(channel), 1) << 8;
	return ((count + 1) & 0xffff) * dma_unit(channel);
}

bool dma_requested(struct qtest *qemu, unsigned int channel)
{
	return qtest_in(qemu, port(channel, REGISTER_STATUS), 1) >> (4 + (channel & 3)) & 1;
}
