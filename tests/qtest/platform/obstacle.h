/* SPDX-License-Identifier: MIT */
/*
 * obstacle.h - what can go wrong below the library, made to happen
 *
 * A program that uses it is linked with obstacle_link_args, so that malloc() and the like of the
 * library, and so of the miniport, come by here.
 */
#ifndef TESTS_QTEST_PLATFORM_OBSTACLE_H
#define TESTS_QTEST_PLATFORM_OBSTACLE_H

#include <stdbool.h>

#include "platform/platform.h"

enum obstacle {
	OBSTACLE_HEAP,	    /* malloc() */
	OBSTACLE_MEMORY,    /* platform_memory_allocate() */
	OBSTACLE_MAP,	    /* platform_map() */
	OBSTACLE_INTERRUPT, /* platform_interrupt_enable() */
	OBSTACLES,
};

/** obstacle_name() - for messages and paths of tests. */
const char *obstacle_name(enum obstacle kind);

/** obstacle_install() - from now on, what the library asks of @platform comes by here. */
void obstacle_install(struct platform *platform);

/** obstacle_refuse() - the call of that @kind after the next @successes ones fails, once. */
void obstacle_refuse(enum obstacle kind, unsigned int successes);

/** obstacle_end() - nothing is refused any more.  Return: something was, since obstacle_refuse(). */
bool obstacle_end(void);

/** obstacle_set_gone() - registers, ports and configuration space read as ones, writes are lost; or
 * no longer. */
void obstacle_set_gone(bool gone);

/** obstacle_set_bits() - the memory-mapped register at @offset reads without the bits of @zeros and
 * with those of @ones; one register at a time. */
void obstacle_set_bits(uint64_t offset, uint32_t zeros, uint32_t ones);

#endif /* TESTS_QTEST_PLATFORM_OBSTACLE_H */
