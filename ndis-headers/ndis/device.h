/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_DEVICE_H
#define NDIS_HEADERS_NDIS_DEVICE_H

/*
 * Devices of a driver's own, next to its adapters: how programs talk to a driver.
 *
 * A driver makes one in DriverEntry or with its first adapter and deletes it with the last. The host
 * program sends it requests with shim_device_control.
 */

#include "../ddk/irp.h"
#include "types.h"
#include "status.h"

EXTERN_C_START

/*
 * Makes a device.
 *
 * NdisWrapperHandle   from NdisMInitializeWrapper.
 * DeviceName          name of the device: \\Device\\Name.
 * SymbolicName        name by which programs open it: \\DosDevices\\Name. No two devices have the
 *                     same.
 * MajorFunctions      functions for requests, one element for each IRP_MJ_*, IRP_MJ_MAXIMUM_FUNCTION
 *                     + 1 in all; copied. A request whose element is NULL is answered with
 *                     STATUS_INVALID_DEVICE_REQUEST.
 * pDeviceObject       OUT. The device, as the functions get it.
 * NdisDeviceHandle    OUT. For NdisMDeregisterDevice.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES; NDIS_STATUS_FAILURE for a handle or a name that
 * cannot be. Both outputs are NULL then. IRQL: =PASSIVE.
 */
NDISAPI NDIS_STATUS NTAPI NdisMRegisterDevice(IN NDIS_HANDLE NdisWrapperHandle,
					      IN PNDIS_STRING DeviceName,
					      IN PNDIS_STRING SymbolicName,
					      IN PDRIVER_DISPATCH MajorFunctions[],
					      OUT PDEVICE_OBJECT *pDeviceObject,
					      OUT NDIS_HANDLE *NdisDeviceHandle);

/*
 * Deletes a device; no request for it may be under way. Returns NDIS_STATUS_SUCCESS, or
 * NDIS_STATUS_FAILURE for a handle of no device, which is reported. A device that is left when the
 * driver is unloaded is reported, too. IRQL: =PASSIVE.
 */
NDISAPI NDIS_STATUS NTAPI NdisMDeregisterDevice(IN NDIS_HANDLE NdisDeviceHandle);

EXTERN_C_END

#endif
