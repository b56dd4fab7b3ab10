/* SPDX-License-Identifier: MIT */
/*
 * The checking mode on a real IOMMU: accesses that VT-d refuses to sgnic are traced back to the map
 * registers, lists and common buffers of a driver that uses the HAL, and bytes that sgnic writes
 * outside of what was mapped are found.
 */
#include <stdlib.h>
#include <string.h>

#include <wdm.h>

#include "fixture.h"
#include "include/ndis_shim.h"
#include "include/shim_device.h"

#define LENGTH 300u

struct scene {
	struct fixture *f;
	unsigned char *memory;
	struct shim_device *device;
	PDEVICE_OBJECT object;
	PDMA_ADAPTER adapter;
	PMDL mdl;
	PVOID base;
	PSCATTER_GATHER_LIST list;
	char *log;
	size_t log_length;
	FILE *stream;
};

static void open_scene(struct scene *s, enum dma_policy policy)
{
	const struct shim_device_options options = {
		.dma = {.policy = policy},
		.verify = SHIM_VERIFY_REPORT,
	};
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.Master = TRUE,
		.ScatterGather = TRUE,
		.InterfaceType = Eisa,
		.MaximumLength = PAGE_SIZE,
	};
	ULONG registers;

	*s = (struct scene){.f = fixture_open(NULL)};
	fixture_open_rings(s->f);
	s->memory = fixture_pages(s->f, 2, 5);
	s->stream = open_memstream(&s->log, &s->log_length);
	shim_log_to(s->stream);
	g_assert_cmpint(shim_device_create(s->f->platform, &options, &s->device), ==, 0);
	s->object = shim_device_object(s->device);
	s->adapter = IoGetDmaAdapter(s->object, &description, &registers);
	g_assert_nonnull(s->adapter);
	s->mdl = IoAllocateMdl(s->memory + 100, LENGTH, FALSE, FALSE, NULL);
	MmBuildMdlForNonPagedPool(s->mdl);
}

static void close_scene(struct scene *s)
{
	IoFreeMdl(s->mdl);
	s->adapter->DmaOperations->PutDmaAdapter(s->adapter);
	g_assert_cmpuint(shim_device_destroy(s->device), ==, 0);
	shim_log_to(NULL);
	fclose(s->stream);
	free(s->log);
	platform_memory_free(s->f->platform, s->memory, 2 * PAGE_SIZE);
	fixture_close_rings(s->f);
	fixture_close(s->f);
}

/* The log has all of the texts, up to NULL; it is forgotten. */
static void expect(struct scene *s, const char *const *texts)
{
	fflush(s->stream);
	for (; *texts; texts++) {
		if (!strstr(s->log, *texts))
			g_error("\"%s\" is not in the log: %s", *texts, s->log);
	}
	fclose(s->stream);
	free(s->log);
	s->stream = open_memstream(&s->log, &s->log_length);
	shim_log_to(s->stream);
}

#define EXPECT(s, ...) expect(s, (const char *const[]){__VA_ARGS__, NULL})

static IO_ALLOCATION_ACTION control(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	((struct scene *)context)->base = base;
	return DeallocateObjectKeepRegisters;
}

static VOID list_control(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	((struct scene *)context)->list = list;
}

static void ask(struct scene *s)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoAllocateAdapterChannel(s->adapter, s->object, 1, control, s);
	KeLowerIrql(old);
}

static void give_back(struct scene *s)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeMapRegisters(s->adapter, s->base, 1);
	KeLowerIrql(old);
}

static uint64_t map(struct scene *s, BOOLEAN to_device)
{
	ULONG length = LENGTH;

	return (uint64_t)IoMapTransfer(s->adapter, s->mdl, s->base, MmGetMdlVirtualAddress(s->mdl),
				       &length, to_device)
		.QuadPart;
}

static void flush(struct scene *s, BOOLEAN to_device)
{
	IoFlushAdapterBuffers(s->adapter, s->mdl, s->base, MmGetMdlVirtualAddress(s->mdl), LENGTH,
			      to_device);
}

/* The device reads where it may not; the platform's fault goes to the checking mode. */
static void read_refused(struct scene *s, uint64_t logical)
{
	struct platform_fault fault;
	unsigned int count = 0;

	g_assert_cmpuint(fixture_transmit(s->f, logical, LENGTH), !=, 0);
	while (platform_next_fault(s->f->platform, &fault) == 1) {
		shim_device_fault(s->device, &fault);
		count++;
	}
	g_assert_cmpuint(count, ==, 1);
}

static void test_faults(void)
{
	struct shim_device_statistics statistics;
	PHYSICAL_ADDRESS common;
	uint64_t logical;
	struct scene s;
	PVOID va;
	KIRQL old;

	open_scene(&s, DMA_POLICY_REMAP);
	ask(&s);
	logical = map(&s, TRUE);
	g_assert_cmpuint(fixture_transmit(s.f, logical, LENGTH), ==, 0);
	fixture_sent(s.f, s.memory + 100, LENGTH);
	flush(&s, TRUE);
	read_refused(&s, logical);
	EXPECT(&s, "(DMA verification 0x26)", "read of the device at 0x",
	       "the former map register 0 of base", "300 bytes at", "mapped by IoMapTransfer from",
	       "; ended by IoFlushAdapterBuffers from");
	give_back(&s);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	s.adapter->DmaOperations->GetScatterGatherList(s.adapter, s.object, s.mdl,
						       MmGetMdlVirtualAddress(s.mdl), LENGTH,
						       list_control, &s, TRUE);
	logical = (uint64_t)s.list->Elements[0].Address.QuadPart;
	s.adapter->DmaOperations->PutScatterGatherList(s.adapter, s.list, TRUE);
	KeLowerIrql(old);
	read_refused(&s, logical);
	EXPECT(&s, "the former scatter/gather list", "mapped by GetScatterGatherList from",
	       "; ended by PutScatterGatherList from");
	va = HalAllocateCommonBuffer(s.adapter, 700, &common, FALSE);
	logical = (uint64_t)common.QuadPart;
	g_assert_cmpuint(fixture_transmit(s.f, logical, LENGTH), ==, 0);
	fixture_sent(s.f, va, LENGTH);
	HalFreeCommonBuffer(s.adapter, 700, common, va, FALSE);
	read_refused(&s, logical);
	EXPECT(&s, "the former shared memory, 700 bytes at", "; freed by HalFreeCommonBuffer from");
	shim_device_statistics(s.device, &statistics);
	g_assert_cmpuint(statistics.verify.codes[0x26], ==, 3);
	g_assert_cmpuint(statistics.violations, ==, 3);
	close_scene(&s);
}

/* The NIC is given one byte more than was mapped for it. */
static void test_overrun(void)
{
	unsigned char frame[LENGTH + 1];
	uint64_t logical;
	struct scene s;

	open_scene(&s, DMA_POLICY_COPY);
	ask(&s);
	fixture_frame(frame, sizeof(frame), 9);
	logical = map(&s, FALSE);
	g_assert_cmpuint(fixture_receive(s.f, logical, frame, LENGTH), ==, 0);
	flush(&s, FALSE);
	fixture_same(s.memory + 100, frame, LENGTH);
	EXPECT(&s, "");
	logical = map(&s, FALSE);
	g_assert_cmpuint(fixture_receive(s.f, logical, frame, LENGTH + 1), ==, 0);
	flush(&s, FALSE);
	EXPECT(&s, "(DMA verification 0x0F)", "the tag behind the transfer of 300 bytes at",
	       "at offset 300", "    map register 0 of base", "for the device to write");
	give_back(&s);
	close_scene(&s);
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	if (!fixture_program(&status))
		return status;
	g_test_add_func("/qtest-platform/verifier/faults", test_faults);
	g_test_add_func("/qtest-platform/verifier/overrun", test_overrun);
	return g_test_run();
}
