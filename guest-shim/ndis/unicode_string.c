/* SPDX-License-Identifier: MIT */
/*
 * unicode_string.c - counted strings
 */
#include <string.h>

#include <ddk/unicode_string.h>

#include "ndis/character.h"
#include "ndis/violation.h"

#define STRING_TAG 'rtsN'

/* Characters that a counted string holds at most, with a zero behind them. */
#define CHARACTERS_LIMIT 32766u

static size_t characters(const UNICODE_STRING *string)
{
	return string->Buffer ? string->Length / sizeof(WCHAR) : 0;
}

static WCHAR fold(WCHAR character, BOOLEAN case_insensitive)
{
	return case_insensitive ? character_capital(character) : character;
}

/* Room for so many bytes, by allocation or in what the destination has; NULL after setting @status.
 */
static void *make_room(void *buffer, USHORT room, size_t bytes, BOOLEAN allocate, NTSTATUS *status)
{
	PVOID made;

	if (!allocate) {
		*status = bytes <= room ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
		return buffer;
	}
	*status = bytes <= UINT16_MAX && NdisAllocateMemoryWithTag(&made, (UINT)bytes, STRING_TAG) ==
						 NDIS_STATUS_SUCCESS
			  ? STATUS_SUCCESS
			  : STATUS_NO_MEMORY;
	return NT_SUCCESS(*status) ? made : NULL;
}

VOID NTAPI NdisInitializeString(PNDIS_STRING Destination, PUCHAR Source)
{
	static const char call[] = "NdisInitializeString";
	size_t length;
	PVOID buffer;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "Destination", Destination))
		return;
	memset(Destination, 0, sizeof(*Destination));
	if (!ndis_is_given(call, "Source", Source))
		return;
	length = strnlen((const char *)Source, 32766);
	if (NdisAllocateMemoryWithTag(&buffer, (UINT)((length + 1) * sizeof(WCHAR)), 'rtsN') !=
	    NDIS_STATUS_SUCCESS)
		return;
	Destination->Buffer = buffer;
	for (size_t i = 0; i < length; i++)
		Destination->Buffer[i] = Source[i];
	Destination->Buffer[length] = 0;
	Destination->Length = (USHORT)(length * sizeof(WCHAR));
	Destination->MaximumLength = (USHORT)((length + 1) * sizeof(WCHAR));
}

BOOLEAN NTAPI NdisEqualString(PNDIS_STRING String1, PNDIS_STRING String2, BOOLEAN CaseInsensitive)
{
	static const char call[] = "NdisEqualString";

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "String1", String1) || !ndis_is_given(call, "String2", String2))
		return FALSE;
	if (String1->Length != String2->Length)
		return FALSE;
	if (String1->Length && (!ndis_is_given(call, "String1->Buffer", String1->Buffer) ||
				!ndis_is_given(call, "String2->Buffer", String2->Buffer)))
		return FALSE;
	return RtlCompareUnicodeString(String1, String2, CaseInsensitive) == 0;
}

NDIS_STATUS NTAPI NdisUpcaseUnicodeString(PUNICODE_STRING DestinationString,
					  PUNICODE_STRING SourceString)
{
	return RtlUpcaseUnicodeString(DestinationString, SourceString, FALSE);
}

VOID NTAPI RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString)
{
	size_t length = SourceString ? strnlen(SourceString, UINT16_MAX - 1) : 0;

	if (!ndis_is_given("RtlInitAnsiString", "DestinationString", DestinationString))
		return;
	DestinationString->Buffer = (PCHAR)(uintptr_t)SourceString;
	DestinationString->Length = (USHORT)length;
	DestinationString->MaximumLength = (USHORT)(SourceString ? length + 1 : 0);
}

VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
	size_t bytes = SourceString ? characters(SourceString) * sizeof(WCHAR) : 0;

	if (!ndis_is_given("RtlCopyUnicodeString", "DestinationString", DestinationString))
		return;
	if (bytes > DestinationString->MaximumLength)
		bytes = DestinationString->MaximumLength & ~1u;
	if (bytes)
		memmove(DestinationString->Buffer, SourceString->Buffer, bytes);
	DestinationString->Length = (USHORT)bytes;
	if (bytes + sizeof(WCHAR) <= DestinationString->MaximumLength)
		DestinationString->Buffer[bytes / sizeof(WCHAR)] = 0;
}

NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source)
{
	static const char call[] = "RtlAppendUnicodeStringToString";
	size_t length, more;

	if (!ndis_is_given(call, "Destination", Destination) ||
	    !ndis_is_given(call, "Source", Source))
		return STATUS_INVALID_PARAMETER;
	length = characters(Destination);
	more = characters(Source);
	if ((length + more) * sizeof(WCHAR) > Destination->MaximumLength)
		return STATUS_BUFFER_TOO_SMALL;
	if (more)
		memmove(Destination->Buffer + length, Source->Buffer, more * sizeof(WCHAR));
	Destination->Length = (USHORT)((length + more) * sizeof(WCHAR));
	if (Destination->Length + sizeof(WCHAR) <= Destination->MaximumLength)
		Destination->Buffer[length + more] = 0;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
	UNICODE_STRING source;

	RtlInitUnicodeString(&source, Source);
	return RtlAppendUnicodeStringToString(Destination, &source);
}

LONG NTAPI RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
				   BOOLEAN CaseInSensitive)
{
	static const char call[] = "RtlCompareUnicodeString";
	size_t first, second;

	if (!ndis_is_given(call, "String1", String1) || !ndis_is_given(call, "String2", String2))
		return -1;
	first = characters(String1);
	second = characters(String2);
	for (size_t i = 0; i < first && i < second; i++) {
		LONG difference = fold(String1->Buffer[i], CaseInSensitive) -
				  fold(String2->Buffer[i], CaseInSensitive);

		if (difference)
			return difference;
	}
	return (LONG)first - (LONG)second;
}

BOOLEAN NTAPI RtlEqualUnicodeString(const UNICODE_STRING *String1, const UNICODE_STRING *String2,
				    BOOLEAN CaseInSensitive)
{
	return RtlCompareUnicodeString(String1, String2, CaseInSensitive) == 0;
}

NTSTATUS NTAPI RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString,
				      PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	static const char call[] = "RtlUpcaseUnicodeString";
	NTSTATUS status;
	size_t length;
	WCHAR *buffer;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "DestinationString", DestinationString) ||
	    !ndis_is_given(call, "SourceString", SourceString))
		return STATUS_INVALID_PARAMETER;
	length = characters(SourceString);
	if (!length && AllocateDestinationString) {
		*DestinationString = (UNICODE_STRING){0};
		return STATUS_SUCCESS;
	}
	buffer = make_room(DestinationString->Buffer, DestinationString->MaximumLength,
			   length * sizeof(WCHAR), AllocateDestinationString, &status);
	if (!NT_SUCCESS(status))
		return status;
	for (size_t i = 0; i < length; i++)
		buffer[i] = character_capital(SourceString->Buffer[i]);
	if (AllocateDestinationString) {
		DestinationString->Buffer = buffer;
		DestinationString->MaximumLength = (USHORT)(length * sizeof(WCHAR));
	}
	DestinationString->Length = (USHORT)(length * sizeof(WCHAR));
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
					    PCUNICODE_STRING SourceString,
					    BOOLEAN AllocateDestinationString)
{
	static const char call[] = "RtlUnicodeStringToAnsiString";
	NTSTATUS status;
	size_t length;
	char *buffer;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "DestinationString", DestinationString) ||
	    !ndis_is_given(call, "SourceString", SourceString))
		return STATUS_INVALID_PARAMETER;
	length = characters(SourceString);
	buffer = make_room(DestinationString->Buffer, DestinationString->MaximumLength, length + 1,
			   AllocateDestinationString, &status);
	if (status == STATUS_NO_MEMORY ||
	    (!AllocateDestinationString && !DestinationString->MaximumLength))
		return status;
	if (AllocateDestinationString) {
		DestinationString->Buffer = buffer;
		DestinationString->MaximumLength = (USHORT)(length + 1);
	}
	if (length >= DestinationString->MaximumLength)
		length = DestinationString->MaximumLength - 1u;
	for (size_t i = 0; i < length; i++)
		buffer[i] = (char)(SourceString->Buffer[i] < 256 ? SourceString->Buffer[i] : '?');
	buffer[length] = '\0';
	DestinationString->Length = (USHORT)length;
	return status;
}

NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
					    PANSI_STRING SourceString,
					    BOOLEAN AllocateDestinationString)
{
	static const char call[] = "RtlAnsiStringToUnicodeString";
	NTSTATUS status;
	size_t length, room;
	WCHAR *buffer;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "DestinationString", DestinationString) ||
	    !ndis_is_given(call, "SourceString", SourceString))
		return STATUS_INVALID_PARAMETER;
	length = SourceString->Buffer ? SourceString->Length : 0;
	buffer = make_room(DestinationString->Buffer, DestinationString->MaximumLength,
			   (length + 1) * sizeof(WCHAR), AllocateDestinationString, &status);
	if (AllocateDestinationString && NT_SUCCESS(status)) {
		DestinationString->Buffer = buffer;
		DestinationString->MaximumLength = (USHORT)((length + 1) * sizeof(WCHAR));
	}
	room = DestinationString->MaximumLength / sizeof(WCHAR);
	if (status == STATUS_NO_MEMORY || !room)
		return status;
	if (length >= room)
		length = room - 1;
	for (size_t i = 0; i < length; i++)
		buffer[i] = (UCHAR)SourceString->Buffer[i];
	buffer[length] = 0;
	DestinationString->Length = (USHORT)(length * sizeof(WCHAR));
	return status;
}

VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING UnicodeString)
{
	if (!ndis_is_given("RtlFreeUnicodeString", "UnicodeString", UnicodeString))
		return;
	if (UnicodeString->Buffer)
		NdisFreeMemory(UnicodeString->Buffer, 0, 0);
	*UnicodeString = (UNICODE_STRING){0};
}

VOID NTAPI RtlFreeAnsiString(PANSI_STRING AnsiString)
{
	if (!ndis_is_given("RtlFreeAnsiString", "AnsiString", AnsiString))
		return;
	if (AnsiString->Buffer)
		NdisFreeMemory(AnsiString->Buffer, 0, 0);
	*AnsiString = (ANSI_STRING){0};
}

static NTSTATUS write_number(const char *call, ULONGLONG value, ULONG base, PUNICODE_STRING string)
{
	char digits[65];
	size_t count = 0;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "String", string))
		return STATUS_INVALID_PARAMETER;
	base = base ? base : 10;
	if (base != 2 && base != 8 && base != 10 && base != 16)
		return STATUS_INVALID_PARAMETER;
	do {
		digits[count++] = "0123456789ABCDEF"[value % base];
		value /= base;
	} while (value);
	if ((count + 1) * sizeof(WCHAR) > string->MaximumLength)
		return STATUS_BUFFER_OVERFLOW;
	for (size_t i = 0; i < count; i++)
		string->Buffer[i] = (WCHAR)digits[count - 1 - i];
	string->Buffer[count] = 0;
	string->Length = (USHORT)(count * sizeof(WCHAR));
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String)
{
	return write_number("RtlIntegerToUnicodeString", Value, Base, String);
}

NTSTATUS NTAPI RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String)
{
	return write_number("RtlInt64ToUnicodeString", Value, Base, String);
}

static ULONG base_of_prefix(WCHAR letter)
{
	switch (letter) {
	case 'x':
		return 16;
	case 'o':
		return 8;
	case 'b':
		return 2;
	default:
		return 0;
	}
}

static ULONG digit(WCHAR character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	character = character_capital(character);
	return character >= 'A' && character <= 'F' ? character - 'A' + 10u : 16;
}

NTSTATUS NTAPI RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value)
{
	static const char call[] = "RtlUnicodeStringToInteger";
	size_t i = 0, length, first;
	bool negative = false;
	ULONG value = 0;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "String", String) || !ndis_is_given(call, "Value", Value))
		return STATUS_INVALID_PARAMETER;
	length = characters(String);
	while (i < length && String->Buffer[i] <= ' ')
		i++;
	if (i < length && (String->Buffer[i] == '-' || String->Buffer[i] == '+'))
		negative = String->Buffer[i++] == '-';
	if (!Base && i + 1 < length && String->Buffer[i] == '0' &&
	    base_of_prefix(String->Buffer[i + 1])) {
		Base = base_of_prefix(String->Buffer[i + 1]);
		i += 2;
	}
	Base = Base ? Base : 10;
	if (Base != 2 && Base != 8 && Base != 10 && Base != 16)
		return STATUS_INVALID_PARAMETER;
	for (first = i; i < length && digit(String->Buffer[i]) < Base; i++)
		value = value * Base + digit(String->Buffer[i]);
	if (i == first)
		return STATUS_INVALID_PARAMETER;
	*Value = negative ? 0 - value : value;
	return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
				     BOOLEAN CaseInSensitive)
{
	static const char call[] = "RtlPrefixUnicodeString";
	size_t i = 0, length;

	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!ndis_is_given(call, "String1", String1) || !ndis_is_given(call, "String2", String2))
		return FALSE;
	length = characters(String1);
	if (length > characters(String2))
		return FALSE;
	while (i < length && fold(String1->Buffer[i], CaseInSensitive) ==
				     fold(String2->Buffer[i], CaseInSensitive))
		i++;
	return i == length;
}

WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
	return character_capital(SourceCharacter);
}

WCHAR NTAPI RtlDowncaseUnicodeChar(WCHAR SourceCharacter)
{
	return character_small(SourceCharacter);
}
