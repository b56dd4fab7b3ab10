/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_random_test.c - no sequence of accesses may break QEMU, and a reset always
 * brings the device back
 *
 * Registers, the DMA controller, the wire and the link are used at random; then a frame must
 * go each way.  The sequences are the same in every run.
 */
#include <sys/socket.h>

#include "isa_dma_nic_harness.h"

#define STEPS 1500

struct walk {
	struct isa_nic *device;
	struct frame *frame;
	uint32_t state;
};

static uint32_t pick(struct walk *walk, uint32_t limit)
{
	walk->state = walk->state * 1664525 + 1013904223;
	return (walk->state >> 8) % limit;
}

/* Mostly values with a meaning, sometimes any. */
static uint16_t pick_value(struct walk *walk)
{
	static const uint16_t values[] = {0,	1,    2,      3,      4,      5,      6,
					  7,	14,   60,     61,     0x20,   0x2f,   0x80,
					  0xff, 1518, 0x0100, 0x1000, 0x7fff, 0x8000, 0xffff};

	return pick(walk, 4) ? values[pick(walk, G_N_ELEMENTS(values))]
			     : (uint16_t)pick(walk, 0x10000);
}

static void program_channel(struct walk *walk)
{
	struct isa_nic *device = walk->device;
	uint32_t unit = dma_unit(device->channel);
	uint32_t bytes = (1 + pick(walk, pick(walk, 2) ? 4096 : 65536)) * unit;

	if (pick(walk, 3) == 0)
		bytes = (512 + pick(walk, 8)) * 4;
	dma_program(device->nic.qemu, device->channel, 0x100000 + pick(walk, 0x700000) * unit,
		    MIN(bytes, 65536 * unit),
		    (uint8_t)(pick(walk, 4) ? 0x14 - pick(walk, 2) * 0x0c : pick(walk, 64) * 4));
}

static void step(struct walk *walk)
{
	static const unsigned int sizes[] = {2, 2, 2, 2, 1, 4};
	struct isa_nic *device = walk->device;
	struct qtest *qemu = device->nic.qemu;
	uint16_t port = (uint16_t)(device->iobase + pick(walk, ISA_DMA_NIC_PORTS / 2) * 2);

	switch (pick(walk, 12)) {
	case 0:
	case 1:
		isa_nic_command(device, (uint16_t)(2 + pick(walk, 6)));
		break;
	case 2:
		isa_nic_set(device, (uint16_t)pick(walk, 0x30), pick_value(walk));
		break;
	case 3:
		qtest_out(qemu, port, sizes[pick(walk, G_N_ELEMENTS(sizes))], pick_value(walk));
		break;
	case 4:
		qtest_in(qemu, (uint16_t)(port + (pick(walk, 9) == 0)),
			 sizes[pick(walk, G_N_ELEMENTS(sizes))]);
		break;
	case 5:
		program_channel(walk);
		break;
	case 6:
	case 7:
		dma_unmask(qemu, device->channel);
		break;
	case 8:
		dma_mask(qemu, device->channel);
		break;
	case 9:
		isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, (uint16_t)(14 + pick(walk, 1505)));
		break;
	case 10:
		if (pick(walk, 20) == 0)
			isa_nic_set_link(device, pick(walk, 2));
		break;
	default:
		isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
		frame_fill(walk->frame, address_nic, 1 + pick(walk, 1600), walk->state);
		/* the device may have frames wait */
		send(device->nic.wire, walk->frame->bytes, walk->frame->length,
		     MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	}
	wire_drain(&device->nic);
}

/* After a reset one frame goes each way. */
static void expect_working(struct walk *walk)
{
	struct isa_nic *device = walk->device;
	uint64_t address;

	isa_nic_set_link(device, true);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RESET);
	wire_wait_taken(&device->nic);
	wire_drain(&device->nic);
	nic_ignore_log(&device->nic);
	isa_nic_take_causes(device);
	frame_fill(walk->frame, address_other, 700, 1);
	address = nic_place(&device->nic, walk->frame->bytes, 700, 0);
	isa_nic_arm(device, address, 700, DMA_MODE_READ_MEMORY);
	isa_nic_start_tx(device, 700);
	wire_expect(&device->nic, walk->frame);
	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_DIRECTED);
	frame_fill(walk->frame, address_nic, 701, 2);
	isa_nic_inject(device, walk->frame);
	isa_nic_arm(device, 0x200000, 702, DMA_MODE_WRITE_MEMORY);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	nic_same_bytes(nic_pointer(&device->nic, 0x200000, 701), walk->frame->bytes, 701);
	isa_nic_expect_no_error(device);
}

static void test_walk(gconstpointer data)
{
	unsigned int seed = GPOINTER_TO_UINT(data);
	struct walk walk = {.state = seed * 2654435761u};
	int i;

	walk.device = isa_nic_start_channel(seed & 1 ? "q35" : "pc", seed & 2 ? 5 : 3);
	walk.frame = g_new(struct frame, 1);
	for (i = 0; i < STEPS; i++)
		step(&walk);
	expect_working(&walk);
	isa_nic_stop(walk.device);
	g_free(walk.frame);
}

int main(int argc, char **argv)
{
	unsigned int seed;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (seed = 0; seed < 8; seed++)
		qtest_add(test_walk, GUINT_TO_POINTER(seed), "/isa-dma-nic/random/%u", seed);
	return g_test_run();
}
