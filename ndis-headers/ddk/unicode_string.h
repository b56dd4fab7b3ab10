/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_UNICODE_STRING_H
#define NDIS_HEADERS_DDK_UNICODE_STRING_H

/*
 * Functions on counted strings.
 *
 * Lengths are bytes. Characters beyond the 128 of ASCII keep their value where there is room for it
 * and become a question mark where there is not; only the letters of Latin 1 have capitals. A string
 * that a function allocated for the caller is freed with the Free function of its kind. Source: the
 * kernel's reference pages.
 */

#include "../ntstatus.h"
#include "rtl.h"

EXTERN_C_START

/*
 * Makes a counted string of a zero-terminated one, which it refers to. NULL makes an empty string
 * with Buffer == NULL. IRQL: any.
 */
NTSYSAPI VOID NTAPI RtlInitAnsiString(OUT PANSI_STRING DestinationString,
				      IN PCSZ SourceString OPTIONAL);

/*
 * Copies as much of a string as the destination has room for (MaximumLength), and ends it with a
 * zero if that fits, too. NULL makes it empty. IRQL: <=DISPATCH.
 */
NTSYSAPI VOID NTAPI RtlCopyUnicodeString(IN OUT PUNICODE_STRING DestinationString,
					 IN PCUNICODE_STRING SourceString OPTIONAL);

/*
 * Append a string, counted or zero-terminated.
 *
 * Return STATUS_SUCCESS, or STATUS_BUFFER_TOO_SMALL, and nothing is changed. IRQL: <=DISPATCH.
 */
NTSYSAPI NTSTATUS NTAPI RtlAppendUnicodeStringToString(IN OUT PUNICODE_STRING Destination,
						       IN PCUNICODE_STRING Source);
NTSYSAPI NTSTATUS NTAPI RtlAppendUnicodeToString(IN OUT PUNICODE_STRING Destination,
						 IN PCWSTR Source OPTIONAL);

/*
 * Compare two strings, with CaseInSensitive as if both were written in capitals: the first yields
 * TRUE if they are equal; the second 0, or a negative or positive number if the first string sorts
 * before or behind the second. IRQL: =PASSIVE.
 */
NTSYSAPI BOOLEAN NTAPI RtlEqualUnicodeString(IN CONST UNICODE_STRING *String1,
					     IN CONST UNICODE_STRING *String2,
					     IN BOOLEAN CaseInSensitive);
NTSYSAPI LONG NTAPI RtlCompareUnicodeString(IN PCUNICODE_STRING String1,
					    IN PCUNICODE_STRING String2, IN BOOLEAN CaseInSensitive);

/*
 * Copies a string in capitals.
 *
 * DestinationString           OUT. The copy.
 * SourceString                the string.
 * AllocateDestinationString   TRUE: memory for the copy is allocated, to be freed with
 *                             RtlFreeUnicodeString; FALSE: it goes into the room that the
 *                             destination has.
 *
 * Returns STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW if there is no room, or STATUS_NO_MEMORY. IRQL:
 * =PASSIVE.
 */
NTSYSAPI NTSTATUS NTAPI RtlUpcaseUnicodeString(IN OUT PUNICODE_STRING DestinationString,
					       IN PCUNICODE_STRING SourceString,
					       IN BOOLEAN AllocateDestinationString);

/*
 * Convert between strings of 8-bit and of 16-bit characters; parameters and results as
 * RtlUpcaseUnicodeString. A zero is put behind the result, and needs room, too; a result that does
 * not fit into the destination is cut with STATUS_BUFFER_OVERFLOW. IRQL: =PASSIVE.
 */
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToAnsiString(IN OUT PANSI_STRING DestinationString,
						     IN PCUNICODE_STRING SourceString,
						     IN BOOLEAN AllocateDestinationString);
NTSYSAPI NTSTATUS NTAPI RtlAnsiStringToUnicodeString(IN OUT PUNICODE_STRING DestinationString,
						     IN PANSI_STRING SourceString,
						     IN BOOLEAN AllocateDestinationString);

/*
 * Free what one of the functions above allocated for a string, which is empty afterwards. IRQL:
 * =PASSIVE.
 */
NTSYSAPI VOID NTAPI RtlFreeUnicodeString(IN OUT PUNICODE_STRING UnicodeString);
NTSYSAPI VOID NTAPI RtlFreeAnsiString(IN OUT PANSI_STRING AnsiString);

/*
 * Writes a number in digits.
 *
 * Value    the number.
 * Base     2, 8, 10 or 16; 0 for 10.
 * String   IN OUT. Room for the digits and a zero.
 *
 * Returns STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW if there is no room; STATUS_INVALID_PARAMETER for
 * another base. IRQL: =PASSIVE.
 */
NTSYSAPI NTSTATUS NTAPI RtlIntegerToUnicodeString(IN ULONG Value, IN ULONG Base OPTIONAL,
						  IN OUT PUNICODE_STRING String);

/*
 * Reads a number: blanks, a sign, and 0x, 0o or 0b for another base than `Base` or, with 0, than 10
 * are understood.
 *
 * Returns STATUS_SUCCESS with the number in `*Value`, or STATUS_INVALID_PARAMETER. IRQL: =PASSIVE.
 */
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToInteger(IN PCUNICODE_STRING String, IN ULONG Base OPTIONAL,
						  OUT PULONG Value);

EXTERN_C_END

#endif
