/* SPDX-License-Identifier: MIT */
/*
 * violation.h - rules of the HAL's DMA interface that a driver broke
 *
 * The one reporting point of hal/.  A violation is one line in the log: the call, the value,
 * the rule, and the number that Windows' DMA verification has for it (verifier/verifier.h).
 * The call has a defined outcome all the same.
 */
#ifndef HAL_VIOLATION_H
#define HAL_VIOLATION_H

#include <stdbool.h>

#include "ke/processor.h"
#include "support/compiler.h"
#include "verifier/verifier.h"

struct hal_adapter;

/**
 * hal_violation() - report and count
 * @adapter: whose rule it was; NULL when the call does not tell, then the first platform of the
 *	thread is charged.
 * @call: name of the function.
 * @rule: the rule, as a sentence without full stop.
 * @format: printf: the value that breaks it.
 */
void hal_violation(struct hal_adapter *adapter, enum verifier_code code, const char *call,
		   const char *rule, const char *format, ...) PRINTF_FORMAT(5, 6);

/** hal_violation_about() - hal_violation() with an object, or parameters of the bug check. */
void hal_violation_about(struct hal_adapter *adapter, const struct verifier_detail *detail,
			 const char *call, const char *rule, const char *format, ...)
	PRINTF_FORMAT(5, 6);

/** hal_report_irql() - slow part of the two checks below. */
bool hal_report_irql(struct hal_adapter *adapter, const char *call, unsigned int level,
		     bool exactly);

/** hal_irql_at_most() - Return: false, and a violation, when the level is above @limit. */
static inline bool hal_irql_at_most(struct hal_adapter *adapter, const char *call,
				    unsigned int limit)
{
	return likely(ke_current_irql() <= limit) ? true
						  : hal_report_irql(adapter, call, limit, false);
}

/** hal_irql_is() - Return: false, and a violation, when the level is not @level. */
static inline bool hal_irql_is(struct hal_adapter *adapter, const char *call, unsigned int level)
{
	return likely(ke_current_irql() == level) ? true
						  : hal_report_irql(adapter, call, level, true);
}

#endif /* HAL_VIOLATION_H */
