/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_BUG_CHECK_CALLBACK_H
#define NDIS_HEADERS_DDK_BUG_CHECK_CALLBACK_H

/*
 * Last words of a driver: functions that are called when the system stops with a bug check.
 *
 * They run at HIGH_LEVEL, after the devices were silenced, and may touch nothing but their own
 * resident memory. Source: the kernel's reference pages.
 */

#include "guid.h"
#include "irql.h"

/* States of a record: free, registered, and how far its function came. */
typedef enum _KBUGCHECK_BUFFER_DUMP_STATE {
	BufferEmpty = 0,
	BufferInserted = 1,
	BufferStarted = 2,
	BufferFinished = 3,
	BufferIncomplete = 4
} KBUGCHECK_BUFFER_DUMP_STATE;

/*
 * Why the function is called: to tell what belongs into the dump of the system's memory. This
 * library calls for KbCallbackSecondaryDumpData, and refuses to register functions for the others.
 */
typedef enum _KBUGCHECK_CALLBACK_REASON {
	KbCallbackInvalid = 0,
	KbCallbackReserved1 = 1,
	KbCallbackSecondaryDumpData = 2,
	KbCallbackDumpIo = 3,
	KbCallbackAddPages = 4
} KBUGCHECK_CALLBACK_REASON;

/*
 * Data for the dump. The function is called a first time with OutBuffer NULL: it stores in OutBuffer
 * and OutBufferLength where its data are and how long, in InBuffer or in memory of its own; and, if
 * it did, a second time to fill InBuffer and to name the data by Guid. At most MaximumAllowed bytes.
 */
typedef struct _KBUGCHECK_SECONDARY_DUMP_DATA {
	PVOID InBuffer;
	ULONG InBufferLength;
	ULONG MaximumAllowed;
	GUID Guid;
	PVOID OutBuffer;
	ULONG OutBufferLength;
} KBUGCHECK_SECONDARY_DUMP_DATA, *PKBUGCHECK_SECONDARY_DUMP_DATA;

struct _KBUGCHECK_REASON_CALLBACK_RECORD;

/* Functions of the driver: with a buffer of its own, and with data for a reason. IRQL: =HIGH. */
typedef VOID (NTAPI KBUGCHECK_CALLBACK_ROUTINE)(IN PVOID Buffer, IN ULONG Length);
typedef KBUGCHECK_CALLBACK_ROUTINE *PKBUGCHECK_CALLBACK_ROUTINE;
typedef VOID (NTAPI KBUGCHECK_REASON_CALLBACK_ROUTINE)(
	IN KBUGCHECK_CALLBACK_REASON Reason, IN struct _KBUGCHECK_REASON_CALLBACK_RECORD *Record,
	IN OUT PVOID ReasonSpecificData, IN ULONG ReasonSpecificDataLength);
typedef KBUGCHECK_REASON_CALLBACK_ROUTINE *PKBUGCHECK_REASON_CALLBACK_ROUTINE;

/*
 * Records in memory of the driver, which stays until they are deregistered. All members are the
 * library's.
 */
typedef struct _KBUGCHECK_CALLBACK_RECORD {
	LIST_ENTRY Entry;
	PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine;
	PVOID Buffer;
	ULONG Length;
	PUCHAR Component;
	ULONG_PTR Checksum;
	UCHAR State;
} KBUGCHECK_CALLBACK_RECORD, *PKBUGCHECK_CALLBACK_RECORD;

typedef struct _KBUGCHECK_REASON_CALLBACK_RECORD {
	LIST_ENTRY Entry;
	PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine;
	PUCHAR Component;
	ULONG_PTR Checksum;
	KBUGCHECK_CALLBACK_REASON Reason;
	UCHAR State;
} KBUGCHECK_REASON_CALLBACK_RECORD, *PKBUGCHECK_REASON_CALLBACK_RECORD;

/* Makes a record of either kind a free one; must precede its registration. */
#define KeInitializeCallbackRecord(CallbackRecord) ((void)((CallbackRecord)->State = BufferEmpty))

EXTERN_C_START

/*
 * Register a function.
 *
 * CallbackRecord    IN OUT. A free record.
 * CallbackRoutine   the function.
 * Buffer, Length    what it gets.
 * Reason            KbCallbackSecondaryDumpData.
 * Component         name of the driver, for the log; stays valid.
 *
 * Return TRUE; FALSE if the record is registered already or the reason is another. IRQL: any.
 */
NTKERNELAPI BOOLEAN NTAPI KeRegisterBugCheckCallback(OUT PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
						     IN PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine,
						     IN PVOID Buffer, IN ULONG Length,
						     IN PUCHAR Component);
NTKERNELAPI BOOLEAN NTAPI KeRegisterBugCheckReasonCallback(
	OUT PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord,
	IN PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine, IN KBUGCHECK_CALLBACK_REASON Reason,
	IN PUCHAR Component);

/*
 * Withdraw the function of a record, which is free afterwards. Return TRUE, or FALSE if it was not
 * registered. IRQL: any. A driver withdraws its functions before it is unloaded.
 */
NTKERNELAPI BOOLEAN NTAPI KeDeregisterBugCheckCallback(
	IN OUT PKBUGCHECK_CALLBACK_RECORD CallbackRecord);
NTKERNELAPI BOOLEAN NTAPI KeDeregisterBugCheckReasonCallback(
	IN OUT PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord);

EXTERN_C_END

#endif
