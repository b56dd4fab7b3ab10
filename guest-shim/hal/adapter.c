/* SPDX-License-Identifier: MIT */
/*
 * adapter.c - adapter objects: from a device description to PutDmaAdapter
 *
 * Source: ndis-hal-dma.md sections 2, 8.1 and 9.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hal/hal.h"
#include "hal/system_dma.h"
#include "mm/span.h"
#include "support/log.h"
#include "support/trace.h"

/* MaximumLength of (ULONG)-1 means "no limit known". */
#define MAXIMUM_LENGTH_MASK 0x7FFFFFFFu

#define LEAST_REGISTERS	      64u
#define MOST_REGISTERS	      1024u
#define MOST_REGISTERS_24_BIT 128u
#define TRANSFERS_AT_ONCE     4u

struct hal_adapter *hal_find_adapter(PDMA_ADAPTER handle, const char *call)
{
	for (struct hal_bus *bus = hal_buses; bus && handle; bus = bus->next) {
		for (struct hal_adapter *adapter = bus->adapters; adapter;
		     adapter = adapter->next) {
			if (&adapter->public != handle)
				continue;
			if (likely(adapter->references))
				return adapter;
			hal_violation(adapter, HAL_CODE_RELEASED_ADAPTER, call,
				      "an adapter is not used after PutDmaAdapter",
				      "the adapter %p is released", (void *)handle);
			return NULL;
		}
	}
	if (!handle)
		hal_violation(NULL, HAL_CODE_NULL_ADAPTER, call, "an adapter is given",
			      "the adapter is NULL");
	else
		hal_violation(NULL, HAL_CODE_RELEASED_ADAPTER, call,
			      "the adapter is what IoGetDmaAdapter or HalGetAdapter returned, used "
			      "on the "
			      "same thread",
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
	hal_violation(adapter, HAL_CODE_NONE, call,
		      "DeviceObject is a device of the platform that the adapter belongs to",
		      "%p is none", (void *)object);
	return NULL;
}

/* ---- what a description asks for --------------------------------------------------------------
 */

/* Section 2: Dma64BitAddresses overrides; scatter/gather on PCI implies 32 bits. */
static unsigned int address_bits(const DEVICE_DESCRIPTION *description)
{
	if (description->Dma64BitAddresses)
		return 64;
	if (description->Dma32BitAddresses ||
	    (description->ScatterGather && description->InterfaceType == PCIBus))
		return 32;
	return 24;
}

static uint32_t registers_for(const DEVICE_DESCRIPTION *description)
{
	return BYTES_TO_PAGES(description->MaximumLength & MAXIMUM_LENGTH_MASK) + 1;
}

static unsigned int registers_in_all(const struct hal_bus *bus, unsigned int bits, uint32_t needed)
{
	uint64_t wanted = (uint64_t)needed * TRANSFERS_AT_ONCE;
	unsigned int most = bits == 24 ? MOST_REGISTERS_24_BIT : MOST_REGISTERS;

	if (bus->options.map_registers)
		return bus->options.map_registers;
	if (wanted < LEAST_REGISTERS)
		return LEAST_REGISTERS;
	return wanted < most ? (unsigned int)wanted : most;
}

static bool is_isa(INTERFACE_TYPE type)
{
	return type == Isa || type == PNPISABus;
}

static void set_up_of(const DEVICE_DESCRIPTION *description, struct system_dma_setup *setup)
{
	uint32_t maximum = description->MaximumLength & MAXIMUM_LENGTH_MASK;

	*setup = (struct system_dma_setup){
		.channel = description->DmaChannel,
		.cascade = description->Master,
		.exclusive = description->Master,
		.maximum = maximum,
	};
	if (description->Master)
		return;
	setup->words = description->DmaWidth == Width16Bits;
	setup->demand = description->DemandMode;
	setup->auto_initialize = description->AutoInitialize;
	setup->ignore_count =
		description->Version >= DEVICE_DESCRIPTION_VERSION1 && description->IgnoreCount;
}

static bool bus_allows(const DEVICE_DESCRIPTION *d, const char *call)
{
	INTERFACE_TYPE type = d->InterfaceType;

	if (type < Internal || type >= MaximumInterfaceType) {
		hal_violation(NULL, HAL_CODE_NONE, call, "InterfaceType is a kind of bus",
			      "InterfaceType is %d", type);
		return false;
	}
	if (d->Master)
		return true;
	if (!is_isa(type) && type != Eisa && type != Internal) {
		hal_violation(NULL, HAL_CODE_NONE, call,
			      "only ISA devices use the channels of the system DMA controller",
			      "Master is FALSE with InterfaceType %d", type);
		return false;
	}
	if (d->DmaWidth != Width8Bits && d->DmaWidth != Width16Bits) {
		hal_violation(NULL, HAL_CODE_NONE, call,
			      "DmaWidth of a slave channel is Width8Bits (0) or Width16Bits (1)",
			      "DmaWidth is %d", d->DmaWidth);
		return false;
	}
	if ((unsigned int)d->DmaSpeed >= MaximumDmaSpeed ||
	    (type == Eisa && d->DmaSpeed == TypeF)) {
		hal_violation(NULL, HAL_CODE_NONE, call,
			      "DmaSpeed is Compatible (0) to TypeF (4), on EISA to TypeC (3)",
			      "DmaSpeed is %d", d->DmaSpeed);
		return false;
	}
	return true;
}

static bool description_is_valid(const DEVICE_DESCRIPTION *d, const char *call)
{
	if (d->Version == DEVICE_DESCRIPTION_VERSION3) {
		log_warning("%s: version 3 of DEVICE_DESCRIPTION is not supported", call);
		return false;
	}
	if (d->Version > DEVICE_DESCRIPTION_VERSION3) {
		hal_violation(NULL, HAL_CODE_DESCRIPTION_VERSION, call,
			      "DEVICE_DESCRIPTION.Version is 0, 1 or 2", "Version is %u",
			      d->Version);
		return false;
	}
	if (d->Reserved1) {
		hal_violation(NULL, HAL_CODE_NONE, call,
			      "a DEVICE_DESCRIPTION is zeroed before it is filled in",
			      "Reserved1 is %u", d->Reserved1);
		return false;
	}
	if (!d->MaximumLength) {
		hal_violation(NULL, HAL_CODE_NONE, call, "MaximumLength is at least 1 byte",
			      "MaximumLength is 0");
		return false;
	}
	return bus_allows(d, call);
}

/* ---- making ------------------------------------------------------------------------------------
 */

static int open_master(struct hal_adapter *adapter)
{
	struct hal_bus *bus = adapter->bus;
	unsigned int bits = address_bits(&adapter->description);
	uint32_t needed = registers_for(&adapter->description);
	unsigned int all = registers_in_all(bus, bits, needed);
	int result;

	if (!bus->dma) {
		result = dma_adapter_create(bus->platform, &bus->options.dma, 64, &bus->dma);
		if (result)
			return result;
	}
	result = dma_adapter_create_sibling(bus->dma, bits, &adapter->dma);
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

	set_up_of(&adapter->description, &setup);
	rule = system_dma_check(&setup);
	if (rule) {
		hal_violation(NULL, HAL_CODE_NONE, call, rule, "DmaChannel is %u with DmaWidth %d",
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
				  const char *call)
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
	adapter->public.DmaOperations = (PDMA_OPERATIONS)&hal_operations_1;
	if (description->Master) {
		result = open_master(adapter);
		if (result)
			log_error("%s: no map registers with %u address bits: %s", call,
				  address_bits(description), strerror(-result));
	}
	if (!result && (!description->Master || is_isa(description->InterfaceType)))
		result = open_channel(adapter, call);
	if (result) {
		close_adapter(adapter);
		free(adapter);
		return NULL;
	}
	adapter->next = bus->adapters;
	bus->adapters = adapter;
	return adapter;
}

/* All callers for one slave channel share one object, as long as they mean the same. */
static struct hal_adapter *find_shared(struct hal_bus *bus, const DEVICE_DESCRIPTION *description)
{
	struct system_dma_setup wanted, present;

	set_up_of(description, &wanted);
	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (!adapter->references || !hal_is_slave(adapter) || description->Master)
			continue;
		set_up_of(&adapter->description, &present);
		if (system_dma_may_share(&wanted, &present))
			return adapter;
	}
	return NULL;
}

static struct hal_adapter *get_adapter(struct hal_bus *bus, PDEVICE_DESCRIPTION description,
				       PULONG registers, const char *call)
{
	DEVICE_DESCRIPTION effective = *description;
	struct hal_adapter *adapter;

	if (effective.InterfaceType == InterfaceTypeUndefined)
		effective.InterfaceType = bus->options.isa ? Isa : PCIBus;
	if (!description_is_valid(&effective, call))
		return NULL;
	adapter = find_shared(bus, &effective);
	if (adapter)
		adapter->references++;
	else
		adapter = create(bus, &effective, call);
	/* A shared object has the newest table that somebody asked for; it begins with the older.
	 */
	if (adapter && effective.Version >= DEVICE_DESCRIPTION_VERSION2)
		adapter->public.DmaOperations = (PDMA_OPERATIONS)&hal_operations_2;
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
		hal_violation(NULL, HAL_CODE_NONE, call, "PhysicalDeviceObject is a device object",
			      "%p is none", (void *)object);
	else
		hal_violation(NULL, HAL_CODE_NONE, call,
			      "BusNumber is that of a platform with a device object",
			      "BusNumber is %u", number);
	return NULL;
}

static struct hal_adapter *describe(PDEVICE_OBJECT object, PDEVICE_DESCRIPTION description,
				    PULONG registers, const char *call)
{
	struct hal_adapter *adapter = NULL;
	struct hal_bus *bus;

	if (!description || !registers) {
		hal_violation(NULL, HAL_CODE_NONE, call, "no argument may be NULL",
			      "DeviceDescription %p, NumberOfMapRegisters %p", (void *)description,
			      (void *)registers);
	} else if (hal_irql_is(NULL, call, KE_PASSIVE_LEVEL)) {
		bus = find_bus(object, description->BusNumber, call);
		if (bus)
			adapter = get_adapter(bus, description, registers, call);
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
	struct hal_adapter *adapter = describe(PhysicalDeviceObject, DeviceDescription,
					       NumberOfMapRegisters, "IoGetDmaAdapter");

	return adapter ? &adapter->public : NULL;
}

PADAPTER_OBJECT NTAPI HalGetAdapter(PDEVICE_DESCRIPTION DeviceDescription,
				    PULONG NumberOfMapRegisters)
{
	struct hal_adapter *adapter =
		describe(NULL, DeviceDescription, NumberOfMapRegisters, "HalGetAdapter");

	if (!adapter)
		return NULL;
	adapter->permanent = true;
	return &adapter->public;
}

/* ---- end ---------------------------------------------------------------------------------------
 */

static unsigned int discard_bases(struct hal_adapter *adapter, const char *call)
{
	unsigned int left = 0;

	if (adapter->holder) {
		struct hal_base *held = adapter->held;

		hal_violation(adapter, HAL_CODE_CHANNEL_LEFT, call,
			      "IoFreeAdapterChannel comes before PutDmaAdapter",
			      "device %p keeps the adapter", (void *)&adapter->holder->object);
		adapter->holder->channels--;
		adapter->holder = NULL;
		adapter->held = NULL;
		hal_base_release(adapter, held, HAL_CODE_NOT_FLUSHED, call);
		left++;
	}
	while (adapter->bases) {
		hal_violation(adapter, HAL_CODE_REGISTERS_LEFT, call,
			      "IoFreeMapRegisters comes before PutDmaAdapter",
			      "%u map registers of base %p are not freed", adapter->bases->count,
			      (void *)adapter->bases);
		hal_base_release(adapter, adapter->bases, HAL_CODE_FREED_WHILE_MAPPED, call);
		left++;
	}
	return left;
}

unsigned int hal_adapter_discard(struct hal_adapter *adapter, const char *call)
{
	unsigned int left = hal_drop_requests(adapter, NULL);

	if (left)
		hal_violation(adapter, HAL_CODE_CHANNEL_LEFT, call,
			      "no request waits for an adapter that is given back",
			      "%u requests wait", left);
	left += hal_lists_discard(adapter, call);
	left += discard_bases(adapter, call);
	left += hal_common_buffers_discard(adapter, call);
	ke_dpc_cancel(&adapter->dpc);
	adapter->references = 0;
	close_adapter(adapter);
	return left;
}

VOID NTAPI hal_put_dma_adapter(PDMA_ADAPTER DmaAdapter)
{
	static const char call[] = "PutDmaAdapter";
	struct hal_adapter *adapter = hal_find_adapter(DmaAdapter, call);

	TRACE(call, "adapter %p)", (void *)DmaAdapter);
	if (!adapter)
		return;
	hal_irql_at_most(adapter, call, KE_DISPATCH_LEVEL);
	if (adapter->serving) {
		hal_violation(adapter, HAL_CODE_CHANNEL_LEFT, call,
			      "an adapter is not given back by a routine that has just got it",
			      "called from an AdapterControl or list routine");
		return;
	}
	if (adapter->references > 1)
		adapter->references--;
	else
		hal_adapter_discard(adapter, call);
}

ULONG NTAPI hal_get_dma_alignment(PDMA_ADAPTER DmaAdapter)
{
	static const char call[] = "GetDmaAlignment";
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
	.PutDmaAdapter = hal_put_dma_adapter, .AllocateCommonBuffer = HalAllocateCommonBuffer,     \
	.FreeCommonBuffer = HalFreeCommonBuffer,                                                   \
	.AllocateAdapterChannel = IoAllocateAdapterChannel,                                        \
	.FlushAdapterBuffers = IoFlushAdapterBuffers, .FreeAdapterChannel = IoFreeAdapterChannel,  \
	.FreeMapRegisters = IoFreeMapRegisters, .MapTransfer = IoMapTransfer,                      \
	.GetDmaAlignment = hal_get_dma_alignment, .ReadDmaCounter = HalReadDmaCounter,             \
	.GetScatterGatherList = hal_get_scatter_gather_list,                                       \
	.PutScatterGatherList = hal_put_scatter_gather_list

const DMA_OPERATIONS hal_operations_1 = {
	.Size = offsetof(DMA_OPERATIONS, CalculateScatterGatherList),
	OPERATIONS_OF_VERSION_1,
};

const DMA_OPERATIONS hal_operations_2 = {
	.Size = sizeof(DMA_OPERATIONS),
	OPERATIONS_OF_VERSION_1,
	.CalculateScatterGatherList = hal_calculate_scatter_gather_list,
	.BuildScatterGatherList = hal_build_scatter_gather_list,
	.BuildMdlFromScatterGatherList = hal_build_mdl_from_scatter_gather_list,
};
