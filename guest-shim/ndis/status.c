/* SPDX-License-Identifier: MIT */
/*
 * status.c - changes of state that a miniport reports
 */
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static void tell_link(struct shim_adapter *adapter, bool up)
{
	unsigned int irql = ke_current_irql();

	adapter->link_changes++;
	if (!adapter->client.link)
		return;
	if (irql < KE_DISPATCH_LEVEL)
		ke_raise_irql(KE_DISPATCH_LEVEL);
	adapter->client.link(adapter->client.context, up);
	ke_lower_irql(irql);
}

VOID NTAPI NdisMIndicateStatus(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS GeneralStatus,
			       PVOID StatusBuffer, UINT StatusBufferSize)
{
	static const char call[] = "NdisMIndicateStatus";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p, %s, %u bytes)", (void *)adapter, ndis_status_text(GeneralStatus),
	      StatusBufferSize);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return;
	/* No protocol is bound, or none any more: nobody listens. */
	if (adapter->state == ADAPTER_INITIALIZING || adapter->state >= ADAPTER_HALTING)
		return;
	if (GeneralStatus == NDIS_STATUS_MEDIA_CONNECT)
		tell_link(adapter, true);
	else if (GeneralStatus == NDIS_STATUS_MEDIA_DISCONNECT)
		tell_link(adapter, false);
	else
		log_notice("%s: status %s", adapter->driver->name, ndis_status_text(GeneralStatus));
}

VOID NTAPI NdisMIndicateStatusComplete(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMIndicateStatusComplete";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p)", (void *)adapter);
	if (adapter)
		ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL);
}
