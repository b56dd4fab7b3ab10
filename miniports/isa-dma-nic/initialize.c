/* SPDX-License-Identifier: MIT */
/*
 * initialize.c - one adapter comes up and goes down
 *
 * isa_nic_bring_up() takes things in order and notes each in the adapter; isa_nic_release() gives
 * back what was noted, in the opposite order. It serves MiniportHalt and every failure of
 * MiniportInitialize alike.
 */
#include "isa_nic.h"

static NDIS_STATUS isa_nic_select_medium(PNDIS_MEDIUM media, UINT count, PUINT selected)
{
	UINT i;

	for (i = 0; i < count; i++)
		if (media[i] == NdisMedium802_3) {
			*selected = i;
			return NDIS_STATUS_SUCCESS;
		}
	return NDIS_STATUS_UNSUPPORTED_MEDIA;
}

static NDIS_STATUS isa_nic_claim_ports(struct isa_nic_adapter *adapter)
{
	NDIS_STATUS status;
	PVOID ports;

	status = NdisMRegisterIoPortRange(&ports, adapter->handle, adapter->settings.io_base,
					  ISA_DMA_NIC_PORTS);
	if (status == NDIS_STATUS_SUCCESS) {
		adapter->ports = ports;
		adapter->has_ports = TRUE;
	} else {
		isa_nic_log(adapter, NDIS_ERROR_CODE_RESOURCE_CONFLICT, ISA_NIC_LOG_PORTS,
			    adapter->settings.io_base);
	}
	return status;
}

/* Buffers for one frame in each direction, and the ring. */
static NDIS_STATUS isa_nic_allocate_buffers(struct isa_nic_adapter *adapter)
{
	NDIS_STATUS status;

	NdisAllocateBufferPool(&status, &adapter->buffer_pool, 3);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	adapter->has_buffer_pool = TRUE;
	status = isa_nic_memory_allocate(adapter, ISA_NIC_BUFFER_SIZE, &adapter->transmit.copy);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_memory_allocate(adapter, ISA_NIC_BUFFER_SIZE,
						 &adapter->receive.frame);
	if (status == NDIS_STATUS_SUCCESS && adapter->settings.continuous)
		status = isa_nic_memory_allocate(adapter, adapter->settings.ring_size,
						 &adapter->receive.ring);
	return status;
}

static NDIS_STATUS isa_nic_connect_interrupt(struct isa_nic_adapter *adapter)
{
	ULONG line = adapter->settings.interrupt;
	NDIS_STATUS status;

	status = NdisMRegisterInterrupt(&adapter->interrupt, adapter->handle, line, line, TRUE,
					FALSE, NdisInterruptLatched);
	if (status == NDIS_STATUS_SUCCESS)
		adapter->has_interrupt = TRUE;
	else
		isa_nic_log(adapter, NDIS_ERROR_CODE_INTERRUPT_CONNECT, ISA_NIC_LOG_INTERRUPT,
			    line);
	return status;
}

static NDIS_STATUS isa_nic_bring_up(struct isa_nic_adapter *adapter)
{
	NDIS_STATUS status;

	status = isa_nic_claim_ports(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_identify(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_channel_register(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_allocate_buffers(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_connect_interrupt(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	isa_nic_start_device(adapter);
	NdisMRegisterAdapterShutdownHandler(adapter->handle, adapter, isa_nic_shutdown);
	adapter->has_shutdown_handler = TRUE;
	if (!adapter->has_failed)
		return NDIS_STATUS_SUCCESS;
	isa_nic_stop_device(adapter);
	return NDIS_STATUS_FAILURE;
}

/* The device is stopped or was never started. */
static VOID isa_nic_release(struct isa_nic_adapter *adapter)
{
	if (adapter->has_shutdown_handler)
		NdisMDeregisterAdapterShutdownHandler(adapter->handle);
	if (adapter->has_interrupt)
		NdisMDeregisterInterrupt(&adapter->interrupt);
	isa_nic_memory_free(adapter, &adapter->receive.ring);
	isa_nic_memory_free(adapter, &adapter->receive.frame);
	isa_nic_memory_free(adapter, &adapter->transmit.copy);
	if (adapter->has_buffer_pool)
		NdisFreeBufferPool(adapter->buffer_pool);
	if (adapter->has_channel)
		NdisMDeregisterDmaChannel(adapter->channel);
	if (adapter->has_ports)
		NdisMDeregisterIoPortRange(adapter->handle, adapter->settings.io_base,
					   ISA_DMA_NIC_PORTS, adapter->ports);
	NdisFreeMemory(adapter, 0, 0);
}

/* MiniportInitialize. PASSIVE_LEVEL. */
NDIS_STATUS isa_nic_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			       PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			       NDIS_HANDLE configuration)
{
	struct isa_nic_adapter *adapter;
	NDIS_STATUS status;
	PVOID memory;

	*open_error_status = NDIS_STATUS_SUCCESS;
	status = isa_nic_select_medium(media, media_count, selected_medium_index);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	status = NdisAllocateMemoryWithTag(&memory, sizeof(*adapter), ISA_NIC_POOL_TAG);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	NdisZeroMemory(memory, sizeof(*adapter));
	adapter = memory;
	adapter->handle = handle;

	/* Neither bus master nor deserialised. */
	NdisMSetAttributesEx(handle, adapter, ISA_NIC_HANG_SECONDS, 0, NdisInterfaceIsa);
	status = isa_nic_read_configuration(adapter, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_bring_up(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		isa_nic_release(adapter);
	return status;
}

/* MiniportHalt. PASSIVE_LEVEL. */
VOID isa_nic_halt(NDIS_HANDLE context)
{
	struct isa_nic_adapter *adapter = context;

	isa_nic_stop_device(adapter);
	isa_nic_transmit_done(adapter, NDIS_STATUS_REQUEST_ABORTED);
	isa_nic_release(adapter);
}

/* The system goes down: no DMA and no interrupt from here on. Any IRQL, nothing is freed. */
VOID isa_nic_shutdown(PVOID context)
{
	isa_nic_out(context, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_RESET);
}
