/* SPDX-License-Identifier: MIT */
/* The kernel's own objects in the hands of drivers: DPCs, events, queued locks, clocks, bug checks. */
#include <string.h>

#include <glib.h>
#include <wdm.h>

#include "include/ndis_shim.h"
#include "ke/processor.h"

static GString *events;
static char *log_text;
static size_t log_length;
static FILE *log_stream;

static void expect(const char *text)
{
	g_assert_cmpstr(events->str, ==, text);
	g_string_truncate(events, 0);
}

static void expect_log(const char *text)
{
	fflush(log_stream);
	if (!strstr(log_text, text))
		g_error("\"%s\" is not in the log: %s", text, log_text);
	rewind(log_stream);
	memset(log_text, 0, log_length);
}

static VOID NTAPI routine(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			  PVOID SystemArgument2)
{
	g_string_append_printf(events, "%s%s%s@%u ", (const char *)DeferredContext,
			       (const char *)SystemArgument1, (const char *)SystemArgument2,
			       KeGetCurrentIrql());
}

static void test_dpcs(void)
{
	KDPC first, second, urgent;
	KIRQL old;

	memset(&first, 0, sizeof(first));
	memset(&second, 0, sizeof(second));
	memset(&urgent, 0, sizeof(urgent));
	KeInitializeDpc(&first, routine, "a");
	KeInitializeDpc(&second, routine, "b");
	KeInitializeDpc(&urgent, routine, "c");
	KeSetImportanceDpc(&urgent, HighImportance);
	g_assert_true(KeInsertQueueDpc(&first, "1", "2"));
	expect("a12@2 ");
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_true(KeInsertQueueDpc(&first, "3", ""));
	g_assert_false(KeInsertQueueDpc(&first, "4", ""));
	g_assert_true(KeInsertQueueDpc(&second, "", ""));
	g_assert_true(KeInsertQueueDpc(&urgent, "", ""));
	g_assert_true(KeRemoveQueueDpc(&second));
	g_assert_false(KeRemoveQueueDpc(&second));
	expect("");
	KeLowerIrql(old);
	expect("c@2 a3@2 ");
	KeFlushQueuedDpcs();
	expect("");
	memset(&first, 0, sizeof(first));
	g_assert_false(KeInsertQueueDpc(&first, NULL, NULL));
	expect_log("rule: a DPC is initialised");
	KeInitializeDpc(&first, NULL, NULL);
	expect_log("DeferredRoutine");
}

static void ring(void *context)
{
	KeSetEvent(context, IO_NO_INCREMENT, FALSE);
}

static void test_events(void)
{
	LARGE_INTEGER none = {.QuadPart = 0}, some = {.QuadPart = -20 * 10000};
	struct ke_dpc dpc = {0};
	KEVENT event;
	KIRQL old;

	KeInitializeEvent(&event, SynchronizationEvent, TRUE);
	g_assert_cmpint(KeReadStateEvent(&event), ==, 1);
	g_assert_cmphex(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), ==,
			STATUS_SUCCESS);
	/* Who waits takes it. */
	g_assert_cmphex(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &none), ==,
			STATUS_TIMEOUT);
	g_assert_cmphex(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &some), ==,
			STATUS_TIMEOUT);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ke_dpc_queue(&dpc, ring, &event);
	KeLowerIrql(old);
	g_assert_cmphex(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), ==,
			STATUS_SUCCESS);

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	g_assert_cmpint(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), ==, 0);
	g_assert_cmpint(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), ==, 1);
	g_assert_cmphex(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), ==,
			STATUS_SUCCESS);
	g_assert_cmpint(KeResetEvent(&event), ==, 1);
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	KeClearEvent(&event);
	g_assert_cmpint(KeReadStateEvent(&event), ==, 0);

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmphex(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &some), ==,
			STATUS_TIMEOUT);
	KeLowerIrql(old);
	expect_log("KeWaitForSingleObject");
	memset(&event, 0, sizeof(event));
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	expect_log("rule: an event is initialised");
}

static void test_clocks(void)
{
	LARGE_INTEGER wait = {.QuadPart = -30000}, day, frequency, count;
	ULONGLONG before = KeQueryInterruptTime();

	g_assert_cmphex(KeDelayExecutionThread(KernelMode, FALSE, &wait), ==, STATUS_SUCCESS);
	g_assert_cmpuint(KeQueryInterruptTime() - before, >=, 30000);
	before = KeQueryInterruptTime();
	KeStallExecutionProcessor(50);
	g_assert_cmpuint(KeQueryInterruptTime() - before, >=, 500 - 1);
	count = KeQueryPerformanceCounter(&frequency);
	g_assert_cmpint(frequency.QuadPart, ==, 1000000000);
	g_assert_cmpint(KeQueryPerformanceCounter(NULL).QuadPart, >=, count.QuadPart);
	KeQuerySystemTime(&day);
	/* 2020, in units of 100 ns since 1601 */
	g_assert_cmpint(day.QuadPart, >, 132223104000000000);
}

static void test_processors(void)
{
	PROCESSOR_NUMBER number = {7, 7, 7};
	KAFFINITY active = 0;

	g_assert_cmpuint(KeGetCurrentProcessorNumber(), ==, 0);
	g_assert_cmpuint(KeGetCurrentProcessorNumberEx(&number), ==, 0);
	g_assert_cmpuint(number.Group + number.Number, ==, 0);
	g_assert_cmpuint(KeGetCurrentProcessorNumberEx(NULL), ==, 0);
	g_assert_cmpuint(KeQueryActiveProcessorCount(&active), ==, 1);
	g_assert_cmpuint(active, ==, 1);
	g_assert_cmpuint(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS), ==, 1);
	g_assert_cmpuint(KeQueryActiveProcessorCountEx(1), ==, 0);
	g_assert_cmphex(KeGetProcessorNumberFromIndex(0, &number), ==, STATUS_SUCCESS);
	g_assert_cmphex(KeGetProcessorNumberFromIndex(1, &number), ==, STATUS_INVALID_PARAMETER);
	KeMemoryBarrierWithoutFence();
}

static __attribute__((noinline)) void barrier(void)
{
	KeMemoryBarrier();
}

/* A locked instruction is no barrier in a guest with one emulated processor. */
static void test_memory_barrier(void)
{
	static const unsigned char mfence[] = {0x0f, 0xae, 0xf0};

	barrier();
	g_assert_nonnull(memmem((const void *)(uintptr_t)barrier, 128, mfence, sizeof(mfence)));
}

static void test_queued_locks(void)
{
	KLOCK_QUEUE_HANDLE handle;
	KSPIN_LOCK lock;
	KIRQL old;

	KeInitializeSpinLock(&lock);
	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	KeReleaseInStackQueuedSpinLock(&handle);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	KeLowerIrql(old);
}

static PVOID find(const WCHAR *name)
{
	UNICODE_STRING string;

	RtlInitUnicodeString(&string, name);
	return MmGetSystemRoutineAddress(&string);
}

static void test_system_routines(void)
{
	g_assert_true(find(L"KeGetCurrentProcessorNumber") ==
		      (PVOID)(uintptr_t)KeGetCurrentProcessorNumber);
	g_assert_null(find(L"KeIsOfNoSuchName"));
	/* The C library is not part of the kernel. */
	g_assert_null(find(L"getpid"));
	g_assert_null(find(L""));
	g_assert_null(find(L"Ke\x20AC"));
	g_assert_null(MmGetSystemRoutineAddress(NULL));
	expect_log("SystemRoutineName");
}

static VOID NTAPI on_bug_check(PVOID Buffer, ULONG Length)
{
	fprintf(stderr, "driver saw %s, %u bytes\n", (const char *)Buffer, Length);
}

static VOID NTAPI dump(KBUGCHECK_CALLBACK_REASON Reason,
		       struct _KBUGCHECK_REASON_CALLBACK_RECORD *Record, PVOID ReasonSpecificData,
		       ULONG ReasonSpecificDataLength)
{
	static const unsigned char bytes[] = {0xDE, 0xAD, 0x01};
	PKBUGCHECK_SECONDARY_DUMP_DATA data = ReasonSpecificData;

	g_assert_cmpuint(ReasonSpecificDataLength, ==, sizeof(*data));
	if (data->OutBuffer) {
		memcpy(data->OutBuffer, bytes, sizeof(bytes));
	} else {
		data->Guid.Data1 = 0x12345678;
		data->OutBuffer = data->InBuffer;
		data->OutBufferLength = sizeof(bytes);
	}
}

static void die_with_callbacks(void)
{
	static KBUGCHECK_CALLBACK_RECORD record;
	static KBUGCHECK_REASON_CALLBACK_RECORD with_reason;

	shim_log_to(stderr);
	KeInitializeCallbackRecord(&record);
	KeInitializeCallbackRecord(&with_reason);
	g_assert_true(KeRegisterBugCheckCallback(&record, on_bug_check, "state", 6,
						 (PUCHAR)"nic"));
	g_assert_true(KeRegisterBugCheckReasonCallback(&with_reason, dump,
						       KbCallbackSecondaryDumpData,
						       (PUCHAR)"dump"));
	KeBugCheckEx(0xE2, 1, 2, 3, 4);
}

static void test_bug_check_callbacks(void)
{
	KBUGCHECK_CALLBACK_RECORD record;
	KBUGCHECK_REASON_CALLBACK_RECORD with_reason;

	KeInitializeCallbackRecord(&record);
	KeInitializeCallbackRecord(&with_reason);
	g_assert_false(KeDeregisterBugCheckCallback(&record));
	g_assert_true(KeRegisterBugCheckCallback(&record, on_bug_check, NULL, 0, NULL));
	g_assert_false(KeRegisterBugCheckCallback(&record, on_bug_check, NULL, 0, NULL));
	g_assert_true(KeDeregisterBugCheckCallback(&record));
	g_assert_false(KeDeregisterBugCheckCallback(&record));
	g_assert_false(KeRegisterBugCheckReasonCallback(&with_reason, dump, KbCallbackDumpIo,
							(PUCHAR)"nic"));
	expect_log("only KbCallbackSecondaryDumpData (2)");
	g_assert_true(KeRegisterBugCheckReasonCallback(
		&with_reason, dump, KbCallbackSecondaryDumpData, (PUCHAR)"nic"));
	g_assert_true(KeDeregisterBugCheckReasonCallback(&with_reason));
	g_assert_false(KeDeregisterBugCheckReasonCallback(&with_reason));
	g_test_trap_subprocess("/ke-kernel/bug-check/subprocess/callbacks", 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*driver saw state, 6 bytes*");
	g_test_trap_assert_stderr("*3 bytes for the dump from dump, {12345678*: de ad 01*");
}

int main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	events = g_string_new(NULL);
	log_stream = open_memstream(&log_text, &log_length);
	shim_log_to(log_stream);
	g_test_add_func("/ke-kernel/dpcs", test_dpcs);
	g_test_add_func("/ke-kernel/events", test_events);
	g_test_add_func("/ke-kernel/clocks", test_clocks);
	g_test_add_func("/ke-kernel/processors", test_processors);
	g_test_add_func("/ke-kernel/memory-barrier", test_memory_barrier);
	g_test_add_func("/ke-kernel/queued-locks", test_queued_locks);
	g_test_add_func("/ke-kernel/system-routines", test_system_routines);
	g_test_add_func("/ke-kernel/bug-check", test_bug_check_callbacks);
	g_test_add_func("/ke-kernel/bug-check/subprocess/callbacks", die_with_callbacks);
	result = g_test_run();
	shim_log_to(stderr);
	fclose(log_stream);
	free(log_text);
	g_string_free(events, TRUE);
	return result;
}
