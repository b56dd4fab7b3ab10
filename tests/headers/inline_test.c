/* SPDX-License-Identifier: MIT */

/*
 * What the headers themselves compute: spans, lists, packet information, strings, addresses.
 */

#include <ndis.h>

#include <glib.h>
#include <string.h>

static ULONG count_pages_touched(ULONG offset, ULONG size)
{
	ULONG pages = 0;

	for (ULONG byte = 0; byte < size; byte++)
		if (byte == 0 || (offset + byte) % PAGE_SIZE == 0)
			pages++;
	return pages;
}

static VOID double_value(IN ULONG Value, OUT PULONG Result, IN BOOLEAN Really)
{
	*Result = Really ? 2 * Value : Value;
}

/* The words of the interface's prototypes. */
static void test_language(void)
{
	ULONG result = 0;

	double_value(21, &result, TRUE);
	g_assert_cmpuint(result, ==, 42);
	double_value(21, &result, FALSE);
	g_assert_cmpuint(result, ==, 21);
}

/* What NT's compiler has built in. */
static void test_intrinsics(void)
{
	ULONG index = 77;

	g_assert_cmphex(_byteswap_ushort(0x1234), ==, 0x3412);
	g_assert_cmphex(_byteswap_ulong(0x12345678), ==, 0x78563412);
	g_assert_cmphex(_byteswap_uint64(0x0123456789ABCDEFull), ==, 0xEFCDAB8967452301ull);
	g_assert_cmphex(_rotl(0x80000001, 4), ==, 0x00000018);
	g_assert_cmphex(_rotr(0x80000001, 4), ==, 0x18000000);
	g_assert_cmphex(_rotl(0x80000001, 32), ==, 0x80000001);
	g_assert_cmphex(_rotr(0x80000001, 0), ==, 0x80000001);
	g_assert_cmpuint(_BitScanForward(&index, 0), ==, 0);
	g_assert_cmpuint(_BitScanReverse(&index, 0), ==, 0);
	g_assert_cmpuint(index, ==, 77);
	g_assert_cmpuint(_BitScanForward(&index, 0x80000100), !=, 0);
	g_assert_cmpuint(index, ==, 8);
	g_assert_cmpuint(_BitScanReverse(&index, 0x80000100), !=, 0);
	g_assert_cmpuint(index, ==, 31);
	_ReadWriteBarrier();
	_ReadBarrier();
	_WriteBarrier();
	YieldProcessor();
}

static void test_pointers(void)
{
	PVOID pointer = (PVOID)(ULONG_PTR)0x1122334485667788ull;

	g_assert_cmphex(PtrToUlong(pointer), ==, 0x85667788);
	g_assert_cmphex(PtrToUint(pointer), ==, 0x85667788);
	g_assert_cmphex(HandleToUlong(pointer), ==, 0x85667788);
	g_assert_cmpint(PtrToLong(pointer), ==, (LONG)0x85667788);
	g_assert_cmpint(PtrToInt(pointer), ==, (LONG)0x85667788);
	g_assert_cmphex(PtrToUshort(pointer), ==, 0x7788);
	g_assert_cmpint(PtrToShort(pointer), ==, 0x7788);
	g_assert_cmphex((ULONG_PTR)UlongToPtr(0x85667788), ==, 0x85667788);
	g_assert_cmphex((ULONG_PTR)UintToPtr(0x85667788), ==, 0x85667788);
	g_assert_cmphex((ULONG_PTR)UlongToHandle(0x85667788), ==, 0x85667788);
	g_assert_cmphex((ULONG_PTR)LongToPtr(-2), ==, 0xFFFFFFFFFFFFFFFEull);
	g_assert_cmphex((ULONG_PTR)IntToPtr(-2), ==, 0xFFFFFFFFFFFFFFFEull);
	g_assert_cmphex((ULONG_PTR)LongToHandle(-2), ==, 0xFFFFFFFFFFFFFFFEull);
}

static void test_spans(void)
{
	static const ULONG sizes[] = { 1, 2, 64, 1514, 4095, 4096, 4097, 8192, 9000 };
	const ULONG_PTR page = 0x7f0000000000;

	for (ULONG offset = 0; offset < PAGE_SIZE; offset += 13)
		for (size_t i = 0; i < ARRAYSIZE(sizes); i++)
			g_assert_cmpuint(ADDRESS_AND_SIZE_TO_SPAN_PAGES(page + offset, sizes[i]), ==,
					 count_pages_touched(offset, sizes[i]));

	g_assert_cmpuint(ADDRESS_AND_SIZE_TO_SPAN_PAGES(page, 0), ==, 0);
	g_assert_cmpuint(ADDRESS_AND_SIZE_TO_SPAN_PAGES(page + 1, 0), ==, 1);
	g_assert_cmpuint(ADDRESS_AND_SIZE_TO_SPAN_PAGES(page + 4095, 0xFFFFFFFFu), ==, 0x100001);
	g_assert_cmpuint(BYTES_TO_PAGES(0), ==, 0);
	g_assert_cmpuint(BYTES_TO_PAGES(4097), ==, 2);
	g_assert_cmphex(ROUND_TO_PAGES(4097), ==, 8192);
	g_assert_cmphex(BYTE_OFFSET(page + 0x123), ==, 0x123);
}

static void test_mdl(void)
{
	struct {
		MDL mdl;
		PFN_NUMBER pages[4];
	} memory;
	PMDL mdl = &memory.mdl;
	UCHAR *va = (UCHAR *)(ULONG_PTR)0x10000F00;

	MmInitializeMdl(mdl, va, 5000);
	g_assert_cmpint(mdl->Size, ==, sizeof(MDL) + 3 * sizeof(PFN_NUMBER));
	g_assert_true(mdl->StartVa == (PVOID)0x10000000);
	g_assert_true(MmGetMdlVirtualAddress(mdl) == va);
	g_assert_cmpuint(MmGetMdlByteCount(mdl), ==, 5000);
	g_assert_cmpuint(MmGetMdlByteOffset(mdl), ==, 0xF00);
	g_assert_true(MmGetMdlPfnArray(mdl) == memory.pages);
	g_assert_cmpuint(NDIS_BUFFER_TO_SPAN_PAGES(mdl), ==, 3);
	g_assert_null(MmGetSystemAddressForMdl(mdl));
	mdl->MappedSystemVa = va;
	mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
	g_assert_true(MmGetSystemAddressForMdl(mdl) == va);
	NdisAdjustBufferLength(mdl, 0);
	g_assert_cmpuint(NDIS_BUFFER_TO_SPAN_PAGES(mdl), ==, 1);
}

struct numbered {
	int number;
	LIST_ENTRY link;
};

static void test_lists(void)
{
	struct numbered items[3] = { { .number = 0 }, { .number = 1 }, { .number = 2 } };
	LIST_ENTRY head;

	InitializeListHead(&head);
	g_assert_true(IsListEmpty(&head));
	InsertTailList(&head, &items[1].link);
	InsertTailList(&head, &items[2].link);
	InsertHeadList(&head, &items[0].link);
	g_assert_cmpint(CONTAINING_RECORD(head.Flink, struct numbered, link)->number, ==, 0);
	g_assert_false(RemoveEntryList(&items[1].link));
	g_assert_true(RemoveTailList(&head) == &items[2].link);
	g_assert_true(RemoveHeadList(&head) == &items[0].link);
	g_assert_true(IsListEmpty(&head));
}

static void test_stack(void)
{
	SINGLE_LIST_ENTRY head = { NULL };
	SINGLE_LIST_ENTRY first, second;

	g_assert_null(PopEntryList(&head));
	PushEntryList(&head, &first);
	PushEntryList(&head, &second);
	g_assert_true(PopEntryList(&head) == &second);
	g_assert_true(PopEntryList(&head) == &first);
	g_assert_null(PopEntryList(&head));
}

struct packet_memory {
	NDIS_PACKET packet;
	UCHAR protocol_reserved[32];
	NDIS_PACKET_OOB_DATA oob;
	NDIS_PACKET_EXTENSION extension;
};

static void test_packet_info(void)
{
	struct packet_memory memory = { 0 };
	PNDIS_PACKET packet = &memory.packet;
	SCATTER_GATHER_LIST *list = (SCATTER_GATHER_LIST *)&memory;
	PVOID info = NULL;
	UINT bytes = 0;

	packet->Private.NdisPacketOobOffset = offsetof(struct packet_memory, oob);
	g_assert_true(NDIS_OOB_DATA_FROM_PACKET(packet) == &memory.oob);
	g_assert_true(NDIS_PACKET_EXTENSION_FROM_PACKET(packet) == &memory.extension);
	NDIS_PER_PACKET_INFO_FROM_PACKET(packet, ScatterGatherListPacketInfo) = list;
	g_assert_true(memory.extension.NdisPacketInfo[5] == list);
	NDIS_SET_PACKET_STATUS(packet, NDIS_STATUS_RESOURCES);
	g_assert_cmpint(NDIS_GET_PACKET_STATUS(packet), ==, NDIS_STATUS_RESOURCES);
	NDIS_SET_PACKET_HEADER_SIZE(packet, 14);
	g_assert_cmpuint(memory.oob.HeaderSize, ==, 14);
	NDIS_SET_PACKET_CANCEL_ID(packet, &memory);
	g_assert_true(NDIS_GET_PACKET_CANCEL_ID(packet) == &memory);

	NDIS_GET_PACKET_MEDIA_SPECIFIC_INFO(packet, &info, &bytes);
	g_assert_null(info);
	NDIS_SET_PACKET_MEDIA_SPECIFIC_INFO(packet, &memory, 7);
	NDIS_GET_PACKET_MEDIA_SPECIFIC_INFO(packet, &info, &bytes);
	g_assert_true(info == &memory);
	g_assert_cmpuint(bytes, ==, 7);
	NDIS_SET_PACKET_MEDIA_SPECIFIC_INFO(packet, NULL, 0);
	NDIS_GET_PACKET_MEDIA_SPECIFIC_INFO(packet, &info, &bytes);
	g_assert_null(info);
	g_assert_cmpuint(bytes, ==, 0);
}

static void test_strings(void)
{
	static const NDIS_STRING keyword = NDIS_STRING_CONST("MediaType");
	static const UNICODE_STRING same = RTL_CONSTANT_STRING(L"MediaType");

	g_assert_cmpuint(keyword.Length, ==, 18);
	g_assert_cmpuint(keyword.MaximumLength, ==, 20);
	g_assert_cmphex(keyword.Buffer[8], ==, 'e');
	g_assert_cmphex(keyword.Buffer[9], ==, 0);
	g_assert_cmpuint(same.Length, ==, 18);
	g_assert_cmpuint(same.MaximumLength, ==, 20);
}

static void test_ethernet(void)
{
	static const UCHAR broadcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	static const UCHAR group[6] = { 0x01, 0x00, 0x5E, 0x00, 0x00, 0x01 };
	static const UCHAR station[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
	UCHAR copy[6];
	INT order;

	g_assert_true(ETH_IS_BROADCAST(broadcast));
	g_assert_false(ETH_IS_BROADCAST(group));
	g_assert_true(ETH_IS_MULTICAST(broadcast));
	g_assert_true(ETH_IS_MULTICAST(group));
	g_assert_false(ETH_IS_MULTICAST(station));
	ETH_COPY_NETWORK_ADDRESS(copy, station);
	ETH_COMPARE_NETWORK_ADDRESSES(copy, station, &order);
	g_assert_cmpint(order, ==, 0);
	ETH_COMPARE_NETWORK_ADDRESSES(group, station, &order);
	g_assert_cmpint(order, ==, -1);
	ETH_COMPARE_NETWORK_ADDRESSES(broadcast, station, &order);
	g_assert_cmpint(order, ==, 1);
	ETH_COMPARE_NETWORK_ADDRESSES_EQ(broadcast, station, &order);
	g_assert_cmpint(order, ==, 1);
}

static void test_interlocked(void)
{
	LONG value = 5;
	PVOID pointer = NULL;

	g_assert_cmpint(InterlockedIncrement(&value), ==, 6);
	g_assert_cmpint(NdisInterlockedDecrement(&value), ==, 5);
	g_assert_cmpint(InterlockedExchangeAdd(&value, 3), ==, 5);
	g_assert_cmpint(InterlockedCompareExchange(&value, 1, 5), ==, 8);
	g_assert_cmpint(InterlockedCompareExchange(&value, 1, 8), ==, 8);
	g_assert_cmpint(InterlockedOr(&value, 6), ==, 1);
	g_assert_cmpint(InterlockedAnd(&value, 3), ==, 7);
	g_assert_cmpint(InterlockedExchange(&value, 0), ==, 3);
	g_assert_null(InterlockedCompareExchangePointer(&pointer, &value, NULL));
	g_assert_true(InterlockedExchangePointer(&pointer, NULL) == &value);
}

static void test_memory(void)
{
	UCHAR left[8] = "abcdefg";
	UCHAR right[8] = "abcdxfg";

	g_assert_cmpuint(RtlCompareMemory(left, right, 8), ==, 4);
	g_assert_cmpuint(RtlCompareMemory(left, left, 8), ==, 8);
	g_assert_false(NdisEqualMemory(left, right, 8));
	NdisMoveMemory(left + 1, left, 4);
	g_assert_cmpint(memcmp(left, "aabcdfg", 8), ==, 0);
	NdisZeroMemory(left, 3);
	NdisFillMemory(left + 3, 2, 0xAA);
	g_assert_cmpint(memcmp(left, "\0\0\0\xAA\xAA" "fg", 8), ==, 0);
	NdisMoveToMappedMemory(left, right, 8);
	g_assert_true(RtlEqualMemory(left, right, 8));
	g_assert_cmphex(RtlUlongByteSwap(0x12345678), ==, 0x78563412);
	g_assert_cmphex(RtlUshortByteSwap(0x1234), ==, 0x3412);
	g_assert_cmphex(ALIGN_UP_BY(0x1001, 64), ==, 0x1040);
	g_assert_cmphex(ALIGN_DOWN_BY(0x103F, 64), ==, 0x1000);
}

#include <pshpack1.h>
struct packed_by_1 {
	char first;
	int second;
};
#include <pshpack2.h>
struct packed_by_2 {
	char first;
	int second;
};
#include <poppack.h>
#include <pshpack4.h>
struct packed_by_4 {
	char first;
	long long second;
};
#include <poppack.h>
#include <pshpack8.h>
struct packed_by_8 {
	char first;
	long long second;
};
#include <poppack.h>
struct still_packed_by_1 {
	char first;
	int second;
};
#include <poppack.h>
struct not_packed {
	char first;
	int second;
};

static void test_packing(void)
{
	g_assert_cmpuint(sizeof(struct packed_by_1), ==, 5);
	g_assert_cmpuint(sizeof(struct packed_by_2), ==, 6);
	g_assert_cmpuint(sizeof(struct packed_by_4), ==, 12);
	g_assert_cmpuint(sizeof(struct packed_by_8), ==, 16);
	g_assert_cmpuint(sizeof(struct still_packed_by_1), ==, 5);
	g_assert_cmpuint(sizeof(struct not_packed), ==, 8);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/headers/language", test_language);
	g_test_add_func("/headers/intrinsics", test_intrinsics);
	g_test_add_func("/headers/pointers", test_pointers);
	g_test_add_func("/headers/spans", test_spans);
	g_test_add_func("/headers/mdl", test_mdl);
	g_test_add_func("/headers/lists", test_lists);
	g_test_add_func("/headers/stack", test_stack);
	g_test_add_func("/headers/packet-info", test_packet_info);
	g_test_add_func("/headers/strings", test_strings);
	g_test_add_func("/headers/ethernet", test_ethernet);
	g_test_add_func("/headers/interlocked", test_interlocked);
	g_test_add_func("/headers/memory", test_memory);
	g_test_add_func("/headers/packing", test_packing);
	return g_test_run();
}
