/* SPDX-License-Identifier: MIT */
/*
 * sgnic_property.h - the device's QOM properties, over QMP
 */
#ifndef SGNIC_PROPERTY_H
#define SGNIC_PROPERTY_H

#include "sgnic_harness.h"

/** nic_property() - what qom-get answers for @name, as JSON text; free with g_free(). */
char *nic_property(struct nic *nic, const char *name);

/** nic_number() - a property that is a number or, 0 and 1, a truth value. */
uint64_t nic_number(struct nic *nic, const char *name);

/** nic_member() - member @member, a number or truth value, of the structure @name. */
uint64_t nic_member(struct nic *nic, const char *name, const char *member);

/** nic_text() - member @member, a text, of the structure @name; free with g_free(). */
char *nic_text(struct nic *nic, const char *name, const char *member);

/** nic_put() - set property @name to @value, JSON text. */
void nic_put(struct nic *nic, const char *name, const char *value);

/**
 * nic_put_refused() - setting property @name to @value fails with an error that contains
 * every word of @words, ended by NULL; the property keeps its value.
 */
void nic_put_refused(struct nic *nic, const char *name, const char *value,
		     const char *const *words);

#endif /* SGNIC_PROPERTY_H */
