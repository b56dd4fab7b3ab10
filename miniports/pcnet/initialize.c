/* SPDX-License-Identifier: MIT */
/*
 * initialize.c - one adapter comes up and goes down
 *
 * pcnet_bring_up() takes things in order and notes each in the adapter; pcnet_release() gives back
 * what was noted, in the opposite order. It serves MiniportHalt and every failure of
 * MiniportInitialize alike.
 */
#include "pcnet.h"

#define PCNET_PCI_COMMAND		4
#define PCNET_PCI_COMMAND_IO		0x0001
#define PCNET_PCI_COMMAND_BUS_MASTER	0x0004

static NDIS_STATUS pcnet_select_medium(PNDIS_MEDIUM media, UINT count, PUINT selected)
{
	UINT i;

	for (i = 0; i < count; i++)
		if (media[i] == NdisMedium802_3) {
			*selected = i;
			return NDIS_STATUS_SUCCESS;
		}
	return NDIS_STATUS_UNSUPPORTED_MEDIA;
}

/* Takes the I/O range and the interrupt from the assigned resources. */
static BOOLEAN pcnet_use_resources(struct pcnet_adapter *adapter, PNDIS_RESOURCE_LIST list)
{
	BOOLEAN has_range = FALSE;
	BOOLEAN has_interrupt = FALSE;
	ULONG i;

	for (i = 0; i < list->Count; i++) {
		PCM_PARTIAL_RESOURCE_DESCRIPTOR resource = &list->PartialDescriptors[i];

		if (resource->Type == CmResourceTypePort && !has_range &&
		    resource->u.Port.Length >= PCNET_PORTS) {
			adapter->port = resource->u.Port.Start.LowPart;
			has_range = TRUE;
		} else if (resource->Type == CmResourceTypeInterrupt && !has_interrupt) {
			adapter->interrupt_vector = resource->u.Interrupt.Vector;
			adapter->interrupt_level = resource->u.Interrupt.Level;
			has_interrupt = TRUE;
		}
	}
	return has_range && has_interrupt;
}

/* The first query only tells the length. */
static NDIS_STATUS pcnet_find_resources(struct pcnet_adapter *adapter, NDIS_HANDLE configuration)
{
	PNDIS_RESOURCE_LIST list;
	NDIS_STATUS status;
	UINT length = 0;

	NdisMQueryAdapterResources(&status, configuration, NULL, &length);
	list = length ? pcnet_allocate(length) : NULL;
	if (!list)
		return NDIS_STATUS_RESOURCES;
	NdisMQueryAdapterResources(&status, configuration, list, &length);
	if (status == NDIS_STATUS_SUCCESS && !pcnet_use_resources(adapter, list)) {
		pcnet_log(adapter, NDIS_ERROR_CODE_RESOURCE_CONFLICT, PCNET_LOG_RESOURCES,
			  list->Count);
		status = NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	pcnet_free(list);
	return status;
}

static NDIS_STATUS pcnet_enable_pci(struct pcnet_adapter *adapter)
{
	ULONG id = 0;
	USHORT command = 0;

	NdisReadPciSlotInformation(adapter->handle, 0, 0, &id, sizeof(id));
	if (id != (PCNET_PCI_DEVICE_ID << 16 | PCNET_PCI_VENDOR_ID)) {
		pcnet_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, PCNET_LOG_IDENTITY, id);
		return NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	NdisReadPciSlotInformation(adapter->handle, 0, PCNET_PCI_COMMAND, &command,
				   sizeof(command));
	command |= PCNET_PCI_COMMAND_IO | PCNET_PCI_COMMAND_BUS_MASTER;
	NdisWritePciSlotInformation(adapter->handle, 0, PCNET_PCI_COMMAND, &command,
				    sizeof(command));
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS pcnet_claim_ports(struct pcnet_adapter *adapter)
{
	NDIS_STATUS status;
	PVOID ports;

	status = NdisMRegisterIoPortRange(&ports, adapter->handle, adapter->port, PCNET_PORTS);
	if (status == NDIS_STATUS_SUCCESS) {
		adapter->ports = ports;
		adapter->has_ports = TRUE;
	} else {
		pcnet_log(adapter, NDIS_ERROR_CODE_RESOURCE_CONFLICT, PCNET_LOG_PORTS,
			  adapter->port);
	}
	return status;
}

/* A PCI interrupt is shared: MiniportISR is asked each time whether it is the chip's. */
static NDIS_STATUS pcnet_connect_interrupt(struct pcnet_adapter *adapter)
{
	NDIS_STATUS status;

	status = NdisMRegisterInterrupt(&adapter->interrupt, adapter->handle,
					adapter->interrupt_vector, adapter->interrupt_level,
					TRUE, TRUE, NdisInterruptLevelSensitive);
	if (status == NDIS_STATUS_SUCCESS)
		adapter->has_interrupt = TRUE;
	else
		pcnet_log(adapter, NDIS_ERROR_CODE_INTERRUPT_CONNECT, PCNET_LOG_INTERRUPT,
			  adapter->interrupt_vector);
	return status;
}

static NDIS_STATUS pcnet_bring_up(struct pcnet_adapter *adapter, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;

	status = pcnet_find_resources(adapter, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_enable_pci(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_claim_ports(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_identify(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_allocate_dma(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_connect_interrupt(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_start_chip(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	NdisMRegisterAdapterShutdownHandler(adapter->handle, adapter, pcnet_shutdown);
	adapter->has_shutdown_handler = TRUE;
	return NDIS_STATUS_SUCCESS;
}

/* The chip is stopped or was never started. */
static VOID pcnet_release(struct pcnet_adapter *adapter)
{
	if (adapter->has_shutdown_handler)
		NdisMDeregisterAdapterShutdownHandler(adapter->handle);
	if (adapter->has_interrupt)
		NdisMDeregisterInterrupt(&adapter->interrupt);
	pcnet_free_dma(adapter);
	if (adapter->has_ports)
		NdisMDeregisterIoPortRange(adapter->handle, adapter->port, PCNET_PORTS,
					   adapter->ports);
	pcnet_free(adapter);
}

/* MiniportInitialize. PASSIVE_LEVEL. */
NDIS_STATUS pcnet_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			     PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			     NDIS_HANDLE configuration)
{
	struct pcnet_adapter *adapter;
	NDIS_STATUS status;

	*open_error_status = NDIS_STATUS_SUCCESS;
	status = pcnet_select_medium(media, media_count, selected_medium_index);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	adapter = pcnet_allocate(sizeof(*adapter));
	if (!adapter)
		return NDIS_STATUS_RESOURCES;
	adapter->handle = handle;

	/* A bus master that leaves it to NDIS to call one function at a time. */
	NdisMSetAttributesEx(handle, adapter, PCNET_HANG_SECONDS, NDIS_ATTRIBUTE_BUS_MASTER,
			     NdisInterfacePci);
	status = pcnet_read_configuration(adapter, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_bring_up(adapter, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		pcnet_release(adapter);
	return status;
}

/* MiniportHalt. PASSIVE_LEVEL. */
VOID pcnet_halt(NDIS_HANDLE context)
{
	struct pcnet_adapter *adapter = context;

	pcnet_stop_chip(adapter);
	pcnet_transmit_unmap(adapter);
	pcnet_transmit_forget(adapter, TRUE);
	pcnet_release(adapter);
}

/* The system goes down: no DMA and no interrupt from here on. Any IRQL, nothing is freed. */
VOID pcnet_shutdown(PVOID context)
{
	pcnet_raw_set(context, PCNET_RDP, PCNET_CSR_STATUS, PCNET_CSR0_STOP);
}
