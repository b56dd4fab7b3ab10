/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_continuous_test.c - records in a circular buffer that an auto-initialise
 * channel fills over and over (isa-dma-nic specification, section 6)
 */
#include <string.h>

#include "isa_dma_nic_harness.h"

#define RING (DMA_MODE_WRITE_MEMORY | DMA_MODE_AUTO_INITIALISE)
#define FILL 0xa5

/* A driver's view of the buffer. */
struct ring {
	struct isa_nic *device;
	uint64_t address;
	uint32_t size;
	uint32_t read;
	uint32_t consumed; /* bytes not yet granted again */
	unsigned int wraps;
};

static void ring_program(struct ring *ring, uint8_t mode)
{
	isa_nic_arm(ring->device, ring->address, ring->size, mode);
	ring->read = 0;
	ring->consumed = 0;
}

static void ring_begin(struct ring *ring, uint8_t mode)
{
	ring_program(ring, mode);
	isa_nic_command(ring->device, ISA_DMA_NIC_COMMAND_RX_CONTINUOUS);
	isa_nic_set(ring->device, ISA_DMA_NIC_RX_CREDIT,
		    (uint16_t)(ring->size / ISA_DMA_NIC_CREDIT_UNIT - 1));
}

static void ring_open(struct ring *ring, const char *machine, unsigned int channel, uint32_t size,
		      uint8_t mode)
{
	*ring = (struct ring){.size = size};
	ring->device = isa_nic_start_channel(machine, channel);
	isa_nic_set(ring->device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
	ring->address = nic_allocate(&ring->device->nic, size + 256, 131072);
	memset(nic_pointer(&ring->device->nic, ring->address, size + 256), FILL, size + 256);
	ring_begin(ring, mode);
}

/* What lies behind the buffer was never written. */
static void ring_close(struct ring *ring)
{
	const uint8_t *behind = nic_pointer(&ring->device->nic, ring->address + ring->size, 256);
	size_t i;

	for (i = 0; i < 256; i++)
		g_assert_cmphex(behind[i], ==, FILL);
	isa_nic_stop(ring->device);
}

static uint32_t ring_write_position(struct ring *ring)
{
	uint32_t left = dma_residual(ring->device->nic.qemu, ring->device->channel);

	return (ring->size - left) % ring->size;
}

static void ring_copy(struct ring *ring, uint32_t from, uint8_t *to, uint32_t length)
{
	const uint8_t *start = nic_pointer(&ring->device->nic, ring->address, ring->size);
	uint32_t i;

	for (i = 0; i < length; i++)
		to[i] = start[(from + i) % ring->size];
}

/* Takes the next record, which must be @frame, by the specification's algorithm. */
static void ring_expect(struct ring *ring, const struct frame *frame, uint16_t status)
{
	uint32_t bytes = ISA_DMA_NIC_RECORD_BYTES((uint32_t)frame->length);
	uint32_t ready = (ring_write_position(ring) + ring->size - ring->read) % ring->size;
	uint8_t *record = g_malloc(bytes);
	uint32_t i;

	g_assert_cmpuint(ready, >=, bytes);
	ring_copy(ring, ring->read, record, bytes);
	g_assert_cmpuint(record[0] | record[1] << 8, ==, frame->length);
	g_assert_cmphex(record[2] | record[3] << 8, ==, status);
	nic_same_bytes(record + ISA_DMA_NIC_RECORD_HEADER, frame->bytes, frame->length);
	for (i = ISA_DMA_NIC_RECORD_HEADER + (uint32_t)frame->length; i < bytes; i++)
		g_assert_cmphex(record[i], ==, 0);
	ring->wraps += ring->read + bytes >= ring->size;
	ring->read = (ring->read + bytes) % ring->size;
	ring->consumed += bytes;
	g_free(record);
}

static void ring_grant(struct ring *ring)
{
	isa_nic_set(ring->device, ISA_DMA_NIC_RX_CREDIT,
		    (uint16_t)(ring->consumed / ISA_DMA_NIC_CREDIT_UNIT));
	ring->consumed = 0;
}

static void ring_expect_empty(struct ring *ring)
{
	g_assert_cmpuint(ring_write_position(ring), ==, ring->read);
}

static void send(struct ring *ring, struct frame *frame, size_t length, uint32_t seed)
{
	uint32_t moved = isa_nic_statistic(ring->device, ISA_DMA_NIC_STAT_RX_FRAMES);

	frame_fill(frame, address_nic, length, seed);
	wire_send(&ring->device->nic, frame);
	isa_nic_expect_statistic(ring->device, ISA_DMA_NIC_STAT_RX_FRAMES, moved + 1);
}

struct variant {
	const char *name;
	const char *machine;
	unsigned int channel;
	uint32_t size;
	uint8_t mode;
};

static const struct variant variants[] = {
	{"q35-1-demand", "q35", 1, 4096, RING | DMA_MODE_DEMAND},
	{"q35-3-single", "q35", 3, 2400, RING | DMA_MODE_SINGLE},
	{"q35-5-demand", "q35", 5, 4096, RING | DMA_MODE_DEMAND},
	{"q35-7-single", "q35", 7, 8188, RING | DMA_MODE_SINGLE},
	{"pc-0-demand", "pc", 0, 3000, RING | DMA_MODE_DEMAND},
	{"pc-3-demand", "pc", 3, 4096, RING | DMA_MODE_DEMAND},
	{"pc-6-single", "pc", 6, 6000, RING | DMA_MODE_SINGLE},
	{"isapc-5-single", "isapc", 5, 4096, RING | DMA_MODE_SINGLE},
	{"smallest", "q35", 3, ISA_DMA_NIC_RECORD_MAX + 4, RING | DMA_MODE_DEMAND},
};

/* Many times around, every residue of the length, the counter read after every frame. */
static void test_wraps(gconstpointer data)
{
	const struct variant *variant = data;
	struct frame *frame = g_new(struct frame, 1);
	struct ring ring;
	uint32_t bytes = 0;
	uint32_t i;

	ring_open(&ring, variant->machine, variant->channel, variant->size, variant->mode);
	ring_expect_empty(&ring);
	for (i = 0; ring.wraps < 9; i++) {
		size_t length = 14 + i * 389 % 1505;

		send(&ring, frame, length, i);
		g_assert_cmphex(isa_nic_take_causes(ring.device), ==,
				ISA_DMA_NIC_CAUSE_RX_AVAILABLE | ISA_DMA_NIC_CAUSE_RX_DONE);
		g_assert_false(dma_requested(ring.device->nic.qemu, ring.device->channel));
		ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
		ring_expect_empty(&ring);
		ring_grant(&ring);
		bytes += (uint32_t)length;
	}
	g_assert_cmpuint(isa_nic_transfer(ring.device), ==, ISA_DMA_NIC_TRANSFER_CONTINUOUS);
	isa_nic_expect_statistic(ring.device, ISA_DMA_NIC_STAT_RX_FRAMES, i);
	isa_nic_expect_statistic(ring.device, ISA_DMA_NIC_STAT_RX_BYTES, bytes);
	isa_nic_expect_no_error(ring.device);
	ring_close(&ring);
	g_free(frame);
}

/* The largest buffer of each kind of channel: the count register is 0xFFFF. */
static void test_largest(gconstpointer data)
{
	unsigned int channel = GPOINTER_TO_UINT(data);
	struct frame *frame = g_new(struct frame, 1);
	struct ring ring;
	uint32_t i;

	ring_open(&ring, "q35", channel, 65536 * dma_unit(channel), RING);
	for (i = 0; ring.wraps < 2; i++) {
		send(&ring, frame, 1518 - i % 5, i);
		ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
		ring_expect_empty(&ring);
		ring_grant(&ring);
	}
	isa_nic_expect_no_error(ring.device);
	ring_close(&ring);
	g_free(frame);
}

/* Several frames before the driver looks; header and data wrap at every offset. */
static void test_bursts(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct ring ring;
	uint32_t sent = 0;
	uint32_t got = 0;
	uint32_t burst;

	ring_open(&ring, "q35", 5, 2048, RING);
	while (got < 300) {
		for (burst = 0; burst < 1 + got % 4; burst++, sent++)
			send(&ring, frame, 200 + sent % 53, sent);
		for (; got < sent; got++) {
			frame_fill(frame, address_nic, 200 + got % 53, got);
			ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
		}
		ring_expect_empty(&ring);
		ring_grant(&ring);
	}
	g_assert_cmpuint(ring.wraps, >, 20);
	ring_close(&ring);
	g_free(frame);
}

/* Without credit frames stay in the FIFO; a record is written only as a whole. */
static void test_credit(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct isa_nic *device;
	struct ring ring;
	uint32_t i;

	ring_open(&ring, "q35", 3, 2048, RING);
	device = ring.device;
	/* 204 bytes a record: 10 fit the credit of 2044 bytes */
	for (i = 0; i < 10; i++)
		send(&ring, frame, 200, i);
	for (; i < 13; i++) {
		frame_fill(frame, address_nic, 200, i);
		isa_nic_inject(device, frame);
	}
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_RX_CREDIT), ==, 1);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 3);
	g_assert_false(dma_requested(device->nic.qemu, 3));
	for (i = 0; i < 10; i++) {
		frame_fill(frame, address_nic, 200, i);
		ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
	}
	ring_expect_empty(&ring);
	/* one word less than a record needs, then the rest */
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 204 / 4 - 2);
	ring_expect_empty(&ring);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 1);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_RX_CREDIT), ==, 0);
	frame_fill(frame, address_nic, 200, 10);
	ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
	ring_expect_empty(&ring);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 2 * 204 / 4);
	for (i = 11; i < 13; i++) {
		frame_fill(frame, address_nic, 200, i);
		ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
	}
	ring_expect_empty(&ring);
	isa_nic_expect_no_error(device);
	ring_close(&ring);
	g_free(frame);
}

/* STOP to send a frame, then begin again: nothing is lost. */
static void test_transmit_between(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct isa_nic *device;
	struct ring ring;
	uint64_t address;
	uint32_t i;

	ring_open(&ring, "pc", 5, 4096, RING);
	device = ring.device;
	for (i = 0; i < 8; i++) {
		send(&ring, frame, 100 + i, i);
		isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
		g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_IDLE);
		g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_RX_CREDIT), ==, 0);
		/* the counter still tells what was written before */
		ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
		ring_expect_empty(&ring);

		frame_fill(frame, address_nic, 300 + i, i);
		isa_nic_inject(device, frame);
		frame_fill(frame, address_other, 500 + i, i);
		address = nic_place(&device->nic, frame->bytes, 500 + i, 0);
		isa_nic_arm(device, address, 500 + i, DMA_MODE_READ_MEMORY);
		isa_nic_start_tx(device, 500 + i);
		wire_expect(&device->nic, frame);

		ring_begin(&ring, RING);
		frame_fill(frame, address_nic, 300 + i, i);
		ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
		ring_grant(&ring);
	}
	isa_nic_expect_no_error(device);
	ring_close(&ring);
	g_free(frame);
}

/* Frames wait while the channel is masked. */
static void test_masked(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct isa_nic *device;
	struct ring ring;
	uint32_t i;

	ring_open(&ring, "q35", 1, 4096, RING);
	device = ring.device;
	dma_mask(device->nic.qemu, 1);
	for (i = 0; i < 5; i++) {
		frame_fill(frame, address_nic, 99, i);
		isa_nic_inject(device, frame);
	}
	g_assert_true(dma_requested(device->nic.qemu, 1));
	ring_expect_empty(&ring);
	dma_unmask(device->nic.qemu, 1);
	g_assert_false(dma_requested(device->nic.qemu, 1));
	for (i = 0; i < 5; i++) {
		frame_fill(frame, address_nic, 99, i);
		ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
	}
	ring_expect_empty(&ring);
	ring_close(&ring);
	g_free(frame);
}

struct mistake {
	const char *name;
	uint32_t size;
	uint8_t mode;
	uint16_t credit;
	enum isa_dma_nic_error code;
	uint16_t value;
};

static const struct mistake mistakes[] = {
	{"no-auto-initialise", 4096, DMA_MODE_WRITE_MEMORY, 1000, ISA_DMA_NIC_ERROR_DMA_MODE, 0x07},
	{"direction", 4096, DMA_MODE_READ_MEMORY | DMA_MODE_AUTO_INITIALISE, 1000,
	 ISA_DMA_NIC_ERROR_DMA_MODE, 0x1b},
	{"not-multiple-of-4", 4094, RING, 1000, ISA_DMA_NIC_ERROR_DMA_COUNT, 4093},
	{"too-small", 1520, RING, 379, ISA_DMA_NIC_ERROR_DMA_COUNT, 1519},
	{"too-much-credit", 4096, RING, 1025, ISA_DMA_NIC_ERROR_DMA_COUNT, 4095},
};

static void test_mistake(gconstpointer data)
{
	const struct mistake *mistake = data;
	struct isa_nic *device = isa_nic_start_channel("q35", 3);
	struct ring ring = {.device = device, .size = mistake->size};
	struct frame *frame = g_new(struct frame, 1);

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
	ring.address = nic_allocate(&device->nic, 4096, 65536);
	ring_program(&ring, mistake->mode);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_CONTINUOUS);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, mistake->credit);
	isa_nic_expect_no_error(device);
	frame_fill(frame, address_nic, 100, 1);
	isa_nic_inject(device, frame);
	isa_nic_expect_error(device, mistake->code, ISA_DMA_NIC_ERROR_SOURCE_CHANNEL | 3,
			     mistake->value);
	g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_IDLE);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_RX_CREDIT), ==, 0);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, 100);
	g_assert_cmphex(*(uint32_t *)nic_pointer(&device->nic, ring.address, 4), ==, 0);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_RX_AVAILABLE);

	ring.size = 4096;
	ring_begin(&ring, RING);
	ring_expect(&ring, frame, ISA_DMA_NIC_RX_DIRECTED);
	isa_nic_stop(device);
	g_free(frame);
}

/* A position that would split a header: the channel served something else before. */
static void test_bad_position(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct isa_nic *device = isa_nic_start_channel("q35", 3);

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
	frame_fill(frame, address_nic, 15, 1);
	isa_nic_inject(device, frame);
	isa_nic_inject(device, frame);
	isa_nic_arm(device, 0x200000, 4096, RING);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_CONTINUOUS);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 1000);
	isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_DMA_COUNT,
			     ISA_DMA_NIC_ERROR_SOURCE_CHANNEL | 3, 4095);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 1);
	isa_nic_stop(device);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;
	size_t i;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(variants); i++)
		qtest_add(test_wraps, &variants[i],
			  "/isa-dma-nic/continuous/wraps/%s", variants[i].name);
	g_test_add_data_func("/isa-dma-nic/continuous/largest/1", GUINT_TO_POINTER(1),
			     test_largest);
	g_test_add_data_func("/isa-dma-nic/continuous/largest/5", GUINT_TO_POINTER(5),
			     test_largest);
	g_test_add_func("/isa-dma-nic/continuous/bursts", test_bursts);
	g_test_add_func("/isa-dma-nic/continuous/credit", test_credit);
	g_test_add_func("/isa-dma-nic/continuous/transmit-between", test_transmit_between);
	g_test_add_func("/isa-dma-nic/continuous/masked", test_masked);
	g_test_add_func("/isa-dma-nic/continuous/bad-position", test_bad_position);
	for (i = 0; i < G_N_ELEMENTS(mistakes); i++)
		qtest_add(test_mistake, &mistakes[i],
			  "/isa-dma-nic/continuous/mistake/%s", mistakes[i].name);
	return g_test_run();
}
