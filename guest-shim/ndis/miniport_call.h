/* SPDX-License-Identifier: MIT */
/*
 * miniport_call.h - calls into the miniport
 */
#ifndef NDIS_MINIPORT_CALL_H
#define NDIS_MINIPORT_CALL_H

#include "ndis/adapter.h"
#include "ndis/memory.h"
#include "ndis/send.h"

/**
 * struct miniport_call - state to go back to when a function of the miniport returns
 */
struct miniport_call {
	const char *name;
	unsigned int level;
	unsigned int former;
	struct shim_driver *driver;
	const void *owner;
};

/** ndis_restore_level() - report a function of the miniport that returned at another IRQL. */
void ndis_restore_level(struct shim_adapter *adapter, const struct miniport_call *call);

/**
 * ndis_enter_miniport() - about to call function @name of the miniport at IRQL @level
 *
 * @level is the level to raise to; a call from a higher one keeps that.
 */
static inline void ndis_enter_miniport(struct shim_adapter *adapter, const char *name,
				       unsigned int level, struct miniport_call *call)
{
	call->name = name;
	call->former = ke_current_irql();
	call->driver = ndis_set_current_driver(adapter->driver);
	call->owner = ndis_set_current_owner(adapter);
	if (call->former < level)
		ke_raise_irql(level);
	call->level = ke_current_irql();
	adapter->calls++;
}

/**
 * ndis_leave_miniport() - it returned: check and restore the IRQL, start what waited for the
 * end of the call.
 */
static inline void ndis_leave_miniport(struct shim_adapter *adapter,
				       const struct miniport_call *call)
{
	if (unlikely(ke_current_irql() != call->level))
		ndis_restore_level(adapter, call);
	adapter->calls--;
	ndis_set_current_owner(call->owner);
	ndis_set_current_driver(call->driver);
	if (adapter->send.queue && !adapter->calls)
		ndis_send_start(adapter);
	if (call->former < call->level)
		ke_lower_irql(call->former);
}

#endif /* NDIS_MINIPORT_CALL_H */
