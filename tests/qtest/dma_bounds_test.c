/* SPDX-License-Identifier: MIT */
/*
 * dma_bounds_test.c - DMA that must not happen: outside memory, or into device registers,
 * the NIC's own included (device specification, section 8)
 */
#include <string.h>

#include "sgnic_queue.h"

enum { BUFFER = 256, LENGTH = 200 };

struct target {
	const char *name;
	uint64_t address;
};

/* Every address here belongs to a device or to nothing. */
static const struct target targets[] = {
	{"hole", 0xd0000000},
	{"above-4g", 0x123456789000},
	{"top-of-64-bits", 0xffffffffffff0000},
	{"own-registers", NIC_REGISTERS},
	{"own-reset-register", NIC_REGISTERS + SGNIC_RESET},
	{"own-doorbells", NIC_REGISTERS + SGNIC_TX_DOORBELL(0)},
	{"own-msix-table", NIC_MSIX_TABLE},
	{"io-apic", 0xfec00000},
	{"local-apic", 0xfee00000},
	{"hpet", 0xfed00000},
};

static void open_both(struct nic *nic, struct nic_queue *tx, struct nic_queue *rx)
{
	queue_open(tx, nic, false, 16);
	queue_open(rx, nic, true, 16);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
}

static void test_transmit_from(gconstpointer data)
{
	const struct target *target = data;
	struct nic *nic = nic_start(NULL);
	struct nic_queue rx;
	struct nic_queue tx;
	uint64_t good = nic_allocate(nic, 64, 64);

	open_both(nic, &tx, &rx);
	queue_post(&tx, target->address, 100, SGNIC_DESCRIPTOR_END, 1);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_ERROR, 1, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DMA_READ, 0, target->address, 100);

	/* refused in the third element: the frame is discarded whole */
	queue_post(&tx, good, 64, 0, 2);
	queue_post(&tx, good, 64, 0, 2);
	queue_post(&tx, target->address, 4, 0, 2);
	queue_post(&tx, good, 64, SGNIC_DESCRIPTOR_END, 3);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_ERROR, 3, 2, 4);
	nic_expect_error(nic, SGNIC_ERROR_DMA_READ, 0, target->address, 4);
	wire_expect_silence(nic);

	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_DMA_ERRORS), ==, 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), ==, 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, 0);
	queue_expect_transmits(&tx);
	queue_expect_receives(&rx);
	nic_stop(nic);
}

static void test_receive_into(gconstpointer data)
{
	const struct target *target = data;
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic_queue tx;

	open_both(nic, &tx, &rx);
	/* a value with bit 0 set would reset the device if it reached the register */
	frame_fill(frame, address_nic, LENGTH, 1);
	memset(frame->bytes + 6, 0x01, LENGTH - 6);
	queue_post(&rx, target->address, 100, 0, 1);
	queue_post(&rx, queue_buffer(nic, 150, 0), 150, 0, 2);
	queue_kick(&rx);
	wire_send(nic, frame);
	queue_expect_failure(&rx, SGNIC_STATUS_DMA_ERROR, 1, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_RX, target->address, 100);

	/* the second buffer was not touched and takes the start of the next frame */
	queue_post(&rx, target->address, BUFFER, 0, 3);
	queue_kick(&rx);
	wire_send(nic, frame);
	queue_expect_failure(&rx, SGNIC_STATUS_DMA_ERROR, 2, 1, 2);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_RX, target->address,
			 LENGTH - 150);

	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_DMA_ERRORS), ==, 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_ERRORS), ==, 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, 0);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, 0);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, 0);
	queue_expect_receives(&rx);
	queue_expect_transmits(&tx);
	nic_stop(nic);
	g_free(frame);
}

/* Partly outside memory is outside; up to the last byte is inside. */
static void test_end_of_memory(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t end = QTEST_RAM_SIZE;
	struct nic_queue rx;
	struct nic_queue tx;

	open_both(nic, &tx, &rx);
	frame_fill(frame, address_other, 100, 1);
	memcpy(nic_pointer(nic, end - 100, 100), frame->bytes, 100);
	queue_post(&tx, end - 100, 100, SGNIC_DESCRIPTOR_END, 1);
	queue_post(&tx, end - 99, 100, SGNIC_DESCRIPTOR_END, 2);
	queue_kick(&tx);
	queue_expect(&tx, SGNIC_STATUS_OK, 1, 100, 1);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_ERROR, 2, 0, 1);
	wire_expect(nic, frame);
	wire_expect_silence(nic);
	nic_expect_error(nic, SGNIC_ERROR_DMA_READ, 0, NIC_ANY, NIC_ANY);

	queue_post(&rx, end - 100, 100, 0, 1);
	queue_post(&rx, end - 99, 100, 0, 2);
	queue_kick(&rx);
	wire_send(nic, frame);
	wire_send(nic, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 1, 100, 1);
	queue_expect_failure(&rx, SGNIC_STATUS_DMA_ERROR, 2, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_RX, NIC_ANY, NIC_ANY);
	nic_stop(nic);
	g_free(frame);
}

/* Read-only memory: a frame cannot be stored there, and that is no secret. */
static void test_receive_into_rom(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t firmware = 0xffff0000;
	uint8_t before[LENGTH];
	uint8_t after[LENGTH];
	struct nic_queue rx;
	struct nic_queue tx;

	open_both(nic, &tx, &rx);
	qtest_read_bytes(nic->qemu, firmware, before, LENGTH);
	frame_fill(frame, address_nic, LENGTH, 1);
	queue_post(&rx, firmware, BUFFER, 0, 1);
	queue_kick(&rx);
	wire_send(nic, frame);
	queue_expect_failure(&rx, SGNIC_STATUS_DMA_ERROR, 1, 0, 1);
	qtest_read_bytes(nic->qemu, firmware, after, LENGTH);
	nic_same_bytes(after, before, LENGTH);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_RX, firmware, LENGTH);
	queue_expect_receives(&rx);
	nic_stop(nic);
	g_free(frame);
}

/* Makes the device use every piece of the queue's memory until it finds the bad one. */
static void run_into_error(struct nic_queue *queue)
{
	struct frame *frame = g_new(struct frame, 1);

	nic_settle(queue->nic);
	if (queue_state(queue) == SGNIC_QUEUE_RUNNING) {
		frame_fill(frame, queue->receive ? address_nic : address_other, 60, 1);
		queue_post_frame(queue, frame, 60, 0, 1);
		if (queue->receive)
			queue_descriptor(queue, 0)->flags = 0;
		queue_publish(queue);
		queue_ring(queue);
		if (queue->receive)
			wire_send(queue->nic, frame);
	}
	nic_wait_register(queue->nic, queue_register(queue, SGNIC_QUEUE_STATE), SGNIC_QUEUE_ERROR);
	g_free(frame);
}

/* Rings and record at a refused address: the queue ends in ERROR, the other one works. */
static void broken_queue(struct nic *nic, bool receive, int piece, uint64_t address)
{
	struct nic_queue queue;
	struct nic_queue other;
	uint32_t low = SGNIC_QUEUE_DESCRIPTORS_LOW + 8 * (uint32_t)piece;
	uint32_t code;

	queue_prepare(&queue, nic, receive, 16);
	nic_set(nic, queue_register(&queue, low), (uint32_t)address);
	nic_set(nic, queue_register(&queue, low + 4), (uint32_t)(address >> 32));
	queue_enable(&queue);
	run_into_error(&queue);
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==,
			SGNIC_STATUS_LINK_UP | SGNIC_STATUS_QUEUE_ERROR);
	code = nic_get(nic, SGNIC_ERROR_CODE);
	g_assert_true(code == SGNIC_ERROR_DMA_READ || code == SGNIC_ERROR_DMA_WRITE);
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_QUEUE), ==, queue_number(&queue));
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_ADDRESS_LOW) & ~63u, ==, (uint32_t)address);
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_ADDRESS_HIGH), ==, address >> 32);
	nic_clear_error(nic);
	wire_drain(nic);

	queue_open(&other, nic, !receive, 16);
	if (receive)
		queue_expect_transmits(&other);
	else
		queue_expect_receives(&other);
	queue_disable(&other);

	/* ENABLE cleared and set again, with good addresses; a frame that waited is dropped */
	queue_disable(&queue);
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	queue_program(&queue);
	nic_set(nic, SGNIC_RECEIVE_FILTER, 0);
	queue_enable(&queue);
	g_assert_cmpuint(queue_state(&queue), ==, SGNIC_QUEUE_RUNNING);
	wire_wait_taken(nic);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	if (receive)
		queue_expect_receives(&queue);
	else
		queue_expect_transmits(&queue);
	queue_disable(&queue);
	nic_expect_no_error(nic);
}

static void test_broken_queue(gconstpointer data)
{
	bool receive = GPOINTER_TO_INT(data);
	struct nic *nic = nic_start(NULL);
	uint64_t mark = nic->ram_next;
	size_t i;
	int piece;

	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	for (i = 0; i < G_N_ELEMENTS(targets); i++) {
		for (piece = 0; piece < 3; piece++) {
			g_test_message("%s, piece %d", targets[i].name, piece);
			broken_queue(nic, receive, piece, targets[i].address & ~63ull);
			nic->ram_next = mark;
		}
	}
	nic_stop(nic);
}

/* An interrupt message aimed at the NIC's own doorbell or RESET must not make it loop. */
static void test_message_into_registers(void)
{
	static const uint32_t offsets[] = {SGNIC_TX_DOORBELL(0), SGNIC_INTERRUPT_RAISE,
					   SGNIC_RESET};
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	uint32_t i;
	size_t n;

	for (n = 0; n < G_N_ELEMENTS(offsets); n++) {
		queue_open(&tx, nic, false, 16);
		nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
		nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_TX(0) | SGNIC_CAUSE_SOFTWARE);
		pci_msix_vector(&nic->pci, NIC_MSIX_TABLE, 0, NIC_REGISTERS + offsets[n],
				offsets[n] == SGNIC_RESET ? 1 : SGNIC_CAUSE_SOFTWARE);
		pci_msix_enable(&nic->pci, true);
		nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
		for (i = 0; i < 5 && queue_state(&tx) == SGNIC_QUEUE_RUNNING; i++) {
			queue_set_event(&tx, tx.reaped);
			queue_expect_transmits(&tx);
			nic_settle(nic);
		}
		pci_msix_enable(&nic->pci, false);
		nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
		nic_ignore_log(nic);
	}
	queue_open(&tx, nic, false, 16);
	queue_expect_transmits(&tx);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	size_t i;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(targets); i++) {
		qtest_add(test_transmit_from, &targets[i], "/dma-bounds/transmit-from/%s",
			  targets[i].name);
		qtest_add(test_receive_into, &targets[i], "/dma-bounds/receive-into/%s",
			  targets[i].name);
	}
	g_test_add_func("/dma-bounds/end-of-memory", test_end_of_memory);
	g_test_add_func("/dma-bounds/receive-into-rom", test_receive_into_rom);
	g_test_add_data_func("/dma-bounds/broken-queue/transmit", GINT_TO_POINTER(0),
			     test_broken_queue);
	g_test_add_data_func("/dma-bounds/broken-queue/receive", GINT_TO_POINTER(1),
			     test_broken_queue);
	g_test_add_func("/dma-bounds/message-into-registers", test_message_into_registers);
	return g_test_run();
}
