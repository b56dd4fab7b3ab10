/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the properties that inject faults, for the structure-aware fuzz target
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "qapi/error.h"
#include "qom/object.h"
#include "sgnic_fuzz.h"

static bool injected;

static bool is_fault(const ObjectProperty *property)
{
    return g_str_has_prefix(property->name, "fault-") && property->set &&
           (g_str_has_prefix(property->type, "uint") ||
            g_str_equal(property->type, "bool"));
}

static void set(Object *card, const ObjectProperty *property, uint64_t value)
{
    Error *err = NULL;

    if (g_str_equal(property->type, "bool")) {
        object_property_set_bool(card, property->name, value & 1, &err);
    } else {
        object_property_set_uint(card, property->name, value, &err);
    }
    error_free(err);    /* a refusal is an answer */
}

void sgnic_fuzz_fault(Object *card, unsigned which, uint64_t value)
{
    ObjectPropertyIterator iterator;
    ObjectProperty *property;
    unsigned count = 0;

    injected = true;
    object_property_iter_init(&iterator, card);
    while ((property = object_property_iter_next(&iterator))) {
        count += is_fault(property);
    }
    which = count ? which % count : 0;
    object_property_iter_init(&iterator, card);
    while ((property = object_property_iter_next(&iterator))) {
        if (is_fault(property) && which-- == 0) {
            set(card, property, value);
            return;
        }
    }
}

void sgnic_fuzz_fault_restore(Object *card)
{
    ObjectPropertyIterator iterator;
    ObjectProperty *property;

    if (!injected) {
        return;
    }
    object_property_iter_init(&iterator, card);
    while ((property = object_property_iter_next(&iterator))) {
        if (is_fault(property)) {
            set(card, property, 0);
        }
    }
    object_property_set_uint(card, "fault-interrupt-delay-time", 1000,
                             &error_abort);
    object_property_set_uint(card, "fault-stray-length", 64, &error_abort);
}
