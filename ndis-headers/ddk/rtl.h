/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_RTL_H
#define NDIS_HEADERS_DDK_RTL_H

/*
 * Memory and string functions of the run-time library.
 *
 * Lengths are bytes. None of the memory functions may be used on a device's memory: they use
 * accesses of any width and order. Any IRQL at which the memory is accessible.
 */

#include "../ntdef.h"

/*
 * Copy Length bytes from Source to Destination, both PVOID. The areas of RtlCopyMemory do not
 * overlap; those of RtlMoveMemory may. Neither yields a value.
 */
#define RtlCopyMemory(Destination, Source, Length) \
	((void)__builtin_memcpy((Destination), (Source), (SIZE_T)(Length)))
#define RtlMoveMemory(Destination, Source, Length) \
	((void)__builtin_memmove((Destination), (Source), (SIZE_T)(Length)))

/*
 * Set Length bytes at Destination to 0, or to the value Fill, of which the low 8 bits count. Mind
 * the order of RtlFillMemory's parameters: the length comes before the value, unlike in memset.
 */
#define RtlZeroMemory(Destination, Length) \
	((void)__builtin_memset((Destination), 0, (SIZE_T)(Length)))
#define RtlFillMemory(Destination, Length, Fill) \
	((void)__builtin_memset((Destination), (Fill), (SIZE_T)(Length)))

/* The same by other names, and a clearing that the compiler does not leave out. */
#define RtlCopyBytes(Destination, Source, Length) RtlCopyMemory(Destination, Source, Length)
#define RtlZeroBytes(Destination, Length) RtlZeroMemory(Destination, Length)
#define RtlFillBytes(Destination, Length, Fill) RtlFillMemory(Destination, Length, Fill)

NT_INLINE PVOID RtlSecureZeroMemory(OUT PVOID Memory, IN SIZE_T Length)
{
	volatile UCHAR *At = (volatile UCHAR *)Memory;

	while (Length--)
		*At++ = 0;
	return Memory;
}

/*
 * Store a number at an address, and copy one from an address, that need not be aligned.
 */
NT_INLINE VOID RtlStoreUshort(OUT PVOID Address, IN USHORT Value)
{
	RtlCopyMemory(Address, &Value, sizeof(Value));
}

NT_INLINE VOID RtlStoreUlong(OUT PVOID Address, IN ULONG Value)
{
	RtlCopyMemory(Address, &Value, sizeof(Value));
}

NT_INLINE VOID RtlStoreUlonglong(OUT PVOID Address, IN ULONGLONG Value)
{
	RtlCopyMemory(Address, &Value, sizeof(Value));
}

NT_INLINE VOID RtlStoreUlongPtr(OUT PVOID Address, IN ULONG_PTR Value)
{
	RtlCopyMemory(Address, &Value, sizeof(Value));
}

NT_INLINE VOID RtlRetrieveUshort(OUT PVOID Destination, IN PCVOID Source)
{
	RtlCopyMemory(Destination, Source, sizeof(USHORT));
}

NT_INLINE VOID RtlRetrieveUlong(OUT PVOID Destination, IN PCVOID Source)
{
	RtlCopyMemory(Destination, Source, sizeof(ULONG));
}

/*
 * Compare Length bytes at Left and Right; nonzero if all are equal, 0 if one differs.
 */
#define RtlEqualMemory(Left, Right, Length) \
	(__builtin_memcmp((Left), (Right), (SIZE_T)(Length)) == 0)

/*
 * Compares two areas.
 *
 * Left, Right   the areas.
 * Length        their bytes.
 *
 * Returns how many bytes from the start are equal: `Length` if all are.
 */
NT_INLINE SIZE_T RtlCompareMemory(IN PCVOID Left, IN PCVOID Right, IN SIZE_T Length)
{
	PCUCHAR A = (PCUCHAR)Left;
	PCUCHAR B = (PCUCHAR)Right;
	SIZE_T Equal = 0;

	while (Equal < Length && A[Equal] == B[Equal])
		Equal++;
	return Equal;
}

EXTERN_C_START

/*
 * Makes a counted string of a zero-terminated one.
 *
 * DestinationString   OUT. Refers to SourceString, of which it does not make a copy; Length is
 *                     without the terminating zero, MaximumLength with it.
 * SourceString        at most 32766 characters. NULL makes an empty string with Buffer == NULL.
 *
 * IRQL: any.
 */
NTSYSAPI VOID NTAPI RtlInitUnicodeString(OUT PUNICODE_STRING DestinationString,
					 IN PCWSTR SourceString OPTIONAL);

EXTERN_C_END

/* Initialiser of a UNICODE_STRING from a wide literal: RTL_CONSTANT_STRING(L"text"). */
#define RTL_CONSTANT_STRING(Literal) \
	{ (USHORT)(sizeof(Literal) - sizeof((Literal)[0])), (USHORT)sizeof(Literal), \
	  (PWSTR)(Literal) }

#endif
