/* SPDX-License-Identifier: MIT */
/*
 * removal.c - see removal.h
 */
#include <errno.h>
#include <string.h>

#include "ndis/adapter.h"
#include "ndis/miniport_call.h"
#include "ndis/removal.h"
#include "ndis/send.h"
#include "support/log.h"
#include "support/trace.h"

static void notify(struct shim_adapter *adapter, NDIS_DEVICE_PNP_EVENT event)
{
	static const char name[] = "MiniportPnPEventNotify";
	W_PNP_EVENT_NOTIFY_HANDLER handler = adapter->driver->functions.PnPEventNotifyHandler;
	struct miniport_call call;

	if (!handler)
		return;
	ndis_enter_miniport(adapter, name, KE_PASSIVE_LEVEL, &call);
	TRACE_ENTER(name, "context %p, event %d)", adapter->context, event);
	handler(adapter->context, event, NULL, 0);
	TRACE_LEAVE(name, ")");
	ndis_leave_miniport(adapter, &call);
}

static void on_asked_back(void *context, bool gone)
{
	struct shim_adapter *adapter = context;
	unsigned int irql;

	/* A device that was there at the first time may be gone at the next. */
	if (adapter->asked_back && (!gone || adapter->gone))
		return;
	irql = ke_raise_irql(KE_DISPATCH_LEVEL);
	adapter->asked_back = true;
	if (gone) {
		adapter->gone = true;
		adapter->removed = true;
		ndis_send_abort_queued(adapter, NDIS_STATUS_ADAPTER_REMOVED);
	}
	if (adapter->client.asked_back)
		adapter->client.asked_back(adapter->client.context, gone);
	ke_lower_irql(irql);
}

void ndis_removal_watch(struct shim_adapter *adapter)
{
	int result = platform_watch_removal(adapter->platform, on_asked_back, adapter);

	if (result < 0 && result != -ENOTSUP)
		log_warning("%s: cannot learn when the device is asked back: %s",
			    adapter->driver->name, strerror(-result));
}

void ndis_removal_ignore(struct shim_adapter *adapter)
{
	platform_watch_removal(adapter->platform, NULL, NULL);
}

void ndis_removal_begin(struct shim_adapter *adapter)
{
	if (!adapter->asked_back)
		return;
	adapter->told_gone = adapter->gone;
	notify(adapter,
	       adapter->gone ? NdisDevicePnPEventSurpriseRemoved : NdisDevicePnPEventQueryRemoved);
}

void ndis_removal_finish(struct shim_adapter *adapter)
{
	if (!adapter->asked_back || adapter->told_gone)
		return;
	notify(adapter,
	       adapter->gone ? NdisDevicePnPEventSurpriseRemoved : NdisDevicePnPEventRemoved);
}
