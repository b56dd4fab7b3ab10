/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_VERSION_H
#define NDIS_HEADERS_DDK_VERSION_H

/*
 * Which system this is: Windows XP, version 5.1 of NT, which brought NDIS 5.1. Source: the kernel's
 * reference pages.
 */

#include "../ntstatus.h"

/* Version of the system. dwOSVersionInfoSize is set by the caller. 276 bytes. */
typedef struct _OSVERSIONINFOW {
	ULONG dwOSVersionInfoSize;
	ULONG dwMajorVersion;
	ULONG dwMinorVersion;
	ULONG dwBuildNumber;
	ULONG dwPlatformId;
	WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

/* The same with the service pack and the kind of product. 284 bytes. */
typedef struct _OSVERSIONINFOEXW {
	ULONG dwOSVersionInfoSize;
	ULONG dwMajorVersion;
	ULONG dwMinorVersion;
	ULONG dwBuildNumber;
	ULONG dwPlatformId;
	WCHAR szCSDVersion[128];
	USHORT wServicePackMajor;
	USHORT wServicePackMinor;
	USHORT wSuiteMask;
	UCHAR wProductType;
	UCHAR wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;

C_ASSERT(sizeof(RTL_OSVERSIONINFOW) == 276);
C_ASSERT(sizeof(RTL_OSVERSIONINFOEXW) == 284);

#define VER_PLATFORM_WIN32_NT 2
#define VER_NT_WORKSTATION 1

EXTERN_C_START

/*
 * Fills in a structure of the size that its dwOSVersionInfoSize says, one of the two: 5.1, build 2600, a
 * workstation without service packs.
 *
 * Returns STATUS_SUCCESS, or STATUS_INVALID_PARAMETER for another size. IRQL: =PASSIVE.
 */
NTSYSAPI NTSTATUS NTAPI RtlGetVersion(IN OUT PRTL_OSVERSIONINFOW VersionInformation);

/*
 * Stores the same where it is asked for; each argument may be NULL. CSDVersion becomes empty. Returns
 * FALSE: the system is no checked build. IRQL: =PASSIVE.
 */
NTKERNELAPI BOOLEAN NTAPI PsGetVersion(OUT PULONG MajorVersion OPTIONAL,
				       OUT PULONG MinorVersion OPTIONAL,
				       OUT PULONG BuildNumber OPTIONAL,
				       OUT PUNICODE_STRING CSDVersion OPTIONAL);

/*
 * Returns TRUE if the system has what drivers of that version of WDM want: up to 1.32, which is
 * 0x01, 0x20. IRQL: =PASSIVE.
 */
NTKERNELAPI BOOLEAN NTAPI IoIsWdmVersionAvailable(IN UCHAR MajorVersion, IN UCHAR MinorVersion);

EXTERN_C_END

#endif
