/* SPDX-License-Identifier: MIT */
/*
 * multiqueue_test.c - network backends with several queues (property queues)
 *
 * The backend is a TAP interface with as many queues.  A fan-out of packet sockets by the
 * queue a frame came through tells the subqueues apart.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ip_packet.h"
#include "sgnic_queue.h"
#include "tap.h"

#define QUEUES SGNIC_QUEUE_MAX

struct setup {
	struct tap *tap;
	struct nic *nic;
	struct nic_queue tx[QUEUES];
	struct nic_queue rx[QUEUES];
	int members[QUEUES]; /* of the fan-out, one for each queue of the interface */
};

/* One more member; which queue's frames it gets follows from the order. */
static int join_fanout(struct tap *tap)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(ETH_P_ALL),
				      .sll_ifindex = tap->index};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int fanout = 1 | PACKET_FANOUT_QM << 16;
	int one = 1;

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)), ==,
			0);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &fanout, sizeof(fanout)), ==, 0);
	return fd;
}

/* @netdev queues behind a device with property @queues; NULL if the kernel has no TAP. */
static struct setup *setup_start(unsigned int netdev, unsigned int queues)
{
	g_autofree char *properties = g_strdup_printf("queues=%u", queues);
	struct tap *tap = tap_open_queues(netdev);
	struct setup *setup;
	uint32_t pairs;
	uint32_t i;

	if (!tap)
		return NULL;
	setup = g_new0(struct setup, 1);
	setup->tap = tap;
	setup->nic = tap_start(tap, properties, false);
	pairs = setup->nic->queues;
	nic_set(setup->nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RSS);
	nic_set(setup->nic, SGNIC_RSS_TYPES, SGNIC_RSS_UDP_IPV4);
	nic_set(setup->nic, SGNIC_RSS_TABLE_LOG2, 7);
	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++)
		nic_set(setup->nic, SGNIC_RSS_KEY(i), 0x9e3779b9 * (i + 1));
	for (i = 0; i < 128; i += 4)
		nic_set(setup->nic, SGNIC_RSS_TABLE(i / 4),
			i % pairs | (i + 1) % pairs << 8 | (i + 2) % pairs << 16 |
				(i + 3) % pairs << 24);
	for (i = 0; i < pairs; i++) {
		queue_open_at(&setup->tx[i], setup->nic, false, i, 64);
		queue_open_at(&setup->rx[i], setup->nic, true, i, 256);
	}
	nic_set(setup->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_DIRECTED);
	for (i = 0; i < netdev; i++)
		setup->members[i] = join_fanout(tap);
	return setup;
}

static void setup_stop(struct setup *setup)
{
	uint32_t i;

	for (i = 0; i < setup->tap->queues; i++)
		close(setup->members[i]);
	nic_expect_no_error(setup->nic);
	nic_stop(setup->nic);
	tap_close(setup->tap);
	g_free(setup);
}

/* Sends through TX @queue; returns the member of the fan-out that gets the frame. */
static uint32_t send_through(struct setup *setup, uint32_t queue)
{
	struct nic_queue *tx = &setup->tx[queue];
	struct frame *frame = g_new(struct frame, 1);
	struct frame *got = g_new(struct frame, 1);
	struct pollfd polls[QUEUES];
	uint32_t member;
	uint32_t i;

	frame_fill(frame, address_other, 200 + queue, tx->posted);
	queue_post_frame(tx, frame, 1000, 0, 5);
	queue_kick(tx);
	queue_expect(tx, SGNIC_STATUS_OK, 5, 200 + queue, 1);
	for (i = 0; i < setup->tap->queues; i++)
		polls[i] = (struct pollfd){.fd = setup->members[i], .events = POLLIN};
	g_assert_cmpint(poll(polls, setup->tap->queues, 1000 * QTEST_DEADLINE_SECONDS), ==, 1);
	for (member = 0; !(polls[member].revents & POLLIN); member++)
		continue;
	g_assert_cmpint(recv(polls[member].fd, got->bytes, FRAME_MAX, 0), ==, 200 + queue);
	nic_same_bytes(got->bytes, frame->bytes, frame->length);
	g_free(frame);
	g_free(got);
	return member;
}

/* Transmit queue q uses subqueue q mod n. */
static void expect_subqueues(struct setup *setup)
{
	uint32_t subqueues = setup->tap->queues;
	uint32_t member[QUEUES];
	uint32_t round;
	uint32_t q;
	uint32_t i;

	for (round = 0; round < 2; round++) {
		for (q = 0; q < setup->nic->queues; q++) {
			member[q] = send_through(setup, q);
			for (i = 0; i < q; i++)
				g_assert_cmpint(member[i] == member[q], ==,
						i % subqueues == q % subqueues);
		}
	}
}

/* Flows, which the kernel spreads over the subqueues, arrive where the table says. */
static void expect_flows(struct setup *setup, uint32_t flows)
{
	uint8_t key[4 * SGNIC_RSS_KEY_WORDS];
	struct frame *frame = g_new(struct frame, 1);
	struct ip_packet packet = {.source = "198.51.100.7",
				   .destination = "192.0.2.9",
				   .protocol = PACKET_UDP,
				   .data = 40};
	uint32_t hash;
	uint32_t i;

	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(0x9e3779b9 * (i / 4 + 1) >> 8 * (i % 4));
	for (i = 0; i < flows; i++) {
		struct nic_queue *rx;

		packet.ports[0] = (uint16_t)(1000 + 17 * i);
		ip_packet_build(&packet, frame, address_nic);
		hash = ip_packet_toeplitz(&packet, key);
		rx = &setup->rx[(hash & 127) % setup->nic->queues];
		queue_post(rx, nic_allocate(setup->nic, 256, 64), 256, 0, (uint16_t)i);
		queue_kick(rx);
		tap_send(setup->tap, NULL, frame);
		queue_expect(rx, SGNIC_STATUS_OK, (uint16_t)i, (uint32_t)frame->length, 1);
		g_assert_cmphex(rx->details.hash, ==, hash);
	}
	g_free(frame);
}

static void test_backend(gconstpointer data)
{
	unsigned int netdev = GPOINTER_TO_UINT(data) >> 8;
	unsigned int queues = GPOINTER_TO_UINT(data) & 0xff;
	struct setup *setup = setup_start(netdev, queues);
	uint32_t i;

	if (!setup)
		return;
	g_assert_cmpuint(setup->nic->queues, ==, queues ? queues : netdev);
	expect_subqueues(setup);
	expect_flows(setup, 24);
	/* from each subqueue alone */
	for (i = 0; netdev > 1 && i < netdev; i++) {
		uint32_t other;

		for (other = 0; other < netdev; other++)
			if (other != i)
				tap_attach(setup->tap, other, false);
		expect_flows(setup, 6);
		for (other = 0; other < netdev; other++)
			if (other != i)
				tap_attach(setup->tap, other, true);
	}
	setup_stop(setup);
}

/* The link is that of all subqueues. */
static void test_link(void)
{
	struct setup *setup = setup_start(2, 0);
	struct frame frame = {.length = 60};
	uint32_t i;

	if (!setup)
		return;
	qtest_qmp_ok(setup->nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				       "{\"name\": \"wire\", \"up\": false}}");
	for (i = 0; i < 2; i++) {
		queue_post_frame(&setup->tx[i], &frame, 60, 0, 0);
		queue_kick(&setup->tx[i]);
		queue_expect_failure(&setup->tx[i], SGNIC_STATUS_LINK_DOWN, 0, 0, 1);
	}
	qtest_qmp_ok(setup->nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				       "{\"name\": \"wire\", \"up\": true}}");
	expect_subqueues(setup);
	setup_stop(setup);
}

/*
 * A frame that waits in one subqueue for a queue without buffers is delivered when they come,
 * whichever subqueue it waits in.
 */
static void test_waiting(void)
{
	struct setup *setup = setup_start(2, 2);
	struct nic_queue *rx;
	struct ip_packet packet = {.source = "198.51.100.7",
				   .destination = "192.0.2.9",
				   .protocol = PACKET_TCP,
				   .data = 40};
	struct frame *frame;
	uint32_t i;

	if (!setup)
		return;
	frame = g_new(struct frame, 1);
	rx = &setup->rx[0]; /* TCP is not hashed */
	ip_packet_build(&packet, frame, address_nic);
	for (i = 0; i < 2; i++) {
		tap_attach(setup->tap, i, false);
		tap_send(setup->tap, NULL, frame);
		queue_expect_idle(rx);
		tap_attach(setup->tap, i, true);
	}
	for (i = 0; i < 2; i++) {
		queue_post(rx, nic_allocate(setup->nic, 256, 64), 256, 0, (uint16_t)i);
		queue_kick(rx);
		queue_expect(rx, SGNIC_STATUS_OK, (uint16_t)i, (uint32_t)frame->length, 1);
	}
	g_free(frame);
	setup_stop(setup);
}

int main(int argc, char **argv)
{
	static const struct {
		unsigned int netdev;
		unsigned int queues;
	} pairs[] = {{2, 0}, {4, 4}, {8, 0}, {2, 5}, {3, 8}, {4, 1}, {1, 3}};
	size_t i;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *path = g_strdup_printf("/multiqueue/backend/%u-for-%u",
							pairs[i].netdev, pairs[i].queues);

		g_test_add_data_func(path,
				     GUINT_TO_POINTER(pairs[i].netdev << 8 | pairs[i].queues),
				     test_backend);
	}
	g_test_add_func("/multiqueue/link", test_link);
	g_test_add_func("/multiqueue/waiting", test_waiting);
	return g_test_run();
}
