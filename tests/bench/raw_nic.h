/* SPDX-License-Identifier: MIT */
/*
 * raw_nic.h - sgnic on the shim's platform layer, by polling
 *
 * No NDIS, no map registers, no interrupt: rings, buffers and doorbells alone, in the way of a
 * poll-mode driver. What it reaches is what the device and the platform allow at most. Section
 * numbers are those of docs/device-specification.md.
 */
#ifndef RAW_NIC_H
#define RAW_NIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/platform.h"
#include "sgnic_regs.h"

#define RAW_QUEUES	SGNIC_QUEUE_MAX
#define RAW_BATCH	32u		/* completions that are taken, and frames posted, at once */
#define RAW_REFILL	4u		/* buffers are posted when this part of the ring is empty */
#define RAW_STRIDE	2048u		/* bytes of a buffer */
#define RAW_ADDRESS	6u		/* bytes of a station address */

/**
 * struct raw_queue - one transmit or receive queue
 * @record, @descriptors, @completions: the memory of section 4.
 * @buffers, @logical: a buffer for each descriptor, RAW_STRIDE apart, and its address on the bus.
 * @producer, @consumer, @released: descriptors posted, completions read, descriptors taken back.
 * @frames, @bytes, @errors: of the completions read; a status other than OK is an error.
 * @doorbells: written.
 */
struct raw_queue {
	volatile struct sgnic_record *record;
	struct sgnic_descriptor *descriptors;
	volatile unsigned char *completions;
	unsigned char *buffers;
	uint64_t logical;
	uint32_t ring;
	uint32_t completion_size;
	uint32_t doorbell;
	uint32_t producer;
	uint32_t consumer;
	uint32_t released;
	uint64_t frames;
	uint64_t bytes;
	uint64_t errors;
	uint64_t doorbells;
	void *memory;
	size_t memory_length;
};

/**
 * struct raw_nic - the device
 * @queues: pairs in use.
 * @ring: descriptors of each ring, a power of two, 16 to 4096.
 * @station: the address the frames are sent from, and accepted for.
 */
struct raw_nic {
	struct platform *platform;
	volatile uint32_t *registers;
	unsigned int queues;
	uint32_t ring;
	uint8_t station[6];
	uint64_t next_logical;
	struct raw_queue transmit[RAW_QUEUES];
	struct raw_queue receive[RAW_QUEUES];
};

/**
 * raw_nic_open() - reset the device, start @queues pairs of queues, post all receive buffers
 * @platform: of an sgnic whose BAR 0 has a pointer.
 *
 * Return: 0; -ENODEV it is no sgnic; -ERANGE more queues or larger rings than it has; -errno.
 */
int raw_nic_open(struct raw_nic *nic, struct platform *platform, unsigned int queues,
		 uint32_t ring);

/** raw_nic_close() - stop all queues; the platform's memory is given back. */
void raw_nic_close(struct raw_nic *nic);

/** raw_nic_statistic() - one of the device's counters, enum sgnic_statistic */
uint64_t raw_nic_statistic(struct raw_nic *nic, unsigned int number);

/** raw_transmit_fill() - write the same frame into all buffers of a transmit queue. */
void raw_transmit_fill(struct raw_queue *queue, const void *frame, size_t length);

/**
 * raw_transmit() - take back what is sent, and post as many frames as there is room for
 * @length: of each frame, in @elements descriptors.
 * @limit: frames to post at most.
 *
 * Return: frames posted.
 */
unsigned int raw_transmit(struct raw_nic *nic, struct raw_queue *queue, uint32_t length,
			  unsigned int elements, unsigned int limit);

/** raw_transmit_drain() - take back what is sent.  Return: descriptors still with the device. */
uint32_t raw_transmit_drain(struct raw_queue *queue);

/**
 * raw_receive() - take up to RAW_BATCH frames and post their buffers again
 *
 * Return: frames taken, those with an error included.
 */
unsigned int raw_receive(struct raw_nic *nic, struct raw_queue *queue);

/**
 * raw_reflect() - send up to RAW_BATCH received frames back, with their addresses exchanged
 *
 * Return: frames taken, those with an error, which are not sent, included.
 */
unsigned int raw_reflect(struct raw_nic *nic, struct raw_queue *receive,
			 struct raw_queue *transmit);

#endif /* RAW_NIC_H */
