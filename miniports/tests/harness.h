/* SPDX-License-Identifier: MIT */
/*
 * harness.h - the sgnic miniport, the library and the device model in one process
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <glib.h>
#include <string.h>

#include "include/ndis_shim.h"
#include "sgnic_model.h"
#include "sgnic_oids.h"

/* Statuses of sends, as shim_send_done gets them. */
#define SUCCESS			0
#define REQUEST_ABORTED		((int32_t)0xC001000C)

/**
 * struct setting - how a test wants the adapter
 * @policy, @fragment: DMA.
 * @header_bytes: frames to send come in two buffers, the first of this length; 0: in one.
 * @keywords: "Name=value" of each keyword, ended by NULL.
 */
struct setting {
	enum dma_policy policy;
	enum dma_fragment fragment;
	unsigned int header_bytes;
	const char *keywords[10];
};

struct harness {
	struct event_loop *loop;
	struct model *model;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	GQueue received;		/* GBytes */
	GArray *statuses;		/* int32_t, of sends, in order of completion */
	int link_changes;
	bool link_up;
};

/** harness_create() - driver loaded, device there, adapter not started. */
void harness_create(struct harness *h);
/** harness_start() - MiniportInitialize.  Return: what shim_adapter_start() returned. */
int harness_start(struct harness *h, const struct setting *setting);
/** harness_stop() - MiniportHalt; checks that nothing leaked and that no rule was broken. */
void harness_stop(struct harness *h);
void harness_destroy(struct harness *h);

/** set_up(), tear_down() - a fixture that is started with the struct setting in @data. */
void set_up(struct harness *h, gconstpointer data);
void tear_down(struct harness *h, gconstpointer data);

/** settle() - runs the event loop until nothing happens any more. */
void settle(struct harness *h);
/** run_for() - runs the event loop for a time in milliseconds. */
void run_for(struct harness *h, unsigned int milliseconds);
/** make_frame() - frame @number: broadcast, every byte depends on number and position. */
void make_frame(uint8_t *frame, size_t length, unsigned int number);
/** send_frames() - @count frames of @length bytes, numbered from @first, in calls of 16; their cancel ID is @h. */
void send_frames(struct harness *h, unsigned int first, unsigned int count, size_t length);
/** expect_frames() - @queue holds exactly frames @first.. of @length bytes; they are taken out. */
void expect_frames(GQueue *queue, unsigned int first, unsigned int count, size_t length);
/** expect_statuses() - exactly @count sends completed with @status since the last call. */
void expect_statuses(struct harness *h, unsigned int count, int32_t status);
void query_driver(struct harness *h, struct sgnic_driver_statistics *statistics);

#define FRAME_BUFFER 2048

/** expect_traffic() - 40 frames go out, and 40 come in, as sent. */
void expect_traffic(struct harness *h);

#endif /* HARNESS_H */
