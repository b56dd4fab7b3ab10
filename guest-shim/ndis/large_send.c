/* SPDX-License-Identifier: MIT */
/*
 * large_send.c - TCP packets of which the miniport makes segments
 */
#include <errno.h>
#include <string.h>

#include "ndis/large_send.h"
#include "ndis/violation.h"
#include "support/log.h"

int ndis_large_send_follow(struct shim_adapter *adapter, const void *list, size_t length,
			   int result)
{
	NDIS_TASK_TCP_LARGE_SEND task;
	char text[160];
	int found = shim_task_find(list, length, TcpLargeSendNdisTask, &task, sizeof(task), text,
				   sizeof(text));

	memset(&adapter->send.large_send, 0, sizeof(task));
	if (found < 0) {
		log_error("%s: OID_TCP_TASK_OFFLOAD: %s", adapter->driver->name, text);
		return found;
	}
	if (!found || !task.MaxOffLoadSize)
		return result;
	found = ndis_frames_create_large(adapter);
	if (found) {
		log_error("%s: no memory for the frames of large sends: %s", adapter->driver->name,
			  dma_error_text(adapter->dma.adapter, found));
		return found;
	}
	adapter->send.large_send = task;
	return result;
}

bool ndis_large_send_may_be(const struct shim_adapter *adapter, const struct shim_frame *frame,
			    size_t length)
{
	const NDIS_TASK_TCP_LARGE_SEND *task = &adapter->send.large_send;
	size_t data;

	if (!task->MaxOffLoadSize) {
		log_error("shim_send: a large send of %zu bytes: the miniport was not told to take "
			  "large sends",
			  length);
		return false;
	}
	data = length > frame->header_length ? length - frame->header_length : 0;
	if (data == 0 || data > task->MaxOffLoadSize) {
		log_error("shim_send: a large send of %zu bytes, %u of them header: the miniport "
			  "takes 1 to %u bytes of data",
			  length, frame->header_length, task->MaxOffLoadSize);
		return false;
	}
	if ((data + frame->segment_size - 1) / frame->segment_size < task->MinSegmentCount) {
		log_error("shim_send: a large send of %zu bytes of data in segments of %u: the "
			  "miniport makes %u segments at least",
			  data, frame->segment_size, task->MinSegmentCount);
		return false;
	}
	return true;
}

void ndis_large_send_check_sent(struct shim_adapter *adapter, const char *call,
				const struct shim_frame *frame)
{
	const NDIS_PACKET *packet = &frame->packet.packet;
	uintptr_t reported;

	reported = (uintptr_t)NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpLargeSendPacketInfo);
	if (reported == frame->length - frame->header_length)
		return;
	ndis_violation(adapter, call,
		       "the miniport leaves the bytes of TCP data sent in TcpLargeSendPacketInfo of "
		       "a large send",
		       "%zu in packet %p, of %zu bytes of data in segments of %u",
		       (size_t)reported, (const void *)packet, frame->length - frame->header_length,
		       frame->segment_size);
}
