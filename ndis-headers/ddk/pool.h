/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_POOL_H
#define NDIS_HEADERS_DDK_POOL_H

/*
 * The system's memory pools.
 *
 * NDIS miniports normally use the functions of ndis/memory.h. A tag is four characters written as
 * a multi-character constant, customarily in reverse so that it reads right in a memory dump:
 * 'cngs' for "sgnc". The library reports leaked blocks by tag.
 */

#include "../ntdef.h"

/* Paged and nonpaged memory are the same here; the distinction matters for checks of IRQL only. */
typedef enum _POOL_TYPE {
	NonPagedPool = 0,
	PagedPool = 1,
	NonPagedPoolMustSucceed = 2,
	NonPagedPoolCacheAligned = 4,
	PagedPoolCacheAligned = 5
} POOL_TYPE;

EXTERN_C_START

/*
 * Allocates memory that is aligned to 16 bytes, and to a page if it has a page or more. Its
 * contents are undefined.
 *
 * PoolType        kind of memory.
 * NumberOfBytes   bytes, at least 1.
 * Tag             owner, for reports.
 *
 * Returns the memory, the caller's until ExFreePool(WithTag), or NULL. IRQL: <=DISPATCH for
 * nonpaged memory, <=APC for paged.
 */
NTKERNELAPI PVOID NTAPI ExAllocatePoolWithTag(IN POOL_TYPE PoolType, IN SIZE_T NumberOfBytes,
					      IN ULONG Tag);

/*
 * Frees memory of ExAllocatePoolWithTag. Memory that is not allocated, on NT bug check 0xC2
 * (BAD_POOL_CALLER), is reported and left alone. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI ExFreePool(IN PVOID Memory);

/*
 * As ExFreePool; a tag that is not that of the allocation is reported.
 */
NTKERNELAPI VOID NTAPI ExFreePoolWithTag(IN PVOID Memory, IN ULONG Tag);

EXTERN_C_END

#endif
