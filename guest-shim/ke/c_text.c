/* SPDX-License-Identifier: MIT */
/*
 * c_text.c - the kernel's C library, as far as it is not the host's
 */
#include <stdint.h>

#include <ddk/c_text.h>

#include "ke/format.h"

int CDECL _vsnprintf(char *Text, size_t Count, const char *Format, va_list Arguments)
{
	size_t length = ke_format_bytes(Text, Count, Format, Arguments);

	if (length < Count)
		Text[length] = '\0';
	return length > Count ? -1 : (int)length;
}

int CDECL _snprintf(char *Text, size_t Count, const char *Format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, Format);
	length = _vsnprintf(Text, Count, Format, arguments);
	va_end(arguments);
	return length;
}

int CDECL vsprintf(char *Text, const char *Format, va_list Arguments)
{
	return _vsnprintf(Text, SIZE_MAX, Format, Arguments);
}

int CDECL sprintf(char *Text, const char *Format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, Format);
	length = vsprintf(Text, Format, arguments);
	va_end(arguments);
	return length;
}

static int lower(int character)
{
	return character >= 'A' && character <= 'Z' ? character + 'a' - 'A' : character;
}

int CDECL _strnicmp(const char *First, const char *Second, size_t Count)
{
	for (; Count; First++, Second++, Count--) {
		int difference = lower((unsigned char)*First) - lower((unsigned char)*Second);

		if (difference || !*First)
			return difference;
	}
	return 0;
}

int CDECL _stricmp(const char *First, const char *Second)
{
	return _strnicmp(First, Second, SIZE_MAX);
}

int CDECL _wcsnicmp(const WCHAR *First, const WCHAR *Second, size_t Count)
{
	for (; Count; First++, Second++, Count--) {
		int difference = lower(*First) - lower(*Second);

		if (difference || !*First)
			return difference;
	}
	return 0;
}

int CDECL _wcsicmp(const WCHAR *First, const WCHAR *Second)
{
	return _wcsnicmp(First, Second, SIZE_MAX);
}

size_t CDECL wcslen(const WCHAR *String)
{
	size_t length = 0;

	while (String[length])
		length++;
	return length;
}

WCHAR *CDECL wcscpy(WCHAR *To, const WCHAR *From)
{
	size_t i = 0;

	do
		To[i] = From[i];
	while (From[i++]);
	return To;
}

WCHAR *CDECL wcsncpy(WCHAR *To, const WCHAR *From, size_t Count)
{
	size_t i = 0;

	for (; i < Count && From[i]; i++)
		To[i] = From[i];
	for (; i < Count; i++)
		To[i] = 0;
	return To;
}

WCHAR *CDECL wcscat(WCHAR *To, const WCHAR *From)
{
	wcscpy(To + wcslen(To), From);
	return To;
}

int CDECL wcsncmp(const WCHAR *First, const WCHAR *Second, size_t Count)
{
	for (; Count; First++, Second++, Count--)
		if (*First != *Second || !*First)
			return (int)*First - (int)*Second;
	return 0;
}

int CDECL wcscmp(const WCHAR *First, const WCHAR *Second)
{
	return wcsncmp(First, Second, SIZE_MAX);
}

WCHAR *CDECL wcschr(const WCHAR *String, WCHAR Character)
{
	while (*String != Character)
		if (!*String++)
			return NULL;
	return (WCHAR *)(uintptr_t)String;
}

WCHAR *CDECL wcsrchr(const WCHAR *String, WCHAR Character)
{
	size_t i = wcslen(String) + 1;

	while (i--)
		if (String[i] == Character)
			return (WCHAR *)(uintptr_t)&String[i];
	return NULL;
}

WCHAR *CDECL wcsstr(const WCHAR *String, const WCHAR *Part)
{
	size_t length = wcslen(Part);

	for (;; String++) {
		if (!wcsncmp(String, Part, length))
			return (WCHAR *)(uintptr_t)String;
		if (!*String)
			return NULL;
	}
}
