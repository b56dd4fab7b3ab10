/* SPDX-License-Identifier: MIT */
/*
 * lookaside.c - lists of free blocks, by the names of NDIS and of the kernel
 *
 * Free blocks wait in the list; how many are kept is bounded so that a burst does not hold memory
 * for good.
 */
#include <string.h>

#include <ddk/list.h>

#include "ndis/violation.h"
#include "support/trace.h"

#define LOOKASIDE_DEPTH 64u
#define APC		(KE_DISPATCH_LEVEL - 1u)

static bool is_given(const char *call, const NPAGED_LOOKASIDE_LIST *list, unsigned int limit)
{
	ndis_irql_at_most(NULL, call, limit);
	return ndis_is_given(call, "Lookaside", list);
}

static bool is_usable(const char *call, const NPAGED_LOOKASIDE_LIST *list, unsigned int limit)
{
	if (!is_given(call, list, limit))
		return false;
	if (list->Allocate)
		return true;
	ndis_violation(NULL, call,
		       "a lookaside list is initialised before it is used, and deleted once",
		       "lookaside list %p is not initialised", (const void *)list);
	return false;
}

static void initialise(const char *call, PNPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
		       PFREE_FUNCTION release, SIZE_T size, ULONG tag, unsigned int limit)
{
	if (!is_given(call, list, limit))
		return;
	memset(list, 0, sizeof(*list));
	list->Allocate = allocate ? allocate : ExAllocatePoolWithTag;
	list->Free = release ? release : ExFreePool;
	list->Size = size < sizeof(SINGLE_LIST_ENTRY) ? sizeof(SINGLE_LIST_ENTRY) : size;
	list->Tag = tag;
	TRACE(call, "list %p, %zu bytes)", (void *)list, size);
}

static PVOID take(const char *call, PNPAGED_LOOKASIDE_LIST list, unsigned int limit)
{
	PSINGLE_LIST_ENTRY entry;

	if (!is_usable(call, list, limit))
		return NULL;
	entry = PopEntryList(&list->ListHead);
	if (!entry)
		return list->Allocate(limit < KE_DISPATCH_LEVEL ? PagedPool : NonPagedPool,
				      list->Size, list->Tag);
	list->Depth--;
	return entry;
}

static void give(const char *call, PNPAGED_LOOKASIDE_LIST list, PVOID entry, unsigned int limit)
{
	if (!is_usable(call, list, limit) || !ndis_is_given(call, "Entry", entry))
		return;
	if (list->Depth >= LOOKASIDE_DEPTH) {
		list->Free(entry);
		return;
	}
	PushEntryList(&list->ListHead, entry);
	list->Depth++;
}

static void empty(const char *call, PNPAGED_LOOKASIDE_LIST list, unsigned int limit)
{
	PSINGLE_LIST_ENTRY entry;

	if (!is_usable(call, list, limit))
		return;
	while ((entry = PopEntryList(&list->ListHead)))
		list->Free(entry);
	list->Depth = 0;
	list->Allocate = NULL;
	TRACE(call, "list %p)", (void *)list);
}

VOID NTAPI NdisInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
					     PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
					     ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth)
{
	initialise("NdisInitializeNPagedLookasideList", Lookaside, Allocate, Free, Size, Tag,
		   KE_DISPATCH_LEVEL);
}

PVOID NTAPI NdisAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	return take("NdisAllocateFromNPagedLookasideList", Lookaside, KE_DISPATCH_LEVEL);
}

VOID NTAPI NdisFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
	give("NdisFreeToNPagedLookasideList", Lookaside, Entry, KE_DISPATCH_LEVEL);
}

VOID NTAPI NdisDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	empty("NdisDeleteNPagedLookasideList", Lookaside, KE_DISPATCH_LEVEL);
}

VOID NTAPI ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
					   PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
					   ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth)
{
	initialise("ExInitializeNPagedLookasideList", Lookaside, Allocate, Free, Size, Tag,
		   KE_DISPATCH_LEVEL);
}

PVOID NTAPI ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	return take("ExAllocateFromNPagedLookasideList", Lookaside, KE_DISPATCH_LEVEL);
}

VOID NTAPI ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
	give("ExFreeToNPagedLookasideList", Lookaside, Entry, KE_DISPATCH_LEVEL);
}

VOID NTAPI ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	empty("ExDeleteNPagedLookasideList", Lookaside, KE_DISPATCH_LEVEL);
}

VOID NTAPI ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
					  PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
					  ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth)
{
	initialise("ExInitializePagedLookasideList", Lookaside, Allocate, Free, Size, Tag, APC);
}

PVOID NTAPI ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
	return take("ExAllocateFromPagedLookasideList", Lookaside, APC);
}

VOID NTAPI ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
	give("ExFreeToPagedLookasideList", Lookaside, Entry, APC);
}

VOID NTAPI ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
	empty("ExDeletePagedLookasideList", Lookaside, APC);
}
