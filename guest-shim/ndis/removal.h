/* SPDX-License-Identifier: MIT */
/*
 * removal.h - the device is asked back by the machine, or gone
 *
 * A device that can still be reached is removed in order: MiniportPnPEventNotify is told
 * NdisDevicePnPEventQueryRemoved, work ends, it is told NdisDevicePnPEventRemoved, MiniportHalt
 * follows.  With one that is gone, it is told NdisDevicePnPEventSurpriseRemoved, and what it still
 * has ends in MiniportHalt.  Miniports before NDIS 5.1, and those without the function, are
 * halted only.
 */
#ifndef NDIS_REMOVAL_H
#define NDIS_REMOVAL_H

struct shim_adapter;

/** ndis_removal_watch() - from now on the host program learns when the device is asked back. */
void ndis_removal_watch(struct shim_adapter *adapter);

/** ndis_removal_ignore() - it does not any more. */
void ndis_removal_ignore(struct shim_adapter *adapter);

/** ndis_removal_begin() - the adapter is being stopped; if its device was asked back, say so. */
void ndis_removal_begin(struct shim_adapter *adapter);

/** ndis_removal_finish() - the same, right before MiniportHalt. */
void ndis_removal_finish(struct shim_adapter *adapter);

#endif /* NDIS_REMOVAL_H */
