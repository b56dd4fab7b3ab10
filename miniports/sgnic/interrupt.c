/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c - section 7, mode SHARED: one interrupt, whatever its type
 */
#include "sgnic.h"

/* Passes over both rings before other work gets its turn. */
#define SGNIC_PASSES 8

/*
 * MiniportISR. Reading the cause also masks the device, so until MiniportHandleInterrupt is through
 * there is no other interrupt and `cause` needs no lock.
 */
VOID NTAPI sgnic_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context)
{
	struct sgnic_adapter *adapter = context;
	ULONG cause = sgnic_read(adapter, SGNIC_INTERRUPT_CAUSE);

	*is_ours = FALSE;
	*queue_handler = FALSE;
	if (cause == 0)
		return;
	if (cause & ~SGNIC_CAUSES) {
		adapter->has_failed = TRUE;	/* all ones: there is no device any more */
		return;
	}
	adapter->cause |= cause;
	adapter->interrupts++;
	*is_ours = TRUE;
	*queue_handler = TRUE;
}

static VOID sgnic_link_changed(struct sgnic_adapter *adapter)
{
	BOOLEAN link_up = (sgnic_read(adapter, SGNIC_STATUS) & SGNIC_STATUS_LINK_UP) != 0;

	if (link_up == adapter->link_up)
		return;
	adapter->link_up = link_up;
	NdisMIndicateStatus(adapter->handle, link_up ? NDIS_STATUS_MEDIA_CONNECT :
			    NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
	NdisMIndicateStatusComplete(adapter->handle);
}

/* Handles completions until there are none; TRUE: stopped early, there may be more. */
static BOOLEAN sgnic_poll(struct sgnic_adapter *adapter)
{
	ULONG budget = SGNIC_RECEIVE_BUDGET;
	ULONG pass;

	for (pass = 0; pass < SGNIC_PASSES; pass++) {
		sgnic_transmit_poll(adapter);
		budget -= sgnic_receive_poll(adapter, budget);
		if (budget == 0)
			return TRUE;
		if (!sgnic_receive_arm(adapter))
			return FALSE;
	}
	return TRUE;
}

/*
 * MiniportHandleInterrupt. A handler that stops early raises an interrupt itself, so that NDIS
 * calls it again after whatever else waits. A failed device stays masked until MiniportReset.
 */
VOID NTAPI sgnic_handle_interrupt(NDIS_HANDLE context)
{
	struct sgnic_adapter *adapter = context;
	ULONG cause = adapter->cause;

	adapter->cause = 0;
	if (adapter->is_halting)
		return;
	if (cause & SGNIC_CAUSE_ERROR)
		sgnic_read_error(adapter);
	if (cause & SGNIC_CAUSE_LINK)
		sgnic_link_changed(adapter);
	if (sgnic_poll(adapter)) {
		adapter->statistics.budgets_exhausted++;
		sgnic_write(adapter, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
	}
	if (!adapter->has_failed)
		sgnic_write(adapter, SGNIC_INTERRUPT_MASK, SGNIC_CAUSES);
}
