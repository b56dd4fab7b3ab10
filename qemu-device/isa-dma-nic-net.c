/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: the wire and the receive FIFO (sections 4 and 5)
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "isa-dma-nic-internal.h"
#include "trace.h"

static void isa_dma_nic_tx_finish(IsaDmaNicState *s, bool sent)
{
    trace_isa_dma_nic_tx_frame(s->tx.length, sent);
    s->tx_waiting = false;
    s->tx_lost = !sent;
    if (sent) {
        eth_pkt_types_e type = isa_dma_nic_packet_type(s->tx.data);

        isa_dma_nic_count(s, ISA_DMA_NIC_STAT_TX_FRAMES, 1);
        isa_dma_nic_count(s, ISA_DMA_NIC_STAT_TX_BYTES, s->tx.length);
        if (type == ETH_PKT_MCAST) {
            isa_dma_nic_count(s, ISA_DMA_NIC_STAT_TX_MULTICAST, 1);
        } else if (type == ETH_PKT_BCAST) {
            isa_dma_nic_count(s, ISA_DMA_NIC_STAT_TX_BROADCAST, 1);
        }
    } else {
        isa_dma_nic_count(s, ISA_DMA_NIC_STAT_TX_ERRORS, 1);
    }
    isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_TX_DONE);
}

static void isa_dma_nic_tx_sent(NetClientState *nc, ssize_t length)
{
    IsaDmaNicState *s = qemu_get_nic_opaque(nc);

    if (!s->tx_queued) {
        return;
    }
    s->tx_queued = false;
    if (length == 0) {
        /* The backend dropped its copy; the device still has the frame. */
        qemu_bh_schedule(s->bh);
    } else {
        isa_dma_nic_tx_finish(s, true);
    }
}

/* Sends the frame that waits for the wire, if there is one. */
void isa_dma_nic_transmit(IsaDmaNicState *s)
{
    int length = MAX(s->tx.length, ISA_DMA_NIC_WIRE_MIN_FRAME);

    if (!s->tx_waiting || s->tx_queued) {
        return;
    }
    if (!s->link_up) {
        isa_dma_nic_tx_finish(s, false);
        return;
    }
    /* Set first: the callback may come before the call returns. */
    s->tx_queued = true;
    if (qemu_send_packet_async(qemu_get_queue(s->nic), s->tx.data, length,
                               isa_dma_nic_tx_sent) != 0 && s->tx_queued) {
        s->tx_queued = false;
        isa_dma_nic_tx_finish(s, true);
    }
}

/* Takes back the backend's copy of the frame. */
void isa_dma_nic_tx_cancel(IsaDmaNicState *s)
{
    if (s->tx_queued) {
        s->tx_queued = false;
        qemu_purge_queued_packets(qemu_get_queue(s->nic));
    }
}

void isa_dma_nic_bh(void *opaque)
{
    IsaDmaNicState *s = opaque;

    /* It is scheduled again when the machine goes on. */
    if (!runstate_is_running()) {
        return;
    }
    isa_dma_nic_transmit(s);
    qemu_flush_queued_packets(qemu_get_queue(s->nic));
}

static bool isa_dma_nic_fifo_full(IsaDmaNicState *s)
{
    return s->fifo_count == ISA_DMA_NIC_FIFO_DEPTH;
}

static void isa_dma_nic_fifo_push(IsaDmaNicState *s, const uint8_t *data,
                                  size_t size, uint16_t status)
{
    IsaDmaNicFrame *frame = isa_dma_nic_fifo_entry(s, s->fifo_count);

    frame->length = size;
    frame->status = status | (s->rx_lost ? ISA_DMA_NIC_RX_LOST : 0);
    memcpy(frame->data, data, size);
    memset(frame->data + size, 0, sizeof(frame->data) - size);
    s->rx_lost = false;
    s->fifo_count++;
    trace_isa_dma_nic_rx_frame(size, frame->status, s->fifo_count);
    if (s->fifo_count == 1) {
        isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_RX_AVAILABLE);
    }
}

void isa_dma_nic_fifo_pop(IsaDmaNicState *s)
{
    s->fifo_head = (s->fifo_head + 1) % ISA_DMA_NIC_FIFO_DEPTH;
    s->fifo_count--;
    /* Frames may wait in the backend for room. */
    qemu_bh_schedule(s->bh);
    if (s->fifo_count) {
        isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_RX_AVAILABLE);
    }
}

static bool isa_dma_nic_in_list(IsaDmaNicState *s, const uint16_t *address)
{
    uint32_t i;

    for (i = 0; i < s->multicast_count; i++) {
        if (!memcmp(s->multicast[i], address, sizeof(s->multicast[i]))) {
            return true;
        }
    }
    return false;
}

/* Section 3.2.  Returns the RX_STATUS of the frame, 0 if it is refused. */
static uint16_t isa_dma_nic_filter(IsaDmaNicState *s, const uint8_t *frame)
{
    const uint16_t destination[] = {
        lduw_le_p(frame), lduw_le_p(frame + 2), lduw_le_p(frame + 4)
    };
    uint16_t status = ISA_DMA_NIC_RX_OTHER;
    bool accepted = false;

    switch (isa_dma_nic_packet_type(frame)) {
    case ETH_PKT_BCAST:
        status = ISA_DMA_NIC_RX_BROADCAST;
        accepted = s->filter & ISA_DMA_NIC_FILTER_BROADCAST;
        break;
    case ETH_PKT_MCAST:
        status = ISA_DMA_NIC_RX_MULTICAST;
        accepted = (s->filter & ISA_DMA_NIC_FILTER_ALL_MULTICAST) ||
                   ((s->filter & ISA_DMA_NIC_FILTER_MULTICAST) &&
                    isa_dma_nic_in_list(s, destination));
        break;
    default:
        if (!memcmp(s->station, destination, sizeof(destination))) {
            status = ISA_DMA_NIC_RX_DIRECTED;
            accepted = s->filter & ISA_DMA_NIC_FILTER_DIRECTED;
        }
        break;
    }
    if (s->filter & ISA_DMA_NIC_FILTER_PROMISCUOUS) {
        accepted = true;
    }
    return accepted ? status : 0;
}

static void isa_dma_nic_drop(IsaDmaNicState *s,
                             enum isa_dma_nic_statistic counter, size_t size,
                             const char *reason)
{
    trace_isa_dma_nic_rx_dropped(size, reason);
    isa_dma_nic_count(s, counter, 1);
}

bool isa_dma_nic_can_receive(NetClientState *nc)
{
    IsaDmaNicState *s = qemu_get_nic_opaque(nc);

    return !(s->control & ISA_DMA_NIC_CONTROL_FLOW) ||
           !isa_dma_nic_fifo_full(s);
}

/* Returns 0 if the frame has to wait; the bottom half then asks for it. */
ssize_t isa_dma_nic_receive(NetClientState *nc, const uint8_t *frame,
                            size_t size)
{
    IsaDmaNicState *s = qemu_get_nic_opaque(nc);
    uint16_t status;

    if (!isa_dma_nic_can_receive(nc)) {
        return 0;
    }
    if (size < ISA_DMA_NIC_MIN_FRAME) {
        isa_dma_nic_drop(s, ISA_DMA_NIC_STAT_RX_ERRORS, size, "short");
        return size ? size : -1;
    }
    status = isa_dma_nic_filter(s, frame);
    if (!status) {
        isa_dma_nic_drop(s, ISA_DMA_NIC_STAT_RX_FILTERED, size, "filtered");
        return size;
    }
    if (size > ISA_DMA_NIC_MAX_FRAME) {
        isa_dma_nic_drop(s, ISA_DMA_NIC_STAT_RX_OVERSIZE, size, "oversize");
        return size;
    }
    if (isa_dma_nic_fifo_full(s)) {
        isa_dma_nic_drop(s, ISA_DMA_NIC_STAT_RX_OVERFLOW, size, "FIFO full");
        s->rx_lost = true;
        isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_RX_OVERFLOW);
        return size;
    }
    isa_dma_nic_fifo_push(s, frame, size, status);
    isa_dma_nic_update_request(s);
    return size;
}
