/* SPDX-License-Identifier: MIT */
/*
 * transmit.c - one packet at a time to the device and back to NDIS
 *
 *   isa_nic_send --> packet --(isa_nic_transmit_start)--> channel --> device --> wire
 *                              buffer by buffer (isa_nic_transmit_continue)
 *   NdisMSendComplete <--(isa_nic_transmit_done)-- TX_DONE
 *
 * While the driver has a packet, MiniportSend answers NDIS_STATUS_RESOURCES; the library keeps the
 * others and offers them again after NdisMSendComplete.
 */
#include "isa_nic.h"

/* The first buffer from @buffer on that is not empty. */
static PNDIS_BUFFER isa_nic_skip_empty(PNDIS_BUFFER buffer)
{
	while (buffer && NdisBufferLength(buffer) == 0)
		NdisGetNextBuffer(buffer, &buffer);
	return buffer;
}

/*
 * Section 4: every part of a frame but the last consists of whole units. The last must, too, because
 * the transfer may not go beyond its buffer.
 */
static BOOLEAN isa_nic_can_gather(const struct isa_nic_adapter *adapter, PNDIS_BUFFER buffer)
{
	ULONG count = 0;

	if (!adapter->settings.gather)
		return FALSE;
	for (buffer = isa_nic_skip_empty(buffer); buffer;
	     NdisGetNextBuffer(buffer, &buffer), buffer = isa_nic_skip_empty(buffer)) {
		if (NdisBufferLength(buffer) % adapter->unit ||
		    ++count > ISA_NIC_GATHER_BUFFERS)
			return FALSE;
	}
	return TRUE;
}

static BOOLEAN isa_nic_copy_packet(struct isa_nic_transmit *transmit, PNDIS_BUFFER buffer)
{
	ULONG done = 0;
	PVOID va;
	UINT length;

	for (; buffer; NdisGetNextBuffer(buffer, &buffer)) {
		NdisQueryBufferSafe(buffer, &va, &length, NormalPagePriority);
		if (!va || length > transmit->copy.length - done)
			return FALSE;
		NdisMoveMemory(transmit->copy.va + done, va, length);
		done += length;
	}
	return done == transmit->length;
}

/* Sets the channel up for the next part of the frame. */
static BOOLEAN isa_nic_send_part(struct isa_nic_adapter *adapter)
{
	struct isa_nic_transmit *transmit = &adapter->transmit;
	PNDIS_BUFFER buffer = transmit->next;
	ULONG length;

	if (buffer == transmit->copy.buffer) {
		length = (transmit->length + adapter->unit - 1) & ~(adapter->unit - 1);
		transmit->next = NULL;
	} else {
		length = NdisBufferLength(buffer);
		NdisGetNextBuffer(buffer, &transmit->next);
		transmit->next = isa_nic_skip_empty(transmit->next);
	}
	if (!isa_nic_channel_set_up(adapter, buffer, length, TRUE))
		return FALSE;
	adapter->use = ISA_NIC_USE_TRANSMIT;
	return TRUE;
}

/* The channel is free. */
VOID isa_nic_transmit_start(struct isa_nic_adapter *adapter)
{
	struct isa_nic_transmit *transmit = &adapter->transmit;
	PNDIS_BUFFER first;

	transmit->started = TRUE;
	NdisQueryPacket(transmit->packet, NULL, NULL, &first, NULL);
	if (isa_nic_can_gather(adapter, first)) {
		transmit->next = isa_nic_skip_empty(first);
		adapter->statistics.frames_gathered++;
	} else if (isa_nic_copy_packet(transmit, first)) {
		transmit->next = transmit->copy.buffer;
		adapter->statistics.frames_copied++;
	} else {
		isa_nic_transmit_done(adapter, NDIS_STATUS_FAILURE);
		return;
	}
	if (!isa_nic_send_part(adapter))
		return;
	isa_nic_out(adapter, ISA_DMA_NIC_TX_LENGTH, transmit->length);
	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_TX_START);
}

/* Cause SHORT: the device has the whole of this part. */
VOID isa_nic_transmit_continue(struct isa_nic_adapter *adapter)
{
	if (!adapter->transmit.next) {
		isa_nic_fault(adapter, ISA_NIC_LOG_UNEXPECTED, ISA_DMA_NIC_CAUSE_SHORT);
		return;
	}
	if (!isa_nic_channel_complete(adapter) || !isa_nic_send_part(adapter))
		return;
	adapter->statistics.short_counts++;
	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_CONTINUE);
}

/* The device may have the frame although the wire does not: the channel is free then. */
VOID isa_nic_transmit_check(struct isa_nic_adapter *adapter)
{
	USHORT status;

	if (adapter->use != ISA_NIC_USE_TRANSMIT)
		return;
	status = isa_nic_in(adapter, ISA_DMA_NIC_STATUS);
	if (ISA_DMA_NIC_STATUS_TRANSFER(status) == ISA_DMA_NIC_TRANSFER_IDLE)
		isa_nic_channel_complete(adapter);
}

/* The packet is through, sent or not; NDIS may hand over the next one. */
VOID isa_nic_transmit_done(struct isa_nic_adapter *adapter, NDIS_STATUS status)
{
	struct isa_nic_transmit *transmit = &adapter->transmit;
	PNDIS_PACKET packet = transmit->packet;

	if (adapter->use == ISA_NIC_USE_TRANSMIT)
		isa_nic_channel_complete(adapter);
	if (!packet)
		return;
	transmit->packet = NULL;
	transmit->started = FALSE;
	transmit->next = NULL;
	transmit->frames++;
	NdisMSendComplete(adapter->handle, packet, status);
}

/* MiniportSend. DISPATCH_LEVEL. */
NDIS_STATUS isa_nic_send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	struct isa_nic_adapter *adapter = context;
	struct isa_nic_transmit *transmit = &adapter->transmit;
	UINT length;

	(void)flags;
	if (transmit->packet || adapter->has_failed)
		return NDIS_STATUS_RESOURCES;
	NdisQueryPacket(packet, NULL, NULL, NULL, &length);
	if (length < ISA_DMA_NIC_MIN_FRAME || length > ISA_DMA_NIC_MAX_FRAME)
		return NDIS_STATUS_INVALID_PACKET;
	transmit->packet = packet;
	transmit->length = length;
	transmit->started = FALSE;
	/* A ring may hold frames, which are indicated from MiniportHandleInterrupt. */
	if (adapter->use == ISA_NIC_USE_RING)
		isa_nic_set(adapter, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_SOFTWARE);
	else
		isa_nic_channel_next(adapter);
	return NDIS_STATUS_PENDING;
}
