/* SPDX-License-Identifier: MIT */
/*
 * receive_test.c - frames from the wire into guest memory, byte by byte
 * (device specification, section 6)
 */
#include "sgnic_queue.h"

static struct nic *start_receiving(struct nic_queue *rx, uint32_t size)
{
	struct nic *nic = nic_start(NULL);

	queue_open(rx, nic, true, size);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	return nic;
}

/* One frame into buffers of @cut bytes; as many buffers as it needs are posted. */
static void receive_one(struct nic_queue *rx, size_t length, uint32_t cut, size_t offset)
{
	struct nic *nic = rx->nic;
	struct frame *frame = g_new(struct frame, 1);
	uint32_t count = ((uint32_t)length + cut - 1) / cut;
	uint16_t tag = (uint16_t)(0x8000 + rx->posted);
	uint64_t *buffers = g_new(uint64_t, count);
	uint64_t mark = nic->ram_next;
	uint32_t i;

	frame_fill(frame, address_nic, length, rx->posted + 77);
	for (i = 0; i < count; i++) {
		buffers[i] = queue_buffer(nic, cut, offset);
		queue_post(rx, buffers[i], cut, 0, (uint16_t)(tag + i));
	}
	queue_kick(rx);
	wire_send(nic, frame);
	queue_expect(rx, SGNIC_STATUS_OK, tag, (uint32_t)length, (uint16_t)count);
	for (i = 0; i < count; i++)
		queue_check_buffer(nic, buffers[i], cut, frame->bytes + i * cut,
				   MIN(cut, (uint32_t)length - i * cut));
	nic->ram_next = mark;
	g_free(buffers);
	g_free(frame);
}

static void test_lengths(void)
{
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 32);
	uint64_t frames = 0;
	uint64_t bytes = 0;
	size_t length;

	for (length = SGNIC_MIN_FRAME; length <= SGNIC_MAX_FRAME; length++) {
		receive_one(&rx, length, 2048, length % 59);
		frames++;
		bytes += length;
		if (length == 130)
			length = 1500;
	}
	queue_expect_idle(&rx);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, frames);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_BYTES), ==, bytes);
	g_assert_cmpuint(nic_get(nic, queue_register(&rx, SGNIC_QUEUE_CONSUMED)), ==, frames);
	g_assert_cmpuint(nic_get(nic, queue_register(&rx, SGNIC_QUEUE_COMPLETED)), ==, frames);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* A frame in as many buffers as it takes: exact fit, one byte more, single bytes. */
static void test_several_buffers(void)
{
	static const struct {
		uint32_t length;
		uint32_t cut;
	} cases[] = {
		{1514, 1514}, {1514, 1513}, {1514, 757}, {1514, 756}, {1518, 64}, {1518, 7},
		{1518, 6},    {100, 1},	    {60, 59},	 {60, 13},    {14, 1},	  {200, 65535},
	};
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 256);
	size_t offset;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++)
		receive_one(&rx, cases[i].length, cases[i].cut, i);
	for (offset = 4096 - 70; offset < 4096; offset += 3)
		receive_one(&rx, 500, 180, offset);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

static void test_wrap(gconstpointer data)
{
	uint32_t size = GPOINTER_TO_UINT(data);
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, size);
	uint32_t received = 0;
	uint32_t count;
	uint32_t i;

	/* 3 buffers of 64 bytes for each frame: no divisor of the ring size */
	while (received < 5 * size) {
		count = MIN(1 + received % 13, size / 3);
		for (i = 0; i < 3 * count; i++)
			queue_post(&rx, nic_allocate(nic, 64, 64), 64, 0, (uint16_t)(received + i));
		queue_kick(&rx);
		for (i = 0; i < count; i++) {
			frame_fill(frame, address_nic, 150, received + 3 * i);
			wire_send(nic, frame);
		}
		for (i = 0; i < count; i++) {
			uint64_t first =
				GUINT64_FROM_LE(queue_descriptor(&rx, rx.consumed)->address);

			frame_fill(frame, address_nic, 150, received + 3 * i);
			queue_expect(&rx, SGNIC_STATUS_OK, (uint16_t)(received + 3 * i), 150, 3);
			nic_same_bytes(nic_pointer(nic, first, 150), frame->bytes, 150);
		}
		received += 3 * count;
		nic->ram_next = 0x800000;
	}
	g_assert_cmpuint(nic_get(nic, queue_register(&rx, SGNIC_QUEUE_CONSUMED)), ==, received);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Sections 6.5 and 3.6: too short and too long frames are dropped and counted. */
static void test_wrong_lengths(void)
{
	static const uint32_t oversize[] = {1519, 1522, 2048, 9000, FRAME_MAX};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);
	uint32_t i;

	queue_post(&rx, queue_buffer(nic, 65535, 0), 65535, 0, 5);
	queue_kick(&rx);
	for (i = 1; i < SGNIC_MIN_FRAME; i++) {
		frame_fill(frame, address_nic, i, i);
		wire_send(nic, frame);
	}
	nic_wait_statistic(nic, SGNIC_STAT_RX_ERRORS, SGNIC_MIN_FRAME - 1);
	for (i = 0; i < G_N_ELEMENTS(oversize); i++) {
		frame_fill(frame, address_nic, oversize[i], i);
		wire_send(nic, frame);
	}
	nic_wait_statistic(nic, SGNIC_STAT_RX_OVERSIZE, G_N_ELEMENTS(oversize));
	queue_expect_idle(&rx);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, 0);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_ERRORS), ==, SGNIC_MIN_FRAME - 1);

	frame_fill(frame, address_nic, 1518, 1);
	wire_send(nic, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 5, 1518, 1);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Section 6.3: frames wait for buffers, the doorbell continues, none is lost. */
static void test_exhausted_ring(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);
	uint64_t buffers[12];
	uint32_t i;

	for (i = 0; i < G_N_ELEMENTS(buffers); i++)
		buffers[i] = queue_buffer(nic, 256, 0);
	for (i = 0; i < 4; i++)
		queue_post(&rx, buffers[i], 256, 0, (uint16_t)i);
	queue_kick(&rx);
	for (i = 0; i < G_N_ELEMENTS(buffers); i++) {
		frame_fill(frame, address_nic, 200 + i, i);
		wire_send(nic, frame);
	}
	for (i = 0; i < 4; i++)
		queue_expect(&rx, SGNIC_STATUS_OK, (uint16_t)i, 200 + i, 1);
	queue_expect_idle(&rx);
	g_assert_cmpuint(queue_memory(&rx)->kick_event, ==, 4);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_NO_BUFFER), ==, 0);

	for (i = 4; i < G_N_ELEMENTS(buffers); i++) {
		queue_post(&rx, buffers[i], 256, 0, (uint16_t)i);
		queue_kick(&rx);
		queue_expect(&rx, SGNIC_STATUS_OK, (uint16_t)i, 200 + i, 1);
	}
	for (i = 0; i < G_N_ELEMENTS(buffers); i++) {
		frame_fill(frame, address_nic, 200 + i, i);
		queue_check_buffer(nic, buffers[i], 256, frame->bytes, 200 + i);
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_DOORBELLS), <=, 9);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Section 6.3: too few buffers while more could be posted: the frame waits for them. */
static void test_too_few_buffers(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);
	uint64_t buffers[6];
	uint32_t i;

	for (i = 0; i < G_N_ELEMENTS(buffers); i++)
		buffers[i] = queue_buffer(nic, 100, 1);
	frame_fill(frame, address_nic, 590, 3);
	for (i = 0; i < G_N_ELEMENTS(buffers); i++) {
		queue_post(&rx, buffers[i], 100, 0, (uint16_t)(10 + i));
		queue_kick(&rx);
		if (i == 1)
			wire_send(nic, frame);
		if (i < 5)
			queue_expect_idle(&rx);
	}
	queue_expect(&rx, SGNIC_STATUS_OK, 10, 590, 6);
	for (i = 0; i < G_N_ELEMENTS(buffers); i++)
		queue_check_buffer(nic, buffers[i], 100, frame->bytes + 100 * i, i < 5 ? 100 : 90);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Section 6.3: a frame that can never fit is dropped; the buffers stay posted. */
static void test_never_fits(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);
	uint64_t buffers[16];
	uint32_t i;

	for (i = 0; i < 16; i++) {
		buffers[i] = queue_buffer(nic, 10, 0);
		queue_post(&rx, buffers[i], 10, 0, (uint16_t)i);
	}
	queue_kick(&rx);
	frame_fill(frame, address_nic, 161, 1);
	wire_send(nic, frame);
	nic_wait_statistic(nic, SGNIC_STAT_RX_NO_BUFFER, 1);
	queue_expect_idle(&rx);

	frame_fill(frame, address_nic, 160, 2);
	wire_send(nic, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 0, 160, 16);
	for (i = 0; i < 16; i++)
		queue_check_buffer(nic, buffers[i], 10, frame->bytes + 10 * i, 10);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_NO_BUFFER), ==, 1);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Sections 6 and 9.2: the link being down stops reception, buffers stay posted. */
static void test_link_down(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic *nic = start_receiving(&rx, 16);

	queue_post(&rx, queue_buffer(nic, 256, 0), 256, 0, 0x77);
	queue_kick(&rx);
	nic_settle(nic);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": false}}");
	frame_fill(frame, address_nic, 100, 1);
	wire_send(nic, frame);
	queue_expect_idle(&rx);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_RX_FRAMES), ==, 0);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": true}}");
	frame_fill(frame, address_nic, 101, 2);
	wire_send(nic, frame);
	queue_expect(&rx, SGNIC_STATUS_OK, 0x77, 101, 1);
	nic_stop(nic);
	g_free(frame);
}

/* Both directions at once; nothing is echoed. */
static void test_both_directions(void)
{
	struct frame *out = g_new(struct frame, 1);
	struct frame *in = g_new(struct frame, 1);
	struct nic_queue rx;
	struct nic_queue tx;
	struct nic *nic = start_receiving(&rx, 64);
	uint64_t buffer;
	uint32_t i;

	queue_open(&tx, nic, false, 64);
	for (i = 0; i < 150; i++) {
		buffer = queue_buffer(nic, 1600, 0);
		queue_post(&rx, buffer, 1600, 0, (uint16_t)i);
		queue_kick(&rx);
		frame_fill(out, address_nic, 60 + 5 * i, i);
		frame_fill(in, address_nic, 900 - 5 * i, i + 1000);
		queue_post_frame(&tx, out, 333, i, (uint16_t)i);
		wire_send(nic, in);
		queue_kick(&tx);
		wire_expect(nic, out);
		queue_reap(&tx);
		queue_expect(&rx, SGNIC_STATUS_OK, (uint16_t)i, 900 - 5 * i, 1);
		queue_check_buffer(nic, buffer, 1600, in->bytes, 900 - 5 * i);
	}
	wire_expect_silence(nic);
	queue_expect_idle(&rx);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(out);
	g_free(in);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/receive/lengths", test_lengths);
	g_test_add_func("/receive/several-buffers", test_several_buffers);
	g_test_add_data_func("/receive/wrap/16", GUINT_TO_POINTER(16), test_wrap);
	g_test_add_data_func("/receive/wrap/512", GUINT_TO_POINTER(512), test_wrap);
	g_test_add_data_func("/receive/wrap/4096", GUINT_TO_POINTER(4096), test_wrap);
	g_test_add_func("/receive/wrong-lengths", test_wrong_lengths);
	g_test_add_func("/receive/exhausted-ring", test_exhausted_ring);
	g_test_add_func("/receive/too-few-buffers", test_too_few_buffers);
	g_test_add_func("/receive/never-fits", test_never_fits);
	g_test_add_func("/receive/link-down", test_link_down);
	g_test_add_func("/receive/both-directions", test_both_directions);
	return g_test_run();
}
