/* SPDX-License-Identifier: MIT */
/*
 * fault_interrupt_test.c - lost, doubled, late and invented interrupts, and a link that flaps
 * (docs/sgnic.md)
 */
#include "sgnic_property.h"
#include "sgnic_queue.h"

#define MESSAGE 0x4711u

static void use_messages(struct nic *nic, uint64_t address, uint32_t data)
{
	pci_msix_vector(&nic->pci, NIC_MSIX_TABLE, 0, address, data);
	pci_msix_enable(&nic->pci, true);
}

/* Whether a message was stored since the last call. */
static bool take_message(struct nic *nic, uint64_t address)
{
	uint32_t *word = nic_pointer(nic, address, 4);
	bool stored;

	nic_settle(nic);
	stored = *word == GUINT32_TO_LE(MESSAGE);
	*word = 0;
	return stored;
}

static void signal_software(struct nic *nic)
{
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
	nic_settle(nic);
}

static void expect_cause(struct nic *nic, uint32_t cause)
{
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_CAUSE), ==, cause);
}

static void test_drop_message(void)
{
	struct nic *nic = nic_start(NULL);
	uint64_t word = nic_allocate(nic, 64, 64);

	use_messages(nic, word, MESSAGE);
	nic_put(nic, "fault-interrupt-drop", "2");
	signal_software(nic);
	g_assert_false(take_message(nic, word));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	signal_software(nic);
	g_assert_false(take_message(nic, word));
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-drop"), ==, 0);
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-drop-count"), ==, 2);
	/* Masking and unmasking signals a lost interrupt again. */
	nic_set(nic, SGNIC_INTERRUPT_MASK, 0);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	g_assert_true(take_message(nic, word));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

static void test_drop_pin(void)
{
	struct nic *nic = nic_start(NULL);

	nic_put(nic, "fault-interrupt-drop", "1");
	signal_software(nic);
	g_assert_false(pci_intx(&nic->pci));
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_LINK);
	g_assert_false(pci_intx(&nic->pci));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	signal_software(nic);
	g_assert_true(pci_intx(&nic->pci));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	g_assert_false(pci_intx(&nic->pci));
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-drop-count"), ==, 1);
	nic_stop(nic);
}

static void set_link(struct nic *nic, bool up)
{
	qtest_qmp_ok(nic->qemu,
		     "{\"execute\": \"set_link\", \"arguments\": {\"name\": \"wire\", \"up\": %s}}",
		     up ? "true" : "false");
}

/* The messages go to a doorbell of another sgnic, which counts them. */
#define COUNTER 0xe0100000u

static struct nic *start_counting(void)
{
	struct nic *nic = nic_start(&(struct nic_options){.another = ""});
	struct pci_device other = {.qemu = nic->qemu, .bus = 0, .slot = 5};

	pci_write(&other, PCI_BAR(SGNIC_REGISTER_BAR), 4, COUNTER);
	pci_command(&other, PCI_COMMAND_MEMORY, 0);
	use_messages(nic, COUNTER + SGNIC_TX_DOORBELL(0), 1);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_LINK);
	return nic;
}

static uint64_t messages(struct nic *nic)
{
	nic_settle(nic);
	nic_ignore_log(nic);
	return qtest_read(nic->qemu, COUNTER + SGNIC_STATISTIC(SGNIC_STAT_TX_DOORBELLS), 8);
}

static void test_duplicate_message(void)
{
	struct nic *nic = start_counting();

	nic_put(nic, "fault-interrupt-duplicate", "1");
	set_link(nic, false);
	g_assert_cmpuint(messages(nic), ==, 2);
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-duplicate-count"), ==, 1);
	expect_cause(nic, SGNIC_CAUSE_LINK);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_LINK);
	set_link(nic, true);
	g_assert_cmpuint(messages(nic), ==, 3);
	nic_stop(nic);
}

/* The pin comes back after the handler has seen it; then there is no cause. */
static void test_duplicate_pin(void)
{
	struct nic *nic = nic_start(NULL);

	nic_put(nic, "fault-interrupt-duplicate", "1");
	signal_software(nic);
	g_assert_true(pci_intx(&nic->pci));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	g_assert_true(pci_intx(&nic->pci));
	expect_cause(nic, 0);
	g_assert_false(pci_intx(&nic->pci));
	nic_stop(nic);
}

static void test_delay_message(void)
{
	struct nic *nic = nic_start(NULL);
	uint64_t word = nic_allocate(nic, 64, 64);

	use_messages(nic, word, MESSAGE);
	nic_put(nic, "fault-interrupt-delay-time", "500");
	nic_put(nic, "fault-interrupt-delay", "1");
	signal_software(nic);
	qtest_clock_step(nic->qemu, 499 * 1000);
	g_assert_false(take_message(nic, word));
	qtest_clock_step(nic->qemu, 1000);
	g_assert_true(take_message(nic, word));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);

	/* 0 delivers what waits, and so does the end of the machine's time */
	nic_put(nic, "fault-interrupt-delay", "2");
	signal_software(nic);
	g_assert_false(take_message(nic, word));
	nic_put(nic, "fault-interrupt-delay", "0");
	g_assert_true(take_message(nic, word));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	nic_put(nic, "fault-interrupt-delay", "1");
	signal_software(nic);
	g_assert_false(take_message(nic, word));
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"stop\"}");
	g_assert_true(take_message(nic, word));
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"cont\"}");
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-delay-count"), ==, 3);
	nic_stop(nic);
}

static void test_delay_pin(void)
{
	struct nic *nic = nic_start(NULL);

	nic_put(nic, "fault-interrupt-delay", "2");
	signal_software(nic);
	qtest_clock_step(nic->qemu, 999 * 1000);
	g_assert_false(pci_intx(&nic->pci));
	qtest_clock_step(nic->qemu, 1000);
	g_assert_true(pci_intx(&nic->pci));
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	/* A cause that is taken before its interrupt comes needs none any more. */
	signal_software(nic);
	expect_cause(nic, SGNIC_CAUSE_SOFTWARE);
	qtest_clock_step(nic->qemu, 5000 * 1000);
	g_assert_false(pci_intx(&nic->pci));
	nic_stop(nic);
}

static void test_spurious_message(void)
{
	struct nic *nic = start_counting();

	nic_put(nic, "fault-interrupt-spurious", "3");
	g_assert_cmpuint(messages(nic), ==, 3);
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-spurious"), ==, 0);
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-spurious-count"), ==, 3);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, 0);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* Each stays until the handler has looked; none comes while the driver wants no interrupt. */
static void test_spurious_pin(void)
{
	struct nic *nic = nic_start(NULL);

	nic_put(nic, "fault-interrupt-spurious", "2");
	g_assert_false(pci_intx(&nic->pci));
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_TX(0));
	g_assert_true(pci_intx(&nic->pci));
	expect_cause(nic, 0);
	g_assert_true(pci_intx(&nic->pci));
	expect_cause(nic, 0);
	g_assert_false(pci_intx(&nic->pci));
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-spurious-count"), ==, 2);
	nic_stop(nic);
}

static void test_reset_clears(void)
{
	struct nic *nic = nic_start(NULL);

	nic_put(nic, "fault-interrupt-delay", "1");
	signal_software(nic);
	nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
	qtest_clock_step(nic->qemu, 5000 * 1000);
	g_assert_false(pci_intx(&nic->pci));
	nic_put(nic, "fault-interrupt-spurious", "1");
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_TX(0));
	g_assert_true(pci_intx(&nic->pci));
	nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
	g_assert_false(pci_intx(&nic->pci));
	nic_stop(nic);
}

static void test_link_flap(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;

	nic_put(nic, "fault-link-flap", "2");
	g_assert_cmpuint(nic_number(nic, "fault-link-flap"), ==, 2);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, 0);
	queue_open(&tx, nic, false, 16);
	g_assert_cmpuint(nic_number(nic, "fault-link-flap-count"), ==, 2);
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, SGNIC_CAUSE_LINK);
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	queue_expect_transmits(&tx);
	nic_stop(nic);
}

static void test_link_down(void)
{
	struct nic *nic = nic_start(&(struct nic_options){.properties = "fault-link-down=on"});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx, rx;

	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, 0);
	g_assert_cmpuint(nic_number(nic, "link-up"), ==, 0);
	queue_open(&tx, nic, false, 16);
	frame_fill(frame, address_other, 60, 1);
	queue_post_frame(&tx, frame, 60, 0, 7);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_LINK_DOWN, 7, 0, 1);
	set_link(nic, false);
	nic_put(nic, "fault-link-down", "false");
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, 0);
	set_link(nic, true);
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	queue_expect_transmits(&tx);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	queue_open(&rx, nic, true, 16);
	queue_post(&rx, queue_buffer(nic, 300, 0), 300, 0, 9);
	queue_kick(&rx);
	nic_put(nic, "fault-link-down", "true");
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, 0);
	frame_fill(frame, address_nic, 200, 2);
	wire_send(nic, frame);
	wire_wait_taken(nic);
	queue_expect_idle(&rx);
	nic_put(nic, "fault-link-down", "false");
	g_assert_cmphex(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
	queue_expect_idle(&rx);
	wire_send(nic, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 9, 200, 1);
	g_assert_cmpuint(nic_number(nic, "fault-link-down-count"), ==, 2);
	nic_stop(nic);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fault-interrupt/drop-message", test_drop_message);
	g_test_add_func("/fault-interrupt/drop-pin", test_drop_pin);
	g_test_add_func("/fault-interrupt/duplicate-message", test_duplicate_message);
	g_test_add_func("/fault-interrupt/duplicate-pin", test_duplicate_pin);
	g_test_add_func("/fault-interrupt/delay-message", test_delay_message);
	g_test_add_func("/fault-interrupt/delay-pin", test_delay_pin);
	g_test_add_func("/fault-interrupt/spurious-message", test_spurious_message);
	g_test_add_func("/fault-interrupt/spurious-pin", test_spurious_pin);
	g_test_add_func("/fault-interrupt/reset-clears", test_reset_clears);
	g_test_add_func("/fault-interrupt/link-flap", test_link_flap);
	g_test_add_func("/fault-interrupt/link-down", test_link_down);
	return g_test_run();
}
