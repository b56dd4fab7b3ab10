/* SPDX-License-Identifier: MIT */
/*
 * offload.c - checksums, segments and VLAN tags that the device takes care of (sections 4.2, 4.3)
 *
 * Per-packet information says what is to be done with a packet, and what was done with one. What
 * may be asked for is tasks.c's.
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
#define SGNIC_TCP_HEADER	20
#define SGNIC_TCP_OFFSET	12	/* of the header's length in words, bits 7:4 */
#define SGNIC_TCP_FLAGS		13
#define SGNIC_TCP_CWR		0x80
#define SGNIC_TCP_CHECKSUM	16
#define SGNIC_UDP_CHECKSUM	6

static ULONG sgnic_get16(const UCHAR *bytes)
{
	return (ULONG)bytes[0] << 8 | bytes[1];
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
 * Section 4.2, for a packet that the device shall make segments of. FALSE: it is not what the
 * protocol was told that it may leave to the driver.
 */
static BOOLEAN sgnic_fill_segmentation(const struct sgnic_adapter *adapter, PNDIS_PACKET packet,
				       ULONG segment_size, struct sgnic_offload *offload)
{
	UCHAR head[SGNIC_HEAD];
	ULONG copied = sgnic_copy_head(packet, head);
	ULONG start, version, protocol, end, tag;
	UINT length;

	start = sgnic_find_transport(head, copied, &version, &protocol);
	if (start == 0 || version != 4 || protocol != SGNIC_TCP || copied < start + SGNIC_TCP_HEADER)
		return FALSE;
	end = start + (head[start + SGNIC_TCP_OFFSET] >> 4) * 4u;
	tag = sgnic_get16(head + SGNIC_TYPE_OFFSET) == SGNIC_TYPE_VLAN ? SGNIC_TAG_LENGTH : 0;
	NdisQueryPacketLength(packet, &length);
	if (end < start + SGNIC_TCP_HEADER || end > copied || length <= end ||
	    length - end > adapter->large_send.MaxOffLoadSize ||
	    segment_size > adapter->settings.frame_length ||
	    end - tag + segment_size > adapter->settings.frame_length)
		return FALSE;
	offload->checksum = SGNIC_NEEDS_CHECKSUM;
	offload->checksum_start = (USHORT)start;
	offload->checksum_offset = SGNIC_TCP_CHECKSUM;
	offload->segmentation = SGNIC_SEGMENTATION_TCP_IPV4;
	if (head[start + SGNIC_TCP_FLAGS] & SGNIC_TCP_CWR)
		offload->segmentation |= SGNIC_SEGMENTATION_ECN;
	offload->header_length = (USHORT)end;
	offload->segment_size = (USHORT)segment_size;
	return TRUE;
}

/* Segments have their checksums in any case, so a wish for checksums adds nothing. */
static BOOLEAN sgnic_fill_transport(const struct sgnic_adapter *adapter, PNDIS_PACKET packet,
				    NDIS_TCP_IP_CHECKSUM_PACKET_INFO info, ULONG segment_size,
				    struct sgnic_offload *offload)
{
	if (segment_size)
		return sgnic_fill_segmentation(adapter, packet, segment_size, offload);
	return (adapter->features & SGNIC_FEATURE_CHECKSUM) &&
	       sgnic_fill_checksum(packet, info, offload);
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
	ULONG segment_size;

	*wanted = FALSE;
	info.Value = (ULONG)(ULONG_PTR)
		NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpIpChecksumPacketInfo);
	segment_size = (ULONG)(ULONG_PTR)
		NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpLargeSendPacketInfo);
	tag.Value = NDIS_PER_PACKET_INFO_FROM_PACKET(packet, Ieee8021QInfo);
	if (info.Value == 0 && segment_size == 0 && tag.Value == NULL)
		return NDIS_STATUS_SUCCESS;
	NdisZeroMemory(offload, sizeof(*offload));
	offload->flags = SGNIC_DESCRIPTOR_OFFLOAD;
	if (segment_size || info.Transmit.NdisPacketTcpChecksum ||
	    info.Transmit.NdisPacketUdpChecksum || info.Transmit.NdisPacketIpChecksum) {
		if (!sgnic_fill_transport(adapter, packet, info, segment_size, offload))
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
