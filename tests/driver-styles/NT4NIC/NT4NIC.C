/* SPDX-License-Identifier: MIT */
/* NT4NIC.C - a driver as they were written for NDIS 4: DriverEntry, start and end. */
#include <NDIS.H>
#include "Nt4Nic.h"

NTSTATUS DriverEntry(PVOID DriverObject, PVOID RegistryPath);

#pragma NDIS_INIT_FUNCTION(DriverEntry)
#pragma NDIS_PAGEABLE_FUNCTION(NicInitialize)

NDIS_HANDLE NicWrapperHandle;

NTSTATUS
DriverEntry(
    IN PVOID DriverObject,
    IN PVOID RegistryPath
    )
{
    NDIS_MINIPORT_CHARACTERISTICS Chars;
    NDIS_STATUS Status;

    NdisMInitializeWrapper(&NicWrapperHandle, DriverObject, RegistryPath, NULL);
    NdisZeroMemory(&Chars, sizeof(Chars));
    Chars.MajorNdisVersion = NIC_MAJOR_VERSION;
    Chars.MinorNdisVersion = NIC_MINOR_VERSION;
    Chars.HaltHandler = NicHalt;
    Chars.HandleInterruptHandler = NicHandleInterrupt;
    Chars.InitializeHandler = NicInitialize;
    Chars.ISRHandler = NicIsr;
    Chars.QueryInformationHandler = NicQueryInformation;
    Chars.ResetHandler = NicReset;
    Chars.SendHandler = NicSend;
    Chars.SetInformationHandler = NicSetInformation;
    Status = NdisMRegisterMiniport(NicWrapperHandle, &Chars, sizeof(Chars));
    if (Status != NDIS_STATUS_SUCCESS)
        NdisTerminateWrapper(NicWrapperHandle, NULL);
    return Status;
}

static VOID
NicFindResources(
    IN PNIC_ADAPTER Adapter,
    IN NDIS_HANDLE ConfigurationContext
    )
{
    UCHAR Room[512];
    PNDIS_RESOURCE_LIST List = (PNDIS_RESOURCE_LIST)Room;
    UINT Size = sizeof(Room);
    NDIS_STATUS Status;
    UINT i;

    NdisMQueryAdapterResources(&Status, ConfigurationContext, List, &Size);
    if (Status != NDIS_STATUS_SUCCESS)
        return;
    for (i = 0; i < List->Count; i++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR Resource = &List->PartialDescriptors[i];

        switch (Resource->Type) {
        case CmResourceTypePort:
            Adapter->InitialPort = NdisGetPhysicalAddressLow(Resource->u.Port.Start);
            break;
        case CmResourceTypeInterrupt:
            Adapter->Vector = Resource->u.Interrupt.Vector;
            Adapter->Level = Resource->u.Interrupt.Level;
            break;
        }
    }
}

/* As many as the system gives. */
static NDIS_STATUS
NicAllocateMapRegisters(
    IN PNIC_ADAPTER Adapter
    )
{
    ULONG Count;

    for (Count = MAX_MAP_REGISTERS; Count; Count--) {
        if (NdisMAllocateMapRegisters(Adapter->MiniportAdapterHandle, 0, TRUE, Count,
                                      NIC_BUFFER_SIZE) == NDIS_STATUS_SUCCESS) {
            Adapter->MapRegisters = Count;
            return NDIS_STATUS_SUCCESS;
        }
    }
    return NDIS_STATUS_RESOURCES;
}

NDIS_STATUS
NicInitialize(
    OUT PNDIS_STATUS OpenErrorStatus,
    OUT PUINT SelectedMediumIndex,
    IN PNDIS_MEDIUM MediumArray,
    IN UINT MediumArraySize,
    IN NDIS_HANDLE MiniportAdapterHandle,
    IN NDIS_HANDLE ConfigurationContext
    )
{
    static NDIS_PHYSICAL_ADDRESS Highest = NDIS_PHYSICAL_ADDRESS_CONST(-1, -1);
    PNIC_ADAPTER Adapter;
    NDIS_STATUS Status;
    UINT i;

    for (i = 0; i < MediumArraySize; i++)
        if (MediumArray[i] == NdisMedium802_3)
            break;
    if (i == MediumArraySize)
        return NDIS_STATUS_UNSUPPORTED_MEDIA;
    *SelectedMediumIndex = i;

    Status = NdisAllocateMemory((PVOID *)&Adapter, sizeof(*Adapter), 0, Highest);
    if (Status != NDIS_STATUS_SUCCESS)
        return Status;
    NdisZeroMemory(Adapter, sizeof(*Adapter));
    Adapter->MiniportAdapterHandle = MiniportAdapterHandle;
    NicFindResources(Adapter, ConfigurationContext);
    NdisMSetAttributes(MiniportAdapterHandle, Adapter, TRUE, NdisInterfacePci);
    Status = NdisMRegisterIoPortRange((PVOID *)&Adapter->IoPort, MiniportAdapterHandle,
                                      Adapter->InitialPort, NIC_PORTS);
    if (Status == NDIS_STATUS_SUCCESS)
        Status = NicAllocateMapRegisters(Adapter);
    if (Status == NDIS_STATUS_SUCCESS)
        Status = NdisMRegisterInterrupt(&Adapter->Interrupt, MiniportAdapterHandle,
                                        Adapter->Vector, Adapter->Level, FALSE, TRUE,
                                        NdisInterruptLevelSensitive);
    Adapter->InterruptRegistered = Status == NDIS_STATUS_SUCCESS;
    if (Status != NDIS_STATUS_SUCCESS)
        NicHalt(Adapter);
    return Status;
}

VOID
NicHalt(
    IN NDIS_HANDLE Context
    )
{
    PNIC_ADAPTER Adapter = (PNIC_ADAPTER)Context;

    if (Adapter->InterruptRegistered)
        NdisMDeregisterInterrupt(&Adapter->Interrupt);
    if (Adapter->MapRegisters)
        NdisMFreeMapRegisters(Adapter->MiniportAdapterHandle);
    if (Adapter->IoPort)
        NdisMDeregisterIoPortRange(Adapter->MiniportAdapterHandle, Adapter->InitialPort,
                                   NIC_PORTS, (PVOID)Adapter->IoPort);
    NdisFreeMemory(Adapter, sizeof(*Adapter), 0);
}

NDIS_STATUS
NicReset(
    OUT PBOOLEAN AddressingReset,
    IN NDIS_HANDLE Context
    )
{
    *AddressingReset = FALSE;
    return NDIS_STATUS_SUCCESS;
}
