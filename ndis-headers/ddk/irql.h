/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_IRQL_H
#define NDIS_HEADERS_DDK_IRQL_H

/*
 * Interrupt request levels.
 *
 * At every moment a thread runs at one IRQL. The level says what it may do: at PASSIVE_LEVEL
 * everything, including waiting; at DISPATCH_LEVEL nothing that waits, because the scheduler is
 * off on that processor; above it, in an interrupt service routine, hardly anything but device
 * registers. Holding a spin lock means DISPATCH_LEVEL. The descriptions in these headers give
 * the level for each function, as "IRQL: =PASSIVE", "IRQL: <=DISPATCH" and so on.
 *
 * The library keeps the level per thread. It does not stop other threads as a raised level
 * does on one processor; it is what the library's checks compare with the documented level of
 * each function, so a driver that would crash or hang NT is told so here.
 * Source: ndis-hal-dma.md section 0.3.
 */

#include "../ntdef.h"

typedef UCHAR KIRQL, *PKIRQL;

#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
/* Device interrupts lie between DISPATCH_LEVEL and CLOCK_LEVEL. These are the x64 values. */
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define HIGH_LEVEL 15

EXTERN_C_START

/*
 * Returns the level of the calling thread. IRQL: any.
 */
NTKERNELAPI KIRQL NTAPI KeGetCurrentIrql(VOID);

/*
 * Raises the level of the calling thread to `NewIrql` and stores the former level in
 * `*OldIrql`, to be given back to KeLowerIrql.
 *
 * NewIrql   the level to go to: at least the current one, at most HIGH_LEVEL.
 * OldIrql   receives the level before the call.
 *
 * IRQL: <=NewIrql. A lower `NewIrql` than the current level is the error for which NT has bug
 * check 0x9 (IRQL_NOT_GREATER_OR_EQUAL); the library raises it too.
 */
NTKERNELAPI VOID NTAPI KeRaiseIrql(IN KIRQL NewIrql, OUT PKIRQL OldIrql);

/*
 * Lowers the level of the calling thread to `NewIrql`, the value that KeRaiseIrql stored. Work
 * that was waiting for the lower level may run before the function returns.
 *
 * IRQL: >=NewIrql. A higher `NewIrql` than the current level raises bug check 0xA
 * (IRQL_NOT_LESS_OR_EQUAL). Lowering below the level of a spin lock still held is a mistake
 * that the library reports when the lock is released.
 */
NTKERNELAPI VOID NTAPI KeLowerIrql(IN KIRQL NewIrql);

/*
 * Raises the calling thread to DISPATCH_LEVEL and returns the former level. IRQL: <=DISPATCH.
 */
NTKERNELAPI KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID);

EXTERN_C_END

#endif
