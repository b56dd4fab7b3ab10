/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_MINIPORT_HANDLERS_H
#define NDIS_HEADERS_NDIS_MINIPORT_HANDLERS_H

/*
 * The functions that a miniport implements and the library calls.
 *
 * A driver puts their addresses into an NDIS_MINIPORT_CHARACTERISTICS (ndis/characteristics.h).
 * Their names are the driver's choice; the descriptions use the customary Miniport* names.
 * MiniportAdapterContext is always what the driver gave to NdisMSetAttributesEx.
 *
 * Serialisation. For a miniport that did not set NDIS_ATTRIBUTE_DESERIALIZE the library calls no
 * two of these functions at the same time, MiniportISR excepted, and queues packets itself.
 * A deserialised miniport gets sends, requests, interrupts and timers in parallel and takes
 * its own locks. Source: the NDIS 5 reference pages, ndis-hal-dma.md section 4 and
 * miniport-api.md section 4.
 */

#include "oid.h"
#include "packet.h"

/*
 * MiniportCheckForHang: asked every CheckForHangTimeInSeconds whether the hardware still works.
 * Returns TRUE to have MiniportReset called. A miniport without the function is never asked.
 * IRQL: =DISPATCH.
 */
typedef BOOLEAN (NTAPI *W_CHECK_FOR_HANG_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext);

/*
 * MiniportDisableInterrupt: stops the NIC from asserting its interrupt. Called, if present, after
 * MiniportISR recognised an interrupt that it did not mask itself. IRQL: up to the device's.
 */
typedef VOID (NTAPI *W_DISABLE_INTERRUPT_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext);

/*
 * MiniportEnableInterrupt: undoes MiniportDisableInterrupt; called, if present, when
 * MiniportHandleInterrupt has returned. IRQL: up to the device's.
 */
typedef VOID (NTAPI *W_ENABLE_INTERRUPT_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext);

/*
 * MiniportHalt: undoes MiniportInitialize. Stops the NIC, deregisters the interrupt, cancels
 * timers, completes mappings, frees shared memory, map registers, pools, and last its context.
 * Sends still pending have been completed or are completed here; receive packets lent to
 * protocols have come back before the call. IRQL: =PASSIVE. The context is never used again.
 */
typedef VOID (NTAPI *W_HALT_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext);

/*
 * MiniportHandleInterrupt: does the work of an interrupt: completes sends, indicates receives,
 * reports link changes. Called once after MiniportISR asked for it; further interrupts may be
 * merged into one call. On NICs that MiniportISR masked it unmasks before it returns. IRQL:
 * =DISPATCH.
 */
typedef VOID (NTAPI *W_HANDLE_INTERRUPT_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext);

/*
 * MiniportInitialize: brings one adapter up.
 *
 * OpenErrorStatus               OUT. Further reason of a failure, only with
 *                               NDIS_STATUS_OPEN_FAILED.
 * SelectedMediumIndex           OUT. Index in MediumArray of the driver's medium.
 * MediumArray                   the media that the library offers.
 * MediumArraySize               number of elements.
 * MiniportAdapterHandle         the library's handle of the adapter, to be kept: every NdisM* function
 *                               takes it.
 * WrapperConfigurationContext   for NdisOpenConfiguration and NdisMQueryAdapterResources, valid
 *                               during this call only.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_UNSUPPORTED_MEDIA, NDIS_STATUS_RESOURCES,
 * NDIS_STATUS_ADAPTER_NOT_FOUND or another error. On an error it has undone everything it did:
 * MiniportHalt is not called then. IRQL: =PASSIVE.
 */
typedef NDIS_STATUS (NTAPI *W_INITIALIZE_HANDLER)(OUT PNDIS_STATUS OpenErrorStatus,
						  OUT PUINT SelectedMediumIndex,
						  IN PNDIS_MEDIUM MediumArray,
						  IN UINT MediumArraySize,
						  IN NDIS_HANDLE MiniportAdapterHandle,
						  IN NDIS_HANDLE WrapperConfigurationContext);

/*
 * MiniportISR: answers an interrupt at once.
 *
 * InterruptRecognized            OUT. TRUE if the NIC asserted the interrupt, FALSE if another
 *                                device on a shared line did.
 * QueueMiniportHandleInterrupt   OUT. TRUE to have MiniportHandleInterrupt called.
 *
 * Called for every interrupt if NdisMRegisterInterrupt was given RequestIsr or SharedInterrupt,
 * otherwise only for those during initialisation and halt. It reads the cause, masks the NIC, and
 * does nothing else: no NDIS function but register access may be called. Nothing but
 * NdisMSynchronizeWithInterrupt excludes it. IRQL: the device's.
 */
typedef VOID (NTAPI *W_ISR_HANDLER)(OUT PBOOLEAN InterruptRecognized,
				    OUT PBOOLEAN QueueMiniportHandleInterrupt,
				    IN NDIS_HANDLE MiniportAdapterContext);

/*
 * MiniportQueryInformation: answers a question about the adapter.
 *
 * Oid                       what is asked, OID_*.
 * InformationBuffer         receives the answer; the library's, valid until completion.
 * InformationBufferLength   bytes of room.
 * BytesWritten              OUT. Bytes of answer, with NDIS_STATUS_SUCCESS.
 * BytesNeeded               OUT. Bytes required, with NDIS_STATUS_BUFFER_TOO_SHORT or
 *                           NDIS_STATUS_INVALID_LENGTH.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_PENDING, after which NdisMQueryInformationComplete is
 * called and the pointers stay valid until then; NDIS_STATUS_NOT_SUPPORTED (NDIS_STATUS_INVALID_OID
 * in older drivers) for an OID that the driver does not know; NDIS_STATUS_BUFFER_TOO_SHORT. One
 * request is outstanding at a time. IRQL: =DISPATCH.
 */
typedef NDIS_STATUS (NTAPI *W_QUERY_INFORMATION_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
							 IN NDIS_OID Oid,
							 IN PVOID InformationBuffer,
							 IN ULONG InformationBufferLength,
							 OUT PULONG BytesWritten,
							 OUT PULONG BytesNeeded);

/*
 * MiniportReconfigure: never called by NDIS 4 and later; NULL. Its place is kept in the structure.
 */
typedef NDIS_STATUS (NTAPI *W_RECONFIGURE_HANDLER)(OUT PNDIS_STATUS OpenErrorStatus,
						   IN NDIS_HANDLE MiniportAdapterContext,
						   IN NDIS_HANDLE WrapperConfigurationContext);

/*
 * MiniportReset: brings the NIC back into a working state.
 *
 * AddressingReset   OUT. TRUE if the packet filter, multicast list and lookahead size were lost, so
 *                   that the library sets them again.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_PENDING, after which NdisMResetComplete is called; or
 * an error. A deserialised miniport completes its pending sends with NDIS_STATUS_REQUEST_ABORTED
 * before it returns or completes; for a serialised one the library does that. Interrupts and
 * timers may still arrive. IRQL: =DISPATCH.
 */
typedef NDIS_STATUS (NTAPI *W_RESET_HANDLER)(OUT PBOOLEAN AddressingReset,
					     IN NDIS_HANDLE MiniportAdapterContext);

/*
 * MiniportSend: transmits one packet. A miniport has this function or MiniportSendPackets; if
 * both are present the latter is used.
 *
 * Packet   the packet, the driver's until completion.
 * Flags    the packet's flags, NDIS_FLAGS_*.
 *
 * Returns NDIS_STATUS_PENDING, after which NdisMSendComplete is called; NDIS_STATUS_SUCCESS if the
 * packet is no longer needed; an error if it cannot be sent; NDIS_STATUS_RESOURCES (serialised
 * miniports only) to have the library keep it and offer it again. IRQL: <=DISPATCH; serialised
 * miniports: =DISPATCH.
 */
typedef NDIS_STATUS (NTAPI *W_SEND_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
					    IN PNDIS_PACKET Packet, IN UINT Flags);

/*
 * MiniportSetInformation: changes something about the adapter.
 *
 * Oid                       what is set, OID_*.
 * InformationBuffer         the new value; valid until completion.
 * InformationBufferLength   its bytes.
 * BytesRead                 OUT. Bytes used, with NDIS_STATUS_SUCCESS.
 * BytesNeeded               OUT. Bytes required, with NDIS_STATUS_INVALID_LENGTH.
 *
 * Returns as MiniportQueryInformation, with NdisMSetInformationComplete, and
 * NDIS_STATUS_INVALID_DATA for a value that is not acceptable. IRQL: =DISPATCH.
 */
typedef NDIS_STATUS (NTAPI *W_SET_INFORMATION_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
						       IN NDIS_OID Oid,
						       IN PVOID InformationBuffer,
						       IN ULONG InformationBufferLength,
						       OUT PULONG BytesRead,
						       OUT PULONG BytesNeeded);

/*
 * MiniportTransferData: copies the rest of a frame that was indicated with NdisMEthIndicateReceive.
 *
 * Packet                   OUT. Where the bytes go, a packet of the receiver; the miniport keeps
 *                          it while it is pending.
 * BytesTransferred         OUT. Bytes copied, with NDIS_STATUS_SUCCESS.
 * MiniportReceiveContext   what the driver gave to the indication.
 * ByteOffset               first byte wanted, counted from the end of the header.
 * BytesToTransfer          bytes wanted.
 *
 * Returns NDIS_STATUS_SUCCESS, an error, or NDIS_STATUS_PENDING, after which
 * NdisMTransferDataComplete is called. Called from within the indication only. IRQL: =DISPATCH.
 */
typedef NDIS_STATUS (NTAPI *W_TRANSFER_DATA_HANDLER)(OUT PNDIS_PACKET Packet,
						     OUT PUINT BytesTransferred,
						     IN NDIS_HANDLE MiniportAdapterContext,
						     IN NDIS_HANDLE MiniportReceiveContext,
						     IN UINT ByteOffset,
						     IN UINT BytesToTransfer);

/*
 * MiniportReturnPacket: gives back a receive packet that was indicated with a status other than
 * NDIS_STATUS_RESOURCES. The driver may use packet and memory again from here on. IRQL: <=DISPATCH.
 */
typedef VOID (NTAPI *W_RETURN_PACKET_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
					      IN PNDIS_PACKET Packet);

/*
 * MiniportSendPackets: transmits several packets in order.
 *
 * PacketArray       the packets; the array itself is the library's and valid during the call only.
 * NumberOfPackets   its elements, at least 1 and at most what OID_GEN_MAXIMUM_SEND_PACKETS said.
 *
 * No status: a deserialised miniport completes every packet with NdisMSendComplete, now or later. A
 * serialised one may instead leave the result in the packet with NDIS_SET_PACKET_STATUS:
 * NDIS_STATUS_PENDING for one it will complete, NDIS_STATUS_RESOURCES for the first that did not
 * fit, which with all behind it stays with the library. IRQL: <=DISPATCH; serialised: =DISPATCH.
 */
typedef VOID (NTAPI *W_SEND_PACKETS_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
					     IN PPNDIS_PACKET PacketArray,
					     IN UINT NumberOfPackets);

/*
 * MiniportAllocateComplete: the end of an NdisMAllocateSharedMemoryAsync.
 *
 * VirtualAddress    CPU address of the memory, or NULL if there was none.
 * PhysicalAddress   points to the logical address, valid during the call only: copy the value. NULL
 *                   if VirtualAddress is.
 * Length            bytes allocated, as asked; 0 if VirtualAddress is NULL.
 * Context           from the request.
 *
 * IRQL: <=DISPATCH. Section 4.9.
 */
typedef VOID (NTAPI *W_ALLOCATE_COMPLETE_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
						  IN PVOID VirtualAddress,
						  IN PNDIS_PHYSICAL_ADDRESS PhysicalAddress,
						  IN ULONG Length, IN PVOID Context);

/*
 * The handlers of connection-oriented miniports (NDIS 5.0). An Ethernet miniport leaves their
 * members NULL; the library never calls them, and refuses a registration that sets one with
 * NDIS_STATUS_BAD_CHARACTERISTICS.
 */
struct _CO_CALL_PARAMETERS;
struct _NDIS_REQUEST;

typedef NDIS_STATUS (NTAPI *W_CO_CREATE_VC_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
						    IN NDIS_HANDLE NdisVcHandle,
						    OUT PNDIS_HANDLE MiniportVcContext);
typedef NDIS_STATUS (NTAPI *W_CO_DELETE_VC_HANDLER)(IN NDIS_HANDLE MiniportVcContext);
typedef NDIS_STATUS (NTAPI *W_CO_ACTIVATE_VC_HANDLER)(
	IN NDIS_HANDLE MiniportVcContext, IN OUT struct _CO_CALL_PARAMETERS *CallParameters);
typedef NDIS_STATUS (NTAPI *W_CO_DEACTIVATE_VC_HANDLER)(IN NDIS_HANDLE MiniportVcContext);
typedef VOID (NTAPI *W_CO_SEND_PACKETS_HANDLER)(IN NDIS_HANDLE MiniportVcContext,
						IN PPNDIS_PACKET PacketArray,
						IN UINT NumberOfPackets);
typedef NDIS_STATUS (NTAPI *W_CO_REQUEST_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
						  IN NDIS_HANDLE MiniportVcContext OPTIONAL,
						  IN OUT struct _NDIS_REQUEST *NdisRequest);

/*
 * MiniportCancelSendPackets (NDIS 5.1): drops the packets whose PacketCancelId is `CancelId` from
 * the driver's own queue and completes them with NDIS_STATUS_REQUEST_ABORTED. Packets already in
 * the NIC's hands may be sent. IRQL: <=DISPATCH.
 */
typedef VOID (NTAPI *W_CANCEL_SEND_PACKETS_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
						    IN PVOID CancelId);

/*
 * Subjects of MiniportPnPEventNotify. With PowerProfileChanged the buffer holds a ULONG of
 * NDIS_POWER_PROFILE; with SurpriseRemoved the NIC is gone and must not be touched any more.
 */
typedef enum _NDIS_DEVICE_PNP_EVENT {
	NdisDevicePnPEventQueryRemoved = 0,
	NdisDevicePnPEventRemoved = 1,
	NdisDevicePnPEventSurpriseRemoved = 2,
	NdisDevicePnPEventQueryStopped = 3,
	NdisDevicePnPEventStopped = 4,
	NdisDevicePnPEventPowerProfileChanged = 5,
	NdisDevicePnPEventMaximum
} NDIS_DEVICE_PNP_EVENT, *PNDIS_DEVICE_PNP_EVENT;

typedef enum _NDIS_POWER_PROFILE {
	NdisPowerProfileBattery = 0,
	NdisPowerProfileAcOnLine = 1
} NDIS_POWER_PROFILE, *PNDIS_POWER_PROFILE;

/*
 * MiniportPnPEventNotify (NDIS 5.1): tells the driver about an event around its device.
 *
 * PnPEvent                  which one.
 * InformationBuffer         its data, valid during the call; may be NULL.
 * InformationBufferLength   their bytes.
 *
 * IRQL: =PASSIVE.
 */
typedef VOID (NTAPI *W_PNP_EVENT_NOTIFY_HANDLER)(IN NDIS_HANDLE MiniportAdapterContext,
						 IN NDIS_DEVICE_PNP_EVENT PnPEvent,
						 IN PVOID InformationBuffer,
						 IN ULONG InformationBufferLength);

/*
 * MiniportShutdown: puts the NIC into its reset state because the system goes down or has crashed.
 * No NDIS function but register access may be called; memory stays allocated. `ShutdownContext`
 * is MiniportAdapterContext for the NDIS 5.1 member AdapterShutdownHandler, and the registered
 * value for NdisMRegisterAdapterShutdownHandler. IRQL: any.
 */
typedef VOID (NTAPI *ADAPTER_SHUTDOWN_HANDLER)(IN PVOID ShutdownContext);
typedef ADAPTER_SHUTDOWN_HANDLER W_MINIPORT_SHUTDOWN_HANDLER;

#endif
