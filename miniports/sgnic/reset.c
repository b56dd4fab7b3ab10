/* SPDX-License-Identifier: MIT */
/*
 * reset.c - a device that stopped working is started again
 */
#include "queue.h"

/* Does the device count a completion that it has not written? */
static BOOLEAN sgnic_withholds(struct sgnic_adapter *adapter, struct sgnic_queue *queue,
			       PNDIS_SPIN_LOCK lock)
{
	BOOLEAN withholds;
	ULONG completed;

	NdisAcquireSpinLock(lock);
	/* The register before the ring: what it counts is written (section 3.7). */
	completed = sgnic_read(adapter, queue->registers + SGNIC_QUEUE_COMPLETED);
	withholds = queue->running && completed != queue->consumer &&
		    !sgnic_queue_written(queue, queue->consumer);
	NdisReleaseSpinLock(lock);
	if (withholds)
		sgnic_fault(adapter, SGNIC_LOG_WITHHELD, completed);
	return withholds;
}

/*
 * A cause that is pending over a whole period without an interrupt: the interrupt is lost. Masking
 * and unmasking makes the device signal it again (section 7).
 */
static VOID sgnic_check_interrupts(struct sgnic_adapter *adapter)
{
	ULONG pending = sgnic_read(adapter, SGNIC_INTERRUPT_PENDING) & SGNIC_CAUSES;

	if ((pending & adapter->checked_pending) &&
	    adapter->interrupts == adapter->checked_interrupts) {
		adapter->statistics.interrupts_lost++;
		sgnic_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, SGNIC_LOG_LOST_INTERRUPT,
			  pending);
		sgnic_write(adapter, SGNIC_INTERRUPT_MASK, 0);
		sgnic_write(adapter, SGNIC_INTERRUPT_MASK, SGNIC_CAUSES);
	}
	adapter->checked_pending = pending;
	adapter->checked_interrupts = adapter->interrupts;
}

/* MiniportCheckForHang, every SGNIC_HANG_SECONDS; also the clock of the receive area. */
BOOLEAN NTAPI sgnic_check_for_hang(NDIS_HANDLE context)
{
	struct sgnic_adapter *adapter = context;

	sgnic_shrink(adapter);
	if (sgnic_is_gone(adapter)) {
		/* One reset finds out and says so; then the device is waited for. */
		adapter->has_failed = TRUE;
		return !adapter->is_down;
	}
	if (adapter->has_failed ||
	    sgnic_withholds(adapter, &adapter->transmit.queue, &adapter->transmit.lock) ||
	    sgnic_withholds(adapter, &adapter->receive.queue, &adapter->receive.lock))
		return TRUE;
	sgnic_check_interrupts(adapter);
	sgnic_transmit_poll(adapter);
	return sgnic_transmit_is_stuck(adapter);
}

/*
 * MiniportReset. Frames the device held and packets that waited go back with
 * NDIS_STATUS_REQUEST_ABORTED; receive buffers with protocols stay there. Filter, multicast list
 * and station address are restored here, so NDIS need not set them again. DISPATCH_LEVEL.
 */
NDIS_STATUS NTAPI sgnic_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	struct sgnic_adapter *adapter = context;
	NDIS_STATUS status;

	*addressing_reset = FALSE;
	adapter->statistics.resets++;
	sgnic_stop_device(adapter);
	sgnic_receive_reclaim(adapter);
	sgnic_transmit_abort(adapter);

	adapter->has_failed = FALSE;
	adapter->checked_pending = 0;
	status = sgnic_start_device(adapter);
	adapter->is_down = status != NDIS_STATUS_SUCCESS;
	if (adapter->is_down) {
		/* Tried again at the next MiniportCheckForHang; until then sends fail. */
		adapter->has_failed = TRUE;
		sgnic_transmit_abort(adapter);
		return NDIS_STATUS_HARD_ERRORS;
	}
	sgnic_transmit_poll(adapter);
	return NDIS_STATUS_SUCCESS;
}
