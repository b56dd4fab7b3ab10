/* SPDX-License-Identifier: MIT */
/*
 * initialize.c - one adapter comes up and goes down
 *
 * sgnic_bring_up() takes things in the order of section 10 and notes each in the adapter;
 * sgnic_release() gives back what was noted, in the opposite order. It serves MiniportHalt and
 * every failure of MiniportInitialize alike.
 */
#include "sgnic.h"

#define SGNIC_PCI_COMMAND		4
#define SGNIC_PCI_COMMAND_MEMORY	0x0002
#define SGNIC_PCI_COMMAND_BUS_MASTER	0x0004

#define SGNIC_RETURN_WAIT		10000	/* milliseconds */

static NDIS_STATUS sgnic_select_medium(PNDIS_MEDIUM media, UINT count, PUINT selected)
{
	UINT i;

	for (i = 0; i < count; i++)
		if (media[i] == NdisMedium802_3) {
			*selected = i;
			return NDIS_STATUS_SUCCESS;
		}
	return NDIS_STATUS_UNSUPPORTED_MEDIA;
}

/* Takes BAR 0 (the memory range of its size) and the interrupt from the assigned resources. */
static BOOLEAN sgnic_use_resources(struct sgnic_adapter *adapter, PNDIS_RESOURCE_LIST list)
{
	BOOLEAN has_bar = FALSE;
	BOOLEAN has_interrupt = FALSE;
	ULONG i;

	for (i = 0; i < list->Count; i++) {
		PCM_PARTIAL_RESOURCE_DESCRIPTOR resource = &list->PartialDescriptors[i];

		if (resource->Type == CmResourceTypeMemory && !has_bar &&
		    resource->u.Memory.Length == SGNIC_REGISTER_BAR_SIZE) {
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
static NDIS_STATUS sgnic_find_resources(struct sgnic_adapter *adapter, NDIS_HANDLE configuration)
{
	PNDIS_RESOURCE_LIST list;
	NDIS_STATUS status;
	UINT length = 0;

	NdisMQueryAdapterResources(&status, configuration, NULL, &length);
	list = length ? sgnic_allocate(length) : NULL;
	if (!list)
		return NDIS_STATUS_RESOURCES;
	NdisMQueryAdapterResources(&status, configuration, list, &length);
	if (status == NDIS_STATUS_SUCCESS && !sgnic_use_resources(adapter, list)) {
		sgnic_log(adapter, NDIS_ERROR_CODE_RESOURCE_CONFLICT, SGNIC_LOG_RESOURCES,
			  list->Count);
		status = NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	sgnic_free(list);
	return status;
}

static NDIS_STATUS sgnic_enable_pci(struct sgnic_adapter *adapter)
{
	ULONG id = 0;
	USHORT command = 0;

	NdisReadPciSlotInformation(adapter->handle, 0, 0, &id, sizeof(id));
	if (id != ((ULONG)SGNIC_PCI_DEVICE_ID << 16 | SGNIC_PCI_VENDOR_ID)) {
		sgnic_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, SGNIC_LOG_IDENTITY, id);
		return NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	NdisReadPciSlotInformation(adapter->handle, 0, SGNIC_PCI_COMMAND, &command,
				   sizeof(command));
	command |= SGNIC_PCI_COMMAND_MEMORY | SGNIC_PCI_COMMAND_BUS_MASTER;
	NdisWritePciSlotInformation(adapter->handle, 0, SGNIC_PCI_COMMAND, &command,
				    sizeof(command));
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS sgnic_map_registers(struct sgnic_adapter *adapter)
{
	PVOID registers;
	NDIS_STATUS status;

	status = NdisMMapIoSpace(&registers, adapter->handle, adapter->bus_address,
				 SGNIC_REGISTER_BAR_SIZE);
	if (status == NDIS_STATUS_SUCCESS) {
		adapter->registers = registers;
		adapter->has_registers = TRUE;
	}
	return status;
}

static NDIS_STATUS sgnic_connect_interrupt(struct sgnic_adapter *adapter)
{
	NDIS_STATUS status;

	status = NdisMRegisterInterrupt(&adapter->interrupt, adapter->handle,
					adapter->interrupt_vector, adapter->interrupt_level,
					TRUE, TRUE, NdisInterruptLevelSensitive);
	if (status == NDIS_STATUS_SUCCESS)
		adapter->has_interrupt = TRUE;
	else
		sgnic_log(adapter, NDIS_ERROR_CODE_INTERRUPT_CONNECT, SGNIC_LOG_INTERRUPT,
			  adapter->interrupt_vector);
	return status;
}

static NDIS_STATUS sgnic_bring_up(struct sgnic_adapter *adapter, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;

	status = sgnic_find_resources(adapter, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_enable_pci(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_map_registers(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_identify(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_allocate_dma(adapter);
	if (status == NDIS_STATUS_SUCCESS) {
		sgnic_choose_features(adapter);
		status = sgnic_transmit_allocate(adapter);
	}
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_receive_allocate(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_connect_interrupt(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_start_device(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	NdisMRegisterAdapterShutdownHandler(adapter->handle, adapter, sgnic_shutdown);
	adapter->has_shutdown_handler = TRUE;
	return NDIS_STATUS_SUCCESS;
}

/*
 * Waits for memory that is being allocated and for packets that protocols hold. FALSE: they did not
 * come, so the memory they refer to must stay. PASSIVE_LEVEL.
 */
static BOOLEAN sgnic_wait_for_buffers(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	ULONG waited, indicated;
	BOOLEAN is_growing;

	for (waited = 0; waited < SGNIC_RETURN_WAIT; waited++) {
		NdisAcquireSpinLock(&receive->lock);
		indicated = receive->indicated;
		is_growing = receive->growing != NULL;
		NdisReleaseSpinLock(&receive->lock);
		if (indicated == 0 && !is_growing)
			return TRUE;
		NdisMSleep(1000);
	}
	sgnic_log(adapter, NDIS_ERROR_CODE_TIMEOUT, SGNIC_LOG_NOT_RETURNED, receive->indicated);
	return FALSE;
}

/* The device is stopped or was never started. */
static VOID sgnic_release(struct sgnic_adapter *adapter)
{
	BOOLEAN is_unused;

	if (adapter->has_shutdown_handler)
		NdisMDeregisterAdapterShutdownHandler(adapter->handle);
	if (adapter->has_interrupt)
		NdisMDeregisterInterrupt(&adapter->interrupt);
	if (adapter->receive.blocks)
		sgnic_receive_reclaim(adapter);
	if (adapter->transmit.frames)
		sgnic_transmit_abort(adapter);
	is_unused = sgnic_wait_for_buffers(adapter);
	sgnic_receive_free(adapter);
	sgnic_transmit_free(adapter);
	/* The shared memory hangs on the same DMA adapter, so it goes first. */
	if (adapter->has_map_registers)
		NdisMFreeMapRegisters(adapter->handle);
	if (adapter->has_registers)
		NdisMUnmapIoSpace(adapter->handle, adapter->registers, SGNIC_REGISTER_BAR_SIZE);
	if (!is_unused)
		return;
	NdisFreeSpinLock(&adapter->receive.lock);
	NdisFreeSpinLock(&adapter->transmit.lock);
	sgnic_free(adapter);
}

/* MiniportInitialize. PASSIVE_LEVEL. */
NDIS_STATUS NTAPI sgnic_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			     PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			     NDIS_HANDLE configuration)
{
	struct sgnic_adapter *adapter;
	NDIS_STATUS status;

	*open_error_status = NDIS_STATUS_SUCCESS;
	status = sgnic_select_medium(media, media_count, selected_medium_index);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	adapter = sgnic_allocate(sizeof(*adapter));
	if (!adapter)
		return NDIS_STATUS_RESOURCES;
	adapter->handle = handle;
	NdisAllocateSpinLock(&adapter->transmit.lock);
	NdisAllocateSpinLock(&adapter->receive.lock);

	/* Before anything that claims hardware; bus master is what the DMA functions ask for. */
	NdisMSetAttributesEx(handle, adapter, SGNIC_HANG_SECONDS,
			     NDIS_ATTRIBUTE_BUS_MASTER | NDIS_ATTRIBUTE_DESERIALIZE,
			     NdisInterfacePci);
	status = sgnic_read_configuration(adapter, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_bring_up(adapter, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		sgnic_release(adapter);
	return status;
}

/* MiniportHalt. PASSIVE_LEVEL. */
VOID NTAPI sgnic_halt(NDIS_HANDLE context)
{
	struct sgnic_adapter *adapter = context;

	adapter->is_halting = TRUE;
	if (!adapter->is_removed)
		sgnic_stop_device(adapter);
	sgnic_release(adapter);
}

/*
 * MiniportPnPEventNotify. From a device that was pulled out nothing comes any more, and it reads
 * no memory: what it held goes back at once. The registers are left alone from then on. PASSIVE_LEVEL.
 */
VOID NTAPI sgnic_pnp_event_notify(NDIS_HANDLE context, NDIS_DEVICE_PNP_EVENT event, PVOID buffer,
					ULONG length)
{
	struct sgnic_adapter *adapter = context;

	(VOID)buffer;
	(VOID)length;
	if (event != NdisDevicePnPEventSurpriseRemoved)
		return;
	adapter->is_removed = TRUE;
	adapter->is_halting = TRUE;
	NdisAcquireSpinLock(&adapter->transmit.lock);
	adapter->transmit.queue.running = FALSE;
	NdisReleaseSpinLock(&adapter->transmit.lock);
	NdisAcquireSpinLock(&adapter->receive.lock);
	adapter->receive.queue.running = FALSE;
	NdisReleaseSpinLock(&adapter->receive.lock);
	sgnic_transmit_abort(adapter);
}

/* The system goes down: no DMA and no interrupt from here on. Any IRQL, nothing is freed. */
VOID NTAPI sgnic_shutdown(PVOID context)
{
	sgnic_write(context, SGNIC_RESET, SGNIC_RESET_NOW);
}
