/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_PACKET_H
#define NDIS_HEADERS_NDIS_PACKET_H

/*
 * Packets: one frame as a chain of buffers.
 *
 * The frame's bytes are those of the chained buffers in order. Behind the packet proper, in the
 * same allocation, lie the out-of-band data and the per-packet information; they are read and
 * written with the macros of ndis/packet_info.h.
 *
 * Ownership. A packet belongs to whoever allocated it and is lent to the other side: a transmit
 * packet to the miniport from MiniportSend(Packets) until NdisMSendComplete, a receive packet
 * to the protocols from NdisMIndicateReceivePacket until MiniportReturnPacket. The borrower
 * changes nothing but the area reserved for it. Source: the NDIS 5 reference pages and
 * ndis-hal-dma.md section 6.2.
 */

#include "buffer.h"

/* A pool of packets, opaque. */
typedef NDIS_HANDLE PNDIS_PACKET_POOL;

/*
 * The library's part of a packet. Drivers reach it with the functions and macros below.
 *
 * PhysicalCount         pages that the buffers touch, valid if ValidCounts.
 * TotalLength           bytes of all buffers, valid if ValidCounts.
 * Head, Tail            first and last buffer; both NULL in an empty packet.
 * Pool                  where the packet came from.
 * Count                 number of buffers, valid if ValidCounts.
 * Flags                 NDIS_FLAGS_* and the protocol's number.
 * ValidCounts           whether the three counts are up to date.
 * NdisPacketFlags       fPACKET_* bits.
 * NdisPacketOobOffset   offset of the out-of-band data from the start of the packet, in bytes.
 */
typedef struct _NDIS_PACKET_PRIVATE {
	UINT PhysicalCount;
	UINT TotalLength;
	PNDIS_BUFFER Head;
	PNDIS_BUFFER Tail;
	PNDIS_PACKET_POOL Pool;
	UINT Count;
	ULONG Flags;
	BOOLEAN ValidCounts;
	UCHAR NdisPacketFlags;
	USHORT NdisPacketOobOffset;
} NDIS_PACKET_PRIVATE, *PNDIS_PACKET_PRIVATE;

/* The library allocated the packet, so the out-of-band data exist. */
#define fPACKET_ALLOCATED_BY_NDIS 0x80
/* The out-of-band data refer to media-specific information. */
#define fPACKET_CONTAINS_MEDIA_SPECIFIC_INFO 0x40
/* Belongs to the library. */
#define fPACKET_WRAPPER_RESERVED 0x3F

/* Number of the protocol that made the packet: NDIS_PROTOCOL_ID_*. */
#define NDIS_FLAGS_PROTOCOL_ID_MASK 0x0000000F
/* A multicast frame. */
#define NDIS_FLAGS_MULTICAST_PACKET 0x00000010
/* NDIS's own, here and below. */
#define NDIS_FLAGS_RESERVED2 0x00000020
#define NDIS_FLAGS_RESERVED3 0x00000040
/* The sender does not want the frame back. */
#define NDIS_FLAGS_DONT_LOOPBACK 0x00000080
/* The library delivers a copy of a sent frame to the receivers on this machine. */
#define NDIS_FLAGS_IS_LOOPBACK_PACKET 0x00000100
/* The frame is for receivers on this machine only. */
#define NDIS_FLAGS_LOOPBACK_ONLY 0x00000200
#define NDIS_FLAGS_RESERVED4 0x00000400
/* The library copied the frame. */
#define NDIS_FLAGS_DOUBLE_BUFFERED 0x00000800
/* The send came from DISPATCH_LEVEL. */
#define NDIS_FLAGS_SENT_AT_DPC 0x00001000
/* The packet carries a scatter/gather list that the library made. */
#define NDIS_FLAGS_USES_SG_BUFFER_LIST 0x00002000
/* The packet stands for another one. */
#define NDIS_FLAGS_USES_ORIGINAL_PACKET 0x00004000
/* A short frame was padded to the minimum length. */
#define NDIS_FLAGS_PADDED 0x00010000
/* A driver between protocol and miniport makes its translation as late as it can. */
#define NDIS_FLAGS_XLATE_AT_TOP 0x00020000

#define NDIS_PROTOCOL_ID_DEFAULT 0x00
#define NDIS_PROTOCOL_ID_TCP_IP 0x02
#define NDIS_PROTOCOL_ID_IPX 0x06
#define NDIS_PROTOCOL_ID_NBF 0x07
#define NDIS_PROTOCOL_ID_MAX 0x0F
#define NDIS_PROTOCOL_ID_MASK 0x0F

/*
 * The packet.
 *
 * MiniportReserved     two pointers' worth of bytes that belong to the miniport while it has the
 *                      packet: for transmits from MiniportSend to NdisMSendComplete, for
 *                      receives from allocation to free. MiniportReservedEx is one pointer
 *                      longer and may be used by miniports that are not intermediate drivers.
 * WrapperReserved      the library's.
 * Reserved             the library's.
 * ProtocolReserved     the protocol's; its length was given when the pool was made. For the
 *                      packets of a miniport's own receive pool that is the miniport.
 *
 * The reserved arrays are bytes aligned like pointers; a driver casts them to a structure.
 */
typedef struct _NDIS_PACKET {
	NDIS_PACKET_PRIVATE Private;
	NT_UNNAMED union {
		NT_UNNAMED struct {
			UCHAR MiniportReserved[2 * sizeof(PVOID)];
			UCHAR WrapperReserved[2 * sizeof(PVOID)];
		};
		NT_UNNAMED struct {
			UCHAR MiniportReservedEx[3 * sizeof(PVOID)];
			UCHAR WrapperReservedEx[sizeof(PVOID)];
		};
		NT_UNNAMED struct {
			UCHAR MacReserved[4 * sizeof(PVOID)];
		};
	};
	ULONG_PTR Reserved[2];
	UCHAR ProtocolReserved[1];
} NDIS_PACKET, *PNDIS_PACKET, **PPNDIS_PACKET;

/* Size of the area that ProtocolReserved needs at least for receive packets of a miniport. */
#define PROTOCOL_RESERVED_SIZE_IN_PACKET (4 * sizeof(PVOID))

EXTERN_C_START

/*
 * Makes a pool of packets.
 *
 * Status                   OUT. NDIS_STATUS_SUCCESS or NDIS_STATUS_RESOURCES.
 * PoolHandle               OUT. The pool; NULL on failure.
 * NumberOfDescriptors      how many packets may be allocated at once, 1..65535.
 * ProtocolReservedLength   bytes of ProtocolReserved in each packet. A miniport asks for
 *                          PROTOCOL_RESERVED_SIZE_IN_PACKET at least.
 *
 * IRQL: <=DISPATCH. The pool belongs to the caller until NdisFreePacketPool.
 */
NDISAPI VOID NTAPI NdisAllocatePacketPool(OUT PNDIS_STATUS Status, OUT PNDIS_HANDLE PoolHandle,
					  IN UINT NumberOfDescriptors,
					  IN UINT ProtocolReservedLength);

/*
 * Makes a pool of packets that may grow.
 *
 * Status                        OUT. NDIS_STATUS_SUCCESS or NDIS_STATUS_RESOURCES.
 * PoolHandle                    OUT. The pool; NULL on failure.
 * NumberOfDescriptors           packets for which memory is reserved at once.
 * NumberOfOverflowDescriptors   further packets that may be allocated as long as there is memory;
 *                               the sum with NumberOfDescriptors is 1..65535.
 * ProtocolReservedLength        as with NdisAllocatePacketPool.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisAllocatePacketPoolEx(OUT PNDIS_STATUS Status, OUT PNDIS_HANDLE PoolHandle,
					    IN UINT NumberOfDescriptors,
					    IN UINT NumberOfOverflowDescriptors,
					    IN UINT ProtocolReservedLength);

/*
 * Gives back a pool; every packet of it must have been freed. The library reports those that
 * were not.
 *
 * PoolHandle   the value that NdisAllocatePacketPool(Ex) stored.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisFreePacketPool(IN NDIS_HANDLE PoolHandle);

/*
 * Returns the number of packets of the pool that are allocated now. IRQL: <=DISPATCH.
 */
NDISAPI UINT NTAPI NdisPacketPoolUsage(IN NDIS_HANDLE PoolHandle);

/*
 * Takes a packet from a pool. It is empty (no buffers), and its out-of-band data, per-packet
 * information and reserved areas are zero.
 *
 * Status       OUT. NDIS_STATUS_SUCCESS, or NDIS_STATUS_RESOURCES when the pool is exhausted.
 * Packet       OUT. The packet; NULL on failure.
 * PoolHandle   the pool.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisAllocatePacket(OUT PNDIS_STATUS Status, OUT PNDIS_PACKET *Packet,
				      IN NDIS_HANDLE PoolHandle);

/*
 * Gives a packet back to its pool. The buffers must have been taken out of it and freed by the
 * caller first: the packet does not own them.
 *
 * Packet   from NdisAllocatePacket, not lent to anybody.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisFreePacket(IN PNDIS_PACKET Packet);

/*
 * As NdisAllocatePacket and NdisFreePacket, for callers that know that they run at
 * DISPATCH_LEVEL. IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisDprAllocatePacket(OUT PNDIS_STATUS Status, OUT PNDIS_PACKET *Packet,
					 IN NDIS_HANDLE PoolHandle);
NDISAPI VOID NTAPI NdisDprFreePacket(IN PNDIS_PACKET Packet);

/*
 * Puts a chain of buffers before the first buffer of a packet.
 *
 * Packet   the packet; its counts become invalid and are made anew at the next query.
 * Buffer   first buffer of the chain (its Next is followed to the end); in no packet.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisChainBufferAtFront(IN OUT PNDIS_PACKET Packet, IN OUT PNDIS_BUFFER Buffer);

/*
 * Puts a chain of buffers behind the last buffer of a packet; otherwise as
 * NdisChainBufferAtFront. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisChainBufferAtBack(IN OUT PNDIS_PACKET Packet, IN OUT PNDIS_BUFFER Buffer);

/*
 * Takes the first buffer out of a packet.
 *
 * Packet   the packet; its counts become invalid.
 * Buffer   OUT. The buffer, with Next == NULL; NULL if the packet is empty.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisUnchainBufferAtFront(IN OUT PNDIS_PACKET Packet, OUT PNDIS_BUFFER *Buffer);

/*
 * Takes the last buffer out of a packet; otherwise as NdisUnchainBufferAtFront.
 */
NDISAPI VOID NTAPI NdisUnchainBufferAtBack(IN OUT PNDIS_PACKET Packet, OUT PNDIS_BUFFER *Buffer);

/*
 * Yields what a packet consists of.
 *
 * Packet                the packet.
 * PhysicalBufferCount   OUT, may be NULL. Pages that the buffers touch, counted per buffer: an
 *                       upper bound for the runs of all mappings of the packet. It has to do with
 *                       neither the present mapping nor IOMMU.
 * BufferCount           OUT, may be NULL. Number of buffers.
 * FirstBuffer           OUT, may be NULL. First buffer, or NULL in an empty packet; the others are
 *                       reached with NdisGetNextBuffer.
 * TotalPacketLength     OUT, may be NULL. Bytes of all buffers.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisQueryPacket(IN PNDIS_PACKET Packet, OUT PUINT PhysicalBufferCount OPTIONAL,
				   OUT PUINT BufferCount OPTIONAL,
				   OUT PNDIS_BUFFER *FirstBuffer OPTIONAL,
				   OUT PUINT TotalPacketLength OPTIONAL);

/*
 * Yields in `*TotalPacketLength` the bytes of all buffers of `Packet`. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisQueryPacketLength(IN PNDIS_PACKET Packet, OUT PUINT TotalPacketLength);

/*
 * Yields the first buffer of a packet and the lengths that a receiver wants first.
 *
 * Packet              the packet.
 * FirstBuffer         OUT. First buffer, or NULL in an empty packet.
 * FirstBufferVA       OUT. CPU address of its first byte, or NULL.
 * FirstBufferLength   OUT. Bytes in the first buffer.
 * TotalBufferLength   OUT. Bytes of all buffers.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisGetFirstBufferFromPacket(IN PNDIS_PACKET Packet,
						OUT PNDIS_BUFFER *FirstBuffer,
						OUT PVOID *FirstBufferVA,
						OUT PUINT FirstBufferLength,
						OUT PUINT TotalBufferLength);

/*
 * As NdisGetFirstBufferFromPacket; FirstBufferVA becomes NULL if the buffer cannot be mapped.
 *
 * Priority   how urgent the mapping is, a value of MM_PAGE_PRIORITY.
 */
NDISAPI VOID NTAPI NdisGetFirstBufferFromPacketSafe(IN PNDIS_PACKET Packet,
						    OUT PNDIS_BUFFER *FirstBuffer,
						    OUT PVOID *FirstBufferVA,
						    OUT PUINT FirstBufferLength,
						    OUT PUINT TotalBufferLength,
						    IN MM_PAGE_PRIORITY Priority);

/*
 * Copy bytes from one packet to another, across the buffers of both.
 *
 * Destination         packet whose buffers receive the bytes; neither packet changes otherwise.
 * DestinationOffset   bytes of it to leave before the first that is written.
 * BytesToCopy         how many to copy at most.
 * Source              packet whose buffers have the bytes. May be the same, or share buffers.
 * SourceOffset        bytes of it to leave before the first that is read.
 * BytesCopied         OUT. How many were copied: fewer when a packet ends before, or at a buffer
 *                     that cannot be mapped.
 * Priority            how urgent mapping the buffers is, a value of MM_PAGE_PRIORITY. The form
 *                     without it asks for HighPagePriority.
 *
 * An offset behind the end of its packet copies nothing. A packet whose chain of buffers has no end
 * is reported, and so is NULL; nothing is copied then. IRQL: <=DISPATCH. Source: the NDIS 5
 * reference pages.
 */
NDISAPI VOID NTAPI NdisCopyFromPacketToPacket(IN PNDIS_PACKET Destination,
					      IN UINT DestinationOffset, IN UINT BytesToCopy,
					      IN PNDIS_PACKET Source, IN UINT SourceOffset,
					      OUT PUINT BytesCopied);
NDISAPI VOID NTAPI NdisCopyFromPacketToPacketSafe(IN PNDIS_PACKET Destination,
						  IN UINT DestinationOffset, IN UINT BytesToCopy,
						  IN PNDIS_PACKET Source, IN UINT SourceOffset,
						  OUT PUINT BytesCopied,
						  IN MM_PAGE_PRIORITY Priority);

/*
 * Returns the pool of which a packet was allocated. NULL, for a packet that NdisFreePacket freed or
 * that is none, after a report. IRQL: <=DISPATCH.
 */
NDISAPI NDIS_HANDLE NTAPI NdisGetPoolFromPacket(IN PNDIS_PACKET Packet);

/*
 * Returns the bytes that a packet takes with `ProtocolReservedSize` bytes of ProtocolReserved, its
 * out-of-band data and per-packet information included. IRQL: any.
 */
NDISAPI UINT NTAPI NdisPacketSize(IN UINT ProtocolReservedSize);

EXTERN_C_END

/* The same as NdisDprAllocatePacket and NdisDprFreePacket, for pools that the caller has a lock for. */
#define NdisDprAllocatePacketNonInterlocked(Status, Packet, PoolHandle) \
	NdisDprAllocatePacket(Status, Packet, PoolHandle)
#define NdisDprFreePacketNonInterlocked(Packet) NdisDprFreePacket(Packet)

/* First and last buffer of a packet, PNDIS_BUFFER, and whether its counts are up to date. */
#define NDIS_PACKET_FIRST_NDIS_BUFFER(Packet) ((Packet)->Private.Head)
#define NDIS_PACKET_LAST_NDIS_BUFFER(Packet) ((Packet)->Private.Tail)
#define NDIS_PACKET_VALID_COUNTS(Packet) ((Packet)->Private.ValidCounts)

/*
 * Declares the counts of a packet stale, to be called after the length of one of its buffers was
 * changed. IRQL: any, by the owner of the packet.
 */
NT_INLINE VOID NdisRecalculatePacketCounts(IN OUT PNDIS_PACKET Packet)
{
	Packet->Private.ValidCounts = FALSE;
}

/*
 * Makes a packet empty without freeing anything; whoever chained buffers to it must still have
 * them at hand. Out-of-band data stay as they are. IRQL: any.
 */
NT_INLINE VOID NdisReinitializePacket(IN OUT PNDIS_PACKET Packet)
{
	Packet->Private.Head = NULL;
	Packet->Private.Tail = NULL;
	Packet->Private.ValidCounts = FALSE;
}

/* The flags of a packet, NDIS_FLAGS_*: all of them as ULONG, set some, clear some. */
#define NdisGetPacketFlags(Packet) ((Packet)->Private.Flags)
#define NdisSetPacketFlags(Packet, Bits) ((void)((Packet)->Private.Flags |= (ULONG)(Bits)))
#define NdisClearPacketFlags(Packet, Bits) ((void)((Packet)->Private.Flags &= ~(ULONG)(Bits)))

/* Number of the protocol that made the packet, NDIS_PROTOCOL_ID_*. */
#define NDIS_GET_PACKET_PROTOCOL_TYPE(Packet) \
	((Packet)->Private.Flags & NDIS_FLAGS_PROTOCOL_ID_MASK)

#endif
