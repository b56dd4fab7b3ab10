/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_transmit_test.c - frames from memory through the DMA controller to the wire
 * (isa-dma-nic specification, sections 4 and 9)
 */
#include <string.h>

#include "isa_dma_nic_harness.h"

#define TX DMA_MODE_READ_MEMORY

/* A frame in fresh guest memory, followed by a byte that must not be sent. */
static uint64_t place(struct isa_nic *device, struct frame *frame, size_t length, uint32_t seed)
{
	uint64_t address;

	frame_fill(frame, address_other, length, seed);
	address = nic_place(&device->nic, frame->bytes, length, seed % 64 * 2);
	*(uint8_t *)nic_pointer(&device->nic, address + length, 1) = 0xcc;
	return address;
}

static void expect_sent(struct isa_nic *device, const struct frame *frame)
{
	wire_expect(&device->nic, frame);
	isa_nic_wait_pending(device, ISA_DMA_NIC_CAUSE_TX_DONE);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==, ISA_DMA_NIC_STATUS_LINK_UP);
	g_assert_cmphex(isa_nic_take_causes(device), ==, ISA_DMA_NIC_CAUSE_TX_DONE);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==,
			 isa_nic_padded(device, frame->length));
	g_assert_false(dma_requested(device->nic.qemu, device->channel));
}

/* Every request mode; short, odd, even, longest; exact count and more than needed. */
static void test_channel(gconstpointer data)
{
	static const size_t lengths[] = {14, 15, 59, 60, 61, 62, 333, 1000, 1513, 1514, 1517, 1518};
	const struct isa_nic_channel *channel = data;
	struct isa_nic *device = isa_nic_start_channel(channel->machine, channel->number);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t frames = 0;
	uint32_t bytes = 0;
	size_t mode;
	size_t i;

	for (mode = 0; mode < ISA_NIC_MODES; mode++) {
		for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
			size_t more = i % 3 * 100;
			size_t count = isa_nic_padded(device, lengths[i] + more);
			uint64_t address = place(device, frame, lengths[i], frames);
			bool reload = isa_nic_modes[mode] & DMA_MODE_AUTO_INITIALISE && !more;

			isa_nic_arm(device, address, count, TX | isa_nic_modes[mode]);
			isa_nic_start_tx(device, lengths[i]);
			expect_sent(device, frame);
			g_assert_cmpuint(dma_residual(device->nic.qemu, device->channel), ==,
					 reload ? count
						: count - isa_nic_padded(device, lengths[i]));
			frames++;
			bytes += (uint32_t)lengths[i];
		}
	}
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_FRAMES, frames);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_BYTES, bytes);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_ERRORS, 0);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* A frame's old tail must not reach the wire behind a shorter frame. */
static void test_no_leak(gconstpointer data)
{
	struct isa_nic *device = isa_nic_start_channel("q35", GPOINTER_TO_UINT(data));
	struct frame *frame = g_new(struct frame, 1);
	size_t length;

	isa_nic_arm(device, place(device, frame, 1518, 1), 1518, TX);
	isa_nic_start_tx(device, 1518);
	expect_sent(device, frame);
	for (length = 14; length < 62; length++) {
		isa_nic_arm(device, place(device, frame, length, 2), length, TX);
		isa_nic_start_tx(device, length);
		expect_sent(device, frame);
	}
	isa_nic_stop(device);
	g_free(frame);
}

/* Started while masked: nothing moves until the channel is unmasked. */
static void test_masked(gconstpointer data)
{
	struct isa_nic *device = isa_nic_start_channel("q35", GPOINTER_TO_UINT(data));
	struct qtest *qemu = device->nic.qemu;
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = place(device, frame, 777, 9);

	dma_mask(qemu, device->channel);
	isa_nic_start_tx(device, 777);
	g_assert_true(dma_requested(qemu, device->channel));
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==,
			ISA_DMA_NIC_STATUS_LINK_UP | ISA_DMA_NIC_STATUS_REQUEST |
				ISA_DMA_NIC_TRANSFER_TX << ISA_DMA_NIC_STATUS_TRANSFER_SHIFT);
	dma_program(qemu, device->channel, (uint32_t)address, (uint32_t)isa_nic_padded(device, 777),
		    TX);
	wire_expect_silence(&device->nic);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==, 0);
	g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_TX);
	dma_unmask(qemu, device->channel);
	expect_sent(device, frame);

	/* the count has run out, so the next frame waits though the channel is not masked */
	address = place(device, frame, 300, 10);
	isa_nic_start_tx(device, 300);
	wire_expect_silence(&device->nic);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==, 0);
	isa_nic_arm(device, address, 300, TX);
	expect_sent(device, frame);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

static void expect_short(struct isa_nic *device, size_t moved)
{
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==, moved);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==,
			ISA_DMA_NIC_STATUS_LINK_UP | ISA_DMA_NIC_STATUS_SHORT |
				ISA_DMA_NIC_TRANSFER_TX << ISA_DMA_NIC_STATUS_TRANSFER_SHIFT);
	g_assert_false(dma_requested(device->nic.qemu, device->channel));
	g_assert_cmphex(isa_nic_take_causes(device), ==, ISA_DMA_NIC_CAUSE_SHORT);
}

/* Terminal count before the end: a frame gathered from pieces, in each mode. */
static void test_pieces(gconstpointer data)
{
	static const size_t cuts[] = {2, 14, 100, 666};
	struct isa_nic *device = isa_nic_start_channel("pc", GPOINTER_TO_UINT(data));
	struct frame *frame = g_new(struct frame, 1);
	const size_t length = 1001;
	uint32_t shorts = 0;
	size_t mode;
	size_t i;

	for (mode = 0; mode < ISA_NIC_MODES; mode++) {
		for (i = 0; i < G_N_ELEMENTS(cuts); i++) {
			uint64_t address = place(device, frame, length, (uint32_t)i);
			size_t done = cuts[i];

			isa_nic_arm(device, address, done, TX | isa_nic_modes[mode]);
			isa_nic_start_tx(device, length);
			while (done < length) {
				size_t piece = MIN(MAX(cuts[i], 200), length - done);

				expect_short(device, done);
				shorts++;
				/* before CONTINUE an unmasked channel means nothing */
				isa_nic_arm(device, address + done, piece,
					    TX | isa_nic_modes[mode]);
				nic_settle(&device->nic);
				g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==,
						 done);
				isa_nic_command(device, ISA_DMA_NIC_COMMAND_CONTINUE);
				done += piece;
			}
			expect_sent(device, frame);
		}
	}
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_SHORT_COUNTS, shorts);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* STOP forgets what was fetched, masked, moving or short. */
static void test_stop(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	struct qtest *qemu = device->nic.qemu;
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = place(device, frame, 500, 3);

	isa_nic_start_tx(device, 500);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
	g_assert_false(dma_requested(qemu, 3));
	isa_nic_arm(device, address, 500, TX);
	wire_expect_silence(&device->nic);

	isa_nic_arm(device, address, 200, TX);
	isa_nic_start_tx(device, 500);
	expect_short(device, 200);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==, ISA_DMA_NIC_STATUS_LINK_UP);
	wire_expect_silence(&device->nic);
	isa_nic_expect_causes(device, 0);

	isa_nic_arm(device, address, 500, TX);
	isa_nic_start_tx(device, 500);
	expect_sent(device, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_FRAMES, 1);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

static const struct isa_nic_mistake mistakes[] = {
	{"direction", 3, 0x200000, 100, DMA_MODE_WRITE_MEMORY, ISA_DMA_NIC_ERROR_DMA_MODE, 0x04},
	{"direction-16", 5, 0x200000, 100, DMA_MODE_WRITE_MEMORY | DMA_MODE_SINGLE,
	 ISA_DMA_NIC_ERROR_DMA_MODE, 0x44},
	{"verify", 1, 0x200000, 100, DMA_MODE_VERIFY, ISA_DMA_NIC_ERROR_DMA_MODE, 0x00},
	{"decrement", 7, 0x200000, 100, TX | DMA_MODE_DECREMENT, ISA_DMA_NIC_ERROR_DMA_MODE, 0x28},
	{"cascade", 3, 0x200000, 100, TX | DMA_MODE_CASCADE, ISA_DMA_NIC_ERROR_DMA_MODE, 0xc8},
	{"boundary", 3, 0x20fff0, 100, TX, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, 99},
	{"boundary-1", 1, 0x20ffff, 2, TX, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, 1},
	{"boundary-16", 5, 0x21fffe, 100, TX, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, 49},
	{"boundary-full", 3, 0x200001, 65536, TX, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, 0xffff},
	{"boundary-full-16", 7, 0x200002, 131072, TX, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, 0xffff},
};

/* What a real controller would not do ends the transfer, and the next one works. */
static void test_mistake(gconstpointer data)
{
	const struct isa_nic_mistake *mistake = data;
	struct isa_nic *device = isa_nic_start_channel("q35", mistake->channel);
	struct frame *frame = g_new(struct frame, 1);

	isa_nic_arm(device, mistake->address, mistake->bytes, mistake->mode);
	isa_nic_start_tx(device, 100);
	isa_nic_expect_mistake(device, mistake);
	wire_expect_silence(&device->nic);
	isa_nic_expect_causes(device, 0);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_ERRORS, 1);

	isa_nic_arm(device, place(device, frame, 100, 1), 100, TX);
	isa_nic_start_tx(device, 100);
	expect_sent(device, frame);
	isa_nic_stop(device);
	g_free(frame);
}

/* Up to the last byte before a boundary and before 16 MiB; 64 KiB and 128 KiB at once. */
static void test_edges(gconstpointer data)
{
	unsigned int channel = GPOINTER_TO_UINT(data);
	struct isa_nic *device = isa_nic_start_channel("q35", channel);
	uint32_t window = 65536 * dma_unit(channel);
	struct frame *frame = g_new(struct frame, 1);
	const struct {
		uint32_t address;
		uint32_t bytes;
	} cases[] = {
		{0x220000 - 1518, 1518},
		{0x1000000 - 1518, 1518},
		{0x240000, window},
		{0x240000, 1518},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		frame_fill(frame, address_other, 1518, (uint32_t)i);
		memcpy(nic_pointer(&device->nic, cases[i].address, 1518), frame->bytes, 1518);
		isa_nic_arm(device, cases[i].address, cases[i].bytes, TX);
		isa_nic_start_tx(device, 1518);
		expect_sent(device, frame);
	}
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

static void test_statistics(void)
{
	const uint8_t *const destinations[] = {address_other, address_group,	 address_broadcast,
					       address_group, address_broadcast, address_broadcast};
	struct isa_nic *device = isa_nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(destinations); i++) {
		frame_fill(frame, destinations[i], 20 + i, (uint32_t)i);
		address = nic_place(&device->nic, frame->bytes, 20 + i, 0);
		isa_nic_arm(device, address, 20 + i, TX);
		isa_nic_start_tx(device, 20 + i);
		expect_sent(device, frame);
	}
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_FRAMES, 6);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_BYTES, 20 + 21 + 22 + 23 + 24 + 25);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_MULTICAST, 2);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_BROADCAST, 3);
	isa_nic_stop(device);
	g_free(frame);
}

static void test_link_down(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = place(device, frame, 100, 1);

	isa_nic_set_link(device, false);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==, 0);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_LINK);
	isa_nic_arm(device, address, 100, TX);
	isa_nic_start_tx(device, 100);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_TX_DONE);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==, ISA_DMA_NIC_STATUS_TX_LOST);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_ERRORS, 1);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_FRAMES, 0);
	wire_expect_silence(&device->nic);

	isa_nic_set_link(device, true);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_LINK);
	isa_nic_arm(device, address, 100, TX);
	isa_nic_start_tx(device, 100);
	expect_sent(device, frame);
	isa_nic_stop(device);
	g_free(frame);
}

/* Sends until a frame waits for the backend; returns how many were sent before it. */
static uint32_t fill_wire(struct isa_nic *device, struct frame *frame)
{
	uint64_t mark = device->nic.ram_next;
	uint32_t sent;

	for (sent = 0; sent < 100; sent++) {
		device->nic.ram_next = mark;
		isa_nic_arm(device, place(device, frame, 1400, sent), 1400, TX);
		isa_nic_start_tx(device, 1400);
		nic_settle(&device->nic);
		g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_IDLE);
		if (isa_nic_in(device, ISA_DMA_NIC_STATUS) & ISA_DMA_NIC_STATUS_TX_BUSY)
			return sent;
		g_assert_cmphex(isa_nic_take_causes(device), ==, ISA_DMA_NIC_CAUSE_TX_DONE);
	}
	g_assert_not_reached();
}

/* A busy backend: the frame waits, is sent once, and no second one can be started. */
static void test_busy_backend(void)
{
	struct isa_nic *device = isa_nic_start(&(struct isa_nic_options){.wire_buffer = 8192});
	struct frame *frame = g_new(struct frame, 1);
	uint32_t sent = fill_wire(device, frame);
	uint32_t i;

	g_assert_cmpuint(sent, >, 0);
	isa_nic_expect_causes(device, 0);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_TX_START);
	isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_BUSY, ISA_DMA_NIC_COMMAND,
			     ISA_DMA_NIC_COMMAND_TX_START);
	/* STOP has nothing to stop */
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
	for (i = 0; i <= sent; i++) {
		frame_fill(frame, address_other, 1400, i);
		wire_expect(&device->nic, frame);
	}
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_TX_DONE);
	wire_expect_silence(&device->nic);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_TX_FRAMES, sent + 1);

	/* reset and a cut cable drop the waiting frame */
	sent = fill_wire(device, frame);
	isa_nic_set_link(device, false);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_TX_DONE | ISA_DMA_NIC_CAUSE_LINK);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==, ISA_DMA_NIC_STATUS_TX_LOST);
	isa_nic_set_link(device, true);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_LINK);
	g_assert_cmpuint(wire_drain(&device->nic), ==, sent);
	sent = fill_wire(device, frame);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RESET);
	g_assert_cmpuint(wire_drain(&device->nic), ==, sent);
	isa_nic_expect_causes(device, 0);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

int main(int argc, char **argv)
{
	static const unsigned int both[] = {1, 3, 5, 7};
	int status;
	size_t i;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < ISA_NIC_CHANNELS; i++)
		qtest_add(test_channel, &isa_nic_channels[i], "/isa-dma-nic/transmit/%s/channel-%u",
			  isa_nic_channels[i].machine, isa_nic_channels[i].number);
	for (i = 0; i < G_N_ELEMENTS(both); i++) {
		gpointer channel = GUINT_TO_POINTER(both[i]);

		qtest_add(test_masked, channel, "/isa-dma-nic/transmit/masked/%u", both[i]);
		qtest_add(test_pieces, channel, "/isa-dma-nic/transmit/pieces/%u", both[i]);
		qtest_add(test_edges, channel, "/isa-dma-nic/transmit/edges/%u", both[i]);
	}
	g_test_add_data_func("/isa-dma-nic/transmit/no-leak/3", GUINT_TO_POINTER(3), test_no_leak);
	g_test_add_data_func("/isa-dma-nic/transmit/no-leak/5", GUINT_TO_POINTER(5), test_no_leak);
	g_test_add_func("/isa-dma-nic/transmit/stop", test_stop);
	g_test_add_func("/isa-dma-nic/transmit/statistics", test_statistics);
	g_test_add_func("/isa-dma-nic/transmit/link-down", test_link_down);
	g_test_add_func("/isa-dma-nic/transmit/busy-backend", test_busy_backend);
	for (i = 0; i < G_N_ELEMENTS(mistakes); i++)
		qtest_add(test_mistake, &mistakes[i], "/isa-dma-nic/transmit/mistake/%s",
			  mistakes[i].name);
	return g_test_run();
}
