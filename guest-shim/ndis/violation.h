/* SPDX-License-Identifier: MIT */
/*
 * violation.h - rules of the NDIS interface that a driver broke
 *
 * A violation is one line in the log: the call, the value, the rule.  The call has a
 * defined outcome all the same: a status, or outputs that say "nothing".
 */
#ifndef NDIS_VIOLATION_H
#define NDIS_VIOLATION_H

#include "ke/processor.h"
#include "ndis/adapter.h"

/**
 * ndis_violation() - report and count
 * @adapter: whose driver it was; NULL when the call does not tell, then the
 *	first adapter of the thread is charged.
 * @call: name of the function.
 * @rule: the rule, as a sentence without full stop.
 * @format: printf: the value that breaks it.
 */
void ndis_violation(struct shim_adapter *adapter, const char *call, const char *rule,
		    const char *format, ...) PRINTF_FORMAT(4, 5);

/* Parameter 1 of bug check 0x7C. */
enum ndis_rule {
	NDIS_RULE_ALLOCATE_AT_RAISED_IRQL = 1,
	NDIS_RULE_SHARED_MEMORY_NOT_ALLOCATED = 3,
};

/** ndis_violation_code() - ndis_violation() of a rule that has a number, or is about an object. */
void ndis_violation_code(struct shim_adapter *adapter, const struct verifier_detail *detail,
			 const char *call, const char *rule, const char *format, ...)
	PRINTF_FORMAT(5, 6);

/** ndis_report_irql() - slow part of the two checks below. */
void ndis_report_irql(struct shim_adapter *adapter, const char *call, unsigned int level,
		      bool exactly);

/** ndis_irql_at_most() - Return: false, and a violation, when the level is above @limit. */
static inline bool ndis_irql_at_most(struct shim_adapter *adapter, const char *call,
				     unsigned int limit)
{
	if (likely(ke_current_irql() <= limit))
		return true;
	ndis_report_irql(adapter, call, limit, false);
	return false;
}

/** ndis_irql_is_dispatch() - Return: false, and a violation, when the level is not DISPATCH_LEVEL.
 */
static inline bool ndis_irql_is_dispatch(struct shim_adapter *adapter, const char *call)
{
	if (likely(ke_current_irql() == KE_DISPATCH_LEVEL))
		return true;
	ndis_report_irql(adapter, call, KE_DISPATCH_LEVEL, true);
	return false;
}

/** ndis_report_null() - slow part of the check below. */
void ndis_report_null(const char *call, const char *name);

/** ndis_is_given() - Return: false, and a violation, when the argument called @name is NULL. */
static inline bool ndis_is_given(const char *call, const char *name, const void *argument)
{
	if (likely(argument))
		return true;
	ndis_report_null(call, name);
	return false;
}

/**
 * ndis_may_claim_hardware() - the conditions of every call that claims or maps hardware
 *
 * PASSIVE_LEVEL, from MiniportInitialize, after NdisMSetAttributes(Ex).
 * Return: false, and a violation, when one does not hold.
 */
bool ndis_may_claim_hardware(struct shim_adapter *adapter, const char *call);

/** ndis_status_text() - name of a status, or its number; valid until the fourth next call. */
const char *ndis_status_text(NDIS_STATUS status);

#endif /* NDIS_VIOLATION_H */
