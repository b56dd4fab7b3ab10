/* SPDX-License-Identifier: MIT */
/*
 * offload_tasks.c - agreeing with the miniport on what it does with the frames of the interface
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <ndis.h>

#include "ndisrun/headers.h"
#include "ndisrun/offload.h"

#define ANSWER_SIZE 1024
#define TASK_HEAD   offsetof(NDIS_TASK_OFFLOAD, TaskBuffer)
#define TASK_LENGTH(type) ((TASK_HEAD + sizeof(type) + 7) & ~(size_t)7)

static void begin_list(NDIS_TASK_OFFLOAD_HEADER *header)
{
	memset(header, 0, sizeof(*header));
	header->Version = NDIS_TASK_OFFLOAD_VERSION;
	header->Size = sizeof(*header);
	header->EncapsulationFormat.Encapsulation = IEEE_802_3_Encapsulation;
	header->EncapsulationFormat.Flags.FixedHeaderSize = 1;
	header->EncapsulationFormat.EncapsulationHeaderSize = HEADERS_ETHERNET;
}

int offload_parse(const uint8_t *list, size_t length, struct offload_tasks *offered,
		  struct explanation *why)
{
	char text[160];

	memset(offered, 0, sizeof(*offered));
	if (shim_task_find(list, length, TcpIpChecksumNdisTask, &offered->checksums,
			   sizeof(offered->checksums), text, sizeof(text)) < 0 ||
	    shim_task_find(list, length, TcpLargeSendNdisTask, &offered->large_send,
			   sizeof(offered->large_send), text, sizeof(text)) < 0)
		return explain(why, -EPROTO, "%s", text);
	return 0;
}

/*
 * Linux leaves no IPv4 header checksum to a NIC, and checks it by itself.  It leaves segments only to
 * who computes checksums, too.
 */
static struct offload_tasks choose(const struct offload_tasks *offered)
{
	struct offload_tasks tasks = *offered;

	tasks.checksums.V4Transmit.IpChecksum = 0;
	tasks.checksums.V4Receive.IpChecksum = 0;
	if (tasks.large_send.Version != NDIS_TASK_TCP_LARGE_SEND_V0 ||
	    !tasks.checksums.V4Transmit.TcpChecksum)
		memset(&tasks.large_send, 0, sizeof(tasks.large_send));
	return tasks;
}

/* Return: where the next task begins. */
static size_t put_task(uint8_t *list, size_t offset, NDIS_TASK kind, const void *structure,
		       size_t size, size_t next)
{
	NDIS_TASK_OFFLOAD task;

	memset(&task, 0, sizeof(task));
	task.Version = NDIS_TASK_OFFLOAD_VERSION;
	task.Size = sizeof(task);
	task.Task = kind;
	task.OffsetNextTask = (ULONG)next;
	task.TaskBufferLength = (ULONG)size;
	memcpy(list + offset, &task, TASK_HEAD);
	memcpy(list + offset + TASK_HEAD, structure, size);
	return offset + next;
}

static int set_tasks(struct shim_adapter *adapter, const struct offload_tasks *tasks)
{
	_Alignas(max_align_t) uint8_t list[sizeof(NDIS_TASK_OFFLOAD_HEADER) +
					   TASK_LENGTH(tasks->checksums) +
					   TASK_LENGTH(tasks->large_send)] = {0};
	size_t next = tasks->large_send.MaxOffLoadSize ? TASK_LENGTH(tasks->checksums) : 0;
	NDIS_TASK_OFFLOAD_HEADER header;
	size_t offset;

	begin_list(&header);
	header.OffsetFirstTask = sizeof(header);
	memcpy(list, &header, sizeof(header));
	offset = put_task(list, sizeof(header), TcpIpChecksumNdisTask, &tasks->checksums,
			  sizeof(tasks->checksums), next);
	if (next)
		put_task(list, offset, TcpLargeSendNdisTask, &tasks->large_send,
			 sizeof(tasks->large_send), 0);
	return shim_set(adapter, OID_TCP_TASK_OFFLOAD, list,
			next ? sizeof(list) : sizeof(header) + TASK_LENGTH(tasks->checksums));
}

/* Bytes of the longest frame that can be sent, if it has a VLAN tag. */
static size_t longest_frame(struct shim_adapter *adapter)
{
	uint32_t total = HEADERS_ETHERNET + 1500;
	struct shim_frame *frame;
	size_t capacity = 0;
	void *data;

	frame = shim_frame_allocate(adapter, &data, &capacity);
	if (frame)
		shim_frame_free(adapter, frame);
	shim_query(adapter, OID_GEN_MAXIMUM_TOTAL_SIZE, &total, sizeof(total));
	return total + HEADERS_TAG < capacity ? total + HEADERS_TAG : capacity;
}

int offload_negotiate(struct offload *offload, struct shim_adapter *adapter,
		      struct explanation *why)
{
	_Alignas(max_align_t) uint8_t list[ANSWER_SIZE];
	const NDIS_TASK_TCP_IP_CHECKSUM *checksums;
	NDIS_TASK_OFFLOAD_HEADER header;
	struct offload_tasks tasks;
	bool transmit, receive;
	int result;

	memset(list, 0, sizeof(list));
	begin_list(&header);
	memcpy(list, &header, sizeof(header));
	result = shim_query(adapter, OID_TCP_TASK_OFFLOAD, list, sizeof(list));
	if (result < 0)
		return -ENOTSUP;
	result = offload_parse(list, (size_t)result, &tasks, why);
	if (result < 0)
		return result;
	tasks = choose(&tasks);
	checksums = &tasks.checksums;
	transmit = checksums->V4Transmit.TcpChecksum || checksums->V4Transmit.UdpChecksum ||
		   checksums->V6Transmit.TcpChecksum || checksums->V6Transmit.UdpChecksum;
	receive = checksums->V4Receive.TcpChecksum || checksums->V4Receive.UdpChecksum ||
		  checksums->V6Receive.TcpChecksum || checksums->V6Receive.UdpChecksum;
	if (!transmit && !receive)
		return -ENOTSUP;
	result = set_tasks(adapter, &tasks);
	if (result < 0)
		return explain(why, result, "it refuses the tasks that it offers: %s",
			       strerror(-result));
	offload->tasks = tasks;
	offload->transmit = transmit;
	offload->receive = receive;
	offload->large_sends = tasks.large_send.MaxOffLoadSize != 0;
	offload->longest = longest_frame(adapter);
	return 0;
}
