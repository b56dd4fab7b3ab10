/* SPDX-License-Identifier: MIT */
/*
 * device_object.c - devices that drivers make for programs, and how the host program talks to them
 */
#include "ndis/device_object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hal/device_request.h"
#include "ndis/memory.h"
#include "ndis/violation.h"
#include "support/trace.h"

#define DEVICE_TYPE 3
#define NAME_LIMIT  128u
#define FUNCTIONS   (IRP_MJ_MAXIMUM_FUNCTION + 1)

/* What a program waits for at most. */
#define REQUEST_TIMEOUT_NS 5000000000ll

/** struct driver_device - @object: first member; @name: by which programs open it */
struct driver_device {
	DEVICE_OBJECT object;
	struct driver_device *next;
	struct shim_driver *driver;
	char name[NAME_LIMIT];
	PDRIVER_DISPATCH functions[FUNCTIONS];
};

/* Devices of the drivers of this thread. */
static _Thread_local struct driver_device *devices;

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT object, PIRP irp)
{
	struct driver_device *device = (struct driver_device *)(void *)object;
	UCHAR function = IoGetCurrentIrpStackLocation(irp)->MajorFunction;
	struct shim_driver *former;
	const void *owner;
	NTSTATUS status;

	if (function >= FUNCTIONS || !device->functions[function]) {
		irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
		IoCompleteRequest(irp, IO_NO_INCREMENT);
		return STATUS_INVALID_DEVICE_REQUEST;
	}
	former = ndis_set_current_driver(device->driver);
	owner = ndis_set_current_owner(device->driver);
	status = device->functions[function](object, irp);
	ndis_set_current_owner(owner);
	ndis_set_current_driver(former);
	return status;
}

/* The last part of a name: what it is called in every folder of names. */
static bool last_part(const NDIS_STRING *string, char *name)
{
	size_t length = string && string->Buffer ? string->Length / sizeof(WCHAR) : 0;
	size_t first = length;

	while (first && string->Buffer[first - 1] != '\\')
		first--;
	if (!first || first == length || length - first >= NAME_LIMIT)
		return false;
	for (size_t i = first; i < length; i++)
		name[i - first] = (char)(string->Buffer[i] < 128 ? string->Buffer[i] : '?');
	name[length - first] = '\0';
	return true;
}

static struct driver_device *find_by_name(const char *name)
{
	struct driver_device *device = devices;

	while (device && strcasecmp(device->name, name))
		device = device->next;
	return device;
}

static struct driver_device *make_device(struct shim_driver *driver, const char *name,
					 PDRIVER_DISPATCH *functions)
{
	struct driver_device *device = calloc(1, sizeof(*device));

	if (!device)
		return NULL;
	device->object.Type = DEVICE_TYPE;
	device->object.Size = sizeof(*device);
	device->object.StackSize = 1;
	device->object.DriverObject = &driver->object;
	device->object.DeviceType = FILE_DEVICE_NETWORK;
	hal_set_dispatch(&device->object, dispatch);
	device->driver = driver;
	memcpy(device->name, name, strlen(name) + 1);
	memcpy(device->functions, functions, sizeof(device->functions));
	device->next = devices;
	devices = device;
	return device;
}

NDIS_STATUS NTAPI NdisMRegisterDevice(NDIS_HANDLE NdisWrapperHandle, PNDIS_STRING DeviceName,
				      PNDIS_STRING SymbolicName, PDRIVER_DISPATCH MajorFunctions[],
				      PDEVICE_OBJECT *pDeviceObject, NDIS_HANDLE *NdisDeviceHandle)
{
	static const char call[] = "NdisMRegisterDevice";
	TRACE_SCOPE(call);
	struct shim_driver *driver = ndis_find_driver(NdisWrapperHandle, call);
	struct driver_device *device = NULL;
	char name[NAME_LIMIT], device_name[NAME_LIMIT];
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (!ndis_is_given(call, "pDeviceObject", pDeviceObject) ||
	    !ndis_is_given(call, "NdisDeviceHandle", NdisDeviceHandle))
		return NDIS_STATUS_FAILURE;
	*pDeviceObject = NULL;
	*NdisDeviceHandle = NULL;
	if (!driver || !ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL) ||
	    !ndis_is_given(call, "MajorFunctions", MajorFunctions))
		return NDIS_STATUS_FAILURE;
	if (!last_part(DeviceName, device_name) || !last_part(SymbolicName, name) ||
	    find_by_name(name)) {
		ndis_violation(NULL, call,
			       "the names have a part behind a backslash, and no other device has the "
			       "symbolic one",
			       "DeviceName %p, SymbolicName %p", (void *)DeviceName,
			       (void *)SymbolicName);
	} else {
		device = make_device(driver, name, MajorFunctions);
		status = device ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES;
	}
	if (device) {
		*pDeviceObject = &device->object;
		*NdisDeviceHandle = device;
	}
	TRACE(call, "%p) -> %s, %p", NdisWrapperHandle, ndis_status_text(status), (void *)device);
	return status;
}

static void delete_device(struct driver_device **link)
{
	struct driver_device *device = *link;

	*link = device->next;
	free(device);
}

NDIS_STATUS NTAPI NdisMDeregisterDevice(NDIS_HANDLE NdisDeviceHandle)
{
	static const char call[] = "NdisMDeregisterDevice";
	TRACE_SCOPE(call);
	struct driver_device **link = &devices;

	TRACE(call, "%p)", NdisDeviceHandle);
	if (!ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
		return NDIS_STATUS_FAILURE;
	while (*link && *link != NdisDeviceHandle)
		link = &(*link)->next;
	if (!*link) {
		ndis_violation(NULL, call, "NdisDeviceHandle is what NdisMRegisterDevice stored",
			       "%p is no device", NdisDeviceHandle);
		return NDIS_STATUS_FAILURE;
	}
	delete_device(link);
	return NDIS_STATUS_SUCCESS;
}

void ndis_device_release(struct shim_driver *driver)
{
	struct driver_device **link = &devices;

	while (*link) {
		if ((*link)->driver != driver) {
			link = &(*link)->next;
			continue;
		}
		ndis_violation(NULL, "the unload handler",
			       "NdisMDeregisterDevice undoes every NdisMRegisterDevice",
			       "device %s is left", (*link)->name);
		delete_device(link);
	}
}

/* ---- the host program -------------------------------------------------------------------------
 */

static bool is_signaled(void *context)
{
	return KeReadStateEvent(context) != 0;
}

/* Sends a request and waits.  Return: status of the driver, STATUS_TIMEOUT, or that of a failure. */
static NTSTATUS request(struct driver_device *device, UCHAR function, ULONG code, void *buffer,
			size_t in_length, size_t out_length, size_t *information)
{
	IO_STATUS_BLOCK result = {{STATUS_TIMEOUT}, 0};
	PIO_STACK_LOCATION stack;
	KEVENT event;
	PIRP irp;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	irp = IoBuildSynchronousFsdRequest(function, &device->object, buffer, 0, NULL, &event,
					   &result);
	if (!irp)
		return STATUS_NO_MEMORY;
	irp->RequestorMode = UserMode;
	stack = IoGetNextIrpStackLocation(irp);
	if (function == IRP_MJ_DEVICE_CONTROL) {
		stack->Parameters.DeviceIoControl.IoControlCode = code;
		stack->Parameters.DeviceIoControl.InputBufferLength = (ULONG)in_length;
		stack->Parameters.DeviceIoControl.OutputBufferLength = (ULONG)out_length;
	}
	IoCallDriver(&device->object, irp);
	if (!ke_wait(is_signaled, &event, REQUEST_TIMEOUT_NS)) {
		/* The driver still has it: its result goes nowhere. */
		irp->UserEvent = NULL;
		irp->UserIosb = NULL;
		return STATUS_TIMEOUT;
	}
	*information = result.Information;
	return result.Status;
}

/* Return: 0 or -errno. */
static int error_of(NTSTATUS status)
{
	if (NT_SUCCESS(status) && status != STATUS_TIMEOUT)
		return 0;
	switch (status) {
	case STATUS_TIMEOUT:
		return -ETIMEDOUT;
	case STATUS_NO_MEMORY:
		return -ENOMEM;
	case STATUS_BUFFER_TOO_SMALL:
		return -EMSGSIZE;
	case STATUS_INVALID_DEVICE_REQUEST:
	case STATUS_NOT_SUPPORTED:
		return -ENOTSUP;
	default:
		return -EIO;
	}
}

SHIM_EXPORT int shim_device_control(const char *name, uint32_t code, const void *in,
				    size_t in_length, void *out, size_t out_length)
{
	size_t room = in_length > out_length ? in_length : out_length;
	struct driver_device *device = find_by_name(name);
	size_t done = 0, ignored;
	void *buffer;
	int result;

	if (ke_current_irql() != KE_PASSIVE_LEVEL)
		return -EDEADLK;
	if (!device)
		return -ENOENT;
	if ((code & 3) != METHOD_BUFFERED || room > UINT32_MAX)
		return -EINVAL;
	buffer = calloc(1, room ? room : 1);
	if (!buffer)
		return -ENOMEM;
	if (in_length)
		memcpy(buffer, in, in_length);
	/* A device that does not care who has it open need not answer to that. */
	result = error_of(request(device, IRP_MJ_CREATE, 0, NULL, 0, 0, &ignored));
	if (!result || result == -ENOTSUP) {
		result = error_of(request(device, IRP_MJ_DEVICE_CONTROL, code, buffer, in_length,
					  out_length, &done));
		request(device, IRP_MJ_CLEANUP, 0, NULL, 0, 0, &ignored);
		request(device, IRP_MJ_CLOSE, 0, NULL, 0, 0, &ignored);
	}
	if (done > out_length)
		done = out_length;
	if (!result && done)
		memcpy(out, buffer, done);
	/* A driver that was too slow may still write to it. */
	if (result != -ETIMEDOUT)
		free(buffer);
	return result ? result : (int)done;
}
