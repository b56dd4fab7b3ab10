/* SPDX-License-Identifier: MIT */
/*
 * receive.h - the way of frames from the miniport
 */
#ifndef NDIS_RECEIVE_H
#define NDIS_RECEIVE_H

#include "ndis/adapter.h"

/** ndis_receive_is_idle() - no MiniportTransferData is pending. */
bool ndis_receive_is_idle(const struct shim_adapter *adapter);

/** ndis_receive_release() - free all transfer buffers; the miniport is gone. */
void ndis_receive_release(struct shim_adapter *adapter);

#endif /* NDIS_RECEIVE_H */
