/* SPDX-License-Identifier: MIT */
/* Strings: counted ones, and those with a known room. */
#include <string.h>

#include <ntstrsafe.h>

#include "ndis_fixture.h"

#define TEXT(literal) {sizeof(literal) - 2, sizeof(literal), (PWSTR)(uintptr_t)literal}

static WCHAR room[16];

static UNICODE_STRING empty(USHORT characters)
{
	memset(room, 0xAA, sizeof(room));
	return (UNICODE_STRING){0, (USHORT)(characters * sizeof(WCHAR)), room};
}

static void expect(const UNICODE_STRING *string, const char *text)
{
	g_assert_cmpuint(string->Length, ==, 2 * strlen(text));
	for (size_t i = 0; i < strlen(text); i++)
		g_assert_cmpuint(string->Buffer[i], ==, (unsigned char)text[i]);
}

static void test_case(void)
{
	UNICODE_STRING low = TEXT(L"Eth0 \xE4"), up = TEXT(L"ETH0 \xC4"), made = empty(16);

	g_assert_true(RtlEqualUnicodeString(&low, &up, TRUE));
	g_assert_false(RtlEqualUnicodeString(&low, &up, FALSE));
	g_assert_cmpint(RtlCompareUnicodeString(&low, &up, FALSE), >, 0);
	g_assert_cmphex(NdisUpcaseUnicodeString(&made, &low), ==, NDIS_STATUS_SUCCESS);
	g_assert_true(RtlEqualUnicodeString(&made, &up, FALSE));
	made = empty(3);
	g_assert_cmphex(NdisUpcaseUnicodeString(&made, &low), ==, STATUS_BUFFER_OVERFLOW);
	g_assert_cmphex(room[0], ==, 0xAAAA);
	g_assert_cmphex(RtlUpcaseUnicodeString(&made, &low, TRUE), ==, STATUS_SUCCESS);
	g_assert_true(RtlEqualUnicodeString(&made, &up, FALSE));
	RtlFreeUnicodeString(&made);
	g_assert_null(made.Buffer);
}

static void test_copy(void)
{
	UNICODE_STRING source = TEXT(L"abc"), made = empty(6);

	RtlCopyUnicodeString(&made, &source);
	expect(&made, "abc");
	g_assert_cmpuint(room[3], ==, 0);
	g_assert_cmphex(RtlAppendUnicodeToString(&made, L"de"), ==, STATUS_SUCCESS);
	expect(&made, "abcde");
	g_assert_cmphex(RtlAppendUnicodeStringToString(&made, &source), ==, STATUS_BUFFER_TOO_SMALL);
	expect(&made, "abcde");
	made = empty(2);
	RtlCopyUnicodeString(&made, &source);
	expect(&made, "ab");
	g_assert_cmphex(room[2], ==, 0xAAAA);
	RtlCopyUnicodeString(&made, NULL);
	g_assert_cmpuint(made.Length, ==, 0);
}

static void test_conversion(void)
{
	UNICODE_STRING wide = TEXT(L"NIC\x20AC"), made = empty(16);
	char bytes[4];
	ANSI_STRING narrow = {0, sizeof(bytes), bytes}, source;

	g_assert_cmphex(RtlUnicodeStringToAnsiString(&narrow, &wide, FALSE), ==,
			STATUS_BUFFER_OVERFLOW);
	g_assert_cmpstr(bytes, ==, "NIC");
	g_assert_cmphex(RtlUnicodeStringToAnsiString(&narrow, &wide, TRUE), ==, STATUS_SUCCESS);
	g_assert_cmpstr(narrow.Buffer, ==, "NIC?");
	g_assert_cmpuint(narrow.Length, ==, 4);
	RtlFreeAnsiString(&narrow);
	RtlInitAnsiString(&source, "port");
	g_assert_cmphex(RtlAnsiStringToUnicodeString(&made, &source, FALSE), ==, STATUS_SUCCESS);
	expect(&made, "port");
	made = empty(3);
	g_assert_cmphex(RtlAnsiStringToUnicodeString(&made, &source, FALSE), ==,
			STATUS_BUFFER_OVERFLOW);
	expect(&made, "po");
	g_assert_cmphex(RtlAnsiStringToUnicodeString(&made, &source, TRUE), ==, STATUS_SUCCESS);
	expect(&made, "port");
	RtlFreeUnicodeString(&made);
	RtlInitAnsiString(&source, NULL);
	g_assert_cmpuint(source.MaximumLength, ==, 0);
}

static void expect_number(const WCHAR *text, ULONG base, ULONG expected)
{
	UNICODE_STRING string;
	ULONG value = 77;

	RtlInitUnicodeString(&string, text);
	g_assert_cmphex(RtlUnicodeStringToInteger(&string, base, &value), ==, STATUS_SUCCESS);
	g_assert_cmpuint(value, ==, expected);
}

static void test_numbers(void)
{
	UNICODE_STRING made = empty(16), wrong = TEXT(L"x");
	ULONG value;

	g_assert_cmphex(RtlIntegerToUnicodeString(4294967295u, 0, &made), ==, STATUS_SUCCESS);
	expect(&made, "4294967295");
	g_assert_cmphex(RtlIntegerToUnicodeString(0xBEEF, 16, &made), ==, STATUS_SUCCESS);
	expect(&made, "BEEF");
	g_assert_cmphex(RtlIntegerToUnicodeString(0, 8, &made), ==, STATUS_SUCCESS);
	expect(&made, "0");
	g_assert_cmphex(RtlIntegerToUnicodeString(1, 7, &made), ==, STATUS_INVALID_PARAMETER);
	made = empty(3);
	g_assert_cmphex(RtlIntegerToUnicodeString(1000, 10, &made), ==, STATUS_BUFFER_OVERFLOW);
	expect_number(L" 42 ", 0, 42);
	expect_number(L"0x1F", 0, 31);
	expect_number(L"0b101", 0, 5);
	expect_number(L"-1", 0, 0xFFFFFFFF);
	expect_number(L"ff", 16, 255);
	g_assert_cmphex(RtlUnicodeStringToInteger(&wrong, 0, &value), ==, STATUS_INVALID_PARAMETER);
	g_assert_cmphex(RtlUnicodeStringToInteger(&wrong, 3, &value), ==, STATUS_INVALID_PARAMETER);
}

static NTSTATUS print(char *to, size_t length, const char *format, ...)
{
	va_list arguments;
	NTSTATUS status;

	va_start(arguments, format);
	status = RtlStringCbVPrintfA(to, length, format, arguments);
	va_end(arguments);
	return status;
}

static void test_printing(void)
{
	UNICODE_STRING name = TEXT(L"eth0");
	char text[32];
	WCHAR wide[8];

	g_assert_cmphex(print(text, sizeof(text), "%wZ %ws %I64x %ld", &name, L"up", 0x123456789ull,
			      -5),
			==, STATUS_SUCCESS);
	g_assert_cmpstr(text, ==, "eth0 up 123456789 -5");
	g_assert_cmphex(print(text, 4, "%s", "abcdef"), ==, STATUS_BUFFER_OVERFLOW);
	g_assert_cmpstr(text, ==, "abc");
	g_assert_cmphex(print(text, 0, "x"), ==, STATUS_INVALID_PARAMETER);
	g_assert_cmphex(RtlStringCbPrintfA(text, sizeof(text), "%u", 17), ==, STATUS_SUCCESS);
	g_assert_cmphex(RtlStringCchPrintfA(text + 2, 3, "%c%c", 'a', 'b'), ==, STATUS_SUCCESS);
	g_assert_cmpstr(text, ==, "17ab");
	g_assert_cmphex(RtlStringCbPrintfW(wide, sizeof(wide), L"%04x", 0xAB), ==, STATUS_SUCCESS);
	g_assert_true(!memcmp(wide, L"00ab", 10));
	g_assert_cmphex(RtlStringCchPrintfW(wide, 3, L"%s", L"long"), ==, STATUS_BUFFER_OVERFLOW);
	g_assert_true(!memcmp(wide, L"lo", 6));
	/* S is of the other width than the format's characters. */
	g_assert_cmphex(RtlStringCbPrintfW(wide, sizeof(wide), L"%S%hS%lS", "ab", "cd", L"ef"), ==,
			STATUS_SUCCESS);
	g_assert_true(!memcmp(wide, L"abcdef", 14));
	g_assert_cmphex(print(text, sizeof(text), "%S%hS%hs", L"ab", "cd", "ef"), ==, STATUS_SUCCESS);
	g_assert_cmpstr(text, ==, "abcdef");
}

static void test_safe_copies(void)
{
	char text[6];
	WCHAR wide[6];
	size_t length;

	g_assert_cmphex(RtlStringCbCopyA(text, sizeof(text), "abc"), ==, STATUS_SUCCESS);
	g_assert_cmphex(RtlStringCbCatA(text, sizeof(text), "defg"), ==, STATUS_BUFFER_OVERFLOW);
	g_assert_cmpstr(text, ==, "abcde");
	g_assert_cmphex(RtlStringCchCopyA(text, 2, "xyz"), ==, STATUS_BUFFER_OVERFLOW);
	g_assert_cmpstr(text, ==, "x");
	g_assert_cmphex(RtlStringCbLengthA("four", 5, &length), ==, STATUS_SUCCESS);
	g_assert_cmpuint(length, ==, 4);
	g_assert_cmphex(RtlStringCbLengthA("four", 4, &length), ==, STATUS_INVALID_PARAMETER);
	g_assert_cmphex(RtlStringCbCopyW(wide, sizeof(wide), L"ab"), ==, STATUS_SUCCESS);
	g_assert_cmphex(RtlStringCbCatW(wide, sizeof(wide), L"cd"), ==, STATUS_SUCCESS);
	g_assert_cmphex(RtlStringCbLengthW(wide, sizeof(wide), &length), ==, STATUS_SUCCESS);
	g_assert_cmpuint(length, ==, 8);
	g_assert_cmphex(RtlStringCchCopyW(wide, 6, L"123456"), ==, STATUS_BUFFER_OVERFLOW);
	g_assert_true(!memcmp(wide, L"12345", 12));
}

static void test_safe_counted(void)
{
	UNICODE_STRING source = TEXT(L"abc"), made = empty(5);

	g_assert_cmphex(RtlUnicodeStringCopy(&made, &source), ==, STATUS_SUCCESS);
	expect(&made, "abc");
	g_assert_cmphex(RtlUnicodeStringCatString(&made, L"def"), ==, STATUS_BUFFER_OVERFLOW);
	expect(&made, "abcde");
	g_assert_cmphex(room[5], ==, 0xAAAA);
	g_assert_cmphex(RtlUnicodeStringCopyString(&made, L"x"), ==, STATUS_SUCCESS);
	g_assert_cmphex(RtlUnicodeStringCat(&made, &source), ==, STATUS_SUCCESS);
	expect(&made, "xabc");
	made.Length = 20;
	g_assert_cmphex(RtlUnicodeStringCat(&made, &source), ==, STATUS_INVALID_PARAMETER);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/strings/case", test_case);
	g_test_add_func("/strings/copy", test_copy);
	g_test_add_func("/strings/conversion", test_conversion);
	g_test_add_func("/strings/numbers", test_numbers);
	g_test_add_func("/strings/printing", test_printing);
	g_test_add_func("/strings/safe-copies", test_safe_copies);
	g_test_add_func("/strings/safe-counted", test_safe_counted);
	return g_test_run();
}
