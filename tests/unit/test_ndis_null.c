/* SPDX-License-Identifier: MIT */
/*
 * NULL where no correct driver gives it: every function of NDIS names the call and the argument,
 * returns what says "nothing", and does nothing else.
 */
#include <string.h>

#include "ndis_fixture.h"

#define FAILURE	  NDIS_STATUS_FAILURE
#define RESOURCES NDIS_STATUS_RESOURCES

static NDIS_HANDLE driver, adapter, handle;
static NDIS_MINIPORT_INTERRUPT interrupt;
static NDIS_MINIPORT_TIMER timer;
static NDIS_SPIN_LOCK lock;
static NPAGED_LOOKASIDE_LIST lookaside;
static LIST_ENTRY list, entry;
static PNDIS_BUFFER buffer, buffer_out;
static PNDIS_PACKET packet;
static PNDIS_CONFIGURATION_PARAMETER parameter;
static NDIS_STRING string, without_buffer = {.Length = 4, .MaximumLength = 4};
static NDIS_PHYSICAL_ADDRESS address;
static NDIS_STATUS status;
static unsigned char bytes[100];
static BOOLEAN flag;
static UINT number;
static PVOID va;
static PDEVICE_OBJECT device;
static RTL_QUERY_REGISTRY_TABLE query[1];
static ULONG value;

static LONG got; /* the status, pointer or length that a call returned or stored, as a number */

#define VALUE(call)   (got = (LONG)(call))
#define POINTER(call) (got = (call) != NULL)
#define STATUS(call)  (status = 12345, call, got = status)
#define STORED(call)  (va = bytes, call, got = va != NULL)
#define NUMBER(call)  (number = 12345, call, got = (LONG)number)
#define FLAG(call)    (flag = 55, call, got = flag)

/* IRQL, expected result, the argument, call. */
#define CALLS(X)                                                                                   \
	X(0, 0, "NdisWrapperHandle", NdisMInitializeWrapper(NULL, NULL, NULL, NULL))               \
	X(0, 0, "Status", NdisAllocatePacketPool(NULL, &handle, 1, 0))                             \
	X(0, RESOURCES, "PoolHandle", STATUS(NdisAllocatePacketPool(&status, NULL, 1, 0)))         \
	X(0, 0, "Status", NdisAllocatePacketPoolEx(NULL, &handle, 1, 1, 0))                        \
	X(0, RESOURCES, "PoolHandle", STATUS(NdisAllocatePacketPoolEx(&status, NULL, 1, 1, 0)))    \
	X(0, 0, "Status", NdisAllocatePacket(NULL, &packet, handle))                               \
	X(0, RESOURCES, "Packet", STATUS(NdisAllocatePacket(&status, NULL, handle)))               \
	X(2, 0, "Status", NdisDprAllocatePacket(NULL, &packet, handle))                            \
	X(2, RESOURCES, "Packet", STATUS(NdisDprAllocatePacket(&status, NULL, handle)))            \
	X(0, 0, "Packet", NdisChainBufferAtFront(NULL, buffer))                                    \
	X(0, 0, "Buffer", NdisChainBufferAtFront(packet, NULL))                                    \
	X(0, 0, "Packet", NdisChainBufferAtBack(NULL, buffer))                                     \
	X(0, 0, "Buffer", NdisChainBufferAtBack(packet, NULL))                                     \
	X(0, 0, "Packet", STORED(NdisUnchainBufferAtFront(NULL, (PNDIS_BUFFER *)&va)))             \
	X(0, 0, "Buffer", NdisUnchainBufferAtFront(packet, NULL))                                  \
	X(0, 0, "Packet", STORED(NdisUnchainBufferAtBack(NULL, (PNDIS_BUFFER *)&va)))              \
	X(0, 0, "Buffer", NdisUnchainBufferAtBack(packet, NULL))                                   \
	X(0, 0, "Packet", NUMBER(NdisQueryPacket(NULL, NULL, NULL, NULL, &number)))                \
	X(0, 0, "Packet", NUMBER(NdisQueryPacketLength(NULL, &number)))                            \
	X(0, 0, "TotalPacketLength", NdisQueryPacketLength(packet, NULL))                          \
	X(0, 0, "Packet",                                                                          \
	  STORED(NdisGetFirstBufferFromPacket(NULL, &buffer_out, &va, &number, &number)))          \
	X(0, 0, "FirstBuffer", NdisGetFirstBufferFromPacket(packet, NULL, &va, &number, &number))  \
	X(0, 0, "FirstBufferVA",                                                                   \
	  NdisGetFirstBufferFromPacket(packet, &buffer_out, NULL, &number, &number))               \
	X(0, 0, "FirstBufferLength",                                                               \
	  NdisGetFirstBufferFromPacket(packet, &buffer_out, &va, NULL, &number))                   \
	X(0, 0, "TotalBufferLength",                                                               \
	  NdisGetFirstBufferFromPacket(packet, &buffer_out, &va, &number, NULL))                   \
	X(0, 0, "Status", NdisAllocateBufferPool(NULL, &handle, 1))                                \
	X(0, 0, "PoolHandle", NdisAllocateBufferPool(&status, NULL, 1))                            \
	X(0, 0, "Status", NdisAllocateBuffer(NULL, &buffer_out, NULL, bytes, 1))                   \
	X(0, 0, "Buffer", NdisAllocateBuffer(&status, NULL, NULL, bytes, 1))                       \
	X(0, 0, "Buffer", NUMBER(NdisQueryBuffer(NULL, NULL, &number)))                            \
	X(0, 0, "Length", STORED(NdisQueryBuffer(buffer, &va, NULL)))                              \
	X(0, 0, "Buffer", NUMBER(NdisGetBufferPhysicalArraySize(NULL, &number)))                   \
	X(0, 0, "ArraySize", NdisGetBufferPhysicalArraySize(buffer, NULL))                         \
	X(0, 0, "Buffer", NdisFlushBuffer(NULL, TRUE))                                             \
	X(0, FAILURE, "VirtualAddress", VALUE(NdisAllocateMemoryWithTag(NULL, 1, 'abcd')))         \
	X(0, FAILURE, "VirtualAddress", VALUE(NdisAllocateMemory(NULL, 1, 0, address)))            \
	X(0, 0, "Lookaside", NdisInitializeNPagedLookasideList(NULL, NULL, NULL, 0, 8, 'abcd', 0)) \
	X(0, 0, "Lookaside", POINTER(NdisAllocateFromNPagedLookasideList(NULL)))                   \
	X(0, 0, "Lookaside", NdisFreeToNPagedLookasideList(NULL, bytes))                           \
	X(0, 0, "Entry", NdisFreeToNPagedLookasideList(&lookaside, NULL))                          \
	X(0, 0, "Lookaside", NdisDeleteNPagedLookasideList(NULL))                                  \
	X(0, 0, "Status", NdisOpenConfiguration(NULL, &handle, NULL))                              \
	X(0, FAILURE, "ConfigurationHandle", STATUS(NdisOpenConfiguration(&status, NULL, NULL)))   \
	X(0, 0, "Status", NdisReadConfiguration(NULL, &parameter, NULL, &string, 0))               \
	X(0, FAILURE, "ParameterValue",                                                            \
	  STATUS(NdisReadConfiguration(&status, NULL, NULL, &string, 0)))                          \
	X(0, FAILURE, "Keyword",                                                                   \
	  STATUS(NdisReadConfiguration(&status, &parameter, NULL, NULL, 0)))                       \
	X(0, 0, "Status", NdisWriteConfiguration(NULL, NULL, &string, (PVOID)bytes))               \
	X(0, FAILURE, "Keyword",                                                                   \
	  STATUS(NdisWriteConfiguration(&status, NULL, NULL, (PVOID)bytes)))                       \
	X(0, FAILURE, "ParameterValue",                                                            \
	  STATUS(NdisWriteConfiguration(&status, NULL, &string, NULL)))                            \
	X(0, 0, "Status", NdisReadNetworkAddress(NULL, &va, &number, NULL))                        \
	X(0, FAILURE, "NetworkAddress",                                                            \
	  STATUS(NdisReadNetworkAddress(&status, NULL, &number, NULL)))                            \
	X(0, FAILURE, "NetworkAddressLength",                                                      \
	  STATUS(NdisReadNetworkAddress(&status, &va, NULL, NULL)))                                \
	X(0, 0, "Status", NdisMQueryAdapterResources(NULL, NULL, NULL, &number))                   \
	X(0, FAILURE, "BufferSize", STATUS(NdisMQueryAdapterResources(&status, NULL, NULL, NULL))) \
	X(0, FAILURE, "VirtualAddress", VALUE(NdisMMapIoSpace(NULL, adapter, address, 4)))         \
	X(0, FAILURE, "PortOffset", VALUE(NdisMRegisterIoPortRange(NULL, adapter, 0, 1)))          \
	X(0, 0, "Buffer", VALUE(NdisReadPciSlotInformation(adapter, 0, 0, NULL, 4)))               \
	X(0, 0, "Buffer", VALUE(NdisWritePciSlotInformation(adapter, 0, 0, NULL, 4)))              \
	X(0, FAILURE, "Interrupt",                                                                 \
	  VALUE(NdisMRegisterInterrupt(NULL, adapter, 0, 0, FALSE, TRUE, NdisInterruptLatched)))   \
	X(0, 0, "SynchronizeFunction",                                                             \
	  VALUE(NdisMSynchronizeWithInterrupt(&interrupt, NULL, NULL)))                            \
	X(2, 0, "ReceivePackets", NdisMIndicateReceivePacket(adapter, NULL, 1))                    \
	X(2, 0, "HeaderBuffer", NdisMEthIndicateReceive(adapter, NULL, NULL, 14, bytes, 9, 9))     \
	X(2, 0, "LookaheadBuffer", NdisMEthIndicateReceive(adapter, NULL, bytes, 14, NULL, 9, 9))  \
	X(0, 0, "Event", NdisInitializeEvent(NULL))                                                \
	X(0, 0, "WorkItem", NdisInitializeWorkItem(NULL, NULL, NULL))                              \
	X(0, FAILURE, "WorkItem", VALUE(NdisScheduleWorkItem(NULL)))                               \
	X(0, 0, "Timer", NdisMInitializeTimer(NULL, adapter, NULL, NULL))                          \
	X(0, 0, "Timer", NdisInitializeTimer(NULL, NULL, NULL))                                    \
	X(0, 0, "Timer", NdisMSetTimer(NULL, 1))                                                   \
	X(0, 0, "Timer", NdisSetTimer(NULL, 1))                                                    \
	X(0, 0, "Timer", NdisMSetPeriodicTimer(NULL, 1))                                           \
	X(0, 0, "Timer", FLAG(NdisMCancelTimer(NULL, &flag)))                                      \
	X(0, 0, "TimerCancelled", NdisMCancelTimer(&timer, NULL))                                  \
	X(0, 0, "Timer", FLAG(NdisCancelTimer(NULL, &flag)))                                       \
	X(0, 0, "CurrentTime", NdisGetCurrentSystemTime(NULL))                                     \
	X(0, 0, "SystemUpTime", NdisGetSystemUpTime(NULL))                                         \
	X(0, 0, "SpinLock", NdisAllocateSpinLock(NULL))                                            \
	X(0, 0, "SpinLock", NdisFreeSpinLock(NULL))                                                \
	X(0, 0, "SpinLock", NdisAcquireSpinLock(NULL))                                             \
	X(2, 0, "SpinLock", NdisReleaseSpinLock(NULL))                                             \
	X(2, 0, "SpinLock", NdisDprAcquireSpinLock(NULL))                                          \
	X(2, 0, "SpinLock", NdisDprReleaseSpinLock(NULL))                                          \
	X(0, 0, "Addend", VALUE(NdisInterlockedAddUlong(NULL, 1, &lock)))                          \
	X(0, 0, "SpinLock", VALUE(NdisInterlockedAddUlong(&number, 1, NULL)))                      \
	X(0, 0, "ListHead", POINTER(NdisInterlockedInsertHeadList(NULL, &entry, &lock)))           \
	X(0, 0, "ListEntry", POINTER(NdisInterlockedInsertHeadList(&list, NULL, &lock)))           \
	X(0, 0, "SpinLock", POINTER(NdisInterlockedInsertTailList(&list, &entry, NULL)))           \
	X(0, 0, "ListEntry", POINTER(NdisInterlockedInsertTailList(&list, NULL, &lock)))           \
	X(0, 0, "ListHead", POINTER(NdisInterlockedRemoveHeadList(NULL, &lock)))                   \
	X(0, 0, "Status", NdisOpenFile(NULL, &handle, &number, &string, address))                  \
	X(0, FAILURE, "FileHandle",                                                                \
	  STATUS(NdisOpenFile(&status, NULL, &number, &string, address)))                          \
	X(0, FAILURE, "FileLength",                                                                \
	  STATUS(NdisOpenFile(&status, &handle, NULL, &string, address)))                          \
	X(0, FAILURE, "FileName", STATUS(NdisOpenFile(&status, &handle, &number, NULL, address)))  \
	X(0, 0, "Status", NdisMapFile(NULL, &va, NULL))                                            \
	X(0, FAILURE, "MappedBuffer", STATUS(NdisMapFile(&status, NULL, NULL)))                    \
	X(0, FAILURE, "pDeviceObject",                                                             \
	  VALUE(NdisMRegisterDevice(driver, &string, &string, NULL, NULL, &va)))                   \
	X(0, FAILURE, "NdisDeviceHandle",                                                          \
	  VALUE(NdisMRegisterDevice(driver, &string, &string, NULL, &device, NULL)))               \
	X(0, FAILURE, "AssignedResources", VALUE(NdisMPciAssignResources(adapter, 0, NULL)))       \
	X(2, 0, "pSharedMemory", STORED(NdisCreateLookaheadBufferFromSharedMemory(NULL, 8, &va)))  \
	X(0, STATUS_INVALID_PARAMETER, "Path",                                                     \
	  VALUE(RtlQueryRegistryValues(0, NULL, query, NULL, NULL)))                               \
	X(0, STATUS_INVALID_PARAMETER, "QueryTable",                                               \
	  VALUE(RtlQueryRegistryValues(0, L"", NULL, NULL, NULL)))                                 \
	X(0, 0, "DestinationString", RtlInitAnsiString(NULL, "text"))                              \
	X(0, 0, "DestinationString", RtlCopyUnicodeString(NULL, &string))                          \
	X(0, STATUS_INVALID_PARAMETER, "String",                                                   \
	  VALUE(RtlUnicodeStringToInteger(NULL, 10, &value)))                                      \
	X(0, STATUS_INVALID_PARAMETER, "Value",                                                    \
	  VALUE(RtlUnicodeStringToInteger(&string, 10, NULL)))                                     \
	X(0, 0, "Destination", NdisInitializeString(NULL, bytes))                                  \
	X(0, 0, "Source", NdisInitializeString(&string, NULL))                                     \
	X(0, 0, "String1", VALUE(NdisEqualString(NULL, &string, TRUE)))                            \
	X(0, 0, "String2", VALUE(NdisEqualString(&string, NULL, TRUE)))                            \
	X(0, 0, "String1->Buffer", VALUE(NdisEqualString(&without_buffer, &without_buffer, TRUE)))

static const struct null_call {
	KIRQL irql;
	LONG expected;
	const char *argument;
	const char *source;
} calls[] = {
#define X(irql, expected, argument, ...) {irql, (LONG)(expected), argument, #__VA_ARGS__},
	CALLS(X)
#undef X
};

enum { FIRST_LINE = __COUNTER__ + 1 };

static void call(unsigned int index)
{
	switch (index) {
#define X(irql, expected, argument, ...)                                                           \
	case __COUNTER__ - FIRST_LINE:                                                             \
		__VA_ARGS__;                                                                       \
		break;
		CALLS(X)
#undef X
	}
}

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	unsigned char room[512];
	PNDIS_RESOURCE_LIST resources = (PNDIS_RESOURCE_LIST)(void *)room;
	const CM_PARTIAL_RESOURCE_DESCRIPTOR *found = resources->PartialDescriptors;
	UINT size = sizeof(room);

	NdisMQueryAdapterResources(&status, configuration, resources, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	while (found->Type != CmResourceTypeInterrupt)
		found++;
	return NdisMRegisterInterrupt(&interrupt, f->handle, found->u.Interrupt.Vector,
				      found->u.Interrupt.Level, FALSE, TRUE,
				      NdisInterruptLevelSensitive);
}

static void halt(struct ndis_fixture *f)
{
	NdisMDeregisterInterrupt(&interrupt);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	g_assert_cmpint(fixture_start(f), ==, 0);
	driver = f->driver;
	adapter = f->handle;
	buffer = fixture_buffer(bytes, sizeof(bytes));
	NdisAllocatePacketPool(&status, &handle, 1, 0);
	NdisAllocatePacket(&status, &packet, handle);
	NdisAllocateSpinLock(&lock);
	InitializeListHead(&list);
	NdisInitializeNPagedLookasideList(&lookaside, NULL, NULL, 0, 8, 'abcd', 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	NdisDeleteNPagedLookasideList(&lookaside);
	NdisFreeSpinLock(&lock);
	NdisFreePacket(packet);
	NdisFreePacketPool(handle);
	NdisFreeBuffer(buffer);
	fixture_tear_down(f);
}

static void test_calls(struct ndis_fixture *f, gconstpointer data)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(calls); i++) {
		const struct null_call *c = &calls[i];
		char *text = g_strdup_printf("%s is NULL", c->argument);
		KIRQL old;

		g_test_message("%s", c->source);
		got = c->expected;
		KeRaiseIrql(c->irql, &old);
		call(i);
		g_assert_cmpuint(KeGetCurrentIrql(), ==, c->irql);
		KeLowerIrql(old);
		if (got != c->expected)
			g_error("%s returned 0x%x", c->source, (unsigned int)got);
		fixture_expect_violation(f, text);
		g_free(text);
	}
	g_assert_null(packet->Private.Head);
	g_assert_true(IsListEmpty(&list));
}

/* An event is checked by its contents: NULL has none. */
static void test_events(struct ndis_fixture *f, gconstpointer data)
{
	NdisSetEvent(NULL);
	fixture_expect_violation(f, "event (nil) is not");
	NdisResetEvent(NULL);
	fixture_expect_violation(f, "event (nil) is not");
	g_assert_false(NdisWaitEvent(NULL, 1));
	fixture_expect_violation(f, "event (nil) is not");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/ndis/null/calls", struct ndis_fixture, NULL, set_up, test_calls, tear_down);
	g_test_add("/ndis/null/events", struct ndis_fixture, NULL, set_up, test_events, tear_down);
	return g_test_run();
}
