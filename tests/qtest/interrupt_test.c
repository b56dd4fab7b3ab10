/* SPDX-License-Identifier: MIT */
/*
 * interrupt_test.c - causes, masks and delivery by pin, MSI and MSI-X
 * (device specification, section 7)
 *
 * Messages are aimed at guest memory, so a message is visible as a 32-bit store.
 */
#include "sgnic_queue.h"

#define TX	 SGNIC_CAUSE_TX(0)
#define RX	 SGNIC_CAUSE_RX(0)
#define LINK	 SGNIC_CAUSE_LINK
#define ERROR	 SGNIC_CAUSE_ERROR
#define SOFTWARE SGNIC_CAUSE_SOFTWARE
#define ALL	 (TX | RX | LINK | ERROR | SOFTWARE)

/* The device with both queues open and a word of memory for each vector. */
struct setup {
	struct nic *nic;
	struct nic_queue tx;
	struct nic_queue rx;
	uint64_t messages;
	uint64_t sent; /* interrupts the device must have counted */
};

static struct setup *setup_start(void)
{
	struct setup *setup = g_new0(struct setup, 1);

	setup->nic = nic_start(NULL);
	queue_open(&setup->tx, setup->nic, false, 64);
	queue_open(&setup->rx, setup->nic, true, 64);
	nic_set(setup->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	setup->messages = nic_allocate(setup->nic, 64, 64);
	return setup;
}

static void setup_stop(struct setup *setup)
{
	nic_settle(setup->nic);
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_INTERRUPTS), ==, setup->sent);
	nic_stop(setup->nic);
	g_free(setup);
}

static void use_msix(struct setup *setup)
{
	unsigned int vector;

	for (vector = 0; vector < 3; vector++)
		pci_msix_vector(&setup->nic->pci, NIC_MSIX_TABLE, vector,
				setup->messages + 4 * vector, 0xabcd0000 + vector + 1);
	pci_msix_enable(&setup->nic->pci, true);
}

static uint32_t *message(struct setup *setup, unsigned int vector)
{
	return nic_pointer(setup->nic, setup->messages + 4 * vector, 4);
}

/* Exactly the vectors in @set have sent their message since the last call. */
static void expect_messages(struct setup *setup, unsigned int set)
{
	unsigned int vector;

	nic_settle(setup->nic);
	for (vector = 0; vector < 3; vector++) {
		bool expected = set >> vector & 1;

		g_assert_cmphex(*message(setup, vector), ==,
				expected ? GUINT32_TO_LE(0xabcd0000 + vector + 1) : 0);
		*message(setup, vector) = 0;
		setup->sent += expected;
	}
	g_assert_cmpuint(nic_statistic(setup->nic, SGNIC_STAT_INTERRUPTS), ==, setup->sent);
}

static void expect_intx(struct setup *setup, bool asserted)
{
	nic_settle(setup->nic);
	g_assert_cmpint(pci_intx(&setup->nic->pci), ==, asserted);
}

/* @frames frames in one publication: at most one crossing. */
static void transmit(struct setup *setup, uint32_t frames)
{
	struct frame *frame = g_new(struct frame, 1);
	uint32_t i;

	frame_fill(frame, address_other, 60, 1);
	for (i = 0; i < frames; i++)
		queue_post_frame(&setup->tx, frame, 60, 0, 0);
	queue_kick(&setup->tx);
	for (i = 0; i < frames; i++) {
		wire_expect(setup->nic, frame);
		queue_reap(&setup->tx);
	}
	nic_settle(setup->nic);
	g_free(frame);
}

static void receive(struct setup *setup)
{
	struct frame *frame = g_new(struct frame, 1);

	frame_fill(frame, address_nic, 60, 1);
	queue_post(&setup->rx, nic_allocate(setup->nic, 64, 64), 64, 0, 0);
	queue_kick(&setup->rx);
	wire_send(setup->nic, frame);
	queue_expect(&setup->rx, SGNIC_STATUS_OK, 0, 60, 1);
	nic_settle(setup->nic);
	g_free(frame);
}

static uint32_t pending(struct setup *setup)
{
	return nic_get(setup->nic, SGNIC_INTERRUPT_PENDING);
}

static uint32_t take_cause(struct setup *setup)
{
	return nic_get(setup->nic, SGNIC_INTERRUPT_CAUSE);
}

static void set_mask(struct setup *setup, uint32_t mask)
{
	nic_set(setup->nic, SGNIC_INTERRUPT_MASK, mask);
}

static void test_intx(void)
{
	struct setup *setup = setup_start();

	transmit(setup, 1);
	g_assert_cmphex(pending(setup), ==, TX);
	expect_intx(setup, false);
	set_mask(setup, RX | LINK);
	expect_intx(setup, false);

	/* not ours: nothing that is enabled is pending, and nothing changes */
	g_assert_cmphex(take_cause(setup), ==, 0);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_MASK), ==, RX | LINK);
	g_assert_cmphex(pending(setup), ==, TX);

	set_mask(setup, ALL);
	setup->sent++;
	expect_intx(setup, true);
	g_assert_cmphex(take_cause(setup), ==, TX);
	g_assert_cmphex(nic_get(setup->nic, SGNIC_INTERRUPT_MASK), ==, 0);
	g_assert_cmphex(pending(setup), ==, 0);
	expect_intx(setup, false);
	g_assert_cmphex(take_cause(setup), ==, 0);

	/* while the driver works a cause only becomes pending; unmasking delivers it */
	queue_set_event(&setup->rx, setup->rx.reaped);
	receive(setup);
	g_assert_cmphex(pending(setup), ==, RX);
	expect_intx(setup, false);
	set_mask(setup, ALL);
	setup->sent++;
	expect_intx(setup, true);
	/* a second cause while the pin is asserted is no second assertion */
	queue_set_event(&setup->tx, setup->tx.reaped);
	transmit(setup, 1);
	expect_intx(setup, true);
	g_assert_cmphex(take_cause(setup), ==, TX | RX);
	expect_intx(setup, false);
	nic_expect_no_error(setup->nic);
	setup_stop(setup);
}

/* The pin reaches the interrupt controller, and masking releases it. */
static void test_intx_line(void)
{
	struct setup *setup = setup_start();
	unsigned int line;
	unsigned int raised = 0;

	qtest_intercept(setup->nic->qemu, "ioapic");
	set_mask(setup, SOFTWARE);
	nic_set(setup->nic, SGNIC_INTERRUPT_RAISE, SOFTWARE);
	setup->sent++;
	nic_settle(setup->nic);
	for (line = 16; line < 24; line++)
		if (qtest_line(setup->nic->qemu, line))
			raised = line;
	g_assert_cmpuint(raised, !=, 0);
	set_mask(setup, 0);
	nic_settle(setup->nic);
	g_assert_false(qtest_line(setup->nic->qemu, raised));
	set_mask(setup, SOFTWARE);
	setup->sent++;
	nic_settle(setup->nic);
	g_assert_true(qtest_line(setup->nic->qemu, raised));

	/* the PCI command register can disable the pin */
	pci_command(&setup->nic->pci, PCI_COMMAND_INTX_DISABLE, 0);
	g_assert_false(qtest_line(setup->nic->qemu, raised));
	pci_command(&setup->nic->pci, 0, PCI_COMMAND_INTX_DISABLE);
	g_assert_true(qtest_line(setup->nic->qemu, raised));
	g_assert_cmphex(take_cause(setup), ==, SOFTWARE);
	nic_settle(setup->nic);
	g_assert_false(qtest_line(setup->nic->qemu, raised));
	setup_stop(setup);
}

/* Mode SHARED with messages: one message whenever an enabled cause appears. */
static void shared_messages(struct setup *setup)
{
	set_mask(setup, TX | RX);
	expect_messages(setup, 0);
	transmit(setup, 1);
	expect_messages(setup, 1);
	expect_intx(setup, false);
	/* still active: no further message, whatever comes */
	queue_set_event(&setup->tx, setup->tx.reaped);
	transmit(setup, 1);
	receive(setup);
	expect_messages(setup, 0);
	g_assert_cmphex(take_cause(setup), ==, TX | RX);
	/* masked now */
	queue_set_event(&setup->rx, setup->rx.reaped);
	receive(setup);
	expect_messages(setup, 0);
	set_mask(setup, TX | RX);
	expect_messages(setup, 1);
	/* masking and unmasking a pending cause is a new message */
	set_mask(setup, 0);
	expect_messages(setup, 0);
	set_mask(setup, RX);
	expect_messages(setup, 1);
	g_assert_cmphex(take_cause(setup), ==, RX);
	expect_messages(setup, 0);
	nic_expect_no_error(setup->nic);
}

static void test_msix_shared(void)
{
	struct setup *setup = setup_start();

	use_msix(setup);
	/* vectors count in mode VECTORS only */
	nic_set(setup->nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_VECTOR, 1);
	nic_set(setup->nic, SGNIC_RX_QUEUE(0) + SGNIC_QUEUE_VECTOR, 2);
	nic_set(setup->nic, SGNIC_OTHER_VECTOR, 1);
	shared_messages(setup);
	setup_stop(setup);
}

static void test_msi(void)
{
	struct setup *setup = setup_start();

	pci_msi_enable(&setup->nic->pci, setup->messages, 0x0001);
	/* MSI data has 16 bits; the high half of the word is written as zero */
	set_mask(setup, SOFTWARE);
	nic_set(setup->nic, SGNIC_INTERRUPT_RAISE, SOFTWARE);
	nic_settle(setup->nic);
	g_assert_cmphex(*message(setup, 0), ==, GUINT32_TO_LE(1));
	setup->sent++;
	expect_intx(setup, false);
	*message(setup, 0) = 0;
	nic_set(setup->nic, SGNIC_INTERRUPT_RAISE, SOFTWARE);
	nic_settle(setup->nic);
	g_assert_cmphex(*message(setup, 0), ==, 0);
	g_assert_cmphex(take_cause(setup), ==, SOFTWARE);
	set_mask(setup, SOFTWARE);
	nic_set(setup->nic, SGNIC_INTERRUPT_RAISE, SOFTWARE);
	nic_settle(setup->nic);
	g_assert_cmphex(*message(setup, 0), ==, GUINT32_TO_LE(1));
	setup->sent++;

	/* back to the pin: what is active shows there */
	pci_msi_disable(&setup->nic->pci);
	expect_intx(setup, true);
	setup->sent++;
	g_assert_cmphex(take_cause(setup), ==, SOFTWARE);
	expect_intx(setup, false);
	setup_stop(setup);
}

static void test_vectors(void)
{
	struct setup *setup = setup_start();
	struct nic *nic = setup->nic;

	use_msix(setup);
	nic_set(nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_VECTOR, 1);
	nic_set(nic, SGNIC_RX_QUEUE(0) + SGNIC_QUEUE_VECTOR, 2);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	set_mask(setup, ALL);
	transmit(setup, 1);
	expect_messages(setup, 1 << 1);
	g_assert_cmphex(pending(setup), ==, 0);
	receive(setup);
	expect_messages(setup, 1 << 2);
	/* nothing was masked: the next event sends again */
	queue_set_event(&setup->tx, setup->tx.reaped);
	transmit(setup, 3);
	expect_messages(setup, 1 << 1);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SOFTWARE);
	expect_messages(setup, 1 << 0);
	nic_set(nic, SGNIC_OTHER_VECTOR, 2);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, LINK);
	expect_messages(setup, 1 << 2);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_MASK), ==, ALL);

	/* a clear mask bit keeps the cause until it is set */
	set_mask(setup, ALL & ~TX);
	queue_set_event(&setup->tx, setup->tx.reaped);
	transmit(setup, 1);
	expect_messages(setup, 0);
	g_assert_cmphex(pending(setup), ==, TX);
	set_mask(setup, ALL);
	expect_messages(setup, 1 << 1);
	g_assert_cmphex(pending(setup), ==, 0);
	nic_expect_no_error(nic);
	setup_stop(setup);
}

/* Without MSI-X mode VECTORS behaves as SHARED. */
static void test_vectors_without_msix(void)
{
	struct setup *setup = setup_start();

	nic_set(setup->nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	nic_set(setup->nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_VECTOR, 2);
	set_mask(setup, TX);
	transmit(setup, 1);
	setup->sent++;
	expect_intx(setup, true);
	g_assert_cmphex(take_cause(setup), ==, TX);
	expect_intx(setup, false);
	setup_stop(setup);
}

/* PCI: a masked table entry keeps the message pending and sends it when unmasked. */
static void test_masked_table_entry(void)
{
	struct setup *setup = setup_start();
	uint64_t control = NIC_MSIX_TABLE + 12;

	use_msix(setup);
	qtest_write(setup->nic->qemu, control, 4, 1);
	set_mask(setup, SOFTWARE);
	nic_set(setup->nic, SGNIC_INTERRUPT_RAISE, SOFTWARE);
	nic_settle(setup->nic);
	g_assert_cmphex(*message(setup, 0), ==, 0);
	g_assert_cmphex(qtest_read(setup->nic->qemu, NIC_MSIX_TABLE + SGNIC_MSIX_PBA_OFFSET, 8), ==,
			1);
	qtest_write(setup->nic->qemu, control, 4, 0);
	expect_messages(setup, 1);
	setup_stop(setup);
}

/* Sections 4.1 and 7: only a move across interrupt_event interrupts. */
static void test_event_index(void)
{
	struct setup *setup = setup_start();
	uint32_t round;

	queue_set_event(&setup->tx, 3);
	transmit(setup, 1);
	transmit(setup, 2);
	g_assert_cmphex(pending(setup), ==, 0);
	transmit(setup, 1);
	g_assert_cmphex(pending(setup), ==, TX);
	set_mask(setup, TX);
	g_assert_cmphex(take_cause(setup), ==, TX);
	setup->sent++;

	/* event stays behind: a polling driver is left alone */
	for (round = 0; round < 40; round++) {
		queue_set_event(&setup->tx, setup->tx.reaped - 1);
		transmit(setup, 1 + round % 9);
	}
	g_assert_cmphex(pending(setup), ==, 0);

	/* anywhere within the moved range, and first and last of it */
	for (round = 0; round < 20; round++) {
		queue_set_event(&setup->tx, setup->tx.reaped + round);
		transmit(setup, 20);
		g_assert_cmphex(pending(setup), ==, TX);
		set_mask(setup, TX);
		g_assert_cmphex(take_cause(setup), ==, TX);
		setup->sent++;
	}
	/* just beyond the moved range */
	queue_set_event(&setup->tx, setup->tx.reaped + 20);
	transmit(setup, 20);
	g_assert_cmphex(pending(setup), ==, 0);
	transmit(setup, 1);
	g_assert_cmphex(pending(setup), ==, TX);
	setup_stop(setup);
}

static void set_link(struct setup *setup, const char *name, bool up)
{
	qtest_qmp_ok(setup->nic->qemu,
		     "{\"execute\": \"set_link\", \"arguments\": "
		     "{\"name\": \"%s\", \"up\": %s}}",
		     name, up ? "true" : "false");
}

/* Sections 7 and 9.2; the link can be named by either end. */
static void test_link(void)
{
	static const char *const names[] = {"wire", "nic"};
	struct setup *setup = setup_start();
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		set_mask(setup, LINK);
		set_link(setup, names[i], false);
		setup->sent++;
		expect_intx(setup, true);
		g_assert_cmphex(nic_get(setup->nic, SGNIC_STATUS), ==, 0);
		g_assert_cmphex(take_cause(setup), ==, LINK);
		/* no change, no cause */
		set_link(setup, names[i], false);
		g_assert_cmphex(pending(setup), ==, 0);
		set_link(setup, names[i], true);
		g_assert_cmphex(nic_get(setup->nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
		g_assert_cmphex(pending(setup), ==, LINK);
		set_mask(setup, LINK);
		setup->sent++;
		g_assert_cmphex(take_cause(setup), ==, LINK);
	}
	setup_stop(setup);
}

static void test_raise_and_error(void)
{
	static const uint32_t causes[] = {TX, RX, LINK, ERROR, SOFTWARE};
	struct setup *setup = setup_start();
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(causes); i++) {
		set_mask(setup, causes[i]);
		nic_set(setup->nic, SGNIC_INTERRUPT_RAISE, causes[i]);
		setup->sent++;
		expect_intx(setup, true);
		g_assert_cmphex(take_cause(setup), ==, causes[i]);
		expect_intx(setup, false);
	}
	nic_set(setup->nic, SGNIC_INTERRUPT_RAISE, 0);
	g_assert_cmphex(pending(setup), ==, 0);
	set_mask(setup, ERROR);
	nic_set(setup->nic, SGNIC_INTERRUPT_MODE, 9);
	setup->sent++;
	expect_intx(setup, true);
	g_assert_cmphex(take_cause(setup), ==, ERROR);
	nic_expect_error(setup->nic, SGNIC_ERROR_BAD_VALUE, NIC_ANY, SGNIC_INTERRUPT_MODE, 9);
	setup_stop(setup);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/interrupt/intx", test_intx);
	g_test_add_func("/interrupt/intx-line", test_intx_line);
	g_test_add_func("/interrupt/msix-shared", test_msix_shared);
	g_test_add_func("/interrupt/msi", test_msi);
	g_test_add_func("/interrupt/vectors", test_vectors);
	g_test_add_func("/interrupt/vectors-without-msix", test_vectors_without_msix);
	g_test_add_func("/interrupt/masked-table-entry", test_masked_table_entry);
	g_test_add_func("/interrupt/event-index", test_event_index);
	g_test_add_func("/interrupt/link", test_link);
	g_test_add_func("/interrupt/raise-and-error", test_raise_and_error);
	return g_test_run();
}
