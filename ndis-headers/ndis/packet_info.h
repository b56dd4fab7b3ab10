/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_PACKET_INFO_H
#define NDIS_HEADERS_NDIS_PACKET_INFO_H

/*
 * What travels with a packet besides its bytes: out-of-band data and per-packet information.
 *
 * Both lie in the packet's own allocation: an NDIS_PACKET_OOB_DATA at Private.NdisPacketOobOffset
 * bytes from the start of the packet, and an NDIS_PACKET_EXTENSION right behind it. They exist in
 * every packet that came from NdisAllocatePacket. All macros may be used at any IRQL by whoever has
 * the packet; `Packet` is a PNDIS_PACKET. Source: ndis-hal-dma.md sections 1.2 and 6.2, and
 * the NDIS 5 reference pages.
 */

#include "../ddk/dma_types.h"
#include "packet.h"

/*
 * Out-of-band data.
 *
 * TimeToSend                 when the sender wants the frame sent; 0 as soon as possible.
 * TimeSent, TimeReceived     when the NIC sent or received it, in 100 ns units; 0 if not known.
 * HeaderSize                 receives: bytes of the medium's header, 14 for Ethernet.
 * SizeMediaSpecificInfo      bytes of MediaSpecificInformation.
 * MediaSpecificInformation   list of MEDIA_SPECIFIC_INFORMATION, owned by whoever set it.
 * Status                     result of the packet's send, or how a receive packet is lent:
 *                            NDIS_STATUS_SUCCESS (protocols may keep it) or
 *                            NDIS_STATUS_RESOURCES (they must copy).
 */
typedef struct _NDIS_PACKET_OOB_DATA {
	NT_UNNAMED union {
		ULONGLONG TimeToSend;
		ULONGLONG TimeSent;
	};
	ULONGLONG TimeReceived;
	UINT HeaderSize;
	UINT SizeMediaSpecificInfo;
	PVOID MediaSpecificInformation;
	NDIS_STATUS Status;
} NDIS_PACKET_OOB_DATA, *PNDIS_PACKET_OOB_DATA;

/* Kinds of media-specific information. */
typedef enum _NDIS_CLASS_ID {
	NdisClass802_3Priority = 0,
	NdisClassWirelessWanMbxMailbox = 1,
	NdisClassIrdaPacketInfo = 2,
	NdisClassAtmAALInfo = 3
} NDIS_CLASS_ID;

/*
 * One piece of media-specific information. NextEntryOffset is the distance in bytes to the next, 0
 * for the last; Size the bytes of ClassInformation.
 */
typedef struct _MEDIA_SPECIFIC_INFORMATION {
	UINT NextEntryOffset;
	NDIS_CLASS_ID ClassId;
	UINT Size;
	UCHAR ClassInformation[1];
} MEDIA_SPECIFIC_INFORMATION, *PMEDIA_SPECIFIC_INFORMATION;

/*
 * Kinds of per-packet information: indexes into NDIS_PACKET_EXTENSION.NdisPacketInfo. The type of
 * each value:
 *
 * TcpIpChecksumPacketInfo       NDIS_TCP_IP_CHECKSUM_PACKET_INFO, as the pointer's value.
 * IpSecPacketInfo               the library's.
 * TcpLargeSendPacketInfo        to the driver the maximum segment size in bytes, back from it the
 *                               bytes of payload sent; as the pointer's value.
 * ClassificationHandlePacketInfo  a handle of the quality-of-service layer.
 * NdisReserved                  the library's.
 * ScatterGatherListPacketInfo   PSCATTER_GATHER_LIST, transmits after
 *                               NdisMInitializeScatterGatherDma only.
 * Ieee8021QInfo                 NDIS_PACKET_8021Q_INFO, as the pointer's value.
 * OriginalPacketInfo            PNDIS_PACKET that this packet stands for.
 * PacketCancelId                what MiniportCancelSendPackets is given.
 */
typedef enum _NDIS_PER_PACKET_INFO {
	TcpIpChecksumPacketInfo = 0,
	IpSecPacketInfo = 1,
	TcpLargeSendPacketInfo = 2,
	ClassificationHandlePacketInfo = 3,
	NdisReserved = 4,
	ScatterGatherListPacketInfo = 5,
	Ieee8021QInfo = 6,
	OriginalPacketInfo = 7,
	PacketCancelId = 8,
	OriginalNetBufferList = 9,
	CachedNetBufferList = 10,
	ShortPacketPaddingInfo = 11,
	MaxPerPacketInfo = 12
} NDIS_PER_PACKET_INFO, *PNDIS_PER_PACKET_INFO;

typedef struct _NDIS_PACKET_EXTENSION {
	PVOID NdisPacketInfo[MaxPerPacketInfo];
} NDIS_PACKET_EXTENSION, *PNDIS_PACKET_EXTENSION;

/*
 * Checksum work of one packet; fits into a pointer.
 *
 * Transmit: V4 or V6 says which IP version the frame is; the other bits ask the NIC to insert the
 * checksum of that header. Receive: what the NIC found; with neither Failed nor Succeeded set for a
 * header it was not checked.
 */
typedef struct _NDIS_TCP_IP_CHECKSUM_PACKET_INFO {
	NT_UNNAMED union {
		struct {
			ULONG NdisPacketChecksumV4 : 1;
			ULONG NdisPacketChecksumV6 : 1;
			ULONG NdisPacketTcpChecksum : 1;
			ULONG NdisPacketUdpChecksum : 1;
			ULONG NdisPacketIpChecksum : 1;
		} Transmit;
		struct {
			ULONG NdisPacketTcpChecksumFailed : 1;
			ULONG NdisPacketUdpChecksumFailed : 1;
			ULONG NdisPacketIpChecksumFailed : 1;
			ULONG NdisPacketTcpChecksumSucceeded : 1;
			ULONG NdisPacketUdpChecksumSucceeded : 1;
			ULONG NdisPacketIpChecksumSucceeded : 1;
			ULONG NdisPacketLoopback : 1;
		} Receive;
		ULONG Value;
	};
} NDIS_TCP_IP_CHECKSUM_PACKET_INFO, *PNDIS_TCP_IP_CHECKSUM_PACKET_INFO;

/*
 * The 802.1Q tag that a frame gets or had: priority 0..7, canonical-format bit, virtual LAN
 * 0..4095.
 */
typedef struct _NDIS_PACKET_8021Q_INFO {
	NT_UNNAMED union {
		struct {
			UINT32 UserPriority : 3;
			UINT32 CanonicalFormatId : 1;
			UINT32 VlanId : 12;
			UINT32 Reserved : 16;
		} TagHeader;
		PVOID Value;
	};
} NDIS_PACKET_8021Q_INFO, *PNDIS_PACKET_8021Q_INFO;

/*
 * The out-of-band data and the extension of a packet, as pointers. The library lays both out; the
 * offset in the packet is the only link, so a packet that the driver put together by itself has
 * none and must not be given to these macros.
 */
#define NDIS_OOB_DATA_FROM_PACKET(Packet) \
	((PNDIS_PACKET_OOB_DATA)(void *)((PUCHAR)(Packet) + (Packet)->Private.NdisPacketOobOffset))
#define NDIS_PACKET_EXTENSION_FROM_PACKET(Packet) \
	((PNDIS_PACKET_EXTENSION)(void *)(NDIS_OOB_DATA_FROM_PACKET(Packet) + 1))

/*
 * One piece of per-packet information, an lvalue of type PVOID. `Id` is an NDIS_PER_PACKET_INFO.
 */
#define NDIS_PER_PACKET_INFO_FROM_PACKET(Packet, Id) \
	(NDIS_PACKET_EXTENSION_FROM_PACKET(Packet)->NdisPacketInfo[Id])

/*
 * Bytes of the medium's header, UINT. A driver sets 14 in every Ethernet packet that it
 * indicates; on transmits it means nothing.
 */
#define NDIS_GET_PACKET_HEADER_SIZE(Packet) (NDIS_OOB_DATA_FROM_PACKET(Packet)->HeaderSize)
#define NDIS_SET_PACKET_HEADER_SIZE(Packet, Bytes) \
	((void)(NDIS_OOB_DATA_FROM_PACKET(Packet)->HeaderSize = (UINT)(Bytes)))

/*
 * Status of the packet, NDIS_STATUS: how a receive packet is lent, or, for a serialised miniport's
 * MiniportSendPackets, what became of each send.
 */
#define NDIS_GET_PACKET_STATUS(Packet) (NDIS_OOB_DATA_FROM_PACKET(Packet)->Status)
#define NDIS_SET_PACKET_STATUS(Packet, NewStatus) \
	((void)(NDIS_OOB_DATA_FROM_PACKET(Packet)->Status = (NewStatus)))

/*
 * Times, ULONGLONG in 100 ns units, of a clock that OID_GEN_GET_TIME_CAPS describes. A NIC
 * without clock leaves them alone.
 */
#define NDIS_GET_PACKET_TIME_TO_SEND(Packet) (NDIS_OOB_DATA_FROM_PACKET(Packet)->TimeToSend)
#define NDIS_SET_PACKET_TIME_TO_SEND(Packet, Time) \
	((void)(NDIS_OOB_DATA_FROM_PACKET(Packet)->TimeToSend = (ULONGLONG)(Time)))
#define NDIS_GET_PACKET_TIME_SENT(Packet) (NDIS_OOB_DATA_FROM_PACKET(Packet)->TimeSent)
#define NDIS_SET_PACKET_TIME_SENT(Packet, Time) \
	((void)(NDIS_OOB_DATA_FROM_PACKET(Packet)->TimeSent = (ULONGLONG)(Time)))
#define NDIS_GET_PACKET_TIME_RECEIVED(Packet) (NDIS_OOB_DATA_FROM_PACKET(Packet)->TimeReceived)
#define NDIS_SET_PACKET_TIME_RECEIVED(Packet, Time) \
	((void)(NDIS_OOB_DATA_FROM_PACKET(Packet)->TimeReceived = (ULONGLONG)(Time)))

/*
 * Media-specific information. GET stores where it is and its bytes in `*(Info)` and `*(Bytes)`:
 * NULL and 0 if the packet has none. SET makes the packet refer to `Bytes` bytes at `Info`, which
 * stay the caller's and must live as long as the packet is lent; 0 bytes make it refer to none.
 */
#define NDIS_GET_PACKET_MEDIA_SPECIFIC_INFO(Packet, Info, Bytes) \
	((void)(((Packet)->Private.NdisPacketFlags & fPACKET_CONTAINS_MEDIA_SPECIFIC_INFO) ? \
		(*(Info) = NDIS_OOB_DATA_FROM_PACKET(Packet)->MediaSpecificInformation, \
		 *(Bytes) = NDIS_OOB_DATA_FROM_PACKET(Packet)->SizeMediaSpecificInfo) : \
		(*(Info) = NULL, *(Bytes) = 0u)))

NT_INLINE VOID NDIS_SET_PACKET_MEDIA_SPECIFIC_INFO(IN OUT PNDIS_PACKET Packet, IN PVOID Info,
						   IN UINT Bytes)
{
	PNDIS_PACKET_OOB_DATA Oob = NDIS_OOB_DATA_FROM_PACKET(Packet);
	UINT Flags = Packet->Private.NdisPacketFlags & ~(UINT)fPACKET_CONTAINS_MEDIA_SPECIFIC_INFO;

	if (Bytes)
		Flags |= fPACKET_CONTAINS_MEDIA_SPECIFIC_INFO;
	Packet->Private.NdisPacketFlags = (UCHAR)Flags;
	Oob->MediaSpecificInformation = Bytes ? Info : NULL;
	Oob->SizeMediaSpecificInfo = Bytes;
}

/*
 * The packet that this one stands for, PNDIS_PACKET, or NULL. Used by drivers that sit between a
 * protocol and a miniport.
 */
#define NDIS_GET_ORIGINAL_PACKET(Packet) \
	((PNDIS_PACKET)NDIS_PER_PACKET_INFO_FROM_PACKET(Packet, OriginalPacketInfo))
#define NDIS_SET_ORIGINAL_PACKET(Packet, Original) \
	((void)(NDIS_PER_PACKET_INFO_FROM_PACKET(Packet, OriginalPacketInfo) = (Original)))

/*
 * The value by which a send can be cancelled, PVOID, NULL for none. MiniportCancelSendPackets
 * compares it with that of the packets that wait in the driver's own queue.
 */
#define NDIS_GET_PACKET_CANCEL_ID(Packet) NDIS_PER_PACKET_INFO_FROM_PACKET(Packet, PacketCancelId)
#define NDIS_SET_PACKET_CANCEL_ID(Packet, CancelId) \
	((void)(NDIS_PER_PACKET_INFO_FROM_PACKET(Packet, PacketCancelId) = (CancelId)))
#define NdisGetPacketCancelId(Packet) NDIS_GET_PACKET_CANCEL_ID(Packet)
#define NdisSetPacketCancelId(Packet, CancelId) NDIS_SET_PACKET_CANCEL_ID(Packet, CancelId)

#endif
