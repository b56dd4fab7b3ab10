/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: migration (section 9.3)
 *
 * Completions are written before the machine stops, and a frame that waits
 * for the backend is read again on the destination: neither is in the stream.
 */
#include "qemu/osdep.h"
#include "hw/pci/msix.h"
#include "qemu/error-report.h"
#include "sgnic_internal.h"

static bool sgnic_validate_queue(SgnicState *s, const SgnicQueue *q)
{
    SgnicBase which;

    if (q->state > SGNIC_QUEUE_ERROR) {
        error_report("sgnic: migration stream has state %" PRIu32
                     " for queue 0x%" PRIx32, q->state, q->number);
        return false;
    }
    if (q->discarding && sgnic_queue_is_rx(q)) {
        error_report("sgnic: migration stream has a receive queue that "
                     "discards a transmit frame");
        return false;
    }
    if (q->state == SGNIC_QUEUE_DISABLED) {
        return true;
    }
    if (q->ring_size == 0) {
        error_report("sgnic: migration stream has queue 0x%" PRIx32
                     " enabled with RING_SIZE 0", q->number);
        return false;
    }
    for (which = 0; which < SGNIC_BASES; which++) {
        uint64_t base = sgnic_queue_base(q, which);

        if (!sgnic_dma_fits(s, base, sgnic_queue_bytes(q, which))) {
            error_report("sgnic: migration stream has queue 0x%" PRIx32
                         " enabled at 0x%" PRIx64 ", which is beyond 2^%"
                         PRIu32, q->number, base, s->dma_width);
            return false;
        }
    }
    return true;
}

static int sgnic_post_load(void *opaque, int version_id)
{
    SgnicState *s = opaque;
    int i;

    if (!sgnic_validate_registers(s)) {
        return -EINVAL;
    }
    if (s->pending & ~SGNIC_CAUSES) {
        error_report("sgnic: migration stream has 0x%" PRIx32
                     " for INTERRUPT_PENDING", s->pending);
        return -EINVAL;
    }
    if (s->error_code > SGNIC_ERROR_DOORBELL) {
        error_report("sgnic: migration stream has %" PRIu32
                     " for ERROR_CODE", s->error_code);
        return -EINVAL;
    }
    for (i = 0; i < SGNIC_QUEUES; i++) {
        SgnicQueue *q = &s->queues[i];

        if (!sgnic_validate_queue(s, q)) {
            return -EINVAL;
        }
        q->fetched = q->consumed;
        q->producer = q->consumed;
        q->pending_count = 0;
    }
    /* The net core does not migrate the link. */
    qemu_get_queue(s->nic)->link_down = !s->link_up;
    sgnic_interrupt_restore(s);
    return 0;
}

static const VMStateDescription sgnic_vmstate_queue = {
    .name = "sgnic-queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(state, SgnicQueue),
        VMSTATE_UINT32(ring_size, SgnicQueue),
        VMSTATE_UINT32(vector, SgnicQueue),
        VMSTATE_UINT32_2DARRAY(base, SgnicQueue, SGNIC_BASES, 2),
        VMSTATE_UINT32(consumed, SgnicQueue),
        VMSTATE_UINT32(completed, SgnicQueue),
        VMSTATE_BOOL(discarding, SgnicQueue),
        VMSTATE_END_OF_LIST()
    }
};

const VMStateDescription sgnic_vmstate = {
    .name = "sgnic",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = sgnic_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, SgnicState),
        VMSTATE_MSIX(parent_obj, SgnicState),
        VMSTATE_UINT32(features_enabled, SgnicState),
        VMSTATE_UINT32(dma_width, SgnicState),
        VMSTATE_UINT32_ARRAY(station, SgnicState, 2),
        VMSTATE_UINT32(filter, SgnicState),
        VMSTATE_UINT32(multicast_count, SgnicState),
        VMSTATE_UINT32_2DARRAY(multicast, SgnicState, SGNIC_MULTICAST_MAX, 2),
        VMSTATE_UINT32(pending, SgnicState),
        VMSTATE_UINT32(mask, SgnicState),
        VMSTATE_UINT32(mode, SgnicState),
        VMSTATE_UINT32(other_vector, SgnicState),
        VMSTATE_UINT32(error_code, SgnicState),
        VMSTATE_UINT32(error_queue, SgnicState),
        VMSTATE_UINT32_ARRAY(error_address, SgnicState, 2),
        VMSTATE_UINT32(error_value, SgnicState),
        VMSTATE_UINT64_ARRAY(statistics, SgnicState, SGNIC_STAT_COUNT),
        VMSTATE_UINT32_ARRAY(statistics_latch, SgnicState, SGNIC_STAT_COUNT),
        VMSTATE_BOOL(link_up, SgnicState),
        VMSTATE_STRUCT_ARRAY(queues, SgnicState, SGNIC_QUEUES, 1,
                             sgnic_vmstate_queue, SgnicQueue),
        VMSTATE_END_OF_LIST()
    }
};
