/* SPDX-License-Identifier: MIT */
/*
 * offload_tap.h - a device on a TAP interface, whose kernel takes and gives unfinished frames
 */
#ifndef OFFLOAD_TAP_H
#define OFFLOAD_TAP_H

#include "ip_packet.h"
#include "sgnic_queue.h"
#include "tap.h"

/** Features that leave work to the kernel: of frames sent, and of frames received. */
#define OFFLOAD_TAP_TRANSMIT                                                                       \
	(SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION | SGNIC_FEATURE_VLAN_INSERT)
#define OFFLOAD_TAP_RECEIVE                                                                        \
	(SGNIC_FEATURE_RX_CHECKSUM | SGNIC_FEATURE_PARTIAL | SGNIC_FEATURE_LARGE_RECEIVE)

/** Flags of a received frame with good checksums, over IPv4 and IPv6. */
#define OFFLOAD_TAP_GOOD  (SGNIC_COMPLETION_IP_GOOD | SGNIC_COMPLETION_TRANSPORT_GOOD)
#define OFFLOAD_TAP_GOOD6 SGNIC_COMPLETION_TRANSPORT_GOOD

/**
 * struct offload_tap - the pieces every test needs.
 * @tx, @rx:        queues of 64 entries that run.
 * @frame, @other:  room for what a test sends and gets.
 */
struct offload_tap {
	struct tap *tap;
	struct nic *nic;
	struct nic_queue tx;
	struct nic_queue rx;
	struct frame *frame;
	struct frame *other;
};

/**
 * offload_tap_open() - start the device, enable @features and open the queues.
 * @properties: of the device, or NULL.
 * @hub: put a hub, which takes finished frames only, between device and interface.
 * Return: NULL if the test is skipped.
 */
struct offload_tap *offload_tap_open(uint32_t features, const char *properties, bool hub);

/** offload_tap_close() - stop the device, which must have reported no error, and free all. */
void offload_tap_close(struct offload_tap *f);

/** offload_tap_expect_header() - what a frame leaves to the kernel; @flags 0: no checksum. */
void offload_tap_expect_header(const struct virtio_net_hdr *header, uint8_t flags, uint8_t type,
			       uint32_t size, uint32_t start, uint32_t offset);

/**
 * offload_tap_expect_plain() - send a frame; the kernel gets @expected with nothing left to do.
 * @offload: what to put before it, or NULL.
 */
void offload_tap_expect_plain(struct offload_tap *f, const struct sgnic_offload *offload,
			      const struct frame *frame, const struct frame *expected);

/**
 * offload_tap_host_sends() - the kernel sends f->frame without its checksum.
 * @packet: what is in it.
 * @size:   0, or bytes of data in each segment that the kernel left to make.
 * Return: address of the posted buffer, of 65535 bytes.
 */
uint64_t offload_tap_host_sends(struct offload_tap *f, const struct ip_packet *packet,
				uint32_t size);

#endif /* OFFLOAD_TAP_H */
