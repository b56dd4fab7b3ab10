/* SPDX-License-Identifier: MIT */
/*
 * tasks.c - what the protocol may leave to the device: OID_TCP_TASK_OFFLOAD
 *
 * The keywords TaskOffload and VlanTagging ask for features of the device; the OID tells the
 * protocol what came of it, and takes what the protocol wants of it. NDIS 5 knows large sends of
 * TCP over IPv4 only, although the device does IPv6, too.
 */
#include "sgnic.h"

/* IPv4 header checksums are only checked, those of segments excepted. */
static const NDIS_TASK_TCP_IP_CHECKSUM sgnic_checksum_task = {
	.V4Transmit = { .IpOptionsSupported = 1, .TcpOptionsSupported = 1,
			.TcpChecksum = 1, .UdpChecksum = 1 },
	.V4Receive = { .IpOptionsSupported = 1, .TcpOptionsSupported = 1,
		       .TcpChecksum = 1, .UdpChecksum = 1, .IpChecksum = 1 },
	.V6Transmit = { .TcpOptionsSupported = 1, .TcpChecksum = 1, .UdpChecksum = 1 },
	.V6Receive = { .IpOptionsSupported = 1, .TcpOptionsSupported = 1,
		       .TcpChecksum = 1, .UdpChecksum = 1 },
};

/* The largest IPv4 packet without its headers, if these have no options; SGNIC_MAX_SEGMENT holds it
 * with any. */
#define SGNIC_LARGE_SEND	(65535 - 20 - 20)
#define SGNIC_LARGE_SEGMENTS	2

#define SGNIC_TASK_HEAD		FIELD_OFFSET(NDIS_TASK_OFFLOAD, TaskBuffer)
/* Each task begins at a multiple of 8. */
#define SGNIC_TASK_LENGTH(type) ((SGNIC_TASK_HEAD + (ULONG)sizeof(type) + 7) & ~7u)

/*
 * Features to enable, of those that are offered. A buffer of a large send is longer than a map
 * register takes, so that NDIS has to map the packet.
 */
VOID sgnic_choose_features(struct sgnic_adapter *adapter)
{
	const struct sgnic_settings *settings = &adapter->settings;
	ULONG wanted = 0;

	if (settings->task_offload) {
		wanted |= SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_RX_CHECKSUM;
		if (adapter->has_scatter_gather && adapter->segment_limit)
			wanted |= SGNIC_FEATURE_SEGMENTATION;
	}
	if (settings->vlan_tagging)
		wanted |= SGNIC_FEATURE_VLAN_INSERT | SGNIC_FEATURE_VLAN_STRIP;
	adapter->features = wanted & sgnic_read(adapter, SGNIC_FEATURES_OFFERED);
}

/* Section 10, between RESET and the queues. */
VOID sgnic_write_features(struct sgnic_adapter *adapter)
{
	if (adapter->features)
		sgnic_write(adapter, SGNIC_FEATURES_ENABLED, adapter->features);
}

static VOID sgnic_describe_large_send(const struct sgnic_adapter *adapter,
				      NDIS_TASK_TCP_LARGE_SEND *task)
{
	NdisZeroMemory(task, sizeof(*task));
	if (!(adapter->features & SGNIC_FEATURE_SEGMENTATION))
		return;
	task->Version = NDIS_TASK_TCP_LARGE_SEND_V0;
	task->MaxOffLoadSize = adapter->segment_limit < SGNIC_MAX_SEGMENT
				       ? adapter->segment_limit - SGNIC_HEAD : SGNIC_LARGE_SEND;
	task->MinSegmentCount = SGNIC_LARGE_SEGMENTS;
	task->TcpOptions = TRUE;
	task->IpOptions = TRUE;
}

static BOOLEAN sgnic_is_ethernet(const NDIS_TASK_OFFLOAD_HEADER *header)
{
	return header->Version == NDIS_TASK_OFFLOAD_VERSION && header->Size == sizeof(*header) &&
	       header->EncapsulationFormat.Encapsulation == IEEE_802_3_Encapsulation;
}

static VOID sgnic_put_task(PUCHAR to, NDIS_TASK kind, const void *structure, ULONG length,
			   ULONG next)
{
	NDIS_TASK_OFFLOAD task;

	NdisZeroMemory(&task, sizeof(task));
	task.Version = NDIS_TASK_OFFLOAD_VERSION;
	task.Size = sizeof(task);
	task.Task = kind;
	task.OffsetNextTask = next;
	task.TaskBufferLength = length;
	NdisMoveMemory(to, &task, SGNIC_TASK_HEAD);
	NdisMoveMemory(to + SGNIC_TASK_HEAD, structure, length);
}

/* The buffer comes with the header of the protocol, and gets the tasks. */
NDIS_STATUS sgnic_query_tasks(struct sgnic_adapter *adapter, PVOID buffer, ULONG length,
			      PULONG written, PULONG needed)
{
	ULONG step = SGNIC_TASK_LENGTH(NDIS_TASK_TCP_IP_CHECKSUM);
	NDIS_TASK_TCP_LARGE_SEND large_send;
	NDIS_TASK_OFFLOAD_HEADER header;
	PUCHAR tasks = (PUCHAR)buffer + sizeof(header);
	ULONG size = (ULONG)sizeof(header) + step;

	if (!(adapter->features & SGNIC_FEATURE_CHECKSUM))
		return NDIS_STATUS_NOT_SUPPORTED;
	sgnic_describe_large_send(adapter, &large_send);
	if (large_send.MaxOffLoadSize)
		size += SGNIC_TASK_LENGTH(NDIS_TASK_TCP_LARGE_SEND);
	if (length < size) {
		*needed = size;
		return NDIS_STATUS_BUFFER_TOO_SHORT;
	}
	NdisMoveMemory(&header, buffer, sizeof(header));
	if (!sgnic_is_ethernet(&header))
		return NDIS_STATUS_NOT_SUPPORTED;
	header.OffsetFirstTask = sizeof(header);
	NdisZeroMemory(buffer, size);
	NdisMoveMemory(buffer, &header, sizeof(header));
	sgnic_put_task(tasks, TcpIpChecksumNdisTask, &sgnic_checksum_task,
		       sizeof(sgnic_checksum_task), large_send.MaxOffLoadSize ? step : 0);
	if (large_send.MaxOffLoadSize)
		sgnic_put_task(tasks + step, TcpLargeSendNdisTask, &large_send,
			       sizeof(large_send), 0);
	*written = size;
	return NDIS_STATUS_SUCCESS;
}

/* FALSE: a bit is asked for that the device cannot do. */
static BOOLEAN sgnic_checksums_possible(const NDIS_TASK_TCP_IP_CHECKSUM *task)
{
	const UCHAR *wanted = (const UCHAR *)task;
	const UCHAR *possible = (const UCHAR *)&sgnic_checksum_task;
	ULONG i;

	for (i = 0; i < sizeof(*task); i++)
		if (wanted[i] & ~possible[i])
			return FALSE;
	return TRUE;
}

/* FALSE: more is asked for than was offered. */
static BOOLEAN sgnic_large_send_possible(const struct sgnic_adapter *adapter,
					 const NDIS_TASK_TCP_LARGE_SEND *task)
{
	NDIS_TASK_TCP_LARGE_SEND possible;

	sgnic_describe_large_send(adapter, &possible);
	return task->Version == NDIS_TASK_TCP_LARGE_SEND_V0 && task->MaxOffLoadSize != 0 &&
	       task->MaxOffLoadSize <= possible.MaxOffLoadSize &&
	       task->MinSegmentCount >= possible.MinSegmentCount &&
	       (!task->TcpOptions || possible.TcpOptions) &&
	       (!task->IpOptions || possible.IpOptions);
}

/* What a list of tasks asks for. */
struct sgnic_wish {
	NDIS_TASK_TCP_IP_CHECKSUM checksums;
	NDIS_TASK_TCP_LARGE_SEND large_send;
};

/* One task: `room` bytes of structure follow its head. */
static NDIS_STATUS sgnic_take_task(const struct sgnic_adapter *adapter,
				   const NDIS_TASK_OFFLOAD *task, const UCHAR *structure,
				   ULONG room, struct sgnic_wish *wish)
{
	if (task->Version != NDIS_TASK_OFFLOAD_VERSION || task->Size != sizeof(*task))
		return NDIS_STATUS_INVALID_DATA;
	if (task->TaskBufferLength > room)
		return NDIS_STATUS_INVALID_LENGTH;
	switch (task->Task) {
	case TcpIpChecksumNdisTask:
		if (task->TaskBufferLength < sizeof(wish->checksums))
			return NDIS_STATUS_INVALID_LENGTH;
		NdisMoveMemory(&wish->checksums, structure, sizeof(wish->checksums));
		return sgnic_checksums_possible(&wish->checksums) ? NDIS_STATUS_SUCCESS
								  : NDIS_STATUS_INVALID_DATA;
	case TcpLargeSendNdisTask:
		if (!(adapter->features & SGNIC_FEATURE_SEGMENTATION))
			return NDIS_STATUS_NOT_SUPPORTED;
		if (task->TaskBufferLength < sizeof(wish->large_send))
			return NDIS_STATUS_INVALID_LENGTH;
		NdisMoveMemory(&wish->large_send, structure, sizeof(wish->large_send));
		return sgnic_large_send_possible(adapter, &wish->large_send)
			       ? NDIS_STATUS_SUCCESS : NDIS_STATUS_INVALID_DATA;
	default:
		return NDIS_STATUS_NOT_SUPPORTED;
	}
}

/* A list without a task of ours stops everything. */
NDIS_STATUS sgnic_set_tasks(struct sgnic_adapter *adapter, const VOID *buffer, ULONG length,
			    PULONG read, PULONG needed)
{
	NDIS_TASK_OFFLOAD_HEADER header;
	NDIS_TASK_OFFLOAD task;
	struct sgnic_wish wish;
	ULONG offset, step;
	NDIS_STATUS status;

	if (!(adapter->features & SGNIC_FEATURE_CHECKSUM))
		return NDIS_STATUS_NOT_SUPPORTED;
	if (length < sizeof(header)) {
		*needed = sizeof(header);
		return NDIS_STATUS_INVALID_LENGTH;
	}
	NdisMoveMemory(&header, buffer, sizeof(header));
	if (!sgnic_is_ethernet(&header))
		return NDIS_STATUS_INVALID_DATA;
	NdisZeroMemory(&wish, sizeof(wish));
	for (offset = step = header.OffsetFirstTask; step; offset += step) {
		if (offset > length || length - offset < SGNIC_TASK_HEAD)
			return NDIS_STATUS_INVALID_LENGTH;
		NdisMoveMemory(&task, (const UCHAR *)buffer + offset, SGNIC_TASK_HEAD);
		status = sgnic_take_task(adapter, &task,
					 (const UCHAR *)buffer + offset + SGNIC_TASK_HEAD,
					 length - offset - SGNIC_TASK_HEAD, &wish);
		if (status != NDIS_STATUS_SUCCESS)
			return status;
		step = task.OffsetNextTask;
		if (step > length)
			return NDIS_STATUS_INVALID_LENGTH;
	}
	NdisAcquireSpinLock(&adapter->receive.lock);
	adapter->tasks = wish.checksums;
	NdisReleaseSpinLock(&adapter->receive.lock);
	NdisAcquireSpinLock(&adapter->transmit.lock);
	adapter->large_send = wish.large_send;
	NdisReleaseSpinLock(&adapter->transmit.lock);
	*read = length;
	return NDIS_STATUS_SUCCESS;
}
