/* SPDX-License-Identifier: MIT */
/*
 * The checking mode: every number that an NDIS miniport can earn, what the report says, and that
 * the correct use next to the misuse earns none.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "checked_fixture.h"

/* ---- mapping ------------------------------------------------------------------------------- */

static void test_correct(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER first = fixture_buffer(checked_memory + 100, 1000);
	PNDIS_BUFFER second = fixture_buffer(checked_memory + 1100, CHECKED_MAXIMUM);
	unsigned char bytes[1000];
	uint64_t logical;

	g_assert_cmpint(fixture_statistics(f).verify.mode, ==, SHIM_VERIFY_REPORT);
	for (unsigned int i = 0; i < 3000; i++) {
		logical = checked_start(f, first, 0, TRUE);
		g_assert_cmpint(fake_device_read(f->platform, (logical_t){logical}, bytes, 1000),
				==, 0);
		logical = checked_start(f, second, 1, FALSE);
		g_assert_cmpint(fake_device_write(f->platform, (logical_t){logical}, bytes, 1000),
				==, 0);
		/* The register, a mapping each. */
		g_assert_cmpuint(fixture_statistics(f).verify.records, ==, 3);
		checked_complete(f, first, 0);
		checked_complete(f, second, 1);
	}
	checked_expect_none(f);
	g_assert_cmpuint(fixture_statistics(f).verify.records, ==, 1);
	NdisFreeBuffer(first);
	NdisFreeBuffer(second);
}

static void test_mapped_twice(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory, 1000);
	PNDIS_BUFFER overlapping = fixture_buffer(checked_memory + 999, 10);
	PNDIS_BUFFER behind = fixture_buffer(checked_memory + 1000, 10);

	checked_start(f, buffer, 0, TRUE);
	checked_start(f, behind, 1, TRUE);
	checked_expect_none(f);
	checked_start(f, behind, 0, TRUE);
	CHECKED_EXPECT(
		f, 0x1D, "map register 0 still maps buffer", "    map register 0, buffer",
		"mapped by NdisMStartBufferPhysicalMapping from test_verifier: checked_start+0x",
		"(offset 0x", "at IRQL 0, ");
	checked_start(f, overlapping, 2, TRUE);
	CHECKED_EXPECT(f, 0x1D, "part of 10 bytes at", "is mapped by map register 1 already");
	g_assert_cmpuint(checked_count_of(f, 0x1D), ==, 2);
	checked_complete(f, overlapping, 2);
	checked_complete(f, behind, 1);
	checked_complete(f, buffer, 0);
	NdisFreeBuffer(buffer);
	NdisFreeBuffer(overlapping);
	NdisFreeBuffer(behind);
}

static void test_not_mapped(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory, 1000);
	PNDIS_BUFFER other = fixture_buffer(checked_memory + 2000, 10);

	checked_complete(f, buffer, 3);
	CHECKED_EXPECT(f, 0x20, "map register 3 maps nothing");
	checked_start(f, buffer, 3, TRUE);
	checked_complete(f, other, 3);
	CHECKED_EXPECT(f, 0x16, "map register 3 maps buffer", "mapped by NdisMStart");
	checked_complete(f, buffer, 3);
	checked_complete(f, buffer, 3);
	CHECKED_EXPECT(f, 0x16, "map register 3 maps nothing",
		       "mapped by NdisMStartBufferPhysicalMapping",
		       "; ended by NdisMCompleteBufferPhysicalMapping from test_verifier");
	NdisFreeBuffer(buffer);
	NdisFreeBuffer(other);
}

static void test_bad_buffers(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER large = fixture_buffer(checked_memory, CHECKED_MAXIMUM + 1);
	PNDIS_BUFFER empty = fixture_buffer(checked_memory, 0);
	PNDIS_BUFFER changed = fixture_buffer(checked_memory, 500);
	struct {
		MDL mdl;
		PFN_NUMBER frames[2];
	} raw;

	MmInitializeMdl(&raw.mdl, checked_memory, 100);
	checked_start(f, &raw.mdl, 0, TRUE);
	CHECKED_EXPECT(f, 0x0E, "the buffer must be locked in memory");
	raw.mdl.MdlFlags |= MDL_PAGES_LOCKED;
	checked_start(f, &raw.mdl, 0, TRUE);
	CHECKED_EXPECT(f, 0x22, "its system address is (nil)");
	checked_start(f, large, 0, TRUE);
	CHECKED_EXPECT(f, 0x0C, "has 3001 bytes, MaximumBufferSize is 3000", "    4 map registers",
		       "allocated by NdisMAllocateMapRegisters");
	checked_start(f, empty, 0, TRUE);
	CHECKED_EXPECT(f, 0x21, "has 0 bytes");
	checked_complete(f, empty, 0);
	checked_start(f, changed, 0, TRUE);
	NdisAdjustBufferLength(changed, 400);
	checked_complete(f, changed, 0);
	CHECKED_EXPECT(f, 0x1B, "was 500 bytes at", "mapped by NdisMStart");
	NdisFreeBuffer(large);
	NdisFreeBuffer(empty);
	NdisFreeBuffer(changed);
}

static void test_freed_while_mapped(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory, 100);

	checked_start(f, buffer, 1, TRUE);
	f->violations = 0;
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	CHECKED_EXPECT(f, 0x10, "map register 1 still maps buffer", "mapped by NdisMStart");
	f->violations = 0;
	NdisFreeBuffer(buffer);
}

static NDIS_STATUS send_and_forget(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	PNDIS_BUFFER buffer;

	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	checked_start(f, buffer, 0, TRUE);
	return NDIS_STATUS_SUCCESS;
}

static void test_not_flushed(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = send_and_forget;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 1);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
	CHECKED_EXPECT(f, 0x0D, "map register 0 still maps buffer", " of packet ",
		       "mapped by NdisMStart", "at IRQL 2");
}

/* ---- handles and levels -------------------------------------------------------------------- */

static void test_handles(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory, 100);

	NdisMCompleteBufferPhysicalMapping(NULL, buffer, 0);
	CHECKED_EXPECT(f, 0x19, "(nil) is no handle of an adapter");
	NdisMCompleteBufferPhysicalMapping(&buffer, buffer, 0);
	CHECKED_EXPECT(f, 0x18, "is no handle of an adapter");
	NdisFreeBuffer(buffer);
}

static void return_raised(struct ndis_fixture *f)
{
	KIRQL irql;

	KeRaiseIrql(HIGH_LEVEL, &irql);
}

static void test_irql(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory, 100);
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	checked_start(f, buffer, 0, TRUE);
	checked_complete(f, buffer, 0);
	checked_expect_none(f);
	KeRaiseIrql(HIGH_LEVEL, &irql);
	checked_start(f, buffer, 0, TRUE);
	checked_complete(f, buffer, 0);
	KeLowerIrql(PASSIVE_LEVEL);
	g_assert_cmpuint(checked_count_of(f, 0x13), ==, 2);
	fixture_expect_violations(f, 2,
				  "called at IRQL 15; rule: the function must be called at "
				  "DISPATCH_LEVEL (2) or below (DMA verification 0x13)");
	NdisFreeBuffer(buffer);
}

static NDIS_STATUS query_raised(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
				PULONG written, PULONG needed)
{
	return_raised(f);
	return NDIS_STATUS_NOT_SUPPORTED;
}

static void test_irql_at_return(struct ndis_fixture *f, gconstpointer data)
{
	uint32_t value;

	f->hooks.query = query_raised;
	shim_query(f->adapter, OID_GEN_LINK_SPEED, &value, sizeof(value));
	CHECKED_EXPECT(f, 0x14, "called at IRQL 2, returned at 15");
}

/* ---- shared memory ------------------------------------------------------------------------- */

static NDIS_STATUS initialize_shared(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical;
	unsigned char *bytes;
	KIRQL irql;
	PVOID va;

	checked_initialize(f, configuration);
	NdisMAllocateSharedMemory(f->handle, 5000, FALSE, &va, &logical);
	memset(va, 0xFF, 5000);
	NdisMUpdateSharedMemory(f->handle, 5000, va, logical);
	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, logical);
	g_assert_null(strstr(fixture_log(f), "rule:"));

	NdisMFreeSharedMemory(f->handle, 5000, FALSE, va, logical);
	CHECKED_EXPECT(f, 0x03, "0x03; bug check 0x7C, 0x3)", "    shared memory, 5000 bytes at",
		       "allocated by NdisMAllocateSharedMemory from test_verifier",
		       "; freed by NdisMFreeSharedMemory from test_verifier");
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	KeLowerIrql(irql);
	CHECKED_EXPECT(f, 0x13, "NdisMAllocateSharedMemory: called at IRQL 2",
		       "; bug check 0x7C, 0x1)");

	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
	NdisMFreeSharedMemory(f->handle, 99, FALSE, va, logical);
	fixture_expect_violation(f, "(bug check 0x7C, 0x3)");
	bytes = va;
	bytes[100] = 0;
	NdisMUpdateSharedMemory(f->handle, 100, va, logical);
	CHECKED_EXPECT(f, 0x0F, "the tag behind shared memory of 100 bytes at",
		       "0x44, with 0x00 at offset 100", "0x0F; bug check 0x7C, 0x2)",
		       "allocated by NdisMAllocateSharedMemory");
	bytes[-1] = 0;
	NdisMFreeSharedMemory(f->handle, 100, FALSE, va, logical);
	CHECKED_EXPECT(f, 0x0F, "NdisMFreeSharedMemory: the tag before shared memory",
		       "at offset -1");
	return NDIS_STATUS_SUCCESS;
}

static void test_shared_memory(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_shared;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void halt_twice(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
	NdisMFreeMapRegisters(f->handle);
	CHECKED_EXPECT(f, 0x05, "the adapter has no map registers", "    4 map registers",
		       "; freed by NdisMFreeMapRegisters");
}

static void test_registers_freed_twice(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.halt = halt_twice;
	g_assert_cmpuint(fixture_stop(f), ==, 0);
}

static NDIS_STATUS initialize_leaks(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical;
	PVOID va;

	checked_initialize(f, configuration);
	NdisMAllocateSharedMemory(f->handle, 300, FALSE, &va, &logical);
	return NDIS_STATUS_SUCCESS;
}

static void test_leaks(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_leaks;
	f->hooks.halt = NULL;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 2);
	g_assert_nonnull(strstr(fixture_log(f), "(DMA verification 0x07)"));
	g_assert_nonnull(strstr(fixture_log(f), "    shared memory, 300 bytes at"));
	g_assert_nonnull(strstr(fixture_log(f),
				"allocated by NdisMAllocateSharedMemory from test_verifier"));
	g_assert_nonnull(strstr(fixture_log(f), "allocated by NdisMAllocateMapRegisters from"));
	fixture_expect_violations(f, 2, "(DMA verification 0x09)");
}

static NDIS_STATUS initialize_lists(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMInitializeScatterGatherDma(f->handle, TRUE, 2000);
}

static NDIS_STATUS send_never(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	return NDIS_STATUS_PENDING;
}

static void test_list_left(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_lists;
	f->hooks.halt = NULL;
	f->without_send_packets = true;
	f->hooks.send = send_never;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 1);
	g_assert_cmpuint(fixture_statistics(f).verify.records, ==, 1);
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	CHECKED_EXPECT(f, 0x0A, "1 packets are not complete");
	g_array_set_size(f->sent, 0);
}

/* ---- off and stop -------------------------------------------------------------------------- */

static void test_off(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory, 100),
		     same = fixture_buffer(checked_memory, 100);
	struct platform_fault fault = {.address = {0x1000}};

	f->options.verify = SHIM_VERIFY_OFF;
	g_assert_cmpint(fixture_start(f), ==, 0);
	checked_start(f, buffer, 0, TRUE);
	checked_start(f, same, 1, TRUE);
	checked_complete(f, same, 1);
	checked_complete(f, buffer, 0);
	shim_adapter_fault(f->adapter, &fault);
	checked_expect_none(f);
	g_assert_cmpint(fixture_statistics(f).verify.mode, ==, SHIM_VERIFY_OFF);
	g_assert_cmpuint(fixture_statistics(f).verify.records, ==, 0);
	checked_complete(f, buffer, 0);
	fixture_expect_violation(f, "(DMA verification 0x16)");
	g_assert_null(strstr(fixture_log(f), "mapped by"));
	NdisFreeBuffer(buffer);
	NdisFreeBuffer(same);
}

static void test_bad_mode(struct ndis_fixture *f, gconstpointer data)
{
	f->options.verify = (enum shim_verify)3;
	g_assert_cmpint(fixture_start(f), ==, -EINVAL);
	fixture_expect_log(f, "verify is 3");
	f->options.verify = SHIM_VERIFY_REPORT;
	g_assert_cmpstr(shim_verify_name(SHIM_VERIFY_OFF), ==, "off");
	g_assert_cmpstr(shim_verify_name(SHIM_VERIFY_STOP), ==, "stop");
	g_assert_cmpstr(shim_verify_name((enum shim_verify)3), ==, "?");
	g_assert_nonnull(shim_verify_code_text(0x26));
	g_assert_null(shim_verify_code_text(0x12));
	g_assert_null(shim_verify_code_text(SHIM_VERIFY_CODES));
}

static void start_stopping(struct ndis_fixture *f)
{
	checked_prepare(f, GINT_TO_POINTER(DMA_POLICY_REMAP));
	f->options.verify = SHIM_VERIFY_STOP;
	shim_log_to(NULL);
}

static void stop_at_unmapped(void)
{
	struct ndis_fixture f;

	start_stopping(&f);
	g_assert_cmpint(fixture_start(&f), ==, 0);
	checked_complete(&f, fixture_buffer(checked_memory, 10), 0);
}

static void stop_at_leaks(void)
{
	struct ndis_fixture f;

	start_stopping(&f);
	f.hooks.initialize = initialize_leaks;
	f.hooks.halt = NULL;
	g_assert_cmpint(fixture_start(&f), ==, 0);
	fixture_stop(&f);
}

static NDIS_STATUS initialize_freed_twice(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical;
	PVOID va;

	checked_initialize(f, configuration);
	NdisMAllocateSharedMemory(f->handle, 300, FALSE, &va, &logical);
	NdisMFreeSharedMemory(f->handle, 300, FALSE, va, logical);
	NdisMFreeSharedMemory(f->handle, 300, FALSE, va, logical);
	return NDIS_STATUS_SUCCESS;
}

static void stop_at_freed_twice(void)
{
	struct ndis_fixture f;

	start_stopping(&f);
	f.hooks.initialize = initialize_freed_twice;
	fixture_start(&f);
}

static void expect_stop(const char *test, const char *text)
{
	g_test_trap_subprocess(test, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr(text);
}

static void test_stop(void)
{
	expect_stop("/verifier/stop/subprocess/unmapped",
		    "*maps nothing*bug check 0x000000e6 *parameter 1: 0x20*");
	/* Both leaks are told before. */
	expect_stop("/verifier/stop/subprocess/leaks",
		    "*0x07)*allocated by*0x09)*allocated by*bug check 0x000000e6 *"
		    "parameter 1: 0x7*");
	expect_stop("/verifier/stop/subprocess/freed-twice",
		    "*freed once*freed by*bug check 0x0000007c *parameter 1: 0x3*");
}

#define ADD(name, set_up_function, policy, function)                                               \
	g_test_add("/verifier/" name, struct ndis_fixture, GINT_TO_POINTER(policy),                \
		   set_up_function, function, checked_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("correct/auto", checked_set_up, DMA_POLICY_AUTO, test_correct);
	ADD("correct/remap", checked_set_up, DMA_POLICY_REMAP, test_correct);
	ADD("correct/cached", checked_set_up, DMA_POLICY_CACHED, test_correct);
	ADD("mapped-twice", checked_set_up, DMA_POLICY_REMAP, test_mapped_twice);
	ADD("not-mapped", checked_set_up, DMA_POLICY_REMAP, test_not_mapped);
	ADD("bad-buffers", checked_set_up, DMA_POLICY_REMAP, test_bad_buffers);
	ADD("freed-while-mapped", checked_set_up, DMA_POLICY_REMAP, test_freed_while_mapped);
	ADD("not-flushed", checked_prepare, DMA_POLICY_REMAP, test_not_flushed);
	ADD("handles", checked_set_up, DMA_POLICY_REMAP, test_handles);
	ADD("irql", checked_set_up, DMA_POLICY_REMAP, test_irql);
	ADD("irql-at-return", checked_set_up, DMA_POLICY_REMAP, test_irql_at_return);
	ADD("shared-memory", checked_prepare, DMA_POLICY_REMAP, test_shared_memory);
	ADD("registers-freed-twice", checked_set_up, DMA_POLICY_REMAP, test_registers_freed_twice);
	ADD("leaks", checked_prepare, DMA_POLICY_REMAP, test_leaks);
	ADD("list-left", checked_prepare, DMA_POLICY_REMAP, test_list_left);
	ADD("off", checked_prepare, DMA_POLICY_REMAP, test_off);
	ADD("bad-mode", checked_prepare, DMA_POLICY_REMAP, test_bad_mode);
	g_test_add_func("/verifier/stop", test_stop);
	g_test_add_func("/verifier/stop/subprocess/unmapped", stop_at_unmapped);
	g_test_add_func("/verifier/stop/subprocess/leaks", stop_at_leaks);
	g_test_add_func("/verifier/stop/subprocess/freed-twice", stop_at_freed_twice);
	return g_test_run();
}
