/* SPDX-License-Identifier: MIT */
/*
 * channel.c - the DMA channel, and whose turn it is
 *
 * One channel serves both directions, one transfer at a time. A frame to send and a received one
 * take turns when both wait.
 */
#include "isa_nic.h"

NDIS_STATUS isa_nic_channel_register(struct isa_nic_adapter *adapter)
{
	const struct isa_nic_settings *settings = &adapter->settings;
	NDIS_DMA_DESCRIPTION description;
	NDIS_STATUS status;
	ULONG longest = ISA_NIC_BUFFER_SIZE;

	if (settings->continuous)
		longest = max(longest, settings->ring_size);
	NdisZeroMemory(&description, sizeof(description));
	description.DemandMode = settings->demand_mode != 0;
	description.AutoInitialize = settings->continuous != 0;
	description.DmaChannelSpecified = TRUE;
	description.DmaWidth = adapter->unit == 1 ? Width8Bits : Width16Bits;
	description.DmaSpeed = Compatible;
	description.DmaChannel = settings->channel;
	status = NdisMRegisterDmaChannel(&adapter->channel, adapter->handle, settings->channel,
					 FALSE, &description, longest);
	if (status == NDIS_STATUS_SUCCESS)
		adapter->has_channel = TRUE;
	else
		isa_nic_log(adapter, NDIS_ERROR_CODE_RESOURCE_CONFLICT, ISA_NIC_LOG_CHANNEL,
			    settings->channel);
	return status;
}

/* Programs the controller; the device is told afterwards. FALSE: the adapter is to be reset. */
BOOLEAN isa_nic_channel_set_up(struct isa_nic_adapter *adapter, PNDIS_BUFFER buffer, ULONG length,
			       BOOLEAN to_device)
{
	struct isa_nic_transfer *transfer = &adapter->transfer;
	NDIS_STATUS status;

	NdisMSetupDmaTransfer(&status, adapter->channel, buffer, 0, length, to_device);
	if (status != NDIS_STATUS_SUCCESS) {
		isa_nic_fault(adapter, ISA_NIC_LOG_TRANSFER, (ULONG)status);
		return FALSE;
	}
	transfer->buffer = buffer;
	transfer->length = length;
	transfer->to_device = to_device;
	if (to_device)
		adapter->statistics.transfers_to_device++;
	else
		adapter->statistics.transfers_from_device++;
	return TRUE;
}

/* The device is through with the channel, or was told to STOP. */
BOOLEAN isa_nic_channel_complete(struct isa_nic_adapter *adapter)
{
	struct isa_nic_transfer *transfer = &adapter->transfer;
	NDIS_STATUS status;

	adapter->use = ISA_NIC_USE_NONE;
	if (!transfer->buffer)
		return TRUE;
	NdisMCompleteDmaTransfer(&status, adapter->channel, transfer->buffer, 0, transfer->length,
				 transfer->to_device);
	transfer->buffer = NULL;
	if (status == NDIS_STATUS_SUCCESS)
		return TRUE;
	isa_nic_fault(adapter, ISA_NIC_LOG_TRANSFER, (ULONG)status);
	return FALSE;
}

/* Whether a frame to send waits for the channel. */
static BOOLEAN isa_nic_wants_to_send(const struct isa_nic_adapter *adapter)
{
	return adapter->transmit.packet && !adapter->transmit.started;
}

/*
 * Gives the channel to who is next, if it can be had. A ring that was set up again after a
 * transmission keeps the channel until it has got a frame that waits.
 */
VOID isa_nic_channel_next(struct isa_nic_adapter *adapter)
{
	struct isa_nic_receive *receive = &adapter->receive;
	BOOLEAN is_waiting;

	if (adapter->has_failed)
		return;
	if (adapter->use == ISA_NIC_USE_RING && isa_nic_wants_to_send(adapter) &&
	    !(receive->owes_frame && isa_nic_get(adapter, ISA_DMA_NIC_FIFO_FRAMES)))
		isa_nic_ring_suspend(adapter);
	if (adapter->use != ISA_NIC_USE_NONE || adapter->has_failed)
		return;
	is_waiting = !adapter->settings.continuous &&
		     isa_nic_in(adapter, ISA_DMA_NIC_RX_LENGTH) != 0;
	if (isa_nic_wants_to_send(adapter) && !(is_waiting && receive->owes_frame)) {
		isa_nic_transmit_start(adapter);
		receive->owes_frame = TRUE;
	} else if (is_waiting) {
		isa_nic_receive_start(adapter);
	} else if (adapter->settings.continuous) {
		isa_nic_ring_start(adapter);
	}
}
