/* SPDX-License-Identifier: MIT */
/* Memory, packets and arithmetic under the names that drivers of NT 3 to XP use. */
#include <string.h>

#include "ndis_fixture.h"

#include <wdm.h>

#define TAG 'lmek'

#pragma NDIS_INIT_FUNCTION(test_pool)
#pragma NDIS_PAGEABLE_FUNCTION(test_physical)

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static void expect_zero(const UCHAR *bytes, size_t length, UCHAR value)
{
	for (size_t i = 0; i < length; i++)
		g_assert_cmpuint(bytes[i], ==, value);
}

static void test_pool(struct ndis_fixture *f, gconstpointer data)
{
	UCHAR *bytes = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);

	g_assert_nonnull(bytes);
	expect_zero(bytes, 64, 0);
	ExFreePoolWithTag(bytes, TAG);
	bytes = ExAllocatePool3(POOL_FLAG_PAGED, 64, TAG, NULL, 0);
	g_assert_nonnull(bytes);
	expect_zero(bytes, 64, 0);
	ExFreePoolWithTag(bytes, TAG);
	bytes = ExAllocatePoolWithTagPriority(NonPagedPool, 64, TAG, LowPoolPriority);
	g_assert_nonnull(bytes);
	ExFreePool(bytes);
	bytes = ExAllocatePool(NonPagedPool, 8);
	g_assert_nonnull(bytes);
	ExFreePool(bytes);
	g_assert_null(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 64, TAG));
	fixture_expect_violation(f, "ExAllocatePool2");
	g_assert_null(ExAllocatePool2(0, 64, TAG));
	fixture_expect_violation(f, "ExAllocatePool2");
}

static void test_contiguous(struct ndis_fixture *f, gconstpointer data)
{
	const PHYSICAL_ADDRESS any = {.QuadPart = -1}, none = {.QuadPart = 0};
	UCHAR *bytes = MmAllocateContiguousMemory(3 * PAGE + 1, any);
	PHYSICAL_ADDRESS first;

	g_assert_nonnull(bytes);
	g_assert_cmpuint((ULONG_PTR)bytes % PAGE, ==, 0);
	fill(bytes, 3 * PAGE + 1, 5);
	first = MmGetPhysicalAddress(bytes);
	g_assert_cmpint(first.QuadPart % PAGE, ==, 0);
	g_assert_cmpint(MmGetPhysicalAddress(bytes + 7).QuadPart, ==, first.QuadPart + 7);
	fixture_expect_log(f, "MmGetPhysicalAddress: the address is none for a device");
	MmFreeContiguousMemory(bytes);
	bytes = MmAllocateContiguousNodeMemory(100, none, any, none, PAGE_READWRITE,
					       MM_ANY_NODE_OK);
	g_assert_nonnull(bytes);
	MmFreeContiguousMemory(bytes);
	g_assert_null(MmAllocateContiguousMemory(0, any));
	fixture_expect_violation(f, "NumberOfBytes is 0");
}

static void test_physical(struct ndis_fixture *f, gconstpointer data)
{
	PHYSICAL_ADDRESS address = {.QuadPart = 0};
	struct platform_bar bar;
	UCHAR bytes[4], *mapped;
	PVOID again;

	g_assert_cmpint(platform_bar(f->platform, 0, &bar), ==, 0);
	g_assert_null(MmMapIoSpaceEx(address, PAGE, PAGE_READWRITE | PAGE_NOCACHE));
	fixture_expect_violation(f, "4096 bytes at 0x0 are not mapped");
	address.QuadPart = (LONGLONG)bar.bus_address;
	mapped = MmMapIoSpaceEx(address, PAGE, PAGE_READWRITE | PAGE_NOCACHE);
	g_assert_nonnull(mapped);
	WRITE_REGISTER_ULONG((PULONG)(PVOID)mapped, 0x11223344);
	NdisMoveFromMappedMemory(bytes, mapped, 4);
	g_assert_cmphex(bytes[3], ==, 0x11);
	again = MmMapIoSpace(address, 4, MmNonCached);
	g_assert_cmphex(READ_REGISTER_ULONG(again), ==, 0x11223344);
	MmUnmapIoSpace(again, 4);
	NdisZeroMappedMemory(mapped, 2);
	g_assert_cmphex(READ_REGISTER_ULONG((PULONG)(PVOID)mapped), ==, 0x11220000);
	MmUnmapIoSpace(mapped, PAGE);
	MmUnmapIoSpace(bytes, 4);
	fixture_expect_violation(f, "is not mapped");
}

/* Memory of the NIC from MiniportInitialize, before it is mapped. */
static NDIS_STATUS initialize_looking(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	UCHAR bytes[5] = {1, 2, 3, 4, 5}, got[6];
	struct platform_bar bar;
	ULONG address;

	g_assert_cmpint(platform_bar(f->platform, 0, &bar), ==, 0);
	address = (ULONG)bar.bus_address;
	g_assert_cmpuint(address, ==, bar.bus_address);
	NdisImmediateWriteSharedMemory(configuration, address + 3, bytes, 5);
	memset(got, 0xEE, sizeof(got));
	NdisImmediateReadSharedMemory(configuration, address + 4, got, 5);
	g_assert_true(!memcmp(got, bytes + 1, 4));
	g_assert_cmphex(got[5], ==, 0xEE);
	NdisImmediateReadSharedMemory(configuration, address + (ULONG)bar.size - 4, got, 5);
	fixture_expect_violation(f, "NdisImmediateReadSharedMemory: 5 bytes at");
	g_assert_cmphex(got[0] & got[4], ==, 0xFF);
	NdisImmediateWriteSharedMemory(configuration, address + (ULONG)bar.size - 4, bytes, 5);
	fixture_expect_violation(f, "NdisImmediateWriteSharedMemory: 5 bytes at");
	NdisImmediateReadSharedMemory(f, address, got, 5);
	fixture_expect_violation(f, "WrapperConfigurationContext");
	g_assert_cmphex(got[0], ==, 0xFF);
	NdisImmediateReadSharedMemory(configuration, address, NULL, 5);
	NdisImmediateWriteSharedMemory(configuration, address, NULL, 5);
	fixture_expect_violations(f, 2, "NdisImmediateWriteSharedMemory: Buffer is NULL");
	return NDIS_STATUS_SUCCESS;
}

static void test_immediate(struct ndis_fixture *f, gconstpointer data)
{
	fixture_stop(f);
	f->hooks.initialize = initialize_looking;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
}

static void test_lookahead(struct ndis_fixture *f, gconstpointer data)
{
	UCHAR bytes[64], to[64];
	PVOID copy;
	ULONG value;
	KIRQL old;

	fill(bytes, sizeof(bytes), 9);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	NdisCreateLookaheadBufferFromSharedMemory(bytes, sizeof(bytes), &copy);
	g_assert_true(copy && copy != bytes);
	g_assert_true(!memcmp(copy, bytes, sizeof(bytes)));
	NdisCopyLookaheadData(to, copy, sizeof(to), 0);
	g_assert_true(!memcmp(to, bytes, sizeof(bytes)));
	NdisDestroyLookaheadBufferFromSharedMemory(copy);
	KeLowerIrql(old);
	NdisRetrieveUlong(&value, bytes + 1);
	g_assert_cmphex(value, ==, 0x0D0C0B0A);
	NdisStoreUlong(bytes + 3, 0x01020304);
	g_assert_cmpuint(bytes[3], ==, 4);
}

static void test_packets(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE pool;
	NDIS_STATUS status;
	PNDIS_PACKET packet;
	PNDIS_BUFFER first, second;
	UINT length, total;
	char bytes[32];
	PVOID va;

	NdisAllocatePacketPool(&status, &pool, 1, 16);
	NdisAllocatePacket(&status, &packet, pool);
	NdisGetFirstBufferFromPacketSafe(packet, &first, &va, &length, &total, NormalPagePriority);
	g_assert_true(!first && !va && !total);
	first = fixture_buffer(bytes, 20);
	second = fixture_buffer(bytes + 20, 12);
	NDIS_BUFFER_LINKAGE(first) = second;
	NDIS_BUFFER_LINKAGE(second) = NULL;
	NdisChainBufferAtFront(packet, first);
	NdisGetFirstBufferFromPacketSafe(packet, &first, &va, &length, &total, NormalPagePriority);
	g_assert_true(va == bytes && va == NdisBufferVirtualAddress(first));
	g_assert_cmpuint(length, ==, 20);
	g_assert_cmpuint(total, ==, 32);
	NdisSetPacketFlags(packet, NDIS_PROTOCOL_ID_TCP_IP);
	g_assert_cmpuint(NDIS_GET_PACKET_PROTOCOL_TYPE(packet), ==, NDIS_PROTOCOL_ID_TCP_IP);
	NDIS_SET_PACKET_CANCEL_ID(packet, &pool);
	g_assert_true(NdisGetPacketCancelId(packet) == &pool);
	NdisFreeBuffer(first);
	NdisFreeBuffer(second);
	NdisFreePacket(packet);
	NdisFreePacketPool(pool);
}

static void test_resources(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_RESOURCE_LIST list = NULL, again;
	struct platform_bar bar;
	ULONG i;

	g_assert_cmpint(platform_bar(f->platform, 0, &bar), ==, 0);
	g_assert_cmphex(NdisMPciAssignResources(f->handle, 0, &list), ==, NDIS_STATUS_SUCCESS);
	for (i = 0; i < list->Count; i++) {
		if (list->PartialDescriptors[i].Type == CmResourceTypeMemory)
			break;
	}
	g_assert_cmpuint(i, <, list->Count);
	g_assert_cmphex((uint64_t)list->PartialDescriptors[i].u.Memory.Start.QuadPart, ==,
			bar.bus_address);
	g_assert_cmphex(NdisMPciAssignResources(f->handle, 0, &again), ==, NDIS_STATUS_SUCCESS);
	g_assert_true(again == list);
}

static void test_arithmetic(struct ndis_fixture *f, gconstpointer data)
{
	LONG number = 5;
	UCHAR from[8] = {1, 2, 3, 4, 5, 6, 7, 8}, to[8];

	g_assert_cmpint(NdisInterlockedIncrement(&number), ==, 6);
	g_assert_cmpint(InterlockedDecrement(&number), ==, 5);
	g_assert_cmpint(_InterlockedDecrement(&number), ==, 4);
	g_assert_cmpint(_InterlockedExchange(&number, 9), ==, 4);
	g_assert_cmpint(_InterlockedCompareExchange(&number, 16, 9), ==, 9);
	g_assert_cmpint(_InterlockedCompareExchange(&number, 1, 9), ==, 16);
	g_assert_cmpint(_InterlockedOr(&number, 3), ==, 16);
	g_assert_cmpint(number, ==, 19);
	g_assert_cmphex(RtlUshortByteSwap(0x1234), ==, 0x3412);
	RtlFillMemory(to, sizeof(to), 0xEE);
	expect_zero(to, sizeof(to), 0xEE);
	RtlCopyMemory(to, from, sizeof(to));
	RtlMoveMemory(to + 1, to, 4);
	g_assert_cmpuint(to[4], ==, 4);
	RtlZeroMemory(to, sizeof(to));
	expect_zero(to, sizeof(to), 0);
}

static void test_break_point(void)
{
	if (g_test_subprocess()) {
		DbgBreakPoint();
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
}

static NTSTATUS NTAPI old_entry(PVOID object, PVOID path)
{
	NDIS_HANDLE wrapper = NULL;

	NdisInitializeWrapper(&wrapper, object, path, NULL);
	g_assert_nonnull(wrapper);
	NdisTerminateWrapper(wrapper, object);
	return NDIS_STATUS_FAILURE;
}

static void test_old_wrapper(struct ndis_fixture *f, gconstpointer data)
{
	struct shim_driver *driver;

	g_assert_cmpint(shim_driver_start(old_entry, "old", &driver), <, 0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(struct ndis_fixture *f, gconstpointer data);
	} tests[] = {
		{"pool", test_pool},
		{"contiguous", test_contiguous},
		{"physical", test_physical},
		{"immediate", test_immediate},
		{"lookahead", test_lookahead},
		{"packets", test_packets},
		{"resources", test_resources},
		{"arithmetic", test_arithmetic},
		{"old-wrapper", test_old_wrapper},
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		char *path = g_strdup_printf("/ndis-kernel-memory/%s", tests[i].name);

		g_test_add(path, struct ndis_fixture, NULL, set_up, tests[i].test, tear_down);
		g_free(path);
	}
	g_test_add_func("/ndis-kernel-memory/break-point", test_break_point);
	return g_test_run();
}
