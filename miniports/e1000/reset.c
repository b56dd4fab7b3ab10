/* SPDX-License-Identifier: MIT */
/*
 * reset.c - a device that stopped working is started again
 */
#include "e1000.h"

/*
 * MiniportCheckForHang, every E1000_HANG_SECONDS; also the time to read the counters. That a packet
 * is not completed, NDIS finds out itself: after two periods it calls MiniportReset.
 */
BOOLEAN e1000_check_for_hang(NDIS_HANDLE context)
{
	struct e1000_adapter *adapter = context;

	if (e1000_is_gone(adapter)) {
		/* One reset finds out and says so; then the device is waited for. */
		adapter->has_failed = TRUE;
		return !adapter->is_down;
	}
	e1000_collect_counters(adapter);
	e1000_check_link(adapter);
	e1000_transmit_poll(adapter);	/* what waits without a cable */
	return adapter->has_failed;
}

/*
 * MiniportReset. Frames the device held and packets that waited go back with
 * NDIS_STATUS_REQUEST_ABORTED; receive buffers with protocols stay there. Filter, multicast list
 * and station address are restored here, so NDIS need not set them again. DISPATCH_LEVEL.
 */
NDIS_STATUS e1000_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	struct e1000_adapter *adapter = context;

	*addressing_reset = FALSE;
	e1000_collect_counters(adapter);
	e1000_stop_device(adapter);
	e1000_transmit_abort(adapter);
	adapter->has_failed = FALSE;
	adapter->is_down = e1000_start_device(adapter) != NDIS_STATUS_SUCCESS;
	if (adapter->is_down) {
		/* Tried again at the next MiniportCheckForHang; until then sends fail. */
		adapter->has_failed = TRUE;
		e1000_transmit_abort(adapter);
		return NDIS_STATUS_HARD_ERRORS;
	}
	e1000_check_link(adapter);
	e1000_transmit_poll(adapter);
	return NDIS_STATUS_SUCCESS;
}
