/* SPDX-License-Identifier: MIT */
/*
 * clock.c - see clock.h
 */
#include <time.h>

#include "ke/clock.h"
#include "platform/event_loop.h"

/* Seconds from 1 January 1601 to 1 January 1970: 369 years with 89 leap days. */
#define EPOCH_DIFFERENCE ((int64_t)(369 * 365 + 89) * 86400)

int64_t ke_system_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec + EPOCH_DIFFERENCE) * 10000000 + now.tv_nsec / 100;
}

uint64_t ke_busy_time(void)
{
	struct timespec busy;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &busy);
	return (uint64_t)busy.tv_sec * 1000000000u + (uint64_t)busy.tv_nsec;
}

void ke_stall(uint32_t microseconds)
{
	uint64_t end = event_loop_now() + microseconds * 1000ull;

	while (event_loop_now() < end)
		;
}
