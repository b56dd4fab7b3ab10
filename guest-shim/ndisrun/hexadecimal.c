/* SPDX-License-Identifier: MIT */
/*
 * hexadecimal.c - bytes as text
 */
#include <errno.h>
#include <string.h>

#include "ndisrun/hexadecimal.h"

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

int hexadecimal_parse(const char *text, uint8_t *bytes, size_t capacity)
{
	size_t digits = strlen(text);
	size_t i;

	if (digits % 2)
		return -EINVAL;
	if (digits / 2 > capacity)
		return -EMSGSIZE;
	for (i = 0; i < digits / 2; i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return (int)(digits / 2);
}

void hexadecimal_print(FILE *file, const uint8_t *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		fprintf(file, "%02x", bytes[i]);
}
