/* SPDX-License-Identifier: MIT */
/*
 * shared_memory.c - memory that CPU and NIC use at once
 *
 * Source: ndis-hal-dma.md sections 4.8 to 4.11 and 11.
 */
#include <stdlib.h>
#include <string.h>

#include "hal/system_dma.h"
#include "ke/bug_check.h"
#include "ndis/dma.h"
#include "ndis/dma_channel.h"
#include "ndis/miniport_call.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

/** struct shared_memory_request - one NdisMAllocateSharedMemoryAsync on its way */
struct shared_memory_request {
	struct shared_memory_request *next;
	struct shim_adapter *adapter;
	struct ke_work_item work;
	uint32_t length;
	bool cached;
	PVOID context;
	const void *caller;
};

static bool may_allocate(struct shim_adapter *adapter, const char *call, ULONG length)
{
	if (!adapter->dma.adapter && !adapter->dma_channels) {
		ndis_violation(
			adapter, call,
			"NdisMAllocateMapRegisters or NdisMInitializeScatterGatherDma must have "
			"succeeded before",
			"the adapter has neither map registers nor scatter/gather DMA");
		return false;
	}
	if (!length) {
		ndis_violation(adapter, call, "at least one byte is asked for", "Length is 0");
		return false;
	}
	return true;
}

/* NULL after a message when there is no memory. */
static struct shared_memory *allocate(struct shim_adapter *adapter, const char *call,
				      uint32_t length, bool cached, const void *caller)
{
	struct shared_memory *memory = calloc(1, sizeof(*memory));
	int result;

	if (!memory)
		return NULL;
	memory->below_16_mib = !adapter->dma.adapter;
	if (memory->below_16_mib)
		result = ndis_dma_channel_memory(adapter, length, &memory->va, &memory->logical);
	else
		result = dma_common_buffer_allocate(adapter->dma.adapter, length, &memory->va,
						    &memory->logical);
	if (result) {
		log_warning("%s: no %u bytes of shared memory: %s", call, length,
			    memory->below_16_mib ? strerror(-result)
						 : dma_error_text(adapter->dma.adapter, result));
		free(memory);
		return NULL;
	}
	memory->length = length;
	memory->cached = cached;
	memory->next = adapter->dma.memory;
	adapter->dma.memory = memory;
	if (adapter->verifier)
		ndis_verify_shared_memory(adapter, call, memory, caller);
	return memory;
}

/* As ndis_irql_at_most(); NDIS has a bug check of its own for this one. */
static bool irql_allows(struct shim_adapter *adapter, const char *call, ULONG length)
{
	unsigned int irql = ke_current_irql();

	if (irql == KE_PASSIVE_LEVEL)
		return true;
	ndis_violation_code(adapter,
			    VERIFIER_DETAIL(VERIFIER_IRQL, NDIS_RULE_ALLOCATE_AT_RAISED_IRQL,
					    .parameters = {(uintptr_t)adapter, length, irql}),
			    call, "the function must be called at PASSIVE_LEVEL (0)",
			    "called at IRQL %u", irql);
	return false;
}

VOID NTAPI NdisMAllocateSharedMemory(NDIS_HANDLE MiniportAdapterHandle, ULONG Length,
				     BOOLEAN Cached, PVOID *VirtualAddress,
				     PNDIS_PHYSICAL_ADDRESS PhysicalAddress)
{
	static const char call[] = "NdisMAllocateSharedMemory";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	struct shared_memory *memory = NULL;

	if (!VirtualAddress || !PhysicalAddress) {
		ndis_violation(adapter, call, "no argument may be NULL",
			       "VirtualAddress %p, PhysicalAddress %p", (void *)VirtualAddress,
			       (void *)PhysicalAddress);
		if (VirtualAddress)
			*VirtualAddress = NULL;
		return;
	}
	*VirtualAddress = NULL;
	PhysicalAddress->QuadPart = 0;
	if (adapter && irql_allows(adapter, call, Length) &&
	    ndis_may_claim_hardware(adapter, call) && may_allocate(adapter, call, Length))
		memory = allocate(adapter, call, Length, Cached, __builtin_return_address(0));
	if (memory) {
		*VirtualAddress = memory->va;
		PhysicalAddress->QuadPart = (LONGLONG)memory->logical.value;
	}
	TRACE(call, "adapter %p, %u bytes, cached %u) -> %p, logical 0x%llx", (void *)adapter,
	      Length, Cached, *VirtualAddress, (unsigned long long)PhysicalAddress->QuadPart);
}

static void unlink_request(struct shared_memory_request *request)
{
	struct shared_memory_request **link = &request->adapter->dma.requests;

	while (*link != request)
		link = &(*link)->next;
	*link = request->next;
}

/* The work item of a request: allocates at PASSIVE_LEVEL, tells the driver at DISPATCH_LEVEL. */
static void complete_request(void *context)
{
	struct shared_memory_request *request = context;
	struct shim_adapter *adapter = request->adapter;
	struct shared_memory *memory = allocate(adapter, "NdisMAllocateSharedMemoryAsync",
						request->length, request->cached, request->caller);
	NDIS_PHYSICAL_ADDRESS logical = {.QuadPart = 0};
	struct miniport_call call;

	if (memory)
		logical.QuadPart = (LONGLONG)memory->logical.value;
	unlink_request(request);
	ndis_enter_miniport(adapter, "MiniportAllocateComplete", KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(call.name, "context %p, %p, logical 0x%llx, %u bytes, context %p)",
		    adapter->context, memory ? memory->va : NULL,
		    (unsigned long long)logical.QuadPart, memory ? memory->length : 0,
		    request->context);
	adapter->driver->functions.AllocateCompleteHandler(
		adapter->context, memory ? memory->va : NULL, memory ? &logical : NULL,
		memory ? memory->length : 0, request->context);
	ndis_leave_miniport(adapter, &call);
	free(request);
}

static NDIS_STATUS allocate_later(struct shim_adapter *adapter, const char *call, ULONG length,
				  BOOLEAN cached, PVOID context, const void *caller)
{
	struct shared_memory_request *request;

	if (!ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL) ||
	    !may_allocate(adapter, call, length))
		return NDIS_STATUS_FAILURE;
	if (!adapter->driver->functions.AllocateCompleteHandler) {
		ndis_violation(
			adapter, call,
			"the driver must have registered AllocateCompleteHandler (NDIS 4 or later)",
			"AllocateCompleteHandler is NULL");
		return NDIS_STATUS_FAILURE;
	}
	/* The adapter is going away: nobody would be there to be told. */
	if (adapter->state >= ADAPTER_HALTING)
		return NDIS_STATUS_FAILURE;
	request = calloc(1, sizeof(*request));
	if (!request)
		return NDIS_STATUS_FAILURE;
	request->adapter = adapter;
	request->length = length;
	request->cached = cached;
	request->context = context;
	request->caller = caller;
	request->next = adapter->dma.requests;
	adapter->dma.requests = request;
	ke_work_item_queue(&request->work, complete_request, request);
	return NDIS_STATUS_PENDING;
}

NDIS_STATUS NTAPI NdisMAllocateSharedMemoryAsync(NDIS_HANDLE MiniportAdapterHandle, ULONG Length,
						 BOOLEAN Cached, PVOID Context)
{
	static const char call[] = "NdisMAllocateSharedMemoryAsync";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (adapter)
		status = allocate_later(adapter, call, Length, Cached, Context,
					__builtin_return_address(0));
	TRACE(call, "adapter %p, %u bytes, cached %u, context %p) -> %s", (void *)adapter, Length,
	      Cached, Context, ndis_status_text(status));
	return status;
}

void ndis_shared_memory_finish(struct shim_adapter *adapter)
{
	while (adapter->dma.requests) {
		struct shared_memory_request *request = adapter->dma.requests;

		ke_work_item_cancel(&request->work);
		complete_request(request);
	}
}

/* The allocation that the arguments describe, or NULL after a report. Which memory is meant is clear
 * without Cached, too: where that alone is wrong, as x86 does not notice, the memory is freed. */
static struct shared_memory **find_allocation(struct shim_adapter *adapter, const char *call,
					      ULONG length, BOOLEAN cached, PVOID va,
					      NDIS_PHYSICAL_ADDRESS logical)
{
	struct shared_memory **link = &adapter->dma.memory;
	bool same;

	while (*link && (*link)->va != va)
		link = &(*link)->next;
	if (!*link) {
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_COMMON_BUFFER_FREED_TWICE,
					NDIS_RULE_SHARED_MEMORY_NOT_ALLOCATED, .object = va,
					.parameters = {(uintptr_t)adapter, 0, (uintptr_t)va}),
			call,
			"VirtualAddress is what NdisMAllocateSharedMemory(Async) returned, and is "
			"freed once",
			"no shared memory of the adapter begins at %p", va);
		return NULL;
	}
	same = (*link)->length == length && (*link)->logical.value == (uint64_t)logical.QuadPart;
	if (!same || (*link)->cached != (cached != FALSE))
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_NONE, NDIS_RULE_SHARED_MEMORY_NOT_ALLOCATED,
					.object = va,
					.parameters = {(uintptr_t)adapter, 0, (uintptr_t)va}),
			call, "Length, Cached and PhysicalAddress are those of the allocation",
			"%u bytes, cached %u, logical 0x%llx given for %u bytes, cached %u, "
			"logical 0x%llx",
			length, cached, (unsigned long long)logical.QuadPart, (*link)->length,
			(*link)->cached, (unsigned long long)(*link)->logical.value);
	return same ? link : NULL;
}

static void release(struct shim_adapter *adapter, const char *call, struct shared_memory **link,
		    const void *caller)
{
	struct shared_memory *memory = *link;
	int result = 0;

	*link = memory->next;
	if (adapter->verifier)
		ndis_verify_shared_memory_leaving(adapter, call, memory);
	if (memory->below_16_mib)
		system_dma_memory_give(adapter->platform, memory->va);
	else
		result = dma_common_buffer_free(adapter->dma.adapter, memory->length, memory->va,
						memory->logical);
	if (result)
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, ~(uintptr_t)0,
			     (uintptr_t)memory->va, (uintptr_t)(intptr_t)result);
	if (adapter->verifier)
		ndis_verify_shared_memory_freed(adapter, call, memory, caller);
	free(memory);
	ndis_dma_close_if_unused(adapter);
}

VOID NTAPI NdisMFreeSharedMemory(NDIS_HANDLE MiniportAdapterHandle, ULONG Length, BOOLEAN Cached,
				 PVOID VirtualAddress, NDIS_PHYSICAL_ADDRESS PhysicalAddress)
{
	static const char call[] = "NdisMFreeSharedMemory";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	struct shared_memory **link;

	TRACE(call, "adapter %p, %u bytes, cached %u, %p, logical 0x%llx)", (void *)adapter, Length,
	      Cached, VirtualAddress, (unsigned long long)PhysicalAddress.QuadPart);
	if (adapter && adapter->shutting_down) {
		ndis_violation(adapter, call,
			       "MiniportShutdown frees no shared memory: it only silences the NIC",
			       "%u bytes at %p, called from MiniportShutdown at IRQL %u", Length,
			       VirtualAddress, ke_current_irql());
		return;
	}
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return;
	link = find_allocation(adapter, call, Length, Cached, VirtualAddress, PhysicalAddress);
	if (link)
		release(adapter, call, link, __builtin_return_address(0));
}

VOID NTAPI NdisMUpdateSharedMemory(NDIS_HANDLE MiniportAdapterHandle, ULONG Length,
				   PVOID VirtualAddress, NDIS_PHYSICAL_ADDRESS PhysicalAddress)
{
	static const char call[] = "NdisMUpdateSharedMemory";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p, %u bytes, %p, logical 0x%llx)", (void *)adapter, Length,
	      VirtualAddress, (unsigned long long)PhysicalAddress.QuadPart);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return;
	for (struct shared_memory *memory = adapter->dma.memory; memory; memory = memory->next) {
		uint64_t offset = (uintptr_t)VirtualAddress - (uintptr_t)memory->va;

		if (offset < memory->length && Length <= memory->length - offset &&
		    memory->logical.value + offset == (uint64_t)PhysicalAddress.QuadPart) {
			/* What the device wrote before its status is read after it. */
			__atomic_thread_fence(__ATOMIC_ACQUIRE);
			if (unlikely(adapter->verifier))
				ndis_verify_guards(adapter, call);
			return;
		}
	}
	ndis_violation(adapter, call,
		       "the range lies in one allocation of shared memory, at both addresses",
		       "%u bytes at %p, logical 0x%llx do not", Length, VirtualAddress,
		       (unsigned long long)PhysicalAddress.QuadPart);
}

unsigned int ndis_dma_release(struct shim_adapter *adapter, const char *call)
{
	unsigned int count = 0;

	while (adapter->dma.memory) {
		struct shared_memory *memory = adapter->dma.memory;

		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_COMMON_BUFFER_LEFT,
						    .object = memory->va,
						    .parameters = {(uintptr_t)adapter, 1}),
				    call, "all shared memory is freed when MiniportHalt returns",
				    "%u bytes at %p are not", memory->length, memory->va);
		release(adapter, call, &adapter->dma.memory, NULL);
		count++;
	}
	if (adapter->dma.registers) {
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(
				VERIFIER_REGISTERS_LEFT, .object = &adapter->dma,
				.parameters = {(uintptr_t)adapter, adapter->dma.register_count}),
			call, "NdisMFreeMapRegisters is called by MiniportHalt",
			"%u base map registers are not freed", adapter->dma.register_count);
		ndis_dma_free_registers(adapter, call, NULL);
		count++;
	}
	return count;
}
