/* SPDX-License-Identifier: MIT */
/* Read/write locks: who may be there with whom, levels, and what a driver does wrong. */
#include "ndis_fixture.h"

#define THREADS 4u
#define ROUNDS	2000u

static NDIS_RW_LOCK lock;
static int readers, asked, written;
static unsigned int left, right; /* equal unless somebody writes */

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisInitializeReadWriteLock(&lock);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

/* All threads read at the same time: each leaves only when all are there. */
static gpointer read_together(gpointer data)
{
	LOCK_STATE state;

	NdisAcquireReadWriteLock(&lock, FALSE, &state);
	g_atomic_int_inc(&readers);
	while (g_atomic_int_get(&readers) < (int)THREADS)
		g_thread_yield();
	NdisReleaseReadWriteLock(&lock, &state);
	return NULL;
}

static void run_threads(GThreadFunc function)
{
	GThread *threads[THREADS];

	for (unsigned int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("user", function, NULL);
	for (unsigned int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
}

static void test_several_readers(struct ndis_fixture *f, gconstpointer data)
{
	LOCK_STATE state;

	readers = 0;
	run_threads(read_together);
	NdisAcquireReadWriteLock(&lock, TRUE, &state);
	NdisReleaseReadWriteLock(&lock, &state);
}

static gpointer read_and_write(gpointer data)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		BOOLEAN write = i % 4 == 0;
		LOCK_STATE state;

		NdisAcquireReadWriteLock(&lock, write, &state);
		g_assert_cmpuint(left, ==, right);
		if (write) {
			left++;
			right++;
		}
		NdisReleaseReadWriteLock(&lock, &state);
		if (i % 16 == 0)
			g_thread_yield();
	}
	return NULL;
}

static void test_one_writer(struct ndis_fixture *f, gconstpointer data)
{
	left = right = 0;
	run_threads(read_and_write);
	g_assert_cmpuint(left, ==, THREADS * ROUNDS / 4);
}

static gpointer write_once(gpointer data)
{
	LOCK_STATE state;

	g_atomic_int_set(&asked, 1);
	NdisAcquireReadWriteLock(&lock, TRUE, &state);
	g_atomic_int_set(&written, 1);
	NdisReleaseReadWriteLock(&lock, &state);
	return NULL;
}

/* A reader may read again although somebody waits to write, who comes when all is given back. */
static void test_reads_again(struct ndis_fixture *f, gconstpointer data)
{
	LOCK_STATE outer, inner;
	GThread *writer;

	asked = written = 0;
	NdisAcquireReadWriteLock(&lock, FALSE, &outer);
	writer = g_thread_new("writer", write_once, NULL);
	while (!g_atomic_int_get(&asked))
		g_thread_yield();
	NdisAcquireReadWriteLock(&lock, FALSE, &inner);
	NdisReleaseReadWriteLock(&lock, &inner);
	g_assert_cmpint(g_atomic_int_get(&written), ==, 0);
	NdisReleaseReadWriteLock(&lock, &outer);
	g_thread_join(writer);
	g_assert_cmpint(written, ==, 1);
}

/* The writer may write and read again; others come only after the last release. */
static void test_writes_again(struct ndis_fixture *f, gconstpointer data)
{
	LOCK_STATE outer, inner, innermost;
	GThread *writer;

	asked = written = 0;
	NdisAcquireReadWriteLock(&lock, TRUE, &outer);
	writer = g_thread_new("writer", write_once, NULL);
	while (!g_atomic_int_get(&asked))
		g_thread_yield();
	NdisAcquireReadWriteLock(&lock, TRUE, &inner);
	NdisAcquireReadWriteLock(&lock, FALSE, &innermost);
	NdisReleaseReadWriteLock(&lock, &innermost);
	NdisReleaseReadWriteLock(&lock, &inner);
	g_assert_cmpint(g_atomic_int_get(&written), ==, 0);
	NdisReleaseReadWriteLock(&lock, &outer);
	g_thread_join(writer);
}

static void test_levels(struct ndis_fixture *f, gconstpointer data)
{
	LOCK_STATE outer, inner;
	KIRQL irql;

	for (int write = 0; write < 2; write++) {
		NdisAcquireReadWriteLock(&lock, (BOOLEAN)write, &outer);
		g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
		NdisAcquireReadWriteLock(&lock, (BOOLEAN)write, &inner);
		NdisReleaseReadWriteLock(&lock, &inner);
		g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
		NdisReleaseReadWriteLock(&lock, &outer);
		g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	}
	KeRaiseIrql(HIGH_LEVEL, &irql);
	NdisAcquireReadWriteLock(&lock, TRUE, &outer);
	fixture_expect_violation(f, "NdisAcquireReadWriteLock: called at IRQL 15");
	NdisReleaseReadWriteLock(&lock, &outer);
	fixture_expect_violation(f, "NdisReleaseReadWriteLock: called at IRQL 15");
	KeLowerIrql(irql);
}

static void test_bad_state(struct ndis_fixture *f, gconstpointer data)
{
	LOCK_STATE state, other = {0};

	NdisAcquireReadWriteLock(&lock, FALSE, &state);
	NdisReleaseReadWriteLock(&lock, &other);
	fixture_expect_violation(f, "LockState is what NdisAcquireReadWriteLock filled");
	NdisReleaseReadWriteLock(&lock, &state);
	KeRaiseIrql(DISPATCH_LEVEL, &other.OldIrql);
	NdisReleaseReadWriteLock(&lock, &state);
	fixture_expect_violation(f, "LockState is what NdisAcquireReadWriteLock filled");
	NdisReleaseReadWriteLock(&lock, NULL);
	fixture_expect_violation(f, "LockState is NULL");
	KeLowerIrql(other.OldIrql);
	NdisAcquireReadWriteLock(NULL, FALSE, &state);
	fixture_expect_violation(f, "Lock is NULL");
	NdisInitializeReadWriteLock(NULL);
	fixture_expect_violation(f, "NdisInitializeReadWriteLock: Lock is NULL");
}

static void write_while_reading(void)
{
	LOCK_STATE outer, inner;

	NdisInitializeReadWriteLock(&lock);
	NdisAcquireReadWriteLock(&lock, FALSE, &outer);
	NdisAcquireReadWriteLock(&lock, TRUE, &inner);
}

static void release_of_another(void)
{
	static NDIS_RW_LOCK another;
	LOCK_STATE state;

	NdisInitializeReadWriteLock(&lock);
	NdisInitializeReadWriteLock(&another);
	NdisAcquireReadWriteLock(&lock, TRUE, &state);
	NdisReleaseReadWriteLock(&another, &state);
}

static void test_bug_checks(void)
{
	g_test_trap_subprocess("/read-write-lock/subprocess/upgrade", 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*SPIN_LOCK_ALREADY_OWNED*");
	g_test_trap_subprocess("/read-write-lock/subprocess/other", 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*SPIN_LOCK_NOT_OWNED*");
}

#define ADD(name, test)                                                                            \
	g_test_add("/read-write-lock/" name, struct ndis_fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("several-readers", test_several_readers);
	ADD("one-writer", test_one_writer);
	ADD("reads-again", test_reads_again);
	ADD("writes-again", test_writes_again);
	ADD("levels", test_levels);
	ADD("bad-state", test_bad_state);
	g_test_add_func("/read-write-lock/bug-checks", test_bug_checks);
	g_test_add_func("/read-write-lock/subprocess/upgrade", write_while_reading);
	g_test_add_func("/read-write-lock/subprocess/other", release_of_another);
	return g_test_run();
}
