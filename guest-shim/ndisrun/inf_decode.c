/* SPDX-License-Identifier: MIT */
/*
 * inf_decode.c - the characters of an INF file
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/inf_decode.h"

#define CONTROL_Z 0x1a

/* The next character of UTF-8 at @position; a byte that is none stands for itself. */
static uint32_t next_utf8(const uint8_t *bytes, size_t size, size_t *position)
{
	uint8_t first = bytes[(*position)++];
	unsigned int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
	uint32_t character = more ? first & (0x3fu >> more) : first;
	unsigned int i;

	if (first >= 0xf8 || more > size - *position)
		return first;
	for (i = 0; i < more; i++) {
		if ((bytes[*position + i] & 0xc0) != 0x80)
			return first;
		character = character << 6 | (bytes[*position + i] & 0x3fu);
	}
	*position += more;
	return character;
}

enum encoding { ANSI, UTF8, UTF16 };

static uint32_t next_character(enum encoding encoding, const uint8_t *bytes, size_t size,
			       size_t *position)
{
	uint32_t character;

	switch (encoding) {
	case UTF8:
		return next_utf8(bytes, size, position);
	case UTF16:
		character = bytes[*position] | (uint32_t)bytes[*position + 1] << 8;
		*position += 2;
		return character;
	default:
		return bytes[(*position)++];
	}
}

static int check_encoding(const char *name, const uint8_t *bytes, size_t size,
			  enum encoding *encoding, size_t *begin, struct explanation *why)
{
	*encoding = ANSI;
	*begin = 0;
	if (size >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff)
		return explain(why, -EINVAL,
			       "%s is UTF-16 with the high byte first: save it as ANSI, UTF-8 or "
			       "UTF-16LE",
			       name);
	if (size >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe) {
		if (size % 2)
			return explain(why, -EINVAL, "%s is UTF-16 and has an odd number of bytes",
				       name);
		*encoding = UTF16;
		*begin = 2;
	} else if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		*encoding = UTF8;
		*begin = 3;
	}
	return 0;
}

int inf_decode(const char *name, const void *bytes, size_t size, char **text,
	       struct explanation *why)
{
	enum encoding encoding;
	unsigned int line = 1;
	size_t length = 0;
	size_t position;
	int result = check_encoding(name, bytes, size, &encoding, &position, why);

	if (result < 0)
		return result;
	*text = malloc(size + 1);
	if (!*text)
		return explain(why, -ENOMEM, "out of memory while reading %s", name);
	while (position < size) {
		uint32_t character = next_character(encoding, bytes, size, &position);

		if (character == CONTROL_Z)
			break;
		if (character == 0) {
			free(*text);
			*text = NULL;
			return explain(why, -EINVAL, "%s:%u: a zero byte is no text of an INF file",
				       name, line);
		}
		line += character == '\n';
		(*text)[length++] = (char)(character < 256 ? character : '?');
	}
	(*text)[length] = '\0';
	return 0;
}
