/* SPDX-License-Identifier: MIT */
/*
 * map_registers.c - NdisMAllocateMapRegisters and its relatives
 *
 * Each base register becomes one slot of the DMA layer.  Source:
 * ndis-hal-dma.md sections 3.2, 3.3, 4.3 to 4.5 and 11.
 */
#include <errno.h>
#include <stdlib.h>

#include "dma/simple.h"
#include "hal/device.h"
#include "hal/memory.h"
#include "ke/bug_check.h"
#include "mm/span.h"
#include "ndis/dma.h"
#include "ndis/dma_channel.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

/* Map registers that one miniport may hold (section 3.3). */
#define MAP_REGISTER_CEILING 64u

NDIS_STATUS NTAPI NdisQueryMapRegisterCount(NDIS_INTERFACE_TYPE BusType, PUINT MapRegisterCount)
{
	static const char call[] = "NdisQueryMapRegisterCount";
	TRACE_SCOPE(call);
	NDIS_STATUS status = NDIS_STATUS_NOT_SUPPORTED;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!MapRegisterCount) {
		ndis_violation(NULL, call, "no argument may be NULL", "MapRegisterCount is NULL");
	} else if (BusType == NdisInterfacePci) {
		*MapRegisterCount = MAP_REGISTER_CEILING;
		status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "bus %d) -> %s, %u", BusType, ndis_status_text(status),
	      status == NDIS_STATUS_SUCCESS ? *MapRegisterCount : 0);
	return status;
}

/* @wanted, or the ceiling of the host program below it. */
static unsigned int allowed_address_bits(const struct shim_adapter *adapter, unsigned int wanted)
{
	unsigned int ceiling = adapter->options.max_address_bits;

	return ceiling && ceiling < wanted ? ceiling : wanted;
}

bool ndis_dma_open(struct shim_adapter *adapter, const char *call, unsigned int address_bits)
{
	unsigned int bits = allowed_address_bits(adapter, address_bits);
	int result;

	if (adapter->dma.adapter) {
		/* Shared memory was kept when the map registers were freed. */
		if (dma_adapter_address_bits(adapter->dma.adapter) == bits)
			return true;
		ndis_violation(adapter, call,
			       "the DMA size is chosen once while shared memory exists",
			       "%u address bits asked for, %u in use", bits,
			       dma_adapter_address_bits(adapter->dma.adapter));
		return false;
	}
	result = hal_device_dma(adapter->device, bits, &adapter->dma.adapter);
	if (result)
		log_error("%s: no DMA with %u address bits: %s", call, bits,
			  dma_error_text(NULL, result));
	return !result;
}

void ndis_dma_close_if_unused(struct shim_adapter *adapter)
{
	struct adapter_dma *dma = &adapter->dma;

	if (!dma->adapter || dma->scatter_gather || dma->registers || dma->memory ||
	    dma->requests || adapter->send.ordinary.arena_is_pooled)
		return;
	dma_adapter_destroy(dma->adapter);
	dma->adapter = NULL;
}

bool ndis_may_set_up_dma(struct shim_adapter *adapter, const char *call)
{
	if (!ndis_may_claim_hardware(adapter, call))
		return false;
	if (!(adapter->attributes & NDIS_ATTRIBUTE_BUS_MASTER)) {
		ndis_violation(
			adapter, call,
			"bus-master DMA needs NDIS_ATTRIBUTE_BUS_MASTER in NdisMSetAttributesEx",
			"the attributes are 0x%x", adapter->attributes);
		return false;
	}
	return true;
}

/* 24, 32 or 64, or 0 for a value that is no NDIS_DMA_SIZE. */
static unsigned int bits_of_dma_size(NDIS_DMA_SIZE size)
{
	switch (size) {
	case NDIS_DMA_24BITS:
		return 24;
	case NDIS_DMA_32BITS:
		return 32;
	case NDIS_DMA_64BITS:
		return 64;
	default:
		return 0;
	}
}

static bool arguments_are_valid(struct shim_adapter *adapter, const char *call, UINT channel,
				NDIS_DMA_SIZE size, ULONG count, ULONG maximum_buffer)
{
	if (channel != 0 && adapter->bus != NdisInterfaceIsa) {
		ndis_violation(adapter, call,
			       "DmaChannel must be 0: only ISA bus masters have a DMA channel",
			       "DmaChannel is %u on a bus of type %d", channel, adapter->bus);
		return false;
	}
	if (!bits_of_dma_size(size)) {
		ndis_violation(adapter, call,
			       "DmaSize is NDIS_DMA_24BITS (0), NDIS_DMA_32BITS (1) or "
			       "NDIS_DMA_64BITS (2)",
			       "DmaSize is %u", size);
		return false;
	}
	if (count == 0) {
		ndis_violation(adapter, call, "at least one base map register is asked for",
			       "BaseMapRegistersNeeded is 0");
		return false;
	}
	if (maximum_buffer == 0) {
		ndis_violation(adapter, call, "a buffer has at least one byte",
			       "MaximumBufferSize is 0");
		return false;
	}
	if (adapter->dma.registers) {
		ndis_violation(
			adapter, call,
			"map registers are allocated once; NdisMFreeMapRegisters comes before "
			"another allocation",
			"the adapter already has %u base map registers",
			adapter->dma.register_count);
		return false;
	}
	if (adapter->dma.scatter_gather) {
		ndis_violation(adapter, call,
			       "a driver uses either map registers or scatter/gather DMA",
			       "NdisMInitializeScatterGatherDma has succeeded already");
		return false;
	}
	return true;
}

static bool create_registers(struct shim_adapter *adapter, const char *call, unsigned int count,
			     unsigned int pages)
{
	struct adapter_dma *dma = &adapter->dma;
	int result;

	dma->registers = calloc(count, sizeof(*dma->registers));
	dma->runs = calloc(pages, sizeof(*dma->runs));
	if (!dma->registers || !dma->runs)
		return false;
	result = dma_slots_create(dma->adapter, count, pages, &dma->slots);
	if (result) {
		log_error("%s: no room for %u map registers of %u pages below the limit of %u "
			  "address "
			  "bits: %s",
			  call, count, pages, dma_adapter_address_bits(dma->adapter),
			  dma_error_text(dma->adapter, result));
		return false;
	}
	dma->register_count = count;
	dma->simple_count = adapter->verifier || !dma_adapter_maps_simply(dma->adapter) ? 0 : count;
	dma->run_capacity = pages;
	for (unsigned int i = 0; i < count; i++)
		dma->registers[i].slot = dma_slots_at(dma->slots, i);
	return true;
}

static void destroy_registers(struct adapter_dma *dma)
{
	free(dma->registers);
	free(dma->runs);
	dma->registers = NULL;
	dma->runs = NULL;
	dma->slots = NULL;
	if (dma->isa_channel)
		system_dma_close(dma->isa_channel);
	dma->isa_channel = NULL;
	dma->register_count = 0;
	dma->simple_count = 0;
	dma->run_capacity = 0;
}

static NDIS_STATUS allocate(struct shim_adapter *adapter, const char *call, UINT channel,
			    NDIS_DMA_SIZE size, ULONG count, ULONG maximum_buffer,
			    const void *caller)
{
	uint64_t pages = mm_worst_span_pages(maximum_buffer);

	if (!ndis_may_set_up_dma(adapter, call) ||
	    !arguments_are_valid(adapter, call, channel, size, count, maximum_buffer))
		return NDIS_STATUS_RESOURCES;
	/* Not a violation: drivers count down until the answer is yes. */
	if (count * pages > MAP_REGISTER_CEILING)
		return NDIS_STATUS_RESOURCES;
	if (!ndis_dma_open(adapter, call, bits_of_dma_size(size)))
		return NDIS_STATUS_RESOURCES;
	/* Channel 0 stands for none, too: drivers of ISA bus masters that need none pass it. */
	if ((channel &&
	     !ndis_dma_channel_cascade(adapter, call, channel, &adapter->dma.isa_channel)) ||
	    !create_registers(adapter, call, count, (unsigned int)pages)) {
		destroy_registers(&adapter->dma);
		ndis_dma_close_if_unused(adapter);
		return NDIS_STATUS_RESOURCES;
	}
	adapter->dma.maximum_buffer = maximum_buffer;
	if (adapter->verifier)
		ndis_verify_registers(adapter, call, caller);
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI NdisMAllocateMapRegisters(NDIS_HANDLE MiniportAdapterHandle, UINT DmaChannel,
					    NDIS_DMA_SIZE DmaSize, ULONG BaseMapRegistersNeeded,
					    ULONG MaximumBufferSize)
{
	static const char call[] = "NdisMAllocateMapRegisters";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_RESOURCES;

	if (adapter)
		status = allocate(adapter, call, DmaChannel, DmaSize, BaseMapRegistersNeeded,
				  MaximumBufferSize, __builtin_return_address(0));
	TRACE(call, "adapter %p, channel %u, size %u, %u registers, %u bytes) -> %s",
	      (void *)adapter, DmaChannel, DmaSize, BaseMapRegistersNeeded, MaximumBufferSize,
	      ndis_status_text(status));
	return status;
}

/* Register of @adapter that maps part of [@va, @va + @length), or -1. */
static int find_mapping(const struct shim_adapter *adapter, const void *va, size_t length)
{
	for (unsigned int i = 0; i < adapter->dma.register_count; i++) {
		const struct map_register *map_register = &adapter->dma.registers[i];
		struct dma_region region;

		if (!map_register->buffer)
			continue;
		region = dma_slot_region(map_register->slot);
		if ((uintptr_t)region.va < (uintptr_t)va + length &&
		    (uintptr_t)va < (uintptr_t)region.va + region.length)
			return (int)i;
	}
	return -1;
}

bool ndis_dma_forget(const char *call, const void *va, size_t length)
{
	bool unused = hal_forget_memory(call, va, length);

	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		int index = find_mapping(adapter, va, length);
		int result = 0;

		if (index >= 0) {
			ndis_violation_code(
				adapter,
				VERIFIER_DETAIL(VERIFIER_NONE,
						.object = &adapter->dma.registers[index]),
				call,
				"NdisMCompleteBufferPhysicalMapping comes before the memory of the "
				"buffer is freed",
				"map register %d still maps part of %zu bytes at %p; they are not "
				"freed",
				index, length, va);
			unused = false;
		} else if (ndis_dma_channel_maps(adapter, va, length)) {
			ndis_violation(
				adapter, call,
				"NdisMCompleteDmaTransfer comes before the memory of the "
				"buffer is freed",
				"a slave transfer uses part of %zu bytes at %p; they are not "
				"freed",
				length, va);
			unused = false;
		} else if (adapter->dma.adapter) {
			result = dma_adapter_forget(adapter->dma.adapter, va, length);
		}
		if (result == -EIO)
			ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter,
				     ~(uintptr_t)0, (uintptr_t)va, (uintptr_t)(intptr_t)result);
	}
	return unused;
}

static void report_live_mappings(struct shim_adapter *adapter, const char *call)
{
	unsigned int live = 0;

	for (unsigned int i = 0; i < adapter->dma.register_count; i++)
		live += adapter->dma.registers[i].buffer != NULL;
	for (unsigned int i = 0; i < adapter->dma.register_count; i++) {
		PNDIS_BUFFER buffer = adapter->dma.registers[i].buffer;

		if (!buffer)
			continue;
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_FREED_WHILE_MAPPED,
					.object = &adapter->dma.registers[i], .parameters = {live}),
			call,
			"NdisMCompleteBufferPhysicalMapping comes before the map registers go",
			"map register %u still maps buffer %p", i, (void *)buffer);
	}
}

void ndis_dma_free_registers(struct shim_adapter *adapter, const char *call, const void *caller)
{
	struct adapter_dma *dma = &adapter->dma;

	report_live_mappings(adapter, call);
	dma_slots_destroy(dma->slots);
	if (adapter->verifier)
		ndis_verify_registers_freed(adapter, call, caller);
	destroy_registers(dma);
	ndis_dma_close_if_unused(adapter);
}

VOID NTAPI NdisMFreeMapRegisters(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMFreeMapRegisters";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p)", (void *)adapter);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		return;
	if (adapter->state == ADAPTER_RUNNING) {
		ndis_violation(
			adapter, call,
			"the function may be called from MiniportInitialize and MiniportHalt only",
			"called from a running adapter");
		return;
	}
	if (!adapter->dma.registers) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_REGISTERS_FREED_TWICE,
						    .object = &adapter->dma, .parameters = {1}),
				    call, "NdisMAllocateMapRegisters must have succeeded before",
				    "the adapter has no map registers");
		return;
	}
	if (adapter->dma.memory)
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_COMMON_BUFFER_LEFT,
					.object = adapter->dma.memory->va,
					.parameters = {(uintptr_t)adapter, 1}),
			call,
			"NdisMFreeSharedMemory comes before NdisMFreeMapRegisters: shared memory "
			"hangs on the same object",
			"the adapter still has shared memory");
	ndis_dma_free_registers(adapter, call, __builtin_return_address(0));
}
