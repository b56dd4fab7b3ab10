/* SPDX-License-Identifier: MIT */
/* The run-time library: strings of 8-bit characters, numbers of 64 bits, times, versions, bits. */
#include <string.h>

#include "ndis_fixture.h"

#include <wdm.h>

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static STRING of(const char *text)
{
	STRING string;

	RtlInitString(&string, text);
	return string;
}

static void test_strings(struct ndis_fixture *f, gconstpointer data)
{
	STRING a = of("Media"), b = of("mEDIA"), c = of("Mediation"), none = of(NULL), copy;
	char buffer[8] = "xxxxxxx";

	g_assert_cmpuint(a.Length, ==, 5);
	g_assert_cmpuint(a.MaximumLength, ==, 6);
	g_assert_true(!none.Buffer && !none.Length && !none.MaximumLength);
	g_assert_true(RtlEqualString(&a, &b, TRUE));
	g_assert_false(RtlEqualString(&a, &b, FALSE));
	g_assert_false(RtlEqualString(&a, &c, TRUE));
	g_assert_cmpint(RtlCompareString(&a, &b, FALSE), <, 0);
	g_assert_cmpint(RtlCompareString(&c, &a, TRUE), >, 0);
	g_assert_cmpint(RtlCompareString(&none, &a, TRUE), <, 0);
	g_assert_cmpint(RtlCompareString(&none, &none, TRUE), ==, 0);
	b = of("\xe9");
	c = of("Z");
	g_assert_cmpint(RtlCompareString(&b, &c, FALSE), >, 0);
	RtlInitEmptyAnsiString(&copy, buffer, 4);
	RtlCopyString(&copy, &a);
	g_assert_cmpmem(buffer, 8, "Medixxx", 8);
	g_assert_cmpuint(copy.Length, ==, 4);
	RtlUpperString(&copy, &a);
	g_assert_cmpmem(buffer, 8, "MEDIxxx", 8);
	RtlCopyString(&copy, NULL);
	g_assert_cmpuint(copy.Length, ==, 0);
	g_assert_cmpint((UCHAR)RtlUpperChar((CHAR)0xe9), ==, 0xc9);
	g_assert_cmpint(RtlUpperChar('1'), ==, '1');
	RtlUpperString(&copy, NULL);
	fixture_expect_violation(f, "RtlUpperString: SourceString is NULL");
	RtlCopyString(NULL, &a);
	fixture_expect_violation(f, "RtlCopyString: DestinationString is NULL");
	g_assert_false(RtlEqualString(NULL, &a, FALSE));
	fixture_expect_violation(f, "RtlEqualString: String1 is NULL");
	RtlCompareString(&a, NULL, FALSE);
	fixture_expect_violation(f, "RtlCompareString: String2 is NULL");
}

static void test_wide_strings(struct ndis_fixture *f, gconstpointer data)
{
	DECLARE_CONST_UNICODE_STRING(whole, L"Ethernet");
	DECLARE_UNICODE_STRING_SIZE(made, 8);
	UNICODE_STRING part = RTL_CONSTANT_STRING(L"ETHER"), empty = {0, 0, NULL};
	ANSI_STRING narrow = of("Ethernet");

	g_assert_cmpuint(whole.Length, ==, 16);
	g_assert_cmpuint(whole.MaximumLength, ==, 18);
	g_assert_cmpuint(made.Length, ==, 0);
	g_assert_cmpuint(made.MaximumLength, ==, 16);
	g_assert_true(RtlPrefixUnicodeString(&part, &whole, TRUE));
	g_assert_false(RtlPrefixUnicodeString(&part, &whole, FALSE));
	g_assert_false(RtlPrefixUnicodeString(&whole, &part, TRUE));
	g_assert_true(RtlPrefixUnicodeString(&empty, &part, FALSE));
	g_assert_false(RtlPrefixUnicodeString(NULL, &part, FALSE));
	fixture_expect_violation(f, "String1 is NULL");
	g_assert_cmphex(RtlUpcaseUnicodeChar(0xe4), ==, 0xc4);
	g_assert_cmphex(RtlDowncaseUnicodeChar(0xc4), ==, 0xe4);
	g_assert_cmphex(RtlUpcaseUnicodeChar(0xf7), ==, 0xf7);
	g_assert_cmphex(RtlDowncaseUnicodeChar(0xd7), ==, 0xd7);
	g_assert_cmphex(RtlDowncaseUnicodeChar('A'), ==, 'a');
	g_assert_cmpuint(RtlUnicodeStringToAnsiSize(&whole), ==, 9);
	g_assert_cmpuint(RtlAnsiStringToUnicodeSize(&narrow), ==, 18);
	RtlInitEmptyUnicodeString(&empty, made.Buffer, 6);
	g_assert_cmpuint(empty.MaximumLength, ==, 6);
}

static void test_numbers(struct ndis_fixture *f, gconstpointer data)
{
	DECLARE_UNICODE_STRING_SIZE(text, 70);
	ULONG value = 0;

	g_assert_cmpint(RtlCharToInteger(" -0x1F", 0, &value), ==, STATUS_SUCCESS);
	g_assert_cmphex(value, ==, (ULONG)-0x1f);
	g_assert_cmpint(RtlCharToInteger("77z", 8, &value), ==, STATUS_SUCCESS);
	g_assert_cmpuint(value, ==, 077);
	g_assert_cmpint(RtlCharToInteger("z", 10, &value), ==, STATUS_INVALID_PARAMETER);
	g_assert_cmpint(RtlCharToInteger("1", 7, &value), ==, STATUS_INVALID_PARAMETER);
	g_assert_cmpint(RtlCharToInteger(NULL, 10, &value), ==, STATUS_INVALID_PARAMETER);
	fixture_expect_violation(f, "RtlCharToInteger: String is NULL");
	g_assert_cmpint(RtlInt64ToUnicodeString(UINT64_MAX, 2, &text), ==, STATUS_SUCCESS);
	g_assert_cmpuint(text.Length, ==, 128);
	g_assert_cmpint(RtlInt64ToUnicodeString(0x123456789abcdef0, 16, &text), ==,
			STATUS_SUCCESS);
	g_assert_cmpuint(text.Length, ==, 32);
	g_assert_cmpint(text.Buffer[0], ==, '1');
	g_assert_cmpint(text.Buffer[15], ==, '0');
	text.MaximumLength = 32;
	g_assert_cmpint(RtlInt64ToUnicodeString(0x123456789abcdef0, 16, &text), ==,
			STATUS_BUFFER_OVERFLOW);
	g_assert_cmpint(RtlIntPtrToUnicodeString(7, 3, &text), ==, STATUS_INVALID_PARAMETER);
}

static void expect_fields(LONGLONG time, int year, int month, int day, int hour, int minute,
			  int second, int milliseconds, int weekday)
{
	LARGE_INTEGER moment = {.QuadPart = time}, back = {.QuadPart = -1};
	TIME_FIELDS fields;

	RtlTimeToTimeFields(&moment, &fields);
	g_assert_cmpint(fields.Year, ==, year);
	g_assert_cmpint(fields.Month, ==, month);
	g_assert_cmpint(fields.Day, ==, day);
	g_assert_cmpint(fields.Hour, ==, hour);
	g_assert_cmpint(fields.Minute, ==, minute);
	g_assert_cmpint(fields.Second, ==, second);
	g_assert_cmpint(fields.Milliseconds, ==, milliseconds);
	g_assert_cmpint(fields.Weekday, ==, weekday);
	g_assert_true(RtlTimeFieldsToTime(&fields, &back));
	g_assert_cmpint(back.QuadPart, ==, time - time % 10000);
}

static void test_times(struct ndis_fixture *f, gconstpointer data)
{
	LARGE_INTEGER now, local, back;
	TIME_FIELDS fields;

	expect_fields(0, 1601, 1, 1, 0, 0, 0, 0, 1);
	/* the epoch of Unix, a Thursday; the last moment of a leap year; a leap day of a century */
	expect_fields(116444736000000000, 1970, 1, 1, 0, 0, 0, 0, 4);
	expect_fields(116444736000000000 + 978307199ll * 10000000 + 9999999, 2000, 12, 31, 23, 59,
		      59, 999, 0);
	expect_fields(116444736000000000 + 951782400ll * 10000000, 2000, 2, 29, 0, 0, 0, 0, 2);
	/* every day of four hundred years, as glib counts them */
	for (gint64 day = 0; day < 146097; day += 13) {
		GDate date;

		g_date_set_dmy(&date, 1, 1, 1601);
		g_date_add_days(&date, (guint)day);
		expect_fields(day * 86400 * 10000000, g_date_get_year(&date),
			      (int)g_date_get_month(&date), g_date_get_day(&date), 0, 0, 0, 0,
			      (int)g_date_get_weekday(&date) % 7);
	}
	fields = (TIME_FIELDS){.Year = 2001, .Month = 2, .Day = 29};
	g_assert_false(RtlTimeFieldsToTime(&fields, &now));
	fields = (TIME_FIELDS){.Year = 2001, .Month = 2, .Day = 28, .Hour = 24};
	g_assert_false(RtlTimeFieldsToTime(&fields, &now));
	fields = (TIME_FIELDS){.Year = 1600, .Month = 1, .Day = 1};
	g_assert_false(RtlTimeFieldsToTime(&fields, &now));
	now.QuadPart = -1;
	RtlTimeToTimeFields(&now, &fields);
	fixture_expect_log(f, "RtlTimeToTimeFields: the time is -1");
	KeQuerySystemTime(&now);
	ExSystemTimeToLocalTime(&now, &local);
	g_assert_cmpint(ABS(local.QuadPart - now.QuadPart), <=, 14ll * 3600 * 10000000);
	ExLocalTimeToSystemTime(&local, &back);
	g_assert_cmpint(back.QuadPart, ==, now.QuadPart);
}

static void test_versions(struct ndis_fixture *f, gconstpointer data)
{
	RTL_OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof(version)};
	ULONG major = 0, minor = 0, build = 0;
	UNICODE_STRING pack = RTL_CONSTANT_STRING(L"x");

	g_assert_cmpint(RtlGetVersion((PRTL_OSVERSIONINFOW)(PVOID)&version), ==, STATUS_SUCCESS);
	g_assert_false(PsGetVersion(&major, &minor, &build, &pack));
	g_assert_cmpuint(pack.Length, ==, 0);
	g_assert_false(PsGetVersion(NULL, NULL, NULL, NULL));
	g_assert_cmpuint(version.dwMajorVersion, ==, major);
	g_assert_cmpuint(version.dwMinorVersion, ==, minor);
	g_assert_cmpuint(version.dwBuildNumber, ==, build);
	g_assert_cmpuint(major << 16 | minor, ==, NdisGetVersion());
	g_assert_cmpuint(version.wProductType, ==, VER_NT_WORKSTATION);
	version.dwOSVersionInfoSize = 100;
	g_assert_cmpint(RtlGetVersion((PRTL_OSVERSIONINFOW)(PVOID)&version), ==,
			STATUS_INVALID_PARAMETER);
	fixture_expect_log(f, "dwOSVersionInfoSize is 100");
	g_assert_true(IoIsWdmVersionAvailable(1, 0x20));
	g_assert_true(IoIsWdmVersionAvailable(1, 0x10));
	g_assert_false(IoIsWdmVersionAvailable(1, 0x30));
	g_assert_false(IoIsWdmVersionAvailable(6, 0));
}

static void test_large_integers(struct ndis_fixture *f, gconstpointer data)
{
	LARGE_INTEGER a = RtlConvertLongToLargeInteger(-5), b = RtlConvertUlongToLargeInteger(~0u),
		      rest;
	ULONG remainder;

	g_assert_cmpint(RtlLargeIntegerAdd(a, b).QuadPart, ==, 0xfffffffall);
	g_assert_cmpint(RtlLargeIntegerSubtract(a, b).QuadPart, ==, -0x100000004ll);
	g_assert_cmpint(RtlLargeIntegerNegate(a).QuadPart, ==, 5);
	g_assert_cmpint(RtlEnlargedIntegerMultiply(-65536, 65536).QuadPart, ==, -0x100000000ll);
	g_assert_cmpint(RtlEnlargedUnsignedMultiply(~0u, 2).QuadPart, ==, 0x1fffffffell);
	g_assert_cmpint(RtlExtendedIntegerMultiply(b, -2).QuadPart, ==, -0x1fffffffell);
	g_assert_cmpuint(RtlEnlargedUnsignedDivide((ULARGE_INTEGER){.QuadPart = 1000000000007ull},
						   1000, &remainder),
			 ==, 1000000000);
	g_assert_cmpuint(remainder, ==, 7);
	g_assert_cmpint(RtlExtendedLargeIntegerDivide(b, 16, &remainder).QuadPart, ==, 0xfffffff);
	g_assert_cmpuint(remainder, ==, 15);
	g_assert_cmpint(RtlLargeIntegerDivide(b, RtlConvertUlongToLargeInteger(10), &rest).QuadPart,
			==, 429496729);
	g_assert_cmpint(rest.QuadPart, ==, 5);
	g_assert_cmpint(RtlLargeIntegerShiftLeft(b, 8).QuadPart, ==, 0xffffffff00ll);
	g_assert_cmpint(RtlLargeIntegerShiftRight(a, 60).QuadPart, ==, 15);
	g_assert_cmpint(RtlLargeIntegerArithmeticShift(a, 1).QuadPart, ==, -3);
	g_assert_true(RtlLargeIntegerLessThan(a, b) && !RtlLargeIntegerGreaterThanOrEqualTo(a, b));
	g_assert_true(RtlLargeIntegerLessThanZero(a) && RtlLargeIntegerGreaterThanZero(b));
	g_assert_true(RtlLargeIntegerNotEqualToZero(a) && RtlLargeIntegerEqualTo(a, a));
	g_assert_cmpint(Int32x32To64(-2, 0x7fffffff), ==, -0xfffffffell);
	g_assert_cmpuint(UInt32x32To64(~0u, ~0u), ==, 0xfffffffe00000001ull);
}

static void test_bits(struct ndis_fixture *f, gconstpointer data)
{
	UCHAR bytes[16] = {0};
	LONG bits[2] = {0, 0};
	LONGLONG number = 5;
	ULONG flags = 0x0f, value;
	USHORT small;

	RtlStoreUlong(bytes + 1, 0x11223344);
	RtlStoreUshort(bytes + 7, 0x5566);
	RtlRetrieveUlong(&value, bytes + 1);
	RtlRetrieveUshort(&small, bytes + 7);
	g_assert_cmphex(value, ==, 0x11223344);
	g_assert_cmphex(small, ==, 0x5566);
	g_assert_cmphex(bytes[1], ==, 0x44);
	RtlStoreUlonglong(bytes + 3, 0x0102030405060708);
	g_assert_cmphex(bytes[10], ==, 0x01);
	g_assert_true(RtlSecureZeroMemory(bytes, sizeof(bytes)) == bytes);
	g_assert_cmphex(bytes[10] | bytes[3], ==, 0);
	g_assert_false(InterlockedBitTestAndSet(bits, 33));
	g_assert_true(InterlockedBitTestAndSet(bits, 33));
	g_assert_cmphex((ULONG)bits[1], ==, 2);
	g_assert_true(InterlockedBitTestAndReset(bits, 33));
	g_assert_false(InterlockedBitTestAndReset(bits, 33));
	g_assert_false(InterlockedBitTestAndSet(bits, 31));
	g_assert_cmphex((ULONG)bits[0], ==, 0x80000000);
	g_assert_cmpint(_InterlockedDecrement64(&number), ==, 4);
	g_assert_cmpint(InterlockedExchange64(&number, 12), ==, 4);
	g_assert_cmpint(InterlockedOr64(&number, 1), ==, 12);
	g_assert_cmpint(InterlockedAnd64(&number, 9), ==, 13);
	g_assert_cmpint(InterlockedXor64(&number, 1), ==, 9);
	g_assert_cmpint(number, ==, 8);
	g_assert_cmphex(RtlInterlockedSetBits(&flags, 0xf0), ==, 0x0f);
	g_assert_cmphex(RtlInterlockedClearBits(&flags, 0x3c), ==, 0xff);
	g_assert_cmphex(flags, ==, 0xc3);
	g_assert_true(ARGUMENT_PRESENT(&flags));
	g_assert_cmphex(DEVICE_TYPE_FROM_CTL_CODE(CTL_CODE(0x17, 2, METHOD_NEITHER, 0)), ==, 0x17);
	g_assert_cmphex(METHOD_FROM_CTL_CODE(CTL_CODE(0x17, 2, METHOD_NEITHER, 0)), ==,
			METHOD_NEITHER);
}

static void test_lookaside(struct ndis_fixture *f, gconstpointer data)
{
	NPAGED_LOOKASIDE_LIST list;
	PAGED_LOOKASIDE_LIST paged;
	PVOID first, second;
	KIRQL old;

	ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 100, 'kool', 0);
	ExInitializePagedLookasideList(&paged, NULL, NULL, 0, 100, 'koop', 0);
	first = ExAllocateFromNPagedLookasideList(&list);
	second = ExAllocateFromPagedLookasideList(&paged);
	g_assert_true(first && second);
	memset(first, 1, 100);
	memset(second, 1, 100);
	ExFreeToNPagedLookasideList(&list, first);
	ExFreeToPagedLookasideList(&paged, second);
	g_assert_true(ExAllocateFromNPagedLookasideList(&list) == first);
	g_assert_true(ExAllocateFromPagedLookasideList(&paged) == second);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ExFreeToNPagedLookasideList(&list, first);
	ExFreeToPagedLookasideList(&paged, second);
	fixture_expect_violation(f, "ExFreeToPagedLookasideList: called at IRQL 2");
	KeLowerIrql(old);
	ExDeleteNPagedLookasideList(&list);
	ExDeletePagedLookasideList(&paged);
	g_assert_null(ExAllocateFromPagedLookasideList(&paged));
	fixture_expect_violation(f, "lookaside list 0x");
	ExDeleteNPagedLookasideList(&list);
	fixture_expect_violation(f, "ExDeleteNPagedLookasideList: lookaside list 0x");
	memset(&list, 0, sizeof(list));
	g_assert_null(ExAllocateFromNPagedLookasideList(&list));
	fixture_expect_violation(f, "a lookaside list is initialised before it is used");
	ExFreeToNPagedLookasideList(&list, &paged);
	fixture_expect_violation(f, "ExFreeToNPagedLookasideList: lookaside list 0x");
	ExDeletePagedLookasideList(NULL);
	fixture_expect_violation(f, "ExDeletePagedLookasideList: Lookaside is NULL");
}

#define ADD(name, function)                                                                        \
	g_test_add("/rtl/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("strings", test_strings);
	ADD("wide-strings", test_wide_strings);
	ADD("numbers", test_numbers);
	ADD("times", test_times);
	ADD("versions", test_versions);
	ADD("large-integers", test_large_integers);
	ADD("bits", test_bits);
	ADD("lookaside", test_lookaside);
	return g_test_run();
}
