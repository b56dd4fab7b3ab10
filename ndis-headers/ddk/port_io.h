/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_PORT_IO_H
#define NDIS_HEADERS_DDK_PORT_IO_H

/*
 * Access to I/O ports.
 *
 * A port is addressed by a pointer type although it is no memory: the pointer's value is the
 * number of the port, as NdisMRegisterIoPortRange returned it plus the register's offset. The
 * library carries out the access on the I/O BAR that holds the port. A port outside every I/O BAR of
 * the adapter reads as all ones, writes are dropped, and the library reports it once per port. Any
 * IRQL. Source: miniport-api.md section 4.
 */

#include "../ntdef.h"

EXTERN_C_START

/* Reads one value of 8, 16 or 32 bits and returns it. */
NTHALAPI UCHAR NTAPI READ_PORT_UCHAR(IN PUCHAR Port);
NTHALAPI USHORT NTAPI READ_PORT_USHORT(IN PUSHORT Port);
NTHALAPI ULONG NTAPI READ_PORT_ULONG(IN PULONG Port);

/* Reads `Count` values from the same port, one after the other, into `Buffer`. */
NTHALAPI VOID NTAPI READ_PORT_BUFFER_UCHAR(IN PUCHAR Port, OUT PUCHAR Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI READ_PORT_BUFFER_USHORT(IN PUSHORT Port, OUT PUSHORT Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI READ_PORT_BUFFER_ULONG(IN PULONG Port, OUT PULONG Buffer, IN ULONG Count);

/* Writes one value of 8, 16 or 32 bits. */
NTHALAPI VOID NTAPI WRITE_PORT_UCHAR(IN PUCHAR Port, IN UCHAR Value);
NTHALAPI VOID NTAPI WRITE_PORT_USHORT(IN PUSHORT Port, IN USHORT Value);
NTHALAPI VOID NTAPI WRITE_PORT_ULONG(IN PULONG Port, IN ULONG Value);

/* Writes `Count` values from `Buffer` to the same port, one after the other. */
NTHALAPI VOID NTAPI WRITE_PORT_BUFFER_UCHAR(IN PUCHAR Port, IN PUCHAR Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI WRITE_PORT_BUFFER_USHORT(IN PUSHORT Port, IN PUSHORT Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI WRITE_PORT_BUFFER_ULONG(IN PULONG Port, IN PULONG Buffer, IN ULONG Count);

EXTERN_C_END

#endif
