/* SPDX-License-Identifier: MIT */
/*
 * The checking mode for drivers that use the HAL: transfers, guard bytes, and whose address it was
 * that the IOMMU refused.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hal_driver.h"

/* ---- transfers ----------------------------------------------------------------------------- */

static void test_mapping(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 100, 1000), large = hal_mdl(f->heap, 9 * PAGE);
	struct driver d;

	driver_get(&d, f, false);
	driver_ask(&d, 2);
	driver_flush(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x20, "has never mapped anything", "    2 map registers of base");
	driver_map(&d, large, 9 * PAGE, TRUE);
	HAL_EXPECT(f, 0x00, "need 9, base", "has 2 left", "    2 map registers of base",
		   "allocated by IoAllocateAdapterChannel from");
	driver_map(&d, mdl, 1001, TRUE);
	HAL_EXPECT(f, 0x24, "*Length is 1001, 1000 bytes follow", "    2 map registers of base");
	driver_map(&d, mdl, 0, TRUE);
	HAL_EXPECT(f, 0x21, "*Length is 0", "    2 map registers of base");
	g_assert_cmpuint(driver_map(&d, mdl, 1000, TRUE), !=, 0);
	driver_map(&d, mdl, 500, TRUE);
	HAL_EXPECT(f, 0x1D, "500 bytes at", "    map register 0 of base",
		   "mapped by IoMapTransfer from test_hal_verifier_memory: driver_map+0x");
	driver_flush(&d, mdl, 900, TRUE);
	HAL_EXPECT(f, 0x00, "Length is 900, 1000 bytes were mapped there",
		   "; ended by IoFlushAdapterBuffers from");
	driver_flush(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x16, "no mapping of base", "    map register 0 of base", "1000 bytes at",
		   "; ended by IoFlushAdapterBuffers from test_hal_verifier_memory");
	driver_map(&d, mdl, 1000, TRUE);
	driver_flush(&d, mdl, 1000, FALSE);
	HAL_EXPECT(f, 0x16, "WriteToDevice is 0", "mapped by IoMapTransfer from");
	driver_free_registers(&d, 2);
	driver_put(&d);
	IoFreeMdl(mdl);
	IoFreeMdl(large);
}

static void test_buffers(struct hal_fixture *f, gconstpointer data)
{
	PMDL unbuilt = IoAllocateMdl(f->heap, 100, FALSE, FALSE, NULL);
	PMDL mdl = hal_mdl(f->heap + 100, 1000);
	ULONG length = 10;
	struct driver d;

	driver_get(&d, f, true);
	driver_ask(&d, 2);
	driver_map(&d, unbuilt, 100, TRUE);
	HAL_EXPECT(f, 0x0E, "MdlFlags of MDL", "are 0x0", "    adapter object");
	unbuilt->MdlFlags |= MDL_PAGES_LOCKED;
	driver_map(&d, unbuilt, 100, TRUE);
	HAL_EXPECT(f, 0x22, "has none", "    adapter object");
	unbuilt->MdlFlags = 0;
	IoMapTransfer(d.adapter, mdl, d.base, f->heap + 1100, &length, TRUE);
	HAL_EXPECT(f, 0x1B, "CurrentVa is", "describes 1000 bytes at", "    adapter object");
	g_assert_cmphex((ULONG)driver_get_list(&d, mdl, f->heap, 10), ==,
			(ULONG)STATUS_INVALID_PARAMETER);
	HAL_EXPECT(f, 0x1F, "GetScatterGatherList: CurrentVa is");
	g_assert_cmphex((ULONG)driver_get_list(&d, mdl, f->heap + 100, 1001), ==,
			(ULONG)STATUS_BUFFER_TOO_SMALL);
	HAL_EXPECT(f, 0x24, "1 of 1001 bytes are missing", "    adapter object");
	driver_get_list(&d, mdl, f->heap + 100, 0);
	HAL_EXPECT(f, 0x21, "GetScatterGatherList: Length is 0");
	driver_free_registers(&d, 2);
	driver_put(&d);
	IoFreeMdl(unbuilt);
	IoFreeMdl(mdl);
}

/* Bytes that two requests, two adapter objects or a list and a mapping have in common. */
static void test_overlap(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 1000), part = hal_mdl(f->heap + 999, 10);
	PMDL behind = hal_mdl(f->heap + 1009, 10), far = hal_mdl(f->heap + 9 * PAGE, 10);
	struct driver d, other;

	driver_get(&d, f, true);
	driver_get(&other, f, true);
	driver_ask(&d, 1);
	driver_ask(&other, 2);
	driver_map(&d, mdl, 1000, TRUE);
	driver_map(&other, part, 10, TRUE);
	HAL_EXPECT(f, 0x1D, "IoMapTransfer: part of 10 bytes at",
		   "is mapped by map register 0 of base", "memory is mapped once at a time",
		   "mapped by IoMapTransfer from test_hal_verifier_memory: driver_map+0x");
	driver_map(&other, behind, 10, TRUE);
	driver_flush(&other, part, 10, TRUE);
	/* A chain whose second part is what d maps. */
	far->Next = mdl;
	driver_get_list(&other, far, f->heap + 9 * PAGE, 20);
	HAL_EXPECT(f, 0x1D, "GetScatterGatherList: part of 10 bytes at",
		   "is mapped by map register 0 of base");
	driver_flush(&d, mdl, 1000, TRUE);
	driver_map(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x1D, "is mapped by scatter/gather list 0x");
	driver_put_list(&other, TRUE);
	driver_flush(&d, mdl, 1000, TRUE);
	driver_map(&d, mdl, 1000, TRUE);
	driver_flush(&d, mdl, 1000, TRUE);
	driver_flush(&other, behind, 10, TRUE);
	driver_free_registers(&d, 1);
	driver_free_registers(&other, 2);
	driver_put(&d);
	driver_put(&other);
	far->Next = NULL;
	IoFreeMdl(mdl);
	IoFreeMdl(part);
	IoFreeMdl(behind);
	IoFreeMdl(far);
}

static void test_slave(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = driver_slave(5);
	PMDL mdl = hal_mdl(f->heap, 1000), part = hal_mdl(f->heap + 10, 10);
	struct driver d, other;

	driver_get(&other, f, true);
	driver_ask(&other, 1);
	d = (struct driver){.f = f, .action = KeepObject};
	d.adapter = hal_get(f, &description, &d.granted);
	driver_ask(&d, 1);
	driver_map(&d, mdl, 101, TRUE);
	HAL_EXPECT(f, 0x1F, "*Length is 101", "    1 map registers of base");
	driver_map(&d, mdl, 100, TRUE);
	driver_map(&d, part, 10, TRUE);
	HAL_EXPECT(f, 0x1D, "10 bytes at", "    transfer on DMA channel 5 of base",
		   "mapped by IoMapTransfer from test_hal_verifier_memory");
	IoFreeMdl(part);
	part = hal_mdl(f->heap + 500, 10);
	driver_map(&d, part, 10, TRUE);
	HAL_EXPECT(f, 0x0D, "DMA channel 5 has a transfer", "    transfer on DMA channel 5");
	driver_map(&other, mdl, 100, TRUE);
	HAL_EXPECT(f, 0x1D, "is mapped by transfer on DMA channel 5 of base");
	driver_flush(&other, mdl, 100, TRUE);
	driver_flush(&d, mdl, 100, TRUE);
	driver_free_channel(&d);
	driver_free_registers(&other, 1);
	driver_put(&d);
	driver_put(&other);
	IoFreeMdl(mdl);
	IoFreeMdl(part);
}

/* ---- guard bytes --------------------------------------------------------------------------- */

static void test_common_buffer(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 100);
	PHYSICAL_ADDRESS logical;
	unsigned char *va;
	struct driver d;

	driver_get(&d, f, true);
	va = HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE);
	memset(va, 0, 700);
	va[700] = 1;
	driver_ask(&d, 1);
	driver_map(&d, mdl, 100, TRUE);
	driver_flush(&d, mdl, 100, TRUE);
	HAL_EXPECT(f, 0x0F, "IoFlushAdapterBuffers: the tag behind shared memory of 700 bytes at",
		   "0x44, with 0x01 at offset 700", "    shared memory, 700 bytes at",
		   "allocated by HalAllocateCommonBuffer from test_hal_verifier_memory");
	va[-9] = 1;
	g_assert_cmpint(fake_device_write(f->platform,
					  (logical_t){(uint64_t)logical.QuadPart + 1000}, "x", 1),
			==, 0);
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	f->violations++;
	HAL_EXPECT(f, 0x0F, "HalFreeCommonBuffer: the padding before shared memory",
		   "HalFreeCommonBuffer: the padding behind shared memory", "at offset 1000");
	g_assert_cmpuint(driver_count_of(f, 0x0F), ==, 3);
	driver_free_registers(&d, 1);
	driver_put(&d);
	IoFreeMdl(mdl);
}

/* Below 16 MiB only the rest of the last page is guarded. */
static void test_slave_common_buffer(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = driver_slave(1);
	PMDL mdl = hal_mdl(f->heap, 100);
	struct driver d = {.f = f, .action = KeepObject};
	PHYSICAL_ADDRESS logical;
	unsigned char *va;

	d.adapter = hal_get(f, &description, &d.granted);
	va = HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE);
	memset(va, 0, 700);
	va[705] = 1;
	driver_ask(&d, 1);
	driver_map(&d, mdl, 100, TRUE);
	driver_flush(&d, mdl, 100, TRUE);
	HAL_EXPECT(f, 0x0F, "IoFlushAdapterBuffers: the tag behind shared memory of 700 bytes at",
		   "with 0x01 at offset 705", "    shared memory, 700 bytes at",
		   "allocated by HalAllocateCommonBuffer from test_hal_verifier_memory");
	va[PAGE - 1] = 1;
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	HAL_EXPECT(f, 0x0F, "HalFreeCommonBuffer: the padding behind shared memory",
		   "at offset 4095");
	va = HalAllocateCommonBuffer(d.adapter, PAGE, &logical, FALSE);
	memset(va, 0, PAGE);
	HalFreeCommonBuffer(d.adapter, PAGE, logical, va, FALSE);
	driver_free_channel(&d);
	driver_put(&d);
	IoFreeMdl(mdl);
}

static void test_overrun(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 50, 1000);
	uint64_t logical;
	struct driver d;

	driver_get(&d, f, true);
	driver_ask(&d, 2);
	logical = driver_map(&d, mdl, 1000, FALSE);
	fake_device_write(f->platform, (logical_t){logical + 1000}, "x", 1);
	driver_flush(&d, mdl, 1000, FALSE);
	HAL_EXPECT(f, 0x0F, "the tag behind the transfer of 1000 bytes at",
		   "    map register 0 of base", "for the device to write",
		   "mapped by IoMapTransfer from test_hal_verifier_memory");
	fake_device_write(f->platform, (logical_t){logical}, "x", 1);
	driver_map(&d, mdl, 1000, TRUE);
	HAL_EXPECT(f, 0x0F, "a free map register", "; ended by IoFlushAdapterBuffers from");
	f->heap[60] ^= 1;
	driver_flush(&d, mdl, 1000, TRUE);
	hal_expect(f, -1, "the data of the transfer of 1000 bytes at");
	driver_free_registers(&d, 2);
	driver_put(&d);
	IoFreeMdl(mdl);
}

/* ---- faults -------------------------------------------------------------------------------- */

static void refuse(struct hal_fixture *f, uint64_t logical)
{
	struct platform_fault fault;
	unsigned char byte;

	g_assert_cmpint(fake_device_read(f->platform, (logical_t){logical}, &byte, 1), ==, -EFAULT);
	while (platform_next_fault(f->platform, &fault) == 1)
		shim_device_fault(f->device, &fault);
}

static void test_faults(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap + 50, PAGE), second = hal_mdl(f->heap + 5000, 1000);
	PHYSICAL_ADDRESS common;
	uint64_t first, after;
	struct driver d;
	PVOID va;

	driver_get(&d, f, true);
	driver_ask(&d, 4);
	first = driver_map(&d, mdl, PAGE, TRUE);
	after = driver_map(&d, second, 1000, TRUE);
	driver_flush(&d, mdl, PAGE, TRUE);
	driver_flush(&d, second, 1000, TRUE);
	refuse(f, first + 10);
	HAL_EXPECT(f, 0x26, "read of the device at 0x",
		   "refused: in the former map register 0 of base", "4096 bytes at",
		   "a device is done with an address before its mapping ends",
		   "mapped by IoMapTransfer from test_hal_verifier_memory: driver_map+0x",
		   "; ended by IoFlushAdapterBuffers from test_hal_verifier_memory");
	refuse(f, after);
	HAL_EXPECT(f, 0x26, "refused: in the former map register 2 of base", "1000 bytes at");
	driver_get_list(&d, second, f->heap + 5000, 1000);
	after = (uint64_t)d.list->Elements[0].Address.QuadPart;
	driver_put_list(&d, TRUE);
	refuse(f, after);
	HAL_EXPECT(f, 0x26, "refused: in the former scatter/gather list",
		   "mapped by GetScatterGatherList from", "; ended by PutScatterGatherList from");
	va = HalAllocateCommonBuffer(d.adapter, 700, &common, FALSE);
	HalFreeCommonBuffer(d.adapter, 700, common, va, FALSE);
	refuse(f, (uint64_t)common.QuadPart);
	HAL_EXPECT(f, 0x26, "refused: in the former shared memory, 700 bytes at",
		   "; freed by HalFreeCommonBuffer from");
	refuse(f, 0x123456789000);
	HAL_EXPECT(f, 0x26, "nothing that the adapter has, or had lately, is there");
	driver_free_registers(&d, 4);
	driver_put(&d);
	IoFreeMdl(mdl);
	IoFreeMdl(second);
}

#define ADD(name, policy, function)                                                                \
	g_test_add("/hal-verifier-memory/" name, struct hal_fixture, GINT_TO_POINTER(policy),      \
		   driver_set_up, function, hal_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("mapping", DMA_POLICY_REMAP, test_mapping);
	ADD("buffers", DMA_POLICY_REMAP, test_buffers);
	ADD("overlap", DMA_POLICY_REMAP, test_overlap);
	ADD("slave", DMA_POLICY_REMAP, test_slave);
	ADD("common-buffer", DMA_POLICY_REMAP, test_common_buffer);
	ADD("slave-common-buffer", DMA_POLICY_REMAP, test_slave_common_buffer);
	ADD("overrun", DMA_POLICY_COPY, test_overrun);
	ADD("faults", DMA_POLICY_REMAP, test_faults);
	return g_test_run();
}
