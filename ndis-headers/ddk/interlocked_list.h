/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_INTERLOCKED_LIST_H
#define NDIS_HEADERS_DDK_INTERLOCKED_LIST_H

/*
 * Lists that several threads share: rings and stacks under a lock of the driver, and stacks that
 * need none.
 *
 * The list operations of ddk/list.h are not atomic. The functions below are; an entry, as there, is
 * a structure inside the element, which CONTAINING_RECORD leads to, and is in one list at most. All
 * memory is the driver's. NULL where none is allowed is reported: the list stays as it is, and what
 * is returned says "nothing". Source: the reference pages of the ExInterlocked functions.
 */

#include "list.h"
#include "spinlock.h"

/*
 * Entry of a sequenced stack, at an address that is a multiple of 16: the compiler sees to that in
 * structures, and every pool does for their first byte. 16 bytes.
 */
typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
	struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

/*
 * Head of a sequenced stack, at a multiple of 16, too. All of it is the library's: HeaderX64.Depth
 * is the number of entries modulo 65536, Sequence the number of pushes modulo 2^48, NextEntry
 * the address of the top entry divided by 16. 16 bytes.
 */
typedef union DECLSPEC_ALIGN(16) _SLIST_HEADER {
	NT_UNNAMED struct {
		ULONGLONG Alignment;
		ULONGLONG Region;
	};
	NT_UNNAMED struct {
		ULONGLONG Depth : 16;
		ULONGLONG Sequence : 48;
		ULONGLONG HeaderType : 1;
		ULONGLONG Reserved : 3;
		ULONGLONG NextEntry : 60;
	} HeaderX64;
} SLIST_HEADER, *PSLIST_HEADER;

EXTERN_C_START

/*
 * Put an entry before the first, or behind the last, entry of a ring.
 *
 * ListHead    the ring, made by InitializeListHead.
 * ListEntry   in no list.
 * Lock        lock that all users of the ring give, made by KeInitializeSpinLock; not held by the
 *             caller: holding it is the bug check SPIN_LOCK_ALREADY_OWNED.
 *
 * Returns the entry that was first (last) before, or NULL if the ring was empty. IRQL: any; a lock
 * that is used here above DISPATCH_LEVEL is used with these functions alone.
 */
NTKERNELAPI PLIST_ENTRY FASTCALL ExInterlockedInsertHeadList(IN OUT PLIST_ENTRY ListHead,
							     IN OUT PLIST_ENTRY ListEntry,
							     IN OUT PKSPIN_LOCK Lock);
NTKERNELAPI PLIST_ENTRY FASTCALL ExInterlockedInsertTailList(IN OUT PLIST_ENTRY ListHead,
							     IN OUT PLIST_ENTRY ListEntry,
							     IN OUT PKSPIN_LOCK Lock);

/*
 * Takes the first entry out of a ring.
 *
 * ListHead   the ring.
 * Lock       its lock, as above.
 *
 * Returns the entry, or NULL if the ring is empty. IRQL: any, as above.
 */
NTKERNELAPI PLIST_ENTRY FASTCALL ExInterlockedRemoveHeadList(IN OUT PLIST_ENTRY ListHead,
							     IN OUT PKSPIN_LOCK Lock);

/*
 * Puts an entry on top of a stack.
 *
 * ListHead    the stack; Next == NULL in an empty one.
 * ListEntry   in no list.
 * Lock        the lock of the stack, as above.
 *
 * Returns the entry that was on top before, or NULL if the stack was empty. IRQL: any, as above.
 */
NTKERNELAPI PSINGLE_LIST_ENTRY FASTCALL ExInterlockedPushEntryList(
	IN OUT PSINGLE_LIST_ENTRY ListHead, IN OUT PSINGLE_LIST_ENTRY ListEntry,
	IN OUT PKSPIN_LOCK Lock);

/*
 * Takes the top entry off a stack.
 *
 * ListHead   the stack.
 * Lock       its lock, as above.
 *
 * Returns the entry, or NULL if the stack is empty. IRQL: any, as above.
 */
NTKERNELAPI PSINGLE_LIST_ENTRY FASTCALL ExInterlockedPopEntryList(
	IN OUT PSINGLE_LIST_ENTRY ListHead, IN OUT PKSPIN_LOCK Lock);

/*
 * Adds under a lock.
 *
 * Addend      the variable.
 * Increment   what to add, modulo 2^32.
 * Lock        lock that protects the variable, as above.
 *
 * Returns the value before. IRQL: any, as above.
 */
NTKERNELAPI ULONG FASTCALL ExInterlockedAddUlong(IN OUT PULONG Addend, IN ULONG Increment,
						 IN OUT PKSPIN_LOCK Lock);

/* The same with 64 bits. */
NTKERNELAPI LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(IN PLARGE_INTEGER Addend,
							     IN LARGE_INTEGER Increment,
							     IN PKSPIN_LOCK Lock);

/* Adds a ULONG to a LARGE_INTEGER that is a counter, without a lock. IRQL: any. */
#define ExInterlockedAddLargeStatistic(Addend, Increment) \
	((void)__atomic_add_fetch(&(Addend)->QuadPart, (LONGLONG)(ULONG)(Increment), \
				  __ATOMIC_SEQ_CST))

/*
 * Makes `SListHead` an empty stack with sequence 0. Must precede every other use. An address that
 * is no multiple of 16 is reported by every function that gets it, and nothing is done. IRQL: any.
 */
NTKERNELAPI VOID NTAPI ExInitializeSListHead(OUT PSLIST_HEADER SListHead);

/*
 * Returns the number of entries of the stack modulo 65536. IRQL: any.
 */
NTKERNELAPI USHORT NTAPI ExQueryDepthSList(IN PSLIST_HEADER SListHead);

/*
 * Puts an entry on top of a sequenced stack.
 *
 * ListHead    the stack.
 * ListEntry   in no list. At an address that is no multiple of 16 it is reported and not pushed:
 *             the 64-bit kernel has no room for such an address.
 * Lock        without meaning: the stack is atomic by itself. May be NULL.
 *
 * Returns the entry that was on top before, or NULL if the stack was empty. IRQL: <=DISPATCH.
 */
NTKERNELAPI PSLIST_ENTRY FASTCALL ExInterlockedPushEntrySList(IN OUT PSLIST_HEADER ListHead,
							      IN OUT PSLIST_ENTRY ListEntry,
							      IN OUT PKSPIN_LOCK Lock OPTIONAL);

/*
 * Takes the top entry off a sequenced stack: the last that was pushed.
 *
 * ListHead   the stack.
 * Lock       without meaning. May be NULL.
 *
 * Returns the entry, or NULL if the stack is empty. IRQL: <=DISPATCH.
 */
NTKERNELAPI PSLIST_ENTRY FASTCALL ExInterlockedPopEntrySList(IN OUT PSLIST_HEADER ListHead,
							     IN OUT PKSPIN_LOCK Lock OPTIONAL);

/*
 * Takes all entries off a sequenced stack, whose depth is 0 afterwards.
 *
 * Returns the entry that was on top, or NULL; its Next leads to the others in the order in which
 * they would have been popped, the last being NULL. IRQL: <=DISPATCH.
 */
NTKERNELAPI PSLIST_ENTRY FASTCALL ExInterlockedFlushSList(IN OUT PSLIST_HEADER ListHead);

EXTERN_C_END

/* Other names of the same: those of newer kernels. */
#define InitializeSListHead(SListHead) ExInitializeSListHead(SListHead)
#define QueryDepthSList(SListHead) ExQueryDepthSList(SListHead)
#define InterlockedPushEntrySList(SListHead, SListEntry) \
	ExInterlockedPushEntrySList(SListHead, SListEntry, NULL)
#define InterlockedPopEntrySList(SListHead) ExInterlockedPopEntrySList(SListHead, NULL)
#define InterlockedFlushSList(SListHead) ExInterlockedFlushSList(SListHead)

#endif
