/* SPDX-License-Identifier: MIT */
/*
 * dma_limits_test.c - DMA beyond the width, and with bus mastering off
 * (device specification, sections 2 and 3.2)
 */
#include <string.h>

#include "sgnic_queue.h"

enum { BUFFER = 256, LENGTH = 200 };

static void open_both(struct nic *nic, struct nic_queue *tx, struct nic_queue *rx)
{
	queue_open(tx, nic, false, 16);
	queue_open(rx, nic, true, 16);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
}

/* Section 3.2: the last byte must be below 2^width; nothing is touched beyond. */
static void test_width(void)
{
	enum { LIMIT = 1 << 24 };
	struct nic *nic = nic_start(&(struct nic_options){.properties = "dma-width=24"});
	struct frame *frame = g_new(struct frame, 1);
	uint8_t *limit = nic_pointer(nic, LIMIT - 1024, 2048);
	struct nic_queue rx;
	struct nic_queue tx;

	open_both(nic, &tx, &rx);
	frame_fill(frame, address_other, 100, 1);
	memcpy(limit + 1024 - 100, frame->bytes, 100);
	queue_post(&tx, LIMIT - 100, 100, SGNIC_DESCRIPTOR_END, 1);
	queue_post(&tx, LIMIT - 99, 100, SGNIC_DESCRIPTOR_END, 2);
	queue_post(&tx, LIMIT - 100, 50, 0, 3);
	queue_post(&tx, LIMIT, 50, SGNIC_DESCRIPTOR_END, 3);
	queue_post(&tx, (1ull << 32) + 0x100000, 60, SGNIC_DESCRIPTOR_END, 4);
	queue_kick(&tx);
	queue_expect(&tx, SGNIC_STATUS_OK, 1, 100, 1);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_WIDTH, 2, 0, 1);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_WIDTH, 3, 1, 2);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_WIDTH, 4, 0, 1);
	wire_expect(nic, frame);
	wire_expect_silence(nic);
	nic_expect_logged(nic, LIMIT - 99);
	nic_expect_logged(nic, LIMIT);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WIDTH, 0, (1ull << 32) + 0x100000, 60);

	memset(limit + 1024 - 100, 0xcd, 1124);
	queue_post(&rx, LIMIT - 99, 100, 0, 1);
	queue_post(&rx, LIMIT - 100, 100, 0, 2);
	queue_kick(&rx);
	wire_send(nic, frame);
	queue_expect_failure(&rx, SGNIC_STATUS_DMA_WIDTH, 1, 0, 1);
	queue_expect(&rx, SGNIC_STATUS_OK, 2, 100, 1);
	nic_same_bytes(limit + 1024 - 100, frame->bytes, 100);
	g_assert_cmphex(limit[1024], ==, 0xcd);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WIDTH, SGNIC_ERROR_QUEUE_RX, LIMIT - 99, 100);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_DMA_WIDTH_ERRORS), ==, 4);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_DMA_ERRORS), ==, 0);
	nic_stop(nic);
	g_free(frame);
}

static void test_width_32(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue rx;
	struct nic_queue tx;

	nic_set(nic, SGNIC_DMA_WIDTH, 32);
	open_both(nic, &tx, &rx);
	queue_post(&tx, 0xfffffff0, 17, SGNIC_DESCRIPTOR_END, 1);
	queue_post(&tx, 0x100000000, 60, SGNIC_DESCRIPTOR_END, 2);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_WIDTH, 1, 0, 1);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_WIDTH, 2, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WIDTH, 0, 0x100000000, 60);
	queue_expect_transmits(&tx);
	queue_expect_receives(&rx);
	nic_stop(nic);
}

/* Section 2: without bus mastering no DMA; doorbells are remembered, frames wait. */
static void test_bus_master(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic_queue tx;
	uint64_t buffer;

	open_both(nic, &tx, &rx);
	nic_settle(nic);
	pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
	frame_fill(frame, address_nic, LENGTH, 3);
	buffer = queue_buffer(nic, BUFFER, 0);
	queue_post(&rx, buffer, BUFFER, 0, 1);
	queue_kick(&rx);
	queue_post_frame(&tx, frame, 50, 0, 2);
	queue_kick(&tx);
	wire_send(nic, frame);
	queue_expect_idle(&tx);
	queue_expect_idle(&rx);
	wire_expect_silence(nic);
	queue_check_buffer(nic, buffer, BUFFER, frame->bytes, 0);
	nic_expect_no_error(nic);

	pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
	wire_expect(nic, frame);
	queue_expect(&tx, SGNIC_STATUS_OK, 2, LENGTH, 4);
	queue_expect(&rx, SGNIC_STATUS_OK, 1, LENGTH, 1);
	queue_check_buffer(nic, buffer, BUFFER, frame->bytes, LENGTH);
	nic_expect_no_error(nic);

	/* enabled while it cannot write kick_event: done when it can */
	queue_disable(&tx);
	pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
	queue_enable(&tx);
	queue_memory(&tx)->kick_event = 0x11111111;
	queue_post_frame(&tx, frame, 50, 0, 2);
	queue_publish(&tx);
	nic_settle(nic);
	g_assert_cmphex(queue_memory(&tx)->kick_event, ==, 0x11111111);
	pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
	nic_settle(nic);
	if (!queue_ready(&tx))
		queue_ring(&tx);
	wire_expect(nic, frame);
	queue_expect(&tx, SGNIC_STATUS_OK, 2, LENGTH, 4);
	nic_settle(nic);
	g_assert_cmpuint(queue_memory(&tx)->kick_event, ==, tx.published);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* A frame that waits for a busy backend when bus mastering ends is sent after it, once. */
static void test_bus_master_busy(void)
{
	enum { FRAMES = 30 };
	struct nic *nic = nic_start(&(struct nic_options){.wire_buffer = 8192});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint32_t sent;
	uint16_t i;

	queue_open(&tx, nic, false, 64);
	for (i = 0; i < FRAMES; i++) {
		frame_fill(frame, address_other, 1400, i);
		queue_post_frame(&tx, frame, 1400, 0, i);
	}
	queue_kick(&tx);
	nic_settle(nic);
	pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
	while (queue_ready(&tx))
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)tx.reaped, 1400, 1);
	sent = tx.reaped;
	g_assert_cmpuint(sent, <, FRAMES);
	for (i = 0; i < sent; i++) {
		frame_fill(frame, address_other, 1400, i);
		wire_expect(nic, frame);
	}
	wire_expect_silence(nic);
	queue_expect_idle(&tx);
	pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
	for (; i < FRAMES; i++) {
		frame_fill(frame, address_other, 1400, i);
		wire_expect(nic, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, i, 1400, 1);
	}
	wire_expect_silence(nic);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dma-limits/width-24", test_width);
	g_test_add_func("/dma-limits/width-32", test_width_32);
	g_test_add_func("/dma-limits/bus-master", test_bus_master);
	g_test_add_func("/dma-limits/bus-master-busy", test_bus_master_busy);
	return g_test_run();
}
