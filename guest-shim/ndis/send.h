/* SPDX-License-Identifier: MIT */
/*
 * send.h - the way of frames to the miniport
 */
#ifndef NDIS_SEND_H
#define NDIS_SEND_H

#include "ndis/adapter.h"
#include "ndis/frame.h"

/** ndis_send_start() - <= DISPATCH: give queued frames to the miniport as long as it takes them. */
void ndis_send_start(struct shim_adapter *adapter);

/**
 * ndis_send_unblock_idle() - let a miniport that refused a frame and has none be asked again: no
 * NdisMSendComplete can come that would say that it has resources.
 */
void ndis_send_unblock_idle(struct shim_adapter *adapter);

/** ndis_send_abort_queued() - complete the frames that the miniport has not got. */
void ndis_send_abort_queued(struct shim_adapter *adapter, NDIS_STATUS status);

/**
 * ndis_send_abort_pending() - complete the frames that the miniport has: it has lost them in a
 * reset, or is gone.
 */
void ndis_send_abort_pending(struct shim_adapter *adapter, NDIS_STATUS status);

/** ndis_send_is_hung() - the miniport has held a frame for more than @ticks supervision periods. */
bool ndis_send_is_hung(const struct shim_adapter *adapter, uint32_t ticks);

#endif /* NDIS_SEND_H */
