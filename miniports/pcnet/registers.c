/* SPDX-License-Identifier: MIT */
/*
 * registers.c - one register is two accesses: its number to RAP, then RDP or BDP
 *
 * MiniportISR makes such pairs, too, so every other pair is made at its IRQL. The raw functions are
 * for the ISR itself, and for the time before the interrupt is connected.
 */
#include "pcnet.h"

struct pcnet_access {
	struct pcnet_adapter *adapter;
	ULONG port;			/* PCNET_RDP or PCNET_BDP */
	ULONG number;
	ULONG value;
};

USHORT pcnet_raw_get(struct pcnet_adapter *adapter, ULONG port, ULONG number)
{
	USHORT value;

	NdisRawWritePortUshort(adapter->ports + PCNET_RAP, (USHORT)number);
	NdisRawReadPortUshort(adapter->ports + port, &value);
	return value;
}

VOID pcnet_raw_set(struct pcnet_adapter *adapter, ULONG port, ULONG number, ULONG value)
{
	NdisRawWritePortUshort(adapter->ports + PCNET_RAP, (USHORT)number);
	NdisRawWritePortUshort(adapter->ports + port, (USHORT)value);
}

static BOOLEAN pcnet_get_synchronized(PVOID context)
{
	struct pcnet_access *access = context;

	access->value = pcnet_raw_get(access->adapter, access->port, access->number);
	return TRUE;
}

static BOOLEAN pcnet_set_synchronized(PVOID context)
{
	struct pcnet_access *access = context;

	pcnet_raw_set(access->adapter, access->port, access->number, access->value);
	return TRUE;
}

/* TDMD must not turn interrupts on that the ISR has turned off, nor off that are on. */
static BOOLEAN pcnet_demand_synchronized(PVOID context)
{
	struct pcnet_adapter *adapter = context;

	pcnet_raw_set(adapter, PCNET_RDP, PCNET_CSR_STATUS, PCNET_CSR0_TDMD |
		      (adapter->is_enabled ? PCNET_CSR0_INEA : 0));
	return TRUE;
}

static VOID pcnet_synchronize(struct pcnet_adapter *adapter, BOOLEAN (*function)(PVOID context),
			      PVOID context)
{
	if (adapter->has_interrupt)
		NdisMSynchronizeWithInterrupt(&adapter->interrupt, (PVOID)function, context);
	else
		function(context);
}

/* A CSR. Not from MiniportISR. */
USHORT pcnet_get(struct pcnet_adapter *adapter, ULONG number)
{
	struct pcnet_access access = { adapter, PCNET_RDP, number, 0 };

	pcnet_synchronize(adapter, pcnet_get_synchronized, &access);
	return (USHORT)access.value;
}

VOID pcnet_set(struct pcnet_adapter *adapter, ULONG number, ULONG value)
{
	struct pcnet_access access = { adapter, PCNET_RDP, number, value };

	pcnet_synchronize(adapter, pcnet_set_synchronized, &access);
}

/* A BCR. */
USHORT pcnet_get_bus(struct pcnet_adapter *adapter, ULONG number)
{
	struct pcnet_access access = { adapter, PCNET_BDP, number, 0 };

	pcnet_synchronize(adapter, pcnet_get_synchronized, &access);
	return (USHORT)access.value;
}

VOID pcnet_demand_transmit(struct pcnet_adapter *adapter)
{
	pcnet_synchronize(adapter, pcnet_demand_synchronized, adapter);
}

/* Reading does it. A chip that firmware left in double-word mode has the port elsewhere. */
VOID pcnet_reset_chip(struct pcnet_adapter *adapter)
{
	ULONG dword;
	USHORT word;

	adapter->is_enabled = FALSE;
	NdisRawReadPortUlong(adapter->ports + PCNET_RESET_DWORD, &dword);
	NdisRawReadPortUshort(adapter->ports + PCNET_RESET, &word);
}
