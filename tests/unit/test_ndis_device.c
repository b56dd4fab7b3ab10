/* SPDX-License-Identifier: MIT */
/* A miniport that calls the HAL: its device object, and what NDIS and HAL have in common. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "include/shim_device.h"
#include "ndis_fixture.h"

#include <wdm.h>

static unsigned char *memory;

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 4, 3000);
}

static void halt(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	memory = aligned_alloc(PAGE, 16 * PAGE);
	fill(memory, 16 * PAGE, 3);
	f->options.dma.policy = DMA_POLICY_REMAP;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	free(memory);
}

static PDEVICE_OBJECT device_of(struct ndis_fixture *f)
{
	PDEVICE_OBJECT object = NULL;

	NdisMGetDeviceProperty(f->handle, &object, NULL, NULL, NULL, NULL);
	g_assert_nonnull(object);
	return object;
}

static PDMA_ADAPTER get(PDEVICE_OBJECT object)
{
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.Master = TRUE,
		.ScatterGather = TRUE,
		.InterfaceType = InterfaceTypeUndefined,
		.MaximumLength = 4 * PAGE,
	};
	ULONG registers;
	PDMA_ADAPTER adapter = IoGetDmaAdapter(object, &description, &registers);

	g_assert_nonnull(adapter);
	g_assert_cmpuint(registers, ==, 5);
	return adapter;
}

static void test_property(struct ndis_fixture *f, gconstpointer data)
{
	PDEVICE_OBJECT objects[3] = {NULL};
	PCM_RESOURCE_LIST lists[2] = {(PVOID)memory, (PVOID)memory};
	KIRQL old;

	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisMGetDeviceProperty(f->handle, &objects[0], &objects[1], &objects[2], &lists[0],
			       &lists[1]);
	g_assert_nonnull(objects[0]);
	g_assert_true(objects[0] == objects[1] && objects[0] == objects[2]);
	g_assert_cmpint(objects[0]->Type, ==, 3);
	g_assert_true(!lists[0] && !lists[1]);
	NdisMGetDeviceProperty(f->handle, NULL, NULL, NULL, NULL, NULL);

	NdisMGetDeviceProperty(&old, &objects[0], NULL, NULL, &lists[0], NULL);
	g_assert_null(objects[0]);
	fixture_expect_violation(f, "NdisMGetDeviceProperty: ");
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	NdisMGetDeviceProperty(f->handle, NULL, &objects[1], NULL, NULL, NULL);
	KeLowerIrql(old);
	g_assert_null(objects[1]);
	fixture_expect_violation(f, "called at IRQL 2");
}

static VOID take_list(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	*(PSCATTER_GATHER_LIST *)context = list;
}

/* Map registers of NDIS and a list of the HAL at once: other addresses, both memories right. */
static void test_together(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	unsigned char found[2 * PAGE];
	PSCATTER_GATHER_LIST list = NULL;
	PDEVICE_OBJECT object;
	PNDIS_BUFFER buffer;
	PDMA_ADAPTER adapter;
	uint64_t ndis, hal;
	UINT count;
	KIRQL old;
	PMDL mdl;

	g_assert_cmpint(fixture_start(f), ==, 0);
	object = device_of(f);
	adapter = get(object);
	buffer = fixture_buffer(memory, 2000);
	mdl = IoAllocateMdl(memory + 5 * PAGE + 10, 2 * PAGE, FALSE, FALSE, NULL);
	MmBuildMdlForNonPagedPool(mdl);
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 0, TRUE, runs, &count);
	g_assert_cmpuint(count, ==, 1);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	adapter->DmaOperations->GetScatterGatherList(adapter, object, mdl,
						     MmGetMdlVirtualAddress(mdl), 2 * PAGE,
						     take_list, &list, TRUE);
	g_assert_nonnull(list);
	g_assert_cmpuint(list->NumberOfElements, ==, 1);
	ndis = (uint64_t)runs[0].PhysicalAddress.QuadPart;
	hal = (uint64_t)list->Elements[0].Address.QuadPart;
	g_assert_true(ndis + 2 * PAGE <= hal || hal + 3 * PAGE <= ndis);
	g_assert_cmpint(fake_device_read(f->platform, (logical_t){ndis}, found, 2000), ==, 0);
	g_assert_cmpmem(found, 2000, memory, 2000);
	g_assert_cmpint(fake_device_read(f->platform, (logical_t){hal}, found, 2 * PAGE), ==, 0);
	g_assert_cmpmem(found, 2 * PAGE, memory + 5 * PAGE + 10, 2 * PAGE);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 2 + 3);
	adapter->DmaOperations->PutScatterGatherList(adapter, list, TRUE);
	KeLowerIrql(old);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
	IoFreeMdl(mdl);
	NdisFreeBuffer(buffer);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static int backwards(struct platform *p, const void *va, frame_t *frame)
{
	frame->number = 0x123456 - ((uintptr_t)va - (uintptr_t)memory) / PAGE;
	return 0;
}

/* MDLs of both interfaces hold the page-frame numbers that the platform tells. */
static void test_frames(struct ndis_fixture *f, gconstpointer data)
{
	const struct platform_ops *original = f->platform->ops;
	struct platform_ops ops = *original;
	PNDIS_BUFFER buffer;
	PMDL mdl;

	ops.frame_number = backwards;
	f->platform->ops = &ops;
	g_assert_cmpint(fixture_start(f), ==, 0);
	buffer = fixture_buffer(memory + 100, 3 * PAGE);
	mdl = IoAllocateMdl(memory + 100, 3 * PAGE, FALSE, FALSE, NULL);
	MmBuildMdlForNonPagedPool(mdl);
	for (unsigned int i = 0; i < 4; i++) {
		g_assert_cmphex(MmGetMdlPfnArray(mdl)[i], ==, 0x123456 - i);
		g_assert_cmphex(MmGetMdlPfnArray(buffer)[i], ==, 0x123456 - i);
	}
	f->platform->ops = original;
	IoFreeMdl(mdl);
	NdisFreeBuffer(buffer);
}

static void leave_behind(struct ndis_fixture *f)
{
	PHYSICAL_ADDRESS logical;

	g_assert_nonnull(HalAllocateCommonBuffer(get(device_of(f)), 300, &logical, FALSE));
	halt(f);
}

/* An adapter object and its common buffer are leaks of MiniportHalt, charged to the driver. */
static void test_leaks(struct ndis_fixture *f, gconstpointer data)
{
	f->options.verify = SHIM_VERIFY_REPORT;
	f->hooks.halt = leave_behind;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 2);
	g_assert_nonnull(strstr(fixture_log(f), "mini: MiniportHalt: 1 references to adapter"));
	g_assert_nonnull(strstr(fixture_log(f), "(DMA verification 0x11)"));
	g_assert_nonnull(strstr(fixture_log(f), "allocated by IoGetDmaAdapter from"));
	g_assert_nonnull(strstr(fixture_log(f), "mini: MiniportHalt: 300 bytes at"));
	g_assert_nonnull(strstr(fixture_log(f), "allocated by HalAllocateCommonBuffer from"));
	fixture_expect_log(f, "(DMA verification 0x07)");
}

static IO_ALLOCATION_ACTION take_base(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	*(PVOID *)context = base;
	return DeallocateObjectKeepRegisters;
}

/* The checking mode is one: a mapping of the HAL overlaps one of NDIS, violations are counted once.
 */
static void test_verifier(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	PDEVICE_OBJECT object;
	PNDIS_BUFFER buffer;
	PDMA_ADAPTER adapter;
	ULONG length = 100;
	UINT count;
	PVOID base;
	KIRQL old;

	f->options.verify = SHIM_VERIFY_REPORT;
	g_assert_cmpint(fixture_start(f), ==, 0);
	object = device_of(f);
	adapter = get(object);
	buffer = fixture_buffer(memory, 2000);
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 2, TRUE, runs, &count);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoAllocateAdapterChannel(adapter, object, 1, take_base, &base);
	IoMapTransfer(adapter, buffer, base, memory, &length, TRUE);
	fixture_expect_violation(f, "mini: IoMapTransfer: part of 100 bytes at");
	g_assert_cmpuint(fixture_statistics(f).verify.codes[0x1D], ==, 1);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 2);
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 2, TRUE, runs, &count);
	fixture_expect_violation(f, "is mapped by map register 0 of base");
	IoFlushAdapterBuffers(adapter, buffer, base, memory, length, TRUE);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 2);
	IoFreeMapRegisters(adapter, base, 1);
	KeLowerIrql(old);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	NdisFreeBuffer(buffer);
}

/* HalGetAdapter finds the adapter by its number; the second adapter of a thread has the next. */
static void test_bus_numbers(struct ndis_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION1,
		.Master = TRUE,
		.InterfaceType = PCIBus,
		.MaximumLength = PAGE,
	};
	struct platform *second = fake_platform_create(f->loop, NULL, true);
	struct shim_device_options options = {.bus_number = 0};
	struct shim_device *device;
	PDMA_ADAPTER adapter;
	ULONG registers;

	g_assert_cmpint(fixture_start(f), ==, 0);
	adapter = HalGetAdapter(&description, &registers);
	g_assert_nonnull(adapter);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	/* Number 0 is taken, and the platform's options are the adapter's. */
	g_assert_cmpint(shim_device_create(second, &options, &device), ==, -EINVAL);
	fixture_expect_log(f, "bus_number 0 belongs to another platform");
	g_assert_cmpint(shim_device_create(f->platform, &options, &device), ==, -EINVAL);
	fixture_expect_log(f, "options belong to the first device of a platform");
	g_assert_cmpint(shim_device_create(f->platform, NULL, &device), ==, 0);
	g_assert_cmpuint(shim_device_destroy(device), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpint(shim_device_create(second, &options, &device), ==, 0);
	g_assert_cmpint(fixture_start(f), ==, 0);
	description.BusNumber = 1;
	adapter = HalGetAdapter(&description, &registers);
	g_assert_nonnull(adapter);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	g_assert_cmpuint(shim_device_destroy(device), ==, 0);
	platform_close(second);
}

static void test_foreign_device(struct ndis_fixture *f, gconstpointer data)
{
	const struct shim_device_options options = {.bus_number = 3};
	struct shim_device *device;

	g_assert_cmpint(shim_device_create(f->platform, &options, &device), ==, 0);
	g_assert_cmpint(fixture_start(f), ==, -EBUSY);
	fixture_expect_log(f, "mini: the platform has device objects of somebody else");
	g_assert_cmpuint(shim_device_destroy(device), ==, 0);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis-device/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("property", test_property);
	ADD("together", test_together);
	ADD("frames", test_frames);
	ADD("leaks", test_leaks);
	ADD("verifier", test_verifier);
	ADD("bus-numbers", test_bus_numbers);
	ADD("foreign-device", test_foreign_device);
	return g_test_run();
}
