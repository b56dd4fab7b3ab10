/* SPDX-License-Identifier: MIT */
/*
 * dma_channel.h - slave DMA of an adapter, for the other files of ndis/
 */
#ifndef NDIS_DMA_CHANNEL_H
#define NDIS_DMA_CHANNEL_H

#include "hal/system_dma.h"
#include "ndis/adapter.h"

/** ndis_dma_channel_uses() - a transfer of the adapter is set up on @buffer. */
bool ndis_dma_channel_uses(const struct shim_adapter *adapter, const MDL *buffer);

/** ndis_dma_channel_maps() - a transfer of the adapter uses part of the memory. */
bool ndis_dma_channel_maps(const struct shim_adapter *adapter, const void *va, size_t length);

/**
 * ndis_dma_channel_memory() - shared memory that a channel of the adapter reaches.  Return: 0 or
 * -errno.
 */
int ndis_dma_channel_memory(struct shim_adapter *adapter, uint32_t length, void **va,
			    logical_t *logical);

/**
 * ndis_dma_channel_cascade() - claim the channel by which an ISA bus master gets the bus
 * @channel: out: for system_dma_close(); NULL when NdisMRegisterDmaChannel has claimed it already.
 *
 * Return: false after a message.
 */
bool ndis_dma_channel_cascade(struct shim_adapter *adapter, const char *call, ULONG number,
			      struct system_dma **channel);

/**
 * ndis_dma_channel_release() - after MiniportHalt: report and give back what is left.  Return: how
 * many.
 */
unsigned int ndis_dma_channel_release(struct shim_adapter *adapter, const char *call);

#endif /* NDIS_DMA_CHANNEL_H */
