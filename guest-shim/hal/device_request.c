/* SPDX-License-Identifier: MIT */
/*
 * device_request.c - what the device object of an adapter answers
 */
#include "hal/device_request.h"

#include <stdio.h>
#include <string.h>

#include <ddk/bus_interface.h>

#include "hal/hal.h"
#include "hal/violation.h"
#include "support/trace.h"

/* Word of DEVICE_OBJECT.Reserved. */
#define DISPATCH 0

#define TEXT_LIMIT 128u

/* Without the DEFINE_GUID of a driver. */
static const GUID bus_interface = {
	0x496B8280, 0x6F25, 0x11D0, {0xBE, 0xAF, 0x08, 0x00, 0x2B, 0xE2, 0x09, 0x2F}};

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = information;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT object, PIRP irp)
{
	return finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}

void hal_set_dispatch(PDEVICE_OBJECT object, PDRIVER_DISPATCH dispatch)
{
	memcpy(&object->Reserved[DISPATCH], &dispatch, sizeof(dispatch));
}

PDRIVER_DISPATCH hal_dispatch_of(const DEVICE_OBJECT *object)
{
	PDRIVER_DISPATCH dispatch;

	memcpy(&dispatch, &object->Reserved[DISPATCH], sizeof(dispatch));
	return dispatch ? dispatch : refuse;
}

static ULONG access_config(struct shim_device *device, bool write, ULONG space, void *buffer,
			   ULONG offset, ULONG length)
{
	int count;

	if (space != PCI_WHICHSPACE_CONFIG || !buffer)
		return 0;
	count = write ? platform_config_write(device->bus->platform, offset, buffer, length)
		      : platform_config_read(device->bus->platform, offset, buffer, length);
	return count > 0 ? (ULONG)count : 0;
}

/* ---- the bus interface ------------------------------------------------------------------------
 */

static VOID NTAPI reference(PVOID Context)
{
	ObReferenceObject(&((struct shim_device *)Context)->object);
}

static VOID NTAPI dereference(PVOID Context)
{
	ObDereferenceObject(&((struct shim_device *)Context)->object);
}

static BOOLEAN NTAPI translate(PVOID Context, PHYSICAL_ADDRESS BusAddress, ULONG Length,
			       PULONG AddressSpace, PPHYSICAL_ADDRESS TranslatedAddress)
{
	*TranslatedAddress = BusAddress;
	return TRUE;
}

static struct _DMA_ADAPTER *NTAPI get_dma_adapter(PVOID Context,
						  struct _DEVICE_DESCRIPTION *DeviceDescriptor,
						  PULONG NumberOfMapRegisters)
{
	return IoGetDmaAdapter(&((struct shim_device *)Context)->object, DeviceDescriptor,
			       NumberOfMapRegisters);
}

static ULONG NTAPI get_bus_data(PVOID Context, ULONG DataType, PVOID Buffer, ULONG Offset,
				ULONG Length)
{
	return access_config(Context, false, DataType, Buffer, Offset, Length);
}

static ULONG NTAPI set_bus_data(PVOID Context, ULONG DataType, PVOID Buffer, ULONG Offset,
				ULONG Length)
{
	return access_config(Context, true, DataType, Buffer, Offset, Length);
}

static NTSTATUS give_interface(struct shim_device *device, const IO_STACK_LOCATION *stack)
{
	PBUS_INTERFACE_STANDARD result = (PVOID)stack->Parameters.QueryInterface.Interface;
	const GUID *type = stack->Parameters.QueryInterface.InterfaceType;

	if (!type || !result || !IsEqualGUID(type, &bus_interface) ||
	    stack->Parameters.QueryInterface.Version != 1)
		return STATUS_NOT_SUPPORTED;
	if (stack->Parameters.QueryInterface.Size < sizeof(*result))
		return STATUS_BUFFER_TOO_SMALL;
	*result = (BUS_INTERFACE_STANDARD){
		.Size = sizeof(*result),
		.Version = 1,
		.Context = device,
		.InterfaceReference = reference,
		.InterfaceDereference = dereference,
		.TranslateBusAddress = translate,
		.GetDmaAdapter = get_dma_adapter,
		.SetBusData = set_bus_data,
		.GetBusData = get_bus_data,
	};
	reference(device);
	return STATUS_SUCCESS;
}

static NTSTATUS answer_plug_and_play(struct shim_device *device, PIRP irp,
				     const IO_STACK_LOCATION *stack)
{
	bool write = stack->MinorFunction == IRP_MN_WRITE_CONFIG;
	ULONG count;

	if (stack->MinorFunction == IRP_MN_QUERY_INTERFACE) {
		NTSTATUS status = give_interface(device, stack);

		if (status != STATUS_NOT_SUPPORTED)
			return finish(irp, status, 0);
	} else if (write || stack->MinorFunction == IRP_MN_READ_CONFIG) {
		count = access_config(device, write, stack->Parameters.ReadWriteConfig.WhichSpace,
				      stack->Parameters.ReadWriteConfig.Buffer,
				      stack->Parameters.ReadWriteConfig.Offset,
				      stack->Parameters.ReadWriteConfig.Length);
		return finish(irp, count ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER, count);
	}
	/* Requests of plug and play come with STATUS_NOT_SUPPORTED, and keep it when unknown. */
	return finish(irp, NT_ERROR(irp->IoStatus.Status) ? irp->IoStatus.Status
							  : STATUS_NOT_SUPPORTED, 0);
}

NTSTATUS NTAPI hal_answer_request(PDEVICE_OBJECT object, PIRP irp)
{
	const IO_STACK_LOCATION *stack = IoGetCurrentIrpStackLocation(irp);

	if (stack->MajorFunction == IRP_MJ_PNP)
		return answer_plug_and_play((struct shim_device *)(void *)object, irp, stack);
	return finish(irp, STATUS_NOT_SUPPORTED, 0);
}

/* ---- properties -------------------------------------------------------------------------------
 */

static const struct shim_device *find_device(PDEVICE_OBJECT object)
{
	for (struct hal_bus *bus = hal_buses; bus; bus = bus->next) {
		for (const struct shim_device *device = bus->devices; device;
		     device = device->next) {
			if (&device->object == object)
				return device;
		}
	}
	return NULL;
}

/* Text of a property, which may hold several strings; 0 for one that the device does not have. */
static size_t property_text(const struct shim_device *device, DEVICE_REGISTRY_PROPERTY property,
			    char *text)
{
	struct platform *platform = device->bus->platform;
	const char *driver = device->bus->driver ? device->bus->driver : "unknown";
	bool isa = platform_isa(platform) != NULL;
	unsigned char id[4] = {0};
	int length = -1;

	switch ((int)property) {
	case DevicePropertyDeviceDescription:
		length = snprintf(text, TEXT_LIMIT, "%s adapter", driver);
		break;
	case DevicePropertyHardwareID:
		if (isa || platform_config_read(platform, 0, id, sizeof(id)) != sizeof(id))
			return 0;
		length = snprintf(text, TEXT_LIMIT - 1, "PCI\\VEN_%02X%02X&DEV_%02X%02X", id[1],
				  id[0], id[3], id[2]) + 1;
		text[length] = '\0';
		break;
	case DevicePropertyClassName:
		length = snprintf(text, TEXT_LIMIT, "Net");
		break;
	case DevicePropertyClassGuid:
		length = snprintf(text, TEXT_LIMIT, "{4D36E972-E325-11CE-BFC1-08002BE10318}");
		break;
	case DevicePropertyPhysicalDeviceObjectName:
		length = snprintf(text, TEXT_LIMIT, "\\Device\\NTPNP_PCI%04u",
				  device->bus->options.bus_number);
		break;
	case DevicePropertyEnumeratorName:
		length = snprintf(text, TEXT_LIMIT, "%s", isa ? "ISAPNP" : "PCI");
		break;
	default:
		break;
	}
	return length < 0 ? 0 : (size_t)length + 1;
}

static NTSTATUS give(const void *value, size_t length, ULONG room, PVOID buffer, PULONG result)
{
	*result = (ULONG)length;
	if (room < length || !buffer)
		return STATUS_BUFFER_TOO_SMALL;
	memcpy(buffer, value, length);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoGetDeviceProperty(PDEVICE_OBJECT DeviceObject,
				   DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength,
				   PVOID PropertyBuffer, PULONG ResultLength)
{
	static const char call[] = "IoGetDeviceProperty";
	const struct shim_device *device = find_device(DeviceObject);
	WCHAR wide[TEXT_LIMIT + 1];
	char text[TEXT_LIMIT + 1];
	ULONG number = 0;
	size_t length;

	if (!hal_irql_at_most(NULL, call, KE_PASSIVE_LEVEL) || !device || !ResultLength) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "DeviceObject is a device object, and ResultLength is given",
			      "DeviceObject %p, ResultLength %p", (void *)DeviceObject,
			      (void *)ResultLength);
		return STATUS_INVALID_PARAMETER;
	}
	*ResultLength = 0;
	if ((unsigned int)DeviceProperty > DevicePropertyUINumber)
		return STATUS_INVALID_PARAMETER;
	if (DeviceProperty == DevicePropertyLegacyBusType)
		number = platform_isa(device->bus->platform) ? Isa : PCIBus;
	else if (DeviceProperty == DevicePropertyBusNumber)
		number = device->bus->options.bus_number;
	/* Each device is the first one, and alone, on a bus of its own. */
	if (DeviceProperty == DevicePropertyLegacyBusType ||
	    DeviceProperty == DevicePropertyBusNumber ||
	    (DeviceProperty == DevicePropertyAddress && !platform_isa(device->bus->platform)))
		return give(&number, sizeof(number), BufferLength, PropertyBuffer, ResultLength);
	length = property_text(device, DeviceProperty, text);
	if (!length)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	for (size_t i = 0; i < length; i++)
		wide[i] = (WCHAR)(unsigned char)text[i];
	return give(wide, length * sizeof(WCHAR), BufferLength, PropertyBuffer, ResultLength);
}
