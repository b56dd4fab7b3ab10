/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_INTERLOCKED_H
#define NDIS_HEADERS_DDK_INTERLOCKED_H

/*
 * Atomic operations on 32-bit, 64-bit and pointer-sized variables.
 *
 * Each one reads, changes and writes the variable without interruption by another processor, and
 * is a full memory barrier: no access before it is moved behind it or the other way round. The
 * variable must be aligned to its size and lie in ordinary memory, not in a device's. Any IRQL.
 * The names with a leading underscore are the compiler's intrinsics of the same meaning.
 */

#include "../ntdef.h"

/*
 * Adds 1 to a variable, modulo 2^32.
 *
 * Addend   IN OUT. The variable, a LONG.
 *
 * Returns the new value. The usual way to take a reference; the caller that gets 1 is the first.
 */
NT_INLINE LONG InterlockedIncrement(IN OUT LONG volatile *Addend)
{
	return __atomic_add_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

/*
 * Subtracts 1 from a variable, modulo 2^32.
 *
 * Addend   IN OUT. The variable, a LONG.
 *
 * Returns the new value. The usual way to drop a reference; the caller that gets 0 is the last, and
 * sees everything that the others did before they dropped theirs.
 */
NT_INLINE LONG InterlockedDecrement(IN OUT LONG volatile *Addend)
{
	return __atomic_sub_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

/*
 * Stores a value and yields the one before.
 *
 * Target   IN OUT. The variable.
 * Value    what to store.
 *
 * Returns the value before. A flag that several processors may find set is claimed with it: the one
 * that gets the old value owns the work.
 */
NT_INLINE LONG InterlockedExchange(IN OUT LONG volatile *Target, IN LONG Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

/* The same with a pointer. */
NT_INLINE PVOID InterlockedExchangePointer(IN OUT PVOID volatile *Target, IN PVOID Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

/*
 * Adds to a variable, modulo 2^32.
 *
 * Addend   IN OUT. The variable.
 * Value    what to add; negative to subtract.
 *
 * Returns the value before, unlike InterlockedIncrement.
 */
NT_INLINE LONG InterlockedExchangeAdd(IN OUT LONG volatile *Addend, IN LONG Value)
{
	return __atomic_fetch_add(Addend, Value, __ATOMIC_SEQ_CST);
}

/*
 * Stores a value on the condition that nobody has changed the variable meanwhile.
 *
 * Destination   IN OUT. The variable.
 * Exchange      what to store.
 * Comperand     the value that the variable must have; otherwise it stays as it is.
 *
 * Returns the value before: equality with `Comperand` means that the store took place. In a loop
 * that reads, computes and stores, the returned value is the starting point of the next attempt.
 */
NT_INLINE LONG InterlockedCompareExchange(IN OUT LONG volatile *Destination, IN LONG Exchange,
					  IN LONG Comperand)
{
	__atomic_compare_exchange_n(Destination, &Comperand, Exchange, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return Comperand;
}

/* The same with a pointer. */
NT_INLINE PVOID InterlockedCompareExchangePointer(IN OUT PVOID volatile *Destination,
						  IN PVOID Exchange, IN PVOID Comperand)
{
	__atomic_compare_exchange_n(Destination, &Comperand, Exchange, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return Comperand;
}

/*
 * Combine a variable bit by bit with a value, by or, and, exclusive or.
 *
 * Target   IN OUT. The variable, a set of bits.
 * Value    the other operand.
 *
 * Return the value before, so that the caller learns whether it was the one that changed a bit.
 */
NT_INLINE LONG InterlockedOr(IN OUT LONG volatile *Target, IN LONG Value)
{
	return __atomic_fetch_or(Target, Value, __ATOMIC_SEQ_CST);
}

NT_INLINE LONG InterlockedAnd(IN OUT LONG volatile *Target, IN LONG Value)
{
	return __atomic_fetch_and(Target, Value, __ATOMIC_SEQ_CST);
}

NT_INLINE LONG InterlockedXor(IN OUT LONG volatile *Target, IN LONG Value)
{
	return __atomic_fetch_xor(Target, Value, __ATOMIC_SEQ_CST);
}

/*
 * The same operations on a LONGLONG: 64-bit statistics that several processors add to. Results as
 * above: the new value from the increment, the value before from the others.
 */
NT_INLINE LONGLONG InterlockedIncrement64(IN OUT LONGLONG volatile *Addend)
{
	return __atomic_add_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

NT_INLINE LONGLONG InterlockedExchangeAdd64(IN OUT LONGLONG volatile *Addend, IN LONGLONG Value)
{
	return __atomic_fetch_add(Addend, Value, __ATOMIC_SEQ_CST);
}

NT_INLINE LONGLONG InterlockedCompareExchange64(IN OUT LONGLONG volatile *Destination,
						IN LONGLONG Exchange, IN LONGLONG Comperand)
{
	__atomic_compare_exchange_n(Destination, &Comperand, Exchange, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return Comperand;
}

NT_INLINE LONGLONG InterlockedDecrement64(IN OUT LONGLONG volatile *Addend)
{
	return __atomic_sub_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

NT_INLINE LONGLONG InterlockedExchange64(IN OUT LONGLONG volatile *Target, IN LONGLONG Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

NT_INLINE LONGLONG InterlockedOr64(IN OUT LONGLONG volatile *Target, IN LONGLONG Value)
{
	return __atomic_fetch_or(Target, Value, __ATOMIC_SEQ_CST);
}

NT_INLINE LONGLONG InterlockedAnd64(IN OUT LONGLONG volatile *Target, IN LONGLONG Value)
{
	return __atomic_fetch_and(Target, Value, __ATOMIC_SEQ_CST);
}

NT_INLINE LONGLONG InterlockedXor64(IN OUT LONGLONG volatile *Target, IN LONGLONG Value)
{
	return __atomic_fetch_xor(Target, Value, __ATOMIC_SEQ_CST);
}

/*
 * Set a bit of an array of LONG, and clear it; bit 32 is the first of the second LONG. Return its
 * value before. IRQL: any.
 */
NT_INLINE BOOLEAN InterlockedBitTestAndSet(IN OUT LONG volatile *Base, IN LONG Bit)
{
	ULONG Mask = 1u << ((ULONG)Bit & 31u);

	return ((ULONG)InterlockedOr(Base + (Bit >> 5), (LONG)Mask) & Mask) != 0;
}

NT_INLINE BOOLEAN InterlockedBitTestAndReset(IN OUT LONG volatile *Base, IN LONG Bit)
{
	ULONG Mask = 1u << ((ULONG)Bit & 31u);

	return ((ULONG)InterlockedAnd(Base + (Bit >> 5), (LONG)~Mask) & Mask) != 0;
}

/* Set bits of a ULONG, and clear them. Return its value before. IRQL: any. */
#define RtlInterlockedSetBits(Flags, Set) \
	((ULONG)InterlockedOr((LONG volatile *)(Flags), (LONG)(Set)))
#define RtlInterlockedClearBits(Flags, Clear) \
	((ULONG)InterlockedAnd((LONG volatile *)(Flags), (LONG)~(ULONG)(Clear)))
#define RtlInterlockedSetBitsDiscardReturn(Flags, Set) ((void)RtlInterlockedSetBits(Flags, Set))
#define RtlInterlockedClearBitsDiscardReturn(Flags, Clear) \
	((void)RtlInterlockedClearBits(Flags, Clear))

#define _InterlockedIncrement(Addend) InterlockedIncrement(Addend)
#define _InterlockedDecrement(Addend) InterlockedDecrement(Addend)
#define _InterlockedExchange(Target, Value) InterlockedExchange(Target, Value)
#define _InterlockedExchangeAdd(Addend, Value) InterlockedExchangeAdd(Addend, Value)
#define _InterlockedCompareExchange(Destination, Exchange, Comperand) \
	InterlockedCompareExchange(Destination, Exchange, Comperand)
#define _InterlockedOr(Target, Value) InterlockedOr(Target, Value)
#define _InterlockedAnd(Target, Value) InterlockedAnd(Target, Value)
#define _InterlockedXor(Target, Value) InterlockedXor(Target, Value)
#define _InterlockedIncrement64(Addend) InterlockedIncrement64(Addend)
#define _InterlockedDecrement64(Addend) InterlockedDecrement64(Addend)
#define _InterlockedExchange64(Target, Value) InterlockedExchange64(Target, Value)
#define _InterlockedExchangeAdd64(Addend, Value) InterlockedExchangeAdd64(Addend, Value)
#define _InterlockedCompareExchange64(Destination, Exchange, Comperand) \
	InterlockedCompareExchange64(Destination, Exchange, Comperand)
#define _InterlockedOr64(Target, Value) InterlockedOr64(Target, Value)
#define _InterlockedAnd64(Target, Value) InterlockedAnd64(Target, Value)
#define _InterlockedXor64(Target, Value) InterlockedXor64(Target, Value)
#define _InterlockedExchangePointer(Target, Value) InterlockedExchangePointer(Target, Value)
#define _InterlockedCompareExchangePointer(Destination, Exchange, Comperand) \
	InterlockedCompareExchangePointer(Destination, Exchange, Comperand)
#define _interlockedbittestandset(Base, Bit) InterlockedBitTestAndSet(Base, Bit)
#define _interlockedbittestandreset(Base, Bit) InterlockedBitTestAndReset(Base, Bit)

#endif
