/* SPDX-License-Identifier: MIT */
/* Sending: both ways of calling the miniport, refusals, completions, scatter/gather lists. */
#include <errno.h>
#include <string.h>

#include "ndis_fixture.h"

static PNDIS_PACKET held[64];
static unsigned int held_count;
static unsigned int calls;
static unsigned int capacity;

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	held_count = 0;
	calls = 0;
	capacity = G_MAXUINT;
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

/* The bytes of a packet as a miniport sees them. */
static void expect_bytes(PNDIS_PACKET packet, size_t length, unsigned int seed)
{
	unsigned char expected[2000], found[2000];
	UINT pages, buffers, total;
	PNDIS_BUFFER buffer;
	size_t done = 0;
	UINT count = 0;

	NdisQueryPacket(packet, &pages, &buffers, &buffer, &total);
	g_assert_cmpuint(total, ==, length);
	while (buffer) {
		UINT bytes;
		PVOID va;

		NdisQueryBufferSafe(buffer, &va, &bytes, NormalPagePriority);
		memcpy(found + done, va, bytes);
		done += bytes;
		count++;
		NdisGetNextBuffer(buffer, &buffer);
	}
	g_assert_cmpuint(count, ==, buffers);
	g_assert_cmpuint(pages, >=, buffers);
	fill(expected, length, seed);
	g_assert_cmpmem(found, (int)done, expected, (int)length);
}

/* Holds packets until `capacity` is reached. */
static NDIS_STATUS hold(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	calls++;
	if (held_count >= capacity)
		return NDIS_STATUS_RESOURCES;
	held[held_count++] = packet;
	return NDIS_STATUS_PENDING;
}

static void complete(struct ndis_fixture *f, unsigned int index, NDIS_STATUS status)
{
	PNDIS_PACKET packet = held[index];

	held_count--;
	memmove(held + index, held + index + 1, (held_count - index) * sizeof(held[0]));
	NdisMSendComplete(f->handle, packet, status);
}

static void test_single(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = hold;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 60, 1);
	fixture_send(f, 1514, 2);
	g_assert_cmpuint(held_count, ==, 2);
	g_assert_cmpuint(fixture_statistics(f).sends_pending, ==, 2);
	expect_bytes(held[0], 60, 1);
	expect_bytes(held[1], 1514, 2);
	complete(f, 1, NDIS_STATUS_SUCCESS);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
	complete(f, 0, NDIS_STATUS_FAILURE);
	fixture_expect_sent(f, 1, NDIS_STATUS_FAILURE);
	g_assert_cmpuint(fixture_statistics(f).frames_sent, ==, 1);
	g_assert_cmpuint(fixture_statistics(f).bytes_sent, ==, 1514);
	g_assert_cmpuint(fixture_statistics(f).send_failures, ==, 1);

	f->hooks.send = NULL;
	fixture_send(f, 100, 3);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

/* NDIS_STATUS_RESOURCES: the frame waits, and the order stays. */
static void test_refusal(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = hold;
	capacity = 2;
	g_assert_cmpint(fixture_start(f), ==, 0);
	for (unsigned int i = 0; i < 6; i++)
		fixture_send(f, 100 + i, i);
	g_assert_cmpuint(held_count, ==, 2);
	/* Refused once, and not asked again until there are resources. */
	g_assert_cmpuint(calls, ==, 3);
	complete(f, 0, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(held_count, ==, 2);
	expect_bytes(held[1], 102, 2);
	capacity = 3;
	NdisMSendResourcesAvailable(f->handle);
	g_assert_cmpuint(held_count, ==, 3);
	expect_bytes(held[2], 103, 3);
	for (unsigned int next = 4; held_count; next++) {
		complete(f, 0, NDIS_STATUS_SUCCESS);
		if (next < 6)
			expect_bytes(held[held_count - 1], 100 + next, next);
	}
	fixture_expect_sent(f, 6, NDIS_STATUS_SUCCESS);
}

/* Only some of the packets are taken; the rest comes again, in order. */
static void take_some(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count)
{
	calls++;
	for (UINT i = 0; i < count; i++) {
		if (held_count >= capacity) {
			NDIS_SET_PACKET_STATUS(packets[i], NDIS_STATUS_RESOURCES);
			/* What comes behind is not even looked at. */
			return;
		}
		NDIS_SET_PACKET_STATUS(packets[i], NDIS_STATUS_PENDING);
		held[held_count++] = packets[i];
	}
}

static void send_many(struct ndis_fixture *f, unsigned int count)
{
	struct shim_frame *frames[16];
	size_t lengths[16];

	for (unsigned int i = 0; i < count; i++) {
		void *data;

		frames[i] = shim_frame_allocate(f->adapter, &data, &lengths[i]);
		g_assert_nonnull(frames[i]);
		lengths[i] = 200 + i;
		fill(data, lengths[i], i);
	}
	g_assert_cmpint(shim_send(f->adapter, frames, lengths, count, NULL, NULL), ==, 0);
}

static NDIS_STATUS query_batch(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
			       PULONG written, PULONG needed)
{
	if (oid != OID_GEN_MAXIMUM_SEND_PACKETS)
		return NDIS_STATUS_NOT_SUPPORTED;
	*(ULONG *)buffer = 8;
	*written = 4;
	return NDIS_STATUS_SUCCESS;
}

static void test_batch_refusal(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.query = query_batch;
	f->hooks.send_packets = take_some;
	capacity = 5;
	g_assert_cmpint(fixture_start(f), ==, 0);
	send_many(f, 16);
	g_assert_cmpuint(calls, ==, 1);
	g_assert_cmpuint(held_count, ==, 5);
	for (unsigned int i = 0; i < 16; i++) {
		expect_bytes(held[0], 200 + i, i);
		complete(f, 0, NDIS_STATUS_SUCCESS);
	}
	g_assert_cmpuint(held_count, ==, 0);
	g_assert_cmpuint(fixture_statistics(f).frames_sent, ==, 16);
}

/* The result of each packet of a serialised miniport is in the packet. */
static void answer_in_packet(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count)
{
	for (UINT i = 0; i < count; i++) {
		calls++;
		if (calls % 3 == 0)
			NdisMSendComplete(f->handle, packets[i], NDIS_STATUS_SUCCESS);
		else
			NDIS_SET_PACKET_STATUS(packets[i], calls % 3 == 1
								   ? NDIS_STATUS_SUCCESS
								   : NDIS_STATUS_INVALID_PACKET);
	}
}

static void test_batch_results(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.query = query_batch;
	f->hooks.send_packets = answer_in_packet;
	g_assert_cmpint(fixture_start(f), ==, 0);
	send_many(f, 12);
	g_assert_cmpuint(calls, ==, 12);
	g_assert_cmpuint(fixture_statistics(f).frames_sent, ==, 8);
	g_assert_cmpuint(fixture_statistics(f).send_failures, ==, 4);
}

static UINT largest;

static void measure(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count)
{
	largest = MAX(largest, count);
	for (UINT i = 0; i < count; i++)
		NdisMSendComplete(f->handle, packets[i], NDIS_STATUS_SUCCESS);
}

static void test_batch_size(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.send_packets = measure;
	/* A serialised miniport that does not say takes one at a time. */
	largest = 0;
	g_assert_cmpint(fixture_start(f), ==, 0);
	send_many(f, 16);
	g_assert_cmpuint(largest, ==, 1);
	g_assert_cmpuint(fixture_stop(f), ==, 0);

	f->hooks.query = query_batch;
	g_assert_cmpint(fixture_start(f), ==, 0);
	send_many(f, 16);
	g_assert_cmpuint(largest, ==, 8);
	g_assert_cmpuint(fixture_stop(f), ==, 0);

	f->hooks.query = NULL;
	f->attributes |= NDIS_ATTRIBUTE_DESERIALIZE;
	g_assert_cmpint(fixture_start(f), ==, 0);
	send_many(f, 16);
	g_assert_cmpuint(largest, ==, 16);
}

static void test_double_completion(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_PACKET packet;

	f->without_send_packets = true;
	f->hooks.send = hold;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 0);
	packet = held[0];
	complete(f, 0, NDIS_STATUS_SUCCESS);
	NdisMSendComplete(f->handle, packet, NDIS_STATUS_SUCCESS);
	fixture_expect_violation(f, "is not with the miniport");
	NdisMSendComplete(f->handle, NULL, NDIS_STATUS_SUCCESS);
	NdisMSendComplete(f->handle, (PNDIS_PACKET)f, NDIS_STATUS_SUCCESS);
	NdisMSendComplete(f->handle, (PNDIS_PACKET)((char *)packet + 8), NDIS_STATUS_SUCCESS);
	fixture_expect_violations(f, 3, "is not with the miniport");
	fixture_send(f, 100, 0);
	complete(f, 0, NDIS_STATUS_PENDING);
	fixture_expect_violation(f, "Status is a final result");
	g_array_set_size(f->sent, 0);
}

static NDIS_STATUS complete_and_say_success(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	NdisMSendComplete(f->handle, packet, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS complete_and_say_pending(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	NdisMSendComplete(f->handle, packet, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_PENDING;
}

static void test_completion_inside(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = complete_and_say_pending;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
	f->hooks.send = complete_and_say_success;
	fixture_send(f, 100, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
	fixture_expect_violation(f, "NDIS_STATUS_SUCCESS returned for packet");
}

static NDIS_STATUS return_resources(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	return NDIS_STATUS_RESOURCES;
}

static void test_deserialised_refusal(struct ndis_fixture *f, gconstpointer data)
{
	f->attributes |= NDIS_ATTRIBUTE_DESERIALIZE;
	f->without_send_packets = true;
	f->hooks.send = return_resources;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "never returns NDIS_STATUS_RESOURCES");
}

static NDIS_STATUS return_at_passive(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	KeLowerIrql(PASSIVE_LEVEL);
	return NDIS_STATUS_SUCCESS;
}

static void test_wrong_level(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = return_at_passive;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 0);
	fixture_expect_violation(f, "MiniportSend: called at IRQL 2, returned at 0");
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
}

/* ---- from within ---------------------------------------------------------------------------- */

static unsigned int depth, deepest;

static NDIS_STATUS watch_depth(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	depth++;
	deepest = MAX(deepest, depth);
	NdisMSendComplete(f->handle, packet, NDIS_STATUS_SUCCESS);
	depth--;
	return NDIS_STATUS_PENDING;
}

static int left;

static void send_next(void *context, int32_t status)
{
	struct ndis_fixture *f = context;
	struct shim_frame *frame;
	size_t length;
	void *data;

	if (!left)
		return;
	left--;
	frame = shim_frame_allocate(f->adapter, &data, &length);
	g_assert_nonnull(frame);
	length = 64;
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, send_next, f), ==, 0);
}

/* A host program that sends from its completions does not make the stack grow. */
static void test_recursion(struct ndis_fixture *f, gconstpointer data)
{
	if (data)
		f->attributes |= NDIS_ATTRIBUTE_DESERIALIZE;
	f->without_send_packets = true;
	f->hooks.send = watch_depth;
	depth = deepest = 0;
	left = 1000;
	g_assert_cmpint(fixture_start(f), ==, 0);
	send_next(f, 0);
	g_assert_cmpint(left, ==, 0);
	g_assert_cmpuint(fixture_statistics(f).frames_sent, ==, 1000);
	g_assert_cmpuint(deepest, ==, 1);
}

/* ---- map registers --------------------------------------------------------------------------- */

static NDIS_STATUS initialize_registers(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 8, 1664);
}

static void halt_registers(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static NDIS_PHYSICAL_ADDRESS_UNIT units[2][3];
static UINT counts[2];

static NDIS_STATUS map_and_hold(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	PNDIS_BUFFER buffer;
	ULONG index = 0;

	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	while (buffer) {
		NdisMStartBufferPhysicalMapping(f->handle, buffer, index, TRUE, units[index],
						&counts[index]);
		g_assert_cmpuint(counts[index], ==, 1);
		index++;
		NdisGetNextBuffer(buffer, &buffer);
	}
	held[held_count++] = packet;
	return NDIS_STATUS_PENDING;
}

static void test_mapped_packet(struct ndis_fixture *f, gconstpointer data)
{
	unsigned char bytes[1000], expected[1000];
	PNDIS_BUFFER first, second;

	f->options.dma.policy = DMA_POLICY_REMAP;
	f->options.header_bytes = 54;
	f->without_send_packets = true;
	f->hooks.initialize = initialize_registers;
	f->hooks.halt = halt_registers;
	f->hooks.send = map_and_hold;
	g_assert_cmpint(fixture_start(f), ==, 0);

	fixture_send(f, 1000, 9);
	first = held[0]->Private.Head;
	second = first->Next;
	g_assert_cmpuint(NdisBufferLength(first), ==, 54);
	g_assert_cmpuint(NdisBufferLength(second), ==, 946);
	read_runs(f, units[0], 1, bytes, 54);
	read_runs(f, units[1], 1, bytes + 54, 946);
	fill(expected, sizeof(expected), 9);
	g_assert_cmpmem(bytes, sizeof(bytes), expected, sizeof(expected));
	NdisMCompleteBufferPhysicalMapping(f->handle, first, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, second, 1);
	complete(f, 0, NDIS_STATUS_SUCCESS);

	/* One buffer forgotten: reported, and ended all the same. */
	fixture_send(f, 1000, 9);
	NdisMCompleteBufferPhysicalMapping(f->handle, held[0]->Private.Head, 0);
	complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_violation(f, "map register 1 still maps buffer");
	g_assert_false(fake_is_mapped(f->platform,
				      (logical_t){(uint64_t)units[1][0].PhysicalAddress.QuadPart}));
	fixture_expect_sent(f, 2, NDIS_STATUS_SUCCESS);

	/* A frame that fits into the header has one buffer. */
	fixture_send(f, 54, 1);
	g_assert_null(held[0]->Private.Head->Next);
	NdisMCompleteBufferPhysicalMapping(f->handle, held[0]->Private.Head, 0);
	complete(f, 0, NDIS_STATUS_SUCCESS);
}

/* ---- scatter/gather ------------------------------------------------------------------------- */

static NDIS_STATUS initialize_lists(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	f->status = NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514);
	return NDIS_STATUS_SUCCESS;
}

static void expect_list(struct ndis_fixture *f, PNDIS_PACKET packet, size_t length,
			unsigned int seed)
{
	PSCATTER_GATHER_LIST list = (PSCATTER_GATHER_LIST)NDIS_PER_PACKET_INFO_FROM_PACKET(
		packet, ScatterGatherListPacketInfo);
	unsigned char found[2000], expected[2000];
	size_t done = 0;

	g_assert_nonnull(list);
	g_assert_cmpuint(list->NumberOfElements, >=, 1);
	if (f->options.dma.fragment == DMA_FRAGMENT_NONE && !f->options.header_bytes)
		g_assert_cmpuint(list->NumberOfElements, ==, 1);
	for (ULONG i = 0; i < list->NumberOfElements; i++) {
		const SCATTER_GATHER_ELEMENT *element = &list->Elements[i];

		g_assert_cmpint(element->Address.QuadPart + element->Length, <=, 0x100000000);
		g_assert_cmpint(fake_device_read(f->platform,
						 (logical_t){(uint64_t)element->Address.QuadPart},
						 found + done, element->Length),
				==, 0);
		done += element->Length;
	}
	fill(expected, length, seed);
	g_assert_cmpmem(found, (int)done, expected, (int)length);
}

static void test_lists(struct ndis_fixture *f, gconstpointer data)
{
	const struct shim_adapter_options *options = data;

	f->options.dma = options->dma;
	f->options.header_bytes = options->header_bytes;
	f->without_send_packets = true;
	f->hooks.initialize = initialize_lists;
	f->hooks.send = hold;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_SUCCESS);
	for (unsigned int round = 0; round < 3; round++) {
		/* All frames at once: some of them straddle pages. */
		for (unsigned int i = 0; i < 16; i++)
			fixture_send(f, i % 2 ? 1514 : 40 + i, i + round);
		for (unsigned int i = 0; i < 16; i++)
			expect_list(f, held[i], i % 2 ? 1514 : 40 + i, i + round);
		while (held_count) {
			PNDIS_PACKET packet = held[held_count / 2];

			complete(f, held_count / 2, NDIS_STATUS_SUCCESS);
			g_assert_null(NDIS_PER_PACKET_INFO_FROM_PACKET(
				packet, ScatterGatherListPacketInfo));
		}
	}
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
	/* Longer than the driver said it would ever be. */
	fixture_send(f, 1515, 0);
	g_assert_cmpint(g_array_index(f->sent, int32_t, f->sent->len - 1), ==,
			NDIS_STATUS_RESOURCES);
}

static void test_lists_refused(struct ndis_fixture *f, gconstpointer data)
{
	f->options.refuse_scatter_gather = true;
	f->hooks.initialize = initialize_lists;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_NOT_SUPPORTED);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	shim_driver_stop(f->driver);
	f->driver = NULL;

	f->options.refuse_scatter_gather = false;
	f->major = 4;
	f->minor = 0;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violation(f, "the miniport registered with version 4.0");
}

static NDIS_STATUS initialize_lists_twice(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical;
	NDIS_PHYSICAL_ADDRESS_UNIT unit;
	PNDIS_BUFFER buffer = fixture_buffer(f, 8);
	UINT count = 5;
	PVOID va;

	g_assert_cmpint(NdisMInitializeScatterGatherDma(f->handle, TRUE, 9000), ==,
			NDIS_STATUS_SUCCESS);
	g_assert_cmpint(NdisMInitializeScatterGatherDma(f->handle, TRUE, 9000), ==,
			NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violation(f, "already has scatter/gather DMA");
	g_assert_cmpint(NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 1, 1514), ==,
			NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "NdisMInitializeScatterGatherDma has succeeded already");
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 0, TRUE, &unit, &count);
	g_assert_cmpuint(count, ==, 0);
	fixture_expect_violation(f, "the adapter has no map registers");
	NdisFreeBuffer(buffer);
	/* Shared memory comes and goes without undoing scatter/gather. */
	for (unsigned int i = 0; i < 2; i++) {
		NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
		g_assert_nonnull(va);
		NdisMFreeSharedMemory(f->handle, 100, FALSE, va, logical);
	}
	return NDIS_STATUS_SUCCESS;
}

static void test_lists_twice(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_lists_twice;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

/* ---- the host program's side --------------------------------------------------------------- */

static void test_frames(struct ndis_fixture *f, gconstpointer data)
{
	struct shim_frame *frames[17];
	size_t length, bad;
	void *bytes;

	g_assert_cmpint(fixture_start(f), ==, 0);
	for (unsigned int i = 0; i < 16; i++) {
		frames[i] = shim_frame_allocate(f->adapter, &bytes, &length);
		g_assert_nonnull(frames[i]);
		memset(bytes, 0xFF, length);
	}
	g_assert_null(shim_frame_allocate(f->adapter, &bytes, &bad));
	bad = 0;
	g_assert_cmpint(shim_send(f->adapter, frames, &bad, 1, NULL, NULL), ==, -EINVAL);
	bad = length + 1;
	g_assert_cmpint(shim_send(f->adapter, frames, &bad, 1, NULL, NULL), ==, -EINVAL);
	g_assert_cmpint(shim_send(f->adapter, frames, &length, 1, NULL, NULL), ==, 0);
	/* It is not the host program's any more. */
	g_assert_cmpint(shim_send(f->adapter, frames, &length, 1, NULL, NULL), ==, -EINVAL);
	for (unsigned int i = 1; i < 16; i++)
		shim_frame_free(f->adapter, frames[i]);
	shim_frame_free(f->adapter, frames[1]);
	fixture_expect_log(f, "is not the host program's");
	for (unsigned int i = 0; i < 16; i++)
		g_assert_nonnull(shim_frame_allocate(f->adapter, &bytes, &length));
}

/* Sends that are pending at the end, and sends that come too late. */
static void test_stop_with_pending(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = hold;
	capacity = 2;
	g_assert_cmpint(fixture_start(f), ==, 0);
	for (unsigned int i = 0; i < 4; i++)
		fixture_send(f, 100, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 2);
	fixture_expect_sent(f, 4, NDIS_STATUS_REQUEST_ABORTED);
	fixture_expect_violation(f, "2 packets are not complete");
}

static NDIS_STATUS give_up(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	g_assert_cmpint(NdisMRemoveMiniport(f->handle), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpint(NdisMRemoveMiniport(f->handle), ==, NDIS_STATUS_FAILURE);
	return NDIS_STATUS_FAILURE;
}

static void test_removed(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = give_up;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 0);
	g_assert_cmpuint(f->removed, ==, 1);
	fixture_expect_sent(f, 1, NDIS_STATUS_FAILURE);
	fixture_send(f, 100, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_ADAPTER_NOT_READY);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_XMIT_OK, &(uint32_t){0}, 4), ==, -ENODEV);
	g_assert_cmpint(shim_reset(f->adapter), ==, -ENODEV);
	fixture_expect_log(f, "gives its device up");
}

#define ADD(name, function, data)                                                                  \
	g_test_add("/ndis/send/" name, struct ndis_fixture, data, set_up, function, tear_down)

static void add_lists(void)
{
	static struct shim_adapter_options options[DMA_POLICY_COUNT * 4];
	size_t used = 0;

	for (unsigned int policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		for (unsigned int i = 0; i < 4; i++) {
			g_autofree char *name = g_strdup_printf(
				"/ndis/send/lists/%s/%s/%s",
				dma_policy_name((enum dma_policy)policy), i & 1 ? "page" : "none",
				i & 2 ? "two-buffers" : "one-buffer");

			options[used].dma.policy = (enum dma_policy)policy;
			options[used].dma.fragment = i & 1 ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE;
			options[used].dma.copybreak = 1000;
			options[used].header_bytes = i & 2 ? 54 : 0;
			g_test_add(name, struct ndis_fixture, &options[used], set_up, test_lists,
				   tear_down);
			used++;
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("single", test_single, NULL);
	ADD("refusal", test_refusal, NULL);
	ADD("batch-refusal", test_batch_refusal, NULL);
	ADD("batch-results", test_batch_results, NULL);
	ADD("batch-size", test_batch_size, NULL);
	ADD("double-completion", test_double_completion, NULL);
	ADD("completion-inside", test_completion_inside, NULL);
	ADD("deserialised-refusal", test_deserialised_refusal, NULL);
	ADD("wrong-level", test_wrong_level, NULL);
	ADD("recursion/serialised", test_recursion, NULL);
	ADD("recursion/deserialised", test_recursion, "deserialised");
	ADD("mapped-packet", test_mapped_packet, NULL);
	add_lists();
	ADD("lists-refused", test_lists_refused, NULL);
	ADD("lists-twice", test_lists_twice, NULL);
	ADD("frames", test_frames, NULL);
	ADD("stop-with-pending", test_stop_with_pending, NULL);
	ADD("removed", test_removed, NULL);
	return g_test_run();
}
