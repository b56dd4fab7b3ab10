/* SPDX-License-Identifier: MIT */
/*
 * violation.c - see violation.h
 */
#include <stdarg.h>
#include <stdio.h>

#include "hal/hal.h"
#include "hal/violation.h"
#include "support/log.h"

void hal_violation(struct hal_adapter *adapter, enum hal_code code, const char *call,
		   const char *rule, const char *format, ...)
{
	struct hal_bus *bus = adapter ? adapter->bus : hal_buses;
	char number[40] = "";
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (code != HAL_CODE_NONE)
		snprintf(number, sizeof(number), " (DMA verification 0x%02X)", (unsigned int)code);
	if (adapter)
		adapter->violations++;
	if (bus) {
		bus->violations++;
		bus->last_code = code;
	}
	log_error("%s: %s; rule: %s%s", call, text, rule, number);
}

static const char *level_rule(unsigned int level, bool exactly)
{
	if (level == KE_PASSIVE_LEVEL)
		return "the function must be called at PASSIVE_LEVEL (0)";
	return exactly ? "the function must be called at DISPATCH_LEVEL (2)"
		       : "the function must be called at DISPATCH_LEVEL (2) or below";
}

bool hal_report_irql(struct hal_adapter *adapter, const char *call, unsigned int level,
		     bool exactly)
{
	hal_violation(adapter, HAL_CODE_IRQL, call, level_rule(level, exactly), "called at IRQL %u",
		      ke_current_irql());
	return false;
}
