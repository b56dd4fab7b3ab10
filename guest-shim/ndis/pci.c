/* SPDX-License-Identifier: MIT */
/*
 * pci.c - configuration space and resources
 */
#include <stdlib.h>
#include <string.h>

#include "ndis/configuration.h"
#include "ndis/interrupt.h"
#include "ndis/io.h"
#include "ndis/violation.h"
#include "support/trace.h"

#define CONFIGURATION_SPACE 4096u
/* Base address registers, an interrupt, a DMA channel. */
#define RESOURCES (ADAPTER_BARS + 2)

static ULONG clip(ULONG offset, ULONG length)
{
	if (offset >= CONFIGURATION_SPACE)
		return 0;
	return length < CONFIGURATION_SPACE - offset ? length : CONFIGURATION_SPACE - offset;
}

static ULONG read_slot(struct shim_adapter *adapter, const char *call, ULONG SlotNumber,
		       ULONG Offset, PVOID Buffer, ULONG Length)
{
	TRACE_SCOPE(call);
	int count = 0;

	if (adapter && ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL) &&
	    ndis_is_given(call, "Buffer", Buffer))
		count = platform_config_read(adapter->platform, Offset, Buffer,
					     clip(Offset, Length));
	if (count < 0)
		count = 0;
	TRACE(call, "adapter %p, slot %u, offset %u, %u bytes) -> %d bytes", (void *)adapter,
	      SlotNumber, Offset, Length, count);
	return (ULONG)count;
}

static ULONG write_slot(struct shim_adapter *adapter, const char *call, ULONG SlotNumber,
			ULONG Offset, PVOID Buffer, ULONG Length)
{
	TRACE_SCOPE(call);
	int count = 0;

	if (adapter && ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL) &&
	    ndis_is_given(call, "Buffer", Buffer))
		count = platform_config_write(adapter->platform, Offset, Buffer,
					      clip(Offset, Length));
	if (count < 0)
		count = 0;
	TRACE(call, "adapter %p, slot %u, offset %u, %u bytes) -> %d bytes", (void *)adapter,
	      SlotNumber, Offset, Length, count);
	return (ULONG)count;
}

ULONG NTAPI NdisReadPciSlotInformation(NDIS_HANDLE MiniportAdapterHandle, ULONG SlotNumber,
				       ULONG Offset, PVOID Buffer, ULONG Length)
{
	static const char call[] = "NdisReadPciSlotInformation";

	return read_slot(ndis_adapter(MiniportAdapterHandle, call), call, SlotNumber, Offset,
			 Buffer, Length);
}

ULONG NTAPI NdisWritePciSlotInformation(NDIS_HANDLE MiniportAdapterHandle, ULONG SlotNumber,
					ULONG Offset, PVOID Buffer, ULONG Length)
{
	static const char call[] = "NdisWritePciSlotInformation";

	return write_slot(ndis_adapter(MiniportAdapterHandle, call), call, SlotNumber, Offset,
			  Buffer, Length);
}

ULONG NTAPI NdisImmediateReadPciSlotInformation(NDIS_HANDLE WrapperConfigurationContext,
						ULONG SlotNumber, ULONG Offset, PVOID Buffer,
						ULONG Length)
{
	static const char call[] = "NdisImmediateReadPciSlotInformation";

	return read_slot(ndis_adapter_of_configuration(WrapperConfigurationContext, call), call,
			 SlotNumber, Offset, Buffer, Length);
}

ULONG NTAPI NdisImmediateWritePciSlotInformation(NDIS_HANDLE WrapperConfigurationContext,
						 ULONG SlotNumber, ULONG Offset, PVOID Buffer,
						 ULONG Length)
{
	static const char call[] = "NdisImmediateWritePciSlotInformation";

	return write_slot(ndis_adapter_of_configuration(WrapperConfigurationContext, call), call,
			  SlotNumber, Offset, Buffer, Length);
}

static void describe_bar(const struct platform_bar *bar, CM_PARTIAL_RESOURCE_DESCRIPTOR *descriptor)
{
	PHYSICAL_ADDRESS start = {.QuadPart = (LONGLONG)bar->bus_address};

	descriptor->ShareDisposition = CmResourceShareDeviceExclusive;
	if (bar->is_io) {
		descriptor->Type = CmResourceTypePort;
		descriptor->Flags = CM_RESOURCE_PORT_IO;
		descriptor->u.Port.Start = start;
		descriptor->u.Port.Length = (ULONG)bar->size;
	} else {
		descriptor->Type = CmResourceTypeMemory;
		descriptor->Flags = CM_RESOURCE_MEMORY_READ_WRITE;
		descriptor->u.Memory.Start = start;
		descriptor->u.Memory.Length = (ULONG)bar->size;
	}
}

static void describe_interrupt(const struct shim_adapter *adapter,
			       CM_PARTIAL_RESOURCE_DESCRIPTOR *descriptor)
{
	const struct interrupt_resource resource = ndis_interrupt_resource(adapter);
	bool is_latched = resource.mode == NdisInterruptLatched;

	descriptor->Type = CmResourceTypeInterrupt;
	descriptor->ShareDisposition =
		is_latched ? CmResourceShareDeviceExclusive : CmResourceShareShared;
	descriptor->Flags =
		is_latched ? CM_RESOURCE_INTERRUPT_LATCHED : CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE;
	descriptor->u.Interrupt.Level = resource.line;
	descriptor->u.Interrupt.Vector = resource.line;
	descriptor->u.Interrupt.Affinity = 1;
}

static void describe_dma(const struct platform_isa *isa, CM_PARTIAL_RESOURCE_DESCRIPTOR *descriptor)
{
	descriptor->Type = CmResourceTypeDma;
	descriptor->ShareDisposition = CmResourceShareDeviceExclusive;
	descriptor->Flags = isa->dma > 3 ? CM_RESOURCE_DMA_16 : CM_RESOURCE_DMA_8;
	descriptor->u.Dma.Channel = isa->dma;
}

/* All resources of the adapter.  Return: how many. */
static ULONG collect(struct shim_adapter *adapter, CM_PARTIAL_RESOURCE_DESCRIPTOR *descriptors)
{
	const struct platform_isa *isa = platform_isa(adapter->platform);
	ULONG count = 0;

	memset(descriptors, 0, RESOURCES * sizeof(*descriptors));
	for (unsigned int i = 0; i < ADAPTER_BARS; i++) {
		const struct platform_bar *bar = ndis_io_bar(adapter, i);

		if (bar->size)
			describe_bar(bar, &descriptors[count++]);
	}
	describe_interrupt(adapter, &descriptors[count++]);
	if (isa && isa->dma != PLATFORM_ISA_NO_DMA)
		describe_dma(isa, &descriptors[count++]);
	return count;
}

static NDIS_STATUS query(struct shim_adapter *adapter, PNDIS_RESOURCE_LIST list, PUINT size)
{
	CM_PARTIAL_RESOURCE_DESCRIPTOR descriptors[RESOURCES];
	ULONG count = collect(adapter, descriptors);
	UINT needed = (UINT)(offsetof(NDIS_RESOURCE_LIST, PartialDescriptors) +
			     count * sizeof(descriptors[0]));

	if (*size < needed || !list) {
		*size = needed;
		return NDIS_STATUS_RESOURCES;
	}
	*size = needed;
	list->Version = 1;
	list->Revision = 1;
	list->Count = count;
	memcpy(list->PartialDescriptors, descriptors, count * sizeof(descriptors[0]));
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI NdisMPciAssignResources(NDIS_HANDLE MiniportHandle, ULONG SlotNumber,
					  PNDIS_RESOURCE_LIST *AssignedResources)
{
	static const char call[] = "NdisMPciAssignResources";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;
	UINT size = 0;

	if (!ndis_is_given(call, "AssignedResources", AssignedResources))
		return NDIS_STATUS_FAILURE;
	*AssignedResources = NULL;
	if (adapter && ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL)) {
		query(adapter, NULL, &size);
		if (!adapter->io.resources)
			adapter->io.resources = malloc(size);
		status = adapter->io.resources ? query(adapter, adapter->io.resources, &size)
					       : NDIS_STATUS_RESOURCES;
	}
	if (status == NDIS_STATUS_SUCCESS)
		*AssignedResources = adapter->io.resources;
	TRACE(call, "adapter %p, slot %u) -> %s, %p", (void *)adapter, SlotNumber,
	      ndis_status_text(status), (void *)*AssignedResources);
	return status;
}

VOID NTAPI NdisMQueryAdapterResources(PNDIS_STATUS Status, NDIS_HANDLE WrapperConfigurationContext,
				      PNDIS_RESOURCE_LIST ResourceList, PUINT BufferSize)
{
	static const char call[] = "NdisMQueryAdapterResources";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter;

	if (!ndis_is_given(call, "Status", Status))
		return;
	*Status = NDIS_STATUS_FAILURE;
	if (!ndis_is_given(call, "BufferSize", BufferSize))
		return;
	adapter = ndis_adapter_of_configuration(WrapperConfigurationContext, call);
	if (adapter && ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		*Status = query(adapter, ResourceList, BufferSize);
	TRACE(call, "%p, %p) -> %s, %u bytes", WrapperConfigurationContext, (void *)ResourceList,
	      ndis_status_text(*Status), *BufferSize);
}
