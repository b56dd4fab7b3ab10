/* SPDX-License-Identifier: MIT */
/*
 * request.c - what NDIS asks and sets
 *
 * NDIS sends one request at a time. Each answer is a constant, a value of the adapter, or a counter
 * of the device (section 3.3); OID_ISA_NIC_* are described in isa_nic_oids.h.
 */
#include "isa_nic.h"

#define ISA_NIC_DRIVER_VERSION		((NDIS_MINIPORT_MAJOR_VERSION << 8) | \
					 NDIS_MINIPORT_MINOR_VERSION)
#define ISA_NIC_VENDOR_DRIVER_VERSION	0x00010000u
#define ISA_NIC_VENDOR_ID		0x00FFFFFFu	/* none registered */
#define ISA_NIC_LINK_SPEED		100000u		/* 10 Mbit/s in units of 100 bit/s */

#define ISA_NIC_FILTERS (NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST | \
			 NDIS_PACKET_TYPE_ALL_MULTICAST | NDIS_PACKET_TYPE_BROADCAST | \
			 NDIS_PACKET_TYPE_PROMISCUOUS)

static const char isa_nic_description[] = "isa-dma-nic slave-DMA Ethernet adapter";

static const NDIS_OID isa_nic_oids[] = {
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
	OID_802_3_XMIT_ONE_COLLISION,
	OID_802_3_XMIT_MORE_COLLISIONS,
	OID_ISA_NIC_DRIVER_STATISTICS,
	OID_ISA_NIC_ERRORS,
};

#define COUNTER(name) (1u << ISA_DMA_NIC_STAT_##name)
C_ASSERT(ISA_DMA_NIC_STAT_COUNT <= 32);

/* Answers that are sums of the device's counters, a bit for each: `plus` less `minus`. */
static const struct isa_nic_counter {
	NDIS_OID oid;
	ULONG plus;
	ULONG minus;
} isa_nic_counters[] = {
	{ OID_GEN_XMIT_OK, COUNTER(TX_FRAMES), 0 },
	{ OID_GEN_RCV_OK, COUNTER(RX_FRAMES), 0 },
	{ OID_GEN_XMIT_ERROR, COUNTER(TX_ERRORS), 0 },
	{ OID_GEN_RCV_ERROR, COUNTER(RX_ERRORS) | COUNTER(RX_OVERSIZE), 0 },
	{ OID_GEN_RCV_NO_BUFFER, COUNTER(RX_OVERFLOW), 0 },
	{ OID_GEN_DIRECTED_FRAMES_XMIT, COUNTER(TX_FRAMES),
	  COUNTER(TX_MULTICAST) | COUNTER(TX_BROADCAST) },
	{ OID_GEN_MULTICAST_FRAMES_XMIT, COUNTER(TX_MULTICAST), 0 },
	{ OID_GEN_BROADCAST_FRAMES_XMIT, COUNTER(TX_BROADCAST), 0 },
	{ OID_GEN_DIRECTED_FRAMES_RCV, COUNTER(RX_FRAMES),
	  COUNTER(RX_MULTICAST) | COUNTER(RX_BROADCAST) },
	{ OID_GEN_MULTICAST_FRAMES_RCV, COUNTER(RX_MULTICAST), 0 },
	{ OID_GEN_BROADCAST_FRAMES_RCV, COUNTER(RX_BROADCAST), 0 },
	/* Cannot happen on a link without a wire. */
	{ OID_802_3_RCV_ERROR_ALIGNMENT, 0, 0 },
	{ OID_802_3_XMIT_ONE_COLLISION, 0, 0 },
	{ OID_802_3_XMIT_MORE_COLLISIONS, 0, 0 },
};

static ULONG64 isa_nic_sum(struct isa_nic_adapter *adapter, ULONG counters)
{
	ULONG64 sum = 0;
	ULONG i;

	for (i = 0; i < ISA_DMA_NIC_STAT_COUNT; i++)
		if (counters >> i & 1)
			sum += isa_nic_statistic(adapter, i);
	return sum;
}

/* The OID takes 4 or 8 bytes. FALSE: not a counter. */
static BOOLEAN isa_nic_query_counter(struct isa_nic_adapter *adapter, NDIS_OID oid, ULONG64 *value)
{
	ULONG i;

	for (i = 0; i < ARRAYSIZE(isa_nic_counters); i++) {
		const struct isa_nic_counter *counter = &isa_nic_counters[i];

		if (counter->oid != oid)
			continue;
		*value = isa_nic_sum(adapter, counter->plus) -
			 isa_nic_sum(adapter, counter->minus);
		return TRUE;
	}
	return FALSE;
}

/* Answers of one ULONG. FALSE: not one of them. */
static BOOLEAN isa_nic_query_number(struct isa_nic_adapter *adapter, NDIS_OID oid, ULONG *value)
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
	case OID_GEN_MAXIMUM_LOOKAHEAD:
	case OID_GEN_CURRENT_LOOKAHEAD:
	case OID_GEN_MAXIMUM_FRAME_SIZE:
		*value = ISA_NIC_FRAME_DATA;
		return TRUE;
	case OID_GEN_MAXIMUM_TOTAL_SIZE:
	case OID_GEN_TRANSMIT_BLOCK_SIZE:
	case OID_GEN_RECEIVE_BLOCK_SIZE:
	case OID_GEN_TRANSMIT_BUFFER_SPACE:
		*value = ISA_NIC_FRAME_LENGTH;
		return TRUE;
	case OID_GEN_LINK_SPEED:
		*value = ISA_NIC_LINK_SPEED;
		return TRUE;
	case OID_GEN_RECEIVE_BUFFER_SPACE:
		*value = ISA_NIC_FRAME_LENGTH * ISA_DMA_NIC_FIFO_DEPTH +
			 adapter->receive.ring.length;
		return TRUE;
	case OID_GEN_VENDOR_ID:
		*value = ISA_NIC_VENDOR_ID;
		return TRUE;
	case OID_GEN_VENDOR_DRIVER_VERSION:
		*value = ISA_NIC_VENDOR_DRIVER_VERSION;
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
		*value = adapter->transmit.packet != NULL;
		return TRUE;
	case OID_802_3_MAXIMUM_LIST_SIZE:
		*value = ISA_DMA_NIC_MULTICAST_MAX;
		return TRUE;
	default:
		return FALSE;
	}
}

/* Answers that lie in memory as they are. NULL: not one of them. */
static const void *isa_nic_query_memory(struct isa_nic_adapter *adapter, NDIS_OID oid, ULONG *size)
{
	static const USHORT version = ISA_NIC_DRIVER_VERSION;

	switch (oid) {
	case OID_GEN_SUPPORTED_LIST:
		*size = sizeof(isa_nic_oids);
		return isa_nic_oids;
	case OID_GEN_VENDOR_DESCRIPTION:
		*size = sizeof(isa_nic_description);
		return isa_nic_description;
	case OID_GEN_DRIVER_VERSION:
		*size = sizeof(version);
		return &version;
	case OID_802_3_PERMANENT_ADDRESS:
		*size = ISA_NIC_ADDRESS_LENGTH;
		return adapter->permanent_address;
	case OID_802_3_CURRENT_ADDRESS:
		*size = ISA_NIC_ADDRESS_LENGTH;
		return adapter->station_address;
	case OID_802_3_MULTICAST_LIST:
		*size = adapter->multicast_count * ISA_NIC_ADDRESS_LENGTH;
		return adapter->multicast;
	case OID_ISA_NIC_DRIVER_STATISTICS:
		*size = sizeof(adapter->statistics);
		return &adapter->statistics;
	case OID_ISA_NIC_ERRORS:
		*size = sizeof(adapter->errors);
		return &adapter->errors;
	default:
		return NULL;
	}
}

/* MiniportQueryInformation. */
NDIS_STATUS isa_nic_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			  PULONG written, PULONG needed)
{
	struct isa_nic_adapter *adapter = context;
	ULONG64 counter;
	ULONG number, size;
	const void *answer;

	*written = 0;
	*needed = 0;
	answer = isa_nic_query_memory(adapter, oid, &size);
	if (!answer && isa_nic_query_counter(adapter, oid, &counter)) {
		answer = &counter;
		size = length < sizeof(counter) ? sizeof(ULONG) : sizeof(counter);
	} else if (!answer && isa_nic_query_number(adapter, oid, &number)) {
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

static NDIS_STATUS isa_nic_set_multicast(struct isa_nic_adapter *adapter, const UCHAR *list,
					 ULONG length, PULONG needed)
{
	ULONG count = length / ISA_NIC_ADDRESS_LENGTH;

	if (length % ISA_NIC_ADDRESS_LENGTH) {
		*needed = count * ISA_NIC_ADDRESS_LENGTH;
		return NDIS_STATUS_INVALID_LENGTH;
	}
	if (count > ISA_DMA_NIC_MULTICAST_MAX) {
		*needed = ISA_DMA_NIC_MULTICAST_MAX * ISA_NIC_ADDRESS_LENGTH;
		return NDIS_STATUS_MULTICAST_FULL;
	}
	NdisMoveMemory(adapter->multicast, list, length);
	adapter->multicast_count = count;
	isa_nic_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS isa_nic_set_number(struct isa_nic_adapter *adapter, NDIS_OID oid, ULONG value)
{
	if (oid == OID_GEN_CURRENT_LOOKAHEAD)	/* whole frames are shown anyway */
		return value > ISA_NIC_FRAME_DATA ? NDIS_STATUS_INVALID_DATA :
		       NDIS_STATUS_SUCCESS;
	if (value & ~(ULONG)ISA_NIC_FILTERS)
		return NDIS_STATUS_NOT_SUPPORTED;
	adapter->packet_filter = value;
	isa_nic_write_filter(adapter);
	return NDIS_STATUS_SUCCESS;
}

/* MiniportSetInformation. */
NDIS_STATUS isa_nic_set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				    PULONG read, PULONG needed)
{
	struct isa_nic_adapter *adapter = context;
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
		status = isa_nic_set_number(adapter, oid, value);
		*read = sizeof(value);
		return status;
	case OID_802_3_MULTICAST_LIST:
		status = isa_nic_set_multicast(adapter, buffer, length, needed);
		if (status == NDIS_STATUS_SUCCESS)
			*read = length;
		return status;
	default:
		return NDIS_STATUS_NOT_SUPPORTED;
	}
}
