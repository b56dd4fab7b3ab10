/* SPDX-License-Identifier: MIT */
/*
 * ways_hal.c - a driver that uses the HAL; see ways.h
 */
#include <wdm.h>

#include "include/shim_device.h"
#include "ways.h"

#define REGISTERS 4

struct master {
	struct shim_device *device;
	PDEVICE_OBJECT object;
	PDMA_ADAPTER adapter;
	PVOID base;
	PMDL mdl;
	unsigned char *buffer;
	ULONG length;
	bool to_device;
	PSCATTER_GATHER_LIST list;
};

static void open_master(struct way *w)
{
	const struct shim_device_options options = {.dma = w->dma};
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.Master = TRUE,
		.ScatterGather = TRUE,
		.Dma32BitAddresses = w->bits == 32,
		.Dma64BitAddresses = w->bits == 64,
		.InterfaceType = w->bits == 24 ? Eisa : PCIBus,
		.MaximumLength = 2 * PAGE_SIZE,
	};
	struct master *m = g_new0(struct master, 1);
	ULONG registers;

	w->state = m;
	g_assert_cmpint(shim_device_create(w->platform, &options, &m->device), ==, 0);
	m->object = shim_device_object(m->device);
	m->adapter = IoGetDmaAdapter(m->object, &description, &registers);
	g_assert_nonnull(m->adapter);
}

static void close_master(struct way *w)
{
	struct master *m = w->state;
	struct shim_device_statistics statistics;

	shim_device_statistics(m->device, &statistics);
	g_assert_cmpuint(statistics.violations, ==, 0);
	m->adapter->DmaOperations->PutDmaAdapter(m->adapter);
	g_assert_cmpuint(shim_device_destroy(m->device), ==, 0);
	g_free(m);
}

static void describe(struct master *m, unsigned char *buffer, size_t length, bool to_device)
{
	m->mdl = IoAllocateMdl(buffer, (ULONG)length, FALSE, FALSE, NULL);
	g_assert_nonnull(m->mdl);
	MmBuildMdlForNonPagedPool(m->mdl);
	m->buffer = buffer;
	m->length = (ULONG)length;
	m->to_device = to_device;
}

/* ---- IoMapTransfer ------------------------------------------------------------------------- */

static IO_ALLOCATION_ACTION keep(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	((struct master *)context)->base = base;
	return DeallocateObjectKeepRegisters;
}

static void start_transfer(struct way *w, unsigned char *buffer, size_t length, bool to_device)
{
	struct master *m = w->state;
	size_t done = 0;
	KIRQL old;

	describe(m, buffer, length, to_device);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmpint(IoAllocateAdapterChannel(m->adapter, m->object,
						 ADDRESS_AND_SIZE_TO_SPAN_PAGES(buffer, length),
						 keep, m),
			==, STATUS_SUCCESS);
	for (w->count = 0; done < length; w->count++) {
		ULONG mapped = (ULONG)(length - done);
		PHYSICAL_ADDRESS logical;

		g_assert_cmpuint(w->count, <, WAY_RUNS);
		logical = IoMapTransfer(m->adapter, m->mdl, m->base, buffer + done, &mapped,
					to_device);
		g_assert_cmpint(logical.QuadPart, !=, 0);
		w->runs[w->count] = (struct dma_run){{(uint64_t)logical.QuadPart}, mapped};
		done += mapped;
	}
	KeLowerIrql(old);
}

static void complete_transfer(struct way *w)
{
	struct master *m = w->state;
	KIRQL old;

	g_assert_true(IoFlushAdapterBuffers(m->adapter, m->mdl, m->base, m->buffer, m->length,
					    m->to_device));
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeMapRegisters(m->adapter, m->base,
			   ADDRESS_AND_SIZE_TO_SPAN_PAGES(m->buffer, m->length));
	KeLowerIrql(old);
	IoFreeMdl(m->mdl);
}

/* ---- GetScatterGatherList ------------------------------------------------------------------ */

static VOID got_list(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	((struct master *)context)->list = list;
}

static void start_list(struct way *w, unsigned char *buffer, size_t length, bool to_device)
{
	struct master *m = w->state;
	ULONG i;
	KIRQL old;

	describe(m, buffer, length, to_device);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmpint(m->adapter->DmaOperations->GetScatterGatherList(
				m->adapter, m->object, m->mdl, buffer, (ULONG)length, got_list, m,
				to_device),
			==, STATUS_SUCCESS);
	KeLowerIrql(old);
	w->count = m->list->NumberOfElements;
	g_assert_cmpuint(w->count, <=, WAY_RUNS);
	for (i = 0; i < w->count; i++)
		w->runs[i] = (struct dma_run){{(uint64_t)m->list->Elements[i].Address.QuadPart},
					      m->list->Elements[i].Length};
}

static void complete_list(struct way *w)
{
	struct master *m = w->state;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	m->adapter->DmaOperations->PutScatterGatherList(m->adapter, m->list, m->to_device);
	KeLowerIrql(old);
	IoFreeMdl(m->mdl);
}

const struct way_ops way_hal_transfer = {
	.name = "hal-transfer",
	.open = open_master,
	.start = start_transfer,
	.complete = complete_transfer,
	.close = close_master,
};

const struct way_ops way_hal_list = {
	.name = "hal-list",
	.open = open_master,
	.start = start_list,
	.complete = complete_list,
	.close = close_master,
};
