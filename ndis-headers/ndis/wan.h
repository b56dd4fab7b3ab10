/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_WAN_H
#define NDIS_HEADERS_NDIS_WAN_H

/*
 * What miniports for other media than Ethernet report: token ring and wide area links.
 *
 * MiniportInitialize is offered NdisMedium802_3 alone, so that no adapter of such a medium comes to
 * exist here. The functions drop what they are given, and each says so once in the log.
 */

#include "packet.h"

/*
 * A packet of a wide area miniport: CurrentLength bytes at CurrentBuffer, between StartBuffer and
 * EndBuffer.
 */
typedef struct _NDIS_WAN_PACKET {
	LIST_ENTRY WanPacketQueue;
	PUCHAR CurrentBuffer;
	ULONG CurrentLength;
	PUCHAR StartBuffer;
	PUCHAR EndBuffer;
	PVOID ProtocolReserved1;
	PVOID ProtocolReserved2;
	PVOID ProtocolReserved3;
	PVOID ProtocolReserved4;
	PVOID MacReserved1;
	PVOID MacReserved2;
	PVOID MacReserved3;
	PVOID MacReserved4;
} NDIS_WAN_PACKET, *PNDIS_WAN_PACKET;

EXTERN_C_START

/*
 * Report a frame of a token ring, and the end of a series of them; parameters as
 * NdisMEthIndicateReceive and NdisMEthIndicateReceiveComplete. IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisMTrIndicateReceive(IN NDIS_HANDLE MiniportAdapterHandle,
					  IN NDIS_HANDLE MiniportReceiveContext,
					  IN PVOID HeaderBuffer, IN UINT HeaderBufferSize,
					  IN PVOID LookaheadBuffer, IN UINT LookaheadBufferSize,
					  IN UINT PacketSize);
NDISAPI VOID NTAPI NdisMTrIndicateReceiveComplete(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Reports a packet of a wide area link.
 *
 * Status                  OUT. NDIS_STATUS_FAILURE.
 * MiniportAdapterHandle   the adapter.
 * NdisLinkContext         the link.
 * PacketBuffer            the packet, of PacketSize bytes.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMWanIndicateReceive(OUT PNDIS_STATUS Status,
					   IN NDIS_HANDLE MiniportAdapterHandle,
					   IN NDIS_HANDLE NdisLinkContext, IN PUCHAR PacketBuffer,
					   IN UINT PacketSize);

/* Ends a series of them. IRQL: <=DISPATCH. */
NDISAPI VOID NTAPI NdisMWanIndicateReceiveComplete(IN NDIS_HANDLE MiniportAdapterHandle,
						   IN NDIS_HANDLE NdisLinkContext);

/* Gives a packet back that was sent with the result `Status`. IRQL: <=DISPATCH. */
NDISAPI VOID NTAPI NdisMWanSendComplete(IN NDIS_HANDLE MiniportAdapterHandle,
					IN PNDIS_WAN_PACKET Packet, IN NDIS_STATUS Status);

EXTERN_C_END

#endif
