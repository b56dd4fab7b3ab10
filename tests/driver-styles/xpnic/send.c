/* SPDX-License-Identifier: MIT */
/* send.c - a queue of its own, as the driver is not serialised; interrupts. */
#include "precomp.h"
#pragma hdrstop

/* With the lock. */
static VOID NicStart(IN PNIC Nic)
{
	PSCATTER_GATHER_LIST List;

	if (Nic->Sending || IsListEmpty(&Nic->Waiting))
		return;
	Nic->Sending = PACKET_OF(RemoveHeadList(&Nic->Waiting));
	List = NDIS_PER_PACKET_INFO_FROM_PACKET(Nic->Sending, ScatterGatherListPacketInfo);
	ASSERT(List->NumberOfElements == 1);
	Nic->Registers->TxAddress = NdisGetPhysicalAddressLow(List->Elements[0].Address);
	KeMemoryBarrier();
	Nic->Registers->TxLength = List->Elements[0].Length;
}

VOID NicSendPackets(IN NDIS_HANDLE MiniportAdapterContext, IN PPNDIS_PACKET PacketArray,
		    IN UINT NumberOfPackets)
{
	PNIC Nic = (PNIC)MiniportAdapterContext;
	UINT i;

	NdisAcquireSpinLock(&Nic->Lock);
	for (i = 0; i < NumberOfPackets; i++) {
		NDIS_SET_PACKET_STATUS(PacketArray[i], NDIS_STATUS_PENDING);
		InsertTailList(&Nic->Waiting, LIST_OF(PacketArray[i]));
	}
	NicStart(Nic);
	NdisReleaseSpinLock(&Nic->Lock);
}

VOID NicCancelSendPackets(IN NDIS_HANDLE MiniportAdapterContext, IN PVOID CancelId)
{
	PNIC Nic = (PNIC)MiniportAdapterContext;
	PLIST_ENTRY Entry, Next;
	LIST_ENTRY Cancelled;

	InitializeListHead(&Cancelled);
	NdisAcquireSpinLock(&Nic->Lock);
	for (Entry = Nic->Waiting.Flink; Entry != &Nic->Waiting; Entry = Next) {
		Next = Entry->Flink;
		if (NDIS_GET_PACKET_CANCEL_ID(PACKET_OF(Entry)) == CancelId) {
			RemoveEntryList(Entry);
			InsertTailList(&Cancelled, Entry);
		}
	}
	NdisReleaseSpinLock(&Nic->Lock);
	while (!IsListEmpty(&Cancelled))
		NdisMSendComplete(Nic->Handle, PACKET_OF(RemoveHeadList(&Cancelled)),
				  NDIS_STATUS_REQUEST_ABORTED);
}

VOID NicIsr(OUT PBOOLEAN InterruptRecognized, OUT PBOOLEAN QueueHandler,
	    IN NDIS_HANDLE MiniportAdapterContext)
{
	PNIC Nic = (PNIC)MiniportAdapterContext;

	*InterruptRecognized = *QueueHandler = Nic->Registers->Status != 0;
}

VOID NicHandleInterrupt(IN NDIS_HANDLE MiniportAdapterContext)
{
	PNIC Nic = (PNIC)MiniportAdapterContext;
	PNDIS_PACKET Packet;

	NdisDprAcquireSpinLock(&Nic->Lock);
	Nic->Registers->Status = 0;
	Packet = Nic->Sending;
	Nic->Sending = NULL;
	NicStart(Nic);
	NdisDprReleaseSpinLock(&Nic->Lock);
	if (Packet)
		NdisMSendComplete(Nic->Handle, Packet, NDIS_STATUS_SUCCESS);
}
