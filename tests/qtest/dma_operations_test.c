/* SPDX-License-Identifier: MIT */
/*
 * dma_operations_test.c - how often the device reads and writes its rings, doorbells and interrupts:
 * counted by QEMU's trace events, not timed (device specification, sections 4, 5 and 7)
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sgnic_queue.h"

#define FRAMES	256u
#define BATCH	32u
#define LENGTH	64u
#define SINGLE	40u
#define ALONE	17u	/* frames of a burst whose completions may be written one by one */

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

/* @count equal frames at once, which QEMU reads at once */
static void stream_frames(int wire, unsigned int count)
{
	g_autofree struct frame *frame = g_new(struct frame, 1);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	uint32_t length = GUINT32_TO_BE(LENGTH);

	frame_fill(frame, address_nic, LENGTH, 1);
	for (unsigned int i = 0; i < count; i++) {
		g_byte_array_append(bytes, (const guint8 *)&length, sizeof(length));
		g_byte_array_append(bytes, frame->bytes, LENGTH);
	}
	g_assert_cmpint(write(wire, bytes->data, bytes->len), ==, bytes->len);
}

/*
 * A frame that comes alone is completed at once: its bytes, its completion and the flag, and one
 * look at interrupt_event. Completions of frames that come together are written together.
 */
static void test_receive(void)
{
	g_autofree char *backend = NULL;
	struct nic_queue rx;
	struct nic *nic;
	int ends[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
	backend = g_strdup_printf("stream,id=wire,server=off,addr.type=fd,addr.str=%d", ends[1]);
	nic = nic_start(&(struct nic_options){
		.wire_arguments = (const char *const[]){"-netdev", backend, "-trace", "sgnic_dma",
							NULL},
		.wire_peer = ends[1]});
	close(ends[1]);
	queue_open(&rx, nic, true, 2 * FRAMES);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	for (unsigned int i = 0; i < SINGLE + FRAMES; i++)
		queue_post(&rx, queue_buffer(nic, 2048, 0), 2048, 0, (uint16_t)i);
	queue_kick(&rx);
	nic_settle(nic);
	nic_ignore_log(nic);
	for (unsigned int i = 0; i < SINGLE; i++) {
		stream_frames(ends[0], 1);
		queue_expect(&rx, SGNIC_STATUS_OK, (uint16_t)i, LENGTH, 1);
	}
	g_assert_cmpuint(count_lines(nic, "sgnic_dma write"), <=, 3 * SINGLE + 1);
	g_assert_cmpuint(count_lines(nic, "sgnic_dma read"), <=, SINGLE + SINGLE / BATCH + 4);
	nic_ignore_log(nic);
	stream_frames(ends[0], FRAMES);
	for (unsigned int i = 0; i < FRAMES; i++)
		queue_expect(&rx, SGNIC_STATUS_OK, (uint16_t)(SINGLE + i), LENGTH, 1);
	g_assert_cmpuint(count_lines(nic, "sgnic_dma write"), <=,
			 FRAMES + 2 * (ALONE + FRAMES / BATCH + 1));
	g_assert_cmpuint(count_lines(nic, "sgnic_dma read"), <=,
			 ALONE + 2 * (FRAMES / BATCH + 1) + 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_DOORBELLS), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_INTERRUPTS), ==, 0);
	nic_ignore_log(nic);
	nic_stop(nic);
	close(ends[0]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dma-operations/transmit", test_transmit);
	g_test_add_func("/dma-operations/receive", test_receive);
	return g_test_run();
}
