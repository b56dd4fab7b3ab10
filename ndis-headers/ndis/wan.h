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

/* Values of OID_WAN_MEDIUM_SUBTYPE, OID_WAN_HEADER_FORMAT and OID_WAN_QUALITY_OF_SERVICE. */
typedef enum _NDIS_WAN_MEDIUM_SUBTYPE {
	NdisWanMediumHub,
	NdisWanMediumX_25,
	NdisWanMediumIsdn,
	NdisWanMediumSerial,
	NdisWanMediumFrameRelay,
	NdisWanMediumAtm,
	NdisWanMediumSonet,
	NdisWanMediumSW56K,
	NdisWanMediumPPTP,
	NdisWanMediumL2TP,
	NdisWanMediumIrda,
	NdisWanMediumParallel,
	NdisWanMediumPppoe
} NDIS_WAN_MEDIUM_SUBTYPE, *PNDIS_WAN_MEDIUM_SUBTYPE;

typedef enum _NDIS_WAN_HEADER_FORMAT {
	NdisWanHeaderNative,
	NdisWanHeaderEthernet
} NDIS_WAN_HEADER_FORMAT, *PNDIS_WAN_HEADER_FORMAT;

typedef enum _NDIS_WAN_QUALITY {
	NdisWanRaw,
	NdisWanErrorControl,
	NdisWanReliable
} NDIS_WAN_QUALITY, *PNDIS_WAN_QUALITY;

/* Value of OID_WAN_PROTOCOL_CAPS. In Flags: the protocol counts by itself. */
#define WAN_PROTOCOL_KEEPS_STATS 0x00000001
typedef struct _NDIS_WAN_PROTOCOL_CAPS {
	ULONG Flags;
	ULONG Reserved;
} NDIS_WAN_PROTOCOL_CAPS, *PNDIS_WAN_PROTOCOL_CAPS;

/*
 * Buffer of NDIS_STATUS_WAN_LINE_UP. LinkSpeed is in units of 100 bit/s, SendWindow the packets that
 * the miniport takes at once, 0 for no limit. NdisLinkHandle is the miniport's name for the link;
 * NDIS leaves its own in NdisLinkContext.
 */
typedef struct _NDIS_MAC_LINE_UP {
	ULONG LinkSpeed;
	NDIS_WAN_QUALITY Quality;
	USHORT SendWindow;
	NDIS_HANDLE ConnectionWrapperID;
	NDIS_HANDLE NdisLinkHandle;
	NDIS_HANDLE NdisLinkContext;
} NDIS_MAC_LINE_UP, *PNDIS_MAC_LINE_UP;

/*
 * The same as protocols see them: NDISWAN's description of a line with its addresses, to which the
 * protocol adds its own.
 */
typedef struct _NDIS_WAN_LINE_UP {
	ULONG LinkSpeed;
	ULONG MaximumTotalSize;
	NDIS_WAN_QUALITY Quality;
	USHORT SendWindow;
	UCHAR RemoteAddress[6];
	UCHAR LocalAddress[6];
	ULONG ProtocolBufferLength;
	PUCHAR ProtocolBuffer;
	USHORT ProtocolType;
	NDIS_STRING DeviceName;
} NDIS_WAN_LINE_UP, *PNDIS_WAN_LINE_UP;

typedef struct _NDIS_WAN_LINE_DOWN {
	UCHAR RemoteAddress[6];
	UCHAR LocalAddress[6];
} NDIS_WAN_LINE_DOWN, *PNDIS_WAN_LINE_DOWN;

/* Buffer of NDIS_STATUS_WAN_CO_LINKPARAMS: speeds in bytes per second, and packets at once. */
typedef struct _WAN_CO_LINKPARAMS {
	ULONG TransmitSpeed;
	ULONG ReceiveSpeed;
	ULONG SendWindow;
} WAN_CO_LINKPARAMS, *PWAN_CO_LINKPARAMS;

/* Buffer of NDIS_STATUS_WAN_LINE_DOWN. */
typedef struct _NDIS_MAC_LINE_DOWN {
	NDIS_HANDLE NdisLinkContext;
} NDIS_MAC_LINE_DOWN, *PNDIS_MAC_LINE_DOWN;

/* Buffer of NDIS_STATUS_WAN_FRAGMENT: the addresses of the frame. */
typedef struct _NDIS_WAN_FRAGMENT {
	UCHAR RemoteAddress[6];
	UCHAR LocalAddress[6];
} NDIS_WAN_FRAGMENT, *PNDIS_WAN_FRAGMENT;

/* Buffer of NDIS_STATUS_WAN_CO_FRAGMENT: bits WAN_ERROR_* that say what was wrong. */
#define WAN_ERROR_CRC 0x00000001
#define WAN_ERROR_FRAMING 0x00000002
#define WAN_ERROR_HARDWAREOVERRUN 0x00000004
#define WAN_ERROR_BUFFEROVERRUN 0x00000008
#define WAN_ERROR_TIMEOUT 0x00000010
#define WAN_ERROR_ALIGNMENT 0x00000020

typedef struct _NDIS_WAN_CO_FRAGMENT {
	ULONG Errors;
} NDIS_WAN_CO_FRAGMENT, *PNDIS_WAN_CO_FRAGMENT;

/* Buffer of NDIS_STATUS_WAN_GET_STATS: counters of the link with that address. */
typedef struct _NDIS_WAN_GET_STATS {
	UCHAR LocalAddress[6];
	ULONG BytesSent;
	ULONG BytesRcvd;
	ULONG FramesSent;
	ULONG FramesRcvd;
	ULONG CRCErrors;
	ULONG TimeoutErrors;
	ULONG AlignmentErrors;
	ULONG SerialOverrunErrors;
	ULONG FramingErrors;
	ULONG BufferOverrunErrors;
	ULONG BytesTransmittedUncompressed;
	ULONG BytesReceivedUncompressed;
	ULONG BytesTransmittedCompressed;
	ULONG BytesReceivedCompressed;
} NDIS_WAN_GET_STATS, *PNDIS_WAN_GET_STATS;

/* Value of OID_GEN_CO_MINIMUM_LINK_SPEED and OID_GEN_CO_LINK_SPEED, in units of 100 bit/s. */
typedef struct _NDIS_CO_LINK_SPEED {
	ULONG Outbound;
	ULONG Inbound;
} NDIS_CO_LINK_SPEED, *PNDIS_CO_LINK_SPEED;

/* A string, Length bytes of it, that lies Offset bytes behind the beginning of a structure. */
typedef struct _NDIS_VAR_DATA_DESC {
	USHORT Length;
	USHORT MaximumLength;
	ULONG_PTR Offset;
} NDIS_VAR_DATA_DESC, *PNDIS_VAR_DATA_DESC;

/* Media-specific information of packets of an infrared adapter. */
typedef struct _NDIS_IRDA_PACKET_INFO {
	ULONG ExtraBOFs;	   /* frame delimiters before the frame */
	ULONG MinTurnAroundTime; /* microseconds to wait before it is sent */
} NDIS_IRDA_PACKET_INFO, *PNDIS_IRDA_PACKET_INFO;

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
 * The same for FDDI. IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisMFddiIndicateReceive(IN NDIS_HANDLE MiniportAdapterHandle,
					    IN NDIS_HANDLE MiniportReceiveContext,
					    IN PVOID HeaderBuffer, IN UINT HeaderBufferSize,
					    IN PVOID LookaheadBuffer, IN UINT LookaheadBufferSize,
					    IN UINT PacketSize);
NDISAPI VOID NTAPI NdisMFddiIndicateReceiveComplete(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * The same for ARCNET, whose frames are given whole.
 *
 * MiniportAdapterHandle   the adapter.
 * HeaderBuffer            the header.
 * DataBuffer              what follows it, of Length bytes.
 *
 * IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisMArcIndicateReceive(IN NDIS_HANDLE MiniportAdapterHandle,
					   IN PUCHAR HeaderBuffer, IN PUCHAR DataBuffer,
					   IN UINT Length);
NDISAPI VOID NTAPI NdisMArcIndicateReceiveComplete(IN NDIS_HANDLE MiniportAdapterHandle);

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
