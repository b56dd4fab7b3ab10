/* SPDX-License-Identifier: MIT */
/*
 * frame.h - a frame of the host program on its way through the miniport
 *
 * A frame has its memory, packet, buffer descriptors and scatter/gather list from
 * the start, so sending one allocates nothing.
 */
#ifndef NDIS_FRAME_H
#define NDIS_FRAME_H

#include "ndis/adapter.h"

/* Bytes from one frame's memory to the next, at least: no divisor of a page, so that some frames
 * straddle two. At most, and a multiple of FRAME_UNIT: room for OID_GEN_MAXIMUM_TOTAL_SIZE. */
#define FRAME_STRIDE	   1664u
#define FRAME_STRIDE_LIMIT 9600u
#define FRAME_UNIT	   128u

/* The same for large sends: an IPv4 packet of 65535 bytes, its Ethernet header and a tag. */
#define FRAME_LARGE_STRIDE 65664u

/* What a VLAN tag adds to OID_GEN_MAXIMUM_TOTAL_SIZE. */
#define FRAME_TAG 4u

/* Buffers of a frame at most: the header, if the host program wants it apart, and the pieces of the
 * rest; the last takes all that is left. */
#define FRAME_BUFFERS 16u

/* Runs of a frame at most: each buffer may be cut at a page. */
#define FRAME_RUNS                                                                                 \
	((FRAME_LARGE_STRIDE + PLATFORM_PAGE_SIZE - 2) / PLATFORM_PAGE_SIZE + FRAME_BUFFERS)

#define FRAME_PROTOCOL_RESERVED PROTOCOL_RESERVED_SIZE_IN_PACKET

enum frame_state {
	FRAME_FREE,
	FRAME_WITH_HOST, /* shim_frame_allocate() handed it out */
	FRAME_QUEUED,
	FRAME_WITH_MINIPORT,
};

/** struct frame_packet - an NDIS_PACKET and what lies behind it in the same allocation */
struct frame_packet {
	NDIS_PACKET packet;
	UCHAR protocol_reserved[FRAME_PROTOCOL_RESERVED];
	NDIS_PACKET_OOB_DATA oob;
	NDIS_PACKET_EXTENSION extension;
};

struct frame_list {
	ULONG count;
	ULONG_PTR reserved;
	SCATTER_GATHER_ELEMENT elements[];
};

/**
 * struct shim_frame
 * @set: the frames it is one of.
 * @next: next free or queued frame.
 * @generation: changes whenever the frame becomes free, so that a late look at
 *	it finds out.
 * @mapped: map registers that hold one of its buffers.
 * @tick: adapter_reset.tick when the miniport got it.
 * @segment_size: bytes of TCP data in each segment of a large send; 0: it is none.
 * @header_length: bytes before the TCP data of a large send.
 * @slot: scatter/gather only.
 * @buffers: the first of frame_set.buffers_each descriptors.
 */
struct shim_frame {
	struct frame_set *set;
	struct shim_frame *next;
	enum frame_state state;
	uint32_t generation;
	unsigned int mapped;
	uint32_t tick;
	uint32_t segment_size;
	uint32_t header_length;
	size_t length;
	void *data;
	shim_send_done done;
	void *context;
	struct dma_slot *slot;
	struct frame_packet packet;
	char *buffers;
	struct frame_list *list;
};

/** ndis_frames_create() - PASSIVE: the ordinary frames of an adapter.  Return: 0 or -errno. */
int ndis_frames_create(struct shim_adapter *adapter);

/** ndis_frames_create_large() - PASSIVE: those for large sends, unless they exist.  Return: 0 or
 * -errno. */
int ndis_frames_create_large(struct shim_adapter *adapter);

/** ndis_frames_destroy() - PASSIVE: all of them. */
void ndis_frames_destroy(struct shim_adapter *adapter);

/** ndis_frame_count() - frames that ndis_frame_at() counts. */
static inline unsigned int ndis_frame_count(const struct shim_adapter *adapter)
{
	return adapter->send.ordinary.count + adapter->send.large.count;
}

/** ndis_frame_at() - frame @index of all frames of the adapter. */
static inline struct shim_frame *ndis_frame_at(const struct shim_adapter *adapter,
					       unsigned int index)
{
	const struct adapter_send *send = &adapter->send;

	return index < send->ordinary.count ? &send->ordinary.frames[index]
					    : &send->large.frames[index - send->ordinary.count];
}

/** ndis_frame_prepare() - set the lengths and chain the buffers for @length bytes. */
void ndis_frame_prepare(struct shim_adapter *adapter, struct shim_frame *frame, size_t length);

/** ndis_frame_free() - back into the list of free frames. */
static inline void ndis_frame_free(struct shim_frame *frame)
{
	frame->state = FRAME_FREE;
	frame->generation++;
	frame->next = frame->set->free;
	frame->set->free = frame;
}

/* The frame of a set whose packet this is, or NULL. */
static inline struct shim_frame *ndis_frame_with_packet(const struct frame_set *set,
							const NDIS_PACKET *packet)
{
	size_t offset = (uintptr_t)packet - offsetof(struct shim_frame, packet.packet) -
			(uintptr_t)set->frames;
	size_t index = offset / sizeof(struct shim_frame);

	return index < set->count && index * sizeof(struct shim_frame) == offset
		       ? &set->frames[index]
		       : NULL;
}

/** ndis_frame_of_packet() - the frame whose packet this is, or NULL. */
static inline struct shim_frame *ndis_frame_of_packet(const struct shim_adapter *adapter,
						      const NDIS_PACKET *packet)
{
	struct shim_frame *frame = ndis_frame_with_packet(&adapter->send.ordinary, packet);

	return likely(frame) ? frame : ndis_frame_with_packet(&adapter->send.large, packet);
}

/* The frame of a set one of whose buffers this is, or NULL. */
static inline struct shim_frame *ndis_frame_with_buffer(const struct frame_set *set,
							const MDL *buffer)
{
	size_t offset = (uintptr_t)buffer - (uintptr_t)set->descriptors;

	return offset < set->descriptors_length ? &set->frames[offset >> set->descriptors_shift]
						: NULL;
}

/** ndis_frame_of_buffer() - the frame one of whose buffers this is, or NULL. */
static inline struct shim_frame *ndis_frame_of_buffer(const struct shim_adapter *adapter,
						      const MDL *buffer)
{
	struct shim_frame *frame = ndis_frame_with_buffer(&adapter->send.ordinary, buffer);

	return frame ? frame : ndis_frame_with_buffer(&adapter->send.large, buffer);
}

#endif /* NDIS_FRAME_H */
