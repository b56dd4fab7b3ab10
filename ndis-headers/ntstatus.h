/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NTSTATUS_H
#define NDIS_HEADERS_NTSTATUS_H

/*
 * Values of NTSTATUS that the interface uses.
 *
 * The two topmost bits give the severity: 00 success, 01 information, 10 warning, 11 error. A
 * value is therefore negative as an NTSTATUS exactly when it is a warning or an error, which is
 * what NT_SUCCESS() tests. STATUS_PENDING is a success: a caller that only tests NT_SUCCESS()
 * takes it for completion, so it must be tested first. Source: ndis-hal-dma.md section 1.1.
 */

#include "ntdef.h"

/* The operation is done. */
#define STATUS_SUCCESS ((NTSTATUS)0x00000000)
/* A wait ended because its time was over. */
#define STATUS_WAIT_0 ((NTSTATUS)0x00000000)
#define STATUS_TIMEOUT ((NTSTATUS)0x00000102)
/* The operation goes on; its completion will be reported. */
#define STATUS_PENDING ((NTSTATUS)0x00000103)
/* The miniport wants to be told about a status it need not know. */
#define STATUS_NDIS_INDICATION_REQUIRED ((NTSTATUS)0x40230001)
/* More data exists than the buffer holds; the buffer is full and valid. */
#define STATUS_BUFFER_OVERFLOW ((NTSTATUS)0x80000005)
/* No better reason is known. */
#define STATUS_UNSUCCESSFUL ((NTSTATUS)0xC0000001)
/* The function exists by name only. */
#define STATUS_NOT_IMPLEMENTED ((NTSTATUS)0xC0000002)
/* A length does not fit the kind of information asked for. */
#define STATUS_INFO_LENGTH_MISMATCH ((NTSTATUS)0xC0000004)
/* An argument is out of its range. */
#define STATUS_INVALID_PARAMETER ((NTSTATUS)0xC000000D)
/* The named device does not exist. */
#define STATUS_NO_SUCH_DEVICE ((NTSTATUS)0xC000000E)
/* The device cannot do that in its present state or at all. */
#define STATUS_INVALID_DEVICE_REQUEST ((NTSTATUS)0xC0000010)
/* No virtual memory or page left. */
#define STATUS_NO_MEMORY ((NTSTATUS)0xC0000017)
/* The caller may not do that. */
#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)
/* The buffer is smaller than the answer; nothing was written. */
#define STATUS_BUFFER_TOO_SMALL ((NTSTATUS)0xC0000023)
/* What exists is of another type than the caller expects. */
#define STATUS_OBJECT_TYPE_MISMATCH ((NTSTATUS)0xC0000024)
/* The named object does not exist. */
#define STATUS_OBJECT_NAME_NOT_FOUND ((NTSTATUS)0xC0000034)
/* Memory, map registers or another countable thing ran out. */
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009A)
/* There is no device at the other end any more. */
#define STATUS_DEVICE_NOT_CONNECTED ((NTSTATUS)0xC000009D)
/* The device is occupied. */
#define STATUS_DEVICE_BUSY ((NTSTATUS)0x80000011)
/* The device is not ready. */
#define STATUS_DEVICE_NOT_READY ((NTSTATUS)0xC00000A3)
/* The function does not exist on this system. */
#define STATUS_NOT_SUPPORTED ((NTSTATUS)0xC00000BB)
/* The name belongs to another object already. */
#define STATUS_OBJECT_NAME_COLLISION ((NTSTATUS)0xC0000035)
/* The bug check code of an assertion that failed. */
#define STATUS_ASSERTION_FAILURE ((NTSTATUS)0xC0000420)
/* Withdrawn before it was carried out. */
#define STATUS_CANCELLED ((NTSTATUS)0xC0000120)
/* A driver keeps a request for the time being; result of an IO_COMPLETION_ROUTINE. */
#define STATUS_MORE_PROCESSING_REQUIRED ((NTSTATUS)0xC0000016)
/* The object is in no state that allows it. */
#define STATUS_INVALID_DEVICE_STATE ((NTSTATUS)0xC0000184)
/* The device reported an input or output error. */
#define STATUS_IO_DEVICE_ERROR ((NTSTATUS)0xC0000185)
/* The name, value or entry was not found. */
#define STATUS_NOT_FOUND ((NTSTATUS)0xC0000225)

#endif
