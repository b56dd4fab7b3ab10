/* SPDX-License-Identifier: MIT */
/*
 * loop_test.h - frames through the miniport out to the wire, and back in
 *
 *   shim_send() -> miniport -> device -> socket -> compared
 *   compared <- receive <- miniport <- device <- socket <- sent back
 *
 * The other end of the wire is a datagram socket: one datagram is one frame.  Every frame
 * is made from its number, so both ends know each byte.  Sizes go from 60 bytes to the
 * largest frame, each in turn, or evenly spread when there are fewer frames than sizes.
 */
#ifndef NDISRUN_LOOP_TEST_H
#define NDISRUN_LOOP_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "include/ndis_shim.h"
#include "platform/event_loop.h"

/**
 * struct loop_test
 * @wire: our end, not blocking; -1 when closed.
 * @adapter: NULL until loop_test_start() and after loop_test_stop().
 * @largest: bytes.
 * @frames: to send.
 * @sent, @out, @returned, @back: frames given to the miniport, seen on the wire, sent back by the
 *	wire, and received; each is the number of the next one.
 * @longer: of the received ones, those that had a few bytes behind their last.
 * @moved: something happened since the last loop_test_check().
 * @failed: complained about.
 */
struct loop_test {
	int wire;
	struct event_loop *loop;
	struct event_source *source;
	struct shim_adapter *adapter;
	uint8_t station[6];
	unsigned int largest;
	uint64_t frames;
	uint64_t sent;
	uint64_t out;
	uint64_t returned;
	uint64_t back;
	uint64_t longer;
	uint64_t started;
	unsigned int idle;
	bool moved;
	bool failed;
};

/** loop_test_start() - send the first frames.  @test->wire is open.  Return: 0 or -errno. */
int loop_test_start(struct loop_test *test, struct event_loop *loop, struct shim_adapter *adapter,
		    const uint8_t station[6], unsigned int mtu, uint64_t frames);

/** loop_test_receive() - shim_client.receive. */
void loop_test_receive(struct loop_test *test, const struct dma_region *pieces, unsigned int count);

/** loop_test_is_over() - all frames are back, or one was wrong. */
bool loop_test_is_over(const struct loop_test *test);

/** loop_test_check() - call it now and then: complains when nothing has moved for @calls calls. */
void loop_test_check(struct loop_test *test, unsigned int calls);

/** loop_test_report() - one line: what was sent, in what time. */
void loop_test_report(const struct loop_test *test);

/** loop_test_stop() - frames that still come are ignored.  Harmless when not started. */
void loop_test_stop(struct loop_test *test);

#endif /* NDISRUN_LOOP_TEST_H */
