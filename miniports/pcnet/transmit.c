/* SPDX-License-Identifier: MIT */
/*
 * transmit.c - packets on their way to the chip and back to NDIS
 *
 *   pcnet_send --(pcnet_post_packet)--> descriptors, frames[] --> chip --> wire
 *   NdisMSendComplete <--(pcnet_transmit_poll)-- OWN is clear  <--
 *
 * When there is no room, MiniportSend answers NDIS_STATUS_RESOURCES: NDIS keeps the packet and
 * offers it again after the next NdisMSendComplete.
 */
#include "pcnet.h"

static volatile struct pcnet_descriptor *pcnet_transmit_entry(struct pcnet_transmit *transmit,
							      ULONG number)
{
	struct pcnet_descriptor *ring = (struct pcnet_descriptor *)(PVOID)transmit->ring.va;

	return &ring[number & (transmit->size - 1)];
}

/* The chip is reset and has no frame: an empty ring. */
VOID pcnet_transmit_start(struct pcnet_adapter *adapter)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	ULONG i;

	for (i = 0; i < transmit->size; i++) {
		volatile struct pcnet_descriptor *entry = pcnet_transmit_entry(transmit, i);

		entry->flags = 0;
		entry->length = PCNET_LENGTH(0);
		entry->result = 0;
	}
	transmit->producer = 0;
	transmit->released = 0;
	transmit->next_register = 0;
	transmit->next_copy = 0;
}

/* MiniportSend. DISPATCH_LEVEL. */
NDIS_STATUS pcnet_send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	struct pcnet_adapter *adapter = context;
	NDIS_STATUS status;
	UINT length;

	(void)flags;
	if (adapter->is_down)
		return NDIS_STATUS_ADAPTER_NOT_READY;
	NdisQueryPacketLength(packet, &length);
	if (length < PCNET_FRAME_HEADER || length > PCNET_FRAME_LENGTH)
		return NDIS_STATUS_INVALID_PACKET;
	status = adapter->has_failed ? NDIS_STATUS_RESOURCES :
		 pcnet_post_packet(adapter, packet, length);
	if (status == NDIS_STATUS_SUCCESS) {
		pcnet_demand_transmit(adapter);
		return NDIS_STATUS_PENDING;
	}
	if (status == NDIS_STATUS_RESOURCES)
		adapter->statistics.sends_refused++;
	return status;
}

/* What became of a frame: its descriptors' errors, all together. */
static NDIS_STATUS pcnet_judge(struct pcnet_adapter *adapter, ULONG errors)
{
	struct pcnet_counters *counters = &adapter->counters;

	if (!errors)
		return NDIS_STATUS_SUCCESS;
	counters->send_errors++;
	counters->no_carrier += (errors & PCNET_TX_LCAR) != 0;
	counters->late_collisions += (errors & PCNET_TX_LCOL) != 0;
	counters->many_collisions += (errors & PCNET_TX_RTRY) != 0;
	counters->underruns += (errors & PCNET_TX_UFLO) != 0;
	if (errors & PCNET_TX_FATAL)
		pcnet_fault(adapter, PCNET_LOG_TRANSMITTER, errors);
	return errors & PCNET_TX_LCAR ? NDIS_STATUS_NO_CABLE : NDIS_STATUS_FAILURE;
}

static ULONG pcnet_kind_of_packet(PNDIS_PACKET packet)
{
	PNDIS_BUFFER first;
	UINT length, total;
	PVOID va;

	NdisGetFirstBufferFromPacketSafe(packet, &first, &va, &length, &total,
					 NormalPagePriority);
	return va && length >= PCNET_ADDRESS_LENGTH ? pcnet_kind(va) : 0;
}

static VOID pcnet_complete(struct pcnet_adapter *adapter, struct pcnet_frame *frame, ULONG errors)
{
	NDIS_STATUS status = pcnet_judge(adapter, errors);
	ULONG last = adapter->transmit.released + frame->descriptors - 1;
	ULONG flags = pcnet_transmit_entry(&adapter->transmit, last)->flags;

	adapter->counters.one_collision += (flags & PCNET_TX_ONE) != 0;
	adapter->counters.more_collisions += (flags & PCNET_TX_MORE) != 0;
	adapter->counters.deferred += (flags & PCNET_TX_DEF) != 0;
	adapter->transmit.released += frame->descriptors;
	adapter->transmit.completed++;
	pcnet_unmap_frame(adapter, frame);
	if (status == NDIS_STATUS_SUCCESS)
		adapter->counters.sent[pcnet_kind_of_packet(frame->packet)]++;
	NdisMSendComplete(adapter->handle, frame->packet, status);
}

/* From MiniportHandleInterrupt: completes the frames whose descriptors all have come back. */
VOID pcnet_transmit_poll(struct pcnet_adapter *adapter)
{
	struct pcnet_transmit *transmit = &adapter->transmit;

	while (transmit->completed != transmit->posted && !adapter->has_failed) {
		struct pcnet_frame *frame;
		ULONG errors = 0;
		ULONG i;

		frame = &transmit->frames[transmit->completed & (transmit->size - 1)];
		for (i = 0; i < frame->descriptors; i++) {
			volatile struct pcnet_descriptor *entry;

			entry = pcnet_transmit_entry(transmit, transmit->released + i);
			if (entry->flags & PCNET_OWN)
				return;
			if (entry->flags & PCNET_ERR)
				errors |= entry->result;
		}
		pcnet_complete(adapter, frame, errors);
	}
}

/* The chip is stopped: ends the mappings of what it had. */
VOID pcnet_transmit_unmap(struct pcnet_adapter *adapter)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	ULONG i;

	for (i = transmit->completed; i != transmit->posted; i++)
		pcnet_unmap_frame(adapter, &transmit->frames[i & (transmit->size - 1)]);
}

/* After pcnet_transmit_unmap(). FALSE: NDIS will complete the packets itself. */
VOID pcnet_transmit_forget(struct pcnet_adapter *adapter, BOOLEAN tell)
{
	struct pcnet_transmit *transmit = &adapter->transmit;

	while (transmit->completed != transmit->posted) {
		ULONG slot = transmit->completed++ & (transmit->size - 1);

		if (tell)
			NdisMSendComplete(adapter->handle, transmit->frames[slot].packet,
					  NDIS_STATUS_REQUEST_ABORTED);
	}
}
