/* SPDX-License-Identifier: MIT */
/*
 * mdl.c - MDLs of drivers that use the HAL
 *
 * Source: ndis-hal-dma.md sections 2 and 5.5.
 */
#include "hal/hal.h"
#include "mm/mdl.h"
#include "mm/pool.h"
#include "mm/span.h"
#include "support/trace.h"

/* What IoAllocateMdl is charged to, and the kind of its blocks. */
static const char mdl_kind[] = "memory descriptor list";

/* Only the checking mode asks for the time of day. */
static struct verifier_event made(const char *call, const void *caller)
{
	return hal_buses && hal_buses->verifier ? verifier_event_now(call, caller)
						: (struct verifier_event){0};
}

static void attach(PIRP irp, PMDL mdl, BOOLEAN secondary)
{
	PMDL *link = &irp->MdlAddress;

	while (secondary && *link)
		link = &(*link)->Next;
	*link = mdl;
}

PMDL NTAPI IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer,
			 BOOLEAN ChargeQuota, PIRP Irp)
{
	static const char call[] = "IoAllocateMdl";
	TRACE_SCOPE(call);
	size_t size = mm_mdl_size(VirtualAddress, Length);
	struct mm_block *block = NULL;
	PMDL mdl = NULL;

	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!size)
		hal_violation(NULL, VERIFIER_NONE, call, "an MDL describes at most 4089 pages",
			      "Length is %u at %p", Length, VirtualAddress);
	else if (SecondaryBuffer && !Irp)
		hal_violation(NULL, VERIFIER_NONE, call,
			      "SecondaryBuffer is FALSE for an MDL without a request",
			      "SecondaryBuffer is TRUE, Irp is NULL");
	else
		block = mm_pool_allocate(size,
					 &(struct mm_block){
						 .kind = mdl_kind,
						 .owner = mdl_kind,
						 .made = made(call, __builtin_return_address(0)),
					 });
	if (block) {
		mdl = block->va;
		MmInitializeMdl(mdl, VirtualAddress, Length);
		if (Irp)
			attach(Irp, mdl, SecondaryBuffer);
	}
	TRACE(call, "%p, %u bytes, irp %p) -> %p", VirtualAddress, Length, (void *)Irp,
	      (void *)mdl);
	return mdl;
}

VOID NTAPI IoFreeMdl(PMDL Mdl)
{
	static const char call[] = "IoFreeMdl";
	TRACE_SCOPE(call);
	struct mm_block *block = mm_pool_find(Mdl);
	const void *user;

	TRACE(call, "mdl %p)", (void *)Mdl);
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!block || block->kind != mdl_kind) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "an MDL of IoAllocateMdl is freed once, by its owner",
			      "%p is no MDL that a driver allocated", (void *)Mdl);
		return;
	}
	user = hal_mdl_user(Mdl);
	if (user) {
		hal_violation_about(
			NULL, VERIFIER_DETAIL(VERIFIER_FREED_WHILE_MAPPED, .object = user), call,
			"IoFlushAdapterBuffers or PutScatterGatherList comes before IoFreeMdl",
			"a device still reaches the memory of MDL %p; it is not freed",
			(void *)Mdl);
		return;
	}
	mm_pool_free(block);
}

/* Return: false after a report. */
static bool build(const char *call, PMDL mdl)
{
	PMDL next;
	CSHORT size;

	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!mdl ||
	    mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL)) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "an MDL is built once, after IoAllocateMdl",
			      "MdlFlags of MDL %p are 0x%x", (void *)mdl,
			      mdl ? (unsigned int)(USHORT)mdl->MdlFlags : 0);
		return false;
	}
	if (mm_mdl_pages(mdl) > mm_mdl_room(mdl)) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "an MDL describes no more pages than it was allocated for",
			      "%u bytes at %p touch %llu pages, MDL %p has room for %zu",
			      mdl->ByteCount, MmGetMdlVirtualAddress(mdl),
			      (unsigned long long)mm_mdl_pages(mdl), (void *)mdl, mm_mdl_room(mdl));
		return false;
	}
	next = mdl->Next;
	size = mdl->Size;
	mm_mdl_build(mdl, MmGetMdlVirtualAddress(mdl), mdl->ByteCount,
		     hal_buses ? hal_buses->platform : NULL);
	mdl->Next = next;
	mdl->Size = size;
	TRACE(call, "mdl %p of %u bytes)", (void *)mdl, mdl->ByteCount);
	return true;
}

VOID NTAPI MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList)
{
	static const char call[] = "MmBuildMdlForNonPagedPool";
	TRACE_SCOPE(call);

	build(call, MemoryDescriptorList);
}

VOID NTAPI MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
			       LOCK_OPERATION Operation)
{
	static const char call[] = "MmProbeAndLockPages";
	TRACE_SCOPE(call);
	PMDL mdl = MemoryDescriptorList;
	CSHORT written = Operation == IoReadAccess ? 0 : MDL_WRITE_OPERATION;

	if (build(call, mdl))
		mdl->MdlFlags = (CSHORT)((mdl->MdlFlags & ~MDL_SOURCE_IS_NONPAGED_POOL) |
					 MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA | written);
}

VOID NTAPI MmUnlockPages(PMDL MemoryDescriptorList)
{
	static const char call[] = "MmUnlockPages";
	TRACE_SCOPE(call);
	PMDL mdl = MemoryDescriptorList;
	const void *user = mdl ? hal_mdl_user(mdl) : NULL;

	TRACE(call, "mdl %p)", (void *)mdl);
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!mdl || !(mdl->MdlFlags & MDL_PAGES_LOCKED) || mdl->MdlFlags & MDL_PARTIAL) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "the pages that MmProbeAndLockPages locked are unlocked once",
			      "MdlFlags of MDL %p are 0x%x", (void *)mdl,
			      mdl ? (unsigned int)(USHORT)mdl->MdlFlags : 0);
		return;
	}
	if (user) {
		hal_violation_about(
			NULL, VERIFIER_DETAIL(VERIFIER_FREED_WHILE_MAPPED, .object = user), call,
			"IoFlushAdapterBuffers or PutScatterGatherList comes before MmUnlockPages",
			"a device still reaches the memory of MDL %p; it stays locked",
			(void *)mdl);
		return;
	}
	mdl->MdlFlags = (CSHORT)(mdl->MdlFlags & ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA |
						   MDL_WRITE_OPERATION));
}

static PVOID address_of(const char *call, PMDL mdl)
{
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (mdl && mdl->MdlFlags & MDL_SYSTEM_VA_FLAGS)
		return mdl->MappedSystemVa;
	hal_violation(NULL, VERIFIER_NOT_LOCKED, call,
		      "an MDL is built or locked before it is mapped",
		      "MdlFlags of MDL %p are 0x%x", (void *)mdl,
		      mdl ? (unsigned int)(USHORT)mdl->MdlFlags : 0);
	return NULL;
}

PVOID NTAPI MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode)
{
	return address_of("MmMapLockedPages", MemoryDescriptorList);
}

PVOID NTAPI MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
					 MEMORY_CACHING_TYPE CacheType, PVOID BaseAddress,
					 ULONG BugCheckOnFailure, MM_PAGE_PRIORITY Priority)
{
	return address_of("MmMapLockedPagesSpecifyCache", MemoryDescriptorList);
}

VOID NTAPI MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList)
{
	static const char call[] = "MmUnmapLockedPages";

	if (address_of(call, MemoryDescriptorList) != BaseAddress)
		hal_violation(NULL, VERIFIER_NONE, call,
			      "BaseAddress is what MmMapLockedPages returned for the MDL",
			      "it is %p, of MDL %p", BaseAddress, (void *)MemoryDescriptorList);
}

static bool may_be_part(const MDL *source, const MDL *target, uintptr_t offset, ULONG length,
			const void *va, const char *call)
{
	if (!(source->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL))) {
		hal_violation(NULL, VERIFIER_NOT_LOCKED, call,
			      "the source is built before its parts", "MdlFlags of MDL %p are 0x%x",
			      (const void *)source, (unsigned int)(USHORT)source->MdlFlags);
		return false;
	}
	if (offset >= source->ByteCount || length > source->ByteCount - offset) {
		hal_violation(NULL, VERIFIER_OUTSIDE_MDL, call,
			      "a part lies in the buffer of the source",
			      "%u bytes at %p do not lie in %u bytes at %p", length, va,
			      source->ByteCount, MmGetMdlVirtualAddress(source));
		return false;
	}
	if (mm_span_pages(va, length) > mm_mdl_room(target)) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "the target was allocated for the pages of the part",
			      "%u bytes at %p touch %llu pages, the target has %zu", length, va,
			      (unsigned long long)mm_span_pages(va, length), mm_mdl_room(target));
		return false;
	}
	return true;
}

VOID NTAPI IoBuildPartialMdl(PMDL SourceMdl, PMDL TargetMdl, PVOID VirtualAddress, ULONG Length)
{
	static const char call[] = "IoBuildPartialMdl";
	TRACE_SCOPE(call);
	uintptr_t offset;
	ULONG first;

	TRACE(call, "source %p, target %p, %p, %u bytes)", (void *)SourceMdl, (void *)TargetMdl,
	      VirtualAddress, Length);
	hal_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!SourceMdl || !TargetMdl) {
		hal_violation(NULL, VERIFIER_NONE, call, "no argument may be NULL",
			      "SourceMdl %p, TargetMdl %p", (void *)SourceMdl, (void *)TargetMdl);
		return;
	}
	offset = (uintptr_t)VirtualAddress - (uintptr_t)MmGetMdlVirtualAddress(SourceMdl);
	if (!Length && offset < SourceMdl->ByteCount)
		Length = (ULONG)(SourceMdl->ByteCount - offset);
	if (!may_be_part(SourceMdl, TargetMdl, offset, Length, VirtualAddress, call))
		return;
	TargetMdl->StartVa = PAGE_ALIGN(VirtualAddress);
	TargetMdl->ByteOffset = BYTE_OFFSET(VirtualAddress);
	TargetMdl->ByteCount = Length;
	TargetMdl->Process = SourceMdl->Process;
	TargetMdl->MdlFlags = (CSHORT)(MDL_PARTIAL | (SourceMdl->MdlFlags &
						      (MDL_SYSTEM_VA_FLAGS | MDL_PAGES_LOCKED |
						       MDL_IO_SPACE | MDL_NETWORK_HEADER)));
	TargetMdl->MappedSystemVa = SourceMdl->MdlFlags & MDL_SYSTEM_VA_FLAGS
					    ? (char *)SourceMdl->MappedSystemVa + offset
					    : NULL;
	first = (ULONG)(((uintptr_t)TargetMdl->StartVa - (uintptr_t)SourceMdl->StartVa) >>
			PAGE_SHIFT);
	for (ULONG i = 0; i < ADDRESS_AND_SIZE_TO_SPAN_PAGES(VirtualAddress, Length); i++)
		MmGetMdlPfnArray(TargetMdl)[i] = MmGetMdlPfnArray(SourceMdl)[first + i];
}

static void report_left(void *context, const struct mm_block *block)
{
	hal_violation_about(NULL, VERIFIER_DETAIL(VERIFIER_NONE, .made = &block->made), context,
			    "IoFreeMdl frees every MDL of IoAllocateMdl", "MDL %p is not freed",
			    block->va);
}

unsigned int hal_mdls_discard(const char *call)
{
	return mm_pool_release(mdl_kind, report_left, (void *)call);
}
