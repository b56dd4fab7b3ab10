/* SPDX-License-Identifier: MIT */
/*
 * memory.c - memory, the way to map packets, and the error log
 */
#include "e1000.h"

PVOID e1000_allocate(ULONG length)
{
	PVOID memory;

	if (NdisAllocateMemoryWithTag(&memory, length, E1000_POOL_TAG) != NDIS_STATUS_SUCCESS)
		return NULL;
	NdisZeroMemory(memory, length);
	return memory;
}

VOID e1000_free(PVOID memory)
{
	if (memory)
		NdisFreeMemory(memory, 0, 0);
}

/* Not cached: the device writes status that is polled, and many frames share a piece. */
NDIS_STATUS e1000_shared_allocate(struct e1000_adapter *adapter, ULONG length,
				  struct e1000_memory *memory)
{
	NdisMAllocateSharedMemory(adapter->handle, length, FALSE, &memory->va, &memory->logical);
	if (!memory->va) {
		e1000_log(adapter, NDIS_ERROR_CODE_OUT_OF_RESOURCES, E1000_LOG_MEMORY, length);
		return NDIS_STATUS_RESOURCES;
	}
	memory->length = length;
	return NDIS_STATUS_SUCCESS;
}

VOID e1000_shared_free(struct e1000_adapter *adapter, struct e1000_memory *memory)
{
	if (!memory->va)
		return;
	NdisMFreeSharedMemory(adapter->handle, memory->length, FALSE, memory->va, memory->logical);
	memory->va = NULL;
}

/*
 * Scatter/gather lists, or, where NDIS refuses them, as many map registers as there are up to the
 * wanted number: NDIS says "fewer" with NDIS_STATUS_RESOURCES. The chip drives 64 address bits.
 */
NDIS_STATUS e1000_allocate_dma(struct e1000_adapter *adapter)
{
	NDIS_STATUS status;
	ULONG count;

	status = NdisMInitializeScatterGatherDma(adapter->handle, TRUE, E1000_FRAME_LENGTH);
	if (status == NDIS_STATUS_SUCCESS) {
		adapter->has_scatter_gather = TRUE;
		return status;
	}
	for (count = adapter->settings.map_registers; count > 0; count--) {
		status = NdisMAllocateMapRegisters(adapter->handle, 0, NDIS_DMA_64BITS, count,
						   E1000_FRAME_LENGTH);
		if (status != NDIS_STATUS_RESOURCES)
			break;
	}
	if (status != NDIS_STATUS_SUCCESS) {
		e1000_log(adapter, NDIS_ERROR_CODE_OUT_OF_RESOURCES, E1000_LOG_MAP_REGISTERS,
			  adapter->settings.map_registers);
		return status;
	}
	adapter->has_map_registers = TRUE;
	adapter->transmit.map_registers = count;
	return NDIS_STATUS_SUCCESS;
}

static const char *const e1000_log_texts[] = {
	[E1000_LOG_RESOURCES] = "no register BAR or no interrupt among the resources",
	[E1000_LOG_IDENTITY] = "not an 82540EM",
	[E1000_LOG_CONFIGURATION] = "a keyword is out of range",
	[E1000_LOG_EEPROM] = "the EEPROM does not answer or has a wrong sum",
	[E1000_LOG_MAP_REGISTERS] = "no map registers",
	[E1000_LOG_MEMORY] = "no memory",
	[E1000_LOG_INTERRUPT] = "the interrupt cannot be connected",
	[E1000_LOG_RESET] = "the reset does not end",
	[E1000_LOG_GONE] = "the device is gone",
	[E1000_LOG_NOT_RETURNED] = "receive packets were not returned",
};

/* Limited, so that a broken device does not fill the log. */
VOID e1000_log(struct e1000_adapter *adapter, NDIS_ERROR_CODE code, enum e1000_log what,
	       ULONG value)
{
	if (adapter->log_count >= E1000_LOG_LIMIT)
		return;
	adapter->log_count++;
	DbgPrint("e1000: %s (0x%x)\n", e1000_log_texts[what], value);
	NdisWriteErrorLogEntry(adapter->handle, code, 2, (ULONG)what, value);
}
