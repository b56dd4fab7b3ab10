// SPDX-License-Identifier: MIT
/*
 * offload_interrupted_test.c - what happens in the middle of a large frame
 *
 * The far end does not read, so the network backend is busy after some segments. Whatever
 * then happens, no segment is on the wire twice, and none is missing in between.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ip_packet.h"
#include "sgnic_migration.h"
#include "sgnic_queue.h"

#define FEATURES (SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION)
#define LENGTH	 100u  /* TCP bytes of a segment */
#define SEGMENTS 400u
#define TAG	 0x1a96

/* A large frame, given to a device that can send but a part of it for now. */
struct large {
	struct nic *nic;
	struct nic_queue tx;
	struct ip_packet packet;
	struct frame *frame;
	struct frame *segment;
	uint32_t seen; /* segments on the wire so far */
};

static void post(struct large *l)
{
	struct sgnic_offload offload = {.checksum = SGNIC_NEEDS_CHECKSUM,
					.segmentation = SGNIC_SEGMENTATION_TCP_IPV4,
					.header_length = (uint16_t)l->packet.payload,
					.segment_size = LENGTH,
					.checksum_start = (uint16_t)l->packet.transport,
					.checksum_offset = 16};

	queue_post_offload(&l->tx, &offload);
	queue_post_frame(&l->tx, l->frame, 7000, 3, TAG);
	queue_kick(&l->tx);
	nic_settle(l->nic);
	g_assert_false(queue_ready(&l->tx));
}

static struct large *large_start(void)
{
	struct large *l = g_new0(struct large, 1);

	l->nic = nic_start(&(struct nic_options){.wire_buffer = 8192});
	l->frame = g_new0(struct frame, 1);
	l->segment = g_new0(struct frame, 1);
	l->packet = (struct ip_packet){.flags = 0x18, .data = SEGMENTS * LENGTH - 1, .seed = 3};
	ip_packet_build(&l->packet, l->frame, address_other);
	nic_set(l->nic, SGNIC_FEATURES_ENABLED, FEATURES);
	queue_open(&l->tx, l->nic, false, 64);
	post(l);
	return l;
}

static void large_end(struct large *l)
{
	nic_stop(l->nic);
	g_free(l->segment);
	g_free(l->frame);
	g_free(l);
}

/* The next @count segments are on the wire. */
static void expect_segments(struct large *l, uint32_t count)
{
	for (; count; count--) {
		ip_packet_segment(&l->packet, l->frame, LENGTH, l->seen++, l->segment);
		wire_expect(l->nic, l->segment);
	}
}

/* Takes the segments that are on the wire now; some are still to come. */
static void take_segments(struct large *l)
{
	char byte;

	while (recv(l->nic->wire, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
		expect_segments(l, 1);
	g_assert_cmpuint(l->seen, >, 0);
	g_assert_cmpuint(l->seen, <, SEGMENTS);
}

static void expect_rest(struct large *l)
{
	uint16_t count = 1 + (uint16_t)((l->frame->length + 6999) / 7000);

	expect_segments(l, SEGMENTS - l->seen);
	queue_expect(&l->tx, SGNIC_STATUS_OK, TAG, (uint32_t)l->frame->length, count);
	wire_expect_silence(l->nic);
	g_assert_cmpuint(nic_statistic(l->nic, SGNIC_STAT_TX_LARGE), ==, 1);
	g_assert_cmpuint(nic_statistic(l->nic, SGNIC_STAT_TX_FRAMES), ==, 1);
	queue_expect_transmits(&l->tx);
	nic_expect_no_error(l->nic);
}

/* The far end reads again. What is in the frame's buffers meanwhile does not matter. */
static void test_busy(void)
{
	struct large *l = large_start();
	uint32_t i;

	queue_ring(&l->tx);
	nic_settle(l->nic);
	for (i = 1; i < l->tx.posted; i++)
		memset(nic_pointer(l->nic, queue_descriptor(&l->tx, i)->address, 100), 0xee, 100);
	expect_rest(l);
	large_end(l);
}

static void test_stopped(void)
{
	struct large *l = large_start();
	int i;

	for (i = 0; i < 3; i++) {
		qtest_qmp_ok(l->nic->qemu, "{\"execute\": \"stop\"}");
		take_segments(l);
		qtest_qmp_ok(l->nic->qemu, "{\"execute\": \"cont\"}");
		nic_settle(l->nic);
		expect_segments(l, 7);
	}
	expect_rest(l);
	large_end(l);
}

/* The destination sends what the source did not. */
static void test_migrated(void)
{
	struct large *l = large_start();
	struct nic *source = l->nic;
	int stream;
	int i;

	for (i = 0; i < 2; i++) {
		stream = migration_save(source);
		take_segments(l);
		l->nic = migration_move(source, stream);
		l->tx.nic = l->nic;
		migration_resume(l->nic);
		expect_segments(l, 30);
		migration_retire(source, stream);
		source = l->nic;
	}
	expect_rest(l);
	large_end(l);
}

/* A count of segments that no frame has is refused. */
static void test_migrated_damaged(void)
{
	struct large *l = large_start();
	struct nic *target;
	bool loaded;
	int stream;

	if (!migration_can_refuse())
		return;
	expect_segments(l, 300);
	nic_settle(l->nic);
	stream = migration_save(l->nic);
	take_segments(l);
	migration_patch(stream, l->seen, SGNIC_MAX_SEGMENT + 1);
	target = migration_load(stream, &loaded);
	g_assert_false(loaded);
	nic_ignore_log(target);
	nic_stop(target);
	close(stream);
	large_end(l);
}

static void set_link(struct nic *nic, bool up)
{
	qtest_qmp_ok(nic->qemu,
		     "{\"execute\": \"set_link\", \"arguments\": {\"name\": \"nic\", \"up\": %s}}",
		     up ? "true" : "false");
}

static void test_link_down(void)
{
	struct large *l = large_start();

	set_link(l->nic, false);
	queue_expect_failure(&l->tx, SGNIC_STATUS_LINK_DOWN, TAG, 0,
			     (uint16_t)(l->tx.posted - l->tx.consumed));
	take_segments(l);
	wire_expect_silence(l->nic);
	g_assert_cmpuint(nic_statistic(l->nic, SGNIC_STAT_TX_FRAMES), ==, 0);
	g_assert_cmpuint(nic_statistic(l->nic, SGNIC_STAT_TX_ERRORS), ==, 1);
	set_link(l->nic, true);
	l->seen = 0;
	post(l);
	expect_rest(l);
	large_end(l);
}

/* Clearing Bus Master Enable pauses, disabling the queue or a reset ends. */
static void test_bus_master(void)
{
	struct large *l = large_start();

	pci_command(&l->nic->pci, 0, PCI_COMMAND_MASTER);
	take_segments(l);
	wire_expect_silence(l->nic);
	pci_command(&l->nic->pci, PCI_COMMAND_MASTER, 0);
	expect_rest(l);
	large_end(l);
}

static void test_disabled(void)
{
	struct large *l = large_start();

	queue_disable(&l->tx);
	take_segments(l);
	wire_expect_silence(l->nic);
	queue_enable(&l->tx);
	wire_expect_silence(l->nic);
	l->seen = 0;
	post(l);
	expect_rest(l);
	large_end(l);
}

static void test_reset(void)
{
	struct large *l = large_start();

	nic_set(l->nic, SGNIC_RESET, SGNIC_RESET_NOW);
	take_segments(l);
	wire_expect_silence(l->nic);
	nic_set(l->nic, SGNIC_FEATURES_ENABLED, FEATURES);
	queue_open(&l->tx, l->nic, false, 64);
	l->seen = 0;
	post(l);
	expect_rest(l);
	large_end(l);
}

/* The producer index is spoilt: the queue stops, and starts afresh. */
static void test_queue_error(void)
{
	struct large *l = large_start();

	queue_memory(&l->tx)->producer = GUINT32_TO_LE(1000);
	take_segments(l);
	nic_expect_error(l->nic, SGNIC_ERROR_PRODUCER, 0, l->tx.record, 1000);
	take_segments(l);
	wire_expect_silence(l->nic);
	g_assert_cmpuint(queue_state(&l->tx), ==, SGNIC_QUEUE_ERROR);
	queue_disable(&l->tx);
	queue_enable(&l->tx);
	l->seen = 0;
	post(l);
	expect_rest(l);
	large_end(l);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/offload-interrupted/busy", test_busy);
	g_test_add_func("/offload-interrupted/stopped", test_stopped);
	g_test_add_func("/offload-interrupted/migrated", test_migrated);
	g_test_add_func("/offload-interrupted/migrated-damaged", test_migrated_damaged);
	g_test_add_func("/offload-interrupted/link-down", test_link_down);
	g_test_add_func("/offload-interrupted/bus-master", test_bus_master);
	g_test_add_func("/offload-interrupted/disabled", test_disabled);
	g_test_add_func("/offload-interrupted/reset", test_reset);
	g_test_add_func("/offload-interrupted/queue-error", test_queue_error);
	return g_test_run();
}
