/* SPDX-License-Identifier: MIT */
/* The kernel's C library where it is not the host's: NT's formats, wide strings of 16 bits. */
#include <string.h>

#include <glib.h>

#include <wdm.h>

static int print_list(char *text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsprintf(text, format, arguments);
	va_end(arguments);
	return length;
}

static int print_list_within(char *text, size_t count, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = _vsnprintf(text, count, format, arguments);
	va_end(arguments);
	return length;
}

/* A long has 32 bits: what is in the way of the next argument is none of its. */
static void test_formats(void)
{
	LONG minus = -1;
	char text[64];

	g_assert_cmpint(sprintf(text, "%ld %lx %I64x %S", minus, 0xFFFFFFFEul, 1ll << 40, L"wide"),
			==, 28);
	g_assert_cmpstr(text, ==, "-1 fffffffe 10000000000 wide");
	g_assert_cmpint(print_list(text, "%s%%%04X", "a", 0x1F), ==, 6);
	g_assert_cmpstr(text, ==, "a%001F");
}

/* Widths that are arguments, negative ones, and long ones. */
static void test_widths(void)
{
	char text[2048];

	g_assert_cmpint(sprintf(text, "%*d|%-*d|%*s|%.*s|", 4, 42, 4, 42, -4, "ab", -1, "cd"), ==,
			18);
	g_assert_cmpstr(text, ==, "  42|42  |ab  |cd|");
	g_assert_cmpint(sprintf(text, "%*d|%0*x", -4, 42, -4, 10), ==, 9);
	g_assert_cmpstr(text, ==, "42  |a   ");
	g_assert_cmpint(sprintf(text, "%.30d", 7), ==, 30);
	g_assert_cmpstr(text, ==, "000000000000000000000000000007");
	g_assert_cmpint(sprintf(text, "%300d", 7), ==, 300);
	g_assert_cmpstr(text + 297, ==, "  7");
	g_assert_cmpint(sprintf(text, "%*d%*s", G_MININT, 7, G_MININT, ""), <=, 1024);
}

static void test_limits(void)
{
	char text[8];

	memset(text, 'x', sizeof(text));
	g_assert_cmpint(_snprintf(text, 4, "%u", 123u), ==, 3);
	g_assert_cmpmem(text, 5, "123\0x", 5);
	/* what fits without a zero, and what does not */
	memset(text, 'x', sizeof(text));
	g_assert_cmpint(_snprintf(text, 4, "%u", 1234u), ==, 4);
	g_assert_cmpmem(text, 5, "1234x", 5);
	memset(text, 'x', sizeof(text));
	g_assert_cmpint(_snprintf(text, 4, "%u", 56789u), ==, -1);
	g_assert_cmpmem(text, 5, "5678x", 5);
	g_assert_cmpint(_snprintf(NULL, 0, "%s", "a"), ==, -1);
	g_assert_cmpint(_snprintf(NULL, 0, "%s", ""), ==, 0);
	g_assert_cmpint(print_list_within(text, sizeof(text), "%d", -5), ==, 2);
	g_assert_cmpstr(text, ==, "-5");
}

static void test_letters(void)
{
	g_assert_cmpint(_stricmp("MediaType", "mEDIAtYPE"), ==, 0);
	g_assert_cmpint(_stricmp("Media", "MediaType"), <, 0);
	g_assert_cmpint(_stricmp("b", "A"), >, 0);
	/* Between the capitals and the others: no letters. */
	g_assert_cmpint(_stricmp("[", "{"), !=, 0);
	g_assert_cmpint(_stricmp("@", "`"), !=, 0);
	g_assert_cmpint(_stricmp("\xe4", "z"), >, 0);
	g_assert_cmpint(_strnicmp("ABx", "abY", 2), ==, 0);
	g_assert_cmpint(_strnicmp("ABx", "abY", 3), <, 0);
	g_assert_cmpint(_strnicmp("a", "b", 0), ==, 0);
	g_assert_cmpint(_wcsicmp(L"MediaType", L"mEDIAtYPE"), ==, 0);
	g_assert_cmpint(_wcsicmp(L"Media", L"MediaType"), <, 0);
	g_assert_cmpint(_wcsnicmp(L"ABx", L"abY", 2), ==, 0);
	g_assert_cmpint(_wcsnicmp(L"ABx", L"abY", 3), <, 0);
}

static void test_wide(void)
{
	static const WCHAR path[] = L"one\\two\\three";
	WCHAR text[16];

	g_assert_cmpuint(wcslen(path), ==, 13);
	g_assert_cmpuint(wcslen(L""), ==, 0);
	g_assert_true(wcscpy(text, L"one") == text);
	g_assert_true(wcscat(text, L"\\two") == text);
	g_assert_cmpint(wcscmp(text, L"one\\two"), ==, 0);
	g_assert_cmpint(wcscmp(text, path), <, 0);
	g_assert_cmpint(wcscmp(L"\xffff", text), >, 0);
	g_assert_cmpint(wcsncmp(text, path, 7), ==, 0);
	g_assert_cmpint(wcsncmp(text, path, 8), <, 0);
	memset(text, 0xff, sizeof(text));
	g_assert_true(wcsncpy(text, L"abc", 2) == text);
	g_assert_cmpmem(text, 6, L"ab\xffff", 6);
	wcsncpy(text, L"abc", 5);
	g_assert_cmpmem(text, 12, L"abc\0\0\xffff", 12);
	g_assert_true(wcschr(path, L'\\') == path + 3);
	g_assert_true(wcsrchr(path, L'\\') == path + 7);
	g_assert_true(wcschr(path, 0) == path + 13);
	g_assert_true(wcsrchr(path, 0) == path + 13);
	g_assert_null(wcschr(path, L'?'));
	g_assert_null(wcsrchr(path, L'?'));
	g_assert_true(wcsstr(path, L"two") == path + 4);
	g_assert_true(wcsstr(path, L"") == path);
	g_assert_true(wcsstr(path, L"three") == path + 8);
	g_assert_null(wcsstr(path, L"threes"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/c-text/formats", test_formats);
	g_test_add_func("/c-text/widths", test_widths);
	g_test_add_func("/c-text/limits", test_limits);
	g_test_add_func("/c-text/letters", test_letters);
	g_test_add_func("/c-text/wide", test_wide);
	return g_test_run();
}
