/* SPDX-License-Identifier: MIT */
/*
 * memory.c - memory, map registers, and the error log
 */
#include "pcnet.h"

PVOID pcnet_allocate(ULONG length)
{
	PVOID memory;

	if (NdisAllocateMemoryWithTag(&memory, length, PCNET_POOL_TAG) != NDIS_STATUS_SUCCESS)
		return NULL;
	NdisZeroMemory(memory, length);
	return memory;
}

VOID pcnet_free(PVOID memory)
{
	if (memory)
		NdisFreeMemory(memory, 0, 0);
}

/* Not cached, since chip and driver take turns on the same lines. */
static NDIS_STATUS pcnet_share(struct pcnet_adapter *adapter, ULONG length,
			       struct pcnet_memory *memory)
{
	PVOID va;

	NdisMAllocateSharedMemory(adapter->handle, length, FALSE, &va, &memory->logical);
	if (!va) {
		pcnet_log(adapter, NDIS_ERROR_CODE_OUT_OF_RESOURCES, PCNET_LOG_MEMORY, length);
		return NDIS_STATUS_RESOURCES;
	}
	memory->va = va;
	memory->length = length;
	NdisZeroMemory(va, length);
	return NDIS_STATUS_SUCCESS;
}

static VOID pcnet_unshare(struct pcnet_adapter *adapter, struct pcnet_memory *memory)
{
	if (memory->va)
		NdisMFreeSharedMemory(adapter->handle, memory->length, FALSE, memory->va,
				      memory->logical);
	memory->va = NULL;
}

/* As many as there are, up to the wanted number: NDIS says "fewer" with NDIS_STATUS_RESOURCES. */
static NDIS_STATUS pcnet_allocate_map_registers(struct pcnet_adapter *adapter)
{
	NDIS_STATUS status = NDIS_STATUS_RESOURCES;
	ULONG count;

	for (count = adapter->settings.map_registers; count > 0; count--) {
		status = NdisMAllocateMapRegisters(adapter->handle, 0, NDIS_DMA_32BITS, count,
						   PCNET_FRAME_LENGTH);
		if (status != NDIS_STATUS_RESOURCES)
			break;
	}
	if (status != NDIS_STATUS_SUCCESS) {
		pcnet_log(adapter, NDIS_ERROR_CODE_OUT_OF_RESOURCES, PCNET_LOG_MAP_REGISTERS,
			  adapter->settings.map_registers);
		return status;
	}
	adapter->has_map_registers = TRUE;
	adapter->transmit.map_registers = count;
	adapter->statistics.map_registers = count;
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS pcnet_allocate_dma(struct pcnet_adapter *adapter)
{
	struct pcnet_transmit *transmit = &adapter->transmit;
	struct pcnet_receive *receive = &adapter->receive;
	const ULONG entry = sizeof(struct pcnet_descriptor);
	NDIS_STATUS status;

	transmit->frames = pcnet_allocate(transmit->size * (ULONG)sizeof(*transmit->frames));
	if (!transmit->frames)
		return NDIS_STATUS_RESOURCES;
	status = pcnet_allocate_map_registers(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_share(adapter, sizeof(struct pcnet_block), &adapter->block);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_share(adapter, transmit->size * entry, &transmit->ring);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_share(adapter, PCNET_COPIES * PCNET_BUFFER_SIZE, &transmit->copies);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_share(adapter, receive->size * entry, &receive->ring);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_share(adapter, receive->size * PCNET_BUFFER_SIZE,
				     &receive->buffers);
	return status;
}

/* No frame is with the chip. */
VOID pcnet_free_dma(struct pcnet_adapter *adapter)
{
	pcnet_unshare(adapter, &adapter->receive.buffers);
	pcnet_unshare(adapter, &adapter->receive.ring);
	pcnet_unshare(adapter, &adapter->transmit.copies);
	pcnet_unshare(adapter, &adapter->transmit.ring);
	pcnet_unshare(adapter, &adapter->block);
	/* The shared memory hangs on the same DMA adapter, so it goes first. */
	if (adapter->has_map_registers)
		NdisMFreeMapRegisters(adapter->handle);
	pcnet_free(adapter->transmit.frames);
}

static const char *const pcnet_log_texts[] = {
	[PCNET_LOG_CONFIGURATION] = "a keyword is out of range",
	[PCNET_LOG_RESOURCES] = "no range of 32 ports or no interrupt among the resources",
	[PCNET_LOG_PORTS] = "the ports are not granted",
	[PCNET_LOG_IDENTITY] = "not an Am79C970A",
	[PCNET_LOG_ADDRESS] = "the address PROM holds no station address",
	[PCNET_LOG_MAP_REGISTERS] = "no map registers",
	[PCNET_LOG_MEMORY] = "no memory",
	[PCNET_LOG_INTERRUPT] = "the interrupt cannot be connected",
	[PCNET_LOG_INITIALIZATION] = "initialization does not end",
	[PCNET_LOG_SUSPENSION] = "the chip cannot be suspended",
	[PCNET_LOG_BUS] = "the chip did not get the bus",
	[PCNET_LOG_STOPPED] = "transmitter or receiver is off",
	[PCNET_LOG_TRANSMITTER] = "a frame was not sent as a whole",
	[PCNET_LOG_GONE] = "the chip is gone",
};

/* Limited, so that a broken chip does not fill the log. */
VOID pcnet_log(struct pcnet_adapter *adapter, NDIS_ERROR_CODE code, enum pcnet_log what,
	       ULONG value)
{
	if (adapter->log_count >= PCNET_LOG_LIMIT)
		return;
	adapter->log_count++;
	DbgPrint("pcnet: %s (0x%x)\n", pcnet_log_texts[what], value);
	NdisWriteErrorLogEntry(adapter->handle, code, 2, (ULONG)what, value);
}

/* The chip fails. MiniportCheckForHang sees the flag, and NDIS calls MiniportReset. */
VOID pcnet_fault(struct pcnet_adapter *adapter, enum pcnet_log what, ULONG value)
{
	adapter->has_failed = TRUE;
	adapter->statistics.faults++;
	pcnet_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, what, value);
}
