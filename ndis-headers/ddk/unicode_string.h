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

NTSYSAPI VOID NTAPI RtlInitString(IN OUT PSTRING DestinationString,
				  IN PCSZ SourceString OPTIONAL);

/* Makes an empty counted string with room for BufferSize bytes at Buffer. IRQL: any. */
NT_INLINE VOID RtlInitEmptyUnicodeString(OUT PUNICODE_STRING UnicodeString, IN PWCHAR Buffer,
					 IN USHORT BufferSize)
{
	UnicodeString->Length = 0;
	UnicodeString->MaximumLength = BufferSize;
	UnicodeString->Buffer = Buffer;
}

NT_INLINE VOID RtlInitEmptyAnsiString(OUT PANSI_STRING AnsiString, IN PCHAR Buffer,
				      IN USHORT BufferSize)
{
	AnsiString->Length = 0;
	AnsiString->MaximumLength = BufferSize;
	AnsiString->Buffer = Buffer;
}

/*
 * Copies as much of a string as the destination has room for (MaximumLength), and ends it with a
 * zero if that fits, too. NULL makes it empty. IRQL: <=DISPATCH.
 */
NTSYSAPI VOID NTAPI RtlCopyUnicodeString(IN OUT PUNICODE_STRING DestinationString,
					 IN PCUNICODE_STRING SourceString OPTIONAL);

/*
 * The same with 8-bit characters; a zero is not put behind them. IRQL: <=DISPATCH.
 */
NTSYSAPI VOID NTAPI RtlCopyString(OUT PSTRING DestinationString,
				  IN const STRING *SourceString OPTIONAL);

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
 * The same with strings of 8-bit characters. IRQL: =PASSIVE.
 */
NTSYSAPI BOOLEAN NTAPI RtlEqualString(IN const STRING *String1, IN const STRING *String2,
				      IN BOOLEAN CaseInSensitive);
NTSYSAPI LONG NTAPI RtlCompareString(IN const STRING *String1, IN const STRING *String2,
				     IN BOOLEAN CaseInSensitive);

/*
 * Returns TRUE if String2 begins with all of String1, with CaseInSensitive as if both were written in
 * capitals. IRQL: =PASSIVE.
 */
NTSYSAPI BOOLEAN NTAPI RtlPrefixUnicodeString(IN PCUNICODE_STRING String1,
					      IN PCUNICODE_STRING String2,
					      IN BOOLEAN CaseInSensitive);

/* Return a character as a capital, and as a small letter. IRQL: any. */
NTSYSAPI WCHAR NTAPI RtlUpcaseUnicodeChar(IN WCHAR SourceCharacter);
NTSYSAPI WCHAR NTAPI RtlDowncaseUnicodeChar(IN WCHAR SourceCharacter);
NTSYSAPI CHAR NTAPI RtlUpperChar(IN CHAR Character);

/*
 * Copies as much of a string of 8-bit characters as the destination has room for, in capitals. IRQL:
 * <=DISPATCH.
 */
NTSYSAPI VOID NTAPI RtlUpperString(IN OUT PSTRING DestinationString,
				   IN const STRING *SourceString);

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
NTSYSAPI NTSTATUS NTAPI RtlInt64ToUnicodeString(IN ULONGLONG Value, IN ULONG Base OPTIONAL,
						IN OUT PUNICODE_STRING String);
#define RtlIntPtrToUnicodeString(Value, Base, String) \
	RtlInt64ToUnicodeString((ULONGLONG)(Value), Base, String)

/*
 * Reads a number: blanks, a sign, and 0x, 0o or 0b for another base than `Base` or, with 0, than 10
 * are understood.
 *
 * Returns STATUS_SUCCESS with the number in `*Value`, or STATUS_INVALID_PARAMETER. IRQL: =PASSIVE.
 */
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToInteger(IN PCUNICODE_STRING String, IN ULONG Base OPTIONAL,
						  OUT PULONG Value);

/* The same from a zero-terminated string of 8-bit characters. */
NTSYSAPI NTSTATUS NTAPI RtlCharToInteger(IN PCSZ String, IN ULONG Base OPTIONAL, OUT PULONG Value);

EXTERN_C_END

/* Bytes of a string after RtlUnicodeStringToAnsiString, RtlAnsiStringToUnicodeString, with the zero. */
#define RtlUnicodeStringToAnsiSize(String) ((ULONG)((String)->Length / sizeof(WCHAR) + 1))
#define RtlAnsiStringToUnicodeSize(String) ((ULONG)(((String)->Length + 1) * sizeof(WCHAR)))

#endif
