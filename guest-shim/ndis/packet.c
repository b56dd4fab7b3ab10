/* SPDX-License-Identifier: MIT */
/*
 * packet.c - pools of packets, and packets as chains of buffers
 */
#include <stdlib.h>
#include <string.h>

#include "mm/mdl.h"
#include "mm/pool.h"
#include "ndis/memory.h"
#include "ndis/packet.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/trace.h"

/* Most packets that the interface lets a pool have. */
#define POOL_LIMIT 65535u

/**
 * struct packet_pool
 * @limit: packets that may be allocated at once.
 * @used: packets that are.
 * @size: bytes of one packet with everything behind it.
 * @free: packets that were freed, linked through Reserved[0].
 * @packets: all packets ever made, linked through the word before each.
 */
struct packet_pool {
	UINT limit;
	UINT used;
	size_t size;
	size_t oob_offset;
	NDIS_PACKET *free;
	struct packet_header *packets;
};

/** struct packet_header - @made: the last allocation, in the checking mode */
struct packet_header {
	struct packet_header *next;
	ULONG_PTR alignment;
	struct verifier_event made;
	NDIS_PACKET packet;
};

const char ndis_packet_pool_kind[] = "packet pool";

void ndis_packet_initialise(NDIS_PACKET *packet, size_t oob_offset, void *pool)
{
	memset(packet, 0,
	       oob_offset + sizeof(NDIS_PACKET_OOB_DATA) + sizeof(NDIS_PACKET_EXTENSION));
	packet->Private.Pool = pool;
	packet->Private.NdisPacketFlags = fPACKET_ALLOCATED_BY_NDIS;
	packet->Private.NdisPacketOobOffset = (USHORT)oob_offset;
}

/* The pool behind a handle, or NULL after a report. */
static struct packet_pool *find_pool(const char *call, NDIS_HANDLE handle)
{
	struct mm_block *block = mm_pool_find(handle);

	if (block && block->kind == ndis_packet_pool_kind)
		return handle;
	ndis_violation(NULL, call, "PoolHandle is what NdisAllocatePacketPool(Ex) stored",
		       "%p is no packet pool", handle);
	return NULL;
}

/* Where the out-of-band data of a packet begin. */
static size_t oob_offset_of(UINT reserved)
{
	size_t offset =
		(offsetof(NDIS_PACKET, ProtocolReserved) + (size_t)reserved + 7) & ~(size_t)7;

	return offset < sizeof(NDIS_PACKET) ? sizeof(NDIS_PACKET) : offset;
}

static void allocate_pool(PNDIS_STATUS status, PNDIS_HANDLE handle, uint64_t limit, UINT reserved,
			  const void *caller)
{
	static const char call[] = "NdisAllocatePacketPool(Ex)";
	TRACE_SCOPE(call);
	size_t oob_offset = oob_offset_of(reserved);
	struct packet_pool *pool;

	if (!ndis_is_given(call, "Status", status))
		return;
	*status = NDIS_STATUS_RESOURCES;
	if (!ndis_is_given(call, "PoolHandle", handle))
		return;
	*handle = NULL;
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!limit || limit > POOL_LIMIT || oob_offset > UINT16_MAX) {
		ndis_violation(
			NULL, call,
			"a pool has 1 to 65535 packets, and ProtocolReserved is below 64 KiB",
			"%llu packets with %u bytes asked for", (unsigned long long)limit,
			reserved);
	} else {
		pool = ndis_allocate_object(sizeof(*pool), ndis_packet_pool_kind, NULL, call,
					    caller);
		if (pool) {
			pool->limit = (UINT)limit;
			pool->oob_offset = oob_offset;
			pool->size = offsetof(struct packet_header, packet) + oob_offset +
				     sizeof(NDIS_PACKET_OOB_DATA) + sizeof(NDIS_PACKET_EXTENSION);
			*handle = pool;
			*status = NDIS_STATUS_SUCCESS;
		}
	}
	TRACE(call, "%llu packets, %u bytes reserved) -> %s, %p", (unsigned long long)limit,
	      reserved, ndis_status_text(*status), *handle);
}

VOID NTAPI NdisAllocatePacketPoolEx(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
				    UINT NumberOfDescriptors, UINT NumberOfOverflowDescriptors,
				    UINT ProtocolReservedLength)
{
	allocate_pool(Status, PoolHandle,
		      (uint64_t)NumberOfDescriptors + NumberOfOverflowDescriptors,
		      ProtocolReservedLength, __builtin_return_address(0));
}

VOID NTAPI NdisAllocatePacketPool(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
				  UINT NumberOfDescriptors, UINT ProtocolReservedLength)
{
	allocate_pool(Status, PoolHandle, NumberOfDescriptors, ProtocolReservedLength,
		      __builtin_return_address(0));
}

unsigned int ndis_packet_pool_report(struct shim_adapter *adapter, const char *call,
				     const void *object)
{
	const struct packet_pool *pool = object;
	static const char frees_all[] = "NdisFreePacket frees every packet before its pool goes";
	unsigned int count = 0;

	for (const struct packet_header *h = pool->packets; h; h = h->next) {
		if (h->packet.Private.Pool != pool)
			continue;
		if (count++ < NDIS_LISTED_LEAKS || ndis_lists_all_leaks(adapter))
			ndis_violation_code(adapter,
					    VERIFIER_DETAIL(VERIFIER_NONE, .made = &h->made), call,
					    frees_all, "packet %p of pool %p is not freed",
					    (const void *)&h->packet, object);
	}
	if (count > NDIS_LISTED_LEAKS && !ndis_lists_all_leaks(adapter))
		ndis_violation(adapter, call, frees_all,
			       "%u more packets are not freed, which the checking mode lists",
			       count - NDIS_LISTED_LEAKS);
	return count;
}

void ndis_packet_pool_free_packets(void *object)
{
	struct packet_pool *pool = object;

	while (pool->packets) {
		struct packet_header *header = pool->packets;

		pool->packets = header->next;
		free(header);
	}
}

VOID NTAPI NdisFreePacketPool(NDIS_HANDLE PoolHandle)
{
	static const char call[] = "NdisFreePacketPool";
	TRACE_SCOPE(call);
	struct packet_pool *pool = find_pool(call, PoolHandle);

	TRACE(call, "pool %p)", PoolHandle);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!pool)
		return;
	if (pool->used) {
		ndis_violation(NULL, call, "every packet of a pool is freed before the pool",
			       "%u packets of pool %p are still allocated; it is not freed",
			       pool->used, PoolHandle);
		return;
	}
	ndis_packet_pool_free_packets(pool);
	mm_pool_free(mm_pool_find(pool));
}

UINT NTAPI NdisPacketPoolUsage(NDIS_HANDLE PoolHandle)
{
	struct packet_pool *pool = find_pool("NdisPacketPoolUsage", PoolHandle);

	ndis_irql_at_most(NULL, "NdisPacketPoolUsage", KE_DISPATCH_LEVEL);
	return pool ? pool->used : 0;
}

NDIS_HANDLE NTAPI NdisGetPoolFromPacket(PNDIS_PACKET Packet)
{
	static const char call[] = "NdisGetPoolFromPacket";

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	return ndis_is_given(call, "Packet", Packet) ? find_pool(call, Packet->Private.Pool) : NULL;
}

UINT NTAPI NdisPacketSize(UINT ProtocolReservedSize)
{
	return (UINT)(oob_offset_of(ProtocolReservedSize) + sizeof(NDIS_PACKET_OOB_DATA) +
		      sizeof(NDIS_PACKET_EXTENSION));
}

static NDIS_PACKET *take_packet(struct packet_pool *pool)
{
	struct packet_header *header;
	NDIS_PACKET *packet = pool->free;

	if (pool->used == pool->limit)
		return NULL;
	if (packet) {
		pool->free = (NDIS_PACKET *)packet->Reserved[0];
	} else {
		header = malloc(pool->size);
		if (!header)
			return NULL;
		header->next = pool->packets;
		pool->packets = header;
		packet = &header->packet;
	}
	pool->used++;
	return packet;
}

static void allocate_packet(PNDIS_STATUS Status, PNDIS_PACKET *Packet, NDIS_HANDLE PoolHandle,
			    const void *caller)
{
	static const char call[] = "NdisAllocatePacket";
	TRACE_SCOPE(call);
	struct packet_pool *pool;

	if (!ndis_is_given(call, "Status", Status))
		return;
	*Status = NDIS_STATUS_RESOURCES;
	if (!ndis_is_given(call, "Packet", Packet))
		return;
	pool = find_pool(call, PoolHandle);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	*Packet = pool ? take_packet(pool) : NULL;
	*Status = *Packet ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES;
	if (*Packet) {
		ndis_packet_initialise(*Packet, pool->oob_offset, pool);
		container_of(*Packet, struct packet_header, packet)->made =
			ndis_verify_made_now(call, caller);
	}
	TRACE(call, "pool %p) -> %s, %p", PoolHandle, ndis_status_text(*Status), (void *)*Packet);
}

VOID NTAPI NdisAllocatePacket(PNDIS_STATUS Status, PNDIS_PACKET *Packet, NDIS_HANDLE PoolHandle)
{
	allocate_packet(Status, Packet, PoolHandle, __builtin_return_address(0));
}

VOID NTAPI NdisFreePacket(PNDIS_PACKET Packet)
{
	static const char call[] = "NdisFreePacket";
	TRACE_SCOPE(call);
	struct mm_block *block;
	struct packet_pool *pool;

	TRACE(call, "packet %p)", (void *)Packet);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	block = Packet ? mm_pool_find(Packet->Private.Pool) : NULL;
	if (!block || block->kind != ndis_packet_pool_kind) {
		ndis_violation(NULL, call, "a packet of NdisAllocatePacket is freed once",
			       "packet %p is not allocated from a pool", (void *)Packet);
		return;
	}
	pool = block->va;
	Packet->Private.Pool = NULL;
	Packet->Reserved[0] = (ULONG_PTR)pool->free;
	pool->free = Packet;
	pool->used--;
}

VOID NTAPI NdisDprAllocatePacket(PNDIS_STATUS Status, PNDIS_PACKET *Packet, NDIS_HANDLE PoolHandle)
{
	ndis_irql_is_dispatch(NULL, "NdisDprAllocatePacket");
	allocate_packet(Status, Packet, PoolHandle, __builtin_return_address(0));
}

VOID NTAPI NdisDprFreePacket(PNDIS_PACKET Packet)
{
	ndis_irql_is_dispatch(NULL, "NdisDprFreePacket");
	NdisFreePacket(Packet);
}

/* The last buffer of a chain, or NULL after a report. */
static PNDIS_BUFFER last_of_chain(const char *call, PNDIS_BUFFER buffer)
{
	PNDIS_BUFFER last = mm_mdl_last(buffer);

	if (!last)
		ndis_violation(NULL, call,
			       "a chain of buffers ends: the Next of its last buffer is NULL",
			       "the chain that begins with buffer %p leads back into itself",
			       (void *)buffer);
	return last;
}

/* The last buffer of a chain that may come into the packet, or NULL after a report. */
static PNDIS_BUFFER last_of_new(const char *call, const NDIS_PACKET *packet, PNDIS_BUFFER buffer)
{
	PNDIS_BUFFER last = last_of_chain(call, buffer);

	if (last && packet->Private.Head && last == packet->Private.Tail) {
		ndis_violation(NULL, call, "a buffer is in a packet once",
			       "buffer %p is in packet %p already", (void *)last, (void *)packet);
		return NULL;
	}
	return last;
}

VOID NTAPI NdisChainBufferAtFront(PNDIS_PACKET Packet, PNDIS_BUFFER Buffer)
{
	PNDIS_BUFFER last;

	ndis_irql_at_most(NULL, "NdisChainBufferAtFront", KE_DISPATCH_LEVEL);
	if (!ndis_is_given("NdisChainBufferAtFront", "Packet", Packet) ||
	    !ndis_is_given("NdisChainBufferAtFront", "Buffer", Buffer))
		return;
	last = last_of_new("NdisChainBufferAtFront", Packet, Buffer);
	if (!last)
		return;
	if (!Packet->Private.Head)
		Packet->Private.Tail = last;
	last->Next = Packet->Private.Head;
	Packet->Private.Head = Buffer;
	Packet->Private.ValidCounts = FALSE;
	TRACE("NdisChainBufferAtFront", "packet %p, buffer %p)", (void *)Packet, (void *)Buffer);
}

VOID NTAPI NdisChainBufferAtBack(PNDIS_PACKET Packet, PNDIS_BUFFER Buffer)
{
	PNDIS_BUFFER last;

	ndis_irql_at_most(NULL, "NdisChainBufferAtBack", KE_DISPATCH_LEVEL);
	if (!ndis_is_given("NdisChainBufferAtBack", "Packet", Packet) ||
	    !ndis_is_given("NdisChainBufferAtBack", "Buffer", Buffer))
		return;
	last = last_of_new("NdisChainBufferAtBack", Packet, Buffer);
	if (!last)
		return;
	if (Packet->Private.Head)
		Packet->Private.Tail->Next = Buffer;
	else
		Packet->Private.Head = Buffer;
	Packet->Private.Tail = last;
	Packet->Private.ValidCounts = FALSE;
	TRACE("NdisChainBufferAtBack", "packet %p, buffer %p)", (void *)Packet, (void *)Buffer);
}

static bool may_unchain(const char *call, const NDIS_PACKET *packet, PNDIS_BUFFER *buffer)
{
	if (!ndis_is_given(call, "Buffer", buffer))
		return false;
	*buffer = NULL;
	return ndis_is_given(call, "Packet", packet);
}

VOID NTAPI NdisUnchainBufferAtFront(PNDIS_PACKET Packet, PNDIS_BUFFER *Buffer)
{
	ndis_irql_at_most(NULL, "NdisUnchainBufferAtFront", KE_DISPATCH_LEVEL);
	if (!may_unchain("NdisUnchainBufferAtFront", Packet, Buffer))
		return;
	*Buffer = Packet->Private.Head;
	if (*Buffer) {
		Packet->Private.Head = (*Buffer)->Next;
		if (!Packet->Private.Head)
			Packet->Private.Tail = NULL;
		(*Buffer)->Next = NULL;
	}
	Packet->Private.ValidCounts = FALSE;
	TRACE("NdisUnchainBufferAtFront", "packet %p) -> %p", (void *)Packet, (void *)*Buffer);
}

VOID NTAPI NdisUnchainBufferAtBack(PNDIS_PACKET Packet, PNDIS_BUFFER *Buffer)
{
	static const char call[] = "NdisUnchainBufferAtBack";
	TRACE_SCOPE(call);
	PNDIS_BUFFER before;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!may_unchain(call, Packet, Buffer))
		return;
	before = Packet->Private.Head;
	if (before) {
		*Buffer = last_of_chain(call, before);
		if (!*Buffer)
			return;
	}
	if (*Buffer == before) {
		Packet->Private.Head = NULL;
		Packet->Private.Tail = NULL;
	} else {
		while (before->Next != *Buffer)
			before = before->Next;
		before->Next = NULL;
		Packet->Private.Tail = before;
	}
	Packet->Private.ValidCounts = FALSE;
	TRACE(call, "packet %p) -> %p", (void *)Packet, (void *)*Buffer);
}

static __attribute__((noinline)) void count_buffers(const char *call, PNDIS_PACKET packet)
{
	NDIS_PACKET_PRIVATE *private = &packet->Private;

	private->PhysicalCount = 0;
	private->Count = 0;
	private->TotalLength = 0;
	if (private->Head && !last_of_chain(call, private->Head))
		return;
	for (PNDIS_BUFFER buffer = private->Head; buffer; buffer = buffer->Next) {
		private->PhysicalCount += NDIS_BUFFER_TO_SPAN_PAGES(buffer);
		private->TotalLength += buffer->ByteCount;
		private->Count++;
	}
	private->ValidCounts = TRUE;
}

static SELDOM PNDIS_PACKET no_packet(const char *call)
{
	static _Thread_local NDIS_PACKET nothing;

	ndis_report_null(call, "Packet");
	return &nothing;
}

/* The packet with valid counts; after a report one without buffers. */
static inline PNDIS_PACKET counted_packet(const char *call, PNDIS_PACKET packet)
{
	if (unlikely(!packet))
		packet = no_packet(call);
	if (!packet->Private.ValidCounts)
		count_buffers(call, packet);
	return packet;
}

VOID NTAPI NdisQueryPacket(PNDIS_PACKET Packet, PUINT PhysicalBufferCount, PUINT BufferCount,
			   PNDIS_BUFFER *FirstBuffer, PUINT TotalPacketLength)
{
	ndis_irql_at_most(NULL, "NdisQueryPacket", KE_DISPATCH_LEVEL);
	Packet = counted_packet("NdisQueryPacket", Packet);
	if (PhysicalBufferCount)
		*PhysicalBufferCount = Packet->Private.PhysicalCount;
	if (BufferCount)
		*BufferCount = Packet->Private.Count;
	if (FirstBuffer)
		*FirstBuffer = Packet->Private.Head;
	if (TotalPacketLength)
		*TotalPacketLength = Packet->Private.TotalLength;
	TRACE_SHORT("NdisQueryPacket", "packet %p) -> %u pages, %u buffers, %u bytes", (void *)Packet,
	      Packet->Private.PhysicalCount, Packet->Private.Count, Packet->Private.TotalLength);
}

VOID NTAPI NdisQueryPacketLength(PNDIS_PACKET Packet, PUINT TotalPacketLength)
{
	ndis_irql_at_most(NULL, "NdisQueryPacketLength", KE_DISPATCH_LEVEL);
	if (!ndis_is_given("NdisQueryPacketLength", "TotalPacketLength", TotalPacketLength))
		return;
	Packet = counted_packet("NdisQueryPacketLength", Packet);
	*TotalPacketLength = Packet->Private.TotalLength;
	TRACE_SHORT("NdisQueryPacketLength", "packet %p) -> %u bytes", (void *)Packet,
	      *TotalPacketLength);
}

VOID NTAPI NdisGetFirstBufferFromPacketSafe(PNDIS_PACKET Packet, PNDIS_BUFFER *FirstBuffer,
					    PVOID *FirstBufferVA, PUINT FirstBufferLength,
					    PUINT TotalBufferLength, MM_PAGE_PRIORITY Priority)
{
	static const char call[] = "NdisGetFirstBufferFromPacket(Safe)";
	PNDIS_BUFFER first;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "FirstBuffer", FirstBuffer) ||
	    !ndis_is_given(call, "FirstBufferVA", FirstBufferVA) ||
	    !ndis_is_given(call, "FirstBufferLength", FirstBufferLength) ||
	    !ndis_is_given(call, "TotalBufferLength", TotalBufferLength))
		return;
	Packet = counted_packet(call, Packet);
	first = Packet->Private.Head;
	*FirstBuffer = first;
	*FirstBufferVA = first ? MmGetSystemAddressForMdlSafe(first, Priority) : NULL;
	*FirstBufferLength = first ? first->ByteCount : 0;
	*TotalBufferLength = Packet->Private.TotalLength;
	TRACE_SHORT("NdisGetFirstBufferFromPacket", "packet %p) -> buffer %p, %u of %u bytes",
	      (void *)Packet, (void *)first, *FirstBufferLength, *TotalBufferLength);
}

VOID NTAPI NdisGetFirstBufferFromPacket(PNDIS_PACKET Packet, PNDIS_BUFFER *FirstBuffer,
					PVOID *FirstBufferVA, PUINT FirstBufferLength,
					PUINT TotalBufferLength)
{
	NdisGetFirstBufferFromPacketSafe(Packet, FirstBuffer, FirstBufferVA, FirstBufferLength,
					 TotalBufferLength, NormalPagePriority);
}
