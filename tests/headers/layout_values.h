/* SPDX-License-Identifier: MIT */
#ifndef TESTS_HEADERS_LAYOUT_VALUES_H
#define TESTS_HEADERS_LAYOUT_VALUES_H

/*
 * Constants of the interface, as the headers define them and as NT's documentation does.
 */

#include <stddef.h>

struct named_value {
	const char *name;
	long long actual;
	long long expected;
};

struct value_table {
	const char *name;
	const struct named_value *values;
	size_t count;
};

extern const struct value_table value_tables[];
extern const size_t value_table_count;

#endif
