/* SPDX-License-Identifier: MIT */
/* IoMapTransfer and IoFlushAdapterBuffers on bus masters: bytes, runs, registers, misuse. */
#include <errno.h>

#include "hal_fixture.h"

#define MAX_RUNS 64

struct run {
	PHYSICAL_ADDRESS logical;
	ULONG length;
};

/* Map registers kept by one device. */
struct transfer {
	struct hal_fixture *f;
	PDMA_ADAPTER adapter;
	PVOID base;
	ULONG registers;
	struct run runs[MAX_RUNS];
	unsigned int count;
	KIRQL old;
};

static IO_ALLOCATION_ACTION keep(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	((struct transfer *)context)->base = base;
	return DeallocateObjectKeepRegisters;
}

static void take(struct transfer *t, ULONG registers)
{
	t->registers = registers;
	KeRaiseIrql(DISPATCH_LEVEL, &t->old);
	g_assert_cmpint(IoAllocateAdapterChannel(t->adapter, t->f->object, registers, keep, t), ==,
			STATUS_SUCCESS);
	g_assert_nonnull(t->base);
	KeLowerIrql(t->old);
}

static void give(struct transfer *t)
{
	KeRaiseIrql(DISPATCH_LEVEL, &t->old);
	IoFreeMapRegisters(t->adapter, t->base, t->registers);
	KeLowerIrql(t->old);
}

static void open_transfer(struct transfer *t, struct hal_fixture *f, bool scatter_gather,
			  ULONG registers)
{
	DEVICE_DESCRIPTION description = hal_master(f, scatter_gather, 32 * PAGE);

	memset(t, 0, sizeof(*t));
	t->f = f;
	t->adapter = hal_get(f, &description, NULL);
	take(t, registers);
}

static void close_transfer(struct transfer *t)
{
	give(t);
	t->adapter->DmaOperations->PutDmaAdapter(t->adapter);
}

/* The loop of a driver. */
static void map_all(struct transfer *t, PMDL mdl, bool to_device)
{
	char *va = MmGetMdlVirtualAddress(mdl);
	ULONG left = MmGetMdlByteCount(mdl);

	while (left) {
		struct run *run = &t->runs[t->count++];

		run->length = left;
		run->logical = IoMapTransfer(t->adapter, mdl, t->base, va, &run->length, to_device);
		g_assert_cmpint(run->logical.QuadPart, !=, 0);
		g_assert_cmpuint(run->length, >, 0);
		g_assert_cmpuint(run->length, <=, left);
		va += run->length;
		left -= run->length;
		g_assert_cmpuint(t->count, <, MAX_RUNS);
	}
}

static void check_fragments(const struct transfer *t)
{
	if (t->f->options.dma.fragment != DMA_FRAGMENT_PAGE)
		return;
	for (unsigned int i = 0; i < t->count; i++)
		g_assert_cmphex((uint64_t)t->runs[i].logical.QuadPart / PAGE, ==,
				((uint64_t)t->runs[i].logical.QuadPart + t->runs[i].length - 1) /
					PAGE);
}

static const struct {
	size_t offset;
	size_t length;
} shapes[] = {
	{0, 1},	   {4095, 2}, {4095, 1},    {1, 1514},	 {3000, 1514}, {0, 4096},
	{1, 4096}, {0, 4097}, {4095, 4098}, {17, 65535}, {0, 65536},   {100, 65536},
};

static void test_scatter_gather(struct hal_fixture *f, gconstpointer data)
{
	for (unsigned int i = 0; i < 2 * G_N_ELEMENTS(shapes); i++) {
		size_t offset = shapes[i / 2].offset, length = shapes[i / 2].length, done = 0;
		bool to_device = i & 1;
		struct transfer t;
		PMDL mdl = hal_mdl(f->heap + offset, length);

		open_transfer(&t, f, true,
			      ADDRESS_AND_SIZE_TO_SPAN_PAGES(f->heap + offset, length));
		hal_fill(f->heap + offset, length, i);
		KeFlushIoBuffers(mdl, !to_device, TRUE);
		map_all(&t, mdl, to_device);
		check_fragments(&t);
		if (f->options.dma.fragment == DMA_FRAGMENT_NONE)
			g_assert_cmpuint(t.count, ==, 1);
		for (unsigned int r = 0; r < t.count; r++) {
			if (to_device)
				hal_device_reads(f, t.runs[r].logical, t.runs[r].length, i, done);
			else
				hal_device_writes(f, t.runs[r].logical, t.runs[r].length, i + 77,
						  done);
			done += t.runs[r].length;
		}
		g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, f->heap + offset,
						    (ULONG)length, to_device));
		hal_check(f->heap + offset, length, to_device ? i : i + 77);
		if (f->options.dma.policy == DMA_POLICY_REMAP)
			g_assert_false(fake_is_mapped(
				f->platform, (logical_t){(uint64_t)t.runs[0].logical.QuadPart}));
		close_transfer(&t);
		IoFreeMdl(mdl);
	}
}

/* One contiguous range, *Length unchanged, whatever the fragment setting. */
static void test_contiguous(struct hal_fixture *f, gconstpointer data)
{
	for (unsigned int i = 0; i < 2 * G_N_ELEMENTS(shapes); i++) {
		size_t offset = shapes[i / 2].offset, length = shapes[i / 2].length;
		ULONG mapped = (ULONG)length;
		bool to_device = i & 1;
		struct transfer t;
		PHYSICAL_ADDRESS logical;
		PMDL mdl = hal_mdl(f->heap + offset, length);

		open_transfer(&t, f, false,
			      ADDRESS_AND_SIZE_TO_SPAN_PAGES(f->heap + offset, length));
		hal_fill(f->heap + offset, length, i);
		logical =
			IoMapTransfer(t.adapter, mdl, t.base, f->heap + offset, &mapped, to_device);
		g_assert_cmpuint(mapped, ==, length);
		g_assert_cmphex((uint64_t)logical.QuadPart % PAGE, ==, offset % PAGE);
		if (to_device)
			hal_device_reads(f, logical, length, i, 0);
		else
			hal_device_writes(f, logical, length, i + 77, 0);
		g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, f->heap + offset,
						    mapped, to_device));
		hal_check(f->heap + offset, length, to_device ? i : i + 77);
		close_transfer(&t);
		IoFreeMdl(mdl);
	}
}

/* The buffers of a chain, on one base; each is flushed by itself. */
static void test_chain(struct hal_fixture *f, gconstpointer data)
{
	static const size_t offsets[] = {10, PAGE + 4000, 4 * PAGE + 1, 8 * PAGE};
	static const size_t lengths[] = {14, 200, 2 * PAGE, 1};
	struct run *first[G_N_ELEMENTS(offsets) + 1];
	PMDL mdls[G_N_ELEMENTS(offsets)];
	ULONG registers = 0;
	struct transfer t;

	for (unsigned int i = 0; i < G_N_ELEMENTS(offsets); i++) {
		mdls[i] = hal_mdl(f->heap + offsets[i], lengths[i]);
		registers += ADDRESS_AND_SIZE_TO_SPAN_PAGES(f->heap + offsets[i], lengths[i]);
	}
	open_transfer(&t, f, true, registers);
	for (unsigned int i = 0; i < G_N_ELEMENTS(offsets); i++) {
		first[i] = &t.runs[t.count];
		map_all(&t, mdls[i], false);
	}
	first[G_N_ELEMENTS(offsets)] = &t.runs[t.count];
	for (unsigned int i = 0; i < G_N_ELEMENTS(offsets); i++) {
		size_t done = 0;

		for (struct run *run = first[i]; run < first[i + 1]; run++) {
			hal_device_writes(f, run->logical, run->length, 30 * i, done);
			done += run->length;
		}
	}
	for (unsigned int i = 0; i < G_N_ELEMENTS(offsets); i++) {
		/* In any order; the data are there at once and belong to the driver then. */
		unsigned int j = i ^ 1;

		g_assert_true(IoFlushAdapterBuffers(t.adapter, mdls[j], t.base,
						    f->heap + offsets[j], (ULONG)lengths[j],
						    FALSE));
		hal_check(f->heap + offsets[j], lengths[j], 30 * j);
		hal_fill(f->heap + offsets[j], lengths[j], 99);
	}
	for (unsigned int i = 0; i < G_N_ELEMENTS(offsets); i++) {
		hal_check(f->heap + offsets[i], lengths[i], 99);
		IoFreeMdl(mdls[i]);
	}
	close_transfer(&t);
}

/* A request longer than the registers: the driver maps, flushes and goes on. */
static void test_longer_than_registers(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 123, 20 * PAGE);
	char *va = MmGetMdlVirtualAddress(mdl);
	ULONG left = MmGetMdlByteCount(mdl);
	unsigned int calls = 0;
	struct transfer t;

	hal_fill(f->heap + 123, 20 * PAGE, 5);
	open_transfer(&t, f, true, 4);
	while (left) {
		ULONG length = left;
		PHYSICAL_ADDRESS logical = IoMapTransfer(t.adapter, mdl, t.base, va, &length, TRUE);

		/* Not longer than 4 registers hold. */
		g_assert_cmpuint(BYTE_OFFSET(va) + length, <=, 4 * PAGE);
		hal_device_reads(f, logical, length, 5, 20 * PAGE - left);
		g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, va, length, TRUE));
		va += length;
		left -= length;
		calls++;
	}
	g_assert_cmpuint(calls, ==, 6);
	close_transfer(&t);
	IoFreeMdl(mdl);
}

static void expect_refused(struct transfer *t, PMDL mdl, PVOID base, PVOID va, ULONG length,
			   bool to_device, int code, const char *text)
{
	uint64_t mapped = fake_counts(t->f->platform)->mapped_pages;
	ULONG out = length;

	g_assert_cmpint(IoMapTransfer(t->adapter, mdl, base, va, &out, to_device).QuadPart, ==, 0);
	g_assert_cmpuint(out, ==, length);
	hal_expect(t->f, code, text);
	g_assert_cmpuint(fake_counts(t->f->platform)->mapped_pages, ==, mapped);
}

static void test_map_misuse(struct hal_fixture *f, gconstpointer data)
{
	unsigned char *va = f->heap + 100;
	PMDL mdl = hal_mdl(va, 3 * PAGE);
	PMDL raw = IoAllocateMdl(va, 100, FALSE, FALSE, NULL);
	struct transfer t;
	ULONG length = 1;
	KIRQL old;

	open_transfer(&t, f, true, 4);
	expect_refused(&t, mdl, t.base, va, 0, true, 0x21, "*Length is 0");
	expect_refused(&t, mdl, t.base, va - 1, 1, true, 0x1B, "CurrentVa");
	expect_refused(&t, mdl, t.base, va + 3 * PAGE, 1, true, 0x1B, "CurrentVa");
	expect_refused(&t, mdl, t.base, NULL, 1, true, 0x1B, "CurrentVa");
	expect_refused(&t, mdl, t.base, va, 3 * PAGE + 1, true, 0x24, "bytes follow");
	expect_refused(&t, mdl, t.base, va + 10, 0xFFFFFFFF, true, 0x24, "12278 bytes follow");
	expect_refused(&t, raw, t.base, va, 1, true, 0x0E, "locked in memory");
	raw->MdlFlags = MDL_PAGES_LOCKED;
	expect_refused(&t, raw, t.base, va, 1, true, 0x22, "system address");
	expect_refused(&t, NULL, t.base, va, 1, true, -1, "may be NULL");
	expect_refused(&t, mdl, NULL, va, 1, true, -1, "MapRegisterBase");
	expect_refused(&t, mdl, &t, va, 1, true, -1, "MapRegisterBase");
	g_assert_cmpint(IoMapTransfer(t.adapter, mdl, t.base, va, NULL, TRUE).QuadPart, ==, 0);
	hal_expect(f, -1, "may be NULL");
	g_assert_cmpint(IoMapTransfer(NULL, mdl, t.base, va, &length, TRUE).QuadPart, ==, 0);
	hal_expect(f, 0x19, "NULL");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	expect_refused(&t, mdl, t.base, va, 1, true, 0x13, "IRQL 3");
	KeLowerIrql(old);

	length = 100;
	g_assert_cmpint(IoMapTransfer(t.adapter, mdl, t.base, va, &length, TRUE).QuadPart, !=, 0);
	expect_refused(&t, mdl, t.base, va + 99, 10, true, 0x1D, "mapped by base");
	expect_refused(&t, mdl, t.base, va + 100, 10, false, -1, "one direction");
	g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, va, 100, TRUE));
	/* Every call begins a register: the fifth has none left. */
	for (ULONG i = 0; i < 4; i++) {
		length = 10;
		g_assert_cmpint(
			IoMapTransfer(t.adapter, mdl, t.base, va + 10 * i, &length, TRUE).QuadPart,
			!=, 0);
	}
	expect_refused(&t, mdl, t.base, va + 40, 10, true, 0x00, "has 0 left");
	g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, va, 40, TRUE));
	close_transfer(&t);
	/* A device without scatter/gather has to ask for enough. */
	open_transfer(&t, f, false, 3);
	expect_refused(&t, mdl, t.base, va, 3 * PAGE, true, 0x00, "need 4");
	close_transfer(&t);
	IoFreeMdl(raw);
	IoFreeMdl(mdl);
}

static void test_map_failure(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 100);
	struct transfer t;
	ULONG length = 100;

	open_transfer(&t, f, true, 1);
	fake_fail_map(f->platform, 0, -ENOSPC);
	g_assert_cmpint(IoMapTransfer(t.adapter, mdl, t.base, f->heap, &length, TRUE).QuadPart, ==,
			0);
	g_assert_cmpuint(length, ==, 100);
	hal_expect_log(f, "no room: ");
	g_assert_cmpint(IoMapTransfer(t.adapter, mdl, t.base, f->heap, &length, TRUE).QuadPart, !=,
			0);
	g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, f->heap, 100, TRUE));
	close_transfer(&t);
	IoFreeMdl(mdl);
}

static void expect_not_flushed(struct transfer *t, PMDL mdl, PVOID base, PVOID va, ULONG length,
			       int code, const char *text)
{
	uint64_t mapped = fake_counts(t->f->platform)->mapped_pages;

	g_assert_false(IoFlushAdapterBuffers(t->adapter, mdl, base, va, length, FALSE));
	hal_expect(t->f, code, text);
	g_assert_cmpuint(fake_counts(t->f->platform)->mapped_pages, ==, mapped);
}

static void test_flush_misuse(struct hal_fixture *f, gconstpointer data)
{
	unsigned char *va = f->heap + 100;
	PMDL mdl = hal_mdl(va, 2 * PAGE), other = hal_mdl(va, 2 * PAGE);
	struct transfer t;
	PHYSICAL_ADDRESS logical;
	ULONG length = PAGE;
	KIRQL old;

	open_transfer(&t, f, true, 3);
	expect_not_flushed(&t, mdl, t.base, va, PAGE, 0x20, "never mapped");
	expect_not_flushed(&t, mdl, &t, va, PAGE, -1, "MapRegisterBase");
	logical = IoMapTransfer(t.adapter, mdl, t.base, va, &length, FALSE);
	expect_not_flushed(&t, other, t.base, va, PAGE, 0x16, "no mapping of base");
	expect_not_flushed(&t, mdl, t.base, va + 1, PAGE, 0x16, "no mapping of base");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	expect_not_flushed(&t, mdl, t.base, va, PAGE, 0x13, "IRQL 3");
	KeLowerIrql(old);
	/* The right place with other arguments: what is mapped there ends. */
	hal_device_writes(f, logical, PAGE, 11, 0);
	g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, va, PAGE, TRUE));
	hal_expect(f, 0x16, "the direction of the mapping counts");
	hal_check(va, PAGE, 11);
	expect_not_flushed(&t, mdl, t.base, va, PAGE, 0x16, "no mapping of base");
	for (ULONG wrong = PAGE - 1; wrong <= PAGE + 1; wrong += 2) {
		length = PAGE;
		logical = IoMapTransfer(t.adapter, mdl, t.base, va, &length, FALSE);
		hal_device_writes(f, logical, PAGE, wrong, 0);
		g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, va, wrong, FALSE));
		hal_expect(f, 0x00, "4096 bytes were mapped there");
		hal_check(va, PAGE, wrong);
		g_assert_cmpuint(hal_statistics(f).dma.map_registers_mapped, ==, 0);
	}
	close_transfer(&t);
	IoFreeMdl(mdl);
	IoFreeMdl(other);
}

/* NDIS asks the same of its base registers: the spans of section 3.3. */
static void test_span_vectors(struct hal_fixture *f, gconstpointer data)
{
	static const struct {
		size_t length;
		ULONG worst;
	} cases[] = {
		{1, 1},	     {2, 2},	  {256, 2},    {1512, 2},   {1514, 2}, {4096, 2},
		{4097, 2},   {4098, 3},	  {8192, 3},   {8193, 3},   {8194, 4}, {16384, 5},
		{65535, 17}, {65536, 17}, {65537, 17}, {65538, 18},
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t offset = cases[i].length == 1 ? 0 : PAGE - 1;
		unsigned char *va = f->heap + offset;
		ULONG length = (ULONG)cases[i].length;
		PMDL mdl = hal_mdl(va, length);
		struct transfer t;

		g_assert_cmpuint(ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, length), ==, cases[i].worst);
		open_transfer(&t, f, false, cases[i].worst);
		g_assert_cmpint(IoMapTransfer(t.adapter, mdl, t.base, va, &length, TRUE).QuadPart,
				!=, 0);
		g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, va, length, TRUE));
		close_transfer(&t);
		if (cases[i].worst > 1) {
			open_transfer(&t, f, false, cases[i].worst - 1);
			expect_refused(&t, mdl, t.base, va, length, true, 0x00,
				       "no more map registers");
			close_transfer(&t);
		}
		IoFreeMdl(mdl);
	}
}

static void test_wrong_access_faults(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 50, 100);
	struct transfer t;
	ULONG length = 100;
	logical_t logical;
	char byte = 0;

	open_transfer(&t, f, true, 1);
	logical.value = (uint64_t)IoMapTransfer(t.adapter, mdl, t.base, f->heap + 50, &length, TRUE)
				.QuadPart;
	g_assert_cmpint(fake_device_read(f->platform, logical, &byte, 1), ==, 0);
	g_assert_cmpint(fake_device_write(f->platform, logical, &byte, 1), ==, -EFAULT);
	g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, f->heap + 50, 100, TRUE));
	g_assert_cmpint(fake_device_read(f->platform, logical, &byte, 1), ==, -EFAULT);
	close_transfer(&t);
	IoFreeMdl(mdl);
}

static void test_counter_is_for_slaves(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);

	g_assert_cmpuint(HalReadDmaCounter(adapter), ==, 0);
	hal_expect(f, -1, "bus master");
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* Memory that a device reaches is not freed, nor what policy cached has of it forgotten too late. */
static void test_freed_memory(struct hal_fixture *f, gconstpointer data)
{
	unsigned char *va = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE, 'tset');
	PMDL mdl = hal_mdl(va, 100);
	struct transfer t;
	ULONG length = 100;
	logical_t logical;

	open_transfer(&t, f, true, 1);
	hal_fill(va, 100, 1);
	logical.value = (uint64_t)IoMapTransfer(t.adapter, mdl, t.base, va, &length, TRUE).QuadPart;
	ExFreePool(va);
	hal_expect(f, 0x10, "they are not freed");
	hal_device_reads(f, (PHYSICAL_ADDRESS){ .QuadPart = (LONGLONG)logical.value }, 100, 1, 0);
	g_assert_true(IoFlushAdapterBuffers(t.adapter, mdl, t.base, va, 100, TRUE));
	ExFreePool(va);
	if (f->options.dma.policy == DMA_POLICY_CACHED)
		g_assert_false(fake_is_mapped(f->platform, logical));
	close_transfer(&t);
	IoFreeMdl(mdl);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	hal_add_variants("hal-transfer/scatter-gather", test_scatter_gather);
	hal_add_variants("hal-transfer/contiguous", test_contiguous);
	hal_add_variants("hal-transfer/chain", test_chain);
	hal_add_variants("hal-transfer/freed-memory", test_freed_memory);
	HAL_TEST("hal-transfer/longer-than-registers", test_longer_than_registers);
	HAL_TEST("hal-transfer/map-misuse", test_map_misuse);
	HAL_TEST("hal-transfer/map-failure", test_map_failure);
	HAL_TEST("hal-transfer/flush-misuse", test_flush_misuse);
	HAL_TEST("hal-transfer/spans", test_span_vectors);
	HAL_TEST("hal-transfer/faults", test_wrong_access_faults);
	HAL_TEST("hal-transfer/counter", test_counter_is_for_slaves);
	return g_test_run();
}
