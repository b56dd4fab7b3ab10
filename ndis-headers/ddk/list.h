/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_LIST_H
#define NDIS_HEADERS_DDK_LIST_H

/*
 * Doubly-linked rings and singly-linked stacks.
 *
 * A list is a LIST_ENTRY used as head; the elements are structures with a LIST_ENTRY inside, and
 * CONTAINING_RECORD leads from the link back to the structure. In an empty list both pointers
 * of the head point to the head.
 *
 * None of the functions allocates, locks or checks. All may be called at any IRQL at which the
 * memory is accessible; where several threads share a list the caller holds a lock, or uses the
 * NdisInterlocked* forms of ndis/spinlock.h. An entry must not be in two lists, and an entry
 * that was removed keeps its stale pointers until it is inserted again.
 */

#include "../ntdef.h"

/*
 * Makes `ListHead` an empty list. Must precede every other use of the head.
 */
NT_INLINE VOID InitializeListHead(OUT PLIST_ENTRY ListHead)
{
	ListHead->Flink = ListHead;
	ListHead->Blink = ListHead;
}

/*
 * TRUE if the list has no entries.
 */
NT_INLINE BOOLEAN IsListEmpty(IN const LIST_ENTRY *ListHead)
{
	return ListHead->Flink == ListHead;
}

/*
 * Takes `Entry`, which must be in a list, out of it. Returns TRUE if the list is empty
 * afterwards. The head need not be known.
 */
NT_INLINE BOOLEAN RemoveEntryList(IN PLIST_ENTRY Entry)
{
	PLIST_ENTRY Next = Entry->Flink;
	PLIST_ENTRY Previous = Entry->Blink;

	Previous->Flink = Next;
	Next->Blink = Previous;
	return Next == Previous;
}

/*
 * Takes the first entry out of the list and returns it. The list must not be empty: on an empty
 * list the head itself is returned, which is never what the caller wants.
 */
NT_INLINE PLIST_ENTRY RemoveHeadList(IN OUT PLIST_ENTRY ListHead)
{
	PLIST_ENTRY Entry = ListHead->Flink;

	RemoveEntryList(Entry);
	return Entry;
}

/*
 * Takes the last entry out of the list and returns it. The list must not be empty.
 */
NT_INLINE PLIST_ENTRY RemoveTailList(IN OUT PLIST_ENTRY ListHead)
{
	PLIST_ENTRY Entry = ListHead->Blink;

	RemoveEntryList(Entry);
	return Entry;
}

/*
 * Puts `Entry`, which must be in no list, before the first entry.
 */
NT_INLINE VOID InsertHeadList(IN OUT PLIST_ENTRY ListHead, IN OUT PLIST_ENTRY Entry)
{
	PLIST_ENTRY Next = ListHead->Flink;

	Entry->Flink = Next;
	Entry->Blink = ListHead;
	Next->Blink = Entry;
	ListHead->Flink = Entry;
}

/*
 * Puts `Entry`, which must be in no list, after the last entry.
 */
NT_INLINE VOID InsertTailList(IN OUT PLIST_ENTRY ListHead, IN OUT PLIST_ENTRY Entry)
{
	PLIST_ENTRY Previous = ListHead->Blink;

	Entry->Flink = ListHead;
	Entry->Blink = Previous;
	Previous->Flink = Entry;
	ListHead->Blink = Entry;
}

/*
 * Puts `Entry` on top of the stack whose head is `ListHead`. An empty stack has a head with
 * Next == NULL.
 */
NT_INLINE VOID PushEntryList(IN OUT PSINGLE_LIST_ENTRY ListHead, IN OUT PSINGLE_LIST_ENTRY Entry)
{
	Entry->Next = ListHead->Next;
	ListHead->Next = Entry;
}

/*
 * Takes the top entry off the stack and returns it, or NULL if the stack is empty.
 */
NT_INLINE PSINGLE_LIST_ENTRY PopEntryList(IN OUT PSINGLE_LIST_ENTRY ListHead)
{
	PSINGLE_LIST_ENTRY Entry = ListHead->Next;

	if (Entry)
		ListHead->Next = Entry->Next;
	return Entry;
}

#endif
