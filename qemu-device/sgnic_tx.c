/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: transmit (section 5)
 *
 * The backend gets the guest's own memory where possible.  Nothing stays
 * mapped: a busy backend takes a copy.
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "sgnic_internal.h"
#include "trace.h"

static void sgnic_tx_run(SgnicQueue *q, int budget);

static const uint8_t sgnic_padding[SGNIC_WIRE_MIN_FRAME];

static uint32_t sgnic_tx_limit(const SgnicQueue *q)
{
    return MIN(SGNIC_MAX_ELEMENTS, q->ring_size);
}

/*
 * Looks for END.  Returns the number of descriptors up to it; up to where the
 * posted ones or the limit end if there is none.
 */
static uint32_t sgnic_tx_scan(SgnicQueue *q, bool *end)
{
    uint32_t limit = sgnic_tx_limit(q);
    uint32_t count = 0;

    *end = false;
    while (count < limit && !*end &&
           sgnic_queue_available(q, q->consumed + count)) {
        *end = sgnic_queue_descriptor(q, q->consumed + count).flags &
               SGNIC_DESCRIPTOR_END;
        count++;
    }
    return count;
}

static void sgnic_tx_count_offload(SgnicState *s, const SgnicTxFrame *f)
{
    if (f->offload.checksum) {
        sgnic_count(s, SGNIC_STAT_TX_CHECKSUM, 1);
    }
    if (f->offload.segmentation) {
        sgnic_count(s, SGNIC_STAT_TX_LARGE, 1);
    }
}

static void sgnic_tx_count(SgnicQueue *q, const SgnicTxFrame *f)
{
    SgnicState *s = q->nic;

    if (f->status != SGNIC_STATUS_OK) {
        sgnic_count(s, SGNIC_STAT_TX_ERRORS, 1);
        return;
    }
    sgnic_count(s, SGNIC_STAT_TX_FRAMES, 1);
    sgnic_count(s, SGNIC_STAT_TX_BYTES, f->length);
    q->frames++;
    q->bytes += f->length;
    if (f->type == ETH_PKT_MCAST) {
        sgnic_count(s, SGNIC_STAT_TX_MULTICAST, 1);
    } else if (f->type == ETH_PKT_BCAST) {
        sgnic_count(s, SGNIC_STAT_TX_BROADCAST, 1);
    }
    if (f->offloaded) {
        sgnic_tx_count_offload(s, f);
    }
}

static void sgnic_tx_finish(SgnicQueue *q, const SgnicTxFrame *f)
{
    bool ok = f->status == SGNIC_STATUS_OK;

    trace_sgnic_tx_frame(q->consumed, f->count, f->length, f->status,
                         f->element);
    sgnic_tx_count(q, f);
    q->segmenting = false;
    q->segment = 0;
    sgnic_queue_complete(q, f->count, ok ? f->length : 0, f->tag, f->status,
                         f->element, NULL);
}

/* Completes descriptors that belong to a frame with too many of them. */
static void sgnic_tx_discard(SgnicQueue *q, uint32_t count, bool end)
{
    SgnicState *s = q->nic;
    uint32_t last = q->consumed + count - 1;
    struct sgnic_descriptor d = sgnic_queue_descriptor(q, last);

    if (!q->discarding) {
        sgnic_count(s, SGNIC_STAT_TX_ERRORS, 1);
        sgnic_error(s, q, SGNIC_ERROR_DESCRIPTOR,
                    sgnic_queue_descriptor_address(q, last), d.flags,
                    "queue 0x%" PRIx32 ": no END within %" PRIu32
                    " descriptors from %" PRIu32, q->number, count,
                    q->consumed);
    }
    q->discarding = !end;
    sgnic_queue_complete(q, count, 0, d.tag, SGNIC_STATUS_TOO_MANY_ELEMENTS,
                         sgnic_tx_limit(q), NULL);
}

/* Section 4.3, FRAME_TOO_LONG: in bytes of the elements */
static uint32_t sgnic_tx_longest(const SgnicQueue *q, const SgnicTxFrame *f)
{
    uint32_t limit = sgnic_offload_is_segmented(f) ? SGNIC_MAX_SEGMENT :
                                                     q->nic->frame_size;

    return limit - sgnic_offload_tag_length(f);
}

static void sgnic_tx_bad_length(SgnicQueue *q, const SgnicTxFrame *f,
                                uint32_t index)
{
    sgnic_error(q->nic, q, SGNIC_ERROR_DESCRIPTOR,
                sgnic_queue_descriptor_address(q, index),
                sgnic_queue_descriptor(q, index).flags,
                "queue 0x%" PRIx32 ": frame at descriptor %" PRIu32 " has %"
                PRIu32 " bytes%s; allowed are %d to %" PRIu32, q->number,
                q->consumed, f->length,
                f->status == SGNIC_STATUS_FRAME_TOO_LONG ? " or more" : "",
                SGNIC_MIN_FRAME, sgnic_tx_longest(q, f));
}

/* The flags that an offload descriptor may have */
static uint16_t sgnic_tx_offload_flags(const SgnicState *s)
{
    if (sgnic_has(s, SGNIC_FEATURE_VLAN_INSERT)) {
        return SGNIC_DESCRIPTOR_OFFLOAD | SGNIC_DESCRIPTOR_VLAN;
    }
    return sgnic_has(s, SGNIC_FEATURE_CHECKSUM) ? SGNIC_DESCRIPTOR_OFFLOAD : 0;
}

/* Takes the offload descriptor, if the frame begins with one. */
static bool sgnic_tx_check_first(SgnicQueue *q, SgnicTxFrame *f)
{
    struct sgnic_descriptor d = sgnic_queue_descriptor(q, q->consumed);

    if (!(d.flags & SGNIC_DESCRIPTOR_OFFLOAD)) {
        return true;
    }
    f->status = sgnic_queue_check_flags(q, q->consumed,
                                        sgnic_tx_offload_flags(q->nic));
    f->offloaded = true;
    f->offload = sgnic_offload_get(d);
    return f->status == SGNIC_STATUS_OK;
}

/* Checks the descriptors of a frame; the first bad one decides. */
static bool sgnic_tx_check(SgnicQueue *q, SgnicTxFrame *f)
{
    uint32_t i, index;

    if (!sgnic_tx_check_first(q, f)) {
        return false;
    }
    for (i = f->offloaded; i < f->count; i++) {
        index = q->consumed + i;
        f->element = i;
        f->status = sgnic_queue_check(q, index, SGNIC_DESCRIPTOR_END);
        if (f->status != SGNIC_STATUS_OK) {
            return false;
        }
        f->length += sgnic_queue_descriptor(q, index).length;
        if (f->length > sgnic_tx_longest(q, f)) {
            f->status = SGNIC_STATUS_FRAME_TOO_LONG;
            sgnic_tx_bad_length(q, f, index);
            return false;
        }
    }
    f->element = 0;
    if (f->length < SGNIC_MIN_FRAME) {
        f->status = SGNIC_STATUS_FRAME_TOO_SHORT;
        sgnic_tx_bad_length(q, f, q->consumed + f->count - 1);
        return false;
    }
    return !f->offloaded || sgnic_offload_check(q, f);
}

static void sgnic_tx_unmap(SgnicQueue *q)
{
    if (!q->iov_lent) {
        q->iov_count = 0;
    }
    for (; q->iov_count; q->iov_count--) {
        sgnic_dma_unmap(q->nic, q->iov[q->iov_count].iov_base,
                        q->iov[q->iov_count].iov_len);
    }
}

/* Maps the elements piece by piece: behind an IOMMU a mapping may be short. */
static bool sgnic_tx_map(SgnicQueue *q, const SgnicTxFrame *f)
{
    uint32_t i;

    for (i = f->offloaded; i < f->count; i++) {
        struct sgnic_descriptor d = sgnic_queue_descriptor(q, q->consumed + i);

        while (d.length) {
            dma_addr_t length = d.length;
            void *piece = NULL;

            if (q->iov_count < SGNIC_TX_PIECES) {
                piece = sgnic_dma_map(q->nic, d.address, &length,
                                      &q->iov_lent);
            }
            if (!piece) {
                sgnic_tx_unmap(q);
                return false;
            }
            q->iov_count++;
            q->iov[q->iov_count].iov_base = piece;
            q->iov[q->iov_count].iov_len = length;
            d.address += length;
            d.length -= length;
        }
    }
    return true;
}

/* Copies the frame, with every read checked. */
static bool sgnic_tx_copy(SgnicQueue *q, SgnicTxFrame *f)
{
    uint32_t i, offset = SGNIC_VLAN_LENGTH;

    for (i = f->offloaded; i < f->count; i++) {
        struct sgnic_descriptor d = sgnic_queue_descriptor(q, q->consumed + i);

        f->status = sgnic_dma_read(q->nic, q, d.address, q->bounce + offset,
                                   d.length);
        if (f->status != SGNIC_STATUS_OK) {
            f->element = i;
            return false;
        }
        offset += d.length;
    }
    return true;
}

static uint32_t sgnic_tx_subqueue(const SgnicQueue *q)
{
    return sgnic_queue_index(q) % q->nic->subqueues;
}

static NetClientState *sgnic_tx_netdev(const SgnicQueue *q)
{
    return qemu_get_subqueue(q->nic->nic, sgnic_tx_subqueue(q));
}

static void sgnic_tx_block(SgnicQueue *q)
{
    q->blocked = true;
    QSIMPLEQ_INSERT_TAIL(&q->nic->blocked[sgnic_tx_subqueue(q)], q,
                         next_blocked);
    trace_sgnic_tx_blocked(q->consumed, q->segment);
}

/*
 * Sends on at once, out of the backend, as the bottom half would.  A backend
 * that becomes busy and free without end leaves the rest to the bottom half;
 * so does one that is busy again, which would queue frame after frame here.
 */
static void sgnic_tx_resume(SgnicQueue *q)
{
    MemReentrancyGuard *guard = &DEVICE(q->nic)->mem_reentrancy_guard;
    bool engaged = guard->engaged_in_io;

    if (++q->resumes > SGNIC_TX_RESUMES ||
        !qemu_can_send_packet(sgnic_tx_netdev(q))) {
        sgnic_queue_kick(q);
        return;
    }
    guard->engaged_in_io = true;
    sgnic_tx_run(q, SGNIC_TX_BUDGET);
    guard->engaged_in_io = engaged;
}

/* The net core ends the frames of a subqueue in the order it got them. */
static void sgnic_tx_sent(NetClientState *nc, ssize_t length)
{
    SgnicState *s = qemu_get_nic_opaque(nc);
    SgnicQueue *q = QSIMPLEQ_FIRST(&s->blocked[nc->queue_index]);

    if (!q) {
        return;
    }
    QSIMPLEQ_REMOVE_HEAD(&s->blocked[nc->queue_index], next_blocked);
    q->blocked = false;
    trace_sgnic_tx_unblocked(length);
    if (q->state != SGNIC_QUEUE_RUNNING) {
        return;
    }
    /*
     * Length 0: the backend dropped its copy, because the machine stops or
     * the device asked it to.  The frame is not consumed and is read again,
     * a segment is made again.
     */
    if (length == 0) {
        sgnic_queue_kick(q);
        return;
    }
    if (!q->segmenting ||
        ++q->segment >= sgnic_offload_segments(&q->frame)) {
        sgnic_tx_finish(q, &q->frame);
        sgnic_queue_flush(q);
    }
    sgnic_tx_resume(q);
}

/*
 * Takes back a frame that waits for the backend.  Frames of other queues that
 * wait for the same subqueue come back, too, and are sent again.
 */
void sgnic_tx_cancel(SgnicQueue *q)
{
    if (q->blocked) {
        qemu_purge_queued_packets(sgnic_tx_netdev(q));
    }
}

void sgnic_tx_cancel_all(SgnicState *s)
{
    uint32_t i;

    for (i = 0; i < s->queue_pairs; i++) {
        sgnic_tx_cancel(sgnic_tx_queue(s, i));
    }
}

/*
 * Gives "length" bytes to the backend: "count" pieces, with room for the
 * header before them and for the padding behind.  Returns false if the backend
 * is busy and keeps a copy.
 */
static bool sgnic_tx_put(SgnicQueue *q, struct iovec *iov, int count,
                         uint32_t length)
{
    if (length < SGNIC_WIRE_MIN_FRAME) {
        iov[count].iov_base = (void *)sgnic_padding;
        iov[count].iov_len = SGNIC_WIRE_MIN_FRAME - length;
        count++;
    }
    if (q->nic->header_length) {
        iov--;
        iov->iov_base = &q->header;
        iov->iov_len = q->nic->header_length;
        count++;
    }
    if (qemu_sendv_packet_async(sgnic_tx_netdev(q), iov, count,
                                sgnic_tx_sent)) {
        return true;
    }
    sgnic_tx_block(q);
    return false;
}

/*
 * Returns false if the frame is not done: the backend is busy, or segments
 * are left.
 */
static bool sgnic_tx_send(SgnicQueue *q, SgnicTxFrame *f)
{
    bool software = sgnic_offload_in_software(q, f);
    bool mapped = !software && sgnic_tx_map(q, f);
    struct iovec *iov = &q->iov[1];
    int count = q->iov_count;
    uint8_t destination[ETH_ALEN];
    bool done = true;

    if (!mapped) {
        if (!sgnic_tx_copy(q, f)) {
            return true;
        }
        iov->iov_base = q->bounce + SGNIC_VLAN_LENGTH;
        iov->iov_len = f->length;
        count = 1;
    }
    iov_to_buf(iov, count, 0, destination, sizeof(destination));
    f->type = sgnic_packet_type(destination);
    q->header = (struct virtio_net_hdr) { 0 };
    if (!f->offloaded || sgnic_offload_prepare(q, f, software, &iov, &count)) {
        done = !q->segmenting &&
               sgnic_tx_put(q, iov, count,
                            f->length + sgnic_offload_tag_length(f));
    }
    if (mapped) {
        sgnic_tx_unmap(q);
    }
    return done;
}

/* Sends the next segment; returns false if the backend is busy. */
static bool sgnic_tx_segment(SgnicQueue *q)
{
    SgnicTxFrame *f = &q->frame;
    struct iovec *iov = &q->iov[1];
    uint32_t length;

    if (!q->nic->link_up) {
        f->status = SGNIC_STATUS_LINK_DOWN;
    } else if (q->segment < sgnic_offload_segments(f)) {
        length = sgnic_offload_segment(q, q->segment, iov);
        if (!sgnic_tx_put(q, iov, 1, length)) {
            return false;
        }
        q->segment++;
        if (q->segment < sgnic_offload_segments(f)) {
            return true;
        }
    }
    sgnic_tx_finish(q, f);
    return true;
}

/* Returns false if the backend is busy. */
static bool sgnic_tx_frame(SgnicQueue *q, uint32_t count)
{
    SgnicTxFrame *f = &q->frame;

    *f = (SgnicTxFrame) {
        .count = count,
        .tag = sgnic_queue_descriptor(q, q->consumed + count - 1).tag,
    };
    if (sgnic_tx_check(q, f)) {
        if (!q->nic->link_up) {
            f->status = SGNIC_STATUS_LINK_DOWN;
        } else if (!sgnic_tx_send(q, f)) {
            return q->segmenting;
        }
    }
    sgnic_tx_finish(q, f);
    return true;
}

/* Handles what comes next in the ring; returns false when it has to wait. */
static bool sgnic_tx_next(SgnicQueue *q)
{
    uint32_t count;
    bool end;

    if (q->segmenting) {
        return sgnic_tx_segment(q);
    }
    count = sgnic_tx_scan(q, &end);
    if (q->state != SGNIC_QUEUE_RUNNING) {
        return false;
    }
    if (count && (q->discarding || (!end && count == sgnic_tx_limit(q)))) {
        sgnic_tx_discard(q, count, end);
        return true;
    }
    if (end) {
        return sgnic_tx_frame(q, count);
    }
    /* A frame that is not posted completely is read again later. */
    q->fetched = q->consumed;
    sgnic_queue_flush(q);
    return q->state == SGNIC_QUEUE_RUNNING && sgnic_queue_idle(q);
}

/* Sends up to "budget" frames; a bottom half sends what is left. */
static void sgnic_tx_run(SgnicQueue *q, int budget)
{
    if (!sgnic_queue_may_run(q) || !runstate_is_running() || q->blocked) {
        return;
    }
    q->kicked = false;
    if (!sgnic_queue_poll(q)) {
        return;
    }
    while (budget && sgnic_queue_may_run(q) && sgnic_tx_next(q)) {
        budget--;
    }
    sgnic_queue_flush(q);
    if (budget == 0) {
        sgnic_queue_kick(q);
    }
}

void sgnic_tx_bh(void *opaque)
{
    SgnicQueue *q = opaque;

    q->resumes = 0;
    sgnic_tx_run(q, SGNIC_TX_BUDGET);
}

/* In the write of the doorbell: the driver waits for nothing else. */
void sgnic_tx_doorbell(SgnicQueue *q)
{
    sgnic_tx_run(q, SGNIC_TX_DOORBELL_BUDGET);
}
