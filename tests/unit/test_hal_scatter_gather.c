/* SPDX-License-Identifier: MIT */
/* Get, Put, Calculate and Build of scatter/gather lists. */
#include <errno.h>
#include <stdlib.h>

#include "hal_fixture.h"

#define HEADER	16u
#define ELEMENT 24u

struct got {
	PSCATTER_GATHER_LIST list;
	PIRP irp;
	unsigned int calls;
};

static VOID take_list(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	struct got *got = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	got->list = list;
	got->irp = irp;
	got->calls++;
}

static NTSTATUS get(struct hal_fixture *f, PDMA_ADAPTER adapter, PMDL mdl, PVOID va, size_t length,
		    bool to_device, struct got *got)
{
	NTSTATUS status;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	status = adapter->DmaOperations->GetScatterGatherList(
		adapter, f->object, mdl, va, (ULONG)length, take_list, got, to_device);
	KeLowerIrql(old);
	return status;
}

static void put(PDMA_ADAPTER adapter, PSCATTER_GATHER_LIST list, bool to_device)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	adapter->DmaOperations->PutScatterGatherList(adapter, list, to_device);
	KeLowerIrql(old);
}

#define IS(status, expected) g_assert_cmphex((ULONG)(status), ==, (ULONG)(expected))

/* A chain of buffers with odd offsets and lengths, one of them empty. */
static const size_t offsets[] = {1, PAGE + 4090, 5 * PAGE, 6 * PAGE + 2048, 9 * PAGE + 3};
static const size_t lengths[] = {14, 2 * PAGE, 0, PAGE + 1, 777};
#define BUFFERS G_N_ELEMENTS(offsets)

static PMDL make_chain(struct hal_fixture *f, size_t *total)
{
	PMDL first = NULL;
	PMDL *link = &first;

	*total = 0;
	for (unsigned int i = 0; i < BUFFERS; i++) {
		*link = hal_mdl(f->heap + offsets[i], lengths[i]);
		link = &(*link)->Next;
		*total += lengths[i];
	}
	return first;
}

static void free_chain(PMDL first)
{
	while (first) {
		PMDL next = first->Next;

		IoFreeMdl(first);
		first = next;
	}
}

/* The bytes of the chain, as one transfer of hal_fill(), from byte @skip of the first buffer on. */
static void chain_bytes(struct hal_fixture *f, unsigned char *bytes, size_t skip, bool write)
{
	for (unsigned int i = 0; i < BUFFERS; i++) {
		size_t from = i ? 0 : skip;

		if (write)
			memcpy(f->heap + offsets[i] + from, bytes, lengths[i] - from);
		else
			memcpy(bytes, f->heap + offsets[i] + from, lengths[i] - from);
		bytes += lengths[i] - from;
	}
}

static void check_list(struct hal_fixture *f, PSCATTER_GATHER_LIST list, size_t length,
		       bool to_device, unsigned int seed)
{
	size_t done = 0;

	for (ULONG i = 0; i < list->NumberOfElements; i++) {
		const SCATTER_GATHER_ELEMENT *element = &list->Elements[i];

		g_assert_cmpuint(element->Length, >, 0);
		if (to_device)
			hal_device_reads(f, element->Address, element->Length, seed, done);
		else
			hal_device_writes(f, element->Address, element->Length, seed, done);
		if (f->options.dma.fragment == DMA_FRAGMENT_PAGE && list->NumberOfElements > 1)
			g_assert_cmphex(
				(uint64_t)element->Address.QuadPart / PAGE, ==,
				((uint64_t)element->Address.QuadPart + element->Length - 1) / PAGE);
		done += element->Length;
	}
	g_assert_cmpuint(done, ==, length);
}

static void run_chain(struct hal_fixture *f, bool scatter_gather, bool to_device, size_t skip)
{
	DEVICE_DESCRIPTION description = hal_master(f, scatter_gather, 32 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	struct got got = {0};
	unsigned char *bytes;
	size_t total;
	PMDL chain = make_chain(f, &total);

	total -= skip;
	bytes = malloc(total);
	hal_fill(bytes, total, 9);
	chain_bytes(f, bytes, skip, true);
	f->object->CurrentIrp = (PIRP)&got;
	IS(get(f, adapter, chain, f->heap + offsets[0] + skip, total, to_device, &got),
	   STATUS_SUCCESS);
	g_assert_cmpuint(got.calls, ==, 1);
	g_assert_true(got.irp == (PIRP)&got);
	if (!scatter_gather)
		g_assert_cmpuint(got.list->NumberOfElements, ==, 1);
	check_list(f, got.list, total, to_device, to_device ? 9 : 50);
	put(adapter, got.list, to_device);
	chain_bytes(f, bytes, skip, false);
	hal_check(bytes, total, to_device ? 9 : 50);
	free(bytes);
	free_chain(chain);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_chains(struct hal_fixture *f, gconstpointer data)
{
	for (unsigned int i = 0; i < 8; i++)
		run_chain(f, i & 1, i & 2, i & 4 ? 13 : 0);
}

/* More elements than any implementation that stops at 16. */
static void test_many_elements(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 63 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	struct got got = {0};
	PMDL chain = NULL;

	for (unsigned int i = 60; i-- > 0;) {
		PMDL mdl = hal_mdl(f->heap + i * PAGE + i, 100);

		mdl->Next = chain;
		chain = mdl;
		hal_fill(f->heap + i * PAGE + i, 100, i);
	}
	IS(get(f, adapter, chain, f->heap, 6000, true, &got), STATUS_SUCCESS);
	g_assert_cmpuint(got.list->NumberOfElements, ==, 60);
	for (unsigned int i = 0; i < 60; i++)
		hal_device_reads(f, got.list->Elements[i].Address, 100, i, 0);
	put(adapter, got.list, true);
	free_chain(chain);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_waiting(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 4 * PAGE);
	struct got got[5] = {{0}};
	PDMA_ADAPTER adapter;
	PMDL mdl;
	ULONG registers;

	hal_restart(f, 5);
	adapter = hal_get(f, &description, &registers);
	g_assert_cmpuint(registers, ==, 5);
	mdl = hal_mdl(f->heap, 4 * PAGE);
	hal_fill(f->heap, 4 * PAGE, 1);
	/* Any number of requests of one device. */
	for (unsigned int i = 0; i < 5; i++)
		IS(get(f, adapter, mdl, f->heap, 2 * PAGE, true, &got[i]), STATUS_SUCCESS);
	g_assert_true(got[0].calls && got[1].calls && !got[2].calls);
	g_assert_cmpuint(hal_statistics(f).waiting, ==, 3);
	put(adapter, got[1].list, true);
	g_assert_true(got[2].calls && !got[3].calls);
	check_list(f, got[2].list, 2 * PAGE, true, 1);
	/* The mapping of who has waited fails: it is told with an empty list. */
	fake_fail_map(f->platform, 0, -ENOSPC);
	put(adapter, got[0].list, true);
	hal_expect_log(f, "no room: ");
	g_assert_true(got[3].calls && got[3].list->NumberOfElements == 0 && !got[4].calls);
	put(adapter, got[3].list, true);
	g_assert_cmpuint(got[4].calls, ==, 1);
	put(adapter, got[2].list, true);
	put(adapter, got[4].list, true);
	/* Who need not wait is not called. */
	fake_fail_map(f->platform, 0, -ENOSPC);
	got[0].calls = 0;
	IS(get(f, adapter, mdl, f->heap, PAGE, true, &got[0]), STATUS_INSUFFICIENT_RESOURCES);
	g_assert_cmpuint(got[0].calls, ==, 0);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_size(struct hal_fixture *f, gconstpointer data)
{
	static const struct {
		size_t offset;
		size_t length;
		ULONG registers;
	} cases[] = {
		{0, 1, 1}, {4095, 2, 2}, {0, 4096, 1}, {1, 4096, 2}, {1, 65536, 17},
	};

	for (unsigned int i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		bool scatter_gather = i & 1;
		DEVICE_DESCRIPTION description = hal_master(f, scatter_gather, 32 * PAGE);
		PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
		PDMA_OPERATIONS table = adapter->DmaOperations;
		size_t offset = cases[i / 2].offset, length = cases[i / 2].length;
		PMDL mdl = hal_mdl(f->heap + offset, length);
		ULONG size, registers, expected;
		KIRQL old;

		expected = HEADER + ELEMENT * (scatter_gather ? cases[i / 2].registers : 1);
		for (unsigned int without = 0; without < 2; without++) {
			/* Any level. */
			KeRaiseIrql(HIGH_LEVEL, &old);
			IS(table->CalculateScatterGatherList(adapter, without ? NULL : mdl,
							     f->heap + offset, (ULONG)length, &size,
							     &registers),
			   STATUS_SUCCESS);
			KeLowerIrql(old);
			g_assert_cmpuint(size, ==, expected);
			g_assert_cmpuint(registers, ==, cases[i / 2].registers);
		}
		IS(table->CalculateScatterGatherList(adapter, mdl, f->heap + offset, (ULONG)length,
						     &size, NULL),
		   STATUS_SUCCESS);
		size = 7;
		IS(table->CalculateScatterGatherList(adapter, mdl, f->heap + offset,
						     (ULONG)length + 1, &size, NULL),
		   STATUS_BUFFER_TOO_SMALL);
		IS(table->CalculateScatterGatherList(adapter, mdl, f->heap + offset, 0, &size,
						     NULL),
		   STATUS_INVALID_PARAMETER);
		hal_expect(f, 0x21, "Length is 0");
		IS(table->CalculateScatterGatherList(adapter, mdl, f->heap + offset + length, 1,
						     &size, NULL),
		   STATUS_INVALID_PARAMETER);
		hal_expect(f, 0x1F, "CurrentVa");
		g_assert_cmpuint(size, ==, 7);
		IS(table->CalculateScatterGatherList(adapter, mdl, f->heap + offset, 1, NULL, NULL),
		   STATUS_INVALID_PARAMETER);
		hal_expect(f, -1, "ScatterGatherListSize");
		IoFreeMdl(mdl);
		table->PutDmaAdapter(adapter);
	}
}

static void test_build(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 32 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PDMA_OPERATIONS table = adapter->DmaOperations;
	PMDL mdl = hal_mdl(f->heap + 5, 3 * PAGE);
	struct got got = {0};
	ULONG size;
	KIRQL old;
	void *memory;

	IS(table->CalculateScatterGatherList(adapter, mdl, f->heap + 5, 3 * PAGE, &size, NULL),
	   STATUS_SUCCESS);
	memory = malloc(size);
	hal_fill(f->heap + 5, 3 * PAGE, 4);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IS(table->BuildScatterGatherList(adapter, f->object, mdl, f->heap + 5, 3 * PAGE, take_list,
					 &got, TRUE, memory, size - 1),
	   STATUS_BUFFER_TOO_SMALL);
	IS(table->BuildScatterGatherList(adapter, f->object, mdl, f->heap + 5, 3 * PAGE, take_list,
					 &got, TRUE, NULL, size),
	   STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "ScatterGatherBuffer");
	g_assert_cmpuint(got.calls, ==, 0);
	IS(table->BuildScatterGatherList(adapter, f->object, mdl, f->heap + 5, 3 * PAGE, take_list,
					 &got, TRUE, memory, size),
	   STATUS_SUCCESS);
	KeLowerIrql(old);
	g_assert_true(got.list == memory);
	check_list(f, got.list, 3 * PAGE, true, 4);
	put(adapter, got.list, true);
	free(memory);
	IoFreeMdl(mdl);
	table->PutDmaAdapter(adapter);
}

static void test_mdl_from_list(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 32 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PDMA_OPERATIONS table = adapter->DmaOperations;
	PMDL mdl = hal_mdl(f->heap + 5, 3 * PAGE), target = NULL, one;
	struct got got = {0};

	IS(get(f, adapter, mdl, f->heap + 5, 3 * PAGE, false, &got), STATUS_SUCCESS);
	IS(table->BuildMdlFromScatterGatherList(adapter, got.list, mdl, &target), STATUS_SUCCESS);
	one = target;
	for (ULONG i = 0; i < got.list->NumberOfElements; i++, one = one->Next) {
		uint64_t address = (uint64_t)got.list->Elements[i].Address.QuadPart;

		g_assert_cmpuint(MmGetMdlByteCount(one), ==, got.list->Elements[i].Length);
		g_assert_cmphex((uint64_t)MmGetMdlVirtualAddress(one), ==, address);
		g_assert_cmphex(MmGetMdlPfnArray(one)[0], ==, address / PAGE);
		g_assert_cmphex(one->MdlFlags, ==, MDL_PAGES_LOCKED);
	}
	g_assert_null(one);
	free_chain(target);
	IS(table->BuildMdlFromScatterGatherList(adapter, got.list, NULL, &target),
	   STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "may be NULL");
	put(adapter, got.list, false);
	IS(table->BuildMdlFromScatterGatherList(adapter, got.list, mdl, &target),
	   STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "not put yet");
	IoFreeMdl(mdl);
	table->PutDmaAdapter(adapter);
}

static void expect_refused(struct hal_fixture *f, PDMA_ADAPTER adapter, PMDL mdl, void *va,
			   size_t length, NTSTATUS status, int code, const char *text)
{
	struct got got = {0};

	IS(get(f, adapter, mdl, va, length, true, &got), status);
	g_assert_cmpuint(got.calls, ==, 0);
	hal_expect(f, code, text);
}

static void test_misuse(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 4 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PDMA_OPERATIONS table = adapter->DmaOperations;
	unsigned char *va = f->heap + 10;
	PMDL mdl = hal_mdl(va, 100), raw = IoAllocateMdl(va, 100, FALSE, FALSE, NULL);
	PMDL large = hal_mdl(f->heap, 10 * PAGE);
	struct got got = {0};
	KIRQL old;

	expect_refused(f, adapter, mdl, va, 0, STATUS_INVALID_PARAMETER, 0x21, "Length is 0");
	expect_refused(f, adapter, mdl, va - 1, 1, STATUS_INVALID_PARAMETER, 0x1F, "CurrentVa");
	expect_refused(f, adapter, mdl, va + 100, 1, STATUS_INVALID_PARAMETER, 0x1F, "CurrentVa");
	expect_refused(f, adapter, mdl, va, 101, STATUS_BUFFER_TOO_SMALL, 0x24, "1 of 101 bytes");
	expect_refused(f, adapter, mdl, va + 50, 51, STATUS_BUFFER_TOO_SMALL, 0x24,
		       "1 of 51 bytes");
	expect_refused(f, adapter, raw, va, 1, STATUS_INVALID_PARAMETER, 0x0E, "locked in memory");
	expect_refused(f, adapter, NULL, va, 1, STATUS_INVALID_PARAMETER, -1, "may be NULL");
	expect_refused(f, adapter, large, f->heap, 5 * PAGE + 1, STATUS_INSUFFICIENT_RESOURCES,
		       0x15, "need 6, granted are 5");
	/* A buffer further down the chain. */
	mdl->Next = raw;
	expect_refused(f, adapter, mdl, va, 101, STATUS_INVALID_PARAMETER, 0x0E,
		       "locked in memory");
	mdl->Next = NULL;
	IS(table->GetScatterGatherList(adapter, f->object, mdl, va, 1, take_list, &got, TRUE),
	   STATUS_INVALID_PARAMETER);
	hal_expect(f, 0x13, "DISPATCH_LEVEL");
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IS(table->GetScatterGatherList(adapter, NULL, mdl, va, 1, take_list, &got, TRUE),
	   STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "DeviceObject");
	IS(table->GetScatterGatherList(adapter, f->object, mdl, va, 1, NULL, &got, TRUE),
	   STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "ExecutionRoutine NULL");
	KeLowerIrql(old);
	g_assert_cmpuint(got.calls, ==, 0);

	IS(get(f, adapter, mdl, va, 100, false, &got), STATUS_SUCCESS);
	IoFreeMdl(mdl);
	hal_expect(f, 0x10, "is not freed");
	hal_device_writes(f, got.list->Elements[0].Address, 100, 66, 0);
	put(adapter, got.list, true);
	hal_expect(f, 0x16, "the direction of the list counts");
	hal_check(va, 100, 66);
	put(adapter, got.list, false);
	hal_expect(f, 0x06, "is no list of the adapter");
	put(adapter, NULL, false);
	hal_expect(f, 0x06, "is no list of the adapter");
	IS(get(f, adapter, mdl, va, 100, true, &got), STATUS_SUCCESS);
	table->PutScatterGatherList(adapter, got.list, TRUE);
	hal_expect(f, 0x13, "PutScatterGatherList");
	IS(get(f, adapter, mdl, va, 100, true, &got), STATUS_SUCCESS);
	table->PutDmaAdapter(adapter);
	hal_expect(f, 0x0A, "is not put");
	IoFreeMdl(mdl);
	IoFreeMdl(raw);
	IoFreeMdl(large);
}

struct nested {
	struct hal_fixture *f;
	PDMA_ADAPTER adapter;
	PMDL mdl;
	struct got got;
	unsigned int depth;
};

static VOID again(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	struct nested *n = context;
	PDMA_OPERATIONS table = n->adapter->DmaOperations;

	n->depth++;
	if (n->depth < 50)
		IS(table->GetScatterGatherList(n->adapter, n->f->object, n->mdl, n->f->heap, PAGE,
					       again, n, TRUE),
		   STATUS_SUCCESS);
	table->PutScatterGatherList(n->adapter, list, TRUE);
}

static void test_from_the_routine(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	struct nested n = {
		.f = f, .adapter = hal_get(f, &description, NULL), .mdl = hal_mdl(f->heap, PAGE)};
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	again(f->object, NULL, NULL, &n);
	hal_expect(f, 0x06, "is no list");
	KeLowerIrql(old);
	g_assert_cmpuint(n.depth, ==, 50);
	IoFreeMdl(n.mdl);
	n.adapter->DmaOperations->PutDmaAdapter(n.adapter);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	hal_add_variants("hal-scatter-gather/chains", test_chains);
	hal_add_variants("hal-scatter-gather/mdl-from-list", test_mdl_from_list);
	HAL_TEST("hal-scatter-gather/many-elements", test_many_elements);
	HAL_TEST("hal-scatter-gather/waiting", test_waiting);
	HAL_TEST("hal-scatter-gather/size", test_size);
	HAL_TEST("hal-scatter-gather/build", test_build);
	HAL_TEST("hal-scatter-gather/misuse", test_misuse);
	HAL_TEST("hal-scatter-gather/from-the-routine", test_from_the_routine);
	return g_test_run();
}
