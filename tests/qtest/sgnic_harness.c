/* SPDX-License-Identifier: MIT */
/*
 * sgnic_harness.c - an sgnic device on a bus, with a wire and guest memory
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sgnic_harness.h"
#include "sgnic_wire.h"

#define NIC_SLOT      4
#define RAM_FIRST     0x100000u
#define RAM_ANOTHER   0x800000u
#define REGISTERS_ANOTHER 0xe0100000u
#define PAGE	      4096u
#define SETTLE_ROUNDS 8

/* The endpoint is function 4.0 of the root bus, or 0.0 of the bus behind port 4.0. */
static void open_root_port(struct nic *nic)
{
	struct pci_device port = {.qemu = nic->qemu, .bus = 0, .slot = NIC_SLOT};
	uint32_t first = NIC_REGISTERS >> 16;
	uint32_t last = NIC_MSIX_TABLE >> 16;

	pci_write(&port, PCI_PRIMARY_BUS, 1, 0);
	pci_write(&port, PCI_SECONDARY_BUS, 1, 1);
	pci_write(&port, PCI_SUBORDINATE_BUS, 1, 1);
	pci_write(&port, PCI_MEMORY_WINDOW, 4, (last & 0xfff0) << 16 | (first & 0xfff0));
	pci_command(&port, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
	nic->pci.bus = 1;
	nic->pci.slot = 0;
}

void nic_probe(struct nic *nic)
{
	g_assert_cmphex(pci_read(&nic->pci, PCI_VENDOR_ID, 2), ==, SGNIC_PCI_VENDOR_ID);
	g_assert_cmphex(pci_read(&nic->pci, PCI_DEVICE_ID, 2), ==, SGNIC_PCI_DEVICE_ID);
	pci_write(&nic->pci, PCI_BAR(SGNIC_REGISTER_BAR), 4, (uint32_t)nic->registers);
	pci_write(&nic->pci, PCI_BAR(SGNIC_MSIX_BAR), 4,
		  (uint32_t)nic->registers + (NIC_MSIX_TABLE - NIC_REGISTERS));
	pci_command(&nic->pci, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
	g_assert_cmphex(nic_get(nic, SGNIC_ID), ==, SGNIC_ID_VALUE);
	g_assert_cmphex(nic_get(nic, SGNIC_VERSION) >> 16, ==, SGNIC_VERSION_VALUE >> 16);
	nic->queues = SGNIC_LIMIT_TX_QUEUES(nic_get(nic, SGNIC_LIMIT_QUEUES));
}

/* What QEMU is told about the wire and the device; ended by NULL. */
static GPtrArray *nic_arguments(const struct nic_options *use, int peer)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	const char *const *wire;

	if (use->wire_arguments) {
		for (wire = use->wire_arguments; *wire; wire++)
			g_ptr_array_add(list, g_strdup(*wire));
	} else {
		g_ptr_array_add(list, g_strdup("-netdev"));
		g_ptr_array_add(list, g_strdup_printf("dgram,id=wire,local.type=fd,local.str=%d",
						      peer));
	}
	if (use->iommu) {
		g_ptr_array_add(list, g_strdup("-device"));
		g_ptr_array_add(list, g_strdup(use->iommu));
	}
	if (use->root_port) {
		g_ptr_array_add(list, g_strdup("-device"));
		g_ptr_array_add(list, g_strdup("pcie-root-port,id=root,addr=4.0,chassis=1"));
	}
	g_ptr_array_add(list, g_strdup("-device"));
	g_ptr_array_add(list, g_strdup_printf("sgnic,id=nic,netdev=wire,mac=" NIC_MAC "%s%s%s",
					      use->root_port ? ",bus=root" : ",addr=4.0",
					      use->properties ? "," : "",
					      use->properties ? use->properties : ""));
	if (use->another) {
		g_ptr_array_add(list, g_strdup("-device"));
		g_ptr_array_add(list, g_strdup_printf("sgnic,addr=5.0%s%s",
						      *use->another ? "," : "", use->another));
	}
	if (use->incoming) {
		g_ptr_array_add(list, g_strdup("-incoming"));
		g_ptr_array_add(list, g_strdup("defer"));
	}
	g_ptr_array_add(list, NULL);
	return list;
}

struct nic *nic_start(const struct nic_options *options)
{
	static const struct nic_options defaults;
	struct nic *nic = g_new0(struct nic, 1);
	const struct nic_options *use = options ? options : &defaults;
	bool own_wire = !use->wire_arguments;
	int peer = own_wire ? wire_open(nic, use->wire_buffer) : use->wire_peer;
	GPtrArray *arguments = nic_arguments(use, peer);

	nic->qemu = qtest_start(&(struct qtest_options){
		.machine = use->machine ? use->machine : "q35",
		.arguments = (const char *const *)arguments->pdata,
		.inherited = peer});
	if (own_wire)
		close(peer);
	else
		nic->wire = -1;
	g_ptr_array_unref(arguments);
	nic->ram = qtest_ram(nic->qemu);
	nic->ram_next = RAM_FIRST;
	nic->registers = NIC_REGISTERS;
	nic->pci = (struct pci_device){.qemu = nic->qemu, .bus = 0, .slot = NIC_SLOT};
	nic_ignore_log(nic);
	if (use->root_port)
		open_root_port(nic);
	if (!use->incoming)
		nic_probe(nic);
	return nic;
}

struct nic *nic_another(struct nic *nic)
{
	struct nic *other = g_memdup2(nic, sizeof(*nic));

	other->wire = -1;
	other->ram_next = RAM_ANOTHER;
	other->registers = REGISTERS_ANOTHER;
	other->pci.slot = NIC_SLOT + 1;
	nic_probe(other);
	return other;
}

/* QEMU 7.2 tells of accesses to a place where nothing is, a region without name. */
static char *new_log(struct nic *nic)
{
	g_autoptr(GRegex) nowhere = g_regex_new("^.*region '\\(null\\)'.*\n", G_REGEX_MULTILINE, 0,
						NULL);
	char *whole = qtest_log(nic->qemu);
	char *fresh = g_regex_replace_literal(nowhere, whole + nic->log_seen, -1, 0, "", 0, NULL);

	g_free(whole);
	return fresh;
}

void nic_stop(struct nic *nic)
{
	char *left;

	nic_settle(nic);
	left = new_log(nic);
	if (*left)
		qtest_fail(nic->qemu, "QEMU logged what no test asked for: %s", left);
	g_free(left);
	qtest_end(nic->qemu);
	if (nic->wire >= 0)
		close(nic->wire);
	g_free(nic);
}

uint32_t nic_get(struct nic *nic, uint32_t offset)
{
	return (uint32_t)qtest_read(nic->qemu, nic->registers + offset, 4);
}

void nic_set(struct nic *nic, uint32_t offset, uint32_t value)
{
	qtest_write(nic->qemu, nic->registers + offset, 4, value);
}

uint64_t nic_statistic(struct nic *nic, enum sgnic_statistic counter)
{
	uint64_t low = nic_get(nic, SGNIC_STATISTIC(counter));

	return low | (uint64_t)nic_get(nic, SGNIC_STATISTIC(counter) + 4) << 32;
}

void nic_wait_statistic(struct nic *nic, enum sgnic_statistic counter, uint64_t value)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	uint64_t now;

	while ((now = nic_statistic(nic, counter)) < value && g_get_monotonic_time() < deadline)
		g_usleep(200);
	if (now != value)
		qtest_fail(nic->qemu, "counter %d is %" PRIu64 ", not %" PRIu64, counter, now,
			   value);
}

void nic_wait_register(struct nic *nic, uint32_t offset, uint32_t value)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	uint32_t now;

	while ((now = nic_get(nic, offset)) != value) {
		if (g_get_monotonic_time() > deadline)
			qtest_fail(nic->qemu, "register 0x%x stays 0x%x, not 0x%x", offset, now,
				   value);
		g_usleep(200);
	}
}

/* Each answer ends one round of QEMU's main loop; bottom halves run in every round. */
void nic_settle(struct nic *nic)
{
	int round;

	for (round = 0; round < SETTLE_ROUNDS; round++)
		qtest_read(nic->qemu, 0, 4);
}

static bool mentions(const char *text, uint64_t number)
{
	char *pattern =
		g_strdup_printf("0x0*%" PRIx64 "(?![0-9a-f])|(?<![0-9a-fx])%" PRIu64 "(?![0-9a-f])",
				number, number);
	bool found = g_regex_match_simple(pattern, text, G_REGEX_CASELESS, 0);

	g_free(pattern);
	return found;
}

void nic_expect_logged(struct nic *nic, uint64_t number)
{
	char *text = new_log(nic);

	if (!mentions(text, number))
		qtest_fail(nic->qemu, "the log does not name 0x%" PRIx64 ": '%s'", number, text);
	g_free(text);
}

void nic_check_error(struct nic *nic, uint32_t code, uint64_t queue, uint64_t address,
		     uint64_t value)
{
	nic_wait_register(nic, SGNIC_ERROR_CODE, code);
	if (queue != NIC_ANY)
		g_assert_cmphex(nic_get(nic, SGNIC_ERROR_QUEUE), ==, queue);
	if (address != NIC_ANY) {
		g_assert_cmphex(nic_get(nic, SGNIC_ERROR_ADDRESS_LOW), ==, (uint32_t)address);
		g_assert_cmphex(nic_get(nic, SGNIC_ERROR_ADDRESS_HIGH), ==,
				(uint32_t)(address >> 32));
	}
	if (value != NIC_ANY)
		g_assert_cmphex(nic_get(nic, SGNIC_ERROR_VALUE), ==, value);
}

void nic_clear_error(struct nic *nic)
{
	char *text = new_log(nic);

	if (!*text)
		qtest_fail(nic->qemu, "an error was not logged");
	g_free(text);
	nic_ignore_log(nic);
	nic_set(nic, SGNIC_ERROR_CODE, 0);
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_CODE), ==, 0);
}

void nic_expect_error(struct nic *nic, uint32_t code, uint64_t queue, uint64_t address,
		      uint64_t value)
{
	bool dma = code >= SGNIC_ERROR_DMA_READ && code <= SGNIC_ERROR_DMA_WIDTH;

	nic_check_error(nic, code, queue, address, value);
	if (!dma && value != NIC_ANY)
		nic_expect_logged(nic, value);
	else if (address != NIC_ANY)
		nic_expect_logged(nic, address);
	nic_clear_error(nic);
}

void nic_expect_no_error(struct nic *nic)
{
	char *text = new_log(nic);

	g_assert_cmpstr(text, ==, "");
	g_free(text);
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_CODE), ==, 0);
}

void nic_ignore_log(struct nic *nic)
{
	char *text = qtest_log(nic->qemu);

	nic->log_seen = strlen(text);
	g_free(text);
}

uint64_t nic_allocate(struct nic *nic, size_t size, size_t alignment)
{
	uint64_t address = (nic->ram_next + alignment - 1) & ~(uint64_t)(alignment - 1);

	g_assert_cmpuint(address + size, <=, QTEST_RAM_SIZE);
	nic->ram_next = address + size;
	memset(nic->ram + address, 0, size);
	return address;
}

void *nic_pointer(struct nic *nic, uint64_t address, size_t size)
{
	g_assert_cmpuint(address, <=, QTEST_RAM_SIZE);
	g_assert_cmpuint(size, <=, QTEST_RAM_SIZE - address);
	return nic->ram + address;
}

void nic_same_bytes(const uint8_t *actual, const uint8_t *expected, size_t length)
{
	size_t i;

	for (i = 0; i < length && actual[i] == expected[i]; i++)
		continue;
	if (i < length) {
		g_test_message("byte %zu of %zu differs", i, length);
		g_assert_cmphex(actual[i], ==, expected[i]);
	}
}

uint64_t nic_place(struct nic *nic, const void *data, size_t size, size_t offset)
{
	uint64_t address = nic_allocate(nic, offset + size, PAGE) + offset;

	memcpy(nic_pointer(nic, address, size), data, size);
	return address;
}
