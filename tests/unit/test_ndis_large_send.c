/* SPDX-License-Identifier: MIT */
/* Large sends: TCP packets that the miniport makes segments of; and frames in many buffers. */
#include <errno.h>
#include <string.h>

#include "ndis_send_fixture.h"

#define HEADER	54u
#define LARGEST 65495u
#define SEGMENT 1448u

static ULONG maximum_mapping;
static BOOLEAN wide;

/* Accepts every list of tasks. */
static NDIS_STATUS set_tasks(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
			     PULONG read, PULONG needed)
{
	*read = length;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS initialize_lists(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMInitializeScatterGatherDma(f->handle, wide, maximum_mapping);
}

static void start(struct ndis_fixture *f)
{
	f->without_send_packets = true;
	f->hooks.initialize = initialize_lists;
	f->hooks.send = hold;
	f->hooks.set = set_tasks;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void set_up_lists(struct ndis_fixture *f, gconstpointer data)
{
	set_up(f, data);
	maximum_mapping = HEADER + LARGEST;
	wide = FALSE;
}

/* Tells the miniport to take large sends.  Return: as shim_set(). */
static int tell(struct ndis_fixture *f, ULONG largest, ULONG segments, ULONG length)
{
	const size_t head = offsetof(NDIS_TASK_OFFLOAD, TaskBuffer);
	NDIS_TASK_OFFLOAD_HEADER header = {.Version = NDIS_TASK_OFFLOAD_VERSION,
					   .Size = sizeof(header),
					   .OffsetFirstTask = sizeof(header)};
	NDIS_TASK_TCP_LARGE_SEND large_send = {.MaxOffLoadSize = largest,
					       .MinSegmentCount = segments};
	NDIS_TASK_OFFLOAD task = {.Version = NDIS_TASK_OFFLOAD_VERSION,
				  .Size = sizeof(task),
				  .Task = TcpLargeSendNdisTask,
				  .TaskBufferLength = length};
	unsigned char list[sizeof(header) + sizeof(task) + sizeof(large_send)] = {0};

	memcpy(list, &header, sizeof(header));
	memcpy(list + sizeof(header), &task, head);
	memcpy(list + sizeof(header) + head, &large_send, sizeof(large_send));
	return shim_set(f->adapter, OID_TCP_TASK_OFFLOAD, list,
			sizeof(header) + head + sizeof(large_send));
}

static void negotiate(struct ndis_fixture *f)
{
	g_assert_cmpint(tell(f, LARGEST, 2, sizeof(NDIS_TASK_TCP_LARGE_SEND)), >, 0);
}

static void on_sent(void *context, int32_t status)
{
	struct ndis_fixture *f = context;

	g_array_append_val(f->sent, status);
}

/* A large send with @bytes of data. */
static void send_large(struct ndis_fixture *f, unsigned int bytes, unsigned int seed)
{
	const struct shim_packet_information information = {.segment_size = SEGMENT,
							    .header_length = HEADER};
	size_t room, length = HEADER + bytes;
	struct shim_frame *frame;
	void *data;

	frame = shim_frame_allocate_large(f->adapter, &data, &room);
	g_assert_nonnull(frame);
	g_assert_cmpuint(length, <=, room);
	fill(data, length, seed);
	shim_frame_describe(f->adapter, frame, &information);
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, on_sent, f), ==, 0);
}

static uintptr_t information_of(PNDIS_PACKET packet)
{
	return (uintptr_t)NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpLargeSendPacketInfo);
}

/* As a miniport has to: it reports the data sent. */
static void complete_sent(struct ndis_fixture *f, unsigned int index, unsigned int bytes)
{
	NDIS_PER_PACKET_INFO_FROM_PACKET(held[index], TcpLargeSendPacketInfo) =
		(PVOID)(uintptr_t)bytes;
	complete(f, index, NDIS_STATUS_SUCCESS);
}

/* What the device finds at the elements of a packet's list.  Return: elements. */
static ULONG expect_list(struct ndis_fixture *f, PNDIS_PACKET packet, size_t length,
			 unsigned int seed)
{
	PSCATTER_GATHER_LIST list = (PSCATTER_GATHER_LIST)NDIS_PER_PACKET_INFO_FROM_PACKET(
		packet, ScatterGatherListPacketInfo);
	g_autofree unsigned char *found = g_malloc(length);
	g_autofree unsigned char *expected = g_malloc(length);
	size_t done = 0;

	g_assert_nonnull(list);
	for (ULONG i = 0; i < list->NumberOfElements; i++) {
		const SCATTER_GATHER_ELEMENT *element = &list->Elements[i];

		g_assert_cmpuint(done + element->Length, <=, length);
		if (wide)
			g_assert_cmpint(element->Address.QuadPart, >=, 0x100000000);
		else
			g_assert_cmpint(element->Address.QuadPart + element->Length, <=,
					0x100000000);
		g_assert_cmpint(fake_device_read(f->platform,
						 (logical_t){(uint64_t)element->Address.QuadPart},
						 found + done, element->Length),
				==, 0);
		done += element->Length;
	}
	fill(expected, length, seed);
	g_assert_cmpmem(found, (int)done, expected, (int)length);
	return list->NumberOfElements;
}

/* Every byte can be reached, by every policy, in one run or in one per page. */
static void test_lists(struct ndis_fixture *f, gconstpointer data)
{
	static const unsigned int sizes[] = {SEGMENT + 1, 2 * SEGMENT, 16384, LARGEST};
	const struct shim_adapter_options *options = data;
	unsigned int i;

	f->options.dma = options->dma;
	f->options.header_bytes = options->header_bytes;
	f->options.buffer_bytes = options->buffer_bytes;
	wide = options->max_address_bits == 64;
	start(f);
	negotiate(f);
	for (i = 0; i < 32; i++)
		send_large(f, sizes[i % G_N_ELEMENTS(sizes)], i);
	for (i = 0; i < 32; i++) {
		unsigned int size = sizes[i % G_N_ELEMENTS(sizes)];
		ULONG elements = expect_list(f, held[i], HEADER + size, i);

		g_assert_cmpuint(information_of(held[i]), ==, SEGMENT);
		if (f->options.dma.fragment == DMA_FRAGMENT_PAGE)
			g_assert_cmpuint(elements, >=, (HEADER + size) / PAGE);
		else if (!f->options.header_bytes && !f->options.buffer_bytes)
			g_assert_cmpuint(elements, ==, 1);
	}
	for (i = 0; i < 32; i++)
		complete_sent(f, 0, sizes[i % G_N_ELEMENTS(sizes)]);
	fixture_expect_sent(f, 32, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(fixture_statistics(f).large_sends, ==, 32);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
}

/* There are no large frames before the miniport is told, and after it is told otherwise. */
static void test_negotiation(struct ndis_fixture *f, gconstpointer data)
{
	struct shim_packet_information information = {.segment_size = 100, .header_length = HEADER};
	struct shim_frame *frame;
	size_t room, length;
	void *bytes;

	start(f);
	g_assert_null(shim_frame_allocate_large(f->adapter, &bytes, &room));
	frame = shim_frame_allocate(f->adapter, &bytes, &room);
	length = 1000;
	shim_frame_describe(f->adapter, frame, &information);
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, on_sent, f), ==, -EINVAL);
	fixture_expect_log(f, "was not told to take large sends");
	/* nothing, as far as the library is concerned */
	g_assert_cmpint(tell(f, 0, 2, sizeof(NDIS_TASK_TCP_LARGE_SEND)), >, 0);
	g_assert_null(shim_frame_allocate_large(f->adapter, &bytes, &room));
	g_assert_cmpint(tell(f, 900, 10, sizeof(NDIS_TASK_TCP_LARGE_SEND)), >, 0);
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, on_sent, f), ==, -EINVAL);
	fixture_expect_log(f, "the miniport takes 1 to 900 bytes of data");
	length = HEADER + 900;
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, on_sent, f), ==, -EINVAL);
	fixture_expect_log(f, "makes 10 segments at least");
	information.segment_size = 99;
	shim_frame_describe(f->adapter, frame, &information);
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, on_sent, f), ==, 0);
	complete_sent(f, 0, 900);
	/* a list that breaks a rule, although the miniport takes it */
	g_assert_cmpint(tell(f, LARGEST, 2, 0xffff), ==, -EPROTO);
	fixture_expect_log(f, "structure of 65535 bytes is not within");
	g_assert_cmpint(tell(f, LARGEST, 2, 15), ==, -EPROTO);
	fixture_expect_log(f, "has 15 bytes, not 16");
	g_assert_null(shim_frame_allocate_large(f->adapter, &bytes, &room));
	/* frames that were sent while it was are completed as ever */
	negotiate(f);
	send_large(f, 5000, 1);
	g_assert_cmpint(tell(f, 0, 2, sizeof(NDIS_TASK_TCP_LARGE_SEND)), >, 0);
	complete_sent(f, 0, 5000);
	fixture_expect_sent(f, 2, NDIS_STATUS_SUCCESS);
}

/* The miniport leaves the number of bytes sent in the packet. */
static void test_reports(struct ndis_fixture *f, gconstpointer data)
{
	start(f);
	negotiate(f);
	send_large(f, 5000, 1);
	complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_violation(f, "1448 in packet");
	send_large(f, 5000, 1);
	complete_sent(f, 0, 5000 + HEADER);
	fixture_expect_violation(f, "of 5000 bytes of data in segments of 1448");
	fixture_expect_sent(f, 2, NDIS_STATUS_SUCCESS);
	/* what failed is not looked at */
	send_large(f, 5000, 1);
	complete(f, 0, NDIS_STATUS_FAILURE);
	fixture_expect_sent(f, 1, NDIS_STATUS_FAILURE);
	g_assert_cmpuint(fixture_statistics(f).large_sends, ==, 2);
	/* the next user of the frame is no large send */
	fixture_send(f, 100, 2);
	g_assert_cmpuint(information_of(held[0]), ==, 0);
	complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

static NDIS_STATUS spoil(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	g_assert_cmpuint(information_of(packet), ==, SEGMENT);
	NDIS_PER_PACKET_INFO_FROM_PACKET(packet, TcpLargeSendPacketInfo) = NULL;
	return hold(f, packet);
}

/* A packet that the miniport refused for now comes with its segment size again. */
static void test_refused(struct ndis_fixture *f, gconstpointer data)
{
	start(f);
	f->hooks.send = spoil;
	capacity = 0;
	negotiate(f);
	send_large(f, 5000, 1);
	g_assert_cmpuint(calls, ==, 1);
	capacity = 1;
	NdisMSendResourcesAvailable(f->handle);
	g_assert_cmpuint(held_count, ==, 1);
	expect_list(f, held[0], HEADER + 5000, 1);
	complete_sent(f, 0, 5000);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

/* The miniport promised less to NdisMInitializeScatterGatherDma. */
static void test_maximum_mapping(struct ndis_fixture *f, gconstpointer data)
{
	maximum_mapping = 1514;
	start(f);
	negotiate(f);
	send_large(f, 5000, 1);
	fixture_expect_sent(f, 1, NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "MaximumPhysicalMapping of NdisMInitializeScatterGatherDma is 1514");
}

/* Pending large sends end with the adapter. */
static void test_reset(struct ndis_fixture *f, gconstpointer data)
{
	start(f);
	negotiate(f);
	send_large(f, 5000, 1);
	send_large(f, LARGEST, 2);
	g_assert_cmpint(shim_reset(f->adapter), ==, 0);
	fixture_expect_sent(f, 2, NDIS_STATUS_REQUEST_ABORTED);
	held_count = 0;
	send_large(f, LARGEST, 3);
	expect_list(f, held[0], HEADER + LARGEST, 3);
	complete_sent(f, 0, LARGEST);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

/* How many bytes each buffer of a frame has. */
struct cut {
	const char *name;
	unsigned int header_bytes, buffer_bytes;
	size_t length;
	unsigned int buffers;
	unsigned int bytes[16];
};

static void test_buffers(struct ndis_fixture *f, gconstpointer data)
{
	const struct cut *cut = data;
	PNDIS_BUFFER buffer;
	unsigned int i;

	f->options.header_bytes = cut->header_bytes;
	f->options.buffer_bytes = cut->buffer_bytes;
	f->options.dma.fragment = DMA_FRAGMENT_PAGE;
	start(f);
	fixture_send(f, cut->length, 7);
	expect_bytes(held[0], cut->length, 7);
	g_assert_cmpuint(expect_list(f, held[0], cut->length, 7), >=, cut->buffers);
	buffer = held[0]->Private.Head;
	for (i = 0; i < cut->buffers; i++) {
		g_assert_nonnull(buffer);
		g_assert_cmpuint(NdisBufferLength(buffer), ==, cut->bytes[i]);
		NdisGetNextBuffer(buffer, &buffer);
	}
	g_assert_null(buffer);
	complete(f, 0, NDIS_STATUS_SUCCESS);
}

#define ADD(name, function, data)                                                                  \
	g_test_add("/ndis/large-send/" name, struct ndis_fixture, data, set_up_lists, function,    \
		   tear_down)

static void add_lists(void)
{
	static struct shim_adapter_options options[DMA_POLICY_COUNT * 4];
	size_t used = 0;

	for (unsigned int policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		for (unsigned int i = 0; i < 4; i++) {
			g_autofree char *name = g_strdup_printf(
				"/ndis/large-send/lists/%s/%s/%s",
				dma_policy_name((enum dma_policy)policy), i & 1 ? "page" : "none",
				i & 2 ? "many-buffers/64-bits" : "one-buffer");

			options[used].dma.policy = (enum dma_policy)policy;
			options[used].dma.fragment = i & 1 ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE;
			options[used].dma.copybreak = 10000;
			options[used].header_bytes = i & 2 ? HEADER : 0;
			options[used].buffer_bytes = i & 2 ? 4000 : 0;
			options[used].max_address_bits = i & 2 ? 64 : 32;
			g_test_add(name, struct ndis_fixture, &options[used], set_up_lists,
				   test_lists, tear_down);
			used++;
		}
	}
}

static void add_buffers(void)
{
	static const struct cut cuts[] = {
		{"rest", 0, 400, 1000, 3, {400, 400, 200}},
		{"even", 0, 500, 1000, 2, {500, 500}},
		{"header", 54, 400, 1000, 4, {54, 400, 400, 146}},
		{"header-alone", 54, 400, 54, 1, {54}},
		{"header-and-one", 54, 400, 55, 2, {54, 1}},
		{"sixteen",
		 14,
		 50,
		 1514,
		 16,
		 {14, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 800}},
		{"bytes", 0, 1, 40, 16, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 25}},
		{"longer-than-any", 0, 100000, 1000, 1, {1000}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
		g_autofree char *name = g_strconcat("/ndis/buffers/", cuts[i].name, NULL);

		g_test_add(name, struct ndis_fixture, &cuts[i], set_up_lists, test_buffers,
			   tear_down);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_lists();
	ADD("negotiation", test_negotiation, NULL);
	ADD("reports", test_reports, NULL);
	ADD("refused", test_refused, NULL);
	ADD("maximum-mapping", test_maximum_mapping, NULL);
	ADD("reset", test_reset, NULL);
	add_buffers();
	return g_test_run();
}
