/* SPDX-License-Identifier: MIT */
/*
 * hal.h - between the files of hal/: buses, devices, adapter objects, map-register bases
 *
 *   hal_bus      one platform: its adapter objects and its devices
 *   shim_device  one device object
 *   hal_adapter  what a PDMA_ADAPTER or PADAPTER_OBJECT points to
 *   hal_base     what a MapRegisterBase points to: a group of map registers and what they map
 *   hal_request  somebody who waits for adapter and registers
 *
 * Pointers that come from a driver are looked up in these lists before they are followed.
 */
#ifndef HAL_HAL_H
#define HAL_HAL_H

#include <stdbool.h>

#include <wdm.h>

#include "dma/dma.h"
#include "hal/violation.h"
#include "include/shim_device.h"
#include "ke/processor.h"
#include "platform/platform.h"
#include "verifier/verifier.h"

struct hal_list;
struct hal_common_buffer;
struct system_dma;

/**
 * struct hal_mapping - one successful IoMapTransfer that is not flushed
 * @va: in the terms of the MDL; @memory: where the bytes are for this process.
 */
struct hal_mapping {
	PMDL mdl;
	uintptr_t va;
	void *memory;
	ULONG length;
	bool flushed;
};

/**
 * struct hal_base - map registers in the hands of a driver
 * @next: bases of the adapter.
 * @slot: a bus master's registers; NULL for 0 registers and on slave channels.
 * @count: registers, as asked for.
 * @kept: by DeallocateObjectKeepRegisters: IoFreeMapRegisters gives them back.
 * @ever_mapped: something was mapped at some time.
 * @to_device: direction of what is mapped.
 * @capacity, @used: elements of @mapping; @live: those not flushed.
 */
struct hal_base {
	struct hal_base *next;
	struct dma_slot *slot;
	unsigned int count;
	bool kept;
	bool ever_mapped;
	bool to_device;
	unsigned int capacity;
	unsigned int used;
	unsigned int live;
	struct hal_mapping mapping[];
};

enum hal_request_state {
	HAL_REQUEST_IDLE,
	HAL_REQUEST_WAITING,
	HAL_REQUEST_RUNNING,
};

/**
 * struct hal_request - a claim to an adapter and map registers
 * @next: the line in front of the adapter.
 * @run: what happens when both are there.  It owns @base and may free the request.
 * @call, @caller: the function that made the request, and the return address into its caller.
 * @status: while the function that made the request has not returned: where its result goes.
 */
struct hal_request {
	struct hal_request *next;
	enum hal_request_state state;
	struct hal_adapter *adapter;
	struct shim_device *device;
	PIRP irp;
	PVOID context;
	struct hal_base *base;
	PDRIVER_CONTROL control;
	void (*run)(struct hal_adapter *adapter, struct hal_request *request);
	void (*drop)(struct hal_adapter *adapter, struct hal_request *request);
	const char *call;
	const void *caller;
	NTSTATUS *status;
};

/**
 * struct shim_device
 * @object: first member: the device object is the device.
 * @request: the one request for an adapter channel that may be outstanding.
 * @channels: adapter channels that it keeps.
 */
struct shim_device {
	DEVICE_OBJECT object;
	struct shim_device *next;
	struct hal_bus *bus;
	struct hal_request request;
	unsigned int channels;
};

/**
 * struct hal_bus
 * @verifier: NULL: the checking mode is off.
 * @driver: name of the driver for reports, or NULL.
 * @dma: what the DMA state of each bus master is a sibling of; NULL before the first.
 * @adapters: also those released, so that a stale pointer is found out.
 */
struct hal_bus {
	struct hal_bus *next;
	struct platform *platform;
	struct shim_device_options options;
	struct verifier *verifier;
	const char *driver;
	struct shim_device *devices;
	struct hal_adapter *adapters;
	struct dma_adapter *dma;
	uint64_t violations;
	int last_code;
};

/**
 * struct hal_adapter
 * @public: first member: what the driver sees.
 * @references: IoGetDmaAdapter calls that yielded it; 0: released.
 * @permanent: HalGetAdapter yielded it: it goes with the bus.
 * @scatter_gather: the device takes lists of runs.
 * @granted: most registers of one request.
 * @dma, @file: of a bus master.
 * @channel: of the system DMA controller, or NULL.
 * @queue, @queue_tail: requests in order.
 * @serving: hal_serve_queue() runs.
 * @holder, @held: who kept the adapter with KeepObject, and its registers.
 */
struct hal_adapter {
	DMA_ADAPTER public;
	struct hal_adapter *next;
	struct hal_bus *bus;
	DEVICE_DESCRIPTION description;
	unsigned int references;
	bool permanent;
	bool scatter_gather;
	unsigned int granted;
	struct dma_adapter *dma;
	struct dma_register_file *file;
	struct system_dma *channel;
	struct hal_request *queue;
	struct hal_request **queue_tail;
	bool serving;
	struct ke_dpc dpc;
	struct shim_device *holder;
	struct hal_base *held;
	struct hal_base *bases;
	struct hal_list *lists;
	struct hal_common_buffer *common_buffers;
};

/* Buses of the calling thread. */
extern _Thread_local struct hal_bus *hal_buses;

/** hal_is_slave() - the system DMA controller moves the data. */
static inline bool hal_is_slave(const struct hal_adapter *adapter)
{
	return !adapter->description.Master;
}

/**
 * hal_find_adapter() - the adapter behind a driver's pointer, not released; NULL after a report.
 */
struct hal_adapter *hal_find_adapter(PDMA_ADAPTER handle, const char *call);

/** hal_find_device() - likewise for a device object of the adapter's bus. */
struct shim_device *hal_find_device(struct hal_adapter *adapter, PDEVICE_OBJECT object,
				    const char *call);

/**
 * hal_adapter_discard() - report and free everything that hangs on an adapter
 * @caller: return address into the driver, or NULL.
 *
 * Return: how much there was.
 */
unsigned int hal_adapter_discard(struct hal_adapter *adapter, const char *call, const void *caller);

/** hal_bus_dma() - DMA state for one more user of the platform's logical addresses.  Return: 0 or
 * -errno. */
int hal_bus_dma(struct hal_bus *bus, unsigned int address_bits, struct dma_adapter **dma);

/* ---- adapter_channel.c ---- */

/** hal_base_create() - a base that owns no registers yet.  Return: NULL without memory. */
struct hal_base *hal_base_create(const struct hal_adapter *adapter, unsigned int count);

/**
 * hal_base_release() - end mappings (reported with @code), give the registers back, free the base
 * @caller: return address into the driver, or NULL.
 */
void hal_base_release(struct hal_adapter *adapter, struct hal_base *base, enum verifier_code code,
		      const char *call, const void *caller);

/** hal_channel_end() - who kept the adapter does so no more; its registers go as
 * hal_base_release(). */
void hal_channel_end(struct hal_adapter *adapter, const char *call, const void *caller);

/** hal_base_find() - the adapter's base behind a driver's pointer, or NULL. */
struct hal_base *hal_base_find(const struct hal_adapter *adapter, const void *handle);

/**
 * hal_enqueue() - stand in line, and serve the line.  @request->status is written if it was served.
 */
void hal_enqueue(struct hal_adapter *adapter, struct hal_request *request);

/** hal_serve_queue() - run requests in order as long as adapter and registers are free. */
void hal_serve_queue(struct hal_adapter *adapter);

/**
 * hal_drop_requests() - take requests of @device, or all if NULL, out of the line.  Return: how
 * many.
 */
unsigned int hal_drop_requests(struct hal_adapter *adapter, const struct shim_device *device);

/** hal_call_end() - a routine of the driver has returned: check and restore the IRQL. */
void hal_call_end(struct hal_adapter *adapter, const char *name, unsigned int irql);

/* ---- transfers ---- */

/**
 * hal_buffer_memory() - where the bytes of part of an MDL are
 * @code: of the report when @va is outside of the MDL.
 *
 * Return: the address; NULL after a report: not locked, not mapped, outside.
 */
void *hal_buffer_memory(struct hal_adapter *adapter, const char *call, PMDL mdl, PVOID va,
			enum verifier_code code);

/** hal_unmap() - end all mappings of a base; the data are where they belong. */
void hal_unmap(struct hal_adapter *adapter, struct hal_base *base);

/**
 * hal_mdl_user() - a mapping or list of some adapter that was made from @mdl
 *
 * Return: what the checking mode knows it by, or NULL.  So also the next two.
 */
const void *hal_mdl_user(const MDL *mdl);

/** hal_list_of_mdl() - a scatter/gather list of the adapter that was made from @mdl. */
const void *hal_list_of_mdl(const struct hal_adapter *adapter, const MDL *mdl);

/** hal_list_of_memory() - a list of the adapter that maps part of the memory. */
const void *hal_list_of_memory(const struct hal_adapter *adapter, const void *va, size_t length);

/** hal_ranges_overlap() - two pieces of memory have bytes in common. */
static inline bool hal_ranges_overlap(const void *a, size_t a_length, const void *b,
				      size_t b_length)
{
	return (uintptr_t)a < (uintptr_t)b + b_length && (uintptr_t)b < (uintptr_t)a + a_length;
}

/** hal_lists_discard() - report and put all lists.  Return: how many. */
unsigned int hal_lists_discard(struct hal_adapter *adapter, const char *call);

/** hal_common_buffers_discard() - report and free all common buffers.  Return: how many. */
unsigned int hal_common_buffers_discard(struct hal_adapter *adapter, const char *call);

/** hal_common_buffers_check() - look at the guard bytes of all of them, of a slave adapter. */
void hal_common_buffers_check(struct hal_adapter *adapter, const char *call);

/**
 * hal_mdls_discard() - report and free all MDLs of IoAllocateMdl of the thread.  Return: how many.
 */
unsigned int hal_mdls_discard(const char *call);

/* ---- the functions of the table that have no other name ---- */

NTSTATUS NTAPI hal_get_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
					   PMDL Mdl, PVOID CurrentVa, ULONG Length,
					   PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context,
					   BOOLEAN WriteToDevice);
VOID NTAPI hal_put_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PSCATTER_GATHER_LIST ScatterGather,
				       BOOLEAN WriteToDevice);
NTSTATUS NTAPI hal_calculate_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PMDL Mdl, PVOID CurrentVa,
						 ULONG Length, PULONG ScatterGatherListSize,
						 PULONG pNumberOfMapRegisters);
NTSTATUS NTAPI hal_build_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
					     PMDL Mdl, PVOID CurrentVa, ULONG Length,
					     PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context,
					     BOOLEAN WriteToDevice, PVOID ScatterGatherBuffer,
					     ULONG ScatterGatherLength);
NTSTATUS NTAPI hal_build_mdl_from_scatter_gather_list(PDMA_ADAPTER DmaAdapter,
						      PSCATTER_GATHER_LIST ScatterGather,
						      PMDL OriginalMdl, PMDL *TargetMdl);

#endif /* HAL_HAL_H */
