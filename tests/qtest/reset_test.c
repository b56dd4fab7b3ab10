/* SPDX-License-Identifier: MIT */
/*
 * reset_test.c - reset in its three forms, and disabling a queue in flight
 * (device specification, sections 3.7 and 9.1)
 */
#include <string.h>

#include "sgnic_queue.h"
#include "sgnic_state.h"

/* Small enough that a few frames make the backend busy. */
#define SMALL_WIRE 8192

enum reset { RESET_REGISTER, RESET_FUNCTION, RESET_MACHINE };

struct way {
	const char *name;
	enum reset reset;
	struct nic_options options;
};

static const struct way ways[] = {
	{"register", RESET_REGISTER, {.wire_buffer = SMALL_WIRE}},
	{"register-conventional", RESET_REGISTER, {.machine = "pc", .wire_buffer = SMALL_WIRE}},
	{"function-level", RESET_FUNCTION, {.wire_buffer = SMALL_WIRE}},
	{"function-level-root-port",
	 RESET_FUNCTION,
	 {.root_port = true, .wire_buffer = SMALL_WIRE}},
	{"machine", RESET_MACHINE, {.wire_buffer = SMALL_WIRE}},
	{"machine-conventional", RESET_MACHINE, {.machine = "pc", .wire_buffer = SMALL_WIRE}},
};

/* Resets, and makes the device reachable again; RESET keeps it reachable. */
static void reset_device(struct nic *nic, enum reset reset)
{
	switch (reset) {
	case RESET_REGISTER:
		nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
		break;
	case RESET_FUNCTION:
		pci_function_reset(&nic->pci);
		nic_probe(nic);
		break;
	case RESET_MACHINE:
		qtest_qmp_ok(nic->qemu, "{\"execute\": \"system_reset\"}");
		qtest_wait_event(nic->qemu, "RESET");
		nic_probe(nic);
		break;
	}
}

static void expect_works(struct nic *nic)
{
	struct nic_queue rx;
	struct nic_queue tx;

	queue_open(&tx, nic, false, 32);
	queue_open(&rx, nic, true, 32);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	queue_expect_transmits(&tx);
	queue_expect_receives(&rx);
}

/* Every register has its reset value again. */
static void test_registers(gconstpointer data)
{
	const struct way *way = data;
	struct nic *nic = nic_start(&way->options);
	struct nic_state *fresh = nic_capture(nic);
	struct nic_state *now;

	nic_disturb(nic);
	reset_device(nic, way->reset);
	now = nic_capture(nic);
	nic_same_state(now, fresh);
	nic_expect_no_error(nic);
	expect_works(nic);
	nic_stop(nic);
	g_free(fresh);
	g_free(now);
}

/* RESET leaves configuration space, the MSI-X table and the link alone. */
static void test_register_keeps(void)
{
	struct nic *nic = nic_start(NULL);
	uint64_t message = nic_allocate(nic, 64, 64);
	uint32_t command;

	pci_msix_vector(&nic->pci, NIC_MSIX_TABLE, 1, message, 0x1234);
	pci_msix_enable(&nic->pci, true);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": false}}");
	command = pci_read(&nic->pci, PCI_COMMAND, 2);
	nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
	g_assert_cmphex(pci_read(&nic->pci, PCI_COMMAND, 2), ==, command);
	g_assert_cmphex(pci_read(&nic->pci, PCI_BAR(0), 4), ==, NIC_REGISTERS);
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, 0);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, 0);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	nic_set(nic, SGNIC_OTHER_VECTOR, 1);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
	nic_settle(nic);
	g_assert_cmphex(*(uint32_t *)nic_pointer(nic, message, 4), ==, GUINT32_TO_LE(0x1234));
	nic_stop(nic);
}

/* An asserted interrupt pin is released. */
static void test_interrupt(gconstpointer data)
{
	const struct way *way = data;
	struct nic *nic = nic_start(&way->options);

	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
	g_assert_true(pci_intx(&nic->pci));
	reset_device(nic, way->reset);
	g_assert_false(pci_intx(&nic->pci));
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, 0);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	g_assert_false(pci_intx(&nic->pci));
	nic_stop(nic);
}

/* Posts more frames than the wire takes, and buffers and frames to receive. */
static void make_busy(struct nic *nic, struct nic_queue *tx, struct nic_queue *rx)
{
	struct frame *frame = g_new(struct frame, 1);
	uint16_t i;

	queue_open(tx, nic, false, 128);
	queue_open(rx, nic, true, 64);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	for (i = 0; i < 32; i++) {
		frame_fill(frame, address_other, 1400, i);
		queue_post_frame(tx, frame, 1000, i, i);
	}
	queue_post(tx, nic_allocate(nic, 64, 64), 64, 0, 0);
	queue_kick(tx);
	for (i = 0; i < 10; i++)
		queue_post(rx, queue_buffer(nic, 1000, 0), 1000, 0, i);
	queue_kick(rx);
	for (i = 0; i < 8; i++) {
		frame_fill(frame, address_nic, 1400, i);
		wire_send(nic, frame);
	}
	g_free(frame);
}

static uint32_t count_completed(struct nic_queue *tx)
{
	while (queue_ready(tx))
		queue_expect(tx, SGNIC_STATUS_OK, (uint16_t)tx->reaped, 1400, 2);
	return tx->reaped;
}

/* Pokes a queue that must be dead, and checks that guest memory does not change. */
static void expect_dead(struct nic *nic, struct nic_queue *tx, struct nic_queue *rx, uint64_t first)
{
	struct frame *frame = g_new(struct frame, 1);
	size_t size = nic->ram_next - first;
	uint8_t *copy = g_malloc(size);
	struct nic_queue *queues[] = {tx, rx};
	size_t i;

	frame_fill(frame, address_nic, 100, 1);
	for (i = 0; i < 2; i++) {
		queue_memory(queues[i])->producer = GUINT32_TO_LE(queues[i]->published + 2);
		memcpy(copy, nic_pointer(nic, first, size), size);
		queue_ring(queues[i]);
		nic_expect_error(nic, SGNIC_ERROR_DOORBELL, queue_number(queues[i]), NIC_ANY,
				 NIC_ANY);
		wire_send(nic, frame);
		nic_settle(nic);
		nic_same_bytes(nic_pointer(nic, first, size), copy, size);
	}
	g_free(copy);
	g_free(frame);
}

/* Frames held for a busy backend vanish; what was completed is what was sent. */
static void test_in_flight(gconstpointer data)
{
	const struct way *way = data;
	struct nic *nic = nic_start(&way->options);
	uint64_t first = nic->ram_next;
	struct nic_queue rx;
	struct nic_queue tx;
	uint32_t completed;

	make_busy(nic, &tx, &rx);
	nic_settle(nic);
	completed = count_completed(&tx);
	g_assert_cmpuint(completed, >, 0);
	g_assert_cmpuint(completed, <, 32);
	reset_device(nic, way->reset);
	g_assert_cmpuint(wire_drain(nic), ==, completed);
	g_assert_false(queue_ready(&tx));
	expect_dead(nic, &tx, &rx, first);
	nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);

	/* frames that waited for buffers may arrive now: take them away first */
	queue_open(&rx, nic, true, 64);
	wire_wait_taken(nic);
	queue_disable(&rx);
	nic_ignore_log(nic);
	expect_works(nic);
	nic_stop(nic);
}

/* Section 3.7: the same for clearing ENABLE, but counters and registers stay. */
static void test_disable_in_flight(void)
{
	struct nic *nic = nic_start(&(struct nic_options){.wire_buffer = SMALL_WIRE});
	uint64_t first = nic->ram_next;
	struct nic_queue rx;
	struct nic_queue tx;
	uint32_t completed;

	make_busy(nic, &tx, &rx);
	nic_settle(nic);
	queue_disable(&tx);
	queue_disable(&rx);
	completed = count_completed(&tx);
	g_assert_cmpuint(completed, <, 32);
	g_assert_cmpuint(wire_drain(nic), ==, completed);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, completed);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_COMPLETED)), ==, completed);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_RING_SIZE)), ==, 128);
	expect_dead(nic, &tx, &rx, first);

	/* the queue starts again at zero */
	nic_set(nic, SGNIC_RECEIVE_FILTER, 0);
	queue_enable(&rx);
	wire_wait_taken(nic);
	queue_disable(&rx);
	queue_enable(&tx);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_COMPLETED)), ==, 0);
	g_assert_cmpuint(nic_get(nic, queue_register(&tx, SGNIC_QUEUE_CONSUMED)), ==, 0);
	queue_disable(&tx);
	expect_works(nic);
	nic_stop(nic);
}

/* Start, load, reset at once; again and again. */
static void test_storm(gconstpointer data)
{
	const struct way *way = data;
	struct nic *nic = nic_start(&way->options);
	uint64_t mark = nic->ram_next;
	struct nic_queue rx;
	struct nic_queue tx;
	int round;

	for (round = 0; round < 25; round++) {
		make_busy(nic, &tx, &rx);
		if (round % 3 == 0)
			nic_settle(nic);
		if (round % 4 == 1)
			wire_drain(nic);
		reset_device(nic, way->reset);
		wire_drain(nic);
		/* lets frames out that still wait for a receive queue */
		queue_open(&rx, nic, true, 16);
		wire_wait_taken(nic);
		nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
		nic_expect_no_error(nic);
		nic->ram_next = mark;
	}
	expect_works(nic);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	size_t i;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(ways); i++) {
		qtest_add(test_registers, &ways[i], "/reset/registers/%s", ways[i].name);
		qtest_add(test_interrupt, &ways[i], "/reset/interrupt/%s", ways[i].name);
		qtest_add(test_in_flight, &ways[i], "/reset/in-flight/%s", ways[i].name);
		qtest_add(test_storm, &ways[i], "/reset/storm/%s", ways[i].name);
	}
	g_test_add_func("/reset/register-keeps", test_register_keeps);
	g_test_add_func("/reset/disable-in-flight", test_disable_in_flight);
	return g_test_run();
}
