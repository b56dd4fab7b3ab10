/* SPDX-License-Identifier: MIT */
/*
 * hal_driver.h - what a driver that uses the HAL does, for tests of the checking mode
 *
 * Reports name driver_ask() and driver_map() as the places that made objects.
 */
#ifndef HAL_DRIVER_H
#define HAL_DRIVER_H

#include "hal_fixture.h"

/**
 * struct driver - one adapter object, and what the last AdapterControl or list routine got
 * @action: what AdapterControl returns.
 * @leave_at: IRQL at which it does, if above DISPATCH_LEVEL.
 */
struct driver {
	struct hal_fixture *f;
	PDMA_ADAPTER adapter;
	ULONG granted;
	int action;
	PVOID base;
	PSCATTER_GATHER_LIST list;
	KIRQL leave_at;
};

#define DRIVER_REGISTERS 8u

/** driver_set_up() - hal_set_up() with a policy, in checking mode, with the system DMA controller.
 */
void driver_set_up(struct hal_fixture *f, gconstpointer policy);

/** driver_get() - IoGetDmaAdapter of a bus master. */
void driver_get(struct driver *d, struct hal_fixture *f, bool scatter_gather);

/** driver_ask() - IoAllocateAdapterChannel, which fails when too much is asked for. */
void driver_ask(struct driver *d, ULONG registers);

/** driver_map() - IoMapTransfer from the start of @mdl.  Return: the logical address. */
uint64_t driver_map(struct driver *d, PMDL mdl, ULONG length, BOOLEAN to_device);

/** driver_flush() - IoFlushAdapterBuffers from the start of @mdl. */
void driver_flush(struct driver *d, PMDL mdl, ULONG length, BOOLEAN to_device);

/** driver_free_registers() - IoFreeMapRegisters. */
void driver_free_registers(struct driver *d, ULONG registers);

/** driver_free_channel() - IoFreeAdapterChannel. */
void driver_free_channel(struct driver *d);

/** driver_get_list(), driver_put_list() - GetScatterGatherList for the device to read,
 * PutScatterGatherList. */
NTSTATUS driver_get_list(struct driver *d, PMDL mdl, PVOID va, ULONG length);
void driver_put_list(struct driver *d, BOOLEAN to_device);

/** driver_put() - PutDmaAdapter. */
void driver_put(struct driver *d);

/** driver_slave() - the description of a slave device. */
DEVICE_DESCRIPTION driver_slave(ULONG channel);

/** driver_count_of() - violations with this number. */
uint64_t driver_count_of(struct hal_fixture *f, unsigned int code);

/** driver_records() - objects of which the checking mode has a record. */
uint64_t driver_records(struct hal_fixture *f);

#endif /* HAL_DRIVER_H */
