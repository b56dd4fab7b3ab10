/* SPDX-License-Identifier: MIT */
/*
 * dma_controller.h - the registers of the 8237 pair
 *
 * Source: ndis-hal-dma.md section 7.6.  Every function returns 0 or an error of
 * platform_port_read() or platform_port_write().
 */
#ifndef HAL_DMA_CONTROLLER_H
#define HAL_DMA_CONTROLLER_H

#include <stdbool.h>

#include "platform/platform.h"

/* Bits of the mode register; the two lowest hold the channel. */
#define DMA_CONTROLLER_TO_MEMORY       0x04u /* "write transfer" */
#define DMA_CONTROLLER_FROM_MEMORY     0x08u /* "read transfer" */
#define DMA_CONTROLLER_AUTO_INITIALIZE 0x10u
#define DMA_CONTROLLER_DEMAND	       0x00u
#define DMA_CONTROLLER_SINGLE	       0x40u
#define DMA_CONTROLLER_CASCADE	       0xc0u

/** dma_controller_mask() - stop (true) or let run (false) a channel. */
int dma_controller_mask(struct platform *platform, unsigned int channel, bool masked);

/** dma_controller_mode() - @mode without the channel. */
int dma_controller_mode(struct platform *platform, unsigned int channel, unsigned int mode);

/** dma_controller_load() - address and length of a masked channel; both even on channels 5-7. */
int dma_controller_load(struct platform *platform, unsigned int channel, uint32_t physical,
			uint32_t length);

/** dma_controller_remaining() - bytes left, read until the counter stands still. */
int dma_controller_remaining(struct platform *platform, unsigned int channel, uint32_t *remaining);

#endif /* HAL_DMA_CONTROLLER_H */
