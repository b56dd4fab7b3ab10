/* SPDX-License-Identifier: MIT */
/*
 * verifier_cost - a number of NdisMStart- and NdisMCompleteBufferPhysicalMapping calls on the fake
 * platform, for run-verifier-cost to count the instructions of
 *
 * usage: verifier_cost off|report PAIRS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ndis.h>

#include "include/ndis_shim.h"
#include "platform/fake/fake.h"

#define MAXIMUM 1514u

static NDIS_HANDLE handle;

static NDIS_STATUS initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media, UINT count,
			      NDIS_HANDLE adapter, NDIS_HANDLE configuration)
{
	*medium = 0;
	handle = adapter;
	NdisMSetAttributesEx(adapter, &handle, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	return NdisMAllocateMapRegisters(adapter, 0, NDIS_DMA_32BITS, 4, MAXIMUM);
}

static VOID halt(NDIS_HANDLE context)
{
	NdisMFreeMapRegisters(handle);
}

static NDIS_STATUS query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			 PULONG written, PULONG needed)
{
	return NDIS_STATUS_NOT_SUPPORTED;
}

static NDIS_STATUS set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length, PULONG used,
		       PULONG needed)
{
	*used = length;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS reset(PBOOLEAN addressing, NDIS_HANDLE context)
{
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	return NDIS_STATUS_SUCCESS;
}

static int32_t driver_entry(void *object, void *path)
{
	NDIS50_MINIPORT_CHARACTERISTICS functions = {
		.MajorNdisVersion = 5,
		.InitializeHandler = initialize,
		.HaltHandler = halt,
		.QueryInformationHandler = query,
		.SetInformationHandler = set,
		.ResetHandler = reset,
		.SendHandler = send,
	};
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, object, path, NULL);
	return NdisMRegisterMiniport(wrapper, (PVOID)&functions, sizeof(functions));
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
}

static void die(const char *what)
{
	fprintf(stderr, "verifier_cost: %s\n", what);
	exit(1);
}

/* The hot path of a driver that maps the header of a frame. */
static void map_and_complete(unsigned long pairs)
{
	static unsigned char bytes[64];
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	PNDIS_BUFFER buffer;
	NDIS_STATUS status;
	UINT count;

	NdisAllocateBuffer(&status, &buffer, NULL, bytes, sizeof(bytes));
	if (status != NDIS_STATUS_SUCCESS)
		die("no buffer");
	for (unsigned long i = 0; i < pairs; i++) {
		NdisMStartBufferPhysicalMapping(handle, buffer, 0, TRUE, runs, &count);
		if (!count)
			die("not mapped");
		NdisMCompleteBufferPhysicalMapping(handle, buffer, 0);
	}
	NdisFreeBuffer(buffer);
}

int main(int argc, char **argv)
{
	const struct shim_client client = {.receive = on_receive};
	struct shim_adapter_options options = {
		.dma = {.policy = DMA_POLICY_COPY, .copybreak = DMA_DEFAULT_COPYBREAK},
		.frames = 4,
	};
	struct event_loop *loop = event_loop_create();
	struct platform *platform = fake_platform_create(loop, NULL, true);
	struct shim_adapter *adapter;
	struct shim_driver *driver;

	if (argc != 3)
		die("usage: verifier_cost off|report PAIRS");
	if (strcmp(argv[1], "report") == 0)
		options.verify = SHIM_VERIFY_REPORT;
	if (shim_driver_start(driver_entry, "cost", &driver) ||
	    shim_adapter_start(driver, platform, &options, &client, &adapter))
		die("the miniport does not start");
	map_and_complete(strtoul(argv[2], NULL, 10));
	if (shim_adapter_stop(adapter))
		die("the miniport leaks");
	shim_driver_stop(driver);
	platform_close(platform);
	event_loop_destroy(loop);
	return 0;
}
