/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_WORKITEM_H
#define NDIS_HEADERS_NDIS_WORKITEM_H

/*
 * Work items: how code at DISPATCH_LEVEL has something done at PASSIVE_LEVEL.
 */

#include "status.h"

struct _NDIS_WORK_ITEM;

/*
 * Function of a work item. Gets the item and the context; may free or reschedule the item. IRQL:
 * =PASSIVE, on a thread of the system.
 */
typedef VOID (*NDIS_PROC)(struct _NDIS_WORK_ITEM *WorkItem, PVOID Context);

/*
 * A work item in memory of the driver, which must live until the function runs. Context and
 * Routine are set by NdisInitializeWorkItem, WrapperReserved is the library's. 80 bytes.
 */
typedef struct _NDIS_WORK_ITEM {
	PVOID Context;
	NDIS_PROC Routine;
	ULONG_PTR WrapperReserved[8];
} NDIS_WORK_ITEM, *PNDIS_WORK_ITEM;

EXTERN_C_START

/*
 * Prepares a work item.
 *
 * WorkItem   OUT. Memory of the driver.
 * Routine    function to be run.
 * Context    what it gets.
 *
 * IRQL: any.
 */
NDISAPI VOID NTAPI NdisInitializeWorkItem(OUT PNDIS_WORK_ITEM WorkItem, IN NDIS_PROC Routine,
					  IN PVOID Context);

/*
 * Has the function of a work item run once, soon. An item that is scheduled must not be scheduled
 * again before its function has been called. There is no way to take it back: MiniportHalt waits
 * for it with an event.
 *
 * WorkItem   an initialised work item.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_FAILURE if the item is scheduled already or was not
 * initialised. IRQL: <=DISPATCH.
 */
NDISAPI NDIS_STATUS NTAPI NdisScheduleWorkItem(IN PNDIS_WORK_ITEM WorkItem);

EXTERN_C_END

#endif
