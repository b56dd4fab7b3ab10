/* SPDX-License-Identifier: MIT */
/*
 * oid_names.h - names of the object identifiers that ndisrun knows
 */
#ifndef NDISRUN_OID_NAMES_H
#define NDISRUN_OID_NAMES_H

#include <stdint.h>

/** oid_from_text() - a name (OID_...) or a number, 0x....  Return: 0 or -EINVAL. */
int oid_from_text(const char *text, uint32_t *oid);

/** oid_name() - Return: the name, or NULL for an identifier without one. */
const char *oid_name(uint32_t oid);

#endif /* NDISRUN_OID_NAMES_H */
