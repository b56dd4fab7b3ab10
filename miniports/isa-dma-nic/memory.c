/* SPDX-License-Identifier: MIT */
/*
 * memory.c - memory that the DMA controller uses in place
 *
 * Shared memory of an adapter with a slave channel lies below 16 MiB and does not cross the
 * boundary of the channel, so NdisMSetupDmaTransfer need not copy it.
 */
#include "isa_nic.h"

NDIS_STATUS isa_nic_memory_allocate(struct isa_nic_adapter *adapter, ULONG length,
				    struct isa_nic_memory *memory)
{
	PVOID va;
	NDIS_STATUS status;

	NdisMAllocateSharedMemory(adapter->handle, length, FALSE, &va, &memory->physical);
	if (!va) {
		isa_nic_log(adapter, NDIS_ERROR_CODE_OUT_OF_RESOURCES, ISA_NIC_LOG_MEMORY,
			    length);
		return NDIS_STATUS_RESOURCES;
	}
	memory->va = va;
	memory->length = length;
	NdisAllocateBuffer(&status, &memory->buffer, adapter->buffer_pool, va, length);
	if (status != NDIS_STATUS_SUCCESS)
		memory->buffer = NULL;
	return status;
}

VOID isa_nic_memory_free(struct isa_nic_adapter *adapter, struct isa_nic_memory *memory)
{
	if (memory->buffer)
		NdisFreeBuffer(memory->buffer);
	if (memory->va)
		NdisMFreeSharedMemory(adapter->handle, memory->length, FALSE, memory->va,
				      memory->physical);
	memory->buffer = NULL;
	memory->va = NULL;
}
