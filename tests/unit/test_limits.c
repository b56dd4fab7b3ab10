/* SPDX-License-Identifier: MIT */
/*
 * Drivers that meet the end of the logical addresses, or of the mappings that the IOMMU takes
 * (VFIO: dma_entry_limit).  Outputs are defined, the message names the call and what ran out,
 * nothing stays mapped, and everything works again when there is room.
 */
#include <errno.h>
#include <string.h>

#include "hal_fixture.h"
#include "ndis_fixture.h"

#define NO_ROOM "no room: the IOMMU takes no further mapping"

/* ---- NDIS ---------------------------------------------------------------------------------- */

static const struct logical_range few_pages = {PAGE, 60 * PAGE - 1};

static unsigned char memory[4 * PAGE];

static NDIS_STATUS allocate(struct ndis_fixture *f, ULONG count)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, count, 1514);
}

static NDIS_STATUS take_registers(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	g_assert_cmpint(allocate(f, 4), ==, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_SUCCESS;
}

static void free_registers(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	f->options.dma.policy = (enum dma_policy)GPOINTER_TO_INT(data);
	f->hooks.initialize = take_registers;
	f->hooks.halt = free_registers;
	fill(memory, sizeof(memory), 9);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static UINT map(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	unsigned char found[1514];
	UINT count = 99;

	NdisMStartBufferPhysicalMapping(f->handle, buffer, index, TRUE, runs, &count);
	if (count) {
		read_runs(f, runs, count, found, sizeof(found));
		g_assert_true(!memcmp(found, MmGetMdlVirtualAddress(buffer), sizeof(found)));
	}
	return count;
}

static void test_ndis_mappings(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffers[3];
	uint64_t before;

	g_assert_cmpint(fixture_start(f), ==, 0);
	before = fake_counts(f->platform)->mappings;
	fake_limit_mappings(f->platform, (uint32_t)before + 2);
	for (ULONG i = 0; i < 3; i++) {
		buffers[i] = fixture_buffer(memory + i * PAGE, 1514);
		g_assert_cmpuint(map(f, buffers[i], i), ==, i < 2);
	}
	fixture_expect_log(f, "NdisMStartBufferPhysicalMapping: buffer");
	g_assert_cmpuint(map(f, buffers[2], 3), ==, 0);
	fixture_expect_log(f, NO_ROOM " (it told a limit of ");
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, before + 2);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffers[0], 0);
	g_assert_cmpuint(map(f, buffers[2], 2), ==, 1);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffers[1], 1);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffers[2], 2);
	for (ULONG i = 0; i < 3; i++)
		NdisFreeBuffer(buffers[i]);
}

static void use_up_the_addresses(struct ndis_fixture *f)
{
	NDIS_PHYSICAL_ADDRESS logical = {.QuadPart = 5}, first;
	PVOID va = f, kept;

	g_assert_cmphex((uint32_t)allocate(f, 32), ==, (uint32_t)NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "NdisMAllocateMapRegisters: no room for 32 map registers of 2 pages");
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 0);
	g_assert_cmpint(allocate(f, 4), ==, NDIS_STATUS_SUCCESS);
	NdisMAllocateSharedMemory(f->handle, 24 * PAGE, FALSE, &kept, &first);
	g_assert_nonnull(kept);
	NdisMAllocateSharedMemory(f->handle, 24 * PAGE, FALSE, &va, &logical);
	g_assert_null(va);
	g_assert_cmpint(logical.QuadPart, ==, 0);
	fixture_expect_log(f, "no logical addresses below the limit are left");
	NdisMFreeSharedMemory(f->handle, 24 * PAGE, FALSE, kept, first);
	NdisMAllocateSharedMemory(f->handle, 24 * PAGE, FALSE, &va, &logical);
	g_assert_nonnull(va);
	NdisMFreeSharedMemory(f->handle, 24 * PAGE, FALSE, va, logical);
}

static NDIS_STATUS initialize_addresses(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	use_up_the_addresses(f);
	return NDIS_STATUS_SUCCESS;
}

static void test_ndis_addresses(struct ndis_fixture *f, gconstpointer data)
{
	fake_set_ranges(f->platform, &few_pages, 1);
	f->hooks.initialize = initialize_addresses;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static NDIS_STATUS take_lists(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514);
}

/* A packet without a list is not given to the miniport. */
static void test_ndis_lists(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = take_lists;
	f->hooks.halt = NULL;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fake_limit_mappings(f->platform, 1);
	fixture_send(f, 100, 1);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
	fake_fail_map(f->platform, 0, -ENOSPC);
	fixture_send(f, 100, 2);
	fixture_expect_sent(f, 1, NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "scatter/gather list of a frame of 100 bytes: " NO_ROOM);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 0);
	fixture_send(f, 100, 3);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

/* ---- HAL ----------------------------------------------------------------------------------- */

static void test_hal_addresses(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 16 * PAGE);
	PHYSICAL_ADDRESS logical = {.QuadPart = 5};
	PDMA_ADAPTER adapter;
	ULONG registers;

	fake_set_ranges(f->platform, &few_pages, 1);
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	hal_expect_log(f, "IoGetDmaAdapter: no map registers with 32 address bits: " NO_ROOM);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, 0);
	hal_restart(f, 16);
	adapter = hal_get(f, &description, &registers);
	g_assert_cmpuint(registers, ==, 16);
	g_assert_nonnull(HalAllocateCommonBuffer(adapter, PAGE, &logical, FALSE));
	HalFreeCommonBuffer(adapter, PAGE, logical, (PVOID)(uintptr_t)1, FALSE);
	hal_expect(f, 0x03, "no common buffer of the adapter begins at");
	adapter->DmaOperations->PutDmaAdapter(adapter);
	hal_expect(f, 0x07, "are not freed");
}

static IO_ALLOCATION_ACTION keep(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	*(PVOID *)context = base;
	return DeallocateObjectKeepRegisters;
}

static VOID got_list(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	*(PSCATTER_GATHER_LIST *)context = list;
}

static NTSTATUS get_list(struct hal_fixture *f, PDMA_ADAPTER adapter, PMDL mdl,
			 PSCATTER_GATHER_LIST *list)
{
	NTSTATUS status;
	KIRQL old;

	*list = NULL;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	status = adapter->DmaOperations->GetScatterGatherList(adapter, f->object, mdl, f->heap,
							      2 * PAGE, got_list, list, TRUE);
	KeLowerIrql(old);
	return status;
}

static void put_list(PDMA_ADAPTER adapter, PSCATTER_GATHER_LIST list)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	adapter->DmaOperations->PutScatterGatherList(adapter, list, TRUE);
	KeLowerIrql(old);
}

static PVOID take_base(struct hal_fixture *f, PDMA_ADAPTER adapter)
{
	PVOID base = NULL;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmpint(IoAllocateAdapterChannel(adapter, f->object, 4, keep, &base), ==,
			STATUS_SUCCESS);
	KeLowerIrql(old);
	return base;
}

static void give_base(PDMA_ADAPTER adapter, PVOID base)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeMapRegisters(adapter, base, 4);
	KeLowerIrql(old);
}

static void test_hal_mappings(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 16 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PMDL mdl = hal_mdl(f->heap, 2 * PAGE);
	uint64_t before = fake_counts(f->platform)->mappings;
	PVOID base = take_base(f, adapter);
	PSCATTER_GATHER_LIST list, refused;
	PHYSICAL_ADDRESS logical = {.QuadPart = 5};
	ULONG length = 2 * PAGE;

	fake_limit_mappings(f->platform, (uint32_t)before + 1);
	g_assert_cmpint(get_list(f, adapter, mdl, &list), ==, STATUS_SUCCESS);
	g_assert_cmphex((uint32_t)get_list(f, adapter, mdl, &refused), ==,
			(uint32_t)STATUS_INSUFFICIENT_RESOURCES);
	g_assert_null(refused);
	hal_expect_log(f, "scatter/gather list of adapter");
	g_assert_cmpint(IoMapTransfer(adapter, mdl, base, f->heap, &length, TRUE).QuadPart, ==, 0);
	g_assert_cmpuint(length, ==, 2 * PAGE);
	hal_expect_log(f, "IoMapTransfer: 8192 bytes at");
	g_assert_null(HalAllocateCommonBuffer(adapter, PAGE, &logical, FALSE));
	g_assert_cmpint(logical.QuadPart, ==, 5);
	hal_expect_log(f, "HalAllocateCommonBuffer: no common buffer of 4096 bytes: " NO_ROOM);
	g_assert_cmpuint(fake_counts(f->platform)->mappings, ==, before + 1);
	put_list(adapter, list);
	g_assert_cmpint(IoMapTransfer(adapter, mdl, base, f->heap, &length, TRUE).QuadPart, !=, 0);
	g_assert_true(IoFlushAdapterBuffers(adapter, mdl, base, f->heap, length, TRUE));
	give_base(adapter, base);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* ---- an IOMMU that is no longer understood -------------------------------------------------- */

/* The first of two regions is mapped, the second not, and the first does not go again. */
static void die_of_undo(void)
{
	struct hal_fixture fixture, *f = &fixture;
	DEVICE_DESCRIPTION description;
	PSCATTER_GATHER_LIST list;
	PDMA_ADAPTER adapter;
	PMDL mdl;

	hal_set_up(f, NULL);
	shim_log_to(NULL);
	description = hal_master(f, true, 16 * PAGE);
	adapter = hal_get(f, &description, NULL);
	mdl = hal_mdl(f->heap, PAGE);
	mdl->Next = hal_mdl(f->heap + 5 * PAGE, PAGE);
	fake_fail_map(f->platform, 1, -ENOSPC);
	fake_short_unmap(f->platform, PAGE);
	get_list(f, adapter, mdl, &list);
}

/* To map one buffer the cache gives up another, and that mapping stays. */
static void die_of_eviction(void)
{
	struct ndis_fixture fixture, *f = &fixture;
	PNDIS_BUFFER first;

	set_up(f, GINT_TO_POINTER(DMA_POLICY_CACHED));
	g_assert_cmpint(fixture_start(f), ==, 0);
	shim_log_to(NULL);
	fake_limit_mappings(f->platform, 1);
	first = fixture_buffer(memory, 1514);
	map(f, first, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, first, 0);
	fake_short_unmap(f->platform, PAGE);
	map(f, fixture_buffer(memory + PAGE, 1514), 1);
}

static void test_dies(gconstpointer path)
{
	g_test_trap_subprocess(path, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*bug check 0xe0000001 IOMMU_STATE_UNKNOWN*");
}

#define NDIS_TEST(name, policy, function)                                                          \
	g_test_add("/limits/ndis/" name, struct ndis_fixture, GINT_TO_POINTER(policy), set_up,     \
		   function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	NDIS_TEST("mappings/remap", DMA_POLICY_REMAP, test_ndis_mappings);
	NDIS_TEST("mappings/cached", DMA_POLICY_CACHED, test_ndis_mappings);
	NDIS_TEST("addresses/remap", DMA_POLICY_REMAP, test_ndis_addresses);
	NDIS_TEST("addresses/copy", DMA_POLICY_COPY, test_ndis_addresses);
	NDIS_TEST("lists", DMA_POLICY_REMAP, test_ndis_lists);
	HAL_TEST("limits/hal/addresses", test_hal_addresses);
	HAL_TEST("limits/hal/mappings", test_hal_mappings);
	g_test_add_data_func("/limits/state-unknown/undo", "/limits/state-unknown/undo/subprocess",
			     test_dies);
	g_test_add_func("/limits/state-unknown/undo/subprocess", die_of_undo);
	g_test_add_data_func("/limits/state-unknown/eviction",
			     "/limits/state-unknown/eviction/subprocess", test_dies);
	g_test_add_func("/limits/state-unknown/eviction/subprocess", die_of_eviction);
	return g_test_run();
}
