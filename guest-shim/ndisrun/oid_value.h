/* SPDX-License-Identifier: MIT */
/*
 * oid_value.h - values of object identifiers, as one writes them in a command
 *
 *	20000000                two digits for each byte, in the order of memory
 *	0x20, number:32         ULONG; 8 bytes with more than 8 digits, or above 4294967295
 *	52:54:00:12:34:56       an address; several, with commas between them, are an array
 *	text:NAME               the characters and a byte 0
 */
#ifndef NDISRUN_OID_VALUE_H
#define NDISRUN_OID_VALUE_H

#include <stddef.h>
#include <stdint.h>

/**
 * oid_value_parse() - the bytes that @text stands for
 * @bytes: out; @capacity: their number.
 * @error: out, on failure: which rule @text breaks, without newline; @error_size bytes.
 *
 * Return: bytes, 1 or more; -EINVAL.
 */
int oid_value_parse(const char *text, uint8_t *bytes, size_t capacity, char *error,
		    size_t error_size);

#endif /* NDISRUN_OID_VALUE_H */
