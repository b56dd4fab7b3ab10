/* SPDX-License-Identifier: MIT */
/*
 * filter.c - which frames come in
 *
 * The chip compares the station address and knows broadcasts. Of group addresses it keeps 64 bits,
 * one for each value of a 6-bit hash, so more may come in than was asked for; the driver compares
 * the list.
 */
#include "pcnet.h"

#define PCNET_POLYNOMIAL	0xEDB88320u	/* CRC-32, bits reversed */

/* The upper six bits of the CRC of the address. */
static ULONG pcnet_hash(const UCHAR *address)
{
	ULONG crc = 0xFFFFFFFF;
	ULONG i, bit;

	for (i = 0; i < PCNET_ADDRESS_LENGTH; i++) {
		crc ^= address[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? PCNET_POLYNOMIAL : 0);
	}
	return crc >> 26;
}

/* Mode and hash as the chip takes them. */
VOID pcnet_describe_filter(const struct pcnet_adapter *adapter, uint16_t *mode, uint16_t *hash)
{
	ULONG filter = adapter->packet_filter;
	ULONG i, bit;

	*mode = 0;
	if (filter & NDIS_PACKET_TYPE_PROMISCUOUS)
		*mode |= PCNET_MODE_PROM;
	if (!(filter & NDIS_PACKET_TYPE_DIRECTED))
		*mode |= PCNET_MODE_DRCVPA;
	if (!(filter & NDIS_PACKET_TYPE_BROADCAST))
		*mode |= PCNET_MODE_DRCVBC;
	for (i = 0; i < 4; i++)
		hash[i] = filter & NDIS_PACKET_TYPE_ALL_MULTICAST ? 0xFFFF : 0;
	if (!(filter & NDIS_PACKET_TYPE_MULTICAST))
		return;
	for (i = 0; i < adapter->multicast_count; i++) {
		bit = pcnet_hash(adapter->multicast[i]);
		hash[bit / 16] |= (uint16_t)(1u << bit % 16);
	}
}

static BOOLEAN pcnet_suspend(struct pcnet_adapter *adapter)
{
	ULONG i;

	pcnet_set(adapter, PCNET_CSR_EXTENDED, PCNET_CSR5_SPND);
	for (i = 0; i < PCNET_WAIT_STEPS; i++) {
		if (pcnet_get(adapter, PCNET_CSR_EXTENDED) & PCNET_CSR5_SPND)
			return TRUE;
		NdisStallExecution(10);
	}
	pcnet_fault(adapter, PCNET_LOG_SUSPENSION, pcnet_get(adapter, PCNET_CSR_EXTENDED));
	return FALSE;
}

/* Suspended, not stopped, the chip keeps its place in the rings. */
VOID pcnet_write_filter(struct pcnet_adapter *adapter)
{
	uint16_t mode, hash[4];
	ULONG i;

	if (adapter->has_failed || !pcnet_suspend(adapter))
		return;		/* MiniportReset writes it */
	pcnet_describe_filter(adapter, &mode, hash);
	pcnet_set(adapter, PCNET_CSR_MODE, mode);
	for (i = 0; i < 4; i++)
		pcnet_set(adapter, PCNET_CSR_LADRF(i), hash[i]);
	pcnet_set(adapter, PCNET_CSR_EXTENDED, 0);
}

static BOOLEAN pcnet_is_in_list(const struct pcnet_adapter *adapter, const UCHAR *destination)
{
	ULONG i;

	for (i = 0; i < adapter->multicast_count; i++)
		if (NdisEqualMemory(adapter->multicast[i], destination, PCNET_ADDRESS_LENGTH))
			return TRUE;
	return FALSE;
}

BOOLEAN pcnet_is_wanted(const struct pcnet_adapter *adapter, const UCHAR *destination)
{
	ULONG filter = adapter->packet_filter;

	if (filter & NDIS_PACKET_TYPE_PROMISCUOUS)
		return TRUE;
	switch (pcnet_kind(destination)) {
	case 0:
		return (filter & NDIS_PACKET_TYPE_DIRECTED) != 0;
	case 1:
		return filter & NDIS_PACKET_TYPE_ALL_MULTICAST ||
		       (filter & NDIS_PACKET_TYPE_MULTICAST &&
			pcnet_is_in_list(adapter, destination));
	default:
		return (filter & NDIS_PACKET_TYPE_BROADCAST) != 0;
	}
}
