/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_MDL_FUNCTIONS_H
#define NDIS_HEADERS_DDK_MDL_FUNCTIONS_H

/*
 * Making and freeing MDLs. NDIS miniports use NdisAllocateBuffer (ndis/buffer.h); these functions
 * are for drivers that work with IoMapTransfer. Source: ndis-hal-dma.md sections 2 and 5.5.
 */

#include "device_object.h"
#include "kernel_event.h"
#include "mdl.h"
#include "physical_memory.h"

/* What a driver, or a device, will do with the pages it locks. */
typedef enum _LOCK_OPERATION {
	IoReadAccess = 0,
	IoWriteAccess = 1,
	IoModifyAccess = 2
} LOCK_OPERATION;

EXTERN_C_START

/*
 * Allocates an MDL for a buffer, without locking or describing its pages: MmBuildMdlForNonPagedPool
 * or IoBuildPartialMdl comes next.
 *
 * VirtualAddress    first byte of the buffer.
 * Length            bytes, at most what 4089 pages hold.
 * SecondaryBuffer   with an Irp: FALSE makes the MDL the request's first, TRUE appends it to the
 *                   request's chain. Without one it must be FALSE.
 * ChargeQuota       without effect.
 * Irp               request that the MDL belongs to, or NULL.
 *
 * Returns the MDL, the caller's until IoFreeMdl; NULL when the buffer is too long or memory is
 * short. IRQL: <=DISPATCH.
 */
NTKERNELAPI PMDL NTAPI IoAllocateMdl(IN PVOID VirtualAddress, IN ULONG Length,
				     IN BOOLEAN SecondaryBuffer, IN BOOLEAN ChargeQuota,
				     IN OUT PIRP Irp OPTIONAL);

/*
 * Frees an MDL of IoAllocateMdl; the buffer it describes is not touched, and MDLs chained behind it
 * are not freed. One that is not allocated, or through which a device still reaches memory, is
 * reported and not freed. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI IoFreeMdl(IN PMDL Mdl);

/*
 * Fills in the page numbers of an MDL whose buffer lies in memory that stays resident, and marks it
 * so: MDL_SOURCE_IS_NONPAGED_POOL is set and MappedSystemVa is the buffer's address. The numbers
 * are those of physical pages where the platform may tell, otherwise unique keys. All memory of a
 * driver counts as resident. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI MmBuildMdlForNonPagedPool(IN OUT PMDL MemoryDescriptorList);

/*
 * Describes a part of the buffer of a built MDL by a second one.
 *
 * SourceMdl        the whole.
 * TargetMdl        an MDL that was allocated for at least the pages of the part.
 * VirtualAddress   first byte of the part, inside the buffer of SourceMdl.
 * Length           bytes of the part; 0: all that follow.
 *
 * The part is locked and mapped as long as the whole is. A part outside the whole, or a target that
 * is too small, is reported and leaves the target alone. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI IoBuildPartialMdl(IN PMDL SourceMdl, IN OUT PMDL TargetMdl,
					 IN PVOID VirtualAddress, IN ULONG Length);

/*
 * Keep the pages of a buffer resident, and end that: as MmBuildMdlForNonPagedPool, with MDL_PAGES_LOCKED
 * set and, if the buffer is written, MDL_WRITE_OPERATION. The memory is the driver's own, AccessMode
 * KernelMode. Pages that are not locked, or that a device still reaches, are not unlocked, which is
 * reported. IRQL: <=DISPATCH.
 */
NTKERNELAPI VOID NTAPI MmProbeAndLockPages(IN OUT PMDL MemoryDescriptorList,
					   IN KPROCESSOR_MODE AccessMode,
					   IN LOCK_OPERATION Operation);
NTKERNELAPI VOID NTAPI MmUnlockPages(IN OUT PMDL MemoryDescriptorList);

/*
 * Return an address at which the buffer of an MDL that is built or locked can be read and written: it is
 * mapped already, once. NULL for another one, which is reported. The counterpart takes that address.
 *
 * CacheType           MmCached.
 * BaseAddress         NULL.
 * BugCheckOnFailure   FALSE: failure is NULL.
 * Priority            a value of MM_PAGE_PRIORITY.
 *
 * IRQL: <=DISPATCH.
 */
NTKERNELAPI PVOID NTAPI MmMapLockedPages(IN PMDL MemoryDescriptorList,
					 IN KPROCESSOR_MODE AccessMode);
NTKERNELAPI PVOID NTAPI MmMapLockedPagesSpecifyCache(
	IN PMDL MemoryDescriptorList, IN KPROCESSOR_MODE AccessMode,
	IN MEMORY_CACHING_TYPE CacheType, IN PVOID BaseAddress OPTIONAL, IN ULONG BugCheckOnFailure,
	IN MM_PAGE_PRIORITY Priority);
NTKERNELAPI VOID NTAPI MmUnmapLockedPages(IN PVOID BaseAddress, IN PMDL MemoryDescriptorList);

EXTERN_C_END

/* Makes an MDL ready to describe another part of the same memory. IRQL: <=DISPATCH. */
#define MmPrepareMdlForReuse(Mdl) ((void)(Mdl))

/* The address of the first page of a buffer, as its owner sees it. IRQL: any. */
#define MmGetMdlBaseVa(Mdl) ((Mdl)->StartVa)

#endif
