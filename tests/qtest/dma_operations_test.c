/* SPDX-License-Identifier: MIT */
/*
 * dma_operations_test.c - how often the device reads and writes its rings, doorbells and interrupts:
 * counted by QEMU's trace events, not timed (device specification, sections 4, 5 and 7)
 */
#include <string.h>

#include "sgnic_queue.h"

#define FRAMES	256u
#define BATCH	32u

/* The trace lines of this kind since the last call of nic_ignore_log() */
static unsigned int count_lines(struct nic *nic, const char *text)
{
	char *log = qtest_log(nic->qemu);
	unsigned int count = 0;

	for (const char *at = log + nic->log_seen; (at = strstr(at, text)) != NULL; at++)
		count++;
	g_free(log);
	return count;
}

/* For each batch one read, two writes and one look at interrupt_event; then the queue falls asleep. */
static void test_transmit(void)
{
	static const char *const arguments[] = {
		"-netdev", "user,id=wire,restrict=on", "-trace", "sgnic_dma", NULL,
	};
	struct nic *nic = nic_start(&(struct nic_options){.wire_arguments = arguments,
							  .wire_peer = -1});
	struct frame *frame = g_new(struct frame, 1);
	unsigned int batches = FRAMES / BATCH;
	struct nic_queue tx;

	queue_open(&tx, nic, false, FRAMES);
	frame_fill(frame, address_other, 64, 1);
	for (unsigned int i = 0; i < FRAMES; i++)
		queue_post_frame(&tx, frame, 65535, 0, (uint16_t)i);
	nic_ignore_log(nic);
	queue_kick(&tx);
	for (unsigned int i = 0; i < FRAMES; i++)
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)i, 64, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, FRAMES);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_INTERRUPTS), ==, 0);
	/* Producer: before, and once more before the device falls asleep. */
	g_assert_cmpuint(count_lines(nic, "sgnic_dma read"), <=, 2 * batches + 2);
	g_assert_cmpuint(count_lines(nic, "sgnic_dma write"), <=, 2 * batches + 1);
	g_assert_cmpuint(count_lines(nic, "length 512 result"), ==, 2 * batches);
	nic_ignore_log(nic);
	g_free(frame);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dma-operations/transmit", test_transmit);
	return g_test_run();
}
