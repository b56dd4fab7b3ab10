/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_GUID_H
#define NDIS_HEADERS_DDK_GUID_H

/*
 * Globally unique identifiers: 128-bit names of interfaces and of kinds of data.
 */

#include "../ntdef.h"

/*
 * An identifier. In the customary text form Data1 has the first 8 digits, Data2 and Data3 4 each,
 * Data4 the rest. 16 bytes.
 */
#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
	ULONG Data1;
	USHORT Data2;
	USHORT Data3;
	UCHAR Data4[8];
} GUID, *LPGUID;
typedef const GUID *LPCGUID;
typedef const GUID *REFGUID;
#endif

C_ASSERT(sizeof(GUID) == 16);

/* TRUE if the identifiers at two addresses are equal. Any IRQL. */
#define IsEqualGUID(Left, Right) (__builtin_memcmp((Left), (Right), sizeof(GUID)) == 0)

#endif

/*
 * Declares the identifier `Name`; in a source that defines INITGUID or includes <initguid.h> before,
 * defines it. Sources of one driver that define it several times share one.
 */
#undef DEFINE_GUID
#ifdef INITGUID
#define DEFINE_GUID(Name, First, Second, Third, B0, B1, B2, B3, B4, B5, B6, B7) \
	EXTERN_C const GUID Name; \
	const GUID Name __attribute__((weak)) = { \
		First, Second, Third, { B0, B1, B2, B3, B4, B5, B6, B7 } }
#else
#define DEFINE_GUID(Name, First, Second, Third, B0, B1, B2, B3, B4, B5, B6, B7) \
	EXTERN_C const GUID Name
#endif
