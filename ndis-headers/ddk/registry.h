/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_REGISTRY_H
#define NDIS_HEADERS_DDK_REGISTRY_H

/*
 * Values of the registry.
 *
 * The registry of a driver here are the settings of its adapters (ndis/configuration.h): they are
 * the values of every key of its own service. Other keys do not exist. Source: the kernel's
 * reference pages.
 */

#include "../ntstatus.h"

/* Types of value. */
#define REG_NONE 0
#define REG_SZ 1
#define REG_EXPAND_SZ 2
#define REG_BINARY 3
#define REG_DWORD 4
#define REG_MULTI_SZ 7

/* What Path is relative to; OPTIONAL is added to make a missing key no error. */
#define RTL_REGISTRY_ABSOLUTE 0
#define RTL_REGISTRY_SERVICES 1
#define RTL_REGISTRY_CONTROL 2
#define RTL_REGISTRY_WINDOWS_NT 3
#define RTL_REGISTRY_DEVICEMAP 4
#define RTL_REGISTRY_USER 5
#define RTL_REGISTRY_MAXIMUM 6
#define RTL_REGISTRY_HANDLE 0x40000000
#define RTL_REGISTRY_OPTIONAL 0x80000000u

/* Bits of RTL_QUERY_REGISTRY_TABLE.Flags. */
#define RTL_QUERY_REGISTRY_SUBKEY 0x00000001
#define RTL_QUERY_REGISTRY_TOPKEY 0x00000002
#define RTL_QUERY_REGISTRY_REQUIRED 0x00000004
#define RTL_QUERY_REGISTRY_NOVALUE 0x00000008
#define RTL_QUERY_REGISTRY_NOEXPAND 0x00000010
#define RTL_QUERY_REGISTRY_DIRECT 0x00000020
#define RTL_QUERY_REGISTRY_DELETE 0x00000040

/*
 * Function of the driver for a value. ValueType is REG_*, ValueData its ValueLength bytes, valid
 * during the call. An error that it returns ends the query and is its result. IRQL: =PASSIVE.
 */
typedef NTSTATUS (NTAPI RTL_QUERY_REGISTRY_ROUTINE)(IN PWSTR ValueName, IN ULONG ValueType,
						    IN PVOID ValueData, IN ULONG ValueLength,
						    IN PVOID Context, IN PVOID EntryContext);
typedef RTL_QUERY_REGISTRY_ROUTINE *PRTL_QUERY_REGISTRY_ROUTINE;

/*
 * One question.
 *
 * QueryRoutine   called with the value; NULL with DIRECT.
 * Flags          RTL_QUERY_REGISTRY_* bits. REQUIRED: a missing value is an error. DIRECT: the value
 *                is stored at EntryContext: a number as a ULONG, a string in a UNICODE_STRING, for
 *                which memory is allocated if its Buffer is NULL. SUBKEY: Name is a key below the
 *                one of the call, to which the entries behind refer. TOPKEY: back to that of the
 *                call. NOVALUE: QueryRoutine is called without a value. DELETE is ignored.
 * Name           of the value; NULL with a QueryRoutine: all values of the key.
 * EntryContext   handed to QueryRoutine, or where the value goes.
 * DefaultType    REG_*: type of the value that is used if there is none; REG_NONE: none is.
 * DefaultData    that value: a string with its zero, or a ULONG's address.
 * DefaultLength  its bytes; 0 for a string: up to its zero. Of a string: even, 2 to 65534.
 */
typedef struct _RTL_QUERY_REGISTRY_TABLE {
	PRTL_QUERY_REGISTRY_ROUTINE QueryRoutine;
	ULONG Flags;
	PCWSTR Name;
	PVOID EntryContext;
	ULONG DefaultType;
	PVOID DefaultData;
	ULONG DefaultLength;
} RTL_QUERY_REGISTRY_TABLE, *PRTL_QUERY_REGISTRY_TABLE;

EXTERN_C_START

/*
 * Reads values of one key.
 *
 * RelativeTo    RTL_REGISTRY_*.
 * Path          name of the key, as DriverEntry got it with RTL_REGISTRY_ABSOLUTE, or that of the
 *               service with RTL_REGISTRY_SERVICES; keys below it are keys of the driver, too.
 * QueryTable    the questions; the last has QueryRoutine and Name NULL.
 * Context       handed to every QueryRoutine.
 * Environment   NULL.
 *
 * A value of text that is a number, decimal or with 0x before it, is one of REG_DWORD unless
 * DefaultType says otherwise.
 *
 * Returns STATUS_SUCCESS; STATUS_OBJECT_NAME_NOT_FOUND if the key or a required value does not
 * exist; STATUS_OBJECT_TYPE_MISMATCH for a value that is of another type than DefaultType says and
 * goes to EntryContext; STATUS_INVALID_PARAMETER for a table that breaks a rule;
 * STATUS_BUFFER_TOO_SMALL for a string without room, or longer than a UNICODE_STRING can be;
 * STATUS_NO_MEMORY; or what a QueryRoutine returned. IRQL: =PASSIVE.
 */
NTSYSAPI NTSTATUS NTAPI RtlQueryRegistryValues(IN ULONG RelativeTo, IN PCWSTR Path,
					       IN OUT PRTL_QUERY_REGISTRY_TABLE QueryTable,
					       IN PVOID Context OPTIONAL,
					       IN PVOID Environment OPTIONAL);

EXTERN_C_END

#endif
