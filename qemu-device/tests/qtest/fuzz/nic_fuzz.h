/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the structure-aware fuzz targets of the network cards share
 */
#ifndef NIC_FUZZ_H
#define NIC_FUZZ_H

#include "hw/qdev-core.h"
#include "net/net.h"
#include "standard-headers/linux/virtio_net.h"

/* What is left of an input; zeros when it has ended. */
typedef struct FuzzInput {
    const unsigned char *data;
    size_t size;
} FuzzInput;

/* Little endian, 8 bytes at most */
uint64_t fuzz_take(FuzzInput *in, size_t bytes);
/* Small numbers, single bits, nearly all ones, or any */
uint32_t fuzz_take_value(FuzzInput *in);

/* The bottom halves that are due, and those they schedule */
void fuzz_run_bottom_halves(void);
/* Does not wait: the bottom half of the 8237 never stops asking for time. */
void fuzz_run_main_loop(void);
void fuzz_advance_clock(uint32_t nanoseconds);

/*
 * Stops the machine, saves the device, changes bytes of the stream, resets the
 * device by "reset", loads the stream and lets the machine go on.
 * Returns false if the device refused it and is left as loading found it.
 */
bool fuzz_migrate(DeviceState *dev, FuzzInput *in,
                  void (*reset)(DeviceState *));

/* nic_fuzz_packet.c */
typedef struct FuzzPacket {
    uint8_t *data;              /* of g_malloc() */
    uint32_t size;
    uint32_t transport;         /* where TCP's or UDP's header begins */
    uint32_t payload;
    uint32_t checksum;          /* of the transport, from its header on */
    uint8_t segmentation;       /* as in a virtio_net_hdr */
} FuzzPacket;

/* IPv4 or 6, TCP or UDP, tags, options, fragments; then some bytes differ. */
FuzzPacket fuzz_take_packet(FuzzInput *in);

/* nic_fuzz_wire.c: two network backends; what one is given the other sends. */
#define FUZZ_WIRES              2
#define FUZZ_WIRE_QUEUES        4
/* The second has queues and puts a virtio_net_hdr before a frame. */
void fuzz_wire_start(void);
/* The name of a netdev */
const char *fuzz_wire_name(unsigned wire);
/* Each of them takes frames, none waits. */
void fuzz_wire_restore(void);
/* A wire that takes no frame, until it does */
void fuzz_wire_block(unsigned wire, bool block);
/* Sends a frame; "header" goes before it where the wire has one. */
void fuzz_wire_send(unsigned wire, unsigned queue, const uint8_t *frame,
                    size_t size, const struct virtio_net_hdr *header);

#endif /* NIC_FUZZ_H */
