/* SPDX-License-Identifier: MIT */
/*
 * fault_dma_test.c - refused and stray DMA, completions that lie or do not come, a queue that
 * does nothing, a device that is gone (docs/sgnic.md)
 */
#include <string.h>

#include "sgnic_migration.h"
#include "sgnic_property.h"
#include "sgnic_queue.h"

/* The device with both queues open, and the frame in hand. */
struct setup {
	struct nic *nic;
	struct nic_queue tx;
	struct nic_queue rx;
	struct frame frame;
};

static struct setup *setup_start(const char *properties)
{
	struct setup *setup = g_new0(struct setup, 1);

	setup->nic = nic_start(&(struct nic_options){.properties = properties});
	queue_open(&setup->tx, setup->nic, false, 16);
	queue_open(&setup->rx, setup->nic, true, 16);
	nic_set(setup->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	return setup;
}

static void setup_stop(struct setup *setup)
{
	nic_stop(setup->nic);
	g_free(setup);
}

static void transmit(struct setup *setup, uint16_t tag)
{
	frame_fill(&setup->frame, address_other, 200, tag);
	queue_post_frame(&setup->tx, &setup->frame, 200, 0, tag);
	queue_kick(&setup->tx);
}

static uint64_t receive(struct setup *setup, uint16_t tag)
{
	uint64_t buffer = queue_buffer(setup->nic, 300, 0);

	frame_fill(&setup->frame, address_nic, 200, tag);
	queue_post(&setup->rx, buffer, 300, 0, tag);
	queue_kick(&setup->rx);
	wire_send(setup->nic, &setup->frame);
	return buffer;
}

static void expect_both_work(struct setup *setup)
{
	queue_expect_transmits(&setup->tx);
	queue_expect_receives(&setup->rx);
}

static void test_payload_read(void)
{
	struct setup *setup = setup_start("fault-dma-payload-read=1");
	struct nic *nic = setup->nic;
	char *queue;

	transmit(setup, 3);
	queue_expect_failure(&setup->tx, SGNIC_STATUS_DMA_ERROR, 3, 0, 1);
	queue = nic_text(nic, "last-dma-error", "queue");
	g_assert_cmpstr(queue, ==, "tx0");
	g_assert_cmphex(nic_member(nic, "last-dma-error", "address"), ==,
			GUINT64_FROM_LE(queue_descriptor(&setup->tx, 0)->address));
	nic_expect_error(nic, SGNIC_ERROR_DMA_READ, 0,
			 GUINT64_FROM_LE(queue_descriptor(&setup->tx, 0)->address), 200);
	expect_both_work(setup);
	g_assert_cmpuint(nic_number(nic, "fault-dma-payload-read"), ==, 0);
	g_assert_cmpuint(nic_number(nic, "fault-dma-payload-read-count"), ==, 1);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_DMA_ERRORS), ==, 1);
	setup_stop(setup);
	g_free(queue);
}

static void test_payload_write(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint64_t buffer;

	nic_put(nic, "fault-dma-payload-write", "1");
	buffer = receive(setup, 5);
	queue_expect_failure(&setup->rx, SGNIC_STATUS_DMA_ERROR, 5, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_RX, buffer, 200);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_ERRORS), ==, 1);
	g_assert_cmpuint(nic_number(nic, "fault-dma-payload-write-count"), ==, 1);
	expect_both_work(setup);
	setup_stop(setup);
}

/* 4294967295 has no end but 0; the other queues are not concerned. */
static void test_endless(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint16_t i;

	nic_put(nic, "fault-queue", "\"rx0\"");
	nic_put(nic, "fault-dma-payload-write", "4294967295");
	nic_put(nic, "fault-dma-payload-read", "4294967295");
	for (i = 0; i < 5; i++) {
		queue_expect_transmits(&setup->tx);
		receive(setup, i);
		queue_expect_failure(&setup->rx, SGNIC_STATUS_DMA_ERROR, i, 0, 1);
	}
	g_assert_cmpuint(nic_number(nic, "fault-dma-payload-write"), ==, 4294967295u);
	g_assert_cmpuint(nic_number(nic, "fault-dma-payload-write-count"), ==, 5);
	g_assert_cmpuint(nic_number(nic, "fault-dma-payload-read-count"), ==, 0);
	nic_put(nic, "fault-dma-payload-write", "0");
	nic_clear_error(nic);
	expect_both_work(setup);
	setup_stop(setup);
}

/* The queue is in ERROR, and works again when it is disabled and enabled. */
static void expect_queue_error(struct setup *setup, uint32_t code)
{
	nic_wait_register(setup->nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_STATE, SGNIC_QUEUE_ERROR);
	nic_expect_error(setup->nic, code, 0, NIC_ANY, NIC_ANY);
	wire_drain(setup->nic);
	queue_disable(&setup->tx);
	queue_enable(&setup->tx);
	expect_both_work(setup);
}

static void test_ring_read(void)
{
	struct setup *setup = setup_start(NULL);

	nic_put(setup->nic, "fault-queue", "\"tx0\"");
	nic_put(setup->nic, "fault-dma-ring-read", "1");
	transmit(setup, 1);
	expect_queue_error(setup, SGNIC_ERROR_DMA_READ);
	g_assert_cmpuint(nic_number(setup->nic, "fault-dma-ring-read-count"), ==, 1);
	setup_stop(setup);
}

static void test_completion_write(void)
{
	struct setup *setup = setup_start(NULL);

	nic_put(setup->nic, "fault-dma-completion-write", "1");
	transmit(setup, 1);
	expect_queue_error(setup, SGNIC_ERROR_DMA_WRITE);
	g_assert_cmpuint(nic_number(setup->nic, "fault-dma-completion-write-count"), ==, 1);
	setup_stop(setup);
}

static void put_number(struct nic *nic, const char *name, uint64_t value)
{
	char *text = g_strdup_printf("%" G_GUINT64_FORMAT, value);

	nic_put(nic, name, text);
	g_free(text);
}

static void test_stray(void)
{
	struct nic *nic = nic_start(NULL);
	uint64_t page = nic_allocate(nic, 4096, 4096);
	uint8_t *bytes = nic_pointer(nic, page, 4096);
	struct nic_queue tx;
	char *queue;
	int i;

	/* From here on it waits for a queue that runs. */
	put_number(nic, "fault-stray-address", page + 100);
	nic_put(nic, "fault-stray-length", "50");
	nic_put(nic, "fault-stray-write", "1");
	g_assert_cmpuint(bytes[100], ==, 0);
	queue_open(&tx, nic, false, 16);
	for (i = 0; i < 4096; i++)
		g_assert_cmphex(bytes[i], ==, i >= 100 && i < 150 ? 0xa5 : 0);
	nic_put(nic, "fault-stray-read", "3");
	g_assert_cmpuint(nic_number(nic, "fault-stray-read-count"), ==, 3);
	nic_expect_no_error(nic);

	/* The register BAR is no memory. */
	put_number(nic, "fault-stray-address", NIC_REGISTERS);
	nic_put(nic, "fault-stray-read", "1");
	nic_expect_error(nic, SGNIC_ERROR_DMA_READ, SGNIC_ERROR_QUEUE_NONE, NIC_REGISTERS, 50);
	nic_put(nic, "fault-stray-write", "1");
	queue = nic_text(nic, "last-dma-error", "queue");
	g_assert_cmpstr(queue, ==, "none");
	nic_expect_error(nic, SGNIC_ERROR_DMA_WRITE, SGNIC_ERROR_QUEUE_NONE, NIC_REGISTERS, 50);
	queue_expect_transmits(&tx);
	nic_stop(nic);
	g_free(queue);
}

static void test_corrupt(void)
{
	static const char *const fields[] = {"tag", "count", "next", "length", "status"};
	struct setup *setup = setup_start(NULL);
	const struct sgnic_completion *ring;
	uint16_t i;

	ring = nic_pointer(setup->nic, setup->tx.completions, 16 * sizeof(*ring));
	for (i = 0; i < G_N_ELEMENTS(fields); i++) {
		struct sgnic_completion expected = {
			.next = GUINT32_TO_LE(i + 1u),
			.length = GUINT32_TO_LE(200),
			.tag = GUINT16_TO_LE(i),
			.flags = GUINT16_TO_LE(SGNIC_COMPLETION_PHASE),
			.count = GUINT16_TO_LE(1),
		};
		char *value = g_strdup_printf("\"%s\"", fields[i]);

		nic_put(setup->nic, "fault-completion-field", value);
		nic_put(setup->nic, "fault-completion-corrupt", "1");
		transmit(setup, i);
		wire_expect(setup->nic, &setup->frame);
		nic_wait_register(setup->nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_COMPLETED, i + 1);
		switch (i) {
		case 0:
			expected.tag = (uint16_t)~expected.tag;
			break;
		case 1:
			expected.count = (uint16_t)~expected.count;
			break;
		case 2:
			expected.next = ~expected.next;
			break;
		case 3:
			expected.length = ~expected.length;
			break;
		default:
			expected.status = (uint8_t)~expected.status;
		}
		nic_same_bytes((const void *)&ring[i], (const void *)&expected, sizeof(expected));
		g_free(value);
	}
	g_assert_cmpuint(nic_number(setup->nic, "fault-completion-corrupt-count"), ==, 5);
	nic_expect_no_error(setup->nic);
	setup_stop(setup);
}

static void test_withhold(void)
{
	static const struct sgnic_completion empty;
	struct setup *setup = setup_start(NULL);
	const struct sgnic_completion *ring;

	ring = nic_pointer(setup->nic, setup->tx.completions, 16 * sizeof(*ring));
	nic_put(setup->nic, "fault-completion-withhold", "1");
	transmit(setup, 0);
	wire_expect(setup->nic, &setup->frame);
	transmit(setup, 1);
	wire_expect(setup->nic, &setup->frame);
	nic_wait_register(setup->nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_COMPLETED, 2);
	nic_settle(setup->nic);
	nic_same_bytes((const void *)&ring[0], (const void *)&empty, sizeof(empty));
	g_assert_cmphex(GUINT16_FROM_LE(ring[1].flags), ==, SGNIC_COMPLETION_PHASE);
	g_assert_cmpuint(GUINT32_FROM_LE(ring[1].next), ==, 2);
	g_assert_cmpuint(nic_number(setup->nic, "fault-completion-withhold-count"), ==, 1);
	setup_stop(setup);
}

static void test_stuck(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint64_t buffer;

	nic_put(nic, "fault-queue", "\"tx0\"");
	nic_put(nic, "fault-queue-stuck", "true");
	transmit(setup, 9);
	queue_expect_idle(&setup->tx);
	wire_expect_silence(nic);
	g_assert_cmpuint(queue_state(&setup->tx), ==, SGNIC_QUEUE_RUNNING);
	queue_expect_receives(&setup->rx);

	frame_fill(&setup->frame, address_other, 200, 9);
	nic_put(nic, "fault-queue", "\"rx0\"");
	wire_expect(nic, &setup->frame);
	queue_expect(&setup->tx, SGNIC_STATUS_OK, 9, 200, 1);
	buffer = receive(setup, 4);
	queue_expect_idle(&setup->rx);
	queue_expect_transmits(&setup->tx);
	frame_fill(&setup->frame, address_nic, 200, 4);
	nic_put(nic, "fault-queue-stuck", "false");
	queue_expect(&setup->rx, SGNIC_STATUS_OK, 4, 200, 1);
	queue_check_buffer(nic, buffer, 300, setup->frame.bytes, 200);
	g_assert_cmpuint(nic_number(nic, "fault-queue-stuck-count"), ==, 1);
	expect_both_work(setup);
	nic_expect_no_error(nic);
	setup_stop(setup);
}

/* Another receive queue that runs does not make the stuck one deliver. */
static void test_stuck_beside_another(void)
{
	struct nic *nic = nic_start(&(struct nic_options){.properties = "queues=2"});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx[2];
	int i;

	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	for (i = 0; i < 2; i++) {
		queue_open_at(&rx[i], nic, true, (uint32_t)i, 16);
		queue_post(&rx[i], queue_buffer(nic, 300, 0), 300, 0, (uint16_t)i);
		queue_kick(&rx[i]);
	}
	nic_put(nic, "fault-queue", "\"rx0\"");
	nic_put(nic, "fault-queue-stuck", "true");
	frame_fill(frame, address_nic, 200, 1);
	wire_send(nic, frame);
	nic_settle(nic);
	queue_expect_idle(&rx[0]);
	queue_expect_idle(&rx[1]);
	nic_put(nic, "fault-queue-stuck", "false");
	queue_expect(&rx[0], SGNIC_STATUS_OK, 0, 200, 1);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

static void test_removed(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *nic = setup->nic;
	uint8_t *memory;

	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_TX(0) | SGNIC_CAUSE_LINK);
	queue_post(&setup->rx, queue_buffer(nic, 300, 0), 300, 0, 0);
	nic_put(nic, "fault-removed", "true");
	g_assert_cmphex(nic_get(nic, SGNIC_ID), ==, 0xffffffff);
	g_assert_cmphex(qtest_read(nic->qemu, NIC_REGISTERS, 8), ==, UINT64_MAX);
	g_assert_cmphex(qtest_read(nic->qemu, NIC_REGISTERS + 1, 1), ==, 0xff);
	g_assert_cmphex(qtest_read(nic->qemu, NIC_MSIX_TABLE, 4), ==, 0xffffffff);
	g_assert_cmphex(pci_read(&nic->pci, PCI_VENDOR_ID, 2), ==, 0xffff);
	g_assert_cmphex(pci_read(&nic->pci, PCI_COMMAND, 1), ==, 0xff);
	pci_write(&nic->pci, PCI_COMMAND, 2, 0);

	queue_post(&setup->tx, nic_allocate(nic, 64, 64), 64, SGNIC_DESCRIPTOR_END, 0);
	queue_publish(&setup->tx);
	memory = g_memdup2(nic_pointer(nic, setup->tx.descriptors, 4096), 4096);
	queue_ring(&setup->tx);
	frame_fill(&setup->frame, address_nic, 100, 1);
	wire_send(nic, &setup->frame);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": false}}");
	nic_settle(nic);
	nic_same_bytes(nic_pointer(nic, setup->tx.descriptors, 4096), memory, 4096);
	wire_expect_silence(nic);

	nic_put(nic, "fault-removed", "false");
	g_assert_cmpuint(nic_number(nic, "fault-removed-count"), ==, 1);
	g_assert_cmphex(nic_get(nic, SGNIC_ID), ==, SGNIC_ID_VALUE);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_MASK), ==, 0);
	g_assert_cmpuint(queue_state(&setup->tx), ==, SGNIC_QUEUE_DISABLED);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": true}}");
	queue_program(&setup->tx);
	queue_enable(&setup->tx);
	queue_expect_transmits(&setup->tx);
	nic_expect_no_error(nic);
	setup_stop(setup);
	g_free(memory);
}

static void test_bad_values(void)
{
	static const struct {
		const char *name;
		const char *value;
		const char *words[4];
	} bad[] = {
		{"fault-interrupt-drop", "4294967296", {"4294967296", "0 to 4294967295"}},
		{"fault-interrupt-drop", "-1", {"fault-interrupt-drop"}},
		{"fault-interrupt-drop", "\"two\"", {"fault-interrupt-drop"}},
		{"fault-interrupt-spurious", "1001", {"1001", "0 to 1000"}},
		{"fault-link-flap", "1001", {"1001", "0 to 1000"}},
		{"fault-removed", "1", {"fault-removed", "boolean"}},
		{"fault-interrupt-delay-time", "0", {"is 0", "1 to 60000000"}},
		{"fault-interrupt-delay-time", "60000001", {"60000001", "1 to 60000000"}},
		{"fault-stray-length", "0", {"is 0", "1 to 4096"}},
		{"fault-stray-length", "4097", {"4097", "1 to 4096"}},
		{"fault-queue", "\"tx1\"", {"tx1", "1 pairs"}},
		{"fault-queue", "\"rx7\"", {"rx7", "1 pairs"}},
		{"fault-queue", "\"tx8\"", {"tx8", "rx0 to rx7"}},
		{"fault-queue", "\"txx\"", {"txx", "rx0 to rx7"}},
		{"fault-queue", "\"rx01\"", {"rx01", "rx0 to rx7"}},
		{"fault-queue", "\"\"", {"''", "rx0 to rx7"}},
		{"fault-completion-field", "\"phase\"", {"phase"}},
		{"fault-removed-count", "1", {"fault-removed-count"}},
		{"statistics", "1", {"statistics"}},
	};
	struct nic *nic = nic_start(NULL);
	const char *const arguments[] = {"-device", "sgnic,fault-stray-length=5000", NULL};
	const char *const queue[] = {"-device", "sgnic,fault-queue=tx9", NULL};
	const char *const pair[] = {"-device", "sgnic,queues=2,fault-queue=rx2", NULL};
	char *text;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(bad); i++)
		nic_put_refused(nic, bad[i].name, bad[i].value, bad[i].words);
	nic_stop(nic);
	text = qtest_refused(&(struct qtest_options){.machine = "q35", .arguments = arguments,
						      .inherited = -1});
	g_assert_nonnull(strstr(text, "5000"));
	g_assert_nonnull(strstr(text, "1 to 4096"));
	g_free(text);
	text = qtest_refused(&(struct qtest_options){.machine = "q35", .arguments = queue,
						      .inherited = -1});
	g_assert_nonnull(strstr(text, "tx9"));
	g_free(text);
	text = qtest_refused(&(struct qtest_options){.machine = "q35", .arguments = pair,
						      .inherited = -1});
	g_assert_nonnull(strstr(text, "rx2"));
	g_assert_nonnull(strstr(text, "2 pairs"));
	g_free(text);
}

/* Faults belong to the process: the destination has none. */
static void test_not_migrated(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *target;
	int stream;

	nic_put(setup->nic, "fault-interrupt-drop", "7");
	nic_put(setup->nic, "fault-queue-stuck", "true");
	nic_put(setup->nic, "fault-queue", "\"tx0\"");
	transmit(setup, 2);
	nic_settle(setup->nic);
	stream = migration_save(setup->nic);
	target = migration_move(setup->nic, stream);
	setup->tx.nic = target;
	migration_resume(target);
	wire_expect(target, &setup->frame);
	queue_expect(&setup->tx, SGNIC_STATUS_OK, 2, 200, 1);
	g_assert_cmpuint(nic_number(target, "fault-interrupt-drop"), ==, 0);
	g_assert_cmpuint(nic_number(target, "fault-queue-stuck-count"), ==, 0);
	nic_stop(target);
	migration_retire(setup->nic, stream);
	g_free(setup);
}

/* What the guest saw of the link is kept. */
static void test_link_stays_down(void)
{
	struct setup *setup = setup_start(NULL);
	struct nic *target;
	int stream;

	nic_put(setup->nic, "fault-link-down", "true");
	stream = migration_save(setup->nic);
	target = migration_move(setup->nic, stream);
	setup->tx.nic = target;
	migration_resume(target);
	g_assert_cmphex(nic_get(target, SGNIC_STATUS), ==, 0);
	qtest_qmp_ok(target->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				   "{\"name\": \"wire\", \"up\": true}}");
	g_assert_cmphex(nic_get(target, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	queue_expect_transmits(&setup->tx);
	nic_stop(target);
	migration_retire(setup->nic, stream);
	g_free(setup);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fault-dma/payload-read", test_payload_read);
	g_test_add_func("/fault-dma/payload-write", test_payload_write);
	g_test_add_func("/fault-dma/endless", test_endless);
	g_test_add_func("/fault-dma/ring-read", test_ring_read);
	g_test_add_func("/fault-dma/completion-write", test_completion_write);
	g_test_add_func("/fault-dma/stray", test_stray);
	g_test_add_func("/fault-dma/completion-corrupt", test_corrupt);
	g_test_add_func("/fault-dma/completion-withhold", test_withhold);
	g_test_add_func("/fault-dma/queue-stuck", test_stuck);
	g_test_add_func("/fault-dma/queue-stuck-beside-another", test_stuck_beside_another);
	g_test_add_func("/fault-dma/removed", test_removed);
	g_test_add_func("/fault-dma/bad-values", test_bad_values);
	g_test_add_func("/fault-dma/not-migrated", test_not_migrated);
	g_test_add_func("/fault-dma/link-stays-down", test_link_stays_down);
	return g_test_run();
}
