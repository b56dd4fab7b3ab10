/* SPDX-License-Identifier: MIT */
/* SENDINT.C - sends, one at a time, and interrupts; requests. */
#include <ndis.h>
#include "NT4NIC.H"

NDIS_STATUS
NicSend(
    IN NDIS_HANDLE Context,
    IN PNDIS_PACKET Packet,
    IN UINT Flags
    )
{
    PNIC_ADAPTER Adapter = (PNIC_ADAPTER)Context;
    NDIS_PHYSICAL_ADDRESS_UNIT Segments[4];
    UINT SegmentCount, Length;

    /* NDIS keeps the packet until the one before is done. */
    if (Adapter->Sending)
        return NDIS_STATUS_RESOURCES;
    NdisQueryPacket(Packet, NULL, NULL, &Adapter->SendingBuffer, &Length);
    NdisFlushBuffer(Adapter->SendingBuffer, TRUE);
    NdisMStartBufferPhysicalMapping(Adapter->MiniportAdapterHandle, Adapter->SendingBuffer,
                                    Adapter->MapRegisters - 1, TRUE, Segments, &SegmentCount);
    Adapter->Sending = Packet;
    NIC_WRITE(Adapter, NIC_TX_ADDRESS,
              NdisGetPhysicalAddressLow(Segments[0].PhysicalAddress));
    NIC_WRITE(Adapter, NIC_TX_LENGTH, Segments[0].Length);
    return NDIS_STATUS_PENDING;
}

VOID
NicIsr(
    OUT PBOOLEAN InterruptRecognized,
    OUT PBOOLEAN QueueInterrupt,
    IN NDIS_HANDLE Context
    )
{
    PNIC_ADAPTER Adapter = (PNIC_ADAPTER)Context;
    ULONG Events;

    NIC_READ(Adapter, NIC_STATUS, &Events);
    *InterruptRecognized = *QueueInterrupt = (BOOLEAN)(Events != 0);
}

VOID
NicHandleInterrupt(
    IN NDIS_HANDLE Context
    )
{
    PNIC_ADAPTER Adapter = (PNIC_ADAPTER)Context;
    PNDIS_PACKET Packet = Adapter->Sending;
    ULONG Events;

    NIC_READ(Adapter, NIC_STATUS, &Events);
    NIC_WRITE(Adapter, NIC_STATUS, Events);
    if (!(Events & NIC_STATUS_SENT) || !Packet)
        return;
    NdisMCompleteBufferPhysicalMapping(Adapter->MiniportAdapterHandle, Adapter->SendingBuffer,
                                       Adapter->MapRegisters - 1);
    Adapter->Sending = NULL;
    NdisMSendComplete(Adapter->MiniportAdapterHandle, Packet, NDIS_STATUS_SUCCESS);
}

NDIS_STATUS
NicQueryInformation(
    IN NDIS_HANDLE Context,
    IN NDIS_OID Oid,
    IN PVOID InformationBuffer,
    IN ULONG InformationBufferLength,
    OUT PULONG BytesWritten,
    OUT PULONG BytesNeeded
    )
{
    ULONG Value;

    switch (Oid) {
    case OID_GEN_MAC_OPTIONS:
        Value = NDIS_MAC_OPTION_TRANSFERS_NOT_PEND | NDIS_MAC_OPTION_RECEIVE_SERIALIZED;
        break;
    case OID_GEN_MAXIMUM_FRAME_SIZE:
        Value = 1500;
        break;
    default:
        return NDIS_STATUS_INVALID_OID;
    }
    *BytesNeeded = sizeof(Value);
    if (InformationBufferLength < sizeof(Value))
        return NDIS_STATUS_INVALID_LENGTH;
    NdisMoveMemory(InformationBuffer, &Value, sizeof(Value));
    *BytesWritten = sizeof(Value);
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS
NicSetInformation(
    IN NDIS_HANDLE Context,
    IN NDIS_OID Oid,
    IN PVOID InformationBuffer,
    IN ULONG InformationBufferLength,
    OUT PULONG BytesRead,
    OUT PULONG BytesNeeded
    )
{
    *BytesRead = InformationBufferLength;
    return Oid == OID_GEN_CURRENT_PACKET_FILTER ? NDIS_STATUS_SUCCESS : NDIS_STATUS_INVALID_OID;
}
