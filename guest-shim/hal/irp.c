/* SPDX-License-Identifier: MIT */
/*
 * irp.c - I/O requests on their way through drivers
 */
#include <string.h>

#include <ddk/irp.h>
#include <ddk/spinlock.h>

#include "hal/device_request.h"
#include "hal/violation.h"
#include "mm/pool.h"
#include "support/trace.h"

#define IRP_TYPE    6
#define DEVICE_TYPE 3
#define STACK_LIMIT 16

/* IRP.AllocationFlags of a request that is freed when it is complete. */
#define FREE_WHEN_COMPLETE 0x01

static const char irp_kind[] = "I/O request";

static PIRP allocate(CCHAR stack_size)
{
	const struct mm_block template = {.kind = irp_kind};
	size_t length = sizeof(IRP) + (size_t)stack_size * sizeof(IO_STACK_LOCATION);
	struct mm_block *block = mm_pool_allocate(length, &template);
	PIRP irp;

	if (!block)
		return NULL;
	irp = memset(block->va, 0, length);
	irp->Type = IRP_TYPE;
	irp->Size = (USHORT)length;
	irp->StackCount = (CHAR)stack_size;
	irp->CurrentLocation = (CHAR)(stack_size + 1);
	irp->Tail.Overlay.CurrentStackLocation =
		(PIO_STACK_LOCATION)(void *)(irp + 1) + stack_size;
	return irp;
}

static struct mm_block *find(const char *call, PIRP irp)
{
	struct mm_block *block = mm_pool_find(irp);

	if (block && block->kind == irp_kind)
		return block;
	hal_violation(NULL, VERIFIER_NONE, call,
		      "Irp is what IoAllocateIrp or IoBuildSynchronousFsdRequest returned",
		      "%p is no request", (void *)irp);
	return NULL;
}

PIRP NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
	static const char call[] = "IoAllocateIrp";
	TRACE_SCOPE(call);
	PIRP irp = NULL;

	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (StackSize < 1 || StackSize > STACK_LIMIT)
		hal_violation(NULL, VERIFIER_NONE, call, "StackSize is 1 to 16", "StackSize is %d",
			      StackSize);
	else
		irp = allocate(StackSize);
	TRACE(call, "%d locations) -> %p", StackSize, (void *)irp);
	return irp;
}

VOID NTAPI IoFreeIrp(PIRP Irp)
{
	static const char call[] = "IoFreeIrp";
	TRACE_SCOPE(call);
	struct mm_block *block = find(call, Irp);

	TRACE(call, "%p)", (void *)Irp);
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (block)
		mm_pool_free(block);
}

static bool is_device(const char *call, PDEVICE_OBJECT object)
{
	if (object && object->Type == DEVICE_TYPE)
		return true;
	hal_violation(NULL, VERIFIER_NONE, call, "DeviceObject is a device object", "%p is none",
		      (void *)object);
	return false;
}

PIRP NTAPI IoBuildSynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject,
					PVOID Buffer, ULONG Length, PLARGE_INTEGER StartingOffset,
					PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock)
{
	static const char call[] = "IoBuildSynchronousFsdRequest";
	TRACE_SCOPE(call);
	PIO_STACK_LOCATION next;
	PIRP irp;

	hal_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!is_device(call, DeviceObject))
		return NULL;
	if (!Event || !IoStatusBlock || MajorFunction > IRP_MJ_MAXIMUM_FUNCTION) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "Event and IoStatusBlock are given, and MajorFunction is an IRP_MJ_*",
			      "Event %p, IoStatusBlock %p, MajorFunction %u", (void *)Event,
			      (void *)IoStatusBlock, MajorFunction);
		return NULL;
	}
	irp = allocate(1);
	if (!irp)
		return NULL;
	irp->AllocationFlags = FREE_WHEN_COMPLETE;
	irp->UserEvent = Event;
	irp->UserIosb = IoStatusBlock;
	irp->AssociatedIrp.SystemBuffer = Buffer;
	irp->UserBuffer = Buffer;
	next = IoGetNextIrpStackLocation(irp);
	next->MajorFunction = (UCHAR)MajorFunction;
	if (MajorFunction == IRP_MJ_READ || MajorFunction == IRP_MJ_WRITE) {
		next->Parameters.Read.Length = Length;
		if (StartingOffset)
			next->Parameters.Read.ByteOffset = *StartingOffset;
	}
	TRACE(call, "major function %u, device %p) -> %p", MajorFunction, (void *)DeviceObject,
	      (void *)irp);
	return irp;
}

NTSTATUS NTAPI IoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	static const char call[] = "IoCallDriver";
	PIO_STACK_LOCATION stack;
	NTSTATUS status;

	if (!find(call, Irp) || !is_device(call, DeviceObject))
		return STATUS_INVALID_PARAMETER;
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (Irp->CurrentLocation <= 1) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "a request has a stack location for each driver on its way",
			      "request %p has %d", (void *)Irp, Irp->StackCount);
		Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
		IoCompleteRequest(Irp, IO_NO_INCREMENT);
		return STATUS_INVALID_PARAMETER;
	}
	IoSetNextIrpStackLocation(Irp);
	stack = IoGetCurrentIrpStackLocation(Irp);
	stack->DeviceObject = DeviceObject;
	TRACE_ENTER(call, "device %p, request %p, major function %u, minor %u)",
		    (void *)DeviceObject, (void *)Irp, stack->MajorFunction, stack->MinorFunction);
	status = hal_dispatch_of(DeviceObject)(DeviceObject, Irp);
	TRACE_LEAVE(call, ") -> 0x%08x", (unsigned int)status);
	return status;
}

/* Whether the function that was set for the end of a request is to be called. */
static bool is_wanted(const IO_STACK_LOCATION *stack, const IRP *irp)
{
	unsigned int wanted =
		(NT_SUCCESS(irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR) |
		(irp->Cancel ? SL_INVOKE_ON_CANCEL : 0);

	return stack->CompletionRoutine && stack->Control & wanted;
}

static void tell_caller(PIRP irp)
{
	if (irp->UserIosb)
		*irp->UserIosb = irp->IoStatus;
	if (irp->UserEvent)
		KeSetEvent(irp->UserEvent, IO_NO_INCREMENT, FALSE);
	if (irp->AllocationFlags & FREE_WHEN_COMPLETE)
		mm_pool_free(mm_pool_find(irp));
}

VOID NTAPI IoCompleteRequest(PIRP Irp, CCHAR PriorityBoost)
{
	static const char call[] = "IoCompleteRequest";
	TRACE_SCOPE(call);

	TRACE(call, "%p)", (void *)Irp);
	if (!find(call, Irp))
		return;
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (Irp->CurrentLocation > Irp->StackCount) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "a request is completed once, by the driver that has it",
			      "request %p is with no driver", (void *)Irp);
		return;
	}
	if (Irp->IoStatus.Status == STATUS_PENDING)
		hal_violation(NULL, VERIFIER_NONE, call, "IoStatus.Status is a final result",
			      "it is STATUS_PENDING for request %p", (void *)Irp);
	while (Irp->CurrentLocation <= Irp->StackCount) {
		PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
		PDEVICE_OBJECT upper;

		Irp->PendingReturned = (stack->Control & SL_PENDING_RETURNED) != 0;
		IoSkipCurrentIrpStackLocation(Irp);
		if (!is_wanted(stack, Irp))
			continue;
		upper = Irp->CurrentLocation <= Irp->StackCount
				? IoGetCurrentIrpStackLocation(Irp)->DeviceObject
				: NULL;
		if (stack->CompletionRoutine(upper, Irp, stack->Context) ==
		    STATUS_MORE_PROCESSING_REQUIRED)
			return;
	}
	tell_caller(Irp);
}

/* Of the thread, as all that could cancel a request is. */
static _Thread_local KSPIN_LOCK cancel_lock;

VOID NTAPI IoAcquireCancelSpinLock(PKIRQL Irql)
{
	static const char call[] = "IoAcquireCancelSpinLock";

	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!Irql)
		hal_violation(NULL, VERIFIER_NONE, call, "no argument may be NULL", "Irql is NULL");
	else
		KeAcquireSpinLock(&cancel_lock, Irql);
}

VOID NTAPI IoReleaseCancelSpinLock(KIRQL Irql)
{
	KeReleaseSpinLock(&cancel_lock, Irql);
}

BOOLEAN NTAPI IoCancelIrp(PIRP Irp)
{
	static const char call[] = "IoCancelIrp";
	TRACE_SCOPE(call);
	PDRIVER_CANCEL cancel;
	KIRQL irql;

	TRACE(call, "%p)", (void *)Irp);
	if (!find(call, Irp) || !hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL))
		return FALSE;
	IoAcquireCancelSpinLock(&irql);
	Irp->Cancel = TRUE;
	cancel = IoSetCancelRoutine(Irp, NULL);
	if (!cancel) {
		IoReleaseCancelSpinLock(irql);
		return FALSE;
	}
	Irp->CancelIrql = irql;
	cancel(Irp->CurrentLocation <= Irp->StackCount
		       ? IoGetCurrentIrpStackLocation(Irp)->DeviceObject
		       : NULL,
	       Irp);
	return TRUE;
}

PDEVICE_OBJECT NTAPI IoGetAttachedDeviceReference(PDEVICE_OBJECT DeviceObject)
{
	static const char call[] = "IoGetAttachedDeviceReference";
	TRACE_SCOPE(call);

	if (!is_device(call, DeviceObject))
		return NULL;
	while (DeviceObject->AttachedDevice)
		DeviceObject = DeviceObject->AttachedDevice;
	ObReferenceObject(DeviceObject);
	TRACE(call, ") -> %p", (void *)DeviceObject);
	return DeviceObject;
}

LONG_PTR NTAPI ObReferenceObject(PVOID Object)
{
	PDEVICE_OBJECT object = Object;

	return is_device("ObReferenceObject", object) ? ++object->ReferenceCount : 0;
}

LONG_PTR NTAPI ObDereferenceObject(PVOID Object)
{
	static const char call[] = "ObDereferenceObject";
	PDEVICE_OBJECT object = Object;

	if (!is_device(call, object))
		return 0;
	if (!object->ReferenceCount) {
		hal_violation(NULL, VERIFIER_NONE, call, "a reference is dropped once",
			      "object %p has none", Object);
		return 0;
	}
	return --object->ReferenceCount;
}
