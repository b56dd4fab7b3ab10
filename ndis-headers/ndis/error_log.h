/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_ERROR_LOG_H
#define NDIS_HEADERS_NDIS_ERROR_LOG_H

/*
 * The system's error log: how a driver tells the administrator, who is no developer, that hardware
 * or set-up is wrong. One entry per cause is enough; a failing MiniportInitialize writes one
 * before it returns.
 *
 * The codes are those of the system's event messages. The two topmost bits give the severity:
 * error, warning or information.
 */

#include "types.h"

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

EXTERN_C_START

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
