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

static_assert(PCI_TYPE0_ADDRESSES * sizeof(ULONG) == 24, "six base address registers");

/* Whether the frame is for the station: the block ends itself. */
BOOLEAN IsForStation(PUCHAR frame, PUCHAR station)
{
	ULONG differs = 1;

	if (!ETH_IS_MULTICAST(frame)) {
		ETH_COMPARE_NETWORK_ADDRESSES(frame, station, &differs)
	}
	return !differs;
}

/* Where the first capability of the header lies, or 0. */
UCHAR FirstCapability(PCI_COMMON_HEADER *header)
{
	if (!(header->Status & PCI_STATUS_CAPABILITIES_LIST))
		return 0;
	switch (header->HeaderType & ~PCI_MULTIFUNCTION) {
	case PCI_BRIDGE_TYPE:
		return header->u.type1.CapabilitiesPtr;
	case PCI_CARDBUS_BRIDGE_TYPE:
		return header->u.type2.CapabilitiesPtr;
	default:
		return header->u.type0.CapabilitiesPtr;
	}
}

/* A list of the driver's own for a frame that it copied. */
typedef struct _COPIED_FRAME {
	SCATTER_GATHER_LIST List;
	ULONG Guard;
} COPIED_FRAME;

C_ASSERT(FIELD_OFFSET(COPIED_FRAME, Guard) >=
	 FIELD_OFFSET(SCATTER_GATHER_LIST, Elements) + sizeof(SCATTER_GATHER_ELEMENT));

/* A LONG and a long are one type. */
long CountUp(LONG volatile *value)
{
	long volatile *same = value;

	return InterlockedIncrement(same);
}
