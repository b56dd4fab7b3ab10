/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: faults that the user injects, docs/sgnic.md
 */
#include "qemu/osdep.h"
#include "sgnic_internal.h"
#include "trace.h"

static void sgnic_fault_refresh(SgnicFaults *f)
{
    uint32_t armed = 0;
    int i;

    for (i = 0; i < SGNIC_FAULTS; i++) {
        if (f->remaining[i]) {
            armed |= 1u << i;
        }
    }
    if (f->pin_lost || f->pin_late || f->pin_again || f->pin_spurious) {
        armed |= SGNIC_FAULT_SET(PIN);
    }
    f->armed = armed;
}

static void sgnic_fault_count(SgnicFaults *f, SgnicFault fault)
{
    f->injected[fault]++;
    trace_sgnic_fault(sgnic_fault_name(fault), f->injected[fault]);
}

/* Whether the fault is to be injected now, once more. */
static bool sgnic_fault_take(SgnicState *s, SgnicFault fault)
{
    SgnicFaults *f = &s->faults;

    if (f->remaining[fault] == 0) {
        return false;
    }
    if (f->remaining[fault] != SGNIC_FAULT_ENDLESS) {
        f->remaining[fault]--;
        sgnic_fault_refresh(f);
    }
    sgnic_fault_count(f, fault);
    return true;
}

static bool sgnic_fault_concerns(const SgnicFaults *f, const SgnicQueue *q)
{
    return f->queue == SGNIC_FAULT_ALL_QUEUES || f->queue == q->number;
}

/* Interrupts */

static void sgnic_fault_postpone(SgnicFaults *f)
{
    if (!timer_pending(f->timer)) {
        timer_mod(f->timer, qemu_clock_get_us(QEMU_CLOCK_VIRTUAL) + f->delay);
    }
}

/* Returns true if the message is not to be sent now. */
bool sgnic_fault_message(SgnicState *s, uint32_t vector)
{
    if (sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_DROP)) {
        return true;
    }
    if (sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_DELAY)) {
        s->faults.late_vectors |= 1u << vector;
        sgnic_fault_postpone(&s->faults);
        return true;
    }
    if (sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_DUPLICATE)) {
        sgnic_notify(s, vector);
    }
    return false;
}

/* The level of the pin when the causes ask for "level". */
bool sgnic_fault_pin(SgnicState *s, bool level)
{
    SgnicFaults *f = &s->faults;

    if (level && !s->intx) {
        if (sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_DROP)) {
            f->pin_lost = true;
        } else if (sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_DELAY)) {
            f->pin_late = true;
            sgnic_fault_postpone(f);
        } else if (sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_DUPLICATE)) {
            f->pin_again = true;
        }
    } else if (!level && s->intx) {
        f->pin_lost = false;
        f->pin_late = false;
        f->pin_spurious |= f->pin_again;
        f->pin_again = false;
    }
    sgnic_fault_refresh(f);
    return (level && !f->pin_lost && !f->pin_late) || f->pin_spurious;
}

/* INTERRUPT_CAUSE was read: the handler has seen the pin. */
void sgnic_fault_acknowledge(SgnicState *s)
{
    if (s->faults.pin_spurious) {
        s->faults.pin_spurious = false;
        sgnic_interrupt_update(s);
        sgnic_fault_spurious(s);
    }
}

/* Interrupts without a cause, while the driver has enabled any */
void sgnic_fault_spurious(SgnicState *s)
{
    SgnicFaults *f = &s->faults;

    if (s->mask == 0 || !runstate_is_running() ||
        (sgnic_uses_messages(s) && !sgnic_bus_master(s))) {
        return;
    }
    if (sgnic_uses_messages(s)) {
        while (sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_SPURIOUS)) {
            sgnic_notify(s, sgnic_other_vector(s));
        }
    } else if (!f->pin_spurious &&
               sgnic_fault_take(s, SGNIC_FAULT_INTERRUPT_SPURIOUS)) {
        f->pin_spurious = true;
        sgnic_fault_refresh(f);
        sgnic_interrupt_update(s);
    }
}

/* Delivers what was delayed; also when the machine stops. */
void sgnic_fault_deliver(void *opaque)
{
    SgnicState *s = opaque;
    SgnicFaults *f = &s->faults;
    uint32_t vectors = f->late_vectors;

    timer_del(f->timer);
    f->late_vectors = 0;
    while (vectors) {
        uint32_t vector = ctz32(vectors);

        vectors &= vectors - 1;
        if (sgnic_uses_messages(s)) {
            sgnic_notify(s, vector);
        }
    }
    if (f->pin_late) {
        f->pin_late = false;
        sgnic_interrupt_update(s);
    }
}

/* Section 9.1: pending interrupts vanish. */
void sgnic_fault_reset(SgnicState *s)
{
    SgnicFaults *f = &s->faults;

    timer_del(f->timer);
    f->late_vectors = 0;
    f->pin_lost = false;
    f->pin_late = false;
    f->pin_again = false;
    f->pin_spurious = false;
    sgnic_fault_refresh(f);
}

/* DMA, completions, queues */

static bool sgnic_fault_within(const SgnicQueue *q, SgnicBase which,
                               uint64_t address)
{
    return address - sgnic_queue_base(q, which) < sgnic_queue_bytes(q, which);
}

/* Whether the access of queue "q" is to be refused. */
bool sgnic_fault_dma(SgnicState *s, const SgnicQueue *q, uint64_t address,
                     bool write)
{
    bool record;

    if (!q || !sgnic_fault_concerns(&s->faults, q)) {
        return false;
    }
    record = sgnic_fault_within(q, SGNIC_BASE_RECORD, address);
    if (write) {
        if (record) {
            return false;
        }
        return sgnic_fault_take(s,
            sgnic_fault_within(q, SGNIC_BASE_COMPLETIONS, address) ?
            SGNIC_FAULT_DMA_COMPLETION_WRITE : SGNIC_FAULT_DMA_PAYLOAD_WRITE);
    }
    if (record || sgnic_fault_within(q, SGNIC_BASE_DESCRIPTORS, address)) {
        return sgnic_fault_take(s, SGNIC_FAULT_DMA_RING_READ);
    }
    return sgnic_fault_take(s, SGNIC_FAULT_DMA_PAYLOAD_READ);
}

/* Returns true if the completion is not to be written. */
bool sgnic_fault_completion(SgnicQueue *q, struct sgnic_completion *c)
{
    SgnicState *s = q->nic;

    if (!sgnic_fault_concerns(&s->faults, q)) {
        return false;
    }
    if (sgnic_fault_take(s, SGNIC_FAULT_COMPLETION_WITHHOLD)) {
        return true;
    }
    if (sgnic_fault_take(s, SGNIC_FAULT_COMPLETION_CORRUPT)) {
        switch (s->faults.field) {
        case SGNIC_FIELD_COUNT:
            c->count = ~c->count;
            break;
        case SGNIC_FIELD_NEXT:
            c->next = ~c->next;
            break;
        case SGNIC_FIELD_LENGTH:
            c->length = ~c->length;
            break;
        case SGNIC_FIELD_STATUS:
            c->status = ~c->status;
            break;
        default:
            c->tag = ~c->tag;
            break;
        }
    }
    return false;
}

bool sgnic_fault_halts(const SgnicQueue *q)
{
    const SgnicFaults *f = &q->nic->faults;

    return (f->armed & SGNIC_FAULT_SET(REMOVED)) ||
           ((f->armed & SGNIC_FAULT_SET(QUEUE_STUCK)) &&
            sgnic_fault_concerns(f, q));
}

/* Actions */

static void sgnic_fault_stray(SgnicState *s)
{
    SgnicFaults *f = &s->faults;
    g_autofree uint8_t *buffer = g_malloc(f->stray_length);

    while (sgnic_fault_take(s, SGNIC_FAULT_STRAY_READ)) {
        sgnic_dma_read(s, NULL, f->stray_address, buffer, f->stray_length);
    }
    memset(buffer, SGNIC_FAULT_STRAY_BYTE, f->stray_length);
    while (sgnic_fault_take(s, SGNIC_FAULT_STRAY_WRITE)) {
        sgnic_dma_write(s, NULL, f->stray_address, buffer, f->stray_length);
    }
}

/* Does at once what needs a device that works: a queue runs. */
void sgnic_fault_act(SgnicState *s)
{
    if (!sgnic_bus_master(s) || !runstate_is_running() ||
        !sgnic_any_queue_running(s)) {
        return;
    }
    if (s->faults.armed & (SGNIC_FAULT_SET(STRAY_READ) |
                           SGNIC_FAULT_SET(STRAY_WRITE))) {
        sgnic_fault_stray(s);
    }
    while (s->link_up && sgnic_fault_take(s, SGNIC_FAULT_LINK_FLAP)) {
        sgnic_set_link(s, false);
        sgnic_set_link(s, true);
    }
}

static void sgnic_fault_remove(SgnicState *s, bool removed)
{
    /* Reset in both directions: what comes back is as after power-on. */
    sgnic_reset(s);
    memory_region_set_enabled(&s->removed_bar, removed);
}

/* What changes when a fault is switched on or off */
static void sgnic_fault_changed(SgnicState *s, SgnicFault fault)
{
    bool on = s->faults.remaining[fault];

    switch (fault) {
    case SGNIC_FAULT_INTERRUPT_DELAY:
        if (!on) {
            sgnic_fault_deliver(s);
        }
        break;
    case SGNIC_FAULT_INTERRUPT_SPURIOUS:
        sgnic_fault_spurious(s);
        break;
    case SGNIC_FAULT_STRAY_READ:
    case SGNIC_FAULT_STRAY_WRITE:
    case SGNIC_FAULT_LINK_FLAP:
        sgnic_fault_act(s);
        break;
    case SGNIC_FAULT_LINK_DOWN:
        sgnic_update_link(s);
        break;
    case SGNIC_FAULT_QUEUE_STUCK:
        if (!on) {
            sgnic_resume_queues(s);
        }
        break;
    case SGNIC_FAULT_REMOVED:
        sgnic_fault_remove(s, on);
        break;
    default:
        break;
    }
}

void sgnic_fault_set(SgnicState *s, SgnicFault fault, uint32_t value)
{
    uint32_t before = s->faults.remaining[fault];

    s->faults.remaining[fault] = value;
    sgnic_fault_refresh(&s->faults);
    if (sgnic_fault_is_switch(fault)) {
        if (before == value) {
            return;
        }
        if (value) {
            sgnic_fault_count(&s->faults, fault);
        }
    }
    if (DEVICE(s)->realized) {
        sgnic_fault_changed(s, fault);
    }
}

void sgnic_fault_realize(SgnicState *s)
{
    s->faults.timer = timer_new_us(QEMU_CLOCK_VIRTUAL, sgnic_fault_deliver, s);
    memory_region_init_io(&s->removed_bar, OBJECT(s), &sgnic_register_ops, s,
                          "sgnic-removed", SGNIC_MSIX_BAR_SIZE);
    memory_region_set_enabled(&s->removed_bar,
                              s->faults.armed & SGNIC_FAULT_SET(REMOVED));
    memory_region_add_subregion_overlap(&s->msix_bar, 0, &s->removed_bar, 1);
}

void sgnic_fault_exit(SgnicState *s)
{
    memory_region_del_subregion(&s->msix_bar, &s->removed_bar);
    timer_free(s->faults.timer);
    s->faults.timer = NULL;
}
