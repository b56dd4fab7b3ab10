/* SPDX-License-Identifier: MIT */
/*
 * bridge.c - frames between the TAP interface and the miniport
 */
#include <errno.h>
#include <string.h>
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

/* Return: bytes of the frame; 0: there is none, or not a good one; -EAGAIN: no more. */
static ssize_t read_frame(struct bridge *bridge, struct shim_frame *frame, void *data,
			  size_t capacity)
{
	struct shim_packet_information information;
	struct virtio_net_hdr header;
	unsigned char beyond; /* where a frame that is too long shows */
	const struct iovec vector[] = {
		{&header, bridge->tap->header}, {data, capacity}, {&beyond, sizeof(beyond)}};
	ssize_t length = readv(bridge->tap->descriptor, vector, 3);

	if (length <= 0)
		return -EAGAIN;
	length -= (ssize_t)bridge->tap->header;
	if (length > (ssize_t)capacity) {
		bridge->not_sent++;
		return 0;
	}
	if (!bridge->tap->header)
		return length;
	if (length <= 0 ||
	    offload_transmit(&bridge->offload, &header, data, (size_t)length, &information) < 0) {
		bridge->not_sent++;
		return 0;
	}
	shim_frame_describe(bridge->adapter, frame, &information);
	return length;
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
		length = read_frame(bridge, frames[count], data, capacity);
		if (length <= 0)
			shim_frame_free(bridge->adapter, frames[count]);
		if (length < 0)
			break;
		if (length > 0)
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

/* The addresses of a frame, and the tag that follows them.  Return: the frame is long enough. */
static bool copy_addresses(const struct dma_region *pieces, unsigned int count, uint8_t *head)
{
	size_t copied = 0;
	unsigned int i;

	for (i = 0; i < count && copied < OFFLOAD_TAG_OFFSET; i++) {
		size_t part = OFFLOAD_TAG_OFFSET - copied;

		if (part > pieces[i].length)
			part = pieces[i].length;
		memcpy(head + copied, pieces[i].va, part);
		copied += part;
	}
	return copied == OFFLOAD_TAG_OFFSET;
}

/* The bytes of a frame from @skip on.  Return: elements of @vector. */
static unsigned int gather(const struct dma_region *pieces, unsigned int count, size_t skip,
			   struct iovec *vector)
{
	unsigned int used = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		size_t part = skip < pieces[i].length ? skip : pieces[i].length;

		skip -= part;
		if (part == pieces[i].length)
			continue;
		vector[used].iov_base = (uint8_t *)pieces[i].va + part;
		vector[used++].iov_len = pieces[i].length - part;
	}
	return used;
}

/* Return: it was taken. */
static bool deliver(struct bridge *bridge, const struct dma_region *pieces, unsigned int count)
{
	uint8_t head[OFFLOAD_TAG_OFFSET + OFFLOAD_TAG_LENGTH];
	struct shim_packet_information information;
	struct iovec vector[PIECES + 2];
	struct virtio_net_hdr header;
	unsigned int used = 0;
	size_t skip = 0;

	if (count > PIECES)
		return false;
	shim_received_information(bridge->adapter, &information);
	offload_receive(&bridge->offload, &information, &header);
	if (bridge->tap->header)
		vector[used++] = (struct iovec){&header, bridge->tap->header};
	if (offload_tag(&bridge->offload, &information, head + OFFLOAD_TAG_OFFSET)) {
		if (!copy_addresses(pieces, count, head))
			return false;
		vector[used++] = (struct iovec){head, sizeof(head)};
		skip = OFFLOAD_TAG_OFFSET;
	}
	used += gather(pieces, count, skip, vector + used);
	return writev(bridge->tap->descriptor, vector, (int)used) >= 0;
}

void bridge_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct bridge *bridge = context;

	if (bridge->adapter && !deliver(bridge, pieces, count))
		bridge->not_delivered++;
}
