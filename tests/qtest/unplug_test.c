/* SPDX-License-Identifier: MIT */
/*
 * unplug_test.c - hot unplug and plug with traffic pending (device specification, 9.4)
 *
 * The guest's part, releasing the slot, is a write to QEMU's ACPI hot-plug ports.
 */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sgnic_queue.h"

#define ACPI_HOTPLUG_PC	 0xae00
#define ACPI_HOTPLUG_Q35 0x0cc0
#define HOTPLUG_DOWN	 0x04 /* slots the host wants back */
#define HOTPLUG_EJECT	 0x08
#define HOTPLUG_SELECT	 0x10 /* which bus the other ports mean */
#define HOTPLUG_BUSES	 8

struct place {
	struct nic_options options;
	const char *device_add;
	uint16_t port;
};

static const struct place conventional = {
	.options = {.machine = "pc", .wire_buffer = 8192},
	.device_add = "\"addr\": \"4.0\"",
	.port = ACPI_HOTPLUG_PC,
};

static const struct place express = {
	.options = {.root_port = true, .wire_buffer = 8192},
	.device_add = "\"bus\": \"root\"",
	.port = ACPI_HOTPLUG_Q35,
};

static const struct place queues = {
	.options = {.properties = "queues=8,ioeventfd=on", .root_port = true, .wire_buffer = 8192},
	.device_add = "\"queues\": 8, \"ioeventfd\": \"on\", \"bus\": \"root\"",
	.port = ACPI_HOTPLUG_Q35,
};

static void unplug(struct nic *nic, const struct place *place)
{
	uint32_t bus;
	uint32_t slots;

	qtest_qmp_ok(nic->qemu, "{\"execute\": \"device_del\", \"arguments\": {\"id\": \"nic\"}}");
	for (bus = 0; bus < HOTPLUG_BUSES; bus++) {
		qtest_out(nic->qemu, (uint16_t)(place->port + HOTPLUG_SELECT), 4, bus);
		slots = qtest_in(nic->qemu, (uint16_t)(place->port + HOTPLUG_DOWN), 4);
		if (slots)
			break;
	}
	g_assert_cmphex(slots, ==, 1u << nic->pci.slot);
	qtest_out(nic->qemu, (uint16_t)(place->port + HOTPLUG_EJECT), 4, slots);
	qtest_wait_event(nic->qemu, "DEVICE_DELETED");
	g_assert_cmphex(pci_read(&nic->pci, PCI_VENDOR_ID, 2), ==, 0xffff);
}

static void plug(struct nic *nic, const struct place *place)
{
	qtest_qmp_ok(nic->qemu,
		     "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"sgnic\", "
		     "\"id\": \"nic\", \"netdev\": \"wire\", \"mac\": \"" NIC_MAC "\", %s}}",
		     place->device_add);
	nic_probe(nic);
}

/*
 * Held frames, an unfinished frame, frames waiting for buffers, an asserted interrupt, or one
 * that waits for its time, and a doorbell just rung.
 */
static void load(struct nic *nic, struct nic_queue *tx, struct nic_queue *rx)
{
	struct frame *frame = g_new(struct frame, 1);
	uint16_t i;

	queue_open_at(tx, nic, false, nic->queues - 1, 64);
	nic_set(nic, queue_register(tx, SGNIC_QUEUE_MODERATION_TIME), nic->queues - 1);
	queue_open(rx, nic, true, 16);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_TX(0) | SGNIC_CAUSE_RX(0));
	for (i = 0; i < 30; i++) {
		frame_fill(frame, address_other, 1400, i);
		queue_post_frame(tx, frame, 1400, 0, i);
	}
	queue_post(tx, nic_allocate(nic, 64, 64), 64, 0, 0);
	queue_kick(tx);
	for (i = 0; i < 4; i++)
		queue_post(rx, queue_buffer(nic, 800, 0), 800, 0, i);
	queue_kick(rx);
	for (i = 0; i < 4; i++) {
		frame_fill(frame, address_nic, 1000, i);
		wire_send(nic, frame);
	}
	queue_ring(tx);
	g_free(frame);
}

static void expect_works(struct nic *nic)
{
	struct nic_queue rx;
	struct nic_queue tx;

	/* the filter drops the frames from before the unplugging */
	queue_open(&tx, nic, false, 16);
	queue_open(&rx, nic, true, 16);
	wire_wait_taken(nic);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	queue_expect_transmits(&tx);
	queue_expect_receives(&rx);
}

static void test_loop(gconstpointer data)
{
	const struct place *place = data;
	struct nic *nic = nic_start(&place->options);
	uint64_t mark = nic->ram_next;
	struct nic_queue rx;
	struct nic_queue tx;
	uint8_t *copy;
	size_t size;
	int round;

	for (round = 0; round < 12; round++) {
		load(nic, &tx, &rx);
		if (round % 2)
			nic_settle(nic);
		unplug(nic, place);
		/* gone: nothing in memory changes any more, held frames are not sent */
		size = nic->ram_next - mark;
		copy = g_memdup2(nic_pointer(nic, mark, size), size);
		while (queue_ready(&tx))
			queue_reap(&tx);
		g_assert_cmpuint(tx.reaped, <, 30);
		g_assert_cmpuint(wire_drain(nic), ==, tx.reaped);
		nic_same_bytes(nic_pointer(nic, mark, size), copy, size);
		g_free(copy);
		qtest_clock_step(nic->qemu, 10000);
		plug(nic, place);
		g_assert_false(pci_intx(&nic->pci));
		g_assert_cmpuint(nic_get(nic, SGNIC_STATUS), ==, SGNIC_STATUS_LINK_UP);
		nic_expect_no_error(nic);
		expect_works(nic);
		nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
		nic->ram_next = mark;
	}
	nic_stop(nic);
}

/* Unplugged for good, with everything pending; QEMU ends cleanly. */
static void test_leave_unplugged(gconstpointer data)
{
	const struct place *place = data;
	struct nic *nic = nic_start(&place->options);
	struct nic_queue rx;
	struct nic_queue tx;

	load(nic, &tx, &rx);
	unplug(nic, place);
	nic_stop(nic);
}

/* QEMU ends with frames pending everywhere. */
static void test_exit_loaded(gconstpointer data)
{
	const struct place *place = data;
	struct nic *nic = nic_start(&place->options);
	struct nic_queue rx;
	struct nic_queue tx;

	load(nic, &tx, &rx);
	nic_stop(nic);
}

/* A device without a backend serves its rings all the same. */
static void test_without_backend(void)
{
	struct nic *nic = nic_start(&(struct nic_options){.machine = "pc"});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;

	unplug(nic, &conventional);
	qtest_qmp_ok(nic->qemu,
		     "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"sgnic\", "
		     "\"id\": \"nic\", \"addr\": \"4.0\"}}");
	nic_probe(nic);
	queue_open(&tx, nic, false, 16);
	frame_fill(frame, address_other, 100, 4);
	queue_post_frame(&tx, frame, 100, 0, 1);
	queue_kick(&tx);
	queue_reap(&tx);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Leaves the process @count file descriptors to open; returns the limit there was. */
static struct rlimit limit_descriptors(struct nic *nic, unsigned int count)
{
	int pid = (int)qtest_pid(nic->qemu);
	struct rlimit before;
	struct rlimit limit;
	char *path;
	int fd;

	g_assert_cmpint(prlimit(pid, RLIMIT_NOFILE, NULL, &before), ==, 0);
	limit = before;
	for (fd = 0; count; fd++) {
		path = g_strdup_printf("/proc/%d/fd/%d", pid, fd);
		if (readlink(path, (char[1]){0}, 1) < 0)
			count--;
		g_free(path);
	}
	limit.rlim_cur = (rlim_t)fd;
	g_assert_cmpint(prlimit(pid, RLIMIT_NOFILE, &limit, NULL), ==, 0);
	return before;
}

/* Event notifiers run out half way: the device is refused with a reason, then plugged. */
static void test_no_notifiers(void)
{
	struct nic *nic = nic_start(&queues.options);
	struct rlimit before;
	char *answer;

	unplug(nic, &queues);
	nic_settle(nic);
	before = limit_descriptors(nic, 5);
	answer = qtest_qmp(nic->qemu,
			   "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"sgnic\", "
			   "\"id\": \"nic\", \"netdev\": \"wire\", %s}}",
			   queues.device_add);
	g_test_message("%s", answer);
	g_assert_nonnull(strstr(answer, "doorbell 5 of 16 has no event notifier"));
	g_free(answer);
	g_assert_cmpint(prlimit((int)qtest_pid(nic->qemu), RLIMIT_NOFILE, &before, NULL), ==, 0);
	plug(nic, &queues);
	expect_works(nic);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/unplug/loop/conventional", &conventional, test_loop);
	g_test_add_data_func("/unplug/loop/express", &express, test_loop);
	g_test_add_data_func("/unplug/loop/queues", &queues, test_loop);
	g_test_add_data_func("/unplug/leave-unplugged/conventional", &conventional,
			     test_leave_unplugged);
	g_test_add_data_func("/unplug/leave-unplugged/express", &express, test_leave_unplugged);
	g_test_add_data_func("/unplug/leave-unplugged/queues", &queues, test_leave_unplugged);
	g_test_add_data_func("/unplug/exit-loaded/conventional", &conventional, test_exit_loaded);
	g_test_add_data_func("/unplug/exit-loaded/express", &express, test_exit_loaded);
	g_test_add_data_func("/unplug/exit-loaded/queues", &queues, test_exit_loaded);
	g_test_add_func("/unplug/without-backend", test_without_backend);
	g_test_add_func("/unplug/no-notifiers", test_no_notifiers);
	return g_test_run();
}
