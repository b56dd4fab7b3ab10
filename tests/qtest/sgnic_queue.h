/* SPDX-License-Identifier: MIT */
/*
 * sgnic_queue.h - the driver's side of one transmit or receive queue
 *
 * The order of a driver is visible in a test: queue_post() fills descriptors,
 * queue_publish() moves the producer index, queue_kick() rings the doorbell if the
 * event index asks for it, queue_reap() takes one completion.
 *
 * queue_reap() checks what holds for every completion (section 4.3): the phase bit, the
 * flags and the words that are 0 without a feature, that 'next' moved by 'count', that the length
 * is 0 unless the status is OK and the element 0 if it is.
 */
#ifndef SGNIC_QUEUE_H
#define SGNIC_QUEUE_H

#include "sgnic_wire.h"

/** struct nic_queue - a queue of the device and its three pieces of guest memory. */
struct nic_queue {
	struct nic *nic;
	bool receive;
	uint32_t index;	      /* 0 for TX 0 and RX 0 */
	uint32_t size;	      /* entries of each ring */
	uint64_t descriptors; /* bus addresses */
	uint64_t completions;
	uint64_t record;
	uint32_t posted;    /* descriptors filled */
	uint32_t published; /* producer index the device may see */
	uint32_t consumed;  /* descriptors the completions gave back */
	uint32_t reaped;    /* completions taken */
	bool features;	    /* receive completions may have the flags of features */
	/* of the last receive completion: what follows the common part */
	struct sgnic_rx_completion details;
};

/** queue_register() - offset in BAR 0 of the queue's register @offset. */
uint32_t queue_register(const struct nic_queue *queue, uint32_t offset);

/** queue_number() - the queue as ERROR_QUEUE names it. */
uint32_t queue_number(const struct nic_queue *queue);

/** queue_open() - allocate memory, write the registers, set ENABLE, expect RUNNING. */
void queue_open(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t size);

/** queue_open_at() - as queue_open(), for TX @index or RX @index. */
void queue_open_at(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t index,
		   uint32_t size);

/** queue_prepare(), queue_prepare_at() - as queue_open(), but stop before ENABLE. */
void queue_prepare(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t size);
void queue_prepare_at(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t index,
		      uint32_t size);

/** queue_program() - write size and addresses of the structure to the registers. */
void queue_program(struct nic_queue *queue);

/** queue_enable() - zero the memory and the counts, set ENABLE. */
void queue_enable(struct nic_queue *queue);

/** queue_disable() - clear ENABLE and expect DISABLED. */
void queue_disable(struct nic_queue *queue);

/** queue_state() - register STATE. */
uint32_t queue_state(struct nic_queue *queue);

/** queue_memory() - the queue record, as the device sees it. */
struct sgnic_record *queue_memory(struct nic_queue *queue);

/** queue_descriptor() - the descriptor with free-running number @index. */
struct sgnic_descriptor *queue_descriptor(struct nic_queue *queue, uint32_t index);

/** queue_post() - fill the next descriptor; the device does not see it yet. */
void queue_post(struct nic_queue *queue, uint64_t address, uint32_t length, uint16_t flags,
		uint16_t tag);

/**
 * queue_post_offload() - fill the next descriptor as an offload descriptor; OFFLOAD is added
 * to its flags.
 */
void queue_post_offload(struct nic_queue *queue, const struct sgnic_offload *offload);

/**
 * queue_post_frame() - post a frame in elements of @cut bytes, the last one shorter.
 * @offset: of each element in its own page.
 * Return: the number of elements.
 */
uint32_t queue_post_frame(struct nic_queue *queue, const struct frame *frame, uint32_t cut,
			  size_t offset, uint16_t tag);

/** queue_publish() - make everything posted visible. */
void queue_publish(struct nic_queue *queue);

/** queue_kick() - publish, ring the doorbell if kick_event asks; returns whether it did. */
bool queue_kick(struct nic_queue *queue);

/** queue_ring() - ring the doorbell. */
void queue_ring(struct nic_queue *queue);

/** queue_ready() - whether the next completion is there. */
bool queue_ready(struct nic_queue *queue);

/** queue_reap() - wait for the next completion, check it, and return it. */
struct sgnic_completion queue_reap(struct nic_queue *queue);

/** queue_expect() - the next completion has these values. */
void queue_expect(struct nic_queue *queue, uint8_t status, uint16_t tag, uint32_t length,
		  uint16_t count);

/**
 * queue_expect_received() - the next completion is of a good frame in one buffer, with these
 * flags besides PHASE; queue->details holds the rest.
 */
void queue_expect_received(struct nic_queue *queue, uint32_t length, uint16_t flags);

/** queue_expect_failure() - the next completion reports @status at @element. */
void queue_expect_failure(struct nic_queue *queue, uint8_t status, uint16_t tag, uint8_t element,
			  uint16_t count);

/** queue_expect_idle() - QEMU has come to rest and there is no further completion. */
void queue_expect_idle(struct nic_queue *queue);

/** queue_set_event() - write interrupt_event. */
void queue_set_event(struct nic_queue *queue, uint32_t event);

/**
 * queue_buffer() - guest memory for one receive buffer, with guard bytes around it.
 * queue_check_buffer() - compare the first @used bytes with @data; everything else,
 * the guard bytes included, must be untouched.
 */
uint64_t queue_buffer(struct nic *nic, uint32_t length, size_t offset);
void queue_check_buffer(struct nic *nic, uint64_t buffer, uint32_t length, const uint8_t *data,
			uint32_t used);

/**
 * queue_expect_transmits(), queue_expect_receives() - one frame goes through the queue,
 * in several elements, or into one buffer, and is compared byte by byte.
 */
void queue_expect_transmits(struct nic_queue *tx);
void queue_expect_receives(struct nic_queue *rx);

#endif /* SGNIC_QUEUE_H */
