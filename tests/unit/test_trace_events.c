/* SPDX-License-Identifier: MIT */
/* The trace in Trace Event format: each slice ends, in whatever thread and trace it began. */
#include <string.h>

#include "ndis_fixture.h"
#include "support/trace.h"

static unsigned int count_of(const char *text, const char *part)
{
	unsigned int count = 0;

	for (; (text = strstr(text, part)); text++)
		count++;
	return count;
}

static void allocate_and_free(void)
{
	PVOID va;

	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 100, 'abcd'), ==, NDIS_STATUS_SUCCESS);
	NdisFreeMemory(va, 100, 0);
}

static gpointer allocate_in_thread(gpointer data)
{
	allocate_and_free();
	return NULL;
}

/* Deeper than there is room for: what is too deep has no slice, the rest ends as it began. */
static void nest(unsigned int depth)
{
	TRACE_SCOPE("nest");

	if (depth)
		nest(depth - 1);
}

static char *trace_of(void (*run)(void))
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);

	shim_trace_events_to(stream);
	run();
	shim_trace_events_to(NULL);
	fclose(stream);
	return text;
}

static void run_all(void)
{
	allocate_and_free();
	g_thread_join(g_thread_new("second", allocate_in_thread, NULL));
	nest(100);
	allocate_and_free();
}

static void test_balance(void)
{
	for (unsigned int round = 0; round < 3; round++) {
		char *text = trace_of(run_all);

		g_assert_cmpuint(count_of(text, "\"ph\":\"B\""), ==,
				 count_of(text, "\"ph\":\"E\""));
		g_assert_cmpuint(count_of(text, "\"ph\":\"B\",\"name\":\"nest\""), ==, 32);
		g_assert_cmpuint(
			count_of(text, "\"ph\":\"B\",\"name\":\"NdisAllocateMemoryWithTag\""), ==,
			3);
		g_assert_cmpuint(count_of(text, "\"thread_name\""), ==, 2);
		g_assert_true(g_str_has_suffix(text, "]\n"));
		free(text);
	}
}

static void stop_inside(void)
{
	TRACE_SCOPE("outer");
	shim_trace_events_to(NULL);
}

/* A trace that ends within a slice leaves nothing to the next. */
static void test_end_inside(void)
{
	char *text = trace_of(stop_inside);

	free(text);
	text = trace_of(run_all);
	g_assert_cmpuint(count_of(text, "outer"), ==, 0);
	g_assert_cmpuint(count_of(text, "\"ph\":\"B\""), ==, count_of(text, "\"ph\":\"E\""));
	free(text);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trace-events/balance", test_balance);
	g_test_add_func("/trace-events/end-inside", test_end_inside);
	return g_test_run();
}
