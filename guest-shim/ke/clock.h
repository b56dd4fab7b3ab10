/* SPDX-License-Identifier: MIT */
/*
 * clock.h - time of day, and short delays
 */
#ifndef KE_CLOCK_H
#define KE_CLOCK_H

#include <stdint.h>

/** ke_system_time() - any level: time since 1 January 1601, UTC, in units of 100 ns. */
int64_t ke_system_time(void);

/** ke_stall() - any level: keep the processor busy for @microseconds. */
void ke_stall(uint32_t microseconds);

/** ke_busy_time() - any level: ns that the calling thread has run since it began. */
uint64_t ke_busy_time(void);

#endif /* KE_CLOCK_H */
