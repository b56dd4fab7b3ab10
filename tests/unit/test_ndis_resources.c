/* SPDX-License-Identifier: MIT */
/* Registers, ports, configuration space and resources of an adapter. */
#include <errno.h>
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

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
/* Drivers pass pointers of any type and integers, and read into variables of other widths. */
static void check_register_types(ULONG_PTR address)
{
	struct {
		USHORT value;
		USHORT behind;
	} narrow = {0, 0x5A5A};
	ULONGLONG wide = ~0ull;

	NdisWriteRegisterUlong(address, 0x12345678);
	NdisReadRegisterUlong(address, &narrow.value);
	g_assert_cmphex(narrow.value, ==, 0x5678);
	g_assert_cmphex(narrow.behind, ==, 0x5A5A);
	NdisReadRegisterUshort(address + 2, &wide);
	g_assert_cmphex(wide, ==, 0x1234);
	NdisReadRegisterUchar(address, &wide);
	g_assert_cmphex(wide, ==, 0x78);
	NdisWriteRegisterUchar(address, 0x1FF);
	NdisWriteRegisterUshort(address + 2, 0x1ABCD);
	NdisReadRegisterUlong(address, &wide);
	g_assert_cmphex(wide, ==, 0xABCD56FF);
}
#pragma GCC diagnostic pop

static void check_register_functions(PVOID registers)
{
	ULONG longs[2] = {0x11223344, 0x55667788};
	USHORT words[4];
	UCHAR bytes[8];

	WRITE_REGISTER_BUFFER_ULONG(registers, longs, 2);
	memset(longs, 0, sizeof(longs));
	READ_REGISTER_BUFFER_ULONG(registers, longs, 2);
	g_assert_cmphex(longs[1], ==, 0x55667788);
	READ_REGISTER_BUFFER_USHORT(registers, words, 4);
	g_assert_cmphex(words[1], ==, 0x1122);
	READ_REGISTER_BUFFER_UCHAR(registers, bytes, 8);
	g_assert_cmphex(bytes[7], ==, 0x55);
	words[0] = 0xAABB;
	WRITE_REGISTER_BUFFER_USHORT(registers, words, 1);
	bytes[0] = 0xCC;
	WRITE_REGISTER_BUFFER_UCHAR(registers, bytes, 1);
	g_assert_cmphex(READ_REGISTER_ULONG(registers), ==, 0x1122AACC);
	WRITE_REGISTER_ULONG(registers, 0x01020304);
	WRITE_REGISTER_USHORT(registers, 0x0506);
	WRITE_REGISTER_UCHAR(registers, 0x07);
	g_assert_cmphex(READ_REGISTER_ULONG(registers), ==, 0x01020507);
	g_assert_cmphex(READ_REGISTER_USHORT(registers), ==, 0x0507);
	g_assert_cmphex(READ_REGISTER_UCHAR(registers), ==, 0x07);
}

/* The bytes that are meant, whatever the address. */
static void check_unaligned_access(PUCHAR registers)
{
	NdisWriteRegisterUlong(registers + 4, 0x33221100);
	NdisWriteRegisterUlong(registers + 8, 0x77665544);
	g_assert_cmphex(READ_REGISTER_ULONG((volatile ULONG *)(void *)(registers + 5)), ==,
			0x44332211);
	g_assert_cmphex(READ_REGISTER_ULONG((volatile ULONG *)(void *)(registers + 6)), ==,
			0x55443322);
	g_assert_cmphex(READ_REGISTER_USHORT((volatile USHORT *)(void *)(registers + 7)), ==,
			0x4433);
	WRITE_REGISTER_ULONG((volatile ULONG *)(void *)(registers + 7), 0xDDCCBBAA);
	g_assert_cmphex(READ_REGISTER_ULONG((volatile ULONG *)(void *)(registers + 4)), ==,
			0xAA221100);
	g_assert_cmphex(READ_REGISTER_ULONG((volatile ULONG *)(void *)(registers + 8)), ==,
			0x77DDCCBB);
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
	check_unaligned_access((PUCHAR)second);
	check_register_types((ULONG_PTR)second);
	check_register_functions(second);

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

/* The functions of the HAL that drivers take, and those of NDIS 3 that need no range. */
static void use_ports(NDIS_HANDLE configuration)
{
	USHORT words[2] = {0x1111, 0x2222};
	ULONG value;
	USHORT word;
	UCHAR byte;

	WRITE_PORT_ULONG((PULONG)0xC010, 0xA1B2C3D4);
	WRITE_PORT_USHORT((PUSHORT)0xC010, 0x5566);
	WRITE_PORT_UCHAR((PUCHAR)0xC013, 0x77);
	g_assert_cmphex(READ_PORT_ULONG((PULONG)0xC010), ==, 0x77B25566);
	g_assert_cmphex(READ_PORT_USHORT((PUSHORT)0xC012), ==, 0x77B2);
	g_assert_cmphex(READ_PORT_UCHAR((PUCHAR)0xC011), ==, 0x55);
	NdisRawWritePortBufferUshort(0xC010, words, 2);
	words[0] = 0;
	NdisRawReadPortBufferUshort(0xC010, words, 1);
	g_assert_cmphex(words[0], ==, 0x2222);
	NdisImmediateWritePortUlong(configuration, 0xC014, 0x01020304);
	NdisImmediateWritePortUshort(configuration, 0xC014, 0x0506);
	NdisImmediateWritePortUchar(configuration, 0xC017, 9);
	NdisImmediateReadPortUlong(configuration, 0xC014, &value);
	g_assert_cmphex(value, ==, 0x09020506);
	NdisImmediateReadPortUshort(configuration, 0xC016, &word);
	g_assert_cmphex(word, ==, 0x0902);
	NdisImmediateReadPortUchar(configuration, 0xC014, &byte);
	g_assert_cmphex(byte, ==, 0x06);
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
	use_ports(configuration);
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
	NdisRawReadPortUshort((PUCHAR)base + 5, &word);
	g_assert_cmphex(word, ==, 0xCC56);
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
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
	g_assert_cmpuint(size, ==, 8 + 2 * 20);
	size--;
	NdisMQueryAdapterResources(&status, configuration, list, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_RESOURCES);
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
	g_test_add("/ndis/resources/" name, struct ndis_fixture, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("registers/direct", test_registers, NULL);
	ADD("registers/through-platform", test_registers, "through platform");
	ADD("ports", test_ports, NULL);
	ADD("pci", test_pci, NULL);
	return g_test_run();
}
