/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_WORK_ITEM_H
#define NDIS_HEADERS_DDK_WORK_ITEM_H

/*
 * The kernel's work items: functions that the system calls at PASSIVE_LEVEL. NDIS has its own
 * (ndis/workitem.h).
 *
 * A work item that waits when its adapter is halted, or its driver unloaded, is reported. Source: the
 * kernel's reference pages.
 */

#include "device_object.h"

/* Which threads serve it: all the same here. */
typedef enum _WORK_QUEUE_TYPE {
	CriticalWorkQueue = 0,
	DelayedWorkQueue = 1,
	HyperCriticalWorkQueue = 2,
	MaximumWorkQueue = 3
} WORK_QUEUE_TYPE;

/*
 * A function for each of the two kinds. The item may be freed or queued again from it. IRQL: =PASSIVE.
 */
typedef VOID (NTAPI IO_WORKITEM_ROUTINE)(IN PDEVICE_OBJECT DeviceObject,
					 IN PVOID Context OPTIONAL);
typedef IO_WORKITEM_ROUTINE *PIO_WORKITEM_ROUTINE;
typedef VOID (NTAPI WORKER_THREAD_ROUTINE)(IN PVOID Parameter);
typedef WORKER_THREAD_ROUTINE *PWORKER_THREAD_ROUTINE;

/* A work item of the system's memory. */
typedef struct _IO_WORKITEM IO_WORKITEM, *PIO_WORKITEM;

/* A work item in memory of the driver. 96 bytes. */
typedef struct _WORK_QUEUE_ITEM {
	LIST_ENTRY List;
	PWORKER_THREAD_ROUTINE WorkerRoutine;
	PVOID volatile Parameter;
	ULONG_PTR Reserved[8];
} WORK_QUEUE_ITEM, *PWORK_QUEUE_ITEM;

EXTERN_C_START

/*
 * Allocates a work item of a device. Returns NULL without memory, and for no device, which is
 * reported. IRQL: <=DISPATCH. Undone with IoFreeWorkItem.
 */
NTKERNELAPI PIO_WORKITEM NTAPI IoAllocateWorkItem(IN PDEVICE_OBJECT DeviceObject);

/*
 * Queues a work item.
 *
 * IoWorkItem      from IoAllocateWorkItem, and not queued.
 * WorkerRoutine   is called with the device and Context.
 * QueueType       which threads.
 * Context         what the function gets.
 *
 * IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI IoQueueWorkItem(IN PIO_WORKITEM IoWorkItem,
				       IN PIO_WORKITEM_ROUTINE WorkerRoutine,
				       IN WORK_QUEUE_TYPE QueueType, IN PVOID Context OPTIONAL);

/* Frees a work item that is not queued. IRQL: <=DISPATCH. */
NTKERNELAPI VOID NTAPI IoFreeWorkItem(IN PIO_WORKITEM IoWorkItem);

/* Queues a work item that ExInitializeWorkItem has prepared, and that is not queued. IRQL: <=DISPATCH. */
NTKERNELAPI VOID NTAPI ExQueueWorkItem(IN OUT PWORK_QUEUE_ITEM WorkItem,
				       IN WORK_QUEUE_TYPE QueueType);

EXTERN_C_END

/*
 * Prepares a work item: its function, and what that gets. One that is queued stays so. IRQL: any.
 */
NT_INLINE VOID ExInitializeWorkItem(OUT PWORK_QUEUE_ITEM Item, IN PWORKER_THREAD_ROUTINE Routine,
				    IN PVOID Context)
{
	Item->List.Flink = NULL;
	Item->List.Blink = NULL;
	Item->WorkerRoutine = Routine;
	Item->Parameter = Context;
}

#endif
