/* SPDX-License-Identifier: MIT */
/*
 * security_test.c - what network cards of QEMU got wrong before, where no other test is about it
 *
 * docs/testing.md lists the classes and their tests.
 */
#include <string.h>

#include "sgnic_property.h"
#include "sgnic_queue.h"

/* Configuration space in memory, at an address of the firmware's choice. */
#define ECAM		     0xb0000000u
#define HOST_BRIDGE_ECAM     0x60
#define ECAM_ENABLE	     1u
#define EXTENDED	     0x100
#define CAPABILITY_SRIOV     0x0010
#define CAPABILITIES_AT_MOST 64

/* What was fetched is what counts: the driver changes descriptors that the device has read. */
static void test_double_fetch(void)
{
	enum { FRAMES = 32, LENGTH = 1400 };
	struct nic *nic = nic_start(&(struct nic_options){.wire_buffer = 8192});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 64);
	for (i = 0; i < FRAMES; i++) {
		frame_fill(frame, address_other, LENGTH, i);
		queue_post_frame(&tx, frame, LENGTH, 0, (uint16_t)i);
	}
	queue_kick(&tx);
	nic_settle(nic);
	g_assert_cmpuint(nic_member(nic, "tx0", "waits-for-backend"), ==, 1);
	g_assert_cmpuint(nic_member(nic, "tx0", "fetched"), ==, FRAMES);
	for (i = 0; i < FRAMES; i++)
		*queue_descriptor(&tx, i) = (struct sgnic_descriptor){
			.address = GUINT64_TO_LE(NIC_REGISTERS),
			.length = GUINT32_TO_LE(0xffffffff),
			.flags = 0xffff,
			.tag = 0xffff};
	for (i = 0; i < FRAMES; i++) {
		frame_fill(frame, address_other, LENGTH, i);
		wire_expect(nic, frame);
		queue_expect(&tx, SGNIC_STATUS_OK, (uint16_t)i, LENGTH, 1);
	}
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/*
 * Nothing of QEMU's memory, nor of an earlier frame, reaches the driver or the wire: every byte
 * of a completion is written, the padding is zero, the rest of a buffer stays as it is.
 */
static void test_leaks(void)
{
	static const uint8_t nothing[sizeof(struct sgnic_rx_completion) -
				     sizeof(struct sgnic_completion)];
	struct nic *nic = nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	const uint8_t *entry;
	struct nic_queue tx;
	struct nic_queue rx;
	uint64_t buffer;
	uint32_t length;

	queue_open(&tx, nic, false, 64);
	queue_open(&rx, nic, true, 64);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	memset(nic_pointer(nic, rx.completions, 64 * sizeof(struct sgnic_rx_completion)), 0xee,
	       64 * sizeof(struct sgnic_rx_completion));
	for (length = 14; length < 64; length++) {
		frame_fill(frame, address_other, 1518, length);
		queue_post_frame(&tx, frame, 1518, 0, 0);
		frame_fill(frame, address_other, length, length);
		queue_post_frame(&tx, frame, 7, 0, 0);
		queue_kick(&tx);
		frame_fill(frame, address_other, 1518, length);
		wire_expect(nic, frame);
		frame_fill(frame, address_other, length, length);
		wire_expect(nic, frame);
		queue_reap(&tx);
		queue_reap(&tx);
	}
	for (length = 14; length < 64; length++) {
		entry = nic_pointer(nic,
				    rx.completions +
					    rx.reaped * sizeof(struct sgnic_rx_completion),
				    sizeof(struct sgnic_rx_completion));
		((uint8_t *)(uintptr_t)entry)[offsetof(struct sgnic_completion, flags)] = 0;
		buffer = queue_buffer(nic, 100, 0);
		queue_post(&rx, buffer, 100, 0, 0);
		queue_kick(&rx);
		frame_fill(frame, address_nic, length, length);
		wire_send(nic, frame);
		queue_expect(&rx, SGNIC_STATUS_OK, 0, length, 1);
		nic_same_bytes(entry + sizeof(struct sgnic_completion), nothing, sizeof(nothing));
		queue_check_buffer(nic, buffer, 100, frame->bytes, length);
	}
	nic_stop(nic);
	g_free(frame);
}

static void open_ecam(struct nic *nic)
{
	struct pci_device bridge = {.qemu = nic->qemu, .bus = 0, .slot = 0};

	pci_write(&bridge, HOST_BRIDGE_ECAM, 4, ECAM | ECAM_ENABLE);
}

/*
 * The message of an error resets the function that reports it: what was under way ends, and
 * nothing is written to address 0, where the rings then are.
 */
static void test_reset_by_message(gconstpointer data)
{
	enum { LOW = 64, VECTOR = 0 };
	bool receive = GPOINTER_TO_INT(data);
	struct nic *nic = nic_start(NULL);
	uint8_t *low = nic_pointer(nic, 0, LOW);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue queue;
	uint8_t before[LOW];

	open_ecam(nic);
	memset(low, 0xa5, LOW);
	memcpy(before, low, LOW);
	queue_open(&queue, nic, receive, 16);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	nic_set(nic, SGNIC_OTHER_VECTOR, VECTOR);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_ERROR);
	pci_msix_vector(&nic->pci, NIC_MSIX_TABLE, VECTOR,
			ECAM + ((uint64_t)nic->pci.slot << 15) +
				pci_capability(&nic->pci, PCI_CAPABILITY_EXPRESS) +
				EXPRESS_CONTROL,
			EXPRESS_FUNCTION_RESET);
	pci_msix_enable(&nic->pci, true);
	queue_post(&queue, NIC_REGISTERS, 200, (uint16_t)(receive ? 0 : SGNIC_DESCRIPTOR_END), 1);
	queue_kick(&queue);
	if (receive) {
		frame_fill(frame, address_nic, 200, 1);
		nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
		wire_send(nic, frame);
		wire_wait_taken(nic);
	}
	nic_settle(nic);
	g_assert_cmphex(pci_read(&nic->pci, PCI_COMMAND, 2), ==, 0);
	nic_same_bytes(low, before, LOW);
	nic_ignore_log(nic);
	nic_probe(nic);
	nic_settle(nic);
	nic_same_bytes(low, before, LOW);
	queue_open(&queue, nic, receive, 16);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	if (receive)
		queue_expect_receives(&queue);
	else
		queue_expect_transmits(&queue);
	nic_stop(nic);
	g_free(frame);
}

/* There is nothing to get wrong with virtual functions: the card has none. */
static void test_no_virtual_functions(void)
{
	struct nic *nic = nic_start(NULL);
	uint64_t space = ECAM + ((uint64_t)nic->pci.slot << 15);
	uint32_t at = EXTENDED;
	uint32_t header;
	int i;

	open_ecam(nic);
	g_assert_cmphex(qtest_read(nic->qemu, space, 4), ==,
			(uint32_t)SGNIC_PCI_DEVICE_ID << 16 | SGNIC_PCI_VENDOR_ID);
	for (i = 0; at && i < CAPABILITIES_AT_MOST; i++) {
		header = (uint32_t)qtest_read(nic->qemu, space + at, 4);
		g_assert_cmphex(header & 0xffff, !=, CAPABILITY_SRIOV);
		at = header >> 20;
	}
	g_assert_cmpint(i, <, CAPABILITIES_AT_MOST);
	nic_stop(nic);
}

/* Started and stopped for ever, with work under way: nothing is used up. */
static void test_exhaustion(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	struct nic_queue rx;
	uint64_t buffer = nic_allocate(nic, 64, 64);
	int i;

	queue_prepare(&tx, nic, false, 4096);
	queue_prepare(&rx, nic, true, 4096);
	for (i = 0; i < 500; i++) {
		queue_enable(&tx);
		queue_enable(&rx);
		queue_post(&tx, buffer, 60, SGNIC_DESCRIPTOR_END, 0);
		queue_post(&rx, buffer, 64, 0, 0);
		queue_kick(&tx);
		queue_kick(&rx);
		if (i % 3 == 0) {
			nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
			queue_program(&tx);
			queue_program(&rx);
		} else {
			queue_disable(&tx);
			queue_disable(&rx);
		}
		if (i % 16 == 15)
			wire_drain(nic);
	}
	wire_drain(nic);
	queue_enable(&tx);
	queue_expect_transmits(&tx);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/security/double-fetch", test_double_fetch);
	g_test_add_data_func("/security/reset-by-message/transmit", GINT_TO_POINTER(false),
			     test_reset_by_message);
	g_test_add_data_func("/security/reset-by-message/receive", GINT_TO_POINTER(true),
			     test_reset_by_message);
	g_test_add_func("/security/leaks", test_leaks);
	g_test_add_func("/security/no-virtual-functions", test_no_virtual_functions);
	g_test_add_func("/security/exhaustion", test_exhaustion);
	return g_test_run();
}
