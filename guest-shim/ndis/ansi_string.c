/* SPDX-License-Identifier: MIT */
/*
 * ansi_string.c - counted strings of 8-bit characters
 */
#include <string.h>

#include <ddk/unicode_string.h>

#include "ndis/character.h"
#include "ndis/violation.h"

/* Characters of a number at most: blanks, sign, prefix, digits. */
#define NUMBER_LIMIT 128u

VOID NTAPI RtlInitString(PSTRING DestinationString, PCSZ SourceString)
{
	RtlInitAnsiString(DestinationString, SourceString);
}

CHAR NTAPI RtlUpperChar(CHAR Character)
{
	return (CHAR)character_capital((UCHAR)Character);
}

static void copy(const char *call, PSTRING destination, const STRING *source, bool capitals)
{
	USHORT length;

	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "DestinationString", destination))
		return;
	length = source && source->Buffer ? min(source->Length, destination->MaximumLength) : 0;
	for (USHORT i = 0; i < length; i++)
		destination->Buffer[i] =
			capitals ? RtlUpperChar(source->Buffer[i]) : source->Buffer[i];
	destination->Length = length;
}

VOID NTAPI RtlCopyString(PSTRING DestinationString, const STRING *SourceString)
{
	copy("RtlCopyString", DestinationString, SourceString, false);
}

VOID NTAPI RtlUpperString(PSTRING DestinationString, const STRING *SourceString)
{
	static const char call[] = "RtlUpperString";

	if (ndis_is_given(call, "SourceString", SourceString))
		copy(call, DestinationString, SourceString, true);
}

/* Return: negative, 0 or positive; INT_MIN after a report. */
static LONG compare(const char *call, const STRING *first, const STRING *second, BOOLEAN folded)
{
	USHORT lengths[2];

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "String1", first) || !ndis_is_given(call, "String2", second))
		return (LONG)MINLONG;
	lengths[0] = first->Buffer ? first->Length : 0;
	lengths[1] = second->Buffer ? second->Length : 0;
	for (USHORT i = 0; i < lengths[0] && i < lengths[1]; i++) {
		CHAR a = first->Buffer[i], b = second->Buffer[i];
		LONG difference = folded ? (UCHAR)RtlUpperChar(a) - (UCHAR)RtlUpperChar(b)
					 : (UCHAR)a - (UCHAR)b;

		if (difference)
			return difference;
	}
	return lengths[0] - lengths[1];
}

LONG NTAPI RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return compare("RtlCompareString", String1, String2, CaseInSensitive);
}

BOOLEAN NTAPI RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return compare("RtlEqualString", String1, String2, CaseInSensitive) == 0;
}

NTSTATUS NTAPI RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value)
{
	static const char call[] = "RtlCharToInteger";
	WCHAR wide[NUMBER_LIMIT];
	UNICODE_STRING string = {0, sizeof(wide), wide};
	size_t length;

	if (!ndis_is_given(call, "String", String) || !ndis_is_given(call, "Value", Value))
		return STATUS_INVALID_PARAMETER;
	length = strnlen(String, NUMBER_LIMIT);
	for (size_t i = 0; i < length; i++)
		wide[i] = (UCHAR)String[i];
	string.Length = (USHORT)(length * sizeof(WCHAR));
	return RtlUnicodeStringToInteger(&string, Base, Value);
}
