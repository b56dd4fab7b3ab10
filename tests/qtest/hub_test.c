/* SPDX-License-Identifier: MIT */
/*
 * hub_test.c - two cards of one guest on a hub: what one sends is in the other's hands while it
 * is still in the guest's memory
 */
#include <string.h>

#include "sgnic_queue.h"

struct setup {
	struct nic *nic;
	struct nic *other;
	struct nic_queue tx; /* of the first */
	struct nic_queue rx; /* of the other */
};

static void set_up(struct setup *setup, gconstpointer data)
{
	static const char *const hub[] = {"-netdev", "hubport,id=wire,hubid=0", "-netdev",
					  "hubport,id=far,hubid=0", NULL};

	setup->nic = nic_start(&(struct nic_options){
		.wire_arguments = hub, .wire_peer = -1, .another = "netdev=far"});
	setup->other = nic_another(setup->nic);
	nic_set(setup->other, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	nic_set(setup->other, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RX_CHECKSUM);
	queue_open(&setup->tx, setup->nic, false, 64);
	queue_open(&setup->rx, setup->other, true, 64);
	setup->rx.features = true;
}

static void tear_down(struct setup *setup, gconstpointer data)
{
	nic_expect_no_error(setup->nic);
	g_assert_cmphex(nic_get(setup->other, SGNIC_ERROR_CODE), ==, 0);
	nic_stop(setup->nic);
	g_free(setup->other);
}

/* The buffer begins within the frame. */
static void test_overlap(struct setup *setup, gconstpointer data)
{
	enum { LENGTH = 200, MOVED = 4 };
	struct frame *frame = g_new(struct frame, 1);
	uint64_t address;

	frame_fill(frame, address_other, LENGTH, 1);
	address = nic_place(setup->nic, frame->bytes, LENGTH + MOVED, 64);
	queue_post(&setup->rx, address + MOVED, LENGTH, 0, 3);
	queue_kick(&setup->rx);
	queue_post(&setup->tx, address, LENGTH, SGNIC_DESCRIPTOR_END, 5);
	queue_kick(&setup->tx);
	queue_expect(&setup->rx, SGNIC_STATUS_OK, 3, LENGTH, 1);
	queue_expect(&setup->tx, SGNIC_STATUS_OK, 5, LENGTH, 1);
	nic_same_bytes(nic_pointer(setup->nic, address + MOVED, LENGTH), frame->bytes, LENGTH);
	g_free(frame);
}

struct toggle {
	uint8_t *byte;
	int stop;
};

static gpointer toggle_length(gpointer data)
{
	struct toggle *toggle = data;

	while (!g_atomic_int_get(&toggle->stop)) {
		__atomic_store_n(toggle->byte, 0x4f, __ATOMIC_RELAXED);
		__atomic_store_n(toggle->byte, 0x45, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* An IPv4 header at the end of memory, whose length another processor keeps changing. */
static void test_header_changes(struct setup *setup, gconstpointer data)
{
	enum { LENGTH = 60, FRAMES = 32, ROUNDS = 400, HEADER = 14 };
	uint64_t address = QTEST_RAM_SIZE - LENGTH;
	uint8_t *frame = nic_pointer(setup->nic, address, LENGTH);
	uint64_t buffer = queue_buffer(setup->other, FRAMES * LENGTH, 0);
	struct toggle toggle = {.byte = frame + HEADER};
	GThread *thread;
	int round, i;

	memset(frame, 0, LENGTH);
	memcpy(frame, address_other, 6);
	frame[12] = 0x08;
	frame[HEADER + 3] = LENGTH - HEADER; /* bytes of the packet */
	frame[HEADER + 9] = 59;		     /* nothing follows */
	thread = g_thread_new("toggle", toggle_length, &toggle);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < FRAMES; i++) {
			queue_post(&setup->rx, buffer + (uint64_t)i * LENGTH, LENGTH, 0, 0);
			queue_post(&setup->tx, address, LENGTH, SGNIC_DESCRIPTOR_END, 0);
		}
		queue_kick(&setup->rx);
		queue_kick(&setup->tx);
		for (i = 0; i < FRAMES; i++) {
			g_assert_cmpuint(queue_reap(&setup->tx).status, ==, SGNIC_STATUS_OK);
			g_assert_cmpuint(queue_reap(&setup->rx).status, ==, SGNIC_STATUS_OK);
		}
	}
	g_atomic_int_set(&toggle.stop, 1);
	g_thread_join(thread);
}

#define ADD(name, function)                                                                        \
	g_test_add("/hub/" name, struct setup, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	ADD("overlap", test_overlap);
	ADD("header-changes", test_header_changes);
	return g_test_run();
}
