/* SPDX-License-Identifier: MIT */
/*
 * common_buffer.c - memory for CPU and device at once
 *
 * Source: ndis-hal-dma.md sections 8.11 and 8.12.
 */
#include <stdlib.h>
#include <string.h>

#include "hal/hal.h"
#include "hal/system_dma.h"
#include "hal/verify.h"
#include "ke/bug_check.h"
#include "support/log.h"
#include "support/trace.h"

struct hal_common_buffer {
	struct hal_common_buffer *next;
	void *va;
	uint64_t logical;
	ULONG length;
	bool cached;
};

static struct dma_guard_zone zone_of(const struct hal_common_buffer *buffer)
{
	return (struct dma_guard_zone){buffer->va, buffer->length, {buffer->logical}};
}

static bool may_allocate(struct hal_adapter *adapter, const char *call, ULONG length,
			 const void *logical)
{
	if (!hal_irql_is(adapter, call, KE_PASSIVE_LEVEL))
		return false;
	if (!logical) {
		hal_violation(adapter, VERIFIER_NONE, call, "no argument may be NULL",
			      "LogicalAddress is NULL");
		return false;
	}
	if (!length) {
		hal_violation(adapter, VERIFIER_ZERO_LENGTH, call, "at least one byte is asked for",
			      "Length is 0");
		return false;
	}
	if (BYTES_TO_PAGES(length) > adapter->granted) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_TOO_MANY_REGISTERS, .object = adapter,
					.parameters = {BYTES_TO_PAGES(length), adapter->granted}),
			call,
			"a common buffer has no more pages than the adapter grants map registers",
			"%u bytes are %u pages, granted are %u", length, BYTES_TO_PAGES(length),
			adapter->granted);
		return false;
	}
	return true;
}

static int take_memory(struct hal_adapter *adapter, struct hal_common_buffer *buffer)
{
	logical_t logical;
	uint32_t physical;
	int result;

	if (hal_is_slave(adapter)) {
		result = system_dma_memory_take(adapter->channel, buffer->length, &buffer->va,
						&physical);
		if (!result)
			buffer->logical = physical;
	} else {
		result = dma_common_buffer_allocate(adapter->dma, buffer->length, &buffer->va,
						    &logical);
		if (!result)
			buffer->logical = logical.value;
	}
	return result;
}

static struct hal_common_buffer *allocate(struct hal_adapter *adapter, const char *call,
					  ULONG length, bool cached, const void *caller)
{
	struct hal_common_buffer *buffer = calloc(1, sizeof(*buffer));
	int result;

	if (!buffer)
		return NULL;
	buffer->length = length;
	buffer->cached = cached;
	result = take_memory(adapter, buffer);
	if (result) {
		log_warning("%s: no common buffer of %u bytes: %s", call, length,
			    hal_is_slave(adapter) ? strerror(-result)
						  : dma_error_text(adapter->dma, result));
		free(buffer);
		return NULL;
	}
	buffer->next = adapter->common_buffers;
	adapter->common_buffers = buffer;
	if (adapter->bus->verifier) {
		struct dma_guard_zone zone = zone_of(buffer);

		hal_verify_common_buffer(adapter, &zone, call, caller);
	}
	return buffer;
}

PVOID NTAPI HalAllocateCommonBuffer(PADAPTER_OBJECT AdapterObject, ULONG Length,
				    PPHYSICAL_ADDRESS LogicalAddress, BOOLEAN CacheEnabled)
{
	static const char call[] = "HalAllocateCommonBuffer";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, call);
	struct hal_common_buffer *buffer = NULL;

	if (adapter && may_allocate(adapter, call, Length, LogicalAddress))
		buffer = allocate(adapter, call, Length, CacheEnabled, __builtin_return_address(0));
	if (buffer)
		LogicalAddress->QuadPart = (LONGLONG)buffer->logical;
	TRACE(call, "adapter %p, %u bytes, cached %u) -> %p, logical 0x%llx", (void *)AdapterObject,
	      Length, CacheEnabled, buffer ? buffer->va : NULL,
	      buffer ? (unsigned long long)buffer->logical : 0);
	return buffer ? buffer->va : NULL;
}

static void release(struct hal_adapter *adapter, struct hal_common_buffer **link, const char *call,
		    const void *caller)
{
	struct hal_common_buffer *buffer = *link;
	struct dma_guard_zone zone = zone_of(buffer);
	int result = 0;

	*link = buffer->next;
	if (adapter->bus->verifier && hal_is_slave(adapter))
		hal_verify_common_buffer_end(adapter, &zone, call, caller);
	if (hal_is_slave(adapter))
		system_dma_memory_give(adapter->bus->platform, buffer->va);
	else
		result = dma_common_buffer_free(adapter->dma, buffer->length, buffer->va,
						(logical_t){buffer->logical});
	if (result)
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, 0,
			     (uintptr_t)buffer->va, (uintptr_t)(intptr_t)result);
	/* The DMA layer has looked at the guard bytes of what it freed. */
	if (adapter->bus->verifier && !hal_is_slave(adapter))
		hal_verify_common_buffer_end(adapter, &zone, call, caller);
	free(buffer);
}

VOID NTAPI HalFreeCommonBuffer(PADAPTER_OBJECT AdapterObject, ULONG Length,
			       PHYSICAL_ADDRESS LogicalAddress, PVOID VirtualAddress,
			       BOOLEAN CacheEnabled)
{
	static const char call[] = "HalFreeCommonBuffer";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, call);
	struct hal_common_buffer **link;

	TRACE(call, "adapter %p, %u bytes, logical 0x%llx, %p, cached %u)", (void *)AdapterObject,
	      Length, (unsigned long long)LogicalAddress.QuadPart, VirtualAddress, CacheEnabled);
	if (!adapter)
		return;
	hal_irql_at_most(adapter, call, KE_DISPATCH_LEVEL);
	link = &adapter->common_buffers;
	while (*link && (*link)->va != VirtualAddress)
		link = &(*link)->next;
	if (!*link) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_COMMON_BUFFER_FREED_TWICE,
					.object = VirtualAddress, .parameters = {1}),
			call,
			"VirtualAddress is what HalAllocateCommonBuffer returned, and is freed "
			"once",
			"no common buffer of the adapter begins at %p", VirtualAddress);
		return;
	}
	if ((*link)->length != Length || (*link)->logical != (uint64_t)LogicalAddress.QuadPart ||
	    (*link)->cached != (CacheEnabled != FALSE)) {
		hal_violation_about(
			adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = VirtualAddress), call,
			"Length, LogicalAddress and CacheEnabled are those of the allocation",
			"%u bytes, logical 0x%llx, cached %u given for %u bytes, logical 0x%llx, "
			"cached %u",
			Length, (unsigned long long)LogicalAddress.QuadPart, CacheEnabled,
			(*link)->length, (unsigned long long)(*link)->logical, (*link)->cached);
		return;
	}
	release(adapter, link, call, __builtin_return_address(0));
}

void hal_common_buffers_check(struct hal_adapter *adapter, const char *call)
{
	for (const struct hal_common_buffer *b = adapter->common_buffers; b; b = b->next) {
		struct dma_guard_zone zone = zone_of(b);

		hal_verify_zone(adapter, &zone, call);
	}
}

unsigned int hal_common_buffers_discard(struct hal_adapter *adapter, const char *call)
{
	unsigned int count = 0;

	while (adapter->common_buffers) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_COMMON_BUFFER_LEFT,
						    .object = adapter->common_buffers->va,
						    .parameters = {(uintptr_t)adapter, 1}),
				    call, "HalFreeCommonBuffer comes before PutDmaAdapter",
				    "%u bytes at %p are not freed", adapter->common_buffers->length,
				    adapter->common_buffers->va);
		release(adapter, &adapter->common_buffers, call, NULL);
		count++;
	}
	return count;
}
