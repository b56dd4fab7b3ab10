/* SPDX-License-Identifier: MIT */
/*
 * Arguments that no correct driver gives: every function of the HAL names the call, the value and
 * the rule, returns what says "nothing", and leaves nothing mapped.
 */
#include <stdlib.h>
#include <string.h>

#include "hal_fixture.h"

static PDMA_ADAPTER adapter, other;
static PDEVICE_OBJECT device;
static PMDL mdl, unbuilt;
static PVOID base, other_base; /* map registers of the two adapters */
static PSCATTER_GATHER_LIST list;
static unsigned char list_memory[4096] __attribute__((aligned(16)));
static DEVICE_DESCRIPTION description;
static PHYSICAL_ADDRESS logical;
static unsigned char *bytes;
static int foreign; /* something that is no object of the library */
static ULONG number, size;
static PMDL target;

static IO_ALLOCATION_ACTION control(PDEVICE_OBJECT object, PIRP irp, PVOID registers, PVOID context)
{
	*(PVOID *)context = registers;
	return DeallocateObjectKeepRegisters;
}

static VOID list_control(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST result,
			 PVOID context)
{
	list = result;
}

#define OPS	adapter->DmaOperations
#define FOREIGN ((PVOID)&foreign)
#define INVALID STATUS_INVALID_PARAMETER

static LONG got; /* the status, pointer or length that a call returned, as a number */

#define STATUS(call)  (got = (LONG)(call))
#define POINTER(call) (got = (call) != NULL)
#define MAPPED(call)  (got = (call).QuadPart != 0)

static PHYSICAL_ADDRESS map(PVOID registers, PMDL which, PVOID va, ULONG length, BOOLEAN to_device)
{
	PHYSICAL_ADDRESS result;

	number = length;
	result = IoMapTransfer(adapter, which, registers, va, &number, to_device);
	/* Drivers that loop until all is mapped would never end with a length of 0. */
	g_assert_cmpuint(number, ==, length);
	return result;
}

static NTSTATUS get(PDEVICE_OBJECT object, PMDL which, PVOID va, ULONG length, PVOID routine)
{
	PDRIVER_LIST_CONTROL function = routine ? list_control : NULL;

	return OPS->GetScatterGatherList(adapter, object, which, va, length, function, NULL, TRUE);
}

static NTSTATUS build(PVOID memory, ULONG length)
{
	return OPS->BuildScatterGatherList(adapter, device, mdl, bytes, 100, list_control, NULL,
					   TRUE, memory, length);
}

/* An MDL for 10 bytes whose length the driver has raised; there is no room for its pages. */
static void build_longer(ULONG length)
{
	unbuilt->ByteCount = length;
	MmBuildMdlForNonPagedPool(unbuilt);
	g_assert_cmphex((USHORT)unbuilt->MdlFlags, ==, 0);
	unbuilt->ByteCount = 10;
}

/* MDLs without a byte, the last of which leads back to the second. */
static PMDL circle(unsigned int count)
{
	static MDL empty[10];

	for (unsigned int i = 0; i < count; i++) {
		MmInitializeMdl(&empty[i], bytes, 0);
		empty[i].Next = &empty[i + 1 < count ? i + 1 : count / 2];
	}
	return empty;
}

static NTSTATUS get_chain(PMDL next, ULONG length)
{
	NTSTATUS status;

	mdl->Next = next;
	status = get(device, mdl, bytes, length, FOREIGN);
	mdl->Next = NULL;
	return status;
}

static NTSTATUS calculate_chain(PMDL next, ULONG length)
{
	NTSTATUS status;

	mdl->Next = next;
	status = OPS->CalculateScatterGatherList(adapter, mdl, bytes, length, &size, NULL);
	mdl->Next = NULL;
	return status;
}

/* The driver has raised ByteCount of an MDL that was built for 9000 bytes on 3 pages. */
#define RAISED (3 * PAGE - 100 + 1)

static NTSTATUS get_raised(ULONG length)
{
	NTSTATUS status;

	mdl->ByteCount = RAISED;
	status = get(device, mdl, bytes, length, FOREIGN);
	mdl->ByteCount = 9000;
	return status;
}

static NTSTATUS get_raised_second(void)
{
	PMDL second = hal_mdl(bytes, 10);
	NTSTATUS status;

	second->ByteCount = PAGE;
	status = get_chain(second, 9000 + PAGE);
	IoFreeMdl(second);
	return status;
}

static PHYSICAL_ADDRESS map_raised(ULONG byte_count, ULONG length)
{
	PHYSICAL_ADDRESS result;

	mdl->ByteCount = byte_count;
	result = map(base, mdl, bytes, length, TRUE);
	mdl->ByteCount = 9000;
	return result;
}

/* IRQL, expected result, text of the report or NULL for none, call. */
#define CALLS(X)                                                                                   \
	X(0, 0, "DeviceDescription (nil)", POINTER(HalGetAdapter(NULL, &number)))                  \
	X(0, 0, "NumberOfMapRegisters (nil)", POINTER(HalGetAdapter(&description, NULL)))          \
	X(0, 0, "PhysicalDeviceObject is a device object",                                         \
	  POINTER(IoGetDmaAdapter(FOREIGN, &description, &number)))                                \
	X(0, 0, "DeviceDescription (nil)", POINTER(IoGetDmaAdapter(device, NULL, &number)))        \
	X(0, 0, "NumberOfMapRegisters (nil)",                                                      \
	  POINTER(IoGetDmaAdapter(device, &description, NULL)))                                    \
	X(0, 0, "LogicalAddress is NULL",                                                          \
	  POINTER(HalAllocateCommonBuffer(adapter, 1, NULL, FALSE)))                               \
	X(0, 0, "is no adapter", POINTER(HalAllocateCommonBuffer(FOREIGN, 1, &logical, FALSE)))    \
	X(0, 0, "pages, granted are",                                                              \
	  POINTER(HalAllocateCommonBuffer(adapter, 0xFFFFFFFF, &logical, FALSE)))                  \
	X(0, 0, "no common buffer of the adapter begins at",                                       \
	  HalFreeCommonBuffer(adapter, 1, logical, NULL, FALSE))                                   \
	X(0, 0, "no common buffer of the adapter begins at",                                       \
	  HalFreeCommonBuffer(adapter, 1, logical, FOREIGN, FALSE))                                \
	X(2, INVALID, "DeviceObject is a device of the platform",                                  \
	  STATUS(IoAllocateAdapterChannel(adapter, NULL, 1, control, &base)))                      \
	X(2, INVALID, "DeviceObject is a device of the platform",                                  \
	  STATUS(IoAllocateAdapterChannel(adapter, FOREIGN, 1, control, &base)))                   \
	X(2, INVALID, "ExecutionRoutine is NULL",                                                  \
	  STATUS(IoAllocateAdapterChannel(adapter, device, 1, NULL, &base)))                       \
	X(2, STATUS_INSUFFICIENT_RESOURCES, "NumberOfMapRegisters is 4294967295",                  \
	  STATUS(IoAllocateAdapterChannel(adapter, device, 0xFFFFFFFF, control, &base)))           \
	X(2, 0, "nobody keeps the adapter", IoFreeAdapterChannel(adapter))                         \
	X(2, 0, "is none of the adapter", IoFreeMapRegisters(adapter, FOREIGN, 1))                 \
	X(2, 0, "is none of the adapter", IoFreeMapRegisters(adapter, other_base, 2))              \
	X(2, 0, NULL, IoFreeMapRegisters(adapter, NULL, 1))                                        \
	X(2, 0, "Mdl (nil)", MAPPED(map(base, NULL, bytes, 10, TRUE)))                             \
	X(2, 0, "Length (nil)", MAPPED(IoMapTransfer(adapter, mdl, base, bytes, NULL, TRUE)))      \
	X(2, 0, "(nil) is none of adapter", MAPPED(map(NULL, mdl, bytes, 10, TRUE)))               \
	X(2, 0, "is none of adapter", MAPPED(map(FOREIGN, mdl, bytes, 10, TRUE)))                  \
	X(2, 0, "is none of adapter", MAPPED(map(other_base, mdl, bytes, 10, TRUE)))               \
	X(2, 0, "MdlFlags of MDL", MAPPED(map(base, unbuilt, bytes, 10, TRUE)))                    \
	X(2, 0, "CurrentVa lies in the buffer", MAPPED(map(base, mdl, bytes - 1, 10, TRUE)))       \
	X(2, 0, "CurrentVa lies in the buffer", MAPPED(map(base, mdl, NULL, 10, TRUE)))            \
	X(2, 0, "CurrentVa lies in the buffer", MAPPED(map(base, mdl, bytes + 9000, 10, TRUE)))    \
	X(2, 0, "*Length is 0", MAPPED(map(base, mdl, bytes, 0, TRUE)))                            \
	X(2, 0, "*Length is 9001, 9000 bytes follow", MAPPED(map(base, mdl, bytes, 9001, TRUE)))   \
	X(2, 0, "*Length is 4294967295, 1 bytes follow",                                           \
	  MAPPED(map(base, mdl, bytes + 8999, 0xFFFFFFFF, FALSE)))                                 \
	X(2, 0, "has never mapped anything",                                                       \
	  STATUS(IoFlushAdapterBuffers(adapter, mdl, base, bytes, 10, TRUE)))                      \
	X(2, 0, "has never mapped anything",                                                       \
	  STATUS(IoFlushAdapterBuffers(adapter, NULL, base, NULL, 0, TRUE)))                       \
	X(2, 0, "is none of adapter",                                                              \
	  STATUS(IoFlushAdapterBuffers(adapter, mdl, FOREIGN, bytes, 10, TRUE)))                   \
	X(2, 1, NULL, STATUS(IoFlushAdapterBuffers(adapter, mdl, NULL, bytes, 10, TRUE)))          \
	X(2, 0, "the adapter is NULL",                                                             \
	  STATUS(IoFlushAdapterBuffers(NULL, mdl, base, bytes, 10, TRUE)))                         \
	X(2, 0, "only the system DMA controller has a counter",                                    \
	  STATUS(HalReadDmaCounter(adapter)))                                                      \
	X(2, INVALID, "DeviceObject is a device", STATUS(get(FOREIGN, mdl, bytes, 10, FOREIGN)))   \
	X(2, INVALID, "Mdl (nil)", STATUS(get(device, NULL, bytes, 10, FOREIGN)))                  \
	X(2, INVALID, "ExecutionRoutine NULL", STATUS(get(device, mdl, bytes, 10, NULL)))          \
	X(2, INVALID, "Length is 0", STATUS(get(device, mdl, bytes, 0, FOREIGN)))                  \
	X(2, INVALID, "CurrentVa lies", STATUS(get(device, mdl, bytes - 1, 10, FOREIGN)))          \
	X(2, INVALID, "MdlFlags of MDL", STATUS(get(device, unbuilt, bytes, 10, FOREIGN)))         \
	X(2, STATUS_BUFFER_TOO_SMALL, "1 of 9001 bytes are missing",                               \
	  STATUS(get(device, mdl, bytes, 9001, FOREIGN)))                                          \
	X(2, STATUS_BUFFER_TOO_SMALL, "of 4294967295 bytes are missing",                           \
	  STATUS(get(device, mdl, bytes, 0xFFFFFFFF, FOREIGN)))                                    \
	X(2, INVALID, "leads back into itself", STATUS(get_chain(mdl, 18001)))                     \
	X(2, INVALID, "leads back into itself", STATUS(get_chain(circle(1), 9001)))                \
	X(2, INVALID, "leads back into itself", STATUS(get_chain(circle(7), 9001)))                \
	X(2, INVALID, "leads back into itself", STATUS(get_chain(circle(10), 9001)))               \
	X(0, INVALID, "leads back into itself", STATUS(calculate_chain(circle(2), 9001)))          \
	X(2, INVALID, "claims 4 pages, it has room for 3", STATUS(get_raised(RAISED)))             \
	X(2, INVALID, "claims 4 pages, it has room for 3", STATUS(get_raised(1)))                  \
	X(2, INVALID, "claims 2 pages, it has room for 1", STATUS(get_raised_second()))            \
	X(2, 0, "claims 4 pages, it has room for 3", MAPPED(map_raised(RAISED, RAISED)))           \
	X(2, 0, "claims 1048577 pages, it has room for 3", MAPPED(map_raised(0xFFFFFFFF, 10)))     \
	X(2, INVALID, "ScatterGatherBuffer is NULL", STATUS(build(NULL, 4096)))                    \
	X(2, INVALID, "holds a list", STATUS(build(list_memory, sizeof(list_memory))))             \
	X(2, 0, "(nil) is no list of the adapter", OPS->PutScatterGatherList(adapter, NULL, TRUE)) \
	X(2, 0, "is no list of the adapter", OPS->PutScatterGatherList(adapter, FOREIGN, TRUE))    \
	X(2, 0, "is no list of the adapter", OPS->PutScatterGatherList(other, list, TRUE))         \
	X(0, INVALID, "ScatterGatherListSize is NULL",                                             \
	  STATUS(OPS->CalculateScatterGatherList(adapter, mdl, bytes, 10, NULL, NULL)))            \
	X(0, INVALID, "Length is 0",                                                               \
	  STATUS(OPS->CalculateScatterGatherList(adapter, mdl, bytes, 0, &size, NULL)))            \
	X(0, INVALID, "CurrentVa lies",                                                            \
	  STATUS(OPS->CalculateScatterGatherList(adapter, mdl, bytes - 1, 1, &size, NULL)))        \
	X(0, STATUS_BUFFER_TOO_SMALL, NULL,                                                        \
	  STATUS(OPS->CalculateScatterGatherList(adapter, mdl, bytes, 9001, &size, NULL)))         \
	X(2, INVALID, "OriginalMdl (nil)",                                                         \
	  STATUS(OPS->BuildMdlFromScatterGatherList(adapter, list, NULL, &target)))                \
	X(2, INVALID, "TargetMdl (nil)",                                                           \
	  STATUS(OPS->BuildMdlFromScatterGatherList(adapter, list, mdl, NULL)))                    \
	X(2, INVALID, "is no list of the adapter",                                                 \
	  STATUS(OPS->BuildMdlFromScatterGatherList(adapter, FOREIGN, mdl, &target)))              \
	X(0, 0, "an MDL describes at most 4089 pages",                                             \
	  POINTER(IoAllocateMdl(bytes, 0xFFFFFFFF, FALSE, FALSE, NULL)))                           \
	X(0, 0, "SecondaryBuffer is TRUE, Irp is NULL",                                            \
	  POINTER(IoAllocateMdl(bytes, 10, TRUE, FALSE, NULL)))                                    \
	X(0, 0, "is no MDL that a driver allocated", IoFreeMdl(NULL))                              \
	X(0, 0, "is no MDL that a driver allocated", IoFreeMdl(FOREIGN))                           \
	X(0, 0, "a device still reaches the memory of MDL", IoFreeMdl(mdl))                        \
	X(0, 0, "an MDL is built once", MmBuildMdlForNonPagedPool(NULL))                           \
	X(0, 0, "an MDL is built once", MmBuildMdlForNonPagedPool(mdl))                            \
	X(0, 0, "has room for 1", build_longer(9000))                                              \
	X(0, 0, "has room for 1", build_longer(0xFFFFFFFF))                                        \
	X(0, 0, "SourceMdl (nil)", IoBuildPartialMdl(NULL, unbuilt, bytes, 10))                    \
	X(0, 0, "TargetMdl (nil)", IoBuildPartialMdl(mdl, NULL, bytes, 10))                        \
	X(0, 0, "the source is built before its parts",                                            \
	  IoBuildPartialMdl(unbuilt, unbuilt, bytes, 10))                                          \
	X(0, 0, "do not lie in 9000 bytes", IoBuildPartialMdl(mdl, unbuilt, bytes + 8990, 11))     \
	X(0, 0, "do not lie in 9000 bytes", IoBuildPartialMdl(mdl, unbuilt, bytes - 1, 1))         \
	X(0, 0, "the target has 1", IoBuildPartialMdl(mdl, unbuilt, bytes, 5000))                  \
	X(0, 0, "Mdl is NULL", KeFlushIoBuffers(NULL, TRUE, TRUE))                                 \
	X(0, 1, "is no adapter", STATUS(OPS->GetDmaAlignment(FOREIGN)))                            \
	X(0, 0, "is no adapter", OPS->PutDmaAdapter(FOREIGN))                                      \
	X(0, 0, "the adapter is NULL", OPS->PutDmaAdapter(NULL))

static const struct bad_call {
	KIRQL irql;
	LONG expected;
	const char *text;
	const char *source;
} calls[] = {
#define X(irql, expected, text, ...) {irql, (LONG)(expected), text, #__VA_ARGS__},
	CALLS(X)
#undef X
};

enum { FIRST_LINE = __COUNTER__ + 1 };

static void call(unsigned int index)
{
	switch (index) {
#define X(irql, expected, text, ...)                                                               \
	case __COUNTER__ - FIRST_LINE:                                                             \
		__VA_ARGS__;                                                                       \
		break;
		CALLS(X)
#undef X
	}
}

static void set_up(struct hal_fixture *f)
{
	KIRQL old;

	device = f->object;
	bytes = f->heap + 100;
	description = hal_master(f, true, 16 * PAGE);
	adapter = hal_get(f, &description, NULL);
	other = hal_get(f, &description, NULL);
	mdl = hal_mdl(bytes, 9000);
	unbuilt = IoAllocateMdl(bytes, 10, FALSE, FALSE, NULL);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoAllocateAdapterChannel(adapter, device, 4, control, &base);
	IoAllocateAdapterChannel(other, device, 2, control, &other_base);
	g_assert_cmphex((ULONG)build(list_memory, sizeof(list_memory)), ==, 0);
	g_assert_true(list == (PVOID)list_memory);
	KeLowerIrql(old);
}

static void tear_down(void)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	OPS->PutScatterGatherList(adapter, list, TRUE);
	IoFreeMapRegisters(adapter, base, 4);
	IoFreeMapRegisters(other, other_base, 2);
	KeLowerIrql(old);
	IoFreeMdl(mdl);
	IoFreeMdl(unbuilt);
	OPS->PutDmaAdapter(other);
	OPS->PutDmaAdapter(adapter);
}

static void test_calls(struct hal_fixture *f, gconstpointer data)
{
	uint64_t mapped;

	set_up(f);
	mapped = fake_counts(f->platform)->mapped_pages;
	for (unsigned int i = 0; i < G_N_ELEMENTS(calls); i++) {
		const struct bad_call *c = &calls[i];
		uint64_t before = hal_statistics(f).violations;
		KIRQL old;

		got = c->expected;
		KeRaiseIrql(c->irql, &old);
		call(i);
		KeLowerIrql(old);
		if (got != c->expected)
			g_error("%s returned 0x%x", c->source, (unsigned int)got);
		if (hal_statistics(f).violations - before != (c->text != NULL))
			g_error("%s: %u violations: %s", c->source,
				(unsigned int)(hal_statistics(f).violations - before), f->log);
		if (c->text)
			hal_expect_log(f, c->text);
		f->violations = hal_statistics(f).violations;
		g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, mapped);
	}
	tear_down();
}

/* A list that the driver has written to, and whose MDLs it has unchained, is still the library's.
 */
static void test_damaged_list(struct hal_fixture *f, gconstpointer data)
{
	PMDL second = hal_mdl(f->heap + 5 * PAGE, 100);
	KIRQL old;

	set_up(f);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	OPS->PutScatterGatherList(adapter, list, TRUE);
	mdl->Next = second;
	g_assert_cmphex((ULONG)get(device, mdl, bytes, 9100, FOREIGN), ==, 0);
	mdl->Next = NULL;
	list->NumberOfElements = 0xFFFFFFFF;
	list->Reserved = 0;
	g_assert_cmphex((ULONG)OPS->BuildMdlFromScatterGatherList(adapter, list, mdl, &target), ==,
			0);
	KeLowerIrql(old);
	while (target) {
		PMDL next = target->Next;

		IoFreeMdl(target);
		target = next;
	}
	IoFreeMdl(second);
	hal_expect(f, 0x10, "a device still reaches the memory of MDL");
	tear_down();
	IoFreeMdl(second);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	HAL_TEST("hal-bad-input/calls", test_calls);
	HAL_TEST("hal-bad-input/damaged-list", test_damaged_list);
	return g_test_run();
}
