/* SPDX-License-Identifier: MIT */
/*
 * widths.c - what a source takes for granted that was written for 64-bit Windows
 */
#include "precomp.h"

#define REG32 unsigned long

#include <pshpack1.h>
typedef struct _CARD_CAPABILITY {
	unsigned char id, next, length, kind;
	REG32 offset;
	unsigned long int bytes;
	long signed limit;
} CARD_CAPABILITY;
#include <poppack.h>

C_ASSERT(sizeof(long) == 4 && sizeof(unsigned long) == 4 && sizeof(long int) == 4);
C_ASSERT(sizeof(long unsigned int) == 4 && sizeof(long unsigned) == 4);
C_ASSERT(sizeof(CARD_CAPABILITY) == 16);
C_ASSERT(sizeof(long long) == 8 && sizeof(unsigned long long int) == 8 && sizeof(5LL) == 8);
C_ASSERT(sizeof(1L) == 4 && sizeof(0xFFUL) == 4 && ~0ul == 0xFFFFFFFF && 1UL << 31 > 0);
C_ASSERT(sizeof(long double) >= sizeof(double) && (int)(1.5L * 2) == 3);
/* In a text nothing changes: not "long", nor 5L. */
C_ASSERT(sizeof("a long text, 5L") == 16 && sizeof(L"5L") == 3 * sizeof(WCHAR));

/* A LONG and a long are one type. */
long CountUp(LONG volatile *value)
{
	long volatile *same = value;

	return InterlockedIncrement(same);
}
