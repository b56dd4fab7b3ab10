/* SPDX-License-Identifier: MIT */
/* Sending: both ways of calling the miniport, refusals, completions, the host program's side. */
#include <errno.h>
#include <string.h>

#include "ndis_send_fixture.h"

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
	ADD("frames", test_frames, NULL);
	ADD("stop-with-pending", test_stop_with_pending, NULL);
	ADD("removed", test_removed, NULL);
	return g_test_run();
}
