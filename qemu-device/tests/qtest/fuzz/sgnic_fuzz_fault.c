/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the properties of a card, for the structure-aware fuzz target
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "qapi/error.h"
#include "qobject/qobject.h"
#include "qom/object.h"
#include "qom/qom-qobject.h"
#include "sgnic_fuzz.h"

/* All cards have the same: every one with a value, those that inject faults */
static GPtrArray *readable;
static GPtrArray *faults;
static bool injected;

static gint by_name(gconstpointer a, gconstpointer b)
{
    const ObjectProperty *const *first = a, *const *second = b;

    return strcmp((*first)->name, (*second)->name);
}

void sgnic_fuzz_properties_find(Object *card)
{
    ObjectPropertyIterator iterator;
    ObjectProperty *property;

    readable = g_ptr_array_new();
    faults = g_ptr_array_new();
    object_property_iter_init(&iterator, card);
    while ((property = object_property_iter_next(&iterator))) {
        if (property->get) {
            g_ptr_array_add(readable, property);
        }
        if (property->set && g_str_has_prefix(property->name, "fault-")) {
            g_ptr_array_add(faults, property);
        }
    }
    g_ptr_array_sort(readable, by_name);
    g_ptr_array_sort(faults, by_name);
    g_assert(readable->len && faults->len);
}

static void set(Object *card, const ObjectProperty *property, uint64_t value)
{
    static const char *const fields[] = {
        "tag", "count", "next", "length", "status",
    };
    g_autofree char *queue = NULL;
    Error *err = NULL;

    if (g_str_equal(property->type, "bool")) {
        object_property_set_bool(card, property->name, value & 1, &err);
    } else if (g_str_equal(property->type, "string")) {
        queue = g_strdup_printf("%cx%d", value & 1 ? 't' : 'r',
                                (int)(value >> 1 & 15));
        object_property_set_str(card, property->name, queue, &err);
    } else if (g_str_equal(property->type, "SgnicCompletionField")) {
        object_property_set_str(card, property->name,
                                fields[value % ARRAY_SIZE(fields)], &err);
    } else {
        object_property_set_uint(card, property->name, value, &err);
    }
    error_free(err);    /* a refusal is an answer */
}

void sgnic_fuzz_fault(Object *card, unsigned which, uint64_t value)
{
    injected = true;
    set(card, g_ptr_array_index(faults, which % faults->len), value);
}

static void restore(Object *card)
{
    unsigned i;

    for (i = 0; i < faults->len; i++) {
        set(card, g_ptr_array_index(faults, i), 0);
    }
    object_property_set_str(card, "fault-queue", "all", &error_abort);
    object_property_set_uint(card, "fault-interrupt-delay-time", 1000,
                             &error_abort);
    object_property_set_uint(card, "fault-stray-length", 64, &error_abort);
}

void sgnic_fuzz_fault_restore(void)
{
    int i;

    for (i = 0; injected && i < SGNIC_FUZZ_DEVICES; i++) {
        restore(OBJECT(sgnic_fuzz_cards[i]));
    }
    injected = false;
}

void sgnic_fuzz_property(Object *card, unsigned which)
{
    const ObjectProperty *property = g_ptr_array_index(readable,
                                                       which % readable->len);

    qobject_unref(object_property_get_qobject(card, property->name, NULL));
}
