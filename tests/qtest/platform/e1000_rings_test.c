/* SPDX-License-Identifier: MIT */
/*
 * e1000_rings_test.c - the e1000 miniport and its rings: lengths, ends, overruns, link, reset
 */
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "e1000_session.h"
#include "ke/bug_check.h"
#include "ndis/status.h"

#define LENGTH 200

/* A tag more than NDIS knows of is let through; what is longer the chip drops and counts. */
static void test_lengths(void)
{
	unsigned char frame[1600];
	struct session s;

	e1000_start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	session_receive(&s, 1, 1518);
	fixture_frame(frame, sizeof(frame), 2);
	e1000_put(&s, frame, 1519);
	e1000_put(&s, frame, sizeof(frame));
	session_receive(&s, 3, 1514);

	session_submit(&s, 4, 1515);
	session_submit(&s, 5, 13);
	session_run_until(&s, &s.failed, 2);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_INVALID_PACKET);
	session_send(&s, 6, 1514);
	session_send(&s, 7, 14);
	if (e1000_shows_counters(&s))
		g_assert_cmpuint(e1000_counter(&s, OID_GEN_RCV_ERROR), ==, 2);
	session_stop(&s);
}

/* The chip is told to let long frames through: in one descriptor or in several, they are dropped. */
static void test_long_frames(void)
{
	const uint32_t long_frames = 0x20;
	unsigned char frame[4000];
	struct session s;
	unsigned int i;

	e1000_start(&s, "ReceiveDescriptors=16", NDIS_PACKET_TYPE_BROADCAST);
	fixture_set(s.f, E1000_RCTL, fixture_get(s.f, E1000_RCTL) | long_frames);
	session_settle(&s);
	fixture_frame(frame, sizeof(frame), 1);
	for (i = 0; i < 20; i++) {
		e1000_put(&s, frame, 1600);
		e1000_put(&s, frame, 2048 + i);
		e1000_put(&s, frame, sizeof(frame));
		session_receive(&s, i, 1514);
	}
	g_assert_cmpuint(s.received, ==, 20);
	g_assert_cmpuint(e1000_counter(&s, OID_GEN_RCV_ERROR), ==, 60);
	session_send(&s, 1, LENGTH);
	session_stop(&s);
}

static void test_link(void)
{
	struct session s;

	e1000_start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpuint(e1000_number(&s, OID_GEN_MEDIA_CONNECT_STATUS), ==, 0);
	fixture_set_link(s.f, false);
	session_run_until(&s, &s.link_changes, 1);
	g_assert_false(s.link_up);
	g_assert_cmpuint(e1000_number(&s, OID_GEN_MEDIA_CONNECT_STATUS), ==, 1);
	session_submit(&s, 1, LENGTH);
	session_run_until(&s, &s.failed, 1);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_NO_CABLE);
	fixture_set_link(s.f, true);
	session_settle(&s);
	session_run_until(&s, &s.link_changes, 2);
	g_assert_true(s.link_up);
	session_send(&s, 2, LENGTH);
	session_receive(&s, 3, LENGTH);
	session_stop(&s);
}

/* The cable is out when the driver starts, and nobody interrupts when it is in. */
static void test_link_without_interrupt(void)
{
	struct session s;

	e1000_load(&s);
	fixture_set_link(s.f, false);
	g_assert_cmpint(e1000_initialize(&s, "", session_options()), ==, 0);
	g_assert_cmpuint(e1000_number(&s, OID_GEN_MEDIA_CONNECT_STATUS), ==, 1);
	fixture_set(s.f, E1000_IMC, E1000_CAUSE_LINK);
	fixture_set_link(s.f, true);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	session_check(&s);
	g_assert_cmpuint(s.link_changes, ==, 1);
	g_assert_true(s.link_up);
	session_send(&s, 2, LENGTH);
	session_stop(&s);
}

static unsigned int same_length(unsigned int number)
{
	(void)number;
	return LENGTH;
}

/* More frames than buffers: none is lost, and none of the rings' ends is stumbled over. */
static void test_receive_more(void)
{
	unsigned char frame[LENGTH];
	unsigned int sent = 0;
	unsigned int round;
	struct session s;

	e1000_start(&s, "ReceiveDescriptors=16", NDIS_PACKET_TYPE_BROADCAST);
	s.length_of = same_length;
	for (round = 0; round < 10; round++) {
		unsigned int burst;

		for (burst = 0; burst < 40; burst++) {
			fixture_frame(frame, LENGTH, sent);
			if (send(s.f->wire, frame, LENGTH, MSG_DONTWAIT) < 0)
				break;
			sent++;
		}
		session_run_until(&s, &s.received, sent);
	}
	g_assert_cmpuint(sent, >, 160);
	g_assert_cmpuint(e1000_counter(&s, OID_GEN_RCV_OK), ==, sent);
	s.length_of = NULL;
	session_send(&s, 1, LENGTH);
	session_stop(&s);
}

/* The device's last buffers are not lent: MiniportReturnPacket is called for the others only. */
static void test_low_water(void)
{
	unsigned char frame[LENGTH];
	unsigned int returned = 0;
	struct session s;
	char *text = NULL;
	size_t size = 0;
	const char *at;
	unsigned int i;
	FILE *trace;

	e1000_start(&s, "ReceiveDescriptors=16", NDIS_PACKET_TYPE_BROADCAST);
	s.length_of = same_length;
	for (i = 0; i < 15; i++) {
		fixture_frame(frame, LENGTH, i);
		e1000_put(&s, frame, LENGTH);
	}
	while (fixture_get(s.f, E1000_RDH) != 15)
		g_usleep(100);
	trace = open_memstream(&text, &size);
	shim_trace_to(trace);
	session_run_until(&s, &s.received, 15);
	shim_trace_to(NULL);
	fclose(trace);
	for (at = text; (at = strstr(at, "MiniportReturnPacket(context")) != NULL; at++)
		returned++;
	/* The seventh frame leaves the device 8 buffers. */
	g_assert_cmpuint(returned, ==, 6);
	free(text);
	session_stop(&s);
}

/* Frames stay with the device: after two periods there is a reset. */
static void test_hang(void)
{
	struct session s;
	unsigned int i;

	e1000_start(&s, "TransmitDescriptors=32", NDIS_PACKET_TYPE_BROADCAST);
	session_send(&s, 1, LENGTH);
	fixture_set(s.f, E1000_TCTL, 0);
	for (i = 0; i < 40; i++)
		session_submit(&s, i, LENGTH);
	g_assert_cmpuint(fixture_get(s.f, E1000_TDT), ==, 0);
	session_check(&s);
	g_assert_cmpuint(s.failed, ==, 0);
	while (s.failed == 0)
		session_check(&s);
	session_logged(&s, "a packet was not completed within");
	g_assert_cmpuint(s.failed, ==, 40);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
	session_settle(&s);
	session_send(&s, 2, LENGTH);
	session_receive(&s, 3, LENGTH);
	session_stop(&s);
}

/* @data: without scatter/gather lists. */
static void test_halt_under_traffic(gconstpointer data)
{
	struct shim_adapter_options options = session_options();
	struct session s;
	unsigned int i;

	options.refuse_scatter_gather = GPOINTER_TO_INT(data);
	options.header_bytes = 14;
	e1000_load(&s);
	g_assert_cmpint(e1000_initialize(&s, "MapRegisters=4", options), ==, 0);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	fixture_set(s.f, E1000_TCTL, 0);
	for (i = 0; i < 10; i++)
		session_submit(&s, i, LENGTH);
	g_assert_cmpuint(session_halt(&s), ==, 0);
	g_assert_cmpuint(s.completed + s.failed, ==, 10);
	g_assert_cmphex(fixture_get(s.f, E1000_RCTL), ==, 0);
	g_assert_cmphex(fixture_get(s.f, E1000_TCTL), ==, 0);
	session_stop(&s);
}

/* A packet in two buffers, and one map register: it is copied.  Eight at a time can be. */
static void test_copy(void)
{
	struct shim_adapter_options options = session_options();
	struct shim_statistics statistics;
	struct session s;
	unsigned int i;

	options.refuse_scatter_gather = true;
	options.header_bytes = 14;
	e1000_load(&s);
	g_assert_cmpint(e1000_initialize(&s, "MapRegisters=1", options), ==, 0);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	fixture_set(s.f, E1000_TCTL, fixture_get(s.f, E1000_TCTL) & ~E1000_TCTL_ENABLE);
	for (i = 0; i < 12; i++)
		session_submit(&s, i, LENGTH + i);
	g_assert_cmpuint(fixture_get(s.f, E1000_TDT), ==, 8);
	fixture_set(s.f, E1000_TCTL, fixture_get(s.f, E1000_TCTL) | E1000_TCTL_ENABLE);
	fixture_set(s.f, E1000_TDT, 8);
	for (i = 0; i < 12; i++) {
		if (i == 8)
			session_run_until(&s, &s.completed, 12);
		session_expect_on_wire(&s, i, LENGTH + i);
	}
	shim_adapter_statistics(s.adapter, &statistics);
	g_assert_cmpuint(statistics.dma.map_registers_peak, ==, 0);
	session_stop(&s);
}

/* All 64 bits of an address reach the chip, or 32 where the machine has no more. */
static void test_addresses(gconstpointer data)
{
	struct shim_adapter_options options = session_options();
	unsigned int bits = GPOINTER_TO_UINT(data);
	struct session s;

	options.max_address_bits = bits == 64 ? 0 : bits;
	e1000_load(&s);
	g_assert_cmpint(e1000_initialize(&s, "", options), ==, 0);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpint(fixture_get(s.f, E1000_TDBAH) != 0, ==, bits == 64);
	g_assert_cmpint(fixture_get(s.f, E1000_RDBAH) != 0, ==, bits == 64);
	session_exchange(&s, 8);
	session_stop(&s);
}

/* A cause that the driver does not know is another one's. */
static void test_foreign_interrupt(void)
{
	const uint32_t management = 0x00010000;
	struct shim_statistics statistics = {0};
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
	struct session s;

	e1000_start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	fixture_set(s.f, E1000_IMS, management);
	fixture_set(s.f, E1000_ICS, management);
	while (statistics.interrupts_foreign == 0) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		session_run(&s);
		shim_adapter_statistics(s.adapter, &statistics);
	}
	session_send(&s, 1, LENGTH);
	session_receive(&s, 2, LENGTH);
	session_stop(&s);
}

/* After a bug check the device is quiet. */
static void tell_registers(void *context)
{
	struct session *s = context;

	g_printerr("RCTL %x TCTL %x\n", fixture_get(s->f, E1000_RCTL),
		   fixture_get(s->f, E1000_TCTL));
}

static void test_shutdown(void)
{
	struct session s;

	if (g_test_subprocess()) {
		e1000_start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
		g_assert_cmphex(fixture_get(s.f, E1000_RCTL), !=, 0);
		shim_on_bug_check(tell_registers, &s);
		ke_bug_check(0xE2, 0, 0, 0, 0);
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*RCTL 0 TCTL 0*");
}

int main(int argc, char **argv)
{
	static const struct fixture_test tests[] = {
		{"lengths", test_lengths},
		{"long-frames", test_long_frames},
		{"link", test_link},
		{"link-without-interrupt", test_link_without_interrupt},
		{"receive-more", test_receive_more},
		{"low-water", test_low_water},
		{"hang", test_hang},
		{"copy", test_copy},
		{"foreign-interrupt", test_foreign_interrupt},
		{"shutdown", test_shutdown},
	};
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	fixture_add_tests("e1000-rings", tests, G_N_ELEMENTS(tests));
	g_test_add_data_func("/qtest-platform/e1000-rings/halt-under-traffic/lists",
			     GINT_TO_POINTER(0), test_halt_under_traffic);
	g_test_add_data_func("/qtest-platform/e1000-rings/halt-under-traffic/map-registers",
			     GINT_TO_POINTER(1), test_halt_under_traffic);
	g_test_add_data_func("/qtest-platform/e1000-rings/addresses/64", GUINT_TO_POINTER(64),
			     test_addresses);
	g_test_add_data_func("/qtest-platform/e1000-rings/addresses/32", GUINT_TO_POINTER(32),
			     test_addresses);
	return g_test_run();
}
