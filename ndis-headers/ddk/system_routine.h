/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_SYSTEM_ROUTINE_H
#define NDIS_HEADERS_DDK_SYSTEM_ROUTINE_H

/*
 * Functions by their names: how a driver uses one that older systems do not have.
 */

#include "../ntdef.h"

EXTERN_C_START

/*
 * Finds a function of the kernel or of NDIS by its name.
 *
 * SystemRoutineName   the name, with capital and small letters.
 *
 * Returns its address, or NULL if the library exports no function of that name. Macros and inline
 * functions of these headers have none. IRQL: =PASSIVE.
 */
NTKERNELAPI PVOID NTAPI MmGetSystemRoutineAddress(IN PUNICODE_STRING SystemRoutineName);

EXTERN_C_END

#endif
