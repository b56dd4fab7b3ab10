/* SPDX-License-Identifier: MIT */
/*
 * memory.h - objects and memory of drivers, charged to whoever runs now
 */
#ifndef NDIS_MEMORY_H
#define NDIS_MEMORY_H

#include <stddef.h>

#include "ndis/adapter.h"

/**
 * ndis_allocate_object() - zeroed memory for an object that a driver must free again
 * @kind: what it is; the address of the string identifies it.
 * @parent: see struct mm_block.
 * @call, @caller: the function that allocates it, and the return address into the driver.
 */
void *ndis_allocate_object(size_t length, const char *kind, void *parent, const char *call,
			   const void *caller);

/* Who is charged for allocations of the thread.  Read through ndis_current_owner(). */
extern _Thread_local const void *ndis_owner FAST_THREAD_LOCAL;

/** ndis_current_owner() - who is charged now. */
static inline const void *ndis_current_owner(void)
{
	return ndis_owner;
}

/**
 * ndis_set_current_owner() - who is charged for allocations: an adapter, a driver.  Return:
 * the former one.
 */
static inline const void *ndis_set_current_owner(const void *owner)
{
	const void *former = ndis_owner;

	ndis_owner = owner;
	return former;
}

/**
 * ndis_release_memory() - report and free what @owner still holds
 * @adapter: NULL: @owner is a driver.
 * @call: function after whose end nothing may be left: MiniportHalt, the unload handler.
 *
 * Return: how many blocks and packets there were.
 */
unsigned int ndis_release_memory(struct shim_adapter *adapter, const char *call, const void *owner);

/* Without the checking mode so many leaks of a kind are listed: a ring that is left has hundreds. */
#define NDIS_LISTED_LEAKS 16u

/** ndis_lists_all_leaks() - @adapter: NULL: what leaked was no adapter's. */
static inline bool ndis_lists_all_leaks(const struct shim_adapter *adapter)
{
	return adapter && adapter->verifier;
}

/** ndis_packet_pool_report() - report the packets of a pool that are not freed.  Return: how many.
 */
unsigned int ndis_packet_pool_report(struct shim_adapter *adapter, const char *call,
				     const void *pool);

/** ndis_packet_pool_free_packets() - free the packets of a pool that is about to be freed. */
void ndis_packet_pool_free_packets(void *pool);

/** ndis_packet_pool_kind - kind of a packet pool. */
extern const char ndis_packet_pool_kind[];

#endif /* NDIS_MEMORY_H */
