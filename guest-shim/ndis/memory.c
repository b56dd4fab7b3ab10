/* SPDX-License-Identifier: MIT */
/*
 * memory.c - memory of drivers for the CPU
 */
#include <string.h>

#include "mm/pool.h"
#include "ndis/dma.h"
#include "ndis/interrupt.h"
#include "ndis/memory.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/trace.h"

static const char memory_kind[] = "memory";

_Thread_local const void *ndis_owner;

void *ndis_allocate_object(size_t length, const char *kind, void *parent, const char *call,
			   const void *caller)
{
	const struct mm_block template = {
		.kind = kind,
		.owner = ndis_owner,
		.parent = parent,
		.made = ndis_verify_made_now(call, caller),
	};
	struct mm_block *block = mm_pool_allocate(length, &template);

	return block ? memset(block->va, 0, length) : NULL;
}

static PVOID allocate(SIZE_T length, ULONG tag, const char *call, const void *caller)
{
	const struct mm_block template = {
		.kind = memory_kind,
		.tag = tag,
		.owner = ndis_owner,
		.made = ndis_verify_made_now(call, caller),
	};
	struct mm_block *block = mm_pool_allocate(length, &template);

	return block ? block->va : NULL;
}

static bool may_allocate(const char *call, PVOID *va, UINT length)
{
	if (!ndis_is_given(call, "VirtualAddress", va))
		return false;
	*va = NULL;
	if (length)
		return true;
	ndis_violation(NULL, call, "at least one byte is asked for", "Length is 0");
	return false;
}

NDIS_STATUS NTAPI NdisAllocateMemoryWithTag(PVOID *VirtualAddress, UINT Length, ULONG Tag)
{
	static const char call[] = "NdisAllocateMemoryWithTag";
	TRACE_SCOPE(call);
	char text[5];
	NDIS_STATUS status;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!may_allocate(call, VirtualAddress, Length))
		return NDIS_STATUS_FAILURE;
	*VirtualAddress = allocate(Length, Tag, call, __builtin_return_address(0));
	status = *VirtualAddress ? NDIS_STATUS_SUCCESS : NDIS_STATUS_FAILURE;
	TRACE(call, "%u bytes, tag %s) -> %s, %p", Length, mm_pool_tag_text(Tag, text),
	      ndis_status_text(status), *VirtualAddress);
	return status;
}

NDIS_STATUS NTAPI NdisAllocateMemory(PVOID *VirtualAddress, UINT Length, UINT MemoryFlags,
				     NDIS_PHYSICAL_ADDRESS HighestAcceptableAddress)
{
	static const char call[] = "NdisAllocateMemory";
	TRACE_SCOPE(call);
	NDIS_STATUS status;

	ndis_irql_at_most(NULL, call, MemoryFlags ? KE_PASSIVE_LEVEL : KE_DISPATCH_LEVEL);
	if (!may_allocate(call, VirtualAddress, Length))
		return NDIS_STATUS_FAILURE;
	*VirtualAddress = allocate(Length, 0, call, __builtin_return_address(0));
	status = *VirtualAddress ? NDIS_STATUS_SUCCESS : NDIS_STATUS_FAILURE;
	TRACE(call, "%u bytes, flags 0x%x) -> %s, %p", Length, MemoryFlags,
	      ndis_status_text(status), *VirtualAddress);
	return status;
}

/* Frees a block of memory after the checks that all ways of freeing share. */
static void release(const char *call, struct mm_block *block)
{
	unsigned int objects;

	if (!ndis_dma_forget(call, block->va, block->length))
		return;
	ndis_interrupt_forget(block->va, block->length);
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if (adapter->verifier)
			ndis_verify_spin_locks(adapter, call, block->va, block->length);
	}
	objects = ke_forget_memory(block->va, block->length);
	if (objects)
		ndis_violation(
			NULL, call,
			"timers are cancelled and work items have run before their memory is freed",
			"%u of them are still queued in %zu bytes at %p", objects, block->length,
			block->va);
	mm_pool_free(block);
}

static struct mm_block *find(const char *call, PVOID va)
{
	struct mm_block *block = mm_pool_find(va);

	if (block && block->kind == memory_kind)
		return block;
	ndis_violation(NULL, call,
		       "memory is freed once, at the address that its allocation returned",
		       "no memory of a driver begins at %p", va);
	return NULL;
}

VOID NTAPI NdisFreeMemory(PVOID VirtualAddress, UINT Length, UINT MemoryFlags)
{
	static const char call[] = "NdisFreeMemory";
	TRACE_SCOPE(call);
	struct mm_block *block = find(call, VirtualAddress);

	TRACE(call, "%p, %u bytes, flags 0x%x)", VirtualAddress, Length, MemoryFlags);
	ndis_irql_at_most(NULL, call, MemoryFlags ? KE_PASSIVE_LEVEL : KE_DISPATCH_LEVEL);
	if (!block)
		return;
	if (Length != block->length && !(Length == 0 && block->tag))
		ndis_violation(NULL, call,
			       "Length is that of the allocation, or 0 for memory with a tag",
			       "Length is %u, the memory at %p has %zu bytes", Length,
			       VirtualAddress, block->length);
	release(call, block);
}

/* The tag that NT gives memory without one. */
#define UNTAGGED 'enoN'

static PVOID allocate_from_pool(const char *call, POOL_TYPE type, SIZE_T length, ULONG tag,
				const void *caller)
{
	TRACE_SCOPE(call);
	bool paged = type == PagedPool || type == PagedPoolCacheAligned;
	char text[5];
	PVOID va;

	ndis_irql_at_most(NULL, call, paged ? KE_DISPATCH_LEVEL - 1 : KE_DISPATCH_LEVEL);
	va = allocate(length, tag, call, caller);
	TRACE(call, "type %d, %zu bytes, tag %s) -> %p", type, length, mm_pool_tag_text(tag, text),
	      va);
	return va;
}

PVOID NTAPI ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	return allocate_from_pool("ExAllocatePoolWithTag", PoolType, NumberOfBytes, Tag,
				  __builtin_return_address(0));
}

PVOID NTAPI ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
	return allocate_from_pool("ExAllocatePool", PoolType, NumberOfBytes, UNTAGGED,
				  __builtin_return_address(0));
}

PVOID NTAPI ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
					  EX_POOL_PRIORITY Priority)
{
	return allocate_from_pool("ExAllocatePoolWithTagPriority", PoolType, NumberOfBytes, Tag,
				  __builtin_return_address(0));
}

static PVOID allocate_with_flags(const char *call, POOL_FLAGS flags, SIZE_T length, ULONG tag,
				 const void *caller)
{
	const POOL_FLAGS kinds =
		POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
	POOL_FLAGS kind = flags & kinds;
	PVOID va;

	if (!kind || kind & (kind - 1) || !length || !tag) {
		ndis_violation(NULL, call,
			       "Flags has one of POOL_FLAG_NON_PAGED, _NON_PAGED_EXECUTE and _PAGED, "
			       "NumberOfBytes and Tag are not 0",
			       "Flags is 0x%llx, NumberOfBytes %zu, Tag 0x%x",
			       (unsigned long long)flags, length, tag);
		return NULL;
	}
	va = allocate_from_pool(call, kind == POOL_FLAG_PAGED ? PagedPool : NonPagedPool, length,
				tag, caller);
	if (va && !(flags & POOL_FLAG_UNINITIALIZED))
		memset(va, 0, length);
	return va;
}

PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
	return allocate_with_flags("ExAllocatePool2", Flags, NumberOfBytes, Tag,
				   __builtin_return_address(0));
}

PVOID NTAPI ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
			    PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
			    ULONG ExtendedParametersCount)
{
	static const char call[] = "ExAllocatePool3";

	if (ExtendedParameters || ExtendedParametersCount) {
		ndis_violation(NULL, call, "ExtendedParameters is NULL, and their number is 0",
			       "%u parameters at %p", ExtendedParametersCount,
			       (const void *)ExtendedParameters);
		return NULL;
	}
	return allocate_with_flags(call, Flags, NumberOfBytes, Tag, __builtin_return_address(0));
}

static void free_with_tag(const char *call, PVOID memory, ULONG tag)
{
	TRACE_SCOPE(call);
	struct mm_block *block = find(call, memory);
	char given[5], kept[5];

	TRACE(call, "%p, tag %s)", memory, mm_pool_tag_text(tag, given));
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!block)
		return;
	if (tag != block->tag)
		ndis_violation(NULL, call, "the tag is that of the allocation",
			       "the tag is %s, not %s", mm_pool_tag_text(tag, given),
			       mm_pool_tag_text(block->tag, kept));
	release(call, block);
}

VOID NTAPI ExFreePoolWithTag(PVOID Memory, ULONG Tag)
{
	free_with_tag("ExFreePoolWithTag", Memory, Tag);
}

VOID NTAPI NdisFreeMemoryWithTag(PVOID VirtualAddress, ULONG Tag)
{
	free_with_tag("NdisFreeMemoryWithTag", VirtualAddress, Tag);
}

VOID NTAPI ExFreePool(PVOID Memory)
{
	static const char call[] = "ExFreePool";
	TRACE_SCOPE(call);
	struct mm_block *block = find(call, Memory);

	TRACE(call, "%p)", Memory);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (block)
		release(call, block);
}

static const char frees_all[] = "what a driver allocated it frees before this function returns";

/** struct leak_report - @blocks, @packets: found so far, @packets in pools */
struct leak_report {
	struct shim_adapter *adapter;
	const char *call;
	unsigned int blocks;
	unsigned int packets;
};

static void list_leak(const struct leak_report *report, const struct mm_block *block)
{
	char text[5];

	ndis_violation_code(report->adapter, VERIFIER_DETAIL(VERIFIER_NONE, .made = &block->made),
			    report->call, frees_all, "%s of %zu bytes at %p%s%s is not freed",
			    block->kind, block->length, block->va, block->tag ? " with tag " : "",
			    block->tag ? mm_pool_tag_text(block->tag, text) : "");
}

static void report_leak(void *context, const struct mm_block *block)
{
	struct leak_report *report = context;

	ke_forget_memory(block->va, block->length);
	ndis_dma_forget(report->call, block->va, block->length);
	if (report->blocks++ < NDIS_LISTED_LEAKS || ndis_lists_all_leaks(report->adapter))
		list_leak(report, block);
	if (block->kind != ndis_packet_pool_kind)
		return;
	report->packets += ndis_packet_pool_report(report->adapter, report->call, block->va);
	ndis_packet_pool_free_packets(block->va);
}

unsigned int ndis_release_memory(struct shim_adapter *adapter, const char *call, const void *owner)
{
	struct leak_report report = {adapter, call, 0, 0};
	unsigned int blocks = mm_pool_release(owner, report_leak, &report);

	if (blocks > NDIS_LISTED_LEAKS && !ndis_lists_all_leaks(adapter))
		ndis_violation(adapter, call, frees_all,
			       "%u more are not freed, which the checking mode lists",
			       blocks - NDIS_LISTED_LEAKS);
	return blocks + report.packets;
}

VOID NTAPI NdisCreateLookaheadBufferFromSharedMemory(PVOID pSharedMemory, UINT LookaheadLength,
						     PVOID *pLookaheadBuffer)
{
	static const char call[] = "NdisCreateLookaheadBufferFromSharedMemory";
	TRACE_SCOPE(call);

	ndis_irql_is_dispatch(NULL, call);
	if (!may_allocate(call, pLookaheadBuffer, LookaheadLength) ||
	    !ndis_is_given(call, "pSharedMemory", pSharedMemory))
		return;
	*pLookaheadBuffer =
		allocate(LookaheadLength, UNTAGGED, call, __builtin_return_address(0));
	for (UINT i = 0; *pLookaheadBuffer && i < LookaheadLength; i++)
		((UCHAR *)*pLookaheadBuffer)[i] =
			READ_REGISTER_UCHAR((volatile UCHAR *)pSharedMemory + i);
	TRACE(call, "%p, %u bytes) -> %p", pSharedMemory, LookaheadLength, *pLookaheadBuffer);
}

VOID NTAPI NdisDestroyLookaheadBufferFromSharedMemory(PVOID pLookaheadBuffer)
{
	static const char call[] = "NdisDestroyLookaheadBufferFromSharedMemory";
	TRACE_SCOPE(call);
	struct mm_block *block = find(call, pLookaheadBuffer);

	TRACE(call, "%p)", pLookaheadBuffer);
	ndis_irql_is_dispatch(NULL, call);
	if (block)
		release(call, block);
}
