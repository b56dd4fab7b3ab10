/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_LARGE_INTEGER_H
#define NDIS_HEADERS_DDK_LARGE_INTEGER_H

/*
 * Arithmetic of 64 bits as drivers write it whose compiler had none.
 *
 * New code uses the operators of C on LARGE_INTEGER.QuadPart. Sums and differences wrap around. Any
 * IRQL. Source: the kernel's reference pages.
 */

#include "../ntdef.h"

/* A LARGE_INTEGER of a number of 64 bits. */
NT_INLINE LARGE_INTEGER RtlMakeLargeInteger(IN ULONGLONG Value)
{
	LARGE_INTEGER Result;

	Result.QuadPart = (LONGLONG)Value;
	return Result;
}

/* A number of 32 bits as one of 64: with its sign, and without. */
NT_INLINE LARGE_INTEGER RtlConvertLongToLargeInteger(IN LONG Value)
{
	return RtlMakeLargeInteger((ULONGLONG)(LONGLONG)Value);
}

NT_INLINE LARGE_INTEGER RtlConvertUlongToLargeInteger(IN ULONG Value)
{
	return RtlMakeLargeInteger(Value);
}

/* First + Second, First - Second, -Value. */
NT_INLINE LARGE_INTEGER RtlLargeIntegerAdd(IN LARGE_INTEGER First, IN LARGE_INTEGER Second)
{
	return RtlMakeLargeInteger((ULONGLONG)First.QuadPart + (ULONGLONG)Second.QuadPart);
}

NT_INLINE LARGE_INTEGER RtlLargeIntegerSubtract(IN LARGE_INTEGER First, IN LARGE_INTEGER Second)
{
	return RtlMakeLargeInteger((ULONGLONG)First.QuadPart - (ULONGLONG)Second.QuadPart);
}

NT_INLINE LARGE_INTEGER RtlLargeIntegerNegate(IN LARGE_INTEGER Value)
{
	return RtlMakeLargeInteger(0 - (ULONGLONG)Value.QuadPart);
}

/* Products with 64 bits. */
NT_INLINE LARGE_INTEGER RtlEnlargedIntegerMultiply(IN LONG Multiplicand, IN LONG Multiplier)
{
	return RtlMakeLargeInteger((ULONGLONG)((LONGLONG)Multiplicand * Multiplier));
}

NT_INLINE LARGE_INTEGER RtlEnlargedUnsignedMultiply(IN ULONG Multiplicand, IN ULONG Multiplier)
{
	return RtlMakeLargeInteger((ULONGLONG)Multiplicand * Multiplier);
}

NT_INLINE LARGE_INTEGER RtlExtendedIntegerMultiply(IN LARGE_INTEGER Multiplicand,
						   IN LONG Multiplier)
{
	return RtlMakeLargeInteger((ULONGLONG)Multiplicand.QuadPart *
				   (ULONGLONG)(LONGLONG)Multiplier);
}

/*
 * Quotients of unsigned numbers. The remainder is stored in `*Remainder` unless that is NULL. The first
 * returns the low 32 bits of the quotient. Divisors are not 0.
 */
NT_INLINE ULONG RtlEnlargedUnsignedDivide(IN ULARGE_INTEGER Dividend, IN ULONG Divisor,
					  OUT PULONG Remainder OPTIONAL)
{
	if (Remainder)
		*Remainder = (ULONG)(Dividend.QuadPart % Divisor);
	return (ULONG)(Dividend.QuadPart / Divisor);
}

NT_INLINE LARGE_INTEGER RtlExtendedLargeIntegerDivide(IN LARGE_INTEGER Dividend, IN ULONG Divisor,
						      OUT PULONG Remainder OPTIONAL)
{
	if (Remainder)
		*Remainder = (ULONG)((ULONGLONG)Dividend.QuadPart % Divisor);
	return RtlMakeLargeInteger((ULONGLONG)Dividend.QuadPart / Divisor);
}

NT_INLINE LARGE_INTEGER RtlLargeIntegerDivide(IN LARGE_INTEGER Dividend, IN LARGE_INTEGER Divisor,
					      OUT PLARGE_INTEGER Remainder OPTIONAL)
{
	ULONGLONG By = (ULONGLONG)Divisor.QuadPart;

	if (Remainder)
		*Remainder = RtlMakeLargeInteger((ULONGLONG)Dividend.QuadPart % By);
	return RtlMakeLargeInteger((ULONGLONG)Dividend.QuadPart / By);
}

/* Shifts by ShiftCount bits, 0..63: the last one copies the sign. */
NT_INLINE LARGE_INTEGER RtlLargeIntegerShiftLeft(IN LARGE_INTEGER Value, IN CCHAR ShiftCount)
{
	return RtlMakeLargeInteger((ULONGLONG)Value.QuadPart << ShiftCount);
}

NT_INLINE LARGE_INTEGER RtlLargeIntegerShiftRight(IN LARGE_INTEGER Value, IN CCHAR ShiftCount)
{
	return RtlMakeLargeInteger((ULONGLONG)Value.QuadPart >> ShiftCount);
}

NT_INLINE LARGE_INTEGER RtlLargeIntegerArithmeticShift(IN LARGE_INTEGER Value, IN CCHAR ShiftCount)
{
	return RtlMakeLargeInteger((ULONGLONG)(Value.QuadPart >> ShiftCount));
}

/* Comparisons of signed numbers, with each other and with 0: nonzero if they hold. */
#define RtlLargeIntegerGreaterThan(First, Second) ((First).QuadPart > (Second).QuadPart)
#define RtlLargeIntegerGreaterThanOrEqualTo(First, Second) ((First).QuadPart >= (Second).QuadPart)
#define RtlLargeIntegerLessThan(First, Second) ((First).QuadPart < (Second).QuadPart)
#define RtlLargeIntegerLessThanOrEqualTo(First, Second) ((First).QuadPart <= (Second).QuadPart)
#define RtlLargeIntegerEqualTo(First, Second) ((First).QuadPart == (Second).QuadPart)
#define RtlLargeIntegerNotEqualTo(First, Second) ((First).QuadPart != (Second).QuadPart)
#define RtlLargeIntegerGreaterThanZero(Value) ((Value).QuadPart > 0)
#define RtlLargeIntegerGreaterOrEqualToZero(Value) ((Value).QuadPart >= 0)
#define RtlLargeIntegerLessThanZero(Value) ((Value).QuadPart < 0)
#define RtlLargeIntegerLessOrEqualToZero(Value) ((Value).QuadPart <= 0)
#define RtlLargeIntegerEqualToZero(Value) ((Value).QuadPart == 0)
#define RtlLargeIntegerNotEqualToZero(Value) ((Value).QuadPart != 0)

#endif
