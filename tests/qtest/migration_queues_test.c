/* SPDX-License-Identifier: MIT */
/*
 * migration_queues_test.c - several queues, scaling and moderated interrupts move to another
 * QEMU (device specification, 9.3)
 */
#include <string.h>

#include "sgnic_migration.h"
#include "ip_packet.h"
#include "sgnic_queue.h"
#include "sgnic_state.h"

#define PAIRS	    8
#define MICROSECOND 1000

struct setup {
	struct nic *nic;
	struct nic_queue tx[PAIRS];
	struct nic_queue rx[PAIRS];
};

static void setup_open(struct setup *setup)
{
	uint32_t i;

	setup->nic = nic_start(&(struct nic_options){.properties = "queues=8"});
	nic_set(setup->nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RSS);
	nic_set(setup->nic, SGNIC_RSS_TYPES, SGNIC_RSS_UDP_IPV4);
	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++)
		nic_set(setup->nic, SGNIC_RSS_KEY(i), 0x9e3779b9 * (i + 1));
	nic_set(setup->nic, SGNIC_RSS_TABLE_LOG2, 3);
	nic_set(setup->nic, SGNIC_RSS_TABLE(0), 0x03020100);
	nic_set(setup->nic, SGNIC_RSS_TABLE(1), 0x07060504);
	for (i = 0; i < PAIRS; i++) {
		queue_open_at(&setup->tx[i], setup->nic, false, i, 16u << i % 3);
		queue_open_at(&setup->rx[i], setup->nic, true, i, 16u << i % 4);
	}
	nic_set(setup->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
}

/* Moves the device and the test's idea of it; the source is ended. */
static void setup_move(struct setup *setup)
{
	struct nic *source = setup->nic;
	int stream = migration_save(source);
	uint32_t i;

	setup->nic = migration_move(source, stream);
	for (i = 0; i < PAIRS; i++)
		setup->tx[i].nic = setup->rx[i].nic = setup->nic;
	migration_resume(setup->nic);
	migration_retire(source, stream);
}

/* A flow for each of the low three bits of the hash, so for each queue */
static void flow(struct frame *frame, struct ip_packet *packet, uint32_t queue)
{
	uint8_t key[4 * SGNIC_RSS_KEY_WORDS];
	uint32_t word;
	uint32_t i;

	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++) {
		word = GUINT32_TO_LE(0x9e3779b9 * (i + 1));
		memcpy(key + 4 * i, &word, 4);
	}
	*packet = (struct ip_packet){
		.source = "198.51.100.7", .destination = "192.0.2.9", .protocol = PACKET_UDP};
	while ((ip_packet_toeplitz(packet, key) & 7) != queue)
		packet->ports[0]++;
	ip_packet_build(packet, frame, address_nic);
}

static void expect_traffic(struct setup *setup)
{
	struct frame *frame = g_new(struct frame, 1);
	struct ip_packet packet;
	uint32_t i;

	for (i = 0; i < PAIRS; i++) {
		queue_expect_transmits(&setup->tx[i]);
		flow(frame, &packet, i);
		queue_post(&setup->rx[i], nic_allocate(setup->nic, 256, 64), 256, 0, (uint16_t)i);
		queue_kick(&setup->rx[i]);
		wire_send(setup->nic, frame);
		queue_expect(&setup->rx[i], SGNIC_STATUS_OK, (uint16_t)i, (uint32_t)frame->length,
			     1);
		g_assert_cmphex(setup->rx[i].details.hash & 7, ==, i);
	}
	g_free(frame);
}

/* All queues with traffic before and after each of several moves; counters go on. */
static void test_traffic(void)
{
	struct setup *setup = g_new0(struct setup, 1);
	struct nic_state *before;
	struct nic_state *after;
	int round;

	setup_open(setup);
	for (round = 0; round < 3; round++) {
		expect_traffic(setup);
		nic_settle(setup->nic);
		before = nic_capture(setup->nic);
		setup_move(setup);
		nic_settle(setup->nic);
		after = nic_capture(setup->nic);
		nic_same_state(after, before);
		g_free(before);
		g_free(after);
	}
	expect_traffic(setup);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_TX_FRAMES), ==, 4 * PAIRS);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_RX_FRAMES), ==, 4 * PAIRS);
	nic_expect_no_error(setup->nic);
	nic_stop(setup->nic);
	g_free(setup);
}

/* A device with another number of queues refuses the stream, and says why. */
static void test_other_count(void)
{
	static const char *const properties[][2] = {
		{"queues=8", "queues=7"}, {"queues=1", "queues=8"}, {"queues=8", NULL}};
	struct nic *source;
	struct nic *target;
	bool loaded;
	int stream;
	char *log;
	size_t i;

	if (!migration_can_refuse())
		return;
	for (i = 0; i < G_N_ELEMENTS(properties); i++) {
		source = nic_start(&(struct nic_options){.properties = properties[i][0]});
		stream = migration_save(source);
		target = migration_load_into(stream, properties[i][1], &loaded);
		g_assert_false(loaded);
		log = qtest_log(target->qemu);
		g_assert_nonnull(strstr(log, "numbers of queues (property 'queues')"));
		g_free(log);
		nic_ignore_log(target);
		nic_stop(target);
		migration_retire(source, stream);
	}
}

/* The rest of the time passes on the destination, the rest of the count, too. */
static void test_moderation(void)
{
	struct setup *setup = g_new0(struct setup, 1);
	uint32_t causes = SGNIC_CAUSE_TX(3) | SGNIC_CAUSE_TX(4);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t i;

	setup_open(setup);
	frame_fill(frame, address_other, 70, 1);
	for (i = 3; i <= 4; i++) {
		nic_set(setup->nic, queue_register(&setup->tx[i], SGNIC_QUEUE_MODERATION_TIME),
			100);
		nic_set(setup->nic, queue_register(&setup->tx[i], SGNIC_QUEUE_MODERATION_COUNT), 2);
		queue_post_frame(&setup->tx[i], frame, 70, 0, 0);
		queue_kick(&setup->tx[i]);
		queue_reap(&setup->tx[i]);
	}
	qtest_clock_step(setup->nic->qemu, 30 * MICROSECOND);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_PENDING), ==, 0);
	setup_move(setup);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_PENDING), ==, 0);
	queue_post_frame(&setup->tx[4], frame, 70, 0, 0);
	queue_kick(&setup->tx[4]);
	queue_reap(&setup->tx[4]);
	nic_settle(setup->nic);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_PENDING), ==, SGNIC_CAUSE_TX(4));
	qtest_clock_step(setup->nic->qemu, 70 * MICROSECOND - 1);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_PENDING), ==, SGNIC_CAUSE_TX(4));
	qtest_clock_step(setup->nic->qemu, 1);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_PENDING), ==, causes);
	nic_stop(setup->nic);
	g_free(frame);
	g_free(setup);
}

/* A wait longer than MODERATION_TIME, or of a queue that does not run */
static void test_damaged_moderation(gconstpointer data)
{
	enum { LONGER, NO_TIME, NOT_RUNNING } damage = GPOINTER_TO_INT(data);
	struct nic *source;
	struct nic_queue tx;
	struct nic *target;
	bool loaded;
	int stream;

	if (!migration_can_refuse())
		return;
	source = nic_start(NULL);
	queue_open(&tx, source, false, 1024);
	nic_set(source, queue_register(&tx, SGNIC_QUEUE_MODERATION_TIME), 987654);
	queue_post_frame(&tx, &(struct frame){.length = 64}, 64, 0, 0);
	queue_kick(&tx);
	queue_reap(&tx);
	nic_settle(source);
	stream = migration_save(source);
	if (damage == LONGER)
		migration_patch(stream, 987654 * MICROSECOND, 987654 * MICROSECOND + 1);
	else if (damage == NO_TIME)
		migration_patch(stream, 987654, 987653);
	else /* the state is the field before the ring's size */
		migration_patch_at(stream, 1024, -4, SGNIC_QUEUE_ERROR);
	target = migration_load(stream, &loaded);
	g_assert_false(loaded);
	nic_expect_logged(target, damage == NO_TIME ? 987653 : 987654);
	nic_ignore_log(target);
	nic_stop(target);
	migration_retire(source, stream);
}

/*
 * Sections 3.5 and 3.7: these counters stay at 0xFFFFFFFF.  No test makes so many errors, so
 * the stream carries counts that are close.
 */
static void test_saturation(void)
{
	enum { QUEUE = 777, CLASS = QUEUE + 100, UNKNOWN = 5 };
	struct nic *source = nic_start(NULL);
	uint32_t vector = SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_VECTOR;
	uint32_t count = SGNIC_ERROR_COUNT(SGNIC_ERROR_BAD_VALUE);
	struct nic *target;
	int stream;
	int i;

	/* three counts, so that each occurs once in the stream */
	for (i = 0; i < CLASS; i++)
		nic_set(source, i < QUEUE ? vector : SGNIC_OTHER_VECTOR, 999);
	for (i = 0; i < UNKNOWN; i++)
		nic_set(source, 0xfff0, 0);
	nic_ignore_log(source);
	stream = migration_save(source);
	migration_patch(stream, QUEUE, 0xffffffff);
	migration_patch(stream, CLASS, 0xfffffffe);
	target = migration_move(source, stream);
	for (i = 0; i < 3; i++) {
		nic_set(target, vector, 999);
		g_assert_cmphex(nic_get(target, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_ERRORS), ==,
				0xffffffff);
		g_assert_cmphex(nic_get(target, count), ==, 0xffffffff);
	}
	g_assert_cmpuint(nic_statistic(target, SGNIC_STAT_GUEST_ERRORS), ==,
			 CLASS + UNKNOWN + 3);
	nic_ignore_log(target);
	nic_stop(target);
	migration_retire(source, stream);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/migration-queues/traffic", test_traffic);
	g_test_add_func("/migration-queues/other-count", test_other_count);
	g_test_add_func("/migration-queues/moderation", test_moderation);
	g_test_add_func("/migration-queues/saturation", test_saturation);
	g_test_add_data_func("/migration-queues/damaged-moderation/longer", GINT_TO_POINTER(0),
			     test_damaged_moderation);
	g_test_add_data_func("/migration-queues/damaged-moderation/shorter-time",
			     GINT_TO_POINTER(1), test_damaged_moderation);
	g_test_add_data_func("/migration-queues/damaged-moderation/not-running",
			     GINT_TO_POINTER(2), test_damaged_moderation);
	return g_test_run();
}
