/* SPDX-License-Identifier: MIT */
/*
 * paging.c - drivers that say which of them may be paged out
 */
#include <ddk/paging.h>

#include "ke/level.h"

#define APC (KE_DISPATCH_LEVEL - 1)

/* Nothing is paged out: an address of a driver, or a handle, is all there is to look at. */
static PVOID look_at(const char *call, const char *name, PVOID address)
{
	ke_irql_at_most(call, APC);
	ke_is_given(call, name, address);
	return address;
}

PVOID NTAPI MmLockPagableDataSection(PVOID AddressWithinSection)
{
	return look_at("MmLockPagableDataSection", "AddressWithinSection", AddressWithinSection);
}

VOID NTAPI MmUnlockPagableImageSection(PVOID ImageSectionHandle)
{
	look_at("MmUnlockPagableImageSection", "ImageSectionHandle", ImageSectionHandle);
}

PVOID NTAPI MmPageEntireDriver(PVOID AddressWithinSection)
{
	return look_at("MmPageEntireDriver", "AddressWithinSection", AddressWithinSection);
}

VOID NTAPI MmResetDriverPaging(PVOID AddressWithinSection)
{
	look_at("MmResetDriverPaging", "AddressWithinSection", AddressWithinSection);
}

MM_SYSTEMSIZE NTAPI MmQuerySystemSize(VOID)
{
	return MmLargeSystem;
}

BOOLEAN NTAPI MmIsThisAnNtAsSystem(VOID)
{
	return FALSE;
}
