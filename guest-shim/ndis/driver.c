/* SPDX-License-Identifier: MIT */
/*
 * driver.c - registration and life of a miniport driver
 *
 * Source: ndis-hal-dma.md sections 4.1 and 10.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ke/bug_check_callback.h"
#include "ndis/device_object.h"
#include "ndis/file.h"
#include "ndis/memory.h"
#include "ndis/timer.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

/* Drivers of the thread. */
static _Thread_local struct shim_driver *drivers;
_Thread_local struct shim_driver *ndis_driver;

struct shim_driver *ndis_driver_of(const void *owner)
{
	struct shim_driver *driver = drivers;

	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if (adapter == owner)
			return adapter->driver;
	}
	while (driver && driver != owner)
		driver = driver->next;
	return driver;
}

struct shim_driver *ndis_find_driver(NDIS_HANDLE handle, const char *call)
{
	for (struct shim_driver *driver = drivers; driver; driver = driver->next) {
		if (driver == handle && driver->wrapper)
			return driver;
	}
	ndis_violation(NULL, call, "NdisWrapperHandle is what NdisMInitializeWrapper stored",
		       "%p is no such handle", handle);
	return NULL;
}

VOID NTAPI NdisMInitializeWrapper(PNDIS_HANDLE NdisWrapperHandle, PVOID SystemSpecific1,
				  PVOID SystemSpecific2, PVOID SystemSpecific3)
{
	static const char call[] = "NdisMInitializeWrapper";
	TRACE_SCOPE(call);

	if (!ndis_is_given(call, "NdisWrapperHandle", NdisWrapperHandle))
		return;
	*NdisWrapperHandle = NULL;
	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	for (struct shim_driver *driver = drivers; driver; driver = driver->next) {
		if (SystemSpecific1 == &driver->object) {
			driver->wrapper = true;
			*NdisWrapperHandle = driver;
		}
	}
	if (!*NdisWrapperHandle)
		ndis_violation(NULL, call,
			       "SystemSpecific1 is the DriverObject that DriverEntry received",
			       "%p is no driver object", SystemSpecific1);
	TRACE(call, "%p, %p, %p) -> %p", SystemSpecific1, SystemSpecific2, SystemSpecific3,
	      *NdisWrapperHandle);
}

VOID NTAPI NdisTerminateWrapper(NDIS_HANDLE NdisWrapperHandle, PVOID SystemSpecific)
{
	static const char call[] = "NdisTerminateWrapper";
	TRACE_SCOPE(call);
	struct shim_driver *driver = ndis_find_driver(NdisWrapperHandle, call);

	TRACE(call, "%p, %p)", NdisWrapperHandle, SystemSpecific);
	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!driver)
		return;
	driver->wrapper = false;
	driver->version = 0;
}

/* Bytes that the structure of a version has, 0 for a version that does not exist. */
static size_t characteristics_length(unsigned int major, unsigned int minor)
{
	switch (NDIS_VERSION(major, minor)) {
	case NDIS_VERSION(3, 0):
	case NDIS_VERSION(3, 10):
		return sizeof(NDIS30_MINIPORT_CHARACTERISTICS);
	case NDIS_VERSION(4, 0):
		return sizeof(NDIS40_MINIPORT_CHARACTERISTICS);
	case NDIS_VERSION(5, 0):
		return sizeof(NDIS50_MINIPORT_CHARACTERISTICS);
	case NDIS_VERSION(5, 1):
		return sizeof(NDIS51_MINIPORT_CHARACTERISTICS);
	default:
		return 0;
	}
}

/* Name of a required function that is missing, or NULL. */
static const char *missing_function(const NDIS51_MINIPORT_CHARACTERISTICS *functions)
{
	if (!functions->InitializeHandler)
		return "InitializeHandler";
	if (!functions->HaltHandler)
		return "HaltHandler";
	if (!functions->ResetHandler)
		return "ResetHandler";
	if (!functions->QueryInformationHandler)
		return "QueryInformationHandler";
	if (!functions->SetInformationHandler)
		return "SetInformationHandler";
	if (!functions->SendHandler && !functions->SendPacketsHandler)
		return "SendHandler or SendPacketsHandler";
	return NULL;
}

static bool is_connection_oriented(const NDIS51_MINIPORT_CHARACTERISTICS *functions)
{
	return functions->CoCreateVcHandler || functions->CoDeleteVcHandler ||
	       functions->CoActivateVcHandler || functions->CoDeactivateVcHandler ||
	       functions->CoSendPacketsHandler || functions->CoRequestHandler;
}

static NDIS_STATUS register_functions(struct shim_driver *driver, const char *call,
				      const void *characteristics, UINT length)
{
	NDIS51_MINIPORT_CHARACTERISTICS functions;
	const char *missing;
	const UCHAR *version = characteristics;
	size_t needed;

	if (!characteristics || length < 2) {
		ndis_violation(NULL, call, "MiniportCharacteristics is a filled-in structure",
			       "%u bytes at %p", length, characteristics);
		return NDIS_STATUS_BAD_CHARACTERISTICS;
	}
	needed = characteristics_length(version[0], version[1]);
	if (!needed) {
		ndis_violation(NULL, call, "the version is 3.0, 3.10, 4.0, 5.0 or 5.1",
			       "the version is %u.%u", version[0], version[1]);
		return NDIS_STATUS_BAD_VERSION;
	}
	if (length < needed) {
		ndis_violation(NULL, call,
			       "CharacteristicsLength covers the structure of the version",
			       "%u bytes for version %u.%u, which has %zu", length, version[0],
			       version[1], needed);
		return NDIS_STATUS_BAD_CHARACTERISTICS;
	}
	memset(&functions, 0, sizeof(functions));
	memcpy(&functions, characteristics, needed);
	missing = missing_function(&functions);
	if (missing || is_connection_oriented(&functions)) {
		ndis_violation(NULL, call,
			       "all required functions are set, and those of connection-oriented "
			       "miniports are not",
			       "%s%s", missing ? missing : "a Co function",
			       missing ? " is NULL" : " is set");
		return NDIS_STATUS_BAD_CHARACTERISTICS;
	}
	driver->functions = functions;
	driver->version = NDIS_VERSION(version[0], version[1]);
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI NdisMRegisterMiniport(NDIS_HANDLE NdisWrapperHandle,
					PNDIS_MINIPORT_CHARACTERISTICS MiniportCharacteristics,
					UINT CharacteristicsLength)
{
	static const char call[] = "NdisMRegisterMiniport";
	TRACE_SCOPE(call);
	struct shim_driver *driver = ndis_find_driver(NdisWrapperHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (driver && ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
		status = register_functions(driver, call, MiniportCharacteristics,
					    CharacteristicsLength);
	TRACE(call, "%p, %p, %u bytes) -> %s", NdisWrapperHandle, (void *)MiniportCharacteristics,
	      CharacteristicsLength, ndis_status_text(status));
	return status;
}

VOID NTAPI NdisMRegisterUnloadHandler(NDIS_HANDLE NdisWrapperHandle,
				      MINIPORT_UNLOAD_HANDLER UnloadHandler)
{
	static const char call[] = "NdisMRegisterUnloadHandler";
	TRACE_SCOPE(call);
	struct shim_driver *driver = ndis_find_driver(NdisWrapperHandle, call);

	TRACE(call, "%p)", NdisWrapperHandle);
	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!driver)
		return;
	if (!driver->version) {
		ndis_violation(NULL, call, "NdisMRegisterMiniport must have succeeded before",
			       "no miniport is registered");
		return;
	}
	driver->unload = UnloadHandler;
}

static void make_registry_path(WCHAR *buffer, size_t capacity, const char *name,
			       UNICODE_STRING *path)
{
	char text[128];
	size_t length = 0;

	snprintf(text, sizeof(text), "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\%s",
		 name);
	while (text[length] && length + 1 < capacity) {
		buffer[length] = (WCHAR)(unsigned char)text[length];
		length++;
	}
	buffer[length] = 0;
	path->Buffer = buffer;
	path->Length = (USHORT)(length * sizeof(WCHAR));
	path->MaximumLength = (USHORT)((length + 1) * sizeof(WCHAR));
}

static void free_driver(struct shim_driver *driver)
{
	struct shim_driver **link = &drivers;

	while (*link != driver)
		link = &(*link)->next;
	*link = driver->next;
	free(driver->files);
	free(driver);
}

/*
 * Reports and takes back what the driver left.
 * @call: after whose end nothing may be left.
 */
static void release(struct shim_driver *driver, const char *call)
{
	unsigned int left;

	if (drivers == driver && !driver->next) {
		left = ke_forget_bug_check_callbacks();
		if (left)
			ndis_violation(
				NULL, call,
				"KeDeregisterBugCheck(Reason)Callback undoes every registration",
				"%u bug check callbacks are registered", left);
	}
	ndis_device_release(driver);
	ndis_timer_release(NULL, call, driver);
	ndis_kernel_timer_release(NULL, call, driver);
	left = ke_forget_mutexes();
	if (left)
		ndis_violation(NULL, call,
			       "KeReleaseMutex and ExReleaseFastMutex give back what was taken",
			       "%u mutexes are held", left);
	ndis_work_item_release(NULL, call, driver);
	ndis_release_memory(NULL, call, driver);
}

/* Runs the entry point on behalf of the driver. */
static NTSTATUS call_entry(struct shim_driver *driver, shim_driver_entry entry)
{
	WCHAR text[128];
	UNICODE_STRING path;
	struct shim_driver *former = ndis_set_current_driver(driver);
	const void *owner = ndis_set_current_owner(driver);
	NTSTATUS status;

	make_registry_path(text, ARRAYSIZE(text), driver->name, &path);
	TRACE_ENTER("DriverEntry", "%p, %p)", (void *)&driver->object, (void *)&path);
	status = entry(&driver->object, &path);
	TRACE_LEAVE("DriverEntry", ") -> 0x%08x", (unsigned int)status);
	ndis_set_current_owner(owner);
	ndis_set_current_driver(former);
	return status;
}

SHIM_EXPORT int shim_driver_start(shim_driver_entry entry, const char *name,
				  struct shim_driver **driver)
{
	struct shim_driver *created = calloc(1, sizeof(*created));
	NTSTATUS status;
	int result = 0;

	if (!created)
		return -ENOMEM;
	result = ndis_files_folder(&created->files);
	if (result) {
		free(created);
		return result;
	}
	snprintf(created->name, sizeof(created->name), "%s", name);
	created->object.driver = created;
	created->next = drivers;
	drivers = created;
	status = call_entry(created, entry);
	if (!NT_SUCCESS(status)) {
		log_error("%s: DriverEntry failed with status %s", name, ndis_status_text(status));
		result = -EIO;
	} else if (!created->version) {
		log_error("%s: DriverEntry succeeded without having registered a miniport with "
			  "NdisMRegisterMiniport",
			  name);
		result = -EINVAL;
	}
	if (result) {
		release(created, "a failing DriverEntry");
		free_driver(created);
		return result;
	}
	*driver = created;
	return 0;
}

SHIM_EXPORT void shim_driver_stop(struct shim_driver *driver)
{
	struct shim_driver *former = ndis_set_current_driver(driver);
	const void *owner = ndis_set_current_owner(driver);

	if (driver->adapters) {
		log_error("shim_driver_stop: %s still has %u adapters; they are stopped before the "
			  "driver",
			  driver->name, driver->adapters);
		for (struct shim_adapter *adapter = ndis_adapters, *next; adapter; adapter = next) {
			next = adapter->next;
			if (adapter->driver == driver)
				shim_adapter_stop(adapter);
		}
	}
	if (driver->unload) {
		TRACE_ENTER("MiniportUnload", "%p)", (void *)&driver->object);
		driver->unload(&driver->object);
		TRACE_LEAVE("MiniportUnload", ")");
	}
	shim_log_end_line();
	release(driver, "the unload handler");
	ndis_set_current_owner(owner);
	ndis_set_current_driver(former);
	free_driver(driver);
}
