/* SPDX-License-Identifier: MIT */
/*
 * heap.h - memory that malloc() and the like refuse to the library, and so to the miniport
 *
 * For programs that are linked with heap_link_args, so that these functions come by here. What the
 * platform has to give is refused by interposer.h.
 */
#ifndef TESTS_QTEST_PLATFORM_HEAP_H
#define TESTS_QTEST_PLATFORM_HEAP_H

/** heap_successes - so many calls more succeed, the next fails, once; -1: none fails. */
extern int heap_successes;

#endif /* TESTS_QTEST_PLATFORM_HEAP_H */
