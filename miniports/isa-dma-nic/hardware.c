/* SPDX-License-Identifier: MIT */
/*
 * hardware.c - registers of the device: identity, start, stop, filter, errors, statistics
 */
#include "isa_nic.h"

#define ISA_NIC_ALL_ONES 0xFFFFu	/* what the bus answers where no device is */

USHORT isa_nic_in(struct isa_nic_adapter *adapter, ULONG port)
{
	USHORT value;

	NdisRawReadPortUshort(adapter->ports + port, &value);
	return value;
}

VOID isa_nic_out(struct isa_nic_adapter *adapter, ULONG port, ULONG value)
{
	NdisRawWritePortUshort(adapter->ports + port, value);
}

/* Section 3.2. Not from MiniportISR: INDEX and DATA are two accesses. */
USHORT isa_nic_get(struct isa_nic_adapter *adapter, ULONG index)
{
	isa_nic_out(adapter, ISA_DMA_NIC_INDEX, index);
	return isa_nic_in(adapter, ISA_DMA_NIC_DATA);
}

VOID isa_nic_set(struct isa_nic_adapter *adapter, ULONG index, ULONG value)
{
	isa_nic_out(adapter, ISA_DMA_NIC_INDEX, index);
	isa_nic_out(adapter, ISA_DMA_NIC_DATA, value);
}

static NDIS_STATUS isa_nic_check_identity(struct isa_nic_adapter *adapter)
{
	ULONG id = isa_nic_in(adapter, ISA_DMA_NIC_ID);
	ULONG version;

	if (id == ISA_NIC_ALL_ONES) {
		isa_nic_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, ISA_NIC_LOG_GONE, id);
		return NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	version = id == ISA_DMA_NIC_ID_VALUE ? isa_nic_get(adapter, ISA_DMA_NIC_VERSION) : id;
	if (version >> 8 != ISA_DMA_NIC_VERSION_VALUE >> 8) {
		isa_nic_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, ISA_NIC_LOG_IDENTITY,
			    version);
		return NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	return NDIS_STATUS_SUCCESS;
}

/* The NIC cannot be told its resources: what the configuration says must be true. */
static NDIS_STATUS isa_nic_check_resources(struct isa_nic_adapter *adapter)
{
	const struct isa_nic_settings *settings = &adapter->settings;
	ULONG resources = isa_nic_get(adapter, ISA_DMA_NIC_RESOURCES);

	if (ISA_DMA_NIC_RESOURCES_CHANNEL(resources) == settings->channel &&
	    ISA_DMA_NIC_RESOURCES_IRQ(resources) == settings->interrupt)
		return NDIS_STATUS_SUCCESS;
	DbgPrint("isa-dma-nic: the NIC at port 0x%x uses interrupt %u and DMA channel %u, "
		 "InterruptNumber is %u and DmaChannel %u\n", settings->io_base,
		 ISA_DMA_NIC_RESOURCES_IRQ(resources), ISA_DMA_NIC_RESOURCES_CHANNEL(resources),
		 settings->interrupt, settings->channel);
	isa_nic_log(adapter, NDIS_ERROR_CODE_RESOURCE_CONFLICT, ISA_NIC_LOG_RESOURCES, resources);
	return NDIS_STATUS_FAILURE;
}

static VOID isa_nic_write_address(struct isa_nic_adapter *adapter, ULONG index,
				  const UCHAR *address)
{
	ULONG w;

	for (w = 0; w < ISA_NIC_ADDRESS_LENGTH / 2; w++)
		isa_nic_set(adapter, index + w, address[2 * w] | (ULONG)address[2 * w + 1] << 8);
}

/* Section 11: who is it, and is it where the configuration says? Leaves the device reset. */
NDIS_STATUS isa_nic_identify(struct isa_nic_adapter *adapter)
{
	const struct isa_nic_settings *settings = &adapter->settings;
	NDIS_STATUS status;
	ULONG w;

	status = isa_nic_check_identity(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_RESET);
	status = isa_nic_check_resources(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (w = 0; w < ISA_NIC_ADDRESS_LENGTH / 2; w++) {
		USHORT word = isa_nic_get(adapter, ISA_DMA_NIC_PERMANENT(w));

		adapter->permanent_address[2 * w] = (UCHAR)word;
		adapter->permanent_address[2 * w + 1] = (UCHAR)(word >> 8);
	}
	NdisMoveMemory(adapter->station_address, settings->has_address ? settings->address :
		       adapter->permanent_address, ISA_NIC_ADDRESS_LENGTH);
	adapter->link_up = (isa_nic_in(adapter, ISA_DMA_NIC_STATUS) &
			    ISA_DMA_NIC_STATUS_LINK_UP) != 0;
	return NDIS_STATUS_SUCCESS;
}

/* From RESET on. No transfer is set up. */
VOID isa_nic_start_device(struct isa_nic_adapter *adapter)
{
	ULONG i;

	/* A reset clears the device's counters (section 10.1); NDIS wants them to go on. */
	for (i = 0; i < ISA_DMA_NIC_STAT_COUNT; i++)
		adapter->past_statistics[i] = isa_nic_statistic(adapter, i);
	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_RESET);
	isa_nic_write_address(adapter, ISA_DMA_NIC_STATION(0), adapter->station_address);
	isa_nic_set(adapter, ISA_DMA_NIC_CONTROL,
		    adapter->settings.flow_control ? ISA_DMA_NIC_CONTROL_FLOW : 0);
	isa_nic_write_filter(adapter);
	/* A change of the link that the reset swallowed is noticed by MiniportHandleInterrupt. */
	isa_nic_set(adapter, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_LINK);
	if (adapter->settings.continuous)
		isa_nic_ring_start(adapter);
	isa_nic_out(adapter, ISA_DMA_NIC_INTERRUPT_MASK, isa_nic_mask(adapter));
}

/* Section 11: afterwards the device asks for nothing, and the channel is masked. */
VOID isa_nic_stop_device(struct isa_nic_adapter *adapter)
{
	isa_nic_out(adapter, ISA_DMA_NIC_INTERRUPT_MASK, 0);
	isa_nic_set(adapter, ISA_DMA_NIC_RECEIVE_FILTER, 0);
	isa_nic_out(adapter, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_STOP);
	if (adapter->has_channel)
		isa_nic_channel_complete(adapter);
}

/* Section 3.2, from adapter->packet_filter and the multicast list. */
VOID isa_nic_write_filter(struct isa_nic_adapter *adapter)
{
	static const struct {
		ULONG type;
		ULONG bit;
	} map[] = {
		{ NDIS_PACKET_TYPE_DIRECTED, ISA_DMA_NIC_FILTER_DIRECTED },
		{ NDIS_PACKET_TYPE_MULTICAST, ISA_DMA_NIC_FILTER_MULTICAST },
		{ NDIS_PACKET_TYPE_ALL_MULTICAST, ISA_DMA_NIC_FILTER_ALL_MULTICAST },
		{ NDIS_PACKET_TYPE_BROADCAST, ISA_DMA_NIC_FILTER_BROADCAST },
		{ NDIS_PACKET_TYPE_PROMISCUOUS, ISA_DMA_NIC_FILTER_PROMISCUOUS },
	};
	ULONG filter = 0;
	ULONG i;

	/* Words of an address take effect one by one. */
	isa_nic_set(adapter, ISA_DMA_NIC_RECEIVE_FILTER, 0);
	for (i = 0; i < adapter->multicast_count; i++)
		isa_nic_write_address(adapter, ISA_DMA_NIC_MULTICAST(i, 0), adapter->multicast[i]);
	isa_nic_set(adapter, ISA_DMA_NIC_MULTICAST_COUNT, adapter->multicast_count);

	for (i = 0; i < ARRAYSIZE(map); i++)
		if (adapter->packet_filter & map[i].type)
			filter |= map[i].bit;
	isa_nic_set(adapter, ISA_DMA_NIC_RECEIVE_FILTER, filter);
}

/* Section 8, after an ERROR interrupt: a driver that keeps the rules gets none. */
VOID isa_nic_read_error(struct isa_nic_adapter *adapter)
{
	struct isa_nic_errors *errors = &adapter->errors;

	errors->code = isa_nic_get(adapter, ISA_DMA_NIC_ERROR_CODE);
	errors->source = isa_nic_get(adapter, ISA_DMA_NIC_ERROR_SOURCE);
	errors->value = isa_nic_get(adapter, ISA_DMA_NIC_ERROR_VALUE);
	errors->count++;
	isa_nic_set(adapter, ISA_DMA_NIC_ERROR_CODE, ISA_DMA_NIC_ERROR_NONE);
	isa_nic_fault(adapter, ISA_NIC_LOG_DEVICE_ERROR, errors->code);
}

/* Section 3.3: the low half first, it latches the high one. */
ULONG64 isa_nic_statistic(struct isa_nic_adapter *adapter, ULONG number)
{
	ULONG low = isa_nic_get(adapter, ISA_DMA_NIC_STATISTIC_LOW(number));
	ULONG high = isa_nic_get(adapter, ISA_DMA_NIC_STATISTIC_HIGH(number));

	return adapter->past_statistics[number] + (high << 16 | low);
}

/*
 * The device contradicts itself or a call failed that must not. MiniportCheckForHang sees the flag
 * and NDIS calls MiniportReset.
 */
VOID isa_nic_fault(struct isa_nic_adapter *adapter, enum isa_nic_log what, ULONG value)
{
	adapter->has_failed = TRUE;
	adapter->statistics.faults++;
	isa_nic_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, what, value);
}

/* Limited, so that a broken device does not fill the log. */
VOID isa_nic_log(struct isa_nic_adapter *adapter, NDIS_ERROR_CODE code, enum isa_nic_log what,
		 ULONG value)
{
	if (adapter->log_count >= ISA_NIC_LOG_LIMIT)
		return;
	adapter->log_count++;
	NdisWriteErrorLogEntry(adapter->handle, code, 2, (ULONG)what, value);
}
