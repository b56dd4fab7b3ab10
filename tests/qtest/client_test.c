/* SPDX-License-Identifier: MIT */
/*
 * client_test.c - the qtest client itself, against devices every QEMU has
 */
#include <string.h>

#include "pci_device.h"

#define KEYBOARD_STATUS 0x64
#define COUNTER_MODE	0x43
#define COUNTER_0	0x40
#define COUNTER_HERTZ	1193182
#define NANOSECONDS	1000000000

static struct qtest *start(const char *const *arguments)
{
	return qtest_start(
		&(struct qtest_options){.machine = "q35", .arguments = arguments, .inherited = -1});
}

/* Both ways into guest memory show the same bytes. */
static void test_memory(void)
{
	struct qtest *qemu = start(NULL);
	uint8_t *ram = qtest_ram(qemu);
	uint8_t bytes[5000];
	size_t i;

	qtest_write(qemu, 0x200000, 8, 0x1122334455667788);
	g_assert_cmphex(ram[0x200000], ==, 0x88);
	g_assert_cmphex(ram[0x200007], ==, 0x11);
	ram[0x200001] = 0xaa;
	g_assert_cmphex(qtest_read(qemu, 0x200000, 1), ==, 0x88);
	g_assert_cmphex(qtest_read(qemu, 0x200001, 2), ==, 0x66aa);
	g_assert_cmphex(qtest_read(qemu, 0x200004, 4), ==, 0x11223344);
	g_assert_cmphex(qtest_read(qemu, 0x200000, 8), ==, 0x112233445566aa88);
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	qtest_write_bytes(qemu, 0x200ffd, bytes, sizeof(bytes));
	g_assert_cmpint(memcmp(ram + 0x200ffd, bytes, sizeof(bytes)), ==, 0);
	memset(bytes, 0, sizeof(bytes));
	ram[0x200ffd + 1234] = 0x5c;
	qtest_read_bytes(qemu, 0x200ffd, bytes, sizeof(bytes));
	g_assert_cmpint(memcmp(ram + 0x200ffd, bytes, sizeof(bytes)), ==, 0);
	qtest_memset(qemu, 0x300001, 0xe7, 4097);
	g_assert_cmphex(ram[0x300000], ==, 0);
	g_assert_cmphex(ram[0x300001], ==, 0xe7);
	g_assert_cmphex(ram[0x300001 + 4096], ==, 0xe7);
	g_assert_cmphex(ram[0x300001 + 4097], ==, 0);
	qtest_end(qemu);
}

/* The timer's interrupt comes exactly when the clock is stepped over its time. */
static void test_clock_and_lines(void)
{
	struct qtest *qemu = start(NULL);
	int64_t before;

	qtest_intercept(qemu, "ioapic");
	/* counter 0: low and high byte, mode 0, 1000 ticks */
	qtest_out(qemu, COUNTER_MODE, 1, 0x30);
	qtest_out(qemu, COUNTER_0, 1, 1000 & 0xff);
	qtest_out(qemu, COUNTER_0, 1, 1000 >> 8);
	g_assert_false(qtest_line(qemu, 0));
	before = qtest_clock_step(qemu, 1);
	qtest_clock_step(qemu, 900 * (int64_t)NANOSECONDS / COUNTER_HERTZ);
	g_assert_false(qtest_line(qemu, 0));
	g_assert_cmpint(qtest_clock_step(qemu, 200 * (int64_t)NANOSECONDS / COUNTER_HERTZ), >,
			before);
	g_assert_true(qtest_line(qemu, 0));
	qtest_end(qemu);
}

static void test_ports_and_pci(void)
{
	struct qtest *qemu = start((const char *[]){"-device", "edu,addr=5.0", NULL});
	struct pci_device edu = {.qemu = qemu, .slot = 5};
	struct pci_device nothing = {.qemu = qemu, .slot = 6};

	g_assert_cmphex(qtest_in(qemu, KEYBOARD_STATUS, 1) & 0x01, ==, 0);
	g_assert_cmphex(pci_read(&edu, PCI_VENDOR_ID, 4), ==, 0x11e81234);
	g_assert_cmphex(pci_read(&edu, PCI_DEVICE_ID, 2), ==, 0x11e8);
	g_assert_cmphex(pci_read(&nothing, PCI_VENDOR_ID, 2), ==, 0xffff);
	g_assert_cmphex(pci_bar_size(&edu, 0), ==, 0x100000);
	g_assert_cmphex(pci_capability(&edu, PCI_CAPABILITY_MSI), !=, 0);
	g_assert_cmphex(pci_capability(&edu, PCI_CAPABILITY_MSIX), ==, 0);
	pci_write(&edu, PCI_BAR(0), 4, 0xe0000000);
	pci_command(&edu, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
	/* edu answers the complement of what is written to its register 4 */
	qtest_write(qemu, 0xe0000004, 4, 0x12345678);
	g_assert_cmphex(qtest_read(qemu, 0xe0000004, 4), ==, 0xedcba987);
	pci_command(&edu, 0, PCI_COMMAND_MEMORY);
	g_assert_cmphex(pci_read(&edu, PCI_COMMAND, 2), ==, PCI_COMMAND_MASTER);
	qtest_end(qemu);
}

static void test_qmp(void)
{
	struct qtest *qemu = start(NULL);
	char *answer = qtest_qmp(qemu, "{\"execute\": \"no-such-command\"}");

	g_assert_nonnull(strstr(answer, "CommandNotFound"));
	g_free(answer);
	answer = qtest_qmp(qemu, "{\"execute\": \"query-status\"}");
	g_assert_nonnull(strstr(answer, "\"status\": \"running\""));
	g_free(answer);
	qtest_qmp_ok(qemu, "{\"execute\": \"stop\"}");
	qtest_wait_event(qemu, "STOP");
	qtest_qmp_ok(qemu, "{\"execute\": \"system_reset\"}");
	qtest_qmp_ok(qemu, "{\"execute\": \"cont\"}");
	qtest_wait_event(qemu, "RESUME");
	qtest_end(qemu);
}

static void test_two_at_once(void)
{
	struct qtest *first = start(NULL);
	struct qtest *second = start(NULL);

	qtest_ram(first)[0x100000] = 1;
	qtest_ram(second)[0x100000] = 2;
	g_assert_cmphex(qtest_read(first, 0x100000, 1), ==, 1);
	g_assert_cmphex(qtest_read(second, 0x100000, 1), ==, 2);
	qtest_end(first);
	g_assert_cmphex(qtest_read(second, 0x100000, 1), ==, 2);
	qtest_end(second);
}

static void test_refused(void)
{
	char *log = qtest_refused(&(struct qtest_options){
		.machine = "q35",
		.inherited = -1,
		.arguments = (const char *[]){"-device", "no-such-device", NULL}});

	g_assert_nonnull(strstr(log, "no-such-device"));
	g_free(log);
}

/* The child talks to a QEMU that ended: it must fail at once and say so. */
static void test_dead_qemu(void)
{
	struct qtest *qemu;

	if (g_test_subprocess()) {
		qemu = start(NULL);
		qtest_qmp_ok(qemu, "{\"execute\": \"quit\"}");
		for (;;)
			qtest_read(qemu, 0, 4);
	}
	g_test_trap_subprocess(NULL, 60 * (uint64_t)G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*QEMU ended or closed the connection*");
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/memory", test_memory);
	g_test_add_func("/client/clock-and-lines", test_clock_and_lines);
	g_test_add_func("/client/ports-and-pci", test_ports_and_pci);
	g_test_add_func("/client/qmp", test_qmp);
	g_test_add_func("/client/two-at-once", test_two_at_once);
	g_test_add_func("/client/refused", test_refused);
	g_test_add_func("/client/dead-qemu", test_dead_qemu);
	return g_test_run();
}
