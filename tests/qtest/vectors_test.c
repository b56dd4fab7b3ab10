/* SPDX-License-Identifier: MIT */
/*
 * vectors_test.c - the interrupts of eight pairs of queues (device specification, sections 2
 * and 7)
 *
 * Messages are aimed at guest memory, so a message is visible as a 32-bit store.
 */
#include "ip_packet.h"
#include "sgnic_queue.h"

#define PAIRS	8
#define VECTORS 17
#define OTHER	(SGNIC_CAUSE_LINK | SGNIC_CAUSE_ERROR | SGNIC_CAUSE_SOFTWARE)
#define ALL	(0xffffu | OTHER)

struct setup {
	struct nic *nic;
	struct nic_queue queues[2 * PAIRS]; /* TX 0 to TX 7, RX 0 to RX 7, as the causes */
	uint64_t messages;
	uint64_t sent; /* interrupts the device must have counted */
};

static struct setup *setup_start(const char *machine)
{
	struct setup *setup = g_new0(struct setup, 1);
	struct nic *nic =
		nic_start(&(struct nic_options){.machine = machine, .properties = "queues=8"});
	uint32_t i;

	setup->nic = nic;
	nic_set(nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RSS);
	nic_set(nic, SGNIC_RSS_TYPES, SGNIC_RSS_IPV4);
	for (i = 0; i < 2 * PAIRS; i++)
		queue_open_at(&setup->queues[i], nic, i >= PAIRS, i % PAIRS, 64);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	setup->messages = nic_allocate(nic, 128, 128);
	return setup;
}

static void setup_stop(struct setup *setup)
{
	nic_settle(setup->nic);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_INTERRUPTS), ==, setup->sent);
	nic_expect_no_error(setup->nic);
	nic_stop(setup->nic);
	g_free(setup);
}

static void use_msix(struct setup *setup)
{
	unsigned int vector;

	for (vector = 0; vector < VECTORS; vector++)
		pci_msix_vector(&setup->nic->pci, NIC_MSIX_TABLE, vector,
				setup->messages + 4 * vector, 0xabcd0000 + vector + 1);
	pci_msix_enable(&setup->nic->pci, true);
}

/* Exactly the vectors in @set have sent their message since the last call. */
static void expect_messages(struct setup *setup, uint32_t set)
{
	uint32_t *words = nic_pointer(setup->nic, setup->messages, 4 * VECTORS);
	unsigned int vector;

	nic_settle(setup->nic);
	for (vector = 0; vector < VECTORS; vector++) {
		bool expected = set >> vector & 1;

		g_assert_cmphex(words[vector], ==,
				expected ? GUINT32_TO_LE(0xabcd0000 + vector + 1) : 0);
		words[vector] = 0;
		setup->sent += expected;
	}
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_INTERRUPTS), ==, setup->sent);
}

/* One frame through queue @n, with an interrupt asked for */
static void event(struct setup *setup, uint32_t n)
{
	struct ip_packet packet = {
		.source = "192.0.2.1", .destination = "192.0.2.2", .protocol = PACKET_UDP};
	struct nic_queue *queue = &setup->queues[n];
	struct frame *frame = g_new(struct frame, 1);

	queue_set_event(queue, queue->reaped);
	ip_packet_build(&packet, frame, address_nic);
	if (queue->receive) {
		nic_set(setup->nic, SGNIC_RSS_TABLE(0), n % PAIRS);
		queue_post(queue, nic_allocate(setup->nic, 256, 64), 256, 0, 0);
		queue_kick(queue);
		wire_send(setup->nic, frame);
	} else {
		queue_post_frame(queue, frame, 1000, 0, 0);
		queue_kick(queue);
		wire_expect(setup->nic, frame);
	}
	g_assert_cmpuint(queue_reap(queue).status, ==, SGNIC_STATUS_OK);
	nic_settle(setup->nic);
	g_free(frame);
}

/* A vector of its own for each queue, and one for the rest */
static void test_own_vectors(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint32_t i;

	use_msix(setup);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	nic_set(nic, SGNIC_OTHER_VECTOR, 16);
	nic_set(nic, SGNIC_INTERRUPT_MASK, ALL);
	for (i = 0; i < 2 * PAIRS; i++)
		nic_set(nic, queue_register(&setup->queues[i], SGNIC_QUEUE_VECTOR), i * 5 % 16);
	for (i = 0; i < 2 * PAIRS; i++) {
		event(setup, i);
		expect_messages(setup, 1u << i * 5 % 16);
		g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, 0);
	}
	nic_set(nic, SGNIC_INTERRUPT_RAISE, OTHER);
	expect_messages(setup, 1u << 16);

	/* one mask bit for each queue */
	for (i = 0; i < 2 * PAIRS; i++) {
		nic_set(nic, SGNIC_INTERRUPT_MASK, ALL & ~(1u << i));
		event(setup, i);
		event(setup, (i + 3) % 16);
		expect_messages(setup, 1u << (i + 3) * 5 % 16);
		g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, 1u << i);
		nic_set(nic, SGNIC_INTERRUPT_MASK, ALL);
		expect_messages(setup, 1u << i * 5 % 16);
	}
	setup_stop(setup);
}

/* A pair shares a vector; what is sent at once is one message. */
static void test_shared_vectors(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint32_t i;

	use_msix(setup);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	for (i = 0; i < 2 * PAIRS; i++)
		nic_set(nic, queue_register(&setup->queues[i], SGNIC_QUEUE_VECTOR), 1 + i % PAIRS);
	for (i = 0; i < 2 * PAIRS; i++)
		event(setup, i);
	expect_messages(setup, 0);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, 0xffff);
	nic_set(nic, SGNIC_INTERRUPT_MASK, ALL);
	expect_messages(setup, 0x1fe);
	setup_stop(setup);
}

/* Without MSI-X every queue is a bit of INTERRUPT_CAUSE, by pin and by MSI. */
static void test_fallback(gconstpointer machine)
{
	struct setup *setup = setup_start(machine);
	struct nic *nic = setup->nic;
	uint32_t i;
	int msi;

	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	for (i = 0; i < 2 * PAIRS; i++)
		nic_set(nic, queue_register(&setup->queues[i], SGNIC_QUEUE_VECTOR), i + 1);
	for (msi = 0; msi < 2; msi++) {
		if (msi)
			pci_msi_enable(&nic->pci, setup->messages, 1);
		for (i = 0; i < 2 * PAIRS; i++) {
			event(setup, i);
			g_assert_false(pci_intx(&nic->pci));
			nic_set(nic, SGNIC_INTERRUPT_MASK, ALL);
			nic_settle(nic);
			g_assert_cmpint(pci_intx(&nic->pci), ==, !msi);
			setup->sent++;
			g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_CAUSE), ==, 1u << i);
			g_assert_false(pci_intx(&nic->pci));
		}
	}
	g_assert_cmphex(*(uint32_t *)nic_pointer(nic, setup->messages, 4), ==, GUINT32_TO_LE(1));
	setup_stop(setup);
}

/* Section 2: a message is DMA; without Bus Master Enable it waits. */
static void test_bus_master(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint32_t mode;

	use_msix(setup);
	nic_set(nic, SGNIC_OTHER_VECTOR, 9);
	for (mode = 0; mode < 2; mode++) {
		nic_set(nic, SGNIC_INTERRUPT_MODE, mode);
		nic_set(nic, SGNIC_INTERRUPT_MASK, ALL);
		pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
		nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
		nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_LINK);
		expect_messages(setup, 0);
		g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==,
				SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
		pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
		expect_messages(setup, mode ? 1 << 9 : 1);
		if (!mode)
			g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_CAUSE), ==,
					SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	}
	/* a moderated one, whose time passes meanwhile */
	nic_set(nic, queue_register(&setup->queues[5], SGNIC_QUEUE_MODERATION_TIME), 10);
	nic_set(nic, queue_register(&setup->queues[5], SGNIC_QUEUE_VECTOR), 3);
	event(setup, 5);
	pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
	qtest_clock_step(nic->qemu, 20000);
	expect_messages(setup, 0);
	pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
	expect_messages(setup, 1 << 3);
	setup_stop(setup);
}

/* Messages aimed at the device itself do nothing, whatever sends them. */
static void test_own_registers(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint32_t i;

	use_msix(setup);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	nic_set(nic, SGNIC_INTERRUPT_MASK, ALL);
	pci_msix_vector(&nic->pci, NIC_MSIX_TABLE, 0, NIC_REGISTERS + SGNIC_RESET, SGNIC_RESET_NOW);
	nic_set(nic, queue_register(&setup->queues[0], SGNIC_QUEUE_MODERATION_TIME), 10);
	for (i = 0; i < 2 * PAIRS; i++)
		event(setup, i);
	qtest_clock_step(nic->qemu, 20000);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": false}}");
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": true}}");
	nic_settle(nic);
	for (i = 0; i < 2 * PAIRS; i++)
		g_assert_cmpuint(queue_state(&setup->queues[i]), ==, SGNIC_QUEUE_RUNNING);
	setup->sent += 2 * PAIRS + 2;
	/* QEMU warns of the blocked accesses */
	nic_ignore_log(nic);
	setup_stop(setup);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vectors/own", test_own_vectors);
	g_test_add_func("/vectors/shared", test_shared_vectors);
	g_test_add_data_func("/vectors/fallback/express", "q35", test_fallback);
	g_test_add_data_func("/vectors/fallback/conventional", "pc", test_fallback);
	g_test_add_func("/vectors/bus-master", test_bus_master);
	g_test_add_func("/vectors/own-registers", test_own_registers);
	return g_test_run();
}
