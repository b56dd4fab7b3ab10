/* SPDX-License-Identifier: MIT */
/*
 * receive.c - frames from the device to the protocols, one by one (section 5)
 */
#include "isa_nic.h"

/* All of the frame is shown; a protocol may ask for it in parts all the same. */
VOID isa_nic_indicate(struct isa_nic_adapter *adapter, PUCHAR frame, ULONG length)
{
	adapter->statistics.frames_received++;
	NdisMEthIndicateReceive(adapter->handle, frame, frame, ISA_NIC_FRAME_HEADER,
				frame + ISA_NIC_FRAME_HEADER, length - ISA_NIC_FRAME_HEADER,
				length - ISA_NIC_FRAME_HEADER);
}

/* MiniportTransferData: @receive_context is the frame. */
NDIS_STATUS isa_nic_transfer_data(PNDIS_PACKET packet, PUINT transferred, NDIS_HANDLE context,
				  NDIS_HANDLE receive_context, UINT offset, UINT count)
{
	PUCHAR from = (PUCHAR)receive_context + ISA_NIC_FRAME_HEADER + offset;
	PNDIS_BUFFER buffer;

	(void)context;
	*transferred = 0;
	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	for (; buffer && count; NdisGetNextBuffer(buffer, &buffer)) {
		UINT length;
		PVOID va;

		NdisQueryBufferSafe(buffer, &va, &length, NormalPagePriority);
		if (!va)
			return NDIS_STATUS_RESOURCES;
		length = min(length, count);
		NdisMoveMemory(va, from, length);
		from += length;
		count -= length;
		*transferred += length;
	}
	return NDIS_STATUS_SUCCESS;
}

static BOOLEAN isa_nic_length_is_possible(ULONG length)
{
	return length >= ISA_DMA_NIC_MIN_FRAME && length <= ISA_DMA_NIC_MAX_FRAME;
}

/* The channel is free, and there is a frame. */
VOID isa_nic_receive_start(struct isa_nic_adapter *adapter)
{
	ULONG length = isa_nic_in(adapter, ISA_DMA_NIC_RX_LENGTH);

	if (!isa_nic_length_is_possible(length)) {
		isa_nic_fault(adapter, ISA_NIC_LOG_RX_LENGTH, length);
		return;
	}
	if (isa_nic_get(adapter, ISA_DMA_NIC_RX_STATUS) & ISA_DMA_NIC_RX_LOST)
		adapter->statistics.frames_lost++;
	adapter->receive.length = length;
	length = (length + adapter->unit - 1) & ~(adapter->unit - 1);
	if (!isa_nic_channel_set_up(adapter, adapter->receive.frame.buffer, length, FALSE))
		return;
	adapter->use = ISA_NIC_USE_RECEIVE;
	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_RX_START);
}

/* Cause RX_DONE. */
VOID isa_nic_receive_done(struct isa_nic_adapter *adapter)
{
	struct isa_nic_receive *receive = &adapter->receive;

	receive->owes_frame = FALSE;
	if (!isa_nic_channel_complete(adapter))
		return;
	isa_nic_indicate(adapter, receive->frame.va, receive->length);
	NdisMEthIndicateReceiveComplete(adapter->handle);
}
