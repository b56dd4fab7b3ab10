/* SPDX-License-Identifier: MIT */
/* A device that is asked back, or gone: what the miniport is told, and in which order. */
#include <string.h>

#include "ndis_fixture.h"

/* What the miniport was called for, a word each. */
static GString *calls;
static PNDIS_PACKET held;

static VOID on_event(NDIS_HANDLE context, NDIS_DEVICE_PNP_EVENT event, PVOID buffer, ULONG length)
{
	struct ndis_fixture *f = context;

	g_assert_true(f == fixture_current);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	g_assert_null(buffer);
	g_assert_cmpuint(length, ==, 0);
	g_string_append_printf(calls, "event-%d ", event);
}

static void add_event_handler(NDIS51_MINIPORT_CHARACTERISTICS *functions)
{
	functions->PnPEventNotifyHandler = on_event;
}

static NDIS_STATUS set(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
		       PULONG used, PULONG needed)
{
	g_string_append(calls, oid == OID_GEN_CURRENT_PACKET_FILTER ? "filter " : "set ");
	*used = length;
	return NDIS_STATUS_SUCCESS;
}

static void halt(struct ndis_fixture *f)
{
	g_string_append(calls, "halt ");
	if (held)
		NdisMSendComplete(f->handle, held, NDIS_STATUS_FAILURE);
	held = NULL;
}

static void hold_packet(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count)
{
	g_assert_cmpuint(count, ==, 1);
	held = packets[0];
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	calls = g_string_new(NULL);
	f->edit = add_event_handler;
	f->hooks.set = set;
	f->hooks.halt = halt;
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	g_string_free(calls, TRUE);
}

static void test_not_asked(struct ndis_fixture *f, gconstpointer data)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpstr(calls->str, ==, "filter halt ");
}

static void test_in_order(struct ndis_fixture *f, gconstpointer data)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	fake_ask_back(f->platform, false);
	/* The kernel asks again until it gets the device. */
	fake_ask_back(f->platform, false);
	g_assert_cmpuint(f->asked_back, ==, 1);
	g_assert_false(f->gone);
	/* Until it is stopped, it works. */
	fixture_send(f, 100, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
	g_assert_cmpstr(calls->str, ==, "");
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpstr(calls->str, ==, "event-0 filter event-1 halt ");
	/* Nobody is left to be told. */
	fake_ask_back(f->platform, true);
	g_assert_cmpuint(f->asked_back, ==, 1);
}

static void test_gone(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.send_packets = hold_packet;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 0);
	g_assert_nonnull(held);
	fake_ask_back(f->platform, true);
	g_assert_cmpuint(f->asked_back, ==, 1);
	g_assert_true(f->gone);
	/* It gets nothing more. */
	fixture_send(f, 100, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_ADAPTER_NOT_READY);
	g_assert_cmpint(shim_set(f->adapter, OID_GEN_CURRENT_PACKET_FILTER, "\1\0\0\0", 4), <, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpstr(calls->str, ==, "event-2 halt ");
	/* What it had, it gave back in MiniportHalt. */
	fixture_expect_sent(f, 1, NDIS_STATUS_FAILURE);
}

static void test_gone_meanwhile(struct ndis_fixture *f, gconstpointer data)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	fake_ask_back(f->platform, false);
	fake_ask_back(f->platform, true);
	fake_ask_back(f->platform, true);
	g_assert_cmpuint(f->asked_back, ==, 2);
	g_assert_true(f->gone);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpstr(calls->str, ==, "event-2 halt ");
}

/* Gone while it is being stopped: the miniport learns that, too. */
static NDIS_STATUS set_and_lose(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
				PULONG used, PULONG needed)
{
	fake_ask_back(f->platform, true);
	return set(f, oid, buffer, length, used, needed);
}

static void test_gone_while_stopping(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.set = set_and_lose;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fake_ask_back(f->platform, false);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpstr(calls->str, ==, "event-0 filter event-2 halt ");
}

static void test_given_up(struct ndis_fixture *f, gconstpointer data)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(NdisMRemoveMiniport(f->handle), ==, NDIS_STATUS_SUCCESS);
	fixture_expect_log(f, "gives its device up");
	fake_ask_back(f->platform, false);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpstr(calls->str, ==, "event-0 event-1 halt ");
}

/* Characteristics of NDIS 5.0 have no such member, and that of 5.1 is optional. */
static void test_halted_only(struct ndis_fixture *f, gconstpointer minor)
{
	f->minor = (UCHAR)GPOINTER_TO_UINT(minor);
	if (f->minor)
		f->edit = NULL;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fake_ask_back(f->platform, false);
	g_assert_cmpuint(f->asked_back, ==, 1);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpstr(calls->str, ==, "filter halt ");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(path, data, function)                                                                  \
	g_test_add("/ndis/removal/" path, struct ndis_fixture, data, set_up, function, tear_down)
	ADD("not-asked", NULL, test_not_asked);
	ADD("in-order", NULL, test_in_order);
	ADD("gone", NULL, test_gone);
	ADD("gone-meanwhile", NULL, test_gone_meanwhile);
	ADD("gone-while-stopping", NULL, test_gone_while_stopping);
	ADD("given-up", NULL, test_given_up);
	ADD("ndis-5.0", GUINT_TO_POINTER(0), test_halted_only);
	ADD("without-handler", GUINT_TO_POINTER(1), test_halted_only);
	return g_test_run();
}
