/* SPDX-License-Identifier: MIT */
/*
 * violation.h - rules of the HAL's DMA interface that a driver broke
 *
 * The one reporting point of hal/.  A violation is one line in the log: the call, the value,
 * the rule, and the number that Windows' DMA verification has for it (ndis-hal-dma.md
 * section 12).  The call has a defined outcome all the same.
 */
#ifndef HAL_VIOLATION_H
#define HAL_VIOLATION_H

#include <stdbool.h>

#include "ke/processor.h"
#include "support/compiler.h"

struct hal_adapter;

/* First parameter of bug check 0xE6; NONE for rules without a number. */
enum hal_code {
	HAL_CODE_NONE = -1,
	HAL_CODE_MISCELLANEOUS = 0x00,
	HAL_CODE_COMMON_BUFFER_FREED_TWICE = 0x03,
	HAL_CODE_CHANNEL_FREED_TWICE = 0x04,
	HAL_CODE_REGISTERS_FREED_TWICE = 0x05,
	HAL_CODE_LIST_FREED_TWICE = 0x06,
	HAL_CODE_COMMON_BUFFER_LEFT = 0x07,
	HAL_CODE_CHANNEL_LEFT = 0x08,
	HAL_CODE_REGISTERS_LEFT = 0x09,
	HAL_CODE_LIST_LEFT = 0x0A,
	HAL_CODE_SECOND_CHANNEL = 0x0B,
	HAL_CODE_TOO_MANY_REGISTERS = 0x0C,
	HAL_CODE_NOT_FLUSHED = 0x0D,
	HAL_CODE_NOT_LOCKED = 0x0E,
	HAL_CODE_FREED_WHILE_MAPPED = 0x10,
	HAL_CODE_IRQL = 0x13,
	HAL_CODE_ALLOCATION_TOO_LARGE = 0x15,
	HAL_CODE_FLUSH_UNMAPPED = 0x16,
	HAL_CODE_RELEASED_ADAPTER = 0x18,
	HAL_CODE_NULL_ADAPTER = 0x19,
	HAL_CODE_OUTSIDE_MDL = 0x1B,
	HAL_CODE_MAPPED_TWICE = 0x1D,
	HAL_CODE_OLD_HAL_GET_ADAPTER = 0x1E,
	HAL_CODE_INVALID_BUFFER = 0x1F,
	HAL_CODE_NEVER_MAPPED = 0x20,
	HAL_CODE_ZERO_LENGTH = 0x21,
	HAL_CODE_NO_SYSTEM_ADDRESS = 0x22,
	HAL_CODE_BUFFER_TOO_SMALL = 0x24,
	HAL_CODE_DESCRIPTION_VERSION = 0x25,
};

/**
 * hal_violation() - report and count
 * @adapter: whose rule it was; NULL when the call does not tell, then the first platform of the
 *	thread is charged.
 * @call: name of the function.
 * @rule: the rule, as a sentence without full stop.
 * @format: printf: the value that breaks it.
 */
void hal_violation(struct hal_adapter *adapter, enum hal_code code, const char *call,
		   const char *rule, const char *format, ...) PRINTF_FORMAT(5, 6);

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
