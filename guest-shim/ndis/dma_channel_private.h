/* SPDX-License-Identifier: MIT */
/*
 * dma_channel_private.h - between dma_channel.c and dma_transfer.c
 */
#ifndef NDIS_DMA_CHANNEL_PRIVATE_H
#define NDIS_DMA_CHANNEL_PRIVATE_H

#include "ndis/dma_channel.h"

/**
 * struct ndis_dma_channel - what a MiniportDmaHandle points to
 * @maximum: MaximumLength of NdisMRegisterDmaChannel.
 * @is_master: in cascade mode, without transfers.
 * @buffer: of the transfer that is set up, or NULL; @offset, @length, @to_device: its arguments.
 * @used: a transfer was set up at some time.
 */
struct ndis_dma_channel {
	struct ndis_dma_channel *next;
	struct shim_adapter *adapter;
	struct system_dma *channel;
	ULONG number;
	ULONG maximum;
	bool is_master;
	PNDIS_BUFFER buffer;
	ULONG offset;
	ULONG length;
	bool to_device;
	bool used;
};

/** ndis_dma_channel_find() - the channel behind a driver's handle; NULL after a report. */
struct ndis_dma_channel *ndis_dma_channel_find(NDIS_HANDLE handle, const char *call);

#endif /* NDIS_DMA_CHANNEL_PRIVATE_H */
