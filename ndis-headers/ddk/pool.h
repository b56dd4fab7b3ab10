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
	NonPagedPoolExecute = NonPagedPool,
	PagedPool = 1,
	NonPagedPoolMustSucceed = 2,
	NonPagedPoolCacheAligned = 4,
	PagedPoolCacheAligned = 5,
	NonPagedPoolNx = 512
} POOL_TYPE;

/* How much a driver wants the memory when there is little: without effect. */
typedef enum _EX_POOL_PRIORITY {
	LowPoolPriority = 0,
	LowPoolPrioritySpecialPoolOverrun = 8,
	LowPoolPrioritySpecialPoolUnderrun = 9,
	NormalPoolPriority = 16,
	NormalPoolPrioritySpecialPoolOverrun = 24,
	NormalPoolPrioritySpecialPoolUnderrun = 25,
	HighPoolPriority = 32,
	HighPoolPrioritySpecialPoolOverrun = 40,
	HighPoolPrioritySpecialPoolUnderrun = 41
} EX_POOL_PRIORITY;

/* Kinds of memory for ExAllocatePool2. */
typedef ULONGLONG POOL_FLAGS;
#define POOL_FLAG_USE_QUOTA 0x0000000000000001ull
#define POOL_FLAG_UNINITIALIZED 0x0000000000000002ull
#define POOL_FLAG_CACHE_ALIGNED 0x0000000000000008ull
#define POOL_FLAG_NON_PAGED 0x0000000000000040ull
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0000000000000080ull
#define POOL_FLAG_PAGED 0x0000000000000100ull
struct _POOL_EXTENDED_PARAMETER;
typedef const struct _POOL_EXTENDED_PARAMETER *PCPOOL_EXTENDED_PARAMETER;

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
 * The same without a tag, and with a priority, which makes no difference here.
 */
NTKERNELAPI PVOID NTAPI ExAllocatePool(IN POOL_TYPE PoolType, IN SIZE_T NumberOfBytes);
NTKERNELAPI PVOID NTAPI ExAllocatePoolWithTagPriority(IN POOL_TYPE PoolType,
						      IN SIZE_T NumberOfBytes, IN ULONG Tag,
						      IN EX_POOL_PRIORITY Priority);

/*
 * The forms of Windows 10, for drivers that run there, too: the kind of memory is told by
 * POOL_FLAG_* bits, and the memory is zeroed unless POOL_FLAG_UNINITIALIZED is set.
 *
 * Flags           exactly one of POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE and
 *                 POOL_FLAG_PAGED, with others.
 * NumberOfBytes   bytes, at least 1.
 * Tag             owner, for reports; not 0.
 * ExtendedParameters, ExtendedParametersCount   further wishes; only NULL and 0 are accepted.
 *
 * Return the memory, to be freed with ExFreePool(WithTag), or NULL, also for flags, a number of
 * bytes or a tag that breaks these rules, which is reported. IRQL: as ExAllocatePoolWithTag.
 */
NTKERNELAPI PVOID NTAPI ExAllocatePool2(IN POOL_FLAGS Flags, IN SIZE_T NumberOfBytes, IN ULONG Tag);
NTKERNELAPI PVOID NTAPI ExAllocatePool3(IN POOL_FLAGS Flags, IN SIZE_T NumberOfBytes, IN ULONG Tag,
					IN PCPOOL_EXTENDED_PARAMETER ExtendedParameters OPTIONAL,
					IN ULONG ExtendedParametersCount);

/*
 * Frees memory of any of these functions. Memory that is not allocated, on NT bug check 0xC2
 * (BAD_POOL_CALLER), is reported and left alone. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI ExFreePool(IN PVOID Memory);

/*
 * As ExFreePool; a tag that is not that of the allocation is reported.
 */
NTKERNELAPI VOID NTAPI ExFreePoolWithTag(IN PVOID Memory, IN ULONG Tag);

EXTERN_C_END

#endif
