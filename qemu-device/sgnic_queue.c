/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: what transmit and receive queues have in common (sections 3.7 and 4)
 *
 * Descriptors are read once, in batches, into a private copy of the ring.
 * Completions are collected and written in batches.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "sgnic_internal.h"
#include "trace.h"

static uint32_t sgnic_queue_slot(const SgnicQueue *q, uint32_t index)
{
    return index & (q->ring_size - 1) & (SGNIC_RING_MAX - 1);
}

/* The queue with this number in ERROR_QUEUE, or NULL */
SgnicQueue *sgnic_find_queue(SgnicState *s, uint32_t number)
{
    uint32_t index = number & ~SGNIC_ERROR_QUEUE_RX;

    if (index >= s->queue_pairs) {
        return NULL;
    }
    return number & SGNIC_ERROR_QUEUE_RX ? sgnic_rx_queue(s, index) :
                                           sgnic_tx_queue(s, index);
}

bool sgnic_any_queue_running(SgnicState *s)
{
    uint32_t i;

    for (i = 0; i < s->queue_count; i++) {
        if (s->queues[i].state == SGNIC_QUEUE_RUNNING) {
            return true;
        }
    }
    return false;
}

uint64_t sgnic_queue_bytes(const SgnicQueue *q, SgnicBase which)
{
    switch (which) {
    case SGNIC_BASE_DESCRIPTORS:
        return (uint64_t)q->ring_size * sizeof(struct sgnic_descriptor);
    case SGNIC_BASE_COMPLETIONS:
        return (uint64_t)q->ring_size * q->completion_size;
    default:
        return sizeof(struct sgnic_record);
    }
}

void sgnic_queue_init(SgnicState *s, unsigned position)
{
    SgnicQueue *q = &s->queues[position];
    bool rx = position >= s->queue_pairs;
    unsigned index = rx ? position - s->queue_pairs : position;

    q->nic = s;
    q->number = index | (rx ? SGNIC_ERROR_QUEUE_RX : 0);
    q->cause = rx ? SGNIC_CAUSE_RX(index) : SGNIC_CAUSE_TX(index);
    q->completion_size = rx ? sizeof(struct sgnic_rx_completion) :
                              sizeof(struct sgnic_completion);
    q->ring = g_new0(struct sgnic_descriptor, SGNIC_RING_MAX);
    q->bounce = rx ? NULL : g_malloc0(SGNIC_BOUNCE_SIZE);
    q->bh = qemu_bh_new_guarded(rx ? sgnic_rx_bh : sgnic_tx_bh, q,
                                &DEVICE(s)->mem_reentrancy_guard);
    q->moderation_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL,
                                       sgnic_moderation_timer, q);
}

void sgnic_queue_exit(SgnicQueue *q)
{
    timer_free(q->moderation_timer);
    qemu_bh_delete(q->bh);
    g_free(q->bounce);
    g_free(q->ring);
}

static void sgnic_queue_set_state(SgnicQueue *q, uint32_t state)
{
    sgnic_doorbell_sync(q);
    trace_sgnic_queue_state(q->number, q->state, state);
    q->state = state;
    if (sgnic_queue_is_rx(q) && state != SGNIC_QUEUE_RUNNING) {
        sgnic_rx_retry(q->nic);
    }
}

/* Ring or record cannot be used any more (section 8). */
void sgnic_queue_fail(SgnicQueue *q)
{
    q->pending_count = 0;
    if (q->state == SGNIC_QUEUE_RUNNING) {
        sgnic_queue_set_state(q, SGNIC_QUEUE_ERROR);
        sgnic_moderation_signal(q);
    }
}

/* Section 3.7: setting ENABLE on a DISABLED queue; "control" is its offset */
void sgnic_queue_enable(SgnicQueue *q, uint64_t control)
{
    SgnicState *s = q->nic;
    SgnicBase which;

    if (q->ring_size == 0) {
        sgnic_error(s, q, SGNIC_ERROR_BAD_VALUE, control, SGNIC_QUEUE_ENABLE,
                    "queue 0x%" PRIx32 " enabled with RING_SIZE 0", q->number);
        return;
    }
    for (which = 0; which < SGNIC_BASES; which++) {
        if (sgnic_dma_check(s, q, sgnic_queue_base(q, which),
                            sgnic_queue_bytes(q, which)) != SGNIC_STATUS_OK) {
            return;
        }
    }
    q->consumed = 0;
    q->completed = 0;
    q->fetched = 0;
    q->producer = 0;
    q->pending_count = 0;
    q->discarding = false;
    q->segmenting = false;
    q->segment = 0;
    sgnic_queue_set_state(q, SGNIC_QUEUE_RUNNING);
    sgnic_queue_resume(q);
}

/* Section 3.7: clearing ENABLE */
void sgnic_queue_disable(SgnicQueue *q)
{
    if (q->state == SGNIC_QUEUE_DISABLED) {
        return;
    }
    sgnic_queue_flush(q);
    sgnic_queue_set_state(q, SGNIC_QUEUE_DISABLED);
    sgnic_moderation_cancel(q);
    sgnic_tx_cancel(q);
}

/* Section 9.1 */
void sgnic_queue_reset(SgnicQueue *q)
{
    q->pending_count = 0;
    q->state = SGNIC_QUEUE_DISABLED;
    sgnic_doorbell_discard(q);
    sgnic_moderation_cancel(q);
    sgnic_tx_cancel(q);
    q->moderation_time = 0;
    q->moderation_count = 0;
    q->frames = 0;
    q->bytes = 0;
    q->frames_latch = 0;
    q->bytes_latch = 0;
    q->errors = 0;
    q->ring_size = 0;
    q->vector = 0;
    memset(q->base, 0, sizeof(q->base));
    q->consumed = 0;
    q->completed = 0;
    q->fetched = 0;
    q->producer = 0;
    q->discarding = false;
    q->segmenting = false;
    q->segment = 0;
    q->kicked = false;
}

void sgnic_queue_kick(SgnicQueue *q)
{
    q->kicked = true;
    qemu_bh_schedule(q->bh);
}

static bool sgnic_queue_write_kick_event(SgnicQueue *q, uint32_t event)
{
    uint64_t record = sgnic_queue_base(q, SGNIC_BASE_RECORD);
    uint32_t value = cpu_to_le32(event);

    if (sgnic_dma_write(q->nic, q,
                        record + offsetof(struct sgnic_record, kick_event),
                        &value, sizeof(value)) != SGNIC_STATUS_OK) {
        sgnic_queue_fail(q);
        return false;
    }
    trace_sgnic_kick_event(q->number, event);
    return true;
}

/*
 * Starts or restarts the work of a queue: on ENABLE, when Bus Master Enable
 * is set, and when the machine continues.  A queue that was enabled while the
 * device could not write gets its first kick_event here; written again it
 * costs one doorbell.
 */
void sgnic_queue_resume(SgnicQueue *q)
{
    if (q->state != SGNIC_QUEUE_RUNNING || !sgnic_bus_master(q->nic)) {
        return;
    }
    if (q->consumed == 0 && !sgnic_queue_write_kick_event(q, 0)) {
        return;
    }
    sgnic_queue_kick(q);
    if (sgnic_fault_armed(q->nic, SGNIC_FAULT_ACTIONS)) {
        sgnic_fault_act(q->nic);
    }
}

bool sgnic_queue_may_run(const SgnicQueue *q)
{
    return q->state == SGNIC_QUEUE_RUNNING && sgnic_bus_master(q->nic) &&
           !(sgnic_fault_armed(q->nic, SGNIC_FAULT_HALTS) &&
             sgnic_fault_halts(q));
}

/* Reads the producer index.  Returns false if the queue is in ERROR then. */
bool sgnic_queue_poll(SgnicQueue *q)
{
    uint64_t record = sgnic_queue_base(q, SGNIC_BASE_RECORD);
    uint32_t value;

    if (sgnic_dma_read(q->nic, q,
                       record + offsetof(struct sgnic_record, producer),
                       &value, sizeof(value)) != SGNIC_STATUS_OK) {
        sgnic_queue_fail(q);
        return false;
    }
    value = le32_to_cpu(value);
    smp_rmb();                  /* the index before the descriptors */
    /* An index that moves back behind what was read wraps to a large one. */
    if (value - q->consumed > q->ring_size ||
        value - q->consumed < q->fetched - q->consumed) {
        sgnic_error(q->nic, q, SGNIC_ERROR_PRODUCER, record, value,
                    "queue 0x%" PRIx32 ": producer %" PRIu32
                    " is not within ring size %" PRIu32
                    " after consumed index %" PRIu32, q->number, value,
                    q->ring_size, q->consumed);
        sgnic_queue_fail(q);
        return false;
    }
    q->producer = value;
    return true;
}

/*
 * Asks for a doorbell at the next descriptor.  Returns true if there is work
 * nevertheless: the driver moved the producer index before it could see that.
 */
bool sgnic_queue_idle(SgnicQueue *q)
{
    uint32_t producer = q->producer;

    if (!sgnic_queue_write_kick_event(q, producer)) {
        return false;
    }
    smp_mb();                   /* the wish before another look */
    return sgnic_queue_poll(q) && q->producer != producer;
}

/*
 * Makes descriptor "index", the one after those already looked at, available
 * in the private ring.  Returns false if it is not posted as far as is known,
 * or if the queue is in ERROR.
 */
bool sgnic_queue_available(SgnicQueue *q, uint32_t index)
{
    uint32_t slot, count;

    if (index != q->fetched) {
        return true;
    }
    if (q->fetched == q->producer) {
        return false;
    }
    slot = sgnic_queue_slot(q, q->fetched);
    count = MIN(q->producer - q->fetched, q->ring_size - slot);
    count = MIN(count, SGNIC_FETCH_BATCH);
    if (sgnic_dma_read(q->nic, q, sgnic_queue_descriptor_address(q, q->fetched),
                       &q->ring[slot], count * sizeof(q->ring[0])) !=
        SGNIC_STATUS_OK) {
        sgnic_queue_fail(q);
        return false;
    }
    q->fetched += count;
    return true;
}

struct sgnic_descriptor sgnic_queue_descriptor(const SgnicQueue *q,
                                               uint32_t index)
{
    const struct sgnic_descriptor *d = &q->ring[sgnic_queue_slot(q, index)];

    return (struct sgnic_descriptor) {
        .address = le64_to_cpu(d->address),
        .length = le32_to_cpu(d->length),
        .flags = le16_to_cpu(d->flags),
        .tag = le16_to_cpu(d->tag),
    };
}

uint64_t sgnic_queue_descriptor_address(const SgnicQueue *q, uint32_t index)
{
    return sgnic_queue_base(q, SGNIC_BASE_DESCRIPTORS) +
           sgnic_queue_slot(q, index) * sizeof(struct sgnic_descriptor);
}

static void sgnic_queue_bad_descriptor(SgnicQueue *q, uint32_t index,
                                       uint16_t allowed_flags)
{
    struct sgnic_descriptor d = sgnic_queue_descriptor(q, index);

    sgnic_error(q->nic, q, SGNIC_ERROR_DESCRIPTOR,
                sgnic_queue_descriptor_address(q, index), d.flags,
                "queue 0x%" PRIx32 ": descriptor %" PRIu32 ": length %" PRIu32
                ", flags 0x%x; allowed are 1 to %d and 0x%x", q->number, index,
                d.length, d.flags, SGNIC_MAX_BUFFER_LENGTH, allowed_flags);
}

enum sgnic_status sgnic_queue_check_flags(SgnicQueue *q, uint32_t index,
                                          uint16_t allowed_flags)
{
    if (sgnic_queue_descriptor(q, index).flags & ~allowed_flags) {
        sgnic_queue_bad_descriptor(q, index, allowed_flags);
        return SGNIC_STATUS_RESERVED_FLAGS;
    }
    return SGNIC_STATUS_OK;
}

/* Section 4.2: the rules for one descriptor of memory, whatever its frame */
enum sgnic_status sgnic_queue_check(SgnicQueue *q, uint32_t index,
                                    uint16_t allowed_flags)
{
    struct sgnic_descriptor d = sgnic_queue_descriptor(q, index);
    enum sgnic_status status = sgnic_queue_check_flags(q, index,
                                                       allowed_flags);

    if (status != SGNIC_STATUS_OK) {
        return status;
    }
    if (d.length == 0 || d.length > SGNIC_MAX_BUFFER_LENGTH) {
        sgnic_queue_bad_descriptor(q, index, allowed_flags);
        return SGNIC_STATUS_BAD_LENGTH;
    }
    return sgnic_dma_check(q->nic, q, d.address, d.length);
}

/* PHASE of completion number "index" (section 4.3) */
static uint16_t sgnic_queue_phase(const SgnicQueue *q, uint32_t index)
{
    return index & q->ring_size ? 0 : SGNIC_COMPLETION_PHASE;
}

/*
 * Consumes "count" descriptors with one completion.  "details" is what a
 * receive completion has beyond the common part, flags included, in guest
 * format; NULL for a completion without.
 */
void sgnic_queue_complete(SgnicQueue *q, uint32_t count, uint32_t length,
                          uint16_t tag, uint8_t status, uint8_t element,
                          const struct sgnic_rx_completion *details)
{
    uint32_t number = q->completed + q->pending_count;
    struct sgnic_rx_completion entry = { 0 };

    if (details) {
        entry = *details;
    }
    entry.c.next = cpu_to_le32(q->consumed + count);
    entry.c.length = cpu_to_le32(length);
    entry.c.tag = cpu_to_le16(tag);
    entry.c.status = status;
    entry.c.element = element;
    entry.c.flags |= cpu_to_le16(sgnic_queue_phase(q, number));
    entry.c.count = cpu_to_le16(count);

    if (sgnic_fault_armed(q->nic, SGNIC_FAULT_COMPLETIONS) &&
        sgnic_fault_completion(q, &entry.c)) {
        sgnic_queue_flush(q);
        q->completed++;
        q->consumed += count;
        return;
    }
    memcpy(&q->pending[q->pending_count * q->completion_size], &entry,
           q->completion_size);
    q->pending_count++;
    q->consumed += count;
    trace_sgnic_complete(q->number, number, q->consumed, length, tag, status);
    if (q->pending_count == MIN(SGNIC_COMPLETION_BATCH, q->ring_size)) {
        sgnic_queue_flush(q);
    }
}

/*
 * Writes the entries of the batch, the first one with the PHASE that its slot
 * has already, and then the right flags of the first one.
 */
static bool sgnic_queue_write_batch(SgnicQueue *q, uint32_t count)
{
    SgnicState *s = q->nic;
    uint64_t ring = sgnic_queue_base(q, SGNIC_BASE_COMPLETIONS);
    uint32_t slot = sgnic_queue_slot(q, q->completed);
    uint64_t first = ring + (uint64_t)slot * q->completion_size;
    uint32_t flags_offset = offsetof(struct sgnic_completion, flags);
    uint32_t head = MIN(count, q->ring_size - slot) * q->completion_size;
    uint32_t tail = count * q->completion_size - head;
    uint16_t flags = lduw_le_p(q->pending + flags_offset);

    stw_le_p(q->pending + flags_offset, flags ^ SGNIC_COMPLETION_PHASE);
    if (sgnic_dma_write(s, q, first, q->pending, head) != SGNIC_STATUS_OK) {
        return false;
    }
    if (tail && sgnic_dma_write(s, q, ring, q->pending + head, tail) !=
                SGNIC_STATUS_OK) {
        return false;
    }
    stw_le_p(q->pending + flags_offset, flags);
    smp_wmb();                  /* the entries before what makes them valid */
    return sgnic_dma_write(s, q, first + flags_offset,
                           q->pending + flags_offset, sizeof(flags)) ==
           SGNIC_STATUS_OK;
}

/* Writes the completions collected so far; interrupts if asked to. */
void sgnic_queue_flush(SgnicQueue *q)
{
    uint64_t record = sgnic_queue_base(q, SGNIC_BASE_RECORD);
    uint32_t count = q->pending_count;
    uint32_t event;

    if (count == 0) {
        return;
    }
    if (q->state != SGNIC_QUEUE_RUNNING) {
        /* A message of this device, written meanwhile, has reset it. */
        q->pending_count = 0;
        return;
    }
    if (!sgnic_queue_write_batch(q, count)) {
        sgnic_queue_fail(q);
        return;
    }
    q->pending_count = 0;
    q->completed += count;
    trace_sgnic_completions(q->number, count, q->completed);

    if (q->moderation_waits) {
        sgnic_moderation_progress(q);
        return;
    }
    smp_mb();                   /* the completions before the question */
    if (sgnic_dma_read(q->nic, q,
                       record + offsetof(struct sgnic_record, interrupt_event),
                       &event, sizeof(event)) != SGNIC_STATUS_OK) {
        sgnic_queue_fail(q);
        return;
    }
    event = le32_to_cpu(event);
    if (q->completed - event - 1 < count) {
        sgnic_moderation_crossed(q, event);
    }
}
