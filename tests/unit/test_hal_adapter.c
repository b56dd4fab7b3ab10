/* SPDX-License-Identifier: MIT */
/* IoGetDmaAdapter, HalGetAdapter, PutDmaAdapter, device objects, MDLs, caches. */
#include <errno.h>

#include "hal_fixture.h"

#define UNTOUCHED 0xC0FFEEu

static void test_tables(struct hal_fixture *f, gconstpointer data)
{
	static const struct {
		ULONG version;
		ULONG size;
	} cases[] = {{0, 104}, {1, 104}, {2, 128}};

	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
		PDMA_ADAPTER adapter;
		PDMA_OPERATIONS table;

		description.Version = cases[i].version;
		adapter = hal_get(f, &description, NULL);
		table = adapter->DmaOperations;
		g_assert_cmpuint(adapter->Version, ==, 1);
		g_assert_cmpuint(adapter->Size, ==, 16);
		g_assert_cmpuint(table->Size, ==, cases[i].size);
		/* The names of NT 4 are the same functions. */
		g_assert_true(table->AllocateCommonBuffer == HalAllocateCommonBuffer);
		g_assert_true(table->FreeCommonBuffer == HalFreeCommonBuffer);
		g_assert_true(table->AllocateAdapterChannel == IoAllocateAdapterChannel);
		g_assert_true(table->FlushAdapterBuffers == IoFlushAdapterBuffers);
		g_assert_true(table->FreeAdapterChannel == IoFreeAdapterChannel);
		g_assert_true(table->FreeMapRegisters == IoFreeMapRegisters);
		g_assert_true(table->MapTransfer == IoMapTransfer);
		g_assert_true(table->ReadDmaCounter == HalReadDmaCounter);
		g_assert_true(table->GetScatterGatherList && table->PutScatterGatherList);
		g_assert_cmpint(table->CalculateScatterGatherList != NULL, ==, i == 2);
		g_assert_cmpint(table->BuildScatterGatherList != NULL, ==, i == 2);
		g_assert_cmpint(table->BuildMdlFromScatterGatherList != NULL, ==, i == 2);
		g_assert_cmpuint(table->GetDmaAlignment(adapter), ==, 1);
		table->PutDmaAdapter(adapter);
	}
}

static void test_registers_granted(struct hal_fixture *f, gconstpointer data)
{
	static const struct {
		ULONG maximum;
		ULONG registers;
	} cases[] = {
		{1, 2},
		{1514, 2},
		{4096, 2},
		{4097, 3},
		{8192, 3},
		{8193, 4},
		{65536, 17},
		{65537, 18},
		{131072, 33},
		{1 << 20, 257},
		{0x7FFFFFFF, 1024},
		{0xFFFFFFFF, 1024},
		{0x80000000u | 4096, 2},
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		DEVICE_DESCRIPTION description = hal_master(f, true, cases[i].maximum);
		ULONG registers;
		PDMA_ADAPTER adapter = hal_get(f, &description, &registers);

		g_assert_cmpuint(registers, ==, cases[i].registers);
		adapter->DmaOperations->PutDmaAdapter(adapter);
	}
	hal_restart(f, 8);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		DEVICE_DESCRIPTION description = hal_master(f, true, cases[i].maximum);
		ULONG registers;
		PDMA_ADAPTER adapter = hal_get(f, &description, &registers);

		g_assert_cmpuint(registers, ==, MIN(cases[i].registers, 8));
		adapter->DmaOperations->PutDmaAdapter(adapter);
	}
}

/* The width shows in where common buffers lie. */
static void test_width(struct hal_fixture *f, gconstpointer data)
{
	static const struct {
		BOOLEAN scatter_gather, bits32, bits64;
		INTERFACE_TYPE type;
		unsigned int bits;
	} cases[] = {
		{FALSE, FALSE, FALSE, PCIBus, 24}, {TRUE, FALSE, FALSE, PCIBus, 32},
		{TRUE, FALSE, FALSE, Eisa, 24},	   {FALSE, TRUE, FALSE, PCIBus, 32},
		{FALSE, TRUE, TRUE, PCIBus, 64},   {FALSE, FALSE, TRUE, PCIBus, 64},
		{FALSE, FALSE, FALSE, Eisa, 24},   {TRUE, FALSE, FALSE, InterfaceTypeUndefined, 32},
	};
	PDMA_ADAPTER adapters[G_N_ELEMENTS(cases)];
	PVOID va[G_N_ELEMENTS(cases)];
	PHYSICAL_ADDRESS logical[G_N_ELEMENTS(cases)];

	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		DEVICE_DESCRIPTION description = {
			.Version = DEVICE_DESCRIPTION_VERSION2,
			.Master = TRUE,
			.ScatterGather = cases[i].scatter_gather,
			.Dma32BitAddresses = cases[i].bits32,
			.Dma64BitAddresses = cases[i].bits64,
			.InterfaceType = cases[i].type,
			.MaximumLength = PAGE,
		};

		adapters[i] = hal_get(f, &description, NULL);
		va[i] = HalAllocateCommonBuffer(adapters[i], PAGE, &logical[i], FALSE);
		g_assert_nonnull(va[i]);
		if (cases[i].bits == 64)
			g_assert_cmphex((uint64_t)logical[i].QuadPart, >=, UINT64_C(1) << 32);
		else
			g_assert_cmphex((uint64_t)logical[i].QuadPart >> cases[i].bits, ==, 0);
	}
	g_assert_cmpuint(hal_statistics(f).adapters, ==, G_N_ELEMENTS(cases));
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		HalFreeCommonBuffer(adapters[i], PAGE, logical[i], va[i], FALSE);
		adapters[i]->DmaOperations->PutDmaAdapter(adapters[i]);
	}
}

static void refuse(struct hal_fixture *f, DEVICE_DESCRIPTION description, int code,
		   const char *text)
{
	ULONG registers = UNTOUCHED;

	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	g_assert_cmphex(registers, ==, UNTOUCHED);
	hal_expect(f, code, text);
	g_assert_null(HalGetAdapter(&description, &registers));
	g_assert_cmphex(registers, ==, UNTOUCHED);
	hal_expect(f, code, text);
}

static void test_refused_descriptions(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION good = hal_master(f, true, PAGE);
	DEVICE_DESCRIPTION bad = good;
	ULONG registers = UNTOUCHED;

	bad.Version = 4;
	refuse(f, bad, 0x25, "Version is 4");
	bad.Version = 3;
	g_assert_null(IoGetDmaAdapter(f->object, &bad, &registers));
	hal_expect_log(f, "version 3");
	bad = good;
	bad.Reserved1 = 1;
	refuse(f, bad, -1, "Reserved1");
	bad = good;
	bad.MaximumLength = 0;
	refuse(f, bad, -1, "MaximumLength is 0");
	bad = good;
	bad.InterfaceType = MaximumInterfaceType;
	refuse(f, bad, -1, "InterfaceType");
	bad = good;
	bad.Master = FALSE;
	refuse(f, bad, -1, "only ISA devices");
	/* Refused by the fake platform, which has neither ports nor low memory. */
	bad.InterfaceType = Isa;
	g_assert_null(IoGetDmaAdapter(f->object, &bad, &registers));
	hal_expect_log(f, "DMA channel 0");
	g_assert_cmphex(registers, ==, UNTOUCHED);
	bad = good;
	bad.BusNumber = 7;
	g_assert_null(HalGetAdapter(&bad, &registers));
	hal_expect(f, -1, "BusNumber is 7");
	g_assert_null(IoGetDmaAdapter((PDEVICE_OBJECT)f, &good, &registers));
	hal_expect(f, -1, "PhysicalDeviceObject");
	g_assert_null(IoGetDmaAdapter(f->object, NULL, &registers));
	hal_expect(f, -1, "may be NULL");
	g_assert_null(IoGetDmaAdapter(f->object, &good, NULL));
	hal_expect(f, -1, "may be NULL");
	g_assert_cmphex(registers, ==, UNTOUCHED);
	/* BusNumber counts without a device object only. */
	bad.InterfaceType = PCIBus;
	hal_get(f, &bad, NULL)->DmaOperations->PutDmaAdapter(NULL);
	hal_expect(f, 0x19, "PutDmaAdapter: the adapter is NULL");
	f->violations++;
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	hal_expect_log(f, "PutDmaAdapter gives back");
}

static void test_no_resources(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	ULONG registers = UNTOUCHED;

	fake_fail_memory(f->platform, 0, -ENOMEM);
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	hal_expect_log(f, "no map registers with 32 address bits");
	fake_fail_map(f->platform, 0, -ENOSPC);
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	hal_expect_log(f, "no room: ");
	g_assert_cmphex(registers, ==, UNTOUCHED);
	g_assert_cmpuint(hal_statistics(f).adapters, ==, 0);
}

static void test_hal_get_adapter(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, false, 65536);
	ULONG registers = 0;
	PADAPTER_OBJECT adapter;

	description.Version = DEVICE_DESCRIPTION_VERSION1;
	adapter = HalGetAdapter(&description, &registers);
	g_assert_nonnull(adapter);
	g_assert_cmpuint(registers, ==, 17);
	/* There is no counterpart: nothing is left behind at the end of the device. */
}

static void test_irql(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	ULONG registers = UNTOUCHED;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	hal_expect(f, 0x13, "called at IRQL 2");
	g_assert_null(HalGetAdapter(&description, &registers));
	hal_expect(f, 0x13, "called at IRQL 2");
	g_assert_cmphex(registers, ==, UNTOUCHED);
	g_assert_cmpuint(adapter->DmaOperations->GetDmaAlignment(adapter), ==, 1);
	hal_expect(f, 0x13, "GetDmaAlignment");
	KeLowerIrql(old);
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	hal_expect(f, 0x13, "PutDmaAdapter");
	KeLowerIrql(old);
}

static void test_released_adapter(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PDMA_OPERATIONS table = adapter->DmaOperations;
	PHYSICAL_ADDRESS logical = {.QuadPart = 0};
	ULONG length = 1;

	table->PutDmaAdapter(adapter);
	table->PutDmaAdapter(adapter);
	hal_expect(f, 0x18, "PutDmaAdapter: the adapter");
	/* The pointer is stale but can be followed: every function says so. */
	g_assert_true(adapter->DmaOperations == table);
	g_assert_null(table->AllocateCommonBuffer(adapter, 1, &logical, FALSE));
	hal_expect(f, 0x18, "released");
	table->FreeCommonBuffer(adapter, 1, logical, f->heap, FALSE);
	hal_expect(f, 0x18, "released");
	g_assert_cmphex((ULONG)table->AllocateAdapterChannel(adapter, f->object, 1, NULL, NULL), ==,
			(ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, 0x18, "released");
	g_assert_false(table->FlushAdapterBuffers(adapter, NULL, NULL, NULL, 1, TRUE));
	hal_expect(f, 0x18, "released");
	table->FreeAdapterChannel(adapter);
	hal_expect(f, 0x18, "released");
	table->FreeMapRegisters(adapter, NULL, 1);
	hal_expect(f, 0x18, "released");
	g_assert_cmpint(table->MapTransfer(adapter, NULL, NULL, NULL, &length, TRUE).QuadPart, ==,
			0);
	hal_expect(f, 0x18, "released");
	g_assert_cmpuint(table->GetDmaAlignment(adapter), ==, 1);
	hal_expect(f, 0x18, "released");
	g_assert_cmpuint(table->ReadDmaCounter(adapter), ==, 0);
	hal_expect(f, 0x18, "released");
	g_assert_cmphex((ULONG)table->GetScatterGatherList(adapter, f->object, NULL, NULL, 1, NULL,
							   NULL, TRUE),
			==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, 0x18, "released");
	table->PutScatterGatherList(adapter, NULL, TRUE);
	hal_expect(f, 0x18, "released");
	/* A pointer that never was an adapter is not followed. */
	HalReadDmaCounter((PADAPTER_OBJECT)8);
	hal_expect(f, 0x18, "0x8 is no adapter");
	HalReadDmaCounter(NULL);
	hal_expect(f, 0x19, "NULL");
}

static void test_several_devices(struct hal_fixture *f, gconstpointer data)
{
	struct shim_device_options options = f->options;
	struct platform *platform = fake_platform_create(f->loop, NULL, true);
	struct shim_device *second, *other;
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	PDMA_ADAPTER adapter;
	ULONG registers;

	g_assert_cmpint(shim_device_create(f->platform, &options, &second), ==, -EINVAL);
	hal_expect_log(f, "first device");
	g_assert_cmpint(shim_device_create(f->platform, NULL, &second), ==, 0);
	g_assert_cmpint(shim_device_create(platform, NULL, &other), ==, -EINVAL);
	hal_expect_log(f, "needs options");
	g_assert_cmpint(shim_device_create(platform, &options, &other), ==, -EINVAL);
	hal_expect_log(f, "bus_number 0");
	options.bus_number = 1;
	options.map_registers = 5000;
	g_assert_cmpint(shim_device_create(platform, &options, &other), ==, -EINVAL);
	hal_expect_log(f, "map_registers is 5000");
	options.map_registers = 0;
	g_assert_cmpint(shim_device_create(platform, &options, &other), ==, 0);
	description.BusNumber = 1;
	adapter = HalGetAdapter(&description, &registers);
	g_assert_nonnull(adapter);
	g_assert_cmpuint(hal_statistics(f).adapters, ==, 0);
	g_assert_cmpuint(shim_device_destroy(other), ==, 0);
	g_assert_cmpuint(shim_device_destroy(second), ==, 0);
	g_assert_cmpuint(fake_counts(platform)->mapped_pages, ==, 0);
	platform_close(platform);
}

static void test_mdls(struct hal_fixture *f, gconstpointer data)
{
	IRP irp = {.MdlAddress = NULL};
	PMDL whole = IoAllocateMdl(f->heap + 100, 3 * PAGE, FALSE, FALSE, &irp);
	PMDL part = IoAllocateMdl(f->heap + PAGE + 7, PAGE, TRUE, FALSE, &irp);

	g_assert_true(irp.MdlAddress == whole && whole->Next == part && !part->Next);
	g_assert_cmpint(whole->Size, ==, 48 + 4 * 8);
	IoBuildPartialMdl(whole, part, f->heap + PAGE + 7, 10);
	hal_expect(f, 0x0E, "built before its parts");
	MmBuildMdlForNonPagedPool(whole);
	g_assert_cmphex(whole->MdlFlags, ==, MDL_SOURCE_IS_NONPAGED_POOL);
	g_assert_true(whole->MappedSystemVa == f->heap + 100 && whole->Next == part);
	for (unsigned int i = 0; i < 4; i++)
		g_assert_cmphex(MmGetMdlPfnArray(whole)[i], ==, ((uintptr_t)f->heap >> 12) + i);
	MmBuildMdlForNonPagedPool(whole);
	hal_expect(f, -1, "built once");
	IoBuildPartialMdl(whole, part, f->heap + PAGE + 7, PAGE);
	g_assert_cmphex(part->MdlFlags, ==, MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL);
	g_assert_true(MmGetSystemAddressForMdl(part) == f->heap + PAGE + 7);
	g_assert_cmpuint(part->ByteCount, ==, PAGE);
	g_assert_cmphex(MmGetMdlPfnArray(part)[1], ==, ((uintptr_t)f->heap >> 12) + 2);
	/* 0: all that follows, which is more than the target has pages for. */
	IoBuildPartialMdl(whole, part, f->heap + PAGE - 1, 0);
	hal_expect(f, -1, "allocated for the pages");
	IoBuildPartialMdl(whole, part, f->heap + 2 * PAGE + 7, 0);
	g_assert_cmpuint(part->ByteCount, ==, PAGE + 93);
	IoBuildPartialMdl(whole, part, f->heap + 99, 10);
	hal_expect(f, 0x1B, "lies in the buffer");
	IoBuildPartialMdl(whole, part, f->heap + 3 * PAGE, 101);
	hal_expect(f, 0x1B, "lies in the buffer");
	IoBuildPartialMdl(whole, NULL, f->heap, 1);
	hal_expect(f, -1, "may be NULL");
	IoFreeMdl(part);
	IoFreeMdl(whole);
	IoFreeMdl(whole);
	hal_expect(f, -1, "freed once");
	IoFreeMdl((PMDL)f->heap);
	hal_expect(f, -1, "freed once");
	g_assert_nonnull((whole = IoAllocateMdl(NULL, 4089 * PAGE, FALSE, FALSE, NULL)));
	IoFreeMdl(whole);
	g_assert_null(IoAllocateMdl(NULL, 4089 * PAGE + 1, FALSE, FALSE, NULL));
	hal_expect(f, -1, "4089 pages");
	g_assert_null(IoAllocateMdl(f->heap, 1, TRUE, FALSE, NULL));
	hal_expect(f, -1, "SecondaryBuffer");
}

static void test_leaked_mdl(struct hal_fixture *f, gconstpointer data)
{
	hal_mdl(f->heap, 10);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	hal_expect_log(f, "IoFreeMdl frees every MDL");
}

static void test_caches(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 10);
	KIRQL old;

	g_assert_cmpuint(KeGetDcacheFillSize(), ==, 1);
	KeFlushIoBuffers(mdl, TRUE, TRUE);
	KeFlushIoBuffers(NULL, TRUE, TRUE);
	hal_expect(f, -1, "Mdl is NULL");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	KeFlushIoBuffers(mdl, FALSE, FALSE);
	hal_expect(f, 0x13, "KeFlushIoBuffers");
	KeLowerIrql(old);
	IoFreeMdl(mdl);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	HAL_TEST("hal-adapter/tables", test_tables);
	HAL_TEST("hal-adapter/registers", test_registers_granted);
	HAL_TEST("hal-adapter/width", test_width);
	HAL_TEST("hal-adapter/refused", test_refused_descriptions);
	HAL_TEST("hal-adapter/no-resources", test_no_resources);
	HAL_TEST("hal-adapter/hal-get-adapter", test_hal_get_adapter);
	HAL_TEST("hal-adapter/irql", test_irql);
	HAL_TEST("hal-adapter/released", test_released_adapter);
	HAL_TEST("hal-adapter/several-devices", test_several_devices);
	HAL_TEST("hal-adapter/mdl", test_mdls);
	HAL_TEST("hal-adapter/mdl-leak", test_leaked_mdl);
	HAL_TEST("hal-adapter/caches", test_caches);
	return g_test_run();
}
