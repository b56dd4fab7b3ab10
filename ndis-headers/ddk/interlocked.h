/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_INTERLOCKED_H
#define NDIS_HEADERS_DDK_INTERLOCKED_H

/*
 * Atomic operations on 32-bit, 64-bit and pointer-sized variables.
 *
 * Each one reads, changes and writes the variable without interruption by another processor, and is a
 * full memory barrier: no access before it is moved behind it or the other way round. The variable
 * must be aligned to its size and lie in ordinary memory, not in a device's. Any IRQL. The names
 * with a leading underscore are the compiler's intrinsics of the same meaning.
 */

#include "../ntdef.h"

/*
 * Adds 1 to, or subtracts 1 from, the variable. Returns the new value.
 */
NT_INLINE LONG InterlockedIncrement(IN OUT LONG volatile *Addend)
{
	return __atomic_add_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

NT_INLINE LONG InterlockedDecrement(IN OUT LONG volatile *Addend)
{
	return __atomic_sub_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

/*
 * Stores `Value`. Returns the value before.
 */
NT_INLINE LONG InterlockedExchange(IN OUT LONG volatile *Target, IN LONG Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

NT_INLINE PVOID InterlockedExchangePointer(IN OUT PVOID volatile *Target, IN PVOID Value)
{
	return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

/*
 * Adds `Value`. Returns the value before.
 */
NT_INLINE LONG InterlockedExchangeAdd(IN OUT LONG volatile *Addend, IN LONG Value)
{
	return __atomic_fetch_add(Addend, Value, __ATOMIC_SEQ_CST);
}

/*
 * Stores `Exchange` if the variable equals `Comperand`. Returns the value before, so that equality
 * with `Comperand` means success.
 */
NT_INLINE LONG InterlockedCompareExchange(IN OUT LONG volatile *Destination, IN LONG Exchange,
					  IN LONG Comperand)
{
	__atomic_compare_exchange_n(Destination, &Comperand, Exchange, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return Comperand;
}

NT_INLINE PVOID InterlockedCompareExchangePointer(IN OUT PVOID volatile *Destination,
						  IN PVOID Exchange, IN PVOID Comperand)
{
	__atomic_compare_exchange_n(Destination, &Comperand, Exchange, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return Comperand;
}

/*
 * Combines the variable with `Value` bit by bit. Returns the value before.
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
 * The same on 64 bits; results as above.
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

#define _InterlockedIncrement(Addend) InterlockedIncrement(Addend)
#define _InterlockedDecrement(Addend) InterlockedDecrement(Addend)
#define _InterlockedExchange(Target, Value) InterlockedExchange(Target, Value)
#define _InterlockedExchangeAdd(Addend, Value) InterlockedExchangeAdd(Addend, Value)
#define _InterlockedCompareExchange(Destination, Exchange, Comperand) \
	InterlockedCompareExchange(Destination, Exchange, Comperand)
#define _InterlockedOr(Target, Value) InterlockedOr(Target, Value)
#define _InterlockedAnd(Target, Value) InterlockedAnd(Target, Value)

#endif
