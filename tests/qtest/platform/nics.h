/* SPDX-License-Identifier: MIT */
/*
 * nics.h - the stock NICs of QEMU that there are miniports for
 */
#ifndef TESTS_QTEST_PLATFORM_NICS_H
#define TESTS_QTEST_PLATFORM_NICS_H

#include "session.h"

/** stock_nics - ends with one without a name */
extern const struct session_nic stock_nics[];

#endif /* TESTS_QTEST_PLATFORM_NICS_H */
