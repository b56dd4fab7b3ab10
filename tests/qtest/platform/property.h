/* SPDX-License-Identifier: MIT */
/*
 * property.h - QOM properties of the sgnic on the qtest platform, docs/sgnic.md
 */
#ifndef TESTS_QTEST_PLATFORM_PROPERTY_H
#define TESTS_QTEST_PLATFORM_PROPERTY_H

#include "fixture.h"

/** property_path() - of the sgnic in QEMU's object tree. */
const char *property_path(struct fixture *fixture);

/** property_put() - set property @name to @value, JSON text. */
void property_put(struct fixture *fixture, const char *name, const char *value);

/** property_number() - a property that is a number. */
uint64_t property_number(struct fixture *fixture, const char *name);

/** property_member() - member @member, a number, of the structure @name. */
uint64_t property_member(struct fixture *fixture, const char *name, const char *member);

#endif /* TESTS_QTEST_PLATFORM_PROPERTY_H */
