/* SPDX-License-Identifier: MIT */
/*
 * wire_fuzz.c - what QEMU answers on the qtest socket
 */
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "platform/qtest/qtest_wire.h"

static unsigned int reports;

static void on_line(void *context, unsigned int line, bool level)
{
	reports += line + level;
}

/* The first byte of the input says which requests are made. */
static void make_requests(struct qtest_wire *wire, unsigned int choice)
{
	uint8_t bytes[24];
	uint64_t value;
	uint32_t port;
	int64_t now;
	int i;

	for (i = 0; i < 6; i++, choice = choice * 5 + 1) {
		int result = 0;

		switch (choice % 6) {
		case 0:
			result = qtest_wire_in(wire, 0x300, 1u << i % 3, &port);
			FUZZ_CHECK(result == 0 || port == UINT32_MAX);
			break;
		case 1:
			result = qtest_wire_read(wire, 0x1000, 1u << i % 4, &value);
			FUZZ_CHECK(result == 0 || value == UINT64_MAX);
			break;
		case 2:
			result = qtest_wire_read_bytes(wire, 0x2000, bytes, sizeof(bytes));
			break;
		case 3:
			result = qtest_wire_clock_step(wire, 1, &now);
			FUZZ_CHECK(result == 0 || now == 0);
			break;
		case 4:
			result = qtest_wire_poll(wire);
			break;
		default:
			result = qtest_wire_write(wire, 0x3000, 4, 1);
		}
		FUZZ_CHECK(result <= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct qtest_wire wire;
	int ends[2];

	if (size < 1 || size > 60000)
		return 0;
	FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	FUZZ_CHECK(send(ends[1], data + 1, size - 1, MSG_NOSIGNAL) == (ssize_t)size - 1);
	shutdown(ends[1], SHUT_WR);
	qtest_wire_init(&wire, ends[0], 1000);
	wire.on_line = on_line;
	make_requests(&wire, data[0]);
	close(ends[0]);
	close(ends[1]);
	return 0;
}
