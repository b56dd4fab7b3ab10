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

/** ndis_large_send_may_be() - a large send is one that the miniport was told to take. */
bool ndis_large_send_may_be(const struct shim_adapter *adapter, const struct shim_frame *frame,
			    size_t length);

/** ndis_large_send_is_good() - the same of any frame. */
static inline bool ndis_large_send_is_good(const struct shim_adapter *adapter,
					   const struct shim_frame *frame, size_t length)
{
	return likely(!frame->segment_size) ? length <= adapter->send.ordinary.stride
					    : ndis_large_send_may_be(adapter, frame, length);
}

/** ndis_large_send_give() - the miniport finds the segment size in the packet. */
static inline void ndis_large_send_give(struct shim_frame *frame)
{
	if (unlikely(frame->segment_size))
		NDIS_PER_PACKET_INFO_FROM_PACKET(&frame->packet.packet, TcpLargeSendPacketInfo) =
			(PVOID)(uintptr_t)frame->segment_size;
}

/** ndis_large_send_check_sent() - of a large send that has succeeded. */
void ndis_large_send_check_sent(struct shim_adapter *adapter, const char *call,
				const struct shim_frame *frame);

/** ndis_large_send_check() - the miniport is to leave the bytes of data sent in the packet. */
static inline void ndis_large_send_check(struct shim_adapter *adapter, const char *call,
					 const struct shim_frame *frame, NDIS_STATUS status)
{
	if (unlikely(frame->segment_size) && status == NDIS_STATUS_SUCCESS)
		ndis_large_send_check_sent(adapter, call, frame);
}

#endif /* NDIS_LARGE_SEND_H */
