/* SPDX-License-Identifier: MIT */
/*
 * reset.c - a device that stopped working is started again
 */
#include "sgnic.h"

/* MiniportCheckForHang, every SGNIC_HANG_SECONDS; also the clock of the receive area. */
BOOLEAN sgnic_check_for_hang(NDIS_HANDLE context)
{
	struct sgnic_adapter *adapter = context;

	sgnic_shrink(adapter);
	if (adapter->has_failed)
		return TRUE;
	return sgnic_transmit_is_stuck(adapter);
}

/*
 * MiniportReset. Frames the device held and packets that waited go back with
 * NDIS_STATUS_REQUEST_ABORTED; receive buffers with protocols stay there. Filter, multicast list
 * and station address are restored here, so NDIS need not set them again. DISPATCH_LEVEL.
 */
NDIS_STATUS sgnic_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	struct sgnic_adapter *adapter = context;
	NDIS_STATUS status;

	*addressing_reset = FALSE;
	adapter->statistics.resets++;
	sgnic_stop_device(adapter);
	sgnic_receive_reclaim(adapter);
	sgnic_transmit_abort(adapter);

	adapter->has_failed = FALSE;
	status = sgnic_start_device(adapter);
	adapter->is_down = status != NDIS_STATUS_SUCCESS;
	if (adapter->is_down) {
		/* Tried again at the next MiniportCheckForHang; until then sends fail. */
		adapter->has_failed = TRUE;
		sgnic_transmit_abort(adapter);
		return NDIS_STATUS_HARD_ERRORS;
	}
	sgnic_transmit_resume(adapter);
	return NDIS_STATUS_SUCCESS;
}
