/* SPDX-License-Identifier: MIT */
/*
 * adapter.c - adapter objects: from a device description to PutDmaAdapter
 *
 * Source: ndis-hal-dma.md sections 2, 8.1 and 9.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hal/description.h"
#include "hal/device.h"
#include "hal/verify.h"
#include "support/log.h"
#include "support/trace.h"

/* The two versions of the table, below the functions in them. */
static const DMA_OPERATIONS operations_1, operations_2;

struct hal_adapter *hal_find_adapter(PDMA_ADAPTER handle, const char *call)
{
	for (struct hal_bus *bus = hal_buses; bus && handle; bus = bus->next) {
		for (struct hal_adapter *adapter = bus->adapters; adapter;
		     adapter = adapter->next) {
			if (&adapter->public != handle)
				continue;
			if (likely(adapter->references))
				return adapter;
			hal_violation_about(adapter,
					    VERIFIER_DETAIL(VERIFIER_RELEASED_ADAPTER,
							    .object = adapter,
							    .parameters = {(uintptr_t)adapter}),
					    call, "an adapter is not used after PutDmaAdapter",
					    "the adapter %p is released", (void *)handle);
			return NULL;
		}
	}
	if (!handle)
		hal_violation(NULL, VERIFIER_NULL_ADAPTER, call, "an adapter is given",
			      "the adapter is NULL");
	else
		hal_violation_about(NULL,
				    VERIFIER_DETAIL(VERIFIER_RELEASED_ADAPTER,
						    .parameters = {(uintptr_t)handle}),
				    call,
				    "the adapter is what IoGetDmaAdapter or HalGetAdapter "
				    "returned, used on the same thread",
				    "%p is no adapter", (void *)handle);
	return NULL;
}

struct shim_device *hal_find_device(struct hal_adapter *adapter, PDEVICE_OBJECT object,
				    const char *call)
{
	for (struct shim_device *device = adapter->bus->devices; device; device = device->next) {
		if (&device->object == object)
			return device;
	}
	hal_violation(adapter, VERIFIER_NONE, call,
		      "DeviceObject is a device of the platform that the adapter belongs to",
		      "%p is none", (void *)object);
	return NULL;
}

/* ---- making ------------------------------------------------------------------------------------
 */

static int open_master(struct hal_adapter *adapter)
{
	struct hal_bus *bus = adapter->bus;
	unsigned int bits = hal_description_bits(&adapter->description);
	uint32_t needed = hal_description_registers(&adapter->description);
	unsigned int all = hal_registers_in_all(bus, bits, needed);
	int result;

	result = hal_bus_dma(bus, bits, &adapter->dma);
	if (result)
		return result;
	adapter->granted = needed < all ? needed : all;
	adapter->scatter_gather = adapter->description.ScatterGather;
	return dma_register_file_create(adapter->dma, all, &adapter->file);
}

static int open_channel(struct hal_adapter *adapter, const char *call)
{
	struct system_dma_setup setup;
	const char *rule;
	int result;

	hal_description_channel(&adapter->description, &setup);
	rule = system_dma_check(&setup);
	if (rule) {
		hal_violation(NULL, VERIFIER_NONE, call, rule, "DmaChannel is %u with DmaWidth %d",
			      setup.channel, adapter->description.DmaWidth);
		return -EINVAL;
	}
	result = system_dma_open(adapter->bus->platform, &setup, &adapter->channel);
	if (result)
		log_error("%s: DMA channel %u: %s", call, setup.channel, strerror(-result));
	else if (hal_is_slave(adapter))
		/* One more, so that a transfer at any offset may ask for as many as it spans. */
		adapter->granted = BYTES_TO_PAGES(system_dma_limit(adapter->channel)) + 1;
	return result;
}

static void close_adapter(struct hal_adapter *adapter)
{
	if (adapter->channel)
		system_dma_close(adapter->channel);
	if (adapter->file)
		dma_register_file_destroy(adapter->file);
	if (adapter->dma)
		dma_adapter_destroy(adapter->dma);
	adapter->channel = NULL;
	adapter->file = NULL;
	adapter->dma = NULL;
}

static struct hal_adapter *create(struct hal_bus *bus, const DEVICE_DESCRIPTION *description,
				  const char *call, const void *caller)
{
	struct hal_adapter *adapter = calloc(1, sizeof(*adapter));
	int result = 0;

	if (!adapter)
		return NULL;
	adapter->bus = bus;
	adapter->description = *description;
	adapter->queue_tail = &adapter->queue;
	adapter->references = 1;
	adapter->public.Version = 1;
	adapter->public.Size = sizeof(adapter->public);
	adapter->public.DmaOperations = (PDMA_OPERATIONS)&operations_1;
	if (description->Master) {
		result = open_master(adapter);
		if (result)
			log_error("%s: no map registers with %u address bits: %s", call,
				  hal_description_bits(description),
				  dma_error_text(adapter->dma, result));
	}
	if (!result && (!description->Master || hal_is_isa(description->InterfaceType)))
		result = open_channel(adapter, call);
	if (result) {
		close_adapter(adapter);
		free(adapter);
		return NULL;
	}
	adapter->next = bus->adapters;
	bus->adapters = adapter;
	if (bus->verifier)
		hal_verify_adapter(adapter, call, caller);
	return adapter;
}

/* All callers for one slave channel share one object, as long as they mean the same. */
static struct hal_adapter *find_shared(struct hal_bus *bus, const DEVICE_DESCRIPTION *description)
{
	struct system_dma_setup wanted, present;

	hal_description_channel(description, &wanted);
	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (!adapter->references || !hal_is_slave(adapter) || description->Master)
			continue;
		hal_description_channel(&adapter->description, &present);
		if (system_dma_may_share(&wanted, &present))
			return adapter;
	}
	return NULL;
}

static struct hal_adapter *get_adapter(struct hal_bus *bus, PDEVICE_DESCRIPTION description,
				       PULONG registers, const char *call, const void *caller)
{
	DEVICE_DESCRIPTION effective = *description;
	struct hal_adapter *adapter;

	if (effective.InterfaceType == InterfaceTypeUndefined)
		effective.InterfaceType = bus->options.isa ? Isa : PCIBus;
	if (!hal_description_is_valid(&effective, call))
		return NULL;
	adapter = find_shared(bus, &effective);
	if (adapter)
		adapter->references++;
	else
		adapter = create(bus, &effective, call, caller);
	/* A shared object has the newest table that somebody asked for; it begins with the older.
	 */
	if (adapter && effective.Version >= DEVICE_DESCRIPTION_VERSION2)
		adapter->public.DmaOperations = (PDMA_OPERATIONS)&operations_2;
	if (adapter)
		*registers = adapter->granted;
	return adapter;
}

/* The bus of a device object, or the one with this number; NULL after a report. */
static struct hal_bus *find_bus(PDEVICE_OBJECT object, ULONG number, const char *call)
{
	for (struct hal_bus *bus = hal_buses; bus; bus = bus->next) {
		if (!object && bus->options.bus_number == number)
			return bus;
		for (struct shim_device *device = bus->devices; device; device = device->next) {
			if (object == &device->object)
				return bus;
		}
	}
	if (object)
		hal_violation(NULL, VERIFIER_NONE, call, "PhysicalDeviceObject is a device object",
			      "%p is none", (void *)object);
	else
		hal_violation(NULL, VERIFIER_NONE, call,
			      "BusNumber is that of a platform with a device object",
			      "BusNumber is %u", number);
	return NULL;
}

static struct hal_adapter *describe(PDEVICE_OBJECT object, PDEVICE_DESCRIPTION description,
				    PULONG registers, const char *call, const void *caller)
{
	struct hal_adapter *adapter = NULL;
	struct hal_bus *bus;

	if (!description || !registers) {
		hal_violation(NULL, VERIFIER_NONE, call, "no argument may be NULL",
			      "DeviceDescription %p, NumberOfMapRegisters %p", (void *)description,
			      (void *)registers);
	} else if (hal_irql_is(NULL, call, KE_PASSIVE_LEVEL)) {
		bus = find_bus(object, description->BusNumber, call);
		if (bus)
			adapter = get_adapter(bus, description, registers, call, caller);
	}
	TRACE(call, "device %p, version %u, %s, %u bytes) -> %p, %u map registers", (void *)object,
	      description ? description->Version : 0,
	      description && description->Master ? "master" : "slave",
	      description ? description->MaximumLength : 0, (void *)adapter,
	      adapter ? adapter->granted : 0);
	return adapter;
}

PDMA_ADAPTER NTAPI IoGetDmaAdapter(PDEVICE_OBJECT PhysicalDeviceObject,
				   PDEVICE_DESCRIPTION DeviceDescription,
				   PULONG NumberOfMapRegisters)
{
	struct hal_adapter *adapter =
		describe(PhysicalDeviceObject, DeviceDescription, NumberOfMapRegisters,
			 "IoGetDmaAdapter", __builtin_return_address(0));

	return adapter ? &adapter->public : NULL;
}

PADAPTER_OBJECT NTAPI HalGetAdapter(PDEVICE_DESCRIPTION DeviceDescription,
				    PULONG NumberOfMapRegisters)
{
	static const char call[] = "HalGetAdapter";
	struct hal_adapter *adapter = describe(NULL, DeviceDescription, NumberOfMapRegisters, call,
					       __builtin_return_address(0));

	if (!adapter)
		return NULL;
	adapter->permanent = true;
	if (adapter->bus->verifier)
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_OLD_HAL_GET_ADAPTER, .object = adapter,
						    .advice = true),
				    call, "drivers for Windows 2000 and later call IoGetDmaAdapter",
				    "called for adapter %p", (void *)adapter);
	return &adapter->public;
}

/* ---- end ---------------------------------------------------------------------------------------
 */

static unsigned int discard_bases(struct hal_adapter *adapter, const char *call)
{
	unsigned int left = 0;

	if (adapter->holder) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_CHANNEL_LEFT, .object = &adapter->holder,
					.parameters = {(uintptr_t)adapter, 1}),
			call, "IoFreeAdapterChannel comes before PutDmaAdapter",
			"device %p keeps the adapter", (void *)&adapter->holder->object);
		hal_channel_end(adapter, call, NULL);
		left++;
	}
	while (adapter->bases) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_REGISTERS_LEFT, .object = adapter->bases,
					.parameters = {(uintptr_t)adapter, adapter->bases->count}),
			call, "IoFreeMapRegisters comes before PutDmaAdapter",
			"%u map registers of base %p are not freed", adapter->bases->count,
			(void *)adapter->bases);
		hal_base_release(adapter, adapter->bases, VERIFIER_FREED_WHILE_MAPPED, call, NULL);
		left++;
	}
	return left;
}

unsigned int hal_adapter_discard(struct hal_adapter *adapter, const char *call, const void *caller)
{
	unsigned int left = hal_drop_requests(adapter, NULL);

	verifier_hold(adapter->bus->verifier);
	if (left)
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_CHANNEL_LEFT, .object = adapter,
						    .parameters = {(uintptr_t)adapter, left}),
				    call, "no request waits for an adapter that is given back",
				    "%u requests wait", left);
	left += hal_lists_discard(adapter, call);
	left += discard_bases(adapter, call);
	left += hal_common_buffers_discard(adapter, call);
	ke_dpc_cancel(&adapter->dpc);
	adapter->references = 0;
	if (adapter->bus->verifier)
		hal_verify_adapter_end(adapter, call, caller);
	close_adapter(adapter);
	verifier_let_go(adapter->bus->verifier);
	return left;
}

static VOID NTAPI put_dma_adapter(PDMA_ADAPTER DmaAdapter)
{
	static const char call[] = "PutDmaAdapter";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(DmaAdapter, call);

	TRACE(call, "adapter %p)", (void *)DmaAdapter);
	if (!adapter)
		return;
	hal_irql_at_most(adapter, call, KE_DISPATCH_LEVEL);
	if (adapter->serving) {
		hal_violation(adapter, VERIFIER_CHANNEL_LEFT, call,
			      "an adapter is not given back by a routine that has just got it",
			      "called from an AdapterControl or list routine");
		return;
	}
	if (adapter->references > 1)
		adapter->references--;
	else
		hal_adapter_discard(adapter, call, __builtin_return_address(0));
}

static ULONG NTAPI get_dma_alignment(PDMA_ADAPTER DmaAdapter)
{
	static const char call[] = "GetDmaAlignment";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(DmaAdapter, call);
	ULONG alignment = 1;

	if (adapter) {
		hal_irql_is(adapter, call, KE_PASSIVE_LEVEL);
		if (hal_is_slave(adapter) && adapter->description.DmaWidth == Width16Bits)
			alignment = 2;
	}
	TRACE(call, "adapter %p) -> %u", (void *)DmaAdapter, alignment);
	return alignment;
}

#define OPERATIONS_OF_VERSION_1                                                                    \
	.PutDmaAdapter = put_dma_adapter, .AllocateCommonBuffer = HalAllocateCommonBuffer,         \
	.FreeCommonBuffer = HalFreeCommonBuffer,                                                   \
	.AllocateAdapterChannel = IoAllocateAdapterChannel,                                        \
	.FlushAdapterBuffers = IoFlushAdapterBuffers, .FreeAdapterChannel = IoFreeAdapterChannel,  \
	.FreeMapRegisters = IoFreeMapRegisters, .MapTransfer = IoMapTransfer,                      \
	.GetDmaAlignment = get_dma_alignment, .ReadDmaCounter = HalReadDmaCounter,                 \
	.GetScatterGatherList = hal_get_scatter_gather_list,                                       \
	.PutScatterGatherList = hal_put_scatter_gather_list

static const DMA_OPERATIONS operations_1 = {
	.Size = offsetof(DMA_OPERATIONS, CalculateScatterGatherList),
	OPERATIONS_OF_VERSION_1,
};

static const DMA_OPERATIONS operations_2 = {
	.Size = sizeof(DMA_OPERATIONS),
	OPERATIONS_OF_VERSION_1,
	.CalculateScatterGatherList = hal_calculate_scatter_gather_list,
	.BuildScatterGatherList = hal_build_scatter_gather_list,
	.BuildMdlFromScatterGatherList = hal_build_mdl_from_scatter_gather_list,
};
