/* SPDX-License-Identifier: MIT */
/*
 * sgnic_wire.c - frames, and the far end of the Ethernet
 */
#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "sgnic_wire.h"

const uint8_t address_nic[6] = {0x52, 0x54, 0x00, 0xa1, 0xb2, 0xc3};
const uint8_t address_broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
const uint8_t address_group[6] = {0x01, 0x00, 0x5e, 0x11, 0x22, 0x33};
const uint8_t address_other[6] = {0x52, 0x54, 0x00, 0xa1, 0xb2, 0xc4};

int wire_open(struct nic *nic, int buffer)
{
	int peer = qtest_socket_pair(SOCK_DGRAM, &nic->wire);

	if (buffer)
		g_assert_cmpint(setsockopt(peer, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)),
				==, 0);
	return peer;
}

void frame_fill(struct frame *frame, const uint8_t *destination, size_t length, uint32_t seed)
{
	static const uint8_t source_and_type[] = {0x02, 0, 0, 0, 0, 0x01, 0x88, 0xb5};
	uint32_t state = seed * 2654435761u + 12345;
	size_t i;

	g_assert_cmpuint(length, <=, FRAME_MAX);
	frame->length = length;
	for (i = 0; i < MAX(length, sizeof(source_and_type) + 6); i++) {
		state = state * 1664525 + 1013904223;
		frame->bytes[i] = (uint8_t)(state >> 24);
	}
	memcpy(frame->bytes, destination, 6);
	memcpy(frame->bytes + 6, source_and_type, sizeof(source_and_type));
}

void wire_send(struct nic *nic, const struct frame *frame)
{
	ssize_t sent = send(nic->wire, frame->bytes, frame->length, MSG_NOSIGNAL);

	if (sent != (ssize_t)frame->length)
		qtest_fail(nic->qemu, "cannot send %zu bytes on the wire: %s", frame->length,
			   g_strerror(errno));
}

void wire_wait_taken(struct nic *nic)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	int unread;

	for (;;) {
		g_assert_cmpint(ioctl(nic->wire, SIOCOUTQ, &unread), ==, 0);
		nic_settle(nic);
		if (unread == 0)
			return;
		if (g_get_monotonic_time() > deadline)
			qtest_fail(nic->qemu, "the device takes no frames; %d bytes wait", unread);
	}
}

void wire_receive(struct nic *nic, struct frame *frame)
{
	ssize_t got = recv(nic->wire, frame->bytes, sizeof(frame->bytes), MSG_TRUNC);

	if (got < 0)
		qtest_fail(nic->qemu, "no frame on the wire: %s", g_strerror(errno));
	g_assert_cmpint(got, <=, FRAME_MAX);
	frame->length = (size_t)got;
}

void wire_expect(struct nic *nic, const struct frame *frame)
{
	static const uint8_t zeroes[SGNIC_WIRE_MIN_FRAME];
	size_t length = MAX(frame->length, (size_t)SGNIC_WIRE_MIN_FRAME);
	struct frame *got = g_new(struct frame, 1);

	wire_receive(nic, got);
	g_assert_cmpuint(got->length, ==, length);
	nic_same_bytes(got->bytes, frame->bytes, frame->length);
	nic_same_bytes(got->bytes + frame->length, zeroes, length - frame->length);
	g_free(got);
}

unsigned int wire_drain(struct nic *nic)
{
	unsigned int frames = 0;
	uint8_t byte;
	bool more;

	do {
		more = false;
		nic_settle(nic);
		while (recv(nic->wire, &byte, 1, MSG_TRUNC | MSG_DONTWAIT) > 0) {
			frames++;
			more = true;
		}
	} while (more);
	return frames;
}

void wire_expect_silence(struct nic *nic)
{
	g_assert_cmpuint(wire_drain(nic), ==, 0);
}
