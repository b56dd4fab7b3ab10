/* SPDX-License-Identifier: MIT */
/*
 * What drivers of the kernel wait for and are called back from: timers, mutexes, semaphores, work
 * items; requests that are cancelled; processors and paging.
 */
#include <string.h>

#include "ke/processor.h"
#include "ndis_fixture.h"

#include <wdm.h>

static const LARGE_INTEGER now = {.QuadPart = 0};

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static LARGE_INTEGER after(unsigned int milliseconds)
{
	return (LARGE_INTEGER){.QuadPart = -10000ll * milliseconds};
}

static NTSTATUS wait_for(void *object, unsigned int milliseconds)
{
	LARGE_INTEGER limit = after(milliseconds);

	return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &limit);
}

static unsigned int calls;
static LONGLONG called_at;

static VOID NTAPI deferred(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			   PVOID SystemArgument2)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_assert_true(DeferredContext == &calls);
	called_at = (LONGLONG)((ULONGLONG)(ULONG_PTR)SystemArgument2 << 32 |
			       PtrToUlong(SystemArgument1));
	calls++;
}

static void test_timers(struct ndis_fixture *f, gconstpointer data)
{
	LARGE_INTEGER due, time;
	KTIMER timer, other;
	KDPC dpc;

	memset(&dpc, 0, sizeof(dpc));
	memset(&timer, 0xee, sizeof(timer));
	g_assert_false(KeSetTimer(&timer, now, NULL));
	fixture_expect_log(f, "KeSetTimer: Timer");
	KeInitializeDpc(&dpc, deferred, &calls);
	KeInitializeTimer(&timer);
	KeInitializeTimerEx(&other, SynchronizationTimer);
	calls = 0;
	/* A notification timer stays signaled, the other one is taken by who waits. */
	g_assert_false(KeSetTimer(&timer, after(5), &dpc));
	g_assert_true(KeSetTimer(&timer, after(2), &dpc));
	g_assert_false(KeReadStateTimer(&timer));
	KeQuerySystemTime(&due);
	g_assert_cmpint(wait_for(&timer, 60000), ==, STATUS_SUCCESS);
	g_assert_cmpint(wait_for(&timer, 0), ==, STATUS_SUCCESS);
	g_assert_true(KeReadStateTimer(&timer));
	fixture_settle(f);
	g_assert_cmpuint(calls, ==, 1);
	KeQuerySystemTime(&time);
	g_assert_cmpint(called_at, >=, due.QuadPart);
	g_assert_cmpint(called_at, <=, time.QuadPart);
	g_assert_false(KeSetTimer(&other, after(1), NULL));
	g_assert_cmpint(wait_for(&other, 60000), ==, STATUS_SUCCESS);
	g_assert_cmpint(wait_for(&other, 0), ==, STATUS_TIMEOUT);
	g_assert_false(KeCancelTimer(&other));
	/* at a time of day that has been */
	KeQuerySystemTime(&due);
	KeSetTimer(&timer, due, &dpc);
	g_assert_cmpint(wait_for(&timer, 60000), ==, STATUS_SUCCESS);
	/* periodically */
	calls = 0;
	KeSetTimerEx(&other, after(1), 1, &dpc);
	while (calls < 4)
		g_assert_cmpint(wait_for(&other, 60000), ==, STATUS_SUCCESS);
	g_assert_true(KeCancelTimer(&other));
	g_assert_false(KeCancelTimer(&other));
	g_assert_false(KeSetTimerEx(&other, now, -1, NULL));
	fixture_expect_violation(f, "Period is -1");
}

/* A timer that is left: its memory may be gone when its time has come. */
static KTIMER left;

static NDIS_STATUS leave_timer(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	KeInitializeTimer(&left);
	KeSetTimer(&left, after(60000), NULL);
	return NDIS_STATUS_SUCCESS;
}

static void test_left_timer(struct ndis_fixture *f, gconstpointer data)
{
	fixture_stop(f);
	f->hooks.initialize = leave_timer;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	fixture_expect_log(f, "KeCancelTimer stops every timer");
	g_assert_false(KeCancelTimer(&left));
}

static VOID NTAPI count(PVOID Parameter)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	++*(unsigned int *)Parameter;
}

/* Who holds a mutex may wait; work items, which might want it, run when it is free. */
static void test_mutexes(struct ndis_fixture *f, gconstpointer data)
{
	unsigned int counted = 0;
	WORK_QUEUE_ITEM item;
	KMUTEX mutex;

	ExInitializeWorkItem(&item, count, &counted);
	KeInitializeMutex(&mutex, 0);
	g_assert_cmpint(KeReadStateMutex(&mutex), ==, 1);
	g_assert_cmpint(wait_for(&mutex, 0), ==, STATUS_SUCCESS);
	g_assert_cmpint(wait_for(&mutex, 0), ==, STATUS_SUCCESS);
	g_assert_cmpint(KeReadStateMutex(&mutex), ==, -1);
	ExQueueWorkItem(&item, DelayedWorkQueue);
	NdisMSleep(5000);
	g_assert_cmpuint(counted, ==, 0);
	g_assert_cmpint(KeReleaseMutex(&mutex, FALSE), ==, -1);
	NdisMSleep(1000);
	g_assert_cmpuint(counted, ==, 0);
	g_assert_cmpint(KeReleaseMutex(&mutex, FALSE), ==, 0);
	fixture_settle(f);
	g_assert_cmpuint(counted, ==, 1);
	g_assert_cmpint(KeReleaseMutex(&mutex, FALSE), ==, 1);
	fixture_expect_log(f, "KeReleaseMutex: mutex");
	g_assert_cmpint(KeReadStateMutex(&mutex), ==, 1);
	memset(&mutex, 0, sizeof(mutex));
	g_assert_cmpint(wait_for(&mutex, 0), ==, STATUS_INVALID_PARAMETER);
	fixture_expect_log(f, "an event, timer, mutex or semaphore is initialised");
}

static void acquire_twice(void)
{
	FAST_MUTEX mutex;

	ExInitializeFastMutex(&mutex);
	ExAcquireFastMutex(&mutex);
	ExAcquireFastMutex(&mutex);
}

static void test_fast_mutexes(struct ndis_fixture *f, gconstpointer data)
{
	unsigned int counted = 0;
	WORK_QUEUE_ITEM item;
	FAST_MUTEX mutex;

	ExInitializeWorkItem(&item, count, &counted);
	ExInitializeFastMutex(&mutex);
	ExAcquireFastMutex(&mutex);
	g_assert_false(ExTryToAcquireFastMutex(&mutex));
	ExQueueWorkItem(&item, CriticalWorkQueue);
	fixture_settle(f);
	g_assert_cmpuint(counted, ==, 0);
	ExReleaseFastMutex(&mutex);
	fixture_settle(f);
	g_assert_cmpuint(counted, ==, 1);
	g_assert_true(ExTryToAcquireFastMutex(&mutex));
	ExReleaseFastMutex(&mutex);
	ExReleaseFastMutex(&mutex);
	fixture_expect_log(f, "ExReleaseFastMutex: fast mutex");
	g_test_trap_subprocess("/kernel-objects/subprocess/fast-mutex", 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*0x000000bf MUTEX_ALREADY_OWNED*");
}

static void hold_mutex(struct ndis_fixture *f)
{
	static FAST_MUTEX mutex;

	ExInitializeFastMutex(&mutex);
	ExAcquireFastMutex(&mutex);
}

/* A mutex that is left does not keep the work items of other drivers waiting. */
static void test_left_mutex(struct ndis_fixture *f, gconstpointer data)
{
	unsigned int counted = 0;
	WORK_QUEUE_ITEM item;

	f->hooks.halt = hold_mutex;
	fixture_stop(f);
	shim_driver_stop(f->driver);
	f->driver = NULL;
	fixture_expect_log(f, "1 mutexes are held");
	ExInitializeWorkItem(&item, count, &counted);
	ExQueueWorkItem(&item, DelayedWorkQueue);
	ke_run_work_items();
	g_assert_cmpuint(counted, ==, 1);
}

/* A mutex of another driver than the one that is unloaded. */
static void test_other_mutex(struct ndis_fixture *f, gconstpointer data)
{
	unsigned int counted = 0;
	WORK_QUEUE_ITEM item;
	FAST_MUTEX fast;
	KMUTEX mutex;

	ExInitializeWorkItem(&item, count, &counted);
	ExInitializeFastMutex(&fast);
	KeInitializeMutex(&mutex, 0);
	ExAcquireFastMutex(&fast);
	wait_for(&mutex, 0);
	fixture_stop(f);
	shim_driver_stop(f->driver);
	f->driver = NULL;
	fixture_expect_log(f, "2 mutexes are held");
	ExReleaseFastMutex(&fast);
	KeReleaseMutex(&mutex, FALSE);
	ExQueueWorkItem(&item, DelayedWorkQueue);
	ke_run_work_items();
	g_assert_cmpuint(counted, ==, 1);
}

static void test_semaphores(struct ndis_fixture *f, gconstpointer data)
{
	KSEMAPHORE semaphore;

	KeInitializeSemaphore(&semaphore, 3, 2);
	fixture_expect_log(f, "Count is 3, Limit 2");
	KeInitializeSemaphore(&semaphore, 1, 2);
	g_assert_cmpint(wait_for(&semaphore, 0), ==, STATUS_SUCCESS);
	g_assert_cmpint(wait_for(&semaphore, 1), ==, STATUS_TIMEOUT);
	g_assert_cmpint(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE), ==, 0);
	g_assert_cmpint(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 1, FALSE), ==, 2);
	fixture_expect_log(f, "Adjustment is 1, the count 2, Limit 2");
	g_assert_cmpint(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 0, FALSE), ==, 2);
	fixture_expect_log(f, "Adjustment is 0");
	g_assert_cmpint(KeReadStateSemaphore(&semaphore), ==, 2);
	g_assert_cmpint(wait_for(&semaphore, 0), ==, STATUS_SUCCESS);
	g_assert_cmpint(wait_for(&semaphore, 0), ==, STATUS_SUCCESS);
	g_assert_cmpint(wait_for(&semaphore, 0), ==, STATUS_TIMEOUT);
	KeInitializeSemaphore(&semaphore, 0, 0);
	fixture_expect_log(f, "Count is 0, Limit 0");
	g_assert_cmpint(wait_for(&semaphore, 0), ==, STATUS_INVALID_PARAMETER);
	fixture_expect_log(f, "is initialised before it is used");
}

static PIO_WORKITEM io_item;

static VOID NTAPI on_device(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	g_assert_true(DeviceObject == Context);
	calls++;
	IoFreeWorkItem(io_item);
}

static NDIS_STATUS leave_work(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	static WORK_QUEUE_ITEM item;

	ExInitializeWorkItem(&item, count, &calls);
	ExQueueWorkItem(&item, DelayedWorkQueue);
	return NDIS_STATUS_FAILURE;
}

/* One that waits is prepared and queued again, as by a DPC that comes twice. */
static void prepare_twice(struct ndis_fixture *f)
{
	unsigned int counted[3] = {0};
	WORK_QUEUE_ITEM items[3];

	for (unsigned int i = 0; i < 3; i++) {
		ExInitializeWorkItem(&items[i], count, &counted[i]);
		ExQueueWorkItem(&items[i], DelayedWorkQueue);
	}
	for (unsigned int i = 0; i < 3; i += 2) {
		ExInitializeWorkItem(&items[i], count, &counted[i]);
		ExQueueWorkItem(&items[i], DelayedWorkQueue);
		fixture_expect_violation(f, "is waiting");
	}
	ke_run_work_items();
	for (unsigned int i = 0; i < 3; i++)
		g_assert_cmpuint(counted[i], ==, 1);
}

static void test_work_items(struct ndis_fixture *f, gconstpointer data)
{
	PDEVICE_OBJECT device;
	WORK_QUEUE_ITEM item;

	NdisMGetDeviceProperty(f->handle, &device, NULL, NULL, NULL, NULL);
	io_item = IoAllocateWorkItem(device);
	calls = 0;
	IoQueueWorkItem(io_item, on_device, DelayedWorkQueue, device);
	IoQueueWorkItem(io_item, on_device, DelayedWorkQueue, device);
	fixture_expect_violation(f, "is waiting");
	fixture_settle(f);
	g_assert_cmpuint(calls, ==, 1);
	IoFreeWorkItem(io_item);
	fixture_expect_violation(f, "is no work item");
	g_assert_null(IoAllocateWorkItem(NULL));
	fixture_expect_violation(f, "DeviceObject is NULL");
	io_item = IoAllocateWorkItem(device);
	IoQueueWorkItem(io_item, NULL, DelayedWorkQueue, device);
	fixture_expect_violation(f, "WorkerRoutine is NULL");
	IoQueueWorkItem(io_item, on_device, DelayedWorkQueue, device);
	IoFreeWorkItem(io_item);
	fixture_expect_violation(f, "was waiting");
	fixture_settle(f);
	g_assert_cmpuint(calls, ==, 1);
	ExInitializeWorkItem(&item, NULL, NULL);
	ExQueueWorkItem(&item, DelayedWorkQueue);
	fixture_expect_violation(f, "WorkItem->WorkerRoutine is NULL");
	prepare_twice(f);
	fixture_stop(f);
	f->hooks.initialize = leave_work;
	g_assert_cmpint(fixture_start(f), <, 0);
	fixture_expect_log(f, "the functions of all work items have run");
	calls = 0;
	ke_run_work_items();
	g_assert_cmpuint(calls, ==, 0);
}

static VOID NTAPI cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	g_assert_true(Irp->Cancel);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	IoReleaseCancelSpinLock(Irp->CancelIrql);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	calls++;
}

static NTSTATUS NTAPI on_end(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
	++*(unsigned int *)Context;
	return STATUS_MORE_PROCESSING_REQUIRED;
}

/* A function that is set for the end of cancelled requests only. */
static unsigned int ends(bool is_cancelled)
{
	PIRP irp = IoAllocateIrp(1, FALSE);
	unsigned int count = 0;

	IoSetCompletionRoutine(irp, on_end, &count, FALSE, FALSE, TRUE);
	IoSetNextIrpStackLocation(irp);
	if (is_cancelled)
		IoCancelIrp(irp);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	IoFreeIrp(irp);
	return count;
}

static void test_cancel(struct ndis_fixture *f, gconstpointer data)
{
	PIRP irp = IoAllocateIrp(1, FALSE);
	KIRQL old;

	calls = 0;
	g_assert_false(IoCancelIrp(irp));
	g_assert_true(irp->Cancel);
	g_assert_null((PVOID)(ULONG_PTR)IoSetCancelRoutine(irp, cancel));
	g_assert_true(IoCancelIrp(irp));
	g_assert_cmpuint(calls, ==, 1);
	/* It is called once. */
	g_assert_false(IoCancelIrp(irp));
	IoSetCancelRoutine(irp, cancel);
	g_assert_true(IoSetCancelRoutine(irp, NULL) == cancel);
	g_assert_false(IoCancelIrp(irp));
	IoAcquireCancelSpinLock(&old);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	IoReleaseCancelSpinLock(old);
	IoFreeIrp(irp);
	g_assert_cmpuint(ends(false), ==, 0);
	g_assert_cmpuint(ends(true), ==, 1);
}

static void test_locked_pages(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char bytes[2 * PAGE];
	PMDL mdl = IoAllocateMdl(bytes + 5, PAGE, FALSE, FALSE, NULL);

	g_assert_null(MmMapLockedPages(mdl, KernelMode));
	fixture_expect_violation(f, "MmMapLockedPages: MdlFlags");
	MmUnlockPages(mdl);
	fixture_expect_violation(f, "MmUnlockPages: MdlFlags");
	MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
	g_assert_cmphex((USHORT)mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_WRITE_OPERATION), ==,
			MDL_PAGES_LOCKED | MDL_WRITE_OPERATION);
	g_assert_true(MmMapLockedPages(mdl, KernelMode) == bytes + 5);
	g_assert_true(MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE,
						   NormalPagePriority) == bytes + 5);
	g_assert_true(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == bytes + 5);
	g_assert_true(MmGetMdlBaseVa(mdl) == PAGE_ALIGN(bytes + 5));
	MmUnmapLockedPages(bytes, mdl);
	fixture_expect_violation(f, "BaseAddress is what MmMapLockedPages returned");
	MmUnmapLockedPages(bytes + 5, mdl);
	MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
	fixture_expect_violation(f, "an MDL is built once");
	MmUnlockPages(mdl);
	g_assert_null(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority));
	MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
	g_assert_cmphex((USHORT)mdl->MdlFlags & MDL_WRITE_OPERATION, ==, 0);
	MmPrepareMdlForReuse(mdl);
	MmUnlockPages(mdl);
	IoFreeMdl(mdl);
}

static void test_memory(struct ndis_fixture *f, gconstpointer data)
{
	PHYSICAL_ADDRESS any = {.QuadPart = -1}, none = {.QuadPart = 0};
	PVOID first = MmAllocateContiguousMemorySpecifyCache(100, none, any, none, MmNonCached);
	PVOID second = MmAllocateNonCachedMemory(PAGE + 1);

	g_assert_true(first && second);
	g_assert_cmpuint((ULONG_PTR)first % PAGE | (ULONG_PTR)second % PAGE, ==, 0);
	memset(first, 1, PAGE);
	memset(second, 1, 2 * PAGE);
	MmFreeContiguousMemorySpecifyCache(first, 100, MmNonCached);
	MmFreeNonCachedMemory(second, PAGE + 1);
	MmFreeNonCachedMemory(second, PAGE + 1);
	fixture_expect_violation(f, "no memory of a driver begins at");
	g_assert_null(MmAllocateNonCachedMemory(0));
	fixture_expect_violation(f, "NumberOfBytes is 0");
}

static void test_system(struct ndis_fixture *f, gconstpointer data)
{
	LARGE_INTEGER ticks, sum = {.QuadPart = 5}, large = {.QuadPart = 1ll << 40};
	KSPIN_LOCK lock;

	KeQueryTickCount(&ticks);
	g_assert_cmpint(ticks.QuadPart, <=,
			(LONGLONG)(KeQueryInterruptTime() / KeQueryTimeIncrement()));
	g_assert_cmpint(ticks.QuadPart, >, 0);
	g_assert_cmpuint(KeQueryActiveProcessors(), ==, 1);
	KeSetSystemAffinityThread(1);
	KeRevertToUserAffinityThread();
	KeSetSystemAffinityThread(2);
	fixture_expect_log(f, "Affinity is 0x2");
	g_assert_nonnull(KeGetCurrentThread());
	g_assert_true(KeGetCurrentThread() == KeGetCurrentThread());
	KeEnterCriticalRegion();
	KeLeaveCriticalRegion();
	KeFlushWriteBuffer();
	KeInitializeSpinLock(&lock);
	g_assert_cmpint(ExInterlockedAddLargeInteger(&sum, large, &lock).QuadPart, ==, 5);
	ExInterlockedAddLargeStatistic(&sum, ~0u);
	g_assert_cmpint(sum.QuadPart, ==, (1ll << 40) + 5 + 0xffffffffll);
	g_assert_true(MmLockPagableCodeSection(test_system) == (PVOID)(ULONG_PTR)test_system);
	MmUnlockPagableImageSection(MmLockPagableDataSection(&lock));
	g_assert_true(MmPageEntireDriver(&lock) == &lock);
	MmResetDriverPaging(&lock);
	MmLockPagableDataSection(NULL);
	fixture_expect_log(f, "AddressWithinSection is NULL");
	g_assert_cmpint(MmQuerySystemSize(), ==, MmLargeSystem);
	g_assert_false(MmIsThisAnNtAsSystem());
	g_assert_cmpint(PowerDeviceD3, ==, (int)NdisDeviceStateD3);
}

#define ADD(name, function)                                                                        \
	g_test_add("/kernel-objects/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("timers", test_timers);
	ADD("left-timer", test_left_timer);
	ADD("mutexes", test_mutexes);
	ADD("fast-mutexes", test_fast_mutexes);
	ADD("left-mutex", test_left_mutex);
	ADD("other-mutex", test_other_mutex);
	ADD("semaphores", test_semaphores);
	ADD("work-items", test_work_items);
	ADD("cancel", test_cancel);
	ADD("locked-pages", test_locked_pages);
	ADD("memory", test_memory);
	ADD("system", test_system);
	g_test_add_func("/kernel-objects/subprocess/fast-mutex", acquire_twice);
	return g_test_run();
}
