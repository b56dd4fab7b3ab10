/* SPDX-License-Identifier: MIT */
/*
 * miniport_offload_test.c - checksums and VLAN tags, from the protocol's wish to the wire and back
 *
 * The miniport is the file that is installed; the test is the protocol, which says by
 * OID_TCP_TASK_OFFLOAD and per-packet information what is to be done.
 */
#include <string.h>

#include <ndis.h>

#include "datagram.h"
#include "session.h"

/* The list of tasks that a protocol reads, and writes back. */
struct tasks {
	NDIS_TASK_OFFLOAD_HEADER header;
	unsigned char rest[128];
};

static void begin(struct tasks *tasks)
{
	memset(tasks, 0, sizeof(*tasks));
	tasks->header.Version = NDIS_TASK_OFFLOAD_VERSION;
	tasks->header.Size = sizeof(tasks->header);
	tasks->header.EncapsulationFormat.Encapsulation = IEEE_802_3_Encapsulation;
	tasks->header.EncapsulationFormat.Flags.FixedHeaderSize = 1;
	tasks->header.EncapsulationFormat.EncapsulationHeaderSize = DATAGRAM_ETHERNET;
}

/* Agrees with the miniport on everything it can do; behind the checksums there may be large sends. */
static void negotiate(struct session *s)
{
	NDIS_TASK_TCP_IP_CHECKSUM checksum;
	NDIS_TASK_OFFLOAD task;
	struct tasks tasks;
	int length;

	begin(&tasks);
	length = shim_query(s->adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks));
	g_assert_cmpint(length, >, (int)sizeof(tasks.header));
	g_assert_cmpuint(tasks.header.OffsetFirstTask, ==, sizeof(tasks.header));
	memcpy(&task, tasks.rest, sizeof(task));
	g_assert_cmpint(task.Task, ==, TcpIpChecksumNdisTask);
	g_assert_cmpuint(task.TaskBufferLength, ==, sizeof(checksum));
	memcpy(&checksum, tasks.rest + offsetof(NDIS_TASK_OFFLOAD, TaskBuffer), sizeof(checksum));
	g_assert_true(checksum.V4Transmit.TcpChecksum && checksum.V4Transmit.UdpChecksum);
	g_assert_false(checksum.V4Transmit.IpChecksum);
	g_assert_true(checksum.V6Transmit.TcpChecksum && checksum.V6Transmit.UdpChecksum);
	g_assert_true(checksum.V4Receive.TcpChecksum && checksum.V4Receive.IpChecksum);
	g_assert_true(checksum.V6Receive.TcpChecksum && checksum.V6Receive.UdpChecksum);
	g_assert_cmpint(shim_set(s->adapter, OID_TCP_TASK_OFFLOAD, &tasks, (size_t)length), ==,
			length);
}

static void start(struct session *s, const char *properties, const char *task_offload,
		  const char *vlan_tagging, bool scatter_gather)
{
	struct shim_parameter parameters[] = {{"TaskOffload", task_offload},
					      {"VlanTagging", vlan_tagging},
					      {"UseScatterGather", scatter_gather ? "1" : "0"}};
	struct shim_adapter_options options = session_options();

	options.parameters = parameters;
	options.parameter_count = G_N_ELEMENTS(parameters);
	options.header_bytes = scatter_gather ? 0 : DATAGRAM_ETHERNET;
	session_start(s, properties, &options);
}

static uint32_t transmit_information(const struct datagram *d)
{
	NDIS_TCP_IP_CHECKSUM_PACKET_INFO info = {.Value = 0};

	info.Transmit.NdisPacketChecksumV4 = !d->ip6;
	info.Transmit.NdisPacketChecksumV6 = d->ip6;
	info.Transmit.NdisPacketTcpChecksum = !d->udp;
	info.Transmit.NdisPacketUdpChecksum = d->udp;
	return info.Value;
}

static void test_transmit(gconstpointer scatter_gather)
{
	struct shim_packet_information information = {0};
	struct datagram given, expected;
	struct session s;
	unsigned int kind;

	start(&s, NULL, "1", "0", GPOINTER_TO_INT(scatter_gather));
	negotiate(&s);
	for (kind = 0; kind < 4; kind++) {
		datagram_make(&expected, kind & 1, kind & 2);
		given = expected;
		datagram_put16(datagram_checksum(&given), datagram_pseudo_header(&given));
		information.checksum = transmit_information(&given);
		session_submit_bytes(&s, given.bytes, given.length, &information);
		fixture_sent(s.f, expected.bytes, expected.length);
		session_run_until(&s, &s.completed, 2 * kind + 1);
		/* a frame without information goes out as it is */
		session_submit_bytes(&s, given.bytes, given.length, NULL);
		fixture_sent(s.f, given.bytes, given.length);
		session_run_until(&s, &s.completed, 2 * kind + 2);
	}
	session_stop(&s);
}

/* What cannot be done fails the packet, and the next one is sent. */
static void test_transmit_refused(void)
{
	static const uint32_t wrong[] = {
		0x05, /* TCP over IPv4, and it is UDP */
		0x0a, /* UDP over IPv6, and it is IPv4 */
		0x19, /* the IPv4 header checksum */
	};
	struct shim_packet_information information = {0};
	struct datagram d;
	struct session s;
	unsigned int i;

	start(&s, NULL, "1", "0", false);
	negotiate(&s);
	datagram_make(&d, false, true);
	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		information.checksum = wrong[i];
		session_submit_bytes(&s, d.bytes, d.length, &information);
		session_run_until(&s, &s.failed, i + 1);
		session_send(&s, i, 100);
	}
	information = (struct shim_packet_information){.tag = 0x50};
	session_submit_bytes(&s, d.bytes, d.length, &information);
	session_run_until(&s, &s.failed, i + 1);
	session_stop(&s);
}

static void expect_information(struct session *s, struct datagram *d, bool ip_good,
			       bool transport_good)
{
	NDIS_TCP_IP_CHECKSUM_PACKET_INFO info;

	session_receive_bytes(s, d->bytes, d->length, d->bytes, d->length);
	info.Value = s->information.checksum;
	g_assert_cmpint(info.Receive.NdisPacketIpChecksumSucceeded, ==, !d->ip6 && ip_good);
	g_assert_cmpint(info.Receive.NdisPacketIpChecksumFailed, ==, !d->ip6 && !ip_good);
	g_assert_cmpint(info.Receive.NdisPacketTcpChecksumSucceeded, ==, !d->udp && transport_good);
	g_assert_cmpint(info.Receive.NdisPacketTcpChecksumFailed, ==, !d->udp && !transport_good);
	g_assert_cmpint(info.Receive.NdisPacketUdpChecksumSucceeded, ==, d->udp && transport_good);
	g_assert_cmpint(info.Receive.NdisPacketUdpChecksumFailed, ==, d->udp && !transport_good);
}

static void test_receive(void)
{
	struct tasks none;
	struct datagram d;
	struct session s;
	unsigned int kind;

	start(&s, NULL, "1", "0", false);
	datagram_make(&d, false, false);
	session_receive_bytes(&s, d.bytes, d.length, d.bytes, d.length);
	g_assert_cmphex(s.information.checksum, ==, 0);
	negotiate(&s);
	for (kind = 0; kind < 4; kind++) {
		datagram_make(&d, kind & 1, kind & 2);
		expect_information(&s, &d, true, true);
		d.bytes[d.length - 1] ^= 1;
		expect_information(&s, &d, true, false);
		d.bytes[d.length - 1] ^= 1;
		d.bytes[d.network + (kind & 1 ? 7 : 8)] ^= 1;
		expect_information(&s, &d, false, true);
	}
	session_receive(&s, 9, 200);
	g_assert_cmphex(s.information.checksum, ==, 0);
	/* the protocol changes its mind */
	begin(&none);
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &none, sizeof(none.header)), ==,
			sizeof(none.header));
	datagram_make(&d, false, false);
	session_receive_bytes(&s, d.bytes, d.length, d.bytes, d.length);
	g_assert_cmphex(s.information.checksum, ==, 0);
	session_stop(&s);
}

/* The tag travels beside the frame on the driver's side, and within it on the wire. */
static void test_vlan(void)
{
	NDIS_PACKET_8021Q_INFO tag = {.Value = NULL};
	struct shim_packet_information information = {0};
	unsigned char tagged[DATAGRAM_SIZE];
	uint32_t options = 0;
	struct datagram d;
	struct session s;

	start(&s, NULL, "1", "1", false);
	g_assert_cmpint(shim_query(s.adapter, OID_GEN_MAC_OPTIONS, &options, sizeof(options)), ==,
			sizeof(options));
	g_assert_cmphex(options & NDIS_MAC_OPTION_8021Q_VLAN, !=, 0);
	datagram_make(&d, false, true);
	tag.TagHeader.UserPriority = 5;
	tag.TagHeader.VlanId = 0x123;
	memcpy(tagged, d.bytes, 12);
	datagram_put16(tagged + 12, 0x8100);
	datagram_put16(tagged + 14, 0xa123);
	memcpy(tagged + 16, d.bytes + 12, d.length - 12);
	information.tag = (uint32_t)(uintptr_t)tag.Value;
	session_submit_bytes(&s, d.bytes, d.length, &information);
	fixture_sent(s.f, tagged, d.length + 4);
	session_run_until(&s, &s.completed, 1);
	session_receive_bytes(&s, tagged, d.length + 4, d.bytes, d.length);
	g_assert_cmphex(s.information.tag, ==, information.tag);
	session_receive(&s, 3, 100);
	g_assert_cmphex(s.information.tag, ==, 0);
	session_stop(&s);
}

/* Nothing is told where the keyword, or the device, says no. */
static void test_off(gconstpointer properties)
{
	struct shim_packet_information information = {0};
	struct tasks tasks;
	struct datagram d;
	struct session s;

	start(&s, properties, properties ? "1" : "0", properties ? "1" : "0", false);
	begin(&tasks);
	g_assert_cmpint(shim_query(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), ==,
			-ENOTSUP);
	datagram_make(&d, false, false);
	session_receive_bytes(&s, d.bytes, d.length, d.bytes, d.length);
	g_assert_cmphex(s.information.checksum, ==, 0);
	information.checksum = transmit_information(&d);
	session_submit_bytes(&s, d.bytes, d.length, &information);
	session_run_until(&s, &s.failed, 1);
	session_stop(&s);
}

/* Lists of tasks that break a rule are refused, and change nothing. */
static void test_bad_tasks(void)
{
	NDIS_TASK_OFFLOAD task = {.Version = NDIS_TASK_OFFLOAD_VERSION,
				  .Size = sizeof(task),
				  .Task = TcpIpChecksumNdisTask,
				  .TaskBufferLength = sizeof(NDIS_TASK_TCP_IP_CHECKSUM)};
	const size_t head = offsetof(NDIS_TASK_OFFLOAD, TaskBuffer);
	struct tasks tasks;
	struct datagram d;
	struct session s;

	start(&s, NULL, "1", "0", false);
	negotiate(&s);
	begin(&tasks);
	tasks.header.OffsetFirstTask = sizeof(tasks.header);
	memcpy(tasks.rest, &task, head);
	/* IPv4 header checksums to send */
	tasks.rest[head] = 0x10;
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	tasks.rest[head] = 0;
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, 10), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks,
				 sizeof(tasks.header) + head),
			<, 0);
	tasks.header.OffsetFirstTask = 0x7fffffff;
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	tasks.header.OffsetFirstTask = sizeof(tasks.header);
	task.OffsetNextTask = 0xfffffff0;
	memcpy(tasks.rest, &task, head);
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	task.OffsetNextTask = 0;
	task.Task = TcpLargeSendNdisTask; /* not without scatter/gather */
	memcpy(tasks.rest, &task, head);
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	task.Task = TcpIpChecksumNdisTask;
	task.Version = 2;
	memcpy(tasks.rest, &task, head);
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	task.Version = NDIS_TASK_OFFLOAD_VERSION;
	task.Size = sizeof(task) - 1;
	memcpy(tasks.rest, &task, head);
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	task.Size = sizeof(task);
	task.TaskBufferLength = sizeof(tasks);
	memcpy(tasks.rest, &task, head);
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	tasks.header.EncapsulationFormat.Encapsulation = IEEE_802_5_Encapsulation;
	g_assert_cmpint(shim_set(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	g_assert_cmpint(shim_query(s.adapter, OID_TCP_TASK_OFFLOAD, &tasks, sizeof(tasks)), <, 0);
	datagram_make(&d, false, false);
	expect_information(&s, &d, true, true);
	session_stop(&s);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/qtest-platform/miniport-offload/transmit/map-registers",
			     GINT_TO_POINTER(0), test_transmit);
	g_test_add_data_func("/qtest-platform/miniport-offload/transmit/scatter-gather",
			     GINT_TO_POINTER(1), test_transmit);
	g_test_add_func("/qtest-platform/miniport-offload/transmit/refused", test_transmit_refused);
	g_test_add_func("/qtest-platform/miniport-offload/receive", test_receive);
	g_test_add_func("/qtest-platform/miniport-offload/vlan", test_vlan);
	g_test_add_data_func("/qtest-platform/miniport-offload/off/keyword", NULL, test_off);
	g_test_add_data_func("/qtest-platform/miniport-offload/off/device", "offload=off,vlan=off",
			     test_off);
	g_test_add_func("/qtest-platform/miniport-offload/bad-tasks", test_bad_tasks);
	return g_test_run();
}
