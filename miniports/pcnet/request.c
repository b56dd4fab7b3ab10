/* SPDX-License-Identifier: MIT */
/*
 * request.c - what NDIS asks and sets
 *
 * NDIS sends one request at a time. Each answer is a constant, a value of the adapter, or one of its
 * counters; OID_PCNET_DRIVER_STATISTICS is described in pcnet_oids.h.
 */
#include "pcnet.h"

#define PCNET_DRIVER_VERSION		((NDIS_MINIPORT_MAJOR_VERSION << 8) | \
					 NDIS_MINIPORT_MINOR_VERSION)
#define PCNET_VENDOR_DRIVER_VERSION	0x00010000u
#define PCNET_LINK_SPEED		100000u		/* 10 Mbit/s in units of 100 bit/s */

#define PCNET_FILTERS (NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST | \
		       NDIS_PACKET_TYPE_ALL_MULTICAST | NDIS_PACKET_TYPE_BROADCAST | \
		       NDIS_PACKET_TYPE_PROMISCUOUS)

static const char pcnet_description[] = "Am79C970A PCnet-PCI II Ethernet adapter";

static const NDIS_OID pcnet_oids[] = {
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
	OID_GEN_TRANSMIT_QUEUE_LENGTH,
	OID_802_3_PERMANENT_ADDRESS,
	OID_802_3_CURRENT_ADDRESS,
	OID_802_3_MULTICAST_LIST,
	OID_802_3_MAXIMUM_LIST_SIZE,
	OID_802_3_RCV_ERROR_ALIGNMENT,
	OID_802_3_RCV_OVERRUN,
	OID_802_3_XMIT_ONE_COLLISION,
	OID_802_3_XMIT_MORE_COLLISIONS,
	OID_802_3_XMIT_DEFERRED,
	OID_802_3_XMIT_MAX_COLLISIONS,
	OID_802_3_XMIT_UNDERRUN,
	OID_802_3_XMIT_TIMES_CRS_LOST,
	OID_802_3_XMIT_LATE_COLLISIONS,
	OID_PCNET_DRIVER_STATISTICS,
};

static ULONG64 pcnet_sum(const ULONG64 *kinds)
{
	return kinds[0] + kinds[1] + kinds[2];
}

/* Answers that take 4 or 8 bytes. FALSE: not a counter. */
static BOOLEAN pcnet_query_counter(struct pcnet_adapter *adapter, NDIS_OID oid, ULONG64 *value)
{
	const struct pcnet_counters *counters = &adapter->counters;
	const struct {
		NDIS_OID oid;
		ULONG64 value;
	} answers[] = {
		{ OID_GEN_XMIT_OK, pcnet_sum(counters->sent) },
		{ OID_GEN_RCV_OK, pcnet_sum(counters->received) },
		{ OID_GEN_XMIT_ERROR, counters->send_errors },
		{ OID_GEN_RCV_ERROR, counters->receive_errors },
		{ OID_GEN_RCV_NO_BUFFER, counters->missed },
		{ OID_GEN_DIRECTED_FRAMES_XMIT, counters->sent[0] },
		{ OID_GEN_MULTICAST_FRAMES_XMIT, counters->sent[1] },
		{ OID_GEN_BROADCAST_FRAMES_XMIT, counters->sent[2] },
		{ OID_GEN_DIRECTED_FRAMES_RCV, counters->received[0] },
		{ OID_GEN_MULTICAST_FRAMES_RCV, counters->received[1] },
		{ OID_GEN_BROADCAST_FRAMES_RCV, counters->received[2] },
		{ OID_802_3_RCV_ERROR_ALIGNMENT, counters->misaligned },
		{ OID_802_3_RCV_OVERRUN, counters->overruns },
		{ OID_802_3_XMIT_ONE_COLLISION, counters->one_collision },
		{ OID_802_3_XMIT_MORE_COLLISIONS, counters->more_collisions },
		{ OID_802_3_XMIT_DEFERRED, counters->deferred },
		{ OID_802_3_XMIT_MAX_COLLISIONS, counters->many_collisions },
		{ OID_802_3_XMIT_UNDERRUN, counters->underruns },
		{ OID_802_3_XMIT_TIMES_CRS_LOST, counters->no_carrier },
		{ OID_802_3_XMIT_LATE_COLLISIONS, counters->late_collisions },
	};
	ULONG i;

	for (i = 0; i < ARRAYSIZE(answers); i++)
		if (answers[i].oid == oid) {
			*value = answers[i].value;
			return TRUE;
		}
	return FALSE;
}

/* Answers of one ULONG. FALSE: not one of them. */
static BOOLEAN pcnet_query_number(struct pcnet_adapter *adapter, NDIS_OID oid, ULONG *value)
{
	switch (oid) {
	case OID_GEN_HARDWARE_STATUS:
		*value = adapter->has_failed ? NdisHardwareStatusNotReady :
			 NdisHardwareStatusReady;
		return TRUE;
	case OID_GEN_MEDIA_SUPPORTED:
	case OID_GEN_MEDIA_IN_USE:
		*value = NdisMedium802_3;
		return TRUE;
	case OID_GEN_CURRENT_LOOKAHEAD:
		*value = adapter->lookahead;
		return TRUE;
	case OID_GEN_MAXIMUM_LOOKAHEAD:
	case OID_GEN_MAXIMUM_FRAME_SIZE:
		*value = PCNET_FRAME_DATA;
		return TRUE;
	case OID_GEN_MAXIMUM_TOTAL_SIZE:
	case OID_GEN_TRANSMIT_BLOCK_SIZE:
		*value = PCNET_FRAME_LENGTH;
		return TRUE;
	case OID_GEN_RECEIVE_BLOCK_SIZE:
		*value = PCNET_BUFFER_SIZE;
		return TRUE;
	case OID_GEN_TRANSMIT_BUFFER_SPACE:
		*value = adapter->transmit.map_registers * PCNET_FRAME_LENGTH;
		return TRUE;
	case OID_GEN_RECEIVE_BUFFER_SPACE:
		*value = adapter->receive.buffers.length;
		return TRUE;
	case OID_GEN_LINK_SPEED:
		*value = PCNET_LINK_SPEED;
		return TRUE;
	case OID_GEN_VENDOR_ID:
		*value = (ULONG)adapter->permanent_address[0] |
			 (ULONG)adapter->permanent_address[1] << 8 |
			 (ULONG)adapter->permanent_address[2] << 16;
		return TRUE;
	case OID_GEN_VENDOR_DRIVER_VERSION:
		*value = PCNET_VENDOR_DRIVER_VERSION;
		return TRUE;
	case OID_GEN_CURRENT_PACKET_FILTER:
		*value = adapter->packet_filter;
		return TRUE;
	case OID_GEN_MAC_OPTIONS:
		*value = NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA | NDIS_MAC_OPTION_TRANSFERS_NOT_PEND |
			 NDIS_MAC_OPTION_NO_LOOPBACK | NDIS_MAC_OPTION_RECEIVE_SERIALIZED;
		return TRUE;
	case OID_GEN_MEDIA_CONNECT_STATUS:
		*value = adapter->link_up ? NdisMediaStateConnected : NdisMediaStateDisconnected;
		return TRUE;
	case OID_GEN_MAXIMUM_SEND_PACKETS:
		*value = 1;
		return TRUE;
	case OID_GEN_TRANSMIT_QUEUE_LENGTH:
		*value = adapter->transmit.posted - adapter->transmit.completed;
		return TRUE;
	case OID_802_3_MAXIMUM_LIST_SIZE:
		*value = PCNET_MULTICAST_MAX;
		return TRUE;
	default:
		return FALSE;
	}
}

/* Answers that lie in memory as they are. NULL: not one of them. */
static const void *pcnet_query_memory(struct pcnet_adapter *adapter, NDIS_OID oid, ULONG *size)
{
	static const USHORT version = PCNET_DRIVER_VERSION;

	switch (oid) {
	case OID_GEN_SUPPORTED_LIST:
		*size = sizeof(pcnet_oids);
		return pcnet_oids;
	case OID_GEN_VENDOR_DESCRIPTION:
		*size = sizeof(pcnet_description);
		return pcnet_description;
	case OID_GEN_DRIVER_VERSION:
		*size = sizeof(version);
		return &version;
	case OID_802_3_PERMANENT_ADDRESS:
		*size = PCNET_ADDRESS_LENGTH;
		return adapter->permanent_address;
	case OID_802_3_CURRENT_ADDRESS:
		*size = PCNET_ADDRESS_LENGTH;
		return adapter->station_address;
	case OID_802_3_MULTICAST_LIST:
		*size = adapter->multicast_count * PCNET_ADDRESS_LENGTH;
		return adapter->multicast;
	case OID_PCNET_DRIVER_STATISTICS:
		*size = sizeof(adapter->statistics);
		return &adapter->statistics;
	default:
		return NULL;
	}
}

/* MiniportQueryInformation. */
NDIS_STATUS pcnet_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			PULONG written, PULONG needed)
{
	struct pcnet_adapter *adapter = context;
	ULONG64 counter;
	ULONG number, size;
	const void *answer;

	*written = 0;
	*needed = 0;
	if (oid == OID_GEN_RCV_NO_BUFFER || oid == OID_PCNET_DRIVER_STATISTICS)
		pcnet_count_missed(adapter);
	answer = pcnet_query_memory(adapter, oid, &size);
	if (!answer && pcnet_query_counter(adapter, oid, &counter)) {
		answer = &counter;
		size = length < sizeof(counter) ? sizeof(ULONG) : sizeof(counter);
	} else if (!answer && pcnet_query_number(adapter, oid, &number)) {
		answer = &number;
		size = sizeof(number);
	}
	if (!answer)
		return NDIS_STATUS_NOT_SUPPORTED;
	if (length < size) {
		*needed = size;
		return NDIS_STATUS_BUFFER_TOO_SHORT;
	}
	NdisMoveMemory(buffer, answer, size);
	*written = size;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS pcnet_set_multicast(struct pcnet_adapter *adapter, const UCHAR *list,
				       ULONG length, PULONG needed)
{
	ULONG count = length / PCNET_ADDRESS_LENGTH;

	if (length % PCNET_ADDRESS_LENGTH) {
		*needed = count * PCNET_ADDRESS_LENGTH;
		return NDIS_STATUS_INVALID_LENGTH;
	}
	if (count > PCNET_MULTICAST_MAX) {
		*needed = PCNET_MULTICAST_MAX * PCNET_ADDRESS_LENGTH;
		return NDIS_STATUS_MULTICAST_FULL;
	}
	NdisMoveMemory(adapter->multicast, list, length);
	adapter->multicast_count = count;
	pcnet_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS pcnet_set_number(struct pcnet_adapter *adapter, NDIS_OID oid, ULONG value)
{
	if (oid == OID_GEN_CURRENT_LOOKAHEAD) {
		if (value > PCNET_FRAME_DATA)
			return NDIS_STATUS_INVALID_DATA;
		adapter->lookahead = value;
		return NDIS_STATUS_SUCCESS;
	}
	if (value & ~(ULONG)PCNET_FILTERS)
		return NDIS_STATUS_NOT_SUPPORTED;
	adapter->packet_filter = value;
	pcnet_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

/* MiniportSetInformation. */
NDIS_STATUS pcnet_set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				  PULONG read, PULONG needed)
{
	struct pcnet_adapter *adapter = context;
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
		status = pcnet_set_number(adapter, oid, value);
		*read = sizeof(value);
		return status;
	case OID_802_3_MULTICAST_LIST:
		status = pcnet_set_multicast(adapter, buffer, length, needed);
		if (status == NDIS_STATUS_SUCCESS)
			*read = length;
		return status;
	default:
		return NDIS_STATUS_NOT_SUPPORTED;
	}
}
