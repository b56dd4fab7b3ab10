/* SPDX-License-Identifier: MIT */
/*
 * sgnic_wire.h - frames, and the far end of the Ethernet
 */
#ifndef SGNIC_WIRE_H
#define SGNIC_WIRE_H

#include "sgnic_harness.h"

#define FRAME_MAX 69632

/** struct frame - destination address to end of data, no frame check sequence. */
struct frame {
	size_t length;
	uint8_t bytes[FRAME_MAX];
};

/** Destinations: the device under test, all stations, and a group address. */
extern const uint8_t address_nic[6];
extern const uint8_t address_broadcast[6];
extern const uint8_t address_group[6];
extern const uint8_t address_other[6];

/**
 * wire_open() - make the wire of a NIC
 * @buffer: bytes that wait on the wire before QEMU has to; 0: what the kernel likes.
 *
 * Return: QEMU's end, to be inherited.
 */
int wire_open(struct nic *nic, int buffer);

/**
 * frame_fill() - build a frame to @destination.
 * @length: bytes in all, 1 to FRAME_MAX; under 14 the header is cut off.
 * @seed:   selects the payload, which has no period a shifted copy could match.
 */
void frame_fill(struct frame *frame, const uint8_t *destination, size_t length, uint32_t seed);

/** wire_send() - put a frame on the wire towards the device. */
void wire_send(struct nic *nic, const struct frame *frame);

/**
 * wire_wait_taken() - wait until QEMU has read every frame sent and has come to rest.
 *
 * The device must accept or drop frames, for example with an enabled receive queue and a
 * filter that refuses them.
 */
void wire_wait_taken(struct nic *nic);

/** wire_receive() - wait for the next frame from the device. */
void wire_receive(struct nic *nic, struct frame *frame);

/** wire_expect() - the next frame is exactly @frame, padded with zeroes to 60 bytes. */
void wire_expect(struct nic *nic, const struct frame *frame);

/** wire_expect_silence() - QEMU has come to rest and no frame is on the wire. */
void wire_expect_silence(struct nic *nic);

/** wire_drain() - read frames until QEMU has come to rest; returns how many. */
unsigned int wire_drain(struct nic *nic);

#endif /* SGNIC_WIRE_H */
