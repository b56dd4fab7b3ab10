/* SPDX-License-Identifier: MIT */
/*
 * tap.h - a TAP interface as the wire, in a network namespace of the test's own
 *
 * Unlike the datagram socket, a TAP interface takes and gives a virtio_net_hdr with every
 * frame. The test sits on the kernel's side of the interface, with a packet socket that shows
 * the same header.
 */
#ifndef TAP_H
#define TAP_H

#include <linux/virtio_net.h>

#include "sgnic_wire.h"

/** struct tap - the interface; members are for reading. */
struct tap {
	int fd;		     /* QEMU's side */
	int more[7];	     /* further queues of it */
	unsigned int queues; /* in all */
	int packet;	     /* the test's side */
	int index;
};

/**
 * tap_open() - make the interface, 9216 bytes of MTU, and bring it up.
 *
 * Return: NULL, after a skip message, where the kernel or the user's rights do not allow it.
 */
struct tap *tap_open(void);

/** tap_open_queues() - as tap_open(), with 1 to 8 queues, which are those of the netdev. */
struct tap *tap_open_queues(unsigned int queues);

/** tap_attach() - switch queue @index of the interface off and on for the kernel. */
void tap_attach(struct tap *tap, unsigned int index, bool on);

/** tap_close() - take the interface away. */
void tap_close(struct tap *tap);

/**
 * tap_start() - run QEMU with the device on the interface.
 * @properties: as in struct nic_options.
 * @hub:        with a hub between the two.
 */
struct nic *tap_start(struct tap *tap, const char *properties, bool hub);

/** tap_send() - the host sends a frame to the device. */
void tap_send(struct tap *tap, const struct virtio_net_hdr *header, const struct frame *frame);

/** tap_receive() - wait for the next frame from the device. */
void tap_receive(struct tap *tap, struct virtio_net_hdr *header, struct frame *frame);

/** tap_expect_silence() - nothing has come from the device. */
void tap_expect_silence(struct nic *nic, struct tap *tap);

#endif /* TAP_H */
