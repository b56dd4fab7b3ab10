/* SPDX-License-Identifier: MIT */
/*
 * large_send_test.c - TCP packets that the device makes segments of, from the protocol to the wire
 *
 * The miniport is the file that is installed; the test is the protocol, which leaves segmentation
 * to the miniport by OID_TCP_TASK_OFFLOAD and TcpLargeSendPacketInfo. What comes out is compared
 * with segments that the tests make by themselves.
 */
#include <errno.h>
#include <string.h>

#include <ndis.h>

#include "../../../miniports/sgnic/sgnic_oids.h"
#include "large_packet.h"
#include "session.h"

#define LARGEST	     65495u /* TCP data over IPv4 */
#define SEGMENT	     1448u
#define HEAD	     offsetof(NDIS_TASK_OFFLOAD, TaskBuffer)
#define FIRST	     sizeof(NDIS_TASK_OFFLOAD_HEADER)
#define INVALID	     ((int32_t)0xC001000F) /* NDIS_STATUS_INVALID_PACKET */

/*
 * How the adapter is to be.
 * @copied: all large sends have too many elements for the rings.
 */
struct scene {
	const char *name;
	enum dma_policy policy;
	enum dma_fragment fragment;
	unsigned int header_bytes;
	unsigned int buffer_bytes;
	const char *dma_size;
	const char *descriptors;
	bool copied;
};

static size_t query(struct session *s, unsigned char *list, size_t size)
{
	NDIS_TASK_OFFLOAD_HEADER header = {
		.Version = NDIS_TASK_OFFLOAD_VERSION,
		.Size = sizeof(header),
		.EncapsulationFormat = {IEEE_802_3_Encapsulation, {1, 0}, 14}};
	int length;

	memset(list, 0, size);
	memcpy(list, &header, sizeof(header));
	length = shim_query(s->adapter, OID_TCP_TASK_OFFLOAD, list, size);
	g_assert_cmpint(length, >, (int)sizeof(header));
	return (size_t)length;
}

/* Where the structure of the second task is. */
static unsigned char *large_send_in(unsigned char *list)
{
	NDIS_TASK_OFFLOAD task;

	memcpy(&task, list + FIRST, HEAD);
	g_assert_cmpint(task.Task, ==, TcpIpChecksumNdisTask);
	g_assert_cmpuint(task.OffsetNextTask, >, HEAD);
	list += FIRST + task.OffsetNextTask;
	memcpy(&task, list, HEAD);
	g_assert_cmpint(task.Task, ==, TcpLargeSendNdisTask);
	g_assert_cmpuint(task.OffsetNextTask, ==, 0);
	g_assert_cmpuint(task.TaskBufferLength, ==, sizeof(NDIS_TASK_TCP_LARGE_SEND));
	return list + HEAD;
}

static int set(struct session *s, const unsigned char *list, size_t length)
{
	return shim_set(s->adapter, OID_TCP_TASK_OFFLOAD, list, length);
}

/* Agrees with the miniport on everything it can do. */
static void negotiate(struct session *s)
{
	NDIS_TASK_TCP_LARGE_SEND task;
	unsigned char list[256];
	size_t length = query(s, list, sizeof(list));

	memcpy(&task, large_send_in(list), sizeof(task));
	g_assert_cmpuint(task.Version, ==, NDIS_TASK_TCP_LARGE_SEND_V0);
	g_assert_cmpuint(task.MaxOffLoadSize, ==, LARGEST);
	g_assert_cmpuint(task.MinSegmentCount, ==, 2);
	g_assert_true(task.TcpOptions && task.IpOptions);
	g_assert_cmpint(set(s, list, length), ==, (int)length);
}

static void start(struct session *s, const struct scene *scene)
{
	const struct shim_parameter parameters[] = {
		{"TaskOffload", "1"},
		{"VlanTagging", "1"},
		{"UseScatterGather", "1"},
		{"DmaSize", scene->dma_size ? scene->dma_size : "0"},
		{"TransmitDescriptors", scene->descriptors ? scene->descriptors : "256"}};
	struct shim_adapter_options options = session_options();

	options.parameters = parameters;
	options.parameter_count = G_N_ELEMENTS(parameters);
	options.dma.policy = scene->policy;
	options.dma.fragment = scene->fragment;
	options.header_bytes = scene->header_bytes;
	options.buffer_bytes = scene->buffer_bytes;
	session_start(s, NULL, &options);
}

static void driver_statistics(struct session *s, struct sgnic_driver_statistics *statistics)
{
	g_assert_cmpint(shim_query(s->adapter, OID_SGNIC_DRIVER_STATISTICS, statistics,
				   sizeof(*statistics)),
			==, sizeof(*statistics));
}

static void submit(struct session *s, const struct large_packet *packet, unsigned int size,
		   uint32_t tag)
{
	const struct shim_packet_information information = {
		.tag = tag, .segment_size = size, .header_length = packet->payload};

	session_submit_bytes(s, packet->bytes, packet->length, &information);
}

/* The packet comes out as segments, with @wire_tag if there is one. */
static void expect_segments(struct session *s, const struct large_packet *packet, unsigned int size,
			    unsigned int wire_tag)
{
	unsigned char segment[1600];
	unsigned int number = 0;
	bool last;

	do {
		size_t length =
			large_packet_segment(packet, size, number++, wire_tag, segment, &last);

		fixture_sent(s->f, segment, length);
	} while (!last);
}

/* One large send, the whole way. */
static void pass(struct session *s, const struct large_packet *kind, unsigned int size)
{
	struct large_packet packet = *kind;
	unsigned int completed = s->completed;

	large_packet_build(&packet);
	submit(s, &packet, size, 0);
	expect_segments(s, &packet, size, 0);
	session_run_until(s, &s->completed, completed + 1);
}

/* Of every shape, by every way of mapping. */
static void test_segments(gconstpointer data)
{
	static const struct large_packet packets[] = {
		{.data = 2 * SEGMENT, .flags = LARGE_PACKET_ACK | LARGE_PACKET_PSH | LARGE_PACKET_FIN},
		{.data = SEGMENT + 1, .flags = LARGE_PACKET_ACK | LARGE_PACKET_CWR},
		{.data = LARGEST, .flags = LARGE_PACKET_ACK | LARGE_PACKET_PSH | LARGE_PACKET_CWR},
		{.data = LARGEST - 12, .tcp_options = 12},
		{.data = LARGEST - 40 - 40, .tcp_options = 40, .ip_options = 40, .tagged = true},
		{.data = LARGEST, .tagged = true},
	};
	const struct scene *scene = data;
	struct sgnic_driver_statistics driver;
	struct shim_statistics statistics;
	struct large_packet packet;
	uint64_t bytes = 0;
	struct session s;
	unsigned int i;

	start(&s, scene);
	negotiate(&s);
	/* one after the other, more than there are frames for */
	for (i = 0; i < 36; i++) {
		packet = packets[i % G_N_ELEMENTS(packets)];
		packet.seed = i;
		bytes += packet.data;
		/* with the longest headers a segment has 1368 bytes */
		pass(&s, &packet, i % G_N_ELEMENTS(packets) == 4 ? 1368 : SEGMENT - i % 4);
	}
	session_send(&s, 1, 1514);
	driver_statistics(&s, &driver);
	g_assert_cmpuint(driver.large_sends, ==, 36);
	g_assert_cmpuint(driver.large_bytes, ==, bytes);
	g_assert_cmpuint(driver.frames_copied, ==, scene->copied ? 24 : 0);
	shim_adapter_statistics(s.adapter, &statistics);
	g_assert_cmpuint(statistics.large_sends, ==, 36);
	g_assert_cmpuint(statistics.frames_sent, ==, 37);
	session_stop(&s);
}

/* The tag beside the packet is in every segment. */
static void test_tag(void)
{
	static const struct scene scene = {.policy = DMA_POLICY_REMAP};
	struct large_packet packet = {.data = 5000};
	NDIS_PACKET_8021Q_INFO tag = {.Value = NULL};
	struct session s;

	start(&s, &scene);
	negotiate(&s);
	tag.TagHeader.UserPriority = 3;
	tag.TagHeader.VlanId = 0x456;
	large_packet_build(&packet);
	submit(&s, &packet, SEGMENT, (uint32_t)(uintptr_t)tag.Value);
	expect_segments(&s, &packet, SEGMENT, 0x6456);
	session_run_until(&s, &s.completed, 1);
	session_stop(&s);
}

/* Many at once: the frames that the library has, and an ordinary one behind them. */
static void test_queue(void)
{
	static const struct scene scene = {.policy = DMA_POLICY_AUTO, .descriptors = "64"};
	const struct shim_packet_information ordinary = {0};
	struct large_packet *packets = g_new0(struct large_packet, 32);
	unsigned char last[1000];
	struct shim_frame *frames[33];
	size_t lengths[33];
	struct session s;
	size_t capacity;
	unsigned int i;
	void *data;

	start(&s, &scene);
	negotiate(&s);
	for (i = 0; i < 32; i++) {
		packets[i].data = 3000 + 777 * i;
		packets[i].seed = i;
		large_packet_build(&packets[i]);
		lengths[i] = packets[i].length;
		frames[i] = session_frame(&s, packets[i].bytes, packets[i].length,
					  &(struct shim_packet_information){
						  .segment_size = SEGMENT,
						  .header_length = packets[i].payload});
	}
	g_assert_null(shim_frame_allocate_large(s.adapter, &data, &capacity));
	fixture_frame(last, sizeof(last), 99);
	lengths[i] = sizeof(last);
	frames[i] = session_frame(&s, last, sizeof(last), &ordinary);
	session_submit_frames(&s, frames, lengths, 33);
	for (i = 0; i < 32; i++)
		expect_segments(&s, &packets[i], SEGMENT, 0);
	/* the ring was full: the next one had to wait for completions */
	session_run_until(&s, &s.completed, 33);
	session_expect_on_wire(&s, 99, sizeof(last));
	g_free(packets);
	session_stop(&s);
}

/* Packets that are not what was agreed on fail, and the next one is sent. */
static void test_refused(void)
{
	static const struct scene scene = {.policy = DMA_POLICY_REMAP};
	static const struct large_packet wrong[] = {
		{.data = 5000, .ip6 = true},
		{.data = 5000, .udp = true},
	};
	struct large_packet packet;
	struct session s;
	unsigned int i;

	start(&s, &scene);
	negotiate(&s);
	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		packet = wrong[i];
		large_packet_build(&packet);
		submit(&s, &packet, SEGMENT, 0);
		session_run_until(&s, &s.failed, i + 1);
		g_assert_cmphex(s.status, ==, INVALID);
	}
	/* segments longer than the medium takes, by a byte and by far */
	packet = (struct large_packet){.data = 5000};
	large_packet_build(&packet);
	submit(&s, &packet, 1461, 0);
	session_run_until(&s, &s.failed, i + 1);
	g_assert_cmphex(s.status, ==, INVALID);
	/* a TCP header that claims more than there is */
	packet.bytes[packet.transport + 12] = 0x40;
	submit(&s, &packet, SEGMENT, 0);
	session_run_until(&s, &s.failed, i + 2);
	g_assert_cmphex(s.status, ==, INVALID);
	packet = (struct large_packet){.data = 5000};
	pass(&s, &packet, 1460);
	g_assert_cmpuint(fixture_get(s.f, SGNIC_ERROR_CODE), ==, 0);
	session_stop(&s);
}

static void bad_task(struct session *s, ULONG version, ULONG size, ULONG segments)
{
	NDIS_TASK_TCP_LARGE_SEND task;
	unsigned char list[256];
	size_t length = query(s, list, sizeof(list));

	memcpy(&task, large_send_in(list), sizeof(task));
	task.Version = version;
	task.MaxOffLoadSize = size;
	task.MinSegmentCount = segments;
	memcpy(large_send_in(list), &task, sizeof(task));
	g_assert_cmpint(set(s, list, length), <, 0);
}

/* What the miniport is told, and what follows from it. */
static void test_tasks(void)
{
	static const struct scene scene = {.policy = DMA_POLICY_REMAP};
	struct large_packet packet = {.data = 5000};
	NDIS_TASK_TCP_LARGE_SEND task;
	NDIS_TASK_OFFLOAD head;
	unsigned char list[256];
	struct session s;
	size_t capacity, length;
	void *data;

	start(&s, &scene);
	g_assert_null(shim_frame_allocate_large(s.adapter, &data, &capacity));
	bad_task(&s, 1, LARGEST, 2);
	bad_task(&s, 0, LARGEST + 1, 2);
	bad_task(&s, 0, 0, 2);
	bad_task(&s, 0, LARGEST, 1);
	length = query(&s, list, sizeof(list));
	g_assert_cmpint(set(&s, list, length - 5), <, 0);
	memcpy(&head, large_send_in(list) - HEAD, HEAD);
	head.TaskBufferLength--;
	memcpy(large_send_in(list) - HEAD, &head, HEAD);
	g_assert_cmpint(set(&s, list, length), <, 0);
	g_assert_null(shim_frame_allocate_large(s.adapter, &data, &capacity));
	/* less than was offered */
	length = query(&s, list, sizeof(list));
	memcpy(&task, large_send_in(list), sizeof(task));
	task.MaxOffLoadSize = 5000;
	task.MinSegmentCount = 4;
	memcpy(large_send_in(list), &task, sizeof(task));
	g_assert_cmpint(set(&s, list, length), ==, (int)length);
	pass(&s, &packet, SEGMENT);
	/* and nothing any more: the first task alone */
	memcpy(&head, list + FIRST, HEAD);
	head.OffsetNextTask = 0;
	memcpy(list + FIRST, &head, HEAD);
	g_assert_cmpint(set(&s, list, length), ==, (int)length);
	g_assert_null(shim_frame_allocate_large(s.adapter, &data, &capacity));
	/* once more, after a reset */
	negotiate(&s);
	pass(&s, &packet, SEGMENT);
	g_assert_cmpint(shim_reset(s.adapter), ==, 0);
	pass(&s, &packet, SEGMENT);
	session_stop(&s);
}

/* Nothing is offered without scatter/gather, and where the device has none. */
static void test_not_offered(void)
{
	struct shim_parameter parameters[] = {{"TaskOffload", "1"}, {"UseScatterGather", "0"}};
	struct shim_adapter_options options = session_options();
	NDIS_TASK_OFFLOAD task;
	unsigned char list[256];
	struct session s;

	options.parameters = parameters;
	options.parameter_count = G_N_ELEMENTS(parameters);
	session_start(&s, NULL, &options);
	query(&s, list, sizeof(list));
	memcpy(&task, list + FIRST, HEAD);
	g_assert_cmpint(task.Task, ==, TcpIpChecksumNdisTask);
	g_assert_cmpuint(task.OffsetNextTask, ==, 0);
	session_stop(&s);
}

/* The library gives the miniport no large send that it was not told to take. */
static void test_library(void)
{
	static const struct scene scene = {.policy = DMA_POLICY_REMAP};
	struct shim_packet_information information = {.segment_size = SEGMENT, .header_length = 54};
	size_t capacity, length = 2000;
	struct shim_frame *frame;
	struct session s;
	void *data;

	start(&s, &scene);
	frame = shim_frame_allocate(s.adapter, &data, &capacity);
	g_assert_nonnull(frame);
	length = 1600;
	shim_frame_describe(s.adapter, frame, &information);
	g_assert_cmpint(shim_send(s.adapter, &frame, &length, 1, NULL, NULL), ==, -EINVAL);
	session_logged(&s, "was not told to take large sends");
	shim_frame_free(s.adapter, frame);
	negotiate(&s);
	frame = shim_frame_allocate_large(s.adapter, &data, &capacity);
	g_assert_nonnull(frame);
	g_assert_cmpuint(capacity, >=, 65553);
	/* no large send: as long as any other frame */
	length = 2000;
	g_assert_cmpint(shim_send(s.adapter, &frame, &length, 1, NULL, NULL), ==, -EINVAL);
	shim_frame_describe(s.adapter, frame, &information);
	length = 54;
	g_assert_cmpint(shim_send(s.adapter, &frame, &length, 1, NULL, NULL), ==, -EINVAL);
	session_logged(&s, "1 to 65495 bytes of data");
	length = 54 + LARGEST + 1;
	g_assert_cmpint(shim_send(s.adapter, &frame, &length, 1, NULL, NULL), ==, -EINVAL);
	length = 54 + SEGMENT;
	g_assert_cmpint(shim_send(s.adapter, &frame, &length, 1, NULL, NULL), ==, -EINVAL);
	session_logged(&s, "makes 2 segments at least");
	shim_frame_free(s.adapter, frame);
	session_stop(&s);
}

int main(int argc, char **argv)
{
	static const struct scene scenes[] = {
		{.name = "remap", .policy = DMA_POLICY_REMAP},
		{.name = "remap-32-bits", .policy = DMA_POLICY_REMAP, .dma_size = "32"},
		{.name = "pages-64-bits",
		 .policy = DMA_POLICY_REMAP,
		 .fragment = DMA_FRAGMENT_PAGE,
		 .header_bytes = 54,
		 .dma_size = "64"},
		{.name = "buffers",
		 .policy = DMA_POLICY_COPY,
		 .header_bytes = 66,
		 .buffer_bytes = 4500,
		 .dma_size = "32"},
		{.name = "buffers-pages",
		 .policy = DMA_POLICY_REMAP,
		 .fragment = DMA_FRAGMENT_PAGE,
		 .buffer_bytes = 1000},
		{.name = "pool", .policy = DMA_POLICY_POOL},
		{.name = "auto", .policy = DMA_POLICY_AUTO, .header_bytes = 54},
		{.name = "cached", .policy = DMA_POLICY_CACHED, .fragment = DMA_FRAGMENT_PAGE},
		{.name = "copied",
		 .policy = DMA_POLICY_REMAP,
		 .fragment = DMA_FRAGMENT_PAGE,
		 .descriptors = "16",
		 .copied = true},
	};
	int status;
	size_t i;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(scenes); i++) {
		char *path = g_strdup_printf("/qtest-platform/large-send/%s", scenes[i].name);

		g_test_add_data_func(path, &scenes[i], test_segments);
		g_free(path);
	}
	g_test_add_func("/qtest-platform/large-send/tag", test_tag);
	g_test_add_func("/qtest-platform/large-send/queue", test_queue);
	g_test_add_func("/qtest-platform/large-send/refused", test_refused);
	g_test_add_func("/qtest-platform/large-send/tasks", test_tasks);
	g_test_add_func("/qtest-platform/large-send/not-offered", test_not_offered);
	g_test_add_func("/qtest-platform/large-send/library", test_library);
	return g_test_run();
}
