/* SPDX-License-Identifier: MIT */
/*
 * string_safe.c - string functions that know how much room there is
 */
#include <string.h>

#include <ntstrsafe.h>

#include "ke/format.h"
#include "ndis/violation.h"

static bool is_room(const char *call, const void *destination, size_t room)
{
	return ndis_is_given(call, "pszDest", destination) && room && room <= NTSTRSAFE_MAX_CCH;
}

NTSTATUS NTAPI RtlStringCbVPrintfA(NTSTRSAFE_PSTR pszDest, size_t cbDest, NTSTRSAFE_PCSTR pszFormat,
				   va_list argList)
{
	if (!is_room("RtlStringCbVPrintfA", pszDest, cbDest) ||
	    !ndis_is_given("RtlStringCbVPrintfA", "pszFormat", pszFormat))
		return STATUS_INVALID_PARAMETER;
	return ke_format(pszDest, cbDest, pszFormat, argList) < cbDest ? STATUS_SUCCESS
								       : STATUS_BUFFER_OVERFLOW;
}

NTSTATUS NTAPI RtlStringCchVPrintfA(NTSTRSAFE_PSTR pszDest, size_t cchDest,
				    NTSTRSAFE_PCSTR pszFormat, va_list argList)
{
	return RtlStringCbVPrintfA(pszDest, cchDest, pszFormat, argList);
}

NTSTATUS CDECL RtlStringCbPrintfA(NTSTRSAFE_PSTR pszDest, size_t cbDest, NTSTRSAFE_PCSTR pszFormat,
				  ...)
{
	va_list arguments;
	NTSTATUS status;

	va_start(arguments, pszFormat);
	status = RtlStringCbVPrintfA(pszDest, cbDest, pszFormat, arguments);
	va_end(arguments);
	return status;
}

NTSTATUS CDECL RtlStringCchPrintfA(NTSTRSAFE_PSTR pszDest, size_t cchDest,
				   NTSTRSAFE_PCSTR pszFormat, ...)
{
	va_list arguments;
	NTSTATUS status;

	va_start(arguments, pszFormat);
	status = RtlStringCbVPrintfA(pszDest, cchDest, pszFormat, arguments);
	va_end(arguments);
	return status;
}

/*
 * Formats of 16-bit characters: `%s` is a string of such, as the type of the format is, and `%S` one of
 * 8-bit characters.
 */
#define WIDE_LIMIT 1024u

static NTSTATUS print_wide(WCHAR *text, size_t room, const WCHAR *format, va_list arguments)
{
	char narrow_format[WIDE_LIMIT], narrow[WIDE_LIMIT];
	size_t used = 0, wanted, length;
	bool conversion = false;

	for (; *format; format++) {
		bool is_letter = (*format | 0x20) >= 'a' && (*format | 0x20) <= 'z';

		if (used + 3 > sizeof(narrow_format))
			return STATUS_INVALID_PARAMETER;
		if (conversion && *format == 's' && narrow_format[used - 1] != 'h' &&
		    narrow_format[used - 1] != 'w' && narrow_format[used - 1] != 'l')
			narrow_format[used++] = 'w';
		narrow_format[used++] = (char)(*format < 128 ? *format : '?');
		if (conversion && *format == 'S')
			narrow_format[used - 1] = 's';
		if (*format == '%')
			conversion = !conversion;
		else if (is_letter && !strchr("hlwI", (char)*format))
			conversion = false;
	}
	narrow_format[used] = '\0';
	wanted = ke_format(narrow, sizeof(narrow), narrow_format, arguments);
	length = strlen(narrow);
	if (length >= room)
		length = room - 1;
	for (size_t i = 0; i < length; i++)
		text[i] = (UCHAR)narrow[i];
	text[length] = 0;
	return wanted == length ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

NTSTATUS NTAPI RtlStringCbVPrintfW(NTSTRSAFE_PWSTR pszDest, size_t cbDest,
				   NTSTRSAFE_PCWSTR pszFormat, va_list argList)
{
	if (!is_room("RtlStringCbVPrintfW", pszDest, cbDest / sizeof(WCHAR)) ||
	    !ndis_is_given("RtlStringCbVPrintfW", "pszFormat", pszFormat))
		return STATUS_INVALID_PARAMETER;
	return print_wide(pszDest, cbDest / sizeof(WCHAR), pszFormat, argList);
}

NTSTATUS CDECL RtlStringCbPrintfW(NTSTRSAFE_PWSTR pszDest, size_t cbDest,
				  NTSTRSAFE_PCWSTR pszFormat, ...)
{
	va_list arguments;
	NTSTATUS status;

	va_start(arguments, pszFormat);
	status = RtlStringCbVPrintfW(pszDest, cbDest, pszFormat, arguments);
	va_end(arguments);
	return status;
}

NTSTATUS CDECL RtlStringCchPrintfW(NTSTRSAFE_PWSTR pszDest, size_t cchDest,
				   NTSTRSAFE_PCWSTR pszFormat, ...)
{
	va_list arguments;
	NTSTATUS status;

	if (cchDest > NTSTRSAFE_MAX_CCH)
		return STATUS_INVALID_PARAMETER;
	va_start(arguments, pszFormat);
	status = RtlStringCbVPrintfW(pszDest, cchDest * sizeof(WCHAR), pszFormat, arguments);
	va_end(arguments);
	return status;
}

/* Puts a string at @text + @at; both functions below for the two widths. */
#define DEFINE_STRING_FUNCTIONS(Suffix, Type, Pointer, ConstPointer)                               \
	static size_t length##Suffix(ConstPointer text, size_t limit)                              \
	{                                                                                          \
		size_t length = 0;                                                                 \
                                                                                                   \
		while (length < limit && text[length])                                             \
			length++;                                                                  \
		return length;                                                                     \
	}                                                                                          \
                                                                                                   \
	static NTSTATUS put##Suffix(Pointer text, size_t room, size_t at, ConstPointer source)     \
	{                                                                                          \
		while (*source && at + 1 < room)                                                   \
			text[at++] = *source++;                                                    \
		text[at] = 0;                                                                      \
		return *source ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;                          \
	}                                                                                          \
                                                                                                   \
	NTSTATUS NTAPI RtlStringCbCopy##Suffix(Pointer pszDest, size_t cbDest,                     \
					       ConstPointer pszSrc)                                \
	{                                                                                          \
		size_t room = cbDest / sizeof(Type);                                               \
                                                                                                   \
		if (!is_room("RtlStringCbCopy" #Suffix, pszDest, room) ||                          \
		    !ndis_is_given("RtlStringCbCopy" #Suffix, "pszSrc", pszSrc))                   \
			return STATUS_INVALID_PARAMETER;                                           \
		return put##Suffix(pszDest, room, 0, pszSrc);                                      \
	}                                                                                          \
                                                                                                   \
	NTSTATUS NTAPI RtlStringCbCat##Suffix(Pointer pszDest, size_t cbDest, ConstPointer pszSrc) \
	{                                                                                          \
		size_t room = cbDest / sizeof(Type);                                               \
		size_t length;                                                                     \
                                                                                                   \
		if (!is_room("RtlStringCbCat" #Suffix, pszDest, room) ||                           \
		    !ndis_is_given("RtlStringCbCat" #Suffix, "pszSrc", pszSrc))                    \
			return STATUS_INVALID_PARAMETER;                                           \
		length = length##Suffix(pszDest, room);                                            \
		if (length == room)                                                                \
			return STATUS_INVALID_PARAMETER;                                           \
		return put##Suffix(pszDest, room, length, pszSrc);                                 \
	}                                                                                          \
                                                                                                   \
	NTSTATUS NTAPI RtlStringCchCopy##Suffix(Pointer pszDest, size_t cchDest,                   \
						ConstPointer pszSrc)                               \
	{                                                                                          \
		if (cchDest > NTSTRSAFE_MAX_CCH)                                                   \
			return STATUS_INVALID_PARAMETER;                                           \
		return RtlStringCbCopy##Suffix(pszDest, cchDest * sizeof(Type), pszSrc);           \
	}                                                                                          \
                                                                                                   \
	NTSTATUS NTAPI RtlStringCbLength##Suffix(ConstPointer psz, size_t cbMax,                   \
						 size_t *pcbLength)                                \
	{                                                                                          \
		size_t room = cbMax / sizeof(Type);                                                \
		size_t length = psz ? length##Suffix(psz, room) : room;                            \
                                                                                                   \
		if (pcbLength)                                                                     \
			*pcbLength = length < room ? length * sizeof(Type) : 0;                    \
		return length < room && room <= NTSTRSAFE_MAX_CCH ? STATUS_SUCCESS                 \
								  : STATUS_INVALID_PARAMETER;      \
	}

DEFINE_STRING_FUNCTIONS(A, CHAR, NTSTRSAFE_PSTR, NTSTRSAFE_PCSTR)
DEFINE_STRING_FUNCTIONS(W, WCHAR, NTSTRSAFE_PWSTR, NTSTRSAFE_PCWSTR)

/* Puts @count characters into a counted string behind the first @at. */
static NTSTATUS put_counted(const char *call, PUNICODE_STRING destination, bool append,
			    const WCHAR *source, size_t count)
{
	size_t at, room;

	if (!ndis_is_given(call, "DestinationString", destination) ||
	    destination->Length > destination->MaximumLength ||
	    (!destination->Buffer && destination->MaximumLength))
		return STATUS_INVALID_PARAMETER;
	at = append ? destination->Length / sizeof(WCHAR) : 0;
	room = destination->MaximumLength / sizeof(WCHAR) - at;
	if (count && !destination->Buffer)
		return STATUS_INVALID_PARAMETER;
	if (count)
		memmove(destination->Buffer + at, source,
			(count < room ? count : room) * sizeof(WCHAR));
	destination->Length = (USHORT)((at + (count < room ? count : room)) * sizeof(WCHAR));
	return count <= room ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

static NTSTATUS put_string(const char *call, PUNICODE_STRING destination, bool append,
			   PCUNICODE_STRING source)
{
	if (!ndis_is_given(call, "SourceString", source))
		return STATUS_INVALID_PARAMETER;
	return put_counted(call, destination, append, source->Buffer,
			   source->Buffer ? source->Length / sizeof(WCHAR) : 0);
}

static NTSTATUS put_text(const char *call, PUNICODE_STRING destination, bool append,
			 const WCHAR *source)
{
	if (!ndis_is_given(call, "pszSrc", source))
		return STATUS_INVALID_PARAMETER;
	return put_counted(call, destination, append, source,
			   lengthW(source, NTSTRSAFE_UNICODE_STRING_MAX_CCH + 1));
}

NTSTATUS NTAPI RtlUnicodeStringCopy(PUNICODE_STRING DestinationString,
				    PCUNICODE_STRING SourceString)
{
	return put_string("RtlUnicodeStringCopy", DestinationString, false, SourceString);
}

NTSTATUS NTAPI RtlUnicodeStringCopyString(PUNICODE_STRING DestinationString,
					  NTSTRSAFE_PCWSTR pszSrc)
{
	return put_text("RtlUnicodeStringCopyString", DestinationString, false, pszSrc);
}

NTSTATUS NTAPI RtlUnicodeStringCat(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
	return put_string("RtlUnicodeStringCat", DestinationString, true, SourceString);
}

NTSTATUS NTAPI RtlUnicodeStringCatString(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR pszSrc)
{
	return put_text("RtlUnicodeStringCatString", DestinationString, true, pszSrc);
}
