/* SPDX-License-Identifier: MIT */
/*
 * adapter.c - calls into the miniport, and the way to the adapter behind a handle
 */
#include <string.h>

#include "ndis/miniport_call.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

_Thread_local struct shim_adapter *ndis_adapters;

struct shim_adapter *ndis_find_adapter(NDIS_HANDLE handle, const char *call)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if (adapter == handle)
			return adapter;
		if (handle && adapter->context == handle) {
			ndis_violation(
				adapter, call,
				"MiniportAdapterHandle is the handle that MiniportInitialize "
				"received",
				"%p is the driver's own MiniportAdapterContext", handle);
			return NULL;
		}
	}
	ndis_violation_code(
		NULL,
		VERIFIER_DETAIL(handle ? VERIFIER_RELEASED_ADAPTER : VERIFIER_NULL_ADAPTER,
			  .parameters = {(uintptr_t)handle}),
		call,
		"MiniportAdapterHandle is the handle that MiniportInitialize received, used on "
		"the thread of its adapter",
		"%p is no handle of an adapter", handle);
	return NULL;
}

struct shim_adapter *ndis_current_adapter(void)
{
	const void *owner = ndis_current_owner();

	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if (adapter == owner)
			return adapter;
	}
	return ndis_adapters;
}

void ndis_restore_level(struct shim_adapter *adapter, const struct miniport_call *call)
{
	ndis_violation_code(
		adapter,
		VERIFIER_DETAIL(VERIFIER_IRQL_AT_RETURN,
				.parameters = {1, call->level, ke_current_irql()}),
		call->name, "a function of the miniport returns at the IRQL at which it was called",
		"called at IRQL %u, returned at %u", call->level, ke_current_irql());
	if (ke_current_irql() < call->level)
		ke_raise_irql(call->level);
	else
		ke_lower_irql(call->level);
}

NDIS_STATUS NTAPI NdisMRemoveMiniport(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMRemoveMiniport";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (adapter && ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL) && !adapter->removed &&
	    adapter->state == ADAPTER_RUNNING) {
		log_error("%s: the miniport gives its device up", adapter->driver->name);
		adapter->removed = true;
		ndis_send_abort_queued(adapter, NDIS_STATUS_ADAPTER_REMOVED);
		if (adapter->client.removed)
			adapter->client.removed(adapter->client.context);
		status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "adapter %p) -> %s", (void *)adapter, ndis_status_text(status));
	return status;
}
