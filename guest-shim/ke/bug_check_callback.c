/* SPDX-License-Identifier: MIT */
/*
 * bug_check_callback.c - functions of drivers that a bug check calls
 */
#include "ke/bug_check_callback.h"

#include <ddk/bug_check_callback.h>
#include <ddk/list.h>

#include <string.h>

#include "ke/level.h"
#include "support/log.h"

#define DUMP_LIMIT 4096u
#define SHOWN_BYTES 32u

/* The records belong to the drivers of the thread. */
static _Thread_local LIST_ENTRY plain;
static _Thread_local LIST_ENTRY with_reason;

/* Either head, made empty at the first use of this thread. */
static PLIST_ENTRY list(PLIST_ENTRY head)
{
	if (!head->Flink)
		InitializeListHead(head);
	return head;
}

static const char *name_of(const UCHAR *component)
{
	return component ? (const char *)component : "a driver";
}

BOOLEAN NTAPI KeRegisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
					 PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, PVOID Buffer,
					 ULONG Length, PUCHAR Component)
{
	static const char call[] = "KeRegisterBugCheckCallback";

	if (!ke_is_given(call, "CallbackRecord", CallbackRecord) ||
	    !ke_is_given(call, "CallbackRoutine", (PVOID)CallbackRoutine) ||
	    CallbackRecord->State != BufferEmpty)
		return FALSE;
	CallbackRecord->CallbackRoutine = CallbackRoutine;
	CallbackRecord->Buffer = Buffer;
	CallbackRecord->Length = Length;
	CallbackRecord->Component = Component;
	CallbackRecord->State = BufferInserted;
	InsertTailList(list(&plain), &CallbackRecord->Entry);
	return TRUE;
}

BOOLEAN NTAPI KeRegisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord,
					       PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine,
					       KBUGCHECK_CALLBACK_REASON Reason, PUCHAR Component)
{
	static const char call[] = "KeRegisterBugCheckReasonCallback";

	if (!ke_is_given(call, "CallbackRecord", CallbackRecord) ||
	    !ke_is_given(call, "CallbackRoutine", (PVOID)CallbackRoutine) ||
	    CallbackRecord->State != BufferEmpty)
		return FALSE;
	if (Reason != KbCallbackSecondaryDumpData) {
		log_warning("%s: reason %d is refused: only KbCallbackSecondaryDumpData (2) is "
			    "called for",
			    call, Reason);
		return FALSE;
	}
	CallbackRecord->CallbackRoutine = CallbackRoutine;
	CallbackRecord->Component = Component;
	CallbackRecord->Reason = Reason;
	CallbackRecord->State = BufferInserted;
	InsertTailList(list(&with_reason), &CallbackRecord->Entry);
	return TRUE;
}

/* Return: whether the entry was in the list. */
static bool take_out(PLIST_ENTRY head, PLIST_ENTRY entry)
{
	PLIST_ENTRY known = list(head)->Flink;

	while (known != head && known != entry)
		known = known->Flink;
	if (known == head)
		return false;
	RemoveEntryList(entry);
	return true;
}

BOOLEAN NTAPI KeDeregisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord)
{
	if (!CallbackRecord || !take_out(&plain, &CallbackRecord->Entry))
		return FALSE;
	CallbackRecord->State = BufferEmpty;
	return TRUE;
}

BOOLEAN NTAPI KeDeregisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord)
{
	if (!CallbackRecord || !take_out(&with_reason, &CallbackRecord->Entry))
		return FALSE;
	CallbackRecord->State = BufferEmpty;
	return TRUE;
}

unsigned int ke_forget_bug_check_callbacks(void)
{
	unsigned int count = 0;

	while (!IsListEmpty(list(&plain))) {
		RemoveHeadList(&plain);
		count++;
	}
	while (!IsListEmpty(list(&with_reason))) {
		RemoveHeadList(&with_reason);
		count++;
	}
	return count;
}

static void show_data(const KBUGCHECK_REASON_CALLBACK_RECORD *record,
		      const KBUGCHECK_SECONDARY_DUMP_DATA *data)
{
	const unsigned char *bytes = data->OutBuffer;
	char text[3 * SHOWN_BYTES + 1] = "";

	for (unsigned int i = 0; i < SHOWN_BYTES && i < data->OutBufferLength; i++)
		snprintf(text + 3 * i, 4, " %02x", bytes[i]);
	log_error("    %u bytes for the dump from %s, {%08x-%04x-%04x-...}:%s",
		  data->OutBufferLength, name_of(record->Component), data->Guid.Data1,
		  data->Guid.Data2, data->Guid.Data3, text);
}

static void ask_for_data(PKBUGCHECK_REASON_CALLBACK_RECORD record)
{
	static unsigned char room[DUMP_LIMIT];
	KBUGCHECK_SECONDARY_DUMP_DATA data = {
		.InBuffer = room, .InBufferLength = sizeof(room), .MaximumAllowed = sizeof(room)};

	record->State = BufferStarted;
	record->CallbackRoutine(record->Reason, record, &data, sizeof(data));
	if (data.OutBuffer && data.OutBufferLength) {
		record->CallbackRoutine(record->Reason, record, &data, sizeof(data));
		if (data.OutBuffer && data.OutBufferLength <= DUMP_LIMIT)
			show_data(record, &data);
	}
	record->State = BufferFinished;
}

void ke_call_bug_check_callbacks(void)
{
	for (PLIST_ENTRY entry = list(&plain)->Flink; entry != &plain; entry = entry->Flink) {
		PKBUGCHECK_CALLBACK_RECORD record =
			CONTAINING_RECORD(entry, KBUGCHECK_CALLBACK_RECORD, Entry);

		log_error("    bug check callback of %s", name_of(record->Component));
		record->State = BufferStarted;
		record->CallbackRoutine(record->Buffer, record->Length);
		record->State = BufferFinished;
	}
	for (PLIST_ENTRY entry = list(&with_reason)->Flink; entry != &with_reason;
	     entry = entry->Flink)
		ask_for_data(CONTAINING_RECORD(entry, KBUGCHECK_REASON_CALLBACK_RECORD, Entry));
}
