/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_UNICODE_STRING_H
#define NDIS_HEADERS_NDIS_UNICODE_STRING_H

/*
 * Counted strings of 16-bit characters: names of configuration values and their contents.
 *
 * Lengths are bytes. A string made from a literal or by NdisInitUnicodeString refers to memory that
 * it does not own; one made by NdisInitializeString owns its buffer, and NdisFreeString frees it.
 */

#include "../ddk/debug.h"
#include "../ddk/rtl.h"
#include "../ddk/unicode_string.h"
#include "memory.h"

/*
 * Initialiser of a constant NDIS_STRING from a narrow literal, usable in static tables:
 *
 *   NDIS_STRING Keyword = NDIS_STRING_CONST("MediaType");
 */
#define NDIS_STRING_CONST(Literal) \
	{ (USHORT)(sizeof(L##Literal) - sizeof(WCHAR)), (USHORT)sizeof(L##Literal), \
	  (PWSTR)(L##Literal) }

/*
 * Makes `Destination`, a PNDIS_STRING, refer to the zero-terminated wide string `Source`. IRQL:
 * any.
 */
#define NdisInitUnicodeString(Destination, Source) RtlInitUnicodeString(Destination, Source)

EXTERN_C_START

/*
 * Makes a string from a zero-terminated one of 8-bit characters.
 *
 * Destination   OUT. The string, with a buffer of its own that is freed with NdisFreeString.
 *               Buffer is NULL if there was no memory.
 * Source        characters; codes above 127 are taken as Latin 1.
 *
 * IRQL: =PASSIVE.
 */
NDISAPI VOID NTAPI NdisInitializeString(OUT PNDIS_STRING Destination, IN PUCHAR Source);

/*
 * Compares two strings.
 *
 * String1, String2   the strings.
 * CaseInsensitive    TRUE if capital and small letters count as equal.
 *
 * Returns TRUE if they are equal. IRQL: =PASSIVE.
 */
NDISAPI BOOLEAN NTAPI NdisEqualString(IN PNDIS_STRING String1, IN PNDIS_STRING String2,
				      IN BOOLEAN CaseInsensitive);

/*
 * Copies `SourceString` in capitals to `DestinationString`, which has the room for it.
 *
 * Returns NDIS_STATUS_SUCCESS, or NDIS_STATUS_BUFFER_OVERFLOW, and nothing is changed. IRQL:
 * =PASSIVE.
 */
NDISAPI NDIS_STATUS NTAPI NdisUpcaseUnicodeString(OUT PUNICODE_STRING DestinationString,
						  IN PUNICODE_STRING SourceString);

EXTERN_C_END

/* NDIS's names for functions of ddk/unicode_string.h, into room that the destination has. */
#define NdisInitAnsiString(Destination, Source) RtlInitAnsiString(Destination, Source)
#define NdisAnsiStringToUnicodeString(Destination, Source) \
	RtlAnsiStringToUnicodeString(Destination, Source, FALSE)
#define NdisUnicodeStringToAnsiString(Destination, Source) \
	RtlUnicodeStringToAnsiString(Destination, Source, FALSE)
#define NdisEqualUnicodeString(String1, String2, CaseInsensitive) \
	RtlEqualUnicodeString(String1, String2, CaseInsensitive)

/* Writes a string to the log, as DbgPrint does. IRQL: any. */
#define NdisPrintString(String) ((void)DbgPrint("%wZ", &(String)))

/* Frees the buffer of a string, an lvalue, that NdisInitializeString made. IRQL: =PASSIVE. */
#define NdisFreeString(String) NdisFreeMemory((String).Buffer, (String).MaximumLength, 0)

#endif
