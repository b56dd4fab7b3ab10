/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_IRP_H
#define NDIS_HEADERS_DDK_IRP_H

/*
 * I/O requests: from the host program to a device that a driver made (NdisMRegisterDevice), and from
 * a driver to the device object of its adapter.
 *
 * A request has one stack location for each driver on its way: what is asked of that driver. A
 * driver that gets a request completes it with IoCompleteRequest, at once or, after
 * IoMarkIrpPending and a return of STATUS_PENDING, later; or passes it on with IoCallDriver.
 *
 * The device object of an adapter answers IRP_MJ_PNP: IRP_MN_QUERY_INTERFACE for
 * GUID_BUS_INTERFACE_STANDARD (ddk/bus_interface.h), IRP_MN_READ_CONFIG and IRP_MN_WRITE_CONFIG. Every
 * other request it completes with the status that it came with if that is an error, and otherwise
 * with STATUS_NOT_SUPPORTED. Source: the kernel's reference pages.
 */

#include "../ntstatus.h"
#include "device_object.h"
#include "guid.h"
#include "irql.h"
#include "kernel_event.h"

/* What is asked of a driver: the major function. */
#define IRP_MJ_CREATE 0x00
#define IRP_MJ_CLOSE 0x02
#define IRP_MJ_READ 0x03
#define IRP_MJ_WRITE 0x04
#define IRP_MJ_FLUSH_BUFFERS 0x09
#define IRP_MJ_DEVICE_CONTROL 0x0e
#define IRP_MJ_INTERNAL_DEVICE_CONTROL 0x0f
#define IRP_MJ_SHUTDOWN 0x10
#define IRP_MJ_CLEANUP 0x12
#define IRP_MJ_POWER 0x16
#define IRP_MJ_SYSTEM_CONTROL 0x17
#define IRP_MJ_PNP 0x1b
#define IRP_MJ_MAXIMUM_FUNCTION 0x1b

/* Minor functions of IRP_MJ_PNP. */
#define IRP_MN_START_DEVICE 0x00
#define IRP_MN_QUERY_REMOVE_DEVICE 0x01
#define IRP_MN_REMOVE_DEVICE 0x02
#define IRP_MN_STOP_DEVICE 0x04
#define IRP_MN_QUERY_INTERFACE 0x08
#define IRP_MN_QUERY_CAPABILITIES 0x09
#define IRP_MN_READ_CONFIG 0x0F
#define IRP_MN_WRITE_CONFIG 0x10

/* Bits of IO_STACK_LOCATION.Control. */
#define SL_PENDING_RETURNED 0x01
#define SL_INVOKE_ON_CANCEL 0x20
#define SL_INVOKE_ON_SUCCESS 0x40
#define SL_INVOKE_ON_ERROR 0x80

/* Control codes, and how the buffers of one travel; METHOD_BUFFERED is what the host program uses. */
#define METHOD_BUFFERED 0
#define METHOD_IN_DIRECT 1
#define METHOD_OUT_DIRECT 2
#define METHOD_NEITHER 3
#define FILE_ANY_ACCESS 0
#define FILE_READ_ACCESS 1
#define FILE_WRITE_ACCESS 2
#define FILE_DEVICE_NETWORK 0x00000012
#define FILE_DEVICE_PHYSICAL_NETCARD 0x00000017
#define FILE_DEVICE_UNKNOWN 0x00000022
#define CTL_CODE(DeviceType, Function, Method, Access) \
	((ULONG)(DeviceType) << 16 | (ULONG)(Access) << 14 | (ULONG)(Function) << 2 | (ULONG)(Method))
#define DEVICE_TYPE_FROM_CTL_CODE(Code) ((ULONG)(Code) >> 16)
#define METHOD_FROM_CTL_CODE(Code) ((ULONG)(Code) & 3u)

/*
 * Function of a driver for requests to its devices, and function that it has called when a request
 * that it passed on is complete. IRQL: =PASSIVE for the first, <=DISPATCH for the second, which
 * returns STATUS_MORE_PROCESSING_REQUIRED to keep the request.
 */
typedef NTSTATUS (NTAPI DRIVER_DISPATCH)(IN struct _DEVICE_OBJECT *DeviceObject,
					 IN OUT struct _IRP *Irp);
typedef DRIVER_DISPATCH *PDRIVER_DISPATCH;
typedef NTSTATUS (NTAPI IO_COMPLETION_ROUTINE)(IN struct _DEVICE_OBJECT *DeviceObject,
					       IN struct _IRP *Irp, IN PVOID Context);
typedef IO_COMPLETION_ROUTINE *PIO_COMPLETION_ROUTINE;

/*
 * One driver's part of a request: functions, their parameters, the device, and what to call when the
 * drivers behind are done. 72 bytes.
 */
typedef struct _IO_STACK_LOCATION {
	UCHAR MajorFunction;
	UCHAR MinorFunction;
	UCHAR Flags;
	UCHAR Control;
	union {
		struct {
			ULONG Length;
			ULONG POINTER_ALIGNMENT Key;
			ULONG Flags;
			LARGE_INTEGER ByteOffset;
		} Read;
		struct {
			ULONG Length;
			ULONG POINTER_ALIGNMENT Key;
			ULONG Flags;
			LARGE_INTEGER ByteOffset;
		} Write;
		struct {
			ULONG OutputBufferLength;
			ULONG POINTER_ALIGNMENT InputBufferLength;
			ULONG POINTER_ALIGNMENT IoControlCode;
			PVOID Type3InputBuffer;
		} DeviceIoControl;
		struct {
			const GUID *InterfaceType;
			USHORT Size;
			USHORT Version;
			struct _INTERFACE *Interface;
			PVOID InterfaceSpecificData;
		} QueryInterface;
		struct {
			ULONG WhichSpace;
			PVOID Buffer;
			ULONG Offset;
			ULONG POINTER_ALIGNMENT Length;
		} ReadWriteConfig;
		struct {
			PVOID Argument1;
			PVOID Argument2;
			PVOID Argument3;
			PVOID Argument4;
		} Others;
	} Parameters;
	PDEVICE_OBJECT DeviceObject;
	PVOID FileObject;
	PIO_COMPLETION_ROUTINE CompletionRoutine;
	PVOID Context;
} IO_STACK_LOCATION, *PIO_STACK_LOCATION;

C_ASSERT(sizeof(IO_STACK_LOCATION) == 72);

/* The location of the driver that has the request, and that of the next one. */
#define IoGetCurrentIrpStackLocation(Irp) ((Irp)->Tail.Overlay.CurrentStackLocation)
#define IoGetNextIrpStackLocation(Irp) ((Irp)->Tail.Overlay.CurrentStackLocation - 1)

/* Makes the next location current, and the other way round: to pass a request on as it is. */
NT_INLINE VOID IoSetNextIrpStackLocation(IN OUT PIRP Irp)
{
	Irp->CurrentLocation--;
	Irp->Tail.Overlay.CurrentStackLocation--;
}

NT_INLINE VOID IoSkipCurrentIrpStackLocation(IN OUT PIRP Irp)
{
	Irp->CurrentLocation++;
	Irp->Tail.Overlay.CurrentStackLocation++;
}

/* Copies what is asked of the driver into the location of the next one. */
NT_INLINE VOID IoCopyCurrentIrpStackLocationToNext(IN OUT PIRP Irp)
{
	PIO_STACK_LOCATION Next = IoGetNextIrpStackLocation(Irp);

	*Next = *IoGetCurrentIrpStackLocation(Irp);
	Next->CompletionRoutine = NULL;
	Next->Context = NULL;
	Next->Control = 0;
}

/* Says that the driver is going to return STATUS_PENDING. */
NT_INLINE VOID IoMarkIrpPending(IN OUT PIRP Irp)
{
	IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
}

/* Has a function called when the request is complete, in the chosen cases. */
NT_INLINE VOID IoSetCompletionRoutine(IN PIRP Irp, IN PIO_COMPLETION_ROUTINE CompletionRoutine,
				      IN PVOID Context, IN BOOLEAN InvokeOnSuccess,
				      IN BOOLEAN InvokeOnError, IN BOOLEAN InvokeOnCancel)
{
	PIO_STACK_LOCATION Next = IoGetNextIrpStackLocation(Irp);

	Next->CompletionRoutine = CompletionRoutine;
	Next->Context = Context;
	Next->Control = (UCHAR)((InvokeOnSuccess ? SL_INVOKE_ON_SUCCESS : 0) |
				(InvokeOnError ? SL_INVOKE_ON_ERROR : 0) |
				(InvokeOnCancel ? SL_INVOKE_ON_CANCEL : 0));
}

/*
 * Sets the function that ends the request when it is cancelled, or NULL for none; returns the one
 * before. IRQL: <=DISPATCH.
 */
NT_INLINE PDRIVER_CANCEL IoSetCancelRoutine(IN PIRP Irp, IN PDRIVER_CANCEL CancelRoutine)
{
	return __atomic_exchange_n(&Irp->CancelRoutine, CancelRoutine, __ATOMIC_SEQ_CST);
}

EXTERN_C_START

/*
 * Take and release the lock under which requests are cancelled; the level before goes to `*Irql`. IRQL:
 * <=DISPATCH; =DISPATCH in between.
 */
NTKERNELAPI VOID NTAPI IoAcquireCancelSpinLock(OUT PKIRQL Irql);
NTKERNELAPI VOID NTAPI IoReleaseCancelSpinLock(IN KIRQL Irql);

/*
 * Cancels a request: Irp->Cancel becomes TRUE, and the function that the driver has set is called, which
 * is set no more. Returns TRUE if there was one. IRQL: <=DISPATCH.
 */
NTKERNELAPI BOOLEAN NTAPI IoCancelIrp(IN PIRP Irp);

/*
 * Allocates a request with room for `StackSize` (1..16) drivers; ChargeQuota is without effect. What
 * is asked goes into the next location. Returns the request, the caller's until IoFreeIrp, or NULL.
 * IRQL: <=DISPATCH.
 */
NTKERNELAPI PIRP NTAPI IoAllocateIrp(IN CCHAR StackSize, IN BOOLEAN ChargeQuota);

/* Frees a request of IoAllocateIrp. IRQL: <=DISPATCH. */
NTKERNELAPI VOID NTAPI IoFreeIrp(IN PIRP Irp);

/*
 * Builds a request that the caller waits for.
 *
 * MajorFunction    IRP_MJ_PNP, _READ, _WRITE, _FLUSH_BUFFERS or _SHUTDOWN.
 * DeviceObject     for whom.
 * Buffer, Length   of a read or write; otherwise NULL and 0.
 * StartingOffset   of a read or write, or NULL.
 * Event            signaled when the request is complete: to be waited for if IoCallDriver returned
 *                  STATUS_PENDING.
 * IoStatusBlock    OUT. Receives the result.
 *
 * Returns the request, which is freed when it is complete, or NULL. IRQL: =PASSIVE.
 */
NTKERNELAPI PIRP NTAPI IoBuildSynchronousFsdRequest(IN ULONG MajorFunction,
						    IN PDEVICE_OBJECT DeviceObject,
						    IN OUT PVOID Buffer OPTIONAL,
						    IN ULONG Length OPTIONAL,
						    IN PLARGE_INTEGER StartingOffset OPTIONAL,
						    IN PKEVENT Event,
						    OUT PIO_STATUS_BLOCK IoStatusBlock);

/*
 * Gives a request to the driver of a device. Returns what that driver returned:
 * STATUS_INVALID_DEVICE_REQUEST if it has no function for it. IRQL: =PASSIVE.
 */
NTKERNELAPI NTSTATUS NTAPI IoCallDriver(IN PDEVICE_OBJECT DeviceObject, IN OUT PIRP Irp);

/*
 * Says that a request is done: IoStatus holds the result. The functions that were set for its
 * completion are called, and the caller of the request gets the result. The request is not the
 * driver's any more. IRQL: <=DISPATCH.
 *
 * PriorityBoost   IO_NO_INCREMENT.
 */
NTKERNELAPI VOID NTAPI IoCompleteRequest(IN PIRP Irp, IN CCHAR PriorityBoost);

/*
 * Returns the topmost device that is stacked on a device, with a reference to be given back by
 * ObDereferenceObject: the device itself here. IRQL: <=DISPATCH.
 */
NTKERNELAPI PDEVICE_OBJECT NTAPI IoGetAttachedDeviceReference(IN PDEVICE_OBJECT DeviceObject);

/* Take and drop a reference to a device object; return how many there are then. IRQL: <=DISPATCH. */
NTKERNELAPI LONG_PTR NTAPI ObReferenceObject(IN PVOID Object);
NTKERNELAPI LONG_PTR NTAPI ObDereferenceObject(IN PVOID Object);

EXTERN_C_END

#endif
