/* SPDX-License-Identifier: MIT */
/*
 * reset.c - a chip that stopped working is started again
 */
#include "pcnet.h"

/*
 * MiniportCheckForHang, every PCNET_HANG_SECONDS; also the clock of the link. That packets are not
 * completed NDIS finds out itself, after two periods.
 */
BOOLEAN pcnet_check_for_hang(NDIS_HANDLE context)
{
	const ULONG working = PCNET_CSR0_TXON | PCNET_CSR0_RXON;
	struct pcnet_adapter *adapter = context;
	ULONG status;

	if (pcnet_is_gone(adapter)) {
		/* One reset finds out and says so; then the chip is waited for. */
		adapter->has_failed = TRUE;
		return !adapter->is_down;
	}
	if (adapter->has_failed)
		return TRUE;
	status = pcnet_get(adapter, PCNET_CSR_STATUS);
	if ((status & working) != working) {
		pcnet_fault(adapter, PCNET_LOG_STOPPED, status);
		return TRUE;
	}
	pcnet_check_link(adapter);
	return FALSE;
}

/*
 * MiniportReset. After a success NDIS completes the packets that the driver had, since the driver is
 * serialised; after a failure the driver does. Their mappings are the driver's to end. Filter, multicast list and station address are restored
 * here, so NDIS need not set them again. DISPATCH_LEVEL.
 */
NDIS_STATUS pcnet_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	struct pcnet_adapter *adapter = context;
	NDIS_STATUS status;

	*addressing_reset = FALSE;
	adapter->statistics.resets++;
	pcnet_stop_chip(adapter);
	pcnet_transmit_unmap(adapter);
	adapter->has_failed = FALSE;
	status = pcnet_start_chip(adapter);
	adapter->is_down = status != NDIS_STATUS_SUCCESS;
	pcnet_transmit_forget(adapter, adapter->is_down);
	if (!adapter->is_down)
		return NDIS_STATUS_SUCCESS;
	adapter->has_failed = TRUE;	/* tried again by MiniportCheckForHang; until then sends fail */
	return NDIS_STATUS_HARD_ERRORS;
}
