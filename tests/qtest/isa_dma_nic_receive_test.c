/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_receive_test.c - frames from the wire through the FIFO and the DMA controller
 * to memory (isa-dma-nic specification, sections 5 and 9)
 */
#include <string.h>

#include "isa_dma_nic_harness.h"

#define RX    DMA_MODE_WRITE_MEMORY
#define GUARD 64
#define FILL  0xa5

static struct isa_nic *start(const char *machine, unsigned int channel)
{
	struct isa_nic *device = isa_nic_start_channel(machine, channel);

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
	return device;
}

/* A buffer between guard bytes. */
static uint64_t buffer(struct isa_nic *device, size_t size)
{
	uint64_t address = nic_allocate(&device->nic, size + 2 * GUARD, 64);

	memset(nic_pointer(&device->nic, address, size + 2 * GUARD), FILL, size + 2 * GUARD);
	return address + GUARD;
}

/* @length bytes are there, a zero if the channel moved one more, and nothing around. */
static void check_buffer(struct isa_nic *device, uint64_t address, size_t size,
			 const uint8_t *bytes, size_t length)
{
	const uint8_t *start_of = nic_pointer(&device->nic, address - GUARD, size + 2 * GUARD);
	size_t padded = isa_nic_padded(device, length);
	size_t i;

	nic_same_bytes(start_of + GUARD, bytes, length);
	if (padded > length)
		g_assert_cmphex(start_of[GUARD + length], ==, 0);
	for (i = 0; i < GUARD; i++)
		g_assert_cmphex(start_of[i], ==, FILL);
	for (i = GUARD + padded; i < size + 2 * GUARD; i++)
		g_assert_cmphex(start_of[i], ==, FILL);
}

static void inject(struct isa_nic *device, struct frame *frame, size_t length, uint32_t seed)
{
	frame_fill(frame, address_nic, length, seed);
	isa_nic_inject(device, frame);
}

/* Every request mode; shortest, odd, even, longest; exact count and more than needed. */
static void test_channel(gconstpointer data)
{
	static const size_t lengths[] = {14, 15, 59, 60, 61, 333, 1000, 1513, 1514, 1517, 1518};
	const struct isa_nic_channel *channel = data;
	struct isa_nic *device = start(channel->machine, channel->number);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t frames = 0;
	uint32_t bytes = 0;
	size_t mode;
	size_t i;

	for (mode = 0; mode < ISA_NIC_MODES; mode++) {
		for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
			size_t size = isa_nic_padded(device, lengths[i] + i % 3 * 100);
			size_t padded = isa_nic_padded(device, lengths[i]);
			uint64_t address = buffer(device, size);
			bool reload =
				isa_nic_modes[mode] & DMA_MODE_AUTO_INITIALISE && size == padded;

			inject(device, frame, lengths[i], frames);
			g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, lengths[i]);
			g_assert_cmphex(isa_nic_take_causes(device), ==,
					ISA_DMA_NIC_CAUSE_RX_AVAILABLE);
			isa_nic_arm(device, address, size, RX | isa_nic_modes[mode]);
			isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
			g_assert_cmphex(isa_nic_take_causes(device), ==, ISA_DMA_NIC_CAUSE_RX_DONE);
			g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==,
					ISA_DMA_NIC_STATUS_LINK_UP);
			g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==, padded);
			g_assert_cmpuint(dma_residual(device->nic.qemu, device->channel), ==,
					 reload ? size : size - padded);
			check_buffer(device, address, size, frame->bytes, lengths[i]);
			frames++;
			bytes += (uint32_t)lengths[i];
		}
	}
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FRAMES, frames);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_BYTES, bytes);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* Started while masked or with a spent count: nothing moves before the channel is ready. */
static void test_masked(gconstpointer data)
{
	struct isa_nic *device = start("q35", GPOINTER_TO_UINT(data));
	struct qtest *qemu = device->nic.qemu;
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = buffer(device, 500);

	dma_mask(qemu, device->channel);
	inject(device, frame, 500, 1);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	g_assert_true(dma_requested(qemu, device->channel));
	dma_program(qemu, device->channel, (uint32_t)address, 500, RX);
	nic_settle(&device->nic);
	check_buffer(device, address, 500, NULL, 0);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 1);
	dma_unmask(qemu, device->channel);
	check_buffer(device, address, 500, frame->bytes, 500);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 0);

	inject(device, frame, 300, 2);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	nic_settle(&device->nic);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==, 0);
	address = buffer(device, 300);
	isa_nic_arm(device, address, 300, RX);
	check_buffer(device, address, 300, frame->bytes, 300);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_RX_AVAILABLE | ISA_DMA_NIC_CAUSE_RX_DONE);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* A frame scattered over buffers by terminal counts. */
static void test_pieces(gconstpointer data)
{
	static const size_t cuts[] = {2, 14, 100, 666};
	struct isa_nic *device = start("pc", GPOINTER_TO_UINT(data));
	struct frame *frame = g_new(struct frame, 1);
	const size_t length = 1001;
	uint32_t shorts = 0;
	size_t mode;
	size_t i;

	for (mode = 0; mode < ISA_NIC_MODES; mode++) {
		for (i = 0; i < G_N_ELEMENTS(cuts); i++) {
			size_t piece = cuts[i];
			uint64_t address = buffer(device, piece);
			size_t done = 0;

			inject(device, frame, length, (uint32_t)i);
			isa_nic_take_causes(device);
			isa_nic_arm(device, address, piece, RX | isa_nic_modes[mode]);
			isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
			while (done + piece < length) {
				g_assert_cmphex(isa_nic_take_causes(device), ==,
						ISA_DMA_NIC_CAUSE_SHORT);
				check_buffer(device, address, piece, frame->bytes + done, piece);
				done += piece;
				shorts++;
				g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==,
						 done);
				g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==,
						 length);
				g_assert_false(dma_requested(device->nic.qemu, device->channel));
				piece = MIN(MAX(cuts[i], 200),
					    isa_nic_padded(device, length - done));
				address = buffer(device, piece);
				isa_nic_arm(device, address, piece, RX | isa_nic_modes[mode]);
				isa_nic_command(device, ISA_DMA_NIC_COMMAND_CONTINUE);
			}
			g_assert_cmphex(isa_nic_take_causes(device), ==, ISA_DMA_NIC_CAUSE_RX_DONE);
			check_buffer(device, address, piece, frame->bytes + done, length - done);
		}
	}
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_SHORT_COUNTS, shorts);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* After STOP the frame is still there, whole. */
static void test_stop(void)
{
	struct isa_nic *device = start("q35", 5);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = buffer(device, 600);

	inject(device, frame, 599, 1);
	isa_nic_take_causes(device);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
	g_assert_false(dma_requested(device->nic.qemu, 5));
	isa_nic_arm(device, address, 600, RX);
	check_buffer(device, address, 600, NULL, 0);

	isa_nic_arm(device, address, 100, RX);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	g_assert_cmphex(isa_nic_take_causes(device), ==, ISA_DMA_NIC_CAUSE_SHORT);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, 599);

	address = buffer(device, 600);
	isa_nic_arm(device, address, 600, RX);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	check_buffer(device, address, 600, frame->bytes, 599);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_RX_DONE);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* Frames leave the FIFO in order, each announced when it becomes the first. */
static void test_order(void)
{
	enum { FRAMES = 40 };
	struct isa_nic *device = start("q35", 1);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = buffer(device, 1600);
	uint32_t sent = 0;
	uint32_t got;

	for (got = 0; got < FRAMES; got++) {
		while (sent < FRAMES && sent < got + 1 + got % 16)
			inject(device, frame, 60 + sent % 7 * 100, sent), sent++;
		g_assert_cmphex(isa_nic_take_causes(device) & ISA_DMA_NIC_CAUSE_RX_AVAILABLE, ==,
				ISA_DMA_NIC_CAUSE_RX_AVAILABLE);
		frame_fill(frame, address_nic, 60 + got % 7 * 100, got);
		g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, frame->length);
		g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, sent - got);
		if (got % 5 == 4) {
			isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_DISCARD);
			continue;
		}
		isa_nic_arm(device, address, 1600, RX);
		isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
		nic_same_bytes(nic_pointer(&device->nic, address, frame->length), frame->bytes,
			       frame->length);
	}
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, 0);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_RX_STATUS), ==, 0);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FRAMES, FRAMES - FRAMES / 5);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_DISCARDED, FRAMES / 5);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

static const struct isa_nic_mistake mistakes[] = {
	{"direction", 1, 0x200000, 100, DMA_MODE_READ_MEMORY, ISA_DMA_NIC_ERROR_DMA_MODE, 0x08},
	{"direction-16", 7, 0x200000, 100, DMA_MODE_READ_MEMORY, ISA_DMA_NIC_ERROR_DMA_MODE, 0x08},
	{"verify", 5, 0x200000, 100, DMA_MODE_VERIFY, ISA_DMA_NIC_ERROR_DMA_MODE, 0x00},
	{"both", 3, 0x200000, 100, 0x0c, ISA_DMA_NIC_ERROR_DMA_MODE, 0x0c},
	{"decrement", 3, 0x200000, 100, RX | DMA_MODE_DECREMENT, ISA_DMA_NIC_ERROR_DMA_MODE, 0x24},
	{"cascade", 6, 0x200000, 100, RX | DMA_MODE_CASCADE, ISA_DMA_NIC_ERROR_DMA_MODE, 0xc4},
	{"boundary", 1, 0x20ffff, 100, RX, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, 99},
	{"boundary-16", 5, 0x21ff9e, 100, RX, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, 49},
};

/* The transfer ends, memory is untouched, the frame stays for the next attempt. */
static void test_mistake(gconstpointer data)
{
	const struct isa_nic_mistake *mistake = data;
	struct isa_nic *device = start("q35", mistake->channel);
	struct frame *frame = g_new(struct frame, 1);
	uint8_t *memory = nic_pointer(&device->nic, mistake->address, 200);
	uint64_t address;
	size_t i;

	inject(device, frame, 100, 1);
	isa_nic_take_causes(device);
	isa_nic_arm(device, mistake->address, mistake->bytes, mistake->mode);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	isa_nic_expect_mistake(device, mistake);
	for (i = 0; i < 200; i++)
		g_assert_cmphex(memory[i], ==, 0);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, 100);

	address = buffer(device, 100);
	isa_nic_arm(device, address, 100, RX);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	check_buffer(device, address, 100, frame->bytes, 100);
	isa_nic_stop(device);
	g_free(frame);
}

/* While the machine is stopped no request is made and no memory is written. */
static void test_stopped_machine(void)
{
	struct isa_nic *device = start("q35", 3);
	struct qtest *qemu = device->nic.qemu;
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = buffer(device, 100);

	inject(device, frame, 100, 1);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	g_assert_true(dma_requested(qemu, 3));
	qtest_qmp_ok(qemu, "{\"execute\": \"stop\"}");
	g_assert_false(dma_requested(qemu, 3));
	isa_nic_arm(device, address, 100, RX);
	nic_settle(&device->nic);
	check_buffer(device, address, 100, NULL, 0);
	qtest_qmp_ok(qemu, "{\"execute\": \"cont\"}");
	nic_settle(&device->nic);
	check_buffer(device, address, 100, frame->bytes, 100);
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
		qtest_add(test_channel, &isa_nic_channels[i], "/isa-dma-nic/receive/%s/channel-%u",
			  isa_nic_channels[i].machine, isa_nic_channels[i].number);
	for (i = 0; i < G_N_ELEMENTS(both); i++) {
		qtest_add(test_masked, GUINT_TO_POINTER(both[i]), "/isa-dma-nic/receive/masked/%u",
			  both[i]);
		qtest_add(test_pieces, GUINT_TO_POINTER(both[i]), "/isa-dma-nic/receive/pieces/%u",
			  both[i]);
	}
	g_test_add_func("/isa-dma-nic/receive/stop", test_stop);
	g_test_add_func("/isa-dma-nic/receive/order", test_order);
	g_test_add_func("/isa-dma-nic/receive/stopped-machine", test_stopped_machine);
	for (i = 0; i < G_N_ELEMENTS(mistakes); i++)
		qtest_add(test_mistake, &mistakes[i], "/isa-dma-nic/receive/mistake/%s",
			  mistakes[i].name);
	return g_test_run();
}
