/* SPDX-License-Identifier: MIT */
/*
 * violation.c - see violation.h
 */
#include <stdarg.h>
#include <stdio.h>

#include "hal/hal.h"
#include "hal/violation.h"

static void report(struct hal_adapter *adapter, const struct verifier_detail *detail,
		   const char *call, const char *rule, const char *format, va_list arguments)
{
	struct hal_bus *bus = adapter ? adapter->bus : hal_buses;
	char text[256];

	vsnprintf(text, sizeof(text), format, arguments);
	if (bus && !detail->advice) {
		bus->violations++;
		bus->last_code = detail->code;
	}
	verifier_report(bus ? bus->verifier : NULL, &(const struct verifier_violation){
							    .detail = *detail,
							    .driver = bus ? bus->driver : NULL,
							    .call = call,
							    .rule = rule,
							    .arguments = text,
						    });
}

void hal_violation(struct hal_adapter *adapter, enum verifier_code code, const char *call,
		   const char *rule, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(adapter, VERIFIER_DETAIL(code), call, rule, format, arguments);
	va_end(arguments);
}

void hal_violation_about(struct hal_adapter *adapter, const struct verifier_detail *detail,
			 const char *call, const char *rule, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(adapter, detail, call, rule, format, arguments);
	va_end(arguments);
}

bool hal_report_irql(struct hal_adapter *adapter, const char *call, unsigned int level,
		     bool exactly)
{
	unsigned int irql = ke_current_irql();

	/* Parameter 2: 1 not the required level, 2 above the highest allowed. */
	hal_violation_about(adapter,
			    VERIFIER_DETAIL(VERIFIER_IRQL, .object = adapter,
					    .parameters = {exactly ? 1 : 2, level, irql}),
			    call, verifier_irql_rule(level, exactly), "called at IRQL %u", irql);
	return false;
}
