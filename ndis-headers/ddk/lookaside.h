/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_LOOKASIDE_H
#define NDIS_HEADERS_DDK_LOOKASIDE_H

/*
 * Lists of free blocks of one size, for drivers that take and return many of them.
 *
 * What is returned waits in the list for the next one who wants a block, as long as there are not too
 * many. Source: the kernel's reference pages.
 */

#include "pool.h"

/*
 * Functions that a lookaside list calls for a block it does not have at hand, and for one that it
 * does not want to keep; types of ExAllocatePoolWithTag and ExFreePool.
 */
typedef PVOID (NTAPI *PALLOCATE_FUNCTION)(IN POOL_TYPE PoolType, IN SIZE_T NumberOfBytes,
					  IN ULONG Tag);
typedef VOID (NTAPI *PFREE_FUNCTION)(IN PVOID Memory);

/*
 * A list of free blocks of one size, in memory of the driver. All members are the library's. 128
 * bytes.
 */
typedef struct _NPAGED_LOOKASIDE_LIST {
	PALLOCATE_FUNCTION Allocate;
	PFREE_FUNCTION Free;
	SIZE_T Size;
	ULONG Tag;
	ULONG Depth;
	SINGLE_LIST_ENTRY ListHead;
	ULONG_PTR Reserved[11];
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;

typedef NPAGED_LOOKASIDE_LIST PAGED_LOOKASIDE_LIST, *PPAGED_LOOKASIDE_LIST;

EXTERN_C_START

/*
 * Make a list of blocks of one size, of nonpaged and of paged memory; NDIS's names for the first
 * kind are in ndis/memory.h.
 *
 * Lookaside   OUT. Memory of the driver for the list.
 * Allocate    function that makes a block, or NULL for ExAllocatePoolWithTag.
 * Free        function that disposes of a block, or NULL for ExFreePool.
 * Flags       0.
 * Size        bytes of a block, at least sizeof(PVOID).
 * Tag         owner, for reports.
 * Depth       0: how many blocks are kept is the library's choice.
 *
 * IRQL: <=DISPATCH, of paged memory <=APC. Undone with ExDeleteNPagedLookasideList,
 * ExDeletePagedLookasideList.
 */
NTKERNELAPI VOID NTAPI ExInitializeNPagedLookasideList(OUT PNPAGED_LOOKASIDE_LIST Lookaside,
						       IN PALLOCATE_FUNCTION Allocate OPTIONAL,
						       IN PFREE_FUNCTION Free OPTIONAL,
						       IN ULONG Flags, IN SIZE_T Size, IN ULONG Tag,
						       IN USHORT Depth);
NTKERNELAPI VOID NTAPI ExInitializePagedLookasideList(OUT PPAGED_LOOKASIDE_LIST Lookaside,
						      IN PALLOCATE_FUNCTION Allocate OPTIONAL,
						      IN PFREE_FUNCTION Free OPTIONAL,
						      IN ULONG Flags, IN SIZE_T Size, IN ULONG Tag,
						      IN USHORT Depth);

/*
 * Dispose of the blocks that the list keeps. Blocks that the driver has must have been returned.
 * IRQL: as above.
 */
NTKERNELAPI VOID NTAPI ExDeleteNPagedLookasideList(IN OUT PNPAGED_LOOKASIDE_LIST Lookaside);
NTKERNELAPI VOID NTAPI ExDeletePagedLookasideList(IN OUT PPAGED_LOOKASIDE_LIST Lookaside);

/* Return a block with undefined contents, or NULL. IRQL: as above. */
NTKERNELAPI PVOID NTAPI ExAllocateFromNPagedLookasideList(
	IN OUT PNPAGED_LOOKASIDE_LIST Lookaside);
NTKERNELAPI PVOID NTAPI ExAllocateFromPagedLookasideList(IN OUT PPAGED_LOOKASIDE_LIST Lookaside);

/* Give a block back to the list from which it came. IRQL: as above. */
NTKERNELAPI VOID NTAPI ExFreeToNPagedLookasideList(IN OUT PNPAGED_LOOKASIDE_LIST Lookaside,
						   IN PVOID Entry);
NTKERNELAPI VOID NTAPI ExFreeToPagedLookasideList(IN OUT PPAGED_LOOKASIDE_LIST Lookaside,
						  IN PVOID Entry);

EXTERN_C_END

#endif
