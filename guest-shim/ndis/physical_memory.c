/* SPDX-License-Identifier: MIT */
/*
 * physical_memory.c - memory by its physical address
 */
#include <string.h>

#include "mm/mdl.h"
#include "ndis/configuration.h"
#include "ndis/io.h"
#include "ndis/memory.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

#define CONTIGUOUS_TAG 'gtnC'

static PVOID allocate_pages(const char *call, SIZE_T length)
{
	TRACE_SCOPE(call);
	SIZE_T pages = (length + PLATFORM_PAGE_MASK) & ~(SIZE_T)PLATFORM_PAGE_MASK;
	PVOID va = NULL;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!length)
		ndis_violation(NULL, call, "at least one byte is asked for", "NumberOfBytes is 0");
	else if (pages >= length)
		va = ExAllocatePoolWithTag(NonPagedPool, pages, CONTIGUOUS_TAG);
	TRACE(call, "%zu bytes) -> %p", length, va);
	return va;
}

PVOID NTAPI MmAllocateContiguousMemory(SIZE_T NumberOfBytes,
				       PHYSICAL_ADDRESS HighestAcceptableAddress)
{
	return allocate_pages("MmAllocateContiguousMemory", NumberOfBytes);
}

PVOID NTAPI MmAllocateContiguousNodeMemory(SIZE_T NumberOfBytes,
					   PHYSICAL_ADDRESS LowestAcceptableAddress,
					   PHYSICAL_ADDRESS HighestAcceptableAddress,
					   PHYSICAL_ADDRESS BoundaryAddressMultiple, ULONG Protect,
					   NODE_REQUIREMENT PreferredNode)
{
	return allocate_pages("MmAllocateContiguousNodeMemory", NumberOfBytes);
}

VOID NTAPI MmFreeContiguousMemory(PVOID BaseAddress)
{
	TRACE("MmFreeContiguousMemory", "%p)", BaseAddress);
	ExFreePoolWithTag(BaseAddress, CONTIGUOUS_TAG);
}

PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T NumberOfBytes,
						   PHYSICAL_ADDRESS LowestAcceptableAddress,
						   PHYSICAL_ADDRESS HighestAcceptableAddress,
						   PHYSICAL_ADDRESS BoundaryAddressMultiple,
						   MEMORY_CACHING_TYPE CacheType)
{
	return allocate_pages("MmAllocateContiguousMemorySpecifyCache", NumberOfBytes);
}

VOID NTAPI MmFreeContiguousMemorySpecifyCache(PVOID BaseAddress, SIZE_T NumberOfBytes,
					      MEMORY_CACHING_TYPE CacheType)
{
	TRACE("MmFreeContiguousMemorySpecifyCache", "%p)", BaseAddress);
	ExFreePoolWithTag(BaseAddress, CONTIGUOUS_TAG);
}

PVOID NTAPI MmAllocateNonCachedMemory(SIZE_T NumberOfBytes)
{
	return allocate_pages("MmAllocateNonCachedMemory", NumberOfBytes);
}

VOID NTAPI MmFreeNonCachedMemory(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
	TRACE("MmFreeNonCachedMemory", "%p)", BaseAddress);
	ExFreePoolWithTag(BaseAddress, CONTIGUOUS_TAG);
}

PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(PVOID BaseAddress)
{
	static _Thread_local bool noted;
	PHYSICAL_ADDRESS physical = {.QuadPart = 0};
	struct {
		MDL mdl;
		PFN_NUMBER frame;
	} page;

	if (!noted)
		log_notice("MmGetPhysicalAddress: the address is none for a device, which is behind "
			   "an IOMMU: use NdisMAllocateSharedMemory, or map the buffer");
	noted = true;
	if (!BaseAddress)
		return physical;
	mm_mdl_build(&page.mdl, BaseAddress, 1, ndis_adapters ? ndis_adapters->platform : NULL);
	physical.QuadPart = (LONGLONG)(MmGetMdlPfnArray(&page.mdl)[0] << PLATFORM_PAGE_SHIFT |
				       ((uintptr_t)BaseAddress & PLATFORM_PAGE_MASK));
	TRACE("MmGetPhysicalAddress", "%p) -> 0x%llx", BaseAddress,
	      (unsigned long long)physical.QuadPart);
	return physical;
}

static PVOID map_registers(const char *call, PHYSICAL_ADDRESS address, SIZE_T length)
{
	TRACE_SCOPE(call);
	PVOID va = NULL;

	if (ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
		va = ndis_io_map_anywhere((uint64_t)address.QuadPart, length);
	if (!va)
		ndis_violation(NULL, call,
			       "the range lies in one memory resource of an adapter, and is mapped at "
			       "PASSIVE_LEVEL",
			       "%zu bytes at 0x%llx are not mapped", length,
			       (unsigned long long)address.QuadPart);
	TRACE(call, "physical 0x%llx, %zu bytes) -> %p", (unsigned long long)address.QuadPart,
	      length, va);
	return va;
}

PVOID NTAPI MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
			 MEMORY_CACHING_TYPE CacheType)
{
	return map_registers("MmMapIoSpace", PhysicalAddress, NumberOfBytes);
}

PVOID NTAPI MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes, ULONG Protect)
{
	return map_registers("MmMapIoSpaceEx", PhysicalAddress, NumberOfBytes);
}

VOID NTAPI MmUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
	static const char call[] = "MmUnmapIoSpace";
	TRACE_SCOPE(call);

	TRACE(call, "%p, %zu bytes)", BaseAddress, NumberOfBytes);
	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_io_unmap_anywhere(BaseAddress))
		ndis_violation(NULL, call, "MmMapIoSpace mapped the range, and it is unmapped once",
			       "%p is not mapped", BaseAddress);
}

/* Return: the memory of the device, to be unmapped with ndis_io_unmap_anywhere(); NULL after a report.
 */
static UCHAR *map_for_a_moment(const char *call, NDIS_HANDLE context, ULONG address,
			       const void *buffer, ULONG length)
{
	PHYSICAL_ADDRESS physical = {.QuadPart = address};

	if (!ndis_is_given(call, "Buffer", buffer) || !ndis_adapter_of_configuration(context, call))
		return NULL;
	return map_registers(call, physical, length);
}

VOID NTAPI NdisImmediateReadSharedMemory(NDIS_HANDLE WrapperConfigurationContext,
					 ULONG SharedMemoryAddress, PUCHAR Buffer, ULONG Length)
{
	UCHAR *memory =
		map_for_a_moment("NdisImmediateReadSharedMemory", WrapperConfigurationContext,
				 SharedMemoryAddress, Buffer, Length);

	for (ULONG i = 0; Buffer && i < Length; i++)
		Buffer[i] = memory ? READ_REGISTER_UCHAR(memory + i) : 0xFF;
	if (memory)
		ndis_io_unmap_anywhere(memory);
}

VOID NTAPI NdisImmediateWriteSharedMemory(NDIS_HANDLE WrapperConfigurationContext,
					  ULONG SharedMemoryAddress, PUCHAR Buffer, ULONG Length)
{
	UCHAR *memory =
		map_for_a_moment("NdisImmediateWriteSharedMemory", WrapperConfigurationContext,
				 SharedMemoryAddress, Buffer, Length);

	for (ULONG i = 0; memory && i < Length; i++)
		WRITE_REGISTER_UCHAR(memory + i, Buffer[i]);
	if (memory)
		ndis_io_unmap_anywhere(memory);
}
