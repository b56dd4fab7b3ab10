/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: interrupt moderation (section 7)
 *
 * The first crossing of interrupt_event starts the time; what crosses while
 * it runs is covered by the same interrupt.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "sgnic_internal.h"
#include "trace.h"

void sgnic_moderation_cancel(SgnicQueue *q)
{
    if (q->moderation_waits) {
        q->moderation_waits = false;
        timer_del(q->moderation_timer);
    }
}

void sgnic_moderation_signal(SgnicQueue *q)
{
    if (q->moderation_waits) {
        trace_sgnic_moderation(q->number, q->completed - q->moderation_event);
        sgnic_moderation_cancel(q);
        sgnic_raise(q->nic, q->cause);
    }
}

void sgnic_moderation_timer(void *opaque)
{
    sgnic_moderation_signal(opaque);
}

/* Further completions are written while a crossing waits. */
void sgnic_moderation_progress(SgnicQueue *q)
{
    if (q->moderation_count &&
        q->completed - q->moderation_event >= q->moderation_count) {
        sgnic_moderation_signal(q);
    }
}

static void sgnic_moderation_start(SgnicQueue *q, int64_t nanoseconds)
{
    timer_mod(q->moderation_timer,
              qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + nanoseconds);
}

/* Completion number "event" is written. */
void sgnic_moderation_crossed(SgnicQueue *q, uint32_t event)
{
    if (q->moderation_time == 0) {
        sgnic_raise(q->nic, q->cause);
        return;
    }
    q->moderation_waits = true;
    q->moderation_event = event;
    if (q->moderation_count && q->completed - event >= q->moderation_count) {
        sgnic_moderation_signal(q);
        return;
    }
    sgnic_moderation_start(q, q->moderation_time * SCALE_US);
}

void sgnic_moderation_save(SgnicQueue *q)
{
    int64_t left = 0;

    if (q->moderation_waits) {
        left = timer_expire_time_ns(q->moderation_timer) -
               qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    }
    q->moderation_left = MAX(left, 0);
}

bool sgnic_moderation_restore(SgnicQueue *q)
{
    timer_del(q->moderation_timer);
    if (!q->moderation_waits) {
        return true;
    }
    if (q->state != SGNIC_QUEUE_RUNNING ||
        q->moderation_left > q->moderation_time * SCALE_US) {
        error_report("sgnic: migration stream has queue 0x%" PRIx32
                     " in state %" PRIu32 " with an interrupt that waits %"
                     PRIu32 " ns of MODERATION_TIME %" PRIu32, q->number,
                     q->state, q->moderation_left, q->moderation_time);
        return false;
    }
    sgnic_moderation_start(q, q->moderation_left);
    return true;
}
