/* SPDX-License-Identifier: MIT */
/*
 * bridge.c - frames between the TAP interface and the miniport
 */
#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ndisrun/bridge.h"

/* Frames of one shim_send(); also what keeps a flood of frames from starving interrupts. */
#define BATCH  32
#define PIECES 64

static void read_batch(void *context);

static void pause_reading(struct bridge *bridge)
{
	event_loop_remove(bridge->loop, bridge->source);
	bridge->source = NULL;
	bridge->pauses++;
}

static void send_done(void *context, int32_t status)
{
	struct bridge *bridge = context;

	if (bridge->adapter && !bridge->source)
		bridge->source =
			event_loop_add(bridge->loop, bridge->tap->descriptor, read_batch, bridge);
}

static void read_batch(void *context)
{
	struct bridge *bridge = context;
	struct shim_frame *frames[BATCH];
	size_t lengths[BATCH];
	unsigned int count = 0;

	while (count < BATCH) {
		size_t capacity;
		ssize_t length;
		void *data;

		frames[count] = shim_frame_allocate(bridge->adapter, &data, &capacity);
		if (!frames[count]) {
			pause_reading(bridge);
			break;
		}
		length = read(bridge->tap->descriptor, data, capacity);
		if (length <= 0) {
			shim_frame_free(bridge->adapter, frames[count]);
			break;
		}
		lengths[count++] = (size_t)length;
	}
	if (count)
		shim_send(bridge->adapter, frames, lengths, count, send_done, bridge);
}

int bridge_start(struct bridge *bridge, struct tap *tap, struct event_loop *loop,
		 struct shim_adapter *adapter)
{
	bridge->tap = tap;
	bridge->loop = loop;
	bridge->adapter = adapter;
	bridge->source = event_loop_add(loop, tap->descriptor, read_batch, bridge);
	return bridge->source ? 0 : -errno;
}

void bridge_stop(struct bridge *bridge)
{
	if (bridge->source)
		event_loop_remove(bridge->loop, bridge->source);
	bridge->source = NULL;
	bridge->adapter = NULL;
}

void bridge_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct bridge *bridge = context;
	struct iovec vector[PIECES];
	unsigned int i;

	if (!bridge->adapter)
		return;
	if (count > PIECES) {
		bridge->not_delivered++;
		return;
	}
	for (i = 0; i < count; i++) {
		vector[i].iov_base = pieces[i].va;
		vector[i].iov_len = pieces[i].length;
	}
	if (writev(bridge->tap->descriptor, vector, (int)count) < 0)
		bridge->not_delivered++;
}
