/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_migration_test.c - the device moves to another QEMU in every phase of a
 * transfer, and refuses streams that break a rule (isa-dma-nic specification, section 10.3)
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "isa_dma_nic_migration.h"

#define TX	DMA_MODE_READ_MEMORY
#define RX	DMA_MODE_WRITE_MEMORY
#define CHANNEL 5

static const struct isa_nic_options defaults = {.properties = "dma=5", .channel = CHANNEL};

static struct isa_nic *start(void)
{
	struct isa_nic *device = isa_nic_start(&defaults);

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
	return device;
}

static uint64_t place(struct isa_nic *device, struct frame *frame, size_t length)
{
	frame_fill(frame, address_other, length, 7);
	return nic_place(&device->nic, frame->bytes, length, 0);
}

static void inject(struct isa_nic *device, struct frame *frame, size_t length, uint32_t seed)
{
	frame_fill(frame, address_nic, length, seed);
	isa_nic_inject(device, frame);
}

static void expect_memory(struct isa_nic *device, uint64_t address, const struct frame *frame)
{
	nic_same_bytes(nic_pointer(&device->nic, address, frame->length), frame->bytes,
		       frame->length);
}

/* Every register reads the same on both sides. */
static void test_registers(void)
{
	struct isa_nic *device = start();
	struct frame *frame = g_new(struct frame, 1);
	uint16_t before[0x100];
	uint16_t status;
	uint16_t i;

	isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, 99);
	isa_nic_set(device, ISA_DMA_NIC_CONTROL, ISA_DMA_NIC_CONTROL_FLOW);
	isa_nic_set(device, ISA_DMA_NIC_MULTICAST_COUNT, 9);
	for (i = 0; i < 3; i++)
		isa_nic_set(device, (uint16_t)ISA_DMA_NIC_STATION(i), (uint16_t)(0x1110 + i * 2));
	for (i = 0; i < 48; i++)
		isa_nic_set(device, (uint16_t)ISA_DMA_NIC_MULTICAST(i / 3, i % 3),
			    (uint16_t)(0xaa00 + i));
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 0x1234);
	for (i = 0; i < 5; i++)
		inject(device, frame, 90 + i, i);
	isa_nic_set_link(device, false);
	isa_nic_command(device, 0x5a);
	nic_ignore_log(&device->nic);
	status = isa_nic_in(device, ISA_DMA_NIC_STATUS);
	for (i = 0; i <= ISA_DMA_NIC_INDEX_MAX; i++) {
		if (isa_nic_register_exists(i))
			before[i] = isa_nic_get(device, i);
	}
	isa_nic_out(device, ISA_DMA_NIC_INDEX, 0x42);

	device = isa_nic_move(device);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INDEX), ==, 0x42);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==, status);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_TX_LENGTH), ==, 99);
	for (i = 0; i <= ISA_DMA_NIC_INDEX_MAX; i++) {
		if (isa_nic_register_exists(i))
			g_assert_cmphex(isa_nic_get(device, i), ==, before[i]);
	}
	/* the cable is still cut */
	wire_send(&device->nic, frame);
	wire_wait_taken(&device->nic);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 5);
	isa_nic_set_link(device, true);
	for (i = 0; i < 5; i++) {
		frame_fill(frame, address_nic, 90 + i, i);
		isa_nic_arm(device, 0x200000, 1518, RX);
		isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
		expect_memory(device, 0x200000, frame);
	}
	isa_nic_stop(device);
	g_free(frame);
}

/* DREQ is pending on a masked channel; the transfer begins on the other side. */
static void test_pending_tx(void)
{
	struct isa_nic *device = start();
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = place(device, frame, 801);

	dma_program(device->nic.qemu, CHANNEL, (uint32_t)address, 802, TX);
	isa_nic_start_tx(device, 801);
	device = isa_nic_move(device);
	nic_settle(&device->nic);
	g_assert_true(dma_requested(device->nic.qemu, CHANNEL));
	g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_TX);
	wire_expect_silence(&device->nic);
	dma_unmask(device->nic.qemu, CHANNEL);
	wire_expect(&device->nic, frame);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_TX_DONE);
	isa_nic_stop(device);
	g_free(frame);
}

/*
 * DREQ is pending on an unmasked channel whose count has run out.  The source is stopped
 * before it is programmed: the destination finds it ready.
 */
static void test_pending_rx(void)
{
	struct isa_nic *device = start();
	struct frame *frame = g_new(struct frame, 1);

	inject(device, frame, 333, 1);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	qtest_qmp_ok(device->nic.qemu, "{\"execute\": \"stop\"}");
	isa_nic_arm(device, 0x200000, 334, RX);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==, 0);
	device = isa_nic_move(device);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_RX_AVAILABLE | ISA_DMA_NIC_CAUSE_RX_DONE);
	expect_memory(device, 0x200000, frame);
	isa_nic_stop(device);
	g_free(frame);
}

/* Half a frame is moved; the rest follows on the other side. */
static void test_short_tx(void)
{
	struct isa_nic *device = start();
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = place(device, frame, 1001);

	isa_nic_arm(device, address, 400, TX);
	isa_nic_start_tx(device, 1001);
	device = isa_nic_move(device);
	g_assert_false(dma_requested(device->nic.qemu, CHANNEL));
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_TRANSFERRED), ==, 400);
	isa_nic_arm(device, address + 400, 602, TX);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_CONTINUE);
	wire_expect(&device->nic, frame);
	isa_nic_expect_causes(device, ISA_DMA_NIC_CAUSE_SHORT | ISA_DMA_NIC_CAUSE_TX_DONE);
	isa_nic_stop(device);
	g_free(frame);
}

static void test_short_rx(void)
{
	struct isa_nic *device = start();
	struct frame *frame = g_new(struct frame, 1);

	inject(device, frame, 1001, 1);
	isa_nic_arm(device, 0x200000, 400, RX);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	device = isa_nic_move(device);
	isa_nic_arm(device, 0x200000 + 400, 602, RX);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_CONTINUE);
	expect_memory(device, 0x200000, frame);
	isa_nic_stop(device);
	g_free(frame);
}

/* The circular buffer goes on where it was, with the frames that waited for credit. */
static void test_continuous(void)
{
	struct isa_nic *device = start();
	struct frame *frame = g_new(struct frame, 1);
	uint32_t i;

	isa_nic_arm(device, 0x200000, 2048, RX | DMA_MODE_AUTO_INITIALISE);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_CONTINUOUS);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 204 / 4);
	frame_fill(frame, address_nic, 200, 0);
	wire_send(&device->nic, frame);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_FRAMES, 1);
	for (i = 1; i < 4; i++)
		inject(device, frame, 200, i);

	device = isa_nic_move(device);
	g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_CONTINUOUS);
	g_assert_cmpuint(dma_residual(device->nic.qemu, CHANNEL), ==, 2048 - 204);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 3 * 204 / 4);
	g_assert_cmpuint(dma_residual(device->nic.qemu, CHANNEL), ==, 2048 - 4 * 204);
	for (i = 0; i < 4; i++) {
		frame_fill(frame, address_nic, 200, i);
		expect_memory(device, 0x200000 + 204 * i + 4, frame);
	}
	isa_nic_stop(device);
	g_free(frame);
}

/* A frame that waits for a busy backend is sent once, by one of the two. */
static void test_busy_backend(void)
{
	struct isa_nic_options options = {
		.properties = "dma=5", .channel = CHANNEL, .wire_buffer = 8192};
	struct isa_nic *source = isa_nic_start(&options);
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address = place(source, frame, 1400);
	struct isa_nic *target;
	uint32_t sent = 0;
	bool loaded;
	int stream;

	do {
		isa_nic_arm(source, address, 1400, TX);
		isa_nic_start_tx(source, 1400);
		nic_settle(&source->nic);
		sent++;
		g_assert_cmpuint(sent, <, 100);
	} while (!(isa_nic_in(source, ISA_DMA_NIC_STATUS) & ISA_DMA_NIC_STATUS_TX_BUSY));
	stream = migration_save(&source->nic);
	g_assert_cmpuint(wire_drain(&source->nic), ==, sent - 1);

	target = isa_nic_load(&options, stream, &loaded);
	g_assert_true(loaded);
	g_assert_true(isa_nic_in(target, ISA_DMA_NIC_STATUS) & ISA_DMA_NIC_STATUS_TX_BUSY);
	wire_expect_silence(&target->nic);
	migration_resume(&target->nic);
	wire_expect(&target->nic, frame);
	isa_nic_expect_statistic(target, ISA_DMA_NIC_STAT_TX_FRAMES, sent);
	wire_expect_silence(&target->nic);
	isa_nic_stop(target);
	migration_retire(&source->nic, stream);
	g_free(frame);
}

/* An asserted line is neither lost nor counted again; the acknowledgement lowers it. */
static void test_interrupt(void)
{
	struct isa_nic *device = start();

	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, ISA_DMA_NIC_CAUSES);
	isa_nic_set(device, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_SOFTWARE);
	device = isa_nic_move(device);
	isa_nic_set(device, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_LINK);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_INTERRUPTS, 1);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_CAUSE), ==,
			ISA_DMA_NIC_CAUSE_SOFTWARE | ISA_DMA_NIC_CAUSE_LINK);
	qtest_intercept(device->nic.qemu, "ioapic");
	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, ISA_DMA_NIC_CAUSES);
	isa_nic_set(device, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_SOFTWARE);
	nic_settle(&device->nic);
	g_assert_true(qtest_line(device->nic.qemu, ISA_DMA_NIC_IRQ_DEFAULT));
	isa_nic_stop(device);
}

/* Other resources on the destination. */
static void test_other_properties(void)
{
	static const struct isa_nic_options others[] = {
		{.properties = "dma=6", .channel = 6},
		{.properties = "dma=5,irq=7", .channel = CHANNEL},
		{.properties = "dma=5,iobase=0x320", .channel = CHANNEL, .iobase = 0x320},
	};
	static const char *const texts[] = {"property 'dma' differs", "property 'irq' differs",
					    "property 'iobase' differs"};
	struct isa_nic *source = start();
	int stream = migration_save(&source->nic);
	size_t i;

	if (!migration_can_refuse())
		return;
	for (i = 0; i < G_N_ELEMENTS(others); i++)
		isa_nic_expect_refused(&others[i], stream, texts[i]);
	migration_retire(&source->nic, stream);
}

/* Where the device's state lies in the stream, by offset from its first field. */
enum {
	FIELD_IOBASE = 0,
	FIELD_IRQ = FIELD_IOBASE + 4,
	FIELD_CHANNEL = FIELD_IRQ + 4,
	FIELD_PENDING = FIELD_CHANNEL + 4,
	FIELD_MASK = FIELD_PENDING + 2,
	FIELD_TX_LENGTH = FIELD_MASK + 2,
	FIELD_INDEX = FIELD_TX_LENGTH + 2,
	FIELD_CONTROL = FIELD_INDEX + 2,
	FIELD_FILTER = FIELD_CONTROL + 2,
	FIELD_MULTICAST_COUNT = FIELD_FILTER + 2,
	FIELD_MULTICAST = FIELD_MULTICAST_COUNT + 2,
	FIELD_STATION = FIELD_MULTICAST + 2 * 48,
	FIELD_CREDIT = FIELD_STATION + 6,
	FIELD_TRANSFERRED = FIELD_CREDIT + 2,
	FIELD_ERROR_CODE = FIELD_TRANSFERRED + 2,
	FIELD_STATISTICS = FIELD_ERROR_CODE + 6,
	FIELD_TRANSFER = FIELD_STATISTICS + 6 * ISA_DMA_NIC_STAT_COUNT,
	FIELD_PAUSED = FIELD_TRANSFER + 1,
	FIELD_TX = FIELD_PAUSED + 1,
	FRAME_BYTES = 4 + 1520,
	FIELD_TX_WAITING = FIELD_TX + FRAME_BYTES,
	FIELD_TX_LOST = FIELD_TX_WAITING + 1,
	FIELD_FIFO = FIELD_TX_LOST + 1,
	FIELD_FIFO_HEAD = FIELD_FIFO + FRAME_BYTES * ISA_DMA_NIC_FIFO_DEPTH,
	FIELD_FIFO_COUNT = FIELD_FIFO_HEAD + 4,
	FIELD_END = FIELD_FIFO_COUNT + 4,
};

/* QEMU saves the state, big endian, behind the device's name and its version. */
static uint8_t *map_state(int stream)
{
	static const uint8_t first[] = {0, 0, 0x03, 0, 0, 0, 0, 5, 0, 0, 0, CHANNEL};
	static const char name[] = "isa-dma-nic";
	size_t size = (size_t)lseek(stream, 0, SEEK_END);
	uint8_t *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, stream, 0);
	uint8_t *found;

	g_assert_true(mapping != MAP_FAILED);
	found = memmem(mapping, size, name, sizeof(name) - 1);
	g_assert_nonnull(found);
	found = memmem(found, 64, first, sizeof(first));
	g_assert_nonnull(found);
	g_assert_cmpuint((size_t)(found - mapping) + FIELD_END, <, size);
	return found;
}

struct damage {
	const char *name;
	size_t field;
	uint32_t value;
	unsigned int size;
	const char *text;
};

/* The stream holds two frames and a transfer RX that waits for its channel. */
static const struct damage damages[] = {
	{"pending", FIELD_PENDING, 0x100, 2, "0x100 for INTERRUPT_PENDING"},
	{"mask", FIELD_MASK, 0x8000, 2, "0x8000 for INTERRUPT_MASK"},
	{"tx-length-short", FIELD_TX_LENGTH, 13, 2, "0xd for TX_LENGTH"},
	{"tx-length-long", FIELD_TX_LENGTH, 1519, 2, "0x5ef for TX_LENGTH"},
	{"index", FIELD_INDEX, 0x100, 2, "0x100 for INDEX"},
	{"control", FIELD_CONTROL, 2, 2, "0x2 for CONTROL"},
	{"filter", FIELD_FILTER, 0x10, 2, "0x10 for RECEIVE_FILTER"},
	{"multicast-count", FIELD_MULTICAST_COUNT, 17, 2, "0x11 for MULTICAST_COUNT"},
	{"station", FIELD_STATION, 1, 2, "0x1 for STATION"},
	{"credit", FIELD_CREDIT, 0x8001, 2, "0x8001 for RX_CREDIT"},
	{"transferred", FIELD_TRANSFERRED, 500, 2, "500 for TRANSFERRED"},
	{"transferred-huge", FIELD_TRANSFERRED, 0xffff, 2, "65535 for TRANSFERRED"},
	{"error-code", FIELD_ERROR_CODE, 9, 2, "9 for ERROR_CODE"},
	{"transfer", FIELD_TRANSFER, 4, 1, "transfer 4"},
	{"transfer-tx-without-frame", FIELD_TRANSFER, 1, 1, "sends a frame of 0 bytes"},
	{"paused-continuous", FIELD_TRANSFER, 0x0301, 2, "transfer 3"},
	{"waiting-without-frame", FIELD_TX_WAITING, 1, 1, "sends a frame of 0 bytes"},
	{"frame-short", FIELD_FIFO, 13, 2, "a frame of 13 bytes"},
	{"frame-long", FIELD_FIFO + FRAME_BYTES, 1519, 2, "a frame of 1519 bytes"},
	{"frame-status", FIELD_FIFO + 2, 0x3, 2, "status 0x3"},
	{"frame-status-0", FIELD_FIFO + 2, 0, 2, "status 0x0"},
	{"frame-status-bit", FIELD_FIFO + 2, 0x201, 2, "status 0x201"},
	{"fifo-head", FIELD_FIFO_HEAD, 16, 4, "from entry 16"},
	{"fifo-count", FIELD_FIFO_COUNT, 17, 4, "17 frames"},
	{"fifo-empty", FIELD_FIFO_COUNT, 0, 4, "transfer 2"},
};

/* One stream serves all tests of damage: each puts back what it changed. */
static struct {
	int file;
	uint8_t *state; /* within the mapped file; NULL: not saved yet */
} saved;

static void prepare_damage(void)
{
	struct isa_nic *source;
	struct frame *frame;

	if (saved.state)
		return;
	frame = g_new(struct frame, 1);
	source = start();
	inject(source, frame, 500, 1);
	inject(source, frame, 60, 2);
	isa_nic_command(source, ISA_DMA_NIC_COMMAND_RX_START);
	saved.file = migration_save(&source->nic);
	saved.state = map_state(saved.file);
	isa_nic_stop(source);
	g_free(frame);
}

static void test_damaged(gconstpointer data)
{
	const struct damage *damage = data;
	uint8_t good[4];
	uint8_t *field;
	unsigned int i;

	if (!migration_can_refuse())
		return;
	prepare_damage();
	field = saved.state + damage->field;
	memcpy(good, field, damage->size);
	for (i = 0; i < damage->size; i++)
		field[i] = (uint8_t)(damage->value >> 8 * (damage->size - 1 - i));
	isa_nic_expect_refused(&defaults, saved.file, damage->text);
	memcpy(field, good, damage->size);
}

/* Random damage: the stream is refused, or the device works with what it got. */
static void test_noise(void)
{
	enum { ROUNDS = 12 };
	uint8_t *good = g_malloc(FIELD_END);
	uint32_t random = 4711;
	struct isa_nic *target;
	bool loaded;
	int round;
	int i;

	if (!migration_can_refuse())
		return;
	prepare_damage();
	memcpy(good, saved.state, FIELD_END);
	for (round = 0; round < ROUNDS; round++) {
		memcpy(saved.state, good, FIELD_END);
		for (i = 0; i < 1 + round / 2; i++) {
			size_t where;

			random = random * 1664525 + 1013904223;
			where = FIELD_PENDING + (random >> 8) % (FIELD_TX + 8 - FIELD_PENDING);
			saved.state[where] = (uint8_t)(random >> 24);
		}
		target = isa_nic_load(&defaults, saved.file, &loaded);
		if (loaded) {
			migration_resume(&target->nic);
			isa_nic_arm(target, 0x200000, 65536, RX);
			isa_nic_in(target, ISA_DMA_NIC_STATUS);
			isa_nic_command(target, ISA_DMA_NIC_COMMAND_RESET);
			g_assert_cmphex(isa_nic_in(target, ISA_DMA_NIC_STATUS), ==,
					ISA_DMA_NIC_STATUS_LINK_UP);
		}
		nic_settle(&target->nic);
		nic_ignore_log(&target->nic);
		qtest_end(target->nic.qemu);
		close(target->nic.wire);
		g_free(target);
	}
	memcpy(saved.state, good, FIELD_END);
	g_free(good);
}

int main(int argc, char **argv)
{
	int status;
	size_t i;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/isa-dma-nic/migration/registers", test_registers);
	g_test_add_func("/isa-dma-nic/migration/pending-tx", test_pending_tx);
	g_test_add_func("/isa-dma-nic/migration/pending-rx", test_pending_rx);
	g_test_add_func("/isa-dma-nic/migration/short-tx", test_short_tx);
	g_test_add_func("/isa-dma-nic/migration/short-rx", test_short_rx);
	g_test_add_func("/isa-dma-nic/migration/continuous", test_continuous);
	g_test_add_func("/isa-dma-nic/migration/busy-backend", test_busy_backend);
	g_test_add_func("/isa-dma-nic/migration/interrupt", test_interrupt);
	g_test_add_func("/isa-dma-nic/migration/other-properties", test_other_properties);
	g_test_add_func("/isa-dma-nic/migration/noise", test_noise);
	for (i = 0; i < G_N_ELEMENTS(damages); i++)
		qtest_add(test_damaged, &damages[i], "/isa-dma-nic/migration/damaged/%s",
			  damages[i].name);
	return g_test_run();
}
