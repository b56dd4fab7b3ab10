/* SPDX-License-Identifier: MIT */
/*
 * large_send.h - TCP packets of which the miniport makes segments
 *
 * Source: the NDIS 5.1 pages on offloading the segmentation of large TCP packets.
 */
#ifndef NDIS_LARGE_SEND_H
#define NDIS_LARGE_SEND_H

#include "ndis/adapter.h"
#include "ndis/frame.h"

/**
 * ndis_large_send_follow() - PASSIVE: the miniport has accepted a value of OID_TCP_TASK_OFFLOAD
 * @result: of the set.
 *
 * Return: @result, or -errno when there are no frames for what it shall do.
 */
int ndis_large_send_follow(struct shim_adapter *adapter, const void *list, size_t length,
			   int result);

/** ndis_large_send_is_good() - a frame is none, or one that the miniport was told to take. */
bool ndis_large_send_is_good(const struct shim_adapter *adapter, const struct shim_frame *frame,
			     size_t length);

/** ndis_large_send_give() - the miniport finds the segment size in the packet. */
void ndis_large_send_give(struct shim_frame *frame);

/** ndis_large_send_check() - the miniport is to leave the bytes of data sent in the packet. */
void ndis_large_send_check(struct shim_adapter *adapter, const char *call,
			   const struct shim_frame *frame, NDIS_STATUS status);

#endif /* NDIS_LARGE_SEND_H */
