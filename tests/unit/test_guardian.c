/* SPDX-License-Identifier: MIT */
/*
 * The process that gives the device back is a copy of ndisrun, of one of its threads: what the others
 * held at that moment it waits for in vain.
 */
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ndisrun/guardian.h"

#define ROUNDS 50

static pid_t tester;
static int stop;

/* With a sanitizer the allocator is the sanitizer's, and a child that allocates may hang. */
#if !defined(__SANITIZE_ADDRESS__)
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static void check_process(void)
{
	static const char text[] = "the child allocates\n";

	if (tester && getpid() != tester) {
		if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
			_exit(98);
		_exit(99);
	}
}

void *malloc(size_t size)
{
	check_process();
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	check_process();
	return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	check_process();
	return __libc_realloc(memory, size);
}
#endif

/* What ndisrun's other thread may be doing. */
static void *allocate(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		void *volatile memory = malloc(100);

		free(memory);
	}
	return NULL;
}

static void test_guardian(void)
{
	struct pci_binding binding = {.address = "ffff:ff:1f.7", .driver = "none"};
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	pthread_t thread;

	tester = getpid();
	g_assert_cmpint(pthread_create(&thread, NULL, allocate, NULL), ==, 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct guardian guardian = {0};

		g_assert_cmpint(guardian_start(&guardian, &binding, &why), ==, 0);
		g_assert_cmpint(guardian_finish(&guardian), ==, 0);
		g_assert_cmpint(guardian.process, ==, 0);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guardian/threads", test_guardian);
	return g_test_run();
}
