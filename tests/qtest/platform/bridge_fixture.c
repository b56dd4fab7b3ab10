/* SPDX-License-Identifier: MIT */
/*
 * bridge_fixture.c - see bridge_fixture.h
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge_fixture.h"

#define RUN_SECONDS 30
#define LONGEST	    65553u

const struct virtio_net_hdr bridge_nothing;

int bridge_negotiate(struct bridged *b)
{
	struct explanation why = {b->message, sizeof(b->message)};

	return offload_negotiate(&b->bridge.offload, b->s.adapter, &why);
}

void bridge_open(struct bridged *b, const char *task_offload, const char *vlan_tagging,
		 const char *scatter_gather, bool headers)
{
	const struct shim_client client = {.receive = bridge_receive,
					  .receive_done = bridge_receive_done,
					  .context = &b->bridge};
	const struct shim_parameter parameters[] = {{"TaskOffload", task_offload},
						    {"VlanTagging", vlan_tagging},
						    {"UseScatterGather", scatter_gather}};
	struct shim_adapter_options options = session_options();
	int ends[2];

	memset(b, 0, sizeof(*b));
	options.parameters = parameters;
	options.parameter_count = G_N_ELEMENTS(parameters);
	session_load(&b->s, fixture_open(NULL), "SGNIC_MINIPORT", "sgnic");
	g_assert_cmpint(
		shim_adapter_start(b->s.driver, b->s.f->platform, &options, &client, &b->s.adapter),
		==, 0);
	session_set_filter(&b->s, NDIS_PACKET_TYPE_BROADCAST);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), ==,
			0);
	b->linux_side = ends[0];
	b->tap.descriptor = ends[1];
	b->tap.header = headers ? sizeof(struct virtio_net_hdr) : 0;
	g_assert_cmpint(bridge_start(&b->bridge, &b->tap, b->s.f->loop, b->s.adapter), ==, 0);
}

void bridge_close(struct bridged *b)
{
	bridge_stop(&b->bridge);
	session_stop(&b->s);
	close(b->linux_side);
	close(b->tap.descriptor);
}

void bridge_give(struct bridged *b, const struct virtio_net_hdr *header, const void *frame,
		 size_t length)
{
	unsigned char bytes[sizeof(*header) + LONGEST];

	memcpy(bytes, header, b->tap.header);
	memcpy(bytes + b->tap.header, frame, length);
	g_assert_cmpint(send(b->linux_side, bytes, b->tap.header + length, 0), ==,
			(gssize)(b->tap.header + length));
}

void bridge_run_until(const uint64_t *counter, uint64_t wanted)
{
	gint64 until = g_get_monotonic_time() + RUN_SECONDS * G_USEC_PER_SEC;

	while (*counter < wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_assert_cmpint(shim_run_once(1000000000), >=, 0);
	}
	g_assert_cmpuint(*counter, ==, wanted);
}

void bridge_expect(struct bridged *b, const unsigned char *expected, size_t length)
{
	gint64 until = g_get_monotonic_time() + RUN_SECONDS * G_USEC_PER_SEC;
	unsigned char bytes[SGNIC_MAX_JUMBO_FRAME];
	gssize got;

	while ((got = recv(b->s.f->wire, bytes, sizeof(bytes), MSG_DONTWAIT)) < 0) {
		g_assert_cmpint(errno, ==, EAGAIN);
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_assert_cmpint(shim_run_once(1000000), >=, 0);
	}
	g_assert_cmpint(got, ==, (gssize)length);
	fixture_same(bytes, expected, length);
}

void bridge_run_until_sent(struct bridged *b, uint64_t frames)
{
	gint64 until = g_get_monotonic_time() + RUN_SECONDS * G_USEC_PER_SEC;
	struct shim_statistics statistics;

	shim_adapter_statistics(b->s.adapter, &statistics);
	while (statistics.frames_sent < frames) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_assert_cmpint(shim_run_once(1000000000), >=, 0);
		shim_adapter_statistics(b->s.adapter, &statistics);
	}
	g_assert_cmpuint(statistics.frames_sent, ==, frames);
}

void bridge_pass(struct bridged *b, const struct virtio_net_hdr *header, const unsigned char *frame,
		 const unsigned char *expected, size_t length)
{
	struct shim_statistics statistics;

	shim_adapter_statistics(b->s.adapter, &statistics);
	bridge_give(b, header, frame, length);
	bridge_expect(b, expected, length);
	bridge_run_until_sent(b, statistics.frames_sent + 1);
}
