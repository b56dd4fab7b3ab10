/* SPDX-License-Identifier: MIT */
/*
 * bundle.c - pairs of adapters, of which one steps in for the other
 */
#include "ndis/send.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static void become_secondary(struct shim_adapter *adapter, struct shim_adapter *primary)
{
	adapter->primary = primary;
	ndis_send_abort_queued(adapter, NDIS_STATUS_ADAPTER_NOT_READY);
}

NDIS_STATUS NTAPI NdisMSetMiniportSecondary(NDIS_HANDLE MiniportAdapterHandle,
					    NDIS_HANDLE PrimaryMiniportAdapterHandle)
{
	static const char call[] = "NdisMSetMiniportSecondary";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	struct shim_adapter *primary = ndis_adapter(PrimaryMiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (!adapter || !primary || !ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		return NDIS_STATUS_FAILURE;
	if (adapter == primary || adapter->driver != primary->driver || adapter->primary ||
	    primary->primary) {
		ndis_violation(adapter, call,
			       "the two are different adapters of one driver, and neither is secondary",
			       "adapter %p and primary %p", (void *)adapter, (void *)primary);
	} else {
		become_secondary(adapter, primary);
		log_notice("%s: adapter %p is the secondary of %p now", adapter->driver->name,
			   (void *)adapter, (void *)primary);
		status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "adapter %p, primary %p) -> %s", (void *)adapter, (void *)primary,
	      ndis_status_text(status));
	return status;
}

NDIS_STATUS NTAPI NdisMPromoteMiniport(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMPromoteMiniport";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return NDIS_STATUS_FAILURE;
	if (!adapter->primary) {
		ndis_violation(adapter, call,
			       "the adapter is secondary, by NdisMSetMiniportSecondary",
			       "adapter %p is not", (void *)adapter);
	} else {
		become_secondary(adapter->primary, adapter);
		adapter->primary = NULL;
		log_notice("%s: adapter %p is the primary now", adapter->driver->name,
			   (void *)adapter);
		status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "adapter %p) -> %s", (void *)adapter, ndis_status_text(status));
	return status;
}

void ndis_bundle_leave(struct shim_adapter *adapter)
{
	for (struct shim_adapter *other = ndis_adapters; other; other = other->next) {
		if (other->primary == adapter)
			other->primary = NULL;
	}
}
