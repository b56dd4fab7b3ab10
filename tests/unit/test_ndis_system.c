/* SPDX-License-Identifier: MIT */
/* What NDIS tells about the machine and itself: load, functions by name, identifiers. */
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

static void test_processor(struct ndis_fixture *f, gconstpointer data)
{
	ULONG usage = 1000, idle = 0, all = 0, later_idle, later_all, up, index = 7;

	NdisGetCurrentProcessorCpuUsage(&usage);
	g_assert_cmpuint(usage, <=, 100);
	NdisGetCurrentProcessorCounts(&idle, &all, &index);
	g_assert_cmpuint(index, ==, 0);
	NdisGetSystemUpTime(&up);
	g_assert_cmpuint(up - all, <, 0x80000000);
	/* Until the clock went on: the idle time never goes further than all time does. */
	do
		NdisGetCurrentProcessorCounts(&later_idle, &later_all, &index);
	while (later_all == all);
	g_assert_cmpuint(later_idle - idle, <=, later_all - all + 1);
	NdisGetCurrentProcessorCpuUsage(NULL);
	fixture_expect_violation(f, "pCpuUsage is NULL");
	index = 7;
	NdisGetCurrentProcessorCounts(NULL, &all, &index);
	fixture_expect_violation(f, "pIdleCount is NULL");
	NdisGetCurrentProcessorCounts(&idle, NULL, &index);
	fixture_expect_violation(f, "pKernelAndUser is NULL");
	NdisGetCurrentProcessorCounts(&idle, &all, NULL);
	fixture_expect_violation(f, "pIndex is NULL");
	g_assert_cmpuint(index, ==, 7);
}

static void test_routines(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_STRING name = NDIS_STRING_CONST("NdisMSendComplete");
	NDIS_STRING unknown = NDIS_STRING_CONST("NdisMSendCompleted");
	NDIS_STRING of_c = NDIS_STRING_CONST("malloc");
	KIRQL irql;

	g_assert_true(NdisGetRoutineAddress(&name) == (PVOID)(ULONG_PTR)NdisMSendComplete);
	g_assert_null(NdisGetRoutineAddress(&unknown));
	g_assert_null(NdisGetRoutineAddress(&of_c));
	g_assert_null(NdisGetRoutineAddress(NULL));
	fixture_expect_violation(f, "NdisRoutineName is NULL");
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	g_assert_null(NdisGetRoutineAddress(&name));
	KeLowerIrql(irql);
	fixture_expect_violation(f, "NdisGetRoutineAddress: called at IRQL 2");
}

static void test_identifiers(struct ndis_fixture *f, gconstpointer data)
{
	bool seen[256] = {true};

	for (unsigned int i = 0; i < 255; i++) {
		UCHAR id = NdisGeneratePartialCancelId();

		g_assert_false(seen[id]);
		seen[id] = true;
	}
}

static void test_free_with_tag(struct ndis_fixture *f, gconstpointer data)
{
	PVOID va;

	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 10, 'abcd'), ==, NDIS_STATUS_SUCCESS);
	NdisFreeMemoryWithTag(va, 'abcd');
	NdisFreeMemoryWithTag(va, 'abcd');
	fixture_expect_violation(f, "NdisFreeMemoryWithTag: no memory of a driver begins at");
	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 10, 'abcd'), ==, NDIS_STATUS_SUCCESS);
	NdisFreeMemoryWithTag(va, 'abce');
	fixture_expect_violation(f, "the tag is ecba, not dcba");
}

#define ADD(name, test)                                                                            \
	g_test_add("/ndis-system/" name, struct ndis_fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("processor", test_processor);
	ADD("routines", test_routines);
	ADD("identifiers", test_identifiers);
	ADD("free-with-tag", test_free_with_tag);
	return g_test_run();
}
