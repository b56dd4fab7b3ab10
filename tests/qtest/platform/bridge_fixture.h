/* SPDX-License-Identifier: MIT */
/*
 * bridge_fixture.h - the bridge of ndisrun between a socket, which plays the TAP, and the miniport
 *
 * One datagram of the socket is a header, if there is one, and a frame. The miniport is the file that
 * is installed, and the wire is the other end.
 */
#ifndef TESTS_QTEST_PLATFORM_BRIDGE_FIXTURE_H
#define TESTS_QTEST_PLATFORM_BRIDGE_FIXTURE_H

#include <ndis.h>

#include "ndisrun/bridge.h"
#include "session.h"

struct bridged {
	struct session s;
	struct bridge bridge;
	struct tap tap;
	int linux_side;
	char message[EXPLAIN_SIZE];
};

/** bridge_nothing - a header that asks for nothing. */
extern const struct virtio_net_hdr bridge_nothing;

/** bridge_negotiate() - Return: as offload_negotiate(). */
int bridge_negotiate(struct bridged *b);

/**
 * bridge_open() - QEMU, miniport, bridge
 * @task_offload, @vlan_tagging, @scatter_gather: keywords of the miniport.
 * @headers: there is a header before each frame.
 */
void bridge_open(struct bridged *b, const char *task_offload, const char *vlan_tagging,
		 const char *scatter_gather, bool headers);

/** bridge_close() - everything ends; nothing is left behind. */
void bridge_close(struct bridged *b);

/** bridge_give() - Linux sends a frame. */
void bridge_give(struct bridged *b, const struct virtio_net_hdr *header, const void *frame,
		 size_t length);

/** bridge_run_until() - run the library until *@counter is @wanted, and no more. */
void bridge_run_until(const uint64_t *counter, uint64_t wanted);

/** bridge_expect() - run the library until @expected is on the wire, next. */
void bridge_expect(struct bridged *b, const unsigned char *expected, size_t length);

/** bridge_run_until_sent() - run the library until @frames are complete since the start. */
void bridge_run_until_sent(struct bridged *b, uint64_t frames);

/** bridge_pass() - a frame of Linux comes out on the wire as @expected. */
void bridge_pass(struct bridged *b, const struct virtio_net_hdr *header, const unsigned char *frame,
		 const unsigned char *expected, size_t length);

#endif /* TESTS_QTEST_PLATFORM_BRIDGE_FIXTURE_H */
