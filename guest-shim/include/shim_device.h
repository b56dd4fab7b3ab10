/* SPDX-License-Identifier: MIT */
/*
 * shim_device.h - device objects for drivers that use the HAL's DMA functions
 *
 * A host program (a test, a loader) plays the I/O manager: it makes a device object for a
 * platform and gives it to the driver, which calls IoGetDmaAdapter or HalGetAdapter.
 * NDIS miniports need none of this: an adapter has a device object of its own, which
 * NdisMGetDeviceProperty tells.  All functions belong to the thread that is the
 * simulated processor and are called at PASSIVE_LEVEL.  0 on success, -errno on failure.
 */
#ifndef SHIM_DEVICE_H
#define SHIM_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "dma/dma.h"
#include "include/shim_verify.h"
#include "platform/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

struct shim_device;

/**
 * struct shim_device_options - of a platform; given with its first device
 * @dma: policy, fragment, copybreak.
 * @bus_number: DEVICE_DESCRIPTION.BusNumber under which HalGetAdapter finds the platform.
 * @isa: the bus is ISA, not PCI: what InterfaceTypeUndefined stands for.
 * @map_registers: of each bus master's adapter object in all; 0: four times what one transfer of
 *	MaximumLength needs, but 64 to 1024 (24-bit devices: 128 at most).
 * @verify: the checking mode; anything but SHIM_VERIFY_OFF sets dma.guard, too.
 */
struct shim_device_options {
	struct dma_options dma;
	unsigned int bus_number;
	bool isa;
	unsigned int map_registers;
	enum shim_verify verify;
};

/**
 * struct shim_device_statistics - of a platform
 * @violations: calls that broke a documented rule; each is logged.
 * @last_code: DMA verification code of the last of them, -1 when it has none.
 * @adapters: adapter objects that exist.
 * @waiting: requests that wait for an adapter or map registers.
 * @dma: sums over the adapter objects that exist.
 * @verify: what the checking mode counted.
 */
struct shim_device_statistics {
	uint64_t violations;
	int last_code;
	unsigned int adapters;
	unsigned int waiting;
	struct dma_statistics dma;
	struct shim_verify_statistics verify;
};

/**
 * shim_device_create() - a device object
 * @platform: stays the caller's and must outlive the device.  Several devices of one platform
 *	share its adapter objects and logical addresses.
 * @options: copied; NULL for all but the first device of a platform.
 *
 * Return: 0; -EINVAL options that are missing, superfluous or out of range, or a bus
 * number that another platform has; -ENOMEM.
 */
int shim_device_create(struct platform *platform, const struct shim_device_options *options,
		       struct shim_device **device);

/** shim_device_object() - the PDEVICE_OBJECT for the driver. */
void *shim_device_object(struct shim_device *device);

/**
 * shim_device_destroy() - the driver is done with the device
 *
 * Requests of the device that wait are dropped.  With the last device of a platform its adapter
 * objects go, too.  Return: things the driver left behind, each logged and cleaned up.
 */
unsigned int shim_device_destroy(struct shim_device *device);

/**
 * shim_device_fault() - tell the checking mode of an access that the IOMMU refused
 * @fault: of platform_next_fault().
 *
 * As shim_adapter_fault(): the report says whose address it was.  Nothing happens when the mode is
 * off.
 */
void shim_device_fault(struct shim_device *device, const struct platform_fault *fault);

/** shim_device_statistics() - of the platform of a device. */
void shim_device_statistics(struct shim_device *device, struct shim_device_statistics *statistics);

#ifdef __cplusplus
}
#endif

#endif /* SHIM_DEVICE_H */
