/* SPDX-License-Identifier: MIT */
/*
 * Calls that the drivers of the DDKs make (ndis-hal-dma.md section 15), with their arguments.
 */
#include <string.h>

#include "dma_controller_model.h"
#include "hal_fixture.h"
#include "ndis_fixture.h"

static struct dma_controller_model model;

/* NdisMAllocateMapRegisters: as called, and how many map registers that takes. */
static const struct vector {
	const char *driver;
	NDIS_INTERFACE_TYPE bus;
	UINT channel;
	NDIS_DMA_SIZE size;
	ULONG count;
	ULONG maximum;
	ULONG registers;
	unsigned int bits;
} vectors[] = {
	/* 8 command blocks of 4 fragments: the later ceiling exactly */
	{"ne3200", NdisInterfaceEisa, 0, FALSE, 8 * 4, 1514, 64, 24},
	/* 5 descriptors of 4 fragments */
	{"sonic", NdisInterfaceInternal, 0, FALSE, 5 * 4, 1514, 40, 24},
	/* transmit lists by threshold, the size of a receive buffer, a channel of its own */
	{"ibmtok2i", NdisInterfaceIsa, 6, FALSE, 4 * 2, 2048, 16, 24},
	{"e100bex", NdisInterfacePci, 0, NDIS_DMA_32BITS, 32, 1514, 64, 32},
};

static const struct vector *vector;

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	model_attach(&model, f->platform);
	f->without_attributes = true;
	f->options.dma.policy = DMA_POLICY_REMAP;
	vector = data;
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static NDIS_STATUS initialize_registers(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMSetAttributes(f->handle, f, TRUE, vector->bus);
	g_assert_cmpint(NdisMAllocateMapRegisters(f->handle, vector->channel, vector->size,
						  vector->count, vector->maximum),
			==, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_SUCCESS;
}

static void free_registers(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

/* As SONIC does it: a register for each buffer, flushed after Start, the high half of addresses 0.
 */
static void test_registers(struct ndis_fixture *f, gconstpointer data)
{
	g_autofree unsigned char *memory = g_malloc(vector->maximum);
	g_autofree unsigned char *found = g_malloc(vector->maximum);
	PNDIS_BUFFER buffers[64];
	NDIS_PHYSICAL_ADDRESS_UNIT runs[4];
	UINT count;

	f->hooks.initialize = initialize_registers;
	f->hooks.halt = free_registers;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_allocated, ==, vector->registers);
	fill(memory, vector->maximum, 3);
	for (ULONG i = 0; i < vector->count; i++) {
		buffers[i] = fixture_buffer(memory, vector->maximum);
		NdisMStartBufferPhysicalMapping(f->handle, buffers[i], i, TRUE, runs, &count);
		NdisFlushBuffer(buffers[i], TRUE);
		g_assert_cmpuint(count, ==, 1);
		g_assert_cmpuint(NdisGetPhysicalAddressHigh(runs[0].PhysicalAddress), ==, 0);
		g_assert_cmphex((uint64_t)runs[0].PhysicalAddress.QuadPart >> vector->bits, ==, 0);
		read_runs(f, runs, count, found, vector->maximum);
		g_assert_true(!memcmp(found, memory, vector->maximum));
	}
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, vector->registers);
	for (ULONG i = 0; i < vector->count; i++) {
		NdisMCompleteBufferPhysicalMapping(f->handle, buffers[i], i);
		NdisFreeBuffer(buffers[i]);
	}
}

/* ---- e100bex: lists if there are any, else map registers, fewer and fewer ------------------- */

static ULONG e100bex_registers;

static NDIS_STATUS initialize_e100bex(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;

	NdisMSetAttributesEx(f->handle, f, 0,
			     NDIS_ATTRIBUTE_DESERIALIZE | NDIS_ATTRIBUTE_BUS_MASTER,
			     NdisInterfacePci);
	e100bex_registers = 0;
	if (NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514) == NDIS_STATUS_SUCCESS)
		return NDIS_STATUS_SUCCESS;
	for (e100bex_registers = 64; e100bex_registers >= 8; e100bex_registers--) {
		status = NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, e100bex_registers,
						   1514);
		if (status == NDIS_STATUS_SUCCESS)
			break;
		g_assert_cmphex((uint32_t)status, ==, (uint32_t)NDIS_STATUS_RESOURCES);
	}
	return NDIS_STATUS_SUCCESS;
}

static void halt_e100bex(struct ndis_fixture *f)
{
	if (e100bex_registers)
		NdisMFreeMapRegisters(f->handle);
}

static void test_e100bex(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_e100bex;
	f->hooks.halt = halt_e100bex;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(e100bex_registers, ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	f->options.refuse_scatter_gather = true;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(e100bex_registers, ==, 32);
}

/* ---- nscirda: a slave channel --------------------------------------------------------------- */

static NDIS_HANDLE channel;

static NDIS_STATUS initialize_nscirda(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_DMA_DESCRIPTION description;

	NdisMSetAttributes(f->handle, f, FALSE, NdisInterfaceIsa);
	memset(&description, 0, sizeof(description));
	description.DemandMode = TRUE;
	description.AutoInitialize = FALSE;
	description.DmaChannelSpecified = FALSE;
	description.DmaWidth = Width8Bits;
	description.DmaSpeed = Compatible;
	description.DmaChannel = 3;
	g_assert_cmpint(NdisMRegisterDmaChannel(&channel, f->handle, 3, FALSE, &description, 4096),
			==, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_SUCCESS;
}

static void halt_nscirda(struct ndis_fixture *f)
{
	NdisMDeregisterDmaChannel(channel);
}

static void expect(NDIS_STATUS status, NDIS_STATUS expected)
{
	g_assert_cmphex((uint32_t)status, ==, (uint32_t)expected);
}

/* A second start, a completion of the other direction, and a call above DISPATCH_LEVEL are refused.
 */
static void test_nscirda(struct ndis_fixture *f, gconstpointer data)
{
	unsigned char memory[2048], found[2048];
	PNDIS_BUFFER buffer;
	NDIS_STATUS status;
	KIRQL old;

	f->hooks.initialize = initialize_nscirda;
	f->hooks.halt = halt_nscirda;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fill(memory, sizeof(memory), 6);
	buffer = fixture_buffer(memory, sizeof(memory));
	NdisFlushBuffer(buffer, TRUE);
	NdisMSetupDmaTransfer(&status, channel, buffer, 0, sizeof(memory), TRUE);
	expect(status, NDIS_STATUS_SUCCESS);
	NdisMSetupDmaTransfer(&status, channel, buffer, 0, sizeof(memory), TRUE);
	expect(status, NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "is set up on DMA channel 3");
	g_assert_cmpuint(model_transfer(&model, 3, found, sizeof(found), true), ==, sizeof(found));
	g_assert_true(!memcmp(found, memory, sizeof(found)));
	g_assert_cmpuint(NdisMReadDmaCounter(channel), ==, 0);
	NdisMCompleteDmaTransfer(&status, channel, buffer, 0, sizeof(memory), FALSE);
	expect(status, NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "the arguments are those of NdisMSetupDmaTransfer");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	NdisMSetupDmaTransfer(&status, channel, buffer, 0, sizeof(memory), TRUE);
	KeLowerIrql(old);
	expect(status, NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "called at IRQL 3");
	NdisFreeBuffer(buffer);
}

/* ---- the floppy driver ---------------------------------------------------------------------- */

static IO_ALLOCATION_ACTION own(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	*(PVOID *)context = base;
	return KeepObject;
}

/* It ignores what IoMapTransfer returns, and the counter of the controller. */
static void test_floppy(struct hal_fixture *f, gconstpointer data)
{
	enum { TRACK = 18 * 512 };
	unsigned char bytes[TRACK];
	DEVICE_DESCRIPTION description;
	ULONG registers, length;
	PADAPTER_OBJECT adapter;
	PVOID base = NULL;
	PMDL mdl = hal_mdl(f->heap + 300, TRACK);
	KIRQL old;

	model_attach(&model, f->platform);
	memset(&description, 0, sizeof(description));
	description.Version = DEVICE_DESCRIPTION_VERSION1;
	description.DmaWidth = Width8Bits;
	description.DemandMode = TRUE;
	description.IgnoreCount = TRUE;
	description.MaximumLength = TRACK + PAGE_SIZE;
	description.DmaSpeed = TypeA;
	description.InterfaceType = Isa;
	description.DmaChannel = 2;
	adapter = HalGetAdapter(&description, &registers);
	g_assert_nonnull(adapter);
	g_assert_cmpuint(registers, >=, ADDRESS_AND_SIZE_TO_SPAN_PAGES(f->heap + 300, TRACK));
	for (unsigned int write = 0; write < 2; write++) {
		hal_fill(f->heap + 300, TRACK, write);
		hal_fill(bytes, TRACK, 7);
		KeFlushIoBuffers(mdl, !write, TRUE);
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		g_assert_cmpint(IoAllocateAdapterChannel(adapter, f->object, registers, own, &base),
				==, STATUS_SUCCESS);
		KeLowerIrql(old);
		length = TRACK;
		IoMapTransfer(adapter, mdl, base, MmGetMdlVirtualAddress(mdl), &length,
			      (BOOLEAN)write);
		g_assert_cmpuint(model_transfer(&model, 2, bytes, TRACK, write), ==, TRACK);
		IoFlushAdapterBuffers(adapter, mdl, base, MmGetMdlVirtualAddress(mdl), length,
				      (BOOLEAN)write);
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		IoFreeAdapterChannel(adapter);
		KeLowerIrql(old);
		hal_check(write ? bytes : f->heap + 300, TRACK, write ? 1 : 7);
	}
	IoFreeMdl(mdl);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		char *path = g_strdup_printf("/ddk-vectors/map-registers/%s", vectors[i].driver);

		g_test_add(path, struct ndis_fixture, &vectors[i], set_up, test_registers,
			   tear_down);
		g_free(path);
	}
	g_test_add("/ddk-vectors/e100bex", struct ndis_fixture, NULL, set_up, test_e100bex,
		   tear_down);
	g_test_add("/ddk-vectors/nscirda", struct ndis_fixture, NULL, set_up, test_nscirda,
		   tear_down);
	g_test_add("/ddk-vectors/floppy", struct hal_fixture, NULL, hal_set_up, test_floppy,
		   hal_tear_down);
	return g_test_run();
}
