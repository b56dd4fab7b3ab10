/* SPDX-License-Identifier: MIT */
/* Lists that threads share: order, depth, sequence, the values returned, and what cannot be. */
#include "ndis_fixture.h"

#define ELEMENTS 64u
#define THREADS	 4u
#define ROUNDS	 2000u

struct element {
	SLIST_ENTRY entry;
	unsigned int uses;
};

static SLIST_HEADER stack;
static struct element elements[ELEMENTS];
static KSPIN_LOCK lock;
static NDIS_SPIN_LOCK ndis_lock;

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
	ExInitializeSListHead(&stack);
	KeInitializeSpinLock(&lock);
	NdisAllocateSpinLock(&ndis_lock);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	NdisFreeSpinLock(&ndis_lock);
	fixture_tear_down(f);
}

static void test_stack(struct ndis_fixture *f, gconstpointer data)
{
	PSLIST_ENTRY before = NULL, all;

	g_assert_null(ExInterlockedPopEntrySList(&stack, NULL));
	g_assert_null(ExInterlockedFlushSList(&stack));
	for (unsigned int i = 0; i < ELEMENTS; i++) {
		g_assert_true(ExInterlockedPushEntrySList(&stack, &elements[i].entry, &lock) ==
			      before);
		before = &elements[i].entry;
		g_assert_cmpuint(ExQueryDepthSList(&stack), ==, i + 1);
		g_assert_cmpuint(stack.HeaderX64.Sequence, ==, i + 1);
		g_assert_true((PVOID)(ULONG_PTR)(stack.HeaderX64.NextEntry << 4) == before);
	}
	for (unsigned int i = ELEMENTS; i-- > ELEMENTS / 2;) {
		g_assert_true(ExInterlockedPopEntrySList(&stack, &lock) == &elements[i].entry);
		g_assert_cmpuint(ExQueryDepthSList(&stack), ==, i);
	}
	all = ExInterlockedFlushSList(&stack);
	for (unsigned int i = ELEMENTS / 2; i-- > 0; all = all->Next)
		g_assert_true(all == &elements[i].entry);
	g_assert_null(all);
	g_assert_cmpuint(ExQueryDepthSList(&stack), ==, 0);
	g_assert_cmpuint(stack.HeaderX64.Sequence, ==, ELEMENTS);
	g_assert_null(ExInterlockedPopEntrySList(&stack, &lock));
}

static void test_ndis_stacks(struct ndis_fixture *f, gconstpointer data)
{
	SINGLE_LIST_ENTRY head = {NULL}, entries[3];

	NdisInitializeSListHead(&stack);
	g_assert_null(NdisInterlockedPushEntrySList(&stack, &elements[0].entry, &ndis_lock));
	NdisInterlockedPushEntrySList(&stack, &elements[1].entry, &ndis_lock);
	g_assert_cmpuint(NdisQueryDepthSList(&stack), ==, 2);
	g_assert_true(NdisInterlockedPopEntrySList(&stack, &ndis_lock) == &elements[1].entry);
	g_assert_true(NdisInterlockedFlushSList(&stack) == &elements[0].entry);
	InitializeSListHead(&stack);
	InterlockedPushEntrySList(&stack, &elements[2].entry);
	g_assert_cmpuint(QueryDepthSList(&stack), ==, 1);
	g_assert_true(InterlockedPopEntrySList(&stack) == &elements[2].entry);
	g_assert_null(InterlockedFlushSList(&stack));

	for (unsigned int i = 0; i < 3; i++)
		g_assert_true(NdisInterlockedPushEntryList(&head, &entries[i], &ndis_lock) ==
			      (i ? &entries[i - 1] : NULL));
	for (unsigned int i = 3; i-- > 0;)
		g_assert_true(NdisInterlockedPopEntryList(&head, &ndis_lock) == &entries[i]);
	g_assert_null(NdisInterlockedPopEntryList(&head, &ndis_lock));
}

static void test_rings(struct ndis_fixture *f, gconstpointer data)
{
	LIST_ENTRY head, a, b, c;
	ULONG number = 0xFFFFFFFF;
	KIRQL irql;

	InitializeListHead(&head);
	KeRaiseIrql(HIGH_LEVEL, &irql);
	g_assert_null(ExInterlockedInsertHeadList(&head, &b, &lock));
	g_assert_true(ExInterlockedInsertHeadList(&head, &a, &lock) == &b);
	g_assert_true(ExInterlockedInsertTailList(&head, &c, &lock) == &b);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, HIGH_LEVEL);
	KeLowerIrql(irql);
	g_assert_true(ExInterlockedRemoveHeadList(&head, &lock) == &a);
	g_assert_true(ExInterlockedRemoveHeadList(&head, &lock) == &b);
	g_assert_true(ExInterlockedRemoveHeadList(&head, &lock) == &c);
	g_assert_null(ExInterlockedRemoveHeadList(&head, &lock));
	g_assert_null(ExInterlockedInsertTailList(&head, &a, &lock));
	g_assert_cmpuint(ExInterlockedAddUlong(&number, 3, &lock), ==, 0xFFFFFFFF);
	g_assert_cmpuint(number, ==, 2);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
}

/* Elements wander between threads; no two threads ever have the same one. */
static gpointer push_and_pop(gpointer data)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct element *taken[3];

		for (unsigned int j = 0; j < 3; j++) {
			PSLIST_ENTRY entry = ExInterlockedPopEntrySList(&stack, NULL);

			g_assert_nonnull(entry);
			taken[j] = CONTAINING_RECORD(entry, struct element, entry);
			taken[j]->uses++;
		}
		for (unsigned int j = 0; j < 3; j++)
			ExInterlockedPushEntrySList(&stack, &taken[j]->entry, NULL);
		if (i % 16 == 0)
			g_thread_yield();
	}
	return NULL;
}

static void test_threads(struct ndis_fixture *f, gconstpointer data)
{
	GThread *threads[THREADS];
	unsigned int uses = 0;

	for (unsigned int i = 0; i < ELEMENTS; i++) {
		elements[i].uses = 0;
		ExInterlockedPushEntrySList(&stack, &elements[i].entry, NULL);
	}
	for (unsigned int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("user", push_and_pop, NULL);
	for (unsigned int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	g_assert_cmpuint(ExQueryDepthSList(&stack), ==, ELEMENTS);
	for (PSLIST_ENTRY entry = ExInterlockedFlushSList(&stack); entry; entry = entry->Next)
		uses += CONTAINING_RECORD(entry, struct element, entry)->uses;
	g_assert_cmpuint(uses, ==, THREADS * ROUNDS * 3);
}

static void test_bad_arguments(struct ndis_fixture *f, gconstpointer data)
{
	PVOID odd = (char *)&elements[0] + 8;
	LIST_ENTRY head, entry;
	SINGLE_LIST_ENTRY single = {NULL};
	KIRQL irql;

	InitializeListHead(&head);
	g_assert_null(ExInterlockedPushEntrySList(&stack, odd, NULL));
	fixture_expect_log(f, "ExInterlockedPushEntrySList: ListEntry is 0x");
	g_assert_cmpuint(ExQueryDepthSList(&stack), ==, 0);
	ExInitializeSListHead(odd);
	fixture_expect_log(f, "rule: the address is a multiple of 16");
	g_assert_cmpuint(ExQueryDepthSList(odd), ==, 0);
	fixture_expect_log(f, "ExQueryDepthSList: SListHead is 0x");
	g_assert_null(ExInterlockedFlushSList(NULL));
	fixture_expect_log(f, "ExInterlockedFlushSList");
	g_assert_null(ExInterlockedPopEntrySList(NULL, NULL));
	fixture_expect_log(f, "ExInterlockedPopEntrySList");
	g_assert_null(ExInterlockedInsertHeadList(&head, NULL, &lock));
	fixture_expect_log(f, "ExInterlockedInsertHeadList");
	g_assert_null(ExInterlockedInsertTailList(&head, &entry, NULL));
	fixture_expect_log(f, "ExInterlockedInsertTailList");
	g_assert_true(IsListEmpty(&head));
	g_assert_null(ExInterlockedRemoveHeadList(NULL, &lock));
	fixture_expect_log(f, "ExInterlockedRemoveHeadList");
	g_assert_null(ExInterlockedPushEntryList(&single, NULL, &lock));
	fixture_expect_log(f, "ExInterlockedPushEntryList");
	g_assert_null(ExInterlockedPopEntryList(&single, NULL));
	fixture_expect_log(f, "ExInterlockedPopEntryList");
	g_assert_cmpuint(ExInterlockedAddUlong(NULL, 1, &lock), ==, 0);
	fixture_expect_log(f, "ExInterlockedAddUlong");
	KeRaiseIrql(HIGH_LEVEL, &irql);
	ExInterlockedPopEntrySList(&stack, NULL);
	KeLowerIrql(irql);
	fixture_expect_log(f, "ExInterlockedPopEntrySList: called at IRQL 15");
}

#define ADD(name, test)                                                                            \
	g_test_add("/interlocked-lists/" name, struct ndis_fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("stack", test_stack);
	ADD("ndis-stacks", test_ndis_stacks);
	ADD("rings", test_rings);
	ADD("threads", test_threads);
	ADD("bad-arguments", test_bad_arguments);
	return g_test_run();
}
