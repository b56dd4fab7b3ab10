/* SPDX-License-Identifier: MIT */
/*
 * initialize.c - one adapter comes up and goes down
 *
 * e1000_bring_up() takes things in order and notes each in the adapter; e1000_release() gives back
 * what was noted, in the opposite order. It serves MiniportHalt and every failure of
 * MiniportInitialize alike.
 */
#include "e1000.h"

#define E1000_PCI_COMMAND		4
#define E1000_PCI_COMMAND_MEMORY	0x0002
#define E1000_PCI_COMMAND_BUS_MASTER	0x0004

#define E1000_RETURN_WAIT		10000	/* milliseconds */

static NDIS_STATUS e1000_select_medium(PNDIS_MEDIUM media, UINT count, PUINT selected)
{
	UINT i;

	for (i = 0; i < count; i++)
		if (media[i] == NdisMedium802_3) {
			*selected = i;
			return NDIS_STATUS_SUCCESS;
		}
	return NDIS_STATUS_UNSUPPORTED_MEDIA;
}

/* Takes BAR 0, the memory range of its size, and the interrupt from the assigned resources. */
static BOOLEAN e1000_use_resources(struct e1000_adapter *adapter, PNDIS_RESOURCE_LIST list)
{
	BOOLEAN has_bar = FALSE;
	BOOLEAN has_interrupt = FALSE;
	ULONG i;

	for (i = 0; i < list->Count; i++) {
		PCM_PARTIAL_RESOURCE_DESCRIPTOR resource = &list->PartialDescriptors[i];

		if (resource->Type == CmResourceTypeMemory && !has_bar &&
		    resource->u.Memory.Length == E1000_REGISTERS_SIZE) {
			adapter->bus_address = resource->u.Memory.Start;
			has_bar = TRUE;
		} else if (resource->Type == CmResourceTypeInterrupt && !has_interrupt) {
			adapter->interrupt_vector = resource->u.Interrupt.Vector;
			adapter->interrupt_level = resource->u.Interrupt.Level;
			has_interrupt = TRUE;
		}
	}
	return has_bar && has_interrupt;
}

/* The first query only tells the length. */
static NDIS_STATUS e1000_find_resources(struct e1000_adapter *adapter, NDIS_HANDLE configuration)
{
	PNDIS_RESOURCE_LIST list;
	NDIS_STATUS status;
	UINT length = 0;

	NdisMQueryAdapterResources(&status, configuration, NULL, &length);
	list = length ? e1000_allocate(length) : NULL;
	if (!list)
		return NDIS_STATUS_RESOURCES;
	NdisMQueryAdapterResources(&status, configuration, list, &length);
	if (status == NDIS_STATUS_SUCCESS && !e1000_use_resources(adapter, list)) {
		e1000_log(adapter, NDIS_ERROR_CODE_RESOURCE_CONFLICT, E1000_LOG_RESOURCES,
			  list->Count);
		status = NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	e1000_free(list);
	return status;
}

static NDIS_STATUS e1000_enable_pci(struct e1000_adapter *adapter)
{
	ULONG id = 0;
	USHORT command = 0;

	NdisReadPciSlotInformation(adapter->handle, 0, 0, &id, sizeof(id));
	if (id != E1000_PCI_ID) {
		e1000_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, E1000_LOG_IDENTITY, id);
		return NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	NdisReadPciSlotInformation(adapter->handle, 0, E1000_PCI_COMMAND, &command,
				   sizeof(command));
	command |= E1000_PCI_COMMAND_MEMORY | E1000_PCI_COMMAND_BUS_MASTER;
	NdisWritePciSlotInformation(adapter->handle, 0, E1000_PCI_COMMAND, &command,
				    sizeof(command));
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS e1000_map_registers(struct e1000_adapter *adapter)
{
	PVOID registers;
	NDIS_STATUS status;

	status = NdisMMapIoSpace(&registers, adapter->handle, adapter->bus_address,
				 E1000_REGISTERS_SIZE);
	if (status == NDIS_STATUS_SUCCESS) {
		adapter->registers = registers;
		adapter->has_registers = TRUE;
	}
	return status;
}

static NDIS_STATUS e1000_connect_interrupt(struct e1000_adapter *adapter)
{
	NDIS_STATUS status;

	status = NdisMRegisterInterrupt(&adapter->interrupt, adapter->handle,
					adapter->interrupt_vector, adapter->interrupt_level,
					TRUE, TRUE, NdisInterruptLevelSensitive);
	if (status == NDIS_STATUS_SUCCESS)
		adapter->has_interrupt = TRUE;
	else
		e1000_log(adapter, NDIS_ERROR_CODE_INTERRUPT_CONNECT, E1000_LOG_INTERRUPT,
			  adapter->interrupt_vector);
	return status;
}

static NDIS_STATUS e1000_bring_up(struct e1000_adapter *adapter, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;

	status = e1000_find_resources(adapter, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_enable_pci(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_map_registers(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_identify(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_allocate_dma(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_transmit_allocate(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_receive_allocate(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_connect_interrupt(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_start_device(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	adapter->link_up = (e1000_read(adapter, E1000_STATUS) & E1000_STATUS_LINK_UP) != 0;
	NdisMRegisterAdapterShutdownHandler(adapter->handle, adapter, e1000_shutdown);
	adapter->has_shutdown_handler = TRUE;
	return NDIS_STATUS_SUCCESS;
}

/* FALSE: protocols still hold packets, so the memory they refer to must stay. PASSIVE_LEVEL. */
static BOOLEAN e1000_wait_for_packets(struct e1000_adapter *adapter)
{
	ULONG waited, lent;

	for (waited = 0; waited < E1000_RETURN_WAIT; waited++) {
		NdisAcquireSpinLock(&adapter->receive.lock);
		lent = adapter->receive.lent;
		NdisReleaseSpinLock(&adapter->receive.lock);
		if (lent == 0)
			return TRUE;
		NdisMSleep(1000);
	}
	e1000_log(adapter, NDIS_ERROR_CODE_TIMEOUT, E1000_LOG_NOT_RETURNED, lent);
	return FALSE;
}

/* The device is stopped or was never started. */
static VOID e1000_release(struct e1000_adapter *adapter)
{
	BOOLEAN is_unused;

	if (adapter->has_shutdown_handler)
		NdisMDeregisterAdapterShutdownHandler(adapter->handle);
	if (adapter->has_interrupt) {
		NdisMDeregisterInterrupt(&adapter->interrupt);
		/* A handler that was under way on another processor may have unmasked it. */
		if (!adapter->is_removed)
			e1000_write(adapter, E1000_IMC, E1000_ALL_ONES);
	}
	if (adapter->transmit.frames)
		e1000_transmit_abort(adapter);
	is_unused = e1000_wait_for_packets(adapter);
	e1000_receive_free(adapter);
	e1000_transmit_free(adapter);
	/* The shared memory hangs on the same DMA adapter, so it goes first. */
	if (adapter->has_map_registers)
		NdisMFreeMapRegisters(adapter->handle);
	if (adapter->has_registers)
		NdisMUnmapIoSpace(adapter->handle, adapter->registers, E1000_REGISTERS_SIZE);
	if (!is_unused)
		return;
	NdisFreeSpinLock(&adapter->receive.lock);
	NdisFreeSpinLock(&adapter->transmit.lock);
	NdisFreeSpinLock(&adapter->lock);
	e1000_free(adapter);
}

/* MiniportInitialize. PASSIVE_LEVEL. */
NDIS_STATUS e1000_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			     PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			     NDIS_HANDLE configuration)
{
	struct e1000_adapter *adapter;
	NDIS_STATUS status;

	*open_error_status = NDIS_STATUS_SUCCESS;
	status = e1000_select_medium(media, media_count, selected_medium_index);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	adapter = e1000_allocate(sizeof(*adapter));
	if (!adapter)
		return NDIS_STATUS_RESOURCES;
	adapter->handle = handle;
	NdisAllocateSpinLock(&adapter->lock);
	NdisAllocateSpinLock(&adapter->transmit.lock);
	NdisAllocateSpinLock(&adapter->receive.lock);

	/* Before anything that claims hardware; bus master is what the DMA functions ask for. */
	NdisMSetAttributesEx(handle, adapter, E1000_HANG_SECONDS,
			     NDIS_ATTRIBUTE_BUS_MASTER | NDIS_ATTRIBUTE_DESERIALIZE,
			     NdisInterfacePci);
	status = e1000_read_configuration(adapter, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_bring_up(adapter, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		e1000_release(adapter);
	return status;
}

/* MiniportHalt. PASSIVE_LEVEL. */
VOID e1000_halt(NDIS_HANDLE context)
{
	struct e1000_adapter *adapter = context;

	adapter->is_halting = TRUE;
	if (!adapter->is_removed)
		e1000_stop_device(adapter);
	e1000_release(adapter);
}

/*
 * MiniportPnPEventNotify. From a device that was pulled out nothing comes any more, and it reads
 * no memory: what it held goes back at once. The registers are left alone from then on. PASSIVE_LEVEL.
 */
VOID e1000_pnp_event_notify(NDIS_HANDLE context, NDIS_DEVICE_PNP_EVENT event, PVOID buffer,
				ULONG length)
{
	struct e1000_adapter *adapter = context;

	(VOID)buffer;
	(VOID)length;
	if (event != NdisDevicePnPEventSurpriseRemoved)
		return;
	adapter->is_removed = TRUE;
	adapter->is_halting = TRUE;
	NdisAcquireSpinLock(&adapter->transmit.lock);
	adapter->transmit.running = FALSE;
	NdisReleaseSpinLock(&adapter->transmit.lock);
	NdisAcquireSpinLock(&adapter->receive.lock);
	adapter->receive.running = FALSE;
	NdisReleaseSpinLock(&adapter->receive.lock);
	e1000_transmit_abort(adapter);
}

/* The system goes down: no DMA and no interrupt from here on. Any IRQL, nothing is freed. */
VOID e1000_shutdown(PVOID context)
{
	struct e1000_adapter *adapter = context;

	e1000_write(adapter, E1000_IMC, E1000_ALL_ONES);
	e1000_write(adapter, E1000_RCTL, 0);
	e1000_write(adapter, E1000_TCTL, 0);
	e1000_write(adapter, E1000_CTRL, E1000_CTRL_RESET);
}
