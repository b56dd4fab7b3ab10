/* SPDX-License-Identifier: MIT */
/*
 * format.c - see format.h
 *
 * NT's formats differ from C's: `l` has 32 bits, `I64` exists, and there are counted
 * and wide strings.  Each conversion is read here and handed to snprintf() with
 * the argument in a type of known width.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <ntdef.h>

#include "ke/format.h"

/* A field is no wider than this, and a number has no more digits. */
#define WIDTH_LIMIT 512

/** struct conversion - one % of a format */
struct conversion {
	char flags[8];
	int width;	   /* -1: none */
	int precision;	   /* -1: none */
	unsigned int bits; /* of an integer argument */
	bool wide;
	char type;
};

/** struct output - text under construction; @wanted counts what does not fit, too */
struct output {
	char *text;
	size_t limit;
	size_t length;
	size_t wanted;
};

static void append(struct output *output, const char *text, size_t length)
{
	size_t room = output->limit - output->length;

	output->wanted += length;
	if (length > room)
		length = room;
	if (!length)
		return;
	memcpy(output->text + output->length, text, length);
	output->length += length;
}

static int parse_number(const char **format, va_list *arguments)
{
	int value = 0;

	if (**format == '*') {
		(*format)++;
		return va_arg(*arguments, int);
	}
	while (isdigit((unsigned char)**format) && value < 10000)
		value = value * 10 + *(*format)++ - '0';
	return value;
}

static void parse_size(const char **format, struct conversion *conversion)
{
	static const struct {
		const char *text;
		unsigned int bits;
	} sizes[] = {
		{"I64", 64}, {"I32", 32}, {"ll", 64}, {"hh", 8}, {"h", 16}, {"l", 32},
		{"I", 64},   {"j", 64},	  {"z", 64},  {"t", 64}, {"L", 64}, {"w", 32},
	};

	conversion->bits = 32;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t length = strlen(sizes[i].text);

		if (strncmp(*format, sizes[i].text, length))
			continue;
		conversion->bits = sizes[i].bits;
		conversion->wide = sizes[i].text[0] == 'w' || !strcmp(sizes[i].text, "l");
		*format += length;
		return;
	}
}

/* A negative width is the flag '-' and a width.  @count: flags so far. */
static void put_left(struct conversion *conversion, size_t count)
{
	conversion->flags[count < sizeof(conversion->flags) - 1 ? count : 0] = '-';
	conversion->width = conversion->width < -WIDTH_LIMIT ? WIDTH_LIMIT : -conversion->width;
}

static void parse(const char **format, struct conversion *conversion, va_list *arguments)
{
	size_t count = 0;

	*conversion = (struct conversion){.width = -1, .precision = -1};
	while (**format && strchr("-+ #0", **format)) {
		if (count + 1 < sizeof(conversion->flags))
			conversion->flags[count++] = **format;
		(*format)++;
	}
	if (**format == '*' || isdigit((unsigned char)**format)) {
		conversion->width = parse_number(format, arguments);
		if (conversion->width < 0)
			put_left(conversion, count);
	}
	if (**format == '.') {
		(*format)++;
		conversion->precision = parse_number(format, arguments);
	}
	parse_size(format, conversion);
	conversion->type = **format;
	if (**format)
		(*format)++;
}

static void append_blanks(struct output *output, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < WIDTH_LIMIT; i++)
		append(output, " ", 1);
}

/* Pads @text, which holds no more than is wanted, to the width. */
static void append_padded(struct output *output, const struct conversion *conversion,
			  const char *text, size_t length)
{
	size_t width = conversion->width > 0 ? (size_t)conversion->width : 0;
	bool left = strchr(conversion->flags, '-');

	if (!left)
		append_blanks(output, length, width);
	append(output, text, length);
	if (left)
		append_blanks(output, length, width);
}

static int at_most_limit(int count)
{
	return count < WIDTH_LIMIT ? count : WIDTH_LIMIT;
}

static void print_integer(struct output *output, const struct conversion *conversion,
			  va_list *arguments)
{
	bool is_signed = conversion->type == 'd' || conversion->type == 'i';
	char directive[32];
	char text[WIDTH_LIMIT + 32];
	uint64_t value;

	if (conversion->bits == 64)
		value = va_arg(*arguments, uint64_t);
	else if (is_signed)
		value = (uint64_t)(int64_t)va_arg(*arguments, int);
	else
		value = va_arg(*arguments, unsigned int);
	if (conversion->bits == 16)
		value = is_signed ? (uint64_t)(int64_t)(int16_t)value : (uint16_t)value;
	else if (conversion->bits == 8)
		value = is_signed ? (uint64_t)(int64_t)(int8_t)value : (uint8_t)value;
	snprintf(directive, sizeof(directive), "%%%s*.*ll%c", conversion->flags, conversion->type);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), directive,
		 at_most_limit(conversion->width < 0 ? 0 : conversion->width),
		 at_most_limit(conversion->precision),
		 (unsigned long long)value);
#pragma GCC diagnostic pop
	append(output, text, strlen(text));
}

static void print_pointer(struct output *output, const struct conversion *conversion,
			  va_list *arguments)
{
	char text[24];

	snprintf(text, sizeof(text), "%016llX",
		 (unsigned long long)(uintptr_t)va_arg(*arguments, void *));
	append_padded(output, conversion, text, strlen(text));
}

static void print_narrow(struct output *output, const struct conversion *conversion,
			 const char *string, size_t limit)
{
	if (!string) {
		append_padded(output, conversion, "(null)", 6);
		return;
	}
	if (conversion->precision >= 0 && (size_t)conversion->precision < limit)
		limit = (size_t)conversion->precision;
	append_padded(output, conversion, string, strnlen(string, limit));
}

static void print_wide(struct output *output, const struct conversion *conversion,
		       const WCHAR *string, size_t limit)
{
	size_t width = conversion->width > 0 ? (size_t)conversion->width : 0;
	bool left = strchr(conversion->flags, '-');
	size_t length = 0;

	if (!string) {
		append_padded(output, conversion, "(null)", 6);
		return;
	}
	if (conversion->precision >= 0 && (size_t)conversion->precision < limit)
		limit = (size_t)conversion->precision;
	while (length < limit && string[length])
		length++;
	if (!left)
		append_blanks(output, length, width);
	for (size_t i = 0; i < length; i++) {
		char character = (char)(string[i] < 128 ? string[i] : '?');

		append(output, &character, 1);
	}
	if (left)
		append_blanks(output, length, width);
}

static void print_counted(struct output *output, const struct conversion *conversion,
			  va_list *arguments)
{
	if (conversion->wide) {
		const UNICODE_STRING *string = va_arg(*arguments, const UNICODE_STRING *);

		print_wide(output, conversion, string ? string->Buffer : NULL,
			   string ? string->Length / sizeof(WCHAR) : 0);
	} else {
		const ANSI_STRING *string = va_arg(*arguments, const ANSI_STRING *);

		print_narrow(output, conversion, string ? string->Buffer : NULL,
			     string ? string->Length : 0);
	}
}

static void print_one(struct output *output, struct conversion *conversion, va_list *arguments)
{
	char character;

	switch (conversion->type) {
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		print_integer(output, conversion, arguments);
		break;
	case 'p':
	case 'P':
		print_pointer(output, conversion, arguments);
		break;
	case 'c':
	case 'C':
		character = (char)va_arg(*arguments, int);
		append_padded(output, conversion, &character, 1);
		break;
	case 'S':
	case 's':
		if (conversion->wide || (conversion->type == 'S' && conversion->bits != 16))
			print_wide(output, conversion, va_arg(*arguments, const WCHAR *), SIZE_MAX);
		else
			print_narrow(output, conversion, va_arg(*arguments, const char *),
				     SIZE_MAX);
		break;
	case 'Z':
		print_counted(output, conversion, arguments);
		break;
	default:
		append(output, conversion->type == '%' ? "%" : "%?",
		       conversion->type == '%' ? 1 : 2);
		break;
	}
}

size_t ke_format_bytes(char *text, size_t size, const char *format, va_list arguments)
{
	struct output output = {.text = text, .limit = size};
	struct conversion conversion;
	va_list rest;

	va_copy(rest, arguments);
	while (*format) {
		size_t plain = strcspn(format, "%");

		append(&output, format, plain);
		format += plain;
		if (!*format)
			break;
		format++;
		parse(&format, &conversion, &rest);
		print_one(&output, &conversion, &rest);
	}
	va_end(rest);
	return output.wanted;
}

size_t ke_format(char *text, size_t size, const char *format, va_list arguments)
{
	size_t length = ke_format_bytes(text, size - 1, format, arguments);

	text[length < size ? length : size - 1] = '\0';
	return length;
}
