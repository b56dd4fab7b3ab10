/* SPDX-License-Identifier: MIT */
/* Values of object identifiers: every way to write one, and its bytes. */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "ndisrun/oid_value.h"

static void expect(const char *text, const char *bytes, int length)
{
	uint8_t value[64];
	char error[200] = "";

	g_assert_cmpint(oid_value_parse(text, value, sizeof(value), error, sizeof(error)), ==,
			length);
	g_assert_cmpmem(value, length, bytes, length);
	g_assert_cmpstr(error, ==, "");
}

static void test_bytes(void)
{
	expect("00", "", 1);
	expect("20000000", "\x20\0\0\0", 4);
	expect("0aFf", "\x0a\xff", 2);
	/* Digits alone are bytes, whatever they look like. */
	expect("32", "\x32", 1);
}

static void test_numbers(void)
{
	expect("0x20", "\x20\0\0\0", 4);
	expect("0X0", "\0\0\0\0", 4);
	expect("0xffffFFFF", "\xff\xff\xff\xff", 4);
	expect("0x000000001", "\1\0\0\0\0\0\0\0", 8);
	expect("0x123456789a", "\x9a\x78\x56\x34\x12\0\0\0", 8);
	expect("number:32", "\x20\0\0\0", 4);
	expect("number:0x20", "\x20\0\0\0", 4);
	expect("number:4294967295", "\xff\xff\xff\xff", 4);
	expect("number:4294967296", "\0\0\0\0\1\0\0\0", 8);
	expect("number:18446744073709551615", "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
}

static void test_addresses(void)
{
	expect("52:54:00:12:34:56", "\x52\x54\0\x12\x34\x56", 6);
	expect("52-54-00-aB-CD-ef", "\x52\x54\0\xab\xcd\xef", 6);
	expect("01:00:5e:00:00:01,33:33:00:00:00:01",
	       "\1\0\x5e\0\0\1\x33\x33\0\0\0\1", 12);
}

static void test_texts(void)
{
	expect("text:", "", 1);
	expect("text:name", "name", 5);
	expect("text:0x20, 12:34", "0x20, 12:34", 12);
}

static void refuse(const char *text, size_t capacity, const char *rule)
{
	uint8_t *value = g_malloc(capacity);
	char error[200] = "";

	g_assert_cmpint(oid_value_parse(text, value, capacity, error, sizeof(error)), ==, -EINVAL);
	if (!strstr(error, rule))
		g_error("'%s': '%s' does not mention '%s'", text, error, rule);
	g_free(value);
}

static void test_refused(void)
{
	static const char *const numbers[] = {"0x", "0x-1", "0x 1", "0x1g", "number:", "number:+1",
					      "number:x", "number:18446744073709551616"};
	static const char *const addresses[] = {
		":", "-1", "52:54:00:12:34", "52:54:00:12:34:5", "52:54:00:12:34:567",
		"52:54-00:12:34:56", "52x54x00x12x34x56,52:54:00:12:34:56", "52:54:00:12:34:56,"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(numbers); i++)
		refuse(numbers[i], 64, "64 bits at most");
	for (i = 0; i < G_N_ELEMENTS(addresses); i++)
		refuse(addresses[i], 64, "6 bytes like");
	refuse("", 64, "two hexadecimal digits");
	refuse("123", 64, "two hexadecimal digits");
	refuse("0102030405060708090a", 8, "longer than 8 bytes");
	refuse("text:12345678", 8, "longer than 8 bytes");
	refuse("52:54:00:12:34:56,52:54:00:12:34:57", 8, "longer than 8 bytes");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ndisrun/oid-value/bytes", test_bytes);
	g_test_add_func("/ndisrun/oid-value/numbers", test_numbers);
	g_test_add_func("/ndisrun/oid-value/addresses", test_addresses);
	g_test_add_func("/ndisrun/oid-value/texts", test_texts);
	g_test_add_func("/ndisrun/oid-value/refused", test_refused);
	return g_test_run();
}
