/* SPDX-License-Identifier: MIT */
/*
 * send.c - frames from the host program to the miniport and back
 *
 * A frame is queued, given to the miniport, and completed.  A serialised
 * miniport is called only when no other function of it runs, and may refuse a frame
 * for lack of resources: it stays first in the queue until the miniport says that
 * it has resources again.  One that completes its packets at once has nothing left to
 * complete, and some of those say nothing: they are asked again after their interrupt.
 */
#include <errno.h>

#include "ndis/dma.h"
#include "ndis/large_send.h"
#include "ndis/miniport_call.h"
#include "ndis/send.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

/* Packets given to the miniport in one call at most. */
#define BATCH_LIMIT 32u

static const char complete_call[] = "NdisMSendComplete";
static const char packet_span[] = "packet with the miniport";

static void enqueue(struct adapter_send *send, struct shim_frame *frame)
{
	frame->state = FRAME_QUEUED;
	frame->next = NULL;
	if (!send->queue)
		send->queue_tail = &send->queue;
	*send->queue_tail = frame;
	send->queue_tail = &frame->next;
	send->queued++;
}

static struct shim_frame *dequeue(struct adapter_send *send)
{
	struct shim_frame *frame = send->queue;

	send->queue = frame->next;
	send->queued--;
	return frame;
}

static void put_back(struct adapter_send *send, struct shim_frame *frame)
{
	frame->state = FRAME_QUEUED;
	if (!send->queue)
		send->queue_tail = &frame->next;
	frame->next = send->queue;
	send->queue = frame;
	send->queued++;
}

/* The frame is through: tell the host program, which may send again at once. */
static EXPANDED void finish(struct shim_adapter *adapter, struct shim_frame *frame,
			    NDIS_STATUS status)
{
	struct shim_statistics *statistics = &adapter->statistics;
	shim_send_done done = frame->done;
	void *context = frame->context;
	unsigned int irql;

	if (status == NDIS_STATUS_SUCCESS) {
		statistics->frames_sent++;
		statistics->bytes_sent += frame->length;
		if (frame->segment_size)
			statistics->large_sends++;
	} else {
		statistics->send_failures++;
	}
	ndis_frame_free(frame);
	if (!done)
		return;
	irql = ke_current_irql();
	if (irql < KE_DISPATCH_LEVEL)
		ke_raise_irql(KE_DISPATCH_LEVEL);
	done(context, status);
	ke_lower_irql(irql);
}

/* Takes a frame back from the miniport. */
static EXPANDED void take_back(struct shim_adapter *adapter, struct shim_frame *frame)
{
	if (unlikely(frame->mapped))
		ndis_dma_complete_frame(adapter, complete_call, frame);
	if (adapter->dma.scatter_gather)
		ndis_scatter_gather_unmap(adapter, frame);
	TRACE_END(packet_span, frame);
	adapter->send.pending--;
}

static EXPANDED bool give(struct shim_adapter *adapter, struct shim_frame *frame)
{
	if (adapter->dma.scatter_gather && unlikely(ndis_scatter_gather_map(adapter, frame))) {
		finish(adapter, frame, NDIS_STATUS_RESOURCES);
		return false;
	}
	ndis_large_send_give(frame);
	frame->state = FRAME_WITH_MINIPORT;
	TRACE_BEGIN(packet_span, frame, "packet %p, %zu bytes)", (void *)&frame->packet.packet,
		    frame->length);
	frame->tick = adapter->reset.tick;
	adapter->send.pending++;
	return true;
}

/* The miniport did not take the frame for now. */
static void refuse(struct shim_adapter *adapter, struct shim_frame *frame)
{
	take_back(adapter, frame);
	put_back(&adapter->send, frame);
	adapter->send.blocked = true;
}

/* What a status that the miniport returned for a frame means. */
static void settle(struct shim_adapter *adapter, const char *call, struct shim_frame *frame,
		   uint32_t generation, NDIS_STATUS status)
{
	if (status == NDIS_STATUS_PENDING)
		return;
	if (unlikely(frame->generation != generation || frame->state != FRAME_WITH_MINIPORT)) {
		ndis_violation(
			adapter, call,
			"a packet is completed once: by NdisMSendComplete or by a status other "
			"than NDIS_STATUS_PENDING",
			"%s returned for packet %p, which NdisMSendComplete has completed",
			ndis_status_text(status), (void *)&frame->packet.packet);
		return;
	}
	if (status == NDIS_STATUS_RESOURCES && ndis_is_serialised(adapter)) {
		refuse(adapter, frame);
		return;
	}
	if (unlikely(status == NDIS_STATUS_RESOURCES))
		ndis_violation(adapter, call,
			       "a deserialised miniport queues packets itself and never returns "
			       "NDIS_STATUS_RESOURCES",
			       "NDIS_STATUS_RESOURCES for packet %p",
			       (void *)&frame->packet.packet);
	ndis_large_send_check(adapter, call, frame, status);
	take_back(adapter, frame);
	finish(adapter, frame, status);
}

static void send_one(struct shim_adapter *adapter)
{
	static const char name[] = "MiniportSend";
	struct shim_frame *frame = dequeue(&adapter->send);
	uint32_t generation = frame->generation;
	struct miniport_call call;
	NDIS_STATUS status;

	if (!give(adapter, frame))
		return;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "context %p, packet %p of %zu bytes, flags 0x%x)", adapter->context,
		    (void *)&frame->packet.packet, frame->length,
		    frame->packet.packet.Private.Flags);
	status = adapter->driver->functions.SendHandler(adapter->context, &frame->packet.packet,
							frame->packet.packet.Private.Flags);
	TRACE_LEAVE(name, ") -> %s", ndis_status_text(status));
	settle(adapter, name, frame, generation, status);
	ndis_leave_miniport(adapter, &call);
}

/* The results that a serialised miniport left in the packets. */
static void settle_batch(struct shim_adapter *adapter, const char *call, struct shim_frame **frames,
			 const uint32_t *generations, unsigned int count)
{
	unsigned int taken = 0;

	while (taken < count) {
		struct shim_frame *frame = frames[taken];

		if (frame->generation == generations[taken] &&
		    frame->state == FRAME_WITH_MINIPORT &&
		    frame->packet.oob.Status == NDIS_STATUS_RESOURCES)
			break;
		if (frame->generation == generations[taken])
			settle(adapter, call, frame, generations[taken], frame->packet.oob.Status);
		taken++;
	}
	/* From the first that did not fit on, all stay here, in their order. */
	while (count > taken) {
		count--;
		if (frames[count]->generation == generations[count] &&
		    frames[count]->state == FRAME_WITH_MINIPORT)
			refuse(adapter, frames[count]);
	}
}

static void send_batch(struct shim_adapter *adapter)
{
	static const char name[] = "MiniportSendPackets";
	struct shim_frame *frames[BATCH_LIMIT];
	uint32_t generations[BATCH_LIMIT];
	PNDIS_PACKET packets[BATCH_LIMIT];
	struct adapter_send *send = &adapter->send;
	struct miniport_call call;
	unsigned int count = 0;

	while (send->queue && count < send->batch) {
		struct shim_frame *frame = dequeue(send);

		if (!give(adapter, frame))
			continue;
		frame->packet.oob.Status = NDIS_STATUS_PENDING;
		frames[count] = frame;
		generations[count] = frame->generation;
		packets[count] = &frame->packet.packet;
		count++;
	}
	if (!count)
		return;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "context %p, %u packets, first %p of %zu bytes)", adapter->context, count,
		    (void *)packets[0], frames[0]->length);
	adapter->driver->functions.SendPacketsHandler(adapter->context, packets, count);
	TRACE_LEAVE(name, ")");
	if (ndis_is_serialised(adapter))
		settle_batch(adapter, name, frames, generations, count);
	ndis_leave_miniport(adapter, &call);
}

static bool may_send(const struct shim_adapter *adapter)
{
	const struct adapter_send *send = &adapter->send;

	return send->queue && !send->blocked && adapter->state == ADAPTER_RUNNING &&
	       !adapter->reset.active && !adapter->removed &&
	       !(ndis_is_serialised(adapter) && adapter->calls);
}

void ndis_send_start(struct shim_adapter *adapter)
{
	struct adapter_send *send = &adapter->send;

	/* A completion inside the miniport's function comes here again; the outer call goes on. */
	if (send->active)
		return;
	send->active = true;
	while (may_send(adapter)) {
		if (adapter->driver->functions.SendPacketsHandler)
			send_batch(adapter);
		else
			send_one(adapter);
	}
	send->active = false;
}

SHIM_EXPORT int shim_send(struct shim_adapter *adapter, struct shim_frame *const *frames,
			  const size_t *lengths, unsigned int count, shim_send_done done,
			  void *context)
{
	unsigned int irql;

	for (unsigned int i = 0; i < count; i++) {
		if (frames[i]->state != FRAME_WITH_HOST || lengths[i] == 0 ||
		    lengths[i] > frames[i]->set->stride ||
		    !ndis_large_send_is_good(adapter, frames[i], lengths[i]))
			return -EINVAL;
	}
	for (unsigned int i = 0; i < count; i++) {
		ndis_frame_prepare(adapter, frames[i], lengths[i]);
		frames[i]->done = done;
		frames[i]->context = context;
		enqueue(&adapter->send, frames[i]);
	}
	irql = ke_current_irql();
	if (irql < KE_DISPATCH_LEVEL)
		ke_raise_irql(KE_DISPATCH_LEVEL);
	if (adapter->state != ADAPTER_RUNNING || adapter->removed || adapter->primary)
		ndis_send_abort_queued(adapter, NDIS_STATUS_ADAPTER_NOT_READY);
	ndis_send_start(adapter);
	ke_lower_irql(irql);
	return 0;
}

/* A frame that the miniport may complete, or NULL after a report. */
static struct shim_frame *find_pending(struct shim_adapter *adapter, PNDIS_PACKET packet)
{
	struct shim_frame *frame = ndis_frame_of_packet(adapter, packet);

	if (likely(frame && frame->state == FRAME_WITH_MINIPORT))
		return frame;
	ndis_violation(adapter, complete_call,
		       "a packet that MiniportSend(Packets) received is completed once",
		       "packet %p is not with the miniport", (void *)packet);
	return NULL;
}

VOID NTAPI NdisMSendComplete(NDIS_HANDLE MiniportAdapterHandle, PNDIS_PACKET Packet,
			     NDIS_STATUS Status)
{
	TRACE_SCOPE(complete_call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, complete_call);
	struct shim_frame *frame;

	TRACE(complete_call, "adapter %p, packet %p, %s)", (void *)adapter, (void *)Packet,
	      ndis_status_text(Status));
	if (!adapter || !ndis_irql_at_most(adapter, complete_call, KE_DISPATCH_LEVEL))
		return;
	frame = find_pending(adapter, Packet);
	if (!frame)
		return;
	if (unlikely(Status == NDIS_STATUS_PENDING)) {
		ndis_violation(adapter, complete_call, "Status is a final result",
			       "NDIS_STATUS_PENDING for packet %p", (void *)Packet);
		Status = NDIS_STATUS_FAILURE;
	}
	ndis_large_send_check(adapter, complete_call, frame, Status);
	take_back(adapter, frame);
	finish(adapter, frame, Status);
	adapter->send.blocked = false;
	if (adapter->send.queue && !adapter->calls)
		ndis_send_start(adapter);
}

VOID NTAPI NdisMSendResourcesAvailable(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMSendResourcesAvailable";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p)", (void *)adapter);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return;
	adapter->send.blocked = false;
	if (adapter->send.queue && !adapter->calls)
		ndis_send_start(adapter);
}

void ndis_send_unblock_idle(struct shim_adapter *adapter)
{
	if (!adapter->send.pending)
		adapter->send.blocked = false;
}

/* Frames of @cancel_id that the miniport has not got. */
static void cancel_queued(struct shim_adapter *adapter, PVOID cancel_id)
{
	struct adapter_send *send = &adapter->send;
	struct shim_frame *queue = send->queue;

	send->queue = NULL;
	send->queued = 0;
	while (queue) {
		struct shim_frame *frame = queue;

		queue = frame->next;
		if (NDIS_GET_PACKET_CANCEL_ID(&frame->packet.packet) == cancel_id)
			finish(adapter, frame, NDIS_STATUS_REQUEST_ABORTED);
		else
			enqueue(send, frame);
	}
}

static void cancel_pending(struct shim_adapter *adapter, PVOID cancel_id)
{
	static const char name[] = "MiniportCancelSendPackets";
	W_CANCEL_SEND_PACKETS_HANDLER handler = adapter->driver->functions.CancelSendPacketsHandler;
	struct miniport_call call;

	if (!handler || !adapter->send.pending || adapter->removed)
		return;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "context %p, cancel ID %p)", adapter->context, cancel_id);
	handler(adapter->context, cancel_id);
	TRACE_LEAVE(name, ")");
	ndis_leave_miniport(adapter, &call);
}

SHIM_EXPORT int shim_cancel_sends(struct shim_adapter *adapter, void *cancel_id)
{
	unsigned int irql;

	if (!cancel_id)
		return -EINVAL;
	irql = ke_current_irql();
	if (irql < KE_DISPATCH_LEVEL)
		ke_raise_irql(KE_DISPATCH_LEVEL);
	cancel_queued(adapter, cancel_id);
	cancel_pending(adapter, cancel_id);
	ke_lower_irql(irql);
	return 0;
}

void ndis_send_abort_queued(struct shim_adapter *adapter, NDIS_STATUS status)
{
	while (adapter->send.queue)
		finish(adapter, dequeue(&adapter->send), status);
}

void ndis_send_abort_pending(struct shim_adapter *adapter, NDIS_STATUS status)
{
	struct adapter_send *send = &adapter->send;

	for (unsigned int i = 0; i < ndis_frame_count(adapter) && send->pending; i++) {
		struct shim_frame *frame = ndis_frame_at(adapter, i);

		if (frame->state != FRAME_WITH_MINIPORT)
			continue;
		take_back(adapter, frame);
		finish(adapter, frame, status);
	}
	send->blocked = false;
}

bool ndis_send_is_hung(const struct shim_adapter *adapter, uint32_t ticks)
{
	const struct adapter_send *send = &adapter->send;

	for (unsigned int i = 0; i < ndis_frame_count(adapter) && send->pending; i++) {
		const struct shim_frame *frame = ndis_frame_at(adapter, i);

		if (frame->state == FRAME_WITH_MINIPORT &&
		    adapter->reset.tick - frame->tick > ticks)
			return true;
	}
	return false;
}
