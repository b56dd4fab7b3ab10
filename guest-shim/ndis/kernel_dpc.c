/* SPDX-License-Identifier: MIT */
/*
 * kernel_dpc.c - the kernel's DPCs, each of the adapter or driver that queued it
 */
#include <ddk/dpc.h>

#include "ke/level.h"
#include "ke/queue.h"
#include "ndis/driver.h"
#include "ndis/memory.h"
#include "support/log.h"

/* KDPC.Type of an initialised DPC. */
#define DPC_TYPE 0x13

/** struct kernel_dpc - the library's part of KDPC */
struct kernel_dpc {
	struct ke_dpc dpc;
	const void *owner; /* charged for what the function allocates and sets */
} MAY_ALIAS;

C_ASSERT(sizeof(struct kernel_dpc) <= sizeof(KDPC) - offsetof(KDPC, Reserved));

static struct kernel_dpc *state_of(PRKDPC dpc)
{
	return (struct kernel_dpc *)(void *)dpc->Reserved;
}

static struct ke_dpc *part_of(PRKDPC dpc)
{
	return &state_of(dpc)->dpc;
}

static void run(void *context)
{
	PRKDPC dpc = context;
	const void *owner = ndis_set_current_owner(state_of(dpc)->owner);
	struct shim_driver *driver = ndis_set_current_driver(ndis_driver_of(ndis_current_owner()));

	dpc->DeferredRoutine(dpc, dpc->DeferredContext, dpc->SystemArgument1, dpc->SystemArgument2);
	ndis_set_current_driver(driver);
	ndis_set_current_owner(owner);
}

static bool is_dpc(const char *call, PRKDPC dpc)
{
	if (!ke_is_given(call, "Dpc", dpc))
		return false;
	if (dpc->Type == DPC_TYPE && dpc->DeferredRoutine)
		return true;
	log_error("%s: DPC %p is not; rule: a DPC is initialised with a function before it is used",
		  call, (void *)dpc);
	return false;
}

VOID NTAPI KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
	if (!ke_is_given("KeInitializeDpc", "Dpc", Dpc) ||
	    !ke_is_given("KeInitializeDpc", "DeferredRoutine", (PVOID)DeferredRoutine))
		return;
	ke_dpc_cancel(part_of(Dpc));
	*Dpc = (KDPC){.Type = DPC_TYPE,
		      .Importance = MediumImportance,
		      .DeferredRoutine = DeferredRoutine,
		      .DeferredContext = DeferredContext};
}

BOOLEAN NTAPI KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
	if (!is_dpc("KeInsertQueueDpc", Dpc) || part_of(Dpc)->queued)
		return FALSE;
	Dpc->SystemArgument1 = SystemArgument1;
	Dpc->SystemArgument2 = SystemArgument2;
	state_of(Dpc)->owner = ndis_current_owner();
	ke_dpc_queue(part_of(Dpc), run, Dpc);
	if (Dpc->Importance == HighImportance)
		ke_dpc_to_front(part_of(Dpc));
	/* Below DISPATCH_LEVEL nothing holds it back. */
	if (ke_current_irql() < KE_DISPATCH_LEVEL)
		ke_lower_irql(ke_current_irql());
	return TRUE;
}

BOOLEAN NTAPI KeRemoveQueueDpc(PRKDPC Dpc)
{
	return is_dpc("KeRemoveQueueDpc", Dpc) && ke_dpc_cancel(part_of(Dpc));
}

VOID NTAPI KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
	if (is_dpc("KeSetImportanceDpc", Dpc))
		Dpc->Importance = (UCHAR)Importance;
}

VOID NTAPI KeFlushQueuedDpcs(VOID)
{
	if (ke_irql_at_most("KeFlushQueuedDpcs", KE_PASSIVE_LEVEL))
		ke_lower_irql(KE_PASSIVE_LEVEL);
}
