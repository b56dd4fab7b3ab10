/* SPDX-License-Identifier: MIT */
/*
 * ways.h - the ways in which a driver lets its device reach a buffer, one like the other
 *
 *	ndis-buffer	NdisMStartBufferPhysicalMapping to NdisMCompleteBufferPhysicalMapping
 *	ndis-packet	the same, of the buffer of a packet that is to be sent
 *	ndis-list	the scatter/gather list of a packet, until NdisMSendComplete
 *	hal-transfer	IoMapTransfer to IoFlushAdapterBuffers
 *	hal-list	GetScatterGatherList to PutScatterGatherList
 *
 * A function that cannot do what it promises fails the test.
 */
#ifndef TESTS_QTEST_PLATFORM_WAYS_H
#define TESTS_QTEST_PLATFORM_WAYS_H

#include "dma/dma.h"
#include "fixture.h"

#define WAY_RUNS 8

struct way;

/**
 * struct way_ops
 * @sends: the buffer is that of a frame to send: in memory of the library's, and only read.
 * @open: driver, adapter, map registers for a buffer of two pages at any offset.
 * @prepare: where @length bytes of @data lie that are to be mapped; NULL: wherever the caller has
 * them.
 * @start: the device may reach @length bytes at @buffer: w->runs, w->count.
 * @complete: it may no more.
 * @close: everything @open did is undone, and nobody broke a rule.
 */
struct way_ops {
	const char *name;
	bool sends;
	void (*open)(struct way *w);
	unsigned char *(*prepare)(struct way *w, const unsigned char *data, size_t length);
	void (*start)(struct way *w, unsigned char *buffer, size_t length, bool to_device);
	void (*complete)(struct way *w);
	void (*close)(struct way *w);
};

/**
 * struct way - @platform, @dma and @bits are set by the caller of way_ops.open
 * @state: of the way.
 */
struct way {
	struct platform *platform;
	struct dma_options dma;
	unsigned int bits;
	struct dma_run runs[WAY_RUNS];
	unsigned int count;
	void *state;
};

extern const struct way_ops way_ndis_buffer, way_ndis_packet, way_ndis_list;
extern const struct way_ops way_hal_transfer, way_hal_list;

#endif /* TESTS_QTEST_PLATFORM_WAYS_H */
