/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_REGISTER_IO_H
#define NDIS_HEADERS_DDK_REGISTER_IO_H

/*
 * Access to registers in memory.
 *
 * An address is one in a mapping of NdisMMapIoSpace or MmMapIoSpace, aligned to the width. Each
 * function makes accesses of exactly that width, neither repeated nor merged nor moved across
 * another register access, and works where the platform cannot give the registers a real address
 * as well. An access that is not aligned reaches the device as several that are, as x86 makes them:
 * the right bytes, but a register beside the one that is meant may be read or written, too. Any
 * IRQL. Source: miniport-api.md section 4 and the kernel's reference pages.
 */

#include "../ntdef.h"

EXTERN_C_START

/*
 * Read one register of 8, 16 or 32 bits.
 *
 * Register   its address.
 *
 * Return the value. What the device wrote to memory before it changed the register is visible
 * after the call.
 */
NTHALAPI UCHAR NTAPI READ_REGISTER_UCHAR(IN volatile UCHAR *Register);
NTHALAPI USHORT NTAPI READ_REGISTER_USHORT(IN volatile USHORT *Register);
NTHALAPI ULONG NTAPI READ_REGISTER_ULONG(IN volatile ULONG *Register);

/*
 * Read several registers, one behind the other.
 *
 * Register   address of the first.
 * Buffer     OUT. Memory for the values.
 * Count      how many values, not bytes.
 */
NTHALAPI VOID NTAPI READ_REGISTER_BUFFER_UCHAR(IN volatile UCHAR *Register, OUT PUCHAR Buffer,
					       IN ULONG Count);
NTHALAPI VOID NTAPI READ_REGISTER_BUFFER_USHORT(IN volatile USHORT *Register, OUT PUSHORT Buffer,
						IN ULONG Count);
NTHALAPI VOID NTAPI READ_REGISTER_BUFFER_ULONG(IN volatile ULONG *Register, OUT PULONG Buffer,
					       IN ULONG Count);

/*
 * Write one register of 8, 16 or 32 bits.
 *
 * Register   its address.
 * Value      what to write.
 *
 * All writes to ordinary and shared memory that precede the call are visible to the device before
 * the register changes, so no barrier is needed before a doorbell.
 */
NTHALAPI VOID NTAPI WRITE_REGISTER_UCHAR(IN volatile UCHAR *Register, IN UCHAR Value);
NTHALAPI VOID NTAPI WRITE_REGISTER_USHORT(IN volatile USHORT *Register, IN USHORT Value);
NTHALAPI VOID NTAPI WRITE_REGISTER_ULONG(IN volatile ULONG *Register, IN ULONG Value);

/*
 * Write several registers, one behind the other.
 *
 * Register   address of the first.
 * Buffer     the values.
 * Count      how many values, not bytes.
 */
NTHALAPI VOID NTAPI WRITE_REGISTER_BUFFER_UCHAR(IN volatile UCHAR *Register, IN PUCHAR Buffer,
						IN ULONG Count);
NTHALAPI VOID NTAPI WRITE_REGISTER_BUFFER_USHORT(IN volatile USHORT *Register, IN PUSHORT Buffer,
						 IN ULONG Count);
NTHALAPI VOID NTAPI WRITE_REGISTER_BUFFER_ULONG(IN volatile ULONG *Register, IN PULONG Buffer,
						IN ULONG Count);

EXTERN_C_END

#endif
