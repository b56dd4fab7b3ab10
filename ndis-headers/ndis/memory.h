/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_MEMORY_H
#define NDIS_HEADERS_NDIS_MEMORY_H

/*
 * Memory of the driver, and lists of blocks of one size.
 *
 * This is memory for the CPU. Memory that the NIC reads or writes comes from
 * NdisMAllocateSharedMemory; a buffer in ordinary memory is made visible to the NIC with a
 * mapping (ndis/dma.h).
 */

#include "../ddk/lookaside.h"
#include "../ddk/pool.h"
#include "../ddk/rtl.h"
#include "status.h"

/* Memory kinds for NdisAllocateMemory; 0 is ordinary nonpaged memory. */
#define NDIS_MEMORY_CONTIGUOUS 0x00000001
#define NDIS_MEMORY_NONCACHED 0x00000002

/* NDIS's names for the functions of ddk/rtl.h. Lengths are bytes. */
#define NdisMoveMemory(Destination, Source, Length) RtlMoveMemory(Destination, Source, Length)
#define NdisZeroMemory(Destination, Length) RtlZeroMemory(Destination, Length)
#define NdisFillMemory(Destination, Length, Fill) RtlFillMemory(Destination, Length, Fill)
#define NdisEqualMemory(Left, Right, Length) RtlEqualMemory(Left, Right, Length)

/*
 * Copy between ordinary memory and memory that NdisMMapIoSpace mapped: byte by byte, in order,
 * because devices do not take every width.
 */
NT_INLINE VOID NdisMoveMappedMemory(OUT volatile VOID *Destination, IN const volatile VOID *Source,
				    IN ULONG Length)
{
	volatile UCHAR *To = (volatile UCHAR *)Destination;
	const volatile UCHAR *From = (const volatile UCHAR *)Source;

	while (Length--)
		*To++ = *From++;
}

#define NdisMoveToMappedMemory(Destination, Source, Length) \
	NdisMoveMappedMemory(Destination, Source, Length)
#define NdisMoveFromMappedMemory(Destination, Source, Length) \
	NdisMoveMappedMemory(Destination, Source, Length)

/* Sets memory that NdisMMapIoSpace mapped to 0, byte by byte. */
NT_INLINE VOID NdisZeroMappedMemory(OUT volatile VOID *Destination, IN ULONG Length)
{
	volatile UCHAR *To = (volatile UCHAR *)Destination;

	while (Length--)
		*To++ = 0;
}

/*
 * Copy `Length` bytes of lookahead data to where a receiver wants them; MacOptions of the driver
 * tells whether they lie in ordinary memory. Read and write a ULONG at any address.
 */
NT_INLINE VOID NdisStoreUlongAt(OUT PVOID Destination, IN ULONG Value)
{
	__builtin_memcpy(Destination, &Value, sizeof(Value));
}

#define NdisCopyLookaheadData(Destination, Source, Length, MacOptions) \
	((void)(MacOptions), NdisMoveMemory(Destination, Source, Length))
#define NdisRetrieveUlong(Destination, Source) NdisMoveMemory(Destination, Source, sizeof(ULONG))
#define NdisStoreUlong(Destination, Value) \
	NdisStoreUlongAt((PVOID)(Destination), (ULONG)(Value))

EXTERN_C_START

/*
 * Make ordinary memory of the first bytes of a frame that lies in the NIC's memory, for lookahead
 * that receivers may read with any instruction, and give it back.
 *
 * pSharedMemory     the bytes, in memory that NdisMMapIoSpace mapped or in shared memory.
 * LookaheadLength   how many, at least 1.
 * pLookaheadBuffer  OUT. A copy of them, or NULL for want of memory; given to the second function.
 *
 * IRQL: =DISPATCH.
 */
NDISAPI VOID NTAPI NdisCreateLookaheadBufferFromSharedMemory(IN PVOID pSharedMemory,
							     IN UINT LookaheadLength,
							     OUT PVOID *pLookaheadBuffer);
NDISAPI VOID NTAPI NdisDestroyLookaheadBufferFromSharedMemory(IN PVOID pLookaheadBuffer);

/*
 * Allocates nonpaged memory.
 *
 * VirtualAddress             OUT. The memory, with undefined contents; NULL on failure.
 * Length                     bytes, at least 1.
 * MemoryFlags                0 or NDIS_MEMORY_* bits. Contiguity and caching make no difference
 *                            to the CPU, which is all that uses this memory.
 * HighestAcceptableAddress   upper bound of the physical address; without meaning here, because the
 *                            NIC never sees physical addresses. Drivers pass -1.
 *
 * Returns NDIS_STATUS_SUCCESS or NDIS_STATUS_FAILURE. IRQL: <=DISPATCH; =PASSIVE with a flag set.
 * The memory is the driver's until NdisFreeMemory.
 */
NDISAPI NDIS_STATUS NTAPI NdisAllocateMemory(OUT PVOID *VirtualAddress, IN UINT Length,
					     IN UINT MemoryFlags,
					     IN NDIS_PHYSICAL_ADDRESS HighestAcceptableAddress);

/*
 * Allocates nonpaged memory with a tag that says whose it is.
 *
 * VirtualAddress   OUT. The memory, with undefined contents; NULL on failure.
 * Length           bytes, at least 1.
 * Tag              four characters, customarily in reverse: 'cngs'.
 *
 * Returns NDIS_STATUS_SUCCESS or NDIS_STATUS_FAILURE. IRQL: <=DISPATCH. Memory that is still
 * allocated after the driver was unloaded is reported with its tag.
 */
NDISAPI NDIS_STATUS NTAPI NdisAllocateMemoryWithTag(OUT PVOID *VirtualAddress, IN UINT Length,
						    IN ULONG Tag);

/*
 * Frees memory of either allocation.
 *
 * VirtualAddress   the memory.
 * Length           bytes as in the allocation, or 0 for memory with a tag; another value is
 *                  reported.
 * MemoryFlags      flags as in the allocation, 0 for memory with a tag.
 *
 * IRQL: <=DISPATCH; =PASSIVE with a flag set.
 */
NDISAPI VOID NTAPI NdisFreeMemory(IN PVOID VirtualAddress, IN UINT Length, IN UINT MemoryFlags);

/*
 * Frees memory of NdisAllocateMemoryWithTag.
 *
 * VirtualAddress   the memory.
 * Tag              as in the allocation; another one is reported, and the memory freed all the same.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisFreeMemoryWithTag(IN PVOID VirtualAddress, IN ULONG Tag);

/*
 * Makes a list of blocks of one size.
 *
 * Lookaside   OUT. Memory of the driver for the list.
 * Allocate    function that makes a block, or NULL for ExAllocatePoolWithTag.
 * Free        function that disposes of a block, or NULL for ExFreePool.
 * Flags       0.
 * Size        bytes of a block, at least sizeof(PVOID).
 * Tag         owner, for reports.
 * Depth       0: how many blocks are kept is the library's choice.
 *
 * IRQL: <=DISPATCH. Undone with NdisDeleteNPagedLookasideList.
 */
NDISAPI VOID NTAPI NdisInitializeNPagedLookasideList(OUT PNPAGED_LOOKASIDE_LIST Lookaside,
						     IN PALLOCATE_FUNCTION Allocate OPTIONAL,
						     IN PFREE_FUNCTION Free OPTIONAL,
						     IN ULONG Flags, IN SIZE_T Size, IN ULONG Tag,
						     IN USHORT Depth);

/*
 * Disposes of the blocks that the list keeps. Blocks that the driver has must have been returned.
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisDeleteNPagedLookasideList(IN OUT PNPAGED_LOOKASIDE_LIST Lookaside);

/*
 * Returns a block with undefined contents, or NULL. IRQL: <=DISPATCH.
 */
NDISAPI PVOID NTAPI NdisAllocateFromNPagedLookasideList(IN OUT PNPAGED_LOOKASIDE_LIST Lookaside);

/*
 * Gives a block back to the list from which it came. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisFreeToNPagedLookasideList(IN OUT PNPAGED_LOOKASIDE_LIST Lookaside,
						 IN PVOID Entry);

EXTERN_C_END

#endif
