/* SPDX-License-Identifier: MIT */
/*
 * loop_test.c - frames through the miniport out to the wire, and back in
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "ndisrun/command.h"
#include "ndisrun/loop_test.h"

#define WINDOW		16
#define SMALLEST	60
#define LARGEST		65535
#define USUAL_FRAME	1514
#define HEADER		14
#define CHECK_SEQUENCE	4
#define ETHERTYPE_LOCAL 0x88b5

static const uint8_t peer[6] = {0x02, 0x00, 0x00, 0x00, 0x00, 0x01};

static unsigned int size_of(const struct loop_test *test, uint64_t number)
{
	uint64_t sizes = test->largest - SMALLEST + 1;

	if (test->frames >= sizes)
		return (unsigned int)(SMALLEST + number % sizes);
	if (test->frames == 1)
		return test->largest;
	return (unsigned int)(SMALLEST + number * (sizes - 1) / (test->frames - 1));
}

/* The frame @number as it leaves, or as it comes back.  Return: its bytes. */
static unsigned int make_frame(const struct loop_test *test, uint64_t number, bool comes_back,
			       uint8_t *frame)
{
	unsigned int length = size_of(test, number);
	uint64_t state = (number + 1) * 0x9e3779b97f4a7c15;
	unsigned int i;

	memcpy(frame, comes_back ? test->station : peer, 6);
	memcpy(frame + 6, comes_back ? peer : test->station, 6);
	frame[12] = ETHERTYPE_LOCAL >> 8;
	frame[13] = ETHERTYPE_LOCAL & 0xff;
	for (i = HEADER; i < length; i++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		frame[i] = (uint8_t)(state >> 56);
	}
	return length;
}

static void compare(struct loop_test *test, uint64_t number, bool comes_back, const uint8_t *frame,
		    size_t length)
{
	const char *where = comes_back ? "as the miniport indicates it" : "on the wire";
	uint8_t expected[LARGEST];
	unsigned int wanted = make_frame(test, number, comes_back, expected);
	unsigned int i;

	if (comes_back && length > wanted && length - wanted <= CHECK_SEQUENCE) {
		if (!test->longer++)
			warn("frame %" PRIu64
			     " %s has %zu bytes, not %u: the driver takes something behind a frame for "
			     "a part of it, such as its check sequence; protocols that know their "
			     "length do not mind",
			     number, where, length, wanted);
	} else if (length != wanted) {
		complain("frame %" PRIu64 " %s has %zu bytes, not %u", number, where, length,
			 wanted);
		test->failed = true;
		return;
	}
	for (i = 0; i < wanted; i++) {
		if (frame[i] == expected[i])
			continue;
		complain("frame %" PRIu64 " of %u bytes %s: byte %u is 0x%02x, not 0x%02x", number,
			 wanted, where, i, frame[i], expected[i]);
		test->failed = true;
		return;
	}
}

static void on_sent(void *context, int32_t status)
{
	struct loop_test *test = context;

	if (status == 0 || !test->adapter || test->failed)
		return;
	complain("the miniport completes a frame with status 0x%08x", (unsigned int)status);
	test->failed = true;
}

static void send_more(struct loop_test *test)
{
	const struct shim_packet_information information = {.cancel_id = test->adapter};

	while (test->sent < test->frames && test->sent - test->back < WINDOW && !test->failed) {
		struct shim_frame *frame;
		size_t capacity;
		size_t length;
		void *data;

		frame = shim_frame_allocate(test->adapter, &data, &capacity);
		if (!frame)
			return;
		length = make_frame(test, test->sent++, false, data);
		shim_frame_describe(test->adapter, frame, &information);
		shim_send(test->adapter, &frame, &length, 1, on_sent, test);
		test->moved = true;
	}
}

/* A full socket is tried again when the miniport has received something, which empties it. */
static void send_back(struct loop_test *test)
{
	uint8_t frame[LARGEST];

	while (test->returned < test->out && !test->failed) {
		unsigned int length = make_frame(test, test->returned, true, frame);

		if (send(test->wire, frame, length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
			if (errno == EAGAIN || errno == ENOBUFS)
				return;
			complain("cannot send to the wire: %s", strerror(errno));
			test->failed = true;
			return;
		}
		test->returned++;
		test->moved = true;
	}
}

static void on_wire(void *context)
{
	struct loop_test *test = context;
	uint8_t frame[LARGEST];
	ssize_t length = recv(test->wire, frame, sizeof(frame), MSG_DONTWAIT);

	if (length <= 0)
		return;
	if (test->out == test->sent) {
		complain("a frame of %zd bytes is on the wire that nobody sent", length);
		test->failed = true;
		return;
	}
	compare(test, test->out, false, frame, (size_t)length);
	test->out++;
	test->moved = true;
	send_back(test);
}

int loop_test_start(struct loop_test *test, struct event_loop *loop, struct shim_adapter *adapter,
		    const uint8_t station[6], unsigned int mtu, uint64_t frames)
{
	test->loop = loop;
	test->adapter = adapter;
	test->largest = mtu + HEADER < SMALLEST ? SMALLEST : mtu + HEADER;
	test->frames = frames;
	test->started = event_loop_now();
	memcpy(test->station, station, sizeof(test->station));
	test->source = event_loop_add(loop, test->wire, on_wire, test);
	if (!test->source)
		return -errno;
	send_more(test);
	return 0;
}

void loop_test_receive(struct loop_test *test, const struct dma_region *pieces, unsigned int count)
{
	uint8_t frame[LARGEST];
	size_t length = 0;
	unsigned int i;

	if (!test->adapter || test->failed)
		return;
	for (i = 0; i < count; i++) {
		size_t piece = pieces[i].length;

		if (piece > sizeof(frame) - length)
			piece = sizeof(frame) - length;
		memcpy(frame + length, pieces[i].va, piece);
		length += piece;
	}
	if (test->back == test->returned) {
		complain("the miniport indicates a frame of %zu bytes that nobody sent", length);
		test->failed = true;
		return;
	}
	compare(test, test->back, true, frame, length);
	test->back++;
	test->moved = true;
	send_back(test);
	send_more(test);
}

bool loop_test_is_over(const struct loop_test *test)
{
	return test->failed || test->back == test->frames;
}

/* Which frame is waited for.  The wire takes frames of any size. */
static void explain_waiting(const struct loop_test *test)
{
	unsigned int length;

	if (test->returned == test->back)
		return;
	length = size_of(test, test->back);
	complain("frame %" PRIu64 " of %u bytes is the first that was not indicated%s", test->back,
		 length,
		 length > USUAL_FRAME ? "; the miniport tells with OID_GEN_MAXIMUM_FRAME_SIZE that "
					"the device takes such, and --mtu 1500 leaves them out"
				      : "");
}

void loop_test_check(struct loop_test *test, unsigned int calls)
{
	if (!test->adapter || loop_test_is_over(test))
		return;
	test->idle = test->moved ? 0 : test->idle + 1;
	test->moved = false;
	if (test->idle < calls)
		return;
	complain("nothing moves any more: %" PRIu64 " of %" PRIu64
		 " frames were given to the miniport, %" PRIu64 " came out on the wire, %" PRIu64
		 " were sent back, %" PRIu64 " were indicated",
		 test->sent, test->frames, test->out, test->returned, test->back);
	explain_waiting(test);
	test->failed = true;
}

void loop_test_report(const struct loop_test *test)
{
	uint64_t microseconds = (event_loop_now() - test->started) / 1000;

	printf("loop: %" PRIu64 " of %" PRIu64 " frames of %d to %u bytes went out and came back "
	       "in %" PRIu64 ".%03" PRIu64 " ms%s",
	       test->back, test->frames, SMALLEST, test->largest, microseconds / 1000,
	       microseconds % 1000,
	       test->failed || test->back < test->frames ? "" : ", every byte equal");
	if (test->longer)
		printf(", %" PRIu64 " with bytes behind it", test->longer);
	printf("\n");
}

void loop_test_stop(struct loop_test *test)
{
	if (test->source)
		event_loop_remove(test->loop, test->source);
	test->source = NULL;
	test->adapter = NULL;
}
