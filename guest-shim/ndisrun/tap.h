/* SPDX-License-Identifier: MIT */
/*
 * tap.h - the network interface through which Linux uses the miniport
 */
#ifndef NDISRUN_TAP_H
#define NDISRUN_TAP_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/linux/explain.h"

/**
 * struct tap
 * @descriptor: not blocking; -1 when closed.
 * @name: of the interface.
 * @header: bytes before each frame that is read or written: a struct virtio_net_hdr, or 0.
 */
struct tap {
	int descriptor;
	char name[IFNAMSIZ];
	size_t header;
};

/**
 * struct tap_offload - what Linux and ndisrun tell each other beside a frame
 * @headers: there is a struct virtio_net_hdr before each frame.
 * @checksums: Linux leaves checksums of frames it sends to ndisrun; needs @headers.
 * @segments: Linux leaves the segments of TCP packets over IPv4 to ndisrun; needs @checksums.
 */
struct tap_offload {
	bool headers;
	bool checksums;
	bool segments;
};

/**
 * tap_open() - make the interface and bring it up
 * @name: checked by interface_name_check().  A persistent TAP of that name is used as it is.
 * @mac: station address, the same as the NIC's: what the filter of the NIC lets
 *	through is what the interface accepts.
 * @mtu: bytes, without the Ethernet header.
 * @offload: copied.
 * @carrier: link state of the NIC; without it Linux has nothing to send yet.
 *
 * The interface lives until tap_close() or the end of the process.
 * Return: 0; -ENOENT the kernel module is missing; -EBUSY the name is taken;
 * -errno; all explained.
 */
int tap_open(struct tap *tap, const char *name, const uint8_t mac[6], unsigned int mtu,
	     const struct tap_offload *offload, bool carrier, struct explanation *why);

/** tap_close() - harmless when not open. */
void tap_close(struct tap *tap);

/** tap_set_carrier() - show the link state of the NIC on the interface. */
void tap_set_carrier(const struct tap *tap, bool up);

#endif /* NDISRUN_TAP_H */
