/* SPDX-License-Identifier: MIT */
/* Slave adapter objects of the HAL, against a model of the system DMA controller. */
#include "dma_controller_model.h"
#include "hal_fixture.h"

static struct dma_controller_model model;

static void set_up(struct hal_fixture *f, gconstpointer data)
{
	hal_set_up(f, NULL);
	model_attach(&model, f->platform);
}

#define KIB64  (64u << 10)
#define KIB128 (128u << 10)

static const unsigned int usable[] = {0, 1, 2, 3, 5, 6, 7};

static DEVICE_DESCRIPTION slave(ULONG channel, ULONG maximum)
{
	return (DEVICE_DESCRIPTION){
		.Version = DEVICE_DESCRIPTION_VERSION1,
		.DemandMode = TRUE,
		.DmaChannel = channel,
		.InterfaceType = Isa,
		.DmaWidth = channel > 3 ? Width16Bits : Width8Bits,
		.DmaSpeed = TypeA,
		.MaximumLength = maximum,
	};
}

struct owner {
	PVOID base;
	unsigned int calls;
	int action;
};

static IO_ALLOCATION_ACTION own(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	struct owner *owner = context;

	owner->base = base;
	owner->calls++;
	return (IO_ALLOCATION_ACTION)owner->action;
}

static void allocate(PDMA_ADAPTER adapter, PDEVICE_OBJECT object, ULONG registers,
		     struct owner *owner)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmpint(IoAllocateAdapterChannel(adapter, object, registers, own, owner), ==,
			STATUS_SUCCESS);
	KeLowerIrql(old);
}

static void release(PDMA_ADAPTER adapter)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeAdapterChannel(adapter);
	KeLowerIrql(old);
}

/* The way of the floppy driver, with every channel, both directions and 64 or 128 KiB. */
static void test_transfer(struct hal_fixture *f, gconstpointer data)
{
	for (unsigned int i = 0; i < 2 * G_N_ELEMENTS(usable); i++) {
		ULONG number = usable[i / 2];
		bool to_device = i & 1;
		ULONG length = number > 3 ? KIB128 : KIB64, granted = 0, wanted = length;
		DEVICE_DESCRIPTION description = slave(number, length);
		PADAPTER_OBJECT adapter = HalGetAdapter(&description, &granted);
		PMDL mdl = hal_mdl(f->heap + 3, length);
		unsigned char *bytes = g_malloc(length);
		struct owner owner = {.action = KeepObject};

		g_assert_nonnull(adapter);
		g_assert_cmpuint(granted, ==, length / PAGE + 1);
		g_assert_cmpuint(ADDRESS_AND_SIZE_TO_SPAN_PAGES(f->heap + 3, length), ==, granted);
		hal_fill(f->heap + 3, length, i);
		hal_fill(bytes, length, i + 40);
		KeFlushIoBuffers(mdl, !to_device, TRUE);
		allocate(adapter, f->object, granted, &owner);
		IoMapTransfer(adapter, mdl, owner.base, MmGetMdlVirtualAddress(mdl), &wanted,
			      to_device);
		g_assert_cmpuint(wanted, ==, length);
		g_assert_cmpuint(model_transfer(&model, number, bytes, length - 100, to_device), ==,
				 length - 100);
		g_assert_cmpuint(HalReadDmaCounter(adapter), ==, 100);
		model_transfer(&model, number, bytes + length - 100, 100, to_device);
		g_assert_cmpuint(HalReadDmaCounter(adapter), ==, 0);
		g_assert_true(IoFlushAdapterBuffers(
			adapter, mdl, owner.base, MmGetMdlVirtualAddress(mdl), length, to_device));
		release(adapter);
		hal_check(to_device ? bytes : f->heap + 3, length, to_device ? i : i + 40);
		IoFreeMdl(mdl);
		g_free(bytes);
		/* The channels of HalGetAdapter stay; the reserved memory does not hold all of
		 * them. */
		adapter->DmaOperations->PutDmaAdapter(adapter);
	}
}

static void test_descriptions(struct hal_fixture *f, gconstpointer data)
{
	static const struct {
		ULONG channel;
		INTERFACE_TYPE type;
		DMA_WIDTH width;
		DMA_SPEED speed;
		const char *text; /* of the violation; NULL: an adapter */
	} cases[] = {
		{1, Isa, Width8Bits, Compatible, NULL},
		{1, Eisa, Width8Bits, TypeB, NULL},
		{1, Internal, Width8Bits, TypeF, NULL},
		{5, PNPISABus, Width16Bits, TypeC, NULL},
		{4, Isa, Width16Bits, Compatible, "channel 4 connects"},
		{4, Isa, Width8Bits, Compatible, "channel 4 connects"},
		{8, Isa, Width16Bits, Compatible, "channels 0 to 3 and 5 to 7"},
		{0xFFFFFFFF, Isa, Width8Bits, Compatible, "channels 0 to 3 and 5 to 7"},
		{1, Isa, Width16Bits, Compatible, "channels 0 to 3 transfer 8 bits"},
		{7, Isa, Width8Bits, Compatible, "channels 5 to 7 transfer 16 bits"},
		{1, Isa, Width32Bits, Compatible, "DmaWidth"},
		{1, Isa, Width8Bits, MaximumDmaSpeed, "DmaSpeed"},
		{1, Eisa, Width8Bits, TypeF, "DmaSpeed"},
		{1, PCIBus, Width8Bits, Compatible, "only ISA devices"},
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		DEVICE_DESCRIPTION description = slave(cases[i].channel, PAGE);
		PDMA_ADAPTER adapter;
		ULONG registers = 77;

		description.InterfaceType = cases[i].type;
		description.DmaWidth = cases[i].width;
		description.DmaSpeed = cases[i].speed;
		adapter = IoGetDmaAdapter(f->object, &description, &registers);
		if (cases[i].text) {
			g_assert_null(adapter);
			g_assert_cmpuint(registers, ==, 77);
			hal_expect(f, -1, cases[i].text);
			continue;
		}
		g_assert_nonnull(adapter);
		g_assert_cmpuint(registers, ==, 2);
		g_assert_cmpuint(adapter->DmaOperations->GetDmaAlignment(adapter), ==,
				 cases[i].channel > 3 ? 2 : 1);
		adapter->DmaOperations->PutDmaAdapter(adapter);
	}
}

static void test_shared(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = slave(2, PAGE);
	struct shim_device *second;
	struct owner owners[2] = {{.action = KeepObject}, {.action = KeepObject}};
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	ULONG registers = 0;

	g_assert_cmpuint(adapter->DmaOperations->Size, ==, 104);
	g_assert_cmpint(shim_device_create(f->platform, NULL, &second), ==, 0);
	description.Version = DEVICE_DESCRIPTION_VERSION2;
	g_assert_true(IoGetDmaAdapter(shim_device_object(second), &description, &registers) ==
		      adapter);
	g_assert_cmpuint(adapter->DmaOperations->Size, ==, 128);
	/* Another mode is another use of the channel. */
	description.AutoInitialize = TRUE;
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	hal_expect_log(f, "DMA channel 2: Device or resource busy");
	allocate(adapter, f->object, 1, &owners[0]);
	allocate(adapter, shim_device_object(second), 1, &owners[1]);
	g_assert_true(owners[0].calls == 1 && owners[1].calls == 0);
	release(adapter);
	g_assert_cmpuint(owners[1].calls, ==, 1);
	release(adapter);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	allocate(adapter, f->object, 1, &owners[0]);
	release(adapter);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	hal_expect(f, 0x18, "released");
	g_assert_cmpuint(shim_device_destroy(second), ==, 0);
}

static void test_misuse(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = slave(5, 2 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PMDL mdl = hal_mdl(f->heap, 4 * PAGE);
	struct owner owner = {.action = DeallocateObjectKeepRegisters};
	ULONG length;

	allocate(adapter, f->object, 2, &owner);
	hal_expect(f, -1, "DeallocateObjectKeepRegisters is for bus masters");
	owner.action = KeepObject;
	allocate(adapter, f->object, 0, &owner);
	g_assert_nonnull(owner.base);
	length = 2;
	IoMapTransfer(adapter, mdl, owner.base, f->heap, &length, TRUE);
	hal_expect(f, 0x00, "2 bytes at");
	release(adapter);
	allocate(adapter, f->object, 1, &owner);
	length = PAGE + 2;
	IoMapTransfer(adapter, mdl, owner.base, f->heap, &length, TRUE);
	hal_expect(f, 0x00, "has 1 left");
	g_assert_true(model.channel[5].masked);
	release(adapter);
	allocate(adapter, f->object, 3, &owner);
	length = 3;
	IoMapTransfer(adapter, mdl, owner.base, f->heap, &length, TRUE);
	hal_expect(f, 0x1F, "even number of bytes");
	length = 2 * PAGE + 2;
	IoMapTransfer(adapter, mdl, owner.base, f->heap, &length, TRUE);
	hal_expect(f, 0x00, "the limit 8192");
	g_assert_true(model.channel[5].masked);
	length = PAGE;
	IoMapTransfer(adapter, mdl, owner.base, f->heap, &length, TRUE);
	g_assert_false(model.channel[5].masked);
	IoMapTransfer(adapter, mdl, owner.base, f->heap + PAGE, &length, TRUE);
	hal_expect(f, 0x0D, "flushed before the next");
	g_assert_cmpuint(length, ==, PAGE);
	/* Not flushed: the transfer is aborted, the channel masked. */
	release(adapter);
	hal_expect(f, 0x0D, "1 mappings");
	g_assert_true(model.channel[5].masked);
	g_assert_cmphex((ULONG)adapter->DmaOperations->GetScatterGatherList(
				adapter, f->object, mdl, f->heap, 1, NULL, NULL, TRUE),
			==, (ULONG)STATUS_NOT_SUPPORTED);
	hal_expect(f, -1, "lists are for bus masters");
	model.fail_port = 0xd6;
	allocate(adapter, f->object, 1, &owner);
	IoMapTransfer(adapter, mdl, owner.base, f->heap, &length, TRUE);
	hal_expect_log(f, "DMA channel 5: Input/output error");
	model.fail_port = MODEL_NO_PORT;
	release(adapter);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_common_buffer(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = slave(3, KIB64);
	PHYSICAL_ADDRESS logical;
	struct owner owner = {.action = KeepObject};
	unsigned char bytes[3000];
	PDMA_ADAPTER adapter;
	ULONG length = 2048;
	PVOID va;
	PMDL mdl;

	description.AutoInitialize = TRUE;
	adapter = hal_get(f, &description, NULL);
	g_assert_null(HalAllocateCommonBuffer(adapter, KIB64 + 1, &logical, FALSE));
	hal_expect_log(f, "no common buffer of 65537 bytes");
	va = HalAllocateCommonBuffer(adapter, 2048, &logical, FALSE);
	g_assert_nonnull(va);
	g_assert_cmphex((uint64_t)logical.QuadPart, <, 1 << 24);
	g_assert_true(va == model.memory + (logical.QuadPart - MODEL_LOW_ADDRESS));
	mdl = hal_mdl(va, 2048);
	allocate(adapter, f->object, 1, &owner);
	IoMapTransfer(adapter, mdl, owner.base, va, &length, FALSE);
	hal_fill(bytes, sizeof(bytes), 3);
	model_transfer(&model, 3, bytes, 3000, false);
	/* Visible while it runs. */
	g_assert_cmpuint(HalReadDmaCounter(adapter), ==, 2048 - (3000 - 2048));
	g_assert_cmpmem(va, 3000 - 2048, bytes + 2048, 3000 - 2048);
	g_assert_true(IoFlushAdapterBuffers(adapter, mdl, owner.base, va, 2048, FALSE));
	release(adapter);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	hal_expect(f, 0x07, "2048 bytes");
}

/* A common buffer is not copied, yet MaximumLength counts. */
static void test_maximum_in_place(struct hal_fixture *f, gconstpointer data)
{
	struct owner owner = {.action = KeepObject};
	DEVICE_DESCRIPTION description = slave(3, 1000);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PHYSICAL_ADDRESS logical;
	PVOID va = HalAllocateCommonBuffer(adapter, 2048, &logical, FALSE);
	PMDL mdl = hal_mdl(va, 2048);
	ULONG length = 1001;

	allocate(adapter, f->object, 1, &owner);
	IoMapTransfer(adapter, mdl, owner.base, va, &length, TRUE);
	hal_expect(f, 0x00, "*Length is 1001, the limit 1000");
	g_assert_true(model.channel[3].masked);
	length = 1000;
	IoMapTransfer(adapter, mdl, owner.base, va, &length, TRUE);
	g_assert_false(model.channel[3].masked);
	g_assert_true(IoFlushAdapterBuffers(adapter, mdl, owner.base, va, 1000, TRUE));
	release(adapter);
	HalFreeCommonBuffer(adapter, 2048, logical, va, FALSE);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_isa_bus_master(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = slave(6, PAGE);
	PDMA_ADAPTER adapter;
	ULONG registers;

	description.Master = TRUE;
	adapter = hal_get(f, &description, NULL);
	g_assert_cmphex(model.channel[6].mode, ==, 0xc2);
	g_assert_false(model.channel[6].masked);
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	hal_expect_log(f, "DMA channel 6: Device or resource busy");
	adapter->DmaOperations->PutDmaAdapter(adapter);
	g_assert_true(model.channel[6].masked);
}

/* Version 0 has no IgnoreCount; the kind of the bus may be left to the device. */
static void test_versions(struct hal_fixture *f, gconstpointer data)
{
	f->options.isa = true;
	hal_restart(f, 0);
	for (ULONG version = 0; version < 3; version++) {
		DEVICE_DESCRIPTION description = slave(1, PAGE);
		struct owner owner = {.action = KeepObject};
		PMDL mdl = hal_mdl(f->heap, 100);
		PDMA_ADAPTER adapter;
		ULONG length = 100;
		char bytes[100] = "device";

		description.Version = version;
		description.InterfaceType = InterfaceTypeUndefined;
		description.IgnoreCount = TRUE;
		adapter = hal_get(f, &description, NULL);
		allocate(adapter, f->object, 1, &owner);
		IoMapTransfer(adapter, mdl, owner.base, f->heap, &length, FALSE);
		model_transfer(&model, 1, bytes, 6, false);
		f->heap[99] = 0x77;
		g_assert_true(IoFlushAdapterBuffers(adapter, mdl, owner.base, f->heap, 100, FALSE));
		g_assert_cmpmem(f->heap, 6, "device", 6);
		/* Without the count everything is copied back. */
		g_assert_cmphex(f->heap[99], ==, version ? 0x5a : 0x77);
		f->heap[99] = 0x5a;
		release(adapter);
		IoFreeMdl(mdl);
		adapter->DmaOperations->PutDmaAdapter(adapter);
	}
}

#define TEST(name, function)                                                                       \
	g_test_add("/hal-slave/" name, struct hal_fixture, NULL, set_up, function, hal_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("transfer", test_transfer);
	TEST("descriptions", test_descriptions);
	TEST("shared", test_shared);
	TEST("misuse", test_misuse);
	TEST("common-buffer", test_common_buffer);
	TEST("maximum-in-place", test_maximum_in_place);
	TEST("isa-bus-master", test_isa_bus_master);
	TEST("versions", test_versions);
	return g_test_run();
}
