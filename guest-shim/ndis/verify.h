/* SPDX-License-Identifier: MIT */
/*
 * verify.h - what ndis/ tells the verifier
 *
 * Called only when adapter->verifier is not NULL, unless it says otherwise.  @caller is the return
 * address into the driver.
 */
#ifndef NDIS_VERIFY_H
#define NDIS_VERIFY_H

#include "ndis/dma.h"
#include "ndis/violation.h"

/** ndis_verify_registers() - map registers were allocated. */
void ndis_verify_registers(struct shim_adapter *adapter, const char *call, const void *caller);

/** ndis_verify_registers_freed() - they are gone, with what they still mapped. */
void ndis_verify_registers_freed(struct shim_adapter *adapter, const char *call,
				 const void *caller);

/** ndis_verify_start() - if a buffer was mapped: check it against the other mappings, keep a
 * record. */
void ndis_verify_start(struct shim_adapter *adapter, const char *call,
		       const struct map_register *map_register, unsigned int count,
		       const void *caller);

/** ndis_verify_complete() - a mapping was ended: look at the guard bytes. */
void ndis_verify_complete(struct shim_adapter *adapter, const char *call,
			  const struct map_register *map_register, const void *caller);

/**
 * ndis_verify_unmapped() - number of the end of a mapping that is none: never mapped, or ended
 * already
 *
 * May be called without a verifier.
 */
enum verifier_code ndis_verify_unmapped(const struct shim_adapter *adapter,
					const struct map_register *map_register);

/** ndis_verify_list(), ndis_verify_list_end() - the scatter/gather list of a frame. */
void ndis_verify_list(struct shim_adapter *adapter, const struct shim_frame *frame,
		      const struct dma_run *runs, unsigned int count);
void ndis_verify_list_end(struct shim_adapter *adapter, const struct shim_frame *frame);

/** ndis_verify_shared_memory(), _leaving(), _freed() - shared memory comes, is about to go, is
 * gone. */
void ndis_verify_shared_memory(struct shim_adapter *adapter, const char *call,
			       const struct shared_memory *memory, const void *caller);
void ndis_verify_shared_memory_leaving(struct shim_adapter *adapter, const char *call,
				       const struct shared_memory *memory);
void ndis_verify_shared_memory_freed(struct shim_adapter *adapter, const char *call,
				     const struct shared_memory *memory, const void *caller);

/** ndis_verify_dma_channel() - a channel of the system DMA controller is the driver's.  Handle:
 * @handle. */
void ndis_verify_dma_channel(struct shim_adapter *adapter, const char *call, const void *handle,
			     unsigned int number, const void *caller);

/** ndis_verify_transfer() - a slave transfer is set up: check it against what is mapped.  @object:
 * without kind. */
void ndis_verify_transfer(struct shim_adapter *adapter, const char *call,
			  const struct verifier_object *object, const void *caller);

/** ndis_verify_ended() - an object that has no function of its own for this is gone. */
void ndis_verify_ended(struct shim_adapter *adapter, enum verifier_kind kind, const void *handle,
		       const char *call, const void *caller);

/**
 * ndis_verify_made(), ndis_verify_gone() - an object that is not memory: a spin lock, a timer
 * @adapter: NULL: that of the running driver, if there is one.
 * @name: what it is, a string constant.
 *
 * May be called without a verifier.
 */
void ndis_verify_made(struct shim_adapter *adapter, const char *name, const void *handle,
		      const char *call, const void *caller);
void ndis_verify_gone(struct shim_adapter *adapter, const char *name, const void *handle,
		      const char *call, const void *caller);

/** ndis_verify_made_now() - for struct mm_block: an event; nothing when the running driver is not
 * checked. */
struct verifier_event ndis_verify_made_now(const char *call, const void *caller);

/** ndis_verify_spin_locks() - report spin locks in the memory that were not freed, and forget them.
 */
void ndis_verify_spin_locks(struct shim_adapter *adapter, const char *call, const void *va,
			    size_t length);

/** NDIS_SPIN_LOCK_NAME - what spin locks are called. */
#define NDIS_SPIN_LOCK_NAME "spin lock"

/** ndis_verify_guards() - look at the guard bytes of all shared memory. */
void ndis_verify_guards(struct shim_adapter *adapter, const char *call);

#endif /* NDIS_VERIFY_H */
