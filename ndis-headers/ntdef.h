/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NTDEF_H
#define NDIS_HEADERS_NTDEF_H

/*
 * Basic types and language helpers of the NT driver interface.
 *
 * Everything a miniport sees is built from the types in this file. The widths are those of NT,
 * not those of the host's C compiler: `ULONG` has 32 bits although `long` has 64 here, and
 * `WCHAR` has 16 bits although the platform's `wchar_t` normally has 32. Source:
 * ndis-hal-dma.md section 0.4, miniport-api.md section 3 items 1 and 5.
 *
 * Compile every source file that includes these headers with -fshort-wchar. Without it L"..."
 * literals would have 32-bit characters and no UNICODE_STRING built from one would be right;
 * the assertion behind WCHAR below turns that into a compile error. The library's own build
 * dependency (`ndis_headers_dep` in meson, `ndis-shim.pc` elsewhere) adds the option.
 *
 * The headers include nothing of the host but <stdint.h>, <stddef.h> and <stdarg.h>, which are
 * part of every freestanding C implementation, and use GCC and Clang builtins where the
 * language offers nothing. They can be mixed with <string.h>, <stdio.h> and the like.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* By this name headers of drivers ask whether the basic types are there already. */
#define _NTDEF_

#include "sal.h"

/*
 * Linkage brackets: names declared between them have C linkage in C++ too.
 */
#ifdef __cplusplus
#define EXTERN_C extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

/*
 * C_ASSERT(e) stops the compilation when the constant expression `e` is zero. It may stand
 * wherever a declaration may stand.
 */
#ifdef __cplusplus
#define C_ASSERT(e) static_assert(e, #e)
#else
#define C_ASSERT(e) _Static_assert(e, #e)
#endif

/*
 * Calling conventions. NT on 32-bit x86 mixes stdcall, fastcall and cdecl; everywhere else, and
 * in this library, there is one convention, so the keywords are empty. They are kept so that
 * driver sources that spell them compile unchanged.
 */
#define NTAPI
#define FASTCALL
#define CDECL
#define APIENTRY
#define WINAPI
#define CALLBACK
#define EXPORT

/*
 * Import and export decorations. A function that the library offers to drivers is declared with
 * NTKERNELAPI, NTSYSAPI or NDISAPI and keeps default symbol visibility even when the library is
 * compiled with -fvisibility=hidden; that is the whole list of symbols a driver can link to.
 */
#define NTKERNELAPI __attribute__((visibility("default")))
#define NTSYSAPI __attribute__((visibility("default")))
#define NTHALAPI __attribute__((visibility("default")))
#define DECLSPEC_IMPORT
#define DECLSPEC_EXPORT __attribute__((visibility("default")))
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define DECLSPEC_ALIGN(n) __attribute__((aligned(n)))
#define DECLSPEC_NOINLINE __attribute__((noinline))
#define DECLSPEC_SELECTANY __attribute__((weak))
#define DECLSPEC_NOTHROW __attribute__((nothrow))
#define DECLSPEC_NOVTABLE
#define DECLSPEC_DEPRECATED __attribute__((deprecated))
#define DECLSPEC_DEPRECATED_DDK
#define NTSYSCALLAPI NTSYSAPI
#define RESTRICTED_POINTER
#define POINTER_ALIGNMENT DECLSPEC_ALIGN(8)
#define MEMORY_ALLOCATION_ALIGNMENT 16

/*
 * A cache line of the processor in bytes: what DECLSPEC_CACHEALIGN aligns an object or a member to.
 * Memory from the pools is aligned less; a driver aligns what it allocates itself.
 */
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64
#define DECLSPEC_CACHEALIGN DECLSPEC_ALIGN(SYSTEM_CACHE_ALIGNMENT_SIZE)

/*
 * FORCEINLINE holds no storage class, because drivers write both `FORCEINLINE` and
 * `static FORCEINLINE`. A function declared with it is always expanded at the call; one whose
 * address is taken needs `static`.
 */
#define FORCEINLINE __inline__ __attribute__((always_inline))
#define INLINE __inline__

/*
 * The headers' own inline functions: internal linkage, no warning when unused. `__inline__`
 * works in every C and C++ dialect of GCC and Clang.
 */
#define NT_INLINE static __inline__ __attribute__((always_inline, unused))

/*
 * Marks an unnamed structure or union as intended, so that -Wpedantic accepts it in C++ as it
 * does in C11.
 */
#define NT_UNNAMED __extension__

/*
 * Direction of parameters, for the reader only: IN is read by the callee, OUT is written by it,
 * `IN OUT` both; OPTIONAL marks a pointer that may be NULL.
 */
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef VOID
#define VOID void
#endif
#ifndef UNALIGNED
#define UNALIGNED
#endif
#ifndef VOLATILE
#define VOLATILE volatile
#endif

/*
 * Integers of fixed width. The L in LONG is historical: it has 32 bits.
 */
typedef char CHAR;
typedef signed char SCHAR;
typedef unsigned char UCHAR;
typedef short SHORT;
typedef short CSHORT;
typedef unsigned short USHORT;
typedef int INT;
typedef unsigned int UINT;
typedef int LONG;
typedef unsigned int ULONG;
typedef long long LONGLONG;
typedef unsigned long long ULONGLONG;
typedef signed char CCHAR;
typedef ULONG CLONG;
typedef ULONG LCID;
typedef UCHAR BYTE;
typedef USHORT WORD;
typedef ULONG DWORD;

typedef int8_t INT8;
typedef uint8_t UINT8;
typedef int16_t INT16;
typedef uint16_t UINT16;
typedef int32_t INT32;
typedef uint32_t UINT32;
typedef LONGLONG INT64;
typedef ULONGLONG UINT64;
typedef LONG LONG32;
typedef ULONG ULONG32;
typedef LONGLONG LONG64;
typedef ULONGLONG ULONG64;

C_ASSERT(sizeof(LONG) == 4 && sizeof(ULONG) == 4);
C_ASSERT(sizeof(LONGLONG) == 8 && sizeof(ULONGLONG) == 8);

/*
 * Integers as wide as a pointer. SIZE_T counts bytes; PFN_NUMBER numbers pages.
 */
typedef intptr_t INT_PTR;
typedef uintptr_t UINT_PTR;
typedef intptr_t LONG_PTR;
typedef uintptr_t ULONG_PTR;
typedef uintptr_t DWORD_PTR;
typedef ULONG_PTR SIZE_T;
typedef LONG_PTR SSIZE_T;
typedef ULONG_PTR PFN_NUMBER;
typedef ULONG_PTR KAFFINITY;

/*
 * BOOLEAN has 8 bits. A function that returns one yields TRUE (1) or FALSE (0); a function that
 * takes one treats every nonzero value as TRUE.
 */
typedef UCHAR BOOLEAN;
typedef int BOOL;
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

/*
 * A UTF-16 code unit. See the head of this file if the assertion fails.
 */
typedef wchar_t WCHAR;
#ifdef __cplusplus
static_assert(sizeof(WCHAR) == 2, "the NDIS headers need -fshort-wchar: WCHAR has 16 bits");
#else
_Static_assert(sizeof(WCHAR) == 2, "the NDIS headers need -fshort-wchar: WCHAR has 16 bits");
#endif

typedef void *PVOID;
typedef void **PPVOID;
typedef const void *PCVOID;
typedef void *HANDLE;
typedef HANDLE *PHANDLE;
typedef CHAR *PCHAR, *PSTR, *LPSTR, *PCH, *LPCH;
typedef const CHAR *PCSTR, *LPCSTR, *PCSZ, *PCCH, *LPCCH;
typedef SCHAR *PSCHAR;
typedef CCHAR *PCCHAR;
typedef CSHORT *PCSHORT;
typedef UCHAR *PUCHAR;
typedef const UCHAR *PCUCHAR;
typedef SHORT *PSHORT;
typedef USHORT *PUSHORT;
typedef INT *PINT;
typedef UINT *PUINT;
typedef LONG *PLONG;
typedef ULONG *PULONG;
typedef LONGLONG *PLONGLONG;
typedef ULONGLONG *PULONGLONG;
typedef INT8 *PINT8;
typedef UINT8 *PUINT8;
typedef INT16 *PINT16;
typedef UINT16 *PUINT16;
typedef INT32 *PINT32;
typedef UINT32 *PUINT32;
typedef INT64 *PINT64;
typedef UINT64 *PUINT64;
typedef ULONG32 *PULONG32;
typedef ULONG64 *PULONG64;
typedef LONG_PTR *PLONG_PTR;
typedef ULONG_PTR *PULONG_PTR;
typedef SIZE_T *PSIZE_T;
typedef PFN_NUMBER *PPFN_NUMBER;
typedef BOOLEAN *PBOOLEAN;
typedef BYTE *PBYTE;
typedef WCHAR *PWCHAR, *PWSTR, *LPWSTR, *PWCH, *LPWCH;
typedef const WCHAR *PCWSTR, *LPCWSTR, *PCWCH, *LPCWCH;

/*
 * A 64-bit value that can also be read in halves. QuadPart is signed; HighPart carries the
 * sign. ULARGE_INTEGER is the unsigned twin. Source: ndis-hal-dma.md section 0.4.
 */
typedef union _LARGE_INTEGER {
	NT_UNNAMED struct {
		ULONG LowPart;
		LONG HighPart;
	};
	struct {
		ULONG LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
	NT_UNNAMED struct {
		ULONG LowPart;
		ULONG HighPart;
	};
	struct {
		ULONG LowPart;
		ULONG HighPart;
	} u;
	ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

/*
 * An address as something other than the CPU sees it: the physical address of a BAR, or the
 * logical (device) address that a DMA function hands out. The two are not interchangeable:
 * behind an IOMMU the logical address of a page has nothing to do with its physical one.
 */
typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

C_ASSERT(sizeof(PHYSICAL_ADDRESS) == 8);

/*
 * Counted strings. Length and MaximumLength are bytes, not characters, and Length does not
 * include a terminating zero, which need not be there. The structure does not own Buffer.
 */
typedef struct _UNICODE_STRING {
	USHORT Length;
	USHORT MaximumLength;
	PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
	USHORT Length;
	USHORT MaximumLength;
	PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING;

#define UNICODE_STRING_MAX_BYTES ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS 32767

/*
 * Define a counted string of a wide literal, and one that is empty and has room for so many
 * characters.
 */
#define DECLARE_CONST_UNICODE_STRING(Name, Literal) \
	const WCHAR Name##_buffer[] = Literal; \
	const UNICODE_STRING Name = { (USHORT)(sizeof(Literal) - sizeof(WCHAR)), \
				      (USHORT)sizeof(Literal), (PWSTR)Name##_buffer }
#define DECLARE_UNICODE_STRING_SIZE(Name, Characters) \
	WCHAR Name##_buffer[Characters]; \
	UNICODE_STRING Name = { 0, (USHORT)((Characters) * sizeof(WCHAR)), Name##_buffer }

#define UNICODE_NULL ((WCHAR)0)
#define ANSI_NULL ((CHAR)0)

/*
 * A link of a doubly-linked ring. The head of a list is such a link too; the functions that
 * work on lists are in ddk/list.h. SINGLE_LIST_ENTRY is a link of a NULL-terminated stack.
 */
typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
	struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

/*
 * NTSTATUS: negative is an error, zero or positive a success (including "pending"). The values
 * are in ntstatus.h.
 */
typedef LONG NTSTATUS, *PNTSTATUS;

#define NT_SUCCESS(Status) ((NTSTATUS)(Status) >= 0)
#define NT_INFORMATION(Status) ((ULONG)(Status) >> 30 == 1)
#define NT_WARNING(Status) ((ULONG)(Status) >> 30 == 2)
#define NT_ERROR(Status) ((ULONG)(Status) >> 30 == 3)

/* Largest and smallest values of the integer types. */
#define MINCHAR 0x80
#define MAXCHAR 0x7F
#define MINSHORT 0x8000
#define MAXSHORT 0x7FFF
#define MINLONG 0x80000000
#define MAXLONG 0x7FFFFFFF
#define MAXUCHAR 0xFF
#define MAXUSHORT 0xFFFF
#define MAXULONG 0xFFFFFFFFu
#define MAXULONGLONG (~(ULONGLONG)0)
#define MAXLONGLONG ((LONGLONG)0x7FFFFFFFFFFFFFFF)

/*
 * FIELD_OFFSET yields the byte offset of a member as a LONG; CONTAINING_RECORD yields the
 * structure whose member has the given address; RTL_SIZEOF_THROUGH_FIELD the bytes from the
 * start of the structure through the end of the member.
 */
#define FIELD_OFFSET(Type, Field) ((LONG)offsetof(Type, Field))
#define UFIELD_OFFSET(Type, Field) ((ULONG)offsetof(Type, Field))
#define CONTAINING_RECORD(Address, Type, Field) \
	((Type *)(void *)((PUCHAR)(Address) - offsetof(Type, Field)))
#define RTL_FIELD_SIZE(Type, Field) (sizeof(((Type *)0)->Field))
#define RTL_SIZEOF_THROUGH_FIELD(Type, Field) (offsetof(Type, Field) + RTL_FIELD_SIZE(Type, Field))

/*
 * ANYSIZE_ARRAY is the length of an array at the end of a structure that is allocated with as
 * many elements as there are; FIELD_OFFSET to the element behind the last is the size then.
 */
#define ANYSIZE_ARRAY 1

/*
 * The type of a member; whether a structure of Size bytes reaches to the end of a member.
 */
#define RTL_FIELD_TYPE(Type, Field) __typeof__(((Type *)0)->Field)
#define RTL_CONTAINS_FIELD(Structure, Size, Field) \
	((PCHAR)(&(Structure)->Field) + sizeof((Structure)->Field) <= (PCHAR)(Structure) + (Size))
#define FIELD_SIZE(Type, Field) RTL_FIELD_SIZE(Type, Field)

/*
 * Products of two numbers of 32 bits, with 64: what C's own * cuts off.
 */
#define Int32x32To64(First, Second) ((LONGLONG)(LONG)(First) * (LONGLONG)(LONG)(Second))
#define UInt32x32To64(First, Second) ((ULONGLONG)(ULONG)(First) * (ULONGLONG)(ULONG)(Second))

/*
 * RTL_BITS_OF counts the bits of a type or an expression, ARRAYSIZE the elements of an array.
 */
#define RTL_BITS_OF(TypeOrExpression) (sizeof(TypeOrExpression) * 8)
#define RTL_BITS_OF_FIELD(Type, Field) (RTL_FIELD_SIZE(Type, Field) * 8)
#define RTL_NUMBER_OF(Array) (sizeof(Array) / sizeof((Array)[0]))
#define ARRAYSIZE(Array) RTL_NUMBER_OF(Array)

/*
 * Alignment. The BY forms take the alignment in bytes, which must be a power of two; the other
 * forms take a type and align to its size.
 */
#define ALIGN_DOWN_BY(Value, Alignment) ((ULONG_PTR)(Value) & ~((ULONG_PTR)(Alignment) - 1))
#define ALIGN_UP_BY(Value, Alignment) \
	(((ULONG_PTR)(Value) + (ULONG_PTR)(Alignment) - 1) & ~((ULONG_PTR)(Alignment) - 1))
#define ALIGN_DOWN(Value, Type) ALIGN_DOWN_BY(Value, sizeof(Type))
#define ALIGN_UP(Value, Type) ALIGN_UP_BY(Value, sizeof(Type))
#define ALIGN_DOWN_POINTER_BY(Pointer, Alignment) ((PVOID)ALIGN_DOWN_BY(Pointer, Alignment))
#define ALIGN_DOWN_POINTER(Pointer, Type) ((PVOID)ALIGN_DOWN(Pointer, Type))
#define ALIGN_UP_POINTER(Pointer, Type) ((PVOID)ALIGN_UP(Pointer, Type))
#define ALIGN_UP_POINTER_BY(Pointer, Alignment) ((PVOID)ALIGN_UP_BY(Pointer, Alignment))

/*
 * Words for the reader and for static analysis. UNREFERENCED_PARAMETER silences the warning
 * about an unused argument; UNREACHABLE tells the compiler that control never gets there.
 */
#define UNREFERENCED_PARAMETER(Parameter) ((void)(Parameter))
#define UNREFERENCED_LOCAL_VARIABLE(Variable) ((void)(Variable))
#define DBG_UNREFERENCED_PARAMETER(Parameter) ((void)(Parameter))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(Variable) ((void)(Variable))
#define NOTHING
#define UNREACHABLE __builtin_unreachable()

/* Whether an OPTIONAL argument was given. */
#define ARGUMENT_PRESENT(Argument) ((Argument) != NULL)
#define PAGED_CODE() ((void)0)
#define PAGED_CODE_LOCKED() ((void)0)

/*
 * The byte `Offset` behind `Base` as a PCHAR, and how many bytes `Pointer` lies behind `Base`.
 */
#define RtlOffsetToPointer(Base, Offset) ((PCHAR)((PCHAR)(Base) + (ULONG_PTR)(Offset)))
#define RtlPointerToOffset(Base, Pointer) ((ULONG)((PCHAR)(Pointer) - (PCHAR)(Base)))

/*
 * Conversions between pointers or handles and integers of 32 bits, as drivers write them who know
 * that the upper half means nothing. To an integer, the upper half is cut off; from one, a ULONG is
 * extended with zeros and a LONG with its sign.
 */
#define PtrToUlong(Pointer) ((ULONG)(ULONG_PTR)(Pointer))
#define PtrToLong(Pointer) ((LONG)(LONG_PTR)(Pointer))
#define PtrToUint(Pointer) ((UINT)(UINT_PTR)(Pointer))
#define PtrToInt(Pointer) ((INT)(INT_PTR)(Pointer))
#define PtrToUshort(Pointer) ((USHORT)(ULONG_PTR)(Pointer))
#define PtrToShort(Pointer) ((SHORT)(LONG_PTR)(Pointer))
#define UlongToPtr(Value) ((PVOID)(ULONG_PTR)(ULONG)(Value))
#define LongToPtr(Value) ((PVOID)(LONG_PTR)(LONG)(Value))
#define UintToPtr(Value) ((PVOID)(UINT_PTR)(UINT)(Value))
#define IntToPtr(Value) ((PVOID)(INT_PTR)(INT)(Value))
#define ULongToPtr(Value) UlongToPtr(Value)
#define HandleToUlong(Handle) PtrToUlong(Handle)
#define HandleToLong(Handle) PtrToLong(Handle)
#define HandleToULong(Handle) PtrToUlong(Handle)
#define UlongToHandle(Value) ((HANDLE)UlongToPtr(Value))
#define LongToHandle(Value) ((HANDLE)LongToPtr(Value))
#define ULongToHandle(Value) UlongToHandle(Value)

/*
 * Byte order. The Rtl functions exchange the bytes of their argument.
 */
#define RtlUshortByteSwap(Value) ((USHORT)__builtin_bswap16((USHORT)(Value)))
#define RtlUlongByteSwap(Value) ((ULONG)__builtin_bswap32((ULONG)(Value)))
#define RtlUlonglongByteSwap(Value) ((ULONGLONG)__builtin_bswap64((ULONGLONG)(Value)))

#endif
