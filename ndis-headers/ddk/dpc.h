/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_DPC_H
#define NDIS_HEADERS_DDK_DPC_H

/*
 * Deferred procedure calls: how code at a device's level, or any other, has a function run at
 * DISPATCH_LEVEL.
 *
 * NDIS miniports need none: MiniportHandleInterrupt is the DPC of their interrupt. Source: the
 * kernel's reference pages.
 */

#include "irql.h"

struct _KDPC;

/*
 * Function of a DPC. `Dpc` may be queued again by it; the other three are what the driver gave to
 * KeInitializeDpc and KeInsertQueueDpc. IRQL: =DISPATCH.
 */
typedef VOID (NTAPI KDEFERRED_ROUTINE)(IN struct _KDPC *Dpc, IN PVOID DeferredContext OPTIONAL,
				       IN PVOID SystemArgument1 OPTIONAL,
				       IN PVOID SystemArgument2 OPTIONAL);
typedef KDEFERRED_ROUTINE *PKDEFERRED_ROUTINE;

/*
 * A DPC in memory of the driver, which must not be freed while it is queued. All members are the
 * library's. 80 bytes.
 */
typedef struct _KDPC {
	UCHAR Type;
	UCHAR Importance;
	USHORT Number;
	PKDEFERRED_ROUTINE DeferredRoutine;
	PVOID DeferredContext;
	PVOID SystemArgument1;
	PVOID SystemArgument2;
	ULONG_PTR Reserved[5];
} KDPC, *PKDPC, *PRKDPC;

/* Where in the queue a DPC goes: behind the others, or before them. */
typedef enum _KDPC_IMPORTANCE {
	LowImportance = 0,
	MediumImportance = 1,
	HighImportance = 2,
	MediumHighImportance = 3
} KDPC_IMPORTANCE;

EXTERN_C_START

/*
 * Prepares a DPC.
 *
 * Dpc               OUT. Memory of the driver.
 * DeferredRoutine   function to be run.
 * DeferredContext   what it gets.
 *
 * IRQL: any. Must precede every other use.
 */
NTKERNELAPI VOID NTAPI KeInitializeDpc(OUT PRKDPC Dpc, IN PKDEFERRED_ROUTINE DeferredRoutine,
				       IN PVOID DeferredContext OPTIONAL);

/*
 * Has the function of a DPC run as soon as the processor goes below DISPATCH_LEVEL.
 *
 * Dpc                    an initialised DPC.
 * SystemArgument1, 2     handed to the function.
 *
 * Returns TRUE; FALSE if the DPC is queued already, and nothing is changed then. IRQL: any.
 */
NTKERNELAPI BOOLEAN NTAPI KeInsertQueueDpc(IN OUT PRKDPC Dpc, IN PVOID SystemArgument1 OPTIONAL,
					   IN PVOID SystemArgument2 OPTIONAL);

/*
 * Takes a DPC out of the queue. Returns TRUE if it was queued; FALSE if it was not: its function has
 * run, is running, or was never asked for. IRQL: any.
 */
NTKERNELAPI BOOLEAN NTAPI KeRemoveQueueDpc(IN OUT PRKDPC Dpc);

/*
 * Tells how urgent a DPC is: one of HighImportance is put before those that wait, the others behind
 * them. To be called before it is queued. IRQL: any.
 */
NTKERNELAPI VOID NTAPI KeSetImportanceDpc(IN OUT PRKDPC Dpc, IN KDPC_IMPORTANCE Importance);

/*
 * Returns when all DPCs that are queued have run: what a driver calls between silencing its device
 * and giving up what the DPC uses. IRQL: =PASSIVE.
 */
NTKERNELAPI VOID NTAPI KeFlushQueuedDpcs(VOID);

EXTERN_C_END

#endif
