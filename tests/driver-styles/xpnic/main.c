/* SPDX-License-Identifier: MIT */
/* main.c - a driver as they were written for Windows XP: DriverEntry, start and end. */
#include "precomp.h"
#pragma hdrstop

#if !defined(NDIS_WDM) || !NDIS_WDM
#error "the driver is built with NDIS_WDM"
#endif

DRIVER_INITIALIZE DriverEntry;
#pragma alloc_text(INIT, DriverEntry)

static VOID NicUnload(IN PDRIVER_OBJECT DriverObject)
{
	UNREFERENCED_PARAMETER(DriverObject);
}

static NDIS_STATUS NicMap(IN PNIC Nic, IN NDIS_HANDLE WrapperConfigurationContext)
{
	PCM_PARTIAL_RESOURCE_DESCRIPTOR Resource;
	PNDIS_RESOURCE_LIST List = NULL;
	NDIS_STATUS Status;
	UINT Size = 0, i;

	NdisMQueryAdapterResources(&Status, WrapperConfigurationContext, List, &Size);
	Status = NdisAllocateMemoryWithTag((PVOID *)&List, Size, NIC_TAG);
	if (Status != NDIS_STATUS_SUCCESS)
		return Status;
	NdisMQueryAdapterResources(&Status, WrapperConfigurationContext, List, &Size);
	for (i = 0; Status == NDIS_STATUS_SUCCESS && i < List->Count; i++) {
		Resource = &List->PartialDescriptors[i];
		if (Resource->Type == CmResourceTypeMemory && !Nic->Registers) {
			Nic->RegisterLength = Resource->u.Memory.Length;
			Status = NdisMMapIoSpace((PVOID *)&Nic->Registers, Nic->Handle,
						 Resource->u.Memory.Start, Nic->RegisterLength);
		} else if (Resource->Type == CmResourceTypeInterrupt) {
			Status = NdisMRegisterInterrupt(&Nic->Interrupt, Nic->Handle,
							Resource->u.Interrupt.Vector,
							Resource->u.Interrupt.Level, TRUE, TRUE,
							NdisInterruptLevelSensitive);
			Nic->InterruptRegistered = Status == NDIS_STATUS_SUCCESS;
		}
	}
	NdisFreeMemory(List, 0, 0);
	return Status;
}

static NDIS_STATUS NicInitialize(OUT PNDIS_STATUS OpenErrorStatus, OUT PUINT SelectedMediumIndex,
				 IN PNDIS_MEDIUM MediumArray, IN UINT MediumArraySize,
				 IN NDIS_HANDLE MiniportAdapterHandle,
				 IN NDIS_HANDLE WrapperConfigurationContext)
{
	NDIS_STATUS Status;
	PNIC Nic;

	UNREFERENCED_PARAMETER(OpenErrorStatus);
	for (*SelectedMediumIndex = 0; *SelectedMediumIndex < MediumArraySize;
	     (*SelectedMediumIndex)++)
		if (MediumArray[*SelectedMediumIndex] == NdisMedium802_3)
			break;
	if (*SelectedMediumIndex == MediumArraySize)
		return NDIS_STATUS_UNSUPPORTED_MEDIA;
	Status = NdisAllocateMemoryWithTag((PVOID *)&Nic, sizeof(*Nic), NIC_TAG);
	if (Status != NDIS_STATUS_SUCCESS)
		return Status;
	NdisZeroMemory(Nic, sizeof(*Nic));
	Nic->Handle = MiniportAdapterHandle;
	NdisAllocateSpinLock(&Nic->Lock);
	InitializeListHead(&Nic->Waiting);
	NdisMSetAttributesEx(MiniportAdapterHandle, Nic, 0,
			     NDIS_ATTRIBUTE_DESERIALIZE | NDIS_ATTRIBUTE_BUS_MASTER |
				     NDIS_ATTRIBUTE_SURPRISE_REMOVE_OK |
				     NDIS_ATTRIBUTE_USES_SAFE_BUFFER_APIS,
			     NdisInterfacePci);
	Status = NdisMInitializeScatterGatherDma(MiniportAdapterHandle, FALSE, 1514);
	if (Status == NDIS_STATUS_SUCCESS)
		Status = NicReadParameters(Nic, WrapperConfigurationContext);
	if (Status == NDIS_STATUS_SUCCESS)
		Status = NicMap(Nic, WrapperConfigurationContext);
	if (Status == NDIS_STATUS_SUCCESS) {
		NdisMAllocateSharedMemory(MiniportAdapterHandle, NIC_RING_BYTES, TRUE, &Nic->Ring,
					  &Nic->RingAddress);
		if (!Nic->Ring)
			Status = NDIS_STATUS_RESOURCES;
	}
	if (Status == NDIS_STATUS_SUCCESS)
		Nic->Registers->RingAddress = NdisGetPhysicalAddressLow(Nic->RingAddress);
	else
		NicHalt(Nic);
	return Status;
}

VOID NicHalt(IN NDIS_HANDLE MiniportAdapterContext)
{
	PNIC Nic = (PNIC)MiniportAdapterContext;

	if (Nic->InterruptRegistered)
		NdisMDeregisterInterrupt(&Nic->Interrupt);
	if (Nic->Ring)
		NdisMFreeSharedMemory(Nic->Handle, NIC_RING_BYTES, TRUE, Nic->Ring,
				      Nic->RingAddress);
	if (Nic->Registers)
		NdisMUnmapIoSpace(Nic->Handle, (PVOID)Nic->Registers, Nic->RegisterLength);
	NdisFreeSpinLock(&Nic->Lock);
	NdisFreeMemory(Nic, 0, 0);
}

static NDIS_STATUS NicReset(OUT PBOOLEAN AddressingReset, IN NDIS_HANDLE MiniportAdapterContext)
{
	*AddressingReset = TRUE;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NicQuery(IN NDIS_HANDLE MiniportAdapterContext, IN NDIS_OID Oid,
			    IN PVOID InformationBuffer, IN ULONG InformationBufferLength,
			    OUT PULONG BytesWritten, OUT PULONG BytesNeeded)
{
	if (Oid != OID_GEN_MAXIMUM_SEND_PACKETS)
		return NDIS_STATUS_NOT_SUPPORTED;
	*BytesNeeded = sizeof(ULONG);
	if (InformationBufferLength < sizeof(ULONG))
		return NDIS_STATUS_INVALID_LENGTH;
	*(PULONG)InformationBuffer = ((PNIC)MiniportAdapterContext)->Depth;
	*BytesWritten = sizeof(ULONG);
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NicSet(IN NDIS_HANDLE MiniportAdapterContext, IN NDIS_OID Oid,
			  IN PVOID InformationBuffer, IN ULONG InformationBufferLength,
			  OUT PULONG BytesRead, OUT PULONG BytesNeeded)
{
	return NDIS_STATUS_NOT_SUPPORTED;
}

static VOID NicPnPEventNotify(IN NDIS_HANDLE MiniportAdapterContext,
			      IN NDIS_DEVICE_PNP_EVENT PnPEvent, IN PVOID InformationBuffer,
			      IN ULONG InformationBufferLength)
{
	((PNIC)MiniportAdapterContext)->LastEvent = PnPEvent;
}

static VOID NicShutdown(IN NDIS_HANDLE MiniportAdapterContext)
{
	((PNIC)MiniportAdapterContext)->Registers->RingAddress = 0;
}

NTSTATUS DriverEntry(IN PDRIVER_OBJECT DriverObject, IN PUNICODE_STRING RegistryPath)
{
	NDIS_MINIPORT_CHARACTERISTICS Characteristics;
	NDIS_HANDLE Wrapper;
	NDIS_STATUS Status;

	NdisMInitializeWrapper(&Wrapper, DriverObject, RegistryPath, NULL);
	if (!Wrapper)
		return NDIS_STATUS_FAILURE;
	NdisZeroMemory(&Characteristics, sizeof(Characteristics));
	Characteristics.MajorNdisVersion = 5;
	Characteristics.MinorNdisVersion = 1;
	Characteristics.InitializeHandler = NicInitialize;
	Characteristics.HaltHandler = NicHalt;
	Characteristics.ResetHandler = NicReset;
	Characteristics.QueryInformationHandler = NicQuery;
	Characteristics.SetInformationHandler = NicSet;
	Characteristics.SendPacketsHandler = NicSendPackets;
	Characteristics.ISRHandler = NicIsr;
	Characteristics.HandleInterruptHandler = NicHandleInterrupt;
	Characteristics.CancelSendPacketsHandler = NicCancelSendPackets;
	Characteristics.PnPEventNotifyHandler = NicPnPEventNotify;
	Characteristics.AdapterShutdownHandler = NicShutdown;
	Status = NdisMRegisterMiniport(Wrapper, &Characteristics, sizeof(Characteristics));
	if (Status == NDIS_STATUS_SUCCESS)
		NdisMRegisterUnloadHandler(Wrapper, NicUnload);
	else
		NdisTerminateWrapper(Wrapper, NULL);
	return Status;
}
