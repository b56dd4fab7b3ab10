/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_TIME_FIELDS_H
#define NDIS_HEADERS_DDK_TIME_FIELDS_H

/*
 * Times as calendars and clocks show them.
 *
 * A time is the number of 100 ns since 1 January 1601 (KeQuerySystemTime, NdisGetCurrentSystemTime).
 * Source: the kernel's reference pages.
 */

#include "../ntdef.h"

/* Parts of a time: Month and Day begin with 1; Weekday is 0 for Sunday. 16 bytes. */
typedef struct _TIME_FIELDS {
	CSHORT Year;
	CSHORT Month;
	CSHORT Day;
	CSHORT Hour;
	CSHORT Minute;
	CSHORT Second;
	CSHORT Milliseconds;
	CSHORT Weekday;
} TIME_FIELDS, *PTIME_FIELDS;

C_ASSERT(sizeof(TIME_FIELDS) == 16);

EXTERN_C_START

/*
 * Stores the parts of `*Time`, which is not negative and before the year 30000; the time of day is that
 * of the same place. IRQL: any.
 */
NTSYSAPI VOID NTAPI RtlTimeToTimeFields(IN PLARGE_INTEGER Time, OUT PTIME_FIELDS TimeFields);

/*
 * Stores in `*Time` the time that has these parts; Weekday is not looked at.
 *
 * Returns TRUE; FALSE for a day or an hour that does not exist, or one before 1601 or after 29999. IRQL:
 * any.
 */
NTSYSAPI BOOLEAN NTAPI RtlTimeFieldsToTime(IN PTIME_FIELDS TimeFields, OUT PLARGE_INTEGER Time);

/*
 * Convert between the system's time, UTC, and the time of the place that the host program's
 * environment says it is at (TZ), by the rule that holds there now. IRQL: any.
 */
NTKERNELAPI VOID NTAPI ExSystemTimeToLocalTime(IN PLARGE_INTEGER SystemTime,
					       OUT PLARGE_INTEGER LocalTime);
NTKERNELAPI VOID NTAPI ExLocalTimeToSystemTime(IN PLARGE_INTEGER LocalTime,
					       OUT PLARGE_INTEGER SystemTime);

EXTERN_C_END

#endif
