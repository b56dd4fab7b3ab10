/* SPDX-License-Identifier: MIT */
/* Shared memory: both ways of allocating it, freeing it, and what drivers do wrong. */
#include <errno.h>
#include <string.h>

#include "ndis_fixture.h"

#include <wdm.h>

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_24BITS, 4, 1514);
}

static void halt(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static logical_t device_address(NDIS_PHYSICAL_ADDRESS logical)
{
	return (logical_t){(uint64_t)logical.QuadPart};
}

static void exercise(struct ndis_fixture *f, PVOID va, NDIS_PHYSICAL_ADDRESS logical, ULONG length)
{
	g_autofree unsigned char *bytes = g_malloc(length);

	g_assert_cmpint(logical.QuadPart, >, 0);
	g_assert_cmpint(logical.QuadPart + length, <=, 1 << 24);
	g_assert_cmpuint((uintptr_t)va % PAGE, ==, 0);
	fill(va, length, 7);
	g_assert_cmpint(fake_device_read(f->platform, device_address(logical), bytes, length), ==,
			0);
	g_assert_cmpmem(bytes, length, va, length);
	fill(bytes, length, 99);
	g_assert_cmpint(fake_device_write(f->platform, device_address(logical), bytes, length), ==,
			0);
	NdisMUpdateSharedMemory(f->handle, length, va, logical);
	g_assert_cmpmem(bytes, length, va, length);
}

static NDIS_STATUS initialize_use(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	static const ULONG lengths[] = {1, 100, 4096, 4097, 65536};
	NDIS_PHYSICAL_ADDRESS logical[G_N_ELEMENTS(lengths)];
	PVOID va[G_N_ELEMENTS(lengths)];

	initialize(f, configuration);
	g_assert_cmpuint(NdisMGetDmaAlignment(f->handle), ==, 64);
	g_assert_cmpuint(NdisGetCacheFillSize(), ==, 64);
	g_assert_cmpuint(NdisGetSharedDataAlignment(), ==, 64);
	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		NdisMAllocateSharedMemory(f->handle, lengths[i], i & 1, &va[i], &logical[i]);
		g_assert_nonnull(va[i]);
		exercise(f, va[i], logical[i], lengths[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		size_t index = (i + 2) % G_N_ELEMENTS(lengths);

		NdisMFreeSharedMemory(f->handle, lengths[index], index & 1, va[index],
				      logical[index]);
		g_assert_false(fake_is_mapped(f->platform, device_address(logical[index])));
	}
	/* More than 16 MiB below 16 MiB: the only sign of failure is NULL. */
	NdisMAllocateSharedMemory(f->handle, 0x2000000, FALSE, &va[0], &logical[0]);
	g_assert_null(va[0]);
	g_assert_cmpint(logical[0].QuadPart, ==, 0);
	fake_fail_memory(f->platform, 0, -ENOMEM);
	NdisMAllocateSharedMemory(f->handle, 4096, FALSE, &va[0], &logical[0]);
	g_assert_null(va[0]);
	fake_fail_map(f->platform, 0, -ENOSPC);
	NdisMAllocateSharedMemory(f->handle, 4096, FALSE, &va[0], &logical[0]);
	g_assert_null(va[0]);
	return NDIS_STATUS_SUCCESS;
}

static void test_use(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_use;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_expect_log(f, "no 4096 bytes of shared memory");
}

static NDIS_STATUS initialize_misuse(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical, wrong;
	KIRQL irql;
	PVOID va;

	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	g_assert_null(va);
	fixture_expect_violation(f, "neither map registers nor scatter/gather DMA");
	g_assert_cmpuint(NdisMGetDmaAlignment(f->handle), ==, 64);
	fixture_expect_violation(f, "NdisMGetDmaAlignment");
	initialize(f, configuration);
	NdisMAllocateSharedMemory(f->handle, 0, FALSE, &va, &logical);
	g_assert_null(va);
	fixture_expect_violation(f, "Length is 0");
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	KeLowerIrql(irql);
	g_assert_null(va);
	fixture_expect_violation(f, "NdisMAllocateSharedMemory: called at IRQL 2");

	NdisMAllocateSharedMemory(f->handle, 5000, FALSE, &va, &logical);
	g_assert_nonnull(va);
	NdisMFreeSharedMemory(f->handle, 4999, FALSE, va, logical);
	fixture_expect_violation(f, "4999 bytes");
	wrong.QuadPart = logical.QuadPart + 1;
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, wrong);
	fixture_expect_violation(f, "given for 5000 bytes");
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, (PUCHAR)va + 1, logical);
	fixture_expect_violation(f, "no shared memory of the adapter begins at");
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, NULL, logical);
	fixture_expect_violation(f, "no shared memory of the adapter begins at");

	wrong.QuadPart = logical.QuadPart + 1000;
	NdisMUpdateSharedMemory(f->handle, 4000, (PUCHAR)va + 1000, wrong);
	NdisMUpdateSharedMemory(f->handle, 4001, (PUCHAR)va + 1000, wrong);
	fixture_expect_violation(f, "4001 bytes at");
	NdisMUpdateSharedMemory(f->handle, 4000, (PUCHAR)va + 1000, logical);
	NdisMUpdateSharedMemory(f->handle, 1, f, logical);
	fixture_expect_violations(f, 2, "1 bytes at");

	/* Freeing is allowed at DISPATCH_LEVEL. */
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, logical);
	KeLowerIrql(irql);
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, logical);
	fixture_expect_violation(f, "freed once");
	return NDIS_STATUS_SUCCESS;
}

static void test_misuse(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS logical;
	PVOID va;

	f->hooks.initialize = initialize_misuse;
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	g_assert_null(va);
	fixture_expect_violation(f, "called after MiniportInitialize");
}

static struct {
	unsigned int calls, failures;
	PVOID va[10];
	NDIS_PHYSICAL_ADDRESS logical[10];
	PVOID context[10];
} completed;

static void allocate_complete(struct ndis_fixture *f, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
			      ULONG length, PVOID context)
{
	if (va) {
		g_assert_cmpuint(length, ==, 3000);
		exercise(f, va, *logical, length);
		completed.logical[completed.calls] = *logical;
	} else {
		g_assert_null(logical);
		g_assert_cmpuint(length, ==, 0);
		completed.failures++;
	}
	completed.va[completed.calls] = va;
	completed.context[completed.calls] = context;
	completed.calls++;
}

static void test_async(struct ndis_fixture *f, gconstpointer data)
{
	KIRQL irql;

	memset(&completed, 0, sizeof(completed));
	f->hooks.allocate_complete = allocate_complete;
	g_assert_cmpint(fixture_start(f), ==, 0);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	for (size_t i = 0; i < 3; i++)
		g_assert_cmpint(
			NdisMAllocateSharedMemoryAsync(f->handle, 3000, FALSE, (PVOID)(i + 1)), ==,
			NDIS_STATUS_PENDING);
	KeLowerIrql(irql);
	/* Never from within the call. */
	g_assert_cmpuint(completed.calls, ==, 0);
	fake_fail_memory(f->platform, 1, -ENOMEM);
	fixture_settle(f);
	g_assert_cmpuint(completed.calls, ==, 3);
	g_assert_cmpuint(completed.failures, ==, 1);
	g_assert_null(completed.va[1]);
	for (size_t i = 0; i < 3; i++) {
		g_assert_true(completed.context[i] == (PVOID)(i + 1));
		if (completed.va[i])
			NdisMFreeSharedMemory(f->handle, 3000, FALSE, completed.va[i],
					      completed.logical[i]);
	}
	fixture_settle(f);
	g_assert_cmpuint(completed.calls, ==, 3);
	fixture_expect_log(f, "NdisMAllocateSharedMemoryAsync: no 3000 bytes");

	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 0, FALSE, NULL), ==,
			NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "Length is 0");
	KeRaiseIrql(HIGH_LEVEL, &irql);
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 10, FALSE, NULL), ==,
			NDIS_STATUS_FAILURE);
	KeLowerIrql(irql);
	fixture_expect_violation(f, "called at IRQL 15");
}

static void halt_async(struct ndis_fixture *f)
{
	/* What was pending is complete; nothing new is taken. */
	g_assert_cmpuint(completed.calls, ==, 1);
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 3000, FALSE, NULL), ==,
			NDIS_STATUS_FAILURE);
	NdisMFreeSharedMemory(f->handle, 3000, FALSE, completed.va[0], completed.logical[0]);
	NdisMFreeMapRegisters(f->handle);
}

static void test_async_at_halt(struct ndis_fixture *f, gconstpointer data)
{
	memset(&completed, 0, sizeof(completed));
	f->hooks.allocate_complete = allocate_complete;
	f->hooks.halt = halt_async;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 3000, FALSE, NULL), ==,
			NDIS_STATUS_PENDING);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	fixture_settle(f);
	g_assert_cmpuint(completed.calls, ==, 1);
}

static NDIS_EVENT allocated;

static void set_allocated(struct ndis_fixture *f, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
			  ULONG length, PVOID context)
{
	allocate_complete(f, va, logical, length, context);
	NdisSetEvent(&allocated);
}

/* A driver that keeps others out while it waits for the memory. */
static void test_async_with_mutex(struct ndis_fixture *f, gconstpointer data)
{
	FAST_MUTEX mutex;

	memset(&completed, 0, sizeof(completed));
	f->hooks.allocate_complete = set_allocated;
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisInitializeEvent(&allocated);
	ExInitializeFastMutex(&mutex);
	ExAcquireFastMutex(&mutex);
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 3000, FALSE, NULL), ==,
			NDIS_STATUS_PENDING);
	g_assert_true(NdisWaitEvent(&allocated, 60000));
	ExReleaseFastMutex(&mutex);
	NdisMFreeSharedMemory(f->handle, 3000, FALSE, completed.va[0], completed.logical[0]);
}

static void test_async_without_handler(struct ndis_fixture *f, gconstpointer data)
{
	/* An NDIS 3 miniport cannot have one. */
	f->major = 3;
	f->minor = 0;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 10, FALSE, NULL), ==,
			NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "AllocateCompleteHandler is NULL");
}

static NDIS_STATUS initialize_leak(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical;
	PVOID va;

	initialize(f, configuration);
	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	NdisMAllocateSharedMemory(f->handle, 10000, FALSE, &va, &logical);
	return NDIS_STATUS_SUCCESS;
}

static void test_leak(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_leak;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_statistics(f).dma.common_bytes, >=, 4 * PAGE);
	/* Map registers are freed before the shared memory, which then is leaked twice. */
	g_assert_cmpuint(fixture_stop(f), ==, 2);
	fixture_expect_violations(f, 3, "10000 bytes at");
}

static NDIS_STATUS initialize_fail(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	initialize_leak(f, configuration);
	return NDIS_STATUS_ADAPTER_NOT_FOUND;
}

/* A failing MiniportInitialize must clean up itself: MiniportHalt is not called. */
static void test_leak_of_initialize(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_fail;
	g_assert_cmpint(fixture_start(f), ==, -EIO);
	g_assert_cmpuint(f->halts, ==, 0);
	fixture_expect_violations(f, 3, "MiniportInitialize failed: NDIS_STATUS_ADAPTER_NOT_FOUND");
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/shared-memory/" name, struct ndis_fixture, NULL, set_up, function,       \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("use", test_use);
	ADD("misuse", test_misuse);
	ADD("async", test_async);
	ADD("async-at-halt", test_async_at_halt);
	ADD("async-with-mutex", test_async_with_mutex);
	ADD("async-without-handler", test_async_without_handler);
	ADD("leak", test_leak);
	ADD("leak-of-initialize", test_leak_of_initialize);
	return g_test_run();
}
