/* SPDX-License-Identifier: MIT */
/*
 * dma_controller.h - the two 8237 DMA controllers of a PC
 *
 * What a HAL does for slave DMA, done by the test through the controllers' ports.  Channels
 * 0-3 move bytes; 5-7 move 16-bit words, of which address and count registers hold units.
 * Channel 4 is the cascade between the controllers.
 */
#ifndef DMA_CONTROLLER_H
#define DMA_CONTROLLER_H

#include "qtest_client.h"

/** Mode register, without the channel: direction, options, request mode. */
#define DMA_MODE_VERIFY		 0x00
#define DMA_MODE_WRITE_MEMORY	 0x04
#define DMA_MODE_READ_MEMORY	 0x08
#define DMA_MODE_AUTO_INITIALISE 0x10
#define DMA_MODE_DECREMENT	 0x20
#define DMA_MODE_DEMAND		 0x00
#define DMA_MODE_SINGLE		 0x40
#define DMA_MODE_BLOCK		 0x80
#define DMA_MODE_CASCADE	 0xc0

/** dma_unit() - bytes that the channel moves at once, 1 or 2. */
unsigned int dma_unit(unsigned int channel);

/** dma_mask(), dma_unmask() - forbid and allow the channel to transfer. */
void dma_mask(struct qtest *qemu, unsigned int channel);
void dma_unmask(struct qtest *qemu, unsigned int channel);

/**
 * dma_program() - mask the channel and write mode, address, page and count.
 * @address: physical, below 2^24, a multiple of the unit.
 * @bytes:   at least one unit; an odd number is rounded up on a 16-bit channel.
 * @mode:    DMA_MODE_* values, or'ed.
 *
 * The channel stays masked.  Nothing is checked but the ranges of the registers: a test may
 * program what a driver must not.
 */
void dma_program(struct qtest *qemu, unsigned int channel, uint32_t address, uint32_t bytes,
		 uint8_t mode);

/** dma_start() - dma_program(), then dma_unmask(). */
void dma_start(struct qtest *qemu, unsigned int channel, uint32_t address, uint32_t bytes,
	       uint8_t mode);

/** dma_residual() - bytes the channel has still to transfer; 0 after terminal count. */
uint32_t dma_residual(struct qtest *qemu, unsigned int channel);

/** dma_requested() - whether the controller sees the channel's request (DREQ). */
bool dma_requested(struct qtest *qemu, unsigned int channel);

#endif /* DMA_CONTROLLER_H */
