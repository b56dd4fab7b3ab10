/* SPDX-License-Identifier: MIT */
/*
 * hardware.c - registers of the device: identity, start, stop, filter, errors, statistics
 */
#include "sgnic.h"

#define SGNIC_ALL_ONES 0xFFFFFFFFu	/* what the bus answers for a device that is gone */

ULONG sgnic_read(struct sgnic_adapter *adapter, ULONG offset)
{
	ULONG value;

	NdisReadRegisterUlong((PULONG)(PVOID)(adapter->registers + offset), &value);
	return value;
}

VOID sgnic_write(struct sgnic_adapter *adapter, ULONG offset, ULONG value)
{
	NdisWriteRegisterUlong((PULONG)(PVOID)(adapter->registers + offset), value);
}

BOOLEAN sgnic_is_gone(struct sgnic_adapter *adapter)
{
	return sgnic_read(adapter, SGNIC_ID) == SGNIC_ALL_ONES;
}

/* Section 3.3: byte 0 of an address is in bits 7:0 of the low half. */
static ULONG sgnic_address_low(const UCHAR *address)
{
	return address[0] | (ULONG)address[1] << 8 | (ULONG)address[2] << 16 |
	       (ULONG)address[3] << 24;
}

static ULONG sgnic_address_high(const UCHAR *address)
{
	return address[4] | (ULONG)address[5] << 8;
}

static VOID sgnic_read_permanent_address(struct sgnic_adapter *adapter)
{
	ULONG low = sgnic_read(adapter, SGNIC_PERMANENT_LOW);
	ULONG high = sgnic_read(adapter, SGNIC_PERMANENT_HIGH);
	ULONG i;

	for (i = 0; i < SGNIC_ADDRESS_LENGTH; i++)
		adapter->permanent_address[i] = (UCHAR)(i < 4 ? low >> (8 * i) :
							high >> (8 * (i - 4)));
}

static NDIS_STATUS sgnic_check_identity(struct sgnic_adapter *adapter)
{
	ULONG id = sgnic_read(adapter, SGNIC_ID);
	ULONG version = sgnic_read(adapter, SGNIC_VERSION);

	if (id == SGNIC_ALL_ONES) {
		sgnic_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, SGNIC_LOG_GONE, id);
		return NDIS_STATUS_ADAPTER_REMOVED;
	}
	if (id != SGNIC_ID_VALUE || version >> 16 != SGNIC_VERSION_VALUE >> 16) {
		sgnic_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, SGNIC_LOG_IDENTITY,
			  id != SGNIC_ID_VALUE ? id : version);
		return NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	return NDIS_STATUS_SUCCESS;
}

/* After a reset DMA_WIDTH holds what the device can do (section 3.2). */
static NDIS_STATUS sgnic_choose_dma_width(struct sgnic_adapter *adapter)
{
	ULONG device = sgnic_read(adapter, SGNIC_DMA_WIDTH);
	ULONG wanted = adapter->settings.dma_bits;

	if (device != 24 && device != 32 && device != 64) {
		sgnic_log(adapter, NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER, SGNIC_LOG_LIMITS,
			  device);
		return NDIS_STATUS_FAILURE;
	}
	if (wanted > device) {
		DbgPrint("sgnic: DmaSize is %u, the device drives %u address bits\n", wanted,
			 device);
		sgnic_log(adapter, NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION,
			  SGNIC_LOG_CONFIGURATION, wanted);
		return NDIS_STATUS_FAILURE;
	}
	adapter->dma_width = wanted ? wanted : device;
	return NDIS_STATUS_SUCCESS;
}

/* Sections 3.1 and 10: who is it, and what can it do? Leaves the device reset. */
NDIS_STATUS sgnic_identify(struct sgnic_adapter *adapter)
{
	const struct sgnic_settings *settings = &adapter->settings;
	NDIS_STATUS status;
	ULONG limit, largest;

	status = sgnic_check_identity(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	sgnic_write(adapter, SGNIC_RESET, SGNIC_RESET_NOW);

	limit = sgnic_read(adapter, SGNIC_LIMIT_RING);
	largest = SGNIC_LIMIT_RING_MAX_LOG2(limit);
	adapter->max_elements = SGNIC_LIMIT_ELEMENTS(limit);
	if (adapter->max_elements == 0 || largest > SGNIC_RING_MAX_LOG2 ||
	    settings->transmit_descriptors > 1u << largest ||
	    settings->receive_descriptors > 1u << largest) {
		sgnic_log(adapter, NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER, SGNIC_LOG_LIMITS,
			  limit);
		return NDIS_STATUS_FAILURE;
	}
	limit = sgnic_read(adapter, SGNIC_LIMIT_FRAME);
	if (settings->frame_length + SGNIC_FRAME_TAG > limit) {
		sgnic_log(adapter, NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER, SGNIC_LOG_LIMITS,
			  limit);
		return NDIS_STATUS_FAILURE;
	}
	adapter->buffer_size = (settings->frame_length + SGNIC_FRAME_TAG + SGNIC_BUFFER_UNIT - 1) /
			       SGNIC_BUFFER_UNIT * SGNIC_BUFFER_UNIT;
	if (settings->task_offload &&
	    sgnic_read(adapter, SGNIC_FEATURES_OFFERED) & SGNIC_FEATURE_SEGMENTATION)
		adapter->segment_limit = min(sgnic_read(adapter, SGNIC_LIMIT_SEGMENT),
					     SGNIC_MAX_SEGMENT);
	/* Hardly more than a frame is not worth while. */
	if (adapter->segment_limit < settings->frame_length + SGNIC_HEAD)
		adapter->segment_limit = 0;
	adapter->link_up = (sgnic_read(adapter, SGNIC_STATUS) & SGNIC_STATUS_LINK_UP) != 0;
	sgnic_read_permanent_address(adapter);
	NdisMoveMemory(adapter->station_address, settings->has_address ? settings->address :
		       adapter->permanent_address, SGNIC_ADDRESS_LENGTH);
	return sgnic_choose_dma_width(adapter);
}

/* A reset clears the device's counters (section 9.1); NDIS wants them to go on. */
static VOID sgnic_keep_statistics(struct sgnic_adapter *adapter)
{
	ULONG i;

	for (i = 0; i < SGNIC_STAT_COUNT; i++)
		adapter->past_statistics[i] = sgnic_statistic(adapter, i);
}

/* Section 10, from RESET on. The memory of the queues exists; the receive buffers are idle. */
NDIS_STATUS sgnic_start_device(struct sgnic_adapter *adapter)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_receive *receive = &adapter->receive;
	NDIS_STATUS status;

	status = sgnic_check_identity(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	sgnic_keep_statistics(adapter);
	sgnic_write(adapter, SGNIC_RESET, SGNIC_RESET_NOW);
	sgnic_write(adapter, SGNIC_DMA_WIDTH, adapter->dma_width);
	sgnic_write_features(adapter);
	sgnic_write(adapter, SGNIC_FRAME_SIZE, adapter->settings.frame_length + SGNIC_FRAME_TAG);
	sgnic_write(adapter, SGNIC_STATION_LOW, sgnic_address_low(adapter->station_address));
	sgnic_write(adapter, SGNIC_STATION_HIGH, sgnic_address_high(adapter->station_address));

	NdisAcquireSpinLock(&transmit->lock);
	status = sgnic_queue_start(adapter, &transmit->queue);
	NdisReleaseSpinLock(&transmit->lock);
	if (status != NDIS_STATUS_SUCCESS)
		return status;

	NdisAcquireSpinLock(&receive->lock);
	status = sgnic_queue_start(adapter, &receive->queue);
	if (status == NDIS_STATUS_SUCCESS)
		sgnic_receive_post_all(adapter);
	NdisReleaseSpinLock(&receive->lock);
	if (status != NDIS_STATUS_SUCCESS) {
		sgnic_stop_device(adapter);
		return status;
	}

	sgnic_write_filter(adapter);
	/* A change of the link that the reset swallowed is noticed by MiniportHandleInterrupt. */
	sgnic_write(adapter, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_LINK);
	sgnic_write(adapter, SGNIC_INTERRUPT_MASK, SGNIC_CAUSES);
	return NDIS_STATUS_SUCCESS;
}

/* Section 10: afterwards the device touches no memory, but the buffers are still mapped. */
VOID sgnic_stop_device(struct sgnic_adapter *adapter)
{
	sgnic_write(adapter, SGNIC_INTERRUPT_MASK, 0);
	sgnic_write(adapter, SGNIC_RECEIVE_FILTER, 0);

	NdisAcquireSpinLock(&adapter->transmit.lock);
	sgnic_queue_stop(adapter, &adapter->transmit.queue);
	NdisReleaseSpinLock(&adapter->transmit.lock);

	NdisAcquireSpinLock(&adapter->receive.lock);
	sgnic_queue_stop(adapter, &adapter->receive.queue);
	NdisReleaseSpinLock(&adapter->receive.lock);
}

/* Section 3.3, from adapter->packet_filter and the multicast list. */
VOID sgnic_write_filter(struct sgnic_adapter *adapter)
{
	static const struct {
		ULONG type;
		ULONG bit;
	} map[] = {
		{ NDIS_PACKET_TYPE_DIRECTED, SGNIC_FILTER_DIRECTED },
		{ NDIS_PACKET_TYPE_MULTICAST, SGNIC_FILTER_MULTICAST },
		{ NDIS_PACKET_TYPE_ALL_MULTICAST, SGNIC_FILTER_ALL_MULTICAST },
		{ NDIS_PACKET_TYPE_BROADCAST, SGNIC_FILTER_BROADCAST },
		{ NDIS_PACKET_TYPE_PROMISCUOUS, SGNIC_FILTER_PROMISCUOUS },
	};
	ULONG filter = 0;
	ULONG i;

	for (i = 0; i < adapter->multicast_count; i++) {
		sgnic_write(adapter, SGNIC_MULTICAST_LOW(i),
			    sgnic_address_low(adapter->multicast[i]));
		sgnic_write(adapter, SGNIC_MULTICAST_HIGH(i),
			    sgnic_address_high(adapter->multicast[i]));
	}
	sgnic_write(adapter, SGNIC_MULTICAST_COUNT, adapter->multicast_count);

	for (i = 0; i < ARRAYSIZE(map); i++)
		if (adapter->packet_filter & map[i].type)
			filter |= map[i].bit;
	sgnic_write(adapter, SGNIC_RECEIVE_FILTER, filter);
}

/* Section 8, after an ERROR interrupt. */
VOID sgnic_read_error(struct sgnic_adapter *adapter)
{
	struct sgnic_errors *errors = &adapter->errors;
	BOOLEAN is_expected;
	ULONG code;

	code = sgnic_read(adapter, SGNIC_ERROR_CODE);
	NdisAcquireSpinLock(&adapter->transmit.lock);
	errors->code = code;
	errors->queue = sgnic_read(adapter, SGNIC_ERROR_QUEUE);
	errors->address = sgnic_read(adapter, SGNIC_ERROR_ADDRESS_LOW) |
			  (ULONG64)sgnic_read(adapter, SGNIC_ERROR_ADDRESS_HIGH) << 32;
	errors->value = sgnic_read(adapter, SGNIC_ERROR_VALUE);
	errors->count++;
	is_expected = adapter->transmit.replay == SGNIC_REPLAY_POSTED;
	NdisReleaseSpinLock(&adapter->transmit.lock);
	sgnic_write(adapter, SGNIC_ERROR_CODE, SGNIC_ERROR_NONE);

	if (sgnic_read(adapter, SGNIC_STATUS) & SGNIC_STATUS_QUEUE_ERROR)
		sgnic_fault(adapter, SGNIC_LOG_QUEUE_ERROR, code);
	else if (!is_expected)
		sgnic_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, SGNIC_LOG_DEVICE_ERROR,
			  code);
}

/* Section 3.6: the low half first, it latches the high one. */
ULONG64 sgnic_statistic(struct sgnic_adapter *adapter, ULONG number)
{
	ULONG low = sgnic_read(adapter, (ULONG)SGNIC_STATISTIC(number));
	ULONG high = sgnic_read(adapter, (ULONG)SGNIC_STATISTIC(number) + 4);

	return adapter->past_statistics[number] + ((ULONG64)high << 32 | low);
}

/*
 * The device contradicts itself or stopped working. MiniportCheckForHang sees the flag and NDIS
 * calls MiniportReset. Any IRQL up to DISPATCH_LEVEL, with or without locks.
 */
VOID sgnic_fault(struct sgnic_adapter *adapter, enum sgnic_log what, ULONG value)
{
	adapter->has_failed = TRUE;
	adapter->statistics.faults++;
	sgnic_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, what, value);
}
