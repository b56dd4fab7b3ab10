/* SPDX-License-Identifier: MIT */
/*
 * bridge_test.c - what the bridge of ndisrun makes of Linux's words about a frame, and of NDIS'
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "bridge_fixture.h"
#include "datagram.h"

#define RUN_SECONDS 30

/* A frame of the wire comes to Linux as @expected, with @flags in its header. */
static void take(struct bridged *b, const void *frame, size_t length, unsigned int flags,
		 const void *expected, size_t expected_length)
{
	unsigned char bytes[sizeof(struct virtio_net_hdr) + DATAGRAM_SIZE + OFFLOAD_TAG_LENGTH];
	gint64 until = g_get_monotonic_time() + RUN_SECONDS * G_USEC_PER_SEC;
	struct virtio_net_hdr header;
	gssize got;

	g_assert_cmpint(send(b->s.f->wire, frame, length, 0), ==, (gssize)length);
	while ((got = recv(b->linux_side, bytes, sizeof(bytes), 0)) < 0) {
		g_assert_cmpint(errno, ==, EAGAIN);
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_assert_cmpint(shim_run_once(1000000000), >=, 0);
	}
	g_assert_cmpint(got, ==, (gssize)(b->tap.header + expected_length));
	fixture_same(bytes + b->tap.header, expected, expected_length);
	if (!b->tap.header)
		return;
	memcpy(&header, bytes, sizeof(header));
	g_assert_cmphex(header.flags, ==, flags);
	g_assert_cmpint(header.gso_type, ==, VIRTIO_NET_HDR_GSO_NONE);
}

static struct virtio_net_hdr needs(const struct datagram *d)
{
	return (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = (uint16_t)d->transport,
		.csum_offset = d->udp ? 6 : 16,
	};
}

/* A frame with its tag between addresses and type. */
static void put_tag(unsigned char *tagged, const unsigned char *frame, size_t length,
		    unsigned int tag)
{
	memcpy(tagged, frame, 12);
	datagram_put16(tagged + 12, 0x8100);
	datagram_put16(tagged + 14, tag);
	memcpy(tagged + 16, frame + 12, length - 12);
}

/* Checksums that Linux leaves go out right, computed by the device. */
static void test_left(void)
{
	unsigned char given_tagged[DATAGRAM_SIZE], tagged[DATAGRAM_SIZE];
	struct datagram given, expected;
	struct virtio_net_hdr header;
	struct bridged b;
	unsigned int kind;

	bridge_open(&b, "1", "0", "0", true);
	g_assert_cmpint(bridge_negotiate(&b), ==, 0);
	g_assert_true(b.bridge.offload.transmit && b.bridge.offload.receive);
	for (kind = 0; kind < 4; kind++) {
		datagram_make(&expected, kind & 1, kind & 2);
		given = expected;
		datagram_put16(datagram_checksum(&given), datagram_pseudo_header(&given));
		header = needs(&given);
		bridge_pass(&b, &header, given.bytes, expected.bytes, given.length);
		g_assert_cmpuint(b.bridge.offload.checksums_left, ==, 2 * kind + 1);
		put_tag(given_tagged, given.bytes, given.length, 0x2007);
		put_tag(tagged, expected.bytes, expected.length, 0x2007);
		header.csum_start += OFFLOAD_TAG_LENGTH;
		bridge_pass(&b, &header, given_tagged, tagged, given.length + OFFLOAD_TAG_LENGTH);
		g_assert_cmpuint(b.bridge.offload.checksums_left, ==, 2 * kind + 2);
		/* a frame that needs none goes out as it is, wrong or not */
		bridge_pass(&b, &bridge_nothing, given.bytes, given.bytes, given.length);
	}
	g_assert_cmpuint(b.bridge.offload.checksums_left, ==, 8);
	g_assert_cmpuint(b.bridge.offload.checksums_computed, ==, 0);
	bridge_close(&b);
}

/* What the miniport does not offer is computed by the bridge. */
static void test_computed(void)
{
	struct datagram given, expected;
	struct virtio_net_hdr header;
	struct bridged b;
	unsigned int i;

	bridge_open(&b, "1", "0", "0", true);
	g_assert_cmpint(bridge_negotiate(&b), ==, 0);
	/* a checksum of another protocol */
	datagram_make(&expected, false, true);
	expected.bytes[expected.network + 9] = 99;
	datagram_put16(datagram_checksum(&expected), datagram_pseudo_header(&expected) + 99 - 17);
	given = expected;
	header = needs(&given);
	datagram_put16(
		datagram_checksum(&expected),
		~datagram_sum(given.bytes + given.transport, given.length - given.transport, 0));
	bridge_pass(&b, &header, given.bytes, expected.bytes, given.length);
	g_assert_cmpuint(b.bridge.offload.checksums_computed, ==, 1);
	/* a protocol that the miniport no longer does */
	b.bridge.offload.tasks.checksums.V4Transmit.TcpChecksum = 0;
	b.bridge.offload.tasks.checksums.V6Transmit.UdpChecksum = 0;
	for (i = 0; i < 2; i++) {
		datagram_make(&expected, i, i);
		given = expected;
		datagram_put16(datagram_checksum(&given), datagram_pseudo_header(&given));
		header = needs(&given);
		bridge_pass(&b, &header, given.bytes, expected.bytes, given.length);
		g_assert_cmpuint(b.bridge.offload.checksums_computed, ==, i + 2);
	}
	g_assert_cmpuint(b.bridge.offload.checksums_left, ==, 0);
	bridge_close(&b);
}

/* A header that breaks a rule costs its frame, and no other. */
static void test_bad_header(void)
{
	struct virtio_net_hdr header;
	struct datagram d;
	struct bridged b;

	bridge_open(&b, "1", "0", "0", true);
	g_assert_cmpint(bridge_negotiate(&b), ==, 0);
	datagram_make(&d, false, false);
	header = needs(&d);
	header.csum_start = (uint16_t)(d.length - 17);
	bridge_give(&b, &header, d.bytes, d.length);
	bridge_run_until(&b.bridge.offload.refused[OFFLOAD_CHECKSUM_OUTSIDE], 1);
	header.csum_start = 0xffff;
	header.csum_offset = 0xffff;
	bridge_give(&b, &header, d.bytes, d.length);
	bridge_run_until(&b.bridge.offload.refused[OFFLOAD_CHECKSUM_OUTSIDE], 2);
	header = bridge_nothing;
	header.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	bridge_give(&b, &header, d.bytes, d.length);
	bridge_run_until(&b.bridge.offload.refused[OFFLOAD_SEGMENTS_UNASKED], 1);
	bridge_give(&b, &bridge_nothing, d.bytes, 0);
	bridge_run_until(&b.bridge.offload.refused[OFFLOAD_EMPTY], 1);
	g_assert_cmpuint(bridge_not_sent(&b.bridge), ==, 4);
	bridge_pass(&b, &bridge_nothing, d.bytes, d.bytes, d.length);
	bridge_close(&b);
}

/* A frame longer than the driver takes is lost whole, and no other with it. */
static void test_too_long(gconstpointer headers)
{
	unsigned char *bytes;
	struct shim_frame *frame;
	struct datagram d;
	struct bridged b;
	size_t capacity, length;
	void *data;

	bridge_open(&b, "0", "0", "0", headers != NULL);
	frame = shim_frame_allocate(b.s.adapter, &data, &capacity);
	g_assert_nonnull(frame);
	shim_frame_free(b.s.adapter, frame);
	length = b.tap.header + capacity + 1;
	bytes = g_malloc0(length);
	memset(bytes + b.tap.header, 0xff, capacity + 1);
	g_assert_cmpint(send(b.linux_side, bytes, length, 0), ==, (gssize)length);
	bridge_run_until(&b.bridge.offload.refused[OFFLOAD_TOO_LONG], 1);
	datagram_make(&d, false, false);
	bridge_pass(&b, &bridge_nothing, d.bytes, d.bytes, d.length);
	g_free(bytes);
	bridge_close(&b);
}

/* Linux is told which checksums are right, and of no others. */
static void test_received(void)
{
	struct datagram d;
	struct bridged b;
	unsigned int kind;

	bridge_open(&b, "1", "0", "0", true);
	datagram_make(&d, false, false);
	take(&b, d.bytes, d.length, 0, d.bytes, d.length);
	g_assert_cmpint(bridge_negotiate(&b), ==, 0);
	for (kind = 0; kind < 4; kind++) {
		datagram_make(&d, kind & 1, kind & 2);
		take(&b, d.bytes, d.length, VIRTIO_NET_HDR_F_DATA_VALID, d.bytes, d.length);
		d.bytes[d.length - 1] ^= 1;
		take(&b, d.bytes, d.length, 0, d.bytes, d.length);
	}
	g_assert_cmpuint(b.bridge.offload.checksums_good, ==, 4);
	bridge_close(&b);
}

/* A tag that the miniport tells beside the frame is in it again. */
static void test_tag(gconstpointer headers)
{
	unsigned char tagged[DATAGRAM_SIZE];
	struct datagram d;
	struct bridged b;

	bridge_open(&b, "0", "1", "0", headers != NULL);
	datagram_make(&d, false, true);
	put_tag(tagged, d.bytes, d.length, 0xb123);
	take(&b, tagged, d.length + 4, 0, tagged, d.length + 4);
	g_assert_cmpuint(b.bridge.offload.tags, ==, 1);
	take(&b, d.bytes, d.length, 0, d.bytes, d.length);
	g_assert_cmpuint(b.bridge.offload.tags, ==, 1);
	g_assert_cmpuint(b.bridge.not_delivered, ==, 0);
	bridge_close(&b);
}

/* A miniport without the task is asked for nothing. */
static void test_none(void)
{
	struct datagram d;
	struct bridged b;

	bridge_open(&b, "0", "0", "0", false);
	g_assert_cmpint(bridge_negotiate(&b), ==, -ENOTSUP);
	g_assert_false(b.bridge.offload.transmit || b.bridge.offload.receive);
	datagram_make(&d, false, false);
	bridge_pass(&b, &bridge_nothing, d.bytes, d.bytes, d.length);
	take(&b, d.bytes, d.length, 0, d.bytes, d.length);
	bridge_close(&b);
}

/* An answer of one task: its @kind, where the next one is, how long its structure is. */
static size_t answer(unsigned char *list, NDIS_TASK kind, ULONG next, ULONG length)
{
	NDIS_TASK_OFFLOAD_HEADER header = {.Version = NDIS_TASK_OFFLOAD_VERSION,
					   .Size = sizeof(header),
					   .OffsetFirstTask = sizeof(header)};
	NDIS_TASK_OFFLOAD task = {.Version = NDIS_TASK_OFFLOAD_VERSION,
				  .Size = sizeof(task),
				  .Task = kind,
				  .OffsetNextTask = next,
				  .TaskBufferLength = length};
	NDIS_TASK_TCP_IP_CHECKSUM checksums = {.V6Receive = {.UdpChecksum = 1}};
	const size_t head = offsetof(NDIS_TASK_OFFLOAD, TaskBuffer);

	memcpy(list, &header, sizeof(header));
	memcpy(list + sizeof(header), &task, head);
	memcpy(list + sizeof(header) + head, &checksums, sizeof(checksums));
	return sizeof(header) + head + sizeof(checksums);
}

static void refused(const unsigned char *list, size_t length, const char *words)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	struct offload_tasks offered;

	g_assert_cmpint(offload_parse(list, length, &offered, &why), ==, -EPROTO);
	if (!strstr(message, words))
		g_error("'%s' is not in '%s'", words, message);
}

/* Answers of miniports, right and wrong. */
static void test_answers(void)
{
	const ULONG size = sizeof(NDIS_TASK_TCP_IP_CHECKSUM);
	struct offload_tasks offered;
	unsigned char list[256];
	size_t length;

	length = answer(list, TcpIpChecksumNdisTask, 0, size);
	g_assert_cmpint(offload_parse(list, length, &offered, NULL), ==, 0);
	g_assert_true(offered.checksums.V6Receive.UdpChecksum && !offered.checksums.V4Receive.UdpChecksum);
	refused(list, 0, "it has 0 bytes");
	refused(list, length - 1, "structure of 16 bytes");
	refused(list, length - size - 1, "a task at offset");
	length = answer(list, TcpLargeSendNdisTask, 0, size);
	g_assert_cmpint(offload_parse(list, length, &offered, NULL), ==, 0);
	g_assert_false(offered.checksums.V6Receive.UdpChecksum);
	length = answer(list, TcpLargeSendNdisTask, 0xffffffff, size);
	refused(list, length, "not within");
	length = answer(list, TcpIpChecksumNdisTask, 0, 0xffffffff);
	refused(list, length, "structure of 4294967295 bytes");
	length = answer(list, TcpIpChecksumNdisTask, 0, size - 1);
	refused(list, length, "has 15 bytes, not 16");
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/bridge/checksums/left", test_left);
	g_test_add_func("/qtest-platform/bridge/checksums/computed", test_computed);
	g_test_add_func("/qtest-platform/bridge/checksums/bad-header", test_bad_header);
	g_test_add_func("/qtest-platform/bridge/checksums/received", test_received);
	g_test_add_data_func("/qtest-platform/bridge/tag", NULL, test_tag);
	g_test_add_data_func("/qtest-platform/bridge/tag/headers", "", test_tag);
	g_test_add_data_func("/qtest-platform/bridge/too-long", NULL, test_too_long);
	g_test_add_data_func("/qtest-platform/bridge/too-long/headers", "", test_too_long);
	g_test_add_func("/qtest-platform/bridge/none", test_none);
	g_test_add_func("/qtest-platform/bridge/answers", test_answers);
	return g_test_run();
}
