/* SPDX-License-Identifier: MIT */
/*
 * interlocked_list.c - lists that several processors share
 */
#include <ddk/interlocked_list.h>

#include "ke/level.h"
#include "ke/spin_lock.h"
#include "support/log.h"

#define ALIGNMENT 16u

/* In SLIST_HEADER.Region, below the address of the top entry: a processor changes the stack. */
#define BUSY 2u

C_ASSERT(sizeof(SLIST_HEADER) == 16 && sizeof(SLIST_ENTRY) == 16);

/* A handler of an interrupt on the same processor may want the lock: keep all of them away. */
static unsigned int enter(PKSPIN_LOCK lock)
{
	unsigned int level = ke_raise_irql(KE_HIGH_LEVEL);

	ke_spin_lock_acquire(lock);
	return level;
}

static void leave(PKSPIN_LOCK lock, unsigned int level)
{
	ke_spin_lock_release(lock);
	ke_lower_irql(level);
}

static bool are_given(const char *call, const void *head, const void *entry, const void *lock)
{
	return ke_is_given(call, "ListHead", head) && ke_is_given(call, "ListEntry", entry) &&
	       ke_is_given(call, "Lock", lock);
}

/* Return: the entry that was at this end before, NULL in an empty list. */
static PLIST_ENTRY insert(const char *call, PLIST_ENTRY head, PLIST_ENTRY entry, PKSPIN_LOCK lock,
			  bool at_tail)
{
	PLIST_ENTRY former;
	unsigned int level;

	if (!are_given(call, head, entry, lock))
		return NULL;
	level = enter(lock);
	former = at_tail ? head->Blink : head->Flink;
	if (at_tail)
		InsertTailList(head, entry);
	else
		InsertHeadList(head, entry);
	leave(lock, level);
	return former == head ? NULL : former;
}

PLIST_ENTRY FASTCALL ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
						 PKSPIN_LOCK Lock)
{
	return insert("ExInterlockedInsertHeadList", ListHead, ListEntry, Lock, false);
}

PLIST_ENTRY FASTCALL ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
						 PKSPIN_LOCK Lock)
{
	return insert("ExInterlockedInsertTailList", ListHead, ListEntry, Lock, true);
}

PLIST_ENTRY FASTCALL ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
	PLIST_ENTRY first;
	unsigned int level;

	if (!are_given("ExInterlockedRemoveHeadList", ListHead, ListHead, Lock))
		return NULL;
	level = enter(Lock);
	first = IsListEmpty(ListHead) ? NULL : RemoveHeadList(ListHead);
	leave(Lock, level);
	return first;
}

PSINGLE_LIST_ENTRY FASTCALL ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
						       PSINGLE_LIST_ENTRY ListEntry,
						       PKSPIN_LOCK Lock)
{
	PSINGLE_LIST_ENTRY top;
	unsigned int level;

	if (!are_given("ExInterlockedPushEntryList", ListHead, ListEntry, Lock))
		return NULL;
	level = enter(Lock);
	top = ListHead->Next;
	PushEntryList(ListHead, ListEntry);
	leave(Lock, level);
	return top;
}

PSINGLE_LIST_ENTRY FASTCALL ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
	PSINGLE_LIST_ENTRY top;
	unsigned int level;

	if (!are_given("ExInterlockedPopEntryList", ListHead, ListHead, Lock))
		return NULL;
	level = enter(Lock);
	top = PopEntryList(ListHead);
	leave(Lock, level);
	return top;
}

ULONG FASTCALL ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock)
{
	static const char call[] = "ExInterlockedAddUlong";
	unsigned int level;
	ULONG before;

	if (!ke_is_given(call, "Addend", Addend) || !ke_is_given(call, "Lock", Lock))
		return 0;
	level = enter(Lock);
	before = *Addend;
	*Addend = before + Increment;
	leave(Lock, level);
	return before;
}

LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
						 PKSPIN_LOCK Lock)
{
	static const char call[] = "ExInterlockedAddLargeInteger";
	LARGE_INTEGER before = {.QuadPart = 0};
	unsigned int level;

	if (!ke_is_given(call, "Addend", Addend) || !ke_is_given(call, "Lock", Lock))
		return before;
	level = enter(Lock);
	before = *Addend;
	Addend->QuadPart = (LONGLONG)((ULONGLONG)before.QuadPart + (ULONGLONG)Increment.QuadPart);
	leave(Lock, level);
	return before;
}

static bool is_usable(const char *call, const char *name, const void *address)
{
	if (!ke_is_given(call, name, address))
		return false;
	if (!((uintptr_t)address % ALIGNMENT))
		return true;
	log_error("%s: %s is %p; rule: the address is a multiple of %u", call, name, address,
		  ALIGNMENT);
	return false;
}

/* The top entry, of a stack that nobody else changes until set_top(). */
static PSLIST_ENTRY take_top(PSLIST_HEADER head)
{
	ULONGLONG region;

	do
		region = __atomic_fetch_or(&head->Region, BUSY, __ATOMIC_ACQUIRE);
	while (region & BUSY);
	return (PSLIST_ENTRY)(uintptr_t)(region & ~(ULONGLONG)(ALIGNMENT - 1));
}

static void set_top(PSLIST_HEADER head, PSLIST_ENTRY top)
{
	__atomic_store_n(&head->Region, (ULONGLONG)(uintptr_t)top, __ATOMIC_RELEASE);
}

/* Others read the depth while it changes. */
static void set_counts(PSLIST_HEADER head, USHORT depth, unsigned int pushes)
{
	ULONGLONG sequence = (head->Alignment >> 16) + pushes;

	__atomic_store_n(&head->Alignment, sequence << 16 | depth, __ATOMIC_RELAXED);
}

VOID NTAPI ExInitializeSListHead(PSLIST_HEADER SListHead)
{
	if (!is_usable("ExInitializeSListHead", "SListHead", SListHead))
		return;
	SListHead->Alignment = 0;
	SListHead->Region = 0;
}

USHORT NTAPI ExQueryDepthSList(PSLIST_HEADER SListHead)
{
	if (!is_usable("ExQueryDepthSList", "SListHead", SListHead))
		return 0;
	return (USHORT)__atomic_load_n(&SListHead->Alignment, __ATOMIC_RELAXED);
}

PSLIST_ENTRY FASTCALL ExInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry,
						  PKSPIN_LOCK Lock)
{
	static const char call[] = "ExInterlockedPushEntrySList";
	PSLIST_ENTRY top;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!is_usable(call, "ListHead", ListHead) || !is_usable(call, "ListEntry", ListEntry))
		return NULL;
	top = take_top(ListHead);
	ListEntry->Next = top;
	set_counts(ListHead, (USHORT)(ListHead->Alignment + 1), 1);
	set_top(ListHead, ListEntry);
	return top;
}

PSLIST_ENTRY FASTCALL ExInterlockedPopEntrySList(PSLIST_HEADER ListHead, PKSPIN_LOCK Lock)
{
	static const char call[] = "ExInterlockedPopEntrySList";
	PSLIST_ENTRY top;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!is_usable(call, "ListHead", ListHead))
		return NULL;
	top = take_top(ListHead);
	if (top)
		set_counts(ListHead, (USHORT)(ListHead->Alignment - 1), 0);
	set_top(ListHead, top ? top->Next : NULL);
	return top;
}

PSLIST_ENTRY FASTCALL ExInterlockedFlushSList(PSLIST_HEADER ListHead)
{
	static const char call[] = "ExInterlockedFlushSList";
	PSLIST_ENTRY top;

	ke_irql_at_most(call, KE_DISPATCH_LEVEL);
	if (!is_usable(call, "ListHead", ListHead))
		return NULL;
	top = take_top(ListHead);
	set_counts(ListHead, 0, 0);
	set_top(ListHead, NULL);
	return top;
}
