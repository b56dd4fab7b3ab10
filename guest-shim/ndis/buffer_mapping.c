/* SPDX-License-Identifier: MIT */
/*
 * buffer_mapping.c - NdisMStartBufferPhysicalMapping and its end: the hot path
 *
 * No allocation and no lock.  A call that breaks no rule and that neither a trace nor the checking
 * mode watches takes the short way through dma/simple.h; any other goes to start() or complete(),
 * which look at everything again, report what is wrong, and leave the work to dma_slot_map().
 * Source: ndis-hal-dma.md sections 3.4, 3.5, 4.6, 4.7 and 11.
 */
#include <errno.h>

#include "dma/simple.h"
#include "ke/bug_check.h"
#include "mm/mdl.h"
#include "ndis/dma.h"
#include "ndis/frame.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static const char start_call[] = "NdisMStartBufferPhysicalMapping";
static const char complete_call[] = "NdisMCompleteBufferPhysicalMapping";

/* The register with this index, or NULL after a report. */
static struct map_register *find_register(struct shim_adapter *adapter, const char *call,
					  ULONG index)
{
	if (likely(index < adapter->dma.register_count))
		return &adapter->dma.registers[index];
	if (adapter->dma.register_count)
		ndis_violation(adapter, call,
			       "PhysicalMapRegister is below the number of base map registers",
			       "PhysicalMapRegister is %u, the adapter has %u", index,
			       adapter->dma.register_count);
	else
		ndis_violation(adapter, call,
			       "NdisMAllocateMapRegisters must have succeeded before",
			       "the adapter has no map registers");
	return NULL;
}

static bool is_locked(const MDL *buffer)
{
	return buffer->MdlFlags & (MDL_SYSTEM_VA_FLAGS | MDL_PAGES_LOCKED);
}

/* The call may take the short way: nobody wants to see it, and its register exists. */
static inline bool is_quiet(const struct shim_adapter *adapter, ULONG index)
{
	return likely(adapter) && likely(adapter == ndis_adapters) &&
	       likely(ke_current_irql() <= KE_DISPATCH_LEVEL) && !trace_is_complete() &&
	       likely(index < adapter->dma.simple_count);
}

/* may_map() would find nothing to report, and there are bytes to map. */
static inline bool is_ready(const struct shim_adapter *adapter,
			    const struct map_register *map_register, const MDL *buffer)
{
	return likely(!map_register->buffer) && likely(is_locked(buffer)) &&
	       likely(buffer->MappedSystemVa) &&
	       likely(buffer->MappedSystemVa == (char *)buffer->StartVa + buffer->ByteOffset) &&
	       likely(buffer->ByteCount - 1 < adapter->dma.maximum_buffer) &&
	       likely((int64_t)(sizeof(MDL) + mm_mdl_pages(buffer) * sizeof(PFN_NUMBER)) <=
		      buffer->Size);
}

static bool may_map(struct shim_adapter *adapter, const struct map_register *map_register,
		    ULONG index, PNDIS_BUFFER buffer)
{
	if (unlikely(map_register->buffer)) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_MAPPED_TWICE, .object = map_register,
					      .parameters = {(uintptr_t)map_register->buffer}),
				    start_call,
				    "a map register holds one mapping; "
				    "NdisMCompleteBufferPhysicalMapping comes before the next",
				    "map register %u still maps buffer %p", index,
				    (void *)map_register->buffer);
		return false;
	}
	if (unlikely(!is_locked(buffer) || (!buffer->MappedSystemVa && buffer->ByteCount))) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(is_locked(buffer) ? VERIFIER_NO_SYSTEM_ADDRESS
								: VERIFIER_NOT_LOCKED,
					      .parameters = {(uintptr_t)buffer}),
				    start_call,
				    "the buffer must be locked in memory: made by NdisAllocateBuffer",
				    "MdlFlags of buffer %p are 0x%x, its system address is %p",
				    (void *)buffer, (unsigned int)(USHORT)buffer->MdlFlags,
				    buffer->MappedSystemVa);
		return false;
	}
	if (unlikely(mm_mdl_pages(buffer) > mm_mdl_room(buffer))) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_INVALID_BUFFER, .object = map_register,
					      .parameters = {(uintptr_t)buffer}),
				    start_call,
				    "ByteCount of a buffer stays within the pages that its Size has "
				    "room for",
				    "buffer %p of %u bytes claims %llu pages, it has room for %zu",
				    (void *)buffer, buffer->ByteCount,
				    (unsigned long long)mm_mdl_pages(buffer), mm_mdl_room(buffer));
		return false;
	}
	if (unlikely(buffer->ByteCount > adapter->dma.maximum_buffer)) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_TOO_MANY_REGISTERS, .object = &adapter->dma,
					      .parameters = {NDIS_BUFFER_TO_SPAN_PAGES(buffer),
							     dma_slot_pages(map_register->slot)}),
				    start_call,
				    "a buffer is not longer than MaximumBufferSize of "
				    "NdisMAllocateMapRegisters",
				    "buffer %p has %u bytes, MaximumBufferSize is %u",
				    (void *)buffer, buffer->ByteCount,
				    adapter->dma.maximum_buffer);
		return false;
	}
	return true;
}

static inline void hold(struct shim_adapter *adapter, struct map_register *map_register,
			PNDIS_BUFFER buffer)
{
	struct shim_frame *frame = ndis_frame_of_buffer(adapter, buffer);

	map_register->buffer = buffer;
	map_register->frame = frame;
	if (frame)
		frame->mapped++;
}

static SELDOM void report_failure(struct shim_adapter *adapter,
				  const struct map_register *map_register, PNDIS_BUFFER buffer,
				  int result)
{
	log_error("%s: buffer %p, %u bytes at %p: %s", start_call, (void *)buffer,
		  buffer->ByteCount, buffer->MappedSystemVa,
		  dma_error_text(adapter->dma.adapter, result));
	if (result == -EIO)
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter,
			     (uintptr_t)(map_register - adapter->dma.registers), (uintptr_t)buffer,
			     (uintptr_t)(intptr_t)result);
}

static inline void let_go(struct map_register *map_register)
{
	map_register->buffer = NULL;
	if (map_register->frame)
		map_register->frame->mapped--;
}

static unsigned int map(struct shim_adapter *adapter, struct map_register *map_register,
			PNDIS_BUFFER buffer, BOOLEAN to_device, PNDIS_PHYSICAL_ADDRESS_UNIT units)
{
	const struct dma_region region = {buffer->MappedSystemVa, buffer->ByteCount};
	const struct dma_run *runs = adapter->dma.runs;
	unsigned int count;
	/* The driver's array has as many elements as the buffer has pages. */
	int result = dma_slot_map(map_register->slot, &region, 1,
				  to_device ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES,
				  adapter->dma.runs, NDIS_BUFFER_TO_SPAN_PAGES(buffer), &count);

	if (unlikely(result)) {
		report_failure(adapter, map_register, buffer, result);
		return 0;
	}
	hold(adapter, map_register, buffer);
	for (unsigned int i = 0; i < count; i++) {
		units[i].PhysicalAddress.QuadPart = (LONGLONG)runs[i].logical.value;
		units[i].Length = (UINT)runs[i].length;
	}
	return count;
}

static SELDOM void trace_start(struct shim_adapter *adapter, PNDIS_BUFFER buffer, ULONG index,
			BOOLEAN to_device, PNDIS_PHYSICAL_ADDRESS_UNIT units, UINT count)
{
	TRACE(start_call,
	      "adapter %p, buffer %p of %u bytes, register %u, %s) -> %u runs, 0x%llx+%u%s",
	      (void *)adapter, (void *)buffer, buffer ? buffer->ByteCount : 0, index,
	      to_device ? "to device" : "from device", count,
	      count ? (unsigned long long)units[0].PhysicalAddress.QuadPart : 0,
	      count ? units[0].Length : 0, count > 1 ? ", ..." : "");
}

/* With every check, and a report of what is wrong */
static __attribute__((noinline)) VOID start(NDIS_HANDLE handle, PNDIS_BUFFER buffer, ULONG index,
					    BOOLEAN to_device, PNDIS_PHYSICAL_ADDRESS_UNIT units,
					    PUINT size, const void *caller)
{
	TRACE_SCOPE(start_call);
	struct shim_adapter *adapter = ndis_adapter(handle, start_call);
	struct map_register *map_register;
	unsigned int count = 0;

	if (unlikely(!buffer || !units || !size)) {
		ndis_violation(adapter, start_call, "no argument may be NULL",
			       "Buffer %p, PhysicalAddressArray %p, ArraySize %p", (void *)buffer,
			       (void *)units, (void *)size);
	} else if (likely(adapter && ndis_irql_at_most(adapter, start_call, KE_DISPATCH_LEVEL))) {
		map_register = find_register(adapter, start_call, index);
		if (likely(map_register && may_map(adapter, map_register, index, buffer))) {
			count = map(adapter, map_register, buffer, to_device, units);
			if (unlikely(adapter->verifier))
				ndis_verify_start(adapter, start_call, map_register, count,
						  caller);
		}
	}
	if (likely(size))
		*size = count;
	if (trace_is_on())
		trace_start(adapter, buffer, index, to_device, units, count);
}

static inline void started(struct shim_adapter *adapter, PNDIS_BUFFER buffer,
			   struct map_register *map_register, uint64_t logical, size_t length,
			   PNDIS_PHYSICAL_ADDRESS_UNIT units, PUINT size)
{
	units[0].PhysicalAddress.QuadPart = (LONGLONG)logical;
	units[0].Length = (UINT)length;
	hold(adapter, map_register, buffer);
	*size = 1;
}

/* Nothing to report, but neither memory of policy pool nor to be copied from */
static __attribute__((noinline)) VOID start_elsewhere(struct shim_adapter *adapter,
						      PNDIS_BUFFER buffer,
						      struct map_register *map_register,
						      BOOLEAN to_device,
						      PNDIS_PHYSICAL_ADDRESS_UNIT units, PUINT size)
{
	struct dma_simple_run run = dma_slot_map_simple(
		map_register->slot, buffer->MappedSystemVa, buffer->ByteCount,
		to_device ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES);

	if (unlikely(run.result)) {
		report_failure(adapter, map_register, buffer, run.result);
		*size = 0;
		return;
	}
	started(adapter, buffer, map_register, run.logical, buffer->ByteCount, units, size);
}

VOID NTAPI NdisMStartBufferPhysicalMapping(NDIS_HANDLE MiniportAdapterHandle, PNDIS_BUFFER Buffer,
					   ULONG PhysicalMapRegister, BOOLEAN WriteToDevice,
					   PNDIS_PHYSICAL_ADDRESS_UNIT PhysicalAddressArray,
					   PUINT ArraySize)
{
	struct shim_adapter *adapter = MiniportAdapterHandle;
	struct map_register *map_register;
	uint64_t logical;
	size_t length;
	void *va;

	if (unlikely(!is_quiet(adapter, PhysicalMapRegister)) || unlikely(!Buffer))
		goto general;
	map_register = &adapter->dma.registers[PhysicalMapRegister];
	if (unlikely(!is_ready(adapter, map_register, Buffer)) ||
	    unlikely(!PhysicalAddressArray) || unlikely(!ArraySize))
		goto general;
	va = Buffer->MappedSystemVa;
	length = Buffer->ByteCount;
	if (WriteToDevice && dma_slot_map_pool(map_register->slot, va, length, &logical)) {
		started(adapter, Buffer, map_register, logical, length, PhysicalAddressArray,
			ArraySize);
	} else if (WriteToDevice && dma_slot_map_copy(map_register->slot, va, length, &logical)) {
		started(adapter, Buffer, map_register, logical, length, PhysicalAddressArray,
			ArraySize);
		dma_slot_copy(map_register->slot, va, length);
	} else {
		start_elsewhere(adapter, Buffer, map_register, WriteToDevice, PhysicalAddressArray,
				ArraySize);
	}
	return;
general:
	start(MiniportAdapterHandle, Buffer, PhysicalMapRegister, WriteToDevice,
	      PhysicalAddressArray, ArraySize, __builtin_return_address(0));
}

static __attribute__((noinline)) void unmap(struct shim_adapter *adapter,
					    struct map_register *map_register)
{
	int result = dma_slot_unmap(map_register->slot);

	if (unlikely(result))
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter,
			     (uintptr_t)(map_register - adapter->dma.registers),
			     (uintptr_t)map_register->buffer, (uintptr_t)(intptr_t)result);
	let_go(map_register);
}

static bool may_unmap(struct shim_adapter *adapter, const struct map_register *map_register,
		      ULONG index, PNDIS_BUFFER buffer)
{
	struct dma_region region;

	if (unlikely(!map_register->buffer)) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(ndis_verify_unmapped(adapter, map_register),
					      .object = map_register),
				    complete_call,
				    "NdisMStartBufferPhysicalMapping comes before its end",
				    "map register %u maps nothing", index);
		return false;
	}
	if (unlikely(map_register->buffer != buffer)) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_FLUSH_UNMAPPED, .object = map_register,
					      .parameters = {(uintptr_t)buffer}),
				    complete_call, "the buffer is the one that was mapped",
				    "map register %u maps buffer %p, not %p", index,
				    (void *)map_register->buffer, (void *)buffer);
		return false;
	}
	region = dma_slot_region(map_register->slot);
	if (unlikely(region.length != buffer->ByteCount || region.va != buffer->MappedSystemVa))
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_OUTSIDE_MDL, .object = map_register,
					      .parameters = {(uintptr_t)region.va,
							     (uintptr_t)buffer}),
				    complete_call,
				    "a buffer is not changed between start and end of its mapping",
				    "buffer %p was %zu bytes at %p and is %u bytes at %p",
				    (void *)buffer, region.length, region.va, buffer->ByteCount,
				    buffer->MappedSystemVa);
	return true;
}

/* With every check, and a report of what is wrong */
static __attribute__((noinline)) VOID complete(NDIS_HANDLE handle, PNDIS_BUFFER buffer, ULONG index,
					       const void *caller)
{
	TRACE_SCOPE(complete_call);
	struct shim_adapter *adapter = ndis_adapter(handle, complete_call);
	struct map_register *map_register;

	TRACE(complete_call, "adapter %p, buffer %p, register %u)", (void *)adapter, (void *)buffer,
	      index);
	if (unlikely(!adapter || !ndis_irql_at_most(adapter, complete_call, KE_DISPATCH_LEVEL)))
		return;
	map_register = find_register(adapter, complete_call, index);
	if (unlikely(!map_register || !may_unmap(adapter, map_register, index, buffer)))
		return;
	unmap(adapter, map_register);
	if (unlikely(adapter->verifier))
		ndis_verify_complete(adapter, complete_call, map_register, caller);
}

VOID NTAPI NdisMCompleteBufferPhysicalMapping(NDIS_HANDLE MiniportAdapterHandle,
					      PNDIS_BUFFER Buffer, ULONG PhysicalMapRegister)
{
	struct shim_adapter *adapter = MiniportAdapterHandle;
	struct map_register *map_register;

	if (likely(is_quiet(adapter, PhysicalMapRegister))) {
		map_register = &adapter->dma.registers[PhysicalMapRegister];
		/* The buffer is read only if it is the one that is mapped. */
		if (likely(map_register->buffer == Buffer && Buffer &&
			   dma_slot_maps(map_register->slot, Buffer->MappedSystemVa,
					 Buffer->ByteCount))) {
			if (likely(dma_slot_is_simple(map_register->slot))) {
				dma_slot_free(map_register->slot);
				let_go(map_register);
			} else {
				unmap(adapter, map_register);
			}
			return;
		}
	}
	complete(MiniportAdapterHandle, Buffer, PhysicalMapRegister, __builtin_return_address(0));
}

void ndis_dma_complete_frame(struct shim_adapter *adapter, const char *call,
			     struct shim_frame *frame)
{
	for (ULONG i = 0; i < adapter->dma.register_count && frame->mapped; i++) {
		struct map_register *map_register = &adapter->dma.registers[i];

		if (!map_register->buffer ||
		    ndis_frame_of_buffer(adapter, map_register->buffer) != frame)
			continue;
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_NOT_FLUSHED, .object = map_register,
				  .parameters = {dma_slot_region(map_register->slot).length,
						 adapter->dma.maximum_buffer}),
			call, "NdisMCompleteBufferPhysicalMapping comes before NdisMSendComplete",
			"map register %u still maps buffer %p of packet %p", i,
			(void *)map_register->buffer, (void *)&frame->packet.packet);
		unmap(adapter, map_register);
		if (adapter->verifier)
			ndis_verify_complete(adapter, call, map_register, NULL);
	}
}
