/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_BUGCODES_H
#define NDIS_HEADERS_DDK_BUGCODES_H

/*
 * Bug check codes that NT raises when a driver breaks a rule. The first parameter selects the rule
 * where a code covers several. The library raises those of IRQL and spin locks, from which no correct
 * continuation exists, reports the other mistakes and goes on, and names each of these codes when a
 * driver passes it to KeBugCheckEx. Source: ndis-hal-dma.md section 12.
 */

#include "../ntdef.h"

/* KeRaiseIrql to a lower level than the current. */
#define IRQL_NOT_GREATER_OR_EQUAL 0x00000009u
/* KeLowerIrql to a higher level than the current. */
#define IRQL_NOT_LESS_OR_EQUAL 0x0000000Au
/* A spin lock taken twice by its holder. */
#define SPIN_LOCK_ALREADY_OWNED 0x0000000Fu
/* A spin lock released by somebody who does not hold it. */
#define SPIN_LOCK_NOT_OWNED 0x00000010u
/*
 * A miniport broke a rule. Parameter 1: 1 shared memory asked for at raised IRQL, 2 shared memory
 * overrun, 3 shared memory freed that is not allocated.
 */
#define BUGCODE_NDIS_DRIVER 0x0000007Cu
/* A mutex taken twice by its holder, who may not. */
#define MUTEX_ALREADY_OWNED 0x000000BFu
/* Wrong use of the pool. */
#define BAD_POOL_CALLER 0x000000C2u
/* A driver broke a rule of the general kind; parameter 1 selects which. */
#define DRIVER_VERIFIER_DETECTED_VIOLATION 0x000000C4u
/* A miniport broke a rule, as Windows 2000 and XP number it. */
#define BUGCODE_ID_DRIVER 0x000000D2u
/* A service that the system cannot do without has failed. */
#define CRITICAL_SERVICE_FAILED 0x0000005Au
/* A driver broke a rule of DMA; parameter 1 selects which. */
#define DRIVER_VERIFIER_DMA_VIOLATION 0x000000E6u

#endif
