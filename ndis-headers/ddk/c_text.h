/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_C_TEXT_H
#define NDIS_HEADERS_DDK_C_TEXT_H

/*
 * Functions of the kernel's C library that the host's has not, or has with another meaning: formats are
 * those of DbgPrint (debug.h), where `l` has 32 bits, and wide characters have 16.
 *
 * Names that the host's C library has, too, are macros for functions of ndis-shim, so that programs
 * and drivers in one process have each their own. <stdio.h> and <wchar.h> may be included before this
 * header or after it, and are not needed; <cstdio> and <cwchar> before it, since they undo the macros.
 * IRQL: any. Source: ISO C 7.21.6 and 7.29.4.
 */

#include <stdarg.h>
#include <stddef.h>

#include "../ntdef.h"

#ifdef __cplusplus
#include <stdio.h>
#include <wchar.h>
#endif

#define sprintf Nt_sprintf
#define vsprintf Nt_vsprintf
#define wcslen Nt_wcslen
#define wcscpy Nt_wcscpy
#define wcsncpy Nt_wcsncpy
#define wcscat Nt_wcscat
#define wcscmp Nt_wcscmp
#define wcsncmp Nt_wcsncmp
#define wcschr Nt_wcschr
#define wcsrchr Nt_wcsrchr
#define wcsstr Nt_wcsstr

EXTERN_C_START

/*
 * Write text by a format, and return its length without the zero at its end. The first two need room
 * for all of it. The others write at most `Count` bytes: a text of that length has no zero at its end,
 * and of a longer one the beginning is written, and -1 returned.
 */
NTSYSAPI int CDECL Nt_sprintf(char *Text, const char *Format, ...);
NTSYSAPI int CDECL Nt_vsprintf(char *Text, const char *Format, va_list Arguments);
NTSYSAPI int CDECL _snprintf(char *Text, size_t Count, const char *Format, ...);
NTSYSAPI int CDECL _vsnprintf(char *Text, size_t Count, const char *Format, va_list Arguments);

/* As strcmp and strncmp; the letters of ASCII are the same in either case. */
NTSYSAPI int CDECL _stricmp(const char *First, const char *Second);
NTSYSAPI int CDECL _strnicmp(const char *First, const char *Second, size_t Count);
NTSYSAPI int CDECL _wcsicmp(const WCHAR *First, const WCHAR *Second);
NTSYSAPI int CDECL _wcsnicmp(const WCHAR *First, const WCHAR *Second, size_t Count);

/* The functions of c_library.h that begin with str, for wide strings. Counts are of characters. */
NTSYSAPI size_t CDECL Nt_wcslen(const WCHAR *String);
NTSYSAPI WCHAR *CDECL Nt_wcscpy(WCHAR *To, const WCHAR *From);
NTSYSAPI WCHAR *CDECL Nt_wcsncpy(WCHAR *To, const WCHAR *From, size_t Count);
NTSYSAPI WCHAR *CDECL Nt_wcscat(WCHAR *To, const WCHAR *From);
NTSYSAPI int CDECL Nt_wcscmp(const WCHAR *First, const WCHAR *Second);
NTSYSAPI int CDECL Nt_wcsncmp(const WCHAR *First, const WCHAR *Second, size_t Count);
NTSYSAPI WCHAR *CDECL Nt_wcschr(const WCHAR *String, WCHAR Character);
NTSYSAPI WCHAR *CDECL Nt_wcsrchr(const WCHAR *String, WCHAR Character);
NTSYSAPI WCHAR *CDECL Nt_wcsstr(const WCHAR *String, const WCHAR *Part);

EXTERN_C_END

#endif
