/* SPDX-License-Identifier: MIT */
/* Life cycle of an adapter, its settings, registers and configuration space. */
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

/* ---- start and stop -------------------------------------------------------------------------- */

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

/* ---- settings -------------------------------------------------------------------------------- */

static NDIS_HANDLE settings;

static PNDIS_CONFIGURATION_PARAMETER read_setting(const WCHAR *name, NDIS_PARAMETER_TYPE type,
						  NDIS_STATUS expected)
{
	PNDIS_CONFIGURATION_PARAMETER value = (void *)1;
	NDIS_STRING keyword;
	NDIS_STATUS status;

	NdisInitUnicodeString(&keyword, name);
	NdisReadConfiguration(&status, &value, settings, &keyword, type);
	g_assert_cmphex((ULONG)status, ==, (ULONG)expected);
	if (expected != NDIS_STATUS_SUCCESS)
		g_assert_null(value);
	return value;
}

static ULONG read_integer(const WCHAR *name, NDIS_PARAMETER_TYPE type)
{
	PNDIS_CONFIGURATION_PARAMETER value = read_setting(name, type, NDIS_STATUS_SUCCESS);

	g_assert_cmpint(value->ParameterType, ==, type);
	return value->ParameterData.IntegerData;
}

static NDIS_STATUS initialize_settings(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	static const UCHAR expected[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0xAF};
	NDIS_CONFIGURATION_PARAMETER parameter = {.ParameterType = NdisParameterInteger};
	NDIS_STRING keyword = NDIS_STRING_CONST("Written"), text = NDIS_STRING_CONST("as text");
	NDIS_STATUS status;
	PVOID address;
	UINT length;

	NdisOpenConfiguration(&status, &settings, f->handle);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	g_assert_null(settings);
	fixture_expect_violation(f, "WrapperConfigurationContext");
	NdisOpenConfiguration(&status, &settings, configuration);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);

	g_assert_cmpuint(read_integer(L"Depth", NdisParameterInteger), ==, 64);
	g_assert_cmpuint(read_integer(L"dEPTH", NdisParameterInteger), ==, 64);
	g_assert_cmpuint(read_integer(L"Depth", NdisParameterHexInteger), ==, 0x64);
	g_assert_cmpuint(read_integer(L"Hex", NdisParameterInteger), ==, 0x1F);
	g_assert_cmpuint(read_integer(L"Hex", NdisParameterHexInteger), ==, 0x1F);
	g_assert_cmpuint(read_integer(L"Largest", NdisParameterInteger), ==, 0xFFFFFFFF);
	g_assert_cmphex(read_integer(L"NdisVersion", NdisParameterInteger), ==, 0x00050001);
	g_assert_cmpuint(read_integer(L"Environment", NdisParameterInteger), ==, 1);
	read_setting(L"TooLarge", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Negative", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Text", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Empty", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Absent", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Depth", NdisParameterBinary, NDIS_STATUS_FAILURE);
	text = read_setting(L"Text", NdisParameterString, NDIS_STATUS_SUCCESS)
		       ->ParameterData.StringData;
	g_assert_cmpuint(text.Length, ==, 10);
	g_assert_cmpint(text.Buffer[4], ==, 'o');
	g_assert_cmpint(text.Buffer[5], ==, 0);

	parameter.ParameterData.IntegerData = 4096;
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(read_integer(L"written", NdisParameterInteger), ==, 4096);
	parameter.ParameterType = NdisParameterString;
	parameter.ParameterData.StringData = text;
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	read_setting(L"written", NdisParameterString, NDIS_STATUS_SUCCESS);
	parameter.ParameterType = NdisParameterBinary;
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmpint(status, ==, NDIS_STATUS_NOT_SUPPORTED);

	NdisReadNetworkAddress(&status, &address, &length, settings);
	g_assert_cmpint(status, ==, f->status);
	g_assert_cmpuint(length, ==, status == NDIS_STATUS_SUCCESS ? 6 : 0);
	if (status == NDIS_STATUS_SUCCESS)
		g_assert_cmpmem(address, 6, expected, 6);
	else
		g_assert_null(address);
	NdisCloseConfiguration(settings);
	NdisCloseConfiguration(settings);
	fixture_expect_violation(f, "NdisCloseConfiguration");
	read_setting(L"Depth", NdisParameterInteger, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "NdisReadConfiguration");
	return NDIS_STATUS_SUCCESS;
}

static void test_settings(struct ndis_fixture *f, gconstpointer data)
{
	static const char *const addresses[] = {"0211223344AF", "02-11-22-33-44-af",
						"02:11:22:33:44:AF"};
	static const char *const no_addresses[] = {"",
						   "0211223344A",
						   "0211223344AFF",
						   "02--11223344AF",
						   "0x11223344AF",
						   "02:11:22:33:44"};
	struct shim_parameter parameters[] = {
		{"Depth", "64"},	{"Hex", "0x1F"},   {"Largest", "4294967295"},
		{"Negative", "-1"},	{"Text", "hello"}, {"TooLarge", "4294967296"},
		{"Empty", ""},		{"depth", "1"},	   {"Depth", "64"},
		{"NetworkAddress", ""},
	};

	f->options.parameters = parameters;
	f->options.parameter_count = G_N_ELEMENTS(parameters);
	f->hooks.initialize = initialize_settings;
	for (size_t i = 0; i < G_N_ELEMENTS(addresses) + G_N_ELEMENTS(no_addresses); i++) {
		bool valid = i < G_N_ELEMENTS(addresses);

		parameters[9].value =
			valid ? addresses[i] : no_addresses[i - G_N_ELEMENTS(addresses)];
		f->status = valid ? NDIS_STATUS_SUCCESS : NDIS_STATUS_FAILURE;
		g_assert_cmpint(fixture_start(f), ==, 0);
		g_assert_cmpuint(fixture_stop(f), ==, 0);
	}
}

/* ---- registers ------------------------------------------------------------------------------- */

static uint64_t bar_address(struct ndis_fixture *f)
{
	struct platform_bar bar;

	g_assert_cmpint(platform_bar(f->platform, 0, &bar), ==, 0);
	return bar.bus_address;
}

static NDIS_STATUS map_at(struct ndis_fixture *f, uint64_t offset, UINT length, PVOID *va)
{
	return NdisMMapIoSpace(
		va, f->handle,
		(NDIS_PHYSICAL_ADDRESS){.QuadPart = (LONGLONG)(bar_address(f) + offset)}, length);
}

static NDIS_STATUS initialize_registers(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	PVOID va, second;
	ULONG value;
	USHORT word;
	UCHAR byte;

	g_assert_cmpint(map_at(f, 0, FAKE_BAR_SIZE + 1, &va), ==, NDIS_STATUS_RESOURCE_CONFLICT);
	g_assert_null(va);
	fixture_expect_violation(f, "65537 bytes at");
	g_assert_cmpint(map_at(f, 0, 0, &va), ==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "0 bytes at");
	g_assert_cmpint(map_at(f, FAKE_BAR_SIZE, 1, &va), ==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "1 bytes at");
	g_assert_cmpint(map_at(f, 0, FAKE_BAR_SIZE, &va), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpint(map_at(f, 0x100, 0x10, &second), ==, NDIS_STATUS_SUCCESS);

	NdisWriteRegisterUlong((PUCHAR)va + 0x100, 0x11223344);
	NdisReadRegisterUlong((PULONG)second, &value);
	g_assert_cmphex(value, ==, 0x11223344);
	NdisReadRegisterUshort((PUCHAR)second + 2, &word);
	g_assert_cmphex(word, ==, 0x1122);
	NdisReadRegisterUchar((PUCHAR)second + 1, &byte);
	g_assert_cmphex(byte, ==, 0x33);
	NdisWriteRegisterUchar((PUCHAR)second + 3, 0xAA);
	NdisWriteRegisterUshort(second, 0xBBCC);
	NdisReadRegisterUlong((PULONG)second, &value);
	g_assert_cmphex(value, ==, 0xAA22BBCC);
	platform_bar_read(f->platform, 0, 0x100, &value, 4);
	g_assert_cmphex(value, ==, 0xAA22BBCC);
	if (f->platform->capabilities.direct_registers)
		g_assert_cmphex(*(volatile ULONG *)second, ==, 0xAA22BBCC);

	NdisMUnmapIoSpace(f->handle, second, 0x10);
	NdisMUnmapIoSpace(f->handle, va, FAKE_BAR_SIZE);
	NdisMUnmapIoSpace(f->handle, va, FAKE_BAR_SIZE);
	fixture_expect_violation(f, "is not mapped");
	NdisMUnmapIoSpace(f->handle, f, 10);
	fixture_expect_violation(f, "is not mapped");
	return NDIS_STATUS_SUCCESS;
}

static void test_registers(struct ndis_fixture *f, gconstpointer data)
{
	PVOID va;

	if (data) {
		platform_close(f->platform);
		f->platform = fake_platform_create(f->loop, NULL, false);
	}
	f->hooks.initialize = initialize_registers;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(map_at(f, 0, 16, &va), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "called after MiniportInitialize");
}

/* An I/O BAR at port 0xC000, 32 ports, behind the fake's memory BAR. */
static unsigned char ports[32];

static int port_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	*bar = (struct platform_bar){0};
	if (index == 1)
		*bar = (struct platform_bar){.size = 32, .bus_address = 0xC000, .is_io = true};
	return index > 5 ? -EINVAL : 0;
}

static int port_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		     unsigned int width)
{
	g_assert_cmpuint(index, ==, 1);
	g_assert_cmpuint(offset + width, <=, sizeof(ports));
	memcpy(value, ports + offset, width);
	return 0;
}

static int port_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
		      unsigned int width)
{
	g_assert_cmpuint(index, ==, 1);
	g_assert_cmpuint(offset + width, <=, sizeof(ports));
	memcpy(ports + offset, value, width);
	return 0;
}

static NDIS_STATUS initialize_ports(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	UCHAR bytes[4] = {9, 8, 7, 6};
	ULONG value = 0;
	USHORT word;
	UCHAR byte;
	PVOID base;

	/* Probing before the range is claimed works. */
	NdisRawWritePortUlong(0xC004, 0x12345678);
	NdisRawReadPortUlong((PUCHAR)0xC004, &value);
	g_assert_cmphex(value, ==, 0x12345678);
	g_assert_cmpint(NdisMRegisterIoPortRange(&base, f->handle, 0xC000, 33), ==,
			NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "33 ports at 0xc000");
	g_assert_cmpint(NdisMRegisterIoPortRange(&base, f->handle, 0xC000, 32), ==,
			NDIS_STATUS_SUCCESS);
	g_assert_cmphex((ULONG_PTR)base, ==, 0xC000);
	NdisRawReadPortUshort((PUCHAR)base + 6, &word);
	g_assert_cmphex(word, ==, 0x1234);
	NdisRawReadPortUchar((ULONG_PTR)base + 4, &byte);
	g_assert_cmphex(byte, ==, 0x78);
	NdisRawWritePortUchar((PUCHAR)base + 4, 0xEE);
	NdisRawWritePortUshort((PUCHAR)base + 6, 0xDDCC);
	g_assert_cmphex(READ_PORT_ULONG((PULONG)((PUCHAR)base + 4)), ==, 0xDDCC56EE);
	NdisRawWritePortBufferUchar((PUCHAR)base + 8, bytes, 4);
	NdisRawReadPortBufferUchar((PUCHAR)base + 8, bytes, 2);
	g_assert_cmpuint(bytes[0], ==, 6);
	g_assert_cmpuint(bytes[1], ==, 6);
	NdisRawReadPortUlong(0xC01E, &value);
	g_assert_cmphex(value, ==, 0xFFFFFFFF);
	fixture_expect_violation(f, "port 0xc01e does not");
	NdisRawWritePortUchar(0x60, 1);
	NdisRawWritePortUchar(0x60, 1);
	fixture_expect_violation(f, "port 0x60 does not");
	NdisMDeregisterIoPortRange(f->handle, 0xC000, 32, base);
	NdisMDeregisterIoPortRange(f->handle, 0xC000, 32, base);
	fixture_expect_violation(f, "are not claimed");
	return NDIS_STATUS_SUCCESS;
}

static void test_ports(struct ndis_fixture *f, gconstpointer data)
{
	const struct platform_ops *original = f->platform->ops;
	struct platform_ops ops = *original;

	ops.bar = port_bar;
	ops.bar_read = port_read;
	ops.bar_write = port_write;
	f->platform->ops = &ops;
	f->hooks.initialize = initialize_ports;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	f->platform->ops = original;
}

static NDIS_STATUS initialize_pci(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	unsigned char room[256];
	PNDIS_RESOURCE_LIST list = (PNDIS_RESOURCE_LIST)(void *)room;
	PCI_COMMON_CONFIG config;
	NDIS_STATUS status;
	UINT size = 0;
	USHORT word;

	g_assert_cmpuint(NdisReadPciSlotInformation(f->handle, 0, 0, &config, sizeof(config)), ==,
			 sizeof(config));
	g_assert_cmphex(config.VendorID, ==, 0x1AF4);
	g_assert_cmphex(config.DeviceID, ==, 0x10F0);
	word = PCI_ENABLE_BUS_MASTER;
	g_assert_cmpuint(NdisWritePciSlotInformation(f->handle, 0, 4, &word, 2), ==, 2);
	word = 0;
	g_assert_cmpuint(NdisReadPciSlotInformation(f->handle, 7, 4, &word, 2), ==, 2);
	g_assert_cmphex(word, ==, PCI_ENABLE_BUS_MASTER);
	g_assert_cmpuint(NdisReadPciSlotInformation(f->handle, 0, 4094, room, 10), ==, 2);
	g_assert_cmpuint(NdisReadPciSlotInformation(f->handle, 0, 4096, room, 10), ==, 0);
	g_assert_cmpuint(NdisReadPciSlotInformation(f->handle, 0, 0xFFFFFFFF, room, 0xFFFFFFFF), ==,
			 0);

	NdisMQueryAdapterResources(&status, configuration, NULL, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_BUFFER_TOO_SHORT);
	g_assert_cmpuint(size, ==, 8 + 2 * 20);
	size--;
	NdisMQueryAdapterResources(&status, configuration, list, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_BUFFER_TOO_SHORT);
	g_assert_cmpuint(size, ==, 48);
	NdisMQueryAdapterResources(&status, configuration, list, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(list->Count, ==, 2);
	g_assert_cmpuint(list->PartialDescriptors[0].Type, ==, CmResourceTypeMemory);
	g_assert_cmpint(list->PartialDescriptors[0].u.Memory.Start.QuadPart, ==,
			(LONGLONG)bar_address(f));
	g_assert_cmpuint(list->PartialDescriptors[0].u.Memory.Length, ==, FAKE_BAR_SIZE);
	g_assert_cmpuint(list->PartialDescriptors[1].Type, ==, CmResourceTypeInterrupt);
	NdisMQueryAdapterResources(&status, f->handle, list, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "WrapperConfigurationContext");
	return NDIS_STATUS_SUCCESS;
}

static void test_pci(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_pci;
	g_assert_cmpint(fixture_start(f), ==, 0);
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
	ADD("settings", test_settings, NULL);
	ADD("registers/direct", test_registers, NULL);
	ADD("registers/through-platform", test_registers, "through platform");
	ADD("ports", test_ports, NULL);
	ADD("pci", test_pci, NULL);
	return g_test_run();
}
