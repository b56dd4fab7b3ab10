/* SPDX-License-Identifier: MIT */
/*
 * filter.c - which frames the device receives
 *
 * The chip compares destinations with 16 addresses: its own and the first 15 multicast ones. The
 * others go into a table of 4096 bits by 12 bits of the address; what gets through by mistake, NDIS
 * drops.
 */
#include "e1000.h"

/* Byte 0 of an address is in bits 7:0 of the low register (13.5). */
static VOID e1000_write_entry(struct e1000_adapter *adapter, ULONG entry, const UCHAR *address)
{
	ULONG low = 0;
	ULONG high = 0;

	if (address) {
		low = address[0] | (ULONG)address[1] << 8 | (ULONG)address[2] << 16 |
		      (ULONG)address[3] << 24;
		high = address[4] | (ULONG)address[5] << 8 | E1000_ADDRESS_VALID;
	}
	e1000_write(adapter, E1000_ADDRESS_HIGH(entry), 0);	/* not valid in between */
	e1000_write(adapter, E1000_ADDRESS_LOW(entry), low);
	e1000_write(adapter, E1000_ADDRESS_HIGH(entry), high);
}

/* Bits 47:36 of the address, as RCTL.MO 0 has it. */
static VOID e1000_hash(ULONG *table, const UCHAR *address)
{
	ULONG bit = address[4] >> 4 | (ULONG)address[5] << 4;

	table[bit / 32] |= 1u << (bit % 32);
}

static VOID e1000_write_multicast(struct e1000_adapter *adapter)
{
	BOOLEAN wanted = (adapter->packet_filter & NDIS_PACKET_TYPE_MULTICAST) != 0;
	ULONG count = wanted ? adapter->multicast_count : 0;
	ULONG table[E1000_MULTICAST_ENTRIES];
	ULONG i;

	for (i = 1; i < E1000_ADDRESS_ENTRIES; i++)
		e1000_write_entry(adapter, i, i <= count ? adapter->multicast[i - 1] : NULL);
	NdisZeroMemory(table, sizeof(table));
	for (i = E1000_ADDRESS_ENTRIES - 1; i < count; i++)
		e1000_hash(table, adapter->multicast[i]);
	for (i = 0; i < E1000_MULTICAST_ENTRIES; i++)
		e1000_write(adapter, E1000_MULTICAST_TABLE(i), table[i]);
}

/* From adapter->packet_filter and the multicast list. Nothing wanted: the receiver is off. */
VOID e1000_write_filter(struct e1000_adapter *adapter)
{
	const ULONG own = NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_PROMISCUOUS;
	ULONG control = 0;
	ULONG filter;

	NdisAcquireSpinLock(&adapter->lock);
	filter = adapter->packet_filter;
	e1000_write_entry(adapter, 0, filter & own ? adapter->station_address : NULL);
	e1000_write_multicast(adapter);
	if (filter)
		control = E1000_RCTL_ENABLE | E1000_RCTL_STRIP_CRC | E1000_RCTL_BUFFER_2048 |
			  E1000_RCTL_LOW_HALF;
	if (filter & NDIS_PACKET_TYPE_PROMISCUOUS)
		control |= E1000_RCTL_ALL_UNICAST | E1000_RCTL_ALL_MULTICAST |
			   E1000_RCTL_BROADCAST;
	if (filter & NDIS_PACKET_TYPE_ALL_MULTICAST)
		control |= E1000_RCTL_ALL_MULTICAST;
	if (filter & NDIS_PACKET_TYPE_BROADCAST)
		control |= E1000_RCTL_BROADCAST;
	if (control != adapter->receive_control) {
		e1000_write(adapter, E1000_RCTL, control);
		adapter->receive_control = control;
	}
	NdisReleaseSpinLock(&adapter->lock);
}
