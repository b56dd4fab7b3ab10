/* SPDX-License-Identifier: MIT */
/*
 * reset.c - a device that stopped working is started again
 */
#include "isa_nic.h"

/*
 * MiniportCheckForHang. Hung is a device that had a frame to send or to deliver at several checks
 * in a row without moving one; a ring may be idle for ever.
 */
BOOLEAN isa_nic_check_for_hang(NDIS_HANDLE context)
{
	struct isa_nic_adapter *adapter = context;
	ULONG progress = adapter->transmit.frames + adapter->statistics.frames_received;
	BOOLEAN is_busy = adapter->transmit.packet || adapter->use == ISA_NIC_USE_RECEIVE;

	if (adapter->has_failed)
		return TRUE;
	adapter->stuck_checks = is_busy && progress == adapter->last_progress ?
		adapter->stuck_checks + 1 : 0;
	adapter->last_progress = progress;
	if (adapter->stuck_checks < ISA_NIC_HANG_CHECKS)
		return FALSE;
	isa_nic_fault(adapter, ISA_NIC_LOG_HANG, isa_nic_in(adapter, ISA_DMA_NIC_STATUS));
	return TRUE;
}

/*
 * MiniportReset. The library completes the packet that the driver has, since the driver is
 * serialised. Filter, multicast list and station address are restored here, so NDIS need not set
 * them again. DISPATCH_LEVEL.
 */
NDIS_STATUS isa_nic_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	struct isa_nic_adapter *adapter = context;

	*addressing_reset = FALSE;
	adapter->statistics.resets++;
	isa_nic_stop_device(adapter);
	adapter->transmit.packet = NULL;
	adapter->transmit.started = FALSE;
	adapter->transmit.next = NULL;
	adapter->receive.owes_frame = FALSE;
	adapter->cause = 0;
	adapter->stuck_checks = 0;
	if (isa_nic_in(adapter, ISA_DMA_NIC_ID) != ISA_DMA_NIC_ID_VALUE) {
		adapter->has_failed = TRUE;	/* tried again at the next MiniportCheckForHang */
		return NDIS_STATUS_HARD_ERRORS;
	}
	adapter->has_failed = FALSE;
	isa_nic_start_device(adapter);
	return adapter->has_failed ? NDIS_STATUS_HARD_ERRORS : NDIS_STATUS_SUCCESS;
}
