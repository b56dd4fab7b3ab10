/* SPDX-License-Identifier: MIT */
/*
 * version.c - the system that drivers find
 */
#include <ddk/version.h>

#include "ke/level.h"
#include "support/log.h"

#define MAJOR	  5u
#define MINOR	  1u
#define BUILD	  2600u
#define WDM_MAJOR 0x01
#define WDM_MINOR 0x20

NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW VersionInformation)
{
	static const char call[] = "RtlGetVersion";
	PRTL_OSVERSIONINFOEXW extended = (PVOID)VersionInformation;
	ULONG size;

	ke_irql_at_most(call, KE_PASSIVE_LEVEL);
	if (!ke_is_given(call, "VersionInformation", VersionInformation))
		return STATUS_INVALID_PARAMETER;
	size = VersionInformation->dwOSVersionInfoSize;
	if (size != sizeof(RTL_OSVERSIONINFOW) && size != sizeof(RTL_OSVERSIONINFOEXW)) {
		log_error("%s: dwOSVersionInfoSize is %u; rule: it is %zu or %zu", call, size,
			  sizeof(RTL_OSVERSIONINFOW), sizeof(RTL_OSVERSIONINFOEXW));
		return STATUS_INVALID_PARAMETER;
	}
	VersionInformation->dwMajorVersion = MAJOR;
	VersionInformation->dwMinorVersion = MINOR;
	VersionInformation->dwBuildNumber = BUILD;
	VersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
	VersionInformation->szCSDVersion[0] = 0;
	if (size == sizeof(*extended)) {
		extended->wServicePackMajor = 0;
		extended->wServicePackMinor = 0;
		extended->wSuiteMask = 0;
		extended->wProductType = VER_NT_WORKSTATION;
		extended->wReserved = 0;
	}
	return STATUS_SUCCESS;
}

BOOLEAN NTAPI PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
			   PUNICODE_STRING CSDVersion)
{
	ke_irql_at_most("PsGetVersion", KE_PASSIVE_LEVEL);
	if (MajorVersion)
		*MajorVersion = MAJOR;
	if (MinorVersion)
		*MinorVersion = MINOR;
	if (BuildNumber)
		*BuildNumber = BUILD;
	if (CSDVersion)
		*CSDVersion = (UNICODE_STRING){0, 0, NULL};
	return FALSE;
}

BOOLEAN NTAPI IoIsWdmVersionAvailable(UCHAR MajorVersion, UCHAR MinorVersion)
{
	ke_irql_at_most("IoIsWdmVersionAvailable", KE_PASSIVE_LEVEL);
	return MajorVersion < WDM_MAJOR ||
	       (MajorVersion == WDM_MAJOR && MinorVersion <= WDM_MINOR);
}
