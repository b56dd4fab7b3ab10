/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_MDL_H
#define NDIS_HEADERS_DDK_MDL_H

/*
 * Memory descriptor lists and page arithmetic.
 *
 * An MDL describes one buffer that is contiguous in virtual memory: where it starts, how many
 * bytes it has, and, in an array right behind the structure, one number for every page that it
 * touches. NDIS_BUFFER is an MDL (ndis/buffer.h). Source: ndis-hal-dma.md sections 2, 3.1, 5.5.
 */

#include "../ntdef.h"

/* Pages have 4096 bytes. */
#define PAGE_SIZE 0x1000
#define PAGE_SHIFT 12

/*
 * Page arithmetic. Va is any pointer, Size a count of bytes.
 *
 * PAGE_ALIGN       start of the page that holds Va, as PVOID.
 * BYTE_OFFSET      offset of Va in its page, 0..PAGE_SIZE-1, as ULONG.
 * ROUND_TO_PAGES   Size rounded up to whole pages, as ULONG_PTR.
 * BYTES_TO_PAGES   number of pages that Size bytes fill when they start on a page boundary.
 */
#define PAGE_ALIGN(Va) ((PVOID)((ULONG_PTR)(Va) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#define BYTE_OFFSET(Va) ((ULONG)((ULONG_PTR)(Va) & (PAGE_SIZE - 1)))
#define ROUND_TO_PAGES(Size) (((ULONG_PTR)(Size) + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define BYTES_TO_PAGES(Size) ((ULONG)(((ULONG_PTR)(Size) + PAGE_SIZE - 1) >> PAGE_SHIFT))

/*
 * Number of pages, as ULONG, that Size bytes starting at Va touch. A size of 0 yields 0 on a page
 * boundary and 1 elsewhere, because the offset alone rounds up. The sum is made in pointer width.
 * Any IRQL. COMPUTE_PAGES_SPANNED is an older name.
 */
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size) \
	((ULONG)((BYTE_OFFSET(Va) + (ULONG_PTR)(Size) + (PAGE_SIZE - 1)) >> PAGE_SHIFT))
#define COMPUTE_PAGES_SPANNED(Va, Size) ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size)

/*
 * The structure has NT's layout: 48 bytes, followed by one PFN_NUMBER per page.
 *
 * Next             next buffer of the same packet, or NULL.
 * Size             bytes of the structure and its page array. Signed and 16 bits wide, which
 *                  limits a buffer to 4089 pages.
 * MdlFlags         MDL_* bits.
 * Process          owner of the pages; NULL for memory that belongs to no process.
 * MappedSystemVa   address at which the CPU can access the buffer, if a flag says it is valid.
 * StartVa          start of the first page.
 * ByteCount        bytes in the buffer.
 * ByteOffset       offset of the buffer in its first page, 0..PAGE_SIZE-1.
 *
 * Drivers read the fields with the macros below and NdisQueryBuffer, and write none of them.
 */
typedef struct _MDL {
	struct _MDL *Next;
	CSHORT Size;
	CSHORT MdlFlags;
	struct _EPROCESS *Process;
	PVOID MappedSystemVa;
	PVOID StartVa;
	ULONG ByteCount;
	ULONG ByteOffset;
} MDL, *PMDL;

/* MappedSystemVa is valid. */
#define MDL_MAPPED_TO_SYSTEM_VA 0x0001
/* The pages cannot be paged out. */
#define MDL_PAGES_LOCKED 0x0002
/* The buffer lies in memory that is never paged out; MappedSystemVa is valid. */
#define MDL_SOURCE_IS_NONPAGED_POOL 0x0004
/* The MDL came from a pool of MDLs of one size. */
#define MDL_ALLOCATED_FIXED_SIZE 0x0008
/* The MDL describes part of another one. */
#define MDL_PARTIAL 0x0010
/* ... and has a mapping of its own. */
#define MDL_PARTIAL_HAS_BEEN_MAPPED 0x0020
/* The pages are being read from disk. */
#define MDL_IO_PAGE_READ 0x0040
/* The pages were locked for writing. */
#define MDL_WRITE_OPERATION 0x0080
/* The mapping belongs to the MDL that this one is part of. */
#define MDL_PARENT_MAPPED_SYSTEM_VA 0x0100
/* Address space is given back when the mapping goes. */
#define MDL_FREE_EXTRA_PTES 0x0200
/* Pages that an application manages itself. */
#define MDL_DESCRIBES_AWE 0x0400
/* The buffer is device memory. */
#define MDL_IO_SPACE 0x0800
/* The buffer holds protocol headers. */
#define MDL_NETWORK_HEADER 0x1000
/* A mapping may fail instead of stopping the system. */
#define MDL_MAPPING_CAN_FAIL 0x2000
/* Allocated in a way that must not fail. */
#define MDL_ALLOCATED_MUST_SUCCEED 0x4000
/* Internal to the memory manager; the topmost bit of a signed field. */
#define MDL_INTERNAL 0x8000

/* The bits of which one must be set for MappedSystemVa to be valid. */
#define MDL_SYSTEM_VA_FLAGS (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)

/*
 * Accessors. Mdl is a PMDL; any IRQL; nothing is checked.
 *
 * MmGetMdlByteCount        bytes in the buffer, ULONG.
 * MmGetMdlByteOffset       offset in the first page, ULONG.
 * MmGetMdlPfnArray         the array of page numbers behind the structure, PPFN_NUMBER.
 * MmGetMdlVirtualAddress   address of the first byte as its owner sees it, PVOID. It serves as an
 *                          index into the page list only and must not be dereferenced: it can
 *                          belong to another address space. Section 8.3.
 */
#define MmGetMdlByteCount(Mdl) ((Mdl)->ByteCount)
#define MmGetMdlByteOffset(Mdl) ((Mdl)->ByteOffset)
#define MmGetMdlPfnArray(Mdl) ((PPFN_NUMBER)((Mdl) + 1))
#define MmGetMdlVirtualAddress(Mdl) ((PVOID)((PUCHAR)(Mdl)->StartVa + (Mdl)->ByteOffset))

/* Bytes that an MDL for Size bytes at Va occupies, structure and page array together. */
#define MmSizeOfMdl(Va, Size) \
	(sizeof(MDL) + ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size) * sizeof(PFN_NUMBER))

/*
 * Initialises the MDL at `Mdl` for `Length` bytes at `Va`, without filling in the page array and
 * with no flags set: the memory counts as neither locked nor mapped.
 *
 * Mdl      caller's memory of at least MmSizeOfMdl(Va, Length) bytes.
 * Va       first byte of the buffer; the MDL refers to it and does not own it.
 * Length   bytes, at most what 4089 pages hold.
 *
 * IRQL: any.
 */
NT_INLINE VOID MmInitializeMdl(OUT PMDL Mdl, IN PVOID Va, IN SIZE_T Length)
{
	Mdl->Next = NULL;
	Mdl->Size = (CSHORT)MmSizeOfMdl(Va, Length);
	Mdl->MdlFlags = 0;
	Mdl->Process = NULL;
	Mdl->MappedSystemVa = NULL;
	Mdl->StartVa = PAGE_ALIGN(Va);
	Mdl->ByteOffset = BYTE_OFFSET(Va);
	Mdl->ByteCount = (ULONG)Length;
}

/*
 * How urgently a mapping is wanted; the library satisfies all three alike.
 */
typedef enum _MM_PAGE_PRIORITY {
	LowPagePriority = 0,
	NormalPagePriority = 16,
	HighPagePriority = 32
} MM_PAGE_PRIORITY;

/*
 * Yields the address at which the CPU can read and write the buffer, or NULL if the MDL is
 * neither mapped nor in nonpaged memory. Every NDIS_BUFFER that the library hands out or makes
 * is mapped. IRQL: <=DISPATCH. The address is valid as long as the MDL is.
 */
NT_INLINE PVOID MmGetSystemAddressForMdlSafe(IN PMDL Mdl, IN ULONG Priority)
{
	(void)Priority;
	return (Mdl->MdlFlags & MDL_SYSTEM_VA_FLAGS) ? Mdl->MappedSystemVa : NULL;
}

#define MmGetSystemAddressForMdl(Mdl) MmGetSystemAddressForMdlSafe(Mdl, HighPagePriority)

#endif
