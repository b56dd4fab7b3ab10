/* SPDX-License-Identifier: MIT */
/*
 * migration_damage_test.c - a migration stream that breaks a rule of section 3 is refused
 * (device specification, section 9.3)
 */
#include <string.h>

#include "sgnic_migration.h"
#include "sgnic_queue.h"
#include "sgnic_state.h"

struct damage {
	const char *name;
	uint32_t value; /* what nic_disturb() wrote */
	uint32_t wrong;
};

static const struct damage damages[] = {
	{"station-group-bit", 0xcafef00c, 0xcafef00d},
	{"station-high", 0x5eed, 0x15eed},
	{"features", 0x1dd, 0x1de},
	{"features-not-offered", 0x1dd, 0x3dd},
	{"frame-size", 4000, 1517},
	{"frame-size-long", 4000, 9235},
	{"multicast-high", 0xbe1f, 0x1be1f},
	{"mask", SGNIC_CAUSE_RX(0) | SGNIC_CAUSE_LINK | SGNIC_CAUSE_ERROR, 0x00090001},
	{"pending", SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_TX(0) | SGNIC_CAUSE_ERROR, 0x80060001},
	{"descriptors-misaligned", 0x01abc400, 0x01abc401},
	{"completions-misaligned", 0x02abc600, 0x02abc620},
	{"record-misaligned", 0x02e3c800, 0x02e3c810}, /* RX 7 is at 0x2380 */
	{"moderation-time", 12345 + 0x1080, 1000001},
	{"moderation-count", 0x2300 >> 4 | 3, 4097},
	{"rss-types", SGNIC_RSS_TYPES_MASK & ~SGNIC_RSS_IPV6, 0x77},
	{"rss-table", 0x05060007, 0x05080007},
	{"error-classes", 1u << SGNIC_ERROR_BAD_VALUE | 1u << SGNIC_ERROR_REGISTER,
	 1u << (SGNIC_ERROR_LAST + 1)},
};

static void test_damaged(gconstpointer data)
{
	const struct damage *damage = data;
	struct nic *source;
	struct nic *target;
	bool loaded;
	int stream;

	if (!migration_can_refuse())
		return;
	source = nic_start(&(struct nic_options){.properties = "queues=8"});
	nic_disturb(source);
	nic_set(source, SGNIC_RSS_TABLE(9), 0x05060007);
	nic_set(source, 0xfff0, 0);
	nic_ignore_log(source);
	stream = migration_save(source);
	migration_patch(stream, damage->value, damage->wrong);
	target = migration_load_into(stream, "queues=8", &loaded);
	g_assert_false(loaded);
	nic_expect_logged(target, damage->wrong);
	nic_ignore_log(target);
	qtest_end(target->qemu);
	close(target->wire);
	g_free(target);
	migration_retire(source, stream);
}

/* Ring size, and a ring beyond the DMA width, of a running queue. */
static void test_damaged_running_queue(void)
{
	static const uint32_t wrong[][2] = {
		{1024, 1023}, {1024, 0}, {1024, 8192}, {0x00314000, 0x00fffc00}};
	struct nic_queue tx;
	struct nic *source;
	struct nic *target;
	bool loaded;
	int stream;
	size_t i;

	if (!migration_can_refuse())
		return;
	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		source = nic_start(&(struct nic_options){.properties = "dma-width=24"});
		source->ram_next = 0x314000;
		queue_open(&tx, source, false, 1024);
		stream = migration_save(source);
		migration_patch(stream, wrong[i][0], wrong[i][1]);
		target = migration_load(stream, &loaded);
		g_assert_false(loaded);
		nic_ignore_log(target);
		nic_stop(target);
		migration_retire(source, stream);
	}
}

/* Random damage: the stream is refused, or the device works with what it got. */
static void test_noise(void)
{
	enum { ROUNDS = 14 };
	struct nic *source = nic_start(&(struct nic_options){.properties = "queues=8"});
	struct nic_queue tx;
	struct nic_queue rx;
	uint32_t state = 99;
	struct nic *target;
	uint8_t *section;
	uint8_t *good;
	bool loaded;
	int stream;
	int round;
	int i;

	if (!migration_can_refuse())
		return;
	queue_open(&tx, source, false, 32);
	queue_open(&rx, source, true, 32);
	nic_set(source, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	stream = migration_save(source);
	section = migration_section(stream);
	good = g_memdup2(section, MIGRATION_SECTION);
	for (round = 0; round < ROUNDS; round++) {
		memcpy(section, good, MIGRATION_SECTION);
		for (i = 0; i < 1 + round; i++) {
			state = state * 1664525 + 1013904223;
			section[256 + (state >> 8) % 6000] ^= (uint8_t)(1 << (state >> 28) % 8);
		}
		target = migration_load_into(stream, "queues=8", &loaded);
		if (loaded) {
			migration_resume(target);
			nic_settle(target);
			qtest_memset(target->qemu, NIC_REGISTERS + SGNIC_TX_DOORBELL(0), 0, 8);
			nic_settle(target);
		}
		nic_ignore_log(target);
		nic_stop(target);
	}
	g_free(good);
	migration_retire(source, stream);
}

int main(int argc, char **argv)
{
	size_t i;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(damages); i++)
		qtest_add(test_damaged, &damages[i], "/migration-damage/%s", damages[i].name);
	g_test_add_func("/migration-damage/running-queue", test_damaged_running_queue);
	g_test_add_func("/migration-damage/noise", test_noise);
	return g_test_run();
}
