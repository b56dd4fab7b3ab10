/* SPDX-License-Identifier: MIT */
/*
 * migration_damage_test.c - a migration stream with a broken running queue is refused, and one
 * with noise does no harm (device specification, section 9.3); migration_fields_test.c damages
 * each field
 */
#include <string.h>

#include "sgnic_migration.h"
#include "sgnic_queue.h"
#include "sgnic_state.h"

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

/*
 * QEMU's PCI core takes the pin from the stream, and aborts when a device that has none, or a
 * fifth, asserts it.  The card's is A.
 */
static void test_interrupt_pin(void)
{
	enum { INTERRUPT_PIN = 0x3d };
	static const uint8_t identity[] = {SGNIC_PCI_VENDOR_ID & 0xff, SGNIC_PCI_VENDOR_ID >> 8,
					   SGNIC_PCI_DEVICE_ID & 0xff, SGNIC_PCI_DEVICE_ID >> 8};
	static const uint8_t wrong[] = {0, 2, 5, 255};
	struct nic *source;
	struct nic *target;
	uint8_t *config;
	bool loaded;
	int stream;
	size_t i;

	if (!migration_can_refuse())
		return;
	source = nic_start(NULL);
	stream = migration_save(source);
	config = memmem(migration_section(stream), MIGRATION_SECTION, identity, sizeof(identity));
	g_assert_nonnull(config);
	g_assert_cmpuint(config[INTERRUPT_PIN], ==, 1);
	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		config[INTERRUPT_PIN] = wrong[i];
		target = migration_load(stream, &loaded);
		g_assert_false(loaded);
		nic_ignore_log(target);
		nic_stop(target);
	}
	migration_retire(source, stream);
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
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/migration-damage/running-queue", test_damaged_running_queue);
	g_test_add_func("/migration-damage/interrupt-pin", test_interrupt_pin);
	g_test_add_func("/migration-damage/noise", test_noise);
	return g_test_run();
}
