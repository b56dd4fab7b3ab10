/* SPDX-License-Identifier: MIT */
/*
 * level.c - see level.h
 */
#include "ke/level.h"

#include "support/log.h"

void ke_report_irql(const char *call, unsigned int limit)
{
	log_error("%s: called at IRQL %u; rule: the function must be called at %s", call,
		  ke_current_irql(),
		  limit == KE_PASSIVE_LEVEL ? "PASSIVE_LEVEL (0)" : "DISPATCH_LEVEL (2) or below");
}

bool ke_is_given(const char *call, const char *name, const void *argument)
{
	if (likely(argument))
		return true;
	log_error("%s: %s is NULL; rule: no argument may be NULL", call, name);
	return false;
}
