/* SPDX-License-Identifier: MIT */
/*
 * migration_fields_test.c - every field of the migration stream that has a rule, damaged
 * (device specification, section 9.3)
 *
 * Fields without a rule, which any value fits: addresses and tables that a driver may fill with
 * anything, counters, latches, indexes, the RSS key, the link.
 */
#include <string.h>

#include "sgnic_migration.h"
#include "sgnic_queue.h"
#include "sgnic_state.h"

/* The value of the first field after those of the PCI device; occurs once. */
#define FEATURES 0x1ddu

/* Bytes from there to each field, in the order of the stream; all are big endian. */
enum {
	AT_FEATURES = 0,
	AT_FRAME_SIZE = 4,
	AT_DMA_WIDTH = 8,
	AT_STATION = 12,
	AT_FILTER = AT_STATION + 8,
	AT_MULTICAST_COUNT = AT_FILTER + 4,
	AT_MULTICAST = AT_MULTICAST_COUNT + 4,
	AT_VLAN_TABLE = AT_MULTICAST + 8 * SGNIC_MULTICAST_MAX,
	AT_PENDING = AT_VLAN_TABLE + 4 * SGNIC_VLAN_TABLE_WORDS,
	AT_MASK = AT_PENDING + 4,
	AT_MODE = AT_MASK + 4,
	AT_OTHER_VECTOR = AT_MODE + 4,
	AT_ERROR_CODE = AT_OTHER_VECTOR + 4,
	AT_ERROR_QUEUE = AT_ERROR_CODE + 4,
	AT_ERROR_ADDRESS = AT_ERROR_QUEUE + 4,
	AT_ERROR_VALUE = AT_ERROR_ADDRESS + 8,
	AT_ERROR_CLASSES = AT_ERROR_VALUE + 4,
	AT_ERROR_COUNT = AT_ERROR_CLASSES + 4,
	AT_RSS_TYPES = AT_ERROR_COUNT + 4 * (SGNIC_ERROR_LAST + 1),
	AT_RSS_TABLE_LOG2 = AT_RSS_TYPES + 4,
	AT_RSS_KEY = AT_RSS_TABLE_LOG2 + 4,
	AT_RSS_TABLE = AT_RSS_KEY + 4 * SGNIC_RSS_KEY_WORDS,
	AT_STATISTICS = AT_RSS_TABLE + 4 * SGNIC_RSS_TABLE_WORDS,
	AT_LATCHES = AT_STATISTICS + 8 * SGNIC_STAT_COUNT,
	AT_LINK = AT_LATCHES + 4 * SGNIC_STAT_COUNT,
	AT_QUEUES = AT_LINK + 1,
	/* within a queue */
	AT_STATE = 0,
	AT_RING_SIZE = 4,
	AT_VECTOR = 8,
	AT_DESCRIPTORS = 12,
	AT_COMPLETIONS = 20,
	AT_RECORD = 28,
	AT_CONSUMED = 36,
	AT_COMPLETED = 40,
	AT_DISCARDING = 44,
	AT_FRAMES = 45,
	AT_BYTES = 53,
	AT_QUEUE_LATCHES = 61,
	AT_QUEUE_ERRORS = 69,
	AT_MODERATION_TIME = 73,
	AT_MODERATION_COUNT = 77,
	AT_MODERATION_WAITS = 81,
	AT_MODERATION_EVENT = 82,
	AT_MODERATION_LEFT = 86,
	AT_SEGMENT = 90,
	QUEUE_BYTES = 94,
};

#define TX(q) (AT_QUEUES + (q)*QUEUE_BYTES)
#define RX(q) (AT_QUEUES + (8 + (q)) * QUEUE_BYTES)

static const struct damage {
	const char *name;
	unsigned int at;
	unsigned int size;
	uint32_t wrong;
} damages[] = {
	{"features-not-offered", AT_FEATURES, 4, 0x3dd},
	{"features-without-the-needed", AT_FEATURES, 4, 0x1de},
	{"frame-size-short", AT_FRAME_SIZE, 4, 1517},
	{"frame-size-long", AT_FRAME_SIZE, 4, 9235},
	{"dma-width", AT_DMA_WIDTH, 4, 33},
	{"station-low", AT_STATION, 4, 0x12345601},
	{"station-high", AT_STATION + 4, 4, 0x10000},
	{"receive-filter", AT_FILTER, 4, 0x10},
	{"multicast-count", AT_MULTICAST_COUNT, 4, 33},
	{"multicast-high-0", AT_MULTICAST + 4, 4, 0x10000},
	{"multicast-high-31", AT_MULTICAST + 8 * 31 + 4, 4, 0xffff0000},
	{"interrupt-pending", AT_PENDING, 4, 0x80000},
	{"interrupt-mask", AT_MASK, 4, 0x80000},
	{"interrupt-mode", AT_MODE, 4, 2},
	{"other-vector", AT_OTHER_VECTOR, 4, 17},
	{"error-code", AT_ERROR_CODE, 4, SGNIC_ERROR_LAST + 1},
	{"error-queue-tx", AT_ERROR_QUEUE, 4, 8},
	{"error-queue-rx", AT_ERROR_QUEUE, 4, 0x108},
	{"error-queue", AT_ERROR_QUEUE, 4, 0x10000},
	{"error-classes", AT_ERROR_CLASSES, 4, 1},
	{"rss-types", AT_RSS_TYPES, 4, 0x40},
	{"rss-table-log2", AT_RSS_TABLE_LOG2, 4, 8},
	{"rss-table-first", AT_RSS_TABLE, 4, 0x00000008},
	{"rss-table-last", AT_RSS_TABLE + 4 * 31, 4, 0x08000000},
	{"tx-state", TX(0) + AT_STATE, 4, 3},
	{"rx-state", RX(7) + AT_STATE, 4, 0xffffffff},
	{"tx-ring-size", TX(7) + AT_RING_SIZE, 4, 17},
	{"rx-ring-size", RX(0) + AT_RING_SIZE, 4, 8192},
	{"tx-vector", TX(3) + AT_VECTOR, 4, 17},
	{"rx-vector", RX(3) + AT_VECTOR, 4, 0x80000000},
	{"tx-descriptors", TX(1) + AT_DESCRIPTORS, 4, 0x20},
	{"tx-completions", TX(1) + AT_COMPLETIONS, 4, 0x1001},
	{"rx-record", RX(1) + AT_RECORD, 4, 0x1020},
	{"rx-discarding", RX(2) + AT_DISCARDING, 1, 1},
	{"tx-moderation-time", TX(4) + AT_MODERATION_TIME, 4, 1000001},
	{"rx-moderation-count", RX(4) + AT_MODERATION_COUNT, 4, 4097},
	{"tx-moderation-waits", TX(5) + AT_MODERATION_WAITS, 1, 1},
	{"tx-segment", TX(6) + AT_SEGMENT, 4, SGNIC_MAX_SEGMENT + 1},
	{"rx-segment", RX(6) + AT_SEGMENT, 4, 1},
};

/* The field in the stream. */
static uint8_t *find(int stream, unsigned int at)
{
	uint8_t *section = migration_section(stream);
	uint32_t anchor = GUINT32_TO_BE(FEATURES);
	uint8_t *found = memmem(section, MIGRATION_SECTION, &anchor, sizeof(anchor));

	g_assert_nonnull(found);
	return found + at;
}

static uint32_t word(int stream, unsigned int at)
{
	uint32_t value;

	memcpy(&value, find(stream, at), sizeof(value));
	return GUINT32_FROM_BE(value);
}

/* The stream is as this program believes. */
static void check_order(struct nic *source, int stream)
{
	g_assert_cmphex(word(stream, AT_STATION), ==, nic_get(source, SGNIC_STATION_LOW));
	g_assert_cmphex(word(stream, AT_MASK), ==, nic_get(source, SGNIC_INTERRUPT_MASK));
	g_assert_cmphex(word(stream, AT_RSS_TYPES), ==, nic_get(source, SGNIC_RSS_TYPES));
	g_assert_cmphex(word(stream, TX(0) + AT_RECORD), ==,
			nic_get(source, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_RECORD_LOW));
	g_assert_cmphex(word(stream, RX(7) + AT_MODERATION_TIME), ==,
			nic_get(source, SGNIC_RX_QUEUE(7) + SGNIC_QUEUE_MODERATION_TIME));
}

/* One saved machine, whose stream is damaged in each way in turn. */
static void test_fields(void)
{
	struct nic *source;
	struct nic *target;
	uint8_t good[4];
	bool loaded;
	int stream;
	size_t i;

	if (!migration_can_refuse())
		return;
	source = nic_start(&(struct nic_options){.properties = "queues=8"});
	nic_disturb(source);
	stream = migration_save(source);
	check_order(source, stream);
	for (i = 0; i < G_N_ELEMENTS(damages); i++) {
		const struct damage *damage = &damages[i];
		uint32_t wrong = GUINT32_TO_BE(damage->wrong);
		uint8_t *field = find(stream, damage->at);

		memcpy(good, field, damage->size);
		memcpy(field, (uint8_t *)&wrong + 4 - damage->size, damage->size);
		target = migration_load_into(stream, "queues=8", &loaded);
		g_test_message("%s", damage->name);
		g_assert_false(loaded);
		if (damage->size == 4)
			nic_expect_logged(target, damage->wrong);
		nic_ignore_log(target);
		nic_stop(target);
		memcpy(field, good, damage->size);
	}
	/* The damage was the only reason. */
	target = migration_load_into(stream, "queues=8", &loaded);
	g_assert_true(loaded);
	nic_stop(target);
	migration_retire(source, stream);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/migration-fields/damaged", test_fields);
	return g_test_run();
}
