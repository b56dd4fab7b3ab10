/* SPDX-License-Identifier: MIT */
/*
 * description.h - what a DEVICE_DESCRIPTION asks for, between the files of hal/
 */
#ifndef HAL_DESCRIPTION_H
#define HAL_DESCRIPTION_H

#include "hal/hal.h"
#include "hal/system_dma.h"

/** hal_description_is_valid() - Return: false after a report in the name of @call. */
bool hal_description_is_valid(const DEVICE_DESCRIPTION *description, const char *call);

/** hal_description_bits() - width of the addresses of a bus master: 24, 32 or 64. */
unsigned int hal_description_bits(const DEVICE_DESCRIPTION *description);

/** hal_description_registers() - map registers that a transfer of MaximumLength needs. */
uint32_t hal_description_registers(const DEVICE_DESCRIPTION *description);

/** hal_registers_in_all() - map registers of an adapter object of which one transfer needs @needed.
 */
unsigned int hal_registers_in_all(const struct hal_bus *bus, unsigned int bits, uint32_t needed);

/** hal_description_channel() - how the system DMA channel is to be used. */
void hal_description_channel(const DEVICE_DESCRIPTION *description, struct system_dma_setup *setup);

/** hal_is_isa() - the system DMA controller is on this bus. */
bool hal_is_isa(INTERFACE_TYPE type);

#endif /* HAL_DESCRIPTION_H */
