/* SPDX-License-Identifier: MIT */
/*
 * driver.h - a driver for sgnic written from docs/device-specification.md alone
 *
 * It shares nothing with miniports/sgnic: it sits on platform.h, without NDIS and HAL. Its queues
 * transmit from memory of driver_memory() and receive into buffers of its own. Everything
 * returns 0 or -errno; -EPROTO is for a device that breaks the specification, and is kept in
 * @broken, in words, where a callback cannot return it.
 */
#ifndef TESTS_SECOND_DRIVER_DRIVER_H
#define TESTS_SECOND_DRIVER_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "../../qemu-device/sgnic_regs.h"
#include "platform/platform.h"

#define DRIVER_PAIRS	  2
#define DRIVER_MEMORIES	  16
#define DRIVER_FRAME_SIZE 65553

/** struct memory - memory that the device reaches: @va is ours, @logical the device's. */
struct memory {
	unsigned char *va;
	uint64_t logical;
	size_t length;
};

/** struct part - one element of a frame to send. */
struct part {
	uint64_t logical;
	uint32_t length;
};

/**
 * struct driver_options - what to use of the device
 * @interrupt: the kind; AUTO: none, the driver is polled.
 * @ring_size, @buffer_size: entries of every ring, bytes of every receive buffer.
 * @sent: a frame is done, and its elements are the caller's again.
 * @received: one frame, valid during the call; @frame is NULL for buffers that came back with an
 * error.
 */
struct driver_options {
	enum platform_interrupt interrupt;
	unsigned int pairs;
	uint32_t ring_size;
	uint32_t buffer_size;
	uint32_t frame_size;
	uint32_t features;
	uint32_t filter;
	void (*sent)(void *context, unsigned int queue, const struct sgnic_completion *completion);
	void (*received)(void *context, unsigned int queue,
			 const struct sgnic_rx_completion *completion, const unsigned char *frame);
	void *context;
};

/**
 * struct queue - one of either direction
 * @producer: descriptors posted; @consumed: of them, those that completions gave back.
 * @completed: completions read.
 * @doorbells: rung; @restarts: times the queue was found in state ERROR.
 */
struct queue {
	bool receive;
	uint32_t registers;
	uint32_t doorbell;
	struct memory descriptors;
	struct memory completions;
	struct memory record_memory;
	struct memory buffers;
	struct sgnic_record *record;
	uint32_t producer;
	uint32_t consumed;
	uint32_t completed;
	uint32_t doorbells;
	unsigned int restarts;
};

/**
 * struct driver - members are for reading
 * @error_code, @error_queue, @error_address, @error_value: of the last error; @errors: how many
 * were seen.
 * @spoil: receive buffers still to be posted with a length of 0, which is forbidden; for tests.
 */
struct driver {
	struct platform *platform;
	struct driver_options options;
	struct memory memories[DRIVER_MEMORIES];
	unsigned int memory_count;
	uint64_t next_logical;
	uint64_t end_logical;
	struct queue tx[DRIVER_PAIRS];
	struct queue rx[DRIVER_PAIRS];
	uint32_t mask;
	unsigned char station[6];
	unsigned int interrupts;
	unsigned int errors;
	uint32_t error_code;
	uint32_t error_queue;
	uint32_t error_value;
	uint64_t error_address;
	unsigned int spoil;
	const char *broken;
	unsigned char frame[DRIVER_FRAME_SIZE];
};

/** driver_read(), driver_write() - a register. */
uint32_t driver_read(struct driver *driver, uint32_t offset);
void driver_write(struct driver *driver, uint32_t offset, uint32_t value);

/** driver_start() - section 10, "Start". Return: 0; -ENODEV; -ENOTSUP; -ENOMEM; -EPROTO. */
int driver_start(struct driver *driver, struct platform *platform,
		 const struct driver_options *options);

/** driver_memory() - memory the device may access as @access says; it is freed by driver_stop(). */
int driver_memory(struct driver *driver, size_t length, enum platform_access access,
		  struct memory *memory);

/** driver_set_scaling() - spread packets of @types over the receive queues by a @table of 2^@log2
 * entries. */
void driver_set_scaling(struct driver *driver, uint32_t types, const unsigned char key[40],
			const unsigned char *table, uint32_t log2);

/**
 * driver_send() - one frame
 * @offload: NULL, or what the device is to do to it; its flags and tag are filled in.
 * @tag: comes back in the completion.
 *
 * Return: 0; -EAGAIN the ring is full.
 */
int driver_send(struct driver *driver, unsigned int queue, const struct sgnic_offload *offload,
		const struct part *parts, unsigned int count, uint16_t tag);

/** driver_poll() - read all completions there are, without interrupts. Return: 0; -EPROTO. */
int driver_poll(struct driver *driver);

/** driver_stop() - section 10, "Stop". Return: 0; -EPROTO. */
int driver_stop(struct driver *driver);

#endif /* TESTS_SECOND_DRIVER_DRIVER_H */
