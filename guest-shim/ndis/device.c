/* SPDX-License-Identifier: MIT */
/*
 * device.c - the device object of an adapter, for drivers that call the HAL
 */
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
