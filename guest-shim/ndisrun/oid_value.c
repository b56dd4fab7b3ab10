/* SPDX-License-Identifier: MIT */
/*
 * oid_value.c - see oid_value.h
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/hexadecimal.h"
#include "ndisrun/oid_value.h"

#define ADDRESS_LENGTH 6
#define ADDRESS_TEXT   17 /* characters of 52:54:00:12:34:56 */
#define LONG_DIGITS    8  /* hexadecimal digits of a ULONG */

/** struct place - where the bytes go, and the complaint */
struct place {
	uint8_t *bytes;
	size_t capacity;
	char *error;
	size_t error_size;
};

static int refuse(const struct place *to, const char *rule)
{
	snprintf(to->error, to->error_size, "%s", rule);
	return -EINVAL;
}

static int too_long(const struct place *to)
{
	snprintf(to->error, to->error_size, "it is longer than %zu bytes", to->capacity);
	return -EINVAL;
}

/* strtoull() would take a sign and spaces, too. */
static int take_number(const struct place *to, const char *text, int base)
{
	const char *allowed = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
	size_t length = strlen(text);
	uint64_t value;
	uint32_t word;

	if (to->capacity < sizeof(value))
		return too_long(to);
	errno = 0;
	value = strtoull(text, NULL, base);
	if (length == 0 || strspn(text, allowed) != length || errno)
		return refuse(to, "a number is decimal or, after 0x, hexadecimal, and has 64 bits "
				  "at most");
	if (value > UINT32_MAX || (base == 16 && length > LONG_DIGITS)) {
		memcpy(to->bytes, &value, sizeof(value));
		return sizeof(value);
	}
	word = (uint32_t)value;
	memcpy(to->bytes, &word, sizeof(word));
	return sizeof(word);
}

static int take_any_number(const struct place *to, const char *text)
{
	bool is_hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	return take_number(to, is_hexadecimal ? text + 2 : text, is_hexadecimal ? 16 : 10);
}

static bool take_address(const char *text, uint8_t *bytes)
{
	unsigned int i;

	if (text[2] != ':' && text[2] != '-')
		return false;
	for (i = 0; i < ADDRESS_LENGTH; i++) {
		const char digits[] = {text[3 * i], text[3 * i + 1], '\0'};

		if (hexadecimal_parse(digits, bytes + i, 1) != 1 ||
		    (i < ADDRESS_LENGTH - 1 && text[3 * i + 2] != text[2]))
			return false;
	}
	return true;
}

static int take_addresses(const struct place *to, const char *text)
{
	size_t done = 0;

	for (;;) {
		if (done + ADDRESS_LENGTH > to->capacity)
			return too_long(to);
		if (strcspn(text, ",") != ADDRESS_TEXT || !take_address(text, to->bytes + done))
			return refuse(to, "an address is 6 bytes like 52:54:00:12:34:56; a comma "
					  "separates several");
		done += ADDRESS_LENGTH;
		text += ADDRESS_TEXT;
		if (!*text)
			return (int)done;
		text++;
	}
}

static int take_text(const struct place *to, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > to->capacity)
		return too_long(to);
	memcpy(to->bytes, text, size);
	return (int)size;
}

static int take_bytes(const struct place *to, const char *text)
{
	int length = hexadecimal_parse(text, to->bytes, to->capacity);

	if (length > 0)
		return length;
	if (length == -EMSGSIZE)
		return too_long(to);
	return refuse(to, "bytes are two hexadecimal digits each, without spaces; a number is "
			  "0x20 or number:32, an address 52:54:00:12:34:56, a text text:NAME");
}

int oid_value_parse(const char *text, uint8_t *bytes, size_t capacity, char *error,
		    size_t error_size)
{
	const struct place to = {bytes, capacity, error, error_size};

	if (strncmp(text, "text:", 5) == 0)
		return take_text(&to, text + 5);
	if (strncmp(text, "number:", 7) == 0)
		return take_any_number(&to, text + 7);
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return take_any_number(&to, text);
	if (strpbrk(text, ":-"))
		return take_addresses(&to, text);
	return take_bytes(&to, text);
}
