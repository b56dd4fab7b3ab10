/* SPDX-License-Identifier: MIT */
/*
 * ring.c - continuous reception (section 6)
 *
 * The controller goes round one buffer in auto-initialise mode, and its counter tells how far the
 * device has got. To send a frame the channel is taken away for a while; the ring then begins
 * anew.
 */
#include "isa_nic.h"

/* Bytes the device has written behind the read position. */
static ULONG isa_nic_ring_filled(struct isa_nic_adapter *adapter)
{
	ULONG size = adapter->receive.ring.length;
	ULONG written = (size - NdisMReadDmaCounter(adapter->channel)) % size;

	return (written + size - adapter->receive.position) % size;
}

static ULONG isa_nic_ring_word(const struct isa_nic_receive *receive, ULONG offset)
{
	const UCHAR *at = receive->ring.va + (receive->position + offset) % receive->ring.length;

	return at[0] | (ULONG)at[1] << 8;
}

/* The frame of the record at the read position, in one piece. */
static PUCHAR isa_nic_ring_frame(struct isa_nic_adapter *adapter, ULONG length)
{
	struct isa_nic_receive *receive = &adapter->receive;
	ULONG size = receive->ring.length;
	ULONG start = (receive->position + ISA_DMA_NIC_RECORD_HEADER) % size;
	ULONG first = size - start;

	if (length <= first)
		return receive->ring.va + start;
	NdisMoveMemory(receive->frame.va, receive->ring.va + start, first);
	NdisMoveMemory(receive->frame.va + first, receive->ring.va, length - first);
	adapter->statistics.records_wrapped++;
	return receive->frame.va;
}

/* Takes one record out. Returns its bytes, 0 if there is no complete one. */
static ULONG isa_nic_ring_take(struct isa_nic_adapter *adapter)
{
	struct isa_nic_receive *receive = &adapter->receive;
	ULONG filled = isa_nic_ring_filled(adapter);
	ULONG length, record;

	if (filled < ISA_DMA_NIC_RECORD_HEADER)
		return 0;
	length = isa_nic_ring_word(receive, 0);
	if (length < ISA_DMA_NIC_MIN_FRAME || length > ISA_DMA_NIC_MAX_FRAME) {
		isa_nic_fault(adapter, ISA_NIC_LOG_RX_LENGTH, length);
		return 0;
	}
	record = ISA_DMA_NIC_RECORD_BYTES(length);
	if (filled < record)
		return 0;
	if (isa_nic_ring_word(receive, 2) & ISA_DMA_NIC_RX_LOST)
		adapter->statistics.frames_lost++;
	isa_nic_indicate(adapter, isa_nic_ring_frame(adapter, length), length);
	receive->position = (receive->position + record) % receive->ring.length;
	receive->owes_frame = FALSE;
	return record;
}

/* The channel is free. */
VOID isa_nic_ring_start(struct isa_nic_adapter *adapter)
{
	struct isa_nic_receive *receive = &adapter->receive;
	ULONG size = receive->ring.length;

	receive->position = 0;
	if (!isa_nic_channel_set_up(adapter, receive->ring.buffer, size, FALSE))
		return;
	adapter->use = ISA_NIC_USE_RING;
	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_RX_CONTINUOUS);
	isa_nic_set(adapter, ISA_DMA_NIC_RX_CREDIT, size / ISA_DMA_NIC_CREDIT_UNIT - 1);
}

/* Takes up to @budget frames out and grants their room again. TRUE: stopped early. */
BOOLEAN isa_nic_ring_poll(struct isa_nic_adapter *adapter, ULONG budget)
{
	ULONG consumed = 0;
	ULONG record;

	do {
		record = isa_nic_ring_take(adapter);
		consumed += record;
	} while (record && --budget);
	if (!consumed)
		return FALSE;
	NdisMEthIndicateReceiveComplete(adapter->handle);
	if (!adapter->has_failed)
		isa_nic_set(adapter, ISA_DMA_NIC_RX_CREDIT, consumed / ISA_DMA_NIC_CREDIT_UNIT);
	return budget == 0;
}

/* Ends reception between two records and takes out what is there. The channel is free then. */
VOID isa_nic_ring_suspend(struct isa_nic_adapter *adapter)
{
	BOOLEAN indicated = FALSE;

	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_STOP);
	while (isa_nic_ring_take(adapter))
		indicated = TRUE;
	if (indicated)
		NdisMEthIndicateReceiveComplete(adapter->handle);
	isa_nic_channel_complete(adapter);
	adapter->statistics.ring_suspensions++;
}
