/* SPDX-License-Identifier: MIT */
/*
 * receive_filter_test.c - which frames pass RECEIVE_FILTER (device specification, 3.3)
 */
#include <string.h>

#include "sgnic_queue.h"

enum { BUFFER = 128, LENGTH = 64 };

static uint32_t low_half(const uint8_t *address)
{
	return address[0] | (uint32_t)address[1] << 8 | (uint32_t)address[2] << 16 |
	       (uint32_t)address[3] << 24;
}

static uint32_t high_half(const uint8_t *address)
{
	return address[4] | (uint32_t)address[5] << 8;
}

static struct nic *start(struct nic_queue *rx)
{
	struct nic *nic = nic_start(NULL);

	queue_open(rx, nic, true, 64);
	while (rx->posted < 64)
		queue_post(rx, nic_allocate(nic, BUFFER, 64), BUFFER, 0, 0);
	queue_kick(rx);
	return nic;
}

/* Sends one frame and finds out which way it went; a received buffer is posted again. */
static bool passes(struct nic_queue *rx, const uint8_t *destination)
{
	struct nic *nic = rx->nic;
	struct frame *frame = g_new(struct frame, 1);
	uint64_t filtered = nic_statistic(nic, SGNIC_STAT_RX_FILTERED);
	uint64_t received = nic_statistic(nic, SGNIC_STAT_RX_FRAMES);
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	uint64_t address = GUINT64_FROM_LE(queue_descriptor(rx, rx->consumed)->address);
	bool passed;

	frame_fill(frame, destination, LENGTH, (uint32_t)(filtered + received));
	wire_send(nic, frame);
	while (nic_statistic(nic, SGNIC_STAT_RX_FILTERED) +
			       nic_statistic(nic, SGNIC_STAT_RX_FRAMES) ==
		       filtered + received &&
	       g_get_monotonic_time() < deadline)
		continue;
	passed = nic_statistic(nic, SGNIC_STAT_RX_FRAMES) == received + 1;
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FILTERED), ==, filtered + !passed);
	if (passed) {
		queue_expect(rx, SGNIC_STATUS_OK, 0, LENGTH, 1);
		nic_same_bytes(nic_pointer(nic, address, LENGTH), frame->bytes, LENGTH);
		queue_post(rx, address, BUFFER, 0, 0);
		queue_kick(rx);
	} else {
		queue_expect_idle(rx);
	}
	g_free(frame);
	return passed;
}

/* Every combination of the bits against every kind of destination. */
static void test_combinations(void)
{
	static const uint8_t unlisted[6] = {0x01, 0x00, 0x5e, 0x11, 0x22, 0x34};
	struct nic_queue rx;
	struct nic *nic = start(&rx);
	uint32_t filter;

	nic_set(nic, SGNIC_MULTICAST_LOW(0), low_half(address_group));
	nic_set(nic, SGNIC_MULTICAST_HIGH(0), high_half(address_group));
	nic_set(nic, SGNIC_MULTICAST_COUNT, 1);
	for (filter = 0; filter <= SGNIC_FILTER_MASK; filter++) {
		bool all = filter & SGNIC_FILTER_PROMISCUOUS;

		if (filter & ~SGNIC_FILTER_MASK)
			continue;
		g_test_message("filter 0x%02x", filter);
		nic_set(nic, SGNIC_RECEIVE_FILTER, filter);
		g_assert_cmpint(passes(&rx, address_nic), ==,
				all || (filter & SGNIC_FILTER_DIRECTED) != 0);
		g_assert_cmpint(passes(&rx, address_other), ==, all);
		g_assert_cmpint(passes(&rx, address_broadcast), ==,
				all || (filter & SGNIC_FILTER_BROADCAST) != 0);
		g_assert_cmpint(passes(&rx, address_group), ==,
				all || (filter & (SGNIC_FILTER_MULTICAST |
						  SGNIC_FILTER_ALL_MULTICAST)) != 0);
		g_assert_cmpint(passes(&rx, unlisted), ==,
				all || (filter & SGNIC_FILTER_ALL_MULTICAST) != 0);
	}
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* Each byte of an address counts. */
static void test_station_address(void)
{
	static const uint8_t station[6] = {0x02, 0x13, 0x24, 0x35, 0x46, 0x57};
	uint8_t near[6];
	struct nic_queue rx;
	struct nic *nic = start(&rx);
	int i;

	nic_set(nic, SGNIC_STATION_LOW, low_half(station));
	nic_set(nic, SGNIC_STATION_HIGH, high_half(station));
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	g_assert_true(passes(&rx, station));
	g_assert_false(passes(&rx, address_nic));
	for (i = 0; i < 6; i++) {
		memcpy(near, station, 6);
		near[i] ^= 0x80;
		g_assert_false(passes(&rx, near));
	}
	nic_stop(nic);
}

static void test_multicast_list(void)
{
	uint8_t group[6] = {0x33, 0x33, 0x00, 0x00, 0x00, 0x00};
	struct nic_queue rx;
	struct nic *nic = start(&rx);
	uint32_t count;
	uint8_t i;

	for (i = 0; i < SGNIC_MULTICAST_MAX; i++) {
		group[5] = i;
		nic_set(nic, SGNIC_MULTICAST_LOW(i), low_half(group));
		nic_set(nic, SGNIC_MULTICAST_HIGH(i), high_half(group));
	}
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_MULTICAST);
	for (count = 0; count <= SGNIC_MULTICAST_MAX; count += count < 2 ? 1 : 10) {
		nic_set(nic, SGNIC_MULTICAST_COUNT, count);
		for (i = 0; i < SGNIC_MULTICAST_MAX + 1; i++) {
			group[5] = i;
			g_assert_cmpint(passes(&rx, group), ==, i < count);
		}
	}
	nic_stop(nic);
}

/* Listing the broadcast address or a station address does not accept it. */
static void test_list_holds_groups_only(void)
{
	struct nic_queue rx;
	struct nic *nic = start(&rx);

	nic_set(nic, SGNIC_MULTICAST_LOW(0), low_half(address_broadcast));
	nic_set(nic, SGNIC_MULTICAST_HIGH(0), high_half(address_broadcast));
	nic_set(nic, SGNIC_MULTICAST_LOW(1), low_half(address_other));
	nic_set(nic, SGNIC_MULTICAST_HIGH(1), high_half(address_other));
	nic_set(nic, SGNIC_MULTICAST_COUNT, 2);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_MULTICAST);
	g_assert_false(passes(&rx, address_broadcast));
	g_assert_false(passes(&rx, address_other));
	nic_stop(nic);
}

static void test_statistics(void)
{
	struct nic_queue rx;
	struct nic *nic = start(&rx);

	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	passes(&rx, address_nic);
	passes(&rx, address_group);
	passes(&rx, address_broadcast);
	passes(&rx, address_group);
	passes(&rx, address_group);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, 5);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_BYTES), ==, 5 * LENGTH);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_MULTICAST), ==, 3);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_BROADCAST), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_ERRORS), ==, 0);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/receive-filter/combinations", test_combinations);
	g_test_add_func("/receive-filter/station-address", test_station_address);
	g_test_add_func("/receive-filter/multicast-list", test_multicast_list);
	g_test_add_func("/receive-filter/list-holds-groups-only", test_list_holds_groups_only);
	g_test_add_func("/receive-filter/statistics", test_statistics);
	return g_test_run();
}
