/* SPDX-License-Identifier: MIT */
/*
 * Bugs of NDISwrapper and FreeBSD (ndis-hal-dma.md section 14), each as a test that the bug would
 * fail.  The table of all known bugs is in test_known_bugs.c.
 */
#include <errno.h>
#include <string.h>

#include "known_bugs_fixture.h"

/* ---- NDISwrapper --------------------------------------------------------------------------- */

/* An IOMMU that offers address 0 first. */
static void test_address_0_means_free(struct ndis_fixture *f, gconstpointer data)
{
	static const struct logical_range lowest = {0, 64 * PAGE - 1};

	fake_set_ranges(f->platform, &lowest, 1);
	start(f);
	for (ULONG i = 0; i < 4; i++)
		transmit(f, plan.memory, 1514, i);
}

static void test_mapping_errors_unseen(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	PNDIS_BUFFER buffer;

	start(f);
	buffer = fixture_buffer(plan.memory, 100);
	fake_fail_map(f->platform, 0, -ENOMEM);
	g_assert_cmpuint(map(f, buffer, 2, true, runs), ==, 0);
	fixture_expect_log(f, "NdisMStartBufferPhysicalMapping: buffer");
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	NdisFreeBuffer(buffer);
	transmit(f, plan.memory, 100, 2);
}

/* Three pages, none next to the other for the device. */
static void test_buffers_taken_for_contiguous(struct ndis_fixture *f, gconstpointer data)
{
	f->options.dma.fragment = DMA_FRAGMENT_PAGE;
	plan.maximum = 3 * PAGE;
	start(f);
	g_assert_cmpuint(transmit(f, plan.memory + 100, 2 * PAGE, 1), ==, 3);
}

static struct completion {
	unsigned int calls;
	PVOID va;
	bool has_address;
	ULONG length;
	PVOID context;
} completion;

/* The fixture has checked that the first argument is the context of NdisMSetAttributesEx. */
static void note_completion(struct ndis_fixture *f, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
			    ULONG length, PVOID context)
{
	completion.calls++;
	completion.va = va;
	completion.has_address = logical != NULL;
	completion.length = length;
	completion.context = context;
	/* No lock is held: the driver may go on at once. */
	if (va)
		NdisMFreeSharedMemory(f->handle, length, TRUE, va, *logical);
}

static void request_memory(struct ndis_fixture *f)
{
	g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, 3000, TRUE, &plan), ==,
			NDIS_STATUS_PENDING);
	fixture_settle(f);
	g_assert_cmpuint(completion.calls, ==, 1);
	g_assert_true(completion.context == &plan);
}

static void start_async(struct ndis_fixture *f)
{
	f->hooks.allocate_complete = note_completion;
	completion = (struct completion){0};
	start(f);
}

static void test_completes_with_the_wrong_context(struct ndis_fixture *f, gconstpointer data)
{
	start_async(f);
	request_memory(f);
	g_assert_nonnull(completion.va);
	g_assert_cmpuint(completion.length, ==, 3000);
}

static void test_failure_without_an_address(struct ndis_fixture *f, gconstpointer data)
{
	start_async(f);
	fake_fail_map(f->platform, 0, -ENOSPC);
	request_memory(f);
	g_assert_null(completion.va);
	g_assert_false(completion.has_address);
	g_assert_cmpuint(completion.length, ==, 0);
}

static void test_says_nothing_when_mapped(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2], others[2];
	PNDIS_BUFFER first, second;
	unsigned char found[100];

	start(f);
	first = fixture_buffer(plan.memory, 100);
	second = fixture_buffer(plan.memory + PAGE, 100);
	g_assert_cmpuint(map(f, first, 0, true, runs), ==, 1);
	g_assert_cmpuint(map(f, second, 0, true, others), ==, 0);
	fixture_expect_violation(f, "map register 0 still maps buffer");
	read_runs(f, runs, 1, found, 100);
	g_assert_true(!memcmp(found, plan.memory, 100));
	NdisMCompleteBufferPhysicalMapping(f->handle, first, 0);
	NdisFreeBuffer(first);
	NdisFreeBuffer(second);
}

/* ---- FreeBSD ------------------------------------------------------------------------------- */

static void test_index_off_by_one(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	PNDIS_BUFFER buffer;

	start(f);
	transmit(f, plan.memory, 100, 3);
	buffer = fixture_buffer(plan.memory, 100);
	g_assert_cmpuint(map(f, buffer, 4, true, runs), ==, 0);
	fixture_expect_violation(f, "PhysicalMapRegister is 4, the adapter has 4");
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 4);
	fixture_expect_violation(f, "PhysicalMapRegister is 4, the adapter has 4");
	NdisFreeBuffer(buffer);
}

static void share_memory(struct ndis_fixture *f)
{
	NDIS_PHYSICAL_ADDRESS logical, wrong;
	PVOID va, other = NULL;
	NDIS_PHYSICAL_ADDRESS other_logical;

	g_assert_cmpint(allocate(f, 1, 100), ==, NDIS_STATUS_SUCCESS);
	NdisMAllocateSharedMemory(f->handle, 5000, FALSE, &va, &logical);
	NdisMAllocateSharedMemory(f->handle, 5000, FALSE, &other, &other_logical);
	g_assert_nonnull(va);
	g_assert_nonnull(other);
	g_assert_cmphex((uint64_t)logical.QuadPart, >, 0x3E7FFFFF);
	g_assert_cmphex((uint64_t)logical.QuadPart, <, (uint64_t)1 << 32);
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, (char *)va + 1, logical);
	fixture_expect_violation(f, "no shared memory of the adapter begins at");
	wrong.QuadPart = logical.QuadPart + 1;
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, wrong);
	fixture_expect_violation(f, "those of the allocation");
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, other_logical);
	fixture_expect_violation(f, "those of the allocation");
	/* Nothing has gone. */
	g_assert_true(fake_is_mapped(f->platform, (logical_t){(uint64_t)logical.QuadPart}));
	g_assert_true(fake_is_mapped(f->platform, (logical_t){(uint64_t)other_logical.QuadPart}));
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, logical);
	/* Cached alone does not say which memory is meant: reported, and freed. */
	NdisMFreeSharedMemory(f->handle, 5000, TRUE, other, other_logical);
	fixture_expect_violation(f, "cached 1");
	g_assert_false(fake_is_mapped(f->platform, (logical_t){(uint64_t)other_logical.QuadPart}));
	NdisMFreeMapRegisters(f->handle);
}

/* Addresses above 1 GiB only, all of them good for a NIC with 32 bits. */
static void test_shared_memory(struct ndis_fixture *f, gconstpointer data)
{
	static const struct logical_range high = {0xc0000000, 0xfedfffff};

	fake_set_ranges(f->platform, &high, 1);
	plan.during = share_memory;
	start(f);
}

static void test_async_request_leaks(struct ndis_fixture *f, gconstpointer data)
{
	start_async(f);
	fake_fail_memory(f->platform, 0, -ENOMEM);
	request_memory(f);
	g_assert_null(completion.va);
	/* The request itself is what AddressSanitizer looks for at the end. */
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
}

static void test_transmit_can_be_written(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	struct platform_fault fault;
	unsigned char byte;
	PNDIS_BUFFER buffer;
	logical_t at;

	start(f);
	buffer = fixture_buffer(plan.memory, 100);
	g_assert_cmpuint(map(f, buffer, 0, true, runs), ==, 1);
	at.value = (uint64_t)runs[0].PhysicalAddress.QuadPart;
	g_assert_cmpint(fake_device_write(f->platform, at, "x", 1), ==, -EFAULT);
	g_assert_cmpint(fake_device_read(f->platform, at, &byte, 1), ==, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	g_assert_cmpuint(map(f, buffer, 0, false, runs), ==, 1);
	g_assert_cmpint(fake_device_read(f->platform, at, &byte, 1), ==, -EFAULT);
	g_assert_cmpint(fake_device_write(f->platform, at, "x", 1), ==, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	g_assert_cmpuint(plan.memory[0], ==, 'x');
	while (platform_next_fault(f->platform, &fault) == 1)
		continue;
	NdisFreeBuffer(buffer);
}

static void test_error_leaves_the_outputs(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	PNDIS_BUFFER buffer;

	start(f);
	buffer = fixture_buffer(plan.memory, 1515);
	g_assert_cmpuint(map(f, buffer, 0, true, runs), ==, 0);
	fixture_expect_violation(f, "1515 bytes, MaximumBufferSize is 1514");
	NdisFreeBuffer(buffer);
}

static void ask_for_lists(struct ndis_fixture *f)
{
	g_assert_cmphex((uint32_t)NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514), ==,
			(uint32_t)NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "no DMA with 32 address bits");
	g_assert_cmpint(NdisMInitializeScatterGatherDma(f->handle, TRUE, 1514), ==,
			NDIS_STATUS_SUCCESS);
}

static void test_lists_without_addresses(struct ndis_fixture *f, gconstpointer data)
{
	static const struct logical_range high = {(uint64_t)1 << 32, ((uint64_t)1 << 36) - 1};

	fake_set_ranges(f->platform, &high, 1);
	plan.count = 0;
	plan.during = ask_for_lists;
	start(f);
}

static void fail_to_allocate(struct ndis_fixture *f)
{
	for (unsigned int successes = 0; successes < 4; successes++) {
		fake_fail_map(f->platform, successes, -ENOMEM);
		g_assert_cmphex((uint32_t)allocate(f, 4, 1514), ==,
				(uint32_t)NDIS_STATUS_RESOURCES);
		fixture_expect_log(f, "no room for 4 map registers");
		g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	}
}

static void test_creation_errors_ignored(struct ndis_fixture *f, gconstpointer data)
{
	f->options.dma.policy = DMA_POLICY_COPY;
	plan.during = fail_to_allocate;
	start(f);
}

static void free_twice(struct ndis_fixture *f)
{
	g_assert_cmpint(allocate(f, 8, 1514), ==, NDIS_STATUS_SUCCESS);
	NdisMFreeMapRegisters(f->handle);
	NdisMFreeMapRegisters(f->handle);
	fixture_expect_violation(f, "the adapter has no map registers");
}

static void test_free_keeps_its_pointers(struct ndis_fixture *f, gconstpointer data)
{
	plan.during = free_twice;
	start(f);
}

static void count_registers(struct ndis_fixture *f)
{
	UINT count = 0;

	g_assert_cmpint(NdisQueryMapRegisterCount(NdisInterfacePci, &count), ==,
			NDIS_STATUS_SUCCESS);
	/* So many there are, and no more. */
	g_assert_cmpint(allocate(f, count, 1), ==, NDIS_STATUS_SUCCESS);
	NdisMFreeMapRegisters(f->handle);
	g_assert_cmphex((uint32_t)allocate(f, count + 1, 1), ==, (uint32_t)NDIS_STATUS_RESOURCES);
}

static void test_always_8192(struct ndis_fixture *f, gconstpointer data)
{
	plan.during = count_registers;
	start(f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	KNOWN_BUG("ndiswrapper-address-0-means-free", test_address_0_means_free);
	KNOWN_BUG("ndiswrapper-mapping-errors-unseen", test_mapping_errors_unseen);
	KNOWN_BUG("ndiswrapper-buffers-taken-for-contiguous", test_buffers_taken_for_contiguous);
	KNOWN_BUG("ndiswrapper-completes-with-the-wrong-context",
		  test_completes_with_the_wrong_context);
	KNOWN_BUG("ndiswrapper-failure-without-an-address", test_failure_without_an_address);
	KNOWN_BUG("ndiswrapper-says-nothing-when-mapped", test_says_nothing_when_mapped);
	KNOWN_BUG("freebsd-index-off-by-one", test_index_off_by_one);
	KNOWN_BUG("freebsd-shared-memory-below-1-gib", test_shared_memory);
	KNOWN_BUG("freebsd-free-accepts-another-address", test_shared_memory);
	KNOWN_BUG("freebsd-completes-with-the-wrong-context",
		  test_completes_with_the_wrong_context);
	KNOWN_BUG("freebsd-async-request-leaks", test_async_request_leaks);
	KNOWN_BUG("freebsd-transmit-can-be-written", test_transmit_can_be_written);
	KNOWN_BUG("freebsd-error-leaves-the-outputs", test_error_leaves_the_outputs);
	KNOWN_BUG("freebsd-lists-without-addresses", test_lists_without_addresses);
	KNOWN_BUG("freebsd-creation-errors-ignored", test_creation_errors_ignored);
	KNOWN_BUG("freebsd-free-keeps-its-pointers", test_free_keeps_its_pointers);
	KNOWN_BUG("freebsd-always-8192", test_always_8192);
	return g_test_run();
}
