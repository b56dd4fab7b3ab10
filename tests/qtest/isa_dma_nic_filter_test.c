/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_filter_test.c - which frames get into the FIFO, and what happens when it is
 * full (isa-dma-nic specification, sections 3.2 and 5)
 */
#include <string.h>

#include "isa_dma_nic_harness.h"

#define ALL_FILTERS ISA_DMA_NIC_FILTER_BITS

static const uint8_t group_2[6] = {0x01, 0x00, 0x5e, 0x11, 0x22, 0x34};
static const uint8_t group_3[6] = {0x03, 0x00, 0x5e, 0x11, 0x22, 0x33};

/* Sends a frame and waits until the device has accepted or refused it. */
static bool offer(struct isa_nic *device, const uint8_t *destination, size_t length)
{
	uint32_t refused = isa_nic_statistic(device, ISA_DMA_NIC_STAT_RX_FILTERED);
	struct frame *frame = g_new(struct frame, 1);
	uint16_t frames;
	bool accepted;

	frame_fill(frame, destination, length, 1);
	wire_send(&device->nic, frame);
	do {
		frames = isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES);
		accepted = frames == 1;
	} while (!accepted && isa_nic_statistic(device, ISA_DMA_NIC_STAT_RX_FILTERED) == refused);
	g_free(frame);
	return accepted;
}

/* The frame is in the FIFO with @status, or refused if @status is 0. */
static void expect(struct isa_nic *device, const uint8_t *destination, uint16_t status)
{
	g_assert_cmpint(offer(device, destination, 64), ==, status != 0);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_RX_STATUS), ==, status);
	if (status)
		isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_DISCARD);
}

static void set_list(struct isa_nic *device, unsigned int i, const uint8_t *address)
{
	unsigned int w;

	for (w = 0; w < 3; w++)
		isa_nic_set(device, (uint16_t)ISA_DMA_NIC_MULTICAST(i, w),
			    (uint16_t)(address[2 * w] | address[2 * w + 1] << 8));
}

/* Every combination of the filter's bits against every kind of destination. */
static void test_rules(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	uint16_t filter;

	set_list(device, 0, address_group);
	set_list(device, 1, group_2);
	isa_nic_set(device, ISA_DMA_NIC_MULTICAST_COUNT, 1);
	for (filter = 0; filter <= ALL_FILTERS; filter++) {
		bool all = filter & ISA_DMA_NIC_FILTER_PROMISCUOUS;
		bool groups = all || filter & ISA_DMA_NIC_FILTER_ALL_MULTICAST;

		if (filter & ~ALL_FILTERS)
			continue;
		isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, filter);
		expect(device, address_nic,
		       all || filter & ISA_DMA_NIC_FILTER_DIRECTED ? ISA_DMA_NIC_RX_DIRECTED : 0);
		expect(device, address_broadcast,
		       all || filter & ISA_DMA_NIC_FILTER_BROADCAST ? ISA_DMA_NIC_RX_BROADCAST : 0);
		expect(device, address_group,
		       groups || filter & ISA_DMA_NIC_FILTER_MULTICAST ? ISA_DMA_NIC_RX_MULTICAST
								       : 0);
		expect(device, group_2, groups ? ISA_DMA_NIC_RX_MULTICAST : 0);
		expect(device, address_other, all ? ISA_DMA_NIC_RX_OTHER : 0);
	}
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
}

/* Only the first MULTICAST_COUNT entries count; all six bytes are compared. */
static void test_list(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	unsigned int i;

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_MULTICAST);
	for (i = 0; i < ISA_DMA_NIC_MULTICAST_MAX; i++)
		set_list(device, i, i == 15 ? address_group : group_2);
	isa_nic_set(device, ISA_DMA_NIC_MULTICAST_COUNT, 15);
	expect(device, address_group, 0);
	expect(device, group_2, ISA_DMA_NIC_RX_MULTICAST);
	isa_nic_set(device, ISA_DMA_NIC_MULTICAST_COUNT, 16);
	expect(device, address_group, ISA_DMA_NIC_RX_MULTICAST);
	expect(device, group_3, 0);
	isa_nic_set(device, ISA_DMA_NIC_MULTICAST_COUNT, 0);
	expect(device, group_2, 0);
	isa_nic_stop(device);
}

static void test_station(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	unsigned int w;

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_DIRECTED);
	for (w = 0; w < 3; w++)
		isa_nic_set(device, (uint16_t)ISA_DMA_NIC_STATION(w),
			    (uint16_t)(address_other[2 * w] | address_other[2 * w + 1] << 8));
	expect(device, address_nic, 0);
	expect(device, address_other, ISA_DMA_NIC_RX_DIRECTED);
	isa_nic_stop(device);
}

/* Shortest and longest frame, one byte beyond each, and nothing left of the longer one. */
static void test_lengths(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_DIRECTED);
	frame_fill(frame, address_nic, 13, 1);
	wire_send(&device->nic, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_ERRORS, 1);
	frame->length = 1;
	wire_send(&device->nic, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_ERRORS, 2);
	frame_fill(frame, address_nic, 1519, 1);
	wire_send(&device->nic, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_OVERSIZE, 1);
	frame_fill(frame, address_nic, FRAME_MAX, 1);
	wire_send(&device->nic, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_OVERSIZE, 2);
	/* the filter comes first */
	frame_fill(frame, address_other, 1519, 1);
	wire_send(&device->nic, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FILTERED, 1);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 0);
	isa_nic_expect_causes(device, 0);

	g_assert_true(offer(device, address_nic, 14));
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, 14);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_DISCARD);
	g_assert_true(offer(device, address_nic, 1518));
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, 1518);
	isa_nic_stop(device);
	g_free(frame);
}

static void fill_fifo(struct isa_nic *device, struct frame *frame)
{
	uint32_t i;

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_DIRECTED);
	for (i = 0; i < ISA_DMA_NIC_FIFO_DEPTH; i++) {
		frame_fill(frame, address_nic, 100 + i, i);
		isa_nic_inject(device, frame);
	}
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 16);
}

/* The frame at the front has this length and status; it is moved to memory and compared. */
static void take(struct isa_nic *device, size_t length, uint32_t seed, uint16_t status)
{
	struct frame *frame = g_new(struct frame, 1);
	const uint8_t *memory = nic_pointer(&device->nic, 0x200000, length);

	frame_fill(frame, address_nic, length, seed);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, length);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_RX_STATUS), ==, status);
	isa_nic_arm(device, 0x200000, 1518, DMA_MODE_WRITE_MEMORY);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	nic_same_bytes(memory, frame->bytes, length);
	g_free(frame);
}

/* FLOW clear: what does not fit is lost, counted, reported, and marked in the next frame. */
static void test_overflow(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t i;

	fill_fifo(device, frame);
	g_assert_cmphex(isa_nic_take_causes(device), ==, ISA_DMA_NIC_CAUSE_RX_AVAILABLE);
	for (i = 0; i < 3; i++) {
		wire_send(&device->nic, frame);
		isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_OVERFLOW, i + 1);
	}
	/* a frame the filter refuses is not lost */
	frame_fill(frame, address_other, 100, 1);
	wire_send(&device->nic, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FILTERED, 1);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_OVERFLOW, 3);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_RX_OVERFLOW);

	for (i = 0; i < 2; i++)
		take(device, 100 + i, i, ISA_DMA_NIC_RX_DIRECTED);
	for (i = 16; i < 18; i++) {
		frame_fill(frame, address_nic, 100 + i, i);
		isa_nic_inject(device, frame);
	}
	for (i = 2; i < 18; i++)
		take(device, 100 + i, i,
		     ISA_DMA_NIC_RX_DIRECTED | (i == 16 ? ISA_DMA_NIC_RX_LOST : 0));
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 0);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FRAMES, 18);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* FLOW set: frames wait in the backend and come when there is room. */
static void test_flow_control(void)
{
	enum { FRAMES = 16 + 8 }; /* a socket may hold no more than 10 */
	struct isa_nic *device = isa_nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t i;

	isa_nic_set(device, ISA_DMA_NIC_CONTROL, ISA_DMA_NIC_CONTROL_FLOW);
	fill_fifo(device, frame);
	for (i = 16; i < FRAMES; i++) {
		frame_fill(frame, address_nic, 100 + i, i);
		wire_send(&device->nic, frame);
	}
	nic_settle(&device->nic);
	for (i = 0; i < FRAMES; i++) {
		isa_nic_wait_pending(device, ISA_DMA_NIC_CAUSE_RX_AVAILABLE);
		isa_nic_take_causes(device);
		take(device, 100 + i, i, ISA_DMA_NIC_RX_DIRECTED);
	}
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_OVERFLOW, 0);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FRAMES, FRAMES);

	/* clearing FLOW, and a reset, let waiting frames go */
	fill_fifo(device, frame);
	wire_send(&device->nic, frame);
	nic_settle(&device->nic);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_OVERFLOW, 0);
	isa_nic_set(device, ISA_DMA_NIC_CONTROL, 0);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_OVERFLOW, 1);
	isa_nic_set(device, ISA_DMA_NIC_CONTROL, ISA_DMA_NIC_CONTROL_FLOW);
	wire_send(&device->nic, frame);
	nic_settle(&device->nic);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RESET);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FILTERED, 1);
	isa_nic_stop(device);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/isa-dma-nic/filter/rules", test_rules);
	g_test_add_func("/isa-dma-nic/filter/list", test_list);
	g_test_add_func("/isa-dma-nic/filter/station", test_station);
	g_test_add_func("/isa-dma-nic/filter/lengths", test_lengths);
	g_test_add_func("/isa-dma-nic/filter/overflow", test_overflow);
	g_test_add_func("/isa-dma-nic/filter/flow-control", test_flow_control);
	return g_test_run();
}
