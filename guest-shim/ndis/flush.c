/* SPDX-License-Identifier: MIT */
/*
 * flush.c - caches and alignment
 *
 * Source: ndis-hal-dma.md sections 4.12 and 5.6.
 */
#include "ndis/violation.h"
#include "support/trace.h"

/* Bytes of a cache line of every x86-64 processor. */
#define CACHE_LINE 64u

VOID NTAPI NdisFlushBuffer(PNDIS_BUFFER Buffer, BOOLEAN WriteToDevice)
{
	static const char call[] = "NdisFlushBuffer";
	TRACE_SCOPE(call);

	TRACE_SHORT(call, "buffer %p, %s)", (void *)Buffer,
		    WriteToDevice ? "to device" : "from device");
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!Buffer) {
		ndis_violation(NULL, call, "no argument may be NULL", "Buffer is NULL");
		return;
	}
	/* Caches are coherent here; what is left is the order of writes before the doorbell. */
	KeMemoryBarrier();
}

ULONG NTAPI NdisMGetDmaAlignment(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMGetDmaAlignment";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	if (adapter) {
		ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL);
		if (!adapter->dma.adapter && !adapter->dma_channels)
			ndis_violation(
				adapter, call,
				"NdisMAllocateMapRegisters or NdisMInitializeScatterGatherDma "
				"must have succeeded before",
				"the adapter has neither map registers nor scatter/gather DMA");
	}
	TRACE(call, "adapter %p) -> %u", (void *)adapter, CACHE_LINE);
	return CACHE_LINE;
}

ULONG NTAPI NdisGetCacheFillSize(VOID)
{
	return CACHE_LINE;
}

ULONG NTAPI NdisGetSharedDataAlignment(VOID)
{
	return CACHE_LINE;
}
