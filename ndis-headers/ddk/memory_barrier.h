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
 *
 * On x86 it is MFENCE, and not the locked instruction that compilers take for a fence: QEMU's TCG
 * turns a locked instruction of a guest with one processor into an ordinary one, although devices
 * run in another thread. A producer index that is still on its way to memory when the driver looks
 * whether the device sleeps leaves both waiting for each other.
 */
NT_INLINE VOID KeMemoryBarrier(VOID)
{
#if defined(__x86_64__) || defined(__i386__)
	__asm__ volatile("mfence" ::: "memory");
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
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
