/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: properties that show the device at work, docs/sgnic.md
 *
 * All are read only, have no side effect, and can be read at any time, also
 * before the device is realized.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "sgnic_internal.h"

/* Section 3.6 */
static const char *const sgnic_statistic_names[SGNIC_STAT_COUNT] = {
    [SGNIC_STAT_TX_FRAMES]        = "tx-frames",
    [SGNIC_STAT_TX_BYTES]         = "tx-bytes",
    [SGNIC_STAT_TX_ERRORS]        = "tx-errors",
    [SGNIC_STAT_TX_MULTICAST]     = "tx-multicast",
    [SGNIC_STAT_TX_BROADCAST]     = "tx-broadcast",
    [SGNIC_STAT_RX_FRAMES]        = "rx-frames",
    [SGNIC_STAT_RX_BYTES]         = "rx-bytes",
    [SGNIC_STAT_RX_ERRORS]        = "rx-errors",
    [SGNIC_STAT_RX_MULTICAST]     = "rx-multicast",
    [SGNIC_STAT_RX_BROADCAST]     = "rx-broadcast",
    [SGNIC_STAT_RX_NO_BUFFER]     = "rx-no-buffer",
    [SGNIC_STAT_RX_FILTERED]      = "rx-filtered",
    [SGNIC_STAT_RX_OVERSIZE]      = "rx-oversize",
    [SGNIC_STAT_DMA_ERRORS]       = "dma-errors",
    [SGNIC_STAT_DMA_WIDTH_ERRORS] = "dma-width-errors",
    [SGNIC_STAT_GUEST_ERRORS]     = "guest-errors",
    [SGNIC_STAT_INTERRUPTS]       = "interrupts",
    [SGNIC_STAT_TX_DOORBELLS]     = "tx-doorbells",
    [SGNIC_STAT_RX_DOORBELLS]     = "rx-doorbells",
    [SGNIC_STAT_TX_CHECKSUM]      = "tx-checksum",
    [SGNIC_STAT_TX_LARGE]         = "tx-large",
    [SGNIC_STAT_RX_CHECKSUM_BAD]  = "rx-checksum-bad",
    [SGNIC_STAT_RX_LARGE]         = "rx-large",
    [SGNIC_STAT_RX_NO_QUEUE]      = "rx-no-queue",
};

static const char *const sgnic_state_names[] = {
    [SGNIC_QUEUE_DISABLED] = "disabled",
    [SGNIC_QUEUE_RUNNING]  = "running",
    [SGNIC_QUEUE_ERROR]    = "error",
};

typedef bool SgnicMembers(SgnicState *s, const void *what, Visitor *v,
                          Error **errp);

static bool sgnic_show_number(Visitor *v, const char *name, uint64_t value,
                              Error **errp)
{
    return visit_type_uint64(v, name, &value, errp);
}

static bool sgnic_show_bool(Visitor *v, const char *name, bool value,
                            Error **errp)
{
    return visit_type_bool(v, name, &value, errp);
}

static bool sgnic_show_text(Visitor *v, const char *name, const char *value,
                            Error **errp)
{
    char *text = (char *)value;

    return visit_type_str(v, name, &text, errp);
}

static bool sgnic_show_queue_name(Visitor *v, const char *name, uint32_t queue,
                                  Error **errp)
{
    g_autofree char *text = sgnic_queue_name(queue);

    return sgnic_show_text(v, name, text, errp);
}

static void sgnic_show_struct(Object *obj, Visitor *v, const char *name,
                              SgnicMembers *members, const void *what,
                              Error **errp)
{
    if (!visit_start_struct(v, name, NULL, 0, errp)) {
        return;
    }
    if (members(SGNIC(obj), what, v, errp)) {
        visit_check_struct(v, errp);
    }
    visit_end_struct(v, NULL);
}

static bool sgnic_show_queue(SgnicState *s, const void *what, Visitor *v,
                             Error **errp)
{
    const SgnicQueue *q = what;

    return sgnic_show_text(v, "state", sgnic_state_names[q->state], errp) &&
           sgnic_show_number(v, "ring-size", q->ring_size, errp) &&
           sgnic_show_number(v, "producer", q->producer, errp) &&
           sgnic_show_number(v, "fetched", q->fetched, errp) &&
           sgnic_show_number(v, "consumed", q->consumed, errp) &&
           sgnic_show_number(v, "completed", q->completed, errp) &&
           sgnic_show_number(v, "unwritten-completions", q->pending_count,
                             errp) &&
           sgnic_show_bool(v, "waits-for-backend", q->blocked, errp) &&
           sgnic_show_number(v, "frames", q->frames, errp) &&
           sgnic_show_number(v, "bytes", q->bytes, errp) &&
           sgnic_show_number(v, "errors", q->errors, errp) &&
           sgnic_show_number(v, "vector", q->vector, errp) &&
           sgnic_show_number(v, "moderation-time", q->moderation_time,
                             errp) &&
           sgnic_show_number(v, "moderation-count", q->moderation_count,
                             errp) &&
           sgnic_show_bool(v, "interrupt-moderated", q->moderation_waits,
                           errp) &&
           sgnic_show_number(v, "descriptors-address",
                             sgnic_queue_base(q, SGNIC_BASE_DESCRIPTORS),
                             errp) &&
           sgnic_show_number(v, "completions-address",
                             sgnic_queue_base(q, SGNIC_BASE_COMPLETIONS),
                             errp) &&
           sgnic_show_number(v, "record-address",
                             sgnic_queue_base(q, SGNIC_BASE_RECORD), errp);
}

static void sgnic_get_queue(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    SgnicQueue *q = sgnic_find_queue(SGNIC(obj), (uintptr_t)opaque);

    if (!q) {
        error_setg(errp, "the device has no queue %s", name);
        return;
    }
    sgnic_show_struct(obj, v, name, sgnic_show_queue, q, errp);
}

static bool sgnic_show_statistics(SgnicState *s, const void *what, Visitor *v,
                                  Error **errp)
{
    int i;

    for (i = 0; i < SGNIC_STAT_COUNT; i++) {
        if (!sgnic_show_number(v, sgnic_statistic_names[i], s->statistics[i],
                               errp)) {
            return false;
        }
    }
    return true;
}

static void sgnic_get_statistics(Object *obj, Visitor *v, const char *name,
                                 void *opaque, Error **errp)
{
    sgnic_show_struct(obj, v, name, sgnic_show_statistics, NULL, errp);
}

static bool sgnic_show_error(SgnicState *s, const void *what, Visitor *v,
                             Error **errp)
{
    const SgnicErrorRecord *e = what;

    return sgnic_show_text(v, "name", sgnic_error_name(e->code), errp) &&
           sgnic_show_number(v, "code", e->code, errp) &&
           sgnic_show_queue_name(v, "queue", e->queue, errp) &&
           sgnic_show_number(v, "address", e->address, errp) &&
           sgnic_show_number(v, "value", e->value, errp) &&
           sgnic_show_number(v, "count", e->count, errp);
}

static void sgnic_get_last_error(Object *obj, Visitor *v, const char *name,
                                 void *opaque, Error **errp)
{
    sgnic_show_struct(obj, v, name, sgnic_show_error, &SGNIC(obj)->last_error,
                      errp);
}

static void sgnic_get_last_dma_error(Object *obj, Visitor *v,
                                     const char *name, void *opaque,
                                     Error **errp)
{
    sgnic_show_struct(obj, v, name, sgnic_show_error,
                      &SGNIC(obj)->last_dma_error, errp);
}

static bool sgnic_show_error_counts(SgnicState *s, const void *what,
                                    Visitor *v, Error **errp)
{
    int code;

    for (code = 1; code <= SGNIC_ERROR_LAST; code++) {
        if (!sgnic_show_number(v, sgnic_error_name(code),
                               s->error_count[code], errp)) {
            return false;
        }
    }
    return true;
}

static void sgnic_get_error_counts(Object *obj, Visitor *v, const char *name,
                                   void *opaque, Error **errp)
{
    sgnic_show_struct(obj, v, name, sgnic_show_error_counts, NULL, errp);
}

static bool sgnic_show_interrupts(SgnicState *s, const void *what, Visitor *v,
                                  Error **errp)
{
    return sgnic_show_text(v, "type", sgnic_interrupt_type(s), errp) &&
           sgnic_show_number(v, "pending", s->pending, errp) &&
           sgnic_show_number(v, "mask", s->mask, errp) &&
           sgnic_show_bool(v, "pin", s->intx, errp) &&
           sgnic_show_number(v, "other-vector", s->other_vector, errp);
}

static void sgnic_get_interrupts(Object *obj, Visitor *v, const char *name,
                                 void *opaque, Error **errp)
{
    sgnic_show_struct(obj, v, name, sgnic_show_interrupts, NULL, errp);
}

static bool sgnic_get_link(Object *obj, Error **errp)
{
    return SGNIC(obj)->link_up;
}

static void sgnic_get_word(Object *obj, Visitor *v, const char *name,
                           void *opaque, Error **errp)
{
    visit_type_uint32(v, name, (uint32_t *)((char *)SGNIC(obj) +
                                            (uintptr_t)opaque), errp);
}

static void sgnic_add(ObjectClass *class, const char *name, const char *type,
                      ObjectPropertyAccessor *get, uintptr_t opaque,
                      const char *description)
{
    object_class_property_add(class, name, type, get, NULL, NULL,
                              (void *)opaque);
    object_class_property_set_description(class, name, description);
}

static void sgnic_add_queue(ObjectClass *class, uint32_t number)
{
    g_autofree char *name = sgnic_queue_name(number);

    sgnic_add(class, name, "SgnicQueue", sgnic_get_queue, number,
              "state, indexes, addresses and counters of the queue");
}

/* "tx0", "rx7", "none": as "number" in ERROR_QUEUE; the caller frees it. */
char *sgnic_queue_name(uint32_t number)
{
    if (number == SGNIC_ERROR_QUEUE_NONE) {
        return g_strdup("none");
    }
    return g_strdup_printf("%s%" PRIu32,
                           number & SGNIC_ERROR_QUEUE_RX ? "rx" : "tx",
                           number & ~SGNIC_ERROR_QUEUE_RX);
}

static void sgnic_describe(ObjectClass *class)
{
    object_class_property_set_description(class, "dma-width",
        "address bits the card drives: 24, 32 or 64");
    object_class_property_set_description(class, "queues",
        "pairs of queues, 1 to 8; 0: as many as the netdev has");
    object_class_property_set_description(class, "ioeventfd",
        "doorbells do not stop the processor; auto: with KVM");
    object_class_property_set_description(class, "offload",
        "offer checksums, segmentation and large receive");
    object_class_property_set_description(class, "vlan",
        "offer VLAN insertion, stripping and filtering");
}

/* To be called after the static properties were set */
void sgnic_add_status_properties(ObjectClass *class)
{
    int i;

    sgnic_describe(class);
    for (i = 0; i < SGNIC_QUEUE_MAX; i++) {
        sgnic_add_queue(class, i);
        sgnic_add_queue(class, i | SGNIC_ERROR_QUEUE_RX);
    }
    sgnic_add(class, "statistics", "SgnicStatistics", sgnic_get_statistics, 0,
              "all counters by name");
    sgnic_add(class, "last-error", "SgnicError", sgnic_get_last_error, 0,
              "the last error, and how many there were; "
              "neither the driver nor a reset clears it");
    sgnic_add(class, "last-dma-error", "SgnicError", sgnic_get_last_dma_error,
              0, "the last access to memory that failed: address and length");
    sgnic_add(class, "error-counts", "SgnicErrorCounts",
              sgnic_get_error_counts, 0, "errors of each class by name");
    sgnic_add(class, "interrupts", "SgnicInterrupts", sgnic_get_interrupts, 0,
              "type in use, pending causes, mask, level of the pin");
    sgnic_add(class, "features-enabled", "uint32", sgnic_get_word,
              offsetof(SgnicState, features_enabled),
              "register FEATURES_ENABLED");
    sgnic_add(class, "dma-width-in-use", "uint32", sgnic_get_word,
              offsetof(SgnicState, dma_width), "register DMA_WIDTH");
    object_class_property_add_bool(class, "link-up", sgnic_get_link, NULL);
    object_class_property_set_description(class, "link-up",
                                          "the link, as STATUS shows it");
}
