/* SPDX-License-Identifier: MIT */
/*
 * level.h - the check of the IRQL in the kernel's functions
 */
#ifndef KE_LEVEL_H
#define KE_LEVEL_H

#include <stdbool.h>

#include "ke/processor.h"
#include "support/compiler.h"

/** ke_report_irql() - slow part of the check below. */
void ke_report_irql(const char *call, unsigned int limit);

/** ke_irql_at_most() - Return: false, and a message, when the level is above @limit. */
static inline bool ke_irql_at_most(const char *call, unsigned int limit)
{
	if (likely(ke_current_irql() <= limit))
		return true;
	ke_report_irql(call, limit);
	return false;
}

/** ke_is_given() - Return: false, and a message, when the argument called @name is NULL. */
bool ke_is_given(const char *call, const char *name, const void *argument);

#endif /* KE_LEVEL_H */
