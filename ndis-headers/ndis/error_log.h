/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_ERROR_LOG_H
#define NDIS_HEADERS_NDIS_ERROR_LOG_H

/*
 * The system's error log: how a driver tells the administrator, who is no developer, that hardware
 * or set-up is wrong. One entry per cause is enough; a failing MiniportInitialize writes one
 * before it returns. And the log of an adapter, which is for developers.
 *
 * The codes are those of the system's event messages. The two topmost bits give the severity:
 * error, warning or information.
 */

#include "status.h"

/* Another device uses a resource of the adapter. */
#define NDIS_ERROR_CODE_RESOURCE_CONFLICT ((NDIS_ERROR_CODE)0xC0001388u)
/* Memory or another resource ran out. */
#define NDIS_ERROR_CODE_OUT_OF_RESOURCES ((NDIS_ERROR_CODE)0xC0001389u)
/* The hardware does not work. */
#define NDIS_ERROR_CODE_HARDWARE_FAILURE ((NDIS_ERROR_CODE)0xC000138Au)
/* The adapter was not found. */
#define NDIS_ERROR_CODE_ADAPTER_NOT_FOUND ((NDIS_ERROR_CODE)0xC000138Bu)
/* The interrupt could not be connected. */
#define NDIS_ERROR_CODE_INTERRUPT_CONNECT ((NDIS_ERROR_CODE)0xC000138Cu)
/* The driver found itself in an impossible state. */
#define NDIS_ERROR_CODE_DRIVER_FAILURE ((NDIS_ERROR_CODE)0xC000138Du)
/* The version of driver, library or NIC does not fit. */
#define NDIS_ERROR_CODE_BAD_VERSION ((NDIS_ERROR_CODE)0xC000138Eu)
/* An operation took too long. */
#define NDIS_ERROR_CODE_TIMEOUT ((NDIS_ERROR_CODE)0x8000138Fu)
/* The station address is not valid. */
#define NDIS_ERROR_CODE_NETWORK_ADDRESS ((NDIS_ERROR_CODE)0xC0001390u)
/* The settings ask for something that the NIC cannot do. */
#define NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION ((NDIS_ERROR_CODE)0xC0001391u)
/* The NIC returned a value that makes no sense. */
#define NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER ((NDIS_ERROR_CODE)0xC0001392u)
/* A required setting is missing. */
#define NDIS_ERROR_CODE_MISSING_CONFIGURATION_PARAMETER ((NDIS_ERROR_CODE)0xC0001393u)
/* The I/O address is wrong. */
#define NDIS_ERROR_CODE_BAD_IO_BASE_ADDRESS ((NDIS_ERROR_CODE)0xC0001394u)
/* There is little memory for receives. */
#define NDIS_ERROR_CODE_RECEIVE_SPACE_SMALL ((NDIS_ERROR_CODE)0x40001395u)
/* The adapter is disabled. */
#define NDIS_ERROR_CODE_ADAPTER_DISABLED ((NDIS_ERROR_CODE)0x80001396u)

/*
 * The same codes by the names of the event messages, and further ones.
 */
#define EVENT_NDIS_RESOURCE_CONFLICT NDIS_ERROR_CODE_RESOURCE_CONFLICT
#define EVENT_NDIS_OUT_OF_RESOURCE NDIS_ERROR_CODE_OUT_OF_RESOURCES
#define EVENT_NDIS_HARDWARE_FAILURE NDIS_ERROR_CODE_HARDWARE_FAILURE
#define EVENT_NDIS_ADAPTER_NOT_FOUND NDIS_ERROR_CODE_ADAPTER_NOT_FOUND
#define EVENT_NDIS_INTERRUPT_CONNECT NDIS_ERROR_CODE_INTERRUPT_CONNECT
#define EVENT_NDIS_DRIVER_FAILURE NDIS_ERROR_CODE_DRIVER_FAILURE
#define EVENT_NDIS_BAD_VERSION NDIS_ERROR_CODE_BAD_VERSION
#define EVENT_NDIS_TIMEOUT NDIS_ERROR_CODE_TIMEOUT
#define EVENT_NDIS_NETWORK_ADDRESS NDIS_ERROR_CODE_NETWORK_ADDRESS
#define EVENT_NDIS_UNSUPPORTED_CONFIGURATION NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION
#define EVENT_NDIS_INVALID_VALUE_FROM_ADAPTER NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER
#define EVENT_NDIS_MISSING_CONFIGURATION_PARAMETER NDIS_ERROR_CODE_MISSING_CONFIGURATION_PARAMETER
#define EVENT_NDIS_BAD_IO_BASE_ADDRESS NDIS_ERROR_CODE_BAD_IO_BASE_ADDRESS
#define EVENT_NDIS_RECEIVE_SPACE_SMALL NDIS_ERROR_CODE_RECEIVE_SPACE_SMALL
#define EVENT_NDIS_ADAPTER_DISABLED NDIS_ERROR_CODE_ADAPTER_DISABLED
#define EVENT_NDIS_IO_PORT_CONFLICT ((NDIS_ERROR_CODE)0x80001397u)
#define EVENT_NDIS_PORT_OR_DMA_CONFLICT ((NDIS_ERROR_CODE)0x80001398u)
#define EVENT_NDIS_MEMORY_CONFLICT ((NDIS_ERROR_CODE)0x80001399u)
#define EVENT_NDIS_INTERRUPT_CONFLICT ((NDIS_ERROR_CODE)0x8000139Au)
#define EVENT_NDIS_DMA_CONFLICT ((NDIS_ERROR_CODE)0x8000139Bu)
#define EVENT_NDIS_INVALID_DOWNLOAD_FILE_ERROR ((NDIS_ERROR_CODE)0xC000139Cu)
#define EVENT_NDIS_MAXRECEIVES_ERROR ((NDIS_ERROR_CODE)0x8000139Du)
#define EVENT_NDIS_MAXTRANSMITS_ERROR ((NDIS_ERROR_CODE)0x8000139Eu)
#define EVENT_NDIS_MAXFRAMESIZE_ERROR ((NDIS_ERROR_CODE)0x8000139Fu)
#define EVENT_NDIS_MAXINTERNALBUFS_ERROR ((NDIS_ERROR_CODE)0x800013A0u)
#define EVENT_NDIS_MAXMULTICAST_ERROR ((NDIS_ERROR_CODE)0x800013A1u)
#define EVENT_NDIS_PRODUCTID_ERROR ((NDIS_ERROR_CODE)0x800013A2u)
#define EVENT_NDIS_LOBE_FAILUE_ERROR ((NDIS_ERROR_CODE)0x800013A3u)
#define EVENT_NDIS_SIGNAL_LOSS_ERROR ((NDIS_ERROR_CODE)0x800013A4u)
#define EVENT_NDIS_REMOVE_RECEIVED_ERROR ((NDIS_ERROR_CODE)0x800013A5u)
#define EVENT_NDIS_TOKEN_RING_CORRECTION ((NDIS_ERROR_CODE)0x400013A6u)
#define EVENT_NDIS_ADAPTER_CHECK_ERROR ((NDIS_ERROR_CODE)0xC00013A7u)
#define EVENT_NDIS_RESET_FAILURE_ERROR ((NDIS_ERROR_CODE)0x800013A8u)
#define EVENT_NDIS_CABLE_DISCONNECTED_ERROR ((NDIS_ERROR_CODE)0x800013A9u)
#define EVENT_NDIS_RESET_FAILURE_CORRECTION ((NDIS_ERROR_CODE)0x800013AAu)

EXTERN_C_START

/*
 * Makes a log, into which the driver writes whatever helps whoever debugs it, and which the host
 * program reads (shim_adapter_read_log): bytes without structure, the last ones that were written.
 *
 * MiniportAdapterHandle   the adapter. It has one log at most.
 * Size                    bytes of it, at least 1. What does not fit overwrites the oldest.
 * LogHandle               OUT. For the functions below; NULL on failure.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES, in particular for more than 64 MiB;
 * NDIS_STATUS_FAILURE for a second log or a wrong argument, which is reported. IRQL: =PASSIVE. Undone
 * with NdisMCloseLog before MiniportHalt returns.
 */
NDISAPI NDIS_STATUS NTAPI NdisMCreateLog(IN NDIS_HANDLE MiniportAdapterHandle, IN UINT Size,
					 OUT PNDIS_HANDLE LogHandle);

/* Deletes a log with what is in it. IRQL: =PASSIVE. */
NDISAPI VOID NTAPI NdisMCloseLog(IN NDIS_HANDLE LogHandle);

/*
 * Writes to a log.
 *
 * LogHandle       from NdisMCreateLog.
 * LogBuffer       the bytes, which are copied.
 * LogBufferSize   how many.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_BUFFER_OVERFLOW if there are more than the log has room
 * for, and none is written; NDIS_STATUS_FAILURE for a wrong argument, which is reported. IRQL:
 * <=DISPATCH, without a spin lock held.
 */
NDISAPI NDIS_STATUS NTAPI NdisMWriteLogData(IN NDIS_HANDLE LogHandle, IN PVOID LogBuffer,
					    IN UINT LogBufferSize);

/* Forgets what was written and not read. IRQL: <=DISPATCH, without a spin lock held. */
NDISAPI VOID NTAPI NdisMFlushLog(IN NDIS_HANDLE LogHandle);

/*
 * Writes an entry to the error log, with strings and bytes.
 *
 * LogHandle          the driver object that DriverEntry got.
 * EventCode          what is wrong: EVENT_NDIS_*.
 * UniqueEventValue   tells entries with the same code apart.
 * NumStrings         how many strings StringsList holds.
 * StringsList        array of zero-terminated strings, PWSTR; NULL if there are none.
 * DataSize           bytes at Data; NULL and 0 for none.
 *
 * The library prints all of it, 511 characters of strings and bytes at most. Returns
 * NDIS_STATUS_SUCCESS, or NDIS_STATUS_FAILURE for a NULL that cannot be, which is reported. IRQL:
 * <=DISPATCH.
 */
NDISAPI NDIS_STATUS NTAPI NdisWriteEventLogEntry(IN PVOID LogHandle, IN NDIS_STATUS EventCode,
						 IN ULONG UniqueEventValue, IN USHORT NumStrings,
						 IN PVOID StringsList OPTIONAL, IN ULONG DataSize,
						 IN PVOID Data OPTIONAL);


/*
 * Writes an entry to the error log.
 *
 * MiniportAdapterHandle   the adapter.
 * ErrorCode               what is wrong, NDIS_ERROR_CODE_*.
 * NumberOfErrorValues     how many values follow, 0..100.
 * ...                     that many ULONG values; their meaning is the driver's.
 *
 * The library prints code, values, adapter and driver. IRQL: <=DISPATCH.
 */
NDISAPI VOID CDECL NdisWriteErrorLogEntry(IN NDIS_HANDLE MiniportAdapterHandle,
					  IN NDIS_ERROR_CODE ErrorCode,
					  IN ULONG NumberOfErrorValues, ...);

EXTERN_C_END

#endif
