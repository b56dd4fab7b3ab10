/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_SEND_RECEIVE_H
#define NDIS_HEADERS_NDIS_SEND_RECEIVE_H

/*
 * What a miniport reports upwards: sends done, frames received, changes of state.
 *
 * There are two ways to report frames. NdisMIndicateReceivePacket hands over whole packets, which
 * the protocols may keep for a while and MiniportReturnPacket brings back: the way for bus
 * masters. The older NdisMEthIndicateReceive shows the header and the first bytes, and the
 * receiver asks for the rest with MiniportTransferData.
 *
 * All functions take the handle that MiniportInitialize received. A driver holds none of its own
 * spin locks that its Miniport* functions take while it calls them: the library may call the
 * driver before they return. Source: the NDIS 5 reference pages.
 */

#include "packet_info.h"

EXTERN_C_START

/*
 * Gives a transmit packet back.
 *
 * MiniportAdapterHandle   the adapter.
 * Packet                  a packet for which MiniportSend returned NDIS_STATUS_PENDING, or one of
 *                         MiniportSendPackets. No mapping of its buffers is live any more.
 * Status                  NDIS_STATUS_SUCCESS, or why it was not sent; not NDIS_STATUS_PENDING.
 *
 * After the call the packet is no longer the driver's and may have been freed. Each packet is
 * completed exactly once, in any order. A packet that is not outstanding is reported. IRQL:
 * <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMSendComplete(IN NDIS_HANDLE MiniportAdapterHandle, IN PNDIS_PACKET Packet,
				     IN NDIS_STATUS Status);

/*
 * Tells that a serialised miniport, which answered a send with NDIS_STATUS_RESOURCES, can take
 * packets again. NdisMSendComplete implies it; a miniport that has no packet to complete, because
 * it completed each at once, is asked again after MiniportHandleInterrupt, too. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMSendResourcesAvailable(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Hands received frames to the protocols.
 *
 * MiniportAdapterHandle   the adapter.
 * ReceivePackets          packets of the driver's own pool, in order of arrival. In each, the
 *                         buffers have the length of the frame without its checksum, the first
 *                         begins with the Ethernet header, the header size is 14
 *                         (NDIS_SET_PACKET_HEADER_SIZE), and the status says how it is lent
 *                         (NDIS_SET_PACKET_STATUS): NDIS_STATUS_SUCCESS, and it is the protocols'
 *                         until MiniportReturnPacket, which may run before this call returns;
 *                         NDIS_STATUS_RESOURCES, and the protocols copy what they want, so that
 *                         it is the driver's again when the call returns and MiniportReturnPacket
 *                         is not called for it.
 * NumberOfPackets         elements of the array, at least 1.
 *
 * The array is read during the call only. After the call the driver may look at the status of those
 * packets alone that it lent with NDIS_STATUS_RESOURCES: the others may be on their way again. The
 * driver's characteristics must have a MiniportReturnPacket. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMIndicateReceivePacket(IN NDIS_HANDLE MiniportAdapterHandle,
					      IN PPNDIS_PACKET ReceivePackets,
					      IN UINT NumberOfPackets);

/*
 * Shows a received frame.
 *
 * MiniportAdapterHandle    the adapter.
 * MiniportReceiveContext   names the frame in MiniportTransferData.
 * HeaderBuffer             Ethernet header.
 * HeaderBufferSize         its bytes, 14.
 * LookaheadBuffer          the bytes behind the header.
 * LookaheadBufferSize      how many are there: at least what OID_GEN_CURRENT_LOOKAHEAD was set
 *                          to, or the whole frame.
 * PacketSize               bytes of the frame without header and checksum.
 *
 * Both buffers are valid during the call only. If all bytes are in the lookahead,
 * MiniportTransferData is not called. IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisMEthIndicateReceive(IN NDIS_HANDLE MiniportAdapterHandle,
					   IN NDIS_HANDLE MiniportReceiveContext,
					   IN PVOID HeaderBuffer, IN UINT HeaderBufferSize,
					   IN PVOID LookaheadBuffer, IN UINT LookaheadBufferSize,
					   IN UINT PacketSize);

/*
 * Ends a series of NdisMEthIndicateReceive calls, so that the protocols can work on what they
 * took. Called once at the end of MiniportHandleInterrupt. IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisMEthIndicateReceiveComplete(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Ends a MiniportTransferData that returned NDIS_STATUS_PENDING.
 *
 * MiniportAdapterHandle   the adapter.
 * Packet                  packet of that call, filled.
 * Status                  final result.
 * BytesTransferred        bytes copied.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMTransferDataComplete(IN NDIS_HANDLE MiniportAdapterHandle,
					     IN PNDIS_PACKET Packet, IN NDIS_STATUS Status,
					     IN UINT BytesTransferred);

/*
 * Reports a change of the adapter's state.
 *
 * MiniportAdapterHandle   the adapter.
 * GeneralStatus           what happened: NDIS_STATUS_MEDIA_CONNECT, NDIS_STATUS_MEDIA_DISCONNECT,
 *                         NDIS_STATUS_LINK_SPEED_CHANGE and others of ndis/status.h.
 * StatusBuffer            data of that status, NULL if it has none.
 * StatusBufferSize        their bytes.
 *
 * The buffer is valid during the call only. In MiniportInitialize and in MiniportHalt, when no
 * protocol is bound, the call has no effect: what the link is after a start the answer to
 * OID_GEN_MEDIA_CONNECT_STATUS says. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMIndicateStatus(IN NDIS_HANDLE MiniportAdapterHandle,
				       IN NDIS_STATUS GeneralStatus, IN PVOID StatusBuffer OPTIONAL,
				       IN UINT StatusBufferSize);

/*
 * Ends one or several NdisMIndicateStatus calls, so that the protocols can work on them. IRQL:
 * <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMIndicateStatusComplete(IN NDIS_HANDLE MiniportAdapterHandle);

EXTERN_C_END

#endif
