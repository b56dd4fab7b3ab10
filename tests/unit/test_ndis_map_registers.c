/* SPDX-License-Identifier: MIT */
/* NdisMAllocateMapRegisters: the ceiling, the order of calls, every misuse. */
#include <errno.h>
#include <string.h>

#include "ndis_fixture.h"

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static NDIS_STATUS allocate(struct ndis_fixture *f, ULONG count, ULONG bytes)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, count, bytes);
}

/* The table of ndis-hal-dma.md section 3.3, and the vectors of section 15. */
static NDIS_STATUS initialize_ceiling(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	static const struct {
		ULONG bytes, most;
	} table[] = {
		{1, 64},    {2, 32},	{256, 32},  {1512, 32}, {1514, 32},  {4096, 32},
		{4097, 32}, {4098, 21}, {8192, 21}, {8193, 21}, {8194, 16},  {16384, 12},
		{65535, 3}, {65536, 3}, {65537, 3}, {65538, 3}, {131072, 1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		g_assert_cmphex((ULONG)allocate(f, table[i].most + 1, table[i].bytes), ==,
				(ULONG)NDIS_STATUS_RESOURCES);
		g_assert_cmpint(allocate(f, table[i].most, table[i].bytes), ==,
				NDIS_STATUS_SUCCESS);
		NdisMFreeMapRegisters(f->handle);
	}
	/* 32 fragments of SONIC's relatives, 20 of SONIC, all 64 of NE3200. */
	g_assert_cmpint(allocate(f, 20, 1514), ==, NDIS_STATUS_SUCCESS);
	NdisMFreeMapRegisters(f->handle);
	/* The product would fit into 32 bits. */
	g_assert_cmphex((ULONG)allocate(f, 0x80000000, 1514), ==, (ULONG)NDIS_STATUS_RESOURCES);
	g_assert_cmphex((ULONG)allocate(f, 0xffffffff, 0xffffffff), ==,
			(ULONG)NDIS_STATUS_RESOURCES);
	g_assert_cmphex((ULONG)allocate(f, 1, 0xffffffff), ==, (ULONG)NDIS_STATUS_RESOURCES);
	/* The loop of drivers that count down. */
	for (ULONG count = 40; count; count--) {
		if (allocate(f, count, 1514) == NDIS_STATUS_SUCCESS) {
			g_assert_cmpuint(count, ==, 32);
			NdisMFreeMapRegisters(f->handle);
			break;
		}
	}
	return NDIS_STATUS_SUCCESS;
}

static void test_ceiling(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_ceiling;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static NDIS_STATUS initialize_query(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	UINT count = 0;

	g_assert_cmpint(NdisQueryMapRegisterCount(NdisInterfacePci, &count), ==,
			NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(count, ==, 64);
	count = 7;
	g_assert_cmphex((ULONG)NdisQueryMapRegisterCount(NdisInterfaceIsa, &count), ==,
			(ULONG)NDIS_STATUS_NOT_SUPPORTED);
	g_assert_cmpuint(count, ==, 7);
	return NDIS_STATUS_SUCCESS;
}

static void test_query(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_query;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void expect_refusal(struct ndis_fixture *f, NDIS_STATUS status, const char *text)
{
	g_assert_cmphex((ULONG)status, ==, (ULONG)NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, text);
}

static NDIS_STATUS initialize_misuse(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	KIRQL irql;

	expect_refusal(f, NdisMAllocateMapRegisters(f->handle, 5, NDIS_DMA_32BITS, 8, 1514),
		       "DmaChannel is 5 on a bus of type 5");
	expect_refusal(f, NdisMAllocateMapRegisters(f->handle, 0, 3, 8, 1514), "DmaSize is 3");
	expect_refusal(f, NdisMAllocateMapRegisters(f->handle, 0, 255, 8, 1514), "DmaSize is 255");
	expect_refusal(f, allocate(f, 0, 1514), "BaseMapRegistersNeeded is 0");
	expect_refusal(f, allocate(f, 8, 0), "MaximumBufferSize is 0");
	g_assert_cmphex((ULONG)allocate(f, 0xFFFFFFFF, 0xFFFFFFFF), ==,
			(ULONG)NDIS_STATUS_RESOURCES);
	NdisMAllocateSharedMemory(f->handle, 8, FALSE, NULL, NULL);
	fixture_expect_violation(f, "VirtualAddress (nil), PhysicalAddress (nil)");
	NdisQueryMapRegisterCount(NdisInterfacePci, NULL);
	fixture_expect_violation(f, "MapRegisterCount is NULL");
	g_assert_cmphex((ULONG)NdisMInitializeScatterGatherDma(f->handle, FALSE, 0), ==,
			(ULONG)NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "MaximumPhysicalMapping is 0");
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	expect_refusal(f, allocate(f, 8, 1514), "called at IRQL 2");
	KeLowerIrql(irql);
	NdisMFreeMapRegisters(f->handle);
	fixture_expect_violation(f, "the adapter has no map registers");

	g_assert_cmpint(allocate(f, 8, 1514), ==, NDIS_STATUS_SUCCESS);
	expect_refusal(f, allocate(f, 8, 1514), "already has 8 base map registers");
	g_assert_cmphex((ULONG)NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514), ==,
			(ULONG)NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violation(f, "already has map registers");
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisMFreeMapRegisters(f->handle);
	KeLowerIrql(irql);
	fixture_expect_violation(f, "called at IRQL 2");
	NdisMFreeMapRegisters(f->handle);
	NdisMFreeMapRegisters(f->handle);
	fixture_expect_violation(f, "the adapter has no map registers");
	return NDIS_STATUS_SUCCESS;
}

static void test_misuse(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_misuse;
	g_assert_cmpint(fixture_start(f), ==, 0);
	expect_refusal(f, allocate(f, 8, 1514), "called after MiniportInitialize");
}

static NDIS_STATUS initialize_foreign(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical = {.QuadPart = 5};
	NDIS_PHYSICAL_ADDRESS_UNIT unit;
	PVOID va = f;
	UINT count = 9;
	PNDIS_BUFFER buffer = fixture_buffer(f, 10);

	expect_refusal(f, NdisMAllocateMapRegisters(NULL, 0, NDIS_DMA_32BITS, 8, 1514),
		       "is no handle of an adapter");
	expect_refusal(f, NdisMAllocateMapRegisters((NDIS_HANDLE)8, 0, NDIS_DMA_32BITS, 8, 1514),
		       "0x8 is no handle of an adapter");
	expect_refusal(f, NdisMAllocateMapRegisters(f, 0, NDIS_DMA_32BITS, 8, 1514),
		       "is the driver's own MiniportAdapterContext");
	NdisMFreeMapRegisters(f);
	NdisMAllocateSharedMemory(f, 100, FALSE, &va, &logical);
	g_assert_null(va);
	g_assert_cmpint(logical.QuadPart, ==, 0);
	NdisMStartBufferPhysicalMapping(f, buffer, 0, TRUE, &unit, &count);
	g_assert_cmpuint(count, ==, 0);
	NdisMCompleteBufferPhysicalMapping(f, buffer, 0);
	NdisMFreeSharedMemory(f, 100, FALSE, f, logical);
	NdisMUpdateSharedMemory(f, 100, f, logical);
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f, 100, FALSE, NULL), ==,
			NDIS_STATUS_FAILURE);
	g_assert_cmpint(NdisMInitializeScatterGatherDma(f, FALSE, 1514), ==,
			NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violations(f, 8, "NdisMUpdateSharedMemory");
	NdisFreeBuffer(buffer);
	return NDIS_STATUS_SUCCESS;
}

static void test_foreign_handles(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_foreign;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static NDIS_STATUS initialize_order(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical;
	PVOID va;

	expect_refusal(f, allocate(f, 8, 1514), "called before NdisMSetAttributes(Ex)");
	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	g_assert_null(va);
	fixture_expect_violation(f,
				 "NdisMAllocateSharedMemory: called before NdisMSetAttributes(Ex)");
	g_assert_cmpint(NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514), ==,
			NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violation(f, "called before NdisMSetAttributes(Ex)");

	/* Not a bus master. */
	NdisMSetAttributes(f->handle, f, FALSE, NdisInterfacePci);
	expect_refusal(f, allocate(f, 8, 1514), "the attributes are 0x0");
	g_assert_cmpint(NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514), ==,
			NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violation(f, "the attributes are 0x0");
	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	g_assert_null(va);
	fixture_expect_violation(f, "neither map registers nor scatter/gather DMA");
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 100, FALSE, NULL), ==,
			NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "neither map registers nor scatter/gather DMA");

	NdisMSetAttributesEx(f->handle, f, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	fixture_expect_violation(f, "the attributes are set already");
	return NDIS_STATUS_SUCCESS;
}

static void test_order(struct ndis_fixture *f, gconstpointer data)
{
	f->without_attributes = true;
	f->hooks.initialize = initialize_order;
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisMSetAttributesEx(f->handle, f, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	fixture_expect_violation(f, "NdisMSetAttributesEx");
}

static NDIS_STATUS initialize_leak(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	g_assert_cmpint(allocate(f, 4, 1514), ==, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_SUCCESS;
}

static void free_while_mapped(struct ndis_fixture *f)
{
	static unsigned char bytes[100];
	NDIS_PHYSICAL_ADDRESS_UNIT units[2];
	PNDIS_BUFFER buffer = fixture_buffer(bytes, sizeof(bytes));
	NDIS_PHYSICAL_ADDRESS logical;
	PVOID va;
	UINT count;

	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	g_assert_null(va);
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 3, TRUE, units, &count);
	g_assert_cmpuint(count, >=, 1);
	NdisMFreeMapRegisters(f->handle);
	/* The mapping went with the registers. */
	g_assert_false(fake_is_mapped(f->platform,
				      (logical_t){(uint64_t)units[0].PhysicalAddress.QuadPart}));
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 3);
	NdisFreeBuffer(buffer);
}

static void test_free_while_mapped(struct ndis_fixture *f, gconstpointer data)
{
	f->options.dma.policy = DMA_POLICY_REMAP;
	f->hooks.initialize = initialize_leak;
	f->hooks.halt = free_while_mapped;
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisMFreeMapRegisters(f->handle);
	fixture_expect_violation(f, "called from a running adapter");
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	fixture_expect_violations(f, 3, "map register 3 still maps buffer");
}

static void test_leak(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_leak;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_allocated, ==, 8);
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	fixture_expect_violation(f, "MiniportHalt: 4 base map registers are not freed");
}

static NDIS_STATUS initialize_no_room(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	/* Not the driver's fault, and so no violation. */
	g_assert_cmphex((ULONG)NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_24BITS, 1, 1514),
			==, (ULONG)NDIS_STATUS_RESOURCES);
	g_assert_cmphex((ULONG)NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514), ==,
			(ULONG)NDIS_STATUS_RESOURCES);
	return NDIS_STATUS_RESOURCES;
}

static void test_no_room(struct ndis_fixture *f, gconstpointer data)
{
	const struct logical_range high = {0x100000000, 0x1ffffffff};

	fake_set_ranges(f->platform, &high, 1);
	f->hooks.initialize = initialize_no_room;
	g_assert_cmpint(fixture_start(f), ==, -EIO);
	fixture_expect_log(f, "no DMA with 24 address bits");
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/map-registers/" name, struct ndis_fixture, NULL, set_up, function,       \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("ceiling", test_ceiling);
	ADD("query", test_query);
	ADD("misuse", test_misuse);
	ADD("foreign-handles", test_foreign_handles);
	ADD("order", test_order);
	ADD("free-while-mapped", test_free_while_mapped);
	ADD("leak", test_leak);
	ADD("no-room", test_no_room);
	return g_test_run();
}
