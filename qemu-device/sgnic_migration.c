/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: migration (section 9.3)
 *
 * Completions are written before the machine stops, and a frame that waits
 * for the backend is read again on the destination: neither is in the stream,
 * but how many segments of a large frame are sent is.
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
    if (q->segment > (sgnic_queue_is_rx(q) ? 0 : SGNIC_MAX_SEGMENT)) {
        error_report("sgnic: migration stream has %" PRIu32 " segments sent "
                     "for queue 0x%" PRIx32, q->segment, q->number);
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
    uint32_t i;

    if (!sgnic_validate_registers(s)) {
        return -EINVAL;
    }
    if (s->pending & ~sgnic_causes(s)) {
        error_report("sgnic: migration stream has 0x%" PRIx32
                     " for INTERRUPT_PENDING", s->pending);
        return -EINVAL;
    }
    if (s->error_code > SGNIC_ERROR_LAST ||
        (s->error_classes & ~SGNIC_ERROR_CLASSES_MASK)) {
        error_report("sgnic: migration stream has %" PRIu32
                     " for ERROR_CODE, 0x%" PRIx32 " for ERROR_CLASSES",
                     s->error_code, s->error_classes);
        return -EINVAL;
    }
    if (s->error_queue != SGNIC_ERROR_QUEUE_NONE &&
        !sgnic_find_queue(s, s->error_queue)) {
        error_report("sgnic: migration stream has 0x%" PRIx32
                     " for ERROR_QUEUE", s->error_queue);
        return -EINVAL;
    }
    s->rss_hash_valid = false;
    for (i = 0; i < s->queue_count; i++) {
        SgnicQueue *q = &s->queues[i];

        if (!sgnic_validate_queue(s, q) || !sgnic_moderation_restore(q)) {
            return -EINVAL;
        }
        q->fetched = q->consumed;
        q->producer = q->consumed;
        q->pending_count = 0;
        q->segmenting = false;
    }
    sgnic_backend_update(s);
    /* The net core does not migrate the link. */
    for (i = 0; i < s->subqueues; i++) {
        qemu_get_subqueue(s->nic, i)->link_down = !s->link_up;
    }
    sgnic_interrupt_restore(s);
    return 0;
}

static int sgnic_queue_pre_save(void *opaque)
{
    sgnic_moderation_save(opaque);
    return 0;
}

static const VMStateDescription sgnic_vmstate_queue = {
    .name = "sgnic-queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = sgnic_queue_pre_save,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(state, SgnicQueue),
        VMSTATE_UINT32(ring_size, SgnicQueue),
        VMSTATE_UINT32(vector, SgnicQueue),
        VMSTATE_UINT32_2DARRAY(base, SgnicQueue, SGNIC_BASES, 2),
        VMSTATE_UINT32(consumed, SgnicQueue),
        VMSTATE_UINT32(completed, SgnicQueue),
        VMSTATE_BOOL(discarding, SgnicQueue),
        VMSTATE_UINT64(frames, SgnicQueue),
        VMSTATE_UINT64(bytes, SgnicQueue),
        VMSTATE_UINT32(frames_latch, SgnicQueue),
        VMSTATE_UINT32(bytes_latch, SgnicQueue),
        VMSTATE_UINT32(errors, SgnicQueue),
        VMSTATE_UINT32(moderation_time, SgnicQueue),
        VMSTATE_UINT32(moderation_count, SgnicQueue),
        VMSTATE_BOOL(moderation_waits, SgnicQueue),
        VMSTATE_UINT32(moderation_event, SgnicQueue),
        VMSTATE_UINT32(moderation_left, SgnicQueue),
        VMSTATE_UINT32(segment, SgnicQueue),
        VMSTATE_END_OF_LIST()
    }
};

const VMStateDescription sgnic_vmstate = {
    .name = "sgnic",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = sgnic_post_load,
    .fields = (const VMStateField[]) {
        /* First, for what follows depends on it */
        VMSTATE_UINT32_EQUAL(queue_pairs, SgnicState,
                             "sgnic: source and destination have different "
                             "numbers of queues (property 'queues')"),
        VMSTATE_PCI_DEVICE(parent_obj, SgnicState),
        VMSTATE_MSIX(parent_obj, SgnicState),
        VMSTATE_UINT32(features_enabled, SgnicState),
        VMSTATE_UINT32(frame_size, SgnicState),
        VMSTATE_UINT32(dma_width, SgnicState),
        VMSTATE_UINT32_ARRAY(station, SgnicState, 2),
        VMSTATE_UINT32(filter, SgnicState),
        VMSTATE_UINT32(multicast_count, SgnicState),
        VMSTATE_UINT32_2DARRAY(multicast, SgnicState, SGNIC_MULTICAST_MAX, 2),
        VMSTATE_UINT32_ARRAY(vlan_table, SgnicState, SGNIC_VLAN_TABLE_WORDS),
        VMSTATE_UINT32(pending, SgnicState),
        VMSTATE_UINT32(mask, SgnicState),
        VMSTATE_UINT32(mode, SgnicState),
        VMSTATE_UINT32(other_vector, SgnicState),
        VMSTATE_UINT32(error_code, SgnicState),
        VMSTATE_UINT32(error_queue, SgnicState),
        VMSTATE_UINT32_ARRAY(error_address, SgnicState, 2),
        VMSTATE_UINT32(error_value, SgnicState),
        VMSTATE_UINT32(error_classes, SgnicState),
        VMSTATE_UINT32_ARRAY(error_count, SgnicState, SGNIC_ERROR_LAST + 1),
        VMSTATE_UINT32(rss_types, SgnicState),
        VMSTATE_UINT32(rss_table_log2, SgnicState),
        VMSTATE_UINT32_ARRAY(rss_key, SgnicState, SGNIC_RSS_KEY_WORDS),
        VMSTATE_UINT32_ARRAY(rss_table, SgnicState, SGNIC_RSS_TABLE_WORDS),
        VMSTATE_UINT64_ARRAY(statistics, SgnicState, SGNIC_STAT_COUNT),
        VMSTATE_UINT32_ARRAY(statistics_latch, SgnicState, SGNIC_STAT_COUNT),
        VMSTATE_BOOL(link_up, SgnicState),
        VMSTATE_STRUCT_VARRAY_POINTER_UINT32(queues, SgnicState, queue_count,
                                             sgnic_vmstate_queue, SgnicQueue),
        VMSTATE_END_OF_LIST()
    }
};
