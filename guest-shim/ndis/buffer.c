/* SPDX-License-Identifier: MIT */
/*
 * buffer.c - buffer descriptors of drivers
 *
 * Source: ndis-hal-dma.md section 5.
 */
#include "mm/mdl.h"
#include "mm/pool.h"
#include "ndis/dma.h"
#include "ndis/dma_channel.h"
#include "ndis/memory.h"
#include "ndis/violation.h"
#include "support/trace.h"

/** struct buffer_pool - a name for descriptors, which are allocated one by one: their size varies */
struct buffer_pool {
	UINT used;
};

static const char pool_kind[] = "buffer pool";
static const char buffer_kind[] = "buffer descriptor";

VOID NTAPI NdisAllocateBufferPool(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
				  UINT NumberOfDescriptors)
{
	static const char call[] = "NdisAllocateBufferPool";
	TRACE_SCOPE(call);
	struct buffer_pool *pool = NULL;

	if (!ndis_is_given(call, "Status", Status) || !ndis_is_given(call, "PoolHandle", PoolHandle))
		return;
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (NumberOfDescriptors)
		pool = ndis_allocate_object(sizeof(*pool), pool_kind, NULL, call,
					    __builtin_return_address(0));
	else
		ndis_violation(NULL, call, "a pool has at least one descriptor",
			       "NumberOfDescriptors is 0");
	*PoolHandle = pool;
	*Status = pool ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES;
	TRACE(call, "%u descriptors) -> %s, %p", NumberOfDescriptors, ndis_status_text(*Status),
	      *PoolHandle);
}

static struct buffer_pool *find_pool(const char *call, NDIS_HANDLE handle)
{
	struct mm_block *block = mm_pool_find(handle);

	if (block && block->kind == pool_kind)
		return handle;
	ndis_violation(NULL, call, "PoolHandle is what NdisAllocateBufferPool stored",
		       "%p is no buffer pool", handle);
	return NULL;
}

VOID NTAPI NdisFreeBufferPool(NDIS_HANDLE PoolHandle)
{
	static const char call[] = "NdisFreeBufferPool";
	TRACE_SCOPE(call);
	struct buffer_pool *pool = find_pool(call, PoolHandle);

	TRACE(call, "pool %p)", PoolHandle);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!pool)
		return;
	if (pool->used) {
		ndis_violation(NULL, call, "every buffer of a pool is freed before the pool",
			       "%u buffers of pool %p are still allocated; it is not freed",
			       pool->used, PoolHandle);
		return;
	}
	mm_pool_free(mm_pool_find(pool));
}

static PNDIS_BUFFER allocate(const char *call, struct buffer_pool *pool, PVOID va, UINT length,
			     const void *caller)
{
	const struct shim_adapter *adapter = ndis_current_adapter();
	size_t size = mm_mdl_size(va, length);
	MDL *mdl;

	if (!size || (!va && length)) {
		ndis_violation(NULL, call,
			       "a buffer describes memory, and not more than an MDL can hold",
			       "%u bytes at %p", length, va);
		return NULL;
	}
	mdl = ndis_allocate_object(size, buffer_kind, pool, call, caller);
	if (!mdl)
		return NULL;
	mm_mdl_build(mdl, va, length, adapter ? adapter->platform : NULL);
	if (pool)
		pool->used++;
	return mdl;
}

VOID NTAPI NdisAllocateBuffer(PNDIS_STATUS Status, PNDIS_BUFFER *Buffer, NDIS_HANDLE PoolHandle,
			      PVOID VirtualAddress, UINT Length)
{
	static const char call[] = "NdisAllocateBuffer";
	TRACE_SCOPE(call);
	struct buffer_pool *pool;

	if (!ndis_is_given(call, "Status", Status) || !ndis_is_given(call, "Buffer", Buffer))
		return;
	pool = PoolHandle ? find_pool(call, PoolHandle) : NULL;
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	*Buffer = pool || !PoolHandle ? allocate(call, pool, VirtualAddress, Length,
						 __builtin_return_address(0))
				      : NULL;
	*Status = *Buffer ? NDIS_STATUS_SUCCESS : NDIS_STATUS_FAILURE;
	TRACE(call, "pool %p, %u bytes at %p) -> %s, %p", PoolHandle, Length, VirtualAddress,
	      ndis_status_text(*Status), (void *)*Buffer);
}

VOID NTAPI NdisCopyBuffer(PNDIS_STATUS Status, PNDIS_BUFFER *Buffer, NDIS_HANDLE PoolHandle,
			  PVOID MemoryDescriptor, UINT Offset, UINT Length)
{
	static const char call[] = "NdisCopyBuffer";
	TRACE_SCOPE(call);
	const MDL *source = MemoryDescriptor;
	struct buffer_pool *pool;

	if (!ndis_is_given(call, "Status", Status) || !ndis_is_given(call, "Buffer", Buffer))
		return;
	*Buffer = NULL;
	*Status = NDIS_STATUS_FAILURE;
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "MemoryDescriptor", MemoryDescriptor))
		return;
	pool = PoolHandle ? find_pool(call, PoolHandle) : NULL;
	if (Offset > source->ByteCount || Length > source->ByteCount - Offset)
		ndis_violation(NULL, call, "a copy describes bytes that the buffer describes",
			       "Offset %u and Length %u, of a buffer of %u bytes", Offset, Length,
			       source->ByteCount);
	else if (pool || !PoolHandle)
		*Buffer = allocate(call, pool, (char *)MmGetMdlVirtualAddress(source) + Offset,
				   Length, __builtin_return_address(0));
	if (*Buffer)
		*Status = NDIS_STATUS_SUCCESS;
	TRACE(call, "pool %p, %u bytes at %u of buffer %p) -> %s, %p", PoolHandle, Length, Offset,
	      MemoryDescriptor, ndis_status_text(*Status), (void *)*Buffer);
}

/* Register that maps @buffer, or -1. */
static int mapped_by(const struct shim_adapter *adapter, const MDL *buffer)
{
	for (unsigned int i = 0; i < adapter->dma.register_count; i++) {
		if (adapter->dma.registers[i].buffer == buffer)
			return (int)i;
	}
	return -1;
}

VOID NTAPI NdisFreeBuffer(PNDIS_BUFFER Buffer)
{
	static const char call[] = "NdisFreeBuffer";
	TRACE_SCOPE(call);
	struct mm_block *block = mm_pool_find(Buffer);

	TRACE(call, "buffer %p)", (void *)Buffer);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!block || block->kind != buffer_kind) {
		ndis_violation(NULL, call,
			       "a buffer of NdisAllocateBuffer is freed once, by its owner",
			       "%p is no buffer that the driver allocated", (void *)Buffer);
		return;
	}
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		int index = mapped_by(adapter, Buffer);

		if (index >= 0) {
			ndis_violation_code(
				adapter,
				VERIFIER_DETAIL(VERIFIER_NONE,
						.object = &adapter->dma.registers[index]),
				call,
				"NdisMCompleteBufferPhysicalMapping comes before NdisFreeBuffer",
				"map register %d still maps buffer %p; it is not freed", index,
				(void *)Buffer);
			return;
		}
	}
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if (ndis_dma_channel_uses(adapter, Buffer)) {
			ndis_violation(adapter, call,
				       "NdisMCompleteDmaTransfer comes before NdisFreeBuffer",
				       "a transfer is set up on buffer %p; it is not freed",
				       (void *)Buffer);
			return;
		}
	}
	if (block->parent)
		((struct buffer_pool *)block->parent)->used--;
	mm_pool_free(block);
}

VOID NTAPI NdisQueryBufferSafe(PNDIS_BUFFER Buffer, PVOID *VirtualAddress, PUINT Length,
			       MM_PAGE_PRIORITY Priority)
{
	static const char call[] = "NdisQueryBufferSafe";
	UINT length = 0;
	PVOID va = NULL;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (ndis_is_given(call, "Buffer", Buffer) && ndis_is_given(call, "Length", Length)) {
		va = MmGetSystemAddressForMdlSafe(Buffer, Priority);
		length = Buffer->ByteCount;
	}
	if (VirtualAddress)
		*VirtualAddress = va;
	if (likely(Length))
		*Length = length;
	TRACE_SHORT("NdisQueryBuffer", "buffer %p) -> %p, %u bytes", (void *)Buffer, va, length);
}

VOID NTAPI NdisQueryBuffer(PNDIS_BUFFER Buffer, PVOID *VirtualAddress, PUINT Length)
{
	NdisQueryBufferSafe(Buffer, VirtualAddress, Length, NormalPagePriority);
}

VOID NTAPI NdisGetBufferPhysicalArraySize(PNDIS_BUFFER Buffer, PUINT ArraySize)
{
	static const char call[] = "NdisGetBufferPhysicalArraySize";
	TRACE_SCOPE(call);
	UINT size = 0;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (ndis_is_given(call, "Buffer", Buffer) && ndis_is_given(call, "ArraySize", ArraySize))
		size = NDIS_BUFFER_TO_SPAN_PAGES(Buffer);
	if (likely(ArraySize))
		*ArraySize = size;
	TRACE_SHORT(call, "buffer %p) -> %u", (void *)Buffer, size);
}
