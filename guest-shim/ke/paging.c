/* SPDX-License-Identifier: MIT */
/*
 * paging.c - drivers that say which of them may be paged out
 */
#include <ddk/paging.h>

#include "ke/level.h"

#define APC (KE_DISPATCH_LEVEL - 1)

PVOID NTAPI MmLockPagableDataSection(PVOID AddressWithinSection)
{
	static const char call[] = "MmLockPagableDataSection";

	ke_irql_at_most(call, APC);
	ke_is_given(call, "AddressWithinSection", AddressWithinSection);
	return AddressWithinSection;
}

VOID NTAPI MmUnlockPagableImageSection(PVOID ImageSectionHandle)
{
	static const char call[] = "MmUnlockPagableImageSection";

	ke_irql_at_most(call, APC);
	ke_is_given(call, "ImageSectionHandle", ImageSectionHandle);
}

PVOID NTAPI MmPageEntireDriver(PVOID AddressWithinSection)
{
	static const char call[] = "MmPageEntireDriver";

	ke_irql_at_most(call, APC);
	ke_is_given(call, "AddressWithinSection", AddressWithinSection);
	return AddressWithinSection;
}

VOID NTAPI MmResetDriverPaging(PVOID AddressWithinSection)
{
	static const char call[] = "MmResetDriverPaging";

	ke_irql_at_most(call, APC);
	ke_is_given(call, "AddressWithinSection", AddressWithinSection);
}

MM_SYSTEMSIZE NTAPI MmQuerySystemSize(VOID)
{
	return MmLargeSystem;
}

BOOLEAN NTAPI MmIsThisAnNtAsSystem(VOID)
{
	return FALSE;
}
