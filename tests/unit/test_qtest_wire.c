/* SPDX-License-Identifier: MIT */
/*
 * test_qtest_wire.c - the qtest protocol, with the test in the place of QEMU
 */
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/qtest/qtest_wire.h"

struct peer {
	struct qtest_wire wire;
	int socket;
	GString *reports;
};

static void on_line(void *context, unsigned int line, bool level)
{
	struct peer *peer = context;

	g_string_append_printf(peer->reports, "%u%c", line, level ? '+' : '-');
}

static struct peer *open_peer(void)
{
	struct peer *peer = g_new0(struct peer, 1);
	int ends[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
	qtest_wire_init(&peer->wire, ends[0], 200);
	peer->wire.on_line = on_line;
	peer->wire.context = peer;
	peer->socket = ends[1];
	peer->reports = g_string_new(NULL);
	return peer;
}

static void close_peer(struct peer *peer)
{
	close(peer->wire.socket);
	if (peer->socket >= 0)
		close(peer->socket);
	g_string_free(peer->reports, TRUE);
	g_free(peer);
}

/* What QEMU says next; a request finds it there already. */
static void say(struct peer *peer, const char *text)
{
	g_assert_cmpint(send(peer->socket, text, strlen(text), MSG_NOSIGNAL), ==,
			(gssize)strlen(text));
}

static void expect_request(struct peer *peer, const char *text)
{
	char buffer[256] = "";

	g_assert_cmpint(recv(peer->socket, buffer, sizeof(buffer) - 1, MSG_DONTWAIT), >, 0);
	g_assert_cmpstr(buffer, ==, text);
}

static void test_requests(void)
{
	struct peer *peer = open_peer();
	unsigned char bytes[4];
	uint64_t value;
	uint32_t port;

	say(peer, "OK 0x0000000012345678\n");
	g_assert_cmpint(qtest_wire_read(&peer->wire, 0xfed90010, 8, &value), ==, 0);
	g_assert_cmphex(value, ==, 0x12345678);
	expect_request(peer, "readq 0xfed90010\n");
	say(peer, "OK\n");
	g_assert_cmpint(qtest_wire_write(&peer->wire, 0x1000, 2, 0xbeef), ==, 0);
	expect_request(peer, "writew 0x1000 0xbeef\n");
	say(peer, "OK 0x00ff\n");
	g_assert_cmpint(qtest_wire_in(&peer->wire, 0x3f8, 1, &port), ==, 0);
	g_assert_cmphex(port, ==, 0xff);
	expect_request(peer, "inb 0x3f8\n");
	say(peer, "OK\n");
	g_assert_cmpint(qtest_wire_out(&peer->wire, 0xcf8, 4, 0x80000000), ==, 0);
	expect_request(peer, "outl 0xcf8 0x80000000\n");
	say(peer, "OK 0x00ff7e01\n");
	g_assert_cmpint(qtest_wire_read_bytes(&peer->wire, 0x20, bytes, 4), ==, 0);
	g_assert_cmphex(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3], ==, 0xff7e01);
	expect_request(peer, "read 0x20 0x4\n");
	g_assert_cmpint(qtest_wire_read(&peer->wire, 0, 3, &value), ==, -EINVAL);
	g_assert_cmpint(qtest_wire_write(&peer->wire, 0, 16, 0), ==, -EINVAL);
	g_assert_cmpint(qtest_wire_in(&peer->wire, 0, 8, &port), ==, -EINVAL);
	g_assert_cmpint(qtest_wire_out(&peer->wire, 0, 0, 0), ==, -EINVAL);
	g_assert_cmpint(peer->wire.error, ==, 0);
	close_peer(peer);
}

static void test_memory_and_clock(void)
{
	static const unsigned char bytes[] = {0x00, 0xff, 0x7e};
	struct peer *peer = open_peer();
	int64_t now;

	say(peer, "OK\n");
	g_assert_cmpint(qtest_wire_write_bytes(&peer->wire, 0x20, bytes, 3), ==, 0);
	expect_request(peer, "write 0x20 0x3 0x00ff7e\n");
	say(peer, "OK\n");
	g_assert_cmpint(qtest_wire_fill(&peer->wire, 0x3000, 0xa5, 70000), ==, 0);
	expect_request(peer, "memset 0x3000 0x11170 0xa5\n");
	say(peer, "OK 123000\n");
	g_assert_cmpint(qtest_wire_clock_step(&peer->wire, 1000, &now), ==, 0);
	g_assert_cmpint(now, ==, 123000);
	expect_request(peer, "clock_step 1000\n");
	say(peer, "FAIL no clock\n");
	g_assert_cmpint(qtest_wire_clock_step(&peer->wire, 1000, &now), ==, -EREMOTEIO);
	g_assert_cmpint(now, ==, 0);
	say(peer, "OK 1x234\n");
	g_assert_cmpint(qtest_wire_clock_step(&peer->wire, 1000, &now), ==, -EPROTO);
	g_assert_cmpint(now, ==, 0);
	close_peer(peer);
}

/* Before the answer, in the same packet behind it, and cut in two. */
static void test_reports(void)
{
	struct peer *peer = open_peer();
	uint64_t value;

	say(peer, "IRQ raise 20\nIRQ lower 20\nOK 0x1\nIRQ raise 21\nIRQ lo");
	g_assert_cmpint(qtest_wire_read(&peer->wire, 0, 4, &value), ==, 0);
	g_assert_cmphex(value, ==, 1);
	g_assert_cmpstr(peer->reports->str, ==, "20+20-21+");
	g_assert_cmpint(qtest_wire_poll(&peer->wire), ==, 0);
	g_assert_cmpstr(peer->reports->str, ==, "20+20-21+");
	say(peer, "wer 21\nIRQ raise 3\n");
	g_assert_cmpint(qtest_wire_poll(&peer->wire), ==, 0);
	g_assert_cmpstr(peer->reports->str, ==, "20+20-21+21-3+");
	g_assert_cmpint(qtest_wire_poll(&peer->wire), ==, 0);
	say(peer, "OK 0x2\n");
	g_assert_cmpint(qtest_wire_read(&peer->wire, 0, 4, &value), ==, 0);
	g_assert_cmphex(value, ==, 2);
	close_peer(peer);
}

/* A request that QEMU refuses is over; the connection lives. */
static void test_refusal(void)
{
	struct peer *peer = open_peer();
	uint64_t value;

	say(peer, "FAIL Unknown command 'x'\n");
	g_assert_cmpint(qtest_wire_intercept(&peer->wire, "nothing"), ==, -EREMOTEIO);
	expect_request(peer, "irq_intercept_in nothing\n");
	say(peer, "ERR invalid argument size\n");
	g_assert_cmpint(qtest_wire_write(&peer->wire, 0, 4, 0), ==, -EREMOTEIO);
	say(peer, "OK 0x7\n");
	g_assert_cmpint(qtest_wire_read(&peer->wire, 0, 4, &value), ==, 0);
	g_assert_cmphex(value, ==, 7);
	close_peer(peer);
}

/* After these nothing can be believed any more. */
static void test_broken(gconstpointer text)
{
	struct peer *peer = open_peer();
	uint64_t value = 0;
	int error;

	if (text)
		say(peer, text);
	error = qtest_wire_read(&peer->wire, 0, 4, &value);
	g_assert_cmpint(error, ==, text ? -EPROTO : -ETIMEDOUT);
	g_assert_cmphex(value, ==, UINT64_MAX);
	say(peer, "OK 0x1\n");
	g_assert_cmpint(qtest_wire_read(&peer->wire, 0, 4, &value), ==, error);
	g_assert_cmpint(qtest_wire_write(&peer->wire, 0, 4, 0), ==, error);
	g_assert_cmpint(qtest_wire_poll(&peer->wire), ==, error);
	close_peer(peer);
}

static void test_short_data(void)
{
	struct peer *peer = open_peer();
	unsigned char bytes[4];

	say(peer, "OK 0x0011zz33\n");
	g_assert_cmpint(qtest_wire_read_bytes(&peer->wire, 0, bytes, 4), ==, -EPROTO);
	close_peer(peer);
	peer = open_peer();
	say(peer, "OK 0x0011\n");
	g_assert_cmpint(qtest_wire_read_bytes(&peer->wire, 0, bytes, 4), ==, -EPROTO);
	close_peer(peer);
}

static void test_closed(void)
{
	struct peer *peer = open_peer();
	uint64_t value;

	say(peer, "OK 0x1\nIRQ raise 4\n");
	close(peer->socket);
	peer->socket = -1;
	g_assert_cmpint(qtest_wire_poll(&peer->wire), ==, -EPROTO);
	close_peer(peer);

	peer = open_peer();
	close(peer->socket);
	peer->socket = -1;
	g_assert_cmpint(qtest_wire_read(&peer->wire, 0, 4, &value), ==, -EPIPE);
	g_assert_cmpint(qtest_wire_poll(&peer->wire), ==, -EPIPE);
	close_peer(peer);
}

int main(int argc, char **argv)
{
	char *endless;

	g_test_init(&argc, &argv, NULL);
	endless = g_strnfill(QTEST_WIRE_INPUT + 10, 'x');
	g_test_add_func("/qtest_wire/requests", test_requests);
	g_test_add_func("/qtest_wire/memory-and-clock", test_memory_and_clock);
	g_test_add_func("/qtest_wire/reports", test_reports);
	g_test_add_func("/qtest_wire/refusal", test_refusal);
	g_test_add_func("/qtest_wire/short-data", test_short_data);
	g_test_add_func("/qtest_wire/closed", test_closed);
	g_test_add_data_func("/qtest_wire/mute", NULL, test_broken);
	g_test_add_data_func("/qtest_wire/garbage", "what?\n", test_broken);
	g_test_add_data_func("/qtest_wire/no-number", "OK banana\n", test_broken);
	g_test_add_data_func("/qtest_wire/empty", "OK\n", test_broken);
	g_test_add_data_func("/qtest_wire/trailing", "OK 0x1 2\n", test_broken);
	g_test_add_data_func("/qtest_wire/okay", "OKAY 0x1\n", test_broken);
	g_test_add_data_func("/qtest_wire/two-answers", "OK 0x1\nOK 0x2\n", test_broken);
	g_test_add_data_func_full("/qtest_wire/endless", endless, test_broken, g_free);
	return g_test_run();
}
