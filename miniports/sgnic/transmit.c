/* SPDX-License-Identifier: MIT */
/*
 * transmit.c - packets on their way to the device and back to NDIS
 *
 *   sgnic_send_packets --> waiting --(sgnic_post_packet)--> descriptors, frames[] --> device
 *   NdisMSendComplete  <-- done    <--(sgnic_transmit_reap)-- completions         <--
 *
 * Packets leave the waiting list in order, as soon as there is room. Completions are looked for
 * whenever packets are sent, and only those of a device that takes its time interrupt. NDIS is told
 * with no lock held, because a protocol may send again from its completion function.
 */
#include "queue.h"

static VOID sgnic_list_add(struct sgnic_packet_list *list, PNDIS_PACKET packet, NDIS_STATUS status)
{
	SGNIC_LINK(packet)->next = NULL;
	SGNIC_LINK(packet)->status = status;
	if (list->tail)
		SGNIC_LINK(list->tail)->next = packet;
	else
		list->head = packet;
	list->tail = packet;
	list->count++;
}

static PNDIS_PACKET sgnic_list_remove(struct sgnic_packet_list *list)
{
	PNDIS_PACKET packet = list->head;

	if (!packet)
		return NULL;
	list->head = SGNIC_LINK(packet)->next;
	if (!list->head)
		list->tail = NULL;
	list->count--;
	return packet;
}

/* Without locks. Each packet belongs to the protocol again once NDIS is told. */
static VOID sgnic_complete_packets(struct sgnic_adapter *adapter, struct sgnic_packet_list *done)
{
	PNDIS_PACKET packet;

	while ((packet = sgnic_list_remove(done)) != NULL)
		NdisMSendComplete(adapter->handle, packet, SGNIC_LINK(packet)->status);
}

NDIS_STATUS sgnic_transmit_allocate(struct sgnic_adapter *adapter)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_queue *queue = &transmit->queue;
	NDIS_STATUS status;

	queue->registers = (ULONG)SGNIC_TX_QUEUE(0);
	queue->doorbell = (ULONG)SGNIC_TX_DOORBELL(0);
	queue->size = adapter->settings.transmit_descriptors;
	queue->completion_size = (ULONG)sizeof(struct sgnic_completion);
	transmit->max_elements = min(adapter->max_elements, queue->size);
	transmit->replay_status = SGNIC_REPLAY_NONE;

	transmit->frames = sgnic_allocate(queue->size * (ULONG)sizeof(*transmit->frames));
	if (!transmit->frames)
		return NDIS_STATUS_RESOURCES;
	status = sgnic_queue_allocate(adapter, queue);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	transmit->staging_count = SGNIC_STAGING_COUNT;
	transmit->staging_size = adapter->buffer_size;
	if (adapter->features & SGNIC_FEATURE_SEGMENTATION) {
		transmit->staging_count = SGNIC_LARGE_STAGING;
		transmit->staging_size = max(adapter->buffer_size, adapter->segment_limit);
	}
	return sgnic_shared_allocate(adapter, transmit->staging_count * transmit->staging_size,
				     &transmit->staging);
}

VOID sgnic_transmit_free(struct sgnic_adapter *adapter)
{
	sgnic_shared_free(adapter, &adapter->transmit.staging);
	sgnic_shared_free(adapter, &adapter->transmit.queue.memory);
	sgnic_free(adapter->transmit.frames);
	adapter->transmit.frames = NULL;
}

/*
 * Posts waiting packets until something runs out. Packets that can never be sent go to `done`.
 * While a replay is wanted nothing is posted, so that the device runs empty. Lock held.
 */
static VOID sgnic_post_waiting(struct sgnic_adapter *adapter, struct sgnic_packet_list *done)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	NDIS_STATUS status;

	if (!transmit->queue.running)
		return;
	if (transmit->replay == SGNIC_REPLAY_WANTED &&
	    transmit->posted == transmit->queue.consumer) {
		sgnic_post_replay(adapter);
		transmit->replay = SGNIC_REPLAY_POSTED;
	}
	while (transmit->replay == SGNIC_REPLAY_IDLE && transmit->waiting.head) {
		status = sgnic_post_packet(adapter, transmit->waiting.head);
		if (status == NDIS_STATUS_RESOURCES)
			break;
		if (status == NDIS_STATUS_SUCCESS)
			sgnic_list_remove(&transmit->waiting);
		else
			sgnic_list_add(done, sgnic_list_remove(&transmit->waiting), status);
	}
	sgnic_queue_publish(adapter, &transmit->queue);
	adapter->statistics.frames_waiting = transmit->waiting.count;
}

static NDIS_STATUS sgnic_send_status(ULONG status)
{
	switch (status) {
	case SGNIC_STATUS_OK:
		return NDIS_STATUS_SUCCESS;
	case SGNIC_STATUS_LINK_DOWN:
		return NDIS_STATUS_NO_CABLE;
	default:
		return NDIS_STATUS_FAILURE;
	}
}

/* NDIS wants to know how much data of a large send went out. */
static VOID sgnic_report_large_send(struct sgnic_adapter *adapter, const struct sgnic_frame *frame,
				    BOOLEAN is_sent)
{
	ULONG sent = 0;
	UINT length;

	if (!frame->offload.segmentation)
		return;
	if (is_sent) {
		NdisQueryPacketLength(frame->packet, &length);
		sent = length - frame->offload.header_length;
		adapter->statistics.large_sends++;
		adapter->statistics.large_bytes += sent;
	}
	NDIS_PER_PACKET_INFO_FROM_PACKET(frame->packet, TcpLargeSendPacketInfo) =
		(PVOID)(ULONG_PTR)sent;
}

/*
 * One completion. FALSE: it is not the one of the oldest frame, so nothing the device says can be
 * believed any more.
 */
static BOOLEAN sgnic_transmit_retire(struct sgnic_adapter *adapter,
				     const struct sgnic_completion *completion,
				     struct sgnic_packet_list *done, BOOLEAN *replayed)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	ULONG slot = transmit->queue.consumer & (transmit->queue.size - 1);
	struct sgnic_frame *frame = &transmit->frames[slot];

	if (transmit->queue.consumer == transmit->posted || completion->tag != slot ||
	    completion->count != frame->descriptors)
		return FALSE;
	sgnic_queue_accept(&transmit->queue, completion);
	sgnic_release_frame(adapter, frame);

	if (frame->packet) {
		if (frame->length) {
			transmit->last_logical = frame->logical;
			transmit->last_length = frame->length;
		}
		sgnic_report_large_send(adapter, frame, completion->status == SGNIC_STATUS_OK);
		sgnic_list_add(done, frame->packet, sgnic_send_status(completion->status));
	} else {
		transmit->replay = SGNIC_REPLAY_IDLE;
		transmit->replay_status = completion->status;
		*replayed = TRUE;
	}
	return TRUE;
}

/* Takes the completions that the device has written. Lock held. */
static VOID sgnic_transmit_reap(struct sgnic_adapter *adapter, struct sgnic_packet_list *done,
				BOOLEAN *replayed)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_completion completion;
	enum sgnic_next next;

	while ((next = sgnic_queue_next(&transmit->queue, &completion)) == SGNIC_NEXT_VALID)
		if (!sgnic_transmit_retire(adapter, &completion, done, replayed)) {
			next = SGNIC_NEXT_BROKEN;
			break;
		}
	if (next == SGNIC_NEXT_BROKEN) {
		transmit->queue.running = FALSE;
		sgnic_fault(adapter, SGNIC_LOG_TX_COMPLETION,
			    (ULONG)completion.tag << 16 | completion.count);
	}
}

/*
 * Asks for an interrupt when all frames that the device holds are sent; half of them, if packets wait for
 * what they occupy. TRUE: there is a completion already. Lock held.
 */
static BOOLEAN sgnic_transmit_arm(struct sgnic_transmit *transmit)
{
	struct sgnic_queue *queue = &transmit->queue;
	ULONG held = transmit->posted - queue->consumer;

	if (held == 0 || !queue->running)
		return FALSE;
	if (sgnic_queue_written(queue, queue->consumer))
		return TRUE;
	return sgnic_queue_arm(queue, queue->consumer +
			       (transmit->waiting.head ? (held - 1) / 2 : held - 1));
}

/*
 * Takes completions and posts what waits, as long as the one makes the other possible. A device that sends
 * while its doorbell is rung holds nothing afterwards, and never interrupts. Lock held.
 */
static VOID sgnic_transmit_advance(struct sgnic_adapter *adapter, struct sgnic_packet_list *done,
				   BOOLEAN *replayed)
{
	struct sgnic_transmit *transmit = &adapter->transmit;

	sgnic_queue_disarm(&transmit->queue);
	do {
		sgnic_transmit_reap(adapter, done, replayed);
		sgnic_post_waiting(adapter, done);
	} while (sgnic_transmit_arm(transmit));
}

/* Without locks: tells NDIS what is done. */
static VOID sgnic_transmit_tell(struct sgnic_adapter *adapter, struct sgnic_packet_list *done,
				BOOLEAN replayed)
{
	sgnic_complete_packets(adapter, done);
	if (replayed)
		NdisMSetInformationComplete(adapter->handle, NDIS_STATUS_SUCCESS);
}

/* MiniportSendPackets. <= DISPATCH_LEVEL. */
VOID NTAPI sgnic_send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count)
{
	struct sgnic_adapter *adapter = context;
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_driver_statistics *statistics = &adapter->statistics;
	struct sgnic_packet_list done = { NULL, NULL, 0 };
	BOOLEAN replayed = FALSE;
	UINT i;

	NdisAcquireSpinLock(&transmit->lock);
	for (i = 0; i < count; i++) {
		if (adapter->is_halting || adapter->is_down)
			sgnic_list_add(&done, packets[i], NDIS_STATUS_ADAPTER_NOT_READY);
		else
			sgnic_list_add(&transmit->waiting, packets[i], NDIS_STATUS_PENDING);
	}
	sgnic_transmit_advance(adapter, &done, &replayed);
	if (transmit->waiting.count > statistics->frames_waiting_peak)
		statistics->frames_waiting_peak = transmit->waiting.count;
	NdisReleaseSpinLock(&transmit->lock);

	sgnic_transmit_tell(adapter, &done, replayed);
}

/* MiniportCancelSendPackets: drops what waits here; the device sends what it has. <= DISPATCH_LEVEL. */
VOID NTAPI sgnic_cancel_send_packets(NDIS_HANDLE context, PVOID cancel_id)
{
	struct sgnic_adapter *adapter = context;
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_packet_list kept = { NULL, NULL, 0 };
	struct sgnic_packet_list done = { NULL, NULL, 0 };
	PNDIS_PACKET packet;

	NdisAcquireSpinLock(&transmit->lock);
	while ((packet = sgnic_list_remove(&transmit->waiting)) != NULL) {
		if (NdisGetPacketCancelId(packet) == cancel_id)
			sgnic_list_add(&done, packet, NDIS_STATUS_REQUEST_ABORTED);
		else
			sgnic_list_add(&kept, packet, NDIS_STATUS_PENDING);
	}
	transmit->waiting = kept;
	adapter->statistics.frames_waiting = kept.count;
	NdisReleaseSpinLock(&transmit->lock);
	sgnic_complete_packets(adapter, &done);
}

/* From MiniportHandleInterrupt and MiniportCheckForHang: completes what the device has sent, and refills
 * it. After a reset: sends what protocols handed over meanwhile. */
VOID sgnic_transmit_poll(struct sgnic_adapter *adapter)
{
	struct sgnic_packet_list done = { NULL, NULL, 0 };
	BOOLEAN replayed = FALSE;

	NdisAcquireSpinLock(&adapter->transmit.lock);
	sgnic_transmit_advance(adapter, &done, &replayed);
	NdisReleaseSpinLock(&adapter->transmit.lock);
	sgnic_transmit_tell(adapter, &done, replayed);
}

/* The device is stopped: gives every packet back unsent. */
VOID sgnic_transmit_abort(struct sgnic_adapter *adapter)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_packet_list done = { NULL, NULL, 0 };
	struct sgnic_frame *frame;
	PNDIS_PACKET packet;
	BOOLEAN replaying;
	ULONG i;

	NdisAcquireSpinLock(&transmit->lock);
	for (i = transmit->queue.consumer; i != transmit->posted; i++) {
		frame = &transmit->frames[i & (transmit->queue.size - 1)];
		sgnic_release_frame(adapter, frame);
		if (!frame->packet)
			continue;
		sgnic_report_large_send(adapter, frame, FALSE);
		sgnic_list_add(&done, frame->packet, NDIS_STATUS_REQUEST_ABORTED);
	}
	while ((packet = sgnic_list_remove(&transmit->waiting)) != NULL)
		sgnic_list_add(&done, packet, NDIS_STATUS_REQUEST_ABORTED);
	transmit->posted = 0;
	transmit->queue.consumer = 0;
	transmit->next_register = 0;
	transmit->next_staging = 0;
	transmit->last_checked = 0;
	transmit->stuck_checks = 0;
	replaying = transmit->replay != SGNIC_REPLAY_IDLE;
	transmit->replay = SGNIC_REPLAY_IDLE;
	adapter->statistics.frames_waiting = 0;
	NdisReleaseSpinLock(&transmit->lock);

	sgnic_complete_packets(adapter, &done);
	if (replaying)
		NdisMSetInformationComplete(adapter->handle, NDIS_STATUS_REQUEST_ABORTED);
}

/* From MiniportCheckForHang: has the device held frames for long without completing one? */
BOOLEAN sgnic_transmit_is_stuck(struct sgnic_adapter *adapter)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	ULONG held;

	NdisAcquireSpinLock(&transmit->lock);
	held = transmit->posted - transmit->queue.consumer;
	if (held == 0 || transmit->queue.consumer != transmit->last_checked)
		transmit->stuck_checks = 0;
	else
		transmit->stuck_checks++;
	transmit->last_checked = transmit->queue.consumer;
	if (transmit->stuck_checks < SGNIC_HANG_CHECKS)
		held = 0;
	NdisReleaseSpinLock(&transmit->lock);

	if (held)
		sgnic_fault(adapter, SGNIC_LOG_HANG, held);
	return held != 0;
}

/* OID_SGNIC_REPLAY_TRANSMIT. NDIS_STATUS_PENDING: NdisMSetInformationComplete follows. */
NDIS_STATUS sgnic_replay(struct sgnic_adapter *adapter)
{
	struct sgnic_transmit *transmit = &adapter->transmit;
	struct sgnic_packet_list done = { NULL, NULL, 0 };
	NDIS_STATUS status = NDIS_STATUS_PENDING;
	BOOLEAN replayed = FALSE;

	NdisAcquireSpinLock(&transmit->lock);
	if (transmit->last_length == 0 || !transmit->queue.running) {
		status = NDIS_STATUS_ADAPTER_NOT_READY;
	} else {
		transmit->replay = SGNIC_REPLAY_WANTED;
		sgnic_transmit_advance(adapter, &done, &replayed);
	}
	NdisReleaseSpinLock(&transmit->lock);
	sgnic_complete_packets(adapter, &done);
	return replayed ? NDIS_STATUS_SUCCESS : status;
}
