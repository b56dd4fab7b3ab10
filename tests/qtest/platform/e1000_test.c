/* SPDX-License-Identifier: MIT */
/*
 * e1000_test.c - the e1000 miniport and its chip: addresses, keywords, filter, requests, counters
 *
 * What holds for every stock NIC is in nics_test.c and nics_failures_test.c.
 */
#include <errno.h>
#include <string.h>

#include <ndis/oid.h>

#include "e1000_session.h"
#include "interposer.h"

#define LENGTH	   200
#define MULTICASTS 20

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
	e1000_put(s, frame, LENGTH);
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

	e1000_start(&s, "", NDIS_PACKET_TYPE_DIRECTED);
	expect_address(&s, OID_802_3_PERMANENT_ADDRESS, E1000_ADDRESS);
	expect_address(&s, OID_802_3_CURRENT_ADDRESS, E1000_ADDRESS);
	g_assert_cmphex(e1000_number(&s, OID_GEN_VENDOR_ID), ==, 0x005452);
	expect_dropped(&s, other, E1000_ADDRESS);
	g_assert_cmpuint(session_halt(&s), ==, 0);
	g_assert_cmpint(e1000_initialize(&s, "NetworkAddress=020304050607", session_options()), ==, 0);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_DIRECTED);
	expect_address(&s, OID_802_3_PERMANENT_ADDRESS, E1000_ADDRESS);
	expect_address(&s, OID_802_3_CURRENT_ADDRESS, other);
	expect_dropped(&s, E1000_ADDRESS, other);
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

	e1000_load(&s);
	for (i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_cmpint(e1000_initialize(&s, bad[i].text, session_options()), ==, -EIO);
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

	e1000_load(&s);
	interposer_attach(&below, s.f->platform);
	below.on_read = lie_on_read;
	below.context = &lie;
	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		lie = cases[i].lie;
		g_assert_cmpint(e1000_initialize(&s, "", session_options()), ==, -EIO);
		session_logged(&s, cases[i].words);
	}
	interposer_detach(&below);
	g_assert_cmpint(e1000_initialize(&s, "", session_options()), ==, 0);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	session_send(&s, 1, LENGTH);
	session_receive(&s, 2, LENGTH);
	session_stop(&s);
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

	e1000_start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	expect_dropped(&s, E1000_ADDRESS, all);
	expect_dropped(&s, stranger, all);
	expect_dropped(&s, group, all);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_DIRECTED);
	expect_dropped(&s, all, E1000_ADDRESS);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_ALL_MULTICAST);
	expect_dropped(&s, stranger, group);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_PROMISCUOUS);
	expect_in(&s, stranger);
	expect_in(&s, group);
	expect_in(&s, all);
	expect_in(&s, E1000_ADDRESS);

	for (i = 0; i < MULTICASTS; i++)
		multicast(list[i], i);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, list, sizeof(list)), ==,
			sizeof(list));
	e1000_set_filter(&s, NDIS_PACKET_TYPE_DIRECTED);
	expect_dropped(&s, list[0], E1000_ADDRESS);
	e1000_set_filter(&s, NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST);
	for (i = 0; i < MULTICASTS; i++)
		expect_in(&s, list[i]);
	expect_dropped(&s, group, E1000_ADDRESS);
	/* A shorter list takes effect at once. */
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, list[1], 6), ==, 6);
	expect_dropped(&s, list[0], list[1]);
	expect_dropped(&s, list[MULTICASTS - 1], list[1]);
	e1000_set_filter(&s, 0);
	g_assert_cmphex(fixture_get(s.f, E1000_RCTL), ==, 0);
	session_stop(&s);
}

static void test_bad_requests(void)
{
	static const unsigned char lists[65][6];
	uint32_t types = 0x8000;
	struct session s;

	e1000_start(&s, "", NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, lists, 7), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, lists, sizeof(lists)), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_CURRENT_PACKET_FILTER, &types, 4), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_CURRENT_PACKET_FILTER, &types, 3), <, 0);
	types = 1501;
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_CURRENT_LOOKAHEAD, &types, 4), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_LINK_SPEED, &types, 4), ==, -ENOTSUP);
	g_assert_cmpint(shim_query(s.adapter, OID_802_3_CURRENT_ADDRESS, &types, 4), ==, -EMSGSIZE);
	g_assert_cmpint(shim_query(s.adapter, 0xff001122, &types, 4), ==, -ENOTSUP);
	g_assert_cmpuint(e1000_number(&s, OID_GEN_CURRENT_PACKET_FILTER), ==,
			 NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpuint(e1000_number(&s, OID_GEN_LINK_SPEED), ==, 10000000);
	session_send(&s, 1, LENGTH);
	session_stop(&s);
}

static void expect_kinds(struct session *s)
{
	uint64_t broadcast = e1000_counter(s, OID_GEN_BROADCAST_FRAMES_RCV);

	g_assert_cmpuint(e1000_counter(s, OID_GEN_BROADCAST_FRAMES_XMIT), ==, 3);
	g_assert_cmpuint(e1000_counter(s, OID_GEN_MULTICAST_FRAMES_XMIT), ==, 1);
	g_assert_cmpuint(e1000_counter(s, OID_GEN_DIRECTED_FRAMES_XMIT), ==, 0);
	g_assert_cmpuint(e1000_counter(s, OID_GEN_DIRECTED_FRAMES_RCV), ==, 3);
	/* The model of QEMU 7.2 counts broadcast frames as multicast ones. */
	if (broadcast)
		g_assert_cmpuint(broadcast, ==, 2);
	g_assert_cmpuint(e1000_counter(s, OID_GEN_MULTICAST_FRAMES_RCV), ==, 3 - broadcast);
}

/* They survive a reset, which clears those of the chip. */
static void test_counters(void)
{
	static const unsigned char group[] = {1, 0, 0x5e, 0, 0, 2};
	unsigned char frame[LENGTH];
	struct session s;
	unsigned int i;

	e1000_start(&s, "", NDIS_PACKET_TYPE_BROADCAST | NDIS_PACKET_TYPE_DIRECTED |
			      NDIS_PACKET_TYPE_ALL_MULTICAST);
	for (i = 0; i < 3; i++) {
		session_send(&s, i, LENGTH);
		expect_in(&s, E1000_ADDRESS);
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

	g_assert_cmpuint(e1000_counter(&s, OID_GEN_XMIT_OK), ==, 4);
	g_assert_cmpuint(e1000_counter(&s, OID_GEN_RCV_OK), ==, 6);
	g_assert_cmpuint(e1000_counter(&s, OID_GEN_XMIT_ERROR), ==, 0);
	g_assert_cmpuint(e1000_counter(&s, OID_GEN_RCV_ERROR), ==, 0);
	g_assert_cmpuint(e1000_counter(&s, OID_GEN_RCV_NO_BUFFER), ==, 0);
	if (e1000_shows_counters(&s))
		expect_kinds(&s);
	g_assert_cmpuint(e1000_number(&s, OID_GEN_RCV_CRC_ERROR), ==, 0);
	session_stop(&s);
}

int main(int argc, char **argv)
{
	static const struct fixture_test tests[] = {
		{"address", test_address},
		{"keywords", test_keywords},
		{"chip", test_chip},
		{"filter", test_filter},
		{"bad-requests", test_bad_requests},
		{"counters", test_counters},
	};
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	fixture_add_tests("e1000", tests, G_N_ELEMENTS(tests));
	return g_test_run();
}
