/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c - the causes are cleared and the chip is silenced in MiniportISR, served in
 * MiniportHandleInterrupt, and the chip may speak again in MiniportEnableInterrupt
 */
#include "pcnet.h"

/*
 * MiniportISR. The line is shared: the interrupt is the chip's if it was allowed one and says so.
 * The write clears what was read, and INEA, which is not in it, turns interrupts off.
 */
VOID pcnet_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context)
{
	struct pcnet_adapter *adapter = context;
	ULONG status;

	*is_ours = FALSE;
	*queue_handler = FALSE;
	if (!adapter->is_enabled)
		return;
	status = pcnet_raw_get(adapter, PCNET_RDP, PCNET_CSR_STATUS);
	if (status & PCNET_CSR0_STOP) {
		adapter->has_failed = TRUE;	/* all ones: there is no chip any more */
		return;
	}
	if (!(status & PCNET_CSR0_INTR))
		return;
	adapter->is_enabled = FALSE;
	pcnet_raw_set(adapter, PCNET_RDP, PCNET_CSR_STATUS, status & PCNET_CSR0_CAUSES);
	adapter->cause |= status & PCNET_CSR0_CAUSES;
	*is_ours = TRUE;
	*queue_handler = TRUE;
}

/* MiniportHandleInterrupt. DISPATCH_LEVEL. */
VOID pcnet_handle_interrupt(NDIS_HANDLE context)
{
	struct pcnet_adapter *adapter = context;
	ULONG cause = adapter->cause;

	adapter->cause = 0;
	if (cause & PCNET_CSR0_MERR)
		pcnet_fault(adapter, PCNET_LOG_BUS, cause);
	if (cause & PCNET_CSR0_MISS)
		pcnet_count_missed(adapter);
	if (!adapter->has_failed)
		pcnet_transmit_poll(adapter);
	if (!adapter->has_failed)
		pcnet_receive_poll(adapter);
}

/* After MiniportHandleInterrupt, at the chip's IRQL. A failed chip stays silent until its reset. */
VOID pcnet_enable_interrupt(NDIS_HANDLE context)
{
	struct pcnet_adapter *adapter = context;

	if (adapter->has_failed)
		return;
	adapter->is_enabled = TRUE;
	pcnet_raw_set(adapter, PCNET_RDP, PCNET_CSR_STATUS, PCNET_CSR0_INEA);
}

/* Where NDIS does not call MiniportISR, this takes its place; the causes stay for later. */
VOID pcnet_disable_interrupt(NDIS_HANDLE context)
{
	struct pcnet_adapter *adapter = context;

	adapter->is_enabled = FALSE;
	pcnet_raw_set(adapter, PCNET_RDP, PCNET_CSR_STATUS, 0);
}
