/* SPDX-License-Identifier: MIT */
/*
 * verify.h - what hal/ tells the verifier
 *
 * Called only when the bus of the adapter has a verifier.  @call made or ended the object; @caller
 * is the return address into the driver, or NULL.
 */
#ifndef HAL_VERIFY_H
#define HAL_VERIFY_H

#include "hal/hal.h"

/** hal_verify_adapter(), hal_verify_adapter_end() - an adapter object comes and goes. */
void hal_verify_adapter(struct hal_adapter *adapter, const char *call, const void *caller);
void hal_verify_adapter_end(struct hal_adapter *adapter, const char *call, const void *caller);

/** hal_verify_channel(), hal_verify_channel_end() - a device keeps the adapter.  Handle: &holder.
 */
void hal_verify_channel(struct hal_adapter *adapter, const char *call, const void *caller);
void hal_verify_channel_end(struct hal_adapter *adapter, const char *call, const void *caller);

/** hal_verify_base(), hal_verify_base_end() - map registers are the driver's, with what they map.
 */
void hal_verify_base(struct hal_adapter *adapter, const struct hal_base *base, const char *call,
		     const void *caller);
void hal_verify_base_end(struct hal_adapter *adapter, struct hal_base *base, const char *call,
			 const void *caller);

/**
 * hal_verify_map() - IoMapTransfer mapped something: check it against what is mapped, keep a record
 * @index: of the mapping in @base.
 * @map_register: its first register, counted from that of the base.
 */
void hal_verify_map(struct hal_adapter *adapter, const struct hal_base *base, unsigned int index,
		    unsigned int map_register, logical_t logical, const char *call,
		    const void *caller);

/** hal_verify_flush() - a mapping is flushed. */
void hal_verify_flush(struct hal_adapter *adapter, const struct hal_mapping *mapping,
		      const char *call, const void *caller);

/** hal_verify_list(), hal_verify_list_end() - the driver gets, and puts, a scatter/gather list. */
void hal_verify_list(struct hal_adapter *adapter, const struct verifier_object *list,
		     const struct dma_run *runs, unsigned int count, const char *call,
		     const void *caller);
void hal_verify_list_end(struct hal_adapter *adapter, const void *list, const char *call,
			 const void *caller);

/**
 * hal_verify_common_buffer(), hal_verify_common_buffer_end() - a common buffer comes, and is about
 * to go
 *
 * That of a slave adapter has guard bytes from here.
 */
void hal_verify_common_buffer(struct hal_adapter *adapter, const struct dma_guard_zone *buffer,
			      const char *call, const void *caller);
void hal_verify_common_buffer_end(struct hal_adapter *adapter, const struct dma_guard_zone *buffer,
				  const char *call, const void *caller);

/** hal_verify_zone() - look at the guard bytes of the common buffer of a slave adapter. */
void hal_verify_zone(struct hal_adapter *adapter, const struct dma_guard_zone *buffer,
		     const char *call);

#endif /* HAL_VERIFY_H */
