/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_PHYSICAL_MEMORY_H
#define NDIS_HEADERS_DDK_PHYSICAL_MEMORY_H

/*
 * Memory by its physical address, for drivers that do without NDIS's functions.
 *
 * A device behind an IOMMU does not see physical addresses. What it reads and writes comes from
 * NdisMAllocateSharedMemory or HalAllocateCommonBuffer, or is mapped (ndis/dma.h, ddk/hal_dma.h): an
 * address of MmGetPhysicalAddress in a descriptor is refused by the IOMMU. Source: the kernel's
 * reference pages.
 */

#include "irql.h"

/* How a mapping is cached: without meaning here, where registers are never cached. */
typedef enum _MEMORY_CACHING_TYPE {
	MmNonCached = 0,
	MmCached = 1,
	MmWriteCombined = 2
} MEMORY_CACHING_TYPE;

/* Protection for MmMapIoSpaceEx: bits, of which those for reading and writing count. */
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_NOCACHE 0x200
#define PAGE_WRITECOMBINE 0x400

/* Any node of a machine with several, for MmAllocateContiguousNodeMemory. */
#define MM_ANY_NODE_OK 0x80000000u
typedef ULONG NODE_REQUIREMENT;

EXTERN_C_START

/*
 * Allocates memory for the CPU, page aligned.
 *
 * NumberOfBytes              bytes, at least 1.
 * HighestAcceptableAddress   upper bound of the physical address: without meaning, because no device
 *                            sees it.
 *
 * Returns the memory, with undefined contents, the caller's until MmFreeContiguousMemory; or NULL.
 * IRQL: <=DISPATCH.
 */
NTKERNELAPI PVOID NTAPI MmAllocateContiguousMemory(IN SIZE_T NumberOfBytes,
						   IN PHYSICAL_ADDRESS HighestAcceptableAddress);

/*
 * As MmAllocateContiguousMemory. The bounds of the address, the multiple that it must not cross, the
 * protection and the preferred node are without meaning. IRQL: <=DISPATCH.
 */
NTKERNELAPI PVOID NTAPI MmAllocateContiguousNodeMemory(
	IN SIZE_T NumberOfBytes, IN PHYSICAL_ADDRESS LowestAcceptableAddress,
	IN PHYSICAL_ADDRESS HighestAcceptableAddress,
	IN PHYSICAL_ADDRESS BoundaryAddressMultiple OPTIONAL, IN ULONG Protect,
	IN NODE_REQUIREMENT PreferredNode);

/*
 * Free of either function; anything else is reported. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI MmFreeContiguousMemory(IN PVOID BaseAddress);

/*
 * The same with the size and the kind of caching that the allocation had, which change nothing here; and
 * memory that is not cached, of whole pages, which is no memory for DMA either: every device is coherent
 * with the caches. They return NULL without memory, and for 0 bytes, which is reported. IRQL: as above.
 */
NTKERNELAPI PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(
	IN SIZE_T NumberOfBytes, IN PHYSICAL_ADDRESS LowestAcceptableAddress,
	IN PHYSICAL_ADDRESS HighestAcceptableAddress,
	IN PHYSICAL_ADDRESS BoundaryAddressMultiple OPTIONAL, IN MEMORY_CACHING_TYPE CacheType);
NTKERNELAPI VOID NTAPI MmFreeContiguousMemorySpecifyCache(IN PVOID BaseAddress,
							  IN SIZE_T NumberOfBytes,
							  IN MEMORY_CACHING_TYPE CacheType);
NTKERNELAPI PVOID NTAPI MmAllocateNonCachedMemory(IN SIZE_T NumberOfBytes);
NTKERNELAPI VOID NTAPI MmFreeNonCachedMemory(IN PVOID BaseAddress, IN SIZE_T NumberOfBytes);

/*
 * Returns the physical address behind a virtual one where the platform may tell, otherwise the
 * number of the virtual page in its place; 0 for NULL. The first call is noted in the log: the
 * address is none for a device. IRQL: any.
 */
NTKERNELAPI PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(IN PVOID BaseAddress);

/*
 * Map registers of an adapter of the driver, as NdisMMapIoSpace does.
 *
 * PhysicalAddress   start of the range, in a memory resource of the adapter.
 * NumberOfBytes     bytes, at least 1, not beyond the resource.
 * CacheType         MmNonCached.
 * Protect           PAGE_READWRITE, with PAGE_NOCACHE.
 *
 * Return the address of the first register, or NULL, which is reported. IRQL: =PASSIVE. The mapping
 * lasts until MmUnmapIoSpace.
 */
NTKERNELAPI PVOID NTAPI MmMapIoSpace(IN PHYSICAL_ADDRESS PhysicalAddress, IN SIZE_T NumberOfBytes,
				     IN MEMORY_CACHING_TYPE CacheType);
NTKERNELAPI PVOID NTAPI MmMapIoSpaceEx(IN PHYSICAL_ADDRESS PhysicalAddress, IN SIZE_T NumberOfBytes,
				       IN ULONG Protect);

/*
 * Undoes either of them; both values as there. IRQL: =PASSIVE.
 */
NTKERNELAPI VOID NTAPI MmUnmapIoSpace(IN PVOID BaseAddress, IN SIZE_T NumberOfBytes);

EXTERN_C_END

#endif
