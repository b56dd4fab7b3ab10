/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_PORT_IO_H
#define NDIS_HEADERS_DDK_PORT_IO_H

/*
 * Access to I/O ports.
 *
 * A port is addressed by a pointer type although it is no memory: the pointer's value is the
 * number of the port, as NdisMRegisterIoPortRange returned it plus the register's offset. The
 * library carries out the access on the I/O BAR that holds the port. A port outside every I/O BAR
 * of the adapter reads as all ones, writes are dropped, and the library reports it once per port.
 * Any IRQL. Source: miniport-api.md section 4.
 */

#include "../ntdef.h"

EXTERN_C_START

/*
 * Read one value of 8, 16 or 32 bits.
 *
 * Port   number of the port, a multiple of the width in bytes.
 *
 * Return the value; all ones if the port is nobody's.
 */
NTHALAPI UCHAR NTAPI READ_PORT_UCHAR(IN PUCHAR Port);
NTHALAPI USHORT NTAPI READ_PORT_USHORT(IN PUSHORT Port);
NTHALAPI ULONG NTAPI READ_PORT_ULONG(IN PULONG Port);

/*
 * Read several values from the same port, one after the other: how a FIFO is emptied.
 *
 * Port     number of the port.
 * Buffer   OUT. Memory for the values.
 * Count    how many values, not bytes.
 */
NTHALAPI VOID NTAPI READ_PORT_BUFFER_UCHAR(IN PUCHAR Port, OUT PUCHAR Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI READ_PORT_BUFFER_USHORT(IN PUSHORT Port, OUT PUSHORT Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI READ_PORT_BUFFER_ULONG(IN PULONG Port, OUT PULONG Buffer, IN ULONG Count);

/*
 * Write one value of 8, 16 or 32 bits.
 *
 * Port    number of the port, a multiple of the width in bytes.
 * Value   what to write.
 *
 * The write has reached the device when the function returns.
 */
NTHALAPI VOID NTAPI WRITE_PORT_UCHAR(IN PUCHAR Port, IN UCHAR Value);
NTHALAPI VOID NTAPI WRITE_PORT_USHORT(IN PUSHORT Port, IN USHORT Value);
NTHALAPI VOID NTAPI WRITE_PORT_ULONG(IN PULONG Port, IN ULONG Value);

/*
 * Write several values to the same port, one after the other: how a FIFO is filled.
 *
 * Port     number of the port.
 * Buffer   the values.
 * Count    how many values, not bytes.
 */
NTHALAPI VOID NTAPI WRITE_PORT_BUFFER_UCHAR(IN PUCHAR Port, IN PUCHAR Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI WRITE_PORT_BUFFER_USHORT(IN PUSHORT Port, IN PUSHORT Buffer, IN ULONG Count);
NTHALAPI VOID NTAPI WRITE_PORT_BUFFER_ULONG(IN PULONG Port, IN PULONG Buffer, IN ULONG Count);

EXTERN_C_END

#endif
