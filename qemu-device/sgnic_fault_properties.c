/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the properties that inject faults, docs/sgnic.md
 *
 * They can be set on the command line and at any time afterwards.  The number
 * of a fault is how often it is still to happen; NAME-count is how often it
 * has happened.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "sgnic_internal.h"

typedef enum SgnicFaultKind {
    SGNIC_NUMBER,               /* so many times; SGNIC_FAULT_ENDLESS */
    SGNIC_ACTION,               /* done at once, so many times */
    SGNIC_SWITCH,               /* on or off */
} SgnicFaultKind;

static const struct {
    const char *name;
    SgnicFaultKind kind;
    const char *description;
} sgnic_faults[SGNIC_FAULTS] = {
    [SGNIC_FAULT_INTERRUPT_DROP] = {
        "fault-interrupt-drop", SGNIC_NUMBER,
        "so many interrupts are lost" },
    [SGNIC_FAULT_INTERRUPT_DUPLICATE] = {
        "fault-interrupt-duplicate", SGNIC_NUMBER,
        "so many interrupts come twice" },
    [SGNIC_FAULT_INTERRUPT_DELAY] = {
        "fault-interrupt-delay", SGNIC_NUMBER,
        "so many interrupts come fault-interrupt-delay-time later; "
        "0 delivers those that wait" },
    [SGNIC_FAULT_INTERRUPT_SPURIOUS] = {
        "fault-interrupt-spurious", SGNIC_ACTION,
        "so many interrupts come without a cause" },
    [SGNIC_FAULT_DMA_PAYLOAD_READ] = {
        "fault-dma-payload-read", SGNIC_NUMBER,
        "so many reads of transmit buffers are refused" },
    [SGNIC_FAULT_DMA_PAYLOAD_WRITE] = {
        "fault-dma-payload-write", SGNIC_NUMBER,
        "so many writes of receive buffers are refused" },
    [SGNIC_FAULT_DMA_RING_READ] = {
        "fault-dma-ring-read", SGNIC_NUMBER,
        "so many reads of descriptors or queue records are refused" },
    [SGNIC_FAULT_DMA_COMPLETION_WRITE] = {
        "fault-dma-completion-write", SGNIC_NUMBER,
        "so many writes of completions are refused" },
    [SGNIC_FAULT_STRAY_READ] = {
        "fault-stray-read", SGNIC_ACTION,
        "so many reads that no descriptor asks for" },
    [SGNIC_FAULT_STRAY_WRITE] = {
        "fault-stray-write", SGNIC_ACTION,
        "so many writes that no descriptor asks for" },
    [SGNIC_FAULT_COMPLETION_CORRUPT] = {
        "fault-completion-corrupt", SGNIC_NUMBER,
        "so many completions have fault-completion-field inverted" },
    [SGNIC_FAULT_COMPLETION_WITHHOLD] = {
        "fault-completion-withhold", SGNIC_NUMBER,
        "so many completions are not written; their place stays empty" },
    [SGNIC_FAULT_LINK_FLAP] = {
        "fault-link-flap", SGNIC_ACTION,
        "so many times the link goes down and comes up at once" },
    [SGNIC_FAULT_LINK_DOWN] = {
        "fault-link-down", SGNIC_SWITCH,
        "the link is down, whatever the network backend says" },
    [SGNIC_FAULT_QUEUE_STUCK] = {
        "fault-queue-stuck", SGNIC_SWITCH,
        "the queue does nothing, but seems to run" },
    [SGNIC_FAULT_REMOVED] = {
        "fault-removed", SGNIC_SWITCH,
        "the device is gone: all reads are ones, no DMA, no interrupts" },
};

static const char *const sgnic_field_names[] = {
    [SGNIC_FIELD_TAG]    = "tag",
    [SGNIC_FIELD_COUNT]  = "count",
    [SGNIC_FIELD_NEXT]   = "next",
    [SGNIC_FIELD_LENGTH] = "length",
    [SGNIC_FIELD_STATUS] = "status",
};

static const QEnumLookup sgnic_field_lookup = {
    .array = sgnic_field_names,
    .size = SGNIC_FIELDS,
};

const char *sgnic_fault_name(SgnicFault fault)
{
    return sgnic_faults[fault].name;
}

bool sgnic_fault_is_switch(SgnicFault fault)
{
    return sgnic_faults[fault].kind == SGNIC_SWITCH;
}

static void sgnic_get_fault(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    SgnicFault fault = (uintptr_t)opaque;
    uint32_t value = SGNIC(obj)->faults.remaining[fault];
    bool on = value;

    if (sgnic_fault_is_switch(fault)) {
        visit_type_bool(v, name, &on, errp);
    } else {
        visit_type_uint32(v, name, &value, errp);
    }
}

/* Reads a number that must not be outside "minimum" to "maximum". */
static bool sgnic_visit_range(Visitor *v, const char *name, uint64_t minimum,
                              uint64_t maximum, uint64_t *value, Error **errp)
{
    if (!visit_type_uint64(v, name, value, errp)) {
        return false;
    }
    if (*value < minimum || *value > maximum) {
        error_setg(errp, "property '%s' is %" PRIu64 "; it must be %" PRIu64
                   " to %" PRIu64, name, *value, minimum, maximum);
        return false;
    }
    return true;
}

static void sgnic_set_fault(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    SgnicFault fault = (uintptr_t)opaque;
    uint64_t maximum = sgnic_faults[fault].kind == SGNIC_ACTION ?
                       SGNIC_FAULT_ACTIONS_MAX : SGNIC_FAULT_ENDLESS;
    uint64_t value;
    bool on;

    if (sgnic_fault_is_switch(fault)) {
        if (!visit_type_bool(v, name, &on, errp)) {
            return;
        }
        value = on;
    } else if (!sgnic_visit_range(v, name, 0, maximum, &value, errp)) {
        return;
    }
    sgnic_fault_set(SGNIC(obj), fault, value);
}

static void sgnic_get_fault_count(Object *obj, Visitor *v, const char *name,
                                  void *opaque, Error **errp)
{
    visit_type_uint64(v, name,
                      &SGNIC(obj)->faults.injected[(uintptr_t)opaque], errp);
}

static void sgnic_get_delay(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    visit_type_uint32(v, name, &SGNIC(obj)->faults.delay, errp);
}

static void sgnic_set_delay(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    uint64_t value;

    if (sgnic_visit_range(v, name, 1, SGNIC_FAULT_DELAY_MAX, &value, errp)) {
        SGNIC(obj)->faults.delay = value;
    }
}

static void sgnic_get_stray_address(Object *obj, Visitor *v, const char *name,
                                    void *opaque, Error **errp)
{
    visit_type_uint64(v, name, &SGNIC(obj)->faults.stray_address, errp);
}

static void sgnic_set_stray_address(Object *obj, Visitor *v, const char *name,
                                    void *opaque, Error **errp)
{
    uint64_t value;

    if (visit_type_uint64(v, name, &value, errp)) {
        SGNIC(obj)->faults.stray_address = value;
    }
}

static void sgnic_get_stray_length(Object *obj, Visitor *v, const char *name,
                                   void *opaque, Error **errp)
{
    visit_type_uint32(v, name, &SGNIC(obj)->faults.stray_length, errp);
}

static void sgnic_set_stray_length(Object *obj, Visitor *v, const char *name,
                                   void *opaque, Error **errp)
{
    uint64_t value;

    if (sgnic_visit_range(v, name, 1, SGNIC_FAULT_STRAY_MAX, &value, errp)) {
        SGNIC(obj)->faults.stray_length = value;
    }
}

static int sgnic_get_field(Object *obj, Error **errp)
{
    return SGNIC(obj)->faults.field;
}

static void sgnic_set_field(Object *obj, int value, Error **errp)
{
    SGNIC(obj)->faults.field = value;
}

static char *sgnic_get_fault_queue(Object *obj, Error **errp)
{
    uint32_t queue = SGNIC(obj)->faults.queue;

    return queue == SGNIC_FAULT_ALL_QUEUES ? g_strdup("all") :
                                             sgnic_queue_name(queue);
}

/* Before the device is realized, nobody knows its queues. */
bool sgnic_check_fault_queue(SgnicState *s, uint32_t queue, Error **errp)
{
    g_autofree char *name = NULL;

    if (queue == SGNIC_FAULT_ALL_QUEUES ||
        (queue & ~SGNIC_ERROR_QUEUE_RX) < s->queue_pairs) {
        return true;
    }
    name = sgnic_queue_name(queue);
    error_setg(errp, "property 'fault-queue' is '%s'; the device has %" PRIu32
               " pairs of queues", name, s->queue_pairs);
    return false;
}

static void sgnic_set_fault_queue(Object *obj, const char *value, Error **errp)
{
    SgnicState *s = SGNIC(obj);
    bool receive = value[0] == 'r';
    uint32_t queue;

    if (!strcmp(value, "all")) {
        queue = SGNIC_FAULT_ALL_QUEUES;
    } else if (strlen(value) == 3 && (receive || value[0] == 't') &&
               value[1] == 'x' && value[2] >= '0' &&
               value[2] < '0' + SGNIC_QUEUE_MAX) {
        queue = (value[2] - '0') | (receive ? SGNIC_ERROR_QUEUE_RX : 0);
    } else {
        error_setg(errp, "property 'fault-queue' is '%s'; it must be all, "
                   "tx0 to tx7 or rx0 to rx7", value);
        return;
    }
    if (DEVICE(s)->realized && !sgnic_check_fault_queue(s, queue, errp)) {
        return;
    }
    s->faults.queue = queue;
    if (DEVICE(s)->realized) {
        /* A queue that was stuck may run now. */
        sgnic_resume_queues(s);
    }
}

static void sgnic_add_fault(ObjectClass *class, SgnicFault fault)
{
    const char *name = sgnic_faults[fault].name;
    g_autofree char *count = g_strdup_printf("%s-count", name);
    void *opaque = (void *)(uintptr_t)fault;

    object_class_property_add(class, name,
                              sgnic_fault_is_switch(fault) ? "bool" : "uint32",
                              sgnic_get_fault, sgnic_set_fault, NULL, opaque);
    object_class_property_set_description(class, name,
                                          sgnic_faults[fault].description);
    object_class_property_add(class, count, "uint64", sgnic_get_fault_count,
                              NULL, NULL, opaque);
    object_class_property_set_description(class, count,
                                          "how often this was injected");
}

void sgnic_add_fault_properties(ObjectClass *class)
{
    int i;

    for (i = 0; i < SGNIC_FAULTS; i++) {
        sgnic_add_fault(class, i);
    }
    object_class_property_add_str(class, "fault-queue", sgnic_get_fault_queue,
                                  sgnic_set_fault_queue);
    object_class_property_set_description(class, "fault-queue",
        "the queue whose DMA, completions or work the faults concern: "
        "all, tx0 to tx7, rx0 to rx7");
    object_class_property_add(class, "fault-interrupt-delay-time", "uint32",
                              sgnic_get_delay, sgnic_set_delay, NULL, NULL);
    object_class_property_set_description(class, "fault-interrupt-delay-time",
        "microseconds of the virtual clock");
    object_class_property_add(class, "fault-stray-address", "uint64",
                              sgnic_get_stray_address,
                              sgnic_set_stray_address, NULL, NULL);
    object_class_property_set_description(class, "fault-stray-address",
        "bus address of fault-stray-read and fault-stray-write");
    object_class_property_add(class, "fault-stray-length", "uint32",
                              sgnic_get_stray_length,
                              sgnic_set_stray_length, NULL, NULL);
    object_class_property_set_description(class, "fault-stray-length",
        "their length in bytes, 1 to 4096");
    object_class_property_add_enum(class, "fault-completion-field",
                                   "SgnicCompletionField", &sgnic_field_lookup,
                                   sgnic_get_field, sgnic_set_field);
    object_class_property_set_description(class, "fault-completion-field",
        "what fault-completion-corrupt inverts: "
        "tag, count, next, length, status");
}

void sgnic_init_fault_properties(SgnicState *s)
{
    s->faults.queue = SGNIC_FAULT_ALL_QUEUES;
    s->faults.delay = 1000;
    s->faults.stray_length = 64;
}
