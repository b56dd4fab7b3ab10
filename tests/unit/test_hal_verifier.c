/* SPDX-License-Identifier: MIT */
/*
 * The checking mode for drivers that use the HAL: what it says of adapter objects, channels, map
 * registers, lists and common buffers, and that correct use earns nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hal_driver.h"

/* ---- correct use --------------------------------------------------------------------------- */

static void test_correct(struct hal_fixture *f, gconstpointer data)
{
	PMDL first = hal_mdl(f->heap + 100, 3000), second = hal_mdl(f->heap + 3100, 5000);
	PHYSICAL_ADDRESS common, logical;
	struct driver d;
	PVOID va;

	g_assert_cmpint(hal_statistics(f).verify.mode, ==, SHIM_VERIFY_REPORT);
	for (unsigned int i = 0; i < 50; i++) {
		driver_get(&d, f, true);
		va = HalAllocateCommonBuffer(d.adapter, 5000, &common, FALSE);
		memset(va, 0xff, 5000);
		hal_fill(f->heap + 100, 3000, i);
		driver_ask(&d, 4);
		logical.QuadPart = (LONGLONG)driver_map(&d, first, 3000, TRUE);
		g_assert_cmphex((ULONG)driver_get_list(&d, second, f->heap + 3100, 5000), ==, 0);
		/* The adapter, the common buffer, the registers, the mapping, the list. */
		g_assert_cmpuint(driver_records(f), ==, 5);
		hal_device_reads(f, logical, 3000, i, 0);
		driver_flush(&d, first, 3000, TRUE);
		driver_put_list(&d, TRUE);
		driver_free_registers(&d, 4);
		d.action = KeepObject;
		driver_ask(&d, 1);
		g_assert_cmpuint(driver_records(f), ==, 4);
		driver_free_channel(&d);
		HalFreeCommonBuffer(d.adapter, 5000, common, va, FALSE);
		g_assert_cmpuint(driver_records(f), ==, 1);
		driver_put(&d);
		g_assert_cmpuint(driver_records(f), ==, 0);
	}
	for (unsigned int i = 0; i < SHIM_VERIFY_CODES; i++)
		g_assert_cmpuint(driver_count_of(f, i), ==, 0);
	g_assert_cmpuint(hal_statistics(f).verify.uncoded, ==, 0);
	IoFreeMdl(first);
	IoFreeMdl(second);
}

/* ---- given back twice ---------------------------------------------------------------------- */

static void test_freed_twice(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 100);
	PHYSICAL_ADDRESS logical;
	struct driver d;
	PVOID va;

	driver_get(&d, f, true);
	va = HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE);
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	HalFreeCommonBuffer(d.adapter, 700, logical, va, FALSE);
	HAL_EXPECT(f, 0x03, "HalFreeCommonBuffer: no common buffer of the adapter begins at",
		   "    shared memory, 700 bytes at",
		   "allocated by HalAllocateCommonBuffer from test_hal_verifier",
		   "; freed by HalFreeCommonBuffer from test_hal_verifier");

	d.action = KeepObject;
	driver_ask(&d, 1);
	driver_free_channel(&d);
	driver_free_channel(&d);
	HAL_EXPECT(f, 0x04, "IoFreeAdapterChannel: nobody keeps the adapter",
		   "    adapter channel of adapter",
		   "allocated by IoAllocateAdapterChannel from test_hal_verifier: driver_ask+0x",
		   "; freed by IoFreeAdapterChannel from test_hal_verifier");

	d.action = DeallocateObjectKeepRegisters;
	driver_ask(&d, 3);
	driver_free_registers(&d, 2);
	HAL_EXPECT(f, 0x05, "NumberOfMapRegisters is 2, base", "has 3: all are given back",
		   "    3 map registers of base", "allocated by IoAllocateAdapterChannel from");
	driver_free_registers(&d, 3);
	HAL_EXPECT(f, 0x05, "is none of the adapter", "    3 map registers of base",
		   "; freed by IoFreeMapRegisters from test_hal_verifier");

	driver_get_list(&d, mdl, f->heap, 100);
	driver_put_list(&d, TRUE);
	driver_put_list(&d, TRUE);
	HAL_EXPECT(f, 0x06, "PutScatterGatherList:", "is no list of the adapter",
		   "    scatter/gather list", ", 100 bytes at", "for the device to read",
		   "mapped by GetScatterGatherList from test_hal_verifier",
		   "; ended by PutScatterGatherList from test_hal_verifier");
	driver_put(&d);
	IoFreeMdl(mdl);
}

/* ---- left behind --------------------------------------------------------------------------- */

static void test_left(struct hal_fixture *f, gconstpointer data)
{
	PMDL mdl = hal_mdl(f->heap, 100);
	PHYSICAL_ADDRESS logical;
	struct driver d;

	driver_get(&d, f, true);
	g_assert_nonnull(HalAllocateCommonBuffer(d.adapter, 700, &logical, FALSE));
	driver_put(&d);
	HAL_EXPECT(f, 0x07, "PutDmaAdapter: 700 bytes at", "are not freed",
		   "allocated by HalAllocateCommonBuffer from");
	driver_get(&d, f, true);
	d.action = KeepObject;
	driver_ask(&d, 1);
	driver_put(&d);
	HAL_EXPECT(f, 0x08, "keeps the adapter", "    adapter channel of adapter",
		   "allocated by IoAllocateAdapterChannel from test_hal_verifier: driver_ask+0x");
	driver_get(&d, f, true);
	driver_ask(&d, 5);
	driver_put(&d);
	HAL_EXPECT(f, 0x09, "5 map registers of base", "are not freed",
		   "allocated by IoAllocateAdapterChannel from");
	driver_get(&d, f, true);
	driver_get_list(&d, mdl, f->heap, 100);
	driver_put(&d);
	HAL_EXPECT(f, 0x0A, "the list", "is not put", "mapped by GetScatterGatherList from");
	driver_get(&d, f, true);
	driver_ask(&d, 2);
	driver_map(&d, mdl, 100, TRUE);
	driver_free_registers(&d, 2);
	HAL_EXPECT(f, 0x10, "IoFreeMapRegisters: 1 mappings of base", "are not flushed",
		   "    map register 0 of base", "mapped by IoMapTransfer from");
	d.action = KeepObject;
	driver_ask(&d, 2);
	driver_map(&d, mdl, 100, TRUE);
	driver_free_channel(&d);
	HAL_EXPECT(f, 0x0D, "IoFreeAdapterChannel: 1 mappings of base",
		   "mapped by IoMapTransfer from test_hal_verifier: driver_map+0x");
	driver_put(&d);
	driver_put(&d);
	HAL_EXPECT(f, 0x18, "PutDmaAdapter: the adapter", "is released", "    adapter object",
		   "allocated by IoGetDmaAdapter from test_hal_verifier",
		   "; freed by PutDmaAdapter from test_hal_verifier");
	g_assert_cmpuint(driver_records(f), ==, 0);
	IoFreeMdl(mdl);
}

static void test_adapter_left(struct hal_fixture *f, gconstpointer data)
{
	struct driver d;

	driver_get(&d, f, true);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	hal_expect_log(f, "1 references to adapter");
	driver_get(&d, (hal_tear_down(f, NULL), driver_set_up(f, data), f), true);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	fflush(f->log_stream);
	g_assert_nonnull(strstr(f->log, "(DMA verification 0x11)"));
	g_assert_nonnull(strstr(f->log, "    adapter object"));
	g_assert_nonnull(strstr(f->log, "allocated by IoGetDmaAdapter from test_hal_verifier"));
}

/* Memory and MDLs that a device reaches stay, and the report tells who mapped them. */
static void test_freed_memory(struct hal_fixture *f, gconstpointer data)
{
	unsigned char *va = ExAllocatePoolWithTag(NonPagedPool, 3000, 'dMaH');
	PMDL mdl = hal_mdl(va, 3000);
	struct driver d;

	driver_get(&d, f, true);
	driver_ask(&d, 2);
	driver_map(&d, mdl, 3000, TRUE);
	IoFreeMdl(mdl);
	HAL_EXPECT(f, 0x10, "IoFreeMdl: a device still reaches the memory of MDL",
		   "    map register 0 of base", "mapped by IoMapTransfer from test_hal_verifier");
	ExFreePoolWithTag(va, 'dMaH');
	HAL_EXPECT(f, 0x10, "ExFreePoolWithTag: a device still reaches part of 3000 bytes",
		   "    map register 0 of base", "mapped by IoMapTransfer from test_hal_verifier");
	driver_flush(&d, mdl, 3000, TRUE);
	driver_get_list(&d, mdl, va, 3000);
	ExFreePool(va);
	HAL_EXPECT(f, 0x10, "ExFreePool: a device still reaches part of 3000 bytes",
		   "    scatter/gather list", "mapped by GetScatterGatherList from");
	driver_put_list(&d, TRUE);
	driver_free_registers(&d, 2);
	driver_put(&d);
	IoFreeMdl(mdl);
	ExFreePoolWithTag(va, 'dMaH');
}

/* A leaked MDL is told with the place that allocated it. */
static void test_mdl_left(struct hal_fixture *f, gconstpointer data)
{
	hal_mdl(f->heap, 100);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 1);
	f->device = NULL;
	fflush(f->log_stream);
	g_assert_nonnull(strstr(f->log, "IoFreeMdl frees every MDL of IoAllocateMdl"));
	hal_expect_log(f, "allocated by IoAllocateMdl from test_hal_verifier: hal_mdl+0x");
}

/* ---- requests ------------------------------------------------------------------------------ */

static void test_requests(struct hal_fixture *f, gconstpointer data)
{
	PHYSICAL_ADDRESS logical;
	struct driver d, other;

	driver_get(&d, f, true);
	driver_get(&other, f, true);
	d.action = KeepObject;
	driver_ask(&d, 1);
	driver_ask(&other, 1);
	HAL_EXPECT(f, 0x0B, "a device holds one adapter channel at a time",
		   "    adapter channel of adapter", "allocated by IoAllocateAdapterChannel from");
	driver_free_channel(&d);
	driver_free_registers(&other, 1);
	driver_ask(&d, DRIVER_REGISTERS + 1);
	HAL_EXPECT(f, 0x15, "NumberOfMapRegisters is 9, granted are 8", "    adapter object",
		   "allocated by IoGetDmaAdapter from");
	g_assert_null(HalAllocateCommonBuffer(d.adapter, 9 * PAGE, &logical, FALSE));
	HAL_EXPECT(f, 0x0C, "HalAllocateCommonBuffer: 36864 bytes are 9 pages, granted are 8",
		   "allocated by IoGetDmaAdapter from");
	g_assert_null(HalAllocateCommonBuffer(d.adapter, 0, &logical, FALSE));
	HAL_EXPECT(f, 0x21, "Length is 0");
	driver_put(&other);
	driver_put(&d);
}

static void test_levels(struct hal_fixture *f, gconstpointer data)
{
	struct driver d;
	KIRQL old;

	driver_get(&d, f, true);
	IoFreeMapRegisters(d.adapter, NULL, 0);
	HAL_EXPECT(f, 0x13, "IoFreeMapRegisters: called at IRQL 0",
		   "must be called at DISPATCH_LEVEL (2)", "    adapter object",
		   "allocated by IoGetDmaAdapter from");
	d.leave_at = 3;
	driver_ask(&d, 1);
	HAL_EXPECT(f, 0x14, "AdapterControl: called at IRQL 2, returned at 3");
	driver_free_registers(&d, 1);
	KeRaiseIrql(HIGH_LEVEL, &old);
	IoFlushAdapterBuffers(d.adapter, NULL, d.base, NULL, 0, TRUE);
	KeLowerIrql(old);
	HAL_EXPECT(f, 0x13, "IoFlushAdapterBuffers: called at IRQL 15",
		   "must be called at DISPATCH_LEVEL (2) or below");
	driver_put(&d);
}

static void test_handles(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	struct driver d = {.f = f};
	ULONG registers;

	g_assert_null(HalAllocateCommonBuffer(NULL, 1, NULL, FALSE));
	HAL_EXPECT(f, 0x19, "HalAllocateCommonBuffer: the adapter is NULL");
	IoFreeAdapterChannel((PDMA_ADAPTER)(void *)&d);
	HAL_EXPECT(f, 0x18, "is no adapter");
	description.Version = 9;
	g_assert_null(IoGetDmaAdapter(f->object, &description, &registers));
	HAL_EXPECT(f, 0x25, "IoGetDmaAdapter: Version is 9");
}

static void test_hal_get_adapter(struct hal_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	ULONG registers;
	PDMA_ADAPTER adapter = HalGetAdapter(&description, &registers);

	/* Not a violation for the drivers that this library is for: told and counted. */
	g_assert_nonnull(adapter);
	fflush(f->log_stream);
	g_assert_nonnull(strstr(f->log, "warning: HalGetAdapter: called for adapter"));
	g_assert_nonnull(strstr(f->log, "allocated by HalGetAdapter from test_hal_verifier"));
	g_assert_null(strstr(f->log, "error:"));
	hal_expect_log(f, "(DMA verification 0x1E)");
	g_assert_cmpuint(driver_count_of(f, 0x1E), ==, 1);
	g_assert_cmpuint(hal_statistics(f).violations, ==, 0);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

/* ---- off and stop -------------------------------------------------------------------------- */

static void test_off(struct hal_fixture *f, gconstpointer data)
{
	const struct platform_fault fault = {.address = {0x1000}};
	PADAPTER_OBJECT old;
	struct driver d, other;
	DEVICE_DESCRIPTION description;
	ULONG registers;
	PMDL mdl;

	hal_verify(f, SHIM_VERIFY_OFF);
	mdl = hal_mdl(f->heap, 1000);
	description = hal_master(f, true, PAGE);
	old = HalGetAdapter(&description, &registers);
	driver_get(&d, f, true);
	driver_get(&other, f, true);
	driver_ask(&d, 1);
	driver_ask(&other, 1);
	driver_map(&d, mdl, 1000, TRUE);
	driver_map(&other, mdl, 1000, TRUE);
	driver_flush(&other, mdl, 1000, TRUE);
	driver_flush(&d, mdl, 1000, TRUE);
	shim_device_fault(f->device, &fault);
	g_assert_cmpuint(hal_statistics(f).violations, ==, 0);
	g_assert_cmpuint(driver_records(f), ==, 0);
	driver_flush(&d, mdl, 1000, TRUE);
	fflush(f->log_stream);
	g_assert_null(strstr(f->log, "mapped by"));
	hal_expect(f, 0x16, "no mapping of base");
	g_assert_cmpuint(driver_count_of(f, 0x16), ==, 0);
	driver_free_registers(&d, 1);
	driver_free_registers(&other, 1);
	driver_put(&d);
	driver_put(&other);
	old->DmaOperations->PutDmaAdapter(old);
	IoFreeMdl(mdl);
}

static void test_bad_mode(struct hal_fixture *f, gconstpointer data)
{
	struct platform *second = fake_platform_create(f->loop, NULL, true);
	struct shim_device_options options = {.bus_number = 1, .verify = (enum shim_verify)3};
	struct shim_device *device;

	g_assert_cmpint(shim_device_create(second, &options, &device), ==, -EINVAL);
	hal_expect_log(f, "verify is 3: it is SHIM_VERIFY_OFF (0), _REPORT (1) or _STOP (2)");
	platform_close(second);
}

static void start_stopping(struct hal_fixture *f, struct driver *d)
{
	DEVICE_DESCRIPTION description;
	ULONG registers;

	driver_set_up(f, GINT_TO_POINTER(DMA_POLICY_REMAP));
	hal_verify(f, SHIM_VERIFY_STOP);
	shim_log_to(NULL);
	description = hal_master(f, true, PAGE);
	/* Does not stop: there is no other way for a driver for NT 4. */
	g_assert_nonnull(HalGetAdapter(&description, &registers));
	driver_get(d, f, true);
}

static void stop_at_length(void)
{
	struct hal_fixture f;
	struct driver d;

	start_stopping(&f, &d);
	driver_ask(&d, 2);
	driver_map(&d, hal_mdl(f.heap, 100), 0, TRUE);
}

static void stop_at_leaks(void)
{
	PHYSICAL_ADDRESS logical;
	struct hal_fixture f;
	struct driver d;

	start_stopping(&f, &d);
	driver_ask(&d, 2);
	HalAllocateCommonBuffer(d.adapter, 100, &logical, FALSE);
	driver_put(&d);
}

static void expect_stop(const char *test, const char *text)
{
	g_test_trap_subprocess(test, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr(text);
}

static void test_stop(void)
{
	expect_stop("/hal-verifier/stop/subprocess/length",
		    "*0x1E)*Length is 0*bug check 0x000000e6 *parameter 1: 0x21*");
	/* Both leaks are told before. */
	expect_stop("/hal-verifier/stop/subprocess/leaks",
		    "*0x09)*allocated by*0x07)*allocated by*bug check 0x000000e6 *"
		    "parameter 1: 0x9*");
}

#define ADD(name, policy, function)                                                                \
	g_test_add("/hal-verifier/" name, struct hal_fixture, GINT_TO_POINTER(policy),             \
		   driver_set_up, function, hal_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("correct/remap", DMA_POLICY_REMAP, test_correct);
	ADD("correct/copy", DMA_POLICY_COPY, test_correct);
	ADD("correct/cached", DMA_POLICY_CACHED, test_correct);
	ADD("freed-twice", DMA_POLICY_REMAP, test_freed_twice);
	ADD("left", DMA_POLICY_REMAP, test_left);
	ADD("freed-memory", DMA_POLICY_REMAP, test_freed_memory);
	ADD("mdl-left", DMA_POLICY_REMAP, test_mdl_left);
	ADD("adapter-left", DMA_POLICY_REMAP, test_adapter_left);
	ADD("requests", DMA_POLICY_REMAP, test_requests);
	ADD("levels", DMA_POLICY_REMAP, test_levels);
	ADD("handles", DMA_POLICY_REMAP, test_handles);
	ADD("hal-get-adapter", DMA_POLICY_REMAP, test_hal_get_adapter);
	ADD("off", DMA_POLICY_REMAP, test_off);
	ADD("bad-mode", DMA_POLICY_REMAP, test_bad_mode);
	g_test_add_func("/hal-verifier/stop", test_stop);
	g_test_add_func("/hal-verifier/stop/subprocess/length", stop_at_length);
	g_test_add_func("/hal-verifier/stop/subprocess/leaks", stop_at_leaks);
	return g_test_run();
}
