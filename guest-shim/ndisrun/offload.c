/* SPDX-License-Identifier: MIT */
/*
 * offload.c - what the miniport does with the frames of the interface, besides moving them
 */
#include <errno.h>
#include <string.h>

#include <ndis.h>

#include "ndisrun/offload.h"

static const char *const refusals[OFFLOAD_REFUSALS] = {
	[OFFLOAD_EMPTY] = "empty",
	[OFFLOAD_TOO_LONG] = "longer than the driver takes",
	[OFFLOAD_CHECKSUM_OUTSIDE] = "checksum outside of the frame",
	[OFFLOAD_SEGMENTS_UNASKED] = "segments that were not agreed on",
	[OFFLOAD_SEGMENTS_HEADERS] = "segments of what is no TCP packet over IPv4",
	[OFFLOAD_SEGMENTS_SIZE] = "segments of no or too many bytes",
};

const char *offload_refusal_text(enum offload_refusal refusal)
{
	return refusals[refusal];
}

/* ---- checksums to send --------------------------------------------------------------------- */

/* What the miniport does for one IP version. */
struct ability {
	bool ip_options;
	bool tcp_options;
	bool tcp;
	bool udp;
};

static struct ability ability_of(const NDIS_TASK_TCP_IP_CHECKSUM *tasks, unsigned int version)
{
	if (version == 4)
		return (struct ability){
			tasks->V4Transmit.IpOptionsSupported, tasks->V4Transmit.TcpOptionsSupported,
			tasks->V4Transmit.TcpChecksum, tasks->V4Transmit.UdpChecksum};
	return (struct ability){tasks->V6Transmit.IpOptionsSupported,
				tasks->V6Transmit.TcpOptionsSupported,
				tasks->V6Transmit.TcpChecksum, tasks->V6Transmit.UdpChecksum};
}

/* Return: Value of the packet information; 0: the miniport cannot compute this checksum. */
static uint32_t ask_for(const struct offload *offload, const uint8_t *frame, size_t length,
			size_t start, size_t offset)
{
	NDIS_TCP_IP_CHECKSUM_PACKET_INFO info = {.Value = 0};
	struct headers headers;
	struct ability ability;

	if (!headers_parse(frame, length, &headers) || headers.transport != start)
		return 0;
	ability = ability_of(&offload->tasks.checksums, headers.version);
	if (headers.ip_options && !ability.ip_options)
		return 0;
	if (headers.protocol == HEADERS_TCP && offset == HEADERS_TCP_OFFSET && ability.tcp &&
	    (ability.tcp_options || !headers.tcp_options))
		info.Transmit.NdisPacketTcpChecksum = 1;
	else if (headers.protocol == HEADERS_UDP && offset == HEADERS_UDP_OFFSET && ability.udp)
		info.Transmit.NdisPacketUdpChecksum = 1;
	else
		return 0;
	if (headers.version == 4)
		info.Transmit.NdisPacketChecksumV4 = 1;
	else
		info.Transmit.NdisPacketChecksumV6 = 1;
	return info.Value;
}

/* The field holds the sum of the pseudo header, and is summed up with the rest. */
static void compute(uint8_t *bytes, size_t length, size_t offset)
{
	unsigned int sum = ~headers_sum(bytes, length, 0) & 0xffff;

	headers_put16(bytes + offset, sum ? sum : 0xffff); /* 0 says that there is no checksum */
}

static int transmit_checksum(struct offload *offload, const struct virtio_net_hdr *header,
			     uint8_t *frame, size_t length,
			     struct shim_packet_information *information)
{
	size_t start = header->csum_start;
	size_t offset = header->csum_offset;

	if (start + offset + 2 > length)
		return offload_refuse(offload, OFFLOAD_CHECKSUM_OUTSIDE);
	information->checksum = ask_for(offload, frame, length, start, offset);
	if (information->checksum) {
		offload->checksums_left++;
		return OFFLOAD_SEND;
	}
	compute(frame + start, length - start, offset);
	offload->checksums_computed++;
	return OFFLOAD_SEND;
}

/* ---- segments to send ---------------------------------------------------------------------- */

/* Return: the frame is a whole TCP packet over IPv4 with data, and nothing else. */
static bool is_large_send(const struct virtio_net_hdr *header, const uint8_t *frame, size_t length,
			  struct headers *headers)
{
	return header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	       headers_parse(frame, length, headers) && headers->version == 4 && headers->data &&
	       headers->data < length && headers->transport == header->csum_start &&
	       header->csum_offset == HEADERS_TCP_OFFSET &&
	       headers_get16(frame + headers->network + 2) == length - headers->network;
}

/* Return: the miniport makes the segments of this frame. */
static bool takes(const NDIS_TASK_TCP_LARGE_SEND *task, const struct headers *headers, size_t length,
		  size_t size)
{
	size_t data = length - headers->data;

	return data <= task->MaxOffLoadSize && (data + size - 1) / size >= task->MinSegmentCount &&
	       (task->IpOptions || !headers->ip_options) &&
	       (task->TcpOptions || !headers->tcp_options);
}

static int transmit_segments(struct offload *offload, const struct virtio_net_hdr *header,
			     uint8_t *frame, size_t length,
			     struct shim_packet_information *information)
{
	struct headers headers;
	size_t size = header->gso_size;

	if (!offload->large_sends || header->gso_type != VIRTIO_NET_HDR_GSO_TCPV4)
		return offload_refuse(offload, OFFLOAD_SEGMENTS_UNASKED);
	if (!is_large_send(header, frame, length, &headers))
		return offload_refuse(offload, OFFLOAD_SEGMENTS_HEADERS);
	if (size == 0 || headers.data + size > offload->longest)
		return offload_refuse(offload, OFFLOAD_SEGMENTS_SIZE);
	information->segment_size = (uint32_t)size;
	information->header_length = (uint32_t)headers.data;
	if (!takes(&offload->tasks.large_send, &headers, length, size)) {
		offload->large_sends_cut++;
		return OFFLOAD_CUT;
	}
	/* Of Linux, with the TCP length; NDIS wants it without. */
	headers_put16(frame + headers.transport + HEADERS_TCP_OFFSET,
		      headers_pseudo_sum(frame, &headers, 0));
	offload->large_sends_left++;
	return OFFLOAD_SEND;
}

int offload_refuse(struct offload *offload, enum offload_refusal refusal)
{
	offload->refused[refusal]++;
	return -EINVAL;
}

int offload_transmit(struct offload *offload, const struct virtio_net_hdr *header, uint8_t *frame,
		     size_t length, struct shim_packet_information *information)
{
	*information = (struct shim_packet_information){0};
	if (header->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return transmit_segments(offload, header, frame, length, information);
	if (!(header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return OFFLOAD_SEND;
	return transmit_checksum(offload, header, frame, length, information);
}

/* ---- received frames ----------------------------------------------------------------------- */

void offload_receive(struct offload *offload, const struct shim_packet_information *information,
		     struct virtio_net_hdr *header)
{
	const NDIS_TCP_IP_CHECKSUM_PACKET_INFO info = {.Value = information->checksum};
	bool good = info.Receive.NdisPacketTcpChecksumSucceeded ||
		    info.Receive.NdisPacketUdpChecksumSucceeded;
	bool bad = info.Receive.NdisPacketTcpChecksumFailed ||
		   info.Receive.NdisPacketUdpChecksumFailed ||
		   info.Receive.NdisPacketIpChecksumFailed;

	memset(header, 0, sizeof(*header));
	if (!good || bad)
		return;
	header->flags = VIRTIO_NET_HDR_F_DATA_VALID;
	offload->checksums_good++;
}

bool offload_tag(struct offload *offload, const struct shim_packet_information *information,
		 uint8_t tag[OFFLOAD_TAG_LENGTH])
{
	const NDIS_PACKET_8021Q_INFO info = {.Value = (PVOID)(ULONG_PTR)information->tag};

	if (!information->tag)
		return false;
	tag[0] = HEADERS_TYPE_VLAN >> 8;
	tag[1] = HEADERS_TYPE_VLAN & 0xff;
	tag[2] = (uint8_t)(info.TagHeader.UserPriority << 5 |
			   info.TagHeader.CanonicalFormatId << 4 | info.TagHeader.VlanId >> 8);
	tag[3] = (uint8_t)info.TagHeader.VlanId;
	offload->tags++;
	return true;
}
