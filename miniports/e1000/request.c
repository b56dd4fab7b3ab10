/* SPDX-License-Identifier: MIT */
/*
 * request.c - what NDIS asks and sets
 *
 * NDIS sends one request at a time. Each answer is a constant, a value of the adapter, or a counter
 * (counters.c).
 */
#include "e1000.h"

#define E1000_DRIVER_VERSION		((NDIS_MINIPORT_MAJOR_VERSION << 8) | \
					 NDIS_MINIPORT_MINOR_VERSION)
#define E1000_VENDOR_DRIVER_VERSION	0x00010000u
#define E1000_SEND_PACKETS		32

#define E1000_FILTERS (NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST | \
		       NDIS_PACKET_TYPE_ALL_MULTICAST | NDIS_PACKET_TYPE_BROADCAST | \
		       NDIS_PACKET_TYPE_PROMISCUOUS)

static const char e1000_description[] = "Intel 82540EM Gigabit Ethernet adapter";

static const NDIS_OID e1000_oids[] = {
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
	OID_802_3_PERMANENT_ADDRESS,
	OID_802_3_CURRENT_ADDRESS,
	OID_802_3_MULTICAST_LIST,
	OID_802_3_MAXIMUM_LIST_SIZE,
	OID_802_3_RCV_ERROR_ALIGNMENT,
	OID_802_3_XMIT_ONE_COLLISION,
	OID_802_3_XMIT_MORE_COLLISIONS,
};

/* Answers of one ULONG. FALSE: not one of them. */
static BOOLEAN e1000_query_number(struct e1000_adapter *adapter, NDIS_OID oid, ULONG *value)
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
		*value = E1000_FRAME_LENGTH - E1000_FRAME_HEADER;
		return TRUE;
	case OID_GEN_MAXIMUM_TOTAL_SIZE:
	case OID_GEN_TRANSMIT_BLOCK_SIZE:
		*value = E1000_FRAME_LENGTH;
		return TRUE;
	case OID_GEN_RECEIVE_BLOCK_SIZE:
		*value = E1000_BUFFER_SIZE;
		return TRUE;
	case OID_GEN_LINK_SPEED:
		*value = e1000_link_speed(adapter);
		return TRUE;
	case OID_GEN_TRANSMIT_BUFFER_SPACE:
		*value = E1000_FRAME_LENGTH * adapter->transmit.size;
		return TRUE;
	case OID_GEN_RECEIVE_BUFFER_SPACE:
		*value = E1000_BUFFER_SIZE * (adapter->receive.size - 1);
		return TRUE;
	case OID_GEN_VENDOR_ID:
		*value = adapter->permanent_address[0] |
			 (ULONG)adapter->permanent_address[1] << 8 |
			 (ULONG)adapter->permanent_address[2] << 16;
		return TRUE;
	case OID_GEN_VENDOR_DRIVER_VERSION:
		*value = E1000_VENDOR_DRIVER_VERSION;
		return TRUE;
	case OID_GEN_CURRENT_PACKET_FILTER:
		*value = adapter->packet_filter;
		return TRUE;
	case OID_GEN_MAC_OPTIONS:
		*value = NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA | NDIS_MAC_OPTION_TRANSFERS_NOT_PEND |
			 NDIS_MAC_OPTION_NO_LOOPBACK;
		return TRUE;
	case OID_GEN_MEDIA_CONNECT_STATUS:
		*value = adapter->link_up ? NdisMediaStateConnected : NdisMediaStateDisconnected;
		return TRUE;
	case OID_GEN_MAXIMUM_SEND_PACKETS:
		*value = E1000_SEND_PACKETS;
		return TRUE;
	case OID_GEN_PHYSICAL_MEDIUM:
		*value = NdisPhysicalMediumUnspecified;
		return TRUE;
	case OID_802_3_MAXIMUM_LIST_SIZE:
		*value = E1000_MULTICAST_MAX;
		return TRUE;
	default:
		return FALSE;
	}
}

/* Copies an answer out, if it fits. */
static NDIS_STATUS e1000_answer(PVOID buffer, ULONG length, PULONG written, PULONG needed,
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
NDIS_STATUS e1000_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			PULONG written, PULONG needed)
{
	struct e1000_adapter *adapter = context;
	USHORT version = E1000_DRIVER_VERSION;
	ULONG64 counter;
	ULONG number, size;
	const void *answer;

	*written = 0;
	*needed = 0;
	switch (oid) {
	case OID_GEN_SUPPORTED_LIST:
		answer = e1000_oids;
		size = sizeof(e1000_oids);
		break;
	case OID_GEN_VENDOR_DESCRIPTION:
		answer = e1000_description;
		size = sizeof(e1000_description);
		break;
	case OID_GEN_DRIVER_VERSION:
		answer = &version;
		size = sizeof(version);
		break;
	case OID_802_3_PERMANENT_ADDRESS:
		answer = adapter->permanent_address;
		size = E1000_ADDRESS_LENGTH;
		break;
	case OID_802_3_CURRENT_ADDRESS:
		answer = adapter->station_address;
		size = E1000_ADDRESS_LENGTH;
		break;
	case OID_802_3_MULTICAST_LIST:
		answer = adapter->multicast;
		size = adapter->multicast_count * E1000_ADDRESS_LENGTH;
		break;
	default:
		if (e1000_query_number(adapter, oid, &number)) {
			answer = &number;
			size = sizeof(number);
		} else if (e1000_query_counter(adapter, oid, &counter)) {
			/* The asker decides: 4 bytes or 8. */
			answer = &counter;
			size = length < sizeof(counter) ? sizeof(ULONG) : sizeof(counter);
		} else {
			return NDIS_STATUS_NOT_SUPPORTED;
		}
	}
	return e1000_answer(buffer, length, written, needed, answer, size);
}

static NDIS_STATUS e1000_set_multicast(struct e1000_adapter *adapter, const UCHAR *list,
				       ULONG length, PULONG needed)
{
	ULONG count = length / E1000_ADDRESS_LENGTH;

	if (length % E1000_ADDRESS_LENGTH) {
		*needed = count * E1000_ADDRESS_LENGTH;
		return NDIS_STATUS_INVALID_LENGTH;
	}
	if (count > E1000_MULTICAST_MAX) {
		*needed = E1000_MULTICAST_MAX * E1000_ADDRESS_LENGTH;
		return NDIS_STATUS_MULTICAST_FULL;
	}
	NdisMoveMemory(adapter->multicast, list, length);
	adapter->multicast_count = count;
	e1000_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS e1000_set_number(struct e1000_adapter *adapter, NDIS_OID oid, ULONG value)
{
	if (oid == OID_GEN_CURRENT_LOOKAHEAD)	/* whole frames are indicated anyway */
		return value > E1000_FRAME_LENGTH - E1000_FRAME_HEADER ?
		       NDIS_STATUS_INVALID_DATA : NDIS_STATUS_SUCCESS;
	if (value & ~(ULONG)E1000_FILTERS)
		return NDIS_STATUS_NOT_SUPPORTED;
	adapter->packet_filter = value;
	e1000_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

/* MiniportSetInformation. */
NDIS_STATUS e1000_set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length, PULONG read,
		      PULONG needed)
{
	struct e1000_adapter *adapter = context;
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
		status = e1000_set_number(adapter, oid, value);
		*read = sizeof(value);
		return status;
	case OID_802_3_MULTICAST_LIST:
		status = e1000_set_multicast(adapter, buffer, length, needed);
		if (status == NDIS_STATUS_SUCCESS)
			*read = length;
		return status;
	default:
		return NDIS_STATUS_NOT_SUPPORTED;
	}
}
