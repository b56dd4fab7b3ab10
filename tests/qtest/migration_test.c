/* SPDX-License-Identifier: MIT */
/*
 * migration_test.c - the device's state moves to another QEMU, and a stream that breaks
 * a rule of section 3 is refused (device specification, section 9.3)
 *
 * The stream goes through an anonymous file of the test, so a test can damage it.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sgnic_queue.h"
#include "sgnic_state.h"

/* Length of the part of the stream behind the device's name that holds its state. */
#define SECTION	8192

static char *stream_path(int stream)
{
	return g_strdup_printf("file:/proc/%d/fd/%d", (int)getpid(), stream);
}

/* Waits for the end of a migration; returns whether it succeeded. */
static bool migration_completes(struct nic *nic)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	bool completed = false;
	bool failed = false;
	char *answer;

	while (!completed && !failed) {
		answer = qtest_qmp(nic->qemu, "{\"execute\": \"query-migrate\"}");
		completed = strstr(answer, "\"status\": \"completed\"") != NULL;
		failed = strstr(answer, "\"status\": \"failed\"") != NULL;
		g_free(answer);
		if (g_get_monotonic_time() > deadline)
			qtest_fail(nic->qemu, "the migration does not end");
		g_usleep(5000);
	}
	return completed;
}

/* Stops the machine and writes its state to a new file. */
static int save(struct nic *nic)
{
	int stream = memfd_create("stream", MFD_CLOEXEC);
	char *path = stream_path(stream);

	g_assert_cmpint(stream, >=, 0);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"stop\"}");
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"%s\"}}", path);
	g_assert_true(migration_completes(nic));
	g_free(path);
	return stream;
}

/* Starts a QEMU from the stream.  *loaded tells whether it accepted it. */
static struct nic *load(int stream, bool *loaded)
{
	struct nic *nic = nic_start(&(struct nic_options){ .incoming = true });
	char *path = stream_path(stream);

	/* QEMU would put frames of its own on the wire to announce the new place */
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"migrate-set-parameters\", \"arguments\": "
		     "{\"announce-rounds\": 0}}");
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"migrate-incoming\", \"arguments\": "
		     "{\"uri\": \"%s\", \"exit-on-error\": false}}", path);
	*loaded = migration_completes(nic);
	g_free(path);
	return nic;
}

static struct nic *load_good(struct nic *source, int stream)
{
	bool loaded;
	struct nic *nic = load(stream, &loaded);

	g_assert_true(loaded);
	nic->ram_next = source->ram_next;
	return nic;
}

static void resume(struct nic *nic)
{
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"cont\"}");
}

/* The machine that was saved must never run again. */
static void retire(struct nic *nic, int stream)
{
	nic_stop(nic);
	close(stream);
}

static void test_registers(void)
{
	struct nic *source = nic_start(NULL);
	struct nic_state *before;
	struct nic_state *after;
	struct nic *target;
	int stream;

	nic_disturb(source);
	qtest_qmp_ok(source->qemu, "{\"execute\": \"set_link\", \"arguments\": "
		     "{\"name\": \"wire\", \"up\": false}}");
	before = nic_capture(source);
	stream = save(source);
	target = load_good(source, stream);
	after = nic_capture(target);
	nic_same_state(after, before);
	resume(target);
	nic_stop(target);
	retire(source, stream);
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
	stream = save(source);
	target = load_good(source, stream);
	resume(target);
	nic_settle(target);
	g_assert_true(pci_intx(&target->pci));
	g_assert_cmpuint(nic_statistic(target, SGNIC_STAT_INTERRUPTS), ==, 1);
	expect_signalled_once(target);
	g_assert_cmphex(nic_get(target, SGNIC_INTERRUPT_CAUSE), ==,
			SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	g_assert_false(pci_intx(&target->pci));
	retire(source, stream);

	/* the second hop: MSI-X, one message waits for its acknowledgement */
	pci_msix_vector(&target->pci, NIC_MSIX_TABLE, 0, message, 0x4711);
	pci_msix_enable(&target->pci, true);
	signal_software(target);
	g_assert_cmphex(*(uint32_t *)nic_pointer(target, message, 4), ==, GUINT32_TO_LE(0x4711));
	*(uint32_t *)nic_pointer(target, message, 4) = 0;
	source = target;
	stream = save(source);
	target = load_good(source, stream);
	resume(target);
	nic_settle(target);
	expect_signalled_once(target);
	g_assert_cmphex(*(uint32_t *)nic_pointer(target, message, 4), ==, 0);
	g_assert_cmphex(nic_get(target, SGNIC_INTERRUPT_CAUSE), ==,
			SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	signal_software(target);
	g_assert_cmphex(*(uint32_t *)nic_pointer(target, message, 4), ==, GUINT32_TO_LE(0x4711));
	nic_stop(target);
	retire(source, stream);
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
		queue_expect(rx, SGNIC_STATUS_OK, (uint16_t)(rx->posted - 1), (uint32_t)frame->length, 1);
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

	stream = save(source);
	target = load_good(source, stream);
	tx.nic = target;
	rx.nic = target;
	resume(target);
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
	retire(source, stream);
	g_free(frame);
}

/* A frame that waits for a busy backend is sent once, by one of the two. */
static void test_busy_backend(void)
{
	enum { FRAMES = 32, LENGTH = 1400 };
	struct nic *source = nic_start(&(struct nic_options){ .wire_buffer = 8192 });
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
	stream = save(source);
	sent = wire_drain(source);
	g_assert_cmpuint(sent, >, 0);
	g_assert_cmpuint(sent, <, FRAMES);

	target = load_good(source, stream);
	tx.nic = target;
	while (queue_ready(&tx))
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)tx.reaped, LENGTH, 1);
	g_assert_cmpuint(tx.reaped, ==, sent);
	resume(target);
	for (i = sent; i < FRAMES; i++) {
		frame_fill(frame, address_other, LENGTH, i);
		wire_expect(target, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)i, LENGTH, 1);
	}
	wire_expect_silence(target);
	nic_stop(target);
	retire(source, stream);
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

/* The device's state within the stream: QEMU saves it behind the device's name. */
static uint8_t *map_section(int stream)
{
	static const char name[] = "0000:00:04.0/sgnic";
	size_t size = (size_t)lseek(stream, 0, SEEK_END);
	uint8_t *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, stream, 0);
	uint8_t *found;

	g_assert_true(start != MAP_FAILED);
	found = memmem(start, size, name, sizeof(name) - 1);
	g_assert_nonnull(found);
	g_assert_cmpuint((size_t)(found - start) + SECTION, <, size);
	return found + sizeof(name) - 1;
}

/* Integers are saved big endian; the value must occur once. */
static void patch(uint8_t *section, uint32_t value, uint32_t wrong)
{
	uint32_t from = GUINT32_TO_BE(value);
	uint32_t to = GUINT32_TO_BE(wrong);
	uint8_t *found = memmem(section, SECTION, &from, sizeof(from));

	g_assert_nonnull(found);
	g_assert_null(memmem(found + 1, SECTION - (size_t)(found + 1 - section), &from, sizeof(from)));
	memcpy(found, &to, sizeof(to));
}

struct damage {
	const char *name;
	uint32_t value;		/* what nic_disturb() wrote */
	uint32_t wrong;
};

static const struct damage damages[] = {
	{ "station-group-bit", 0xcafef00c, 0xcafef00d },
	{ "station-high", 0x5eed, 0x15eed },
	{ "multicast-high", 0xbe1f, 0x1be1f },
	{ "mask", SGNIC_CAUSE_RX(0) | SGNIC_CAUSE_LINK | SGNIC_CAUSE_ERROR, 0x00090001 },
	{ "pending", SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_TX(0) | SGNIC_CAUSE_ERROR, 0x80060001 },
	{ "descriptors-misaligned", 0x00abc400, 0x00abc401 },
	{ "completions-misaligned", 0x00abc600, 0x00abc620 },
	{ "record-misaligned", 0x00abc800, 0x00abc810 },
};

static void test_damaged(gconstpointer data)
{
	const struct damage *damage = data;
	struct nic *source = nic_start(NULL);
	uint32_t queue = SGNIC_RX_QUEUE(0);
	struct nic *target;
	bool loaded;
	int stream;

	nic_disturb(source);
	/* one queue only has the addresses that are damaged */
	nic_set(source, queue + SGNIC_QUEUE_DESCRIPTORS_LOW, 0);
	nic_set(source, queue + SGNIC_QUEUE_COMPLETIONS_LOW, 0);
	nic_set(source, queue + SGNIC_QUEUE_RECORD_LOW, 0);
	stream = save(source);
	patch(map_section(stream), damage->value, damage->wrong);
	target = load(stream, &loaded);
	g_assert_false(loaded);
	nic_expect_logged(target, damage->wrong);
	nic_ignore_log(target);
	qtest_end(target->qemu);
	close(target->wire);
	g_free(target);
	retire(source, stream);
}

/* Ring size, and a ring beyond the DMA width, of a running queue. */
static void test_damaged_running_queue(void)
{
	static const uint32_t wrong[][2] = { { 1024, 1023 }, { 1024, 0 }, { 1024, 8192 },
					     { 0x00314000, 0x00fffc00 } };
	struct nic_queue tx;
	struct nic *source;
	struct nic *target;
	bool loaded;
	int stream;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		source = nic_start(&(struct nic_options){ .properties = "dma-width=24" });
		source->ram_next = 0x314000;
		queue_open(&tx, source, false, 1024);
		stream = save(source);
		patch(map_section(stream), wrong[i][0], wrong[i][1]);
		target = load(stream, &loaded);
		g_assert_false(loaded);
		nic_ignore_log(target);
		nic_stop(target);
		retire(source, stream);
	}
}

/* Random damage: the stream is refused, or the device works with what it got. */
static void test_noise(void)
{
	enum { ROUNDS = 14 };
	struct nic *source = nic_start(NULL);
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

	queue_open(&tx, source, false, 32);
	queue_open(&rx, source, true, 32);
	nic_set(source, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	transmit(&tx, 40);
	receive(&rx, 40);
	stream = save(source);
	section = map_section(stream);
	good = g_memdup2(section, 2048);
	for (round = 0; round < ROUNDS; round++) {
		memcpy(section, good, 2048);
		for (i = 0; i < 1 + round; i++) {
			state = state * 1664525 + 1013904223;
			section[256 + (state >> 16) % 1200] ^= (uint8_t)(1 << (state >> 28) % 8);
		}
		target = load(stream, &loaded);
		if (loaded) {
			resume(target);
			nic_settle(target);
			qtest_memset(target->qemu, NIC_REGISTERS + SGNIC_TX_DOORBELL(0), 0, 8);
			nic_settle(target);
		}
		nic_ignore_log(target);
		nic_stop(target);
	}
	g_free(good);
	retire(source, stream);
}

int main(int argc, char **argv)
{
	char *path;
	size_t i;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/migration/registers", test_registers);
	g_test_add_func("/migration/interrupts", test_interrupts);
	g_test_add_func("/migration/queues", test_queues);
	g_test_add_func("/migration/busy-backend", test_busy_backend);
	g_test_add_func("/migration/stop", test_stop);
	for (i = 0; i < G_N_ELEMENTS(damages); i++) {
		path = g_strdup_printf("/migration/damaged/%s", damages[i].name);
		g_test_add_data_func(path, &damages[i], test_damaged);
		g_free(path);
	}
	g_test_add_func("/migration/damaged/running-queue", test_damaged_running_queue);
	g_test_add_func("/migration/damaged/noise", test_noise);
	return g_test_run();
}
