/* SPDX-License-Identifier: MIT */
/*
 * receive.c - frames from the chip to the protocols
 *
 * Each descriptor has a buffer in shared memory for life. A frame is shown with its first bytes,
 * the lookahead; a protocol that wants it asks for the rest with MiniportTransferData, during the
 * indication. Then its descriptors go back to the chip.
 */
#include "pcnet.h"

static volatile struct pcnet_descriptor *pcnet_receive_entry(struct pcnet_receive *receive,
							     ULONG number)
{
	struct pcnet_descriptor *ring = (struct pcnet_descriptor *)(PVOID)receive->ring.va;

	return &ring[number & (receive->size - 1)];
}

static BOOLEAN pcnet_is_back(struct pcnet_receive *receive, ULONG number)
{
	return !(pcnet_receive_entry(receive, number)->flags & PCNET_OWN);
}

/* Gives a descriptor to the chip. */
static VOID pcnet_give(struct pcnet_receive *receive, ULONG number)
{
	volatile struct pcnet_descriptor *entry = pcnet_receive_entry(receive, number);

	entry->length = PCNET_LENGTH(PCNET_BUFFER_SIZE);
	entry->result = 0;
	KeMemoryBarrier();
	entry->flags = PCNET_OWN;
}

/* The chip is reset: all descriptors are its. */
VOID pcnet_receive_start(struct pcnet_adapter *adapter)
{
	struct pcnet_receive *receive = &adapter->receive;
	ULONG i;

	for (i = 0; i < receive->size; i++) {
		pcnet_receive_entry(receive, i)->address =
			receive->buffers.logical.LowPart + i * PCNET_BUFFER_SIZE;
		pcnet_give(receive, i);
	}
	receive->next = 0;
	receive->length = 0;
}

/*
 * Descriptors of the frame at `next`; 0: it is not complete. All of a frame that is in several
 * buffers but the last come back early, so its end is looked for: ENP, or the error that cut it off.
 */
static ULONG pcnet_frame_descriptors(struct pcnet_receive *receive)
{
	ULONG count;

	for (count = 0; count < receive->size && pcnet_is_back(receive, receive->next + count);
	     count++)
		if (pcnet_receive_entry(receive, receive->next + count)->flags &
		    (PCNET_ENP | PCNET_ERR))
			return count + 1;
	return 0;
}

/*
 * A chip that has run out of descriptors looks for the next one that is its own, and QEMU's does so
 * from the wrong end of those that are being given back. The ones that it passed over are its own
 * still; it comes to them in its next round. TRUE: `next` has moved to the one it used.
 */
static BOOLEAN pcnet_follow(struct pcnet_adapter *adapter)
{
	struct pcnet_receive *receive = &adapter->receive;
	ULONG i;

	for (i = 1; i < receive->size; i++)
		if (pcnet_is_back(receive, receive->next + i))
			break;
	KeMemoryBarrier();
	/* Had the chip merely gone on while this function looked, `next` would be back as well. */
	if (i == receive->size || pcnet_is_back(receive, receive->next))
		return FALSE;
	receive->next += i;
	adapter->statistics.descriptors_skipped += i;
	return TRUE;
}

/* MiniportTransferData: @receive_context is the frame. */
NDIS_STATUS pcnet_transfer_data(PNDIS_PACKET packet, PUINT transferred, NDIS_HANDLE context,
				NDIS_HANDLE receive_context, UINT offset, UINT count)
{
	struct pcnet_adapter *adapter = context;
	ULONG length = adapter->receive.length;
	PNDIS_BUFFER buffer;
	PUCHAR from;

	*transferred = 0;
	if (length < PCNET_FRAME_HEADER || offset > length - PCNET_FRAME_HEADER)
		return NDIS_STATUS_FAILURE;
	count = min(count, length - PCNET_FRAME_HEADER - offset);
	from = (PUCHAR)receive_context + PCNET_FRAME_HEADER + offset;
	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	for (; buffer && count; NdisGetNextBuffer(buffer, &buffer)) {
		UINT part;
		PVOID va;

		NdisQueryBufferSafe(buffer, &va, &part, NormalPagePriority);
		if (!va)
			return NDIS_STATUS_RESOURCES;
		part = min(part, count);
		NdisMoveMemory(va, from, part);
		from += part;
		count -= part;
		*transferred += part;
	}
	adapter->statistics.frames_transferred++;
	return NDIS_STATUS_SUCCESS;
}

static VOID pcnet_indicate(struct pcnet_adapter *adapter, PUCHAR frame, ULONG length)
{
	ULONG data = length - PCNET_FRAME_HEADER;

	if (!pcnet_is_wanted(adapter, frame)) {
		adapter->statistics.frames_filtered++;
		return;
	}
	adapter->receive.length = length;
	adapter->counters.received[pcnet_kind(frame)]++;
	adapter->statistics.frames_received++;
	NdisMEthIndicateReceive(adapter->handle, frame, frame, PCNET_FRAME_HEADER,
				frame + PCNET_FRAME_HEADER, min(adapter->lookahead, data), data);
	adapter->receive.length = 0;
}

/* A frame that is not indicated. The last of its descriptors tells why. */
static VOID pcnet_count_error(struct pcnet_adapter *adapter, ULONG descriptors, ULONG flags)
{
	struct pcnet_counters *counters = &adapter->counters;

	counters->receive_errors++;
	counters->misaligned += (flags & PCNET_RX_FRAM) != 0;
	counters->overruns += (flags & PCNET_RX_OFLO) && !(flags & PCNET_RX_BUFF);
	if (descriptors > 1 || flags & PCNET_RX_BUFF)
		adapter->statistics.frames_oversize++;
	else
		adapter->statistics.frames_bad++;
}

static VOID pcnet_take(struct pcnet_adapter *adapter, ULONG descriptors)
{
	struct pcnet_receive *receive = &adapter->receive;
	volatile struct pcnet_descriptor *last;
	ULONG slot = receive->next & (receive->size - 1);
	ULONG flags, count;

	last = pcnet_receive_entry(receive, receive->next + descriptors - 1);
	flags = last->flags;
	KeMemoryBarrier();
	count = PCNET_RX_COUNT(last->result);
	if (descriptors > 1 || flags & PCNET_ERR || !(flags & PCNET_STP) ||
	    count < PCNET_FRAME_HEADER + PCNET_FCS || count > PCNET_BUFFER_SIZE)
		pcnet_count_error(adapter, descriptors, flags);
	else
		pcnet_indicate(adapter, receive->buffers.va + slot * PCNET_BUFFER_SIZE,
			       count - PCNET_FCS);
}

/*
 * From MiniportHandleInterrupt. One round of the ring at most: what was there when the ISR took the
 * cause back is in it, and what comes later interrupts again.
 */
VOID pcnet_receive_poll(struct pcnet_adapter *adapter)
{
	struct pcnet_receive *receive = &adapter->receive;
	ULONG left = receive->size;
	BOOLEAN indicated = FALSE;
	ULONG descriptors, i;

	if (!pcnet_is_back(receive, receive->next) && !pcnet_follow(adapter))
		return;
	while (left && (descriptors = pcnet_frame_descriptors(receive)) != 0) {
		pcnet_take(adapter, descriptors);
		for (i = 0; i < descriptors; i++)
			pcnet_give(receive, receive->next++);
		left -= min(left, descriptors);
		indicated = TRUE;
	}
	if (indicated)
		NdisMEthIndicateReceiveComplete(adapter->handle);
}
