/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_BUFFER_H
#define NDIS_HEADERS_NDIS_BUFFER_H

/*
 * Buffers: descriptors of contiguous virtual memory from which packets are chained.
 *
 * An NDIS_BUFFER is an MDL (ddk/mdl.h). It describes memory and does not own it: whoever
 * allocated the memory keeps it until the buffer was freed and every mapping of it completed.
 * Source: ndis-hal-dma.md section 5.
 */

#include "../ddk/mdl.h"
#include "status.h"

typedef MDL NDIS_BUFFER, *PNDIS_BUFFER;

/* The link to the next buffer of the same packet, an lvalue of type PNDIS_BUFFER. */
#define NDIS_BUFFER_LINKAGE(Buffer) ((Buffer)->Next)

/*
 * Number of pages, as ULONG, that the buffer touches; 1 for a buffer of 0 bytes. An upper bound
 * for the runs of its mapping. Any IRQL. Section 3.1.
 */
#define NDIS_BUFFER_TO_SPAN_PAGES(Buffer) \
	(MmGetMdlByteCount(Buffer) == 0 ? 1u : \
	 ADDRESS_AND_SIZE_TO_SPAN_PAGES(MmGetMdlVirtualAddress(Buffer), MmGetMdlByteCount(Buffer)))

/* Bytes in the buffer, ULONG, and its CPU address, PVOID (NULL if it has none). Any IRQL. */
#define NdisBufferLength(Buffer) MmGetMdlByteCount(Buffer)
#define NdisBufferVirtualAddress(Buffer) MmGetSystemAddressForMdl(Buffer)
#define NdisBufferVirtualAddressSafe(Buffer, Priority) \
	MmGetSystemAddressForMdlSafe(Buffer, Priority)

EXTERN_C_START

/*
 * Makes a pool from which NdisAllocateBuffer takes buffer descriptors.
 *
 * Status                OUT. NDIS_STATUS_SUCCESS or NDIS_STATUS_RESOURCES.
 * PoolHandle            OUT. The pool, to be given to NdisAllocateBuffer; NULL on failure.
 * NumberOfDescriptors   how many buffers the caller expects to have at once, at least 1. It is no
 *                       limit: from Windows 2000 on a pool gives more as long as there is memory,
 *                       and published drivers count one where they take two for each frame.
 *
 * IRQL: <=DISPATCH. The pool belongs to the caller until NdisFreeBufferPool.
 */
NDISAPI VOID NTAPI NdisAllocateBufferPool(OUT PNDIS_STATUS Status, OUT PNDIS_HANDLE PoolHandle,
					  IN UINT NumberOfDescriptors);

/*
 * Gives back a pool. Every buffer allocated from it must have been freed before; the library
 * reports those that were not.
 *
 * PoolHandle   the value that NdisAllocateBufferPool stored.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisFreeBufferPool(IN NDIS_HANDLE PoolHandle);

/*
 * Makes a buffer descriptor for memory of the caller.
 *
 * Status           OUT. NDIS_STATUS_SUCCESS, or NDIS_STATUS_FAILURE if the pool or memory is
 *                  exhausted or the arguments describe no buffer (VirtualAddress NULL with a
 *                  nonzero Length, or more than an MDL can hold); the library logs which.
 * Buffer           OUT. The descriptor, with Next == NULL; NULL on failure.
 * PoolHandle       pool of NdisAllocateBufferPool. NULL is accepted: the descriptor then
 *                  counts against no pool.
 * VirtualAddress   first byte of nonpaged memory: from NdisAllocateMemory*, or shared memory.
 *                  For a buffer that is indicated upwards from shared memory, the VirtualAddress
 *                  of that memory.
 * Length           bytes.
 *
 * IRQL: <=DISPATCH. The descriptor belongs to the caller until NdisFreeBuffer; the memory stays
 * the caller's and must outlive it. Section 5.1.
 */
NDISAPI VOID NTAPI NdisAllocateBuffer(OUT PNDIS_STATUS Status, OUT PNDIS_BUFFER *Buffer,
				      IN NDIS_HANDLE PoolHandle OPTIONAL, IN PVOID VirtualAddress,
				      IN UINT Length);

/*
 * Makes a buffer descriptor for a part of what another one describes.
 *
 * Status             OUT. NDIS_STATUS_SUCCESS, or NDIS_STATUS_FAILURE if the part does not lie in
 *                    the buffer or memory is exhausted.
 * Buffer             OUT. The descriptor, with Next == NULL; NULL on failure.
 * PoolHandle         as for NdisAllocateBuffer.
 * MemoryDescriptor   the other buffer, a PNDIS_BUFFER; it alone, not those chained behind it.
 * Offset             of the first byte of the part in that buffer.
 * Length             bytes of the part. Offset + Length is at most the length of the buffer.
 *
 * IRQL: <=DISPATCH. The descriptor belongs to the caller until NdisFreeBuffer. The memory must
 * outlive it; the other descriptor need not.
 */
NDISAPI VOID NTAPI NdisCopyBuffer(OUT PNDIS_STATUS Status, OUT PNDIS_BUFFER *Buffer,
				  IN NDIS_HANDLE PoolHandle OPTIONAL, IN PVOID MemoryDescriptor,
				  IN UINT Offset, IN UINT Length);

/*
 * Gives back a buffer descriptor; the memory it describes is not touched.
 *
 * Buffer   a descriptor from NdisAllocateBuffer, no longer chained to a packet and not mapped for
 *          DMA. Freeing a mapped buffer is reported by the library. Buffers of packets that
 *          MiniportSend received belong to the protocol and must not be freed.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisFreeBuffer(IN PNDIS_BUFFER Buffer);

/*
 * Yields where a buffer is and how long it is.
 *
 * Buffer           the buffer; it alone, not the ones chained behind it.
 * VirtualAddress   OUT, may be NULL. Receives the CPU address of the first byte.
 * Length           OUT. Receives the bytes in the buffer.
 *
 * IRQL: <=DISPATCH. The address is valid as long as the buffer. It is a CPU address and must not
 * be given to the device: that is what NdisMStartBufferPhysicalMapping is for. Section 5.2.
 */
NDISAPI VOID NTAPI NdisQueryBuffer(IN PNDIS_BUFFER Buffer, OUT PVOID *VirtualAddress OPTIONAL,
				   OUT PUINT Length);

/*
 * As NdisQueryBuffer, for callers that can cope with failure.
 *
 * Buffer           the buffer.
 * VirtualAddress   OUT, may be NULL. Receives the CPU address, or NULL if the buffer cannot be
 *                  mapped; the caller must test for that.
 * Length           OUT. Receives the bytes in the buffer.
 * Priority         how urgent the mapping is, a value of MM_PAGE_PRIORITY.
 *
 * IRQL: <=DISPATCH. Section 5.2.
 */
NDISAPI VOID NTAPI NdisQueryBufferSafe(IN PNDIS_BUFFER Buffer,
				       OUT PVOID *VirtualAddress OPTIONAL, OUT PUINT Length,
				       IN MM_PAGE_PRIORITY Priority);

EXTERN_C_END

/*
 * Yields the offset of the buffer in its first page and its length.
 *
 * Buffer   the buffer.
 * Offset   OUT. Receives 0..PAGE_SIZE-1.
 * Length   OUT. Receives the bytes in the buffer.
 *
 * IRQL: any.
 */
NT_INLINE VOID NdisQueryBufferOffset(IN PNDIS_BUFFER Buffer, OUT PUINT Offset, OUT PUINT Length)
{
	*Offset = MmGetMdlByteOffset(Buffer);
	*Length = MmGetMdlByteCount(Buffer);
}

/*
 * Yields in `*NextBuffer` the buffer chained behind `CurrentBuffer`, or NULL at the end of the
 * packet. IRQL: any.
 */
NT_INLINE VOID NdisGetNextBuffer(IN PNDIS_BUFFER CurrentBuffer, OUT PNDIS_BUFFER *NextBuffer)
{
	*NextBuffer = CurrentBuffer->Next;
}

/*
 * Sets the length of a buffer: how a receive buffer is fitted to the frame that arrived in it.
 *
 * Buffer   a buffer that the caller allocated.
 * Length   bytes, at most the Length that NdisAllocateBuffer was given: the descriptor has room
 *          for no further pages.
 *
 * IRQL: any. A packet that holds the buffer must have its counts invalidated afterwards
 * (NdisRecalculatePacketCounts, or NdisChainBufferAtFront after the change).
 */
NT_INLINE VOID NdisAdjustBufferLength(IN PNDIS_BUFFER Buffer, IN UINT Length)
{
	Buffer->ByteCount = Length;
}

#endif
