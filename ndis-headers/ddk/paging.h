/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_PAGING_H
#define NDIS_HEADERS_DDK_PAGING_H

/*
 * Which parts of a driver may be paged out: none is here, so that these functions change nothing.
 * Source: the kernel's reference pages.
 */

#include "../ntdef.h"

EXTERN_C_START

/*
 * Keeps the section of the driver in memory that the address lies in, of code or of data; returns a
 * handle for the counterpart, NULL for no address. IRQL: <=APC.
 */
NTKERNELAPI PVOID NTAPI MmLockPagableDataSection(IN PVOID AddressWithinSection);
#define MmLockPagableCodeSection(AddressWithinSection) \
	MmLockPagableDataSection((PVOID)(ULONG_PTR)(AddressWithinSection))
NTKERNELAPI VOID NTAPI MmUnlockPagableImageSection(IN PVOID ImageSectionHandle);

/*
 * Let all of the driver be paged out, and keep it in memory as it was marked. The first returns where
 * the driver is: the address. IRQL: <=APC.
 */
NTKERNELAPI PVOID NTAPI MmPageEntireDriver(IN PVOID AddressWithinSection);
NTKERNELAPI VOID NTAPI MmResetDriverPaging(IN PVOID AddressWithinSection);

/* How much memory the system has: much; and whether it is a server: no. IRQL: <=DISPATCH. */
typedef enum _MM_SYSTEM_SIZE {
	MmSmallSystem = 0,
	MmMediumSystem = 1,
	MmLargeSystem = 2
} MM_SYSTEMSIZE;

NTKERNELAPI MM_SYSTEMSIZE NTAPI MmQuerySystemSize(VOID);
NTKERNELAPI BOOLEAN NTAPI MmIsThisAnNtAsSystem(VOID);

EXTERN_C_END

#endif
