/* SPDX-License-Identifier: MIT */
/*
 * memory.c - memory, map registers, and the error log
 */
#include "sgnic.h"

PVOID sgnic_allocate(ULONG length)
{
	PVOID memory;

	if (NdisAllocateMemoryWithTag(&memory, length, SGNIC_POOL_TAG) != NDIS_STATUS_SUCCESS)
		return NULL;
	NdisZeroMemory(memory, length);
	return memory;
}

VOID sgnic_free(PVOID memory)
{
	if (memory)
		NdisFreeMemory(memory, 0, 0);
}

/* Not cached: the device writes status that is polled, and many frames share a block. */
NDIS_STATUS sgnic_shared_allocate(struct sgnic_adapter *adapter, ULONG length,
				  struct sgnic_memory *memory)
{
	NdisMAllocateSharedMemory(adapter->handle, length, FALSE, &memory->va, &memory->logical);
	if (!memory->va) {
		sgnic_log(adapter, NDIS_ERROR_CODE_OUT_OF_RESOURCES, SGNIC_LOG_MEMORY, length);
		return NDIS_STATUS_RESOURCES;
	}
	memory->length = length;
	return NDIS_STATUS_SUCCESS;
}

VOID sgnic_shared_free(struct sgnic_adapter *adapter, struct sgnic_memory *memory)
{
	if (!memory->va)
		return;
	NdisMFreeSharedMemory(adapter->handle, memory->length, FALSE, memory->va, memory->logical);
	memory->va = NULL;
}

static NDIS_DMA_SIZE sgnic_dma_size(ULONG bits)
{
	switch (bits) {
	case 24:
		return NDIS_DMA_24BITS;
	case 32:
		return NDIS_DMA_32BITS;
	default:
		return NDIS_DMA_64BITS;
	}
}

/*
 * Scatter/gather if the user wants it and NDIS can; otherwise as many map registers as there are
 * up to the wanted number: NDIS says "fewer" with NDIS_STATUS_RESOURCES.
 */
NDIS_STATUS sgnic_allocate_dma(struct sgnic_adapter *adapter)
{
	NDIS_DMA_SIZE size = sgnic_dma_size(adapter->dma_width);
	NDIS_STATUS status = NDIS_STATUS_RESOURCES;
	ULONG count;

	if (adapter->settings.use_scatter_gather) {
		status = NdisMInitializeScatterGatherDma(adapter->handle,
							 size == NDIS_DMA_64BITS,
							 max(adapter->settings.frame_length,
							     adapter->segment_limit));
		if (status == NDIS_STATUS_SUCCESS) {
			adapter->has_scatter_gather = TRUE;
			return status;
		}
	}
	for (count = adapter->settings.map_registers; count > 0; count--) {
		status = NdisMAllocateMapRegisters(adapter->handle, 0, size, count,
						   adapter->settings.frame_length);
		if (status != NDIS_STATUS_RESOURCES)
			break;
	}
	if (status != NDIS_STATUS_SUCCESS) {
		sgnic_log(adapter, NDIS_ERROR_CODE_OUT_OF_RESOURCES, SGNIC_LOG_MAP_REGISTERS,
			  adapter->settings.map_registers);
		return status;
	}
	adapter->has_map_registers = TRUE;
	adapter->transmit.map_registers = count;
	adapter->statistics.map_registers = count;
	return NDIS_STATUS_SUCCESS;
}

static const char *const sgnic_log_texts[] = {
	[SGNIC_LOG_RESOURCES] = "no register BAR or no interrupt among the resources",
	[SGNIC_LOG_IDENTITY] = "not an sgnic of a known version",
	[SGNIC_LOG_LIMITS] = "the device's limits do not allow it",
	[SGNIC_LOG_CONFIGURATION] = "a keyword is out of range",
	[SGNIC_LOG_MAP_REGISTERS] = "no map registers",
	[SGNIC_LOG_MEMORY] = "no memory",
	[SGNIC_LOG_INTERRUPT] = "the interrupt cannot be connected",
	[SGNIC_LOG_QUEUE] = "a queue does not start",
	[SGNIC_LOG_TX_COMPLETION] = "a completion that fits no frame",
	[SGNIC_LOG_RX_COMPLETION] = "a completion that fits no buffer",
	[SGNIC_LOG_QUEUE_ERROR] = "a queue stopped with an error",
	[SGNIC_LOG_DEVICE_ERROR] = "the device reports an error",
	[SGNIC_LOG_HANG] = "frames are not completed",
	[SGNIC_LOG_GONE] = "the device is gone",
	[SGNIC_LOG_NOT_RETURNED] = "receive packets were not returned",
	[SGNIC_LOG_WITHHELD] = "a completion is counted, but not written",
	[SGNIC_LOG_LOST_INTERRUPT] = "an interrupt was lost",
};

/* Limited, so that a broken device does not fill the log. */
VOID sgnic_log(struct sgnic_adapter *adapter, NDIS_ERROR_CODE code, enum sgnic_log what,
	       ULONG value)
{
	if (adapter->log_count >= SGNIC_LOG_LIMIT)
		return;
	adapter->log_count++;
	DbgPrint("sgnic: %s (0x%x)\n", sgnic_log_texts[what], value);
	NdisWriteErrorLogEntry(adapter->handle, code, 2, (ULONG)what, value);
}
