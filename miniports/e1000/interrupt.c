/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c - one interrupt for everything, by pin or by message
 */
#include "e1000.h"

/* Passes over both rings before other work gets its turn. */
#define E1000_PASSES 8

/*
 * MiniportISR. Reading ICR clears the causes, so whoever reads any must have the rings looked at: also
 * when the interrupt is another device's on the same line. What the causes were does not matter,
 * since the handler looks at everything, but for the link.
 */
VOID e1000_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context)
{
	struct e1000_adapter *adapter = context;
	ULONG cause = e1000_read(adapter, E1000_ICR);

	*is_ours = FALSE;
	*queue_handler = FALSE;
	if (cause == E1000_ALL_ONES) {
		adapter->has_failed = TRUE;	/* there is no device any more */
		return;
	}
	if (!(cause & E1000_CAUSES))
		return;
	e1000_write(adapter, E1000_IMC, E1000_ALL_ONES);
	if (cause & E1000_CAUSE_LINK)
		adapter->link_changed = TRUE;
	*is_ours = TRUE;
	*queue_handler = TRUE;
}

/* TRUE: stopped early, there may be more. */
static BOOLEAN e1000_poll(struct e1000_adapter *adapter)
{
	ULONG budget = E1000_RECEIVE_BUDGET;
	ULONG handled;
	ULONG pass;

	for (pass = 0; pass < E1000_PASSES && budget; pass++) {
		e1000_transmit_poll(adapter);
		handled = e1000_receive_poll(adapter, budget);
		if (handled == 0)
			return FALSE;
		budget -= handled;
	}
	return TRUE;
}

/*
 * MiniportHandleInterrupt. What completes after the last look sets a cause again, and enabling it
 * interrupts. A handler that stops early sets one itself, so that NDIS calls it again after
 * whatever else waits. A failed device stays masked until MiniportReset.
 */
VOID e1000_handle_interrupt(NDIS_HANDLE context)
{
	struct e1000_adapter *adapter = context;

	if (adapter->is_halting)
		return;
	if (adapter->link_changed) {
		adapter->link_changed = FALSE;
		e1000_check_link(adapter);
	}
	if (e1000_poll(adapter))
		e1000_write(adapter, E1000_ICS, E1000_CAUSE_RX_TIMER);
	if (!adapter->has_failed)
		e1000_write(adapter, E1000_IMS, E1000_CAUSES);
}
