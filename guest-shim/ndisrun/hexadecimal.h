/* SPDX-License-Identifier: MIT */
/*
 * hexadecimal.h - bytes as text
 */
#ifndef NDISRUN_HEXADECIMAL_H
#define NDISRUN_HEXADECIMAL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * hexadecimal_parse() - two digits for each byte, nothing else
 *
 * Return: bytes; -EINVAL an odd number of digits or another character; -EMSGSIZE more than
 * @capacity.
 */
int hexadecimal_parse(const char *text, uint8_t *bytes, size_t capacity);

/** hexadecimal_print() - two digits for each byte. */
void hexadecimal_print(FILE *file, const uint8_t *bytes, size_t length);

#endif /* NDISRUN_HEXADECIMAL_H */
