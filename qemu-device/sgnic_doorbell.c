/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: doorbells (section 3.8)
 *
 * A doorbell carries no value, so with the property ioeventfd the write only
 * adds to an event counter, and the main loop answers it.  What a doorbell
 * means depends on the state of its queue: those rung before a change of the
 * state are answered before it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "sgnic_internal.h"

static hwaddr sgnic_doorbell_offset(const SgnicQueue *q)
{
    uint32_t index = sgnic_queue_index(q);

    return sgnic_queue_is_rx(q) ? SGNIC_RX_DOORBELL(index) :
                                  SGNIC_TX_DOORBELL(index);
}

/* "count" doorbells that nothing came between; true: there may be work */
static bool sgnic_doorbell_count(SgnicQueue *q, uint64_t count)
{
    SgnicState *s = q->nic;

    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(REMOVED))) {
        return false;
    }
    sgnic_count(s, sgnic_queue_is_rx(q) ? SGNIC_STAT_RX_DOORBELLS :
                SGNIC_STAT_TX_DOORBELLS, count);
    if (q->state != SGNIC_QUEUE_RUNNING) {
        sgnic_error(s, q, SGNIC_ERROR_DOORBELL, sgnic_doorbell_offset(q), 0,
                    "doorbell 0x%" HWADDR_PRIx " of queue 0x%" PRIx32
                    " in state %" PRIu32, sgnic_doorbell_offset(q), q->number,
                    q->state);
        return false;
    }
    return true;
}

/* The register write */
void sgnic_doorbell_ring(SgnicQueue *q)
{
    if (!sgnic_doorbell_count(q, 1)) {
        return;
    }
    if (sgnic_queue_is_rx(q)) {
        sgnic_rx_doorbell(q);
    } else {
        sgnic_tx_doorbell(q);
    }
}

/* Doorbells since the last call; the kernel or the memory core counts. */
static uint64_t sgnic_doorbell_take(SgnicQueue *q)
{
    uint64_t count = 0;
    ssize_t got;

    if (!q->nic->ioeventfd) {
        return 0;
    }
    got = read(event_notifier_get_fd(&q->doorbell), &count, sizeof(count));
    return got == sizeof(count) ? count : 0;
}

void sgnic_doorbell_sync(SgnicQueue *q)
{
    uint64_t count = sgnic_doorbell_take(q);

    if (count && sgnic_doorbell_count(q, count)) {
        sgnic_queue_kick(q);
    }
}

void sgnic_doorbell_discard(SgnicQueue *q)
{
    sgnic_doorbell_take(q);
}

static void sgnic_doorbell_notified(EventNotifier *notifier)
{
    sgnic_doorbell_sync(container_of(notifier, SgnicQueue, doorbell));
}

static void sgnic_doorbell_remove(SgnicQueue *q)
{
    memory_region_del_eventfd(&q->nic->registers, sgnic_doorbell_offset(q),
                              sizeof(uint32_t), false, 0, &q->doorbell);
    event_notifier_set_handler(&q->doorbell, NULL);
    event_notifier_cleanup(&q->doorbell);
}

bool sgnic_doorbell_init(SgnicState *s, Error **errp)
{
    uint32_t i;
    int ret;

    for (i = 0; s->ioeventfd && i < s->queue_count; i++) {
        SgnicQueue *q = &s->queues[i];

        ret = event_notifier_init(&q->doorbell, 0);
        if (ret < 0) {
            error_setg_errno(errp, -ret, "property 'ioeventfd' is on, but "
                             "doorbell %" PRIu32 " of %" PRIu32
                             " has no event notifier", i, s->queue_count);
            while (i--) {
                sgnic_doorbell_remove(&s->queues[i]);
            }
            return false;
        }
        event_notifier_set_handler(&q->doorbell, sgnic_doorbell_notified);
        memory_region_add_eventfd(&s->registers, sgnic_doorbell_offset(q),
                                  sizeof(uint32_t), false, 0, &q->doorbell);
    }
    return true;
}

void sgnic_doorbell_exit(SgnicState *s)
{
    uint32_t i;

    for (i = 0; s->ioeventfd && i < s->queue_count; i++) {
        sgnic_doorbell_remove(&s->queues[i]);
    }
}
