/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NTSTRSAFE_H
#define NDIS_HEADERS_NTSTRSAFE_H

/*
 * String functions that know how much room there is.
 *
 * Each leaves a string that ends with a zero, and says with STATUS_BUFFER_OVERFLOW that it had to cut
 * it. `Cb` counts bytes, `Cch` characters, both with the zero; A is for 8-bit characters, W for 16-bit
 * ones. Room of 0, or of more than NTSTRSAFE_MAX_CCH characters, is STATUS_INVALID_PARAMETER. Formats
 * are those of DbgPrint (ddk/debug.h): `l` has 32 bits. Any IRQL, unless a format has wide characters:
 * then =PASSIVE. Source: the driver kit's reference pages.
 */

#include "ddk/unicode_string.h"

#define NTSTRSAFE_MAX_CCH 2147483647u
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH (0xFFFF / sizeof(WCHAR))

typedef CHAR *NTSTRSAFE_PSTR;
typedef const CHAR *NTSTRSAFE_PCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR;

EXTERN_C_START

/*
 * Write formatted text.
 *
 * pszDest              OUT. The text.
 * cbDest, cchDest      its room.
 * pszFormat            the format.
 * argList, ...         its arguments.
 *
 * Return STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW or STATUS_INVALID_PARAMETER.
 */
NTSYSAPI NTSTATUS NTAPI RtlStringCbVPrintfA(OUT NTSTRSAFE_PSTR pszDest, IN size_t cbDest,
					    IN NTSTRSAFE_PCSTR pszFormat, IN va_list argList);
NTSYSAPI NTSTATUS CDECL RtlStringCbPrintfA(OUT NTSTRSAFE_PSTR pszDest, IN size_t cbDest,
					   IN NTSTRSAFE_PCSTR pszFormat, ...);
NTSYSAPI NTSTATUS NTAPI RtlStringCbVPrintfW(OUT NTSTRSAFE_PWSTR pszDest, IN size_t cbDest,
					    IN NTSTRSAFE_PCWSTR pszFormat, IN va_list argList);
NTSYSAPI NTSTATUS CDECL RtlStringCbPrintfW(OUT NTSTRSAFE_PWSTR pszDest, IN size_t cbDest,
					   IN NTSTRSAFE_PCWSTR pszFormat, ...);
NTSYSAPI NTSTATUS NTAPI RtlStringCchVPrintfA(OUT NTSTRSAFE_PSTR pszDest, IN size_t cchDest,
					     IN NTSTRSAFE_PCSTR pszFormat, IN va_list argList);
NTSYSAPI NTSTATUS CDECL RtlStringCchPrintfA(OUT NTSTRSAFE_PSTR pszDest, IN size_t cchDest,
					    IN NTSTRSAFE_PCSTR pszFormat, ...);
NTSYSAPI NTSTATUS CDECL RtlStringCchPrintfW(OUT NTSTRSAFE_PWSTR pszDest, IN size_t cchDest,
					    IN NTSTRSAFE_PCWSTR pszFormat, ...);

/*
 * Copy the zero-terminated string pszSrc, and append it. Results as above.
 */
NTSYSAPI NTSTATUS NTAPI RtlStringCbCopyA(OUT NTSTRSAFE_PSTR pszDest, IN size_t cbDest,
					 IN NTSTRSAFE_PCSTR pszSrc);
NTSYSAPI NTSTATUS NTAPI RtlStringCbCopyW(OUT NTSTRSAFE_PWSTR pszDest, IN size_t cbDest,
					 IN NTSTRSAFE_PCWSTR pszSrc);
NTSYSAPI NTSTATUS NTAPI RtlStringCbCatA(IN OUT NTSTRSAFE_PSTR pszDest, IN size_t cbDest,
					IN NTSTRSAFE_PCSTR pszSrc);
NTSYSAPI NTSTATUS NTAPI RtlStringCbCatW(IN OUT NTSTRSAFE_PWSTR pszDest, IN size_t cbDest,
					IN NTSTRSAFE_PCWSTR pszSrc);
NTSYSAPI NTSTATUS NTAPI RtlStringCchCopyA(OUT NTSTRSAFE_PSTR pszDest, IN size_t cchDest,
					  IN NTSTRSAFE_PCSTR pszSrc);
NTSYSAPI NTSTATUS NTAPI RtlStringCchCopyW(OUT NTSTRSAFE_PWSTR pszDest, IN size_t cchDest,
					  IN NTSTRSAFE_PCWSTR pszSrc);

/*
 * Tell the length of a string without its zero, which must lie within the room.
 *
 * psz           the string.
 * cbMax         bytes of its room.
 * pcbLength     OUT, may be NULL. Receives the bytes; 0 on failure.
 *
 * Return STATUS_SUCCESS, or STATUS_INVALID_PARAMETER if there is no zero.
 */
NTSYSAPI NTSTATUS NTAPI RtlStringCbLengthA(IN NTSTRSAFE_PCSTR psz, IN size_t cbMax,
					   OUT size_t *pcbLength OPTIONAL);
NTSYSAPI NTSTATUS NTAPI RtlStringCbLengthW(IN NTSTRSAFE_PCWSTR psz, IN size_t cbMax,
					   OUT size_t *pcbLength OPTIONAL);

/*
 * The same for counted strings: copy a counted string, copy and append a zero-terminated one.
 *
 * DestinationString   IN OUT. Room of MaximumLength bytes; no zero is put behind the text.
 *
 * Return STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW, with as much as fits; STATUS_INVALID_PARAMETER for
 * a destination without room.
 */
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringCopy(IN OUT PUNICODE_STRING DestinationString,
					     IN PCUNICODE_STRING SourceString);
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringCopyString(IN OUT PUNICODE_STRING DestinationString,
						   IN NTSTRSAFE_PCWSTR pszSrc);
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringCat(IN OUT PUNICODE_STRING DestinationString,
					    IN PCUNICODE_STRING SourceString);
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringCatString(IN OUT PUNICODE_STRING DestinationString,
						  IN NTSTRSAFE_PCWSTR pszSrc);

EXTERN_C_END

#endif
