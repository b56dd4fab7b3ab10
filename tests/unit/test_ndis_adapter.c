/* SPDX-License-Identifier: MIT */
/* Life cycle of an adapter. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ndis_fixture.h"

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static void test_versions(struct ndis_fixture *f, gconstpointer data)
{
	static const UCHAR versions[][2] = {{3, 0}, {4, 0}, {5, 0}, {5, 1}};

	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		f->major = versions[i][0];
		f->minor = versions[i][1];
		g_assert_cmpint(fixture_start(f), ==, 0);
		fixture_send(f, 100, 0);
		fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
		g_assert_cmpuint(fixture_stop(f), ==, 0);
		shim_driver_stop(f->driver);
		f->driver = NULL;
	}
	g_assert_cmpuint(f->halts, ==, 4);
}

static void test_options(struct ndis_fixture *f, gconstpointer data)
{
	static const struct shim_client nobody = {.receive = NULL};
	struct shim_adapter *adapter;

	g_assert_cmpint(fixture_start_driver(f), ==, 0);
	f->options.max_address_bits = 40;
	g_assert_cmpint(fixture_start(f), ==, -EINVAL);
	fixture_expect_log(f, "max_address_bits is 40");
	f->options.max_address_bits = 0;
	f->options.frames = 65537;
	g_assert_cmpint(fixture_start(f), ==, -EINVAL);
	fixture_expect_log(f, "frames is 65537");
	f->options.frames = 4;
	f->options.header_bytes = 1664;
	g_assert_cmpint(fixture_start(f), ==, -EINVAL);
	fixture_expect_log(f, "header_bytes is 1664");
	f->options.header_bytes = 0;
	g_assert_cmpint(shim_adapter_start(f->driver, f->platform, &f->options, &nobody, &adapter),
			==, -EINVAL);
	fixture_expect_log(f, "no function for received frames");
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void test_second_loop(struct ndis_fixture *f, gconstpointer data)
{
	struct event_loop *loop = event_loop_create();
	struct platform *other = fake_platform_create(loop, NULL, true);
	const struct shim_client client = {.receive = (void *)abort};
	struct shim_adapter *adapter;

	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(shim_adapter_start(f->driver, other, &f->options, &client, &adapter), ==,
			-EBUSY);
	fixture_expect_log(f, "share one event loop");
	platform_close(other);
	event_loop_destroy(loop);
}

static void test_two_adapters(struct ndis_fixture *f, gconstpointer data)
{
	struct platform *other = fake_platform_create(f->loop, NULL, true);
	const struct shim_client client = {.receive = (void *)abort};
	struct shim_adapter *adapter;
	NDIS_HANDLE first;

	g_assert_cmpint(fixture_start(f), ==, 0);
	first = f->handle;
	g_assert_cmpint(shim_adapter_start(f->driver, other, &f->options, &client, &adapter), ==,
			0);
	g_assert_true(f->handle != first);
	NdisMIndicateStatusComplete(first);
	NdisMIndicateStatusComplete(f->handle);
	g_assert_cmpuint(shim_adapter_stop(adapter), ==, 0);
	NdisMIndicateStatusComplete(f->handle);
	fixture_expect_violation(f, "is no handle of an adapter");
	NdisMIndicateStatusComplete(first);
	platform_close(other);
}

static NDIS_STATUS fail(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NDIS_STATUS_ADAPTER_NOT_FOUND;
}

static void test_failing_initialize(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = fail;
	g_assert_cmpint(fixture_start(f), ==, -EIO);
	g_assert_cmpuint(f->halts, ==, 0);
	fixture_expect_log(f, "MiniportInitialize failed: NDIS_STATUS_ADAPTER_NOT_FOUND");

	f->hooks.initialize = NULL;
	f->medium = 1;
	g_assert_cmpint(fixture_start(f), ==, -EIO);
	g_assert_cmpuint(f->halts, ==, 1);
	fixture_expect_log(f, "SelectedMediumIndex is 1");

	f->medium = 0;
	f->without_attributes = true;
	g_assert_cmpint(fixture_start(f), ==, -EIO);
	g_assert_cmpuint(f->halts, ==, 2);
	fixture_expect_log(f, "MiniportInitialize calls NdisMSetAttributes(Ex)");

	f->without_attributes = false;
	fake_fail_memory(f->platform, 0, -ENOMEM);
	g_assert_cmpint(fixture_start(f), ==, -ENOMEM);
	g_assert_cmpuint(f->halts, ==, 3);
	fixture_expect_log(f, "no memory for transmit frames");
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static NDIS_STATUS registers_only(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 2, 1514);
}

static void free_registers(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

/* Frames are mapped for good only where the policy makes use of it. */
static void test_arena(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = registers_only;
	f->hooks.halt = free_registers;
	f->options.dma.policy = DMA_POLICY_REMAP;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);

	f->options.dma.policy = DMA_POLICY_POOL;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, >=, 16 * 1664 / PAGE);
	g_assert_cmpuint(fixture_stop(f), ==, 0);

	/* No room for the arena: sending works all the same. */
	fake_fail_map(f->platform, 2, -ENOSPC);
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_expect_log(f, "cannot be mapped for good");
	fixture_send(f, 100, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

static NDIS_STATUS leak_everything(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	static unsigned char bytes[100];
	NDIS_HANDLE packets, buffers, settings;
	struct platform_bar bar;
	PNDIS_PACKET packet;
	PNDIS_BUFFER buffer;
	NDIS_STATUS status;
	PVOID memory;

	NdisAllocatePacketPool(&status, &packets, 10, 0);
	NdisAllocatePacket(&status, &packet, packets);
	NdisAllocateBufferPool(&status, &buffers, 10);
	NdisAllocateBuffer(&status, &buffer, buffers, bytes, sizeof(bytes));
	NdisAllocateMemoryWithTag(&memory, 123, 'kael');
	platform_bar(f->platform, 0, &bar);
	NdisMMapIoSpace(&memory, f->handle,
			(NDIS_PHYSICAL_ADDRESS){.QuadPart = (LONGLONG)bar.bus_address}, 4096);
	NdisMRegisterAdapterShutdownHandler(f->handle, NULL,
					    (ADAPTER_SHUTDOWN_HANDLER)(void *)abort);
	NdisOpenConfiguration(&status, &settings, configuration);
	return NDIS_STATUS_SUCCESS;
}

static void test_leaks(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = leak_everything;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_expect_violation(f, "NdisCloseConfiguration follows every NdisOpenConfiguration");
	g_assert_cmpuint(fixture_stop(f), ==, 7);
	g_assert_nonnull(strstr(fixture_log(f), "memory of 123 bytes"));
	g_assert_nonnull(strstr(fixture_log(f), "with tag leak"));
	g_assert_nonnull(strstr(fixture_log(f), "packet pool of"));
	g_assert_nonnull(strstr(fixture_log(f), "buffer pool of"));
	g_assert_nonnull(strstr(fixture_log(f), "buffer descriptor of"));
	g_assert_nonnull(strstr(fixture_log(f), "1 mappings of base address register 0 are left"));
	fixture_expect_violations(f, 7, "a shutdown handler is still registered");
}

static void leave_level(struct ndis_fixture *f)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
}

static void test_level_of_halt(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.halt = leave_level;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	fixture_expect_violation(f, "MiniportHalt: called at IRQL 0, returned at 2");
}

static VOID shut_down(PVOID context)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, HIGH_LEVEL);
	fprintf(stderr, "shut down with %s\n", (const char *)context);
	fflush(stderr);
}

static NDIS_STATUS register_shutdown(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMRegisterAdapterShutdownHandler(f->handle, "its context", shut_down);
	return NDIS_STATUS_SUCCESS;
}

static void deregister_shutdown(struct ndis_fixture *f)
{
	NdisMDeregisterAdapterShutdownHandler(f->handle);
}

static void test_shutdown(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = register_shutdown;
	f->hooks.halt = deregister_shutdown;
	g_assert_cmpint(fixture_start(f), ==, 0);
	if (g_test_subprocess())
		KeBugCheck(0xE2);
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*shut down with its context*");
}

static VOID free_at_shutdown(PVOID context)
{
	NDIS_PHYSICAL_ADDRESS logical = {.QuadPart = 0x1000};

	NdisMFreeSharedMemory(fixture_current->handle, 10, FALSE, context, logical);
	fputs(fixture_log(fixture_current), stderr);
	fflush(stderr);
}

static NDIS_STATUS register_free_at_shutdown(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMRegisterAdapterShutdownHandler(f->handle, f, free_at_shutdown);
	return NDIS_STATUS_SUCCESS;
}

static void test_free_at_shutdown(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = register_free_at_shutdown;
	f->hooks.halt = deregister_shutdown;
	g_assert_cmpint(fixture_start(f), ==, 0);
	if (g_test_subprocess())
		KeBugCheck(0xE2);
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*NdisMFreeSharedMemory: 10 bytes at*MiniportShutdown frees no "
				  "shared memory*");
}

#define ADD(name, function, data)                                                                  \
	g_test_add("/ndis/adapter/" name, struct ndis_fixture, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("versions", test_versions, NULL);
	ADD("options", test_options, NULL);
	ADD("second-loop", test_second_loop, NULL);
	ADD("two-adapters", test_two_adapters, NULL);
	ADD("failing-initialize", test_failing_initialize, NULL);
	ADD("arena", test_arena, NULL);
	ADD("leaks", test_leaks, NULL);
	ADD("level-of-halt", test_level_of_halt, NULL);
	ADD("shutdown", test_shutdown, NULL);
	ADD("free-at-shutdown", test_free_at_shutdown, NULL);
	return g_test_run();
}
