/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_DRIVER_H
#define NDIS_HEADERS_DDK_DRIVER_H

/*
 * The objects that the I/O manager hands to drivers, and the entry point.
 *
 * An NDIS miniport gets a driver object in DriverEntry, passes it to NdisMInitializeWrapper, and
 * looks into neither it nor any other of these objects. Driver objects are opaque; what DMA needs of
 * the others is in ddk/device_object.h.
 */

#include "../ntdef.h"
#include "../ntstatus.h"

typedef struct _DRIVER_OBJECT DRIVER_OBJECT, *PDRIVER_OBJECT;
typedef struct _DEVICE_OBJECT DEVICE_OBJECT, *PDEVICE_OBJECT;
typedef struct _IRP IRP, *PIRP;

EXTERN_C_START

/*
 * Type of the entry point, which every driver exports under the name DriverEntry.
 *
 * DriverObject   stands for the driver; belongs to the library and lives until the driver is
 *                unloaded.
 * RegistryPath   name of the driver's key in the registry; valid during the call only.
 *
 * Returns STATUS_SUCCESS, or an error, after which the driver is unloaded. It has undone what it
 * did then. IRQL: =PASSIVE, once after loading. In C++ the function needs `extern "C"`.
 */
typedef NTSTATUS (NTAPI DRIVER_INITIALIZE)(IN PDRIVER_OBJECT DriverObject,
					   IN PUNICODE_STRING RegistryPath);
typedef DRIVER_INITIALIZE *PDRIVER_INITIALIZE;

/*
 * Type of the function that a driver without NDIS registers for its unloading; NDIS drivers use
 * NdisMRegisterUnloadHandler. IRQL: =PASSIVE.
 */
typedef VOID (NTAPI DRIVER_UNLOAD)(IN PDRIVER_OBJECT DriverObject);
typedef DRIVER_UNLOAD *PDRIVER_UNLOAD;

EXTERN_C_END

#endif
