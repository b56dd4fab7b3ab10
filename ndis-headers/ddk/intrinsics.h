/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_INTRINSICS_H
#define NDIS_HEADERS_DDK_INTRINSICS_H

/*
 * What the compiler of NT has built in.
 *
 * Driver sources use these words without including anything for them. All are expanded at the
 * call. The atomic operations are in ddk/interlocked.h, byte order by the names of the run-time
 * library (RtlUshortByteSwap and so on) in ntdef.h. Any IRQL.
 */

#include "../ntdef.h"

/*
 * Yield the value with its bytes in the opposite order: 0x1234 becomes 0x3412. 16, 32, 64 bits.
 * These are macros, so that they are constant expressions where the value is one.
 */
#ifndef _byteswap_ushort
#define _byteswap_ushort(Value) RtlUshortByteSwap(Value)
#endif
#ifndef _byteswap_ulong
#define _byteswap_ulong(Value) RtlUlongByteSwap(Value)
#endif
#ifndef _byteswap_uint64
#define _byteswap_uint64(Value) RtlUlonglongByteSwap(Value)
#endif

/*
 * Yield 32 bits rotated by `Count` places, of which the low 5 bits count: to the left, towards the
 * more significant bits, or to the right.
 */
#ifndef _rotl
#define _rotl(Value, Count) NtRotateLeft32((Value), (Count))
#endif
#ifndef _rotr
#define _rotr(Value, Count) NtRotateLeft32((Value), 0 - (Count))
#endif

NT_INLINE ULONG NtRotateLeft32(IN ULONG Value, IN INT Count)
{
	ULONG Places = (ULONG)Count & 31;

	return Places ? (Value << Places) | (Value >> (32 - Places)) : Value;
}

/*
 * Search a mask for a bit that is set, from the least significant one (Forward) or from the most
 * significant one (Reverse).
 *
 * Index   OUT. Number of the bit, 0..31; left alone if there is none.
 * Mask    32 bits.
 *
 * Return nonzero if a bit is set, 0 if Mask is 0.
 */
NT_INLINE UCHAR _BitScanForward(OUT ULONG *Index, IN ULONG Mask)
{
	if (!Mask)
		return 0;
	*Index = (ULONG)__builtin_ctz(Mask);
	return 1;
}

NT_INLINE UCHAR _BitScanReverse(OUT ULONG *Index, IN ULONG Mask)
{
	if (!Mask)
		return 0;
	*Index = 31 - (ULONG)__builtin_clz(Mask);
	return 1;
}

/*
 * Keep the compiler from moving accesses to memory across the call: all, reads, or writes. They
 * order nothing in the processor; between driver and device use those of ddk/memory_barrier.h.
 */
#ifndef _ReadWriteBarrier
#define _ReadWriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _WriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#endif

/*
 * Tells the processor that the caller spins until another processor changes something.
 */
#ifndef YieldProcessor
#if defined(__x86_64__) || defined(__i386__)
#define YieldProcessor() __builtin_ia32_pause()
#else
#define YieldProcessor() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#endif
#endif

#endif
