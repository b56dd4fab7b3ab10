/* SPDX-License-Identifier: MIT */
/* What drivers write for those who look for mistakes: their own log, entries of the error log,
 * text. */
#include <string.h>

#include "ndis_fixture.h"

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static void expect_in_log(struct ndis_fixture *f, const char *text)
{
	char bytes[100];
	size_t length = shim_adapter_read_log(f->adapter, bytes, sizeof(bytes));

	g_assert_cmpmem(bytes, (int)length, text, (int)strlen(text));
}

/* What is read is what was written last, in order, whatever the place in the ring. */
static void test_ring(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE log;
	GString *expected = g_string_new(NULL);
	char text[8], byte = 'a', got[8];

	g_assert_cmpint(NdisMCreateLog(f->handle, 7, &log), ==, NDIS_STATUS_SUCCESS);
	expect_in_log(f, "");
	for (unsigned int round = 0; round < 200; round++) {
		UINT length = g_test_rand_int_range(0, 8), take = g_test_rand_int_range(0, 8);

		for (UINT i = 0; i < length; i++) {
			text[i] = byte;
			byte = (char)(byte == 'z' ? 'a' : byte + 1);
		}
		g_assert_cmpint(NdisMWriteLogData(log, text, length), ==, NDIS_STATUS_SUCCESS);
		g_string_append_len(expected, text, length);
		if (expected->len > 7)
			g_string_erase(expected, 0, (gssize)expected->len - 7);
		length = (UINT)shim_adapter_read_log(f->adapter, got, take);
		g_assert_cmpmem(got, (int)length, expected->str, (int)MIN(take, expected->len));
		g_string_erase(expected, 0, length);
	}
	g_assert_cmpint(NdisMWriteLogData(log, (PVOID) "12345678", 8), ==,
			NDIS_STATUS_BUFFER_OVERFLOW);
	expect_in_log(f, expected->str);
	g_assert_cmpint(NdisMWriteLogData(log, (PVOID) "123", 3), ==, NDIS_STATUS_SUCCESS);
	NdisMFlushLog(log);
	expect_in_log(f, "");
	g_assert_cmpint(NdisMWriteLogData(log, (PVOID) "after", 5), ==, NDIS_STATUS_SUCCESS);
	expect_in_log(f, "after");
	NdisMCloseLog(log);
	expect_in_log(f, "");
	g_string_free(expected, TRUE);
}

static void test_bad_logs(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE log = f, second = f;

	g_assert_cmpint(NdisMCreateLog(f->handle, 0, &log), ==, NDIS_STATUS_FAILURE);
	g_assert_null(log);
	fixture_expect_violation(f, "Size is 0");
	g_assert_cmpint(NdisMCreateLog(f->handle, (64u << 20) + 1, &log), ==,
			NDIS_STATUS_RESOURCES);
	g_assert_cmpint(NdisMCreateLog(f->handle, 10, NULL), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "LogHandle is NULL");
	g_assert_cmpint(NdisMCreateLog(f->handle, 10, &log), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpint(NdisMCreateLog(f->handle, 10, &second), ==, NDIS_STATUS_FAILURE);
	g_assert_null(second);
	fixture_expect_violation(f, "the adapter has a log");
	g_assert_cmpint(NdisMWriteLogData(log, NULL, 1), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "LogBuffer is NULL");
	NdisMCloseLog(log);
	g_assert_cmpint(NdisMWriteLogData(log, f, 1), ==, NDIS_STATUS_FAILURE);
	NdisMFlushLog(log);
	NdisMCloseLog(log);
	fixture_expect_violations(f, 3, "is no log");
}

/* A log that is not closed is a leak, and nothing is left that could be read. */
static void test_left_log(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE log;

	g_assert_cmpint(NdisMCreateLog(f->handle, 10, &log), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	fixture_expect_log(f, "log of ");
}

static void test_event_log(struct ndis_fixture *f, gconstpointer data)
{
	PWSTR strings[] = {(PWSTR)L"first", (PWSTR)L"second"};
	static UCHAR bytes[1000] = {0x01, 0xFE};

	g_assert_cmpint(NdisWriteEventLogEntry(f, (NDIS_STATUS)EVENT_NDIS_TIMEOUT, 42, 2, strings,
					       2, bytes),
			==, NDIS_STATUS_SUCCESS);
	fixture_expect_log(f,
			   "event log: 0x8000138f timeout, value 42, \"first\" \"second\" 01 fe");
	g_assert_cmpint(NdisWriteEventLogEntry(f, 0x11111111, 7, 0, NULL, 0, NULL), ==,
			NDIS_STATUS_SUCCESS);
	fixture_expect_log(f, "0x11111111 error of the driver's own, value 7\n");
	g_assert_cmpint(NdisWriteEventLogEntry(f, 0, 0, 0, NULL, sizeof(bytes), bytes), ==,
			NDIS_STATUS_SUCCESS);
	fixture_expect_log(f, " 00 00 00");
	g_assert_cmpint(NdisWriteEventLogEntry(NULL, 0, 0, 0, NULL, 0, NULL), ==,
			NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "LogHandle is NULL");
	g_assert_cmpint(NdisWriteEventLogEntry(f, 0, 0, 1, NULL, 0, NULL), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "StringsList is NULL");
	g_assert_cmpint(NdisWriteEventLogEntry(f, 0, 0, 0, NULL, 1, NULL), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "Data is NULL");
}

/* Counted strings: what is behind their end is not printed. */
static void test_names(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_STRING string = NDIS_STRING_CONST("counted string"), name;
	g_autofree char *expected = NULL;
	NDIS_STATUS status;
	char *text;

	string.Length = 14;
	NdisPrintString(string);
	g_assert_cmpstr(fixture_log(f), ==, "counted");
	fixture_expect_log(f, "counted");
	status = NdisMQueryAdapterInstanceName(&name, f->handle);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	text = g_utf16_to_utf8(name.Buffer, name.Length / 2, NULL, NULL, NULL);
	NdisWriteErrorLogEntry(f->handle, 0, 0);
	expected = g_strdup_printf("%s: error log", text);
	fixture_expect_log(f, expected);
	g_free(text);
	NdisFreeString(name);
	status = NdisMQueryAdapterInstanceName(NULL, f->handle);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "AdapterInstanceName is NULL");
	status = NdisMQueryAdapterInstanceName(&name, f);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	g_assert_null(name.Buffer);
	fixture_expect_violation(f, "NdisMQueryAdapterInstanceName");
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/log/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("ring", test_ring);
	ADD("bad-logs", test_bad_logs);
	ADD("left-log", test_left_log);
	ADD("event-log", test_event_log);
	ADD("names", test_names);
	return g_test_run();
}
