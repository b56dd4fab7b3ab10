/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_DEVICE_OBJECT_H
#define NDIS_HEADERS_DDK_DEVICE_OBJECT_H

/*
 * Device objects and I/O request packets. The functions that work on requests are in ddk/irp.h.
 *
 * A device object stands for one device. A driver that works with the functions of
 * ddk/dma_adapter.h and ddk/hal_dma.h passes it to say for whom it asks; the host program makes it
 * and gives it to the driver. Drivers behind NDIS have an adapter handle instead, and see one only if
 * they ask for it (NdisMGetDeviceProperty) or make one (NdisMRegisterDevice).
 * The layouts are those of NT on 64-bit machines, up to the last member that is declared here; what
 * follows in memory belongs to the library. Source: ndis-hal-dma.md section 8.2.
 */

#include "driver.h"

/* Result of a request: Status, and a number whose meaning depends on the request. 16 bytes. */
typedef struct _IO_STATUS_BLOCK {
	NT_UNNAMED union {
		NTSTATUS Status;
		PVOID Pointer;
	};
	ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

/*
 * Function of a driver that ends a request nobody wants any more. It is called with the cancel spin lock
 * held, which it releases with IoReleaseCancelSpinLock(Irp->CancelIrql), and completes the request with
 * STATUS_CANCELLED. IRQL: =DISPATCH.
 */
typedef VOID (NTAPI DRIVER_CANCEL)(IN PDEVICE_OBJECT DeviceObject, IN OUT PIRP Irp);
typedef DRIVER_CANCEL *PDRIVER_CANCEL;

struct _IO_STACK_LOCATION;
struct _KEVENT;

/*
 * An I/O request packet. The DMA functions pass the pointer on and look into none of it;
 * IoAllocateMdl attaches MDLs to it.
 *
 * Type, Size     6, and bytes of the packet; set by whoever makes it, read by nobody here.
 * MdlAddress     first MDL of the request's buffer, or NULL.
 * Flags          IRP_* bits.
 * SystemBuffer   the buffer of a buffered request.
 * ThreadListEntry  list of the requests of a thread.
 * IoStatus       result, for the driver to set before it completes the request.
 * RequestorMode  KernelMode, or UserMode for a request of the host program.
 * PendingReturned, StackCount, CurrentLocation   the way through the stack of devices: the library's.
 * Cancel, CancelIrql, CancelRoutine   cancellation (IoCancelIrp).
 * UserIosb, UserEvent   where the result goes, and what is signaled, when the request is complete.
 * UserBuffer     buffer of a request that is neither buffered nor direct.
 * Tail.Overlay   for the driver that has the request: DriverContext and ListEntry.
 */
struct _IRP {
	CSHORT Type;
	USHORT Size;
	struct _MDL *MdlAddress;
	ULONG Flags;
	union {
		struct _IRP *MasterIrp;
		PVOID SystemBuffer;
	} AssociatedIrp;
	LIST_ENTRY ThreadListEntry;
	IO_STATUS_BLOCK IoStatus;
	CHAR RequestorMode;
	BOOLEAN PendingReturned;
	CHAR StackCount;
	CHAR CurrentLocation;
	BOOLEAN Cancel;
	UCHAR CancelIrql;
	CCHAR ApcEnvironment;
	UCHAR AllocationFlags;
	PIO_STATUS_BLOCK UserIosb;
	struct _KEVENT *UserEvent;
	union {
		struct {
			PVOID UserApcRoutine;
			PVOID UserApcContext;
		} AsynchronousParameters;
		LARGE_INTEGER AllocationSize;
	} Overlay;
	PDRIVER_CANCEL CancelRoutine;
	PVOID UserBuffer;
	union {
		struct {
			PVOID DriverContext[4];
			PVOID Thread;
			PCHAR AuxiliaryBuffer;
			NT_UNNAMED struct {
				LIST_ENTRY ListEntry;
				struct _IO_STACK_LOCATION *CurrentStackLocation;
			};
			PVOID OriginalFileObject;
		} Overlay;
		PVOID CompletionKey;
	} Tail;
};

/*
 * A device.
 *
 * Type, Size       3, and bytes of the structure and its extension.
 * ReferenceCount   handles that are open; the library leaves it alone.
 * DriverObject     the driver, or NULL where none has been attached.
 * NextDevice       next device of the same driver.
 * AttachedDevice   device stacked above this one.
 * CurrentIrp       the request in progress. IoAllocateAdapterChannel and the scatter/gather
 *                  functions hand this value to the driver's routine as `Irp`; a driver that does
 *                  not call from its StartIo routine sets it first.
 * Timer            I/O timer; not used here.
 * Flags, Characteristics, Vpb, DeviceType, StackSize   for the driver; not used here.
 * DeviceExtension  the driver's own data.
 * Reserved         queue entry and wait context: the library's.
 * AlignmentRequirement  buffers of the device start on a multiple of this number plus 1.
 */
struct _DEVICE_OBJECT {
	CSHORT Type;
	USHORT Size;
	LONG ReferenceCount;
	struct _DRIVER_OBJECT *DriverObject;
	struct _DEVICE_OBJECT *NextDevice;
	struct _DEVICE_OBJECT *AttachedDevice;
	struct _IRP *CurrentIrp;
	PVOID Timer;
	ULONG Flags;
	ULONG Characteristics;
	PVOID Vpb;
	PVOID DeviceExtension;
	ULONG DeviceType;
	CCHAR StackSize;
	PVOID Reserved[9];
	ULONG AlignmentRequirement;
};

C_ASSERT(offsetof(IRP, IoStatus) == 0x30);
C_ASSERT(offsetof(DEVICE_OBJECT, CurrentIrp) == 0x20);
C_ASSERT(offsetof(DEVICE_OBJECT, DeviceExtension) == 0x40);
C_ASSERT(offsetof(DEVICE_OBJECT, AlignmentRequirement) == 0x98);

#endif
