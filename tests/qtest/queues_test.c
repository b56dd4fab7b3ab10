/* SPDX-License-Identifier: MIT */
/*
 * queues_test.c - several pairs of queues, each for itself (device specification, sections 1,
 * 3.5, 3.7 and 5)
 */
#include <string.h>

#include "sgnic_queue.h"

#define PAIRS	   8
#define SMALL_WIRE 8192

/* Bytes of a frame that say where it comes from */
enum { FROM_QUEUE = 20, FROM_NUMBER = 21, LENGTH = 1400 };

struct setup {
	struct nic *nic;
	struct nic_queue tx[PAIRS];
	struct nic_queue rx[PAIRS];
	uint8_t sent[PAIRS]; /* frames posted */
	uint8_t seen[PAIRS]; /* of these, on the wire */
};

/* Everything to RX 0 until a test says otherwise: no scaling */
static struct setup *setup_start(const struct nic_options *options)
{
	struct nic_options use = options ? *options : (struct nic_options){0};
	struct setup *setup = g_new0(struct setup, 1);
	uint32_t i;

	use.properties = "queues=8";
	setup->nic = nic_start(&use);
	for (i = 0; i < PAIRS; i++) {
		queue_open_at(&setup->tx[i], setup->nic, false, i, 64);
		queue_open_at(&setup->rx[i], setup->nic, true, i, 16);
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

static void build(struct frame *frame, uint32_t queue, uint8_t number)
{
	frame_fill(frame, address_other, LENGTH, queue * 1000 + number);
	frame->bytes[FROM_QUEUE] = (uint8_t)queue;
	frame->bytes[FROM_NUMBER] = number;
}

static void post(struct setup *setup, uint32_t queue, uint32_t frames)
{
	struct frame *frame = g_new(struct frame, 1);

	for (; frames; frames--) {
		build(frame, queue, setup->sent[queue]);
		queue_post_frame(&setup->tx[queue], frame, 501, queue, setup->sent[queue]++);
	}
	g_free(frame);
}

/* The next frame on the wire is the next one of some queue, every byte of it. */
static uint32_t take(struct setup *setup)
{
	struct frame *expected = g_new(struct frame, 1);
	struct frame *got = g_new(struct frame, 1);
	uint32_t queue;

	wire_receive(setup->nic, got);
	queue = got->bytes[FROM_QUEUE];
	g_assert_cmpuint(queue, <, PAIRS);
	build(expected, queue, setup->seen[queue]++);
	g_assert_cmpuint(got->length, ==, LENGTH);
	nic_same_bytes(got->bytes, expected->bytes, LENGTH);
	g_free(expected);
	g_free(got);
	return queue;
}

static void expect_completed(struct setup *setup, uint32_t queue)
{
	struct nic_queue *tx = &setup->tx[queue];

	while (tx->reaped < setup->sent[queue])
		queue_expect(tx, SGNIC_STATUS_OK, (uint16_t)tx->reaped, LENGTH, 3);
	queue_expect_idle(tx);
}

static void expect_frames(struct setup *setup, struct nic_queue *queue, uint64_t frames,
			  uint64_t bytes)
{
	uint32_t low = queue_register(queue, SGNIC_QUEUE_FRAMES_LOW);

	g_assert_cmpuint(qtest_read(setup->nic->qemu, NIC_REGISTERS + low, 8), ==, frames);
	low = queue_register(queue, SGNIC_QUEUE_BYTES_LOW);
	g_assert_cmpuint(qtest_read(setup->nic->qemu, NIC_REGISTERS + low, 8), ==, bytes);
}

/* As many registers, doorbells, causes and vectors as LIMIT_QUEUES says */
static void test_limits(gconstpointer data)
{
	uint32_t pairs = GPOINTER_TO_UINT(data);
	g_autofree char *properties = g_strdup_printf("queues=%u", pairs);
	struct nic *nic = nic_start(&(struct nic_options){.properties = properties});
	uint32_t causes = SGNIC_CAUSE_LINK | SGNIC_CAUSE_ERROR | SGNIC_CAUSE_SOFTWARE;
	uint32_t vectors = 2 * pairs + 1;
	unsigned int capability = pci_capability(&nic->pci, PCI_CAPABILITY_MSIX);
	uint32_t i;

	g_assert_cmphex(nic_get(nic, SGNIC_LIMIT_QUEUES), ==, pairs | pairs << 8 | vectors << 16);
	g_assert_cmpuint((pci_read(&nic->pci, capability + 2, 2) & 0x7ff) + 1, ==, vectors);
	for (i = 0; i < pairs; i++) {
		causes |= SGNIC_CAUSE_TX(i) | SGNIC_CAUSE_RX(i);
		nic_set(nic, SGNIC_TX_QUEUE(i) + SGNIC_QUEUE_VECTOR, vectors - 1);
		nic_set(nic, SGNIC_RX_QUEUE(i) + SGNIC_QUEUE_RING_SIZE, 32 << i % 4);
	}
	for (i = 0; i < pairs; i++) {
		g_assert_cmpuint(nic_get(nic, SGNIC_TX_QUEUE(i) + SGNIC_QUEUE_VECTOR), ==,
				 vectors - 1);
		g_assert_cmpuint(nic_get(nic, SGNIC_TX_QUEUE(i) + SGNIC_QUEUE_RING_SIZE), ==, 0);
		g_assert_cmpuint(nic_get(nic, SGNIC_RX_QUEUE(i) + SGNIC_QUEUE_RING_SIZE), ==,
				 32 << i % 4);
	}
	nic_set(nic, SGNIC_INTERRUPT_MASK, causes);
	nic_set(nic, SGNIC_INTERRUPT_MASK, 0);
	nic_set(nic, SGNIC_RSS_TABLE(0), (pairs - 1) * 0x01010101);
	nic_expect_no_error(nic);

	nic_set(nic, SGNIC_RSS_TABLE(0), pairs << 16);
	nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, NIC_ANY, SGNIC_RSS_TABLE(0), pairs << 16);
	nic_set(nic, SGNIC_OTHER_VECTOR, vectors);
	nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, NIC_ANY, SGNIC_OTHER_VECTOR, vectors);
	nic_set(nic, SGNIC_TX_QUEUE(pairs - 1) + SGNIC_QUEUE_CONTROL, 1);
	nic_check_error(nic, SGNIC_ERROR_BAD_VALUE, pairs - 1,
			SGNIC_TX_QUEUE(pairs - 1) + SGNIC_QUEUE_CONTROL, 1);
	nic_clear_error(nic);
	if (pairs < SGNIC_QUEUE_MAX) {
		nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_RX(pairs));
		nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, NIC_ANY, SGNIC_INTERRUPT_MASK,
				 SGNIC_CAUSE_RX(pairs));
		nic_set(nic, SGNIC_TX_QUEUE(pairs) + SGNIC_QUEUE_VECTOR, 1);
		nic_expect_error(nic, SGNIC_ERROR_REGISTER, SGNIC_ERROR_QUEUE_NONE,
				 SGNIC_TX_QUEUE(pairs) + SGNIC_QUEUE_VECTOR, 1);
		nic_set(nic, SGNIC_TX_DOORBELL(pairs), 1);
		nic_expect_error(nic, SGNIC_ERROR_REGISTER, SGNIC_ERROR_QUEUE_NONE,
				 SGNIC_TX_DOORBELL(pairs), 1);
	}
	nic_stop(nic);
}

/* All queues at once, in both directions */
static void test_traffic(gconstpointer data)
{
	struct setup *setup = setup_start(data);
	struct frame *frame = g_new(struct frame, 1);
	uint32_t round;
	uint32_t i;

	for (round = 0; round < 12; round++) {
		for (i = 0; i < PAIRS; i++) {
			post(setup, i, 1 + (i + round) % 4);
			queue_kick(&setup->tx[i]);
		}
		queue_expect_receives(&setup->rx[0]);
		for (i = 0; i < PAIRS; i++)
			while (setup->seen[i] < setup->sent[i])
				take(setup);
		for (i = 0; i < PAIRS; i++)
			expect_completed(setup, i);
	}
	wire_expect_silence(setup->nic);
	for (i = 0; i < PAIRS; i++) {
		expect_frames(setup, &setup->tx[i], setup->sent[i], LENGTH * setup->sent[i]);
		expect_frames(setup, &setup->rx[i], i ? 0 : 12, i ? 0 : 12 * 333);
	}
	g_free(frame);
	setup_stop(setup);
}

/* One queue after the other fails; those that are left, and later all, still work. */
static void test_errors(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint32_t bad;
	uint32_t i;

	for (bad = 1; bad < PAIRS; bad++) {
		struct nic_queue *queues[] = {&setup->tx[bad], &setup->rx[bad]};

		queue_memory(queues[0])->producer = GUINT32_TO_LE(1000 + bad);
		queue_ring(queues[0]);
		nic_expect_error(nic, SGNIC_ERROR_PRODUCER, bad, NIC_ANY, 1000 + bad);
		queue_memory(queues[1])->producer = GUINT32_TO_LE(2000 + bad);
		queue_ring(queues[1]);
		nic_settle(nic);
		g_assert_cmpuint(queue_state(queues[0]), ==, SGNIC_QUEUE_ERROR);
		g_assert_cmpuint(nic_get(nic, queue_register(queues[0], SGNIC_QUEUE_ERRORS)), ==,
				 1);
		queue_ring(queues[0]);
		nic_expect_error(nic, SGNIC_ERROR_DOORBELL, bad, SGNIC_TX_DOORBELL(bad), 0);
		g_assert_cmpuint(nic_get(nic, queue_register(queues[0], SGNIC_QUEUE_ERRORS)), ==,
				 2);
		for (i = 0; i < PAIRS; i++) {
			if (i && i <= bad)
				continue;
			post(setup, i, 2);
			queue_kick(&setup->tx[i]);
			g_assert_cmpuint(take(setup), ==, i);
			g_assert_cmpuint(take(setup), ==, i);
			expect_completed(setup, i);
		}
		queue_expect_receives(&setup->rx[0]);
	}
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==,
			SGNIC_STATUS_LINK_UP | SGNIC_STATUS_QUEUE_ERROR);
	for (bad = 1; bad < PAIRS; bad++) {
		queue_disable(&setup->tx[bad]);
		queue_enable(&setup->tx[bad]);
		queue_expect_transmits(&setup->tx[bad]);
		g_assert_cmpuint(nic_get(nic, queue_register(&setup->tx[bad], SGNIC_QUEUE_ERRORS)),
				 ==, 2);
	}
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	setup_stop(setup);
}

/* Section 3.5: what each class counts, and that the queue's own count agrees */
static void test_error_counts(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint32_t i;

	for (i = 0; i < PAIRS; i++) {
		nic_set(nic, queue_register(&setup->tx[i], SGNIC_QUEUE_RING_SIZE), 64);
		nic_clear_error(nic);
		queue_post(&setup->tx[i], 0x1000, 0, SGNIC_DESCRIPTOR_END, 0);
		queue_kick(&setup->tx[i]);
		queue_expect_failure(&setup->tx[i], SGNIC_STATUS_BAD_LENGTH, 0, 0, 1);
		nic_clear_error(nic);
		g_assert_cmpuint(nic_get(nic, queue_register(&setup->tx[i], SGNIC_QUEUE_ERRORS)),
				 ==, 2);
		g_assert_cmpuint(nic_get(nic, queue_register(&setup->rx[i], SGNIC_QUEUE_ERRORS)),
				 ==, 0);
	}
	nic_set(nic, SGNIC_OTHER_VECTOR, 99);
	nic_clear_error(nic);
	nic_set(nic, 0xfff0, 1);
	nic_clear_error(nic);
	g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_BUSY)), ==, PAIRS);
	g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_DESCRIPTOR)), ==, PAIRS);
	g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_BAD_VALUE)), ==, 1);
	g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_REGISTER)), ==, 1);
	g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_DOORBELL)), ==, 0);
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_CLASSES), ==,
			1u << SGNIC_ERROR_BUSY | 1u << SGNIC_ERROR_DESCRIPTOR |
				1u << SGNIC_ERROR_BAD_VALUE | 1u << SGNIC_ERROR_REGISTER);
	/* ones clear, zeroes keep; the counts stay */
	nic_set(nic, SGNIC_ERROR_CLASSES, 1u << SGNIC_ERROR_BUSY | 1u << SGNIC_ERROR_REGISTER |
						  1u << SGNIC_ERROR_DMA_READ);
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_CLASSES), ==,
			1u << SGNIC_ERROR_DESCRIPTOR | 1u << SGNIC_ERROR_BAD_VALUE);
	g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_BUSY)), ==, PAIRS);
	nic_expect_no_error(nic);
	setup_stop(setup);
}

/* Fills the wire from all queues; returns how many of them hold a frame back. */
static uint32_t fill_wire(struct setup *setup)
{
	uint32_t held = 0;
	uint32_t i;

	for (i = 0; i < PAIRS; i++) {
		post(setup, i, 12);
		queue_kick(&setup->tx[i]);
	}
	nic_settle(setup->nic);
	for (i = 0; i < PAIRS; i++)
		held += nic_get(setup->nic,
				queue_register(&setup->tx[i], SGNIC_QUEUE_COMPLETED)) < 12;
	g_assert_cmpuint(held, >, 1);
	return held;
}

/* A busy backend holds a frame of several queues; in the end each is sent once, in order. */
static void test_busy_backend(void)
{
	struct setup *setup = setup_start(&(struct nic_options){.wire_buffer = SMALL_WIRE});
	uint32_t i;

	fill_wire(setup);
	for (i = 0; i < 12 * PAIRS; i++)
		take(setup);
	for (i = 0; i < PAIRS; i++)
		expect_completed(setup, i);
	wire_expect_silence(setup->nic);
	setup_stop(setup);
}

/* The queue whose frame the backend took, and no other one, has its completion. */
static void test_attribution(void)
{
	struct setup *setup = setup_start(&(struct nic_options){.wire_buffer = SMALL_WIRE});
	uint32_t i;

	fill_wire(setup);
	for (i = 0; i < 11; i++) {
		take(setup);
		nic_settle(setup->nic);
	}
	for (i = 0; i < PAIRS; i++)
		queue_disable(&setup->tx[i]);
	for (i = 0; i < PAIRS; i++)
		setup->sent[i] = (uint8_t)nic_get(
			setup->nic, queue_register(&setup->tx[i], SGNIC_QUEUE_COMPLETED));
	for (i = 0; i < PAIRS; i++)
		while (setup->seen[i] < setup->sent[i])
			take(setup);
	wire_expect_silence(setup->nic);
	for (i = 0; i < PAIRS; i++)
		g_assert_cmpuint(setup->seen[i], ==, setup->sent[i]);
	setup_stop(setup);
}

/*
 * One of the queues the backend is busy with is disabled, then the device loses its link or
 * its bus mastering: what the other queues wait with is neither lost nor sent twice.
 */
static void test_cancel(gconstpointer data)
{
	enum { DISABLE, RESET_QUEUE, MASTER } how = GPOINTER_TO_INT(data);
	struct setup *setup = setup_start(&(struct nic_options){.wire_buffer = SMALL_WIRE});
	struct nic *nic = setup->nic;
	uint32_t victim;
	uint32_t i;

	fill_wire(setup);
	for (victim = 0; victim < PAIRS; victim++)
		if (nic_get(nic, queue_register(&setup->tx[victim], SGNIC_QUEUE_COMPLETED)) < 12)
			break;
	if (how == MASTER) {
		pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
		nic_settle(nic);
		pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
	} else {
		queue_disable(&setup->tx[victim]);
		setup->sent[victim] = (uint8_t)nic_get(
			nic, queue_register(&setup->tx[victim], SGNIC_QUEUE_COMPLETED));
	}
	for (i = 0; i < PAIRS; i++)
		while (setup->seen[i] < setup->sent[i])
			take(setup);
	for (i = 0; i < PAIRS; i++)
		expect_completed(setup, i);
	wire_expect_silence(nic);
	if (how == RESET_QUEUE) {
		queue_enable(&setup->tx[victim]);
		queue_expect_transmits(&setup->tx[victim]);
	}
	setup_stop(setup);
}

/* After a reset of any kind all queues are as after power-on, and work. */
static void test_function_reset(void)
{
	struct setup *setup = setup_start(&(struct nic_options){.wire_buffer = SMALL_WIRE});
	struct nic *nic = setup->nic;
	uint32_t offset;
	uint32_t i;

	fill_wire(setup);
	for (i = 0; i < PAIRS; i++) {
		nic_set(nic, queue_register(&setup->rx[i], SGNIC_QUEUE_MODERATION_TIME), 5);
		nic_set(nic, queue_register(&setup->rx[i], SGNIC_QUEUE_VECTOR), i);
	}
	pci_function_reset(&nic->pci);
	nic_probe(nic);
	wire_drain(nic);
	for (i = 0; i < PAIRS; i++) {
		for (offset = 0; offset <= SGNIC_QUEUE_ERRORS; offset += 4) {
			g_assert_cmphex(nic_get(nic, SGNIC_TX_QUEUE(i) + offset), ==, 0);
			g_assert_cmphex(nic_get(nic, SGNIC_RX_QUEUE(i) + offset), ==, 0);
		}
	}
	for (i = 0; i < PAIRS; i++) {
		queue_open_at(&setup->tx[i], nic, false, i, 16);
		queue_expect_transmits(&setup->tx[i]);
		queue_open_at(&setup->rx[i], nic, true, i, 16);
	}
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	queue_expect_receives(&setup->rx[0]);
	setup_stop(setup);
}

int main(int argc, char **argv)
{
	static const struct nic_options express, port = {.root_port = true},
						 pci = {.machine = "pc"};
	static const char *const cancels[] = {"disable", "enable-again", "bus-master"};
	uint32_t i;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 1; i <= PAIRS; i++) {
		g_autofree char *path = g_strdup_printf("/queues/limits/%u", i);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_limits);
	}
	g_test_add_data_func("/queues/traffic/root-bus", &express, test_traffic);
	g_test_add_data_func("/queues/traffic/root-port", &port, test_traffic);
	g_test_add_data_func("/queues/traffic/conventional", &pci, test_traffic);
	g_test_add_func("/queues/errors", test_errors);
	g_test_add_func("/queues/error-counts", test_error_counts);
	g_test_add_func("/queues/busy-backend", test_busy_backend);
	g_test_add_func("/queues/attribution", test_attribution);
	for (i = 0; i < G_N_ELEMENTS(cancels); i++) {
		g_autofree char *path = g_strdup_printf("/queues/cancel/%s", cancels[i]);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_cancel);
	}
	g_test_add_func("/queues/function-reset", test_function_reset);
	return g_test_run();
}
