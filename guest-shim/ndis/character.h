/* SPDX-License-Identifier: MIT */
/*
 * character.h - capitals of Latin 1
 */
#ifndef NDIS_CHARACTER_H
#define NDIS_CHARACTER_H

#include <stdbool.h>

#include <ntdef.h>

static inline WCHAR character_capital(WCHAR character)
{
	bool small = (character >= 'a' && character <= 'z') ||
		     (character >= 0xE0 && character <= 0xFE && character != 0xF7);

	return (WCHAR)(small ? character - 0x20 : character);
}

static inline WCHAR character_small(WCHAR character)
{
	bool is_capital = (character >= 'A' && character <= 'Z') ||
			  (character >= 0xC0 && character <= 0xDE && character != 0xD7);

	return (WCHAR)(is_capital ? character + 0x20 : character);
}

#endif /* NDIS_CHARACTER_H */
