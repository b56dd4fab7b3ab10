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

/* What a VLAN tag adds to OID_GEN_MAXIMUM_TOTAL_SIZE. */
#define FRAME_TAG 4u

/* Pages that the memory of a frame, or a part of it, touches at most. */
#define FRAME_PAGES 4u

/* Buffers of a frame: the header, if the host program wants it apart, and the rest. */
#define FRAME_BUFFERS 2u

/* Runs of a frame at most: each buffer may be cut at a page. ndis_frame_runs() are enough for the
 * adapter's frames. */
#define FRAME_RUNS (FRAME_PAGES + FRAME_BUFFERS - 1)

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

struct frame_buffer {
	MDL mdl;
	PFN_NUMBER frames[FRAME_PAGES];
};

struct frame_list {
	ULONG count;
	ULONG_PTR reserved;
	SCATTER_GATHER_ELEMENT elements[FRAME_RUNS];
};

/**
 * struct shim_frame
 * @next: next free or queued frame.
 * @generation: changes whenever the frame becomes free, so that a late look at
 *	it finds out.
 * @mapped: map registers that hold one of its buffers.
 * @tick: adapter_reset.tick when the miniport got it.
 * @slot: scatter/gather only.
 */
struct shim_frame {
	struct shim_frame *next;
	enum frame_state state;
	uint32_t generation;
	unsigned int mapped;
	uint32_t tick;
	size_t length;
	void *data;
	shim_send_done done;
	void *context;
	struct dma_slot *slot;
	struct frame_packet packet;
	struct frame_buffer buffers[FRAME_BUFFERS];
	struct frame_list list;
};

/** ndis_frames_create() - PASSIVE: all frames of an adapter.  Return: 0 or -errno. */
int ndis_frames_create(struct shim_adapter *adapter);

/** ndis_frames_destroy() - PASSIVE */
void ndis_frames_destroy(struct shim_adapter *adapter);

/** ndis_frame_runs() - runs of one of the adapter's frames at most; not above FRAME_RUNS. */
static inline unsigned int ndis_frame_runs(const struct shim_adapter *adapter)
{
	size_t pages = (adapter->send.stride + PLATFORM_PAGE_SIZE - 2) / PLATFORM_PAGE_SIZE + 1;

	return (unsigned int)pages + FRAME_BUFFERS - 1;
}

/** ndis_frame_prepare() - set the lengths and chain the buffers for @length bytes. */
void ndis_frame_prepare(struct shim_adapter *adapter, struct shim_frame *frame, size_t length);

/** ndis_frame_free() - back into the list of free frames. */
void ndis_frame_free(struct shim_adapter *adapter, struct shim_frame *frame);

/** ndis_frame_of_packet() - the frame whose packet this is, or NULL. */
struct shim_frame *ndis_frame_of_packet(struct shim_adapter *adapter, const NDIS_PACKET *packet);

/** ndis_frame_of_buffer() - the frame one of whose buffers this is, or NULL. */
static inline struct shim_frame *ndis_frame_of_buffer(struct shim_adapter *adapter,
						      const MDL *buffer)
{
	size_t offset = (uintptr_t)buffer - (uintptr_t)adapter->send.frames;

	if (offset >= adapter->send.frame_count * sizeof(struct shim_frame))
		return NULL;
	return &adapter->send.frames[offset / sizeof(struct shim_frame)];
}

#endif /* NDIS_FRAME_H */
