/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_BUS_INTERFACE_H
#define NDIS_HEADERS_DDK_BUS_INTERFACE_H

/*
 * Properties of a device, and the functions by which its bus can be asked about it.
 */

#include "dma_adapter.h"
#include "interface_type.h"
#include "irp.h"

/* Properties for IoGetDeviceProperty; the comment gives the type of the value. */
typedef enum {
	DevicePropertyDeviceDescription = 0x0,		/* WCHAR[]: name of the device */
	DevicePropertyHardwareID = 0x1,			/* WCHAR[], several strings */
	DevicePropertyCompatibleIDs = 0x2,
	DevicePropertyBootConfiguration = 0x3,
	DevicePropertyBootConfigurationTranslated = 0x4,
	DevicePropertyClassName = 0x5,			/* WCHAR[]: Net */
	DevicePropertyClassGuid = 0x6,			/* WCHAR[] */
	DevicePropertyDriverKeyName = 0x7,
	DevicePropertyManufacturer = 0x8,
	DevicePropertyFriendlyName = 0x9,
	DevicePropertyLocationInformation = 0xa,
	DevicePropertyPhysicalDeviceObjectName = 0xb,	/* WCHAR[] */
	DevicePropertyBusTypeGuid = 0xc,
	DevicePropertyLegacyBusType = 0xd,		/* INTERFACE_TYPE */
	DevicePropertyBusNumber = 0xe,			/* ULONG */
	DevicePropertyEnumeratorName = 0xf,		/* WCHAR[]: PCI or ISAPNP */
	DevicePropertyAddress = 0x10,			/* ULONG: PCI: device << 16 | function */
	DevicePropertyUINumber = 0x11
} DEVICE_REGISTRY_PROPERTY;

/* Head of every interface: its size and version, and its count of users. */
typedef VOID (NTAPI *PINTERFACE_REFERENCE)(IN PVOID Context);
typedef VOID (NTAPI *PINTERFACE_DEREFERENCE)(IN PVOID Context);
typedef struct _INTERFACE {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
} INTERFACE, *PINTERFACE;

/*
 * Functions of the bus interface. GetBusData and SetBusData read and write `Length` bytes of the
 * device's configuration space (DataType PCI_WHICHSPACE_CONFIG) and return how many they did; the
 * others translate a bus address, which is the same address here, and make a DMA adapter as
 * IoGetDmaAdapter does.
 */
typedef BOOLEAN (NTAPI *PTRANSLATE_BUS_ADDRESS)(IN PVOID Context, IN PHYSICAL_ADDRESS BusAddress,
						IN ULONG Length, IN OUT PULONG AddressSpace,
						OUT PPHYSICAL_ADDRESS TranslatedAddress);
typedef struct _DMA_ADAPTER *(NTAPI *PGET_DMA_ADAPTER)(
	IN PVOID Context, IN struct _DEVICE_DESCRIPTION *DeviceDescriptor,
	OUT PULONG NumberOfMapRegisters);
typedef ULONG (NTAPI *PGET_SET_DEVICE_DATA)(IN PVOID Context, IN ULONG DataType, IN PVOID Buffer,
					    IN ULONG Offset, IN ULONG Length);

/* What IRP_MN_QUERY_INTERFACE with GUID_BUS_INTERFACE_STANDARD, version 1, yields. */
typedef struct _BUS_INTERFACE_STANDARD {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PTRANSLATE_BUS_ADDRESS TranslateBusAddress;
	PGET_DMA_ADAPTER GetDmaAdapter;
	PGET_SET_DEVICE_DATA SetBusData;
	PGET_SET_DEVICE_DATA GetBusData;
} BUS_INTERFACE_STANDARD, *PBUS_INTERFACE_STANDARD;

#define PCI_WHICHSPACE_CONFIG 0


EXTERN_C_START

/*
 * Tells a property of the device object of an adapter.
 *
 * DeviceObject     the device, as PhysicalDeviceObject of NdisMGetDeviceProperty.
 * DeviceProperty   which one.
 * BufferLength     bytes of room.
 * PropertyBuffer   OUT. The value.
 * ResultLength     OUT. Its bytes, or those that are needed.
 *
 * Returns STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL; STATUS_OBJECT_NAME_NOT_FOUND for a property that
 * the device does not have: those above without a type; STATUS_INVALID_PARAMETER for one that does
 * not exist. IRQL: =PASSIVE.
 */
NTKERNELAPI NTSTATUS NTAPI IoGetDeviceProperty(IN PDEVICE_OBJECT DeviceObject,
					       IN DEVICE_REGISTRY_PROPERTY DeviceProperty,
					       IN ULONG BufferLength, OUT PVOID PropertyBuffer,
					       OUT PULONG ResultLength);

EXTERN_C_END

#endif
