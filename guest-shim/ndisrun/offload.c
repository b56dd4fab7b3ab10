/* SPDX-License-Identifier: MIT */
/*
 * offload.c - what the miniport does with the frames of the interface, besides moving them
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <ndis.h>

#include "ndisrun/offload.h"

#define ANSWER_SIZE	1024
#define TYPE_VLAN	0x8100
#define TYPE_IP4	0x0800
#define TYPE_IP6	0x86dd
#define ETHERNET_HEADER 14u
#define IP4_HEADER	20u
#define IP4_FRAGMENT	0x3fff /* more fragments, or an offset */
#define IP6_HEADER	40u
#define PROTOCOL_TCP	6
#define PROTOCOL_UDP	17
#define TCP_HEADER	20u
#define TCP_CHECKSUM	16u
#define UDP_CHECKSUM	6u
#define TASK_HEAD	offsetof(NDIS_TASK_OFFLOAD, TaskBuffer)

/* ---- agreeing with the miniport ------------------------------------------------------------ */

static void begin_list(NDIS_TASK_OFFLOAD_HEADER *header)
{
	memset(header, 0, sizeof(*header));
	header->Version = NDIS_TASK_OFFLOAD_VERSION;
	header->Size = sizeof(*header);
	header->EncapsulationFormat.Encapsulation = IEEE_802_3_Encapsulation;
	header->EncapsulationFormat.Flags.FixedHeaderSize = 1;
	header->EncapsulationFormat.EncapsulationHeaderSize = ETHERNET_HEADER;
}

int offload_parse(const uint8_t *list, size_t length, NDIS_TASK_TCP_IP_CHECKSUM *offered,
		  struct explanation *why)
{
	NDIS_TASK_OFFLOAD_HEADER header;
	NDIS_TASK_OFFLOAD task;
	size_t offset, step;

	memset(offered, 0, sizeof(*offered));
	if (length < sizeof(header))
		return explain(why, -EPROTO, "it has %zu bytes, its header %zu", length,
			       sizeof(header));
	memcpy(&header, list, sizeof(header));
	for (offset = step = header.OffsetFirstTask; step; offset += step) {
		if (offset > length || length - offset < TASK_HEAD)
			return explain(why, -EPROTO, "a task at offset %zu is not within %zu bytes",
				       offset, length);
		memcpy(&task, list + offset, TASK_HEAD);
		if (task.TaskBufferLength > length - offset - TASK_HEAD)
			return explain(why, -EPROTO,
				       "a task at offset %zu with a structure of %u bytes is not "
				       "within %zu bytes",
				       offset, task.TaskBufferLength, length);
		if (task.Task == TcpIpChecksumNdisTask) {
			if (task.TaskBufferLength < sizeof(*offered))
				return explain(why, -EPROTO,
					       "the structure of TcpIpChecksumNdisTask has %u "
					       "bytes, not %zu",
					       task.TaskBufferLength, sizeof(*offered));
			memcpy(offered, list + offset + TASK_HEAD, sizeof(*offered));
		}
		step = task.OffsetNextTask;
	}
	return 0;
}

/* Linux leaves no IPv4 header checksum to a NIC, and checks it by itself. */
static NDIS_TASK_TCP_IP_CHECKSUM choose(const NDIS_TASK_TCP_IP_CHECKSUM *offered)
{
	NDIS_TASK_TCP_IP_CHECKSUM tasks = *offered;

	tasks.V4Transmit.IpChecksum = 0;
	tasks.V4Receive.IpChecksum = 0;
	return tasks;
}

static int set_tasks(struct shim_adapter *adapter, const NDIS_TASK_TCP_IP_CHECKSUM *tasks)
{
	_Alignas(max_align_t)
		uint8_t list[sizeof(NDIS_TASK_OFFLOAD_HEADER) + TASK_HEAD + sizeof(*tasks)];
	NDIS_TASK_OFFLOAD_HEADER header;
	NDIS_TASK_OFFLOAD task;

	begin_list(&header);
	header.OffsetFirstTask = sizeof(header);
	memset(&task, 0, sizeof(task));
	task.Version = NDIS_TASK_OFFLOAD_VERSION;
	task.Size = sizeof(task);
	task.Task = TcpIpChecksumNdisTask;
	task.TaskBufferLength = sizeof(*tasks);
	memcpy(list, &header, sizeof(header));
	memcpy(list + sizeof(header), &task, TASK_HEAD);
	memcpy(list + sizeof(header) + TASK_HEAD, tasks, sizeof(*tasks));
	return shim_set(adapter, OID_TCP_TASK_OFFLOAD, list, sizeof(list));
}

int offload_negotiate(struct offload *offload, struct shim_adapter *adapter,
		      struct explanation *why)
{
	_Alignas(max_align_t) uint8_t list[ANSWER_SIZE];
	NDIS_TASK_TCP_IP_CHECKSUM offered;
	NDIS_TASK_OFFLOAD_HEADER header;
	bool transmit, receive;
	int result;

	memset(list, 0, sizeof(list));
	begin_list(&header);
	memcpy(list, &header, sizeof(header));
	result = shim_query(adapter, OID_TCP_TASK_OFFLOAD, list, sizeof(list));
	if (result < 0)
		return -ENOTSUP;
	result = offload_parse(list, (size_t)result, &offered, why);
	if (result < 0)
		return result;
	offered = choose(&offered);
	transmit = offered.V4Transmit.TcpChecksum || offered.V4Transmit.UdpChecksum ||
		   offered.V6Transmit.TcpChecksum || offered.V6Transmit.UdpChecksum;
	receive = offered.V4Receive.TcpChecksum || offered.V4Receive.UdpChecksum ||
		  offered.V6Receive.TcpChecksum || offered.V6Receive.UdpChecksum;
	if (!transmit && !receive)
		return -ENOTSUP;
	result = set_tasks(adapter, &offered);
	if (result < 0)
		return explain(why, result, "it refuses the tasks that it offers: %s",
			       strerror(-result));
	offload->tasks = offered;
	offload->transmit = transmit;
	offload->receive = receive;
	return 0;
}

/* ---- frames to send ------------------------------------------------------------------------ */

/* Headers of a frame, as far as they decide who computes its checksum. */
struct headers {
	unsigned int version;
	unsigned int protocol;
	size_t transport;
	bool ip_options;
	bool tcp_options;
};

/* What the miniport does for one IP version. */
struct ability {
	bool ip_options;
	bool tcp_options;
	bool tcp;
	bool udp;
};

static unsigned int get16(const uint8_t *bytes)
{
	return (unsigned int)bytes[0] << 8 | bytes[1];
}

static bool parse_ip4(const uint8_t *ip, struct headers *headers, size_t *size)
{
	*size = (ip[0] & 0xfu) * 4;
	headers->protocol = ip[9];
	headers->ip_options = *size > IP4_HEADER;
	return ip[0] >> 4 == 4 && *size >= IP4_HEADER && !(get16(ip + 6) & IP4_FRAGMENT);
}

/* Return: the frame is an IP packet; one with extension headers has another protocol. */
static bool parse_headers(const uint8_t *frame, size_t length, struct headers *headers)
{
	size_t network = ETHERNET_HEADER;
	unsigned int type;
	size_t size;

	memset(headers, 0, sizeof(*headers));
	if (length >= network + OFFLOAD_TAG_LENGTH && get16(frame + network - 2) == TYPE_VLAN)
		network += OFFLOAD_TAG_LENGTH;
	if (length < network + IP4_HEADER)
		return false;
	type = get16(frame + network - 2);
	if (type == TYPE_IP4) {
		headers->version = 4;
		if (!parse_ip4(frame + network, headers, &size))
			return false;
	} else if (type == TYPE_IP6 && frame[network] >> 4 == 6) {
		headers->version = 6;
		headers->protocol = frame[network + 6];
		size = IP6_HEADER;
	} else {
		return false;
	}
	headers->transport = network + size;
	if (headers->protocol == PROTOCOL_TCP && length >= headers->transport + TCP_HEADER)
		headers->tcp_options = (frame[headers->transport + 12] >> 4) * 4u > TCP_HEADER;
	return true;
}

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

	if (!parse_headers(frame, length, &headers) || headers.transport != start)
		return 0;
	ability = ability_of(&offload->tasks, headers.version);
	if (headers.ip_options && !ability.ip_options)
		return 0;
	if (headers.protocol == PROTOCOL_TCP && offset == TCP_CHECKSUM && ability.tcp &&
	    (ability.tcp_options || !headers.tcp_options))
		info.Transmit.NdisPacketTcpChecksum = 1;
	else if (headers.protocol == PROTOCOL_UDP && offset == UDP_CHECKSUM && ability.udp)
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
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < length; i++)
		sum += (uint32_t)bytes[i] << (i & 1 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	if (sum == 0)
		sum = 0xffff; /* 0 says that there is no checksum */
	bytes[offset] = (uint8_t)(sum >> 8);
	bytes[offset + 1] = (uint8_t)sum;
}

int offload_transmit(struct offload *offload, const struct virtio_net_hdr *header, uint8_t *frame,
		     size_t length, struct shim_packet_information *information)
{
	size_t start = header->csum_start;
	size_t offset = header->csum_offset;

	*information = (struct shim_packet_information){0, 0};
	if (header->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return -EINVAL;
	if (!(header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return 0;
	if (start + offset + 2 > length)
		return -EINVAL;
	information->checksum = ask_for(offload, frame, length, start, offset);
	if (information->checksum) {
		offload->checksums_left++;
		return 0;
	}
	compute(frame + start, length - start, offset);
	offload->checksums_computed++;
	return 0;
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
	tag[0] = TYPE_VLAN >> 8;
	tag[1] = TYPE_VLAN & 0xff;
	tag[2] = (uint8_t)(info.TagHeader.UserPriority << 5 |
			   info.TagHeader.CanonicalFormatId << 4 | info.TagHeader.VlanId >> 8);
	tag[3] = (uint8_t)info.TagHeader.VlanId;
	offload->tags++;
	return true;
}
