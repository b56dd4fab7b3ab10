/* SPDX-License-Identifier: MIT */
/* I/O requests: to the device of an adapter, and to a device that the driver made for programs. */
#include <errno.h>
#include <string.h>

#include "ndis_fixture.h"

#include <wdm.h>
#include <initguid.h>
#include <wdmguid.h>

#define CODE_REVERSE CTL_CODE(FILE_DEVICE_NETWORK, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define CODE_LATER   CTL_CODE(FILE_DEVICE_NETWORK, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define CODE_NEITHER CTL_CODE(FILE_DEVICE_NETWORK, 0x802, METHOD_NEITHER, FILE_ANY_ACCESS)

static PDEVICE_OBJECT own_device;
static NDIS_HANDLE own_handle;
static PIRP pending;
static NDIS_TIMER timer;
static unsigned int opened, closed;

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = information;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

static NTSTATUS NTAPI on_create(PDEVICE_OBJECT object, PIRP irp)
{
	g_assert_true(object == own_device);
	opened++;
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI on_close(PDEVICE_OBJECT object, PIRP irp)
{
	closed++;
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI on_timer(PVOID a, PVOID context, PVOID b, PVOID c)
{
	*(UCHAR *)pending->AssociatedIrp.SystemBuffer = 0x77;
	complete(pending, STATUS_SUCCESS, 1);
}

static NTSTATUS NTAPI on_control(PDEVICE_OBJECT object, PIRP irp)
{
	PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
	ULONG length = stack->Parameters.DeviceIoControl.InputBufferLength;
	UCHAR *bytes = irp->AssociatedIrp.SystemBuffer;

	g_assert_cmpint(irp->RequestorMode, ==, UserMode);
	switch (stack->Parameters.DeviceIoControl.IoControlCode) {
	case CODE_REVERSE:
		if (stack->Parameters.DeviceIoControl.OutputBufferLength < length)
			return complete(irp, STATUS_BUFFER_TOO_SMALL, 0);
		for (ULONG i = 0; i < length / 2; i++) {
			UCHAR byte = bytes[i];

			bytes[i] = bytes[length - 1 - i];
			bytes[length - 1 - i] = byte;
		}
		return complete(irp, STATUS_SUCCESS, length);
	case CODE_LATER:
		pending = irp;
		IoMarkIrpPending(irp);
		NdisInitializeTimer(&timer, on_timer, NULL);
		NdisSetTimer(&timer, 3);
		return STATUS_PENDING;
	default:
		return complete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
	}
}

static NDIS_STATUS make_device(struct ndis_fixture *f, const char *symbolic)
{
	PDRIVER_DISPATCH functions[IRP_MJ_MAXIMUM_FUNCTION + 1] = {NULL};
	NDIS_STRING name = NDIS_STRING_CONST("\\Device\\Own"), link;
	NDIS_STATUS status;

	functions[IRP_MJ_CREATE] = on_create;
	functions[IRP_MJ_CLOSE] = on_close;
	functions[IRP_MJ_DEVICE_CONTROL] = on_control;
	NdisInitializeString(&link, (PUCHAR)(uintptr_t)symbolic);
	status = NdisMRegisterDevice(f->driver, &name, &link, functions, &own_device, &own_handle);
	NdisFreeString(link);
	return status;
}

static void test_own_device(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE first;
	char bytes[8];

	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmphex(make_device(f, "\\DosDevices\\OwnNic"), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpint(own_device->Type, ==, 3);
	g_assert_cmpint(shim_device_control("ownnic", CODE_REVERSE, "abcd", 4, bytes, 8), ==, 4);
	g_assert_true(!memcmp(bytes, "dcba", 4));
	g_assert_cmpuint(opened, ==, 1);
	g_assert_cmpuint(closed, ==, 1);
	g_assert_cmpint(shim_device_control("OwnNic", CODE_LATER, NULL, 0, bytes, 8), ==, 1);
	g_assert_cmpint(bytes[0], ==, 0x77);
	g_assert_cmpint(shim_device_control("OwnNic", CODE_REVERSE, "abcd", 4, bytes, 2), ==,
			-EMSGSIZE);
	g_assert_cmpint(shim_device_control("OwnNic", 0x100, NULL, 0, bytes, 2), ==, -ENOTSUP);
	g_assert_cmpint(shim_device_control("OwnNic", CODE_NEITHER, NULL, 0, bytes, 2), ==,
			-EINVAL);
	g_assert_cmpint(shim_device_control("other", CODE_LATER, NULL, 0, bytes, 2), ==, -ENOENT);
	first = own_handle;
	g_assert_cmphex(make_device(f, "\\??\\OWNNIC"), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "no other device has the symbolic one");
	g_assert_cmphex(NdisMDeregisterDevice(first), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmphex(NdisMDeregisterDevice(first), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "NdisMDeregisterDevice");
	g_assert_cmpint(shim_device_control("OwnNic", CODE_LATER, NULL, 0, bytes, 2), ==, -ENOENT);
}

static PDEVICE_OBJECT device_of(struct ndis_fixture *f)
{
	PDEVICE_OBJECT object = NULL;

	NdisMGetDeviceProperty(f->handle, &object, NULL, NULL, NULL, NULL);
	g_assert_nonnull(object);
	return object;
}

/* What a driver does to reach the configuration space at DISPATCH_LEVEL. */
static void test_bus_interface(struct ndis_fixture *f, gconstpointer data)
{
	BUS_INTERFACE_STANDARD bus;
	IO_STATUS_BLOCK result;
	PIO_STACK_LOCATION next;
	PDEVICE_OBJECT top;
	KEVENT event;
	ULONG id = 0;
	PIRP irp;

	g_assert_cmpint(fixture_start(f), ==, 0);
	top = IoGetAttachedDeviceReference(device_of(f));
	KeInitializeEvent(&event, NotificationEvent, FALSE);
	irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, top, NULL, 0, NULL, &event, &result);
	g_assert_nonnull(irp);
	irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
	next = IoGetNextIrpStackLocation(irp);
	next->MinorFunction = IRP_MN_QUERY_INTERFACE;
	next->Parameters.QueryInterface.InterfaceType = &GUID_BUS_INTERFACE_STANDARD;
	next->Parameters.QueryInterface.Size = sizeof(bus);
	next->Parameters.QueryInterface.Version = 1;
	next->Parameters.QueryInterface.Interface = (PINTERFACE)&bus;
	g_assert_cmphex(IoCallDriver(top, irp), ==, STATUS_SUCCESS);
	g_assert_cmphex(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), ==,
			STATUS_SUCCESS);
	g_assert_cmphex(result.Status, ==, STATUS_SUCCESS);
	g_assert_cmpuint(bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &id, 0, 4), ==, 4);
	g_assert_cmphex(id, ==, 0x10f01af4);
	id = 0x40;
	g_assert_cmpuint(bus.SetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &id, 0x0C, 1), ==, 1);
	g_assert_cmphex(fake_config(f->platform)[0x0C], ==, 0x40);
	bus.InterfaceDereference(bus.Context);
	g_assert_cmpint(ObReferenceObject(top), >, 1);
	ObDereferenceObject(top);
	g_assert_cmpint(ObDereferenceObject(top), ==, 0);
	g_assert_cmpint(ObDereferenceObject(top), ==, 0);
	fixture_expect_violation(f, "a reference is dropped once");
}

static NTSTATUS NTAPI keep(PDEVICE_OBJECT object, PIRP irp, PVOID context)
{
	*(NTSTATUS *)context = irp->IoStatus.Status;
	return STATUS_MORE_PROCESSING_REQUIRED;
}

static void test_own_request(struct ndis_fixture *f, gconstpointer data)
{
	NTSTATUS seen = STATUS_SUCCESS;
	PIO_STACK_LOCATION next;
	PIRP irp;

	g_assert_cmpint(fixture_start(f), ==, 0);
	irp = IoAllocateIrp(device_of(f)->StackSize, FALSE);
	next = IoGetNextIrpStackLocation(irp);
	next->MajorFunction = IRP_MJ_PNP;
	next->MinorFunction = IRP_MN_QUERY_CAPABILITIES;
	irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
	IoSetCompletionRoutine(irp, keep, &seen, TRUE, TRUE, TRUE);
	IoCallDriver(device_of(f), irp);
	g_assert_cmphex(seen, ==, STATUS_NOT_SUPPORTED);
	IoFreeIrp(irp);
	g_assert_null(IoAllocateIrp(0, FALSE));
	fixture_expect_violation(f, "StackSize is 1 to 16");
}

static void test_properties(struct ndis_fixture *f, gconstpointer data)
{
	WCHAR text[64];
	ULONG length, bus, address = 77;

	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmphex(IoGetDeviceProperty(device_of(f), DevicePropertyBusNumber, sizeof(bus),
					    &bus, &length),
			==, STATUS_SUCCESS);
	g_assert_cmpuint(length, ==, 4);
	/* How a driver finds out which function of which device of the bus it drives. */
	g_assert_cmphex(IoGetDeviceProperty(device_of(f), DevicePropertyAddress, sizeof(address),
					    &address, &length),
			==, STATUS_SUCCESS);
	g_assert_cmpuint(length, ==, 4);
	g_assert_cmphex(address, ==, 0);
	g_assert_cmphex(IoGetDeviceProperty(device_of(f), DevicePropertyHardwareID, 2, text,
					    &length),
			==, STATUS_BUFFER_TOO_SMALL);
	g_assert_cmpuint(length, ==, 2 * sizeof("PCI\\VEN_1AF4&DEV_10F0") + 2);
	g_assert_cmphex(IoGetDeviceProperty(device_of(f), DevicePropertyHardwareID, sizeof(text),
					    text, &length),
			==, STATUS_SUCCESS);
	g_assert_true(!memcmp(text, L"PCI\\VEN_1AF4&DEV_10F0\0", length));
	g_assert_cmphex(IoGetDeviceProperty(device_of(f), DevicePropertyUINumber, sizeof(text), text,
					    &length),
			==, STATUS_OBJECT_NAME_NOT_FOUND);
	g_assert_cmphex(IoGetDeviceProperty(device_of(f), 99, sizeof(text), text, &length), ==,
			STATUS_INVALID_PARAMETER);
	g_assert_cmphex(IoGetDeviceProperty(NULL, DevicePropertyBusNumber, sizeof(text), text,
					    &length),
			==, STATUS_INVALID_PARAMETER);
	fixture_expect_violation(f, "DeviceObject is a device object");
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	opened = closed = 0;
	fixture_set_up(f);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(struct ndis_fixture *f, gconstpointer data);
	} tests[] = {
		{"own-device", test_own_device},
		{"bus-interface", test_bus_interface},
		{"own-request", test_own_request},
		{"properties", test_properties},
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		char *path = g_strdup_printf("/ndis-requests/%s", tests[i].name);

		g_test_add(path, struct ndis_fixture, NULL, set_up, tests[i].test, tear_down);
		g_free(path);
	}
	return g_test_run();
}
