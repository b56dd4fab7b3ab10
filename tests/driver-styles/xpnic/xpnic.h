/* SPDX-License-Identifier: MIT */
/* xpnic.h - a NIC with registers in memory, for NDIS 5.1. */
#pragma once

#define NIC_TAG ((ULONG)'CINX')
#define NIC_RING_BYTES 4096

#include <pshpack4.h>
typedef struct _NIC_REGISTERS {
	ULONG TxAddress;
	ULONG TxLength;
	ULONG RingAddress;
	ULONG Status;
} NIC_REGISTERS, *PNIC_REGISTERS;
#include <poppack.h>

C_ASSERT(sizeof(NIC_REGISTERS) == 16);

typedef struct _NIC {
	NDIS_HANDLE Handle;
	NDIS_MINIPORT_INTERRUPT Interrupt;
	NDIS_SPIN_LOCK Lock;
	volatile NIC_REGISTERS *Registers;
	ULONG RegisterLength;
	PVOID Ring;
	NDIS_PHYSICAL_ADDRESS RingAddress;
	ULONG Speed;
	ULONG Depth;
	LIST_ENTRY Waiting;
	PNDIS_PACKET Sending;
	NDIS_DEVICE_PNP_EVENT LastEvent;
	BOOLEAN InterruptRegistered;
} NIC, *PNIC;

/* A waiting packet keeps its place in the list in its own memory. */
#define LIST_OF(Packet) ((PLIST_ENTRY)(Packet)->MiniportReserved)
#define PACKET_OF(Entry) CONTAINING_RECORD(Entry, NDIS_PACKET, MiniportReserved)

VOID NicHalt(IN NDIS_HANDLE MiniportAdapterContext);
VOID NicSendPackets(IN NDIS_HANDLE MiniportAdapterContext, IN PPNDIS_PACKET PacketArray,
		    IN UINT NumberOfPackets);
VOID NicCancelSendPackets(IN NDIS_HANDLE MiniportAdapterContext, IN PVOID CancelId);
VOID NicIsr(OUT PBOOLEAN InterruptRecognized, OUT PBOOLEAN QueueHandler,
	    IN NDIS_HANDLE MiniportAdapterContext);
VOID NicHandleInterrupt(IN NDIS_HANDLE MiniportAdapterContext);
NDIS_STATUS NicReadParameters(IN PNIC Nic, IN NDIS_HANDLE WrapperConfigurationContext);
