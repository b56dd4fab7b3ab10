/* SPDX-License-Identifier: MIT */
/* HalAllocateCommonBuffer and HalFreeCommonBuffer. */
#include <errno.h>

#include "hal_fixture.h"

static void test_bytes(struct hal_fixture *f, gconstpointer data)
{
	static const ULONG lengths[] = {1, 1514, PAGE, PAGE + 1, 16 * PAGE};
	DEVICE_DESCRIPTION description = hal_master(f, true, 16 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PHYSICAL_ADDRESS logical[G_N_ELEMENTS(lengths)];
	unsigned char *va[G_N_ELEMENTS(lengths)];

	for (unsigned int i = 0; i < G_N_ELEMENTS(lengths); i++) {
		va[i] = HalAllocateCommonBuffer(adapter, lengths[i], &logical[i], i & 1);
		g_assert_nonnull(va[i]);
		g_assert_cmphex((uintptr_t)va[i] % PAGE, ==, 0);
		g_assert_cmphex((uint64_t)logical[i].QuadPart % PAGE, ==, 0);
		g_assert_cmpuint(va[i][0], ==, 0);
		/* Both at once, without any call in between. */
		hal_fill(va[i], lengths[i], i);
		hal_device_reads(f, logical[i], lengths[i], i, 0);
		hal_device_writes(f, logical[i], lengths[i], i + 100, 0);
		hal_check(va[i], lengths[i], i + 100);
	}
	for (unsigned int i = 0; i < G_N_ELEMENTS(lengths); i++) {
		HalFreeCommonBuffer(adapter, lengths[i], logical[i], va[i], i & 1);
		g_assert_false(
			fake_is_mapped(f->platform, (logical_t){(uint64_t)logical[i].QuadPart}));
	}
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_refused(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 2 * PAGE);
	PHYSICAL_ADDRESS logical = {.QuadPart = 42};
	ULONG registers;
	PDMA_ADAPTER adapter = hal_get(f, &description, &registers);
	KIRQL old;

	g_assert_null(HalAllocateCommonBuffer(adapter, 0, &logical, FALSE));
	hal_expect(f, 0x21, "Length is 0");
	g_assert_null(HalAllocateCommonBuffer(adapter, 1, NULL, FALSE));
	hal_expect(f, -1, "may be NULL");
	g_assert_null(
		HalAllocateCommonBuffer(adapter, (ULONG)(registers * PAGE + 1), &logical, FALSE));
	hal_expect(f, 0x0C, "granted are 3");
	g_assert_null(HalAllocateCommonBuffer(adapter, 0xFFFFFFFF, &logical, FALSE));
	hal_expect(f, 0x0C, "granted are 3");
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_null(HalAllocateCommonBuffer(adapter, 1, &logical, FALSE));
	hal_expect(f, 0x13, "PASSIVE_LEVEL");
	KeLowerIrql(old);
	fake_fail_memory(f->platform, 0, -ENOMEM);
	g_assert_null(HalAllocateCommonBuffer(adapter, 1, &logical, FALSE));
	hal_expect_log(f, "no common buffer of 1 bytes");
	fake_fail_map(f->platform, 0, -ENOSPC);
	g_assert_null(HalAllocateCommonBuffer(adapter, 1, &logical, FALSE));
	hal_expect_log(f, "no common buffer of 1 bytes");
	g_assert_cmpint(logical.QuadPart, ==, 42);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_free(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, 2 * PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PHYSICAL_ADDRESS logical, other;
	PVOID va = HalAllocateCommonBuffer(adapter, 100, &logical, FALSE);
	KIRQL old;

	other.QuadPart = logical.QuadPart + 4096;
	HalFreeCommonBuffer(adapter, 101, logical, va, FALSE);
	hal_expect(f, -1, "101 bytes");
	HalFreeCommonBuffer(adapter, 100, other, va, FALSE);
	hal_expect(f, -1, "those of the allocation");
	HalFreeCommonBuffer(adapter, 100, logical, va, TRUE);
	hal_expect(f, -1, "cached 1 given");
	HalFreeCommonBuffer(adapter, 100, logical, (char *)va + 1, FALSE);
	hal_expect(f, 0x03, "no common buffer");
	hal_fill(va, 100, 3);
	hal_device_reads(f, logical, 100, 3, 0);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	HalFreeCommonBuffer(adapter, 100, logical, va, FALSE);
	KeLowerIrql(old);
	HalFreeCommonBuffer(adapter, 100, logical, va, FALSE);
	hal_expect(f, 0x03, "no common buffer");
	va = HalAllocateCommonBuffer(adapter, 100, &logical, FALSE);
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	HalFreeCommonBuffer(adapter, 100, logical, va, FALSE);
	hal_expect(f, 0x13, "HalFreeCommonBuffer");
	KeLowerIrql(old);
	g_assert_cmpuint(hal_statistics(f).dma.common_bytes, ==, 0);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void test_left(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	PDMA_ADAPTER adapter = hal_get(f, &description, NULL);
	PHYSICAL_ADDRESS logical;

	g_assert_nonnull(HalAllocateCommonBuffer(adapter, 100, &logical, FALSE));
	adapter->DmaOperations->PutDmaAdapter(adapter);
	hal_expect(f, 0x07, "100 bytes");
	g_assert_false(fake_is_mapped(f->platform, (logical_t){(uint64_t)logical.QuadPart}));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	hal_add_variants("hal-common-buffer/bytes", test_bytes);
	HAL_TEST("hal-common-buffer/refused", test_refused);
	HAL_TEST("hal-common-buffer/free", test_free);
	HAL_TEST("hal-common-buffer/left", test_left);
	return g_test_run();
}
