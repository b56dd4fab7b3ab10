/* SPDX-License-Identifier: MIT */
/*
 * offload.h - what the miniport does with the frames of the interface, besides moving them
 *
 *   Linux: checksum at an offset of the frame  ->  NDIS: the checksum of this protocol
 *   NDIS: the checksum of this protocol is right  ->  Linux: nothing to check
 *   NDIS: a VLAN tag beside the frame  ->  Linux: a tag within it
 *
 * Linux asks for any checksum once it may leave any: what the miniport cannot do is computed here.
 */
#ifndef NDISRUN_OFFLOAD_H
#define NDISRUN_OFFLOAD_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ndis/task_offload.h>

#include "include/ndis_shim.h"
#include "platform/linux/explain.h"

/** OFFLOAD_TAG_OFFSET, OFFLOAD_TAG_LENGTH - where a VLAN tag is in a frame, and its bytes. */
#define OFFLOAD_TAG_OFFSET 12
#define OFFLOAD_TAG_LENGTH 4

/**
 * struct offload
 * @tasks: what the miniport has been told to do.
 * @transmit, @receive: it does something of it for frames to send, and received ones.
 * @checksums_left: of frames to send, that the miniport was asked for.
 * @checksums_computed: of frames to send, that it cannot do.
 * @checksums_good: of received frames, as the miniport says.
 * @tags: put back into received frames.
 */
struct offload {
	NDIS_TASK_TCP_IP_CHECKSUM tasks;
	bool transmit;
	bool receive;
	uint64_t checksums_left;
	uint64_t checksums_computed;
	uint64_t checksums_good;
	uint64_t tags;
};

/**
 * offload_negotiate() - agree with the miniport on the TCP and UDP checksums it can do
 * @offload: zeroed; stays so on failure.
 *
 * Return: 0; -ENOTSUP it does none; -EPROTO its answer breaks a rule, -errno it refuses its own
 * offer, both explained.
 */
int offload_negotiate(struct offload *offload, struct shim_adapter *adapter,
		      struct explanation *why);

/**
 * offload_parse() - find the checksums in an answer to OID_TCP_TASK_OFFLOAD
 * @list, @length: the answer; not trusted.
 * @offered: out; zero when there are none among the tasks.
 *
 * Return: 0; -EPROTO, explained.
 */
int offload_parse(const uint8_t *list, size_t length, NDIS_TASK_TCP_IP_CHECKSUM *offered,
		  struct explanation *why);

/**
 * offload_transmit() - what is to be told beside a frame to send
 * @header: of the TAP.
 * @frame, @length: bytes; a checksum that the miniport cannot do is written into them.
 * @information: out.
 *
 * Return: 0; -EINVAL the checksum is not within the frame, or the frame is to be cut up.
 */
int offload_transmit(struct offload *offload, const struct virtio_net_hdr *header, uint8_t *frame,
		     size_t length, struct shim_packet_information *information);

/** offload_receive() - header of the TAP for a received frame. */
void offload_receive(struct offload *offload, const struct shim_packet_information *information,
		     struct virtio_net_hdr *header);

/** offload_tag() - the VLAN tag of a received frame, as it was on the wire.  Return: it had one. */
bool offload_tag(struct offload *offload, const struct shim_packet_information *information,
		 uint8_t tag[OFFLOAD_TAG_LENGTH]);

#endif /* NDISRUN_OFFLOAD_H */
