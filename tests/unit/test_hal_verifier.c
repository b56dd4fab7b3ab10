/* SPDX-License-Identifier: MIT */
/*
 * The checking mode for drivers that use the HAL: every number that they can earn, what the report says
 * of the object at fault, and that correct use earns none.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dma_controller_model.h"
#include "hal_fixture.h"

#define REGISTERS 8u

static struct dma_controller_model model;

static void set_up(struct hal_fixture *f, gconstpointer data)
{
	const struct hal_variant variant = {(enum dma_policy)GPOINTER_TO_INT(data),
					    DMA_FRAGMENT_NONE, 32};

	hal_set_up(f, &variant);
	model_attach(&model, f->platform);
	f->options.map_registers = REGISTERS;
	hal_verify(f, SHIM_VERIFY_REPORT);
}

/* A driver: one adapter object, and what the last AdapterControl or list routine got. */
struct driver {
	struct hal_fixture *f;
	PDMA_ADAPTER adapter;
	ULONG granted;
	int action;
	PVOID base;
	PSCATTER_GATHER_LIST list;
	KIRQL leave_at;
};

static void get(struct driver *d, struct hal_fixture *f, bool scatter_gather)
{
	DEVICE_DESCRIPTION description = hal_master(f, scatter_gather, 64 * PAGE);

	*d = (struct driver){.f = f, .action = DeallocateObjectKeepRegisters};
	d->adapter = hal_get(f, &description, &d->granted);
}

static IO_ALLOCATION_ACTION control(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	struct driver *d = context;
	KIRQL old;

	d->base = base;
	if (d->leave_at > DISPATCH_LEVEL)
		KeRaiseIrql(d->leave_at, &old);
	return (IO_ALLOCATION_ACTION)d->action;
}

static VOID list_routine(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	((struct driver *)context)->list = list;
}

/* Not static and not inline: reports name them. */
void ask(struct driver *d, ULONG registers);
uint64_t map(struct driver *d, PMDL mdl, ULONG length, BOOLEAN to_device);

__attribute__((noinline)) void ask(struct driver *d, ULONG registers)
{
	NTSTATUS status;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	status = IoAllocateAdapterChannel(d->adapter, d->f->object, registers, control, d);
	KeLowerIrql(old);
	g_assert_cmphex((ULONG)status, ==,
			registers > d->granted ? (ULONG)STATUS_INSUFFICIENT_RESOURCES : 0);
}

__attribute__((noinline)) uint64_t map(struct driver *d, PMDL mdl, ULONG length, BOOLEAN to_device)
{
	PHYSICAL_ADDRESS logical = IoMapTransfer(
		d->adapter, mdl, d->base, MmGetMdlVirtualAddress(mdl), &length, to_device);

	return (uint64_t)logical.QuadPart;
}

static void flush(struct driver *d, PMDL mdl, ULONG length, BOOLEAN to_device)
{
	IoFlushAdapterBuffers(d->adapter, mdl, d->base, MmGetMdlVirtualAddress(mdl), length,
			      to_device);
}

static void free_registers(struct driver *d, ULONG registers)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeMapRegisters(d->adapter, d->base, registers);
	KeLowerIrql(old);
}

static void free_channel(struct driver *d)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeAdapterChannel(d->adapter);
	KeLowerIrql(old);
}

static NTSTATUS get_list(struct driver *d, PMDL mdl, PVOID va, ULONG length)
{
	NTSTATUS status;
	KIRQL old;

	d->list = NULL;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	status = d->adapter->DmaOperations->GetScatterGatherList(
		d->adapter, d->f->object, mdl, va, length, list_routine, d, TRUE);
	KeLowerIrql(old);
	return status;
}

static void put_list(struct driver *d, BOOLEAN to_device)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	d->adapter->DmaOperations->PutScatterGatherList(d->adapter, d->list, to_device);
	KeLowerIrql(old);
}

static void put(struct driver *d)
{
	d->adapter->DmaOperations->PutDmaAdapter(d->adapter);
}

static uint64_t count_of(struct hal_fixture *f, unsigned int code)
{
	return hal_statistics(f).verify.codes[code];
}

static uint64_t records(struct hal_fixture *f)
{
	return hal_statistics(f).verify.records;
}

/* ---- correct use --------------------------------------------------------------------------- */

static void test_correct(struct hal_fixture *f, gconstpointer data)
{
	PMDL first = hal_mdl(f->heap + 100, 3000), second = hal_mdl(f->heap + 3100, 5000);
	PHYSICAL_ADDRESS common, logical;
	struct driver d;
	PVOID va;

	g_assert_cmpint(hal_statistics(f).verify.mode, ==, SHIM_VERIFY_REPORT);
	for (unsigned int i = 0; i < 50; i++) {
		get(&d, f, true);
		va = HalAllocateCommonBuffer(d.adapter, 5000, &common, FALSE);
		memset(va, 0xff, 5000);
		hal_fill(f->heap + 100, 3000, i);
		ask(&d, 4);
		logical.QuadPart = (LONGLONG)map(&d, first, 3000, TRUE);
		g_assert_cmphex((ULONG)get_list(&d, second, f->heap + 3100, 5000), ==, 0);
		/* The adapter, the common buffer, the registers, the mapping, the list. */
		g_assert_cmpuint(records(f), ==, 5);
		hal_device_reads(f, logical, 3000, i, 0);
		flush(&d, first, 3000, TRUE);
		put_list(&d, TRUE);
		free_registers(&d, 4);
		d.action = KeepObject;
		ask(&d, 1);
		g_assert_cmpuint(records(f), ==, 4);
		free_channel(&d);
		HalFreeCommonBuffer(d.adapter, 5000, common, va, FALSE);
		g_assert_cmpuint(records(f), ==, 1);
		put(&d);
		g_assert_cmpuint(records(f), ==, 0);
	}
	for (unsigned int i = 0; i < SHIM_VERIFY_CODES; i++)
		g_assert_cmpuint(count_of(f, i), ==, 0);
	g_assert_cmpuint(hal_statistics(f).verify.uncoded, ==, 0);
	IoFreeMdl(first);
	IoFreeMdl(second);
}

/* ---- given back twice ---------------------------------------------------------------------- */

static void test_freed_twice(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 100);
	PHYSICAL_ADDRESS logical;
	struct driver d;
	PVOID va;

	get(&d, f, true);
	va = HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE);
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	HAL_EXPECT(f, 0x03, "HalFreeCommonBuffer: no common buffer of the adapter begins at",
		   "    shared memory, 700 bytes at",
		   "allocated by HalAllocateCommonBuffer from test_hal_verifier",
		   "; freed by HalFreeCommonBuffer from test_hal_verifier");

	d.action = KeepObject;
	ask(&d, 1);
	free_channel(&d);
	free_channel(&d);
	HAL_EXPECT(f, 0x04, "IoFreeAdapterChannel: nobody keeps the adapter",
		   "    adapter channel of adapter",
		   "allocated by IoAllocateAdapterChannel from test_hal_verifier: ask+0x",
		   "; freed by IoFreeAdapterChannel from test_hal_verifier");

	d.action = DeallocateObjectKeepRegisters;
	ask(&d, 3);
	free_registers(&d, 2);
	HAL_EXPECT(f, 0x05, "NumberOfMapRegisters is 2, base", "has 3: all are given back",
		   "    3 map registers of base", "allocated by IoAllocateAdapterChannel from");
	free_registers(&d, 3);
	HAL_EXPECT(f, 0x05, "is none of the adapter", "    3 map registers of base",
		   "; freed by IoFreeMapRegisters from test_hal_verifier");

	get_list(&d, mdl, f->heap, 100);
	put_list(&d, TRUE);
	put_list(&d, TRUE);
	HAL_EXPECT(f, 0x06, "PutScatterGatherList:", "is no list of the adapter",
		   "    scatter/gather list", ", 100 bytes at", "for the device to read",
		   "mapped by GetScatterGatherList from test_hal_verifier",
		   "; ended by PutScatterGatherList from test_hal_verifier");
	put(&d);
	IoFreeMdl(mdl);
}

/* ---- left behind --------------------------------------------------------------------------- */

static void test_left(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 100);
	PHYSICAL_ADDRESS logical;
	struct driver d;

	get(&d, f, true);
	g_assert_nonnull(HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE));
	put(&d);
	HAL_EXPECT(f, 0x07, "PutDmaAdapter: 700 bytes at", "are not freed",
		   "allocated by HalAllocateCommonBuffer from");
	get(&d, f, true);
	d.action = KeepObject;
	ask(&d, 1);
	put(&d);
	HAL_EXPECT(f, 0x08, "keeps the adapter", "    adapter channel of adapter",
		   "allocated by IoAllocateAdapterChannel from test_hal_verifier: ask+0x");
	get(&d, f, true);
	ask(&d, 5);
	put(&d);
	HAL_EXPECT(f, 0x09, "5 map registers of base", "are not freed",
		   "allocated by IoAllocateAdapterChannel from");
	get(&d, f, true);
	get_list(&d, mdl, f->heap, 100);
	put(&d);
	HAL_EXPECT(f, 0x0A, "the list", "is not put", "mapped by GetScatterGatherList from");
	get(&d, f, true);
	ask(&d, 2);
	map(&d, mdl, 100, TRUE);
	free_registers(&d, 2);
	HAL_EXPECT(f, 0x10, "IoFreeMapRegisters: 1 mappings of base", "are not flushed",
		   "    map register 0 of base", "mapped by IoMapTransfer from");
	d.action = KeepObject;
	ask(&d, 2);
	map(&d, mdl, 100, TRUE);
	free_channel(&d);
	HAL_EXPECT(f, 0x0D, "IoFreeAdapterChannel: 1 mappings of base",
		   "mapped by IoMapTransfer from test_hal_verifier: map+0x");
	put(&d);
	put(&d);
	HAL_EXPECT(f, 0x18, "PutDmaAdapter: the adapter", "is released", "    adapter object",
		   "allocated by IoGetDmaAdapter from test_hal_verifier",
		   "; freed by PutDmaAdapter from test_hal_verifier");
	g_assert_cmpuint(records(f), ==, 0);
	IoFreeMdl(mdl);
}

static void test_adapter_left(struct hal_fixture *f, gconstpointer data)
{
	struct driver d;

	get(&d, f, true);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	hal_expect_log(f, "1 references to adapter");
	get(&d, (hal_tear_down(f, NULL), set_up(f, data), f), true);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	fflush(f->log_stream);
	g_assert_nonnull(strstr(f->log, "(DMA verification 0x11)"));
	g_assert_nonnull(strstr(f->log, "    adapter object"));
	g_assert_nonnull(strstr(f->log, "allocated by IoGetDmaAdapter from test_hal_verifier"));
}

/* Memory and MDLs that a device reaches stay, and the report tells who mapped them. */
static void test_freed_memory(struct hal_fixture *f, gconstpointer data)
{
	unsigned char *va = ExAllocatePoolWithTag(NonPagedPool, 3000, 'dMaH');
	PMDL mdl = hal_mdl(va, 3000);
	struct driver d;

	get(&d, f, true);
	ask(&d, 2);
	map(&d, mdl, 3000, TRUE);
	IoFreeMdl(mdl);
	HAL_EXPECT(f, 0x10, "IoFreeMdl: a device still reaches the memory of MDL",
		   "    map register 0 of base", "mapped by IoMapTransfer from test_hal_verifier");
	ExFreePoolWithTag(va, 'dMaH');
	HAL_EXPECT(f, 0x10, "ExFreePoolWithTag: a device still reaches part of 3000 bytes",
		   "    map register 0 of base", "mapped by IoMapTransfer from test_hal_verifier");
	flush(&d, mdl, 3000, TRUE);
	get_list(&d, mdl, va, 3000);
	ExFreePool(va);
	HAL_EXPECT(f, 0x10, "ExFreePool: a device still reaches part of 3000 bytes",
		   "    scatter/gather list", "mapped by GetScatterGatherList from");
	put_list(&d, TRUE);
	free_registers(&d, 2);
	put(&d);
	IoFreeMdl(mdl);
	ExFreePoolWithTag(va, 'dMaH');
}

/* A leaked MDL is told with the place that allocated it. */
static void test_mdl_left(struct hal_fixture *f, gconstpointer data)
{
	hal_mdl(f->heap, 100);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	fflush(f->log_stream);
	g_assert_nonnull(strstr(f->log, "IoFreeMdl frees every MDL of IoAllocateMdl"));
	hal_expect_log(f, "allocated by IoAllocateMdl from test_hal_verifier: hal_mdl+0x");
}

/* ---- requests ------------------------------------------------------------------------------ */

static void test_requests(struct hal_fixture *f, gconstpointer data)
{
	PHYSICAL_ADDRESS logical;
	struct driver d, other;

	get(&d, f, true);
	get(&other, f, true);
	d.action = KeepObject;
	ask(&d, 1);
	ask(&other, 1);
	HAL_EXPECT(f, 0x0B, "a device holds one adapter channel at a time",
		   "    adapter channel of adapter", "allocated by IoAllocateAdapterChannel from");
	free_channel(&d);
	free_registers(&other, 1);
	ask(&d, REGISTERS + 1);
	HAL_EXPECT(f, 0x15, "NumberOfMapRegisters is 9, granted are 8", "    adapter object",
		   "allocated by IoGetDmaAdapter from");
	g_assert_null(HalAllocateCommonBuffer(d.adapter, 9 * PAGE, &logical, FALSE));
	HAL_EXPECT(f, 0x0C, "HalAllocateCommonBuffer: 36864 bytes are 9 pages, granted are 8",
		   "allocated by IoGetDmaAdapter from");
	g_assert_null(HalAllocateCommonBuffer(d.adapter, 0, &logical, FALSE));
	HAL_EXPECT(f, 0x21, "Length is 0");
	put(&other);
	put(&d);
}

static void test_levels(struct hal_fixture *f, gconstpointer data)
{
	struct driver d;
	KIRQL old;

	get(&d, f, true);
	IoFreeMapRegisters(d.adapter, NULL, 0);
	HAL_EXPECT(f, 0x13, "IoFreeMapRegisters: called at IRQL 0",
		   "must be called at DISPATCH_LEVEL (2)", "    adapter object",
		   "allocated by IoGetDmaAdapter from");
	d.leave_at = 3;
	ask(&d, 1);
	HAL_EXPECT(f, 0x14, "AdapterControl: called at IRQL 2, returned at 3");
	free_registers(&d, 1);
	KeRaiseIrql(HIGH_LEVEL, &old);
	IoFlushAdapterBuffers(d.adapter, NULL, d.base, NULL, 0, TRUE);
	KeLowerIrql(old);
	HAL_EXPECT(f, 0x13, "IoFlushAdapterBuffers: called at IRQL 15",
		   "must be called at DISPATCH_LEVEL (2) or below");
	put(&d);
}

static void test_handles(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	struct driver d = {.f = f};
	ULONG registers;

	g_assert_null(HalAllocateCommonBuffer(NULL, 1, NULL, FALSE));
	HAL_EXPECT(f, 0x19, "HalAllocateCommonBuffer: the adapter is NULL");
	IoFreeAdapterChannel((PDMA_ADAPTER)(void *)&d);
	HAL_EXPECT(f, 0x18, "is no adapter");
	description.Version = 9;
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	HAL_EXPECT(f, 0x25, "IoGetDmaAdapter: Version is 9");
}

static void test_hal_get_adapter(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	ULONG registers;
	PDMA_ADAPTER adapter = HalGetAdapter(&description, &registers);

	/* Not a violation for the drivers that this library is for: told and counted. */
	g_assert_nonnull(adapter);
	fflush(f->log_stream);
	g_assert_nonnull(strstr(f->log, "warning: HalGetAdapter: called for adapter"));
	g_assert_nonnull(strstr(f->log, "allocated by HalGetAdapter from test_hal_verifier"));
	g_assert_null(strstr(f->log, "error:"));
	hal_expect_log(f, "(DMA verification 0x1E)");
	g_assert_cmpuint(count_of(f, 0x1E), ==, 1);
	g_assert_cmpuint(hal_statistics(f).violations, ==, 0);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* ---- transfers ----------------------------------------------------------------------------- */

static void test_mapping(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 100, 1000), large = hal_mdl(f->heap, 9 * PAGE);
	struct driver d;

	get(&d, f, false);
	ask(&d, 2);
	flush(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x20, "has never mapped anything", "    2 map registers of base");
	map(&d, large, 9 * PAGE, TRUE);
	HAL_EXPECT(f, 0x00, "need 9, base", "has 2 left", "    2 map registers of base",
		   "allocated by IoAllocateAdapterChannel from");
	map(&d, mdl, 1001, TRUE);
	HAL_EXPECT(f, 0x24, "*Length is 1001, 1000 bytes follow", "    2 map registers of base");
	map(&d, mdl, 0, TRUE);
	HAL_EXPECT(f, 0x21, "*Length is 0", "    2 map registers of base");
	g_assert_cmpuint(map(&d, mdl, 1000, TRUE), !=, 0);
	map(&d, mdl, 500, TRUE);
	HAL_EXPECT(f, 0x1D, "500 bytes at", "    map register 0 of base",
		   "mapped by IoMapTransfer from test_hal_verifier: map+0x");
	flush(&d, mdl, 900, TRUE);
	HAL_EXPECT(f, 0x00, "Length is 900, 1000 bytes were mapped there",
		   "; ended by IoFlushAdapterBuffers from");
	flush(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x16, "no mapping of base", "    map register 0 of base", "1000 bytes at",
		   "; ended by IoFlushAdapterBuffers from test_hal_verifier");
	map(&d, mdl, 1000, TRUE);
	flush(&d, mdl, 1000, FALSE);
	HAL_EXPECT(f, 0x16, "WriteToDevice is 0", "mapped by IoMapTransfer from");
	free_registers(&d, 2);
	put(&d);
	IoFreeMdl(mdl);
	IoFreeMdl(large);
}

static void test_buffers(struct hal_fixture *f, gconstpointer data)
{
	PMDL unbuilt = IoAllocateMdl(f->heap, 100, FALSE, FALSE, NULL);
	PMDL mdl = hal_mdl(f->heap + 100, 1000);
	ULONG length = 10;
	struct driver d;

	get(&d, f, true);
	ask(&d, 2);
	map(&d, unbuilt, 100, TRUE);
	HAL_EXPECT(f, 0x0E, "MdlFlags of MDL", "are 0x0", "    adapter object");
	unbuilt->MdlFlags |= MDL_PAGES_LOCKED;
	map(&d, unbuilt, 100, TRUE);
	HAL_EXPECT(f, 0x22, "has none", "    adapter object");
	unbuilt->MdlFlags = 0;
	IoMapTransfer(d.adapter, mdl, d.base, f->heap + 1100, &length, TRUE);
	HAL_EXPECT(f, 0x1B, "CurrentVa is", "describes 1000 bytes at", "    adapter object");
	g_assert_cmphex((ULONG)get_list(&d, mdl, f->heap, 10), ==, (ULONG)STATUS_INVALID_PARAMETER);
	HAL_EXPECT(f, 0x1F, "GetScatterGatherList: CurrentVa is");
	g_assert_cmphex((ULONG)get_list(&d, mdl, f->heap + 100, 1001), ==,
			(ULONG)STATUS_BUFFER_TOO_SMALL);
	HAL_EXPECT(f, 0x24, "1 of 1001 bytes are missing", "    adapter object");
	get_list(&d, mdl, f->heap + 100, 0);
	HAL_EXPECT(f, 0x21, "GetScatterGatherList: Length is 0");
	free_registers(&d, 2);
	put(&d);
	IoFreeMdl(unbuilt);
	IoFreeMdl(mdl);
}

/* Bytes that two requests, two adapter objects or a list and a mapping have in common. */
static void test_overlap(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 1000), part = hal_mdl(f->heap + 999, 10);
	PMDL behind = hal_mdl(f->heap + 1009, 10), far = hal_mdl(f->heap + 9 * PAGE, 10);
	struct driver d, other;

	get(&d, f, true);
	get(&other, f, true);
	ask(&d, 1);
	ask(&other, 2);
	map(&d, mdl, 1000, TRUE);
	map(&other, part, 10, TRUE);
	HAL_EXPECT(f, 0x1D, "IoMapTransfer: part of 10 bytes at",
		   "is mapped by map register 0 of base", "memory is mapped once at a time",
		   "mapped by IoMapTransfer from test_hal_verifier: map+0x");
	map(&other, behind, 10, TRUE);
	flush(&other, part, 10, TRUE);
	/* A chain whose second part is what d maps. */
	far->Next = mdl;
	get_list(&other, far, f->heap + 9 * PAGE, 20);
	HAL_EXPECT(f, 0x1D, "GetScatterGatherList: part of 10 bytes at",
		   "is mapped by map register 0 of base");
	flush(&d, mdl, 1000, TRUE);
	map(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x1D, "is mapped by scatter/gather list 0x");
	put_list(&other, TRUE);
	flush(&d, mdl, 1000, TRUE);
	map(&d, mdl, 1000, TRUE);
	flush(&d, mdl, 1000, TRUE);
	flush(&other, behind, 10, TRUE);
	free_registers(&d, 1);
	free_registers(&other, 2);
	put(&d);
	put(&other);
	far->Next = NULL;
	IoFreeMdl(mdl);
	IoFreeMdl(part);
	IoFreeMdl(behind);
	IoFreeMdl(far);
}

static DEVICE_DESCRIPTION slave(ULONG channel)
{
	return (DEVICE_DESCRIPTION){
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.DmaChannel = channel,
		.InterfaceType = Isa,
		.DmaWidth = channel > 3 ? Width16Bits : Width8Bits,
		.MaximumLength = PAGE,
	};
}

static void test_slave(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = slave(5);
	PMDL mdl = hal_mdl(f->heap, 1000), part = hal_mdl(f->heap + 10, 10);
	struct driver d, other;

	get(&other, f, true);
	ask(&other, 1);
	d = (struct driver){.f = f, .action = KeepObject};
	d.adapter = hal_get(f, &description, &d.granted);
	ask(&d, 1);
	map(&d, mdl, 101, TRUE);
	HAL_EXPECT(f, 0x1F, "*Length is 101", "    1 map registers of base");
	map(&d, mdl, 100, TRUE);
	map(&d, part, 10, TRUE);
	HAL_EXPECT(f, 0x1D, "10 bytes at", "    transfer on DMA channel 5 of base",
		   "mapped by IoMapTransfer from test_hal_verifier");
	IoFreeMdl(part);
	part = hal_mdl(f->heap + 500, 10);
	map(&d, part, 10, TRUE);
	HAL_EXPECT(f, 0x0D, "DMA channel 5 has a transfer", "    transfer on DMA channel 5");
	map(&other, mdl, 100, TRUE);
	HAL_EXPECT(f, 0x1D, "is mapped by transfer on DMA channel 5 of base");
	flush(&other, mdl, 100, TRUE);
	flush(&d, mdl, 100, TRUE);
	free_channel(&d);
	free_registers(&other, 1);
	put(&d);
	put(&other);
	IoFreeMdl(mdl);
	IoFreeMdl(part);
}

/* ---- guard bytes --------------------------------------------------------------------------- */

static void test_common_buffer(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 100);
	PHYSICAL_ADDRESS logical;
	unsigned char *va;
	struct driver d;

	get(&d, f, true);
	va = HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE);
	memset(va, 0, 700);
	va[700] = 1;
	ask(&d, 1);
	map(&d, mdl, 100, TRUE);
	flush(&d, mdl, 100, TRUE);
	HAL_EXPECT(f, 0x0F, "IoFlushAdapterBuffers: the tag behind shared memory of 700 bytes at",
		   "0x44, with 0x01 at offset 700", "    shared memory, 700 bytes at",
		   "allocated by HalAllocateCommonBuffer from test_hal_verifier");
	va[-9] = 1;
	g_assert_cmpint(fake_device_write(f->platform,
					  (logical_t){(uint64_t)logical.QuadPart + 1000}, "x", 1),
			==, 0);
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	f->violations++;
	HAL_EXPECT(f, 0x0F, "HalFreeCommonBuffer: the padding before shared memory",
		   "HalFreeCommonBuffer: the padding behind shared memory", "at offset 1000");
	g_assert_cmpuint(count_of(f, 0x0F), ==, 3);
	free_registers(&d, 1);
	put(&d);
	IoFreeMdl(mdl);
}

/* Below 16 MiB only the rest of the last page is guarded. */
static void test_slave_common_buffer(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = slave(1);
	PMDL mdl = hal_mdl(f->heap, 100);
	struct driver d = {.f = f, .action = KeepObject};
	PHYSICAL_ADDRESS logical;
	unsigned char *va;

	d.adapter = hal_get(f, &description, &d.granted);
	va = HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE);
	memset(va, 0, 700);
	va[705] = 1;
	ask(&d, 1);
	map(&d, mdl, 100, TRUE);
	flush(&d, mdl, 100, TRUE);
	HAL_EXPECT(f, 0x0F, "IoFlushAdapterBuffers: the tag behind shared memory of 700 bytes at",
		   "with 0x01 at offset 705", "    shared memory, 700 bytes at",
		   "allocated by HalAllocateCommonBuffer from test_hal_verifier");
	va[PAGE - 1] = 1;
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	HAL_EXPECT(f, 0x0F, "HalFreeCommonBuffer: the padding behind shared memory",
		   "at offset 4095");
	va = HalAllocateCommonBuffer(d.adapter, PAGE, &logical, FALSE);
	memset(va, 0, PAGE);
	HalFreeCommonBuffer(d.adapter, PAGE, logical, va, FALSE);
	free_channel(&d);
	put(&d);
	IoFreeMdl(mdl);
}

static void test_overrun(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 50, 1000);
	uint64_t logical;
	struct driver d;

	get(&d, f, true);
	ask(&d, 2);
	logical = map(&d, mdl, 1000, FALSE);
	fake_device_write(f->platform, (logical_t){logical + 1000}, "x", 1);
	flush(&d, mdl, 1000, FALSE);
	HAL_EXPECT(f, 0x0F, "the tag behind the transfer of 1000 bytes at",
		   "    map register 0 of base", "for the device to write",
		   "mapped by IoMapTransfer from test_hal_verifier");
	fake_device_write(f->platform, (logical_t){logical}, "x", 1);
	map(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x0F, "a free map register", "; ended by IoFlushAdapterBuffers from");
	f->heap[60] ^= 1;
	flush(&d, mdl, 1000, TRUE);
	hal_expect(f, -1, "the data of the transfer of 1000 bytes at");
	free_registers(&d, 2);
	put(&d);
	IoFreeMdl(mdl);
}

/* ---- faults -------------------------------------------------------------------------------- */

static void refuse(struct hal_fixture *f, uint64_t logical)
{
	struct platform_fault fault;
	unsigned char byte;

	g_assert_cmpint(fake_device_read(f->platform, (logical_t){logical}, &byte, 1), ==, -EFAULT);
	while (platform_next_fault(f->platform, &fault) == 1)
		shim_device_fault(f->device, &fault);
}

static void test_faults(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 50, PAGE), second = hal_mdl(f->heap + 5000, 1000);
	PHYSICAL_ADDRESS common;
	uint64_t first, after;
	struct driver d;
	PVOID va;

	get(&d, f, true);
	ask(&d, 4);
	first = map(&d, mdl, PAGE, TRUE);
	after = map(&d, second, 1000, TRUE);
	flush(&d, mdl, PAGE, TRUE);
	flush(&d, second, 1000, TRUE);
	refuse(f, first + 10);
	HAL_EXPECT(f, 0x26, "read of the device at 0x",
		   "refused: in the former map register 0 of base", "4096 bytes at",
		   "a device is done with an address before its mapping ends",
		   "mapped by IoMapTransfer from test_hal_verifier: map+0x",
		   "; ended by IoFlushAdapterBuffers from test_hal_verifier");
	refuse(f, after);
	HAL_EXPECT(f, 0x26, "refused: in the former map register 2 of base", "1000 bytes at");
	get_list(&d, second, f->heap + 5000, 1000);
	after = (uint64_t)d.list->Elements[0].Address.QuadPart;
	put_list(&d, TRUE);
	refuse(f, after);
	HAL_EXPECT(f, 0x26, "refused: in the former scatter/gather list",
		   "mapped by GetScatterGatherList from", "; ended by PutScatterGatherList from");
	va = HalAllocateCommonBuffer(d.adapter, 700, &common, FALSE);
	HalFreeCommonBuffer(d.adapter, 700, common, va, FALSE);
	refuse(f, (uint64_t)common.QuadPart);
	HAL_EXPECT(f, 0x26, "refused: in the former shared memory, 700 bytes at",
		   "; freed by HalFreeCommonBuffer from");
	refuse(f, 0x123456789000);
	HAL_EXPECT(f, 0x26, "nothing that the adapter has, or had lately, is there");
	free_registers(&d, 4);
	put(&d);
	IoFreeMdl(mdl);
	IoFreeMdl(second);
}

/* ---- off and stop -------------------------------------------------------------------------- */

static void test_off(struct hal_fixture *f, gconstpointer data)
{
	const struct platform_fault fault = {.address = {0x1000}};
	PADAPTER_OBJECT old;
	struct driver d, other;
	DEVICE_DESCRIPTION description;
	ULONG registers;
	PMDL mdl;

	hal_verify(f, SHIM_VERIFY_OFF);
	mdl = hal_mdl(f->heap, 1000);
	description = hal_master(f, true, PAGE);
	old = HalGetAdapter(&description, &registers);
	get(&d, f, true);
	get(&other, f, true);
	ask(&d, 1);
	ask(&other, 1);
	map(&d, mdl, 1000, TRUE);
	map(&other, mdl, 1000, TRUE);
	flush(&other, mdl, 1000, TRUE);
	flush(&d, mdl, 1000, TRUE);
	shim_device_fault(f->device, &fault);
	g_assert_cmpuint(hal_statistics(f).violations, ==, 0);
	g_assert_cmpuint(records(f), ==, 0);
	flush(&d, mdl, 1000, TRUE);
	fflush(f->log_stream);
	g_assert_null(strstr(f->log, "mapped by"));
	hal_expect(f, 0x16, "no mapping of base");
	g_assert_cmpuint(count_of(f, 0x16), ==, 0);
	free_registers(&d, 1);
	free_registers(&other, 1);
	put(&d);
	put(&other);
	old->DmaOperations->PutDmaAdapter(old);
	IoFreeMdl(mdl);
}

static void test_bad_mode(struct hal_fixture *f, gconstpointer data)
{
	struct platform *second = fake_platform_create(f->loop, NULL, true);
	struct shim_device_options options = {.bus_number = 1, .verify = (enum shim_verify)3};
	struct shim_device *device;

	g_assert_cmpint(shim_device_create(second, &options, &device), ==, -EINVAL);
	hal_expect_log(f, "verify is 3: it is SHIM_VERIFY_OFF (0), _REPORT (1) or _STOP (2)");
	platform_close(second);
}

static void start_stopping(struct hal_fixture *f, struct driver *d)
{
	DEVICE_DESCRIPTION description;
	ULONG registers;

	set_up(f, GINT_TO_POINTER(DMA_POLICY_REMAP));
	hal_verify(f, SHIM_VERIFY_STOP);
	shim_log_to(NULL);
	description = hal_master(f, true, PAGE);
	/* Does not stop: there is no other way for a driver for NT 4. */
	g_assert_nonnull(HalGetAdapter(&description, &registers));
	get(d, f, true);
}

static void stop_at_length(void)
{
	struct hal_fixture f;
	struct driver d;

	start_stopping(&f, &d);
	ask(&d, 2);
	map(&d, hal_mdl(f.heap, 100), 0, TRUE);
}

static void stop_at_leaks(void)
{
	PHYSICAL_ADDRESS logical;
	struct hal_fixture f;
	struct driver d;

	start_stopping(&f, &d);
	ask(&d, 2);
	HalAllocateCommonBuffer(d.adapter, 100, &logical, FALSE);
	put(&d);
}

static void expect_stop(const char *test, const char *text)
{
	g_test_trap_subprocess(test, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr(text);
}

static void test_stop(void)
{
	expect_stop("/hal-verifier/stop/subprocess/length",
		    "*0x1E)*Length is 0*bug check 0x000000e6 *parameter 1: 0x21*");
	/* Both leaks are told before. */
	expect_stop("/hal-verifier/stop/subprocess/leaks",
		    "*0x09)*allocated by*0x07)*allocated by*bug check 0x000000e6 *"
		    "parameter 1: 0x9*");
}

#define ADD(name, policy, function)                                                                \
	g_test_add("/hal-verifier/" name, struct hal_fixture, GINT_TO_POINTER(policy), set_up,     \
		   function, hal_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("correct/remap", DMA_POLICY_REMAP, test_correct);
	ADD("correct/copy", DMA_POLICY_COPY, test_correct);
	ADD("correct/cached", DMA_POLICY_CACHED, test_correct);
	ADD("freed-twice", DMA_POLICY_REMAP, test_freed_twice);
	ADD("left", DMA_POLICY_REMAP, test_left);
	ADD("freed-memory", DMA_POLICY_REMAP, test_freed_memory);
	ADD("mdl-left", DMA_POLICY_REMAP, test_mdl_left);
	ADD("adapter-left", DMA_POLICY_REMAP, test_adapter_left);
	ADD("requests", DMA_POLICY_REMAP, test_requests);
	ADD("levels", DMA_POLICY_REMAP, test_levels);
	ADD("handles", DMA_POLICY_REMAP, test_handles);
	ADD("hal-get-adapter", DMA_POLICY_REMAP, test_hal_get_adapter);
	ADD("mapping", DMA_POLICY_REMAP, test_mapping);
	ADD("buffers", DMA_POLICY_REMAP, test_buffers);
	ADD("overlap", DMA_POLICY_REMAP, test_overlap);
	ADD("slave", DMA_POLICY_REMAP, test_slave);
	ADD("common-buffer", DMA_POLICY_REMAP, test_common_buffer);
	ADD("slave-common-buffer", DMA_POLICY_REMAP, test_slave_common_buffer);
	ADD("overrun", DMA_POLICY_COPY, test_overrun);
	ADD("faults", DMA_POLICY_REMAP, test_faults);
	ADD("off", DMA_POLICY_REMAP, test_off);
	ADD("bad-mode", DMA_POLICY_REMAP, test_bad_mode);
	g_test_add_func("/hal-verifier/stop", test_stop);
	g_test_add_func("/hal-verifier/stop/subprocess/length", stop_at_length);
	g_test_add_func("/hal-verifier/stop/subprocess/leaks", stop_at_leaks);
	return g_test_run();
}
