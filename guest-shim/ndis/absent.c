/* SPDX-License-Identifier: MIT */
/*
 * absent.c - functions for media and buses that no platform has
 *
 * Each has the result that its description in ndis-headers/ gives it where the medium or
 * the bus is missing, and says so once: a driver that calls one takes a path that leads
 * nowhere here.
 */
#include "ndis/absent.h"

#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static const char no_connections[] =
	"there are no virtual connections: a miniport that registers Co functions is refused";
static const char no_medium[] = "MiniportInitialize is offered NdisMedium802_3 alone";
static const char no_bus[] = "no adapter is on such a bus";

void ndis_say_absent(bool *said, const char *call, const char *why)
{
	TRACE(call, "...)");
	if (!*said)
		log_warning("%s does nothing: %s", call, why);
	*said = true;
}

VOID NTAPI NdisMCoActivateVcComplete(NDIS_STATUS Status, NDIS_HANDLE NdisVcHandle,
				     PCO_CALL_PARAMETERS CallParameters)
{
	NDIS_ABSENT("NdisMCoActivateVcComplete", no_connections);
}

VOID NTAPI NdisMCoDeactivateVcComplete(NDIS_STATUS Status, NDIS_HANDLE NdisVcHandle)
{
	NDIS_ABSENT("NdisMCoDeactivateVcComplete", no_connections);
}

VOID NTAPI NdisMCoIndicateReceivePacket(NDIS_HANDLE NdisVcHandle, PPNDIS_PACKET PacketArray,
					UINT NumberOfPackets)
{
	NDIS_ABSENT("NdisMCoIndicateReceivePacket", no_connections);
}

VOID NTAPI NdisMCoReceiveComplete(NDIS_HANDLE MiniportAdapterHandle)
{
	NDIS_ABSENT("NdisMCoReceiveComplete", no_connections);
}

VOID NTAPI NdisMCoSendComplete(NDIS_STATUS Status, NDIS_HANDLE NdisVcHandle, PNDIS_PACKET Packet)
{
	NDIS_ABSENT("NdisMCoSendComplete", no_connections);
}

VOID NTAPI NdisMCoIndicateStatus(NDIS_HANDLE MiniportAdapterHandle, NDIS_HANDLE NdisVcHandle,
				 NDIS_STATUS GeneralStatus, PVOID StatusBuffer,
				 ULONG StatusBufferSize)
{
	NDIS_ABSENT("NdisMCoIndicateStatus", no_connections);
}

VOID NTAPI NdisMCoRequestComplete(NDIS_STATUS Status, NDIS_HANDLE MiniportAdapterHandle,
				  struct _NDIS_REQUEST *Request)
{
	NDIS_ABSENT("NdisMCoRequestComplete", no_connections);
}

NDIS_STATUS NTAPI NdisMCmRequest(NDIS_HANDLE NdisAfHandle, NDIS_HANDLE NdisVcHandle,
				 NDIS_HANDLE NdisPartyHandle, struct _NDIS_REQUEST *NdisRequest)
{
	NDIS_ABSENT("NdisMCmRequest", no_connections);
	return NDIS_STATUS_FAILURE;
}

VOID NTAPI NdisMCmDispatchCallConnected(NDIS_HANDLE NdisVcHandle)
{
	NDIS_ABSENT("NdisMCmDispatchCallConnected", no_connections);
}

VOID NTAPI NdisMCmDispatchIncomingCloseCall(NDIS_STATUS CloseStatus, NDIS_HANDLE NdisVcHandle,
					    PVOID Buffer, UINT Size)
{
	NDIS_ABSENT("NdisMCmDispatchIncomingCloseCall", no_connections);
}

VOID NTAPI NdisMCmMakeCallComplete(NDIS_STATUS Status, NDIS_HANDLE NdisVcHandle,
				   NDIS_HANDLE NdisPartyHandle, NDIS_HANDLE CallMgrPartyContext,
				   PCO_CALL_PARAMETERS CallParameters)
{
	NDIS_ABSENT("NdisMCmMakeCallComplete", no_connections);
}

VOID NTAPI NdisMCmCloseCallComplete(NDIS_STATUS Status, NDIS_HANDLE NdisVcHandle,
				    NDIS_HANDLE NdisPartyHandle)
{
	NDIS_ABSENT("NdisMCmCloseCallComplete", no_connections);
}

VOID NTAPI NdisMCmOpenAddressFamilyComplete(NDIS_STATUS Status, NDIS_HANDLE NdisAfHandle,
					    NDIS_HANDLE CallMgrAfContext)
{
	NDIS_ABSENT("NdisMCmOpenAddressFamilyComplete", no_connections);
}

VOID NTAPI NdisMCmCloseAddressFamilyComplete(NDIS_STATUS Status, NDIS_HANDLE NdisAfHandle)
{
	NDIS_ABSENT("NdisMCmCloseAddressFamilyComplete", no_connections);
}

VOID NTAPI NdisMCmRegisterSapComplete(NDIS_STATUS Status, NDIS_HANDLE NdisSapHandle,
				      NDIS_HANDLE CallMgrSapContext)
{
	NDIS_ABSENT("NdisMCmRegisterSapComplete", no_connections);
}

VOID NTAPI NdisMCmDeregisterSapComplete(NDIS_STATUS Status, NDIS_HANDLE NdisSapHandle)
{
	NDIS_ABSENT("NdisMCmDeregisterSapComplete", no_connections);
}

NDIS_STATUS NTAPI NdisMCmRegisterAddressFamily(NDIS_HANDLE MiniportAdapterHandle,
					       PCO_ADDRESS_FAMILY AddressFamily,
					       PNDIS_CALL_MANAGER_CHARACTERISTICS CmCharacteristics,
					       UINT SizeOfCmCharacteristics)
{
	NDIS_ABSENT("NdisMCmRegisterAddressFamily", no_connections);
	return NDIS_STATUS_NOT_SUPPORTED;
}

NDIS_STATUS NTAPI NdisMCmCreateVc(NDIS_HANDLE MiniportAdapterHandle, NDIS_HANDLE NdisAfHandle,
				  NDIS_HANDLE MiniportVcContext, PNDIS_HANDLE NdisVcHandle)
{
	NDIS_ABSENT("NdisMCmCreateVc", no_connections);
	if (ndis_is_given("NdisMCmCreateVc", "NdisVcHandle", NdisVcHandle))
		*NdisVcHandle = NULL;
	return NDIS_STATUS_FAILURE;
}

NDIS_STATUS NTAPI NdisMCmDeleteVc(NDIS_HANDLE NdisVcHandle)
{
	NDIS_ABSENT("NdisMCmDeleteVc", no_connections);
	return NDIS_STATUS_FAILURE;
}

NDIS_STATUS NTAPI NdisMCmActivateVc(NDIS_HANDLE NdisVcHandle, PCO_CALL_PARAMETERS CallParameters)
{
	NDIS_ABSENT("NdisMCmActivateVc", no_connections);
	return NDIS_STATUS_FAILURE;
}

NDIS_STATUS NTAPI NdisMCmDeactivateVc(NDIS_HANDLE NdisVcHandle)
{
	NDIS_ABSENT("NdisMCmDeactivateVc", no_connections);
	return NDIS_STATUS_FAILURE;
}

NDIS_STATUS NTAPI NdisMCmDispatchIncomingCall(NDIS_HANDLE NdisSapHandle, NDIS_HANDLE NdisVcHandle,
					      PCO_CALL_PARAMETERS CallParameters)
{
	NDIS_ABSENT("NdisMCmDispatchIncomingCall", no_connections);
	return NDIS_STATUS_FAILURE;
}

VOID NTAPI NdisMTrIndicateReceive(NDIS_HANDLE MiniportAdapterHandle,
				  NDIS_HANDLE MiniportReceiveContext, PVOID HeaderBuffer,
				  UINT HeaderBufferSize, PVOID LookaheadBuffer,
				  UINT LookaheadBufferSize, UINT PacketSize)
{
	NDIS_ABSENT("NdisMTrIndicateReceive", no_medium);
}

VOID NTAPI NdisMTrIndicateReceiveComplete(NDIS_HANDLE MiniportAdapterHandle)
{
	NDIS_ABSENT("NdisMTrIndicateReceiveComplete", no_medium);
}

VOID NTAPI NdisMFddiIndicateReceive(NDIS_HANDLE MiniportAdapterHandle,
				    NDIS_HANDLE MiniportReceiveContext, PVOID HeaderBuffer,
				    UINT HeaderBufferSize, PVOID LookaheadBuffer,
				    UINT LookaheadBufferSize, UINT PacketSize)
{
	NDIS_ABSENT("NdisMFddiIndicateReceive", no_medium);
}

VOID NTAPI NdisMFddiIndicateReceiveComplete(NDIS_HANDLE MiniportAdapterHandle)
{
	NDIS_ABSENT("NdisMFddiIndicateReceiveComplete", no_medium);
}

VOID NTAPI NdisMArcIndicateReceive(NDIS_HANDLE MiniportAdapterHandle, PUCHAR HeaderBuffer,
				   PUCHAR DataBuffer, UINT Length)
{
	NDIS_ABSENT("NdisMArcIndicateReceive", no_medium);
}

VOID NTAPI NdisMArcIndicateReceiveComplete(NDIS_HANDLE MiniportAdapterHandle)
{
	NDIS_ABSENT("NdisMArcIndicateReceiveComplete", no_medium);
}

VOID NTAPI NdisMWanIndicateReceive(PNDIS_STATUS Status, NDIS_HANDLE MiniportAdapterHandle,
				   NDIS_HANDLE NdisLinkContext, PUCHAR PacketBuffer,
				   UINT PacketSize)
{
	NDIS_ABSENT("NdisMWanIndicateReceive", no_medium);
	if (ndis_is_given("NdisMWanIndicateReceive", "Status", Status))
		*Status = NDIS_STATUS_FAILURE;
}

VOID NTAPI NdisMWanIndicateReceiveComplete(NDIS_HANDLE MiniportAdapterHandle,
					   NDIS_HANDLE NdisLinkContext)
{
	NDIS_ABSENT("NdisMWanIndicateReceiveComplete", no_medium);
}

VOID NTAPI NdisMWanSendComplete(NDIS_HANDLE MiniportAdapterHandle, PNDIS_WAN_PACKET Packet,
				NDIS_STATUS Status)
{
	NDIS_ABSENT("NdisMWanSendComplete", no_medium);
}

VOID NTAPI NdisReadEisaSlotInformation(PNDIS_STATUS Status, NDIS_HANDLE WrapperConfigurationContext,
				       PUINT SlotNumber, PNDIS_EISA_FUNCTION_INFORMATION EisaData)
{
	NDIS_ABSENT("NdisReadEisaSlotInformation", no_bus);
	if (SlotNumber)
		*SlotNumber = 0;
	if (ndis_is_given("NdisReadEisaSlotInformation", "Status", Status))
		*Status = NDIS_STATUS_FAILURE;
}

VOID NTAPI NdisReadEisaSlotInformationEx(PNDIS_STATUS Status,
					 NDIS_HANDLE WrapperConfigurationContext, PUINT SlotNumber,
					 PNDIS_EISA_FUNCTION_INFORMATION *EisaData,
					 PUINT NumberOfFunctions)
{
	NDIS_ABSENT("NdisReadEisaSlotInformationEx", no_bus);
	if (SlotNumber)
		*SlotNumber = 0;
	if (EisaData)
		*EisaData = NULL;
	if (NumberOfFunctions)
		*NumberOfFunctions = 0;
	if (ndis_is_given("NdisReadEisaSlotInformationEx", "Status", Status))
		*Status = NDIS_STATUS_FAILURE;
}

VOID NTAPI NdisReadMcaPosInformation(PNDIS_STATUS Status, NDIS_HANDLE WrapperConfigurationContext,
				     PUINT ChannelNumber, PNDIS_MCA_POS_DATA McaData)
{
	NDIS_ABSENT("NdisReadMcaPosInformation", no_bus);
	if (ndis_is_given("NdisReadMcaPosInformation", "Status", Status))
		*Status = NDIS_STATUS_FAILURE;
}

ULONG NTAPI NdisReadPcmciaAttributeMemory(NDIS_HANDLE NdisAdapterHandle, ULONG Offset, PVOID Buffer,
					  ULONG Length)
{
	NDIS_ABSENT("NdisReadPcmciaAttributeMemory", no_bus);
	return 0;
}

ULONG NTAPI NdisWritePcmciaAttributeMemory(NDIS_HANDLE NdisAdapterHandle, ULONG Offset, PVOID Buffer,
					   ULONG Length)
{
	NDIS_ABSENT("NdisWritePcmciaAttributeMemory", no_bus);
	return 0;
}
