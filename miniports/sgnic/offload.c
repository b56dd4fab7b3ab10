/* SPDX-License-Identifier: MIT */
/*
 * offload.c - checksums and VLAN tags that the device takes care of (sections 4.2 and 4.3)
 *
 * OID_TCP_TASK_OFFLOAD says what the protocol may leave to the driver; per-packet information
 * says it for each packet, in both directions. The keywords TaskOffload and VlanTagging enable the
 * device's features, as far as the device offers them.
 */
#include "sgnic.h"

#define SGNIC_TYPE_OFFSET	12
#define SGNIC_TYPE_IP4		0x0800
#define SGNIC_TYPE_IP6		0x86DD
#define SGNIC_TYPE_VLAN		0x8100
#define SGNIC_TAG_LENGTH	4
#define SGNIC_IP4_HEADER	20
#define SGNIC_IP6_HEADER	40
#define SGNIC_TCP		6
#define SGNIC_UDP		17
#define SGNIC_TCP_CHECKSUM	16
#define SGNIC_UDP_CHECKSUM	6
/* Ethernet, a tag, the longest IP header */
#define SGNIC_HEAD		(SGNIC_FRAME_HEADER + SGNIC_TAG_LENGTH + 60)

/* What the device does, in NDIS' words. IPv4 header checksums are only checked. */
static const NDIS_TASK_TCP_IP_CHECKSUM sgnic_checksum_task = {
	.V4Transmit = { .IpOptionsSupported = 1, .TcpOptionsSupported = 1,
			.TcpChecksum = 1, .UdpChecksum = 1 },
	.V4Receive = { .IpOptionsSupported = 1, .TcpOptionsSupported = 1,
		       .TcpChecksum = 1, .UdpChecksum = 1, .IpChecksum = 1 },
	.V6Transmit = { .TcpOptionsSupported = 1, .TcpChecksum = 1, .UdpChecksum = 1 },
	.V6Receive = { .IpOptionsSupported = 1, .TcpOptionsSupported = 1,
		       .TcpChecksum = 1, .UdpChecksum = 1 },
};

struct sgnic_task_answer {
	NDIS_TASK_OFFLOAD_HEADER header;
	NDIS_TASK_OFFLOAD task;		/* TaskBuffer begins within */
	UCHAR rest[sizeof(NDIS_TASK_TCP_IP_CHECKSUM)];
};
#define SGNIC_TASK_LENGTH (sizeof(NDIS_TASK_OFFLOAD_HEADER) + \
			   FIELD_OFFSET(NDIS_TASK_OFFLOAD, TaskBuffer) + \
			   sizeof(NDIS_TASK_TCP_IP_CHECKSUM))

static ULONG sgnic_get16(const UCHAR *bytes)
{
	return (ULONG)bytes[0] << 8 | bytes[1];
}

/* Section 10, between RESET and the queues: chooses among what is offered. */
VOID sgnic_write_features(struct sgnic_adapter *adapter)
{
	const struct sgnic_settings *settings = &adapter->settings;
	ULONG wanted = 0;

	if (settings->task_offload)
		wanted |= SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_RX_CHECKSUM;
	if (settings->vlan_tagging)
		wanted |= SGNIC_FEATURE_VLAN_INSERT | SGNIC_FEATURE_VLAN_STRIP;
	adapter->features = wanted & sgnic_read(adapter, SGNIC_FEATURES_OFFERED);
	if (adapter->features)
		sgnic_write(adapter, SGNIC_FEATURES_ENABLED, adapter->features);
}

static BOOLEAN sgnic_is_ethernet(const NDIS_TASK_OFFLOAD_HEADER *header)
{
	return header->Version == NDIS_TASK_OFFLOAD_VERSION && header->Size == sizeof(*header) &&
	       header->EncapsulationFormat.Encapsulation == IEEE_802_3_Encapsulation;
}

/* The buffer comes with the header of the protocol, and gets the tasks. */
NDIS_STATUS sgnic_query_tasks(struct sgnic_adapter *adapter, PVOID buffer, ULONG length,
			      PULONG written, PULONG needed)
{
	struct sgnic_task_answer answer;
	ULONG size = SGNIC_TASK_LENGTH;

	if (!(adapter->features & SGNIC_FEATURE_CHECKSUM))
		return NDIS_STATUS_NOT_SUPPORTED;
	if (length < size) {
		*needed = size;
		return NDIS_STATUS_BUFFER_TOO_SHORT;
	}
	NdisZeroMemory(&answer, sizeof(answer));
	NdisMoveMemory(&answer.header, buffer, sizeof(answer.header));
	if (!sgnic_is_ethernet(&answer.header))
		return NDIS_STATUS_NOT_SUPPORTED;
	answer.header.OffsetFirstTask = sizeof(answer.header);
	answer.task.Version = NDIS_TASK_OFFLOAD_VERSION;
	answer.task.Size = sizeof(answer.task);
	answer.task.Task = TcpIpChecksumNdisTask;
	answer.task.TaskBufferLength = sizeof(sgnic_checksum_task);
	NdisMoveMemory(answer.task.TaskBuffer, &sgnic_checksum_task, sizeof(sgnic_checksum_task));
	NdisMoveMemory(buffer, &answer, size);
	*written = size;
	return NDIS_STATUS_SUCCESS;
}

/* FALSE: a bit is asked for that the device cannot do. */
static BOOLEAN sgnic_tasks_possible(const NDIS_TASK_TCP_IP_CHECKSUM *task)
{
	const UCHAR *wanted = (const UCHAR *)task;
	const UCHAR *possible = (const UCHAR *)&sgnic_checksum_task;
	ULONG i;

	for (i = 0; i < sizeof(*task); i++)
		if (wanted[i] & ~possible[i])
			return FALSE;
	return TRUE;
}

/* A list without a task of ours stops everything. */
NDIS_STATUS sgnic_set_tasks(struct sgnic_adapter *adapter, const VOID *buffer, ULONG length,
			    PULONG read, PULONG needed)
{
	NDIS_TASK_TCP_IP_CHECKSUM tasks;
	NDIS_TASK_OFFLOAD_HEADER header;
	NDIS_TASK_OFFLOAD task;
	ULONG head = FIELD_OFFSET(NDIS_TASK_OFFLOAD, TaskBuffer);
	ULONG offset, step;

	if (length < sizeof(header)) {
		*needed = sizeof(header);
		return NDIS_STATUS_INVALID_LENGTH;
	}
	NdisMoveMemory(&header, buffer, sizeof(header));
	if (!sgnic_is_ethernet(&header))
		return NDIS_STATUS_INVALID_DATA;
	NdisZeroMemory(&tasks, sizeof(tasks));
	for (offset = step = header.OffsetFirstTask; step; offset += step) {
		if (offset > length || length - offset < head + sizeof(tasks))
			return NDIS_STATUS_INVALID_LENGTH;
		NdisMoveMemory(&task, (const UCHAR *)buffer + offset, head);
		if (task.Task != TcpIpChecksumNdisTask ||
		    task.TaskBufferLength < sizeof(tasks) ||
		    !(adapter->features & SGNIC_FEATURE_CHECKSUM))
			return NDIS_STATUS_NOT_SUPPORTED;
		NdisMoveMemory(&tasks, (const UCHAR *)buffer + offset + head, sizeof(tasks));
		if (!sgnic_tasks_possible(&tasks))
			return NDIS_STATUS_INVALID_DATA;
		step = task.OffsetNextTask;
		if (step > length)
			return NDIS_STATUS_INVALID_LENGTH;
	}
	NdisAcquireSpinLock(&adapter->receive.lock);
	adapter->tasks = tasks;
	NdisReleaseSpinLock(&adapter->receive.lock);
	*read = length;
	return NDIS_STATUS_SUCCESS;
}

/* The first bytes of a packet to send, from all of its buffers. Returns how many there are. */
static ULONG sgnic_copy_head(PNDIS_PACKET packet, UCHAR *head)
{
	PNDIS_BUFFER buffer;
	ULONG copied = 0;

	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	while (buffer && copied < SGNIC_HEAD) {
		PVOID from;
		UINT part;

		NdisQueryBufferSafe(buffer, &from, &part, NormalPagePriority);
		if (!from)
			break;
		part = min(part, SGNIC_HEAD - copied);
		NdisMoveMemory(head + copied, from, part);
		copied += part;
		NdisGetNextBuffer(buffer, &buffer);
	}
	return copied;
}

/*
 * Where the transport header is in a frame of which `length` bytes are at `head`; 0: the frame is
 * no IP packet whose next header is `protocol`.
 */
static ULONG sgnic_find_transport(const UCHAR *head, ULONG length, ULONG *version,
				  ULONG *protocol)
{
	ULONG network = SGNIC_FRAME_HEADER;
	ULONG header = 0;

	if (length >= SGNIC_FRAME_HEADER + SGNIC_TAG_LENGTH &&
	    sgnic_get16(head + SGNIC_TYPE_OFFSET) == SGNIC_TYPE_VLAN)
		network += SGNIC_TAG_LENGTH;
	if (length < network + SGNIC_IP4_HEADER)
		return 0;
	*version = head[network] >> 4;
	switch (sgnic_get16(head + network - 2)) {
	case SGNIC_TYPE_IP4:
		header = (head[network] & 0xFu) * 4;
		*protocol = head[network + 9];
		if (*version != 4 || header < SGNIC_IP4_HEADER)
			return 0;
		break;
	case SGNIC_TYPE_IP6:
		header = SGNIC_IP6_HEADER;
		*protocol = head[network + 6];
		if (*version != 6)
			return 0;
		break;
	default:
		return 0;
	}
	return network + header;
}

/* Section 4.2, from what the protocol asks for. */
static BOOLEAN sgnic_fill_checksum(PNDIS_PACKET packet, NDIS_TCP_IP_CHECKSUM_PACKET_INFO info,
				   struct sgnic_offload *offload)
{
	ULONG protocol = info.Transmit.NdisPacketTcpChecksum ? SGNIC_TCP : SGNIC_UDP;
	UCHAR head[SGNIC_HEAD];
	ULONG start, version, found;

	start = sgnic_find_transport(head, sgnic_copy_head(packet, head), &version, &found);
	if (start == 0 || found != protocol || info.Transmit.NdisPacketIpChecksum ||
	    (version == 4 ? !info.Transmit.NdisPacketChecksumV4
			  : !info.Transmit.NdisPacketChecksumV6))
		return FALSE;
	offload->checksum = SGNIC_NEEDS_CHECKSUM;
	offload->checksum_start = (USHORT)start;
	offload->checksum_offset = protocol == SGNIC_TCP ? SGNIC_TCP_CHECKSUM
							 : SGNIC_UDP_CHECKSUM;
	return TRUE;
}

/*
 * What per-packet information asks for. *wanted tells whether it asks for anything; an error, that
 * the device cannot do it.
 */
NDIS_STATUS sgnic_offload_of(struct sgnic_adapter *adapter, PNDIS_PACKET packet,
			     struct sgnic_offload *offload, BOOLEAN *wanted)
{
	NDIS_TCP_IP_CHECKSUM_PACKET_INFO info;
	NDIS_PACKET_8021Q_INFO tag;

	*wanted = FALSE;
	info.Value = (ULONG)(ULONG_PTR)
		NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpIpChecksumPacketInfo);
	tag.Value = NDIS_PER_PACKET_INFO_FROM_PACKET(packet, Ieee8021QInfo);
	if (info.Value == 0 && tag.Value == NULL)
		return NDIS_STATUS_SUCCESS;
	NdisZeroMemory(offload, sizeof(*offload));
	offload->flags = SGNIC_DESCRIPTOR_OFFLOAD;
	if (info.Transmit.NdisPacketTcpChecksum || info.Transmit.NdisPacketUdpChecksum ||
	    info.Transmit.NdisPacketIpChecksum) {
		if (!(adapter->features & SGNIC_FEATURE_CHECKSUM) ||
		    !sgnic_fill_checksum(packet, info, offload))
			return NDIS_STATUS_INVALID_PACKET;
		*wanted = TRUE;
	}
	if (tag.Value) {
		if (!(adapter->features & SGNIC_FEATURE_VLAN_INSERT))
			return NDIS_STATUS_INVALID_PACKET;
		offload->flags |= SGNIC_DESCRIPTOR_VLAN;
		offload->vlan_tag = (USHORT)(tag.TagHeader.UserPriority << 13 |
					     tag.TagHeader.CanonicalFormatId << 12 |
					     tag.TagHeader.VlanId);
		*wanted = TRUE;
	}
	return NDIS_STATUS_SUCCESS;
}

/* Whether the protocol wants to know the transport checksum of such a packet. */
static BOOLEAN sgnic_wants_transport(const struct sgnic_adapter *adapter, ULONG version,
				     ULONG protocol)
{
	const NDIS_TASK_TCP_IP_CHECKSUM *tasks = &adapter->tasks;

	if (version == 4)
		return protocol == SGNIC_TCP ? tasks->V4Receive.TcpChecksum
					     : tasks->V4Receive.UdpChecksum;
	return protocol == SGNIC_TCP ? tasks->V6Receive.TcpChecksum : tasks->V6Receive.UdpChecksum;
}

static ULONG sgnic_checksum_information(const struct sgnic_adapter *adapter, ULONG flags,
					const UCHAR *frame, ULONG length)
{
	NDIS_TCP_IP_CHECKSUM_PACKET_INFO info;
	ULONG version, protocol;
	BOOLEAN good = (flags & SGNIC_COMPLETION_TRANSPORT_GOOD) != 0;
	BOOLEAN bad = (flags & SGNIC_COMPLETION_TRANSPORT_BAD) != 0;

	info.Value = 0;
	if (adapter->tasks.V4Receive.IpChecksum) {
		info.Receive.NdisPacketIpChecksumSucceeded =
			(flags & SGNIC_COMPLETION_IP_GOOD) != 0;
		info.Receive.NdisPacketIpChecksumFailed = (flags & SGNIC_COMPLETION_IP_BAD) != 0;
	}
	if ((!good && !bad) || !sgnic_find_transport(frame, length, &version, &protocol) ||
	    !sgnic_wants_transport(adapter, version, protocol))
		return info.Value;
	if (protocol == SGNIC_TCP) {
		info.Receive.NdisPacketTcpChecksumSucceeded = good != 0;
		info.Receive.NdisPacketTcpChecksumFailed = bad != 0;
	} else if (protocol == SGNIC_UDP) {
		info.Receive.NdisPacketUdpChecksumSucceeded = good != 0;
		info.Receive.NdisPacketUdpChecksumFailed = bad != 0;
	}
	return info.Value;
}

/* Section 4.3, to the per-packet information of a received packet. Lock held. */
VOID sgnic_describe_packet(struct sgnic_adapter *adapter, PNDIS_PACKET packet,
			   const struct sgnic_rx_completion *completion, const UCHAR *frame)
{
	NDIS_PACKET_8021Q_INFO tag;
	ULONG checksum;

	tag.Value = NULL;
	if (completion->c.flags & SGNIC_COMPLETION_VLAN) {
		tag.TagHeader.UserPriority = (completion->vlan_tag >> 13) & 7u;
		tag.TagHeader.CanonicalFormatId = (completion->vlan_tag >> 12) & 1u;
		tag.TagHeader.VlanId = completion->vlan_tag & 0xFFFu;
	}
	NDIS_PER_PACKET_INFO_FROM_PACKET(packet, Ieee8021QInfo) = tag.Value;
	checksum = sgnic_checksum_information(adapter, completion->c.flags, frame,
					      completion->c.length);
	NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpIpChecksumPacketInfo) =
		(PVOID)(ULONG_PTR)checksum;
}
