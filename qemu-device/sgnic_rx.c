/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: receive (section 6)
 *
 * The completion of a frame that comes alone is written at once; those of the
 * frames that follow before the main loop runs a bottom half are written
 * together.
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "sgnic_internal.h"
#include "trace.h"

bool sgnic_can_receive(NetClientState *nc)
{
    SgnicState *s = qemu_get_nic_opaque(nc);
    uint32_t i;

    for (i = 0; i < s->queue_pairs; i++) {
        if (sgnic_queue_may_run(sgnic_rx_queue(s, i))) {
            return true;
        }
    }
    return false;
}

static bool sgnic_rx_in_list(SgnicState *s, uint32_t low, uint32_t high)
{
    uint32_t i;

    for (i = 0; i < s->multicast_count; i++) {
        if (s->multicast[i][0] == low && s->multicast[i][1] == high) {
            return true;
        }
    }
    return false;
}

/* Section 3.3 */
static bool sgnic_rx_filter(SgnicState *s, const uint8_t *destination,
                            eth_pkt_types_e type)
{
    uint32_t low = ldl_le_p(destination);
    uint32_t high = lduw_le_p(destination + 4);

    if (s->filter & SGNIC_FILTER_PROMISCUOUS) {
        return true;
    }
    switch (type) {
    case ETH_PKT_BCAST:
        return s->filter & SGNIC_FILTER_BROADCAST;
    case ETH_PKT_MCAST:
        return (s->filter & SGNIC_FILTER_ALL_MULTICAST) ||
               ((s->filter & SGNIC_FILTER_MULTICAST) &&
                sgnic_rx_in_list(s, low, high));
    default:
        return (s->filter & SGNIC_FILTER_DIRECTED) &&
               low == s->station[0] && high == s->station[1];
    }
}

static void sgnic_rx_drop(SgnicState *s, enum sgnic_statistic counter,
                          size_t size, const char *reason)
{
    trace_sgnic_rx_dropped(size, reason);
    sgnic_count(s, counter, 1);
}

/* Decides whether a frame is for the driver at all. */
static bool sgnic_rx_accept(SgnicState *s, SgnicRxFrame *f)
{
    if (f->size < SGNIC_MIN_FRAME) {
        sgnic_rx_drop(s, SGNIC_STAT_RX_ERRORS, f->size, "short");
        return false;
    }
    f->type = sgnic_packet_type(f->data);
    if (!sgnic_rx_filter(s, f->data, f->type) || !sgnic_rx_vlan_filter(s, f)) {
        sgnic_rx_drop(s, SGNIC_STAT_RX_FILTERED, f->size, "filtered");
        return false;
    }
    if (f->size > (f->header.gso_type ? SGNIC_MAX_SEGMENT : s->frame_size) ||
        (f->header.gso_type && !sgnic_rx_is_large(s, f))) {
        sgnic_rx_drop(s, SGNIC_STAT_RX_OVERSIZE, f->size, "oversize");
        return false;
    }
    return true;
}

static void sgnic_rx_complete(SgnicQueue *q, uint32_t count, uint32_t length,
                              uint8_t status, uint32_t element,
                              const struct sgnic_rx_completion *details)
{
    uint16_t tag = sgnic_queue_descriptor(q, q->consumed).tag;

    sgnic_queue_complete(q, count, length, tag, status,
                         MIN(element, UINT8_MAX), details);
    if (q->gathering) {
        q->alone = 0;
        return;
    }
    sgnic_queue_flush(q);
    if (q->alone) {
        q->alone--;
        return;
    }
    q->gathering = true;
    q->alone = SGNIC_RX_ALONE;
    qemu_bh_schedule(q->bh);
}

/* No more buffers are known: asks the driver.  Returns true if there are. */
static bool sgnic_rx_more(SgnicQueue *q)
{
    if (!sgnic_queue_poll(q)) {
        return false;
    }
    if (q->fetched != q->producer) {
        return true;
    }
    /* The driver may be waiting for these before it posts buffers. */
    sgnic_queue_flush(q);
    return q->state == SGNIC_QUEUE_RUNNING && sgnic_queue_idle(q);
}

typedef enum SgnicRxPlan {
    SGNIC_RX_READY,
    SGNIC_RX_WAIT,
    SGNIC_RX_NEVER,             /* the whole ring is too small */
} SgnicRxPlan;

/*
 * Finds consecutive good buffers for "size" bytes.  A bad buffer is completed
 * with those before it, and the search starts again behind it.
 */
static SgnicRxPlan sgnic_rx_plan(SgnicQueue *q, size_t size, uint32_t *count)
{
    uint32_t budget = 2 * q->ring_size;
    size_t capacity = 0;

    *count = 0;
    while (capacity < size) {
        uint32_t index = q->consumed + *count;
        enum sgnic_status status;

        if (*count == q->ring_size) {
            return SGNIC_RX_NEVER;
        }
        if (budget == 0) {
            /* The driver posts as fast as it is served; others wait, too. */
            sgnic_queue_kick(q);
            return SGNIC_RX_WAIT;
        }
        if (!sgnic_queue_available(q, index)) {
            if (q->state != SGNIC_QUEUE_RUNNING || !sgnic_rx_more(q)) {
                return SGNIC_RX_WAIT;
            }
            continue;
        }
        budget--;
        (*count)++;
        status = sgnic_queue_check(q, index, 0);
        if (status == SGNIC_STATUS_OK) {
            capacity += sgnic_queue_descriptor(q, index).length;
            continue;
        }
        sgnic_rx_complete(q, *count, 0, status, *count - 1, NULL);
        if (q->state != SGNIC_QUEUE_RUNNING) {
            return SGNIC_RX_WAIT;
        }
        capacity = 0;
        *count = 0;
    }
    return SGNIC_RX_READY;
}

/* Stores a frame into "count" buffers; "element" names one that is refused. */
static enum sgnic_status sgnic_rx_store(SgnicQueue *q, const uint8_t *frame,
                                        size_t size, uint32_t count,
                                        uint32_t *element)
{
    enum sgnic_status status = SGNIC_STATUS_OK;
    uint32_t i;

    for (i = 0; i < count && status == SGNIC_STATUS_OK; i++) {
        struct sgnic_descriptor d = sgnic_queue_descriptor(q, q->consumed + i);
        uint32_t length = MIN(size, d.length);

        status = sgnic_dma_write(q->nic, q, d.address, frame, length);
        frame += length;
        size -= length;
        *element = i;
    }
    return status;
}

static void sgnic_rx_count(SgnicQueue *q, const SgnicRxFrame *f)
{
    SgnicState *s = q->nic;

    sgnic_count(s, SGNIC_STAT_RX_FRAMES, 1);
    sgnic_count(s, SGNIC_STAT_RX_BYTES, f->size);
    q->frames++;
    q->bytes += f->size;
    if (f->type == ETH_PKT_MCAST) {
        sgnic_count(s, SGNIC_STAT_RX_MULTICAST, 1);
    } else if (f->type == ETH_PKT_BCAST) {
        sgnic_count(s, SGNIC_STAT_RX_BROADCAST, 1);
    }
    if (f->flags &
        (SGNIC_COMPLETION_IP_BAD | SGNIC_COMPLETION_TRANSPORT_BAD)) {
        sgnic_count(s, SGNIC_STAT_RX_CHECKSUM_BAD, 1);
    }
    if (f->flags & SGNIC_COMPLETION_LARGE) {
        sgnic_count(s, SGNIC_STAT_RX_LARGE, 1);
    }
}

/* Returns false if the frame has to wait in the backend. */
static bool sgnic_rx_frame(SgnicQueue *q, SgnicRxFrame *f)
{
    SgnicState *s = q->nic;
    uint32_t count, element = 0;
    enum sgnic_status status;

    switch (sgnic_rx_plan(q, f->size, &count)) {
    case SGNIC_RX_WAIT:
        trace_sgnic_rx_wait(f->size, q->producer - q->consumed);
        return false;
    case SGNIC_RX_NEVER:
        sgnic_rx_drop(s, SGNIC_STAT_RX_NO_BUFFER, f->size, "no buffer");
        return true;
    default:
        break;
    }
    status = sgnic_rx_store(q, f->data, f->size, count, &element);
    if (status != SGNIC_STATUS_OK) {
        sgnic_rx_drop(s, SGNIC_STAT_RX_ERRORS, f->size, "DMA error");
        sgnic_rx_complete(q, element + 1, 0, status, element, NULL);
        return true;
    }
    trace_sgnic_rx_frame(q->consumed, count, f->size);
    sgnic_rx_count(q, f);
    sgnic_rx_complete(q, count, f->size, SGNIC_STATUS_OK, 0, &f->details);
    return true;
}

/*
 * Finds the frame, in one piece and behind the header of the backend.
 * Returns false if there is none.
 */
static bool sgnic_rx_take(SgnicState *s, const struct iovec *iov,
                          int iov_count, SgnicRxFrame *f)
{
    uint32_t header = s->header_length;
    size_t size = iov_size(iov, iov_count);

    if (size <= header) {
        return false;
    }
    *f = (SgnicRxFrame) { .size = size - header };
    iov_to_buf(iov, iov_count, 0, &f->header, header);
    if (iov[0].iov_len == size) {
        f->data = (const uint8_t *)iov[0].iov_base + header;
    } else {
        /* What does not fit is dropped for its length. */
        iov_to_buf(iov, iov_count, header, s->receive_bounce,
                   SGNIC_BOUNCE_SIZE);
        f->data = s->receive_bounce;
    }
    return true;
}

/*
 * Returns 0 if the frame has to wait; the device will then ask for it by
 * qemu_flush_queued_packets().
 */
ssize_t sgnic_receive_iov(NetClientState *nc, const struct iovec *iov,
                          int iov_count)
{
    SgnicState *s = qemu_get_nic_opaque(nc);
    size_t size = iov_size(iov, iov_count);
    SgnicRxFrame f;
    SgnicQueue *q;
    bool done;

    if (size == 0) {
        return -1;
    }
    if (!s->link_up) {
        /* As the net core does for a link that the backend takes down */
        return size;
    }
    if (!sgnic_can_receive(nc)) {
        return 0;
    }
    if (!sgnic_rx_take(s, iov, iov_count, &f) || !sgnic_rx_accept(s, &f)) {
        return size;
    }
    q = sgnic_rss_choose(s, f.data, f.size, &f.details);
    if (q->state != SGNIC_QUEUE_RUNNING) {
        sgnic_rx_drop(s, SGNIC_STAT_RX_NO_QUEUE, size, "no queue");
        return size;
    }
    if (!sgnic_queue_may_run(q)) {
        return 0;
    }
    if (s->features_enabled || f.header.flags) {
        sgnic_rx_offload(s, &f);
    }
    done = sgnic_rx_frame(q, &f);
    if (!runstate_is_running()) {
        /* The net core empties its queues while the machine stops. */
        sgnic_queue_flush(q);
    }
    return done ? size : 0;
}

ssize_t sgnic_receive(NetClientState *nc, const uint8_t *buffer, size_t size)
{
    struct iovec iov = { .iov_base = (void *)buffer, .iov_len = size };

    return sgnic_receive_iov(nc, &iov, 1);
}

/* A frame that waits may have another queue now, or none. */
void sgnic_rx_retry(SgnicState *s)
{
    uint32_t i;

    for (i = 0; i < s->queue_pairs; i++) {
        if (sgnic_queue_may_run(sgnic_rx_queue(s, i))) {
            sgnic_queue_kick(sgnic_rx_queue(s, i));
            return;
        }
    }
}

/* Whatever subqueue a frame for this queue waits in */
static void sgnic_rx_flush_backend(SgnicState *s)
{
    uint32_t i;

    for (i = 0; i < s->subqueues; i++) {
        qemu_flush_queued_packets(qemu_get_subqueue(s->nic, i));
    }
}

/* Takes what waits in the backend; the completions are written together. */
static void sgnic_rx_run(SgnicQueue *q)
{
    bool gathering = q->gathering;

    if (!sgnic_queue_may_run(q) || !runstate_is_running()) {
        return;
    }
    if (q->kicked) {
        q->kicked = false;
        q->gathering = true;
        sgnic_rx_flush_backend(q->nic);
        q->gathering = gathering;
    }
    sgnic_queue_flush(q);
}

void sgnic_rx_bh(void *opaque)
{
    SgnicQueue *q = opaque;

    q->gathering = false;
    sgnic_rx_run(q);
}

/* In the write of the doorbell, as for transmit */
void sgnic_rx_doorbell(SgnicQueue *q)
{
    q->kicked = true;
    sgnic_rx_run(q);
}
