/* SPDX-License-Identifier: MIT */
/* minimal.c - what NDIS asks of any miniport: it starts, tells an address, refuses to send, halts */
#include <ndis.h>

/* Nobody's address, for the chip is not asked for its own, and the bytes of data of a frame. */
static UCHAR station_address[6] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x01 };
static ULONG frame_size = 1500;

static NDIS_STATUS minimal_initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media,
				      UINT count, NDIS_HANDLE handle, NDIS_HANDLE configuration)
{
	for (*medium = 0; *medium < count && media[*medium] != NdisMedium802_3; ++*medium)
		;
	if (*medium == count)
		return NDIS_STATUS_UNSUPPORTED_MEDIA;
	NdisMSetAttributesEx(handle, handle, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	return NDIS_STATUS_SUCCESS;
}

static VOID minimal_halt(NDIS_HANDLE context)
{
}

static NDIS_STATUS minimal_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				 PULONG written, PULONG needed)
{
	BOOLEAN of_address = oid == OID_802_3_CURRENT_ADDRESS;

	if (!of_address && oid != OID_GEN_MAXIMUM_FRAME_SIZE)
		return NDIS_STATUS_NOT_SUPPORTED;
	*needed = of_address ? sizeof(station_address) : sizeof(frame_size);
	if (length < *needed)
		return NDIS_STATUS_BUFFER_TOO_SHORT;
	NdisMoveMemory(buffer, of_address ? (PVOID)station_address : &frame_size, *needed);
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
