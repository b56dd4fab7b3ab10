/* SPDX-License-Identifier: MIT */
/*
 * receive.c - frames from the miniport to the host program
 *
 * The host program uses a frame during the call, so a packet goes back to the
 * miniport at once.
 */
#include <stdlib.h>
#include <string.h>

#include "mm/mdl.h"
#include "ndis/miniport_call.h"
#include "ndis/packet.h"
#include "ndis/receive.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

/* Buffers of one received packet at most. */
#define PIECES_LIMIT 64u

/* Largest frame that is fetched with MiniportTransferData. */
#define TRANSFER_LIMIT 65536u

/**
 * struct transfer - one MiniportTransferData
 * @busy: the miniport has the packet.
 * @shown: bytes of header and lookahead, kept at the start of @data.
 */
struct transfer {
	struct transfer *next;
	struct shim_adapter *adapter;
	bool busy;
	UINT shown;
	struct {
		NDIS_PACKET packet;
		UCHAR reserved[PROTOCOL_RESERVED_SIZE_IN_PACKET];
		NDIS_PACKET_OOB_DATA oob;
		NDIS_PACKET_EXTENSION extension;
	} packet;
	struct {
		MDL mdl;
		PFN_NUMBER frames[TRANSFER_LIMIT / PLATFORM_PAGE_SIZE + 1];
	} buffer;
	unsigned char data[TRANSFER_LIMIT];
};

static bool may_indicate(struct shim_adapter *adapter, const char *call)
{
	if (adapter->state == ADAPTER_RUNNING || adapter->state == ADAPTER_STOPPING)
		return true;
	ndis_violation(adapter, call,
		       "frames are indicated between MiniportInitialize and MiniportHalt",
		       "indicated %s",
		       adapter->state == ADAPTER_INITIALIZING ? "during MiniportInitialize"
							      : "during MiniportHalt");
	return false;
}

static inline void deliver(struct shim_adapter *adapter, const struct dma_region *pieces,
			   unsigned int count, size_t length)
{
	unsigned int irql = ke_current_irql();

	/* Nobody receives from an adapter that waits to step in for another. */
	if (unlikely(adapter->primary))
		return;
	adapter->statistics.frames_received++;
	adapter->statistics.bytes_received += length;
	if (irql < KE_DISPATCH_LEVEL)
		ke_raise_irql(KE_DISPATCH_LEVEL);
	if (adapter->state == ADAPTER_RUNNING)
		adapter->client.receive(adapter->client.context, pieces, count);
	ke_lower_irql(irql);
}

static void deliver_packet(struct shim_adapter *adapter, const char *call, PNDIS_PACKET packet)
{
	struct dma_region pieces[PIECES_LIMIT];
	unsigned int count = 0;
	size_t length = 0;

	for (PNDIS_BUFFER buffer = packet->Private.Head; buffer; buffer = buffer->Next) {
		if (count == PIECES_LIMIT) {
			ndis_violation(adapter, call, "a packet has at most 64 buffers",
				       "packet %p has more", (void *)packet);
			return;
		}
		pieces[count].va = buffer->MappedSystemVa;
		pieces[count].length = buffer->ByteCount;
		length += buffer->ByteCount;
		count++;
	}
	if (!length) {
		ndis_violation(adapter, call, "a received packet holds a frame",
			       "packet %p is empty", (void *)packet);
		return;
	}
	adapter->receive.packet = packet;
	deliver(adapter, pieces, count, length);
	adapter->receive.packet = NULL;
}

/* Value of one piece of per-packet information that fits into a pointer. */
static uint32_t information_of(PNDIS_PACKET packet, NDIS_PER_PACKET_INFO kind)
{
	return (uint32_t)(uintptr_t)NDIS_PER_PACKET_INFO_FROM_PACKET(packet, kind);
}

SHIM_EXPORT void shim_received_information(const struct shim_adapter *adapter,
					   struct shim_packet_information *information)
{
	PNDIS_PACKET packet = adapter->receive.packet;

	*information = (struct shim_packet_information){0};
	if (!packet)
		return;
	information->checksum = information_of(packet, TcpIpChecksumPacketInfo);
	information->tag = information_of(packet, Ieee8021QInfo);
}

static void return_packet(struct shim_adapter *adapter, PNDIS_PACKET packet)
{
	static const char name[] = "MiniportReturnPacket";
	struct miniport_call call;

	ndis_enter_miniport(adapter, name, ke_current_irql(), &call);
	TRACE_ENTER(name, "context %p, packet %p)", adapter->context, (void *)packet);
	adapter->driver->functions.ReturnPacketHandler(adapter->context, packet);
	TRACE_LEAVE(name, "packet %p)", (void *)packet);
	ndis_leave_miniport(adapter, &call);
}

/* A packet that is not NULL and has out-of-band data. */
static bool is_packet(struct shim_adapter *adapter, const char *call, PNDIS_PACKET packet)
{
	if (packet && packet->Private.NdisPacketOobOffset >= sizeof(NDIS_PACKET))
		return true;
	ndis_violation(adapter, call, "received packets come from NdisAllocatePacket",
		       "packet %p does not", (void *)packet);
	return false;
}

static void indicate_packets(struct shim_adapter *adapter, const char *call, PPNDIS_PACKET packets,
			     UINT count)
{
	bool serialised = ndis_is_serialised(adapter);

	for (UINT i = 0; i < count; i++) {
		PNDIS_PACKET packet = packets[i];
		bool lent;

		if (!is_packet(adapter, call, packet))
			continue;
		lent = NDIS_GET_PACKET_STATUS(packet) != NDIS_STATUS_RESOURCES;
		deliver_packet(adapter, call, packet);
		if (!lent)
			continue;
		/* A serialised miniport reads the status afterwards: SUCCESS gives the packet back.
		 */
		if (serialised)
			NDIS_SET_PACKET_STATUS(packet, NDIS_STATUS_SUCCESS);
		else
			return_packet(adapter, packet);
	}
	if (adapter->client.receive_done && adapter->state == ADAPTER_RUNNING)
		adapter->client.receive_done(adapter->client.context);
}

VOID NTAPI NdisMIndicateReceivePacket(NDIS_HANDLE MiniportAdapterHandle,
				      PPNDIS_PACKET ReceivePackets, UINT NumberOfPackets)
{
	static const char call[] = "NdisMIndicateReceivePacket";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p, %u packets at %p)", (void *)adapter, NumberOfPackets,
	      (void *)ReceivePackets);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL) ||
	    !may_indicate(adapter, call))
		return;
	if (!adapter->driver->functions.ReturnPacketHandler) {
		ndis_violation(adapter, call, "the driver must have registered ReturnPacketHandler",
			       "ReturnPacketHandler is NULL");
		return;
	}
	if (NumberOfPackets && !ndis_is_given(call, "ReceivePackets", ReceivePackets))
		return;
	indicate_packets(adapter, call, ReceivePackets, NumberOfPackets);
}

/* A transfer that is not busy, a new one if need be. */
static struct transfer *take_transfer(struct shim_adapter *adapter)
{
	struct transfer *transfer = adapter->receive.transfers;

	while (transfer && transfer->busy)
		transfer = transfer->next;
	if (transfer)
		return transfer;
	transfer = calloc(1, sizeof(*transfer));
	if (!transfer)
		return NULL;
	transfer->adapter = adapter;
	transfer->next = adapter->receive.transfers;
	adapter->receive.transfers = transfer;
	return transfer;
}

static void finish_transfer(struct transfer *transfer, NDIS_STATUS status, UINT bytes)
{
	struct dma_region piece = {transfer->data, transfer->shown + bytes};

	transfer->busy = false;
	if (status == NDIS_STATUS_SUCCESS)
		deliver(transfer->adapter, &piece, 1, piece.length);
}

static void fetch_rest(struct shim_adapter *adapter, NDIS_HANDLE context, struct transfer *transfer,
		       UINT offset, UINT rest)
{
	static const char name[] = "MiniportTransferData";
	PNDIS_PACKET packet = &transfer->packet.packet;
	struct miniport_call call;
	NDIS_STATUS status;
	UINT bytes = 0;

	ndis_packet_initialise(
		packet, offsetof(struct transfer, packet.oob) - offsetof(struct transfer, packet),
		NULL);
	mm_mdl_build(&transfer->buffer.mdl, transfer->data + transfer->shown, rest, NULL);
	NdisChainBufferAtFront(packet, &transfer->buffer.mdl);
	transfer->busy = true;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "packet %p, context %p, %p, offset %u, %u bytes)", (void *)packet,
		    adapter->context, context, offset, rest);
	status = adapter->driver->functions.TransferDataHandler(packet, &bytes, adapter->context,
								context, offset, rest);
	TRACE_LEAVE(name, "packet %p) -> %s, %u bytes", (void *)packet, ndis_status_text(status),
		    bytes);
	ndis_leave_miniport(adapter, &call);
	if (status != NDIS_STATUS_PENDING)
		finish_transfer(transfer, status, bytes < rest ? bytes : rest);
}

static void transfer_frame(struct shim_adapter *adapter, const char *call, NDIS_HANDLE context,
			   const struct dma_region *shown, UINT packet_size)
{
	UINT lookahead = (UINT)shown[1].length;
	struct transfer *transfer;

	if (!adapter->driver->functions.TransferDataHandler) {
		ndis_violation(adapter, call,
			       "a driver that shows less than the frame has registered "
			       "TransferDataHandler",
			       "%u of %u bytes shown, TransferDataHandler is NULL", lookahead,
			       packet_size);
		return;
	}
	transfer = take_transfer(adapter);
	if (!transfer || shown[0].length + packet_size > sizeof(transfer->data)) {
		log_warning("%s: a frame of %u bytes cannot be fetched and is dropped",
			    adapter->driver->name, packet_size);
		return;
	}
	memcpy(transfer->data, shown[0].va, shown[0].length);
	memcpy(transfer->data + shown[0].length, shown[1].va, lookahead);
	transfer->shown = (UINT)shown[0].length + lookahead;
	fetch_rest(adapter, context, transfer, lookahead, packet_size - lookahead);
}

VOID NTAPI NdisMEthIndicateReceive(NDIS_HANDLE MiniportAdapterHandle,
				   NDIS_HANDLE MiniportReceiveContext, PVOID HeaderBuffer,
				   UINT HeaderBufferSize, PVOID LookaheadBuffer,
				   UINT LookaheadBufferSize, UINT PacketSize)
{
	static const char call[] = "NdisMEthIndicateReceive";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	struct dma_region shown[2] = {
		{HeaderBuffer, HeaderBufferSize},
		{LookaheadBuffer,
		 LookaheadBufferSize < PacketSize ? LookaheadBufferSize : PacketSize},
	};

	TRACE(call, "adapter %p, context %p, header %u, lookahead %u, packet %u bytes)",
	      (void *)adapter, MiniportReceiveContext, HeaderBufferSize, LookaheadBufferSize,
	      PacketSize);
	if (!adapter || !ndis_irql_is_dispatch(adapter, call) || !may_indicate(adapter, call))
		return;
	if ((HeaderBufferSize && !ndis_is_given(call, "HeaderBuffer", HeaderBuffer)) ||
	    (shown[1].length && !ndis_is_given(call, "LookaheadBuffer", LookaheadBuffer)))
		return;
	if (shown[1].length == PacketSize)
		deliver(adapter, shown, 2, (size_t)HeaderBufferSize + PacketSize);
	else
		transfer_frame(adapter, call, MiniportReceiveContext, shown, PacketSize);
}

VOID NTAPI NdisMEthIndicateReceiveComplete(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMEthIndicateReceiveComplete";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p)", (void *)adapter);
	if (!adapter || !ndis_irql_is_dispatch(adapter, call) || !may_indicate(adapter, call))
		return;
	if (adapter->client.receive_done && adapter->state == ADAPTER_RUNNING)
		adapter->client.receive_done(adapter->client.context);
}

VOID NTAPI NdisMTransferDataComplete(NDIS_HANDLE MiniportAdapterHandle, PNDIS_PACKET Packet,
				     NDIS_STATUS Status, UINT BytesTransferred)
{
	static const char call[] = "NdisMTransferDataComplete";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	struct transfer *transfer;

	TRACE(call, "adapter %p, packet %p, %s, %u bytes)", (void *)adapter, (void *)Packet,
	      ndis_status_text(Status), BytesTransferred);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return;
	transfer = adapter->receive.transfers;
	while (transfer && !(transfer->busy && &transfer->packet.packet == Packet))
		transfer = transfer->next;
	if (!transfer || BytesTransferred > transfer->buffer.mdl.ByteCount) {
		ndis_violation(
			adapter, call,
			"a MiniportTransferData that is pending is completed once, with as many "
			"bytes as were asked for at most",
			"%u bytes in packet %p", BytesTransferred, (void *)Packet);
		return;
	}
	finish_transfer(transfer, Status, BytesTransferred);
}

bool ndis_receive_is_idle(const struct shim_adapter *adapter)
{
	for (struct transfer *transfer = adapter->receive.transfers; transfer;
	     transfer = transfer->next) {
		if (transfer->busy)
			return false;
	}
	return true;
}

void ndis_receive_release(struct shim_adapter *adapter)
{
	while (adapter->receive.transfers) {
		struct transfer *transfer = adapter->receive.transfers;

		adapter->receive.transfers = transfer->next;
		free(transfer);
	}
}
