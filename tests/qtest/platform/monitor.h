/* SPDX-License-Identifier: MIT */
/*
 * monitor.h - QMP, to the QEMU of a fixture that has a wire
 */
#ifndef TESTS_QTEST_PLATFORM_MONITOR_H
#define TESTS_QTEST_PLATFORM_MONITOR_H

#include "fixture.h"

/** monitor_ask() - execute one command; returns the answer's line, to be freed with g_free(). */
char *monitor_ask(struct fixture *fixture, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** monitor_execute() - execute a command that must succeed. */
void monitor_execute(struct fixture *fixture, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif /* TESTS_QTEST_PLATFORM_MONITOR_H */
