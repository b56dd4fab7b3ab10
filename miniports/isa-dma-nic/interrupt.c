/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c - section 7: one read of INTERRUPT_CAUSE, one write of INTERRUPT_MASK
 */
#include "isa_nic.h"

/* The causes that are of interest. With a ring, RX_DONE tells of frames. */
ULONG isa_nic_mask(const struct isa_nic_adapter *adapter)
{
	ULONG mask = ISA_DMA_NIC_CAUSES;

	if (adapter->settings.continuous)
		mask &= ~(ULONG)ISA_DMA_NIC_CAUSE_RX_AVAILABLE;
	return mask;
}

/*
 * MiniportISR. Reading the cause also masks the device, so until MiniportHandleInterrupt is through
 * there is no other interrupt and `cause` needs no lock.
 */
VOID isa_nic_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context)
{
	struct isa_nic_adapter *adapter = context;
	ULONG cause = isa_nic_in(adapter, ISA_DMA_NIC_INTERRUPT_CAUSE);

	*is_ours = FALSE;
	*queue_handler = FALSE;
	if (cause == 0)
		return;
	if (cause & ~(ULONG)ISA_DMA_NIC_CAUSES) {
		adapter->has_failed = TRUE;	/* all ones: there is no device any more */
		return;
	}
	adapter->cause |= cause;
	*is_ours = TRUE;
	*queue_handler = TRUE;
}

static VOID isa_nic_link_changed(struct isa_nic_adapter *adapter)
{
	BOOLEAN link_up = (isa_nic_in(adapter, ISA_DMA_NIC_STATUS) &
			   ISA_DMA_NIC_STATUS_LINK_UP) != 0;

	if (link_up == adapter->link_up)
		return;
	adapter->link_up = link_up;
	NdisMIndicateStatus(adapter->handle, link_up ? NDIS_STATUS_MEDIA_CONNECT :
			    NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
	NdisMIndicateStatusComplete(adapter->handle);
}

static NDIS_STATUS isa_nic_send_status(struct isa_nic_adapter *adapter)
{
	return isa_nic_in(adapter, ISA_DMA_NIC_STATUS) & ISA_DMA_NIC_STATUS_TX_LOST ?
		NDIS_STATUS_NO_CABLE : NDIS_STATUS_SUCCESS;
}

/* What the device says it has done. */
static VOID isa_nic_dispatch(struct isa_nic_adapter *adapter, ULONG cause)
{
	if (cause & ISA_DMA_NIC_CAUSE_LINK)
		isa_nic_link_changed(adapter);
	if (cause & ISA_DMA_NIC_CAUSE_SHORT)
		isa_nic_transmit_continue(adapter);
	if (cause & ISA_DMA_NIC_CAUSE_TX_DONE)
		isa_nic_transmit_done(adapter, isa_nic_send_status(adapter));
	else
		isa_nic_transmit_check(adapter);
	if (cause & ISA_DMA_NIC_CAUSE_RX_DONE && adapter->use == ISA_NIC_USE_RECEIVE)
		isa_nic_receive_done(adapter);
	if (adapter->use == ISA_NIC_USE_RING &&
	    isa_nic_ring_poll(adapter, ISA_NIC_RECEIVE_BUDGET))
		isa_nic_set(adapter, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_SOFTWARE);
}

/* MiniportHandleInterrupt. A failed device stays masked until MiniportReset. */
VOID isa_nic_handle_interrupt(NDIS_HANDLE context)
{
	struct isa_nic_adapter *adapter = context;
	ULONG cause = adapter->cause;

	adapter->cause = 0;
	if (cause & ISA_DMA_NIC_CAUSE_ERROR)
		isa_nic_read_error(adapter);
	if (!adapter->has_failed)
		isa_nic_dispatch(adapter, cause);
	if (!adapter->has_failed)
		isa_nic_channel_next(adapter);
	if (!adapter->has_failed)
		isa_nic_out(adapter, ISA_DMA_NIC_INTERRUPT_MASK, isa_nic_mask(adapter));
}
