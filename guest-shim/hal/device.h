/* SPDX-License-Identifier: MIT */
/*
 * device.h - the device object of an adapter of ndis/
 *
 * Every adapter has one, so that a miniport may use the HAL's DMA functions next to those of NDIS:
 * both share the logical addresses, the checking mode and the platform.  PASSIVE, 0 or -errno.
 */
#ifndef HAL_DEVICE_H
#define HAL_DEVICE_H

#include "include/shim_device.h"
#include "verifier/verifier.h"

/**
 * hal_device_create() - shim_device_create() for an adapter
 * @options: bus_number is chosen here: the lowest that is free.
 * @driver: name of the driver for reports; lives as long as the device.
 *
 * Return: 0; -EBUSY the platform has device objects already; otherwise as shim_device_create().
 * shim_device_destroy() undoes it.
 */
int hal_device_create(struct platform *platform, const struct shim_device_options *options,
		      const char *driver, struct shim_device **device);

/** hal_device_verifier() - of the platform; NULL: the checking mode is off.  Lives as long as the
 * device. */
struct verifier *hal_device_verifier(const struct shim_device *device);

/** hal_device_dma() - a DMA state of the width, whose logical addresses no adapter object has. */
int hal_device_dma(struct shim_device *device, unsigned int address_bits, struct dma_adapter **dma);

/**
 * hal_device_discard() - report, in the name of @call, and free what the driver left behind
 *
 * Return: how much that was.
 */
unsigned int hal_device_discard(struct shim_device *device, const char *call);

#endif /* HAL_DEVICE_H */
