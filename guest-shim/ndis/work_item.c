/* SPDX-License-Identifier: MIT */
/*
 * work_item.c - work at PASSIVE_LEVEL
 */
#include <string.h>

#include "ndis/memory.h"
#include "ndis/timer.h"
#include "ndis/violation.h"
#include "support/trace.h"

/** struct work_item_state - the library's part of NDIS_WORK_ITEM */
struct work_item_state {
	struct ke_work_item work;
	const void *owner; /* charged for what the function allocates */
	struct shim_driver *driver;
} MAY_ALIAS;

C_ASSERT(sizeof(struct work_item_state) <=
	 sizeof(NDIS_WORK_ITEM) - offsetof(NDIS_WORK_ITEM, WrapperReserved));

static struct work_item_state *state_of(PNDIS_WORK_ITEM item)
{
	return (struct work_item_state *)(void *)item->WrapperReserved;
}

static void run(void *context)
{
	PNDIS_WORK_ITEM item = context;
	struct shim_driver *driver = ndis_set_current_driver(state_of(item)->driver);
	const void *owner = ndis_set_current_owner(state_of(item)->owner);

	TRACE_ENTER("work item", "%p, context %p)", (void *)item, item->Context);
	item->Routine(item, item->Context);
	/* The routine may have freed the item. */
	TRACE_LEAVE("work item", "%p)", (void *)item);
	if (ke_current_irql() != KE_PASSIVE_LEVEL) {
		ndis_violation(NULL, "work item",
			       "the function of a work item returns at PASSIVE_LEVEL",
			       "returned at IRQL %u", ke_current_irql());
		ke_lower_irql(KE_PASSIVE_LEVEL);
	}
	ndis_set_current_owner(owner);
	ndis_set_current_driver(driver);
}

static bool belongs_to(const void *item, const void *owner)
{
	const struct work_item_state *state =
		(const void *)((const NDIS_WORK_ITEM *)item)->WrapperReserved;

	return state->owner == owner;
}

unsigned int ndis_work_item_release(struct shim_adapter *adapter, const char *call,
				    const void *owner)
{
	unsigned int count = 0;
	PNDIS_WORK_ITEM item;

	while ((item = ke_work_item_find(run, belongs_to, owner))) {
		ndis_violation(
			adapter, call,
			"the functions of all work items have run when this function returns",
			"work item %p is waiting", (void *)item);
		ke_work_item_cancel(&state_of(item)->work);
		count++;
	}
	return count;
}

VOID NTAPI NdisInitializeWorkItem(PNDIS_WORK_ITEM WorkItem, NDIS_PROC Routine, PVOID Context)
{
	if (!ndis_is_given("NdisInitializeWorkItem", "WorkItem", WorkItem))
		return;
	ke_work_item_cancel(&state_of(WorkItem)->work);
	memset(WorkItem, 0, sizeof(*WorkItem));
	WorkItem->Routine = Routine;
	WorkItem->Context = Context;
	TRACE("NdisInitializeWorkItem", "%p, context %p)", (void *)WorkItem, Context);
}

NDIS_STATUS NTAPI NdisScheduleWorkItem(PNDIS_WORK_ITEM WorkItem)
{
	static const char call[] = "NdisScheduleWorkItem";
	TRACE_SCOPE(call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "WorkItem", WorkItem)) {
		status = NDIS_STATUS_FAILURE;
	} else if (!WorkItem->Routine) {
		ndis_violation(NULL, call, "a work item is initialised before it is scheduled",
			       "Routine of work item %p is NULL", (void *)WorkItem);
	} else if (!ke_work_item_queue(&state_of(WorkItem)->work, run, WorkItem)) {
		ndis_violation(NULL, call,
			       "a work item is scheduled again when its function has been called",
			       "work item %p is waiting", (void *)WorkItem);
	} else {
		state_of(WorkItem)->owner = ndis_current_owner();
		state_of(WorkItem)->driver = ndis_current_driver();
		status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "%p) -> %s", (void *)WorkItem, ndis_status_text(status));
	return status;
}
