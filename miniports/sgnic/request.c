/* SPDX-License-Identifier: MIT */
/*
 * request.c - what NDIS asks and sets
 *
 * NDIS sends one request at a time. Each answer is a constant, a value of the adapter, or a counter
 * of the device (section 3.6); OID_SGNIC_* are described in sgnic_oids.h.
 */
#include "sgnic.h"

#define SGNIC_DRIVER_VERSION		((NDIS_MINIPORT_MAJOR_VERSION << 8) | \
					 NDIS_MINIPORT_MINOR_VERSION)
#define SGNIC_VENDOR_DRIVER_VERSION	0x00010000u
#define SGNIC_VENDOR_ID			0x00FFFFFFu	/* none registered */
#define SGNIC_LINK_SPEED		10000000u	/* 1 Gbit/s in units of 100 bit/s */
#define SGNIC_SEND_PACKETS		32

#define SGNIC_FILTERS (NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST | \
		       NDIS_PACKET_TYPE_ALL_MULTICAST | NDIS_PACKET_TYPE_BROADCAST | \
		       NDIS_PACKET_TYPE_PROMISCUOUS)

static const char sgnic_description[] = "sgnic scatter/gather Ethernet adapter";

static const NDIS_OID sgnic_oids[] = {
	OID_GEN_SUPPORTED_LIST,
	OID_GEN_HARDWARE_STATUS,
	OID_GEN_MEDIA_SUPPORTED,
	OID_GEN_MEDIA_IN_USE,
	OID_GEN_MAXIMUM_LOOKAHEAD,
	OID_GEN_MAXIMUM_FRAME_SIZE,
	OID_GEN_LINK_SPEED,
	OID_GEN_TRANSMIT_BUFFER_SPACE,
	OID_GEN_RECEIVE_BUFFER_SPACE,
	OID_GEN_TRANSMIT_BLOCK_SIZE,
	OID_GEN_RECEIVE_BLOCK_SIZE,
	OID_GEN_VENDOR_ID,
	OID_GEN_VENDOR_DESCRIPTION,
	OID_GEN_VENDOR_DRIVER_VERSION,
	OID_GEN_CURRENT_PACKET_FILTER,
	OID_GEN_CURRENT_LOOKAHEAD,
	OID_GEN_DRIVER_VERSION,
	OID_GEN_MAXIMUM_TOTAL_SIZE,
	OID_GEN_MAC_OPTIONS,
	OID_GEN_MEDIA_CONNECT_STATUS,
	OID_GEN_MAXIMUM_SEND_PACKETS,
	OID_GEN_PHYSICAL_MEDIUM,
	OID_GEN_XMIT_OK,
	OID_GEN_RCV_OK,
	OID_GEN_XMIT_ERROR,
	OID_GEN_RCV_ERROR,
	OID_GEN_RCV_NO_BUFFER,
	OID_GEN_DIRECTED_FRAMES_XMIT,
	OID_GEN_MULTICAST_FRAMES_XMIT,
	OID_GEN_BROADCAST_FRAMES_XMIT,
	OID_GEN_DIRECTED_FRAMES_RCV,
	OID_GEN_MULTICAST_FRAMES_RCV,
	OID_GEN_BROADCAST_FRAMES_RCV,
	OID_GEN_RCV_CRC_ERROR,
	OID_GEN_TRANSMIT_QUEUE_LENGTH,
	OID_802_3_PERMANENT_ADDRESS,
	OID_802_3_CURRENT_ADDRESS,
	OID_802_3_MULTICAST_LIST,
	OID_802_3_MAXIMUM_LIST_SIZE,
	OID_802_3_RCV_ERROR_ALIGNMENT,
	OID_802_3_XMIT_ONE_COLLISION,
	OID_802_3_XMIT_MORE_COLLISIONS,
	OID_SGNIC_REPLAY_TRANSMIT,
	OID_SGNIC_DEVICE_STATISTICS,
	OID_SGNIC_ERRORS,
	OID_SGNIC_DRIVER_STATISTICS,
	OID_TCP_TASK_OFFLOAD,		/* last: not there without the feature */
};

/* Frames of a direction that are neither multicast nor broadcast. */
static ULONG64 sgnic_directed(struct sgnic_adapter *adapter, ULONG all, ULONG multicast,
			      ULONG broadcast)
{
	return sgnic_statistic(adapter, all) - sgnic_statistic(adapter, multicast) -
	       sgnic_statistic(adapter, broadcast);
}

/* Counters: the OID takes 4 or 8 bytes. FALSE: not a counter. */
static BOOLEAN sgnic_query_counter(struct sgnic_adapter *adapter, NDIS_OID oid, ULONG64 *value)
{
	switch (oid) {
	case OID_GEN_XMIT_OK:
		*value = sgnic_statistic(adapter, SGNIC_STAT_TX_FRAMES);
		return TRUE;
	case OID_GEN_RCV_OK:
		*value = sgnic_statistic(adapter, SGNIC_STAT_RX_FRAMES);
		return TRUE;
	case OID_GEN_XMIT_ERROR:
		*value = sgnic_statistic(adapter, SGNIC_STAT_TX_ERRORS);
		return TRUE;
	case OID_GEN_RCV_ERROR:
		*value = sgnic_statistic(adapter, SGNIC_STAT_RX_ERRORS) +
			 sgnic_statistic(adapter, SGNIC_STAT_RX_OVERSIZE);
		return TRUE;
	case OID_GEN_RCV_NO_BUFFER:
		*value = sgnic_statistic(adapter, SGNIC_STAT_RX_NO_BUFFER);
		return TRUE;
	case OID_GEN_DIRECTED_FRAMES_XMIT:
		*value = sgnic_directed(adapter, SGNIC_STAT_TX_FRAMES, SGNIC_STAT_TX_MULTICAST,
					SGNIC_STAT_TX_BROADCAST);
		return TRUE;
	case OID_GEN_MULTICAST_FRAMES_XMIT:
		*value = sgnic_statistic(adapter, SGNIC_STAT_TX_MULTICAST);
		return TRUE;
	case OID_GEN_BROADCAST_FRAMES_XMIT:
		*value = sgnic_statistic(adapter, SGNIC_STAT_TX_BROADCAST);
		return TRUE;
	case OID_GEN_DIRECTED_FRAMES_RCV:
		*value = sgnic_directed(adapter, SGNIC_STAT_RX_FRAMES, SGNIC_STAT_RX_MULTICAST,
					SGNIC_STAT_RX_BROADCAST);
		return TRUE;
	case OID_GEN_MULTICAST_FRAMES_RCV:
		*value = sgnic_statistic(adapter, SGNIC_STAT_RX_MULTICAST);
		return TRUE;
	case OID_GEN_BROADCAST_FRAMES_RCV:
		*value = sgnic_statistic(adapter, SGNIC_STAT_RX_BROADCAST);
		return TRUE;
	case OID_GEN_RCV_CRC_ERROR:
	case OID_802_3_RCV_ERROR_ALIGNMENT:
	case OID_802_3_XMIT_ONE_COLLISION:
	case OID_802_3_XMIT_MORE_COLLISIONS:
		*value = 0;	/* cannot happen on a link without a wire */
		return TRUE;
	default:
		return FALSE;
	}
}

/* Answers of one ULONG. FALSE: not one of them. */
static BOOLEAN sgnic_query_number(struct sgnic_adapter *adapter, NDIS_OID oid, ULONG *value)
{
	switch (oid) {
	case OID_GEN_HARDWARE_STATUS:
		*value = adapter->is_down ? NdisHardwareStatusNotReady : NdisHardwareStatusReady;
		return TRUE;
	case OID_GEN_MEDIA_SUPPORTED:
	case OID_GEN_MEDIA_IN_USE:
		*value = NdisMedium802_3;
		return TRUE;
	case OID_GEN_MAXIMUM_LOOKAHEAD:
	case OID_GEN_CURRENT_LOOKAHEAD:
	case OID_GEN_MAXIMUM_FRAME_SIZE:
		*value = adapter->settings.frame_length - SGNIC_FRAME_HEADER;
		return TRUE;
	case OID_GEN_MAXIMUM_TOTAL_SIZE:
	case OID_GEN_TRANSMIT_BLOCK_SIZE:
		*value = adapter->settings.frame_length;
		return TRUE;
	case OID_GEN_RECEIVE_BLOCK_SIZE:
		*value = adapter->buffer_size;
		return TRUE;
	case OID_GEN_LINK_SPEED:
		*value = SGNIC_LINK_SPEED;
		return TRUE;
	case OID_GEN_TRANSMIT_BUFFER_SPACE:
		*value = adapter->settings.frame_length * adapter->transmit.queue.size;
		return TRUE;
	case OID_GEN_RECEIVE_BUFFER_SPACE:
		*value = SGNIC_BLOCK_BUFFERS * adapter->buffer_size * adapter->receive.block_count;
		return TRUE;
	case OID_GEN_VENDOR_ID:
		*value = SGNIC_VENDOR_ID;
		return TRUE;
	case OID_GEN_VENDOR_DRIVER_VERSION:
		*value = SGNIC_VENDOR_DRIVER_VERSION;
		return TRUE;
	case OID_GEN_CURRENT_PACKET_FILTER:
		*value = adapter->packet_filter;
		return TRUE;
	case OID_GEN_MAC_OPTIONS:
		*value = NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA | NDIS_MAC_OPTION_TRANSFERS_NOT_PEND |
			 NDIS_MAC_OPTION_NO_LOOPBACK;
		if (adapter->features & SGNIC_FEATURE_VLAN_INSERT)
			*value |= NDIS_MAC_OPTION_8021P_PRIORITY | NDIS_MAC_OPTION_8021Q_VLAN;
		return TRUE;
	case OID_GEN_MEDIA_CONNECT_STATUS:
		*value = adapter->link_up ? NdisMediaStateConnected : NdisMediaStateDisconnected;
		return TRUE;
	case OID_GEN_MAXIMUM_SEND_PACKETS:
		*value = SGNIC_SEND_PACKETS;
		return TRUE;
	case OID_GEN_PHYSICAL_MEDIUM:
		*value = NdisPhysicalMediumUnspecified;
		return TRUE;
	case OID_GEN_TRANSMIT_QUEUE_LENGTH:
		*value = adapter->transmit.waiting.count + adapter->transmit.posted -
			 adapter->transmit.queue.consumer;
		return TRUE;
	case OID_802_3_MAXIMUM_LIST_SIZE:
		*value = SGNIC_MULTICAST_MAX;
		return TRUE;
	default:
		return FALSE;
	}
}

static VOID sgnic_query_replay(struct sgnic_adapter *adapter, struct sgnic_replay *replay)
{
	NdisAcquireSpinLock(&adapter->transmit.lock);
	replay->logical_address = adapter->transmit.replay_logical;
	replay->length = adapter->transmit.replay_length;
	replay->status = adapter->transmit.replay_status;
	NdisReleaseSpinLock(&adapter->transmit.lock);
	replay->dma_errors = sgnic_statistic(adapter, SGNIC_STAT_DMA_ERRORS);
	replay->dma_width_errors = sgnic_statistic(adapter, SGNIC_STAT_DMA_WIDTH_ERRORS);
	replay->guest_errors = sgnic_statistic(adapter, SGNIC_STAT_GUEST_ERRORS);
}

/* The vendor's OIDs. Returns the length of the answer, 0 if the OID is none of them. */
union sgnic_vendor_answer {
	struct sgnic_replay replay;
	struct sgnic_device_statistics device;
	struct sgnic_errors errors;
	struct sgnic_driver_statistics driver;
};

static ULONG sgnic_query_vendor(struct sgnic_adapter *adapter, NDIS_OID oid,
				union sgnic_vendor_answer *answer)
{
	ULONG i;

	switch (oid) {
	case OID_SGNIC_REPLAY_TRANSMIT:
		sgnic_query_replay(adapter, &answer->replay);
		return sizeof(answer->replay);
	case OID_SGNIC_DEVICE_STATISTICS:
		for (i = 0; i < SGNIC_STAT_COUNT; i++)
			answer->device.counter[i] = sgnic_statistic(adapter, i);
		return sizeof(answer->device);
	case OID_SGNIC_ERRORS:
		NdisAcquireSpinLock(&adapter->transmit.lock);
		answer->errors = adapter->errors;
		NdisReleaseSpinLock(&adapter->transmit.lock);
		return sizeof(answer->errors);
	case OID_SGNIC_DRIVER_STATISTICS:
		answer->driver = adapter->statistics;
		answer->driver.receive_posted = adapter->receive.queue.producer -
						adapter->receive.queue.released;
		return sizeof(answer->driver);
	default:
		return 0;
	}
}
C_ASSERT(SGNIC_OID_STATISTIC_COUNT == SGNIC_STAT_COUNT);

/* Copies an answer out, if it fits. */
static NDIS_STATUS sgnic_answer(PVOID buffer, ULONG length, PULONG written, PULONG needed,
				const void *answer, ULONG size)
{
	if (length < size) {
		*needed = size;
		return NDIS_STATUS_BUFFER_TOO_SHORT;
	}
	NdisMoveMemory(buffer, answer, size);
	*written = size;
	return NDIS_STATUS_SUCCESS;
}

/* MiniportQueryInformation. */
NDIS_STATUS NTAPI sgnic_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			PULONG written, PULONG needed)
{
	struct sgnic_adapter *adapter = context;
	union sgnic_vendor_answer vendor;
	USHORT version = SGNIC_DRIVER_VERSION;
	ULONG64 counter;
	ULONG number, size;
	const void *answer;

	*written = 0;
	*needed = 0;
	switch (oid) {
	case OID_TCP_TASK_OFFLOAD:
		return sgnic_query_tasks(adapter, buffer, length, written, needed);
	case OID_GEN_SUPPORTED_LIST:
		answer = sgnic_oids;
		size = sizeof(sgnic_oids);
		if (!(adapter->features & SGNIC_FEATURE_CHECKSUM))
			size -= (ULONG)sizeof(NDIS_OID);
		break;
	case OID_GEN_VENDOR_DESCRIPTION:
		answer = sgnic_description;
		size = sizeof(sgnic_description);
		break;
	case OID_GEN_DRIVER_VERSION:
		answer = &version;
		size = sizeof(version);
		break;
	case OID_802_3_PERMANENT_ADDRESS:
		answer = adapter->permanent_address;
		size = SGNIC_ADDRESS_LENGTH;
		break;
	case OID_802_3_CURRENT_ADDRESS:
		answer = adapter->station_address;
		size = SGNIC_ADDRESS_LENGTH;
		break;
	case OID_802_3_MULTICAST_LIST:
		answer = adapter->multicast;
		size = adapter->multicast_count * SGNIC_ADDRESS_LENGTH;
		break;
	default:
		if (sgnic_query_counter(adapter, oid, &counter)) {
			answer = &counter;
			size = length < sizeof(counter) ? sizeof(ULONG) : sizeof(counter);
		} else if (sgnic_query_number(adapter, oid, &number)) {
			answer = &number;
			size = sizeof(number);
		} else {
			answer = &vendor;
			size = sgnic_query_vendor(adapter, oid, &vendor);
			if (size == 0)
				return NDIS_STATUS_NOT_SUPPORTED;
		}
	}
	return sgnic_answer(buffer, length, written, needed, answer, size);
}

static NDIS_STATUS sgnic_set_multicast(struct sgnic_adapter *adapter, const UCHAR *list,
				       ULONG length, PULONG needed)
{
	ULONG count = length / SGNIC_ADDRESS_LENGTH;

	if (length % SGNIC_ADDRESS_LENGTH) {
		*needed = count * SGNIC_ADDRESS_LENGTH;
		return NDIS_STATUS_INVALID_LENGTH;
	}
	if (count > SGNIC_MULTICAST_MAX) {
		*needed = SGNIC_MULTICAST_MAX * SGNIC_ADDRESS_LENGTH;
		return NDIS_STATUS_MULTICAST_FULL;
	}
	NdisMoveMemory(adapter->multicast, list, length);
	adapter->multicast_count = count;
	sgnic_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS sgnic_set_number(struct sgnic_adapter *adapter, NDIS_OID oid, ULONG value)
{
	if (oid == OID_GEN_CURRENT_LOOKAHEAD)	/* whole frames are indicated anyway */
		return value > adapter->settings.frame_length - SGNIC_FRAME_HEADER ?
		       NDIS_STATUS_INVALID_DATA : NDIS_STATUS_SUCCESS;
	if (value & ~(ULONG)SGNIC_FILTERS)
		return NDIS_STATUS_NOT_SUPPORTED;
	adapter->packet_filter = value;
	sgnic_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

/* MiniportSetInformation. */
NDIS_STATUS NTAPI sgnic_set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length, PULONG read,
		      PULONG needed)
{
	struct sgnic_adapter *adapter = context;
	NDIS_STATUS status;
	ULONG value;

	*read = 0;
	*needed = 0;
	switch (oid) {
	case OID_GEN_CURRENT_PACKET_FILTER:
	case OID_GEN_CURRENT_LOOKAHEAD:
		if (length < sizeof(value)) {
			*needed = sizeof(value);
			return NDIS_STATUS_INVALID_LENGTH;
		}
		NdisMoveMemory(&value, buffer, sizeof(value));
		status = sgnic_set_number(adapter, oid, value);
		*read = sizeof(value);
		return status;
	case OID_802_3_MULTICAST_LIST:
		status = sgnic_set_multicast(adapter, buffer, length, needed);
		if (status == NDIS_STATUS_SUCCESS)
			*read = length;
		return status;
	case OID_TCP_TASK_OFFLOAD:
		return sgnic_set_tasks(adapter, buffer, length, read, needed);
	case OID_SGNIC_REPLAY_TRANSMIT:
		return sgnic_replay(adapter);
	default:
		return NDIS_STATUS_NOT_SUPPORTED;
	}
}
