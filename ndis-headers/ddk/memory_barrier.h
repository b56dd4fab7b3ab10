/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_MEMORY_BARRIER_H
#define NDIS_HEADERS_DDK_MEMORY_BARRIER_H

/*
 * Order of memory accesses.
 *
 * A driver that shares memory with a NIC must see to it that the two see each other's writes in
 * the intended order: descriptor before producer index, index before doorbell; completion entry's
 * phase before its contents.
 */

#include "../ntdef.h"

/*
 * Lets no access, read or write, pass in either direction, neither in the compiler nor in the
 * processor. Any IRQL.
 */
NT_INLINE VOID KeMemoryBarrier(VOID)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * Keeps the compiler alone from moving accesses; sufficient on processors, such as x86, that keep
 * reads in order among reads and writes among writes. Any IRQL.
 */
NT_INLINE VOID KeMemoryBarrierWithoutFence(VOID)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

#define MemoryBarrier() KeMemoryBarrier()

#endif
