/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_CONNECTION_H
#define NDIS_HEADERS_NDIS_CONNECTION_H

/*
 * Connection-oriented NDIS, of version 5.0: miniports whose frames belong to virtual connections,
 * with a call manager of their own (the NdisMCm functions) or without.
 *
 * The library has no protocols that make connections and refuses to register such a miniport
 * (ndis/characteristics.h), so that there are no handles of connections, address families or access
 * points. The functions are there for drivers that serve both kinds of adapter: those with a result
 * return NDIS_STATUS_FAILURE, NdisMCmRegisterAddressFamily NDIS_STATUS_NOT_SUPPORTED, the others do
 * nothing; packets that they are given stay the driver's; and each says so once in the log.
 * Structures are as far declared as drivers name them.
 */

#include "packet.h"

/* What a request wants. A miniport gets the first two, and the third for WMI. */
typedef enum _NDIS_REQUEST_TYPE {
	NdisRequestQueryInformation = 0,
	NdisRequestSetInformation = 1,
	NdisRequestQueryStatistics = 2,
	NdisRequestOpen = 3,
	NdisRequestClose = 4,
	NdisRequestSend = 5,
	NdisRequestTransferData = 6,
	NdisRequestReset = 7,
	NdisRequestGeneric1 = 8,
	NdisRequestGeneric2 = 9,
	NdisRequestGeneric3 = 10,
	NdisRequestGeneric4 = 11
} NDIS_REQUEST_TYPE, *PNDIS_REQUEST_TYPE;

/*
 * A request for information, as MiniportCoRequest gets it: the identifier, the buffer, how many of its
 * bytes were used, and how many it ought to have. MiniportReserved is the miniport's until it completes
 * the request; the other reserved members belong to others.
 */
typedef struct _NDIS_REQUEST {
	UCHAR MacReserved[4 * sizeof(PVOID)];
	NDIS_REQUEST_TYPE RequestType;
	union {
		struct {
			NDIS_OID Oid;
			PVOID InformationBuffer;
			UINT InformationBufferLength;
			UINT BytesWritten;
			UINT BytesNeeded;
		} QUERY_INFORMATION;
		struct {
			NDIS_OID Oid;
			PVOID InformationBuffer;
			UINT InformationBufferLength;
			UINT BytesRead;
			UINT BytesNeeded;
		} SET_INFORMATION;
	} DATA;
	UCHAR NdisReserved[9 * sizeof(PVOID)];
	NT_UNNAMED union {
		UCHAR CallMgrReserved[2 * sizeof(PVOID)];
		UCHAR ProtocolReserved[2 * sizeof(PVOID)];
	};
	UCHAR MiniportReserved[2 * sizeof(PVOID)];
} NDIS_REQUEST, *PNDIS_REQUEST;

typedef ULONG NDIS_AF, *PNDIS_AF;

/* Which signaling protocol a call manager speaks: CO_ADDRESS_FAMILY_* and a version. */
typedef struct _CO_ADDRESS_FAMILY {
	NDIS_AF AddressFamily;
	ULONG MajorVersion;
	ULONG MinorVersion;
} CO_ADDRESS_FAMILY, *PCO_ADDRESS_FAMILY;

#define CO_ADDRESS_FAMILY_Q2931 ((NDIS_AF)0x1)
#define CO_ADDRESS_FAMILY_PSCHED ((NDIS_AF)0x2)
#define CO_ADDRESS_FAMILY_L2TP ((NDIS_AF)0x3)
#define CO_ADDRESS_FAMILY_IRDA ((NDIS_AF)0x4)
#define CO_ADDRESS_FAMILY_1394 ((NDIS_AF)0x5)
#define CO_ADDRESS_FAMILY_PPP ((NDIS_AF)0x6)
#define CO_ADDRESS_FAMILY_INFINIBAND ((NDIS_AF)0x7)
#define CO_ADDRESS_FAMILY_TAPI ((NDIS_AF)0x800)
#define CO_ADDRESS_FAMILY_TAPI_PROXY ((NDIS_AF)0x801)
/* Added to one of them by a client that stands in for others. */
#define CO_ADDRESS_FAMILY_PROXY 0x80000000u

/* Parameters whose meaning the medium or the call manager gives; Length bytes. */
typedef struct _CO_SPECIFIC_PARAMETERS {
	ULONG ParamType;
	ULONG Length;
	UCHAR Parameters[1];
} CO_SPECIFIC_PARAMETERS, *PCO_SPECIFIC_PARAMETERS;

/* A service access point: where a client takes calls. SapLength bytes of Sap. */
typedef struct _CO_SAP {
	ULONG SapType;
	ULONG SapLength;
	UCHAR Sap[1];
} CO_SAP, *PCO_SAP;

/* Bits of CO_MEDIA_PARAMETERS.Flags: times and directions that the connection needs. */
#define RECEIVE_TIME_INDICATION 0x00000001
#define USE_TIME_STAMPS 0x00000002
#define TRANSMIT_VC 0x00000004
#define RECEIVE_VC 0x00000008
/* Frames with errors, and the end of transmits, are indicated. */
#define INDICATE_ERRED_PACKETS 0x00000010
#define INDICATE_END_OF_TX 0x00000020
/* Resources are kept for it; a rate that the medium does not have is made smaller, or larger. */
#define RESERVE_RESOURCES_VC 0x00000040
#define ROUND_DOWN_FLOW 0x00000080
#define ROUND_UP_FLOW 0x00000100

/* Bits of CO_CALL_PARAMETERS.Flags. */
#define PERMANENT_VC 0x00000001
#define CALL_PARAMETERS_CHANGED 0x00000002
#define QUERY_CALL_PARAMETERS 0x00000004
#define BROADCAST_VC 0x00000008
#define MULTIPOINT_VC 0x00000010

/* Parameters of the medium for a connection. */
typedef struct _CO_MEDIA_PARAMETERS {
	ULONG Flags;
	ULONG ReceivePriority;
	ULONG ReceiveSizeHint;
	CO_SPECIFIC_PARAMETERS MediaSpecific;
} CO_MEDIA_PARAMETERS, *PCO_MEDIA_PARAMETERS;

typedef struct _CO_CALL_MANAGER_PARAMETERS CO_CALL_MANAGER_PARAMETERS, *PCO_CALL_MANAGER_PARAMETERS;

/* Parameters of a call. */
typedef struct _CO_CALL_PARAMETERS {
	ULONG Flags;
	PCO_CALL_MANAGER_PARAMETERS CallMgrParameters;
	PCO_MEDIA_PARAMETERS MediaParameters;
} CO_CALL_PARAMETERS, *PCO_CALL_PARAMETERS;

typedef struct _NDIS_CALL_MANAGER_CHARACTERISTICS NDIS_CALL_MANAGER_CHARACTERISTICS,
	*PNDIS_CALL_MANAGER_CHARACTERISTICS;

EXTERN_C_START

/* End activations and deactivations of a connection that are pending. IRQL: <=DISPATCH. */
NDISAPI VOID NTAPI NdisMCoActivateVcComplete(IN NDIS_STATUS Status, IN NDIS_HANDLE NdisVcHandle,
					     IN PCO_CALL_PARAMETERS CallParameters);
NDISAPI VOID NTAPI NdisMCoDeactivateVcComplete(IN NDIS_STATUS Status, IN NDIS_HANDLE NdisVcHandle);

/*
 * Report received packets of a connection, the end of a series of them, and a packet that was sent.
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMCoIndicateReceivePacket(IN NDIS_HANDLE NdisVcHandle,
						IN PPNDIS_PACKET PacketArray,
						IN UINT NumberOfPackets);
NDISAPI VOID NTAPI NdisMCoReceiveComplete(IN NDIS_HANDLE MiniportAdapterHandle);
NDISAPI VOID NTAPI NdisMCoSendComplete(IN NDIS_STATUS Status, IN NDIS_HANDLE NdisVcHandle,
				       IN PNDIS_PACKET Packet);

/*
 * Reports a change of the state of the adapter or, unless NdisVcHandle is NULL, of a connection;
 * ends a request that is pending. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMCoIndicateStatus(IN NDIS_HANDLE MiniportAdapterHandle,
					 IN NDIS_HANDLE NdisVcHandle OPTIONAL,
					 IN NDIS_STATUS GeneralStatus,
					 IN PVOID StatusBuffer OPTIONAL, IN ULONG StatusBufferSize);
NDISAPI VOID NTAPI NdisMCoRequestComplete(IN NDIS_STATUS Status,
					  IN NDIS_HANDLE MiniportAdapterHandle,
					  IN struct _NDIS_REQUEST *Request);

/*
 * Asks the client of a call manager, or what is behind a connection of it or a party of a connection.
 * Returns NDIS_STATUS_FAILURE. IRQL: <=DISPATCH.
 */
NDISAPI NDIS_STATUS NTAPI NdisMCmRequest(IN NDIS_HANDLE NdisAfHandle,
					 IN NDIS_HANDLE NdisVcHandle OPTIONAL,
					 IN NDIS_HANDLE NdisPartyHandle OPTIONAL,
					 IN OUT struct _NDIS_REQUEST *NdisRequest);

/*
 * Registers the call manager of a miniport for an address family.
 *
 * MiniportAdapterHandle   the adapter.
 * AddressFamily           which one.
 * CmCharacteristics       table of the call manager's functions, of SizeOfCmCharacteristics bytes.
 *
 * Returns NDIS_STATUS_NOT_SUPPORTED. IRQL: =PASSIVE.
 */
NDISAPI NDIS_STATUS NTAPI NdisMCmRegisterAddressFamily(
	IN NDIS_HANDLE MiniportAdapterHandle, IN PCO_ADDRESS_FAMILY AddressFamily,
	IN PNDIS_CALL_MANAGER_CHARACTERISTICS CmCharacteristics, IN UINT SizeOfCmCharacteristics);

/*
 * Create a connection, storing its handle (NULL here) in `*NdisVcHandle`; delete it; make it ready
 * for frames and end that. Return NDIS_STATUS_FAILURE. IRQL: <=DISPATCH.
 */
NDISAPI NDIS_STATUS NTAPI NdisMCmCreateVc(IN NDIS_HANDLE MiniportAdapterHandle,
					  IN NDIS_HANDLE NdisAfHandle,
					  IN NDIS_HANDLE MiniportVcContext,
					  OUT PNDIS_HANDLE NdisVcHandle);
NDISAPI NDIS_STATUS NTAPI NdisMCmDeleteVc(IN NDIS_HANDLE NdisVcHandle);
NDISAPI NDIS_STATUS NTAPI NdisMCmActivateVc(IN NDIS_HANDLE NdisVcHandle,
					    IN PCO_CALL_PARAMETERS CallParameters);
NDISAPI NDIS_STATUS NTAPI NdisMCmDeactivateVc(IN NDIS_HANDLE NdisVcHandle);

/*
 * Tell the client of the call manager about a call: a new one, one that stands, one that the other
 * end closed. The first returns NDIS_STATUS_FAILURE. IRQL: <=DISPATCH.
 */
NDISAPI NDIS_STATUS NTAPI NdisMCmDispatchIncomingCall(IN NDIS_HANDLE NdisSapHandle,
						      IN NDIS_HANDLE NdisVcHandle,
						      IN PCO_CALL_PARAMETERS CallParameters);
NDISAPI VOID NTAPI NdisMCmDispatchCallConnected(IN NDIS_HANDLE NdisVcHandle);
NDISAPI VOID NTAPI NdisMCmDispatchIncomingCloseCall(IN NDIS_STATUS CloseStatus,
						    IN NDIS_HANDLE NdisVcHandle,
						    IN PVOID Buffer OPTIONAL, IN UINT Size);

/*
 * End requests of the client that are pending: to make and close a call, to open and close an
 * address family, to register and withdraw a service access point. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMCmMakeCallComplete(IN NDIS_STATUS Status, IN NDIS_HANDLE NdisVcHandle,
					   IN NDIS_HANDLE NdisPartyHandle OPTIONAL,
					   IN NDIS_HANDLE CallMgrPartyContext OPTIONAL,
					   IN PCO_CALL_PARAMETERS CallParameters);
NDISAPI VOID NTAPI NdisMCmCloseCallComplete(IN NDIS_STATUS Status, IN NDIS_HANDLE NdisVcHandle,
					    IN NDIS_HANDLE NdisPartyHandle OPTIONAL);
NDISAPI VOID NTAPI NdisMCmOpenAddressFamilyComplete(IN NDIS_STATUS Status,
						    IN NDIS_HANDLE NdisAfHandle,
						    IN NDIS_HANDLE CallMgrAfContext);
NDISAPI VOID NTAPI NdisMCmCloseAddressFamilyComplete(IN NDIS_STATUS Status,
						     IN NDIS_HANDLE NdisAfHandle);
NDISAPI VOID NTAPI NdisMCmRegisterSapComplete(IN NDIS_STATUS Status, IN NDIS_HANDLE NdisSapHandle,
					      IN NDIS_HANDLE CallMgrSapContext);
NDISAPI VOID NTAPI NdisMCmDeregisterSapComplete(IN NDIS_STATUS Status,
						IN NDIS_HANDLE NdisSapHandle);

EXTERN_C_END

#endif
