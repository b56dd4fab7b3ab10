/* SPDX-License-Identifier: MIT */
/* minimal.c - what NDIS asks of any miniport: it starts on an e1000, tells its address, and halts */
#include <ndis.h>

#include "e1000_regs.h"

struct nic {
	NDIS_HANDLE handle;
	PUCHAR registers;
};

static VOID minimal_halt(NDIS_HANDLE context)
{
	struct nic *nic = context;

	if (nic->registers)
		NdisMUnmapIoSpace(nic->handle, nic->registers, E1000_REGISTERS_SIZE);
	NdisFreeMemory(nic, sizeof(*nic), 0);
}

static NDIS_STATUS minimal_initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media,
				      UINT count, NDIS_HANDLE handle, NDIS_HANDLE configuration)
{
	ULONG64 space[64];	/* takes the resources: BARs in order, then the interrupt */
	PNDIS_RESOURCE_LIST list = (PVOID)space;
	UINT size = sizeof(space);
	NDIS_STATUS status;
	struct nic *nic;

	*medium = 0;
	if (count == 0 || media[0] != NdisMedium802_3)
		return NDIS_STATUS_UNSUPPORTED_MEDIA;
	if (NdisAllocateMemoryWithTag((PVOID *)&nic, sizeof(*nic), 0x696E696Du))
		return NDIS_STATUS_RESOURCES;
	NdisZeroMemory(nic, sizeof(*nic));
	nic->handle = handle;
	NdisMSetAttributesEx(handle, nic, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	NdisMQueryAdapterResources(&status, configuration, list, &size);
	if (status == NDIS_STATUS_SUCCESS)
		status = NdisMMapIoSpace((PVOID *)&nic->registers, handle,
					 list->PartialDescriptors[0].u.Memory.Start,
					 E1000_REGISTERS_SIZE);
	if (status != NDIS_STATUS_SUCCESS)
		minimal_halt(nic);
	return status;
}

static NDIS_STATUS minimal_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				 PULONG written, PULONG needed)
{
	struct nic *nic = context;
	PULONG address = (PULONG)(nic->registers + E1000_ADDRESS_LOW(0));
	ULONG answer[2] = { 1500, 0 };

	*written = 0;
	*needed = oid == OID_802_3_CURRENT_ADDRESS ? 6 : 4;
	if (oid == OID_802_3_CURRENT_ADDRESS) {
		NdisReadRegisterUlong(address, &answer[0]);
		NdisReadRegisterUlong(address + 1, &answer[1]);
	} else if (oid != OID_GEN_MAXIMUM_FRAME_SIZE) {
		return NDIS_STATUS_NOT_SUPPORTED;
	}
	if (length < *needed)
		return NDIS_STATUS_BUFFER_TOO_SHORT;
	NdisMoveMemory(buffer, answer, *needed);
	*written = *needed;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS minimal_set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			       PULONG read, PULONG needed)
{
	*read = length;
	return oid == OID_GEN_CURRENT_PACKET_FILTER ? NDIS_STATUS_SUCCESS :
						      NDIS_STATUS_NOT_SUPPORTED;
}

static NDIS_STATUS minimal_send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	return NDIS_STATUS_FAILURE;
}

static NDIS_STATUS minimal_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	return NDIS_STATUS_SUCCESS;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	NDIS_MINIPORT_CHARACTERISTICS functions = {
		.MajorNdisVersion = 5,
		.InitializeHandler = minimal_initialize,
		.HaltHandler = minimal_halt,
		.QueryInformationHandler = minimal_query,
		.SetInformationHandler = minimal_set,
		.SendHandler = minimal_send,
		.ResetHandler = minimal_reset,
	};
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, driver, path, NULL);
	return NdisMRegisterMiniport(wrapper, &functions, sizeof(functions));
}
