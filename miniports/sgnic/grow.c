/* SPDX-License-Identifier: MIT */
/*
 * grow.c - the receive area follows the load
 *
 * It consists of blocks of SGNIC_BLOCK_BUFFERS buffers. When the device runs short a block is asked
 * for with NdisMAllocateSharedMemoryAsync, one at a time, up to MaxReceiveBuffers. After
 * SGNIC_IDLE_CHECKS quiet periods one block retires: its buffers are not posted again, and when the
 * last has come back the memory is freed. Buffers the device holds cannot be recalled while its
 * queue runs, so a block leaves as fast as frames arrive.
 */
#include "queue.h"

/* One packet with one buffer for a receive buffer. */
static NDIS_STATUS sgnic_buffer_create(struct sgnic_receive *receive, struct sgnic_block *block,
				       ULONG index, ULONG size)
{
	struct sgnic_buffer *buffer = &block->buffers[index];
	ULONG offset = index * size;
	NDIS_STATUS status;

	buffer->block = block;
	buffer->logical = (ULONG64)block->memory.logical.QuadPart + offset;
	NdisAllocateBuffer(&status, &buffer->buffer, receive->buffer_pool,
			   (PUCHAR)block->memory.va + offset, size);
	if (status != NDIS_STATUS_SUCCESS) {
		buffer->buffer = NULL;
		return status;
	}
	NdisAllocatePacket(&status, &buffer->packet, receive->packet_pool);
	if (status != NDIS_STATUS_SUCCESS) {
		buffer->packet = NULL;
		return status;
	}
	NdisChainBufferAtFront(buffer->packet, buffer->buffer);
	*(struct sgnic_buffer **)(PVOID)buffer->packet->MiniportReserved = buffer;
	return NDIS_STATUS_SUCCESS;
}

static VOID sgnic_count_buffers(struct sgnic_adapter *adapter)
{
	struct sgnic_driver_statistics *statistics = &adapter->statistics;

	statistics->receive_buffers = adapter->receive.block_count * SGNIC_BLOCK_BUFFERS;
	if (statistics->receive_buffers > statistics->receive_buffers_peak)
		statistics->receive_buffers_peak = statistics->receive_buffers;
}

/* Gives a block with memory its packets and its place, and its buffers to a running device. */
static NDIS_STATUS sgnic_block_add(struct sgnic_adapter *adapter, struct sgnic_block *block)
{
	struct sgnic_receive *receive = &adapter->receive;
	NDIS_STATUS status = NDIS_STATUS_SUCCESS;
	ULONG i;

	for (i = 0; i < SGNIC_BLOCK_BUFFERS && status == NDIS_STATUS_SUCCESS; i++)
		status = sgnic_buffer_create(receive, block, i, adapter->buffer_size);
	if (status != NDIS_STATUS_SUCCESS)
		return status;

	NdisAcquireSpinLock(&receive->lock);
	for (i = 0; receive->blocks[i]; i++)
		;
	receive->blocks[i] = block;
	block->index = i;
	receive->block_count++;
	for (i = 0; i < SGNIC_BLOCK_BUFFERS; i++)
		sgnic_buffer_post(adapter, &block->buffers[i]);
	sgnic_queue_publish(adapter, &receive->queue);
	sgnic_count_buffers(adapter);
	NdisReleaseSpinLock(&receive->lock);
	return NDIS_STATUS_SUCCESS;
}

/* From MiniportInitialize. There is a free place: block_count < block_limit. */
NDIS_STATUS sgnic_block_create(struct sgnic_adapter *adapter)
{
	struct sgnic_block *block = sgnic_allocate(sizeof(*block));
	NDIS_STATUS status;

	if (!block)
		return NDIS_STATUS_RESOURCES;
	status = sgnic_shared_allocate(adapter, SGNIC_BLOCK_BUFFERS * adapter->buffer_size,
				       &block->memory);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_block_add(adapter, block);
	if (status != NDIS_STATUS_SUCCESS)
		sgnic_block_free(adapter, block);
	return status;
}

/* All buffers are idle and the block is in no table, or the table goes too. */
VOID sgnic_block_free(struct sgnic_adapter *adapter, struct sgnic_block *block)
{
	ULONG i;

	for (i = 0; i < SGNIC_BLOCK_BUFFERS; i++) {
		if (block->buffers[i].packet)
			NdisFreePacket(block->buffers[i].packet);
		if (block->buffers[i].buffer)
			NdisFreeBuffer(block->buffers[i].buffer);
	}
	sgnic_shared_free(adapter, &block->memory);
	sgnic_free(block);
}

/* Frees the retiring block when its last buffer has come back. No lock held. */
VOID sgnic_block_free_retired(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_block *block;

	NdisAcquireSpinLock(&receive->lock);
	block = receive->retiring;
	if (sgnic_block_is_retired(receive)) {
		receive->blocks[block->index] = NULL;
		receive->block_count--;
		receive->retiring = NULL;
		sgnic_count_buffers(adapter);
	} else {
		block = NULL;
	}
	NdisReleaseSpinLock(&receive->lock);
	if (!block)
		return;
	sgnic_block_free(adapter, block);
	adapter->statistics.blocks_freed++;
}

/* Calls the retirement off: there is work for the block again. Lock held. */
static VOID sgnic_block_recall(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_block *block = receive->retiring;
	ULONG i;

	receive->retiring = NULL;
	for (i = 0; i < SGNIC_BLOCK_BUFFERS; i++)
		if (block->buffers[i].state == SGNIC_BUFFER_IDLE)
			sgnic_buffer_post(adapter, &block->buffers[i]);
	sgnic_queue_publish(adapter, &receive->queue);
}

static VOID sgnic_grow_refused(struct sgnic_adapter *adapter, struct sgnic_block *block)
{
	struct sgnic_receive *receive = &adapter->receive;

	if (block)
		sgnic_block_free(adapter, block);
	NdisAcquireSpinLock(&receive->lock);
	receive->growing = NULL;
	receive->was_refused = TRUE;
	adapter->statistics.blocks_refused++;
	NdisReleaseSpinLock(&receive->lock);
}

/* The device runs short of buffers. DISPATCH_LEVEL, no lock held. */
VOID sgnic_grow(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_block *block = NULL;

	NdisAcquireSpinLock(&receive->lock);
	if (receive->retiring)
		sgnic_block_recall(adapter);
	else if (!receive->growing && !receive->was_refused && !adapter->is_halting &&
		 receive->block_count < receive->block_limit)
		block = receive->growing = sgnic_allocate(sizeof(*block));
	NdisReleaseSpinLock(&receive->lock);
	if (!block)
		return;
	if (NdisMAllocateSharedMemoryAsync(adapter->handle,
					   SGNIC_BLOCK_BUFFERS * adapter->buffer_size, FALSE,
					   block) != NDIS_STATUS_PENDING)
		sgnic_grow_refused(adapter, block);
}

/* MiniportAllocateComplete. <= DISPATCH_LEVEL. MiniportHalt waits until growing is cleared. */
VOID NTAPI sgnic_allocate_complete(NDIS_HANDLE context, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
			     ULONG length, PVOID allocation)
{
	struct sgnic_adapter *adapter = context;
	struct sgnic_receive *receive = &adapter->receive;
	struct sgnic_block *block = allocation;

	if (va) {
		block->memory.va = va;
		block->memory.logical = *logical;
		block->memory.length = length;
	}
	if (!va || adapter->is_halting || sgnic_block_add(adapter, block) != NDIS_STATUS_SUCCESS) {
		sgnic_grow_refused(adapter, block);
		return;
	}
	NdisAcquireSpinLock(&receive->lock);
	receive->growing = NULL;
	adapter->statistics.blocks_added++;
	NdisReleaseSpinLock(&receive->lock);
}

/* From MiniportCheckForHang, that is, every SGNIC_HANG_SECONDS. */
VOID sgnic_shrink(struct sgnic_adapter *adapter)
{
	struct sgnic_receive *receive = &adapter->receive;
	ULONG i;

	NdisAcquireSpinLock(&receive->lock);
	if (receive->was_short || receive->growing || receive->retiring ||
	    receive->block_count == receive->initial_blocks)
		receive->idle_checks = 0;
	else
		receive->idle_checks++;
	receive->was_short = FALSE;
	receive->was_refused = FALSE;
	if (receive->idle_checks >= SGNIC_IDLE_CHECKS) {
		receive->idle_checks = 0;
		for (i = receive->block_limit; i-- > 0 && !receive->retiring;)
			receive->retiring = receive->blocks[i];
	}
	NdisReleaseSpinLock(&receive->lock);
	sgnic_block_free_retired(adapter);
}
