/* SPDX-License-Identifier: MIT */
/*
 * dma.h - between the files of ndis/ that have to do with bus-master DMA
 */
#ifndef NDIS_DMA_H
#define NDIS_DMA_H

#include "ndis/adapter.h"

/**
 * struct shared_memory - one allocation of NdisMAllocateSharedMemory(Async)
 * @below_16_mib: for a slave DMA channel: the system DMA controller uses it in place.
 */
struct shared_memory {
	struct shared_memory *next;
	void *va;
	logical_t logical;
	uint32_t length;
	bool cached;
	bool below_16_mib;
};

/** ndis_dma_open() - create the DMA adapter.  Return: false after a message. */
bool ndis_dma_open(struct shim_adapter *adapter, const char *call, unsigned int address_bits);

/** ndis_dma_close_if_unused() - destroy the DMA adapter when nothing hangs on it any more. */
void ndis_dma_close_if_unused(struct shim_adapter *adapter);

/** ndis_may_set_up_dma() - ndis_may_claim_hardware() and a bus master. */
bool ndis_may_set_up_dma(struct shim_adapter *adapter, const char *call);

/**
 * ndis_dma_free_registers() - report live mappings, free the map registers
 * @caller: return address into the driver, or NULL.
 */
void ndis_dma_free_registers(struct shim_adapter *adapter, const char *call, const void *caller);

/**
 * ndis_dma_complete_frame() - end the mappings of the buffers of @frame that the driver
 * forgot; each is reported.
 */
void ndis_dma_complete_frame(struct shim_adapter *adapter, const char *call,
			     struct shim_frame *frame);

/**
 * ndis_dma_forget() - [@va, @va + @length) is about to be freed: end what keeps it mapped
 *
 * Return: false, and a violation in the name of @call, when a map register maps part of it: the
 * memory must stay then.
 */
bool ndis_dma_forget(const char *call, const void *va, size_t length);

/** ndis_shared_memory_finish() - complete the pending asynchronous requests now. */
void ndis_shared_memory_finish(struct shim_adapter *adapter);

/**
 * ndis_dma_release() - after MiniportHalt: report and free all that is left
 *
 * Return: how many things there were.
 */
unsigned int ndis_dma_release(struct shim_adapter *adapter, const char *call);

/**
 * ndis_scatter_gather_prepare() - slots for every frame of a set, if the driver uses scatter/gather
 *
 * Return: 0 or -errno.
 */
int ndis_scatter_gather_prepare(struct shim_adapter *adapter, struct frame_set *set);

/** ndis_scatter_gather_map() - if the driver uses scatter/gather: build the list of a frame about to be
 * sent.  Return: 0 or -errno. */
int ndis_scatter_gather_map(struct shim_adapter *adapter, struct shim_frame *frame);

/** ndis_scatter_gather_unmap() - the same: end the mapping of a frame that is complete. */
void ndis_scatter_gather_unmap(struct shim_adapter *adapter, struct shim_frame *frame);

#endif /* NDIS_DMA_H */
