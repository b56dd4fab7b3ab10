/* SPDX-License-Identifier: MIT */
/*
 * migration_test.c - the device's state moves to another QEMU (device specification, 9.3)
 */
#include "sgnic_migration.h"
#include "sgnic_queue.h"
#include "sgnic_state.h"

static void test_registers(gconstpointer data)
{
	struct nic *source = nic_start(&(struct nic_options){.properties = data});
	struct nic_state *before;
	struct nic_state *after;
	struct nic *target;
	int stream;

	nic_disturb(source);
	qtest_qmp_ok(source->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				   "{\"name\": \"wire\", \"up\": false}}");
	before = nic_capture(source);
	stream = migration_save(source);
	target = migration_move(source, stream);
	after = nic_capture(target);
	nic_same_state(after, before);
	migration_resume(target);
	nic_stop(target);
	migration_retire(source, stream);
	g_free(before);
	g_free(after);
}

/* One cause is signalled on the source, a second one appears on the target. */
static void expect_signalled_once(struct nic *nic)
{
	uint64_t sent = nic_statistic(nic, SGNIC_STAT_INTERRUPTS);

	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_LINK);
	nic_settle(nic);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_INTERRUPTS), ==, sent);
}

static void signal_software(struct nic *nic)
{
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
	nic_settle(nic);
}

/* An asserted pin stays asserted and is not counted again; a message is not repeated. */
static void test_interrupts(void)
{
	struct nic *source = nic_start(NULL);
	uint64_t message = nic_allocate(source, 64, 64);
	struct nic *target;
	int stream;

	signal_software(source);
	g_assert_true(pci_intx(&source->pci));
	stream = migration_save(source);
	target = migration_move(source, stream);
	migration_resume(target);
	nic_settle(target);
	g_assert_true(pci_intx(&target->pci));
	g_assert_cmpuint(nic_statistic(target, SGNIC_STAT_INTERRUPTS), ==, 1);
	expect_signalled_once(target);
	g_assert_cmphex(nic_get(target, SGNIC_INTERRUPT_CAUSE), ==,
			SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	g_assert_false(pci_intx(&target->pci));
	migration_retire(source, stream);

	/* the second hop: MSI-X, one message waits for its acknowledgement */
	pci_msix_vector(&target->pci, NIC_MSIX_TABLE, 0, message, 0x4711);
	pci_msix_enable(&target->pci, true);
	signal_software(target);
	g_assert_cmphex(*(uint32_t *)nic_pointer(target, message, 4), ==, GUINT32_TO_LE(0x4711));
	*(uint32_t *)nic_pointer(target, message, 4) = 0;
	source = target;
	stream = migration_save(source);
	target = migration_move(source, stream);
	migration_resume(target);
	nic_settle(target);
	expect_signalled_once(target);
	g_assert_cmphex(*(uint32_t *)nic_pointer(target, message, 4), ==, 0);
	g_assert_cmphex(nic_get(target, SGNIC_INTERRUPT_CAUSE), ==,
			SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	signal_software(target);
	g_assert_cmphex(*(uint32_t *)nic_pointer(target, message, 4), ==, GUINT32_TO_LE(0x4711));
	nic_stop(target);
	migration_retire(source, stream);
}

static void transmit(struct nic_queue *tx, uint32_t frames)
{
	struct frame *frame = g_new(struct frame, 1);

	while (frames--) {
		frame_fill(frame, address_other, 60 + tx->posted % 900, tx->posted);
		queue_post_frame(tx, frame, 333, 0, (uint16_t)tx->posted);
		queue_kick(tx);
		wire_expect(tx->nic, frame);
		queue_reap(tx);
	}
	g_free(frame);
}

static void receive(struct nic_queue *rx, uint32_t frames)
{
	struct frame *frame = g_new(struct frame, 1);
	uint64_t buffer;

	while (frames--) {
		frame_fill(frame, address_nic, 60 + rx->posted % 900, rx->posted);
		buffer = queue_buffer(rx->nic, 1000, 0);
		queue_post(rx, buffer, 1000, 0, (uint16_t)rx->posted);
		queue_kick(rx);
		wire_send(rx->nic, frame);
		queue_expect(rx, SGNIC_STATUS_OK, (uint16_t)(rx->posted - 1),
			     (uint32_t)frame->length, 1);
		queue_check_buffer(rx->nic, buffer, 1000, frame->bytes, (uint32_t)frame->length);
	}
	g_free(frame);
}

/* Rings go on where they stopped: indexes, phase bits, an unfinished frame, posted buffers. */
static void test_queues(void)
{
	struct nic *source = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic_queue tx;
	uint64_t buffer;
	uint64_t half;
	struct nic *target;
	int stream;

	queue_open(&tx, source, false, 16);
	queue_open(&rx, source, true, 16);
	nic_set(source, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	transmit(&tx, 21);
	receive(&rx, 27);
	frame_fill(frame, address_nic, 90, 1);
	half = nic_place(source, frame->bytes, 90, 0);
	queue_post(&tx, half, 45, 0, 1);
	queue_kick(&tx);
	buffer = queue_buffer(source, 300, 0);
	queue_post(&rx, buffer, 300, 0, 0x99);
	queue_kick(&rx);
	nic_settle(source);

	stream = migration_save(source);
	target = migration_move(source, stream);
	tx.nic = target;
	rx.nic = target;
	migration_resume(target);
	queue_expect_idle(&tx);
	queue_expect_idle(&rx);
	queue_post(&tx, half + 45, 45, SGNIC_DESCRIPTOR_END, 2);
	queue_kick(&tx);
	wire_expect(target, frame);
	queue_expect(&tx, SGNIC_STATUS_OK, 2, 90, 2);
	wire_send(target, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 0x99, 90, 1);
	queue_check_buffer(target, buffer, 300, frame->bytes, 90);
	transmit(&tx, 40);
	receive(&rx, 40);
	nic_expect_no_error(target);
	nic_stop(target);
	migration_retire(source, stream);
	g_free(frame);
}

/* A frame that waits for a busy backend is sent once, by one of the two. */
static void test_busy_backend(void)
{
	enum { FRAMES = 32, LENGTH = 1400 };
	struct nic *source = nic_start(&(struct nic_options){.wire_buffer = 8192});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *target;
	uint32_t sent;
	uint32_t i;
	int stream;

	queue_open(&tx, source, false, 64);
	for (i = 0; i < FRAMES; i++) {
		frame_fill(frame, address_other, LENGTH, i);
		queue_post_frame(&tx, frame, LENGTH, 0, (uint16_t)i);
	}
	queue_kick(&tx);
	nic_settle(source);
	stream = migration_save(source);
	sent = wire_drain(source);
	g_assert_cmpuint(sent, >, 0);
	g_assert_cmpuint(sent, <, FRAMES);

	target = migration_move(source, stream);
	tx.nic = target;
	while (queue_ready(&tx))
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)tx.reaped, LENGTH, 1);
	g_assert_cmpuint(tx.reaped, ==, sent);
	migration_resume(target);
	for (i = sent; i < FRAMES; i++) {
		frame_fill(frame, address_other, LENGTH, i);
		wire_expect(target, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)i, LENGTH, 1);
	}
	wire_expect_silence(target);
	nic_stop(target);
	migration_retire(source, stream);
	g_free(frame);
}

/* Completions are written before the machine stands still, and none while it does. */
static void test_stop(void)
{
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic_queue tx;
	uint32_t round;

	queue_open(&tx, nic, false, 64);
	queue_open(&rx, nic, true, 64);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	frame_fill(frame, address_nic, 100, 1);
	for (round = 0; round < 20; round++) {
		queue_post_frame(&tx, frame, 100, 0, 0);
		queue_post(&rx, queue_buffer(nic, 200, 0), 200, 0, 0);
		queue_kick(&rx);
		wire_send(nic, frame);
		queue_kick(&tx);
		qtest_qmp_ok(nic->qemu, "{\"execute\": \"stop\"}");
		while (queue_ready(&tx))
			queue_expect(&tx, SGNIC_STATUS_OK, 0, 100, 1);
		while (queue_ready(&rx))
			queue_expect(&rx, SGNIC_STATUS_OK, 0, 100, 1);
		g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, tx.reaped);
		g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, rx.reaped);
		queue_expect_idle(&tx);
		queue_expect_idle(&rx);
		qtest_qmp_ok(nic->qemu, "{\"execute\": \"cont\"}");
		while (tx.reaped <= round)
			queue_expect(&tx, SGNIC_STATUS_OK, 0, 100, 1);
		while (rx.reaped <= round)
			queue_expect(&rx, SGNIC_STATUS_OK, 0, 100, 1);
		wire_expect(nic, frame);
	}
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

static void expect_sent(struct nic_queue *tx, uint32_t length)
{
	struct frame *frame = g_new(struct frame, 1);

	frame_fill(frame, address_other, length, 1);
	queue_post_frame(tx, frame, length, 0, 1);
	queue_kick(tx);
	wire_expect(tx->nic, frame);
	queue_expect(tx, SGNIC_STATUS_OK, 1, length, 1);
	nic_settle(tx->nic);
	g_free(frame);
}

/* The low half of @counter is @low; after one more frame the high half still belongs to it. */
static void expect_latched(struct nic_queue *tx, uint32_t counter, uint32_t low, uint32_t length)
{
	struct nic *nic = tx->nic;

	g_assert_cmphex(nic_get(nic, counter), ==, low);
	expect_sent(tx, length);
	g_assert_cmphex(nic_get(nic, counter + 4), ==, 0);
	g_assert_cmphex(qtest_read(nic->qemu, NIC_REGISTERS + counter, 8), ==,
			(uint64_t)low + length);
}

/*
 * Sections 3.6 and 3.7: low, then high, is one value although the counter moves between the
 * two.  A counter reaches 2^32 in no test, so the stream carries one that is close.
 */
static void test_statistics_latch(void)
{
	enum { LENGTH = 1357, OTHER = 111 };
	struct nic *source = nic_start(&(struct nic_options){.properties = "queues=2"});
	uint32_t counter = SGNIC_STATISTIC(SGNIC_STAT_TX_BYTES);
	struct nic_queue tx[2];
	struct nic *target;
	int stream;
	uint32_t i;

	for (i = 0; i < 2; i++) {
		queue_open_at(&tx[i], source, false, i, 16);
		expect_sent(&tx[i], i ? OTHER : LENGTH);
	}
	stream = migration_save(source);
	migration_patch(stream, LENGTH + OTHER, 0xffffffff);
	migration_patch(stream, LENGTH, 0xfffffffe);
	target = migration_move(source, stream);
	tx[0].nic = tx[1].nic = target;
	migration_resume(target);

	expect_latched(&tx[1], counter, 0xffffffff, LENGTH);
	expect_latched(&tx[0], queue_register(&tx[0], SGNIC_QUEUE_BYTES_LOW), 0xfffffffe, LENGTH);
	g_assert_cmphex(nic_statistic(target, SGNIC_STAT_TX_BYTES), ==, 0xffffffffull + 2 * LENGTH);
	nic_stop(target);
	migration_retire(source, stream);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/migration/registers/one-pair", NULL, test_registers);
	g_test_add_data_func("/migration/registers/eight-pairs", "queues=8", test_registers);
	g_test_add_func("/migration/interrupts", test_interrupts);
	g_test_add_func("/migration/queues", test_queues);
	g_test_add_func("/migration/busy-backend", test_busy_backend);
	g_test_add_func("/migration/stop", test_stop);
	g_test_add_func("/migration/statistics-latch", test_statistics_latch);
	return g_test_run();
}
