/* SPDX-License-Identifier: MIT */
/* Memory, packets, buffers, timers, events, work items, locks, strings: the objects of drivers. */
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

static void test_memory(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS highest = {.QuadPart = -1};
	PVOID va = f;

	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 100, 'abcd'), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint((uintptr_t)va % 16, ==, 0);
	NdisFreeMemory(va, 0, 0);
	g_assert_cmpint(NdisAllocateMemory(&va, 5000, 0, highest), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint((uintptr_t)va % PAGE, ==, 0);
	NdisFreeMemory(va, 5000, 0);
	NdisFreeMemory(va, 5000, 0);
	fixture_expect_violation(f, "no memory of a driver begins at");
	g_assert_cmpint(NdisAllocateMemory(&va, 10, 0, highest), ==, NDIS_STATUS_SUCCESS);
	NdisFreeMemory((PUCHAR)va + 1, 10, 0);
	fixture_expect_violation(f, "no memory of a driver begins at");
	NdisFreeMemory(va, 11, 0);
	fixture_expect_violation(f, "Length is 11, the memory at");
	g_assert_cmpint(NdisAllocateMemory(&va, 0, 0, highest), ==, NDIS_STATUS_FAILURE);
	g_assert_null(va);
	fixture_expect_violation(f, "Length is 0");
	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 0, 'abcd'), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "Length is 0");

	va = ExAllocatePoolWithTag(NonPagedPool, 100, 'abcd');
	g_assert_nonnull(va);
	ExFreePoolWithTag(va, 'abce');
	fixture_expect_violation(f, "the tag is ecba, not dcba");
	va = ExAllocatePoolWithTag(PagedPool, 100, 'abcd');
	ExFreePool(va);
	ExFreePool(va);
	fixture_expect_violation(f, "no memory of a driver begins at");
	ExFreePoolWithTag(f, 'abcd');
	fixture_expect_violation(f, "ExFreePoolWithTag: no memory");
}

static void test_levels(struct ndis_fixture *f, gconstpointer data)
{
	PVOID va;
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	va = ExAllocatePoolWithTag(PagedPool, 100, 'abcd');
	fixture_expect_violation(f, "called at IRQL 2");
	ExFreePool(va);
	NdisMSleep(1000);
	fixture_expect_violation(f, "NdisMSleep: called at IRQL 2");
	KeLowerIrql(irql);
	KeRaiseIrql(HIGH_LEVEL, &irql);
	NdisAllocateMemoryWithTag(&va, 100, 'abcd');
	fixture_expect_violation(f, "called at IRQL 15");
	KeLowerIrql(irql);
	NdisFreeMemory(va, 100, 0);
}

static void test_lookaside(struct ndis_fixture *f, gconstpointer data)
{
	NPAGED_LOOKASIDE_LIST list;
	PVOID blocks[100];

	NdisInitializeNPagedLookasideList(&list, NULL, NULL, 0, 200, 'look', 0);
	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < 100; i++) {
			blocks[i] = NdisAllocateFromNPagedLookasideList(&list);
			g_assert_nonnull(blocks[i]);
			memset(blocks[i], 0x5A, 200);
		}
		for (unsigned int i = 0; i < 100; i++)
			NdisFreeToNPagedLookasideList(&list, blocks[i]);
	}
	NdisDeleteNPagedLookasideList(&list);
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

static unsigned int fired;

static VOID on_timer(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_assert_true(context == &fired);
	fired++;
}

static void test_timers(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_MINIPORT_TIMER timer;
	NDIS_TIMER plain;
	BOOLEAN cancelled;
	PNDIS_MINIPORT_TIMER in_memory;

	fired = 0;
	memset(&timer, 0xEE, sizeof(timer));
	NdisMSetTimer(&timer, 1);
	fixture_expect_violation(f, "a timer is initialised before it is used");
	NdisMInitializeTimer(&timer, f->handle, on_timer, &fired);
	NdisInitializeTimer(&plain, on_timer, &fired);
	NdisMSetTimer(&timer, 5);
	NdisSetTimer(&plain, 10);
	NdisMSleep(30000);
	g_assert_cmpuint(fired, ==, 2);
	NdisMCancelTimer(&timer, &cancelled);
	g_assert_false(cancelled);
	NdisMSetPeriodicTimer(&timer, 5);
	NdisSetTimer(&plain, 1000);
	NdisMSleep(50000);
	NdisMCancelTimer(&timer, &cancelled);
	g_assert_true(cancelled);
	NdisCancelTimer(&plain, &cancelled);
	g_assert_true(cancelled);
	g_assert_cmpuint(fired, >=, 5);
	NdisMSetPeriodicTimer(&timer, 0);
	fixture_expect_violation(f, "MillisecondsPeriod is 0");
	NdisMSetTimer(&timer, 1000);
	NdisMInitializeTimer(&timer, f->handle, on_timer, &fired);
	fixture_expect_violation(f, "was running");

	/* Freed while it runs: it would have run in freed memory. */
	NdisAllocateMemoryWithTag((PVOID *)&in_memory, sizeof(*in_memory), 'emit');
	NdisMInitializeTimer(in_memory, f->handle, on_timer, &fired);
	NdisMSetTimer(in_memory, 1);
	NdisFreeMemory(in_memory, sizeof(*in_memory), 0);
	fixture_expect_violation(f, "1 of them are still queued");
	NdisMSleep(5000);
}

static VOID set_event(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	NdisSetEvent(context);
}

static void test_events(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_EVENT event;
	NDIS_TIMER timer;
	KIRQL irql;

	memset(&event, 0, sizeof(event));
	g_assert_false(NdisWaitEvent(&event, 1));
	fixture_expect_violation(f, "an event is initialised before it is used");
	NdisInitializeEvent(&event);
	g_assert_false(NdisWaitEvent(&event, 5));
	NdisInitializeTimer(&timer, set_event, &event);
	NdisSetTimer(&timer, 5);
	g_assert_true(NdisWaitEvent(&event, 0));
	g_assert_true(NdisWaitEvent(&event, 1));
	NdisResetEvent(&event);
	g_assert_false(NdisWaitEvent(&event, 1));
	NdisSetEvent(&event);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	g_assert_true(NdisWaitEvent(&event, 1000));
	KeLowerIrql(irql);
	fixture_expect_violation(f, "NdisWaitEvent: called at IRQL 2");
}

static VOID count_work(PNDIS_WORK_ITEM item, PVOID context)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	if (++*(unsigned int *)context < 3)
		NdisScheduleWorkItem(item);
}

static void test_work_items(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_WORK_ITEM item;
	unsigned int count = 0;
	KIRQL irql;

	memset(&item, 0, sizeof(item));
	g_assert_cmpint(NdisScheduleWorkItem(&item), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "Routine of work item");
	NdisInitializeWorkItem(&item, count_work, &count);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	g_assert_cmpint(NdisScheduleWorkItem(&item), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpint(NdisScheduleWorkItem(&item), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "is waiting");
	KeLowerIrql(irql);
	g_assert_cmpuint(count, ==, 0);
	fixture_settle(f);
	g_assert_cmpuint(count, ==, 3);
}

static void test_spin_locks(struct ndis_fixture *f, gconstpointer data)
{
	LIST_ENTRY head, entries[2];
	NDIS_SPIN_LOCK lock;
	ULONG value = 5;

	NdisAllocateSpinLock(&lock);
	NdisAcquireSpinLock(&lock);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	NdisFreeSpinLock(&lock);
	fixture_expect_violation(f, "is held");
	NdisReleaseSpinLock(&lock);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	NdisDprAcquireSpinLock(&lock);
	fixture_expect_violation(f, "NdisDprAcquireSpinLock: called at IRQL 0");
	NdisDprReleaseSpinLock(&lock);
	fixture_expect_violation(f, "NdisDprReleaseSpinLock: called at IRQL 0");
	g_assert_cmpuint(NdisInterlockedAddUlong(&value, 3, &lock), ==, 5);
	g_assert_cmpuint(value, ==, 8);
	NdisInitializeListHead(&head);
	g_assert_null(NdisInterlockedInsertTailList(&head, &entries[0], &lock));
	g_assert_true(NdisInterlockedInsertHeadList(&head, &entries[1], &lock) == &entries[0]);
	g_assert_true(NdisInterlockedRemoveHeadList(&head, &lock) == &entries[1]);
	g_assert_true(NdisInterlockedRemoveHeadList(&head, &lock) == &entries[0]);
	g_assert_null(NdisInterlockedRemoveHeadList(&head, &lock));
	NdisFreeSpinLock(&lock);
}

static void test_strings(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_STRING a, b = NDIS_STRING_CONST("media"), c = NDIS_STRING_CONST("Median");

	NdisInitializeString(&a, (PUCHAR) "Media");
	g_assert_cmpuint(a.Length, ==, 10);
	g_assert_cmpuint(a.MaximumLength, ==, 12);
	g_assert_true(NdisEqualString(&a, &b, TRUE));
	g_assert_false(NdisEqualString(&a, &b, FALSE));
	g_assert_false(NdisEqualString(&a, &c, TRUE));
	NdisFreeString(a);
}

static void test_misc(struct ndis_fixture *f, gconstpointer data)
{
	LARGE_INTEGER before, after;
	ULONG up;

	g_assert_cmphex(NdisGetVersion(), ==, 0x00050001);
	g_assert_cmpint(NdisSystemProcessorCount(), ==, 1);
	NdisGetCurrentSystemTime(&before);
	NdisStallExecution(1000);
	NdisGetCurrentSystemTime(&after);
	g_assert_cmpint(after.QuadPart - before.QuadPart, >=, 9000);
	NdisGetSystemUpTime(&up);
	g_assert_cmpuint(up, >, 0);
	NdisWriteErrorLogEntry(f->handle, NDIS_ERROR_CODE_HARDWARE_FAILURE, 2, 0x11, 0x22);
	fixture_expect_log(f, "0xc000138a hardware failure, values 0x00000011 0x00000022");
	NdisWriteErrorLogEntry(f->handle, 0x12345678, 0);
	fixture_expect_log(f, "0x12345678 error of the driver's own");
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/objects/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("memory", test_memory);
	ADD("levels", test_levels);
	ADD("lookaside", test_lookaside);
	ADD("packets", test_packets);
	ADD("chains", test_chains);
	ADD("buffers", test_buffers);
	ADD("buffers-without", test_buffers_without);
	ADD("circular-chains", test_circular_chains);
	ADD("timers", test_timers);
	ADD("events", test_events);
	ADD("work-items", test_work_items);
	ADD("spin-locks", test_spin_locks);
	ADD("strings", test_strings);
	ADD("misc", test_misc);
	return g_test_run();
}
