/* SPDX-License-Identifier: MIT */
/*
 * offload.h - what the miniport does with the frames of the interface, besides moving them
 *
 *   Linux: checksum at an offset of the frame  ->  NDIS: the checksum of this protocol
 *   Linux: segments of so many bytes           ->  NDIS: a large send with this segment size
 *   NDIS: the checksum of this protocol is right  ->  Linux: nothing to check
 *   NDIS: a VLAN tag beside the frame  ->  Linux: a tag within it
 *
 * Linux asks for any checksum once it may leave any, and for segments of any TCP packet: what the
 * miniport cannot do is done here.  Of segments, NDIS 5 knows those of IPv4 only, and has no word for
 * CWR, which has a rule of its own: Linux is told to make the others by itself.
 */
#ifndef NDISRUN_OFFLOAD_H
#define NDISRUN_OFFLOAD_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ndis/task_offload.h>

#include "include/ndis_shim.h"
#include "ndisrun/headers.h"
#include "platform/linux/explain.h"

/** OFFLOAD_TAG_OFFSET, OFFLOAD_TAG_LENGTH - where a VLAN tag is in a frame, and its bytes. */
#define OFFLOAD_TAG_OFFSET 12
#define OFFLOAD_TAG_LENGTH HEADERS_TAG

/** struct offload_tasks - what a miniport offers, or has been told to do; zero: nothing */
struct offload_tasks {
	NDIS_TASK_TCP_IP_CHECKSUM checksums;
	NDIS_TASK_TCP_LARGE_SEND large_send;
};

/** enum offload_refusal - why a frame of the interface is not sent */
enum offload_refusal {
	OFFLOAD_EMPTY,
	OFFLOAD_TOO_LONG,
	OFFLOAD_CHECKSUM_OUTSIDE,
	OFFLOAD_SEGMENTS_UNASKED, /* of a kind that Linux was not told to leave */
	OFFLOAD_SEGMENTS_HEADERS, /* the frame is not what its header says */
	OFFLOAD_SEGMENTS_SIZE,	  /* 0, or longer than the driver's frames */
	OFFLOAD_REFUSALS,
};

/** enum offload_way - what is to be done with a frame of the interface */
enum offload_way {
	OFFLOAD_SEND,
	OFFLOAD_CUT, /* into segments, see segments.h */
};

/**
 * struct offload
 * @tasks: what the miniport has been told to do.
 * @transmit, @receive: it does something of it for frames to send, and received ones.
 * @large_sends: it makes segments of TCP packets over IPv4.
 * @longest: bytes of a frame that it sends, VLAN tag included; holds for segments.
 * @checksums_left: of frames to send, that the miniport was asked for.
 * @checksums_computed: of frames to send, that it cannot do.
 * @checksums_good: of received frames, as the miniport says.
 * @large_sends_left: frames that the miniport was asked to make segments of.
 * @large_sends_cut: frames that it does not take, by its own words.
 * @tags: put back into received frames.
 * @refused: frames that were not sent, per reason.
 */
struct offload {
	struct offload_tasks tasks;
	bool transmit;
	bool receive;
	bool large_sends;
	size_t longest;
	uint64_t checksums_left;
	uint64_t checksums_computed;
	uint64_t checksums_good;
	uint64_t large_sends_left;
	uint64_t large_sends_cut;
	uint64_t tags;
	uint64_t refused[OFFLOAD_REFUSALS];
};

/**
 * offload_negotiate() - agree with the miniport on the TCP and UDP checksums it can do, and on large
 * sends
 * @offload: zeroed; stays so on failure.
 *
 * Return: 0; -ENOTSUP it does none; -EPROTO its answer breaks a rule, -errno it refuses its own
 * offer, both explained.
 */
int offload_negotiate(struct offload *offload, struct shim_adapter *adapter,
		      struct explanation *why);

/**
 * offload_parse() - find the tasks in an answer to OID_TCP_TASK_OFFLOAD
 * @list, @length: the answer; not trusted.
 * @offered: out; zero what is not among the tasks.
 *
 * Return: 0; -EPROTO, explained.
 */
int offload_parse(const uint8_t *list, size_t length, struct offload_tasks *offered,
		  struct explanation *why);

/**
 * offload_transmit() - what is to be told beside a frame to send
 * @header: of the TAP.
 * @frame, @length: bytes; a checksum that the miniport cannot do is written into them.
 * @information: out.
 *
 * Return: OFFLOAD_SEND; OFFLOAD_CUT the frame is to be cut up as @information says; -EINVAL the
 * header breaks a rule, which is counted.
 */
int offload_transmit(struct offload *offload, const struct virtio_net_hdr *header, uint8_t *frame,
		     size_t length, struct shim_packet_information *information);

/** offload_refuse() - count a frame that is not sent.  Return: -EINVAL. */
int offload_refuse(struct offload *offload, enum offload_refusal refusal);

/** offload_refusal_text() - for reports. */
const char *offload_refusal_text(enum offload_refusal refusal);

/** offload_receive() - header of the TAP for a received frame. */
void offload_receive(struct offload *offload, const struct shim_packet_information *information,
		     struct virtio_net_hdr *header);

/** offload_tag() - the VLAN tag of a received frame, as it was on the wire.  Return: it had one. */
bool offload_tag(struct offload *offload, const struct shim_packet_information *information,
		 uint8_t tag[OFFLOAD_TAG_LENGTH]);

#endif /* NDISRUN_OFFLOAD_H */
