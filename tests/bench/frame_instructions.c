/* SPDX-License-Identifier: MIT */
/*
 * frame_instructions - frames through the sgnic miniport and the library, with a model of the
 * device in the same process, for run-frame-instructions to count the instructions of
 *
 * usage: frame_instructions HISTORY WHAT FRAMES
 *
 * HISTORY is off, or history: calls are remembered as ndisrun has them. WHAT is transmit: frames are
 * sent in calls of 16, and completed while more are sent; receive: 16 come before the interrupt is
 * looked at; or reflect: one comes, and one is sent.
 */
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"

#define FRAME_BYTES 100u
#define BATCH	    16u

static const struct setting automatic = {.policy = DMA_POLICY_AUTO};

static void die(const char *what)
{
	fprintf(stderr, "frame_instructions: %s\n", what);
	exit(1);
}

/* What was received or sent is of no interest. */
static void forget(GQueue *queue)
{
	GBytes *frame;

	while ((frame = g_queue_pop_head(queue)) != NULL)
		g_bytes_unref(frame);
}

static void receive(struct harness *h, unsigned int count)
{
	uint8_t frame[FRAME_BYTES];

	make_frame(frame, sizeof(frame), 0);
	while (count--) {
		if (!model_receive(h->model, frame, sizeof(frame)))
			die("the miniport has no buffer");
	}
	settle(h);
	forget(&h->received);
}

static void transmit(struct harness *h, unsigned int count)
{
	send_frames(h, 0, count, FRAME_BYTES);
	forget(model_sent(h->model));
}

int main(int argc, char **argv)
{
	struct harness h;
	unsigned long frames;

	if (argc != 4)
		die("usage: frame_instructions HISTORY WHAT FRAMES");
	frames = strtoul(argv[3], NULL, 10);
	shim_history(strcmp(argv[1], "history") == 0);
	set_up(&h, &automatic);
	if (strcmp(argv[2], "transmit") == 0) {
		for (unsigned long i = 0; i < frames; i += BATCH) {
			transmit(&h, BATCH);
			/* The event loop runs when no frame is left. */
			if (i % (16 * BATCH) == 15 * BATCH)
				settle(&h);
		}
	} else if (strcmp(argv[2], "receive") == 0) {
		for (unsigned long i = 0; i < frames; i += BATCH)
			receive(&h, BATCH);
	} else if (strcmp(argv[2], "reflect") == 0) {
		for (unsigned long i = 0; i < frames; i++) {
			receive(&h, 1);
			transmit(&h, 1);
		}
	} else {
		die("WHAT is transmit, receive or reflect");
	}
	tear_down(&h, NULL);
	return 0;
}
