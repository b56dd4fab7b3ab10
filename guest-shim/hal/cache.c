/* SPDX-License-Identifier: MIT */
/*
 * cache.c - caches, which are coherent here
 *
 * Source: ndis-hal-dma.md sections 8.7 and 8.13.
 */
#include "hal/hal.h"
#include "support/trace.h"

VOID NTAPI KeFlushIoBuffers(PMDL Mdl, BOOLEAN ReadOperation, BOOLEAN DmaOperation)
{
	static const char call[] = "KeFlushIoBuffers";
	TRACE_SCOPE(call);

	TRACE(call, "mdl %p, %s, %s)", (void *)Mdl, ReadOperation ? "from device" : "to device",
	      DmaOperation ? "DMA" : "programmed I/O");
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!Mdl) {
		hal_violation(NULL, VERIFIER_NONE, call, "no argument may be NULL", "Mdl is NULL");
		return;
	}
	/* What is left of a flush is the order of accesses. */
	KeMemoryBarrier();
}

ULONG NTAPI KeGetDcacheFillSize(VOID)
{
	return 1;
}
