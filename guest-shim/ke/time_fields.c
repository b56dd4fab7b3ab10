/* SPDX-License-Identifier: MIT */
/*
 * time_fields.c - times and their parts
 */
#include <time.h>

#include <ddk/time_fields.h>

#include "ke/clock.h"
#include "ke/level.h"
#include "support/log.h"

#define UNITS_PER_MILLISECOND 10000ll
#define UNITS_PER_SECOND      10000000ll
#define UNITS_PER_DAY	      (86400 * UNITS_PER_SECOND)
#define SECONDS_TO_1970	      11644473600ll
#define FIRST_YEAR	      1601
#define LAST_YEAR	      29999

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* From 1 January 1601 to 1 January of @year. */
static int64_t days_to_year(int year)
{
	int64_t years = year - FIRST_YEAR;

	return years * 365 + years / 4 - years / 100 + years / 400;
}

VOID NTAPI RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields)
{
	static const char call[] = "RtlTimeToTimeFields";
	int64_t days, rest;
	int year, month = 1;

	if (!ke_is_given(call, "Time", Time) || !ke_is_given(call, "TimeFields", TimeFields))
		return;
	*TimeFields = (TIME_FIELDS){0};
	days = Time->QuadPart / UNITS_PER_DAY;
	if (Time->QuadPart < 0 || days >= days_to_year(LAST_YEAR + 1)) {
		log_error("%s: the time is %lld; rule: a time is not negative, and before the year %d",
			  call, Time->QuadPart, LAST_YEAR + 1);
		return;
	}
	rest = Time->QuadPart % UNITS_PER_DAY;
	TimeFields->Weekday = (CSHORT)((days + 1) % 7);
	/* A year has 365 days at least. */
	year = FIRST_YEAR + (int)(days / 366);
	while (days >= days_to_year(year + 1))
		year++;
	days -= days_to_year(year);
	while (days >= days_of_month(year, month))
		days -= days_of_month(year, month++);
	TimeFields->Year = (CSHORT)year;
	TimeFields->Month = (CSHORT)month;
	TimeFields->Day = (CSHORT)(days + 1);
	TimeFields->Hour = (CSHORT)(rest / (3600 * UNITS_PER_SECOND));
	TimeFields->Minute = (CSHORT)(rest / (60 * UNITS_PER_SECOND) % 60);
	TimeFields->Second = (CSHORT)(rest / UNITS_PER_SECOND % 60);
	TimeFields->Milliseconds = (CSHORT)(rest / UNITS_PER_MILLISECOND % 1000);
}

static bool is_below(CSHORT value, int limit)
{
	return value >= 0 && value < limit;
}

BOOLEAN NTAPI RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time)
{
	static const char call[] = "RtlTimeFieldsToTime";
	const TIME_FIELDS *f = TimeFields;
	int64_t days, seconds;

	if (!ke_is_given(call, "TimeFields", TimeFields) || !ke_is_given(call, "Time", Time) ||
	    f->Year < FIRST_YEAR || f->Year > LAST_YEAR || f->Month < 1 || f->Month > 12 ||
	    f->Day < 1 || f->Day > days_of_month(f->Year, f->Month) || !is_below(f->Hour, 24) ||
	    !is_below(f->Minute, 60) || !is_below(f->Second, 60) ||
	    !is_below(f->Milliseconds, 1000))
		return FALSE;
	days = days_to_year(f->Year) + f->Day - 1;
	for (int month = 1; month < f->Month; month++)
		days += days_of_month(f->Year, month);
	seconds = f->Hour * 3600 + f->Minute * 60 + f->Second;
	Time->QuadPart = days * UNITS_PER_DAY + seconds * UNITS_PER_SECOND +
			 f->Milliseconds * UNITS_PER_MILLISECOND;
	return TRUE;
}

/* How much later a clock of this place is. */
static int64_t zone(void)
{
	time_t now = (time_t)(ke_system_time() / UNITS_PER_SECOND - SECONDS_TO_1970);
	struct tm local;

	return localtime_r(&now, &local) ? local.tm_gmtoff * UNITS_PER_SECOND : 0;
}

VOID NTAPI ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime)
{
	static const char call[] = "ExSystemTimeToLocalTime";

	if (ke_is_given(call, "SystemTime", SystemTime) && ke_is_given(call, "LocalTime", LocalTime))
		LocalTime->QuadPart = SystemTime->QuadPart + zone();
}

VOID NTAPI ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime)
{
	static const char call[] = "ExLocalTimeToSystemTime";

	if (ke_is_given(call, "LocalTime", LocalTime) && ke_is_given(call, "SystemTime", SystemTime))
		SystemTime->QuadPart = LocalTime->QuadPart - zone();
}
