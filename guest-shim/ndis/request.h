/* SPDX-License-Identifier: MIT */
/*
 * request.h - OID requests and reset, inside the library
 */
#ifndef NDIS_REQUEST_H
#define NDIS_REQUEST_H

#include "ndis/adapter.h"

/** ndis_query() - PASSIVE: as shim_query(). */
int ndis_query(struct shim_adapter *adapter, NDIS_OID oid, void *buffer, size_t length);

/** ndis_set() - PASSIVE: as shim_set(). */
int ndis_set(struct shim_adapter *adapter, NDIS_OID oid, const void *buffer, size_t length);

/** ndis_request_release() - free what requests left; the miniport is gone. */
void ndis_request_release(struct shim_adapter *adapter);

/** ndis_supervision_start() - ask MiniportCheckForHang, and watch sends and requests, from now on.
 */
void ndis_supervision_start(struct shim_adapter *adapter);

/** ndis_supervision_tick() - the end of one period; DISPATCH_LEVEL.  A reset is made by a work item. */
void ndis_supervision_tick(struct shim_adapter *adapter);

/** ndis_supervision_stop() */
void ndis_supervision_stop(struct shim_adapter *adapter);

#endif /* NDIS_REQUEST_H */
