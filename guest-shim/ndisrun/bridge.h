/* SPDX-License-Identifier: MIT */
/*
 * bridge.h - frames between the TAP interface and the miniport
 *
 *   TAP --read--> frames of the adapter's arena --shim_send()--> miniport
 *   TAP <-write-- pieces of the miniport's buffers <--receive--- miniport
 *
 * When the adapter has no free frame the TAP is not read: its queue fills, and
 * Linux holds its senders back.  Reading goes on when the miniport completes a frame.
 *
 * With large sends, each frame is read into one of the adapter's large frames; what is none goes
 * on in an ordinary one, and what the miniport does not take is cut into ordinary ones.
 *
 * Received segments of a TCP stream that the miniport indicates together become one packet, merge.h.
 *
 * What is told beside a frame, each side in its own words, is offload.h's.
 */
#ifndef NDISRUN_BRIDGE_H
#define NDISRUN_BRIDGE_H

#include <stdint.h>

#include "include/ndis_shim.h"
#include "ndisrun/merge.h"
#include "ndisrun/offload.h"
#include "ndisrun/segments.h"
#include "ndisrun/tap.h"
#include "platform/event_loop.h"

/**
 * struct bridge
 * @adapter: NULL until bridge_start(), and again after bridge_stop().
 * @source: of the TAP in @loop; NULL while it is not read.
 * @is_reading: frames of the TAP are being sent.
 * @offload: agreed on before bridge_start().
 * @not_delivered: received frames the interface did not take.
 * @cut: frame that is being cut into @segments, or NULL.
 * @pauses: times the TAP was not read for lack of frames.
 * @merge: the packet that received segments are put together to.
 * @merged: received segments that Linux got within another one's packet.
 */
struct bridge {
	struct tap *tap;
	struct event_loop *loop;
	struct shim_adapter *adapter;
	struct event_source *source;
	bool is_reading;
	struct offload offload;
	uint64_t not_delivered;
	struct shim_frame *cut;
	struct segments segments;
	uint64_t pauses;
	struct merge merge;
	uint64_t merged;
};

/** bridge_start() - begin to read the TAP.  Return: 0 or -errno. */
int bridge_start(struct bridge *bridge, struct tap *tap, struct event_loop *loop,
		 struct shim_adapter *adapter);

/** bridge_stop() - frames the miniport still indicates are dropped.  Harmless when not started. */
void bridge_stop(struct bridge *bridge);

/** bridge_not_sent() - frames of the interface that were dropped, for whatever reason. */
uint64_t bridge_not_sent(const struct bridge *bridge);

/** bridge_receive() - shim_client.receive; the context is the bridge. */
void bridge_receive(void *context, const struct dma_region *pieces, unsigned int count);

/** bridge_receive_done() - shim_client.receive_done; the context is the bridge. */
void bridge_receive_done(void *context);

#endif /* NDISRUN_BRIDGE_H */
