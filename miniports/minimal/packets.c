/* SPDX-License-Identifier: MIT */
/*
 * packets.c - minimal.c with DMA: frames go out and come in through one piece of shared memory
 *
 * Serialised, so that no function needs a lock. A frame to send is copied and waited for; a frame
 * that came in is shown to NDIS where it lies.
 */
#include <ndis.h>

#include "e1000_regs.h"

#define SLOTS	8		/* descriptors of each ring: 128 bytes, as few as the chip takes */
#define FRAME	2048
#define CAUSES	(E1000_CAUSE_RX_TIMER | E1000_CAUSE_RX_OVERRUN)

/* What driver and chip share. */
struct shared {
	volatile struct e1000_transmit_descriptor transmit[SLOTS];
	volatile struct e1000_receive_descriptor receive[SLOTS];
	UCHAR out[FRAME];
	UCHAR in[SLOTS][FRAME];
};

struct nic {
	NDIS_HANDLE handle;
	NDIS_MINIPORT_INTERRUPT interrupt;
	PUCHAR registers;
	struct shared *shared;
	NDIS_PHYSICAL_ADDRESS logical;
	ULONG sent;
	ULONG received;
	BOOLEAN has_map_registers;
	BOOLEAN has_interrupt;
};

/* Where the chip finds a member of the shared memory. */
#define LOGICAL(nic, member) \
	((ULONG64)(nic)->logical.QuadPart + FIELD_OFFSET(struct shared, member))

static ULONG get(struct nic *nic, ULONG offset)
{
	ULONG value;

	NdisReadRegisterUlong((PULONG)(nic->registers + offset), &value);
	return value;
}

static VOID put(struct nic *nic, ULONG offset, ULONG value)
{
	NdisWriteRegisterUlong((PULONG)(nic->registers + offset), value);
}

static VOID put_ring(struct nic *nic, ULONG offset, ULONG64 logical)
{
	put(nic, offset, (ULONG)logical);
	put(nic, offset + 4, (ULONG)(logical >> 32));
	put(nic, offset + 8, SLOTS * sizeof(struct e1000_transmit_descriptor));
}

static VOID stop(struct nic *nic)
{
	put(nic, E1000_IMC, E1000_ALL_ONES);
	put(nic, E1000_RCTL, 0);
	put(nic, E1000_TCTL, 0);
}

/* Both rings empty, but for the buffers that the chip may fill: all slots except one. */
static VOID start(struct nic *nic)
{
	ULONG i;

	stop(nic);
	NdisZeroMemory(nic->shared, sizeof(*nic->shared));
	for (i = 0; i < SLOTS; i++)
		nic->shared->receive[i].address = LOGICAL(nic, in) + i * FRAME;
	nic->sent = nic->received = 0;
	put_ring(nic, E1000_TDBAL, LOGICAL(nic, transmit));
	put(nic, E1000_TDH, 0);
	put(nic, E1000_TDT, 0);
	put_ring(nic, E1000_RDBAL, LOGICAL(nic, receive));
	put(nic, E1000_RDH, 0);
	put(nic, E1000_RDT, SLOTS - 1);
	put(nic, E1000_TCTL, E1000_TCTL_ENABLE | E1000_TCTL_PAD);
	put(nic, E1000_IMS, CAUSES);
}

static VOID packets_halt(NDIS_HANDLE context)
{
	struct nic *nic = context;

	if (nic->registers)
		stop(nic);
	if (nic->has_interrupt)
		NdisMDeregisterInterrupt(&nic->interrupt);
	if (nic->shared)
		NdisMFreeSharedMemory(nic->handle, sizeof(*nic->shared), FALSE, nic->shared,
				      nic->logical);
	if (nic->has_map_registers)
		NdisMFreeMapRegisters(nic->handle);
	if (nic->registers)
		NdisMUnmapIoSpace(nic->handle, nic->registers, E1000_REGISTERS_SIZE);
	NdisFreeMemory(nic, sizeof(*nic), 0);
}

/* Registers, the right to DMA, shared memory, the interrupt: in this order. */
static NDIS_STATUS take(struct nic *nic, NDIS_HANDLE configuration)
{
	ULONG64 space[64];	/* takes the resources: BARs in order, then the interrupt */
	PNDIS_RESOURCE_LIST list = (PVOID)space;
	PCM_PARTIAL_RESOURCE_DESCRIPTOR last;
	UINT size = sizeof(space);
	NDIS_STATUS status;

	NdisMQueryAdapterResources(&status, configuration, list, &size);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	status = NdisMMapIoSpace((PVOID *)&nic->registers, nic->handle,
				 list->PartialDescriptors[0].u.Memory.Start, E1000_REGISTERS_SIZE);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	status = NdisMAllocateMapRegisters(nic->handle, 0, NDIS_DMA_64BITS, 1, FRAME);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	nic->has_map_registers = TRUE;
	NdisMAllocateSharedMemory(nic->handle, sizeof(*nic->shared), FALSE, (PVOID *)&nic->shared,
				  &nic->logical);
	if (!nic->shared)
		return NDIS_STATUS_RESOURCES;
	last = &list->PartialDescriptors[list->Count - 1];
	status = NdisMRegisterInterrupt(&nic->interrupt, nic->handle, last->u.Interrupt.Vector,
					last->u.Interrupt.Level, TRUE, TRUE,
					NdisInterruptLevelSensitive);
	nic->has_interrupt = status == NDIS_STATUS_SUCCESS;
	return status;
}

static NDIS_STATUS packets_initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media,
				      UINT count, NDIS_HANDLE handle, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;
	struct nic *nic;

	*medium = 0;
	if (count == 0 || media[0] != NdisMedium802_3)
		return NDIS_STATUS_UNSUPPORTED_MEDIA;
	if (NdisAllocateMemoryWithTag((PVOID *)&nic, sizeof(*nic), 0x6B636170u))
		return NDIS_STATUS_RESOURCES;
	NdisZeroMemory(nic, sizeof(*nic));
	nic->handle = handle;
	NdisMSetAttributesEx(handle, nic, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	status = take(nic, configuration);
	if (status == NDIS_STATUS_SUCCESS)
		start(nic);
	else
		packets_halt(nic);
	return status;
}

static NDIS_STATUS packets_send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	struct nic *nic = context;
	volatile struct e1000_transmit_descriptor *descriptor =
		&nic->shared->transmit[nic->sent % SLOTS];
	PNDIS_BUFFER buffer;
	UINT length, part;
	ULONG i;
	PVOID va;

	NdisQueryPacket(packet, NULL, NULL, &buffer, &length);
	if (length > 1514)
		return NDIS_STATUS_INVALID_PACKET;
	for (length = 0; buffer; NdisGetNextBuffer(buffer, &buffer), length += part) {
		NdisQueryBuffer(buffer, &va, &part);
		NdisMoveMemory(nic->shared->out + length, va, part);
	}
	descriptor->address = LOGICAL(nic, out);
	descriptor->length = (USHORT)length;
	descriptor->status = 0;
	descriptor->command = E1000_TRANSMIT_END | E1000_TRANSMIT_INSERT_CRC |
			      E1000_TRANSMIT_REPORT;
	put(nic, E1000_TDT, ++nic->sent % SLOTS);
	for (i = 0; i < 10000; i++) {
		if (descriptor->status & E1000_TRANSMIT_DONE)
			return NDIS_STATUS_SUCCESS;
		NdisStallExecution(10);
	}
	return NDIS_STATUS_FAILURE;
}

/* Reading the causes clears them. */
static VOID packets_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context)
{
	*is_ours = *queue_handler = (get(context, E1000_ICR) & CAUSES) != 0;
}

static VOID packets_handle_interrupt(NDIS_HANDLE context)
{
	struct nic *nic = context;
	ULONG slot = nic->received % SLOTS;
	PUCHAR frame;
	UINT length;

	while (nic->shared->receive[slot].status & E1000_RECEIVE_DONE) {
		frame = nic->shared->in[slot];
		length = nic->shared->receive[slot].length;
		if (length >= 14 && length <= FRAME)
			NdisMEthIndicateReceive(nic->handle, frame, frame, 14, frame + 14,
						length - 14, length - 14);
		nic->shared->receive[slot].status = 0;
		put(nic, E1000_RDT, slot);
		slot = ++nic->received % SLOTS;
	}
	NdisMEthIndicateReceiveComplete(nic->handle);
}

static NDIS_STATUS packets_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				 PULONG written, PULONG needed)
{
	struct nic *nic = context;
	ULONG answer[2] = { 1500, 0 };

	*written = 0;
	*needed = oid == OID_802_3_CURRENT_ADDRESS ? 6 : 4;
	if (oid == OID_802_3_CURRENT_ADDRESS) {
		answer[0] = get(nic, E1000_ADDRESS_LOW(0));
		answer[1] = get(nic, E1000_ADDRESS_HIGH(0));
	} else if (oid != OID_GEN_MAXIMUM_FRAME_SIZE) {
		return NDIS_STATUS_NOT_SUPPORTED;
	}
	if (length < *needed)
		return NDIS_STATUS_BUFFER_TOO_SHORT;
	NdisMoveMemory(buffer, answer, *needed);
	*written = *needed;
	return NDIS_STATUS_SUCCESS;
}

/* Whatever NDIS wants, all there is: it drops the rest. Or nothing. */
static NDIS_STATUS packets_set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			       PULONG read, PULONG needed)
{
	ULONG filter;

	*read = length;
	if (oid != OID_GEN_CURRENT_PACKET_FILTER)
		return NDIS_STATUS_NOT_SUPPORTED;
	NdisMoveMemory(&filter, buffer, sizeof(filter));
	put(context, E1000_RCTL, filter ? E1000_RCTL_ENABLE | E1000_RCTL_ALL_UNICAST |
	    E1000_RCTL_ALL_MULTICAST | E1000_RCTL_BROADCAST | E1000_RCTL_STRIP_CRC : 0);
	return NDIS_STATUS_SUCCESS;
}

/* NDIS sets the packet filter again afterwards. */
static NDIS_STATUS packets_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	*addressing_reset = TRUE;
	start(context);
	return NDIS_STATUS_SUCCESS;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	NDIS_MINIPORT_CHARACTERISTICS functions = {
		.MajorNdisVersion = 5,
		.InitializeHandler = packets_initialize,
		.HaltHandler = packets_halt,
		.ISRHandler = packets_isr,
		.HandleInterruptHandler = packets_handle_interrupt,
		.QueryInformationHandler = packets_query,
		.SetInformationHandler = packets_set,
		.SendHandler = packets_send,
		.ResetHandler = packets_reset,
	};
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, driver, path, NULL);
	return NdisMRegisterMiniport(wrapper, &functions, sizeof(functions));
}
