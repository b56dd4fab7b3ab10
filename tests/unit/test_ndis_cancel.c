/* SPDX-License-Identifier: MIT */
/* Sends that the host program takes back: MiniportCancelSendPackets, and the frames not given yet. */
#include <errno.h>

#include "ndis_send_fixture.h"

/* What the miniport was called with. */
static unsigned int cancelled;
static PVOID cancelled_id;

static VOID on_cancel(NDIS_HANDLE context, PVOID cancel_id)
{
	struct ndis_fixture *f = context;
	unsigned int i = 0;

	g_assert_true(f == fixture_current);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	cancelled++;
	cancelled_id = cancel_id;
	while (i < held_count) {
		if (NDIS_GET_PACKET_CANCEL_ID(held[i]) == cancel_id)
			complete(f, i, NDIS_STATUS_REQUEST_ABORTED);
		else
			i++;
	}
}

static void add_cancel_handler(NDIS51_MINIPORT_CHARACTERISTICS *functions)
{
	functions->CancelSendPacketsHandler = on_cancel;
}

static void on_sent(void *context, int32_t status)
{
	struct ndis_fixture *f = context;

	g_array_append_val(f->sent, status);
}

static void send_with(struct ndis_fixture *f, size_t length, void *id)
{
	const struct shim_packet_information information = {.cancel_id = id};
	struct shim_frame *frame;
	size_t room;
	void *data;

	frame = shim_frame_allocate(f->adapter, &data, &room);
	g_assert_nonnull(frame);
	fill(data, length, 0);
	shim_frame_describe(f->adapter, frame, &information);
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, on_sent, f), ==, 0);
}

static void start(struct ndis_fixture *f, unsigned int places)
{
	cancelled = 0;
	f->without_send_packets = true;
	f->hooks.send = hold;
	capacity = places;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void test_with_miniport(struct ndis_fixture *f, gconstpointer data)
{
	int one, two;

	f->edit = add_cancel_handler;
	start(f, 3);
	/* Nothing is there to be cancelled. */
	g_assert_cmpint(shim_cancel_sends(f->adapter, &one), ==, 0);
	g_assert_cmpuint(cancelled, ==, 0);
	g_assert_cmpint(shim_cancel_sends(f->adapter, NULL), ==, -EINVAL);
	send_with(f, 100, &one);
	send_with(f, 101, &two);
	send_with(f, 102, NULL);
	/* The miniport has three, the library these. */
	send_with(f, 103, &two);
	send_with(f, 104, &one);
	send_with(f, 105, &two);
	send_with(f, 106, &one);
	g_assert_cmpuint(held_count, ==, 3);
	g_assert_cmpint(shim_cancel_sends(f->adapter, &one), ==, 0);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	g_assert_cmpuint(cancelled, ==, 1);
	g_assert_true(cancelled_id == &one);
	fixture_expect_sent(f, 3, NDIS_STATUS_REQUEST_ABORTED);
	/* The others follow, in their order, now that there is a place. */
	g_assert_cmpuint(held_count, ==, 3);
	expect_bytes(held[0], 101, 0);
	expect_bytes(held[1], 102, 0);
	expect_bytes(held[2], 103, 0);
	complete(f, 1, NDIS_STATUS_SUCCESS);
	expect_bytes(held[2], 105, 0);
	while (held_count)
		complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_sent(f, 4, NDIS_STATUS_SUCCESS);
	/* A frame that is used again has no ID of its own accord. */
	fixture_send(f, 100, 0);
	g_assert_null(NDIS_GET_PACKET_CANCEL_ID(held[0]));
	complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

/* Optional, and not there before NDIS 5.1: what the miniport has is its own. */
static void test_without(struct ndis_fixture *f, gconstpointer minor)
{
	int one;

	f->minor = (UCHAR)GPOINTER_TO_UINT(minor);
	start(f, 1);
	send_with(f, 100, &one);
	send_with(f, 101, &one);
	g_assert_cmpint(shim_cancel_sends(f->adapter, &one), ==, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_REQUEST_ABORTED);
	g_assert_cmpuint(held_count, ==, 1);
	complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

/* A miniport without a device is asked for nothing. */
static void test_gone(struct ndis_fixture *f, gconstpointer data)
{
	int one;

	f->edit = add_cancel_handler;
	start(f, 1);
	send_with(f, 100, &one);
	fake_ask_back(f->platform, true);
	g_assert_cmpint(shim_cancel_sends(f->adapter, &one), ==, 0);
	g_assert_cmpuint(cancelled, ==, 0);
	complete(f, 0, NDIS_STATUS_FAILURE);
	fixture_expect_sent(f, 1, NDIS_STATUS_FAILURE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(path, data, function)                                                                  \
	g_test_add("/ndis/cancel/" path, struct ndis_fixture, data, set_up, function, tear_down)
	ADD("with-miniport", NULL, test_with_miniport);
	ADD("without-handler", GUINT_TO_POINTER(1), test_without);
	ADD("ndis-5.0", GUINT_TO_POINTER(0), test_without);
	ADD("gone", NULL, test_gone);
	return g_test_run();
}
