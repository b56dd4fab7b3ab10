/* SPDX-License-Identifier: MIT */

/*
 * Sizes, offsets and values of the interface (ndis-hal-dma.md sections 0.4, 1 and 2).
 */

#include <ndis.h>

#include <glib.h>

#include "layout_values.h"

#define SIZE(Type, Expected) C_ASSERT(sizeof(Type) == (Expected))
#define OFFSET(Type, Field, Expected) C_ASSERT(offsetof(Type, Field) == (Expected))

SIZE(UCHAR, 1);
SIZE(BOOLEAN, 1);
SIZE(NDIS_DMA_SIZE, 1);
SIZE(USHORT, 2);
SIZE(CSHORT, 2);
SIZE(WCHAR, 2);
SIZE(UINT, 4);
SIZE(PUINT, 8);
SIZE(LONG, 4);
SIZE(ULONG, 4);
SIZE(NTSTATUS, 4);
SIZE(NDIS_STATUS, 4);
SIZE(NDIS_OID, 4);
SIZE(ULONG_PTR, 8);
SIZE(SIZE_T, 8);
SIZE(PFN_NUMBER, 8);
SIZE(NDIS_HANDLE, 8);
SIZE(DMA_WIDTH, 4);
SIZE(DMA_SPEED, 4);
SIZE(IO_ALLOCATION_ACTION, 4);
SIZE(NDIS_INTERFACE_TYPE, 4);
SIZE(NDIS_PER_PACKET_INFO, 4);

SIZE(LARGE_INTEGER, 8);
OFFSET(LARGE_INTEGER, LowPart, 0);
OFFSET(LARGE_INTEGER, HighPart, 4);

SIZE(UNICODE_STRING, 16);
OFFSET(UNICODE_STRING, Buffer, 8);

SIZE(NDIS_PHYSICAL_ADDRESS_UNIT, 16);
OFFSET(NDIS_PHYSICAL_ADDRESS_UNIT, Length, 8);
SIZE(PNDIS_PHYSICAL_ADDRESS_UNIT, 8);

SIZE(NDIS_DMA_DESCRIPTION, 20);
OFFSET(NDIS_DMA_DESCRIPTION, DmaWidth, 4);
OFFSET(NDIS_DMA_DESCRIPTION, DmaSpeed, 8);
OFFSET(NDIS_DMA_DESCRIPTION, DmaPort, 12);
OFFSET(NDIS_DMA_DESCRIPTION, DmaChannel, 16);

SIZE(DEVICE_DESCRIPTION, 40);
OFFSET(DEVICE_DESCRIPTION, Master, 4);
OFFSET(DEVICE_DESCRIPTION, Dma32BitAddresses, 8);
OFFSET(DEVICE_DESCRIPTION, Dma64BitAddresses, 11);
OFFSET(DEVICE_DESCRIPTION, BusNumber, 12);
OFFSET(DEVICE_DESCRIPTION, InterfaceType, 20);
OFFSET(DEVICE_DESCRIPTION, MaximumLength, 32);

SIZE(MDL, 48);
OFFSET(MDL, Next, 0);
OFFSET(MDL, Size, 8);
OFFSET(MDL, MdlFlags, 10);
OFFSET(MDL, Process, 16);
OFFSET(MDL, MappedSystemVa, 24);
OFFSET(MDL, StartVa, 32);
OFFSET(MDL, ByteCount, 40);
OFFSET(MDL, ByteOffset, 44);

SIZE(SCATTER_GATHER_ELEMENT, 24);
OFFSET(SCATTER_GATHER_ELEMENT, Length, 8);
OFFSET(SCATTER_GATHER_LIST, Elements, 16);

SIZE(DMA_ADAPTER, 16);
OFFSET(DMA_ADAPTER, DmaOperations, 8);
SIZE(DMA_OPERATIONS, 128);
OFFSET(DMA_OPERATIONS, PutDmaAdapter, 8);
OFFSET(DMA_OPERATIONS, AllocateCommonBuffer, 16);
OFFSET(DMA_OPERATIONS, FreeCommonBuffer, 24);
OFFSET(DMA_OPERATIONS, AllocateAdapterChannel, 32);
OFFSET(DMA_OPERATIONS, FlushAdapterBuffers, 40);
OFFSET(DMA_OPERATIONS, FreeAdapterChannel, 48);
OFFSET(DMA_OPERATIONS, FreeMapRegisters, 56);
OFFSET(DMA_OPERATIONS, MapTransfer, 64);
OFFSET(DMA_OPERATIONS, GetDmaAlignment, 72);
OFFSET(DMA_OPERATIONS, ReadDmaCounter, 80);
OFFSET(DMA_OPERATIONS, GetScatterGatherList, 88);
OFFSET(DMA_OPERATIONS, PutScatterGatherList, 96);
OFFSET(DMA_OPERATIONS, CalculateScatterGatherList, 104);
OFFSET(DMA_OPERATIONS, BuildScatterGatherList, 112);
OFFSET(DMA_OPERATIONS, BuildMdlFromScatterGatherList, 120);

SIZE(IO_STATUS_BLOCK, 16);
OFFSET(IRP, MdlAddress, 8);
OFFSET(IRP, IoStatus, 0x30);
OFFSET(DEVICE_OBJECT, DriverObject, 8);
OFFSET(DEVICE_OBJECT, CurrentIrp, 0x20);
OFFSET(DEVICE_OBJECT, Flags, 0x30);
OFFSET(DEVICE_OBJECT, DeviceExtension, 0x40);
OFFSET(DEVICE_OBJECT, StackSize, 0x4C);
OFFSET(DEVICE_OBJECT, AlignmentRequirement, 0x98);

SIZE(NDIS_PACKET_PRIVATE, 48);
OFFSET(NDIS_PACKET_PRIVATE, Head, 8);
OFFSET(NDIS_PACKET_PRIVATE, NdisPacketOobOffset, 42);
OFFSET(NDIS_PACKET, MiniportReserved, 48);
OFFSET(NDIS_PACKET, WrapperReserved, 64);
OFFSET(NDIS_PACKET, WrapperReservedEx, 72);
OFFSET(NDIS_PACKET, Reserved, 80);
OFFSET(NDIS_PACKET, ProtocolReserved, 96);
SIZE(NDIS_PACKET_OOB_DATA, 40);
OFFSET(NDIS_PACKET_OOB_DATA, Status, 32);
SIZE(NDIS_PACKET_EXTENSION, 12 * sizeof(PVOID));
SIZE(NDIS_TCP_IP_CHECKSUM_PACKET_INFO, 4);
SIZE(NDIS_PACKET_8021Q_INFO, sizeof(PVOID));

SIZE(CM_PARTIAL_RESOURCE_DESCRIPTOR, 20);
OFFSET(CM_PARTIAL_RESOURCE_DESCRIPTOR, u, 4);
OFFSET(CM_PARTIAL_RESOURCE_LIST, PartialDescriptors, 8);
SIZE(PCI_COMMON_CONFIG, 256);
OFFSET(PCI_COMMON_CONFIG, u, 16);
OFFSET(PCI_COMMON_CONFIG, u.type0.SubVendorID, 0x2C);
OFFSET(PCI_COMMON_CONFIG, u.type0.InterruptLine, 0x3C);
OFFSET(PCI_COMMON_CONFIG, u.type1.BridgeControl, 0x3E);

SIZE(NDIS_SPIN_LOCK, 32);
SIZE(NDIS_EVENT, 128);
SIZE(NDIS_TIMER, 128);
SIZE(NDIS_MINIPORT_TIMER, 128);
SIZE(NDIS_WORK_ITEM, 80);
SIZE(NDIS_MINIPORT_INTERRUPT, 160);
SIZE(NPAGED_LOOKASIDE_LIST, 128);

static void test_values(gconstpointer data)
{
	const struct value_table *table = data;

	for (size_t i = 0; i < table->count; i++) {
		const struct named_value *value = &table->values[i];

		if (value->actual != value->expected)
			g_error("%s is 0x%llx instead of 0x%llx", value->name,
				(unsigned long long)value->actual,
				(unsigned long long)value->expected);
	}
}

static void test_status_is_signed(void)
{
	g_assert_cmpint(NDIS_STATUS_FAILURE, <, 0);
	g_assert_cmpint(NDIS_STATUS_PENDING, >, 0);
	g_assert_true(NT_SUCCESS(STATUS_PENDING));
	g_assert_false(NT_SUCCESS(STATUS_BUFFER_OVERFLOW));
}

static void test_physical_address_is_signed(void)
{
	NDIS_PHYSICAL_ADDRESS address = NDIS_PHYSICAL_ADDRESS_CONST(0xFFFFF000, 0xFFFFFFFF);

	g_assert_cmpint(address.QuadPart, ==, -4096);
	g_assert_cmphex(NdisGetPhysicalAddressHigh(address), ==, 0xFFFFFFFF);
	g_assert_cmphex(NdisGetPhysicalAddressLow(address), ==, 0xFFFFF000);
	NdisSetPhysicalAddressHigh(address, 1);
	NdisSetPhysicalAddressLow(address, 0x1000);
	g_assert_cmphex((guint64)address.QuadPart, ==, 0x100001000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < value_table_count; i++) {
		char *path = g_strconcat("/headers/values/", value_tables[i].name, NULL);

		g_test_add_data_func(path, &value_tables[i], test_values);
		g_free(path);
	}
	g_test_add_func("/headers/status-is-signed", test_status_is_signed);
	g_test_add_func("/headers/physical-address", test_physical_address_is_signed);
	return g_test_run();
}
