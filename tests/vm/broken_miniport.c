/* SPDX-License-Identifier: MIT */
/*
 * broken_miniport.c - a driver that ends a mapping twice
 *
 * For tests/vm/verifier.sh.  It takes any network card and never touches it: MiniportInitialize
 * maps a buffer, ends the mapping twice, and fails.  Its functions are exported, so that reports
 * can name them.
 */
#include <ndis.h>

#define BUFFER_BYTES 1000
#define REGISTER     3
#define TAG	     'korB'

struct broken {
	NDIS_HANDLE adapter;
	NDIS_HANDLE pool;
	PNDIS_BUFFER buffer;
	PVOID memory;
};

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path);
DECLSPEC_EXPORT VOID broken_map(struct broken *broken);
DECLSPEC_EXPORT VOID broken_end(struct broken *broken);
DECLSPEC_EXPORT VOID broken_end_again(struct broken *broken);

/* The volatile keeps each call from becoming a jump, which would hide its caller. */
DECLSPEC_EXPORT __attribute__((noinline)) VOID broken_map(struct broken *broken)
{
	NDIS_PHYSICAL_ADDRESS_UNIT units[2];
	volatile UINT count = 0;

	NdisMStartBufferPhysicalMapping(broken->adapter, broken->buffer, REGISTER, TRUE, units,
					(PUINT)&count);
}

DECLSPEC_EXPORT __attribute__((noinline)) VOID broken_end(struct broken *broken)
{
	volatile ULONG number = REGISTER;

	NdisMCompleteBufferPhysicalMapping(broken->adapter, broken->buffer, number);
	number++;
}

DECLSPEC_EXPORT __attribute__((noinline)) VOID broken_end_again(struct broken *broken)
{
	volatile ULONG number = REGISTER;

	NdisMCompleteBufferPhysicalMapping(broken->adapter, broken->buffer, number);
	number++;
}

static BOOLEAN prepare(struct broken *broken)
{
	NDIS_STATUS status;

	NdisMSetAttributesEx(broken->adapter, broken, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	if (NdisMAllocateMapRegisters(broken->adapter, 0, NDIS_DMA_32BITS, 4, BUFFER_BYTES))
		return FALSE;
	if (NdisAllocateMemoryWithTag(&broken->memory, BUFFER_BYTES, TAG))
		return FALSE;
	NdisAllocateBufferPool(&status, &broken->pool, 1);
	if (status)
		return FALSE;
	NdisAllocateBuffer(&status, &broken->buffer, broken->pool, broken->memory, BUFFER_BYTES);
	return status == NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media,
				    UINT media_count, NDIS_HANDLE adapter, NDIS_HANDLE configuration)
{
	struct broken broken = { .adapter = adapter };

	(void)open_error;
	(void)media;
	(void)media_count;
	(void)configuration;
	*medium = 0;
	if (prepare(&broken)) {
		broken_map(&broken);
		broken_end(&broken);
		broken_end_again(&broken);
		NdisFreeBuffer(broken.buffer);
	}
	if (broken.pool)
		NdisFreeBufferPool(broken.pool);
	if (broken.memory)
		NdisFreeMemory(broken.memory, BUFFER_BYTES, 0);
	NdisMFreeMapRegisters(adapter);
	return NDIS_STATUS_FAILURE;
}

static VOID NTAPI halt(NDIS_HANDLE context)
{
	(void)context;
}

static NDIS_STATUS NTAPI request(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				 PULONG done, PULONG needed)
{
	(void)context;
	(void)oid;
	(void)buffer;
	(void)length;
	*done = 0;
	*needed = 0;
	return NDIS_STATUS_NOT_SUPPORTED;
}

static NDIS_STATUS NTAPI reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	(void)context;
	*addressing_reset = FALSE;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	(void)context;
	(void)packet;
	(void)flags;
	return NDIS_STATUS_FAILURE;
}

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
	NDIS_MINIPORT_CHARACTERISTICS characteristics;
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, driver, registry_path, NULL);
	NdisZeroMemory(&characteristics, sizeof(characteristics));
	characteristics.MajorNdisVersion = NDIS_MINIPORT_MAJOR_VERSION;
	characteristics.MinorNdisVersion = NDIS_MINIPORT_MINOR_VERSION;
	characteristics.InitializeHandler = initialize;
	characteristics.HaltHandler = halt;
	characteristics.QueryInformationHandler = request;
	characteristics.SetInformationHandler = request;
	characteristics.ResetHandler = reset;
	characteristics.SendHandler = send;
	return NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
}
