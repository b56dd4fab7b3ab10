/* SPDX-License-Identifier: MIT */
/* Packets, buffers and their pools. */
#include <string.h>

#include "ndis_fixture.h"

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static void test_packets(struct ndis_fixture *f, gconstpointer data)
{
	KIRQL irql;
	NDIS_HANDLE pool;
	PNDIS_PACKET packets[3], extra;
	NDIS_STATUS status;

	NdisAllocatePacketPoolEx(&status, &pool, 1, 2, 40);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	for (unsigned int i = 0; i < 3; i++) {
		NdisAllocatePacket(&status, &packets[i], pool);
		g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
		g_assert_null(packets[i]->Private.Head);
		for (unsigned int j = 0; j < 40; j++)
			g_assert_cmpuint(packets[i]->ProtocolReserved[j], ==, 0);
		memset(packets[i]->ProtocolReserved, 0xEE, 40);
		memset(packets[i]->MiniportReserved, 0xEE, sizeof(packets[i]->MiniportReserved));
		NDIS_PER_PACKET_INFO_FROM_PACKET(packets[i], MaxPerPacketInfo - 1) = f;
		NDIS_SET_PACKET_STATUS(packets[i], NDIS_STATUS_RESOURCES);
		g_assert_cmpint(NDIS_GET_PACKET_STATUS(packets[i]), ==, NDIS_STATUS_RESOURCES);
	}
	g_assert_cmpuint(NdisPacketPoolUsage(pool), ==, 3);
	NdisAllocatePacket(&status, &extra, pool);
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
	g_assert_null(extra);
	NdisFreePacketPool(pool);
	fixture_expect_violation(f, "3 packets of pool");
	NdisFreePacket(packets[1]);
	NdisFreePacket(packets[1]);
	fixture_expect_violation(f, "is not allocated from a pool");
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisDprAllocatePacket(&status, &packets[1], pool);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	g_assert_null(NDIS_PER_PACKET_INFO_FROM_PACKET(packets[1], MaxPerPacketInfo - 1));
	g_assert_cmpint(NDIS_GET_PACKET_STATUS(packets[1]), ==, NDIS_STATUS_SUCCESS);
	for (unsigned int i = 0; i < 3; i++)
		NdisDprFreePacket(packets[i]);
	KeLowerIrql(irql);
	NdisFreePacketPool(pool);
	NdisFreePacketPool(pool);
	fixture_expect_violation(f, "is no packet pool");
	NdisAllocatePacket(&status, &extra, pool);
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "is no packet pool");
	NdisFreePacket(NULL);
	fixture_expect_violation(f, "is not allocated from a pool");
	NdisAllocatePacketPool(&status, &pool, 0, 0);
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
	NdisAllocatePacketPoolEx(&status, &pool, 65535, 1, 0);
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
	NdisAllocatePacketPool(&status, &pool, 10, 0x20000);
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
	g_assert_null(pool);
	fixture_expect_violations(f, 3, "a pool has 1 to 65535 packets");
}

/* What a driver makes of Next by hand does not hang the library. */
static void test_circular_chains(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char bytes[64];
	NDIS_HANDLE pool;
	PNDIS_PACKET packet;
	PNDIS_BUFFER buffers[5], taken;
	NDIS_STATUS status;
	UINT count, length;

	NdisAllocatePacketPool(&status, &pool, 1, 0);
	NdisAllocatePacket(&status, &packet, pool);
	for (unsigned int i = 0; i < 5; i++)
		buffers[i] = fixture_buffer(bytes, 10);
	for (unsigned int last = 0; last < 5; last++) {
		for (unsigned int to = 0; to <= last; to++) {
			for (unsigned int i = 0; i < last; i++)
				buffers[i]->Next = buffers[i + 1];
			buffers[last]->Next = buffers[to];
			NdisChainBufferAtFront(packet, buffers[0]);
			NdisChainBufferAtBack(packet, buffers[0]);
			fixture_expect_violations(f, 2, "leads back into itself");
			g_assert_null(packet->Private.Head);
		}
	}
	buffers[0]->Next = NULL;
	NdisChainBufferAtBack(packet, buffers[0]);
	NdisChainBufferAtBack(packet, buffers[0]);
	NdisChainBufferAtFront(packet, buffers[0]);
	fixture_expect_violations(f, 2, "a buffer is in a packet once");
	NdisQueryPacket(packet, NULL, &count, &taken, &length);
	g_assert_cmpuint(count, ==, 1);
	g_assert_cmpuint(length, ==, 10);
	buffers[0]->Next = buffers[1];
	buffers[1]->Next = buffers[0];
	NdisRecalculatePacketCounts(packet);
	NdisQueryPacket(packet, NULL, &count, &taken, &length);
	g_assert_cmpuint(count + length, ==, 0);
	NdisQueryPacketLength(packet, &length);
	NdisUnchainBufferAtBack(packet, &taken);
	g_assert_null(taken);
	fixture_expect_violations(f, 3, "leads back into itself");
	buffers[1]->Next = NULL;
	NdisUnchainBufferAtBack(packet, &taken);
	g_assert_true(taken == buffers[1]);
	NdisReinitializePacket(packet);
	NdisUnchainBufferAtBack(packet, &taken);
	g_assert_null(taken);
	for (unsigned int i = 0; i < 5; i++) {
		buffers[i]->Next = NULL;
		NdisFreeBuffer(buffers[i]);
	}
	NdisFreePacket(packet);
	NdisFreePacketPool(pool);
}

static void test_chains(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char bytes[3][3 * 4096];
	NDIS_HANDLE pool;
	PNDIS_PACKET packet;
	PNDIS_BUFFER buffers[3], taken;
	NDIS_STATUS status;
	UINT pages, count, length, first_length;
	PVOID va;

	NdisAllocatePacketPool(&status, &pool, 1, 0);
	NdisAllocatePacket(&status, &packet, pool);
	NdisQueryPacket(packet, &pages, &count, &taken, &length);
	g_assert_null(taken);
	g_assert_cmpuint(pages + count + length, ==, 0);
	NdisUnchainBufferAtFront(packet, &taken);
	g_assert_null(taken);
	NdisUnchainBufferAtBack(packet, &taken);
	g_assert_null(taken);
	for (unsigned int i = 0; i < 3; i++)
		buffers[i] = fixture_buffer(bytes[i], 1000 * (i + 1));
	NdisChainBufferAtBack(packet, buffers[1]);
	NdisChainBufferAtFront(packet, buffers[0]);
	NdisChainBufferAtBack(packet, buffers[2]);
	NdisQueryPacket(packet, &pages, &count, &taken, &length);
	g_assert_cmpuint(count, ==, 3);
	g_assert_cmpuint(length, ==, 6000);
	g_assert_cmpuint(pages, ==,
			 NDIS_BUFFER_TO_SPAN_PAGES(buffers[0]) +
				 NDIS_BUFFER_TO_SPAN_PAGES(buffers[1]) +
				 NDIS_BUFFER_TO_SPAN_PAGES(buffers[2]));
	g_assert_true(taken == buffers[0]);
	g_assert_true(buffers[0]->Next == buffers[1] && buffers[1]->Next == buffers[2]);
	NdisAdjustBufferLength(buffers[1], 500);
	NdisRecalculatePacketCounts(packet);
	NdisQueryPacketLength(packet, &length);
	g_assert_cmpuint(length, ==, 4500);
	NdisGetFirstBufferFromPacket(packet, &taken, &va, &first_length, &length);
	g_assert_true(taken == buffers[0] && va == bytes[0]);
	g_assert_cmpuint(first_length, ==, 1000);
	g_assert_cmpuint(length, ==, 4500);
	NdisUnchainBufferAtBack(packet, &taken);
	g_assert_true(taken == buffers[2] && !taken->Next);
	NdisUnchainBufferAtFront(packet, &taken);
	g_assert_true(taken == buffers[0] && !taken->Next);
	NdisUnchainBufferAtBack(packet, &taken);
	g_assert_true(taken == buffers[1]);
	NdisQueryPacket(packet, NULL, &count, &taken, NULL);
	g_assert_cmpuint(count, ==, 0);
	g_assert_null(taken);
	for (unsigned int i = 0; i < 3; i++)
		NdisFreeBuffer(buffers[i]);
	NdisFreePacket(packet);
	NdisFreePacketPool(pool);
}

static void test_buffers(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char bytes[10000];
	NDIS_HANDLE pool;
	PNDIS_BUFFER buffers[3];
	NDIS_STATUS status;
	UINT offset, length;
	PVOID va;

	NdisAllocateBufferPool(&status, &pool, 2);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	for (unsigned int i = 0; i < 2; i++) {
		NdisAllocateBuffer(&status, &buffers[i], pool, bytes + i, 9000);
		g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	}
	/* The number is what the driver expected, not what it gets. */
	NdisAllocateBuffer(&status, &buffers[2], pool, bytes, 10);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffers[2]);
	NdisQueryBuffer(buffers[1], &va, &length);
	g_assert_true(va == bytes + 1);
	g_assert_cmpuint(length, ==, 9000);
	NdisQueryBufferSafe(buffers[1], NULL, &length, HighPagePriority);
	g_assert_cmpuint(length, ==, 9000);
	NdisQueryBufferOffset(buffers[1], &offset, &length);
	g_assert_cmpuint(offset, ==, (uintptr_t)(bytes + 1) % PAGE);
	NdisFreeBufferPool(pool);
	fixture_expect_violation(f, "2 buffers of pool");
	NdisFreeBuffer(buffers[0]);
	NdisFreeBuffer(buffers[0]);
	fixture_expect_violation(f, "is no buffer that the driver allocated");
	NdisFreeBuffer(buffers[1]);
	NdisFreeBufferPool(pool);
	NdisFreeBufferPool(pool);
	fixture_expect_violation(f, "is no buffer pool");
	NdisAllocateBuffer(&status, &buffers[0], pool, bytes, 10);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "is no buffer pool");
	NdisAllocateBufferPool(&status, &pool, 0);
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "NumberOfDescriptors is 0");
	NdisAllocateBuffer(&status, &buffers[0], NULL, NULL, 10);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	NdisAllocateBuffer(&status, &buffers[0], NULL, bytes, 0x10000000);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	fixture_expect_violations(f, 2, "268435456 bytes at");
	NdisFlushBuffer(NULL, TRUE);
	fixture_expect_violation(f, "Buffer is NULL");
}

/* Nothing is stored where nothing was given; what was given says "nothing". */
static void test_buffers_without(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char bytes[10];
	PNDIS_BUFFER buffer = fixture_buffer(bytes, sizeof(bytes)), other;
	NDIS_STATUS status;
	NDIS_HANDLE pool;
	UINT number = 7;
	PVOID va = bytes;

	NdisGetBufferPhysicalArraySize(NULL, &number);
	fixture_expect_violation(f, "NdisGetBufferPhysicalArraySize: Buffer is NULL");
	g_assert_cmpuint(number, ==, 0);
	NdisGetBufferPhysicalArraySize(buffer, NULL);
	fixture_expect_violation(f, "ArraySize is NULL");
	number = 7;
	NdisQueryBuffer(NULL, &va, &number);
	fixture_expect_violation(f, "Buffer is NULL");
	g_assert_null(va);
	g_assert_cmpuint(number, ==, 0);
	NdisQueryBufferSafe(buffer, &va, NULL, NormalPagePriority);
	fixture_expect_violation(f, "Length is NULL");
	NdisAllocateBuffer(NULL, &other, NULL, bytes, sizeof(bytes));
	fixture_expect_violation(f, "NdisAllocateBuffer: Status is NULL");
	NdisAllocateBuffer(&status, NULL, NULL, bytes, sizeof(bytes));
	fixture_expect_violation(f, "NdisAllocateBuffer: Buffer is NULL");
	NdisAllocateBufferPool(NULL, &pool, 1);
	fixture_expect_violation(f, "NdisAllocateBufferPool: Status is NULL");
	NdisAllocateBufferPool(&status, NULL, 1);
	fixture_expect_violation(f, "PoolHandle is NULL");
	NdisFreeBuffer(NULL);
	fixture_expect_violation(f, "(nil) is no buffer that the driver allocated");
	NdisFreeBuffer(buffer);
}

/* A copy describes its part, every one that there is, and outlives what it is a copy of. */
static void test_buffer_copies(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char bytes[2 * PAGE];
	const UINT length = sizeof(bytes) - 3;
	PNDIS_BUFFER buffer = fixture_buffer(bytes + 3, length), copy;
	static const UINT sizes[] = {0, 1, 2, 100, PAGE - 1, PAGE, PAGE + 1};
	NDIS_STATUS status;
	NDIS_HANDLE pool;
	UINT got;
	PVOID va;

	NdisAllocateBufferPool(&status, &pool, 1);
	for (unsigned int i = 0; i < ARRAYSIZE(sizes); i++) {
		for (unsigned int j = 0; j < ARRAYSIZE(sizes); j++) {
			NdisCopyBuffer(&status, &copy, pool, buffer, sizes[i], sizes[j]);
			if (sizes[i] + sizes[j] > length) {
				g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
				g_assert_null(copy);
				fixture_expect_violation(f, "a copy describes bytes");
				continue;
			}
			g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
			g_assert_null(copy->Next);
			NdisQueryBuffer(copy, &va, &got);
			g_assert_true(va == bytes + 3 + sizes[i]);
			g_assert_cmpuint(got, ==, sizes[j]);
			NdisFreeBuffer(copy);
		}
	}
	NdisCopyBuffer(&status, &copy, pool, buffer, 1, UINT_MAX);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "Offset 1 and Length 4294967295");
	NdisCopyBuffer(&status, &copy, NULL, buffer, 10, 20);
	NdisFreeBuffer(buffer);
	memset(bytes, 0x77, sizeof(bytes));
	NdisQueryBuffer(copy, &va, &got);
	g_assert_cmpuint(*(unsigned char *)va, ==, 0x77);
	NdisCopyBuffer(&status, &buffer, pool, copy, 5, 15);
	NdisQueryBuffer(buffer, &va, &got);
	g_assert_true(va == bytes + 3 + 10 + 5);
	NdisFreeBufferPool(pool);
	fixture_expect_violation(f, "1 buffers of pool");
	NdisFreeBuffer(buffer);
	NdisFreeBufferPool(pool);
	NdisCopyBuffer(&status, &buffer, pool, copy, 0, 1);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "is no buffer pool");
	NdisFreeBuffer(copy);
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/packets/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("packets", test_packets);
	ADD("chains", test_chains);
	ADD("circular-chains", test_circular_chains);
	ADD("buffers", test_buffers);
	ADD("buffers-without", test_buffers_without);
	ADD("buffer-copies", test_buffer_copies);
	return g_test_run();
}
