/* SPDX-License-Identifier: MIT */
/* The last calls, as the report on a driver that ended badly lists them. */
#include <string.h>

#include "ndis_fixture.h"
#include "support/trace.h"

#define LINE 512

static unsigned char memory[PAGE] __attribute__((aligned(PAGE)));

/* Remembered calls with @part, of the last @count. */
static unsigned int count_of(const char *part, unsigned int count)
{
	char line[LINE];
	unsigned int found = 0;

	for (unsigned int back = 0; back < count && shim_history_line(back, line, LINE); back++)
		found += strstr(line, part) != NULL;
	return found;
}

static void expect(unsigned int back, const char *part)
{
	char line[LINE];

	g_assert_true(shim_history_line(back, line, LINE));
	if (!strstr(line, part))
		g_error("\"%s\" is not in \"%s\"", part, line);
}

static void test_arguments(void)
{
	const long long most = INT64_MAX;
	const char *none = NULL;
	char text[200];
	char *own = text;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	shim_history(true);
	TRACE("no argument", ")");
	expect(0, "s ago, IRQL 0    no argument()");
	TRACE_ENTER("ten", "%d %u %x %lld %zu %p %s %s %c %08x)", -1, ~0u, 0xabu, most,
	      (size_t)~0ull, (void *)0x1234, "first", none, 'c', 0x12u);
	expect(0, "> ten(-1 4294967295 ab 9223372036854775807 18446744073709551615 0x1234 first "
		  "(null) c 00000012)");
	TRACE_LEAVE("long", "%s, %s)", own, "second");
	memset(text, 'y', sizeof(text) - 1);
	expect(0, "< long(xxxxxxxx");
	shim_history(false);
	TRACE("not remembered", ")");
	expect(0, "< long(");
}

static void read_register(unsigned int value, const char *text)
{
	TRACE("read", "%u, %s)", value, text);
}

static void test_repeats(void)
{
	shim_history(true);
	for (unsigned int i = 0; i < 1000; i++)
		read_register(7, "same");
	expect(0, "read(7, same), and 999 times before");
	read_register(8, "same");
	expect(0, "read(8, same)");
	read_register(8, "other");
	expect(0, "read(8, other)");
	expect(1, "read(8, same)");
	expect(2, "and 999 times before");
	shim_history(false);
}

static void test_ring(void)
{
	char line[LINE];

	shim_history(true);
	for (unsigned int i = 0; i < 500; i++)
		read_register(i, "ring");
	for (unsigned int back = 0; back < 127; back++) {
		g_autofree char *text = g_strdup_printf("read(%u, ring)", 499 - back);

		expect(back, text);
	}
	g_assert_false(shim_history_line(127, line, LINE));
	g_assert_false(shim_history_line(~0u, line, LINE));
	g_assert_false(shim_history_line(0, line, 0));
	shim_history(false);
}

static void test_time(void)
{
	unsigned long long seconds, microseconds;
	uint64_t before, after, age;
	char line[LINE];

	shim_history(true);
	before = event_loop_now();
	TRACE("once", ")");
	after = event_loop_now();
	g_usleep(50000);
	/* Between the two, however long anything takes; the clocks differ by less than half. */
	age = event_loop_now() - after;
	g_assert_true(shim_history_line(0, line, LINE));
	g_assert_cmpint(sscanf(line, "%llu.%llu s ago", &seconds, &microseconds), ==, 2);
	g_assert_cmpuint((seconds * 1000000 + microseconds) * 1000, >, age / 2);
	g_assert_cmpuint((seconds * 1000000 + microseconds) * 1000, <,
			 (event_loop_now() - before) * 2);
	shim_history(false);
}

static NDIS_STATUS want_registers(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	(void)configuration;
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 4, 1514);
}

static void halt(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static void map_and_complete(struct ndis_fixture *f)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory, 1000);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	UINT count;

	NdisMStartBufferPhysicalMapping(f->handle, buffer, 1, TRUE, runs, &count);
	g_assert_cmpuint(count, ==, 1);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 1);
	NdisFreeBuffer(buffer);
}

/* Mappings are all among the calls with a checking mode or a trace; those that break a rule always. */
static void test_mappings(gconstpointer mode)
{
	const char *how = mode;
	FILE *file = strcmp(how, "trace") == 0 ? fopen("/dev/null", "w") : NULL;
	const unsigned int each = strcmp(how, "off") == 0 ? 0 : 1;
	struct ndis_fixture f = {0};

	fixture_set_up(&f);
	f.hooks.initialize = want_registers;
	f.hooks.halt = halt;
	f.options.verify = strcmp(how, "verify") == 0 ? SHIM_VERIFY_REPORT : SHIM_VERIFY_OFF;
	g_assert_cmpint(fixture_start(&f), ==, 0);
	shim_history(true);
	if (file)
		shim_trace_to(file);
	map_and_complete(&f);
	g_assert_cmpuint(count_of("NdisMStartBufferPhysicalMapping(", 4), ==, each);
	g_assert_cmpuint(count_of("NdisMCompleteBufferPhysicalMapping(", 4), ==, each);
	g_assert_cmpuint(count_of("NdisFreeBuffer(", 1), ==, 1);
	NdisMCompleteBufferPhysicalMapping(f.handle, NULL, 3);
	expect(0, "NdisMCompleteBufferPhysicalMapping(adapter ");
	fixture_expect_violation(&f, "map register 3 maps nothing");
	shim_history(false);
	if (file) {
		shim_trace_to(NULL);
		fclose(file);
	}
	fixture_tear_down(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trace-history/arguments", test_arguments);
	g_test_add_func("/trace-history/repeats", test_repeats);
	g_test_add_func("/trace-history/ring", test_ring);
	g_test_add_func("/trace-history/time", test_time);
	g_test_add_data_func("/trace-history/mappings/off", "off", test_mappings);
	g_test_add_data_func("/trace-history/mappings/verify", "verify", test_mappings);
	g_test_add_data_func("/trace-history/mappings/trace", "trace", test_mappings);
	return g_test_run();
}
