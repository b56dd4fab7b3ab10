/* SPDX-License-Identifier: MIT */
/*
 * e1000_test.c - the e1000 miniport and its chip: addresses, filter, counters, link, rings, reset
 *
 * What holds for every stock NIC is in nics_test.c and nics_failures_test.c.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "../../../miniports/e1000/e1000_regs.h"
#include "interposer.h"
#include "ke/bug_check.h"
#include "ndis/status.h"
#include "session.h"

#define LENGTH	    200
#define PARAMETERS  2
#define ADDRESS	    "\x52\x54\x00\x12\x34\x99"
#define MULTICASTS  20

static const struct session_nic nic = {"e1000", "e1000,romfile=,mac=52:54:00:12:34:99",
				       "E1000_MINIPORT"};

/* ---- sessions ----------------------------------------------------------------------------- */

/* @text: "Keyword=value Keyword=value" */
static int initialize(struct session *s, const char *text, struct shim_adapter_options options)
{
	struct shim_parameter parameters[PARAMETERS];
	char **words = g_strsplit(text, " ", -1);
	unsigned int i;
	int result;

	options.verify = SHIM_VERIFY_STOP;
	options.parameters = parameters;
	options.parameter_count = 0;
	for (i = 0; words[i] && *words[i]; i++) {
		char *value = strchr(words[i], '=');

		*value = '\0';
		g_assert_cmpuint(i, <, PARAMETERS);
		parameters[i] = (struct shim_parameter){words[i], value + 1};
		options.parameter_count++;
	}
	result = session_initialize(s, &options);
	g_strfreev(words);
	return result;
}

static void load(struct session *s)
{
	session_load(s, fixture_open_nic(nic.device), nic.variable, nic.name);
}

static void start(struct session *s, const char *parameters, uint32_t filter)
{
	load(s);
	g_assert_cmpint(initialize(s, parameters, session_options()), ==, 0);
	session_set_filter(s, filter);
	session_settle(s);
}

static uint64_t counter(struct session *s, uint32_t oid)
{
	uint64_t value;

	g_assert_cmpint(shim_query(s->adapter, oid, &value, sizeof(value)), ==, sizeof(value));
	return value;
}

static uint32_t number(struct session *s, uint32_t oid)
{
	uint32_t value;

	g_assert_cmpint(shim_query(s->adapter, oid, &value, sizeof(value)), ==, sizeof(value));
	return value;
}

static void put(struct session *s, const void *frame, unsigned int length)
{
	g_assert_cmpint(send(s->f->wire, frame, length, 0), ==, (gssize)length);
}

/* ---- frames by their destination ---------------------------------------------------------- */

static void frame_to(unsigned char *frame, const void *destination, unsigned int number)
{
	fixture_frame(frame, LENGTH, number);
	memcpy(frame, destination, 6);
}

static void expect_in(struct session *s, const void *destination)
{
	unsigned char frame[LENGTH];

	frame_to(frame, destination, 50);
	session_receive_bytes(s, frame, LENGTH, frame, LENGTH);
	s->expected = NULL;
}

/* Nothing comes of it before the next frame. */
static void expect_dropped(struct session *s, const void *destination, const void *wanted)
{
	unsigned char frame[LENGTH];

	frame_to(frame, destination, 51);
	put(s, frame, LENGTH);
	expect_in(s, wanted);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void expect_address(struct session *s, uint32_t oid, const void *expected)
{
	unsigned char address[6];

	g_assert_cmpint(shim_query(s->adapter, oid, address, 6), ==, 6);
	fixture_same(address, expected, 6);
}

static void test_address(void)
{
	static const unsigned char other[] = {2, 3, 4, 5, 6, 7};
	struct session s;

	start(&s, "", NDIS_PACKET_TYPE_DIRECTED);
	expect_address(&s, OID_802_3_PERMANENT_ADDRESS, ADDRESS);
	expect_address(&s, OID_802_3_CURRENT_ADDRESS, ADDRESS);
	g_assert_cmphex(number(&s, OID_GEN_VENDOR_ID), ==, 0x525400);
	expect_dropped(&s, other, ADDRESS);
	g_assert_cmpuint(session_halt(&s), ==, 0);
	g_assert_cmpint(initialize(&s, "NetworkAddress=020304050607", session_options()), ==, 0);
	session_set_filter(&s, NDIS_PACKET_TYPE_DIRECTED);
	session_settle(&s);
	expect_address(&s, OID_802_3_PERMANENT_ADDRESS, ADDRESS);
	expect_address(&s, OID_802_3_CURRENT_ADDRESS, other);
	expect_dropped(&s, ADDRESS, other);
	session_stop(&s);
}

static void test_keywords(void)
{
	static const struct {
		const char *text;
		const char *words;
	} bad[] = {
		{"TransmitDescriptors=16", "TransmitDescriptors is 16, must be a power of two from 32"},
		{"TransmitDescriptors=8192", "TransmitDescriptors is 8192"},
		{"TransmitDescriptors=100", "TransmitDescriptors is 100"},
		{"ReceiveDescriptors=8", "ReceiveDescriptors is 8"},
		{"ReceiveDescriptors=2048", "ReceiveDescriptors is 2048, must be a power of two from"},
		{"ReceiveDescriptors=0", "ReceiveDescriptors is 0"},
		{"MapRegisters=0", "MapRegisters is 0, must be a number from 1 to 64"},
		{"MapRegisters=65", "MapRegisters is 65"},
		{"NetworkAddress=0180c2000000", "NetworkAddress must"},
	};
	struct session s;
	size_t i;

	load(&s);
	for (i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_cmpint(initialize(&s, bad[i].text, session_options()), ==, -EIO);
		session_logged(&s, bad[i].words);
	}
	session_stop(&s);
}

/* A register that reads with some bits cleared, and others set. */
struct lie {
	uint64_t offset;
	uint32_t zeros;
	uint32_t ones;
};

static void lie_on_read(void *context, unsigned int index, uint64_t offset, unsigned int width,
			uint32_t *value)
{
	const struct lie *lie = context;

	if (index == 0 && offset == lie->offset && width == 4)
		*value = (*value & ~lie->zeros) | lie->ones;
}

/* Registers that do not do what they should. */
static void test_chip(void)
{
	static const struct {
		struct lie lie;
		const char *words;
	} cases[] = {
		{{E1000_EERD, E1000_EERD_DONE, 0},
		 "the EEPROM does not answer or has a wrong sum (0x0)"},
		{{E1000_EERD, 0, 0x00010000}, "has a wrong sum (0x"},
		{{E1000_CTRL, 0, E1000_CTRL_RESET}, "the reset does not end (0x4"},
	};
	struct interposer below;
	struct session s;
	struct lie lie;
	size_t i;

	load(&s);
	interposer_attach(&below, s.f->platform);
	below.on_read = lie_on_read;
	below.context = &lie;
	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		lie = cases[i].lie;
		g_assert_cmpint(initialize(&s, "", session_options()), ==, -EIO);
		session_logged(&s, cases[i].words);
	}
	interposer_detach(&below);
	g_assert_cmpint(initialize(&s, "", session_options()), ==, 0);
	session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(&s);
	session_send(&s, 1, LENGTH);
	session_receive(&s, 2, LENGTH);
	session_stop(&s);
}

static void filter(struct session *s, uint32_t types)
{
	session_set_filter(s, types);
	session_settle(s);
}

static void multicast(unsigned char *address, unsigned int number)
{
	memcpy(address, "\x01\x00\x5e\x00\x01", 5);
	address[5] = (unsigned char)(3 * number + 1);
}

static void test_filter(void)
{
	static const unsigned char stranger[] = {2, 9, 9, 9, 9, 9};
	static const unsigned char group[] = {1, 0, 0x5e, 0, 0xff, 2};
	static const unsigned char all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	unsigned char list[MULTICASTS][6];
	struct session s;
	unsigned int i;

	start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	expect_dropped(&s, ADDRESS, all);
	expect_dropped(&s, stranger, all);
	expect_dropped(&s, group, all);
	filter(&s, NDIS_PACKET_TYPE_DIRECTED);
	expect_dropped(&s, all, ADDRESS);
	filter(&s, NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_ALL_MULTICAST);
	expect_dropped(&s, stranger, group);
	filter(&s, NDIS_PACKET_TYPE_PROMISCUOUS);
	expect_in(&s, stranger);
	expect_in(&s, group);
	expect_in(&s, all);
	expect_in(&s, ADDRESS);

	for (i = 0; i < MULTICASTS; i++)
		multicast(list[i], i);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, list, sizeof(list)), ==,
			sizeof(list));
	filter(&s, NDIS_PACKET_TYPE_DIRECTED);
	expect_dropped(&s, list[0], ADDRESS);
	filter(&s, NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST);
	for (i = 0; i < MULTICASTS; i++)
		expect_in(&s, list[i]);
	expect_dropped(&s, group, ADDRESS);
	/* A shorter list takes effect at once. */
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, list[1], 6), ==, 6);
	expect_dropped(&s, list[0], list[1]);
	expect_dropped(&s, list[MULTICASTS - 1], list[1]);
	filter(&s, 0);
	g_assert_cmphex(fixture_get(s.f, E1000_RCTL), ==, 0);
	session_stop(&s);
}

static void test_bad_requests(void)
{
	static const unsigned char lists[65][6];
	uint32_t types = 0x8000;
	struct session s;

	start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, lists, 7), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, lists, sizeof(lists)), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_CURRENT_PACKET_FILTER, &types, 4), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_CURRENT_PACKET_FILTER, &types, 3), <, 0);
	types = 1501;
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_CURRENT_LOOKAHEAD, &types, 4), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_LINK_SPEED, &types, 4), ==, -ENOTSUP);
	g_assert_cmpint(shim_query(s.adapter, OID_802_3_CURRENT_ADDRESS, &types, 4), ==, -EMSGSIZE);
	g_assert_cmpint(shim_query(s.adapter, 0xff001122, &types, 4), ==, -ENOTSUP);
	g_assert_cmpuint(number(&s, OID_GEN_CURRENT_PACKET_FILTER), ==, NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpuint(number(&s, OID_GEN_LINK_SPEED), ==, 10000000);
	session_send(&s, 1, LENGTH);
	session_stop(&s);
}

/* They survive a reset, which clears those of the chip. */
static void test_counters(void)
{
	static const unsigned char group[] = {1, 0, 0x5e, 0, 0, 2};
	unsigned char frame[LENGTH];
	struct session s;
	unsigned int i;

	start(&s, "", NDIS_PACKET_TYPE_BROADCAST | NDIS_PACKET_TYPE_DIRECTED |
			      NDIS_PACKET_TYPE_ALL_MULTICAST);
	for (i = 0; i < 3; i++) {
		session_send(&s, i, LENGTH);
		expect_in(&s, ADDRESS);
	}
	g_assert_cmpint(shim_reset(s.adapter), ==, 0);
	session_settle(&s);
	expect_in(&s, group);
	expect_in(&s, "\xff\xff\xff\xff\xff\xff");
	expect_in(&s, "\xff\xff\xff\xff\xff\xff");
	frame_to(frame, group, 1);
	session_submit_bytes(&s, frame, LENGTH, NULL);
	fixture_sent(s.f, frame, LENGTH);
	session_run_until(&s, &s.completed, 4);

	g_assert_cmpuint(counter(&s, OID_GEN_XMIT_OK), ==, 4);
	g_assert_cmpuint(counter(&s, OID_GEN_BROADCAST_FRAMES_XMIT), ==, 3);
	g_assert_cmpuint(counter(&s, OID_GEN_MULTICAST_FRAMES_XMIT), ==, 1);
	g_assert_cmpuint(counter(&s, OID_GEN_DIRECTED_FRAMES_XMIT), ==, 0);
	g_assert_cmpuint(counter(&s, OID_GEN_RCV_OK), ==, 6);
	g_assert_cmpuint(counter(&s, OID_GEN_DIRECTED_FRAMES_RCV), ==, 3);
	g_assert_cmpuint(counter(&s, OID_GEN_MULTICAST_FRAMES_RCV), ==, 1);
	g_assert_cmpuint(counter(&s, OID_GEN_BROADCAST_FRAMES_RCV), ==, 2);
	g_assert_cmpuint(counter(&s, OID_GEN_XMIT_ERROR), ==, 0);
	g_assert_cmpuint(counter(&s, OID_GEN_RCV_ERROR), ==, 0);
	g_assert_cmpuint(counter(&s, OID_GEN_RCV_NO_BUFFER), ==, 0);
	g_assert_cmpuint(number(&s, OID_GEN_RCV_CRC_ERROR), ==, 0);
	session_stop(&s);
}

/* A tag more than NDIS knows of is let through; what is longer the chip drops and counts. */
static void test_lengths(void)
{
	unsigned char frame[1600];
	struct session s;

	start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	session_receive(&s, 1, 1518);
	fixture_frame(frame, sizeof(frame), 2);
	put(&s, frame, 1519);
	put(&s, frame, sizeof(frame));
	session_receive(&s, 3, 1514);
	g_assert_cmpuint(counter(&s, OID_GEN_RCV_ERROR), ==, 2);

	session_submit(&s, 4, 1515);
	session_submit(&s, 5, 13);
	session_run_until(&s, &s.failed, 2);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_INVALID_PACKET);
	session_send(&s, 6, 1514);
	session_send(&s, 7, 14);
	session_stop(&s);
}

static void test_link(void)
{
	struct session s;

	start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpuint(number(&s, OID_GEN_MEDIA_CONNECT_STATUS), ==, 0);
	fixture_set_link(s.f, false);
	session_run_until(&s, &s.link_changes, 1);
	g_assert_false(s.link_up);
	g_assert_cmpuint(number(&s, OID_GEN_MEDIA_CONNECT_STATUS), ==, 1);
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

	load(&s);
	fixture_set_link(s.f, false);
	g_assert_cmpint(initialize(&s, "", session_options()), ==, 0);
	g_assert_cmpuint(number(&s, OID_GEN_MEDIA_CONNECT_STATUS), ==, 1);
	fixture_set(s.f, E1000_IMC, E1000_CAUSE_LINK);
	fixture_set_link(s.f, true);
	session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(&s);
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

	start(&s, "ReceiveDescriptors=16", NDIS_PACKET_TYPE_BROADCAST);
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
	g_assert_cmpuint(counter(&s, OID_GEN_RCV_OK), ==, sent);
	s.length_of = NULL;
	session_send(&s, 1, LENGTH);
	session_stop(&s);
}

/* The last buffers of the device are not lent: MiniportReturnPacket is called for the others only. */
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

	start(&s, "ReceiveDescriptors=16", NDIS_PACKET_TYPE_BROADCAST);
	s.length_of = same_length;
	for (i = 0; i < 15; i++) {
		fixture_frame(frame, LENGTH, i);
		put(&s, frame, LENGTH);
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

	start(&s, "TransmitDescriptors=32", NDIS_PACKET_TYPE_BROADCAST);
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
	load(&s);
	g_assert_cmpint(initialize(&s, "MapRegisters=4", options), ==, 0);
	session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(&s);
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
	load(&s);
	g_assert_cmpint(initialize(&s, "MapRegisters=1", options), ==, 0);
	session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(&s);
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
	load(&s);
	g_assert_cmpint(initialize(&s, "", options), ==, 0);
	session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(&s);
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

	start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
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
		start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
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
	static const struct {
		const char *name;
		GTestFunc function;
	} tests[] = {
		{"address", test_address},
		{"keywords", test_keywords},
		{"chip", test_chip},
		{"filter", test_filter},
		{"bad-requests", test_bad_requests},
		{"counters", test_counters},
		{"lengths", test_lengths},
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
	size_t i;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(tests); i++) {
		char *path = g_strdup_printf("/qtest-platform/e1000/%s", tests[i].name);

		g_test_add_func(path, tests[i].function);
		g_free(path);
	}
	g_test_add_data_func("/qtest-platform/e1000/halt-under-traffic/lists", GINT_TO_POINTER(0),
			     test_halt_under_traffic);
	g_test_add_data_func("/qtest-platform/e1000/halt-under-traffic/map-registers",
			     GINT_TO_POINTER(1), test_halt_under_traffic);
	g_test_add_data_func("/qtest-platform/e1000/addresses/64", GUINT_TO_POINTER(64),
			     test_addresses);
	g_test_add_data_func("/qtest-platform/e1000/addresses/32", GUINT_TO_POINTER(32),
			     test_addresses);
	return g_test_run();
}
