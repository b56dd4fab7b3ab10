/* SPDX-License-Identifier: MIT */
/*
 * reset.c - MiniportReset, and the supervision that asks for it
 */
#include <errno.h>

#include "ndis/miniport_call.h"
#include "ndis/request.h"
#include "ndis/send.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

#define RESET_TIMEOUT_NS     5000000000ll
#define DEFAULT_HANG_SECONDS 2u

/* A send or request counts as hung when it is older than so many periods. */
#define HUNG_AFTER_TICKS 2u

static bool is_done(void *context)
{
	const struct adapter_reset *reset = context;

	return reset->done;
}

static void finish(struct adapter_reset *reset, NDIS_STATUS status, BOOLEAN addressing)
{
	reset->status = status;
	reset->addressing = addressing;
	reset->done = true;
}

static bool call_miniport(struct shim_adapter *adapter)
{
	static const char name[] = "MiniportReset";
	struct adapter_reset *reset = &adapter->reset;
	struct miniport_call call;
	BOOLEAN addressing = FALSE;
	NDIS_STATUS status;

	reset->done = false;
	reset->active = true;
	reset->count++;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "context %p)", adapter->context);
	status = adapter->driver->functions.ResetHandler(&addressing, adapter->context);
	TRACE_LEAVE(name, "addressing reset %u) -> %s", addressing, ndis_status_text(status));
	if (status != NDIS_STATUS_PENDING)
		finish(reset, status, addressing);
	ndis_leave_miniport(adapter, &call);
	return ke_wait(is_done, reset, RESET_TIMEOUT_NS);
}

static void restore_addressing(struct shim_adapter *adapter)
{
	const struct adapter_addressing *addressing = &adapter->addressing;

	if (addressing->multicast)
		ndis_set(adapter, OID_802_3_MULTICAST_LIST, addressing->multicast,
			 addressing->multicast_length);
	if (addressing->lookahead_set)
		ndis_set(adapter, OID_GEN_CURRENT_LOOKAHEAD, &addressing->lookahead,
			 sizeof(addressing->lookahead));
	if (addressing->filter_set)
		ndis_set(adapter, OID_GEN_CURRENT_PACKET_FILTER, &addressing->filter,
			 sizeof(addressing->filter));
}

SHIM_EXPORT int shim_reset(struct shim_adapter *adapter)
{
	struct adapter_reset *reset = &adapter->reset;
	unsigned int irql;
	bool done;

	if (ke_current_irql() != KE_PASSIVE_LEVEL || reset->active)
		return -EDEADLK;
	if (adapter->removed || adapter->state != ADAPTER_RUNNING)
		return -ENODEV;
	done = call_miniport(adapter);
	if (!done) {
		log_error("%s: MiniportReset did not end within 5 seconds", adapter->driver->name);
		reset->active = false;
		return -ETIMEDOUT;
	}
	irql = ke_raise_irql(KE_DISPATCH_LEVEL);
	/* A serialised miniport has forgotten its packets; others have completed theirs. */
	if (reset->status == NDIS_STATUS_SUCCESS && ndis_is_serialised(adapter))
		ndis_send_abort_pending(adapter, NDIS_STATUS_REQUEST_ABORTED);
	reset->active = false;
	ke_lower_irql(irql);
	if (reset->addressing)
		restore_addressing(adapter);
	irql = ke_raise_irql(KE_DISPATCH_LEVEL);
	adapter->send.blocked = false;
	ndis_send_start(adapter);
	ke_lower_irql(irql);
	if (reset->status == NDIS_STATUS_SUCCESS)
		return 0;
	log_warning("%s: MiniportReset: %s", adapter->driver->name,
		    ndis_status_text(reset->status));
	return reset->status == NDIS_STATUS_NOT_RESETTABLE ||
			       reset->status == NDIS_STATUS_NOT_SUPPORTED
		       ? -ENOTSUP
		       : -EIO;
}

VOID NTAPI NdisMResetComplete(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS Status,
			      BOOLEAN AddressingReset)
{
	static const char call[] = "NdisMResetComplete";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p, %s, addressing reset %u)", (void *)adapter,
	      ndis_status_text(Status), AddressingReset);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return;
	if (!adapter->reset.active || adapter->reset.done) {
		ndis_violation(adapter, call,
			       "a reset that the miniport left pending is completed once",
			       "no reset is pending");
		return;
	}
	finish(&adapter->reset, Status, AddressingReset);
}

static void reset_work(void *context)
{
	shim_reset(context);
}

static bool miniport_says_hung(struct shim_adapter *adapter)
{
	static const char name[] = "MiniportCheckForHang";
	W_CHECK_FOR_HANG_HANDLER handler = adapter->driver->functions.CheckForHangHandler;
	struct miniport_call call;
	BOOLEAN hung;

	if (!handler)
		return false;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "context %p)", adapter->context);
	hung = handler(adapter->context);
	TRACE_LEAVE(name, ") -> %u", hung);
	ndis_leave_miniport(adapter, &call);
	if (hung)
		log_warning("%s: MiniportCheckForHang says that the adapter hangs: reset",
			    adapter->driver->name);
	return hung;
}

static bool work_is_overdue(struct shim_adapter *adapter)
{
	if (!(adapter->attributes & NDIS_ATTRIBUTE_IGNORE_PACKET_TIMEOUT) &&
	    ndis_send_is_hung(adapter, HUNG_AFTER_TICKS)) {
		log_warning("%s: a packet was not completed within %u seconds: reset",
			    adapter->driver->name, HUNG_AFTER_TICKS * adapter->hang_seconds);
		return true;
	}
	if (!(adapter->attributes & NDIS_ATTRIBUTE_IGNORE_REQUEST_TIMEOUT) &&
	    adapter->request.active &&
	    adapter->reset.tick - adapter->reset.request_tick > HUNG_AFTER_TICKS) {
		log_warning(
			"%s: the request for oid 0x%08x was not completed within %u seconds: reset",
			adapter->driver->name, adapter->request.oid,
			HUNG_AFTER_TICKS * adapter->hang_seconds);
		return true;
	}
	return false;
}

void ndis_supervision_tick(struct shim_adapter *adapter)
{
	adapter->reset.tick++;
	if (adapter->reset.active || adapter->state != ADAPTER_RUNNING || adapter->removed)
		return;
	if (miniport_says_hung(adapter) || work_is_overdue(adapter)) {
		ke_work_item_queue(&adapter->reset.work, reset_work, adapter);
		return;
	}
	ndis_send_unblock_idle(adapter);
	ndis_send_start(adapter);
}

static void tick(void *context)
{
	ndis_supervision_tick(context);
}

void ndis_supervision_start(struct shim_adapter *adapter)
{
	uint64_t period;

	if (!adapter->hang_seconds)
		adapter->hang_seconds = DEFAULT_HANG_SECONDS;
	period = adapter->hang_seconds * 1000000000ull;
	ke_timer_set(&adapter->reset.hang_timer, period, period, tick, adapter);
}

void ndis_supervision_stop(struct shim_adapter *adapter)
{
	ke_timer_cancel(&adapter->reset.hang_timer);
	ke_work_item_cancel(&adapter->reset.work);
}
