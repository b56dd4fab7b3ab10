/* SPDX-License-Identifier: MIT */
/*
 * device.c - the device object of an adapter, for drivers that call the HAL, and its name
 */
#include <stdio.h>

#include "ndis/violation.h"
#include "support/trace.h"

static void tell(PDEVICE_OBJECT *place, PDEVICE_OBJECT object)
{
	if (place)
		*place = object;
}

VOID NTAPI NdisMGetDeviceProperty(NDIS_HANDLE MiniportAdapterHandle,
				  PDEVICE_OBJECT *PhysicalDeviceObject,
				  PDEVICE_OBJECT *FunctionalDeviceObject,
				  PDEVICE_OBJECT *NextDeviceObject,
				  PCM_RESOURCE_LIST *AllocatedResources,
				  PCM_RESOURCE_LIST *AllocatedResourcesTranslated)
{
	static const char call[] = "NdisMGetDeviceProperty";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	PDEVICE_OBJECT object = NULL;

	if (adapter && ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		object = shim_device_object(adapter->device);
	tell(PhysicalDeviceObject, object);
	tell(FunctionalDeviceObject, object);
	tell(NextDeviceObject, object);
	if (AllocatedResources)
		*AllocatedResources = NULL;
	if (AllocatedResourcesTranslated)
		*AllocatedResourcesTranslated = NULL;
	TRACE(call, "adapter %p) -> device %p", (void *)adapter, (void *)object);
}

NDIS_STATUS NTAPI NdisMQueryAdapterInstanceName(PNDIS_STRING AdapterInstanceName,
						NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMQueryAdapterInstanceName";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	char name[256] = "";

	if (!ndis_is_given(call, "AdapterInstanceName", AdapterInstanceName))
		return NDIS_STATUS_FAILURE;
	*AdapterInstanceName = (NDIS_STRING){0, 0, NULL};
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		return NDIS_STATUS_FAILURE;
	if (adapter->number)
		snprintf(name, sizeof(name), "%s #%u", adapter->driver->name, adapter->number + 1);
	else
		snprintf(name, sizeof(name), "%s", adapter->driver->name);
	NdisInitializeString(AdapterInstanceName, (PUCHAR)name);
	TRACE(call, "adapter %p) -> \"%s\"", (void *)adapter, name);
	return AdapterInstanceName->Buffer ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES;
}
