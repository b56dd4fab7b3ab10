/* SPDX-License-Identifier: MIT */
/*
 * Bugs of other implementations of the HAL's DMA functions (ndis-hal-dma.md section 14), each as a
 * test that the bug would fail.  The table of all of them is in test_known_bugs.c.
 *
 *	section 14		test
 *	ReactOS (g)		reactos-g-16-bit-channel-loses-address-bit-16
 *	ReactOS (h)		reactos-h-64-bit-master-copies
 *	ReactOS (i)		reactos-i-limit-off-by-one; dma-limits/last-page
 *	ReactOS (j)		reactos-j-short-list-of-one-mdl
 *	ReactOS (l)		reactos-l-flush-judges-the-first-page
 *	NDISwrapper		ndiswrapper-frees-another-list
 */
#include <string.h>

#include "dma_controller_model.h"
#include "hal_fixture.h"

static struct dma_controller_model model;

struct owner {
	PVOID base;
	int action;
};

static IO_ALLOCATION_ACTION own(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	struct owner *owner = context;

	owner->base = base;
	return (IO_ALLOCATION_ACTION)owner->action;
}

static void allocate(struct hal_fixture *f, PDMA_ADAPTER adapter, ULONG registers,
		     struct owner *owner)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmpint(IoAllocateAdapterChannel(adapter, f->object, registers, own, owner), ==,
			STATUS_SUCCESS);
	KeLowerIrql(old);
}

static void free_channel(PDMA_ADAPTER adapter)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeAdapterChannel(adapter);
	KeLowerIrql(old);
}

/* ---- slave channels ------------------------------------------------------------------------ */

static PDMA_ADAPTER slave(struct hal_fixture *f, ULONG channel, ULONG maximum)
{
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION1,
		.DmaChannel = channel,
		.InterfaceType = Isa,
		.DmaWidth = channel > 3 ? Width16Bits : Width8Bits,
		.MaximumLength = maximum,
	};

	return hal_get(f, &description, NULL);
}

/* One transfer to the device of @length bytes at @va, which lies at @physical. */
static void transfer_in_place(struct hal_fixture *f, PDMA_ADAPTER adapter, ULONG channel,
			      unsigned char *va, ULONG physical, ULONG length)
{
	unsigned int unit = channel > 3 ? 2 : 1;
	unsigned char *found = g_malloc(length);
	struct owner owner = {.action = KeepObject};
	PMDL mdl = hal_mdl(va, length);

	hal_fill(va, length, channel);
	allocate(f, adapter, ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, length), &owner);
	IoMapTransfer(adapter, mdl, owner.base, va, &length, TRUE);
	/* In place: the controller is told this address and no other. */
	g_assert_cmphex(model.channel[channel].base_address, ==, (physical / unit) & 0xffff);
	g_assert_cmphex(model.channel[channel].page & (channel > 3 ? 0xfe : 0xff), ==,
			physical >> 16 & (channel > 3 ? 0xfe : 0xff));
	g_assert_cmpuint(model.channel[channel].base_count, ==, length / unit - 1);
	g_assert_cmpuint(model_transfer(&model, channel, found, length, true), ==, length);
	hal_check(found, length, channel);
	IoFlushAdapterBuffers(adapter, mdl, owner.base, va, length, TRUE);
	free_channel(adapter);
	IoFreeMdl(mdl);
	g_free(found);
}

/* (phys & 0xFFFF) >> 1 is wrong at every other 64 KiB. */
static void test_16_bit_channel_loses_address_bit_16(struct hal_fixture *f, gconstpointer data)
{
	enum { LENGTH = 32 << 10 };
	PDMA_ADAPTER adapter;
	PHYSICAL_ADDRESS logical[6];
	unsigned int odd = 0;
	PVOID va[6];

	model_attach(&model, f->platform);
	adapter = slave(f, 5, LENGTH);
	for (unsigned int i = 0; i < G_N_ELEMENTS(va); i++) {
		va[i] = HalAllocateCommonBuffer(adapter, LENGTH, &logical[i], FALSE);
		g_assert_nonnull(va[i]);
		odd += logical[i].LowPart >> 16 & 1;
		transfer_in_place(f, adapter, 5, va[i], logical[i].LowPart, LENGTH);
	}
	g_assert_cmpuint(odd, >, 0);
	g_assert_cmpuint(odd, <, G_N_ELEMENTS(va));
	for (unsigned int i = 0; i < G_N_ELEMENTS(va); i++)
		HalFreeCommonBuffer(adapter, LENGTH, logical[i], va[i], FALSE);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* What ends exactly on a line does not cross it. */
static void test_limit_off_by_one(struct hal_fixture *f, gconstpointer data)
{
	PHYSICAL_ADDRESS logical;
	PDMA_ADAPTER adapter;
	ULONG end;
	PVOID va;

	model_attach(&model, f->platform);
	adapter = slave(f, 1, 64 << 10);
	/* 64 KiB for a channel that wraps at 64 KiB lie between two lines. */
	va = HalAllocateCommonBuffer(adapter, 64 << 10, &logical, FALSE);
	g_assert_nonnull(va);
	end = logical.LowPart + (64 << 10);
	g_assert_cmphex(end & 0xffff, ==, 0);
	transfer_in_place(f, adapter, 1, va, logical.LowPart, 64 << 10);
	HalFreeCommonBuffer(adapter, 64 << 10, logical, va, FALSE);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* ---- bus masters --------------------------------------------------------------------------- */

static void map_to_end(PDMA_ADAPTER adapter, PMDL mdl, PVOID base, unsigned char *va, ULONG length,
		       bool to_device, PHYSICAL_ADDRESS *logical)
{
	ULONG mapped = length;

	*logical = IoMapTransfer(adapter, mdl, base, va, &mapped, to_device);
	g_assert_cmpuint(mapped, ==, length);
}

/* A limit of 64 bits is no -1: nothing is beyond it. */
static void test_64_bit_master_copies(struct hal_fixture *f, gconstpointer data)
{
	struct owner owner = {.action = KeepObject};
	PMDL mdl = hal_mdl(f->heap + 100, 5 * PAGE);
	DEVICE_DESCRIPTION description;
	PHYSICAL_ADDRESS logical;
	PDMA_ADAPTER adapter;

	f->bits = 64;
	description = hal_master(f, true, 8 * PAGE);
	adapter = hal_get(f, &description, NULL);
	hal_fill(f->heap + 100, 5 * PAGE, 1);
	allocate(f, adapter, 6, &owner);
	map_to_end(adapter, mdl, owner.base, f->heap + 100, 5 * PAGE, true, &logical);
	g_assert_cmphex((uint64_t)logical.QuadPart, >, UINT32_MAX);
	hal_device_reads(f, logical, 5 * PAGE, 1, 0);
	IoFlushAdapterBuffers(adapter, mdl, owner.base, f->heap + 100, 5 * PAGE, TRUE);
	g_assert_cmpuint(hal_statistics(f).dma.mappings[DMA_POLICY_COPY], ==, 0);
	g_assert_cmpuint(hal_statistics(f).dma.mappings[DMA_POLICY_REMAP], ==, 1);
	free_channel(adapter);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* One part remapped, the other copied: a flush of both brings both. */
static void test_flush_judges_the_first_page(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 16 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	struct owner owner = {.action = KeepObject};
	ULONG length = 3 * PAGE + 500;
	unsigned char *va = f->heap + 50;
	PMDL mdl = hal_mdl(va, 2 * length);
	PHYSICAL_ADDRESS first, second, third;

	allocate(f, adapter, 16, &owner);
	map_to_end(adapter, mdl, owner.base, va, 100, false, &first);
	map_to_end(adapter, mdl, owner.base, va + 100, length, false, &second);
	map_to_end(adapter, mdl, owner.base, va + 100 + length, 300, false, &third);
	g_assert_cmpuint(hal_statistics(f).dma.mappings[DMA_POLICY_COPY], ==, 2);
	g_assert_cmpuint(hal_statistics(f).dma.mappings[DMA_POLICY_REMAP], ==, 1);
	hal_device_writes(f, first, 100, 9, 0);
	hal_device_writes(f, second, length, 9, 100);
	hal_device_writes(f, third, 300, 9, 100 + length);
	g_assert_true(IoFlushAdapterBuffers(adapter, mdl, owner.base, va, 400 + length, FALSE));
	hal_check(va, 400 + length, 9);
	free_channel(adapter);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* ---- scatter/gather lists ------------------------------------------------------------------ */

static VOID keep_list(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	*(PSCATTER_GATHER_LIST *)context = list;
}

static PSCATTER_GATHER_LIST get_list(struct hal_fixture *f, PDMA_ADAPTER adapter, PMDL mdl,
				     unsigned char *va, ULONG length)
{
	PSCATTER_GATHER_LIST list = NULL;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmpint(adapter->DmaOperations->GetScatterGatherList(
				adapter, f->object, mdl, va, length, keep_list, &list, TRUE),
			==, STATUS_SUCCESS);
	KeLowerIrql(old);
	g_assert_nonnull(list);
	return list;
}

static void put_list(PDMA_ADAPTER adapter, PSCATTER_GATHER_LIST list)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	adapter->DmaOperations->PutScatterGatherList(adapter, list, TRUE);
	KeLowerIrql(old);
}

static ULONG read_list(struct hal_fixture *f, const SCATTER_GATHER_LIST *list, unsigned int seed,
		       ULONG skip)
{
	ULONG length = 0;

	for (ULONG i = 0; i < list->NumberOfElements; i++) {
		hal_device_reads(f, list->Elements[i].Address, list->Elements[i].Length, seed,
				 skip + length);
		length += list->Elements[i].Length;
	}
	return length;
}

/* More than 16 elements, from an offset on, over three MDLs. */
static void test_short_list_of_one_mdl(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 60 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PMDL mdl = hal_mdl(f->heap + 4000, 20 * PAGE);
	PSCATTER_GATHER_LIST list;

	hal_fill(f->heap, HEAP_PAGES * PAGE, 2);
	mdl->Next = hal_mdl(f->heap + 4000 + 20 * PAGE, 10 * PAGE);
	mdl->Next->Next = hal_mdl(f->heap + 4000 + 30 * PAGE, 8 * PAGE);
	/* 19 pages and a bit, 10 and 8, each of them at an offset: 20 + 11 + 9 elements. */
	list = get_list(f, adapter, mdl, f->heap + 4000 + 4095, 38 * PAGE - 4095);
	g_assert_cmpuint(list->NumberOfElements, ==, 40);
	g_assert_cmpuint(read_list(f, list, 2, 4000 + 4095), ==, 38 * PAGE - 4095);
	put_list(adapter, list);
	IoFreeMdl(mdl->Next->Next);
	IoFreeMdl(mdl->Next);
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* Each Put ends its own list, in whatever order. */
static void test_frees_another_list(struct hal_fixture *f, gconstpointer data)
{
	static const unsigned int order[] = {2, 0, 3, 1};
	DEVICE_DESCRIPTION description = hal_master(f, true, 8 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PMDL mdl = hal_mdl(f->heap, 32 * PAGE);
	PSCATTER_GATHER_LIST lists[4];
	logical_t first[4];

	hal_fill(f->heap, 32 * PAGE, 3);
	for (ULONG i = 0; i < 4; i++) {
		lists[i] = get_list(f, adapter, mdl, f->heap + i * 7 * PAGE, 2 * PAGE);
		first[i].value = (uint64_t)lists[i]->Elements[0].Address.QuadPart;
	}
	for (unsigned int i = 0; i < 4; i++) {
		put_list(adapter, lists[order[i]]);
		g_assert_false(fake_is_mapped(f->platform, first[order[i]]));
		for (unsigned int k = i + 1; k < 4; k++)
			g_assert_cmpuint(
				read_list(f, lists[order[k]], 3, order[k] * 7 * (ULONG)PAGE), ==,
				2 * PAGE);
	}
	IoFreeMdl(mdl);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

#define ADD(name, variant, function)                                                               \
	g_test_add("/known-bugs/" name, struct hal_fixture, variant, hal_set_up, function,         \
		   hal_tear_down)

int main(int argc, char **argv)
{
	static const struct hal_variant mixed = {DMA_POLICY_AUTO, DMA_FRAGMENT_NONE, 32};
	static const struct hal_variant pages = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE, 32};

	g_test_init(&argc, &argv, NULL);
	ADD("reactos-g-16-bit-channel-loses-address-bit-16", NULL,
	    test_16_bit_channel_loses_address_bit_16);
	ADD("reactos-h-64-bit-master-copies", NULL, test_64_bit_master_copies);
	ADD("reactos-i-limit-off-by-one", NULL, test_limit_off_by_one);
	ADD("reactos-j-short-list-of-one-mdl", &pages, test_short_list_of_one_mdl);
	ADD("reactos-l-flush-judges-the-first-page", &mixed, test_flush_judges_the_first_page);
	ADD("ndiswrapper-frees-another-list", NULL, test_frees_another_list);
	return g_test_run();
}
