/* SPDX-License-Identifier: MIT */
/*
 * bridge_segments_test.c - TCP packets of which Linux leaves the segments to somebody else
 *
 * The miniport takes what it said it would; the bridge makes the segments of the rest. Either way they
 * are those that the tests make.
 */
#include <sys/socket.h>

#include "bridge_fixture.h"
#include "large_packet.h"

#define SEGMENT 1448u
#define LARGEST 65495u

static void start(struct bridged *b)
{
	bridge_open(b, "1", "0", "1", true);
	g_assert_cmpint(bridge_negotiate(b), ==, 0);
	g_assert_true(b->bridge.offload.large_sends);
}

static struct virtio_net_hdr header_of(const struct large_packet *packet, unsigned int size)
{
	return (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = (uint16_t)packet->payload,
		.gso_size = (uint16_t)size,
		.csum_start = (uint16_t)packet->transport,
		.csum_offset = 16,
	};
}

/* Return: segments. */
static unsigned int expect_segments(struct bridged *b, const struct large_packet *packet,
				    unsigned int size)
{
	unsigned char segment[1600];
	unsigned int number = 0;
	bool last;

	do {
		size_t length = large_packet_segment(packet, size, number++, 0, segment, &last);

		bridge_expect(b, segment, length);
	} while (!last);
	return number;
}

static unsigned int pass(struct bridged *b, const struct large_packet *kind, unsigned int size)
{
	struct large_packet packet = *kind;
	struct virtio_net_hdr header;

	large_packet_build(&packet);
	header = header_of(&packet, size);
	bridge_give(b, &header, packet.bytes, packet.length);
	return expect_segments(b, &packet, size);
}

/* What the miniport takes goes to it as one frame; what is short goes as ever. */
static void test_left(void)
{
	static const struct large_packet kinds[] = {
		{.data = SEGMENT + 1, .flags = LARGE_PACKET_ACK | LARGE_PACKET_FIN},
		{.data = 20000, .tcp_options = 12, .flags = LARGE_PACKET_ACK | LARGE_PACKET_PSH},
		{.data = LARGEST},
		{.data = LARGEST - 4, .ip_options = 4, .tagged = true},
	};
	struct large_packet small = {.data = 300};
	struct shim_statistics statistics;
	struct bridged b;
	unsigned int i;

	start(&b);
	large_packet_build(&small);
	for (i = 0; i < 40; i++) {
		pass(&b, &kinds[i % G_N_ELEMENTS(kinds)], SEGMENT - i);
		bridge_run_until_sent(&b, 2 * i + 1);
		bridge_pass(&b, &bridge_nothing, small.bytes, small.bytes, small.length);
	}
	g_assert_cmpuint(b.bridge.offload.large_sends_left, ==, 40);
	g_assert_cmpuint(b.bridge.offload.large_sends_cut, ==, 0);
	shim_adapter_statistics(b.s.adapter, &statistics);
	g_assert_cmpuint(statistics.large_sends, ==, 40);
	g_assert_cmpuint(bridge_not_sent(&b.bridge), ==, 0);
	bridge_close(&b);
}

/* More at once than there are large frames: the others wait with Linux. */
static void test_many(void)
{
	struct large_packet *packets = g_new0(struct large_packet, 8);
	struct virtio_net_hdr header;
	struct bridged b;
	unsigned int i, given = 0, round;

	start(&b);
	for (round = 0; round < 6; round++) {
		for (i = 0; i < 8; i++) {
			packets[i].data = 9000 + 17 * (i + round);
			packets[i].seed = given++;
			large_packet_build(&packets[i]);
			header = header_of(&packets[i], SEGMENT);
			bridge_give(&b, &header, packets[i].bytes, packets[i].length);
		}
		for (i = 0; i < 8; i++)
			expect_segments(&b, &packets[i], SEGMENT);
	}
	bridge_run_until_sent(&b, given);
	g_assert_cmpuint(b.bridge.offload.large_sends_left, ==, given);
	g_free(packets);
	bridge_close(&b);
}

/* What the miniport does not take by its own words comes out of the bridge in segments. */
static void test_cut(void)
{
	NDIS_TASK_TCP_LARGE_SEND all, *task;
	struct shim_statistics statistics;
	uint64_t segments = 0;
	struct bridged b;

	start(&b);
	task = &b.bridge.offload.tasks.large_send;
	all = *task;
	task->TcpOptions = FALSE;
	segments += pass(&b,
			 &(struct large_packet){.data = 20000,
						.tcp_options = 12,
						.flags = LARGE_PACKET_ACK | LARGE_PACKET_PSH |
							 LARGE_PACKET_CWR},
			 SEGMENT);
	*task = all;
	task->IpOptions = FALSE;
	segments += pass(&b, &(struct large_packet){.data = 5000, .ip_options = 8}, SEGMENT);
	*task = all;
	task->MaxOffLoadSize = 5000;
	segments += pass(&b, &(struct large_packet){.data = 5001, .tagged = true}, 1000);
	*task = all;
	task->MinSegmentCount = 5;
	segments += pass(&b, &(struct large_packet){.data = 4 * SEGMENT}, SEGMENT);
	/* a single one */
	segments += pass(&b, &(struct large_packet){.data = 100}, SEGMENT);
	g_assert_cmpuint(b.bridge.offload.large_sends_cut, ==, 5);
	/* more than there are frames: cutting goes on when frames are complete */
	task->MaxOffLoadSize = 1;
	segments += pass(&b, &(struct large_packet){.data = 65495, .seed = 9}, 100);
	bridge_run_until_sent(&b, segments);
	g_assert_cmpuint(segments, >, 256 + 14 + 4 + 6 + 4 + 1);
	g_assert_cmpuint(b.bridge.offload.large_sends_left, ==, 0);
	g_assert_cmpuint(b.bridge.pauses, >, 0);
	shim_adapter_statistics(b.s.adapter, &statistics);
	g_assert_cmpuint(statistics.large_sends, ==, 0);
	bridge_close(&b);
}

/* The bridge ends while it cuts. */
static void test_stopped(void)
{
	struct large_packet packet = {.data = LARGEST};
	struct shim_statistics statistics;
	struct virtio_net_hdr header;
	struct bridged b;

	start(&b);
	b.bridge.offload.tasks.large_send.MaxOffLoadSize = 1;
	large_packet_build(&packet);
	header = header_of(&packet, 8);
	bridge_give(&b, &header, packet.bytes, packet.length);
	bridge_run_until(&b.bridge.offload.large_sends_cut, 1);
	g_assert_nonnull(b.bridge.cut);
	bridge_stop(&b.bridge);
	g_assert_null(b.bridge.cut);
	/* what the device has goes out */
	do {
		while (recv(b.s.f->wire, packet.bytes, sizeof(packet.bytes), MSG_DONTWAIT) >= 0)
			;
		g_assert_cmpint(shim_run_once(1000000), >=, 0);
		shim_adapter_statistics(b.s.adapter, &statistics);
	} while (statistics.sends_pending);
	bridge_close(&b);
}

/*
 * The miniport has given its device up, and every segment is complete before the send returns: there
 * are more of them than the stack has room for calls within calls.
 */
static void test_completed_at_once(void)
{
	struct large_packet packet = {.data = LARGEST};
	struct shim_statistics statistics;
	struct virtio_net_hdr header;
	struct bridged b;

	start(&b);
	b.bridge.offload.tasks.large_send.MaxOffLoadSize = 1;
	large_packet_build(&packet);
	NdisMRemoveMiniport(b.s.adapter);
	header = header_of(&packet, 1);
	bridge_give(&b, &header, packet.bytes, packet.length);
	bridge_run_until(&b.bridge.offload.large_sends_cut, 1);
	g_assert_null(b.bridge.cut);
	shim_adapter_statistics(b.s.adapter, &statistics);
	g_assert_cmpuint(statistics.send_failures, ==, LARGEST);
	g_assert_cmpuint(statistics.sends_pending, ==, 0);
	bridge_close(&b);
}

/* What the header says must be true of the frame. */
static void test_refused(void)
{
	struct large_packet packet = {.data = 5000}, udp = {.data = 5000, .udp = true},
			    ip6 = {.data = 5000, .ip6 = true}, small = {.data = 200};
	struct virtio_net_hdr header;
	uint64_t *refused;
	struct bridged b;

	start(&b);
	refused = b.bridge.offload.refused;
	large_packet_build(&packet);
	large_packet_build(&udp);
	large_packet_build(&ip6);
	large_packet_build(&small);

#define REFUSED(from, change, reason, count)                                                       \
	do {                                                                                       \
		header = header_of(&(from), SEGMENT);                                              \
		change;                                                                            \
		bridge_give(&b, &header, (from).bytes, (from).length);                             \
		bridge_run_until(&refused[reason], count);                                         \
	} while (0)
	REFUSED(packet, header.gso_type = VIRTIO_NET_HDR_GSO_UDP, OFFLOAD_SEGMENTS_UNASKED, 1);
	REFUSED(packet, header.gso_type |= VIRTIO_NET_HDR_GSO_ECN, OFFLOAD_SEGMENTS_UNASKED, 2);
	REFUSED(ip6, header.gso_type = VIRTIO_NET_HDR_GSO_TCPV6, OFFLOAD_SEGMENTS_UNASKED, 3);
	REFUSED(packet, header.gso_type = 0xff, OFFLOAD_SEGMENTS_UNASKED, 4);
	REFUSED(ip6, (void)0, OFFLOAD_SEGMENTS_HEADERS, 1);
	REFUSED(udp, (void)0, OFFLOAD_SEGMENTS_HEADERS, 2);
	REFUSED(packet, header.flags = 0, OFFLOAD_SEGMENTS_HEADERS, 3);
	REFUSED(packet, header.csum_start++, OFFLOAD_SEGMENTS_HEADERS, 4);
	REFUSED(packet, header.csum_offset = 6, OFFLOAD_SEGMENTS_HEADERS, 5);
	REFUSED(packet, header.gso_size = 0, OFFLOAD_SEGMENTS_SIZE, 1);
	REFUSED(packet, header.gso_size = 0xffff, OFFLOAD_SEGMENTS_SIZE, 2);
	REFUSED(packet, header.gso_size = 1518 - 54 + 1, OFFLOAD_SEGMENTS_SIZE, 3);
	/* the frame is not as long as its IP header says, or has headers longer than itself */
	header = header_of(&packet, SEGMENT);
	bridge_give(&b, &header, packet.bytes, packet.length - 1);
	bridge_run_until(&refused[OFFLOAD_SEGMENTS_HEADERS], 6);
	bridge_give(&b, &header, packet.bytes, 40);
	bridge_run_until(&refused[OFFLOAD_SEGMENTS_HEADERS], 7);
	bridge_give(&b, &header, packet.bytes, 54);
	bridge_run_until(&refused[OFFLOAD_SEGMENTS_HEADERS], 8);
	/* too long for what is no large send */
	bridge_give(&b, &bridge_nothing, packet.bytes, packet.length);
	bridge_run_until(&refused[OFFLOAD_TOO_LONG], 1);
	g_assert_cmpuint(bridge_not_sent(&b.bridge), ==, 16);
	g_assert_cmpuint(b.bridge.offload.large_sends_left, ==, 0);
	bridge_pass(&b, &bridge_nothing, small.bytes, small.bytes, small.length);
	pass(&b, &(struct large_packet){.data = 3000}, 1460);
	bridge_close(&b);
#undef REFUSED
}

/* Without scatter/gather the miniport takes no large sends, and Linux makes all segments. */
static void test_not_offered(void)
{
	struct large_packet packet = {.data = 5000};
	struct virtio_net_hdr header;
	struct bridged b;

	bridge_open(&b, "1", "0", "0", true);
	g_assert_cmpint(bridge_negotiate(&b), ==, 0);
	g_assert_true(b.bridge.offload.transmit);
	g_assert_false(b.bridge.offload.large_sends);
	large_packet_build(&packet);
	header = header_of(&packet, SEGMENT);
	bridge_give(&b, &header, packet.bytes, 1400);
	bridge_run_until(&b.bridge.offload.refused[OFFLOAD_SEGMENTS_UNASKED], 1);
	bridge_close(&b);
}

/* A packet that Linux got: the segments that it would make of it are the next of @sent. */
static unsigned int compare_packet(const unsigned char *bytes, size_t length,
				   const struct large_packet *sent, unsigned int size,
				   unsigned int number)
{
	const unsigned char *frame = bytes + sizeof(struct virtio_net_hdr);
	unsigned char made[1600], wanted[1600];
	struct virtio_net_hdr header;
	struct segments segments;
	unsigned int count = 0;
	size_t wanted_length;
	bool last;

	memcpy(&header, bytes, sizeof(header));
	length -= sizeof(header);
	if (header.gso_type == VIRTIO_NET_HDR_GSO_NONE) {
		g_assert_cmphex(header.flags, ==, VIRTIO_NET_HDR_F_DATA_VALID);
		wanted_length = large_packet_segment(sent, size, number, 0, wanted, &last);
		g_assert_cmpuint(length, ==, wanted_length);
		fixture_same(frame, wanted, length);
		return 1;
	}
	g_assert_cmpint(header.gso_type, ==, VIRTIO_NET_HDR_GSO_TCPV4);
	g_assert_cmphex(header.flags, ==, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	g_assert_cmpuint(header.gso_size, ==, size);
	segments_begin(&segments, frame, length, size);
	for (; segments_left(&segments); count++) {
		wanted_length =
			large_packet_segment(sent, size, number + count, 0, wanted, &last);
		g_assert_cmpuint(segments_make(&segments, made), ==, wanted_length);
		fixture_same(made, wanted, wanted_length);
	}
	return count;
}

/* Segments of the wire come to Linux in fewer packets, and nothing of them is lost. */
static void test_merged(void)
{
	struct large_packet packet = {
		.data = 20 * 1000, .tcp_options = 12, .flags = LARGE_PACKET_ACK | LARGE_PACKET_PSH};
	unsigned char bytes[sizeof(struct virtio_net_hdr) + SGNIC_MAX_JUMBO_FRAME * 8];
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
	unsigned int sent = 0, got = 0, packets = 0;
	struct bridged b;
	gssize length;
	bool last;

	start(&b);
	large_packet_build(&packet);
	do {
		size_t size = large_packet_segment(&packet, 1000, sent++, 0, bytes, &last);

		g_assert_cmpint(send(b.s.f->wire, bytes, size, 0), ==, (gssize)size);
	} while (!last);
	while (got < sent) {
		while ((length = recv(b.linux_side, bytes, sizeof(bytes), 0)) < 0) {
			g_assert_cmpint(g_get_monotonic_time(), <, until);
			g_assert_cmpint(shim_run_once(1000000000), >=, 0);
		}
		got += compare_packet(bytes, (size_t)length, &packet, 1000, got);
		packets++;
	}
	g_assert_cmpuint(got, ==, sent);
	g_assert_cmpuint(b.bridge.merged, ==, sent - packets);
	g_assert_cmpuint(b.bridge.not_delivered, ==, 0);
	bridge_close(&b);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/bridge/segments/left", test_left);
	g_test_add_func("/qtest-platform/bridge/segments/many", test_many);
	g_test_add_func("/qtest-platform/bridge/segments/cut", test_cut);
	g_test_add_func("/qtest-platform/bridge/segments/stopped", test_stopped);
	g_test_add_func("/qtest-platform/bridge/segments/completed-at-once",
			test_completed_at_once);
	g_test_add_func("/qtest-platform/bridge/segments/refused", test_refused);
	g_test_add_func("/qtest-platform/bridge/segments/not-offered", test_not_offered);
	g_test_add_func("/qtest-platform/bridge/segments/merged", test_merged);
	return g_test_run();
}
