/* SPDX-License-Identifier: MIT */
/*
 * ioeventfd_test.c - doorbells that QEMU answers from its main loop (device specification,
 * section 3.8, property ioeventfd)
 *
 * What a driver sees must be what it sees with doorbells that the register write answers.
 */
#include <string.h>
#include <unistd.h>

#include "sgnic_migration.h"
#include "sgnic_queue.h"

struct setup {
	struct nic *nic;
	struct nic_queue tx[2];
	struct nic_queue rx[2];
};

#define PROPERTIES "queues=2,ioeventfd=on"

static struct setup *setup_start(const struct nic_options *options)
{
	struct nic_options use = options ? *options : (struct nic_options){0};
	struct setup *setup = g_new0(struct setup, 1);
	uint32_t i;

	use.properties = PROPERTIES;
	setup->nic = nic_start(&use);
	for (i = 0; i < 2; i++) {
		queue_open_at(&setup->tx[i], setup->nic, false, i, 32);
		queue_open_at(&setup->rx[i], setup->nic, true, i, 32);
	}
	nic_set(setup->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	return setup;
}

static void setup_stop(struct setup *setup)
{
	nic_expect_no_error(setup->nic);
	nic_stop(setup->nic);
	g_free(setup);
}

/* Every doorbell is counted, however many QEMU answers at once. */
static void test_traffic(gconstpointer data)
{
	struct setup *setup = setup_start(data);
	uint32_t round;
	uint32_t i;

	for (round = 0; round < 20; round++) {
		for (i = 0; i < 2; i++)
			queue_expect_transmits(&setup->tx[i]);
		queue_expect_receives(&setup->rx[0]);
	}
	/* TX asked for each; RX for one, when it had nothing */
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_TX_DOORBELLS), ==, 40);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_RX_DOORBELLS), ==, 1);
	for (i = 0; i < 100; i++)
		queue_ring(&setup->tx[i % 2]);
	for (i = 0; i < 19; i++)
		queue_ring(&setup->rx[i % 2]);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_TX_DOORBELLS), ==, 140);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_RX_DOORBELLS), ==, 20);
	/* both doorbells of a pair in one access, and accesses that are none */
	qtest_write(setup->nic->qemu, NIC_REGISTERS + SGNIC_TX_DOORBELL(1), 8, UINT64_MAX);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_TX_DOORBELLS), ==, 141);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_RX_DOORBELLS), ==, 21);
	qtest_write(setup->nic->qemu, NIC_REGISTERS + SGNIC_TX_DOORBELL(1), 2, 1);
	nic_expect_error(setup->nic, SGNIC_ERROR_ACCESS_SIZE, NIC_ANY, SGNIC_TX_DOORBELL(1),
			 NIC_ANY);
	g_assert_cmpuint(nic_get(setup->nic, SGNIC_TX_DOORBELL(1)), ==, 0);
	setup_stop(setup);
}

/* A doorbell of a queue that does not run */
static void test_errors(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint32_t errors;

	queue_disable(&setup->tx[1]);
	queue_ring(&setup->tx[1]);
	nic_expect_error(nic, SGNIC_ERROR_DOORBELL, 1, SGNIC_TX_DOORBELL(1), 0);
	queue_memory(&setup->tx[0])->producer = GUINT32_TO_LE(99);
	queue_ring(&setup->tx[0]);
	nic_expect_error(nic, SGNIC_ERROR_PRODUCER, 0, NIC_ANY, 99);
	queue_ring(&setup->tx[0]);
	nic_expect_error(nic, SGNIC_ERROR_DOORBELL, 0, SGNIC_TX_DOORBELL(0), 0);

	/* rung, then disabled: no error; rung, then enabled: an error, and no work */
	errors = nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_DOORBELL));
	queue_ring(&setup->rx[0]);
	queue_disable(&setup->rx[0]);
	nic_settle(nic);
	g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_DOORBELL)), ==, errors);
	queue_ring(&setup->tx[1]);
	queue_enable(&setup->tx[1]);
	nic_expect_error(nic, SGNIC_ERROR_DOORBELL, 1, SGNIC_TX_DOORBELL(1), 0);
	queue_expect_transmits(&setup->tx[1]);
	setup_stop(setup);
}

/* Bus mastering off, machine stopped, device reset: a doorbell is neither lost nor too many. */
static void test_interruptions(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	struct frame *frame = g_new(struct frame, 1);
	uint64_t doorbells;
	uint16_t round;

	for (round = 0; round < 2; round++) {
		doorbells = nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS);
		if (round)
			qtest_qmp_ok(nic->qemu, "{\"execute\": \"stop\"}");
		else
			pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
		frame_fill(frame, address_other, 222, round);
		queue_post_frame(&setup->tx[0], frame, 222, 0, round);
		queue_publish(&setup->tx[0]);
		queue_ring(&setup->tx[0]);
		queue_expect_idle(&setup->tx[0]);
		g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, doorbells + 1);
		if (round)
			qtest_qmp_ok(nic->qemu, "{\"execute\": \"cont\"}");
		else
			pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
		wire_expect(nic, frame);
		queue_expect(&setup->tx[0], SGNIC_STATUS_OK, round, 222, 1);
	}
	wire_expect_silence(nic);

	queue_ring(&setup->tx[0]);
	nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
	nic_settle(nic);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, 0);
	queue_open(&setup->tx[0], nic, false, 16);
	queue_expect_transmits(&setup->tx[0]);

	/* the registers somewhere else, then not on the bus at all */
	pci_write(&nic->pci, PCI_BAR(0), 4, NIC_REGISTERS + 0x100000);
	qtest_write(nic->qemu, NIC_REGISTERS + 0x100000 + SGNIC_TX_DOORBELL(0), 4, 0);
	qtest_write(nic->qemu, NIC_REGISTERS + SGNIC_TX_DOORBELL(0), 4, 0);
	pci_command(&nic->pci, 0, PCI_COMMAND_MEMORY);
	qtest_write(nic->qemu, NIC_REGISTERS + 0x100000 + SGNIC_TX_DOORBELL(0), 4, 0);
	pci_write(&nic->pci, PCI_BAR(0), 4, NIC_REGISTERS);
	pci_command(&nic->pci, PCI_COMMAND_MEMORY, 0);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_DOORBELLS), ==, 2);
	setup_stop(setup);
	g_free(frame);
}

/* Nothing of it is in the stream: each side may have doorbells of its own kind. */
static void test_migration(gconstpointer data)
{
	bool forth = GPOINTER_TO_INT(data);
	struct nic *source = nic_start(&(struct nic_options){
		.properties = forth ? PROPERTIES : "queues=2,ioeventfd=off"});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *target;
	bool loaded;
	int stream;

	queue_open_at(&tx, source, false, 1, 16);
	qtest_qmp_ok(source->qemu, "{\"execute\": \"stop\"}");
	frame_fill(frame, address_other, 300, 1);
	queue_post_frame(&tx, frame, 300, 0, 0x77);
	queue_publish(&tx);
	queue_ring(&tx);
	stream = migration_save(source);
	target = migration_load_into(stream, forth ? "queues=2,ioeventfd=off" : PROPERTIES,
				     &loaded);
	g_assert_true(loaded);
	target->ram_next = source->ram_next;
	tx.nic = target;
	migration_resume(target);
	wire_expect(target, frame);
	queue_expect(&tx, SGNIC_STATUS_OK, 0x77, 300, 1);
	g_assert_cmpuint(nic_statistic(target, SGNIC_STAT_TX_DOORBELLS), ==, 1);
	queue_expect_transmits(&tx);
	nic_stop(target);
	migration_retire(source, stream);
	g_free(frame);
}

/* Event counters that QEMU has open */
static uint32_t notifiers(const char *properties)
{
	struct nic *nic = nic_start(&(struct nic_options){.properties = properties});
	g_autofree char *path = g_strdup_printf("/proc/%d/fd", (int)qtest_pid(nic->qemu));
	GDir *directory = g_dir_open(path, 0, NULL);
	uint32_t count = 0;
	const char *name;

	g_assert_nonnull(directory);
	while ((name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		char target[64] = "";

		if (readlink(file, target, sizeof(target) - 1) > 0)
			count += strstr(target, "eventfd") != NULL;
	}
	g_dir_close(directory);
	nic_stop(nic);
	return count;
}

/* One for each queue; none without KVM unless asked for */
static void test_property(void)
{
	uint32_t without = notifiers("queues=3,ioeventfd=off");

	g_assert_cmpuint(notifiers("queues=3,ioeventfd=on"), ==, without + 6);
	g_assert_cmpuint(notifiers("queues=3,ioeventfd=auto"), ==, without);
	g_assert_cmpuint(notifiers("queues=3"), ==, without);
}

int main(int argc, char **argv)
{
	static const struct nic_options express, port = {.root_port = true},
						 pci = {.machine = "pc"};
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ioeventfd/property", test_property);
	g_test_add_data_func("/ioeventfd/traffic/root-bus", &express, test_traffic);
	g_test_add_data_func("/ioeventfd/traffic/root-port", &port, test_traffic);
	g_test_add_data_func("/ioeventfd/traffic/conventional", &pci, test_traffic);
	g_test_add_func("/ioeventfd/errors", test_errors);
	g_test_add_func("/ioeventfd/interruptions", test_interruptions);
	g_test_add_data_func("/ioeventfd/migration/from", GINT_TO_POINTER(1), test_migration);
	g_test_add_data_func("/ioeventfd/migration/to", GINT_TO_POINTER(0), test_migration);
	return g_test_run();
}
