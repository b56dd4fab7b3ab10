/* SPDX-License-Identifier: MIT */
/*
 * work_item.c - work at PASSIVE_LEVEL, by the names of NDIS and of the kernel
 */
#include <string.h>

#include <ddk/work_item.h>

#include "mm/pool.h"
#include "ndis/memory.h"
#include "ndis/timer.h"
#include "ndis/violation.h"
#include "support/trace.h"

/** struct work_item_state - the library's part of a work item, @item in its memory */
struct work_item_state {
	struct ke_work_item work;
	const void *owner; /* charged for what the function allocates */
	struct shim_driver *driver;
	void *item;
	void (*call)(void *item);
} MAY_ALIAS;

C_ASSERT(sizeof(struct work_item_state) <=
	 sizeof(NDIS_WORK_ITEM) - offsetof(NDIS_WORK_ITEM, WrapperReserved));
C_ASSERT(sizeof(struct work_item_state) <=
	 sizeof(WORK_QUEUE_ITEM) - offsetof(WORK_QUEUE_ITEM, Reserved));

struct _IO_WORKITEM {
	struct work_item_state state;
	PDEVICE_OBJECT device;
	PIO_WORKITEM_ROUTINE routine;
	PVOID context;
};

static const char item_kind[] = "work item";

static struct work_item_state *state_of(PNDIS_WORK_ITEM item)
{
	return (struct work_item_state *)(void *)item->WrapperReserved;
}

static struct work_item_state *state_of_queue_item(PWORK_QUEUE_ITEM item)
{
	return (struct work_item_state *)(void *)item->Reserved;
}

static void run(void *context)
{
	const struct work_item_state *state = context;
	void *item = state->item;
	struct shim_driver *driver = ndis_set_current_driver(state->driver);
	const void *owner = ndis_set_current_owner(state->owner);

	TRACE_ENTER("work item", "%p)", item);
	state->call(item);
	/* The routine may have freed the item. */
	TRACE_LEAVE("work item", "%p)", item);
	if (ke_current_irql() != KE_PASSIVE_LEVEL) {
		ndis_violation(NULL, "work item",
			       "the function of a work item returns at PASSIVE_LEVEL",
			       "returned at IRQL %u", ke_current_irql());
		ke_lower_irql(KE_PASSIVE_LEVEL);
	}
	ndis_set_current_owner(owner);
	ndis_set_current_driver(driver);
}

/* Return: false after a report. */
static bool queue(const char *call, struct work_item_state *state, void *item,
		  void (*routine)(void *item))
{
	if (!ke_work_item_queue_of_driver(&state->work, run, state)) {
		ndis_violation(NULL, call,
			       "a work item is scheduled again when its function has been called",
			       "work item %p is waiting", item);
		return false;
	}
	state->owner = ndis_current_owner();
	state->driver = ndis_current_driver();
	state->item = item;
	state->call = routine;
	return true;
}

static bool belongs_to(const void *state, const void *owner)
{
	return ((const struct work_item_state *)state)->owner == owner;
}

unsigned int ndis_work_item_release(struct shim_adapter *adapter, const char *call,
				    const void *owner)
{
	unsigned int count = 0;
	struct work_item_state *state;

	while ((state = ke_work_item_find(run, belongs_to, owner))) {
		ndis_violation(
			adapter, call,
			"the functions of all work items have run when this function returns",
			"work item %p is waiting", state->item);
		ke_work_item_cancel(&state->work);
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

static void call_ndis(void *item)
{
	PNDIS_WORK_ITEM work = item;

	work->Routine(work, work->Context);
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
	} else if (queue(call, state_of(WorkItem), WorkItem, call_ndis)) {
		status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "%p) -> %s", (void *)WorkItem, ndis_status_text(status));
	return status;
}

PIO_WORKITEM NTAPI IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
	static const char call[] = "IoAllocateWorkItem";
	PIO_WORKITEM item = NULL;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (ndis_is_given(call, "DeviceObject", DeviceObject))
		item = ndis_allocate_object(sizeof(*item), item_kind, NULL, call,
					    __builtin_return_address(0));
	if (item)
		item->device = DeviceObject;
	TRACE(call, "%p) -> %p", (void *)DeviceObject, (void *)item);
	return item;
}

static struct mm_block *find(const char *call, PIO_WORKITEM item)
{
	struct mm_block *block = mm_pool_find(item);

	if (block && block->kind == item_kind)
		return block;
	ndis_violation(NULL, call, "IoWorkItem is what IoAllocateWorkItem returned",
		       "%p is no work item", (void *)item);
	return NULL;
}

static void call_device(void *item)
{
	PIO_WORKITEM work = item;

	work->routine(work->device, work->context);
}

VOID NTAPI IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
			   WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	static const char call[] = "IoQueueWorkItem";

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!find(call, IoWorkItem) ||
	    !ndis_is_given(call, "WorkerRoutine", (PVOID)(ULONG_PTR)WorkerRoutine) ||
	    !queue(call, &IoWorkItem->state, IoWorkItem, call_device))
		return;
	IoWorkItem->routine = WorkerRoutine;
	IoWorkItem->context = Context;
	TRACE(call, "%p, context %p)", (void *)IoWorkItem, Context);
}

VOID NTAPI IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
	static const char call[] = "IoFreeWorkItem";
	struct mm_block *block = find(call, IoWorkItem);

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	TRACE(call, "%p)", (void *)IoWorkItem);
	if (!block)
		return;
	if (ke_work_item_cancel(&IoWorkItem->state.work))
		ndis_violation(NULL, call, "a work item is freed when its function has been called",
			       "work item %p was waiting", (void *)IoWorkItem);
	mm_pool_free(block);
}

static void call_worker(void *item)
{
	PWORK_QUEUE_ITEM work = item;

	work->WorkerRoutine(work->Parameter);
}

VOID NTAPI ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
	static const char call[] = "ExQueueWorkItem";

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "WorkItem", WorkItem) ||
	    !ndis_is_given(call, "WorkItem->WorkerRoutine",
			   (PVOID)(ULONG_PTR)WorkItem->WorkerRoutine))
		return;
	queue(call, state_of_queue_item(WorkItem), WorkItem, call_worker);
	TRACE(call, "%p)", (void *)WorkItem);
}
