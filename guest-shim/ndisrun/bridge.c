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
	if (!bridge->source)
		return;
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
	/* What is left to cut waits for frames, and not for the interface. */
	if (bridge->adapter && bridge->cut)
		read_batch(bridge);
}

/* A frame that is not filled yet. */
struct place {
	struct shim_frame *frame;
	void *data;
	size_t capacity;
};

/* Return: bytes of the frame; 0: it is dropped; -EAGAIN: there is none. */
static ssize_t read_frame(struct bridge *bridge, const struct place *place,
			  struct virtio_net_hdr *header)
{
	unsigned char beyond; /* where a frame that is too long shows */
	const struct iovec vector[] = {{header, bridge->tap->header},
				       {place->data, place->capacity},
				       {&beyond, sizeof(beyond)}};
	ssize_t length = readv(bridge->tap->descriptor, vector, 3);

	if (length <= 0)
		return -EAGAIN;
	length -= (ssize_t)bridge->tap->header;
	if (length > (ssize_t)place->capacity) {
		offload_refuse(&bridge->offload, OFFLOAD_TOO_LONG);
		return 0;
	}
	if (length <= 0) {
		offload_refuse(&bridge->offload, OFFLOAD_EMPTY);
		return 0;
	}
	return length;
}

static void begin_cutting(struct bridge *bridge, const struct place *place, size_t length,
			  size_t size)
{
	bridge->cut = place->frame;
	segments_begin(&bridge->segments, place->data, length, size);
}

static void end_cutting(struct bridge *bridge)
{
	if (bridge->cut)
		shim_frame_free(bridge->adapter, bridge->cut);
	bridge->cut = NULL;
}

/*
 * What has been read becomes a frame to send.
 * @from: where it was read to, and where it stays if it is long.
 * @ordinary: where it goes if it is not; may be @from.
 * Return: the frame, described; NULL: it is dropped, or to be cut up.
 */
static struct shim_frame *describe(struct bridge *bridge, const struct virtio_net_hdr *header,
				   const struct place *from, const struct place *ordinary,
				   size_t length)
{
	struct shim_packet_information information = {0};
	const struct place *place = from;

	if (bridge->tap->header) {
		int way = offload_transmit(&bridge->offload, header, from->data, length,
					   &information);

		if (way < 0)
			return NULL;
		if (way == OFFLOAD_CUT) {
			begin_cutting(bridge, from, length, information.segment_size);
			return NULL;
		}
	}
	if (!information.segment_size && from != ordinary) {
		if (length > ordinary->capacity) {
			offload_refuse(&bridge->offload, OFFLOAD_TOO_LONG);
			return NULL;
		}
		memcpy(ordinary->data, from->data, length);
		place = ordinary;
	}
	information.cancel_id = bridge->adapter;
	shim_frame_describe(bridge->adapter, place->frame, &information);
	return place->frame;
}

/* Frees what of the two did not come to be used. */
static void free_unused(struct bridge *bridge, const struct place *large,
			const struct place *ordinary, const struct shim_frame *used)
{
	if (ordinary->frame != used)
		shim_frame_free(bridge->adapter, ordinary->frame);
	if (large->frame && large->frame != used && large->frame != bridge->cut)
		shim_frame_free(bridge->adapter, large->frame);
}

/*
 * The next frame of the interface, or the next segment of one.
 * @ordinary: given up.
 * Return: bytes; 0: it was dropped, or is to be cut up; -EAGAIN: there is none, or no room for it.
 */
static ssize_t next_frame(struct bridge *bridge, struct place *ordinary, struct shim_frame **frame)
{
	const struct shim_packet_information plain = {.cancel_id = bridge->adapter};
	struct place large = {NULL, NULL, 0};
	struct virtio_net_hdr header;
	ssize_t length;

	*frame = ordinary->frame;
	if (bridge->cut) {
		length = (ssize_t)segments_make(&bridge->segments, ordinary->data);
		shim_frame_describe(bridge->adapter, ordinary->frame, &plain);
		if (!segments_left(&bridge->segments))
			end_cutting(bridge);
		return length;
	}
	if (bridge->offload.large_sends) {
		large.frame = shim_frame_allocate_large(bridge->adapter, &large.data,
							&large.capacity);
		if (!large.frame) {
			shim_frame_free(bridge->adapter, ordinary->frame);
			pause_reading(bridge);
			return -EAGAIN;
		}
	}
	*frame = NULL;
	length = read_frame(bridge, large.frame ? &large : ordinary, &header);
	if (length > 0)
		*frame = describe(bridge, &header, large.frame ? &large : ordinary, ordinary,
				  (size_t)length);
	free_unused(bridge, &large, ordinary, *frame);
	return *frame || length < 0 ? length : 0;
}

/* Return: a frame is being cut up, and there is room for more of it. */
static bool send_batch(struct bridge *bridge)
{
	struct shim_frame *frames[BATCH];
	size_t lengths[BATCH];
	unsigned int count = 0;
	bool more = true;

	while (count < BATCH && more) {
		struct place ordinary;
		ssize_t length;

		ordinary.frame = shim_frame_allocate(bridge->adapter, &ordinary.data,
						     &ordinary.capacity);
		if (!ordinary.frame) {
			pause_reading(bridge);
			break;
		}
		length = next_frame(bridge, &ordinary, &frames[count]);
		if (length > 0)
			lengths[count++] = (size_t)length;
		more = length >= 0;
	}
	if (count)
		shim_send(bridge->adapter, frames, lengths, count, send_done, bridge);
	/* A frame that is complete by now has ended the pause. */
	return bridge->cut && bridge->source;
}

static void read_batch(void *context)
{
	struct bridge *bridge = context;

	/* A frame that is complete before its send returns comes here again: the outer call goes on. */
	if (bridge->is_reading)
		return;
	bridge->is_reading = true;
	while (send_batch(bridge))
		;
	bridge->is_reading = false;
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
	end_cutting(bridge);
	bridge->merge.count = 0;
	bridge->adapter = NULL;
}

uint64_t bridge_not_sent(const struct bridge *bridge)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < OFFLOAD_REFUSALS; i++)
		sum += bridge->offload.refused[i];
	return sum;
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

/* The packet that is being put together goes to the interface. */
static void deliver_merged(struct bridge *bridge)
{
	unsigned int count = bridge->merge.count;
	struct virtio_net_hdr header;
	struct iovec vector[2] = {{&header, bridge->tap->header}};

	if (!count)
		return;
	merge_end(&bridge->merge, &header);
	vector[1] = (struct iovec){bridge->merge.frame, bridge->merge.length};
	if (writev(bridge->tap->descriptor, vector, 2) < 0)
		bridge->not_delivered += count;
	else
		bridge->merged += count - 1;
}

/* Return: the frame has become part of a packet. */
static bool merge(struct bridge *bridge, const struct virtio_net_hdr *header,
		  const struct shim_packet_information *information,
		  const struct dma_region *pieces, unsigned int count)
{
	bool may_merge = bridge->tap->header && header->flags & VIRTIO_NET_HDR_F_DATA_VALID &&
			 !information->tag && count == 1;

	if (may_merge && merge_add(&bridge->merge, pieces[0].va, pieces[0].length))
		return true;
	if (!bridge->merge.count)
		return false;
	deliver_merged(bridge);
	return may_merge && merge_add(&bridge->merge, pieces[0].va, pieces[0].length);
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
	if (merge(bridge, &header, &information, pieces, count))
		return true;
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

void bridge_receive_done(void *context)
{
	struct bridge *bridge = context;

	if (bridge->adapter)
		deliver_merged(bridge);
}
