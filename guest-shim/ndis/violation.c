/* SPDX-License-Identifier: MIT */
/*
 * violation.c - see violation.h
 */
#include <stdarg.h>
#include <stdio.h>

#include "ndis/violation.h"

static void report(struct shim_adapter *adapter, const struct verifier_detail *detail,
		   const char *call, const char *rule, const char *format, va_list arguments)
{
	struct shim_driver *driver = ndis_current_driver();
	char text[256];

	vsnprintf(text, sizeof(text), format, arguments);
	if (!adapter)
		adapter = ndis_current_adapter();
	if (adapter) {
		adapter->statistics.violations++;
		driver = adapter->driver;
	}
	verifier_report(adapter ? adapter->verifier : NULL,
			&(const struct verifier_violation){
				.detail = *detail,
				.driver = driver ? driver->name : NULL,
				.call = call,
				.rule = rule,
				.arguments = text,
			});
}

void ndis_violation(struct shim_adapter *adapter, const char *call, const char *rule,
		    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(adapter, VERIFIER_DETAIL(VERIFIER_NONE), call, rule, format, arguments);
	va_end(arguments);
}

void ndis_violation_code(struct shim_adapter *adapter, const struct verifier_detail *detail,
			 const char *call, const char *rule, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(adapter, detail, call, rule, format, arguments);
	va_end(arguments);
}

void ndis_report_irql(struct shim_adapter *adapter, const char *call, unsigned int level,
		      bool exactly)
{
	unsigned int irql = ke_current_irql();

	/* Parameter 2: 1 not the required level, 2 above the highest allowed. */
	ndis_violation_code(
		adapter,
		VERIFIER_DETAIL(VERIFIER_IRQL, .parameters = {exactly ? 1 : 2, level, irql}), call,
		verifier_irql_rule(level, exactly), "called at IRQL %u", irql);
}

void ndis_report_null(const char *call, const char *name)
{
	ndis_violation(NULL, call, "no argument may be NULL", "%s is NULL", name);
}

bool ndis_may_claim_hardware(struct shim_adapter *adapter, const char *call)
{
	if (!ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		return false;
	if (adapter->state != ADAPTER_INITIALIZING) {
		ndis_violation(adapter, call,
			       "the function may be called from MiniportInitialize only",
			       "called after MiniportInitialize");
		return false;
	}
	if (!adapter->attributes_set) {
		ndis_violation(
			adapter, call,
			"NdisMSetAttributes(Ex) comes before every call that claims hardware",
			"called before NdisMSetAttributes(Ex)");
		return false;
	}
	return true;
}

struct status_name {
	NDIS_STATUS status;
	const char *name;
};

#define STATUS_NAME(name)                                                                          \
	{                                                                                          \
		name, #name                                                                        \
	}

static const struct status_name status_names[] = {
	STATUS_NAME(NDIS_STATUS_SUCCESS),
	STATUS_NAME(NDIS_STATUS_PENDING),
	STATUS_NAME(NDIS_STATUS_NOT_RECOGNIZED),
	STATUS_NAME(NDIS_STATUS_NOT_ACCEPTED),
	STATUS_NAME(NDIS_STATUS_FAILURE),
	STATUS_NAME(NDIS_STATUS_RESOURCES),
	STATUS_NAME(NDIS_STATUS_CLOSING),
	STATUS_NAME(NDIS_STATUS_BAD_VERSION),
	STATUS_NAME(NDIS_STATUS_BAD_CHARACTERISTICS),
	STATUS_NAME(NDIS_STATUS_ADAPTER_NOT_FOUND),
	STATUS_NAME(NDIS_STATUS_OPEN_FAILED),
	STATUS_NAME(NDIS_STATUS_DEVICE_FAILED),
	STATUS_NAME(NDIS_STATUS_MULTICAST_FULL),
	STATUS_NAME(NDIS_STATUS_REQUEST_ABORTED),
	STATUS_NAME(NDIS_STATUS_RESET_IN_PROGRESS),
	STATUS_NAME(NDIS_STATUS_NOT_SUPPORTED),
	STATUS_NAME(NDIS_STATUS_INVALID_PACKET),
	STATUS_NAME(NDIS_STATUS_ADAPTER_NOT_READY),
	STATUS_NAME(NDIS_STATUS_INVALID_LENGTH),
	STATUS_NAME(NDIS_STATUS_INVALID_DATA),
	STATUS_NAME(NDIS_STATUS_BUFFER_TOO_SHORT),
	STATUS_NAME(NDIS_STATUS_INVALID_OID),
	STATUS_NAME(NDIS_STATUS_ADAPTER_REMOVED),
	STATUS_NAME(NDIS_STATUS_UNSUPPORTED_MEDIA),
	STATUS_NAME(NDIS_STATUS_FILE_NOT_FOUND),
	STATUS_NAME(NDIS_STATUS_ERROR_READING_FILE),
	STATUS_NAME(NDIS_STATUS_ALREADY_MAPPED),
	STATUS_NAME(NDIS_STATUS_BUFFER_OVERFLOW),
	STATUS_NAME(NDIS_STATUS_RESOURCE_CONFLICT),
	STATUS_NAME(NDIS_STATUS_NO_CABLE),
	STATUS_NAME(NDIS_STATUS_MEDIA_CONNECT),
	STATUS_NAME(NDIS_STATUS_MEDIA_DISCONNECT),
	STATUS_NAME(NDIS_STATUS_NOT_RESETTABLE),
	STATUS_NAME(NDIS_STATUS_SOFT_ERRORS),
	STATUS_NAME(NDIS_STATUS_HARD_ERRORS),
	STATUS_NAME(NDIS_STATUS_RESET_START),
	STATUS_NAME(NDIS_STATUS_RESET_END),
	STATUS_NAME(NDIS_STATUS_LINK_SPEED_CHANGE),
	STATUS_NAME(NDIS_STATUS_INVALID_DEVICE_REQUEST),
	STATUS_NAME(NDIS_STATUS_INVALID_ADDRESS),
	STATUS_NAME(NDIS_STATUS_NOT_COPIED),
	STATUS_NAME(NDIS_STATUS_MEDIA_BUSY),
	STATUS_NAME(NDIS_STATUS_MULTICAST_EXISTS),
	STATUS_NAME(NDIS_STATUS_MULTICAST_NOT_FOUND),
	STATUS_NAME(NDIS_STATUS_MEDIA_SPECIFIC_INDICATION),
};

const char *ndis_status_text(NDIS_STATUS status)
{
	static _Thread_local char texts[4][16];
	static _Thread_local unsigned int next;
	char *text;

	for (size_t i = 0; i < sizeof(status_names) / sizeof(status_names[0]); i++) {
		if (status_names[i].status == status)
			return status_names[i].name;
	}
	text = texts[next++ % 4];
	snprintf(text, sizeof(texts[0]), "0x%08x", (unsigned int)status);
	return text;
}
