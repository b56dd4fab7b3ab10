/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: migration (section 10.3)
 *
 * The controller does not migrate its requests: the device makes its own
 * again when the machine runs.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "isa-dma-nic-internal.h"

static bool isa_dma_nic_validate_causes(const IsaDmaNicState *s)
{
    if (s->pending & ~ISA_DMA_NIC_CAUSES) {
        error_report("isa-dma-nic: migration stream has 0x%x for "
                     "INTERRUPT_PENDING", s->pending);
        return false;
    }
    if (s->error_code > ISA_DMA_NIC_ERROR_DMA_COUNT) {
        error_report("isa-dma-nic: migration stream has %u for ERROR_CODE",
                     s->error_code);
        return false;
    }
    if (s->credit > ISA_DMA_NIC_CREDIT_MAX) {
        error_report("isa-dma-nic: migration stream has 0x%x for RX_CREDIT",
                     s->credit);
        return false;
    }
    return true;
}

static bool isa_dma_nic_length_valid(uint16_t length)
{
    return length >= ISA_DMA_NIC_MIN_FRAME && length <= ISA_DMA_NIC_MAX_FRAME;
}

static bool isa_dma_nic_validate_fifo(IsaDmaNicState *s)
{
    const uint16_t types = ISA_DMA_NIC_RX_DIRECTED |
                           ISA_DMA_NIC_RX_MULTICAST |
                           ISA_DMA_NIC_RX_BROADCAST | ISA_DMA_NIC_RX_OTHER;
    uint32_t i;

    if (s->fifo_head >= ISA_DMA_NIC_FIFO_DEPTH ||
        s->fifo_count > ISA_DMA_NIC_FIFO_DEPTH) {
        error_report("isa-dma-nic: migration stream has %" PRIu32 " frames "
                     "from entry %" PRIu32 " in the FIFO", s->fifo_count,
                     s->fifo_head);
        return false;
    }
    for (i = 0; i < s->fifo_count; i++) {
        const IsaDmaNicFrame *frame = isa_dma_nic_fifo_entry(s, i);

        if (!isa_dma_nic_length_valid(frame->length) ||
            !is_power_of_2(frame->status & types) ||
            (frame->status & ~(types | ISA_DMA_NIC_RX_LOST))) {
            error_report("isa-dma-nic: migration stream has a frame of %u "
                         "bytes with status 0x%x", frame->length,
                         frame->status);
            return false;
        }
    }
    return true;
}

static bool isa_dma_nic_validate_transfer(IsaDmaNicState *s)
{
    bool transmit = s->transfer == ISA_DMA_NIC_TRANSFER_TX;
    bool receive = s->transfer == ISA_DMA_NIC_TRANSFER_RX;

    if (s->transfer > ISA_DMA_NIC_TRANSFER_CONTINUOUS ||
        (transmit && s->tx_waiting) || (receive && !s->fifo_count) ||
        (s->paused && !transmit && !receive)) {
        error_report("isa-dma-nic: migration stream has transfer %u with "
                     "status 0x%x", s->transfer, isa_dma_nic_status(s));
        return false;
    }
    if ((transmit || s->tx_waiting) &&
        !isa_dma_nic_length_valid(s->tx.length)) {
        error_report("isa-dma-nic: migration stream sends a frame of %u bytes",
                     s->tx.length);
        return false;
    }
    if (s->transferred > ISA_DMA_NIC_FRAME_BUFFER ||
        ((transmit || receive) &&
         s->transferred >= isa_dma_nic_transfer_bytes(s))) {
        error_report("isa-dma-nic: migration stream has %u for TRANSFERRED "
                     "in transfer %u", s->transferred, s->transfer);
        return false;
    }
    return true;
}

/* A machine that is restored over a running one takes its request back. */
static int isa_dma_nic_pre_load(void *opaque)
{
    IsaDmaNicState *s = opaque;

    isa_dma_nic_release(s);
    isa_dma_nic_tx_cancel(s);
    return 0;
}

static int isa_dma_nic_post_load(void *opaque, int version_id)
{
    IsaDmaNicState *s = opaque;

    if (!isa_dma_nic_validate_registers(s) ||
        !isa_dma_nic_validate_causes(s) || !isa_dma_nic_validate_fifo(s) ||
        !isa_dma_nic_validate_transfer(s)) {
        return -EINVAL;
    }
    /* The interrupt controller has the level in its own state. */
    s->level = s->pending & s->mask;
    /* The net core does not migrate the link. */
    qemu_get_queue(s->nic)->link_down = !s->link_up;
    isa_dma_nic_update_request(s);
    return 0;
}

static const VMStateDescription isa_dma_nic_vmstate_frame = {
    .name = "isa-dma-nic-frame",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(length, IsaDmaNicFrame),
        VMSTATE_UINT16(status, IsaDmaNicFrame),
        VMSTATE_UINT8_ARRAY(data, IsaDmaNicFrame, ISA_DMA_NIC_FRAME_BUFFER),
        VMSTATE_END_OF_LIST()
    }
};

const VMStateDescription isa_dma_nic_vmstate = {
    .name = "isa-dma-nic",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = isa_dma_nic_pre_load,
    .post_load = isa_dma_nic_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_EQUAL(iobase, IsaDmaNicState,
                             "property 'iobase' differs"),
        VMSTATE_UINT32_EQUAL(irq_number, IsaDmaNicState,
                             "property 'irq' differs"),
        VMSTATE_UINT32_EQUAL(channel, IsaDmaNicState,
                             "property 'dma' differs"),
        VMSTATE_UINT16(pending, IsaDmaNicState),
        VMSTATE_UINT16(mask, IsaDmaNicState),
        VMSTATE_UINT16(tx_length, IsaDmaNicState),
        VMSTATE_UINT16(index, IsaDmaNicState),
        VMSTATE_UINT16(control, IsaDmaNicState),
        VMSTATE_UINT16(filter, IsaDmaNicState),
        VMSTATE_UINT16(multicast_count, IsaDmaNicState),
        VMSTATE_UINT16_2DARRAY(multicast, IsaDmaNicState,
                               ISA_DMA_NIC_MULTICAST_MAX, 3),
        VMSTATE_UINT16_ARRAY(station, IsaDmaNicState, 3),
        VMSTATE_UINT16(credit, IsaDmaNicState),
        VMSTATE_UINT16(transferred, IsaDmaNicState),
        VMSTATE_UINT16(error_code, IsaDmaNicState),
        VMSTATE_UINT16(error_source, IsaDmaNicState),
        VMSTATE_UINT16(error_value, IsaDmaNicState),
        VMSTATE_UINT32_ARRAY(statistics, IsaDmaNicState,
                             ISA_DMA_NIC_STAT_COUNT),
        VMSTATE_UINT16_ARRAY(statistics_latch, IsaDmaNicState,
                             ISA_DMA_NIC_STAT_COUNT),
        VMSTATE_UINT8(transfer, IsaDmaNicState),
        VMSTATE_BOOL(paused, IsaDmaNicState),
        VMSTATE_STRUCT(tx, IsaDmaNicState, 1, isa_dma_nic_vmstate_frame,
                       IsaDmaNicFrame),
        VMSTATE_BOOL(tx_waiting, IsaDmaNicState),
        VMSTATE_BOOL(tx_lost, IsaDmaNicState),
        VMSTATE_STRUCT_ARRAY(fifo, IsaDmaNicState, ISA_DMA_NIC_FIFO_DEPTH, 1,
                             isa_dma_nic_vmstate_frame, IsaDmaNicFrame),
        VMSTATE_UINT32(fifo_head, IsaDmaNicState),
        VMSTATE_UINT32(fifo_count, IsaDmaNicState),
        VMSTATE_BOOL(rx_lost, IsaDmaNicState),
        VMSTATE_BOOL(link_up, IsaDmaNicState),
        VMSTATE_END_OF_LIST()
    }
};
