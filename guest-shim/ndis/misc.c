/* SPDX-License-Identifier: MIT */
/*
 * misc.c - error log, versions, processors, names of functions
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ke/clock.h"
#include "ke/format.h"
#include "ndis/violation.h"
#include "platform/event_loop.h"
#include "support/log.h"
#include "support/trace.h"

#define ERROR_VALUES_LIMIT	    100u
#define NANOSECONDS_PER_MILLISECOND 1000000u

struct error_name {
	NDIS_ERROR_CODE code;
	const char *text;
};

static const struct error_name error_names[] = {
	{NDIS_ERROR_CODE_RESOURCE_CONFLICT, "resource conflict"},
	{NDIS_ERROR_CODE_OUT_OF_RESOURCES, "out of resources"},
	{NDIS_ERROR_CODE_HARDWARE_FAILURE, "hardware failure"},
	{NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, "adapter not found"},
	{NDIS_ERROR_CODE_INTERRUPT_CONNECT, "interrupt cannot be connected"},
	{NDIS_ERROR_CODE_DRIVER_FAILURE, "driver failure"},
	{NDIS_ERROR_CODE_BAD_VERSION, "bad version"},
	{NDIS_ERROR_CODE_TIMEOUT, "timeout"},
	{NDIS_ERROR_CODE_NETWORK_ADDRESS, "bad network address"},
	{NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION, "unsupported configuration"},
	{NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER, "invalid value from the adapter"},
	{NDIS_ERROR_CODE_MISSING_CONFIGURATION_PARAMETER, "missing configuration parameter"},
	{NDIS_ERROR_CODE_BAD_IO_BASE_ADDRESS, "bad I/O base address"},
	{NDIS_ERROR_CODE_RECEIVE_SPACE_SMALL, "little receive space"},
	{NDIS_ERROR_CODE_ADAPTER_DISABLED, "adapter disabled"},
};

static const char *error_text(NDIS_ERROR_CODE code)
{
	for (size_t i = 0; i < ARRAYSIZE(error_names); i++) {
		if (error_names[i].code == code)
			return error_names[i].text;
	}
	return "error of the driver's own";
}

VOID CDECL NdisWriteErrorLogEntry(NDIS_HANDLE MiniportAdapterHandle, NDIS_ERROR_CODE ErrorCode,
				  ULONG NumberOfErrorValues, ...)
{
	static const char call[] = "NdisWriteErrorLogEntry";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	char values[512] = "";
	size_t length = 0;
	va_list arguments;

	if (!adapter)
		return;
	ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL);
	if (NumberOfErrorValues > ERROR_VALUES_LIMIT) {
		ndis_violation(adapter, call, "NumberOfErrorValues is at most 100",
			       "NumberOfErrorValues is %u", NumberOfErrorValues);
		NumberOfErrorValues = ERROR_VALUES_LIMIT;
	}
	va_start(arguments, NumberOfErrorValues);
	for (ULONG i = 0; i < NumberOfErrorValues && length + 12 < sizeof(values); i++)
		length += (size_t)snprintf(values + length, sizeof(values) - length, " 0x%08x",
					   va_arg(arguments, ULONG));
	va_end(arguments);
	log_error("%s: error log: 0x%08x %s%s%s", adapter->driver->name, ErrorCode,
		  error_text(ErrorCode), values[0] ? ", values" : "", values);
	TRACE(call, "adapter %p, 0x%08x,%s)", (void *)adapter, ErrorCode, values);
}

/* Appends to a text of which @length bytes are there.  Return: how many there are then. */
static size_t append(char *text, size_t size, size_t length, const char *format, ...)
{
	va_list arguments;

	if (length + 1 >= size)
		return length;
	va_start(arguments, format);
	ke_format(text + length, size - length, format, arguments);
	va_end(arguments);
	return strlen(text);
}

NDIS_STATUS NTAPI NdisWriteEventLogEntry(PVOID LogHandle, NDIS_STATUS EventCode,
					 ULONG UniqueEventValue, USHORT NumStrings,
					 PVOID StringsList, ULONG DataSize, PVOID Data)
{
	static const char call[] = "NdisWriteEventLogEntry";
	TRACE_SCOPE(call);
	const struct shim_driver *driver = ndis_current_driver();
	PWSTR *strings = StringsList;
	char text[512] = "";
	size_t length = 0;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "LogHandle", LogHandle) ||
	    (NumStrings && !ndis_is_given(call, "StringsList", StringsList)) ||
	    (DataSize && !ndis_is_given(call, "Data", Data)))
		return NDIS_STATUS_FAILURE;
	for (USHORT i = 0; i < NumStrings; i++)
		length = append(text, sizeof(text), length, " \"%ws\"", strings[i]);
	for (ULONG i = 0; i < DataSize && length + 1 < sizeof(text); i++)
		length = append(text, sizeof(text), length, " %02x", ((const UCHAR *)Data)[i]);
	log_error("%s: event log: 0x%08x %s, value %u%s%s", driver ? driver->name : "driver",
		  (unsigned int)EventCode, error_text((NDIS_ERROR_CODE)EventCode), UniqueEventValue,
		  text[0] ? "," : "", text);
	TRACE(call, "0x%08x, %u,%s)", (unsigned int)EventCode, UniqueEventValue, text);
	return NDIS_STATUS_SUCCESS;
}

CCHAR NTAPI NdisSystemProcessorCount(VOID)
{
	return 1;
}

UINT NTAPI NdisGetVersion(VOID)
{
	return 0x00050001;
}

VOID NTAPI NdisGetCurrentProcessorCpuUsage(PULONG pCpuUsage)
{
	static const char call[] = "NdisGetCurrentProcessorCpuUsage";

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "pCpuUsage", pCpuUsage))
		return;
	*pCpuUsage = (ULONG)min(ke_busy_time() / (event_loop_now() / 100 + 1), 100);
	TRACE(call, ") -> %u %%", *pCpuUsage);
}

VOID NTAPI NdisGetCurrentProcessorCounts(PULONG pIdleCount, PULONG pKernelAndUser, PULONG pIndex)
{
	static const char call[] = "NdisGetCurrentProcessorCounts";
	uint64_t busy = ke_busy_time(), all = event_loop_now();

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "pIdleCount", pIdleCount) ||
	    !ndis_is_given(call, "pKernelAndUser", pKernelAndUser) ||
	    !ndis_is_given(call, "pIndex", pIndex))
		return;
	*pIdleCount = (ULONG)((all - min(all, busy)) / NANOSECONDS_PER_MILLISECOND);
	*pKernelAndUser = (ULONG)(all / NANOSECONDS_PER_MILLISECOND);
	*pIndex = KeGetCurrentProcessorNumber();
	TRACE(call, ") -> %u of %u ms idle", *pIdleCount, *pKernelAndUser);
}

PVOID NTAPI NdisGetRoutineAddress(PNDIS_STRING NdisRoutineName)
{
	static const char call[] = "NdisGetRoutineAddress";

	if (!ndis_is_given(call, "NdisRoutineName", NdisRoutineName) ||
	    !ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
		return NULL;
	return MmGetSystemRoutineAddress(NdisRoutineName);
}

UCHAR NTAPI NdisGeneratePartialCancelId(VOID)
{
	/* The drivers of all threads share the numbers. */
	static unsigned int calls;

	return (UCHAR)(__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED) % 255 + 1);
}
